"""Something that sounds like somebody speaking and says nothing: a buzz that opens and closes in syllables."""
from array import array
from functools import cache
from io import BytesIO
from math import pi, sin
from random import Random

import av

_RATE = 16_000
_LOUD = 9_000


@cache
def spoken(seconds: float) -> bytes:
    """An Ogg/Opus file, mono."""
    frame = av.AudioFrame(format="s16", layout="mono", samples=int(seconds * _RATE))
    frame.sample_rate = _RATE
    frame.planes[0].update(_samples(seconds).tobytes())
    out = BytesIO()
    with av.open(out, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000, frame_size=960)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return out.getvalue()


def _samples(seconds: float) -> "array[int]":
    random = Random(11)  # noqa: S311 -- a sound, no secret
    samples: array[int] = array("h")
    total = int(seconds * _RATE)
    while len(samples) < total:
        pause = random.random() < 0.12
        length = int(_RATE * random.uniform(0.09, 0.24))
        pitch, loud = random.uniform(105, 150), 0 if pause else random.uniform(0.35, 1)
        for at in range(length):
            turn = 2 * pi * pitch * at / _RATE
            wave = sin(turn) + 0.5 * sin(4 * turn) + 0.25 * sin(9 * turn)
            samples.append(int(_LOUD * loud * sin(pi * at / length) * wave / 1.75))
    return samples[:total]
