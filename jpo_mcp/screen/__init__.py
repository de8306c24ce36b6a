"""Answers drawn for people in a terminal: at any width, with Japanese at twice the width, and without colour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from jpo_mcp.clock import jst_text
from jpo_mcp.errors import Words
from jpo_mcp.screen.cases import Cases
from jpo_mcp.screen.changes import Changes
from jpo_mcp.screen.dossiers import Dossiers
from jpo_mcp.screen.drawing import NOTES, Row, clean, number_text, row
from jpo_mcp.screen.papers import Papers
from jpo_mcp.screen.people import People
from jpo_mcp.screen.portfolios import Portfolios
from jpo_mcp.screen.search import Search
from jpo_mcp.screen.typed import typed

if TYPE_CHECKING:
    from jpo_mcp.doctor import Check
    from jpo_mcp.dossier.view import NumberAnswer, QuotaAnswer
    from jpo_mcp.upstream.store import Summary

__all__ = ["Screen"]

_STATE_WIDTH, _CHECK_WIDTH = 7, 15
_STATES = {
    "ok": (Words("ok", "正常"), "green"),
    "warning": (Words("warning", "注意"), "yellow"),
    "failed": (Words("failed", "異常"), "red bold"),
}
_BASES = {
    "counter": Words("JPO", "特許庁"),
    "learned": Words("learned", "実績"),
    "settings": Words("set", "設定"),
    "table": Words("published", "公表値"),
}

_READ_AS, _READINGS = Words("read as", "解釈"), Words("could be", "候補")
_CROSS_REFERENCES, _NEXT = Words("cross-references", "関連番号"), Words("next", "次に")
_API, _ENDPOINT = Words("API", "API"), Words("endpoint", "名称")
_LEFT, _USED = Words("left", "残り"), Words("used", "使用")
_LIMIT, _BASIS, _CLOSED = Words("limit", "上限"), Words("basis", "根拠"), Words("closed today", "本日終了")
_FREE_OPD = Words("free this minute, five offices", "この1分の残り（五庁）")
_FREE, _RESETS = Words("free this minute", "この1分の残り"), Words("renewed at", "リセット")


class Screen(Cases, Papers, Portfolios, Dossiers, People, Changes, Search):
    """Draws on standard output, and errors on standard error."""

    def call(self, tool: str, arguments: str, seconds: float) -> None:
        """A tool call as a host makes it, and how long the answer took."""
        head = Text.assemble((f"> {clean(tool)}", "bold cyan"), (f"   {seconds * 1000:.0f} ms", "dim"))
        self._out.print(head)
        if arguments != "{}":
            self._indented(Text(clean(arguments), "cyan"))

    def number(self, answer: NumberAnswer) -> None:
        """What a notation is."""
        many = len(answer.readings) > 1
        rows: list[Row] = []
        if not many:
            rows.append((_READ_AS, Text(number_text(answer))))
        if answer.readings:
            rows.append((_READINGS, self._readings(answer.readings)))
        rows += row(_CROSS_REFERENCES, map(number_text, answer.cross_references))
        rows += row(NOTES, map(typed, answer.notes))
        rows += row(_NEXT, [typed(answer.next)])
        title = Text.assemble((clean(answer.text), "bold"), f"  {clean(answer.kind)}")
        self._record(title, rows)

    def quota(self, answer: QuotaAnswer, only: Iterable[str] = ()) -> None:
        """What is left of the day; `only` these endpoints where any are named."""
        wanted = set(only)
        table = self._table((_API, _ENDPOINT, _LEFT, _USED, _LIMIT, _BASIS), right=(2, 3, 4))
        for line in answer.endpoints:
            if not wanted or line.endpoint in wanted:
                known = self._brief(_BASES.get(line.basis, Words(line.basis, line.basis)))
                known += f", {self._brief(_CLOSED)}" if line.closed else ""
                table.add_row(line.api, clean(line.endpoint), str(line.left), str(line.used), str(line.limit), known)
        self._indented(table)
        self._note(f"{self._name(_FREE)}: {answer.free_this_minute}")
        if not wanted:
            self._note(f"{self._name(_FREE_OPD)}: {answer.opd_free_this_minute}")
        self._note(f"{self._name(_RESETS)}: {answer.resets_at}")
        if not wanted:
            self._note(answer.note)

    def kept(self, summary: Summary, folder: str) -> None:
        """What is kept on this machine."""
        rows: list[Row] = [
            (Words("folder", "場所"), Text(clean(folder))),
            (Words("answers", "件数"), Text(str(summary.entries))),
            (Words("on disk", "容量"), Text(f"{summary.bytes_on_disk:,} bytes")),
        ]
        if summary.shared is not None:
            rows.append((Words("shared, in Redis", "共有（Redis）"), Text(str(summary.shared))))
        if summary.oldest is not None:
            rows.append((Words("oldest", "最古"), Text(jst_text(summary.oldest))))
        rows += row(
            Words("by endpoint", "API別"), (f"{name}: {count}" for name, count in sorted(summary.by_endpoint.items()))
        )
        if summary.trouble:
            rows.append((Words("trouble", "問題"), Text(clean(summary.trouble))))
        self._record(Text(Words("Kept answers", "保存済みの回答").say(self.lang), "bold"), rows)

    def check(self, check: Check) -> None:
        """One line of the doctor's report, with what to do under it."""
        word, style = _STATES[check.state]
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(width=_STATE_WIDTH)
        grid.add_column(width=_CHECK_WIDTH, overflow="fold")
        grid.add_column(overflow="fold")
        found = self._stacked(check.found)
        if check.do is not None:
            found.append("\n")
            found.append_text(Text("\n").join(Text(f"-> {line}", "bold") for line in self._each(check.do)))
        grid.add_row(Text(word.ja if self.lang == "ja" else word.en, style), self._stacked(check.name), found)
        self._out.print(grid)
