"""Hospital staff join for a stay: only of their unit, only while it lets them in, and everybody in the thread sees it."""
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from foundation import clock
from hospital.stays.enums import StayClass, StayState
from hospital.stays.models import Hospital
from journal.protocol import PostBody
from journal.services import write_post
from messaging.feed.models import FeedLine
from people.accounts.models import Affiliation
from people.accounts.services import confirm_profession, disable_account, withdraw_confirmation
from people.accounts.teams import leave_team, leave_unit
from people.audit.models import TrailLine
from people.circles.access import Refused
from people.circles.enums import Role
from people.circles.models import Grant, Membership
from people.circles.services import Admission, admit_member, end_membership, oppose_member
from people.circles.spoken import Words
from tests.house.test_protocol import NAMED, shape
from tests.stays.ward import HOUR, Ward

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
Later = Callable[[Any], None]


def joined(ward: Ward, key: str, stay: Any) -> int:
    """The status of joining."""
    return ward.call(key, "POST", f"stays/{stay.pk}/join")[0]


@pytest.mark.parametrize(("hours", "status"), [(23, 201), (25, 404)])
def test_a_consultation_lets_in_for_a_day(ward: Ward, hours: int, status: int) -> None:
    stay = ward.stay(stay_class=StayClass.OUTPATIENT, admitted_at=clock.now() - hours * HOUR)
    assert joined(ward, "alice", stay) == status


def test_a_nurse_of_the_unit_joins_once_and_everybody_sees_by_which_hospital(ward: Ward) -> None:
    stay = ward.stay()
    status, listed = ward.call("alice", "GET", f"units/{ward.ids['cardio']}/patients")
    assert status == 200
    (item,) = listed["items"]
    assert (item["id"], item["patient"]["name"], item["joined"]) == (str(stay.pk), "DURAND Jeanne", None)
    assert (item["stay"]["state"], item["stay"]["unit"]["code"], item["stay"]["until"]) == ("in_hospital", "4420", None)

    status, told = ward.call("alice", "POST", f"stays/{stay.pk}/join")
    assert (status, told["role"], told["until"], told["stay"]) == (201, "hospital_staff", None, str(stay.pk))
    again, same = ward.call("alice", "POST", f"stays/{stay.pk}/join")
    assert (again, same) == (200, told)

    _status, circle = ward.call("jeanne", "GET", f"circles/{ward.ids['circle']}")
    alice = next(member for member in circle["members"] if member["id"] == told["member"])
    assert (alice["person"]["name"], alice["role"], alice["via"]["name"]) == ("Alice Martin", "hospital_staff", "CH de Dax")
    line = FeedLine.objects.get(subject=told["member"])
    assert (line.kind, str(line.actor), len(line.seen_by)) == ("member.joined", told["member"], 4)
    trail = TrailLine.objects.get(circle=ward.id("circle"), what="member.joined", about=told["member"])
    assert (trail.person, trail.right, trail.structure) == (ward.id("alice"), "stay", ward.id("chd"))
    item = ward.call("alice", "GET", f"units/{ward.ids['cardio']}/patients")[1]["items"][0]
    assert (shape(item), shape(told)) == (shape(NAMED["unit_patient"]), shape(NAMED["stay_joined"]))
    assert item["joined"] == {"circle": ward.ids["circle"], "member": told["member"], "until": None}
    member = ward.member("alice")
    assert member is not None
    write_post(member, key=uuid4(), body=PostBody.model_validate({"text": "Bien arrivée.", "audience": "circle", "urgency": "info"}))


def test_whoever_is_not_of_the_unit_finds_nothing(ward: Ward) -> None:
    stay = ward.stay()
    for key in ("bruno", "outsider", "gp", "jeanne"):
        assert joined(ward, key, stay) == 404
        assert ward.call(key, "GET", f"units/{ward.ids['cardio']}/patients")[0] == 404
    assert ward.call("alice", "POST", f"stays/{uuid4()}/join") == ward.call("bruno", "POST", f"stays/{stay.pk}/join")
    assert not Membership.objects.filter(role="hospital_staff").exists()


def test_accounts_of_a_ward_and_unconfirmed_professions_are_refused(ward: Ward) -> None:
    stay = ward.stay()
    for key, code in (("ward", "hospital.shared_account"), ("declared", "hospital.unconfirmed")):
        for method, path in (("POST", f"stays/{stay.pk}/join"), ("GET", f"units/{ward.ids['cardio']}/patients")):
            status, answer = ward.call(key, method, path)
            assert (status, answer["code"]) == (403, code)
    confirm_profession(person=ward.person("declared"), profession="nurse")
    assert joined(ward, "declared", stay) == 201


def test_a_member_in_another_role_keeps_it(ward: Ward) -> None:
    gp = ward.member("gp")
    assert gp is not None
    admit_member(gp, person=ward.id("alice"), admission=Admission(Role.NURSE))
    status, answer = ward.call("alice", "POST", f"stays/{ward.stay().pk}/join")
    assert (status, answer["code"]) == (409, "circles.already_member")


def test_whom_the_patient_has_opposed_does_not_come_back_by_a_stay(ward: Ward) -> None:
    stay = ward.stay()
    assert joined(ward, "alice", stay) == 201
    jeanne, alice = ward.member("jeanne"), ward.member("alice")
    assert jeanne is not None
    assert alice is not None
    oppose_member(jeanne, member=alice.pk, words=Words("screen", "Non."))
    assert ward.member("alice") is None
    status, answer = ward.call("alice", "POST", f"stays/{stay.pk}/join")
    assert (status, answer["code"]) == (409, "circles.opposed")
    ward.move(stay, state=StayState.ENDED, discharged_at=clock.now())
    ward.move(stay, state=StayState.IN_HOSPITAL, discharged_at=None)
    assert ward.member("alice") is None


@pytest.mark.parametrize("way", ["leave", "unit", "disable", "withdraw"])
def test_who_falls_off_the_list_or_is_no_professional_any_more_is_out_at_once(ward: Ward, way: str) -> None:
    stays = [ward.stay(), ward.stay(circle="other")]
    assert [joined(ward, "alice", stay) for stay in stays] == [201, 201]
    assert ward.member("alice")
    assert ward.member("alice", "other")
    if way == "leave":
        assert leave_team(person=ward.person("alice"), structure=ward.id("chd"))
    elif way == "unit":
        assert leave_unit(person=ward.person("alice"), unit=ward.unit("cardio"))
    elif way == "disable":
        disable_account(person=ward.person("alice"))
    else:
        withdraw_confirmation(person=ward.person("alice"))
    assert not Grant.objects.filter(membership__person=ward.id("alice"), ended_at=None).exists()
    assert FeedLine.objects.filter(kind="member.left").count() == 2
    assert ward.member("alice") is None
    assert ward.member("alice", "other") is None


def test_a_place_on_the_list_with_a_term_ends_the_right_with_it(ward: Ward, later: Later) -> None:
    ends = clock.now() + 5 * HOUR
    Affiliation.objects.filter(person=ward.id("alice"), unit=ward.id("cardio")).update(until=ends)
    stay = ward.stay()
    status, told = ward.call("alice", "POST", f"stays/{stay.pk}/join")
    assert status == 201
    assert told["until"] is not None
    later(4.9 * HOUR)
    assert ward.member("alice")
    later(5.1 * HOUR)
    assert ward.member("alice") is None
    assert joined(ward, "alice", stay) == 404


def test_the_hospital_s_own_grace_counts_and_never_more_than_72_hours(ward: Ward, later: Later) -> None:
    stay = ward.stay()
    assert joined(ward, "alice", stay) == 201
    for grace, held in ((2, 2), (500, 72)):
        Hospital.objects.update_or_create(structure_id=ward.id("chd"), defaults={"grace_h": grace})
        ward.move(stay, state=StayState.ENDED, discharged_at=clock.now())
        member = ward.member("alice")
        assert member is not None
        assert abs(member.__dict__["until"] - clock.now() - held * HOUR) < HOUR


def test_two_stays_at_once_are_two_intervals_of_one_membership(ward: Ward, later: Later) -> None:
    cardio, geria = ward.stay(), ward.stay("geria")
    _status, one = ward.call("both", "POST", f"stays/{cardio.pk}/join")
    _status, two = ward.call("both", "POST", f"stays/{geria.pk}/join")
    assert one["member"] == two["member"]
    ward.move(cardio, state=StayState.ENDED, discharged_at=clock.now() - 100 * HOUR)
    assert ward.member("both"), "the other stay holds it"
    assert joined(ward, "both", cardio) == 404
    ward.move(geria, state=StayState.ENDED, discharged_at=clock.now())
    later(71 * HOUR)
    assert ward.member("both")
    ward.move(geria, state=StayState.CANCELLED)
    assert ward.member("both") is None
    assert FeedLine.objects.filter(subject=one["member"], kind="member.left").count() == 1


def test_a_stay_is_neither_handed_on_nor_the_care_team_s_last_member(ward: Ward) -> None:
    assert joined(ward, "alice", ward.stay()) == 201
    status, answer = ward.call("alice", "POST", "delegations", to=ward.ids["bruno"], until=(clock.now() + 5 * HOUR).isoformat())
    assert (status, answer["code"]) == (422, "circles.nothing_to_hand_over")
    nadia, gp = ward.member("nadia"), ward.member("gp")
    assert nadia
    assert gp
    end_membership(nadia, member=nadia.pk)
    with pytest.raises(Refused):
        end_membership(gp, member=gp.pk)
