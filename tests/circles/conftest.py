"""The site's key, fresh for each test that has a database: names are sealed under it."""
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from foundation import clock
from foundation.vault import seal
from tests.circles.home import Home, load_home


@pytest.fixture(autouse=True)
def site_vault(request: pytest.FixtureRequest) -> None:
    """Made in the key store; nothing unwrapped is left from the test before."""
    seal.forget()
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        seal.create_vault(seal.SITE)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Jeanne Durand's circle."""
    return load_home(tmp_path)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Moves the service's clock to a moment, by the file that the contract names."""
    file = tmp_path / "offset"
    monkeypatch.setenv("CERCLE_CLOCK_OFFSET_FILE", str(file))

    def move(moment: str) -> None:
        file.write_text(str((dt.datetime.fromisoformat(moment) - dt.datetime.now(dt.UTC)).total_seconds()))
        monkeypatch.setattr(clock, "_offset", (0.0, 0.0))

    yield move
    monkeypatch.setattr(clock, "_offset", (0.0, 0.0))
