"""The app of this room."""
from django.apps import AppConfig


class CirclesConfig(AppConfig):
    """Patients, circles, members and the door."""

    name = "people.circles"
    label = "circles"

    def ready(self) -> None:
        """Tells the feed how this room's lines are read and what follows from them; hears of changed team lists and professions."""
        from messaging.feed.services import when_lines_are_written
        from people.accounts.queries import register_circle_count
        from people.accounts.services import when_accounts_end, when_confirmation_changes
        from people.accounts.teams import when_team_changes
        from people.circles.consenting import when_consent_changes
        from people.circles.delegations import circles_of_account, follow_account, follow_leaving, follow_state, follow_terms
        from people.circles.items import tell
        from people.circles.notices import tell as tell_notices
        from people.circles.queries import circles_with
        from people.circles.services import when_members_are_gone
        from people.circles.states import when_states_change
        from people.circles.teams import (
            circles_of_confirmation,
            circles_of_team,
            follow_confirmation,
            follow_consent,
            follow_team,
            when_terms_change,
        )
        from people.circles.traces import leave_traces

        tell()
        tell_notices()
        when_lines_are_written(leave_traces)
        when_team_changes(follow_team, opens=circles_of_team)
        when_confirmation_changes(follow_confirmation, opens=circles_of_confirmation)
        when_accounts_end(follow_account, opens=circles_of_account)
        when_consent_changes(follow_consent)
        register_circle_count(circles_with)
        when_members_are_gone(follow_leaving)
        when_states_change(follow_state)
        when_terms_change(follow_terms)
