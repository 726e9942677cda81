"""A new master key while the service runs: put in front of the ring, every vault's key wrapped anew, the old one removed.

Each step leaves a ring that opens every row, so a kill at any moment loses nothing and the next run goes on from there:
the new key stands in the file, on disk, before any row is wrapped with it; the old one goes when no row is left that needs it.
What was sealed is not touched: a vault's own key stays the same.
"""
import fcntl
import os
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction

from foundation.vault import keyring
from foundation.vault.models import VaultKey

_BATCH = 200
_SETTLE_S = 2.0  # whoever read the ring just before it changed has written by then


class RotationRefused(Exception):
    """Nothing was changed; the message says why and what to do."""


def rotate(batch: int = _BATCH, settle_s: float = _SETTLE_S) -> Generator[int]:
    """Rotates, and yields after each batch how many keys were wrapped anew. A rotation that was cut short is finished instead.

    A ring from the environment is the operator's to change: keys are wrapped with its first one, and it is left as it is.
    Raises RotationRefused, KeyMissing.
    """
    if settings.MASTER_KEY:
        yield from _rewrap_all(batch)
        return
    path = Path(settings.MASTER_KEY_FILE)
    with _alone(path):
        ring = keyring.load()
        if len(ring.keys) == 1:
            keyring.write_private(path, keyring.new_line() + path.read_text())
        yield from _rewrap_all(batch)
        time.sleep(settle_s)
        yield from _rewrap_all(batch)
        keyring.write_private(path, path.read_text().strip().splitlines()[0] + "\n")


def is_unfinished() -> bool:
    """Whether the ring still holds older keys than the active one."""
    return len(keyring.load().keys) > 1


def _rewrap_all(batch: int) -> Iterator[int]:
    active = keyring.load().active
    while left := list(VaultKey.objects.exclude(master=active).order_by("vault")[:batch]):
        yield _rewrap(left)


def _rewrap(rows: list[VaultKey]) -> int:
    """One batch in one short transaction: a process that makes a new vault waits for no more than this."""
    ring = keyring.load()
    with transaction.atomic(using="keys"):
        for row in rows:
            key = ring.unwrap(row.master, bytes(row.wrapped), row.vault.bytes)
            master, wrapped = ring.wrap(key, row.vault.bytes)
            VaultKey.objects.filter(vault=row.vault).update(wrapped=wrapped, master=master)
    return len(rows)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two rotations at once would each put a key in front, and one of them would be lost with all that it wrapped."""
    if path.stat().st_uid != os.geteuid():
        raise RotationRefused(f"Run this as the owner of {path}: the service must still be able to read it afterwards.")
    lock = os.open(path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise RotationRefused("Another rotation is running.") from None
    else:
        yield
    finally:
        os.close(lock)
