"""A decoded record as the views of a case: header, events, register, citations, priority, divisionals.

Pure. `case.py` asks, this file lays out.
"""

from __future__ import annotations

from typing import Any

from jpo_mcp import codes
from jpo_mcp.dossier.citations import CitedDocument, Mention
from jpo_mcp.dossier.timeline import REGISTRATION, Event, timeline
from jpo_mcp.dossier.view import (
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
    reply_number,
    said,
)
from jpo_mcp.errors import Lang, Words
from jpo_mcp.models import common, design, patent, trademark
from jpo_mcp.numbers import Law

MOST_EVENTS = 60
"""Events shown in one answer: the first, and the latest of the rest."""

UNKNOWN_CODE = Words("not in the code table", "コード表にない値")

_ROLES = {"1": "applicant 出願人", "2": "agent 代理人"}


def register(record: common.Registration) -> Register:
    """The register: holders, decision, fees (登録情報)."""
    return Register(
        holders=[Person(role="right holder 権利者", name=h.name or "?", code=h.code) for h in record.right_holders],
        decision_drafted=iso(record.decision_date),
        trial_decision_date=iso(record.appeal_trial_decision_date),
        claims=record.claim_count if isinstance(record, patent.PatentRegistration) else None,
        paid_years=record.paid_years,
        next_payment_date=iso(record.next_pension_payment_date),
        expiry_date=iso(record.expire_date),
        extinction_date=iso(record.disappearance_date),
        right=label(codes.decode("erasure", record.erasure_identifier)),
        goods=[_goods(goods) for goods in record.goods_services]
        if isinstance(record, trademark.TrademarkRegistration)
        else [],
        update_date=iso(record.update_date),
    )


def citation(document: CitedDocument) -> Citation:
    """One cited document with every role it had, and when."""
    roles = (_role(mention) for mention in document.mentions)
    return Citation(
        document=document.human or document.text or document.number or "?",
        raw=document.number,
        roles=list(dict.fromkeys(roles)),
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


def events(record: common.Progress, lang: Lang) -> dict[str, Any]:
    """The papers in date order; the oldest are left out where there are too many, and their number is said."""
    happened = timeline(record)
    shown = happened if len(happened) <= MOST_EVENTS else (happened[0], *happened[1 - MOST_EVENTS :])
    return {
        "events": [_event(event, lang) for event in shown],
        "events_left_out": len(happened) - len(shown) or None,
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


def priorities(record: common.Progress) -> list[Priority]:
    """The priority claims (優先権主張), Paris and domestic."""
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


def divisionals(record: common.Progress) -> list[Relative]:
    """The parent (原出願) and the divisional family, the case itself included, as the JPO lists them."""
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
