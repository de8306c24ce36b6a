"""The family tree: what a reader sees, hears and prints."""

from __future__ import annotations

import pytest

from tests.pages.conftest import FIVE_OFFICES, Open, Served


def test_a_family_is_a_tree_of_offices_applications_and_what_came_of_them(open_page: Open, served: Served) -> None:
    """The same tree as at the terminal: offices in their usual order, dates beside what they are of."""
    window = open_page("family", served.record(FIVE_OFFICES))
    assert window.texts(".office-name") == [
        *("JP 日本 Japan (JPO)", "US 米国 United States (USPTO)", "EP 欧州 Europe (EPO)"),
        *("CN 中国 China (CNIPA)", "KR 韓国 Korea (KIPO)"),
    ]
    japanese, american, *_ = window.texts(".tree > li > ul > li")
    assert japanese == (
        "JP 日本 Japan (JPO) 特願2021-490301 JP.2021490301.A ← 照会 asked for ○ 出願 filed 2021-02-12 "
        "▲ 公開 published 2022-08-25 特開2022-490301 JP.2022490301.A ■ 登録 registered 2024-05-10 特許第9900301号 "
        "JP.9900301.B2 経過情報 case jpo-mcp case 特願2021-490301 --html 特願2021-490301.html"
    )
    assert "登録 registered 2024-06-18 US 19,900,301 B2 US.19900301.B2" in american
    assert "an office that is absent proves nothing" in window.text("main > section:last-of-type")
    assert window.page.title() == "特願2021-490301 ファミリー family"


def test_the_branches_stand_on_one_time_axis_by_shape_and_word(open_page: Open, served: Served) -> None:
    """A ring for the filing, a triangle for a publication, a square for a patent."""
    window = open_page("family", served.record(FIVE_OFFICES))
    tags = [
        (mark.get_attribute("aria-label") or "", mark.locator(":not(.halo):not(text)").evaluate("n => n.tagName"))
        for mark in window.page.locator("svg [role=link]").all()
    ]
    assert len(tags) == 14  # EP has no patent yet
    assert tags[:3] == [
        ("2021-02-12, 出願 filed, 特願2021-490301, 特願2021-490301", "circle"),
        ("2022-08-25, 公開 published, 特開2022-490301, 特願2021-490301", "path"),
        ("2024-05-10, 登録 registered, 特許第9900301号, 特願2021-490301", "rect"),
    ]
    assert window.texts(".key li") == ["○ 出願 filed", "▲ 公開 published", "■ 登録 registered"]


def test_arrows_go_along_the_chart_and_enter_to_the_tree(open_page: Open, served: Served) -> None:
    """One stop of the Tab key, as in the timeline."""
    page = open_page("family", served.record(FIVE_OFFICES)).page
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    assert page.locator(".readout").inner_text() == "2024-09-06, 登録 registered, KR 10-9900301 B1, KR 10-2022-0990301"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.innerText").startswith("KR 10-2022-0990301")


def test_members_and_numbers_left_out_and_offices_without_dossiers_are_said(open_page: Open, served: Served) -> None:
    """A long family is told in part by number only; the page counts what it cannot name."""
    record = served.record(FIVE_OFFICES)
    record["left_out"] = 7
    record["offices"][1]["left_out"] = ["US.202318990401.A", "US.202318990402.A"]
    record["offices"][1]["members"][0]["numbers_left_out"] = 3
    record["offices"].append({"office": "CA", "dossier": False, "members": [{"application": {"raw": "CA 3 000 000"}}]})
    window = open_page("family", record)
    tree = window.text("main > section:nth-of-type(2)")
    assert "番号のみ by number only: US.202318990401.A, US.202318990402.A" in tree
    assert "3 件の番号を省略 numbers left out" in tree
    assert "CA (五庁の書類なし no dossier) CA 3 000 000 ○ 出願 filed —" in tree
    assert tree.endswith("7 件の出願を省略 applications left out")


@pytest.mark.parametrize("width", [320, 400, 860])
def test_nothing_is_cut_off_at_any_width(open_page: Open, served: Served, width: int) -> None:
    """A host's panel may be narrow."""
    page = open_page("family", served.record(FIVE_OFFICES), width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
