"""Who is calling: by an app's token or a browser's cookie, over HTTP and at the socket's handshake."""
from collections.abc import Mapping
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.crypto import constant_time_compare

from foundation import clock
from foundation.errors import CsrfFailed, NotFound, NotSignedIn
from people.accounts.enums import Duty
from people.accounts.models import Administrator, Operator, Person, running
from people.accounts.policy import may
from people.accounts.sessions import SessionStore

TOKEN_HEADER = "X-Session-Token"  # noqa: S105  -- a header's name
UNATTENDED_HEADER = "X-Cercle-Unattended"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_LONGEST_KEY = 40


class _Csrf(CsrfViewMiddleware):
    """Django's check, which gives its reason instead of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def person_of(request: HttpRequest) -> Person:
    """The caller of an API call. A token, good or bad, means that no cookie is looked at.

    Raises NotSignedIn (401), then CsrfFailed (403) for an unsafe method by cookie.
    """
    person = caller(request)
    if person is None:
        raise NotSignedIn
    if TOKEN_HEADER not in request.headers and request.method not in _SAFE:
        _check_csrf(request)
    return person


def caller(request: HttpRequest) -> Person | None:
    """The signed-in person of a request or None; one statement, asked once per request."""
    if "cercle_caller" not in request.__dict__:
        token = request.headers.get(TOKEN_HEADER)
        session = cast(SessionStore, request.session) if token is None else session_of(token)
        if session is not None:
            session.attended = not _is_unattended(request)
        request.__dict__["cercle_caller"] = session and person_of_session(session)
        request.__dict__["cercle_session"] = session.session_key if session else None
        request.__dict__["cercle_ward"] = bool(session and session.ward)
    person: Person | None = request.__dict__["cercle_caller"]
    return person


def _is_unattended(request: HttpRequest) -> bool:
    """Whether a device's program asks by itself, and something that it may ask so."""
    if request.path in settings.UNATTENDED:
        return True
    return UNATTENDED_HEADER in request.headers and settings.UNATTENDED_BY_ITS_WORD.fullmatch(request.path) is not None


def session_key_of(request: HttpRequest) -> str | None:
    """The key of the session by which the caller is signed in (the trail takes one opening by session and hour)."""
    return request.__dict__["cercle_session"] if caller(request) else None


def person_of_handshake(headers: Mapping[str, str], cookies: Mapping[str, str]) -> tuple[Person, str] | None:
    """(person, session key) for a socket, or None: unknown, expired or ended session, disabled account, changed password.

    `headers` by lower-case name. One statement. Must run in a thread.
    """
    key = headers.get(TOKEN_HEADER.lower())
    if key is None:
        key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    session = session_of(key)
    person = session and person_of_session(session)
    return (person, key) if person else None


def session_of(key: str) -> SessionStore | None:
    """The session store for a credential that looks like one; nothing is read yet."""
    looks_right = 8 <= len(key) <= _LONGEST_KEY and key.isascii() and key.isalnum()
    return SessionStore(key) if looks_right else None


def person_of_session(session: SessionStore) -> Person | None:
    """The person whom this session signs in, if their account is active, their password unchanged since, their factor enough."""
    signed_in = session.get(SESSION_KEY)
    person = session.person
    if signed_in is None or person is None or str(person.pk) != signed_in or not person.is_active:
        return None
    if settings.REQUIRE_SECOND_FACTOR and not session.strong:
        return None
    return person if _same_password(session.get(HASH_SESSION_KEY, ""), person) else None


def _same_password(stored: str, person: Person) -> bool:
    """Whether a session's mark belongs to the present password, under the present secret key or one before it."""
    present = person.get_session_auth_hash()
    return constant_time_compare(stored, present) or any(
        constant_time_compare(stored, fallback) for fallback in person.get_session_auth_fallback_hash()
    )


def _check_csrf(request: HttpRequest) -> None:
    check = _Csrf(lambda _: None)  # type: ignore[arg-type]
    check.process_request(request)
    if check.process_view(request, person_of, (), {}):  # type: ignore[arg-type]  # any view that is not exempt
        raise CsrfFailed


def administer(person: Person, structure: UUID | None, duty: Duty) -> Administrator:
    """The running administration of a structure by a person. Raises NotFound: for others there is no such page."""
    mine = Administrator.objects.select_related("structure", "person").filter(person=person, structure=structure)
    found = mine.filter(running(clock.now())).first()
    if found is None or not may(duty, administers=True):
        raise NotFound
    return found


def operate(person: Person, duty: Duty) -> Operator:
    """The running operation of the service by a person. Raises NotFound."""
    found = Operator.objects.select_related("person").filter(running(clock.now()), person=person).first()
    if found is None or not may(duty, operates=True):
        raise NotFound
    return found


def require_still(actor: Administrator | Operator) -> None:
    """Reads the actor's right again, inside the caller's transaction. Raises NotFound where it has ended meanwhile."""
    if not type(actor).objects.filter(running(clock.now()), pk=actor.pk, person__is_active=True).exists():
        raise NotFound
