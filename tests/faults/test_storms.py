"""Many questions in bad weather: what reaches the JPO, and what comes back."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import tracemalloc
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.clock import jst_day
from jpo_mcp.endpoints import ENDPOINTS, Endpoint
from jpo_mcp.errors import JpoError, JpoUnavailable, MalformedReply
from jpo_mcp.sandbox import Fault
from jpo_mcp.upstream.client import JpoClient
from tests.contract.world import BUNDLE, CASE, NOON, PROGRESS, RunningClock, World, counted, outcomes

ROWS = [row for row in ENDPOINTS if row.name in {"app_progress", "registration_info", "jpp_fixed_address"}]


# ── an hour without the JPO ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("kind", "most"), [("http_500", 13), ("drop", 13), ("html_200", 13)])
async def test_an_hour_of_outage_costs_thirteen_accesses_whatever_is_asked(kind: Any, most: int, world: World) -> None:
    """Reliability A9: 1,000 questions; five failures open the breaker, six probes, two retries."""
    world.sandbox.faults.add(Fault(kind, times=None))
    client, began, failures = world.client(), world.clock.monotonic(), Counter[str]()
    for n in range(1_000):
        world.clock.advance(max(0.0, began + 3.6 * n - world.clock.monotonic()))
        with pytest.raises(JpoError) as raised:
            await client.get(ROWS[n % len(ROWS)], str(2020490001 + n))
        failures[type(raised.value).__name__] += 1
        if raised.value.spent == 0:
            assert raised.value.retry_at is not None
    assert 5 <= world.arrived() <= most
    assert sum((await counted(client)).values()) == sum(world.truth().values()) == world.arrived()
    assert failures["JpoUnavailable"] >= 1_000 - most


async def test_the_breaker_opens_probes_and_closes_for_every_process(world: World) -> None:
    """Reliability 3.5: probes after 1, 2, 4, 8, 15, 30 minutes; two good answers close it."""
    world.sandbox.faults.add(Fault("http_500", times=None))
    clients = [world.client() for _ in range(3)]
    for n in range(3):
        with pytest.raises(JpoUnavailable):
            await clients[n].get(PROGRESS, str(2020490001 + n))
    assert world.arrived() == 5
    opened, number = world.clock.monotonic(), 2020490100
    while world.clock.monotonic() - opened < 3_590.0:
        with pytest.raises(JpoUnavailable):
            await clients[number % 3].get(PROGRESS, str(number))
        number += 1
        world.clock.advance(10.0)
    probes = [round((a.monotonic - opened) / 60.0) for a in world.sandbox.arrivals if a.path.startswith("/api/")][5:]
    assert probes == [1, 3, 7, 15, 30]
    world.sandbox.faults.clear()
    world.clock.advance(60.0)
    assert [(await clients[n].get(PROGRESS, str(2020490001 + n))).cost for n in range(3)] == [1, 1, 1]
    assert world.arrived() == 13


async def test_a_hundred_at_once_during_an_outage_do_not_pass_the_breaker(tmp_path: Path) -> None:
    """All of them ask before the first has failed; the minute holds the rest until it is known."""
    world = World(tmp_path, clock=RunningClock(NOON))
    world.sandbox.faults.add(Fault("http_500", times=None))
    client = world.client(deadline=50.0)
    failed = await asyncio.gather(
        *(client.get(ROWS[n % len(ROWS)], str(2020490001 + n)) for n in range(100)), return_exceptions=True
    )
    assert all(isinstance(failure, JpoError) for failure in failed)
    assert world.most_in_a_minute() <= 10
    assert world.arrived() <= 10
    assert sum(f.spent for f in failed if isinstance(f, JpoError)) == world.arrived()
    await world.aclose()


async def test_garbage_in_the_breakers_memory_is_no_breaker(world: World) -> None:
    """Somebody's older or newer version may have written it."""
    client = world.client()
    for text in ("", "[]", "{", '{"opened_at": "soon"}', '{"recent": 5}', '{"unknown": 1}', "null"):
        await client.ledger.put_state("breaker/domestic", text)
        assert (await client.get(PROGRESS, CASE, max_age=0)).source in {"jpo", "kept"}
        world.clock.advance(1.0)


# ── garbage ───────────────────────────────────────────────────────────────────────────────────

MARK = "ECHO-OF-THE-BODY"


def bodies() -> list[bytes]:
    """Sixty bodies that are not the API's form, most of them carrying a mark that nobody may see again."""
    envelope: dict[str, Any] = {"statusCode": "100", "errorMessage": MARK, "remainAccessCount": "1"}
    text = [
        f"<html><h1>{MARK}</h1></html>", f"<!DOCTYPE html>{MARK}", f'{{"message":"{MARK}"}}', f"{MARK}", "", " ",
        "null", "[]", "[1]", '"text"', "1", "true", "{}", "{", "}", "{]",
        '{"result":null}', '{"result":[]}', '{"result":"x"}',
        '{"result":{}}', f'{{"result":{{"errorMessage":"{MARK}"}}}}', '{"result":{"statusCode":null}}',
        '{"result":{"statusCode":[]}}', f'{{"result":{{"statusCode":"{MARK}"}}}}', '{"result":{"statusCode":100.5}}',
        '{"result":{"statusCode":true}}', '{"result":{"statusCode":"100"}}',
        '{"result":{"statusCode":"100","data":null}}',
        '{"result":{"statusCode":"100","data":[]}}', '{"result":{"statusCode":"100","data":{}}}',
        f'{{"result":{{"statusCode":"100","data":"{MARK}"}}}}', '{"result":{"statusCode":"100","data":NaN}}',
        '{"result":{"statusCode":"1000","data":{"a":"b"}}}', '{"result":{"statusCode":"","data":{"a":"b"}}}',
        '{"result":{"statusCode":' + "9" * 5_000 + "}}", "[" * 3_000, '{"a":' * 3_000, '{"result":' * 3_000,
        "\ufeff\ufeff{}", "\u0000" * 100, "PK", "PK\u0003", "%PDF-1.7", "GIF89a", "\u001f\u008b", "---\n", "a=b&c=d",
        f"<?xml version='1.0'?><Error><Message>{MARK}</Message></Error>", f"{MARK}" * 5_000, "{" + f'"{MARK}":1,' * 3,
        '{"result":{"statusCode":"100","data":{"applicationNumber":"2020490001"}}', "HTTP/1.1 200 OK\r\n\r\n{}",
    ]  # fmt: skip
    raw = [
        b"PK\x03\x04" + MARK.encode(),
        b"PK\x05\x06" + b"\0" * 18, b"\xff\xfe{\x00}\x00", bytes(range(256)), b"\x80" * 50,
        json.dumps({"result": envelope}).encode("utf-16"), "特許庁".encode("cp932"), json.dumps([envelope]).encode(),
    ]  # fmt: skip
    return [t.encode() for t in text] + raw


STATUSES = (200, 302, 400, 404, 500, 502, 503, 504)


@pytest.mark.parametrize("status", STATUSES)
async def test_no_garbage_is_kept_echoed_or_fatal(status: int, tmp_path: Path) -> None:
    """Reliability B1 and B2: 60 bodies by 8 statuses; the error is at most 1 KB and holds nothing of the body."""
    told: list[JpoError] = []
    world = World(tmp_path)
    client = world.client(deadline=10.0)  # no time for a second attempt
    assert len(bodies()) == 60
    for body in bodies():
        world.line.canned = [(status, body, {"content-type": "text/html"})]
        with pytest.raises(JpoError) as raised:
            await client.get(PROGRESS, CASE)
        told.append(raised.value)
        world.clock.advance(3_700.0)  # past the breaker's next probe
    assert {failure.spent for failure in told} == {1}
    assert max(len(failure.text().encode()) for failure in told) <= 1_024
    assert not any(MARK in repr(failure) + failure.text() for failure in told)
    assert await client.kept(PROGRESS, CASE) is None
    assert (await client.store.summary()).entries == 0
    await world.aclose()


async def memory_of(client: JpoClient, row: Endpoint[Any], bomb: bytes, world: World) -> int:
    """The most bytes that reading this body takes."""
    world.line.canned = [(200, bomb, {"content-encoding": "gzip"})]
    tracemalloc.start()
    with pytest.raises(MalformedReply):
        await client.get(row, CASE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


async def test_a_small_body_that_swells_stays_small(world: World) -> None:
    """Reliability 0.9: 256 MB in 250 KB of gzip, in one piece, to a client that asked for no encoding."""
    pressed = zlib.compressobj(9, wbits=31)
    bomb = b"".join(pressed.compress(b" " * (1 << 20)) for _ in range(256)) + pressed.flush()
    client = world.client()
    await client.get(PROGRESS, "2019490002")  # everything is imported
    assert len(bomb) < 300_000
    assert await memory_of(client, PROGRESS, bomb, world) < 40 << 20  # its cap is 8 MB
    assert await memory_of(client, BUNDLE, bomb, world) < 120 << 20  # and 32 MB
    assert (await client.store.summary()).entries == 1


async def test_an_encoding_nobody_asked_for_is_undone_where_it_can_be(world: World) -> None:
    """A proxy on the way may compress; one that only says so, or breaks off, is malformed."""
    said = json.dumps({"result": {"statusCode": "100", "remainAccessCount": "9", "data": {"applicationNumber": CASE}}})
    client, packed = world.client(), gzip.compress(said.encode())
    for encoding, body in (("gzip", packed), ("deflate", zlib.compress(said.encode())), ("identity", said.encode())):
        world.line.canned = [(200, body, {"content-encoding": encoding})]
        assert (await client.get(PROGRESS, CASE, max_age=0)).found().application_number == CASE
        world.clock.advance(61.0)
    await client.store.clear()
    for encoding, body in (("gzip", said.encode()), ("gzip", packed[:40]), ("br", packed)):
        world.line.canned = [(200, body, {"content-encoding": encoding})]
        with pytest.raises(MalformedReply):
            await client.get(PROGRESS, CASE)


# ── callers who leave ─────────────────────────────────────────────────────────────────────────


async def test_300_callers_who_leave_at_random_lose_nothing_that_was_paid_for(world: World) -> None:
    """Reliability A12: what was sent is kept, what was not is free, and the ledger agrees with the JPO."""
    dice, client = random.Random(20261123), world.client()  # noqa: S311 - nothing secret hangs on it
    numbers = [str(2020490001 + n) for n in range(60)]
    await client.check_login()
    for turn in range(300):
        row, number = dice.choice(ROWS), dice.choice(numbers)
        caller = asyncio.create_task(client.get(row, number, max_age=0 if turn % 3 == 0 else None))
        if dice.random() < 0.5:
            for _ in range(dice.randrange(12)):
                await asyncio.sleep(0)
        else:
            await asyncio.sleep(dice.random() * 0.012)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        await settled(client)
        world.clock.advance(7.0)  # a place in the minute each
    truth = world.truth()
    assert 30 < sum(truth.values()) < 300  # some were sent, some were not
    assert truth == await counted(client)
    assert set(await outcomes(client, jst_day(NOON))) <= {"FOUND", "NOTHING"}
    answered = {(a.endpoint, a.arguments) for a in world.sandbox.arrivals if a.path.startswith("/api/")}
    before = world.arrived()
    for row in ROWS:
        for key, arguments in answered:
            if key == row.key:
                assert (await client.get(row, *arguments)).cost == 0
    assert world.arrived() == before


async def settled(client: JpoClient) -> None:
    """Whatever is still under way comes to its end."""
    async with asyncio.timeout(10.0):
        while client._flights._under_way:  # noqa: ASYNC110 - it has no event for that
            await asyncio.sleep(0.001)
    await client.quota()  # the ledger's thread has done what it was asked
