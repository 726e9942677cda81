"""Hearing the feed: what a line asks for is noted in its own transaction, and worked out afterwards by the process of alerts."""
import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from uuid import UUID

from django.db import transaction

from foundation import clock
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
from notifications.stops import stop_for
from people.circles.models import Membership
from people.circles.queries import live_members

log = logging.getLogger("cercle.alerts")
HEARD = frozenset({Kind.POST_WRITTEN, Kind.ALERT_REOPENED, Kind.ALERT_TAKEN})
_MOST = 5000  # lines that are looked at in one round
_ORDINARY_AT_ONCE = 20  # so that an urgent one is never far behind
_AGAIN_S = 30.0  # after a line that could not be worked out


def note_lines(lines: Sequence[FeedLine]) -> None:
    """Stops what lines stop, and notes those that somebody is to be told of; no statement for an act that does neither."""
    stop_for(lines)
    told = [Unheard(line=line) for line in lines if line.kind in HEARD]
    if told:
        Unheard.objects.bulk_create(told)


class Ear:
    """What one process has looked at of the lines that wait: which are urgent, and which could not be worked out a moment ago."""

    def __init__(self) -> None:
        self._urgent: dict[int, bool] = {}
        self._again: dict[int, float] = {}

    def hear(self, *, between: Callable[[], object] = lambda: None) -> int:
        """One round: every urgent line that waits, what follows from them, some of the others; how many lines were worked out."""
        rows = list(Unheard.objects.order_by("pk").values_list("pk", "line__kind", "line__subject")[:_MOST])
        self._classify(rows)
        moment = time.monotonic()
        ready = [pk for pk, _, _ in rows if self._again.get(pk, 0.0) <= moment]
        heard = sum(self._worked_out(pk) for pk in ready if self._urgent[pk])
        between()
        ordinary = [pk for pk in ready if not self._urgent[pk]]
        return heard + sum(self._worked_out(pk) for pk in ordinary[:_ORDINARY_AT_ONCE])

    def _classify(self, rows: Collection[tuple[int, str, UUID]]) -> None:
        """Whether lines are about an urgent post, asked once of each, in one statement for all."""
        fresh = {pk: subject for pk, _, subject in rows if pk not in self._urgent}
        calls = calls_of(set(fresh.values()))
        known = {pk: self._urgent[pk] for pk, _, _ in rows if pk in self._urgent}
        self._urgent = known | {pk: subject in calls and calls[subject].urgency == "urgent" for pk, subject in fresh.items()}
        self._again = {pk: at for pk, at in self._again.items() if pk in self._urgent}

    def _worked_out(self, pk: int) -> bool:
        try:
            return work_out(pk)
        except Exception as error:  # whatever it is, the line is kept and looked at again, and keeps no other one waiting
            log_unexpected(error)
            log.error("alerts.unheard line=%d could not be worked out and is looked at again", pk)
            self._again[pk] = time.monotonic() + _AGAIN_S
            return False


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
