"""A family side by side: first actions, decisions and cited documents of the members whose lists are kept.

Nothing is asked but the family itself; a Japanese member whose list is not kept is told by its domestic case. Which
claims an office meant, and under which law, the lists do not say, so nothing is equated: only the numbers of cited
documents are compared, as the exchange writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jpo_mcp.clock import jst_text
from jpo_mcp.codes.dossier import PaperKind, decides_on_amendment, groups
from jpo_mcp.dossier.inquiry import Inquiry
from jpo_mcp.dossier.offices.exchange import CITATIONS, FAMILY, FAMILY_LIST, PAPERS, Asked, is_fresh, kept_progress
from jpo_mcp.dossier.offices.views import (
    Compared,
    CompareView,
    NotRead,
    Shared,
    Step,
    day,
    human_of,
    number_fields,
    quoted,
    within,
)
from jpo_mcp.dossier.progress.prosecution import course
from jpo_mcp.dossier.progress.timeline import Event
from jpo_mcp.dossier.view import said
from jpo_mcp.errors import Lang, Words
from jpo_mcp.models import common, opd
from jpo_mcp.numbers.types import FIVE
from jpo_mcp.upstream.answer import Answer

ROOM = 2_000
"""Characters for the members compared; as many for what they share, and for those not read."""
MOST_MEMBERS = 40


async def compare(inquiry: Inquiry, asked: Asked, listed: Answer[opd.DocumentList]) -> CompareView:
    """The members of the family as far as they are kept: one access where the family is not kept, else none."""
    members = asked.family.members if asked.family else await _family(inquiry, asked)
    applications = _applications(members)
    files = [await _file(inquiry, number, listed) for number in applications[:MOST_MEMBERS]]
    return _compared(files, len(applications) - len(files), inquiry.lang)


async def _family(inquiry: Inquiry, asked: Asked) -> tuple[opd.Member, ...]:
    """From the list; from the tree where that is what is kept, so that it never takes two accesses."""
    number = ("application", str(asked.application))
    tree = await inquiry.client.kept(FAMILY, *number)
    in_list = await inquiry.client.kept(FAMILY_LIST, *number)
    if is_fresh(tree) and not (is_fresh(in_list) and in_list and in_list.found().members):
        return (await inquiry.ask("family", FAMILY, *number)).found().members
    return (await inquiry.ask("family", FAMILY_LIST, *number)).found().members


def _applications(members: Iterable[opd.Member]) -> list[str]:
    """The applications at the five offices, office by office."""
    found = [member.application.number or "" for member in members if member.application]
    of_five = [number for number in dict.fromkeys(found) if PAPERS.parameters[0].pattern.fullmatch(number)]
    return sorted(of_five, key=lambda number: FIVE.index(number[:2]))


# ── one member ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _File:
    """What is kept of one member: its papers here or at home, and the numbers of the documents cited against it."""

    application: str
    papers: Answer[opd.DocumentList] | Answer[common.Progress] | None
    cited: frozenset[str] | None
    accesses: dict[str, int]
    """What jpo_get_dossier with citations would take, by endpoint; it asks for the list even where home tells it."""

    @property
    def lacks(self) -> list[str]:
        return ["papers"] * (self.papers is None) + ["citations"] * (self.cited is None)


async def _file(inquiry: Inquiry, number: str, listed: Answer[opd.DocumentList]) -> _File:
    papers = listed if listed.arguments == (number,) else await inquiry.client.kept(PAPERS, number)
    kept = await inquiry.client.kept(CITATIONS, number)
    cited = _cited(kept.data) if kept and kept.data else None
    told = papers if papers and papers.data else await kept_progress(inquiry, number)
    accesses = {row.name: int(not is_fresh(each)) for row, each in ((PAPERS, papers), (CITATIONS, kept))}
    return _File(number, told, cited, accesses)


def _cited(record: opd.CitationsAndClasses) -> frozenset[str]:
    """The numbers of the cited documents, whatever their form."""
    rows = record.citation.patents if record.citation else ()
    return frozenset(row.publication.number for row in rows if row.publication and row.publication.number)


def in_order(papers: Iterable[opd.DossierPaper]) -> list[opd.DossierPaper]:
    """By date, those without a readable one last; inside one day as the exchange lists them."""
    return sorted(papers, key=lambda paper: paper.legal_date if isinstance(paper.legal_date, date) else date.max)


_FIRST, _FINAL = "21", "23"


def _first_action(papers: Sequence[opd.DossierPaper]) -> Step | None:
    """The paper of the group of first actions, where there is one; else the earliest whose title says that it is one,
    since offices send formal notices too."""
    actions = _of(papers, "office_action")
    by_title = [p for p in actions if p.kind_by_title == "office_action"]
    return _step([p for p in papers if _FIRST in groups(p.group)], _FIRST) or _step(by_title or actions, None)


def _decision(papers: Sequence[opd.DossierPaper]) -> Step | None:
    """The latest dated decision on the application, of whatever kind: its title says which."""
    every = [p for p in _of(papers, "decision") if not decides_on_amendment(p.titles)]
    decisions = [p for p in every if isinstance(p.legal_date, date)] or every
    latest = decisions[-1:]
    return _step(latest, _FINAL if latest and _FINAL in groups(latest[0].group) else None)


def _at_home(progress: common.Progress) -> tuple[Step | None, Step | None]:
    """The first notice, and the decision that stands, by the rows of the domestic case; their dates are of dispatch."""
    examination = course(progress)
    return _row(next(iter(examination.notices), None)), _row(examination.decisive)


def _row(event: Event | None) -> Step | None:
    if event is None:
        return None
    number = next((paper.number for paper in event.documents if paper.number), None)
    title = " / ".join(filter(None, (event.ja, event.en)))
    return Step(
        **day(event.date or event.raw_date), title=title, id=number, told_by=f"{event.code}, domestic case, dispatched"
    )


def _of(papers: Iterable[opd.DossierPaper], kind: PaperKind) -> list[opd.DossierPaper]:
    return [paper for paper in papers if paper.kind == kind]


def _step(papers: Sequence[opd.DossierPaper], group: str | None) -> Step | None:
    if not papers:
        return None
    sides = [side for side in (papers[0].translated, papers[0].original) if side]
    return Step(
        **day(papers[0].legal_date),
        title=next((quoted(side.description) for side in sides if side.description), None),
        id=next((quoted(side.id) for side in reversed(sides) if side.id), None),
        told_by=f"group {group}" if group else "title or group",
    )


# ── side by side ──────────────────────────────────────────────────────────────────────────────


def _compared(files: Sequence[_File], left_out: int, lang: Lang) -> CompareView:
    members = within((_member(file, file.papers) for file in files if file.papers), ROOM)
    missing = [NotRead(**_named(file.application), lacks=file.lacks) for file in files if file.lacks]
    not_read = within(missing, ROOM)
    shared = within(_shared(files), ROOM)
    told = [sum(1 for file in files if file.papers), len(missing)]
    return CompareView(
        members=members,
        shared=shared,
        not_read=not_read,
        left_out=left_out + told[0] - len(members) + told[1] - len(not_read) or None,
        to_read=_cost(files).say(lang) if missing else None,
        notes=said([_NOT_EQUATED], lang),
    )


def _member(file: _File, kept: Answer[opd.DocumentList] | Answer[common.Progress]) -> Compared:
    first_action, decision = _steps(kept.found())
    return Compared(
        **_named(file.application),
        first_action=first_action,
        decision=decision,
        patents_cited=None if file.cited is None else len(file.cited),
        as_of=f"{kept.source} {jst_text(kept.as_of)}",
    )


def _steps(record: opd.DocumentList | common.Progress) -> tuple[Step | None, Step | None]:
    if isinstance(record, common.Progress):
        return _at_home(record)
    papers = in_order(record.papers)
    return _first_action(papers), _decision(papers)


def _named(application: str) -> dict[str, Any]:
    human = human_of(application, "application")
    return {"application": application, "human": human if human != application else None}


def _shared(files: Sequence[_File]) -> list[Shared]:
    """Documents cited against more than one member, those cited most first."""
    against: dict[str, list[str]] = {}
    for file in files:
        for number in sorted(filter(_is_exchanged, file.cited or ())):
            against.setdefault(number, []).append(file.application)
    found = [
        Shared(docdb=number, human=human_of(number, "publication"), against=by)
        for number, by in against.items()
        if len(by) > 1
    ]
    return sorted(found, key=lambda one: -len(one.against))


def _is_exchanged(number: str) -> bool:
    return number_fields(number, "publication").get("docdb") is not None


def _cost(files: Sequence[_File]) -> Words:
    papers, cited = (sum(f.accesses[row.name] for f in files if f.lacks) for row in (PAPERS, CITATIONS))
    return Words(
        f'jpo_get_dossier of each, with sections=["citations"]: {papers + cited} accesses in all '
        f"({papers} of {PAPERS.name}, {cited} of {CITATIONS.name}; 5 a minute)",
        f'それぞれ jpo_get_dossier（sections=["citations"]）で計{papers + cited}アクセス'
        f"（{PAPERS.name} {papers}、{CITATIONS.name} {cited}、毎分5件）",
    )


_NOT_EQUATED = Words(
    "claims and grounds are not compared: the lists do not tell them, and the offices' laws differ; a document cited "
    "under a relative's number counts as another",
    "請求項と拒絶の根拠は比較していません（一覧になく、各庁の法も異なります）。対応公報での引用は別文献として数えます。",
)
