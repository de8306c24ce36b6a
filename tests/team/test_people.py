"""Fifty people at one server at once, hanging up as they like: nobody gets, pays for or is written down for another.

At its whole size with `JPO_TEAM_STORMS=full python -m pytest tests/team/test_people.py -n 0`.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from jpo_mcp.cli import serve_http
from jpo_mcp.clock import SystemClock
from jpo_mcp.endpoints import ENDPOINTS, Pace
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from jpo_mcp.server import tokens
from jpo_mcp.server.http import build_http
from jpo_mcp.server.http_settings import HttpSettings
from jpo_mcp.server.people import TokenFile
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from jpo_mcp.upstream.snapshots import Snapshots
from jpo_mcp.upstream.sqlite_ledger import LocalLedger
from tests.contract.world import NOON, RunningClock
from tests.server.web import message
from tests.team.machines import FULL

PEOPLE = 50
CALLS = 200 if FULL else 6
"""Calls of each person."""

EARLY = NOON - 11 * 3_600.0
"""One in the morning: the storm's clock runs fast, and must not pass midnight."""

PLENTY: dict[Pace, int] = {"domestic": 1_000_000, "opd": 1_000_000}
LIMITS = {row.api_number: 100_000 for row in ENDPOINTS}
TOKEN = re.compile(rb"jpo_[A-Za-z0-9_-]{43}")
SHARED = [str(2018490001 + n) for n in range(10)]


class Team:
    """A server with its JPO, and what each person asked of it."""

    def __init__(self, folder: Path) -> None:
        self.clock = RunningClock(EARLY)
        self.sandbox = Sandbox(clock=self.clock, limits=LIMITS)
        self.folder = folder
        self.tokens = {
            f"person-{n}": tokens.add(folder / "tokens.json", f"person-{n}", tokens.USUAL, now=NOON)
            for n in range(PEOPLE)
        }
        self.asked: set[tuple[str, str]] = set()
        self.wrong: list[str] = []
        self.answered: Counter[str] = Counter()
        self.client = self._client()

    def _client(self) -> JpoClient:
        given: dict[str, Any] = {"username": USERNAME, "password": PASSWORD, "limits": LIMITS, "deadline": 600.0}
        settings = Settings(cache_dir=self.folder, **given).for_people()
        ledger = LocalLedger(
            settings.state_folder,
            identity="team",
            clock=self.clock,
            limits=LIMITS,
            per_minute=PLENTY,
            share=settings.share,
        )
        ledger._build = partial(ledger._build, durable=False)
        client = JpoClient(settings, clock=self.clock, app=self._jpo, ledger=ledger)
        client.snapshots = Snapshots(settings.state_folder, host=settings.host, durable=False)
        return client

    async def _jpo(self, scope: Any, receive: Any, send: Any) -> None:
        """The JPO, which must never see what lets people in here."""
        if any(TOKEN.search(value) for _, value in scope["headers"]):
            self.wrong.append(f"a token of ours went to {scope['path']}")
        await self.sandbox.app(scope, receive, send)

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[str]:
        """The address of the server, until the end of the block."""
        people = TokenFile(self.folder / "tokens.json", resource="http://127.0.0.1/mcp", clock=SystemClock())
        http = HttpSettings(port=0)
        with serve_http._listening(http) as listening:
            port = listening.getsockname()[1]
            server = uvicorn.Server(serve_http.config_of(build_http(self.client, http, people, port=port), http))
            serving = asyncio.create_task(server.serve([listening]))
            while not server.started:  # noqa: ASYNC110 - it has no event for that
                await asyncio.sleep(0.01)
            try:
                yield f"http://127.0.0.1:{port}/mcp"
            finally:
                server.should_exit = True
                await serving

    async def landed(self) -> None:
        """Whatever was sent for those who hung up has come home."""
        async with asyncio.timeout(30.0):
            while self.client._flights._under_way:  # noqa: ASYNC110 - it has no event for that
                await asyncio.sleep(0.01)

    def left_behind(self) -> list[Path]:
        """Files with a token in them."""
        return [path for path in self.folder.rglob("*") if path.is_file() and TOKEN.search(path.read_bytes())]

    def written(self) -> list[dict[str, Any]]:
        files = sorted((self.folder / "state" / "audit").glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]


async def call(web: httpx.AsyncClient, url: str, token: str, tool: str, **arguments: Any) -> dict[str, Any]:
    body, headers = message(tool, arguments, token)
    reply = await web.post(url, content=body, headers=headers)
    assert reply.status_code == 200, reply.text
    return reply.json()["result"]


async def work(team: Team, url: str, person: str, seed: int) -> None:
    """One person's day: cases of their own and of everybody's, kept and anew, and how much they have used."""
    dice = random.Random(seed)  # noqa: S311 - a storm that can be repeated, not a secret
    own = [str(2020000000 + seed * 1_000 + n) for n in range(8)]
    async with httpx.AsyncClient(timeout=60.0) as web:
        for _ in range(CALLS):
            number = "" if dice.random() < 0.1 else dice.choice(own if dice.random() < 0.7 else SHARED)
            case: dict[str, Any] = {"number": number, "law": "patent"}
            if dice.random() < 0.2:
                case["max_age"] = 0
            tool, arguments = ("jpo_get_case", case) if number else ("jpo_quota", {})
            team.asked.add((person, number))
            asking = asyncio.create_task(call(web, url, team.tokens[person], tool, **arguments))
            if dice.random() < 0.2:
                await asyncio.sleep(dice.random() * 0.05)
                asking.cancel()
            with suppress(asyncio.CancelledError):
                check(team, person, number, await asking)


def check(team: Team, person: str, number: str, result: dict[str, Any]) -> None:
    """An answer to a question must be about it, and a quota about who asked."""
    said = result["content"][0]["text"]
    team.answered["error" if result.get("isError") else "answer"] += 1
    if number and number not in said and "too_many_calls" not in said:
        team.wrong.append(f"{person} asked for {number} and got {said[:200]}")
    if not number and (others := [name for name in team.tokens if name != person and name in said]):
        team.wrong.append(f"{person} was shown {others}")


@pytest.mark.slow
async def test_fifty_people_at_once_get_pay_for_and_are_written_down_for_what_they_asked(tmp_path: Path) -> None:
    """G6, J1: answers and lines in anybody else's name 0; as many lines as arrivals; shares as the lines say."""
    team = Team(tmp_path)
    async with team.serving() as url:
        await asyncio.gather(*(work(team, url, person, seed) for seed, person in enumerate(team.tokens)))
        await team.landed()
        written = team.written()
        assert await quotas(team, url) == await spent(team) == Counter(row["person"] for row in written)
    arrived = [a for a in team.sandbox.arrivals if a.path.startswith("/api/")]
    assert team.wrong == []
    assert team.left_behind() == []
    assert len(written) == len(arrived)
    assert Counter((row["endpoint"], row["case"]) for row in written) == Counter(
        (a.endpoint, *a.arguments) for a in arrived
    )
    assert {(row["person"], row["case"]) for row in written} <= team.asked
    assert {row["tool"] for row in written} == {"jpo_get_case"}
    assert len(written) > PEOPLE
    assert team.answered.total() > 0.6 * PEOPLE * CALLS


async def quotas(team: Team, url: str) -> Counter[str]:
    """What each is told to have used."""
    used: Counter[str] = Counter()
    async with httpx.AsyncClient(timeout=60.0) as web:
        for person, token in team.tokens.items():
            lines = (await call(web, url, token, "jpo_quota"))["structuredContent"]["endpoints"]
            used[person] = sum(line.get("mine", 0) for line in lines)
    return +used


async def spent(team: Team) -> Counter[str]:
    """The same by the ledger."""
    used: Counter[str] = Counter()
    for share in await team.client.shares():
        used[share.person] += share.calls
    return used
