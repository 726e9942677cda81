"""How far a restoration has come, outside the databases: one that was killed is gone on with, and nothing starts beside it."""
import json
from dataclasses import asdict, dataclass

from foundation.vault import keyring
from portal.backups.places import restoring_mark


@dataclass(frozen=True)
class Mark:
    """`aside`: the folder for what was here before, "" where nothing was. `cleared`: it is there, what is found now is our own."""

    name: str
    aside: str
    cleared: bool = False

    def write(self) -> None:
        """On disk when this returns."""
        keyring.write_private(restoring_mark(), json.dumps(asdict(self)))


def present() -> Mark | None:
    """That of a restoration which did not come to its end."""
    try:
        return Mark(**json.loads(restoring_mark().read_text()))
    except FileNotFoundError:
        return None


def take_away() -> None:
    """The restoration has come to its end."""
    restoring_mark().unlink()
