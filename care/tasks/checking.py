"""What a task must be, beside what its shape says."""
import datetime as dt
from typing import Any

from care.tasks import errors
from care.tasks.protocol import RepeatBody
from care.tasks.rules import BadRule, check_rule

_FURTHEST = dt.timedelta(days=3660)


def checked_title(title: str) -> str:
    """The title on one line. Raises Invalid `tasks.no_title`."""
    said = " ".join(title.split())
    if not said:
        raise errors.no_title()
    return said


def check_due(due: dt.datetime | None, now: dt.datetime) -> None:
    """Raises Invalid `tasks.bad_due` for a time that has passed or lies more than ten years ahead."""
    if due is not None and not now < due < now + _FURTHEST:
        raise errors.bad_due()


def checked_repeat(repeat: RepeatBody | dict[str, Any] | None, due: dt.datetime | None) -> dict[str, Any] | None:
    """The repetition as it is kept. Raises Invalid `tasks.bad_repeat`, `tasks.repeat_needs_due`."""
    if repeat is None:
        return None
    said = repeat if isinstance(repeat, dict) else repeat.dict(exclude_none=True)
    if len(said) != 1:
        raise errors.bad_repeat()
    if "rule" in said:
        if due is None:
            raise errors.repeat_needs_due()
        try:
            check_rule(said["rule"])
        except BadRule:
            raise errors.bad_repeat() from None
    return said
