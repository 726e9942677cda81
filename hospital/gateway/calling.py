"""The way out to a subscriber: one POST to a public address, resolved once and judged; no redirect, no proxy, bounded in time."""
import asyncio
from collections.abc import Mapping

from foundation.origins import origin_of
from foundation.pinned import pinned_client

_WHOLE_S = 15.0  # however slowly somebody drips an answer


def call(endpoint: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status that came back. Raises ForbiddenPlace, TimeoutError, httpx2.HTTPError. Never inside a transaction."""
    origin_of(endpoint)
    return asyncio.run(_posted(endpoint, body, {"Accept-Encoding": "identity", **headers}))


async def _posted(endpoint: str, body: bytes, headers: Mapping[str, str]) -> int:
    async with (
        asyncio.timeout(_WHOLE_S),
        pinned_client() as client,
        client.stream("POST", endpoint, headers=headers, content=body) as answer,
    ):
        return answer.status_code
