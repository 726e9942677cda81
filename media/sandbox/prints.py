"""Previews for paper: each WebP as a JPEG that a PDF takes as it is. One that can't be opened is left out, not the others with it."""
import io
import struct

from PIL import Image

from media.sandbox.framed import PRINTS, parts_of
from media.sandbox.result import Checked, Result

__all__ = ["PRINTS", "print_previews"]
_EDGE = 640  # pixels: some 150 to the inch where a page shows it


def print_previews(data: bytes, media_type: str, checked: Checked) -> Result:
    """`content` is the JPEGs in the same order and the same frames, empty where there is none."""
    checked()
    printed = [_printed(one) for one in parts_of(data)]
    return Result(media_type, content=b"".join(struct.pack(">I", len(one)) + one for one in printed))


def _printed(preview: bytes) -> bytes:
    try:
        image = Image.open(io.BytesIO(preview), formats=["WEBP"]).convert("RGB")
        image.thumbnail((_EDGE, _EDGE))
        out = io.BytesIO()
        image.save(out, "JPEG", quality=75)
    except Exception:  # whatever the decoder makes of it
        return b""
    return out.getvalue()
