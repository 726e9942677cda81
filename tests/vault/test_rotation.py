"""A new master key, in this process: what changes, what does not, what is refused. Beside a running service: test_rotation_running."""
import fcntl
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from foundation import ids
from foundation.vault import keyring, rotation, seal
from foundation.vault.models import VaultKey

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


@pytest.fixture
def ring_file(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A ring of this test's own."""
    path = tmp_path / "master.key"
    keyring.create(path)
    settings.MASTER_KEY_FILE = path
    seal.forget()
    yield path
    seal.forget()


def vaults(count: int) -> dict[UUID, bytes]:
    """Vaults with something sealed in each."""
    made = [ids.new() for _ in range(count)]
    seal.create_vaults(made)
    return {vault: seal.seal(vault, "here", str(vault)) for vault in made}


def all_open(sealed: dict[UUID, bytes]) -> bool:
    """Whether everything opens with the keys as they rest now."""
    seal.forget()
    return all(seal.unseal(vault, "here", blob) == str(vault) for vault, blob in sealed.items())


def test_every_key_is_wrapped_anew_and_the_old_master_key_is_gone(ring_file: Path) -> None:
    old, sealed = keyring.load().active, vaults(7)
    assert list(rotation.rotate(batch=3, settle_s=0)) == [3, 3, 1]
    assert list(keyring.load().keys) != [old]
    assert set(VaultKey.objects.values_list("master", flat=True)) == {keyring.load().active}
    assert all_open(sealed)


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_cut_short_anywhere_it_opens_everything_and_is_finished_by_the_next_run(ring_file: Path, batches: int) -> None:
    sealed = vaults(5)
    cut = rotation.rotate(batch=2, settle_s=0)
    for _ in range(batches):
        next(cut)
    cut.close()
    assert all_open(sealed)
    new = keyring.load().active
    assert sum(rotation.rotate(batch=2, settle_s=0)) == 5 - 2 * batches
    assert list(keyring.load().keys) == [keyring.load().active]
    assert batches == 0 or keyring.load().active == new
    assert all_open(sealed)


def test_a_vault_made_with_the_old_key_during_the_rotation_is_wrapped_before_that_key_goes(ring_file: Path) -> None:
    stale, sealed = keyring.load(), vaults(2)
    running = rotation.rotate(batch=2, settle_s=0)
    next(running)
    late = ids.new()
    master, wrapped = stale.wrap(bytes(32), late.bytes)
    VaultKey.objects.create(vault=late, wrapped=wrapped, master=master)
    assert list(running) == [1]
    assert all_open({**sealed, late: seal.seal(late, "here", str(late))})


def test_whoever_read_the_row_before_the_old_key_went_reads_it_again(ring_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row as it was, then a whole rotation, then the ring: the one order in which a reader meets an unknown master key."""
    (vault, blob), load, rotated = next(iter(vaults(1).items())), keyring.load, list[bool]()

    def rotates_first() -> keyring.Ring:
        if not rotated:
            rotated.append(True)
            monkeypatch.setattr(keyring, "load", load)
            list(rotation.rotate(settle_s=0))
        return load()

    seal.forget()
    monkeypatch.setattr(keyring, "load", rotates_first)
    assert seal.unseal(vault, "here", blob) == str(vault)
    assert rotated


def test_two_at_once_are_refused(ring_file: Path) -> None:
    before = ring_file.read_text()
    with ring_file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="Another rotation is running"):
            call_command("rotate_master_key")
    assert ring_file.read_text() == before


def test_a_ring_of_the_environment_is_left_to_the_operator(ring_file: Path, settings: Settings) -> None:
    sealed, old = vaults(3), ring_file.read_text().strip()
    settings.MASTER_KEY = f"{keyring.new_line().strip()},{old}"
    assert sum(rotation.rotate()) == 3
    settings.MASTER_KEY = settings.MASTER_KEY.split(",")[0]
    assert all_open(sealed)
    assert ring_file.read_text().strip() == old


def test_the_rings_file_stays_its_owners_alone(ring_file: Path) -> None:
    list(rotation.rotate(settle_s=0))
    assert ring_file.stat().st_mode & 0o777 == 0o600
