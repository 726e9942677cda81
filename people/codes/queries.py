"""Questions about who signs in by a printed code."""
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from foundation import clock
from people.accounts.models import Person
from people.circles.models import Grant, Membership
from people.circles.policy import CARE_TEAM
from people.codes.models import BoundDevice, PrintedCode


@dataclass(frozen=True)
class Standing:
    """How somebody's access stands: until when a code waits to be used, since when a device is bound."""

    waiting_until: dt.datetime | None
    bound_since: dt.datetime | None


def has_own_way(person: Person) -> bool:
    """Whether somebody can sign in, or is known, otherwise than by a printed code."""
    if person.email or person.rpps or person.confirmed or person.has_usable_password():
        return True
    return bool(SocialAccount.objects.filter(user=person).exists() or Authenticator.objects.filter(user=person).exists())


def circles_beyond(person: Person, printer: UUID) -> bool:
    """Whether a person is in a circle in which the one who prints is not of the care team."""
    running = Grant.objects.live(clock.now()).filter(membership__ended_at=None)
    theirs = running.filter(membership__person=person).values("membership__circle")
    mine = running.filter(membership__person=printer, membership__role__in=CARE_TEAM).values("membership__circle")
    return Membership.objects.filter(circle__in=theirs).exclude(circle__in=mine).exists()


def without_own_way(people: Collection[Person]) -> set[UUID]:
    """Those of these people for whom a code may be printed; two statements whatever their number."""
    bare = [one for one in people if not (one.email or one.rpps or one.confirmed or one.has_usable_password())]
    ids = [one.pk for one in bare]
    if not ids:
        return set()
    linked = set(SocialAccount.objects.filter(user__in=ids).values_list("user", flat=True))
    return set(ids) - linked - set(Authenticator.objects.filter(user__in=ids).values_list("user", flat=True))


def standing_of(person: Person) -> Standing:
    """Two statements."""
    codes = PrintedCode.objects.filter(person=person, used_at=None, ended_at=None, expires_at__gt=timezone.now())
    devices = BoundDevice.objects.filter(person=person, ended_at=None)
    return Standing(codes.values_list("expires_at", flat=True).first(), devices.values_list("bound_at", flat=True).first())
