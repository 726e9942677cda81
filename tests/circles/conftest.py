"""The site's key, a circle with a person of each kind, and the service's clock."""
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from foundation import clock
from tests.circles.home import Home, load_home
from tests.sealing import site_vault

__all__ = ["at", "home", "site_vault"]


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
