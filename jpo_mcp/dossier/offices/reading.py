"""One paper of a five-office dossier to read: found by its id, fetched once, its text given a page at a time.

A Japanese original is served as structured text (ZIP), everything else as PDF; a PDF may be a scan without any text.
An id is enough to fetch a paper, so the dossier's list is not asked for it: it is used where it is kept, and asked
only for a paper that is named by the JPO's number.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jpo_mcp import numbers
from jpo_mcp.documents import Bundle, UnreadableBundle, UnreadablePdf, read_pdf
from jpo_mcp.dossier.inquiry import Inquiry, counting
from jpo_mcp.dossier.offices.exchange import PAPER_ID, PAPERS, PDF, ZIP, Asked, ask_papers, kept_progress, member_number
from jpo_mcp.dossier.offices.page import (
    XML,
    DossierDocumentAnswer,
    DossierPaperView,
    Shown,
    Version,
    of_another_reading,
    page_of_papers,
    page_of_pdf,
    place_in_pdf,
    sealed_pdf,
)
from jpo_mcp.dossier.offices.views import day, quoted
from jpo_mcp.dossier.pages import LATIN_PAGE, Cursor, read_cursor
from jpo_mcp.dossier.papers.bundles import kind_served, parsed
from jpo_mcp.dossier.papers.reading import person_line
from jpo_mcp.dossier.progress.timeline import timeline
from jpo_mcp.dossier.view import provenance, said
from jpo_mcp.endpoints import Endpoint
from jpo_mcp.errors import BadArgument, NotOnFile, Words
from jpo_mcp.models import opd
from jpo_mcp.numbers import DocdbNumber
from jpo_mcp.upstream.answer import Answer
from jpo_mcp.upstream.client import JpoClient

_SERVED_KINDS = frozenset({"office_action", "argument", "amendment", "decision"})
_JPO_NUMBER = re.compile("[0-9]{10,11}", re.ASCII)
"""As papers print it, or a number that has lost its leading zero."""
_TRANSLATED = ("JP", "CN", "KR")
"""Offices whose papers are machine-translated. Their originals end in `_JP`, `_CN`, `_KR`."""


async def read_dossier_document(
    client: JpoClient,
    text: str,
    *,
    document: str,
    cursor: str | None = None,
    max_age: float | None = None,
    this_year: int,
) -> DossierDocumentAnswer:
    """One page of the text of a paper, by its id in the dossier's list or, for JP, by the JPO's eleven digits.

    Costs one access for all pages, none when kept; for a Japanese original that is served as PDF only, two. Raises an
    `InputError` before anything is spent, `NotOnFile`, `UnreadablePdf`, or what the pipeline raises.
    """
    at = _place(cursor)
    wanted = _wanted(document)
    inquiry = Inquiry(client, None if at else max_age, client.deadline())  # all pages of one reading are of one file
    with counting(inquiry):
        asked = await member_number(inquiry, text, this_year=this_year)
        reading = _Reading(inquiry, asked.application, await _chosen(inquiry, asked, wanted))
        file = await reading.fetch(at)
        shown = await reading.page(file, at)
        return await reading.answer(asked, file, shown, is_first=at is None)


def _place(cursor: str | None) -> Cursor | None:
    """Where to go on; refused where it is a cursor of the domestic papers."""
    at = read_cursor(cursor) if cursor is not None else None
    if at is not None and at.selection != XML:
        place_in_pdf(at)
    return at


def _wanted(document: str) -> str:
    """The id as it was given, or the JPO's number; `BadArgument` for what can be neither."""
    wanted = unicodedata.normalize("NFKC", document).strip()
    if PAPER_ID.fullmatch(wanted):
        return wanted
    raise BadArgument(
        Words("not an id of a paper", "書類のIDではありません。"),
        Words("jpo_get_dossier lists the papers with their ids", "jpo_get_dossier で書類とIDの一覧が得られます。"),
        rule=Words(
            "an id from the dossier's list; for JP also the JPO's number of 11 digits",
            "書類一覧のID。日本の書類は11桁の書類番号でも可",
        ),
        example="Written_Opinion_52499030103_JP",
        field="document",
    )


# ── which paper ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The id to fetch, and its line in the dossier's list; where that is not at hand, a line that holds the id only."""

    id: str
    is_translated: bool
    paper: opd.DossierPaper
    is_listed: bool = True

    @property
    def version(self) -> Version:
        return "machine translation" if self.is_translated else "original"

    @property
    def other(self) -> str | None:
        """The id of the other version."""
        side = self.paper.original if self.is_translated else self.paper.translated
        return side.id if side and side.id and side.id != self.id and PAPER_ID.fullmatch(side.id) else None


async def _chosen(inquiry: Inquiry, asked: Asked, wanted: str) -> _Chosen:
    """The paper that was named: from the list where it is kept, else by its id alone."""
    application = asked.application
    is_number = application.office == "JP" and _JPO_NUMBER.fullmatch(wanted) is not None
    listed = await inquiry.client.kept(PAPERS, str(application))
    if is_number and (listed is None or listed.source != "kept" or listed.data is None):
        listed = await ask_papers(inquiry, asked)
    papers = listed.data.papers if listed and listed.data else ()
    if is_number:
        return _numbered(papers, wanted.zfill(11), application)
    for paper in papers:
        if paper.original and paper.original.id == wanted:
            return _Chosen(wanted, False, paper)
        if paper.translated and paper.translated.id == wanted:
            return _Chosen(wanted, True, paper)
    if papers and listed and listed.source == "kept":
        raise _not_listed(application)
    is_translated = application.office in _TRANSLATED and not wanted.endswith(f"_{application.office}")
    return _Chosen(wanted, is_translated, opd.DossierPaper(original=opd.Side(id=wanted)), is_listed=False)


def _numbered(papers: tuple[opd.DossierPaper, ...], number: str, application: DocdbNumber) -> _Chosen:
    """The original of the one paper with that number: an application's parts share one."""
    numbered = [(paper, paper.original) for paper in papers if paper.jpo_document_number == number]
    found = [
        _Chosen(side.id, False, paper) for paper, side in numbered if side and side.id and PAPER_ID.fullmatch(side.id)
    ]
    if not found:
        raise _not_listed(application)
    if len(found) > 1:
        raise BadArgument(
            Words(
                f"{number} is the number of {len(found)} papers, as of every part of an application",
                f"{number} は{len(found)}件の書類に共通の番号です（願書・明細書等）。",
            ),
            Words(
                "name one by its id; jpo_get_dossier lists them (0 accesses, the list is kept)",
                "IDで1件を指定してください。jpo_get_dossier で一覧（保存済み、0アクセス）。",
            ),
            rule=Words("the title, the number, the office", "英語の書類名＋番号＋庁"),
            example=f"Description_{number}_JP",
            field="document",
        )
    return found[0]


def _not_listed(application: DocdbNumber) -> NotOnFile:
    return NotOnFile(
        Words(
            f"the list of papers of {application.human} shows no such paper",
            f"{application.human} の書類一覧に、その書類はありません。",
        ),
        Words(
            "jpo_get_dossier lists the papers with their ids (0 accesses, the list is kept)",
            "jpo_get_dossier で書類とIDの一覧が得られます（保存済み、0アクセス）。",
        ),
        field="document",
    )


# ── its file, its page ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _File:
    """What was fetched: the papers of a ZIP, or the bytes of a PDF. `instead` says why it is not the ZIP."""

    answer: Answer[bytes]
    bundle: Bundle | None = None
    instead: Words | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """One paper being read."""

    inquiry: Inquiry
    application: DocdbNumber
    chosen: _Chosen

    @property
    def _whose(self) -> str:
        return f"{self.application} {self.chosen.id}"

    async def fetch(self, at: Cursor | None) -> _File:
        """The file: structured text where there may be some, else the PDF. A cursor says which of the two it was."""
        structured = self.application.office == "JP" and not self.chosen.is_translated
        instead = None
        if structured and (at is None or at.selection == XML):
            found = await self._structured()
            if isinstance(found, _File):
                return found
            instead = found
        if at is not None and at.selection == XML:
            raise of_another_reading()
        return _File(await self._ask(PDF), instead=instead)

    async def _structured(self) -> _File | Words:
        """The ZIP, or why there is none to read."""
        try:
            answer = await self._ask(ZIP)
            bundle = await parsed(answer.found(), "patent")
        except NotOnFile as nothing:
            self.inquiry.cost += nothing.spent
            return Words("the JPO has no structured text of it", "構造化テキスト（ZIP）が提供されていない")
        except UnreadableBundle:
            return _NO_TEXT
        return _File(answer, bundle) if bundle.papers else _NO_TEXT

    async def _ask(self, row: Endpoint[bytes]) -> Answer[bytes]:
        try:
            return await self.inquiry.ask("paper", row, str(self.application), self.chosen.id)
        except NotOnFile as nothing:
            nothing.next_step = _LIST_THEM
            raise

    async def page(self, file: _File, at: Cursor | None) -> Shown:
        """The page that a cursor means, read off the event loop."""
        if file.bundle is not None:
            return page_of_papers(file.bundle, self._whose, at)
        return await asyncio.to_thread(_page_of_pdf, file.answer.found(), self._whose, at)

    async def answer(self, asked: Asked, file: _File, shown: Shown, *, is_first: bool) -> DossierDocumentAnswer:
        """The page; what is known of the paper stands on its first page only."""
        lang, following = self.inquiry.lang, self._next(shown)
        told: dict[str, Any] = provenance(file.answer, lang) | {
            "cost": self.inquiry.cost,
            "remaining_today": self.inquiry.remaining or None,
            "next": following.say(lang) if following else None,
        }
        return DossierDocumentAnswer(
            **asked.told(),
            paper=await self._view(file.bundle) if is_first else self._brief(),
            form="xml" if file.bundle else "pdf",
            text=shown.text or None,
            offset=shown.offset,
            characters=shown.characters,
            first_page=shown.first_page,
            last_page=shown.last_page,
            pages=shown.pages,
            cursor=str(shown.following) if shown.following else None,
            notes=said([*(self._notes(file) if is_first else ()), *shown.notes], lang),
            **told,
        )

    def _brief(self) -> DossierPaperView:
        return DossierPaperView(id=self.chosen.id, version=self.chosen.version, other=self.chosen.other)

    async def _view(self, bundle: Bundle | None) -> DossierPaperView:
        paper, papers = self.chosen.paper, bundle.papers if bundle else ()
        images = dict.fromkeys(image for each in papers for image in each.images)
        skipped = [file.name for file in bundle.skipped] if bundle else []
        number = paper.jpo_document_number if self.application.office == "JP" else None
        return DossierPaperView(
            id=self.chosen.id,
            version=self.chosen.version,
            other=self.chosen.other,
            kind=paper.kind if self.chosen.is_listed or paper.kind != "other" else None,
            **day(paper.legal_date),
            title=quoted(paper.original.description if paper.original else None)
            or quoted("、".join(each.title for each in papers)),
            title_translated=quoted(paper.translated.description) if paper.translated else None,
            document=number,
            case_call=await self._case_call(number) if number else None,
            people=[person_line(person) for each in papers for person in each.people],
            images=list(images),
            skipped=[name for name in skipped if name.rpartition("/")[2] not in images],
        )

    async def _case_call(self, number: str) -> str | None:
        """The call that reads the same paper in the domestic API, where that serves papers of its kind."""
        application = numbers.application_from_api("patent", self.application.number)
        if application is None or not await self._is_served(number):
            return None
        return f'jpo_read_documents(number="{application.human}", document="{number}")'

    async def _is_served(self, number: str) -> bool:
        """By its code where the domestic list is kept, else by what the exchange says it is."""
        kept = await kept_progress(self.inquiry, str(self.application))
        events = timeline(kept.found()) if kept else ()
        code = next((e.code for e in events for paper in e.documents if paper.number == number), None)
        return self.chosen.paper.kind in _SERVED_KINDS if code is None else kind_served("patent", code) is not None

    def _notes(self, file: _File) -> Iterator[Words]:
        if self.chosen.is_translated:
            yield _MACHINE
        if not self.chosen.is_listed:
            yield _NOT_LISTED
        if file.instead:
            yield Words(
                f"read from the PDF, since {file.instead.en}", f"PDFから読み取りました（理由：{file.instead.ja}）"
            )

    def _next(self, shown: Shown) -> Words | None:
        if left := shown.left:
            return Words(f"cursor reads on: {left.en} (0 accesses)", f"cursor で続き（残り {left.ja}、0アクセス）")
        if self.chosen.other is None:
            return None
        what = Words("original", "原文") if self.chosen.is_translated else Words("machine translation", "機械翻訳")
        return Words(f"the id in paper.other reads the {what.en} (1 access)", f"paper.other で{what.ja}（1アクセス）")


def _page_of_pdf(data: bytes, whose: str, at: Cursor | None) -> Shown:
    first, start = place_in_pdf(at)
    try:
        read = read_pdf(data, first=first, enough=start + LATIN_PAGE)
    except UnreadablePdf as failure:
        failure.next_step = _ELSEWHERE  # the file is kept for months, so later alone would not help
        raise
    return page_of_pdf(read, sealed_pdf(data, whose), at)


_NO_TEXT = Words("its structured text cannot be read", "構造化テキスト（ZIP）を読み取れない")
_MACHINE = Words(
    "a machine translation made by the office: for anything that matters, read the original",
    "庁が提供する機械翻訳です。重要な判断には原文をご確認ください",
)
_NOT_LISTED = Words(
    "fetched by its id alone, so its date and other version are not told: jpo_get_dossier lists them (1 access)",
    "IDのみで取得したため、日付や訳文・原文の対応は不明です（jpo_get_dossier で一覧、1アクセス）",
)
_LIST_THEM = Words(
    "jpo_get_dossier lists the papers with their ids (1 access, 0 when kept); this never proves that it does not exist",
    "jpo_get_dossier で書類とIDの一覧が得られます（1アクセス、保存済みは0）。不存在の証明ではありません。",
)
_ELSEWHERE = Words(
    "read the paper in the office's own register; if it may have been damaged on its way, max_age=0 fetches it anew "
    "(1 access)",
    "各庁の公式サイトで書類を見てください。通信中の破損が疑われる場合は max_age=0 で再取得（1アクセス）。",
)
