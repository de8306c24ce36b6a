"""`jpo-mcp number`, `case` and `quota`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from jpo_mcp.cli.asking import ask, show, this_year, write_page
from jpo_mcp.cli.command import Command, sections_of, takes_html, takes_json, takes_max_age, takes_number
from jpo_mcp.cli.files import check_writable

if TYPE_CHECKING:
    from jpo_mcp.screen import Screen
    from jpo_mcp.upstream.client import JpoClient


def takes_case(parser: argparse.ArgumentParser) -> None:
    """What `case` takes."""
    takes_number(parser)
    parser.add_argument(
        "--sections",
        default="",
        metavar="A,B",
        help="registration, citations, link (1 access each); priority, divisionals (free) 追加項目",
    )
    takes_max_age(parser)
    takes_html(parser, "its timeline as a page to look at and print 経過図（HTML）")
    takes_json(parser)


def number(command: Command) -> int:
    """What a number is."""
    from jpo_mcp.dossier.lookup import parse_number

    async def work(client: JpoClient, screen: Screen) -> None:
        screen.number(await parse_number(client, command.text, law=command.law, this_year=this_year(client)))

    return ask(work)


def case(command: Command) -> int:
    """One case."""
    from jpo_mcp.dossier.case import SECTIONS, read_case

    sections = sections_of(command.sections, SECTIONS)
    check_writable("html", command.html)  # before anything is spent

    async def work(client: JpoClient, screen: Screen) -> None:
        answer = await read_case(
            client,
            command.text,
            law=command.law,
            sections=sections,
            every_event=True,
            max_age=command.max_age,
            this_year=this_year(client),
        )
        show(command, answer, screen.case)
        write_page(command, "timeline", answer, screen)

    return ask(work)


def quota(command: Command) -> int:
    """What is left of the day."""
    from jpo_mcp.dossier import lookup

    async def work(client: JpoClient, screen: Screen) -> None:
        show(command, await lookup.quota(client), screen.quota)

    return ask(work)
