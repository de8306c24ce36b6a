"""Time as the JPO tells it: Japanese days by a fixed offset, and a clock that a test can move.

Japan has had no daylight saving since 1951, so UTC+9 is exact and needs no zone data
(Windows ships none). Times are seconds since 1970 (UTC) unless a name says otherwise.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

JST = timezone(timedelta(hours=9), "JST")
DAY = 86_400.0
_JST_OFFSET = 9 * 3_600.0


class Clock(Protocol):
    """What the pipeline asks of time. `monotonic` never jumps and is shared by all processes since boot."""

    def now(self) -> float: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ManualClock:
    """A clock that moves only when told, or when somebody sleeps on it."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._now = now
        self._monotonic = 1_000.0

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        self.advance(max(0.0, seconds))
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds
        self._monotonic += seconds

    def step(self, seconds: float) -> None:
        """Correct the wall clock, as NTP does; the monotonic clock does not notice."""
        self._now += seconds


def jst_day(at: float) -> int:
    """The JPO's quota day, as whole days since 1970 in Japan."""
    return int((at + _JST_OFFSET) // DAY)


def jst_midnight(day: int) -> float:
    """When that day begins (00:00 JST), which is when the previous day's counters are renewed."""
    return day * DAY - _JST_OFFSET


def next_jst_midnight(at: float) -> float:
    """The next 00:00 JST: fresh data and fresh counters."""
    return jst_midnight(jst_day(at) + 1)


def in_jst(at: float) -> datetime:
    """A moment as people in Japan read it."""
    return datetime.fromtimestamp(at, UTC).astimezone(JST)


def jst_date(at: float) -> date:
    """The Japanese calendar date of a moment."""
    return in_jst(at).date()


def jst_text(at: float) -> str:
    """`2026-11-23T00:00+09:00`: a moment to the minute, for answers and messages."""
    return in_jst(at).isoformat(timespec="minutes")
