"""The app of this room."""
from django.apps import AppConfig
from django.conf import settings


class PortalConfig(AppConfig):
    """Pages made of several rooms."""

    name = "portal"
    label = "portal"

    def ready(self) -> None:
        """Where a canary is wanted, it is a round of the process `care`."""
        if settings.CANARY:
            from care.records.rounds import go_round
            from portal.canary.rounds import Round

            go_round("canary", Round().go)
