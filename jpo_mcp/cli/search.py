"""`jpo-mcp search`: words in what is kept on this machine."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from jpo_mcp.cli.asking import ask, show, this_year
from jpo_mcp.cli.command import Command, takes_json

if TYPE_CHECKING:
    from jpo_mcp.dossier.search.views import SearchAnswer
    from jpo_mcp.screen import Screen
    from jpo_mcp.upstream.client import JpoClient

_PATIENCE = 600.0
"""Seconds that a person may wait for all that has been kept to be read; an assistant cannot."""


def takes(parser: argparse.ArgumentParser) -> None:
    """What `search` takes."""
    parser.add_argument("words", nargs="+", metavar="WORD", help="all must occur; 'two words' is a phrase 検索語")
    parser.add_argument("--number", metavar="N", help="only this case この案件のみ")
    parser.add_argument("--all", action="store_true", help="every page, not only the first 全ページ")
    takes_json(parser)


def run(command: Command) -> int:
    """What is kept with these words: one page, or each in turn. A word with a space in it is a phrase."""
    from jpo_mcp.dossier.search.search import search_kept

    query = " ".join(f'"{word}"' if len(word.split()) > 1 and '"' not in word else word for word in command.words)

    async def page(client: JpoClient, cursor: str | None) -> SearchAnswer:
        return await search_kept(
            client, query, number=command.number, cursor=cursor, seconds=_PATIENCE, this_year=this_year(client)
        )

    async def work(client: JpoClient, screen: Screen) -> None:
        answer = await page(client, None)
        while True:
            goes_on = command.all and answer.cursor is not None
            show(command, answer, partial(screen.search, goes_on=goes_on))
            if not goes_on:
                return
            answer = await page(client, answer.cursor)

    return ask(work)
