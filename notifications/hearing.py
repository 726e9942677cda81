"""Hearing the feed: what a line asks for is noted in its own transaction, and worked out afterwards by the process of alerts."""
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from django.db import transaction

from foundation import clock
from foundation.clock import Seconds
from foundation.http import log_unexpected
from foundation.retries import PASSING, Retries
from foundation.writing import PreparedInsert
from messaging.feed.calls import Call, calls_of, reminders_of
from messaging.feed.enums import Kind, Rank
from messaging.feed.models import FeedLine
from notifications import climbing
from notifications.ascending import told_first
from notifications.deciding import reads
from notifications.enums import News
from notifications.ladders import circle_rests
from notifications.models import Climb, Unheard
from notifications.notices import Draft, drafted
from notifications.preferences import wishing_posts
from notifications.reach import AWAY, reach_of
from notifications.stops import stop_for
from people.circles.enums import Role
from people.circles.models import Membership
from people.circles.queries import live_members

log = logging.getLogger("cercle.alerts")
Write = Callable[[], object]
_REMINDS = frozenset({Kind.TASK_DUE, Kind.TASK_LATE, Kind.APPOINTMENT_DUE, Kind.PLAN_DUE})
_CALLS = frozenset({Kind.ALERT_REOPENED, Kind.ALERT_TAKEN})
HEARD = frozenset({Kind.POST_WRITTEN, Kind.GLASS_BROKEN}) | _CALLS | _REMINDS
_URGENT_AT_ONCE = 200  # then climbs are looked at
_HOSPITAL_AT_ONCE = 20  # so that an urgent one is never far behind
_ORDINARY_AT_ONCE = 20
_LEAST_AT_ONCE = 500  # those of which nobody wishes to be told are forgotten together
_ORDINARY_EVERY_S: Seconds = 0.5  # nobody is waited for there, and many lines cost little more than one
_LONGEST_S: Seconds = 30.0  # between two trials of a line that can't be worked out


# What a watch asks: whether a line waits that is heard before the ordinary ones, or an alert is due on its ladder. Both kinds of askers
# are named so that the index `climb_due_by_asker` serves.
SOON = (
    f"SELECT 1 FROM {Unheard._meta.db_table} WHERE rank < {Rank.ORDINARY.value} "  # noqa: S608  -- names of the models'
    f"UNION ALL SELECT 1 FROM {Climb._meta.db_table} WHERE hospital IN (0, 1) AND next_at <= ? LIMIT 1"
)


def note_lines(lines: Sequence[FeedLine]) -> None:
    """Stops what lines stop, and notes those that somebody is to be told of; no statement for an act that does neither."""
    stop_for(lines)
    told = [Unheard(line=line, rank=_rank(line)) for line in lines if line.kind in HEARD]
    if len(told) == 1:  # with every post
        _one_more.save(told[0])
    elif told:
        Unheard.objects.bulk_create(told)


_one_more = PreparedInsert(Unheard)


def _rank(line: FeedLine) -> Rank:
    if line.kind == Kind.GLASS_BROKEN:
        return Rank.HOSPITAL
    return Rank.ALERT if line.kind in _CALLS else line.rank


class Ear:
    """Hears what waits. Which lines could not be worked out a moment ago it knows itself; they hide nothing that stands behind them."""

    def __init__(self) -> None:
        self._again: Retries[int] = Retries(longest_s=_LONGEST_S)
        self._ordinary_at = 0.0  # of the machine's steady clock: when ordinary lines are heard next

    def hear(self, *, between: Callable[[], object] = lambda: None) -> int:
        """One round: what people ask for, what follows from it, some of what hospitals ask and, twice a second, of the rest; how many
        were worked out.

        Where the database fails the round ends. Raises DatabaseError.
        """
        try:
            heard = self._heard(Rank.ALERT, _URGENT_AT_ONCE)
        finally:
            between()
        heard += self._heard(Rank.HOSPITAL, _HOSPITAL_AT_ONCE)
        if time.monotonic() >= self._ordinary_at:
            heard += _forget() + self._heard(Rank.ORDINARY, _ORDINARY_AT_ONCE)
            self._ordinary_at = time.monotonic() + _ORDINARY_EVERY_S
        return heard

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


def _forget() -> int:
    """What asks nobody is heard by whoever has wished it; in a circle where nobody has, by nobody: three statements for many."""
    rows = list(Unheard.objects.filter(rank=Rank.LEAST).order_by("pk").values_list("pk", "line__feed")[:_LEAST_AT_ONCE])
    wishing = wishing_posts({circle for _, circle in rows}) if rows else {}
    Unheard.objects.filter(pk__in=[pk for pk, circle in rows if circle in wishing]).update(rank=Rank.ORDINARY)
    idle = [pk for pk, circle in rows if circle not in wishing]
    return Unheard.objects.filter(pk__in=idle).delete()[0] if idle else 0


def work_out(unheard: int) -> bool:
    """Whoever is to be told of a line has notices, and the line is heard, in one transaction; False where another process has it.

    Thought out before it: on SQLite nobody writes meanwhile. What changes in between is asked again when a notice is sent.
    """
    row = Unheard.objects.select_related("line").filter(pk=unheard).first()
    if row is None:
        return False
    write = _thought_out(row.line)
    with transaction.atomic():
        if Unheard.objects.select_for_update(skip_locked=True).filter(pk=unheard).first() is None:
            return False
        write()
        row.delete()
        return True


def _thought_out(line: FeedLine) -> Write:
    if line.kind == Kind.GLASS_BROKEN:
        return _tell_of_glass(line).save
    if line.kind in _REMINDS:
        return _remind(line).save
    call = calls_of([line.subject]).get(line.subject)
    return _tell(line, call) if call is not None else _nothing


def _nothing() -> None:
    """Nobody is told."""


def _tell(line: FeedLine, call: Call) -> Write:
    if line.kind != Kind.POST_WRITTEN:
        return partial(climbing.follow, line, call)
    if call.quiet:
        return _nothing
    rests = call.withdrawn or circle_rests(call.circle)
    if call.urgency != "urgent":
        return _nothing if rests else _tell_of_post(call)
    beside = _tell_beside_the_ladder(call) if call.of_hospital and not rests else Draft()

    def begin() -> None:
        climbing.begin(line, call)
        beside.save()

    return begin


def _tell_of_post(call: Call) -> Write:
    """An ordinary post: to-dos to those to whom they are addressed, what the hospital says and all else to those who wish it."""
    inside = _readers(call)
    asked = [member for member in inside if call.waits and _is_asked(member, call)]
    wishing = wishing_posts([call.circle]).get(call.circle, set())
    others = [member for member in inside if member not in asked and (call.of_hospital or member.person_id in wishing)]
    on_duty = _on_duty([*asked, *others])
    drafts = [
        _drafted([member for member in asked if member in on_duty], News.TODO, call),
        _drafted([member for member in others if member in on_duty], News.HOSPITAL if call.of_hospital else News.POST, call),
    ]

    def save() -> None:
        for draft in drafts:
            draft.save()

    return save


def _tell_beside_the_ladder(call: Call) -> Draft:
    """What somebody must take goes up its ladder; who wishes to hear of hospitals is told at once, but for those whom it tells first."""
    first = told_first(call, clock.now())
    return _drafted([member for member in _on_duty(_readers(call)) if member.person_id not in first], News.HOSPITAL, call)


def _tell_of_glass(line: FeedLine) -> Draft:
    """Somebody came in by force of an emergency: patient and coordinators are told at once, whatever the hour, if they are still inside."""
    live = live_members([line.feed_id]).filter(membership__role__in=[Role.PATIENT, Role.COORDINATOR], membership__person__is_active=True)
    people = live.exclude(membership=line.actor).exclude(membership=line.subject).values_list("membership__person", flat=True)
    return drafted(list(people), news=News.GLASS, circle=line.feed_id)


def _remind(line: FeedLine) -> Draft:
    """The time of a task, an appointment or a review has come: whom it concerns now is told, as their wishes for reminders say."""
    reminder = reminders_of([line.subject]).get(line.subject)
    if reminder is None or circle_rests(reminder.circle):
        return Draft()
    live = live_members([reminder.circle]).filter(membership__in=reminder.members.get(line.kind, ()), membership__person__is_active=True)
    people = live.values_list("membership__person", flat=True)
    return drafted(list(people), news=News.DUE, circle=reminder.circle, subject=line.subject)


def _readers(call: Call) -> list[Membership]:
    """Whoever may read a post now and has not written it."""
    found = {grant.membership_id: grant.membership for grant in live_members([call.circle]).filter(membership__person__is_active=True)}
    author = Membership.objects.filter(pk=call.author).values_list("person", flat=True).first() if call.author else None
    return [member for member in found.values() if reads(member, call) and member.person_id != author]


def _on_duty(members: list[Membership]) -> list[Membership]:
    """Ordinary news ring for nobody off duty."""
    reach = reach_of(members, clock.now())
    return [member for member in members if reach[member.pk].state not in AWAY]


def _is_asked(member: Membership, call: Call) -> bool:
    return str(member.pk) in call.addressees or member.role in call.addressees


def _drafted(members: Iterable[Membership], news: News, call: Call) -> Draft:
    return drafted([member.person_id for member in members], news=news, circle=call.circle, subject=call.subject)
