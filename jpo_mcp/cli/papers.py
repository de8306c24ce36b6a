"""`jpo-mcp documents` and `reasons`."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from jpo_mcp.cli.asking import ask, show, this_year
from jpo_mcp.cli.command import Command, kind_of, takes_json, takes_max_age, takes_number

if TYPE_CHECKING:
    from jpo_mcp.dossier.papers.views import DocumentsAnswer
    from jpo_mcp.screen import Screen
    from jpo_mcp.upstream.client import JpoClient


def takes_documents(parser: argparse.ArgumentParser) -> None:
    """What `documents` takes."""
    takes_number(parser)
    parser.add_argument("--kind", metavar="K", help="the text of a kind: refusal_notice, opinion, grant ... 書類の種類")
    _takes_paper(parser)
    parser.add_argument("--all", action="store_true", help="every page, not only the first 全ページ")
    takes_max_age(parser)
    takes_json(parser)


def takes_reasons(parser: argparse.ArgumentParser) -> None:
    """What `reasons` takes."""
    takes_number(parser)
    _takes_paper(parser)
    parser.add_argument("--passages", action="store_true", help="with the words each cell was read from 原文つき")
    takes_max_age(parser)
    takes_json(parser)


def _takes_paper(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--document", metavar="N", help="one paper, by its document or dispatch number 書類番号・発送番号"
    )


def documents(command: Command) -> int:
    """The papers of a case, or the text of one: one page, or each in turn with what they cost together."""
    from jpo_mcp.dossier.papers.bundles import KINDS
    from jpo_mcp.dossier.papers.reading import read_documents

    kind = None if command.kind is None else kind_of(command.kind, KINDS)

    async def page(client: JpoClient, cursor: str | None) -> DocumentsAnswer:
        return await read_documents(
            client,
            command.text,
            law=command.law,
            kind=None if cursor else kind,
            document=None if cursor else command.document,
            cursor=cursor,
            max_age=command.max_age,
            this_year=this_year(client),
        )

    async def work(client: JpoClient, screen: Screen) -> None:
        answer, spent = await page(client, None), 0
        while True:
            spent += answer.cost
            following = answer.cursor if command.all else None
            told = answer if command.json else answer.model_copy(update={"cost": spent})
            show(command, told, partial(screen.documents, goes_on=following is not None))
            if following is None:
                return
            answer = await page(client, following)

    return ask(work)


def reasons(command: Command) -> int:
    """Why it was refused."""
    from jpo_mcp.dossier.papers.refusals import read_refusal

    async def work(client: JpoClient, screen: Screen) -> None:
        answer = await read_refusal(
            client,
            command.text,
            law=command.law,
            document=command.document,
            passages=command.passages,
            max_age=command.max_age,
            this_year=this_year(client),
        )
        show(command, answer, screen.refusal)

    return ask(work)
