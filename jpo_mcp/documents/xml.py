"""Bytes of a paper to text, not trusting what they declare.

The papers say Shift_JIS and are cp932. No XML or HTML library may decode them: lxml stops at the first ㈱ or 髙,
and `shift_jis` turns － and ～ into other characters. So we decode, and the parser is given characters.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from jpo_mcp.errors import Words
from jpo_mcp.markup import Unreadable

MAX_CHARACTERS = 4_000_000
_DECLARED = 200

_UTF8 = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?utf-8""", re.IGNORECASE)
_FLAGGED_SHARE = 100


class Decoded(NamedTuple):
    """A paper's characters. `replaced` counts places that are no text; each is U+FFFD."""

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
