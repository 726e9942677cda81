"""A target folder: one folder for each backup, which gets its name when it is whole, and beside them what all of them share."""
import datetime as dt
import re
import secrets
import shutil
from pathlib import Path

from portal.backups.disk import sync
from portal.backups.errors import Refused

_TIME = "%Y-%m-%dT%H%M%SZ"
_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z-[0-9a-f]{6}")
_NEW = ".new-"


def new_name(now: dt.datetime) -> str:
    """A backup's name: when it began (UTC) and six random digits, the same in both targets."""
    return f"{now.astimezone(dt.UTC).strftime(_TIME)}-{secrets.token_hex(3)}"


def made_at(name: str) -> dt.datetime:
    """When a backup of this name began."""
    return dt.datetime.strptime(name.rpartition("-")[0], _TIME).replace(tzinfo=dt.UTC)


class Shelf:
    """One target. What begins with a point in it is unfinished, or no backup."""

    def __init__(self, place: Path) -> None:
        self.place = place.resolve()

    def names(self) -> list[str]:
        """The whole backups, oldest first."""
        return sorted(path.name for path in self.place.glob("*") if _NAME.fullmatch(path.name))

    def of(self, name: str) -> Path:
        """The folder of one."""
        return self.place / name

    def begin(self, name: str) -> Path:
        """The folder in which one is being made. What others left unfinished goes: the caller holds the target's lock."""
        for left in self.place.glob(f"{_NEW}*"):
            shutil.rmtree(left)
        coming = self.place / f"{_NEW}{name}"
        coming.mkdir(mode=0o700)
        return coming

    def finish(self, name: str) -> None:
        """Everything in it is on disk: it becomes a backup."""
        coming = self.place / f"{_NEW}{name}"
        for path in [*coming.iterdir(), coming]:
            sync(path)
        coming.rename(self.of(name))
        sync(self.place)

    def drop_old(self, today: dt.date, days: int) -> list[str]:
        """Deletes those whose days are over; their names. One that is made every day at the same hour goes on its last day."""
        old = [name for name in self.names() if made_at(name).date() <= today - dt.timedelta(days=days)]
        for name in old:
            gone = self.place / f"{_NEW}{name}"  # first no backup any more, then away
            self.of(name).rename(gone)
            shutil.rmtree(gone)
        return old


def apart(main: Path, keys: Path, data: Path, secret: Path) -> None:
    """Raises Refused where the two targets are one place, lie in one another or in the data folder, or beside the master key."""
    one, two, data = main.resolve(), keys.resolve(), data.resolve()
    if one.is_relative_to(two) or two.is_relative_to(one):
        raise Refused("The keys need a place of their own, neither inside the other one nor around it: together they can be read.")
    for place in (one, two):
        if place.is_relative_to(data) or data.is_relative_to(place):
            raise Refused(f"{place} and the data folder lie in one another: what loses the one loses the other.")
        if secret.resolve().is_relative_to(place):
            raise Refused(f"The master key lies in {place}: keep it apart from backups, with them it can read everything.")
