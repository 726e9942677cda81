"""The app of this room."""
from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Photos, voice notes and documents."""

    name = "media"
    label = "media"

    def ready(self) -> None:
        """Tells the feed how lines about files are read; an erased patient's files go."""
        from media.collecting import drop_files_of
        from media.items import tell
        from people.circles.erasure import when_patient_is_erased

        tell()
        when_patient_is_erased(drop_files_of)
