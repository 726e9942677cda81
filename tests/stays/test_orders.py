"""The same messages in any order, some twice, end in the same stay and the same cards that hold."""
import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest

from foundation import clock
from hospital.stays.announcements import MovementNews
from hospital.stays.enums import Action, Event, StayClass
from hospital.stays.models import DiscreetUnit, Stay
from tests.stays.speaking import Feed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
CASES, ORDERS = 4, 2


def case(draw: random.Random, stay: str) -> list[MovementNews]:
    """Messages about one stay, with corrections, cancels and repetitions."""
    start = clock.now().replace(microsecond=0) - dt.timedelta(hours=12)
    words = []
    for number in range(draw.randint(2, 5)):
        at = start + dt.timedelta(hours=draw.choice([0, 1, 1, 2, 4, 8]))
        event = draw.choice([Event.ADMITTED, Event.ADMITTED, Event.EMERGENCY, Event.TRANSFERRED, Event.DISCHARGED, Event.DIED, Event.LEFT])
        news = MovementNews(
            event, Action.INSERT, ("VN", stay), ("MVT", str(number)), at, StayClass.INPATIENT, draw.choice(["4420", "4430", "9100", ""]),
            protected=draw.random() < 0.05, relatives_untold=draw.random() < 0.1, facts={"nature": draw.choice(["M", "H", "L"])},
            recorded_at=at + dt.timedelta(seconds=draw.randint(1, 999)),
        )  # fmt: skip
        words.append(news)
        if draw.random() < 0.3:
            words.append(replace(news, action=Action.UPDATE, unit_code="4430", recorded_at=at + dt.timedelta(hours=11)))
        if draw.random() < 0.25:
            words.append(replace(news, action=Action.CANCEL))
    return words + draw.sample(words, len(words) // 4)


def ending(feed: Feed) -> tuple[Any, ...]:
    """The stay as it stands and the cards that hold, for each standing; without what tells one telling from another."""
    stay = Stay.objects.order_by("opened_at").last()
    assert stay is not None
    state = (stay.state, stay.unit_id, stay.admitted_at, stay.discharged_at, stay.died, stay.protected)
    told = []
    for who in ("nurse", "patient", "daughter"):
        cards = [{**card, "unit": (card.get("unit") or {}).get("code")} for card in feed.live(who)]
        mine = [card for card in cards if card.get("stay", str(stay.pk)) == str(stay.pk)]
        told.append(sorted(str(sorted((k, v) for k, v in card.items() if k not in {"known_at", "stay"})) for card in mine))
    return (state, told)


def test_any_order_ends_alike(feed: Feed) -> None:
    DiscreetUnit.objects.create(unit=feed.unit("9100"))
    draw = random.Random(1)
    for number in range(CASES):
        words = case(draw, f"V{number}")
        ends = []
        for _ in range(ORDERS):
            for news in draw.sample(words, len(words)):
                feed.tell(news)
            again = len(feed.posts("nurse"))
            assert {feed.tell(news).outcome for news in words} == {"ignored"}
            assert len(feed.posts("nurse")) == again
            ends.append(ending(feed))
            Stay.objects.all().delete()
            hide(feed)
        assert ends[0] == ends[1], words


def hide(feed: Feed) -> None:
    """What the tests have told is out of sight for the next round."""
    from journal.models import Post

    Post.objects.filter(circle=feed.circle()).delete()
