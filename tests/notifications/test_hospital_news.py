"""What hospitals tell: a ladder of its own, those who wish to hear of it, nobody where it is old, and never before what people ask."""
import datetime as dt
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from foundation import clock
from journal.enums import Urgency
from messaging.feed.enums import Kind, Standing
from messaging.feed.services import opened
from notifications.climbing import climb_due
from notifications.deciding import still_wanted
from notifications.digests import is_something_new
from notifications.enums import Channel, Lane, News
from notifications.hearing import Ear
from notifications.models import Climb, Delivery, Notice, Preference
from people.accounts.models import Administrator, Person, Structure
from people.circles.enums import History, Role
from people.circles.models import Circle
from people.circles.services import Admission
from people.circles.teams import seat_structure
from tests.circles.conftest import at, home
from tests.circles.home import Home
from tests.notifications.climbs import SEVEN, Ward
from tests.notifications.telling import wanted_now
from tests.portal.hospital import CARE, Telling
from tests.sealing import site_vault

__all__ = ["at", "home", "site_vault"]
pytestmark = pytest.mark.django_db(databases=["default", "keys"])
HOUR = 3600


@pytest.fixture
def ward(home: Home, at: Callable[[str], None]) -> Ward:
    """Jeanne's circle at seven on a Monday; everybody has a device."""
    at(SEVEN)
    ward = Ward(home, at)
    for who in ("nurse", "gp", "pharmacist", "coordinator", "home_help", "relative"):
        ward.device(who)
    return ward


@pytest.fixture
def hospital(ward: Ward) -> Telling:
    """A hospital that tells this circle."""
    return Telling.of(ward.home.circle)


def _urgent(ward: Ward, hospital: Telling) -> UUID:
    post = hospital.tell(urgency=Urgency.URGENT)
    ward.started = clock.now()
    return post


def test_a_discharge_climbs_the_hospital_s_ladder(ward: Ward, hospital: Telling) -> None:
    """The nurse at once, the physician after an hour, the coordination after two, then everybody every hour."""
    post = _urgent(ward, hospital)
    for seconds in (1, HOUR + 1, 2 * HOUR + 1, 2 * HOUR + 600, 3 * HOUR + 1):
        ward.look(seconds)
    assert ward.steps(post) == ["told 0: nurse", "told 1: gp", "told 2: coordinator", "told_again: coordinator gp nurse"]
    assert ward.told(post, News.HOSPITAL_ALERT)[:1] == ["coordinator"]
    assert not ward.told(post, News.URGENT)


def test_whoever_wishes_to_hear_of_hospitals_is_told_at_once(ward: Ward, hospital: Telling) -> None:
    """By default physician, nurse, pharmacist, coordinator; who is told by the ladder at that moment is told once."""
    post = _urgent(ward, hospital)
    ward.look(1)
    assert (ward.told(post, News.HOSPITAL_ALERT), ward.told(post, News.HOSPITAL)) == (["nurse"], ["coordinator", "gp", "pharmacist"])
    moved = hospital.tell(readers=CARE)
    Preference.objects.create(person_id=ward.home.people["pharmacist"], choices={"news": {"hospital_event": {"by": []}}})
    Preference.objects.create(person_id=ward.home.people["relative"], choices={"news": {"hospital_event": {"by": ["push"]}}})
    ward.look(2)
    assert ward.told(moved, News.HOSPITAL) == ["coordinator", "gp", "nurse"]
    admitted = hospital.tell()
    ward.look(3)
    assert ward.told(admitted, News.HOSPITAL) == ["coordinator", "gp", "nurse", "relative"]


def test_taken_it_stops_and_is_reminded_of_like_any_other(ward: Ward, hospital: Telling) -> None:
    """And what the hospital takes back is over."""
    post = _urgent(ward, hospital)
    ward.look(1)
    assert ward.act("gp", post) == 200
    ward.look(2 * HOUR)
    assert ward.steps(post) == ["told 0: nurse", "reminded: gp"]
    other = _urgent(ward, hospital)
    ward.look(1)
    hospital.withdraw(other)
    ward.look(2 * HOUR)
    assert ward.steps(other) == ["told 0: nurse"]
    assert ward.climb(other).phase == "over"


def test_what_is_old_tells_nobody(ward: Ward, hospital: Telling) -> None:
    """No climb, no notice, no digest."""
    before = clock.now()
    post = hospital.tell(urgency=Urgency.URGENT, quiet=True)
    ward.look(1)
    assert not Notice.objects.filter(subject=post).exists()
    assert not Climb.objects.exists()
    assert not is_something_new(UUID(ward.home.people["nurse"]), before, clock.now())


def test_a_circle_has_a_ladder_for_each_kind(ward: Ward, hospital: Telling) -> None:
    """Set, read and removed each by itself; a structure brings one of each kind along."""
    rungs = [{"after_s": 0, "role": "pharmacist"}]
    status, told = ward.home.call("nurse", "PUT", "/ladder", kind="hospital", rungs=rungs)
    assert (status, told) == (200, {"kind": "hospital", "of": "circle", "structure": None, "rungs": rungs})
    assert ward.home.call("relative", "GET", "/ladder?kind=hospital")[1] == told
    assert ward.home.call("relative", "GET", "/ladder")[1]["of"] == "default"
    assert ward.home.items("nurse")[-1]["hospital_ladder"] == told
    post = _urgent(ward, hospital)
    ward.look(1)
    assert ward.steps(post) == ["told 0: pharmacist"]
    note = ward.alert()
    ward.look(1)
    assert ward.steps(note) == ["told 0: coordinator gp nurse pharmacist"]
    assert ward.home.call("nurse", "PUT", "/ladder", kind="hospital", rungs=[])[1]["of"] == "default"
    assert ward.home.said("nurse", "PUT", "/ladder", kind="other", rungs=[]) == (422, "http.invalid")


def test_a_structure_brings_its_hospital_ladder(ward: Ward, hospital: Telling) -> None:
    """For circles that have none of their own."""
    home, desk = ward.home, Structure.objects.create(name="Coordination 40", kind="coordination")
    Administrator.objects.create(structure=desk, person=Person.objects.get(pk=home.people["coordinator"]), since=clock.now())
    path, body = f"/api/v1/structures/{desk.pk}/ladder", {"kind": "hospital", "rungs": [{"after_s": 0, "role": "gp"}]}
    assert home.client("coordinator").put(path, body, content_type="application/json").json()["of"] == "structure"
    seat_structure(home.inside("coordinator"), structure=desk.pk, admission=Admission(Role.COORDINATOR, History.ALL))
    post = _urgent(ward, hospital)
    ward.look(1)
    assert ward.steps(post) == ["told 0: gp"]


def test_a_death_silences_what_would_be_told_to_the_family(ward: Ward, hospital: Telling) -> None:
    """What waits does not leave, digests neither; taken back, both do again."""
    before = clock.now()
    Preference.objects.create(person_id=ward.home.people["relative"], choices={"news": {"post": {"by": ["push"]}}})
    ward.home.client("nurse").post(
        f"/api/v1/circles/{ward.home.circle}/posts", {"text": "Vu.", "audience": "circle", "urgency": "info"},
        content_type="application/json", headers={"idempotency-key": str(uuid4())},
    )  # fmt: skip
    ward.look(1)
    daughter = UUID(ward.home.people["relative"])
    assert ("relative" in wanted_now(), is_something_new(daughter, before, clock.now())) == (True, True)
    Circle.objects.filter(pk=ward.home.circle).update(family_silent_since=clock.now())
    assert ("relative" in wanted_now(), is_something_new(daughter, before, clock.now())) == (False, False)
    assert is_something_new(UUID(ward.home.people["gp"]), before, clock.now())


def test_a_broken_glass_is_told_to_patient_and_coordinators_at_once(ward: Ward) -> None:
    """By push and e-mail, whatever the hour and whatever they wish, in a frozen circle too; to nobody else."""
    ward.works("coordinator")
    ward.device("patient")
    with transaction.atomic(), opened(ward.home.circle) as feed:
        feed.append(Kind.GLASS_BROKEN, frozenset({Standing.PATIENT}), uuid4(), actor=UUID(ward.home.seat("gp")))
    ward.look(1)
    told = Delivery.objects.filter(notice__news=News.GLASS, due_at__lte=timezone.now() + dt.timedelta(seconds=1))
    keys = {pk: key for key, pk in ward.home.people.items()}
    assert sorted((keys[str(one.notice.person_id)], one.channel) for one in told.select_related("notice")) == [
        ("coordinator", Channel.EMAIL), ("coordinator", Channel.PUSH), ("patient", Channel.EMAIL), ("patient", Channel.PUSH),
    ]  # fmt: skip
    ward.home.call("coordinator", "PUT", "/state", state="frozen", reason="essai")
    assert {one.channel for one in told if still_wanted(one)} == {Channel.PUSH, Channel.EMAIL}


def test_five_hundred_events_stand_before_no_urgent_message(ward: Ward, hospital: Telling) -> None:
    """Whatever hospitals tell, what somebody asks is heard, climbs and leaves before it."""
    circle = Circle.objects.select_related("patient").get(pk=ward.home.circle)
    for _ in range(500):
        hospital.tell_in(circle, urgency=Urgency.URGENT, readers=CARE)
    asked = ward.alert(audience="care_team", who="nurse")
    behind: list[int] = []

    def between() -> None:
        climb_due()
        behind.append(Climb.objects.filter(hospital=True).count())

    ward.at((ward.started + dt.timedelta(seconds=1)).isoformat())
    Ear().hear(between=between)
    assert behind == [0]
    assert ward.steps(asked)
    assert set(Delivery.objects.filter(lane=Lane.URGENT).values_list("notice__subject", flat=True)) == {asked}
    for _ in range(2):
        Ear().hear()
    late = ward.alert(audience="care_team", who="nurse")
    ward.at((ward.started + dt.timedelta(seconds=2)).isoformat())
    Ear().hear(between=climb_due)
    assert ward.steps(late)
    assert Climb.objects.filter(hospital=True, told_s=-1).exists()
    assert not Delivery.objects.filter(lane=Lane.URGENT).exclude(notice__subject__in=[asked, late]).exists()
