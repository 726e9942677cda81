"""Asking to join: one answer whatever there is, a request for those who admit, and their answer."""
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation import clock
from messaging.feed.models import FeedLine
from people.circles.joining import match_askings
from people.circles.models import Asking, JoinRequest, Membership
from tests.circles.around import Around, around
from tests.house.test_protocol import NAMED, shape

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
JEANNE = {"family_name": "Durand", "birth_name": "Petit", "given_names": ["Jeanne"], "birth_date": "1941-03-09", "sex": "F"}
NOBODY = {**JEANNE, "family_name": "Duranx", "birth_name": "Petix"}


@pytest.fixture
def here(tmp_path: Path) -> Around:
    return around(tmp_path)


def ask(here: Around, who: str = "lea", patient: dict[str, Any] = JEANNE, role: str = "nurse") -> Any:
    return here.of(who).post("circles", patient=patient, role=role, consent={"given": True}, ask_to_join=True)


def asked(here: Around, who: str = "lea") -> str:
    """Somebody has asked, and the worker has passed it on; the request's id."""
    assert ask(here, who).status_code == 202
    assert match_askings() == 1
    return str(JoinRequest.objects.get(person=here.person(who), answered_at=None).pk)


def waiting(here: Around, who: str) -> list[str]:
    items = here.of(who).get(f"circles/{here.circle}/requests").json()["items"]
    return [item["person"]["id"] for item in items]


def answer(here: Around, who: str, request: str, act: str = "admission", **body: Any) -> Any:
    return here.of(who).post(f"circles/{here.circle}/requests/{request}/{act}", **body)


def test_the_answer_is_the_same_bytes_whether_or_not_there_is_a_circle(here: Around) -> None:
    there, absent = ask(here), ask(here, patient=NOBODY)
    assert there.status_code == absent.status_code == 202
    assert there.content == absent.content
    assert there.headers == absent.headers


def test_the_work_is_the_same_whether_or_not_there_is_a_circle(here: Around) -> None:
    lea, done = here.of("lea"), []
    for patient in (JEANNE, NOBODY, JEANNE, NOBODY):
        with CaptureQueriesContext(connection) as asked:
            lea.post("circles", patient=patient, role="nurse", ask_to_join=True)
        done.append([query["sql"].split()[0:3] for query in asked])
    assert done[2] == done[3]
    assert done[0] == done[1]


def test_nothing_of_the_patient_is_kept_and_nothing_at_all_after_the_search(here: Around) -> None:
    ask(here, patient=NOBODY)
    assert b"Duranx" not in bytes(Asking.objects.get().digests)
    assert match_askings() == 0
    assert not Asking.objects.exists()
    assert not JoinRequest.objects.exists()


def test_those_who_admit_see_who_asks_and_nobody_else(here: Around) -> None:
    asked(here)
    [item] = here.of("alice").get(f"circles/{here.circle}/requests").json()["items"]
    person = item["person"]
    assert (person["name"], person["profession"], person["confirmed"], item["role"]) == ("Camille Lea", "nurse", True, "nurse")
    assert waiting(here, "helene") == waiting(here, "nadia") == [here.ids["lea"]]
    assert waiting(here, "claire") == waiting(here, "jeanne") == []
    assert here.of("jean").get(f"circles/{here.circle}/requests").status_code == 403
    assert here.of("marc").get(f"circles/{here.circle}/requests").status_code == 404


def test_the_line_of_it_is_the_care_teams_alone(here: Around) -> None:
    asked(here)
    line = FeedLine.objects.get(kind="request.made")
    assert (line.wider_sees, line.patient_sees, line.relatives_sees, line.actor) == (False, False, False, None)
    told = here.of("jean").get(f"circles/{here.circle}/changes?after=0").json()["items"]
    assert [item["request"]["person"]["id"] for item in told if item["kind"] == "request.made"] == [here.ids["lea"]]
    assert "request" not in here.of("claire").get(f"circles/{here.circle}/changes?after=0").content.decode()


def test_let_in_the_asker_has_the_circle(here: Around) -> None:
    request = asked(here)
    made = answer(here, "helene", request, role="nurse", history="from_now")
    assert made.status_code == 201
    assert here.of("lea").get(f"circles/{here.circle}").status_code == 200
    assert (here.member("lea").role, here.member("lea").history) == ("nurse", "from_now")
    assert waiting(here, "alice") == []
    assert answer(here, "alice", request, "refusal").json()["code"] == "circles.answered"


def test_a_refusal_is_heard_by_nobody_outside(here: Around) -> None:
    before = here.of("lea").get("circles").content
    assert answer(here, "alice", asked(here), "refusal").status_code == 204
    assert here.of("lea").get("circles").content == before
    assert here.of("lea").get(f"circles/{here.circle}").status_code == 404
    assert ask(here).status_code == 202
    assert match_askings() == 0
    JoinRequest.objects.update(answered_at=clock.now() - dt.timedelta(days=2))
    ask(here)
    assert match_askings() == 1


def test_asking_again_makes_no_second_request(here: Around) -> None:
    asked(here)
    ask(here)
    assert match_askings() == 0
    assert waiting(here, "alice") == [here.ids["lea"]]


def test_who_is_inside_asks_for_nothing(here: Around) -> None:
    ask(here, "helene", role="gp")
    assert match_askings() == 0


def test_who_was_let_in_otherwise_waits_no_more(here: Around) -> None:
    asked(here)
    here.of("alice").post(f"circles/{here.circle}/members", person=here.ids["lea"], role="nurse")
    assert waiting(here, "alice") == []


OTHERS = [("noel", "nurse", 403), ("paul", "relative", 403), ("lea", "gp", 422), ("lea", "relative", 422)]


@pytest.mark.parametrize(("who", "role", "status"), OTHERS)
def test_only_a_confirmed_professional_asks_in_their_own_role(here: Around, who: str, role: str, status: int) -> None:
    assert ask(here, who, role=role).status_code == status
    assert not Asking.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("jean", 403), ("claire", 404), ("marc", 404)])
def test_who_may_not_admit_does_not_answer(here: Around, who: str, status: int) -> None:
    request = asked(here)
    assert answer(here, who, request, role="nurse").status_code == status
    assert answer(here, who, request, "refusal").status_code in {status, 404}
    assert JoinRequest.objects.get().answered_at is None


def test_a_role_that_does_not_fit_is_refused_and_the_request_waits(here: Around) -> None:
    request = asked(here)
    assert answer(here, "alice", request, role="gp").json()["code"] == "circles.role_unfit"
    assert waiting(here, "alice") == [here.ids["lea"]]


def test_in_a_frozen_circle_one_refuses_and_lets_nobody_in(here: Around) -> None:
    request = asked(here)
    here.of("nadia").call("PUT", f"circles/{here.circle}/state", {"state": "frozen", "reason": "litige"})
    assert answer(here, "alice", request, role="nurse").json()["code"] == "circles.circle_frozen"
    assert answer(here, "alice", request, "refusal").status_code == 204


def card(here: Around, who: str) -> bool:
    pages = [here.of(who).client.get(path).content.decode() for path in ("/new", "/todo")]
    shown = ["data-cercle-knock=" in page for page in pages]
    assert shown[0] == shown[1]
    return shown[0]


def test_the_coordination_hears_of_it_after_a_day(here: Around) -> None:
    asked(here)
    assert [card(here, who) for who in ("alice", "helene", "nadia", "claire", "jean")] == [True, True, False, False, False]
    JoinRequest.objects.update(at=clock.now() - dt.timedelta(hours=25))
    assert card(here, "nadia")
    assert here.of("nadia").client.get("/portal/counts").json()["todo"] == 1


def test_without_a_nurse_or_gp_the_coordination_hears_of_it_at_once(here: Around) -> None:
    asked(here)
    for who in ("alice", "helene"):
        here.of(who).call("DELETE", f"circles/{here.circle}/members/{here.member(who).pk}")
    assert card(here, "nadia")


def test_the_circles_page_asks_for_an_answer(here: Around) -> None:
    asked(here)
    page = here.of("alice").client.get(f"/circles/{here.circle}/people").content.decode()
    assert page.count("data-cercle-knock-act=") == 2
    assert '<option value="nurse" selected>' in page
    assert "data-cercle-knock" not in here.of("jean").client.get(f"/circles/{here.circle}/people").content.decode()
    assert Membership.objects.filter(person=here.person("lea")).count() == 0


def test_a_request_is_written_as_the_protocol_shows_it(here: Around) -> None:
    asked(here)
    [item] = here.of("alice").get(f"circles/{here.circle}/requests").json()["items"]
    assert shape({**item, "structures": None}) == shape({**NAMED["request"], "structures": None})
