"""One server for the session of tests; each test takes a circle of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.client import Line, line_to
from tests.contract.running import Server
from tests.contract.world import Ring, World, load_world


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Started as a user starts it."""
    folder: Path = tmp_path_factory.mktemp("contract")
    with Server(folder) as running:
        yield running


@pytest.fixture(scope="session")
def line(server: Server) -> Iterator[Line]:
    """The way to it."""
    with line_to(server.url) as line:
        yield line


@pytest.fixture(scope="session")
def world(server: Server, line: Line) -> World:
    """The cast and its circles."""
    return load_world(server, line)


@pytest.fixture
def ring(world: World) -> Ring:
    """A circle that no other test uses."""
    return world.fresh()


@pytest.fixture(scope="session")
def shared(world: World) -> Ring:
    """A circle for tests that leave no more than a post behind and count nothing."""
    return world.fresh()
