"""The app of this room."""
from django.apps import AppConfig


class JournalConfig(AppConfig):
    """What people write."""

    name = "journal"
    label = "journal"

    def ready(self) -> None:
        """Tells the feed how posts are read, the live room how they are counted, the circles what a leaving member
        had, and whoever alerts what posts ask for; hears what became of an alert."""
        from journal.alerts import follow_alerts, give_back_all
        from journal.items import tell
        from journal.queries import calls_of, open_alert_counts, unread_counts
        from messaging.feed.calls import register_calls
        from messaging.feed.services import when_lines_are_written
        from messaging.live.queries import register_counts
        from people.circles.services import when_members_leave

        tell()
        register_counts(unread=unread_counts, open_alerts=open_alert_counts)
        when_members_leave(give_back_all)
        register_calls(calls_of)
        when_lines_are_written(follow_alerts)
