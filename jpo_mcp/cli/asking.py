"""Asking the JPO for a person: a client as the settings say, and the answer drawn or as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from jpo_mcp.cli.command import Command
from jpo_mcp.cli.files import write_file
from jpo_mcp.cli.outcome import OK

if TYPE_CHECKING:
    from pydantic import BaseModel

    from jpo_mcp.dossier.view import View
    from jpo_mcp.pages import PageName
    from jpo_mcp.screen import Screen
    from jpo_mcp.upstream.client import JpoClient

Answer = TypeVar("Answer", bound="BaseModel")


def ask(work: Callable[[JpoClient, Screen], Coroutine[Any, Any, int | None]]) -> int:
    """Runs one piece of work on a client, as the settings say. Gives its exit code, if it has one."""
    from jpo_mcp.screen import Screen
    from jpo_mcp.settings import Settings, forget_secrets
    from jpo_mcp.upstream.client import JpoClient

    settings = Settings.from_environment()
    forget_secrets()

    async def working() -> int | None:
        async with JpoClient(settings) as client:
            return await work(client, Screen(settings.lang))

    return asyncio.run(working()) or OK


def this_year(client: JpoClient) -> int:
    """The year in Japan by the client's clock."""
    from jpo_mcp.clock import jst_date

    return jst_date(client.clock.now()).year


def show(command: Command, answer: Answer, draw: Callable[[Answer], None]) -> None:
    """The answer drawn, or as the tool gives it where JSON was asked for."""
    if command.json:
        record = answer.model_dump(mode="json")
        sys.stdout.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    else:
        draw(answer)


def write_page(command: Command, name: PageName, answer: View, screen: Screen) -> None:
    """The answer as a page to look at, in the file that was asked for."""
    if command.html is None:
        return
    from jpo_mcp.pages import page

    write_file("html", command.html, page(name, screen.lang, answer.model_dump(mode="json")))
    screen.written(command.html)
