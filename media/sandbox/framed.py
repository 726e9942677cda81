"""Several pictures in one message, each after its length: for the child and for its parent, who loads no decoder."""
import struct
from collections.abc import Iterator

PRINTS = "image/x-cercle-previews"
_LENGTH = struct.Struct(">I")


def parts_of(data: bytes) -> Iterator[bytes]:
    """The pictures one after another; the last one is shorter than it says where the message was cut."""
    at = 0
    while at + _LENGTH.size <= len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        yield data[at + _LENGTH.size : at + _LENGTH.size + length]
        at += _LENGTH.size + length
