"""Files between a bucket and the folder that all backups share."""
import datetime as dt
from pathlib import Path

import pytest
from pytest_django import Settings

from foundation import ids
from media.files import store
from portal.backups import pools
from portal.backups.errors import Refused
from portal.backups.progress import Progress
from portal.backups.shelves import Shelf, apart, new_name
from tests.media.kept import own_s3, use_s3

NOW = dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC)


def test_out_of_a_bucket_and_back_only_what_is_missing(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    there, here, lost = ids.new().hex, ids.new().hex, ids.new().hex
    pool = pools.pool(tmp_path)
    pool.put(here, [b"copied before"])
    (tmp_path / "media" / "incoming" / there).write_bytes(b"cut sho")  # by a kill
    files = {there: 4, here: 13, lost: 5}
    with own_s3() as address:
        use_s3(settings, monkeypatch, address)
        store().put(there, [b"word"])
        assert pools.copy(files, store(), pool, Progress(said.append), "files") == [lost]
        assert (pool.read(there, 0, 9), pool.size(here), pools.absent(files, pool)) == (b"word", 13, [lost])
        store().delete(there)
        assert pools.copy({there: 4, here: 13}, pool, store(), Progress(said.append), "files") == []
        assert store().read(here, 0, 99) == b"copied before"
    pools.write_list(tmp_path / "list", {there: 4})
    assert pools.drop_unnamed(pool, [tmp_path / "list"]) == 1
    assert pools.absent({there: 4, here: 13}, pool) == [here]
    assert said[-1] == "files 2 of 2"


def test_a_backup_s_days_are_over_on_their_last_day_whatever_the_hour(tmp_path: Path) -> None:
    shelf, days = Shelf(tmp_path), [NOW - dt.timedelta(days=30, hours=-1), NOW - dt.timedelta(days=29, hours=1), NOW]
    names = [new_name(day) for day in days]
    for name in names:
        shelf.begin(name)
        shelf.finish(name)
    (tmp_path / "erased.list").write_text("")
    assert shelf.drop_old(NOW.date(), 30) == names[:1]
    assert shelf.names() == names[1:]


@pytest.mark.parametrize(
    ("main", "keys"), [("a", "a"), ("a", "a/keys"), ("a/b", "a"), ("data/backups", "b"), ("a", "data"), ("a", "secret"), (".", "b")]
)
def test_places_that_lose_or_tell_everything_together_are_refused(tmp_path: Path, main: str, keys: str) -> None:
    with pytest.raises(Refused):
        apart(tmp_path / main, tmp_path / keys, tmp_path / "data", tmp_path / "secret" / "master.key")
    apart(tmp_path / "a", tmp_path / "b", tmp_path / "data", tmp_path / "secret" / "master.key")
