"""Kept answers of several machines: shared where Redis is there, and served from here whatever becomes of it."""

from __future__ import annotations

import hashlib
import pickle  # the attack itself
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.errors import LedgerUnavailable
from jpo_mcp.upstream.redis_link import RedisLink
from jpo_mcp.upstream.redis_store import MOST_SHARED, SharedStore
from jpo_mcp.upstream.store import Kept, LocalStore, Store, key_of, pack
from tests.redis_server import Line, RedisServer

NOW = 1_800_000_000.0
ENDPOINT = "patent/app_progress"
KEY = key_of(ENDPOINT, ["2099123456"])
KEPT = Kept(
    body='{"result":{"statusCode":"100","data":{"inventionTitle":"架空の発明"}}}'.encode(),
    http_status=200,
    content_type="application/json",
    status_code="100",
    stored_at=NOW,
    fresh_until=NOW + 3_600.0,
    keep_until=NOW + 86_400.0,
    endpoint=ENDPOINT,
    arguments=("2099123456",),
)
MB = 1024 * 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as started:
        yield started


class Office:
    """Machines, each with a folder of its own, before one Redis."""

    def __init__(self, folder: Path, redis: RedisServer) -> None:
        self.folder, self.redis, self.clock = folder, redis, ManualClock(NOW)
        self._open: list[tuple[SharedStore, RedisLink]] = []

    def machine(self, name: str, *, port: int | None = None, seconds: float = 2.0, **given: Any) -> SharedStore:
        link = RedisLink(
            self.redis.url_at(port or self.redis.port), connect_seconds=seconds, command_seconds=seconds, rest=0.0
        )
        local = LocalStore(self.folder / name, clock=self.clock)
        store = SharedStore(link, local, host="jpo.example", clock=self.clock, **given)
        self._open.append((store, link))
        return store

    async def aclose(self) -> None:
        for store, link in self._open:
            await store.close()
            await link.close()

    def names(self) -> list[bytes]:
        return sorted(name for name in self.redis.command("KEYS", "jpo:*") if b":kept:" in name)


@pytest.fixture
async def office(server: RedisServer, tmp_path: Path) -> AsyncIterator[Office]:
    server.flush()
    made = Office(tmp_path, server)
    yield made
    await made.aclose()


def body(n: int, size: int) -> bytes:
    """A ZIP's bytes that do not press."""
    return b"PK" + hashlib.shake_256(n.to_bytes(4, "big")).digest(size - 2)


async def test_what_one_machine_keeps_the_others_have(office: Office) -> None:
    """The same answer is not paid for on every machine; the second look is served from the machine's own disk."""
    one, two = office.machine("one"), office.machine("two")
    store: Store = one
    await store.put(KEY, KEPT)
    assert await two.get(KEY) == KEPT
    office.redis.flush()
    assert await two.get(KEY) == KEPT
    assert (await one.summary()).shared == 0


async def test_the_newer_of_two_answers_wins_wherever_it_was_kept(office: Office) -> None:
    """A stale answer here is replaced by a newer one from elsewhere, never by an older one."""
    one, two = office.machine("one"), office.machine("two")
    newer = replace(KEPT, body=b'{"newer":1}', stored_at=NOW + 7_200.0, fresh_until=NOW + 9_000.0)
    await one.put(KEY, KEPT)
    assert await two.get(KEY) == KEPT
    await one.put(KEY, newer)
    assert await two.get(KEY) == KEPT  # still fresh here: Redis is not asked
    assert await two.get(KEY, since=NOW + 60.0) == newer  # somebody who asked after that wants it newer
    await two.put(KEY, KEPT)  # an old answer that came late
    office.clock.advance(8_000.0)
    assert await one.get(KEY) == newer


async def test_an_answer_leaves_redis_when_it_may_no_longer_be_served(office: Office) -> None:
    """The time to live is what is left until `keep_until`; one without an end is kept 400 days."""
    one = office.machine("one")
    await one.put(KEY, KEPT)
    left = office.redis.command("PTTL", office.names()[0])
    assert 86_300_000 < left <= 86_400_000
    await one.put(KEY, replace(KEPT, keep_until=float("inf")))
    assert office.redis.command("TTL", office.names()[0]) == 400 * 86_400
    await one.put(KEY, replace(KEPT, keep_until=NOW - 1.0))
    assert len(office.names()) == 1


async def test_another_api_host_has_answers_of_its_own(office: Office) -> None:
    """A recording or a sandbox must not answer for the JPO."""
    one = office.machine("one")
    await one.put(KEY, KEPT)
    link = RedisLink(office.redis.url)
    other = SharedStore(link, LocalStore(office.folder / "other", clock=office.clock), host="h", clock=office.clock)
    assert await other.get(KEY) is None
    await other.close()
    await link.close()


# ── what cannot be trusted ────────────────────────────────────────────────────────────────────


class Planted:
    """What a reader that unpickled would carry out."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (pytest.fail, ("unpickled",))


PLANTED: list[bytes] = [
    b"",
    b"0001800000000000",
    b"x" * 16 + pack(KEY, KEPT)[:-1],
    b"9999999999999999" + pack(key_of(ENDPOINT, ["2099000001"]), KEPT),
    b"9999999999999999" + pack(KEY, KEPT)[:60] + b"\x00" + pack(KEY, KEPT)[61:],
    b"9999999999999999" + pickle.dumps(Planted()),
    b"9999999999999999" + b"JPOK" * 1_000,
    b"-0000000000000001" + pack(KEY, KEPT),
    b"9" * 400,
]


@pytest.mark.parametrize("value", PLANTED, ids=range(len(PLANTED)))
async def test_a_planted_or_damaged_value_is_a_miss(value: bytes, office: Office) -> None:
    """Nothing is unpickled; what does not prove itself by its hash, or answers another question, is not served."""
    one, two = office.machine("one"), office.machine("two")
    await one.put(KEY, KEPT)
    office.redis.command("SET", office.names()[0], value)
    assert await two.get(KEY) is None
    assert await one.get(KEY, since=NOW + 1.0) == KEPT


async def test_keys_of_another_type_are_a_miss(office: Office) -> None:
    """Somebody else's data under our names."""
    one, two = office.machine("one"), office.machine("two")
    await one.put(KEY, KEPT)
    office.redis.command("DEL", office.names()[0])
    office.redis.command("LPUSH", one._name(KEY), "a", "list")
    assert await two.get(KEY) is None
    await two.put(KEY, KEPT)
    assert await two.get(KEY) == KEPT


# ── size ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_big_bundle_stays_on_its_machine(office: Office) -> None:
    """Over 2 MB an answer is kept here alone."""
    one, two = office.machine("one"), office.machine("two")
    big = replace(KEPT, body=body(0, MOST_SHARED + 1), status_code="", content_type="application/zip")
    await one.put(KEY, big)
    assert (await one.get(KEY), await two.get(KEY), office.names()) == (big, None, [])


async def test_redis_never_holds_more_than_it_was_given(office: Office) -> None:
    """Redis may not evict, so we do: those go first that end first."""
    one = office.machine("one", max_bytes=10 * MB)
    for n in range(40):
        ends = NOW + 1_000.0 + 100.0 * (n if n != 20 else 999)
        key = key_of(ENDPOINT, [str(n)])
        await one.put(key, replace(KEPT, body=body(n, MB), arguments=(str(n),), keep_until=ends))
        assert sum(office.redis.command("STRLEN", name) for name in office.names()) <= 10 * MB
    kept = {n for n in range(40) if one._name(key_of(ENDPOINT, [str(n)])).encode() in office.names()}
    assert kept == {20, *range(32, 40)}
    assert (await one.summary()).shared == 9


async def test_answers_take_at_most_half_of_a_bounded_redis(tmp_path: Path) -> None:
    """The count of accesses lives there too, and a full Redis refuses every write."""
    with RedisServer(tmp_path / "redis", options={"maxmemory": "16mb"}) as bounded:
        office = Office(tmp_path, bounded)
        one = office.machine("one")
        for n in range(30):
            key = key_of(ENDPOINT, [str(n)])
            await one.put(key, replace(KEPT, body=body(n, MB), arguments=(str(n),), keep_until=NOW + 90_000.0 + n))
        assert 6 <= len(office.names()) <= 8
        assert bounded.command("SET", "jpo:count", 1) is True
        await office.aclose()


async def test_what_ended_by_itself_makes_room(office: Office) -> None:
    """An answer that Redis has let go of is not counted for ever."""
    one = office.machine("one", max_bytes=4 * MB)
    for n in range(3):
        key = key_of(ENDPOINT, [str(n)])
        await one.put(key, replace(KEPT, body=body(n, MB), arguments=(str(n),), keep_until=NOW + 0.05))
    while office.names():
        office.redis.command("PING")
    lasting = replace(KEPT, body=body(9, MB))
    await one.put(KEY, lasting)
    assert int(office.redis.command("HGET", one._index[1], "total")) < 2 * MB


# ── forgetting ────────────────────────────────────────────────────────────────────────────────


async def test_dropping_an_answer_drops_it_for_everybody_and_clearing_only_here(office: Office) -> None:
    """`clear` gives this machine's disk back; `clear_shared` is said on purpose."""
    one, two = office.machine("one"), office.machine("two")
    keys = [key_of(ENDPOINT, [str(n)]) for n in range(250)]
    for n, key in enumerate(keys):
        await one.put(key, replace(KEPT, arguments=(str(n),)))
    assert await two.get(keys[0]) is not None
    await one.drop(keys[1])
    assert await two.get(keys[1]) is None
    assert (await one.clear(), (await one.summary()).entries) == (249, 0)
    assert await one.get(keys[2]) is not None  # from Redis
    assert await one.clear_shared() == 249
    assert await one.get(keys[3]) is None
    assert await two.get(keys[0]) is not None
    assert office.redis.command("KEYS", "jpo:*") in ([], [one._index[1].encode()])


# ── Redis in trouble ──────────────────────────────────────────────────────────────────────────


async def test_kept_answers_are_served_whatever_becomes_of_redis(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Issue 5: held, cut, replies lost, healed; each trouble is logged once."""
    with Line(office.redis.port) as line:
        one = office.machine("one", port=line.port, seconds=0.05)
        await one.put(KEY, KEPT)
        office.clock.advance(7_200.0)  # stale: Redis is asked each time
        for fault in (line.hold, line.cut, lambda: line.cut(replies_only=True)):
            fault()
            for n in range(3):
                assert await one.get(KEY) == KEPT
                key = key_of(ENDPOINT, [str(n)])
                await one.put(key, KEPT)
                assert await one.get(key, since=NOW * 2) == KEPT
            with pytest.raises(LedgerUnavailable):
                await one.clear_shared()
            assert (await one.summary()).shared is None
            line.heal()
        assert await one.get(KEY) == KEPT
        assert 1 <= len(caplog.records) == len({record.message for record in caplog.records}) <= 4


@pytest.mark.parametrize("options", [{"appendonly": "no"}, {"maxmemory": "100kb"}], ids=str)
async def test_a_redis_that_refuses_is_a_miss(options: dict[str, str], tmp_path: Path) -> None:
    """Unsafe or full: this machine's own answers are enough."""
    with RedisServer(tmp_path / "redis", options=options) as bad:
        office = Office(tmp_path, bad)
        one = office.machine("one")
        await one.put(KEY, KEPT)
        assert await one.get(KEY, since=NOW + 1.0) == KEPT
        assert office.names() == []
        await office.aclose()
