"""What of a kept answer is searchable: titles, people, numbers, citations, and the text of papers.

Covered: progress, registers, citations, the papers of bundles, and of the five offices the lists of papers, citations,
families and Japanese papers. Not covered: PDFs, each of which costs a process of its own to read and many of which are
pictures; they are counted. The rest (applicant codes, cross-references, addresses) says nothing that these do not.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from jpo_mcp import numbers
from jpo_mcp.clock import jst_date
from jpo_mcp.documents import Paper, read_bundle
from jpo_mcp.dossier import sheet
from jpo_mcp.dossier.offices.exchange import numbers_of
from jpo_mcp.dossier.offices.views import human_of
from jpo_mcp.dossier.papers.bundles import Filed
from jpo_mcp.dossier.progress.citations import cited
from jpo_mcp.dossier.progress.timeline import timeline
from jpo_mcp.dossier.search.views import Kind
from jpo_mcp.dossier.view import NumberView, Person, iso, reply_number
from jpo_mcp.endpoints import ENDPOINTS, Endpoint, endpoint
from jpo_mcp.models import common, opd, patent
from jpo_mcp.numbers import DocdbType, Law
from jpo_mcp.upstream import envelope
from jpo_mcp.upstream.index import Beside, Entry
from jpo_mcp.upstream.store import Kept

log = logging.getLogger(__name__)

NOT_TEXT, UNREADABLE = "pdf", "unreadable"
"""Why nothing in an answer is searchable."""

_ROWS = {row.key: row for row in ENDPOINTS}


@dataclass(frozen=True, slots=True)
class About:
    """Where a text came from. `case` is `law/application`; of a foreign application, or one from before 2000 that only
    the five offices' exchange names, its DOCDB number takes the application's place."""

    case: str
    human: str
    law: Law
    found_in: Kind
    as_of: float
    code: str = ""
    document: str = ""
    date: str | None = None
    drafted: str | None = None
    submitted: str | None = None
    uri: str = ""

    @property
    def application(self) -> str:
        """The application's digits, or its DOCDB number."""
        return self.case.partition("/")[2]

    @classmethod
    def load(cls, text: str) -> About:
        """What `dump` wrote."""
        return cls(**json.loads(text))

    def dump(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def case_of(law: Law, application: str) -> str:
    """How a case is named in the index."""
    return f"{law}/{application}"


def read_kept(kept: Kept, beside: Beside) -> tuple[Sequence[Entry], str]:
    """What is searchable in a kept answer, or why nothing is; neither, where there is nothing to find."""
    row = _ROWS.get(kept.endpoint)
    if row is None or (kept.status_code and row.name not in _RECORDS):
        return (), ""
    if row.reply == "pdf":
        return (), NOT_TEXT
    try:
        return tuple(_papers(row, kept, beside) if row.reply == "zip" else _record(row, kept)), ""
    except Exception as failure:  # one answer that a reader cannot stand must not end every search
        log.warning("not searchable: a kept answer of %s (%s)", row.key, type(failure).__name__)
        return (), UNREADABLE


def _entry(about: About, name: str, lines: Iterable[str | None], day: date | None = None) -> Entry:
    return Entry(
        name=f"{about.case}/{name}",
        kind=about.found_in,
        case=about.case,
        day=(day or jst_date(about.as_of)).toordinal(),
        about=about.dump(),
        text="\n\n".join(line for line in lines if line),
    )


# ── papers ────────────────────────────────────────────────────────────────────────────────────


def _papers(row: Endpoint[Any], kept: Kept, beside: Beside) -> Iterator[Entry]:
    """Each paper of a bundle. One file of a dossier can hold several parts of a paper, told apart by their order."""
    about = _about(row.law, kept, "paper") if row.papers else _about_dossier(kept, "dossier_paper")
    days = _days(about, beside) if row.papers else {}
    for place, paper in enumerate(read_bundle(kept.body, row.law).papers):
        number = (paper.document_number or "") if row.papers else kept.arguments[-1]
        name = number if row.papers and number else f"{number}#{place}"
        day = days.get(number) or paper.drafting_date or paper.submission_date
        yield _entry(_about_paper(about, paper, number), name, [paper.text], day)


def _days(about: About, beside: Beside) -> dict[str, date]:
    """When the papers of the case were dispatched or received, where its list is kept: a filed paper prints no date."""
    row: Endpoint[common.Progress] = endpoint(about.law, "app_progress", common.Progress)
    kept = beside(row.key, (about.application,))
    said = envelope.read(kept.body, kept.http_status, expects=row.reply).data if kept else None
    return {} if said is None else days_of(row.model.model_validate(said))


def days_of(progress: common.Progress) -> dict[str, date]:
    """When each paper of a case was dispatched or received, by its document number."""
    events = timeline(progress)
    return {paper.number: event.date for event in events for paper in event.documents if paper.number and event.date}


def _about_paper(about: About, paper: Paper, number: str) -> About:
    is_domestic = about.found_in == "paper" and bool(number)
    return replace(
        about,
        code=Filed(paper, None).code or "",
        document=number,
        drafted=iso(paper.drafting_date),
        submitted=iso(paper.submission_date),
        uri=f"jpo://{about.law}/{about.application}/documents/{number}" if is_domestic else "",
    )


# ── records ───────────────────────────────────────────────────────────────────────────────────


def _record(row: Endpoint[Any], kept: Kept) -> Iterator[Entry]:
    said = envelope.read(kept.body, kept.http_status, expects=row.reply).data
    if said is not None:
        yield from _RECORDS[row.name](row, kept, row.model.model_validate(said))


def _progress(row: Endpoint[Any], kept: Kept, record: common.Progress) -> Iterator[Entry]:
    told = sheet.header(record)
    goods = (f"{one.nice_class or ''} {one.goods or ''} {' '.join(one.similar_codes)}" for one in told.get("goods", ()))
    lines = [
        told.get("title"),
        *told.get("readings", ()),
        *map(_person, told["people"]),
        *map(_number, [reply_number("application", row.law, kept.arguments[-1]), *told["numbers"]]),
        *(f"priority 優先権 {claim.number}" for claim in sheet.priorities(record, "both")),
        *(" ".join(filter(None, (r.relation, r.number, r.publication))) for r in sheet.divisionals(record, "both")),
        told.get("design_class"),
        *goods,
    ]
    yield _entry(_about(row.law, kept, "case"), "case", lines)


def _register(row: Endpoint[Any], kept: Kept, record: common.Registration) -> Iterator[Entry]:
    told = sheet.register(record)
    number = record.registration_number
    lines = [
        *map(_person, told.holders),
        _number(reply_number("registration", row.law, number)) if number else None,
        *(f"{one.nice_class or ''} {one.goods or ''}" for one in told.goods),
    ]
    yield _entry(_about(row.law, kept, "register"), "register", lines)


def _citations(row: Endpoint[Any], kept: Kept, record: patent.Citations) -> Iterator[Entry]:
    lines = (" ".join(filter(None, (d.human, d.number, d.api, d.text))) for d in cited(record))
    yield _entry(_about(row.law, kept, "citations"), "citations", lines)


def _dossier(_: Endpoint[Any], kept: Kept, record: opd.DocumentList) -> Iterator[Entry]:
    both = record.bibliographic
    about = [side for side in (both.original, both.translated) if side] if both else []
    lines = [
        *(side.invention_title for side in about),
        *(applicant.last_name for side in about for applicant in side.applicants),
        *map(_dossier_paper, record.papers),
    ]
    yield _entry(_about_dossier(kept, "dossier"), "dossier", lines)


def _dossier_paper(paper: opd.DossierPaper) -> str:
    day = paper.legal_date
    sides = [side for side in (paper.original, paper.translated) if side]
    words = (text for side in sides for text in (side.description, side.id))
    return " ".join(filter(None, (day.isoformat() if isinstance(day, date) else day, *words)))


def _dossier_citations(_: Endpoint[Any], kept: Kept, record: opd.CitationsAndClasses) -> Iterator[Entry]:
    citation, classes = record.citation, record.classification
    lines = [
        *(_docdb(p.publication.number, "publication") for p in (citation.patents if citation else ()) if p.publication),
        *(other.text for other in (citation.others if citation else ())),
        " ".join((*classes.ipcs, *(c.symbol or "" for c in classes.originals))) if classes else None,
    ]
    yield _entry(_about_dossier(kept, "citations"), "dossier citations", lines)


def _family(_: Endpoint[Any], kept: Kept, record: opd.Family | opd.FamilyList) -> Iterator[Entry]:
    lines = (" ".join(_docdb(text, kind) for kind, text in numbers_of(member)) for member in record.members)
    yield _entry(_about_dossier(kept, "family"), "family", lines)


_RECORDS: dict[str, Callable[[Endpoint[Any], Kept, Any], Iterator[Entry]]] = {
    "app_progress": _progress,
    "app_progress_simple": _progress,
    "registration_info": _register,
    "cite_doc_info": _citations,
    "global_doc_list": _dossier,
    "global_cite_class": _dossier_citations,
    "family": _family,
    "family_list": _family,
}


# ── parts ─────────────────────────────────────────────────────────────────────────────────────


def _person(person: Person) -> str:
    return " ".join(filter(None, (person.role, person.name, person.code)))


def _number(number: NumberView) -> str:
    return " ".join(dict.fromkeys(filter(None, (number.human, number.api, number.docdb))))


def _docdb(text: str | None, kind: DocdbType) -> str:
    """A number of the exchange, and as its office writes it."""
    return " ".join(dict.fromkeys((text, human_of(text, kind)))) if text else ""


def _about(law: Law, kept: Kept, found_in: Kind) -> About:
    application = kept.arguments[-1]
    number = numbers.application_from_api(law, application)
    human = number.human if number else application
    return About(case_of(law, application), human, law, found_in, kept.stored_at)


_HOME = re.compile(r"JP\.([0-9]{10})\.A", re.ASCII)


def _about_dossier(kept: Kept, found_in: Kind) -> About:
    """Of a Japanese application, the same case as at home."""
    named = next(argument for argument in kept.arguments if "." in argument)
    home = _HOME.fullmatch(named)
    number = numbers.application_from_api("patent", home[1]) if home else None
    case = case_of("patent", number.api if number else named)
    return About(case, number.human if number else named, "patent", found_in, kept.stored_at)
