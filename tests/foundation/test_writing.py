"""A prepared insert or update leaves the row that saving would have left."""
import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from foundation.statements import database, rows_of
from foundation.writing import PreparedInsert, PreparedUpdate
from journal.models import Post
from messaging.feed.enums import Kind
from messaging.feed.models import FeedHead, FeedLine
from messaging.feed.services import create_feed
from people.accounts.models import Person
from people.circles.models import Membership
from tests.circles.conftest import home, site_vault

__all__ = ["home", "site_vault"]
pytestmark = pytest.mark.django_db(databases=["default", "keys"])
_MOMENT = dt.datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=dt.UTC)


def line(feed: UUID, number: int) -> FeedLine:
    return FeedLine(
        feed_id=feed, kind=Kind.POST_WRITTEN, at=_MOMENT, subject=UUID(int=7), actor=None, care=number, wider=0, patient=2**40, relatives=0,
        wider_sees=False, patient_sees=True, relatives_sees=False,
    )  # fmt: skip


def stored(made: models.Model, *but: str) -> dict[str, Any]:
    row = type(made)._default_manager.filter(pk=made.pk).values().get()
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items() if name not in but}


def test_an_insert_leaves_the_row_that_saving_leaves() -> None:
    one, other = create_feed(uuid4()).feed, create_feed(uuid4()).feed
    saved, prepared = line(one, 1), line(other, 1)
    saved.save(force_insert=True)
    PreparedInsert(FeedLine).save(prepared)
    assert prepared.pk is not None
    assert not prepared._state.adding
    assert stored(prepared, "id", "feed_id") == stored(saved, "id", "feed_id")
    assert stored(prepared)["feed_id"] == other


@pytest.mark.usefixtures("home")
def test_an_insert_of_a_wide_row_with_a_key_of_its_own() -> None:
    nurse = Membership.objects.filter(role="nurse").first()
    assert nurse is not None

    def post(number: int) -> Post:
        made = Post(
            circle_id=nurse.circle_id, author=nurse, audience="circle", urgency="todo", addressees=["nurse", str(nurse.pk)],
            media_kinds=[], written_at=_MOMENT, received_at=_MOMENT, alert_state="open", care_seq=number, wider_seq=None,
        )  # fmt: skip
        made.sealed_text = b"\x01\x00\xff%s"
        return made

    saved, prepared = post(9001), post(9002)
    saved.save(force_insert=True)
    PreparedInsert(Post).save(prepared)
    assert stored(prepared, "id", "care_seq") == stored(saved, "id", "care_seq")


def test_an_update_leaves_the_row_that_saving_leaves() -> None:
    one, other = create_feed(uuid4()), create_feed(uuid4())
    for head in (one, other):
        head.care, head.care_at, head.patient = 41, _MOMENT, 2**33
    one.save(update_fields=["care", "care_at", "patient"])
    PreparedUpdate(FeedHead, ["care", "care_at", "patient"]).save(other)
    assert stored(other, "feed", "epoch") == stored(one, "feed", "epoch")
    assert FeedHead.objects.filter(care=41).count() == 2


def test_a_second_row_of_one_key_is_refused_and_the_transaction_goes_on_behind_a_savepoint() -> None:
    feed = create_feed(uuid4()).feed
    PreparedInsert(FeedLine).save(line(feed, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        PreparedInsert(FeedLine).save(line(feed, 1))
    assert FeedLine.objects.filter(feed=feed).count() == 1


def test_it_is_seen_by_who_watches_statements() -> None:
    feed = create_feed(uuid4()).feed
    with CaptureQueriesContext(connection) as watched:
        PreparedInsert(FeedLine).save(line(feed, 1))
    assert len(watched) == 1


def test_a_broken_transaction_takes_no_further_statement() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            rows_of(database(), "SELECT 1 WHERE 1 = %s", [1])


def test_a_model_that_somebody_hears_being_saved_is_not_written_past_them() -> None:
    with pytest.raises(TypeError):
        PreparedInsert(Person).save(Person(email="anna@example.org"))
