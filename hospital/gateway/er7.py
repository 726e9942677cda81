"""A reader of HL7 v2 in ER7 that takes what hospitals really send (interop: "Traps seen in the real files").

Lines end with CR, LF or both; a BOM, blanks before a segment and control bytes do no harm; a line that begins no segment belongs to
the one before. Text is split first and unescaped afterwards. Everything is bounded: a message of separators only costs what it is long.
"""
import re
from dataclasses import dataclass

from hospital.gateway.errors import not_for_us, unfit

MOST_SEGMENTS = 20_000
_MOST_LINES = 1_000_000  # base64 is wrapped by some
_MOST_FIELDS = 256
_MOST_REPETITIONS = 256
_MOST_PARTS = 64
ERASED = '""'
# Table 0211. France writes 8859/15 (PAM.fr 6.1); what calls itself 8859/1 holds œ, € and ’, so it is read as cp1252.
_CHARSETS = {
    "8859/15": "iso8859-15", "8859/1": "cp1252", "UNICODE UTF-8": "utf-8", "UTF-8": "utf-8", "ASCII": "cp1252", "8859/9": "iso8859-9",
    "UNICODE": "utf-8", "UNICODE UTF-16": "utf-16",
}  # fmt: skip
_CONTROL = bytes([*range(9), 11, 12, *range(14, 32), 0x7F])
_MOST_ESCAPES = 10_000  # in one component: more are no text of anybody's
_ESCAPES = {"F": 0, "S": 1, "R": 2, "E": 3, "T": 4}


@dataclass(frozen=True)
class Signs:
    """The separators that MSH-1 and MSH-2 name, in their order: field, component, repetition, escape, subcomponent."""

    every: str
    charset: str

    def unescaped(self, text: str) -> str:
        r"""`\F\ \S\ \R\ \E\ \T\ \.br\ \Xhh\` as what they stand for; other escapes are dropped."""
        escape = self.every[3]
        if escape not in text or text.count(escape) > _MOST_ESCAPES:
            return text
        parts = text.split(escape)
        for place in range(1, len(parts) - 1, 2):
            parts[place] = self._meant(parts[place])
        if len(parts) % 2 == 0:  # one that nothing closes is a sign like any other
            parts[-1] = escape + parts[-1]
        return "".join(parts)

    def _meant(self, word: str) -> str:
        if word in _ESCAPES:
            return self.every[_ESCAPES[word]]
        if word.startswith((".br", ".sp")):
            return "\n"
        if word.startswith("X"):
            try:
                return bytes.fromhex(word[1:]).translate(None, _CONTROL).decode(self.charset, "replace")
            except ValueError:
                return ""
        return ""


class Value:
    """One repetition of a field: components from 1, subcomponents from 1. What is not there is ""."""

    def __init__(self, raw: str, signs: Signs) -> None:
        self._parts, self._signs = raw.split(signs.every[1], _MOST_PARTS), signs

    def part(self, component: int = 1, sub: int = 1) -> str:
        """A component's text; what is to be erased is "" too."""
        if component > len(self._parts):
            return ""
        subs = self._parts[component - 1].split(self._signs.every[4], _MOST_PARTS)
        text = subs[sub - 1] if sub <= len(subs) else ""
        return "" if text == ERASED else self._signs.unescaped(text).strip()

    @property
    def erased(self) -> bool:
        """Whether the sender wants the value gone."""
        return self._parts[0] == ERASED


class Segment:
    """One segment; fields are numbered as HL7 does, in MSH as well."""

    def __init__(self, text: str, signs: Signs) -> None:
        self.name, self._signs = text[:3], signs
        self._fields = text.split(signs.every[0], _MOST_FIELDS)
        if self.name == "MSH":
            self._fields.insert(1, signs.every[0])

    def raw(self, field: int) -> str:
        """A field as it stands, with its separators and escapes."""
        return self._fields[field] if field < len(self._fields) else ""

    def all(self, field: int) -> list[Value]:
        """A field's repetitions; none where it is empty."""
        raw = self.raw(field)
        return [Value(each, self._signs) for each in raw.split(self._signs.every[2], _MOST_REPETITIONS)] if raw.strip() else []

    def text(self, field: int, component: int = 1, sub: int = 1) -> str:
        """A component of a field's first repetition."""
        found = self.all(field)
        return found[0].part(component, sub) if found else ""


class Er7:
    """A message, read. `doubtful_charset`: it is not in the character set that it names."""

    def __init__(self, text: str, signs: Signs, *, doubtful_charset: bool = False) -> None:
        self._segments = [Segment(each, signs) for each in _lines(text, signs.every[0])]
        self.signs, self.doubtful_charset = signs, doubtful_charset
        self.msh = self._segments[0]

    def first(self, name: str) -> Segment:
        """The first segment of this name; an empty one where there is none."""
        return next((each for each in self._segments if each.name == name), Segment(name, self.signs))

    def all(self, name: str) -> list[Segment]:
        """All segments of this name, in their order."""
        return [each for each in self._segments if each.name == name]

    @property
    def names(self) -> list[str]:
        """The segments' names in their order."""
        return [each.name for each in self._segments]

    @property
    def control(self) -> str:
        """MSH-10."""
        return self.msh.raw(10).strip()[:199]

    @property
    def kind(self) -> tuple[str, str]:
        """("ADT", "A01")."""
        return self.msh.text(9, 1).upper(), self.msh.text(9, 2).upper()


def trimmed(raw: bytes) -> bytes:
    """A message without what surrounds it: BOM, blanks, ends of lines."""
    return raw.removeprefix(b"\xef\xbb\xbf").strip(b"\r\n\t \x00\x0b\x1c")


def read_er7(raw: bytes) -> Er7:
    """A message out of its bytes. Raises Refused: AR 199 for XML, AR 100 without an MSH that can be read, AE 100 for too many segments."""
    body = trimmed(raw)
    if body[:1] == b"<":
        raise not_for_us("199", "Message en XML : ce récepteur lit l'encodage ER7 seulement.")
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        body = body.decode("utf-16", "replace").encode()
    if body[:3] != b"MSH" or len(body) < 8:
        raise not_for_us("100", "Segment MSH absent ou illisible.", "MSH^1")
    charset = _charset(body)
    text, doubtful = _decoded(body.translate(None, _CONTROL), charset)
    if text.count("\r") + text.count("\n") > _MOST_LINES:
        raise unfit("100", f"Plus de {_MOST_LINES} lignes.")
    signs = Signs(_signs(text), "cp1252" if charset in {"", "utf-16"} else charset)
    return Er7(text, signs, doubtful_charset=doubtful)


def _signs(text: str) -> str:
    """Field separator and the four of MSH-2; those that are missing are the usual ones."""
    field = text[3]
    named = re.split(r"[\r\n]|" + re.escape(field), text[4:12], maxsplit=1)[0][:4]
    signs = field + named + "^~\\&"[len(named) :]
    if len(set(signs)) < len(signs) or any(sign.isalnum() or sign.isspace() for sign in signs):
        raise not_for_us("100", "Séparateurs de MSH-1 et MSH-2 inutilisables.", "MSH^1^2")
    return signs


def _charset(body: bytes) -> str:
    """The codec that MSH-18 names, by its first repetition; "" where it names none that we know."""
    msh = re.split(rb"[\r\n]", body[:4096], maxsplit=1)[0]
    fields = msh.split(body[3:4], 20)
    named = fields[17].decode("latin-1").split(chr(body[5]) if len(body) > 5 else "~")[0].strip().upper() if len(fields) > 17 else ""
    return _CHARSETS.get(named, "")


def _decoded(body: bytes, charset: str) -> tuple[str, bool]:
    """The text, and whether it is in another character set than it says. What names none is UTF-8 if it can be."""
    try:
        return body.decode(charset if charset not in {"", "utf-16"} else "utf-8"), False
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace"), charset != ""


def _lines(text: str, field: str) -> list[str]:
    """The segments: whatever stands after the end of a line and begins with a name. Anything else goes on with the one before."""
    text = re.sub(r"[\r\n][\r\n\t ]*", "\r", text)
    begins = re.compile(rf"\r(?=[A-Z][A-Z0-9]{{2}}(?:{re.escape(field)}|\r|$))")
    found, start = [], 0
    for mark in begins.finditer(text):
        found.append(text[start : mark.start()])
        start = mark.end()
        if len(found) >= MOST_SEGMENTS:
            raise unfit("100", f"Plus de {MOST_SEGMENTS} segments.")
    found.append(text[start:])
    return found
