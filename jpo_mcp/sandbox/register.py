"""What the sandbox answers about its cases: every endpoint's `data`, derived from the same few facts.

Keys, order and emptiness are those of the recorded replies: every leaf a string, `""` for an absent
scalar, `[]` for an absent list, `{}` for an absent object.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from jpo_mcp.endpoints import Endpoint, Law
from jpo_mcp.sandbox.life import (
    LAW_DIGIT,
    NO_BODY,
    Article,
    Case,
    DesignCase,
    Grant,
    Literature,
    Notice,
    Paper,
    Party,
    PatentCase,
    Priority,
    TrademarkCase,
)
from jpo_mcp.sandbox.opd import Dossiers
from jpo_mcp.sandbox.seen import seen_on

Json = dict[str, Any]
Arguments = tuple[str, ...]

_ERAS = ((2019, "5", 2018), (1989, "4", 1988), (1926, "3", 1925))
_A63_PARTS = {"S": "特許願", "L": "請求の範囲", "M": "明細書", "Z": "図面", "Y": "要約書"}
_PLATPAT = {"patent": ("PU", "10"), "design": ("DE", "30"), "trademark": ("TR", "40")}
_NEW_DESIGN_TERM = "20200401"
_CITED, _SEARCH_RECORD, _REFERENCE = "19", "89", "31"


class Register:
    """All cases as the JPO shows them on a day, looked up as the endpoints look them up; without a day, to their end.

    `answer` gives `data`, or None where there is nothing.
    """

    def __init__(self, cases: Iterable[Case], day: date = date.max) -> None:
        self.day = day
        self._written = tuple(cases)
        if len({(case.law, case.number) for case in self._written}) < len(self._written):
            raise ValueError("two cases of one law have the same application number")
        self.cases = tuple(seen for case in self._written if (seen := seen_on(case, day)))
        self._by_number = {(case.law, case.number): case for case in self.cases}
        self.dossiers = Dossiers(self.cases)

    def on(self, day: date) -> Register:
        """The same cases on another day."""
        return Register(self._written, day)

    def case(self, law: Law, number: str) -> Case | None:
        """The case of that law under that application number."""
        return self._by_number.get((law, number))

    def answer(self, endpoint: Endpoint[Any], arguments: Arguments) -> Json | None:
        """The `data` that answers a question put in good form, or None (107)."""
        if endpoint.pace == "opd":
            return self.dossiers.answer(endpoint, arguments)
        if (find := _BY_ARGUMENTS.get(endpoint.name)) is not None:
            return find(self, endpoint.law, *arguments)
        case = self.case(endpoint.law, *arguments)
        return case and _BY_CASE[endpoint.name](self, case)

    def questions(self, endpoint: Endpoint[Any]) -> Iterator[Arguments]:
        """The arguments with which this endpoint has an answer, one or more for each case."""
        if endpoint.pace == "opd":
            yield from self.dossiers.questions(endpoint)
            return
        for arguments in dict.fromkeys(self._candidates(endpoint)):
            if endpoint.reply == "zip" or self.answer(endpoint, arguments) is not None:
                yield arguments

    def _candidates(self, endpoint: Endpoint[Any]) -> Iterator[Arguments]:
        ask = _QUESTIONS.get(endpoint.name, _ask_by_number)
        for case in self.cases:
            if case.law == endpoint.law:
                yield from ask(case)

    def parties(self, law: Law) -> tuple[Party, ...]:
        """Applicants, agents and holders of one law, each once."""
        found = (party for case in self.cases if case.law == law for party in _people(case))
        return tuple(dict.fromkeys(found))

    def ancestors(self, case: Case) -> tuple[Case, ...]:
        """The parent, its parent and so on; empty for an original application."""
        parent = self.case(case.law, case.parent) if case.parent else None
        return (parent, *self.ancestors(parent)) if parent else ()

    def generations(self, case: Case) -> tuple[tuple[int, Case], ...]:
        """The whole divisional family with its generations, the original first; empty without divisionals."""
        root = (case, *self.ancestors(case))[-1]
        found = [(0, root)]
        for generation, member in found:
            found += [(generation + 1, c) for c in self.cases if c.law == case.law and c.parent == member.number]
        return tuple(found) if len(found) > 1 else ()

    def expiry(self, case: Case) -> str:
        """The day on which the term ends, empty before registration (patents 67, designs 21, trademarks 19)."""
        if not case.registered:
            return ""
        if isinstance(case, TrademarkCase):
            return _years_later(case.registered, 10 * (1 + case.renewed))
        origin = (case, *self.ancestors(case))[-1]
        if isinstance(case, DesignCase):
            principal = self.case("design", case.principal) or origin
            if principal.filed < _NEW_DESIGN_TERM:
                return _years_later(principal.registered, 20)
            return _years_later(principal.filed, 25)
        return _years_later(origin.filed, 20)


def era_number(number: str) -> str:
    """`503490001` for the publication 2021490001: era digit, year of the era, serial."""
    if not number:
        return ""
    year = int(number[:4])
    digit, before = next((digit, before) for first, digit, before in _ERAS if year >= first)
    return f"{digit}{year - before:02d}{number[4:]}"


def _years_later(day: str, years: int) -> str:
    start = date.fromisoformat(day)
    try:
        return f"{start.replace(year=start.year + years):%Y%m%d}"
    except ValueError:
        return f"{start.year + years}0228"


def _people(case: Case) -> tuple[Party, ...]:
    return (*case.applicants, *case.agents, *case.holders)


# ── questions ─────────────────────────────────────────────────────────────────────────────────


def _ask_by_number(case: Case) -> Iterator[Arguments]:
    yield (case.number,)


def _ask_by_code(case: Case) -> Iterator[Arguments]:
    return ((party.code,) for party in _people(case))


def _ask_by_name(case: Case) -> Iterator[Arguments]:
    return ((party.name,) for party in _people(case))


def _ask_references(case: Case) -> Iterator[Arguments]:
    yield ("application", case.number)
    if case.registration:
        yield ("registration", case.registration)
    for number in _publications(case):
        yield ("publication", number)


def _ask_pct(case: Case) -> Iterator[Arguments]:
    if isinstance(case, PatentCase) and case.international:
        yield ("international_application", case.international.application)
        yield ("international_publication", case.international.publication)


_QUESTIONS: dict[str, Callable[[Case], Iterator[Arguments]]] = {
    "applicant_attorney_cd": _ask_by_code,
    "applicant_attorney": _ask_by_name,
    "case_number_reference": _ask_references,
    "pct_national_phase_application_number": _ask_pct,
}


# ── progress ──────────────────────────────────────────────────────────────────────────────────


def _progress(register: Register, case: Case) -> Json:
    if isinstance(case, PatentCase):
        return _patent_progress(register, case)
    if isinstance(case, DesignCase):
        return _design_progress(register, case)
    if isinstance(case, TrademarkCase):
        return _trademark_progress(register, case)
    raise TypeError(f"a case is a patent, a design or a trademark, not {type(case).__name__}")


_LEFT_OUT: dict[Law, tuple[str, ...]] = {
    "patent": ("priorityRightInformation", "parentApplicationInformation", "divisionalApplicationInformation"),
    "design": (
        "designClass",
        "principalDesignApplicationNumber",
        "priorityRightInformation",
        "parentApplicationInformation",
    ),
    "trademark": ("priorityRightInformation", "parentApplicationInformation"),
}
"""What the simple version leaves out of the progress."""


def _simple(register: Register, case: Case) -> Json:
    return {key: value for key, value in _progress(register, case).items() if key not in _LEFT_OUT[case.law]}


def _patent_progress(register: Register, case: PatentCase) -> Json:
    return {
        "applicationNumber": case.number,
        "inventionTitle": case.title,
        "applicantAttorney": _parties(case),
        "filingDate": case.filed,
        **_publication_numbers(case),
        "publicationDate": case.published,
        "registrationNumber": case.registration,
        "registrationDate": case.registered,
        **_international_numbers(case),
        "internationalPublicationDate": case.international.published if case.international else "",
        **_right(register, case),
        "priorityRightInformation": _priorities(case),
        "parentApplicationInformation": _parent(register, case),
        "divisionalApplicationInformation": _divisional_rows(register, case),
        "bibliographyInformation": _bibliography(case),
    }


def _design_progress(register: Register, case: DesignCase) -> Json:
    return {
        "applicationNumber": case.number,
        "designArticle": case.title,
        "designClass": case.design_class,
        "applicantAttorney": _parties(case),
        "filingDate": case.filed,
        "publicationDate": "",
        "registrationNumber": case.registration,
        "registrationDate": case.registered,
        "principalDesignApplicationNumber": case.principal,
        **_right(register, case),
        "priorityRightInformation": _priorities(case),
        "parentApplicationInformation": _parent(register, case),
        "bibliographyInformation": _bibliography(case),
    }


def _trademark_progress(register: Register, case: TrademarkCase) -> Json:
    return {
        "applicationNumber": case.number,
        "applicantAttorney": _parties(case),
        "filingDate": case.filed,
        "publicationDate": case.published,
        "registrationNumber": case.registration,
        "registrationDate": case.registered,
        **_right(register, case),
        **_mark(case),
        "priorityRightInformation": _priorities(case),
        "parentApplicationInformation": _parent(register, case),
        "bibliographyInformation": _bibliography(case),
    }


def _right(register: Register, case: Case) -> Json:
    return {
        "erasureIdentifier": case.erased if case.registered else "",
        "expireDate": register.expiry(case),
        "disappearanceDate": _disappeared(case),
    }


def _disappeared(case: Case) -> str:
    """An erased right is gone from the day to which it was paid."""
    return _paid_until(case) if case.registered and case.erased != "00" else ""


def _paid_until(case: Case) -> str:
    renewed = 10 * case.renewed if isinstance(case, TrademarkCase) else 0
    return _years_later(case.registered, case.paid_years + renewed)


def _publication_numbers(case: PatentCase) -> Json:
    return {
        "publicationNumber": era_number(case.publication),
        "ADPublicationNumber": case.publication,
        "nationalPublicationNumber": era_number(case.national_publication),
        "ADNationalPublicationNumber": case.national_publication,
    }


def _international_numbers(case: PatentCase) -> Json:
    return {
        "internationalApplicationNumber": case.international.application if case.international else "",
        "internationalPublicationNumber": case.international.publication if case.international else "",
    }


def _mark(case: TrademarkCase) -> Json:
    return {
        "trademarkForDisplay": case.title,
        "transliteration": _indexed(case.readings),
        "viennaClass": _indexed(case.vienna),
        "goodsServiceInformation": [
            {"goodsServiceClass": goods.number, "goodsServiceName": goods.names, "similarCode": goods.similar}
            for goods in case.goods
        ],
    }


def _indexed(values: tuple[str, ...]) -> Json:
    return {str(index): value for index, value in enumerate(values)}


def _parties(case: Case) -> list[Json]:
    everybody = [*((party, "1") for party in case.applicants), *((party, "2") for party in case.agents)]
    rows: list[Json] = []
    for place, (party, role) in enumerate(everybody, start=1):
        repeat = {} if case.law == "trademark" else {"repeatNumber": str(place)}
        rows.append({"applicantAttorneyCd": party.code, **repeat, "name": party.name, "applicantAttorneyClass": role})
    return rows


def _priorities(case: Case) -> list[Json]:
    return [_priority(case, claim) for claim in case.priorities]


def _priority(case: Case, claim: Priority) -> Json:
    paris = {
        "parisPriorityApplicationNumber": claim.number,
        "parisPriorityDate": "" if claim.national else claim.date,
        "parisPriorityCountryCd": claim.country,
    }
    if case.law != "patent":
        return paris
    return paris | {
        "nationalPriorityLawCd": LAW_DIGIT["patent"] if claim.national else "",
        "nationalPriorityApplicationNumber": claim.national,
        "nationalPriorityInternationalApplicationNumber": "",
        "nationalPriorityDate": claim.date if claim.national else "",
    }


def _parent(register: Register, case: Case) -> Json:
    if not (ancestors := register.ancestors(case)):
        return {}
    if case.law == "patent":
        return {"parentApplicationNumber": case.parent, "filingDate": ancestors[0].filed}
    return {
        "parentApplicationCategory": "10",
        "parentApplicationLawCode": LAW_DIGIT[case.law],
        "parentApplicationNumber": case.parent,
    }


def _divisional_rows(register: Register, case: Case) -> list[Json]:
    return [
        {
            "applicationNumber": member.number,
            **_publication_numbers(member),
            "registrationNumber": member.registration,
            **_international_numbers(member),
            **_right(register, member),
            "divisionalGeneration": str(generation),
        }
        for generation, member in register.generations(case)
        if isinstance(member, PatentCase)
    ]


# ── the list of papers ────────────────────────────────────────────────────────────────────────


def _bibliography(case: Case) -> list[Json]:
    groups = [("01", case.number, case.papers), *(("07", trial.number, trial.papers) for trial in case.trials)]
    groups += [(kind, era_number(number), ()) for kind, number in _laid_open(case)]
    if case.registration:
        groups.append(("06", case.registration, case.register_papers))
    return [
        {"numberType": kind, "number": number, "documentList": [row for paper in papers for row in _rows(paper)]}
        for kind, number, papers in sorted(groups)
    ]


def _laid_open(case: Case) -> list[tuple[str, str]]:
    if not isinstance(case, PatentCase):
        return []
    return [(k, n) for k, n in (("02", case.publication), ("03", case.national_publication)) if n]


def _publications(case: Case) -> list[str]:
    return [number for _, number in _laid_open(case)]


def _rows(paper: Paper) -> list[Json]:
    has_body = paper.parts != NO_BODY
    return [
        {
            "legalDate": paper.date,
            "irirFlg": "1" if paper.ib else "0",
            "availabilityFlag": "1" if has_body else "0",
            "documentCode": paper.code,
            "documentDescription": _A63_PARTS[part] if len(paper.parts) > 1 and paper.code == "A63" else paper.title,
            "documentNumber": paper.number,
            "versionNumber": "0001" if has_body else "0000",
            "documentSeparator": part,
            "numberOfPages": "0",
            "sizeOfDocument": str(_size(paper, part)) if has_body else "0",
        }
        for part in paper.parts
    ]


def _size(paper: Paper, part: str) -> int:
    """A plausible number of bytes, always the same for the same part."""
    return 700 + int.from_bytes(hashlib.sha256(f"{paper.number}{part}".encode()).digest()[:2]) % 9_000


# ── the other questions about a case ──────────────────────────────────────────────────────────


def _divisionals(register: Register, case: Case) -> Json:
    return {
        "applicationNumber": case.number,
        "parentApplicationInformation": _parent(register, case),
        "divisionalApplicationInformation": _divisional_rows(register, case),
    }


def _priority_claims(_: Register, case: Case) -> Json:
    return {"applicationNumber": case.number, "priorityRightInformation": _priorities(case)}


def _registration(register: Register, case: Case) -> Json | None:
    if not case.registered:
        return None
    right = _right(register, case)
    expiry = {"expireDate": right.pop("expireDate")}
    facts = {
        "applicationNumber": case.number,
        "filingDate": case.filed,
        "registrationNumber": case.registration,
        "registrationDate": case.registered,
        "decisionDate": next((paper.drafted for paper in case.papers if paper.code == "A01"), ""),
        "appealTrialDecisiondDate": "",
        "rightPersonInformation": _holders(case),
    }
    payment = {"nextPensionPaymentDate": _paid_until(case), "lastPaymentYearly": f"{case.paid_years:02d}"}
    return facts | _registered_subject(case) | expiry | payment | right | {"updateDate": _updated(case)} | _end(case)


def _registered_subject(case: Case) -> Json:
    if isinstance(case, PatentCase):
        return {"inventionTitle": case.title, "numberOfClaims": f"{_claims(case):03d}"}
    return {"designArticle": case.title} if isinstance(case, DesignCase) else {}


def _end(case: Case) -> Json:
    return _mark(case) if isinstance(case, TrademarkCase) else {}


def _claims(case: Case) -> int:
    return next(paper.body.claims for paper in case.papers if isinstance(paper.body, Grant))


def _holders(case: Case) -> list[Json]:
    return [{"rightPersonCd": party.code, "rightPersonName": party.name} for party in case.holders or case.applicants]


def _updated(case: Case) -> str:
    """The register was last touched by its latest paper or booking."""
    return max((case.registered, *(entry.date for entry in (*case.register_papers, *case.bookings))))


def _citations(_: Register, case: Case) -> Json:
    patents = [row for paper in case.papers for row in _patent_citations(paper)]
    others = [row for paper in case.papers for row in _other_citations(paper)]
    return {"applicationNumber": case.number, "patentDoc": patents, "nonPatentDoc": others}


def _patent_citations(paper: Paper) -> Iterator[Json]:
    for kind, documents in _cited(paper):
        for order, document in enumerate(documents, start=1):
            if isinstance(document, Literature):
                era = era_number(f"{document.year}{document.serial:06d}")
                yield {**_citation(paper, kind, order), "documentNumber": f"JPA {era}"}


def _other_citations(paper: Paper) -> Iterator[Json]:
    for kind, documents in _cited(paper):
        for order, document in enumerate(documents, start=1):
            if isinstance(document, Article):
                yield {
                    **_citation(paper, kind, order),
                    "documentType": "010",
                    "authorName": document.author,
                    "paperTitle": document.title,
                    "publicationName": document.journal,
                    "issueCountryCd": document.country,
                    "publisher": document.publisher,
                    "issueDate": document.issued,
                    "issueDateType": "1",
                    "issueNumber": document.issue,
                    "citationPages": document.pages,
                }


def _cited(paper: Paper) -> tuple[tuple[str, tuple[Literature | Article, ...]], ...]:
    if isinstance(paper.body, Notice):
        cited = (paper.body.unusual_citation_type or _CITED, paper.body.cited)
        return (cited, (_SEARCH_RECORD, paper.body.recorded))
    return ((_REFERENCE, paper.body.references),) if isinstance(paper.body, Grant) else ()


def _citation(paper: Paper, kind: str, order: int) -> Json:
    return {"draftDate": paper.drafted, "citationType": kind, "citationOrder": str(order)}


def _fixed_address(_: Register, case: Case) -> Json:
    folder, ending = _PLATPAT[case.law]
    mark = hashlib.sha256(f"{case.law}{case.number}".encode()).hexdigest().upper()
    place = f"JP-{case.number[:4]}-{case.number[4:]}"
    return {"URL": f"https://www.j-platpat.inpit.go.jp/c1800/{folder}/{place}/{mark}/{ending}/ja"}


_BY_CASE: dict[str, Callable[[Register, Case], Json | None]] = {
    "app_progress": _progress,
    "app_progress_simple": _simple,
    "divisional_app_info": _divisionals,
    "priority_right_app_info": _priority_claims,
    "cite_doc_info": _citations,
    "registration_info": _registration,
    "jpp_fixed_address": _fixed_address,
}


# ── questions that are not about one application number ───────────────────────────────────────


def _name_of_code(register: Register, law: Law, code: str) -> Json | None:
    return next(({"applicantAttorneyName": p.name} for p in register.parties(law) if p.code == code), None)


def _codes_of_name(register: Register, law: Law, name: str) -> Json | None:
    found = [{"applicantAttorneyCd": p.code, "name": p.name} for p in register.parties(law) if p.name == name]
    return {"applicantAttorney": found} if found else None


def _numbers(register: Register, law: Law, kind: str, number: str) -> Json | None:
    case = next((c for c in register.cases if c.law == law and (kind, number) in _ask_references(c)), None)
    return _all_numbers(case) if case else None


def _all_numbers(case: Case) -> Json:
    if isinstance(case, PatentCase):
        return {
            "applicationNumber": case.number,
            "publicationNumber": case.publication,
            "nationalPublicationNumber": case.national_publication,
            "registrationNumber": case.registration,
            "internationalPublicationNumber": case.international.publication if case.international else "",
        }
    numbers: Json = {"applicationNumber": case.number, "registrationNumber": case.registration}
    if isinstance(case, DesignCase):
        numbers["internationalRegistrationNumber"] = case.international_registration
        numbers["designNumber"] = case.design_number
    return numbers


def _national_phase(register: Register, law: Law, kind: str, number: str) -> Json | None:
    case = next((c for c in register.cases if c.law == law and (kind, number) in _ask_pct(c)), None)
    return {"applicationNumber": case.number} if case else None


_BY_ARGUMENTS: dict[str, Callable[..., Json | None]] = {
    "applicant_attorney_cd": _name_of_code,
    "applicant_attorney": _codes_of_name,
    "case_number_reference": _numbers,
    "pct_national_phase_application_number": _national_phase,
}
