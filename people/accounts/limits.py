"""How often one may be wrong: by account, and by failures per address. Successes are never counted, by nothing.

Counted in the database, at failures only, so that every process sees the same and Redis is not needed. A hospital
shares one address: when too much fails there, whoever already has a session from it still signs in.
"""
import datetime as dt
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils import timezone

from foundation.vault.seal import keyed_hash
from people.accounts.models import SignInFailure

ACCOUNT_FAILURES, ACCOUNT_WINDOW = 10, dt.timedelta(minutes=5)
ADDRESS_FAILURES, ADDRESS_WINDOW = 200, dt.timedelta(minutes=1)
_KEPT = dt.timedelta(hours=1)
_HASH_BYTES = 16


@dataclass(frozen=True)
class Attempt:
    """One try to sign in: keyed hashes of what was typed as address of the account and of where it came from."""

    account: bytes
    address: bytes
    email: str
    ip: str


def attempt(email: str, ip: str) -> Attempt:
    """An attempt for this account name from this address; the account need not exist."""
    account = keyed_hash("sign-in", "account", email.lower())[:_HASH_BYTES]
    return Attempt(account, keyed_hash("sign-in", "address", ip)[:_HASH_BYTES], email, ip)


def seconds_to_wait(trying: Attempt) -> int:
    """0 when the attempt may go on, else whole seconds until the oldest counted failure has passed."""
    if not settings.SIGN_IN_LIMITS:
        return 0
    now = timezone.now()
    by_account = _wait(now, ACCOUNT_FAILURES, ACCOUNT_WINDOW, account=trying.account)
    by_address = _wait(now, ADDRESS_FAILURES, ADDRESS_WINDOW, address=trying.address)
    if by_address and UserSession.objects.filter(user__email=trying.email.lower(), ip=trying.ip).exists():
        by_address = 0
    return max(by_account, by_address)


def note_failure(trying: Attempt) -> None:
    """Counts a wrong password, and forgets those of long ago."""
    if settings.SIGN_IN_LIMITS:
        now = timezone.now()
        SignInFailure.objects.filter(at__lt=now - _KEPT).delete()
        SignInFailure.objects.create(at=now, account=trying.account, address=trying.address)


def forgive(email: str) -> None:
    """Forgets an account's failures: its owner has proved themselves by e-mail."""
    SignInFailure.objects.filter(account=attempt(email, "").account).delete()


def _wait(now: dt.datetime, most: int, window: dt.timedelta, **of: bytes) -> int:
    times = list(SignInFailure.objects.filter(at__gt=now - window, **of).order_by("-at").values_list("at", flat=True)[:most])
    if len(times) < most:
        return 0
    return max(1, round((times[-1] + window - now).total_seconds()))
