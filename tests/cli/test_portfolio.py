"""`jpo-mcp portfolio`: many cases in a terminal, and as files; `jpo-mcp case` with status and deadlines."""

from __future__ import annotations

import asyncio
import codecs
import csv
import io
import json
import signal
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import icalendar
import pytest
from rich.cells import cell_len
from rich.console import Console

from jpo_mcp import cli
from jpo_mcp.clock import DAY, ManualClock
from jpo_mcp.dossier.portfolio.gathering import Tell
from jpo_mcp.dossier.portfolio.views import CaseLine, ChangeView, PortfolioAnswer
from jpo_mcp.dossier.progress.status import RULES
from jpo_mcp.dossier.view import DeadlineView, StatusView
from jpo_mcp.sandbox import WATCHLIST, Sandbox
from jpo_mcp.screen import Screen, portfolios

TUESDAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC).timestamp()
"""Noon in Japan on the first of the two days between which two cases of the watch list change."""

THREE = ("特願2024-491001", "特願2022-491009", "特願2018-491006")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(TUESDAY)


@pytest.fixture
def jpo(clock: ManualClock) -> Sandbox:
    return Sandbox(clock=clock)


@pytest.fixture(autouse=True)
def one_jpo(sandboxed: Path, monkeypatch: pytest.MonkeyPatch, clock: ManualClock, jpo: Sandbox) -> None:
    """One embedded JPO for all commands of a test, on a clock that only the test moves."""
    monkeypatch.setattr("jpo_mcp.upstream.client.SystemClock", lambda: clock)
    monkeypatch.setattr("jpo_mcp.sandbox.Sandbox", lambda: jpo)


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error of one command."""
    code = cli.main(["portfolio", *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def record(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    return json.loads(ran(capsys, *arguments, "--json")[1])


# ── plan and run ──────────────────────────────────────────────────────────────────────────────


def test_without_run_it_is_a_plan_that_costs_nothing(capsys: pytest.CaptureFixture[str], jpo: Sandbox) -> None:
    """Issue: plan first, 0 accesses; a line for each endpoint, and the command that goes on."""
    code, shown, _ = ran(capsys, *THREE, "特許第9910005号")
    assert (code, jpo.count()) == (cli.OK, 0)
    cells = [line.split() for line in shown.splitlines()]
    assert ["patent/app_progress_simple", "4", "800", "160", "4"] in cells
    assert ["patent/case_number_reference", "1", "100", "20", "1"] in cells
    assert "5 accesses at most; 5 fit today, in 1 min" in shown
    going_on = shown.splitlines()[-1].split()
    assert going_on[:2] == ["jpo-mcp", "portfolio"]
    code, shown, _ = ran(capsys, *going_on[2:])
    assert (code, jpo.count()) == (cli.OK, 5)
    assert "accesses spent 5" in shown


def test_in_the_sandbox_the_command_that_goes_on_names_the_list_itself(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, jpo: Sandbox
) -> None:
    """Nothing is kept from one command to the next there: a handle would be refused. A newcomer types what is shown."""
    monkeypatch.delenv("JPO_MCP_CACHE_DIR")
    listed = tmp_path / "list.txt"
    listed.write_text(f"{THREE[1]}\n{THREE[2]}\n", encoding="utf-8")
    _, shown, _ = ran(capsys, THREE[0], "--file", str(listed), "--law", "patent", "--registration", "--show", "all")
    going_on = shown.splitlines()[-1].split()
    assert not any(word.startswith("--handle") for word in going_on)
    code, shown, _ = ran(capsys, *going_on[2:])
    assert code == cli.OK
    assert all(number in shown for number in THREE)
    assert jpo.count() == 3


def test_the_plan_names_what_does_not_fit_today_in_its_order(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """3 a day, of which 1 stays for people: two fit, the third and the one that costs two do not."""
    monkeypatch.setenv("JPO_MCP_LIMITS", '{"1-2": 3}')
    _, shown, _ = ran(capsys, "特許第9910005号", *THREE)
    (line,) = (line for line in shown.splitlines() if "not today" in line)
    assert line.split()[-2:] == ["特願2018-491006", "特許第9910005号"]
    assert "→ 2026-11-25T00:00+09:00" in shown


def test_the_next_day_shows_what_changed_and_the_rest_by_number(
    capsys: pytest.CaptureFixture[str], clock: ManualClock, jpo: Sandbox
) -> None:
    """The sandbox's watch list: between the two days exactly two of thirty change."""
    first = record(capsys, *WATCHLIST, "--run")
    assert (first["state"], first["cost"], jpo.count()) == ("finished", 34, 34)
    clock.advance(DAY)
    code, shown, told = ran(capsys, *WATCHLIST, "--run")
    assert (code, jpo.count()) == (cli.OK, 64)
    assert "変化あり changed 2, 変化なし unchanged 28" in shown
    flat = " ".join(shown.split())
    assert "2026-11-24 新しい書類：拒絶理由通知書（A131） / new paper: Notice of reasons for refusal (A131)" in flat
    assert "抹消されていない / Not erased → 年金不納による抹消 / Erased for unpaid annuities" in flat
    assert shown.index("傘立ての中で乾く傘袋") < shown.index("2027-01-25") < shown.index("応答済み reply filed:")
    assert "at most 30 accesses now, about 3 min" in told
    again = record(capsys, *WATCHLIST, "--run")
    assert (again["counts"], again["cost"], jpo.count()) == ({"changed": 2, "unchanged": 28}, 0, 64)


def test_a_bounded_run_says_no_and_its_handle_pays_only_for_the_rest(
    capsys: pytest.CaptureFixture[str], jpo: Sandbox
) -> None:
    """Exit 1 while something is still to ask; the command shown goes on at no second cost."""
    code, shown, told = ran(capsys, *THREE, "--run", "--max-accesses", "2", "--show", "all")
    assert (code, jpo.count()) == (cli.SAYS_NO, 2)
    going_on = shown.splitlines()[-1].split()
    assert going_on[-4:] == ["--max-accesses", "2", "--show", "all"]
    assert " ".join(going_on) in told  # before anything was spent
    code, shown, _ = ran(capsys, *going_on[2:])
    assert (code, jpo.count()) == (cli.OK, 3)
    assert all(number in shown for number in THREE)


def test_ctrl_c_leaves_a_run_that_the_printed_command_continues(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, jpo: Sandbox
) -> None:
    """Exit 130; the command was printed before anything was spent, and what was asked is not paid for twice."""

    @contextmanager
    def interrupted(_: Screen, *, shown: bool) -> Generator[Tell]:
        assert shown

        async def tell(done: int, total: int, line: str) -> None:
            if done == 2:
                signal.raise_signal(signal.SIGINT)
                await asyncio.sleep(0)

        yield tell

    with monkeypatch.context() as patched:
        patched.setattr(Screen, "progress", interrupted)
        code, shown, told = ran(capsys, *THREE, "--run")
    assert (code, shown, jpo.count()) == (cli.INTERRUPTED, "", 2)
    going_on = told.splitlines()[-1].split()
    code, shown, _ = ran(capsys, *going_on[2:])
    assert (code, jpo.count()) == (cli.OK, 3)
    assert "初回 first look 3" in shown


def test_a_list_with_a_handle_alone_is_planned_again_for_nothing(
    capsys: pytest.CaptureFixture[str], jpo: Sandbox
) -> None:
    """What is left, not the whole list."""
    handle = record(capsys, *THREE, "--run", "--max-accesses", "1")["handle"]
    rest = record(capsys, f"--handle={handle}")
    assert (rest["state"], rest["counts"], jpo.count()) == ("planned", {"first_look": 1, "waiting": 2}, 1)


def test_every_page_of_cases_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The tool pages at 14,000 characters; a terminal and a file do not."""
    told = record(capsys, *WATCHLIST, "--run", "--show", "all")
    assert len(told["cases"]) == 30
    assert "cases_left" not in told
    _, shown, _ = ran(capsys, *WATCHLIST, "--run", "--show", "deadlines")
    assert shown.index("特願2022-490025") < shown.index("2026-12-07") < shown.index("2026-12-14")
    assert "the deadline is" not in shown


# ── where the numbers come from ───────────────────────────────────────────────────────────────

LIST = "# a watch 監視\n特願2024-491001  # 傘袋\n\n 特願2022-491009\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_list_is_a_text_file_of_any_usual_encoding(
    encoding: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A number a line, remarks and blank lines apart, as editors and Excel on Windows write it."""
    path = tmp_path / "list.txt"
    path.write_bytes(LIST.replace("\n", "\r\n").encode(encoding))
    assert record(capsys, "--file", str(path))["counts"] == {"waiting": 2}


def test_excels_unicode_text_is_a_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """UTF-16 with its mark, a tab between columns: the first counts. What is no number there is named, as anywhere."""
    path = tmp_path / "list.txt"
    rows = "番号\t名称\r\n特願2024-491001\t回転式の筆記具\r\n特願2023-491002\t\r\n"
    path.write_bytes(codecs.BOM_UTF16_LE + rows.encode("utf-16-le"))
    shown = record(capsys, "--file", str(path))
    assert (shown["counts"], list(shown["unreadable"])) == ({"waiting": 2, "unreadable": 1}, ['"番号"'])


def test_a_list_can_come_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`... | jpo-mcp portfolio -`, beside numbers that are typed."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(LIST.encode())))
    assert record(capsys, "特願2018-491006", "-")["counts"] == {"waiting": 3}


def test_our_own_table_is_a_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Of a .csv the first column, without its heading."""
    path = tmp_path / "table.csv"
    ran(capsys, *THREE, "--csv", str(path))
    assert record(capsys, "--file", str(path))["counts"] == {"waiting": 3}


def test_what_cannot_be_read_is_named_with_why(capsys: pytest.CaptureFixture[str], jpo: Sandbox) -> None:
    """Unreadable texts, repetitions and a 107 stand apart; nothing is dropped."""
    code, shown, _ = ran(capsys, *THREE, THREE[0], "9900001", "nonsense", "特願2020-480001", "--run")
    assert (code, jpo.count()) == (cli.OK, 4)
    assert '"9900001": [ambiguous_number]' in shown
    assert '"nonsense": [bad_number]' in shown
    assert any(
        "repeated" in line and line.endswith("= 特願2024-491001") for line in map(str.rstrip, shown.splitlines())
    )
    assert any("not in the data" in line and "特願2020-480001" in line for line in shown.splitlines())


def test_bad_lists_are_refused_before_anything_is_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, jpo: Sandbox
) -> None:
    """Exit 2, with what to do: no numbers, too many, no file, no text, a day to come."""
    empty, binary = tmp_path / "empty.txt", tmp_path / "binary.txt"
    empty.write_text("# nothing\n")
    binary.write_bytes(b"\x81\x00\xff\x00")
    wrongly = {
        (): "jpo-mcp portfolio --file list.txt",
        ("--file", str(empty)): "the list has no numbers",
        ("--file", str(tmp_path / "absent.txt")): "absent.txt",
        ("--file", str(binary)): "neither UTF-8, UTF-16 nor Shift_JIS",
        tuple(f"特願2020-{480001 + place}" for place in range(201)): "the list has 201 numbers",
        (*THREE, "--since", "2026-12-24", "--run"): "2026-12-24",
        ("--handle=nobody", "--run"): "nobody",
    }
    for arguments, why in wrongly.items():
        code, shown, told = ran(capsys, *arguments)
        assert (code, shown) == (cli.BAD, "")
        assert why in " ".join(told.split())
    assert jpo.count() == 0


def test_a_run_without_an_id_is_bad_set_up(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 2 as for a single case, not "no": the plan needs no ID, the run does."""
    monkeypatch.setenv("JPO_MCP_SANDBOX", "0")
    assert ran(capsys, *THREE)[0] == cli.OK
    code, shown, _ = ran(capsys, *THREE, "--run")
    assert code == cli.BAD
    assert "[no_credentials]" in shown


def test_an_odd_csv_file_is_refused_in_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A cell without an end, longer than any number."""
    path = tmp_path / "odd.csv"
    path.write_text('"' + "9" * 200_000)
    code, _, told = ran(capsys, "--file", str(path))
    assert code == cli.BAD
    assert "odd.csv" in told


# ── files ─────────────────────────────────────────────────────────────────────────────────────


def test_the_table_is_read_back_by_a_csv_reader(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A row for every number of the list; written over what was there, with the line ends that CSV wants."""
    path = tmp_path / "table.csv"
    path.write_text("old")
    code, _, told = ran(capsys, *THREE, "nonsense", "--run", "--csv", str(path))
    assert code == cli.OK
    assert str(path) in told
    assert b"\r\n" in path.read_bytes()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["number"], row["status_rule"], row["next_deadline"]) for row in rows] == [
        ("特願2024-491001", "pending", ""),
        ("特願2022-491009", "reply_outstanding", "2026-12-14"),
        ("特願2018-491006", "in_force", "2038-06-05"),
        ("", "", ""),
    ]
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == ["table.csv"]


def test_the_calendar_is_read_back_and_what_it_lacks_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """All-day events; a flag without a day cannot be one and is named."""
    path = tmp_path / "days.ics"
    _, _, told = ran(capsys, *THREE, "--run", "--ical", str(path))
    parsed: Any = icalendar.Calendar.from_ical(path.read_bytes())
    assert sorted(event["DTSTART"].dt for event in parsed.walk("VEVENT")) == [
        date(2026, 12, 14),
        date(2027, 1, 13),
        date(2038, 6, 5),
    ]
    apart = told[told.index("not in the calendar, no date:") :]
    assert "特願2018-491006  次期年金の納付 / next annuity" in apart


@pytest.mark.parametrize("name", ["csv", "ical"])
def test_a_path_that_cannot_be_written_is_refused_before_anything_is_spent(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, jpo: Sandbox
) -> None:
    """A folder, and a folder that is not there."""
    for path in (tmp_path, tmp_path / "absent" / "file"):
        code, shown, told = ran(capsys, *THREE, "--run", f"--{name}", str(path))
        assert (code, shown, jpo.count()) == (cli.BAD, "", 0)
        assert f"[bad_argument] {name}:" in told


def test_a_file_that_fails_at_the_end_leaves_the_old_one_and_no_rest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, say: the answer was shown, the handle writes it again for nothing."""

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    path = tmp_path / "table.csv"
    path.write_text("old")
    monkeypatch.setattr(Path, "replace", full)
    code, shown, told = ran(capsys, *THREE, "--csv", str(path))
    assert code == cli.BAD
    assert "handle: " in shown
    assert "No space left on device" in told
    assert [(found.name, found.read_text()) for found in tmp_path.iterdir() if found.is_file()] == [
        ("table.csv", "old")
    ]


# ── a case, and drawing ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("columns", [80, 120])
def test_a_case_shows_its_status_and_its_next_deadlines_before_its_papers(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Notice dispatched 2026-10-13: 60 days for residents end on Saturday 12 December and move to Monday the 14th."""
    monkeypatch.setenv("COLUMNS", str(columns))
    assert cli.main(["case", "特願2022-491009"]) == cli.OK
    shown = capsys.readouterr().out
    assert max(map(cell_len, shown.splitlines())) <= columns
    for part in (
        "確度 confidence 高 high",
        "根拠 read from: A131 拒絶理由通知書 2026-10-13",
        "2026-12-14",
        "[国内居住者 resident]",
        "繰延前 before closing days 2026-12-12",
        "最大延長 fully extended 2027-02-12",
        "[在外者 overseas]",
        "特許法第50条、第5条第1項、第3条",
        "Patent Act 50, 5(1), 3",
        "共通の未確認事項 unverified for all:",
    ):
        assert part in shown
    assert (
        shown.index("2022-") < shown.index("応答待ち") < shown.index("2026-12-14") < shown.index("Request for a patent")
    )
    assert "the deadline is" not in shown


def test_a_granted_case_shows_what_is_only_flagged_and_how_many_days_an_answer_took(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The annuity is in the register, which was not asked for: no date is made up. 2024-01-23 to 03-18 is 55 days."""
    monkeypatch.setenv("COLUMNS", "140")
    assert cli.main(["case", "特願2020-490001"]) == cli.OK
    shown = capsys.readouterr().out
    assert "権利存続中 / in force" in shown
    flags = shown[shown.index("a professional must look:") :]
    assert "-  次期年金の納付 / next annuity" in flags
    assert "answers A131 2024-01-23, 55 days used" in shown
    assert "the deadline is" not in shown


@pytest.mark.parametrize(("lang", "there", "absent"), [("ja", "ステータス", "status"), ("en", "status", "ステータス")])
def test_status_and_deadlines_follow_the_language(
    lang: str, there: str, absent: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """JPO_MCP_LANG."""
    monkeypatch.setenv("JPO_MCP_LANG", lang)
    cli.main(["case", "特願2022-491009"])
    shown = capsys.readouterr().out
    assert there in shown
    assert absent not in shown


def test_every_rule_has_a_name_on_the_screen() -> None:
    """A status that is told by number only must not be a KeyError; 107s stand in a list of their own."""
    assert set(portfolios._RULES) == set(RULES) - {"not_in_the_data"}


ESCAPE = "\x1b[31m[red]\u202e"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_nothing_of_a_portfolio_is_obeyed_by_the_terminal(width: int) -> None:
    """Titles, names and typed texts are somebody else's: shown, whatever the width."""
    line = CaseLine(
        number=ESCAPE,
        title=ESCAPE,
        status=StatusView(state=ESCAPE, rule="x", confidence="?", rows=[ESCAPE], doubts=[ESCAPE]),
        deadlines=[DeadlineView(what=ESCAPE, date=ESCAPE, basis=ESCAPE, articles=ESCAPE, trigger=ESCAPE)],
        deadlines_left_out=3,
        applicants=[ESCAPE],
    )
    answer = PortfolioAnswer(
        handle="h", state="partial", counts={}, cases=[line], failed={ESCAPE: ESCAPE}, unreadable={ESCAPE: ESCAPE},
        repeated={ESCAPE: ESCAPE}, waiting=[ESCAPE], stopped=[ESCAPE], cost=0,
    )  # fmt: skip
    out = StringIO()
    screen = Screen("both", out=Console(file=out, width=width, markup=False, highlight=False, emoji=False))
    screen.portfolio(answer, "jpo-mcp portfolio --handle=h --run")
    shown = out.getvalue()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "3 more left out" in " ".join(shown.split())
    assert "[red]" in shown.replace("\n", "").replace(" ", "")


def test_changes_left_out_of_a_case_are_counted() -> None:
    """A case tells its latest twenty changes; that there were more must not be lost on the way to the screen."""
    line = CaseLine(
        number="特願2022-491009",
        status=StatusView(state="pending", rule="pending", confidence="high", rows=[]),
        changes=[ChangeView(kind="new_paper", what="new paper: Written opinion (A53)")],
        changes_left_out=30,
    )
    answer = PortfolioAnswer(handle="h", state="finished", counts={}, cases=[line], cost=0)
    out = StringIO()
    Screen("en", out=Console(file=out, width=80)).portfolio(answer, "")
    assert "30 more left out" in out.getvalue()


async def test_the_bar_of_a_run_is_drawn_only_on_a_terminal() -> None:
    """On standard error, and never where that is a file."""
    for is_terminal in (True, False):
        err = StringIO()
        screen = Screen(err=Console(file=err, width=80, force_terminal=is_terminal))
        with screen.progress(shown=True) as tell:
            await tell(3, 34, "3/34 特願2020-490001 (3 accesses)")
        assert ("3/34" in err.getvalue()) == is_terminal
