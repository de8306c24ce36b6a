"""Starting, resting and answering, beside a bare server of the same SDK."""

from __future__ import annotations

import asyncio
import json
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure, paired
from bench.host import BARE, OURS, Host
from jpo_mcp import JpoClient, Settings, endpoint
from jpo_mcp.models.common import Progress

NUMBER = {"number": "特願2020-490001"}
_BLOCK = 25
_MEGABYTE = 1_048_576


def starting(rounds: int) -> list[Figure]:
    """Start to initialize, and the memory held then. The processes take turns, and turns at being first."""
    times: list[tuple[float, float]] = []
    sizes: list[tuple[float, float]] = []
    with TemporaryDirectory() as scratch:
        environ = {"HOME": scratch, "JPO_MCP_CACHE_DIR": scratch}
        environ |= {"JPO_API_USERNAME": "somebody", "JPO_API_PASSWORD": "something"}
        for turn in range(rounds + 1):
            order = (OURS, BARE) if turn % 2 else (BARE, OURS)
            seen = {server: _started(server, environ) for server in order}
            if turn:  # the first turn only fills the disk's cache
                times.append((seen[OURS][0] * 1_000, seen[BARE][0] * 1_000))
                sizes.append((seen[OURS][1] / _MEGABYTE, seen[BARE][1] / _MEGABYTE))
    return [
        paired("start to initialize", times, "ms", 1.25),
        paired("memory when initialized", sizes, "MiB", 1.3),
    ]


def _started(server: tuple[str, ...], environ: dict[str, str]) -> tuple[float, int]:
    with Host(server, environ) as host:
        return host.started_in, host.resident_bytes


def answering(rounds: int) -> list[Figure]:
    """A kept case over the pipe, beside a tool that returns the very same bytes; in turns of 25 calls."""
    with TemporaryDirectory() as scratch, Host(OURS, {"HOME": scratch, "JPO_MCP_SANDBOX": "1"}) as ours:
        ours.call("jpo_get_case", NUMBER)
        ready = Path(scratch) / "answer.json"
        ready.write_text(json.dumps(ours.call("jpo_get_case", NUMBER)), encoding="utf-8")
        with Host(BARE, {"HOME": scratch, "BENCH_ANSWER": str(ready)}) as bare:
            turns = [(_block(ours, "jpo_get_case"), _block(bare, "case")) for _ in range(rounds + 1)][1:]
    middles = [(statistics.median(ours), statistics.median(bare)) for ours, bare in turns]
    slowest = [_p99([taken for turn in turns for taken in turn[side]]) for side in (0, 1)]
    # The tail belongs to the machine as much as to us: it is shown and promises nothing.
    return [
        paired("kept jpo_get_case, p50", middles, "ms", 3.0),
        Figure("kept jpo_get_case, p99", slowest[0], slowest[1], "ms", None),
    ]


def _block(host: Host, tool: str) -> list[float]:
    return [host.timed_call(tool, NUMBER) for _ in range(_BLOCK)]


def _p99(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=100)[-1]


def sizes() -> list[Figure]:
    """What a conversation pays: the list of tools, and one case beside what the JPO sent."""
    with TemporaryDirectory() as scratch, Host(OURS, {"HOME": scratch, "JPO_MCP_SANDBOX": "1"}) as ours:
        listed = json.loads(ours.request("tools/list", {}))["result"]
        case = ours.call("jpo_get_case", NUMBER)["content"][0]["text"]
    list_bytes = len(json.dumps(listed, ensure_ascii=False, separators=(",", ":")).encode())
    return [
        Figure("tools/list beside its budget", list_bytes, 16_000, "bytes", 1.0),
        Figure("a case beside the JPO's reply", len(case.encode()), len(asyncio.run(_raw())), "bytes", 1.0),
    ]


async def _raw() -> bytes:
    with TemporaryDirectory() as scratch:
        async with JpoClient(Settings(sandbox=True, cache_dir=Path(scratch))) as jpo:
            return (await jpo.get(endpoint("patent", "app_progress", Progress), "2020490001")).raw
