"""The app of this room."""
from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Who is told outside the page: devices, alerts that climb, e-mail, SMS, digests."""

    name = "notifications"
    label = "notifications"

    def ready(self) -> None:
        """Hears the feed, and says what alerts did. Nobody calls this room."""
        from messaging.feed.calls import register_steps
        from messaging.feed.services import when_lines_are_written
        from notifications.devices import let_devices_go
        from notifications.hearing import note_lines
        from notifications.ladders import tell
        from notifications.steps import load_steps

        when_lines_are_written(note_lines)
        when_lines_are_written(let_devices_go)
        register_steps(load_steps)
        tell()
