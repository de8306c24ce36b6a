"""The process that reads one PDF and ends: `python pdf_child.py FIRST LAST ENOUGH SECONDS`, the file on stdin.

It runs beside the server, not in it, and imports nothing of it. PDFium is native code, and a file of 800 bytes keeps
it busy for ever: so this process gives up its files and sockets and most of its memory before it opens the file, and
whoever started it can end it. Each line of its output is JSON and stands for itself, so what was read before a fall is
not lost: the number of pages or the name of an error, then for each page what `_page` gives.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import struct
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

_MEMORY = 512 * 1024 * 1024
_CPU_SECONDS = 30
"""Ends a process whose parent died before it could."""
_MOST_UNITS = 200_000
"""UTF-16 units of a page. A page of small print has 10,000."""
_WRONG_PASSWORD, _UNKNOWN_LOCK = 4, 5
_HYPHEN = "\x02"
"""PDFium's mark for a hyphen at the end of a line; it swallows the line end."""
_UNKNOWN = "\ufffd"
_UNSEEN_MODE = 3
_COLUMN = 72
"""Points: no single character of a paper is an inch high."""
_LATIN = 0
_SYMBOLS = (b"Symbol", b"ZapfDingbats")

_pdfium: Any = import_module("pypdfium2")
_raw: Any = import_module("pypdfium2.raw")


def main(first: int, last: int, enough: int, seconds: float) -> None:
    """Reads the file from stdin and says each line as soon as it is known."""
    data = sys.stdin.buffer.read()
    _BoxesForFonts().setup()
    _give_up_everything()
    for line in lines(data, first, last, enough, seconds):
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def lines(data: bytes, first: int, last: int, enough: int, seconds: float) -> Iterator[object]:
    """The number of pages, then pages until there is enough text or the time is over."""
    until = time.monotonic() + seconds
    try:
        document = _pdfium.PdfDocument(data)
    except _pdfium.PdfiumError as e:
        yield "locked" if e.err_code in {_WRONG_PASSWORD, _UNKNOWN_LOCK} else "damaged"
        return
    yield len(document)
    found = 0
    for number in range(first, min(last, len(document)) + 1):
        page = _page(document, number - 1)
        yield page
        found += len(page[0]) if page else 0
        if found >= enough or time.monotonic() > until:
            break
    document.close()


def _page(document: Any, index: int) -> tuple[str, int, bool, bool, bool] | None:
    """Its text, how many characters are unknown, whether anything is drawn, all text unseen, some text vertical.

    None for a page that cannot be read.
    """
    try:
        page = document[index]
        read = page.get_textpage()
    except _pdfium.PdfiumError:
        return None
    units = read.count_chars()
    if units > _MOST_UNITS:
        return None
    text, replaced = _text(read, units)
    drawn = list(page.get_objects(max_depth=1))
    printed = [each for each in drawn if each.type == _raw.FPDF_PAGEOBJ_TEXT]
    unseen = {_raw.FPDFTextObj_GetTextRenderMode(each) for each in printed} == {_UNSEEN_MODE}
    vertical = any(map(_is_vertical, printed))
    read.close()
    page.close()
    return text, replaced, bool(drawn), unseen, vertical


def _is_vertical(printed: Any) -> bool:
    """Higher than a few characters and narrow, though nothing turns it."""
    left, bottom, right, top = printed.get_bounds()
    high, across = top - bottom, right - left
    return high > _COLUMN and high > 4 * across and printed.get_matrix().b == 0


def _text(read: Any, units: int) -> tuple[str, int]:
    """The characters, U+FFFD for each whose meaning the file does not tell, and how many those are.

    A character beyond 16 bits is two units here, and one again for the reader of the JSON.
    """
    unknown = {at for at in range(units) if _raw.FPDFText_HasUnicodeMapError(read, at) == 1}
    found = (_UNKNOWN if at in unknown else chr(_raw.FPDFText_GetUnicode(read, at) & 0xFFFF) for at in range(units))
    return "".join(found).replace("\r\n", "\n").replace(_HYPHEN, "-\n"), len(unknown)


class _BoxesForFonts(_pdfium.PdfSysfontBase):
    """Gives PDFium a font of boxes for any that is neither in the file nor in PDFium.

    Where a character has no outline PDFium loses lines that equal the one above, so what is read would hang on the
    fonts of the machine. Latin text is left to PDFium's own fonts, which know the widths that such files leave out.
    """

    def EnumFonts(self, _: Any, mapper: Any) -> None:  # noqa: N802 - the names are PDFium's
        """No font of the machine is ever used."""

    def MapFont(self, *asked: Any) -> int | None:  # noqa: N802
        _, _weight, _italic, charset, _pitch, face, _exact = asked
        return None if charset == _LATIN or ctypes.string_at(face) in _SYMBOLS else 1

    def GetFont(self, _: Any, face: Any) -> None:  # noqa: N802
        """Asked for by name only after an answer of `EnumFonts`."""

    def GetFontData(self, _: Any, font: Any, table: int, buffer: Any, size: int) -> int:  # noqa: N802
        data = _BOXES if table == 0 else b""
        if buffer and size >= len(data):
            ctypes.memmove(buffer, data, len(data))
        return len(data)

    def GetFaceName(self, _: Any, font: Any, buffer: Any, size: int) -> int:  # noqa: N802
        return 0

    def GetFontCharset(self, _: Any, font: Any) -> int:  # noqa: N802
        return 1

    def DeleteFont(self, _: Any, font: Any) -> None:  # noqa: N802
        """There is one font, and it stays."""


def _boxes() -> bytes:
    """A TrueType font with one glyph, a box, for every character there is (a character map of format 13)."""
    box = struct.pack(">5h2H", 1, 50, -100, 950, 800, 3, 0) + b"\1" * 4
    box += struct.pack(">8h", 50, 0, 900, 0, -100, 900, 0, -900)
    tables = {
        b"cmap": struct.pack(">4HL 2H2L 3L", 0, 1, 3, 10, 12, 13, 0, 28, 0, 1, 0x20, 0x10FFFF) + struct.pack(">L", 1),
        b"glyf": box * 2,  # the first stands for no character
        b"head": struct.pack(
            ">4L2H16x4h2H3h", 1 << 16, 1 << 16, 0, 0x5F0F3CF5, 0, 1000, 50, -100, 950, 800, 0, 8, 2, 0, 0
        ),
        b"hhea": struct.pack(">L3hH6h10xH", 1 << 16, 880, -120, 0, 1000, 50, 50, 950, 1, 0, 0, 2),
        b"hmtx": struct.pack(">4H", 1000, 50, 1000, 50),
        b"loca": struct.pack(">3H", 0, len(box) // 2, len(box)),
        b"maxp": struct.pack(">L14H", 1 << 16, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    directory, content = struct.pack(">L4H", 1 << 16, len(tables), 64, 2, 48), b""
    for tag, table in tables.items():
        at = 12 + 16 * len(tables) + len(content)
        directory += struct.pack(">4s3L", tag, 0, at, len(table))
        content += table + bytes(-len(table) % 4)
    return directory + content


_BOXES = _boxes()


def _give_up_everything() -> None:
    """No more memory than a paper needs, no file or socket from now on. Windows has no such limits."""
    with contextlib.suppress(ImportError):
        resource: Any = import_module("resource")
        limits = {"RLIMIT_CORE": 0, "RLIMIT_CPU": _CPU_SECONDS, "RLIMIT_AS": _MEMORY, "RLIMIT_NOFILE": 0}
        for name, most in limits.items():
            with contextlib.suppress(ValueError, OSError):  # a system that knows the name and not the limit
                resource.setrlimit(getattr(resource, name), (most, most))


if __name__ == "__main__":
    first, last, enough, seconds = sys.argv[1:]
    main(int(first), int(last), int(enough), float(seconds))
