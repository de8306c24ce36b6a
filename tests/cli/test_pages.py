"""`jpo-mcp case` and `jpo-mcp dossier` with `--html`: the answer as a page in a file."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp import cli

CASE, FAMILY = "特願2020-490001", "特願2021-490301"


pytestmark = pytest.mark.usefixtures("sandboxed")


def inside(page: str) -> dict[str, Any]:
    """The record in a page."""
    (data,) = re.findall('<script type="application/json" id="record">(.*?)</script>', page)
    return json.loads(data)


@pytest.mark.parametrize(("command", "number"), [("case", CASE), ("dossier", FAMILY)])
def test_the_page_holds_the_answer_that_was_drawn(
    command: str, number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One access for both; the file is the caller's alone, and its name is told beside the answer."""
    file = tmp_path / "page.html"
    assert cli.main([command, number, "--json", "--html", str(file)]) == cli.OK
    told = capsys.readouterr()
    assert inside(file.read_text("utf-8")) == json.loads(told.out)
    assert told.err == f"書込み written: {file}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(told.out)["cost"] == 1


def test_the_page_speaks_the_language_that_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """JPO_MCP_LANG, as on screen."""
    monkeypatch.setenv("JPO_MCP_LANG", "en")
    file = tmp_path / "page.html"
    assert cli.main(["case", CASE, "--html", str(file)]) == cli.OK
    assert '<html lang="en" data-lang="en">' in file.read_text("utf-8")
    assert "in force" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["case", "dossier"])
def test_a_file_that_cannot_be_written_is_told_before_anything_is_spent(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As with the other files: an access for an answer that finds no place would be wasted."""
    assert cli.main([command, CASE, "--html", str(tmp_path / "nowhere" / "page.html")]) == cli.BAD
    told = capsys.readouterr()
    assert told.out == ""
    assert "page.html" in told.err
    assert "accesses_spent: 0" in told.err
    assert str(tmp_path) not in told.err


@pytest.mark.parametrize("name", ["n" * 300, "n" * 254, "circle", "", "/"])
def test_a_name_that_no_file_can_have_is_told_before_anything_is_spent(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Too long, too long with what is added while it is written, a link to itself, a folder."""
    monkeypatch.chdir(tmp_path)
    Path("circle").symlink_to("circle")
    assert cli.main(["case", CASE, "--html", name]) == cli.BAD
    told = capsys.readouterr()
    assert told.out == ""
    assert "name another file" in " ".join(told.err.split())
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("also", [["--papers"], ["--sections", "citations"], ["--read", "52099000101"]])
def test_only_the_family_of_a_dossier_has_a_page(
    also: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list of papers and a text are read where they are."""
    file = tmp_path / "page.html"
    assert cli.main(["dossier", FAMILY, *also, "--html", str(file)]) == cli.BAD
    assert "leave out --papers, --sections and --read" in " ".join(capsys.readouterr().err.split())
    assert not file.exists()
