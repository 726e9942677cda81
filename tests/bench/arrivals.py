"""How soon a photo and a voice note are on another screen: from the last byte of the upload on its way to the last byte there."""

import io
import time
import uuid
from statistics import median
from typing import Any

import aiohttp
from PIL import Image

from tests.contract.client import Person
from tests.contract.wire import Wire
from tests.media.corpus import voice


def photo(number: int) -> bytes:
    """A JPEG of 4,000 × 3,000 pixels with as much in it as a camera's has."""
    rough = Image.merge("RGB", [Image.effect_noise((1000, 750), 60 + number) for _ in range(3)])
    out = io.BytesIO()
    rough.resize((4000, 3000), Image.Resampling.BICUBIC).save(out, "JPEG", quality=88)
    return out.getvalue()


class Leaving(io.BytesIO):
    """A file that notes when its last byte was taken to be sent."""

    left = 0.0

    def read(self, size: int | None = -1, /) -> bytes:
        """As any file's."""
        piece = super().read(size)
        if piece:
            self.left = time.perf_counter()
        return piece


def sent(who: Person, circle: str, content: bytes, name: str) -> tuple[str, float]:
    """The id of a file that is uploaded, and when its last byte was handed to the line."""
    file, form = Leaving(content), aiohttp.FormData()
    form.add_field("file", file, filename=name)
    answer = who.call("POST", f"circles/{circle}/media", headers={"Idempotency-Key": str(uuid.uuid4())}, data=form)
    if answer.status != 201:
        raise SystemExit(f"an upload: {answer.status} {answer.raw[:300]!r}")
    return str(answer.body["id"]), file.left


def until_ready(who: Person, circle: str, medium: str) -> None:
    """Asks until the file is ready."""
    while (state := who.get(f"circles/{circle}/media/{medium}").body["state"]) != "ready":
        if state == "refused":
            raise SystemExit("a file was refused")
        time.sleep(0.1)


def arrival(author: Person, reader: Person, screen: Wire, circle: str, content: bytes, name: str) -> float:
    """Seconds from the upload's last byte until the reader has the whole file; hashing, sealing and the post lie in between."""
    medium, begun = sent(author, circle, content, name)
    author.wrote(circle, "", media=[medium])
    _wait(screen, medium)
    for path in (f"media/{medium}/thumbnail", f"media/{medium}")[name.endswith(".webm") :]:
        answer = reader.get(path)
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
    return time.perf_counter() - begun


def on_another_screen(author: Person, reader: Person, circle: str, several: int) -> dict[str, float]:
    """Median and worst of several photos and voice notes, in seconds."""
    note = voice(120.0)
    told: dict[str, list[float]] = {"photo": [], "voice": []}
    with reader.wire(circle) as screen:
        for number in range(several + 1):
            told["photo"].append(arrival(author, reader, screen, circle, photo(number), "photo.jpg"))
            told["voice"].append(arrival(author, reader, screen, circle, note, "note.webm"))
    figures = {name: median(all_[1:]) for name, all_ in told.items()}  # the first is for what every process does once
    return figures | {f"{name} worst": max(all_[1:]) for name, all_ in told.items()}


def _wait(screen: Wire, medium: str) -> None:
    """Until the screen is told that the file is ready."""
    for _ in range(6):
        try:
            screen.first(lambda frame: _is_ready(frame, medium))
            return
        except AssertionError:  # a reader of the contract loses patience; a figure is told however bad it is
            continue
    raise SystemExit("a file never became ready")


def _is_ready(part: Any, medium: str) -> bool:
    """Whether a frame tells, wherever in it, that this file is ready."""
    if isinstance(part, dict):
        return (part.get("id") == medium and part.get("state") == "ready") or any(_is_ready(one, medium) for one in part.values())
    return isinstance(part, list) and any(_is_ready(one, medium) for one in part)
