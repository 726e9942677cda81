"""Loaded by pytest before Django's settings are read: a data folder of this run's own, with keys of its own.

Only `CERCLE_DATA` is set, so that a test that starts a real server overrides one variable and starts as a user does.
"""
import atexit
import os
import shutil
import tempfile
from pathlib import Path

from foundation.vault import keyring
from notifications.transports import vapid

_INHERITED = (
    "CERCLE_ENV", "CERCLE_MASTER_KEY", "CERCLE_MASTER_KEY_FILE", "SECRET_KEY", "DATABASE_URL", "CERCLE_KEYS_URL", "REDIS_URL", "PORT",
    "CERCLE_VAPID_KEY", "CERCLE_VAPID_KEY_FILE",
)  # fmt: skip


def make() -> Path:
    """The folder; removed when this process ends. What the developer's shell says about another installation is forgotten."""
    for name in _INHERITED:
        os.environ.pop(name, None)
    folder = Path(tempfile.mkdtemp(prefix="cercle-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in ("master.key", "secret.key"):
        keyring.create(folder / "keys" / name)
    vapid.create(folder / "keys" / "vapid.key")
    (folder / "static").mkdir()  # whitenoise warns of a missing one, and warnings are errors here
    os.environ["CERCLE_DATA"] = str(folder)
    os.environ["CERCLE_DEMO"] = "0"
    return folder


DATA = make()
