"""Each reader opens something of our own making while the walls are still open: what libraries load late is loaded by then."""
import io
import struct
import zipfile

import pillow_heif
from PIL import Image
from pypdf import PdfWriter

from media.sandbox.readers import READERS
from media.sandbox.refusal import Refusal


def hold() -> None:
    """Raises whatever a library that is not fit for its work raises."""
    picture = Image.new("RGB", (16, 16), "grey")
    samples: dict[str, bytes] = {"audio/wav": _wav(), "application/pdf": _paper(), "text/plain": b"text"}
    for media_type, name in (("image/jpeg", "JPEG"), ("image/png", "PNG"), ("image/webp", "WEBP")):
        out = io.BytesIO()
        picture.save(out, name)
        samples[media_type] = out.getvalue()
    out = io.BytesIO()
    pillow_heif.from_pillow(picture).save(out)
    samples["image/heic"] = out.getvalue()
    for media_type, sample in samples.items():
        READERS[media_type](sample, media_type, _nothing)
    # One that has to be set right: the way back from pdfium is a callback, whose page could not be made executable later.
    READERS["application/pdf"](_paper().replace(b"\nstartxref", b" startxref"), "application/pdf", _nothing)
    try:
        READERS["application/zip"](_archive(), "application/zip", _nothing)
    except Refusal:
        return


def _nothing() -> None:
    return None


def _wav() -> bytes:
    sound = bytes(3200)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", 36 + len(sound), b"WAVE") + form + struct.pack("<4sI", b"data", len(sound)) + sound


def _paper() -> bytes:
    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.write(out)
    return out.getvalue()


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return out.getvalue()
