"""Due diligence on a list of rights: status, holder, term and next payment, as a table and as CSV for a spreadsheet.

You learn: what `registration=True` adds (the register, one access for each registered case), and how to hand the
result to a spreadsheet. A term or a payment is the JPO's record; a status is computed, and says how sure it is.

    python examples/due_diligence.py
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

from jpo_mcp import JpoClient, Settings, check_portfolio
from jpo_mcp.clock import ManualClock
from jpo_mcp.dossier.portfolio.export import BOM, table
from jpo_mcp.sandbox import Sandbox

RIGHTS = ["特許第9910005号", "特願2020-490001", "特願2016-490008", "意匠登録第9910104号", "商願2021-491204"]
TUESDAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC).timestamp()


async def main() -> None:
    """Run the list with its registers, print the table, then the head of the CSV."""
    clock = ManualClock(TUESDAY)  # the made-up cases move on with time; leave clock and app out for the real JPO
    with TemporaryDirectory() as folder:
        settings = Settings(sandbox=True, cache_dir=Path(folder))
        async with JpoClient(settings, clock=clock, app=Sandbox(clock=clock).app) as jpo:
            portfolio = await check_portfolio(jpo, RIGHTS, plan=False, registration=True, deadline=inf)

    for case in portfolio.cases:
        print(f"{case.number}  {case.status.rule} ({case.status.confidence}): {case.status.state.en}")
        if register := case.register:
            holders = ", ".join(holder.name or "?" for holder in register.right_holders)
            print(f"    {holders}; term ends {register.expire_date}; next payment {register.next_pension_payment_date}")

    print(f"\n{len(portfolio.cases)} rows as CSV; write them with encoding utf-8 and newline='':")
    for line in table(portfolio, "en").removeprefix(BOM).splitlines()[:2]:
        print(f"{line[:100]} ...")


if __name__ == "__main__":
    asyncio.run(main())
