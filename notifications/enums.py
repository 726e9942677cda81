"""Words of this room."""
from django.db import models
from django.utils.translation import gettext_lazy as _


class News(models.TextChoices):
    """What somebody is told of. The push says the same for all of them."""

    URGENT = "urgent", _("urgent message")
    HOSPITAL_ALERT = "hospital_alert", _("news from the hospital that somebody must take")
    GLASS = "glass", _("somebody of a hospital came in by force of an emergency")
    TODO = "todo", _("something to do that is addressed to you")
    HOSPITAL = "hospital_event", _("news from the hospital")
    POST = "post", _("new message")
    REMINDER = "reminder", _("reminder of what you have taken")
    DUE = "due", _("reminder of a task, an appointment or a review")
    SHIFT = "shift", _("your shift ends and you still have something")
    UNREACHED = "unreached", _("nobody could be reached: somebody has to telephone")
    DIGEST = "digest", _("what is new, at your hours")
    TEST = "test", _("test")


class Lane(models.IntegerChoices):
    """Urgent deliveries have a lane of their own, which ordinary ones can't delay; nor can what hospitals ask, however much that is."""

    URGENT = 0
    HOSPITAL = 2
    ORDINARY = 1


class LadderKind(models.TextChoices):
    """What a ladder is for."""

    URGENT = "urgent", _("urgent messages")
    HOSPITAL = "hospital", _("news from the hospital that somebody must take")


class Channel(models.TextChoices):
    """Ways out of the page."""

    PUSH = "push", _("notification")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")


class Transport(models.TextChoices):
    """How a device is reached."""

    WEB_PUSH = "web_push"
    FCM = "fcm"
    APNS = "apns"


class DeliveryState(models.TextChoices):
    """Where a delivery stands. Only what a device says it has shown is delivered."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    SHOWN = "shown", _("shown")
    DROPPED = "dropped", _("no longer needed")
    DEAD = "dead", _("could not be delivered")


class Phase(models.TextChoices):
    """Where an alert stands on its ladder."""

    CLIMBING = "climbing"  # somebody is being told, rung by rung and again
    ASLEEP = "asleep"  # nobody is on duty: it starts anew when somebody is
    TAKEN = "taken"  # somebody has it: they are reminded
    OVER = "over"


class Stride(models.TextChoices):
    """What an alert did at a moment; the words are those of the steps of a post (docs/protocol.md)."""

    TOLD = "told", _("told")
    TOLD_AGAIN = "told_again", _("told again")
    UNREACHED = "unreached", _("could not be reached")
    UNANSWERED = "unanswered", _("nobody on duty")
    RESUMED = "resumed", _("taken up again")
    REMINDED = "reminded", _("reminded")
    ASKED = "asked", _("asked at the end of the shift")
