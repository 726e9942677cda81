"""A scenario loaded beside a service that was started as a user starts it: at once its people sign in and see their circles."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.portal.cast import SCENARIO
from tests.service import ROOT, Service, running_service


@pytest.fixture
def service() -> Iterator[Service]:
    with running_service(demo=False, CERCLE_LIMITS="off") as started:
        yield started


def _load(service: Service, path: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "CERCLE_DATA": str(service.data), "PORT": str(service.port), "CERCLE_DEMO": "0"}
    command = [sys.executable, "manage.py", "load_scenario", str(path)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def _call(service: Service, path: str, body: Any = None, token: str = "") -> Any:
    headers = {"Content-Type": "application/json"} | ({"X-Session-Token": token} if token else {})
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"http://127.0.0.1:{service.port}{path}", data, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_people_of_a_scenario_are_there_at_once(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps(SCENARIO))
    loaded = _load(service, path)
    assert loaded.returncode == 0, loaded.stderr
    first = json.loads(loaded.stdout)
    signed_in = _call(service, "/_allauth/app/v1/auth/login", {"email": "alice@example.org", "password": "Zx9-un-cheval"})
    token = signed_in["meta"]["session_token"]
    assert _call(service, "/api/v1/me", token=token)["id"] == first["alice"]
    assert [circle["id"] for circle in _call(service, "/api/v1/circles", token=token)["items"]] == [first["p1"]]

    second = json.loads(_load(service, path).stdout)
    circles = _call(service, "/api/v1/circles", token=token)["items"]
    assert {circle["id"] for circle in circles} == {first["p1"], second["p1"]}
    assert {circle["patient"]["name"] for circle in circles} == {"DURAND Jeanne"}

    path.write_text("{")
    refused = _load(service, path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "not JSON" in refused.stderr
    assert len(_call(service, "/api/v1/circles", token=token)["items"]) == 2
