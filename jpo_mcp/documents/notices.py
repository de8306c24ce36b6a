"""What the office sent in a patent case (notices, decisions) as papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from jpo_mcp.documents.paper import Origin, Paper, Person, kind_of
from jpo_mcp.documents.prose import prose, whole
from jpo_mcp.errors import Words
from jpo_mcp.markup import Node

_CODE = re.compile(r"-(a[0-9]{2,6})\Z")

_AGENT = Words("agent", "代理人")
_APPLICANT = Words("applicant", "出願人")
_ROLES = {
    "審査官": Words("examiner", "審査官"),
    "審査官補": Words("assistant examiner", "審査官補"),
    "審査長／代理": Words("director, or acting for the director", "審査長／代理"),
}
_EXAMINER = _ROLES["審査官"]


def read_notice(element: Node, origin: Origin) -> Paper:
    """A paper of the office: the element under notice-pat-exam."""
    code = code_of(element) or origin.code or ""
    body = prose(element.every("drafting-body"))
    conclusion = prose(element.every("conclusion-part-article"))
    title = element.words("document-name")
    return Paper(
        kind=kind_of(code),
        law=origin.law,
        code=code,
        title=title,
        body=body.text,
        text=whole(
            element,
            title,
            {"conclusion-part-article": conclusion.text, "drafting-body": body.text},
            left_out="document-name",
        ),
        document_number=origin.document_number,
        dispatch_number=origin.document_number[-6:] if origin.document_number else None,
        application_number=application_number(element),
        drafting_date=day(element.words("drafting-date", "date")),
        invention_title=element.words("invention-title") or None,
        people=tuple(dict.fromkeys(_people(element))),
        articles=tuple(prose([article]).text for article in element.every("article")),
        before_appeal=_before_appeal(element),
        conclusion=conclusion.text,
        underlined=conclusion.underlined + body.underlined,
        images=tuple(dict.fromkeys((*conclusion.images, *body.images, *origin.images))),
        replaced=origin.replaced,
        notes=origin.notes,
    )


def code_of(element: Node) -> str:
    """A131 of `notice-of-rejection-a131`; empty where the name does not say."""
    found = _CODE.search(element.name)
    return found[1].upper() if found else ""


def application_number(element: Node) -> str | None:
    """The first ten digits given as the number of the case."""
    numbers = (element.words("application-reference", "doc-number"), element.words("doc-number"))
    return next((number for number in numbers if re.fullmatch("[0-9]{10}", number)), None)


def day(digits: str) -> date | None:
    """YYYYMMDD as a day; None for anything else."""
    try:
        return date.fromisoformat(digits) if re.fullmatch("[0-9]{8}", digits) else None
    except ValueError:
        return None


def _before_appeal(element: Node) -> bool | None:
    flag = element.first("reconsideration-before-appeal")
    said = flag.attributes.get("true-or-false") if flag else None
    return {"true": True, "false": False}.get(said or "")


def _people(element: Node) -> Iterator[Person]:
    for drafter in element.every("draft-person-group"):
        yield from _person(drafter, _EXAMINER, "staff-code")
    for addressee in element.every("addressed-to-person-group"):
        agent = addressee.attributes.get("kind-of-agent") or addressee.attributes.get("kind-of-person") == "attorney"
        yield from _person(addressee, _AGENT if agent else _APPLICANT, "registered-number")
    for staff in element.every(*(f"staff{place}-group" for place in range(1, 10))):
        title = staff.words("official-title")
        yield from _person(staff, _ROLES.get(title, Words(title, title)), "staff-code")


def _person(element: Node, role: Words, code: str) -> Iterator[Person]:
    name = element.words("name")
    others = element.words("number-of-other-persons")
    if name:
        yield Person(name, role, element.words(code) or None, int(others) if re.fullmatch("[0-9]{1,4}", others) else 0)
