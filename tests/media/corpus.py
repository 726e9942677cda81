"""Files of the tests' own making: good ones, and those that a hostile hand would send."""
import io
from array import array
from math import pi, sin

import av
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()


def photo(size: tuple[int, int] = (60, 40), orientation: int = 1, form: str = "JPEG") -> bytes:
    """A photo whose upper left quarter is red, as a camera held that way stores it."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    image.save(out, form, exif=exif, quality=95)
    return out.getvalue()


def tone(seconds: float, rate: int = 48_000) -> "array[int]":
    """A tone that begins loud and ends in silence."""
    count = int(seconds * rate)
    return array("h", (int(20_000 * (1 - at / count) * sin(2 * pi * 330 * at / rate)) for at in range(count)))


def voice(seconds: float = 1.0, form: str = "webm", codec: str = "libopus", samples: "array[int] | None" = None) -> bytes:
    """A note as recorders make it."""
    out, sound = io.BytesIO(), samples if samples is not None else tone(seconds)
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"} if form == "mp4" else {}
    with av.open(out, "w", format=form, options=options) as target:
        stream = target.add_stream(codec, rate=48_000, layout="mono")
        assert isinstance(stream, av.AudioStream)
        for start in range(0, len(sound), 960):
            piece = sound[start : start + 960]
            frame = av.AudioFrame(format="s16", layout="mono", samples=len(piece))
            frame.planes[0].update(piece.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
            frame.sample_rate, frame.pts = 48_000, start
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out.getvalue()
