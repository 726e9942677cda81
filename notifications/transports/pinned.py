"""The way out: names are resolved once, the answers judged, and the connection made to the very address that was judged.

So a name server that answers otherwise a moment later (DNS rebinding) is never asked a second time. Host header, SNI and the
certificate's name stay those of the endpoint.
"""
import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore2
import httpx2
from httpcore2 import AsyncNetworkBackend, AsyncNetworkStream

from notifications.transports.endpoints import is_allowed

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_CONNECT_S = 5.0
_PATIENCE_S = 3.0
_asking = ThreadPoolExecutor(2, "push-names")
_UNICAST = ipaddress.IPv6Network("2000::/3")
# Protocol assignments and the relays of 6to4, which some versions of `ipaddress` count as global.
_SPECIAL = [ipaddress.IPv4Network(network) for network in ("192.0.0.0/24", "192.88.99.0/24")]
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SIIT = ipaddress.IPv6Network("::ffff:0:0:0/96")


class ForbiddenAddress(Exception):
    """The name leads to an address that is not public."""


def is_public(address: IP) -> bool:
    """Whether an address is of the public internet; forms that embed an IPv4 address are judged by that one as well."""
    if isinstance(address, ipaddress.IPv4Address):
        special = address.is_multicast or address.is_reserved or any(address in network for network in _SPECIAL)
        return address.is_global and not special
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64 or address in _SIIT:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    if address.sixtofour is not None:
        return is_public(address.sixtofour)
    if address.teredo is not None:
        return all(is_public(part) for part in address.teredo)
    return address in _UNICAST and address.is_global and address.scope_id is None


async def resolve(host: str, port: int) -> list[IP]:
    """Addresses of a name, as the system's resolver gives them. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(one[4][0]) for one in found]


async def judged(host: str, port: int) -> list[IP]:
    """Addresses that may be connected to. One that is not public condemns the name. Raises ForbiddenAddress, OSError."""
    addresses = list(dict.fromkeys(await resolve(host, port)))
    if not is_allowed(host, port) and not all(is_public(address) for address in addresses):
        raise ForbiddenAddress
    return addresses


def may_lead_outside(host: str, port: int) -> bool:
    """Whether nothing is known against a name: for subscribing, which asks the resolver but does not wait for it for long.

    A name that does not resolve now may do so when something is sent, and is judged again then.
    """
    if is_allowed(host, port):
        return True
    try:
        found = _asking.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(_PATIENCE_S)
    except (OSError, UnicodeError, TimeoutError):
        return True
    return all(is_public(ipaddress.ip_address(one[4][0])) for one in found)


class PinnedBackend(AsyncNetworkBackend):
    """Opens connections for the pool, to judged addresses only."""

    def __init__(self) -> None:
        self._way = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None,  # noqa: ASYNC109 -- the signature is the library's
        local_address: str | None = None, socket_options: Iterable[Any] | None = None,
    ) -> AsyncNetworkStream:  # fmt: skip
        """A stream to the first address that answers. Raises ForbiddenAddress, ConnectError, ConnectTimeout."""
        try:
            addresses = await asyncio.wait_for(judged(host, port), _CONNECT_S)
        except TimeoutError:
            raise httpcore2.ConnectTimeout from None
        except (OSError, UnicodeError):
            raise httpcore2.ConnectError from None
        failure: Exception = httpcore2.ConnectError()
        for address in addresses:
            try:
                return await self._way.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


class PinnedTransport(httpx2.AsyncHTTPTransport):
    """The client's usual transport over `PinnedBackend`: no proxy, no Unix socket, HTTP/2 where it is offered, any number of lines.

    `_pool` is what the parent class talks to; it offers no other place to say how connections are opened.
    """

    def __init__(self) -> None:
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False), max_connections=None, max_keepalive_connections=40,
            keepalive_expiry=60.0, http1=True, http2=True, retries=0, network_backend=PinnedBackend(),
        )  # fmt: skip
