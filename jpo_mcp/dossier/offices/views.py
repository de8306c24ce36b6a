"""What the tools and the command line show of families and of the five offices' dossiers.

An office's own words stand only in fields called `title`, `title_translated`, `applicants`, `applicants_translated`,
`cited_in`, `text`, `scheme` and `symbols`, in the ids `original`, `translated` and `id`, in the lines of `brief`, and
in fields whose name ends in `raw`. Whatever else is said is ours, read from numbers, dates, groups and known titles.
"""

# ruff: noqa: RUF012 - pydantic copies a default, and none is ever changed

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from jpo_mcp import numbers
from jpo_mcp.codes.dossier import PaperKind
from jpo_mcp.dossier.view import Cost, NumberView, View
from jpo_mcp.endpoints import endpoint
from jpo_mcp.errors import InputError
from jpo_mcp.markup import shown
from jpo_mcp.models.common import JpoDate
from jpo_mcp.models.opd import DocdbReference
from jpo_mcp.numbers import DocdbNumber, DocdbType

MOST_WORDS = 200
"""Characters of one quoted text; an office's own title can be as long as its applicant liked."""


class ExchangeNumber(View):
    """A number as the five offices exchange it, and as its own office writes it where that is another way."""

    docdb: str | None = None
    human: str | None = None
    raw: str | None = None
    date: str | None = None
    date_raw: str | None = None


class MemberView(View):
    """One application of a family with its publications and patents. `case_call` reads a Japanese one's case."""

    application: ExchangeNumber | None = None
    publications: list[ExchangeNumber] = []
    registrations: list[ExchangeNumber] = []
    numbers_left_out: int | None = None
    asked: bool | None = None
    case_call: str | None = None


class OfficeView(View):
    """The members at one office. Only the five offices have dossiers."""

    office: str
    dossier: bool
    members: list[MemberView] = []
    left_out: list[str] = []


class FamilyAnswer(Cost):
    """A family as a tree: offices, their applications, and what came of each."""

    number: NumberView
    interpreted_as: str | None = None
    other_readings: list[NumberView] = []
    resolved_from: NumberView | None = None
    offices: list[OfficeView] = []
    left_out: int | None = None
    sections_as_of: dict[str, str] = {}
    unread_fields: list[str] = []
    notes: list[str] = []


class DossierLine(View):
    """One paper. `original` and `translated` are the ids that read it, `case_row` its row in the domestic case."""

    date: str | None = None
    date_raw: str | None = None
    kind: PaperKind
    title: str | None = None
    title_translated: str | None = None
    groups: list[str] = []
    groups_raw: str | None = None
    original: str | None = None
    translated: str | None = None
    id_raw: str | None = None
    document: str | None = None
    case_row: str | None = None
    kept: bool | None = None


class Mention(View):
    """When and where a document was cited, as far as the exchange says."""

    date: str | None = None
    date_raw: str | None = None
    cited_in: str | None = None


class CitedPatent(View):
    """A cited patent document, once, with every mention."""

    docdb: str | None = None
    human: str | None = None
    raw: str | None = None
    mentions: list[Mention] = []
    mentions_left_out: int | None = None


class CitedText(View):
    """Another cited document, in the office's words."""

    text: str | None = None
    mentions: list[Mention] = []


class ClassesView(View):
    """The classes of one scheme: IPC, or the office's own (FI, CPC) by the name that the exchange gives it."""

    scheme: str
    symbols: list[str] = []
    left_out: int | None = None


class CitationsView(View):
    """The documents cited against an application. No category and no claim is known."""

    patents: list[CitedPatent] = []
    others: list[CitedText] = []
    left_out: int | None = None


class Step(View):
    """One paper that the comparison lines up; `told_by` says what it was recognised by."""

    date: str | None = None
    date_raw: str | None = None
    title: str | None = None
    id: str | None = None
    told_by: str | None = None


class Compared(View):
    """One member: its first office action, its latest decision, and how many patent documents were cited."""

    application: str
    human: str | None = None
    first_action: Step | None = None
    decision: Step | None = None
    patents_cited: int | None = None
    as_of: str


class Shared(View):
    """A document cited against several members, under the same number."""

    docdb: str
    human: str | None = None
    against: list[str]


class NotRead(View):
    """A member whose list of papers is not kept, or whose citations are not."""

    application: str
    human: str | None = None
    lacks: list[str]


class CompareView(View):
    """The family side by side, as far as it is kept. `to_read` says what reading the rest would cost."""

    members: list[Compared] = []
    shared: list[Shared] = []
    not_read: list[NotRead] = []
    left_out: int | None = None
    to_read: str | None = None
    notes: list[str] = []


class DossierAnswer(Cost):
    """The papers of one application at its office. Sections are there only when asked for."""

    number: NumberView
    interpreted_as: str | None = None
    other_readings: list[NumberView] = []
    resolved_from: NumberView | None = None
    title: str | None = None
    title_translated: str | None = None
    applicants: list[str] = []
    applicants_translated: list[str] = []
    legend: dict[str, str] = {}
    papers: list[DossierLine] = []
    brief: list[str] = []
    papers_left_out: dict[str, int] = {}
    citations: CitationsView | None = None
    classes: list[ClassesView] | None = None
    compare: CompareView | None = None
    sections_as_of: dict[str, str] = {}
    unavailable: dict[str, str] = {}
    unread_fields: list[str] = []
    notes: list[str] = []


# ── from the exchange's records to what is shown ──────────────────────────────────────────────


def quoted(text: str | None, most: int = MOST_WORDS) -> str | None:
    """An office's words: nothing that shows nothing, on one line, and not too many."""
    plain = " ".join(shown(text or "")[0].split())
    return (plain if len(plain) <= most else plain[: most - 1] + "…") or None


def day(value: JpoDate) -> dict[str, str | None]:
    """A date, or in the office's words what stands in its place."""
    if isinstance(value, str):
        return {"date_raw": quoted(value)}
    return {"date": value.isoformat() if value else None}


def docdb_view(number: DocdbNumber) -> NumberView:
    """A number of the exchange."""
    return NumberView(kind=number.kind, law="patent", human=number.human, docdb=str(number))


def exchange_number(reference: DocdbReference, kind: DocdbType) -> ExchangeNumber:
    """A number with its date; raw where it is not of the exchange's form."""
    return ExchangeNumber(**number_fields(reference.number, kind), **day(reference.date))


def number_fields(text: str | None, kind: DocdbType) -> dict[str, str | None]:
    """`docdb` and `human`, or `raw`."""
    if text is None or not _FORM.fullmatch(text):
        return {"raw": quoted(text)}
    human = human_of(text, kind)
    return {"docdb": text, "human": human if human != text else None}


def human_of(text: str, kind: DocdbType) -> str:
    """As its office writes it; the form itself for the offices that we cannot write for."""
    try:
        return numbers.docdb(text, kind=kind).human
    except InputError:
        return text


V = TypeVar("V", bound=View)


def within(views: Iterable[V], room: int) -> list[V]:
    """The first of these that take up no more than so many characters."""
    kept: list[V] = []
    for view in views:
        room -= len(view.model_dump_json())
        if room < 0:
            break
        kept.append(view)
    return kept


MOST_UNREAD = 10


def unread_fields(names: list[str]) -> list[str]:
    """Fields of an answer that this version does not know, each once, by the exchange's own names."""
    each = list(dict.fromkeys(filter(None, map(quoted, names))))
    return each[:MOST_UNREAD] + ([f"+{len(each) - MOST_UNREAD}"] if len(each) > MOST_UNREAD else [])


_FORM = endpoint("patent", "family_list").parameters[-1].pattern
