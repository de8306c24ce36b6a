"""`jpo-mcp dossier`: a family, the papers of one member, or the text of one paper to its end."""

# ruff: noqa: PLC0415 - as in cli: what draws and asks is loaded only when the command runs

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from jpo_mcp.clock import jst_date
from jpo_mcp.errors import BadArgument, Words, quote

if TYPE_CHECKING:
    from jpo_mcp.dossier.dossiers import DossierSection
    from jpo_mcp.dossier.view import View
    from jpo_mcp.screen import Screen
    from jpo_mcp.upstream.client import JpoClient

WriteJson = Callable[["View"], None]


class Command(Protocol):
    """What the command line said."""

    text: str
    papers: bool
    sections: str
    read: str | None
    all: bool
    max_age: float | None
    json: bool


def takes(parser: argparse.ArgumentParser) -> None:
    """What `dossier` takes beside --max-age and --json."""
    parser.add_argument(
        "text",
        metavar="NUMBER",
        help="any member's, any notation 五庁いずれかの番号: 特開2021-090037, EP15123456.7 ...",
    )
    parser.add_argument("--papers", action="store_true", help="its papers instead of the family 書類一覧")
    parser.add_argument(
        "--sections", default="", metavar="A,B", help="with its papers: citations (1 access), compare (free) 追加項目"
    )
    parser.add_argument("--read", metavar="ID", help="the text of one paper, by its id or JPO document number 本文")
    parser.add_argument("--all", action="store_true", help="every page of it, not only the first 全ページ")


async def answer(command: Command, client: JpoClient, write_json: WriteJson) -> None:
    """Asks what is wanted and shows it."""
    from jpo_mcp.screen import Screen

    screen = Screen(client.settings.lang)
    sections = _sections(command.sections)
    if command.read:
        await _read(command, command.read, client, screen, write_json)
    elif command.papers or sections:
        await _dossier(command, sections, client, screen, write_json)
    else:
        await _family(command, client, screen, write_json)


async def _family(command: Command, client: JpoClient, screen: Screen, write_json: WriteJson) -> None:
    from jpo_mcp.dossier.families import read_family

    found = await read_family(client, command.text, max_age=command.max_age, this_year=_this_year(client))
    (write_json if command.json else screen.family)(found)


async def _dossier(
    command: Command, sections: list[DossierSection], client: JpoClient, screen: Screen, write_json: WriteJson
) -> None:
    from jpo_mcp.dossier.dossiers import read_dossier

    found = await read_dossier(
        client, command.text, sections=sections, max_age=command.max_age, this_year=_this_year(client)
    )
    (write_json if command.json else screen.dossier)(found)


async def _read(command: Command, document: str, client: JpoClient, screen: Screen, write_json: WriteJson) -> None:
    """One page, or each in turn; what they cost together, and what there is to note, comes after the last."""
    from jpo_mcp.dossier.dossier_reading import read_dossier_document

    cursor: str | None = None
    spent, notes = 0, list[str]()
    while True:
        page = await read_dossier_document(
            client,
            command.text,
            document=document,
            cursor=cursor,
            max_age=command.max_age,
            this_year=_this_year(client),
        )
        spent, notes = spent + page.cost, [*notes, *page.notes]
        following = page.cursor if command.all else None
        if command.json:
            write_json(page)
        else:
            told = {"cost": spent, "notes": list(dict.fromkeys(notes))}
            screen.dossier_text(page.model_copy(update=told), begins=cursor is None, goes_on=following is not None)
        cursor = following
        if cursor is None:
            return


def _sections(text: str) -> list[DossierSection]:
    from jpo_mcp.dossier.dossiers import SECTIONS

    wanted = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in SECTIONS]:
        listed = ", ".join(SECTIONS)
        raise BadArgument(
            Words(f"there is no section {quote(unknown[0])}", f"{quote(unknown[0])} という項目はありません。"),
            Words("correct it and call again", "修正して再度お試しください。"),
            rule=Words(f"some of {listed}", f"次から選択：{listed}"),
            example="--sections citations,compare",
            field="sections",
        )
    return cast("list[DossierSection]", list(dict.fromkeys(wanted)))


def _this_year(client: JpoClient) -> int:
    return jst_date(client.clock.now()).year
