"""`serve --http` as its callers meet it: real clients in both eras, and everybody else who knocks."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
import uvicorn
from mcp import Client, MCPError
from mcp.server import MCPServer
from mcp.types import PromptReference
from prometheus_client.parser import text_string_to_metric_families

from jpo_mcp.cli import serve_http
from jpo_mcp.clock import ManualClock
from jpo_mcp.endpoints import Pace, endpoint
from jpo_mcp.errors import TooManyCalls
from jpo_mcp.models.common import Progress
from jpo_mcp.sandbox import PASSWORD, USERNAME, Fault, Sandbox
from jpo_mcp.sandbox.loopback import Loopback
from jpo_mcp.server.app import build
from jpo_mcp.server.http import MOST_AT_ONCE, MOST_BYTES, build_http, mount
from jpo_mcp.server.http_settings import HttpSettings
from jpo_mcp.server.rate import BURST, UNDER_WAY, CallRate
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from jpo_mcp.upstream.sqlite_ledger import LocalLedger
from jpo_mcp.upstream.tally import Tally
from tests.conftest import NOON_JST
from tests.server.conftest import ERAS, Era, Reply
from tests.server.pipe import PATIENCE
from tests.server.test_contract import TOOLS
from tests.server.web import JSON, Web, add_person, exchange, message, people, raw, rest, visitor

CASE = {"number": "特願2020-490001"}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A server for one person, on fictional cases."""
    names = ("--allow-host", "jpo.example.com", "--allow-host", "[2001:db8::1]:8765")
    pages = ("--allow-origin", "https://chat.example.com")
    with Web(
        tmp_path_factory.mktemp("alone"), "--port", "0", "--no-auth", *names[:0], *pages, JPO_MCP_SANDBOX="1"
    ) as web:
        yield web


# ── real clients ──────────────────────────────────────────────────────────────────────────────


async def test_a_real_client_lists_calls_and_reads_errors(alone: Web, era: Era) -> None:
    """The same answers as over the pipe: the tools are not told which way they were called."""
    async with visitor(alone.url, era) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS
        case = Reply.of(await client.call_tool("jpo_get_case", CASE))
        wrong = Reply.of(await client.call_tool("jpo_get_case", {"number": "not a number"}))
    assert case.record["title"] == "乾電池の残量を音色で知らせる携帯灯"
    assert json.loads(case.text) == case.record
    assert wrong.is_error
    assert wrong.text.startswith("[bad_number]")


def test_there_are_no_sessions_and_no_streams(alone: Web) -> None:
    """Stateless: any process behind a proxy may answer, and nobody can take over what does not exist."""
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}).encode()
    head, _, text = raw(alone.port, _request(body, "POST", f"127.0.0.1:{alone.port}")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"mcp-session-id" not in head.lower()
    assert b"content-type: application/json" in head.lower()
    assert b"cache-control: no-store" in head.lower()
    assert b"server:" not in head.lower()
    assert json.loads(text)["result"]["serverInfo"]["name"] == "jpo-mcp"
    for method in ("GET", "DELETE", "PUT", "PATCH"):
        assert exchange(alone.port, method, "/mcp", b"", JSON)[0] == 405


def _request(body: bytes, method: str, host: str | None, **headers: str) -> bytes:
    lines = [f"{method} /mcp HTTP/1.1", *([f"Host: {host}"] if host is not None else []), "Connection: close"]
    told = JSON | headers | {"content-length": str(len(body))}
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in told.items()), "", ""]).encode() + body


# ── Host and Origin ───────────────────────────────────────────────────────────────────────────

LISTED, PORT = "jpo.example.com", "8765"
HOSTS: dict[str | None, bool] = {
    "jpo.example.com": True,
    "JPO.Example.com": True,
    "10.0.0.5:8765": True,
    "[2001:db8::1]:8765": True,
    "127.0.0.1:8765": True,
    "localhost:8765": True,
    "[::1]:8765": True,
    None: False,
    "": False,
    "evil.example": False,
    "jpo.example.com.": False,
    "jpo.example.com:443": False,
    "jpo.example.com:8765": False,
    "jpo.example.com.evil.example": False,
    "evil.jpo.example.com": False,
    "jpo.example.com@evil.example": False,
    "evil.example@jpo.example.com": False,
    "127.0.0.1:8765.evil.example": False,
    "127.0.0.1": False,
    "127.0.0.1:80": False,
    "localhost:8765.evil.example": False,
    "localhost.:8765": False,
    "127.1:8765": False,
    "2130706433:8765": False,
    "0.0.0.0:8765": False,
    "[::ffff:127.0.0.1]:8765": False,
    "[::1].evil.example:8765": False,
    "::1": False,
    "*": False,
    "jpo.example.com, evil.example": False,
    "jpo.example.com evil.example": False,
}
ORIGINS: dict[str, bool] = {
    "https://chat.example.com": True,
    "null": False,
    "": False,
    "*": False,
    "http://chat.example.com": False,
    "https://chat.example.com:443": False,
    "https://chat.example.com.": False,
    "https://chat.example.com.evil.example": False,
    "https://evil.example": False,
    "https://jpo.example.com": False,
    "http://127.0.0.1:8765": False,
    "http://localhost:8765": False,
    "http://localhost": False,
    "chrome-extension://abcdefgh": False,
    "https://chat.example.com, https://evil.example": False,
}
PING = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()


@pytest.fixture
def listed() -> Iterator[Listening]:
    """A bare server behind our walls, which believes to be at port 8765 and has names."""
    settings = HttpSettings(
        allow_hosts=(LISTED, "10.0.0.5:8765", "[2001:db8::1]:8765"), allow_origins=("https://chat.example.com",)
    )
    with Listening(MCPServer("bare"), settings, port=8765) as listening:
        yield listening


class Listening:
    """A server of the SDK's behind our walls, on our protocol, in a thread."""

    def __init__(self, server: MCPServer, settings: HttpSettings, *, port: int | None = None) -> None:
        self.tally = Tally()
        self._socket = serve_http._listening(settings.model_copy(update={"port": 0}))
        self.port: int = self._socket.getsockname()[1]
        app = mount(server, settings, port=port or self.port, tally=self.tally)
        self._server = uvicorn.Server(serve_http.config_of(app, settings))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> Listening:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(PATIENCE)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_only_the_listed_hosts_and_origins_are_answered(listed: Listening) -> None:
    """Row G1: 46 of them, among them what only begins like one of ours; the SDK's own list would take some."""
    answered = {host: _status(listed, host) for host in HOSTS}
    assert {host for host, status in answered.items() if status == 200} == {host for host, ok in HOSTS.items() if ok}
    assert {answered[host] for host, ok in HOSTS.items() if not ok} <= {400, 421}
    pages = {origin: _status(listed, LISTED, origin=origin) for origin in ORIGINS}
    assert pages == {origin: 200 if ok else 403 for origin, ok in ORIGINS.items()}
    assert len(HOSTS) + len(ORIGINS) >= 40


def _status(listening: Listening, host: str | None, **headers: str) -> int:
    return int(raw(listening.port, _request(PING, "POST", host, **headers)).split()[1])


def test_two_hosts_or_two_origins_are_none(listed: Listening) -> None:
    """Row G1: a proxy and a server that each read another of two headers are how walls are got round."""
    plain = _request(PING, "POST", LISTED)
    twice = plain.replace(b"Connection", b"Host: evil.example\r\nConnection", 1)
    assert raw(listed.port, twice).split()[1] in {b"400", b"421"}
    pages = b"Origin: https://chat.example.com\r\nOrigin: https://evil.example\r\nConnection"
    assert raw(listed.port, plain.replace(b"Connection", pages, 1)).split()[1] == b"403"
    assert raw(listed.port, plain.replace(b"/mcp", b"http://evil.example/mcp", 1)).split()[1] == b"404"


def test_a_listed_page_gets_what_a_browser_needs_and_no_other_does(listed: Listening) -> None:
    """An origin that is let in is useless without the headers of the fetch standard (CORS)."""
    ask = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,mcp-method"}
    good = raw(listed.port, _request(b"", "OPTIONS", LISTED, origin="https://chat.example.com", **ask)).lower()
    assert good.startswith(b"http/1.1 200")
    assert b"access-control-allow-origin: https://chat.example.com" in good
    assert b"authorization" in good.partition(b"access-control-allow-headers:")[2].partition(b"\r\n")[0]
    bad = raw(listed.port, _request(b"", "OPTIONS", LISTED, origin="https://evil.example", **ask))
    assert bad.split()[1] == b"403"


# ── the form of a request ─────────────────────────────────────────────────────────────────────


def _padded(size: int) -> bytes:
    return PING[:-1] + b" " * (size - len(PING)) + b"}"


BODIES: dict[str, tuple[bytes, int]] = {
    "a byte more": (_padded(MOST_BYTES + 1), 413),
    "10 MB": (b"x" * 10 * MOST_BYTES, 413),
    "199 deep": (b'{"a":' * 199 + b"1" + b"}" * 199, 400),
    "100,000 deep": (b"[" * 100_000, 400),
    "100,000 deep and closed": (b"[" * 100_000 + b"]" * 100_000, 400),
    "no JSON": (b"\xff\xfe", 400),
    "nothing": (b"", 400),
    "infinity": (b'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"a":Infinity}}', 400),
    "a batch": (b"[" + PING + b"," + PING + b"]", 400),
    "a number": (b"1", 400),
}


@pytest.mark.parametrize("era", ["2025-11-25", "2026-07-28"])
@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_request_is_refused_cleanly(listed: Listening, name: str, era: str) -> None:
    """Row G7: the caller reads a status, not a broken line, even where it was still sending."""
    body, status = BODIES[name]
    headers = JSON | {"host": LISTED, "mcp-protocol-version": era}
    assert exchange(listed.port, "POST", "/mcp", body, headers)[0] == status
    assert _status(listed, LISTED) == 200


def test_a_body_of_exactly_a_megabyte_is_read(listed: Listening) -> None:
    """Row G7: the bound itself is allowed."""
    assert exchange(listed.port, "POST", "/mcp", _padded(MOST_BYTES), JSON | {"host": LISTED})[0] == 200


def test_a_body_without_a_length_is_measured_as_it_comes(listed: Listening) -> None:
    """Row G7: a chunked body announces nothing."""
    head = f"POST /mcp HTTP/1.1\r\nHost: {LISTED}\r\nContent-Type: application/json\r\n".encode()
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    assert raw(listed.port, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 17).split()[1] == b"413"
    lying = head + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
    assert raw(listed.port, lying).split()[1] in {b"400", b"406"}


@pytest.mark.parametrize("kind", ["text/plain", "application/jsonp", "application/x-www-form-urlencoded", ""])
def test_only_json_is_read(listed: Listening, kind: str) -> None:
    """Row G1: the types that a form of any web page can send are none of ours."""
    headers = {"host": LISTED, "content-type": kind, "accept": "application/json"}
    assert exchange(listed.port, "POST", "/mcp", PING, headers)[0] == 415


def test_a_header_of_a_megabyte_is_refused(listed: Listening) -> None:
    """Row G3."""
    big = f"GET /mcp HTTP/1.1\r\nHost: {LISTED}\r\nAuthorization: Bearer {'x' * 1_000_000}\r\n\r\n".encode()
    answer = raw(listed.port, big)
    assert not answer or answer.split()[1] == b"400"
    assert _status(listed, LISTED) == 200


def test_a_header_that_contradicts_the_body_is_refused(alone: Web) -> None:
    """Row G10: a proxy that goes by Mcp-Method or Mcp-Name must not be shown another call than is made."""
    body, headers = message("jpo_quota", {})
    for change in ({"mcp-name": "jpo_get_case"}, {"mcp-method": "tools/list"}, {"mcp-protocol-version": "2027-01-01"}):
        status, text = exchange(alone.port, "POST", "/mcp", body, headers | change)
        assert status == 400
        assert json.loads(text)["error"]["code"] in {-32020, -32022}


# ── at most 64 at once ────────────────────────────────────────────────────────────────────────


class Waiting:
    """A bare server whose tool waits to be released, and counts those who were dropped meanwhile."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.dropped = threading.Semaphore(0)
        self.released = threading.Event()
        self.server = MCPServer("waiting")

        @self.server.tool()
        async def wait() -> str:
            self.begun.release()
            try:
                await anyio.to_thread.run_sync(self.released.wait, PATIENCE, abandon_on_cancel=True)
            except anyio.get_cancelled_exc_class():
                self.dropped.release()
                raise
            return "done"


def _legacy_call(tool: str) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool}}).encode()


def test_the_sixty_fifth_call_is_told_to_come_again_and_the_others_are_served() -> None:
    """Row G7: a queue without an end helps nobody; the ones at work are finished."""
    waiting = Waiting()
    with Listening(waiting.server, HttpSettings()) as listening, ThreadPoolExecutor(MOST_AT_ONCE) as callers:
        calls = [callers.submit(_call_wait, listening) for _ in range(MOST_AT_ONCE)]
        assert all(waiting.begun.acquire(timeout=PATIENCE) for _ in calls)
        answer = raw(listening.port, _request(PING, "POST", f"localhost:{listening.port}"))
        assert answer.split()[1] == b"503"
        assert b"retry-after: 1" in answer.lower()
        assert listening.tally.refusals == {"503": 1}
        waiting.released.set()
        assert {call.result(PATIENCE)[0] for call in calls} == {200}
        assert _call_wait(listening)[0] == 200


def _call_wait(listening: Listening) -> tuple[int, str]:
    return exchange(listening.port, "POST", "/mcp", _legacy_call("wait"), JSON)


@pytest.mark.parametrize("era", ["2025-11-25", "2026-07-28"])
def test_a_caller_who_hangs_up_is_no_longer_worked_for(era: str) -> None:
    """Row A12: what was not sent to the JPO yet never is, and the place is free again."""
    waiting = Waiting()
    body, told = message("wait", {})
    headers = {k: v for k, v in told.items() if k not in JSON} if era == "2026-07-28" else {}
    request = _request(body if headers else _legacy_call("wait"), "POST", "HOST", **headers)
    with Listening(waiting.server, HttpSettings()) as listening:
        with ExitStack() as lines:
            for _ in range(8):
                line = lines.enter_context(_line(listening.port))
                line.sendall(request.replace(b"HOST", f"localhost:{listening.port}".encode(), 1))
                assert waiting.begun.acquire(timeout=PATIENCE)
        assert all(waiting.dropped.acquire(timeout=PATIENCE) for _ in range(8))


def _line(port: int) -> Any:
    import socket

    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


# ── people ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Web, dict[str, str]]]:
    """A server for three people, and their tokens."""
    folder = tmp_path_factory.mktemp("team")
    held = {
        "reader": add_person(folder, "reader", "jpo:read"),
        "hanako": add_person(folder, "hanako", "jpo:read", "jpo:spend"),
        "chief": add_person(folder, "chief", "jpo:read", "jpo:spend", "jpo:admin"),
    }
    named = ("--allow-host", "jpo.example.com")
    with Web(folder, "--port", "0", *named, JPO_MCP_SANDBOX="1", **people(folder)) as web:
        yield web, held


def test_without_a_good_token_nothing_is_reached(team: tuple[Web, dict[str, str]]) -> None:
    """Section 4.1: a bearer token for every call, and one answer to every wrong one."""
    web, held = team
    good = held["hanako"]
    wrong = ("", "x", good[:-1], good + "A", good.swapcase(), f"{good} {good}", "null")
    answers = [web.call("jpo_quota", token) for token in wrong]
    assert {status for status, _ in answers} == {401}
    assert len({text for _, text in answers}) == 1
    body, headers = message("jpo_quota", {})
    assert exchange(web.port, "POST", f"/mcp?access_token={good}", body, headers)[0] == 401
    assert exchange(web.port, "POST", "/mcp", body, headers | {"authorization": f"Basic {good}"})[0] == 401
    assert web.call("jpo_quota", good)[0] == 200


async def test_a_real_client_with_a_token_is_served(team: tuple[Web, dict[str, str]], era: Era) -> None:
    """As the SDK's own client sends it, in both eras."""
    web, held = team
    async with visitor(web.url, era, held["hanako"]) as client:
        answer = Reply.of(await client.call_tool("jpo_get_case", CASE))
    assert answer.record["number"]["human"] == "特願2020-490001"


def test_a_host_is_looked_at_before_a_token_and_a_body_before_both_are_done(team: tuple[Web, dict[str, str]]) -> None:
    """Row G1: whoever has no business here learns nothing about tokens, good or bad."""
    web, held = team
    body, headers = message("jpo_quota", {}, held["hanako"])
    assert exchange(web.port, "POST", "/mcp", body, headers | {"host": "evil.example"})[0] == 421
    assert exchange(web.port, "POST", "/mcp", body, headers | {"origin": "https://evil.example"})[0] == 403
    assert exchange(web.port, "POST", "/mcp", b" " * (MOST_BYTES + 1), headers)[0] == 413


# ── health and metrics ────────────────────────────────────────────────────────────────────────


def test_health_is_one_word(team: tuple[Web, dict[str, str]]) -> None:
    """Row G9: whoever may reach the port may ask, so it says nothing else."""
    web, _ = team
    assert web.get("/health") == (200, "ok")


def test_health_is_degraded_where_accesses_cannot_be_counted(tmp_path: Path) -> None:
    """Issue 5: the ledger is unusable, and kept answers still are: not a reason to restart, so still 200."""
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    with Web(tmp_path, "--port", "0", "--no-auth", JPO_MCP_SANDBOX="1", JPO_MCP_STATE_DIR=str(state)) as web:
        for file in state.iterdir():
            file.unlink()
        (state / "ledger.db").mkdir()
        assert web.get("/health") == (200, "degraded")


async def test_health_is_looked_up_once_however_many_ask(tmp_path: Path) -> None:
    """Row G9: whoever may reach the port may ask, without a token; a crowd must not keep the ledger busy."""
    clock, looks = ManualClock(NOON_JST), list[str]()

    class Counted(LocalLedger):
        async def minute(self, pace: Pace) -> tuple[int, float]:
            looks.append(pace)
            return await super().minute(pace)

    ledger = Counted(tmp_path, identity="health", clock=clock)
    async with JpoClient(Settings(cache_dir=tmp_path), clock=clock, ledger=ledger) as client:
        app: Any = build_http(client, HttpSettings(), None)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:8765") as web:
            for looked in (1, 1, 2):
                answers = await asyncio.gather(*(web.get("/health") for _ in range(50)))
                assert {answer.text for answer in answers} == {"ok"}
                assert len(looks) == looked
                clock.advance(0.6)


def test_a_redis_that_is_away_is_no_reason_not_to_start(tmp_path: Path) -> None:
    """Issue 5: fail closed for spending, open for kept answers; it may come back at any time."""
    away = {"JPO_MCP_BASE_URL": "http://127.0.0.1:9", "JPO_MCP_REDIS_URL": "redis://:made-up@127.0.0.1:9/0"}
    named = {"JPO_API_USERNAME": USERNAME, "JPO_API_PASSWORD": PASSWORD}
    with Web(tmp_path, "--port", "0", "--no-auth", **away, **named) as web:
        assert web.get("/health") == (200, "degraded")
        assert web.call("jpo_parse_number", **CASE)[0] == 200
        assert "[ledger_unavailable]" in web.call("jpo_get_case", **CASE)[1]
        assert web.stop() == 0


def test_metrics_count_what_happened_and_name_nobody(tmp_path: Path) -> None:
    """Issue 5 and row G9: Prometheus text, read back by Prometheus's own parser; no person, case or path in it."""
    token = add_person(tmp_path, "hanako", "jpo:read", "jpo:spend")
    with Web(tmp_path, "--port", "0", JPO_MCP_SANDBOX="1", **people(tmp_path)) as web:
        for number in (CASE["number"], CASE["number"], "not a number"):
            assert web.call("jpo_get_case", token, number=number)[0] == 200
        web.get("/health", host="evil.example")
        status, text = web.get("/metrics")
    assert status == 200
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert values["jpo_mcp_accesses_spent_today", "patent/app_progress"] == 1
    assert values["jpo_mcp_accesses_left_today", "patent/app_progress"] == 799
    assert values["jpo_mcp_accesses_total", "patent/app_progress", "FOUND"] == 1
    assert values["jpo_mcp_answers_total", "jpo"] == 1
    assert values["jpo_mcp_answers_total", "kept"] == 1
    assert values["jpo_mcp_tool_calls_total", "jpo_get_case"] == 3
    assert values["jpo_mcp_tool_errors_total", "bad_number"] == 1
    assert values["jpo_mcp_http_refusals_total", "421"] == 1
    for secret in ("hanako", token, "490001", str(tmp_path), USERNAME):
        assert secret not in text


def test_waits_for_the_minute_are_counted(tmp_path: Path) -> None:
    """Issue 5: the wait is what people feel, so it is what a monitor must see."""
    limited = {"JPO_MCP_DEADLINE": "3"}
    with Web(tmp_path, "--port", "0", "--no-auth", JPO_MCP_SANDBOX="1", **limited) as web:
        for serial in range(1, 12):
            web.call("jpo_get_case", number=f"特願2024-4910{serial:02}")
        text = web.get("/metrics")[1]
    assert 'jpo_mcp_tool_errors_total{code="too_soon"} 1' in text


WITHOUT = {"x-forwarded-for": "203.0.113.9"}, {"forwarded": "for=203.0.113.9"}, {"via": "1.1 proxy"}


def test_metrics_are_for_this_machine_or_an_admin(team: tuple[Web, dict[str, str]]) -> None:
    """Row G9: what a proxy on this machine passes on comes from elsewhere, whatever address it comes from."""
    web, held = team
    assert web.get("/metrics")[0] == 200
    for forwarded in WITHOUT:
        assert web.get("/metrics", **forwarded)[0] == 403
        assert web.get("/metrics", **forwarded, authorization=f"Bearer {held['hanako']}")[0] == 403
        assert web.get("/metrics", **forwarded, authorization="Bearer nonsense")[0] == 403
        assert web.get("/metrics", **forwarded, authorization=f"Bearer {held['chief']}")[0] == 200


def test_metrics_are_not_for_a_proxy_that_nobody_announced(team: tuple[Web, dict[str, str]]) -> None:
    """Row G9: it says nothing of itself and has this machine's address; but it is called by the public name."""
    web, held = team
    for name in ("jpo.example.com", "JPO.example.com"):
        assert web.get("/metrics", host=name)[0] == 403
        assert web.get("/metrics", host=name, authorization=f"Bearer {held['hanako']}")[0] == 403
        assert web.get("/metrics", host=name, authorization=f"Bearer {held['chief']}")[0] == 200
    for name in ("localhost", "LocalHost", "127.0.0.1", "[::1]"):
        assert web.get("/metrics", host=f"{name}:{web.port}")[0] == 200


def test_behind_a_proxy_metrics_are_for_an_admin_alone(tmp_path: Path) -> None:
    """Row G10: behind a proxy every caller has this machine's address; a forged header changes nothing."""
    token = add_person(tmp_path, "chief", "jpo:read", "jpo:admin")
    options = ("--port", "0", "--behind-tls-proxy", "--allow-host", "jpo.example.com", "--trusted-proxy", "127.0.0.1")
    with Web(tmp_path, *options, JPO_MCP_SANDBOX="1", **people(tmp_path)) as web:
        for forged in ({}, {"x-forwarded-for": "127.0.0.1"}, {"x-real-ip": "127.0.0.1"}):
            assert web.get("/metrics", host="jpo.example.com", **forged)[0] == 403
        assert web.get("/metrics", host="jpo.example.com", authorization=f"Bearer {token}")[0] == 200
        assert web.get("/health", host="evil.example", **{"x-forwarded-host": "jpo.example.com"})[0] == 421


# ── how often ─────────────────────────────────────────────────────────────────────────────────


def test_one_person_may_call_twenty_times_at_once_and_then_every_second() -> None:
    """Row G8, by a clock that is moved by hand; another person's calls are not counted in."""
    clock = ManualClock()
    rate = CallRate(clock)
    for _ in range(20):
        rate.take("hanako")
    with pytest.raises(TooManyCalls, match="wait 1 s"):
        rate.take("hanako")
    rate.take("taro")
    clock.advance(3.0)
    for _ in range(3):
        rate.take("hanako")
    with pytest.raises(TooManyCalls):
        rate.take("hanako")
    clock.advance(3_600.0)
    assert _taken(lambda: rate.take("hanako")) == 20


def _taken(take: Callable[[], None]) -> int:
    for count in range(100):
        try:
            take()
        except TooManyCalls:
            return count
    return 100


async def test_a_call_too_many_is_an_error_in_words_with_seconds(
    team: tuple[Web, dict[str, str]], era: Era, tmp_path: Path
) -> None:
    """Row G8: a tool error that a model can act on, not a status that its host would hide. Others are not held up."""
    del tmp_path
    web, held = team
    name = {"auto": "chief", "legacy": "reader"}[era]
    async with visitor(web.url, era, held[name]) as client:
        replies = [Reply.of(await client.call_tool("jpo_parse_number", CASE)) for _ in range(40)]
    refused = [reply for reply in replies if reply.is_error]
    assert 10 <= len(refused) <= 20
    assert all(reply.text.startswith("[too_many_calls]") and "wait 1 s" in reply.text for reply in refused)
    assert all("accesses_spent: 0" in reply.text for reply in refused)
    assert web.call("jpo_parse_number", held["hanako"], **CASE)[0] == 200


async def test_papers_prompts_and_completions_are_calls_like_any_other(era: Era, tmp_path: Path) -> None:
    """Row G8: one bucket for all that a person asks, so that no door stands beside it; and the seconds are told."""
    clock = ManualClock(NOON_JST)
    client = JpoClient(Settings(cache_dir=tmp_path, sandbox=True), clock=clock)
    async with Client(build(client, rate=CallRate(clock)), mode=era) as mcp:
        asks: list[Callable[[], Awaitable[Any]]] = [
            lambda: mcp.read_resource("jpo://patent/2020490001/documents/06124990101"),
            lambda: mcp.read_resource("file:///etc/passwd"),
            lambda: mcp.get_prompt("explain_refusal", CASE),
            lambda: mcp.get_prompt("nothing"),
            lambda: mcp.complete(PromptReference(name="due_diligence"), {"name": "numbers", "value": "特願"}),
        ]
        said = [await _said(asks[n % len(asks)]) for n in range(BURST)]
        assert not [words for words in said if "too_many_calls" in words]
        for ask in asks:
            assert (await _said(ask)).startswith("[too_many_calls]")
        assert "wait 1 s" in await _said(asks[0])
        assert Reply.of(await mcp.call_tool("jpo_parse_number", CASE)).text.startswith("[too_many_calls]")
        clock.advance(1.0)
        assert not Reply.of(await mcp.call_tool("jpo_parse_number", CASE)).is_error
        assert (await _said(asks[2])).startswith("[too_many_calls]")


async def _said(ask: Callable[[], Awaitable[Any]]) -> str:
    """What is told instead of an answer."""
    try:
        await ask()
    except MCPError as refused:
        return refused.error.message
    return ""


def test_one_person_may_have_sixteen_calls_under_way() -> None:
    """Row G7: a quarter of the places; one that has ended, however it did, makes room for the next."""
    clock = ManualClock()
    rate = CallRate(clock)
    with ExitStack() as calls:
        for _ in range(UNDER_WAY):
            calls.enter_context(rate.call("hanako"))
        clock.advance(60.0)
        with pytest.raises(TooManyCalls, match="16 of your calls are still under way"), rate.call("hanako"):
            pass
        with rate.call("taro"):
            pass
    assert UNDER_WAY * 3 < MOST_AT_ONCE
    with pytest.raises(ZeroDivisionError), rate.call("hanako"):
        raise ZeroDivisionError
    assert _taken(lambda: rate.take("hanako")) == BURST - 1


async def test_who_waits_for_the_minute_with_every_call_leaves_room_to_the_others(tmp_path: Path) -> None:
    """Row G7: each holds one of 64 places until there is room; the 17th of one person is told what to do."""
    held = {name: add_person(tmp_path, name) for name in ("taro", "hanako")}
    patient = {"JPO_MCP_SANDBOX": "1", "JPO_MCP_DEADLINE": "300"}
    with Web(tmp_path, "--port", "0", **patient, **people(tmp_path)) as web, ThreadPoolExecutor(UNDER_WAY) as callers:
        for serial in range(10, 20):
            web.call("jpo_get_case", held["taro"], number=f"特願2024-4910{serial}")
        waiting = [
            callers.submit(web.call, "jpo_get_case", held["hanako"], number=f"特願2024-4911{serial}")
            for serial in range(10, 10 + UNDER_WAY)
        ]
        _until(lambda: 'jpo_mcp_tool_calls_total{tool="jpo_get_case"} 26' in web.get("/metrics")[1])
        for era in ERAS:
            async with visitor(web.url, era, held["hanako"]) as client:
                refused = Reply.of(await client.call_tool("jpo_quota"))
                with pytest.raises(MCPError, match="16 of your calls are still under way"):
                    await client.get_prompt("explain_refusal", CASE)
            assert refused.is_error
            assert refused.text.startswith("[too_many_calls]")
            assert "call again when one of them has been answered" in refused.text
            assert "accesses_spent: 0" in refused.text
            async with visitor(web.url, era, held["taro"]) as client:
                assert not Reply.of(await client.call_tool("jpo_quota")).is_error
                assert (await client.get_prompt("explain_refusal", CASE)).messages
        assert web.stop() == 0
        assert all("the server is being stopped" in call.result(PATIENCE)[1] for call in waiting)


# ── the end ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_what_was_sent_come_home_and_then_ends_with_0(number: signal.Signals, tmp_path: Path) -> None:
    """Issue 5: an access that was paid for is answered, settled and kept; nobody new is let in; 10 s at most."""
    sandbox = Sandbox()
    slow = Fault("drip", endpoint="patent/app_progress", interval=0.2, chunk=512)
    with Loopback(sandbox) as jpo:
        behind = {"JPO_MCP_BASE_URL": jpo.base_url, "JPO_API_USERNAME": USERNAME, "JPO_API_PASSWORD": PASSWORD}
        with Web(tmp_path, "--port", "0", "--no-auth", **behind) as web, ThreadPoolExecutor(1) as caller:
            sandbox.faults.add(slow)
            call = caller.submit(web.call, "jpo_get_case", **CASE)
            _until(lambda: any(arrival.endpoint == "patent/app_progress" for arrival in sandbox.arrivals))
            began = time.monotonic()
            assert web.stop(number) == 0
            assert time.monotonic() - began < 10
            status, text = call.result(PATIENCE)
            assert (status, json.loads(text)["result"]["structuredContent"]["cost"]) == (200, 1)
        with Web(tmp_path, "--port", "0", "--no-auth", **behind) as web:
            record = json.loads(web.call("jpo_get_case", **CASE)[1])["result"]["structuredContent"]
            assert (record["source"], record["cost"]) == ("kept", 0)
    assert "Traceback" not in web.log


def test_a_signal_does_not_wait_for_those_who_have_not_asked_yet(tmp_path: Path) -> None:
    """Issue 5: half a request, or a call that waits for the minute, holds up nobody's end beyond 10 s."""
    patient = {"JPO_MCP_SANDBOX": "1", "JPO_MCP_DEADLINE": "300"}
    with Web(tmp_path, "--port", "0", "--no-auth", **patient) as web, ThreadPoolExecutor(1) as caller:
        for serial in range(1, 11):
            web.call("jpo_get_case", number=f"特願2024-4910{serial:02}")
        waiting = caller.submit(web.call, "jpo_get_case", number="特願2020-490001")
        with web.connect() as idle, web.connect() as half:
            idle.sendall(b"POST /mcp HTTP/1.1\r\nHo")
            head = f"POST /mcp HTTP/1.1\r\nHost: localhost:{web.port}\r\nContent-Type: application/json\r\n"
            half.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
            _until(lambda: "jpo_mcp_minute_waits_total{" in web.get("/metrics")[1])
            began = time.monotonic()
            assert web.stop() == 0
            assert time.monotonic() - began < 6
            assert rest(idle) + rest(half) == b""
        assert "the server is being stopped" in waiting.result(PATIENCE)[1]


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


async def test_who_asks_the_same_again_within_a_second_is_told_the_same(tmp_path: Path) -> None:
    """Our own choice for many callers: the made answer is good for one second, for that person, until one is sent."""
    clock = ManualClock(NOON_JST)
    behind, row = Sandbox(clock=clock), endpoint("patent", "app_progress", Progress)
    given: dict[str, Any] = {"cache_dir": tmp_path, "username": USERNAME, "password": PASSWORD}
    client = JpoClient(Settings(**given), clock=clock, app=behind.app, recall=1.0)
    async with Client(build(client)) as mcp:

        async def left(**arguments: Any) -> tuple[str, int]:
            record = Reply.of(await mcp.call_tool("jpo_get_case", CASE | arguments)).record
            return record["source"], record["remaining_today"]["patent/app_progress"]

        assert [await left(), await left(), await left()] == [("jpo", 799), ("kept", 799), ("kept", 799)]
        async with JpoClient(Settings(**given), clock=clock, app=behind.app) as other:
            await other.get(row, "2024491001")
        assert await left() == ("kept", 799)
        clock.advance(1.1)
        assert await left() == ("kept", 798)
        assert await left(max_age=0) == ("jpo", 797)
        assert await left() == ("kept", 797)
    assert client.tally.answers == {"jpo": 2, "kept": 5}
