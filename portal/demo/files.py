"""What the people of the demo send: drawn, printed and spoken while the region is loaded; nothing of it lies in the repository."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from foundation.clock import rfc3339
from foundation.paper import printed
from media.protocol import Said
from portal.demo.pictures import wound
from portal.demo.speech import spoken

_LETTER = Path(__file__).parent / "letter.typ"


@dataclass(frozen=True)
class File:
    """One file: how it is made, and what its author says of it. `transcript` belongs to a voice note."""

    name: str
    make: Callable[[], bytes]
    caption: str = ""
    site: str = ""
    transcript: str = ""

    def said(self, at: datetime) -> Said:
        """As an upload says it; a photo's time of capture is `at`."""
        return Said(self.name, self.caption, self.site, rfc3339(at) or "" if self.site else "")


FILES: dict[str, File] = {
    "heel-1": File("talon-1.jpg", partial(wound, 1.0), "4,2 × 3,1 cm", "heel_left"),
    "heel-2": File("talon-2.jpg", partial(wound, 0.86), "3,7 × 2,6 cm", "heel_left"),
    "heel-3": File("talon-3.jpg", partial(wound, 0.72), "3,1 × 2,2 cm", "heel_left"),
    "letter": File("Compte rendu de sortie.pdf", partial(printed, _LETTER, {})),
    "walk": File(
        "note-vocale.ogg", partial(spoken, 14.0),
        transcript="Marche dix mètres avec le déambulateur, deux pauses. Essoufflée à l’arrivée.",
    ),
}  # fmt: skip
