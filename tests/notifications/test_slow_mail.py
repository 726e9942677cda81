"""A mail server that says nothing: what is urgent rings all the same, and every letter is there in the end."""
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import pytest
from django.db import OperationalError, connections
from django.utils import timezone
from pytest_django import Settings

from notifications.enums import Channel, DeliveryState, Lane, News
from notifications.models import Delivery
from notifications.notices import notify
from notifications.outbox import claim_due
from notifications.worker import LaneSender
from tests.circles.home import Home
from tests.notifications.smtp import mail_server

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)
LETTERS = 130  # more than are in flight at a time


@contextmanager
def sending(lane: Lane) -> Iterator[None]:
    """The lane's own thread, as the process of alerts runs it."""
    end = threading.Event()
    sender = threading.Thread(target=LaneSender(lane).run, args=[end])
    sender.start()
    try:
        yield
    finally:
        end.set()
        sender.join()
        connections.close_all()


def wait_for(true: Callable[[], bool]) -> None:
    """Until it is so. Raises AssertionError when that takes a minute."""
    for _ in range(1200):
        with suppress(OperationalError):  # two threads on one database in memory
            if true():
                return
        time.sleep(0.05)
    raise AssertionError


def told_by_letters(home: Home, many: int) -> None:
    """As many urgent letters are due."""
    people = [UUID(home.people[who]) for who in ("nurse", "gp")]
    for _ in range(many // 2):
        notify(people, news=News.URGENT)  # without a device: by letter, at once


def rings(home: Home) -> Delivery:
    """An urgent push, due after whatever is due already."""
    notice = notify([UUID(home.people["nurse"])], news=News.URGENT)[0]
    return Delivery.objects.create(notice=notice, channel=Channel.PUSH, lane=Lane.URGENT, due_at=timezone.now())


def test_few_letters_are_waited_for_at_a_time(home: Home) -> None:
    told_by_letters(home, 20)
    push = rings(home)
    assert [claim.delivery for claim in claim_due(Lane.URGENT, 10, letters=0)] == [push.pk]
    assert claim_due(Lane.URGENT, 10, letters=0) == []
    assert [len(claim_due(Lane.URGENT, 10, letters=letters)) for letters in (3, 8)] == [3, 8]


def test_a_mail_server_that_hangs_keeps_no_push_waiting_and_loses_no_letter(home: Home, settings: Settings) -> None:
    told_by_letters(home, LETTERS)
    letters = Delivery.objects.filter(channel=Channel.EMAIL)
    with mail_server(settings) as server:
        server.manner = "hangs"
        settings.EMAIL_TIMEOUT = 30
        with sending(Lane.URGENT):
            assert server.hung.wait(60)
            ring = rings(home)
            wait_for(lambda: not Delivery.objects.filter(pk=ring.pk, state=DeliveryState.WAITING).exists())
            server.manner = "kind"
            server.over.set()
            wait_for(lambda: not letters.filter(state=DeliveryState.WAITING, failures=0).exists())
        letters.filter(state=DeliveryState.WAITING).update(due_at=timezone.now())
        with sending(Lane.URGENT):
            wait_for(lambda: not letters.exclude(state=DeliveryState.SENT).exists())
        assert len({letter.as_string() for letter in server.letters}) >= LETTERS
