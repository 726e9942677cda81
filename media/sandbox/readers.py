"""Which module opens which type of file. A child loads those of one family only: less to load, and less that a file could misuse."""
from collections.abc import Callable
from enum import Enum

from media.sandbox.result import Checked, Result

Reader = Callable[[bytes, str, Checked], Result]


class Family(Enum):
    """Types that one child can open."""

    PHOTOS = "photos"
    VOICES = "voices"
    PAPERS = "papers"
    OFFICES = "offices"


def family_of(media_type: str) -> Family:
    """By its first word, but for documents."""
    by_word = {"image": Family.PHOTOS, "audio": Family.VOICES}
    return by_word.get(media_type.partition("/")[0]) or (Family.PAPERS if media_type == "application/pdf" else Family.OFFICES)


def readers(family: Family) -> dict[str, Reader]:
    """Type → its reader. Loads the family's libraries."""
    if family is Family.PHOTOS:
        from media.sandbox.photos import read_photo
        from media.sandbox.prints import PRINTS, print_previews

        return {**dict.fromkeys(("image/jpeg", "image/png", "image/webp", "image/heic"), read_photo), PRINTS: print_previews}
    if family is Family.VOICES:
        from media.sandbox.voices import SPEECH, read_speech, read_voice

        sounds = ("audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/wav")
        return {**dict.fromkeys(sounds, read_voice), SPEECH: read_speech}
    if family is Family.PAPERS:
        from media.sandbox.papers import read_paper

        return {"application/pdf": read_paper}
    from media.sandbox.offices import OFFICE, read_office, read_text

    return {OFFICE: read_office, "text/plain": read_text}
