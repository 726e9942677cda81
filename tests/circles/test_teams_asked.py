"""Who is in a circle for a structure asks the database no more for it: lists, pages and the door, in few circles as in many."""
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.accounts.teams import join_team
from people.circles.enums import Role
from people.circles.services import Admission
from people.circles.teams import seat_structure
from tests.circles.team import Town, load_town

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
FEW, MANY = 3, 30


def seated(town: Town, first: int, last: int) -> None:
    """The practice is let in to these circles."""
    for n in range(first, last):
        seat_structure(town.member("gp", f"circle{n}"), structure=town.id("practice"), admission=Admission(Role.NURSE))


def asked(town: Town, key: str, path: str) -> int:
    """Statements of one look, the first of a session aside."""
    client = Client(headers={"accept": "text/html"})
    client.force_login(town.person(key), backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get(path)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(path).status_code == 200
    return len(statements)


@pytest.mark.parametrize("path", ["/api/v1/circles?limit=500", "/"])
def test_the_patients_of_a_team_are_asked_for_in_as_many_statements_however_many_they_are(tmp_path: Path, path: str) -> None:
    town = load_town(tmp_path, MANY)
    seated(town, 0, FEW)
    few = asked(town, "alice", path)
    seated(town, FEW, MANY)
    assert asked(town, "alice", path) == few


@pytest.mark.parametrize("rest", ["", "/posts", "/changes?after=0"])
def test_who_comes_with_a_team_opens_a_circle_in_as_many_statements_as_who_was_admitted(tmp_path: Path, rest: str) -> None:
    town = load_town(tmp_path)
    seated(town, 0, 1)
    path = f"/api/v1/circles/{town.id('circle0')}{rest}"
    assert asked(town, "alice", path) == asked(town, "gp", path)


def test_a_circle_is_opened_in_as_many_statements_however_large_the_team_is(tmp_path: Path) -> None:
    town = load_town(tmp_path)
    seated(town, 0, 1)
    path = f"/api/v1/circles/{town.id('circle0')}"
    small = asked(town, "gp", path)
    for key in ("newcomer", "nadia"):
        join_team(person=town.person(key), structure=town.id("practice"))
    assert asked(town, "gp", path) == small
