"""The rooms' routes: role × state, against the table written from the contract alone. Who is outside finds nothing."""
from typing import Any

import pytest

from people.circles.models import Circle
from tests.circles import oracle
from tests.circles.home import SEATS, Home

pytestmark = pytest.mark.django_db(databases="__all__")
STATES = ("active", "frozen", "closed", "deceased")
ROUTES = [
    ("add_task", "POST", "/tasks"), ("add_appointment", "POST", "/appointments"), ("note_measure", "POST", "/measures"),
    ("keep_summary", "POST", "/summary"), ("keep_plan", "POST", "/plan"), ("ask_stay", "POST", "/stay-requests"),
    ("export", "POST", "/exports"), ("read", "GET", "/tasks"), ("read", "GET", "/measures"), ("read", "GET", "/plan"),
    ("read", "GET", "/stay-requests"), ("read", "GET", "/sheets"), ("export", "GET", "/exports"),
]  # fmt: skip


def verdict(home: Home, who: str, method: str, rest: str) -> str:
    """"may" where what was sent is read and found wanting, for it is no JSON; "refused", or "nothing"."""
    body = "{" if method == "POST" else ""
    path = f"/api/v1/circles/{home.circle}{rest}"
    answer: Any = home.client(who).generic(method, path, body, content_type="application/json")
    return {403: "refused", 404: "nothing", 200: "may", 422: "may"}.get(answer.status_code, str(answer.status_code))


@pytest.mark.parametrize("state", STATES)
def test_every_cell_is_as_the_contract_says(home: Home, state: str) -> None:
    Circle.objects.filter(pk=home.circle).update(state=state)
    wrong = []
    for act, method, rest in ROUTES:
        for who, role in SEATS.items():
            standing = "wider_team" if role == "coordinator" and home.inside(who).standing == "wider_team" else None
            said = "may" if oracle.allowed(role, act, state, None, None, False, False, standing=standing) else "refused"
            if (came := verdict(home, who, method, rest)) != said:
                wrong.append((who, method, rest, came, said))
        if (came := verdict(home, "stranger", method, rest)) != "nothing":
            wrong.append(("stranger", method, rest, came, "nothing"))
    assert wrong == []


def test_who_was_ended_finds_nothing(home: Home) -> None:
    assert home.call("coordinator", "DELETE", f"/members/{home.seat('nurse')}")[0] == 204
    assert {verdict(home, "nurse", method, rest) for _act, method, rest in ROUTES} == {"nothing"}
