"""What becomes of good files: upright photos in sRGB, voices of one kind, letters without a word about their making."""
import io
import random
import re
import struct
import zlib
from typing import Any

import av
import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.generic import StreamObject

from media.enums import MediaKind
from media.errors import Refused
from media.processing import Processed, process
from media.sandbox.segments import without_metadata
from media.sniffing import recognised
from tests.media.corpus import photo, voice
from tests.media.papers import paper

MARKS = (b"Exif\0\0", b"http://ns.adobe.com", b"ICC_PROFILE", b"Photoshop", b"EXIF", b"XMP ")  # where metadata begin
SECRET = "Ypsilon-4711"  # stands in every place that must not be handed on


def became(data: bytes) -> Processed:
    """A file taken for what it is, and opened."""
    found = recognised(data[:65_536], size=len(data))
    return process(found.kind, found.media_type, [data])


def content(done: Processed) -> bytes:
    """What readers get."""
    return b"".join(done.content or [])


def picture(data: bytes) -> Image.Image:
    """A picture, read."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image


def near(found: Any, wanted: tuple[int, int, int]) -> bool:
    """Whether a pixel has this colour, but for what JPEG does to it."""
    return all(abs(one - other) < 40 for one, other in zip(found, wanted, strict=True))


def stored_as(orientation: int, form: str) -> bytes:
    """A photo that is upright once it is turned as its EXIF says: red at the upper left, blue at the lower right."""
    upright = Image.new("RGB", (96, 64), "white")
    upright.paste("red", (0, 0, 48, 32))
    upright.paste("blue", (48, 32, 96, 64))
    back = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]  # the turn that undoes it
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    (upright if back is None else upright.transpose(Image.Transpose(back))).save(out, form, quality=95, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(("form", "orientation"), [*(("JPEG", turn) for turn in range(1, 9)), ("WEBP", 6), ("PNG", 8)])
def test_a_photo_stands_upright_whatever_its_exif_says(form: str, orientation: int) -> None:
    done = became(stored_as(orientation, form))
    image = picture(content(done))
    assert (done.facts["width"], done.facts["height"]) == image.size == (96, 64)
    assert near(image.getpixel((10, 10)), (255, 0, 0))
    assert near(image.getpixel((85, 55)), (0, 0, 255))
    assert near(image.getpixel((85, 10)), (255, 255, 255))
    assert near(picture(done.thumbnail or b"").convert("RGB").getpixel((10, 10)), (255, 0, 0))


def laden_exif() -> Image.Exif:
    """What telephones note: place, serial number, maker's notes, who and with what; and when."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = exif[0x0131] = SECRET
    exif.get_ifd(0x8769).update({
        0x9003: "2026:11:20 10:30:00", 0x9011: "+01:00", 0xA431: SECRET, 0x927C: SECRET.encode() * 9, 0x9286: SECRET.encode(),
    })  # fmt: skip
    exif.get_ifd(0x8825).update({1: "N", 2: (43.0, 53.0, 38.0), 3: "W", 4: (0.0, 30.0, 0.0), 29: SECRET})
    return exif


def laden(form: str) -> bytes:
    """A picture with metadata of every kind that its format knows."""
    image, out, xmp = Image.new("RGB", (64, 48), "green"), io.BytesIO(), f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode()
    more: dict[str, Any] = {"xmp": xmp}
    if form == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Author", SECRET)
        texts.add_text("Comment", SECRET, zip=True)
        texts.add_itxt("XML:com.adobe.xmp", xmp.decode())
        more = {"pnginfo": texts}
    if form == "JPEG":
        more["comment"] = SECRET
    image.save(out, form, exif=laden_exif(), **more)
    return out.getvalue() + SECRET.encode()  # and behind its end


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_nothing_of_a_photo_s_metadata_is_handed_on_but_the_time(form: str) -> None:
    data = laden(form)
    assert SECRET.encode() in data
    done = became(data)
    assert done.facts["taken_at"] == "2026-11-20T09:30:00Z"
    for stored in (content(done), done.thumbnail or b"", str(done.facts).encode()):
        assert SECRET.encode() not in stored
        assert not [mark for mark in MARKS if mark in stored]
    assert not picture(content(done)).getexif()


def test_a_time_without_a_zone_is_the_service_s_and_one_to_come_is_none() -> None:
    exif = Image.Exif()
    for said, wanted in (("2026:07:01 12:00:00", "2026-07-01T10:00:00Z"), ("2099:01:01 00:00:00", None), ("0000:00:00 00:00:00", None)):
        exif.get_ifd(0x8769)[0x9003] = said
        out = io.BytesIO()
        Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
        assert became(out.getvalue()).facts.get("taken_at") == wanted


def test_colours_of_another_space_become_those_of_every_screen() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    swapped = bytearray(lab.tobytes())
    red, green = swapped.index(b"rXYZ"), swapped.index(b"gXYZ")  # a profile that calls red green
    swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
    out = io.BytesIO()
    Image.new("RGB", (32, 32), (255, 0, 0)).save(out, "JPEG", icc_profile=bytes(swapped), quality=95)
    red_level, green_level, _ = picture(content(became(out.getvalue()))).getpixel((16, 16))  # type: ignore[misc]
    assert green_level > 200 > red_level


def test_a_screenshot_stays_legible_and_what_is_clear_becomes_white() -> None:
    image = Image.new("RGBA", (400, 60), (0, 0, 0, 0))
    ImageDraw.Draw(image).text((4, 20), "Paracetamol 1 g x 3, dernier a 14:05", fill=(200, 0, 0, 255))
    out = io.BytesIO()
    image.save(out, "PNG")
    shown = picture(content(became(out.getvalue())))
    wanted = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    far = sum(
        not near(shown.getpixel((x, y)), wanted.getpixel((x, y))) for x in range(400) for y in range(60)  # type: ignore[arg-type]
    )
    assert far < 60  # of 24,000 pixels


@pytest.mark.parametrize("form", ["L", "P", "1", "CMYK", "I;16", "LA"])
def test_pictures_of_every_kind_of_pixel_are_taken(form: str) -> None:
    out = io.BytesIO()
    Image.new(form, (20, 10)).save(out, "JPEG" if form == "CMYK" else "PNG")
    assert became(out.getvalue()).facts["width"] == 20


@pytest.mark.parametrize(
    ("form", "codec"), [("webm", "libopus"), ("mp4", "aac"), ("mp4", "libopus"), ("ogg", "libopus"), ("mp3", "libmp3lame")]
)
def test_a_voice_becomes_one_kind_that_starts_at_once(form: str, codec: str) -> None:
    done = became(voice(1.5, form, codec))
    data = content(done)
    assert done.media_type == "audio/mp4"
    assert done.facts["duration"] == pytest.approx(1.5, abs=0.06)
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(io.BytesIO(data)) as source:
        [stream] = source.streams
        assert isinstance(stream, av.AudioStream)
        assert (stream.codec_context.name, stream.channels, stream.codec_context.profile) == ("aac", 1, "LC")
        assert isinstance(source, av.container.InputContainer)
        samples = sum(int(frame.samples) for frame in source.decode(stream))
    assert samples / 48_000 == pytest.approx(1.5, abs=0.1)
    bars = done.facts["waveform"]
    assert (len(bars), max(bars)) == (64, 100)
    assert sum(bars[:16]) > 2 * sum(bars[48:])  # it begins loud and ends in silence


def test_no_word_about_a_recording_is_handed_on() -> None:
    data = voice(1.0, "ipod", "aac")
    at = data.index(b"moov") - 4
    told = SECRET.encode() + b"+43.8938-000.5000/"
    place = struct.pack(">I4s", 12 + len(told), b"\xa9xyz") + struct.pack(">HH", len(told), 0) + told
    inside = struct.pack(">I4s", 8 + len(place), b"udta") + place
    size = struct.unpack_from(">I", data, at)[0]
    laden = data[:at] + struct.pack(">I", size + len(inside)) + data[at + 4 : at + size] + inside + data[at + size :]
    assert SECRET.encode() in laden
    stored = content(became(laden))
    assert SECRET.encode() not in stored
    assert not [mark for mark in (b"\xa9xyz", b"\xa9too", b"+43.8938", b"Lavf") if mark in stored]


def test_a_letter_is_drawn_counted_and_written_anew_without_what_acts() -> None:
    script = b"/OpenAction <</S/JavaScript/JS(app.alert\\(1\\) %s)>>" % SECRET.encode()
    hidden = b"/Names <</EmbeddedFiles <</Names[(a) 9 0 R]>>/JavaScript <</Names[(b) 10 0 R]>>>>/Metadata 11 0 R"
    notes = b"/AA <</O <</S/JavaScript/JS(%s)>>>>/Annots[12 0 R 13 0 R 14 0 R]" % SECRET.encode()
    more = (
        b"9 0 obj <</Type/Filespec/F(a.exe)/EF <</F 11 0 R>>>> endobj 10 0 obj <</S/JavaScript/JS(%(s)s)>> endobj "
        b"11 0 obj <</Length 12>> stream\n%(s)s\nendstream endobj "
        b"12 0 obj <</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A <</S/URI/URI(https://example.org/)>>>> endobj "
        b"13 0 obj <</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A <</S/Launch/F(%(s)s)>>>> endobj "
        b"14 0 obj <</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 9 0 R>> endobj "
        b"15 0 obj (nobody points here, <script>%(s)s</script>) endobj "
    ) % {b"s": SECRET.encode()}
    data = indexed(paper(script + hidden, pages=2, page=notes, more=more, info=b"/Author(%s)" % SECRET.encode()))
    done = became(data)
    stored = content(done)
    assert done.facts == {"pages": 2}
    assert picture(done.thumbnail or b"").height == 800
    assert not [mark for mark in (b"JavaScript", b"Launch", b"EmbeddedFile", b"Metadata", SECRET.encode(), b"script") if mark in stored]
    pages = PdfReader(io.BytesIO(stored)).pages
    assert [page.extract_text().strip() for page in pages] == ["Compte rendu"] * 2
    annotations: list[Any] = [note.get_object() for page in pages for note in list(page["/Annots"])]  # type: ignore[call-overload]
    assert [note["/A"]["/URI"] for note in annotations if "/A" in note] == ["https://example.org/"] * 2


def located_photo() -> bytes:
    """A JPEG that tells its place, and a comment, and has another such picture after its end."""
    exif = Image.Exif()
    exif[0x010E] = SECRET
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 24.0), 29: SECRET})
    out = io.BytesIO()
    Image.new("CMYK", (64, 48), (0, 255, 255, 0)).save(out, "JPEG", exif=exif, comment=SECRET, progressive=True)
    return out.getvalue() + photo() + SECRET.encode()


@pytest.mark.parametrize("packed", [False, True])
def test_a_photo_in_a_letter_keeps_its_pixels_and_loses_its_place(packed: bool) -> None:
    jpeg = located_photo()
    assert jpeg.count(SECRET.encode()) == 4
    names = b"[/FlateDecode/DCTDecode]/DecodeParms[null null]" if packed else b"/DCTDecode"
    inside = zlib.compress(jpeg) if packed else jpeg
    image = b"9 0 obj <</Subtype/Image/Width 64/Height 48/ColorSpace/DeviceCMYK/BitsPerComponent 8/Filter%s/Length %d>> stream\n"
    draws = b"q 500 0 0 400 50 200 cm /Im Do Q"
    more = image % (names, len(inside)) + inside + b"\nendstream endobj "
    more += b"10 0 obj <</Length %d>> stream\n%s\nendstream endobj " % (len(draws), draws)
    page = b"/Resources<</XObject<</Im 9 0 R>>>>/Contents 10 0 R"
    made = paper(more=more).replace(b"/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>", page)
    done = became(indexed(made))
    things = map(PdfReader(io.BytesIO(content(done))).get_object, range(1, 10))
    [left] = [thing._data for thing in things if isinstance(thing, StreamObject) and "/ColorSpace" in thing]
    assert not [mark for mark in (SECRET.encode(), *MARKS) if mark in left]
    with Image.open(io.BytesIO(left)) as after, Image.open(io.BytesIO(jpeg)) as before:
        assert (after.mode, dict(after.getexif())) == ("CMYK", {})
        assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize("cut", [0, 1, 3, 5, 30, 200])
def test_a_photo_that_breaks_off_is_cut_no_further(cut: int) -> None:
    whole = photo()
    cleaned = without_metadata(whole)
    assert b"Exif" in whole
    assert b"Exif" not in cleaned
    assert without_metadata(cleaned) == cleaned
    assert len(without_metadata(whole[:cut])) <= cut
    assert without_metadata(b"\n" + whole + b"after") == cleaned


def indexed(data: bytes) -> bytes:
    """A PDF whose table is made anew over all its objects."""
    body = data[: data.rindex(b"xref\n", 0, data.rindex(b"trailer"))]
    places = {int(found[1]): found.start() for found in re.finditer(rb"(?<!\d)(\d+) 0 obj", body)}
    table = b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % item for item in sorted(places.items()))
    return body + table + b"trailer <</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (max(places) + 1, len(body))


def test_a_locked_letter_says_so() -> None:
    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(paper()))), io.BytesIO()
    writer.encrypt("secret")
    writer.write(out)
    with pytest.raises(Refused, match=r"media\.encrypted"):
        became(out.getvalue())


def test_a_broken_photo_is_refused_by_a_code() -> None:
    with pytest.raises(Refused, match=r"media\.unreadable"):
        process(MediaKind.PHOTO, "image/jpeg", [photo()[:200]])


def test_a_text_stays_as_it_is() -> None:
    done = became(b"Pansement refait.\n")
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


def test_a_photo_that_is_all_grain_has_a_smaller_preview_and_is_taken() -> None:
    out = io.BytesIO()
    Image.frombytes("RGB", (820, 820), random.Random(1).randbytes(3 * 820 * 820)).save(out, "JPEG")
    done = became(out.getvalue())
    assert done.thumbnail is not None
    assert picture(done.thumbnail).size == (800, 800)
