"""The site's key, fresh for each test, and a world."""
from pathlib import Path

import pytest

from foundation.vault import seal
from tests.audit.world import World


@pytest.fixture
def world(tmp_path: Path, db: None) -> World:
    """One circle with everybody around it."""
    seal.forget()
    seal.create_vault(seal.SITE)
    return World(tmp_path)
