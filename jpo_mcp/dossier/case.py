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
from jpo_mcp.dossier.inquiry import Inquiry, counting, interpretation, resolve
from jpo_mcp.dossier.kept import kept_evidence, kept_header
from jpo_mcp.dossier.pages import Cursor, bad_cursor, read_cursor, seal
from jpo_mcp.dossier.progress.citations import cited
from jpo_mcp.dossier.progress.deadlines import deadlines_of
from jpo_mcp.dossier.progress.evidence import Evidence
from jpo_mcp.dossier.progress.prosecution import NOTICE, REFUSAL, Course, course
from jpo_mcp.dossier.progress.status import status_of
from jpo_mcp.dossier.view import CaseAnswer, EventView, number_view, provenance, said
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
    cursor: str | None = None,
    every_event: bool = False,
    max_age: float | None = None,
    this_year: int,
) -> CaseAnswer:
    """The case behind any notation of any of its numbers.

    Costs one access, one more to turn a publication, registration or PCT number into the
    application, and one for each of the sections registration, citations and link. Raises an
    `InputError` before anything is spent, or what the pipeline raises for the progress itself;
    a section that cannot be had is named in `unavailable` instead. Papers that are kept already
    are read for the periods they print, at no cost.

    Of very many papers the first and the latest are told; `cursor` of that answer reads those between, and nothing
    else, at no cost while the case is kept. `every_event` tells all of them at once.
    """
    at = _cursor(cursor, sections) if cursor is not None else None
    asked = numbers.case_number(text, law=law, this_year=this_year)
    inquiry = Inquiry(client, None if at else max_age, client.deadline())
    with counting(inquiry):
        application = await resolve(inquiry, asked.number)
        row = endpoint(application.law, "app_progress", common.Progress)
        progress = await inquiry.ask("progress", row, application.api)
    record = progress.found()
    sought: list[Section] = [name for name in _PAID if name in sections and _is_there(name, record)]
    found, unavailable = await _ask(inquiry, application, sought)
    facts = await _facts(inquiry, application, _Reading(row.key, progress.raw, record), found.get("registration"))
    told = provenance(progress, inquiry.lang)
    told.update(cost=inquiry.cost, remaining_today=inquiry.remaining or None)
    with counting(inquiry):
        papers = _papers(facts, application, inquiry.lang, at, every_event=every_event)
    hints = (_next(record, facts.course, sections) if at is None else None, _left_out(papers["events_left_out"]))
    told["next"] = "; ".join(hint.say(inquiry.lang) for hint in hints if hint) or None
    if at is not None:
        return CaseAnswer(number=number_view(application), **papers, **told)
    return CaseAnswer(
        number=number_view(application),
        **interpretation(asked, application, inquiry.lang),
        **_sheet(facts, inquiry.lang),
        **papers,
        **{name: _SHOWN[name](data, inquiry.lang) for name, data in found.items()},
        **{name: show(record, inquiry.lang) for name, show in _FREE.items() if name in sections},
        sections_as_of={part: told for part, told in inquiry.as_of.items() if part != "progress"},
        unavailable=unavailable | _not_there(record, sections, inquiry.lang),
        unread_fields=inquiry.unread,
        notes=said(asked.notes, inquiry.lang),
        **told,
    )


def _cursor(text: str, sections: Sequence[Section]) -> Cursor:
    """Where the reading of the papers goes on."""
    at = read_cursor(text)
    if at.selection != sheet.EVENTS or sections:
        raise bad_cursor(Words("a cursor of a case reads its papers only", "案件の cursor は書類のみを読み進めます。"))
    return at


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
        **_papers(facts, application, lang, None),
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
    """What the record says, in words, but for its papers. Remembered, because a kept case is asked for again and
    again."""
    record, register, today = facts.progress.record, facts.register, facts.today
    printed, answers = dict(facts.evidence.periods), dict(facts.evidence.answers)
    status = status_of(record, today=today, register=register, printed=printed, answers=answers)
    due = deadlines_of(record, today=today, register=register, printed=printed, answers=answers)
    return {
        **sheet.header(record),
        "status": sheet.status(status, lang),
        **sheet.deadlines(due, lang),
    }


@lru_cache(maxsize=64)
def _events(facts: _Facts, lang: Lang) -> tuple[EventView, ...]:
    return tuple(sheet.events(course(facts.progress.record, answers=dict(facts.evidence.answers)), lang))


def _papers(
    facts: _Facts, application: ApplicationNumber, lang: Lang, at: Cursor | None, *, every_event: bool = False
) -> dict[str, Any]:
    """The papers that this answer tells, and the way to the others."""
    happened = _events(facts, lang)
    if every_event or (at is None and len(happened) <= sheet.MOST_EVENTS):
        return {"events": list(happened), "events_left_out": None}
    numbered = (f"{event.date} {event.code} {' '.join(event.papers)}" for event in happened)
    return sheet.page_of_events(happened, seal(application.law, application.api, *numbered), at)


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
            unavailable[section] = result.brief(inquiry.lang)
        elif isinstance(result, BaseException):
            raise result
        else:
            found[section] = result
    return found, unavailable


def _next(record: common.Progress, course: Course, sections: Sequence[Section]) -> Words | None:
    """What a reader of this answer is likeliest to want next, and its cost."""
    if record.registration_number and "registration" not in sections:
        return _HOLDERS
    by_office = [event for event in course.events if event.actor == "office"]
    if by_office and by_office[-1].code in {NOTICE, REFUSAL} and by_office[-1].has_body:
        return _REASONS
    return None


def _left_out(count: int | None) -> Words | None:
    if not count:
        return None
    return Words(
        f"cursor reads the {count} papers left out (0 accesses)", f"cursor で省略した書類{count}件（0アクセス）"
    )


_HOLDERS = Words(
    'sections=["registration"] adds holders and fees (1 access)',
    'sections=["registration"] で権利者・年金（1アクセス）',
)
_REASONS = Words(
    "jpo_get_refusal_reasons tells the reasons, claims and citations (1 access)",
    "拒絶理由・請求項・引用文献は jpo_get_refusal_reasons（1アクセス）",
)
