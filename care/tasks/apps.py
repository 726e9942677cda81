"""The app of this room."""
from django.apps import AppConfig


class TasksConfig(AppConfig):
    """What is to be done, by whom and by when."""

    name = "care.tasks"
    label = "tasks"

    def ready(self) -> None:
        """Tells the feed how tasks are read, the circles what a leaving member had, whoever alerts whom their time concerns."""
        from care.records.rounds import go_round
        from care.tasks.items import tell
        from care.tasks.queries import reminders_of
        from care.tasks.reminding import free_lost_tasks, give_back_all, stir_tasks
        from messaging.feed.calls import register_reminders
        from people.circles.services import when_members_leave

        tell()
        when_members_leave(give_back_all)
        register_reminders(reminders_of)
        go_round("tasks", stir_tasks)
        go_round("tasks.lost", free_lost_tasks)
