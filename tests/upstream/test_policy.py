"""Asking again, the breaker, the latch, fresh and stale: the rules themselves, without network, disk or clock."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpo_mcp.endpoints import Endpoint, endpoint
from jpo_mcp.models.common import DocumentRow, FixedAddress
from jpo_mcp.models.patent import PatentProgress
from jpo_mcp.upstream.envelope import Said
from jpo_mcp.upstream.policy import (
    NEVER_SENT,
    TROUBLE,
    UNCERTAIN,
    Breaker,
    Budget,
    bundle_is_current,
    decide,
    fresh_until,
    keep_until,
    latch_seconds,
)

PLENTY = Budget(left=700, limit=800, retries_today=0, retries_this_hour=0)
DAY = 86_400.0
NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC).timestamp()
MIDNIGHT = NOON + DAY / 2


def wait(
    said: Said, attempt: int, budget: Budget = PLENTY, dice: float = 0.0, retry_after: float = 0.0
) -> float | None:
    retry = decide(said, attempt, budget, lambda: dice, retry_after)
    return retry.wait if retry else None


# ── asking again ──────────────────────────────────────────────────────────────────────────────

TABLE: list[tuple[Said, list[float | None], list[float | None]]] = [
    (Said.NOT_CONNECTED, [0.5, 0.5, None], [2.0, 2.0, None]),
    (Said.CONNECT_TIMEOUT, [1.0, None, None], [2.0, None, None]),
    (Said.LOST, [6.0, None, None], [12.0, None, None]),
    (Said.UNAVAILABLE, [6.0, None, None], [12.0, None, None]),
    (Said.BUSY, [30.0, 30.0, None], [60.0, 60.0, None]),
    (Said.TOKEN, [0.0, None, None], [0.0, None, None]),
    *((said, [None] * 3, [None] * 3) for said in (
        Said.CREDENTIALS, Said.SPENT, Said.REFUSED, Said.MALFORMED, Said.FOUND, Said.NOTHING, Said.FILE, Said.LINK,
    )),
]  # fmt: skip


@pytest.mark.parametrize(("said", "least", "most"), TABLE, ids=[said.name for said, _, _ in TABLE])
def test_each_outcome_is_asked_again_as_the_table_says(
    said: Said, least: list[float | None], most: list[float | None]
) -> None:
    """Reliability 3.2: after attempts 1, 2 and 3, with the dice at either end."""
    assert [wait(said, attempt) for attempt in (1, 2, 3)] == least
    assert [wait(said, attempt, dice=1.0) for attempt in (1, 2, 3)] == most


def test_every_outcome_is_in_the_table() -> None:
    """A new outcome needs a decision."""
    assert {said for said, _, _ in TABLE} == set(Said)


@pytest.mark.parametrize(("told", "dice", "expected"), [(12.0, 0.0, 30.0), (45.0, 0.0, 45.0), (45.0, 1.0, 90.0)])
def test_retry_after_is_a_floor_and_never_below_thirty_seconds(told: float, dice: float, expected: float) -> None:
    """A jitter from zero would meet the same full minute again."""
    assert wait(Said.BUSY, 1, dice=dice, retry_after=told) == expected


@pytest.mark.parametrize(
    ("budget", "allowed"),
    [
        (Budget(700, 800, 39, 0), True),
        (Budget(700, 800, 40, 0), False),
        (Budget(90, 100, 2, 0), True),
        (Budget(90, 100, 3, 0), False),
        (Budget(700, 800, 0, 9), True),
        (Budget(700, 800, 0, 10), False),
    ],
)
def test_retries_have_a_budget_of_the_day_and_of_the_hour(budget: Budget, allowed: bool) -> None:
    """5 % of the day, three where the day is small, ten an hour over all endpoints."""
    for said in (Said.UNAVAILABLE, Said.LOST, Said.BUSY):
        assert (wait(said, 1, budget) is not None) is allowed


@pytest.mark.parametrize(("left", "allowed"), [(161, True), (160, False), (0, False)])
def test_an_uncertain_access_is_risked_only_while_a_fifth_is_left(left: int, allowed: bool) -> None:
    """A 303 surely did not answer, so it is not held to that."""
    budget = Budget(left, 800, 0, 0)
    assert [wait(said, 1, budget) is not None for said in (Said.LOST, Said.UNAVAILABLE)] == [allowed] * 2
    assert wait(Said.BUSY, 1, budget) is not None


def test_what_was_never_sent_is_neither_uncertain_nor_an_answer() -> None:
    """Free, and yet a sign that the JPO is not there."""
    assert NEVER_SENT <= TROUBLE
    assert not NEVER_SENT & UNCERTAIN
    assert not TROUBLE & {Said.FOUND, Said.NOTHING, Said.FILE, Said.BUSY, Said.SPENT, Said.REFUSED, Said.TOKEN}


# ── the breaker ───────────────────────────────────────────────────────────────────────────────


def after(*outcomes: tuple[Said, float], start: Breaker | None = None) -> Breaker:
    breaker = start or Breaker()
    for said, now in outcomes:
        breaker = breaker.after(said, now)
    return breaker


def test_it_opens_after_five_in_a_row_and_not_after_four() -> None:
    """One good answer begins the count again."""
    bad = [(Said.LOST, 1_000.0 * n) for n in range(5)]
    assert after(*bad[:4]).opened_at is None
    assert after(*bad).opened_at == 4_000.0
    assert after(*bad[:4], (Said.FOUND, 4_500.0), *bad[:4]).opened_at is None


def test_it_opens_when_half_of_ten_in_two_minutes_failed() -> None:
    """A JPO that answers every other question is not well."""
    mixed = [(Said.LOST if n % 2 else Said.FOUND, 10.0 * n) for n in range(10)]
    assert after(*mixed[:9]).opened_at is None
    assert after(*mixed).opened_at == 90.0
    assert after(*((said, 14.0 * at) for said, at in mixed)).opened_at is None  # over 21 minutes


def test_it_lets_one_probe_through_at_a_time_ever_later() -> None:
    """1, 2, 4, 8, 15, 30, 60, 60 minutes."""
    breaker, now = after(*((Said.LOST, 0.0) for _ in range(5))), 0.0
    for minutes in (1, 2, 4, 8, 15, 30, 60, 60):
        assert not breaker.allows(now + 60.0 * minutes - 0.1)
        now += 60.0 * minutes
        assert breaker.allows(now)
        probing = breaker.probing(now)
        assert not probing.allows(now)
        breaker = probing.after(Said.UNAVAILABLE, now)


def test_it_closes_after_two_good_answers() -> None:
    """The second may follow at once; a failure between them begins the count again."""
    opened = after(*((Said.LOST, 0.0) for _ in range(5)))
    once = opened.after(Said.FOUND, 60.0)
    assert (once.opened_at, once.allows(60.0)) == (0.0, True)
    assert once.after(Said.NOTHING, 61.0).opened_at is None
    assert after((Said.LOST, 61.0), (Said.FOUND, 500.0), start=once).opened_at == 0.0


@given(st.lists(st.tuples(st.sampled_from(list(Said)), st.floats(0, 1e6)), max_size=60))
def test_it_survives_being_written_down(outcomes: list[tuple[Said, float]]) -> None:
    """Its state is shared by all processes as text."""
    breaker = after(*outcomes)
    assert Breaker.load(breaker.dump()) == breaker


@pytest.mark.parametrize(
    "text", [None, "", "[]", "null", "1", "{", '{"opened_at": "soon"}', '{"recent": 5}', '{"recent": [[1]]}', '"x"']
)
def test_unreadable_memory_is_a_closed_breaker(text: str | None) -> None:
    """Whoever wrote it."""
    assert Breaker.load(text) == Breaker()


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda c: st.lists(c) | st.dictionaries(
    st.sampled_from(["in_a_row", "good", "probes", "opened_at", "next_probe", "recent", "other"]), c)))  # fmt: skip
def test_no_memory_is_fatal(value: Any) -> None:
    """Any JSON at all gives a breaker that can be asked."""
    assert Breaker.load(json.dumps(value)).allows(0.0) in {True, False}


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 15), (1, 15), (2, 30), (3, 60), (4, 120), (5, 240), (6, 240), (500, 240)]
)
def test_the_latch_doubles_from_a_quarter_of_an_hour_to_four(failures: int, minutes: int) -> None:
    """Refused credentials."""
    assert latch_seconds(failures) == 60.0 * minutes


# ── fresh and stale ───────────────────────────────────────────────────────────────────────────


def progress(erasure: str | None = None, expires: date | None = None) -> PatentProgress:
    return PatentProgress(application_number="2020490001", erasure_identifier=erasure, expire_date=expires)


def fresh(name: str, data: object, kind: str = "", code: str = "100") -> float:
    row: Endpoint[Any] = endpoint("patent", name)
    return fresh_until(row, (*([kind] if kind else []), "2020490001"), code, data, NOON)


def test_a_live_case_is_fresh_until_midnight_in_japan() -> None:
    """Also one whose term ended within the half year in which it may be renewed."""
    assert fresh("app_progress", progress()) == MIDNIGHT
    assert fresh("app_progress", progress("00", date(2040, 1, 1))) == MIDNIGHT
    assert fresh("registration_info", progress("00", date(2026, 6, 1))) == MIDNIGHT


def test_a_right_that_is_over_is_fresh_for_a_month() -> None:
    """Erased, or expired longer ago than a renewal may be late."""
    assert fresh("app_progress", progress("01")) == NOON + 30 * DAY
    assert fresh("registration_info", progress("00", date(2026, 1, 1))) == NOON + 30 * DAY


def test_final_facts_are_fresh_for_90_days() -> None:
    """A reference from a final number, a permanent address, a PCT match."""
    assert fresh("case_number_reference", progress(), "publication") == NOON + 90 * DAY
    assert fresh("case_number_reference", progress(), "application") == MIDNIGHT
    assert fresh("jpp_fixed_address", FixedAddress()) == NOON + 90 * DAY


@pytest.mark.parametrize(("code", "until"), [("107", MIDNIGHT), ("108", MIDNIGHT), ("111", NOON + 30 * DAY)])
def test_nothing_is_fresh_until_midnight_or_a_month(code: str, until: float) -> None:
    """Whatever the row says of a good answer."""
    for name in ("app_progress", "jpp_fixed_address", "applicant_attorney_cd", "cite_doc_info"):
        assert fresh(name, None, code=code) == until


@pytest.mark.parametrize(
    ("name", "days"),
    [("app_progress", 7), ("cite_doc_info", 7), ("applicant_attorney", 30), ("app_doc_cont_refusal_reason", 90)],
)
def test_how_old_an_answer_may_be_served_as_stale(name: str, days: int) -> None:
    """Reliability 3.7: status 7 days, applicant codes 30, documents 90; never before it stops being fresh."""
    row: Endpoint[Any] = endpoint("patent", name)
    assert keep_until(row, MIDNIGHT, NOON) == NOON + days * DAY
    assert keep_until(row, NOON + 100 * DAY, NOON) == NOON + 100 * DAY


@pytest.mark.parametrize(
    ("code", "day", "current"),
    [
        ("A131", date(2026, 11, 19), True),
        ("A131", date(2026, 11, 20), False),
        ("A131", date(2026, 12, 1), False),
        ("A131", "2026", False),
        ("A131", None, False),
        ("A01", date(2026, 12, 1), True),
    ],
)
def test_a_bundle_is_current_unless_the_list_shows_a_paper_of_its_kind_since(
    code: str, day: date | str | None, current: bool
) -> None:
    """Papers show a day or two late, so three days before the bundle count as since; an unreadable date does too."""
    rows = (DocumentRow(document_code=code, legal_date=day), DocumentRow(document_code="A63", legal_date=None))
    assert bundle_is_current(frozenset({"A131"}), rows, NOON) is current
