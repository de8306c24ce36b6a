"""A machine of its own for each test: an empty home, and nothing of this one's settings or keyring."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import NamedTuple

import pytest

from jpo_mcp import cli


class Ran(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    for name in ("XDG_CONFIG_HOME", "CLAUDE_CONFIG_DIR", "APPDATA", "LOCALAPPDATA", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    place = tmp_path / "home"
    place.mkdir()
    monkeypatch.setenv("HOME", str(place))
    before = os.umask(0o022)
    yield place
    os.umask(before)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("install", "cursor", "--yes")`: the command in this process, where nobody can be asked."""

    def ran(*arguments: str) -> Ran:
        code = cli.main(arguments)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return ran


def everything_under(folder: Path) -> dict[str, bytes]:
    """Every file there with its bytes, but for backups."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".bak")
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}
