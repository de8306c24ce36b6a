"""Why was it refused, and over what? The examiner's reasons, claims and citations as a table, in Python.

You learn: how to get the bundle of office actions (1 access, then kept), read its papers, and turn a notice
of reasons for refusal into reasons x articles x claims x cited documents, each with the line it was read from.

    python examples/refusal.py
"""

from __future__ import annotations

import asyncio

from jpo_mcp import JpoClient, Settings, endpoint
from jpo_mcp.documents import Refusal, read_bundle, reasons_of
from jpo_mcp.documents.refusal import Block

REFUSALS = endpoint("patent", "app_doc_cont_refusal_reason", bytes)


async def main() -> None:
    """The office actions of one case, from the bundle to the table."""
    async with JpoClient(Settings(sandbox=True)) as jpo:
        answer = await jpo.get(REFUSALS, "2020490001")
        print(f"bundle: {len(answer.found())} bytes, {answer.cost} access, {answer.remaining_today} left today")
        for paper in read_bundle(answer.found(), "patent").papers:
            print(f"\n{paper.title}  drafted 起案日 {paper.drafting_date}  document {paper.document_number}")
            show(reasons_of(paper))


def show(refusal: Refusal) -> None:
    """One line for each reason, one for each group of claims refused for it; groups of which it is not told last."""
    documents = {citation.no: citation.display or citation.raw for citation in refusal.citations}
    for reason in refusal.reasons:
        print(f"reason {reason.no}: {', '.join(reason.articles)}  {' / '.join(reason.article_en)}")
        for block in reason.blocks:
            print(line(block, documents))
    for block in refusal.blocks:
        if not block.reasons:
            print(f"reason not understood:\n{line(block, documents)}")
    if refusal.period:
        print(f"to be answered within {refusal.period.value} {refusal.period.unit} of dispatch, as printed")


def line(block: Block, documents: dict[int | None, str]) -> str:
    """Claims and the documents cited against them; what could not be read, as printed."""
    if block.citations is None:
        return f"  claims {block.claims_raw or block.claims}: as printed {block.citations_raw or block.quote}"
    cited = [documents.get(number, str(number)) for number in block.citations]
    return f"  claims {block.claims_raw or block.claims}: {block.mode}  {', '.join(cited)}"


if __name__ == "__main__":
    asyncio.run(main())
