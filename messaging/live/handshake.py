"""Who may open a socket: the origin first, before any look-up; then the session (contract, "WebSocket")."""
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from uuid import UUID

from django.conf import settings

from foundation.device import word
from messaging.feed.queries import site_position
from people.accounts.access import person_of_handshake
from people.accounts.sessions import session_subject

Headers = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signed in, by which session, and where the site's feed stood before it was looked up."""

    person: UUID
    language: str
    session: UUID
    site_seen: int
    device: str


def headers_of(scope: dict[str, Any]) -> Headers:
    """Headers by lower-case name, each with all its values."""
    headers: Headers = {}
    for name, value in scope.get("headers", []):
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return headers


def origin_allowed(headers: Headers) -> bool:
    """A listed origin, exactly; or none at all, with a token and without any cookie."""
    origins = headers.get("origin", [])
    if not origins:
        return len(headers.get("x-session-token", [])) == 1 and "cookie" not in headers
    return len(origins) == 1 and origins[0] in settings.SOCKET_ORIGINS


def identify_each(asked: Sequence[Headers]) -> list[Caller | Exception | None]:
    """The signed-in caller of each handshake, or None, or what went wrong. Asks the database: runs in a thread."""
    seen = site_position()
    return [_identified(headers, seen) for headers in asked]


def _identified(headers: Headers, seen: int) -> Caller | Exception | None:
    try:
        found = person_of_handshake({name: values[0] for name, values in headers.items()}, _cookies(headers))
    except Exception as error:  # one that fails keeps no other out
        return error
    if found is None:
        return None
    person, key = found
    return Caller(person.pk, person.language, session_subject(key), seen, word(headers.get("user-agent", [""])[0]))


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie("; ".join(headers.get("cookie", []))).items()}
    except CookieError:
        return {}
