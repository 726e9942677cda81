"""Words of the circles room: roles, audiences, states, and how they hang together (contract, "Roles, standings, audiences")."""
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.feed.enums import EVERYONE, Standing, Standings
from people.accounts.enums import Profession


class Role(models.TextChoices):
    """What a member is in a circle. A role never changes: end and admit anew."""

    GP = "gp", pgettext_lazy("of a person", "general practitioner")
    SPECIALIST = "specialist", pgettext_lazy("of a person", "specialist")
    NURSE = "nurse", pgettext_lazy("of a person", "nurse")
    PHARMACIST = "pharmacist", pgettext_lazy("of a person", "pharmacist")
    PHYSIOTHERAPIST = "physiotherapist", pgettext_lazy("of a person", "physiotherapist")
    OTHER_HEALTH = "other_health", pgettext_lazy("of a person", "other health professional")
    COORDINATOR = "coordinator", pgettext_lazy("of a person", "coordinator")
    HOSPITAL_STAFF = "hospital_staff", pgettext_lazy("of a person", "hospital staff")
    SOCIAL_WORKER = "social_worker", pgettext_lazy("of a person", "social worker")
    HOME_HELP = "home_help", pgettext_lazy("of a person", "home help")
    SECRETARY = "secretary", pgettext_lazy("of a person", "secretary")
    PATIENT = "patient", pgettext_lazy("of a person", "patient")
    RELATIVE = "relative", pgettext_lazy("of a person", "relative")
    TRUSTED_PERSON = "trusted_person", pgettext_lazy("of a person", "trusted person")

    @property
    def standing(self) -> Standing:
        """Where this role stands."""
        return _STANDINGS[self]


_CARE = ("gp", "specialist", "nurse", "pharmacist", "physiotherapist", "other_health", "coordinator", "hospital_staff")
_STANDINGS = {
    **dict.fromkeys(_CARE, Standing.CARE_TEAM),
    **dict.fromkeys(("social_worker", "home_help", "secretary"), Standing.WIDER_TEAM),
    "patient": Standing.PATIENT,
    "relative": Standing.RELATIVES,
    "trusted_person": Standing.RELATIVES,
}
_OTHER_HEALTH = frozenset(Profession) - {Profession.SOCIAL_WORKER, Profession.OTHER}
# Professions that fit a role; a role that is not here fits anyone (contract, `POST circles/{id}/members`).
FITTING: dict[Role, frozenset[Profession]] = {
    Role.GP: frozenset({Profession.PHYSICIAN}),
    Role.SPECIALIST: frozenset({Profession.PHYSICIAN}),
    Role.NURSE: frozenset({Profession.NURSE}),
    Role.PHARMACIST: frozenset({Profession.PHARMACIST}),
    Role.PHYSIOTHERAPIST: frozenset({Profession.PHYSIOTHERAPIST}),
    Role.OTHER_HEALTH: _OTHER_HEALTH,
    Role.SOCIAL_WORKER: frozenset({Profession.SOCIAL_WORKER}),
}
CARE_PROFESSIONS = _OTHER_HEALTH


def fits(role: Role, profession: str, *, confirmed: bool) -> bool:
    """Whether somebody of this profession may hold the role: one that asks for a profession asks for a confirmed one."""
    return role not in FITTING or (confirmed and profession in FITTING[role])


# Roles in which a physician bears the title.
DOCTORS = frozenset(role for role in Role if role.standing == Standing.CARE_TEAM)


class Audience(models.TextChoices):
    """Who reads a post. Never changes."""

    CARE_TEAM = "care_team", _("Care team")
    WIDER_TEAM = "wider_team", _("Wider team")
    PATIENT = "patient", _("Care + patient")
    RELATIVES = "relatives", _("Care + family")
    CIRCLE = "circle", _("Whole circle")

    @property
    def readers(self) -> Standings:
        """The standings that read this audience; the care team reads everything."""
        if self is Audience.CIRCLE:
            return EVERYONE
        return frozenset({Standing.CARE_TEAM, Standing(self.value)})


class CircleState(models.TextChoices):
    """A circle's life."""

    ACTIVE = "active", _("active")
    FROZEN = "frozen", _("frozen")
    CLOSED = "closed", _("closed")
    DECEASED = "deceased", _("deceased")
    ERASED = "erased", _("erased")  # its key is destroyed: nobody enters, nothing leads back


class ConsentScope(models.TextChoices):
    """What a patient consents to. Within the care team sharing needs no consent, but may be opposed (art. L.1110-4 CSP)."""

    CIRCLE = "circle", _("sharing in the circle, beyond the care team")
    COORDINATION = "coordination", _("a coordinator who is no health professional stands in the care team")


class Cause(models.TextChoices):
    """Why a circle's state changed, where it was not a member's own decision."""

    DECIDED = "", _("decided")
    CONSENT = "consent", _("consent withdrawn")
    UNDONE = "undone", _("change undone")
    RETENTION = "retention", _("time of keeping over")
    REQUEST = "request", _("erased on request")


class Ground(models.TextChoices):
    """Why somebody exercises a patient's rights."""

    MINOR = "minor", _("parental authority, until the 18th birthday")
    JUDGEMENT = "judgement", _("judgement, until its term")


class History(models.TextChoices):
    """How much of the past a new member sees."""

    ALL = "all", _("all history")
    FROM_NOW = "from_now", _("from now")


class Source(models.TextChoices):
    """Where a grant comes from."""

    ADMITTED = "admitted", _("admitted")
    STRUCTURE = "structure", _("by the team")
    UNION = "union", _("by a union of two circles")
    DELEGATION = "delegation", _("as a replacement")
    STAY = "stay", _("for a hospital stay")
    BREAK_GLASS = "break_glass", _("by force of an emergency")


# What a hospital's stay or an emergency gives is that person's, for that time: nobody inherits it, and it stands in for nobody.
PASSING = (Source.STAY, Source.BREAK_GLASS)


class IdentityStatus(models.TextChoices):
    """Status of an identity after the French national identity rules (RNIV): never "qualified" without a checked INS."""

    PROVISIONAL = "provisional", _("provisional identity")
    VALIDATED = "validated", _("validated identity")
    QUALIFIED = "qualified", _("qualified INS")


class Sex(models.TextChoices):
    """Sex as the INS knows it."""

    FEMALE = "F", _("F")
    MALE = "M", _("M")
    UNKNOWN = "U", _("unknown")


class Way(models.TextChoices):
    """How an invitation reaches somebody."""

    EMAIL = "email", _("e-mail")
    CODE = "code", _("QR code")


class Invited(models.TextChoices):
    """Where an invitation stands."""

    PENDING = "pending", _("pending")
    ACCEPTED = "accepted", _("accepted")
    EXPIRED = "expired", _("expired")
    REVOKED = "revoked", _("withdrawn")
