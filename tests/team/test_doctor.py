"""What the doctor says of the Redis that machines share."""

from __future__ import annotations

import time
from pathlib import Path

from jpo_mcp import doctor
from jpo_mcp.doctor import Check
from jpo_mcp.sandbox.loopback import Loopback
from jpo_mcp.upstream.client import JpoClient
from tests.redis_server import PASSWORD, RedisServer
from tests.team.machines import PROGRESS, Team, hurried_sandbox, ready


async def examined(client: JpoClient) -> Check:
    assert client.redis is not None
    return await doctor.redis(client, client.redis)


async def test_a_new_redis_is_said_to_be_made_ready_and_then_to_count(tmp_path: Path) -> None:
    """Reachable, safe, its generation, and the machines that spend through it; never the password."""
    began = time.time()
    with RedisServer(tmp_path / "redis") as redis, Loopback(hurried_sandbox(began, 800)) as served:
        team = Team(tmp_path, served.base_url, began, 800)
        async with team.client(0, redis.url) as one, team.client(1, redis.url) as two:
            new = await examined(one)
            assert (new.state, new.do is not None) == ("warning", True)
            assert "putting it together" in new.found.en
            await ready(one)
            for client in (one, two):
                await client.get(PROGRESS, "2020490001" if client is one else "2020490002")
            well = await examined(two)
            assert (well.state, well.do) == ("ok", None)
            assert well.found.en.startswith("redis ")
            assert well.found.en.endswith(f"127.0.0.1:{redis.port}; generation 1, 2 spending")
            redis.command("ACL", "SETUSER", "default", "-config")
            hidden = await examined(two)
            assert hidden.state == "warning"
            assert "does not show appendfsync" in hidden.found.en
            assert PASSWORD not in repr((new, well, hidden))


async def test_an_unsafe_or_absent_redis_fails_with_what_to_do(tmp_path: Path) -> None:
    """One line that mends it."""
    began = time.time()
    with RedisServer(tmp_path / "redis", options={"appendonly": "no"}) as redis:
        async with Team(tmp_path, "http://127.0.0.1:1", began, 800).client(0, redis.url) as client:
            unsafe = await examined(client)
            redis.kill9()
            absent = await examined(client)
    assert (unsafe.state, absent.state) == ("failed", "failed")
    assert unsafe.do is not None
    assert "CONFIG SET appendonly yes" in unsafe.do.en
    assert absent.do is not None
    assert "does not answer (ConnectionRefusedError)" in absent.found.en
