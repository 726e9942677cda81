"""A tap on a notification: to its post for its own person, to the sign-in and back, and nowhere for anybody else."""
import uuid
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from notifications.enums import Channel, Lane, News
from notifications.models import Delivery, Notice
from people.circles.enums import Role
from people.circles.models import Membership
from people.circles.services import end_membership
from tests.portal.cast import load
from tests.portal.test_my_patients import scenario, signed_in, write

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def ids(tmp_path: Path) -> dict[str, str]:
    return load(tmp_path, scenario(1))


def delivery(person: str, news: News = News.URGENT, circle: str | None = None, subject: str | None = None) -> Delivery:
    """What the worker would send."""
    now = timezone.now()
    notice = Notice.objects.create(person_id=person, news=news, lane=Lane.URGENT, circle_id=circle, subject=subject, at=now)
    return Delivery.objects.create(notice=notice, channel=Channel.PUSH, lane=Lane.URGENT, due_at=now)


def test_it_leads_to_the_post_and_the_opening_is_kept_once(ids: dict[str, str]) -> None:
    post = write(signed_in("helene"), ids["p0"], "Venez vite.", urgency="urgent")
    sent = delivery(ids["alice"], circle=ids["p0"], subject=post)
    first = signed_in("alice").get(f"/notices/{sent.pk}")
    assert first.headers["location"] == f"/circles/{ids['p0']}#post-{post}"
    sent.refresh_from_db()
    opened = sent.opened_at
    assert opened
    assert signed_in("alice").get(f"/notices/{sent.pk}").headers["location"] == first.headers["location"]
    sent.refresh_from_db()
    assert sent.opened_at == opened


@pytest.mark.parametrize(("news", "place"), [(News.DIGEST, "/new"), (News.TEST, "/me/notifications")])
def test_what_is_about_no_circle_leads_to_its_page(ids: dict[str, str], news: News, place: str) -> None:
    assert signed_in("alice").get(f"/notices/{delivery(ids['alice'], news).pk}").headers["location"] == place


def test_anybody_else_finds_the_bytes_of_an_address_that_never_was(ids: dict[str, str]) -> None:
    sent = delivery(ids["alice"], circle=ids["p0"], subject=str(uuid.uuid4()))
    helene = signed_in("helene")
    answers = [helene.get(f"/notices/{address}") for address in (sent.pk, uuid.uuid4(), "nothing")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert answers[0].content == answers[1].content == answers[2].content
    sent.refresh_from_db()
    assert sent.opened_at is None


def test_who_is_signed_out_signs_in_first_and_comes_back(ids: dict[str, str]) -> None:
    sent = delivery(ids["alice"], circle=ids["p0"], subject=str(uuid.uuid4()))
    asked = Client(headers={"accept": "text/html"}).get(f"/notices/{sent.pk}")
    assert asked.headers["location"] == f"/accounts/login/?next=/notices/{sent.pk}"
    sent.refresh_from_db()
    assert sent.opened_at is None


def test_who_has_left_the_circle_finds_their_own_list(ids: dict[str, str]) -> None:
    sent = delivery(ids["alice"], circle=ids["p0"], subject=str(uuid.uuid4()))
    members = Membership.objects.select_related("circle__patient", "circle__head", "person")
    helene = members.get(circle=uuid.UUID(ids["p0"]), role=Role.GP)
    end_membership(helene, member=members.get(circle=uuid.UUID(ids["p0"]), role=Role.NURSE).pk, reason="")
    assert signed_in("alice").get(f"/notices/{sent.pk}").headers["location"] == "/"
