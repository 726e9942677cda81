"""A file's bytes as an answer: whole or a range, with headers that let a browser show them and do nothing else with them."""
import re
from collections.abc import AsyncIterator, Iterator
from itertools import chain, islice
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from media import errors, files
from media.models import Blob

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_PIECES_AT_ONCE = 8  # of 64 KiB: one hop to a thread for half a megabyte
_HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def delivered(request: HttpRequest, blob: Blob, vault: UUID, *, media_type: str, name: str, attached: bool) -> HttpResponseBase:
    """The answer to a GET or HEAD of a file's part. Raises OutOfRange; Tampered before the first byte where the bytes are not ours."""
    asked = wanted_range(request.headers.get("Range", ""), blob.size) if "If-Range" not in request.headers else None
    start, end = asked or (0, blob.size)
    answer: HttpResponseBase
    if request.method == "HEAD":
        answer = HttpResponse(content_type=media_type)
    else:
        answer = StreamingHttpResponse(_pieces(_checked(files.read(blob, vault, start, end))), content_type=media_type)
    for header, value in _HEADERS.items():
        answer[header] = value
    answer["Content-Length"] = str(end - start)
    answer["Content-Disposition"] = content_disposition_header(attached, name) or ("attachment" if attached else "inline")
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


def _checked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the first of them read already: what does not open is an error and not half an answer."""
    return chain(list(islice(pieces, 1)), pieces)


async def _pieces(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Read and opened in threads, a few at a time: neither the loop waits nor is the whole file ever in memory."""
    while some := await sync_to_async(_next, thread_sensitive=False)(pieces):
        yield some


def _next(pieces: Iterator[bytes]) -> bytes:
    return b"".join(islice(pieces, _PIECES_AT_ONCE))
