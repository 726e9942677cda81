"""Files in the store, on both stores alike: whole, by range, tampered with, moved, lost, erased, and after a rotation."""
import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction
from pytest_django import Settings

from foundation import ids
from foundation.vault import erased, keyring, rotation, seal
from foundation.vault.models import VaultKey
from media import files
from media.enums import Part
from media.envelope import CHUNK, HEADER_BYTES, SEALED_CHUNK, Tampered, sealed_size
from media.files import store
from media.models import Blob
from media.stores import Absent
from tests.media.kept import Watched, at_rest, new_vault, noise, own_s3, piecewise, put_instead, use_folder, use_s3

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """One S3 service for this module."""
    with own_s3() as address:
        yield address


@pytest.fixture(params=["folder", "s3"], autouse=True)
def kept(request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each test once on either store."""
    seal.forget()
    if request.param == "s3":
        use_s3(settings, monkeypatch, request.getfixturevalue("s3"))
    else:
        use_folder(settings, tmp_path)


def written(vault: UUID, plain: bytes, part: Part = Part.CONTENT) -> Blob:
    """A file in the store."""
    return files.write(vault, part, piecewise(plain))


def got(blob: Blob, vault: UUID, start: int = 0, end: int | None = None) -> bytes:
    """What it gives."""
    return b"".join(files.read(blob, vault, start, end))


@pytest.mark.parametrize("size", [0, 1, CHUNK, 6 * 1024 * 1024 + 7])
def test_a_file_comes_back_and_no_byte_of_it_rests_plain(size: int) -> None:
    vault, plain = new_vault(), noise(size)
    blob = written(vault, plain)
    assert blob.size == size
    assert got(blob, vault) == plain
    assert len(at_rest(blob)) == sealed_size(size)
    assert size < 32 or plain[:32] not in at_rest(blob)


def test_one_percent_of_a_large_file_reads_three_percent_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    size = 20 * 1024 * 1024
    vault, plain = new_vault(), noise(size)
    blob = written(vault, plain)
    for start in (0, size // 3 + 11, size - size // 100):
        watched = Watched(store())
        monkeypatch.setattr(files, "store", lambda watched=watched: watched)
        assert got(blob, vault, start, start + size // 100) == plain[start : start + size // 100]
        assert 0 < watched.bytes_read <= 0.03 * sealed_size(size)
        monkeypatch.undo()


def test_a_whole_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    vault, blob_size = new_vault(), 3 * 1024 * 1024
    blob, watched = written(vault, noise(blob_size)), Watched(store())
    monkeypatch.setattr(files, "store", lambda: watched)
    assert len(got(blob, vault)) == blob_size
    assert watched.bytes_read == sealed_size(blob_size)


def test_flipped_bits_of_file_and_wrapped_key_and_a_changed_row_are_all_noticed() -> None:
    vault, plain = new_vault(), noise(CHUNK + 300)
    blob = written(vault, plain)
    sealed = at_rest(blob)
    for place in (0, 5, 30, HEADER_BYTES, HEADER_BYTES + CHUNK // 2, HEADER_BYTES + SEALED_CHUNK - 1, len(sealed) - 1):
        put_instead(blob, sealed[:place] + bytes((sealed[place] ^ 4,)) + sealed[place + 1 :])
        with pytest.raises(Tampered):
            got(blob, vault)
    put_instead(blob, sealed)
    key = bytes(blob.wrapped_key)
    for bit in range(len(key) * 8):
        changed = bytearray(key)
        changed[bit // 8] ^= 1 << bit % 8
        blob.wrapped_key = bytes(changed)
        with pytest.raises(seal.SealBroken):
            got(blob, vault)
    blob.wrapped_key = key
    for name, value in (
        ("size", blob.size - 1), ("size", CHUNK), ("part", Part.THUMBNAIL), ("id", ids.new()), ("medium_id", ids.new()), ("start", 1),
    ):  # fmt: skip
        before = getattr(blob, name)
        setattr(blob, name, value)
        with pytest.raises((seal.SealBroken, Absent)):
            got(blob, vault)
        setattr(blob, name, before)
    assert got(blob, vault) == plain


def test_bytes_keys_and_rows_moved_between_patients_and_files_do_not_open() -> None:
    mine, theirs = new_vault(), new_vault()
    one, two, foreign = written(mine, noise(5000)), written(mine, noise(5000)), written(theirs, noise(5000))
    with pytest.raises(seal.SealBroken):
        got(one, theirs)
    for other in (two, foreign):
        before, key = at_rest(one), one.wrapped_key
        put_instead(one, at_rest(other))
        with pytest.raises(Tampered):  # the bytes alone
            got(one, mine)
        one.wrapped_key = other.wrapped_key
        with pytest.raises(seal.SealBroken):  # and with the key
            got(one, mine)
        one.wrapped_key = key
        put_instead(one, before)


def test_a_file_cut_at_any_chunk_or_grown_by_one_is_refused_before_its_first_byte() -> None:
    vault, plain = new_vault(), noise(4 * CHUNK)
    blob = written(vault, plain)
    sealed = at_rest(blob)
    cuts = [0, HEADER_BYTES, *(HEADER_BYTES + count * SEALED_CHUNK for count in (1, 2, 3)), len(sealed) - 1]
    for bad in [*(sealed[:cut] for cut in cuts), sealed + sealed[-SEALED_CHUNK:], sealed + b"x"]:
        put_instead(blob, bad)
        with pytest.raises(Tampered):
            files.read(blob, vault, 10, 20)


def test_what_was_written_again_is_another_file_and_the_old_bytes_do_not_open_under_its_name() -> None:
    vault = new_vault()
    old, new = written(vault, b"old " * 500), written(vault, b"new " * 500)
    assert (old.id, old.wrapped_key) != (new.id, new.wrapped_key)
    put_instead(new, at_rest(old))
    with pytest.raises(Tampered):
        got(new, vault)


def test_a_rotation_of_the_master_key_changes_no_byte_of_a_file_and_no_row(settings: Settings, tmp_path: Path) -> None:
    settings.MASTER_KEY_FILE = tmp_path / "master.key"
    keyring.create(tmp_path / "master.key")
    VaultKey.objects.all().delete()  # of other tests, wrapped by another master key
    seal.forget()
    vault, plain = new_vault(), noise(100_000)
    blob = written(vault, plain)
    sealed, key = at_rest(blob), bytes(blob.wrapped_key)
    before = VaultKey.objects.get(vault=vault)
    assert sum(rotation.rotate(settle_s=0)) == 1
    seal.forget()
    after = VaultKey.objects.get(vault=vault)
    assert after.master != before.master
    assert bytes(after.wrapped) != bytes(before.wrapped)
    assert (at_rest(blob), bytes(blob.wrapped_key)) == (sealed, key)
    assert got(blob, vault) == plain
    seal.forget()  # the next test has the ring of before


def test_with_the_patients_key_gone_the_file_is_noise() -> None:
    vault = new_vault()
    blob = written(vault, noise(1000))
    erased.destroy_key(vault)
    with pytest.raises(seal.SealBroken):
        got(blob, vault)


def test_a_source_that_breaks_off_leaves_nothing() -> None:
    def torn() -> Iterator[bytes]:
        yield noise(6 * 1024 * 1024)
        raise ConnectionResetError

    vault = new_vault()
    before = set(dict(store().names()))
    with pytest.raises(ConnectionResetError):
        files.write(vault, Part.UPLOAD, torn())
    assert set(dict(store().names())) == before


def test_a_reader_that_stops_reads_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    vault = new_vault()
    blob, watched = written(vault, noise(8 * 1024 * 1024)), Watched(store())
    monkeypatch.setattr(files, "store", lambda: watched)
    with closing(files.read(blob, vault)) as pieces:
        next(pieces)
    assert watched.bytes_read < sealed_size(blob.size) / 4


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_a_file_is_discarded_with_the_commit_and_not_before() -> None:
    vault = new_vault()
    blob, still = written(vault, b"x"), written(vault, b"y")
    with transaction.atomic():
        files.discard([blob])
        assert got(blob, vault) == b"x"
    with pytest.raises(Absent):
        got(blob, vault)
    with transaction.atomic():
        files.discard([still])
        transaction.set_rollback(True)
    assert got(still, vault) == b"y"


def test_the_sweep_takes_old_objects_without_a_row_and_tells_rows_without_an_object() -> None:
    vault, later = new_vault(), dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61)
    kept, lost, orphan = written(vault, b"kept"), written(vault, b"lost"), written(vault, b"orphan")
    kept.save()
    lost.save()
    store().delete(lost.id.hex)
    assert files.sweep(dt.datetime.now(dt.UTC)) == files.Swept(0, [lost.id])  # too young to be an orphan
    assert got(orphan, vault) == b"orphan"
    assert files.sweep(later) == files.Swept(1, [lost.id])
    assert set(dict(store().names())) == {kept.id.hex}


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 32, "a" * 33, "a" * 32 + "\n", "0123456789abcdef-0123456789abcdef"])
def test_a_name_that_is_none_reaches_no_store(name: str) -> None:
    there = store()
    for call in (lambda: there.put(name, [b"x"]), lambda: there.read(name, 0, 1), lambda: there.size(name), lambda: there.delete(name)):
        with pytest.raises(ValueError, match="name"):
            call()
