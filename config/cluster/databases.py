"""`python -m config.cluster.databases URL …`: waits until PostgreSQL answers, and makes those databases of it that are missing."""
import sys
import time
from urllib.parse import urlsplit

import psycopg

_PATIENCE_S = 120.0  # one that was killed reads its log first


def make(url: str) -> None:
    """The database that `url` names. Raises psycopg.OperationalError when the server has not answered for two minutes."""
    name = urlsplit(url).path.removeprefix("/")
    with _connect(url.removesuffix(f"/{name}") + "/postgres") as base:
        if base.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            base.execute(f'CREATE DATABASE "{name}"'.encode())


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    for address in sys.argv[1:]:
        make(address)
