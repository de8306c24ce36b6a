"""One case as a professional wants to see it, from any of its numbers, at the least cost.

The progress (1 access of 800 a day) already holds the priority claims and the divisional
family, so those sections never spend the endpoints that allow 60 a day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, get_args

from jpo_mcp import codes, numbers
from jpo_mcp.clock import jst_text
from jpo_mcp.dossier.citations import CitedDocument, Mention, cited
from jpo_mcp.dossier.timeline import REGISTRATION, Event, timeline
from jpo_mcp.dossier.view import (
    CaseAnswer,
    Citation,
    EventView,
    Goods,
    NumberView,
    Person,
    Priority,
    Register,
    Relative,
    iso,
    label,
    number_view,
    reply_number,
    said,
)
from jpo_mcp.endpoints import Endpoint, endpoint
from jpo_mcp.errors import JpoError, Lang, NotOnFile, Words
from jpo_mcp.models import common, design, patent, trademark
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

MOST_EVENTS = 60
"""Events shown in one answer; the oldest are left out first, and the answer says how many."""

_ROLES = {"1": "applicant 出願人", "2": "agent 代理人"}
_LAWS = {"patent": "patent 特許", "design": "design 意匠", "trademark": "trademark 商標"}


@dataclass(slots=True)
class _Spent:
    """What one call has spent so far, and what is left where it looked."""

    lang: Lang
    cost: int = 0
    remaining: dict[str, int] = field(default_factory=dict[str, int])
    as_of: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, answer: Answer[M], part: str) -> M:
        """The record of an answer, once its cost is counted and its age noted under `part`."""
        if answer.remaining_today is not None:
            self.remaining[answer.endpoint.key] = answer.remaining_today
        record = answer.found()  # a failure carries its own cost
        self.cost += answer.cost
        because = f": {answer.stale_because.what.say(self.lang)}" if answer.stale_because else ""
        self.as_of[part] = f"{answer.source} {jst_text(answer.as_of)}{because}"
        return record


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
    spent = _Spent(client.settings.lang)
    try:
        application = await _resolve(client, asked.number, max_age, spent)
        progress = await client.get(
            endpoint(application.law, "app_progress", common.Progress), application.api, max_age=max_age
        )
        record = spent.add(progress, "progress")
    except JpoError as failure:
        failure.spent += spent.cost
        raise
    parts, unavailable = await _sections(client, application, sections, max_age, spent)
    for name in sections:
        if name in _KEPT_SECTIONS and name not in unavailable:
            parts[name] = _KEPT_SECTIONS[name](record)
    lang = client.settings.lang
    return CaseAnswer(
        number=number_view(application),
        **_interpretation(asked, application, lang),
        **_header(record),
        **_events(record, lang),
        **parts,
        sections_as_of={part: told for part, told in spent.as_of.items() if part != "progress"},
        unavailable=unavailable,
        unread_fields=list(record.unknown_fields()),
        notes=said(asked.notes, lang),
        source=progress.source,
        as_of=jst_text(progress.as_of),
        stale_because=progress.stale_because.what.say(lang) if progress.stale_because else None,
        cost=spent.cost,
        remaining_today=spent.remaining or None,
        next=_next(record, sections, lang),
    )


async def _resolve(client: JpoClient, number: ServedNumber, max_age: float | None, spent: _Spent) -> ApplicationNumber:
    """The application behind a number: itself, or one cross-reference away (kept 90 days)."""
    if isinstance(number, ApplicationNumber):
        return number
    row, arguments = cross_reference(number)
    record = spent.add(await client.get(row, *arguments, max_age=max_age), "number")
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
    client: JpoClient,
    application: ApplicationNumber,
    wanted: Sequence[Section],
    max_age: float | None,
    spent: _Spent,
) -> tuple[dict[str, Any], dict[str, str]]:
    """The sections that cost an access, asked at once; what cannot be had is said with its reason."""
    readers: dict[str, Callable[[], Awaitable[Any]]] = {
        name: reader for name, reader in _paid_sections(client, application, max_age, spent).items() if name in wanted
    }
    results = await asyncio.gather(*(reader() for reader in readers.values()), return_exceptions=True)
    parts: dict[str, Any] = {}
    unavailable: dict[str, str] = {}
    for name, result in zip(readers, results, strict=True):
        if isinstance(result, JpoError):
            spent.cost += result.spent
            unavailable[name] = f"[{result.code}] {result.what.say(client.settings.lang)}"
        elif isinstance(result, BaseException):
            raise result
        else:
            parts[name] = result
    if application.law != "patent":
        for name in {"citations", "divisionals"} & set(wanted):
            unavailable[name] = _PATENTS_ONLY.say(client.settings.lang)
    return parts, unavailable


UNKNOWN_CODE = Words("not in the code table", "コード表にない値")
_PATENTS_ONLY = Words("the JPO serves this for patents only", "特許のみ提供されています。")


def _paid_sections(
    client: JpoClient, application: ApplicationNumber, max_age: float | None, spent: _Spent
) -> dict[str, Callable[[], Awaitable[Any]]]:
    async def ask(part: str, name: str) -> Any:
        answer: Answer[Any] = await client.get(endpoint(application.law, name), application.api, max_age=max_age)
        return spent.add(answer, part)

    async def registration() -> Register:
        return _register(await ask("registration", "registration_info"))

    async def citations() -> list[Citation]:
        return [_citation(document) for document in cited(await ask("citations", "cite_doc_info"))]

    async def link() -> str | None:
        return (await ask("link", "jpp_fixed_address")).url

    readers: dict[str, Callable[[], Awaitable[Any]]] = {"registration": registration, "link": link}
    if application.law == "patent":
        readers["citations"] = citations
    return readers


def _register(record: common.Registration) -> Register:
    return Register(
        holders=[Person(role="right holder 権利者", name=h.name or "?", code=h.code) for h in record.right_holders],
        decision_date=iso(record.decision_date),
        trial_decision_date=iso(record.appeal_trial_decision_date),
        claims=record.claim_count if isinstance(record, patent.PatentRegistration) else None,
        paid_years=record.paid_years,
        next_payment_date=iso(record.next_pension_payment_date),
        update_date=iso(record.update_date),
    )


def _citation(document: CitedDocument) -> Citation:
    roles = (_role(mention) for mention in document.mentions)
    return Citation(
        document=document.human or document.text or document.number or "?",
        raw=document.number,
        roles=list(dict.fromkeys(roles)),
    )


def _role(mention: Mention) -> str:
    drafted = iso(mention.draft_date)
    return f"{mention.type.label} ({drafted})" if drafted else mention.type.label


# ── the header, the events, and what the progress says of the family ──────────────────────────


def _interpretation(asked: CaseNumber, application: ApplicationNumber, lang: Lang) -> dict[str, Any]:
    return {
        "interpreted_as": asked.interpreted_as.say(lang) if asked.interpreted_as else None,
        "other_readings": [number_view(other.number, other.note.say(lang)) for other in asked.others],
        "resolved_from": None if asked.number == application else number_view(asked.number),
    }


def _header(record: common.Progress) -> dict[str, Any]:
    return {
        "people": [_person(party) for party in record.parties],
        "numbers": _numbers(record),
        "dates": _dates(record),
        "right": label(codes.decode("erasure", record.erasure_identifier)),
        **_subject(record),
    }


def _subject(record: common.Progress) -> dict[str, Any]:
    match record:
        case patent.PatentProgress():
            return {"title": record.invention_title}
        case design.DesignProgress():
            principal = record.principal_design_application_number
            return {
                "title": record.design_article,
                "design_class": record.design_class,
                "principal_design": _shown("application", "design", principal),
            }
        case trademark.TrademarkProgress():
            return {
                "title": record.trademark_for_display,
                "readings": list(record.transliteration),
                "vienna_classes": list(record.vienna_class),
                "goods": [_goods(goods) for goods in record.goods_services],
            }
        case _:
            return {}


def _goods(goods: trademark.GoodsServices) -> Goods:
    return Goods(
        nice_class=goods.goods_service_class,
        goods=goods.goods_service_name,
        similar_codes=list(goods.similar_codes),
    )


def _person(party: common.Party) -> Person:
    role = _ROLES.get(party.role or "") or f"{party.role or '?'} ({codes.decode('party_role', party.role).label})"
    return Person(role=role, name=party.name or "?", code=party.code)


def _numbers(record: common.Progress) -> list[NumberView]:
    found: list[tuple[str, str | None]] = [("registration", record.registration_number)]
    if isinstance(record, patent.PatentProgress):
        found = [
            ("publication", record.ad_publication_number or record.publication_number),
            ("national_publication", record.ad_national_publication_number or record.national_publication_number),
            *found,
            ("international_application", record.international_application_number),
            ("international_publication", record.international_publication_number),
        ]
    proceedings = [
        NumberView(kind=codes.decode("number_type", group.number_type).label, law=record.law, api=group.number)
        for group in record.bibliography
        if group.number_type in _PROCEEDINGS
    ]
    return [*(reply_number(kind, record.law, text) for kind, text in found if text), *proceedings]


_PROCEEDINGS = frozenset({"07", "08"})
"""Trials, oppositions and court actions: numbers under which there may be no paper yet."""


def _dates(record: common.Progress) -> dict[str, str]:
    dates = {
        "filing": record.filing_date,
        "publication": record.publication_date,
        "international_publication": getattr(record, "international_publication_date", None),
        "registration": record.registration_date,
        "expiry": record.expire_date,
        "extinction": record.disappearance_date,
    }
    return {name: iso(value) or "" for name, value in dates.items() if value}


def _events(record: common.Progress, lang: Lang) -> dict[str, Any]:
    events = timeline(record)
    shown = events[-MOST_EVENTS:]
    return {
        "events": [_event(event, lang) for event in shown],
        "events_left_out": len(events) - len(shown) or None,
    }


def _event(event: Event, lang: Lang) -> EventView:
    unknown = [] if event.known else [UNKNOWN_CODE.say(lang)]
    return EventView(
        date=iso(event.date) or event.raw_date or "?",
        code="/".join((event.code, *event.also)),
        ja=event.ja,
        en=event.en,
        actor=event.actor,
        papers=[paper.number for paper in event.documents if paper.number],
        parts=", ".join(part.say(lang) for paper in event.documents for part in paper.parts) or None,
        under=_under(event),
        notes=[*unknown, *said(event.notes, lang)],
    )


def _under(event: Event) -> str | None:
    """The trial or court action a paper belongs to; the registration is in the header already."""
    if event.number is None or event.number_type.code == REGISTRATION:
        return None
    return f"{event.number_type.label} {event.number}"


def _priorities(record: common.Progress) -> list[Priority]:
    return [_priority(claim) for claim in record.priorities]


def _priority(claim: common.PriorityClaim) -> Priority:
    if claim.paris_priority_application_number or claim.paris_priority_date:
        return Priority(
            basis="Paris パリ条約",
            number=claim.paris_priority_application_number or "?",
            date=iso(claim.paris_priority_date),
            country=claim.paris_priority_country_cd,
        )
    application = _shown(
        "application",
        _LAW_OF_CODE.get(claim.national_priority_law_cd or ""),
        claim.national_priority_application_number,
    )
    international = _shown(
        "international_application", "patent", claim.national_priority_international_application_number
    )
    return Priority(
        basis="domestic 国内優先権",
        number=application or international or "?",
        date=iso(claim.national_priority_date),
    )


_LAW_OF_CODE: dict[str, Law] = {"1": "patent", "3": "design", "4": "trademark"}


def _shown(kind: str, law: Law | None, text: str | None) -> str | None:
    """`特願2020-123456 (2020123456)`, or what the JPO sent where it is no such number."""
    if not text or law is None:
        return text
    view = reply_number(kind, law, text)
    return f"{view.human} ({view.api})" if view.human else text


def _divisionals(record: common.Progress) -> list[Relative]:
    relatives = [_parent(record)] if record.parent else []
    if isinstance(record, patent.PatentProgress):
        relatives += [_relative(member, record.application_number) for member in record.divisionals]
    return relatives


def _parent(record: common.Progress) -> Relative:
    parent = record.parent or common.Parent()
    law = _LAW_OF_CODE.get(parent.law_code) if parent.law_code else record.law
    return Relative(
        number=_shown("application", law, parent.application_number) or "?",
        relation="parent 原出願",
        filing_date=iso(parent.filing_date),
    )


def _relative(member: patent.Divisional, own: str | None) -> Relative:
    publication = member.ad_publication_number or member.publication_number
    national = member.ad_national_publication_number or member.national_publication_number
    itself = member.application_number == own
    return Relative(
        number=_shown("application", "patent", member.application_number) or "?",
        relation="this case 本件" if itself else "divisional family 分割ファミリー",
        generation=member.generation,
        publication=_shown("publication", "patent", publication) or _shown("national_publication", "patent", national),
        registration=_shown("registration", "patent", member.registration_number),
        expiry_date=iso(member.expire_date),
        right=label(codes.decode("erasure", member.erasure_identifier)),
    )


_KEPT_SECTIONS: dict[str, Callable[[common.Progress], Any]] = {"priority": _priorities, "divisionals": _divisionals}
"""Sections that the progress already holds: they cost nothing more."""


def _next(record: common.Progress, sections: Sequence[Section], lang: Lang) -> str | None:
    """The one section a reader of this answer is likeliest to want next, and its cost."""
    if record.registration_number and "registration" not in sections:
        return Words(
            'sections=["registration"] adds holders and fees (1 access)',
            'sections=["registration"] で権利者・年金（1アクセス）',
        ).say(lang)
    return None
