"""Hearing the feed: what a line asks for is noted in its own transaction, and worked out afterwards by the process of alerts."""
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from uuid import UUID

from django.db import transaction

from foundation import clock
from foundation.clock import Seconds
from foundation.http import log_unexpected
from foundation.retries import PASSING, Retries
from foundation.writing import PreparedInsert
from messaging.feed.calls import Call, calls_of, reminders_of
from messaging.feed.enums import Kind
from messaging.feed.models import FeedLine
from notifications import climbing
from notifications.ascending import told_first
from notifications.deciding import reads
from notifications.enums import News, Rank
from notifications.ladders import circle_rests
from notifications.models import Unheard
from notifications.notices import notify
from notifications.reach import AWAY, reach_of
from notifications.stops import stop_for
from people.circles.enums import Role
from people.circles.models import Membership
from people.circles.queries import live_members

log = logging.getLogger("cercle.alerts")
_REMINDS = frozenset({Kind.TASK_DUE, Kind.TASK_LATE, Kind.APPOINTMENT_DUE, Kind.PLAN_DUE})
_RANKS = {Kind.POST_WRITTEN: None, Kind.GLASS_BROKEN: Rank.HOSPITAL, **dict.fromkeys(_REMINDS, Rank.ORDINARY)}
HEARD = frozenset({Kind.POST_WRITTEN, Kind.ALERT_REOPENED, Kind.ALERT_TAKEN, Kind.GLASS_BROKEN}) | _REMINDS
_AT_ONCE = 500  # lines that are looked at together
_URGENT_AT_ONCE = 200  # then climbs are looked at
_HOSPITAL_AT_ONCE = 20  # so that an urgent one is never far behind
_ORDINARY_AT_ONCE = 20
_LONGEST_S: Seconds = 30.0  # between two trials of a line that can't be worked out


def note_lines(lines: Sequence[FeedLine]) -> None:
    """Stops what lines stop, and notes those that somebody is to be told of; no statement for an act that does neither."""
    stop_for(lines)
    told = [Unheard(line=line, rank=_RANKS.get(Kind(line.kind), Rank.ALERT)) for line in lines if line.kind in HEARD]
    if len(told) == 1:  # with every post
        _one_more.save(told[0])
    elif told:
        Unheard.objects.bulk_create(told)


_one_more = PreparedInsert(Unheard)


class Ear:
    """Hears what waits. Which lines could not be worked out a moment ago it knows itself; they hide nothing that stands behind them."""

    def __init__(self) -> None:
        self._again: Retries[int] = Retries(longest_s=_LONGEST_S)

    def hear(self, *, between: Callable[[], object] = lambda: None) -> int:
        """One round: what people ask for, what follows from it, some of what hospitals ask and of the rest; how many were worked out.

        Where the database fails the round ends. Raises DatabaseError.
        """
        try:
            _classify()
            heard = self._heard(Rank.ALERT, _URGENT_AT_ONCE)
        finally:
            between()
        return heard + self._heard(Rank.HOSPITAL, _HOSPITAL_AT_ONCE) + self._heard(Rank.ORDINARY, _ORDINARY_AT_ONCE)

    def _heard(self, rank: Rank, most: int) -> int:
        ready = Unheard.objects.filter(rank=rank).exclude(pk__in=self._again.resting()).order_by("pk")
        return sum(self._worked_out(pk) for pk in list(ready.values_list("pk", flat=True)[:most]))

    def _worked_out(self, pk: int) -> bool:
        try:
            done = work_out(pk)
        except Exception as error:  # whatever it is, the line is kept and looked at again, and keeps no other one waiting
            self._again.failed(pk)
            log.error("alerts.unheard line=%d", pk)
            if isinstance(error, PASSING):
                raise
            log_unexpected(error)
            return False
        self._again.done(pk)
        return done


def _classify() -> None:
    """Notes of every post that nobody has looked at yet in which order it is heard: a statement for many, and as many as there are."""
    while rows := list(Unheard.objects.filter(rank=None).order_by("pk").values_list("pk", "line__subject")[:_AT_ONCE]):
        ranks = _ranks({subject for _, subject in rows})
        for rank in Rank:
            of_them = [pk for pk, subject in rows if ranks.get(subject, Rank.ORDINARY) is rank]
            if of_them:
                Unheard.objects.filter(pk__in=of_them).update(rank=rank)


def _ranks(subjects: Collection[UUID]) -> dict[UUID, Rank]:
    """How soon each is heard; one that can't be read counts as urgent."""
    try:
        return {subject: _rank(call) for subject, call in calls_of(subjects).items()}
    except PASSING:
        raise
    except Exception as error:
        log_unexpected(error)
        if len(subjects) > 1:
            return {one: rank for subject in subjects for one, rank in _ranks([subject]).items()}
        return dict.fromkeys(subjects, Rank.ALERT)


def _rank(call: Call) -> Rank:
    if call.urgency != "urgent" or call.quiet:
        return Rank.ORDINARY
    return Rank.HOSPITAL if call.of_hospital else Rank.ALERT


def work_out(unheard: int) -> bool:
    """Whoever is to be told of a line has notices, and the line is heard, in one transaction; False where another process has it."""
    with transaction.atomic():
        row = Unheard.objects.select_for_update(skip_locked=True, of=("self",)).select_related("line").filter(pk=unheard).first()
        if row is None:
            return False
        if row.line.kind == Kind.GLASS_BROKEN:
            _tell_of_glass(row.line)
        elif row.line.kind in _REMINDS:
            _remind(row.line)
        elif (call := calls_of([row.line.subject]).get(row.line.subject)) is not None:
            _tell(row.line, call)
        row.delete()
        return True


def _tell(line: FeedLine, call: Call) -> None:
    if line.kind != Kind.POST_WRITTEN:
        climbing.follow(line, call)
    elif call.quiet:
        return
    elif call.urgency == "urgent":
        climbing.begin(line, call)
        if call.of_hospital and not call.withdrawn and not circle_rests(call.circle):
            _tell_beside_the_ladder(call)
    elif not call.withdrawn and not circle_rests(call.circle):
        _tell_of_post(call)


def _tell_of_post(call: Call) -> None:
    """An ordinary post: to-dos to those to whom they are addressed, what the hospital says and all else to those who wish it."""
    readers = _readers(call)
    asked = [member for member in readers if _is_asked(member, call)] if call.waits else []
    others = [member for member in readers if member not in asked]
    _notify(asked, News.TODO, call)
    _notify(others, News.HOSPITAL if call.of_hospital else News.POST, call)


def _tell_beside_the_ladder(call: Call) -> None:
    """What somebody must take goes up its ladder; who wishes to hear of hospitals is told at once, but for those whom it tells first."""
    first = told_first(call, clock.now())
    _notify([member for member in _readers(call) if member.person_id not in first], News.HOSPITAL, call)


def _tell_of_glass(line: FeedLine) -> None:
    """Somebody came in by force of an emergency: patient and coordinators are told at once, whatever the hour, if they are still inside."""
    live = live_members([line.feed_id]).filter(membership__role__in=[Role.PATIENT, Role.COORDINATOR], membership__person__is_active=True)
    people = live.exclude(membership=line.actor).exclude(membership=line.subject).values_list("membership__person", flat=True)
    notify(list(people), news=News.GLASS, circle=line.feed_id)


def _remind(line: FeedLine) -> None:
    """The time of a task, an appointment or a review has come: whom it concerns now is told, as their wishes for reminders say."""
    reminder = reminders_of([line.subject]).get(line.subject)
    if reminder is None or circle_rests(reminder.circle):
        return
    live = live_members([reminder.circle]).filter(membership__in=reminder.members.get(line.kind, ()), membership__person__is_active=True)
    people = live.values_list("membership__person", flat=True)
    notify(list(people), news=News.DUE, circle=reminder.circle, subject=line.subject)


def _readers(call: Call) -> list[Membership]:
    """Whoever may read a post now, is on duty, and has not written it: ordinary news ring for nobody off duty."""
    found = {grant.membership_id: grant.membership for grant in live_members([call.circle]).filter(membership__person__is_active=True)}
    author = Membership.objects.filter(pk=call.author).values_list("person", flat=True).first() if call.author else None
    return _on_duty([member for member in found.values() if reads(member, call) and member.person_id != author])


def _on_duty(members: list[Membership]) -> list[Membership]:
    reach = reach_of(members, clock.now())
    return [member for member in members if reach[member.pk].state not in AWAY]


def _is_asked(member: Membership, call: Call) -> bool:
    return str(member.pk) in call.addressees or member.role in call.addressees


def _notify(members: Iterable[Membership], news: News, call: Call) -> None:
    notify([member.person_id for member in members], news=news, circle=call.circle, subject=call.subject)
