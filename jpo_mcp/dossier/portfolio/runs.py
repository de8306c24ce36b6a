"""A run over a list of numbers: what was asked for, kept so that its handle can continue it after anything.

What is done is not written down: a case is done when there is a look at it from the run's first day or later.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from jpo_mcp.clock import JST, jst_day, jst_midnight, next_jst_midnight
from jpo_mcp.errors import BadArgument, Words, quote
from jpo_mcp.numbers import Law
from jpo_mcp.upstream.asker import asking
from jpo_mcp.upstream.client import JpoClient


@dataclass(frozen=True, slots=True)
class Run:
    """`at` is when it first spent, or was last planned. `troubled` are the texts whose look failed last time: they go
    last."""

    handle: str
    at: float
    texts: tuple[str, ...]
    law: Law | None = None
    registration: bool = False
    since: str | None = None
    has_spent: bool = False
    troubled: tuple[str, ...] = ()

    @property
    def first_day(self) -> float:
        """The 00:00 JST from which on a look counts as a look of this run: within a day the data do not change."""
        return jst_midnight(jst_day(self.at))


def begin(texts: Sequence[str], now: float, law: Law | None) -> Run:
    """A new run, under a handle that nobody can guess."""
    return Run(secrets.token_urlsafe(16), now, tuple(texts), law)


async def resume(client: JpoClient, handle: str) -> Run:
    """The run of that handle, beginning now if it was only planned. `BadArgument` where there is none (any more)."""
    told = await client.snapshots.run(handle, person=asking.get().person)
    if told is None:
        raise _unknown(handle)
    kept: dict[str, Any] = json.loads(told)
    kept.update(texts=tuple(kept["texts"]), troubled=tuple(kept["troubled"]))
    run = Run(**kept)
    return run if run.has_spent else replace(run, at=client.clock.now())


async def keep(client: JpoClient, run: Run) -> None:
    """Writes the run down, for who asks alone."""
    told = json.dumps(asdict(run), ensure_ascii=False)
    await client.snapshots.put_run(run.handle, client.clock.now(), told, person=asking.get().person)


def moment_of(since: str, now: float) -> float:
    """The moment up to which an earlier look counts: the end of a date in Japan, or the time itself."""
    try:
        day = date.fromisoformat(since)
    except ValueError:
        moment = _time_of(since)
    else:
        moment = next_jst_midnight(datetime(day.year, day.month, day.day, tzinfo=JST).timestamp())
    if moment is None or moment > next_jst_midnight(now):
        raise _no_moment(since)
    return moment


def _time_of(since: str) -> float | None:
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=JST)).timestamp()


def _unknown(handle: str) -> BadArgument:
    return BadArgument(
        Words(f"no run is kept under the handle {quote(handle)}", f"handle {quote(handle)} の実行記録がありません。"),
        Words(
            "send the list again: what was answered today is kept and free",
            "番号の一覧を送り直してください。本日取得済みの回答は無料です。",
        ),
        rule=Words("handles come from an earlier answer and last 60 days", "以前の回答の handle（60日間有効）"),
        example='numbers=["特願2020-123456", "特許第7533889号"]',
        field="handle",
    )


def _no_moment(since: str) -> BadArgument:
    return BadArgument(
        Words(f"{quote(since)} is no past date or time", f"{quote(since)} は過去の日付・日時ではありません。"),
        Words(
            "correct it, or leave it out to compare with the last look", "修正するか省略（前回と比較）してください。"
        ),
        rule=Words("an ISO date or time, JST where no zone is given", "ISO形式の日付または日時（既定は日本時間）"),
        example="2026-11-20",
        field="since",
    )
