"""The commands of the README and of docs/server.md, run one after the other as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jpo_mcp import cli
from jpo_mcp.cli.parser import read
from tests.readme import JAPANESE, README, SERVER

_FICTIONAL = {"特願2020-123456": "特願2020-490001", "特開2021-090037": "特開2022-490301", "...": "特願2020-490001"}
_SERVERS = {"serve", "sandbox"}
_ASKS = {"install", "uninstall"}


def commands(page: Path) -> list[list[str]]:
    """The words after `jpo-mcp` of each line that is one, without comments and what is set before it."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(line.partition("jpo-mcp ")[2], comments=True) for line in lines if _is_ours(line)]


def _is_ours(line: str) -> bool:
    return re.match(r"(\w+=\S+ )*jpo-mcp ", line) is not None


@pytest.fixture
def sandboxed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Somebody's machine, with the files that the page speaks of."""
    for name, value in {
        "HOME": str(tmp_path),
        "JPO_MCP_SANDBOX": "1",
        "JPO_MCP_CACHE_DIR": str(tmp_path / "kept"),
        "JPO_MCP_TOKENS_FILE": str(tmp_path / "tokens.json"),
        "COLUMNS": "100",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o077)
    (tmp_path / "list.txt").write_text("特願2020-490001\n", "utf-8")
    (tmp_path / ".jpo").mkdir()
    for name in ("id", "password"):
        (tmp_path / ".jpo" / name).write_text("made-up\n", "utf-8")
    yield tmp_path
    os.umask(before)


@pytest.mark.parametrize("page", [README, SERVER], ids=lambda page: page.name)
def test_every_command_of_the_page_works(
    page: Path, sandboxed: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A newcomer types them from top to bottom. What serves until it is stopped is only read."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)  # a token is shown in a terminal only
    written = commands(page)
    assert len(written) >= 10
    for words in written:
        meant = [os.path.expanduser(_FICTIONAL.get(word, word)) for word in words]  # noqa: PTH111 - as a shell would
        if words[0] in _SERVERS:
            read(meant)
            continue
        code = _in_its_own_process(meant) if words[0] == "doctor" else cli.main(meant + ["--yes"] * (words[0] in _ASKS))
        assert code == cli.OK, f"{words}: {capfd.readouterr()}"


def _in_its_own_process(words: list[str]) -> int:
    """The doctor starts a server, whose standard error the SDK ties to that of the first test of this process."""
    started = [sys.executable, "-m", "jpo_mcp", *words]
    return subprocess.run(started, env={**os.environ, "PYTHONPATH": str(README.parent)}, check=False).returncode  # noqa: S603


def test_the_japanese_page_has_the_same_commands() -> None:
    """So they need not be run again."""
    assert commands(JAPANESE) == commands(README)
