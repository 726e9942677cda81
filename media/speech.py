"""The seam for a local speech engine: off unless `CERCLE_SPEECH_COMMAND` names a program.

The program gets a voice note as WAV (16 kHz, mono, 16 bits) on standard input and prints the text. What it prints becomes a
transcript that nobody has reviewed; if it fails, there is none.
"""
import logging
import shlex
import subprocess
from collections.abc import Iterable

from django.conf import settings

from media.sandbox import bounds
from media.sandbox.child_process import Child, ChildDied
from media.sandbox.readers import Family

log = logging.getLogger("cercle.media")
_MOST_S = 20 * 60  # as long as a machine without a graphics card may take over a quarter of an hour of speech
_LONGEST = 16_000  # characters, as of a post


def wanted() -> bool:
    """Whether there is an engine."""
    return bool(settings.SPEECH_COMMAND)


def spoken(source: Iterable[bytes]) -> str:
    """The words of a voice note as readers get it (AAC in MP4), or "": a transcript is a help, its lack no failure."""
    try:
        return _heard(_as_wav(source))
    except (ChildDied, OSError, subprocess.SubprocessError, ValueError) as error:
        log.warning("media.no_speech error=%s", type(error).__name__)
        return ""


def _as_wav(source: Iterable[bytes]) -> bytes:
    child = Child(Family.VOICES)
    try:
        answer = child.ask("audio/mp4+speech", source)
    finally:
        child.end()
    if answer.code or not answer.content or len(answer.content) > bounds.CONTENT_BYTES:
        raise ValueError
    return answer.content


def _heard(wav: bytes) -> str:
    """Its words by way of pipes; an engine that hangs is ended, and one that never stops talking is cut."""
    done = subprocess.run(  # noqa: S603  -- the operator's own program
        shlex.split(settings.SPEECH_COMMAND), input=wav, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_MOST_S, check=True,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}, cwd="/",
    )  # fmt: skip
    return done.stdout[: 8 * _LONGEST].decode("utf-8", "replace").replace("\0", "").strip()[:_LONGEST]
