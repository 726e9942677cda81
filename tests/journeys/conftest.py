"""Real browsers: the machine's Chromium."""
from typing import Any

import pytest

from tests.chromium import launch_options


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How pytest-playwright starts it."""
    return {**browser_type_launch_args, **launch_options()}
