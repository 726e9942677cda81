"""An alert climbs its ladder: times, taking, stopping, falling asleep and waking, whoever is killed in between."""
import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from django.utils.timezone import now

from foundation.clock import rfc3339
from foundation.retries import Retries
from messaging.feed.services import OpenFeed
from notifications import climbing
from notifications.climbing import climb_due, reconsider
from notifications.enums import Phase
from notifications.models import ClimbStep, Delivery, Ladder, Notice, Preference
from people.accounts.models import Person
from people.circles.enums import CircleState
from people.circles.models import Membership
from people.circles.states import set_state
from people.contacts.enums import CalledBy
from people.contacts.services import give_number
from tests.circles.conftest import at, home
from tests.circles.home import Home
from tests.house.test_protocol import NAMED
from tests.notifications.climbs import SEVEN, Ward, waiting
from tests.sealing import site_vault

__all__ = ["at", "home", "site_vault"]
pytestmark = pytest.mark.django_db(databases=["default", "keys"])
CARE = {"nurse", "gp", "coordinator", "pharmacist"}


@pytest.fixture
def ward(home: Home, at: Callable[[str], None]) -> Ward:
    """Jeanne's circle at seven on a Monday; nobody has said any hours."""
    at(SEVEN)
    return Ward(home, at)


def test_a_ladder_of_0_5_10_minutes_holds_its_times(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"), (600, "coordinator"))
    post = ward.alert()
    ward.look()
    assert ward.steps(post) == ["told 0: nurse"]
    assert ward.told(post) == ["nurse"]
    for early in (1, 200, 299):
        assert ward.look(early) == 0
    ward.look(300)
    ward.look(599)
    assert ward.steps(post) == ["told 0: nurse", "told 1: gp"]
    ward.look(600)
    assert ward.steps(post)[2:] == ["told 2: coordinator"]
    assert ward.look(898) == 0
    ward.look(900)
    ward.look(1200)
    assert ward.steps(post)[3:] == ["told_again: coordinator gp nurse"]  # one step, that moves on
    assert ward.told(post) == sorted(["nurse", "gp", "coordinator"] * 3)
    seconds = [round((step.at - ward.started).total_seconds()) for step in ClimbStep.objects.order_by("pk")]
    assert [abs(one - due) <= 5 for one, due in zip(seconds, [0, 300, 600, 1200], strict=True)] == [True] * 4
    assert Notice.objects.filter(step__what="told_again").count() == 3
    assert Notice.objects.filter(subject=post, step=None).count() == 3  # those of the first repeat are forgotten in time


def test_a_process_that_was_dead_over_two_rungs_tells_both(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"), (600, "coordinator"))
    post = ward.alert()
    ward.look(700)
    assert ward.steps(post) == ["told 0: nurse", "told 1: gp", "told 2: coordinator"]
    assert ward.look(701) == 0


def test_without_a_ladder_those_addressed_come_first_then_everybody_who_takes_then_the_desk(ward: Ward) -> None:
    post = ward.alert("nurse", audience="wider_team", to=["gp"])
    for seconds in (0, 300, 600):
        ward.look(seconds)
    assert ward.steps(post) == ["told 0: gp", "told 1: coordinator home_help pharmacist", "told 2: coordinator"]


def test_without_addressees_the_care_team_is_told_and_never_the_author(ward: Ward) -> None:
    post = ward.alert("gp", audience="care_team")
    ward.look()
    assert ward.steps(post) == ["told 0: coordinator nurse pharmacist"]
    assert ward.told(ward.alert("gp", audience="care_team", urgency="todo")) == []


def test_taking_stops_it_at_once_and_the_owner_is_reminded(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"))
    post = ward.alert()
    ward.look()
    assert ward.act("nurse", post) == 200
    assert waiting(post) == 0
    assert ward.climb(post).phase == Phase.TAKEN
    assert ward.look(3500) == 0
    ward.look(3700)
    assert ward.steps(post) == ["told 0: nurse", "reminded: nurse"]
    assert ward.act("nurse", post, "completion") == 200
    assert ward.look(8000) == 0
    assert ward.climb(post).phase == Phase.OVER


def test_handed_back_it_starts_at_the_first_rung(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"))
    post = ward.alert()
    ward.look()
    ward.look(300)
    ward.act("gp", post)
    ward.at("2026-11-23T06:07:00+00:00")
    assert ward.act("gp", post, method="DELETE", reason="Je pars") == 200
    ward.look_at("07:08:00")
    ward.look_at("07:11:59")
    assert ward.steps(post) == ["told 0: nurse", "told 1: gp", "told 0: nurse"]
    ward.look_at("07:13:00")
    assert ward.steps(post)[3:] == ["told 1: gp"]


def test_whose_membership_ends_leaves_it_open_from_the_first_rung(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"))
    post = ward.alert()
    ward.look()
    ward.act("gp", post)
    assert ward.home.call("coordinator", "DELETE", f"/members/{ward.home.seat('gp')}")[0] == 204
    ward.look(60)
    assert ward.steps(post) == ["told 0: nurse", "told 0: nurse"]


def test_taken_before_anybody_heard_of_it_nobody_is_told(ward: Ward) -> None:
    post = ward.alert()
    ward.act("nurse", post)
    ward.look(1)
    assert ward.steps(post) == []
    assert ward.climb(post).phase == Phase.TAKEN


@pytest.mark.parametrize("state", [CircleState.DECEASED, CircleState.FROZEN, CircleState.CLOSED])
def test_a_death_a_freeze_and_an_end_stop_everything_in_their_transaction(ward: Ward, state: CircleState) -> None:
    post = ward.alert()
    ward.look()
    assert waiting(post) > 0
    set_state(ward.home.inside("coordinator"), state=state, reason="essai")
    assert waiting(post) == 0
    assert ward.climb(post).next_at is None
    assert ward.look(4000) == 0
    set_state(ward.home.inside("coordinator"), state=CircleState.ACTIVE, reason="essai")
    ward.look(4100)
    assert len(ward.steps(post)) == 2


def test_withdrawn_it_is_over(ward: Ward) -> None:
    post = ward.alert()
    ward.look()
    assert ward.act("relative", post, "retraction", reason="erreur") == 200
    assert (ward.climb(post).phase, waiting(post)) == (Phase.OVER, 0)


def test_with_nobody_on_duty_it_is_unanswered_and_wakes_with_the_first_who_comes(ward: Ward) -> None:
    for who in CARE:
        ward.works(who, "08:00-12:00")
    ward.works("gp", "07:30-12:00")
    post = ward.alert()
    ward.look()
    assert ward.steps(post) == ["unanswered"]
    unanswered = ClimbStep.objects.get()
    assert unanswered.until == dt.datetime.fromisoformat("2026-11-23T06:30:00+00:00")
    assert ward.shown("relative", post)["state"] == "unanswered"
    assert ward.told(post) == []
    for moment in ("07:06:00", "07:15:00", "07:29:00"):
        ward.look_at(moment)
    assert ward.steps(post) == ["unanswered"]
    ward.look_at("07:30:00")
    assert ward.steps(post) == ["unanswered", "resumed", "told 0: gp"]
    assert ward.shown("relative", post)["state"] == "open"


def test_a_rung_without_anybody_on_duty_gives_way_at_once(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"), (600, "coordinator"))
    ward.works("nurse", "08:00-12:00")
    post = ward.alert()
    ward.look()
    assert ward.steps(post) == ["told 1: gp"]
    ward.look(600)
    assert ward.steps(post)[1:] == ["told 2: coordinator"]


def test_a_rung_whose_devices_are_all_dead_gives_way_and_somebody_has_to_telephone(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"))
    ward.device("nurse", gone=True)
    post = ward.alert()
    ward.look()
    assert ward.steps(post) == ["unreached 0: nurse", "told 1: gp"]
    assert [item["kind"] for item in ward.home.items("relative")][-2:] == ["alert.unreached", "alert.escalated"]


def test_devices_that_turn_out_to_be_dead_are_noticed_when_the_alert_is_reconsidered(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"))
    device = ward.device("nurse")
    post = ward.alert()
    ward.look()
    device.gone_at = device.seen_at
    device.save()
    ward.at("2026-11-23T06:00:10+00:00")
    reconsider(post)
    assert climb_due() > 0
    assert ward.steps(post) == ["told 0: nurse", "unreached 0: nurse", "told 1: gp"]
    reconsider(post)
    climb_due()
    assert len(ward.steps(post)) == 3


def test_an_owner_whose_shift_ends_is_asked_and_ten_minutes_later_it_is_open(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"))
    ward.works("nurse", "06:00-07:30")
    post = ward.alert()
    ward.look()
    ward.act("nurse", post)
    ward.look_at("07:29:00")
    assert ward.steps(post) == ["told 0: nurse"]
    ward.look_at("07:30:00")
    assert ward.steps(post)[1:] == ["asked: nurse"]
    ward.look_at("07:39:59")
    assert ward.shown("relative", post)["state"] == "taken"
    ward.look_at("07:41:00")
    assert ward.shown("relative", post)["state"] == "open"
    assert ward.steps(post)[2:] == ["told 1: gp"]
    said = [step["step"] for step in ward.shown("relative", post)["steps"]]
    assert said == ["opened", "told", "taken", "asked", "reopened", "told"]


def test_the_post_shows_every_step_with_names(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"))
    post = ward.alert()
    ward.look()
    planned = ward.shown("relative", post)["steps"][-1]
    assert planned.keys() == NAMED["told"].keys()
    assert planned["next_at"] == rfc3339(ward.started + dt.timedelta(seconds=300))
    ward.act("nurse", post)
    steps = ward.shown("relative", post)["steps"]
    assert [step["step"] for step in steps] == ["opened", "told", "taken"]
    # She took it before anything left.
    assert steps[1]["members"] == [{"member": ward.home.seat("nurse"), "name": "Camille Nurse", "state": "dropped"}]


def test_of_two_workers_one_tells(ward: Ward) -> None:
    post = ward.alert()
    ward.look()
    ward.look()
    assert climb_due() == 0
    assert len(ward.steps(post)) == 1


def test_who_steers_sees_whom_to_telephone(ward: Ward) -> None:
    ward.ladder((0, "pharmacist"), (300, "gp"))
    ward.device("pharmacist", gone=True)
    give_number(Person.objects.get(pk=ward.home.people["pharmacist"]), phone="06 12 34 56 78", called_by=CalledBy.PROFESSIONALS)
    post = ward.alert()
    ward.look()
    page = ward.home.client("coordinator").get("/todo").content.decode()
    assert f'data-cercle-unreached="{post}"' in page
    assert "Camille Pharmacist" in page
    assert "tel:" in page
    assert str(post) not in ward.home.client("relative").get("/todo").content.decode()
    ward.act("gp", post)
    assert str(post) not in ward.home.client("coordinator").get("/todo").content.decode()


def test_a_climb_that_can_t_be_moved_keeps_its_time_and_no_other_one_waiting(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = ward.alert(), ward.alert()
    moves, again = climbing._move, Retries[UUID](longest_s=10.0)

    def failing(feed: OpenFeed, pk: UUID, now: dt.datetime) -> bool:
        if pk == ward.climb(bad).pk:
            raise RuntimeError
        return moves(feed, pk, now)

    monkeypatch.setattr("notifications.climbing._again", again)
    monkeypatch.setattr("notifications.climbing._move", failing)
    assert ward.look() > 0
    assert (ward.steps(bad), len(ward.steps(good))) == ([], 1)
    assert ward.climb(bad).next_at == ward.climb(bad).started_at
    assert again.resting() == [ward.climb(bad).pk]


def test_a_ladder_that_means_nobody_gives_way_to_the_built_in_one(ward: Ward) -> None:
    ward.ladder((0, "physiotherapist"), (300, "physiotherapist"))
    post = ward.alert("gp", audience="care_team")
    ward.look()
    assert ward.steps(post) == ["told 0: coordinator nurse pharmacist"]


def test_a_level_that_has_lost_its_people_moves_no_other_one(ward: Ward) -> None:
    ward.ladder((0, "pharmacist"), (300, "gp"), (600, "nurse"))
    post = ward.alert()
    ward.look()
    assert ward.home.call("coordinator", "DELETE", f"/members/{ward.home.seat('pharmacist')}")[0] == 204
    ward.look(300)
    assert ward.steps(post)[1:] == ["told 1: gp"]


def test_a_ladder_changed_on_the_way_neither_skips_nor_doubles(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"), (600, "coordinator"))
    post = ward.alert()
    ward.look()
    ward.look(300)
    Ladder.objects.all().delete()
    ward.ladder((0, "nurse"), (120, "pharmacist"), (300, "gp"), (600, "coordinator"))
    ward.look(600)
    assert ward.steps(post)[2:] == ["told 3: coordinator"]
    assert ward.told(post) == ["coordinator", "gp", "nurse"]


def test_a_named_member_who_was_admitted_anew_is_still_meant(ward: Ward) -> None:
    ward.ladder((0, "gp"), (300, "nurse"))
    ended = Membership.objects.get(pk=ward.home.seat("nurse"))
    anew = Membership.objects.get(pk=ward.home.seat("gp"))
    Ladder.objects.get().rungs.filter(place=0).update(role="", member=ended)
    Membership.objects.filter(pk=ended.pk).update(ended_at=ward.started)
    Membership.objects.filter(pk=anew.pk).update(person=ended.person)  # the nurse is inside by another membership
    post = ward.alert()
    ward.look()
    assert [step.members for step in ClimbStep.objects.filter(climb__subject=post)] == [[str(anew.pk)]]


def test_whom_no_way_leads_to_gives_way_and_somebody_has_to_telephone(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"), (600, "coordinator"))
    Person.objects.filter(pk=ward.home.people["nurse"]).update(email=None)
    post = ward.alert()
    ward.look()
    assert ward.steps(post) == ["unreached 0: nurse", "told 1: gp"]
    assert ward.told(post, "unreached") == ["coordinator"]


def test_devices_alone_without_a_device_are_no_way_so_the_usual_ones_hold(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"))
    Preference.objects.create(person_id=ward.home.people["nurse"], choices={"news": {"urgent": {"by": ["push"]}}})
    post = ward.alert()
    ward.look()
    assert ward.steps(post) == ["told 0: nurse"]
    assert list(Delivery.objects.filter(notice__subject=post).values_list("channel", flat=True)) == ["email"]


def test_letters_that_wait_for_a_device_leave_when_it_dies_and_are_not_doubled(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"))
    device = ward.device("nurse")
    post = ward.alert()
    ward.look()
    letters = Delivery.objects.filter(notice__subject=post, notice__person=UUID(ward.home.people["nurse"]), channel="email")
    assert letters.get().due_at > now()
    device.gone_at = device.seen_at
    device.save()
    reconsider(post)
    climb_due()
    assert ward.steps(post) == ["told 0: nurse", "unreached 0: nurse", "told 1: gp"]
    assert letters.get().due_at <= now()


def test_when_the_owner_is_looked_after_next_is_for_nobody_to_read(ward: Ward) -> None:
    ward.works("nurse", "06:00-07:30")
    post = ward.alert()
    ward.look()
    assert "next_at" in ward.shown("relative", post)["steps"][-1]
    ward.act("nurse", post)
    ward.look(1)
    assert ward.climb(post).next_at is not None
    assert "next_at" not in str(ward.shown("relative", post))


def test_taken_before_anybody_heard_of_it_the_end_of_the_shift_is_still_noticed(ward: Ward) -> None:
    ward.works("nurse", "06:00-07:30")
    post = ward.alert()
    ward.act("nurse", post)
    ward.look(1)
    ward.look_at("07:30:00")
    assert ward.steps(post) == ["asked: nurse"]


def test_an_owner_who_was_asked_answers_that_they_keep_it(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"))
    ward.works("nurse", "06:00-07:30")
    post = ward.alert()
    ward.look()
    assert [ward.act("nurse", post), ward.act("nurse", post)] == [200, 200]
    ward.look_at("07:30:00")
    assert [ward.act("nurse", post), ward.act("nurse", post)] == [200, 200]
    said = [step["step"] for step in ward.shown("relative", post)["steps"]]
    assert said == ["opened", "told", "taken", "asked", "taken"]
    ward.look_at("07:45:00")
    alert = ward.shown("relative", post)
    assert (alert["state"], alert["owner"]["member"]) == ("taken", ward.home.seat("nurse"))


def test_who_was_asked_and_has_been_back_is_asked_anew(ward: Ward) -> None:
    ward.ladder((0, "nurse"))
    ward.works("nurse", "06:00-07:30", "07:35-07:50")
    post = ward.alert()
    ward.look()
    ward.act("nurse", post)
    for moment in ("07:30:00", "07:40:00", "07:50:00", "07:59:00"):
        ward.look_at(moment)
    assert ward.steps(post)[1:] == ["asked: nurse", "asked: nurse"]
    assert ward.shown("relative", post)["state"] == "taken"
    ward.look_at("08:00:10")
    assert ward.shown("relative", post)["state"] in {"open", "unanswered"}


def test_whom_to_telephone_is_forgotten_with_the_ascent(ward: Ward) -> None:
    ward.ladder((0, "pharmacist"), (300, "gp"))
    device = ward.device("pharmacist", gone=True)
    post = ward.alert()
    ward.look()
    assert f'data-cercle-unreached="{post}"' in ward.home.client("coordinator").get("/todo").content.decode()
    device.gone_at = None
    device.save()
    ward.act("gp", post)
    assert ward.act("gp", post, method="DELETE", reason="Je pars") == 200
    assert f'data-cercle-unreached="{post}"' not in ward.home.client("coordinator").get("/todo").content.decode()
