"""Words of this room: who may call somebody, and what a relative is to the patient."""
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalledBy(models.TextChoices):
    """Who is told a person's own number."""

    EVERYONE = "circles", _("everybody in my circles")
    PROFESSIONALS = "professionals", _("professionals only")
    NOBODY = "nobody", _("nobody")


class Relation(models.TextChoices):
    """What somebody of the family, or near to it, is to the patient; the words stand in `words`."""

    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    GRANDCHILD = "grandchild"
    CHILD_IN_LAW = "child_in_law"
    NIECE_OR_NEPHEW = "niece_or_nephew"
    NEIGHBOUR = "neighbour"
    FRIEND = "friend"
