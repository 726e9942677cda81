"""Words of the gateway."""
from django.db import models
from django.utils.translation import gettext_lazy as _


class FeedMode(models.TextChoices):
    """What a feed does."""

    LIVE = "live", _("in use")
    OBSERVED = "observed", _("in observation: stores nothing")
    STOPPED = "stopped", _("stopped")


class Answer(models.TextChoices):
    """What the sender was told (MSA-1)."""

    AA = "AA", _("accepted")
    AE = "AE", _("refused")
    AR = "AR", _("not for us")


class MessageState(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", _("waiting to be worked out")
    DONE = "done", _("worked out")
    UNMATCHED = "unmatched", _("nobody of a circle")
    IGNORED = "ignored", _("nothing for us in it")
    DOUBTED = "doubted", _("waits for a human")
    QUARANTINED = "quarantined", _("in quarantine")
