"""An embedded JPO: the real protocol, fictional cases, faults as switches. Nothing here goes out to a network.

sandbox = Sandbox(clock=ManualClock())
transport = httpx.ASGITransport(app=sandbox.app)      # in process
with Loopback(sandbox) as served: served.base_url     # over a real socket (jpo_mcp.sandbox.loopback)

What it answers moves on with its clock, a Japanese day at a time. WATCHLIST is a portfolio to watch.
"""

from __future__ import annotations

from jpo_mcp.sandbox.cases import CASES
from jpo_mcp.sandbox.faults import KINDS, Fault, FaultKind, Faults
from jpo_mcp.sandbox.life import Case
from jpo_mcp.sandbox.portfolio import WATCHLIST
from jpo_mcp.sandbox.sandbox import PASSWORD, USERNAME, Arrival, Dropped, Sandbox

__all__ = [
    "CASES",
    "KINDS",
    "PASSWORD",
    "USERNAME",
    "WATCHLIST",
    "Arrival",
    "Case",
    "Dropped",
    "Fault",
    "FaultKind",
    "Faults",
    "Sandbox",
]
