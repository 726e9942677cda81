"""Reading and verifying the trail."""
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q, QuerySet

from people.audit.models import STRANGER, TrailHead, TrailLine


def lines_before(circle: UUID, *, person: UUID | None, before: int | None, limit: int) -> list[TrailLine]:
    """At most `limit` lines of a trail, newest first, below number `before`; one person's own accesses where given."""
    lines = TrailLine.objects.filter(circle=circle)
    if person is not None:
        lines = lines.filter(person=person).exclude(what=STRANGER)
    if before is not None:
        lines = lines.filter(number__lt=before)
    return list(lines.order_by("-number")[:limit])


def own_lines(person: UUID, *, before: UUID | None = None, limit: int | None = None) -> list[TrailLine]:
    """One's own accesses over all trails, newest first, from before the one with this mark on. None: all of them."""
    lines = _own(person)
    place = lines.filter(digest__range=marked(before)).values_list("at", "pk").first() if before else None
    if place is not None:
        at, pk = place
        lines = lines.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    return list(lines.order_by("-at", "-pk")[:limit])


def _own(person: UUID) -> QuerySet[TrailLine]:
    return TrailLine.objects.filter(person=person).exclude(what=STRANGER)


def marked(mark: UUID) -> tuple[bytes, bytes]:
    """The range of digests that begin with a line's mark."""
    return mark.bytes + bytes(16), mark.bytes + b"\xff" * 16


def number_of(circle: UUID, mark: UUID) -> int | None:
    """The number of the line that is known outside by this mark."""
    return TrailLine.objects.filter(circle=circle, digest__range=marked(mark)).values_list("number", flat=True).first()


def broken_chains() -> Iterator[str]:
    """A sentence for each trail in which a line was altered, is missing, or was cut off the end."""
    circles = set(TrailHead.objects.values_list("circle", flat=True)) | set(TrailLine.objects.values_list("circle", flat=True).distinct())
    for circle in sorted(circles):
        fault = _fault(circle)
        if fault:
            yield f"{circle}: {fault}"


def _fault(circle: UUID) -> str:
    before, number = b"", 0
    for line in TrailLine.objects.filter(circle=circle).order_by("number").iterator():
        if line.number != number + 1:
            return f"line {number + 1} is missing"
        if bytes(line.digest) != line.digest_after(before):
            return f"line {line.number} was altered"
        before, number = bytes(line.digest), line.number
    head = TrailHead.objects.filter(circle=circle).first()
    if head is None or head.count != number or bytes(head.digest) != before:
        return f"lines after {number} are missing"
    return ""
