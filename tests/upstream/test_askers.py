"""Several people at one client: who is charged, who may spend, and whose turn it is when the minute is full."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.endpoints import ENDPOINTS
from jpo_mcp.errors import JpoUnavailable, MissingScope, QuotaSpent, ShareSpent
from jpo_mcp.sandbox import Fault
from jpo_mcp.upstream.answer import Answer
from jpo_mcp.upstream.asker import Asker, asking
from jpo_mcp.upstream.client import JpoClient
from jpo_mcp.upstream.ledger import MinuteFull, Reservation
from jpo_mcp.upstream.turns import Turns
from tests.contract.world import CASE, NOON, PROGRESS, RunningClock, World

OTHER = "2019490002"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path)
    yield made
    await made.aclose()


@pytest.fixture
async def two_a_day(tmp_path: Path) -> AsyncIterator[World]:
    """A JPO that gives two accesses a day for a case's progress."""
    made = World(tmp_path, limits={"1-1": 2})
    yield made
    await made.aclose()


@contextmanager
def asked_by(person: str, *, may_spend: bool = True) -> Generator[None]:
    token = asking.set(Asker(person, may_spend=may_spend))
    try:
        yield
    finally:
        asking.reset(token)


async def ask(client: JpoClient, person: str, number: str = CASE, max_age: float | None = None) -> Answer[object]:
    with asked_by(person):
        return await client.get(PROGRESS, number, max_age=max_age)


async def spent(client: JpoClient) -> dict[str, int]:
    return {share.person: share.calls for share in await client.shares()}


# ── who is charged ────────────────────────────────────────────────────────────────────────────


async def test_whoever_asks_is_charged_and_a_kept_answer_charges_nobody(world: World) -> None:
    """The same client, one person after the other."""
    client = world.client()
    await ask(client, "a")
    await ask(client, "b", OTHER)
    await ask(client, "b")
    await client.get(PROGRESS, "2018490003")
    assert await spent(client) == {"a": 1, "b": 1, "": 1}


async def test_the_first_of_several_who_ask_the_same_is_charged_though_they_hang_up(world: World) -> None:
    """It was sent in their name; who waits for it too gets it for nothing."""
    client, release = world.client(), asyncio.Event()
    world.sandbox.faults.add(Fault("hang", release=release))
    first = asyncio.create_task(ask(client, "first"))
    async with asyncio.timeout(5.0):
        while not world.arrived():  # noqa: ASYNC110 - the JPO has no event for that
            await asyncio.sleep(0.001)
    second = asyncio.create_task(ask(client, "second"))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    release.set()
    assert (await second).cost == 0
    assert await spent(client) == {"first": 1}


async def test_a_refusal_of_anothers_share_is_not_mine(two_a_day: World) -> None:
    """Both ask the same at once; the first has no share left, so the second asks for themselves."""
    client = two_a_day.client(share=0.5)
    await ask(client, "hog")
    with pytest.raises(ShareSpent, match="1 by you, 1 of 2"):
        await ask(client, "hog", OTHER)
    refused, answered = await asyncio.gather(
        ask(client, "hog", OTHER), ask(client, "other", OTHER), return_exceptions=True
    )
    assert isinstance(refused, ShareSpent)
    assert not isinstance(answered, BaseException)
    assert (answered.source, answered.cost) == ("jpo", 1)
    assert await spent(client) == {"hog": 1, "other": 1}


async def test_who_hangs_up_before_their_question_is_sent_is_not_charged_for_who_waits_too(tmp_path: Path) -> None:
    """The minute is full; the first leaves, and the second asks in their own name."""
    world = World(tmp_path, clock=RunningClock(NOON))
    client = world.client()
    for n in range(10):
        await ask(client, "others", str(2020490001 + n))
    first = asyncio.create_task(ask(client, "first", OTHER))
    async with asyncio.timeout(10.0):
        while not client.tally.waits:  # noqa: ASYNC110 - there is no event for that
            await asyncio.sleep(0.001)
        second = asyncio.create_task(ask(client, "second", OTHER))
        while [flight.waiting for flight in client._flights._under_way.values()] != [2]:  # noqa: ASYNC110 - nor that
            await asyncio.sleep(0.001)
    first.cancel()
    assert (await second).cost == 1
    assert await spent(client) == {"others": 10, "second": 1}
    await world.aclose()


async def test_who_hangs_up_before_a_second_attempt_pays_for_the_first_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reliability A12: what is not on its way costs nothing more."""
    client, asleep, awake = world.client(), asyncio.Event(), asyncio.Event()

    async def sleep(_: float) -> None:
        asleep.set()
        await awake.wait()

    monkeypatch.setattr(world.clock, "sleep", sleep)
    world.sandbox.faults.add(Fault("busy_303"))
    caller = asyncio.create_task(ask(client, "hanako"))
    await asleep.wait()
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    awake.set()
    await client.aclose()
    assert world.arrived() == 1


async def test_a_batch_that_must_leave_the_rest_to_people_does_not_refuse_a_person(two_a_day: World) -> None:
    """Both ask the same at once, on a day of two accesses that are kept for people."""
    client = two_a_day.client(limits={"1-1": 2}, reserve=0.9)
    refused, answered = await asyncio.gather(
        client.get(PROGRESS, CASE, batch=True), ask(client, "hanako"), return_exceptions=True
    )
    assert isinstance(refused, QuotaSpent)
    assert not isinstance(answered, BaseException)
    assert (answered.cost, two_a_day.arrived()) == (1, 1)


async def test_who_has_no_share_left_does_not_keep_others_from_trying_a_jpo_that_was_down(world: World) -> None:
    """One call at a time may try it: that is the turn of somebody who may spend."""
    client = world.client(share=0.001)
    await ask(client, "hog")
    world.sandbox.faults.add(Fault("http_502", times=5))
    for n in range(5):
        with pytest.raises(JpoUnavailable):
            await client.get(PROGRESS, str(2018490001 + n), attempts=1)
    world.clock.advance(120.0)
    with pytest.raises(ShareSpent):
        await ask(client, "hog", OTHER)
    assert (await ask(client, "other", OTHER)).source == "jpo"


async def test_what_is_reserved_for_somebody_who_has_just_hung_up_is_given_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks and leaves at once must not fill everybody's minute with calls that are never sent."""
    client = world.client()
    await client.check_login()
    reserve, reserving = client.ledger.reserve, asyncio.Event()

    async def reserved(*what: Any, **how: Any) -> Reservation:
        reserving.set()
        return await reserve(*what, **how)

    monkeypatch.setattr(client.ledger, "reserve", reserved)
    before = await client.ledger.minute("domestic")
    caller = asyncio.create_task(ask(client, "hanako"))
    await reserving.wait()
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    await client.aclose()
    left = world.client()
    assert (await left.ledger.minute("domestic"), world.arrived()) == (before, 0)


async def test_without_a_share_left_kept_answers_still_come(two_a_day: World) -> None:
    """Marked stale, with the reason."""
    client = two_a_day.client(share=0.5)
    await ask(client, "hog")
    two_a_day.clock.advance(61.0)
    answer = await ask(client, "hog", max_age=0)
    assert (answer.source, answer.cost) == ("stale", 0)
    assert isinstance(answer.stale_because, ShareSpent)


# ── who may spend ─────────────────────────────────────────────────────────────────────────────


async def test_who_may_only_read_gets_what_is_kept_and_never_asks(world: World) -> None:
    """Fresh as it is, old marked so, and for the rest an error that says what is missing and whom to ask."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    with asked_by("reader", may_spend=False):
        assert (await client.get(PROGRESS, CASE)).source == "kept"
        world.clock.advance(86_400.0)
        old = await client.get(PROGRESS, CASE)
        assert (old.source, old.cost) == ("stale", 0)
        assert isinstance(old.stale_because, MissingScope)
        with pytest.raises(MissingScope) as refused:
            await client.get(PROGRESS, OTHER)
    assert world.arrived() == 1
    said = refused.value.text("en")
    assert "jpo:spend" in said
    assert "ask who runs the server" in said


async def test_who_may_only_read_does_not_ride_on_anothers_question_either(world: World) -> None:
    """What they get must not depend on who happens to ask at the same moment."""
    client = world.client()
    paying = asyncio.create_task(ask(client, "payer"))
    await asyncio.sleep(0)
    with asked_by("reader", may_spend=False), pytest.raises(MissingScope):
        await client.get(PROGRESS, CASE)
    assert (await paying).cost == 1


# ── whose turn it is ──────────────────────────────────────────────────────────────────────────


async def test_the_minute_is_given_person_by_person(tmp_path: Path) -> None:
    """A11: 60 questions of one person wait; another's, put after them, go out among the next minute's ten."""
    limits = {row.api_number: 1_000 for row in ENDPOINTS}
    world = World(tmp_path, clock=RunningClock(NOON), limits=limits)
    client = world.client(deadline=600.0, limits=limits)
    await client.check_login()
    flood = [asyncio.create_task(ask(client, "hog", str(2020490001 + n))) for n in range(60)]
    async with asyncio.timeout(20.0):
        while not client.tally.waits or world.arrived() < 10:  # noqa: ASYNC110 - there is no event for that
            await asyncio.sleep(0.001)
    overtaken: list[int] = []
    for n in range(4):
        before, number = len(world.sandbox.arrivals), str(2019490001 + n)
        await ask(client, "other", number)
        overtaken.append([arrival.arguments for arrival in world.sandbox.arrivals[before:]].index((number,)))
    assert max(overtaken) < 10
    assert any(not task.done() for task in flood)
    for task in flood:
        task.cancel()
    await asyncio.gather(*flood, return_exceptions=True)
    assert world.most_in_a_minute() <= 10
    await world.aclose()


class Line:
    """People before one minute, and the order in which their turns came."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.turns = Turns(self.clock)
        self.order: list[str] = []
        self.go_on = asyncio.Event()

    async def stand(self, person: str, patience: float = 1e9) -> None:
        async with self.turns.turn(person, lambda wait: wait > patience):
            self.order.append(person)
            await self.go_on.wait()

    async def join(self, *people: str) -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(self.stand(person)) for person in people]
        await asyncio.sleep(0)
        return tasks


async def test_turns_go_round() -> None:
    """One of each, then the next of each; within a person in the order of asking."""
    line = Line()
    tasks = await line.join("a", "a", "a", "a", "b", "b", "c")
    line.go_on.set()
    await asyncio.gather(*tasks)
    assert line.order == ["a", "a", "b", "c", "a", "b", "a"]
    async with line.turns.turn("d", lambda _: False):
        assert line.turns._lines == {}


async def test_a_turn_is_never_lost_with_somebody_who_leaves() -> None:
    """In the line, at the head of it, in the moment it comes, and while it is theirs."""
    for leaves in range(6):
        for ticks in range(4):
            line = Line()
            tasks = await line.join("a", "b", "a", "c", "b", "c")
            line.go_on.set()
            for _ in range(ticks):
                await asyncio.sleep(0)
            tasks[leaves].cancel()
            async with asyncio.timeout(5.0):
                await asyncio.gather(*tasks, return_exceptions=True)
                await line.stand("last")
            assert line.turns._lines == {}
            assert line.order[-1] == "last"
            assert len(line.order) >= 6


async def test_a_wait_that_is_found_out_is_told_to_those_it_is_too_long_for() -> None:
    """And to those who come while it lasts; the others keep their places."""
    line = Line()
    first = (await line.join("a"))[0]
    impatient = asyncio.create_task(line.stand("b", patience=5.0))
    patient = asyncio.create_task(line.stand("c", patience=60.0))
    await asyncio.sleep(0)
    line.turns.full(6.0)
    with pytest.raises(MinuteFull):
        await impatient
    with pytest.raises(MinuteFull):
        await line.stand("d", patience=5.0)
    line.go_on.set()
    await asyncio.gather(first, patient)
    assert line.order == ["a", "c"]
    line.clock.advance(6.0)
    await line.stand("d", patience=5.0)
