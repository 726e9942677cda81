"""What is said of a file beside its bytes, by a form or by a header, and the bodies that the media API takes."""
import base64
import binascii
import datetime as dt
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from ninja import Schema
from pydantic import Field

from foundation.clock import rfc3339
from foundation.vault.seal import keyed_hash
from media import errors

_LONGEST_NAME = 120
_LONGEST_CAPTION = 500
_SITE = re.compile(r"[a-z][a-z_]{0,31}")
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")


@dataclass(frozen=True)
class Said:
    """What an author says of a file: its name, and of a photo a caption, the place on the body (a code) and the time of capture (RFC 3339).

    Its size in pixels holds its place in the thread until the picture itself says it. What was not said is "" or 0.
    """

    name: str = ""
    caption: str = ""
    site: str = ""
    taken_at: str = ""
    width: int = 0
    height: int = 0

    def facts(self) -> dict[str, Any]:
        """What was said, without what was not."""
        return {name: said for name, said in asdict(self).items() if said}

    def digest(self, circle: UUID, content: bytes) -> bytes:
        """32 bytes that tell whether a second sending is the same; `content`: the hash of the bytes, or their announced number."""
        return keyed_hash("media.key", str(circle), json.dumps(asdict(self), sort_keys=True), content.hex())


def said_of(fields: Mapping[str, str], name: str) -> Said:
    """What the fields `caption`, `site` and `taken_at` say. Raises Invalid `media.bad_field`."""
    caption = _plain(fields.get("caption", ""), keep="\n").strip()
    site = fields.get("site", "")
    if len(caption) > _LONGEST_CAPTION:
        raise errors.bad_field("caption")
    if site and not _SITE.fullmatch(site):
        raise errors.bad_field("site")
    width, height = (_pixels(fields.get(side, "")) for side in ("width", "height"))
    return Said(file_name(name), caption, site, _moment(fields.get("taken_at", "")), width, height)


def file_name(given: str) -> str:
    """A name to show and to save under: no folders, no control or direction characters, at most 120 characters, its ending kept."""
    bare = unicodedata.normalize("NFC", _plain(_unescaped(given).replace("\\", "/"))).rpartition("/")[2]
    bare = " ".join(bare.split()).lstrip(".")
    if len(bare) <= _LONGEST_NAME:
        return bare
    found = _ENDING.search(bare)
    ending = found.group() if found else ""
    return bare[: _LONGEST_NAME - len(ending)] + ending


def _unescaped(given: str) -> str:
    """A name whose sender has written every unusual sign as %XX, as libraries do that know of forms by RFC 2388 only."""
    if not (given.isascii() and _ESCAPED.search(given)) or " " in given:
        return given
    try:
        return unquote(given, errors="strict")
    except UnicodeDecodeError:
        return given


def metadata(header: str) -> dict[str, str]:
    """tus's `Upload-Metadata`: pairs of a key and a value in base64, between commas. Raises Invalid `media.bad_metadata`."""
    pairs = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            pairs[key] = base64.b64decode(value.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise errors.bad_metadata() from None
    return pairs


def _plain(text: str, keep: str = "") -> str:
    """Without characters that are not seen: controls, directions, lone surrogates, private ones."""
    return "".join(letter for letter in text if letter in keep or not unicodedata.category(letter).startswith("C"))


def _moment(text: str) -> str:
    if not text:
        return ""
    try:
        moment = dt.datetime.fromisoformat(text)
        return "" if moment.tzinfo is None else rfc3339(moment) or ""
    except (ValueError, OverflowError):
        raise errors.bad_field("taken_at") from None


def _pixels(text: str) -> int:
    """A side of a picture, or 0 for what none can be: a place in the thread is nothing to refuse a file for."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0


class TranscriptBody(Schema):
    """`PUT media/{id}/transcript`."""

    text: str = Field(max_length=16_000)
    reviewed: bool | None = None


class TranscriberBody(Schema):
    """`POST media/{id}/transcribers`."""

    member: UUID
