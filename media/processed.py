"""What a child says of a file, read as what a stranger says: only known facts, each of its type and within its bounds."""
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from media.enums import MediaKind
from media.errors import SENTENCES, DecoderDied, Refused
from media.sandbox import bounds
from media.sandbox.child_process import Answer
from media.sniffing import EXTENSIONS

_PLACEHOLDER = re.compile(r"data:image/webp;base64,[A-Za-z0-9+/]{16,2000}={0,2}")
_STARTS = {"image/jpeg": b"\xff\xd8\xff", "application/pdf": b"%PDF-"}
_FIRST_PHOTO = 1900  # a scanned one may be old; a clock that was never set says 1970 or 2000


@dataclass(frozen=True)
class Processed:
    """A file that is fit to be seen.

    `facts` hold of width, height (pixels), duration (seconds), waveform (64 of 0..100), placeholder (a data URI), taken_at (RFC 3339
    in UTC) and pages what fits the kind. `content` is None where the upload stays as it is. `thumbnail` is a WebP.
    """

    media_type: str
    facts: dict[str, Any] = field(default_factory=dict)
    content: Sequence[bytes] | None = None
    thumbnail: bytes | None = None


def read_answer(kind: MediaKind, answer: Answer) -> Processed:
    """Raises Refused with the child's code, DecoderDied when it said nonsense."""
    if answer.code:
        raise Refused(answer.code if answer.code in SENTENCES else "media.unreadable")
    try:
        said = json.loads(answer.facts)
        return {MediaKind.PHOTO: _photo, MediaKind.VOICE: _voice, MediaKind.DOCUMENT: _document}[kind](said, answer)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DecoderDied from None


def _photo(said: dict[str, Any], answer: Answer) -> Processed:
    width, height = _whole(said["width"], bounds.PIXELS), _whole(said["height"], bounds.PIXELS)
    _must(width * height <= bounds.PIXELS)
    _must(bool(_PLACEHOLDER.fullmatch(said["placeholder"])))
    facts = {"width": width, "height": height, "placeholder": said["placeholder"], **_taken_at(said)}
    return Processed("image/jpeg", facts, [_starting(answer.content, _STARTS["image/jpeg"])], _webp(answer.thumbnail))


def _voice(said: dict[str, Any], answer: Answer) -> Processed:
    content = answer.content or b""
    _must(content[4:8] == b"ftyp")
    _must(isinstance(said["duration"], float | int) and 0 < said["duration"] <= bounds.VOICE_S)
    bars = said["waveform"]
    _must(isinstance(bars, list) and len(bars) == bounds.BARS and all(type(bar) is int and 0 <= bar <= 100 for bar in bars))
    return Processed("audio/mp4", {"duration": float(said["duration"]), "waveform": bars}, [content])


def _document(said: dict[str, Any], answer: Answer) -> Processed:
    media_type = said["media_type"]
    _must(media_type in EXTENSIONS and not media_type.startswith(("image/", "audio/")))
    if media_type != "application/pdf":
        return Processed(media_type)
    content = _starting(answer.content, _STARTS["application/pdf"])
    return Processed(media_type, {"pages": _whole(said["pages"], bounds.PAGES)}, [content], _webp(answer.thumbnail))


def _must(fits: bool) -> None:
    if not fits:
        raise ValueError


def _whole(number: object, most: int) -> int:
    if type(number) is not int or not 0 < number <= most:
        raise ValueError
    return number


def _starting(content: bytes | None, start: bytes) -> bytes:
    if content is None or not content.startswith(start):
        raise ValueError
    return content


def _webp(thumbnail: bytes | None) -> bytes:
    if thumbnail is None or thumbnail[:4] != b"RIFF" or thumbnail[8:12] != b"WEBP":
        raise ValueError
    return thumbnail


def _taken_at(said: dict[str, Any]) -> dict[str, str]:
    """In UTC; a camera that knows no zone is taken to be where the service is. What can't be true is left out."""
    if "taken" not in said:
        return {}
    try:
        at = datetime.fromisoformat(said["taken"] + said.get("offset", ""))
        at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(settings.CIRCLE_TIME_ZONE))
        likely = at.year >= _FIRST_PHOTO and at <= timezone.now() + timedelta(days=1)
        return {"taken_at": at.astimezone(ZoneInfo("UTC")).isoformat().replace("+00:00", "Z")} if likely else {}
    except (ValueError, OverflowError):
        return {}
