"""docs/hosts.md: every command in it is run, and every entry in it is one of ours."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.hosts.entry import holds_password, is_ours
from jpo_mcp.hosts.places import HOSTS
from tests.hosts.conftest import Run

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "hosts.md").read_text("utf-8")
SHELL = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
LINES = [line.strip() for line in SHELL if line.strip().startswith("jpo-mcp ") and "doctor" not in line]


@pytest.mark.parametrize("line", dict.fromkeys(LINES))
def test_the_commands_of_the_page_work(line: str, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they stand there, but for the question."""
    monkeypatch.chdir(home)
    (home / ".jpo").mkdir()
    for name in ("id", "password"):
        (home / ".jpo" / name).write_text("made-up")
        (home / ".jpo" / name).chmod(0o600)
    _, *words = (word.replace("~", str(home)) for word in shlex.split(line))
    assert run(*words, "--yes").code == 0


def test_the_entries_of_the_page_are_ours_and_hold_no_password() -> None:
    """A reader pastes them; Claude Code's command takes one as its last word."""
    whole: list[Any] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
    entries = [(block.get("servers") or block.get("mcpServers"))["jpo"] for block in whole]
    (add,) = (line for line in SHELL if line.startswith("claude "))
    entries.append(json.loads(shlex.split(add)[-1]))
    assert len(entries) == 5
    assert all(is_ours(entry) and not holds_password(entry) for entry in entries)


def test_the_page_has_a_section_for_every_host() -> None:
    """A new host is not finished without one."""
    headings = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    assert [host.name for host in HOSTS if host.name not in headings] == []
