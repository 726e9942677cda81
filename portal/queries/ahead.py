"""Tasks and the next appointments as the summary says them: a day one understands, and in one line who and what."""
from dataclasses import dataclass

from django.utils import dateformat
from django.utils.translation import gettext as _

from care.agenda.occurrences import Occurrence
from care.agenda.queries import next_occurrences
from care.tasks.models import Task
from care.tasks.queries import count_open, first_open
from foundation import clock
from people.circles.models import Membership
from people.circles.words import short_name
from portal.templatetags.times import full_moment, local, short_day

_MOST = 8  # on the page
_MOST_TOLD = 50  # over HTTP


@dataclass(frozen=True)
class Ahead:
    """One appointment to come: "Jeudi 26, 10:30", "Dr Castets, visite à domicile"."""

    when: str
    words: str


@dataclass(frozen=True)
class Waiting:
    """A task that is not over: its title, and who has it until when."""

    title: str
    more: str


def next_of(member: Membership) -> list[Ahead]:
    """Three at most, as far as the member sees them."""
    return [Ahead(_when(one, member.circle.zone), _words(one)) for one in next_occurrences(member)]


def tasks_open(member: Membership) -> tuple[list[Task], int]:
    """The first fifty tasks that are not over, by their time, and how many there are in all. Two statements at most."""
    first = first_open(member, _MOST_TOLD)
    return first, len(first) if len(first) < _MOST_TOLD else count_open(member)


def waiting_tasks(member: Membership) -> list[Waiting]:
    """The first of them, in words. One statement."""
    return [_waiting(task, member) for task in first_open(member, _MOST)]


def _waiting(task: Task, member: Membership) -> Waiting:
    taker = task.taker
    if taker is not None and taker.pk == member.pk:
        more = _("You have this")
    elif taker is not None:
        more = _("%(name)s has this") % {"name": short_name(taker.person, taker.role)}
    else:
        more = _("nobody has it yet")
    due = _("by %(when)s") % {"when": full_moment(task.due_at, member.circle.zone)} if task.due_at else ""
    return Waiting(task.words()["title"], " · ".join(filter(None, (more, due))))


def _when(one: Occurrence, zone: str) -> str:
    """The weekday and the day; the month where it is another than now."""
    at, now = local(one.start, zone), local(clock.now(), zone)
    same = (at.year, at.month) == (now.year, now.month)
    day = dateformat.format(at, "l j") if same else f"{dateformat.format(at, 'l')} {short_day(at, now)}"
    day = day[:1].upper() + day[1:]
    return day if one.all_day else f"{day}, {at.hour}:{at.minute:02}"


def _words(one: Occurrence) -> str:
    names = [person.name for person in one.attendees[:1]] if not one.with_name else [one.with_name]
    return ", ".join(filter(None, (*names, one.title, one.place)))
