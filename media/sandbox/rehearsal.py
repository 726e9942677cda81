"""The readers open something of our own making while the walls are still open: what libraries load late is loaded by then."""
import contextlib
import io
import struct
import zipfile
from collections.abc import Iterator

from media.sandbox.readers import Family, Reader
from media.sandbox.refusal import Refusal

Sample = tuple[str, bytes]


def rehearse(family: Family, readers: dict[str, Reader]) -> None:
    """Raises whatever a library that is not fit for its work raises."""
    samples = {Family.PHOTOS: _photos, Family.VOICES: _voices, Family.PAPERS: _papers, Family.OFFICES: _offices}
    for media_type, sample in samples[family]():
        with contextlib.suppress(Refusal):
            readers[media_type](sample, media_type, _nothing)


def _nothing() -> None:
    return None


def _photos() -> Iterator[Sample]:
    import pillow_heif
    from PIL import Image

    picture = Image.new("RGB", (16, 16), "grey")
    for media_type, name in (("image/jpeg", "JPEG"), ("image/png", "PNG"), ("image/webp", "WEBP")):
        out = io.BytesIO()
        picture.save(out, name)
        yield media_type, out.getvalue()
    out = io.BytesIO()
    pillow_heif.from_pillow(picture).save(out)
    yield "image/heic", out.getvalue()


def _voices() -> Iterator[Sample]:
    sound = bytes(3200)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16)
    yield "audio/wav", struct.pack("<4sI4s", b"RIFF", 36 + len(sound), b"WAVE") + form + struct.pack("<4sI", b"data", len(sound)) + sound


def _papers() -> Iterator[Sample]:
    from pypdf import PdfWriter

    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.write(out)
    yield "application/pdf", out.getvalue()
    # One that has to be set right: the way back from pdfium is a callback, whose page could not be made executable later.
    yield "application/pdf", out.getvalue().replace(b"\nstartxref", b" startxref")


def _offices() -> Iterator[Sample]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    yield "application/zip", out.getvalue()
    yield "text/plain", b"text"
