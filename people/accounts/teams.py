"""Who works for a structure, from when to when. Rooms upstairs hear of each change inside its transaction."""
import datetime as dt
from collections.abc import Callable, Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from foundation import clock
from messaging.feed.services import lock_all
from people.accounts.locks import lock_person, locked_structure
from people.accounts.models import Affiliation, Person, Unit

OnTeamChange = Callable[[UUID, Collection[UUID]], None]
FeedsOfTeam = Callable[[UUID, Collection[UUID]], Iterable[UUID]]
_on_change: dict[OnTeamChange, FeedsOfTeam] = {}


def when_team_changes(do: OnTeamChange, *, opens: FeedsOfTeam) -> None:
    """Registers what follows from a changed team list: called with the structure and the people concerned, before the commit.

    `opens` says which feeds it opens: those of all are locked at once, in one order, before anything follows.
    """
    _on_change[do] = opens


def join_team(
    *, person: Person, structure: UUID, unit: Unit | None = None, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> Affiliation:
    """Puts somebody on a team list, now or from `since`, and lets them into every circle in which the structure is."""
    with transaction.atomic():
        lock_person(person)
        team = locked_structure(structure)
        joined = Affiliation.objects.create(person=person, structure=team, unit=unit, since=since or clock.now(), until=until)
        tell_team(team.pk, [person.pk])
    return joined


def leave_team(*, person: Person, structure: UUID) -> bool:
    """Ends every interval of a person in a structure, and with it every right that rests on it. Whether there was one."""
    with transaction.atomic():
        lock_person(person)
        team = locked_structure(structure)
        now = clock.now()
        running = Affiliation.objects.filter(Q(until=None) | Q(until__gt=now), person=person, structure=team)
        ended = running.update(until=now)
        if ended:
            tell_team(team.pk, [person.pk])
    return bool(ended)


def leave_unit(*, person: Person, unit: Unit) -> bool:
    """Takes somebody off a unit's list, with what rests on it; elsewhere in the structure they go on. Whether they were on it."""
    with transaction.atomic():
        lock_person(person)
        team = locked_structure(unit.structure_id)
        now = clock.now()
        rows = Affiliation.objects.filter(Q(until=None) | Q(until__gt=now), person=person, unit=unit)
        ended = rows.update(until=now)
        if ended:
            tell_team(team.pk, [person.pk])
    return bool(ended)


def tell_team(structure: UUID, people: Collection[UUID]) -> None:
    """What follows from a changed list, for these people: they and the structure are locked."""
    lock_all(feed for opens in _on_change.values() for feed in opens(structure, people))
    for do in _on_change:
        do(structure, people)
