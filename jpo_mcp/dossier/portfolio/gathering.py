"""The looks that a run needs: first those that are there, then those that must be paid for, cheapest first.

A run stops where the next case would meet the same trouble; what stops one endpoint, or one case, stops only that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from jpo_mcp import numbers
from jpo_mcp.clock import jst_text
from jpo_mcp.dossier.inquiry import cross_reference
from jpo_mcp.dossier.kept import progress_rows
from jpo_mcp.dossier.portfolio.plan import Item
from jpo_mcp.dossier.portfolio.runs import Run
from jpo_mcp.endpoints import Endpoint, endpoint
from jpo_mcp.errors import (
    AuthRefused,
    JpoBusy,
    JpoError,
    JpoUnavailable,
    QuotaSpent,
    SetupError,
    TooSoon,
    Words,
)
from jpo_mcp.models import common
from jpo_mcp.numbers import ApplicationNumber, Law
from jpo_mcp.upstream.client import JpoClient
from jpo_mcp.upstream.snapshots import Look

M = TypeVar("M")
T = TypeVar("T")

Tell = Callable[[int, int, str], Awaitable[None]]
"""Called with the cases done, all cases, and a line for people: after each case, and while one is waited for."""

_BEAT = 5.0
"""Seconds between two calls of `Tell` while nothing else happens; hosts want to hear something every ten."""
_MOST_ATTEMPTS = 3
_EVER = float("inf")
_FOR_ALL = (TooSoon, JpoBusy, AuthRefused, SetupError)
"""Failures that the next case would meet as well."""


@dataclass(slots=True)
class Case:
    """A case of the list, and what is known of it so far. `same_as` is the case it turned out to be."""

    item: Item
    application: ApplicationNumber | None
    reference: Look[Any] | None = None
    progress: Look[common.Progress] | None = None
    register: Look[common.Registration] | None = None
    same_as: Case | None = None
    failure: JpoError | None = None

    @property
    def law(self) -> Law:
        return self.item.number.law

    @property
    def leads_nowhere(self) -> bool:
        """Whether the JPO names no application for this number."""
        return self.reference is not None and self.application is None

    def lacks_progress(self) -> bool:
        """Whether its progress is still to be asked."""
        return self.progress is None and not self.leads_nowhere and self.same_as is None

    def lacks_register(self) -> bool:
        """Whether it is registered, and its register still to be asked."""
        known = self.progress.data if self.progress else None
        return self.register is None and known is not None and bool(known.registration_number)


def register_row(law: Law) -> Endpoint[common.Registration]:
    """The register."""
    return endpoint(law, "registration_info", common.Registration)


class Gathering:
    """One call of a run: what it found, what it may still spend, what stopped it.

    `ends` (monotonic) and `max_accesses` bound what is asked. `closed` are endpoints whose day is spent, by key.
    """

    def __init__(
        self,
        client: JpoClient,
        run: Run,
        items: Sequence[Item],
        *,
        ends: float,
        max_accesses: int | None,
        tell: Tell | None,
    ) -> None:
        self.run = run
        self.cases = [Case(item, _own_application(item)) for item in items]
        self.cost = 0
        self.remaining: dict[str, int] = {}
        self.closed: dict[str, QuotaSpent] = {}
        self.stopped: JpoError | None = None
        self._client = client
        self.ends = ends
        self._max_accesses = max_accesses
        self._tell_whom = tell
        self._by_application: dict[ApplicationNumber, Case] = {}
        self._unavailable_in_a_row = 0

    # ── what is there already ─────────────────────────────────────────────────────────────────

    async def survey(self) -> None:
        """Fills in what has been seen since the run's first day, or is kept and fresh. Costs nothing."""
        for case in sorted(self.cases, key=lambda case: case.application is None):
            if case.application is None:
                row, arguments = cross_reference(case.item.number)
                self._resolved(case, await self._seen((row,), arguments, is_final=True))
            else:
                self._joined(case)
            if case.application is not None and case.same_as is None:
                await self._survey_application(case, case.application)

    async def _survey_application(self, case: Case, application: ApplicationNumber) -> None:
        case.progress = await self._seen(progress_rows(case.law), (application.api,))
        if self.run.registration and case.lacks_register():
            case.register = await self._seen((register_row(case.law),), (application.api,))

    async def _seen(
        self, rows: Sequence[Endpoint[M]], arguments: Sequence[str], *, is_final: bool = False
    ) -> Look[M] | None:
        """A look of this run's days, be it only a kept answer; a final fact may be as old as it stays fresh."""
        look = await self._client.snapshots.latest(rows, arguments, before=_EVER)
        if look is not None and look.at >= self.run.first_day:
            return look
        for row in rows:
            kept = await self._client.kept(row, *arguments)
            if kept is not None and kept.source == "kept" and (is_final or kept.as_of >= self.run.first_day):
                return Look(row, kept.as_of, kept.raw)
        return None

    def _resolved(self, case: Case, reference: Look[Any] | None) -> None:
        """The case with what a cross-reference said."""
        case.reference = reference
        digits = getattr(reference.data, "application_number", None) if reference else None
        case.application = numbers.application_from_api(case.law, digits) if digits else None
        self._joined(case)

    def _joined(self, case: Case) -> None:
        """The case as the same as another one, where its application is in the list under another number."""
        if case.application is not None:
            first = self._by_application.setdefault(case.application, case)
            case.same_as = None if first is case else first

    # ── spending ──────────────────────────────────────────────────────────────────────────────

    async def spend(self) -> None:
        """Asks what is missing, in order, until something stops it."""
        await self._tell()
        for case in self.in_order():
            await self._attempt(case, self._ask_progress, case.lacks_progress)
        if self.run.registration:
            for case in self.in_order():
                await self._attempt(case, self._ask_register, case.lacks_register)

    def in_order(self) -> list[Case]:
        """Those that cost one access before those that cost two, each as listed; what failed last time goes last."""
        return sorted(self.cases, key=lambda case: (case.item.text in self.run.troubled, case.application is None))

    async def _attempt(self, case: Case, ask: Callable[[Case], Awaitable[None]], is_wanted: Callable[[], bool]) -> None:
        if self.stopped or case.failure or not is_wanted():
            return
        try:
            await ask(case)
            self._unavailable_in_a_row = 0
        except JpoError as failure:
            self._failed(case, failure)
        if not self.is_waiting(case):
            await self._tell(case)

    def _failed(self, case: Case, failure: JpoError) -> None:
        """Sorts a failure: the endpoint's day is spent, the whole run must wait, or this one case could not be had."""
        if isinstance(failure, QuotaSpent):
            return
        if isinstance(failure, _FOR_ALL):
            self.stopped = failure
            return
        case.failure = failure
        if self._is_down(failure):
            self.stopped = failure

    def _is_down(self, failure: JpoError) -> bool:
        """One case may be what the JPO cannot answer; two in a row, and it is the JPO."""
        self._unavailable_in_a_row += isinstance(failure, JpoUnavailable)
        return self._unavailable_in_a_row > 1

    async def _ask_progress(self, case: Case) -> None:
        simple, _ = progress_rows(case.law)
        if simple.key in self.closed:  # before a cross-reference is bought that leads no further today
            raise self.closed[simple.key]
        if case.application is None:
            row, arguments = cross_reference(case.item.number)
            self._resolved(case, await self._ask(row, *arguments, max_age=None))
            if case.application is not None and case.same_as is None:
                await self._survey_application(case, case.application)
        if case.application is not None and case.lacks_progress():
            case.progress = await self._ask(simple, case.application.api, max_age=self._age_of_run())

    async def _ask_register(self, case: Case) -> None:
        if case.application is not None:
            case.register = await self._ask(register_row(case.law), case.application.api, max_age=self._age_of_run())

    async def _ask(self, row: Endpoint[M], *arguments: str, max_age: float | None) -> Look[M]:
        """A look, paid for unless somebody else just did; an old kept answer is none."""
        if row.key in self.closed:
            raise self.closed[row.key]
        asked = self._client.get(
            row, *arguments, max_age=max_age, deadline=self.ends, batch=True, attempts=self._attempts()
        )
        try:
            answer = await self._telling(asked)
        except JpoError as failure:
            self._count(row, failure.spent, failure)
            raise
        self._count(row, answer.cost, answer.stale_because)
        if answer.stale_because is not None:
            raise answer.stale_because
        if answer.remaining_today is not None:
            self.remaining[row.key] = answer.remaining_today
        return Look(row, answer.as_of, answer.raw)

    def _age_of_run(self) -> float:
        """How old a look may be. An erased right is asked for too, though it stays fresh for long: it may come back."""
        return self._client.clock.now() - self.run.first_day

    def _count(self, row: Endpoint[Any], cost: int, failure: JpoError | None) -> None:
        self.cost += cost
        if isinstance(failure, QuotaSpent):
            self.closed[row.key] = failure

    def _attempts(self) -> int:
        """How often a question may be sent within `max_accesses`."""
        if self._max_accesses is None:
            return _MOST_ATTEMPTS
        if self.cost >= self._max_accesses:
            raise _enough(self._client.clock.now())
        return min(_MOST_ATTEMPTS, self._max_accesses - self.cost)

    # ── telling ───────────────────────────────────────────────────────────────────────────────

    async def _telling(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` gives, with a word to whoever waits every few seconds. asyncio's own time: it is for people."""
        task = asyncio.create_task(work)
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=_BEAT)
                if not task.done():
                    await self._tell()
            return task.result()
        finally:
            task.cancel()

    async def _tell(self, case: Case | None = None) -> None:
        if self._tell_whom is None:
            return
        wanted = [case for case in self.cases if case.same_as is None]
        done = sum(not self.is_waiting(case) for case in wanted)
        about = f" {case.item.number.human}" if case else ""
        await self._tell_whom(done, len(wanted), f"{done}/{len(wanted)}{about} ({self.cost} accesses)")

    def is_waiting(self, case: Case) -> bool:
        """Whether something of this case is still to be asked."""
        lacks_register = self.run.registration and case.lacks_register()
        return case.failure is None and (case.lacks_progress() or lacks_register)


def _own_application(item: Item) -> ApplicationNumber | None:
    return item.number if isinstance(item.number, ApplicationNumber) else None


def _enough(now: float) -> TooSoon:
    return TooSoon(
        Words("the accesses allowed for this call are spent", "この呼び出しで許されたアクセス数を使い切りました。"),
        Words("call again with the handle", "handle を付けて再度お試しください。"),
        retry_at=jst_text(now),
    )
