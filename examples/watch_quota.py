"""The day's accesses: spent, saved by kept answers, and used up.

You learn: what each answer says about the quota, that a kept answer is free, and what the end of the
day looks like (203 at the JPO): kept answers still work, everything else says when to come back.

    python examples/watch_quota.py
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from jpo_mcp import JpoClient, Settings, read_case
from jpo_mcp.errors import QuotaSpent
from jpo_mcp.sandbox import Sandbox

THIS_YEAR = datetime.now(UTC).year


async def main() -> None:
    """Spend a very small day."""
    # A JPO of our own that grants three accesses a day to the progress of patents (API 1-1).
    small = Sandbox(limits={"1-1": 3})
    async with JpoClient(Settings(sandbox=True), app=small.app) as jpo:
        await ask(jpo, "特願2020-490001")
        await ask(jpo, "特願2020-490001")  # kept: free
        small.spend("patent/app_progress")  # a colleague with the same ID, on another machine
        await ask(jpo, "特願2019-490002")  # the JPO's own counter corrects ours
        await ask(jpo, "特願2018-490003")
        await ask(jpo, "特願2020-490001")  # what is kept can still be read
        for line in (await jpo.quota())[:2]:
            print(f"{line.endpoint.key}: {line.remaining.left} of {line.remaining.limit} left")


async def ask(jpo: JpoClient, number: str) -> None:
    """One case: what it cost and what it left, or when to come back."""
    try:
        case = await read_case(jpo, number, this_year=THIS_YEAR)
    except QuotaSpent as spent:
        print(f"{number}: no access left; retry at {spent.retry_at}")
    else:
        left = (case.remaining_today or {}).get("patent/app_progress")
        print(f"{number}: {case.source}, cost {case.cost}, {left} left today")


if __name__ == "__main__":
    asyncio.run(main())
