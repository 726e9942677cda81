"""The app of this room."""
from django.apps import AppConfig


class PlanConfig(AppConfig):
    """The patient at a glance, and the care plan."""

    name = "care.plan"
    label = "plan"

    def ready(self) -> None:
        """Tells the feed how this room's lines are read; looks after reviews that are due."""
        from care.plan.items import tell_entries
        from care.plan.reminding import load_reviews, tell_due_reviews
        from care.plan.telling import tell_plan
        from care.records.rounds import go_round
        from messaging.feed.calls import register_reminders

        tell_entries()
        tell_plan()
        register_reminders(load_reviews)
        go_round("reviews", tell_due_reviews)
