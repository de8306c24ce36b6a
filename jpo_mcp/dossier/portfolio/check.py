"""Many cases at once: what changed since the last look, and what is due, planned before anything is spent.

A run first looks at what is kept and costs nothing. Then it spends, cheapest questions first, until the list is done,
the accesses it may spend are gone, the day has none left for a batch, or the call must answer. Its handle continues it
where it stopped, on the same day or another, after a crash as well: a case that has a look is never paid for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, TypeVar

from jpo_mcp.clock import jst_date
from jpo_mcp.dossier import sheet
from jpo_mcp.dossier.inquiry import cross_reference
from jpo_mcp.dossier.kept import kept_evidence, progress_rows
from jpo_mcp.dossier.portfolio.gathering import Case, Gathering, Tell, register_row
from jpo_mcp.dossier.portfolio.plan import Item, Need, NumberList, Plan, Room, plan_of, read_list
from jpo_mcp.dossier.portfolio.runs import begin, keep, moment_of, resume
from jpo_mcp.dossier.progress.changes import Change, changes_between, register_changes
from jpo_mcp.dossier.progress.deadlines import Deadline, deadlines_of
from jpo_mcp.dossier.progress.entry_deadlines import not_entered
from jpo_mcp.dossier.progress.evidence import NONE, Evidence
from jpo_mcp.dossier.progress.prosecution import course
from jpo_mcp.dossier.progress.status import Status, not_in_the_data, status_of
from jpo_mcp.endpoints import Endpoint
from jpo_mcp.errors import BadArgument, InputError, JpoError, LedgerUnavailable, Words
from jpo_mcp.models import common
from jpo_mcp.numbers import ApplicationNumber, Law
from jpo_mcp.upstream.client import JpoClient
from jpo_mcp.upstream.ledger import kept_for_people
from jpo_mcp.upstream.snapshots import Look

M = TypeVar("M")

_TO_TELL = 2.0
"""Seconds of the deadline left for putting the answer together."""


@dataclass(frozen=True, slots=True)
class CaseReport:
    """One case as the run saw it. `progress` is None where the JPO had nothing (107).

    `as_of` and `compared_with` are unix seconds; without an earlier look, `compared_with` is None and there is
    nothing in `changes`. `register` is there only where it was asked for and the case is registered; it has its own
    looks, and `register_compared` says whether there was an earlier one.
    """

    item: Item
    application: ApplicationNumber | None
    progress: common.Progress | None
    register: common.Registration | None
    status: Status
    deadlines: tuple[Deadline, ...]
    changes: tuple[Change, ...]
    as_of: float
    compared_with: float | None
    register_compared: bool = False

    @property
    def number(self) -> str:
        """The application as people write it; what was asked where it is not known."""
        return self.application.human if self.application else self.item.number.human

    @property
    def title(self) -> str | None:
        """The invention, the article or the mark."""
        return sheet.title_of(self.progress) if self.progress else None

    @property
    def next_deadline(self) -> Deadline | None:
        """The first deadline with a date."""
        return next((deadline for deadline in self.deadlines if deadline.date), None)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What a run knows. `plan` is what is left to ask; `waiting` the cases it was not asked for, in their order.

    `repeated` are texts that name a case already in the list, with the number it is there under. `stops` say why no
    more was asked: the endpoints whose day is spent, and what ended the call.
    """

    handle: str
    state: Literal["planned", "partial", "finished"]
    cases: tuple[CaseReport, ...]
    waiting: tuple[Item, ...]
    failed: tuple[tuple[Item, JpoError], ...]
    refused: tuple[tuple[str, InputError], ...]
    repeated: tuple[tuple[str, str], ...]
    plan: Plan
    stops: tuple[JpoError, ...]
    cost: int
    remaining: dict[str, int]
    registration: bool
    since: str | None
    notes: tuple[Words, ...]


async def check_portfolio(
    client: JpoClient,
    texts: Sequence[str] = (),
    *,
    law: Law | None = None,
    handle: str | None = None,
    plan: bool | None = None,
    since: str | None = None,
    registration: bool = False,
    max_accesses: int | None = None,
    deadline: float | None = None,
    tell: Tell | None = None,
) -> Portfolio:
    """Looks at every case of a list, or says what that would cost.

    A list alone is only planned, at no cost, and gives the `handle` that runs it and continues it; `plan` overrules
    that either way. `since` is an ISO date or time; without it cases are compared with their last look before the day
    on which the run began, so that asking twice a day hides nothing. `registration` adds the register (1 access for
    each registered case). `max_accesses` bounds this call, `deadline` (monotonic) its end. Raises `BadArgument`
    before anything is asked.
    """
    ends = client.deadline() if deadline is None else deadline
    if bool(texts) == bool(handle):
        raise _list_or_handle()
    now = client.clock.now()
    planned = handle is None if plan is None else plan
    run = await resume(client, handle) if handle else begin(texts, now, law)
    if law not in {None, run.law}:
        raise _law_of_list()
    run = replace(
        run,
        registration=run.registration or registration,
        since=since or run.since,
        has_spent=run.has_spent or not planned,
    )
    listed = read_list(run.texts, law=run.law, this_year=jst_date(now).year)
    until = moment_of(run.since, now) if run.since else run.first_day
    await keep(client, run)
    ends -= min(_TO_TELL, client.settings.deadline / 25)
    gathering = Gathering(client, run, listed.items, ends=ends, max_accesses=max_accesses, tell=tell)
    await gathering.survey()
    if not planned:
        await gathering.spend()
        await keep(client, replace(run, troubled=tuple(case.item.text for case in gathering.cases if case.failure)))
    return await _told(client, gathering, listed, until, planned=planned)


async def _told(
    client: JpoClient, gathering: Gathering, listed: NumberList, until: float, *, planned: bool
) -> Portfolio:
    """Everything the run knows by now."""
    run, cases = gathering.run, gathering.cases
    plan, trouble = await _plan(client, gathering)
    failed = tuple((case.item, case.failure) for case in cases if case.failure)
    waiting = tuple(case.item for case in gathering.in_order() if gathering.is_waiting(case))
    return Portfolio(
        handle=run.handle,
        state="finished" if not (waiting or failed) else "planned" if planned else "partial",
        cases=tuple([await _report(client, case, until, gathering.ends) for case in cases if _is_known(case)]),
        waiting=waiting,
        failed=failed,
        refused=listed.refused,
        repeated=(*((text, item.number.human) for text, item in listed.repeated), *_joined(cases)),
        plan=plan,
        stops=tuple(stop for stop in (gathering.stopped or trouble, *gathering.closed.values()) if stop),
        cost=gathering.cost,
        remaining=gathering.remaining,
        registration=run.registration,
        since=run.since,
        notes=tuple(note for note in (client.snapshots.trouble, _assumed(listed)) if note),
    )


def _assumed(listed: NumberList) -> Words | None:
    """That bare digits were taken for what they most likely are."""
    assumed = [item for item in listed.items if item.is_assumed]
    if not assumed:
        return None
    first = f"{assumed[0].number.api} → {assumed[0].number.human}"
    return Words(
        f"{len(assumed)} bare ten digits were read as patent applications ({first}); `law` says otherwise",
        f"数字10桁のみの{len(assumed)}件は特許出願と解釈しました（{first}）。他の法域は law で指定してください。",
    )


def _list_or_handle() -> BadArgument:
    return BadArgument(
        Words("give either a list of numbers or a handle", "番号の一覧か handle のどちらか一方が必要です。"),
        Words("send the list, or the handle of an earlier answer", "一覧または以前の回答の handle を送ってください。"),
        rule=Words("a new list needs no handle; a handle knows its list", "新しい一覧に handle は不要です。"),
        example='["特願2020-123456", "特許第7533889号"]',
        field="numbers",
    )


def _law_of_list() -> BadArgument:
    return BadArgument(
        Words("law cannot change how a list was read", "実行済みの一覧の法域は変更できません。"),
        Words("leave it out, or send the list anew with it", "省略するか、law を付けて一覧を送り直してください。"),
        rule=Words("a handle knows its list and its law", "handle は一覧と法域を記憶しています。"),
        example='{"handle": "…"}',
        field="law",
    )


# ── one case ──────────────────────────────────────────────────────────────────────────────────


def _is_known(case: Case) -> bool:
    return case.same_as is None and (case.progress is not None or case.leads_nowhere)


def _joined(cases: Iterable[Case]) -> Iterable[tuple[str, str]]:
    return ((case.item.text, case.same_as.item.number.human) for case in cases if case.same_as)


async def _report(client: JpoClient, case: Case, until: float, ends: float) -> CaseReport:
    if case.progress is None or case.application is None:
        at = case.reference.at if case.reference else client.clock.now()
        due = not_entered(case.item.number, jst_date(client.clock.now()))
        return CaseReport(case.item, None, None, None, not_in_the_data(), due, (), at, None)
    asked = (case.application.api,)
    earlier = await _earlier(client, progress_rows(case.law), asked, case.progress, until)
    before = await _earlier(client, (register_row(case.law),), asked, case.register, until)
    evidence = await _evidence(client, case.application, case.progress.data, ends)
    return _reading(case, case.progress, earlier, before, evidence=evidence, today=jst_date(client.clock.now()))


async def _evidence(
    client: JpoClient, application: ApplicationNumber, progress: common.Progress | None, ends: float
) -> Evidence:
    """What kept papers print. Reading them takes time, so a call that has used up its own goes by the rows."""
    if progress is None or client.clock.monotonic() > ends:
        return NONE
    return await kept_evidence(client, application, course(progress))


async def _earlier(
    client: JpoClient, rows: Sequence[Endpoint[M]], asked: Sequence[str], look: Look[M] | None, until: float
) -> Look[M] | None:
    """The look to compare with."""
    return await client.snapshots.latest(rows, asked, before=min(until, look.at)) if look else None


def _reading(
    case: Case,
    look: Look[common.Progress],
    earlier: Look[common.Progress] | None,
    register_before: Look[common.Registration] | None,
    *,
    evidence: Evidence,
    today: date,
) -> CaseReport:
    """The case with all that is read out of its looks."""
    progress = look.data
    register = case.register.data if case.register else None
    changes = changes_between(earlier.data, progress) if earlier else ()
    booked = register_before.data if register_before else None
    if register and booked:
        changes = tuple(dict.fromkeys((*changes, *register_changes(booked, register))))
    status, due = not_in_the_data(), ()
    if progress:
        printed, answers = dict(evidence.periods), dict(evidence.answers)
        status = status_of(progress, today=today, register=register, printed=printed, answers=answers)
        due = deadlines_of(progress, today=today, register=register, printed=printed, answers=answers)
    return CaseReport(
        item=case.item,
        application=case.application,
        progress=progress,
        register=register,
        status=status,
        deadlines=due,
        changes=changes,
        as_of=look.at,
        compared_with=earlier.at if earlier else None,
        register_compared=booked is not None,
    )


# ── what is left to ask ───────────────────────────────────────────────────────────────────────


async def _plan(client: JpoClient, gathering: Gathering) -> tuple[Plan, JpoError | None]:
    """What is still to be asked, in order, and what keeps the day from being counted, if anything does."""
    needs = _needs(gathering)
    rows = {row.key: row for need in needs for row in need.endpoints}
    try:
        return plan_of(needs, {key: await _room(client, row) for key, row in rows.items()}), None
    except LedgerUnavailable as trouble:
        return plan_of(needs, dict.fromkeys(rows, Room(0, 0))), trouble


def _needs(gathering: Gathering) -> list[Need]:
    """Every progress, then every register that may be there."""
    cases = [case for case in gathering.in_order() if not case.failure]
    needs = [_need(case) for case in cases if case.lacks_progress()]
    if gathering.run.registration:
        may_have_one = (case for case in cases if case.lacks_progress() or case.lacks_register())
        needs += [Need(case.item.number.human, (register_row(case.law),)) for case in may_have_one]
    return needs


def _need(case: Case) -> Need:
    simple, _ = progress_rows(case.law)
    reference = () if case.application else (cross_reference(case.item.number)[0],)
    return Need(case.item.number.human, (*reference, simple))


async def _room(client: JpoClient, row: Endpoint[Any]) -> Room:
    today, settings = await client.ledger.remaining(row), client.settings
    kept = kept_for_people(row, settings.reserve, believed=today.limit, limits=settings.limits)
    return Room(today.left, kept)
