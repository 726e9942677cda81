"""What a file is taken for: by its bytes, whatever it is called."""
import io
import zipfile

import pytest
from django.test import override_settings

from foundation.errors import CercleError
from media.enums import MediaKind
from media.sniffing import fitting_name, recognised

FTYP = b"\0\0\0\x18ftyp%s\0\0\0\0%s\0\0\0\0"


def office(*names: str) -> bytes:
    """An archive whose entries have these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "<x/>")
    return out.getvalue()


TAKEN = {
    "image/jpeg": b"\xff\xd8\xff\xe0..",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/webp": b"RIFF\0\0\0\0WEBPVP8 ",
    "image/heic": FTYP % (b"heic", b"mif1"),
    "audio/webm": b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x86\x81\x01\x42\x82\x84webm",
    "audio/ogg": b"OggS" + bytes(24) + b"OpusHead",
    "audio/mp4": FTYP % (b"M4A ", b"isom"),
    "audio/mpeg": b"\xff\xfb\x90\x64",
    "audio/wav": b"RIFF\0\0\0\0WAVEfmt ",
    "application/pdf": b"%PDF-1.7\n",
    "text/plain": b"Pansement refait, plaie propre.\r\n",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": office("[Content_Types].xml", "word/document.xml"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": office("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"),
    "application/vnd.oasis.opendocument.text": office("mimetype", "content.xml"),
}
TURNED_AWAY = {
    "a drawing that runs": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a page": b"<!DOCTYPE html><script>alert(1)</script>",
    "a page behind blanks and a mark": b"\xef\xbb\xbf \n\t<html>",
    "a page after some prose": b"Bonjour <script>alert(1)</script>",
    "a playlist": b"#EXTM3U\nhttp://127.0.0.1/a.ts\n",
    "a list of files to play": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "a program": b"MZ\x90\0\x03",
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "an animation": b"GIF89a\x01\0\x01\0",
    "TIFF": b"II*\0\x08\0\0\0",
    "Photoshop": b"8BPS\0\x01",
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n",
    "FITS": b"SIMPLE  =                    T" + bytes(99),
    "a film of Apple": FTYP % (b"qt  ", b"qt  "),
    "AVIF": FTYP % (b"avif", b"mif1"),
    "moving HEIC": FTYP % (b"hevc", b"msf1"),
    "Matroska": b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x88matroska",
    "Vorbis": b"OggS" + bytes(24) + b"\x01vorbis",
    "an archive": office("a.txt", "b.txt"),
    "an old office file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "rich text": b"{\\rtf1\\ansi hello}",
    "a PDF after something else": b"<html>\n%PDF-1.7",
    "noise": bytes(range(256)),
    "text of another code": "déjà".encode("latin-1"),
}


@pytest.mark.parametrize("media_type", TAKEN)
def test_what_is_taken_is_known_by_its_bytes(media_type: str) -> None:
    found = recognised(TAKEN[media_type], size=len(TAKEN[media_type]), name="x.exe")
    assert found.media_type == media_type
    assert found.kind == {"image": MediaKind.PHOTO, "audio": MediaKind.VOICE}.get(media_type.split("/")[0], MediaKind.DOCUMENT)


@pytest.mark.parametrize("what", TURNED_AWAY)
@pytest.mark.parametrize("name", ["photo.jpg", "note.m4a", "letter.pdf", "text.txt"])
def test_what_is_not_taken_is_turned_away_by_any_name(what: str, name: str) -> None:
    with pytest.raises(CercleError) as refusal:
        recognised(TURNED_AWAY[what], size=len(TURNED_AWAY[what]), name=name)
    assert (refusal.value.status, refusal.value.code) == (415, "media.unsupported_type")


def test_an_empty_file_and_one_that_is_too_large_are_told_apart() -> None:
    with pytest.raises(CercleError) as empty:
        recognised(b"", size=0, name="x.jpg")
    with override_settings(MEDIA_MOST_BYTES=2_000_000), pytest.raises(CercleError) as large:
        recognised(TAKEN["image/jpeg"], size=60_000_000, name="x.jpg")
    assert (empty.value.status, empty.value.code) == (422, "media.empty")
    assert (large.value.status, large.value.code) == (413, "media.too_large")
    assert "60" in str(large.value.detail)


def test_a_long_text_may_be_cut_within_a_letter() -> None:
    text = ("é" * 40_000).encode()
    assert recognised(text[:65_535], size=len(text)).media_type == "text/plain"
    with pytest.raises(CercleError):
        recognised(text[:65_535], size=65_535)


@pytest.mark.parametrize(
    ("name", "media_type", "wanted"),
    [("plan.txt", "text/plain", "plan.txt"), ("plan.bat", "text/plain", "plan.bat.txt"), ("Scan.PDF", "application/pdf", "Scan.PDF"),
     ("photo", "image/jpeg", "photo.jpg"), ("page.html", "application/pdf", "page.html.pdf")],
)  # fmt: skip
def test_a_name_ends_as_its_type_does(name: str, media_type: str, wanted: str) -> None:
    assert fitting_name(name, media_type) == wanted
