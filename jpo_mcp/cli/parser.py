"""From words typed to a command. Anything that looks like a secret is refused before it is read."""

from __future__ import annotations

import argparse
import re
import sys
from typing import NoReturn

from jpo_mcp.cli.command import Command
from jpo_mcp.cli.commands import ENTRIES
from jpo_mcp.cli.outcome import BAD, OK
from jpo_mcp.errors import BadArgument, Words

_SECRETIVE = re.compile(
    r"-{0,2}(jpo_api_)?(pass(word|wd|phrase)?|pwd?|secret|(api|access|refresh)?[-_]?token|api[-_]?key|cred(ential)?s?|"
    r"user(name)?|login[-_]?id)(=.*)?|--login=.*",
    re.IGNORECASE | re.DOTALL,
)
"""An argument that looks like a place for a secret. `--login` alone is the doctor's, which asks for both."""

_OPTION = re.compile(r"(?<!\S)--[a-z-]+")


def read(arguments: list[str]) -> Command:
    """The command that was typed; ends the process after help, and for what cannot be read."""
    typed = arguments[1:] if arguments[:1] == ["token"] else arguments  # the command of that name
    if any(_SECRETIVE.fullmatch(argument) for argument in typed):
        raise _no_secrets()
    parser = _parser()
    if not arguments and sys.stdin is not None and not sys.stdin.isatty():
        arguments = ["serve"]
    command = parser.parse_args(arguments, namespace=Command())
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


class _Parser(argparse.ArgumentParser):
    """An argument parser that explains in two lines and repeats nothing that might be a secret."""

    def error(self, message: str) -> NoReturn:
        if message.startswith("unrecognized arguments"):
            named = " ".join(_OPTION.findall(message))
            message = f"unknown argument 不明な引数です {named}".strip()
        self.exit(BAD, f"{self.prog}: {message}\nsee 使い方: {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="jpo-mcp",
        description="The Japan Patent Office's data for AI assistants and people. 特許庁の特許情報取得APIを読む。",
        epilog="start here はじめに: jpo-mcp demo   (no ID needed IDは不要)",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version バージョンを表示")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND コマンド")
    for entry in ENTRIES:
        sub = commands.add_parser(
            entry.name,
            help=entry.summary,
            description=entry.summary,
            epilog=f"example 例: {entry.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        entry.takes(sub)
        sub.set_defaults(run=entry.run)
    return parser


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"jpo-mcp {version('jpo-mcp')}\n")
        parser.exit(OK)
