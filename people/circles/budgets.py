"""Who pays for what is asked: the account, its device, the circle; and apart from them all, what is urgent (ADR 33)."""
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.clock import Seconds
from foundation.errors import TooFast
from foundation.limits import Bucket, Budget, seconds_over
from people.accounts.access import session_key_of
from people.accounts.models import Person

_DEVICE = Budget.of(1)
_ACCOUNT = Budget.of(1.5)  # a device that has run wild leaves its owner's others some of it
_CIRCLE = Bucket(per_minute=2400, burst=1200)  # what twenty people write who all do so as fast as the contract lets anybody
_OWN_SHARE = Bucket(per_minute=132, burst=66)  # the contract's promise to each account, which no circle takes away
_URGENT = Bucket(per_minute=150, burst=75)  # posts that ring; a little more than the contract promises
_ALERTS = Bucket(per_minute=150, burst=75)  # taking an alert, handing it back, ending it, once nothing else is left
_WRITES = frozenset({"POST", "PUT", "DELETE"})


def over_own(request: HttpRequest, person: Person) -> Seconds:
    """0 where a person and their device may ask this, which is counted; else the seconds to wait."""
    return seconds_over(request, (_ACCOUNT, person.pk), (_DEVICE, session_key_of(request)))


def over_circle(request: HttpRequest, person: UUID, circle: UUID) -> Seconds:
    """The same of a circle for what changes something around it. Who stays within what the contract promises each account never waits."""
    if not settings.LIMITS or request.method not in _WRITES:
        return 0.0
    over = _CIRCLE.take(circle)
    return over if _OWN_SHARE.take(person) else 0.0


def over_alerts(person: UUID) -> Seconds:
    """The same of acts on an alert, for a person who has used up everything else."""
    return _ALERTS.take(person) if settings.LIMITS else 0.0


def require_urgent(person: UUID) -> None:
    """Counts an urgent post. Raises TooFast `journal.too_many_urgent`: a program that has run wild must not ring for ever."""
    over = _URGENT.take(person) if settings.LIMITS else 0.0
    if over:
        text = _("Too many urgent messages in one minute. This one can go in a moment; telephone if somebody is in danger.")
        raise TooFast(over, "journal.too_many_urgent", text)
