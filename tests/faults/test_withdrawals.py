"""Withdrawn confirmations against every way into a circle, in two processes, on both databases."""
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.faults.withdrawals import SCENARIO
from tests.service import ROOT
from tests.stores import OwnRedis, own_postgres

ROUNDS = 8


@pytest.fixture(params=["sqlite", "postgresql"])
def environ(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Of the processes on one database."""
    env = {**os.environ, "CERCLE_DATA": str(tmp_path / "data"), "CERCLE_DEMO": "0", "DJANGO_SETTINGS_MODULE": "config.settings"}
    with ExitStack() as stack:
        if request.param == "postgresql":
            env = {**env, "DATABASE_URL": stack.enter_context(own_postgres()), "REDIS_URL": stack.enter_context(OwnRedis()).url}
        yield env


def run(env: dict[str, str], *command: str) -> str:
    """What a process of Python prints."""
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_whoever_is_not_confirmed_is_inside_by_no_way(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps(SCENARIO))
    run(environ, "manage.py", "prepare")
    ids = run(environ, "manage.py", "load_scenario", str(file))
    told: dict[str, Any] = json.loads(run(environ, "-m", "tests.faults.withdrawals", ids, str(ROUNDS)))
    print(told["ended"])
    assert told["faults"] == []
    refused = {**dict.fromkeys(("admitted", "asked", "invited"), "circles.role_unfit"), "put_out": "http.not_found"}
    for way, counts in told["ended"].items():
        assert counts["done"] > 0
        assert counts.get(refused.get(way, "done"), 0) > 0
        assert set(counts) <= {"done", refused.get(way, "done"), "circles.union_waits"}
