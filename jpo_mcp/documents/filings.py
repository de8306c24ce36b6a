"""What the applicant filed in a patent case (opinions, amendments) as papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jpo_mcp import codes
from jpo_mcp.documents.notices import application_number, code_of
from jpo_mcp.documents.paper import Amendment, Origin, Paper, Person, kind_of
from jpo_mcp.documents.prose import Prose, prose, whole, wide
from jpo_mcp.errors import Words
from jpo_mcp.markup import Node

ROLES = {"applicant": Words("applicant", "出願人"), "agent": Words("agent", "代理人")}
_LAW_DIGIT = {"patent": "1", "design": "3", "trademark": "4"}
_CONTENTS = ("opinion-contents-article", "amendment-article")


def read_filing(element: Node, origin: Origin) -> Paper:
    """A paper of the applicant: the element under pat-rspns or pat-amnd. Its day stands in the case's list only."""
    code = code_of(element) or _without_law_digit(element.words("document-code"), origin.law) or origin.code or ""
    amendments = tuple(_amendment(group) for group in element.every("amendment-group"))
    opinion = prose(element.every("opinion-contents-article"))
    body = "\n\n".join(_printed(amendment) for amendment in amendments) or opinion.text
    title = (codes.document(origin.law, code).ja or "").partition("（")[0]
    return Paper(
        kind=kind_of(code),
        law=origin.law,
        code=code,
        title=title,
        body=body,
        text=whole(element, title, dict.fromkeys(_CONTENTS, body), left_out="document-code"),
        document_number=origin.document_number,
        answers_dispatch=element.words("dispatch-number") or None,
        application_number=application_number(element),
        people=tuple(people(element)),
        amendments=amendments,
        underlined=tuple(passage for amendment in amendments for passage in amendment.underlined) + opinion.underlined,
        images=tuple(dict.fromkeys((*_images(element), *origin.images))),
        replaced=origin.replaced,
        notes=origin.notes,
    )


def _without_law_digit(code: str, law: str) -> str:
    """A523 of A1523."""
    return code[0] + code[2:] if code[1:2] == _LAW_DIGIT[law] and len(code) > 3 else code


def people(element: Node, roles: Mapping[str, Words] = ROLES) -> Iterator[Person]:
    """Whoever a paper of the applicant names in these roles, in its order."""
    for named in element.every(*roles):
        if name := named.words("name"):
            yield Person(name, roles[named.name], named.words("registered-number") or None)


def _images(element: Node) -> tuple[str, ...]:
    return prose([element]).images


def _amendment(group: Node) -> Amendment:
    target_code = group.words("document-code")
    part = codes.decode("amended_part", target_code)
    contents = _contents(group)
    return Amendment(
        serial=group.attributes.get("serial-number") or None,
        target_code=target_code,
        target=part.label if part.known else target_code,
        item=group.words("item-of-amendment"),
        way=codes.decode("amendment_way", group.words("way-of-amendment")),
        text=contents.text,
        claims=tuple((claim.attributes.get("num", ""), _claim(claim)) for claim in group.every("claim")),
        underlined=contents.underlined,
    )


def _contents(group: Node) -> Prose:
    return prose(group.every("contents-of-amendment"), as_amended=True)


def _claim(claim: Node) -> str:
    return prose(claim.elements(), as_amended=True).text


def _printed(amendment: Amendment) -> str:
    """The amendment as its form prints it."""
    part = codes.decode("amended_part", amendment.target_code).ja or amendment.target_code
    lines = [
        f"【手続補正{wide(amendment.serial or '')}】",
        f"　【補正対象書類名】　{part}",
        f"　【補正対象項目名】　{amendment.item}",
        f"　【補正方法】　{amendment.way.ja or amendment.way.code}",
    ]
    return "\n".join([*lines, "　【補正の内容】", amendment.text] if amendment.text else lines)
