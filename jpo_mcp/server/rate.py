"""How often one person may call, and how many calls may be under way. Nobody sleeps; a call too many is told so."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from jpo_mcp.clock import Clock
from jpo_mcp.errors import TooManyCalls, Words

PER_MINUTE = 60
BURST = 20
UNDER_WAY = 16
"""A quarter of the server's places: three people whose calls all wait for the JPO's minute leave one to the others."""

_MOST_PEOPLE = 10_000


class CallRate:
    """For each person a bucket of `BURST` calls, filled again with `PER_MINUTE` a minute, and `UNDER_WAY` at once."""

    def __init__(self, clock: Clock, *, per_minute: int = PER_MINUTE, burst: int = BURST) -> None:
        self._clock = clock
        self._per_second = per_minute / 60.0
        self._per_minute = per_minute
        self._burst = burst
        self._full_at: dict[str, float] = {}
        """When each person's bucket will be full again: the whole state of a bucket in one number."""
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def call(self, person: str) -> Generator[None]:
        """A call of this person's, under way until the end of the block; `TooManyCalls` where it is one too many."""
        if self._under_way[person] >= UNDER_WAY:
            raise _too_many_under_way()
        self.take(person)
        self._under_way[person] += 1
        try:
            yield
        finally:
            self._under_way[person] -= 1
            self._under_way += Counter()  # forgets whoever has none

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
                f"{self._burst} calls in a row, then {self._per_minute} a minute, for each person",
                f"1人につき続けて{self._burst}回、以後は毎分{self._per_minute}回まで",
            ),
        )


def _too_many_under_way() -> TooManyCalls:
    return TooManyCalls(
        Words(
            f"{UNDER_WAY} of your calls are still under way; nothing was sent to the JPO",
            f"処理中の呼び出しが{UNDER_WAY}件あります（特許庁へは未送信）。",
        ),
        Words(
            "call again when one of them has been answered; jpo_check_portfolio looks at many cases in one call",
            "いずれかの回答を待ってから再度お試しください。多数の案件は jpo_check_portfolio で一度に確認できます。",
        ),
        rule=Words(f"{UNDER_WAY} calls under way for each person", f"1人につき同時に{UNDER_WAY}件まで"),
    )
