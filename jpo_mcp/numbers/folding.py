"""From characters to one plain spelling, refusing what only looks like a digit or a letter."""

from __future__ import annotations

import re
import unicodedata

from jpo_mcp.errors import Words
from jpo_mcp.numbers import refusals

_DASHES = "\u002d\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
# NFKC leaves most dashes alone; a Shift_JIS decode of a JPO file yields U+2212.
_TO_DASH = str.maketrans(dict.fromkeys(_DASHES, "-"))
# The long-vowel mark and the box line stand for a dash only between digits: that is how they get typed.
_TYPED_DASH = re.compile(r"(?<=[0-9])[\u30fc\uff70\u2500](?=[0-9])")

# A vertical text counts 二〇二〇 digit by digit. Beside other digits 一 may be a dash misread, and 十 is no digit.
_KANJI_DIGITS = "〇一二三四五六七八九"
_FROM_KANJI = str.maketrans(_KANJI_DIGITS, "0123456789")
_OTHER_DIGIT = re.compile("[0-9０-９]")

# A blank stands for the joint between an era year and its serial; removed, 平1 123456 would be 平11-23456.
_BLANK_JOINT = re.compile(
    r"((?:[治正和成明大昭平令]|(?:(?<![A-Za-z])|(?<=[Jj][Pp]))[MTSHRmtshr])\s*[0-9]{1,2})\s+(?=[0-9]{1,6}(?!\s*[0-9-]))"
)

_PARTED = re.compile(r"[0-9０-９]\s+[0-9０-９]")

# Invisible, though Unicode does not class them as format characters.
_ALSO_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800").union(map(chr, range(0xFE00, 0xFE10)))
_FORBIDDEN = frozenset({"Cc", "Zl", "Zp", "Cs", "Co", "Cn"})


def is_invisible(char: str) -> bool:
    """Zero-width, bidirectional and other characters that show nothing."""
    return unicodedata.category(char) == "Cf" or char in _ALSO_INVISIBLE


def folded(text: str) -> str:
    """An identifier in one spelling: NFKC, one dash, no spaces, nothing invisible. Case is kept.

    For text already known to hold an identifier; it would turn ① into 1, which `read` refuses first.
    """
    shown = "".join(c for c in text.translate(_TO_DASH) if not is_invisible(c))
    plain = _BLANK_JOINT.sub(r"\1-", unicodedata.normalize("NFKC", shown).translate(_TO_DASH))
    return _TYPED_DASH.sub("-", "".join(c for c in plain if not c.isspace()))


def checked(text: str) -> str:
    """`text` folded and in capitals; raises BadNumber for characters that no number may hold."""
    if len(text) > refusals.MAX_LENGTH:
        raise refusals.too_long(len(text))
    counted = text.translate(_FROM_KANJI) if _in_kanji_digits(text) else text
    for position, char in enumerate(counted, 1):
        if unicodedata.category(char) in _FORBIDDEN:
            raise refusals.illegal_character(text, position)
        if _is_odd_digit(char) or _is_dressed_up(char):
            raise refusals.illegal_character(text, position, rule=refusals.DIGITS_RULE)
    plain = folded(counted)
    if not plain:
        raise refusals.missing()
    return "".join(c.upper() if c.isascii() else c for c in plain)


def _in_kanji_digits(text: str) -> bool:
    return _OTHER_DIGIT.search(text) is None and any(char in _KANJI_DIGITS for char in text)


def folding_notes(text: str) -> tuple[Words, ...]:
    """Says which invisible characters were removed, whether a space parted two digits, and of kanji digits."""
    notes: list[Words] = []
    points = sorted({f"U+{ord(c):04X}" for c in text if is_invisible(c)})
    if points:
        listed = ", ".join(points[:4])
        notes.append(Words(f"invisible characters removed: {listed}", f"見えない文字を除去：{listed}"))
    if _PARTED.search(text):
        notes.append(
            Words("a space between digits was removed: check the number", "数字間の空白を除去(番号をご確認ください)")
        )
    if _in_kanji_digits(text):
        notes.append(Words("kanji digits were read one by one", "漢数字を1字ずつ数字として読みました"))
    return tuple(notes)


def folded_in_place(text: str) -> str:
    """NFKC and one dash, but character for character, so that positions stay those of `text`."""
    plain = (unicodedata.normalize("NFKC", c) for c in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, plain, strict=True)).translate(_TO_DASH)


def first_invisible(text: str) -> int | None:
    """The code point of the first invisible character."""
    return next((ord(c) for c in text if is_invisible(c)), None)


def _is_odd_digit(char: str) -> bool:
    """Arabic-Indic, circled, superscript, Roman and other digits that `int` or NFKC would take for 0-9."""
    return unicodedata.category(char) in {"Nd", "Nl", "No"} and char not in "0123456789０１２３４５６７８９"


def _is_dressed_up(char: str) -> bool:
    """A symbol that NFKC turns into ASCII letters or digits (Ⓐ, 𝐀, ㏂); full-width forms and № are ordinary."""
    if char.isascii() or "\uff01" <= char <= "\uff5e" or char == "№":
        return False
    return any(c.isascii() and c.isalnum() for c in unicodedata.normalize("NFKC", char))
