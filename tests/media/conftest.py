"""The site's key and a circle with a person of each kind, as the circles' own tests have them."""

from tests.circles.conftest import at, home, site_vault

__all__ = ["at", "home", "site_vault"]
