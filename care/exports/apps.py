"""The app of this room."""
from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """A patient's record, to take away: by the reader's rights, made in the background."""

    name = "care.exports"
    label = "exports"

    def ready(self) -> None:
        """Copies are made and thrown away by a round of their own; an erased patient's are gone with the erasure."""
        from care.exports.making import work
        from care.exports.services import drop_of_patient
        from care.records.rounds import go_round
        from people.circles.erasure import when_patient_is_erased

        go_round("exports", work)
        when_patient_is_erased(drop_of_patient)
