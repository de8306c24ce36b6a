"""What a host may offer while somebody types: laws, sections, and the numbers looked at last on this machine. Free."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
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
from jpo_mcp.numbers import Law
from jpo_mcp.server.resources import seen
from jpo_mcp.upstream.client import JpoClient

_LAWS: tuple[Law, ...] = get_args(Law)
_MOST = 100
"""MCP allows no more values in one completion."""


def add_completions(server: MCPServer, client: JpoClient) -> None:
    """Adds completions for the arguments of prompts and of the addresses of cases and papers."""

    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion:
        of_prompt = isinstance(ref, PromptReference)
        known = (context.arguments if context else None) or {}
        typed, values = argument.value, list[str]()
        match argument.name:
            case "law":
                values = _starting(typed, _LAWS)
            case "sections":
                done, last = _list(typed)
                values = _added(done, _starting(last, SECTIONS))
            case "application":
                law = known.get("law")
                values = _matching(typed, [one.api for one in await seen(client) if law in {None, one.law}])
            case "number" if of_prompt:
                values = _matching(typed, [one.human for one in await seen(client)])
            case "number":
                values = _matching(typed, await _papers(client, known))
            case "numbers":
                done, last = _list(typed)
                values = _added(done, _matching(last, [one.human for one in await seen(client)]))
            case _:
                pass
        return Completion(values=values[:_MOST], total=len(values), has_more=len(values) > _MOST)

    server.completion()(complete)


async def _papers(client: JpoClient, known: Mapping[str, str]) -> list[str]:
    """The kept papers of a case, the latest first."""
    law = known.get("law", "")
    number = numbers.application_from_api(law, known.get("application", "")) if law in _LAWS else None
    if number is None:
        return []
    from jpo_mcp.dossier.papers.bundles import kept_numbers  # noqa: PLC0415 - loaded when the first paper is read

    return await kept_numbers(client, number)


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
