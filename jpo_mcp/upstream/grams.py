"""Text as it is searched: one spelling for every width, case, dash and comma, cut into pairs of characters.

Nothing here is shown to anybody. Japanese has no spaces between words, so a word is found as a run of characters: the
text is kept as pairs (拒絶 絶理 理由), and a word as those of its pairs that follow one another, which is exact for
words of any length. A number is found whole and a Latin word from its beginning: a mark stands on both sides of a run
of digits, and in front of a run of letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

_JOIN, _GAP, _EDGE, _PARAGRAPH = "\x7f", "\x1f", "\x1d", "\x1c"

# Papers are broken into lines inside words and numbers, and amendments are underlined inside both.
_TAG = re.compile(r"</?(?:u|sub|sup)>")
_JOINS = re.compile(r"(?<=[0-9０-９])\n(?=[0-9０-９])|(?<=[-－])\n(?=[0-9０-９])")
_BLANK = re.compile(r"\n(?=[ \t\u3000\r]*\n)")
_ORDINAL = re.compile(r"第(?=[0-9０-９])")
_TYPED_DASH = re.compile(r"(?<=[0-9０-９])[ーｰ─](?=[0-9０-９])")
# A gap comes last: between a number and a gap there is an edge too.
_EDGES = re.compile(rf"(?<![0-9])(?=[0-9])|(?<=[0-9])(?![0-9])|(?<![a-z])(?=[a-z])|{_GAP}+")
_COMPOSED = re.compile("[\uff9e\uff9f\u3099\u309a\u0300-\u036f]")
_UNIT = re.compile("(?s).[\uff9e\uff9f\u3099\u309a\u0300-\u036f]*")

_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_ONE_SPELLING: Final = str.maketrans(dict.fromkeys(_DASHES, "-") | {"、": ",", "。": "."})
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co"})


class _Fold(dict[str, str]):
    """What each character is searched as; worked out once for each."""

    def __missing__(self, unit: str) -> str:
        plain = unicodedata.normalize("NFKC", unit).casefold().translate(_ONE_SPELLING)
        seen = "".join(c for c in plain if unicodedata.category(c) not in _UNSEEN)
        self[unit] = folded = _GAP if unit.isspace() else seen.replace(" ", _GAP)
        return folded


_FOLD = _Fold({_JOIN: "", _GAP: _GAP, _PARAGRAPH: _PARAGRAPH})


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is searched, and from where to where in the text each of its characters came."""

    key: str
    spans: tuple[tuple[int, int], ...]

    def places(self, key: str) -> Iterable[tuple[int, int]]:
        """Where that key stands in the text: from and to."""
        first, last = len(key) - len(key.lstrip(_EDGE)), len(key.rstrip(_EDGE))
        at = self.key.find(key) if first < last else -1
        while at >= 0:
            yield self.spans[at + first][0], self.spans[at + last - 1][1]
            at = self.key.find(key, at + 1)


def key_of(text: str) -> str:
    """The text as it is searched."""
    return _EDGES.sub(_mark, "".join(map(_FOLD.__getitem__, _units(text))))


def folded(text: str) -> Folded:
    """The same, with where everything came from: slower, for the few texts that are shown."""
    units = _units(text)
    ends = list(accumulate(map(len, units)))
    plain = [_FOLD[unit] for unit in units]
    spans = [(end - len(unit), end) for unit, end, said in zip(units, ends, plain, strict=True) for _ in said]
    whole, key, places, done = "".join(plain), list[str](), list[tuple[int, int]](), 0
    for edge in _EDGES.finditer(whole):
        key.append(whole[done : edge.start()] + _mark(edge))
        places += spans[done : edge.start()]
        places += [] if edge[0] else [(0, 0)]  # a mark comes from nowhere
        done = edge.end()
    return Folded("".join([*key, whole[done:]]), (*places, *spans[done:]))


def _mark(edge: re.Match[str]) -> str:
    return "" if edge[0] else _EDGE


def _units(text: str) -> Sequence[str]:
    """The text's characters, one by one or with the marks that belong to them; of the same length together."""
    text = _TAG.sub(lambda tag: _JOIN * len(tag[0]), text)
    text = _BLANK.sub(_PARAGRAPH, _JOINS.sub(_JOIN, text))
    text = _TYPED_DASH.sub("-", _ORDINAL.sub(_GAP, text))
    return _UNIT.findall(text) if _COMPOSED.search(text) else text


# ── for the index, whose tokenizer takes every character beyond ASCII for a part of a word ─────

_AS_WORDS: Final = {code: 0xE000 + code for code in range(128) if not chr(code).isalnum()}
_LABEL: Final = "\ue100"


def grams(text: str, labels: Iterable[str] = ()) -> str:
    """The text as pairs of characters with spaces between, and what it can be narrowed down by."""
    key = key_of(text).translate(_AS_WORDS)
    return " ".join([*map("".join, pairwise(key)), key[-1:], *map(_label, labels)])


def matching(words: Iterable[Iterable[str]], labels: Iterable[str] = ()) -> str:
    """The expression for texts that hold every one of these keys, each in one of its spellings, and have the labels."""
    all_of = ["(" + " OR ".join(map(_phrase, spellings)) + ")" for spellings in words]
    return " AND ".join([*all_of, *(f'"{_label(label)}"' for label in labels)])


def _phrase(key: str) -> str:
    key = key.translate(_AS_WORDS)
    return f'"{" ".join(map("".join, pairwise(key)))}"' if len(key) > 1 else f'"{key}" *'


def _label(text: str) -> str:
    """One word that is no pair of characters."""
    return _LABEL + "".join(c for c in text if c.isalnum())
