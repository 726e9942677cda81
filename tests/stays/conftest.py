"""The site's key, a hospital with a patient's circle, and the service's clock."""
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from foundation import clock
from tests.sealing import site_vault
from tests.stays.speaking import Feed, load_feed
from tests.stays.ward import Ward, load_ward

__all__ = ["feed", "later", "site_vault", "ward"]


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """The hospital of Dax, and Jeanne Durand at home."""
    return load_ward(tmp_path)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[dt.timedelta], None]]:
    """Moves the service's clock from now, by the file that the contract names."""
    file = tmp_path / "offset"
    monkeypatch.setenv("CERCLE_CLOCK_OFFSET_FILE", str(file))

    def move(by: dt.timedelta) -> None:
        file.write_text(str(by.total_seconds()))
        monkeypatch.setattr(clock, "_offset", (0.0, 0.0))

    yield move
    monkeypatch.setattr(clock, "_offset", (0.0, 0.0))


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    """A hospital that speaks of Jeanne Durand and of her namesake, each with a circle."""
    return load_feed(tmp_path)
