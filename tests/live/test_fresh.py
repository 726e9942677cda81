"""What the hub tells of a post that this process has just written is what it would have read."""
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation import clock
from journal import alerts, fresh, services
from journal.models import Post
from journal.protocol import PostBody
from messaging.feed.enums import Standing
from messaging.feed.items import Reader
from messaging.feed.models import SITE_FEED, FeedHead
from messaging.feed.queries import site_position
from messaging.live.news import read_news
from tests.circles.conftest import home, site_vault
from tests.circles.home import Home

__all__ = ["home", "site_vault"]
pytestmark = pytest.mark.django_db(databases=["default", "keys"])
Told = dict[Reader, list[Any]]
OnCommit = Callable[..., Any]


def told_since(circle: UUID, before: int) -> tuple[Told, int]:
    """What a hub reads of a circle beyond a place, and in how many statements."""
    positions = {SITE_FEED: site_position(), circle: before}
    with CaptureQueriesContext(connection) as asked:
        news = read_news(positions, [], clock.now(), {circle: [Reader(standing) for standing in Standing]})
    return news.circles[circle].items, len(asked)


def place(circle: UUID) -> int:
    return FeedHead.objects.get(feed=circle).care


def write(home: Home, commit: OnCommit, who: str = "nurse", **body: Any) -> Post:
    content = PostBody(**{"text": "Passage à midi.", "audience": "circle", **body})
    with commit(execute=True):
        post, _ = services.write_post(home.inside(who), key=uuid4(), body=content)
    return post


def test_it_is_the_same_to_every_standing_and_takes_one_statement(home: Home, django_capture_on_commit_callbacks: OnCommit) -> None:
    for audience in ("circle", "care_team"):
        before = place(home.circle)
        write(home, django_capture_on_commit_callbacks, audience=audience)
        kept, statements = told_since(home.circle, before)
        read, more = told_since(home.circle, before)
        assert kept == read
        assert statements == 1 < more


@pytest.mark.parametrize("body", [{"urgency": "urgent"}, {"urgency": "todo"}])
def test_what_asks_for_somebody_is_read(home: Home, django_capture_on_commit_callbacks: OnCommit, body: dict[str, Any]) -> None:
    before = place(home.circle)
    post = write(home, django_capture_on_commit_callbacks, **body)
    alerts.take_alert(home.inside("gp"), post=post.pk)
    assert b'"taken"' in told_since(home.circle, before)[0][Reader(Standing.CARE_TEAM)][0][1]


def test_an_answer_is_read(home: Home, django_capture_on_commit_callbacks: OnCommit) -> None:
    first, before = write(home, django_capture_on_commit_callbacks), place(home.circle)
    write(home, django_capture_on_commit_callbacks, reply_to=first.pk)
    assert told_since(home.circle, before)[1] > 1


def test_a_post_that_was_changed_since_is_told_as_it_is_now(home: Home, django_capture_on_commit_callbacks: OnCommit) -> None:
    before = place(home.circle)
    post = write(home, django_capture_on_commit_callbacks)
    services.retract_post(home.inside("nurse"), post=post.pk, reason="trompé")
    items, _ = told_since(home.circle, before)
    assert all(b"Passage" not in encoded for of_reader in items.values() for _, encoded in of_reader)


def test_after_a_line_of_another_kind_all_is_read(home: Home, django_capture_on_commit_callbacks: OnCommit) -> None:
    before = place(home.circle)
    write(home, django_capture_on_commit_callbacks)
    assert home.call("coordinator", "PUT", "/state", state="frozen", reason="pause")[0] == 200
    assert told_since(home.circle, before)[1] > 1


def test_it_is_kept_for_seconds(home: Home, django_capture_on_commit_callbacks: OnCommit, monkeypatch: pytest.MonkeyPatch) -> None:
    post = write(home, django_capture_on_commit_callbacks)
    monkeypatch.setattr(fresh, "_KEPT_S", -1.0)
    assert fresh.take([post.pk]) == []
