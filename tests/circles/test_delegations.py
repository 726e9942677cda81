"""Replacements: who stands in has the role and no more of the past, and is out with the term, with an act, and with what it rests on."""
import datetime as dt
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from foundation import clock
from foundation.errors import Invalid, NotFound
from messaging.feed.enums import Kind
from messaging.feed.models import FeedHead, FeedLine
from people.accounts.services import disable_account, enable_account, withdraw_confirmation
from people.accounts.teams import join_team, leave_team
from people.audit.models import TrailLine
from people.circles.delegations import Handed, delegate, end_delegation
from people.circles.enums import CircleState, History, Role, Source
from people.circles.models import Delegation, Grant, Membership
from people.circles.replacements import replacing_at
from people.circles.services import Admission, admit_member, end_membership, oppose_member
from people.circles.spoken import Words
from people.circles.states import set_state
from people.circles.teams import seat_structure
from tests.circles.team import Town, load_town
from tests.house.test_protocol import NAMED, shape

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
DAY = dt.timedelta(days=1)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Two circles; nadia is a nurse in both."""
    town = load_town(tmp_path, 2)
    for circle in ("circle0", "circle1"):
        admit_member(town.member("gp", circle), person=town.id("nadia"), admission=Admission(Role.NURSE))
    return town


def hand_over(town: Town, by: str = "nadia", to: str = "alice", **more: Any) -> Handed:
    """For ten days, unless said otherwise."""
    return delegate(town.person(by), to=town.id(to), **{"until": clock.now() + 10 * DAY, **more})


def outside(town: Town, key: str, circle: str = "circle0") -> bool:
    """Whether the door knows nothing of somebody."""
    try:
        town.member(key, circle)
    except NotFound:
        return True
    return False


def stands_in_for(member: Membership) -> Membership:
    """Whoever is here in somebody's place now."""
    return replacing_at([member], clock.now())[member.circle_id, member.person_id].membership


def kinds(member: Membership) -> list[str]:
    """The lines about a membership."""
    return list(FeedLine.objects.filter(subject=member.pk).order_by("care").values_list("kind", flat=True))


def test_who_stands_in_has_the_role_around_all_patients_and_the_trail_says_so(town: Town) -> None:
    handed = hand_over(town)
    assert handed.left_out == []
    for circle in ("circle0", "circle1"):
        alice, nadia = town.member("alice", circle), town.member("nadia", circle)
        assert (alice.role, alice.standing, alice.stands_in_for_id) == ("nurse", nadia.standing, nadia.pk)
        assert alice.__dict__["right"] == Source.DELEGATION
        assert alice.__dict__["until"] == handed.delegation.until
        assert stands_in_for(nadia).pk == alice.pk
        line = TrailLine.objects.get(circle=town.id(circle), about=alice.pk, what="member.joined")
        assert line.person == town.id("nadia")
    admit_member(town.member("alice"), person=town.id("paul"), admission=Admission(Role.HOME_HELP))
    assert TrailLine.objects.filter(person=town.id("alice"), what="member.joined").get().right == "delegation"


def test_the_term_ends_it_and_nothing_has_to_run(town: Town, at: Any) -> None:
    hand_over(town)
    nadia = town.member("nadia")
    at((dt.datetime.now(dt.UTC) + 11 * DAY).isoformat())
    assert outside(town, "alice")
    assert replacing_at([nadia], clock.now()) == {}
    assert hand_over(town).left_out == []
    assert not outside(town, "alice")


def test_before_it_begins_there_is_no_right_and_the_replaced_person_is_not_replaced(town: Town) -> None:
    hand_over(town, since=clock.now() + DAY)
    nadia = town.member("nadia")
    assert outside(town, "alice")
    assert replacing_at([nadia], clock.now()) == {}
    assert len(replacing_at([nadia], clock.now() + 2 * DAY)) == 1


@pytest.mark.parametrize("by", ["nadia", "alice"])
def test_either_of_the_two_ends_it_everywhere_at_once(town: Town, by: str) -> None:
    handed = hand_over(town)
    members = [town.member("alice", circle) for circle in ("circle0", "circle1")]
    end_delegation(town.person(by), delegation=handed.delegation.pk)
    for circle, member in zip(("circle0", "circle1"), members, strict=True):
        assert outside(town, "alice", circle)
        line = FeedLine.objects.get(kind=Kind.MEMBER_LEFT, subject=member.pk)
        assert line.actor == (member.pk if by == "alice" else town.member("nadia", circle).pk)
    with pytest.raises(NotFound):
        end_delegation(town.person(by), delegation=handed.delegation.pk)


def test_nobody_else_ends_it(town: Town) -> None:
    handed = hand_over(town)
    with pytest.raises(NotFound):
        end_delegation(town.person("gp"), delegation=handed.delegation.pk)
    assert not outside(town, "alice")


def test_never_more_of_the_past_than_who_is_replaced(town: Town) -> None:
    admission = Admission(Role.NURSE, History.FROM_NOW)
    bruno = admit_member(town.member("gp"), person=town.id("bruno"), admission=admission)
    hand_over(town, "bruno")
    assert town.member("alice").first == bruno.first > 1


def test_a_member_keeps_role_and_right_and_stands_in_beside(town: Town) -> None:
    admit_member(town.member("gp"), person=town.id("alice"), admission=Admission(Role.NURSE))
    handed = hand_over(town)
    alice, nadia = town.member("alice"), town.member("nadia")
    assert alice.stands_in_for_id is None
    assert stands_in_for(nadia).pk == alice.pk
    end_delegation(town.person("nadia"), delegation=handed.delegation.pk)
    assert town.member("alice").pk == alice.pk
    assert outside(town, "alice", "circle1")
    assert kinds(alice) == [Kind.MEMBER_JOINED, Kind.MEMBER_CHANGED, Kind.MEMBER_CHANGED]
    assert replacing_at([nadia], clock.now()) == {}


def test_who_only_stands_in_hands_nothing_over(town: Town) -> None:
    hand_over(town)
    with pytest.raises(Invalid) as refused:
        hand_over(town, "alice", "bruno")
    assert refused.value.code == "circles.nothing_to_hand_over"
    assert Delegation.objects.count() == 1


@pytest.mark.parametrize(("by", "to", "more", "code"), [
    ("nadia", "nadia", {}, "circles.own_replacement"),
    ("nadia", "secretary", {}, "circles.role_unfit"),
    ("daughter", "alice", {}, "circles.nothing_to_hand_over"),
    ("nadia", "alice", {"until": clock.now() - DAY}, "circles.term_past"),
    ("nadia", "alice", {"until": clock.now() + 400 * DAY}, "circles.term_too_long"),
])  # fmt: skip
def test_what_cannot_be(town: Town, by: str, to: str, more: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        hand_over(town, by, to, **more)
    assert refused.value.code == code
    assert not Delegation.objects.exists()


def test_only_circles_of_ones_own(town: Town) -> None:
    end_membership(town.member("nadia", "circle1"), member=town.member("nadia", "circle1").pk)
    with pytest.raises(Invalid) as refused:
        hand_over(town, circles=[town.id("circle0"), town.id("circle1")])
    assert refused.value.code == "circles.no_such_circle"


def test_circles_that_are_not_ones_own_are_named_without_a_lock(town: Town) -> None:
    with CaptureQueriesContext(connection) as asked, pytest.raises(Invalid) as refused:
        hand_over(town, "alice", "bruno", circles=[town.id("circle0")])
    assert refused.value.code == "circles.no_such_circle"
    assert not [one["sql"] for one in asked if FeedHead._meta.db_table in one["sql"]]


@pytest.mark.parametrize("whose", ["nadia", "alice"])
def test_a_closed_account_ends_what_was_given_and_received_now_and_to_come(town: Town, whose: str) -> None:
    hand_over(town)
    hand_over(town, to="bruno" if whose == "nadia" else "alice", since=clock.now() + 20 * DAY, until=clock.now() + 30 * DAY)
    disable_account(person=town.person(whose))
    assert not Delegation.objects.filter(ended_at=None).exists()
    assert not Grant.objects.filter(source=Source.DELEGATION, ended_at=None).exists()
    assert outside(town, "alice")
    enable_account(person=town.person(whose))
    assert outside(town, "alice", "circle1")
    assert not outside(town, "nadia")


def test_frozen_circles_and_opposed_people_are_left_out_with_a_word(town: Town) -> None:
    set_state(town.member("gp"), state=CircleState.FROZEN, reason="essai")
    admit_member(town.member("gp", "circle1"), person=town.id("alice"), admission=Admission(Role.NURSE))
    oppose_member(town.member("jeanne", "circle1"), member=town.member("alice", "circle1").pk, words=Words("screen"))
    with translation.override("en"), pytest.raises(Invalid) as refused:
        hand_over(town)
    assert "opposed" in (refused.value.errors or {})["circles"]
    handed = hand_over(town, to="bruno")
    assert [(one.circle, one.code) for one in handed.left_out] == [(town.id("circle0"), "circles.circle_frozen")]
    assert outside(town, "bruno")
    assert not outside(town, "bruno", "circle1")


def test_sent_twice_it_is_one(town: Town) -> None:
    until = clock.now() + 3 * DAY
    once, again = (hand_over(town, until=until) for _ in range(2))
    assert once.delegation.pk == again.delegation.pk
    assert Grant.objects.filter(source=Source.DELEGATION).count() == 2


def test_the_last_named_of_two_replacements_counts(town: Town) -> None:
    hand_over(town)
    second = hand_over(town, to="bruno")
    nadia = town.member("nadia")
    assert stands_in_for(nadia).person_id == town.id("bruno")
    end_delegation(town.person("bruno"), delegation=second.delegation.pk)
    assert stands_in_for(nadia).person_id == town.id("alice")


def test_nobody_is_replaced_by_who_is_replaced_too(town: Town) -> None:
    admit_member(town.member("gp"), person=town.id("alice"), admission=Admission(Role.NURSE))
    hand_over(town, "alice", "nadia")
    handed = hand_over(town)
    assert [one.code for one in handed.left_out] == ["circles.replaced_too"]


def test_who_is_replaced_leaves_and_the_replacement_is_out_too(town: Town) -> None:
    hand_over(town)
    end_membership(town.member("gp"), member=town.member("nadia").pk)
    assert outside(town, "alice")
    assert not outside(town, "alice", "circle1")


@pytest.mark.parametrize("whose", ["nadia", "alice"])
def test_a_withdrawn_profession_ends_it(town: Town, whose: str) -> None:
    hand_over(town)
    withdraw_confirmation(person=town.person(whose))
    assert outside(town, "alice")
    assert outside(town, "alice", "circle1")


def test_in_a_closed_circle_nobody_is_replaced(town: Town) -> None:
    hand_over(town)
    set_state(town.member("gp"), state=CircleState.CLOSED, reason="essai")
    assert outside(town, "alice")
    assert not outside(town, "nadia")


def test_it_never_outlasts_the_right_that_it_rests_on(town: Town) -> None:
    practice = town.id("practice")
    seat_structure(town.member("gp"), structure=practice, admission=Admission(Role.NURSE))
    leave_team(person=town.person("bruno"), structure=practice)
    ends = clock.now() + 5 * DAY
    join_team(person=town.person("bruno"), structure=practice, until=ends)
    hand_over(town, "bruno", "newcomer", until=clock.now() + 9 * DAY)
    assert town.member("newcomer").__dict__["until"] == ends
    leave_team(person=town.person("bruno"), structure=practice)
    assert outside(town, "newcomer")


def test_who_comes_by_their_own_team_is_here_in_their_own_place(town: Town) -> None:
    handed = hand_over(town, to="bruno")
    before = town.member("bruno")
    seat_structure(town.member("gp"), structure=town.id("practice"), admission=Admission(Role.NURSE))
    after = town.member("bruno")
    assert (after.pk != before.pk, after.via_id, after.stands_in_for_id) == (True, town.id("practice"), None)
    assert stands_in_for(town.member("nadia")).pk == after.pk
    end_delegation(town.person("nadia"), delegation=handed.delegation.pk)
    assert town.member("bruno").pk == after.pk


def test_over_http(town: Town) -> None:
    set_state(town.member("gp"), state=CircleState.FROZEN, reason="essai")
    nadia, alice = Client(), Client()
    nadia.force_login(town.person("nadia"))
    alice.force_login(town.person("alice"))
    body = {"to": town.ids["alice"], "circles": "all", "until": (clock.now() + DAY).isoformat()}
    answer = nadia.post("/api/v1/delegations", json.dumps(body), content_type="application/json")
    made = answer.json()
    assert answer.status_code == 201
    assert shape(made) == shape(NAMED["delegation"])
    assert made["circles"] == [town.ids["circle1"]]
    for client in (nadia, alice):
        listed = client.get("/api/v1/delegations").json()["items"]
        assert [(one["id"], one["state"]) for one in listed] == [(made["id"], "active")]
    members = nadia.get(f"/api/v1/circles/{town.ids['circle1']}").json()["members"]
    member = next(one for one in members if one["person"]["id"] == town.ids["alice"])
    assert member["stands_in_for"]["name"] == town.person("nadia").name
    post = {"text": "Bonjour.", "audience": "care_team", "urgency": "info"}
    written = alice.post(
        f"/api/v1/circles/{town.ids['circle1']}/posts", json.dumps(post), content_type="application/json",
        headers={"Idempotency-Key": str(uuid4())},
    ).json()  # fmt: skip
    assert written["author"]["on_behalf_of"] == member["stands_in_for"]
    assert Client().delete(f"/api/v1/delegations/{made['id']}").status_code == 401
    assert alice.delete(f"/api/v1/delegations/{made['id']}").status_code == 204
    assert alice.delete(f"/api/v1/delegations/{made['id']}").status_code == 404
    assert alice.get(f"/api/v1/circles/{town.ids['circle1']}").status_code == 404
