"""Many cases: what changed first, the rest by number, and what it costs to go on."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from jpo_mcp.endpoints import PER_MINUTE
from jpo_mcp.errors import Words
from jpo_mcp.screen.drawing import COST, INDENT, LEFT_TODAY, NOTES, Row, clean, left_out, row
from jpo_mcp.screen.standing import Standing
from jpo_mcp.screen.typed import typed

if TYPE_CHECKING:
    from jpo_mcp.dossier.portfolio.views import CaseLine, ChangeView, PlanView, PortfolioAnswer

_COUNTS = {
    "changed": Words("changed", "変化あり"),
    "unchanged": Words("unchanged", "変化なし"),
    "first_look": Words("first look", "初回"),
    "not_in_the_data": Words("not in the data", "データなし"),
    "failed": Words("failed", "取得失敗"),
    "waiting": Words("not asked yet", "未取得"),
    "unreadable": Words("unreadable", "読めない番号"),
    "repeated": Words("repeated", "重複"),
}
_RULES = {
    "right_gone": Words("right gone", "権利消滅"),
    "term_over": Words("term over", "期間満了"),
    "in_surcharge_period": Words("in its surcharge period", "追納期間中"),
    "probably_lapsed": Words("probably lapsed", "消滅の可能性"),
    "in_force": Words("in force", "存続"),
    "withdrawn": Words("withdrawn", "取下げ・放棄等"),
    "allowed": Words("allowed", "特許・登録査定後"),
    "on_appeal": Words("on appeal", "審判中"),
    "refused_appealable": Words("refused, appealable", "拒絶査定（審判請求可能）"),
    "refused_final": Words("refused, final", "拒絶査定（確定と推定）"),
    "reply_outstanding": Words("reply outstanding", "応答待ち"),
    "reply_filed": Words("reply filed", "応答済み"),
    "examination_not_requested": Words("examination not requested", "審査未請求"),
    "presumed_withdrawn": Words("presumed withdrawn", "みなし取下げ推定"),
    "pending": Words("pending", "係属中"),
}
_CHANGES, _ASKED_AS = Words("changes", "変化"), Words("asked as", "照会番号")
_SINCE, _AS_OF = Words("compared with", "比較対象"), Words("as of", "時点")
_HOLDERS, _APPLICANTS = Words("right holders", "権利者"), Words("applicants", "出願人")
_TERM, _NEXT_PAYMENT = Words("term ends", "満了"), Words("next payment", "次回納付")
_STOPPED = Words("stopped", "中断")
_ENDPOINT, _AT_MOST, _TODAY = Words("endpoint", "名称"), Words("at most", "最大"), Words("fit today", "本日可能")
_DAY_HAS, _FOR_PEOPLE = Words("left", "残り"), Words("for people", "担当者用")
_TAKEN = 32
"""Columns that the longest name takes."""
_WRITTEN, _UNDATED = Words("written", "書込み"), Words("not in the calendar, no date", "日付がなくカレンダー外")
_REGISTER, _NOT_TODAY = Words("register", "登録"), Words("not today", "翌日以降")
_TO_RUN = Words("To run it:", "実行するには：")
_TO_GO_ON = Words("To go on (what was asked is not paid for twice):", "続けるには（取得済みの分は無料です）：")


class Portfolios(Standing):
    """Draws portfolios."""

    def portfolio(self, answer: PortfolioAnswer, go_on: str) -> None:
        """Cases told in full, the others by number, what is left to ask; `go_on` is the command for that."""
        counts = ", ".join(f"{self._name(_COUNTS[name])} {count}" for name, count in answer.counts.items())
        looks = [*row(_AS_OF, filter(None, [answer.as_of])), *row(_SINCE, filter(None, [answer.compared_with]))]
        self._record(Text(counts, "bold"), looks)
        for case in answer.cases:
            self._out.print()
            self._record(_title(case), self._case_line(case))
        hints = [*row(_STOPPED, map(typed, answer.stopped)), *row(NOTES, map(typed, answer.notes))]
        if rest := [*self._by_number(answer), *hints]:
            self._record(Text(), rest)
        if answer.plan:
            self._plan(answer.plan)
        self._out.print()
        self._spent(answer)
        if answer.state != "finished":
            self.heading(_TO_RUN if answer.state == "planned" else _TO_GO_ON)
            self.code(go_on)

    def begins(self, most: int, go_on: str) -> None:
        """Before anything is spent: how much it may be, and how to go on after an interruption. On standard error."""
        for line in self._each(_begins(most)):
            self._err.print(Text(line))
        self._err.print(Text(f"  {clean(go_on)}"), soft_wrap=True)

    def written(self, path: Path, undated: Sequence[tuple[str, Words]] = ()) -> None:
        """A file that was written, and the deadlines that found no place in it. On standard error."""
        self._err.print(Text(clean(f"{self._name(_WRITTEN)}: {path}")), soft_wrap=True)
        if undated:
            self._err.print(Text(f"{self._name(_UNDATED)}:"))
        for number, what in undated:
            self._err.print(Text(clean(f"  {number}  {what.say(self.lang)}")))

    @contextmanager
    def progress(self, *, shown: bool) -> Generator[Callable[[int, int, str], Awaitable[None]]]:
        """A bar on standard error, where that is a terminal; gives what tells it how far the work is."""
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - for this alone

        columns = (BarColumn(bar_width=24), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        is_off = not (shown and self._err.is_terminal)
        with Progress(*columns, console=self._err, transient=True, disable=is_off) as bar:
            task = bar.add_task("", total=None)

            async def tell(done: int, total: int, line: str) -> None:
                bar.update(task, completed=done, total=total, description=clean(line))

            yield tell

    # ── cases ─────────────────────────────────────────────────────────────────────────────────

    def _case_line(self, case: CaseLine) -> list[Row]:
        rest = left_out(case.changes_left_out)
        register = case.registration
        term = ((_TERM, register.expiry_date), (_NEXT_PAYMENT, register.next_payment_date)) if register else ()
        return [
            *row(_ASKED_AS, filter(None, [case.asked_as])),
            *row(_CHANGES, [*map(_change, case.changes), *([rest.say(self.lang)] if rest else [])]),
            *self._standing(case),
            *row(_APPLICANTS, case.applicants),
            *row(_HOLDERS, [holder.name for holder in register.holders] if register else []),
            *row(_REGISTER, self._flow(f"{self._name(words)} {day}" for words, day in term if day)),
        ]

    def _by_number(self, answer: PortfolioAnswer) -> list[Row]:
        """Each case that is not told in full, once; and each text that is none, with why."""
        return [
            *row(_COUNTS["changed"], self._statuses(answer.changed)),
            *row(_COUNTS["unchanged"], self._statuses(answer.unchanged)),
            *row(_COUNTS["first_look"], self._statuses(answer.first_look)),
            *row(_COUNTS["not_in_the_data"], self._flow(answer.not_in_the_data, _TAKEN)),
            *row(_COUNTS["failed"], (f"{text}: {typed(why)}" for text, why in answer.failed.items())),
            *row(_COUNTS["waiting"], self._flow(answer.waiting, _TAKEN)),
            *row(_COUNTS["unreadable"], (f"{text}: {_without_cost(why)}" for text, why in answer.unreadable.items())),
            *row(_COUNTS["repeated"], (f"{text} = {number}" for text, number in answer.repeated.items())),
        ]

    def _statuses(self, numbers: Mapping[str, list[str]]) -> list[str]:
        named = ((self._name(_RULES[rule]), cases) for rule, cases in numbers.items())
        return [line for name, cases in named for line in self._flow([f"{name}:", *cases], _TAKEN)]

    # ── accesses ──────────────────────────────────────────────────────────────────────────────

    def _plan(self, plan: PlanView) -> None:
        table = self._table((_ENDPOINT, _AT_MOST, _DAY_HAS, _FOR_PEOPLE, _TODAY), right=(1, 2, 3, 4))
        for line in plan.endpoints:
            counts = (line.at_most, line.left_today, line.kept_for_people, line.today)
            table.add_row(clean(line.endpoint), *map(str, counts))
        self._out.print()
        self._indented(self._stacked(_planned(plan)))
        self._indented(table)
        if plan.not_today:
            self._record(Text(), row(_NOT_TODAY, [*self._flow(plan.not_today), f"→ {plan.goes_on_at}"]))

    def _spent(self, answer: PortfolioAnswer) -> None:
        left = [f"{name} {count}" for name, count in (answer.remaining_today or {}).items()]
        self._note(f"handle: {answer.handle}   {self._name(COST)} {answer.cost}")
        if left:
            left[0] = f"{self._name(LEFT_TODAY)}: {left[0]}"
        for line in self._flow(left, INDENT):
            self._note(line)


def _planned(plan: PlanView) -> Words:
    return Words(
        f"still to ask: {plan.accesses_at_most} accesses at most; {plan.today} fit today, in {plan.minutes} min",
        f"残り：最大{plan.accesses_at_most}アクセス。うち本日可能{plan.today}、約{plan.minutes}分",
    )


def _begins(most: int) -> Words:
    minutes = math.ceil(most / PER_MINUTE["domestic"])
    return Words(
        f"at most {most} accesses now, about {minutes} min; Ctrl-C stops, and this goes on:",
        f"最大{most}アクセス、約{minutes}分。Ctrl-C で中断、続行は：",
    )


def _without_cost(error: str) -> str:
    return typed(error.partition("\naccesses_spent")[0])


def _title(case: CaseLine) -> Text:
    return Text(clean(f"{case.number}   {case.title or ''}".rstrip()), "bold")


def _change(change: ChangeView) -> str:
    values = " → ".join(value for value in (change.before, change.after) if value)
    return "  ".join(filter(None, (change.date, change.what, values)))
