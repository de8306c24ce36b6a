"""Where each host keeps its configuration, and the command that it can run."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.errors import HostUnchanged
from jpo_mcp.hosts import launch as launching
from jpo_mcp.hosts.entry import Entry, holds_password, is_ours
from jpo_mcp.hosts.launch import is_passing, launch
from jpo_mcp.hosts.places import HOSTS, Machine, host_of, seems_installed

# docs/hosts.md: Claude's and the editors' own documentation, and for MSIX the reports named there.
PLACES = {
    ("Darwin", "claude-desktop"): "Library/Application Support/Claude/claude_desktop_config.json",
    ("Windows", "claude-desktop"): "AppData/Roaming/Claude/claude_desktop_config.json",
    ("Linux", "claude-desktop"): ".config/Claude/claude_desktop_config.json",
    ("Darwin", "claude-code"): ".claude.json",
    ("Windows", "claude-code"): ".claude.json",
    ("Linux", "claude-code"): ".claude.json",
    ("Darwin", "vscode"): "Library/Application Support/Code/User/mcp.json",
    ("Windows", "vscode"): "AppData/Roaming/Code/User/mcp.json",
    ("Linux", "vscode"): ".config/Code/User/mcp.json",
    ("Darwin", "cursor"): ".cursor/mcp.json",
    ("Windows", "cursor"): ".cursor/mcp.json",
    ("Linux", "cursor"): ".cursor/mcp.json",
}


@pytest.mark.parametrize(("system", "host"), PLACES)
def test_each_host_has_its_place_on_each_system(system: str, host: str, home: Path) -> None:
    """Without any variable that moves it, and before anything is there."""
    machine = Machine(system, home, {})
    place = host_of(host).place(machine)
    assert place == home / PLACES[system, host]
    assert not seems_installed(place, machine)


def test_variables_move_the_places(home: Path) -> None:
    """XDG, Windows and Claude Code each have their own; a relative folder is none (XDG's specification)."""
    linux = Machine("Linux", home, {"XDG_CONFIG_HOME": "/else", "CLAUDE_CONFIG_DIR": "/c"})
    windows = Machine("Windows", home, {"APPDATA": str(home / "Roam")})
    assert str(host_of("vscode").place(linux)) == "/else/Code/User/mcp.json"
    assert str(host_of("claude-code").place(linux)) == "/c/.claude.json"
    assert host_of("claude-desktop").place(windows) == home / "Roam/Claude/claude_desktop_config.json"
    odd = Machine("Linux", home, {"XDG_CONFIG_HOME": "else"})
    assert host_of("cursor").place(odd) == home / ".cursor/mcp.json"
    assert host_of("vscode").place(odd) == home / ".config/Code/User/mcp.json"


def test_the_packaged_claude_desktop_of_windows_has_its_own_place(home: Path) -> None:
    """MSIX shows a packaged program its own copy of %APPDATA%, whatever lies in the visible one."""
    windows = Machine("Windows", home, {"LOCALAPPDATA": str(home / "Local")})
    usual, packaged = home / "AppData/Roaming/Claude", home / "Local/Packages/Claude_pzs8sxrjxfjjc"
    usual.mkdir(parents=True)
    packaged.mkdir(parents=True)
    inside = packaged / "LocalCache/Roaming/Claude/claude_desktop_config.json"
    assert host_of("claude-desktop").place(windows) == inside
    other = home / "Local/Packages/Claude_other"
    other.mkdir()
    with pytest.raises(HostUnchanged) as refused:
        host_of("claude-desktop").place(windows)
    assert "--file" in refused.value.text("en")
    inside.parent.mkdir(parents=True)
    inside.write_text("{}")
    assert host_of("claude-desktop").place(windows) == inside


def test_an_insiders_build_alone_is_found(home: Path) -> None:
    """The usual build comes first where both are there."""
    linux = Machine("Linux", home, {})
    (home / ".config/Code - Insiders").mkdir(parents=True)
    assert host_of("vscode").place(linux) == home / ".config/Code - Insiders/User/mcp.json"
    (home / ".config/Code").mkdir()
    assert host_of("vscode").place(linux) == home / ".config/Code/User/mcp.json"


def test_the_hosts_of_the_command_are_those_that_are_known() -> None:
    """The command line names them without loading them."""
    from jpo_mcp.cli.install import _HOSTS

    assert (*(host.key for host in HOSTS), "json") == _HOSTS


# ── the command ───────────────────────────────────────────────────────────────────────────────


class Installed:
    """What pip or uv wrote about where a package came from."""

    version = "1.2.3"

    def __init__(self, told: dict[str, Any] | None) -> None:
        self._told = told

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return json.dumps(self._told) if self._told else None


def test_a_lasting_environment_is_started_by_its_own_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts have a bare PATH and start anywhere: an absolute path, and -P so that nothing there gets in between."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/nowhere")
    started = launch({}, "/opt/venv", "/opt/venv/bin/python")
    assert started.argv == ("/opt/venv/bin/python", "-P", "-m", "jpo_mcp", "serve")
    assert started.doubt is None


@pytest.mark.parametrize(
    ("told", "requirement"),
    [
        (None, "jpo-mcp==1.2.3"),
        ({"url": "file:///w/jpo_mcp-1.2.3-py3-none-any.whl"}, "jpo-mcp @ file:///w/jpo_mcp-1.2.3-py3-none-any.whl"),
        (
            {"url": "https://example.org/r.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "jpo-mcp @ git+https://example.org/r.git@abc",
        ),
    ],
)
def test_from_uvs_cache_the_same_version_is_started_by_uvx(
    told: dict[str, Any] | None, requirement: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache is emptied at times, and its environments with it; uvx makes them again."""
    uvx = home / "uvx"
    uvx.write_text("#!/bin/sh\n")
    uvx.chmod(0o755)
    monkeypatch.setattr(launching, "distribution", {"jpo-mcp": Installed(told)}.__getitem__)
    prefix = str(home / ".cache/uv/archive-v0/abcdef")
    assert launch({"PATH": str(home)}, prefix).argv == (str(uvx), "--from", requirement, "jpo-mcp", "serve")
    assert launch({"PATH": ""}, prefix).doubt is not None


@pytest.mark.parametrize(
    ("place", "passing"),
    [
        ("/home/me/.cache/uv/archive-v0/abc", True),
        ("/home/me/.cache/uv/environments-v2/abc", True),
        ("/home/me/.local/share/pipx/.cache/abc", True),
        ("/scratch/venv", True),
        ("/home/me/.local/share/uv/tools/jpo-mcp", False),
        ("/home/me/.local/share/pipx/venvs/jpo-mcp", False),
        ("/home/me/work/.venv", False),
    ],
)
def test_environments_that_are_thrown_away_are_known(place: str, passing: bool) -> None:
    """uv's cache, `pipx run`, folders for temporary files."""
    assert is_passing(place, {"TMPDIR": "/scratch"}) is passing


def test_what_is_not_installed_cannot_be_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout on PYTHONPATH starts here and nowhere else."""

    def none(_: str) -> None:
        raise PackageNotFoundError

    monkeypatch.setattr(launching, "distribution", none)
    with pytest.raises(HostUnchanged) as refused:
        launch(os.environ)
    assert "pip install" in refused.value.text("en")


@pytest.mark.parametrize(
    ("entry", "ours"),
    [
        ({"command": "jpo-mcp", "args": ["serve"]}, True),
        ({"command": "C:\\v\\Scripts\\jpo-mcp.exe"}, True),
        ({"command": "/v/bin/python", "args": ["-m", "jpo_mcp", "serve"]}, True),
        ({"command": "uvx", "args": ["jpo-mcp"]}, True),
        ({"command": "uvx", "args": ["--from", "jpo-mcp[keyring]==0.1.0", "jpo-mcp", "serve"]}, True),
        ({"command": "uvx", "args": ["jpo-mcp@latest", "serve"]}, True),
        ({"command": "node", "args": ["jpo.js"]}, False),
        ({"command": "jpo-mcp-of-somebody"}, False),
        ({"url": "http://127.0.0.1/mcp"}, False),
        ("jpo-mcp", False),
        (None, False),
        ([], False),
    ],
)
def test_our_entries_are_told_by_what_they_start(entry: object, ours: bool) -> None:
    """Not by their name, which may be anybody's."""
    assert is_ours(entry) is ours


def test_a_password_is_told_from_where_the_host_keeps_one() -> None:
    """VS Code fills in `${input:...}` itself and writes it nowhere."""
    assert holds_password({"env": {"JPO_API_PASSWORD": "x"}})
    assert not holds_password({"env": {"JPO_API_PASSWORD": "${input:password}"}})
    assert not holds_password({"env": {"JPO_API_PASSWORD_FILE": "/x"}})


def test_hosts_that_want_the_transport_named_get_it() -> None:
    """Claude Desktop's own examples have none."""
    entry = Entry((sys.executable, "serve"), {})
    assert entry.spelled(host_of("vscode")) == {"type": "stdio", "command": sys.executable, "args": ["serve"]}
    assert entry.spelled(host_of("claude-desktop")) == {"command": sys.executable, "args": ["serve"]}
