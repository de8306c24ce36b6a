"""The link to Redis: own replies only, safe servers only, and never a wait for one that is gone."""

from __future__ import annotations

import asyncio
import logging
import random
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.errors import BadSetting, LedgerUnavailable, SetupError, UnsafeRedis, Words
from jpo_mcp.upstream.redis_link import RedisLink, RedisSaid
from tests.redis_server import PASSWORD, Line, RedisServer, free_port


@pytest.fixture(scope="module", params=["redis-server", "valkey-server"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis"), program=request.param) as started:
        yield started


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as started:
        yield started


@pytest.fixture
async def link(server: RedisServer) -> AsyncIterator[RedisLink]:
    made = RedisLink(server.url, rest=0.0)
    yield made
    await made.close()


# ── commands ──────────────────────────────────────────────────────────────────────────────────


async def test_commands_and_scripts_answer(link: RedisLink) -> None:
    """Redis and Valkey alike; a script is known to a new server after its first use."""
    assert await link.command("SET", "jpo:a", b"\x00\xff") == b"OK"
    assert await link.command("GET", "jpo:a") == b"\x00\xff"
    assert await link.command("GET", "jpo:nothing") is None
    twice = "return {KEYS[1], ARGV[1] * 2}"
    assert await link.script(twice, ["jpo:k"], [21]) == [b"jpo:k", 42]
    await link.command("SCRIPT", "FLUSH")
    assert await link.script(twice, ["jpo:k"], [4]) == [b"jpo:k", 8]


async def test_a_safe_redis_says_what_it_is(link: RedisLink, server: RedisServer) -> None:
    """What the doctor shows of it."""
    found = await link.check()
    assert found.software.split()[0] in {"redis", "valkey"}
    assert (found.max_memory, found.untold) == (0, ())
    assert link.where == f"127.0.0.1:{server.port}"


async def test_what_redis_refuses_is_told_and_the_link_goes_on(link: RedisLink) -> None:
    """An error of one command is no failure of the line."""
    with pytest.raises(RedisSaid, match="wrong number of arguments"):
        await link.command("GET")
    with pytest.raises(RedisSaid):
        await link.script("return redis.error_reply('JPOFULL no room')", ["jpo:k"])
    assert await link.command("PING") == b"PONG"


async def test_a_unix_socket_needs_no_password_in_the_url(redis: RedisServer) -> None:
    """The password comes from its file, read at every connection, before any in the URL."""
    link = RedisLink(f"unix://{redis.socket}", password=lambda: PASSWORD)
    assert await link.command("PING") == b"PONG"
    assert link.where == str(redis.socket)
    await link.close()


# ── who gets which reply ──────────────────────────────────────────────────────────────────────


async def test_after_10_000_cancelled_commands_nobody_has_anothers_reply(redis: RedisServer) -> None:
    """Reliability A15 (CVE-2023-28858, CVE-2023-28859): cancelled at random awaits; each reply names its question."""
    dice, link, replies = random.Random(7), RedisLink(redis.url, rest=0.0), 0  # noqa: S311 - repeatable

    async def ask(name: str) -> None:
        nonlocal replies
        if (await link.command("ECHO", name)) != name.encode():
            raise AssertionError("another's reply")
        if (await link.script("return ARGV[1]", [], [name])) != name.encode():
            raise AssertionError("another's reply")
        replies += 1

    cancelled = 0
    while cancelled < 10_000:
        callers = [asyncio.create_task(ask(f"{cancelled}-{n}")) for n in range(25)]
        doomed = callers[:20]
        while doomed:
            if dice.random() < 0.5:
                await asyncio.sleep(0)
            cancelled += doomed.pop(dice.randrange(len(doomed))).cancel()
        await asyncio.wait(callers)
        for caller in callers:
            with suppress(asyncio.CancelledError):
                caller.result()
    assert replies > 2_000
    await link.close()


async def test_a_reply_that_comes_too_late_reaches_nobody(redis: RedisServer) -> None:
    """A command that timed out was perhaps carried out; its reply dies with its connection."""
    with Line(redis.port) as line:
        link = RedisLink(redis.url_at(line.port), command_seconds=0.1, rest=0.0)
        assert await link.command("ECHO", "first") == b"first"
        line.hold()
        with pytest.raises(LedgerUnavailable, match="TimeoutError"):
            await link.command("INCR", "jpo:late")
        line.heal()
        for n in range(20):
            assert await link.command("ECHO", str(n)) == str(n).encode()
        assert redis.command("GET", "jpo:late") == b"1"  # it was carried out, once
        await link.close()


async def test_nothing_is_sent_twice(redis: RedisServer) -> None:
    """A reservation whose reply is lost must not be made again by the link."""
    with Line(redis.port) as line:
        link = RedisLink(redis.url_at(line.port), connect_seconds=0.1, command_seconds=0.1, rest=0.0)
        await link.command("PING")
        line.cut(replies_only=True)
        for _ in range(3):
            with pytest.raises(LedgerUnavailable):
                await link.script("return redis.call('INCR', KEYS[1])", ["jpo:once"])
        line.heal()
        assert int(redis.command("GET", "jpo:once") or 0) <= 1  # the first, on the connection that was open
        await link.close()


# ── a server that is not there ────────────────────────────────────────────────────────────────


async def test_a_restarted_server_is_used_again_by_itself(tmp_path: Path) -> None:
    """Nobody restarts our processes when Redis is."""
    with RedisServer(tmp_path) as own:
        link = RedisLink(own.url, rest=0.0)
        await asyncio.gather(*(link.command("PING") for _ in range(40)))
        await asyncio.to_thread(own.restart)
        assert await asyncio.gather(*(link.command("PING") for _ in range(40))) == [b"PONG"] * 40
        await link.close()


async def test_a_server_that_came_back_without_our_scripts_is_used_at_once(tmp_path: Path) -> None:
    """It says that it does not know the script, which is an answer: the rest is over."""
    with RedisServer(tmp_path) as own:
        link = RedisLink(own.url, rest=0.0, connect_seconds=5.0, command_seconds=5.0)
        assert await link.script("return 1") == 1
        await asyncio.to_thread(own.kill9)
        with pytest.raises(LedgerUnavailable):
            await link.script("return 1")
        await asyncio.to_thread(own.start)
        assert await link.script("return 1") == 1
        await link.close()


async def test_a_dead_server_is_asked_rarely_and_everybody_else_fails_at_once(redis: RedisServer) -> None:
    """Kept answers must not wait two seconds each for a Redis that is cut off."""
    with Line(redis.port) as line:
        link = RedisLink(redis.url_at(line.port), command_seconds=0.3, rest=30.0)
        await link.command("PING")
        line.hold()
        began = time.monotonic()
        for _ in range(1_000):
            with pytest.raises(LedgerUnavailable, match="does not answer"):
                await link.command("PING")
        assert time.monotonic() - began < 10.0  # two seconds each would be half an hour
        line.heal()
        await link.check()  # as the doctor does, whatever went before
        assert await link.command("PING") == b"PONG"
        await link.close()


async def test_many_that_fail_at_once_make_one_rest(redis: RedisServer) -> None:
    """Sixteen commands under way when the line is cut are one trouble: it is tried again after the first rest."""
    with Line(redis.port) as line:
        link = RedisLink(redis.url_at(line.port), command_seconds=0.3, rest=0.3)
        await asyncio.gather(*(link.command("PING") for _ in range(16)))
        line.hold()
        ended = await asyncio.gather(*(link.command("PING") for _ in range(64)), return_exceptions=True)
        assert all(isinstance(end, LedgerUnavailable) for end in ended)
        line.heal()
        began = time.monotonic()
        async with asyncio.timeout(20.0):
            while link._failure is not None:
                with suppress(LedgerUnavailable):
                    await link.command("PING")
                await asyncio.sleep(0.01)
        assert time.monotonic() - began < 3.0  # sixteen doublings would be five seconds
        await link.close()


async def test_the_log_has_one_line_for_a_trouble_and_never_the_password(caplog: pytest.LogCaptureFixture) -> None:
    """E1, and a log that can be read."""
    port = free_port()
    link = RedisLink(f"redis://:{PASSWORD}@127.0.0.1:{port}", rest=0.0)
    for _ in range(20):
        with pytest.raises(LedgerUnavailable):
            await link.command("PING")
    with pytest.raises(LedgerUnavailable) as refused:
        await link.check()
    assert [r.message for r in caplog.records if r.levelno >= logging.WARNING] == [
        f"the Redis at 127.0.0.1:{port} does not answer (ConnectionRefusedError)"
    ]
    assert PASSWORD not in caplog.text + str(refused.value) + repr(refused.value) + repr(vars(link)["_login"])
    await link.close()


# ── a server that is not safe ─────────────────────────────────────────────────────────────────

UNSAFE = [
    ({"appendonly": "no"}, "appendonly no", "CONFIG SET appendonly yes"),
    ({"appendfsync": "no"}, "appendfsync no", "CONFIG SET appendfsync everysec"),
    ({"maxmemory-policy": "allkeys-lru"}, "maxmemory-policy", "CONFIG SET maxmemory-policy noeviction"),
    ({"maxmemory-policy": "volatile-ttl"}, "maxmemory-policy", "CONFIG SET maxmemory-policy noeviction"),
    ({"cluster-enabled": "yes", "cluster-port": str(free_port())}, "cluster", "cluster-enabled no"),
]


@pytest.mark.parametrize(("options", "what", "mend"), UNSAFE, ids=[mend for _, _, mend in UNSAFE])
async def test_a_redis_that_may_forget_is_refused_with_the_line_that_mends_it(
    options: dict[str, str], what: str, mend: str, tmp_path: Path
) -> None:
    """Issue 5: no persistence, an evicting policy. Neither a check nor any other command passes."""
    with RedisServer(tmp_path, options=options) as unsafe:
        link = RedisLink(unsafe.url, rest=0.0)
        for attempt in (link.check, lambda: link.command("SET", "jpo:a", 1)):
            with pytest.raises(UnsafeRedis) as refused:
                await attempt()
            assert what in refused.value.what.en
            assert mend in refused.value.next_step.en
            assert mend in refused.value.next_step.ja
            assert "\n" not in refused.value.next_step.en
        assert unsafe.command("DBSIZE") == 0
        await link.close()


async def test_mending_it_as_told_is_enough(tmp_path: Path) -> None:
    """The line that the refusal gives, carried out on the running server."""
    with RedisServer(tmp_path, options={"appendonly": "no", "maxmemory-policy": "allkeys-lru"}) as unsafe:
        link = RedisLink(unsafe.url, rest=0.0)
        for _ in range(2):
            with pytest.raises(UnsafeRedis) as refused:
                await link.check()
            told = refused.value.next_step.en.split(",")[0].removeprefix("redis-cli ")
            unsafe.command(*told.split())
        assert (await link.check()).untold == ()
        await link.close()


async def test_a_replica_is_refused_until_it_is_promoted(tmp_path: Path) -> None:
    """It cannot count; once it is the primary, the same link goes on by itself."""
    with RedisServer(tmp_path / "one") as primary, primary.replica(tmp_path / "two") as replica:
        link = RedisLink(replica.url, rest=0.0)
        with pytest.raises(UnsafeRedis, match="replica"):
            await link.command("PING")
        replica.promote()
        assert await link.command("PING") == b"PONG"
        await link.close()


async def test_a_primary_that_is_demoted_is_examined_again(tmp_path: Path) -> None:
    """READONLY closes the connection; the next one is refused for what it is."""
    with RedisServer(tmp_path / "one") as primary, RedisServer(tmp_path / "two") as other:
        link = RedisLink(primary.url, rest=0.0)
        await link.command("SET", "jpo:a", 1)
        primary.command("REPLICAOF", "127.0.0.1", other.port)
        with pytest.raises(RedisSaid):
            await link.command("SET", "jpo:a", 2)
        with pytest.raises(UnsafeRedis, match="replica"):
            await link.command("SET", "jpo:a", 2)
        await link.close()


async def test_a_managed_redis_that_hides_its_settings_is_used_and_says_what_it_hid(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """CONFIG is forbidden on managed services; INFO still tells persistence and policy."""
    with RedisServer(tmp_path) as managed:
        managed.command("ACL", "SETUSER", "app", "on", ">made-up", "~*", "&*", "+@all", "-config", "-acl")
        managed.command("ACL", "SETUSER", "blind", "on", ">made-up", "~*", "&*", "+@all", "-info")
        link = RedisLink(f"redis://app:made-up@127.0.0.1:{managed.port}", rest=0.0)
        assert (await link.check()).untold == ("appendfsync",)
        assert sum("appendfsync" in record.message for record in caplog.records) == 1
        blind = RedisLink(f"redis://blind@127.0.0.1:{managed.port}", password=lambda: "made-up", rest=0.0)
        with pytest.raises(UnsafeRedis, match="INFO is forbidden") as refused:
            await blind.check()
        assert "+info" in refused.value.next_step.en
        await link.close()
        await blind.close()


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:{}", "redis://:wrong@127.0.0.1:{}", "redis://nobody:x@127.0.0.1:{}"]
)
async def test_a_password_that_is_not_accepted_is_told_without_it(url: str, redis: RedisServer) -> None:
    """What to correct, and no value."""
    link = RedisLink(url.format(redis.port), rest=0.0)
    with pytest.raises(LedgerUnavailable, match="did not accept") as refused:
        await link.command("PING")
    assert "JPO_MCP_REDIS_PASSWORD_FILE" in refused.value.next_step.en
    assert "wrong" not in str(refused.value)
    await link.close()


async def test_a_password_file_that_cannot_be_used_stops_the_link_with_its_own_words(redis: RedisServer) -> None:
    """The file's trouble is the operator's to mend; kept answers go on meanwhile."""

    def unreadable() -> str:
        raise BadSetting(Words("others may read it", "公開"), Words("chmod 600", "chmod 600"))

    link = RedisLink(redis.url, password=unreadable, rest=0.0)
    with pytest.raises(LedgerUnavailable, match="others may read it"):
        await link.command("PING")
    await link.close()


BEYOND = [
    ("redis://:made-up@redis.example:6379", False, "without TLS", "JPO_MCP_REDIS_PLAIN=1"),
    ("redis://redis.example:6379", True, "without a password", "requirepass"),
    ("rediss://redis.example:6379", False, "without a password", "JPO_MCP_REDIS_PASSWORD_FILE"),
    ("redis://10.0.0.5", False, "without TLS", "rediss://"),
]


@pytest.mark.parametrize(("url", "plain", "what", "mend"), BEYOND)
async def test_beyond_this_machine_tls_and_a_password_are_wanted_before_anything_is_sent(
    url: str, plain: bool, what: str, mend: str
) -> None:
    """Issue 5: no password off loopback. Nothing is looked up or connected: these names do not exist."""
    link = RedisLink(url, plain=plain)
    with pytest.raises(UnsafeRedis) as refused:
        await link.check()
    assert what in refused.value.what.en
    assert mend in refused.value.next_step.en


# ── TLS ───────────────────────────────────────────────────────────────────────────────────────


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate of our own for 127.0.0.1."""
    openssl, key, crt = shutil.which("openssl"), folder / "key.pem", folder / "crt.pem"
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    made = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=made-up",
    ]
    made += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(crt)]
    subprocess.run([openssl, *made], check=True, capture_output=True)  # noqa: S603 - our own arguments
    return key, crt


async def test_a_certificate_must_be_vouched_for(tmp_path: Path) -> None:
    """`rediss://` verifies the name and the chain; a private CA is named in JPO_MCP_REDIS_CA_FILE."""
    key, crt = certificate(tmp_path)
    port = free_port()
    tls: dict[str, str] = {"tls-port": str(port), "tls-cert-file": str(crt), "tls-key-file": str(key)}
    with RedisServer(tmp_path / "tls", options=tls | {"tls-auth-clients": "no"}) as served:
        trusted = RedisLink(f"rediss://:{served.password}@127.0.0.1:{port}", ca_file=crt, rest=0.0)
        assert await trusted.command("PING") == b"PONG"
        for url, ca_file in ((f"rediss://:x@127.0.0.1:{port}", None), (f"rediss://:x@localhost:{port}", crt)):
            stranger = RedisLink(url, ca_file=ca_file, rest=0.0)
            with pytest.raises(LedgerUnavailable, match="SSLCertVerificationError") as refused:
                await stranger.command("PING")
            assert "JPO_MCP_REDIS_CA_FILE" in refused.value.next_step.en
            await stranger.close()
        await trusted.close()


# ── the extra ─────────────────────────────────────────────────────────────────────────────────


async def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis is an extra; nothing of it is loaded before the first command."""
    monkeypatch.setitem(sys.modules, "redis", None)
    link: Any = RedisLink("redis://127.0.0.1:1")
    with pytest.raises(SetupError) as refused:
        await link.command("PING")
    assert 'pip install "jpo-mcp[redis]"' in str(refused.value)
    await link.close()
