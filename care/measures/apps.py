"""The app of this room."""
from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """What is measured: weight, pain, blood pressure, glucose, saturation, and what else has a unit."""

    name = "care.measures"
    label = "measures"

    def ready(self) -> None:
        """Tells the feed how measures are read."""
        from care.measures.items import tell_measures

        tell_measures()
