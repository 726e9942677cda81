"""Which addresses a push may be sent to: those of the known push services and nothing else (security.md, P4, R24).

An endpoint is a stranger's word: whoever subscribes could name an address inside of this network. It is judged by its spelling here,
when somebody subscribes and again at every sending, and by what its name resolves to in `notifications.transports.pinned`.
"""
import re
from dataclasses import dataclass

import httpx2
from django.conf import settings

LONGEST = 2048  # characters
KNOWN = (
    "fcm.googleapis.com", "updates.push.services.mozilla.com", "*.push.services.mozilla.com", "web.push.apple.com", "*.push.apple.com",
    "*.notify.windows.com",
)  # fmt: skip
# Scheme, host in lower case and port; then a path of visible ASCII without what parsers disagree about. No userinfo, no fragment.
_ENDPOINT = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::([0-9]{1,5}))?(/[!-~]*)?")
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+)(?::([0-9]{1,5}))?/?")
_PORTS = {"https": 443, "http": 80}
_DISPUTED = frozenset("\\#@\"<>^`{|}")


class ForbiddenEndpoint(Exception):
    """No push goes there. Says why in one word, and never where."""


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port that a push goes to."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """As it is written: without the port that its scheme has anyway (the `aud` of RFC 8292)."""
        usual = _PORTS[self.scheme] == self.port
        return f"{self.scheme}://{self.host}" + ("" if usual else f":{self.port}")


def checked(endpoint: str) -> Origin:
    """The origin of an endpoint that a push may go to. Raises ForbiddenEndpoint. Asks no name server."""
    if len(endpoint) > LONGEST:
        raise ForbiddenEndpoint("long")
    match = _ENDPOINT.fullmatch(endpoint)
    if match is None or _DISPUTED & set(endpoint):
        raise ForbiddenEndpoint("malformed")
    scheme, host, port, _path = match.groups()
    origin = Origin(scheme, host, int(port or _PORTS[scheme]))
    if not _is_read_alike(endpoint, origin):
        raise ForbiddenEndpoint("ambiguous")
    if origin in allowed_origins():
        return origin
    if scheme != "https" or origin.port != 443:
        raise ForbiddenEndpoint("origin")
    if not any(_matches(host, known) for known in (*KNOWN, *settings.PUSH_SERVICES)):
        raise ForbiddenEndpoint("unknown")
    return origin


def allowed_origins() -> frozenset[Origin]:
    """Those of `CERCLE_PUSH_ALLOW`, exact: tests on loopback. A production start refuses them."""
    found = (_ORIGIN.fullmatch(one) for one in settings.PUSH_ALLOW.replace(",", " ").split())
    return frozenset(Origin(one[1], one[2], int(one[3] or _PORTS[one[1]])) for one in found if one)


def is_allowed(host: str, port: int) -> bool:
    """Whether an operator named this very place, so that its address is not asked about."""
    return any((one.host, one.port) == (host, port) for one in allowed_origins())


def _matches(host: str, known: str) -> bool:
    if known.startswith("*."):
        return host.endswith(known[1:]) and len(host) > len(known) - 1
    return host == known


def _is_read_alike(endpoint: str, origin: Origin) -> bool:
    """Whether the client that will send reads the same place out of it."""
    try:
        url = httpx2.URL(endpoint)
    except (httpx2.InvalidURL, ValueError):
        return False
    port = url.port or _PORTS[origin.scheme]
    return (url.scheme, url.raw_host.decode("ascii"), port) == (origin.scheme, origin.host, origin.port) and not url.userinfo
