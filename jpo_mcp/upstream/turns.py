"""Whose turn it is when the minute is full: person by person, so that nobody waits behind another's hundred questions.

One in this process waits for the next free place at a time, and the others wait for that one. Across processes and
machines the ledger gives a free place to whoever asks first.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from jpo_mcp.clock import Clock
from jpo_mcp.upstream.ledger import MinuteFull

Outlasts = Callable[[float], bool]
"""Whether so many seconds are more than somebody can wait."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    outlasts: Outlasts
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Turns:
    """The lines before one half's minute, one for each person, served in rotation."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._taken = False
        self._full_until = float("-inf")
        self._lines: dict[str, deque[_Waiting]] = {}

    @asynccontextmanager
    async def turn(self, person: str, outlasts: Outlasts) -> AsyncGenerator[None]:
        """That person's turn to wait for a place. `MinuteFull` once it is known that it would come too late."""
        await self._wait(person, outlasts)
        try:
            yield
        finally:
            self._pass_on()

    def full(self, wait: float) -> None:
        """Who has the turn must wait so long: who cannot is told now."""
        self._full_until = self._clock.monotonic() + wait
        for line in self._lines.values():
            for waiting in line:
                if not waiting.turn.done() and waiting.outlasts(wait):
                    waiting.turn.set_exception(MinuteFull(wait))

    async def _wait(self, person: str, outlasts: Outlasts) -> None:
        if not self._taken:
            self._taken = True
            return
        wait = self._full_until - self._clock.monotonic()
        if wait > 0 and outlasts(wait):
            raise MinuteFull(wait)
        waiting = _Waiting(outlasts)
        self._lines.setdefault(person, deque()).append(waiting)
        try:
            await waiting.turn
        except asyncio.CancelledError:
            if waiting.turn.done() and not waiting.turn.cancelled() and waiting.turn.exception() is None:
                self._pass_on()  # the turn came in the same moment
            raise
        finally:
            self._leave(person, waiting)

    def _leave(self, person: str, waiting: _Waiting) -> None:
        line = self._lines.get(person, deque[_Waiting]())
        with suppress(ValueError):  # whoever got the turn has left already
            line.remove(waiting)
        if not line:
            self._lines.pop(person, None)

    def _pass_on(self) -> None:
        """The turn goes to the next person, who then stands behind all others."""
        while self._lines:
            person, line = next(iter(self._lines.items()))
            del self._lines[person]
            waiting = line.popleft()
            if line:
                self._lines[person] = line
            if not waiting.turn.done():
                waiting.turn.set_result(None)
                return
        self._taken = False
