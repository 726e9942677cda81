"""Erasing: what is gone, that it is finished whatever cut it short, and that a restored backup does not bring anybody back."""
import io
import json
import uuid
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from foundation import clock
from foundation.vault import seal
from foundation.vault.erased import destroy_key, erased_vaults, note_erased
from foundation.vault.models import VaultKey
from messaging.feed.models import FeedLine
from people.circles.enums import Cause, CircleState
from people.circles.erasure import erase, erase_again, erased_list, steps
from people.circles.models import Circle, Membership, Patient, TraitHash, Union
from people.circles.queries import likely_double
from tests.circles.home import Home, load_home

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A data folder of this test's own."""
    settings.DATA = tmp_path / "data"
    (settings.DATA / "keys").mkdir(parents=True)
    return tmp_path


def vault_of(home: Home) -> uuid.UUID:
    """The patient's vault."""
    return Patient.objects.get(circles=home.circle).vault


def is_erased(home: Home) -> bool:
    """Whether nothing leads back: no key, no hash, no traits, nobody inside."""
    patient = Patient.objects.get(circles=home.circle)
    return not (
        VaultKey.objects.filter(vault=patient.vault).exists() or TraitHash.objects.filter(patient=patient).exists() or patient.sealed_traits
        or Membership.objects.filter(circle=home.circle, ended_at=None).exists() or home.state != "erased"
    )  # fmt: skip


class Backup:
    """What a restored backup of both databases brings back of one circle."""

    def __init__(self, home: Home) -> None:
        self.key = VaultKey.objects.get(vault=vault_of(home))
        self.patient = Patient.objects.get(circles=home.circle)
        self.hashes = list(TraitHash.objects.filter(patient=self.patient))
        self.circle = Circle.objects.get(pk=home.circle)
        self.members = list(Membership.objects.filter(circle=home.circle))

    def restore(self, *, key: bool = True, rows: bool = True) -> None:
        """Puts it back."""
        if key:
            VaultKey(vault=self.key.vault, wrapped=self.key.wrapped, master=self.key.master).save()
        if rows:
            self.patient.save()
            self.circle.save()
            TraitHash.objects.bulk_create(self.hashes)
            for member in self.members:
                member.save()
                member.grants.update(ended_at=None)


def test_nothing_of_the_patient_opens_and_nobody_enters(home: Home) -> None:
    body = json.dumps({"text": "Chute cette nuit.", "audience": "circle", "urgency": "urgent"})
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    path = f"/api/v1/circles/{home.circle}/posts"
    post = home.client("nurse").post(path, body, content_type="application/json", headers=headers).json()
    home.client("gp").post(f"/api/v1/posts/{post['id']}/acknowledgement")
    traits = Patient.objects.get(circles=home.circle).traits
    erase(vault_of(home), cause=Cause.REQUEST)
    assert is_erased(home)
    assert not likely_double(traits)
    for who in home.people:
        assert home.call(who, "GET")[0] == 404
        assert home.client(who).get("/api/v1/circles").json()["items"] == []
        assert home.client(who).get(f"/api/v1/posts/{post['id']}").status_code == 404
    assert home.client("nurse").get("/").status_code == 200


def test_the_circle_that_it_was_joined_with_goes_on(home: Home, tmp_path: Path) -> None:
    other, now = load_home(tmp_path), clock.now()
    Union.objects.create(
        kept_id=home.circle, joined_id=other.circle, by=home.inside("nurse"), at=now, answered_at=now, answered_by=other.inside("gp"),
        accepted=True,
    )  # fmt: skip
    erase(vault_of(other), cause=Cause.REQUEST)
    assert is_erased(other)
    for page in ("people", "life", "accesses"):
        assert home.client("nurse").get(f"/circles/{home.circle}/{page}").status_code == 200, page
    assert home.call("nurse", "GET")[0] == 200


def test_words_under_the_key_are_noise(home: Home) -> None:
    vault = vault_of(home)
    blob = seal.seal(vault, "here", "Jeanne")
    erase(vault, cause=Cause.REQUEST)
    with pytest.raises(seal.SealBroken):
        seal.unseal(vault, "here", blob)


def test_the_end_is_told_line_by_line(home: Home) -> None:
    erase(vault_of(home), cause=Cause.RETENTION)
    kinds = list(FeedLine.objects.filter(feed=home.circle).order_by("care").values_list("kind", flat=True))
    assert kinds[-1] == "circle.state_changed"
    assert kinds.count("member.left") == 8


def test_the_list_stands_outside_the_database_and_grows_only(home: Home) -> None:
    vault, other = vault_of(home), uuid.uuid4()
    note_erased(erased_list(), other)
    before = erased_list().read_text()
    for _ in range(2):
        erase(vault, cause=Cause.REQUEST)
    assert erased_list().read_text().startswith(before)
    assert len(erased_list().read_text().splitlines()) == 2
    assert erased_list().stat().st_mode & 0o777 == 0o600
    assert erased_vaults(erased_list()) == {vault, other}


def test_a_line_that_was_cut_short_names_nobody(home: Home) -> None:
    erased_list().write_text(str(vault_of(home))[:20])
    assert erase_again() == 0
    assert home.state == "active"


@pytest.mark.parametrize("done", [1, 2, 3])
@pytest.mark.parametrize("way", ["run again", "next start"])
def test_cut_short_anywhere_it_is_finished(home: Home, done: int, way: str) -> None:
    vault = vault_of(home)
    running = steps(vault, cause=Cause.REQUEST)
    for _ in range(done):
        next(running)
    running.close()
    if way == "run again":
        erase(vault, cause=Cause.REQUEST)
    else:
        assert erase_again() == (done < 3)
    assert is_erased(home)
    assert erase_again() == 0


@pytest.mark.parametrize(("key", "rows"), [(True, True), (True, False), (False, True)])
def test_a_restored_backup_erases_again_at_the_next_start(home: Home, key: bool, rows: bool) -> None:
    backup = Backup(home)
    erase(vault_of(home), cause=Cause.REQUEST)
    backup.restore(key=key, rows=rows)
    assert not is_erased(home)
    assert erase_again() == 1
    assert is_erased(home)
    assert home.call("nurse", "GET")[0] == 404


def test_others_are_left_alone_at_a_start(home: Home) -> None:
    note_erased(erased_list(), uuid.uuid4())
    assert erase_again() == 0
    assert home.call("nurse", "GET")[0] == 200


def test_the_site_s_own_key_is_never_destroyed(home: Home) -> None:
    with pytest.raises(ValueError, match="site"):
        destroy_key(seal.SITE)


def test_the_command_shows_before_it_does(home: Home) -> None:
    out = io.StringIO()
    call_command("erase_circle", str(home.circle), stdout=out)
    assert home.state == "active"
    call_command("erase_circle", str(home.circle), "--do", stdout=out)
    assert home.state == CircleState.ERASED
    assert "Durand" not in out.getvalue()
    with pytest.raises(CommandError, match="no such circle"):
        call_command("erase_circle", str(uuid.uuid4()), "--do")
