"""The day's accesses and the minute's pace, on a clock that only the tests move."""

from __future__ import annotations

import itertools
import os
import random
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jpo_mcp.clock import ManualClock, jst_day, jst_midnight
from jpo_mcp.endpoints import ENDPOINTS, Endpoint, Pace, endpoint
from jpo_mcp.errors import LedgerUnavailable, QuotaSpent
from jpo_mcp.upstream.account import Account, charged_days, day_of_refusal, observed, readable_counter, taught_limit
from jpo_mcp.upstream.ledger import LeaseLost, MinuteFull, Reservation, Spending
from jpo_mcp.upstream.sqlite_ledger import LocalLedger, SqliteLedger

PROGRESS: Endpoint[Any] = endpoint("patent", "app_progress")
SIMPLE: Endpoint[Any] = endpoint("patent", "app_progress_simple")
DESIGN: Endpoint[Any] = endpoint("design", "app_progress")
BUNDLE: Endpoint[Any] = endpoint("patent", "app_doc_cont_refusal_reason")
OPD: Endpoint[Any] = replace(PROGRESS, name="opd_like", pace="opd")
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
        given: dict[str, Any] = {"identity": "id", "clock": clock, "boot_id": "boot", "durable": False}
        ledger = SqliteLedger(changed.pop("folder", tmp_path / "state"), **(given | changed))
        opened.append(ledger)
        return ledger

    yield _build
    for ledger in opened:
        ledger.close()


def rolls(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a storm that can be repeated, not a secret


def spend(ledger: SqliteLedger, row: Endpoint[Any] = PROGRESS, **settled: Any) -> Reservation:
    """One whole call, a moment after whatever came before."""
    cast("ManualClock", ledger._clock).advance(0.01)
    reservation = ledger.reserve(row)
    ledger.sent(reservation)
    said: dict[str, Any] = {"remaining": None, "outcome": "FOUND"}
    ledger.settle(reservation, **(said | settled))
    return reservation


def left(ledger: SqliteLedger, row: Endpoint[Any] = PROGRESS) -> int:
    return ledger.remaining(row).left


# ── the steps of a call ───────────────────────────────────────────────────────────────────────


def test_a_reservation_takes_one_access_before_anything_is_sent(build: Build) -> None:
    """Reserve before send: what is reserved cannot be given to anybody else."""
    ledger = build(limits={"1-1": 1})
    ledger.reserve(PROGRESS)
    assert left(ledger) == 0
    with pytest.raises(QuotaSpent):
        ledger.reserve(PROGRESS)


def test_a_reservation_never_sent_is_given_back_after_its_lease(build: Build, clock: ManualClock) -> None:
    """A crash before sending costs nothing for longer than 30 seconds."""
    ledger = build(limits={"1-1": 1})
    late = ledger.reserve(PROGRESS)
    clock.advance(30.0)
    ledger.reserve(PROGRESS)
    with pytest.raises(LeaseLost):
        ledger.sent(late)
    assert ledger.remaining(PROGRESS).used == 0


def test_a_call_that_was_sent_stays_spent_when_its_process_dies(build: Build, clock: ManualClock) -> None:
    """Sent is spent until a counter proves otherwise."""
    ledger = build(limits={"1-1": 1})
    ledger.sent(ledger.reserve(PROGRESS))
    ledger.close()
    clock.advance(3_600.0)
    with pytest.raises(QuotaSpent):
        build(limits={"1-1": 1}).reserve(PROGRESS)


def test_a_call_that_never_connected_is_free_and_gives_its_place_back(build: Build) -> None:
    """DNS, refused and TLS failures cost nothing, in the day and in the minute."""
    ledger = build(limits={"1-1": 1}, per_minute={"domestic": 1, "opd": 1})
    for send in (False, True):
        reservation = ledger.reserve(PROGRESS)
        if send:
            ledger.sent(reservation)
        ledger.release(reservation)
    assert left(ledger) == 1
    assert ledger.minute("domestic") == (1, 0.0)


def test_settling_or_releasing_twice_changes_nothing(build: Build) -> None:
    """A call is counted once, whatever the caller does."""
    ledger = build(limits={"1-1": 5})
    reservation = spend(ledger, remaining=4)
    ledger.settle(reservation, remaining=0, outcome="FOUND")
    ledger.release(reservation)
    assert (left(ledger), ledger.remaining(PROGRESS).used) == (4, 1)


def test_a_reservation_is_not_sent_twice(build: Build) -> None:
    """One reservation is one call."""
    ledger = build()
    reservation = ledger.reserve(PROGRESS)
    ledger.sent(reservation)
    with pytest.raises(LeaseLost):
        ledger.sent(reservation)


# ── the day ───────────────────────────────────────────────────────────────────────────────────


def test_each_endpoint_law_and_identity_has_its_own_day(build: Build) -> None:
    """The JPO counts per ID, per API and per law."""
    ours, theirs = build(limits={"1-1": 1}), build(identity="other", limits={"1-1": 1})
    spend(ours)
    assert (left(ours), left(ours, DESIGN), left(ours, SIMPLE), left(theirs)) == (0, 800, 800, 1)


def test_the_identity_is_kept_only_as_a_hash(build: Build, tmp_path: Path) -> None:
    """Nothing secret in any file."""
    ledger = build(identity="sentinel-identity")
    spend(ledger)
    assert b"sentinel-identity" not in (tmp_path / "state" / "ledger.db").read_bytes()


def test_a_spent_day_names_the_endpoint_and_the_reset_in_both_languages(build: Build) -> None:
    """Errors say what happened, to which case, what to do next and when."""
    ledger = build(limits={"1-1": 0})
    with pytest.raises(QuotaSpent) as refused:
        ledger.reserve(PROGRESS)
    said = refused.value
    assert said.retry_at == "2026-11-24T00:00+09:00"
    for part in ("1-1 patent/app_progress", "経過情報", "使用 0／上限 0", "保存済みの回答は今も使えます"):
        assert part in said.text("ja")
    assert "used" not in said.text("ja").partition("\n")[0]
    for part in ("1-1 patent/app_progress", "Progress", "0/0 used here", "kept answers still work"):
        assert part in said.text("en")


@pytest.mark.parametrize("row", ENDPOINTS, ids=lambda row: row.key)
def test_no_refusal_is_longer_than_six_hundred_characters(row: Endpoint[Any], build: Build) -> None:
    """House rule for messages, in both languages together."""
    with pytest.raises(QuotaSpent) as refused:
        build(limits={row.key: 0}).reserve(row)
    assert len(refused.value.text()) <= 600


def test_a_batch_leaves_the_share_kept_for_people(build: Build) -> None:
    """JPO_MCP_RESERVE: 20 % of each endpoint's day, rounded up."""
    ledger = build(limits={"1-1": 11})
    for _ in range(8):
        ledger.sent(ledger.reserve(PROGRESS, batch=True))
    with pytest.raises(QuotaSpent) as refused:
        ledger.reserve(PROGRESS, batch=True)
    assert "kept for people" in refused.value.text("en")
    ledger.reserve(PROGRESS)


def test_a_203_closes_the_endpoint_until_the_next_midnight_in_japan(build: Build, clock: ManualClock) -> None:
    """203 is never retried before 00:00 JST."""
    ledger = build()
    ledger.spent(PROGRESS, server_time=NOON)
    with pytest.raises(QuotaSpent):
        ledger.reserve(PROGRESS)
    assert ledger.remaining(PROGRESS).latched
    clock.advance(12 * 3_600.0 + 61.0)
    assert left(ledger) == 800
    ledger.reserve(PROGRESS)


def test_a_203_just_after_midnight_is_about_the_day_before() -> None:
    """A fresh day cannot be spent within its first minute at ten calls a minute."""
    midnight = jst_midnight(DAY)
    assert (day_of_refusal(midnight + 5.0), day_of_refusal(midnight + 61.0)) == (DAY - 1, DAY)


def test_within_a_minute_of_midnight_a_call_is_charged_to_both_days(build: Build, clock: ManualClock) -> None:
    """Nobody can say in which day the JPO will count it."""
    midnight = jst_midnight(DAY + 1)
    assert [charged_days(midnight + s) for s in (-61.0, -60.0, 59.0, 60.0)] == [
        (DAY,), (DAY, DAY + 1), (DAY, DAY + 1), (DAY + 1,),
    ]  # fmt: skip
    ledger = build()
    clock.advance(midnight - 30.0 - NOON)
    spend(ledger)
    assert ledger.remaining(PROGRESS).used == 1
    clock.advance(60.0)
    assert ledger.remaining(PROGRESS).used == 1


def test_a_spent_day_still_binds_in_the_first_minute_of_the_next(build: Build, clock: ManualClock) -> None:
    """A call around midnight must fit both days."""
    ledger = build(limits={"1-1": 1})
    spend(ledger)
    clock.advance(jst_midnight(DAY + 1) + 30.0 - NOON)
    with pytest.raises(QuotaSpent) as refused:
        ledger.reserve(PROGRESS)
    assert refused.value.retry_at == "2026-11-24T00:01+09:00"
    clock.advance(30.0)
    ledger.reserve(PROGRESS)


def test_a_reservation_held_over_into_the_guard_is_charged_to_the_second_day_when_sent(
    build: Build, clock: ManualClock
) -> None:
    """The day is decided when the first byte leaves, not when the access was set apart."""
    ledger = build()
    clock.advance(jst_midnight(DAY + 1) - 70.0 - NOON)
    reservation = ledger.reserve(PROGRESS)
    clock.advance(25.0)
    ledger.sent(reservation)
    clock.advance(120.0)
    assert ledger.remaining(PROGRESS).used == 1


def test_an_earlier_clock_never_opens_a_spent_day_again(build: Build, clock: ManualClock) -> None:
    """A7: rows stay, and the latest time seen is never left behind."""
    ledger = build(limits={"1-1": 1})
    spend(ledger)
    for jump in (-3_600.0, -86_400.0, -NOON):
        clock.step(jump)
        with pytest.raises(QuotaSpent):
            ledger.reserve(PROGRESS)


def test_the_jpo_s_own_date_corrects_a_clock_that_ran_ahead(build: Build, clock: ManualClock) -> None:
    """A clock one day ahead is believed only until the first reply; what was spent is charged to the true day."""
    ledger = build(limits={"1-1": 5})
    clock.step(86_400.0)
    spend(ledger, server_time=NOON)
    assert ledger.remaining(PROGRESS).used == 1
    assert ledger.remaining(PROGRESS).resets_at == jst_midnight(DAY + 1)


def test_a_slow_reply_does_not_turn_the_clock_back(build: Build, clock: ManualClock) -> None:
    """The Date is written when the reply begins; 40 seconds of body are no skew."""
    ledger = build()
    reservation = ledger.reserve(PROGRESS)
    ledger.sent(reservation)
    clock.advance(40.0)
    ledger.settle(reservation, remaining=799, server_time=NOON, outcome="FOUND")
    clock.advance(jst_midnight(DAY + 1) - 59.0 - clock.now())
    assert ledger.reserve(PROGRESS).days == (DAY, DAY + 1)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system cannot change its zone in a running process")
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"])
def test_the_host_s_zone_changes_no_day(zone: str, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """A6: the day is floor((t + 9 h) / 86,400), whatever the machine calls its time."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        assert build().reserve(PROGRESS).days == (20_780,)
    time.tzset()


def test_rows_older_than_forty_days_are_purged(build: Build, clock: ManualClock) -> None:
    """The ledger stays small."""
    ledger = build()
    spend(ledger)
    clock.advance(41 * 86_400.0)
    spend(ledger)
    assert ledger.recent(DAY) == ()
    assert ledger.recent(DAY + 41) == (Spending("patent/app_progress", "FOUND", 1),)


# ── what counters teach ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("limit", [30, 60, 97, 800, 1600])
def test_any_limit_is_learned_from_the_first_counter(limit: int, build: Build, clock: ManualClock) -> None:
    """A16: the table is a planning default only; the JPO doubled it in 2026."""
    ledger = build()
    spend(ledger, remaining=limit - 1)
    today = ledger.remaining(PROGRESS)
    assert (today.limit, today.left, today.basis) == (limit, limit - 1, "counter")


@pytest.mark.parametrize(("limit", "basis"), [(30, "table"), (97, "table"), (800, "table"), (1600, "learned")])
def test_only_a_raised_limit_is_learned_for_the_next_day(
    limit: int, basis: str, build: Build, clock: ManualClock
) -> None:
    """A low first counter may be what colleagues left over: it must not close tomorrow, which the JPO reopens."""
    ledger = build()
    spend(ledger, remaining=limit - 1)
    clock.advance(86_400.0)
    tomorrow = ledger.remaining(PROGRESS)
    assert (tomorrow.limit, tomorrow.left, tomorrow.basis) == (max(limit, 800), max(limit, 800), basis)


def test_a_raised_limit_that_the_jpo_lowered_is_learned_the_next_day(build: Build, clock: ManualClock) -> None:
    """The newest day's first counter replaces what earlier days taught."""
    ledger = build()
    spend(ledger, remaining=1599)
    clock.advance(86_400.0)
    spend(ledger, remaining=999)
    clock.advance(86_400.0)
    assert ledger.remaining(PROGRESS).limit == 1000


def test_others_spending_during_the_day_lowers_today_but_not_the_learned_limit(
    build: Build, clock: ManualClock
) -> None:
    """Later sums of counter and use fall with others' calls; the most of the day is the limit."""
    ledger = build()
    spend(ledger, remaining=799)
    spend(ledger, remaining=500)
    assert left(ledger) == 500
    clock.advance(86_400.0)
    assert ledger.remaining(PROGRESS).limit == 800


def test_the_operator_s_limit_stands_until_the_jpo_says_otherwise(build: Build) -> None:
    """JPO_MCP_LIMITS, by API number or by key, then the counter."""
    by_number, by_key = build(limits={"1-1": 50}), build(limits={"patent/app_progress": 60})
    assert (by_number.remaining(PROGRESS).limit, by_number.remaining(PROGRESS).basis) == (50, "settings")
    assert by_key.remaining(PROGRESS).limit == 60
    assert build().remaining(PROGRESS).basis == "table"


@pytest.mark.parametrize(
    "said", [None, "", "-1", -1, "lots", 10**30, "1" * 5_000, True, 1.5, "１２", "٣", 1_000_001, [], " 7"]
)
def test_a_garbage_counter_teaches_nothing(said: object, build: Build) -> None:
    """A4: the JPO's own examples carry an empty counter; anything else odd is no number either."""
    ledger = build()
    spend(ledger, remaining=700)
    spend(ledger, remaining=cast("int", said))
    assert (readable_counter(said), left(ledger)) == (None, 699)


@pytest.mark.parametrize(("said", "read"), [(0, 0), ("0", 0), ("786", 786), (1_000_000, 1_000_000)])
def test_a_plain_counter_is_read_as_number_or_text(said: object, read: int) -> None:
    """All leaves of a reply are strings."""
    assert readable_counter(said) == read


def test_a_replayed_reply_teaches_neither_counter_nor_time(build: Build) -> None:
    """A shared cache on the way repeats an old counter and an old Date."""
    ledger = build()
    spend(ledger, remaining=700)
    spend(ledger, remaining=750, replayed=True, server_time=NOON - 7_200.0)
    assert left(ledger) == 699
    assert ledger.reserve(PROGRESS).days == (DAY,)


def test_a_stale_counter_never_raises_what_is_left(build: Build) -> None:
    """A4: with every earlier call vouched for, a higher counter can only be an old one."""
    ledger = build()
    spend(ledger, remaining=700)
    spend(ledger, remaining=790)
    assert left(ledger) == 699


def test_a_lost_call_the_jpo_never_counted_is_given_back_by_a_later_counter(build: Build, clock: ManualClock) -> None:
    """A3: sent is spent until a counter proves less, a minute after the loss."""
    ledger = build()
    spend(ledger, remaining=799)
    spend(ledger, outcome="uncertain")
    assert left(ledger) == 798
    spend(ledger, remaining=798)
    assert left(ledger) == 797
    clock.advance(62.0)
    spend(ledger, remaining=797)
    assert left(ledger) == 797


def test_a_counter_is_read_with_the_calls_it_may_not_include(build: Build) -> None:
    """Three in flight, one answered: 797 to 799 are all consistent with 800 a day."""
    ledger = build()
    flying = [ledger.reserve(PROGRESS) for _ in range(3)]
    for reservation in flying:
        ledger.sent(reservation)
    ledger.settle(flying[2], remaining=799, outcome="FOUND")
    assert left(ledger) == 797
    ledger.settle(flying[0], remaining=797, outcome="FOUND")
    ledger.settle(flying[1], remaining=798, outcome="FOUND")
    assert left(ledger) == 797


@pytest.mark.parametrize(
    ("account", "counter", "concurrent", "expected"),
    [
        (Account(5, 800, "table"), 795, 0, (800, 800, 0)),
        (Account(5, 800, "table"), 1595, 2, (1598, 1600, 0)),
        (Account(5, 800, "table"), 90, 2, (93, 95, 0)),
        (Account(5, 800, "counter", 800, 1), 797, 2, (800, 800, 1)),
        (Account(5, 800, "counter", 800, 1), 796, 0, (801, 801, 0)),
        (Account(5, 800, "counter", 800, 1), 799, 0, (801, 801, 0)),
        (Account(5, 93, "counter", 95), 90, 0, (95, 95, 0)),
        (Account(5, 93, "counter", 95), 99, 3, (93, 95, 0)),
    ],
)
def test_the_interval_a_counter_proves(
    account: Account, counter: int, concurrent: int, expected: tuple[int, int, int]
) -> None:
    """The capacity lies in [counter + used - concurrent, counter + used]; each case is worked by hand."""
    after = observed(account, counter, concurrent)
    assert (after.believed, after.top, after.doubts) == expected


def test_only_an_exact_undoubted_counter_teaches_a_limit() -> None:
    """A limit for the next days is kept only where nothing could be missing from the sum."""
    account = Account(5, 800, "table")
    assert taught_limit(account, 795, 0) == 800
    assert taught_limit(account, 795, 1) is None
    assert taught_limit(replace(account, doubted=True), 795, 0) is None


def test_no_order_of_replies_leaves_more_than_the_jpo_has() -> None:
    """A4: 5,000 orders of arrival and return, on the pure rule alone."""
    dice = rolls(4)
    for _ in range(5_000):
        calls, capacity = dice.randint(1, 10), dice.randint(10, 40)
        counters = [capacity - place for place in range(1, calls + 1)]
        dice.shuffle(counters)
        account = Account(calls, dice.choice([10, capacity]), "table")
        for counter in counters:
            account = observed(account, counter, calls - 1)
            assert account.left <= capacity - calls


@dataclass
class Jpo:
    """What the JPO would count: the truth the ledger must never pass."""

    limit: int
    used: dict[int, int] = field(default_factory=dict[int, int])

    def left(self, at: float) -> int:
        return self.limit - self.used.get(jst_day(at), 0)

    def arrive(self, at: float) -> int | None:
        """The counter after this call, or None for 203."""
        if self.left(at) <= 0:
            return None
        self.used[jst_day(at)] = self.used.get(jst_day(at), 0) + 1
        return self.left(at)


EXAMPLES = itertools.count()
STEPS = st.sampled_from(["reserve", "send", "arrive", "answer", "answer late", "lose", "replay", "garbage", "wait"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=5, max_size=60), limit=st.integers(3, 20), dice=st.randoms(use_true_random=False))
def test_whatever_happens_nothing_is_spent_beyond_the_truth(
    steps: list[str], limit: int, dice: random.Random, tmp_path: Path
) -> None:
    """A4, A12: any order of calls, arrivals, replies and losses; the counter of a reply is that of its arrival."""
    clock, jpo = ManualClock(NOON), Jpo(limit)
    ledger = SqliteLedger(
        tmp_path / "state", identity=str(next(EXAMPLES)), clock=clock, boot_id="b", durable=False,
        limits={"1-1": 3}, per_minute=PLENTY,
    )  # fmt: skip
    held: list[Reservation] = []
    flying: list[Reservation] = []
    arrived: list[tuple[Reservation, int]] = []
    for step in steps:
        if step == "reserve" and left(ledger):
            held.append(ledger.reserve(PROGRESS))
        elif step == "send" and held:
            flying.append(held.pop(dice.randrange(len(held))))
            ledger.sent(flying[-1])
        elif step == "arrive" and flying:
            reservation = flying.pop(dice.randrange(len(flying)))
            counter = jpo.arrive(clock.now())
            assert counter is not None, "spent beyond the truth"
            arrived.append((reservation, counter))
        elif step == "lose" and flying:
            ledger.settle(flying.pop(), remaining=None, outcome="uncertain")
        elif step == "wait":
            clock.advance(dice.choice([0.1, 1.0, 5.0]))
        elif arrived:
            reservation, counter = arrived.pop(-1 if step == "answer late" else 0)
            said = cast("int", "" if step == "garbage" else counter + 2 * (step == "replay"))
            ledger.settle(reservation, remaining=said, replayed=step == "replay", outcome="FOUND")
        held = [reservation for reservation in held if reservation.expires > clock.monotonic()]
        assert left(ledger) <= jpo.left(clock.now())
    ledger.close()


def test_mixed_faults_waste_nothing_once_an_answer_follows(build: Build, clock: ManualClock) -> None:
    """A3: 30 % of calls lost before or after being counted, or answered without a counter; over-spend 0."""
    dice, jpo, ledger = rolls(3), Jpo(3_000), build(limits={"1-1": 3_000}, per_minute=PLENTY)
    for _ in range(2_500):
        clock.advance(dice.uniform(0.0, 4.0))
        reservation = ledger.reserve(PROGRESS)
        ledger.sent(reservation)
        fault = dice.choices(["none", "lost before", "counted and lost", "no counter"], [70, 10, 10, 10])[0]
        counter = None if fault == "lost before" else jpo.arrive(clock.now())
        assert fault == "lost before" or counter is not None
        known = counter if fault == "none" else None
        ledger.settle(reservation, remaining=known, outcome="uncertain" if "lost" in fault else "FOUND")
        assert left(ledger) <= jpo.left(clock.now())
    clock.advance(62.0)
    spend(ledger, remaining=jpo.arrive(clock.now()))
    assert jpo.left(clock.now()) - left(ledger) == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_colleague_s_spending_costs_at_most_one_203(seed: int, build: Build, clock: ManualClock) -> None:
    """A5: follow the counter down within one reply; after a 203, nothing until midnight."""
    dice, jpo, ledger = rolls(seed), Jpo(40), build(limits={"1-1": 40}, per_minute=PLENTY)
    refused = 0
    for _ in range(80):
        clock.advance(1.0)
        if dice.random() < 0.2:
            jpo.arrive(clock.now())
        try:
            reservation = ledger.reserve(PROGRESS)
        except QuotaSpent:
            continue
        ledger.sent(reservation)
        counter = jpo.arrive(clock.now())
        ledger.settle(reservation, remaining=counter, outcome="FOUND" if counter is not None else "SPENT")
        if counter is None:
            refused += 1
            ledger.spent(PROGRESS, server_time=clock.now())
    assert refused <= 1
    assert jpo.left(clock.now()) == 0


class SkewedClock(ManualClock):
    """The true time, and what the machine makes of it."""

    def __init__(self, true: float, skew: float) -> None:
        super().__init__(true)
        self.skew = skew

    def now(self) -> float:
        return super().now() + self.skew

    @property
    def true(self) -> float:
        return super().now()


def midnight_storm(seed: int, folder: Path) -> Jpo:
    """Greedy spending around one midnight, on a clock that is wrong and is corrected in steps."""
    dice = rolls(seed)
    clock, jpo = SkewedClock(jst_midnight(DAY + 1) - 3_600.0, dice.uniform(-600.0, 600.0)), Jpo(8)
    ledger = SqliteLedger(
        folder, identity=str(seed), clock=clock, limits={"1-1": 8}, per_minute=PLENTY, boot_id="b", durable=False
    )
    ledger._db.execute("PRAGMA locking_mode = EXCLUSIVE")
    ledger._db.execute("UPDATE machine SET skew = 0, high = 0")
    may_step = False
    spend(ledger, remaining=jpo.arrive(clock.true), server_time=float(int(clock.true)))
    clock.advance(dice.uniform(2_700.0, 3_500.0))
    while clock.true < jst_midnight(DAY + 1) + 400.0:
        if may_step and dice.random() < 0.2:
            clock.skew, may_step = clock.skew + dice.choice([-30.0, 30.0]), False
        clock.advance(dice.uniform(0.0, 60.0))
        try:
            reservation = ledger.reserve(PROGRESS)
            clock.advance(dice.uniform(0.0, 25.0))
            ledger.sent(reservation)
        except (QuotaSpent, LeaseLost):
            continue
        clock.advance(dice.uniform(0.0, 2.0))
        counter = jpo.arrive(clock.true)
        assert counter is not None, f"seed {seed}: over-spent at {clock.true - jst_midnight(DAY + 1):+.0f} s"
        date = float(int(clock.true))
        clock.advance(dice.uniform(0.0, 3.0))
        if (fault := dice.random()) < 0.15:
            ledger.settle(reservation, remaining=None, outcome="uncertain")
        else:
            known = counter if fault > 0.3 else None
            ledger.settle(reservation, remaining=known, server_time=date, outcome="FOUND")
            may_step = True
    ledger.close()
    return jpo


def test_two_thousand_midnights_on_wrong_clocks_overspend_nothing(tmp_path: Path) -> None:
    """A6: skew up to 10 minutes, steps up to 30 seconds, replies lost or without a counter."""
    folders = [tmp_path / f"state {seed // 20}" for seed in range(2_000)]
    spent = [sum(midnight_storm(seed, folder).used.values()) for seed, folder in enumerate(folders)]
    assert sum(spent) / len(spent) > 8, "the storm must reach both days' limits to prove anything"


# ── the minute ────────────────────────────────────────────────────────────────────────────────


def calls_until_full(ledger: SqliteLedger, row: Endpoint[Any]) -> int:
    for granted in range(100):
        try:
            ledger.sent(ledger.reserve(row))
        except MinuteFull:
            return granted
    return 100


def test_the_minute_holds_ten_domestic_and_five_opd_calls(build: Build) -> None:
    """Handbook v1.4, 3(3)2; the two groups do not share their places."""
    ledger = build()
    assert (calls_until_full(ledger, PROGRESS), calls_until_full(ledger, OPD)) == (10, 5)
    assert (calls_until_full(ledger, DESIGN), ledger.minute("opd")) == (0, (0, 61.0))


def test_a_place_is_stamped_when_the_call_settles(build: Build, clock: ManualClock) -> None:
    """Stamped at send, the JPO would see up to 17 in 60 seconds."""
    ledger = build(per_minute={"domestic": 1, "opd": 1})
    reservation = ledger.reserve(PROGRESS)
    ledger.sent(reservation)
    clock.advance(40.0)
    ledger.settle(reservation, remaining=None, outcome="FOUND")
    clock.advance(60.5)
    with pytest.raises(MinuteFull) as full:
        ledger.reserve(PROGRESS)
    assert full.value.wait == pytest.approx(0.5)  # pyright: ignore[reportUnknownMemberType]
    clock.advance(0.5)
    ledger.reserve(PROGRESS)


def test_a_call_whose_process_died_keeps_its_place_for_three_minutes(build: Build, clock: ManualClock) -> None:
    """It may still be on its way: sent + 120 s + the minute."""
    ledger = build(per_minute={"domestic": 1, "opd": 1})
    ledger.sent(ledger.reserve(PROGRESS))
    clock.advance(180.9)
    with pytest.raises(MinuteFull):
        ledger.reserve(PROGRESS)
    clock.advance(0.1)
    ledger.reserve(PROGRESS)


def test_wall_clock_jumps_do_not_move_the_minute(build: Build, clock: ManualClock) -> None:
    """A7: 500 jumps of hours and days in a stream of calls; never more than ten in any true minute."""
    dice, ledger, arrivals = rolls(7), build(limits={"1-1": 10_000}), list[float]()
    for _ in range(500):
        clock.step(dice.choice([-86_400.0, -3_600.0, 0.0, 3_600.0, 86_400.0]))
        try:
            reservation = ledger.reserve(PROGRESS)
        except MinuteFull as full:
            clock.advance(min(full.wait, 20.0))
            continue
        ledger.sent(reservation)
        clock.advance(dice.uniform(0.0, 2.0))
        arrivals.append(clock.monotonic())
        ledger.settle(reservation, remaining=None, outcome="FOUND")
    assert len(arrivals) > 100
    assert all(later - earlier > 60.0 for earlier, later in zip(arrivals, arrivals[10:], strict=False))


def test_a_single_process_sustains_nine_calls_a_minute(build: Build, clock: ManualClock) -> None:
    """The margin must not cost the pace: 30 minutes of calls of 0.2 seconds."""
    ledger, began, calls = build(), clock.monotonic(), 0
    while clock.monotonic() < began + 1_800.0:
        try:
            reservation = ledger.reserve(PROGRESS)
        except MinuteFull as full:
            clock.advance(full.wait)
            continue
        ledger.sent(reservation)
        clock.advance(0.2)
        ledger.settle(reservation, remaining=None, outcome="FOUND")
        calls += 1
    assert calls >= 9 * 30


def test_a_busy_jpo_halves_the_pace_for_every_process(build: Build, clock: ManualClock) -> None:
    """303: half the rate for ten minutes."""
    one, other = build(), build()
    one.slow_down("domestic", clock.now() + 600.0)
    assert calls_until_full(other, PROGRESS) == 5
    assert calls_until_full(other, OPD) == 5
    clock.advance(600.0)
    assert calls_until_full(other, PROGRESS) == 10


@pytest.mark.parametrize(
    ("up", "leap", "wait"),
    [(3.0, 20.0, 58.0), (3.0, 9 * 3_600.0, 58.0), (3.0, -3_600.0, 181.0), (500.0, 20.0, 41.0)],
)
def test_a_restart_of_the_machine_keeps_the_minute_whatever_the_wall_clock_says(
    up: float, leap: float, wait: float, build: Build, clock: ManualClock
) -> None:
    """A7: what was sent before the boot is as old as the boot at least; a folder moved to another machine is not."""
    ledger = build(per_minute={"domestic": 1, "opd": 1})
    spend(ledger)
    clock._monotonic = up
    clock.step(leap)
    after = build(per_minute={"domestic": 1, "opd": 1}, boot_id="next boot")
    assert after.minute("domestic") == (0, pytest.approx(min(wait, 61.0)))
    clock.advance(wait)
    after.reserve(PROGRESS)


def test_a_leap_of_the_wall_clock_that_looks_like_a_restart_frees_no_place(build: Build, clock: ManualClock) -> None:
    """A7: without an id of the boot it is told by the wall clock, which NTP or a person sets while we run."""
    ledger = build(per_minute={"domestic": 1, "opd": 1})
    spend(ledger)
    clock.advance(20.0)
    clock.step(3_600.0)
    other = build(per_minute={"domestic": 1, "opd": 1}, boot_id="a wrong guess")
    assert other.minute("domestic") == (0, pytest.approx(41.0))
    clock.advance(41.0)
    other.reserve(PROGRESS)


# ── what processes tell each other ────────────────────────────────────────────────────────────


def test_a_fact_is_shared_changed_in_one_step_and_forgotten(build: Build) -> None:
    """Breaker and latch belong to the ID, not to one process."""
    one, other, stranger = build(), build(), build(identity="other")
    one.put_state("breaker", "open")
    assert (other.state("breaker"), stranger.state("breaker")) == ("open", None)
    assert other.update_state("breaker", lambda text: f"{text}, probing") == "open, probing"
    assert one.state("breaker") == "open, probing"
    one.put_state("breaker", None)
    assert other.state("breaker") is None


def test_a_change_that_fails_leaves_the_fact_alone(build: Build) -> None:
    """The caller's own error comes through, and nothing is half done."""
    ledger = build()
    ledger.put_state("breaker", "open")
    with pytest.raises(ZeroDivisionError):
        ledger.update_state("breaker", lambda text: str(1 // (text is None)))
    assert ledger.state("breaker") == "open"


def test_retries_are_counted_for_the_day_and_the_hour(build: Build, clock: ManualClock) -> None:
    """The retry budget: per endpoint and day, and per hour over all."""
    ledger = build()
    for row in (PROGRESS, DESIGN):
        ledger.sent(ledger.reserve(row, attempt=2))
    ledger.reserve(PROGRESS, attempt=2)
    ledger.sent(ledger.reserve(PROGRESS, attempt=1))
    assert (ledger.retries_today(PROGRESS), ledger.retries_last_hour()) == (1, 2)
    clock.advance(3_601.0)
    assert (ledger.retries_today(PROGRESS), ledger.retries_last_hour()) == (1, 0)


def test_one_leads_the_others_wait_and_an_expired_lease_is_taken_once(build: Build, clock: ManualClock) -> None:
    """A10: only leaders reserve, so the same question asked at once costs one access."""
    a, b, c = build(), build(), build()
    assert [a.lead("q", owner="a"), b.lead("q", owner="b"), a.lead("q", owner="a")] == [True, False, True]
    clock.advance(60.0)
    assert [b.lead("q", owner="b"), c.lead("q", owner="c")] == [True, False]
    a.land("q", "a")
    assert not c.lead("q", owner="c")
    b.land("q", "b")
    assert c.lead("q", owner="c")


def test_a_lease_from_before_the_boot_is_void(build: Build) -> None:
    """Its owner cannot be alive."""
    build().lead("q", owner="a")
    assert build(boot_id="next boot").lead("q", owner="b")


def test_the_day_s_spending_is_told_by_endpoint_and_outcome(build: Build) -> None:
    """For jpo_quota: who spent it."""
    ledger = build()
    spend(ledger)
    spend(ledger)
    spend(ledger, outcome="uncertain")
    ledger.release(ledger.reserve(PROGRESS))
    ledger.sent(ledger.reserve(DESIGN))
    assert ledger.recent(DAY) == (
        Spending("design/app_progress", "in flight", 1),
        Spending("patent/app_progress", "FOUND", 2),
        Spending("patent/app_progress", "uncertain", 1),
    )


def test_the_quota_of_all_endpoints_comes_in_one_reading(build: Build) -> None:
    """Every row of the table has its line."""
    ledger = build()
    spend(ledger, BUNDLE)
    lines = ledger.quota(ENDPOINTS)
    assert [line.endpoint for line in lines] == list(ENDPOINTS)
    assert {line.endpoint.key: line.remaining.left for line in lines if line.remaining.used} == {BUNDLE.key: 99}


# ── a ledger that cannot be used ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("damage", [b"not a database" * 100, b"SQLite format 3\x00" + b"\xff" * 4_096])
def test_an_unreadable_ledger_is_set_aside_and_nothing_is_spent_that_day(
    damage: bytes, build: Build, clock: ManualClock, tmp_path: Path
) -> None:
    """Precious: never deleted, never begun anew while its day lasts, unless the operator takes it away."""
    file = tmp_path / "state" / "ledger.db"
    build().close()
    file.write_bytes(damage)
    aside = file.with_name(f"ledger.db.unreadable-{int(NOON)}")
    for _ in range(2):
        with pytest.raises(LedgerUnavailable, match="unreadable") as refused:
            build()
        assert aside.read_bytes() == damage
        assert len(refused.value.text()) <= 600
    clock.advance(12 * 3_600.0)
    assert left(build()) == 800


def test_an_operator_who_takes_the_unreadable_file_away_begins_anew(build: Build, tmp_path: Path) -> None:
    """The message says so."""
    build().close()
    file = tmp_path / "state" / "ledger.db"
    file.write_bytes(b"x" * 1_000)
    with pytest.raises(LedgerUnavailable):
        build()
    file.with_name(f"ledger.db.unreadable-{int(NOON)}").unlink()
    assert left(build()) == 800


def test_damage_in_the_middle_of_the_file_is_noticed_at_the_start(build: Build, tmp_path: Path) -> None:
    """A header that opens is no proof."""
    ledger = build()
    spend(ledger)
    ledger.close()
    file = tmp_path / "state" / "ledger.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:4_096] + b"\x5a" * (len(whole) - 4_096))
    with pytest.raises(LedgerUnavailable):
        build()
    assert list(file.parent.glob("ledger.db.unreadable-*"))


@pytest.mark.parametrize("obstacle", ["folder", "link", "file for folder"])
def test_something_else_in_the_ledger_s_place_is_refused(obstacle: str, build: Build, tmp_path: Path) -> None:
    """A planted link or folder is never followed or replaced."""
    folder = tmp_path / "state"
    if obstacle == "file for folder":
        folder.write_text("in the way")
    else:
        folder.mkdir()
        (folder / "ledger.db").mkdir() if obstacle == "folder" else (folder / "ledger.db").symlink_to(tmp_path / "x")
    with pytest.raises(LedgerUnavailable) as refused:
        build()
    assert "state" in refused.value.text("en")
    assert not (tmp_path / "x").exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which nobody can create files")
def test_a_folder_that_cannot_be_made_names_its_path(build: Build) -> None:
    """A read-only place, even for root."""
    with pytest.raises(LedgerUnavailable, match="/proc/jpo"):
        build(folder=Path("/proc/jpo/state"))


@pytest.mark.parametrize(
    "fault", ["PRAGMA query_only = 1", "PRAGMA max_page_count = 1"], ids=["read-only", "disk full"]
)
def test_a_ledger_that_cannot_be_written_lets_nothing_out(fault: str, build: Build) -> None:
    """A17: fail closed for the JPO; reading what is left still works."""
    ledger = build(per_minute=PLENTY, limits={"1-1": 100_000})
    ledger._db.execute(fault)
    granted = granted_until_it_fails(ledger)
    assert granted < 2_000
    assert left(ledger) == 100_000 - granted


def granted_until_it_fails(ledger: SqliteLedger) -> int:
    for granted in range(2_000):
        try:
            ledger.reserve(PROGRESS)
        except LedgerUnavailable:
            return granted
    return 2_000


def test_a_ledger_locked_by_somebody_else_lets_nothing_out(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """A17: busy for too long is unavailable, not free."""
    monkeypatch.setattr("jpo_mcp.upstream.sqlite_ledger.PATIENCE", 0.0)
    ledger = build()
    other = sqlite3.connect(ledger.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerUnavailable, match="locked"):
        ledger.reserve(PROGRESS)
    other.execute("ROLLBACK")
    other.close()
    ledger.reserve(PROGRESS)


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed there")
def test_a_ledger_whose_file_was_removed_does_not_count_on_in_a_ghost(build: Build) -> None:
    """SQLite would go on writing to the removed file, unseen by everybody else."""
    ledger = build()
    reservation = ledger.reserve(PROGRESS)
    ledger.path.rename(ledger.path.with_name("moved"))
    with pytest.raises(LedgerUnavailable):
        ledger.sent(reservation)
    build()
    with pytest.raises(LedgerUnavailable, match="replaced"):
        ledger.sent(reservation)


class Failing:
    """A connection whose n-th statement fails."""

    def __init__(self, db: sqlite3.Connection, nth: int) -> None:
        self._db = db
        self._left = nth

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    def execute(self, *given: Any) -> sqlite3.Cursor:
        self._left -= 1
        if self._left == 0:
            raise sqlite3.OperationalError("disk I/O error")
        return self._db.execute(*given)


def test_a_fault_at_any_statement_never_lets_a_call_out_uncounted(build: Build) -> None:
    """A17, in SQLite's own form: fail the n-th operation, for every n."""
    nth, failures = 0, 0
    while failures == nth:
        nth += 1
        ledger, arrived = build(identity=str(nth)), 0
        whole = ledger._db
        ledger._db = cast("sqlite3.Connection", Failing(whole, nth))
        try:
            reservation = ledger.reserve(PROGRESS)
            ledger.sent(reservation)
            arrived += 1
            ledger.settle(reservation, remaining=799, server_time=NOON + 100.0, outcome="FOUND")
        except LedgerUnavailable:
            failures += 1
        ledger._db = whole
        assert ledger.remaining(PROGRESS).used >= arrived
        ledger.reserve(PROGRESS)
        ledger.close()
    assert nth > 20


@pytest.mark.skipif(os.name == "nt", reason="modes are not Windows's way")
def test_folder_and_file_are_ours_alone_even_without_a_umask(build: Build, tmp_path: Path) -> None:
    """E6: 0700 and 0600."""
    before = os.umask(0)
    try:
        ledger = build(durable=True)
        spend(ledger)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}


def test_the_file_is_written_in_the_safe_mode(build: Build) -> None:
    """No write-ahead log (older SQLite can corrupt it between processes), every commit synced, no mmap."""
    db = build(durable=True)._db
    asked = ("journal_mode", "synchronous", "mmap_size")
    assert [db.execute(f"PRAGMA {name}").fetchone()[0] for name in asked] == ["truncate", 2, 0]


# ── on the event loop ─────────────────────────────────────────────────────────────────────────


async def test_the_local_ledger_does_the_same_off_the_event_loop(tmp_path: Path, clock: ManualClock) -> None:
    """One dedicated thread; nothing is opened before the first question."""
    ledger = LocalLedger(tmp_path / "state", identity="id", clock=clock, limits={"1-1": 2})
    assert not (tmp_path / "state").exists()
    reservation = await ledger.reserve(PROGRESS, attempt=2)
    await ledger.sent(reservation)
    assert await ledger.retries_today(PROGRESS) == await ledger.retries_last_hour() == 1
    await ledger.settle(reservation, remaining=1, outcome="FOUND")
    await ledger.release(await ledger.reserve(PROGRESS))
    await ledger.slow_down("domestic", clock.now() + 60.0)
    assert await ledger.minute("domestic") == (4, 0.0)
    await ledger.put_state("a", "1")
    assert await ledger.update_state("a", lambda text: f"{text}2") == await ledger.state("a") == "12"
    assert [await ledger.lead("q", owner="x"), await ledger.lead("q", owner="y", lease=1.0)] == [True, False]
    await ledger.land("q", "x")
    await ledger.spent(DESIGN)
    assert [line.remaining.left for line in await ledger.quota((PROGRESS, DESIGN))] == [1, 0]
    assert await ledger.recent(DAY) == (Spending("patent/app_progress", "FOUND", 1),)
    assert (await ledger.remaining(PROGRESS)).used == 1
    await ledger.close()
    await ledger.close()


async def test_a_local_ledger_never_asked_anything_closes_quietly(tmp_path: Path, clock: ManualClock) -> None:
    """A server that only lists its tools touches no file."""
    await LocalLedger(tmp_path / "state", identity="id", clock=clock).close()
    assert not (tmp_path / "state").exists()
