"""Erasing: the patient's key is destroyed, so that all that was sealed with it is noise, in every copy of the database.

In this order, so that whatever is cut short is finished by the next run or the next start: the list outside the database, the
rows, the key.
"""
import datetime as dt
from collections.abc import Callable, Generator
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from foundation import clock
from foundation.vault import erased
from messaging.feed.enums import EVERYONE, Kind
from messaging.feed.services import OpenFeed, all_opened, append_site
from people.circles.enums import Cause, CircleState
from people.circles.models import Circle, Invitation, JoinRequest, Membership, Patient, StateChange, TeamSeat, TraitHash
from people.circles.services import end_all

_also: list[Callable[[UUID], None]] = []


def when_patient_is_erased(do: Callable[[UUID], None]) -> None:
    """Rooms upstairs take away what they keep of a patient's vault, inside the transaction that empties the rows."""
    _also.append(do)


def erased_list() -> Path:
    """Where the list of erased vaults lies: beside the keys, outside every database."""
    place: Path = settings.DATA / "keys" / erased.NAME
    return place


def erase(vault: UUID, *, cause: Cause) -> None:
    """Erases a patient with all their circles. Repeated, it finishes what was cut short and changes nothing more."""
    for _step in steps(vault, cause=cause):
        pass


def steps(vault: UUID, *, cause: Cause) -> Generator[str, None, None]:
    """The same step by step: `noted`, `rows`, `key`, each durable when it is told."""
    erased.note_erased(erased_list(), vault)
    yield "noted"
    with transaction.atomic():
        _empty_rows(vault, cause)
    yield "rows"
    if erased.destroy_key(vault):
        append_site(Kind.KEY_DESTROYED, vault)  # after it, so that nobody who hears it unwraps the key once more
    yield "key"


def unreadable_everywhere() -> dt.date:
    """The day on which the last backup of the key store that holds a key destroyed today is gone."""
    last: dt.date = timezone.now().date() + dt.timedelta(days=settings.KEY_BACKUP_DAYS)
    return last


def erase_again() -> int:
    """At the start: what stands on the list and is here again came with a backup, or was cut short. How many were erased."""
    listed = erased.erased_vaults(erased_list())
    back = erased.with_keys(listed)
    back |= set(Patient.objects.filter(vault__in=listed).exclude(sealed_traits=b"").values_list("vault", flat=True))
    for vault in sorted(back):
        erase(vault, cause=Cause.REQUEST)
    return len(back)


def _empty_rows(vault: UUID, cause: Cause) -> None:
    """Nobody is inside any more, nothing finds the patient, and what is left of the rows is ids and dates."""
    circles = list(Circle.objects.filter(patient__vault=vault).exclude(state=CircleState.ERASED).select_related("head", "patient"))
    with all_opened(circle.id for circle in circles) as feeds:
        inside = Membership.objects.filter(circle__in=circles, ended_at=None).select_related("circle__patient")
        end_all(feeds, list(inside), by=None)
        TeamSeat.objects.filter(circle__in=circles, ended_at=None).update(ended_at=clock.now())
        for circle in circles:
            _close(feeds[circle.id], circle, cause)
    Invitation.objects.filter(circle__in=circles, accepted_at=None, revoked_at=None).update(revoked_at=timezone.now(), due_at=None)
    Invitation.objects.filter(circle__in=circles).update(address=b"", sealed_address=b"", token=None)
    JoinRequest.objects.filter(circle__in=circles).delete()
    TraitHash.objects.filter(patient__vault=vault).delete()
    Patient.objects.filter(vault=vault).update(sealed_traits=b"")
    for do in _also:
        do(vault)


def _close(feed: OpenFeed, circle: Circle, cause: Cause) -> None:
    """Without words: the key that would seal them is about to go."""
    change = StateChange(circle=circle, state=CircleState.ERASED, before=circle.state, cause=cause, at=clock.now())
    circle.state = CircleState.ERASED
    circle.save(update_fields=["state"])
    change.save(force_insert=True)
    feed.append(Kind.CIRCLE_STATE_CHANGED, EVERYONE, change.pk)
