"""A client of many people: what was read from the disk a moment ago, and the moment in which the server ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.errors import TooSoon
from jpo_mcp.sandbox import Fault
from jpo_mcp.upstream.recall import Recall
from tests.contract.world import CASE, NOON, PROGRESS, RunningClock, World

OTHER = "2020490002"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path)
    yield made
    await made.aclose()


async def test_what_another_process_changed_is_seen_after_a_second_at_the_latest(world: World) -> None:
    """Our own choice, and the price of not going to the disk for each of many people: one second, no more."""
    ours, other = world.client(recall=1.0), world.client()
    first = await ours.get(PROGRESS, CASE)
    assert (first.cost, first.remaining_today) == (1, 799)
    await ours.get(PROGRESS, CASE)
    world.clock.advance(0.5)
    await other.get(PROGRESS, CASE, max_age=0)
    seen = await ours.get(PROGRESS, CASE)
    assert (seen.source, seen.as_of, seen.remaining_today) == ("kept", NOON, 799)
    world.clock.advance(0.6)
    seen = await ours.get(PROGRESS, CASE)
    assert (seen.source, seen.as_of, seen.remaining_today) == ("kept", NOON + 0.5, 798)


async def test_what_this_process_changed_is_seen_at_once(world: World) -> None:
    """An answer that was just paid for is never hidden behind the one before."""
    client = world.client(recall=1.0)
    await client.get(PROGRESS, CASE)
    await client.get(PROGRESS, CASE)
    world.clock.advance(0.1)
    again = await client.get(PROGRESS, CASE, max_age=0)
    kept = await client.get(PROGRESS, CASE)
    assert (again.cost, again.remaining_today) == (1, 798)
    assert (kept.source, kept.as_of, kept.remaining_today) == ("kept", NOON + 0.1, 798)


async def test_a_single_user_s_client_remembers_nothing(world: World) -> None:
    """On a pipe another host's server may share the folder, and nobody is in a hurry."""
    ours, other = world.client(), world.client()
    await ours.get(PROGRESS, CASE)
    await ours.get(PROGRESS, CASE)
    world.clock.advance(0.1)
    await other.get(PROGRESS, CASE, max_age=0)
    assert (await ours.get(PROGRESS, CASE)).remaining_today == 798


def test_a_memory_is_bounded() -> None:
    """Our own choice: 256 values, the oldest goes."""
    recall = Recall[int](ManualClock(), 1.0)
    for number in range(300):
        recall.put(str(number), number)
    assert [recall.get(str(number)) for number in (0, 43, 44, 299)] == [None, None, 44, 299]
    recall.forget()
    assert recall.get("299") is None


# ── the end ───────────────────────────────────────────────────────────────────────────────────


async def test_when_the_server_ends_nothing_more_is_sent_and_what_was_sent_comes_home(tmp_path: Path) -> None:
    """Issue 5: whoever waits for a place in the minute is told so at once; who was sent gets the answer."""
    world = World(tmp_path, clock=RunningClock(NOON))
    client = world.client()
    release = asyncio.Event()
    for serial in range(1, 10):
        await client.get(PROGRESS, f"202449100{serial}")
    world.sandbox.faults.add(Fault("hang", release=release))
    sent = asyncio.create_task(client.get(PROGRESS, CASE))
    await _until(lambda: len(world.sandbox.arrivals) == 11)  # a token and ten questions
    waiting = asyncio.create_task(client.get(PROGRESS, OTHER))
    await _until(lambda: bool(client.tally.waits))
    client.finish_up()
    with pytest.raises(TooSoon, match="being stopped"):
        await waiting
    with pytest.raises(TooSoon, match="being stopped"):
        await client.get(PROGRESS, "2019490002")
    assert (await client.get(PROGRESS, "2024491001")).source == "kept"
    release.set()
    assert (await sent).cost == 1
    assert len(world.sandbox.arrivals) == 11
    await world.aclose()


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10.0):
        while not true():  # noqa: ASYNC110 - the JPO has no event for that
            await asyncio.sleep(0.001)
