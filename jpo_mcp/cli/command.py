"""What was typed, and what each command can take."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from jpo_mcp.errors import BadArgument, Words, quote

if TYPE_CHECKING:
    from jpo_mcp.dossier.portfolio.views import Show
    from jpo_mcp.numbers import Law

Name = TypeVar("Name", bound=str)


class Command(argparse.Namespace):
    """What was typed, and what runs it."""

    run: Callable[[Command], int]
    verbose: bool = False
    http: bool = False
    text: str = ""
    law: Law | None = None
    sections: str = ""
    max_age: float | None = None
    json: bool = False
    kind: str | None = None
    document: str | None = None
    words: Sequence[str] = ()
    number: str | None = None
    all: bool = False
    passages: bool = False
    numbers: Sequence[str] = ()
    file: str | None = None
    handle: str | None = None
    is_run: bool = False
    since: str | None = None
    registration: bool = False
    max_accesses: int | None = None
    show: Show = "changed"
    csv: Path | None = None
    ical: Path | None = None
    html: Path | None = None
    login: bool = False
    yes: bool = False
    shared: bool = False
    port: int = 0
    replay: Path | None = None
    papers: bool = False
    read: str | None = None
    folder: Path = Path()
    recorded: Sequence[str] = ()
    host: str = ""
    sandbox: bool = False
    username_file: Path | None = None
    password_file: Path | None = None
    replace: bool = False
    scopes: str = ""
    expires: int | None = None
    day: date | None = None

    def finish(self) -> int:
        """Runs it and gives its exit code."""
        code = self.run(self)
        sys.stdout.flush()  # here, where a closed pipe is still understood
        return code


# ── what several commands take ────────────────────────────────────────────────────────────────


def takes_number(parser: argparse.ArgumentParser) -> None:
    """NUMBER and --law."""
    parser.add_argument("text", metavar="NUMBER", help="any notation 番号: 特願2020-123456, 特許第7533889号, PCT/JP...")
    takes_law(parser)


def takes_law(parser: argparse.ArgumentParser) -> None:
    """--law."""
    parser.add_argument(
        "--law",
        choices=("patent", "design", "trademark"),
        help="where the notation does not say it 番号から法域が分からないとき",
    )


def takes_max_age(parser: argparse.ArgumentParser) -> None:
    """--max-age."""
    parser.add_argument(
        "--max-age", type=_seconds, metavar="S", help="seconds a kept answer may be old; 0 asks again 鮮度（秒）"
    )


def takes_html(parser: argparse.ArgumentParser, what: str) -> None:
    """--html."""
    parser.add_argument("--html", type=Path, metavar="FILE", help=what)


def takes_json(parser: argparse.ArgumentParser) -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help="compact JSON, as the tool gives it JSONで出力")


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 7_776_000:
        raise argparse.ArgumentTypeError("0 to 7776000 seconds 0〜7776000秒")
    return seconds


# ── names out of a list ───────────────────────────────────────────────────────────────────────


def sections_of(text: str, known: Sequence[Name]) -> list[Name]:
    """The sections named in `a,b`, each once. Raises `BadArgument` for one that is not among the known."""
    names = dict.fromkeys(name.strip() for name in text.split(",") if name.strip())
    what, rule, example = Words("section", "項目"), Words("some of", "次から選択"), ",".join(known[:2])
    return [_named(name, known, field="sections", what=what, rule=rule, example=example) for name in names]


def kind_of(text: str, known: Sequence[Name]) -> Name:
    """The kind of paper of that name. Raises `BadArgument` for one that is not among the known."""
    what, rule = Words("kind", "種類"), Words("one of", "次から選択")
    return _named(text, known, field="kind", what=what, rule=rule, example=known[0])


def scopes_of(text: str, known: Sequence[Name]) -> list[Name]:
    """The scopes named in `read,spend`, each once. Raises `BadArgument` for one that is not among the known."""
    what, rule, example = Words("scope", "権限"), Words("some of", "次から選択"), "read,spend"
    names = dict.fromkeys(f"jpo:{name.strip().removeprefix('jpo:')}" for name in text.split(",") if name.strip())
    return [_named(name, known, field="scopes", what=what, rule=rule, example=example) for name in names or ("",)]


def _named(text: str, known: Sequence[Name], *, field: str, what: Words, rule: Words, example: str) -> Name:
    if text in known:
        return known[known.index(text)]
    listed = ", ".join(known)
    raise BadArgument(
        Words(f"there is no {what.en} {quote(text)}", f"{quote(text)} という{what.ja}はありません。"),
        Words("correct it and call again", "修正して再度お試しください。"),
        rule=Words(f"{rule.en} {listed}", f"{rule.ja}：{listed}"),
        example=f"--{field} {example}",
        field=field,
    )
