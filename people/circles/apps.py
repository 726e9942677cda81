"""The app of this room."""
from django.apps import AppConfig


class CirclesConfig(AppConfig):
    """Patients, circles, members and the door."""

    name = "people.circles"
    label = "circles"

    def ready(self) -> None:
        """Tells the feed how this room's lines are read, and hears of changed team lists and professions."""
        from people.accounts.services import when_confirmation_changes
        from people.accounts.teams import when_team_changes
        from people.circles.items import tell
        from people.circles.teams import follow_confirmation, follow_team

        tell()
        when_team_changes(follow_team)
        when_confirmation_changes(follow_confirmation)
