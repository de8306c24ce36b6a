"""`jpo-mcp audit`: who asked the JPO for how much on a day, out of what the servers wrote down."""

from __future__ import annotations

import argparse
import time
from datetime import date

from jpo_mcp.cli.asking import show
from jpo_mcp.cli.command import Command, takes_json
from jpo_mcp.cli.outcome import OK


def takes(parser: argparse.ArgumentParser) -> None:
    """What `audit` takes."""
    parser.add_argument(
        "--day", type=_day, metavar="YYYY-MM-DD", help="a day in Japan; today otherwise 日付（日本時間）"
    )
    takes_json(parser)


def run(command: Command) -> int:
    """Sums a day up."""
    from jpo_mcp.clock import jst_date
    from jpo_mcp.screen import Screen
    from jpo_mcp.settings import Settings
    from jpo_mcp.upstream.audit import summed_up
    from jpo_mcp.upstream.sqlite_ledger import counted

    settings = Settings.from_environment()
    day = command.day or jst_date(time.time())
    # Machines that share a Redis count there, for all of them together.
    count = None if settings.redis_url else counted(settings.state_folder, (day - date(1970, 1, 1)).days)
    answer = summed_up(settings.audit_folder, day, count)
    screen = Screen(settings.lang)
    show(command, answer, lambda day: screen.audit(day, str(settings.audit_folder)))
    return OK


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a date as 2026-11-23 日付の形式は 2026-11-23") from None
