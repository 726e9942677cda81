"""Words of the accounts room."""
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Gender(models.TextChoices):
    """In which gender a person is spoken of; "" where it was not said."""

    FEMALE = "F", _("a woman")
    MALE = "M", _("a man")


class Profession(models.TextChoices):
    """Professions as the contract names them, in the words for a person whose gender is not known."""

    PHYSICIAN = "physician", pgettext_lazy("of a person", "physician")
    NURSE = "nurse", pgettext_lazy("of a person", "nurse")
    PHARMACIST = "pharmacist", pgettext_lazy("of a person", "pharmacist")
    PHYSIOTHERAPIST = "physiotherapist", pgettext_lazy("of a person", "physiotherapist")
    MIDWIFE = "midwife", pgettext_lazy("of a person", "midwife")
    DENTIST = "dentist", pgettext_lazy("of a person", "dentist")
    PSYCHOLOGIST = "psychologist", pgettext_lazy("of a person", "psychologist")
    DIETITIAN = "dietitian", pgettext_lazy("of a person", "dietitian")
    OCCUPATIONAL_THERAPIST = "occupational_therapist", pgettext_lazy("of a person", "occupational therapist")
    SPEECH_THERAPIST = "speech_therapist", pgettext_lazy("of a person", "speech therapist")
    CARE_ASSISTANT = "care_assistant", pgettext_lazy("of a person", "care assistant")
    SOCIAL_WORKER = "social_worker", pgettext_lazy("of a person", "social worker")
    OTHER = "other", pgettext_lazy("of a person", "other profession")


class StructureKind(models.TextChoices):
    """What a structure is. A scenario may bring others; what is read here decides nothing about care."""

    NURSING_OFFICE = "nursing_office", _("nursing practice")
    MEDICAL_OFFICE = "medical_office", _("medical practice")
    HEALTH_CENTRE = "health_centre", _("health centre")
    PHARMACY = "pharmacy", _("pharmacy")
    HOME_HELP = "home_help", _("home-help service")
    COORDINATION = "coordination", _("coordination desk")
    HOSPITAL = "hospital", _("hospital")
    OTHER = "other", _("other structure")


class Purpose(models.TextChoices):
    """As what somebody is invited into a structure."""

    COLLEAGUE = "colleague", _("colleague")
    ADMINISTRATOR = "administrator", _("administrator")


class Duty(StrEnum):
    """What an administrator of a structure or an operator of the service does. None of it touches a circle."""

    SEE_TEAM = "see_team"
    INVITE = "invite"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    END_WORK = "end_work"
    RESTART_FACTOR = "restart_factor"
    CHANGE_SETTINGS = "change_settings"
    SEE_SERVICE = "see_service"
    KEEP_STRUCTURES = "keep_structures"
    NAME_ADMINISTRATORS = "name_administrators"
    RETRY_DELIVERIES = "retry_deliveries"
    KEEP_FEEDS = "keep_feeds"
    TRY_MESSAGES = "try_messages"
    DECIDE_IDENTITIES = "decide_identities"


class Done(models.TextChoices):
    """Acts as the lines of an administration tell them."""

    INVITED = "invited", _("invited somebody")
    RESENT = "resent", _("sent an invitation again")
    REVOKED = "revoked", _("took an invitation back")
    ACCEPTED = "accepted", _("accepted the invitation")
    CONFIRMED = "confirmed", _("confirmed the profession")
    WITHDREW = "withdrew", _("withdrew the confirmation")
    ENDED = "ended", _("ended the work here")
    TOOK_BACK = "took_back", _("took the end of the work back")
    RESTARTED = "restarted", _("removed a lost second factor")
    SETTINGS = "settings", _("changed the settings")
    UNIT_ADDED = "unit_added", _("put somebody on a unit's list")
    UNIT_ENDED = "unit_ended", _("took somebody off a unit's list")
    CREATED = "created", _("entered the structure")
    INVITED_ADMINISTRATOR = "invited_administrator", _("invited an administrator")
    APPOINTED = "appointed", _("named an administrator")
    DISMISSED = "dismissed", _("ended the administration")
    OPERATOR_NAMED = "operator_named", _("named an operator of the service")
    OPERATOR_ENDED = "operator_ended", _("ended the operation of the service")
    FEED_MADE = "feed_made", _("connected a feed of the hospital")
    FEED_CHANGED = "feed_changed", _("changed a feed of the hospital")
    MESSAGES_REPLAYED = "messages_replayed", _("had messages of a feed worked out again")
    IDENTITY_DECIDED = "identity_decided", _("decided about an identity")
    IDENTITY_UNDONE = "identity_undone", _("took a decision about an identity back")
