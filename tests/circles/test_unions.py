"""Two circles of one patient: joined by two people, undone by one of them, and never a reader more for any post."""
import uuid
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from foundation.vault import seal
from messaging.feed.models import FeedLine
from people.accounts.models import Structure
from people.accounts.teams import join_team, leave_team
from people.circles.enums import Cause
from people.circles.erasure import erase
from people.circles.joining import match_askings
from people.circles.models import Asking, Circle, Grant, Membership, Union
from tests.circles.around import PEOPLE, Around, around
from tests.house.test_protocol import NAMED, shape

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SAME = {"family_name": "Durand", "birth_name": "Petit", "given_names": ["Jeanne"], "birth_date": "1941-03-09"}
AUDIENCES = ("care_team", "wider_team", "patient", "relatives", "circle")


@pytest.fixture
def here(tmp_path: Path) -> Around:
    return around(tmp_path, **SAME)


def propose(here: Around, who: str = "nadia", **body: Any) -> Any:
    return here.of(who).post(f"circles/{here.circle}/unions", **(body or {"circle": here.ids["other"]}))


def proposed(here: Around) -> str:
    made = propose(here)
    assert made.status_code == 201, made.content
    return str(made.json()["id"])


def accept(here: Around, union: str, who: str = "marc") -> Any:
    return here.of(who).post(f"circles/{here.ids['other']}/unions/{union}/acceptance")


def joined(here: Around) -> str:
    union = proposed(here)
    answer = accept(here, union)
    assert answer.status_code == 200, answer.content
    return union


def undo(here: Around, union: str, who: str = "helene", circle: str = "circle") -> Any:
    return here.of(who).call("DELETE", f"circles/{here.ids[circle]}/unions/{union}", {"reason": "deux personnes"})


def write(here: Around, who: str, circle: str, audience: str) -> None:
    body = {"text": f"{who} {audience}", "audience": audience, "urgency": "info"}
    answer = here.of(who).call("POST", f"circles/{here.ids[circle]}/posts", body, **{"Idempotency-Key": str(uuid.uuid4())})
    assert answer.status_code == 201, answer.content


def readers(here: Around) -> dict[str, set[str]]:
    """Every post of both circles → who reads it now, asked of the API for every person: in lists, alone, and as a change."""
    found: dict[str, set[str]] = {}
    for who in PEOPLE:
        caller = here.of(who)
        for circle in (here.circle, here.ids["other"]):
            listed = caller.get(f"circles/{circle}/posts?limit=500")
            items = listed.json().get("items", [])
            changes = caller.get(f"circles/{circle}/changes?after=0&limit=500").json().get("items", [])
            for post in {item["id"] for item in items} | {item["post"]["id"] for item in changes if "post" in item}:
                assert caller.get(f"posts/{post}").status_code == 200
                found.setdefault(post, set()).add(who)
    return found


def state_of(here: Around, who: str, circle: str) -> str:
    return str(here.of(who).get(f"circles/{here.ids[circle]}").json()["state"])


def test_no_post_gains_or_loses_a_reader(here: Around) -> None:
    for audience in AUDIENCES:
        write(here, "alice", "circle", audience)
        write(here, "marc", "other", audience)
    before = readers(here)
    assert len(before) == 2 * len(AUDIENCES)
    union = joined(here)
    assert readers(here) == before
    for audience in AUDIENCES:
        write(here, "alice", "circle", audience)
    after = readers(here)
    assert {post: who for post, who in after.items() if post in before} == before
    fresh = [who for post, who in after.items() if post not in before]
    care = {"alice", "helene", "nadia", "jean", "marc", "sophie"}
    family = {"claire", "paul"}
    expected = [care, care, care | {"jeanne"}, care | family, care | family | {"jeanne"}]
    assert sorted(map(sorted, fresh)) == sorted(map(sorted, expected))
    assert undo(here, union).status_code == 204
    undone = readers(here)
    assert {post: who for post, who in undone.items() if post in before} == before
    assert all(who <= {"alice", "helene", "nadia", "jean", "jeanne", "claire"} for post, who in undone.items() if post not in before)


def test_members_come_in_as_what_they_are_from_now_on(here: Around) -> None:
    joined(here)
    came = {who: here.member(who) for who in ("marc", "sophie", "paul")}
    assert {who: (one.role, one.history, one.first > 1) for who, one in came.items()} == {
        "marc": ("nurse", "from_now", True), "sophie": ("gp", "from_now", True), "paul": ("relative", "from_now", True),
    }  # fmt: skip
    assert set(Grant.objects.filter(membership__in=came.values()).values_list("source", flat=True)) == {"union"}
    assert here.member("nadia").history == "all"
    assert state_of(here, "marc", "other") == "closed"
    assert state_of(here, "alice", "circle") == "active"


def test_the_closed_circle_names_the_other_and_the_kept_one_does_not(here: Around) -> None:
    union = joined(here)
    there = here.of("paul").get(f"circles/{here.ids['other']}/changes?after=0").json()["items"][-1]
    assert (there["kind"], there["union"]["closes"], there["union"]["into"]) == ("union.made", True, here.circle)
    line = here.of("claire").get(f"circles/{here.circle}/changes?after=0").json()["items"][-1]
    assert (line["kind"], line["union"]["id"], line["union"]["into"]) == ("union.made", union, None)
    assert here.ids["other"] not in str(line)


def test_the_proposer_does_not_accept(here: Around) -> None:
    union = proposed(here)
    assert accept(here, union, "nadia").json()["code"] == "circles.two_people"
    assert state_of(here, "marc", "other") == "active"
    assert accept(here, union, "sophie").status_code == 200


@pytest.mark.parametrize(("who", "circle"), [("helene", "circle"), ("marc", "other"), ("marc", "circle")])
def test_whoever_steers_either_circle_undoes_it(here: Around, who: str, circle: str) -> None:
    union = joined(here)
    assert undo(here, union, who, circle).status_code == 204
    assert state_of(here, "marc", "other") == "active"
    inside = {one: here.of(one).get(f"circles/{here.circle}").status_code == 200 for one in ("marc", "sophie", "paul", "nadia", "alice")}
    assert inside == {"marc": False, "sophie": False, "paul": False, "nadia": True, "alice": True}
    assert undo(here, union, "helene").status_code == 404
    assert accept(here, proposed(here)).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("paul", 403), ("claire", 403), ("jean", 403), ("lea", 404)])
def test_nobody_else_undoes_it(here: Around, who: str, status: int) -> None:
    union = joined(here)
    assert undo(here, union, who, "other" if who == "paul" else "circle").status_code == status
    assert Union.objects.get().undone_at is None


@pytest.mark.parametrize(("who", "status"), [("jean", 403), ("claire", 403), ("jeanne", 403), ("marc", 404), ("alice", 422)])
def test_who_does_not_steer_both_proposes_neither(here: Around, who: str, status: int) -> None:
    assert propose(here, who).status_code == status
    assert not Union.objects.exists()


def test_two_patients_are_not_joined(tmp_path: Path) -> None:
    here = around(tmp_path)
    assert propose(here).json()["code"] == "circles.not_the_same"
    assert propose(here, circle=here.circle).json()["code"] == "circles.not_the_same"


def test_asking_for_a_union_tells_nothing_and_reaches_who_steers_the_other(here: Around) -> None:
    answers = [here.of("alice").post(f"circles/{here.circle}/unions"), here.of("sophie").post(f"circles/{here.ids['other']}/unions")]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    assert match_askings() == 2
    assert here.of("alice").get(f"circles/{here.circle}/unions").json()["items"][0]["by"]["id"] == here.ids["sophie"]
    [told] = here.of("marc").get(f"circles/{here.ids['other']}/unions").json()["items"]
    assert (told["by"]["id"], told["state"], told["into"]) == (here.ids["alice"], "proposed", None)
    assert here.circle not in str(told)
    line = FeedLine.objects.filter(kind="union.proposed", feed=UUID(here.ids["other"])).get()
    assert (line.wider_sees, line.patient_sees, line.relatives_sees) == (False, False, False)
    assert accept(here, told["id"]).status_code == 200
    assert here.member("paul").role == "relative"


def test_without_another_circle_asking_ends_in_nothing(tmp_path: Path) -> None:
    here = around(tmp_path)
    assert here.of("alice").post(f"circles/{here.circle}/unions").status_code == 202
    assert match_askings() == 0
    assert not Union.objects.exists()


def test_a_refused_proposal_is_over(here: Around) -> None:
    union = proposed(here)
    assert here.of("sophie").post(f"circles/{here.ids['other']}/unions/{union}/refusal").status_code == 204
    assert accept(here, union).json()["code"] == "circles.answered"
    assert Membership.objects.filter(circle=UUID(here.circle), person=here.person("marc")).count() == 0


def test_a_proposer_who_left_joins_nothing(here: Around) -> None:
    union = proposed(here)
    here.of("alice").call("DELETE", f"circles/{here.circle}/members/{here.member('nadia').pk}")
    assert accept(here, union).json()["code"] == "circles.union_over"


@pytest.mark.parametrize(("who", "circle"), [("helene", "circle"), ("marc", "other")])
def test_both_circles_have_to_be_active(here: Around, who: str, circle: str) -> None:
    union = proposed(here)
    here.of(who).call("PUT", f"circles/{here.ids[circle]}/state", {"state": "frozen", "reason": "litige"})
    assert accept(here, union).json()["code"] == "circles.union_waits"
    assert state_of(here, "alice", "circle") == ("frozen" if circle == "circle" else "active")


def test_a_structure_comes_as_a_structure(here: Around) -> None:
    practice = Structure.objects.create(name="Cabinet du Marensin", kind="practice")
    join_team(person=here.person("lea"), structure=practice.pk)
    seat = here.of("marc").post(f"circles/{here.ids['other']}/members", structure=str(practice.pk), role="nurse")
    assert seat.status_code == 201, seat.content
    union = joined(here)
    assert (here.member("lea").history, here.member("lea").via_id) == ("from_now", practice.pk)
    leave_team(person=here.person("lea"), structure=practice.pk)
    assert here.of("lea").get(f"circles/{here.circle}").status_code == 404
    join_team(person=here.person("lea"), structure=practice.pk)
    assert here.of("lea").get(f"circles/{here.circle}").status_code == 200
    assert undo(here, union).status_code == 204
    assert [here.of("lea").get(f"circles/{where}").status_code for where in (here.circle, here.ids["other"])] == [404, 200]


def test_whom_the_patient_opposed_in_the_kept_circle_stays_out(here: Around) -> None:
    here.of("alice").post(f"circles/{here.circle}/members", person=here.ids["marc"], role="nurse")
    assert here.of("jeanne").call("DELETE", f"circles/{here.circle}/members/{here.member('marc').pk}").status_code == 204
    joined(here)
    assert here.of("marc").get(f"circles/{here.circle}").status_code == 404
    assert here.of("sophie").get(f"circles/{here.circle}").status_code == 200


def test_a_second_patient_stays_in_the_closed_circle(here: Around) -> None:
    here.of("marc").post(f"circles/{here.ids['other']}/members", person=here.ids["noel"], role="patient")
    joined(here)
    assert [here.of("noel").get(f"circles/{where}").status_code for where in (here.circle, here.ids["other"])] == [404, 200]


def test_the_page_of_each_circle_says_how_it_stands(here: Around) -> None:
    page = here.of("nadia").client.get(f"/circles/{here.circle}/people").content.decode()
    assert f'value="{here.ids["other"]}"' in page
    union = proposed(here)
    asked = here.of("marc").client.get(f"/circles/{here.ids['other']}/people").content.decode()
    assert 'data-cercle-union-act="acceptance"' in asked
    assert "data-cercle-union-act=" not in here.of("paul").client.get(f"/circles/{here.ids['other']}/people").content.decode()
    pages = {who: here.of(who).client.get("/new").content.decode() for who in ("marc", "nadia", "alice", "paul")}
    cards = {who: f'data-cercle-joining="{union}"' in page for who, page in pages.items()}
    assert cards == {"marc": True, "nadia": False, "alice": False, "paul": False}
    assert here.of("marc").client.get("/portal/counts").json()["todo"] == 1
    accept(here, union)
    assert f'href="/circles/{here.circle}"' in here.of("paul").client.get(f"/circles/{here.ids['other']}/people").content.decode()
    assert 'data-cercle-union-act="undo"' in here.of("alice").client.get(f"/circles/{here.circle}/people").content.decode()


def test_a_union_is_written_as_the_protocol_shows_it(here: Around) -> None:
    union = proposed(here)
    assert shape(accept(here, union).json()) == shape(NAMED["union"])


def test_who_left_meanwhile_asks_for_nothing_and_stops_nobody(here: Around) -> None:
    here.of("alice").post(f"circles/{here.circle}/unions")
    here.of("helene").call("DELETE", f"circles/{here.circle}/members/{here.member('alice').pk}")
    assert match_askings() == 0
    assert not Asking.objects.exists()


def test_an_erased_circle_leaves_the_one_that_it_joined_readable(here: Around) -> None:
    joined(here)
    erase(Circle.objects.select_related("patient").get(pk=UUID(here.ids["other"])).patient.vault, cause=Cause.REQUEST)
    seal.forget()
    assert here.of("alice").client.get(f"/circles/{here.circle}/people").status_code == 200
    assert here.of("marc").get(f"circles/{here.circle}").status_code == 200
