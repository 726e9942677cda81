"""The second decision: what has changed between the telling and the sending stops the sending."""
import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import pytest
from django.utils import timezone

from foundation import clock
from notifications.enums import Channel, Lane, News
from notifications.models import Delivery, Notice
from notifications.notices import notify
from people.accounts.models import Person, Session
from people.duty.models import Absence
from tests.circles.home import Home
from tests.notifications.telling import device_of, sign_out, wanted_now, write

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


def told(home: Home, *who: str, news: News = News.URGENT, post: UUID | None = None) -> Sequence[Notice]:
    """Some people with a device each are told of an urgent post of the nurse's."""
    for each in who:
        device_of(home, each)
    subject = post or write(home, urgency="urgent")
    return notify([UUID(home.people[each]) for each in who], news=news, circle=home.circle, subject=subject)


def test_one_delivery_for_each_device_and_the_fallback_later(home: Home) -> None:
    device_of(home, "gp")
    [notice] = told(home, "gp")
    pushes = notice.deliveries.filter(channel=Channel.PUSH)
    [letter] = notice.deliveries.filter(channel=Channel.EMAIL)
    assert (notice.lane, pushes.count(), len({push.device_id for push in pushes})) == (Lane.URGENT, 2, 2)
    assert letter.unless_shown
    assert letter.due_at > notice.at + dt.timedelta(minutes=1)


def test_who_has_no_device_is_written_to_at_once(home: Home) -> None:
    [notice] = notify([UUID(home.people["gp"])], news=News.URGENT, circle=home.circle, subject=write(home, urgency="urgent"))
    [letter] = notice.deliveries.all()
    assert (letter.channel, letter.due_at, letter.unless_shown) == (Channel.EMAIL, notice.at, False)


def test_ordinary_news_ring_for_nobody_who_has_not_wished_it(home: Home) -> None:
    assert told(home, "gp", "pharmacist", news=News.POST, post=write(home)) == []
    assert not Delivery.objects.exists()


def test_an_open_alert_is_wanted_by_all_who_were_told(home: Home) -> None:
    told(home, "gp", "pharmacist")
    assert wanted_now() == {"gp", "pharmacist"}


def test_a_taken_alert_is_wanted_by_nobody_and_an_opened_one_again(home: Home) -> None:
    post = write(home, urgency="urgent")
    told(home, "gp", "pharmacist", post=post)
    path = f"/api/v1/posts/{post}/acknowledgement"
    assert home.client("pharmacist").post(path).status_code == 200
    assert wanted_now() == set()
    assert home.client("pharmacist").delete(path, "{}", content_type="application/json").status_code == 200
    Delivery.objects.update(state="waiting")
    assert wanted_now() == {"gp", "pharmacist"}


def test_a_reminder_is_for_the_owner_alone(home: Home) -> None:
    post = write(home, urgency="urgent")
    home.client("pharmacist").post(f"/api/v1/posts/{post}/acknowledgement")
    told(home, "gp", "pharmacist", news=News.REMINDER, post=post)
    assert wanted_now() == {"pharmacist"}


def test_nothing_of_a_withdrawn_post(home: Home) -> None:
    post = write(home, urgency="urgent")
    told(home, "gp", post=post)
    home.client("nurse").post(f"/api/v1/posts/{post}/retraction", {"reason": "essai"}, content_type="application/json")
    assert wanted_now() == set()


@pytest.mark.parametrize("state", ["frozen", "closed", "deceased"])
def test_nothing_of_a_circle_that_is_not_active(home: Home, state: str) -> None:
    told(home, "gp")
    assert home.call("coordinator", "PUT", "/state", state=state, reason="essai")[0] == 200
    assert wanted_now() == set()


def test_nobody_who_may_not_read_it_and_nobody_who_has_left(home: Home) -> None:
    told(home, "gp", "pharmacist", "relative")
    assert wanted_now() == {"gp", "pharmacist"}
    assert home.call("coordinator", "DELETE", f"/members/{home.seat('pharmacist')}")[0] == 204
    assert wanted_now() == {"gp"}


def test_a_disabled_account_is_told_nothing(home: Home) -> None:
    told(home, "gp", "pharmacist")
    gp = Person.objects.get(pk=home.people["gp"])
    gp.is_active = False
    gp.save()
    assert wanted_now() == {"pharmacist"}


def test_a_device_is_told_nothing_once_its_session_has_ended(home: Home) -> None:
    told(home, "gp", "pharmacist")
    Delivery.objects.filter(channel=Channel.EMAIL).delete()
    sign_out(home, "gp")
    assert wanted_now() == {"pharmacist"}
    Session.objects.update(expire_date=timezone.now())
    assert wanted_now() == set()


def test_a_letter_is_needless_once_a_device_has_shown_the_notice(home: Home) -> None:
    told(home, "gp")
    letter = Delivery.objects.filter(channel=Channel.EMAIL)
    Delivery.objects.filter(channel=Channel.PUSH).update(shown_at=timezone.now(), due_at=timezone.now() + dt.timedelta(days=1))
    assert letter.count() == 1
    assert wanted_now() == set()


def test_who_went_off_duty_meanwhile_is_not_rung(home: Home) -> None:
    told(home, "gp", "pharmacist")
    now = clock.now()
    Absence.objects.create(person_id=home.people["gp"], since=now - dt.timedelta(hours=1), until=now + dt.timedelta(hours=1))
    assert wanted_now() == {"pharmacist"}


def test_a_test_asks_only_for_the_device(home: Home) -> None:
    device_of(home, "stranger")
    notify([UUID(home.people["stranger"])], news=News.TEST)
    assert wanted_now() == {"stranger"}
