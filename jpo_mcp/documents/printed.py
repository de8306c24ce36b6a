"""The lines of a paper as the examiner meant them, each place still a place in the paper's text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\ufe63"
_FOLD: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, _DASHES), "-"),
    0x3000: " ",
    0xA0: " ",
    0x301C: "~",
}

_NARROW = re.compile(r"[\x00-\x7e\xa0\uff61-\uff9f]")
_MARK = re.compile(r"</?(?:u|sub|sup)>|〔画像[^〔〕]{0,80}〕")
_FULL = range(70, 73)
"""Columns of a line that ran out of room; 72 is the width of the paper."""
_PAGE_MARK = re.compile(r"\s*[0-9]{1,3}/[E ]?\s*")
_OPENS = re.compile(
    r"[ \t]|[●■◆◎【]|<(?!/?(?:u|sub|sup)>)|〈|-{6}"
    r"|[・･]\s*(?:請求項|引用|備考|理由|調査|先行|出願人)"
    r"|\(?備考|理由 {0,9}[0-9]{1,2} {0,9}(?:[.:(]|$|.{0,40}について {0,9}$)|この先行技術|\(注\)"
)
RULE = re.compile(r"[-_=*~]{8,}")
"""A line drawn across the paper."""
_NUMBERED = re.compile(r"[0-9]{1,2}\s*[.:、]\s*(?![0-9.,])")


def fold(text: str) -> str:
    """Half-width, one dash, character for character: places stay those of `text`. ① stays ①."""
    return text.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class Line:
    """One line as meant. `text` is folded; `starts` and `places` map it back into the paper."""

    text: str
    starts: tuple[int, ...]
    places: tuple[int, ...]
    full: bool = False
    """Its last printed line ran out of room, so the next one may carry on."""

    def place(self, at: int) -> int:
        """Where the character `at` of `text` stands in the paper."""
        part = max(bisect_right(self.starts, at) - 1, 0)
        return self.places[part] + at - self.starts[part]

    def verbatim(self, body: str, start: int, end: int) -> str:
        """What the body has for a part of the text."""
        if end <= start:
            return ""
        return body[self.place(start) : self.place(end - 1) + 1].replace("\n", "").replace("\r", "")

    @property
    def start(self) -> int:
        """Where the line begins in the paper."""
        return self.places[0]

    @property
    def end(self) -> int:
        """Where it ends in the paper."""
        return self.place(len(self.text))


def columns(text: str) -> int:
    """The width on paper: two columns for a full-width character, none for the marks that we put in."""
    text = _MARK.sub("", text) if "<" in text or "〔" in text else text
    return 2 * len(text) - len(_NARROW.findall(text))


def lines(body: str) -> list[Line]:
    """The lines of a text; those broken only by the width of the paper are joined."""
    printed = _printed(body)
    wrapped = all(width <= _FULL[-1] for _, _, width in printed)
    joined: list[list[tuple[int, str]]] = []
    open_line = False
    filled: list[bool] = []
    for place, text, width in printed:
        full = wrapped and width in _FULL and not RULE.fullmatch(text.strip())
        if open_line and text and not _opens(text):
            joined[-1].append((place, text))
            filled[-1] = full
        else:
            joined.append([(place, text)])
            filled.append(full)
        open_line = full
    return [_line(parts, full) for parts, full in zip(joined, filled, strict=True)]


def _printed(body: str) -> list[tuple[int, str, int]]:
    """Place, folded text and width of each line of the paper, page marks left out."""
    found: list[tuple[int, str, int]] = []
    place = 0
    for row in body.split("\n"):
        text = fold(row).rstrip("\r")
        if not _PAGE_MARK.fullmatch(text):
            found.append((place, text, columns(row.rstrip("\r"))))
        place += len(row) + 1
    return found


def _opens(text: str) -> bool:
    """A line that begins something new even after a full one."""
    return bool(_OPENS.match(text) or _NUMBERED.match(text))


def _line(parts: list[tuple[int, str]], full: bool) -> Line:
    starts: list[int] = []
    length = 0
    for _, text in parts:
        starts.append(length)
        length += len(text)
    return Line("".join(t for _, t in parts), tuple(starts), tuple(p for p, _ in parts), full)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, its quotations blanked out so that what is quoted is not taken for what is said."""

    text: str
    said: str
    """`text` with every quotation replaced by blanks, place for place."""
    start: int
    end: int


def sentences(line: Line) -> list[Sentence]:
    """The sentences of a line; a full stop inside a quotation or brackets ends none."""
    said = _unquoted(line.text)
    found: list[Sentence] = []
    begin = depth = 0
    for at, char in enumerate(said):
        depth = max(depth + (char in "(〔") - (char in ")〕"), 0)
        if char == "。" and not depth:
            found.append(_sentence(line, said, begin, at + 1))
            begin = at + 1
    if said[begin:].strip():
        found.append(_sentence(line, said, begin, len(said)))
    return found


def _unquoted(text: str) -> str:
    out: list[str] = []
    depth = 0
    for char in text:
        opens, closes = char in "「『", char in "」』"
        depth += opens
        out.append(" " if depth else char)
        depth = max(depth - closes, 0)
    # An unclosed quotation would swallow the rest of the line.
    return "".join(out) if not depth else text


def _sentence(line: Line, said: str, begin: int, end: int) -> Sentence:
    while begin < end and line.text[begin] == " ":
        begin += 1
    return Sentence(line.text[begin:end], said[begin:end], line.place(begin), line.place(end - 1) + 1)
