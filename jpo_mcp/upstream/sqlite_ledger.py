"""The day's accesses and the minute's pace, counted for every process on the machine.

A call is *reserved* before anything is sent, marked *sent* on disk before its first byte leaves, and
*settled* by what came back. Sent is spent until a counter proves otherwise; never connected is free:

    reserved ── sent ── settled (with or without a counter)
        │         ├──── uncertain (no reply, or its process died)
        └─────────┴──── released (never connected, or its lease ran out before it was sent)

So a call that reached the JPO always has a committed row, and rows never pass what is believed to be
left. The file is precious: it is set aside when it cannot be read, never deleted and never begun anew
within the day. Where the day cannot be counted nothing is spent (`LedgerUnavailable`).
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from jpo_mcp.clock import Clock, jst_day, jst_midnight
from jpo_mcp.endpoints import PER_MINUTE, Endpoint, Pace
from jpo_mcp.errors import LedgerUnavailable, QuotaSpent, UnsafeDirectory, Words
from jpo_mcp.upstream.account import (
    Account,
    Basis,
    charged_days,
    corrected,
    day_of_refusal,
    observed,
    readable_counter,
    readable_date,
    taught_limit,
)
from jpo_mcp.upstream.folders import private_file, private_folder, shown
from jpo_mcp.upstream.ledger import (
    NO_COUNT,
    LeaseLost,
    MinuteFull,
    QuotaLine,
    Remaining,
    Reservation,
    Share,
    Spending,
    kept_for_people,
    most_of_one,
    operators_limit,
    quota_spent,
    renewed,
    share_spent,
)
from jpo_mcp.upstream.offload import OneThread

P = ParamSpec("P")
T = TypeVar("T")

FILE = "ledger.db"
LEASE = 30.0
"""Seconds a reservation holds before it is sent."""
IN_FLIGHT = 120.0
"""Seconds after which a call that was sent and never settled is taken for lost."""
MINUTE = 61.0
"""Seconds a settled call keeps its place in the minute: 60 and a margin."""
KEPT_DAYS = 40
PATIENCE = 30.0
"""Seconds to wait for other processes before the file counts as unavailable."""

_READ_PATIENCE = 5.0
_KNOCK = 0.02  # SQLite alone would knock ever more rarely, and be overtaken for many seconds
SWEPT_AFTER = 120.0  # rows stay in the small index of live calls so long, for replies that overlapped them
_HIGH_STEP = 5.0

_RESERVED, _SENT, _SETTLED, _UNCERTAIN, _RELEASED = range(5)

_VERSIONS = (
    """
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
""",
    """
ALTER TABLE call ADD COLUMN person TEXT NOT NULL DEFAULT '';
CREATE INDEX spent_call ON call (day, bucket, person);
CREATE INDEX also_spent_call ON call (also_day, bucket, person) WHERE also_day IS NOT NULL;
""",
)
"""What each version of the file adds to the one before. Only adds: a process of an older version may run beside."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """One reading of the clocks: the JPO's time as we know it, the machine's, and the one that never jumps."""

    at: float
    wall: float
    monotonic: float
    high: float

    @property
    def day(self) -> int:
        return jst_day(self.at)

    @property
    def days(self) -> tuple[int, ...]:
        return charged_days(self.at)


class SqliteLedger:
    """The ledger in one SQLite file, for one thread of one of the processes that share it.

    `limits` are the operator's (API number or endpoint key: per day). `identity` is kept only as a hash.
    `boot_id` tells one run of the machine from the next. Every trouble with the file is `LedgerUnavailable`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        identity: str,
        clock: Clock,
        limits: Mapping[str, int] | None = None,
        per_minute: Mapping[Pace, int] = PER_MINUTE,
        reserve_share: float = 0.2,
        share: float = 1.0,
        boot_id: str | None = None,
        durable: bool = True,
    ) -> None:
        self.path = folder / FILE
        self._clock = clock
        self._limits = limits or {}
        self._per_minute = per_minute
        self._reserve_share = reserve_share
        self._share = share
        self._found_spent: set[tuple[str, str]] = set()
        self._who = hashlib.sha256(b"jpo_mcp ledger identity\0" + identity.encode()).hexdigest()[:16]
        with self._no_trouble():
            self._db = self._open(folder, durable=durable)
            try:
                self._inode = self.path.stat().st_ino
                self._set_up(boot_id or _boot_id())
            except BaseException:
                self._db.close()
                raise

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    # ── reserve, sent, settle ─────────────────────────────────────────────────────────────────

    def reserve(
        self, endpoint: Endpoint[Any], *, attempt: int = 1, batch: bool = False, person: str = ""
    ) -> Reservation:
        """One access set apart for 30 seconds, on disk.

        Raises `QuotaSpent` when the day has none left, `ShareSpent` when it has none left for that person,
        `MinuteFull` when the minute has no place. `batch` leaves the share of the day that is kept for people.
        """
        asked = (endpoint.key, person)
        try:
            # What was found spent is refused by a plain read: many refusals never queue for the write lock.
            if asked in self._found_spent:
                with self._reading() as moment:
                    self._check_day(endpoint, moment, 0, batch=batch)
                    self._check_share(endpoint, moment, person)
                self._found_spent.discard(asked)
            with self._writing() as moment:
                self._sweep(endpoint, moment)
                occupied, held = self._live(endpoint, moment)
                self._check_day(endpoint, moment, held, batch=batch)
                self._check_share(endpoint, moment, person)
                self._check_minute(endpoint.pace, moment, occupied)
                self._raise_high_water(moment)
                return self._insert(endpoint, moment, attempt, person)
        except QuotaSpent:
            self._found_spent.add(asked)
            raise

    def sent(self, reservation: Reservation) -> None:
        """On disk, before the first byte leaves: this access is spent. `LeaseLost` if it came too late."""
        with self._writing() as moment:
            held = self._db.execute(
                "SELECT person FROM call WHERE id = ? AND state = ? AND until > ?",
                (reservation.id, _RESERVED, moment.monotonic),
            ).fetchone()
            days = tuple(sorted({*reservation.days, *moment.days}))
            if held is None or len(days) > 2:
                raise LeaseLost
            for day in days:
                if day not in reservation.days:
                    self._must_fit(reservation.endpoint, day, held[0], moment)
                self._charge(reservation.endpoint, day)
            span = IN_FLIGHT + MINUTE
            self._db.execute(
                "UPDATE call SET state = :state, day = :day, also_day = :also_day,"
                " until = :until, until_at = :until_at, at = :at, sent = :sent WHERE id = :id",
                {
                    "id": reservation.id,
                    "state": _SENT,
                    "day": min(days),
                    "also_day": _second(days),
                    "until": moment.monotonic + span,
                    "until_at": moment.wall + span,
                    "at": moment.at,
                    "sent": moment.monotonic,
                },
            )

    def settle(
        self,
        reservation: Reservation,
        *,
        remaining: int | None,
        server_time: float | None = None,
        replayed: bool = False,
        outcome: str,
    ) -> None:
        """What came back: `remaining` is the reply's own counter, `server_time` its Date.

        A `replayed` reply (from a shared cache on the way) teaches neither. `outcome="uncertain"`
        stands for a call whose reply was lost.
        """
        with self._writing() as moment:
            row = self._db.execute(
                "SELECT day, also_day, sent FROM call WHERE id = ? AND state = ?", (reservation.id, _SENT)
            ).fetchone()
            if row is None:
                return
            heard = None if replayed else readable_date(server_time)
            if heard is not None:
                self._hear(heard, moment.monotonic - row[2], moment)
            day = jst_day(heard if heard is not None else moment.at)
            days = self._also_charge(reservation, _days(row[0], row[1]), day)
            state = _UNCERTAIN if outcome == "uncertain" and remaining is None else _SETTLED
            self._db.execute(
                "UPDATE call SET state = ?, until = ?, until_at = ?, outcome = ? WHERE id = ?",
                (state, moment.monotonic + MINUTE, moment.wall + MINUTE, outcome, reservation.id),
            )
            counter = None if replayed or len(days) > 1 else readable_counter(remaining)
            if counter is None:
                self._doubt(self._bucket(reservation.endpoint), days)
            else:
                concurrent = self._concurrent(reservation, day, row[2], moment)
                self._learn(reservation.endpoint, day, counter, concurrent)

    def release(self, reservation: Reservation) -> None:
        """It never connected: the access, and its place in the minute, are free again."""
        with self._writing():
            row = self._db.execute(
                "SELECT day, also_day, state FROM call WHERE id = ? AND state IN (?, ?)",
                (reservation.id, _RESERVED, _SENT),
            ).fetchone()
            if row is None:
                return
            bucket = self._bucket(reservation.endpoint)
            for day in _days(row[0], row[1]) if row[2] == _SENT else ():
                self._db.execute("UPDATE day SET used = used - 1 WHERE bucket = ? AND day = ?", (bucket, day))
            self._db.execute(
                "UPDATE call SET state = ?, live = 0, outcome = 'released' WHERE id = ?", (_RELEASED, reservation.id)
            )

    def spent(self, endpoint: Endpoint[Any], *, server_time: float | None = None) -> None:
        """The JPO said 203: no call to this endpoint before the next 00:00 JST."""
        with self._writing() as moment:
            day = day_of_refusal(readable_date(server_time) or moment.at)
            self._put(endpoint, day, replace(self._account(endpoint, day), latched=True))

    # ── what is left ──────────────────────────────────────────────────────────────────────────

    def remaining(self, endpoint: Endpoint[Any]) -> Remaining:
        """What is left of this endpoint today, reservations taken off."""
        return self.quota((endpoint,))[0].remaining

    def quota(self, endpoints: Sequence[Endpoint[Any]]) -> tuple[QuotaLine, ...]:
        """What is left of each, in one reading."""
        with self._reading() as moment:
            return tuple(QuotaLine(endpoint, self._remaining(endpoint, moment)) for endpoint in endpoints)

    def minute(self, pace: Pace) -> tuple[int, float]:
        """Places free in the minute, and seconds until the next one where there is none."""
        with self._reading() as moment:
            taken = self._db.execute(
                "SELECT count(*) FROM call WHERE live = 1 AND lane = ? AND until > ?",
                (self._lane(pace), moment.monotonic),
            ).fetchone()[0]
            free = self._allowed(pace, moment) - int(taken)
            return max(0, free), 0.0 if free > 0 else self._wait(pace, moment, 1 - free)

    def slow_down(self, pace: Pace, until: float) -> None:
        """Half the pace until that time (the machine's clock), for every process."""
        with self._writing() as moment:
            ends = moment.monotonic + (until - moment.wall)
            self._db.execute("INSERT OR REPLACE INTO slow VALUES (?, ?)", (self._lane(pace), ends))

    def retries_today(self, endpoint: Endpoint[Any]) -> int:
        """Retries of this endpoint that were sent today."""
        with self._reading() as moment:
            found = self._db.execute(
                "SELECT count(*) FROM call WHERE attempt > 1 AND lane = ? AND bucket = ? AND state BETWEEN ? AND ?"
                " AND (day = ? OR also_day = ?)",
                (self._lane(endpoint.pace), self._bucket(endpoint), _SENT, _UNCERTAIN, moment.day, moment.day),
            ).fetchone()
            return int(found[0])

    def retries_last_hour(self) -> int:
        """Retries of all endpoints that were sent in the last hour."""
        with self._reading() as moment:
            found = self._db.execute(
                "SELECT count(*) FROM call WHERE attempt > 1 AND lane IN (?, ?) AND state BETWEEN ? AND ? AND at > ?",
                (self._lane("domestic"), self._lane("opd"), _SENT, _UNCERTAIN, moment.at - 3_600.0),
            ).fetchone()
            return int(found[0])

    def recent(self, day: int) -> tuple[Spending, ...]:
        """Where that JST day's accesses went: calls by endpoint and outcome."""
        with self._reading():
            rows = self._db.execute(
                "SELECT substr(bucket, 18), coalesce(outcome, 'in flight'), count(*) FROM call"
                " WHERE (day = ? OR also_day = ?) AND state BETWEEN ? AND ? AND substr(bucket, 1, 16) = ?"
                " GROUP BY 1, 2 ORDER BY 1, 2",
                (day, day, _SENT, _UNCERTAIN, self._who),
            ).fetchall()
            return tuple(Spending(*row) for row in rows)

    def shares(self, day: int) -> tuple[Share, ...]:
        """Who used that JST day's accesses: calls by person and endpoint, in flight too. In sum what was used here."""
        with self._reading():
            rows = self._db.execute(
                "SELECT person, substr(bucket, 18), count(*) FROM call"
                " WHERE (day = ? OR also_day = ?) AND state BETWEEN ? AND ? AND substr(bucket, 1, 16) = ?"
                " GROUP BY 1, 2 ORDER BY 2, 3 DESC, 1",
                (day, day, _SENT, _UNCERTAIN, self._who),
            ).fetchall()
            return tuple(Share(*row) for row in rows)

    # ── small facts every process must see ────────────────────────────────────────────────────

    def state(self, name: str) -> str | None:
        """A fact kept under that name for this ID."""
        with self._reading():
            return self._state(name)

    def put_state(self, name: str, value: str | None) -> None:
        """Keep a fact; None forgets it."""
        self.update_state(name, lambda _: value)

    def update_state(self, name: str, fn: Callable[[str | None], str | None]) -> str | None:
        """Keep `fn` of what is kept, with no other process in between; gives what is kept now."""
        with self._writing():
            before = self._state(name)
            after = fn(before)
            if after is None:
                self._db.execute("DELETE FROM state WHERE name = ?", (self._mine(name),))
            elif after != before:
                self._db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (self._mine(name), after))
            return after

    def lead(self, key: str, *, owner: str, lease: float = 60.0) -> bool:
        """Whether `owner` may ask this question now: nobody else is, or their lease ran out."""
        with self._reading() as moment:
            if self._led_by_another(key, owner, moment):
                return False
        with self._writing() as moment:
            if self._led_by_another(key, owner, moment):
                return False
            self._db.execute("INSERT OR REPLACE INTO flight VALUES (?, ?, ?)", (key, owner, moment.monotonic + lease))
            return True

    def land(self, key: str, owner: str) -> None:
        """The question is answered, or given up: the next may ask."""
        with self._writing():
            self._db.execute("DELETE FROM flight WHERE key = ? AND owner = ?", (key, owner))

    # ── the day ───────────────────────────────────────────────────────────────────────────────

    def _check_day(self, endpoint: Endpoint[Any], moment: _Moment, held: int, *, batch: bool) -> None:
        for day in moment.days:
            account = self._account(endpoint, day)
            share = self._reserve_share if batch else 0.0
            kept_back = kept_for_people(endpoint, share, believed=account.believed, limits=self._limits)
            if account.left - held - kept_back < 1:
                raise quota_spent(endpoint, account, renewed(day, moment.at), kept_back=account.left > held)

    def _check_share(self, endpoint: Endpoint[Any], moment: _Moment, person: str) -> None:
        if not person:
            return
        for day in moment.days:
            whole = self._account(endpoint, day).believed
            mine, most = self._taken(endpoint, day, person, moment), most_of_one(self._share, whole)
            if mine >= most:
                over = renewed(day, moment.at)
                raise share_spent(endpoint, person=person, mine=mine, most=most, whole=whole, over=over)

    def _taken(self, endpoint: Endpoint[Any], day: int, person: str, moment: _Moment) -> int:
        """What that person has taken of that day, reservations included."""
        found = self._db.execute(
            "SELECT count(*) FROM call WHERE bucket = :bucket AND person = :person AND (day = :day OR also_day = :day)"
            " AND (state BETWEEN :sent AND :uncertain OR state = :reserved AND until > :now)",
            {
                "bucket": self._bucket(endpoint),
                "person": person,
                "day": day,
                "sent": _SENT,
                "uncertain": _UNCERTAIN,
                "reserved": _RESERVED,
                "now": moment.monotonic,
            },
        ).fetchone()
        return int(found[0])

    def _remaining(self, endpoint: Endpoint[Any], moment: _Moment) -> Remaining:
        account = self._account(endpoint, moment.day)
        _, held = self._live(endpoint, moment)
        left = max(0, account.left - held)
        resets_at = jst_midnight(moment.day + 1)
        return Remaining(left, account.believed, account.used, account.basis, account.latched, resets_at)

    def _account(self, endpoint: Endpoint[Any], day: int) -> Account:
        """The account of that day, opened with the planned limit where it is new."""
        row = self._db.execute(
            "SELECT used, believed, basis, top, doubts, doubted, latched FROM day WHERE bucket = ? AND day = ?",
            (self._bucket(endpoint), day),
        ).fetchone()
        if row is not None:
            return Account(*row[:5], doubted=bool(row[5]), latched=bool(row[6]))
        planned, basis = self._planned(endpoint)
        return Account(0, planned, basis)

    def _planned(self, endpoint: Endpoint[Any]) -> tuple[int, Basis]:
        bucket = self._bucket(endpoint)
        learned = self._db.execute("SELECT per_day FROM learned WHERE bucket = ?", (bucket,)).fetchone()
        published, basis = self._published(endpoint)
        if learned is None or basis == "settings" or int(learned[0]) <= published:
            return published, basis  # a lower sum may be what others had left, so it never closes the next day
        return int(learned[0]), "learned"

    def _published(self, endpoint: Endpoint[Any]) -> tuple[int, Basis]:
        """The limit as the operator or the table has it."""
        limit = operators_limit(endpoint, self._limits)
        return (endpoint.limit.per_day, "table") if limit is None else (limit, "settings")

    def _put(self, endpoint: Endpoint[Any], day: int, account: Account) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO day VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._bucket(endpoint),
                day,
                account.used,
                account.believed,
                account.basis,
                account.top,
                account.doubts,
                account.doubted,
                account.latched,
            ),
        )

    def _must_fit(self, endpoint: Endpoint[Any], day: int, person: str, moment: _Moment) -> None:
        """Raises `LeaseLost` where a day that the reservation did not cover has no room for it."""
        account = self._account(endpoint, day)
        over_share = person and self._taken(endpoint, day, person, moment) >= most_of_one(self._share, account.believed)
        if account.left < 1 or over_share:
            raise LeaseLost

    def _charge(self, endpoint: Endpoint[Any], day: int) -> None:
        account = self._account(endpoint, day)
        if account.used == 0:
            self._purge(day)
        self._put(endpoint, day, replace(account, used=account.used + 1))

    def _also_charge(self, reservation: Reservation, days: tuple[int, ...], seen: int) -> tuple[int, ...]:
        """The days charged, with the one the reply came in: a call over midnight, or a wrong clock, may count there."""
        if seen in days:
            return days
        self._charge(reservation.endpoint, seen)
        self._db.execute("UPDATE call SET also_day = ? WHERE id = ?", (seen, reservation.id))
        return (*days, seen)

    def _doubt(self, bucket: str, days: Sequence[int]) -> None:
        for day in days:
            self._db.execute(
                "UPDATE day SET doubts = doubts + 1, doubted = 1 WHERE bucket = ? AND day = ?", (bucket, day)
            )

    def _learn(self, endpoint: Endpoint[Any], day: int, counter: int, concurrent: int) -> None:
        account = self._account(endpoint, day)
        self._put(endpoint, day, observed(account, counter, concurrent))
        if (limit := taught_limit(account, counter, concurrent)) is not None:
            # The most of one day: what others spend during the day lowers later sums, not the limit.
            self._db.execute(
                "INSERT INTO learned VALUES (?, ?, ?) ON CONFLICT (bucket) DO UPDATE SET"
                " per_day = CASE WHEN day = excluded.day THEN max(per_day, excluded.per_day) ELSE excluded.per_day END,"
                " day = excluded.day",
                (self._bucket(endpoint), day, limit),
            )

    def _concurrent(self, reservation: Reservation, day: int, sent: float, moment: _Moment) -> int:
        """Other calls of that day which this reply's counter may or may not include."""
        if moment.monotonic - sent >= SWEPT_AFTER - MINUTE:
            return max(0, self._account(reservation.endpoint, day).used - 1)
        overlapping, now = sent + MINUTE, moment.monotonic
        found = self._db.execute(
            "SELECT count(*) FROM call WHERE live = 1 AND lane = :lane AND until >= :first AND bucket = :bucket"
            " AND id <> :id AND (day = :day OR also_day = :day) AND CASE state"
            " WHEN :settled THEN until >= :overlapping WHEN :reserved THEN 0 ELSE until > :now END",
            {
                "settled": _SETTLED,
                "reserved": _RESERVED,
                "lane": self._lane(reservation.endpoint.pace),
                "bucket": self._bucket(reservation.endpoint),
                "id": reservation.id,
                "day": day,
                "first": min(overlapping, now),
                "overlapping": overlapping,
                "now": now,
            },
        ).fetchone()
        return int(found[0])

    def _purge(self, day: int) -> None:
        self._db.execute("DELETE FROM call WHERE day < ?", (day - KEPT_DAYS,))
        self._db.execute("DELETE FROM day WHERE day < ?", (day - KEPT_DAYS,))

    # ── the minute ────────────────────────────────────────────────────────────────────────────

    def _check_minute(self, pace: Pace, moment: _Moment, occupied: int) -> None:
        allowed = self._allowed(pace, moment)
        if occupied >= allowed:
            raise MinuteFull(self._wait(pace, moment, occupied - allowed + 1))

    def _allowed(self, pace: Pace, moment: _Moment) -> int:
        row = self._db.execute("SELECT until FROM slow WHERE lane = ?", (self._lane(pace),)).fetchone()
        places = self._per_minute[pace]
        return max(1, places // 2) if row is not None and row[0] > moment.monotonic else places

    def _wait(self, pace: Pace, moment: _Moment, leaving: int) -> float:
        """Seconds until that many places are free, if what is in flight now were settled now."""
        row = self._db.execute(
            "SELECT min(until, ?) FROM call WHERE live = 1 AND lane = ? AND until > ? ORDER BY 1 LIMIT 1 OFFSET ?",
            (moment.monotonic + MINUTE, self._lane(pace), moment.monotonic, leaving - 1),
        ).fetchone()
        return float(row[0]) - moment.monotonic

    def _live(self, endpoint: Endpoint[Any], moment: _Moment) -> tuple[int, int]:
        """Places taken in the minute, and reservations of this endpoint not yet sent."""
        first, last = moment.days[0], moment.days[-1]
        row = self._db.execute(
            "SELECT count(*), total(state = ? AND bucket = ? AND (day IN (?, ?) OR also_day IN (?, ?))) FROM call"
            " WHERE live = 1 AND lane = ? AND until > ?",
            (_RESERVED, self._bucket(endpoint), first, last, first, last, self._lane(endpoint.pace), moment.monotonic),
        ).fetchone()
        return int(row[0]), int(row[1])

    def _sweep(self, endpoint: Endpoint[Any], moment: _Moment) -> None:
        """Give back reservations that were never sent, and take calls that never settled for lost."""
        rows = self._db.execute(
            "SELECT id, bucket, day, also_day, state FROM call WHERE live = 1 AND lane = ? AND until <= ?"
            " AND (state = ? OR until <= ?)",
            (self._lane(endpoint.pace), moment.monotonic, _RESERVED, moment.monotonic - SWEPT_AFTER),
        ).fetchall()
        for number, bucket, day, also_day, state in rows:
            after, outcome = _SWEPT.get(state, (state, None))
            self._db.execute(
                "UPDATE call SET live = 0, state = ?, outcome = coalesce(outcome, ?) WHERE id = ?",
                (after, outcome, number),
            )
            if state == _SENT:
                self._doubt(bucket, _days(day, also_day))

    def _insert(self, endpoint: Endpoint[Any], moment: _Moment, attempt: int, person: str) -> Reservation:
        days, until = moment.days, moment.monotonic + LEASE
        found = self._db.execute(
            "INSERT INTO call (bucket, lane, day, also_day, state, live, until, until_at, attempt, at, person)"
            " VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
            (
                self._bucket(endpoint),
                self._lane(endpoint.pace),
                days[0],
                _second(days),
                _RESERVED,
                until,
                moment.wall + LEASE,
                attempt,
                moment.at,
                person,
            ),
        )
        return Reservation(int(found.lastrowid or 0), endpoint, days, until)

    # ── time ──────────────────────────────────────────────────────────────────────────────────

    def _moment(self) -> _Moment:
        """Now: the machine's clock corrected by the JPO's, never behind the latest time seen."""
        skew, high = _patiently(self._db, "SELECT skew, high FROM machine").fetchone()
        wall = self._clock.now()
        return _Moment(max(high, wall + skew), wall, self._clock.monotonic(), high)

    def _raise_high_water(self, moment: _Moment) -> None:
        if moment.at >= moment.high + _HIGH_STEP:
            self._db.execute("UPDATE machine SET high = ?", (moment.at,))

    def _hear(self, server_time: float, took: float, moment: _Moment) -> None:
        """Correct our time where it cannot be right: the reply was written within the seconds the call `took`."""
        if (proved := corrected(moment.at, server_time, took)) is not None:
            self._db.execute("UPDATE machine SET skew = ?, high = min(high, ?)", (proved - moment.wall, proved))

    # ── the file ──────────────────────────────────────────────────────────────────────────────

    def _open(self, folder: Path, *, durable: bool) -> sqlite3.Connection:
        private_folder(folder)
        private_file(self.path)
        self._wait_for_the_day_of_a_lost_ledger(folder)
        db = sqlite3.connect(self.path, timeout=_KNOCK, isolation_level=None)
        try:
            # TRUNCATE syncs the emptied journal too, so that a power cut cannot undo a committed row.
            _patiently(db, f"PRAGMA journal_mode = {'TRUNCATE' if durable else 'MEMORY'}")
            db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
            db.execute("PRAGMA fullfsync = 1")  # macOS; no other system has it
            db.execute("PRAGMA mmap_size = 0")
            if _patiently(db, "PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise _Unreadable
        except sqlite3.Error as error:
            db.close()
            if isinstance(error, _Unreadable) or _kind(error) in _NO_DATABASE:
                raise self._set_aside() from error
            raise
        return db

    def _set_up(self, boot: str) -> None:
        if self._version() < len(_VERSIONS):
            with self._transaction():
                self._migrate(boot)
        if self._booted_since(boot):
            with self._transaction():
                if self._booted_since(boot):
                    self._restate_after_boot(boot)

    def _booted_since(self, boot: str) -> bool:
        return _patiently(self._db, "SELECT boot FROM machine").fetchone()[0] != boot

    def _migrate(self, boot: str) -> None:
        found = self._version()
        for statements in _VERSIONS[found:]:
            for statement in statements.split(";"):
                self._db.execute(statement)
        if found == 0:
            self._db.execute("INSERT INTO machine VALUES (1, ?, 0, 0)", (boot,))
        self._db.execute(f"PRAGMA user_version = {max(found, len(_VERSIONS))}")

    def _version(self) -> int:
        return int(_patiently(self._db, "PRAGMA user_version").fetchone()[0])

    def _restate_after_boot(self, boot: str) -> None:
        """Monotonic times of an earlier run mean nothing now: a place ends when nothing says that it is still held.

        The wall clock says how much was left of it, and may have leapt. What was sent before the boot is as old as
        the boot, or the folder came from another machine. And where the boot was a wrong guess its time still holds.
        """
        now, wall = self._clock.monotonic(), self._clock.now()
        self._db.execute(
            "UPDATE call SET until = max(:minute, :now + min(until_at - :wall, :longest),"
            " CASE WHEN until <= :now + :longest THEN until ELSE 0 END) WHERE live = 1",
            {"minute": MINUTE, "now": now, "wall": wall, "longest": IN_FLIGHT + MINUTE},
        )
        self._db.execute("UPDATE call SET until = ? WHERE live = 1 AND state = ?", (now, _RESERVED))
        self._db.execute("DELETE FROM flight")
        self._db.execute("DELETE FROM slow")
        self._db.execute("UPDATE machine SET boot = ?", (boot,))

    def _set_aside(self) -> LedgerUnavailable:
        aside = self.path.with_name(f"{FILE}.unreadable-{int(self._clock.now())}")
        with suppress(FileNotFoundError):  # another process was quicker
            self.path.rename(aside)
        return _lost_ledger(aside)

    def _wait_for_the_day_of_a_lost_ledger(self, folder: Path) -> None:
        """A lost count is not begun anew on the day it was lost: what was spent that day is not known."""
        if self.path.stat().st_size > 0:
            return
        for aside in folder.glob(f"{FILE}.unreadable-*"):
            number = aside.name.rpartition("-")[2]
            if number.isdigit() and jst_day(int(number)) >= jst_day(self._clock.now()):
                raise _lost_ledger(aside)

    @contextmanager
    def _reading(self) -> Generator[_Moment]:
        with self._no_trouble(), self._transaction("BEGIN"):
            yield self._moment()

    @contextmanager
    def _writing(self) -> Generator[_Moment]:
        with self._no_trouble(), self._transaction():
            if self.path.stat().st_ino != self._inode:
                raise sqlite3.OperationalError("the file was replaced")
            yield self._moment()

    @contextmanager
    def _transaction(self, begin: str = "BEGIN IMMEDIATE") -> Generator[None]:
        if self._db.in_transaction:  # an earlier roll-back failed too
            self._db.execute("ROLLBACK")
        _patiently(self._db, begin)
        try:
            yield
            _patiently(self._db, "COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def _no_trouble(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, UnsafeDirectory) as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> LedgerUnavailable:
        why = error.what if isinstance(error, UnsafeDirectory) else Words(str(error)[:100], str(error)[:100])
        return LedgerUnavailable(
            Words(
                f"the count of the day's accesses in {shown(self.path)} cannot be used ({why.en})",
                f"本日のアクセス数の記録 {shown(self.path)} が使えません（{why.ja}）。",
            ),
            Words(
                "make the folder writable, or name another in JPO_MCP_STATE_DIR; kept answers still work",
                "書込可能にするか、JPO_MCP_STATE_DIR で別の場所を指定してください。保存済みの回答は使えます。",
            ),
            rule=NO_COUNT,
        )

    # ── names ─────────────────────────────────────────────────────────────────────────────────

    def _bucket(self, endpoint: Endpoint[Any]) -> str:
        return f"{self._who}:{endpoint.key}"

    def _lane(self, pace: Pace) -> str:
        return f"{self._who}:{pace}"

    def _mine(self, name: str) -> str:
        return f"{self._who}:{name}"

    def _state(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM state WHERE name = ?", (self._mine(name),)).fetchone()
        return None if row is None else str(row[0])

    def _led_by_another(self, key: str, owner: str, moment: _Moment) -> bool:
        row = self._db.execute("SELECT owner, until FROM flight WHERE key = ?", (key,)).fetchone()
        return row is not None and row[0] != owner and row[1] > moment.monotonic


def _patiently(db: sqlite3.Connection, statement: str) -> sqlite3.Cursor:
    """The statement's result, once other processes let us: knocking often, so that nobody is overtaken for long."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return db.execute(statement)
        except sqlite3.OperationalError as error:
            if _kind(error) != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise


def _kind(error: sqlite3.Error) -> int:
    """SQLite's primary code; 0 where it gave none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


class _Unreadable(sqlite3.DatabaseError):
    """The file opens, and its pages do not hold together."""


_NO_DATABASE = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
_SWEPT: dict[int, tuple[int, str]] = {_RESERVED: (_RELEASED, "expired"), _SENT: (_UNCERTAIN, "lost")}


def _second(days: tuple[int, ...]) -> int | None:
    return days[-1] if len(days) > 1 else None


def _days(day: int, also_day: int | None) -> tuple[int, ...]:
    return (day,) if also_day is None else (day, also_day)


def _lost_ledger(aside: Path) -> LedgerUnavailable:
    return LedgerUnavailable(
        Words(
            f"the count of the day's accesses could not be read and was set aside as {shown(aside)}",
            f"本日のアクセス数の記録が読めないため、{shown(aside)} に退避しました。",
        ),
        Words(
            "counting begins anew at the next 00:00 JST, or once you move that file away; kept answers still work",
            "次の0時（日本時間）から新しく数えます。そのファイルを移せばすぐ始めます。保存済みの回答は使えます。",
        ),
        rule=Words("what was spent today is not known, so nothing is sent", "本日の使用数が不明なため、送信しません。"),
    )


def _boot_id() -> str:
    """What tells this run of the machine from the last. A wrong guess only makes the minute's pace more careful."""
    if sys.platform == "linux":
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{os.name} up since {round((time.time() - time.monotonic()) / 600)}"


def counted(folder: Path, day: int) -> Counter[tuple[str, str]] | None:
    """That JST day's calls by person and endpoint (its key), of every ID; None where the file cannot be read.

    Changes nothing, not even to mend what a killed process left half written, and makes no file.
    """
    file = folder / FILE
    try:
        if not file.exists():
            return Counter()
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=_READ_PATIENCE)) as db:
            rows = db.execute(
                "SELECT person, substr(bucket, 18), count(*) FROM call"
                " WHERE at >= ? AND at < ? AND state BETWEEN ? AND ? GROUP BY 1, 2",
                (jst_midnight(day), jst_midnight(day + 1), _SENT, _UNCERTAIN),
            )
            return Counter({(person, endpoint): calls for person, endpoint, calls in rows})
    except (sqlite3.Error, OSError):
        return None


# ── the same, for the event loop ──────────────────────────────────────────────────────────────


class LocalLedger:
    """`SqliteLedger` on a thread of its own. The file is opened by the first question, not before."""

    def __init__(
        self,
        folder: Path,
        *,
        identity: str,
        clock: Clock,
        limits: Mapping[str, int] | None = None,
        per_minute: Mapping[Pace, int] = PER_MINUTE,
        reserve_share: float = 0.2,
        share: float = 1.0,
        boot_id: str | None = None,
    ) -> None:
        self._thread = OneThread("jpo-ledger")
        self._ledger: SqliteLedger | None = None
        self._build = partial(
            SqliteLedger,
            folder,
            identity=identity,
            clock=clock,
            limits=limits,
            per_minute=per_minute,
            reserve_share=reserve_share,
            share=share,
            boot_id=boot_id,
        )

    async def reserve(
        self, endpoint: Endpoint[Any], *, attempt: int = 1, batch: bool = False, person: str = ""
    ) -> Reservation:
        return await self._run(SqliteLedger.reserve, endpoint, attempt=attempt, batch=batch, person=person)

    async def sent(self, reservation: Reservation) -> None:
        await self._run(SqliteLedger.sent, reservation)

    async def settle(
        self,
        reservation: Reservation,
        *,
        remaining: int | None,
        server_time: float | None = None,
        replayed: bool = False,
        outcome: str,
    ) -> None:
        await self._run(
            SqliteLedger.settle,
            reservation,
            remaining=remaining,
            server_time=server_time,
            replayed=replayed,
            outcome=outcome,
        )

    async def release(self, reservation: Reservation) -> None:
        await self._run(SqliteLedger.release, reservation)

    async def spent(self, endpoint: Endpoint[Any], *, server_time: float | None = None) -> None:
        await self._run(SqliteLedger.spent, endpoint, server_time=server_time)

    async def remaining(self, endpoint: Endpoint[Any]) -> Remaining:
        return await self._run(SqliteLedger.remaining, endpoint)

    async def quota(self, endpoints: Sequence[Endpoint[Any]]) -> tuple[QuotaLine, ...]:
        return await self._run(SqliteLedger.quota, endpoints)

    async def minute(self, pace: Pace) -> tuple[int, float]:
        return await self._run(SqliteLedger.minute, pace)

    async def slow_down(self, pace: Pace, until: float) -> None:
        await self._run(SqliteLedger.slow_down, pace, until)

    async def retries_today(self, endpoint: Endpoint[Any]) -> int:
        return await self._run(SqliteLedger.retries_today, endpoint)

    async def retries_last_hour(self) -> int:
        return await self._run(SqliteLedger.retries_last_hour)

    async def recent(self, day: int) -> tuple[Spending, ...]:
        return await self._run(SqliteLedger.recent, day)

    async def shares(self, day: int) -> tuple[Share, ...]:
        return await self._run(SqliteLedger.shares, day)

    async def state(self, name: str) -> str | None:
        return await self._run(SqliteLedger.state, name)

    async def put_state(self, name: str, value: str | None) -> None:
        await self._run(SqliteLedger.put_state, name, value)

    async def update_state(self, name: str, fn: Callable[[str | None], str | None]) -> str | None:
        return await self._run(SqliteLedger.update_state, name, fn)

    async def lead(self, key: str, *, owner: str, lease: float = 60.0) -> bool:
        return await self._run(SqliteLedger.lead, key, owner=owner, lease=lease)

    async def land(self, key: str, owner: str) -> None:
        await self._run(SqliteLedger.land, key, owner)

    async def close(self) -> None:
        """Let go of the file and the thread. May be called twice."""
        if self._ledger is not None:
            await self._thread.run(self._ledger.close)
            self._ledger = None
        self._thread.close()

    async def _run(self, fn: Callable[Concatenate[SqliteLedger, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._thread.run(self._on_thread, fn, *args, **kwargs)

    def _on_thread(self, fn: Callable[Concatenate[SqliteLedger, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._ledger is None:
            self._ledger = self._build()
        return fn(self._ledger, *args, **kwargs)
