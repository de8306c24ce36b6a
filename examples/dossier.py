"""One invention at five offices: its family from any number, a member's papers, a foreign office action as text.

You learn: that the whole family is one access, that each member's list is one more and each paper one more, and how
what is kept of several members is laid side by side. Runs on the embedded sandbox: no ID, no network.

    python examples/dossier.py
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from jpo_mcp import JpoClient, Settings
from jpo_mcp.dossier.offices.dossiers import read_dossier
from jpo_mcp.dossier.offices.families import read_family
from jpo_mcp.dossier.offices.reading import read_dossier_document

THIS_YEAR = datetime.now(UTC).year
PUBLICATION = "特開2022-490301"


async def main() -> None:
    """The family, one member's papers, an office action, and the members side by side."""
    async with JpoClient(Settings(sandbox=True)) as jpo:
        family = await read_family(jpo, PUBLICATION, max_age=None, this_year=THIS_YEAR)
        numbers = [m.application.docdb for office in family.offices for m in office.members if m.application]
        for office in family.offices:
            for member in office.members:
                granted = ", ".join(number.human or number.docdb or "?" for number in member.registrations)
                print(f"{office.office}  {member.application and member.application.human}  {granted}".rstrip())
        print(f"{family.cost} access for {len(numbers)} members\n")

        american = next(number for number in numbers if number and number.startswith("US"))
        papers = await read_dossier(jpo, american, sections=["citations"], max_age=None, this_year=THIS_YEAR)
        for paper in papers.papers:
            print(f"{paper.date}  {paper.kind:<14} {paper.title}")
        action = next(paper.original for paper in papers.papers if paper.kind == "office_action")
        print(f"{papers.cost} accesses for the list and the citations\n")

        page = await read_dossier_document(
            jpo, american, document=action or "", cursor=None, max_age=None, this_year=THIS_YEAR
        )
        print(f"{' '.join((page.text or '').split())[:70]} ...  {page.cost} access\n")

        compared = (await read_dossier(jpo, american, sections=["compare"], max_age=None, this_year=THIS_YEAR)).compare
        for one in compared.not_read if compared else []:
            print(f"not read: {one.application}, for want of {', '.join(one.lacks)}")


if __name__ == "__main__":
    asyncio.run(main())
