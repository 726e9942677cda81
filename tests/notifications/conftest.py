"""The site's key, a circle with a person of each kind, the service's clock, and a push service."""
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.circles.conftest import at, home
from tests.push_service import PushService
from tests.sealing import site_vault

__all__ = ["at", "home", "site_vault"]


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    """A push service that this process may send to."""
    with PushService() as running:
        settings.PUSH_ALLOW = running.origin
        yield running
