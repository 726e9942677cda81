"""The site's key."""
from tests.sealing import site_vault

__all__ = ["site_vault"]
