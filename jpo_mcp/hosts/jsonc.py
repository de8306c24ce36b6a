"""JSON as people keep it, edited in place: comments, trailing commas, order and spacing stay as they are.

What is JSON is decided by the standard library, on a copy in which comments and trailing commas are blank:
a place in the copy is the same place in the text. (Libraries that keep comments were tried: one needs Node, one
refuses trailing commas, and both in Python took over ten seconds for a megabyte.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_COMMENT = re.compile(rf"({_STRING})|//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_TRAILING_COMMA = re.compile(rf"({_STRING})|,(?=[ \t\r\n]*[}}\]])", re.DOTALL)
_SPACE = " \t\r\n"
_SPACES = re.compile(r"[ \t\r\n]*")
_LINE_END = re.compile(r"\r\n|\n|\r")
_REST_IS_EMPTY = re.compile(r"[ \t]*(?:[\r\n]|\Z)")
_USUAL_UNIT = "  "


class NotJson(ValueError):
    """The text is no JSON, not even with comments and trailing commas; `line` and `column` say where."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.line = line
        self.column = column


class NotAnObject(ValueError):
    """Something else stands where an object must be; `name` is its name, empty for the whole document."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _no_constant(_: str) -> NoReturn:
    raise ValueError


# Numbers are only walked over: Python would refuse very long ones, which are none of our business.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_constant)


@dataclass(frozen=True, slots=True)
class Member:
    """One name with its value, as places in the text; `comma` is the one behind it."""

    name: str
    start: int
    value: int
    end: int
    comma: int | None


@dataclass(frozen=True, slots=True)
class Block:
    """One object, from its brace to behind its brace. `name` is where its name begins, -1 for the whole document's."""

    name: int
    start: int
    end: int
    members: tuple[Member, ...]

    def named(self, name: str) -> list[Member]:
        """The members of that name. Of several, readers of JSON take the last."""
        return [member for member in self.members if member.name == name]


class Document:
    """A text, read. Raises `NotJson` for what is none; nothing but comments is an empty document."""

    def __init__(self, text: str) -> None:
        self.text = self._bare = self._plain = text
        try:
            _check(text)
        except NotJson:
            self._bare = _COMMENT.sub(_blank, text)
            self._plain = _TRAILING_COMMA.sub(_blank, self._bare)
            if not self.is_empty:
                _check(self._plain)

    @cached_property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not self._plain.strip(_SPACE)

    @property
    def is_relaxed(self) -> bool:
        """Whether it holds comments or trailing commas, which strict readers refuse."""
        return self._plain != self.text

    @cached_property
    def newline(self) -> str:
        """How its lines end."""
        found = _LINE_END.search(self.text)
        return found[0] if found else "\n"

    @cached_property
    def unit(self) -> str:
        """What it is indented by, a step."""
        first = next((member for member in self.root.members if self.begins_line(member.start)), None)
        return (self.margin(first.start) if first else "") or _USUAL_UNIT

    @cached_property
    def root(self) -> Block:
        """The object that the document is. Raises `NotAnObject`."""
        return self._block(self._skip(0), None)

    def blocks(self, path: Sequence[str]) -> list[Block]:
        """The objects on the way to what the path names, as far as they are there. Raises `NotAnObject`."""
        found = [self.root]
        for name in path:
            members = found[-1].named(name)
            if not members:
                break
            found.append(self._block(members[-1].value, members[-1]))
        return found

    def value(self, member: Member) -> Any:
        """What stands there."""
        return _DECODER.raw_decode(self._plain, member.value)[0]

    @cached_property
    def remark_ends(self) -> frozenset[int]:
        """Where remarks that last to the end of their line end."""
        return frozenset(found.end() for found in _COMMENT.finditer(self.text) if found[0].startswith("//"))

    def margin(self, place: int) -> str:
        """The blanks that the line of that place begins with."""
        line = self.text[1 + max(self.text.rfind("\n", 0, place), self.text.rfind("\r", 0, place)) : place]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def begins_line(self, place: int) -> bool:
        """Whether only blanks stand before it on its line."""
        while place and self.text[place - 1] in " \t":
            place -= 1
        return not place or self.text[place - 1] in "\r\n"

    def _block(self, place: int, holder: Member | None) -> Block:
        if self._plain[place] != "{":
            raise NotAnObject(holder.name if holder else "")
        members: list[Member] = []
        here = self._skip(place + 1)
        while self._bare[here] != "}":
            members.append(member := self._member(here))
            here = self._skip(member.end if member.comma is None else member.comma + 1)
        return Block(holder.start if holder else -1, place, here + 1, tuple(members))

    def _member(self, start: int) -> Member:
        try:
            name, colon = _DECODER.raw_decode(self._plain, start)
        except json.JSONDecodeError as bad:  # a comma with nothing before it
            raise NotJson(bad.lineno, bad.colno) from None
        value = self._skip(self._skip(colon) + 1)
        _, end = _DECODER.raw_decode(self._plain, value)
        after = self._skip(end)
        return Member(name, start, value, end, after if self._bare[after] == "," else None)

    def _skip(self, place: int) -> int:
        found = _SPACES.match(self._bare, place)
        return found.end() if found else place


def _check(text: str) -> None:
    try:
        _DECODER.decode(text)
    except json.JSONDecodeError as bad:
        raise NotJson(bad.lineno, bad.colno) from None
    except (ValueError, RecursionError):
        raise NotJson(1, 1) from None


def _blank(found: re.Match[str]) -> str:
    return found[1] or re.sub(r"[^\r\n]", " ", found[0])


# ── putting in ────────────────────────────────────────────────────────────────────────────────


def put(text: str, path: Sequence[str], value: object) -> str:
    """The text with that value at the path, and nothing else changed. Raises `NotJson` and `NotAnObject`."""
    document = Document(text)
    if document.is_empty:
        return _begun(document, _nested(path, value))
    blocks = document.blocks(path[:-1])
    block, rest = blocks[-1], path[len(blocks) - 1 :]
    there = block.named(rest[0])
    if there:
        return _replaced(document, there[-1], value)
    return _added(document, block, rest[0], _nested(rest[1:], value))


def _nested(path: Sequence[str], value: object) -> object:
    for name in reversed(path):
        value = {name: value}
    return value


def _begun(document: Document, value: object) -> str:
    text, newline = document.text, document.newline
    gap = newline if text and not text.endswith(("\n", "\r")) else ""
    return text + gap + _spread(value, "", _USUAL_UNIT, newline) + newline


def _replaced(document: Document, member: Member, value: object) -> str:
    text = document.text
    if document.begins_line(member.start):
        new = _spread(value, document.margin(member.start), document.unit, document.newline)
    else:
        new = _inline(value, is_tight=text[member.value - 1] == ":")
    return text[: member.value] + new + text[member.end :]


def _added(document: Document, block: Block, name: str, value: object) -> str:
    """Behind everything in the object, its comments too."""
    if not block.members:
        return _added_first(document, block, name, value)
    text, last = document.text, block.members[-1]
    place = _end_of_content(text, block.end - 1)
    own_line = document.begins_line(last.start)
    if own_line or _LINE_END.search(text, last.end, block.end):
        margin = document.margin(last.start) if own_line else document.margin(block.start) + document.unit
        new = document.newline + margin + _spread_member(document, name, value, margin)
    else:
        is_tight = text[last.value - 1] == ":"
        new = ("" if is_tight else " ") + _inline({name: value}, is_tight=is_tight)[1:-1]
    if last.comma is not None:
        return text[:place] + new + "," + text[place:]
    return text[: last.end] + "," + text[last.end : place] + new + text[place:]


def _added_first(document: Document, block: Block, name: str, value: object) -> str:
    text, outer = document.text, document.margin(block.start)
    place, close = _end_of_content(text, block.end - 1), block.end - 1
    if block.name >= 0 and not document.begins_line(block.name) and not _LINE_END.search(text, block.start, close):
        new = _inline({name: value}, is_tight=text[block.start - 1] == ":")[1:-1]
        return text[:place] + new + text[place:]
    margin = outer + document.unit
    gap = text[place:close]
    new = document.newline + margin + _spread_member(document, name, value, margin)
    return text[:place] + new + (gap if _LINE_END.search(gap) else document.newline + outer) + text[close:]


def _end_of_content(text: str, place: int) -> int:
    while text[place - 1] in _SPACE:
        place -= 1
    return place


def _spread_member(document: Document, name: str, value: object, margin: str) -> str:
    return f"{json.dumps(name, ensure_ascii=False)}: {_spread(value, margin, document.unit, document.newline)}"


def _spread(value: object, margin: str, unit: str, newline: str) -> str:
    return json.dumps(value, ensure_ascii=False, indent=unit).replace("\n", newline + margin)


def _inline(value: object, *, is_tight: bool) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":") if is_tight else (", ", ": "))


# ── taking out ────────────────────────────────────────────────────────────────────────────────


def take(text: str, path: Sequence[str]) -> str:
    """The text without what is at the path, its comma and the blanks before it; the same text where nothing is."""
    document = Document(text)
    if document.is_empty:
        return text
    blocks = document.blocks(path[:-1])
    there = blocks[-1].named(path[-1]) if len(blocks) == len(path) else []
    return _without(document, blocks[-1], there[-1]) if there else text


def _without(document: Document, block: Block, member: Member) -> str:
    text, index = document.text, block.members.index(member)
    comma = member.comma if member.comma is not None else block.members[index - 1].comma if index else None
    start, rest = _end_of_content(text, member.start), max(member.end, (comma or 0) + 1)
    if start in document.remark_ends and not _REST_IS_EMPTY.match(text, rest):
        start = member.start  # what follows must not end up in the remark
    parts = [(start, member.end)]
    if comma is not None:
        parts.insert(1 if comma > start else 0, (comma, comma + 1))
    shorter = _cut(text, parts)
    gone = len(text) - len(shorter)
    if len(block.members) == 1 and not shorter[block.start + 1 : block.end - 1 - gone].strip(_SPACE):
        return _cut(text, [(block.start + 1, block.end - 1)])
    return shorter


def _cut(text: str, parts: Sequence[tuple[int, int]]) -> str:
    for start, end in reversed(parts):
        text = text[:start] + text[end:]
    return text
