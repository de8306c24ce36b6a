"""Computed deadlines as a calendar (iCalendar), each with its doubts, and those that no calendar can show.

You learn: how deadlines come with their basis, articles and what was not verified, why some are only flagged, and
how to write them for Outlook or Google Calendar. An event moves when its day moves, because its UID stays.

    python examples/deadline_calendar.py
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

from jpo_mcp import JpoClient, Settings, check_portfolio
from jpo_mcp.clock import ManualClock
from jpo_mcp.dossier.portfolio.export import calendar, undated
from jpo_mcp.sandbox import Sandbox

CASES = ["特願2022-491009", "特願2024-491004", "商標登録第9910201号", "特願2018-491006", "特願2021-491010"]
TUESDAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC).timestamp()


async def main() -> None:
    """Look at a few cases, list their days and flags, and make the calendar."""
    clock = ManualClock(TUESDAY)  # the made-up cases move on with time; leave clock and app out for the real JPO
    with TemporaryDirectory() as folder:
        settings = Settings(sandbox=True, cache_dir=Path(folder))
        async with JpoClient(settings, clock=clock, app=Sandbox(clock=clock).app) as jpo:
            portfolio = await check_portfolio(jpo, CASES, plan=False, registration=True, deadline=inf)

    for case in portfolio.cases:
        for deadline in case.deadlines:
            whom = f" [{deadline.for_whom}]" if deadline.for_whom else ""
            print(f"{deadline.date or 'no date   '}  {case.number}  {deadline.what.en}{whom} ({deadline.articles})")
            for doubt in deadline.unverified:
                print(f"            not verified: {doubt.en}")

    text = calendar(portfolio.cases, now=clock.now(), lang="en")
    print(f"\n{text.count('BEGIN:VEVENT')} events; write the text with encoding utf-8 and newline=''")
    for number, what in undated(portfolio.cases):
        print(f"not in the calendar, a professional must look: {number} {what.en}")


if __name__ == "__main__":
    asyncio.run(main())
