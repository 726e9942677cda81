"""Whether this process can serve."""
from collections.abc import Iterator

from django.conf import settings
from django.db import Error, connections

from config.health.lookout import Lookout
from foundation import ending
from foundation.pulse.beats import ages
from foundation.vault import keyring, seal

ENDING, SILENT = "process.ending", "database.silent"


def codes() -> tuple[str, ...]:
    """Why not to send anybody here, as codes without names or addresses; empty where all is well. Waits two seconds at most."""
    if ending.has_begun():
        return (ENDING,)
    found = _lookout.ask()
    return (SILENT,) if found is None else found


def _look() -> Iterator[str]:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        yield "database.away"
        return
    yield from _keys()
    yield from (f"late.{kind}" for kind, age in ages().items() if age > settings.WORKER_LAG_S)


def _keys() -> Iterator[str]:
    try:
        seal.open_anew(seal.SITE)
    except Error:
        yield "keys.away"
    except (keyring.KeyMissing, seal.SealBroken, OSError, ValueError):
        yield "keys.closed"


_lookout = Lookout(lambda: tuple(_look()))
