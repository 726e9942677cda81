"""What can be wrong with summary, plan and a request for a stay, with the sentence that a person reads."""
from django.utils.translation import gettext as _

from foundation.errors import Conflict, Invalid

LONGEST = 2000


def empty_entry() -> Invalid:
    """An entry without words."""
    sentence = _("Write what the circle should know.")
    return Invalid("plan.empty_entry", sentence, errors={"text": sentence})


def long_entry() -> Invalid:
    """An entry that nobody reads at a glance."""
    sentence = _("At most %(n)d signs: this is read at a glance.") % {"n": LONGEST}
    return Invalid("plan.long_entry", sentence, errors={"text": sentence})


def bad_gir() -> Invalid:
    """A group that AGGIR has not, or given where it means nothing."""
    sentence = _("GIR is a whole number from 1 to 6, for autonomy only.")
    return Invalid("plan.bad_gir", sentence, errors={"gir": sentence})


def changed_meanwhile(version: int) -> Conflict:
    """Somebody else changed the words that this change was made on."""
    sentence = _("Somebody else has just changed this. Your words are kept here: compare, then save.")
    return Conflict("plan.changed_meanwhile", sentence, version=version)


def _field(name: str, code: str, sentence: str) -> Invalid:
    return Invalid(code, sentence, errors={name: sentence})


def no_words() -> Invalid:
    """Nothing was said."""
    return _field("text", "plan.empty", _("Write it in a few words."))


def no_act() -> Invalid:
    """A procedure without what to do."""
    return _field("act", "plan.no_act", _("Say what to do: “weigh her, then call the nurse”."))


def no_referent() -> Invalid:
    """A referent's entry names nobody."""
    return _field("member", "plan.no_referent", _("Choose who refers for this plan."))


def referent_named() -> Conflict:
    """There is one already."""
    return Conflict("plan.referent_named", _("This plan has a referent already. Change who it is there."))


def unknown_member() -> Invalid:
    """Not a member who reads the entry."""
    return _field("member", "plan.unknown_member", _("Choose somebody of the circle who reads this entry."))


def role_does_not_read() -> Invalid:
    """A role whose standing does not read the entry."""
    return _field("role", "plan.role_does_not_read", _("Nobody in this role reads this entry. Choose another, or other readers."))


def bad_link(name: str) -> Invalid:
    """A link to what is not there, or is not for all who read this entry."""
    return _field(name, "plan.bad_link", _("Choose an entry that everybody who reads this one reads too."))


def ended() -> Conflict:
    """Changing what has ended."""
    return Conflict("plan.ended", _("This entry has ended. Write a new one."))


def nothing_new() -> Conflict:
    """Publishing what is published."""
    return Conflict("plan.nothing_new", _("Nothing has changed since the last edition."))


def older_edition() -> Conflict:
    """Agreeing to what is no longer the plan."""
    return Conflict("plan.older_edition", _("There is a newer edition. Read that one, then agree to it."))


def patient_has_none() -> Conflict:
    """The patient agrees to what the patient cannot read."""
    return Conflict("plan.patient_has_none", _("Nothing in the published plan is for the patient yet."))


def no_date() -> Invalid:
    """An appointment without a day."""
    return _field("due_on", "plan.no_date", _("Give this action a date first."))


def not_an_action() -> Invalid:
    """Only actions become tasks and appointments."""
    return Invalid("plan.not_an_action", _("Only an action can become a task or an appointment."))


def unknown_unit() -> Invalid:
    """A unit that is not there, or of no hospital."""
    return _field("unit", "stays.unknown_unit", _("Choose the unit that you ask."))


def discreet_unit() -> Invalid:
    """A unit of which only the care team hears."""
    return _field("audience", "stays.discreet_unit", _("Only the care team hears of this unit: choose “Care team”."))


def no_reason() -> Invalid:
    """Asking, refusing or asking back without words."""
    return _field("text", "stays.no_reason", _("Say it in a few words: the other side reads them."))


def bad_dates() -> Invalid:
    """A window that is past or ends before it begins."""
    return _field("wished_from", "stays.bad_dates", _("Give a day from today on, and an end that is not before it."))


def no_planned_date() -> Invalid:
    """Accepted, but for when?"""
    return _field("planned_for", "stays.no_planned_date", _("Give the day of admission, from today on."))


def answered() -> Conflict:
    """Somebody answered it, or it was withdrawn."""
    return Conflict("stays.answered", _("This request has been answered or withdrawn."))
