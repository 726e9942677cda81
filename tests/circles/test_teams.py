"""Teams as members: the right runs while both intervals run, and ends everywhere with either."""
import datetime as dt
import uuid
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from foundation import clock
from foundation.errors import CercleError, NotFound
from journal.alerts import take_alert
from journal.enums import Urgency
from journal.models import Post
from journal.protocol import PostBody
from journal.services import write_post
from messaging.feed.enums import Kind
from messaging.feed.models import FeedLine
from people.accounts.services import confirm_profession, withdraw_confirmation
from people.accounts.teams import join_team, leave_team
from people.circles.consenting import record_consent
from people.circles.enums import Audience, ConsentScope, History, Role
from people.circles.models import TeamSeat
from people.circles.services import Admission, admit_member, end_membership
from people.circles.spoken import Words
from people.circles.teams import end_seat, seat_structure
from tests.circles.team import Town, load_town

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Two circles with a general practitioner each."""
    return load_town(tmp_path, 2)


def seat(town: Town, structure: str, role: Role, circle: str = "circle0", **more: object) -> TeamSeat:
    """The general practitioner admits a structure."""
    return seat_structure(town.member("gp", circle), structure=town.id(structure), admission=Admission(role, **more))  # type: ignore[arg-type]


def outside(town: Town, key: str, circle: str = "circle0") -> bool:
    """Whether the door knows nothing of somebody."""
    try:
        town.member(key, circle)
    except NotFound:
        return True
    return False


def test_everybody_of_the_team_whose_profession_fits_is_inside_for_the_structure(town: Town) -> None:
    seat(town, "practice", Role.NURSE)
    alice = town.member("alice")
    assert (alice.role, alice.via_id) == ("nurse", town.id("practice"))
    assert not outside(town, "bruno")
    assert outside(town, "secretary")
    assert outside(town, "alice", "circle1")
    assert FeedLine.objects.filter(kind=Kind.MEMBER_JOINED, subject=alice.pk, actor=town.member("gp").pk).count() == 1


def test_who_joins_the_team_is_in_every_circle_of_it_and_out_of_all_when_they_leave(town: Town) -> None:
    seat(town, "practice", Role.NURSE)
    seat(town, "practice", Role.NURSE, "circle1")
    join_team(person=town.person("newcomer"), structure=town.id("practice"))
    members = [town.member("newcomer", circle) for circle in ("circle0", "circle1")]
    assert leave_team(person=town.person("newcomer"), structure=town.id("practice"))
    assert outside(town, "newcomer")
    assert outside(town, "newcomer", "circle1")
    for member in members:
        assert FeedLine.objects.get(kind=Kind.MEMBER_LEFT, subject=member.pk).feed_id == member.circle_id
    assert not outside(town, "alice")


def test_the_end_of_the_structure_s_part_ends_all_who_rest_on_it_and_nobody_else(town: Town) -> None:
    practice = seat(town, "practice", Role.NURSE)
    admit_member(town.member("gp"), person=town.id("nadia"), admission=Admission(Role.NURSE))
    end_seat(town.member("nadia"), seat=practice.pk, reason="the practice hands over")
    assert outside(town, "alice")
    assert outside(town, "bruno")
    assert not outside(town, "nadia")
    join_team(person=town.person("newcomer"), structure=town.id("practice"))
    assert outside(town, "newcomer")


def test_the_right_runs_from_the_later_beginning_to_the_sooner_end(town: Town) -> None:
    now = clock.now()
    seat(town, "desk", Role.COORDINATOR, until=now + dt.timedelta(days=30))
    join_team(person=town.person("newcomer"), structure=town.id("desk"), until=now + dt.timedelta(days=3))
    join_team(person=town.person("outsider"), structure=town.id("desk"), since=now + dt.timedelta(days=2))
    newcomer = town.member("newcomer")
    assert newcomer.__dict__["until"] == now + dt.timedelta(days=3)
    assert town.member("nadia").__dict__["until"] == now + dt.timedelta(days=30)
    assert outside(town, "outsider")


def test_a_structure_s_term_in_the_past_and_a_family_role_are_refused(town: Town) -> None:
    for role, until, code in [
        (Role.NURSE, clock.now() - dt.timedelta(seconds=1), "circles.term_past"),
        (Role.RELATIVE, None, "circles.role_unfit"),
        (Role.PATIENT, None, "circles.role_unfit"),
    ]:
        with pytest.raises(CercleError) as refused:
            seat(town, "practice", role, until=until)
        assert refused.value.code == code
    assert not TeamSeat.objects.exists()


def test_a_structure_is_inside_once(town: Town) -> None:
    seat(town, "practice", Role.NURSE)
    with pytest.raises(CercleError) as refused:
        seat(town, "practice", Role.NURSE)
    assert refused.value.code == "circles.already_member"


def test_only_who_may_admit_lets_a_structure_in_or_puts_it_out(town: Town) -> None:
    practice = seat(town, "practice", Role.NURSE)
    for act in (
        lambda: seat_structure(town.member("daughter"), structure=town.id("desk"), admission=Admission(Role.COORDINATOR)),
        lambda: end_seat(town.member("daughter"), seat=practice.pk),
    ):
        with pytest.raises(CercleError) as refused:
            act()
        assert refused.value.status == 403
    end_seat(town.member("jeanne"), seat=practice.pk)
    assert outside(town, "alice")


def test_the_end_of_another_circle_s_structure_is_not_found(town: Town) -> None:
    practice = seat(town, "practice", Role.NURSE, "circle1")
    with pytest.raises(NotFound):
        end_seat(town.member("gp"), seat=practice.pk)


def test_who_was_put_out_stays_out_while_the_team_goes_on_and_until_they_join_it_anew(town: Town) -> None:
    seat(town, "practice", Role.NURSE)
    end_membership(town.member("gp"), member=town.member("bruno").pk)
    join_team(person=town.person("newcomer"), structure=town.id("practice"))
    confirm_profession(person=town.person("bruno"), profession="nurse", rpps="10001234567")
    assert outside(town, "bruno")
    leave_team(person=town.person("bruno"), structure=town.id("practice"))
    join_team(person=town.person("bruno"), structure=town.id("practice"))
    assert not outside(town, "bruno")


def test_whom_the_patient_has_opposed_no_team_brings_back(town: Town) -> None:
    seat(town, "practice", Role.NURSE)
    end_membership(town.member("jeanne"), member=town.member("bruno").pk)
    leave_team(person=town.person("bruno"), structure=town.id("practice"))
    join_team(person=town.person("bruno"), structure=town.id("practice"))
    join_team(person=town.person("bruno"), structure=town.id("desk"))
    seat(town, "desk", Role.COORDINATOR)
    assert outside(town, "bruno")
    assert not outside(town, "alice")


def test_whom_the_patient_put_out_with_the_structure_does_not_come_back_by_another(town: Town) -> None:
    practice = seat(town, "practice", Role.NURSE)
    end_seat(town.member("jeanne"), seat=practice.pk)
    seat(town, "practice", Role.NURSE)
    assert outside(town, "alice")
    assert outside(town, "bruno")


def test_a_personal_membership_keeps_its_role_and_outlives_the_team(town: Town) -> None:
    own = admit_member(town.member("gp"), person=town.id("alice"), admission=Admission(Role.RELATIVE))
    practice = seat(town, "practice", Role.NURSE)
    assert town.member("alice").pk == own.pk
    assert town.member("alice").role == "relative"
    end_seat(town.member("gp"), seat=practice.pk)
    assert town.member("alice").pk == own.pk


def test_the_team_holds_a_membership_beyond_its_personal_term_and_the_line_says_so(town: Town) -> None:
    term = clock.now() + dt.timedelta(days=1)
    own = admit_member(town.member("gp"), person=town.id("alice"), admission=Admission(Role.NURSE, until=term))
    practice = seat(town, "practice", Role.NURSE)
    assert town.member("alice").__dict__["until"] is None
    lines = FeedLine.objects.filter(subject=own.pk, kind=Kind.MEMBER_JOINED).order_by("care")
    assert [line.until for line in lines] == [term, None]
    end_seat(town.member("gp"), seat=practice.pk)
    assert [line.until for line in lines.all()] == [term, None, term]


def test_from_now_counts_from_each_one_s_own_arrival(town: Town) -> None:
    seat(town, "practice", Role.NURSE, history=History.FROM_NOW)
    first = town.member("alice").first
    join_team(person=town.person("newcomer"), structure=town.id("practice"))
    assert 1 < first < town.member("newcomer").first


def test_a_confirmation_withdrawn_ends_the_rights_that_rest_on_it_and_given_back_lets_the_team_s_in_again(town: Town) -> None:
    seat(town, "practice", Role.NURSE)
    admit_member(town.member("gp", "circle1"), person=town.id("alice"), admission=Admission(Role.NURSE))
    admit_member(town.member("gp", "circle1"), person=town.id("bruno"), admission=Admission(Role.HOME_HELP))
    for key in ("alice", "bruno"):
        withdraw_confirmation(person=town.person(key))
    assert outside(town, "alice")
    assert outside(town, "alice", "circle1")
    assert outside(town, "bruno")
    assert not outside(town, "bruno", "circle1")
    confirm_profession(person=town.person("alice"), profession="nurse")
    assert not outside(town, "alice")
    assert outside(town, "alice", "circle1")


def test_another_profession_ends_a_role_that_it_does_not_fit(town: Town) -> None:
    seat(town, "practice", Role.NURSE)
    confirm_profession(person=town.person("alice"), profession="midwife")
    assert outside(town, "alice")


def test_what_a_leaving_colleague_had_is_open_again_in_every_circle(town: Town) -> None:
    posts = []
    for circle in ("circle0", "circle1"):
        seat(town, "practice", Role.NURSE, circle)
        body = PostBody(text="Pansement", audience=Audience.CARE_TEAM, urgency=Urgency.URGENT)
        post, _new = write_post(town.member("gp", circle), key=uuid.uuid4(), body=body)
        take_alert(town.member("alice", circle), post=post.pk)
        posts.append(post.pk)
    leave_team(person=town.person("alice"), structure=town.id("practice"))
    assert not Post.objects.filter(pk__in=posts).exclude(alert_state="open", owner=None).exists()
    assert FeedLine.objects.filter(kind=Kind.ALERT_REOPENED, subject__in=posts).count() == 2


def test_a_coordinator_of_no_health_profession_stands_in_the_wider_team_without_the_patient_s_consent(town: Town) -> None:
    circle = town.member("gp").circle
    circle.coordination_consent = False
    circle.save(update_fields=["coordination_consent"])
    seat(town, "desk", Role.COORDINATOR)
    seat(town, "desk", Role.COORDINATOR, "circle1")
    assert {key: town.member(key).standing for key in ("nadia", "paul")} == {"nadia": "care_team", "paul": "wider_team"}
    assert town.member("paul", "circle1").standing == "care_team"
    with pytest.raises(CercleError) as refused:
        write_post(town.member("paul"), key=uuid.uuid4(), body=PostBody(text="x", audience=Audience.CARE_TEAM))
    assert refused.value.code == "circles.not_allowed.audience"


def test_with_the_consent_withdrawn_and_given_again_the_coordinator_begins_anew_where_they_stand(town: Town) -> None:
    seat(town, "desk", Role.COORDINATOR)
    care, nadia = town.member("paul"), town.member("nadia").pk
    assert care.standing == "care_team"
    for given, standing in ((False, "wider_team"), (True, "care_team")):
        before = town.member("paul").pk
        record_consent(town.member("gp"), scope=ConsentScope.COORDINATION, given=given, words=Words("paper"))
        now = town.member("paul")
        assert (now.standing, now.via_id, now.role) == (standing, town.id("desk"), "coordinator")
        assert FeedLine.objects.filter(kind=Kind.MEMBER_LEFT, subject=before).count() == 1
    assert town.member("nadia").pk == nadia
    leave_team(person=town.person("paul"), structure=town.id("desk"))
    assert outside(town, "paul")


def statements(town: Town) -> int:
    """Of one join and one leave."""
    with CaptureQueriesContext(connection) as asked:
        join_team(person=town.person("newcomer"), structure=town.id("desk"))
        leave_team(person=town.person("newcomer"), structure=town.id("desk"))
    return len(asked)


def test_a_change_costs_the_same_statements_in_one_circle_as_in_thirty(tmp_path: Path) -> None:
    town = load_town(tmp_path, 30)
    seat(town, "desk", Role.COORDINATOR)
    one = statements(town)
    for n in range(1, 30):
        seat(town, "desk", Role.COORDINATOR, f"circle{n}")
    assert statements(town) == one


def test_what_is_answered_of_a_team_is_what_is_described(town: Town) -> None:
    seat(town, "practice", Role.NURSE)
    browser, circle = Client(), f"/api/v1/circles/{town.id('circle0')}"
    browser.force_login(town.person("alice"))
    body = {"text": "Pansement refait.", "audience": "care_team", "urgency": "info"}
    post = browser.post(f"{circle}/posts", body, content_type="application/json", headers={"Idempotency-Key": str(uuid.uuid4())}).json()
    access = browser.get(f"{circle}/accesses").json()["items"][0]
    practice = {"id": str(town.id("practice")), "name": "Practice"}
    assert post["author"]["via"] == access["structure"] == practice
    described = browser.get("/api/v1/openapi.json").json()["components"]
    for name, answer in (("Post", post), ("Access", access)):
        schema = {"$ref": f"#/components/schemas/{name}", "components": described}
        assert [fault.message for fault in Draft202012Validator(schema).iter_errors(answer)] == []
