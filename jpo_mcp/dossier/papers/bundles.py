"""The papers of a case: which exist, which bundle holds which, and each bundle fetched once and at the least cost.

A bundle allows 100 accesses a day, the list of papers 800. So the list is asked first wherever it can save a bundle,
and never where it cannot.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, get_args

from jpo_mcp import codes, numbers
from jpo_mcp.documents import Bundle, Paper, UnreadableBundle, read_bundle
from jpo_mcp.documents.paper import kind_of
from jpo_mcp.dossier.inquiry import Inquiry, counting, interpretation, resolve
from jpo_mcp.dossier.papers.views import PaperKind, PaperLine
from jpo_mcp.dossier.progress.timeline import Event, timeline
from jpo_mcp.dossier.view import iso, number_view, provenance
from jpo_mcp.endpoints import ENDPOINTS, Endpoint, endpoint
from jpo_mcp.errors import BadArgument, JpoError, NotOnFile, Words
from jpo_mcp.models import common
from jpo_mcp.numbers import ApplicationNumber, CaseNumber, Law
from jpo_mcp.upstream.answer import Answer
from jpo_mcp.upstream.client import JpoClient

KINDS: tuple[PaperKind, ...] = get_args(PaperKind)
ON_J_PLATPAT = Words(
    "the JPO's API does not serve the papers marked elsewhere: read them on J-PlatPat "
    '(jpo_get_case sections=["link"] gives the address) or, of patents, with jpo_get_dossier if the ID has the OPD',
    "elsewhere の書類は本APIでは提供されません。J-PlatPat（jpo_get_case の link）か、"
    "特許でOPDを利用できるIDの場合は jpo_get_dossier でご覧ください。",
)


class Listed(NamedTuple):
    """One paper as the case's list shows it."""

    number: str | None
    event: Event


class Filed(NamedTuple):
    """One paper of a bundle. `date` is the day of dispatch or receipt, where the case's list is at hand."""

    paper: Paper
    date: date | None

    @property
    def code(self) -> str | None:
        """The document code, unless the paper has put something else in its place."""
        return self.paper.code if re.fullmatch("[A-Z][0-9]{2,6}", self.paper.code) else None

    @property
    def order(self) -> tuple[date, str]:
        """By day, then by number."""
        paper = self.paper
        day = self.date or paper.drafting_date or paper.submission_date or date.min
        return day, paper.document_number or ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle that was asked for: its answer, its papers by date, the latest first, and the files not read."""

    answer: Answer[bytes]
    filed: tuple[Filed, ...]
    skipped: tuple[str, ...]

    def of(self, chosen: Callable[[Paper], bool]) -> tuple[Filed, ...]:
        """The papers that were meant, the latest first."""
        return tuple(filed for filed in self.filed if chosen(filed.paper))


def bundles(law: Law) -> tuple[Endpoint[bytes], ...]:
    """The endpoints that serve papers, those with more kinds of paper first: of two that serve one, the first does."""
    rows = (row for row in ENDPOINTS if row.law == law and row.papers)
    return tuple(sorted(rows, key=lambda row: -len(row.papers)))


def codes_of(law: Law, kinds: Iterable[PaperKind]) -> frozenset[str]:
    """The document codes of these kinds that are served."""
    wanted = frozenset[str](kinds)
    return frozenset(code for row in bundles(law) for code in row.papers if kind_of(code) in wanted)


def kind_served(law: Law, code: str) -> PaperKind | None:
    """The kind of a document code; None where no bundle holds it."""
    served = any(code in row.papers for row in bundles(law))
    return next((kind for kind in KINDS if served and kind == kind_of(code)), None)


@dataclass(slots=True)
class CaseFile:
    """The file of one case during one inquiry."""

    inquiry: Inquiry
    asked: CaseNumber
    application: ApplicationNumber
    listed: tuple[Listed, ...] | None = None
    """What the case's list shows; None while it is not at hand."""
    is_current: bool = False
    """Whether the list at hand is today's."""

    @property
    def client(self) -> JpoClient:
        return self.inquiry.client

    @property
    def law(self) -> Law:
        return self.application.law

    @property
    def _progress(self) -> Endpoint[common.Progress]:
        return endpoint(self.law, "app_progress", common.Progress)

    async def ask_list(self) -> Answer[common.Progress]:
        """The case's list of papers: one access, none when kept."""
        answer = await self.inquiry.ask("list", self._progress, self.application.api)
        self._note(answer)
        return answer

    def _note(self, answer: Answer[common.Progress]) -> None:
        events = timeline(answer.found())
        self.listed = tuple(Listed(paper.number, event) for event in events for paper in event.documents)
        self.is_current = answer.source != "stale"

    async def look(self) -> None:
        """The list if it is kept, fresh or not: the day of a paper that it shows will not change."""
        kept = await self.client.kept(self._progress, self.application.api)
        if self.listed is None and kept is not None and kept.data is not None:
            self._note(kept)

    def shows(self, served: frozenset[str]) -> bool:
        """Whether the list shows a paper of these codes."""
        return any(listed.event.code in served for listed in self.listed or ())

    async def open(self, served: frozenset[str]) -> Opened:
        """A bundle that holds all papers of these codes: a kept one if it is still current, else one access."""
        rows = [row for row in bundles(self.law) if served <= row.papers]
        await self.look()
        row = await self._fresh(rows) or await self._fresh_by_todays_list(rows)
        if self.inquiry.max_age is None and self.is_current and not self.shows(served):
            raise none_served(self)
        answer = await self.inquiry.ask("papers", row or rows[0], self.application.api)
        return self._opened(answer, await parsed(answer.found(), self.law))

    async def _fresh(self, rows: Iterable[Endpoint[bytes]]) -> Endpoint[bytes] | None:
        """The first of these whose bundle costs nothing."""
        for row in rows:
            kept = await self.kept(row)
            if kept is not None and kept.source == "kept" and self.inquiry.max_age is None:
                return row
        return None

    async def _fresh_by_todays_list(self, rows: Iterable[Endpoint[bytes]]) -> Endpoint[bytes] | None:
        """The same once today's list is at hand, which can show that an older bundle is still whole."""
        if self.is_current or self.inquiry.max_age is not None:
            return None
        if not any([await self.kept(row) is not None for row in rows]):
            return None
        try:
            await self.ask_list()
        except JpoError as failure:  # the bundle itself may still be had
            self.inquiry.cost += failure.spent
        return await self._fresh(rows)

    async def kept(self, row: Endpoint[bytes]) -> Answer[bytes] | None:
        """What is kept of one endpoint for this case."""
        return await self.client.kept(row, self.application.api)

    async def kept_papers(self, row: Endpoint[bytes]) -> Opened | None:
        """The papers of a kept bundle, however old it is; None where there is none to read. Costs nothing."""
        kept = await self.kept(row)
        bundle = await _readable(kept, self.law)
        return self._opened(kept, bundle) if kept and bundle else None

    def _opened(self, answer: Answer[bytes], bundle: Bundle) -> Opened:
        days = {listed.number: listed.event.date for listed in self.listed or () if listed.number}
        filed = [Filed(paper, days.get(paper.document_number or "")) for paper in bundle.papers]
        filed.sort(key=lambda one: one.order, reverse=True)
        return Opened(answer, tuple(filed), tuple(file.name for file in bundle.skipped))

    async def named(self, number: str) -> tuple[Opened, Filed]:
        """The paper of a document number (11 digits) or dispatch number (6), from the bundle that holds it."""
        await self.look()
        if self.inquiry.max_age is None and (found := await self._among_fresh(number)):
            return found
        if self._code_of(number) is None and not self.is_current:
            await self.ask_list()
        code = self._code_of(number)
        if code is None:
            raise _no_such_paper(self, number)
        if kind_served(self.law, code) is None:
            raise _not_served(self, number, code)
        opened = await self.open(frozenset({code}))
        filed = opened.of(lambda paper: is_named(paper, number))
        if not filed:
            raise _not_in_bundle(number)
        return opened, filed[0]

    async def _among_fresh(self, number: str) -> tuple[Opened, Filed] | None:
        for row in bundles(self.law):
            opened = await self.kept_papers(row)
            if opened is None or opened.answer.source != "kept":
                continue
            for filed in opened.of(lambda paper: is_named(paper, number)):
                await self.inquiry.ask("papers", row, self.application.api)
                return opened, filed
        return None

    def _code_of(self, number: str) -> str | None:
        """The code of the paper that the list shows under a number, one that is served before one that is not.

        Six digits are what the office dispatched; its papers that nobody serves can end in the same.
        """
        found = [listed.event.code for listed in self.listed or () if _is_listed(listed, number)]
        served = (code for code in found if kind_served(self.law, code))
        return next(served, found[0] if found else None)

    def told(self, answer: Answer[Any], following: Words | None) -> dict[str, Any]:
        """Which case it is, how it was found, how old the answer is, what the whole inquiry cost, what comes next."""
        lang = self.inquiry.lang
        return {
            "number": number_view(self.application),
            **interpretation(self.asked, self.application, lang),
            **provenance(answer, lang),
            "cost": self.inquiry.cost,
            "remaining_today": self.inquiry.remaining or None,
            "next": following.say(lang) if following else None,
        }

    def line(self, filed: Filed, articles: Iterable[str] = ()) -> PaperLine:
        """One paper of a bundle that is at hand, as a line."""
        paper, code = filed.paper, filed.code
        words = codes.document(self.law, code)
        return PaperLine(
            date=iso(filed.date),
            drafted=None if filed.date else iso(paper.drafting_date),
            code=code,
            ja=words.ja,
            en=words.en,
            document=paper.document_number,
            kind=kind_served(self.law, code or ""),
            body="kept",
            characters=len(paper.text),
            articles=list(articles),
        )


async def open_case(
    client: JpoClient, text: str, *, law: Law | None, max_age: float | None, this_year: int
) -> CaseFile:
    """The file of the case behind any notation; one access where the number is no application number."""
    asked = numbers.case_number(text, law=law, this_year=this_year)
    inquiry = Inquiry(client, max_age, client.deadline())
    with counting(inquiry):
        return CaseFile(inquiry, asked, await resolve(inquiry, asked.number))


async def kept_text(client: JpoClient, law: Law, application: str, number: str) -> str | None:
    """The whole text of a paper, if its bundle is kept, however old: a paper does not change. Costs nothing."""
    for row in bundles(law):
        bundle = await _readable(await client.kept(row, application), law)
        for paper in bundle.papers if bundle else ():
            if paper.document_number == number:
                return paper.text
    return None


async def kept_numbers(client: JpoClient, application: ApplicationNumber) -> list[str]:
    """The document numbers of a case's kept papers, the latest first. Costs nothing."""
    law = application.law
    kept = [await _readable(await client.kept(row, application.api), law) for row in bundles(law)]
    papers = [Filed(paper, None) for bundle in kept if bundle for paper in bundle.papers]
    papers.sort(key=lambda filed: filed.order, reverse=True)
    return list(dict.fromkeys(filed.paper.document_number for filed in papers if filed.paper.document_number))


async def _readable(kept: Answer[bytes] | None, law: Law) -> Bundle | None:
    if kept is None or kept.data is None:
        return None
    try:
        return await parsed(kept.data, law)
    except UnreadableBundle:
        return None


async def parsed(data: bytes, law: Law) -> Bundle:
    """The papers of a bundle, read off the event loop: a large one takes a second."""
    return await asyncio.to_thread(_parsed, data, law)


@lru_cache(maxsize=8)
def _parsed(data: bytes, law: Law) -> Bundle:
    """Remembered, since a paper is read a page at a time. A thread that fails remembers nothing."""
    return read_bundle(data, law)


# ── the number of a paper ─────────────────────────────────────────────────────────────────────

_DOCUMENT, _DISPATCH = 11, 6
_HALF_WIDTH = str.maketrans("０１２３４５６７８９－：", "0123456789-:")


def document_number(text: str) -> str:
    """`06124084096`, or `084096` for a dispatch number, as people and programs write them; else `BadArgument`."""
    digits = re.sub(r"[\s-]", "", text.translate(_HALF_WIDTH)).removeprefix("発送番号").lstrip(":")
    if not (
        digits.isascii() and digits.isdigit() and (4 <= len(digits) <= _DISPATCH or 10 <= len(digits) <= _DOCUMENT)
    ):
        raise BadArgument(
            Words("not a document number", "書類番号の形式ではありません。"),
            Words("leave it out to list the papers with their numbers", "省略すると書類の一覧と番号が得られます。"),
            rule=Words(
                "a document number (11 digits) or a dispatch number (6 digits)", "書類番号（11桁）または発送番号（6桁）"
            ),
            example="06124990101",
            field="document",
        )
    return digits.zfill(_DISPATCH if len(digits) <= _DISPATCH else _DOCUMENT)


def _is_listed(listed: Listed, number: str) -> bool:
    if len(number) == _DISPATCH:
        return listed.event.actor == "office" and (listed.number or "").endswith(number)
    return listed.number == number


def is_named(paper: Paper, number: str) -> bool:
    """Whether a number that `document_number` gave is this paper's."""
    return number == (paper.dispatch_number if len(number) == _DISPATCH else paper.document_number)


# ── the words for papers that cannot be had ───────────────────────────────────────────────────

_MOST_NAMED = 6
_LIST_THEM = Words(
    "jpo_read_documents without kind lists the papers", "kind なしの jpo_read_documents で一覧が得られます。"
)


def none_served(case: CaseFile) -> NotOnFile:
    """No paper of the kind: said from today's list, or from the bundle itself."""
    human = case.application.human
    return NotOnFile(
        Words(
            f"{human}: the JPO serves no paper of this kind for the case, as of today's data",
            f"{human}：本日のデータでは、この種類の書類は提供されていません。",
        ),
        _LIST_THEM,
    )


def _no_such_paper(case: CaseFile, number: str) -> NotOnFile:
    served = [one for one in case.listed or () if one.number and kind_served(case.law, one.event.code)]
    named = [f"{one.number} {one.event.code} {one.event.date or ''}".strip() for one in served[-_MOST_NAMED:]]
    listed = ", ".join(named) or "-"
    return NotOnFile(
        Words(
            f"{case.application.human} has no paper {number}",
            f"{case.application.human} に書類 {number} はありません。",
        ),
        Words("name one of those", "上記から指定してください。") if named else _LIST_THEM,
        rule=Words(f"it has {listed}", listed),
        field="document",
    )


def _not_served(case: CaseFile, number: str, code: str) -> NotOnFile:
    words = codes.document(case.law, code)
    return NotOnFile(
        Words(
            f"paper {number} exists ({code}, {words.en or words.ja or '?'}), but the JPO's API does not serve its text",
            f"書類 {number}（{code} {words.ja or ''}）は存在しますが、本文は本APIで提供されません。",
        ),
        Words(
            'read it on J-PlatPat: jpo_get_case with sections=["link"] gives the address',
            'J-PlatPat でご覧ください（jpo_get_case の sections=["link"]）。',
        ),
        field="document",
    )


def _not_in_bundle(number: str) -> NotOnFile:
    return NotOnFile(
        Words(
            f"paper {number} is on the case's list, but not (yet) in the bundle that the JPO serves",
            f"書類 {number} は一覧にありますが、提供された書類一式（ZIP）に（まだ）含まれていません。",
        ),
        Words(
            "try again tomorrow, or read it on J-PlatPat",
            "明日もう一度試すか、J-PlatPat でご覧ください。",
        ),
        field="document",
    )
