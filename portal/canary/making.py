"""The canary's two accounts and their circle: marked synthetic, so in no list, no count and no search, and closed to everybody else."""
import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils import timezone

from foundation import clock, ids
from foundation.vault.seal import create_vault
from journal.models import Post
from messaging.feed.models import FeedLine
from messaging.feed.services import opened
from people.accounts.models import Person, Session
from people.accounts.services import NewPerson, prepare_people, store_people
from people.accounts.sessions import SessionStore
from people.circles.enums import Cause, CircleState, Role
from people.circles.erasure import erase
from people.circles.models import Circle, Membership
from people.circles.services import Admission, join, store_circle
from people.circles.traits import Traits

_RENEWED_AFTER = dt.timedelta(days=1)
_SESSION_LASTS = dt.timedelta(days=3)
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_NOBODY = Traits(family_name="CANARI", birth_name="CANARI", given_names=["CANARI"], birth_date="1900-01-01")


@dataclass(frozen=True)
class Pair:
    """A circle and the credentials of its two members."""

    circle: UUID
    tokens: tuple[str, str]


def make_pair() -> Pair:
    """The present circle, or a fresh one where there is none of today; with sessions that only this process knows."""
    there = Circle.objects.filter(synthetic=True).exclude(state=CircleState.ERASED).order_by("-opened_at")
    circle = there.filter(opened_at__gt=clock.now() - _RENEWED_AFTER).first()
    if circle is None:
        circle = _made()
    members = Membership.objects.filter(circle=circle).select_related("person").order_by("pk")
    first, second = (_signed_in(member.person) for member in members)
    return Pair(circle.id, (first, second))


def _made() -> Circle:
    vault = ids.new()
    create_vault(vault)
    people = prepare_people([NewPerson("Canari", "Un", None), NewPerson("Canari", "Deux", None)])
    for person in people:
        person.synthetic = True
    with transaction.atomic():
        store_people(people)
        circle = store_circle(vault, _NOBODY, coordination=False, synthetic=True)
        with opened(circle.id) as feed:
            for person in people:
                join(feed, circle, person, Admission(Role.RELATIVE))
    return circle


def _signed_in(person: Person) -> str:
    """A session's key. There is no other way in: the accounts have no address, no password and no number."""
    Session.objects.filter(person=person, expire_date__lt=timezone.now()).delete()
    session = SessionStore()
    session.update({
        SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: _BACKEND, HASH_SESSION_KEY: person.get_session_auth_hash(),
        "account_authentication_methods": [{"method": "device"}],
    })  # fmt: skip
    session.set_expiry(int(_SESSION_LASTS.total_seconds()))
    session.create()
    key = session.session_key
    assert key is not None
    return key


def forget_former(present: UUID) -> None:
    """Erases the circles of former days as a patient's are, then takes away their posts and lines: of each day one empty circle stays."""
    for circle in Circle.objects.filter(synthetic=True).exclude(pk=present).exclude(state=CircleState.ERASED).select_related("patient"):
        people = list(Membership.objects.filter(circle=circle).values_list("person", flat=True))
        erase(circle.patient.vault, cause=Cause.REQUEST)
        Post.objects.filter(circle=circle.id).delete()
        FeedLine.objects.filter(feed=circle.id).delete()
        Session.objects.filter(person__in=people).delete()
        Person.objects.filter(pk__in=people).update(is_active=False)
