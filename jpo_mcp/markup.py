"""Characters to a tree of elements, trusting nothing that they contain: the JPO's papers and its OPD answers.

It stands at the bottom because two siblings read XML, `documents` the papers and `upstream` the envelopes. Bytes are
decoded by each of them first: the papers say Shift_JIS and are cp932, and no XML library may decode those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, cast

from jpo_mcp.errors import Words

MAX_DEPTH = 64
MAX_NODES = 150_000
"""Genuine papers have one element for 32 characters or more, so the longest that is read has 125,000."""
_STEP = 65_536

_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"  # nil, schemaLocation: they say nothing of the content

_DECLARATION = re.compile(r"\A\s*<\?xml\b[^<>]*\?>")
_REFERENCE = re.compile(r"&(?!#|(?:amp|lt|gt|quot|apos);)")
_ENTITY = re.compile(r"<!\s*ENTITY", re.IGNORECASE)

# Shows nothing, and could carry words past a reader. Shift_JIS cannot hold most of it, character references can.
# The choice of an ideograph's glyph (as in a name) stays, behind its ideograph only.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
    "(?<![\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][\U000e0100-\U000e01ef])"
)


class Unreadable(Exception):
    """One file cannot be read; `reason` says why in both languages."""

    def __init__(self, reason: Words) -> None:
        super().__init__(reason.en)
        self.reason = reason


def shown(text: str) -> tuple[str, int]:
    """The text without characters that show nothing, and how many those were."""
    if not _INVISIBLE.search(text):
        return text, 0
    visible = _INVISIBLE.sub("", text)
    return visible, len(text) - len(visible)


@dataclass(slots=True)
class Node:
    """An element: its name without namespace, and its texts and elements in order."""

    name: str
    attributes: Mapping[str, str]
    parts: list[Node | str] = field(default_factory=list["Node | str"])
    branches: bool = False
    """Whether there are elements among the parts."""

    def elements(self) -> Iterator[Node]:
        """The elements directly inside."""
        return (part for part in self.parts if isinstance(part, Node))

    def every(self, *names: str) -> Iterator[Node]:
        """The elements inside of one of these names, in order. Such an element inside another is part of that one."""
        for part in self.parts:
            if isinstance(part, str):
                continue
            if part.name in names:
                yield part
            elif part.branches:
                yield from part.every(*names)

    def first(self, *path: str) -> Node | None:
        """The first element reached by names, one inside the other at any depth."""
        at: Node | None = self
        for wanted in path:
            at = next(at.every(wanted), None) if at else None
        return at

    def words(self, *path: str) -> str:
        """All text of the first element reached, without the blanks around it; empty where it is absent."""
        at = self.first(*path)
        return "".join(at.texts()).strip() if at else ""

    def texts(self) -> Iterator[str]:
        """Every piece of text inside, in order."""
        for part in self.parts:
            if isinstance(part, str):
                yield part
            else:
                yield from part.texts()


class Tree(NamedTuple):
    """A paper's root, and how many comments and characters that show nothing were left out."""

    root: Node
    hidden: int


class _Builder:
    """Builds nodes as the parser meets them, and stops it when they nest too deep."""

    def __init__(self, ending: str) -> None:
        self.root: Node | None = None
        self.hidden = 0
        self._ending = ending
        self._open: list[Node] = []
        self._text: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._text:
            self._flush()
        if len(self._open) >= MAX_DEPTH:
            raise Unreadable(Words(f"nested deeper than {MAX_DEPTH}", f"入れ子が{MAX_DEPTH}段を超えています"))
        node = Node(_known(tag, self._ending), attributes and _said(attributes))
        if self._open:
            self._open[-1].parts.append(node)
            self._open[-1].branches = True
        else:
            self.root = node
        self._open.append(node)

    def end(self, _tag: str) -> None:
        if self._text:
            self._flush()
        self._open.pop()

    def data(self, text: str) -> None:
        self._text.append(text)

    def _flush(self) -> None:
        """Text comes in pieces, one for every reference."""
        visible, hidden = shown("".join(self._text))
        self.hidden += hidden
        self._open[-1].parts.append(visible)
        self._text = []

    def comment(self, text: str) -> None:
        self.hidden += len(text)

    def pi(self, _target: str, text: str | None = None) -> None:
        self.hidden += len(text or "")

    def close(self) -> Node | None:
        return self.root


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


@lru_cache(maxsize=256)
def _known(tag: str, ending: str) -> str:
    return _local(tag).removesuffix(ending)


def _said(attributes: Mapping[str, str]) -> Mapping[str, str]:
    return {_local(key): value for key, value in attributes.items() if not key.startswith(_INSTANCE)}


def hidden_note(count: int) -> tuple[Words, ...]:
    """What to say about characters that were left out because a reader would not see them."""
    if not count:
        return ()
    return (Words(f"{count} hidden characters left out", f"目に見えない{count}文字を除きました"),)


def parse(text: str, *, ending: str = "") -> Tree:
    """The tree of some XML, element names without `ending`. A DOCTYPE may stand there; what it names is never fetched.

    Raises `Unreadable` for what is not well-formed, too deep or too large, or declares entities.
    """
    if _ENTITY.search(text):
        raise Unreadable(Words("it declares entities, which no paper does", "実体宣言を含む文書は読みません"))
    if text.count("<") - text.count("</") > MAX_NODES:
        raise Unreadable(Words(f"more than {MAX_NODES:,} elements", f"要素が{MAX_NODES:,}個を超えています"))
    builder = _Builder(ending)
    _feed(builder, _DECLARATION.sub("", _with_plain_references(text), count=1))
    if builder.root is None:
        raise Unreadable(_NOT_XML)
    return Tree(builder.root, builder.hidden)


_NOT_XML = Words("not well-formed XML", "XMLとして読めません")


def _with_plain_references(text: str) -> str:
    """A reference that only the DTD could explain (&nbsp;) stays as printed."""
    return text if "<![CDATA[" in text else _REFERENCE.sub("&amp;", text)


def _feed(builder: _Builder, text: str) -> None:
    from lxml import etree  # noqa: PLC0415  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]

    lxml = cast("Any", etree)  # it ships no types, and is loaded with the first XML, not with the server
    parser = lxml.XMLParser(
        target=builder, resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        # One step at a time, so that a refusal stops the parser soon.
        for start in range(0, len(text), _STEP):
            parser.feed(text[start : start + _STEP])
        parser.close()
    except (lxml.LxmlError, ValueError) as e:
        raise Unreadable(_NOT_XML) from e


def as_object(node: Node) -> object:
    """The element as JSON would have it: `@name` for an attribute, a list where a name occurs more than once.

    Only text, with the blanks around it dropped, where there is nothing else; text beside elements is `#text`.
    """
    found: dict[str, list[object]] = {f"@{name}": [value] for name, value in node.attributes.items()}
    for element in node.elements():
        found.setdefault(element.name, []).append(as_object(element))
    text = "".join(part for part in node.parts if isinstance(part, str)).strip()
    if not found:
        return text
    if text:
        found["#text"] = [text]
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
