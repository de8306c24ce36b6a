"""What a person at a terminal is told to do, said as commands: the same words name tools to an assistant."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jpo_mcp import cli
from jpo_mcp.cli.commands import ENTRIES
from jpo_mcp.screen.typed import COMMANDS, typed
from tests.server.test_contract import TOOLS

PACKAGE = Path(cli.__file__).parents[1]
ASKING = re.compile(
    r"\bjpo_(?!find_applicant)[a-z]+_|\b(sections|kind|max_age|numbers)=[\[\"\w]|\bcursor (reads|で)", re.ASCII
)
"""How our hints name tools and their arguments."""


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """Every command tightens it."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ('sections=["registration"] で権利者・年金', "--sections registration で権利者・年金"),
        ('(jpo_get_case sections=["link"] gives it)', "(jpo-mcp case --sections link gives it)"),
        ('jpo_get_dossier（sections=["citations"]）で', "jpo-mcp dossier --papers（--sections citations）で"),
        ('sections=["priority", "link"]', "--sections priority,link"),
        ('jpo_read_documents kind="opinion"（1アクセス）', "jpo-mcp documents --kind opinion（1アクセス）"),
        ("jpo_read_documents without kind lists the papers", "jpo-mcp documents without --kind lists the papers"),
        ("kind または document で本文", "--kind または --document で本文"),
        ("kind or document reads the text", "--kind or --document reads the text"),
        ("elsewhere の書類は本APIでは提供されません。", "「提供外」の書類は本APIでは提供されません。"),
        ("上記の表記で書くか、lawを指定してください。", "上記の表記で書くか、--lawを指定してください。"),
        ("Write its kind as listed, or give law.", "Write its kind as listed, or give --law."),
        ("特願2020-490001は特許の番号ですがlaw=designです。", "特願2020-490001は特許の番号ですが--law designです。"),
        ("cursor reads on: 12 characters are left", "--all reads on: 12 characters are left"),
        ("複数はjpo_check_portfolioへ。", "複数はjpo-mcp portfolioへ。"),
        ("通信中の破損が疑われる場合は max_age=0 で再取得", "通信中の破損が疑われる場合は --max-age 0 で再取得"),
        ("call again with the handle", "call again with --handle"),
        ('Example: {"handle": "…"}', "Example: --handle …"),
        ('Example: ["特願2020-123456", "特許第7533889号"]', "Example: 特願2020-123456 特許第7533889号"),
        ("codes go to jpo_find_applicant", "codes go to jpo_find_applicant"),
        ("a kind of paper, a handle, the law and its link", "a kind of paper, a handle, the law and its link"),
    ],
)
def test_a_hint_is_said_as_it_is_typed(told: str, shown: str) -> None:
    """Our choice: one wording in the answers, exact for an assistant; the screen knows the commands."""
    assert typed(told) == shown


def test_every_tool_is_known_by_its_command() -> None:
    """A new tool without a command has to be looked at here. Companies are asked for by assistants only."""
    assert set(TOOLS) == {*COMMANDS, "jpo_find_applicant"}
    assert {command.split()[1] for command in COMMANDS.values()} <= {entry.name for entry in ENTRIES}


def test_no_hint_of_ours_reaches_a_terminal_in_the_language_of_tools() -> None:
    """Every text in what words the answers and errors, whether a test happens to draw it or not."""
    texts = [text for name in ("dossier", "documents", "numbers", "upstream") for text in _texts(PACKAGE / name)]
    assert [text for text in texts if ASKING.search(text)]
    assert [text for text in texts if ASKING.search(typed(text))] == []


def _texts(folder: Path) -> list[str]:
    """The strings of the modules, without docstrings; the calls for an assistant, `tool(number=...`, are not drawn."""
    trees = [ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(folder.rglob("*.py"))]
    nodes = [node for tree in trees for node in tree]
    described = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    strings = (node for node in nodes if isinstance(node, ast.Constant) and id(node) not in described)
    return [node.value for node in strings if isinstance(node.value, str) and "(number=" not in node.value]


@pytest.mark.parametrize(
    "arguments",
    [
        ("case", "特許第9900001号"),
        ("reasons", "特願2020-490001"),
        ("documents", "特願2020-490001"),
        ("documents", "特願2020-490001", "--kind", "opinion"),
        ("dossier", "特願2021-490301", "--sections", "compare"),
        ("portfolio", "特願2022-491009", "9900001", "--registration", "--run", "--show", "all"),
        ("number", "2020490001"),
        ("case", "特願2020-499999"),
        ("case", "特願2020-490001 特願2020-490002"),
    ],
)
def test_no_command_speaks_to_its_user_as_to_an_assistant(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The audit of 23 November 2026: people were told of sections=[...] and jpo_get_case(...)."""
    monkeypatch.setenv("JPO_MCP_SANDBOX", "1")
    monkeypatch.setenv("JPO_MCP_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "400")
    cli.main(arguments)
    shown = capsys.readouterr()
    assert shown.out + shown.err
    assert not ASKING.search(shown.out + shown.err)
