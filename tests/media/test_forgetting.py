"""A destroyed key: every process forgets it when the site's feed says so, and an erased patient's bytes go from the store."""
import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from foundation import ids
from foundation.vault import keyring, seal
from foundation.vault.models import VaultKey
from media import files
from media.enums import MediaKind, Part
from media.models import Blob, Medium, Upload
from media.stores import Absent
from messaging.feed.enums import Kind
from messaging.feed.keys import KeyWatch
from messaging.feed.models import SITE_FEED, FeedLine
from messaging.feed.services import append_site
from people.circles.enums import Cause
from people.circles.erasure import erase
from people.circles.models import Circle
from tests.circles.home import Home
from tests.media.kept import new_vault, use_folder
from tests.media.serving import Served
from tests.service import ROOT

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
_TELL = "from messaging.feed.services import append_site; from uuid import UUID; append_site('key.destroyed', UUID(int=7))"


def is_kept(vault_sealed: tuple[UUID, bytes]) -> bool:
    """Whether this process still opens something."""
    try:
        seal.unseal(vault_sealed[0], "here", vault_sealed[1])
    except seal.SealBroken:
        return False
    return True


def test_a_worker_forgets_with_the_line_and_not_before() -> None:
    vault = new_vault()
    mine = vault, seal.seal(vault, "here", "text")
    watch = KeyWatch()
    VaultKey.objects.filter(vault=vault).delete()  # as another process does it
    watch.look()
    assert is_kept(mine)
    append_site(Kind.SESSION_ENDED, ids.new())
    watch.look()
    assert is_kept(mine)
    append_site(Kind.KEY_DESTROYED, vault)
    watch.look()
    assert not is_kept(mine)


def test_what_was_being_unwrapped_when_all_was_forgotten_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    vault = new_vault()
    seal.forget()
    load = keyring.load

    def overtaken() -> object:
        VaultKey.objects.filter(vault=vault).delete()
        seal.forget()
        return load()

    monkeypatch.setattr(keyring, "load", overtaken)
    mine = vault, seal.seal(vault, "here", "text")
    monkeypatch.undo()
    assert not is_kept(mine)


def test_an_unwrapped_key_does_not_lie_about_for_longer_than_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    vault = new_vault()
    mine = vault, seal.seal(vault, "here", "text")
    VaultKey.objects.filter(vault=vault).delete()
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    seal.forget_old()
    monkeypatch.undo()
    assert not is_kept(mine)


def test_the_web_process_forgets_at_once_though_nobody_has_a_socket_there(web: Served) -> None:
    path = "/tests/kept/" + json.loads(web.get("/tests/keep", "POST", b"plain")[2])["id"]
    with sqlite3.connect(web.data / "keys" / "patients.sqlite3") as keys:
        keys.execute("DELETE FROM vault_vaultkey WHERE vault != ?", ["0" * 32])
    keys.close()
    assert web.get(path)[2] == b"plain"  # unwrapped a moment ago
    begun = time.monotonic()
    subprocess.run([sys.executable, "manage.py", "shell", "-v0", "-c", _TELL], cwd=ROOT, env=web.env, check=True)
    while web.get(path)[0] != 500:
        assert time.monotonic() - begun < 50  # by itself a key is forgotten a minute after it was unwrapped
        time.sleep(0.1)


def test_an_erased_patients_bytes_go_from_the_store(
    home: Home, settings: Settings, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    use_folder(settings, tmp_path)
    (tmp_path / "keys").mkdir()
    circle = Circle.objects.select_related("patient").get(pk=home.circle)
    vault, moment = circle.patient.vault, circle.opened_at
    member = home.inside("nurse")
    medium = Medium(circle=circle, uploader=member, kind=MediaKind.DOCUMENT, created_at=moment, due_at=moment, sealed_facts=b"")
    upload = Upload(circle=circle, uploader=member, length=9, expires_at=moment, sealed_facts=b"")
    medium.save()
    upload.save()
    mine = [files.write(vault, Part.CONTENT, [b"one"], medium=medium.id), files.write(vault, Part.PIECE, [b"two"], upload=upload.id)]
    other_vault = new_vault()
    other = files.write(other_vault, Part.CONTENT, [b"another patient's"])
    Blob.objects.bulk_create([*mine, other])
    with django_capture_on_commit_callbacks(execute=True):
        erase(vault, cause=Cause.REQUEST)
    for blob in mine:
        with pytest.raises(Absent):
            files.store().size(blob.id.hex)
    assert list(Blob.objects.values_list("id", flat=True)) == [other.id]
    assert b"".join(files.read(other, other_vault)) == b"another patient's"
    assert [line.subject for line in FeedLine.objects.filter(feed=SITE_FEED, kind=Kind.KEY_DESTROYED)] == [vault]
    erase(vault, cause=Cause.REQUEST)
    assert FeedLine.objects.filter(feed=SITE_FEED, kind=Kind.KEY_DESTROYED).count() == 1
