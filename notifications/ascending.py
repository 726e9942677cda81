"""The way up: whom an alert tells now, whom it can't, and when it looks again."""
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from messaging.feed.calls import Call
from messaging.feed.enums import Kind
from notifications.enums import News, Phase, Stride
from notifications.ladders import Level, levels_of, may_take
from notifications.models import ClimbStep
from notifications.moving import Moving
from notifications.reach import Reach, Reached, reach_of
from people.circles.enums import Role
from people.circles.models import Membership

REPEAT = dt.timedelta(seconds=300)  # after the last rung, everybody on duty is told again
HOSPITAL_REPEAT = dt.timedelta(hours=1)
LOOK_AGAIN = dt.timedelta(seconds=300)  # while nobody is on duty: hours change, people come in
ON_DUTY = frozenset({Reached.REACHABLE, Reached.FAILING, Reached.NOT_CONNECTED})
Found = Mapping[UUID, Reach]


@dataclass(frozen=True)
class Ways:
    """The levels of a ladder, how everybody on it can be reached, and who of each level is to be told: replacements in their place."""

    levels: Sequence[Level]
    reach: Found
    called: Sequence[Sequence[Membership]]

    @property
    def everybody(self) -> list[Membership]:
        """Who is on duty on any level."""
        return list({member.pk: member for level in self.called for member in level}.values())

    @property
    def opening(self) -> dt.datetime | None:
        """When the first of those off duty comes back, as far as that is known."""
        return min((one.until for one in self.reach.values() if one.state not in ON_DUTY and one.until), default=None)

    def dead(self, place: int) -> bool:
        """Whether no device of anybody of a level lives, and somebody had one. Who never had one is told in other ways."""
        called = self.called[place]
        return bool(called) and all(self.reach[member.pk].state is Reached.FAILING for member in called)


def ways_up(call: Call, at: dt.datetime) -> Ways:
    """Whom an alert means and how they can be reached at a moment; a fixed number of statements."""
    levels = levels_of(call)
    members = {member.pk: member for level in levels for member in level.members}
    reach = reach_of(list(members.values()), at)
    instead = {one.by.pk: one.by for one in reach.values() if one.by is not None and may_take(one.by, call) and one.by.pk != call.author}
    strangers = [member for pk, member in instead.items() if pk not in members]
    reach = {**reach, **(reach_of(strangers, at) if strangers else {})}
    return Ways(levels, reach, [_called(level.members, reach, instead) for level in levels])


def told_first(call: Call, at: dt.datetime) -> set[UUID]:
    """The people whom an alert that begins now tells at its very beginning: those of the first level of which somebody is on duty."""
    ways = ways_up(call, at)
    if not ways.levels or ways.levels[0].after_s > 0:
        return set()
    return {member.person_id for member in next((level for level in ways.called if level), ())}


def _called(members: Iterable[Membership], reach: Found, instead: Mapping[UUID, Membership]) -> list[Membership]:
    """Members on duty, and for those who are replaced whoever stands in for them, each once."""
    meant = {}
    for member in members:
        by = reach[member.pk].by
        told = instead.get(by.pk) if by is not None else member
        if told is not None and reach[told.pk].state in ON_DUTY:
            meant[told.pk] = told
    return list(meant.values())


def ascend(moving: Moving) -> None:
    """Tells whoever is to be told now; where nobody is on duty, says so and waits for who comes first."""
    ways = ways_up(moving.call, moving.at)
    if not ways.everybody:
        _rest(moving, ways.opening)
    elif moving.call.state == "unanswered":
        moving.step(Stride.RESUMED)
        moving.say(Kind.ALERT_REOPENED)  # what follows from that line begins the climb anew
    else:
        _tell(moving, ways)


def _rest(moving: Moving, opening: dt.datetime | None) -> None:
    if moving.call.state != "unanswered":
        moving.step(Stride.UNANSWERED, until=opening)
        moving.say(Kind.ALERT_UNANSWERED)
    later = moving.at + LOOK_AGAIN
    moving.wait(min(opening, later) if opening and opening > moving.at else later, phase=Phase.ASLEEP)


def _tell(moving: Moving, ways: Ways) -> None:
    """Every level that is due, and what comes after one where nobody could be told; then the time of the next."""
    started, levels = moving.climb.started_at, ways.levels
    told_s = moving.climb.told_s
    place = sum(level.after_s <= told_s for level in levels) - 1  # by its time: a ladder may be changed while an alert climbs it
    gives_way = place >= 0 and levels[place].after_s == told_s and _died(moving, ways, place)
    while place + 1 < len(levels) and (gives_way or started + _after(levels[place + 1]) <= moving.at):
        place += 1
        told_s = levels[place].after_s
        gives_way = _tell_level(moving, ways, place)
    upwards = started + _after(levels[place + 1]) if place + 1 < len(levels) else _tell_again(moving, ways)
    moving.wait(upwards, told_s=told_s, phase=Phase.CLIMBING)


def _after(level: Level) -> dt.timedelta:
    return dt.timedelta(seconds=level.after_s)


def _tell_level(moving: Moving, ways: Ways, place: int) -> bool:
    """Tells a level; True where it gives way at once: nobody of it is on duty, none of their devices lives, or no way leads to them."""
    called = ways.called[place]
    if not called:
        return True
    if ways.dead(place):
        _unreached(moving, ways, place)
        return True
    step = moving.step(Stride.TOLD, called, rung=place)
    if not moving.tell(called, moving.news, step):
        moving.correct(step, what=Stride.UNREACHED)
        _say_unreached(moving, ways, step, called)
        return True
    if place > 0:
        moving.say(Kind.ALERT_ESCALATED)
    return False


def _died(moving: Moving, ways: Ways, place: int) -> bool:
    """Whether those told last have lost their last device since then, which nobody has said yet."""
    steps = moving.climb.steps.filter(at__gte=moving.climb.started_at, what__in=[Stride.TOLD, Stride.UNREACHED])
    said = steps.order_by("-at", "-pk").first()
    if not ways.dead(place) or (said is not None and said.what == Stride.UNREACHED):
        return False
    _unreached(moving, ways, place)
    return True


def _unreached(moving: Moving, ways: Ways, place: int) -> None:
    """Those who can't be reached are told in every other way that they have, without waiting for their devices; each letter once."""
    called = ways.called[place]
    step = moving.step(Stride.UNREACHED, called, rung=place)
    _say_unreached(moving, ways, step, called)
    written = moving.hurry(called)
    moving.tell([member for member in called if member.person_id not in written], moving.news, step)
    moving.hurry(called)


def _say_unreached(moving: Moving, ways: Ways, step: ClimbStep, called: Iterable[Membership]) -> None:
    """Somebody has to telephone: the post says so, and coordinators are told."""
    moving.say(Kind.ALERT_UNREACHED)
    told = {member.pk for member in called}
    desk = [member for member in ways.everybody if member.role == Role.COORDINATOR and member.pk not in told]
    moving.tell(desk, News.UNREACHED, step)


def _tell_again(moving: Moving, ways: Ways) -> dt.datetime:
    """Beyond the last level everybody on duty is told again, at times that don't drift; when that is next due."""
    last = moving.climb.started_at + _after(ways.levels[-1])
    told = moving.climb.steps.filter(at__gte=moving.climb.started_at).order_by("-at", "-pk").first()
    repeat = HOSPITAL_REPEAT if moving.call.of_hospital else REPEAT
    now = (moving.at - last) // repeat
    if told is not None and (told.at - last) // repeat < now:
        everybody = ways.everybody
        again = told.what == Stride.TOLD_AGAIN
        step = moving.repeat(told, everybody) if again else moving.step(Stride.TOLD_AGAIN, everybody)
        moving.tell(everybody, moving.news, step)
    return last + (now + 1) * repeat
