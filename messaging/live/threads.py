"""Database work of the live room: a few threads with lasting connections, so that an idle socket holds none (security.md, R16)."""
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async

P = ParamSpec("P")
R = TypeVar("R")
_POOL = ThreadPoolExecutor(max_workers=3, thread_name_prefix="live")


async def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs a function that asks the database in one of the room's threads."""
    result: R = await database_sync_to_async(function, thread_sensitive=False, executor=_POOL)(*args, **kwargs)
    return result
