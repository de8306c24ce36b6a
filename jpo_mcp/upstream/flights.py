"""One question at a time in this process: whoever asks it again meanwhile waits for the same answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from jpo_mcp.errors import JpoError

T = TypeVar("T")


class Dropped(Exception):
    """The question was not asked after all: it was dropped, or who asked it hung up. Nothing was sent."""


class Flight(Generic[T]):
    """A question under way. Once `sent`, it is finished even if nobody waits any more: it has been paid for."""

    def __init__(self) -> None:
        self.sent = False
        self.dropped = False
        self.waiting = 0
        self.task: asyncio.Task[T] | None = None

    def cancel(self) -> bool:
        """Ends it unless it has been sent, and says whether. Only once: it is giving back its place meanwhile."""
        if self.sent or self.task is None:
            return False
        return self.task.cancelling() > 0 or self.task.cancel()


class Flights(Generic[T]):
    """The questions under way in this process, by key."""

    def __init__(self) -> None:
        self._under_way: dict[str, Flight[T]] = {}
        self._in_the_air: set[Flight[T]] = set()
        """Those under way, and those that were dropped and are still giving back what was set apart for them."""

    async def join(self, key: str, ask: Callable[[Flight[T]], Awaitable[T]]) -> tuple[T, bool]:
        """The answer, and whether this caller is the one who asked (the others share it at no cost)."""
        flight = self._under_way.get(key)
        asks = flight is None
        if flight is None:
            flight = self._take_off(key, ask)
        return await self._wait(key, flight, asks=asks), asks

    def drop_unsent(self) -> None:
        """Drops what has not been sent; whoever waits for it gets `Dropped`."""
        for flight in self._under_way.values():
            flight.dropped = flight.cancel()

    async def finish(self, seconds: float) -> None:
        """Lets what has been sent come home within `seconds`, and drops what has not, which gives back its place."""
        tasks = [flight.task for flight in self._in_the_air if flight.task is not None]
        for flight in self._in_the_air:
            flight.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _take_off(self, key: str, ask: Callable[[Flight[T]], Awaitable[T]]) -> Flight[T]:
        flight: Flight[T] = Flight()
        self._under_way[key] = flight
        self._in_the_air.add(flight)

        async def fly() -> T:
            return await ask(flight)

        def landed(task: asyncio.Task[T]) -> None:
            self._forget(key, flight)
            self._in_the_air.discard(flight)
            if not task.cancelled():
                task.exception()  # everybody may have gone; then nobody else looks at it

        flight.task = asyncio.create_task(fly())
        flight.task.add_done_callback(landed)
        return flight

    def _forget(self, key: str, flight: Flight[T]) -> None:
        if self._under_way.get(key) is flight:
            del self._under_way[key]

    async def _wait(self, key: str, flight: Flight[T], *, asks: bool) -> T:
        assert flight.task is not None  # noqa: S101 - set where the flight is made
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        except asyncio.CancelledError:
            if flight.dropped and not _is_cancelled():
                raise Dropped from None
            if not flight.sent and (asks or flight.waiting == 1):
                # Who waits or asks meanwhile has not hung up: they ask for themselves, and are charged themselves.
                self._forget(key, flight)
                flight.dropped = flight.cancel()
            raise
        except JpoError as failure:
            if asks:
                raise
            raise _unpaid(failure) from None
        finally:
            flight.waiting -= 1


def _is_cancelled() -> bool:
    """Whether it is the waiting task itself that was cancelled."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _unpaid(failure: JpoError) -> JpoError:
    """The failure for those who share it: somebody else paid. Made without its own constructor, which may differ."""
    shared = failure.__class__.__new__(failure.__class__, *failure.args)
    shared.__dict__.update(failure.__dict__, spent=0)
    return shared
