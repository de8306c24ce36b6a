"""A server of a team takes part in the count from its start, whether anybody asks it or not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from mcp import Client

from jpo_mcp.server.app import build
from jpo_mcp.upstream.client import JpoClient
from tests.redis_server import RedisServer
from tests.team.machines import Team

BOUND = 20.0


@asynccontextmanager
async def serving(folder: Path, redis: RedisServer) -> AsyncGenerator[Client]:
    """A server and its host, which asks for no case."""
    client: JpoClient = Team(folder, "http://127.0.0.1:1", time.time(), 800).client(0, redis.url)
    async with Client(build(client)) as host:
        yield host


def phase(redis: RedisServer) -> str:
    """Whether the count is open or being put together; nothing while there is none."""
    counts: list[bytes] = redis.command("KEYS", "*:ledger")
    return redis.command("HGET", counts[0], "phase").decode() if counts else ""


def await_open(redis: RedisServer) -> None:
    ends = time.monotonic() + BOUND
    while phase(redis) != "open":
        assert time.monotonic() < ends, "the count does not become ready"
        time.sleep(0.01)


async def test_a_count_becomes_ready_while_nobody_asks_anything(tmp_path: Path) -> None:
    """Issue 5: spending resumes by itself; the minute's pause begins with the server, not with the first question."""
    with RedisServer(tmp_path / "redis") as redis:
        async with serving(tmp_path, redis):
            await asyncio.to_thread(await_open, redis)
            await asyncio.to_thread(redis.flush)
            await asyncio.to_thread(await_open, redis)


async def test_a_server_starts_and_ends_at_once_where_redis_is_away_and_joins_it_when_it_is_back(
    tmp_path: Path,
) -> None:
    """Kept answers need no Redis, and neither does the start."""
    with RedisServer(tmp_path / "redis") as redis:
        redis.kill9()
        async with serving(tmp_path, redis) as host:
            assert (await host.list_tools()).tools
            await asyncio.to_thread(redis.start)
            await asyncio.to_thread(await_open, redis)
            redis.kill9()
