"""Addresses outside that somebody else has named: read alike by everybody who reads them, and never this network by their spelling.

An endpoint is a stranger's word: whoever names it could mean an address inside of this network. It is judged by its spelling here, and
by what its name resolves to in `foundation.pinned`. Which origins may be called that are not public and not https, an operator names
(`CERCLE_PUSH_ALLOW`; a production start refuses it).
"""
import re
from dataclasses import dataclass

import httpx2
from django.conf import settings

LONGEST = 2048  # characters
# Scheme, host in lower case and port; then a path of visible ASCII without what parsers disagree about. No userinfo, no fragment.
_ENDPOINT = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::([0-9]{1,5}))?(/[!-~]*)?")
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+)(?::([0-9]{1,5}))?/?")
_PORTS = {"https": 443, "http": 80}
_DISPUTED = frozenset("\\#@\"<>^`{|}")


class ForbiddenPlace(Exception):
    """Nothing is sent there. Says why in one word, and never where."""


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port that something is sent to."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """As it is written: without the port that its scheme has anyway (the `aud` of RFC 8292)."""
        usual = _PORTS[self.scheme] == self.port
        return f"{self.scheme}://{self.host}" + ("" if usual else f":{self.port}")

    @property
    def allowed(self) -> bool:
        """Whether an operator named this very origin."""
        return self in allowed_origins()

    @property
    def plain(self) -> bool:
        """Whether it is https at its usual port, as everything outside is."""
        return self.scheme == "https" and self.port == _PORTS["https"]


def origin_of(endpoint: str) -> Origin:
    """The origin of an endpoint: one that an operator named, or https at its usual port. Raises ForbiddenPlace. Asks no name server."""
    if len(endpoint) > LONGEST:
        raise ForbiddenPlace("long")
    match = _ENDPOINT.fullmatch(endpoint)
    if match is None or _DISPUTED & set(endpoint):
        raise ForbiddenPlace("malformed")
    scheme, host, port, _path = match.groups()
    origin = Origin(scheme, host, int(port or _PORTS[scheme]))
    if not _is_read_alike(endpoint, origin):
        raise ForbiddenPlace("ambiguous")
    if not (origin.plain or origin.allowed):
        raise ForbiddenPlace("origin")
    return origin


def allowed_origins() -> frozenset[Origin]:
    """Those of `CERCLE_PUSH_ALLOW`, exact: tests on loopback. A production start refuses them."""
    found = (_ORIGIN.fullmatch(one) for one in settings.PUSH_ALLOW.replace(",", " ").split())
    return frozenset(Origin(one[1], one[2], int(one[3] or _PORTS[one[1]])) for one in found if one)


def is_allowed(host: str, port: int) -> bool:
    """Whether an operator named this very place, so that its address is not asked about."""
    return any((one.host, one.port) == (host, port) for one in allowed_origins())


def _is_read_alike(endpoint: str, origin: Origin) -> bool:
    """Whether the client that will send reads the same place out of it."""
    try:
        url = httpx2.URL(endpoint)
    except (httpx2.InvalidURL, ValueError):
        return False
    port = url.port or _PORTS[origin.scheme]
    return (url.scheme, url.raw_host.decode("ascii"), port) == (origin.scheme, origin.host, origin.port) and not url.userinfo
