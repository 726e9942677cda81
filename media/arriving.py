"""Files that come from a hospital's system instead of a person: sealed and durable first, then rows, then the same road as any upload."""
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from foundation import ids
from foundation.errors import CercleError
from media import files
from media.enums import Part
from media.models import Blob, Medium
from media.protocol import Said
from media.services import entered, stored
from media.sniffing import HEAD_BYTES, Recognised, fitting_name, recognised
from people.circles.models import Circle


@dataclass(frozen=True)
class Arrival:
    """Bytes with the name that readers see. What it is, its first bytes say."""

    content: bytes
    name: str

    @property
    def recognised(self) -> Recognised | None:
        """What it is taken for; None for what no person could upload either."""
        try:
            return recognised(self.content[:HEAD_BYTES], size=len(self.content), name=self.name)
        except CercleError:
            return None


@dataclass(frozen=True)
class Landed:
    """An arrival whose bytes are durable; it has no row yet."""

    blob: Blob
    said: Said
    kind: Recognised

    def enter(self, circle: Circle) -> Medium:
        """Its rows, inside the transaction and under the lock of the circle's head; the worker may claim it at once.

        Its uploader is nobody: until a post carries it nobody sees it, and after two days without one it is collected.
        """
        return entered(self.blob, self.said, self.kind, circle=circle, uploader=None)


@contextmanager
def landing(circle: Circle, arrivals: Sequence[Arrival]) -> Iterator[list[Landed]]:
    """Writes what can be recognised to the store, sealed under the circle's patient, which must have been selected.

    To be entered outside of a transaction, for the store may be far away. What the block raises takes the bytes out again.
    """
    known = [(arrival, kind) for arrival in arrivals if (kind := arrival.recognised)]
    with stored([]) as blobs:
        landed = []
        for arrival, kind in known:
            blob = files.write(circle.patient.vault, Part.UPLOAD, [arrival.content], medium=ids.new())
            blobs.append(blob)
            landed.append(Landed(blob, Said(name=fitting_name(arrival.name, kind.media_type)), kind))
        yield landed


def give_up(landed: Sequence[Landed]) -> None:
    """Of arrivals that came to no rows after all, nothing is kept."""
    files.discard([one.blob for one in landed])
