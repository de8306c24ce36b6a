"""A long text a page at a time: where a page ends, and the cursor that asks for the next. Pure, and nothing is kept."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from dataclasses import dataclass
from hashlib import blake2s

from jpo_mcp.errors import BadArgument, Words

PAGE = 1_400
"""Characters of a page, about as many tokens in Japanese: a page with what stands around it stays under 2,000."""

LATIN_PAGE = 4 * PAGE
"""As many tokens, in Latin script."""

_ENDS = ("\n\n", "\n", "。")
_LAST_LATIN = "\u024f"


def page_size(text: str) -> int:
    """Characters of a page of such text."""
    wide = sum(char > _LAST_LATIN for char in text)
    return PAGE if 10 * wide > len(text) else LATIN_PAGE


def page_end(text: str, start: int, size: int = PAGE) -> int:
    """Where the page that begins at `start` ends: after a paragraph, a line or a sentence if one ends near enough."""
    limit = start + size
    if limit >= len(text):
        return len(text)
    for end in _ENDS:
        place = text.rfind(end, start + size * 2 // 3, limit)
        if place >= 0:
            return place + len(end)
    return _between_characters(text, start, limit)


def _between_characters(text: str, start: int, place: int) -> int:
    """Not between a character and the marks on it (か and its voicing mark, an ideograph and its variant)."""
    for before in range(place, max(place - _MARKS, start), -1):
        if not unicodedata.category(text[before]).startswith("M"):
            return before
    return place


_MARKS = 8
"""More marks than any character bears."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: what is being read, the place in the text of a paper, and that paper's seal."""

    selection: str
    offset: int
    seal: str

    def __str__(self) -> str:
        plain = f"{self.selection}:{self.offset}:{self.seal}".encode("ascii")
        return base64.urlsafe_b64encode(plain).decode().rstrip("=")


_CURSOR = re.compile(r"([a-z_]{1,20}|p[1-9][0-9]{0,4}|[0-9]{6}|[0-9]{11}):([0-9]{1,9}):([0-9a-f]{16})")


def read_cursor(text: str) -> Cursor:
    """The cursor as an answer gave it; `BadArgument` for anything else."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        raise bad_cursor() from None
    match = _CURSOR.fullmatch(plain)
    cursor = Cursor(match[1], int(match[2]), match[3]) if match else None
    if cursor is None or str(cursor) != text:
        raise bad_cursor()
    return cursor


def seal(*parts: str) -> str:
    """What tells one paper of one case, in one wording, from every other."""
    return blake2s("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def bad_cursor(what: Words | None = None) -> BadArgument:
    """A cursor that leads nowhere."""
    return BadArgument(
        what or Words("not a cursor of ours", "カーソルが正しくありません。"),
        Words("leave it out to begin again", "省略すると最初から読めます。"),
        rule=Words(
            "the `cursor` of the last page, unchanged, with the same number",
            "直前のページの cursor を、同じ番号とともにそのまま指定",
        ),
        example=str(Cursor("refusal_notice", PAGE, "0" * 16)),
        field="cursor",
    )
