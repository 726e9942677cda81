"""The data folder of a service that has been started once: made once for each process of the tests, and copied for each service.

A first start takes most of its time for tables. What the copies have in common are the keys of the site, as after a restart; tests of
the first start itself (`platform/`) make their own folder.
"""
import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_STORES = {"DATABASE_URL", "CERCLE_KEYS_URL", "CERCLE_MASTER_KEY", "CERCLE_MASTER_KEY_FILE"}


@cache
def _prepared(demo: bool) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="cercle-prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CERCLE_", "DJANGO_", "DATABASE_", "REDIS_"))}
    environ = {**inherited, "CERCLE_DATA": str(folder / "data"), "CERCLE_DEMO": "1" if demo else "0"}
    command = [sys.executable, "manage.py", "prepare"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "data"


def prepare(data: Path, environ: Mapping[str, str], *, demo: bool = False) -> None:
    """Makes `data` what a first start leaves there; a folder that is there already is left alone, and so is a service with stores
    or keys of its own.
    """
    if not data.exists() and _STORES.isdisjoint(environ):
        shutil.copytree(_prepared(demo), data)
