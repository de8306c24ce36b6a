"""Answers drawn for people in a terminal: at any width, with Japanese at twice the width, and without colour."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from jpo_mcp.clock import jst_text
from jpo_mcp.errors import JpoError, Lang, Words

if TYPE_CHECKING:
    from jpo_mcp.doctor import Check
    from jpo_mcp.dossier.paper_views import (
        BlockView,
        CitedView,
        DocumentsAnswer,
        MarkGroundView,
        PaperLine,
        PaperView,
        ReasonView,
        RefusalAnswer,
    )
    from jpo_mcp.dossier.view import (
        CaseAnswer,
        Citation,
        Cost,
        EventView,
        Label,
        NumberAnswer,
        NumberView,
        Person,
        Priority,
        QuotaAnswer,
        Register,
        Relative,
    )
    from jpo_mcp.upstream.store import Summary

_WIDE_ENOUGH = 100
"""Columns from which Japanese and English stand side by side; below, one under the other."""

_INDENT, _NAME_WIDTH = 2, 24
_STATE_WIDTH, _CHECK_WIDTH = 7, 14
_STATES = {
    "ok": (Words("ok", "正常"), "green"),
    "warning": (Words("warning", "注意"), "yellow"),
    "failed": (Words("failed", "異常"), "red bold"),
}
_SOURCES = {
    "jpo": Words("from the JPO", "特許庁から取得"),
    "kept": Words("kept answer", "保存済みの回答"),
    "stale": Words("kept answer, out of date", "保存済みの古い回答"),
}
_BASES = {
    "counter": Words("JPO", "特許庁"),
    "learned": Words("learned", "実績"),
    "settings": Words("set", "設定"),
    "table": Words("published", "公表値"),
}
_DATE_NAMES = {
    "filing": Words("filed", "出願"),
    "publication": Words("published", "公開"),
    "international_publication": Words("published (PCT)", "国際公開"),
    "registration": Words("registered", "登録"),
    "expiry": Words("term ends", "満了"),
    "extinction": Words("extinguished", "消滅"),
}
_ACTORS = {
    "applicant": Words("applicant", "出願人"),
    "office": Words("JPO", "特許庁"),
    "third_party": Words("third party", "第三者"),
    "applicant_or_third_party": Words("applicant or third party", "出願人・第三者"),
    "ib": Words("WIPO", "国際事務局"),
}

_READ_AS, _READINGS = Words("read as", "解釈"), Words("could be", "候補")
_OTHER_READINGS, _FOUND_BY = Words("or else", "他の解釈"), Words("found by", "照会元")
_CROSS_REFERENCES, _NUMBERS = Words("cross-references", "関連番号"), Words("numbers", "番号")
_NOTES, _NEXT, _UNREAD = Words("notes", "備考"), Words("next", "次に"), Words("unread fields", "未読項目")
_PEOPLE, _DATES, _RIGHT = Words("people", "当事者"), Words("dates", "日付"), Words("right", "権利")
_CLASS, _PRINCIPAL = Words("class", "意匠分類"), Words("principal", "本意匠")
_SOUNDS, _VIENNA, _GOODS = Words("read aloud", "称呼"), Words("Vienna", "ウィーン"), Words("goods", "商品役務")
_REGISTER, _CITATIONS = Words("register", "登録"), Words("citations", "引用文献")
_PRIORITY, _DIVISIONALS = Words("priority", "優先権"), Words("divisionals", "分割")
_UNAVAILABLE, _NONE = Words("not available", "取得不可"), Words("none", "なし")
_DATE, _CODE, _ACTOR = Words("date", "日付"), Words("code", "コード"), Words("by", "主体")
_PAPER, _PAPER_JA, _PAPER_EN = Words("paper", "書類"), Words("書類", "書類"), Words("paper", "paper")
_API, _ENDPOINT = Words("API", "API"), Words("endpoint", "名称")
_LEFT, _USED = Words("left", "残り"), Words("used", "使用")
_LIMIT, _BASIS, _CLOSED = Words("limit", "上限"), Words("basis", "根拠"), Words("closed today", "本日終了")
_COST, _LEFT_TODAY = Words("accesses spent", "消費アクセス"), Words("left today", "本日の残り")
_FREE, _RESETS = Words("free this minute", "この1分の残り"), Words("renewed at", "更新")
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
_CITED, _MODE = Words("cited", "引用"), Words("how", "組合せ")
_FINAL, _PERIOD = Words("final notice", "最後の通知"), Words("reply within", "応答期間")
_YES, _NO = Words("yes", "はい"), Words("no", "いいえ")
_UNITS = {"days": Words("days", "日"), "months": Words("months", "か月")}
_RESTS_ON, _ANSWERED_BY = Words("rests on", "前提の通知"), Words("answered by", "応答書類")
_UNEXAMINED, _NO_REASON = Words("not examined", "審査対象外"), Words("no reason found", "拒絶理由なし")
_RECORD, _HINTS = Words("search record", "先行技術記録"), Words("advice", "示唆")
_UNREAD_PLACES, _OTHERS = Words("not understood", "読み取れず"), Words("other papers", "他の書類")
_QUOTES = Words("read from", "原文")


def clean(text: str) -> str:
    """Somebody else's text without anything that a terminal would obey instead of showing."""
    return "".join("�" if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c != "\n" else c for c in text)


class Screen:
    """Draws on standard output, and errors on standard error."""

    def __init__(self, lang: Lang = "both", *, out: Console | None = None, err: Console | None = None) -> None:
        plain: dict[str, Any] = {"markup": False, "highlight": False, "emoji": False}
        self.lang: Lang = lang
        self._out = out or Console(**plain)
        self._err = err or Console(stderr=True, **plain)

    @property
    def wide(self) -> bool:
        """Whether both languages fit side by side."""
        return self._out.width >= _WIDE_ENOUGH

    def say(self, words: Words) -> None:
        """One statement, each language on lines of its own."""
        for line in self._each(words):
            self._out.print(Text(line))

    def code(self, text: str) -> None:
        """Something to copy: never broken into lines, whatever the width."""
        self._out.print(Text(f"  {clean(text)}", "bold"), soft_wrap=True)

    def heading(self, words: Words, step: str = "") -> None:
        """The title of a part."""
        self._out.print()
        for lead, line in zip((step, " " * len(step)), self._each(words), strict=False):
            self._out.print(Text(lead + line, "bold"))

    def error(self, failure: JpoError) -> None:
        """What went wrong and what to do next, on standard error."""
        self.refused(failure.text(self.lang))

    def refused(self, text: str) -> None:
        """The same, as a tool worded it."""
        head, *rest = clean(text).split("\n")
        self._err.print(Text(head, "bold"))
        for line in rest:
            self._err.print(Text(line))

    # ── a question to the server ──────────────────────────────────────────────────────────────

    def call(self, tool: str, arguments: str, seconds: float) -> None:
        """A tool call as a host makes it, and how long the answer took."""
        head = Text.assemble((f"> {clean(tool)}", "bold cyan"), (f"   {seconds * 1000:.0f} ms", "dim"))
        self._out.print(head)
        if arguments != "{}":
            self._indented(Text(clean(arguments), "cyan"))

    # ── answers ───────────────────────────────────────────────────────────────────────────────

    def number(self, answer: NumberAnswer) -> None:
        """What a notation is."""
        many = len(answer.readings) > 1
        rows: list[tuple[Words, RenderableType]] = []
        if not many:
            rows.append((_READ_AS, Text(_number(answer))))
        if answer.readings:
            rows.append((_READINGS, self._readings(answer.readings)))
        rows += _lines(_CROSS_REFERENCES, map(_number, answer.cross_references))
        rows += _lines(_NOTES, answer.notes)
        rows += _lines(_NEXT, [answer.next])
        title = Text.assemble((clean(answer.text), "bold"), f"  {clean(answer.kind)}")
        self._record(title, rows)

    def case(self, answer: CaseAnswer) -> None:
        """One case, from its header to its cost."""
        self._record(_case_title(answer), [*self._case_rows(answer), *self._section_rows(answer)])
        self._out.print()
        self._events(answer.events, answer.events_left_out)
        self._out.print()
        if answer.link:
            self.code(answer.link)
        self._footer(answer)

    def short_case(self, answer: CaseAnswer) -> None:
        """Only which case it is and what it cost."""
        self._indented(_case_title(answer))
        self._footer(answer)

    def documents(self, answer: DocumentsAnswer, *, goes_on: bool = False) -> None:
        """The papers of a case, or one page of text; what it cost comes after the last page."""
        if answer.text is None:
            self._indented(_case_title(answer))
            self._indented(self._papers(answer.papers))
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
            *_lines(_CITATIONS, map(_cited, answer.citations)),
            *_lines(_RECORD, map(_cited, answer.prior_art_record.documents if answer.prior_art_record else ())),
            *_lines(_UNEXAMINED, (note.claims or note.quote or "?" for note in answer.unexamined_claims)),
            *_lines(_NO_REASON, (note.claims or note.quote or "?" for note in answer.no_reason_claims)),
            *_lines(_HINTS, (hint.quote.strip() for hint in answer.curing_hints)),
            *_lines(_UNREAD_PLACES, (place.quote.strip() for place in answer.unread)),
            *_lines(_ANSWERED_BY, map(self._paper_line, answer.answers)),
            *_lines(_OTHERS, map(self._paper_line, answer.other_papers)),
            *_lines(_QUOTES, _quotes(answer)),
            *_lines(_NOTES, answer.notes),
        ]
        self._record(Text(), more)
        self._footer(answer)

    def quota(self, answer: QuotaAnswer, only: Iterable[str] = ()) -> None:
        """What is left of the day; `only` these endpoints where any are named."""
        wanted = set(only)
        table = self._table((_API, _ENDPOINT, _LEFT, _USED, _LIMIT, _BASIS), right=(2, 3, 4))
        for line in answer.endpoints:
            if not wanted or line.endpoint in wanted:
                known = self._brief(_BASES.get(line.basis, Words(line.basis, line.basis)))
                known += f", {self._brief(_CLOSED)}" if line.closed else ""
                table.add_row(line.api, clean(line.endpoint), str(line.left), str(line.used), str(line.limit), known)
        self._indented(table)
        self._note(f"{self._name(_FREE)}: {answer.free_this_minute}")
        self._note(f"{self._name(_RESETS)}: {answer.resets_at}")
        if not wanted:
            self._note(answer.note)

    def kept(self, summary: Summary, folder: str) -> None:
        """What is kept on this machine."""
        rows: list[tuple[Words, RenderableType]] = [
            (Words("folder", "場所"), Text(clean(folder))),
            (Words("answers", "件数"), Text(str(summary.entries))),
            (Words("on disk", "容量"), Text(f"{summary.bytes_on_disk:,} bytes")),
        ]
        if summary.oldest is not None:
            rows.append((Words("oldest", "最古"), Text(jst_text(summary.oldest))))
        rows += _lines(
            Words("by endpoint", "API別"), (f"{name}: {count}" for name, count in sorted(summary.by_endpoint.items()))
        )
        if summary.trouble:
            rows.append((Words("trouble", "問題"), Text(clean(summary.trouble))))
        self._record(Text(Words("Kept answers", "保存済みの回答").say(self.lang), "bold"), rows)

    def check(self, check: Check) -> None:
        """One line of the doctor's report, with what to do under it."""
        word, style = _STATES[check.state]
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(width=_STATE_WIDTH)
        grid.add_column(width=_CHECK_WIDTH)
        grid.add_column(overflow="fold")
        found = self._stacked(check.found)
        if check.do is not None:
            found.append("\n")
            found.append_text(Text("\n").join(Text(f"-> {line}", "bold") for line in self._each(check.do)))
        grid.add_row(Text(word.ja if self.lang == "ja" else word.en, style), self._stacked(check.name), found)
        self._out.print(grid)

    # ── the parts of papers ───────────────────────────────────────────────────────────────────

    def _papers(self, papers: Sequence[PaperLine]) -> Table:
        table = self._table((_DATE, _CODE, _PAPER, _DOCUMENT, _BODY))
        for paper in papers:
            body = self._brief(_BODIES[paper.body]) if paper.body else ""
            size = f" {paper.characters:,}" if paper.characters is not None else ""
            title = _stack(*self._title(paper))
            table.add_row(paper.date or "", clean(paper.code or ""), title, paper.document or "", body + size)
        return table

    def _title(self, paper: PaperLine | PaperView) -> tuple[list[str], list[str]]:
        """The paper's title, and under it the other language where both are wanted."""
        ja, en = paper.ja or paper.code or "?", paper.en or paper.ja or paper.code or "?"
        shown = {"ja": [ja], "en": [en], "both": list(dict.fromkeys((ja, en)))}[self.lang]
        return shown[:1], shown[1:]

    def _paper_head(self, paper: PaperView, rows: Sequence[tuple[Words, RenderableType]] = ()) -> None:
        days = ((words, getattr(paper, name)) for name, words in _PAPER_DAYS.items())
        known = self._flow(f"{self._name(words)} {day}" for words, day in days if day)
        shown, other = self._title(paper)
        title = Text.assemble((clean(" / ".join((*shown, *other))), "bold"), f"   {clean(paper.document or '')}")
        self._record(
            title,
            [
                *_lines(_DATES, known),
                *_lines(_DISPATCH, filter(None, [paper.dispatch_number])),
                *_lines(_ANSWERS_TO, filter(None, [paper.answers_dispatch])),
                *_lines(_PEOPLE, paper.people),
                *_lines(_IMAGES, paper.images),
                *_lines(_SKIPPED, paper.skipped),
                *rows,
            ],
        )

    def _refusal_rows(self, answer: RefusalAnswer) -> list[tuple[Words, RenderableType]]:
        rows: list[tuple[Words, RenderableType]] = []
        if answer.final is not None:
            rows += _lines(_FINAL, [self._name(_YES if answer.final else _NO)])
        if answer.period:
            unit = self._name(_UNITS.get(answer.period.unit, Words(answer.period.unit, answer.period.unit)))
            rows += _lines(_PERIOD, [f"{answer.period.value} {unit}"])
        if answer.rests_on:
            rests = answer.rests_on
            articles = "、".join(article for reason in rests.reasons for article in reason.articles)
            rows += _lines(_RESTS_ON, [" ".join(filter(None, (rests.document, rests.drafted, rests.raw, articles)))])
        return rows

    def _grounds(self, answer: RefusalAnswer) -> Table:
        """A row for each group of claims, or for each ground; a reason without any has a row of its own."""
        table = self._table((_REASON, _ARTICLE, _CLAIMS, _CITED, _MODE))
        for reason in answer.reasons:
            blocks = [block for block in answer.blocks if reason.no in block.reasons]
            marks = [ground for ground in answer.mark_grounds if ground.reason == reason.no]
            cells = [*map(_block_cells, blocks), *map(_mark_cells, marks)] or [("", "", "")]
            for place, (claims, cited, mode) in enumerate(cells):
                head = (str(reason.no), self._article(reason)) if place == 0 else ("", Text())
                table.add_row(*head, clean(claims), clean(cited), clean(mode))
        for block in answer.blocks:
            if not block.reasons:
                table.add_row("?", "", *map(clean, _block_cells(block)))
        return table

    def _article(self, reason: ReasonView) -> Text:
        label = f" ({reason.label})" if reason.label else ""
        ja, en = "、".join(reason.articles) or "?", "; ".join(reason.articles_en) or "?"
        shown = {"ja": [ja + label], "en": [en], "both": [ja + label, en]}[self.lang]
        return _stack(shown[:1], shown[1:])

    def _paper_line(self, paper: PaperLine) -> str:
        drafted = f"{self._name(_PAPER_DAYS['drafted'])} {paper.drafted}" if paper.drafted else None
        title = " / ".join(line for lines in self._title(paper) for line in lines)
        return "  ".join(filter(None, (paper.date or drafted, paper.document, title, "、".join(paper.articles))))

    # ── the parts of a case ───────────────────────────────────────────────────────────────────

    def _case_rows(self, answer: CaseAnswer) -> list[tuple[Words, RenderableType]]:
        rows = _lines(_READ_AS, [answer.interpreted_as] if answer.interpreted_as else [])
        if answer.other_readings and not answer.interpreted_as:  # whose words list them already
            rows.append((_OTHER_READINGS, self._readings(answer.other_readings)))
        rows += _lines(_FOUND_BY, [_number(answer.resolved_from)] if answer.resolved_from else [])
        rows += _lines(_PEOPLE, map(_person, answer.people))
        rows += _lines(_NUMBERS, map(_number, answer.numbers))
        rows += _lines(_DATES, self._dates(answer.dates))
        rows += _lines(_RIGHT, [self._label(answer.right)] if answer.right else [])
        rows += _lines(_CLASS, [answer.design_class] if answer.design_class else [])
        rows += _lines(_PRINCIPAL, [answer.principal_design] if answer.principal_design else [])
        rows += _lines(_SOUNDS, ["、".join(answer.readings)] if answer.readings else [])
        rows += _lines(_VIENNA, [", ".join(answer.vienna_classes)] if answer.vienna_classes else [])
        rows += _lines(_GOODS, (f"{g.nice_class or '?'}: {g.goods or ''}" for g in answer.goods))
        return rows

    def _section_rows(self, answer: CaseAnswer) -> list[tuple[Words, RenderableType]]:
        rows: list[tuple[Words, RenderableType]] = []
        if answer.registration is not None:
            rows += _lines(_REGISTER, self._register(answer.registration))
        if answer.citations is not None:
            rows += _lines(_CITATIONS, _by_role(answer.citations) or [self._name(_NONE)])
        if answer.priority is not None:
            rows += _lines(_PRIORITY, list(map(_claim, answer.priority)) or [self._name(_NONE)])
        if answer.divisionals is not None:
            rows += _lines(_DIVISIONALS, list(map(_relative, answer.divisionals)) or [self._name(_NONE)])
        rows += _lines(_UNAVAILABLE, (f"{name}: {why}" for name, why in answer.unavailable.items()))
        rows += _lines(_NOTES, answer.notes)
        rows += _lines(_UNREAD, [", ".join(answer.unread_fields)] if answer.unread_fields else [])
        return rows

    def _dates(self, dates: Mapping[str, str]) -> list[str]:
        return self._flow(
            f"{self._name(_DATE_NAMES.get(name, Words(name, name)))} {value}" for name, value in dates.items()
        )

    def _label(self, label: Label) -> str:
        words = Words(label.en or label.ja or label.code, label.ja or label.en or label.code)
        return f"{words.say(self.lang)} ({label.code})"

    def _register(self, register: Register) -> list[str]:
        facts = (
            (Words("decision drafted", "査定起案"), register.decision_drafted),
            (Words("trial decision", "審決"), register.trial_decision_date),
            (Words("claims", "請求項"), register.claims),
            (Words("years paid", "納付年分"), register.paid_years),
            (Words("next payment", "次回納付期限"), register.next_payment_date),
        )
        said = self._flow(f"{self._name(words)} {value}" for words, value in facts if value is not None)
        return [*map(_person, register.holders), *said]

    def _events(self, events: Sequence[EventView], left_out: int | None) -> None:
        if left_out:
            self._note(Words(f"{left_out} older events left out", f"古い手続 {left_out} 件は省略").say(self.lang))
        if not events:
            return
        both = self.lang == "both"
        beside = both and self.wide
        names = (_PAPER_JA, _PAPER_EN) if beside else (_PAPER,)
        table = self._table((_DATE, _CODE, *names, _ACTOR))
        for event in events:
            table.add_row(event.date, clean(event.code), *self._paper(event, beside), clean(_actor(event, self.lang)))
        self._indented(table)

    def _paper(self, event: EventView, beside: bool) -> list[RenderableType]:
        ja, en = event.ja or event.code, event.en or event.ja or event.code
        more = [line for line in (event.under, *event.notes) if line]
        if beside:
            return [_stack([ja], more), _stack([en], [])]
        shown = {"ja": [ja], "en": [en], "both": [ja, en]}[self.lang]
        return [_stack(shown[:1], [*shown[1:], *more])]

    def _footer(self, answer: Cost) -> None:
        source = self._name(_SOURCES.get(answer.source, Words(answer.source, answer.source)))
        facts = [source, answer.as_of, f"{self._name(_COST)} {answer.cost}"]
        left = [f"{name} {count}" for name, count in (answer.remaining_today or {}).items()]
        if left:
            left[0] = f"{self._name(_LEFT_TODAY)}: {left[0]}"
        for line in (*self._flow(facts, _INDENT), *self._flow(left, _INDENT)):
            self._note(line)
        if answer.stale_because:
            self._note(answer.stale_because)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────

    def _record(self, title: Text, rows: Sequence[tuple[Words, RenderableType]]) -> None:
        names = [self._name(words) for words, _ in rows]
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(style="dim", width=_width(names))
        grid.add_column(overflow="fold")
        for name, (_, value) in zip(names, rows, strict=True):
            grid.add_row(name, value)
        self._indented(title)
        self._indented(grid)

    def _name(self, words: Words) -> str:
        return " ".join(dict.fromkeys((words.ja, words.en))) if self.lang == "both" else words.say(self.lang)

    def _brief(self, words: Words) -> str:
        """Both languages where there is room, else one."""
        return self._name(words) if self.wide or self.lang != "both" else words.ja

    def _flow(self, facts: Iterable[str], taken: int = _NAME_WIDTH) -> list[str]:
        """Facts side by side, as many to a line as fit into what is not taken already."""
        room, lines = max(40, self._out.width - taken), [""]
        for fact in facts:
            longer = f"{lines[-1]}   {fact}" if lines[-1] else fact
            lines[-1:] = [longer] if cell_len(longer) <= room else [lines[-1], fact]
        return [line for line in lines if line]

    def _readings(self, readings: Iterable[NumberView]) -> Table:
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(style="dim", overflow="fold")
        for view in readings:
            grid.add_row(clean(view.human or view.api or view.kind), clean(view.note or ""))
        return grid

    def _each(self, words: Words) -> list[str]:
        said = (words.ja, words.en) if self.lang == "both" else (words.say(self.lang),)
        return [clean(text) for text in dict.fromkeys(said)]

    def _stacked(self, words: Words) -> Text:
        """Each language on a line of its own."""
        return Text("\n").join(map(Text, self._each(words)))

    def _table(self, names: Sequence[Words], right: Sequence[int] = ()) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
        for place, words in enumerate(names):
            table.add_column(
                "\n".join(self._each(words)), justify="right" if place in right else "left", overflow="fold"
            )
        return table

    def _note(self, text: str) -> None:
        self._indented(Text(clean(text), "dim"))

    def _indented(self, what: RenderableType) -> None:
        self._out.print(Padding(what, (0, 0, 0, _INDENT), expand=False))


def _lines(words: Words, lines: Iterable[str]) -> list[tuple[Words, RenderableType]]:
    """A row with one line for each; no row for none."""
    shown = [Text(clean(line)) for line in lines]
    return [(words, Group(*shown))] if shown else []


def _width(names: Iterable[str]) -> int:
    return max(map(cell_len, names), default=0)


def _number(view: NumberView) -> str:
    """`特許第9900001号 (9900001)`: as people write it, and as the API does."""
    human, api = view.human or view.api or view.kind, view.api
    return clean(f"{human} ({api})" if api and api != human else human)


def _by_role(citations: Iterable[Citation]) -> list[str]:
    """One line a role with its documents: the role's words are much longer than a document's number."""
    roles: dict[str, list[str]] = {}
    for citation in citations:
        for role in citation.roles:
            roles.setdefault(role, []).append(citation.document)
    return [f"{role}: {', '.join(documents)}" for role, documents in roles.items()]


def _person(person: Person) -> str:
    return f"{person.role}: {person.name}" + (f" ({person.code})" if person.code else "")


def _claim(claim: Priority) -> str:
    return "  ".join(fact for fact in (claim.basis, claim.country, claim.number, claim.date) if fact)


def _relative(relative: Relative) -> str:
    facts = (relative.relation, relative.number, relative.publication, relative.registration, relative.filing_date)
    return "  ".join(fact for fact in facts if fact)


def _case_title(answer: CaseAnswer | DocumentsAnswer) -> Text:
    title = getattr(answer, "title", None) or ""
    return Text.assemble((_number(answer.number), "bold"), "   ", (clean(title), "bold"))


def _block_cells(block: BlockView) -> tuple[str, str, str]:
    """Claims, the numbers of the documents cited, and how they are combined."""
    cited = block.citations_raw if block.citations is None else ", ".join(map(str, block.citations))
    return block.claims or block.claims_raw or "", cited or "", "" if block.mode in {None, "none"} else block.mode or ""


def _mark_cells(ground: MarkGroundView) -> tuple[str, str, str]:
    """The goods named, and the earlier marks."""
    return "、".join(ground.goods_raw), ", ".join(mark.document or "?" for mark in ground.earlier_marks), ""


def _cited(document: CitedView) -> str:
    number = f"{document.no}. " if document.no is not None else ""
    remark = f" ({document.remark_raw})" if document.remark_raw else ""
    return f"{number}{document.document or document.raw or '?'}{remark}"


def _quotes(answer: RefusalAnswer) -> list[str]:
    """The words that the cells were read from, each with its place."""
    cells = (*answer.reasons, *answer.blocks, *answer.mark_grounds)
    said = (f"@{cell.offset} {cell.quote.strip()}" for cell in cells if cell.quote and cell.offset is not None)
    return list(dict.fromkeys(said))


def _actor(event: EventView, lang: Lang) -> str:
    return _ACTORS[event.actor].say(lang if lang != "both" else "en") if event.actor in _ACTORS else event.actor or ""


def _stack(lines: Sequence[str], more: Sequence[str]) -> Text:
    """Lines under one another, what is added in a quieter tone."""
    parts = [*(Text(clean(line)) for line in lines), *(Text(clean(line), "dim") for line in more)]
    return Text("\n").join(parts)
