"""The app of this room."""
from django.apps import AppConfig


class StaysConfig(AppConfig):
    """Hospital stays: who is in which unit, what is told of it, who of a ward may join."""

    name = "hospital.stays"
    label = "stays"

    def ready(self) -> None:
        """Tells the feed how this room's lines are read. Hears of changed unit lists, of professions that are no longer confirmed and
        of accounts that end; of circles that are opened, which may be in the middle of a stay, and of patients who are erased.
        """
        from hospital.stays.adopting import adopt_for
        from hospital.stays.items import tell
        from hospital.stays.recording import forget_patient
        from hospital.stays.settling import (
            circles_of_account,
            circles_of_confirmation,
            circles_of_team,
            follow_account,
            follow_confirmation,
            follow_team,
        )
        from hospital.stays.warnings import tell as tell_warnings
        from people.accounts.services import when_accounts_end, when_confirmation_changes
        from people.accounts.teams import when_team_changes
        from people.circles.erasure import when_patient_is_erased
        from people.circles.services import when_circles_open

        tell()
        tell_warnings()
        when_team_changes(follow_team, opens=circles_of_team)
        when_confirmation_changes(follow_confirmation, opens=circles_of_confirmation)
        when_accounts_end(follow_account, opens=circles_of_account)
        when_circles_open(adopt_for)
        when_patient_is_erased(forget_patient)
