"""Callers who leave at any moment, on a count and a store that Redis holds: nobody is given another's answer."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from jpo_mcp.errors import JpoError
from jpo_mcp.sandbox.loopback import Loopback
from jpo_mcp.upstream.client import JpoClient
from tests.redis_server import RedisServer
from tests.team.machines import FULL, PROGRESS, Team, hurried_sandbox, ready

LIMIT = 100_000
CALLS = 10_000 if FULL else 2_000


async def test_cancelled_calls_give_nobody_anothers_answer(tmp_path: Path) -> None:
    """Issue 5, reliability A15 and A12: each answer names the case it was asked for; what arrived was counted."""
    began, dice = time.time(), random.Random(15)  # noqa: S311 - a storm that can be repeated
    sandbox = hurried_sandbox(began, LIMIT)
    numbers = [question[0] for question in sandbox.register.questions(PROGRESS)]
    said = Counter[str]()
    with RedisServer(tmp_path / "redis") as redis, Loopback(sandbox) as served:
        async with Team(tmp_path, served.base_url, began, LIMIT).client(0, redis.url) as client:
            await ready(client)
            while said["cancelled"] < CALLS:
                await leave_at_random(client, numbers, said, dice)
            await asyncio.sleep(0.5)  # what was sent comes home
            used = (await client.ledger.remaining(PROGRESS)).used
    assert said["another's"] == 0
    assert said["answered"] > CALLS // 20
    assert used == sandbox.spent(PROGRESS.key) > 20


async def leave_at_random(client: JpoClient, numbers: list[str], said: Counter[str], dice: random.Random) -> None:
    """Thirty callers, most of whom leave."""

    async def ask(number: str) -> None:
        with suppress(JpoError):
            answer = await client.get(PROGRESS, number, max_age=0 if dice.random() < 0.04 else None)
            its_own = answer.arguments == (number,) and number.encode() in answer.raw
            said["answered" if its_own else "another's"] += 1

    callers = [asyncio.create_task(ask(dice.choice(numbers))) for _ in range(30)]
    for caller in dice.sample(callers, 26):
        await asyncio.sleep(0 if dice.random() < 0.7 else dice.random() * 0.002)
        said["cancelled"] += caller.cancel()
    await asyncio.wait(callers)
