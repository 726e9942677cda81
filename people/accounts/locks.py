"""Rows locked before any feed's head, always in this order: people, then structures, then heads, each by their ids.

What a person may be rests on their confirmed profession, what a team brings on its list. Whoever lets somebody in, and whoever
changes what that rests on, locks the same row first; so neither misses the other, and no two of them wait for each other.
The locks leave rows free that only refer to these ones: an act under a head's lock may name anybody.
"""
from collections.abc import Iterable
from uuid import UUID

from people.accounts.models import Person, Structure

_RESTS_ON = ["profession", "rpps", "confirmed_at"]


def locked_person(person: UUID) -> Person | None:
    """A person as they are, locked until the transaction ends; None where there is none."""
    return Person.objects.select_for_update(no_key=True).filter(pk=person).first()


def lock_person(person: Person) -> None:
    """Locks the row of a person at hand, and reads their profession and its confirmation anew. Raises Person.DoesNotExist."""
    person.refresh_from_db(fields=_RESTS_ON, from_queryset=Person.objects.select_for_update(no_key=True))


def lock_people(people: Iterable[UUID]) -> None:
    """Locks many people until the transaction ends."""
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=list(people)).order_by("pk").values_list("pk"))


def locked_structure(structure: UUID) -> Structure:
    """The structure's row, locked until the transaction ends: its team and its seats in circles change one at a time.

    Raises Structure.DoesNotExist.
    """
    return Structure.objects.select_for_update(no_key=True).get(pk=structure)


def lock_structures(structures: Iterable[UUID]) -> None:
    """Locks many structures until the transaction ends."""
    list(Structure.objects.select_for_update(no_key=True).filter(pk__in=list(structures)).order_by("pk").values_list("pk"))
