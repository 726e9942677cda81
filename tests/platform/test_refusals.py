"""Each half-configured start is refused by name, with a sentence; a sound one is not."""
import base64
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from config import checks
from foundation.vault import keyring
from notifications.transports import vapid

SOUND_SQLITE = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"init_command": "PRAGMA synchronous=FULL;"}}
POSTGRESQL = {"ENGINE": "django.db.backends.postgresql"}


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimpleNamespace:
    """Production settings without a fault."""
    key = tmp_path / "elsewhere" / "master.key"
    keyring.create(key)
    vapid.create(tmp_path / "vapid.key")
    settings = SimpleNamespace(
        PRODUCTION=True, DEBUG=False, DEMO=False, LIMITS=True, CLOCK_OFFSET_FILE="", PUSH_ALLOW="",
        MASTER_KEY="", MASTER_KEY_FILE=key, DATA=tmp_path / "data", SECRET_KEY="s" * 50,
        ALLOWED_HOSTS=["cercle.example"], SOCKET_ORIGINS=["https://cercle.example"],
        DATABASES={"default": SOUND_SQLITE, "keys": SOUND_SQLITE}, PROCESSES=1, REDIS_URL="", MEDIA_STORE="", KEY_BACKUP_DAYS=30,
        SMS_URL="", SMS_FIELDS=["to", "text", "from"],
        MLLP_PORT=0, MLLP_HOST="127.0.0.1", MLLP_CERT_FILE="", MLLP_KEY_FILE="", MLLP_CA_FILE="",
        VAPID_KEY="", VAPID_KEY_FILE=tmp_path / "vapid.key", VAPID_SUB="mailto:dpo@cercle.fr", PRIVACY_CONTACT="",
    )  # fmt: skip
    monkeypatch.setattr("django.conf.settings", settings)
    monkeypatch.setattr(checks, "settings", settings)
    monkeypatch.setattr(vapid, "settings", settings)
    return settings


def refused() -> set[str]:
    """The names of what is refused now."""
    found = run_checks(tags=[checks.TAG], include_deployment_checks=True)
    assert all(message.msg.endswith((".", "file")) for message in found)
    return {str(message.id).removeprefix("cercle.") for message in found}


def test_a_sound_production_starts(sound: SimpleNamespace) -> None:
    checks.refuse_unsafe_start()
    assert refused() == set()


def test_a_key_for_push_services_that_others_can_read_is_refused(sound: SimpleNamespace) -> None:
    sound.VAPID_KEY_FILE.chmod(0o640)
    assert refused() == {"open_vapid_key"}


def test_files_in_an_s3_store_need_its_library(sound: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    sound.MEDIA_STORE = "s3://bucket/some/prefix"
    assert refused() == set()
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    assert refused() == {"no_obstore"}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("debug", {"DEBUG": True}),
        ("demo", {"DEMO": True}),
        ("no_limits", {"LIMITS": False}),
        ("clock", {"CLOCK_OFFSET_FILE": "/tmp/offset"}),
        ("push", {"PUSH_ALLOW": "http://127.0.0.1:9"}),
        ("vapid_sub", {"VAPID_SUB": ""}),
        ("vapid_sub", {"VAPID_SUB": "mailto:cercle@localhost"}),
        ("vapid_sub", {"VAPID_SUB": "https://cercle.example"}),
        ("vapid_sub", {"VAPID_SUB": "dpo"}),
        ("bad_vapid_key", {"VAPID_KEY": "short"}),
        ("bad_vapid_key", {"VAPID_KEY_FILE": "/nowhere/vapid.key"}),
        ("no_secret_key", {"SECRET_KEY": ""}),
        ("no_secret_key", {"SECRET_KEY": "short"}),
        ("no_secret_key", {"SECRET_KEY": "django-insecure-" + "x" * 50}),
        ("any_host", {"ALLOWED_HOSTS": ["*"]}),
        ("any_host", {"ALLOWED_HOSTS": []}),
        ("open_sms", {"SMS_URL": "http://sms.example/v1"}),
        ("open_sms", {"SMS_URL": "file:"}),
        ("bad_sms_url", {"SMS_URL": "https://user:word@sms.example/"}),
        ("sms_fields", {"SMS_FIELDS": ["to"]}),
        ("bad_media_url", {"MEDIA_STORE": "https://bucket.example/media"}),
        ("bad_media_url", {"MEDIA_STORE": "s3://"}),
        ("key_backups", {"KEY_BACKUP_DAYS": 31}),
        ("plain_mllp", {"MLLP_PORT": 2575}),
        ("plain_mllp", {"MLLP_PORT": 2575, "MLLP_CERT_FILE": "/nowhere/server.pem"}),
        ("origins", {"SOCKET_ORIGINS": ["http://cercle.example"]}),
        ("origins", {"SOCKET_ORIGINS": ["https://*.example"]}),
        ("origins", {"SOCKET_ORIGINS": []}),
        ("bad_master_key", {"MASTER_KEY": "k1:c2hvcnQ="}),
        ("sqlite_not_full", {"DATABASES": {"default": SOUND_SQLITE, "keys": {"ENGINE": "django.db.backends.sqlite3"}}}),
        ("no_bell", {"DATABASES": {"default": POSTGRESQL}, "PROCESSES": 2}),
    ],
)
def test_a_fault_in_the_settings_is_refused(sound: SimpleNamespace, name: str, change: dict[str, Any]) -> None:
    for setting, value in change.items():
        setattr(sound, setting, value)
    assert refused() == {name}
    with pytest.raises(checks.UnsafeStart):
        checks.refuse_unsafe_start()


@pytest.mark.parametrize(
    "change",
    [
        {"DATABASES": {"default": POSTGRESQL}, "PROCESSES": 2, "REDIS_URL": "redis://127.0.0.1"},
        {"DATABASES": {"default": POSTGRESQL}, "PROCESSES": 1},
        {"PROCESSES": 2},
        {"MASTER_KEY": "k1:" + base64.b64encode(bytes(32)).decode(), "MASTER_KEY_FILE": Path("/nowhere")},
    ],
)
def test_what_is_safe_is_not_refused(sound: SimpleNamespace, change: dict[str, Any]) -> None:
    for setting, value in change.items():
        setattr(sound, setting, value)
    assert refused() == set()


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("no_master_key", Path.unlink),
        ("open_master_key", lambda path: path.chmod(0o644)),
        ("open_master_key", lambda path: path.chmod(0o640)),
        ("bad_master_key", lambda path: path.write_text(path.read_text()[:30])),
        ("bad_master_key", lambda path: path.write_bytes(b"\xff\xfe\x00")),
        ("bad_master_key", lambda path: path.write_text("")),
    ],
)
def test_a_master_key_that_is_not_right_is_refused(sound: SimpleNamespace, name: str, harm: Callable[[Path], object]) -> None:
    harm(sound.MASTER_KEY_FILE)
    os.utime(sound.MASTER_KEY_FILE, ns=(1, 1)) if sound.MASTER_KEY_FILE.exists() else None
    assert refused() == {name}


def test_a_master_key_inside_the_data_folder_is_refused_in_production_only(sound: SimpleNamespace) -> None:
    inside = sound.DATA / "keys" / "master.key"
    keyring.create(inside)
    sound.MASTER_KEY_FILE = inside
    assert refused() == {"key_in_data"}
    sound.PRODUCTION = False
    assert refused() == set()


@pytest.mark.parametrize(("package", "found"), [("daphne", "4.2.1"), ("django", "5.2.9"), ("pillow", "12.1.1")])
def test_an_old_package_is_refused(sound: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, package: str, found: str) -> None:
    monkeypatch.setattr(checks, "version", lambda name: found if name == package else "99.0.0")
    assert refused() == {f"old_{package}"}


@pytest.mark.parametrize(("found", "refusals"), [("1.23.3", 1), ("1.23.4", 0), ("2.0.0", 0)])
def test_an_old_library_for_heic_is_refused_where_files_are_opened(monkeypatch: pytest.MonkeyPatch, found: str, refusals: int) -> None:
    monkeypatch.setattr("pillow_heif.libheif_version", lambda: found)
    said = run_checks(tags=[checks.DECODERS], include_deployment_checks=True)
    assert [message.id for message in said] == ["cercle.old_libheif"] * refusals


def test_the_process_that_opens_files_does_not_start_either(settings: Settings) -> None:
    settings.KEY_BACKUP_DAYS = 31
    with pytest.raises(SystemCheckError, match="CERCLE_KEY_BACKUP_DAYS"):
        call_command("media_worker")
