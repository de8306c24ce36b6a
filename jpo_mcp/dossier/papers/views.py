"""What the tools and the command line show of papers.

A paper is somebody else's words, and those stand only in fields called `text`, `title`, `people`, `images`, `skipped`,
`label`, `quote`, and fields whose name ends in `raw`. Whatever else is said is ours, read from codes and numbers.
"""

# ruff: noqa: RUF012 - pydantic copies a default, and none is ever changed

from __future__ import annotations

from typing import Literal

from jpo_mcp.dossier.view import Cost, NumberView, View

PaperKind = Literal["refusal_notice", "refusal_decision", "grant", "dismissal", "opinion", "amendment"]
"""The kinds of paper that the JPO serves: of the kinds that `documents` tells apart, those that a bundle can hold."""

Body = Literal["kept", "1 access", "elsewhere", "missing"]
"""Where the text of a paper is: here for nothing, one access away, not in this API, or not in its bundle after all."""


class PaperLine(View):
    """One paper of a case. `date` is its dispatch or receipt, `drafted` stands where only that day is known."""

    date: str | None = None
    drafted: str | None = None
    code: str | None = None
    ja: str | None = None
    en: str | None = None
    document: str | None = None
    kind: PaperKind | None = None
    body: Body | None = None
    characters: int | None = None
    articles: list[str] = []


class PaperView(View):
    """What is known of one paper beside its text. A drafting date (起案日) is not the day of dispatch (発送日)."""

    document: str | None = None
    kind: str | None = None
    code: str | None = None
    ja: str | None = None
    en: str | None = None
    title: str | None = None
    dispatched: str | None = None
    received: str | None = None
    drafted: str | None = None
    submitted: str | None = None
    dispatch_number: str | None = None
    answers_dispatch: str | None = None
    before_appeal: bool | None = None
    people: list[str] = []
    images: list[str] = []
    skipped: list[str] = []
    uri: str | None = None


class DocumentsAnswer(Cost):
    """The papers of a case, or one page of the text of one. `offset` counts characters of the paper's text."""

    number: NumberView
    interpreted_as: str | None = None
    other_readings: list[NumberView] = []
    resolved_from: NumberView | None = None
    papers: list[PaperLine] = []
    papers_left_out: int | None = None
    paper: PaperView | None = None
    text: str | None = None
    offset: int | None = None
    characters: int | None = None
    cursor: str | None = None
    notes: list[str] = []


class Quote(View):
    """Words of the paper, and where they stand in its text."""

    quote: str
    offset: int


class ReasonView(View):
    """One reason for refusal. No article where none was found; never filled from what is usual."""

    no: int
    articles: list[str] = []
    articles_en: list[str] = []
    label: str | None = None
    quote: str | None = None
    offset: int | None = None


class BlockView(View):
    """Claims, and the citations against them. What was not understood is absent, with a note and its raw text."""

    reasons: list[int] = []
    claims: str | None = None
    claims_raw: str | None = None
    citations: list[int] | None = None
    citations_raw: str | None = None
    mode: str | None = None
    paragraphs: list[str] = []
    figures: list[str] = []
    note: str | None = None
    quote: str | None = None
    offset: int | None = None


class CitedView(View):
    """A cited document: its number where we know the form, else as printed. `roles` are the JPO's, where kept."""

    no: int | None = None
    document: str | None = None
    raw: str | None = None
    remark_raw: str | None = None
    npl: bool | None = None
    roles: list[str] = []
    case_call: str | None = None
    offset: int | None = None


class SearchView(View):
    """The record of the prior-art search: no part of the reasons."""

    fields_raw: list[str] = []
    documents: list[CitedView] = []
    offset: int | None = None


class ClaimsView(View):
    """Claims that the paper says something of outside its reasons."""

    claims: str | None = None
    quote: str | None = None
    offset: int | None = None


class PeriodView(View):
    """The period for a reply as printed; from when it runs, and how it ends, is not in the paper."""

    value: int
    unit: str
    raw: str | None = None


class MarkGroundView(View):
    """One provision against a mark, with the goods and the earlier marks named under it."""

    reason: int
    article: str
    goods_raw: list[str] = []
    earlier_marks: list[CitedView] = []
    quote: str | None = None
    offset: int | None = None


class RestsOn(View):
    """A notice that a decision rests on, found by its drafting date, and the reasons taken over from it.

    No reasons where the notice is not in the bundle, or where the decision does not tell which it takes over.
    """

    drafted: str | None = None
    raw: str | None = None
    document: str | None = None
    dispatched: str | None = None
    reasons: list[ReasonView] = []


class RefusalAnswer(Cost):
    """One refusal as a table. Claims without a reason are not thereby allowable: they may not have been examined."""

    number: NumberView
    interpreted_as: str | None = None
    other_readings: list[NumberView] = []
    resolved_from: NumberView | None = None
    paper: PaperView
    final: bool | None = None
    period: PeriodView | None = None
    reasons: list[ReasonView] = []
    blocks: list[BlockView] = []
    citations: list[CitedView] = []
    unexamined_claims: list[ClaimsView] = []
    no_reason_claims: list[ClaimsView] = []
    provisions: list[str] = []
    mark_grounds: list[MarkGroundView] = []
    curing_hints: list[Quote] = []
    prior_art_record: SearchView | None = None
    rests_on: list[RestsOn] = []
    unread: list[Quote] = []
    answers: list[PaperLine] = []
    other_papers: list[PaperLine] = []
    notes: list[str] = []
