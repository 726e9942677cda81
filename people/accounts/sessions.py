"""Sessions in the database, sealed at rest. Ending a signed-in one is a line of the site-wide feed, in the same transaction.

An app's `X-Session-Token` is the key of such a session too (allauth's default strategy).
"""
import base64
import binascii
import datetime as dt
import json
from functools import cache
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from foundation.prepared import Prepared
from foundation.vault.seal import SITE, SealBroken, keyed_hash, seal, unseal
from messaging.feed.enums import Kind
from messaging.feed.services import append_site
from people.accounts.models import Person, Session

_PLACE = "accounts.session"
_METHODS = "account_authentication_methods"  # where allauth notes how somebody signed in
_NOTED_EVERY = dt.timedelta(minutes=10)  # a session that is used writes its row no more often
_NOTED_ON_WARDS = dt.timedelta(seconds=20)
WARD = "ward"  # in a session's content: the device is a ward's
_STRONG = {"mfa", "socialaccount", "device"}  # a bound device with its PIN is two factors (people.codes)


def session_subject(session_key: str) -> UUID:
    """The id under which the feed speaks of a session: it can't be turned back into the key, which is a credential."""
    return UUID(bytes=keyed_hash("session", session_key)[:16])


class SessionStore(DatabaseStore):
    """Django's database store; the row also says whose session it is and whether a second factor was used."""

    person: Person | None = None  # both loaded with the row
    strong: bool = False
    ward: bool = False
    attended: bool = True  # whether somebody is at the device; what its program asks by itself is no use of the session

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our own table."""
        return Session

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The content sealed: it holds second-factor secrets while they are set up, and e-mail codes."""
        return base64.b64encode(seal(SITE, _PLACE, json.dumps(session_dict))).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """The content again; empty, so signed out, where it does not open."""
        try:
            content: dict[str, Any] = json.loads(unseal(SITE, _PLACE, base64.b64decode(session_data)))
        except (SealBroken, binascii.Error, ValueError):
            return {}
        return content

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row for this content."""
        row = cast(Session, super().create_model_instance(data))
        row.person_id = data.get(SESSION_KEY)
        row.strong = any(record.get("method") in _STRONG for record in data.get(_METHODS, ()))
        row.ward = bool(data.get(WARD))
        return row

    def _get_session_from_db(self) -> Session | None:
        # One statement for session and person: every request of the API begins here.
        row = _rows().first(key=self.session_key, now=timezone.now()) if self.session_key else None
        if row is None:
            self._session_key = None
            return None
        if (self.attended or row.ward) and _lies_idle(row, self.attended):
            self.delete(row.session_key)
            self._session_key = None
            return None
        self.person, self.strong, self.ward = row.person, row.strong, row.ward
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Ends a session. Whoever was signed in by it hears of it through the site-wide feed."""
        key = session_key or self.session_key
        if key is None:
            return
        with transaction.atomic():
            ended = Session.objects.filter(session_key=key, person__isnull=False).delete()[0]
            if ended:
                append_site(Kind.SESSION_ENDED, session_subject(key))
            else:
                Session.objects.filter(session_key=key).delete()


def _lies_idle(row: Session, attended: bool) -> bool:
    """Whether a professional's session, or one on a ward, was not used for too long; notes that this one is used now."""
    since = timezone.now() - row.seen_at
    if row.person and ((row.ward and since > settings.WARD_IDLE) or (row.person.profession and since > settings.SESSION_IDLE)):
        return True
    if attended and since > (_NOTED_ON_WARDS if row.ward else _NOTED_EVERY):
        Session.objects.filter(session_key=row.session_key).update(seen_at=timezone.now())
    return False


@cache
def _rows() -> Prepared[Session]:
    """Prepared late: the model names this store, so it is not there yet when this module is loaded."""

    def build(key: str, now: dt.datetime) -> "QuerySet[Session]":
        return Session.objects.select_related("person").filter(session_key=key, expire_date__gt=now)

    return Prepared(build, key=str, now=dt.datetime)


def end_idle_ward_sessions() -> int:
    """Ends the sessions on wards that nobody has used for five minutes, so that their sockets close too; how many."""
    idle = Session.objects.filter(ward=True, person__isnull=False, seen_at__lt=timezone.now() - settings.WARD_IDLE)
    keys = list(idle.values_list("session_key", flat=True))
    for key in keys:
        SessionStore().delete(key)
    return len(keys)


def end_sessions(person: Person, *, but: str | None = None) -> int:
    """Ends every session of a person except the one with key `but`; how many."""
    keys = list(Session.objects.filter(person=person).exclude(session_key=but or "").values_list("session_key", flat=True))
    for key in keys:
        SessionStore().delete(key)
    return len(keys)


def forget_sessions() -> int:
    """Ends all sessions of everybody, with their devices; how many. For a restored database before anything serves from it.

    What was ended after the backup stands in it as if it lived, so nobody is signed in by it; no socket is there that had to be told.
    """
    count, _ = Session.objects.all().delete()
    return count
