"""A person's private address of their agenda: made, revoked, and followed by a program that knows nothing but the address.

The secret has 256 bits, is shown once, and is kept as a keyed hash. It opens what its person may read at that moment, and no more.
"""
import secrets
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from care.agenda.models import CalendarLink
from foundation.errors import NotFound
from foundation.vault.seal import keyed_hash
from people.accounts.models import Person
from people.circles.models import Grant

_SECRET_BYTES = 32
_LONGEST = 64


def make_link(person: Person, *, names: bool) -> str:
    """A new address, instead of whatever was there; its secret, which nobody can look up again."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    with transaction.atomic():
        end_link(person)
        CalendarLink.objects.create(
            person=person, digest=_digest(secret), password_mark=_password_mark(person), names=names, made_at=timezone.now(),
        )  # fmt: skip
    return secret


def end_link(person: Person) -> None:
    """Revokes the address; from then on there is nothing there."""
    CalendarLink.objects.filter(person=person, revoked_at=None).update(revoked_at=timezone.now())


def link_of(person: Person) -> CalendarLink | None:
    """The address that works now, without its secret."""
    found = CalendarLink.objects.filter(person=person, revoked_at=None).first()
    return found if found is not None and bytes(found.password_mark) == _password_mark(person) else None


def link_by_secret(secret: str) -> CalendarLink:
    """The link of a secret, with its person. Raises NotFound: unknown, revoked, account disabled, password changed since."""
    if len(secret) > _LONGEST or not secret.isascii():
        raise NotFound
    found = CalendarLink.objects.filter(digest=_digest(secret), revoked_at=None).select_related("person").first()
    if found is None or not found.person.is_active or bytes(found.password_mark) != _password_mark(found.person):
        raise NotFound
    return found


def letters_of(person: Person) -> dict[UUID, str]:
    """Circle → a letter that says nothing: A is the circle that the person came into first, whatever has ended since."""
    came = Grant.objects.filter(membership__person=person).order_by("pk").values_list("membership__circle", flat=True)
    return {circle: _letter(place) for place, circle in enumerate(dict.fromkeys(came))}


def _letter(place: int) -> str:
    """A … Z, AA, AB …"""
    before, last = divmod(place, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + last)


def _digest(secret: str) -> bytes:
    return keyed_hash("agenda.calendar", secret)


def _password_mark(person: Person) -> bytes:
    return keyed_hash("agenda.calendar.password", str(person.pk), person.password)
