"""A watch over thirty cases: the plan before anything is spent, the first look, and what one day later has changed.

You learn: how to plan and run a list by its handle, that a second look costs one access a case at most, and how to
tell only what changed. The embedded JPO moves on with the clock that it is given; a real watch runs once a week.

    python examples/weekly_watch.py
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

from jpo_mcp import JpoClient, Settings, check_portfolio
from jpo_mcp.clock import DAY, ManualClock
from jpo_mcp.sandbox import WATCHLIST, Sandbox

TUESDAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC).timestamp()


async def main() -> None:
    """Plan and run on Tuesday, run again on Wednesday."""
    clock = ManualClock(TUESDAY)
    with TemporaryDirectory() as folder:
        settings = Settings(sandbox=True, cache_dir=Path(folder))
        async with JpoClient(settings, clock=clock, app=Sandbox(clock=clock).app) as jpo:
            await watch(jpo, "first look")
            clock.advance(DAY)
            await watch(jpo, "a day later")


async def watch(jpo: JpoClient, when: str) -> None:
    """Plans the list, runs it to its end, and tells what changed and nothing else."""
    planned = await check_portfolio(jpo, WATCHLIST)
    plan = planned.plan
    print(f"{when}: at most {plan.accesses} accesses, {plan.today} of them today, {plan.minutes} minutes")

    # However long the JPO's ten a minute take. What stops it (a spent day, a crash) is continued by the handle.
    portfolio = await check_portfolio(jpo, handle=planned.handle, deadline=inf)

    changed = [case for case in portfolio.cases if case.changes]
    print(f"  {len(portfolio.cases)} cases, {portfolio.cost} accesses, {len(changed)} changed")
    for case in changed:
        print(f"  {case.number}  {case.title}")
        for change in case.changes:
            print(f"    {change.date}  {change.what.en}")
        print(f"    now: {case.status.state.en} (confidence {case.status.confidence})")


if __name__ == "__main__":
    asyncio.run(main())
