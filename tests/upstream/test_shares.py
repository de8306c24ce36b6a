"""Fair shares of a day: nobody takes all of it, whoever asks how often, and the count of older versions goes on."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpo_mcp.clock import ManualClock, jst_midnight
from jpo_mcp.endpoints import ENDPOINTS, Endpoint, Pace, endpoint
from jpo_mcp.errors import QuotaSpent, ShareSpent
from jpo_mcp.upstream.ledger import LeaseLost, Reservation, Share, most_of_one
from jpo_mcp.upstream.sqlite_ledger import SqliteLedger

PROGRESS: Endpoint[Any] = endpoint("patent", "app_progress")
PLENTY: dict[Pace, int] = {"domestic": 1_000_000, "opd": 1_000_000}
DAY = 20_780
NOON = jst_midnight(DAY) + 12 * 3_600.0

Build = Callable[..., SqliteLedger]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def build(tmp_path: Path, clock: ManualClock) -> Iterator[Build]:
    """Opens the ledger of one folder, as often as asked: each time is another process, or a restart."""
    opened: list[SqliteLedger] = []

    def _build(**changed: Any) -> SqliteLedger:
        given: dict[str, Any] = {"share": 0.6, "per_minute": PLENTY, "boot_id": "boot", "durable": False}
        opened.append(SqliteLedger(tmp_path / "state", identity="id", clock=clock, **(given | changed)))
        return opened[-1]

    yield _build
    for ledger in opened:
        ledger.close()


def spend(ledger: SqliteLedger, person: str, row: Endpoint[Any] = PROGRESS, **how: Any) -> Reservation:
    cast("ManualClock", ledger._clock).advance(0.01)
    reservation = ledger.reserve(row, person=person, **how)
    ledger.sent(reservation)
    ledger.settle(reservation, remaining=None, outcome="FOUND")
    return reservation


def spend_all(ledger: SqliteLedger, person: str, row: Endpoint[Any] = PROGRESS) -> int:
    """As many calls as that person is let make, some seconds apart."""
    made = 0
    while True:
        try:
            spend(ledger, person, row)
        except QuotaSpent:
            return made
        made += 1


# ── one person's share ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("share", "believed", "most"),
    [(0.6, 800, 480), (0.6, 100, 60), (0.6, 30, 18), (0.6, 5, 3), (0.6, 2, 1), (0.6, 1, 1), (0.6, 0, 1),
     (0.29, 100, 29), (1.0, 300, 300), (0.001, 800, 1)],
)  # fmt: skip
def test_a_share_is_of_the_whole_day_and_at_least_one_access(share: float, believed: int, most: int) -> None:
    """Written by hand; 0.29 x 100 must not lose one to binary fractions."""
    assert most_of_one(share, believed) == most


def test_whoever_took_their_share_is_refused_and_the_next_person_is_not(build: Build) -> None:
    """The refusal names mine, the most for one, the whole and the reset; the code tells it from a spent day."""
    ledger = build(limits={"1-1": 10})
    assert spend_all(ledger, "hog") == 6
    with pytest.raises(ShareSpent) as refused:
        ledger.reserve(PROGRESS, person="hog")
    assert (refused.value.code, refused.value.person) == ("share_spent", "hog")
    assert refused.value.retry_at == "2026-11-24T00:00+09:00"
    said = refused.value.text("en")
    assert "6 by you, 6 of 10 is the most for one person" in said
    assert "1-1 patent/app_progress" in said
    assert spend_all(ledger, "other") == 4


def test_the_last_of_a_day_is_refused_as_a_spent_day_not_as_a_share(build: Build) -> None:
    """Who took less than a share has nothing to share with: the day is spent."""
    ledger = build(limits={"1-1": 10})
    spend_all(ledger, "hog")
    spend_all(ledger, "other")
    with pytest.raises(QuotaSpent) as refused:
        ledger.reserve(PROGRESS, person="other")
    assert refused.value.code == "quota_spent"


def test_whoever_runs_the_machine_has_no_share(build: Build) -> None:
    """On standard input and output there is one person, and the day is theirs."""
    assert spend_all(build(limits={"1-1": 10}, share=0.2), "") == 10


def test_a_share_counts_what_is_reserved_and_forgets_what_never_was_sent(build: Build, clock: ManualClock) -> None:
    """Else a hundred calls at once would all pass before the first is sent."""
    ledger = build(limits={"1-1": 10})
    held = [ledger.reserve(PROGRESS, person="hog") for _ in range(6)]
    with pytest.raises(ShareSpent):
        ledger.reserve(PROGRESS, person="hog")
    ledger.release(held[0])
    ledger.reserve(PROGRESS, person="hog")
    with pytest.raises(ShareSpent):
        ledger.reserve(PROGRESS, person="hog")
    clock.advance(30.0)  # the leases run out
    assert spend_all(ledger, "hog") == 6


def test_a_share_is_of_what_the_day_holds_now(build: Build) -> None:
    """Colleagues elsewhere on the same ID spent 600 of 800: of the 200 that are left one person gets 120."""
    ledger = build(limits={"1-1": 800})
    reservation = ledger.reserve(PROGRESS, person="hog")
    ledger.sent(reservation)
    ledger.settle(reservation, remaining=199, outcome="FOUND")
    assert 1 + spend_all(ledger, "hog") == 120
    assert spend_all(ledger, "other") == 80


def test_a_day_begins_with_whole_shares(build: Build, clock: ManualClock) -> None:
    """And what was refused yesterday is not remembered."""
    ledger = build(limits={"1-1": 10})
    spend_all(ledger, "hog")
    clock.advance(86_400.0)
    assert spend_all(ledger, "hog") == 6


def test_near_midnight_a_share_is_of_both_days(build: Build, clock: ManualClock) -> None:
    """Within the guard a call is charged to both days, so it must fit into both shares."""
    ledger = build(limits={"1-1": 10})
    clock.advance(12 * 3_600.0 - 30.0)
    assert spend_all(ledger, "hog") == 6
    clock.advance(200.0)  # the next day, and past the guard
    with pytest.raises(ShareSpent):
        ledger.reserve(PROGRESS, person="hog")
    assert spend_all(ledger, "other") == 4


def test_what_is_sent_after_midnight_must_fit_into_that_days_share_too(build: Build, clock: ManualClock) -> None:
    """Reserved before the guard and sent within it: the second day was not asked at the reservation."""
    ledger = build(limits={"1-1": 2})
    clock.advance(12 * 3_600.0 - 70.0)
    first = ledger.reserve(PROGRESS, person="hog")
    clock.advance(15.0)
    with sqlite3.connect(ledger.path) as beside:  # the second day is theirs already, by another process
        beside.execute(
            "INSERT INTO call (bucket, lane, day, state, live, until, until_at, attempt, at, person)"
            " SELECT bucket, lane, day + 1, 2, 0, 0, 0, 1, at, person FROM call WHERE id = ?",
            (first.id,),
        )
    beside.close()
    with pytest.raises(LeaseLost):
        ledger.sent(first)


def test_a_batch_leaves_the_reserve_and_a_person_their_share(build: Build) -> None:
    """Both rules hold at once: 20 % of 10 stay for people, and 60 % is one person's."""
    ledger = build(limits={"1-1": 10}, share=0.9)
    for _ in range(8):
        spend(ledger, "hog", batch=True)
    with pytest.raises(QuotaSpent) as refused:
        spend(ledger, "hog", batch=True)
    assert refused.value.code == "quota_spent"
    spend(ledger, "hog")
    with pytest.raises(ShareSpent):
        spend(ledger, "hog")
    spend(ledger, "other")


@pytest.mark.slow
def test_ten_thousand_calls_of_one_person_leave_another_a_fifth_of_every_endpoint(
    build: Build, clock: ManualClock
) -> None:
    """A11. Refusals of one who took their share are plain reads, so they hold up nobody."""
    ledger = build()
    for row in ENDPOINTS:
        spend_all(ledger, "hog", row)
        clock.advance(300.0)  # whose calls are then out of the minute
    refused = 0
    for call in range(10_000 - sum(share.calls for share in ledger.shares(DAY))):
        with pytest.raises(ShareSpent):
            ledger.reserve(ENDPOINTS[call % len(ENDPOINTS)], person="hog")
        refused += 1
    took = {share.endpoint: share.calls for share in ledger.shares(DAY)}
    got = {row.key: spend_all(ledger, "other", row) for row in ENDPOINTS}
    assert refused + sum(took.values()) == 10_000
    assert all(got[row.key] >= 0.2 * row.limit.per_day for row in ENDPOINTS)
    assert all(took[row.key] + got[row.key] == row.limit.per_day for row in ENDPOINTS)


# ── who spent what ────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.tuples(st.sampled_from(["", "a", "b"]), st.sampled_from(["settle", "send", "hold", "free"]))))
def test_the_shares_add_up_to_what_was_used(tmp_path_factory: pytest.TempPathFactory, calls: list[Any]) -> None:
    """Whatever becomes of the calls: sent is used, and somebody's."""
    clock = ManualClock(NOON - 43_200.0 + 30.0)  # within the guard: some are charged to two days
    ledger = SqliteLedger(
        tmp_path_factory.mktemp("x"), identity="i", clock=clock, boot_id="b", durable=False, per_minute=PLENTY
    )
    used: Counter[str] = Counter()
    for person, fate in calls:
        clock.advance(1.0)
        reservation = ledger.reserve(PROGRESS, person=person)
        if fate != "hold":
            ledger.sent(reservation)
        if fate == "free":
            ledger.release(reservation)
        if fate == "settle":
            ledger.settle(reservation, remaining=None, outcome="FOUND")
        used[person] += fate in {"send", "settle"}
    shares = ledger.shares(DAY)
    assert {share.person: share.calls for share in shares} == +used
    assert sum(share.calls for share in shares) == ledger.remaining(PROGRESS).used
    ledger.close()


# ── files and processes of an older version ───────────────────────────────────────────────────

FIRST_VERSION = """
CREATE TABLE machine (id INTEGER PRIMARY KEY, boot TEXT NOT NULL, skew REAL NOT NULL, high REAL NOT NULL);
CREATE TABLE call (
  id INTEGER PRIMARY KEY, bucket TEXT NOT NULL, lane TEXT NOT NULL, day INTEGER NOT NULL, also_day INTEGER,
  state INTEGER NOT NULL, live INTEGER NOT NULL, until REAL NOT NULL, until_at REAL NOT NULL,
  attempt INTEGER NOT NULL, at REAL NOT NULL, sent REAL, outcome TEXT);
CREATE INDEX live_call ON call (lane, until) WHERE live = 1;
CREATE INDEX retried_call ON call (lane, at) WHERE attempt > 1;
CREATE TABLE day (
  bucket TEXT NOT NULL, day INTEGER NOT NULL, used INTEGER NOT NULL, believed INTEGER NOT NULL, basis TEXT NOT NULL,
  top INTEGER, doubts INTEGER NOT NULL, doubted INTEGER NOT NULL, latched INTEGER NOT NULL,
  PRIMARY KEY (bucket, day)) WITHOUT ROWID;
CREATE TABLE learned (bucket TEXT PRIMARY KEY, day INTEGER NOT NULL, per_day INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE slow (lane TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE flight (key TEXT PRIMARY KEY, owner TEXT NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
PRAGMA user_version = 1;
INSERT INTO machine VALUES (1, 'boot', 0, 0);
"""
"""The file as the first version made it, copied when the second came."""


class FirstVersion:
    """A process of the first version: its statements, on a connection that it keeps open."""

    def __init__(self, folder: Path) -> None:
        self._who = hashlib.sha256(b"jpo_mcp ledger identity\0id").hexdigest()[:16]
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / "ledger.db").touch(0o600)
        self._db = sqlite3.connect(folder / "ledger.db", isolation_level=None, timeout=5.0)
        if not self._db.execute("PRAGMA user_version").fetchone()[0]:
            self._db.executescript(FIRST_VERSION)

    def spend(self) -> None:
        """A call of PROGRESS, reserved, sent and settled."""
        bucket = f"{self._who}:patent/app_progress"
        self._db.execute("BEGIN IMMEDIATE")
        made = self._db.execute(
            "INSERT INTO call (bucket, lane, day, also_day, state, live, until, until_at, attempt, at)"
            " VALUES (?, ?, ?, NULL, 0, 1, 1e9, 1e10, 1, ?)",
            (bucket, f"{self._who}:domestic", DAY, NOON),
        )
        self._db.execute(
            "INSERT INTO day VALUES (?, ?, 1, 10, 'settings', NULL, 0, 0, 0)"
            " ON CONFLICT (bucket, day) DO UPDATE SET used = used + 1",
            (bucket, DAY),
        )
        self._db.execute("UPDATE call SET state = 2, outcome = 'FOUND' WHERE id = ?", (made.lastrowid,))
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()


def test_a_ledger_of_the_first_version_is_gone_on_with(build: Build, tmp_path: Path) -> None:
    """What it counted stays counted, as nobody's by name; opening it again changes nothing more."""
    old = FirstVersion(tmp_path / "state")
    old.spend()
    old.close()
    ledger = build(limits={"1-1": 10})
    spend(ledger, "hog")
    again = build(limits={"1-1": 10})
    assert again.remaining(PROGRESS).used == 2
    assert again.shares(DAY) == (Share("", "patent/app_progress", 1), Share("hog", "patent/app_progress", 1))


def test_a_process_of_the_first_version_may_go_on_beside(build: Build, tmp_path: Path) -> None:
    """It was started before the file was extended, and knows nothing of persons: the count is one all the same."""
    old = FirstVersion(tmp_path / "state")
    old.spend()
    ledger = build(limits={"1-1": 10})
    assert spend_all(ledger, "hog") == 6
    old.spend()
    assert spend_all(ledger, "other") == 2
    assert ledger.remaining(PROGRESS).used == 10
    old.close()


def test_a_storm_of_people_never_passes_a_share_or_the_day(build: Build) -> None:
    """Any order of reserving, sending, giving back: what arrived is within every bound."""
    dice = random.Random(5)  # noqa: S311 - a storm that can be repeated, not a secret
    ledger, held, sent = build(limits={"1-1": 50}, share=0.3), list[tuple[str, Reservation]](), Counter[str]()
    for _ in range(2_000):
        person = dice.choice(["a", "b", "c", "d", "e"])
        if held and dice.random() < 0.5:
            person, reservation = held.pop(dice.randrange(len(held)))
            if dice.random() < 0.3:
                ledger.release(reservation)
            else:
                ledger.sent(reservation)
                sent[person] += 1
            continue
        try:
            held.append((person, ledger.reserve(PROGRESS, person=person)))
        except QuotaSpent:
            continue
    assert max(sent.values()) == 15
    assert 45 <= sent.total() <= 50
