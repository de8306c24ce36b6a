"""A real browser without a window, and answers of a real server on the sandbox to show in it."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from mcp import Client
from mcp.client.extension import advertise
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp.types import CallToolResult, TextResourceContents
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from jpo_mcp.clock import ManualClock
from jpo_mcp.errors import Lang
from jpo_mcp.pages import PageName, page
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from jpo_mcp.server.app import build
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from tests.conftest import NOON_JST

GRANTED, ON_APPEAL, RENEWED = "特願2020-490001", "特願2019-490002", "商願2015-490202"
TO_ANSWER, EVERYTHING = "特願2022-490025", "特願2017-490005"
FIVE_OFFICES = "特願2021-490301"

CASES = (GRANTED, ON_APPEAL, RENEWED, TO_ANSWER, EVERYTHING)

SHOWS_APPS = [advertise(EXTENSION_ID, {"mimeTypes": [APP_MIME_TYPE]})]


@dataclass(frozen=True, slots=True)
class Served:
    """What a host that shows apps gets from our server: the pages, and the results of calls."""

    pages: dict[PageName, str]
    results: dict[str, CallToolResult]

    def record(self, number: str) -> dict[str, Any]:
        """The structured answer to a call, which the test may change."""
        return self.wire(number)["structuredContent"]

    def wire(self, number: str) -> dict[str, Any]:
        """The whole result of a call as the host hands it on."""
        return self.results[number].model_dump(mode="json", by_alias=True, exclude_none=True)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """Each case asked for once; the clock goes on between the calls, for the JPO's ten a minute."""
    clock = ManualClock(NOON_JST)
    secrets: dict[str, Any] = {"username": USERNAME, "password": PASSWORD}
    settings = Settings(cache_dir=tmp_path_factory.mktemp("kept"), **secrets)

    async def ask() -> Served:
        client = JpoClient(settings, clock=clock, app=Sandbox(clock=clock).app)
        async with Client(build(client), extensions=SHOWS_APPS) as mcp:
            results: dict[str, CallToolResult] = {}
            for number in CASES:
                sections = ["registration", "citations", "priority", "divisionals", "link"]
                asked = {"number": number, "sections": sections if number == EVERYTHING else []}
                results[number] = await mcp.call_tool("jpo_get_case", asked)
                clock.advance(20)
            results[FIVE_OFFICES] = await mcp.call_tool("jpo_get_family", {"number": FIVE_OFFICES})
            pages: dict[PageName, str] = {}
            names: tuple[PageName, ...] = ("timeline", "family")
            for name in names:
                (content,) = (await mcp.read_resource(f"ui://jpo-mcp/{name}")).contents
                assert isinstance(content, TextResourceContents)
                pages[name] = content.text
            return Served(pages, results)

    return asyncio.run(ask())


# ── the browser ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="package")
def browser(served: Served) -> Iterator[Browser]:
    """Debian's chromium; half a second a process. Skipped where there is none, but not in CI.

    Its driver keeps an event loop running in this thread: it must be gone before the next package's asynchronous
    tests, and what is served must be there before it.
    """
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("chromium must be installed in CI")
        pytest.skip("chromium is not installed here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@dataclass(slots=True)
class Window:
    """A page in the browser, and everything that went wrong or outside on the way."""

    page: Page
    requests: list[str] = field(default_factory=list[str])
    complaints: list[str] = field(default_factory=list[str])

    def text(self, selector: str = "main") -> str:
        """What is visible there, on one line."""
        return " ".join(self.page.locator(selector).inner_text().split())

    def drawn(self) -> list[str]:
        """The texts in the chart."""
        return [text or "" for text in self.page.locator("figure svg text").all_text_contents()]

    def texts(self, selector: str) -> list[str]:
        return [" ".join(text.split()) for text in self.page.locator(selector).all_inner_texts()]


Open = Callable[..., Window]
"""`open_page(name, record, lang=…, width=…, scheme=…)`; `again=window` opens it where another was."""


@pytest.fixture
def open_window(browser: Browser) -> Iterator[Callable[..., Window]]:
    """Empty windows, watched; closed after the test, which fails for any error or request of theirs."""
    contexts: list[BrowserContext] = []
    windows: list[Window] = []

    def opened(width: int = 860, scheme: Literal["light", "dark"] = "light") -> Window:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        window = Window(context.new_page())
        window.page.on("console", lambda said: window.complaints.append(said.text))
        window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
        window.page.on("request", lambda request: window.requests.append(request.url))
        windows.append(window)
        return window

    yield opened
    for context in contexts:
        context.close()
    assert [window.complaints for window in windows if window.complaints] == []
    outside = [url for window in windows for url in window.requests if not url.startswith(("file:", "about:"))]
    assert outside == []


@pytest.fixture
def open_page(open_window: Callable[..., Window], tmp_path: Path) -> Open:
    """Pages with their record inside, as the command line writes them, opened from a file."""

    def opened(
        name: PageName, record: dict[str, Any], lang: Lang = "both", *, again: Window | None = None, **looks: Any
    ) -> Window:
        window = again or open_window(**looks)
        if again and "width" in looks:
            again.page.set_viewport_size({"width": looks["width"], "height": 900})
        file = tmp_path / f"{name}.html"
        file.write_text(page(name, lang, record), encoding="utf-8")
        window.page.goto(file.as_uri())
        window.page.wait_for_selector("main footer")
        if window.page.locator("figure").count():
            window.page.wait_for_selector("figure svg", state="attached")
        return window

    return opened
