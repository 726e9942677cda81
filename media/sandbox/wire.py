"""Frames between the child and its parent: one letter, four bytes of length, so many bytes."""
import os
import struct
from enum import Enum

HEAD = struct.Struct(">cI")
MOST = 1024 * 1024  # bytes in one frame


class Said(Enum):
    """What a frame of the child means."""

    READY = b"r"  # it has shut itself in; JSON, which of the walls stand
    CHECKED = b"c"  # headers were read and nothing is too much: from here on the work is honest work
    FACTS = b"f"  # JSON
    CONTENT = b"b"  # a piece of what readers get
    THUMBNAIL = b"t"
    REFUSED = b"x"  # a code in ASCII
    DONE = b"d"


def say(what: Said, payload: bytes = b"") -> None:
    """Writes to the parent, in as many frames as it takes."""
    view = memoryview(payload)
    for start in range(0, max(1, len(view)), MOST):
        piece = view[start : start + MOST]
        _write(HEAD.pack(what.value, len(piece)))
        _write(piece)


def _write(data: bytes | memoryview) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]


def hear(most: int) -> bytearray:
    """Everything that the parent has to say, until it closes; one byte more than `most` at the utmost."""
    heard = bytearray()
    while len(heard) <= most and (piece := os.read(0, min(MOST, most + 1 - len(heard)))):
        heard += piece
    return heard
