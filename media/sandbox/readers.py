"""Which module opens which type of file."""
from collections.abc import Callable

from media.sandbox.offices import read_office, read_text
from media.sandbox.papers import read_paper
from media.sandbox.photos import read_photo
from media.sandbox.result import Checked, Result
from media.sandbox.voices import read_speech, read_voice

Reader = Callable[[bytes, str, Checked], Result]

READERS: dict[str, Reader] = {
    **dict.fromkeys(("image/jpeg", "image/png", "image/webp", "image/heic"), read_photo),
    **dict.fromkeys(("audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/wav"), read_voice),
    "audio/mp4+speech": read_speech,  # a note of ours, for a speech engine
    "application/pdf": read_paper,
    "application/zip": read_office,  # which one, it says itself
    "text/plain": read_text,
}
