"""Two and more processes of alerts beside each other: what one has claimed no other one sends, on both databases."""
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from foundation.vault import keyring
from tests.service import ROOT
from tests.stores import own_postgres

CLAIMERS, ROWS = 3, 400


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_each_delivery_is_claimed_by_one_process(database: str, tmp_path: Path) -> None:
    keyring.create(tmp_path / "keys" / "secret.key")
    env = {**os.environ, "CERCLE_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    with ExitStack() as stack:
        if database == "postgresql":
            env["DATABASE_URL"] = stack.enter_context(own_postgres())
        subprocess.run([sys.executable, "manage.py", "migrate"], cwd=ROOT, env=env, check=True, capture_output=True)
        command = [sys.executable, "-m", "tests.notifications.rush", str(CLAIMERS), str(ROWS)]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed["ends"] == [0] * CLAIMERS
    claimed = [one for got in printed["got"] for one in got]
    assert len(claimed) == len(set(claimed)) == ROWS
