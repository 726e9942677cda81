"""Questions about people and structures."""
import datetime as dt
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet
from django.utils import timezone

from foundation.vault.seal import keyed_hash
from people.accounts.models import Affiliation, Person, Session, Structure


def device_share(person: Person) -> bytes:
    """32 bytes without which what a device keeps sealed for this person does not open; they stay the same."""
    return keyed_hash("device-share", str(person.pk))


@dataclass(frozen=True)
class SignedIn:
    """One place where a person is signed in; `pk` is what ends it, `user_agent` what its browser says of itself."""

    pk: int
    user_agent: str
    ip: str
    created_at: dt.datetime
    used_at: dt.datetime
    is_current: bool


def sessions_of(person: Person, current: str | None) -> list[SignedIn]:
    """A person's sessions: the one with key `current` first, then by last use. Two statements."""
    used = dict(Session.objects.filter(person=person, expire_date__gt=timezone.now()).values_list("session_key", "seen_at"))
    listed = UserSession.objects.filter(user=person, session_key__in=used)
    rows = [SignedIn(one.pk, one.user_agent, one.ip, one.created_at, used[one.session_key], one.session_key == current) for one in listed]
    return sorted(rows, key=lambda row: (not row.is_current, -row.used_at.timestamp()))


def structures_named(words: str, most: int) -> QuerySet[Structure]:
    """Structures whose name holds these words; a directory, for whoever looks for a team to let in."""
    return Structure.objects.filter(name__icontains=words).order_by("name", "id")[:most]


def structures_of(person: Person, at: dt.datetime) -> QuerySet[Structure]:
    """Where a person works at a moment, by name."""
    there = Affiliation.objects.filter(Q(until=None) | Q(until__gt=at), person=person, since__lte=at).values("structure")
    return Structure.objects.filter(id__in=there).order_by("name", "id")
