"""How often one person may call: a bucket that fills with time. Nobody sleeps; a call too many is told when to come."""

from __future__ import annotations

import math

from jpo_mcp.clock import Clock
from jpo_mcp.errors import TooManyCalls, Words

PER_MINUTE = 60
BURST = 20
_MOST_PEOPLE = 10_000


class CallRate:
    """A bucket for each person: `BURST` calls at once, then `PER_MINUTE` a minute."""

    def __init__(self, clock: Clock, *, per_minute: int = PER_MINUTE, burst: int = BURST) -> None:
        self._clock = clock
        self._per_second = per_minute / 60.0
        self._per_minute = per_minute
        self._burst = burst
        self._full_at: dict[str, float] = {}
        """When each person's bucket will be full again: the whole state of a bucket in one number."""

    def take(self, person: str) -> None:
        """Takes one call of this person's, or raises `TooManyCalls`."""
        now = self._clock.monotonic()
        full_at = max(self._full_at.get(person, now), now) + 1 / self._per_second
        wait = full_at - now - self._burst / self._per_second
        if wait > 1e-9:
            raise self._too_many(wait)
        if len(self._full_at) >= _MOST_PEOPLE:
            self._full_at = {name: full for name, full in self._full_at.items() if full > now}
        self._full_at[person] = full_at

    def _too_many(self, wait: float) -> TooManyCalls:
        seconds = math.ceil(wait)
        return TooManyCalls(
            Words("too many calls at once; nothing was sent to the JPO", "呼び出しが多すぎます（特許庁へは未送信）。"),
            Words(
                f"wait {seconds} s; jpo_check_portfolio looks at many cases in one call",
                f"{seconds}秒お待ちください。多数の案件は jpo_check_portfolio で一度に確認できます。",
            ),
            rule=Words(
                f"{self._burst} calls at once and {self._per_minute} a minute for each person",
                f"1人につき一度に{self._burst}回、毎分{self._per_minute}回まで",
            ),
        )
