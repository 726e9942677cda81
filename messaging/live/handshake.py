"""Who may open a socket: the origin first, before any look-up; then the session (contract, "WebSocket")."""
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from uuid import UUID

from django.conf import settings

from foundation.device import word
from messaging.feed.queries import site_position
from people.accounts.access import person_of_handshake
from people.accounts.sessions import session_subject


@dataclass(frozen=True)
class Caller:
    """Who signed in, by which session, and where the site's feed stood before it was looked up."""

    person: UUID
    language: str
    session: UUID
    site_seen: int
    device: str


def headers_of(scope: dict[str, Any]) -> dict[str, list[str]]:
    """Headers by lower-case name, each with all its values."""
    headers: dict[str, list[str]] = {}
    for name, value in scope.get("headers", []):
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return headers


def origin_allowed(headers: dict[str, list[str]]) -> bool:
    """A listed origin, exactly; or none at all, with a token and without any cookie."""
    origins = headers.get("origin", [])
    if not origins:
        return len(headers.get("x-session-token", [])) == 1 and "cookie" not in headers
    return len(origins) == 1 and origins[0] in settings.SOCKET_ORIGINS


def identify(headers: dict[str, list[str]]) -> Caller | None:
    """The signed-in caller or None. Asks the database: runs in a thread."""
    seen = site_position()
    found = person_of_handshake({name: values[0] for name, values in headers.items()}, _cookies(headers))
    if found is None:
        return None
    person, key = found
    return Caller(person.pk, person.language, session_subject(key), seen, word(headers.get("user-agent", [""])[0]))


def _cookies(headers: dict[str, list[str]]) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie("; ".join(headers.get("cookie", []))).items()}
    except CookieError:
        return {}
