"""Words in what is kept, in Python: which paper says it, in which sentence, and where it came from.

You learn: that a search costs nothing and knows only what was fetched before, that every word must occur, that widths,
line breaks and 第 do not matter (29条2項 finds 第２９条第２項), and that an answer names the paper to open.

    python examples/search_kept.py
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from jpo_mcp import JpoClient, Settings, read_case, read_documents, search_kept

CASES = ("特願2020-490001", "特願2019-490002")


async def main() -> None:
    """Two cases fetched, then searched."""
    this_year = datetime.now(UTC).year
    async with JpoClient(Settings(sandbox=True)) as jpo:
        for number in CASES:
            await read_case(jpo, number, this_year=this_year)
            await read_documents(jpo, number, kind="refusal_notice", this_year=this_year)

        answer = await search_kept(jpo, "29条2項 進歩性", this_year=this_year)
        print(f"{answer.found} found, {answer.cost} accesses, in {answer.searched}")
        for hit in answer.hits:
            print(f"{hit.number}  {hit.date}  {hit.ja}  {hit.document}\n    {hit.snippet}")

        absent = await search_kept(jpo, "量子計算", this_year=this_year)
        print(f"{absent.found} found: {absent.notes[0]}")


if __name__ == "__main__":
    asyncio.run(main())
