"""The site's key, and a circle with a person of each kind."""
from pathlib import Path

import pytest

from tests.circles.around import Around, around
from tests.circles.conftest import at, home
from tests.sealing import site_vault

__all__ = ["at", "home", "house", "site_vault"]


@pytest.fixture
def house(tmp_path: Path) -> Around:
    """Jeanne Durand's circle: nurse, physician, coordinator, pharmacist, the patient, her trusted person."""
    return around(tmp_path)
