"""The numbered feed under concurrent writers in several processes, on both databases."""
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from foundation.vault import keyring
from messaging.feed.enums import Standing
from tests.service import ROOT
from tests.stores import own_postgres

WRITERS, EACH = 4, 30


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def rush(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the rush printed, on one database."""
    folder = tmp_path_factory.mktemp(request.param)
    keyring.create(folder / "keys" / "secret.key")
    env = {**os.environ, "CERCLE_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    if request.param == "sqlite":
        yield run(env)
    else:
        with own_postgres() as url:
            yield run({**env, "DATABASE_URL": url})


def run(env: dict[str, str]) -> dict[str, Any]:
    """Migrates the tables of the feed and of who hears it, then rushes."""
    for room in ("notifications", "gateway"):
        migrate = [sys.executable, "manage.py", "migrate", room]
        subprocess.run(migrate, cwd=ROOT, env=env, check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-m", "tests.feed.rush", str(WRITERS), str(EACH)], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def test_every_writer_ends_well_and_every_line_is_there_once(rush: dict[str, Any]) -> None:
    assert rush["ends"] == [0] * WRITERS
    subjects = [subject for _, subject in rush["got"][Standing.CARE_TEAM]]
    assert len(set(subjects)) == len(subjects) == WRITERS * EACH


@pytest.mark.parametrize("standing", list(Standing))
def test_a_reader_beside_the_writers_misses_nothing(rush: dict[str, Any], standing: Standing) -> None:
    numbers = [number for number, _ in rush["got"][standing]]
    assert numbers == list(range(1, rush["heads"][standing] + 1))


@pytest.mark.parametrize("standing", [standing for standing in Standing if standing is not Standing.CARE_TEAM])
def test_each_standings_order_is_the_care_teams(rush: dict[str, Any], standing: Standing) -> None:
    place = {subject: number for number, subject in rush["got"][Standing.CARE_TEAM]}
    places = [place[subject] for _, subject in rush["got"][standing]]
    assert places == sorted(places)
    assert 0 < len(places) < WRITERS * EACH
