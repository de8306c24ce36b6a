"""The command `jpo-mcp`, run as people and hosts run it: real processes, real pipes."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import IO, Any, Literal

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import TextContent
from rich.cells import cell_len
from rich.console import Console

from jpo_mcp import cli
from jpo_mcp.cli import demo
from jpo_mcp.dossier.view import CaseAnswer, EventView, Goods, NumberView, Relative
from jpo_mcp.sandbox import PASSWORD, USERNAME, Arrival, Fault, Sandbox
from jpo_mcp.sandbox.loopback import Loopback
from jpo_mcp.screen import Screen
from tests.server.test_contract import TOOLS

ROOT = Path(__file__).resolve().parents[2]
BATTERY = "特願2020-490001"
SENTINEL = "hunter2-sentinel"
COMMANDS = (
    "serve",
    "demo",
    "install",
    "uninstall",
    "doctor",
    "number",
    "case",
    "documents",
    "reasons",
    "search",
    "portfolio",
    "dossier",
    "record",
    "quota",
    "cache",
    "token",
    "audit",
    "sandbox",
)

posix_only = pytest.mark.skipif(os.name == "nt", reason="signals and terminals of this kind are POSIX")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A machine of its own: nothing of the JPO's set, an empty home."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("JPO_", "XDG_", "PYTHON"))}
    ours = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "JPO_MCP_CACHE_DIR": str(tmp_path / "cache")}
    return {**inherited, **ours, "COLUMNS": "80"}


@pytest.fixture(autouse=True)
def umask() -> Generator[None]:
    """Every command tightens it, also one that runs inside the tests."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def embedded(environ: dict[str, str]) -> dict[str, str]:
    """The same machine with the embedded sandbox switched on."""
    return {**environ, "JPO_MCP_SANDBOX": "1"}


def run(environ: Mapping[str, str], *arguments: str, text: str = "utf-8") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "jpo_mcp", *arguments],
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding=text,
        timeout=60,
        check=False,
    )


@contextmanager
def started(environ: Mapping[str, str], *arguments: str) -> Generator[subprocess.Popen[str]]:
    """A command that keeps running; killed after a minute, whatever happens."""
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "jpo_mcp", *arguments],
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        try:
            yield process
        finally:
            watchdog.cancel()
            process.kill()


PROMPT = 6.0
"""Seconds for a process to end: under 2 s when the machine is idle, and the suite may run on a busy one."""

# ── serve ─────────────────────────────────────────────────────────────────────────────────────

_HELLO: dict[str, Any] = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "0"},
}


def tell(process: subprocess.Popen[str], method: str, params: Mapping[str, Any], number: int | None = None) -> None:
    message = {"jsonrpc": "2.0", "method": method, "params": dict(params)}
    pipe = _open(process.stdin)
    pipe.write(json.dumps(message if number is None else {**message, "id": number}) + "\n")
    pipe.flush()


def heard(process: subprocess.Popen[str]) -> dict[str, Any]:
    return json.loads(_open(process.stdout).readline())


def _open(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def greet(process: subprocess.Popen[str]) -> dict[str, Any]:
    tell(process, "initialize", _HELLO, 1)
    answer = heard(process)
    tell(process, "notifications/initialized", {})
    return answer


def test_serve_writes_nothing_but_protocol_lines_and_ends_with_its_input(environ: dict[str, str]) -> None:
    """The MCP stdio transport: stdout is JSON-RPC only, even with warnings on and a Japanese code page; exit <= 2 s."""
    noisy = {**environ, "PYTHONWARNINGS": "always", "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp932"}
    with started(noisy, "serve") as process:
        assert greet(process)["result"]["serverInfo"]["name"] == "jpo-mcp"
        tell(process, "tools/list", {}, 2)
        assert "jpo_get_case" in {tool["name"] for tool in heard(process)["result"]["tools"]}
        tell(process, "tools/call", {"name": "jpo_parse_number", "arguments": {"number": "特許第7533889号"}}, 3)
        assert heard(process)["result"]["structuredContent"]["api"] == "7533889"
        _open(process.stdin).close()
        assert process.wait(timeout=PROMPT) == 0
        assert _open(process.stdout).read() == ""


def test_without_a_command_a_host_gets_the_server(environ: dict[str, str]) -> None:
    """Our choice: on a pipe, `jpo-mcp` alone is `jpo-mcp serve`."""
    with started(environ) as process:
        assert greet(process)["id"] == 1


@posix_only
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_the_server_cleanly_and_promptly(environ: dict[str, str], number: int, code: int) -> None:
    """The SDK alone would die at once on SIGTERM, and stay alive on SIGINT until its input closes."""
    with started(environ, "serve") as process:
        greet(process)
        process.send_signal(number)
        assert process.wait(timeout=PROMPT) == code
        assert _open(process.stdout).read() == ""
        assert _open(process.stderr).read() == ""


class _Noticed(list[Arrival]):
    """Arrivals at the sandbox, with an event for the first at an endpoint that counts."""

    def __init__(self) -> None:
        super().__init__()
        self.first = threading.Event()

    def append(self, arrival: Arrival, /) -> None:
        super().append(arrival)
        if arrival.endpoint == "patent/app_progress":
            self.first.set()


@posix_only
@pytest.mark.parametrize("how", ["end of input", "SIGTERM"])
def test_a_server_stopped_during_a_call_ends_in_time_and_the_access_stays_counted(
    environ: dict[str, str], how: str
) -> None:
    """The call has 1 s to come home; sent is spent, until the JPO's counter says otherwise."""
    sandbox = Sandbox()
    noticed = _Noticed()
    sandbox.arrivals = noticed
    sandbox.faults.add(Fault("hang", endpoint="patent/app_progress"))
    with Loopback(sandbox) as served:
        login = {"JPO_MCP_BASE_URL": served.base_url, "JPO_API_USERNAME": USERNAME, "JPO_API_PASSWORD": PASSWORD}
        with started({**environ, **login}, "serve") as process:
            greet(process)
            tell(process, "tools/call", {"name": "jpo_get_case", "arguments": {"number": BATTERY}}, 2)
            assert noticed.first.wait(30)
            if how == "SIGTERM":
                process.send_signal(signal.SIGTERM)
            else:
                _open(process.stdin).close()
            assert process.wait(timeout=2 + PROMPT) == 0
            assert [line for line in _open(process.stdout) if json.loads(line)["jsonrpc"] != "2.0"] == []
        record = json.loads(run({**environ, **login}, "quota", "--json").stdout)
    assert {line["endpoint"]: line["used"] for line in record["endpoints"]}["patent/app_progress"] == 1


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_without_credentials_the_tools_are_listed_and_explain_the_set_up(
    environ: dict[str, str], mode: Literal["auto", "legacy"]
) -> None:
    """Design, section 8: the server still starts, lists its tools, and every tool that would ask the JPO explains."""
    server = StdioServerParameters(command=sys.executable, args=["-m", "jpo_mcp", "serve"], env=environ)
    asking: dict[str, dict[str, Any]] = {
        "jpo_get_case": {"number": BATTERY},
        "jpo_read_documents": {"number": BATTERY},
        "jpo_get_refusal_reasons": {"number": BATTERY},
        "jpo_get_family": {"number": BATTERY},
        "jpo_get_dossier": {"number": BATTERY},
        "jpo_find_applicant": {"applicant": "000999001"},
        "jpo_parse_number": {"number": BATTERY, "lookup": True},
    }
    async with Client(server, mode=mode) as client:
        listed = {tool.name for tool in (await client.list_tools()).tools}
        replies = [await client.call_tool(name, arguments) for name, arguments in asking.items()]
    texts = [block.text for reply in replies for block in reply.content if isinstance(block, TextContent)]
    assert listed == set(TOOLS)
    assert [reply.is_error for reply in replies] == [True] * len(asking)
    assert all("JPO_API_USERNAME" in text and "JPO_MCP_SANDBOX=1" in text for text in texts)


def test_serve_loads_nothing_that_draws_asks_or_keeps(environ: dict[str, str]) -> None:
    """Design, section 7: a CLI whose serve loads nothing it does not need; the sandbox only where it is switched on."""
    listed = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "jpo_mcp", "serve"],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    ).stderr
    loaded = {line.rpartition("|")[2].strip() for line in listed.splitlines()}
    assert {"jpo_mcp.server.app", "mcp.server.mcpserver.server"} <= loaded
    # The SDK's attempt at rich.console is listed, and refused.
    assert not {"rich", "rich.text", "rich.logging", "httpx", "diskcache", "jpo_mcp.sandbox", "jpo_mcp.screen"} & loaded


def test_a_setting_that_cannot_be_used_stops_serve_with_one_line(environ: dict[str, str], tmp_path: Path) -> None:
    """Start refuses with exit 2 and one line of why and what to do, without the value of any secret."""
    readable = tmp_path / "password"
    readable.write_text(SENTINEL)
    readable.chmod(0o644)
    plain_http = run({**environ, "JPO_MCP_BASE_URL": "http://jpo.example"}, "serve")
    open_secret = run({**environ, "JPO_API_PASSWORD_FILE": str(readable)}, "serve")
    assert (plain_http.returncode, plain_http.stdout) == (2, "")
    assert plain_http.stderr.count("\n") == 1
    assert "JPO_MCP_BASE_URL" in plain_http.stderr
    if os.name == "posix":
        assert (open_secret.returncode, open_secret.stdout) == (2, "")
        assert open_secret.stderr.count("\n") == 1
        assert "chmod 600" in open_secret.stderr
    assert SENTINEL not in open_secret.stderr


# ── the command line ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Our choice: no command without a line to copy."""
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert f"例: jpo-mcp {command}" in capsys.readouterr().out


def test_the_short_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """What `jpo-mcp --help` must show."""
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    shown = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n    {name} " not in shown] == []


@posix_only
def test_on_a_terminal_without_a_command_it_prints_the_help(environ: dict[str, str]) -> None:
    """A person who types `jpo-mcp` wants to know what it does, not to speak JSON."""
    ours, theirs = os.openpty()
    shown = subprocess.run(
        [sys.executable, "-m", "jpo_mcp"], env=environ, stdin=theirs, capture_output=True, encoding="utf-8", check=True
    )
    os.close(ours)
    os.close(theirs)
    assert "jpo-mcp demo" in shown.stdout


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The version is the package's own."""
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"jpo-mcp {version('jpo-mcp')}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["serve", "--password", SENTINEL],
        [f"--password={SENTINEL}"],
        ["doctor", "--username", SENTINEL],
        ["doctor", f"--login={SENTINEL}"],
        ["doctor", "--login", SENTINEL],
        ["case", BATTERY, f"--api-key={SENTINEL}"],
        ["quota", f"JPO_API_PASSWORD={SENTINEL}"],
        ["serve", f"-p{SENTINEL}"],
        ["serve", f"--odd={SENTINEL}"],
    ],
)
def test_a_secret_on_the_command_line_is_refused_and_never_repeated(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Other users of the machine can read arguments; so none is a place for a secret, and none is echoed."""
    try:
        code: Any = cli.main(arguments)
    except SystemExit as ended:
        code = ended.code
    shown = capsys.readouterr()
    assert code == 2
    assert shown.err
    assert SENTINEL not in shown.err + shown.out


# ── answers for people ────────────────────────────────────────────────────────────────────────


def test_number_shows_every_reading_of_an_ambiguous_notation_for_nothing(environ: dict[str, str]) -> None:
    """Ten bare digits are an application of three laws and a publication; no ID and no network are needed."""
    shown = run(environ, "number", "2020490001")
    assert shown.returncode == 0
    for reading in ("特願2020-490001", "意願2020-490001", "商願2020-490001", "特開2020-490001"):
        assert reading in shown.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp932", "cp1252"])
def test_an_old_code_page_loses_letters_and_nothing_else(environ: dict[str, str], encoding: str) -> None:
    """A Windows console that cannot show everything must not stop the answer."""
    shown = run({**environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}, "number", "2020490001", text=encoding)
    assert shown.returncode == 0
    assert "2020-490001" in shown.stdout


def test_a_wrong_number_teaches(environ: dict[str, str]) -> None:
    """Exit 2, on standard error: what is wrong, an example, the next step, in both languages; and no access."""
    shown = run(environ, "number", "特願2020-12345678901")
    assert (shown.returncode, shown.stdout) == (2, "")
    for part in ("[bad_number]", "例：", "次に：", "Example: ", "Next: ", "accesses_spent: 0"):
        assert part in shown.stderr


def test_a_case_is_drawn_within_eighty_columns_and_without_control_codes(embedded: dict[str, str]) -> None:
    """A terminal of 80 columns, or a file: Japanese counts twice, and nothing but text comes out of a pipe."""
    shown = run(embedded, "case", "特許第9900001号", "--sections", "registration,citations,link,priority")
    assert shown.returncode == 0
    assert [line for line in shown.stdout.split("\n") if cell_len(line) > 80 and "http" not in line] == []
    assert "\x1b" not in shown.stdout
    for part in (
        "乾電池の残量を音色で知らせる携帯灯",
        "2024-01-23",
        "A131",
        "Notice of reasons for refusal",
        "特許査定",
    ):
        assert part in shown.stdout


def test_case_json_is_the_tools_compact_record(embedded: dict[str, str]) -> None:
    """For programs: one line, Japanese as it is, no nulls, the cost inside."""
    shown = run(embedded, "case", BATTERY, "--json")
    record = json.loads(shown.stdout)
    assert shown.stdout == json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
    assert (record["cost"], record["source"], record["number"]["api"]) == (1, "jpo", "2020490001")
    assert "null" not in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "more", "code", "said"),
    [
        (("case", "特願2020-499999"), {}, 1, "[not_on_file]"),
        (("case", BATTERY), {"JPO_MCP_LIMITS": '{"1-1": 0}'}, 1, "[quota_spent]"),
        (("case", BATTERY, "--sections", "everything"), {}, 2, "registration, citations"),
        (("case", BATTERY), {"JPO_MCP_SANDBOX": "0"}, 2, "[no_credentials]"),
        (("quota",), {"JPO_MCP_RESERVE": "7"}, 2, "JPO_MCP_RESERVE"),
        (("cache", "clear"), {}, 2, "--yes"),
        (("sandbox", "--replay", "nowhere"), {}, 2, "index.json"),
    ],
)
def test_an_answer_that_says_no_exits_1_and_bad_input_exits_2(
    embedded: dict[str, str], arguments: tuple[str, ...], more: dict[str, str], code: int, said: str
) -> None:
    """The exit codes that scripts rely on; the words go to standard error."""
    shown = run({**embedded, **more}, *arguments)
    assert (shown.returncode, shown.stdout) == (code, "")
    assert said in shown.stderr


@pytest.mark.parametrize(("lang", "there", "absent"), [("ja", "書類", "paper"), ("en", "paper", "書類")])
def test_labels_follow_the_language_that_is_set(embedded: dict[str, str], lang: str, there: str, absent: str) -> None:
    """JPO_MCP_LANG."""
    shown = run({**embedded, "JPO_MCP_LANG": lang}, "case", BATTERY)
    assert there in shown.stdout
    assert absent not in shown.stdout


def test_a_section_that_was_asked_for_and_is_empty_says_so(embedded: dict[str, str]) -> None:
    """Nothing is silently dropped: no priority claim is an answer too. A link is on one line, to be copied."""
    shown = run({**embedded, "JPO_MCP_LANG": "en"}, "case", "特願2018-490003", "--sections", "priority,link").stdout
    assert [line.split() for line in shown.split("\n") if "priority" in line] == [["priority", "none"]]
    assert [
        line for line in shown.split("\n") if line.startswith("  https://www.j-platpat.inpit.go.jp/") and "/ja" in line
    ]


def test_kept_answers_can_be_counted_and_forgotten(embedded: dict[str, str]) -> None:
    """`cache show` and `cache clear --yes`; a second question costs nothing until then."""
    run(embedded, "case", BATTERY)
    assert json.loads(run(embedded, "case", BATTERY, "--json").stdout)["cost"] == 0
    assert "patent/app_progress: 1" in run(embedded, "cache", "show").stdout
    assert "1 kept answers forgotten" in run(embedded, "cache", "clear", "--yes").stdout
    assert "patent/app_progress" not in run(embedded, "cache", "show").stdout


def test_quota_json_lists_every_endpoint(embedded: dict[str, str]) -> None:
    """36 domestic endpoints and six of the OPD, each with what is left."""
    record = json.loads(run(embedded, "quota", "--json").stdout)
    lines = {line["endpoint"]: line["left"] for line in record["endpoints"]}
    assert (len(lines), lines["patent/app_progress"]) == (42, 800)


@posix_only
def test_files_it_makes_are_closed_to_others_even_with_a_careless_umask(
    embedded: dict[str, str], tmp_path: Path
) -> None:
    """What was asked about whose case is nobody else's business."""
    before = os.umask(0)
    try:
        run(embedded, "case", BATTERY)
    finally:
        os.umask(before)
    made = list((tmp_path / "cache").rglob("*"))
    assert {path.name for path in made} >= {"ledger.db"}
    assert [path for path in made if path.stat().st_mode & 0o077] == []


# ── demo and sandbox ──────────────────────────────────────────────────────────────────────────


def test_the_demo_shows_a_case_from_question_to_cost_without_an_id(environ: dict[str, str]) -> None:
    """The first thing a newcomer runs: a real server, a granted case after a refusal, then the same for nothing."""
    shown = run({**environ, "JPO_API_PASSWORD": SENTINEL, "JPO_MCP_LIMITS": '{"1-1": 3}'}, "demo")
    assert (shown.returncode, shown.stderr) == (0, "")
    for part in ("jpo_parse_number", "jpo_get_case", "jpo_quota", "拒絶理由通知書", "特許査定", "Decision to grant"):
        assert part in shown.stdout
    assert "第29条第2項 (進歩性)" in shown.stdout
    assert "accesses spent 1" in shown.stdout
    assert "accesses spent 3" in shown.stdout
    assert "accesses spent 0" in shown.stdout
    assert "jpo-mcp install claude-desktop --sandbox" in shown.stdout
    assert "https://ip-data.jpo.go.jp/pages/top.html\n" in shown.stdout
    assert [line for line in shown.stdout.split("\n") if cell_len(line) > 80] == []
    assert SENTINEL not in shown.stdout


@pytest.mark.parametrize("line", demo.MORE)
def test_what_the_demo_says_to_try_next_works(
    line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line to copy that failed would be the last one a newcomer copies."""
    monkeypatch.setenv("JPO_MCP_SANDBOX", "1")
    monkeypatch.setenv("JPO_MCP_CACHE_DIR", str(tmp_path))
    name, *arguments = shlex.split(line)
    assert (name, cli.main(arguments)) == ("jpo-mcp", 0)
    assert capsys.readouterr().out


def test_a_demo_that_goes_wrong_says_so_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A tool's error reaches the person as the tool worded it, without a traceback; exit 1."""
    monkeypatch.setattr(demo, "_CASE", "no number")
    assert cli.main(["demo"]) == 1
    shown = capsys.readouterr().err
    assert "[bad_number]" in shown
    assert "jpo-mcp doctor" in shown
    assert "Traceback" not in shown


@posix_only
def test_the_sandbox_command_prints_what_to_set_and_serves_until_stopped(environ: dict[str, str]) -> None:
    """Another process with those three variables gets its answer there."""
    with started(environ, "sandbox") as process:
        lines = [_open(process.stdout).readline().strip() for _ in range(3)]
        told = dict(line.split("=", 1) for line in lines)
        assert sorted(told) == ["JPO_API_PASSWORD", "JPO_API_USERNAME", "JPO_MCP_BASE_URL"]
        record = json.loads(run({**environ, **told}, "case", BATTERY, "--json").stdout)
        assert (record["source"], record["cost"]) == ("jpo", 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0


def test_a_wrong_password_is_bad_set_up_and_costs_no_access(environ: dict[str, str]) -> None:
    """The token is got before an access is reserved, so a refused ID never costs one; exit 2."""
    with Loopback(Sandbox()) as served:
        wrong = {"JPO_MCP_BASE_URL": served.base_url, "JPO_API_USERNAME": "me", "JPO_API_PASSWORD": SENTINEL}
        shown = run({**environ, **wrong}, "case", BATTERY)
        assert served.sandbox.count() == 0
    assert shown.returncode == 2
    assert "[auth_refused]" in shown.stderr
    assert SENTINEL not in shown.stdout + shown.stderr


# ── drawing ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def drawn() -> Callable[[CaseAnswer], str]:
    def draw(answer: CaseAnswer) -> str:
        out = StringIO()
        plain = Console(file=out, width=80, markup=False, highlight=False, emoji=False, force_terminal=True)
        Screen(out=plain).case(answer)
        return out.getvalue()

    return draw


def test_the_similar_groups_of_goods_and_all_of_a_relative_are_drawn(drawn: Callable[[CaseAnswer], str]) -> None:
    """類似群 is what a search for earlier marks goes by; a member that is gone must not look alive."""
    answer = CaseAnswer(
        number=NumberView(kind="application", human=BATTERY),
        goods=[Goods(nice_class="30", goods="菓子", similar_codes=["30A01", "30A02"])],
        divisionals=[
            Relative(number="特願2021-490099", relation="divisional", generation=0, extinction_date="2026-01-05")
        ],
        source="jpo",
        as_of="2026-11-23T00:00+09:00",
        cost=1,
    )
    shown = drawn(answer)
    assert "30A01 30A02" in shown
    assert "generation 0" in shown
    assert "2026-01-05" in shown


def test_the_jpos_texts_are_shown_and_never_obeyed(drawn: Callable[[CaseAnswer], str]) -> None:
    """A title is somebody else's text: no escape sequence, no direction override, no markup of the drawing library."""
    answer = CaseAnswer(
        number=NumberView(kind="application", human=BATTERY),
        title="a\x1b]0;owned\x07b\u202ec [red]d[/red] :smile:",
        events=[EventView(date="2020-01-01", code="A63\x1b[2J", ja="特許願", en="Request")],
        source="jpo",
        as_of="2026-11-23T00:00+09:00",
        cost=1,
    )
    shown = drawn(answer)
    assert "\x1b]0" not in shown
    assert "\x1b[2J" not in shown
    assert "\u202e" not in shown
    assert "[red]d[/red] :smile:" in shown


def test_what_the_sections_of_a_case_note_is_drawn(drawn: Callable[[CaseAnswer], str]) -> None:
    """Terms, request dates and remarks of relatives, and that a right is extinguished, must reach the terminal too."""
    answer = CaseAnswer.model_validate(
        {
            "number": {"kind": "application", "human": BATTERY},
            "registration": {"right": {"code": "01", "ja": "年金不納による抹消"}, "extinction_date": "2026-04-20"},
            "citations": [{"document": "特開2001-000001", "roles": ["拒絶理由"], "note": "not listed with the grant"}],
            "priority": [{"basis": "domestic", "number": "特願2019-490003", "note": "the same invention, count once"}],
            "divisionals": [
                {
                    "number": "特願2021-490004",
                    "relation": "family",
                    "expiry_computed": "2040-03-31",
                    "request_by": "2023-04-30",
                    "notes": ["thirty days if later"],
                },
                {
                    "number": "特願2021-490005",
                    "relation": "family",
                    "expiry_date": "2041-01-02",
                    "requested": "2022-05-06",
                },
            ],
            "source": "jpo",
            "as_of": "2026-11-23T00:00+09:00",
            "cost": 1,
        }
    )
    shown = "".join(re.sub(r"\x1b\[[0-9]*m", "", drawn(answer)).split())  # without colours and breaks of lines
    for told in (
        "消滅 extinguished 2026-04-20",
        "年金不納による抹消 (01)",
        "not listed with the grant: 特開2001-000001",
        "the same invention, count once",
        "満了（計算値） term ends (computed) 2040-03-31",
        "審査請求期限 request by 2023-04-30",
        "thirty days if later",
        "満了 term ends 2041-01-02",
        "審査請求 requested 2022-05-06",
    ):
        assert "".join(told.split()) in shown
