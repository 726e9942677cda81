"""An e-mail and a text message follow an urgent push that no device has shown, and no other one."""
import json
from pathlib import Path
from uuid import UUID

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from notifications.deciding import WITH_ALL, still_wanted
from notifications.enums import Channel, News
from notifications.models import Delivery
from notifications.notices import notify
from notifications.preferences import FALLBACK_AFTER
from notifications.transports.letters import letter_of, send_letter
from people.accounts.models import Person
from people.contacts.enums import CalledBy
from people.contacts.services import give_number
from tests.circles.home import Home
from tests.notifications.telling import device_of, write
from tests.notifications.test_letters import SENTENCES

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def told(home: Home) -> dict[str, Delivery]:
    """A physician with a device and a number is told of an urgent post: by channel, how."""
    give_number(Person.objects.get(pk=home.people["gp"]), phone="06 12 34 56 78", called_by=CalledBy.NOBODY)
    device_of(home, "gp")
    post = write(home, urgency="urgent", text="canari-texte")
    (notice,) = notify([UUID(home.people["gp"])], news=News.URGENT, circle=home.circle, subject=post)
    return {row.channel: row for row in Delivery.objects.filter(notice=notice).select_related(*WITH_ALL)}


def test_both_follow_after_two_minutes_and_say_nothing(home: Home, settings: Settings, tmp_path: Path) -> None:
    settings.DATA, settings.SMS_URL = tmp_path, "file:"
    rows = told(home)
    push = rows.pop(Channel.PUSH)
    waits = {channel: row.due_at - push.due_at for channel, row in rows.items()}
    assert waits == {Channel.EMAIL: FALLBACK_AFTER, Channel.SMS: FALLBACK_AFTER}
    assert all(still_wanted(row) for row in rows.values())
    assert {send_letter(letter_of(row.pk)).kind for row in rows.values()} == {"accepted"}
    (kept,) = (tmp_path / "sms").iterdir()
    assert json.loads(kept.read_text()) == {"to": "+33612345678", "text": SENTENCES["en"]}
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["gp@example.org"], SENTENCES["en"])
    assert f"/notices/{rows[Channel.EMAIL].pk}\n" in letter.body


def test_neither_follows_once_a_device_has_shown_it(home: Home) -> None:
    rows = told(home)
    Delivery.objects.filter(pk=rows[Channel.PUSH].pk).update(shown_at=timezone.now())
    assert not any(still_wanted(rows[channel]) for channel in (Channel.EMAIL, Channel.SMS))


def test_who_has_lost_address_and_number_since_gets_nothing(home: Home) -> None:
    rows = told(home)
    person = Person.objects.get(pk=home.people["gp"])
    give_number(person, phone="", called_by=CalledBy.NOBODY)
    Person.objects.filter(pk=person.pk).update(email=None)
    assert [send_letter(letter_of(rows[channel].pk)).status for channel in (Channel.EMAIL, Channel.SMS)] == ["no_address"] * 2
