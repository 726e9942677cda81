"""A JPEG's segments: those that tell of its making are cut out, and not a pixel changes."""
import re

_FIRST_BYTES = 1024  # within which a JPEG must begin; some programs put a line's end before it
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_BARE = {0x01, *range(0xD0, 0xD9)}  # markers without a length
_END, _SCAN = 0xD9, 0xDA
_TELLING = {*range(0xE1, 0xEE), 0xEF, 0xFE}  # EXIF, XMP, other pictures, comments; JFIF (E0) and Adobe's word on colours (EE) stay


def without_metadata(data: bytes) -> bytes:
    """Without EXIF, places, comments, and whatever stands after its end. What is no JPEG, or stops being one, stays from there on."""
    at = data.find(b"\xff\xd8\xff", 0, _FIRST_BYTES)
    if at < 0:
        return data
    kept = [b"\xff\xd8"]
    at += 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _BARE or marker in {_END, 0xFF}:
            kept.append(data[at : at + 2] if marker != 0xFF else b"")
            at += 1 if marker == 0xFF else 2
            if marker == _END:
                return b"".join(kept)
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SCAN:
            found = _END_OF_SCAN.search(data, end)
            end = found.start() if found else len(data)
        if marker not in _TELLING:
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, data[at:]])
