"""Work that must not hold up the event loop, and must stay on one thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class OneThread:
    """One thread of our own: its work runs in the order it was asked for, one piece at a time.

    The thread starts with the first piece of work. A caller that is cancelled abandons work still
    queued; work already begun is finished, and only its result is lost.
    """

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `fn` returns or raises, computed on that thread."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, partial(fn, *args, **kwargs))

    def close(self) -> None:
        """Finish what was asked for, then let the thread go. Nothing can be run afterwards."""
        self._executor.shutdown(wait=True)
