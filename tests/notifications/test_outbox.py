"""The outbox: claims that exclude each other, lanes apart, what became of each sending, and nothing for ever."""
import datetime as dt
from uuid import UUID

import pytest
from django.utils import timezone

from notifications import outbox
from notifications.deciding import WITH_ALL, still_wanted
from notifications.enums import Channel, DeliveryState, Lane, News
from notifications.models import Delivery, Notice
from notifications.notices import lane_of, notify
from notifications.outbox import Claim, Sent
from notifications.transports import Outcome
from notifications.transports.addresses import WebPushAddress
from tests.circles.home import Home
from tests.notifications.telling import device_of, write

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)
NOWHERE = WebPushAddress("https://web.push.apple.com/x", "", "")


def told(home: Home, *who: str, news: News = News.URGENT) -> UUID:
    """Each of these, with one device, is told of an urgent post by a push alone; the post."""
    post = write(home, urgency="urgent")
    for each in who:
        device_of(home, each)
    notify([UUID(home.people[each]) for each in who], news=news, circle=home.circle, subject=post)
    Delivery.objects.filter(channel=Channel.EMAIL).delete()
    return post


def claimed(lane: Lane = Lane.URGENT, most: int = 100) -> list[Claim]:
    """What is due in a lane."""
    return outbox.claim_due(lane, most)


def make_due() -> None:
    """As if every time had come."""
    Delivery.objects.update(due_at=timezone.now())


def came(status: str, kind: str, retry_after: float | None = None) -> Delivery:
    """The one delivery that is due has this outcome; the row as it is then."""
    [delivery] = outbox.wanted(claimed())
    outbox.record([Sent(delivery, Outcome(status, kind, retry_after), timezone.now(), NOWHERE)])  # type: ignore[arg-type]
    return Delivery.objects.select_related(*WITH_ALL).get(pk=delivery.pk)


def test_what_is_claimed_is_nobody_else_s_until_its_lease_runs_out(home: Home) -> None:
    told(home, "gp")
    [first] = claimed()
    assert claimed() == []
    make_due()
    [second] = claimed()
    assert (second.delivery, second.attempt) == (first.delivery, first.attempt + 1)
    assert outbox.wanted([first]) == []
    assert [row.pk for row in outbox.wanted([second])] == [first.delivery]


def test_a_late_result_of_a_lost_lease_changes_nothing(home: Home) -> None:
    told(home, "gp")
    [late] = outbox.wanted(claimed())
    make_due()
    claimed()
    outbox.record([Sent(late, Outcome("500", "refused"), timezone.now(), None)])
    assert Delivery.objects.get().state == DeliveryState.WAITING


def test_what_a_device_has_shown_meanwhile_is_not_sent_again(home: Home) -> None:
    told(home, "gp")
    claimed()
    Delivery.objects.update(state=DeliveryState.SHOWN, shown_at=timezone.now(), due_at=timezone.now())
    assert claimed() == []


def test_the_lanes_do_not_see_each_other(home: Home) -> None:
    told(home, "gp", news=News.URGENT)
    Notice.objects.update(lane=Lane.ORDINARY)
    Delivery.objects.update(lane=Lane.ORDINARY)
    told(home, "pharmacist")
    assert (len(claimed(Lane.URGENT)), len(claimed(Lane.ORDINARY))) == (1, 1)


def test_those_that_wait_longest_go_first(home: Home) -> None:
    told(home, "gp", "pharmacist", "coordinator")
    oldest = Delivery.objects.order_by("pk").last()
    assert oldest is not None
    Delivery.objects.filter(pk=oldest.pk).update(due_at=timezone.now() - dt.timedelta(minutes=1))
    assert [claim.delivery for claim in claimed(most=1)] == [oldest.pk]


def test_what_nobody_wants_any_more_is_dropped_at_the_sending(home: Home) -> None:
    told(home, "relative", "gp")
    assert len(outbox.wanted(claimed())) == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.WAITING, DeliveryState.DROPPED}


def test_accepted_is_sent_and_no_more(home: Home) -> None:
    told(home, "gp")
    row = came("201", "accepted")
    assert (row.state, row.status, row.sent_at is not None, row.shown_at) == (DeliveryState.SENT, "201", True, None)


def test_busy_waits_at_least_as_long_as_the_service_asks(home: Home) -> None:
    told(home, "gp")
    row = came("429", "later", 120.0)
    assert (row.state, row.status, row.failures) == (DeliveryState.WAITING, "429", 1)
    assert row.due_at > timezone.now() + dt.timedelta(seconds=110)


def test_waits_double_with_jitter_and_have_an_end() -> None:
    waits = [outbox.wait_s(Lane.URGENT, failures) for failures in (0, 3, 30)]
    assert 0.5 <= waits[0] <= 1.0
    assert 4.0 <= waits[1] <= 8.0
    assert 30.0 <= waits[2] <= 60.0
    assert len({outbox.wait_s(Lane.URGENT, 3) for _ in range(5)}) > 1
    assert outbox.wait_s(Lane.URGENT, 0, 1e9) == 300.0


def test_refused_is_a_dead_letter_that_a_person_may_send_again(home: Home) -> None:
    told(home, "gp")
    assert came("403", "refused").state == DeliveryState.DEAD
    assert claimed() == []
    assert outbox.retry() == 1
    assert came("201", "accepted").state == DeliveryState.SENT


def test_who_is_not_reached_for_hours_is_given_up(home: Home) -> None:
    told(home, "gp")
    Notice.objects.update(at=timezone.now() - dt.timedelta(hours=5))
    assert came("timeout", "later").state == DeliveryState.DEAD


def test_a_lease_is_renewed_while_a_service_hangs(home: Home) -> None:
    told(home, "gp")
    [claim] = claimed()
    make_due()
    outbox.renew([claim])
    assert claimed() == []


def test_old_ordinary_notices_are_forgotten_and_alerts_are_kept(home: Home) -> None:
    told(home, "gp", "pharmacist")
    Notice.objects.filter(person=UUID(home.people["gp"])).update(at=timezone.now() - dt.timedelta(days=40))
    assert outbox.sweep() == 1
    assert [str(person) for person in Notice.objects.values_list("person", flat=True)] == [home.people["pharmacist"]]


def test_one_that_can_t_be_decided_takes_none_of_its_batch_with_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    told(home, "gp", "pharmacist")
    bad, good = Delivery.objects.order_by("pk")

    def failing(delivery: Delivery) -> bool:
        if delivery.pk == bad.pk:
            raise RuntimeError
        return still_wanted(delivery)

    monkeypatch.setattr("notifications.outbox.still_wanted", failing)
    assert [row.pk for row in outbox.wanted(claimed())] == [good.pk]
    bad.refresh_from_db()
    assert (bad.state, bad.status, bad.failures) == (DeliveryState.WAITING, "fault", 1)


def test_what_this_process_has_in_hand_is_not_claimed_again(home: Home) -> None:
    told(home, "gp", "pharmacist")
    first, second = claimed()
    make_due()
    assert [claim.delivery for claim in outbox.claim_due(Lane.URGENT, 10, but=[first.delivery])] == [second.delivery]


def test_only_what_follows_from_an_alert_is_in_the_urgent_lane() -> None:
    urgent = {news for news in News if lane_of(news) is Lane.URGENT}
    assert urgent == {News.URGENT, News.REMINDER, News.SHIFT, News.UNREACHED}
