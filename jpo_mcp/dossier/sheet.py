"""A decoded record as the views of a case: header, events, register, citations, priority, divisionals.

Pure. `case.py` asks, this file lays out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jpo_mcp import codes
from jpo_mcp.dossier.pages import Cursor, bad_cursor
from jpo_mcp.dossier.progress import family
from jpo_mcp.dossier.progress.citations import CitedDocument, Mention
from jpo_mcp.dossier.progress.deadline import Deadline, cited
from jpo_mcp.dossier.progress.prosecution import Course
from jpo_mcp.dossier.progress.status import Status
from jpo_mcp.dossier.progress.timeline import PROCEEDINGS, REGISTRATION, Event
from jpo_mcp.dossier.view import (
    Citation,
    DeadlineView,
    EventView,
    Goods,
    NumberView,
    Person,
    Priority,
    Register,
    Relative,
    StatusView,
    iso,
    label,
    reply_number,
    said,
)
from jpo_mcp.errors import Lang, Words
from jpo_mcp.models import common, design, patent, trademark
from jpo_mcp.numbers import Law, UtilityModelNumber, application_from_api

MOST_EVENTS = 60
"""Events shown in one answer: the first, and the latest of the rest; a cursor reads those between."""
EVENTS = "events"
"""What a cursor into them selects."""
MOST_DEADLINES = 12
"""Deadlines of one case shown in one answer: more than any case we know has."""

UNKNOWN_CODE = Words("not in the code table", "コード表にない値")

_ROLES = {"1": "applicant 出願人", "2": "agent 代理人"}


def register(record: common.Registration) -> Register:
    """The register: holders, decision, fees (登録情報)."""
    return Register(
        holders=[Person(role="right holder 権利者", name=h.name or "?", code=h.code) for h in record.right_holders],
        decision_drafted=iso(record.decision_date),
        trial_decision_date=iso(record.appeal_trial_decision_date),
        claims=_counted(record.claim_count, record.number_of_claims)
        if isinstance(record, patent.PatentRegistration)
        else None,
        paid_years=_counted(record.paid_years, record.last_payment_yearly),
        next_payment_date=iso(record.next_pension_payment_date),
        expiry_date=iso(record.expire_date),
        extinction_date=iso(record.disappearance_date),
        right=label(codes.decode("erasure", record.erasure_identifier)),
        goods=[_goods(goods) for goods in record.goods_services]
        if isinstance(record, trademark.TrademarkRegistration)
        else [],
        update_date=iso(record.update_date),
    )


def _counted(number: int | None, raw: str | None) -> int | str | None:
    """A number, or what the JPO sent where it is none."""
    return raw if number is None else number


def citation(document: CitedDocument, lang: Lang) -> Citation:
    """One cited document with every role it had, and when."""
    roles = (_role(mention) for mention in document.mentions)
    return Citation(
        document=document.human or document.text or document.number or "?",
        raw=document.number,
        roles=list(dict.fromkeys(roles)),
        note=_NOT_LISTED.say(lang) if document.dropped_at_grant else None,
    )


_NOT_LISTED = Words(
    "cited in a refusal; not among the documents listed with the decision to grant",
    "拒絶理由で引用、査定の参考文献には記載なし",
)


def _role(mention: Mention) -> str:
    drafted = iso(mention.draft_date)
    return f"{mention.type.label} (起案 drafted {drafted})" if drafted else mention.type.label


# ── the header, the events, and what the progress says of the family ──────────────────────────


def header(record: common.Progress) -> dict[str, Any]:
    """People, numbers, dates, the state of the right, and what the case is about, by law."""
    return {
        "people": [_person(party) for party in record.parties],
        "numbers": _numbers(record),
        "dates": _dates(record),
        "right": label(codes.decode("erasure", record.erasure_identifier)),
        **_subject(record),
    }


def title_of(record: common.Progress) -> str | None:
    """What the case is about: the invention, the article, or the mark as displayed."""
    return _subject(record).get("title")


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
        if group.number_type in PROCEEDINGS
    ]
    return [*(reply_number(kind, record.law, text) for kind, text in found if text), *proceedings]


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


def status(found: Status, lang: Lang) -> StatusView:
    """The status with its rule, its rows and its doubts."""
    return StatusView(
        state=found.state.say(lang),
        rule=found.rule,
        confidence=found.confidence,
        rows=list(found.rows),
        doubts=said(found.doubts, lang),
    )


def deadlines(found: Sequence[Deadline], lang: Lang) -> dict[str, Any]:
    """The next deadlines and flags; what was not verified for any of them is said once, and the rest counted."""
    shown = found[:MOST_DEADLINES]
    for_all = [doubt for doubt in shown[0].unverified if all(doubt in d.unverified for d in shown)] if shown else []
    return {
        "deadlines": [_deadline(deadline, for_all, lang) for deadline in shown],
        "deadlines_left_out": len(found) - len(shown) or None,
        "unverified": said(for_all, lang),
    }


def _deadline(deadline: Deadline, for_all: Sequence[Words], lang: Lang) -> DeadlineView:
    return DeadlineView(
        what=deadline.what.say(lang),
        date=iso(deadline.date),
        opens=iso(deadline.opens),
        raw_end=iso(deadline.raw_end),
        outer_limit=iso(deadline.outer_limit),
        for_whom=deadline.for_whom,
        basis=deadline.basis.say(lang),
        articles=cited(deadline.articles).say(lang),
        trigger=deadline.trigger,
        unverified=said((doubt for doubt in deadline.unverified if doubt not in for_all), lang),
    )


def events(course: Course, lang: Lang) -> list[EventView]:
    """Every paper, in date order."""
    return [_event(event, course, lang) for event in course.events]


def page_of_events(happened: Sequence[EventView], key: str, at: Cursor | None) -> dict[str, Any]:
    """The first of many papers and the latest; by a cursor those between, a page at a time. `key` seals the list."""
    last = len(happened) - MOST_EVENTS
    if at is None:
        shown, following = [happened[0], *happened[last + 1 :]], 1
    elif at.selection == EVENTS and at.seal == key and 1 <= at.offset <= last:
        following = at.offset + MOST_EVENTS
        shown = list(happened[at.offset : min(following, last + 1)])
    else:
        raise bad_cursor(_OTHER_EVENTS)
    left = max(0, last + 1 - following)
    return {
        "events": shown,
        "events_left_out": left or None,
        "cursor": str(Cursor(EVENTS, following, key)) if left else None,
    }


_OTHER_EVENTS = Words(
    "the cursor is of another case, or the case has changed since",
    "別の案件のカーソルか、その後に案件の書類が変わっています。",
)


def _event(event: Event, course: Course, lang: Lang) -> EventView:
    unknown = [] if event.known else [UNKNOWN_CODE.say(lang)]
    notice = course.notice_answered(event)
    return EventView(
        date=_day(event),
        code="/".join((event.code, *event.also)),
        ja=event.ja,
        en=event.en,
        actor=event.actor,
        papers=[paper.number for paper in event.documents if paper.number],
        parts=", ".join(part.say(lang) for paper in event.documents for part in paper.parts) or None,
        under=_under(event),
        answers=f"{notice.code} {_day(notice)}" if notice else None,
        days_used=course.days_taken(event),
        notes=[*unknown, *said(event.notes, lang)],
    )


def _day(event: Event) -> str:
    return iso(event.date) or event.raw_date or "?"


def _under(event: Event) -> str | None:
    """The trial or court action a paper belongs to; the registration is in the header already."""
    if event.number is None or event.number_type.code == REGISTRATION:
        return None
    return f"{event.number_type.label} {event.number}"


def priorities(record: common.Progress, lang: Lang) -> list[Priority]:
    """The priority claims (優先権主張), Paris and domestic."""
    return [priority for claim in record.priorities for priority in _priority(claim, record, lang)]


def _priority(claim: common.PriorityClaim, record: common.Progress, lang: Lang) -> Iterator[Priority]:
    """One row of the JPO's: one half of it is filled, and where both are, both are told."""
    paris = (claim.paris_priority_application_number, claim.paris_priority_date, claim.paris_priority_country_cd)
    if any(paris):
        yield Priority(
            basis="Paris パリ条約",
            number=claim.paris_priority_application_number or "?",
            date=iso(claim.paris_priority_date),
            country=claim.paris_priority_country_cd,
        )
    application = _application(claim.national_priority_law_cd, claim.national_priority_application_number)
    international = _shown(
        "international_application", "patent", claim.national_priority_international_application_number
    )
    if application or international or claim.national_priority_date or not any(paris):
        yield Priority(
            basis="domestic 国内優先権",
            number="; ".join(filter(None, (application, international))) or "?",
            date=iso(claim.national_priority_date),
            note=_basic(claim, record).say(lang),
        )


def _basic(claim: common.PriorityClaim, record: common.Progress) -> Words:
    """The basic application (先の出願) and this case are one invention."""
    withdrawn = family.basic_withdrawn(claim, record.filing_date)
    en, ja = (f" on {withdrawn}", f"{withdrawn}に") if withdrawn else ("", "")
    return Words(
        f"basic application: the same invention, count once; deemed withdrawn{en} unless decided before (Article 42)",
        f"先の出願（同一発明、重複計上に注意）。{ja}みなし取下げ（査定等が先なら除く、特許法第42条）",
    )


_LAW_OF_CODE: dict[str, Law] = {"1": "patent", "3": "design", "4": "trademark"}
_UTILITY = "2"


def _application(law_code: str | None, text: str | None) -> str | None:
    """An application of the law that the JPO's code names; the raw number with the code where that says none.

    The digits alone would be taken for those of the case's own law.
    """
    if not text or law_code in _LAW_OF_CODE:
        return _shown("application", _LAW_OF_CODE.get(law_code or ""), text)
    if law_code == _UTILITY and (application := application_from_api("patent", text)):
        return f"{UtilityModelNumber('application', application.digits).human} ({text})"
    return f"{text} ({codes.decode('law', law_code).label})" if law_code else text


def _shown(kind: str, law: Law | None, text: str | None) -> str | None:
    """`特願2020-123456 (2020123456)`, or what the JPO sent where it is no such number."""
    if not text or law is None:
        return text
    view = reply_number(kind, law, text)
    return f"{view.human} ({view.api})" if view.human else text


def divisionals(record: common.Progress, lang: Lang) -> list[Relative]:
    """The parent (原出願) and the divisional family, the case itself included, as the JPO lists them."""
    return [_relative(member, record, lang) for member in family.members(record)]


_RELATIONS: dict[family.Relation, str] = {
    "parent": "parent 原出願",
    "this case": "this case 本件",
    "family": "divisional family 分割ファミリー",
}


def _relative(member: family.Member, record: common.Progress, lang: Lang) -> Relative:
    number = member.application_number
    return Relative(
        number=(_application(member.law_code, number) if member.law_code else _shown("application", record.law, number))
        or "?",
        relation=_RELATIONS[member.relation],
        generation=_counted(member.generation, member.record.divisional_generation if member.record else None),
        filing_date=iso(member.filing_date),
        **(_rights(member.record) if member.record else {}),
        expiry_computed=iso(member.computed_expiry),
        request_by=iso(member.request_by),
        requested=iso(member.requested),
        notes=[*_category(member.category), *said(member.doubts, lang)],
    )


def _category(code: str | None) -> list[str]:
    """The kind of the original application, which designs and marks are given as a code without a published table."""
    return [f"parentApplicationCategory {code} ({codes.NOT_IN_TABLE})"] if code else []


def _rights(member: patent.Divisional) -> dict[str, Any]:
    publication = member.ad_publication_number or member.publication_number
    national = member.ad_national_publication_number or member.national_publication_number
    published = (
        _shown("publication", "patent", publication),
        _shown("national_publication", "patent", national),
        _shown("international_publication", "patent", member.international_publication_number),
    )
    return {
        "publication": "; ".join(filter(None, published)) or None,
        "registration": _shown("registration", "patent", member.registration_number),
        "international": _shown("international_application", "patent", member.international_application_number),
        "expiry_date": iso(member.expire_date),
        "extinction_date": iso(member.disappearance_date),
        "right": label(codes.decode("erasure", member.erasure_identifier)),
    }
