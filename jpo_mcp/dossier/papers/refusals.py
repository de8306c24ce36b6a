"""Why it was refused, and over what: one refusal as a table of reasons, claims and citations, with its joins.

The joins cost nothing: they use what the same bundle holds and what is kept, and say what would have to be asked for.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jpo_mcp import numbers
from jpo_mcp.documents import Paper, Refusal, citations_list, reasons_of
from jpo_mcp.documents.claims import Claims
from jpo_mcp.documents.refusal import Block, ClaimNote, MarkGround, Passage, Reason, Referral
from jpo_mcp.dossier import sheet
from jpo_mcp.dossier.inquiry import counting
from jpo_mcp.dossier.papers.bundles import (
    CaseFile,
    Filed,
    Opened,
    bundles,
    codes_of,
    document_number,
    none_served,
    open_case,
)
from jpo_mcp.dossier.papers.reading import NO_DAY, answered, paper_view
from jpo_mcp.dossier.papers.views import (
    BlockView,
    CitedView,
    ClaimsView,
    MarkGroundView,
    PaperKind,
    PaperLine,
    PeriodView,
    Quote,
    ReasonView,
    RefusalAnswer,
    RestsOn,
    SearchView,
)
from jpo_mcp.dossier.progress.citations import CitedDocument, cited
from jpo_mcp.dossier.view import iso, said
from jpo_mcp.endpoints import endpoint
from jpo_mcp.errors import BadArgument, InputError, Lang, Words
from jpo_mcp.models import patent
from jpo_mcp.numbers import Law
from jpo_mcp.upstream.client import JpoClient

REFUSALS: tuple[PaperKind, ...] = ("refusal_notice", "refusal_decision")
_ANSWERS: tuple[PaperKind, ...] = ("opinion", "amendment")


async def read_refusal(
    client: JpoClient,
    text: str,
    *,
    law: Law | None = None,
    document: str | None = None,
    passages: bool = False,
    max_age: float | None = None,
    this_year: int,
) -> RefusalAnswer:
    """The latest refusal of a case (notice or decision), or the one of a document or dispatch number, as a table.

    One access for the bundle, none when kept. `passages` adds the words each cell was read from. Raises an `InputError`
    before anything is spent, `NotOnFile` where there is no such paper.
    """
    number = document_number(document) if document is not None else None
    case = await open_case(client, text, law=law, max_age=max_age, this_year=this_year)
    with counting(case.inquiry):
        opened, filed = await _refusal(case, number)
        return await _answer(case, opened, filed, _Teller(case.inquiry.lang, passages, this_year))


async def _refusal(case: CaseFile, number: str | None) -> tuple[Opened, Filed]:
    if number is not None:
        opened, filed = await case.named(number)
        if filed.paper.kind not in REFUSALS:
            raise _refuses_nothing(number)
        return opened, filed
    opened = await _latest(case)
    found = opened.of(lambda paper: paper.kind in REFUSALS)
    if not found:
        raise none_served(case)
    return opened, found[0]


async def _latest(case: CaseFile) -> Opened:
    """The bundle of all refusals; that of notices alone will do where today's list shows no decision."""
    await case.look()
    notices = codes_of(case.law, REFUSALS[:1])
    decisions = codes_of(case.law, REFUSALS[1:])
    alone = case.is_current and case.shows(notices) and not case.shows(decisions)
    return await case.open(notices if alone else notices | decisions)


def _refuses_nothing(number: str) -> BadArgument:
    return BadArgument(
        Words(f"paper {number} is no refusal", f"書類 {number} は拒絶理由通知・拒絶査定ではありません。"),
        Words("jpo_read_documents reads its text", "本文は jpo_read_documents で読めます。"),
        rule=Words(
            "a notice of reasons for refusal (A131) or a decision of refusal (A02)", "拒絶理由通知書または拒絶査定"
        ),
        example="06124990101",
        field="document",
    )


async def read(paper: Paper) -> Refusal:
    """The refusal of a paper, read off the event loop."""
    return await asyncio.to_thread(_read, paper)


@lru_cache(maxsize=32)
def _read(paper: Paper) -> Refusal:
    return reasons_of(paper)


# ── the answer ────────────────────────────────────────────────────────────────────────────────


async def _answer(case: CaseFile, opened: Opened, filed: Filed, teller: _Teller) -> RefusalAnswer:
    refusal = await read(filed.paper)
    kept = await _kept_citations(case)
    answers, unread = await _answers(case, filed)
    others = [case.line(one, await _articles(one)) for one in opened.filed if one is not filed]
    rests_on = [await _rests_on(opened, referral, teller) for referral in refusal.refers_to]
    notes = [*_remarks(filed, refusal), *unread]
    beside: dict[str, object] = {"people": [], "title": None}  # no part of why; jpo_read_documents tells them
    return RefusalAnswer(
        paper=paper_view(case, filed, opened.skipped).model_copy(update=beside),
        final=refusal.final,
        period=teller.period(refusal),
        reasons=[teller.reason(reason) for reason in refusal.reasons],
        blocks=[teller.block(block) for block in refusal.blocks],
        citations=[teller.cited(citation, kept) for citation in refusal.citations],
        unexamined_claims=[teller.claims(note) for note in refusal.unexamined_claims],
        no_reason_claims=[teller.claims(note) for note in refusal.no_reason_claims],
        provisions=list(refusal.provisions),
        mark_grounds=[teller.mark_ground(ground) for ground in refusal.mark_grounds],
        curing_hints=_quotes(refusal.curing_hints),
        prior_art_record=teller.search(refusal, kept),
        rests_on=rests_on,
        unread=_quotes(refusal.unread),
        answers=answers,
        other_papers=others,
        notes=said(notes, teller.lang),
        **case.told(opened.answer, None if teller.passages or not refusal.reasons else _PASSAGES),
    )


def _remarks(filed: Filed, refusal: Refusal) -> list[Words]:
    """What could not be read, and what the reader of the table must not conclude."""
    notice = filed.paper.kind == "refusal_notice"
    found = (
        (filed.date is None, NO_DAY),
        (not refusal.reasons and not refusal.refers_to, _NOTHING_READ),
        (any(referral.reasons is None for referral in refusal.refers_to), _NOT_TOLD_WHICH),
        (bool(refusal.unread), _UNREAD),
        (notice and refusal.period is None, _NO_PERIOD),
        (notice and filed.paper.law == "patent" and refusal.final is None, _NOT_TOLD_FINAL),
        (bool(refusal.unexamined_claims or refusal.no_reason_claims), _NOT_ALLOWABLE),
    )
    without = without_claims(refusal) if filed.paper.law == "patent" else []
    return [*filed.paper.notes, *without, *(words for applies, words in found if applies)]


def without_claims(refusal: Refusal) -> list[Words]:
    """The reasons for which no claims were read: they concern the application, or their own text, or it is not told."""
    named = {no for block in refusal.blocks for no in block.reasons}
    listed = ", ".join(str(reason.no) for reason in refusal.reasons if reason.no not in named)
    if any(not block.reasons for block in refusal.blocks):
        return [_OF_WHICH_REASON]
    if not listed:
        return []
    return [
        Words(
            f"no line of claims for reason {listed}: it concerns the application, or what its text says",
            f"理由{listed}には請求項の行がありません（出願全体、または本文参照）。",
        )
    ]


_OF_WHICH_REASON = Words(
    "blocks without reasons: for which reason those claims are refused was not understood",
    "reasons のない blocks は、どの理由による請求項かを読み取れませんでした。",
)
_NOTHING_READ = Words(
    "no reason could be read from this paper: read its text (jpo_read_documents)",
    "理由を読み取れませんでした。本文をお読みください（jpo_read_documents）。",
)
_NOT_TOLD_WHICH = Words(
    "which reasons of the notice the decision takes over was not understood: see rests_on, as printed",
    "査定が通知のどの理由によるかを読み取れませんでした（rests_on の原文参照）。",
)
_UNREAD = Words(
    "what could not be put into the table is given apart, as it stands",
    "表にできなかった箇所は別に原文で示しています。",
)
_NO_PERIOD = Words("the period for a reply was not understood", "応答期間を読み取れませんでした。")
_NOT_TOLD_FINAL = Words(
    "whether the notice is final was not understood", "最後の拒絶理由か否かを読み取れませんでした。"
)
_NOT_ALLOWABLE = Words(
    "claims without a reason are not thereby allowable", "拒絶理由のない請求項が特許可能とは限りません。"
)


# ── joins ─────────────────────────────────────────────────────────────────────────────────────


async def _kept_citations(case: CaseFile) -> tuple[CitedDocument, ...]:
    """The JPO's own list of citations where it happens to be kept: it tells the role of each document."""
    if case.law != "patent":
        return ()
    row = endpoint("patent", "cite_doc_info", patent.Citations)
    kept = await case.client.kept(row, case.application.api)
    return cited(kept.data) if kept is not None and kept.data is not None else ()


async def _articles(filed: Filed) -> list[str]:
    reasons = (await read(filed.paper)).reasons if filed.paper.kind in REFUSALS else ()
    return list(dict.fromkeys(article for reason in reasons for article in reason.articles))


async def _rests_on(opened: Opened, referral: Referral, teller: _Teller) -> RestsOn:
    """The notice of the drafting date that a decision names, and those of its reasons that the decision keeps."""
    drafted = referral.drafted
    found = opened.of(lambda paper: paper.kind == "refusal_notice" and paper.drafting_date == drafted)
    if drafted is None or len(found) != 1:
        return RestsOn(drafted=iso(drafted), raw=referral.raw)
    notice = found[0]
    reasons = (await read(notice.paper)).reasons
    named = referral.reasons
    kept = [] if named is None else [reason for reason in reasons if not named or reason.no in named]
    return RestsOn(
        drafted=iso(drafted),
        raw=referral.raw,
        document=notice.paper.document_number,
        dispatched=iso(notice.date),
        reasons=[teller.reason(reason) for reason in kept],
    )


async def _answers(case: CaseFile, filed: Filed) -> tuple[list[PaperLine], list[Words]]:
    """The papers that answer a notice by its dispatch number, if the applicant's bundle is kept."""
    if filed.paper.kind != "refusal_notice":
        return [], []
    served = codes_of(case.law, _ANSWERS)
    if case.is_current and not case.shows(served):
        return [], [_NO_ANSWER]
    for row in bundles(case.law):
        kept = await case.kept_papers(row) if served <= row.papers else None
        if kept is not None:
            found = [one for one in reversed(kept.filed) if answered(one) == filed.paper.dispatch_number]
            return [case.line(one) for one in found], [] if found else [_NO_ANSWER_KEPT]
    return [], [_ANSWERS_UNREAD]


_NO_ANSWER = Words("no answer is on file, as of today's data", "本日のデータでは、応答は提出されていません。")
_NO_ANSWER_KEPT = Words(
    "none of the applicant's kept papers answers this notice",
    "保存済みの意見書・補正書に、この通知への応答はありません。",
)
_ANSWERS_UNREAD = Words(
    'answers were not looked up: jpo_read_documents kind="opinion" or kind="amendment" (1 access for both)',
    '応答書類は未取得：jpo_read_documents kind="opinion" または kind="amendment"（両方で1アクセス）',
)


# ── cells ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Teller:
    """Lays out the cells of a refusal, with or without the words they were read from."""

    lang: Lang
    passages: bool
    this_year: int

    def _place(self, quote: str, offset: int) -> dict[str, str | int]:
        return {"quote": quote, "offset": offset} if self.passages else {}

    def reason(self, reason: Reason) -> ReasonView:
        """One reason with its articles in both languages."""
        return ReasonView.model_validate(
            {
                "no": reason.no,
                "articles": list(reason.articles),
                "articles_en": list(reason.article_en),
                "label": reason.label,
                **self._place(reason.quote, reason.offset),
            }
        )

    def block(self, block: Block) -> BlockView:
        """Claims and the citations against them."""
        unread = [name for name, cell in (("claims", block.claims), ("citations", block.citations)) if cell is None]
        return BlockView.model_validate(
            {
                "reasons": list(block.reasons),
                "claims": ranges(block.claims),
                "claims_raw": _unless_plain(block.claims_raw, block.claims is None),
                "citations": None if block.citations is None else list(block.citations),
                "citations_raw": _unless_plain(block.citations_raw, block.citations is None),
                "mode": block.mode,
                "paragraphs": list(block.paragraphs),
                "figures": list(block.figures),
                "note": _not_understood(unread).say(self.lang) if unread else None,
                **(self._place(block.quote, block.offset) or ({"quote": block.quote} if unread else {})),
            }
        )

    def cited(self, citation: citations_list.Citation, kept: Sequence[CitedDocument]) -> CitedView:
        """A document of the list, with the JPO's roles for it where they are kept."""
        known = citation.display is not None
        return CitedView(
            no=citation.no,
            document=citation.display,
            raw=citation.raw if self.passages or not known else None,
            remark_raw=citation.note,
            npl=citation.npl or None,
            roles=_roles(citation, kept, self.lang),
            case_call=self._case_call(citation.display) if citation.office == "JP" else None,
            offset=citation.offset if self.passages else None,
        )

    def _case_call(self, display: str | None) -> str | None:
        """The call that would read the case of a cited document; None where the JPO's API has no such case."""
        try:
            number = numbers.case_number(display or "", this_year=self.this_year).number
        except InputError:
            return None
        if isinstance(number, numbers.PublicationNumber) and number.digits < _COVERED:
            return None
        cost = 1 if isinstance(number, numbers.ApplicationNumber) else 2
        return f'jpo_get_case(number="{number.human}"), {cost} access{"es" if cost > 1 else ""}'

    def search(self, refusal: Refusal, kept: Sequence[CitedDocument]) -> SearchView | None:
        """The record of the search, apart from the citations."""
        record = refusal.prior_art_record
        if record is None:
            return None
        return SearchView(
            fields_raw=list(record.fields),
            documents=[self.cited(document, kept) for document in record.documents],
            offset=record.offset if self.passages else None,
        )

    def claims(self, note: ClaimNote) -> ClaimsView:
        """Claims outside the reasons; their sentence where the claims were not understood."""
        shown = self.passages or note.claims is None
        return ClaimsView(
            claims=ranges(note.claims),
            quote=note.quote if shown else None,
            offset=note.offset if shown else None,
        )

    def period(self, refusal: Refusal) -> PeriodView | None:
        """The period for a reply as printed."""
        period = refusal.period
        if period is None:
            return None
        return PeriodView(value=period.value, unit=period.unit, raw=period.raw if self.passages else None)

    def mark_ground(self, ground: MarkGround) -> MarkGroundView:
        """One provision against a mark; its words in English stand with the reason."""
        earlier = [
            CitedView(
                document=mark.display,
                raw=mark.raw if self.passages else None,
                case_call=self._case_call(mark.display),
                offset=mark.offset if self.passages else None,
            )
            for mark in ground.earlier_marks
        ]
        return MarkGroundView.model_validate(
            {
                "reason": ground.reason,
                "article": ground.article,
                "goods_raw": list(ground.goods),
                "earlier_marks": earlier,
                **self._place(ground.quote, ground.offset),
            }
        )


_COVERED = "2004"
"""The year from which a publication can be of an application in the API, which begins with those filed in July 2003."""

_PASSAGES = Words(
    "passages=true adds the words each cell was read from (0 accesses)",
    "passages=true で各欄の根拠となる原文を追加（0アクセス）",
)


def ranges(claims: Claims) -> str | None:
    """`1-4, 7` of (1, 2, 3, 4, 7); None where there is nothing to tell."""
    if claims is None or isinstance(claims, str):
        return claims
    runs: list[list[int]] = []
    for claim in claims:
        if runs and claim == runs[-1][-1] + 1:
            runs[-1].append(claim)
        else:
            runs.append([claim])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs) or None


_PLAIN_LIST = re.compile(r"[0-9０-９、，,・\s　\-－―‐~～]*")


def _unless_plain(raw: str | None, unread: bool) -> str | None:
    """What is printed, where words such as 及び or 請求項 had to be understood, or could not be."""
    return raw if raw and (unread or not _PLAIN_LIST.fullmatch(raw)) else None


def _not_understood(cells: Iterable[str]) -> Words:
    listed = ", ".join(cells)
    return Words(f"not understood: {listed}; see the raw text", f"読み取れず：{listed}（原文参照）")


def _roles(citation: citations_list.Citation, kept: Sequence[CitedDocument], lang: Lang) -> list[str]:
    same = [document for document in kept if document.human is not None and document.human == citation.display]
    return list(dict.fromkeys(role for document in same for role in sheet.citation(document, lang).roles))


def _quotes(passages: Iterable[Passage]) -> list[Quote]:
    return [Quote(quote=passage.quote, offset=passage.offset) for passage in passages]
