"""A case from any of its numbers, in Python: what happened, who holds it, what it cost.

You learn: how to ask for a case, that a registration number costs one access more than an application
number, and that asking again costs nothing. Runs on the embedded sandbox: no ID, no network.

    python examples/case.py
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from jpo_mcp import JpoClient, JpoError, Settings, read_case


async def main() -> None:
    """Ask for a case, ask again, and ask for one that cannot be."""
    this_year = datetime.now(UTC).year
    # Leave the settings out to read the JPO itself, with the ID in your environment.
    async with JpoClient(Settings(sandbox=True)) as jpo:
        case = await read_case(jpo, "特許第9900001号", sections=["registration", "citations"], this_year=this_year)
        print(f"{case.number.human}  {case.title}")
        for event in case.events:
            print(f"  {event.date}  {event.ja}  {event.en}")
        if case.registration:
            holders = ", ".join(holder.name for holder in case.registration.holders)
            print(f"  held by {holders}; next payment {case.registration.next_payment_date}")
        for citation in case.citations or []:
            print(f"  cited: {citation.document}")
        print(f"  {case.cost} accesses, as of {case.as_of} ({case.source})")

        again = await read_case(jpo, "特願2020-490001", this_year=this_year)
        print(f"  asked again: {again.cost} accesses ({again.source})")

        try:
            await read_case(jpo, "特願2020-1234567", this_year=this_year)
        except JpoError as wrong:
            print(f"\nA number that cannot be, refused before anything is sent:\n{wrong.text('en')}")


if __name__ == "__main__":
    asyncio.run(main())
