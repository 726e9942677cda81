"""What can be wrong with a measure, with the sentence that a person reads."""
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from foundation.errors import Conflict, Invalid

LONGEST_NOTE = 500


def missing_value(names: Iterable[str]) -> Invalid:
    """A number that this kind needs, or one that it does not know."""
    sentence = _("Give the measured number.")
    return Invalid("measures.missing_value", sentence, errors=dict.fromkeys(names, sentence))


def impossible(bounds: Mapping[str, tuple[Decimal, Decimal]]) -> Invalid:
    """Numbers that cannot be, each with the interval in which it would have to lie."""
    said = {name: _outside(low, high) for name, (low, high) in bounds.items()}
    return Invalid("measures.impossible", next(iter(said.values())), errors=said)


def crossed() -> Invalid:
    """A lower number that is above the upper one."""
    sentence = _("The first number is the higher one.")
    return Invalid("measures.crossed", sentence, errors={"diastolic": sentence})


def unlikely(names: Iterable[str]) -> Conflict:
    """Numbers that are asked about once: sent again with `confirm` they are kept."""
    sentence = _("This is unusual. Measure again if you can; if it is right, keep it.")
    return Conflict("measures.unlikely", sentence, errors=dict.fromkeys(names, sentence))


def bad_time() -> Invalid:
    """A measure of tomorrow, or of before this record."""
    sentence = _("A measure is not in the future, and at most a year old.")
    return Invalid("measures.bad_time", sentence, errors={"taken_at": sentence})


def bad_place() -> Invalid:
    """A cursor that this list never gave."""
    return Invalid("http.bad_cursor", _("This is not a place in the list."))


def long_note() -> Invalid:
    """A word beside a number, not a report."""
    sentence = _("At most %(n)d signs beside a number.") % {"n": LONGEST_NOTE}
    return Invalid("measures.long_note", sentence, errors={"note": sentence})


def _outside(low: Decimal, high: Decimal) -> str:
    return _("This cannot be: a number from %(low)s to %(high)s.") % {"low": number_format(low), "high": number_format(high)}
