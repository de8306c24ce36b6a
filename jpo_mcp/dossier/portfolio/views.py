"""A portfolio as the tools and the command line show it: what changed in full, the rest by number. Pure."""

# ruff: noqa: RUF012 - pydantic copies a default, and none is ever changed
from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Literal

from jpo_mcp.clock import jst_text, next_jst_midnight
from jpo_mcp.dossier import sheet
from jpo_mcp.dossier.portfolio.check import CaseReport, Portfolio
from jpo_mcp.dossier.portfolio.plan import Plan
from jpo_mcp.dossier.progress.changes import Change
from jpo_mcp.dossier.progress.status import RULES
from jpo_mcp.dossier.view import DeadlineView, Register, StatusView, View, iso, said
from jpo_mcp.errors import BadArgument, JpoError, Lang, Words, quote

Show = Literal["changed", "deadlines", "all"]

_MOST_CHARACTERS = 19_500
"""Of the whole answer, in which the words about the next page may follow: what the lists leave is for cases."""
_MOST_CHANGES = 20
_WHOLE_ERRORS = 5
_NAME = 24
"""Characters of a text that name it in a list of up to 200."""


class ChangeView(View):
    """One difference from the look before."""

    kind: str
    what: str
    before: str | None = None
    after: str | None = None
    date: str | None = None


class CaseLine(View):
    """One case. `compared_with` is when the look before was taken; `unverified` holds for all the deadlines shown."""

    number: str
    asked_as: str | None = None
    title: str | None = None
    status: StatusView
    changes: list[ChangeView] = []
    changes_left_out: int | None = None
    deadlines: list[DeadlineView] = []
    deadlines_left_out: int | None = None
    unverified: list[str] = []
    applicants: list[str] = []
    registration: Register | None = None
    compared_with: str | None = None


class PlanLine(View):
    """One endpoint: accesses at most, what the day has left, what stays for people, what fits today."""

    endpoint: str
    at_most: int
    left_today: int
    kept_for_people: int
    today: int


class PlanView(View):
    """What is still to be asked. `not_today` is in the order in which it would go, from `goes_on_at` on."""

    accesses_at_most: int
    today: int
    minutes: int
    endpoints: list[PlanLine]
    not_today: list[str] = []
    goes_on_at: str | None = None


class PortfolioAnswer(View):
    """A list of cases. `cases` are told in full; `changed` (not asked for in full), `unchanged` and `first_look` are
    numbers by status. A first look has nothing to compare with."""

    handle: str
    state: Literal["planned", "partial", "finished"]
    counts: dict[str, int]
    cases: list[CaseLine] = []
    cases_left: int | None = None
    changed: dict[str, list[str]] = {}
    unchanged: dict[str, list[str]] = {}
    first_look: dict[str, list[str]] = {}
    not_in_the_data: list[str] = []
    failed: dict[str, str] = {}
    waiting: list[str] = []
    unreadable: dict[str, str] = {}
    repeated: dict[str, str] = {}
    plan: PlanView | None = None
    stopped: list[str] = []
    compared_with: str | None = None
    notes: list[str] = []
    as_of: str | None = None
    cost: int
    remaining_today: dict[str, int] | None = None
    next: str | None = None


def portfolio_answer(
    portfolio: Portfolio,
    *,
    now: float,
    lang: Lang,
    show: Show = "changed",
    statuses: Collection[str] = RULES,
    cursor: int = 0,
) -> PortfolioAnswer:
    """The answer: cases that changed (or all, or those with deadlines) in full, from `cursor` on.

    Of them only those of these statuses; the others are told by number, like all the rest. Those with deadlines go by
    their first day, those with flags only last.
    """
    chosen = [case for case in _chosen(portfolio.cases, show) if case.status.rule in statuses]
    answer = _around(portfolio, chosen, now, lang)
    room = _MOST_CHARACTERS - len(answer.model_dump_json())
    lines = _page((_line(case, portfolio, lang) for case in chosen[cursor:]), room)
    left = max(0, len(chosen) - cursor - len(lines))
    following = _next(portfolio, cursor + len(lines) if left else None, lang)
    return answer.model_copy(update={"cases": lines, "cases_left": left or None, "next": following})


def _around(portfolio: Portfolio, chosen: Sequence[CaseReport], now: float, lang: Lang) -> PortfolioAnswer:
    """All of the answer but the chosen cases."""
    rest = [case for case in portfolio.cases if case not in chosen]
    known = [case for case in rest if case.progress]
    return PortfolioAnswer(
        handle=portfolio.handle,
        state=portfolio.state,
        counts=_counts(portfolio),
        changed=_by_status(case for case in known if case.changes),
        unchanged=_by_status(case for case in known if case.compared_with and not case.changes),
        first_look=_by_status(case for case in known if not case.compared_with),
        not_in_the_data=[case.number for case in rest if case.progress is None],
        failed=_failed(portfolio, lang),
        waiting=[] if portfolio.state == "planned" else [item.number.human for item in portfolio.waiting],
        unreadable=_unreadable(portfolio, lang),
        repeated=_named(portfolio.repeated),
        plan=_plan(portfolio.plan, now) if portfolio.plan.lines else None,
        stopped=[_stopped(stop, lang) for stop in portfolio.stops],
        compared_with=_span(case.compared_with for case in portfolio.cases),
        notes=said((*portfolio.notes, *_notes(portfolio)), lang),
        as_of=_span(case.as_of for case in portfolio.cases),
        cost=portfolio.cost,
        remaining_today=portfolio.remaining or None,
    )


def status_filter(wanted: Sequence[str]) -> Collection[str]:
    """The statuses to tell in full; all where none is named. Raises `BadArgument` for a name that is none."""
    if unknown := [name for name in wanted if name not in RULES]:
        near = ", ".join(get_close_matches(unknown[0], RULES, n=6, cutoff=0.0))
        raise BadArgument(
            Words(f"there is no status {quote(unknown[0])}", f"{quote(unknown[0])} というステータスはありません。"),
            Words("correct it and call again", "修正して再度お試しください。"),
            rule=Words(f"names as in answers, the nearest: {near}", f"回答にあるステータス名（近いもの）：{near}"),
            example='["on_appeal", "in_force", "reply_outstanding"]',
            field="status",
        )
    return frozenset(wanted or RULES)


def _chosen(cases: Sequence[CaseReport], show: Show) -> list[CaseReport]:
    if show == "all":
        return list(cases)
    if show == "changed":
        return [case for case in cases if case.changes]
    return sorted((case for case in cases if case.changes or case.deadlines), key=_first_date)


def _first_date(case: CaseReport) -> date:
    return (case.next_deadline and case.next_deadline.date) or date.max


def _page(lines: Iterable[CaseLine], room: int) -> list[CaseLine]:
    """The first lines that fit, one at least."""
    shown: list[CaseLine] = []
    for line in lines:
        room -= len(line.model_dump_json()) + 1
        if shown and room < 0:
            break
        shown.append(line)
    return shown


def _line(case: CaseReport, portfolio: Portfolio, lang: Lang) -> CaseLine:
    register = sheet.register(case.register).model_copy(update={"goods": []}) if case.register else None
    applicants = case.progress.applicants if case.progress and portfolio.registration else ()
    return CaseLine(
        number=case.number,
        asked_as=case.item.text if case.item.number != case.application else None,
        title=case.title,
        status=sheet.status(case.status, lang),
        changes=[change_view(change, lang) for change in case.changes[-_MOST_CHANGES:]],
        changes_left_out=max(0, len(case.changes) - _MOST_CHANGES) or None,
        **sheet.deadlines(case.deadlines, lang),
        applicants=[party.name or "?" for party in applicants],
        registration=register,
        compared_with=jst_text(case.compared_with) if case.compared_with else None,
    )


def change_view(change: Change, lang: Lang) -> ChangeView:
    """A change in words."""
    return ChangeView(
        kind=change.kind,
        what=change.what.say(lang),
        before=change.before,
        after=change.after,
        date=iso(change.date),
    )


def _by_status(cases: Iterable[CaseReport]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for case in cases:
        groups.setdefault(case.status.rule, []).append(case.number)
    return groups


def _counts(portfolio: Portfolio) -> dict[str, int]:
    """Each case once; what there is none of is left out."""
    known = [case for case in portfolio.cases if case.progress and not case.changes]
    counts = {
        "changed": sum(bool(case.changes) for case in portfolio.cases),
        "unchanged": sum(bool(case.compared_with) for case in known),
        "first_look": sum(not case.compared_with for case in known),
        "not_in_the_data": sum(not case.progress and not case.changes for case in portfolio.cases),
        "failed": len(portfolio.failed),
        "waiting": len(portfolio.waiting),
        "unreadable": len(portfolio.refused),
        "repeated": len(portfolio.repeated),
    }
    return {name: count for name, count in counts.items() if count}


def _unreadable(portfolio: Portfolio, lang: Lang) -> dict[str, str]:
    """Each text with its teaching error; after the first few, only with its code."""
    refused = enumerate(portfolio.refused)
    return _named((text, wrong.text(lang) if place < _WHOLE_ERRORS else wrong.code) for place, (text, wrong) in refused)


def _failed(portfolio: Portfolio, lang: Lang) -> dict[str, str]:
    failed = enumerate(portfolio.failed)
    return {
        item.number.human: failure.brief(lang) if place < _WHOLE_ERRORS else failure.code
        for place, (item, failure) in failed
    }


def _named(told: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What is told of each text, under a name short and safe to show; texts that look the same get a number."""
    named: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for text, words in told:
        name = quote(text if len(text) <= _NAME else text[: _NAME - 1] + "…")
        seen[name] += 1
        named[f"{name} {seen[name]}" if seen[name] > 1 else name] = words
    return named


def _plan(plan: Plan, now: float) -> PlanView:
    return PlanView(
        accesses_at_most=plan.accesses,
        today=plan.today,
        minutes=plan.minutes,
        endpoints=[
            PlanLine(
                endpoint=line.endpoint.key,
                at_most=line.accesses,
                left_today=line.room.left,
                kept_for_people=min(line.room.left, line.room.kept_for_people),
                today=line.today,
            )
            for line in plan.lines
        ],
        not_today=list(plan.not_today),
        goes_on_at=jst_text(next_jst_midnight(now)) if plan.not_today else None,
    )


def _stopped(stop: JpoError, lang: Lang) -> str:
    goes_on = f" → {stop.retry_at}" if stop.retry_at else ""
    return f"{stop.brief(lang)} {stop.next_step.say(lang)}{goes_on}"


def _span(moments: Iterable[float | None]) -> str | None:
    """The time they share to the minute, or the first and the last."""
    told = sorted(jst_text(moment) for moment in moments if moment is not None)
    if not told:
        return None
    return told[0] if told[0] == told[-1] else f"{told[0]} .. {told[-1]}"


_NEXT_DAY = Words(
    "an act of today is in the data tomorrow at the earliest", "本日の手続がデータに現れるのは早くても翌日です。"
)
_ANYBODYS_LOOK = Words(
    "compared with the last look on this machine, whoever took it; since=DATE compares with that day",
    "この端末での直近の取得（誰の取得でも）と比較。since=日付 でその日と比較できます。",
)
_NOTHING_EARLIER = Words(
    "first_look: no earlier look is kept, so there is nothing to compare with",
    "first_look は過去の取得記録がなく、比較していません。",
)
_REGISTER_NOT_COMPARED = Words(
    "no earlier look at the register is kept for some cases: their holders and payments are not compared",
    "一部の案件は登録情報の過去の取得記録がなく、権利者・納付の変化は比較していません。",
)
_NOTHING_THERE = Words(
    "not_in_the_data (107) never proves that a case does not exist",
    "not_in_the_data（107）は不存在の証明ではありません。",
)
_NOT_JOINED = Words(
    "divisionals and basic applications of a priority are not joined: jpo_get_case shows them",
    "分割・優先権の基礎出願の重複は確認していません（jpo_get_case で確認できます）。",
)


def _notes(portfolio: Portfolio) -> Iterable[Words]:
    if portfolio.cases:
        yield _NEXT_DAY
    if not portfolio.since and any(case.compared_with for case in portfolio.cases):
        yield _ANYBODYS_LOOK
    if any(case.progress and not case.compared_with for case in portfolio.cases):
        yield _NOTHING_EARLIER
    if any(case.register and case.compared_with and not case.register_compared for case in portfolio.cases):
        yield _REGISTER_NOT_COMPARED
    if any(case.progress is None for case in portfolio.cases):
        yield _NOTHING_THERE
    if portfolio.registration:
        yield _NOT_JOINED


def _next(portfolio: Portfolio, cursor: int | None, lang: Lang) -> str | None:
    steps: list[Words] = []
    if cursor is not None:
        steps.append(
            Words(f"the handle and cursor={cursor} show more (free)", f"続きは handle と cursor={cursor}（無料）")
        )
    if portfolio.state == "planned":
        today = portfolio.plan.today
        steps.append(
            Words(f"the handle alone runs it ({today} accesses today)", f"handle のみで実行（本日{today}アクセス）")
        )
    elif portfolio.state == "partial":
        steps.append(Words("the handle alone goes on", "handle のみで続行"))
    return "; ".join(step.say(lang) for step in steps) or None
