"""`jpo-mcp dossier`: families, papers and texts of the five offices in a terminal."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from jpo_mcp import cli
from jpo_mcp.dossier.offices.page import DossierDocumentAnswer
from jpo_mcp.dossier.offices.views import DossierAnswer, FamilyAnswer
from jpo_mcp.screen import Screen

PUBLICATION = "特開2022-490301"
AMERICAN = "US.202218990301.A"


pytestmark = pytest.mark.usefixtures("sandboxed")


@pytest.fixture
def columns() -> int:
    return 80


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(["dossier", *arguments]) == cli.OK
    out = capsys.readouterr().out
    assert [line for line in out.split("\n") if cell_len(line) > 80] == []
    assert "\x1b" not in out
    return out


def records(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert cli.main(["dossier", *arguments, "--json"]) == cli.OK
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


# ── a family ──────────────────────────────────────────────────────────────────────────────────


def test_a_family_is_a_tree_of_offices_and_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """Five offices in their usual order, dates beside what they are of, the member asked for marked."""
    lines = [line.rstrip() for line in shown(capsys, PUBLICATION).splitlines()]
    tree = lines[lines.index("  JP  日本 Japan (JPO)") :]
    assert tree[:9] == [
        "  JP  日本 Japan (JPO)",
        "  └── 特願2021-490301  JP.2021490301.A  <- 照会 asked for",
        "      ├── 出願 filed 2021-02-12",
        "      ├── 公開 published 特開2022-490301  JP.2022490301.A  2022-08-25",
        "      └── 登録 registered 特許第9900301号  JP.9900301.B2  2024-05-10",
        "  US  米国 United States (USPTO)",
        "  └── US 18/990,301 (2022)  US.202218990301.A",
        "      ├── 出願 filed 2022-02-10",
        "      ├── 公開 published US 2022/0990301 A1  US.2022990301.A1  2022-08-18",
    ]
    assert [line[2:4] for line in tree if line[2:4].isupper()] == ["JP", "US", "EP", "CN", "KR"]
    assert "  its papers (1 access): jpo-mcp dossier JP.2021490301.A --papers" in lines
    assert any("accesses spent 1" in line for line in lines)


def test_labels_follow_the_language_that_is_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """JPO_MCP_LANG; numbers stay as their offices write them."""
    monkeypatch.setenv("JPO_MCP_LANG", "en")
    english = shown(capsys, PUBLICATION)
    monkeypatch.setenv("JPO_MCP_LANG", "ja")
    japanese = shown(capsys, PUBLICATION)
    assert ("filed 2021-02-12" in english, "出願" in english) == (True, False)
    assert ("出願 2021-02-12" in japanese, "filed" in japanese) == (True, False)


def test_what_a_comparison_lacks_is_named_in_the_language_that_is_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words of the JSON are the machine's."""
    monkeypatch.setenv("JPO_MCP_LANG", "ja")
    line = next(line for line in shown(capsys, AMERICAN, "--sections", "compare").splitlines() if "EP22990301:" in line)
    assert line.strip() == "EP22990301: 書類一覧, 引用文献"


def test_json_is_what_the_tool_gives(capsys: pytest.CaptureFixture[str]) -> None:
    """One line, compact."""
    (record,) = records(capsys, PUBLICATION)
    assert [office["office"] for office in record["offices"]] == ["JP", "US", "EP", "CN", "KR"]
    assert record["cost"] == 1


# ── a dossier ─────────────────────────────────────────────────────────────────────────────────


def test_the_papers_are_a_table_with_the_ids_that_read_them(capsys: pytest.CaptureFixture[str]) -> None:
    """An id is whole on its line, to be copied; a machine translation's is marked."""
    lines = [line.strip() for line in shown(capsys, "特願2018-490003", "--papers").splitlines()]
    place = next(n for n, line in enumerate(lines) if line.startswith("2021-10-05"))
    told = "\n".join(lines[place : place + 4])
    assert "拒絶理由通知書" in told
    assert "Notice of Reasons for Refusal" in told
    assert "office action" in told
    assert any(line.endswith("Notice_of_Reasons_for_Refusal_06121990301_JP") for line in lines)
    assert any(line.endswith("訳 Notice_of_Reasons_for_Refusal_06121990301") for line in lines)


def test_the_sections_come_with_the_papers(capsys: pytest.CaptureFixture[str]) -> None:
    """The citations of the American member, and the members side by side as far as they are kept."""
    out = shown(capsys, AMERICAN, "--sections", "citations,compare")
    assert "US.2016990301.A1" in out
    assert "Non-Final Rejection" in out
    assert "各庁の比較" in out
    assert "未読 not read" in out
    assert "EP22990301" in out


def test_a_section_that_does_not_exist_is_named_before_anything_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2 and the list."""
    assert cli.main(["dossier", AMERICAN, "--sections", "claims"]) == cli.BAD
    said = capsys.readouterr().err
    assert "citations, compare" in said
    assert "accesses_spent: 0" in said


# ── a text ────────────────────────────────────────────────────────────────────────────────────


def test_a_paper_is_read_to_its_end_for_one_access(capsys: pytest.CaptureFixture[str]) -> None:
    """Page by page as JSON, and in one piece on the screen, which begins with whose words these are."""
    (listed,) = records(capsys, AMERICAN, "--papers")
    action = next(paper["original"] for paper in listed["papers"] if paper["kind"] == "office_action")
    pages = records(capsys, AMERICAN, "--read", action, "--all")
    assert [page["cost"] for page in pages] == [1] + [0] * (len(pages) - 1)
    assert "cursor" not in pages[-1]
    whole = shown(capsys, AMERICAN, "--read", action, "--all")
    assert whole.count("版 version") == 1
    assert "原文 original" in whole
    assert "accesses spent 0" in whole
    words = "".join(whole.split())
    assert all("".join(page["text"].split()) in words for page in pages if page.get("text"))


def test_a_machine_translation_is_said_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody should quote it as the office's words."""
    (listed,) = records(capsys, PUBLICATION, "--papers")
    translated = next(paper["translated"] for paper in listed["papers"] if paper.get("translated"))
    assert "機械翻訳 MACHINE TRANSLATION" in shown(capsys, PUBLICATION, "--read", translated)


def test_what_is_wrong_is_said_and_ends_with_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    """2 for bad input, 1 for an answer that says no."""
    assert cli.main(["dossier", "nonsense"]) == cli.BAD
    assert cli.main(["dossier", AMERICAN, "--read", "a b"]) == cli.BAD
    assert cli.main(["dossier", AMERICAN, "--read", "NOSUCHPAPER"]) == cli.SAYS_NO
    assert "[not_on_file]" in capsys.readouterr().err


# ── drawing ───────────────────────────────────────────────────────────────────────────────────

ESCAPE = "\x1b[31m[red]\u202e"
NUMBER = {"kind": "application", "human": ESCAPE, "docdb": "JP.2021490301.A"}
COST = {"source": "kept", "as_of": "2026-11-23T12:00+09:00", "cost": 0}
ODD: dict[str, Any] = {"raw": ESCAPE, "date_raw": ESCAPE}


@pytest.mark.parametrize("width", [40, 80, 120])
def test_nothing_of_an_office_is_obeyed_by_the_terminal(width: int) -> None:
    """Escape sequences, markup and reversed text are shown, wherever they stand and whatever the width."""
    member = {"application": ODD, "publications": [ODD], "registrations": [ODD], "asked": True, "numbers_left_out": 2}
    office = {"office": "?", "dossier": False, "members": [member, {}], "left_out": [ESCAPE]}
    mention = {"date_raw": ESCAPE, "cited_in": ESCAPE}
    paper = {"kind": "other", "date_raw": ESCAPE, "title": ESCAPE, "id_raw": ESCAPE, "groups_raw": ESCAPE, "kept": True}
    step = {"date_raw": ESCAPE, "title": ESCAPE}
    family = FamilyAnswer.model_validate({"number": NUMBER, "offices": [office], "left_out": 3, **COST})
    dossier = DossierAnswer.model_validate(
        {
            "number": NUMBER,
            "title": ESCAPE,
            "applicants": [ESCAPE],
            "papers": [paper],
            "brief": [ESCAPE],
            "papers_left_out": {"other": 1},
            "citations": {"patents": [{"raw": ESCAPE, "mentions": [mention], "mentions_left_out": 1}], "others": [{}]},
            "classes": [{"scheme": ESCAPE, "symbols": [ESCAPE], "left_out": 1}],
            "compare": {
                "members": [{"application": ESCAPE, "first_action": step, "as_of": "today"}],
                "not_read": [{"application": ESCAPE, "lacks": ["papers"]}],
            },
            **COST,
        }
    )
    about = {"id": "X", "version": "original", "title": ESCAPE, "people": [ESCAPE], "images": [ESCAPE]}
    text = DossierDocumentAnswer.model_validate(
        {
            "number": NUMBER,
            "paper": about,
            "form": "xml",
            "text": f"{ESCAPE}本文",
            "offset": 0,
            "characters": 99,
            **COST,
        }
    )
    out = StringIO()
    screen = Screen("both", out=Console(file=out, width=width, markup=False, highlight=False, emoji=False))
    screen.family(family)
    screen.dossier(dossier)
    screen.dossier_text(text, goes_on=True)
    screen.dossier_text(text, begins=False)
    drawn = out.getvalue()
    assert "\x1b" not in drawn
    assert "\u202e" not in drawn
    assert "本文" in drawn
    assert "[red]" in drawn.replace("\n", "").replace(" ", "")
