"""`jpo-mcp portfolio`: many cases, first a plan and then a run; the answer on screen and as files."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from jpo_mcp.cli.asking import ask, show
from jpo_mcp.cli.command import Command, takes_json, takes_law
from jpo_mcp.cli.files import check_writable, write_file
from jpo_mcp.cli.lists import numbers_of
from jpo_mcp.cli.outcome import OK, SAYS_NO, code_of
from jpo_mcp.errors import BadArgument, Words

if TYPE_CHECKING:
    from jpo_mcp.dossier.portfolio.check import Portfolio
    from jpo_mcp.dossier.portfolio.views import CaseLine, PortfolioAnswer
    from jpo_mcp.screen import Screen
    from jpo_mcp.upstream.client import JpoClient


_FILES = ("csv", "ical")


def takes(parser: argparse.ArgumentParser) -> None:
    """What `portfolio` takes."""
    parser.add_argument(
        "numbers", nargs="*", metavar="NUMBER", help="any notation 番号; - reads them from standard input 標準入力から"
    )
    parser.add_argument(
        "--file",
        metavar="LIST",
        help="a number a line, # begins a remark; of a .csv the first column 一覧ファイル",
    )
    takes_law(parser)
    parser.add_argument("--handle", metavar="H", help="of an earlier answer: that list again 以前の一覧の続き")
    parser.add_argument("--run", action="store_true", dest="is_run", help="spend; else only a plan, free 実行")
    parser.add_argument("--since", metavar="D", help="compare with the look at this date; else the last 比較する日")
    parser.add_argument("--registration", action="store_true", help="the registers too, 1 access each 登録情報も")
    parser.add_argument("--max-accesses", type=_count, metavar="N", help="spend at most so many now 上限アクセス数")
    parser.add_argument(
        "--show", choices=("changed", "deadlines", "all"), default="changed", help="cases told in full 詳しく示す案件"
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="a table for a spreadsheet 表計算用ファイル")
    parser.add_argument("--ical", type=Path, metavar="FILE", help="the computed deadlines as a calendar カレンダー")
    takes_json(parser)


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        raise argparse.ArgumentTypeError("0 or more 0以上")
    return count


def run(command: Command) -> int:
    """Plans, and with --run spends; 1 after a run that could not have all."""
    from jpo_mcp.dossier.portfolio.check import check_portfolio

    texts = _texts(command)
    for name in _FILES:
        check_writable(name, getattr(command, name))  # before anything is spent

    async def work(client: JpoClient, screen: Screen) -> int:
        portfolio = await check_portfolio(
            client,
            texts,
            law=command.law,
            handle=command.handle,
            plan=True,
            since=command.since,
            registration=command.registration,
        )
        going_on = _going_on(command, portfolio.handle, client)
        if command.is_run:
            portfolio = await _spend(command, portfolio, client, screen)
        answer = _whole(portfolio, command, client)
        show(command, answer, lambda drawn: screen.portfolio(drawn, going_on))
        _write_files(portfolio, command, client, screen)
        if portfolio.state == "partial":
            return max(map(code_of, portfolio.stops), default=SAYS_NO)
        return OK

    return ask(work)


def _texts(command: Command) -> list[str]:
    texts = numbers_of(command.numbers, command.file)
    if not texts and not command.handle:
        raise BadArgument(
            Words("the list has no numbers", "番号がありません。"),
            Words("type them, or name a file with one a line", "番号を並べるか、1行1件のファイルを指定してください。"),
            example="jpo-mcp portfolio --file list.txt",
            field="numbers",
        )
    return texts


async def _spend(command: Command, planned: Portfolio, client: JpoClient, screen: Screen) -> Portfolio:
    """Runs what is planned until nothing more can be asked, however long the pace of the JPO makes it take."""
    from jpo_mcp.dossier.portfolio.check import check_portfolio

    if planned.plan.lines:
        screen.begins(_most(planned, command), _going_on(command, planned.handle, client))
    with screen.progress(shown=not command.json) as tell:
        return await check_portfolio(
            client,
            handle=planned.handle,
            plan=False,
            max_accesses=command.max_accesses,
            deadline=float("inf"),
            tell=tell,
        )


def _most(planned: Portfolio, command: Command) -> int:
    today = planned.plan.today
    return today if command.max_accesses is None else min(today, command.max_accesses)


def _whole(portfolio: Portfolio, command: Command, client: JpoClient) -> PortfolioAnswer:
    """The answer with the cases of all its pages."""
    from jpo_mcp.dossier.portfolio.views import portfolio_answer

    pages: list[PortfolioAnswer] = []
    cases: list[CaseLine] = []
    while not pages or pages[-1].cases_left:
        pages.append(
            portfolio_answer(
                portfolio,
                now=client.clock.now(),
                lang=client.settings.lang,
                show=command.show,
                cursor=len(cases),
            )
        )
        cases += pages[-1].cases
    return pages[-1].model_copy(update={"cases": cases})


def _going_on(command: Command, handle: str, client: JpoClient) -> str:
    """The command that runs or continues the list. The handle may begin with a dash; where nothing is kept from one
    command to the next, as in the sandbox, the list itself is named again."""
    most = ["--max-accesses", str(command.max_accesses)] if command.max_accesses is not None else []
    told = ["--show", command.show] if command.show != "changed" else []
    files = [word for name in _FILES if (path := getattr(command, name)) for word in (f"--{name}", str(path))]
    named = _named(command) if client.settings.keeps_nothing else [f"--handle={handle}"]
    return shlex.join(["jpo-mcp", "portfolio", *named, "--run", *most, *told, *files])


def _named(command: Command) -> list[str]:
    """The list as it was typed."""
    options = {"file": command.file, "law": command.law, "since": command.since}
    words = [word for name, value in options.items() if value for word in (f"--{name}", str(value))]
    return [*command.numbers, *words, *(["--registration"] if command.registration else [])]


def _write_files(portfolio: Portfolio, command: Command, client: JpoClient, screen: Screen) -> None:
    """Writes what was asked for, and says so, with the deadlines that a calendar cannot show."""
    from jpo_mcp.dossier.portfolio import export

    lang = client.settings.lang
    if command.csv:
        write_file("csv", command.csv, export.table(portfolio, lang))
        screen.written(command.csv)
    if command.ical:
        write_file("ical", command.ical, export.calendar(portfolio.cases, now=client.clock.now(), lang=lang))
        screen.written(command.ical, export.undated(portfolio.cases))
