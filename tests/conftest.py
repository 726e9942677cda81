"""What holds for all tests."""
import pytest


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix() -> None:
    """Each worker has its database in its own memory, which needs no name. pytest-django knows that of Django's own backend alone."""
