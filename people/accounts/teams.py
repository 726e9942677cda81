"""Who works for a structure, from when to when. Rooms upstairs hear of each change inside its transaction."""
import datetime as dt
from collections.abc import Callable, Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from foundation import clock
from people.accounts.locks import lock_person, locked_structure
from people.accounts.models import Affiliation, Person, Unit

OnTeamChange = Callable[[UUID, Collection[UUID]], None]
_on_change: list[OnTeamChange] = []


def when_team_changes(do: OnTeamChange) -> None:
    """Registers what follows from a changed team list: called with the structure and the people concerned, before the commit."""
    if do not in _on_change:
        _on_change.append(do)


def join_team(
    *, person: Person, structure: UUID, unit: Unit | None = None, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> Affiliation:
    """Puts somebody on a team list, now or from `since`, and lets them into every circle in which the structure is."""
    with transaction.atomic():
        lock_person(person)
        team = locked_structure(structure)
        joined = Affiliation.objects.create(person=person, structure=team, unit=unit, since=since or clock.now(), until=until)
        _tell(team.pk, [person.pk])
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
            _tell(team.pk, [person.pk])
    return bool(ended)


def _tell(structure: UUID, people: Collection[UUID]) -> None:
    for do in _on_change:
        do(structure, people)
