"""Machines with disks of their own around one real Redis whose clock only the tests move."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from jpo_mcp.clock import ManualClock, jst_midnight
from jpo_mcp.endpoints import Endpoint, Pace, endpoint
from jpo_mcp.errors import LedgerUnavailable, Words
from jpo_mcp.upstream.ledger import Reservation
from jpo_mcp.upstream.redis_ledger import PAUSE, RedisLedger
from jpo_mcp.upstream.redis_link import RedisLink
from jpo_mcp.upstream.sqlite_ledger import LocalLedger
from tests.redis_server import BOUND, RedisServer

PROGRESS: Endpoint[Any] = endpoint("patent", "app_progress")
OPD: Endpoint[Any] = endpoint("patent", "family_list")
PLENTY: dict[Pace, int] = {"domestic": 1_000_000, "opd": 1_000_000}
DAY = 20_780
NOON = jst_midnight(DAY) + 12 * 3_600.0
LIMIT = 40

_TIME = "redis.call('TIME')"
_START = "string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')"


class Shared:
    """A Redis whose clock is the test's; with `starts`, so is its life: it started anew when that has grown."""

    def __init__(self, link: RedisLink, clock: ManualClock, starts: int | None = 0) -> None:
        self.link, self.clock, self.starts = link, clock, starts

    async def script(self, lua: str, keys: Any = (), args: Any = ()) -> Any:
        for real in (_TIME, _START):
            assert lua.count(real) == 1, "the script no longer reads it there"
        lua = lua.replace(_TIME, "{ARGV[2], ARGV[3]}")
        if self.starts is not None:
            lua = lua.replace(_START, "ARGV[4]")
        time = divmod(round(self.clock.now() * 1e6), 1_000_000)
        return await self.link.script(lua, keys, (*args, *time, f"start{self.starts}"))

    async def copy(self) -> dict[bytes, bytes]:
        keys = await self.link.command("KEYS", "*")
        return {key: await self.link.command("DUMP", key) for key in keys}

    async def lose(self, kept: dict[bytes, bytes] | None = None) -> None:
        """Everything, or all that came after a copy."""
        await self.link.command("FLUSHALL")
        for key, value in (kept or {}).items():
            await self.link.command("RESTORE", key, 0, value)


def patient_link(server: RedisServer) -> RedisLink:
    """One that waits for a computer that is busy with other things: these tests cut lines themselves."""
    return RedisLink(server.url, rest=0.0, connect_seconds=BOUND, command_seconds=BOUND)


class Wire:
    """One machine's line to it, which can be cut, lose the replies alone, or hold up questions (`late`, last first)."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self.cut = False
        self.deaf = False
        self.late = list[float]()

    async def script(self, lua: str, keys: Any = (), args: Any = ()) -> Any:
        if self.late:
            self._shared.clock.advance(self.late.pop())
        if not self.cut:
            reply = await self._shared.script(lua, keys, args)
            if not self.deaf:
                return reply
        raise LedgerUnavailable(Words("cut", "切断"), Words("heal", "復旧"))


def local_ledger(folder: Path, identity: str, clock: ManualClock) -> LocalLedger:
    """A machine's own, that does not wait for the disk: the tests' machines lose no power."""
    ledger = LocalLedger(folder, identity=identity, clock=clock)
    ledger._build = partial(ledger._build, durable=False)
    return ledger


class Dozing(ManualClock):
    """A machine's own clock, which goes with another; what never jumps stands still while the machine sleeps."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self._clock, self._slept = clock, 0.0

    def now(self) -> float:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic() - self._slept

    def doze(self, seconds: float) -> None:
        """Time passes, and this machine does not notice."""
        self._clock.advance(seconds)
        self._slept += seconds


class Machine:
    """A machine with its own disk and clock; `restart` is a kill -9 of its process."""

    def __init__(self, folder: Path, shared: Shared, **given: Any) -> None:
        self._folder, self._shared = folder, shared
        self._given: dict[str, Any] = {"limits": {"1-1": LIMIT}} | given
        self.wire = Wire(shared)
        self.clock = Dozing(shared.clock)
        self.held: list[Reservation] = []
        self.flying: list[Reservation] = []
        self._start()

    def _start(self) -> None:
        self.local = local_ledger(self._folder, "id", self.clock)
        self.ledger = RedisLedger(self.wire, self.local, identity="id", clock=self.clock, **self._given)

    async def restart(self) -> None:
        self.held, self.flying = [], []
        await self.local.close()
        self._start()

    async def close(self) -> None:
        self.wire.cut = True
        await self.ledger.close()

    async def left(self, row: Endpoint[Any] = PROGRESS) -> int | None:
        """None while the count cannot be used."""
        try:
            return (await self.ledger.remaining(row)).left
        except LedgerUnavailable:
            return None

    async def spend(self, **settled: Any) -> Reservation:
        self._shared.clock.advance(0.01)
        reservation = await self.ledger.reserve(PROGRESS)
        await self.ledger.sent(reservation)
        said: dict[str, Any] = {"remaining": None, "outcome": "FOUND"}
        await self.ledger.settle(reservation, **(said | settled))
        return reservation


@dataclass
class Office:
    """The time, the Redis and the machines of one test."""

    clock: ManualClock
    shared: Shared
    machines: list[Machine]

    def __iter__(self) -> Iterator[Machine]:
        return iter(self.machines)

    async def follow(self, server: RedisServer) -> None:
        """The address now leads to another server."""
        await self.shared.link.close()
        self.shared.link = patient_link(server)

    async def made_whole(self) -> list[int | None]:
        """What each finds left, once all that can have told what they know and the pause is over."""
        for _ in range(2):
            for machine in self:
                await machine.left()
            self.clock.advance(PAUSE)
        return [await machine.left() for machine in self]


@asynccontextmanager
async def office(
    server: RedisServer, folder: Path, machines: int, *, starts: int | None = 0, **given: Any
) -> AsyncGenerator[Office]:
    """A Redis, so many machines, and a count that they have begun together."""
    clock = ManualClock(NOON - 2 * PAUSE)
    shared = Shared(patient_link(server), clock, starts)
    await shared.lose()
    all_of_them = [Machine(folder / f"machine {n}", shared, **given) for n in range(machines)]
    for machine in all_of_them:
        assert await machine.left() is None
    clock.advance(2 * PAUSE)
    for machine in all_of_them:
        assert await machine.left() == given.get("limits", {"1-1": LIMIT})["1-1"]
    try:
        yield Office(clock, shared, all_of_them)
    finally:
        for machine in all_of_them:
            await machine.close()
        await shared.link.close()
