"""What the sandbox's OPD answers about the families of its cases: XML as far as its form is known, PDF and ZIP.

The elements are those that two working clients read; where nothing is recorded (attributes, dates of papers, the
titles at other offices) the form is ours. Numbers are DOCDB, dates `2013-11-19`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, cast
from xml.sax.saxutils import escape, quoteattr

from jpo_mcp.endpoints import Endpoint
from jpo_mcp.sandbox import papers
from jpo_mcp.sandbox.life import Case, Cited, Dossier, Literature, Member, Notice, PatentCase
from jpo_mcp.sandbox.opd_papers import as_pdf, as_zip, dashed, listed

Json = dict[str, Any]
Arguments = tuple[str, ...]


class Dossiers:
    """The families of the cases, asked as the six endpoints ask."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._families = [case for case in cases if isinstance(case, PatentCase)]

    def answer(self, endpoint: Endpoint[Any], arguments: Arguments) -> Json | None:
        """The object that answers in XML, or None (107)."""
        if endpoint.name in {"family", "family_list"}:
            case = self._by_number(*arguments)
            return case and (_family(case) if endpoint.name == "family" else _family_list(case))
        found = self._member(arguments[0])
        if found is None:
            return None
        return (_documents if endpoint.name == "global_doc_list" else _citations)(*found)

    def file(self, endpoint: Endpoint[Any], arguments: Arguments, at: float) -> bytes | Literal["107", "108"]:
        """The PDF or ZIP, or the status code where there is none."""
        number, document_id = arguments
        found = self._member(number)
        if found is None:
            return "107"
        paper = next((paper for paper in listed(*found) if document_id in {paper.id, paper.twin}), None)
        if paper is None:
            return "108"
        if endpoint.reply == "pdf":
            return as_pdf(*found, paper, document_id)
        return (document_id == paper.id and as_zip(found[0], paper, at)) or "108"

    def questions(self, endpoint: Endpoint[Any]) -> Iterator[Arguments]:
        """The arguments with which this endpoint has an answer."""
        for case in self._families:
            for member in _members(case):
                yield from self._of_member(endpoint, case, member)

    def _of_member(self, endpoint: Endpoint[Any], case: PatentCase, member: Member) -> Iterator[Arguments]:
        if len(endpoint.parameters) == 1:
            yield (member.application,)
        elif endpoint.name in {"family", "family_list"}:
            yield "application", member.application
            yield from (("publication", number) for number in (member.publication, member.grant) if number)
        else:
            for paper in listed(case, member):
                if endpoint.reply == "pdf" or (paper.at_home and paper.at_home.body):
                    yield member.application, paper.id
                if endpoint.reply == "pdf" and paper.twin:
                    yield member.application, paper.twin

    def _by_number(self, kind: str, number: str) -> PatentCase | None:
        for case in self._families:
            for member in _members(case):
                known = {member.application} if kind == "application" else {member.publication, member.grant}
                if number in known:
                    return case
        return None

    def _member(self, number: str) -> tuple[PatentCase, Member] | None:
        every = ((case, member) for case in self._families for member in _members(case))
        return next((found for found in every if found[1].application == number), None)


def _members(case: PatentCase) -> tuple[Member, ...]:
    """The Japanese application first, as recorded."""
    published = case.publication or case.national_publication
    home = Member(
        office="JP",
        application=f"JP.{case.number}.A",
        filed=dashed(case.filed),
        publication=f"JP.{published}.A" if published else "",
        published=dashed(case.published),
        grant=f"JP.{case.registration}.B{'2' if published else '1'}" if case.registration else "",
        granted=dashed(case.registered),
        dossier=case.dossier,
    )
    return (home, *case.family)


# ── the answers in XML ────────────────────────────────────────────────────────────────────────


def _family(case: PatentCase) -> Json:
    members = _members(case)
    offices = dict.fromkeys(member.office for member in members)
    families = [
        {
            "country": office,
            "family-items": {"family-item": [_item(m, dated=False) for m in members if m.office == office]},
        }
        for office in offices
    ]
    return {"family-data": {"families": {"family": families}}}


def _family_list(case: PatentCase) -> Json:
    listed = [{"@id": str(place), **_item(member, dated=True)} for place, member in enumerate(_members(case), 1)]
    return {"family-list-data": {"family-lists": {"family-list": listed}}}


def _item(member: Member, *, dated: bool) -> Json:
    def numbers(number: str, day: str) -> list[Json]:
        return [{"document-number": number} | ({"date": day} if dated else {})] if number else []

    return {
        "application-number": {"document-number": member.application, "date": member.filed},
        "publication-numbers": {"publication-number": numbers(member.publication, member.published)},
        "registration-numbers": {"registration-number": numbers(member.grant, member.granted)},
    }


def _documents(case: PatentCase, member: Member) -> Json:
    entries = [
        {
            "@group": paper.group,
            "legal-date": paper.date,
            "original": {"@id": paper.id, "document-description": paper.original},
        }
        | ({"translated": {"@id": paper.twin, "document-description": paper.title}} if paper.twin else {})
        for paper in listed(case, member)
    ]
    return {
        "document-list-data": {
            "bibliographic": _bibliography(case, member),
            "document-lists": {"document-list": entries},
        }
    }


def _bibliography(case: PatentCase, member: Member) -> Json:
    """The "original" titles of CN and KR are English, as recorded; only Japan's is in its own language."""
    english = _titled(member.dossier.title, member.dossier.applicants)
    at_home = _titled(case.title, [party.name for party in case.applicants])
    if member.office == "JP":
        return {"original": at_home} | ({"translated": english} if member.dossier.title else {})
    return {"original": english if member.dossier.title else at_home}


def _titled(title: str, applicants: Iterable[str]) -> Json:
    return {"invention-title": title, "applicant": [{"last-name": name} for name in applicants]}


def _citations(case: PatentCase, member: Member) -> Json:
    cited = [*(_cited_at_home(case) if member.office == "JP" else ()), *member.dossier.cited]
    patents = [
        _cited(document) | {"publication-number": {"@format": "docdb", "document-number": document.number}}
        for document in cited
        if document.number
    ]
    others = [_cited(document) | {"text": document.text} for document in cited if document.text]
    return {
        "citation-and-classification-data": {
            "reference": _reference(member),
            "classification": _classification(member.dossier),
            "citation": {
                "patent-literatures": {"patent-literature": patents},
                "non-patent-literatures": {"non-patent-literature": others},
            },
        }
    }


def _cited(document: Cited) -> Json:
    return {"draft-date": document.date, "cited-in": document.where}


def _cited_at_home(case: PatentCase) -> Iterator[Cited]:
    for paper in case.papers:
        for document in paper.body.cited if isinstance(paper.body, Notice) else ():
            day, where = dashed(paper.drafted), "Notice of Reasons for Refusal"
            if isinstance(document, Literature):
                yield Cited(date=day, where=where, number=f"JP.{document.year}{document.serial:06}.A")
            else:
                yield Cited(date=day, where=where, text=papers.cited(document))


def _reference(member: Member) -> Json:
    numbers = {
        "application-number": (member.application, member.filed),
        "publication-number": (member.publication, member.published),
        "registration-number": (member.grant, member.granted),
    }
    return {name: {"document-number": number, "date": day} for name, (number, day) in numbers.items() if number}


def _classification(dossier: Dossier) -> Json:
    return {
        "ipcs": {"ipc": list(dossier.ipcs)},
        "originals": {"original": [{"@scheme": scheme, "#text": symbol} for scheme, symbol in dossier.own]},
    }


# ── bytes ─────────────────────────────────────────────────────────────────────────────────────


def xml(code: str, message: str, data: Json | None, remaining: int | str) -> bytes:
    """The envelope in XML, as the clients' classes have it."""
    header: Json = {"statusCode": code, "errorMessage": message, "remainAccessCount": str(remaining)}
    inside = "".join(_element(name, value) for name, value in (header | (data or {})).items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<api-data xmlns="https://www.jpo.go.jp">{inside}</api-data>'.encode()
    )


def _element(name: str, value: object) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in cast("list[object]", value))
    if not isinstance(value, dict):
        return f"<{name}>{escape(str(value))}</{name}>" if value else f"<{name}/>"
    parts = cast("Json", value)
    attributes = "".join(f" {key[1:]}={quoteattr(text)}" for key, text in parts.items() if key.startswith("@"))
    children = "".join(_element(key, item) for key, item in parts.items() if key[0] not in "@#")
    inside = escape(parts.get("#text", "")) + children
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"
