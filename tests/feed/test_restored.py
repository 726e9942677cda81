"""A database restored from a backup is noticed at the start: every epoch changes, so no client goes on from a cursor of the lost future."""
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from foundation import ids
from messaging.feed.enums import EVERYONE, Kind
from messaging.feed.models import FeedHead, FeedLine
from messaging.feed.services import create_feed, note_newest, opened, renew_if_restored

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed() -> UUID:
    """A feed with three lines."""
    head = create_feed(ids.new())
    for _ in range(3):
        append(head.feed)
    return head.feed


def append(feed: UUID) -> None:
    """One more line."""
    with transaction.atomic(), opened(feed) as line:
        line.append(Kind.POST_WRITTEN, EVERYONE, ids.new())


def epoch(feed: UUID) -> UUID:
    """The feed's epoch as it stands."""
    return FeedHead.objects.get(feed=feed).epoch


def test_an_ordinary_start_changes_no_epoch(feed: UUID, tmp_path: Path) -> None:
    note_newest(tmp_path / "note")
    before = epoch(feed)
    append(feed)
    assert not renew_if_restored(tmp_path / "note")
    assert not renew_if_restored(tmp_path / "note")
    assert epoch(feed) == before


def test_an_older_database_begins_a_new_epoch_once(feed: UUID, tmp_path: Path) -> None:
    note_newest(tmp_path / "note")
    before = epoch(feed)
    FeedLine.objects.filter(feed=feed, care=3).delete()
    assert renew_if_restored(tmp_path / "note")
    restored = epoch(feed)
    assert restored != before
    assert not renew_if_restored(tmp_path / "note")
    assert epoch(feed) == restored


def test_a_database_brought_to_a_new_folder_begins_a_new_epoch(feed: UUID, tmp_path: Path) -> None:
    before = epoch(feed)
    assert renew_if_restored(tmp_path / "note")
    assert epoch(feed) != before


def test_the_first_start_of_all_says_nothing(tmp_path: Path) -> None:
    assert not renew_if_restored(tmp_path / "note")
