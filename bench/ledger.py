"""Reservations a second by 8 processes, beside the least any safe counter on this file system can cost.

The floor is `BEGIN IMMEDIATE; UPDATE; COMMIT` by as many processes, in the same journal mode and as durable.
"""

from __future__ import annotations

import multiprocessing
import sqlite3
import statistics
import tempfile
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path

from jpo_mcp.clock import SystemClock
from jpo_mcp.endpoints import ENDPOINTS
from jpo_mcp.upstream.sqlite_ledger import SqliteLedger

PROCESSES = 8
EACH = 100
ROUNDS = 9
_PLENTY = 10_000_000
_SPEED = 6_000.0  # about ten reservations in a minute of this clock, as in life: the ledger sweeps as it goes


class _FastClock(SystemClock):
    def now(self) -> float:
        return 1_800_000_000.0

    def monotonic(self) -> float:
        return time.monotonic() * _SPEED


def measure() -> tuple[float, float]:
    """Reservations and bare updates a second, taken in turns: the median of several rounds of each."""
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "state"
        _begin(folder)
        barrier = spawn.Barrier(PROCESSES + 1)
        workers = [spawn.Process(target=_work, args=(folder, barrier)) for _ in range(PROCESSES)]
        for worker in workers:
            worker.start()
        rates = [(_rate(barrier), _rate(barrier)) for _ in range(ROUNDS)]
        for worker in workers:
            worker.join()
    return statistics.median(ours for ours, _ in rates), statistics.median(floor for _, floor in rates)


def _rate(barrier: Barrier) -> float:
    barrier.wait()
    began = time.perf_counter()
    barrier.wait()
    return PROCESSES * EACH / (time.perf_counter() - began)


def _work(folder: Path, barrier: Barrier) -> None:
    ledger, bare = _ledger(folder), _bare(folder)
    for _ in range(ROUNDS):
        barrier.wait()
        for _ in range(EACH):
            ledger.reserve(ENDPOINTS[0])
        barrier.wait()
        barrier.wait()
        for _ in range(EACH):
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("UPDATE counter SET used = used + 1")
            bare.execute("COMMIT")
        barrier.wait()
    ledger.close()
    bare.close()


def _begin(folder: Path) -> None:
    _ledger(folder).close()
    bare = _bare(folder)
    bare.execute("CREATE TABLE counter (used INTEGER)")
    bare.execute("INSERT INTO counter VALUES (0)")
    bare.close()


def _ledger(folder: Path) -> SqliteLedger:
    return SqliteLedger(
        folder,
        identity="bench",
        clock=_FastClock(),
        limits={ENDPOINTS[0].key: _PLENTY},
        per_minute={"domestic": _PLENTY, "opd": _PLENTY},
    )


def _bare(folder: Path) -> sqlite3.Connection:
    bare = sqlite3.connect(folder / "counter.db", timeout=30.0, isolation_level=None)
    for setting in ("journal_mode = TRUNCATE", "synchronous = FULL", "mmap_size = 0"):
        bare.execute(f"PRAGMA {setting}")
    return bare


if __name__ == "__main__":
    ours, floor = measure()
    print(f"reservations {ours:,.0f}/s, bare transactions {floor:,.0f}/s, ratio {ours / floor:.2f}")
