"""Machines of a team: processes with folders of their own, one Redis between them, and one hurried clock for all."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from jpo_mcp.clock import ManualClock
from jpo_mcp.endpoints import Endpoint, endpoint
from jpo_mcp.errors import JpoError
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from jpo_mcp.upstream.ledger import Ledger
from jpo_mcp.upstream.redis_ledger import RedisLedger
from jpo_mcp.upstream.redis_link import RedisLink, Word

if sys.platform == "win32":
    pytest.skip("Redis and a fork server are needed", allow_module_level=True)

PROGRESS: Endpoint[Any] = endpoint("patent", "app_progress")
NOON = 1_795_402_800.0
"""2026-11-23 12:00 in Japan: twelve hours to the next day's accesses."""

SPEED = 120.0
BOUND = 300.0

FULL = os.environ.get("JPO_TEAM_STORMS") == "full"
"""The storms at their whole size, which takes minutes; in part otherwise."""

# A fork server with everything imported starts a process in milliseconds, and holds no locks or threads of ours.
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload([__name__, "redis.asyncio", "httpx", "diskcache"])


class FastClock:
    """Two minutes a second, and the same time for every process of this computer and for its Redis."""

    def __init__(self, began: float) -> None:
        self.began = began

    def now(self) -> float:
        return NOON + self.monotonic()

    def monotonic(self) -> float:
        return SPEED * (time.time() - self.began)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / SPEED)


class FastLink(RedisLink):
    """A Redis whose TIME is the fast clock's: it is worked out in the script, from Redis's own."""

    clock: FastClock

    async def script(self, lua: str, keys: Sequence[str] = (), args: Sequence[Word] = ()) -> Any:
        passed = f"(t[1] + t[2] / 1e6 - {self.clock.began!r}) * {SPEED!r}"
        fast = (
            "(function() local t = redis.call('TIME'); "
            f"local now = {NOON!r} + {passed}; "
            "return {string.format('%d', math.floor(now)), string.format('%d', (now % 1) * 1e6)} end)()"
        )
        return await super().script(lua.replace("redis.call('TIME')", fast), keys, args)


def hurried_sandbox(began: float, limit: int) -> Sandbox:
    """A JPO by the fast clock. Its tokens do not end: what the network takes would be minutes of their hour."""
    sandbox = Sandbox(clock=FastClock(began), limits={"1-1": limit})
    sandbox._tokens.clock = ManualClock(NOON)
    return sandbox


@dataclass(frozen=True)
class Team:
    """What every process of a storm is told."""

    folder: Path
    base_url: str
    began: float
    limit: int

    @property
    def clock(self) -> FastClock:
        return FastClock(self.began)

    def client(self, machine: int, redis_url: str) -> JpoClient:
        """A client on that machine, ready to be waited on for ten minutes of its clock."""
        settings = Settings(
            username=SecretStr(USERNAME),
            password=SecretStr(PASSWORD),
            base_url=self.base_url,
            cache_dir=self.folder / f"machine-{machine}",
            redis_url=SecretStr(redis_url),
            limits={"1-1": self.limit},
            deadline=600.0,
        )
        return _FastClient(settings, clock=self.clock)


class _FastClient(JpoClient):
    @cached_property
    def ledger(self) -> Ledger:
        counted = super().ledger
        assert isinstance(counted, RedisLedger)
        counted._tolerance *= SPEED  # what the network takes is hurried too
        return counted

    @cached_property
    def redis(self) -> RedisLink | None:
        assert self.settings.redis_url is not None
        link = FastLink(self.settings.redis_url.get_secret_value(), command_seconds=0.5, connect_seconds=0.5, rest=0.02)
        assert isinstance(self.clock, FastClock)
        link.clock = self.clock
        return link


Story = Callable[[JpoClient, Any], Coroutine[Any, Any, Counter[str]]]


class Storm:
    """Processes under way; each lives a story and tells how its questions ended."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.over = SERVER.Event()
        self._told = SERVER.SimpleQueue()
        self._running: list[BaseProcess] = []

    def start(self, story: Story, machine: int, redis_url: str, part: Any = None) -> None:
        """One process more, on that machine."""
        told = (self.team, machine, redis_url), story, self.over if part is None else part, self._told
        process = SERVER.Process(target=_live, args=told)
        process.start()
        self._running.append(process)

    def said(self) -> list[Counter[str]]:
        """How each process's questions ended, once all of them have ended."""
        said: list[Counter[str]] = [self._told.get() for _ in self._running]
        for process in self._running:
            process.join(BOUND)
        assert [process.exitcode for process in self._running] == [0] * len(said)
        return said

    def close(self) -> None:
        """Ends what is still under way."""
        for process in self._running:
            process.kill()
            process.join(BOUND)


def _live(place: tuple[Team, int, str], story: Story, part: Any, told: Any) -> None:
    team, machine, redis_url = place

    async def live() -> Counter[str]:
        async with team.client(machine, redis_url) as client:
            return await story(client, part)

    said = Counter({"crashed": 1})
    try:
        said = asyncio.run(live())
    finally:
        told.put(said)


async def ask(client: JpoClient, number: int, said: Counter[str], **how: Any) -> None:
    """One question, and how it ended."""
    try:
        said[(await client.get(PROGRESS, str(2020_100_000 + number), **how)).source] += 1
    except JpoError as failure:
        said[failure.code] += 1


def make_ready(team: Team, redis_url: str) -> None:
    """Waits until the team counts: a Redis that is new, or lost something, is given a minute first."""

    async def first() -> None:
        async with team.client(0, redis_url) as client:
            await ready(client)

    asyncio.run(first())


async def ready(client: JpoClient) -> None:
    """The same, for a client."""
    async with asyncio.timeout(60.0):
        while True:
            try:
                await client.ledger.remaining(PROGRESS)
            except JpoError:
                await client.clock.sleep(5.0)
            else:
                return


def most_in_a_minute(times: Sequence[float]) -> int:
    """The most arrivals in any 60 seconds."""
    ordered, first, most = sorted(times), 0, 0
    for last, at in enumerate(ordered):
        while at - ordered[first] >= 60.0:
            first += 1
        most = max(most, last - first + 1)
    return most
