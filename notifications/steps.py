"""What alerts have done about posts, for the post to show: whom they told, and what each one's ways said of it."""
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from messaging.feed.calls import Step
from notifications.enums import DeliveryState, Phase, Stride
from notifications.models import ClimbStep, Delivery
from people.circles.models import Membership

_RANK = ("dropped", "unreached", "pending", "sent", "shown")  # of several ways the best one counts
_SAYS = {
    DeliveryState.WAITING: "pending", DeliveryState.SENT: "sent", DeliveryState.SHOWN: "shown", DeliveryState.DROPPED: "dropped",
    DeliveryState.DEAD: "unreached",
}  # fmt: skip
_NO_WAY = "unreached"  # nothing was made ready for them: no way leads there
Said = Mapping[tuple[int, UUID], str]  # (step, person) → how they were reached


def load_steps(subjects: Collection[UUID]) -> dict[UUID, list[Step]]:
    """Steps by subject, oldest first, in three statements. Repeats in a row are told as the last of them."""
    rows = _folded(ClimbStep.objects.filter(climb__subject__in=list(subjects)).select_related("climb").order_by("at", "pk"))
    if not rows:
        return {}
    people = dict(Membership.objects.filter(pk__in={member for row in rows for member in row.members}).values_list("pk", "person"))
    said = _said(row.pk for row in rows)
    told: dict[UUID, list[Step]] = {}
    for row in rows:
        told.setdefault(row.climb.subject, []).append(_step(row, people, said))
    # Once somebody has it, the next look follows their working hours, which are not for everybody who reads the post.
    planned = {row.climb.subject: row.climb.next_at for row in rows if row.climb.phase == Phase.CLIMBING}
    for subject, at in planned.items():
        told[subject][-1] = replace(told[subject][-1], next_at=at)
    return told


def _folded(rows: Iterable[ClimbStep]) -> list[ClimbStep]:
    """Of repeats in a row only the last; nothing more is asked about the others."""
    kept: dict[UUID, list[ClimbStep]] = {}
    for row in rows:
        steps = kept.setdefault(row.climb_id, [])
        if row.what == Stride.TOLD_AGAIN and steps and steps[-1].what == row.what:
            steps.pop()
        steps.append(row)
    return [row for steps in kept.values() for row in steps]


def _step(row: ClimbStep, people: Mapping[UUID, UUID], said: Said) -> Step:
    members = [UUID(member) for member in row.members]
    reached = tuple((member, said.get((row.pk, people[member]), _NO_WAY)) for member in members if member in people)
    return Step(row.what, row.at, row.rung, reached, row.until)


def _said(steps: Iterable[int]) -> dict[tuple[int, UUID], str]:
    """The best word of each person's ways. A letter that has left says less than a device that has shown it: it is sent."""
    found: dict[tuple[int, UUID], str] = {}
    later: dict[tuple[int, UUID], str] = {}
    rows = Delivery.objects.filter(notice__step__in=list(steps)).values_list("notice__step", "notice__person", "state", "unless_shown")
    for step, person, state, fallback in rows:
        word = _SAYS[DeliveryState(state)]
        if fallback and state in {DeliveryState.WAITING, DeliveryState.DROPPED}:
            later[step, person] = word  # whose time has not come counts only where there is nothing else
            continue
        before = found.get((step, person))
        if before is None or _RANK.index(word) > _RANK.index(before):
            found[step, person] = word
    return {**later, **found}
