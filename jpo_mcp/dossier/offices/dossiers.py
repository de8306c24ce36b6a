"""The dossier of one application at one of the five offices: its papers in order, its citations, its family beside it.

The list of papers is one access; whatever else is said of it (the domestic rows of a Japanese case, which papers are
kept) is read from what is kept already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from jpo_mcp import codes
from jpo_mcp.codes.dossier import KIND_WORDS, PaperKind, groups
from jpo_mcp.dossier.inquiry import Inquiry, counting
from jpo_mcp.dossier.offices.compare import compare, in_order
from jpo_mcp.dossier.offices.exchange import (
    CITATIONS,
    PAPER_ID,
    PDF,
    ZIP,
    Asked,
    ask_papers,
    ending,
    failed,
    is_fresh,
    kept_progress,
    member_number,
)
from jpo_mcp.dossier.offices.views import (
    CitationsView,
    CitedPatent,
    CitedText,
    ClassesView,
    DossierAnswer,
    DossierLine,
    Mention,
    day,
    number_fields,
    quoted,
    within,
)
from jpo_mcp.dossier.progress.timeline import Event, timeline
from jpo_mcp.dossier.view import said
from jpo_mcp.errors import JpoError, Lang, Words
from jpo_mcp.models import opd
from jpo_mcp.upstream.answer import Answer
from jpo_mcp.upstream.client import JpoClient

DossierSection = Literal["citations", "compare"]
SECTIONS: tuple[DossierSection, ...] = get_args(DossierSection)

ROOM, BRIEF_ROOM = 8_000, 2_600
"""Characters for the papers told in full, and for those told in a word each."""
MOST_APPLICANTS = 6


async def read_dossier(
    client: JpoClient,
    text: str,
    *,
    sections: Sequence[DossierSection] = (),
    max_age: float | None,
    this_year: int,
) -> DossierAnswer:
    """The papers of the application behind any notation of any of its numbers.

    Costs one access, one more for a publication, patent or PCT number; citations (with the classes) one more; compare
    one at most, for the family, where that is not kept. Raises an `InputError` before anything is spent, or what the
    pipeline raises for the list; a section that cannot be had is named in `unavailable` instead.
    """
    inquiry = Inquiry(client, max_age, client.deadline())
    with counting(inquiry):
        asked = await member_number(inquiry, text, this_year=this_year)
        answer = await ask_papers(inquiry, asked)
        case = await _Case.of(inquiry, asked)
        listed = [await case.line(paper) for paper in in_order(answer.found().papers)]
        parts = await _sections(inquiry, asked, answer, sections)
    return _answer(inquiry, asked, answer, _Listing(listed, case.is_at_hand), parts)


async def _sections(
    inquiry: Inquiry, asked: Asked, answer: Answer[opd.DocumentList], wanted: Sequence[DossierSection]
) -> dict[str, Any]:
    """What was asked for, or why it cannot be had. Citations first: they are kept when the members are compared."""
    parts: dict[str, Any] = {}
    unavailable: dict[str, str] = {}
    for section in (name for name in SECTIONS if name in wanted):
        try:
            if section == "citations":
                cited = await inquiry.ask("citations", CITATIONS, str(asked.application))
                parts |= _cited(cited.found())
            else:
                parts["compare"] = await compare(inquiry, asked, answer)
        except JpoError as failure:
            unavailable[section] = failed(failure, inquiry)
    return {**parts, "unavailable": unavailable}


# ── the papers in order ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Case:
    """What is kept beside the list: the rows of a Japanese case by document number, and the papers' bodies."""

    inquiry: Inquiry
    application: str
    rows: Mapping[str, Event] | None

    @classmethod
    async def of(cls, inquiry: Inquiry, asked: Asked) -> _Case:
        number = asked.application
        rows = await _domestic_rows(inquiry, str(number)) if number.office == "JP" else dict[str, Event]()
        return cls(inquiry, str(number), rows)

    @property
    def is_at_hand(self) -> bool:
        """Whether the domestic rows could be joined, if there are any."""
        return self.rows is not None

    async def line(self, paper: opd.DossierPaper) -> DossierLine:
        """One paper; titles and ids are the office's."""
        sides = {"original": paper.original, "translated": paper.translated}
        given = {name: side.id for name, side in sides.items() if side and side.id}
        ids = {name: one if PAPER_ID.fullmatch(one) else None for name, one in given.items()}
        odd = [one for name, one in given.items() if ids[name] is None]
        number = paper.jpo_document_number if self.application.startswith("JP.") else None
        event = (self.rows or {}).get(number or "")
        return DossierLine(
            **day(paper.legal_date),
            kind=paper.kind,
            title=quoted(paper.original.description) if paper.original else None,
            title_translated=quoted(paper.translated.description) if paper.translated else None,
            **_groups(paper.group),
            original=ids.get("original"),
            translated=ids.get("translated"),
            id_raw=quoted(", ".join(odd)),
            document=number,
            case_row=_row(event) if event else None,
            kept=await self._is_kept(filter(None, ids.values())) or None,
        )

    async def _is_kept(self, ids: Iterable[str]) -> bool:
        """Whether one of the bodies is kept, so that reading it costs nothing."""
        rows = (PDF, ZIP) if self.application.startswith("JP.") else (PDF,)
        for row, one in ((row, one) for one in ids for row in rows):
            if is_fresh(await self.inquiry.client.kept(row, self.application, one)):
                return True
        return False


async def _domestic_rows(inquiry: Inquiry, application: str) -> Mapping[str, Event] | None:
    """The events of the domestic case by document number, if its progress is kept."""
    kept = await kept_progress(inquiry, application)
    if kept is None:
        return None
    return {paper.number: event for event in timeline(kept.found()) for paper in event.documents if paper.number}


def _row(event: Event) -> str:
    return " ".join(filter(None, (event.code, event.ja, str(event.date or event.raw_date or "?"))))


_SAID_BY_KIND = frozenset({"1", "2", "3", "4", "5", "unknown"})
"""Groups that say no more than the kind of paper does, or nothing."""


def _groups(text: str | None) -> dict[str, Any]:
    """The groups that say more than the kind; raw where the exchange's vocabulary lacks one."""
    tokens = groups(text)
    known = [token for token in tokens if codes.decode("dossier_group", token).known]
    return {
        "groups": [token for token in known if token not in _SAID_BY_KIND],
        "groups_raw": None if len(known) == len(tokens) else quoted(text),
    }


# ── the answer ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Listing:
    """All papers as lines, and whether the domestic rows could be joined."""

    lines: list[DossierLine]
    is_joined: bool

    def fitted(self) -> dict[str, Any]:
        """Office actions, answers and decisions come before the rest where not all fit, the latest first; the rest in
        a word each, and what is left then by kind."""
        ranked = sorted(range(len(self.lines)), key=self._rank)
        in_full = sorted(ranked[: len(within((self.lines[place] for place in ranked), ROOM))])
        others = [self.lines[place] for place in sorted(set(ranked) - set(in_full))]
        brief, room = list[str](), BRIEF_ROOM
        for line in others:
            word = " ".join(filter(None, (line.date, line.kind, line.original or line.translated)))
            room -= len(word) + 3
            if room < 0:
                break
            brief.append(word)
        left_out = [line.kind for line in others[len(brief) :]]
        papers = [self.lines[place] for place in in_full]
        return {
            "papers": papers,
            "brief": brief,
            "papers_left_out": {kind: left_out.count(kind) for kind in dict.fromkeys(left_out)},
        }

    def _rank(self, place: int) -> tuple[bool, int]:
        return self.lines[place].kind not in _CORE, -place

    def legend(self, lang: Lang) -> dict[str, str]:
        """What the kinds and groups in the lines mean."""
        kinds = {line.kind: KIND_WORDS[line.kind].say(lang) for line in self.lines}
        tokens = dict.fromkeys(token for line in self.lines for token in line.groups)
        return kinds | {token: _group_words(token).say(lang) for token in tokens}


_CORE: frozenset[PaperKind] = frozenset({"office_action", "argument", "amendment", "decision"})


def _group_words(token: str) -> Words:
    code = codes.decode("dossier_group", token)
    return Words(code.en or token, code.ja or token)


def _answer(
    inquiry: Inquiry, asked: Asked, answer: Answer[opd.DocumentList], listing: _Listing, parts: Mapping[str, Any]
) -> DossierAnswer:
    return DossierAnswer(
        **asked.told(),
        **_about(answer.found().bibliographic),
        legend=listing.legend(inquiry.lang),
        **listing.fitted(),
        **parts,
        notes=said(_notes(listing), inquiry.lang),
        **ending(inquiry, answer, "papers", _next(listing.lines)),
    )


def _about(known: opd.Bibliographies | None) -> dict[str, Any]:
    """Title and applicants in both languages."""
    sides = {"": known.original, "_translated": known.translated} if known else {}
    told: dict[str, Any] = {}
    for suffix, side in sides.items():
        names = [quoted(one.last_name) for one in side.applicants] if side else []
        more = [f"+{len(names) - MOST_APPLICANTS}"] if len(names) > MOST_APPLICANTS else []
        told[f"title{suffix}"] = quoted(side.invention_title) if side else None
        told[f"applicants{suffix}"] = [*filter(None, names[:MOST_APPLICANTS]), *more]
    return told


_UNPROVED = Words(
    "dates: legal-date of the exchange; for an office's paper it is not proved whether of drafting or of dispatch "
    "(発送日), so count no period from it; kinds are told from titles and groups, likely, not confirmed",
    "日付は交換データの legal-date。庁の書類では起案日か発送日か未確認のため、期間の起算に使わないでください。"
    "種別は標題とグループによる推定です。",
)
_NOT_JOINED = Words(
    "jpo_get_case (1 access) would join the Japanese papers to the rows of the domestic case",
    "jpo_get_case（1アクセス）の後は、国内の経過情報の行と対応づけられます。",
)


def _notes(listing: _Listing) -> list[Words]:
    undated = sum(line.date is None for line in listing.lines)
    notes = [_UNPROVED]
    if undated:
        notes.append(
            Words(f"{undated} papers without a readable date stand last", f"日付のない{undated}件は末尾です。")
        )
    if not listing.is_joined:
        notes.append(_NOT_JOINED)
    return notes


def _next(lines: Sequence[DossierLine]) -> Words:
    if not any(line.original or line.translated for line in lines):
        return Words("no paper here has an id that reads it", "本文を読める書類IDがありません。")
    return Words(
        "jpo_read_dossier_document with document=original or translated reads one (1 access; 0 where kept)",
        "jpo_read_dossier_document に document=original または translated の値（1アクセス、保存済みは0）",
    )


# ── citations and classes ─────────────────────────────────────────────────────────────────────

CITED_ROOM, CLASSES_ROOM = 4_000, 1_500
MOST_SYMBOLS, MOST_MENTIONS = 30, 10
MOST_LITERATURE = 1_000
"""Characters of one citation of literature: no other call would give what is cut."""


def _cited(record: opd.CitationsAndClasses) -> dict[str, Any]:
    """Each document once, with when and where it was cited; and the classes by scheme."""
    cited = record.citation or opd.Citation()
    patents = [_patent(rows) for rows in _by_number(cited.patents)]
    others = [CitedText(text=quoted(row.text, MOST_LITERATURE), mentions=[_mention(row)]) for row in cited.others]
    shown = within(patents, CITED_ROOM)
    texts = within(others, CITED_ROOM - sum(len(view.model_dump_json()) for view in shown))
    left_out = len(patents) + len(others) - len(shown) - len(texts)
    return {
        "citations": CitationsView(patents=shown, others=texts, left_out=left_out or None),
        "classes": _classes(record.classification or opd.Classification()),
    }


def _by_number(rows: Iterable[opd.CitedPatent]) -> list[list[opd.CitedPatent]]:
    """The mentions of each document, in order of its first."""
    found: dict[str, list[opd.CitedPatent]] = {}
    for row in rows:
        found.setdefault((row.publication.number if row.publication else None) or "", []).append(row)
    return list(found.values())


def _patent(rows: Sequence[opd.CitedPatent]) -> CitedPatent:
    number = rows[0].publication.number if rows[0].publication else None
    return CitedPatent(
        **number_fields(number, "publication"),
        mentions=[_mention(row) for row in rows[:MOST_MENTIONS]],
        mentions_left_out=max(0, len(rows) - MOST_MENTIONS) or None,
    )


def _mention(row: opd.CitedPatent | opd.CitedLiterature) -> Mention:
    return Mention(**day(row.draft_date), cited_in=quoted(row.cited_in))


def _classes(record: opd.Classification) -> list[ClassesView]:
    """The symbols of each scheme; of schemes without end, the first, and how many more there are."""
    schemes: dict[str, list[str]] = {"IPC": [symbol for symbol in map(quoted, record.ipcs) if symbol]}
    for one in record.originals:
        schemes.setdefault(quoted(one.scheme) or "?", []).extend(filter(None, [quoted(one.symbol)]))
    views = [_scheme(scheme, symbols) for scheme, symbols in schemes.items() if symbols]
    shown = within(views, CLASSES_ROOM)
    rest = len(views) - len(shown)
    return [*shown, ClassesView(scheme="…", left_out=rest)] if rest else shown


def _scheme(scheme: str, symbols: Sequence[str]) -> ClassesView:
    return ClassesView(
        scheme=scheme, symbols=list(symbols[:MOST_SYMBOLS]), left_out=max(0, len(symbols) - MOST_SYMBOLS) or None
    )
