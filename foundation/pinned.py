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

from foundation.addresses import IP, is_public
from foundation.origins import ForbiddenPlace, is_allowed

_CONNECT_S = 5.0
_PATIENCE_S = 3.0
_READ_S = 10.0
_asking = ThreadPoolExecutor(2, "names")


async def resolve(host: str, port: int) -> list[IP]:
    """Addresses of a name, as the system's resolver gives them. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(one[4][0]) for one in found]


async def judged(host: str, port: int) -> list[IP]:
    """Addresses that may be connected to. One that is not public condemns the name. Raises ForbiddenPlace, OSError."""
    addresses = list(dict.fromkeys(await resolve(host, port)))
    if not is_allowed(host, port) and not all(is_public(address) for address in addresses):
        raise ForbiddenPlace("address")
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
        """A stream to the first address that answers. Raises ForbiddenPlace, ConnectError, ConnectTimeout."""
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


def pinned_client() -> httpx2.AsyncClient:
    """A client whose connections go to judged addresses only: no redirects, no proxies or other habits out of the environment."""
    timeouts = httpx2.Timeout(_READ_S, connect=_CONNECT_S)
    return httpx2.AsyncClient(transport=PinnedTransport(), timeout=timeouts, follow_redirects=False, trust_env=False)
