"""A circle with a person of each kind, as the circles' own tests have it, and one web process for who looks from outside."""
from collections.abc import Iterator

import pytest

from tests.circles.conftest import at, home
from tests.media.serving import Served, prepared, served
from tests.sealing import site_vault

__all__ = ["at", "home", "site_vault"]


@pytest.fixture(scope="session")
def place() -> Iterator[dict[str, str]]:
    """A prepared data folder."""
    with prepared() as env:
        yield env


@pytest.fixture(scope="session")
def web(place: dict[str, str]) -> Iterator[Served]:
    """A web process on it."""
    with served(place) as there:
        yield there
