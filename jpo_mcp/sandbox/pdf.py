"""PDFs as offices send them: pages with a text layer in four scripts, and scanned pages that are images only.

The fonts are named and not embedded: Latin text is WinAnsi, the rest UTF-16 under a CMap that every reader knows by
name. So a page of text needs no font file, and the same pages give the same bytes.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

Script = Literal["latin", "japanese", "chinese", "korean"]

LINES = 40
"""Lines of a page."""
COLUMNS = 72
"""Columns of a line: 36 full-width characters, as in the JPO's papers."""

_WIDTH, _HEIGHT = 595, 842
_SIZE, _LEADING = 12, 18
_LEFT, _TOP = 72, 770
_PIXELS = (827, 1169)
"""A4 at 100 dots an inch."""
_BLACK, _WHITE = 0x00, 0xFF

_CATALOG, _PAGES, _IMAGE, _FIRST_FONT = 1, 2, 3, 4


class Page(NamedTuple):
    """A page with a text layer, a line of text each."""

    lines: tuple[str, ...]
    script: Script = "latin"


SCANNED = None
"""Stands for a page that is an image and holds no text."""


class _Face(NamedTuple):
    """A font that every reader brings along, and the name of the collection of its glyphs."""

    name: str
    collection: str
    cmap: str


_FACES: dict[Script, _Face] = {
    "japanese": _Face("HeiseiMin-W3", "Japan1", "UniJIS-UTF16-H"),
    "chinese": _Face("STSong-Light", "GB1", "UniGB-UTF16-H"),
    "korean": _Face("HYSMyeongJo-Medium", "Korea1", "UniKS-UTF16-H"),
}
_FONTS: dict[Script, int] = {"latin": _FIRST_FONT, **{s: _FIRST_FONT + 1 + 3 * n for n, s in enumerate(_FACES)}}
_FIRST_PAGE = _FIRST_FONT + 1 + 3 * len(_FACES)


def pdf(pages: Sequence[Page | None]) -> bytes:
    """The file of these pages; `SCANNED` among them is a page without text."""
    numbers = [_FIRST_PAGE + 2 * n for n in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages %d 0 R >>" % _PAGES,
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        _scan(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *(part for script, face in _FACES.items() for part in _font(face, _FONTS[script])),
    ]
    for number, page in zip(numbers, pages, strict=True):
        objects += [_page(number + 1), _stream(_text(page) if page else _picture())]
    return assembled(objects)


def typeset(text: str, script: Script = "latin") -> tuple[Page, ...]:
    """Text as pages: its own line ends kept, longer lines broken at the edge."""
    lines = [piece for line in text.split("\n") for piece in _broken(line)]
    return tuple(Page(tuple(lines[at : at + LINES]), script) for at in range(0, len(lines), LINES))


def assembled(objects: Iterable[bytes], trailer: bytes = b"") -> bytes:
    """The objects as a file, numbered from 1; the first is the catalog."""
    written, places = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), list[int]()
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start, size = len(written), len(places) + 1
    written += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    written += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, _CATALOG, trailer, start)
    return bytes(written)


def _page(contents: int) -> bytes:
    fonts = " ".join(f"/{script} {number} 0 R" for script, number in _FONTS.items())
    return (
        f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents {contents} 0 R"
        f" /Resources << /Font << {fonts} >> /XObject << /Scan {_IMAGE} 0 R >> >> >>"
    ).encode()


def _text(page: Page) -> bytes:
    shown = "".join(f"{_string(line, page.script)} Tj T*\n" for line in page.lines)
    return f"BT /{page.script} {_SIZE} Tf {_LEADING} TL {_LEFT} {_TOP} Td\n{shown}ET".encode()


def _string(line: str, script: Script) -> str:
    return f"<{line.encode('cp1252' if script == 'latin' else 'utf-16-be').hex()}>"


def _picture() -> bytes:
    return b"q %d 0 0 %d 0 0 cm /Scan Do Q" % (_WIDTH, _HEIGHT)


def _scan() -> bytes:
    """Grey bars where lines of text would be."""
    across, down = _PIXELS
    row = (across + 7) // 8
    blank, inked = bytes([_WHITE]) * row, bytes([_WHITE] * 13 + [_BLACK, 0x55] * 39 + [_WHITE] * (row - 91))
    lines = (inked if 100 < y < down - 100 and y % 25 < 12 else blank for y in range(down))
    kind = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1 /ColorSpace /DeviceGray"
    return _stream(b"".join(lines), kind % _PIXELS)


def _font(face: _Face, number: int) -> Iterator[bytes]:
    """A font of many glyphs is three objects: itself, its glyphs, and how they look."""
    system = f"<< /Registry (Adobe) /Ordering ({face.collection}) /Supplement 0 >>"
    yield (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{face.name}-{face.cmap} /Encoding /{face.cmap}"
        f" /DescendantFonts [{number + 1} 0 R] >>"
    ).encode()
    yield (
        f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /{face.name} /CIDSystemInfo {system}"
        f" /FontDescriptor {number + 2} 0 R /DW 1000 /W [1 95 500] >>"
    ).encode()
    yield (
        f"<< /Type /FontDescriptor /FontName /{face.name} /Flags 6 /FontBBox [-123 -257 1001 910] /ItalicAngle 0"
        " /Ascent 709 /Descent -241 /CapHeight 709 /StemV 93 >>"
    ).encode()


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    return b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (entries, len(packed), packed)


def _broken(line: str) -> Iterator[str]:
    """Pieces that fit, broken at a blank where there is one."""
    piece, used = "", 0
    for char in line:
        wide = _columns(char)
        if used + wide > COLUMNS:
            cut = piece.rfind(" ") + 1 or len(piece)
            yield piece[:cut].rstrip(" ")
            piece, used = piece[cut:], sum(map(_columns, piece[cut:]))
        piece, used = piece + char, used + wide
    yield piece


@cache
def _columns(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "FWA" else 1
