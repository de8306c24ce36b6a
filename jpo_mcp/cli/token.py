"""`jpo-mcp token`: who may use the server over HTTP. A token is shown once, in the terminal where it was made."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from jpo_mcp.cli.command import Command, scopes_of
from jpo_mcp.cli.outcome import OK
from jpo_mcp.errors import BadArgument, BadSetting, Words

_DAY = 86_400.0


def takes(parser: argparse.ArgumentParser) -> None:
    """What `token` takes: add, list or revoke."""
    actions = parser.add_subparsers(title="actions 操作", metavar="add|list|revoke", required=True)
    adding = actions.add_parser(
        "add", help="a token for one person 発行", epilog="example 例: jpo-mcp token add hanako --expires 90"
    )
    _takes_name(adding)
    adding.add_argument(
        "--scopes",
        default="read,spend",
        metavar="A,B",
        help="read: kept answers, spend: accesses, admin: what others spent 権限",
    )
    adding.add_argument("--expires", type=_days, metavar="DAYS", help="how long it is good for 有効日数")
    adding.set_defaults(run=add)
    listing = actions.add_parser("list", help="who has one 一覧", epilog="example 例: jpo-mcp token list")
    listing.set_defaults(run=show)
    revoking = actions.add_parser(
        "revoke", help="good for nothing from now on 失効", epilog="example 例: jpo-mcp token revoke hanako"
    )
    _takes_name(revoking)
    revoking.set_defaults(run=revoke)


def add(command: Command) -> int:
    """Makes a token and shows it, this once."""
    from jpo_mcp.screen import Screen
    from jpo_mcp.server import tokens
    from jpo_mcp.settings import Settings

    settings = Settings.from_environment()
    path, scopes = _file(settings.tokens_file), scopes_of(command.scopes, tokens.SCOPES)
    if sys.stdout is None or not sys.stdout.isatty():
        raise _no_terminal()
    now = time.time()
    expires = None if command.expires is None else now + command.expires * _DAY
    token = tokens.add(path, command.text, scopes, now=now, expires=expires)
    screen = Screen(settings.lang)
    screen.say(_GIVE_IT)
    screen.code(f"Authorization: Bearer {token}")
    return OK


def show(_: Command) -> int:
    """Who has a token, and for what."""
    from jpo_mcp.screen import Screen
    from jpo_mcp.server import tokens
    from jpo_mcp.settings import Settings

    settings = Settings.from_environment()
    Screen(settings.lang).people(tokens.read(_file(settings.tokens_file)), time.time())
    return OK


def revoke(command: Command) -> int:
    """Takes somebody's token away."""
    from jpo_mcp.screen import Screen
    from jpo_mcp.server import tokens
    from jpo_mcp.settings import Settings

    settings = Settings.from_environment()
    tokens.revoke(_file(settings.tokens_file), command.text)
    Screen(settings.lang).say(_REVOKED)
    return OK


def _takes_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="NAME", help="as it stands in the audit and in jpo_quota 名前")


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 3_660:
        raise argparse.ArgumentTypeError("1 to 3660 days 1〜3660日")
    return days


def _file(path: Path | None) -> Path:
    if path is None:
        raise BadSetting(
            Words("it is not set where the tokens are kept", "トークンのファイルが設定されていません。"),
            Words(
                "set JPO_MCP_TOKENS_FILE to a path of yours, here and where the server runs",
                "JPO_MCP_TOKENS_FILE にファイルのパスを設定してください（サーバー側にも）。",
            ),
            example="JPO_MCP_TOKENS_FILE=/var/lib/jpo-mcp/tokens.json",
            field="JPO_MCP_TOKENS_FILE",
        )
    return path


def _no_terminal() -> BadArgument:
    return BadArgument(
        Words("a token is shown in a terminal only, and this is none", "トークンは端末にのみ表示します。"),
        Words("run it in a terminal; no token was made", "端末で実行してください（発行はしていません）。"),
        example="jpo-mcp token add hanako",
    )


_GIVE_IT = Words(
    "Give it to that person alone, now: only its hash is kept, and it is not shown again. Their host sends it as",
    "本人だけに今お渡しください。保存されるのはハッシュのみで、再表示できません。ホストは次のヘッダーで送ります。",
)
_REVOKED = Words(
    "Revoked: servers refuse it from the next request on.", "失効しました。次の要求からサーバーは受け付けません。"
)
