"""The site's key, fresh for each test: names, sessions and second factors are sealed under it."""
import pytest

from foundation.vault import seal


@pytest.fixture(autouse=True)
def site_vault(db: None) -> None:
    """Made in the key store within the test's own transaction; nothing unwrapped is left from the test before."""
    seal.forget()
    seal.create_vault(seal.SITE)
