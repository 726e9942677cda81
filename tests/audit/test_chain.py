"""The trail's chain: every line altered, missing or cut off is found, whoever changes the rows beneath."""
import datetime as dt
import io
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from foundation import clock, ids
from foundation.vault import seal
from people.audit import services
from people.audit.models import TrailHead, TrailLine
from people.audit.queries import broken_chains
from people.audit.services import Access, record_access, record_opening

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
LINES = 4


@pytest.fixture
def circle() -> Any:
    """A circle whose trail has four lines, beside another whole one."""
    seal.forget()
    seal.create_vault(seal.SITE)
    circle, person, session = ids.new(), ids.new(), ids.new()
    for what in ("circle.opened", "search", "refused:take", "circle.opened"):
        record_access(Access(circle, person, "nurse", what, "admitted", session))
    record_access(Access(ids.new(), person, "gp", "circle.opened", "admitted", session))
    return circle


def test_a_whole_trail_is_said_to_be_whole(circle: Any) -> None:
    said = io.StringIO()
    call_command("verify_audit", stdout=said)
    assert said.getvalue() == "every trail is whole\n"


@pytest.mark.parametrize(
    "change",
    [
        {"what": "search.none"}, {"right": "other"}, {"role": "gp"}, {"person": ids.new()}, {"session": ids.new()},
        {"hour": "2026-01-01T00"}, {"at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, {"digest": bytes(32)},
    ],
    ids=lambda change: str(next(iter(change))),
)  # fmt: skip
@pytest.mark.parametrize("number", [1, 2, LINES])
def test_one_altered_line_is_found(circle: Any, number: int, change: dict[str, Any]) -> None:
    TrailLine.objects.filter(circle=circle, number=number).update(**change)
    assert list(broken_chains()) == [f"{circle}: line {number} was altered"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_missing_line_is_found(circle: Any, number: int) -> None:
    TrailLine.objects.filter(circle=circle, number=number).delete()
    assert list(broken_chains()) == [f"{circle}: line {number} is missing"]


def test_a_line_taken_out_and_the_rest_moved_up_is_found(circle: Any) -> None:
    TrailLine.objects.filter(circle=circle, number=2).delete()
    for number in (3, 4):
        TrailLine.objects.filter(circle=circle, number=number).update(number=number - 1)
    TrailHead.objects.filter(circle=circle).update(count=3)
    assert list(broken_chains()) == [f"{circle}: line 2 was altered"]


@pytest.mark.parametrize("kept", [0, 1, 3])
def test_lines_cut_off_the_end_are_missed(circle: Any, kept: int) -> None:
    TrailLine.objects.filter(circle=circle, number__gt=kept).delete()
    assert list(broken_chains()) == [f"{circle}: lines after {kept} are missing"]


def test_a_head_put_back_with_its_lines_cut_off_is_missed_by_its_digest(circle: Any) -> None:
    TrailLine.objects.filter(circle=circle, number=LINES).delete()
    TrailHead.objects.filter(circle=circle).update(count=LINES - 1)
    assert list(broken_chains()) == [f"{circle}: lines after {LINES - 1} are missing"]


def test_a_line_of_another_circle_does_not_fit(circle: Any) -> None:
    other = TrailLine.objects.exclude(circle=circle).get()
    other.number, other.circle = 1, circle
    TrailLine.objects.filter(circle=circle, number=1).delete()
    other.save()
    assert f"{circle}: line 1 was altered" in list(broken_chains())


def test_the_command_names_what_is_broken_and_fails(circle: Any) -> None:
    TrailLine.objects.filter(circle=circle, number=2).update(what="search.none")
    said = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=said)
    assert f"{circle}: line 2 was altered" in said.getvalue()


def test_a_line_goes_with_the_transaction_that_it_tells_of(circle: Any) -> None:
    with transaction.atomic():
        record_access(Access(circle, None, "nurse", "search", "admitted"))
        transaction.set_rollback(True)
    assert TrailLine.objects.filter(circle=circle).count() == LINES
    assert list(broken_chains()) == []


def test_an_opening_leaves_one_line_per_session_and_hour(circle: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    access, moment = Access(circle, ids.new(), "gp", "circle.opened", "admitted", ids.new()), clock.now().replace(minute=5)
    for minutes in (0, 1, 40, 60, 61):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: moment + dt.timedelta(minutes=minutes))
        record_opening(access)
    assert TrailLine.objects.filter(circle=circle, session=access.session).count() == 2


def test_of_two_openings_at_once_one_leaves_the_line(circle: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    access, lock = Access(circle, ids.new(), "gp", "circle.opened", "admitted", ids.new()), services._locked_head

    def overtaken(trail: UUID) -> TrailHead:
        monkeypatch.setattr(services, "_locked_head", lock)
        record_opening(access)
        return lock(trail)

    monkeypatch.setattr(services, "_locked_head", overtaken)
    record_opening(access)
    assert TrailLine.objects.filter(circle=circle, session=access.session).count() == 1
    assert list(broken_chains()) == []
