"""What of a stay is told to whom: discreet units, protected stays, relatives who are to hear nothing, old news, corrections, death."""
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from foundation import clock
from hospital.stays.enums import Action, Discretion, Event, StayClass, StayState
from hospital.stays.models import DiscreetUnit, Hospital, HospitalIdentifier, Stay
from journal.models import Post
from people.circles.enums import Cause
from people.circles.erasure import erase
from people.circles.models import Circle
from tests.stays.speaking import Feed, moment

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
OTHERS = ("help", "patient", "daughter")


def test_a_protected_stay_is_for_the_care_team_and_leaves_no_trace_for_the_others(feed: Feed) -> None:
    before = {who: feed.call(who, "GET", f"circles/{feed.circle()}")[1]["head"] for who in OTHERS}
    feed.say(Event.ADMITTED, moment(3), protected=True)
    feed.say(Event.DISCHARGED, moment(1))
    assert feed.whats("nurse") == ["admitted", "discharged"]
    assert all(feed.posts(who) == [] for who in OTHERS)
    assert before == {who: feed.call(who, "GET", f"circles/{feed.circle()}")[1]["head"] for who in OTHERS}


def test_units_on_the_list_are_for_the_care_team_or_for_nobody(feed: Feed) -> None:
    DiscreetUnit.objects.create(unit=feed.unit("9100"))
    feed.say(Event.ADMITTED, moment(9), unit="9100", stay="V1")
    assert feed.whats("nurse") == ["admitted"]
    assert all(feed.posts(who) == [] for who in OTHERS)
    Hospital.objects.create(structure_id=feed.hospital, discretion=Discretion.NOBODY)
    feed.say(Event.ADMITTED, moment(3), unit="9100", stay="V2")
    assert feed.whats("nurse") == ["admitted"]
    assert Stay.objects.filter(state=StayState.IN_HOSPITAL).count() == 2


def test_a_discharge_without_a_unit_is_as_discreet_as_where_the_patient_was(feed: Feed) -> None:
    DiscreetUnit.objects.create(unit=feed.unit("9100"))
    at = moment(9)
    feed.say(Event.DISCHARGED, moment(1), unit="")  # nobody knows yet of which unit
    assert feed.whats("daughter") == ["home"]
    feed.say(Event.ADMITTED, at, unit="9100")
    assert feed.whats("daughter") == []
    assert sorted(feed.whats("nurse")) == ["admitted", "discharged"]


@pytest.mark.parametrize(("discretion", "unit"), [(Discretion.CARE_TEAM, "Psychiatrie"), (Discretion.NOBODY, None)])
def test_who_was_told_of_a_stay_hears_that_it_is_over_wherever_it_ended(feed: Feed, discretion: Discretion, unit: str | None) -> None:
    DiscreetUnit.objects.create(unit=feed.unit("9100"))
    Hospital.objects.create(structure_id=feed.hospital, discretion=discretion)
    feed.say(Event.ADMITTED, moment(9))
    feed.say(Event.TRANSFERRED, moment(5), unit="9100", facts={"nature": "M"})
    assert where(feed, "daughter") == ("", "")
    feed.say(Event.DISCHARGED, moment(1), unit="9100")
    assert [feed.whats(who) for who in OTHERS] == [["in_hospital", "home"]] * 3
    assert [where(feed, who) for who in ("nurse", *OTHERS)] == [None] * 4
    told = feed.live("nurse")[-1]
    assert (told["what"], (told["unit"] or {}).get("name")) == ("discharged", unit)


@pytest.mark.parametrize("mark", ["protected", "relatives_untold"])
def test_but_nobody_who_is_to_be_spared_since(feed: Feed, mark: str) -> None:
    DiscreetUnit.objects.create(unit=feed.unit("9100"))
    feed.say(Event.ADMITTED, moment(9))
    marks: dict[str, Any] = {mark: True}
    feed.say(Event.TRANSFERRED, moment(5), unit="9100", facts={"nature": "M"}, **marks)
    feed.say(Event.DISCHARGED, moment(1), unit="9100")
    assert feed.whats("daughter") == []  # the first card was taken back


def test_somebody_marked_not_to_be_told_silences_the_relatives(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(2), relatives_untold=True)
    feed.say(Event.DISCHARGED, moment(1))
    assert feed.posts("daughter") == []
    assert feed.whats("patient") == feed.whats("help") == ["in_hospital", "home"]


@pytest.mark.parametrize(
    ("facts", "what"), [({}, "home"), ({"mode": "8"}, "home"), ({"mode": "7"}, "left"), ({"mode": "8", "destination": "7"}, "left")]
)
def test_home_is_said_only_where_the_hospital_says_so(feed: Feed, facts: dict[str, str], what: str) -> None:
    feed.say(Event.DISCHARGED, moment(1), facts=facts)
    assert feed.whats("daughter") == [what]
    assert feed.live("nurse")[0]["home"] is (what == "home")


def test_what_is_owned_like_an_urgent_post(feed: Feed) -> None:
    feed.say(Event.PLANNED, moment(9))
    feed.say(Event.ADMITTED, moment(8), planned=True)
    feed.say(Event.TRANSFERRED, moment(7), unit="4430", facts={"nature": "HMS"})
    feed.say(Event.DISCHARGED, moment(6))
    feed.say(Event.EMERGENCY, moment(5), stay="V2", stay_class=StayClass.EMERGENCY)
    feed.say(Event.ADMITTED, moment(4), stay="V2", planned=False)
    assert [event["urgency"] for event in feed.live("nurse")] == ["info", "info", "info", "urgent", "urgent", "urgent"]
    assert {event["urgency"] for event in feed.live("patient")} == {"info"}
    assert feed.whats("patient") == ["in_hospital", "home", "in_hospital", "in_hospital"]


@pytest.mark.parametrize(("announced", "planned", "urgency"), [
    (False, None, "urgent"), (True, None, "info"), (False, True, "info"), (True, False, "urgent"),
])  # fmt: skip
def test_an_admission_that_nobody_announced_is_owned(feed: Feed, announced: bool, planned: bool | None, urgency: str) -> None:
    if announced:
        feed.say(Event.PLANNED, moment(2))
    feed.say(Event.ADMITTED, moment(1), planned=planned)
    assert feed.live("nurse")[-1]["urgency"] == urgency


def test_an_announcement_that_was_taken_back_or_comes_late_announces_nothing(feed: Feed) -> None:
    at = moment(9)
    feed.say(Event.PLANNED, at)
    feed.say(Event.PLANNED, at, action=Action.CANCEL)
    feed.say(Event.ADMITTED, moment(3))
    feed.say(Event.PLANNED, moment(4), movement="late")
    assert [event["urgency"] for event in feed.live("nurse") if event["what"] == "admitted"] == ["urgent"]


def test_beds_tariffs_leaves_and_consultations_are_told_only_where_that_is_set(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(9))
    feed.say(Event.TRANSFERRED, moment(8), facts={"nature": "L"})
    feed.say(Event.LEFT, moment(7))
    feed.say(Event.RETURNED, moment(6))
    feed.say(Event.REGISTERED, moment(5), stay="V2", stay_class=StayClass.OUTPATIENT)
    assert feed.whats("nurse") == ["admitted"]
    Hospital.objects.create(structure_id=feed.hospital, leaves=True, outpatients=True)
    feed.say(Event.LEFT, moment(4))
    feed.say(Event.REGISTERED, moment(3), stay="V3", stay_class=StayClass.OUTPATIENT)
    assert sorted(feed.whats("nurse")) == ["admitted", "left", "left", "registered", "returned"]


def test_old_and_historic_news_are_quiet_and_urge_nobody(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(48), planned=False)
    feed.say(Event.DISCHARGED, moment(1), historic=True)
    assert list(Post.objects.order_by("care_seq").values_list("quiet", "urgency")) == [(True, "info")] * 2
    assert [(event["historic"], event["at"] < event["known_at"]) for event in feed.live("nurse")] == [(False, True), (True, True)]


def test_a_cancel_is_told_to_those_who_were_told(feed: Feed) -> None:
    at = moment(1)
    feed.say(Event.ADMITTED, at, planned=False)
    feed.say(Event.ADMITTED, at, action=Action.CANCEL)
    for who in ("nurse", *OTHERS):
        first, second = feed.posts(who)
        assert "cancelled_at" in first["event"]
        assert (second["event"]["what"], second["event"]["cancels"]) == ("cancelled", first["id"])
    assert feed.posts("nurse")[0]["alert"]["state"] == "done"
    assert feed.stay().state == StayState.CANCELLED


def test_a_cancel_before_its_insert_is_told_to_nobody(feed: Feed) -> None:
    at = moment(1)
    feed.say(Event.ADMITTED, at, action=Action.CANCEL)
    feed.say(Event.ADMITTED, at)
    assert feed.posts("nurse") == feed.posts("patient") == []
    assert feed.stay().state == StayState.CANCELLED


def test_a_correction_is_visible_and_reaches_only_whom_it_concerns(feed: Feed) -> None:
    at = moment(2)
    feed.say(Event.ADMITTED, at)
    heads = feed.call("daughter", "GET", f"circles/{feed.circle()}")[1]["head"]
    feed.say(Event.ADMITTED, at, action=Action.UPDATE, unit="4430")
    (post,) = feed.posts("nurse")
    assert post["event"]["unit"]["name"] == "Médecine"
    assert post["corrected_at"]
    assert len(feed.call("nurse", "GET", f"posts/{post['id']}")[1]["versions"]) == 2
    assert feed.call("daughter", "GET", f"circles/{feed.circle()}")[1]["head"] == heads  # her card says no unit
    assert feed.say(Event.ADMITTED, at, action=Action.UPDATE, unit="4430").outcome == "ignored"


def test_a_death_is_for_the_care_team_and_spares_the_family(feed: Feed) -> None:
    at = moment(1)
    feed.say(Event.ADMITTED, moment(20))
    feed.say(Event.DIED, at)
    assert feed.whats("nurse") == ["admitted", "died"]
    assert feed.live("nurse")[1]["urgency"] == "info"
    assert feed.whats("daughter") == ["in_hospital"]
    assert Circle.objects.get(pk=feed.circle()).family_silent_since is not None
    feed.say(Event.DIED, at, action=Action.CANCEL)
    assert Circle.objects.get(pk=feed.circle()).family_silent_since is None
    assert feed.stay().state == StayState.IN_HOSPITAL


@pytest.mark.parametrize(("state", "posts"), [("frozen", 1), ("closed", 0), ("deceased", 0)])
def test_a_circle_that_is_not_active(feed: Feed, state: str, posts: int) -> None:
    """Frozen: told quietly. Closed or after a death: the stay is kept, nothing is told, also not later."""
    Circle.objects.filter(pk=feed.circle()).update(state=state)
    feed.say(Event.ADMITTED, moment(1), planned=False)
    assert list(Post.objects.values_list("quiet", flat=True)) == [True] * posts
    assert feed.stay().state == StayState.IN_HOSPITAL
    Circle.objects.filter(pk=feed.circle()).update(state="active")
    feed.say(Event.DISCHARGED, moment(0.5))
    assert feed.whats("nurse") == (["admitted", "discharged"] if state == "frozen" else ["discharged"])


def test_an_erased_circle_is_nobody_s(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(2))
    erase(Circle.objects.get(pk=feed.circle()).patient.vault, cause=Cause.REQUEST)
    assert feed.say(Event.DISCHARGED, moment(1)).outcome == "unmatched"
    assert not Stay.objects.exists()
    assert not HospitalIdentifier.objects.exists()


def test_texts_are_in_the_site_s_language(feed: Feed) -> None:
    at = clock.now().replace(year=2026, month=3, day=2, hour=8, minute=5, second=0, microsecond=0)
    feed.say(Event.ADMITTED, at)
    assert feed.posts("nurse")[0]["text"] == "Hospitalisation\u202f: CH de Dax, Cardiologie, le 2 mars 2026 à 09:05."
    assert feed.posts("daughter")[0]["text"] == "À l’hôpital depuis le 2 mars 2026 à 09:05."


def test_a_unit_that_nobody_knew_is_named_as_the_hospital_names_it(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(2), unit="5510", unit_name="Gériatrie aiguë")
    feed.say(Event.TRANSFERRED, moment(1), unit="", unit_name="Salle commune", facts={"nature": "H"})
    assert [event["unit"]["name"] for event in feed.live("nurse")] == ["Gériatrie aiguë", "Salle commune"]


def test_the_clock_of_the_service_rules(feed: Feed, later: Callable[[dt.timedelta], None]) -> None:
    later(dt.timedelta(days=3))
    feed.say(Event.DISCHARGED, clock.now() - dt.timedelta(hours=1))
    assert list(Post.objects.values_list("quiet", flat=True)) == [False]


def test_the_banner_says_no_more_than_the_cards(feed: Feed) -> None:
    DiscreetUnit.objects.create(unit=feed.unit("9100"))
    feed.say(Event.REGISTERED, moment(9), stay="V0", stay_class=StayClass.OUTPATIENT)
    assert [where(feed, who) for who in ("nurse", *OTHERS)] == [None] * 4
    feed.say(Event.ADMITTED, moment(8), unit="9100")
    feed.say(Event.TRANSFERRED, moment(7), unit="4420", facts={"nature": "M"})
    assert where(feed, "nurse") == ("CH de Dax", "Cardiologie")
    assert [where(feed, who) for who in OTHERS] == [None] * 3  # that it began is told to nobody of them
    feed.say(Event.ADMITTED, moment(1), stay="V2", relatives_untold=True)
    assert [where(feed, who) for who in OTHERS] == [("", ""), ("", ""), None]


def where(feed: Feed, who: str) -> tuple[str, str] | None:
    """(hospital, unit) of the banner, as far as somebody is told."""
    stay = feed.call(who, "GET", f"circles/{feed.circle()}")[1]["stay"]
    return stay and (stay.get("hospital", ""), (stay.get("unit") or {}).get("name", ""))


@pytest.mark.parametrize("more", [{"protected": True}, {"relatives_untold": True}])
def test_what_must_be_hidden_since_is_out_of_sight_and_says_nothing(feed: Feed, more: dict[str, Any]) -> None:
    at = moment(2)
    feed.say(Event.ADMITTED, at)
    feed.say(Event.TRANSFERRED, moment(1), facts={"nature": "M"}, **more)
    (post,) = feed.posts("daughter")
    assert (post["event"], bool(post["retracted_at"])) == (None, True)
    assert "hôpital depuis" not in str(feed.call("daughter", "GET", f"circles/{feed.circle()}/posts?limit=500")[1])
    assert sorted(feed.whats("nurse")) == ["admitted", "transferred"]


def test_a_card_that_was_taken_back_is_hidden_too(feed: Feed) -> None:
    at = moment(2)
    feed.say(Event.ADMITTED, at)
    feed.say(Event.ADMITTED, at, action=Action.CANCEL)
    assert [bool(post["retracted_at"]) for post in feed.posts("daughter")] == [False, False]
    feed.say(Event.PLANNED, moment(1), protected=True)
    assert [post["event"] for post in feed.posts("daughter")] == [None, None]
    assert feed.whats("nurse") == ["planned"]


def test_a_hospital_that_tells_nobody_any_more_hides_what_it_told(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(2))
    Hospital.objects.create(structure_id=feed.hospital, discretion=Discretion.NOBODY)
    feed.say(Event.TRANSFERRED, moment(1), facts={"nature": "M"}, protected=True)
    assert [[post["event"] for post in feed.posts(who)] for who in ("nurse", *OTHERS)] == [[None]] * 4


@pytest.mark.parametrize(("state", "urgency"), [("taken", "info"), ("open", "urgent")])
def test_what_is_told_anew_calls_only_where_nobody_has_taken_it(feed: Feed, state: str, urgency: str) -> None:
    feed.say(Event.ADMITTED, moment(2), planned=False)
    Post.objects.update(alert_state=state)
    feed.say(Event.TRANSFERRED, moment(1), facts={"nature": "M"}, protected=True)
    assert [event["urgency"] for event in feed.live("nurse") if event["what"] == "admitted"] == [urgency]


def test_old_news_are_quiet_however_soon_they_were_received(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(48), known_at=moment(47), planned=False)
    assert list(Post.objects.values_list("quiet", "urgency")) == [(True, "info")]


def test_a_stay_that_began_in_a_listed_unit_is_hidden_to_its_end(feed: Feed) -> None:
    DiscreetUnit.objects.create(unit=feed.unit("9100"))
    feed.say(Event.ADMITTED, moment(9), unit="9100")
    feed.say(Event.TRANSFERRED, moment(5), unit="4420", facts={"nature": "M"})
    feed.say(Event.DISCHARGED, moment(1), unit="4420")
    assert feed.posts("daughter") == []
    assert feed.whats("nurse") == ["admitted", "transferred", "discharged"]
