"""What the pipeline asks of a ledger, on this machine or shared by several.

A call is *reserved* before anything is sent, marked *sent* before its first byte leaves, and *settled* by
what came back. Sent is spent until a counter proves otherwise; never connected is free.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from jpo_mcp.clock import jst_midnight, jst_text
from jpo_mcp.endpoints import Endpoint, Pace
from jpo_mcp.errors import LedgerUnavailable, QuotaSpent, ShareSpent, Words
from jpo_mcp.upstream.account import GUARD, Account, Basis

NO_COUNT = Words("no count, no access", "数えられないときはアクセスしません。")
"""The rule behind every refusal of a ledger."""


def operators_limit(endpoint: Endpoint[Any], limits: Mapping[str, int]) -> int | None:
    """The day's limit that the operator set for this endpoint, by its key or its API number."""
    return limits.get(endpoint.key, limits.get(endpoint.api_number))


def kept_for_people(endpoint: Endpoint[Any], share: float, *, believed: int, limits: Mapping[str, int]) -> int:
    """Accesses that a batch leaves untouched: a share of the whole day, not of what others have left of it.

    The whole day is what the JPO's counters led us to believe, or the limit as set or published if that is more.
    """
    limit = operators_limit(endpoint, limits)
    return math.ceil(share * max(believed, endpoint.limit.per_day if limit is None else limit))


def most_of_one(share: float, believed: int) -> int:
    """Accesses to one endpoint that one person may take of a day believed to hold so many: at least 1.

    Until the day is over nobody knows who else will need it, so the share holds all day. What is believed falls
    where others spend on the same ID, and the share with it.
    """
    return max(1, math.floor(share * believed + 1e-9))  # 0.29 x 100 is 28.999… to a computer


def quota_spent(
    endpoint: Endpoint[Any], account: Account, over: float, *, kept_back: bool, away: int = 0
) -> QuotaSpent:
    """The refusal where the day has nothing left, or (`kept_back`) only what is kept for people.

    `away` of what is used are set aside for machines that did not tell what they had spent when a count was lost.
    """
    name = f"{endpoint.api_number} {endpoint.key}"
    used, most = account.used - away, account.believed
    spent = Words("203", "203") if account.latched else Words(f"{used}/{most} used here", f"使用 {used}／上限 {most}")
    if account.used - away < account.believed <= account.used and not account.latched:
        return QuotaSpent(
            Words(
                f"what is left today for {name} ({endpoint.summary.en}) is set aside for machines that were away when "
                f"Redis lost its count: {spent.en}",
                f"{name}（{endpoint.summary.ja}）の残りは、Redis が記録を失った時に不在だったマシンの分として"
                f"取り置かれています（{spent.ja}）。",
            ),
            Words(
                f"start jpo-mcp on those machines once, or ask again after {jst_text(over)}; kept answers still work",
                f"そのマシンで jpo-mcp を一度起動するか、{jst_text(over)} 以降にお試しください。"
                "保存済みの回答は使えます。",
            ),
            retry_at=jst_text(over),
        )
    what = Words(
        f"no access is left today for {name} ({endpoint.summary.en}): {spent.en}",
        f"{name}（{endpoint.summary.ja}）の本日のアクセスは残っていません（{spent.ja}）。",
    )
    rest = Words(
        f"the accesses left today for {name} ({endpoint.summary.en}) are kept for people: {spent.en}",
        f"{name}（{endpoint.summary.ja}）の本日の残りは、個別の質問のために取り置かれています（{spent.ja}）。",
    )
    return QuotaSpent(
        rest if kept_back else what,
        Words(
            f"ask again after {jst_text(over)}; kept answers still work",
            f"{jst_text(over)} 以降にお試しください。保存済みの回答は今も使えます。",
        ),
        retry_at=jst_text(over),
    )


def share_spent(endpoint: Endpoint[Any], *, person: str, mine: int, most: int, whole: int, over: float) -> ShareSpent:
    """The refusal to a person who has taken `mine` of the day's `whole`; `over` is when their share is whole again."""
    name = f"{endpoint.api_number} {endpoint.key}"
    return ShareSpent(
        person,
        Words(
            f"your share of today's accesses to {name} ({endpoint.summary.en}) is used: {mine} by you, "
            f"{most} of {whole} is the most for one person",
            f"{name}（{endpoint.summary.ja}）の本日の持ち分を使い切りました（本人 {mine}、"
            f"1人の上限 {most}／全体 {whole}）。",
        ),
        Words(
            f"ask again after {jst_text(over)}; kept answers still work; who runs the server sets JPO_MCP_SHARE",
            f"{jst_text(over)} 以降にお試しください。保存済みの回答は使えます。"
            "持ち分は管理者が JPO_MCP_SHARE で設定します。",
        ),
        rule=Words("the rest of the day is for others who share the ID", "残りは同じIDを使う他の方のためです。"),
        retry_at=jst_text(over),
    )


def renewed(day: int, at: float) -> float:
    """When that day's accesses are whole again; just after it, the guard is waited for."""
    over = jst_midnight(day + 1)
    return over if over > at else over + GUARD


class MinuteFull(Exception):
    """Every place in the minute is taken; one should be free in `wait` seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


class LeaseLost(LedgerUnavailable):
    """A reservation was not sent in time. Nothing was sent or spent; reserve again."""

    def __init__(self) -> None:
        super().__init__(
            Words("the reserved access was not used in time", "予約したアクセスが期限切れになりました。"),
            Words("ask again", "もう一度お試しください。"),
        )


@dataclass(frozen=True, slots=True)
class Reservation:
    """One access set apart: good for one call, sent before `expires` (monotonic)."""

    id: int
    endpoint: Endpoint[Any]
    days: tuple[int, ...]
    expires: float


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left of one endpoint today, and how we know. `resets_at` is the next 00:00 JST."""

    left: int
    limit: int
    used: int
    basis: Basis
    latched: bool
    resets_at: float


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """One endpoint's day."""

    endpoint: Endpoint[Any]
    remaining: Remaining


@dataclass(frozen=True, slots=True)
class Spending:
    """How many calls of one endpoint (its key) ended in one way on one day."""

    endpoint: str
    outcome: str
    calls: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many of one endpoint's (its key) accesses of a day one person used; person "" is nobody known by name."""

    person: str
    endpoint: str
    calls: int


class Ledger(Protocol):
    """What the pipeline asks of a ledger, on this machine or shared by several. See `SqliteLedger` for each."""

    async def reserve(
        self, endpoint: Endpoint[Any], *, attempt: int = 1, batch: bool = False, person: str = ""
    ) -> Reservation: ...
    async def sent(self, reservation: Reservation) -> None: ...
    async def settle(
        self,
        reservation: Reservation,
        *,
        remaining: int | None,
        server_time: float | None = None,
        replayed: bool = False,
        outcome: str,
    ) -> None: ...
    async def release(self, reservation: Reservation) -> None: ...
    async def spent(self, endpoint: Endpoint[Any], *, server_time: float | None = None) -> None: ...
    async def remaining(self, endpoint: Endpoint[Any]) -> Remaining: ...
    async def quota(self, endpoints: Sequence[Endpoint[Any]]) -> tuple[QuotaLine, ...]: ...
    async def minute(self, pace: Pace) -> tuple[int, float]: ...
    async def slow_down(self, pace: Pace, until: float) -> None: ...
    async def retries_today(self, endpoint: Endpoint[Any]) -> int: ...
    async def retries_last_hour(self) -> int: ...
    async def recent(self, day: int) -> tuple[Spending, ...]: ...
    async def shares(self, day: int) -> tuple[Share, ...]: ...
    async def state(self, name: str) -> str | None: ...
    async def put_state(self, name: str, value: str | None) -> None: ...
    async def update_state(self, name: str, fn: Callable[[str | None], str | None]) -> str | None: ...
    async def lead(self, key: str, *, owner: str, lease: float = 60.0) -> bool: ...
    async def land(self, key: str, owner: str) -> None: ...
    async def close(self) -> None: ...
