"""Questions about people and structures."""
import datetime as dt
import unicodedata
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from people.accounts.models import Affiliation, Person, Structure


def running(at: dt.datetime, prefix: str = "") -> Q:
    """The affiliations in force at a moment; `prefix` leads to them from another model ("affiliations__")."""
    open_ended = Q(**{f"{prefix}until": None}) | Q(**{f"{prefix}until__gt": at})
    return Q(**{f"{prefix}since__lte": at}) & open_ended


def structures_of(person: Person, at: dt.datetime) -> QuerySet[Structure]:
    """Where a person works at a moment, by name."""
    there = Affiliation.objects.filter(running(at), person=person).values("structure")
    return Structure.objects.filter(id__in=there).order_by("name", "id")


def colleagues(person: Person, at: dt.datetime) -> QuerySet[Person]:
    """The active people of the same structures at a moment, without the person. One half of whom one may find."""
    mine = Affiliation.objects.filter(running(at), person=person).values("structure")
    theirs = Affiliation.objects.filter(running(at), structure__in=mine).values("person")
    return Person.objects.filter(id__in=theirs, is_active=True).exclude(id=person.id)


def named(people: Iterable[Person], q: str) -> list[Person]:
    """Those whose names hold every word of `q`, each as the beginning of a word, accents and case ignored; by name.

    Names are sealed, so they are compared here and not in the database.
    """
    words = _plain(q).split()
    found = [person for person in people if _holds(_plain(person.name).replace("-", " ").split(), words)]
    return sorted(found, key=lambda person: (_plain(person.family_name), _plain(person.given_name), str(person.id)))


def person_with_address(email: str) -> Person | None:
    """The active person who has proved that this address is theirs, or None."""
    return Person.objects.filter(is_active=True, emailaddress__email__iexact=email.strip(), emailaddress__verified=True).first()


def _holds(name: list[str], words: list[str]) -> bool:
    return all(any(part.startswith(word) for part in name) for word in words)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()
