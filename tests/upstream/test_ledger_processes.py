"""One ledger, many processes: nothing is overspent, whoever races, dies or restarts."""

from __future__ import annotations

import mmap
import multiprocessing
import os
import random
import signal
import sqlite3
import struct
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.clock import ManualClock, jst_midnight
from jpo_mcp.endpoints import PER_MINUTE, Endpoint, Pace, endpoint
from jpo_mcp.errors import QuotaSpent
from jpo_mcp.upstream.ledger import LeaseLost, MinuteFull
from jpo_mcp.upstream.sqlite_ledger import SqliteLedger

if sys.platform == "win32":
    pytest.skip("these tests need fcntl, a fork server and SIGKILL", allow_module_level=True)

import fcntl

PROGRESS: Endpoint[Any] = endpoint("patent", "app_progress")
OPD: Endpoint[Any] = endpoint("patent", "family_list")
PLENTY: dict[Pace, int] = {"domestic": 1_000_000, "opd": 1_000_000}
NOON = jst_midnight(20_780) + 12 * 3_600.0
PROCESSES = 8
BOUND = 120.0

# A fork server with everything imported starts a worker in milliseconds, and holds no locks or threads of ours.
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload([__name__])


def rolls(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a storm that can be repeated, not a secret


class Truth:
    """What reached the JPO: one record for each arrival, appended under a lock before the reply is made."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)

    def arrive(self, at: float = 0.0) -> int:
        """The number of this arrival, counted from 1."""
        with locked(self._file):
            os.write(self._file, struct.pack("d", at))
            return self.count()

    def count(self) -> int:
        return os.fstat(self._file).st_size // 8

    def arrivals(self) -> list[float]:
        return sorted(struct.unpack(f"{self.count()}d", os.pread(self._file, self.count() * 8, 0)))


@contextmanager
def locked(file: int) -> Generator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def open_ledger(folder: Path, limit: int, clock: ManualClock | None = None, **changed: Any) -> SqliteLedger:
    given: dict[str, Any] = {"per_minute": PLENTY, "limits": {"1-1": limit}, "boot_id": "boot"} | changed
    return SqliteLedger(folder / "state", identity="id", clock=clock or ManualClock(NOON), **given)


def start(work: Any, *given: Any) -> BaseProcess:
    process = SERVER.Process(target=work, args=given)
    process.start()
    return process


def finish(workers: list[BaseProcess]) -> None:
    for worker in workers:
        worker.join(BOUND)
    codes = [worker.exitcode for worker in workers]
    for worker in workers:
        worker.kill()
    assert codes == [0] * len(workers)


# ── the last accesses ─────────────────────────────────────────────────────────────────────────


def hammer(folder: Path, attempts: int, limit: int, counters: bool) -> None:
    ledger, truth = open_ledger(folder, limit), Truth(folder / "truth")
    for _ in range(attempts):
        try:
            reservation = ledger.reserve(PROGRESS)
        except QuotaSpent:
            continue
        ledger.sent(reservation)
        arrival = truth.arrive()
        if counters:
            ledger.settle(reservation, remaining=limit - arrival, outcome="FOUND")


@pytest.mark.slow
@pytest.mark.parametrize("counters", [False, True], ids=["without counters", "with the JPO's counters"])
def test_eight_processes_share_the_last_accesses_exactly(counters: bool, tmp_path: Path) -> None:
    """A1: 8 processes x 10,000 attempts, limit 800: 800 arrive, not one more or less."""
    finish([start(hammer, tmp_path, 10_000, 800, counters) for _ in range(PROCESSES)])
    assert Truth(tmp_path / "truth").count() == 800
    assert open_ledger(tmp_path, 800).remaining(PROGRESS).used == 800


# ── kill -9 ───────────────────────────────────────────────────────────────────────────────────


class FastClock(ManualClock):
    """Three hundred seconds a second since boot, always noon: leases and minutes run out while a test runs."""

    def monotonic(self) -> float:
        return time.monotonic() * 300.0


def spend_for_ever(folder: Path) -> None:
    ledger, truth = open_ledger(folder, 1_000_000, FastClock(NOON)), Truth(folder / "truth")
    while True:
        reservation = ledger.reserve(PROGRESS)
        try:
            ledger.sent(reservation)
        except LeaseLost:
            continue
        arrival = truth.arrive()
        ledger.settle(reservation, remaining=1_000_000 - arrival, outcome="FOUND")


def await_a_call(truth: Truth, worker: BaseProcess) -> None:
    """Lets the workers make at least one call more, however slow the machine is."""
    before, deadline = truth.count(), time.monotonic() + BOUND
    while truth.count() == before and time.monotonic() < deadline:
        worker.join(0.005)


@pytest.mark.slow
def test_two_hundred_kills_never_lose_a_call_that_was_made(tmp_path: Path) -> None:
    """A2: at every restart used >= truth, at most one unit stranded a kill, the file whole."""
    dice, truth, kills = rolls(9), Truth(tmp_path / "truth"), 200
    workers = [start(spend_for_ever, tmp_path) for _ in range(4)]
    try:
        for _ in range(kills):
            victim = workers.pop(dice.randrange(len(workers)))
            await_a_call(truth, victim)
            victim.join(dice.uniform(0.0, 0.04))
            assert victim.is_alive()
            os.kill(victim.pid or 0, signal.SIGKILL)
            victim.join(BOUND)
            arrived = truth.count()
            ledger = open_ledger(tmp_path, 1_000_000, FastClock(NOON))
            assert ledger.remaining(PROGRESS).used >= arrived
            ledger.close()
            workers.append(start(spend_for_ever, tmp_path))
    finally:
        for worker in workers:
            worker.kill()
            worker.join(BOUND)
    used = open_ledger(tmp_path, 1_000_000, FastClock(NOON)).remaining(PROGRESS).used
    assert truth.count() >= kills
    assert 0 <= used - truth.count() <= kills + len(workers)
    db = sqlite3.connect(tmp_path / "state" / "ledger.db")
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


# ── the minute ────────────────────────────────────────────────────────────────────────────────


class SharedClock(ManualClock):
    """One time for all processes, kept in a file; it moves when one of them advances it."""

    def __init__(self, path: Path) -> None:
        super().__init__(NOON)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, 8)
        self._passed = mmap.mmap(self._file, 8)

    def now(self) -> float:
        return NOON + self.monotonic()

    def monotonic(self) -> float:
        return float(struct.unpack("d", self._passed[:8])[0])

    def advance(self, seconds: float) -> None:
        with locked(self._file):
            self._passed[:8] = struct.pack("d", self.monotonic() + seconds)


def hurry(folder: Path, row: Endpoint[Any], seed: int, calls: int) -> None:
    """As many calls as the minute lets through; a new ledger every 5 calls; some die in flight, some retry."""
    dice, clock, truth = rolls(seed), SharedClock(folder / "clock"), Truth(folder / row.pace)
    ledger, made = open_ledger(folder, 1_000_000, clock, per_minute={"domestic": 10, "opd": 5}), 0
    while made < calls:
        try:
            reservation = ledger.reserve(row, attempt=dice.choice([1, 2]))
            ledger.sent(reservation)
        except MinuteFull as full:
            clock.advance(min(full.wait, dice.uniform(0.0, 1.0)))
            continue
        except LeaseLost:  # the others let more than 30 seconds pass
            continue
        clock.advance(dice.uniform(0.0, 0.5))
        truth.arrive(clock.monotonic())
        clock.advance(dice.uniform(0.0, 0.5))
        made += 1
        if (fate := dice.random()) < 0.9:
            ledger.settle(reservation, remaining=None, outcome="uncertain" if fate < 0.2 else "FOUND")
        if made % 5 == 0:
            ledger.close()
            ledger = open_ledger(folder, 1_000_000, clock, per_minute={"domestic": 10, "opd": 5})


@pytest.mark.slow
def test_no_sixty_seconds_see_more_calls_than_the_pace_of_each_half(tmp_path: Path) -> None:
    """A8: 8 processes of each half with restarts, retries and calls that die in flight; neither slows the other."""
    finish([start(hurry, tmp_path, row, seed, 10) for seed in range(PROCESSES) for row in (PROGRESS, OPD)])
    for pace, places in PER_MINUTE.items():
        arrivals = Truth(tmp_path / pace).arrivals()
        assert len(arrivals) == 10 * PROCESSES
        assert all(later - earlier > 60.0 for earlier, later in zip(arrivals, arrivals[places:], strict=False))
        assert any(later - earlier < 60.0 for earlier, later in zip(arrivals, arrivals[places - 1 :], strict=False))


# ── one question at a time ────────────────────────────────────────────────────────────────────


def ask_the_same(folder: Path, name: str) -> None:
    ledger, truth = open_ledger(folder, 10), Truth(folder / "truth")
    if ledger.lead("question", owner=name):
        truth.arrive()
    ledger.update_state("count", lambda text: str(int(text or 0) + 1))


def test_of_eight_that_ask_the_same_one_leads(tmp_path: Path) -> None:
    """A10, and a fresh file opened by eight at once; changes to shared facts are not lost either."""
    finish([start(ask_the_same, tmp_path, str(n)) for n in range(PROCESSES)])
    assert Truth(tmp_path / "truth").count() == 1
    assert open_ledger(tmp_path, 10).state("count") == "8"
