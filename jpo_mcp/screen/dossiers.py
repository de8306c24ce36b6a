"""Families and dossiers of the five offices: as trees and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from jpo_mcp.codes.dossier import KIND_WORDS
from jpo_mcp.errors import Words
from jpo_mcp.screen.drawing import (
    CITATIONS,
    DATE,
    NOTES,
    PEOPLE,
    Drawing,
    Row,
    clean,
    row,
)
from jpo_mcp.screen.typed import typed

if TYPE_CHECKING:
    from jpo_mcp.dossier.offices.page import DossierDocumentAnswer
    from jpo_mcp.dossier.offices.views import (
        CitationsView,
        CitedPatent,
        ClassesView,
        Compared,
        CompareView,
        DossierAnswer,
        DossierLine,
        ExchangeNumber,
        FamilyAnswer,
        MemberView,
        Mention,
        NotRead,
        OfficeView,
        Step,
    )
    from jpo_mcp.dossier.view import NumberView

_OFFICES = {
    "JP": Words("Japan (JPO)", "日本"),
    "US": Words("United States (USPTO)", "米国"),
    "EP": Words("Europe (EPO)", "欧州"),
    "CN": Words("China (CNIPA)", "中国"),
    "KR": Words("Korea (KIPO)", "韓国"),
    "WO": Words("PCT (WIPO)", "国際出願"),
}
_ASKED, _NO_DOSSIER = Words("asked for", "照会"), Words("no dossier", "書類なし")
_FILED, _PUBLISHED, _GRANTED = Words("filed", "出願"), Words("published", "公開"), Words("registered", "登録")
_MORE, _MORE_MEMBERS = Words("more", "ほか"), Words("members left out", "省略した出願の数")
_READ_AS, _FOUND_BY, _OR_ELSE = Words("read as", "解釈"), Words("found by", "照会元"), Words("or else", "他の解釈")
_UNREAD, _AS_OF = Words("unread fields", "未解釈項目"), Words("as of", "時点")
_UNAVAILABLE, _NONE = Words("not available", "取得不可"), Words("none", "なし")
_APPLICANTS, _GROUPS, _LEFT_OUT = Words("applicants", "出願人"), Words("groups", "グループ"), Words("left out", "省略")
_BRIEF = Words("more papers", "その他の書類")
_KIND, _PAPER = Words("kind", "種別"), Words("paper and its id", "書類とID")
_TRANSLATION, _KEPT, _AT_HOME = Words("MT", "訳"), Words("text kept", "本文保存済み"), Words("case", "経過情報")
_CLASSES = Words("classes", "分類")
_PATENTS, _OTHERS = Words("patent documents", "特許文献"), Words("others", "非特許文献")
_COMPARE, _MEMBER = Words("side by side", "各庁の比較"), Words("member", "出願")
_FIRST, _DECISION, _COUNT = (
    Words("first action", "最初の通知"),
    Words("decision", "査定"),
    Words("patents cited", "引用特許数"),
)
_SHARED, _NOT_READ, _COST = Words("cited in several", "共通の引用"), Words("not read", "未読"), Words("cost", "費用")
_PARTS = {"papers": Words("papers", "書類一覧"), "citations": CITATIONS}
_PAPERS_NEXT = Words(
    "its papers (1 access): jpo-mcp dossier {} --papers", "書類一覧（1アクセス）：jpo-mcp dossier {} --papers"
)
_READ_NEXT = Words("a text (1 access): --read ID; MT: translation", "本文（1アクセス）：--read ID（訳：機械翻訳）")

_ALL_NEXT = Words("the rest, for nothing: --all", "続き（無料）：--all")
_VERSIONS = {
    "original": Words("original", "原文"),
    "machine translation": Words("MACHINE TRANSLATION", "機械翻訳"),
}
_VERSION, _ID, _OTHER = Words("version", "版"), Words("id", "ID"), Words("other version", "別の版")
_PAGES = Words("pages", "ページ数")
_IMAGES, _SKIPPED = Words("images", "画像"), Words("not read", "未読のファイル")

_KIND_WIDTH = 14


class Dossiers(Drawing):
    """Draws what the five offices exchange."""

    def family(self, answer: FamilyAnswer) -> None:
        """A family as a tree: offices, their applications, and what came of each."""
        self._record(self._number_asked(answer.number), self._how_read(answer))
        self._out.print()
        tree = Tree("", hide_root=True, guide_style="dim")
        for office in answer.offices:
            self._office(tree, office)
        self._indented(tree)
        more = [str(answer.left_out)] if answer.left_out else []
        self._part("", (_MORE_MEMBERS, more), (NOTES, map(typed, answer.notes)), (_UNREAD, answer.unread_fields))
        asked = next((m for office in answer.offices for m in office.members if m.asked), None)
        if asked and asked.application and asked.application.docdb:
            number = asked.application.docdb
            self._hint(Words(_PAPERS_NEXT.en.format(number), _PAPERS_NEXT.ja.format(number)))
        self._footer(answer)

    def dossier(self, answer: DossierAnswer) -> None:
        """The papers of one application, and the sections asked for."""
        applicants = row(_APPLICANTS, dict.fromkeys((*answer.applicants, *answer.applicants_translated)))
        self._record(self._number_asked(answer.number, _titles(answer)), [*self._how_read(answer), *applicants])
        self._out.print()
        self._indented(self._papers_table(answer.papers))
        self._part(
            "",
            (_BRIEF, answer.brief),
            (_LEFT_OUT, (f"{name}: {count}" for name, count in answer.papers_left_out.items())),
            (_GROUPS, _group_words(answer)),
        )
        if answer.citations is not None:
            self._citations(answer.citations)
        if answer.classes is not None:
            self._part(self._name(_CLASSES), *map(_class_fact, answer.classes), none=self._name(_NONE))
        if answer.compare is not None:
            self._compare(answer.compare)
        self._part(
            "",
            (_UNAVAILABLE, (f"{name}: {typed(why)}" for name, why in answer.unavailable.items())),
            (_AS_OF, (f"{part}: {age}" for part, age in answer.sections_as_of.items())),
            (NOTES, map(typed, answer.notes)),
            (_UNREAD, answer.unread_fields),
        )
        self._hint(_READ_NEXT)
        self._footer(answer)

    def dossier_text(self, answer: DossierDocumentAnswer, *, begins: bool = True, goes_on: bool = False) -> None:
        """One page of a paper's text; what it cost comes after the last."""
        if begins:
            self._text_head(answer)
        cut = answer.characters is not None and (answer.offset or 0) + len(answer.text or "") < answer.characters
        between = "" if cut else "\n\n"
        self._out.print(Text(clean(answer.text or "")), soft_wrap=True, end=between if goes_on else "\n")
        if goes_on:
            return
        self._part("", (NOTES, map(typed, answer.notes)))
        if answer.cursor:
            self._hint(_ALL_NEXT)
        self._footer(answer)

    # ── a family ──────────────────────────────────────────────────────────────────────────────

    def _office(self, tree: Tree, office: OfficeView) -> None:
        words = _OFFICES.get(office.office)
        name = Text.assemble((office.office, "bold"), f"  {self._name(words)}" if words else "")
        if not office.dossier:
            name.append(f"  ({self._name(_NO_DOSSIER)})")
        branch = tree.add(name)
        for member in office.members:
            self._member(branch, member)
        if office.left_out:
            branch.add(Text(clean(f"{self._name(_MORE)} {len(office.left_out)}: {', '.join(office.left_out)}")))

    def _member(self, branch: Tree, member: MemberView) -> None:
        title = Text(_exchange(member.application), "bold")
        if member.asked:
            title.append(f"  <- {self._name(_ASKED)}")
        leaves = branch.add(title)
        if filed := member.application and _day(member.application):
            leaves.add(Text(f"{self._name(_FILED)} {filed}"))
        for words, numbers in ((_PUBLISHED, member.publications), (_GRANTED, member.registrations)):
            for number in numbers:
                leaves.add(Text(f"{self._name(words)} {_exchange(number)}  {_day(number)}".rstrip()))
        if member.numbers_left_out:
            leaves.add(Text(f"{self._name(_MORE)} {member.numbers_left_out}"))

    # ── a dossier ─────────────────────────────────────────────────────────────────────────────

    def _papers_table(self, papers: Sequence[DossierLine]) -> Table:
        table = self._table((DATE, _KIND, _PAPER))
        table.columns[1].max_width = _KIND_WIDTH
        for paper in papers:
            kind = self._stacked(KIND_WORDS[paper.kind])
            if groups := [*paper.groups, *filter(None, [paper.groups_raw])]:
                kind.append(clean(f"\n{', '.join(groups)}"), "dim")
            table.add_row(clean(paper.date or paper.date_raw or ""), kind, self._paper_and_id(paper))
        return table

    def _paper_and_id(self, paper: DossierLine) -> Text:
        titles = [clean(title) for title in dict.fromkeys((paper.title, paper.title_translated)) if title]
        translation = _TRANSLATION.say("en" if self.lang == "en" else "ja")
        known = [
            *filter(None, (paper.original, paper.id_raw)),
            *([f"{translation} {paper.translated}"] if paper.translated else []),
            *([f"{self._name(_AT_HOME)}: {paper.case_row}"] if paper.case_row else []),
            *([self._name(_KEPT)] if paper.kept else []),
        ]
        return Text("\n").join([*map(Text, titles or ["?"]), *(Text(clean(line), "dim") for line in known)])

    def _text_head(self, answer: DossierDocumentAnswer) -> None:
        """What is known of the paper beside its text; first whether it is the office's own or a machine translation."""
        paper = answer.paper
        titles = " / ".join(dict.fromkeys(filter(None, (paper.title, paper.title_translated))))
        rows = [
            *row(_VERSION, [self._name(_VERSIONS[paper.version])]),
            *row(_KIND, [self._name(KIND_WORDS[paper.kind])] if paper.kind else []),
            *row(DATE, filter(None, [paper.date or paper.date_raw])),
            *row(PEOPLE, paper.people),
            *row(_OTHER, filter(None, [paper.other])),
            *row(_PAGES, [str(answer.pages)] if answer.pages else []),
            *row(_IMAGES, paper.images),
            *row(_SKIPPED, paper.skipped),
            *self._how_read(answer),
        ]
        self._record(self._number_asked(answer.number, titles), [*row(_ID, [paper.id]), *rows])
        self._out.print()

    def _citations(self, citations: CitationsView) -> None:
        patents = (_cited(_exchange(one), one.mentions, one.mentions_left_out) for one in citations.patents)
        others = (_cited(one.text or "?", one.mentions) for one in citations.others)
        more = [str(citations.left_out)] if citations.left_out else []
        self._part(
            self._name(CITATIONS), (_PATENTS, patents), (_OTHERS, others), (_LEFT_OUT, more), none=self._name(_NONE)
        )

    def _compare(self, compare: CompareView) -> None:
        table = self._table((_MEMBER, _FIRST, _DECISION, _COUNT), right=(3,))
        for member in compare.members:
            cited = "?" if member.patents_cited is None else str(member.patents_cited)
            table.add_row(_member_name(member), _step(member.first_action), _step(member.decision), cited)
        self._out.print()
        self._indented(Text(self._name(_COMPARE), "bold"))
        self._indented(table)
        self._part(
            "",
            (_SHARED, (f"{one.human or one.docdb}: {', '.join(one.against)}" for one in compare.shared)),
            (_NOT_READ, (f"{_member_name(one)}: {', '.join(map(self._lack, one.lacks))}" for one in compare.not_read)),
            (_LEFT_OUT, [str(compare.left_out)] if compare.left_out else []),
            (_COST, map(typed, filter(None, [compare.to_read]))),
            (NOTES, map(typed, compare.notes)),
        )

    def _lack(self, part: str) -> str:
        return self._name(_PARTS[part]) if part in _PARTS else part

    # ── what all have ─────────────────────────────────────────────────────────────────────────

    def _number_asked(self, number: NumberView, titles: str = "") -> Text:
        shown = " ".join(dict.fromkeys(filter(None, (number.human, number.docdb))))
        return Text.assemble((clean(shown), "bold"), f"   {clean(titles)}" if titles else "")

    def _how_read(self, answer: FamilyAnswer | DossierAnswer | DossierDocumentAnswer) -> list[Row]:
        others = answer.other_readings if not answer.interpreted_as else ()  # whose words list them already
        return [
            *row(_READ_AS, filter(None, [answer.interpreted_as])),
            *row(_FOUND_BY, map(_plain, filter(None, [answer.resolved_from]))),
            *row(_OR_ELSE, map(_plain, others)),
        ]

    def _part(self, title: str, *facts: tuple[Words, Iterable[str]], none: str | None = None) -> None:
        """Facts under their names, with a title or an empty line before them; nothing where there are none."""
        rows = [made for words, lines in facts for made in row(words, lines)]
        if rows or none:
            self._out.print()
            self._record(Text(title, "bold"), rows)
        if none and not rows:
            self._note(none)

    def _hint(self, words: Words) -> None:
        """What can be typed next."""
        self._out.print()
        for line in self._each(words):
            self._note(line)


def _titles(answer: DossierAnswer) -> str:
    return " / ".join(dict.fromkeys(filter(None, (answer.title, answer.title_translated))))


def _group_words(answer: DossierAnswer) -> list[str]:
    """The groups in words; the kinds have theirs in the table."""
    return [f"{code}: {meaning}" for code, meaning in answer.legend.items() if code not in KIND_WORDS]


def _class_fact(classes: ClassesView) -> tuple[Words, list[str]]:
    more = [f"… {classes.left_out}"] if classes.left_out else []
    scheme = clean(classes.scheme)
    return Words(scheme, scheme), [", ".join([*classes.symbols, *more])]


def _cited(document: str, mentions: Iterable[Mention], left_out: int | None = None) -> str:
    where = (" ".join(filter(None, (one.date or one.date_raw, one.cited_in))) for one in mentions)
    return "; ".join([document, *filter(None, where), *([f"+{left_out}"] if left_out else [])])


def _step(step: Step | None) -> Text:
    if step is None:
        return Text("-")
    return Text(clean("\n".join(filter(None, (step.date or step.date_raw, step.title))) or "?"))


def _member_name(member: Compared | NotRead) -> str:
    return clean(member.human or member.application)


def _plain(number: NumberView) -> str:
    return number.human or number.docdb or number.kind


def _exchange(number: ExchangeNumber | CitedPatent | None) -> str:
    """A number as its office writes it and as the exchange does, or as it came."""
    if number is None:
        return "?"
    return clean("  ".join(dict.fromkeys(filter(None, (number.human, number.docdb)))) or number.raw or "?")


def _day(number: ExchangeNumber) -> str:
    return clean(number.date or number.date_raw or "")
