"""`jpo-mcp demo`: a real server, fictional cases, no ID."""

from __future__ import annotations

import asyncio
import json
import os
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from jpo_mcp.cli.command import Command
from jpo_mcp.cli.outcome import OK
from jpo_mcp.errors import JpoError, Words

if TYPE_CHECKING:
    from jpo_mcp.screen import Screen
    from jpo_mcp.server.visit import Reply, Visit

_CASE = "特願２０２０－４９０００１"
_ENDPOINTS = (
    "patent/app_progress",
    "patent/registration_info",
    "patent/cite_doc_info",
    "patent/app_doc_cont_refusal_reason_decision",
)
MORE = (
    "jpo-mcp reasons 特願2020-490001 --passages",
    "jpo-mcp portfolio 特願2024-491001 特願2022-491009 --run --show deadlines",
    "jpo-mcp dossier 特願2021-490301",
)
"""What to try next, on fictional cases."""


def run(_: Command) -> int:
    """Asks and shows each answer; 1 where a tool says no."""
    from jpo_mcp.screen import Screen
    from jpo_mcp.settings import Settings

    lang = Settings.from_environment().lang
    with TemporaryDirectory(prefix="jpo-mcp-demo-") as scratch:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("JPO_")}
        environ |= {"JPO_MCP_SANDBOX": "1", "JPO_MCP_CACHE_DIR": scratch, "JPO_MCP_LANG": lang}
        return asyncio.run(_show(Screen(lang), environ))


async def _show(screen: Screen, environ: dict[str, str]) -> int:
    from jpo_mcp.dossier.papers.views import RefusalAnswer
    from jpo_mcp.dossier.view import CaseAnswer, NumberAnswer, QuotaAnswer
    from jpo_mcp.server.visit import visit

    screen.say(_INTRODUCTION)
    async with visit(environ) as visitor:
        screen.heading(Words("What is this number? (free)", "この番号は何か（無料）"), "1  ")
        reply = await _call(screen, visitor, "jpo_parse_number", number="2020490001")
        screen.number(NumberAnswer.model_validate(reply.record))

        screen.heading(Words("What is left today? (free)", "本日の残りは（無料）"), "2  ")
        reply = await _call(screen, visitor, "jpo_quota")
        screen.quota(QuotaAnswer.model_validate(reply.record), _ENDPOINTS)

        screen.heading(Words("What happened to the case? (3 accesses)", "この案件の経過は（3アクセス）"), "3  ")
        case = {"number": _CASE, "sections": ["registration", "citations"]}
        reply = await _call(screen, visitor, "jpo_get_case", **case)
        screen.case(CaseAnswer.model_validate(reply.record))

        screen.heading(Words("The same question again (0 accesses)", "もう一度同じ質問（0アクセス）"), "4  ")
        reply = await _call(screen, visitor, "jpo_get_case", **case)
        screen.short_case(CaseAnswer.model_validate(reply.record))

        screen.heading(Words("Why was it refused at first? (1 access)", "最初の拒絶理由は（1アクセス）"), "5  ")
        reply = await _call(screen, visitor, "jpo_get_refusal_reasons", number=_CASE)
        screen.refusal(RefusalAnswer.model_validate(reply.record))

        screen.heading(Words("What is left now? (free)", "今の残りは（無料）"), "6  ")
        reply = await _call(screen, visitor, "jpo_quota")
        screen.quota(QuotaAnswer.model_validate(reply.record), _ENDPOINTS)
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
    screen.heading(Words("More to try: set JPO_MCP_SANDBOX=1, then", "次に試す：JPO_MCP_SANDBOX=1 を設定して"))
    for line in MORE:
        screen.code(line)
    screen.heading(Words("Connect your assistant (made-up cases, no ID)", "アシスタントに接続（架空の案件、IDは不要）"))
    screen.code("jpo-mcp install claude-desktop --sandbox")
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
