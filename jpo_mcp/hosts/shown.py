"""A change as a person may see it: the lines around it, and no word of anybody else's settings."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import unified_diff

_AROUND = 2
_LONG = 200
_PIECES = re.compile(
    r'(?P<comment>//[^\r\n]*|/\*.*?\*/)|(?P<string>"[^"\\]*(?:\\.[^"\\]*)*")(?P<is_name>\s*:)?', re.DOTALL
)
_BREAKS = re.compile(r"(?<=[{\[,])(?=.)")


def difference(before: str, after: str, name: str, known: Collection[str]) -> list[str]:
    """The change as a unified diff. Strings not among the known ones, and comments, are only dots: they may be keys."""
    old, new = (_lines(_masked(text, known)) for text in (before, after))
    same = _alike(old, new)
    end = _alike(old[same:][::-1], new[same:][::-1])
    start, old_end, new_end = max(0, same - _AROUND), len(old) - max(0, end - _AROUND), len(new) - max(0, end - _AROUND)
    around = unified_diff(old[start:old_end], new[start:new_end], n=len(old) + len(new), lineterm="")
    counts = f"@@ -{start + 1},{old_end - start} +{start + 1},{new_end - start} @@"
    return [f"--- {name}", f"+++ {name}", counts, *list(around)[3:]]


def _masked(text: str, known: Collection[str]) -> str:
    def mask(piece: re.Match[str]) -> str:
        if piece["comment"]:
            return f"{piece['comment'][:2]} …"
        kept = piece["is_name"] or piece["string"] in known
        return piece[0] if kept else '"…"'

    return _PIECES.sub(mask, text)


def _lines(text: str) -> list[str]:
    return [part for line in text.splitlines() for part in (_BREAKS.split(line) if len(line) > _LONG else [line])]


def _alike(old: list[str], new: list[str]) -> int:
    count = 0
    while count < min(len(old), len(new)) and old[count] == new[count]:
        count += 1
    return count
