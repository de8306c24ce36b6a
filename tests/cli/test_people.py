"""`jpo-mcp token` and `jpo-mcp audit`: who may ask, and who asked for how much."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp import cli
from jpo_mcp.clock import SystemClock, jst_date
from jpo_mcp.endpoints import Endpoint
from jpo_mcp.endpoints import endpoint as row
from jpo_mcp.server import tokens
from jpo_mcp.upstream.asker import Asker
from jpo_mcp.upstream.audit import Access, Audit
from jpo_mcp.upstream.sqlite_ledger import SqliteLedger
from tests.cli.test_commands import posix_only


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people" / "tokens.json"


@pytest.fixture(autouse=True)
def machine(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine of its own, where the file of tokens is named."""
    monkeypatch.setenv("JPO_MCP_TOKENS_FILE", str(file))
    monkeypatch.setenv("JPO_MCP_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "120")
    before = os.umask(0o022)
    yield
    os.umask(before)


def in_a_terminal(*arguments: str) -> tuple[int, str]:
    """The exit code of a command run in a terminal, and what it showed there."""
    ours, theirs = os.openpty()
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "jpo_mcp", *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while data := os.read(ours, 65_536):
                shown += data
        except OSError:  # Linux says so when the other end is closed
            pass
        finally:
            os.close(ours)
    return process.returncode, re.sub(r"\x1b\[[0-9;]*m", "", shown.decode())


# ── token ─────────────────────────────────────────────────────────────────────────────────────


@posix_only
def test_a_token_is_shown_once_in_the_terminal_and_lets_its_person_in(file: Path) -> None:
    """Whole, however narrow the terminal is, in the form a host's configuration takes."""
    code, shown = in_a_terminal("token", "add", "山田.hanako", "--scopes", "read,spend", "--expires", "90")
    (token,) = re.findall(r"Authorization: Bearer (jpo_[A-Za-z0-9_-]{43})\r?\n", shown)
    now = SystemClock().now()
    person = tokens.find(tokens.read(file), token, now)
    assert (code, shown.count(token)) == (0, 1)
    assert person is not None
    assert (person.name, person.scopes) == ("山田.hanako", ("jpo:read", "jpo:spend"))
    assert person.expires == pytest.approx(now + 90 * 86_400.0, abs=120.0)


def test_a_token_is_not_written_to_a_pipe_or_a_file(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where it would stay; none is made."""
    assert cli.main(["token", "add", "hanako"]) == cli.BAD
    shown = capsys.readouterr()
    assert "terminal" in shown.err
    assert shown.out == ""
    assert not file.exists()


def test_the_list_names_people_scopes_and_dates_and_no_hash(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is needed to find whom to revoke."""
    tokens.add(file, "hanako", tokens.USUAL, now=1_700_000_000.0)
    tokens.add(file, "boss", tokens.SCOPES, now=1_700_000_000.0, expires=1_700_086_400.0)
    assert cli.main(["token", "list"]) == cli.OK
    shown = capsys.readouterr().out
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in shown.splitlines() if line.strip()}
    assert lines["hanako"] == "jpo:read jpo:spend 2023-11-15T07:13+09:00 -"
    assert lines["boss"].startswith("jpo:read jpo:spend jpo:admin 2023-11-15T07:13+09:00 2023-11-16T07:13+09:00 ")
    assert "expired" in lines["boss"]
    assert not any(person.sha256[:12] in shown for person in tokens.read(file))


def test_a_revoked_token_is_gone(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And revoking it again says that there is nobody of that name."""
    token = tokens.add(file, "hanako", tokens.USUAL, now=0.0)
    assert cli.main(["token", "revoke", "hanako"]) == cli.OK
    assert tokens.find(tokens.read(file), token, 0.0) is None
    assert cli.main(["token", "revoke", "hanako"]) == cli.BAD
    assert "nobody is called" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["token", "add", "hanako", "--scopes", "root"],
        ["token", "add", "hanako", "--scopes", ""],
        ["token", "list"],
        ["token", "revoke", "hanako"],
        ["token", "token=abc"],
        ["token", "add", "hanako", "password=x"],
    ],
)
def test_what_cannot_be_done_is_explained(arguments: list[str], file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With exit code 2, and no file made."""
    assert cli.main(arguments) == cli.BAD
    assert capsys.readouterr().err.startswith("[bad_")
    assert not file.exists()


@pytest.mark.parametrize("days", ["0", "-1", "4000", "soon"])
def test_a_time_that_is_none_is_refused(days: str, file: Path) -> None:
    """At least a day, at most ten years."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["token", "add", "hanako", "--expires", days])
    assert ended.value.code == cli.BAD
    assert not file.exists()


def test_without_a_file_named_it_says_how_to_name_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Server and command must mean the same one."""
    monkeypatch.delenv("JPO_MCP_TOKENS_FILE")
    assert cli.main(["token", "list"]) == cli.BAD
    assert "JPO_MCP_TOKENS_FILE" in capsys.readouterr().err


@posix_only
def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file where a folder should be."""
    (tmp_path / "taken").touch()
    monkeypatch.setenv("JPO_MCP_TOKENS_FILE", str(tmp_path / "taken" / "tokens.json"))
    code, shown = in_a_terminal("token", "add", "hanako")
    assert code == cli.BAD
    assert "[bad_setting]" in shown
    assert "Traceback" not in shown


# ── audit ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def written(tmp_path: Path) -> None:
    """Today's accesses and one of yesterday's, as a server writes them down."""
    now = SystemClock().now()

    async def write() -> None:
        audit = Audit(tmp_path / "state" / "audit", key_file=None, strict=True)
        for person, endpoint, outcome, at in [
            ("hanako", "patent/app_progress", "FOUND", now),
            ("hanako", "patent/app_progress", "BUSY", now),
            ("taro", "design/app_progress", "NOTHING", now),
            ("", "patent/app_progress", "FOUND", now - 86_400.0),
        ]:
            await audit.write(Access(at, Asker(person), endpoint, "2020490001", outcome, 5, 1, 0.5))
        await audit.close()

    asyncio.run(write())


@pytest.mark.usefixtures("written")
def test_a_day_is_summed_up_for_people_and_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """Today unless another day is named; who spent most comes first."""
    assert cli.main(["audit"]) == cli.OK
    shown = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    today = jst_date(SystemClock().now())
    assert shown[0] == f"{today} アクセス accesses 3"
    assert "hanako patent/app_progress 2 FOUND 1, BUSY 1" in shown
    assert "taro design/app_progress 1 NOTHING 1" in shown

    yesterday = str(today - timedelta(days=1))
    assert cli.main(["audit", "--day", yesterday, "--json"]) == cli.OK
    line = {"person": "", "endpoint": "patent/app_progress", "calls": 1, "outcomes": {"FOUND": 1}}
    assert json.loads(capsys.readouterr().out) == {
        "day": yesterday,
        "calls": 1,
        "spent": [line],
        "unreadable": 0,
        "without_line": 0,
    }


@pytest.mark.usefixtures("written")
def test_accesses_that_are_counted_and_have_no_line_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A process killed while an answer was due left none; one that never connected, or another's line, is no such."""
    clock = SystemClock()
    progress: Endpoint[Any] = row("patent", "app_progress")
    ledger = SqliteLedger(tmp_path / "state", identity="id", clock=clock, durable=False)
    for person in ("hanako", "hanako", "hanako", "jiro"):
        ledger.sent(ledger.reserve(progress, person=person))
    ledger.reserve(progress, person="taro")
    free = ledger.reserve(progress, person="taro")
    ledger.sent(free)
    ledger.release(free)
    ledger.close()
    assert cli.main(["audit", "--json"]) == cli.OK
    assert json.loads(capsys.readouterr().out)["without_line"] == 2
    assert cli.main(["audit"]) == cli.OK
    assert ": 2" in capsys.readouterr().out.partition("no line tells of")[2].replace("\n", " ")


@pytest.mark.usefixtures("written")
def test_a_count_that_cannot_be_read_leaves_the_lines_readable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is not known is null, and nothing is mended or set aside by who only reads."""
    broken = tmp_path / "state" / "ledger.db"
    broken.write_bytes(b"no database at all" * 100)
    assert cli.main(["audit", "--json"]) == cli.OK
    told = json.loads(capsys.readouterr().out)
    assert (told["calls"], told["without_line"]) == (3, None)
    assert broken.read_bytes() == b"no database at all" * 100


def test_a_day_without_accesses_is_an_empty_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was written down: nothing was spent."""
    assert cli.main(["audit", "--day", "2026-01-01", "--json"]) == cli.OK
    nothing: dict[str, Any] = {"day": "2026-01-01", "calls": 0, "spent": [], "unreadable": 0, "without_line": 0}
    assert json.loads(capsys.readouterr().out) == nothing


def test_a_day_that_is_none_is_refused() -> None:
    """It names files."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["audit", "--day", "../../etc"])
    assert ended.value.code == cli.BAD
