"""Old lines and new ones in one chain: both are verified, and neither can be made into the other."""
from typing import Any

import pytest

from foundation import clock, ids
from foundation.device import called_from
from foundation.vault import seal
from people.audit.models import TrailHead, TrailLine
from people.audit.queries import broken_chains
from people.audit.services import Access, record_access, record_accesses

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def old_line(circle: Any, number: int, before: bytes) -> TrailLine:
    """A line as it was written before lines said more."""
    said = {"role": "nurse", "what": "search", "right": "admitted", "version": 1}
    line = TrailLine(circle=circle, number=number, at=clock.now(), person=ids.new(), **said)
    line.digest = line.digest_after(before)
    line.save()
    return line


@pytest.fixture
def circle() -> Any:
    """Two old lines and two new ones."""
    seal.forget()
    seal.create_vault(seal.SITE)
    circle, before = ids.new(), b""
    for number in (1, 2):
        before = bytes(old_line(circle, number, before).digest)
    TrailHead.objects.create(circle=circle, count=2, digest=before)
    for _ in range(2):
        with called_from("Firefox · Android"):
            record_access(Access(circle, ids.new(), "gp", "member.left", "admitted", structure=ids.new(), about=ids.new()))
    return circle


def test_old_and_new_lines_are_one_whole_chain(circle: Any) -> None:
    assert list(broken_chains()) == []
    assert list(TrailLine.objects.order_by("number").values_list("version", "device")) == [(1, "")] * 2 + [(2, "Firefox · Android")] * 2


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "change",
    [{"structure": ids.new()}, {"device": "Safari · iPhone"}, {"about": ids.new()}, {"version": 3}],
    ids=lambda change: str(next(iter(change))),
)
def test_what_a_line_says_more_is_sealed_too(circle: Any, number: int, change: dict[str, Any]) -> None:
    TrailLine.objects.filter(circle=circle, number=number).update(**change)
    assert list(broken_chains()) == [f"{circle}: line {number} was altered"]


@pytest.mark.parametrize(("number", "version"), [(1, 2), (2, 2), (3, 1), (4, 1)])
def test_a_line_can_t_be_passed_off_as_one_of_another_version(circle: Any, number: int, version: int) -> None:
    TrailLine.objects.filter(circle=circle, number=number).update(version=version, structure=None, device="", about=None)
    assert list(broken_chains()) == [f"{circle}: line {number} was altered"]


def test_many_trails_at_once_say_what_one_by_one_would_have_said(circle: Any) -> None:
    others = [ids.new() for _ in range(3)]
    record_accesses([Access(trail, None, "", "member.joined", "system") for trail in (*others, circle, circle)])
    assert list(broken_chains()) == []
    assert TrailHead.objects.get(circle=circle).count == 6
    assert {TrailHead.objects.get(circle=trail).count for trail in others} == {1}
