"""Hearing the feed: what a line asks for is noted in its own transaction, and worked out afterwards by the process of alerts."""
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from uuid import UUID

from django.db import transaction

from foundation import clock
from foundation.clock import Seconds
from foundation.http import log_unexpected
from messaging.feed.calls import Call, calls_of
from messaging.feed.enums import Kind
from messaging.feed.models import FeedLine
from notifications import climbing
from notifications.deciding import reads
from notifications.enums import News
from notifications.ladders import circle_rests
from notifications.models import Unheard
from notifications.notices import notify
from notifications.reach import AWAY, reach_of
from notifications.retries import PASSING, Retries
from notifications.stops import stop_for
from people.circles.models import Membership
from people.circles.queries import live_members

log = logging.getLogger("cercle.alerts")
HEARD = frozenset({Kind.POST_WRITTEN, Kind.ALERT_REOPENED, Kind.ALERT_TAKEN})
_AT_ONCE = 500  # lines that are looked at together
_URGENT_AT_ONCE = 200  # then climbs are looked at
_ORDINARY_AT_ONCE = 20  # so that an urgent one is never far behind
_LONGEST_S: Seconds = 30.0  # between two trials of a line that can't be worked out


def note_lines(lines: Sequence[FeedLine]) -> None:
    """Stops what lines stop, and notes those that somebody is to be told of; no statement for an act that does neither."""
    stop_for(lines)
    told = [Unheard(line=line, urgent=None if line.kind == Kind.POST_WRITTEN else True) for line in lines if line.kind in HEARD]
    if told:
        Unheard.objects.bulk_create(told)


class Ear:
    """Hears what waits. Which lines could not be worked out a moment ago it knows itself; they hide nothing that stands behind them."""

    def __init__(self) -> None:
        self._again: Retries[int] = Retries(longest_s=_LONGEST_S)

    def hear(self, *, between: Callable[[], object] = lambda: None) -> int:
        """One round: urgent lines that wait, what follows from them, some of the others; how many lines were worked out.

        Where the database fails the round ends. Raises DatabaseError.
        """
        try:
            _classify()
            heard = self._heard(urgent=True, most=_URGENT_AT_ONCE)
        finally:
            between()
        return heard + self._heard(urgent=False, most=_ORDINARY_AT_ONCE)

    def _heard(self, *, urgent: bool, most: int) -> int:
        ready = Unheard.objects.filter(urgent=urgent).exclude(pk__in=self._again.resting()).order_by("pk")
        return sum(self._worked_out(pk) for pk in list(ready.values_list("pk", flat=True)[:most]))

    def _worked_out(self, pk: int) -> bool:
        try:
            done = work_out(pk)
        except Exception as error:  # whatever it is, the line is kept and looked at again, and keeps no other one waiting
            self._again.failed(pk)
            log.error("alerts.unheard line=%d could not be worked out and is looked at again", pk)
            if isinstance(error, PASSING):
                raise
            log_unexpected(error)
            return False
        self._again.done(pk)
        return done


def _classify() -> None:
    """Notes of every post that nobody has looked at yet whether it is urgent: a statement for many, and as many as there are."""
    while rows := list(Unheard.objects.filter(urgent=None).order_by("pk").values_list("pk", "line__subject")[:_AT_ONCE]):
        urgent = _urgent({subject for _, subject in rows})
        for answer in (True, False):
            of_them = [pk for pk, subject in rows if (subject in urgent) is answer]
            if of_them:
                Unheard.objects.filter(pk__in=of_them).update(urgent=answer)


def _urgent(subjects: Collection[UUID]) -> set[UUID]:
    """Those of them that are urgent; one that can't be read counts as such."""
    try:
        return {subject for subject, call in calls_of(subjects).items() if call.urgency == "urgent"}
    except PASSING:
        raise
    except Exception as error:
        log_unexpected(error)
        return {one for subject in subjects for one in _urgent([subject])} if len(subjects) > 1 else set(subjects)


def work_out(unheard: int) -> bool:
    """Whoever is to be told of a line has notices, and the line is heard, in one transaction; False where another process has it."""
    with transaction.atomic():
        row = Unheard.objects.select_for_update(skip_locked=True, of=("self",)).select_related("line").filter(pk=unheard).first()
        if row is None:
            return False
        call = calls_of([row.line.subject]).get(row.line.subject)
        if call is not None:
            _tell(row.line, call)
        row.delete()
        return True


def _tell(line: FeedLine, call: Call) -> None:
    if line.kind != Kind.POST_WRITTEN:
        climbing.follow(line, call)
    elif call.urgency == "urgent":
        climbing.begin(line, call)
    elif not call.withdrawn and not circle_rests(call.circle):
        _tell_of_post(call)


def _tell_of_post(call: Call) -> None:
    """An ordinary post: to-dos to those to whom they are addressed, what the hospital says and all else to those who wish it."""
    readers = _readers(call)
    asked = [member for member in readers if _is_asked(member, call)] if call.waits else []
    others = [member for member in readers if member not in asked]
    _notify(asked, News.TODO, call)
    _notify(others, News.HOSPITAL if call.kind == "hospital_event" else News.POST, call)


def _readers(call: Call) -> list[Membership]:
    """Whoever may read a post now, is on duty, and has not written it: ordinary news ring for nobody off duty."""
    found = {grant.membership_id: grant.membership for grant in live_members([call.circle]).filter(membership__person__is_active=True)}
    author = Membership.objects.filter(pk=call.author).values_list("person", flat=True).first()
    return _on_duty([member for member in found.values() if reads(member, call) and member.person_id != author])


def _on_duty(members: list[Membership]) -> list[Membership]:
    reach = reach_of(members, clock.now())
    return [member for member in members if reach[member.pk].state not in AWAY]


def _is_asked(member: Membership, call: Call) -> bool:
    return str(member.pk) in call.addressees or member.role in call.addressees


def _notify(members: Iterable[Membership], news: News, call: Call) -> None:
    notify([member.person_id for member in members], news=news, circle=call.circle, subject=call.subject)
