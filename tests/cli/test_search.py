"""`jpo-mcp search`: words in what is kept, in a terminal."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from jpo_mcp import cli
from jpo_mcp.dossier.search.views import KeptHit, SearchAnswer
from jpo_mcp.screen import Screen

BATTERY = "特願2020-490001"


pytestmark = pytest.mark.usefixtures("sandboxed")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(list(arguments)) == cli.OK
    return capsys.readouterr().out


def test_what_is_kept_is_searched_and_each_sentence_says_where_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    """Two commands after one another are two processes in life: what the first kept, the second finds."""
    run(capsys, "documents", BATTERY, "--kind", "refusal_notice")
    shown = run(capsys, "search", "端子電圧", "携帯灯")
    assert f"{BATTERY}   拒絶理由通知書 / Notice of reasons for refusal   06124990101" in shown
    assert "●理由１（新規性）について" in shown
    assert "«端子電圧»" in shown
    assert "found 1" in shown
    assert "no search of the" in shown


def test_every_page_is_read_with_all_and_a_quoted_word_is_a_phrase(capsys: pytest.CaptureFixture[str]) -> None:
    """A shell takes the quotes away, so a word with a space in it is the phrase that was meant."""
    run(capsys, "documents", BATTERY, "--kind", "refusal_notice")
    run(capsys, "documents", BATTERY, "--kind", "opinion")
    run(capsys, "case", BATTERY, "--sections", "registration,citations")
    first, whole = run(capsys, "search", "見本"), run(capsys, "search", "見本", "--all")
    phrase = json.loads(run(capsys, "search", "見本 太郎", "--json"))
    apart = json.loads(run(capsys, "search", "太郎", "見本", "--json"))
    assert whole.count(BATTERY) >= first.count(BATTERY) > 0
    assert "--all" not in whole
    assert phrase["found"] == apart["found"] > 0
    assert "«見本　太郎»" in phrase["hits"][0]["snippet"]


def test_nothing_kept_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty machine is no error."""
    assert "found 0" in run(capsys, "search", "携帯灯")


def test_a_case_of_which_nothing_is_kept_is_an_error_with_the_command_that_fetches_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The hint is a command here, not a tool."""
    assert cli.main(["search", "携帯灯", "--number", "特許第9900001号"]) == cli.SAYS_NO
    assert "jpo-mcp case fetches the case" in " ".join(capsys.readouterr().err.split())


def test_forgetting_what_is_kept_forgets_its_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`cache clear` leaves no sentence of anybody's paper on the disk."""
    run(capsys, "documents", BATTERY, "--kind", "refusal_notice")
    run(capsys, "search", "携帯灯")
    (index,) = tmp_path.rglob("search.db")
    before = index.stat().st_size
    run(capsys, "cache", "clear", "--yes")
    assert index.stat().st_size < before
    assert "found 0" in run(capsys, "search", "携帯灯")


def test_a_papers_words_cannot_steer_the_terminal() -> None:
    """Snippets are somebody else's text: control characters are shown as what they are."""
    out = StringIO()
    number, section, snippet = "特願2020-1\x1b[2J", "●\x9b31m", "«電池»\x1b]0;x\x07"
    hit = KeptHit(number=number, law="patent", found_in="paper", section=section, snippet=snippet, as_of="2026")
    answer = SearchAnswer(found=1, hits=[hit], searched={"cases": 1, "papers": 1}, cost=0)
    Screen("en", out=Console(file=out, width=80, markup=False, highlight=False)).search(answer)
    assert "«電池»" in out.getvalue()
    assert not set("\x1b\x9b\x07") & set(out.getvalue())
