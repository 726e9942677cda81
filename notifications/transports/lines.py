"""The client that sends: one for each event loop, so that connections and HTTP/2 streams are shared by all sendings of it."""
import asyncio
import logging
from collections.abc import Mapping
from weakref import WeakKeyDictionary

import httpx2

from notifications.transports.answers import outcome_of
from notifications.transports.outcome import Outcome
from notifications.transports.pinned import ForbiddenAddress, PinnedTransport

log = logging.getLogger("cercle.push")
_MOST_READ = 4096  # bytes of an answer's body, which says nothing that is needed
_CONNECT_S, _READ_S = 5.0, 10.0
_WHOLE_S = 15.0  # however slowly a service drips its answer
_clients: "WeakKeyDictionary[asyncio.AbstractEventLoop, httpx2.AsyncClient]" = WeakKeyDictionary()


def client() -> httpx2.AsyncClient:
    """The running loop's client: no redirects, no proxies or other habits out of the environment."""
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        timeouts = httpx2.Timeout(_READ_S, connect=_CONNECT_S)
        _clients[loop] = httpx2.AsyncClient(transport=PinnedTransport(), timeout=timeouts, follow_redirects=False, trust_env=False)
    return _clients[loop]


async def close() -> None:
    """Closes the running loop's client; before that loop ends."""
    found = _clients.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.aclose()


async def posted(url: str, headers: Mapping[str, str], content: bytes) -> tuple[Outcome, bytes]:
    """What came of one POST, and the beginning of the answer's body. Raises nothing that a service could cause."""
    try:
        async with asyncio.timeout(_WHOLE_S), client().stream("POST", url, headers=dict(headers), content=content) as answer:
            return outcome_of(answer.status_code, answer.headers), await _beginning(answer)
    except ForbiddenAddress:
        log.warning("push.forbidden_address")
        return Outcome("forbidden", "refused"), b""
    except (TimeoutError, httpx2.TimeoutException):
        return Outcome("timeout", "later"), b""
    except httpx2.ConnectError:
        return Outcome("unreachable", "later"), b""
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError):
        return Outcome("broken", "later"), b""


async def _beginning(answer: httpx2.Response) -> bytes:
    """The first bytes; what a service says after its status can't undo that status."""
    found = b""
    try:
        async for part in answer.aiter_raw(_MOST_READ):
            found += part
            if len(found) >= _MOST_READ:
                break
    except httpx2.HTTPError:
        pass
    return found[:_MOST_READ]
