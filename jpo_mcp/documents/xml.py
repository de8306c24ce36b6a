"""Bytes of a paper to text, and text to a tree, trusting neither what they declare nor what they contain.

The papers say Shift_JIS and are cp932. No XML or HTML library may decode them: lxml stops at the first ㈱ or 髙,
and `shift_jis` turns － and ～ into other characters. So we decode, and the parser is given characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, cast

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]

from jpo_mcp.errors import Words

_lxml = cast("Any", etree)  # it ships no types, and is used in one function

MAX_CHARACTERS = 4_000_000
MAX_DEPTH = 64
MAX_NODES = 150_000
"""Genuine papers have one element for 32 characters or more, so the longest that is read has 125,000."""
_STEP = 65_536
_DECLARED = 200

_DECLARATION = re.compile(r"\A\s*<\?xml\b[^<>]*\?>")
_UTF8 = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?utf-8""", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?!#|(?:amp|lt|gt|quot|apos);)")
_ENTITY = re.compile(r"<!\s*ENTITY", re.IGNORECASE)
_FLAGGED_SHARE = 100

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


class Decoded(NamedTuple):
    """A paper's characters. `replaced` counts bytes that are no text; each is U+FFFD."""

    text: str
    replaced: int
    notes: tuple[Words, ...]


def decode(data: bytes) -> Decoded:
    """The characters, with line ends as \\n. cp932 unless the bytes are plainly Unicode."""
    text, encoding, replaced = _decoded(data)
    if len(text) > MAX_CHARACTERS:
        limit = f"{MAX_CHARACTERS:,}"
        raise Unreadable(Words(f"longer than {limit} characters", f"{limit}文字を超えています"))
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), replaced, _remarks(encoding, replaced, len(text)))


def _decoded(data: bytes) -> tuple[str, str, int]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _replacing(data, encoding)
    first, second = ("utf-8", "cp932") if _UTF8.search(data[:_DECLARED]) else ("cp932", "utf-8")
    for encoding in (first, second):
        try:
            return data.decode(encoding), encoding, 0
        except UnicodeDecodeError:
            continue
    return _replacing(data, "cp932")


def _replacing(data: bytes, encoding: str) -> tuple[str, str, int]:
    text = data.decode(encoding, "replace")
    return text, encoding, text.count("\ufffd")


def _remarks(encoding: str, replaced: int, length: int) -> tuple[Words, ...]:
    notes: list[Words] = []
    if encoding != "cp932":
        notes.append(Words(f"read as {encoding}, not cp932", f"cp932ではなく{encoding}として読みました"))
    if replaced:
        much = replaced * _FLAGGED_SHARE > length
        notes.append(
            Words(
                f"{replaced} places could not be decoded and are shown as \ufffd"
                + ("; more than 1 % of the text: do not rely on it" if much else ""),
                f"{replaced}か所を文字に直せず、\ufffdで示しました"
                + ("。全体の1%を超えるため、この本文は信頼できません" if much else ""),
            )
        )
    return tuple(notes)


def shown(text: str) -> tuple[str, int]:
    """The text without characters that show nothing, and how many those were."""
    if not _INVISIBLE.search(text):
        return text, 0
    visible = _INVISIBLE.sub("", text)
    return visible, len(text) - len(visible)


@dataclass(slots=True)
class Node:
    """An element: its name without namespace and without `-rn`, and its texts and elements in order."""

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

    def __init__(self) -> None:
        self.root: Node | None = None
        self.hidden = 0
        self._open: list[Node] = []
        self._text: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._text:
            self._flush()
        if len(self._open) >= MAX_DEPTH:
            raise Unreadable(Words(f"nested deeper than {MAX_DEPTH}", f"入れ子が{MAX_DEPTH}段を超えています"))
        node = Node(_known(tag), attributes and {_local(key): value for key, value in attributes.items()})
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
def _known(tag: str) -> str:
    return _local(tag).removesuffix("-rn")


def hidden_note(count: int) -> tuple[Words, ...]:
    """What to say about characters that were left out because a reader would not see them."""
    if not count:
        return ()
    return (Words(f"{count} hidden characters left out", f"目に見えない{count}文字を除きました"),)


def parse(text: str) -> Tree:
    """The tree of a paper's XML. The DOCTYPE may stand there; what it names is never fetched."""
    if _ENTITY.search(text):
        raise Unreadable(Words("it declares entities, which no paper does", "実体宣言を含む文書は読みません"))
    if text.count("<") - text.count("</") > MAX_NODES:
        raise Unreadable(Words(f"more than {MAX_NODES:,} elements", f"要素が{MAX_NODES:,}個を超えています"))
    builder = _Builder()
    try:
        _feed(builder, _DECLARATION.sub("", _with_plain_references(text), count=1))
    except (_lxml.LxmlError, ValueError) as e:
        raise Unreadable(_NOT_XML) from e
    if builder.root is None:
        raise Unreadable(_NOT_XML)
    return Tree(builder.root, builder.hidden)


_NOT_XML = Words("not well-formed XML", "XMLとして読めません")


def _with_plain_references(text: str) -> str:
    """A reference that only the DTD could explain (&nbsp;) stays as printed."""
    return text if "<![CDATA[" in text else _REFERENCE.sub("&amp;", text)


def _feed(builder: _Builder, text: str) -> None:
    # One step at a time, so that a refusal stops the parser soon.
    parser = _lxml.XMLParser(
        target=builder, resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    for start in range(0, len(text), _STEP):
        parser.feed(text[start : start + _STEP])
    parser.close()
