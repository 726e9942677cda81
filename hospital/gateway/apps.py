"""The app of this room."""
from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """What hospitals send and ask: HL7 v2 and FHIR. It translates and never decides."""

    name = "hospital.gateway"
    label = "gateway"

    def ready(self) -> None:
        """What waited for a verdict of a hospital's identity desk is worked out after it; a hospital's program hears of new lines;
        and of an erased patient nothing is known.
        """
        from hospital.gateway.fhir.told import forget_told
        from hospital.gateway.hooks import note_hooks
        from hospital.gateway.replays import replay_doubted
        from hospital.stays.identities import when_doubts_are_decided
        from messaging.feed.services import when_lines_are_written
        from people.circles.erasure import when_patient_is_erased

        when_doubts_are_decided(replay_doubted)
        when_lines_are_written(note_hooks)
        when_patient_is_erased(forget_told)
