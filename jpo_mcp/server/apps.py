"""The pages as MCP Apps: offered to the hosts that can show them, and to no other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from mcp.server import ServerRequestContext
from mcp.server.apps import APP_MIME_TYPE, Apps, client_supports_apps
from mcp.server.context import CallNext, HandlerResult
from mcp.server.mcpserver.resources import FunctionResource
from mcp.server.mcpserver.tools import Tool

from jpo_mcp.errors import Lang
from jpo_mcp.pages import PageName, page

_PAGES: dict[str, PageName] = {"jpo_get_case": "timeline", "jpo_get_family": "family"}
"""The tools whose answers can be looked at."""

_TITLES: dict[PageName, str] = {"timeline": "Prosecution timeline 経過図", "family": "Family tree ファミリー"}


def build_apps(lang: Lang) -> Apps:
    """The extension with its pages, each made when a host first reads it."""
    apps = Apps()
    for name, title in _TITLES.items():
        apps.add_resource(
            FunctionResource(
                uri=_uri(name),
                name=name,
                title=title,
                mime_type=APP_MIME_TYPE,
                meta={"ui": {"prefersBorder": True}},
                fn=partial(page, name, lang),
            )
        )
    return apps


def with_pages(tools: Sequence[Tool]) -> list[Tool]:
    """The tools, each with the address of its page."""
    for tool in tools:
        if name := _PAGES.get(tool.name):
            tool.meta = {"ui": {"resourceUri": _uri(name)}}
    return list(tools)


def _uri(name: PageName) -> str:
    return f"ui://jpo-mcp/{name}"


async def hide_pages(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Leaves the pages out of the lists of a host that has not said that it shows apps: it would pay for the words."""
    result = await call_next(ctx)
    if not isinstance(result, dict) or client_supports_apps(ctx):
        return result
    if ctx.method == "tools/list":
        return result | {"tools": [_without_page(tool) for tool in _listed(result, "tools")]}
    if ctx.method == "resources/list":
        shown = [one for one in _listed(result, "resources") if one.get("mimeType") != APP_MIME_TYPE]
        return result | {"resources": shown}
    return result


def _listed(result: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", result[name])


def _without_page(tool: dict[str, Any]) -> dict[str, Any]:
    meta = {name: value for name, value in tool.get("_meta", {}).items() if name != "ui"}
    return {name: value for name, value in tool.items() if name != "_meta"} | ({"_meta": meta} if meta else {})
