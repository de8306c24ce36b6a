"""The papers of a case as events in date order.

The JPO lists rows: one for each part of a paper, some twice (application side and register side), grouped by
the number they were filed under. Inside one day the order of the rows says nothing about time, and neither
does the order of the events made from them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from jpo_mcp import codes
from jpo_mcp.codes import Actor, Code, DocumentCode
from jpo_mcp.errors import Words
from jpo_mcp.models.common import DocumentRow, NumberedDocuments, Progress
from jpo_mcp.numbers import Law

APPLICATION, REGISTRATION, TRIAL, COURT = "01", "06", "07", "08"
PROCEEDINGS = frozenset({TRIAL, COURT})
"""Trials, oppositions and court actions: numbers under which there may be no paper yet."""
_PLACEHOLDERS = frozenset({"99999999999", "BBBBBBBBBBB"})
_PROPER = frozenset({"S", "K", "C", "N"})
_PART_ORDER = "SKCNLMHZYT"
_SAME_PAYMENT = datetime.timedelta(days=14)
_LAST = datetime.date.max

_REGISTER_ONLY = Words(
    "seen on the register's side only; the application file has no such row",
    "登録側の記録のみで、出願側に同じ行がありません。",
)
_LABEL_OF_AMENDMENTS = Words(
    "the JPO prints 自発 (voluntary) on answers to a notice as well",
    "「自発」の表示は、拒絶理由通知への応答にも使われます。",
)


class Paper(NamedTuple):
    """One paper. `number` is None where the JPO gives a placeholder; `parts` is empty for a paper in one piece."""

    number: str | None
    parts: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: a paper, or several alike on one day.

    `date` is the day of receipt, dispatch or creation by who made the paper, never the drafting date; where
    the JPO's text is no date, it is None and `raw_date` holds the text. `number` is what the paper was filed
    under where that is not the application: a registration, a trial, a court action. `has_body` says that
    the JPO holds the paper in electronic form, not that the API serves it. `also` are codes of other rows
    for the same act.
    """

    date: datetime.date | None
    raw_date: str | None
    code: str
    ja: str | None
    en: str | None
    known: bool
    stage: str | None
    actor: Actor | None
    documents: tuple[Paper, ...]
    number: str | None
    number_type: Code
    has_body: bool
    notes: tuple[Words, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many papers of the kind: more than one where several addressees got the same notice."""
        return len(self.documents)


def timeline(progress: Progress) -> tuple[Event, ...]:
    """The events of a case by date, those with an unreadable date last. Only rows by which the register repeats
    the application file are left out."""
    rows = _without_copies([(group, row) for group in progress.bibliography for row in group.documents])
    papers = _grouped(rows, _paper_key)
    events = [_event(progress.law, paper) for paper in papers]
    merged = _payments([_alike(group) for group in _grouped(events, _notice_key)])
    return tuple(sorted(merged, key=lambda event: event.date or _LAST))


_Row = tuple[NumberedDocuments, DocumentRow]
_T = TypeVar("_T")


def _without_copies(rows: list[_Row]) -> list[_Row]:
    """The rows less those of the register that only repeat a row of the application file."""
    filed = {(row.document_code, row.legal_date) for group, row in rows if group.number_type == APPLICATION}
    return [
        (group, row)
        for group, row in rows
        if not (_is_register_copy(group, row) and (row.document_code, row.legal_date) in filed)
    ]


def _is_register_copy(group: NumberedDocuments, row: DocumentRow) -> bool:
    """Whether this is a paper of the examination (A...) as the register repeats it, without its number."""
    code = row.document_code or ""
    return group.number_type == REGISTRATION and code.startswith("A") and _real_number(row) is None


def _real_number(row: DocumentRow) -> str | None:
    return None if row.document_number in _PLACEHOLDERS else row.document_number


def _paper_key(entry: _Row) -> Hashable:
    """Rows with one key are parts of one paper. Placeholders recur every year, so the date counts as well."""
    group, row = entry
    return group.number_type, group.number, row.document_code, row.document_number, row.legal_date


def _grouped(items: Iterable[_T], key: Callable[[_T], Hashable]) -> list[list[_T]]:
    groups: dict[Hashable, list[_T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return list(groups.values())


# ── rows to an event ──────────────────────────────────────────────────────────────────────────


def _event(law: Law, entries: list[_Row]) -> Event:
    group = entries[0][0]
    rows = sorted((row for _, row in entries), key=_part_rank)
    first = rows[0]
    kind = codes.document(law, first.document_code, first.document_description)
    day = first.legal_date
    return Event(
        date=day if isinstance(day, datetime.date) else None,
        raw_date=day if isinstance(day, str) else None,
        code=kind.code,
        ja=kind.ja,
        en=kind.en,
        known=kind.known,
        stage=kind.stage,
        actor=kind.actor or ("ib" if first.irir_flg == "1" else None),
        documents=_papers(rows, kind),
        number=None if group.number_type == APPLICATION else group.number,
        number_type=codes.decode("number_type", group.number_type),
        has_body=any(row.availability_flag == "1" for row in rows),
        notes=_notes(group, first, kind),
    )


def _part_rank(row: DocumentRow) -> int:
    """The paper proper comes before its claims, description, drawings, abstract and attachments."""
    place = _PART_ORDER.find(row.document_separator or "?")
    return place if place >= 0 else len(_PART_ORDER)


def _papers(rows: list[DocumentRow], kind: DocumentCode) -> tuple[Paper, ...]:
    number = _real_number(rows[0])
    if number is None:
        return tuple(Paper(None, ()) for _ in rows)
    if len(rows) == 1 and (rows[0].document_separator or " ") in _PROPER | {" "}:
        return (Paper(number, ()),)
    return (Paper(number, tuple(dict.fromkeys(_part(row, kind) for row in rows))),)


def _part(row: DocumentRow, kind: DocumentCode) -> Words:
    part = codes.decode("document_part", row.document_separator)
    if part.code in _PROPER:
        return Words(kind.en or part.en or kind.code, row.document_description or kind.ja or kind.code)
    return Words(part.en or part.label, row.document_description or part.ja or part.label)


def _notes(group: NumberedDocuments, row: DocumentRow, kind: DocumentCode) -> tuple[Words, ...]:
    notes: list[Words] = []
    if _is_register_copy(group, row):
        notes.append(_REGISTER_ONLY)
    if kind.code == "A523" and "自発" in (kind.ja or ""):
        notes.append(_LABEL_OF_AMENDMENTS)
    return tuple(notes)


# ── events to fewer events ────────────────────────────────────────────────────────────────────


def _notice_key(event: Event) -> Hashable:
    """What makes notices of the office one event: all but the paper's own number."""
    if event.actor != "office":
        return event
    return event.number_type, event.number, event.code, event.ja, event.date, event.raw_date


def _alike(events: list[Event]) -> Event:
    """The same notice to several addressees on one day, as one event."""
    papers = tuple(paper for event in events for paper in event.documents)
    return replace(events[0], documents=papers, has_body=any(event.has_body for event in events))


def _payments(events: list[Event]) -> list[Event]:
    """The events with each A61 (application side) and its R100 (register side) as one: it is one payment."""
    kept = list(events)
    for paid in (event for event in events if event.code == "A61"):
        booked = next((event for event in kept if _is_same_payment(paid, event)), None)
        if booked is not None:
            kept.remove(booked)
            kept[kept.index(paid)] = _one_payment(paid, booked)
    return kept


def _is_same_payment(paid: Event, booked: Event) -> bool:
    on_register = booked.code == "R100" and booked.number_type.code == REGISTRATION
    if not on_register or paid.date is None or booked.date is None:
        return False
    return abs(booked.date - paid.date) <= _SAME_PAYMENT


def _one_payment(paid: Event, booked: Event) -> Event:
    """The payment on the earlier of its two dates, with both in a note where they differ."""
    days = sorted(event.date for event in (paid, booked) if event.date)
    notes = (*paid.notes, *booked.notes)
    if days[0] != days[-1]:
        both = f"A61 {paid.date}, R100 {booked.date}"
        notes += (Words(f"one payment under two dates: {both}", f"同じ納付が二つの日付で記録されています：{both}"),)
    papers = (*paid.documents, *(paper for paper in booked.documents if paper.number))
    body = paid.has_body or booked.has_body
    return replace(paid, date=days[0], documents=papers, has_body=body, notes=notes, also=("R100",))
