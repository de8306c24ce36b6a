"""What a refusal says, cell by cell: every cell with the words it was read from and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from jpo_mcp.documents.citations_list import Citation, SearchRecord
from jpo_mcp.documents.claims import Claims, Mode


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the paper, verbatim, and its place."""

    quote: str
    offset: int


@dataclass(frozen=True, slots=True)
class Period:
    """The period for a reply, as printed; the day it ends depends on the dispatch and on the applicant's seat."""

    value: int
    unit: Literal["days", "months"]
    raw: str
    offset: int | None = None
    """Place in the body; None where it was read from the conclusion."""


@dataclass(frozen=True, slots=True)
class Block:
    """Claims and the documents cited against them, on one line or in one concluding sentence.

    `claims` is None where the print was not understood, `citations` likewise; `claims_raw` and `quote` then say what
    stands there. No citation line at all is `citations=()` with the mode "none".
    """

    reasons: tuple[int, ...]
    claims: Claims
    claims_raw: str | None
    citations: tuple[int, ...] | None
    citations_raw: str | None
    mode: Mode | None
    source: Literal["line", "prose"]
    paragraphs: tuple[str, ...]
    """Paragraph numbers in the remarks, half-width, of whatever document they belong to."""
    figures: tuple[str, ...]
    quote: str
    offset: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for refusal. `codes` is empty where its article was not found; never filled from what is usual."""

    no: int
    printed_no: str | None
    codes: tuple[str, ...]
    articles: tuple[str, ...]
    article_en: tuple[str, ...]
    label: str | None
    blocks: tuple[Block, ...]
    quote: str
    offset: int


@dataclass(frozen=True, slots=True)
class ClaimNote:
    """What is said of claims outside the reasons. None where the sentence names several groups or none."""

    claims: Claims
    quote: str
    offset: int


@dataclass(frozen=True, slots=True)
class Referral:
    """A notice that a decision rests on. `drafted` is its drafting date (起案日), not the day of dispatch."""

    raw: str
    drafted: date | None
    reasons: tuple[int, ...] | None
    """Those named, none for all of the notice; None where the paper does not plainly tell, or not in numbers."""


@dataclass(frozen=True, slots=True)
class EarlierMark:
    """A registration or application cited against a mark."""

    raw: str
    number: str
    display: str
    offset: int


@dataclass(frozen=True, slots=True)
class MarkGround:
    """One provision against a mark, with the goods and earlier marks named under its heading.

    `goods` are words of the text, which can be 前記商品以外の商品 (goods other than those) or その指定商品 (all).
    """

    reason: int
    code: str
    article: str
    article_en: str
    label: str | None
    goods: tuple[str, ...]
    earlier_marks: tuple[EarlierMark, ...]
    quote: str
    offset: int


@dataclass(frozen=True, slots=True)
class DesignGround:
    """The ground against a design: the sentence that applies the article, and the designs cited."""

    code: str
    article: str
    article_en: str
    cited: tuple[Citation, ...]
    quote: str
    offset: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal read. Claims without a reason are not thereby allowable: they may not have been examined."""

    reasons: tuple[Reason, ...] = ()
    blocks: tuple[Block, ...] = ()
    """Every block in order; one whose reasons the paper does not tell has `reasons=()`."""
    citations: tuple[Citation, ...] = ()
    prior_art_record: SearchRecord | None = None
    unexamined_claims: tuple[ClaimNote, ...] = ()
    no_reason_claims: tuple[ClaimNote, ...] = ()
    period: Period | None = None
    final: bool | None = None
    """最後の拒絶理由通知; None for decisions, designs and marks, and where the paper does not tell."""
    refers_to: tuple[Referral, ...] = ()
    """Decisions: every notice that they name as their ground, in order."""
    provisions: tuple[str, ...] = ()
    """Trademarks: the applicable provisions (適用条文), NFKC."""
    mark_grounds: tuple[MarkGround, ...] = ()
    design_grounds: tuple[DesignGround, ...] = ()
    curing_hints: tuple[Passage, ...] = ()
    """Advice on how to overcome a refusal (意匠法第10条, 補正の示唆); never a ground."""
    unread: tuple[Passage, ...] = ()
