"""`jpo-mcp cache`: the answers kept on this machine."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from jpo_mcp.cli.asking import ask
from jpo_mcp.cli.command import Command
from jpo_mcp.errors import BadArgument, Words

if TYPE_CHECKING:
    from jpo_mcp.screen import Screen
    from jpo_mcp.upstream.client import JpoClient


def takes(parser: argparse.ArgumentParser) -> None:
    """What `cache` takes: show or clear."""
    actions = parser.add_subparsers(title="actions 操作", metavar="show|clear", required=True)
    shown = actions.add_parser("show", help="what is kept 件数・容量", epilog="example 例: jpo-mcp cache show")
    shown.set_defaults(run=show)
    clearing = actions.add_parser(
        "clear", help="forget it all すべて削除", epilog="example 例: jpo-mcp cache clear --yes"
    )
    clearing.add_argument(
        "--shared", action="store_true", help="those in Redis too, for every machine Redisの分も（全マシン）"
    )
    clearing.add_argument("--yes", action="store_true", help="do not ask 確認しない")
    clearing.set_defaults(run=clear)


def show(_: Command) -> int:
    """What is kept."""

    async def work(client: JpoClient, screen: Screen) -> None:
        screen.kept(await client.store.summary(), str(client.settings.kept_folder))

    return ask(work)


def clear(command: Command) -> int:
    """Forgets it all."""
    if not command.yes:
        _confirm()

    async def work(client: JpoClient, screen: Screen) -> None:
        if command.shared:
            gone = await _clear_shared(client)
            screen.say(Words(f"{gone} answers in Redis forgotten", f"Redis の回答 {gone} 件を削除しました"))
        count = await client.forget_kept()
        screen.say(Words(f"{count} kept answers forgotten", f"保存済みの回答 {count} 件を削除しました"))

    return ask(work)


async def _clear_shared(client: JpoClient) -> int:
    from jpo_mcp.upstream.redis_store import SharedStore

    if isinstance(client.store, SharedStore):
        return await client.store.clear_shared()
    raise BadArgument(
        Words("nothing was cleared: no answers are shared here", "共有の保存先がないため、何も削除していません。"),
        Words(
            "leave --shared out, or set JPO_MCP_REDIS_URL", "--shared を外すか JPO_MCP_REDIS_URL を設定してください。"
        ),
        example="jpo-mcp cache clear --yes",
    )


def _confirm() -> None:
    question = "forget all kept answers? asking again costs accesses 保存済みの回答をすべて削除しますか [y/N] "
    if sys.stdin is not None and sys.stdin.isatty() and input(question).strip().lower() in {"y", "yes"}:
        return
    raise BadArgument(
        Words("nothing was cleared", "何も削除していません。"),
        Words("answer y, or say it with --yes", "y と答えるか --yes を付けてください。"),
        example="jpo-mcp cache clear --yes",
    )
