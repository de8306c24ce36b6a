"""A visit to our own server by a real MCP client, over a real pipe: what the demo shows and the doctor tries."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from mcp import Client, StdioServerParameters
from mcp.types import TextContent

from jpo_mcp.errors import SetupError, Words

_HOME = Path(__file__).resolve().parents[2]
_ANSWERS_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a tool gave: the record, or the text of an error. `seconds` is the round trip."""

    is_error: bool
    record: dict[str, Any]
    text: str
    seconds: float


class Visit:
    """One connected client."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def tools(self) -> list[str]:
        """The names of the tools, as the host lists them."""
        return [tool.name for tool in (await self._client.list_tools()).tools]

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Reply:
        """Calls one tool."""
        started = time.perf_counter()
        result = await self._client.call_tool(tool, dict(arguments))
        text = "\n".join(block.text for block in result.content if isinstance(block, TextContent))
        record = cast("dict[str, Any]", result.structured_content or {})
        return Reply(bool(result.is_error), record, text, time.perf_counter() - started)


@asynccontextmanager
async def visit(environ: Mapping[str, str], argv: Sequence[str] = ()) -> AsyncGenerator[Visit]:
    """Starts `jpo-mcp serve` with these variables and connects to it; stops it on the way out.

    With a command it starts that, as a host does. Raises `SetupError` where it does not start.
    """
    # -P and our own folder first: a module of the same name where we stand cannot get in between.
    path = os.pathsep.join(filter(None, (str(_HOME), environ.get("PYTHONPATH"))))
    command, *args = argv or (sys.executable, "-P", "-m", "jpo_mcp", "serve")
    server = StdioServerParameters(
        command=command, args=args, env=dict(environ) if argv else {**environ, "PYTHONPATH": path}
    )
    met: Exception | None = None
    async with AsyncExitStack() as stack:
        try:
            client = await stack.enter_async_context(Client(server, read_timeout_seconds=_ANSWERS_WITHIN))
        except Exception as failure:  # a group of whatever the transport met: the server itself says why on stderr
            raise _not_started() from failure
        try:
            yield Visit(client)
        except Exception as failure:  # kept until the client is closed, which would wrap it in groups of groups
            met = failure
    if met is not None:
        raise met


def _not_started() -> SetupError:
    return SetupError(
        Words("our own server did not start", "サーバーを起動できませんでした。"),
        Words(
            "run `jpo-mcp serve < /dev/null` and read its message",
            "`jpo-mcp serve < /dev/null` を実行し、表示を確認してください。",
        ),
    )
