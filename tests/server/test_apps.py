"""MCP Apps: pages for the hosts that show them, and not a byte more for the others."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.extension import advertise
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp.types import ListToolsResult, TextResourceContents

from jpo_mcp.clock import ManualClock
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from jpo_mcp.server.app import build
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from tests.conftest import NOON_JST
from tests.server.conftest import Era
from tests.server.test_contract import MOST_BYTES

URIS = {"jpo_get_case": "ui://jpo-mcp/timeline", "jpo_get_family": "ui://jpo-mcp/family"}

SHOWS_APPS = [advertise(EXTENSION_ID, {"mimeTypes": [APP_MIME_TYPE]})]
SHOWS_OTHERS = [advertise(EXTENSION_ID, {"mimeTypes": ["text/uri-list"]})]


@asynccontextmanager
async def host(folder: Path, era: Era, extensions: list[Any] | None = None) -> AsyncGenerator[Client]:
    clock = ManualClock(NOON_JST)
    secrets: dict[str, Any] = {"username": USERNAME, "password": PASSWORD}
    client = JpoClient(Settings(cache_dir=folder, **secrets), clock=clock, app=Sandbox(clock=clock).app)
    async with Client(build(client), mode=era, extensions=extensions) as mcp:
        yield mcp


async def pages(mcp: Client) -> list[str]:
    """The addresses of the pages among the resources."""
    return [one.uri for one in (await mcp.list_resources()).resources if one.mime_type == APP_MIME_TYPE]


def sent(listed: ListToolsResult) -> int:
    return len(listed.model_dump_json(by_alias=True, exclude_none=True).encode())


async def test_a_host_that_shows_apps_is_told_where_the_pages_are(tmp_path: Path, era: Era) -> None:
    """The stable specification of 2026-01-26: `_meta.ui.resourceUri` on the tool, the page as a ui:// resource."""
    async with host(tmp_path, era, SHOWS_APPS) as mcp:
        tools = (await mcp.list_tools()).tools
        assert await pages(mcp) == list(URIS.values())
        assert {tool.name: tool.meta for tool in tools if tool.meta} == {
            name: {"ui": {"resourceUri": uri}} for name, uri in URIS.items()
        }
        for uri in URIS.values():
            (page,) = (await mcp.read_resource(uri)).contents
            assert isinstance(page, TextResourceContents)
            assert page.mime_type == APP_MIME_TYPE
            assert page.meta == {"ui": {"prefersBorder": True}}
            assert page.text.startswith("<!doctype html>")
            assert 'id="record"' not in page.text.split("<script>")[0]


@pytest.mark.parametrize("extensions", [None, SHOWS_OTHERS])
async def test_other_hosts_see_no_trace_of_them(tmp_path: Path, era: Era, extensions: list[Any] | None) -> None:
    """A list is paid for in every conversation, and a page that cannot be shown is no use in it."""
    async with host(tmp_path, era, extensions) as mcp:
        tools = await mcp.list_tools()
        assert [tool.meta for tool in tools.tools if tool.meta] == []
        assert await pages(mcp) == []
        without = sent(tools)
    async with host(tmp_path, era, SHOWS_APPS) as mcp:
        more = sent(await mcp.list_tools())
    assert more - without < 120
    assert more <= MOST_BYTES


async def test_answers_are_the_same_with_and_without_apps(tmp_path: Path, era: Era) -> None:
    """A view adds nothing to an answer and takes nothing from it."""
    answers: list[list[dict[str, Any]]] = []
    for place, extensions in enumerate((None, SHOWS_APPS)):
        async with host(tmp_path / str(place), era, extensions) as mcp:
            case = await mcp.call_tool("jpo_get_case", {"number": "特願2020-490001"})
            family = await mcp.call_tool("jpo_get_family", {"number": "特願2021-490301"})
            answers.append([one.model_dump(by_alias=True, exclude_none=True) for one in (case, family)])
    assert answers[0] == answers[1]
    assert [one["isError"] for one in answers[0]] == [False, False]


@pytest.mark.parametrize(("lang", "first"), [("both", "ja"), ("ja", "ja"), ("en", "en")])
async def test_the_pages_speak_the_language_that_is_set(tmp_path: Path, lang: Any, first: str) -> None:
    """JPO_MCP_LANG, as the answers do."""
    async with Client(build(JpoClient(Settings(cache_dir=tmp_path, lang=lang)))) as mcp:
        (page,) = (await mcp.read_resource(URIS["jpo_get_case"])).contents
        assert isinstance(page, TextResourceContents)
        assert f'<html lang="{first}" data-lang="{lang}">' in page.text
