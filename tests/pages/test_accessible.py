"""For everybody: axe-core's rules, in light and dark, in one language and both."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Literal, cast

import pytest
from playwright.sync_api import Page

from jpo_mcp.errors import Lang
from jpo_mcp.pages import PageName
from tests.pages.conftest import EVERYTHING, FIVE_OFFICES, GRANTED, ON_APPEAL, RENEWED, TO_ANSWER, Open, Served

_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")

SHOWN: tuple[tuple[PageName, str, Lang], ...] = (
    ("timeline", GRANTED, "both"),
    ("timeline", ON_APPEAL, "ja"),
    ("timeline", RENEWED, "both"),
    ("timeline", TO_ANSWER, "en"),
    ("timeline", EVERYTHING, "both"),
    ("family", FIVE_OFFICES, "both"),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("shown", SHOWN)
def test_axe_finds_nothing_serious(
    open_page: Open, served: Served, shown: tuple[PageName, str, Lang], scheme: Literal["light", "dark"]
) -> None:
    """WCAG 2.2 A and AA and axe's best practices: contrast, names, roles, tables, headings."""
    name, number, lang = shown
    window = open_page(name, served.record(number), lang=lang, scheme=scheme)
    assert serious(window.page) == []


def serious(page: Page) -> list[str]:
    """What axe-core finds serious or critical, and where."""
    page.evaluate(_AXE)
    found = cast("list[dict[str, Any]]", page.evaluate("async () => (await axe.run()).violations"))
    return [
        f"{one['id']}: {spot['target']}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for spot in one["nodes"]
    ]
