"""The command `jpo-mcp`: serve for hosts, and for people the same answers drawn in a terminal.

Exit codes: 0 an answer, 1 an answer that says no (not on file, quota, the JPO is down, a check failed),
2 bad input or set-up. A portfolio with cases still to ask, or that could not be had, is 1 after a run.
"""

# ruff: noqa: PLC0415 - each command loads only what it needs: serve must start quickly and never draw

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import re
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any, NoReturn, cast

from jpo_mcp import cli_dossier
from jpo_mcp.errors import AuthRefused, BadArgument, BadSetting, InputError, JpoError, Lang, SetupError, Words, quote

if TYPE_CHECKING:
    from jpo_mcp.dossier.case import Section
    from jpo_mcp.dossier.paper_views import DocumentsAnswer, PaperKind
    from jpo_mcp.dossier.portfolio import Portfolio
    from jpo_mcp.dossier.portfolio_views import CaseLine, PortfolioAnswer
    from jpo_mcp.dossier.view import View
    from jpo_mcp.screen import Screen
    from jpo_mcp.server.visit import Reply, Visit
    from jpo_mcp.settings import Settings
    from jpo_mcp.upstream.client import JpoClient

OK, SAYS_NO, BAD, INTERRUPTED = 0, 1, 2, 130

_SECRETIVE = re.compile(
    r"-{0,2}(jpo_api_)?(pass(word|wd|phrase)?|pwd?|secret|(api|access|refresh)?[-_]?token|api[-_]?key|cred(ential)?s?|"
    r"user(name)?|login[-_]?id)(=.*)?|--login=.*",
    re.IGNORECASE | re.DOTALL,
)
"""An argument that looks like a place for a secret. `--login` alone is the doctor's, which asks for both."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code."""
    os.umask(0o077)
    # Read by pydantic when it first words an error: no library's address in a message.
    os.environ.setdefault("PYDANTIC_ERRORS_INCLUDE_URL", "0")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old code page shows "?" for what it lacks
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        command = _read(arguments)
        return _run(command)
    except BrokenPipeError:  # `jpo-mcp case ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except JpoError as failure:
        return _explain(failure)


def _run(command: _Command) -> int:
    code = command.run(command)
    sys.stdout.flush()  # here, where a closed pipe is still understood
    return code


def _explain(failure: JpoError) -> int:
    from jpo_mcp.screen import Screen

    Screen(_lang()).error(failure)
    return _code_of(failure)


def _code_of(failure: JpoError) -> int:
    return BAD if isinstance(failure, InputError | SetupError | AuthRefused) else SAYS_NO


def _lang() -> Lang:
    from jpo_mcp.settings import Settings

    try:
        return Settings.from_environment().lang
    except BadSetting:
        return "both"


# ── reading the command line ──────────────────────────────────────────────────────────────────


class _Command(argparse.Namespace):
    """What was typed, and what runs it."""

    run: Callable[[_Command], int]
    verbose: bool = False
    text: str = ""
    law: Any = None
    sections: str = ""
    max_age: float | None = None
    json: bool = False
    kind: str | None = None
    document: str | None = None
    all: bool = False
    passages: bool = False
    numbers: Sequence[str] = ()
    file: str | None = None
    handle: str | None = None
    is_run: bool = False
    since: str | None = None
    registration: bool = False
    max_accesses: int | None = None
    show: Any = "changed"
    csv: Path | None = None
    ical: Path | None = None
    login: bool = False
    yes: bool = False
    port: int = 0
    replay: Path | None = None
    papers: bool = False
    read: str | None = None
    folder: Path = Path()
    recorded: Sequence[str] = ()


class _Parser(argparse.ArgumentParser):
    """An argument parser that explains in two lines and repeats nothing that might be a secret."""

    def error(self, message: str) -> NoReturn:
        if message.startswith("unrecognized arguments"):
            named = " ".join(_OPTION.findall(message))
            message = f"unknown argument 不明な引数です {named}".strip()
        self.exit(BAD, f"{self.prog}: {message}\nsee 使い方: {self.prog} --help\n")


_OPTION = re.compile(r"(?<!\S)--[a-z-]+")


def _read(arguments: list[str]) -> _Command:
    if any(_SECRETIVE.fullmatch(argument) for argument in arguments):
        raise _no_secrets()
    parser = _parser()
    if not arguments and sys.stdin is not None and not sys.stdin.isatty():
        arguments = ["serve"]
    command = parser.parse_args(arguments, namespace=_Command())
    if "run" not in vars(command):
        parser.print_help()
        parser.exit(OK)
    return command


def _no_secrets() -> BadArgument:
    return BadArgument(
        Words(
            "an ID or password is never taken from the command line: other users could see it",
            "ID・パスワードはコマンドラインでは受け付けません（他の利用者から見えるため）。",
        ),
        Words(
            "set JPO_API_USERNAME and JPO_API_PASSWORD (or ..._FILE), or run `jpo-mcp doctor --login`",
            "JPO_API_USERNAME・JPO_API_PASSWORD（または …_FILE）を設定するか `jpo-mcp doctor --login`。",
        ),
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """One command: what it is for, an example, what runs it and what it takes."""

    name: str
    summary: str
    example: str
    run: Callable[[_Command], int]
    more: Callable[[argparse.ArgumentParser], None] = lambda _: None


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="jpo-mcp",
        description="The Japan Patent Office's data for AI assistants and people. 特許庁の特許情報取得APIを読む。",
        epilog="start here はじめに: jpo-mcp demo   (no ID needed IDは不要)",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version バージョンを表示")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND コマンド", parser_class=_Parser)
    for entry in _ENTRIES:
        sub = commands.add_parser(
            entry.name,
            help=entry.summary,
            description=entry.summary,
            epilog=f"example 例: {entry.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        entry.more(sub)
        sub.set_defaults(run=entry.run)
    return parser


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"jpo-mcp {version('jpo-mcp')}\n")
        parser.exit(OK)


def _takes_number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="NUMBER", help="any notation 番号: 特願2020-123456, 特許第7533889号, PCT/JP...")
    _takes_law(parser)


def _takes_law(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--law",
        choices=("patent", "design", "trademark"),
        help="where the notation does not say it 番号から四法が分からないとき",
    )


def _takes_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="compact JSON, as the tool gives it JSONで出力")


def _takes_case(parser: argparse.ArgumentParser) -> None:
    _takes_number(parser)
    parser.add_argument(
        "--sections",
        default="",
        metavar="A,B",
        help="registration, citations, link (1 access each); priority, divisionals (free) 追加項目",
    )
    _takes_max_age(parser)
    _takes_json(parser)


def _takes_max_age(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-age", type=_seconds, metavar="S", help="seconds a kept answer may be old; 0 asks again 鮮度（秒）"
    )


def _takes_paper(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--document", metavar="N", help="one paper, by its document or dispatch number 書類番号・発送番号"
    )


def _takes_documents(parser: argparse.ArgumentParser) -> None:
    _takes_number(parser)
    parser.add_argument("--kind", metavar="K", help="the text of a kind: refusal_notice, opinion, grant ... 書類の種類")
    _takes_paper(parser)
    parser.add_argument("--all", action="store_true", help="every page, not only the first 全ページ")
    _takes_max_age(parser)
    _takes_json(parser)


def _takes_reasons(parser: argparse.ArgumentParser) -> None:
    _takes_number(parser)
    _takes_paper(parser)
    parser.add_argument("--passages", action="store_true", help="with the words each cell was read from 原文つき")
    _takes_max_age(parser)
    _takes_json(parser)


def _takes_portfolio(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="any notation; - reads them from standard input")
    parser.add_argument(
        "--file",
        metavar="LIST",
        help="a number a line, # begins a remark; of a .csv the first column 一覧ファイル",
    )
    _takes_law(parser)
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
    _takes_json(parser)


def _takes_doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--login", action="store_true", help="ask for the ID and password and keep them in the keyring キーリングに保存"
    )


def _takes_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-v", "--verbose", action="store_true", help="say more on standard error 詳しいログ")


def _takes_cache(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions 操作", metavar="show|clear", required=True, parser_class=_Parser)
    show = actions.add_parser("show", help="what is kept 件数・容量", epilog="example 例: jpo-mcp cache show")
    show.set_defaults(run=_cache_show)
    clear = actions.add_parser("clear", help="forget it all すべて削除", epilog="example 例: jpo-mcp cache clear --yes")
    clear.add_argument("--yes", action="store_true", help="do not ask 確認しない")
    clear.set_defaults(run=_cache_clear)


def _takes_sandbox(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="a free one by default 省略時は空きポート")
    parser.add_argument("--replay", type=Path, metavar="DIR", help="serve recorded replies 記録済みの応答を返す")


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 7_776_000:
        raise argparse.ArgumentTypeError("0 to 7776000 seconds 0〜7776000秒")
    return seconds


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        raise argparse.ArgumentTypeError("0 or more 0以上")
    return count


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError("0 to 65535")
    return port


# ── serve ─────────────────────────────────────────────────────────────────────────────────────


def _serve(command: _Command) -> int:
    from jpo_mcp.settings import Settings, forget_secrets

    # The SDK would load rich for its log lines, and nothing is drawn here.
    sys.modules.setdefault("rich", cast("ModuleType", None))
    logging.basicConfig(
        level=logging.INFO if command.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    try:
        settings = Settings.from_environment()
        if settings.username_file or settings.password_file:
            settings.credentials()
    except JpoError as bad:
        return _refuse(bad)
    forget_secrets()
    if sys.stdin.isatty():
        sys.stderr.write("speaking MCP with whoever types here; Ctrl-C stops. `jpo-mcp demo` shows it at work\n")
    arrived = _end_of_input()
    try:
        _run_server(settings)
    except JpoError as bad:
        return _refuse(bad)
    return INTERRUPTED if signal.SIGINT in arrived else OK


def _run_server(settings: Settings) -> None:
    from jpo_mcp.server.app import build
    from jpo_mcp.upstream.client import JpoClient

    build(JpoClient(settings)).run()


def _refuse(bad: JpoError) -> int:
    """One line on standard error: hosts show it in their log, where nothing may be lost among many."""
    said = [f"jpo-mcp: [{bad.code}]", bad.what.en, f"-> {bad.next_step.en}", "/", bad.what.ja, bad.next_step.ja]
    sys.stderr.write(" ".join(" ".join(said).split()) + "\n")
    return BAD


def _end_of_input() -> list[int]:
    """Lets SIGINT and SIGTERM end the server as the end of its input would, which is its clean way out.

    The SDK's reader blocks on standard input and cannot be interrupted there, so it reads a pipe of
    ours instead. Gives the signals that have arrived; a second one ends the process at once.
    """
    outside = os.dup(0)
    inside, feed = os.pipe()
    os.dup2(inside, 0)
    os.close(inside)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    arrived: list[int] = []

    def pump() -> None:
        with suppress(OSError):
            while data := os.read(outside, 65_536):
                os.write(feed, data)
        os.dup2(nowhere, feed)

    def on_signal(number: int, _: FrameType | None) -> None:
        arrived.append(number)
        if len(arrived) > 1:
            os._exit(128 + number)
        # Not os.close: the pump may be about to write, and the number could be somebody else's by then.
        os.dup2(nowhere, feed)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    threading.Thread(target=pump, name="jpo-stdin", daemon=True).start()
    return arrived


# ── for people ────────────────────────────────────────────────────────────────────────────────


def _ask(work: Callable[[JpoClient, Screen], Coroutine[Any, Any, int | None]]) -> int:
    """Runs one piece of work on a client, as the settings say. Gives its exit code, if it has one."""
    from jpo_mcp.screen import Screen
    from jpo_mcp.settings import Settings, forget_secrets
    from jpo_mcp.upstream.client import JpoClient

    settings = Settings.from_environment()
    forget_secrets()

    async def working() -> int | None:
        async with JpoClient(settings) as client:
            return await work(client, Screen(settings.lang))

    return asyncio.run(working()) or OK


def _number(command: _Command) -> int:
    from jpo_mcp.dossier.lookup import parse_number

    async def work(client: JpoClient, screen: Screen) -> None:
        answer = await parse_number(client, command.text, law=command.law, this_year=_this_year(client))
        screen.number(answer)

    return _ask(work)


def _case(command: _Command) -> int:
    from jpo_mcp.dossier.case import read_case

    sections = _sections(command.sections)

    async def work(client: JpoClient, screen: Screen) -> None:
        answer = await read_case(
            client,
            command.text,
            law=command.law,
            sections=sections,
            max_age=command.max_age,
            this_year=_this_year(client),
        )
        if command.json:
            _write_json(answer)
        else:
            screen.case(answer)

    return _ask(work)


def _sections(text: str) -> list[Section]:
    from jpo_mcp.dossier.case import SECTIONS

    wanted = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in SECTIONS]:
        listed = ", ".join(SECTIONS)
        raise BadArgument(
            Words(f"there is no section {quote(unknown[0])}", f"{quote(unknown[0])} という項目はありません。"),
            Words("correct it and call again", "修正して再度お試しください。"),
            rule=Words(f"some of {listed}", f"次から選択：{listed}"),
            example="--sections registration,citations",
            field="sections",
        )
    return cast("list[Section]", list(dict.fromkeys(wanted)))


def _documents(command: _Command) -> int:
    from jpo_mcp.dossier.reading import read_documents

    kind = _kind(command.kind)

    async def page(client: JpoClient, cursor: str | None) -> DocumentsAnswer:
        return await read_documents(
            client,
            command.text,
            law=command.law,
            kind=None if cursor else kind,
            document=None if cursor else command.document,
            cursor=cursor,
            max_age=command.max_age,
            this_year=_this_year(client),
        )

    async def work(client: JpoClient, screen: Screen) -> None:
        answer, spent = await page(client, None), 0
        while True:
            spent += answer.cost
            following = answer.cursor if command.all else None
            if command.json:
                _write_json(answer)
            else:
                screen.documents(answer.model_copy(update={"cost": spent}), goes_on=following is not None)
            if following is None:
                return
            answer = await page(client, following)

    return _ask(work)


def _kind(text: str | None) -> PaperKind | None:
    from jpo_mcp.dossier.papers import KINDS

    if text is not None and text not in KINDS:
        listed = ", ".join(KINDS)
        raise BadArgument(
            Words(f"there is no kind {quote(text)}", f"{quote(text)} という種類はありません。"),
            Words("correct it and call again", "修正して再度お試しください。"),
            rule=Words(f"one of {listed}", f"次から選択：{listed}"),
            example="--kind refusal_notice",
            field="kind",
        )
    return text


def _reasons(command: _Command) -> int:
    from jpo_mcp.dossier.refusals import read_refusal

    async def work(client: JpoClient, screen: Screen) -> None:
        answer = await read_refusal(
            client,
            command.text,
            law=command.law,
            document=command.document,
            passages=command.passages,
            max_age=command.max_age,
            this_year=_this_year(client),
        )
        if command.json:
            _write_json(answer)
        else:
            screen.refusal(answer)

    return _ask(work)


def _this_year(client: JpoClient) -> int:
    from jpo_mcp.clock import jst_date

    return jst_date(client.clock.now()).year


def _write_json(answer: View) -> None:
    record = answer.model_dump(mode="json")
    sys.stdout.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


# ── portfolio ─────────────────────────────────────────────────────────────────────────────────


def _portfolio(command: _Command) -> int:
    from jpo_mcp.dossier.portfolio import check_portfolio

    texts = _texts(command)
    for name in _FILES:
        _check_writable(name, getattr(command, name))  # before anything is spent

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
        going_on = _going_on(command, portfolio.handle)
        if command.is_run:
            portfolio = await _spend(command, portfolio, client, screen)
        answer = _whole(portfolio, command, client)
        if command.json:
            _write_json(answer)
        else:
            screen.portfolio(answer, going_on)
        _write_files(portfolio, command, client, screen)
        if portfolio.state == "partial":
            return max(map(_code_of, portfolio.stops), default=SAYS_NO)
        return OK

    return _ask(work)


async def _spend(command: _Command, planned: Portfolio, client: JpoClient, screen: Screen) -> Portfolio:
    """Runs what is planned until nothing more can be asked, however long the pace of the JPO makes it take."""
    from jpo_mcp.dossier.portfolio import check_portfolio

    if planned.plan.lines:
        screen.begins(_most(planned, command), _going_on(command, planned.handle))
    with screen.progress(shown=not command.json) as tell:
        return await check_portfolio(
            client,
            handle=planned.handle,
            plan=False,
            max_accesses=command.max_accesses,
            deadline=float("inf"),
            tell=tell,
        )


def _most(planned: Portfolio, command: _Command) -> int:
    today = planned.plan.today
    return today if command.max_accesses is None else min(today, command.max_accesses)


def _whole(portfolio: Portfolio, command: _Command, client: JpoClient) -> PortfolioAnswer:
    """The answer with the cases of all its pages."""
    from jpo_mcp.dossier.portfolio_views import portfolio_answer

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


def _going_on(command: _Command, handle: str) -> str:
    """The command that runs or continues the list. The handle may begin with a dash."""
    most = ["--max-accesses", str(command.max_accesses)] if command.max_accesses is not None else []
    show = ["--show", command.show] if command.show != "changed" else []
    files = [word for name in _FILES if (path := getattr(command, name)) for word in (f"--{name}", str(path))]
    return shlex.join(["jpo-mcp", "portfolio", f"--handle={handle}", "--run", *most, *show, *files])


def _texts(command: _Command) -> list[str]:
    """The numbers typed, then those of the file."""
    typed = [text for text in command.numbers if text != "-"]
    sources = ["-"] * (len(typed) < len(command.numbers)) + ([command.file] if command.file else [])
    texts = [*typed, *(text for source in sources for text in _read_numbers(source))]
    if not texts and not command.handle:
        raise _no_numbers()
    return texts


def _read_numbers(source: str) -> list[str]:
    """A number a line; of a CSV file the first column, without its heading."""
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as failure:
        raise _bad_file("file", source, _reason(failure)) from None
    lines = _decoded(raw, source).splitlines()
    if source.lower().endswith(".csv"):
        return _first_column(lines, source)
    return [number for line in lines if (number := line.partition("#")[0].strip())]


def _first_column(lines: Sequence[str], source: str) -> list[str]:
    import csv

    try:
        column = [row[0].strip() if row else "" for row in csv.reader(lines)]
    except csv.Error as failure:
        raise _bad_file("file", source, Words(str(failure), str(failure))) from None
    if column and not any(character.isdigit() for character in column[0]):
        del column[0]
    return [number for number in column if number and not number.startswith("#")]


def _decoded(raw: bytes, source: str) -> str:
    """UTF-8, or what a Japanese Windows writes."""
    for encoding in ("utf-8-sig", "cp932"):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    raise _bad_file("file", source, Words("neither UTF-8 nor Shift_JIS", "UTF-8でもShift_JISでもありません。"))


def _no_numbers() -> BadArgument:
    return BadArgument(
        Words("the list has no numbers", "番号がありません。"),
        Words("type them, or name a file with one a line", "番号を並べるか、1行1件のファイルを指定してください。"),
        example="jpo-mcp portfolio --file list.txt",
        field="numbers",
    )


def _bad_file(field: str, path: str | Path, why: Words) -> BadArgument:
    shown = quote(Path(path).name or str(path))
    return BadArgument(
        Words(f"{shown} cannot be used: {why.en}", f"{shown} を使えません：{why.ja}"),
        Words("name another file", "別のファイルを指定してください。"),
        field=field,
    )


def _reason(failure: OSError) -> Words:
    said = failure.strerror or type(failure).__name__
    return Words(said, said)


# ── files for other programs ──────────────────────────────────────────────────────────────────

_FILES = ("csv", "ical")


def _check_writable(name: str, path: Path | None) -> None:
    if path is None:
        return
    if path.exists() and not path.is_file():
        raise _bad_file(name, path, Words("it is no file", "ファイルではありません。"))
    if not os.access(path.parent, os.W_OK):
        raise _bad_file(name, path, Words("its folder cannot be written to", "フォルダーに書き込めません。"))


def _write_files(portfolio: Portfolio, command: _Command, client: JpoClient, screen: Screen) -> None:
    """Writes what was asked for, and says so, with the deadlines that a calendar cannot show."""
    from jpo_mcp.dossier import export

    lang = client.settings.lang
    if command.csv:
        _write_file("csv", command.csv, export.table(portfolio, lang))
        screen.written(command.csv)
    if command.ical:
        _write_file("ical", command.ical, export.calendar(portfolio.cases, now=client.clock.now(), lang=lang))
        screen.written(command.ical, export.undated(portfolio.cases))


def _write_file(name: str, path: Path, text: str) -> None:
    """Writes the file beside, then puts it in place: no reader ever meets half of it."""
    place = path.resolve()
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:  # nobody else's file, nor a link to one
            file.write(text)
        beside.replace(place)
    except OSError as failure:
        with suppress(OSError):
            beside.unlink()
        raise _bad_file(name, path, _reason(failure)) from None


def _quota(command: _Command) -> int:
    from jpo_mcp.dossier.lookup import quota

    async def work(client: JpoClient, screen: Screen) -> None:
        answer = await quota(client)
        if command.json:
            _write_json(answer)
        else:
            screen.quota(answer)

    return _ask(work)


def _cache_show(_: _Command) -> int:
    async def work(client: JpoClient, screen: Screen) -> None:
        screen.kept(await client.store.summary(), str(client.settings.kept_folder))

    return _ask(work)


def _cache_clear(command: _Command) -> int:
    if not command.yes:
        _confirm()

    async def work(client: JpoClient, screen: Screen) -> None:
        count = await client.store.clear()
        screen.say(Words(f"{count} kept answers forgotten", f"保存済みの回答 {count} 件を削除しました"))

    return _ask(work)


def _confirm() -> None:
    question = "forget all kept answers? asking again costs accesses 保存済みの回答をすべて削除しますか [y/N] "
    if sys.stdin is not None and sys.stdin.isatty() and input(question).strip().lower() in {"y", "yes"}:
        return
    raise BadArgument(
        Words("nothing was cleared", "何も削除していません。"),
        Words("answer y, or say it with --yes", "y と答えるか --yes を付けてください。"),
        example="jpo-mcp cache clear --yes",
    )


# ── doctor ────────────────────────────────────────────────────────────────────────────────────


def _doctor(command: _Command) -> int:
    from jpo_mcp import doctor
    from jpo_mcp.screen import Screen
    from jpo_mcp.settings import Settings, forget_secrets

    settings = Settings.from_environment()
    screen = Screen(settings.lang)
    if command.login:
        doctor.store_login(_ask_hidden)
        screen.say(Words("kept in the system's keyring", "キーリングに保存しました"))
    forget_secrets()

    async def examine() -> list[doctor.State]:
        states: list[doctor.State] = []
        async for check in doctor.examine(settings, os.environ):
            screen.check(check)
            states.append(check.state)
        return states

    states = asyncio.run(examine())
    if "failed" in states:
        return SAYS_NO
    return OK


def _ask_hidden(question: str) -> str:
    from getpass import getpass

    if sys.stdin is None or not sys.stdin.isatty():
        raise BadArgument(
            Words("--login asks in a terminal, and this is none", "--login は端末でのみ使えます。"),
            Words("run it in a terminal", "端末で実行してください。"),
            example="jpo-mcp doctor --login",
        )
    return getpass(question)


# ── demo ──────────────────────────────────────────────────────────────────────────────────────

_DEMO_CASE = "特願２０２０－４９０００１"
_DEMO_ENDPOINTS = ("patent/app_progress", "patent/registration_info", "patent/cite_doc_info")


def _demo(_: _Command) -> int:
    from jpo_mcp.screen import Screen
    from jpo_mcp.settings import Settings

    lang = Settings.from_environment().lang
    with TemporaryDirectory(prefix="jpo-mcp-demo-") as scratch:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("JPO_")}
        environ |= {"JPO_MCP_SANDBOX": "1", "JPO_MCP_CACHE_DIR": scratch, "JPO_MCP_LANG": lang}
        return asyncio.run(_show(Screen(lang), environ))


async def _show(screen: Screen, environ: dict[str, str]) -> int:
    from jpo_mcp.dossier.view import CaseAnswer, NumberAnswer, QuotaAnswer
    from jpo_mcp.server.visit import visit

    screen.say(_INTRODUCTION)
    async with visit(environ) as visitor:
        screen.heading(Words("What is this number? (free)", "この番号は何か（無料）"), "1  ")
        reply = await _call(screen, visitor, "jpo_parse_number", number="2020490001")
        screen.number(NumberAnswer.model_validate(reply.record))

        screen.heading(Words("What is left today? (free)", "本日の残りは（無料）"), "2  ")
        reply = await _call(screen, visitor, "jpo_quota")
        screen.quota(QuotaAnswer.model_validate(reply.record), _DEMO_ENDPOINTS)

        screen.heading(Words("What happened to the case? (3 accesses)", "この案件の経過は（3アクセス）"), "3  ")
        case = {"number": _DEMO_CASE, "sections": ["registration", "citations"]}
        reply = await _call(screen, visitor, "jpo_get_case", **case)
        screen.case(CaseAnswer.model_validate(reply.record))

        screen.heading(Words("The same question again (0 accesses)", "もう一度同じ質問（0アクセス）"), "4  ")
        reply = await _call(screen, visitor, "jpo_get_case", **case)
        screen.short_case(CaseAnswer.model_validate(reply.record))

        screen.heading(Words("What is left now? (free)", "今の残りは（無料）"), "5  ")
        reply = await _call(screen, visitor, "jpo_quota")
        screen.quota(QuotaAnswer.model_validate(reply.record), _DEMO_ENDPOINTS)
    _show_next_steps(screen)
    return OK


async def _call(screen: Screen, visitor: Visit, tool: str, **arguments: Any) -> Reply:
    reply = await visitor.call(tool, arguments)
    screen.call(tool, json.dumps(arguments, ensure_ascii=False), reply.seconds)
    if reply.is_error:
        screen.refused(reply.text)
        raise JpoError(
            Words("the demo stopped there", "デモを中断しました。"),
            Words("run `jpo-mcp doctor`", "`jpo-mcp doctor` を実行してください。"),
        )
    return reply


def _show_next_steps(screen: Screen) -> None:
    screen.heading(Words("Connect your assistant (made-up cases, no ID)", "アシスタントに接続（架空の案件、IDは不要）"))
    screen.code("claude mcp add jpo --env JPO_MCP_SANDBOX=1 -- jpo-mcp serve")
    screen.heading(Words("With the real JPO", "実際の特許庁データで"))
    screen.say(_GET_AN_ID)
    screen.code("https://ip-data.jpo.go.jp/pages/top.html")
    screen.say(_SET_AND_CHECK)
    screen.code("jpo-mcp doctor")


_INTRODUCTION = Words(
    "A real MCP server and a real MCP client, on an embedded JPO with fictional cases. No network, no ID.",
    "本物のMCPサーバーとクライアントを、架空の案件を収めた内蔵の特許庁で動かします。通信もIDも不要です。",
)
_GET_AN_ID = Words(
    "The JPO gives IDs on application, free of charge, in about a week:",
    "IDは特許庁に申し込むと無料で発行されます（約1週間）。",
)

_SET_AND_CHECK = Words(
    "Then set JPO_API_USERNAME and JPO_API_PASSWORD (or ..._FILE) and check:",
    "JPO_API_USERNAME と JPO_API_PASSWORD（または …_FILE）を設定し、確認：",
)


# ── sandbox ───────────────────────────────────────────────────────────────────────────────────


def _sandbox(command: _Command) -> int:
    from jpo_mcp import sandbox
    from jpo_mcp.sandbox.loopback import Loopback

    embedded = sandbox.Sandbox(replay=command.replay)
    try:
        served = Loopback(embedded, command.port)
    except OSError as failure:
        raise _port_taken(command.port, failure) from None
    stop = threading.Event()

    def on_signal(_: int, __: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    with served:
        sys.stdout.write(
            f"JPO_MCP_BASE_URL={served.base_url}\n"
            f"JPO_API_USERNAME={sandbox.USERNAME}\n"
            f"JPO_API_PASSWORD={sandbox.PASSWORD}\n"
        )
        sys.stdout.flush()
        sys.stderr.write("set these where the server is started; Ctrl-C stops サーバー側に設定。Ctrl-C で終了\n")
        while not stop.wait(1.0):  # Windows delivers Ctrl-C only between waits
            pass
    return OK


def _port_taken(port: int, failure: OSError) -> BadSetting:
    why = failure.strerror or type(failure).__name__
    return BadSetting(
        Words(f"port {port} cannot be used: {why}", f"ポート {port} を使えません：{why}"),
        Words("leave out --port for a free one", "--port を省くと空きポートを使います。"),
        field="port",
    )


# ── the five offices' dossiers, and recordings ────────────────────────────────────────────────


def _takes_dossier(parser: argparse.ArgumentParser) -> None:
    cli_dossier.takes(parser)
    _takes_max_age(parser)
    _takes_json(parser)


def _dossier(command: _Command) -> int:
    async def work(client: JpoClient, _: Screen) -> None:
        await cli_dossier.answer(command, client, _write_json)

    return _ask(work)


def _takes_record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or one recorded before 保存先")
    parser.add_argument(
        "recorded", nargs=argparse.REMAINDER, metavar="-- COMMAND", help="any other command 記録するコマンド"
    )


def _record(command: _Command) -> int:
    """Runs the command in this process, then says on standard error what was recorded: the rest is the command's."""
    from jpo_mcp.settings import variable_of
    from jpo_mcp.upstream.recorder import recorder_of

    recorded = [*command.recorded][command.recorded[:1] == ["--"] :]
    if not recorded or recorded[0] == "record":
        raise _nothing_to_record()
    folder = command.folder.absolute()
    recorder, lang = recorder_of(folder), _lang()
    os.environ[variable_of("record_dir")] = str(folder)
    try:
        return _run(_read(recorded))
    except JpoError as failure:
        return _explain(failure)
    finally:
        sys.stdout.flush()
        # Not drawn: `serve` keeps out what draws.
        sys.stderr.writelines(f"{words.say(lang)}\n" for words in recorder.summary())


def _nothing_to_record() -> BadArgument:
    return BadArgument(
        Words("no command to record", "記録するコマンドがありません。"),
        Words("write one after the folder", "フォルダーの後にコマンドを書いてください。"),
        example="jpo-mcp record replies -- case 特願2020-123456",
        field="command",
    )


# ── the list of commands ──────────────────────────────────────────────────────────────────────

_ENTRIES = (
    _Entry("serve", "the MCP server on standard input and output MCPサーバー", "jpo-mcp serve", _serve, _takes_serve),
    _Entry("demo", "see it work: a real server, fictional cases, no ID デモ", "jpo-mcp demo", _demo),
    _Entry("doctor", "is everything set up? what to do if not 設定の診断", "jpo-mcp doctor", _doctor, _takes_doctor),
    _Entry(
        "number", "what a number is, free 番号の解読（無料）", "jpo-mcp number 特許第7533889号", _number, _takes_number
    ),
    _Entry(
        "case",
        "one case from the JPO 経過情報",
        "jpo-mcp case 特願2020-123456 --sections registration,citations",
        _case,
        _takes_case,
    ),
    _Entry(
        "documents",
        "the papers of a case, and their text 書類",
        "jpo-mcp documents 特願2020-123456 --kind refusal_notice --all",
        _documents,
        _takes_documents,
    ),
    _Entry(
        "reasons",
        "why it was refused, and over what 拒絶理由",
        "jpo-mcp reasons 特願2020-123456 --passages",
        _reasons,
        _takes_reasons,
    ),
    _Entry(
        "portfolio",
        "many cases: what changed, what is due; first a plan, free 案件一覧の確認",
        "jpo-mcp portfolio --file list.txt --run --ical deadlines.ics",
        _portfolio,
        _takes_portfolio,
    ),
    _Entry(
        "dossier",
        "its family and papers at the five offices 五庁のファミリーと書類",
        "jpo-mcp dossier 特開2021-090037 --papers",
        _dossier,
        _takes_dossier,
    ),
    _Entry(
        "record",
        "run a command and save the JPO's replies 応答を記録",
        "jpo-mcp record replies -- dossier 特願2020-123456",
        _record,
        _takes_record,
    ),
    _Entry("quota", "what is left of today's accesses 残りアクセス数", "jpo-mcp quota", _quota, _takes_json),
    _Entry("cache", "the answers kept on this machine 保存済みの回答", "jpo-mcp cache show", _cache_show, _takes_cache),
    _Entry(
        "sandbox",
        "the embedded JPO over HTTP, to develop against 開発用の内蔵特許庁",
        "jpo-mcp sandbox --port 8765",
        _sandbox,
        _takes_sandbox,
    ),
)
