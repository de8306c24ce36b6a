"""How far a long call is, as MCP wants it told: a number that only ever rises."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from mcp.server.mcpserver import Context

_SIGN_OF_LIFE = 0.01
"""What the number rises by while nothing is done but something is waited for; a call has no time for a hundred."""


def telling(context: Context[Any, Any]) -> Callable[[int, int, str], Awaitable[None]]:
    """Tells the host how many are done, of how many, and what is being done; nothing where it did not ask."""
    told = -1.0

    async def tell(done: int, total: int, line: str) -> None:
        nonlocal told
        told = max(float(done), told + _SIGN_OF_LIFE)
        await context.report_progress(told, total, line)

    return tell
