"""One case as a professional wants to see it, from any of its numbers, at the least cost.

The progress (1 access of 800 a day) already holds the priority claims and the divisional
family, so those sections never spend the endpoints that allow 60 a day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, TypeVar, get_args

from jpo_mcp import numbers
from jpo_mcp.dossier import sheet
from jpo_mcp.dossier.citations import cited
from jpo_mcp.dossier.view import (
    CaseAnswer,
    Citation,
    Register,
    number_view,
    provenance,
    said,
)
from jpo_mcp.endpoints import Endpoint, endpoint
from jpo_mcp.errors import JpoError, Lang, NotOnFile, Words
from jpo_mcp.models import common
from jpo_mcp.numbers import (
    ApplicationNumber,
    CaseNumber,
    InternationalApplication,
    InternationalPublication,
    Law,
    PublicationNumber,
    RegistrationNumber,
    ServedNumber,
)
from jpo_mcp.upstream.answer import Answer
from jpo_mcp.upstream.client import JpoClient

M = TypeVar("M")

Section = Literal["registration", "citations", "priority", "divisionals", "link"]
SECTIONS: tuple[Section, ...] = get_args(Section)


@dataclass(slots=True)
class _Inquiry:
    """Everything one tool call asks: until when, how old an answer may be, and what it has cost so far."""

    client: JpoClient
    max_age: float | None
    deadline: float
    cost: int = 0
    remaining: dict[str, int] = field(default_factory=dict[str, int])
    as_of: dict[str, str] = field(default_factory=dict[str, str])
    unread: list[str] = field(default_factory=list[str])

    @property
    def lang(self) -> Lang:
        return self.client.settings.lang

    async def ask(self, part: str, row: Endpoint[M], *arguments: str, is_final: bool = False) -> Answer[M]:
        """An answer that has found something; its cost is counted and its age noted under `part`.

        A final fact, such as which application a registration belongs to, is not asked again for `max_age`.
        """
        max_age = None if is_final else self.max_age
        answer = await self.client.get(row, *arguments, max_age=max_age, deadline=self.deadline)
        told = provenance(answer, self.lang)
        self.remaining |= told["remaining_today"] or {}
        answer.found()  # a failure carries its own cost
        self.cost += answer.cost
        if isinstance(answer.data, common.Record):
            self.unread += [f"{row.name}: {name}" for name in answer.data.unknown_fields()]
        because = f": {told['stale_because']}" if told["stale_because"] else ""
        self.as_of[part] = f"{told['source']} {told['as_of']}{because}"
        return answer


async def read_case(
    client: JpoClient,
    text: str,
    *,
    law: Law | None = None,
    sections: Sequence[Section] = (),
    max_age: float | None = None,
    this_year: int,
) -> CaseAnswer:
    """The case behind any notation of any of its numbers.

    Costs one access, one more to turn a publication, registration or PCT number into the
    application, and one for each of the sections registration, citations and link. Raises an
    `InputError` before anything is spent, or what the pipeline raises for the progress itself;
    a section that cannot be had is named in `unavailable` instead.
    """
    asked = numbers.case_number(text, law=law, this_year=this_year)
    inquiry = _Inquiry(client, max_age, client.deadline())
    try:
        application = await _resolve(inquiry, asked.number)
        row = endpoint(application.law, "app_progress", common.Progress)
        progress = await inquiry.ask("progress", row, application.api)
    except JpoError as failure:
        failure.spent += inquiry.cost
        raise
    record = progress.found()
    parts, unavailable = await _sections(inquiry, application, record, sections)
    told = provenance(progress, inquiry.lang)
    told.update(cost=inquiry.cost, remaining_today=inquiry.remaining or None)
    return CaseAnswer(
        number=number_view(application),
        **_interpretation(asked, application, inquiry.lang),
        **_sheet(_Reading(row.key, progress.raw, record), inquiry.lang),
        **parts,
        sections_as_of={part: told for part, told in inquiry.as_of.items() if part != "progress"},
        unavailable=unavailable,
        unread_fields=inquiry.unread,
        notes=said(asked.notes, inquiry.lang),
        **told,
        next=_next(record, sections, inquiry.lang),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """A record known by the bytes it was read from, which are the same as long as the kept answer is."""

    row: str
    raw: bytes
    record: common.Progress = field(compare=False)


@lru_cache(maxsize=64)
def _sheet(reading: _Reading, lang: Lang) -> dict[str, Any]:
    """What the progress says, in words. Remembered, because a kept case is asked for again and again."""
    record = reading.record
    return {**sheet.header(record), **sheet.events(record, lang)}


async def _resolve(inquiry: _Inquiry, number: ServedNumber) -> ApplicationNumber:
    """The application behind a number: itself, or one cross-reference away (kept 90 days)."""
    if isinstance(number, ApplicationNumber):
        return number
    row, arguments = cross_reference(number)
    record = (await inquiry.ask("number", row, *arguments, is_final=True)).found()
    digits = getattr(record, "application_number", None)
    application = numbers.application_from_api(number.law, digits) if digits else None
    if application is None:
        raise NotOnFile(
            Words(
                f"the JPO names no application for {number.human}",
                f"{number.human} に対応する出願番号がありません。",
            ),
            Words("ask by the application number", "出願番号でお試しください。"),
        )
    return application


def cross_reference(number: ServedNumber) -> tuple[Endpoint[Any], tuple[str, str]]:
    """The row and arguments that turn this number into the other numbers of its case."""
    match number:
        case InternationalApplication():
            return endpoint("patent", "pct_national_phase_application_number"), (
                "international_application",
                number.api,
            )
        case InternationalPublication():
            return endpoint("patent", "pct_national_phase_application_number"), (
                "international_publication",
                number.api,
            )
        case PublicationNumber():
            return endpoint("patent", "case_number_reference"), ("publication", number.api)
        case RegistrationNumber():
            return endpoint(number.law, "case_number_reference"), ("registration", number.api)
        case ApplicationNumber():
            return endpoint(number.law, "case_number_reference"), ("application", number.api)


# ── sections ──────────────────────────────────────────────────────────────────────────────────


async def _sections(
    inquiry: _Inquiry, application: ApplicationNumber, record: common.Progress, wanted: Sequence[Section]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The sections asked for, those that cost an access at once; what cannot be had is said with its reason."""
    readers = _paid_sections(inquiry, application, record)
    paid = {name: reader for name, reader in readers.items() if name in wanted}
    results = await asyncio.gather(*(reader() for reader in paid.values()), return_exceptions=True)
    parts: dict[str, Any] = {name: read(record) for name, read in _FREE_SECTIONS.items() if name in wanted}
    unavailable: dict[str, str] = {}
    for name, result in zip(paid, results, strict=True):
        if isinstance(result, JpoError):
            inquiry.cost += result.spent
            unavailable[name] = f"[{result.code}] {result.what.say(inquiry.lang)}"
        elif isinstance(result, BaseException):
            raise result
        else:
            parts[name] = result
    for name, why in _WHY_NOT_THERE.items():
        if name in wanted and name not in readers:
            unavailable[name] = why.say(inquiry.lang)
    return parts, unavailable


def _paid_sections(
    inquiry: _Inquiry, application: ApplicationNumber, record: common.Progress
) -> dict[str, Callable[[], Awaitable[Any]]]:
    """The sections that cost an access each, and are there to be had."""

    async def ask(part: str, name: str) -> Any:
        row: Endpoint[Any] = endpoint(application.law, name)
        return (await inquiry.ask(part, row, application.api)).found()

    async def registration() -> Register:
        return sheet.register(await ask("registration", "registration_info"))

    async def citations() -> list[Citation]:
        return [sheet.citation(document) for document in cited(await ask("citations", "cite_doc_info"))]

    async def link() -> str | None:
        return (await ask("link", "jpp_fixed_address")).url

    readers: dict[str, Callable[[], Awaitable[Any]]] = {"link": link}
    if record.registration_number:
        readers["registration"] = registration
    if application.law == "patent":
        readers["citations"] = citations
    return readers


_WHY_NOT_THERE: dict[Section, Words] = {
    "registration": Words("not registered, as far as the progress shows", "経過情報では未登録です。"),
    "citations": Words("the JPO serves this for patents only", "特許のみ提供されています。"),
}


def _interpretation(asked: CaseNumber, application: ApplicationNumber, lang: Lang) -> dict[str, Any]:
    return {
        "interpreted_as": asked.interpreted_as.say(lang) if asked.interpreted_as else None,
        "other_readings": [number_view(other.number, other.note.say(lang)) for other in asked.others],
        "resolved_from": None if asked.number == application else number_view(asked.number),
    }


_FREE_SECTIONS: dict[str, Callable[[common.Progress], Any]] = {
    "priority": sheet.priorities,
    "divisionals": sheet.divisionals,
}
"""Sections that the progress already holds: they cost nothing more."""


def _next(record: common.Progress, sections: Sequence[Section], lang: Lang) -> str | None:
    """The one section a reader of this answer is likeliest to want next, and its cost."""
    if record.registration_number and "registration" not in sections:
        return Words(
            'sections=["registration"] adds holders and fees (1 access)',
            'sections=["registration"] で権利者・年金（1アクセス）',
        ).say(lang)
    return None
