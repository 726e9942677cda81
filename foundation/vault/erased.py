"""The list of vaults whose keys were destroyed: outside every database, only ever added to, so that a restored backup erases again."""
import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from foundation import ids
from foundation.vault import seal
from foundation.vault.models import VaultKey

NAME = "erased.list"  # in the data folder's `keys/`


def note_erased(place: Path, vault: UUID) -> None:
    """Adds a vault to the list, on disk when this returns; one that stands there already is not added again."""
    if vault in erased_vaults(place):
        return
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
        file.write(f"{vault} {datetime.now(UTC).date().isoformat()}\n")
        file.flush()
        os.fsync(file.fileno())


def erased_vaults(place: Path) -> set[UUID]:
    """The vaults on the list; a line that was cut short while it was written is none."""
    try:
        lines = place.read_text().splitlines()
    except FileNotFoundError:
        return set()
    return {vault for line in lines if (vault := ids.parse(line.partition(" ")[0]))}


def merge_lists(into: Path, other: Path) -> int:
    """Adds to a list what only the other one knows, on disk when this returns; how many vaults that were."""
    known, lines = erased_vaults(into), other.read_text().splitlines() if other.exists() else []
    new = [line for line in lines if (vault := ids.parse(line.partition(" ")[0])) and vault not in known]
    if new:
        with os.fdopen(os.open(into, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
            file.write("".join(f"{line}\n" for line in ["", *new]))  # an empty line first: the last one may have been cut short
            file.flush()
            os.fsync(file.fileno())
    return len(new)


def destroy_key(vault: UUID) -> bool:
    """Makes all that was sealed with a vault's key noise; whether there was one. Other processes forget it within a minute."""
    if vault == seal.SITE:
        raise ValueError("the site's own vault is never erased")
    seal.forget()
    return bool(VaultKey.objects.filter(vault=vault).delete()[0])


def with_keys(vaults: set[UUID]) -> set[UUID]:
    """Those of these vaults that have a key."""
    return set(VaultKey.objects.filter(vault__in=vaults).values_list("vault", flat=True))
