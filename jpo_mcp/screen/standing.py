"""Where a case stands: its status and its computed deadlines, each with what it rests on and what was not verified."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from jpo_mcp.errors import Words
from jpo_mcp.screen.drawing import Drawing, Row, clean, left_out, stack

if TYPE_CHECKING:
    from jpo_mcp.dossier.portfolio.views import CaseLine
    from jpo_mcp.dossier.view import CaseAnswer, DeadlineView, StatusView

_STATUS, _DEADLINES = Words("status", "ステータス"), Words("deadlines", "期限")
_COMPUTED = Words("computed from the JPO's data: verify before use", "特許庁データからの計算値。要確認")
_FLAGGED = Words("not computed, a professional must look:", "計算対象外、専門家の確認が必要：")
_READ_FROM, _CONFIDENCE = Words("read from", "根拠"), Words("confidence", "確度")
_UNVERIFIED, _FOR_ALL = Words("unverified", "未確認"), Words("unverified for all", "共通の未確認事項")
_CONFIDENCES = {"high": Words("high", "高"), "medium": Words("medium", "中"), "low": Words("low", "低")}
_WHOM = {"resident": Words("resident", "国内居住者"), "overseas": Words("overseas", "在外者")}
_OPENS, _RAW_END = Words("from", "開始"), Words("before closing days", "繰延前")
_OUTER_LIMIT = Words("fully extended", "最大延長")
_TAKEN = 36
"""Columns that a row's name and a date take."""


class Standing(Drawing):
    """Draws statuses and deadlines."""

    def _standing(self, answer: CaseAnswer | CaseLine) -> list[Row]:
        rows: list[Row] = [(_STATUS, self._status(answer.status))] if answer.status else []
        if answer.deadlines:
            rows.append((_DEADLINES, self._deadlines(answer)))
        return rows

    def _status(self, status: StatusView) -> Group:
        confidence = _CONFIDENCES.get(status.confidence, Words(status.confidence, status.confidence))
        return Group(
            Text(clean(status.state), "bold"),
            _quiet(
                f"{status.rule}; {self._name(_CONFIDENCE)} {self._name(confidence)}",
                f"{self._name(_READ_FROM)}: {'; '.join(status.rows)}" if status.rows else "",
                self._unverified(_UNVERIFIED, status.doubts),
            ),
        )

    def _deadlines(self, answer: CaseAnswer | CaseLine) -> Group:
        """Those with a date, then those without; what holds for all of them comes last."""
        dated = [deadline for deadline in answer.deadlines if deadline.date]
        flags = [deadline for deadline in answer.deadlines if not deadline.date]
        rest = left_out(answer.deadlines_left_out)
        more = rest.say(self.lang) if rest else ""
        parts = [self._listed(_COMPUTED, dated), self._listed(_FLAGGED, flags)]
        return Group(*filter(None, parts), *_some(more, self._unverified(_FOR_ALL, answer.unverified)))

    def _listed(self, remark: Words, deadlines: Sequence[DeadlineView]) -> Group | None:
        if not deadlines:
            return None
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for deadline in deadlines:
            grid.add_row(Text(clean(deadline.date or "-"), "bold"), self._deadline(deadline))
        return Group(_quiet(remark.say(self.lang)), grid)

    def _deadline(self, deadline: DeadlineView) -> Text:
        whom = f" [{self._name(_WHOM[deadline.for_whom])}]" if deadline.for_whom else ""
        days = ((_OPENS, deadline.opens), (_RAW_END, deadline.raw_end), (_OUTER_LIMIT, deadline.outer_limit))
        further = self._flow((f"{self._name(words)} {day}" for words, day in days if day), _TAKEN)
        rests_on = "; ".join((deadline.basis, deadline.articles, deadline.trigger))
        doubts = self._unverified(_UNVERIFIED, deadline.unverified)
        return stack([deadline.what + whom], list(filter(None, (*further, rests_on, doubts))))

    def _unverified(self, name: Words, doubts: Sequence[str]) -> str:
        return f"{self._name(name)}: {'; '.join(doubts)}" if doubts else ""


def _quiet(*lines: str) -> Text:
    return stack([], list(filter(None, lines)))


def _some(*lines: str) -> list[Text]:
    return [_quiet(line) for line in lines if line]
