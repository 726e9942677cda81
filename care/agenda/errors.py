"""What can be wrong with something of the agenda."""
from django.utils.translation import gettext as _

from foundation.errors import Conflict, Invalid
from people.circles.enums import Audience


def bad_times(field: str, sentence: str) -> Invalid:
    """Beginning and end do not make a time."""
    return Invalid("agenda.bad_times", sentence, errors={field: sentence})


def bad_zone() -> Invalid:
    """No time zone of this name."""
    return Invalid("agenda.bad_zone", _("This time zone is not known."), errors={"zone": _("For example Europe/Paris.")})


def bad_rule(sentence: str) -> Invalid:
    """A rule of repeating that is none, or that this service does not follow."""
    return Invalid("agenda.bad_rule", sentence, errors={"rrule": sentence})


def too_often() -> Invalid:
    """A rule that would fill the agenda."""
    sentence = _("This repeats more than a thousand times a year.")
    return Invalid("agenda.rule_too_often", sentence, errors={"rrule": sentence})


def bad_attendee() -> Invalid:
    """Somebody is expected who does not read it, or who is not here."""
    sentence = _("Somebody who is expected is not a member, or would not read this.")
    return Invalid("agenda.bad_attendee", sentence, errors={"attendees": sentence})


def no_title() -> Invalid:
    """Nothing says what it is."""
    sentence = _("Say in a few words what it is.")
    return Invalid("agenda.no_title", sentence, errors={"title": sentence})


def bad_window() -> Invalid:
    """A time that is asked for and is none, or is too long."""
    return Invalid("agenda.bad_window", _("Ask for a time of at most 400 days."), errors={"to": _("At most 400 days after the beginning.")})


def too_many_exceptions() -> Invalid:
    """A series of which nearly nothing follows its rule."""
    return Invalid("agenda.too_many_exceptions", _("Too many of these dates differ. Begin a new series."))


def cancelled() -> Conflict:
    """Nothing is done to what will not take place."""
    return Conflict("agenda.cancelled", _("This was cancelled."))


def not_yet() -> Invalid:
    """A visit is reported when its day has come."""
    return Invalid("agenda.not_yet", _("This visit is still to come."))


def reported(who: str, outcome: str, member: str) -> Conflict:
    """Somebody else has said it already, or something else was said."""
    return Conflict("agenda.reported", _("%(name)s has already reported this visit.") % {"name": who}, outcome=outcome, by=member)


def report_too_wide() -> Invalid:
    """The word about a visit would tell of it to somebody who does not see it."""
    sentence = _("Not everybody of these readers sees this visit. Choose fewer readers, or write a message of its own.")
    return Invalid("agenda.report_too_wide", sentence, errors={"audience": sentence})


def known_to_more(audience: Audience) -> Invalid:
    """An update that is meant for fewer readers than what it changes has."""
    sentence = _("This changes what an earlier invitation brought, and that is read by: %(audience)s. Choose the same readers.")
    sentence %= {"audience": audience.label}
    return Invalid("agenda.known_to_more", sentence, errors={"audience": sentence})
