"""How everything is drawn: names beside values, tables, lines under one another, and what an answer cost."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from jpo_mcp.errors import JpoError, Lang, Words
from jpo_mcp.screen.typed import typed

if TYPE_CHECKING:
    from jpo_mcp.dossier.papers.views import DocumentsAnswer
    from jpo_mcp.dossier.view import CaseAnswer, Cost, NumberView

_WIDE_ENOUGH = 100
"""Columns from which Japanese and English stand side by side; below, one under the other."""

_NARROW = 60
"""Columns below which a name stands above what belongs to it: beside it, dates would be broken in two."""

INDENT, NAME_WIDTH = 2, 24
_SOURCES = {
    "jpo": Words("from the JPO", "特許庁から取得"),
    "kept": Words("kept answer", "保存済みの回答"),
    "stale": Words("kept answer, out of date", "保存済みの古い回答"),
}

COST, LEFT_TODAY = Words("accesses spent", "消費アクセス"), Words("left today", "本日の残り")
NOTES, DATES, PEOPLE = Words("notes", "備考"), Words("dates", "日付"), Words("people", "当事者")
CITATIONS = Words("citations", "引用文献")
DATE, CODE, PAPER = Words("date", "日付"), Words("code", "コード"), Words("paper", "書類")

Row = tuple[Words, RenderableType]
"""A name and what stands beside it."""


def clean(text: str) -> str:
    """Somebody else's text without anything that a terminal would obey instead of showing."""
    return "".join("�" if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c != "\n" else c for c in text)


class Drawing:
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
        head, *rest = clean(typed(text)).split("\n")
        self._err.print(Text(head, "bold"))
        for line in rest:
            self._err.print(Text(line))

    # ── parts ─────────────────────────────────────────────────────────────────────────────────

    def _footer(self, answer: Cost) -> None:
        source = self._name(_SOURCES.get(answer.source, Words(answer.source, answer.source)))
        facts = [source, answer.as_of, f"{self._name(COST)} {answer.cost}"]
        left = [f"{name} {count}" for name, count in (answer.remaining_today or {}).items()]
        if left:
            left[0] = f"{self._name(LEFT_TODAY)}: {left[0]}"
        for line in (*self._flow(facts, INDENT), *self._flow(left, INDENT)):
            self._note(line)
        if answer.stale_because:
            self._note(answer.stale_because)

    def _record(self, title: Text, rows: Sequence[Row]) -> None:
        names = [self._name(words) for words, _ in rows]
        if self._out.width < _NARROW:
            self._indented(title)
            for name, (_, value) in zip(names, rows, strict=True):
                self._indented(Text(name, "dim"))
                self._indented(Padding(value, (0, 0, 0, INDENT), expand=False))
            return
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

    def _flow(self, facts: Iterable[str], taken: int = NAME_WIDTH) -> list[str]:
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
                "\n".join(self._each(words)),
                justify="right" if place in right else "left",
                overflow="fold",
                no_wrap=words is DATE,  # half a date on the next line is read as another
            )
        return table

    def _note(self, text: str) -> None:
        """Words of ours."""
        self._indented(Text(clean(typed(text)), "dim"))

    def _indented(self, what: RenderableType) -> None:
        self._out.print(Padding(what, (0, 0, 0, INDENT), expand=False))


def left_out(count: int | None) -> Words | None:
    """That a list goes on, where it does."""
    return Words(f"{count} more left out", f"ほか {count} 件は省略") if count else None


def row(words: Words, lines: Iterable[str]) -> list[Row]:
    """A row with one line for each; no row for none."""
    shown = [Text(clean(line)) for line in lines]
    return [(words, Group(*shown))] if shown else []


def _width(names: Iterable[str]) -> int:
    return max(map(cell_len, names), default=0)


def number_text(view: NumberView) -> str:
    """`特許第9900001号 (9900001)`: as people write it, and as the API does."""
    human, api = view.human or view.api or view.kind, view.api
    return clean(f"{human} ({api})" if api and api != human else human)


def case_title(answer: CaseAnswer | DocumentsAnswer) -> Text:
    """The case's number and what it is about."""
    title = getattr(answer, "title", None) or ""
    return Text.assemble((number_text(answer.number), "bold"), "   ", (clean(title), "bold"))


def stack(lines: Sequence[str], more: Sequence[str]) -> Text:
    """Lines under one another, what is added in a quieter tone."""
    parts = [*(Text(clean(line)) for line in lines), *(Text(clean(line), "dim") for line in more)]
    return Text("\n").join(parts)
