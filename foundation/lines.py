"""Log lines by allow-list: an event's code, opaque ids, numbers and codes under known names. Whatever else a record holds stays out.

A call of ours is `log.error("media.lost blob=%s why=%s", blob.pk, type(error).__name__)`: a constant template of a code and fields. The
template is what this program says, the values are what may come from elsewhere; so a value is let through by its field's kind only.
A record that does not look like that, and every record of a library, is told by its place and by the class of its exception.
"""
import datetime as dt
import logging
import re
import traceback
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import TracebackType
from uuid import UUID

FORM = re.compile(r"(?P<event>[a-z_]+(\.[a-z_]+)+)(?P<fields>( [a-z_]+=%[sd])*)")
_CODE = re.compile(r"(A[AER]/)?[a-z0-9_./-]{1,48}")
_FRAME = r"[A-Za-z0-9_./-]{1,80}:[0-9]+"
_PLACE = re.compile(f"{_FRAME}(<{_FRAME})*")
_HASH = re.compile(r"[0-9a-f]{12}|plain")
_UNFIT = re.compile(r"[^A-Za-z0-9_./-]")
_WITHHELD = "withheld"


def _number(value: object) -> str | None:
    return str(value) if isinstance(value, int | float) else None


def _id(value: object) -> str | None:
    """A UUID or a row's number; as text only in that form."""
    if isinstance(value, UUID | int):
        return str(value)
    try:
        return str(UUID(str(value))) if len(str(value)) == 36 else None
    except ValueError:
        return None


def _matching(form: re.Pattern[str]) -> Callable[[object], str | None]:
    return lambda value: value if isinstance(value, str) and form.fullmatch(value) else None


def _class(value: object) -> str | None:
    """The name of an exception's class that this process knows: a person's name under this field is no class."""
    return value if isinstance(value, str) and _is_exception(value) else None


@lru_cache(maxsize=256)
def _is_exception(name: str) -> bool:
    waiting: list[type[BaseException]] = [BaseException]
    while waiting:
        below = waiting.pop().__subclasses__()
        if any(one.__name__ == name for one in below):
            return True
        waiting.extend(below)
    return name == "BaseException"


_code = _matching(_CODE)


def _why(value: object) -> str | None:
    return _code(value) or _class(value)


FIELDS: dict[str, Callable[[object], str | None]] = {
    **dict.fromkeys(("asked", "given", "held", "line", "port", "delay_ms", "written"), _number),
    **dict.fromkeys(
        ("appointment", "blob", "climb", "export", "feed", "glass", "hook", "hospital", "invitation", "letter", "medium", "message",
         "person", "structure"), _id,
    ),
    **dict.fromkeys(("answer", "code", "kind", "name", "reason", "round", "status"), _code),
    "why": _why,
    "error": _class,
    "at": _matching(_PLACE),
    "peer": _matching(_HASH),
}  # fmt: skip


class AllowedLines(logging.Formatter):
    """`TIME LEVEL LOGGER CODE field=value …`, one line whatever comes."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; never raises."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return f"{at} {record.levelname} {record.name} {' '.join(_told(record))}"


def _told(record: logging.LogRecord) -> Iterator[str]:
    form = FORM.fullmatch(record.msg) if isinstance(record.msg, str) and record.name.startswith("cercle.") else None
    args = record.args if isinstance(record.args, tuple) else ()
    fields = re.findall(r" ([a-z_]+)=", form["fields"]) if form else []
    if form is None or len(fields) != len(args):
        yield "log.withheld"
        yield f"at={record.filename}:{record.lineno}"
    else:
        yield form["event"]
        yield from (f"{field}={_let_through(field, value)}" for field, value in zip(fields, args, strict=True))
    if record.exc_info and record.exc_info[0] is not None:
        yield f"error={record.exc_info[0].__name__}"
        yield f"where={places(record.exc_info[2])}"


def _let_through(field: str, value: object) -> str:
    kind = FIELDS.get(field)
    return "-" if value is None or value == "-" else (kind and kind(value)) or _WITHHELD


def places(trace: TracebackType | None) -> str:
    """Where something failed: the innermost calls by file and line, without spaces."""
    frames = reversed(traceback.extract_tb(trace)[-6:])
    return "<".join(f"{_UNFIT.sub('', frame.filename.rsplit('/', 1)[-1])}:{frame.lineno}" for frame in frames) or "-"
