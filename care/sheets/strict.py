"""Reading JSON member by member: whatever is of another type, too long or too many is refused with its place."""
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from care.sheets.errors import Malformed
from care.sheets.extensions import TRANSLATION
from care.sheets.questionnaire import Said
from foundation.errors import Sentence

LARGEST = 512 * 1024  # bytes
_MOST_IGNORED = 50
_LARGEST_NUMBER = 10**12
_TOO_DEEP = 64
_BRACKETS = re.compile(r"[\[\]{}]")
_UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
T = TypeVar("T")
_EXPECTED: dict[type, Any] = {
    str: gettext_lazy("A text is expected here."), bool: gettext_lazy("true or false is expected here."),
    int: gettext_lazy("A whole number is expected here."), list: gettext_lazy("A list is expected here."),
}  # fmt: skip


def document(raw: bytes | str) -> Any:
    """Parsed JSON; of what is no JSON, the line and column. Raises Malformed."""
    size = len(raw.encode("utf-8", "surrogatepass")) if isinstance(raw, str) else len(raw)
    if size > LARGEST:
        raise Malformed("", _("This form is larger than 512 KB."))
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        if _depth(text) > _TOO_DEEP:
            raise Malformed("", _("This is nested too deeply."))
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        sentence = _("This is no JSON: line %(line)s, column %(column)s.") % {"line": error.lineno, "column": error.colno}
        raise Malformed("", sentence) from None
    except (ValueError, RecursionError):
        raise Malformed("", _("This is no JSON.")) from None


def _depth(text: str) -> int:
    """The deepest brackets of a text, those within strings counted too: only for a bound before anything recurses."""
    depth = deepest = 0
    for sign in _BRACKETS.finditer(text):
        depth += 1 if sign[0] in "[{" else -1
        if depth > deepest:
            deepest = depth
            if deepest > _TOO_DEEP:
                break
    return deepest


def _no_constant(constant: str) -> Any:
    raise Malformed("", _("%(constant)s is no number of JSON.") % {"constant": constant})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A member twice would mean two things."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise Malformed("", _("A member of an object is there twice."))
    return members


@dataclass
class Node:
    """A JSON object at its place. What is asked for by name is known; the rest is noted as ignored when the node is closed."""

    value: dict[str, Any]
    place: str
    ignored: list[str]
    known: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, value: Any, place: str, ignored: list[str]) -> "Node":
        """An object. Raises Malformed."""
        if not isinstance(value, dict):
            raise Malformed(place, _("An object is expected here."))
        if "modifierExtension" in value:
            raise Malformed(f"{place}.modifierExtension".lstrip("."), _("This changes the meaning of the form in a way that is not known."))
        return cls(value, place, ignored)

    def at(self, name: str) -> str:
        """The place of a member."""
        return f"{self.place}.{name}" if self.place else name

    def wrong(self, name: str, sentence: Sentence) -> Malformed:
        """A complaint about a member."""
        return Malformed(self.at(name), sentence)

    def get(self, name: str, kind: type[T]) -> T | None:
        """A member of a type, None where it is absent."""
        self.known.add(name)
        value = self.value.get(name)
        if value is None and name not in self.value:
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(name, _EXPECTED[kind])
        return value

    def text(self, name: str, longest: int = 500) -> str:
        """A text, "" where it is absent."""
        value = self.get(name, str)
        if value is not None and (not value.strip() or len(value) > longest):
            raise self.wrong(name, _("A text of at most %(count)s signs is expected here.") % {"count": longest})
        if value and _UNSHOWN.search(value):
            raise self.wrong(name, _("There are signs here that can't be shown."))
        return value or ""

    def flag(self, name: str) -> bool:
        """Yes or no; no where it is absent."""
        return bool(self.get(name, bool))

    def whole(self, name: str, low: int, high: int) -> int | None:
        """A whole number between two bounds."""
        value = self.get(name, int)
        if value is not None and not low <= value <= high:
            raise self.wrong(name, _("A number from %(low)s to %(high)s is expected here.") % {"low": low, "high": high})
        return value

    def number(self, name: str) -> Decimal | None:
        """A number within ±10¹²."""
        self.known.add(name)
        value = self.value.get(name)
        if name not in self.value:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER:
            raise self.wrong(name, _("A number is expected here."))
        return Decimal(str(value))

    def rows(self, name: str, most: int) -> list[Any]:
        """A list, [] where it is absent."""
        rows = self.get(name, list) or []
        if len(rows) > most:
            raise self.wrong(name, _("There are more than %(count)s entries here.") % {"count": most})
        return rows

    def nodes(self, name: str, most: int) -> list["Node"]:
        """The objects of a list."""
        return [Node.of(row, f"{self.at(name)}[{at}]", self.ignored) for at, row in enumerate(self.rows(name, most))]

    def node(self, name: str) -> "Node | None":
        """An object."""
        self.known.add(name)
        return Node.of(self.value[name], self.at(name), self.ignored) if name in self.value else None

    def extensions(self) -> Iterator[tuple[str, "Node"]]:
        """(address, extension) of each."""
        for node in self.nodes("extension", 200):
            url = node.text("url", 300)
            if not url:
                raise node.wrong("url", _("A text is expected here."))
            yield url, node

    def said(self, name: str, longest: int = 1000) -> Said:
        """A text with its translations, which stand in the member's shadow ("_text", FHIR's `translation`)."""
        text, shadow = self.text(name, longest), self.node(f"_{name}")
        others: list[tuple[str, str]] = []
        for url, extension in shadow.extensions() if shadow else ():
            if url != TRANSLATION:
                self.ignored.append(extension.place)
                continue
            parts = dict(extension.extensions())
            if parts.keys() != {"lang", "content"}:
                raise Malformed(extension.place, _("A translation has a language and a content."))
            others.append((parts["lang"].text("valueCode", 20), parts["content"].text("valueString", longest)))
        if others and not text:
            raise self.wrong(name, _("There is a translation of nothing."))
        return Said(text, tuple(others))

    def close(self) -> None:
        """Notes what nobody asked for."""
        rest = (name for name in self.value if name not in self.known and name not in {"id", "fhir_comments"})
        self.ignored += [self.at(name) for name in rest][: max(0, _MOST_IGNORED - len(self.ignored))]
