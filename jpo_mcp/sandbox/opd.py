"""What the sandbox's OPD answers about the families of its cases: XML as far as its form is known, PDF and ZIP.

The elements are those that two working clients read; where nothing is recorded (attributes, dates of papers, the
titles at other offices) the form is ours. Numbers are DOCDB, dates `2013-11-19`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast
from xml.sax.saxutils import escape, quoteattr

from jpo_mcp.endpoints import Endpoint
from jpo_mcp.sandbox import papers
from jpo_mcp.sandbox.life import Case, Literature, Member, Notice, Paper, PatentCase

Json = dict[str, Any]
Arguments = tuple[str, ...]

_ACTIONS = {
    "US": "Non-Final Rejection",
    "EP": "Communication from the Examining Division",
    "CN": "First Notification of Office Action",
    "KR": "Notification of Reason for Refusal",
}
_JAPANESE = {
    "A63": ("Request for a Patent", "1,4"),
    "A632": ("National Form Paragraph", "1,4"),
    "A621": ("Request for Examination", "4"),
    "A131": ("Notice of Reasons for Refusal", "2,101,21"),
    "A53": ("Written Opinion", "4"),
    "A523": ("Written Amendment", "4"),
    "A01": ("Decision to Grant a Patent", "2,23"),
    "A02": ("Decision of Refusal", "2,101,23"),
}


@dataclass(frozen=True, slots=True)
class _Paper:
    """A paper of a dossier; `at_home` is the domestic paper behind a Japanese one."""

    id: str
    title: str
    original: str
    group: str
    date: str
    twin: str = ""
    at_home: Paper | None = None


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
        paper = next((p for p in _papers(*found) if document_id in {p.id, p.twin}), None)
        if paper is None:
            return "108"
        if endpoint.reply == "pdf":
            return _pdf(f"{found[1].office} {paper.title} {found[1].application}")
        return (paper.at_home and papers.single(found[0], paper.at_home, at)) or "108"

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
            for paper in _papers(case, member):
                if endpoint.reply == "pdf" or (paper.at_home and paper.at_home.body):
                    yield member.application, paper.id

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
        filed=_dashed(case.filed),
        publication=f"JP.{published}.A" if published else "",
        published=_dashed(case.published),
        grant=f"JP.{case.registration}.B{'2' if published else '1'}" if case.registration else "",
        granted=_dashed(case.registered),
    )
    return (home, *case.family)


def _dashed(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else ""


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
    applicants = [{"last-name": party.name} for party in case.applicants]
    listed = [
        {
            "@group": paper.group,
            "legal-date": paper.date,
            "original": {"@id": paper.id, "document-description": paper.original},
        }
        | ({"translated": {"@id": paper.twin, "document-description": paper.title}} if paper.twin else {})
        for paper in _papers(case, member)
    ]
    return {
        "document-list-data": {
            "bibliographic": {"original": {"invention-title": case.title, "applicant": applicants}},
            "document-lists": {"document-list": listed},
        }
    }


def _citations(case: PatentCase, member: Member) -> Json:
    cited = [
        {
            "draft-date": _dashed(paper.drafted),
            "cited-in": "Notice of Reasons for Refusal",
            "publication-number": {"@format": "docdb", "document-number": f"JP.{document.year}{document.serial:06}.A"},
        }
        for paper in (case.papers if member.office == "JP" else ())
        if isinstance(paper.body, Notice)
        for document in paper.body.cited
        if isinstance(document, Literature)
    ]
    return {
        "citation-and-classification-data": {
            "reference": {"application-number": {"document-number": member.application, "date": member.filed}},
            "citation": {"patent-literatures": {"patent-literature": cited}},
        }
    }


def _papers(case: PatentCase, member: Member) -> list[_Paper]:
    if member.office == "JP":
        return [_japanese(paper) for paper in case.papers if paper.number.isdigit() and paper.code in _JAPANESE]
    key = "".join(c for c in member.application if c.isdigit())[-8:]
    return [
        _Paper(f"CLAIMS{key}", "Claims", "Claims", "1", member.filed),
        _Paper(f"ACTION{key}", _ACTIONS[member.office], _ACTIONS[member.office], "2,21", member.published),
    ]


def _japanese(paper: Paper) -> _Paper:
    title, group = _JAPANESE[paper.code]
    twin = f"{title.replace(' ', '_')}_{paper.number}"
    return _Paper(f"{twin}_JP", title, paper.title, group, _dashed(paper.date), twin, paper)


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
    inside = "".join(_element(key, item) for key, item in parts.items() if not key.startswith("@"))
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"


def _pdf(text: str) -> bytes:
    """A page with one line of text in plain ASCII."""
    stream = f"BT /F1 12 Tf 72 770 Td ({text}) Tj ET".encode("ascii", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    written, places = b"%PDF-1.4\n", list[int]()
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return written + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
