"""Files that a hostile hand would send, each made here: what it is called, its bytes, and the codes by which it may be refused.

`ADDRESS` in a file stands for a listener of the test's, which must hear nothing.
"""
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import av
from PIL import Image

from tests.media.corpus import photo, voice
from tests.media.papers import paper

ADDRESS = b"127.0.0.1:00000"
TYPE, UNREADABLE, COMPLEX, PIXELS, LONG = (
    "media.unsupported_type", "media.unreadable", "media.too_complex", "media.too_many_pixels", "media.too_long",
)  # fmt: skip
Made = tuple[bytes, set[str]]


def png(width: int, height: int, *, more: bytes = b"", rows: bytes | None = None) -> bytes:
    """A PNG of one grey; `more`: chunks between header and picture."""
    if rows is None:
        rows = zlib.compress(bytes((width // 8 + 2) * height), 9)
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return head + more + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def frames(form: str, count: int) -> bytes:
    """A moving picture."""
    out = io.BytesIO()
    pictures = [Image.new("L", (8, 8), shade % 250) for shade in range(count)]
    pictures[0].save(out, form, save_all=True, append_images=pictures[1:], duration=20)
    return out.getvalue()


def film() -> bytes:
    """An MP4 with a picture that moves."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as target:
        stream = target.add_stream("mpeg4", rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = 64, 48
        for shade in range(5):
            picture = Image.new("RGB", (64, 48), (shade * 40, 0, 0))
            target.mux(stream.encode(av.VideoFrame.from_image(picture)))  # type: ignore[no-untyped-call]
        target.mux(stream.encode(None))
    return out.getvalue()


def endless_apng() -> bytes:
    """A PNG that announces 100,000 frames."""
    return png(8, 8, more=chunk(b"acTL", struct.pack(">II", 100_000, 0)))


def wav(seconds: float, *, claims: int | None = None) -> bytes:
    """Silence in PCM; `claims`: bytes of sound that its header speaks of."""
    sound = bytes(int(seconds * 8000))
    size = claims if claims is not None else len(sound)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    return struct.pack("<4sI4s", b"RIFF", min(36 + size, 2**32 - 1), b"WAVE") + form + struct.pack("<4sI", b"data", size) + sound


def claiming_hours() -> bytes:
    """A WebM whose header says that it lasts 1,000 hours."""
    data = voice(1.0)
    at = data.index(b"\x44\x89\x88") + 3
    return data[:at] + struct.pack(">d", 3_600_000_000.0) + data[at + 8 :]


def minutes_of_silence(minutes: int, *, says_frames: int = 0) -> bytes:
    """An MP3 of nothing, 24 ms a frame; `says_frames`: what its first frame says that there are."""
    frame = b"\xff\xfb\x14\xc4" + bytes(92)
    first = frame[:21] + b"Xing" + struct.pack(">II", 1, says_frames) + frame[33:] if says_frames else frame
    return first + frame * (minutes * 2500)


def forged_heic() -> bytes:
    """A HEIC whose header says 30,000 by 30,000."""
    data = bytearray(photo((64, 64), form="HEIF"))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", 30_000, 30_000)
    return bytes(data)


def office(parts: dict[str, bytes], *, first: str = "[Content_Types].xml") -> bytes:
    """A text document of Word with these parts besides."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(first, "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def overlapping() -> bytes:
    """An archive a thousand of whose entries share the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", bytes(100_000))
        entry = archive.infolist()[-1]
        for number in range(1000):
            twin = zipfile.ZipInfo(f"word/part{number}.xml")
            for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(twin, name, getattr(entry, name))
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
        archive.comment = b"changed"  # so that its directory is written
    return out.getvalue()


def matryoshka() -> bytes:
    """Archives within archives, 42 times the same."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0", bytes(10_000_000))
    return office({f"word/{number}.zip": inner.getvalue() for number in range(42)})


def noise(start: bytes, length: int, seed: int) -> bytes:
    """A good beginning and then anything."""
    return start + random.Random(seed).randbytes(length)


def spoiled(data: bytes, seed: int, changes: int = 30) -> bytes:
    """A good file with some bytes changed behind its first ones."""
    dice, changed = random.Random(seed), bytearray(data)
    for _change in range(changes):
        changed[dice.randrange(24, len(changed))] = dice.randrange(256)
    return bytes(changed)


EXTERNAL = b'<Relationships><Relationship Type="http://x/attachedTemplate" Target="http://%s/t" TargetMode="External"/></Relationships>'
PACKED = zlib.compress(bytes(200_000_000), 9)

HOSTILE: dict[str, Callable[[], Made]] = {
    "a small PNG of 179 million pixels": lambda: (png(13_400, 13_400), {PIXELS}),
    "a PNG of two thousand million pixels without a picture": lambda: (png(2**31 - 1, 1, rows=b""), {PIXELS, UNREADABLE}),
    "a PNG with a text of 200 MB packed": lambda: (png(8, 8, more=chunk(b"zTXt", b"a\0\0" + PACKED)), {UNREADABLE}),
    "a PNG with a colour profile of 200 MB packed": lambda: (png(8, 8, more=chunk(b"iCCP", b"a\0\0" + PACKED)), {UNREADABLE}),
    "a PNG of a hundred thousand frames": lambda: (endless_apng(), {"media.animated"}),
    "a moving WebP": lambda: (frames("WEBP", 500), {"media.animated"}),
    "a moving GIF": lambda: (frames("GIF", 500), {TYPE}),
    "a GIF that is a JAR": lambda: (frames("GIF", 2) + office({"META-INF/MANIFEST.MF": b""}), {TYPE}),
    "a forged HEIC": lambda: (forged_heic(), {PIXELS, UNREADABLE}),
    "a TIFF by the name of a photo": lambda: (b"II*\0" + bytes(200), {TYPE}),
    "a FITS image": lambda: (b"SIMPLE  =                    T" + bytes(2880), {TYPE}),
    "a photo cut short": lambda: (photo((400, 300))[:-800], {UNREADABLE}),
    "the beginning of a PNG": lambda: (photo(form="PNG")[:60], {UNREADABLE}),
    "a photo that is HTML behind its first bytes": lambda: (b"\xff\xd8\xff<html><script>alert(1)</script>", {UNREADABLE}),
    "a header of 1,000 hours": lambda: (claiming_hours(), {LONG}),
    "a WAV that claims four gigabytes": lambda: (wav(1, claims=2**32 - 60), {LONG}),
    "two hours of silence": lambda: (minutes_of_silence(120), {LONG}),
    "an hour of silence that says it is a second": lambda: (minutes_of_silence(60, says_frames=42), {LONG}),
    "a WAV cut short": lambda: (wav(2)[:9000], {UNREADABLE}),
    "an MP4 cut short": lambda: (voice(2.0, "mp4", "aac")[:-3000], {UNREADABLE}),
    "a WebM cut short": lambda: (voice(2.0)[:-3000], {UNREADABLE}),
    "a film": lambda: (film(), {"media.has_video"}),
    "a playlist named .m4a": lambda: (b"#EXTM3U\n#EXTINF:10,\nhttp://" + ADDRESS + b"/a.ts\n", {TYPE}),
    "concat": lambda: (b"ffconcat version 1.0\nfile http://" + ADDRESS + b"/a.mp4\n", {TYPE}),
    "a playlist behind a mark of MP3": lambda: (b"ID3\x03\0\0\0\0\0\0#EXTM3U\nhttp://" + ADDRESS + b"/a.mp3\n", {UNREADABLE}),
    "an MP4 whose sound lies elsewhere": lambda: (elsewhere(), {UNREADABLE, "media.no_sound"}),
    "noise after ftyp": lambda: (noise(b"\0\0\0\x18ftypM4A \0\0\0\0isomM4A ", 40_000, 1), {UNREADABLE, "media.no_sound"}),
    "an archive without sound": lambda: (noise(b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", 40_000, 2), {UNREADABLE, "media.no_sound"}),
    "a PDF of 200,000 objects": lambda: (many_objects(200_000), {COMPLEX}),
    "a PDF of a million announced objects": lambda: (packed_objects(), {COMPLEX, UNREADABLE}),
    "a PDF that nests 200,000 lists": lambda: (paper(b"/Deep " + b"[" * 200_000 + b"]" * 200_000), {COMPLEX, UNREADABLE}),
    "a PDF of too many pages": lambda: (paper(pages=501), {"media.too_many_pages"}),
    "a PDF whose pages are their own children": lambda: (paper().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"), {UNREADABLE, COMPLEX}),
    "a PDF cut short": lambda: (paper(pages=3)[:300], {UNREADABLE}),
    "a PDF behind HTML": lambda: (b"<html><script>alert(1)</script>\n" + paper(), {TYPE}),
    "noise after %PDF": lambda: (noise(b"%PDF-1.7\n", 100_000, 3), {UNREADABLE}),
    "a bomb as Word": lambda: (office({"word/media/image1.bmp": bytes(300_000_000)}), {COMPLEX}),
    "a steep bomb as Word": lambda: (office({"word/settings.xml": bytes(50_000_000)}), {COMPLEX}),
    "an archive in an archive in Word": lambda: (matryoshka(), {COMPLEX}),
    "entries that share their bytes": lambda: (overlapping(), {COMPLEX}),
    "Word with macros": lambda: (office({"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), {"media.active_content"}),
    "Word with a template from elsewhere": lambda: (
        office({"word/_rels/settings.xml.rels": EXTERNAL % ADDRESS}), {"media.active_content"},
    ),
    "Word with a program": lambda: (office({"word/embeddings/letter.exe": b"MZ"}), {"media.active_content"}),
    "billions of laughs": lambda: (b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">]><l>&a;</l>', {TYPE}),
    "SVG": lambda: (b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://' + ADDRESS + b'/"/></svg>', {TYPE}),
    "HTML": lambda: (b"<html><img src=http://" + ADDRESS + b"/></html>", {TYPE}),
    "nothing": lambda: (b"", {"media.empty"}),
    "one byte": lambda: (b"\xff", {TYPE}),
}  # fmt: skip


def elsewhere() -> bytes:
    """An MP4 whose data reference is an address instead of the file itself."""
    data, address = voice(1.0, "mp4", "aac"), b"http://" + ADDRESS + b"/sound.mp4\0"
    at = data.index(b"\0\0\0\x0curl \0\0\0\x01")
    data = data[:at] + struct.pack(">I", 12 + len(address)) + b"url \0\0\0\0" + address + data[at + 12 :]
    for box in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):  # each is longer by the address
        place = data.index(box) - 4
        data = data[:place] + struct.pack(">I", struct.unpack_from(">I", data, place)[0] + len(address)) + data[place + 4 :]
    return data


def many_objects(count: int) -> bytes:
    """A PDF that holds so many objects and a table that finds them."""
    out, places = bytearray(paper()[: paper().index(b"xref")]), []
    for number in range(4, count):
        places.append(len(out))
        out += b"%d 0 obj null endobj\n" % number
    at = len(out)
    out += b"xref\n4 %d\n" % len(places) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (count, at)


def packed_objects() -> bytes:
    """A PDF that says it packs a million objects into one stream."""
    packed = zlib.compress(b"".join(b"%d 0 " % number for number in range(1_000_000)) + b"null " * 1_000_000, 9)
    stream = b"9 0 obj <</Type/ObjStm/N 1000000/First 6888890/Filter/FlateDecode/Length %d>> stream\n" % len(packed)
    return paper(more=stream + packed + b"\nendstream endobj\n")


def fuzz() -> list[tuple[str, bytes]]:
    """Good files of each type with thirty bytes changed; the name of each says how to make it again."""
    good = {
        "jpeg": photo((64, 48)), "png": photo((64, 48), form="PNG"), "webp": photo((64, 48), form="WEBP"),
        "heic": photo((64, 64), form="HEIF"), "webm": voice(0.3), "ogg": voice(0.3, "ogg"), "mp4": voice(0.3, "mp4", "aac"),
        "pdf": paper(pages=2), "docx": office({}),
    }  # fmt: skip
    return [(f"{name} {seed}", spoiled(data, seed)) for name, data in good.items() for seed in range(2)]
