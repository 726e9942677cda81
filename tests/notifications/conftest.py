"""The site's key, a circle with a person of each kind, and the service's clock."""
from tests.circles.conftest import at, home
from tests.sealing import site_vault

__all__ = ["at", "home", "site_vault"]
