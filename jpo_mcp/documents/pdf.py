"""A PDF's bytes to the text of its pages, a few at a time, whatever somebody put into the file.

PDFium reads it (BSD-3, one wheel of 4 MB): of the readers measured it alone knows all the encodings of older Japanese,
Chinese and Korean files, at five times the speed of pypdf. It runs in a process of its own (`pdf_child`), since native
code may fall, and every reader measured, Python ones too, met a small file that kept it busy for ever.

Characters are those of the text layer, in the order of the file, as PDFium gives them, but for these:

- a character whose meaning the file does not tell is U+FFFD, counted in `replaced`;
- a character that shows nothing is left out, counted in `hidden`;
- a hyphen at the end of a line is a hyphen and a line end, also where it is a soft one.

PDFium itself makes one space of several narrow ones, none where a line begins with them, and no line of an empty one: a
PDF has places, not lines. It puts vertical lines in the wrong order, so pages that hold some are named.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jpo_mcp.errors import JpoError, Words
from jpo_mcp.markup import hidden_note, shown

MAX_PAGES = 10_000

State = Literal["text", "image", "blank", "unreadable"]
"""`image`: something is drawn and none of it is text, as in a scan. `unreadable`: the reader failed on this page."""

_CHILD = Path(__file__).with_name("pdf_child.py")
_SECONDS = 15
_PATIENCE = 5
"""After so many seconds the pages read are handed over, and the rest is left for the next call."""
_BEGINNING = 1024


class UnreadablePdf(JpoError):
    """The file is no PDF that can be read safely; none of its pages was."""

    code = "unreadable_pdf"


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page and its text. The text is somebody else's; page marks are the reader's to set."""

    number: int
    text: str
    state: State
    replaced: int = 0
    hidden: int = 0
    unseen: bool = False
    """The text is printed invisibly, as text recognition lays it over a scan."""
    vertical: bool = False
    """Some of the text stands in vertical lines."""


@dataclass(frozen=True, slots=True)
class PdfText:
    """Some pages of a file, in order, one after the other."""

    count: int
    """Pages of the whole file."""
    pages: tuple[PdfPage, ...]
    next_page: int | None
    """Where to go on; None at the end of what was asked for."""

    @property
    def notes(self) -> tuple[Words, ...]:
        """What a reader of these pages must know. Our words, never the file's."""
        found = [_said(what, [p.number for p in self.pages if p.state == state]) for state, what in _STATES.items()]
        found.append(_said(_RECOGNISED, [page.number for page in self.pages if page.unseen]))
        found.append(_said(_VERTICAL, [page.number for page in self.pages if page.vertical]))
        found.append(_said(_UNTOLD, [page.number for page in self.pages if page.replaced]))
        return (*filter(None, found), *hidden_note(sum(page.hidden for page in self.pages)))


_STATES: dict[State, Words] = {
    "image": Words("no text on {}: scanned or drawn, an image only", "{}には文字情報がありません（スキャン等の画像）"),
    "blank": Words("{} blank", "{}は白紙です"),
    "unreadable": Words("{} could not be read", "{}は読み取れませんでした"),
}
_RECOGNISED = Words(
    "the text of {} was laid unseen over an image, as text recognition does: compare it with the image",
    "{}の文字は画像に重ねた不可視の文字です（文字認識等）。画像と照合してください",
)
_VERTICAL = Words(
    "vertical lines on {} may be in the wrong order: compare them with the PDF",
    "{}の縦書きの行は順序が誤っている場合があります。PDFと照合してください",
)
_UNTOLD = Words(
    "the file does not tell the meaning of some characters on {}; each is shown as U+FFFD",
    "{}には文字コードの分からない文字があり、U+FFFDで示しました",
)


def read_pdf(data: bytes, *, first: int = 1, last: int | None = None, enough: int = 20_000) -> PdfText:
    """Whole pages from `first` on, until they hold `enough` characters or `last` is read; raises UnreadablePdf.

    Takes about 0.2 s more than the pages themselves, and blocks: an event loop calls it in a thread.
    """
    if b"%PDF-" not in data[:_BEGINNING]:
        raise _unreadable(Words("it is no PDF", "PDF形式ではありません"))
    end = MAX_PAGES if last is None else min(last, MAX_PAGES)
    count, *lines = _lines(data, first, end, enough)
    end = min(end, count)
    pages = [_page(number, line) for number, line in enumerate(lines, first)]
    following = first + len(pages)
    return PdfText(count, tuple(pages), following if following <= end else None)


def _lines(data: bytes, first: int, last: int, enough: int) -> list[Any]:
    """The number of pages, then each page as the child said it; the page it fell on is None."""
    output, fell = _run(data, first, last, enough)
    lines = [json.loads(line) for line in output.splitlines(keepends=True) if line.endswith(b"\n")]
    if not lines:
        raise _unreadable(_HARMFUL)
    count = lines[0]
    if not isinstance(count, int):
        raise _unreadable(_REFUSALS[count])
    if count > MAX_PAGES:
        raise _unreadable(Words(f"it has more than {MAX_PAGES:,} pages", f"{MAX_PAGES:,}ページを超えています"))
    return [*lines, None] if fell else lines


_HARMFUL = Words("reading it takes too long or too much memory", "読み取りに時間かメモリーがかかりすぎます")
_REFUSALS = {
    "locked": Words("it is locked with a password", "パスワードで保護されています"),
    "damaged": Words("it is cut short or damaged", "途中で切れているか壊れています"),
}


def _run(data: bytes, first: int, last: int, enough: int) -> tuple[bytes, bool]:
    """What the child said, and whether it fell or had to be ended."""
    arguments = [sys.executable, "-P", str(_CHILD), *map(str, (first, last, enough, _PATIENCE))]
    try:
        done = subprocess.run(  # noqa: S603 - our own file; nothing of the caller's but numbers
            arguments,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            env=_environ(),
            check=False,
        )
    except subprocess.TimeoutExpired as e:
        return e.stdout or b"", True
    except OSError as e:
        raise _unreadable(Words("no process could be started to read it", "読み取り用の処理を起動できません")) from e
    return done.stdout, done.returncode != 0


def _environ() -> dict[str, str]:
    """What Python needs to start and to find what this process finds, and no credential."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("JPO_")}
    return {**inherited, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _page(number: int, line: Any) -> PdfPage:
    if line is None:
        return PdfPage(number, "", "unreadable")
    raw, replaced, drawn, unseen, vertical = line
    text, hidden = shown(raw)
    if not text.strip():
        return PdfPage(number, "", "image" if drawn else "blank", hidden=hidden)
    return PdfPage(number, text, "text", replaced, hidden, unseen, vertical)


def _said(what: Words, numbers: list[int]) -> Words | None:
    """The sentence about these pages, None where there are none."""
    if not numbers:
        return None
    ranges = ["-".join(map(str, sorted({run[0], run[-1]}))) for run in _runs(numbers)]
    pages = Words(f"page{'s' if len(numbers) > 1 else ''} {', '.join(ranges)}", f"{'、'.join(ranges)}ページ")
    return Words(what.en.format(pages.en), what.ja.format(pages.ja))


def _runs(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Neighbours together: 1 2 5 -> [1, 2], [5]."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _unreadable(why: Words) -> UnreadablePdf:
    return UnreadablePdf(
        Words(f"The PDF of this paper cannot be read: {why.en}.", f"この書類のPDFを読めません：{why.ja}。"),
        Words(
            "Ask again later; if it stays so, read the paper in the office's own register.",
            "後でもう一度試し、変わらなければ各庁の公式サイトで書類を見てください。",
        ),
    )
