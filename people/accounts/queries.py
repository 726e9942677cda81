"""Questions about people and structures."""
import datetime as dt

from django.db.models import Q, QuerySet

from people.accounts.models import Affiliation, Person, Structure


def structures_named(words: str, most: int) -> QuerySet[Structure]:
    """Structures whose name holds these words; a directory, for whoever looks for a team to let in."""
    return Structure.objects.filter(name__icontains=words).order_by("name", "id")[:most]


def structures_of(person: Person, at: dt.datetime) -> QuerySet[Structure]:
    """Where a person works at a moment, by name."""
    there = Affiliation.objects.filter(Q(until=None) | Q(until__gt=at), person=person, since__lte=at).values("structure")
    return Structure.objects.filter(id__in=there).order_by("name", "id")
