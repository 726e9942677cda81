"""From the event loop into a thread and back: as asgiref's `sync_to_async`, without asking each time what kind of function it is."""
import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


async def hop(executor: ThreadPoolExecutor, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs a function in a thread of the pool, in a copy of the caller's context; what it changes of that stays there."""
    copied = copy_context()
    return await asyncio.get_running_loop().run_in_executor(executor, lambda: copied.run(function, *args, **kwargs))
