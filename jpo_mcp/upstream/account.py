"""What the JPO's counter teaches about one endpoint's day. Pure: no file, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from jpo_mcp.clock import jst_day

Basis = Literal["counter", "learned", "settings", "table"]
"""How a limit is known."""

GUARD = 60.0
"""Seconds either side of 00:00 JST in which a call is charged to both days."""

_MOST_COUNTED = 1_000_000
_OLDEST_DATE = 1_577_836_800.0  # 2020-01-01: a Date before it is no Date
_SKEW_STEP = 1.5


@dataclass(frozen=True, slots=True)
class Account:
    """One endpoint's day. `believed` is the capacity in terms of our own `used`: left = believed - used.

    `top` is the most that today's counters allow it to be, None before the first. `doubts` are calls
    counted as used that no counter has vouched for since the last exact one; `doubted` says there ever were any.
    """

    used: int
    believed: int
    basis: Basis
    top: int | None = None
    doubts: int = 0
    doubted: bool = False
    latched: bool = False

    @property
    def left(self) -> int:
        """Accesses nobody has used yet."""
        return 0 if self.latched else max(0, self.believed - self.used)


def readable_counter(value: object) -> int | None:
    """`remainAccessCount` ("785") as a number; None when it is absent, empty, negative, absurd or no number."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, int):
        return value if 0 <= value <= _MOST_COUNTED else None
    readable = value.isascii() and value.isdigit() and len(value) <= 7
    return int(value) if readable and int(value) <= _MOST_COUNTED else None


def observed(account: Account, counter: int, concurrent: int) -> Account:
    """The account after a reply said `counter`, while `concurrent` other calls may or may not have been counted.

    The JPO had counted between `used - concurrent` and `used` of our calls when it wrote that number, so the
    capacity lies in [counter + used - concurrent, counter + used]. A belief above it comes down at once:
    somebody else spends, or the table was too high. One below it goes up at the first counter of the day
    (a limit was raised), or later when nothing was concurrent, and then never above what earlier counters
    allow plus the calls that may not have been counted: a stale reply cannot raise it.
    """
    high = counter + account.used
    low = high - concurrent
    exact = concurrent == 0
    believed = _followed(account, low, high, exact=exact)
    if exact:
        return replace(account, believed=believed, basis="counter", top=believed, doubts=0)
    top = high if account.top is None else min(account.top, high)
    return replace(account, believed=believed, basis="counter", top=max(top, believed))


def _followed(account: Account, low: int, high: int, *, exact: bool) -> int:
    if account.believed > high:
        return low
    if account.believed >= low:
        return account.believed
    if account.top is None:
        return low
    return max(account.believed, min(low, account.top + account.doubts)) if exact else account.believed


def taught_limit(account: Account, counter: int, concurrent: int) -> int | None:
    """The endpoint's daily limit as that reply proves it, or None where it proves nothing exact."""
    return None if concurrent or account.doubted else counter + account.used


def charged_days(moment: float) -> tuple[int, ...]:
    """The day or, close to 00:00 JST, the two days a call at that moment may be counted in; the earlier first."""
    days = {jst_day(moment - GUARD), jst_day(moment + GUARD)}
    return tuple(sorted(days))


def day_of_refusal(at: float) -> int:
    """The day a 203 speaks of: just after 00:00 JST it is still about the day before."""
    return jst_day(at - GUARD)


def readable_date(server_time: float | None) -> float | None:
    """A reply's Date, or None where it cannot be one."""
    return server_time if server_time is not None and server_time > _OLDEST_DATE else None


def corrected(at: float, server_time: float, took: float) -> float | None:
    """The true time, where `at` cannot be right: the reply was written within the seconds the call `took`."""
    proved = min(max(at, server_time), server_time + took)
    return proved if abs(proved - at) > _SKEW_STEP else None
