"""`jpo-mcp doctor`: is everything set up, and what to do if not."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from typing import TYPE_CHECKING

from jpo_mcp.cli.command import Command
from jpo_mcp.cli.outcome import OK, SAYS_NO
from jpo_mcp.errors import BadArgument, Words

if TYPE_CHECKING:
    from jpo_mcp.doctor import State


def takes(parser: argparse.ArgumentParser) -> None:
    """What `doctor` takes."""
    parser.add_argument(
        "--login", action="store_true", help="ask for the ID and password and keep them in the keyring キーリングに保存"
    )


def run(command: Command) -> int:
    """Examines, after keeping what `--login` asks for; 1 where a check failed."""
    from jpo_mcp import doctor
    from jpo_mcp.screen import Screen
    from jpo_mcp.settings import Settings, forget_secrets

    settings = Settings.from_environment()
    screen = Screen(settings.lang)
    if command.login:
        doctor.store_login(_ask_hidden)
        screen.say(Words("kept in the system's keyring", "キーリングに保存しました"))
    forget_secrets()

    async def examine() -> list[State]:
        states: list[State] = []
        async for check in doctor.examine(settings, os.environ):
            screen.check(check)
            states.append(check.state)
        return states

    return SAYS_NO if "failed" in asyncio.run(examine()) else OK


def _ask_hidden(question: str) -> str:
    from getpass import getpass

    if sys.stdin is None or not sys.stdin.isatty():
        raise BadArgument(
            Words("--login asks in a terminal, and this is none", "--login は端末でのみ使えます。"),
            Words("run it in a terminal", "端末で実行してください。"),
            example="jpo-mcp doctor --login",
        )
    return getpass(question)
