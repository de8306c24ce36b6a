"""When to ask again, how long an answer stays fresh, and when an old one may be served.

Pure: the clock, the dice and the counts are passed in. Every retry is an access and a place
in the minute, so retrying is one policy with the ledger, decided here and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from jpo_mcp.clock import DAY, jst_date, next_jst_midnight
from jpo_mcp.endpoints import Endpoint, Keep
from jpo_mcp.models.common import DocumentRow
from jpo_mcp.upstream.envelope import Said

# ── asking again ──────────────────────────────────────────────────────────────────────────────

_SLOT = 6.0
"""Seconds between two accesses at ten a minute: a retry after sending waits at least one place."""

_BUSY_WAIT = 30.0
_RETRIES_AN_HOUR = 10
_SHARE_TO_RETRY = 0.2


@dataclass(frozen=True, slots=True)
class Budget:
    """What a retry may still cost: of this endpoint today, and of the hour over all endpoints."""

    left: int
    limit: int
    retries_today: int
    retries_this_hour: int

    @property
    def allows(self) -> bool:
        most = 3 if self.limit <= 100 else int(self.limit * 0.05)
        return self.retries_today < most and self.retries_this_hour < _RETRIES_AN_HOUR


@dataclass(frozen=True, slots=True)
class Retry:
    """Ask again after `wait` seconds."""

    wait: float


def decide(
    said: Said, attempt: int, budget: Budget, dice: Callable[[], float], retry_after: float = 0.0
) -> Retry | None:
    """Whether to ask again after this outcome of attempt 1, 2, ...; None means stop.

    `dice` gives a number in [0, 1). The most attempts for any one question is three.
    """
    if said is Said.TOKEN:
        return Retry(0.0) if attempt == 1 else None
    if said is Said.NOT_CONNECTED:
        return Retry(0.5 + 1.5 * dice()) if attempt <= 2 else None
    if said is Said.CONNECT_TIMEOUT:
        return Retry(1.0 + dice()) if attempt == 1 else None
    if not budget.allows:
        return None
    if said is Said.BUSY and attempt <= 2:
        floor = max(retry_after, _BUSY_WAIT)
        return Retry(floor + floor * dice())
    plenty = budget.left > _SHARE_TO_RETRY * budget.limit
    if said in {Said.LOST, Said.UNAVAILABLE} and attempt == 1 and plenty:
        return Retry(_SLOT + _SLOT * dice())
    return None


NEVER_SENT = frozenset({Said.NOT_CONNECTED, Said.CONNECT_TIMEOUT})
"""Outcomes before anything reached the JPO: they cost nothing."""

UNCERTAIN = frozenset({Said.LOST, Said.UNAVAILABLE, Said.MALFORMED, Said.BUSY, Said.TOKEN, Said.CREDENTIALS})
"""Outcomes of which nobody knows whether the JPO counted them: spent until a counter says otherwise."""

TROUBLE = frozenset({Said.NOT_CONNECTED, Said.CONNECT_TIMEOUT, Said.LOST, Said.UNAVAILABLE, Said.MALFORMED})
"""Outcomes that count against the JPO's being there at all."""


# ── the breaker ───────────────────────────────────────────────────────────────────────────────

_OPENS_AFTER = 5
_CLOSES_AFTER = 2
_PROBE_MINUTES = (1, 2, 4, 8, 15, 30, 60)
_WINDOW = 120.0
_WINDOW_CALLS = 10


@dataclass(frozen=True, slots=True)
class Breaker:
    """Stops asking a JPO that cannot answer, for all processes together (its state is in the ledger).

    Opens after five marks in a row, or when half of at least ten calls in two minutes failed;
    lets one probe through after 1, 2, 4, 8, 15, 30, 60 minutes; closes after two good answers.
    """

    in_a_row: int = 0
    good: int = 0
    probes: int = 0
    opened_at: float | None = None
    next_probe: float = 0.0
    recent: tuple[tuple[float, bool], ...] = ()

    @classmethod
    def load(cls, text: str | None) -> Breaker:
        """The breaker kept as `text`; a closed one where nothing readable is kept."""
        try:
            kept: dict[str, Any] = {**asdict(cls()), **json.loads(text or "{}")}
            return cls(
                int(kept["in_a_row"]),
                int(kept["good"]),
                int(kept["probes"]),
                None if kept["opened_at"] is None else float(kept["opened_at"]),
                float(kept["next_probe"]),
                tuple((float(at), bool(bad)) for at, bad in kept["recent"]),
            )
        except (ValueError, TypeError, OverflowError):
            return cls()

    def dump(self) -> str:
        return json.dumps(asdict(self))

    def allows(self, now: float) -> bool:
        """Whether a call may go out: always when closed, once a probe is due when open."""
        return self.opened_at is None or now >= self.next_probe

    def probing(self, now: float) -> Breaker:
        """The breaker once a probe has been let through: others wait for the next one."""
        if self.opened_at is None:
            return self
        return replace(self, next_probe=now + 60.0 * _PROBE_MINUTES[min(self.probes, len(_PROBE_MINUTES) - 1)])

    def after(self, said: Said, now: float) -> Breaker:
        """The breaker after an outcome."""
        return self._failed(now) if said in TROUBLE else self._answered(now)

    def _failed(self, now: float) -> Breaker:
        recent = self._recent(now, failed=True)
        row = self.in_a_row + 1
        if self.opened_at is not None:
            probes = self.probes + 1
            wait = 60.0 * _PROBE_MINUTES[min(probes, len(_PROBE_MINUTES) - 1)]
            return replace(self, in_a_row=row, good=0, probes=probes, next_probe=now + wait, recent=recent)
        failures = sum(failed for _, failed in recent)
        if row >= _OPENS_AFTER or (len(recent) >= _WINDOW_CALLS and 2 * failures >= len(recent)):
            return Breaker(row, 0, 0, now, now + 60.0 * _PROBE_MINUTES[0], recent)
        return replace(self, in_a_row=row, good=0, recent=recent)

    def _answered(self, now: float) -> Breaker:
        recent = self._recent(now, failed=False)
        good = self.good + 1
        if self.opened_at is not None and good < _CLOSES_AFTER:
            return replace(self, in_a_row=0, good=good, next_probe=now, recent=recent)
        return Breaker(good=min(good, _CLOSES_AFTER), recent=() if self.opened_at is not None else recent)

    def _recent(self, now: float, *, failed: bool) -> tuple[tuple[float, bool], ...]:
        return (*((at, bad) for at, bad in self.recent if now - at < _WINDOW), (now, failed))[-50:]


# ── the latch on refused credentials ──────────────────────────────────────────────────────────

_LATCH = 15 * 60.0
_LATCH_MOST = 4 * 3_600.0


def latch_seconds(failures: int) -> float:
    """How long not to try refused credentials again: 15 minutes, doubling to 4 hours."""
    return min(_LATCH * 2 ** min(max(0, failures - 1), 4), _LATCH_MOST)


# ── fresh and stale ───────────────────────────────────────────────────────────────────────────

_MONTH = 30 * DAY
_QUARTER = 90 * DAY
_MAX_STALE = {
    Keep.DAILY: 7 * DAY,
    Keep.RIGHT: 7 * DAY,
    Keep.MONTH: _MONTH,
    Keep.FINAL: _QUARTER,
    Keep.REFERENCE: _QUARTER,
    Keep.BUNDLE: _QUARTER,
}
_OUTSIDE_COVERAGE = "111"


def fresh_until(
    endpoint: Endpoint[Any], arguments: tuple[str, ...], status_code: str, data: object, now: float
) -> float:
    """Until when an answer given now is fresh. `data` is the decoded record, None for "nothing"."""
    tomorrow = next_jst_midnight(now)
    if data is None:
        return now + _MONTH if status_code == _OUTSIDE_COVERAGE else tomorrow
    match endpoint.keep:
        case Keep.MONTH:
            return now + _MONTH
        case Keep.FINAL:
            return now + _QUARTER
        case Keep.REFERENCE:
            return tomorrow if arguments[0] == "application" else now + _QUARTER
        case Keep.RIGHT:
            return now + _MONTH if _right_is_over(data, jst_date(now)) else tomorrow
        case Keep.DAILY | Keep.BUNDLE:
            return tomorrow


def keep_until(endpoint: Endpoint[Any], fresh: float, now: float) -> float:
    """Until when an answer given now may still be served, marked stale, if nothing newer can be had."""
    return max(fresh, now + _MAX_STALE[endpoint.keep])


def _right_is_over(data: object, today: date) -> bool:
    over = getattr(data, "right_is_over", None)
    return bool(over(today)) if callable(over) else False


_LATE_ROWS = timedelta(days=3)
"""A paper shows a day or two after its date, so one that recent may be missing from a bundle."""


def bundle_is_current(papers: frozenset[str], rows: tuple[DocumentRow, ...], bundled_at: float) -> bool:
    """Whether a bundle fetched then still holds every paper of its kind that the case's list shows now."""
    since = jst_date(bundled_at) - _LATE_ROWS
    return not any(row.document_code in papers and not _before(row.legal_date, since) for row in rows)


def _before(legal_date: date | str | None, day: date) -> bool:
    return isinstance(legal_date, date) and legal_date < day
