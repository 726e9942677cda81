"""Database work of the live room: a few threads with lasting connections, so that an idle socket holds none (security.md, R16)."""
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

from foundation.hops import hop

P = ParamSpec("P")
R = TypeVar("R")
_POOL = ThreadPoolExecutor(max_workers=3, thread_name_prefix="live")


async def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs a function that asks the database in one of the room's threads."""
    return await hop(_POOL, _fresh, partial(function, *args, **kwargs))


def _fresh(work: Callable[[], R]) -> R:
    """With connections that are neither broken nor too old, before and after, as `channels.db.database_sync_to_async` has it."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
