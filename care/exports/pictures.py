"""Photos for the paper: their previews, made JPEG by a child that shuts itself in, for a decoder is nothing for this process."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from media import files
from media.enums import Part
from media.errors import DecoderDied
from media.models import Blob
from media.processing import printable
from messaging.feed.items import Item

MOST = 1000  # in one paper; further ones are in the ZIP, and named
_AT_ONCE = 20
_EDGE = 640


@dataclass(frozen=True)
class Picture:
    """A JPEG of some hundred pixels, and its shape."""

    jpeg: bytes
    width: int
    height: int

    @property
    def given(self) -> tuple[bytes, int, int]:
        """As `foundation.paper` takes it."""
        return self.jpeg, self.width, self.height


def of(named: Iterable[Iterable[Item]]) -> dict[str, Picture]:
    """File → picture, of the items of photos; those that can't be opened are left out, the paper names them all the same."""
    wanted = islice((medium for few in named for medium in few), MOST)
    found: dict[str, Picture] = {}
    while few := list(islice(wanted, _AT_ONCE)):
        found.update(_printed(few))
    return found


def _printed(media: list[Item]) -> Iterator[tuple[str, Picture]]:
    blobs = Blob.objects.filter(medium__in=[medium["id"] for medium in media], part=Part.THUMBNAIL)
    rows = {str(blob.medium_id): blob for blob in blobs.select_related("medium__circle__patient")}
    there = [medium for medium in media if medium["id"] in rows]
    previews = [b"".join(files.read(rows[one["id"]], rows[one["id"]].medium.vault)) for one in there]  # type: ignore[union-attr]
    try:
        made = printable(previews) if previews else []
    except DecoderDied:
        return
    for medium, jpeg in zip(there, made, strict=True):
        if jpeg:
            scale = _EDGE / max(medium.get("width") or _EDGE, medium.get("height") or _EDGE)
            yield medium["id"], Picture(jpeg, *(max(1, round((medium.get(side) or _EDGE) * scale)) for side in ("width", "height")))
