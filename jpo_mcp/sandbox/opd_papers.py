"""The papers of a dossier, at home and abroad: their entries in the list, their PDFs and their ZIPs.

An id of the JPO is the English title with the number of the domestic paper; `_JP` is the original, without it comes the
machine translation. The parts of one application have one number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jpo_mcp.sandbox import papers
from jpo_mcp.sandbox.applications import ABSTRACT, CLAIMS, DESCRIPTION, DRAWINGS, REQUEST, figures
from jpo_mcp.sandbox.life import Application, Member, OfficePaper, Paper, PatentCase
from jpo_mcp.sandbox.pdf import SCANNED, Page, Script, pdf, typeset

_SCRIPTS: dict[str, Script] = {"JP": "japanese", "CN": "chinese", "KR": "korean"}
_PARTS = {
    REQUEST: ("Request for a Patent", "特許願"),
    DESCRIPTION: ("Description", "明細書"),
    CLAIMS: ("Claims", "特許請求の範囲"),
    DRAWINGS: ("Drawings", "図面"),
    ABSTRACT: ("Abstract", "要約書"),
}
_TITLES = {
    "A63": ("Request for a Patent", "1,4"),
    "A632": ("National Form Paragraph", "1,4"),
    "A621": ("Request for Examination", "4"),
    "A971007": ("Search Report by Registered Search Organization", "5"),
    "A131": ("Notice of Reasons for Refusal", "2,101,21"),
    "A53": ("Written Opinion", "4"),
    "A523": ("Written Amendment", "4"),
    "A01": ("Decision to Grant a Patent", "2,23"),
    "A02": ("Decision of Refusal", "2,101,23"),
}
_LATER_NOTICE = "2,101,22"
_ACTIONS = {
    "US": "Non-Final Rejection",
    "EP": "Communication from the Examining Division",
    "CN": "First Notification of Office Action",
    "KR": "Notification of Reason for Refusal",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the list. `at_home` is the domestic paper behind a Japanese one, `part` that of an application."""

    id: str
    title: str
    original: str
    group: str
    date: str
    twin: str = ""
    at_home: Paper | None = None
    part: str = ""
    abroad: OfficePaper | None = None


def dashed(day: str) -> str:
    """`2013-11-19`; an absent day stays absent."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else ""


# ── the list ──────────────────────────────────────────────────────────────────────────────────


def listed(case: PatentCase, member: Member) -> list[Listed]:
    """The papers of one member in the order of their days."""
    if member.office == "JP":
        return list(_japanese(case))
    if member.dossier.papers:
        return [_abroad(paper) for paper in member.dossier.papers]
    key = "".join(c for c in member.application if c.isdigit())[-8:]
    action = _ACTIONS[member.office]
    return [
        Listed(f"CLAIMS{key}", "Claims", "Claims", "1", member.filed),
        Listed(f"ACTION{key}", action, action, "2,21", member.published),
    ]


def _abroad(paper: OfficePaper) -> Listed:
    original = paper.original or paper.title
    return Listed(paper.id, paper.title, original, paper.group, paper.date, paper.twin, abroad=paper)


def _japanese(case: PatentCase) -> Iterator[Listed]:
    noticed = False
    for paper in case.papers:
        if isinstance(paper.body, Application):
            yield from _parts(paper, paper.body)
        elif paper.number.isdigit() and paper.code in _TITLES:
            title, group = _TITLES[paper.code]
            later = paper.code == "A131" and noticed
            noticed = noticed or paper.code == "A131"
            yield _numbered(paper, title, paper.title, _LATER_NOTICE if later else group)


def _parts(paper: Paper, application: Application) -> Iterator[Listed]:
    """Each part of an application is an entry of its own. A translation comes without a request."""
    for part, (title, original) in _PARTS.items():
        present = part in paper.parts and (part != DRAWINGS or figures(application))
        if present and not (part == REQUEST and application.translated):
            yield _numbered(paper, title, original, "1,4", part)


def _numbered(paper: Paper, title: str, original: str, group: str, part: str = "") -> Listed:
    twin = f"{title.replace(' ', '_')}_{paper.number}"
    return Listed(f"{twin}_JP", title, original, group, dashed(paper.date), twin, at_home=paper, part=part)


# ── the files ─────────────────────────────────────────────────────────────────────────────────


def as_pdf(case: PatentCase, member: Member, paper: Listed, document_id: str) -> bytes:
    """The original or its machine translation, whichever has that id."""
    translated = document_id == paper.twin
    script = "latin" if translated else _SCRIPTS.get(member.office, "latin")
    return pdf(list(_typeset(_pages(case, member, paper, translated=translated), script)))


def as_zip(case: PatentCase, paper: Listed, at: float) -> bytes | None:
    """The ZIP of a Japanese paper; None where nothing is written down of it."""
    return paper.at_home and papers.single(case, paper.at_home, at, paper.part)


def _typeset(pages: Iterable[str | None], script: Script) -> Iterator[Page | None]:
    for page in pages:
        if page is None:
            yield SCANNED
        else:
            yield from typeset(page, script)


def _pages(case: PatentCase, member: Member, paper: Listed, *, translated: bool) -> tuple[str | None, ...]:
    if paper.abroad:
        return paper.abroad.translation if translated else paper.abroad.pages
    if paper.at_home is None:
        return (f"{member.office} {paper.title} {member.application}",)
    if isinstance(paper.at_home.body, Application) and paper.part == DRAWINGS:
        return (SCANNED,) * len(figures(paper.at_home.body))
    return (_english(case, paper, paper.at_home) if translated else papers.printed(case, paper.at_home, paper.part),)


def _english(case: PatentCase, paper: Listed, at_home: Paper) -> str:
    """The translation that is written down, or what heads every machine translation."""
    written = {(number, title): text for number, title, text in case.dossier.english}
    head = f"[Machine translation]\n{paper.title}"
    text = written.get((at_home.number, paper.title))
    return f"{head}\n\n{text}" if text else head
