"""One command on a fresh machine, and what the file then says is what starts: real processes, a real MCP client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from mcp import Client, StdioServerParameters

from jpo_mcp import doctor
from jpo_mcp.hosts.jsonc import Document
from jpo_mcp.hosts.places import Machine
from tests.hosts.conftest import Run, everything_under

ROOT = Path(__file__).resolve().parents[2]
BATTERY = "特願2020-490001"
_AS = """
import platform, sys
system = sys.argv.pop(1)
platform.system = lambda: system
from jpo_mcp.cli import main
sys.exit(main())
"""
"""The command, told that it runs on another system: its folders are then that system's."""

MACHINES = (
    ("Windows", "claude-desktop", "Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude", "mcpServers"),
    ("Windows", "vscode", "Roaming/Code/User", "servers"),
    ("Darwin", "claude-desktop", "Library/Application Support/Claude", "mcpServers"),
    ("Linux", "cursor", ".cursor", "mcpServers"),
    ("Linux", "claude-code", ".", "mcpServers"),
)


def command(home: Path, system: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    folders = {"APPDATA": str(home / "Roaming"), "LOCALAPPDATA": str(home / "Local"), "USERPROFILE": str(home)}
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", _AS, system, *arguments],
        env={**inherited, **folders, "HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


async def first_answer(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What a host gets that starts this entry as it stands, from a folder that is not ours."""
    # A checkout that is not installed is found by PYTHONPATH; an installed one does not need it.
    server = StdioServerParameters(
        command=entry["command"], args=entry["args"], env={**entry["env"], "PYTHONPATH": str(ROOT)}, cwd="/"
    )
    async with Client(server) as client:
        answer = await client.call_tool("jpo_get_case", {"number": BATTERY})
    assert not answer.is_error
    return cast("dict[str, Any]", answer.structured_content)


@pytest.mark.parametrize(("system", "host", "folder", "section"), MACHINES)
async def test_one_command_and_the_host_has_its_first_answer(
    system: str, host: str, folder: str, section: str, home: Path
) -> None:
    """Issue 6: a fresh machine, no ID: one command, then the restart of the host; two steps."""
    if "Packages" in folder:
        (home / folder.partition("/LocalCache")[0]).mkdir(parents=True)
    done = command(home, system, "install", host, "--sandbox", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("next: ") == done.stdout.count("次に：") == 1
    ((place, written),) = everything_under(home).items()
    assert Path(place).parent == Path(folder)
    answer = await first_answer(json.loads(written)[section]["jpo"])
    assert (answer["source"], answer["cost"], answer["number"]["api"]) == ("jpo", 1, "2020490001")
    assert command(home, system, "uninstall", host, "--yes").returncode == 0
    assert everything_under(home) == {}


async def test_any_other_host_gets_the_entry_printed_or_merged(home: Path, run: Run) -> None:
    """`json` alone prints it for anything to read; with --file it is merged there."""
    printed = run("install", "json", "--sandbox")
    assert printed.code == 0
    entry = json.loads(printed.out)["mcpServers"]["jpo"]
    assert (await first_answer(entry))["cost"] == 1
    place = home / "team.json"
    place.write_text('{"mcpServers": {"a": {}}} // ours')
    assert run("install", "json", "--sandbox", "--yes", "--file", str(place)).code == 0
    assert json.loads(Document(place.read_text())._plain)["mcpServers"] == {"a": {}, "jpo": entry}
    assert run("uninstall", "json", "--yes", "--file", str(place)).code == 0
    assert place.read_text() == '{"mcpServers": {"a": {}}} // ours'
    assert run("uninstall", "json", "--yes").code == 2


def test_a_workspace_or_a_project_is_named_with_file(home: Path, run: Run) -> None:
    """A host's usual file is the person's; --file is for one folder's, or another profile's."""
    place = home / "work" / ".vscode" / "mcp.json"
    assert run("install", "vscode", "--sandbox", "--yes", "--file", str(place)).code == 0
    assert list(json.loads(place.read_text())) == ["servers"]
    assert not (home / ".config").exists()


# ── the doctor ────────────────────────────────────────────────────────────────────────────────


async def report(home: Path) -> dict[str, doctor.Check]:
    machine = Machine("Linux", home, {"HOME": str(home), "TMPDIR": "/nowhere"})
    return {check.name.en: check async for check in doctor.hosts(machine)}


async def test_the_doctor_starts_what_each_file_says(home: Path, run: Run) -> None:
    """A host that is not there is not spoken of; one without our entry is told how to get it."""
    assert await report(home) == {}
    assert run("install", "cursor", "--sandbox", "--yes").code == 0
    (home / ".claude.json").write_text('{"numStartups": 3}')
    checks = await report(home)
    assert set(checks) == {"Claude Code", "Cursor"}
    assert checks["Cursor"].state in {"ok", "warning"}  # a warning where the tests' own environment is a temporary one
    assert "starts and lists" in checks["Cursor"].found.en
    assert checks["Claude Code"].state == "ok"
    assert "jpo-mcp install claude-code" in checks["Claude Code"].found.en


@pytest.mark.parametrize(
    ("entry", "state", "word"),
    [
        ({"command": "/gone/bin/python", "args": ["-m", "jpo_mcp", "serve"]}, "failed", "its command is gone"),
        ({"command": sys.executable, "args": ["-m", "jpo_mcp", "number", "x"]}, "failed", "does not start"),
        ({"command": "jpo-mcp", "env": {"JPO_API_PASSWORD": "hunter2"}}, "failed", "password in the open"),
        ({"command": "jpo-mcp", "env": {"JPO_API_PASSWORD_FILE": "${userHome}/p"}}, "ok", "not tried"),
        ({"command": "node", "args": ["jpo.js"]}, "ok", "not connected"),
    ],
)
async def test_the_doctor_says_what_is_wrong_with_an_entry(
    entry: dict[str, Any], state: str, word: str, home: Path
) -> None:
    """A vanished environment, one that does not start, a password where every backup finds it."""
    (home / ".claude.json").write_text(json.dumps({"mcpServers": {"jpo": entry}}))
    check = (await report(home))["Claude Code"]
    assert (check.state, word in check.found.en) == (state, True)
    assert "hunter2" not in repr(check)
    assert (check.do is not None) == (state == "failed")


@pytest.mark.parametrize("text", ["{", "[]", '{"mcpServers": 1}'])
async def test_the_doctor_says_that_a_file_cannot_be_read(text: str, home: Path) -> None:
    """It goes on with the next host."""
    (home / ".claude.json").write_text(text)
    check = (await report(home))["Claude Code"]
    assert (check.state, check.do is not None) == ("warning", True)
