"""Whoever loses a right while connected hears of it and of nothing that came after: each way, with each bell, ringing or not."""
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.contract.client import line_to
from tests.contract.running import Server
from tests.live.leavers import Leavers, Town, gathered, left_by_every_way
from tests.live.test_bells import second_process
from tests.stores import OwnRedis, own_postgres


def hang_up(here: Leavers) -> None:
    """All sockets of a round."""
    for wires in here.wires.values():
        for wire in wires:
            wire.close()


def test_on_sqlite(tmp_path: Path) -> None:
    offset = tmp_path / "offset"
    with Server(tmp_path, CERCLE_CLOCK_OFFSET_FILE=str(offset)) as server, line_to(server.url) as line:
        here = gathered(Town(server, line, line, offset))
        assert left_by_every_way(here) == []
        hang_up(here)


@pytest.fixture(scope="module")
def broker() -> Iterator[OwnRedis]:
    """A Redis that may be killed."""
    with OwnRedis() as broker:
        yield broker


@pytest.fixture(scope="module")
def town(broker: OwnRedis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Two processes on one PostgreSQL: everybody listens at the second, the writing is done at the first."""
    folder = tmp_path_factory.mktemp("revocations")
    with ExitStack() as stack:
        url = stack.enter_context(own_postgres())
        settings = {"DATABASE_URL": url, "REDIS_URL": broker.url, "CERCLE_PROCESSES": "2"}
        server = stack.enter_context(Server(folder, **settings, CERCLE_CLOCK_OFFSET_FILE=str(folder / "offset")))
        second = stack.enter_context(second_process(server))
        yield Town(server, stack.enter_context(line_to(server.url)), stack.enter_context(line_to(second)), folder / "offset")


def test_with_redis(town: Town) -> None:
    here = gathered(town)
    assert left_by_every_way(here) == []
    hang_up(here)


def test_with_redis_down(town: Town, broker: OwnRedis) -> None:
    here = gathered(town)
    broker.kill()
    try:
        assert left_by_every_way(here) == []
    finally:
        broker.start()
    hang_up(here)


def test_with_redis_begun_anew(town: Town, broker: OwnRedis) -> None:
    here = gathered(town)
    broker.kill()
    broker.start()
    assert left_by_every_way(here) == []
    hang_up(here)
