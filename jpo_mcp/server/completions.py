"""What a host may offer while somebody types: laws, sections, and the numbers looked at last on this machine. Free."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import get_args

from mcp.server import MCPServer
from mcp.types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from jpo_mcp import numbers
from jpo_mcp.dossier.case import SECTIONS
from jpo_mcp.dossier.gathering import progress_rows
from jpo_mcp.numbers import ApplicationNumber, Law
from jpo_mcp.upstream.client import JpoClient

_LAWS: tuple[Law, ...] = get_args(Law)
_MOST = 100
"""MCP allows no more values in one completion."""
_REMEMBERED = 500


def add_completions(server: MCPServer, client: JpoClient) -> None:
    """Adds completions for the arguments of prompts and of the addresses of papers."""

    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion:
        of_prompt = isinstance(ref, PromptReference)
        typed, values = argument.value, list[str]()
        match argument.name:
            case "law":
                values = _starting(typed, _LAWS)
            case "sections":
                done, last = _list(typed)
                values = _added(done, _starting(last, SECTIONS))
            case "application":
                law = (context.arguments or {}).get("law") if context else None
                values = _matching(typed, [seen.api for seen in await _seen(client) if law in {None, seen.law}])
            case "number" if of_prompt:
                values = _matching(typed, [seen.human for seen in await _seen(client)])
            case "numbers":
                done, last = _list(typed)
                values = _added(done, _matching(last, [seen.human for seen in await _seen(client)]))
            case _:
                pass
        return Completion(values=values[:_MOST], total=len(values), has_more=len(values) > _MOST)

    server.completion()(complete)


async def _seen(client: JpoClient) -> list[ApplicationNumber]:
    """The applications looked at last, the newest first."""
    rows = [row for law in _LAWS for row in progress_rows(law)]
    looked_at = await client.snapshots.recent(rows, _REMEMBERED)
    found = (numbers.application_from_api(row.law, digits) for row, (digits,) in looked_at)
    return list(dict.fromkeys(number for number in found if number))


def _starting(typed: str, values: Iterable[str]) -> list[str]:
    """The words that begin with what was typed."""
    return [value for value in values if value.startswith(_plain(typed))]


def _matching(typed: str, values: Iterable[str]) -> list[str]:
    """The numbers with what was typed in them; widths, capitals and hyphens do not matter."""
    return [value for value in values if _plain(typed) in _plain(value)]


def _list(typed: str) -> tuple[list[str], str]:
    """What is complete of a list that is being typed, and its last entry, which is not."""
    *done, last = (entry.strip() for entry in typed.replace("\n", ",").split(","))
    return done, last


def _added(done: Sequence[str], values: Iterable[str]) -> list[str]:
    """The list with each of these as its last entry; nothing twice."""
    return [", ".join((*done, value)) for value in values if value not in done]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("-", "").strip()
