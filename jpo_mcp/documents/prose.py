"""Elements of a paper to running text: breaks are line ends, marks are few, and no character of the paper is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from jpo_mcp.markup import Node

_BREAK, _EDGE = "\v", "\f"
"""A line end that the paper asks for, and the edge of a paragraph. XML can hold neither character."""

_INLINE = frozenset({"br", "u", "sub", "sup", "img", "b", "i", "o", "smallcaps", "font"})
_MARKED = frozenset({"br", "sub", "sup", "img"})
"""Shown as more than the characters they hold."""

_FULL_WIDTH = str.maketrans({ord("0") + n: chr(ord("０") + n) for n in range(10)})
_PLAIN_NAME = re.compile(r"[0-9A-Za-z_.-]{1,80}")

LABELS = {
    "application-reference": "特許出願の番号",
    "drafting-date": "起案日",
    "draft-person-group": "特許庁審査官",
    "addressed-to-person-group": "あて先",
    "addressed-to-person": "あて先",
    "invention-title": "発明の名称",
    "number-of-claim": "請求項の数",
    "article-group": "適用条文",
    "applicant": "出願人",
    "agent": "代理人",
    "inventor": "発明者",
    "dispatch-number": "発送番号",
    "submission-date": "提出日",
    "file-reference-id": "整理番号",
    "fi": "ＦＩ",
    "patent-reference-group": "参考特許文献",
    "reference-books-article": "参考図書雑誌",
}
"""What the paper of an element says beside its contents; other elements are shown without a label."""

_ON_ONE_LINE = frozenset(
    {
        "draft-person-group",
        "addressed-to-person-group",
        "applicant",
        "agent",
        "inventor",
        "patent-reference-group",
        "article-group",
        *(f"staff{place}-group" for place in range(1, 10)),
    }
)


class Prose(NamedTuple):
    """Running text, with what was underlined in it and the images it shows."""

    text: str
    underlined: tuple[str, ...]
    images: tuple[str, ...]


def prose(elements: Iterable[Node], *, as_amended: bool = False, as_filed: bool = False) -> Prose:
    """The text of the elements, one under the other, without blank lines around it.

    `as_filed` prints the numbers of claims, paragraphs, formulas and figures as the form of an application does.
    `as_amended` does so too, and marks underlines.
    """
    writer = _Writer(underlines=as_amended, numbers=as_amended or as_filed)
    for element in elements:
        writer.write(element)
    return Prose(_lines(writer.pieces).strip("\n"), tuple(writer.underlined), tuple(writer.images))


def outline(element: Node, label: str = "") -> Iterator[str]:
    """Every text inside an element, in order, a line each, with the label of what it stands in."""
    label = LABELS.get(element.name, label)
    if element.name in _ON_ONE_LINE:
        yield from _line(label, "　".join(_words(element)))
    elif not element.branches and element.name not in _MARKED:
        yield from _line(label, "".join(element.texts()).strip("\n"))
    elif element.name == "p" or not holds_paragraphs(element):
        yield from _line(label, prose([element]).text)
    else:
        for part in element.parts:
            yield from outline(part, label) if isinstance(part, Node) else _line("", part.strip("\n "))


def whole(element: Node, title: str, contents: dict[str, str], *, left_out: str) -> str:
    """A paper's text: its title, then everything in the file's order, the contents as paragraphs of their own.

    `contents` is text already read, by the name of its element. `left_out` is the element that `title` stands for.
    """
    sections: list[str] = [f"# {title}"] if title else []
    lines: list[str] = []
    for part in element.parts:
        if isinstance(part, str):
            lines += _line("", part.strip("\n "))
        elif part.name in contents:
            sections += ["\n".join(lines), contents.pop(part.name)]
            lines = []
        elif part.name != left_out:
            lines += outline(part)
    return "\n\n".join(filter(None, [*sections, "\n".join(lines)]))


def wide(digits: str) -> str:
    """Digits as Japanese papers print them."""
    return digits.translate(_FULL_WIDTH)


def _line(label: str, text: str) -> Iterator[str]:
    if text.strip():
        yield f"{label}　{text}" if label else text


def holds_paragraphs(element: Node) -> bool:
    """Whether there is more inside than running text."""
    return element.branches and any(inner.name not in _INLINE for inner in element.elements())


def _words(element: Node) -> Iterator[str]:
    return (piece.strip() for piece in element.texts() if piece.strip())


def image_mark(name: str) -> tuple[str, str]:
    """An image's name, made harmless, and the mark that stands for it in the text."""
    known = name if _PLAIN_NAME.fullmatch(name) else "?"
    return known, f"〔画像 {known}〕"


class _Writer:
    def __init__(self, *, underlines: bool, numbers: bool) -> None:
        self.pieces: list[str] = []
        self.underlined: list[str] = []
        self.images: list[str] = []
        self._underlines = underlines
        self._numbers = numbers

    def write(self, element: Node) -> None:
        match element.name:
            case name if name not in _INLINE:
                self._paragraph(element)
            case "br":
                self.pieces.append(_BREAK)
            case "img":
                known, mark = image_mark(element.attributes.get("file", ""))
                self.images.append(known)
                self.pieces.append(mark)
            case "u":
                self._underline(element)
            case "sub" | "sup":
                self.pieces.append(f"<{element.name}>")
                self._inside(element)
                self.pieces.append(f"</{element.name}>")
            case _:
                self._inside(element)

    def _underline(self, element: Node) -> None:
        opening, closing = ("<u>", "</u>") if self._underlines else ("", "")
        self.pieces.append(opening)
        start = len(self.pieces)
        self._inside(element)
        self.underlined.append(_lines(self.pieces[start:]))
        self.pieces.append(closing)

    def _paragraph(self, element: Node) -> None:
        self.pieces.append(_EDGE + (_printed_number(element) if self._numbers else ""))
        self._inside(element)
        self.pieces.append(_EDGE)

    def _inside(self, element: Node) -> None:
        around = holds_paragraphs(element)
        for part in element.parts:
            if isinstance(part, Node):
                self.write(part)
            elif not around or part.strip(" \t\n"):
                self.pieces.append(part)


def _printed_number(element: Node) -> str:
    """What the paper prints over a claim or a paragraph of the description, and the file has as a number."""
    number = element.attributes.get("num", "")
    label = _NUMBERED.get(element.name)
    if label is None or not _NUMBER.fullmatch(number):
        return ""
    return f"【{label}{wide(number)}】{_EDGE}"


_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
_NUMBERED = {
    "claim": "請求項",
    "p": "",
    "figure": "図",
    "figref": "図",
    "maths": "数",
    "chemistry": "化",
    "tables": "表",
    "patcit": "特許文献",
    "nplcit": "非特許文献",
}


def _lines(pieces: list[str]) -> str:
    """A line end beside a break or at a paragraph's edge only formats the file."""
    text = "".join(pieces).replace(f"{_BREAK}\n", _BREAK)
    paragraphs = [part.strip("\n") for part in text.split(_EDGE)]
    return "\n".join(filter(None, paragraphs)).replace(_BREAK, "\n")
