"""What can be wrong with a task, each with its code and sentence."""
from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.errors import Conflict, Invalid


def no_title() -> Invalid:
    """Nothing says what is to be done."""
    return Invalid("tasks.no_title", _("Say what is to be done."), errors={"title": _("Say what is to be done.")})


def bad_addressee() -> Invalid:
    """Somebody in `to` does not read the task."""
    sentence = _("Somebody you ask would not read this. Choose other readers or ask somebody else.")
    return Invalid("tasks.bad_addressee", sentence, errors={"to": sentence})


def unknown_post() -> Invalid:
    """The message from which it is made is none of the author's."""
    return Invalid("tasks.unknown_post", _("The message from which this is made is not there."))


def bad_due() -> Invalid:
    """A time that has passed, or more than ten years ahead."""
    sentence = _("Choose a time that is still to come.")
    return Invalid("tasks.bad_due", sentence, errors={"due_at": sentence})


def bad_repeat() -> Invalid:
    """No rule that this service keeps."""
    sentence = _("This repetition is not understood.")
    return Invalid("tasks.bad_repeat", sentence, errors={"repeat": sentence})


def repeat_needs_due() -> Invalid:
    """A rule counts from the first time."""
    sentence = _("Say by when the first one is to be done.")
    return Invalid("tasks.repeat_needs_due", sentence, errors={"due_at": sentence})


def taken(owner: dict[str, Any]) -> Conflict:
    """Somebody else was first."""
    return Conflict("tasks.taken", _("%(name)s has this.") % {"name": owner["name"]}, owner=owner)


def not_taken() -> Conflict:
    """Handing back what nobody has."""
    return Conflict("tasks.not_taken", _("Nobody has this at the moment."))


def over() -> Conflict:
    """It is done or cancelled."""
    return Conflict("tasks.over", _("This is done or cancelled already."))


def not_over() -> Conflict:
    """Opening again what is open."""
    return Conflict("tasks.not_over", _("This is neither done nor cancelled."))
