"""`jpo-mcp record DIR -- COMMAND`: any command, with the JPO's replies saved beside its answer."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from jpo_mcp import cli
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from jpo_mcp.sandbox.loopback import Loopback
from tests.cli.test_commands import ROOT, run
from tests.faults.test_secrets import USER, WORD, Generous, leaks

BATTERY = "特願2020-490001"
FAMILY = "特願2021-599004"
MADE_UP = "特願2020-499999"


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine of its own; what `record` sets is undone with the rest."""
    for name in [name for name in os.environ if name.startswith("JPO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JPO_MCP_RECORD_DIR", "")
    monkeypatch.setenv("JPO_MCP_SANDBOX", "1")
    monkeypatch.setenv("JPO_MCP_CACHE_DIR", str(tmp_path / "machine"))
    monkeypatch.setenv("COLUMNS", "100")
    before = os.umask(0o022)
    yield
    os.umask(before)


def at(
    served: Loopback, folder: Path, monkeypatch: pytest.MonkeyPatch, user: str = USERNAME, word: str = PASSWORD
) -> None:
    """The machine of somebody with an ID, at that JPO."""
    login = {"JPO_API_USERNAME": user, "JPO_API_PASSWORD": word, "JPO_MCP_BASE_URL": served.base_url}
    for name, value in {**login, "JPO_MCP_SANDBOX": "0", "JPO_MCP_CACHE_DIR": str(folder)}.items():
        monkeypatch.setenv(name, value)


def index(folder: Path) -> list[dict[str, Any]]:
    return json.loads((folder / "index.json").read_bytes())


def told(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], str]:
    """The command's own answer, and what stands on standard error with the lines joined."""
    shown = capsys.readouterr()
    return json.loads(shown.out), " ".join(shown.err.split())


@pytest.mark.parametrize(
    ("command", "count"),
    [
        (["case", BATTERY, "--sections", "registration,citations"], 3),
        (["documents", BATTERY, "--kind", "refusal_notice"], 1),
        (["dossier", FAMILY], 1),
        (["dossier", FAMILY, "--sections", "citations"], 2),
    ],
)
def test_what_is_recorded_gives_the_same_answer_again(
    command: list[str],
    count: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A user with an ID records; whoever gets the folder replays it, over a real socket both times."""
    folder = tmp_path / "replies"
    with Loopback(Sandbox()) as served:
        at(served, tmp_path / "user", monkeypatch)
        assert cli.main(["record", str(folder), "--", *command, "--json"]) == cli.OK
    before, said = told(capsys)
    monkeypatch.setenv("JPO_MCP_RECORD_DIR", "")
    with Loopback(Sandbox(replay=folder)) as served:
        at(served, tmp_path / "developer", monkeypatch)
        assert cli.main([*command, "--json"]) == cli.OK
    after, silent = told(capsys)
    for answer in (before, after):
        for name in ("as_of", "sections_as_of"):
            answer.pop(name, None)
    assert after == before
    assert f"Replies recorded: {count}, in " in said
    assert f"{folder.name}; `jpo-mcp sandbox --replay`" in said
    assert "case data are public, what you read is not" in said
    assert (len(index(folder)), silent) == (count, "")


def test_an_answer_that_says_no_is_recorded_too_and_keeps_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those are what the open questions are about; the error comes before the remarks."""
    assert cli.main(["record", str(tmp_path / "replies"), "--", "case", MADE_UP]) == cli.SAYS_NO
    said = " ".join(capsys.readouterr().err.split())
    assert [entry["said"] for entry in index(tmp_path / "replies")] == ["nothing"]
    assert 0 <= said.index("[not_on_file]") < said.index("Replies recorded: 1,")


def test_a_kept_answer_records_nothing_and_says_how_to_ask_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody should send an empty folder."""
    with Loopback(Sandbox()) as served:
        at(served, tmp_path / "user", monkeypatch)
        assert cli.main(["case", BATTERY, "--json"]) == cli.OK
        at(served, tmp_path / "user", monkeypatch)
        assert cli.main(["record", str(tmp_path / "replies"), "--", "case", BATTERY, "--json"]) == cli.OK
        assert "Nothing was recorded" in capsys.readouterr().err
        at(served, tmp_path / "user", monkeypatch)
        assert cli.main(["record", str(tmp_path / "replies"), "case", BATTERY, "--max-age", "0"]) == cli.OK
    assert "Replies recorded: 1," in " ".join(capsys.readouterr().err.split())
    assert len(index(tmp_path / "replies")) == 1


@pytest.mark.parametrize("command", [[], ["--"], ["--", "record", "elsewhere", "--", "quota"]])
def test_there_must_be_one_command_to_record(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A recording of a recording has no meaning."""
    assert cli.main(["record", str(tmp_path / "replies"), *command]) == cli.BAD
    assert "jpo-mcp record replies -- case" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "replies").exists()


def test_nothing_is_asked_where_nothing_can_be_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An access would be spent for nothing."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")
    assert cli.main(["record", str(tmp_path / "mine"), "--", "case", BATTERY]) == cli.BAD
    assert "it holds something else" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "machine/kept").exists()


async def test_a_server_records_what_its_tools_ask(tmp_path: Path) -> None:
    """`record DIR -- serve` is what a host is given; its standard output stays the protocol's."""
    folder = tmp_path / "replies"
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "jpo_mcp", "record", str(folder), "--", "serve"],
        env={"JPO_MCP_SANDBOX": "1", "PYTHONPATH": str(ROOT), "JPO_MCP_CACHE_DIR": str(tmp_path / "server")},
    )
    async with Client(server) as client:
        assert not (await client.call_tool("jpo_get_case", {"number": BATTERY})).is_error
    assert [entry["path"] for entry in index(folder)] == ["/api/patent/v1/app_progress/2020490001"]


def test_a_server_told_to_record_where_it_cannot_says_so_in_one_line(tmp_path: Path) -> None:
    """JPO_MCP_RECORD_DIR in a host's settings: its log shows why the server did not start."""
    (tmp_path / "letter.txt").write_text("dear")
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PYTHONUTF8": "1"}
    ran = run({**environ, "JPO_MCP_SANDBOX": "1", "JPO_MCP_RECORD_DIR": str(tmp_path)}, "serve")
    assert (ran.returncode, ran.stdout, len(ran.stderr.splitlines())) == (2, "", 1)
    assert "[bad_setting]" in ran.stderr
    assert "it holds something else" in ran.stderr


def test_no_secret_of_a_real_process_is_in_the_folder(tmp_path: Path) -> None:
    """The sweep of the faults over everything that was written, with a login as a user has one."""
    folder = tmp_path / "replies"
    with Loopback(Generous()) as served:
        environ = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "100",
            "HOME": str(tmp_path / "home"), "JPO_MCP_CACHE_DIR": str(tmp_path / "home"),
            "JPO_API_USERNAME": USER, "JPO_API_PASSWORD": WORD, "JPO_MCP_BASE_URL": served.base_url,
        }  # fmt: skip
        ran = run(environ, "record", str(folder), "--", "dossier", FAMILY, "--sections", "citations")
    assert ran.returncode == 0, ran.stderr
    assert len(index(folder)) == 2
    assert leaks(folder, ran.stdout, ran.stderr) == []
