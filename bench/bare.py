"""The floor: the SDK's server with one tool that gives a ready answer, read from the file in BENCH_ANSWER.

With a port as its argument it serves that over HTTP, stateless and with JSON replies, as the SDK runs it.

Like `jpo-mcp serve` it keeps the SDK from loading rich for its log lines; with rich the floor would be higher.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import cast

sys.modules.setdefault("rich", cast("ModuleType", None))

from mcp.server import MCPServer  # noqa: E402 - after rich is out of the way
from mcp.types import CallToolResult  # noqa: E402

answer = os.environ.get("BENCH_ANSWER")
ready = CallToolResult.model_validate_json(Path(answer).read_bytes() if answer else b'{"content": []}')
server = MCPServer("bare", log_level="WARNING")


@server.tool()
async def case(number: str) -> CallToolResult:
    """Gives the ready answer, whatever the number."""
    del number
    return ready


if __name__ == "__main__":
    if len(sys.argv) > 1:
        server.run("streamable-http", port=int(sys.argv[1]), json_response=True, stateless_http=True)
    else:
        server.run()
