"""The client that sends: one for each event loop, so that connections and HTTP/2 streams are shared by all sendings of it."""
import asyncio
import logging
from collections.abc import Mapping
from weakref import WeakKeyDictionary

import httpx2

from foundation.origins import ForbiddenPlace
from foundation.pinned import pinned_client
from notifications.transports.answers import outcome_of
from notifications.transports.outcome import Outcome

log = logging.getLogger("cercle.push")
_MOST_READ = 4096  # bytes of an answer's body, which says nothing that is needed
_WHOLE_S = 15.0  # however slowly a service drips its answer
_clients: "WeakKeyDictionary[asyncio.AbstractEventLoop, httpx2.AsyncClient]" = WeakKeyDictionary()


def client() -> httpx2.AsyncClient:
    """The running loop's client."""
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        _clients[loop] = pinned_client()
    return _clients[loop]


async def ready() -> None:
    """Makes the running loop's client, which takes a while (the certificates of the world), before anything waits for it."""
    client()


async def close() -> None:
    """Closes the running loop's client; before that loop ends."""
    found = _clients.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.aclose()


async def posted(url: str, headers: Mapping[str, str], content: bytes) -> tuple[Outcome, bytes]:
    """What came of one POST, and the beginning of the answer's body. Raises nothing that a service could cause."""
    said: list[Outcome] = []  # once the status is there, nothing that the service does afterwards undoes it
    try:
        async with asyncio.timeout(_WHOLE_S):
            return await _answered(url, {**headers, "Accept-Encoding": "identity"}, content, said)
    except ForbiddenPlace:
        log.warning("push.forbidden_address")
        failed = Outcome("forbidden", "refused")
    except (TimeoutError, httpx2.TimeoutException):
        failed = Outcome("timeout", "later")
    except httpx2.ConnectError:
        failed = Outcome("unreachable", "later")
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError):
        failed = Outcome("broken", "later")
    return (said or [failed])[0], b""


async def _answered(url: str, headers: Mapping[str, str], content: bytes, said: list[Outcome]) -> tuple[Outcome, bytes]:
    async with client().stream("POST", url, headers=dict(headers), content=content) as answer:
        said.append(outcome_of(answer.status_code, answer.headers))
        found = b""
        async for part in answer.aiter_raw(_MOST_READ):
            found += part
            if len(found) >= _MOST_READ:
                break
        return said[0], found[:_MOST_READ]
