"""The people who share an ID: who may ask, and what each has spent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from jpo_mcp.clock import jst_text
from jpo_mcp.errors import Words
from jpo_mcp.screen.drawing import Drawing, clean

if TYPE_CHECKING:
    from jpo_mcp.server.tokens import Known
    from jpo_mcp.upstream.audit import DayOfAccesses

_PERSON, _ENDPOINT, _CALLS = Words("person", "利用者"), Words("endpoint", "名称"), Words("accesses", "アクセス")
_SCOPES, _MADE, _EXPIRES = Words("scopes", "権限"), Words("made", "発行"), Words("expires", "期限")
_OUTCOMES, _EXPIRED = Words("how they ended", "結果"), Words("expired", "期限切れ")
_NOBODY = Words("nobody has a token", "トークンはありません")
_UNREADABLE = Words("lines that cannot be read, not in the sums", "読めない行（集計外）")
_WITHOUT_LINE = Words(
    "accesses that this machine counts and no line tells of (under way; or of a process killed, or without an audit)",
    "このマシンの記録にあり監査行のないアクセス（実行中、強制終了、または監査なしの利用）",
)
_NO_NAME = Words("(no token)", "（トークンなし）")


class People(Drawing):
    """Draws people."""

    def people(self, people: Sequence[Known], now: float) -> None:
        """Who has a token."""
        if not people:
            self.say(_NOBODY)
            return
        table = self._table((_PERSON, _SCOPES, _MADE, _EXPIRES))
        for person in people:
            until = jst_text(person.expires) if person.expires else "-"
            over = person.expires is not None and now >= person.expires
            expires = f"{until} {self._brief(_EXPIRED)}" if over else until
            table.add_row(clean(person.name), " ".join(person.scopes), jst_text(person.made), expires)
        self._indented(table)

    def audit(self, day: DayOfAccesses, folder: str) -> None:
        """What a day's accesses went to, by person and endpoint."""
        self._indented(Text.assemble((day.day, "bold"), f"   {self._name(_CALLS)} {day.calls}"))
        if day.spent:
            table = self._table((_PERSON, _ENDPOINT, _CALLS, _OUTCOMES), right=(2,))
            for line in day.spent:
                ended = ", ".join(f"{outcome} {count}" for outcome, count in line.outcomes.items())
                name = line.person or self._brief(_NO_NAME)
                table.add_row(clean(name), clean(line.endpoint), str(line.calls), clean(ended))
            self._indented(table)
        if day.unreadable:
            self._note(f"{self._name(_UNREADABLE)}: {day.unreadable}")
        if day.without_line:
            self._note(f"{self._name(_WITHOUT_LINE)}: {day.without_line}")
        self._note(folder)
