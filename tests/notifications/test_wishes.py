"""`me/preferences`: what is said is what holds, and what makes no sense is refused by field."""
import json
from collections.abc import Callable
from typing import Any

import pytest

from people.accounts.models import Person
from tests.circles.home import Home
from tests.house.test_protocol import NAMED

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
URL = "/api/v1/me/preferences"
At = Callable[[str], None]
DIGEST = {"at": ["12:30"]}


def put(home: Home, who: str, body: Any) -> tuple[int, Any]:
    """(status, JSON) of saying one's wishes."""
    answer = home.client(who).put(URL, json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def test_what_is_documented_is_what_is_answered(home: Home, at: At) -> None:
    at("2026-11-24T10:00:00+00:00")
    assert put(home, "nurse", NAMED["wishes"]) == (200, NAMED["preferences"])
    assert home.client("nurse").get(URL).json() == NAMED["preferences"]


def test_who_has_said_nothing_sees_what_is_usual(home: Home) -> None:
    nurse, gp, relative = (home.client(who).get(URL).json() for who in ("nurse", "gp", "relative"))
    assert nurse["news"]["urgent"] == {"by": ["push", "email"], "chosen": False}
    assert [one["news"]["todo"]["by"] for one in (nurse, gp, relative)] == [["push"], [], ["push"]]
    assert [one["quiet"] for one in (nurse, relative)] == [None, {"from": "21:00", "to": "07:00"}]
    assert (nurse["digest"], nurse["next_digest"]) == (None, None)


def test_what_is_not_said_again_is_as_usual_again(home: Home) -> None:
    put(home, "relative", {"quiet": None, "digest": DIGEST, "news": {"todo": {"by": []}}})
    status, now = put(home, "relative", {})
    assert (status, now["quiet"], now["digest"], now["next_digest"]) == (200, {"from": "21:00", "to": "07:00"}, None, None)
    assert now["news"]["todo"] == {"by": ["push"], "chosen": False}


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"news": {"urgent": {"by": []}}}, "notifications.urgent_needs_a_way", "news.urgent.by"),
        ({"news": {"urgent": {"by": ["sms"]}}}, "notifications.urgent_needs_a_way", "news.urgent.by"),
        ({"news": {"post": {"by": ["sms"]}}}, "notifications.only_urgent_by_sms", "news.post.by"),
        ({"quiet": {"from": "21:00", "to": "21:00"}}, "notifications.empty_quiet", "quiet.to"),
        ({"digest": {**DIGEST, "email": False}}, "notifications.digest_needs_a_way", "digest.email"),
        ({"zone": "Europe/Dax"}, "notifications.unknown_zone", "zone"),
        ({"digest": {"at": ["25:00"]}}, "http.invalid", "digest.at.0"),
        ({"digest": {"at": ["0٧:00"]}}, "http.invalid", "digest.at.0"),
        ({"quiet": {"from": "0٧:00", "to": "21:00"}}, "http.invalid", "quiet.from"),
        ({"digest": {"at": []}}, "http.invalid", "digest.at"),
        ({"news": {"urgent": {"by": ["fax"]}}}, "http.invalid", "news.urgent.by.0"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field_and_changes_nothing(home: Home, body: Any, code: str, field: str) -> None:
    put(home, "nurse", {"zone": "Indian/Reunion"})
    status, problem = put(home, "nurse", body)
    assert (status, problem["code"], list(problem["errors"])) == (422, code, [field])
    assert home.client("nurse").get(URL).json()["zone"] == "Indian/Reunion"


def test_without_an_address_the_digest_comes_by_a_notification_or_not_at_all(home: Home) -> None:
    Person.objects.filter(pk=home.people["nurse"]).update(email=None)
    assert put(home, "nurse", {"digest": DIGEST})[1]["code"] == "notifications.digest_needs_a_way"
    assert put(home, "nurse", {"digest": {**DIGEST, "push": True}})[0] == 200
