"""The site's key and the service's clock, as the circles' own tests have them."""
from tests.circles.conftest import at
from tests.sealing import site_vault

__all__ = ["at", "site_vault"]
