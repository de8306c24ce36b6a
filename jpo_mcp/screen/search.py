"""What a search of the kept answers found: each in its sentence, with where it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from jpo_mcp.errors import Words
from jpo_mcp.screen.drawing import Drawing, clean

if TYPE_CHECKING:
    from jpo_mcp.dossier.search.views import KeptHit, Kind, SearchAnswer

_FOUND_IN: dict[Kind, Words] = {
    "paper": Words("paper", "書類"),
    "case": Words("case", "経過情報"),
    "register": Words("register", "登録情報"),
    "citations": Words("citations", "引用文献"),
    "dossier": Words("five-office papers", "五庁書類一覧"),
    "dossier_paper": Words("five-office paper", "五庁書類"),
    "family": Words("family", "ファミリー"),
}
_FOUND, _SEARCHED = Words("found", "該当"), Words("searched", "検索対象")
_LEFT_OUT = {
    "not_yet": Words("not read yet", "未処理"),
    "pdf": Words("PDFs, not searched", "PDF（対象外）"),
    "unreadable": Words("unreadable", "読み取り不可"),
    "no_room": Words("left out for want of room", "容量超過で除外"),
}
_CASES, _PAPERS = Words("cases", "案件"), Words("papers", "書類")
_DRAFTED, _SUBMITTED, _AS_OF = Words("drafted", "起案"), Words("submitted", "提出"), Words("as of", "時点")
_MARKED = re.compile("«([^«»]*)»")


class Search(Drawing):
    """Draws what was found."""

    def search(self, answer: SearchAnswer, *, goes_on: bool = False) -> None:
        """Each hit in two or three lines; what was searched comes after the last page."""
        for hit in answer.hits:
            self._hit(hit)
        if goes_on:
            return
        counts = [f"{self._name(_FOUND)} {answer.found:,}", f"{self._name(_SEARCHED)}: {self._counted(answer)}"]
        left_out = (f"{self._name(_LEFT_OUT[name])} {count:,}" for name, count in answer.not_searched.items())
        for line in self._flow([*counts, *left_out]):
            self._note(line)
        if answer.cursor:
            self.say(_MORE)
        for line in filter(None, (answer.interpreted_as, *answer.notes)):
            self._note(line)

    def _counted(self, answer: SearchAnswer) -> str:
        cases, papers = (f"{answer.searched.get(name, 0):,}" for name in ("cases", "papers"))
        return f"{self._name(_CASES)} {cases}, {self._name(_PAPERS)} {papers}"

    def _hit(self, hit: KeptHit) -> None:
        head = Text.assemble((clean(hit.number), "bold"), "   ", clean("   ".join(self._where(hit))))
        self._indented(head)
        self._indented(_with_marks(clean(hit.snippet)))
        self._out.print()

    def _where(self, hit: KeptHit) -> Iterator[str]:
        titles = {"ja": [hit.ja], "en": [hit.en], "both": [hit.ja, hit.en]}[self.lang]
        yield " / ".join(title for title in titles if title) or self._name(_FOUND_IN[hit.found_in])
        yield from filter(None, (hit.document, hit.date))
        for words, day in ((_DRAFTED, hit.drafted), (_SUBMITTED, hit.submitted)):
            if day and not hit.date:
                yield f"{self._name(words)} {day}"
        if hit.section:
            yield hit.section
        yield f"{self._name(_AS_OF)} {hit.as_of[:10]}"


_MORE = Words("there is more: --all", "続きがあります：--all")


def _with_marks(snippet: str) -> Text:
    """Bold where there is colour; the marks stay, for where there is none."""
    text = Text(snippet)
    text.highlight_regex(_MARKED, "bold")
    return text
