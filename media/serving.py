"""A file's bytes as an answer: whole or a range, with headers that let a browser show them and do nothing else with them.

Pieces are read and opened in the request threads while they are sent, no faster than they are read (`config.streaming`).
"""
import logging
import re
import unicodedata
from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from foundation.vault.seal import SealBroken
from media import errors, files
from media.envelope import Tampered
from media.models import Blob
from media.stores import Absent

log = logging.getLogger("cercle.media")
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # categories of marks: controls, what turns the reading direction, broken ones
_LONGEST_NAME = 150  # characters
_HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def delivered(request: HttpRequest, blob: Blob, vault: UUID, *, media_type: str, name: str, attached: bool) -> HttpResponseBase:
    """The answer to a GET or HEAD of a file's part. Raises OutOfRange, and Lost before the first byte."""
    ranged = request.method == "GET" and "If-Range" not in request.headers  # RFC 9110, 14.2: a range is asked of a GET only
    asked = wanted_range(request.headers.get("Range", ""), blob.size) if ranged else None
    start, end = asked or (0, blob.size)
    answer: HttpResponseBase
    if request.method == "HEAD":
        answer = HttpResponse(content_type=media_type)
    else:
        answer = StreamingHttpResponse(_opened(blob, vault, start, end), content_type=media_type)
    for header, value in _HEADERS.items():
        answer[header] = value
    answer["Content-Length"] = str(end - start)
    answer["Content-Disposition"] = content_disposition_header(attached, clean_name(name)) or "attachment"
    if asked:
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {start}-{end - 1}/{blob.size}"
    return answer


def wanted_range(header: str, size: int) -> tuple[int, int] | None:
    """[start, end) of a `Range` header; None where there is none that this service reads: several ranges and other units are ignored
    (RFC 9110). Raises OutOfRange for a range that lies behind the end."""
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise errors.OutOfRange(size)
    return start, end


def clean_name(name: str) -> str:
    """A file's name without what could lead somebody astray: separators, controls, marks that turn the reading direction."""
    visible = (mark for mark in name if unicodedata.category(mark) not in _UNSEEN)
    kept = "".join("_" if mark in '/\\:*?"<>|' else mark for mark in visible)
    stem, dot, ending = " ".join(kept.split()).strip(". ").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    ending = ending[:12]
    return (stem[: _LONGEST_NAME - len(ending) - 1] + dot + ending) or "file"


def _opened(blob: Blob, vault: UUID, start: int, end: int) -> Iterator[bytes]:
    """The pieces, the first of them opened already: what does not open is an error and not half an answer."""
    try:
        pieces = files.read(blob, vault, start, end)
        return _from(next(pieces, b""), pieces)
    except (Tampered, Absent, SealBroken) as error:
        log.error("media.lost blob=%s why=%s", blob.pk, type(error).__name__)
        raise errors.Lost from None


def _from(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces
