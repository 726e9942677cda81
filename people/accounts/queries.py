"""Questions about people and structures."""
import datetime as dt

from django.db.models import Q, QuerySet

from people.accounts.models import Affiliation, Person, Structure


def structures_of(person: Person, at: dt.datetime) -> QuerySet[Structure]:
    """Where a person works at a moment, by name."""
    there = Affiliation.objects.filter(Q(until=None) | Q(until__gt=at), person=person, since__lte=at).values("structure")
    return Structure.objects.filter(id__in=there).order_by("name", "id")
