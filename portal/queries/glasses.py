"""Emergency accesses as their review's page shows them."""
from collections.abc import Iterable
from dataclasses import dataclass

from foundation import clock
from hospital.stays.enums import Alarm
from hospital.stays.models import BrokenGlass
from hospital.stays.reviews import Review
from people.accounts.models import Person
from people.accounts.queries import office_of
from people.circles.words import titled, trade
from portal.queries.unusual import label_of

_HOUR_S = 3600


@dataclass(frozen=True)
class ShownReview:
    """A review with its words. `hours` that are left of the 72, or that it is late."""

    review: Review
    name: str
    role: str
    label: str
    why: str
    alarms: list[str]
    hours: int
    verdict: str


def shown_reviews(found: Iterable[Review]) -> list[ShownReview]:
    """In the order given."""
    return [_shown(one) for one in found]


def _shown(review: Review) -> ShownReview:
    glass, now = review.glass, clock.now()
    left = abs((review.due_at - now).total_seconds()) / _HOUR_S
    alarms = [str(Alarm(code).label) for code in glass.alarms if code in Alarm.values]
    return ShownReview(
        review, titled(review.person), trade(review.person), label_of(review.circle), why=str(glass.get_reason_code_display()),
        alarms=alarms, hours=int(left), verdict=str(glass.get_verdict_display()) if glass.verdict else "",
    )  # fmt: skip


def reviews_waiting(person: Person) -> int:
    """How many an officer has yet to decide; 0 for everybody else. Their own are somebody else's."""
    office = office_of(person)
    if office is None:
        return 0
    waiting = BrokenGlass.objects.filter(verdict="").exclude(membership__person=person)
    return (waiting if office.structure is None else waiting.filter(structure=office.structure)).count()
