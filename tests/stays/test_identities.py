"""Doubts wait for a human of the hospital; a verdict is a link and can be taken back; nothing unites two circles."""
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from foundation import clock
from foundation.errors import Conflict, NotFound
from hospital.stays.announcements import Identity, Merge
from hospital.stays.applying import Applied
from hospital.stays.enums import DoubtKind, Event, StayState, Verdict
from hospital.stays.identities import decide_doubt, identity_of, undo_verdict
from hospital.stays.merging import apply_merge
from hospital.stays.models import Doubt, HospitalIdentifier, Stay
from messaging.feed.enums import Kind
from messaging.feed.models import FeedLine
from people.accounts.models import Administrator, Person
from people.circles.models import Membership
from people.circles.traits import Traits
from tests.house.test_protocol import NAMED, shape
from tests.stays.speaking import FEED, IPP, JEANNE, NAMESAKE, Feed, moment

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
OTHER_IPP = ("1.2.3", "90009")
STRANGER = Traits("Durand", "Petit", ["Jeanne"], "1951-03-09", "F", "40088", JEANNE.ins)


def administrator(feed: Feed, of: str = "chd") -> Person:
    """Somebody who administers a hospital."""
    person = Person.objects.get(pk=feed.ids["help"])
    Administrator.objects.create(person=person, structure_id=UUID(feed.ids[of]), since=clock.now())
    return person


def merged(feed: Feed, kind: str, kept: Identity, *absorbed: tuple[str, str], **more: object) -> Applied:
    """A merge, worked out."""
    merge = Merge(kind, kept, absorbed, **more)  # type: ignore[arg-type]
    return apply_merge(FEED, structure=feed.hospital, merge=merge, known_at=clock.now(), number=77)


def test_the_same_ins_with_other_traits_waits_and_is_asked_once(feed: Feed) -> None:
    first = feed.say(Event.ADMITTED, moment(3), who=STRANGER)
    again = feed.say(Event.DISCHARGED, moment(1), who=STRANGER)
    assert (first.outcome, again.outcome) == ("doubted", "doubted")
    doubt = Doubt.objects.get()
    assert (doubt.kind, identity_of(doubt).traits.birth_date) == (DoubtKind.TRAITS, "1951-03-09")
    assert first.doubts == again.doubts == [doubt.pk]
    assert feed.posts("nurse") == []


def test_the_same_person_is_a_match_from_then_on_until_it_is_taken_back(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(5), who=STRANGER)
    human = administrator(feed)
    decide_doubt(human, doubt=Doubt.objects.get().pk, verdict=Verdict.SAME)
    assert feed.say(Event.ADMITTED, moment(5), who=STRANGER).outcome == "applied"
    assert feed.whats("nurse") == ["admitted"]
    undo_verdict(human, doubt=Doubt.objects.get(verdict=Verdict.SAME).pk)
    assert feed.whats("nurse") == []
    assert feed.stay().state == StayState.CANCELLED
    assert feed.say(Event.DISCHARGED, moment(1), who=STRANGER).outcome == "doubted"
    decide_doubt(human, doubt=Doubt.objects.get(verdict="").pk, verdict=Verdict.SAME)
    assert feed.whats("nurse") == ["admitted"]
    assert feed.stay().state == StayState.IN_HOSPITAL


def test_somebody_else_is_never_asked_about_again(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(5), who=STRANGER)
    decide_doubt(administrator(feed), doubt=Doubt.objects.get().pk, verdict=Verdict.OTHER)
    assert feed.say(Event.DISCHARGED, moment(1), who=STRANGER).outcome == "unmatched"
    assert feed.say(Event.ADMITTED, moment(5), stay="V2").outcome == "applied"  # Jeanne herself
    assert Doubt.objects.count() == 1


def test_only_who_administers_that_hospital_decides(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(5), who=STRANGER)
    doubt = Doubt.objects.get().pk
    for person in (Person.objects.get(pk=feed.ids["nurse"]), administrator(feed, of="other")):
        with pytest.raises(NotFound):
            decide_doubt(person, doubt=doubt, verdict=Verdict.SAME)
    with pytest.raises(NotFound):
        decide_doubt(FEED, doubt=None, verdict=Verdict.SAME)
    decide_doubt(FEED, doubt=doubt, verdict=Verdict.SAME)
    with pytest.raises(Conflict):
        decide_doubt(FEED, doubt=doubt, verdict=Verdict.OTHER)


def test_a_known_number_with_other_traits_waits(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(5))
    other = replace(NAMESAKE, ins="", given_names=["Paulette"])
    assert feed.say(Event.ADMITTED, moment(4), who=other, stay="V2", statuses=("PROV",)).outcome == "doubted"
    assert Doubt.objects.get().kind == DoubtKind.IDENTIFIER


def test_a_merge_waits_for_a_human_and_can_be_taken_back(feed: Feed) -> None:
    """A40, then a stay under the number that goes on, then the verdict, then its reversal."""
    feed.say(Event.ADMITTED, moment(9))
    kept = Identity(replace(JEANNE, ins=""), (OTHER_IPP,), frozenset({"PROV"}))
    assert merged(feed, "merged", kept, IPP).outcome == "doubted"
    news: dict[str, Any] = {"who": kept.traits, "numbers": (OTHER_IPP,), "statuses": ("PROV",), "stay": "V9"}
    assert feed.say(Event.ADMITTED, moment(3), **news).outcome == "doubted"
    human = administrator(feed)
    decide_doubt(human, doubt=Doubt.objects.get().pk, verdict=Verdict.SAME)
    assert feed.say(Event.ADMITTED, moment(3), **news).outcome == "applied"
    assert feed.whats("nurse") == ["admitted", "admitted"]
    assert merged(feed, "merged", kept, IPP).outcome == "ignored"
    undo_verdict(human, doubt=Doubt.objects.get(verdict=Verdict.SAME).pk)
    assert feed.whats("nurse") == ["admitted"]  # that of before the merge is as it was
    assert feed.say(Event.DISCHARGED, moment(1), **news).outcome == "doubted"


def test_two_circles_of_a_merge_stay_two(feed: Feed) -> None:
    """Both numbers are known, of two patients: each circle keeps its members, its thread and its past."""
    feed.say(Event.ADMITTED, moment(9))
    feed.say(Event.ADMITTED, moment(8), who=NAMESAKE, numbers=(OTHER_IPP,), stay="V2")
    before = set(Membership.objects.values_list("circle", "person", "ended_at"))
    assert merged(feed, "merged", Identity(NAMESAKE, (OTHER_IPP,), frozenset({"VALI"})), IPP).outcome == "doubted"
    doubt = decide_doubt(FEED, doubt=Doubt.objects.get().pk, verdict=Verdict.SAME)
    assert set(Membership.objects.values_list("circle", "person", "ended_at")) == before
    assert (feed.whats("nurse", "p1"), feed.whats("nurse", "p2")) == (["admitted"], ["admitted"])
    undo_verdict(FEED, doubt=doubt.pk)
    assert HospitalIdentifier.objects.filter(ended_at=None).count() == 2


def test_a_moved_account_leaves_the_circle_only_by_a_human(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(9))
    feed.say(Event.ADMITTED, moment(5), stay="V2")
    kept = Identity(replace(NAMESAKE, ins=""), (OTHER_IPP,), frozenset({"PROV"}))
    assert merged(feed, "moved", kept, IPP, stays=(("VN", "V2"),)).outcome == "doubted"
    assert feed.whats("nurse") == ["admitted", "admitted"]
    doubt = decide_doubt(FEED, doubt=Doubt.objects.get().pk, verdict=Verdict.OTHER)
    assert merged(feed, "moved", kept, IPP, stays=(("VN", "V2"),)).outcome == "ignored"  # nobody is asked again
    assert sorted(Stay.objects.values_list("state", flat=True)) == [StayState.CANCELLED, StayState.IN_HOSPITAL]
    assert feed.whats("nurse") == ["admitted"]
    assert [[bool(post["retracted_at"]) for post in feed.posts(who)] for who in ("nurse", "daughter")] == [[False, True]] * 2
    undo_verdict(FEED, doubt=doubt.pk)
    assert feed.whats("nurse") == ["admitted", "admitted"]


def test_a_changed_number_goes_with_the_patient(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(9))
    assert merged(feed, "changed", Identity(JEANNE, (OTHER_IPP,), frozenset({"VALI"})), IPP).outcome == "applied"
    unqualified = replace(JEANNE, ins="")
    assert feed.say(Event.DISCHARGED, moment(1), who=unqualified, numbers=(OTHER_IPP,), statuses=("PROV",)).outcome == "applied"
    assert feed.say(Event.DISCHARGED, moment(1), who=unqualified, statuses=("PROV",), stay="V3").outcome == "unmatched"


def test_a_withdrawn_ins_finds_nobody_and_the_care_team_is_warned(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(9))
    kept = Identity(replace(JEANNE, ins=""), (IPP,), frozenset({"PROV"}))
    assert merged(feed, "withdrawn", kept, absorbed_ins=JEANNE.ins).outcome == "applied"
    line = FeedLine.objects.get(kind=Kind.IDENTITY_WARNED)
    assert (line.wider_sees, line.patient_sees, line.relatives_sees) == (False, False, False)
    changes = feed.call("nurse", "GET", f"circles/{feed.circle()}/changes?after=0&limit=500")[1]["items"]
    (warned,) = [item for item in changes if item["kind"] == "identity.warned"]
    assert (warned["identity"]["what"], warned["identity"]["hospital"]["name"]) == ("withdrawn", "CH de Dax")
    assert shape(warned["identity"]) == shape(NAMED["identity_warned"])
    assert feed.say(Event.DISCHARGED, moment(1), who=kept.traits, statuses=("PROV",)).outcome == "doubted"
    assert feed.say(Event.DISCHARGED, moment(1)).outcome == "doubted"  # also where the INS comes with it
    decide_doubt(FEED, doubt=Doubt.objects.get().pk, verdict=Verdict.OTHER)
    assert (feed.whats("nurse"), feed.stay().state) == ([], StayState.CANCELLED)
    assert feed.say(Event.DISCHARGED, moment(1)).outcome == "unmatched"
    assert FeedLine.objects.filter(kind=Kind.IDENTITY_WARNED).count() == 1


def test_a_merge_of_strangers_touches_no_circle(feed: Feed) -> None:
    kept = Identity(replace(JEANNE, ins=""), (OTHER_IPP,), frozenset({"PROV"}))
    assert merged(feed, "merged", kept, ("1.2.3", "70007")).outcome == "unmatched"
    assert not Doubt.objects.exists()
