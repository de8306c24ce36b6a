"""The papers of a case, in Python: which there are, why it was refused, what was answered, and the text page by page.

You learn: that a list costs one access and each side's papers one more, that the reasons then cost nothing,
and that a long paper is read with the cursor of the page before.

    python examples/papers.py
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from jpo_mcp import JpoClient, Settings, read_documents, read_refusal

CASE = "特願2020-490001"


async def main() -> None:
    """The list, the applicant's papers, the reasons they answer, and the notice itself."""
    this_year = datetime.now(UTC).year
    async with JpoClient(Settings(sandbox=True)) as jpo:
        listed = await read_documents(jpo, CASE, this_year=this_year)
        for paper in listed.papers:
            print(f"{paper.date}  {paper.ja}  {paper.document or ''}  {paper.body or ''}".rstrip())

        opinion = await read_documents(jpo, CASE, kind="opinion", this_year=this_year)
        print(f"\n{opinion.cost} access for the opinions and amendments:\n{(opinion.text or '')[:60]} ...\n")

        refusal = await read_refusal(jpo, CASE, this_year=this_year)
        for block in refusal.blocks:
            print(f"reason {block.reasons}: claims {block.claims}, citations {block.citations} ({block.mode})")
        answers = ", ".join(f"{answer.document} {answer.ja}" for answer in refusal.answers)
        print(f"{refusal.paper.document} answered by {answers}")

        page = await read_documents(jpo, CASE, document=refusal.paper.document, this_year=this_year)
        while page.cursor:
            page = await read_documents(jpo, CASE, cursor=page.cursor, this_year=this_year)
        print(f"read again: {page.cost} accesses")


if __name__ == "__main__":
    asyncio.run(main())
