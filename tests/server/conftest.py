"""Our server in this process, on a sandbox, met by a real MCP client in both protocol eras."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import pytest
from mcp import Client
from mcp.types import CallToolResult, TextContent

from jpo_mcp.clock import ManualClock
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from jpo_mcp.server.app import build
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from jpo_mcp.upstream.snapshots import Snapshots
from tests.conftest import NOON_JST

Era = Literal["auto", "legacy"]
ERAS: tuple[Era, ...] = ("auto", "legacy")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a host gets from one call. `record` is the structured content, empty for an error."""

    is_error: bool
    text: str
    record: dict[str, Any]

    @classmethod
    def of(cls, result: CallToolResult) -> Reply:
        (block,) = result.content
        assert isinstance(block, TextContent)
        return cls(bool(result.is_error), block.text, cast("dict[str, Any]", result.structured_content or {}))


@dataclass(frozen=True, slots=True)
class Visit:
    """A host at our server, and the JPO behind it."""

    mcp: Client
    sandbox: Sandbox
    clock: ManualClock

    async def call(self, tool: str, /, **arguments: Any) -> Reply:
        return Reply.of(await self.mcp.call_tool(tool, arguments))

    async def answer(self, tool: str, /, **arguments: Any) -> dict[str, Any]:
        """The record of a call that must succeed; both channels say the same."""
        reply = await self.call(tool, **arguments)
        assert not reply.is_error, reply.text
        assert json.loads(reply.text) == reply.record
        return reply.record

    async def refusal(self, tool: str, /, **arguments: Any) -> str:
        """The text of a call that must fail."""
        reply = await self.call(tool, **arguments)
        assert reply.is_error, reply.text
        assert reply.record == {}
        return reply.text


Host = Callable[..., AbstractAsyncContextManager[Visit]]


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> Era:
    """`auto` speaks 2026-07-28, `legacy` shakes hands as hosts up to 2025-11-25 do."""
    return request.param


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON_JST)


@pytest.fixture
def host(era: Era, clock: ManualClock, tmp_path: Path) -> Host:
    """`async with host(sandbox, **settings) as visit`: opened inside the test, on one folder for the whole test."""

    @asynccontextmanager
    async def open_visit(
        sandbox: Sandbox | None = None, *, credentials: bool = True, **settings: Any
    ) -> AsyncGenerator[Visit]:
        behind = sandbox or Sandbox(clock=clock)
        secrets = {"username": USERNAME, "password": PASSWORD} if credentials else {}
        client = JpoClient(Settings(cache_dir=tmp_path, **secrets, **settings), clock=clock, app=behind.app)
        client.snapshots = Snapshots(client.settings.state_folder, host=client.settings.host, durable=False)
        try:
            async with Client(build(client), mode=era) as mcp:
                yield Visit(mcp, behind, clock)
        except ExceptionGroup as wrapped:  # the SDK's task group hides a failed assertion
            raise wrapped.exceptions[0] from None

    return open_visit


@pytest.fixture
def recorded(shared: Path, clock: ManualClock) -> Sandbox:
    """A sandbox that serves the recorded replies beside the checkout."""
    return Sandbox(clock=clock, replay=shared / "recordings/domestic")


@pytest.fixture
def recorded_like(tmp_path: Path, clock: ManualClock) -> Callable[[Mapping[str, bytes]], Sandbox]:
    """A sandbox that answers these paths with these bytes, as recorded replies, and everything else with 107."""

    def made(replies: Mapping[str, bytes]) -> Sandbox:
        folder = tmp_path / f"replies-{len(list(tmp_path.glob('replies-*')))}"
        folder.mkdir()
        index: list[dict[str, Any]] = []
        for place, (path, body) in enumerate(replies.items()):
            (folder / f"{place}.body").write_bytes(body)
            kind = "application/zip" if body.startswith(b"PK") else "application/json"
            headers = {"content-type": kind}
            index.append({"method": "GET", "path": path, "status": 200, "headers": headers, "body": f"{place}.body"})
        (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
        return Sandbox(clock=clock, replay=folder)

    return made
