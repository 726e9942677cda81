"""A prepared statement gives what its queryset gives."""
import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import models, transaction

from foundation.prepared import Prepared
from messaging.feed.enums import EVERYONE, Kind
from messaging.feed.models import FeedLine
from messaging.feed.services import create_feed, opened

pytestmark = pytest.mark.django_db


def later_lines(feed: UUID, after: int, since: dt.datetime) -> models.QuerySet[FeedLine]:
    running = models.Q(until=None) | models.Q(until__gt=since)
    return FeedLine.objects.filter(running, feed=feed, care__gt=after, at__gte=since).select_related("feed").order_by("care")


@pytest.fixture
def feed() -> UUID:
    head = create_feed(uuid4())
    with transaction.atomic(), opened(head.feed) as open_feed:
        for _ in range(5):
            open_feed.append(Kind.POST_WRITTEN, EVERYONE, uuid4(), actor=uuid4())
    return head.feed


def contents(lines: list[FeedLine]) -> list[dict[str, object]]:
    return [{"head": vars(line.feed) | {"_state": 0}, "line": vars(line) | {"_state": 0}} for line in lines]


def test_the_objects_are_the_same_whatever_the_values(feed: UUID) -> None:
    prepared = Prepared(later_lines, feed=UUID, after=int, since=dt.datetime)
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    for after in (0, 3, 5):
        values: dict[str, Any] = {"feed": feed, "after": after, "since": long_ago}
        assert contents(prepared.all(**values)) == contents(list(later_lines(**values)))


def test_a_later_change_is_seen(feed: UUID) -> None:
    prepared = Prepared(later_lines, feed=UUID, after=int, since=dt.datetime)
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    first = prepared.first(feed=feed, after=0, since=long_ago)
    assert first is not None
    FeedLine.objects.filter(pk=first.pk).update(care=99)
    assert [line.care for line in prepared.all(feed=feed, after=0, since=long_ago)] == [2, 3, 4, 5, 99]
    assert prepared.first(feed=uuid4(), after=0, since=long_ago) is None


def test_related_objects_need_no_further_statement(feed: UUID, django_assert_num_queries: pytest.FixtureRequest) -> None:
    prepared = Prepared(later_lines, feed=UUID, after=int, since=dt.datetime)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = prepared.all(feed=feed, after=0, since=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        assert {line.feed.care for line in found} == {5}


def test_a_value_that_the_statement_does_not_use_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        Prepared(lambda feed, unused: FeedLine.objects.filter(feed=feed), feed=UUID, unused=int).all(feed=uuid4(), unused=1)


def test_a_type_without_a_mark_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        Prepared(lambda feed: FeedLine.objects.filter(feed=feed), feed=list).all(feed=[])
