"""What the outer boxes of a sound file say, read before any decoder does: that it is whole, and that its sound lies in it."""
import struct
from collections.abc import Iterator

from media.sandbox import bounds
from media.sandbox.refusal import Refusal

_TREE = {b"moov", b"trak", b"mdia", b"minf", b"dinf"}
_SEGMENT = b"\x18\x53\x80\x67"


def check_container(data: bytes, media_type: str) -> None:
    """Raises Refusal `media.unreadable` for what is cut short or points elsewhere, `media.too_long` for a WAV that announces hours."""
    check = {"audio/mp4": _mp4, "audio/wav": _wav, "audio/webm": _webm}.get(media_type)
    if check:
        check(data)


def _mp4(data: bytes) -> None:
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind == b"dref":
            _own_sound(data, start + 8, end)


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start of content, end) of all boxes, and of those within that lead to where the sound lies."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1 and start + 16 <= end:
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        size = size or end - start  # up to the end of the file
        if size < head or start + size > end:
            raise Refusal("media.unreadable")
        yield kind, start + head, start + size
        if kind in _TREE:
            yield from _boxes(data, start + head, start + size)
        start += size


def _own_sound(data: bytes, start: int, end: int) -> None:
    for _kind, content, _end in _boxes(data, start, end):
        if not data[content + 3 : content + 4] or not data[content + 3] & 1:  # not "in this file"
            raise Refusal("media.unreadable")


def _wav(data: bytes) -> None:
    start, rate = 12, 0
    while start + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, start)
        if kind == b"fmt " and start + 20 <= len(data):
            rate = struct.unpack_from("<I", data, start + 16)[0]
        if kind == b"data":
            if rate and size / rate > bounds.VOICE_S:
                raise Refusal("media.too_long")
            if start + 8 + size > len(data):
                raise Refusal("media.unreadable")
            return
        start += 8 + size + size % 2
    raise Refusal("media.no_sound")


def _webm(data: bytes) -> None:
    """A recorder that writes as it goes announces no size; one that knows it has written it all."""
    start = data.find(_SEGMENT, 0, 256) + 4
    first = data[start] if 4 <= start < len(data) else 0
    if not first:
        raise Refusal("media.unreadable")
    length = 9 - first.bit_length()
    size = int.from_bytes(data[start : start + length], "big") & ((1 << 7 * length) - 1)
    if size != (1 << 7 * length) - 1 and start + length + size > len(data):
        raise Refusal("media.unreadable")
