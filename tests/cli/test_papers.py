"""`jpo-mcp documents` and `jpo-mcp reasons`: the papers of a case in a terminal."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from jpo_mcp import cli
from jpo_mcp.dossier.papers.views import (
    BlockView,
    CitedView,
    DocumentsAnswer,
    MarkGroundView,
    PaperLine,
    PaperView,
    Quote,
    ReasonView,
    RefusalAnswer,
)
from jpo_mcp.dossier.view import NumberView
from jpo_mcp.screen import Screen

BATTERY = "特願2020-490001"
GRIPPER = "特願2019-490002"


pytestmark = pytest.mark.usefixtures("sandboxed")


def test_the_papers_of_a_case_are_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Day, code, title in both languages, number, and where the text is."""
    assert cli.main(["documents", BATTERY]) == cli.OK
    shown = capsys.readouterr().out
    row = next(line for line in shown.splitlines() if "A131" in line)
    assert row.split()[:4] == ["2024-01-23", "A131", "拒絶理由通知書", "06124990101"]
    assert "Notice of reasons for refusal" in shown
    assert "accesses spent 1" in shown


def test_all_reads_every_paper_of_a_kind_and_tells_the_whole_cost(capsys: pytest.CaptureFixture[str]) -> None:
    """Two opinions, one access; without --all only the first."""
    assert cli.main(["documents", GRIPPER, "--kind", "opinion", "--all"]) == cli.OK
    whole = capsys.readouterr().out
    assert cli.main(["documents", GRIPPER, "--kind", "opinion"]) == cli.OK
    first = capsys.readouterr().out
    assert "図２から自明です。" in whole
    assert "引用文献１と２の組合せには動機付けがありません。" in whole
    assert "accesses spent 1" in whole
    assert "図２から自明です。" in first
    assert "動機付け" not in first


def test_json_gives_a_record_for_each_page(capsys: pytest.CaptureFixture[str]) -> None:
    """A line for a page, as the tool gives it."""
    assert cli.main(["documents", GRIPPER, "--kind", "opinion", "--all", "--json"]) == cli.OK
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["paper"]["document"] for record in records] == ["52399000205", "52399000203"]
    assert [record["cost"] for record in records] == [1, 0]


def test_one_paper_is_read_by_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    """A document number or a dispatch number, with its days under their names."""
    assert cli.main(["documents", GRIPPER, "--document", "990202"]) == cli.OK
    shown = capsys.readouterr().out
    assert "発送 dispatched 2023-08-22" in shown
    assert "起案 drafted 2023-08-15" in shown
    assert "# 拒絶理由通知書" in shown


def test_the_reasons_are_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Reason, article, claims, citations, how they are combined."""
    assert cli.main(["reasons", BATTERY]) == cli.OK
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:5] == ["2", "第29条第2項", "(進歩性)", "1-2", "1"] for line in lines)
    assert any(line.split() == ["3-4", "1,", "2", "組合せ"] for line in lines)
    assert any("3. 特開2009-490103 (周知技術を示す文献)" in line for line in lines)
    assert any("60 日 days" in line for line in lines)


def test_the_reasons_of_a_named_notice_come_with_their_words(capsys: pytest.CaptureFixture[str]) -> None:
    """--document and --passages, also as JSON."""
    asked = ["reasons", GRIPPER, "--document", "06123990201", "--passages"]
    assert cli.main(asked) == cli.OK
    assert "・請求項　１－４" in capsys.readouterr().out
    assert cli.main([*asked, "--json"]) == cli.OK
    record = json.loads(capsys.readouterr().out)
    assert record["blocks"][0]["claims"] == "1-4"
    assert record["cost"] == 0


@pytest.mark.parametrize(
    ("lang", "words"),
    [("ja", ["単独", "組合せ", "列挙"]), ("en", ["single", "combination", "list"])],
)
def test_how_documents_are_combined_is_said_in_the_language_asked_for(
    lang: str, words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """JPO_MCP_LANG: claims 1-2 over document 1, 3-4 over 1 and 2 together, 5 over 1 to 3."""
    monkeypatch.setenv("JPO_MCP_LANG", lang)
    assert cli.main(["reasons", BATTERY]) == cli.OK
    cells = [line.split() for line in capsys.readouterr().out.splitlines()]
    single, combined, listed = words
    assert [row[-4:] for row in cells if row[-1:] == [combined] and "3-4" in row] == [["3-4", "1,", "2", combined]]
    assert [row[-2:] for row in cells if "1-2" in row] == [["1", single]] * 2
    assert [row for row in cells if "5" in row and listed in row] == [["5", "1,", "2,", "3", listed]]


@pytest.mark.parametrize(
    ("lang", "mark"), [("ja", "提供外"), ("en", "elsewhere"), ("both", "提供外"), ("both", "elsewhere")]
)
def test_the_note_on_papers_names_the_mark_that_stands_in_the_list(
    lang: str, mark: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader looks for the word of the note in the column above it; and the options are those of the command."""
    monkeypatch.setenv("JPO_MCP_LANG", lang)
    monkeypatch.setenv("COLUMNS", "80")
    assert cli.main(["documents", BATTERY]) == cli.OK
    listed, notes = capsys.readouterr().out.split("\n\n", 1)
    assert mark in listed
    assert mark in notes
    assert "--kind" in notes


def test_a_date_is_never_broken_in_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty columns: half a date on the next line is read as another."""
    monkeypatch.setenv("COLUMNS", "40")
    for command in (["case", BATTERY, "--sections", "registration"], ["documents", BATTERY]):
        assert cli.main(command) == cli.OK
        shown = capsys.readouterr().out
        assert [line for line in shown.splitlines() if cell_len(line) > 40] == []
        for day in ("2020-09-10", "2024-01-23", "2024-07-19"):
            assert day in shown


def test_what_is_wrong_is_said_and_ends_with_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    """2 for bad input, 1 for an answer that says no."""
    assert cli.main(["documents", BATTERY, "--document", "x"]) == cli.BAD
    assert cli.main(["documents", BATTERY, "--document", "06124990199"]) == cli.SAYS_NO
    assert cli.main(["documents", BATTERY, "--kind", "office_action"]) == cli.BAD
    assert cli.main(["reasons", "nonsense"]) == cli.BAD
    said = " ".join(capsys.readouterr().err.split())
    assert "06124990101 A131" in said
    assert "refusal_notice, refusal_decision, grant, dismissal, opinion, amendment" in said


ESCAPE = "\x1b[31m[red]\u202e"
NUMBER = NumberView(kind="application", human="特願2020-490001", api="2020490001")
COST = {"source": "kept", "as_of": "2026-11-23T12:00+09:00", "cost": 0}


@pytest.mark.parametrize("width", [40, 80, 120])
def test_nothing_of_a_paper_is_obeyed_by_the_terminal(width: int) -> None:
    """Escape sequences, markup and reversed text from a paper are shown, whatever the width."""
    paper = PaperView(document="06124990101", kind="refusal_notice", title=ESCAPE, people=[ESCAPE], images=[ESCAPE])
    page = DocumentsAnswer.model_validate(
        {"number": NUMBER, "paper": paper, "text": f"{ESCAPE}本文", "offset": 0, "characters": 20, **COST}
    )
    listed = DocumentsAnswer.model_validate({"number": NUMBER, "papers": [PaperLine(date="?", ja=ESCAPE)], **COST})
    refusal = RefusalAnswer.model_validate(
        {
            "number": NUMBER,
            "paper": paper,
            "reasons": [ReasonView(no=1, label=ESCAPE, quote=ESCAPE, offset=0)],
            "blocks": [BlockView(reasons=[1], claims_raw=ESCAPE, citations_raw=ESCAPE, note="x"), BlockView()],
            "mark_grounds": [MarkGroundView(reason=1, article="x", goods_raw=[ESCAPE])],
            "citations": [CitedView(no=1, raw=ESCAPE, remark_raw=ESCAPE)],
            "curing_hints": [Quote(quote=ESCAPE, offset=0)],
            "unread": [Quote(quote=ESCAPE, offset=0)],
            **COST,
        }
    )
    out = StringIO()
    screen = Screen("both", out=Console(file=out, width=width, markup=False, highlight=False, emoji=False))
    screen.documents(page)
    screen.documents(listed)
    screen.refusal(refusal)
    shown = out.getvalue()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "本文" in shown
    assert "[red]" in shown.replace("\n", "").replace(" ", "")


def test_papers_left_out_of_a_list_are_counted() -> None:
    """A list that stops without a word reads as the whole of it."""
    listed = DocumentsAnswer.model_validate({"number": NUMBER, "papers": [PaperLine(date="?")], **COST})
    out = StringIO()
    screen = Screen("en", out=Console(file=out, width=80))
    screen.documents(listed)
    assert "left out" not in out.getvalue()
    screen.documents(listed.model_copy(update={"papers_left_out": 7}))
    assert "7 more left out" in out.getvalue()


def test_the_provisions_and_the_fields_of_a_search_are_drawn() -> None:
    """What the tool tells of a refusal, the terminal tells as well."""
    refusal = RefusalAnswer.model_validate(
        {
            "number": NUMBER,
            "paper": PaperView(document="06124990101"),
            "provisions": ["第4条第1項第11号"],
            "prior_art_record": {"fields_raw": ["ＩＰＣ Ｈ０１Ｍ"], "documents": [{"document": "特開2001-000001"}]},
            **COST,
        }
    )
    out = StringIO()
    Screen("en", out=Console(file=out, width=80)).refusal(refusal)
    lines = out.getvalue().splitlines()
    assert [line.split() for line in lines if "provisions" in line] == [["provisions", "第4条第1項第11号"]]
    assert any("search record" in line and "ＩＰＣ Ｈ０１Ｍ" in line for line in lines)
    assert any("特開2001-000001" in line for line in lines)
