"""The site's key, fresh for each test that has a database: names are sealed under it. For the `conftest.py` of a room."""
import pytest

from foundation.vault import seal


@pytest.fixture(autouse=True)
def site_vault(request: pytest.FixtureRequest) -> None:
    """Made in the key store; nothing unwrapped is left from the test before."""
    seal.forget()
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        seal.create_vault(seal.SITE)
