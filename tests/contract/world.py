"""A JPO, a machine and the line between them, on one clock that only the test moves."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from jpo_mcp.clock import ManualClock
from jpo_mcp.endpoints import ENDPOINTS, Endpoint, endpoint
from jpo_mcp.numbers import Law
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from jpo_mcp.sandbox.sandbox import Message, Receive, Send
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from jpo_mcp.upstream.snapshots import Snapshots
from jpo_mcp.upstream.sqlite_ledger import LocalLedger

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC).timestamp()
"""Noon in Japan: twelve hours to the next 00:00 JST."""

HALF_A_DAY = 12 * 3_600.0


def row_of(law: Law, name: str) -> Endpoint[Any]:
    """A row of the table, whatever it decodes to."""
    return endpoint(law, name)


PROGRESS: Endpoint[Any] = endpoint("patent", "app_progress")
CITED: Endpoint[Any] = endpoint("patent", "cite_doc_info")
BUNDLE: Endpoint[Any] = endpoint("patent", "app_doc_cont_opinion_amendment")
CASE = "2020490001"
WITH_PAPERS: dict[str, str] = {"patent": CASE, "design": "2022490101", "trademark": "2021490203"}
"""A case of each law with papers of every kind, the last of them years before `NOON`."""


class Line:
    """The network. `failing` is raised before a request arrives; `canned` replies come instead of the JPO's."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.failing: list[Exception] = []
        self.canned: list[tuple[int, bytes, dict[str, str]]] = []
        self.headers: list[tuple[str, dict[str, str]]] = []
        self.served = 0

    async def app(self, scope: Message, receive: Receive, send: Send) -> None:
        """The ASGI application that a client is given."""
        sent = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        self.headers.append((scope["path"], sent))
        is_question = scope["path"].startswith(("/api/", "/opdapi/"))
        if is_question and self.failing:
            raise self.failing.pop(0)
        if is_question and self.canned:
            await self._say(*self.canned.pop(0), send)
            return
        await self.sandbox.app(scope, receive, send)

    async def _say(self, status: int, body: bytes, headers: dict[str, str], send: Send) -> None:
        self.served += 1
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})


class RunningClock(ManualClock):
    """A clock that runs by itself, a hundred times as fast: for questions that must wait side by side."""

    _SPEED = 100.0

    def __init__(self, now: float) -> None:
        super().__init__(now)
        self._began = time.monotonic()

    def now(self) -> float:
        return super().now() + self._SPEED * (time.monotonic() - self._began)

    def monotonic(self) -> float:
        return super().monotonic() + self._SPEED * (time.monotonic() - self._began)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self._SPEED)


class World:
    """One ID at one JPO. Each `client()` is another process of the machine, or the next one after a restart."""

    def __init__(self, folder: Path, *, now: float = NOON, clock: ManualClock | None = None, **sandbox: Any) -> None:
        self.folder = folder
        self.clock = clock or ManualClock(now)
        self.sandbox = Sandbox(clock=self.clock, **sandbox)
        self.line = Line(self.sandbox)
        self._clients: list[JpoClient] = []

    def client(self, **changed: Any) -> JpoClient:
        """A client whose waits are free: ten minutes to a call, no dice."""
        given: dict[str, Any] = {
            "username": USERNAME, "password": PASSWORD, "cache_dir": self.folder / "kept", "deadline": 600.0,
        }  # fmt: skip
        how: dict[str, Any] = {"dice": changed.pop("dice", lambda: 0.0), "recall": changed.pop("recall", 0.0)}
        client = JpoClient(Settings(**(given | changed)), clock=self.clock, app=self.line.app, **how)
        if isinstance(client.ledger, LocalLedger):  # syncing to the disk is tested with the ledger itself
            client.ledger._build = partial(client.ledger._build, durable=False)
        client.snapshots = Snapshots(client.settings.state_folder, host=client.settings.host, durable=False)
        self._clients.append(client)
        return client

    async def aclose(self) -> None:
        """Closes every client."""
        for client in self._clients:
            await client.aclose()

    def question(self, row: Endpoint[Any], start: str = "") -> tuple[str, ...]:
        """Something this endpoint has an answer to, whose first argument starts so."""
        if row.reply == "zip" and row.pace == "domestic":
            return (WITH_PAPERS[row.law],)
        return next(q for q in self.sandbox.register.questions(row) if q[0].startswith(start))

    def arrived(self, key: str | None = None) -> int:
        """Requests that reached the JPO's endpoints."""
        return self.sandbox.count(key)

    def tokens(self) -> int:
        """Requests that reached the token endpoint."""
        return sum(arrival.endpoint == "auth/token" for arrival in self.sandbox.arrivals)

    def truth(self) -> dict[str, int]:
        """The accesses the JPO has counted today."""
        return {e.key: used for e in ENDPOINTS if (used := self.sandbox.spent(e.key))}

    def most_in_a_minute(self, base: str = "/api/") -> int:
        """The most arrivals in any 60 seconds, of domestic questions that cost; with `/opdapi/`, of the others."""
        times = sorted(a.monotonic for a in self.sandbox.arrivals if a.path.startswith(base))
        return max((sum(t <= other < t + 60.0 for other in times) for t in times), default=0)


async def counted(client: JpoClient) -> dict[str, int]:
    """The accesses this machine has counted today."""
    return {line.endpoint.key: line.remaining.used for line in await client.quota() if line.remaining.used}


async def outcomes(client: JpoClient, day: int) -> Counter[str]:
    """How that day's calls ended, by the ledger."""
    ended: Counter[str] = Counter()
    for spending in await client.ledger.recent(day):
        ended[spending.outcome] += spending.calls
    return ended
