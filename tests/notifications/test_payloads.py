"""What leaves is the same for every kind of news and everybody: captured at the push service, sent by the senders of both lanes."""
import json
import logging
import threading
import time
from uuid import UUID

import pytest
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from messaging.feed.calls import calls_of
from notifications.enums import Channel, DeliveryState, Lane, News
from notifications.models import Delivery, Device, Preference
from notifications.notices import notify
from notifications.worker import LaneSender
from tests.circles.home import Home
from tests.notifications.telling import write
from tests.push_service import FakeDevice, PushService

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)
CONSTANT = "Cercle : du nouveau vous attend."
_BY_PUSH = {
    "news": {wish: {"by": ["push"]} for wish in ("todo", "hospital_event", "post")}, "quiet": None,
    "digest": {"at": ["08:00"], "days": ["mon"], "email": False, "push": True},
}  # fmt: skip


def subscribed(home: Home, who: str, service: PushService) -> FakeDevice:
    """A device of somebody's, by the API."""
    phone = service.device()
    answer = home.client(who).post("/api/v1/push/subscriptions", phone.subscription, content_type="application/json")
    assert answer.status_code == 201
    return phone


def send_all(service: PushService, count: int) -> None:
    """Each lane's sender in turn, until nothing is left to be decided about: so many requests in all.

    One after the other: the tables of a database in memory are locked by whoever reads them.
    """
    for lane in Lane:
        due = Delivery.objects.filter(lane=lane, state=DeliveryState.WAITING, channel=Channel.PUSH, due_at__lte=timezone.now())
        if not due.exists():
            continue
        end = threading.Event()
        sender = threading.Thread(target=LaneSender(lane).run, args=[end])
        sender.start()
        try:
            for _look in range(1000):
                if not _any(due):
                    break
                time.sleep(0.01)
        finally:
            end.set()
            sender.join()
    service.wait_until(lambda: len(service.requests) >= count)


def _any(due: QuerySet[Delivery]) -> bool:
    try:
        return due.exists()
    except OperationalError:  # it is being written
        return True


def test_every_kind_of_news_says_the_same_to_everybody(home: Home, service: PushService, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "cercle")
    phones = {who: subscribed(home, who, service) for who in ("gp", "relative")}
    people = [UUID(home.people[who]) for who in phones]
    post = write(home, text="Jeanne Durand est tombée", audience="circle", urgency="urgent")
    assert calls_of([post])
    for person in people:
        Preference.objects.create(person_id=person, choices=_BY_PUSH)
    about_a_post = {News.URGENT, News.HOSPITAL_ALERT, News.TODO, News.POST, News.HOSPITAL, News.UNREACHED}
    for news in News:
        notify(people, news=news, circle=home.circle, subject=post if news in about_a_post else None)
    Delivery.objects.exclude(channel=Channel.PUSH).delete()
    count = Delivery.objects.count()
    assert {row.notice.news for row in Delivery.objects.select_related("notice")} == set(News)
    send_all(service, count)
    assert service.faults == []
    assert {tuple(push.message.items())[1:] for push in service.requests} == {(("text", CONSTANT),)}
    assert {len(push.plain) for push in service.requests} == {128}
    assert {len(push.body) for push in service.requests} == {231}
    assert len({tuple(sorted(push.headers)) for push in service.requests}) == 1
    assert {push.headers["ttl"] for push in service.requests} == {"14400"}
    ids = [push.message["id"] for push in service.requests]
    assert sorted(ids) == sorted(str(pk) for pk in Delivery.objects.values_list("pk", flat=True))
    said = caplog.text + json.dumps([dict(push.headers) for push in service.requests])
    secrets = [*ids, str(post), str(home.circle), "Durand", "Jeanne", *(phone.path for phone in phones.values())]
    assert [secret for secret in secrets if secret in said] == []


def test_what_waited_for_a_shared_tablet_s_former_owner_never_shows_there(home: Home, service: PushService) -> None:
    tablet = subscribed(home, "gp", service)
    post = write(home, urgency="urgent")
    notify([UUID(home.people["gp"])], news=News.URGENT, circle=home.circle, subject=post)
    answer = home.client("relative").post("/api/v1/push/subscriptions", tablet.subscription, content_type="application/json")
    assert answer.status_code == 201
    hers = UUID(answer.json()["id"])
    test = home.client("relative").post(f"/api/v1/push/subscriptions/{hers}/test").json()["id"]
    send_all(service, 1)
    assert tablet.shown == [test]
    assert Device.objects.get().pk == hers
    former = Delivery.objects.get(channel=Channel.PUSH, notice__subject=post)
    assert (former.state, former.device) == (DeliveryState.DROPPED, None)
