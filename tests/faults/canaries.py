"""Files that hold a word wherever one can hide in them, and the marks by which their bytes would be known anywhere."""
import base64
import io
from array import array
from collections.abc import Iterator
from random import Random

import av
from PIL import Image

_RUN = 32  # bytes, of which no two files have the same by chance
_RUNS = 6  # of each file


def photo(word: str) -> bytes:
    """A photo that nothing makes smaller, with the word in all that a camera writes beside it."""
    picture = Image.effect_noise((640, 480), 90).convert("RGB")
    exif, out = picture.getexif(), io.BytesIO()
    exif[0x010F] = exif[0x0110] = exif[0x013B] = word  # who made the camera, which one it is, who took the photo
    picture.save(out, "JPEG", quality=95, exif=exif, comment=word.encode())
    return out.getvalue()


def voice(word: str, seconds: float = 2.0) -> bytes:
    """A note full of noise, with the word as its title."""
    random, out = Random(word), io.BytesIO()
    with av.open(out, "w", format="webm") as target:
        target.metadata["title"] = word
        stream = target.add_stream("libopus", rate=48_000, layout="mono")
        assert isinstance(stream, av.AudioStream)
        for start in range(0, int(seconds * 48_000), 960):
            frame = av.AudioFrame(format="s16", layout="mono", samples=960)
            frame.planes[0].update(array("h", random.choices(range(-9000, 9000), k=960)).tobytes())
            frame.sample_rate, frame.pts = 48_000, start
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out.getvalue()


def document(word: str) -> bytes:
    """A page on which the word stands, neither packed nor hidden."""
    drawn = f"BT /F1 24 Tf 40 700 Td ({word}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + tail


def marks(data: bytes) -> Iterator[bytes]:
    """Runs of a file's bytes from all over it, as they are and in the three ways in which base64 can hold them.

    Only such as nothing else has: a row of zeros is no mark.
    """
    for number in range(1, _RUNS + 1):
        place = number * len(data) // (_RUNS + 1)
        run = data[place : place + _RUN]
        if len(set(run)) < _RUN // 2:
            continue
        yield run
        for lead in range(3):
            yield base64.b64encode(b"\0" * lead + run)[4 if lead else 0 : -4]
