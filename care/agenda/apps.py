"""The app of this room."""
from django.apps import AppConfig


class AgendaConfig(AppConfig):
    """The shared agenda of a circle."""

    name = "care.agenda"
    label = "agenda"

    def ready(self) -> None:
        """Says how appointments are told; looks after reminders that are due."""
        from care.agenda.items import render, render_whole
        from care.agenda.models import Appointment
        from care.agenda.reminding import load_reminders, remind
        from care.records.items import tell
        from care.records.rounds import go_round
        from messaging.feed.calls import register_reminders

        tell("appointment", Appointment, render, whole=render_whole)
        register_reminders(load_reminders)
        go_round("appointments", remind)
