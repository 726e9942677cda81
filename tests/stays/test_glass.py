"""Break-glass: with a reason, for four hours, for posts to the care team; told in the same transaction, alarmed, reviewed."""
import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError
from django.urls import resolve

from foundation import clock
from foundation.errors import Conflict, NotFound
from hospital.gateway.models import Feed
from hospital.stays.enums import Alarm, GlassLetterKind, GlassVerdict
from hospital.stays.letters import REVIEWS, send_due_letters
from hospital.stays.models import BrokenGlass, GlassLetter
from hospital.stays.reviews import decide_review, reviews_of
from journal.protocol import PostBody
from journal.services import write_post
from messaging.feed.models import FeedLine
from people.accounts.models import Operator, Structure
from people.accounts.services import name_officer
from people.audit.models import TrailLine
from people.circles.access import Refused
from people.circles.enums import CircleState, Role
from people.circles.models import Grant, Membership
from people.circles.services import oppose_member
from people.circles.spoken import Words
from people.circles.states import set_state
from people.circles.traits import Traits
from portal.queries.feeds import feed_state
from tests.house.test_protocol import NAMED, shape
from tests.stays.ward import HOUR, Ward, another

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
Later = Callable[[dt.timedelta], None]
JEANNE = {"family_name": "PETIT", "given_names": ["Jeanne"], "birth_date": "1941-03-09"}  # by the name she was born with
WHY = {"reason_code": "unconscious", "reason": "Trouvée inconsciente, traitement inconnu."}


def broken(ward: Ward, key: str = "alice", **more: Any) -> tuple[int, Any]:
    """What comes of it."""
    return ward.call(key, "POST", "break-glass", **{**JEANNE, **WHY, **more})


@pytest.fixture
def officer(ward: Ward) -> str:
    """The hospital's data protection officer, who is no professional."""
    name_officer(person=ward.person("dpo"), structure=Structure.objects.get(pk=ward.ids["chd"]))
    return "dpo"


def test_it_lets_in_for_four_hours_and_tells_patient_and_care_team_in_the_same_transaction(ward: Ward, later: Later, officer: str) -> None:
    ward.stay()
    status, told = broken(ward)
    assert (status, told["circle"]) == (201, ward.ids["circle"])
    member = ward.member("alice")
    assert member is not None
    assert (member.role, str(member.pk), member.via_id) == ("hospital_staff", told["member"], ward.id("chd"))
    glass = BrokenGlass.objects.get()
    lines = {line.kind: line for line in FeedLine.objects.filter(actor=member.pk)}
    assert set(lines) == {"member.joined", "glass.broken"}
    assert {str(standing) for standing in lines["glass.broken"].seen_by} == {"care_team", "patient"}
    assert lines["member.joined"].until == lines["glass.broken"].until == glass.until
    assert b"inconsciente" not in bytes(glass.sealed_reason)
    letter = GlassLetter.objects.get()
    assert (letter.person_id, letter.kind, letter.sent_at) == (ward.id(officer), "broken", None)
    trail = TrailLine.objects.get(circle=ward.id("circle"), what="glass.broken")
    assert (trail.person, trail.right, trail.structure, trail.about) == (ward.id("alice"), "break_glass", ward.id("chd"), glass.pk)
    item = ward.call("jeanne", "GET", f"circles/{ward.ids['circle']}/changes?after=0")[1]["items"][-1]
    assert (item["kind"], item["glass"]["reason_code"], item["glass"]["member"]) == ("glass.broken", "unconscious", str(member.pk))
    assert shape(item["glass"]) == shape(NAMED["glass"])
    assert shape(told) == shape(NAMED["glass_broken"])
    assert broken(ward) == (201, told)  # once more is the same
    assert BrokenGlass.objects.count() == 1
    later(3.9 * HOUR)
    assert ward.member("alice")
    later(4.1 * HOUR)
    assert ward.member("alice") is None


def test_under_glass_one_reads_and_writes_for_the_care_team_and_does_nothing_else(ward: Ward) -> None:
    assert broken(ward)[0] == 201
    circle = f"circles/{ward.ids['circle']}"
    assert ward.call("alice", "GET", f"{circle}/posts")[0] == 200
    member = ward.member("alice")
    assert member is not None
    write_post(member, key=uuid4(), body=PostBody.model_validate({"text": "Vue aux urgences.", "audience": "care_team", "urgency": "info"}))
    with pytest.raises(Refused):
        write_post(member, key=uuid4(), body=PostBody.model_validate({"text": "Bonjour", "audience": "circle", "urgency": "info"}))
    for method, path, body in (
        ("POST", "/members", {"person": ward.ids["bruno"], "role": "nurse"}), ("PUT", "/state", {"state": "frozen", "reason": "x"}),
        ("PUT", "/ladder", {"rungs": []}), ("POST", "/consents", {"scope": "circle", "given": False}),
        ("GET", "/oppositions", {}),
    ):  # fmt: skip
        status, answer = ward.call("alice", method, circle + path, **body)
        assert (status, answer["code"]) == (403, "circles.not_allowed.glass"), path
    stay = ward.stay()
    assert ward.call("alice", "POST", f"stays/{stay.pk}/join")[0] == 201  # who joins for the stay is not under glass any more
    assert ward.call("alice", "GET", f"{circle}/oppositions")[0] == 200
    assert broken(ward)[1]["code"] == "circles.already_member"


def test_who_may_not_and_whom_nobody_finds(ward: Ward) -> None:
    cases: list[tuple[str, dict[str, Any], int, str]] = [
        ("outsider", {}, 403, "hospital.no_hospital"), ("gp", {}, 403, "hospital.no_hospital"),
        ("declared", {}, 403, "hospital.unconfirmed"),
        ("ward", {}, 403, "hospital.shared_account"), ("alice", {"reason": "  "}, 422, "hospital.no_reason"),
        ("alice", {"reason_code": ""}, 422, "hospital.no_reason"), ("alice", {"birth_date": None}, 422, "hospital.whom"),
        ("alice", {"birth_date": "1941-03-10"}, 404, "http.not_found"), ("alice", {"ins": "241034008800161"}, 404, "http.not_found"),
    ]  # fmt: skip
    for key, more, status, code in cases:
        said, answer = broken(ward, key, **more)
        assert (said, answer["code"]) == (status, code), (key, more)
    assert ward.call("outsider", "POST", "break-glass", junk=1)[0] == 403  # before what is wrong with the body
    assert not BrokenGlass.objects.exists()
    assert not Membership.objects.filter(role=Role.HOSPITAL_STAFF).exists()


def test_a_closed_circle_and_an_opposition_stay_closed(ward: Ward) -> None:
    assert broken(ward)[0] == 201
    jeanne, alice, nadia = ward.member("jeanne"), ward.member("alice"), ward.member("nadia")
    assert jeanne
    assert alice
    oppose_member(jeanne, member=alice.pk, words=Words("screen", "Non."))
    status, answer = broken(ward)
    assert (status, answer["code"]) == (409, "circles.opposed")
    assert nadia
    set_state(nadia, state=CircleState.CLOSED, reason="Fin")
    assert broken(ward, "both")[0] == 404


def test_looking_somebody_up_shows_who_it_is_leaves_traces_and_is_limited(ward: Ward, settings: Any, later: Later) -> None:
    settings.LIMITS = True
    status, told = ward.call("alice", "POST", "break-glass/look-up", **JEANNE)
    assert (status, told["patient"]["name"], told["patient"]["birth_date"]) == (200, "DURAND Jeanne", "1941-03-09")
    assert shape(told) == shape(NAMED["glass_looked_up"])
    assert not BrokenGlass.objects.exists()
    assert TrailLine.objects.get(circle=ward.id("circle"), what="glass.looked_up").person == ward.id("alice")
    for _ in range(9):
        assert ward.call("alice", "POST", "break-glass/look-up", **{**JEANNE, "family_name": "Personne"})[0] == 404
    assert broken(ward)[0] == 429
    assert broken(ward, "both")[0] == 201  # each for themselves
    later(1.1 * HOUR)
    assert broken(ward)[0] == 201


def test_two_who_look_alike_are_told_apart_by_the_ins_alone(ward: Ward) -> None:
    other = another(Traits("Durand", "Petit", ["Jeanne"], "1941-03-09", "F", ins="241034008800161"))
    status, answer = broken(ward)
    assert (status, answer["code"]) == (409, "hospital.several")
    status, told = ward.call("alice", "POST", "break-glass", ins="2 41 03 40 088 001 61", **WHY)
    assert (status, told["circle"]) == (201, str(other.pk))


def test_what_is_alarming_goes_to_the_officer_else_to_whoever_operates_the_service(ward: Ward) -> None:
    Operator.objects.create(person=ward.person("dpo"), since=clock.now())
    assert broken(ward)[0] == 201  # no stay there
    assert broken(ward, "bruno")[0] == 201  # bears the name she was born with
    rose: dict[str, Any] = {"family_name": "Lesbats", "given_names": ["Rose"], "birth_date": "1938-01-02"}
    assert broken(ward, **rose)[0] == 201
    ended = Membership.objects.get(circle=ward.id("circle"), person=ward.id("alice"))
    Grant.objects.filter(membership=ended).update(until=clock.now())
    assert broken(ward)[0] == 201
    raised = [set(glass.alarms) for glass in BrokenGlass.objects.order_by("at")]
    assert raised == [{Alarm.NO_STAY}, {Alarm.NO_STAY, Alarm.NAMESAKE}, {Alarm.NO_STAY}, {Alarm.NO_STAY, Alarm.THIRD}]
    assert set(GlassLetter.objects.values_list("kind", "person")) == {(GlassLetterKind.ALARM, ward.id("dpo"))}
    assert send_due_letters() == 4
    assert send_due_letters() == 0
    sent = str(mail.outbox[-1].subject) + str(mail.outbox[-1].body)
    assert "Durand" not in sent
    assert f"{REVIEWS}\n" in sent
    assert resolve(REVIEWS).url_name == "glass_reviews"
    assert not BrokenGlass.objects.filter(alarmed_at=None).exists()


def test_where_nobody_answers_the_log_and_the_feed_say_so(ward: Ward, caplog: pytest.LogCaptureFixture) -> None:
    feed = Feed.objects.create(structure_id=ward.id("chd"), msh4="CHD", made_at=clock.now())
    assert broken(ward)[0] == 201
    glass = BrokenGlass.objects.get()
    assert f"hospital.nobody_answers hospital={ward.id('chd')} glass={glass.pk}" in caplog.text
    assert (glass.reviewed_at, GlassLetter.objects.exists(), feed_state(feed).answered) == (None, False, False)
    name_officer(person=ward.person("dpo"), structure=None)
    assert feed_state(feed).answered


def test_a_patient_who_works_there_is_an_alarm(ward: Ward) -> None:
    ward.stay()
    ward.rename("both", "Jeanne", "Durand")
    assert broken(ward)[0] == 201
    assert BrokenGlass.objects.get().alarms == [Alarm.COLLEAGUE]


def test_where_the_letter_cannot_be_written_nobody_is_in(ward: Ward, officer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise IntegrityError("the disk is full")

    monkeypatch.setattr(GlassLetter.objects, "bulk_create", fails)
    status, _answer = ward.call("alice", "POST", "break-glass", **JEANNE, **WHY)
    assert status == 500
    assert ward.member("alice") is None
    assert not BrokenGlass.objects.exists()
    assert not FeedLine.objects.filter(kind="glass.broken").exists()


def test_it_is_reviewed_within_three_days_and_who_must_is_reminded(ward: Ward, officer: str, later: Later) -> None:
    assert broken(ward)[0] == 201
    dpo = ward.person(officer)
    (review,) = reviews_of(dpo)
    assert (review.waits, review.overdue, review.reason, review.person.pk) == (True, False, WHY["reason"], ward.id("alice"))
    with pytest.raises(NotFound):
        reviews_of(ward.person("alice"))
    assert send_due_letters() == 1
    later(49 * HOUR)
    assert send_due_letters() == 1
    later(73 * HOUR)
    assert [send_due_letters(), send_due_letters()] == [1, 0]
    assert reviews_of(dpo)[0].overdue
    decide_review(dpo, glass=review.glass.pk, verdict=GlassVerdict.JUSTIFIED, finding="Urgence vitale documentée.")
    assert not reviews_of(dpo)[0].waits
    assert reviews_of(dpo)[0].finding == "Urgence vitale documentée."
    item = ward.call("jeanne", "GET", f"circles/{ward.ids['circle']}/changes?after=0")[1]["items"][-1]
    assert (item["kind"], item["glass"]["verdict"]) == ("glass.reviewed", "justified")
    with pytest.raises(Conflict, match="reviewed"):
        decide_review(dpo, glass=review.glass.pk, verdict=GlassVerdict.UNJUSTIFIED, finding="Encore.")


def test_nobody_reviews_their_own(ward: Ward) -> None:
    name_officer(person=ward.person("both"), structure=Structure.objects.get(pk=ward.ids["chd"]))
    assert broken(ward, "both")[0] == 201
    (review,) = reviews_of(ward.person("both"))
    assert review.own
    with pytest.raises(Conflict, match="own_glass"):
        decide_review(ward.person("both"), glass=review.glass.pk, verdict=GlassVerdict.JUSTIFIED, finding="Moi.")
