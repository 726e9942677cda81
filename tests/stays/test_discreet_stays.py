"""Two worlds: whatever a ward does about a stay that only the care team hears of, the others are answered the same, byte for byte."""
import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from hospital.stays.enums import Action, Discretion, Event
from hospital.stays.models import DiscreetUnit, Hospital, Stay
from messaging.feed.enums import Kind
from messaging.feed.models import FeedLine
from messaging.live.news import read_missed
from people.circles.access import enter, reader_of
from people.circles.models import Grant, Membership
from tests.stays.speaking import Feed, moment

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
OTHERS = ("help", "patient", "daughter")


def everything(feed: Feed) -> dict[str, list[Any]]:
    """All that those beyond the care team can ask for, and what their sockets are sent."""
    return {who: _everything(feed, who) for who in OTHERS}


def _everything(feed: Feed, who: str) -> list[Any]:
    client, path = feed.client(who), f"/api/v1/circles/{feed.circle()}"
    answers = [client.get(f"{path}{rest}").content for rest in ("", "/posts", "/changes?after=0&limit=500", "/life")]
    found = [client.post(f"{path}/search", {"q": words}, content_type="application/json").content for words in ("a", "Dax")]
    member = Membership.objects.get(circle=feed.circle(), person=UUID(feed.ids[who]))
    member = enter(member.person, feed.circle())
    missed = read_missed(feed.circle(), reader_of(member), 0, [member.pk], 0)
    page = client.get(f"/circles/{feed.circle()}/people", headers={"accept": "text/html"})
    assert page.status_code == 200
    names = [word for word in ("Alice", "jusqu") if word in page.content.decode()]
    return [*answers, *found, client.get("/api/v1/circles").content, missed.frames, missed.number, names]


def joined(feed: Feed, stay: Stay) -> int:
    return feed.call("ward", "POST", f"stays/{stay.pk}/join")[0]


def listed(feed: Feed, code: str) -> list[Any]:
    items: list[Any] = feed.call("ward", "GET", f"units/{feed.unit(code).pk}/patients")[1]["items"]
    return items


@pytest.mark.parametrize("why", ["protected", "unit", "nobody"])
def test_nothing_that_a_ward_does_betrays_a_discreet_stay(feed: Feed, why: str) -> None:
    if why == "nobody":
        Hospital.objects.create(structure_id=feed.hospital, discretion=Discretion.NOBODY)
    unit = "4420" if why == "protected" else "9100"
    if why != "protected":
        DiscreetUnit.objects.create(unit=feed.unit(unit))
    before, came, went = everything(feed), moment(3), moment(1)
    feed.say(Event.ADMITTED, came, unit=unit, protected=why == "protected")
    assert (joined(feed, feed.stay()), listed(feed, unit)) == (404, [])
    assert everything(feed) == before
    feed.say(Event.DISCHARGED, went, unit=unit)
    assert (joined(feed, feed.stay()), listed(feed, unit)) == (404, [])
    feed.say(Event.DISCHARGED, went, unit=unit, action=Action.CANCEL)
    feed.say(Event.ADMITTED, came, unit=unit, action=Action.CANCEL)
    assert joined(feed, feed.stay()) == 404
    assert everything(feed) == before
    assert not Grant.objects.filter(about__isnull=False).exists()
    told = [] if why == "nobody" else ["admitted", "cancelled", "cancelled", "discharged"]
    assert sorted(post["event"]["what"] for post in feed.posts("nurse")) == told


def test_who_joined_before_stays_in_and_the_others_hear_of_no_term(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(9))
    assert joined(feed, feed.stay()) == 201
    feed.say(Event.TRANSFERRED, moment(8), protected=True)
    assert [item["joined"]["until"] for item in listed(feed, "4420")] == [None]
    assert joined(feed, feed.stay()) == 200
    before, went = everything(feed), moment(1)
    assert "Alice" in before["daughter"][-1]
    feed.say(Event.DISCHARGED, went)
    assert everything(feed) == before
    grant = Grant.objects.get(about=feed.stay().pk)
    assert (grant.until, grant.ended_at, grant.quiet) == (went + dt.timedelta(hours=72), None, True)
    line = FeedLine.objects.filter(kind=Kind.MEMBER_JOINED, subject=grant.membership_id).latest("care")
    assert (line.until, [str(standing) for standing in line.seen_by]) == (grant.until, ["care_team"])
    (alice,) = (one for one in feed.call("nurse", "GET", f"circles/{feed.circle()}")[1]["members"] if one["id"] == str(grant.membership_id))
    assert alice["until"] is not None
    feed.say(Event.DISCHARGED, went, action=Action.CANCEL)
    assert everything(feed) == before
    grant.refresh_from_db()
    assert (grant.until, grant.ended_at) == (None, None)
