"""The app of this room."""
from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """What the rooms around the journal have in common."""

    name = "care.records"
    label = "records"

    def ready(self) -> None:
        """An erased patient's keys go with the erasure."""
        from care.records.services import forget_keys
        from people.circles.erasure import when_patient_is_erased

        when_patient_is_erased(forget_keys)
