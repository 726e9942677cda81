"""Openings of many people at one moment: each leaves its line, once, in one commit, and every chain stays whole."""
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from foundation import ids
from foundation.vault import seal
from people.audit.models import TrailLine
from people.audit.queries import broken_chains
from people.audit.services import Access, record_opening, record_openings

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


@pytest.fixture
def openings() -> list[Access]:
    """Twelve people in three circles, one of them by two sessions and one asking twice."""
    seal.forget()
    seal.create_vault(seal.SITE)
    circles = [ids.new() for _ in range(3)]
    trails = [circles[n % 3] for n in range(12)]
    asked = [Access(trail, ids.new(), "nurse", "circle.opened", "admitted", ids.new(), device="Firefox · Android") for trail in trails]
    return [*asked, replace(asked[0], session=ids.new()), asked[1]]


def test_each_leaves_one_line_and_every_trail_is_whole(openings: list[Access]) -> None:
    record_opening(openings[4])
    record_openings([(access, lambda access: replace(access, structure=access.circle)) for access in openings])
    record_openings([(access, lambda access: access) for access in openings])
    lines = TrailLine.objects.all()
    assert len(lines) == 13
    assert {(line.circle, line.person, line.session) for line in lines} == {(one.circle, one.person, one.session) for one in openings}
    assert {line.structure for line in lines} == {None, *[one.circle for one in openings]}
    assert {line.device for line in lines} == {"Firefox · Android"}
    assert list(broken_chains()) == []


def test_a_crowd_is_one_transaction_and_the_second_time_none(openings: list[Access]) -> None:
    with CaptureQueriesContext(connection) as first:
        record_openings([(access, lambda access: access) for access in openings])
    assert sum(query["sql"].startswith("BEGIN") for query in first.captured_queries) == 1
    with CaptureQueriesContext(connection) as second:
        record_openings([(access, lambda access: access) for access in openings])
    assert second.captured_queries == []


def test_what_was_rolled_back_is_written_when_it_is_asked_again(openings: list[Access]) -> None:
    with transaction.atomic():
        record_openings([(access, lambda access: access) for access in openings])
        transaction.set_rollback(True)
    assert not TrailLine.objects.exists()
    record_openings([(access, lambda access: access) for access in openings])
    assert TrailLine.objects.count() == 13
