"""What the tools and the command line show: compact records without nulls, every code in words.

Dates are ISO texts (what the JPO sent, where that is no date); times are JST to the minute.
The field names are the tools' public contract and are pinned by the schema snapshots.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from jpo_mcp.clock import jst_text
from jpo_mcp.codes import NOT_IN_TABLE, Code
from jpo_mcp.errors import Lang, Words
from jpo_mcp.numbers import Law, Number, from_api
from jpo_mcp.upstream.answer import Answer

Source = Literal["jpo", "kept", "stale"]


class View(BaseModel):
    """A record that leaves out whatever is absent, and says what it cost last.

    An empty list is left out where that is the default; where the default is None, it says "asked for, and none".
    """

    model_config = ConfigDict(frozen=True, defer_build=True)  # a host waits for our start, and no answer yet

    @model_serializer(mode="wrap")
    def _without_absent(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        usual = _defaults(type(self))
        told = {
            name: value for name, value in write(self).items() if value or (value is not None and value != usual[name])
        }
        return told if _LAST_NAMES.isdisjoint(told) else told | {name: told.pop(name) for name in _LAST if name in told}


_LAST = ("source", "as_of", "sections_as_of", "stale_because", "cost", "remaining_today", "next")
_LAST_NAMES = frozenset(_LAST)


@cache
def _defaults(view: type[View]) -> dict[str, Any]:
    return {name: field.default for name, field in view.model_fields.items()}


class Label(View):
    """A code of the JPO's with its meaning; where no table explains it, `note` says so."""

    code: str
    ja: str | None = None
    en: str | None = None
    note: str | None = None


class NumberView(View):
    """One number: as people write it, and as the JPO's API takes it. `note` tells readings of a notation apart."""

    kind: str
    law: str | None = None
    human: str | None = None
    api: str | None = None
    docdb: str | None = None
    note: str | None = None


class Cost(View):
    """What every answer ends with: where it came from, how old it is, what it spent, what is left."""

    source: Source
    as_of: str
    stale_because: str | None = None
    cost: int
    remaining_today: dict[str, int] | None = None
    next: str | None = None


class NumberAnswer(NumberView):
    """What a notation is. `cross_references` are there only when they were looked up."""

    text: str
    readings: list[NumberView] = []
    notes: list[str] = []
    cross_references: list[NumberView] = []
    unread_fields: list[str] = []
    source: Source | None = None
    as_of: str | None = None
    stale_because: str | None = None
    cost: int
    remaining_today: dict[str, int] | None = None
    next: str


class Person(View):
    """An applicant, agent or right holder, by the name and code on the register."""

    role: str
    name: str
    code: str | None = None


class EventView(View):
    """One paper or act. Inside one day, order says nothing about time."""

    date: str = Field(description="receipt or dispatch 発送日, never drafting 起案日")
    code: str
    ja: str | None = None
    en: str | None = None
    actor: str | None = None
    papers: list[str] = []
    parts: str | None = None
    under: str | None = None
    answers: str | None = None
    days_used: int | None = None
    notes: list[str] = []


class Goods(View):
    """The goods or services of one class."""

    nice_class: str | None = None
    goods: str | None = None
    similar_codes: list[str] = []


class Priority(View):
    """One priority claim: the earlier application and its date."""

    basis: str
    number: str
    date: str | None = None
    country: str | None = None
    note: str | None = None


class Relative(View):
    """A member of the divisional family, or the parent. Generation 0 is the oldest.

    `expiry_date` is the JPO's; members without one have `expiry_computed`. `request_by` is the last day to request
    examination, not moved for holidays; once it was requested, `requested` takes its place.
    """

    number: str
    relation: str
    generation: int | str | None = None
    filing_date: str | None = None
    publication: str | None = None
    registration: str | None = None
    international: str | None = None
    expiry_date: str | None = None
    extinction_date: str | None = None
    expiry_computed: str | None = None
    request_by: str | None = None
    requested: str | None = None
    right: Label | None = None
    notes: list[str] = []


class Register(View):
    """The register (登録原簿 as the API gives it). `next_payment_date` is the JPO's date, not moved for holidays."""

    holders: list[Person] = []
    decision_drafted: str | None = Field(None, description="査定の起案日, not its dispatch")
    trial_decision_date: str | None = None
    claims: int | str | None = None
    paid_years: int | str | None = None
    expiry_date: str | None = None
    extinction_date: str | None = None
    right: Label | None = None
    goods: list[Goods] = []
    next_payment_date: str | None = Field(None, description="the JPO's date, not moved for holidays")
    update_date: str | None = None


class Citation(View):
    """A document cited by the examiner, once, with every role it had."""

    document: str
    raw: str | None = None
    roles: list[str]
    note: str | None = None


class StatusView(View):
    """Where the case stands: the rule that hit, the rows it was read from, and what was not verified."""

    state: str
    rule: str
    confidence: str
    rows: list[str]
    doubts: list[str] = []


class DeadlineView(View):
    """One period. Without `date` a professional must look. `raw_end` is the last day before closing days moved it,
    `outer_limit` as far as extensions could."""

    what: str
    date: str | None = None
    opens: str | None = None
    raw_end: str | None = None
    outer_limit: str | None = None
    for_whom: str | None = None
    basis: str
    articles: str
    trigger: str
    unverified: list[str] = []


class CaseAnswer(Cost):
    """One case: who, what, when, and every paper in order. Sections are present only when asked for."""

    number: NumberView
    interpreted_as: str | None = None
    other_readings: list[NumberView] = []
    resolved_from: NumberView | None = None
    title: str | None = None
    people: list[Person] = []
    numbers: list[NumberView] = []
    dates: dict[str, str] = {}
    right: Label | None = None
    status: StatusView | None = None
    deadlines: list[DeadlineView] = []
    deadlines_left_out: int | None = None
    unverified: list[str] = Field(default=[], description="for every deadline")
    design_class: str | None = None
    principal_design: str | None = None
    readings: list[str] = []
    vienna_classes: list[str] = []
    goods: list[Goods] = []
    events: list[EventView] = []
    events_left_out: int | None = None
    cursor: str | None = None
    registration: Register | None = None
    citations: list[Citation] | None = None
    priority: list[Priority] | None = None
    divisionals: list[Relative] | None = None
    link: str | None = None
    sections_as_of: dict[str, str] = {}
    unavailable: dict[str, str] = {}
    unread_fields: list[str] = []
    notes: list[str] = []


class ApplicantAnswer(Cost):
    """The codes of an exact name, or the name of a code."""

    asked: str
    law: str
    applicants: list[Person]
    unread_fields: list[str] = []


class Left(View):
    """One endpoint's day, as far as this machine knows."""

    endpoint: str
    api: str
    left: int
    limit: int
    used: int
    basis: str
    closed: bool | None = None
    mine: int | None = None
    my_limit: int | None = None


class QuotaAnswer(View):
    """The day's accesses. `free_this_minute` is how many may be sent right now, apart from those to the OPD.

    Where people are known, `mine` of an endpoint is what who asks has used of it, and `my_limit` the most one person
    may; `spent_by` is for who may see it: person (empty: without a token), endpoint, accesses.
    """

    endpoints: list[Left]
    free_this_minute: int
    opd_free_this_minute: int
    resets_at: str
    note: str
    spent_by: dict[str, dict[str, int]] | None = None


def number_view(number: Number, note: str | None = None) -> NumberView:
    """A typed number as people and the API write it."""
    return NumberView(
        kind=number.kind,
        law=number.law,
        human=number.human,
        api=number.api,
        docdb=getattr(number, "docdb", None),
        note=note,
    )


def reply_number(kind: str, law: Law, text: str) -> NumberView:
    """A number as a reply of the JPO spells it; raw where it is not of that kind."""
    number = from_api(kind, law, text)
    return number_view(number) if number is not None else NumberView(kind=kind, law=law, api=text)


def label(code: Code) -> Label | None:
    """A code in words; None for a blank one."""
    if not code.code.strip():
        return None
    return Label(code=code.code, ja=code.ja, en=code.en, note=None if code.known else NOT_IN_TABLE)


def iso(value: date | str | None) -> str | None:
    """An ISO date, or what the JPO sent in its place."""
    return value.isoformat() if isinstance(value, date) else value


def provenance(answer: Answer[Any], lang: Lang) -> dict[str, Any]:
    """Where an answer came from, how old it is, what it cost and what it left: the fields of `Cost`."""
    left = answer.remaining_today
    return {
        "source": answer.source,
        "as_of": jst_text(answer.as_of),
        "stale_because": answer.stale_because.what.say(lang) if answer.stale_because else None,
        "cost": answer.cost,
        "remaining_today": None if left is None else {answer.endpoint.key: left},
    }


def said(words: Iterable[Words], lang: Lang) -> list[str]:
    """Statements in the languages asked for, each once."""
    return list(dict.fromkeys(w.say(lang) for w in words))
