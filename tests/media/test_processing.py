"""What becomes of good files: upright photos, voices of one kind, drawn letters; and of their decoders when they end early."""
import io

import pytest
from PIL import Image

from media.enums import MediaKind
from media.errors import Refused
from media.processing import process


def photo(size: tuple[int, int] = (60, 40), orientation: int = 1) -> bytes:
    """A JPEG whose upper left quarter is red, as a camera held that way stores it."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=95)
    return out.getvalue()


def near(found: object, wanted: tuple[int, int, int]) -> bool:
    """Whether a pixel has this colour, but for what JPEG does to it."""
    return isinstance(found, tuple) and all(abs(one - other) < 30 for one, other in zip(found, wanted, strict=True))


def test_a_photo_becomes_an_upright_jpeg_with_a_preview() -> None:
    done = process(MediaKind.PHOTO, "image/jpeg", [photo((60, 40), 6)])
    assert done.media_type == "image/jpeg"
    assert (done.facts["width"], done.facts["height"]) == (40, 60)
    with Image.open(io.BytesIO(b"".join(done.content or []))) as image:
        assert image.size == (40, 60)
        corners = {place: image.getpixel(place) for place in ((35, 5), (5, 5))}
    assert [near(corners[35, 5], (255, 0, 0)), near(corners[5, 5], (255, 255, 255))] == [True, True]  # red came to lie on the right
    with Image.open(io.BytesIO(done.thumbnail or b"")) as image:
        assert image.format == "WEBP"


def test_a_broken_photo_is_refused_by_a_code() -> None:
    with pytest.raises(Refused) as refusal:
        process(MediaKind.PHOTO, "image/jpeg", [photo()[:200]])
    assert refusal.value.code == "media.unreadable"


def test_a_text_stays_as_it_is() -> None:
    done = process(MediaKind.DOCUMENT, "text/plain", [b"Pansement refait.\n"])
    assert (done.media_type, done.content, done.facts) == ("text/plain", None, {})


def sloppy_paper() -> bytes:
    """A page as some scanners write it: the trailer and what follows on one line, places counted wrongly."""
    draws = b"BT /F1 24 Tf 40 300 Td (Bonjour) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(draws), draws), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Author(Dr Secret)>>",
    ]  # fmt: skip
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (number, thing) for number, thing in enumerate(objects, 1))
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"0000000009 00000 n \n" * len(objects)
    return body + table + b"trailer<</Size %d/Root 1 0 R/Info 6 0 R>>startxref\n%d\n%%%%EOF" % (len(objects) + 1, len(body))


def test_a_paper_that_only_the_drawing_library_can_read_is_set_right_and_loses_its_author_all_the_same() -> None:
    done = process(MediaKind.DOCUMENT, "application/pdf", [sloppy_paper()])
    content = b"".join(done.content or [])
    assert (done.facts["pages"], content[:5], b"Secret" in content) == (1, b"%PDF-", False)
