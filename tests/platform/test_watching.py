"""Looking for work on SQLite: only where an index has some, and now and then for what no index tells."""
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from foundation import watching
from foundation.watching import Watch

ASKS = "SELECT 1 FROM jobs WHERE due_at <= ? LIMIT 1"
Due = Callable[[dt.timedelta], None]


@pytest.fixture
def due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Due]:
    """Writes a job that is due so long from now, into the database that is watched."""
    path = tmp_path / "jobs.sqlite3"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE jobs (due_at TEXT)")
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", str(path))
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "foundation.sqlite3")

    def add(after: dt.timedelta) -> None:
        writer.execute("INSERT INTO jobs VALUES (?)", [str((timezone.now() + after).replace(tzinfo=None))])

    yield add
    writer.close()


def test_what_others_write_does_not_stir_and_what_is_due_does(due: Due) -> None:
    watch = Watch(ASKS)
    assert not watch.stirred()
    due(dt.timedelta(hours=1))
    assert not watch.stirred()
    due(dt.timedelta(hours=-1))
    assert watch.stirred()
    watch.close()


def test_what_comes_due_by_the_clock_stirs_without_a_write(due: Due, monkeypatch: pytest.MonkeyPatch) -> None:
    due(dt.timedelta(hours=1))
    moments = iter([timezone.now(), timezone.now() + dt.timedelta(hours=2)])
    watch = Watch(ASKS, lambda: next(moments))
    assert not watch.stirred()
    monkeypatch.setattr(watching, "_AT_LEAST_S", 0.0)
    assert watch.stirred()
    watch.close()


def test_who_does_more_looks_now_and_then(due: Due) -> None:
    watch = Watch(ASKS, more=True)
    assert [watch.stirred(), watch.stirred()] == [True, False]
    watch.close()
