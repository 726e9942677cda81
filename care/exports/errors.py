"""What can go wrong with a copy of a record."""
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.errors import Conflict


def under_way() -> Conflict:
    """One at a time: the person's other copy is still being made."""
    return Conflict("exports.under_way", _("Another copy is still being made for you. Wait until it is there."))


def not_ready() -> Conflict:
    """Nothing to fetch yet, or it failed."""
    return Conflict("exports.not_ready", _("This copy is not there yet."))


class Incomplete(Exception):
    """What was written is not what the database holds. `counts` are the two, by kind; numbers only."""

    def __init__(self, written: dict[str, int], held: dict[str, int]) -> None:
        super().__init__("exports.incomplete")
        self.written, self.held = written, held


class Lost(Exception):
    """The work is somebody else's by now, or nobody's."""


class NoRight(Exception):
    """Who asked may not have it any more."""


# Why a copy failed, as its page says it.
SENTENCES = {
    "exports.incomplete": gettext_lazy("The record changed while it was copied, several times. Please ask again."),
    "exports.no_right": gettext_lazy("Your place in the circle changed while the copy was made. Ask again if you still need it."),
    "exports.broken": gettext_lazy("A part of the record could not be read. The people who run this service know of it."),
    "exports.given_up": gettext_lazy("The copy could not be finished. The people who run this service know of it."),
}
