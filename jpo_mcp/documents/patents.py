"""Refusals of patents, read line by line: headings, lines of claims and documents, and the sentences between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from jpo_mcp.documents import citations_list, sections
from jpo_mcp.documents.citations_list import SearchRecord
from jpo_mcp.documents.claims import Claims, leading_claims, mentioned_claims
from jpo_mcp.documents.grounds import Provision, applied, labelled, named
from jpo_mcp.documents.printed import Line, Sentence, fold, sentences
from jpo_mcp.documents.refusal import Block, ClaimNote, Passage, Reason, Refusal


def read(body: str, rows: list[Line], articles: tuple[str, ...]) -> Refusal:
    """The refusal of a patent application."""
    return _Reader(body, articles).read(rows)


@dataclass(slots=True)
class _Draft:
    """A reason being read."""

    no: int
    printed: str | None
    label: str | None
    provisions: list[Provision]
    quote: str
    offset: int
    stated: bool
    """Stated with its article before 記, not only named by a heading."""


@dataclass(slots=True)
class _Group:
    """Claims lines that share their remarks."""

    blocks: list[Block] = field(default_factory=list[Block])
    remarks: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class _Section:
    """What stands under one heading."""

    reasons: tuple[int, ...]
    groups: list[_Group] = field(default_factory=list[_Group])
    prose: list[Line] = field(default_factory=list[Line])
    unknown: bool = False
    """Its heading was not understood, so it belongs to no reason, not even to the only one."""
    cites: bool = False
    """It has a line of documents that belongs to no claims line."""

    @property
    def text(self) -> str:
        return "\n".join(row.text for row in self.prose)


class _Reader:
    """Reads the body of a patent refusal, line by line."""

    def __init__(self, body: str, articles: tuple[str, ...]) -> None:
        self.body = body
        self.articles = articles
        self.zone: sections.Zone = "opening"
        self.above: Line | None = None
        self.below: Line | None = None
        self.drafts: dict[int, _Draft] = {}
        self.since_mark: list[int] = []
        self.sections: list[_Section] = [_Section(())]
        self.kept: dict[str, list[Line]] = {"citations": [], "record": [], "hint": [], "no_reason": []}
        self.notes: list[ClaimNote] = []
        self.unexamined: list[ClaimNote] = []
        self.unread: list[Passage] = []

    def read(self, rows: list[Line]) -> Refusal:
        rows = [replace(row, text=sections.numbered(row.text)) for row in _whole_lists(rows)]
        printed = [row for row in rows if row.text.strip()]
        for row, self.below in zip_longest(printed, printed[1:]):
            self._line(row)
            self.above = row
        self._name_from_group()
        blocks = self._blocks()
        citations, left = citations_list.listed(self.kept["citations"], self.body)
        self.unread += [self._passage(row) for row in left if not citations_list.is_remark(row.text)]
        return Refusal(
            reasons=tuple(self._reason(draft, blocks) for _, draft in sorted(self.drafts.items())),
            blocks=blocks,
            citations=tuple(citations),
            prior_art_record=self._record(),
            unexamined_claims=tuple(self.unexamined),
            no_reason_claims=tuple(self.notes),
            curing_hints=self._hints(),
            unread=tuple(sorted(self.unread, key=lambda passage: passage.offset)),
        )

    # One line.

    def _line(self, row: Line) -> None:
        text = row.text
        if sections.is_rule(text):
            self._rule()
        elif (zone := sections.section(text)) is not None:
            self.zone = zone
        elif self._headed(row) or self._opening(row) or self._named_by_ground(row):
            return
        elif sections.is_note_mark(text):
            self._note_mark()
        elif sections.is_unread_heading(text):
            self._unread_section(row)
        else:
            self._content(row)

    def _rule(self) -> None:
        if self.zone in ("citations", "no_reason", "unexamined", "final", "hint", "record"):
            self.zone = "other"

    def _headed(self, row: Line) -> bool:
        head = sections.heading(row.text)
        return head is not None and self._heading(row, head)

    def _heading(self, row: Line, head: sections.Heading) -> bool:
        numbers = [no if no is not None else 1 for no in head.numbers]
        if self._reasons_of_the_claims_above(row, head):
            return True
        states = not head.about and head.rest is None and (not head.marked or self._stated_below())
        if states and len(numbers) == 1 and numbers[0] not in self.drafts:
            self._state(numbers[0], row, head)
            return True
        if self.zone == "other" and not (head.marked or head.about):
            return False
        for at, no in enumerate(numbers):
            self._named(no, row, head, at)
        self._section(tuple(dict.fromkeys(numbers)))
        if head.rest is not None:
            self._claims(row, head.rest, cited_below=not self._claims_below())
        return True

    def _stated_below(self) -> bool:
        return self.zone == "opening" and self.below is not None and sections.states(self.below.text)

    def _reasons_of_the_claims_above(self, row: Line, head: sections.Heading) -> bool:
        """・理由　１、２ between ・請求項 and ・引用文献, or behind both: it opens no section."""
        numbers = tuple(dict.fromkeys(no for no in head.numbers if no is not None))
        if head.about or head.marked or head.rest is not None or not self._concern_the_claims_above(numbers):
            return False
        for at, no in enumerate(head.numbers):
            if no is not None:
                self._named(no, row, head, at)
        return True

    def _concern_the_claims_above(self, reasons: tuple[int, ...]) -> bool:
        """Gives these reasons to the claims right above. A line of claims below tells that they are a heading."""
        here = self.sections[-1]
        if not reasons or not here.groups or here.groups[-1].remarks or self.above is None:
            return False
        above = self.above.text
        if sections.claim_line(above, cited_below=True) is None and sections.citation_line(above) is None:
            return False
        if self._claims_below() or (here.reasons and not set(reasons) <= set(here.reasons)):
            return False
        group = here.groups[-1]
        group.blocks = [replace(b, reasons=reasons) if b.reasons == here.reasons else b for b in group.blocks]
        return True

    def _claims_below(self) -> bool:
        return self.below is not None and sections.claim_line(self.below.text) is not None

    def _state(self, no: int, row: Line, head: sections.Heading) -> None:
        """理由２ on a line of its own, the article below it."""
        start, end = (0, len(row.text.rstrip())) if head.bracketed else head.spans[0]
        printed = row.verbatim(self.body, start, end).strip("　 ")
        self.drafts[no] = _Draft(no, printed, None, [], self._quote(row), row.start, stated=True)
        self._label(self.drafts[no], head.labels[0])
        self.zone = "opening"
        self.since_mark.append(no)

    def _named(self, no: int, row: Line, head: sections.Heading, at: int) -> None:
        if no not in self.drafts:
            start, end = head.spans[at]
            lead = row.text[:start].lstrip()
            start -= len(lead) if head.marked and at == 0 else 0
            printed = row.verbatim(self.body, start, end)
            self.drafts[no] = _Draft(no, printed, None, [], self._quote(row), row.start, stated=False)
        self._label(self.drafts[no], head.labels[at])

    def _label(self, draft: _Draft, label: str | None) -> None:
        if not label:
            return
        provisions = named(label, "patent")
        if provisions and not draft.provisions:
            draft.provisions.extend(provisions)
        if provisions or draft.label:
            return
        draft.label = label.strip()
        by_label = labelled(draft.label)
        if by_label and not draft.provisions and not draft.stated:
            draft.provisions.append(by_label)

    def _opening(self, row: Line) -> bool:
        if self.zone not in ("opening", "grounds", "citations"):
            return False
        expected = max(self.drafts, default=0) + 1
        found = sections.opening(row.text, expected=expected, among_facts=self.zone != "opening")
        if found is None or found.no is None or found.printed is None:
            return False
        printed = row.verbatim(self.body, *found.printed).strip("　 ")
        self.drafts[found.no] = _Draft(
            found.no, printed, found.label, list(found.provisions), self._quote(row), row.start, stated=True
        )
        self.zone = "opening"
        self.since_mark.append(found.no)
        return True

    def _named_by_ground(self, row: Line) -> bool:
        """●進歩性について: the reasons of that label or article. Without a mark it may be part of the remarks."""
        head = sections.ground_heading(row.text) if self.zone == "grounds" else None
        if head is None:
            return False
        found = [self._called(name, codes) for name, codes in head.grounds]
        reasons = tuple(dict.fromkeys(no for numbers in found for no in numbers))
        understood = all(len(numbers) == 1 for numbers in found)
        if not head.marked and (not understood or set(reasons) <= set(self.sections[-1].reasons)):
            return False
        if understood and not head.marked and self._concern_the_claims_above(reasons):
            return True
        if understood:
            self._section(reasons)
        else:
            self._unread_section(row)
        return True

    def _called(self, name: str, codes: frozenset[str]) -> list[int]:
        drafts = self.drafts.values()
        return [d.no for d in drafts if d.label == name or not codes.isdisjoint(p.code for p in d.provisions)]

    def _unread_section(self, row: Line) -> None:
        self._section(())
        self.sections[-1].unknown = True
        self.unread.append(self._passage(row))

    def _note_mark(self) -> None:
        """記: what follows concerns the reason above it, if only one stands there."""
        self._section(tuple(self.since_mark) if len(self.since_mark) == 1 else ())
        self.since_mark = []

    def _section(self, reasons: tuple[int, ...]) -> None:
        self.zone = "grounds"
        self.sections.append(_Section(reasons))

    def _content(self, row: Line) -> None:
        match self.zone:
            case "opening":
                self._stating(row)
            case "grounds":
                self._ground(row)
            case "no_reason":
                self._beside_the_reasons(row, self.notes, _NO_REASON)
            case "unexamined":
                self._beside_the_reasons(row, self.unexamined, _UNEXAMINED)
            case "citations" | "record" | "hint":
                self.kept[self.zone].append(row)
            case _:
                self._elsewhere(row)

    def _stating(self, row: Line) -> None:
        if sections.claim_line(row.text) or sections.citation_line(row.text) or sections.remarks(row.text) is not None:
            self._note_mark()
            self._ground(row)
            return
        provisions = applied(row.text, "patent") if "条" in row.text else ()
        if self.since_mark and not (provisions and self._unnumbered(row)):
            draft = self.drafts[self.since_mark[-1]]
            draft.provisions.extend(p for p in provisions if p not in draft.provisions)
            draft.quote = self.body[draft.offset : row.end]
        elif provisions:
            no = max(self.drafts, default=0) + 1
            label = _LABELLED.match(row.text)
            shown = row.verbatim(self.body, *label.span(1)) if label else None
            self.drafts[no] = _Draft(no, None, shown, list(provisions), self._quote(row), row.start, stated=True)
            self.since_mark.append(no)

    def _unnumbered(self, row: Line) -> bool:
        """A second reason without a number: the one above has its article and no number either."""
        above = self.drafts[self.since_mark[-1]]
        return above.printed is None and bool(above.provisions) and _STATES.match(row.text) is not None

    # Under the headings.

    def _ground(self, row: Line) -> None:
        if self._claims(row, 0, cited_below=self._cited_below()) or self._cited(row) or self._cited_otherwise(row):
            return
        begin = sections.remarks(row.text)
        at = self.sections[-1]
        if begin is None:
            at.prose.append(row)
        if sections.is_unread_claims(row.text):
            self.unread.append(self._passage(row))
        if at.groups:
            at.groups[-1].remarks.append(row.text[begin or 0 :])
        if begin is None:
            self._asides(row)

    def _claims(self, row: Line, at: int, *, cited_below: bool) -> bool:
        found = sections.claim_line(row.text, at, cited_below=cited_below)
        here = self.sections[-1]
        in_remarks = bool(here.groups and here.groups[-1].remarks)
        if found is None or (in_remarks and not found.bulleted and found.citations_at is None):
            return False
        reasons = found.reasons or self._by_article(found, row) or here.reasons
        cited = found.citations_at
        block = Block(
            reasons=reasons,
            claims=found.claims,
            claims_raw=row.verbatim(self.body, *found.claims_at),
            citations=() if cited is None else found.citations[0] if found.citations else None,
            citations_raw=row.verbatim(self.body, *cited) if cited else None,
            mode="none" if cited is None else found.citations[1] if found.citations else None,
            source="line",
            paragraphs=(),
            figures=(),
            quote=self._quote(row),
            offset=row.start,
        )
        if in_remarks or not here.groups:
            here.groups.append(_Group())
        here.groups[-1].blocks.append(block)
        return True

    def _cited_below(self) -> bool:
        """Documents, or the reasons that stand between the claims and their documents."""
        below = self.below.text if self.below else ""
        return sections.citation_line(below) is not None or sections.is_reasons_bullet(below)

    def _by_article(self, found: sections.ClaimLine, row: Line) -> tuple[int, ...]:
        """・請求項１／引用文献１～６／第２９条第２項: the line names its article itself."""
        numbers: list[int] = []
        for provision in found.provisions:
            no = next((d.no for d in self.drafts.values() if provision in d.provisions), None)
            if no is None:
                no = max(self.drafts, default=0) + 1
                self.drafts[no] = _Draft(no, None, None, [provision], self._quote(row), row.start, stated=True)
            numbers.append(no)
        return tuple(numbers)

    def _cited(self, row: Line) -> bool:
        found = sections.citation_line(row.text)
        if found is None:
            return False
        groups = self.sections[-1].groups
        if not groups or groups[-1].remarks or groups[-1].blocks[-1].citations_raw is not None:
            if row.text.lstrip().startswith(("・", "･", "●")):
                self.unread.append(self._passage(row))
                self.sections[-1].cites = True
            return False
        span, read = found
        block = groups[-1].blocks[-1]
        groups[-1].blocks[-1] = replace(
            block,
            citations=read[0] if read else None,
            mode=read[1] if read else None,
            citations_raw=row.verbatim(self.body, *span),
            quote=self.body[block.offset : row.end],
        )
        return True

    def _cited_otherwise(self, row: Line) -> bool:
        groups = self.sections[-1].groups
        span = sections.other_documents(row.text)
        if span is None or not groups or groups[-1].remarks or groups[-1].blocks[-1].citations_raw is not None:
            return False
        block = groups[-1].blocks[-1]
        raw, quote = row.verbatim(self.body, *span), self.body[block.offset : row.end]
        groups[-1].blocks[-1] = replace(block, citations=None, mode=None, citations_raw=raw, quote=quote)
        return True

    # Said beside the reasons.

    def _asides(self, row: Line) -> None:
        if not _SAYS_ASIDE.search(row.text):
            return
        for sentence in sentences(row):
            if found := _UNEXAMINED.search(sentence.said):
                self.unexamined.append(self._note(sentence, found.start()))
            elif found := _NO_REASON.search(sentence.said):
                self.notes.append(self._without_reason(sentence, found.start()))

    def _beside_the_reasons(self, row: Line, notes: list[ClaimNote], said: re.Pattern[str]) -> None:
        """The section of such claims: a line of claims, or sentences; one that names claims in other words is kept."""
        line = sections.claim_line(row.text, cited_below=True)
        if line is not None:
            notes.append(ClaimNote(line.claims, self._quote(row), row.start))
            return
        for sentence in sentences(row):
            if found := said.search(sentence.said):
                tell = self._without_reason if said is _NO_REASON else self._note
                notes.append(tell(sentence, found.start()))
            elif mentioned_claims(sentence.said):
                notes.append(ClaimNote(None, self.body[sentence.start : sentence.end], sentence.start))

    def _elsewhere(self, row: Line) -> None:
        """A claims line where none belongs is shown, not dropped."""
        line = sections.claim_line(row.text) if self.zone == "other" else None
        if line is not None and line.bulleted:
            self.unread.append(self._passage(row))
        else:
            self._finds_nothing(row)

    def _finds_nothing(self, row: Line) -> None:
        if not _SAYS_ASIDE.search(row.text):
            return
        found = ((sentence, _NO_REASON.search(sentence.said)) for sentence in sentences(row))
        self.notes += [self._without_reason(sentence, words.start()) for sentence, words in found if words]

    def _note(self, sentence: Sentence, until: int) -> ClaimNote:
        return ClaimNote(_subject(sentence.said, until), self.body[sentence.start : sentence.end], sentence.start)

    def _without_reason(self, sentence: Sentence, until: int) -> ClaimNote:
        """No claims where only some reason is said not to apply: the others may."""
        note = self._note(sentence, until)
        return replace(note, claims=None) if _ONE_REASON.search(sentence.said) else note

    # At the end.

    def _name_from_group(self) -> None:
        """The article of the bibliography, where the body names none for its only reason or by the same label."""
        printed = [(fold(a), named(fold(a), "patent")) for a in self.articles]
        for draft in self.drafts.values():
            if draft.provisions:
                continue
            if draft.label:
                same = [found for text, found in printed if f"({draft.label})" in text]
            else:
                same = [found for _, found in printed] if len(self.drafts) == len(printed) == 1 else []
            if len(same) == 1:
                draft.provisions.extend(same[0])

    def _blocks(self) -> tuple[Block, ...]:
        found: list[Block] = []
        only = (next(iter(self.drafts)),) if len(self.drafts) == 1 else ()
        for section in self.sections:
            reasons = () if section.unknown else section.reasons or only
            printed = section.cites or any(b.citations_raw is not None for g in section.groups for b in g.blocks)
            for group in section.groups:
                text = "\n".join(group.remarks)
                paragraphs, figures = _paragraphs(text), _figures(text)
                found += [
                    replace(
                        _without_citations(b) if printed and b.citations_raw is None else b,
                        reasons=b.reasons or reasons,
                        paragraphs=paragraphs,
                        figures=figures,
                    )
                    for b in group.blocks
                ]
            if not section.groups and reasons and not self._is_unity(reasons):
                found += self._concluded(section, reasons)
        return tuple(found)

    def _is_unity(self, reasons: tuple[int, ...]) -> bool:
        """Unity concerns the application, and its section names claims only to say which are examined."""
        return all(p.article == 37 for no in reasons for p in self.drafts[no].provisions)

    def _concluded(self, section: _Section, reasons: tuple[int, ...]) -> list[Block]:
        """The claims of a section without a claims line: those of its closing sentences, if no other claim is named."""
        said = [s for row in section.prose if "請求項" in row.text for s in sentences(row)]
        said = [s for s in said if not (_UNEXAMINED.search(s.said) or _NO_REASON.search(s.said))]
        named_claims = {no for s in said for no in mentioned_claims(s.said)}
        if not named_claims:
            return []
        conclusions = [(s, c) for s in said if (c := _conclusion(s.said)) is not None]
        covered = {no for _, claims in conclusions for no in claims}
        if not named_claims <= covered:
            return [self._unsaid(section, reasons)]
        kept = [
            (s, claims)
            for at, (s, claims) in enumerate(conclusions)
            if not any(set(claims) < set(later) for _, later in conclusions[at + 1 : at + 1 + _STEPS])
        ]
        return [self._prose_block(section, reasons, claims, s.said, slice(s.start, s.end)) for s, claims in kept]

    def _unsaid(self, section: _Section, reasons: tuple[int, ...]) -> Block:
        """The claims are named and not understood: all that is said of them is shown."""
        rows = [row for row in section.prose if "請求項" in row.text]
        return self._prose_block(section, reasons, None, section.text, slice(rows[0].start, rows[-1].end))

    def _prose_block(
        self, section: _Section, reasons: tuple[int, ...], claims: Claims, said: str, place: slice
    ) -> Block:
        """The claims of running text; which documents `said` is about, it does not list."""
        cited = section.cites or _NAMES_DOCUMENTS.search(said) is not None
        return Block(
            reasons=reasons,
            claims=claims,
            claims_raw=None,
            citations=None if cited else (),
            citations_raw=None,
            mode=None if cited else "none",
            source="prose",
            paragraphs=_paragraphs(section.text),
            figures=_figures(section.text),
            quote=self.body[place],
            offset=place.start,
        )

    def _reason(self, draft: _Draft, blocks: tuple[Block, ...]) -> Reason:
        return Reason(
            no=draft.no,
            printed_no=draft.printed,
            codes=tuple(p.code for p in draft.provisions),
            articles=tuple(p.ja for p in draft.provisions),
            article_en=tuple(p.en for p in draft.provisions),
            label=draft.label,
            blocks=tuple(block for block in blocks if draft.no in block.reasons),
            quote=draft.quote,
            offset=draft.offset,
        )

    def _record(self) -> SearchRecord | None:
        return citations_list.search_record(self.kept["record"], self.body)

    def _hints(self) -> tuple[Passage, ...]:
        return tuple(self._passage(row) for row in self.kept["hint"])

    def _quote(self, row: Line) -> str:
        return self.body[row.start : row.end]

    def _passage(self, row: Line) -> Passage:
        return Passage(self._quote(row), row.start)


_LABELLED = re.compile(r" {0,80}\(([^()]{1,30})\) {0,3}(?=この)")
_STATES = re.compile(
    r" {0,80}(?:また、|[A-Z][.、)]|\([0-9A-Za-z]{1,2}\))? {0,3}(?:\([^()]{1,30}\))? {0,3}この(?:特許)?出願"
)


def _without_citations(block: Block) -> Block:
    """Claims without documents among claims with documents: a subheading, or they share the next line's."""
    return replace(block, citations=None, mode=None)


def _whole_lists(rows: list[Line]) -> list[Line]:
    """Lists of claims or citations broken over lines, put together."""
    whole: list[Line] = []
    for row in rows:
        above = whole[-1] if whole else None
        if above is None or not row.text.strip() or not _LIST_LINE.match(above.text):
            whole.append(row)
            continue
        match sections.continues(above.text, row.text):
            case "yes":
                whole[-1] = _joined(above, row, "")
            case "unclear":
                whole[-1] = _joined(above, row, "?")
            case "no":
                whole.append(row)
    return whole


_LIST_LINE = re.compile(r" {0,80}(?:[・･●○◎] {0,9})(?:請求項|引用(?:文献|例|刊行物|発明))")


def _joined(above: Line, row: Line, between: str) -> Line:
    """`between` "?" makes the list unreadable, which it is."""
    text = above.text + between
    starts = (*above.starts, *(start + len(text) for start in row.starts))
    return Line(text + row.text, starts, (*above.places, *row.places), row.full)


_UNEXAMINED = re.compile(
    r"審査(?:の)?対象(?:と(?:し|なら|はし)(?:ない|なかった)|とし(?:ていない|ておりません|ません)|から除|外|としては?いない)"
    r"|審査[をは]?(?:行っ|し)(?:ていない|ておりません|ていません)|審査を?(?:行わない|行いません|しない|しません)"
    r"|審査[をは]?(?:行わ|し)なかった|審査[がは]?(?:なさ|行わ|さ)れ(?:ていない|ておりません|ない)|審査を?(?:留保|保留)"
)
_NO_REASON = re.compile(
    r"拒絶の?理由[をはが](?:発見(?:し(?:ない|ていない|ません|ておりません)|され(?:ない|ていない|ません|ておりません))"
    r"|見(?:当たら|い[だ出]せ|いだ[せさ]れ|出せ|出され)(?:ない|ません|ていない))"
)
_SAYS_ASIDE = re.compile("審査|拒絶の?理由[をはが](?:発見|見)")
_ONE_REASON = re.compile(r"(?<!拒絶の)(?<!拒絶)理由 {0,3}[0-9]|新規性|進歩性|要件|第 {0,3}[0-9]{1,3} {0,3}条")
_OF_THE_CLAIMS = re.compile(r"(?:に係る(?:各)?発明)?(?:は|について|に関して|に対して|につき)")
_CLAIMS_BEGIN = re.compile(r"(?:本願の?|本件の?)?請求項")
_EXAMINED = re.compile(r"審査(?:の)?対象と(?:し|する(?:一方(?:で)?|が)?)[、,]")
_THOSE_CLAIMS = re.compile(r"(?:当該|これらの)(?:各)?請求項(?:に係る(?:各)?発明)?(?:は|について)")


def _subject(said: str, until: int) -> Claims:
    """The claims that the words at `until` are said of: those last named as a topic, if no other could be meant."""
    examined = _EXAMINED.search(said, 0, until)
    groups = list(_named_groups(said, examined.end() if examined else 0, until))
    topics = [at for at, group in enumerate(groups) if _OF_THE_CLAIMS.match(said, group[1])]
    if not topics:
        return groups[0][2] if len(groups) == 1 and _THOSE_CLAIMS.search(said, groups[0][1], until) else None
    begin, end, claims = groups[topics[-1]]
    if not set(mentioned_claims(said[end:])) <= set(claims):
        return None
    gives_a_reason = _BECAUSE.search(said, end, until) is not None
    return None if gives_a_reason and (topics[-1] or "と" in said[begin:end]) else claims


def _named_groups(said: str, at: int, until: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Each group of claims, with where it begins and ends."""
    while begin := _CLAIMS_BEGIN.search(said, at, until):
        found = leading_claims(said, begin.start())
        at = found[1] if found else begin.end()
        if found:
            yield begin.start(), at, found[0]


_BECAUSE = re.compile("(?:から|ので|ため|より)[、,]")


_THEREFORE = re.compile(
    r" {0,80}(?:また|なお|以上(?:のとおり|より|から)?|さらに)?[、,]? {0,9}"
    r"(?:よって|したがって|従って|故に|ゆえに|以上から|以上より)[、,]? {0,9}(?:この出願の|上記の?)?"
)
_VERDICT = re.compile(
    r"(?:に係る(?:各)?発明(?:は|も)|について(?:の|した)補正は|に(?:係る|対する)補正は).*(?:明確でない|明確ではない|不明確|不明りょう|不明瞭|記載した(?:もの|事項)|該当しない|"
    r"特許を受けることができない|要件を満た|発明(?:で|では)ない|容易に|記載された発明|範囲内(?:に|で))"
)


_ENABLES = re.compile(r"(?:この出願の|本願の)?発明の詳細な説明(?:の記載)?は、(?:いわゆる)?当業者が、?")
_TO_WORK_IT = re.compile(
    r"に係る(?:各)?発明を(?:容易に)?実施(?:をする)?(?:すること)?(?:ことが)?が?できる程度に.*な(?:い|く)"
)


def _conclusion(said: str) -> tuple[int, ...] | None:
    """The claims of よって、請求項…に係る発明は明確でない."""
    therefore = _THEREFORE.match(said)
    if therefore is None:
        return None
    enabled = _ENABLES.match(said, therefore.end())
    if enabled:
        found = leading_claims(said, enabled.end())
        return found[0] if found and _TO_WORK_IT.match(said, found[1]) else None
    found = leading_claims(said, therefore.end())
    return found[0] if found and _VERDICT.match(said, found[1]) and not _IN_ORDER.search(said) else None


_IN_ORDER = re.compile("(?:記載|範囲内において)したものである。?$")
"""It meets what the article asks for: 説明に記載したものである."""


_STEPS = 20
"""How far ahead a step of an argument looks for the conclusion that includes it."""
_NAMES_DOCUMENTS = re.compile(r"引用(?:文献|例|発明|刊行物) {0,3}[0-9]")

_PARAGRAPH = r"[【\[] {0,2}[0-9]{4} {0,2}[】\]]"
_BARE_PARAGRAPH = r"段落 {0,2}(?:[0-9]{4})(?![0-9])(?: {0,2}(?:[-~、,]) {0,2}[0-9]{4}(?![0-9]))*"
_PARAGRAPHS = re.compile(rf"{_PARAGRAPH}(?: {{0,2}}[-~] {{0,2}}{_PARAGRAPH})?|{_BARE_PARAGRAPH}")
_FIGURE = r"[0-9]{1,3}(?:\([A-Za-z0-9]\)|[A-Za-z](?![A-Za-z]))?"
_FIGURES = re.compile(
    rf"(?:図|FIG\.? {{0,2}}|Fig\.? {{0,2}}){_FIGURE}"
    rf"(?: {{0,2}}[-~、,] {{0,2}}(?:図|FIG\.? {{0,2}})?{_FIGURE}(?!頁|行|欄))*"
    r"|第 {0,2}[0-9]{1,3}(?: {0,2}[-~、,] {0,2}[0-9]{1,3})* {0,2}図"
)


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match[0] for match in _PARAGRAPHS.finditer(text)))


def _figures(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match[0] for match in _FIGURES.finditer(text)))
