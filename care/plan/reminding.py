"""A review whose day has come: the referent is told once, or, where nobody refers any more, those who steer."""
import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from care.plan.editions import today
from care.plan.enums import Part
from care.plan.models import Planned
from care.records.rounds import each, resting
from care.records.services import change_record
from foundation import clock
from messaging.feed.calls import Reminder
from messaging.feed.enums import Kind
from messaging.feed.services import opened
from people.circles.enums import Audience, CircleState
from people.circles.models import Membership
from people.circles.policy import STEERING
from people.circles.queries import live_members

_MOST = 50
_REVIEWS = "reviews"
_LIVING = [CircleState.ACTIVE, CircleState.FROZEN]


def tell_due_reviews() -> int:
    """Writes the line of each review that is due and was not told; how many. What one turn leaves, the next takes."""
    latest = clock.now().date() + dt.timedelta(days=1)  # somewhere it is tomorrow already; the circle's own day decides below
    due = Planned.objects.filter(_untold(), part=Part.REFERENT, ended_at=None, due_on__lte=latest, circle__state__in=_LIVING)
    due = due.exclude(pk__in=resting(_REVIEWS)).select_related("circle").order_by("due_on")
    waiting: list[Planned] = list(due[:_MOST])  # type: ignore[arg-type]
    return each(_REVIEWS, [(one.pk, one.circle_id) for one in waiting if one.due_on and one.due_on <= today(one.circle.zone)], _tell)


def _untold() -> Q:
    return Q(told_for=None) | ~Q(told_for=F("due_on"))


def _tell(entry: UUID, circle: UUID) -> bool:
    """Everything is read again under the lock: a review that was moved a moment ago is told to nobody."""
    with transaction.atomic(), opened(circle) as feed:
        found = Planned.objects.whole().filter(_untold(), pk=entry, ended_at=None, circle__state__in=_LIVING).first()
        if not isinstance(found, Planned) or found.due_on is None or found.due_on > today(found.circle.zone):
            return False
        found.told_for = found.due_on
        change_record(feed, found, kind=Kind.PLAN_DUE, by=None)
        return True


def load_reviews(subjects: Collection[UUID]) -> dict[UUID, Reminder]:
    """Whom reviews concern that are due now: nobody any more once the day was moved or the entry ended."""
    rows = Planned.objects.whole().filter(pk__in=list(subjects), part=Part.REFERENT, ended_at=None, due_on__isnull=False)
    due = [one for one in rows if isinstance(one, Planned) and one.due_on and one.due_on <= today(one.circle.zone)]
    if not due:
        return {}
    inside: dict[UUID, dict[UUID, Membership]] = {}
    for grant in live_members({one.circle_id for one in due}):
        inside.setdefault(grant.membership.circle_id, {})[grant.membership_id] = grant.membership
    return {one.pk: _reminder(one, inside.get(one.circle_id, {})) for one in due}


def _reminder(entry: Planned, inside: dict[UUID, Membership]) -> Reminder:
    readers = Audience(entry.audience).readers
    reading = {key: one for key, one in inside.items() if one.stands in readers}
    referent = UUID(entry.words()["member"])
    told = (referent,) if referent in reading else tuple(sorted(key for key, one in reading.items() if one.role in STEERING))
    return Reminder(entry.circle_id, {Kind.PLAN_DUE: told}, f"/circles/{entry.circle_id}/plan")
