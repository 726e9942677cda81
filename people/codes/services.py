"""Printing a code, opening a device with it, and the PIN from then on."""
import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from foundation import clock, ids
from foundation.errors import NotFound
from messaging.feed.enums import Kind
from messaging.feed.services import opened
from people.accounts.models import Person
from people.accounts.services import NewPerson, create_person
from people.accounts.sessions import end_sessions
from people.circles.access import require, still_enters
from people.circles.enums import Role
from people.circles.models import Grant, Membership
from people.circles.policy import Act
from people.circles.services import Admission, admit_member
from people.codes import errors
from people.codes.models import BoundDevice, PrintedCode
from people.codes.queries import circles_beyond, has_own_way
from people.codes.secrets import code_digest, is_pin, is_right, new_code, new_secret, pin_hash, secret_digest

GOOD_FOR = dt.timedelta(days=7)
MOST_TRIES = 5


@dataclass(frozen=True)
class Printed:
    """A code as it stands on the paper. Nowhere else: only its hash is kept."""

    code: str
    person: Person
    expires_at: dt.datetime


def admit_newcomer(actor: Membership, *, newcomer: NewPerson, role: Role) -> Membership:
    """Somebody without e-mail, let in as patient or family by one who may admit and print. Raises Refused, Conflict, NotFound."""
    require(actor, Act.ADMIT, other_role=role)
    require(actor, Act.PRINT_CODE, other_role=role)
    with transaction.atomic():
        person = create_person(newcomer)
        return admit_member(actor, person=person.pk, admission=Admission(role))


def printable(actor: Membership, member: UUID | None) -> Membership:
    """The membership for whose person the actor may print a code now. Raises NotFound, Refused, Conflict `codes.*`."""
    running = Grant.objects.live(clock.now()).filter(membership=member, membership__circle=actor.circle_id, membership__ended_at=None)
    grant = running.select_related("membership__person", "membership__circle__patient").first() if member else None
    if grant is None:
        raise NotFound
    wanted: Membership = grant.membership
    require(actor, Act.PRINT_CODE, other_role=Role(wanted.role))
    if has_own_way(wanted.person):
        raise errors.own_way()
    if circles_beyond(wanted.person, actor.person_id):
        raise errors.elsewhere()
    return wanted


def print_code(actor: Membership, *, member: UUID | None) -> Printed:
    """A new code. What was printed before opens nothing from now on, and what it had opened is signed out. Raises as `printable`."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        wanted = printable(inside, member)
        person, now, code = wanted.person, timezone.now(), new_code()
        PrintedCode.objects.filter(person=person, used_at=None, ended_at=None).update(ended_at=now)
        BoundDevice.objects.filter(person=person, ended_at=None).update(ended_at=now)
        end_sessions(person)
        expires = now + GOOD_FOR
        PrintedCode.objects.create(person=person, digest=code_digest(code), by=inside.person_id, made_at=now, expires_at=expires)
        feed.append(Kind.ACCESS_PRINTED, frozenset({wanted.stands}), wanted.pk, actor=inside.pk)
        return Printed(code, person, expires)


def open_device(*, code: str, pin: str) -> tuple[Person, str]:
    """(whose code it was, what the device keeps). The code is used up by it. Raises Invalid `codes.bad_pin`, `codes.bad_code`."""
    if not is_pin(pin):
        raise errors.bad_pin()
    device, secret, now = ids.new(), new_secret(), timezone.now()
    hashed = pin_hash(str(device), pin)  # before the code is looked at: a wrong one takes as long as a right one
    with transaction.atomic():
        good = PrintedCode.objects.filter(digest=code_digest(code), used_at=None, ended_at=None, expires_at__gt=now)
        if not good.filter(person__is_active=True).update(used_at=now):  # of two at once, one finds it unused
            raise errors.bad_code()
        person = Person.objects.get(printed_codes__digest=code_digest(code))
        BoundDevice.objects.create(id=device, person=person, digest=secret_digest(secret), pin=hashed, bound_at=now)
    return person, secret


def enter_by_pin(*, secret: str, pin: str) -> Person:
    """Whose device this is, if the PIN is right. Raises Invalid `codes.wrong_pin`, `codes.device_over`.

    Each try is counted before it is looked at, so that many at once are no more than `MOST_TRIES`.
    """
    devices = BoundDevice.objects.filter(digest=secret_digest(secret), ended_at=None)
    if not devices.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        pin_hash("", pin)  # takes as long as a wrong PIN
        raise errors.device_over()
    device = devices.select_related("person").first()
    if device is None:
        raise errors.device_over()
    if not is_right(str(device.pk), pin, device.pin):
        if device.tries < MOST_TRIES:
            raise errors.wrong_pin(MOST_TRIES - device.tries)
        devices.update(ended_at=timezone.now())
        raise errors.device_over()
    devices.update(tries=0)
    return device.person


def still_bound(secret: str) -> bool:
    """Whether the device still signs in. Asked after a session was begun: waits for a renewal that is just being written,
    which either sees that session and ends it, or is seen here."""
    with transaction.atomic():
        return BoundDevice.objects.select_for_update().filter(digest=secret_digest(secret), ended_at=None).first() is not None
