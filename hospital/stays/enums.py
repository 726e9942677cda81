"""Words of hospital stays."""
from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.TextChoices):
    """What a movement says happened (IHE PAM France 2.11, ITI-30 and ITI-31)."""

    PLANNED = "planned", _("planned stay")  # A05
    ADMITTED = "admitted", _("admitted")  # A01, and A06 from the emergency room
    EMERGENCY = "emergency", _("emergency room")  # A04 of class E
    REGISTERED = "registered", _("registered as an outpatient")  # A04 of another class, A07
    TRANSFERRED = "transferred", _("moved to another unit")  # A02
    LEFT = "left", _("on leave")  # A21
    RETURNED = "returned", _("back from leave")  # A22
    LEAVING = "leaving", _("is about to leave")  # A16
    DISCHARGED = "discharged", _("discharged")  # A03
    DIED = "died", _("died")  # A03 with ZFM-2 = 9, or PID-30


class Action(models.TextChoices):
    """What a message does to a movement (ZBE-4)."""

    INSERT = "insert"
    UPDATE = "update"
    CANCEL = "cancel"


class StayClass(models.TextChoices):
    """Class of a stay (PV1-2), as far as anything hangs on it."""

    EMERGENCY = "E", _("emergency")
    INPATIENT = "I", _("inpatient")
    OUTPATIENT = "O", _("outpatient")
    RECURRING = "R", _("recurring")
    OTHER = "N", _("other")


class StayState(models.TextChoices):
    """Where a stay stands: the fold of its movements by their times, never by their arrival."""

    PLANNED = "planned", _("planned")
    IN_HOSPITAL = "in_hospital", _("in hospital")
    ON_LEAVE = "on_leave", _("on leave")
    ENDED = "ended", _("ended")
    CANCELLED = "cancelled", _("cancelled")
    NONE = "none", _("nothing known yet")  # only cancels, or movements that wait for their stay


class Discretion(models.TextChoices):
    """Who learns of a protected stay, or of one in a unit on the hospital's list."""

    CARE_TEAM = "care_team", _("the care team only")
    NOBODY = "nobody", _("nobody")


class DoubtKind(models.TextChoices):
    """Why an identity waits for a human."""

    TRAITS = "traits", _("same INS, other identity traits")
    IDENTIFIER = "identifier", _("known hospital identifier, other identity traits")
    MERGED = "merged", _("the hospital joined two identities")
    MOVED = "moved", _("the hospital moved a stay to another identity")
    WITHDRAWN = "withdrawn", _("the hospital withdrew the INS")


class Verdict(models.TextChoices):
    """What a human decided about an identity."""

    SAME = "same", _("the same person")
    OTHER = "other", _("somebody else")


class GlassReason(models.TextChoices):
    """Why somebody broke the glass."""

    EMERGENCY = "emergency", _("life-threatening emergency")
    UNCONSCIOUS = "unconscious", _("the patient cannot speak")
    TREATMENT = "treatment", _("treatment that cannot wait")
    OTHER = "other", _("another reason")


class GlassVerdict(models.TextChoices):
    """What the review of a broken glass found."""

    JUSTIFIED = "justified", _("justified")
    QUESTIONED = "questioned", _("asked about")
    UNJUSTIFIED = "unjustified", _("not justified")


class GlassLetterKind(models.TextChoices):
    """What whoever answers for data protection is written about a broken glass."""

    BROKEN = "broken"
    ALARM = "alarm"
    DUE = "due"  # its time is over in a day
    OVERDUE = "overdue"


class Alarm(models.TextChoices):
    """Why a broken glass is an alarm for the data protection officer."""

    THIRD = "third", _("third within 24 hours")
    NAMESAKE = "namesake", _("the patient bears the same name")
    COLLEAGUE = "colleague", _("the patient is a colleague")
    NO_STAY = "no_stay", _("the patient has no stay there")
