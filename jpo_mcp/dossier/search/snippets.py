"""The sentence in which words were found, with the words marked. Pure; the text itself is somebody else's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jpo_mcp.dossier.pages import PAGE, page_size
from jpo_mcp.markup import shown
from jpo_mcp.upstream.grams import folded, key_of

OPEN, CLOSE = "«", "»"
"""What stands around a word that was found. Shift_JIS, in which papers are written, does not have them."""

_WIDE, _LATIN = 120, 260
"""Characters of a snippet, in Japanese and in Latin script."""
_MOST_PLACES = 20
_FULL_LINE = 30
"""Characters from which a line is one that the paper's width broke, not one that ends where its writer wished."""
_ENDS, _PIECE = re.compile(r"。|\n(?=[ \t\u3000\r]*\n)"), 300
_HEADING = re.compile(r"^[^\S\n]*(●[^\n]+|＜[^\n]+＞|【[^】\n]+】)", re.MULTILINE)
_LONGEST_HEADING = 40

Spellings = Sequence[str]
"""The keys of one word."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """The words in their sentence, where the first of them stands in the text, and under which heading."""

    text: str
    offset: int
    section: str | None


def snippet(text: str, words: Sequence[Spellings]) -> Snippet | None:
    """The sentence with the most of these words, the first of several; None where the text has none of them."""
    best, most = (0, text, words), 0  # a phrase with a full stop in it is in no piece
    for start, piece in _pieces(text):
        plain = key_of(piece)
        held = [word for word in words if any(key in plain for key in word)]
        if len(held) > most:
            best, most = (start, piece, held), len(held)
        if most == len(words):
            break
    return _cut(text, *best)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text in pieces that end with a sentence or a paragraph: it is folded a piece at a time, which is slow."""
    start = 0
    for end in _ENDS.finditer(text):
        if end.end() - start >= _PIECE:
            yield start, text[start : end.end()]
            start = end.end()
    yield start, text[start:]


def _cut(text: str, start: int, paragraph: str, words: Sequence[Spellings]) -> Snippet | None:
    whole = folded(paragraph)
    places = [
        sorted({_with_ordinal(paragraph, place) for key in word for place in whole.places(key)})[:_MOST_PLACES]
        for word in words
    ]
    every = sorted({place for found in places for place in found})
    if not every:
        return None
    sentences = {place: _sentence(paragraph, *place) for place in every}

    def held(place: tuple[int, int]) -> int:
        first, last = sentences[place]
        return sum(any(first <= a and b <= last for a, b in found) for found in places)

    chosen = max(every, key=held)  # the first of those with the most
    first, last = _window(paragraph, chosen, sentences[chosen])
    marked = _marked(paragraph, first, last, [p for p in every if first <= p[0] and p[1] <= last])
    before = "…" if first > sentences[chosen][0] else ""
    after = "…" if last < sentences[chosen][1] else ""
    return Snippet(f"{before}{marked}{after}", start + chosen[0], _section(text, start + chosen[0]))


def _with_ordinal(text: str, place: tuple[int, int]) -> tuple[int, int]:
    """第 before a number is not searched, and is shown as part of what was found."""
    start, end = place
    return (start - 1, end) if text[start - 1 : start] == "第" and text[start].isdecimal() else place


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """From the full stop, or the end of a line that ends there, before a word to the one after it."""
    first = max(text.rfind("。", 0, start) + 1, _line_start(text, start))
    stop, line = text.find("。", end), _line_end(text, end)
    return first, line if stop < 0 else min(stop + 1, line)


def _line_start(text: str, place: int) -> int:
    while (line := text.rfind("\n", 0, place)) >= 0:
        before = text.rfind("\n", 0, line) + 1
        if line - before < _FULL_LINE:
            return line + 1
        place = line
    return 0


def _line_end(text: str, place: int) -> int:
    while (line := text.find("\n", place)) >= 0:
        if line - (text.rfind("\n", 0, line) + 1) < _FULL_LINE:
            return line
        place = line + 1
    return len(text)


def _window(text: str, place: tuple[int, int], sentence: tuple[int, int]) -> tuple[int, int]:
    """As much of a long sentence as a snippet may hold, with the word inside."""
    start, end = place
    room = _WIDE if page_size(text[sentence[0] : sentence[1]]) == PAGE else _LATIN
    aside = max(0, room - (end - start)) // 2
    first = max(sentence[0], min(start - aside, sentence[1] - room))
    return first, min(sentence[1], max(end + aside, first + room), end + room)


def _marked(text: str, first: int, last: int, places: Iterable[tuple[int, int]]) -> str:
    parts, done = list[str](), first
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if start >= done:
            parts += [text[done:start], OPEN, text[start:end], CLOSE]
            done = end
    return _on_one_line("".join([*parts, text[done:last]]))


_BROKEN = re.compile(r"(?<=[\x21-\x7e])[ \t\r\n]+(?=[\x21-\x7e])")


def _on_one_line(text: str) -> str:
    """The line breaks of a paper go; between Latin words a space stays."""
    return re.sub(r"[\r\n]+[ \t\u3000]*", "", _BROKEN.sub(" ", shown(text)[0])).strip()


def _section(text: str, place: int) -> str | None:
    """The nearest heading above."""
    headings = _HEADING.findall(text, 0, place)
    return shown(headings[-1])[0].strip()[:_LONGEST_HEADING] if headings else None
