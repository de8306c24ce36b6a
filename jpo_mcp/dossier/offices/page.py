"""One page of the text of a five-office paper, and what stands around it.

The paper's words stand only in `text`, and in `title`, `title_translated`, `people`, `images`, `skipped` and fields
whose name ends in `raw`; the ids are the exchange's. The marks `[page 3/12]` in the text of a PDF are ours. Where
the paper prints what looks like one, ours end in a sign that it does not hold (`[page 3/12 #7f3a]`), named in `notes`.
"""

# ruff: noqa: RUF012 - pydantic copies a default, and none is ever changed

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import TYPE_CHECKING, Literal, NamedTuple

from jpo_mcp.codes.dossier import PaperKind
from jpo_mcp.dossier.pages import LATIN_PAGE, Cursor, bad_cursor, page_end, page_size, seal
from jpo_mcp.dossier.view import Cost, NumberView, View
from jpo_mcp.errors import BadArgument, Words

if TYPE_CHECKING:
    from jpo_mcp.documents import Bundle, PdfPage, PdfText  # at run time they would bring the readers along

Version = Literal["original", "machine translation"]
Form = Literal["xml", "pdf"]
"""What the text was read from: the JPO's own structured text, or the text layer of a PDF."""

XML = "text"
"""The selection of a cursor into the papers of a ZIP; into a PDF it is `p` and the page."""


class DossierPaperView(View):
    """One paper beside its text. `other` is the id of its other version, `document` the JPO's own number of it.

    Where the dossier's list of papers is not at hand, only what the id says is known. `case_call` reads the same paper
    in the domestic API, by reasons and amendments; as-filed papers are not served there.
    """

    id: str
    version: Version
    other: str | None = None
    kind: PaperKind | None = None
    date: str | None = None
    date_raw: str | None = None
    title: str | None = None
    title_translated: str | None = None
    document: str | None = None
    case_call: str | None = None
    people: list[str] = []
    images: list[str] = []
    skipped: list[str] = []


class DossierDocumentAnswer(Cost):
    """One page of a paper's text. `offset` and `characters` count in a ZIP's text, pages in a PDF."""

    number: NumberView
    interpreted_as: str | None = None
    other_readings: list[NumberView] = []
    resolved_from: NumberView | None = None
    paper: DossierPaperView
    form: Form
    text: str | None = None
    offset: int | None = None
    characters: int | None = None
    first_page: int | None = None
    last_page: int | None = None
    pages: int | None = None
    cursor: str | None = None
    notes: list[str] = []


@dataclass(frozen=True, slots=True)
class Shown:
    """The text of one page, where it stands, and where the next begins; `left` says how much that is."""

    text: str
    following: Cursor | None
    left: Words | None = None
    offset: int | None = None
    characters: int | None = None
    first_page: int | None = None
    last_page: int | None = None
    pages: int | None = None
    notes: tuple[Words, ...] = ()


# ── structured text ───────────────────────────────────────────────────────────────────────────


def page_of_papers(bundle: Bundle, of: str, at: Cursor | None) -> Shown:
    """A page of the papers of a ZIP, one after the other. `of` says whose they are."""
    text = "\n\n".join(paper.text for paper in bundle.papers)
    sealed, start = seal(of, text), at.offset if at else 0
    if at and ((at.selection, at.seal) != (XML, sealed) or start > len(text)):
        raise of_another_reading()
    end = page_end(text, start, page_size(text[start : start + LATIN_PAGE]))
    left = len(text) - end
    return Shown(
        text=text[start:end],
        following=Cursor(XML, end, sealed) if left else None,
        left=Words(f"{left:,} characters are left", f"{left:,}文字") if left else None,
        offset=start,
        characters=len(text),
        notes=() if start else tuple(_remarks(bundle)),
    )


def _remarks(bundle: Bundle) -> Iterator[Words]:
    for paper in bundle.papers:
        yield from paper.notes
        if missing := sum(not figure.is_held for figure in paper.figures):
            yield Words(f"figures whose image is not in the ZIP: {missing}", f"画像がZIPにない図面：{missing}点")


# ── the text layer of a PDF ───────────────────────────────────────────────────────────────────


def place_in_pdf(at: Cursor | None) -> tuple[int, int]:
    """The page, and the place in it, where a cursor goes on."""
    if at is None:
        return 1, 0
    if not at.selection.startswith("p"):
        raise of_another_reading()
    return int(at.selection[1:]), at.offset


def sealed_pdf(data: bytes, of: str) -> str:
    """The seal of a file: its pages are read a few at a time, so it is sealed by its bytes."""
    return seal(of, blake2s(data).hexdigest())


def page_of_pdf(read: PdfText, sealed: str, at: Cursor | None) -> Shown:
    """What of the pages read goes on one of ours, each under its mark."""
    first, start = place_in_pdf(at)
    if at and (at.seal != sealed or not read.pages or start > len(read.pages[0].text)):
        raise of_another_reading()
    pieces = tuple(_pieces(read, start))
    pages = tuple(piece.page for piece in pieces)
    sign = _sign("".join(piece.text for piece in pieces), sealed)
    following = _following(pieces, read.count, sealed)
    return Shown(
        text="\n\n".join(_marked(piece, read.count, sign) for piece in pieces if piece.text),
        following=following,
        left=_pages_left(read.count, following),
        first_page=first,
        last_page=pages[-1].number if pages else None,
        pages=read.count,
        notes=replace(read, pages=pages).notes + _of_marks(sign),
    )


_LIKE_A_MARK = re.compile(r"[^\w\s]\s*page\s*[0-9]", re.IGNORECASE)


def _sign(text: str, sealed: str) -> str:
    """What tells our marks from those that the text has itself; empty where it has none.

    Taken from the seal of the file, which nobody can print in it.
    """
    if not _LIKE_A_MARK.search(unicodedata.normalize("NFKC", text)):
        return ""
    return next(sealed[:end] for end in range(_SIGN, len(sealed) + 1) if sealed[:end] not in text or end == len(sealed))


_SIGN = 4
"""Characters of a sign, if the text does not happen to hold them."""


def _of_marks(sign: str) -> tuple[Words, ...]:
    if not sign:
        return ()
    return (
        Words(
            f"the paper prints marks that look like ours: only those ending in #{sign}] are page marks",
            f"原文にページ表示に似た記載があります。本ツールの表示は #{sign}] で終わるものだけです。",
        ),
    )


class _Piece(NamedTuple):
    page: PdfPage
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.page.text[self.start : self.end]

    @property
    def is_cut(self) -> bool:
        return self.end < len(self.page.text)


def _pieces(read: PdfText, start: int) -> Iterator[_Piece]:
    """Whole pages while they fit; the beginning of one that does not, unless there is hardly room for any of it."""
    room = size = page_size("".join(page.text for page in read.pages)[start : start + LATIN_PAGE])
    for page in read.pages:
        fits = len(page.text) - start <= room
        if not fits and room < size // 3:
            return
        piece = _Piece(page, start, len(page.text) if fits else page_end(page.text, start, room))
        yield piece
        if piece.is_cut:
            return
        room -= len(_marked(piece, read.count, "")) if piece.text else 0
        start = 0


def _marked(piece: _Piece, count: int, sign: str) -> str:
    continued, ours = ", continued" if piece.start else "", f" #{sign}" if sign else ""
    return f"[page {piece.page.number}/{count}{continued}{ours}]\n{piece.text}"


def _following(pieces: Sequence[_Piece], count: int, sealed: str) -> Cursor | None:
    if not pieces:
        return None
    last = pieces[-1]
    if last.is_cut:
        return Cursor(f"p{last.page.number}", last.end, sealed)
    return Cursor(f"p{last.page.number + 1}", 0, sealed) if last.page.number < count else None


def _pages_left(count: int, following: Cursor | None) -> Words | None:
    if following is None:
        return None
    page, _ = place_in_pdf(following)
    return Words(f"pages {page}-{count} are left", f"{page}～{count}ページ")


def of_another_reading() -> BadArgument:
    """A cursor into another paper, or into another version of this one."""
    return bad_cursor(
        Words(
            "the cursor is of another paper, or the paper has changed since",
            "別の書類のカーソルか、その後に書類が変わっています。",
        )
    )
