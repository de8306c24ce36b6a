"""The list of commands."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from jpo_mcp.cli import (
    audit,
    cache,
    cases,
    demo,
    doctor,
    dossier,
    install,
    papers,
    portfolio,
    record,
    sandbox,
    search,
    serve,
    token,
)
from jpo_mcp.cli.command import Command, takes_json, takes_number


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: what it is for, an example, what runs it and what it takes."""

    name: str
    summary: str
    example: str
    run: Callable[[Command], int]
    takes: Callable[[argparse.ArgumentParser], None] = lambda _: None


ENTRIES = (
    Entry("serve", "the MCP server on standard input and output MCPサーバー", "jpo-mcp serve", serve.run, serve.takes),
    Entry("demo", "see it work: a real server, fictional cases, no ID デモ", "jpo-mcp demo", demo.run),
    Entry(
        "install",
        "connect an assistant: Claude, VS Code, Cursor アシスタントに接続",
        "jpo-mcp install claude-desktop --sandbox",
        install.install,
        install.takes_install,
    ),
    Entry(
        "uninstall",
        "undo that 接続を解除",
        "jpo-mcp uninstall claude-desktop",
        install.uninstall,
        install.takes_uninstall,
    ),
    Entry("doctor", "is everything set up? what to do if not 設定の診断", "jpo-mcp doctor", doctor.run, doctor.takes),
    Entry(
        "number",
        "what a number is, free 番号の読み取り（無料）",
        "jpo-mcp number 特許第7533889号",
        cases.number,
        takes_number,
    ),
    Entry(
        "case",
        "one case from the JPO 経過情報",
        "jpo-mcp case 特願2020-123456 --sections registration,citations",
        cases.case,
        cases.takes_case,
    ),
    Entry(
        "documents",
        "the papers of a case, and their text 書類",
        "jpo-mcp documents 特願2020-123456 --kind refusal_notice --all",
        papers.documents,
        papers.takes_documents,
    ),
    Entry(
        "reasons",
        "why it was refused, and over what 拒絶理由",
        "jpo-mcp reasons 特願2020-123456 --passages",
        papers.reasons,
        papers.takes_reasons,
    ),
    Entry(
        "search",
        "words in what is kept on this machine, free 保存済みの検索（無料）",
        "jpo-mcp search 容易 第29条第2項",
        search.run,
        search.takes,
    ),
    Entry(
        "portfolio",
        "many cases: what changed, what is due; first a plan, free 案件一覧の確認",
        "jpo-mcp portfolio --file list.txt --run --ical deadlines.ics",
        portfolio.run,
        portfolio.takes,
    ),
    Entry(
        "dossier",
        "its family and papers at the five offices 五庁のファミリーと書類",
        "jpo-mcp dossier 特開2021-090037 --papers",
        dossier.run,
        dossier.takes,
    ),
    Entry(
        "record",
        "run a command and save the JPO's replies 特許庁の回答を記録",
        "jpo-mcp record replies -- dossier 特願2020-123456",
        record.run,
        record.takes,
    ),
    Entry("quota", "what is left of today's accesses 残りアクセス数", "jpo-mcp quota", cases.quota, takes_json),
    Entry("cache", "the answers kept on this machine 保存済みの回答", "jpo-mcp cache show", cache.show, cache.takes),
    Entry(
        "token",
        "who may use the server over HTTP 利用者のトークン",
        "jpo-mcp token add hanako",
        token.show,
        token.takes,
    ),
    Entry(
        "audit",
        "who asked the JPO for how much on a day アクセスの記録",
        "jpo-mcp audit --day 2026-11-23",
        audit.run,
        audit.takes,
    ),
    Entry(
        "sandbox",
        "the embedded JPO over HTTP, to develop against 開発用の内蔵特許庁",
        "jpo-mcp sandbox --port 8765",
        sandbox.run,
        sandbox.takes,
    ),
)
