"""SQLite's writers of one process take turns; whatever becomes of the one whose turn it is, the next one comes."""
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.db.backends.sqlite3 import base as plain

from foundation.sqlite3 import base
from foundation.sqlite3.base import DatabaseWrapper, Turns


@pytest.fixture(autouse=True)
def _files_of_its_own(django_db_blocker: Any) -> Iterator[None]:
    """No test here touches the tests' database."""
    with django_db_blocker.unblock():
        yield


def elsewhere(turns: Turns, patience: float) -> bool:
    """Whether another thread gets its turn, and gives it back."""
    got: list[bool] = []

    def ask() -> None:
        got.append(turns.take(patience))
        turns.give_back()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(20)
    return got == [True]


def opened(path: Path) -> DatabaseWrapper:
    settings = {**connections.settings["default"], "ENGINE": "foundation.sqlite3", "NAME": str(path)}
    return DatabaseWrapper({**settings, "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 1}}, "default")


def begin(wrapper: DatabaseWrapper) -> None:
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def commit(wrapper: DatabaseWrapper) -> None:
    wrapper.commit()


def roll_back(wrapper: DatabaseWrapper) -> None:
    wrapper.rollback()


def close(wrapper: DatabaseWrapper) -> None:
    wrapper.close()


def test_one_after_the_other() -> None:
    turns = Turns()
    assert turns.take(0.0)
    assert not elsewhere(turns, 0.0)
    turns.give_back()
    assert elsewhere(turns, 0.0)


def test_what_is_not_ones_own_is_not_given_back() -> None:
    turns = Turns()
    turns.take(0.0)
    thread = threading.Thread(target=turns.give_back)
    thread.start()
    thread.join()
    assert not elsewhere(turns, 0.0)


def test_who_has_ended_with_a_turn_is_passed_over() -> None:
    turns = Turns()
    thread = threading.Thread(target=lambda: turns.take(0.0))
    thread.start()
    thread.join()
    assert turns.take(0.0)
    assert not elsewhere(turns, 0.0)


@pytest.mark.parametrize("end", [commit, roll_back, close])
def test_the_end_of_a_transaction_gives_the_turn_back(end: Callable[[DatabaseWrapper], None], tmp_path: Path) -> None:
    wrapper = opened(tmp_path / "own.sqlite3")
    begin(wrapper)
    turns = base._turns[str(tmp_path / "own.sqlite3")]
    assert not elsewhere(turns, 0.0)
    end(wrapper)
    assert elsewhere(turns, 0.0)
    wrapper.close()


def test_a_beginning_that_fails_gives_the_turn_back(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite3"
    wrapper, other = opened(path), plain.DatabaseWrapper(opened(path).settings_dict, "default")
    other.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)  # another process
    with pytest.raises(DatabaseError):
        begin(wrapper)
    assert elsewhere(base._turns[str(path)], 0.0)
    other.close()
    wrapper.close()


def test_eight_who_add_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite3"
    made = opened(path)
    with made.cursor() as cursor:
        cursor.execute("CREATE TABLE sums (n INTEGER)")
        cursor.execute("INSERT INTO sums VALUES (0)")

    def add() -> None:
        wrapper = opened(path)
        for _ in range(25):
            begin(wrapper)
            with wrapper.cursor() as cursor:
                cursor.execute("SELECT n FROM sums")
                cursor.execute("UPDATE sums SET n = %s", [cursor.fetchone()[0] + 1])
            wrapper.commit()
            wrapper.set_autocommit(True)
        wrapper.close()

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with made.cursor() as cursor:
        cursor.execute("SELECT n FROM sums")
        assert cursor.fetchone()[0] == 200
    made.close()
