"""A patent application as filed: the request (願書), and the description, claims, abstract and drawings.

The domestic API serves none of it. The elements are those of the JPO's own stylesheets for these papers; one that is
not known is shown without a heading, never without its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jpo_mcp import codes
from jpo_mcp.documents.filings import ROLES, people
from jpo_mcp.documents.notices import application_number, code_of, day
from jpo_mcp.documents.paper import Figure, Origin, Paper
from jpo_mcp.documents.prose import holds_paragraphs, image_mark, prose, whole, wide
from jpo_mcp.errors import Words
from jpo_mcp.markup import Node

_PARTS = {
    "description": "明細書",
    "claims": "特許請求の範囲",
    "abstract": "要約書",
    "drawings": "図面",
}
_SECTIONS = {
    "technical-field": "技術分野",
    "background-art": "背景技術",
    "citation-list": "先行技術文献",
    "patent-literature": "特許文献",
    "non-patent-literature": "非特許文献",
    "summary-of-invention": "発明の概要",
    "disclosure": "発明の開示",
    "tech-problem": "発明が解決しようとする課題",
    "tech-solution": "課題を解決するための手段",
    "advantageous-effects": "発明の効果",
    "description-of-drawings": "図面の簡単な説明",
    "description-of-embodiments": "発明を実施するための形態",
    "best-mode": "発明を実施するための最良の形態",
    "embodiments-example": "実施例",
    "embodiment-example": "実施例",
    "industrial-applicability": "産業上の利用可能性",
    "reference-signs-list": "符号の説明",
    "reference-to-deposited-biological-material": "受託番号",
    "sequence-list-text": "配列表フリーテキスト",
    "sequence-list": "配列表",
}
_ROLES = {"inventor": Words("inventor", "発明者"), **ROLES}
_BLOCKS = frozenset({"p", "claim", "figure", "invention-title"})
"""Elements that are one block of text, whatever is inside."""

_DEEPEST = 6
"""Markdown has no deeper heading."""


def read_request(element: Node, origin: Origin) -> Paper:
    """The form that asks for a patent: the element under pat-app-doc."""
    code = code_of(element) or origin.code or ""
    title = (codes.document(origin.law, code).ja or "").partition("（")[0]
    text = whole(element, title, {}, left_out="document-code")
    read = prose([element])
    return Paper(
        kind="request",
        law=origin.law,
        code=code,
        title=title,
        body=text,
        text=text,
        document_number=origin.document_number,
        application_number=application_number(element),
        submission_date=day(element.words("submission-date", "date")),
        invention_title=element.words("invention-title") or None,
        people=tuple(people(element, _ROLES)),
        underlined=read.underlined,
        images=tuple(dict.fromkeys(read.images)),
        replaced=origin.replaced,
        notes=origin.notes,
    )


def read_application(root: Node, origin: Origin) -> Paper:
    """What is filed with the request: every part that the file holds, each under its name."""
    writer = _Writer()
    writer.write(root)
    text = "\n\n".join(writer.blocks)
    return Paper(
        kind="application",
        law=origin.law,
        code=origin.code or "",
        title="、".join(dict.fromkeys(_PARTS[part.name] for part in root.elements() if part.name in _PARTS)),
        body=text,
        text=text,
        document_number=origin.document_number,
        invention_title=root.words("invention-title") or None,
        underlined=tuple(writer.underlined),
        images=tuple(dict.fromkeys((*writer.images, *origin.images))),
        figures=tuple(_figures(root, origin.images)),
        replaced=origin.replaced,
        notes=origin.notes,
    )


class _Writer:
    """Headings and blocks of text, in the file's order."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.underlined: list[str] = []
        self.images: list[str] = []

    def write(self, element: Node, depth: int = 0) -> None:
        heading = _heading(element)
        if heading:
            depth += 1
            self._add(f"{'#' * min(depth, _DEEPEST)} {heading}")
        if element.name in _BLOCKS or not holds_paragraphs(element):
            self._block(element)
            return
        for part in element.parts:
            if isinstance(part, Node):
                self.write(part, depth)
            else:
                self._add(part.strip("\n "))

    def _block(self, element: Node) -> None:
        read = prose([element], as_filed=True)
        label = "【発明の名称】　" if element.name == "invention-title" and read.text else ""
        self._add(label + read.text)
        self.underlined += read.underlined
        self.images += read.images

    def _add(self, text: str) -> None:
        if text.strip():
            self.blocks.append(text)


def _heading(element: Node) -> str:
    """What the form prints over a part or a section; an example may be counted."""
    section = _SECTIONS.get(element.name)
    if section is None:
        return _PARTS.get(element.name, "")
    number = element.attributes.get("num", "")
    return f"【{section}{wide(number) if re.fullmatch('[0-9]{1,4}', number) else ''}】"


def _figures(root: Node, held: tuple[str, ...]) -> Iterator[Figure]:
    names = {name.casefold() for name in held}
    for figure in root.every("figure"):
        for image in figure.every("img"):
            known, _ = image_mark(image.attributes.get("file", ""))
            yield Figure(figure.attributes.get("num", ""), known, known.casefold() in names)
