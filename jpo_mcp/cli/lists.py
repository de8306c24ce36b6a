"""The numbers of a list: typed, in a text file, in a table, or on standard input."""

from __future__ import annotations

import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from jpo_mcp.cli.files import bad_file
from jpo_mcp.errors import Words, reason_of


def numbers_of(typed: Sequence[str], file: str | None) -> list[str]:
    """The numbers typed, then those on standard input where a dash is among them, then those of the file."""
    sources = ["-" if "-" in typed else None, file]
    read = [text for source in sources if source for text in _read(source)]
    return [*(text for text in typed if text != "-"), *read]


def _read(source: str) -> list[str]:
    """A number a line; of a table the first column, of a CSV file without its heading."""
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as failure:
        raise bad_file("file", source, reason_of(failure)) from None
    lines = _decoded(raw, source).splitlines()
    if source.lower().endswith(".csv"):
        return _first_column(lines, source)
    return [number for line in lines if (number := _first_cell(line))]


def _first_cell(line: str) -> str:
    """What stands before a remark, and before the first tab: Excel's "Unicode text" is a table with tabs."""
    return line.partition("#")[0].strip().partition("\t")[0].rstrip()


def _first_column(lines: Sequence[str], source: str) -> list[str]:
    import csv

    try:
        column = [row[0].strip() if row else "" for row in csv.reader(lines)]
    except csv.Error as failure:
        raise bad_file("file", source, Words(str(failure), str(failure))) from None
    if column and not any(character.isdigit() for character in column[0]):
        del column[0]
    return [number for number in column if number and not number.startswith("#")]


def _decoded(raw: bytes, source: str) -> str:
    """UTF-8, or what a Japanese Windows writes; UTF-16 only where it says so itself, for any bytes could be that."""
    says_utf16 = raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("utf-16",) if says_utf16 else ("utf-8-sig", "cp932"):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    why = Words("neither UTF-8, UTF-16 nor Shift_JIS", "UTF-8・UTF-16・Shift_JISのいずれでもありません。")
    raise bad_file("file", source, why)
