"""One case as a professional wants to see it, from any of its numbers, at the least cost.

The progress (1 access of 800 a day) already holds the priority claims and the divisional
family, so those sections never spend the endpoints that allow 60 a day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal, get_args

from jpo_mcp import numbers
from jpo_mcp.clock import jst_date, jst_text
from jpo_mcp.dossier import sheet
from jpo_mcp.dossier.inquiry import Inquiry, interpretation, resolve
from jpo_mcp.dossier.kept import kept_evidence, kept_header
from jpo_mcp.dossier.progress.citations import cited
from jpo_mcp.dossier.progress.deadlines import deadlines_of
from jpo_mcp.dossier.progress.evidence import Evidence
from jpo_mcp.dossier.progress.prosecution import NOTICE, REFUSAL, Course, course
from jpo_mcp.dossier.progress.status import status_of
from jpo_mcp.dossier.view import CaseAnswer, number_view, provenance, said
from jpo_mcp.endpoints import Endpoint, endpoint
from jpo_mcp.errors import JpoError, Lang, Words
from jpo_mcp.models import common
from jpo_mcp.numbers import ApplicationNumber, Law
from jpo_mcp.upstream.answer import Answer
from jpo_mcp.upstream.client import JpoClient

Section = Literal["registration", "citations", "priority", "divisionals", "link"]
SECTIONS: tuple[Section, ...] = get_args(Section)


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
    a section that cannot be had is named in `unavailable` instead. Papers that are kept already
    are read for the periods they print, at no cost.
    """
    asked = numbers.case_number(text, law=law, this_year=this_year)
    inquiry = Inquiry(client, max_age, client.deadline())
    try:
        application = await resolve(inquiry, asked.number)
        row = endpoint(application.law, "app_progress", common.Progress)
        progress = await inquiry.ask("progress", row, application.api)
    except JpoError as failure:
        failure.spent += inquiry.cost
        raise
    record = progress.found()
    sought: list[Section] = [name for name in _PAID if name in sections and _is_there(name, record)]
    found, unavailable = await _ask(inquiry, application, sought)
    facts = await _facts(inquiry, application, _Reading(row.key, progress.raw, record), found.get("registration"))
    told = provenance(progress, inquiry.lang)
    told.update(cost=inquiry.cost, remaining_today=inquiry.remaining or None)
    return CaseAnswer(
        number=number_view(application),
        **interpretation(asked, application, inquiry.lang),
        **_sheet(facts, inquiry.lang),
        **{name: _SHOWN[name](data, inquiry.lang) for name, data in found.items()},
        **{name: show(record, inquiry.lang) for name, show in _FREE.items() if name in sections},
        sections_as_of={part: told for part, told in inquiry.as_of.items() if part != "progress"},
        unavailable=unavailable | _not_there(record, sections, inquiry.lang),
        unread_fields=inquiry.unread,
        notes=said(asked.notes, inquiry.lang),
        **told,
        next=_next(record, facts.course, sections, inquiry.lang),
    )


async def kept_case(client: JpoClient, application: ApplicationNumber) -> CaseAnswer | None:
    """The case with every section of it that is kept, however old; None where its progress is not. Costs nothing."""
    progress = await kept_header(client, application)
    if progress is None:
        return None
    record, lang = progress.found(), client.settings.lang
    found = await _kept_sections(client, application, record)
    register = found["registration"].data if "registration" in found else None
    reading = _Reading(progress.endpoint.key, progress.raw, record)
    facts = await _facts(Inquiry(client, None, 0.0), application, reading, register)
    free = _FREE if progress.endpoint.name == "app_progress" else {}
    return CaseAnswer(
        number=number_view(application),
        **_sheet(facts, lang),
        **{name: _SHOWN[name](answer.data, lang) for name, answer in found.items()},
        **{name: show(record, lang) or None for name, show in free.items()},
        sections_as_of={name: f"{answer.source} {jst_text(answer.as_of)}" for name, answer in found.items()},
        **provenance(progress, lang),
    )


async def _kept_sections(
    client: JpoClient, application: ApplicationNumber, record: common.Progress
) -> dict[Section, Answer[Any]]:
    found: dict[Section, Answer[Any]] = {}
    for section, name in _PAID.items():
        if _is_there(section, record):
            row: Endpoint[Any] = endpoint(application.law, name)
            answer = await client.kept(row, application.api)
            if answer is not None and answer.data is not None:
                found[section] = answer
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """A record known by the bytes it was read from, which are the same as long as the kept answer is."""

    row: str
    raw: bytes
    record: common.Progress = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Facts:
    """All that the status and the periods of a case are read from."""

    progress: _Reading
    register: common.Registration | None
    evidence: Evidence
    today: date

    @property
    def course(self) -> Course:
        """The course as the rows alone tell it."""
        return _course(self.progress)


async def _facts(
    inquiry: Inquiry, application: ApplicationNumber, reading: _Reading, register: common.Registration | None
) -> _Facts:
    evidence = await kept_evidence(inquiry.client, application, _course(reading))
    return _Facts(reading, register, evidence, jst_date(inquiry.client.clock.now()))


@lru_cache(maxsize=64)
def _course(reading: _Reading) -> Course:
    return course(reading.record)


@lru_cache(maxsize=64)
def _sheet(facts: _Facts, lang: Lang) -> dict[str, Any]:
    """What the record says, in words. Remembered, because a kept case is asked for again and again."""
    record, register, today = facts.progress.record, facts.register, facts.today
    printed, answers = dict(facts.evidence.periods), dict(facts.evidence.answers)
    status = status_of(record, today=today, register=register, printed=printed, answers=answers)
    due = deadlines_of(record, today=today, register=register, printed=printed, answers=answers)
    return {
        **sheet.header(record),
        "status": sheet.status(status, lang),
        **sheet.deadlines(due, lang),
        **sheet.events(course(record, answers=answers), lang),
    }


# ── sections ──────────────────────────────────────────────────────────────────────────────────

_PAID: dict[Section, str] = {
    "registration": "registration_info",
    "citations": "cite_doc_info",
    "link": "jpp_fixed_address",
}
"""Sections that cost an access each, and their endpoints."""

_SHOWN: dict[Section, Callable[[Any, Lang], Any]] = {
    "registration": lambda record, _: sheet.register(record),
    "citations": lambda record, lang: [sheet.citation(document, lang) for document in cited(record)],
    "link": lambda record, _: record.url,
}

_FREE: dict[Section, Callable[[common.Progress, Lang], Any]] = {
    "priority": sheet.priorities,
    "divisionals": sheet.divisionals,
}
"""Sections that the progress already holds: they cost nothing more."""

_WHY_NOT_THERE: dict[Section, Words] = {
    "registration": Words("not registered, as far as the progress shows", "経過情報では未登録です。"),
    "citations": Words("the JPO serves this for patents only", "特許のみ提供されています。"),
}


def _is_there(section: Section, record: common.Progress) -> bool:
    """Whether there is anything to be had: an access for a sure 107 would be wasted."""
    if section == "registration":
        return bool(record.registration_number)
    return section != "citations" or record.law == "patent"


def _not_there(record: common.Progress, wanted: Sequence[Section], lang: Lang) -> dict[str, str]:
    missing = {name: why for name, why in _WHY_NOT_THERE.items() if name in wanted and not _is_there(name, record)}
    return {name: why.say(lang) for name, why in missing.items()}


async def _ask(
    inquiry: Inquiry, application: ApplicationNumber, wanted: Sequence[Section]
) -> tuple[dict[Section, Any], dict[str, str]]:
    """The records of the sections asked for, all at once; what cannot be had is said with its reason."""

    async def ask(section: Section) -> Any:
        row: Endpoint[Any] = endpoint(application.law, _PAID[section])
        return (await inquiry.ask(section, row, application.api)).found()

    results = await asyncio.gather(*map(ask, wanted), return_exceptions=True)
    found: dict[Section, Any] = {}
    unavailable: dict[str, str] = {}
    for section, result in zip(wanted, results, strict=True):
        if isinstance(result, JpoError):
            inquiry.cost += result.spent
            unavailable[section] = f"[{result.code}] {result.what.say(inquiry.lang)}"
        elif isinstance(result, BaseException):
            raise result
        else:
            found[section] = result
    return found, unavailable


def _next(record: common.Progress, course: Course, sections: Sequence[Section], lang: Lang) -> str | None:
    """What a reader of this answer is likeliest to want next, and its cost."""
    if record.registration_number and "registration" not in sections:
        return _HOLDERS.say(lang)
    by_office = [event for event in course.events if event.actor == "office"]
    if by_office and by_office[-1].code in {NOTICE, REFUSAL} and by_office[-1].has_body:
        return _REASONS.say(lang)
    return None


_HOLDERS = Words(
    'sections=["registration"] adds holders and fees (1 access)',
    'sections=["registration"] で権利者・年金（1アクセス）',
)
_REASONS = Words(
    "jpo_get_refusal_reasons tells the reasons, claims and citations (1 access)",
    "拒絶理由・請求項・引用文献は jpo_get_refusal_reasons（1アクセス）",
)
