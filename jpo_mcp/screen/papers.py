"""The papers of a case, and the reasons for refusal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from jpo_mcp.errors import Words
from jpo_mcp.screen.drawing import (
    CITATIONS,
    CODE,
    DATE,
    DATES,
    NOTES,
    PAPER,
    PEOPLE,
    Drawing,
    Row,
    case_title,
    clean,
    left_out,
    row,
    stack,
)
from jpo_mcp.screen.typed import typed

if TYPE_CHECKING:
    from jpo_mcp.dossier.papers.views import (
        BlockView,
        CitedView,
        DocumentsAnswer,
        MarkGroundView,
        PaperLine,
        PaperView,
        ReasonView,
        RefusalAnswer,
        SearchView,
    )

_DOCUMENT, _BODY = Words("document", "書類番号"), Words("text", "本文")
_BODIES = {
    "kept": Words("kept", "保存済み"),
    "1 access": Words("1 access", "1アクセス"),
    "elsewhere": Words("elsewhere", "提供外"),
    "missing": Words("not served", "提供なし"),
}
_PAPER_DAYS = {
    "dispatched": Words("dispatched", "発送"),
    "received": Words("received", "受付"),
    "drafted": Words("drafted", "起案"),
    "submitted": Words("submitted", "提出"),
}
_IMAGES, _SKIPPED = Words("images", "画像"), Words("not read", "未読のファイル")
_DISPATCH, _ANSWERS_TO = Words("dispatch no.", "発送番号"), Words("answers", "応答先")
_REASON, _ARTICLE, _CLAIMS = Words("reason", "理由"), Words("article", "条文"), Words("claims", "請求項")
_STAGE, _BEFORE_APPEAL = Words("stage", "段階"), Words("reexamination before appeal", "審査前置")
_CITED, _MODE = Words("cited", "引用"), Words("how", "組合せ")
_MODES = {
    "single": Words("single", "単独"),
    "list": Words("list", "列挙"),
    "combination": Words("combination", "組合せ"),
    "alternative": Words("alternative", "択一"),
    "mixed": Words("mixed", "混在"),
}
_FINAL, _PERIOD = Words("final notice", "「最後」の通知"), Words("reply within", "応答期間")
_PROVISIONS = Words("provisions", "適用条文")
_YES, _NO = Words("yes", "はい"), Words("no", "いいえ")
_UNITS = {"days": Words("days", "日"), "months": Words("months", "か月")}
_RESTS_ON, _ANSWERED_BY = Words("rests on", "前提の通知"), Words("answered by", "応答書類")
_UNEXAMINED, _NO_REASON = Words("not examined", "審査対象外"), Words("no reason found", "理由を発見せず")
_RECORD, _HINTS = Words("search record", "先行技術記録"), Words("advice", "補正の示唆")
_UNREAD_PLACES, _OTHERS = Words("not understood", "読み取れず"), Words("other papers", "他の書類")
_QUOTES = Words("read from", "原文")


class Papers(Drawing):
    """Draws papers."""

    def documents(self, answer: DocumentsAnswer, *, goes_on: bool = False) -> None:
        """The papers of a case, or one page of text; what it cost comes after the last page."""
        if answer.text is None:
            self._indented(case_title(answer))
            self._indented(self._papers(answer.papers))
            if rest := left_out(answer.papers_left_out):
                self._note(rest.say(self.lang))
        else:
            if answer.offset == 0 and answer.paper:
                self._paper_head(answer.paper)
            read = (answer.offset or 0) + len(answer.text)
            end = "" if read < (answer.characters or 0) else "\n\n"
            self._out.print(Text(clean(answer.text)), soft_wrap=True, end=end if goes_on else "\n")
        if goes_on:
            return
        self._out.print()
        for line in (*answer.notes, *filter(None, [answer.next])):
            self._note(line)
        self._footer(answer)

    def refusal(self, answer: RefusalAnswer) -> None:
        """One refusal: what it is, its table, the documents cited, and what goes with it."""
        self._paper_head(answer.paper, self._refusal_rows(answer))
        self._out.print()
        self._indented(self._grounds(answer))
        self._out.print()
        more = [
            *row(CITATIONS, map(_cited, answer.citations)),
            *row(_RECORD, _record(answer.prior_art_record) if answer.prior_art_record else ()),
            *row(_UNEXAMINED, (note.claims or note.quote or "?" for note in answer.unexamined_claims)),
            *row(_NO_REASON, (note.claims or note.quote or "?" for note in answer.no_reason_claims)),
            *row(_HINTS, (hint.quote.strip() for hint in answer.curing_hints)),
            *row(_UNREAD_PLACES, (place.quote.strip() for place in answer.unread)),
            *row(_ANSWERED_BY, map(self._paper_line, answer.answers)),
            *row(_OTHERS, map(self._paper_line, answer.other_papers)),
            *row(_QUOTES, _quotes(answer)),
            *row(NOTES, map(typed, answer.notes)),
        ]
        self._record(Text(), more)
        self._footer(answer)

    def _papers(self, papers: Sequence[PaperLine]) -> Table:
        table = self._table((DATE, CODE, PAPER, _DOCUMENT, _BODY))
        for paper in papers:
            title, body = stack(*self._title(paper)), self._body(paper)
            table.add_row(paper.date or "", clean(paper.code or ""), title, paper.document or "", body)
        return table

    def _body(self, paper: PaperLine) -> Text:
        """Where its text can be read, in the words that the notes use, and how long it is."""
        lines = self._each(_BODIES[paper.body]) if paper.body else []
        size = f" {paper.characters:,}" if paper.characters is not None else ""
        return stack([line + (size if place == 0 else "") for place, line in enumerate(lines[:1])], lines[1:])

    def _title(self, paper: PaperLine | PaperView) -> tuple[list[str], list[str]]:
        """The paper's title, and under it the other language where both are wanted."""
        ja, en = paper.ja or paper.code or "?", paper.en or paper.ja or paper.code or "?"
        shown = {"ja": [ja], "en": [en], "both": list(dict.fromkeys((ja, en)))}[self.lang]
        return shown[:1], shown[1:]

    def _paper_head(self, paper: PaperView, rows: Sequence[Row] = ()) -> None:
        days = ((words, getattr(paper, name)) for name, words in _PAPER_DAYS.items())
        known = self._flow(f"{self._name(words)} {day}" for words, day in days if day)
        shown, other = self._title(paper)
        title = Text.assemble((clean(" / ".join((*shown, *other))), "bold"), f"   {clean(paper.document or '')}")
        self._record(
            title,
            [
                *row(DATES, known),
                *row(_DISPATCH, filter(None, [paper.dispatch_number])),
                *row(_ANSWERS_TO, filter(None, [paper.answers_dispatch])),
                *row(_STAGE, self._each(_BEFORE_APPEAL) if paper.before_appeal else []),
                *row(PEOPLE, paper.people),
                *row(_IMAGES, paper.images),
                *row(_SKIPPED, paper.skipped),
                *rows,
            ],
        )

    def _refusal_rows(self, answer: RefusalAnswer) -> list[Row]:
        rows: list[Row] = []
        if answer.final is not None:
            rows += row(_FINAL, [self._name(_YES if answer.final else _NO)])
        if answer.period:
            unit = self._name(_UNITS.get(answer.period.unit, Words(answer.period.unit, answer.period.unit)))
            rows += row(_PERIOD, [f"{answer.period.value} {unit}"])
        rows += row(_PROVISIONS, answer.provisions)
        for rests in answer.rests_on:
            articles = "、".join(article for reason in rests.reasons for article in reason.articles)
            rows += row(_RESTS_ON, [" ".join(filter(None, (rests.document, rests.drafted, rests.raw, articles)))])
        return rows

    def _grounds(self, answer: RefusalAnswer) -> Table:
        """A row for each group of claims, or for each ground; a reason without any has a row of its own."""
        table = self._table((_REASON, _ARTICLE, _CLAIMS, _CITED, _MODE))
        for reason in answer.reasons:
            blocks = [block for block in answer.blocks if reason.no in block.reasons]
            marks = [ground for ground in answer.mark_grounds if ground.reason == reason.no]
            cells = [*map(self._block_cells, blocks), *map(_mark_cells, marks)] or [("", "", "")]
            for place, (claims, cited, mode) in enumerate(cells):
                head = (str(reason.no), self._article(reason)) if place == 0 else ("", Text())
                table.add_row(*head, clean(claims), clean(cited), clean(mode))
        for block in answer.blocks:
            if not block.reasons:
                table.add_row("?", "", *map(clean, self._block_cells(block)))
        return table

    def _block_cells(self, block: BlockView) -> tuple[str, str, str]:
        """Claims, the numbers of the documents cited, and how they are combined."""
        cited = block.citations_raw if block.citations is None else ", ".join(map(str, block.citations))
        mode = "" if block.mode in {None, "none"} else block.mode or ""
        said = "\n".join(self._each(_MODES.get(mode, Words(mode, mode))))
        return block.claims or block.claims_raw or "", cited or "", said

    def _article(self, reason: ReasonView) -> Text:
        label = f" ({reason.label})" if reason.label else ""
        ja, en = "、".join(reason.articles) or "?", "; ".join(reason.articles_en) or "?"
        shown = {"ja": [ja + label], "en": [en], "both": [ja + label, en]}[self.lang]
        return stack(shown[:1], shown[1:])

    def _paper_line(self, paper: PaperLine) -> str:
        drafted = f"{self._name(_PAPER_DAYS['drafted'])} {paper.drafted}" if paper.drafted else None
        title = " / ".join(line for lines in self._title(paper) for line in lines)
        return "  ".join(filter(None, (paper.date or drafted, paper.document, title, "、".join(paper.articles))))


def _mark_cells(ground: MarkGroundView) -> tuple[str, str, str]:
    """The goods named, and the earlier marks."""
    return "、".join(ground.goods_raw), ", ".join(mark.document or "?" for mark in ground.earlier_marks), ""


def _cited(document: CitedView) -> str:
    number = f"{document.no}. " if document.no is not None else ""
    remark = f" ({document.remark_raw})" if document.remark_raw else ""
    return f"{number}{document.document or document.raw or '?'}{remark}"


def _record(record: SearchView) -> list[str]:
    """The fields searched, then the documents found."""
    return [*(text.strip() for text in record.fields_raw), *map(_cited, record.documents)]


def _quotes(answer: RefusalAnswer) -> list[str]:
    """The words that the cells were read from, each with its place."""
    cells = (*answer.reasons, *answer.blocks, *answer.mark_grounds)
    said = (f"@{cell.offset} {cell.quote.strip()}" for cell in cells if cell.quote and cell.offset is not None)
    return list(dict.fromkeys(said))
