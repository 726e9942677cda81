"""`manage.py prepare` on real data folders: what it makes once, what it never makes again, what it refuses."""
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from foundation.vault import keyring
from tests.service import ROOT


def prepare(data: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """One run, as the supervisor does it."""
    env = {**os.environ, "CERCLE_DATA": str(data), "CERCLE_DEMO": "0", **changes}
    return subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=env, capture_output=True, text=True)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A prepared data folder, and what its first preparation said."""
    data = tmp_path_factory.mktemp("first") / "data"
    done = prepare(data)
    assert done.returncode == 0, done.stderr
    return data, done.stdout


@pytest.fixture
def data(first: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of it to harm."""
    return Path(shutil.copytree(first[0], tmp_path / "data"))


def test_the_first_start_makes_keys_for_their_owner_alone_and_says_where(first: tuple[Path, str]) -> None:
    data, said = first
    key = data / "keys" / "master.key"
    assert f"A master key was made: {key}\n" in said
    assert "Keep a copy apart" in said
    for name in ("keys/master.key", "keys/secret.key", "keys/vapid.key", "cercle.sqlite3", "keys/patients.sqlite3"):
        path = data / name
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_second_start_says_and_changes_nothing(data: Path) -> None:
    before = {path.name: path.read_text() for path in (data / "keys").glob("*.key")}
    again = prepare(data)
    assert (again.returncode, again.stdout) == (0, "")
    assert {path.name: path.read_text() for path in (data / "keys").glob("*.key")} == before


def test_a_lost_master_key_is_never_replaced(data: Path) -> None:
    key = data / "keys" / "master.key"
    key.unlink()
    refused = prepare(data)
    assert refused.returncode != 0
    assert refused.stderr.startswith(f"CommandError: The master key is missing: put it back at {key}")
    assert not key.exists()


def test_another_sites_master_key_does_not_start(data: Path) -> None:
    key = data / "keys" / "master.key"
    key.unlink()
    keyring.create(key)
    refused = prepare(data)
    assert refused.returncode != 0
    assert refused.stderr.startswith("CommandError: The key store does not open: ")


def test_a_lost_key_store_beside_people_does_not_start(data: Path) -> None:
    with sqlite3.connect(data / "cercle.sqlite3") as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(accounts_person)")]
        values = {"id": "0" * 32, "email": "a@example.org", "names": b"", "is_active": 1, "joined_at": "2026-01-01"}
        marks = ",".join("?" for _ in columns)
        database.execute(f"INSERT INTO accounts_person ({','.join(columns)}) VALUES ({marks})", [values.get(c, "") for c in columns])
    database.close()
    (data / "keys" / "patients.sqlite3").unlink()
    refused = prepare(data)
    assert refused.returncode != 0
    assert "The store of patients' keys is empty but the database is not" in refused.stderr


def test_a_lost_media_folder_beside_files_does_not_start(data: Path) -> None:
    (data / "media").rmdir()
    with sqlite3.connect(data / "cercle.sqlite3") as database:
        database.execute("INSERT INTO media_blob (id, part, start, size, wrapped_key) VALUES (?, 'content', 0, 1, x'00')", ["0" * 32])
    database.close()
    refused = prepare(data)
    assert refused.returncode != 0
    assert "The database knows of files" in refused.stderr
    (data / "media").mkdir()
    assert prepare(data).returncode == 0


def test_production_refuses_what_the_environment_leaves_open(data: Path) -> None:
    refused = prepare(
        data, CERCLE_ENV="production", DEBUG="1", CERCLE_DEMO="1", CERCLE_LIMITS="off", CERCLE_CLOCK_OFFSET_FILE="/tmp/offset",
        CERCLE_PUSH_ALLOW="http://127.0.0.1:1", ALLOWED_HOSTS="*", CERCLE_ORIGINS="http://cercle.example",
    )  # fmt: skip
    assert refused.returncode != 0
    words = ["DEBUG", "CERCLE_DEMO", "CERCLE_LIMITS", "CERCLE_CLOCK_OFFSET_FILE", "CERCLE_PUSH_ALLOW"]
    words += ["master key", "ALLOWED_HOSTS", "CERCLE_ORIGINS", "CERCLE_VAPID_SUB"]
    lines = refused.stderr.strip().removeprefix("CommandError: ").splitlines()
    assert len(lines) == len(words)
    for word in words:
        assert any(line.startswith("Refused in production: ") and word in line for line in lines), word


def test_production_makes_no_key_inside_its_data_folder(tmp_path: Path) -> None:
    refused = prepare(tmp_path / "data", CERCLE_ENV="production", ALLOWED_HOSTS="cercle.example", CERCLE_ORIGINS="https://cercle.example")
    assert refused.returncode != 0
    assert not (tmp_path / "data" / "keys" / "master.key").exists()


def test_a_scenario_is_not_loaded_in_production(data: Path) -> None:
    env = {**os.environ, "CERCLE_DATA": str(data), "CERCLE_ENV": "production", "CERCLE_DEMO": "0"}
    command = [sys.executable, "manage.py", "load_scenario", os.devnull]
    refused = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert refused.returncode != 0
    assert "production" in refused.stderr
    assert "Traceback" not in refused.stderr
