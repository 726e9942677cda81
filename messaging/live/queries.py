"""Questions about marks, and the counts that the rooms upstairs register."""
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Min, Q
from django.utils import timezone

from messaging.feed.enums import Standing
from messaging.live.models import ReadMark, ReadMove

Counts = Callable[[Iterable[UUID]], dict[UUID, int]]
_counts: dict[str, Counts] = {}


def register_counts(**counts: Counts) -> None:
    """Says how something is counted for many memberships at once: `unread`, `open_alerts`."""
    _counts.update(counts)


def counts_of(members: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Everything that is counted, for many memberships, in as many statements as there are counts."""
    wanted = list(members)
    counted = {name: count(wanted) for name, count in _counts.items()}
    return {member: {name: by_member.get(member, 0) for name, by_member in counted.items()} for member in wanted}


def passed(circle: UUID, position: int, numbers: Mapping[Standing, int]) -> list[tuple[UUID, dt.datetime]]:
    """(member, when) of each mark that has passed a line: its place in the feed, its number in each standing that sees it.

    Whoever was admitted "from now" after the line has not read it, however far their mark stands.
    """
    moves = ReadMove.objects.filter(_readers(numbers), membership__circle=circle, position__gte=position)
    return list(moves.values("membership").annotate(first=Min("at")).order_by("first", "membership").values_list("membership", "first"))


@dataclass(frozen=True)
class Glance:
    """A line that some may have read before a moment: its place, its number in each standing that sees it, until when, but for whom.

    `but`: the author's membership; None where no member wrote it.
    """

    position: int
    numbers: Mapping[Standing, int]
    until: dt.datetime
    but: UUID | None


def passed_by(circle: UUID, glances: Mapping[str, Glance]) -> dict[str, int]:
    """How many marks had passed each of these lines of a circle by its moment; one statement, none where nothing is asked."""
    if not glances:
        return {}
    counts = {
        f"n{place}": Count(
            "membership", distinct=True,
            filter=_readers(glance.numbers) & Q(position__gte=glance.position, at__lte=glance.until) & _others(glance.but),
        )
        for place, glance in enumerate(glances.values())
    }  # fmt: skip
    lowest = min(glance.position for glance in glances.values())
    found = ReadMove.objects.filter(membership__circle=circle, position__gte=lowest).aggregate(**counts)
    return {key: found[f"n{place}"] for place, key in enumerate(glances)}


def _others(author: UUID | None) -> Q:
    return ~Q(membership=author) if author else Q()


def _readers(numbers: Mapping[Standing, int]) -> Q:
    return reduce(or_, (Q(membership__standing=standing, membership__first__lte=number) for standing, number in numbers.items()))


def marks_of(members: Iterable[UUID]) -> list[ReadMark]:
    """Marks with their memberships."""
    return list(ReadMark.objects.filter(membership__in=list(members)).select_related("membership"))


def marks_moved_within(circles: Iterable[UUID], seconds: float) -> list[ReadMark]:
    """Marks of some circles that moved in the last seconds of the machine's clock."""
    since = timezone.now() - dt.timedelta(seconds=seconds)
    return list(ReadMark.objects.filter(moved_at__gte=since, membership__circle__in=list(circles)).select_related("membership"))
