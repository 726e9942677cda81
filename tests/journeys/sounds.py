"""What the fake microphone of the browsers hears: a voice that rises and falls, made here."""
import math
import struct
import wave
from pathlib import Path

RATE = 16_000
SECONDS = 5


def speak_into(path: Path) -> Path:
    """Writes a WAV of five seconds, which the browser repeats."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", _sample(n / RATE)) for n in range(SECONDS * RATE)))
    return path


def _sample(at: float) -> int:
    loud = 0.15 + 0.85 * abs(math.sin(2.2 * at))
    return int(20_000 * loud * math.sin(2 * math.pi * (240 + 60 * math.sin(5 * at)) * at))


def hearing(path: Path) -> str:
    """The flag by which Chromium's fake microphone hears that file."""
    return f"--use-file-for-fake-audio-capture={path}"
