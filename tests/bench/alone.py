"""The service by itself, for figures that have nobody beside them: started in a folder of its own, people signed in, ended afterwards."""

import contextlib
import os
import resource
import shutil
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.cast import Cast
from tests.bench.machine import LOAD_CORE, describe
from tests.bench.postgres import own_postgres
from tests.bench.product import Cercle
from tests.bench.references import start_redis


def more_files(wanted: int) -> None:
    """Raises the limit of open files, of this process and of those that it starts. Raises SystemExit where the machine forbids it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
        except (ValueError, OSError):
            raise SystemExit(f"{wanted} open files are needed, {hard} allowed: raise the hard limit (ulimit -Hn)") from None


@contextlib.asynccontextmanager
async def alone(cast: Cast, *, postgres: bool) -> AsyncIterator[Cercle]:
    """The service with these people and circles, on SQLite or on a PostgreSQL and a Redis of its own."""
    os.sched_setaffinity(0, {LOAD_CORE})
    folder = Path(tempfile.mkdtemp(prefix="cercle-alone-"))
    with contextlib.ExitStack() as after:
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        urls: tuple[str | None, str | None] = None, None
        if postgres:
            databases = after.enter_context(own_postgres(folder, ["cercle"]))
            redis, redis_url = start_redis(folder)
            after.callback(redis.stop)
            urls = databases["cercle"], redis_url
        cercle = Cercle(folder, cast, *urls)
        try:
            await cercle.start()
            yield cercle
        finally:
            await cercle.stop()


def web_seconds(pid: int) -> float:
    """Processor time of one process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def heading(title: str) -> str:
    """The date, the machine and its load, for the head of a report."""
    return f"{datetime.now(UTC):%Y-%m-%d}  {title}  {describe()}; load {os.getloadavg()[0]:.1f}"


def verdict(title: str, told: str, promise: str, held: bool | None) -> bool:
    """Prints a figure and whether it held (None: only told); whether nothing was missed."""
    word = "" if held is None else "held" if held else "MISSED"
    print(f"{title:58} {told:>16}  {promise}{': ' if promise and word else ''}{word}".rstrip(), flush=True)
    return held is not False
