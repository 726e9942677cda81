"""Reading and verifying the trail."""
from collections.abc import Iterator
from uuid import UUID

from people.audit.models import TrailHead, TrailLine


def lines_before(circle: UUID, *, person: UUID | None, before: int | None, limit: int) -> list[TrailLine]:
    """At most `limit` lines of a trail, newest first, below number `before`; of one person where given."""
    lines = TrailLine.objects.filter(circle=circle)
    if person is not None:
        lines = lines.filter(person=person)
    if before is not None:
        lines = lines.filter(number__lt=before)
    return list(lines.order_by("-number")[:limit])


def number_of(circle: UUID, mark: UUID) -> int | None:
    """The number of the line that is known outside by this mark."""
    among = (mark.bytes + bytes(16), mark.bytes + b"\xff" * 16)
    return TrailLine.objects.filter(circle=circle, digest__range=among).values_list("number", flat=True).first()


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
