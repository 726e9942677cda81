"""The whole house as the fault run has it: two web processes, the others of the Procfile, PostgreSQL and Redis, all of its own."""
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tests.contract.running import Server
from tests.service import free_port
from tests.stores import OwnPostgres, OwnRedis

_START_S = 300.0
_SERVE = ".venv/bin/python manage.py"
WEBS = ("web", "web2")


class House(Server):
    """A supervisor with two web processes on ports of their own, and `others` of the Procfile beside them."""

    def __init__(self, folder: Path, others: tuple[str, ...], **settings: str) -> None:
        super().__init__(folder, **settings)
        self.second, self.others = free_port(), others
        named = "env PGAPPNAME=web"  # so that their connections can be told apart
        lines = [f"web: {named} {_SERVE} serve", f"web2: {named} {_SERVE} serve --port {self.second}"]
        lines += [f"{one}: {_SERVE} {'media_worker' if one == 'media' else one}" for one in others]
        (folder / "Procfile").write_text("\n".join(lines) + "\n")
        self.program = (*self.program, "--procfile", str(folder / "Procfile"))

    @property
    def urls(self) -> tuple[str, str]:
        """Of the two web processes."""
        return self.url, f"http://127.0.0.1:{self.second}"

    def __enter__(self) -> "House":
        super().__enter__()
        deadline = time.monotonic() + _START_S
        while not all(_answers(url) for url in self.urls):
            assert time.monotonic() < deadline, self.words
            time.sleep(0.2)
        return self

    def send(self, name: str, number: signal.Signals) -> int:
        """A signal to one of the processes; its number, or 0 where there is none just now."""
        with suppress(ProcessLookupError, FileNotFoundError, ValueError):
            pid = self.pid(name)
            os.kill(pid, number)
            return pid
        return 0


class Stores:
    """PostgreSQL with both databases, and Redis."""

    def __init__(self, postgres: OwnPostgres, broker: OwnRedis) -> None:
        self.postgres, self.broker = postgres, broker

    @property
    def settings(self) -> Mapping[str, str]:
        """Of the processes that use them."""
        return {
            "DATABASE_URL": self.postgres.urls["cercle"], "CERCLE_KEYS_URL": self.postgres.urls["keys"], "REDIS_URL": self.broker.url,
        }  # fmt: skip


@contextmanager
def whole_house(folder: Path, *, others: tuple[str, ...] = ("worker",), **settings: str) -> Iterator[tuple[House, Stores]]:
    """The processes and what they stand on; all end with the block."""
    with ExitStack() as stack:
        stores = Stores(stack.enter_context(OwnPostgres("cercle", "keys")), stack.enter_context(OwnRedis()))
        house = House(folder, others, **stores.settings, **settings)
        yield stack.enter_context(house), stores


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
