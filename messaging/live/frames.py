"""Bytes of RFC 6455 for the two things that happen all the time: a text frame goes out, a small whole one comes in.

Whatever else a client may send (control frames, fragments, large frames, mistakes) is autobahn's.
"""
import struct

_TEXT_FRAME = 0x81
_MASKED = 0x80
_HEAD, _LONG_HEAD = 6, 8  # with the mask


def header(size: int) -> bytes:
    """The header of an unfragmented, unmasked text frame (RFC 6455, 5.2)."""
    if size < 126:
        return bytes((_TEXT_FRAME, size))
    if size < 65536:
        return struct.pack("!BBH", _TEXT_FRAME, 126, size)
    return struct.pack("!BBQ", _TEXT_FRAME, 127, size)


def whole_texts(data: bytes, longest: int) -> tuple[list[str], int]:
    """The texts of the masked, unfragmented frames that stand whole at the beginning of `data`, and how many bytes they took.

    It stops before the first that is anything else: of more than `longest` bytes, cut, or no UTF-8.
    """
    texts: list[str] = []
    at, end = 0, len(data)
    while end - at >= _HEAD and data[at] == _TEXT_FRAME and data[at + 1] & _MASKED:
        said = data[at + 1] & 0x7F
        size, begin = said, at + _HEAD
        if said == 126:
            size, begin = int.from_bytes(data[at + 2 : at + 4]), at + _LONG_HEAD
        # 127 announces 64 KiB and more; a length that has a shorter form is a mistake
        if said == 127 or (said == 126 and size < 126) or size > longest or begin + size > end:
            break
        try:
            texts.append(_unmasked(data[begin - 4 : begin], data[begin : begin + size]).decode())
        except UnicodeDecodeError:
            break
        at = begin + size
    return texts, at


def _unmasked(mask: bytes, payload: bytes) -> bytes:
    """A payload without its mask: one operation on whole numbers instead of one for each byte."""
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(size)
