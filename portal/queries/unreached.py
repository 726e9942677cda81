"""Whom to telephone: alerts around my patients of which nobody's device could be reached, for those who steer their circles."""
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from messaging.feed.calls import Step, steps_of
from messaging.feed.enums import Standing
from notifications.models import Climb
from people.circles.models import Membership
from people.circles.policy import STEERING
from people.circles.words import titled, trade
from people.contacts.queries import numbers_for
from portal.queries.mine import Mine, Patients
from portal.queries.news import Alert, opened_posts


@dataclass(frozen=True)
class Callee:
    """Somebody to telephone: their own number, else that of the structure for which they are here; "" where none is known."""

    name: str
    trade: str
    standing: str
    phone: str


@dataclass(frozen=True)
class Unreached:
    """An urgent post that waits, and whom nobody could tell of it."""

    circle: UUID
    post: UUID
    patient: str
    excerpt: str
    at: dt.datetime
    zone: str
    people: list[Callee]


def to_telephone(patients: Patients) -> list[Unreached]:
    """Those of the alerts that I read in circles that I steer, longest waiting first; three statements where there is none."""
    waiting = [(mine, alert) for mine in patients.members if mine.role in STEERING for alert in _open(patients, mine)]
    steps = steps_of([alert.post for _mine, alert in waiting])
    since = dict(Climb.objects.filter(subject__in=list(steps)).values_list("subject", "started_at")) if steps else {}
    missed = {post: who for post, told in steps.items() if (who := _missed(step for step in told if step.at >= since[post]))}
    if not missed:
        return []
    members = Membership.objects.select_related("person", "via").in_bulk({member for who in missed.values() for member in who})
    posts = opened_posts(missed)
    found = []
    for mine, alert in sorted((pair for pair in waiting if pair[1].post in missed), key=lambda pair: pair[1].at):
        post = posts[alert.post]
        people = _callees(mine, [members[member] for member in missed[alert.post] if member in members])
        patient, zone = post.circle.patient.traits.name, post.circle.zone
        found.append(Unreached(mine.circle_id, post.pk, patient, posts.excerpt(post, mine.standing), alert.at, zone, people))
    return found


def _open(patients: Patients, mine: Mine) -> list[Alert]:
    return [alert for alert in patients.alerts.get(mine.circle_id, []) if alert.urgent and alert.waiting]


def _missed(told: Iterable[Step]) -> list[UUID]:
    """Who could not be reached by the steps of an ascent, and has not been since."""
    missed: dict[UUID, None] = {}
    for step in told:
        for member, state in step.members:
            if state == "shown":
                missed.pop(member, None)
            elif step.what == "unreached":
                missed[member] = None
    return list(missed)


def _callees(mine: Mine, members: Sequence[Membership]) -> list[Callee]:
    numbers = numbers_for(Standing(mine.standing), [member.person_id for member in members])
    return [_callee(member, numbers.get(member.person_id, "")) for member in members]


def _callee(member: Membership, number: str) -> Callee:
    phone = number or (member.via.phone if member.via else "")
    return Callee(titled(member.person, member.role), trade(member.person, member.role), member.standing, phone)
