"""Writes what hosts see of each tool to tests/snapshots: `python -m tests.server.snapshots`.

A change there is a change of the public contract, and shows in the diff.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mcp.types import Tool

SNAPSHOTS = Path(__file__).resolve().parents[1] / "snapshots"


def served_tools(scratch: Path) -> Sequence[Tool]:
    """The tools as a host lists them."""
    import asyncio

    from mcp import Client

    from jpo_mcp.server.app import build
    from jpo_mcp.settings import Settings
    from jpo_mcp.upstream.client import JpoClient

    async def listing() -> Sequence[Tool]:
        async with Client(build(JpoClient(Settings(cache_dir=scratch)))) as client:
            return (await client.list_tools()).tools

    return asyncio.run(listing())


def contract(tool: Tool) -> dict[str, Any]:
    """Name, title, description, schemas and annotations, as on the wire."""
    return tool.model_dump(mode="json", by_alias=True, exclude_none=True)


def text_of(tool: Tool) -> str:
    return json.dumps(contract(tool), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    from tempfile import mkdtemp

    SNAPSHOTS.mkdir(exist_ok=True)
    for served in served_tools(Path(mkdtemp())):
        (SNAPSHOTS / f"{served.name}.json").write_text(text_of(served), encoding="utf-8")
