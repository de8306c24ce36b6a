"""`jpo-mcp dossier`: a family, the papers of one member, or the text of one paper to its end."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from jpo_mcp.cli.asking import ask, show, this_year, write_page
from jpo_mcp.cli.command import Command, sections_of, takes_html, takes_json, takes_max_age
from jpo_mcp.cli.files import check_writable
from jpo_mcp.errors import BadArgument, Words

if TYPE_CHECKING:
    from jpo_mcp.dossier.offices.dossiers import DossierSection
    from jpo_mcp.screen import Screen
    from jpo_mcp.upstream.client import JpoClient


def takes(parser: argparse.ArgumentParser) -> None:
    """What `dossier` takes."""
    parser.add_argument(
        "text",
        metavar="NUMBER",
        help="any member's, any notation 五庁いずれかの番号: 特開2021-090037, EP15123456.4 ...",
    )
    parser.add_argument("--papers", action="store_true", help="its papers instead of the family 書類一覧")
    parser.add_argument(
        "--sections", default="", metavar="A,B", help="with its papers: citations (1 access), compare (free) 追加項目"
    )
    parser.add_argument("--read", metavar="ID", help="the text of one paper, by its id or JPO document number 本文")
    parser.add_argument("--all", action="store_true", help="every page of it, not only the first 全ページ")
    takes_max_age(parser)
    takes_html(parser, "the family as a page to look at and print ファミリー図（HTML）")
    takes_json(parser)


def run(command: Command) -> int:
    """Asks what is wanted and shows it."""
    from jpo_mcp.dossier.offices.dossiers import SECTIONS

    sections = sections_of(command.sections, SECTIONS)
    if command.html and (command.read or command.papers or sections):
        raise _only_a_family()
    check_writable("html", command.html)  # before anything is spent

    async def work(client: JpoClient, screen: Screen) -> None:
        if command.read:
            await _read(command, command.read, client, screen)
        elif command.papers or sections:
            await _dossier(command, sections, client, screen)
        else:
            await _family(command, client, screen)

    return ask(work)


async def _family(command: Command, client: JpoClient, screen: Screen) -> None:
    from jpo_mcp.dossier.offices.families import read_family

    found = await read_family(client, command.text, max_age=command.max_age, this_year=this_year(client))
    show(command, found, screen.family)
    write_page(command, "family", found, screen)


def _only_a_family() -> BadArgument:
    return BadArgument(
        Words("--html draws the family, not a list of papers or a text", "--html はファミリーのみ対応します。"),
        Words("leave out --papers, --sections and --read", "--papers・--sections・--read を外してください。"),
        example="jpo-mcp dossier 特開2021-090037 --html family.html",
        field="html",
    )


async def _dossier(command: Command, sections: list[DossierSection], client: JpoClient, screen: Screen) -> None:
    from jpo_mcp.dossier.offices.dossiers import read_dossier

    found = await read_dossier(
        client, command.text, sections=sections, max_age=command.max_age, this_year=this_year(client)
    )
    show(command, found, screen.dossier)


async def _read(command: Command, document: str, client: JpoClient, screen: Screen) -> None:
    """One page, or each in turn; what they cost together, and what there is to note, comes after the last."""
    from jpo_mcp.dossier.offices.reading import read_dossier_document

    cursor: str | None = None
    spent, notes = 0, list[str]()
    while True:
        page = await read_dossier_document(
            client,
            command.text,
            document=document,
            cursor=cursor,
            max_age=command.max_age,
            this_year=this_year(client),
        )
        spent, notes = spent + page.cost, [*notes, *page.notes]
        following = page.cursor if command.all else None
        together = {"cost": spent, "notes": list(dict.fromkeys(notes))}
        told = page if command.json else page.model_copy(update=together)
        show(command, told, partial(screen.dossier_text, begins=cursor is None, goes_on=following is not None))
        cursor = following
        if cursor is None:
            return
