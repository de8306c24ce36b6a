"""The difference between two looks at a case. Pure.

Papers are told apart by code and document number, not by date, because a row shows a day or more after its date;
the order of anything the JPO lists says nothing. What has no words of its own here is still named, as `other`.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, NamedTuple, cast

from jpo_mcp import codes, numbers
from jpo_mcp.dossier.progress.prosecution import is_erased
from jpo_mcp.dossier.progress.timeline import PROCEEDINGS, Event, Paper, timeline
from jpo_mcp.errors import Words
from jpo_mcp.models import common
from jpo_mcp.models.common import JpoDate, Party
from jpo_mcp.models.patent import PatentProgress
from jpo_mcp.numbers import Law


class Change(NamedTuple):
    """One difference: its kind for programs, words for people, and the values where there are any.

    `date` is the day of the fact where the data give one, not the day it was seen. Kinds: appeared, vanished,
    new_paper, new_trial, new_number, erasure, expiry, applicant, agent, holder, next_payment, trial_decision,
    title, other.
    """

    kind: str
    what: Words
    before: str | None = None
    after: str | None = None
    date: datetime.date | None = None


def changes_between(before: common.Progress | None, after: common.Progress | None) -> tuple[Change, ...]:
    """What is new or different in the later look; None stands for "no data" (107). Empty where nothing is.

    What only one of two looks tells is not compared: the simple progress leaves out what the whole one has.
    """
    if before is None or after is None:
        return _presence(before, after)
    return (
        *_new_trials(before, after),
        *_new_papers(before, after),
        *_numbers(before, after),
        *_right(before, after),
        *_people(before, after),
        *_others(before, after, _COMPARED_PROGRESS),
    )


def register_changes(before: common.Registration, after: common.Registration) -> tuple[Change, ...]:
    """What is different on the register: holders, payments, the right itself."""
    return (
        *_named("holder", _HOLDERS, before.right_holders, after.right_holders, _holder),
        *_payment(before, after),
        *_right(before, after),
        *_differs("trial_decision", _DECIDED, before.appeal_trial_decision_date, after.appeal_trial_decision_date),
        *_others(before, after, _COMPARED_REGISTER),
    )


def _presence(before: common.Progress | None, after: common.Progress | None) -> tuple[Change, ...]:
    if after is not None:
        return (Change("appeared", Words("now in the JPO's data", "特許庁データに現れました")),)
    if before is not None:
        return (Change("vanished", Words("no longer in the JPO's data (107)", "データがなくなりました（107）")),)
    return ()


# ── papers and trials ─────────────────────────────────────────────────────────────────────────


class _Entry(NamedTuple):
    """One paper of one event."""

    event: Event
    paper: Paper

    @property
    def key(self) -> Hashable:
        if self.paper.number:
            return self.event.code, self.paper.number
        return self.event.code, self.event.number, self.event.date or self.event.raw_date

    def is_same(self, other: _Entry) -> bool:
        """Whether a row that had no number, or another date, may well have become this one."""
        if self.paper.number and other.paper.number:
            return False
        shared = {self.event.code, *self.event.also} & {other.event.code, *other.event.also}
        unnumbered = self.paper.number == other.paper.number
        return bool(shared) and (unnumbered or self.event.date == other.event.date)


def _new_papers(before: common.Progress, after: common.Progress) -> Iterator[Change]:
    old, new = _entries(before), _entries(after)
    gone, come = _without(old, new), _without(new, old)
    for entry in gone:
        same = next((other for other in come if entry.is_same(other)), None)
        if same is not None:
            come.remove(same)
    for event in dict.fromkeys(entry.event for entry in come):
        papers = [entry.paper.number for entry in come if entry.event == event and entry.paper.number]
        yield Change("new_paper", _paper_words(event), None, ", ".join(papers) or None, event.date)


def _entries(progress: common.Progress) -> list[_Entry]:
    return [_Entry(event, paper) for event in timeline(progress) for paper in event.documents]


def _without(entries: list[_Entry], others: list[_Entry]) -> list[_Entry]:
    """The entries that are not among the others, each of those taken once."""
    left = Counter(other.key for other in others)
    kept: list[_Entry] = []
    for entry in entries:
        if left[entry.key]:
            left[entry.key] -= 1
        else:
            kept.append(entry)
    return kept


def _paper_words(event: Event) -> Words:
    code = event.code
    return Words(f"new paper: {event.en or event.ja or code} ({code})", f"新しい書類：{event.ja or code}（{code}）")


def _new_trials(before: common.Progress, after: common.Progress) -> Iterator[Change]:
    known = set(_proceedings(before))
    for kind, number in _proceedings(after):
        if (kind, number) not in known:
            label = codes.decode("number_type", kind)
            what = Words(f"new proceeding: {label.en or kind}", f"新しい審判・訴訟等：{label.ja or kind}")
            yield Change("new_trial", what, None, number)


def _proceedings(progress: common.Progress) -> tuple[tuple[str, str], ...]:
    """Trials, oppositions and court actions of a case, each once."""
    groups = ((group.number_type or "", group.number or "?") for group in progress.bibliography)
    return tuple(dict.fromkeys(group for group in groups if group[0] in PROCEEDINGS))


# ── numbers, the right, people ────────────────────────────────────────────────────────────────

_NUMBER_WORDS = {
    "publication": Words("publication number", "公開番号"),
    "national_publication": Words("national publication number", "公表番号"),
    "registration": Words("registration number", "登録番号"),
    "international_application": Words("international application number", "国際出願番号"),
    "international_publication": Words("international publication number", "国際公開番号"),
}


def _numbers(before: common.Progress, after: common.Progress) -> Iterator[Change]:
    old = _numbers_of(before)
    for kind, (number, day) in _numbers_of(after).items():
        if number != old[kind][0]:
            yield Change("new_number", _NUMBER_WORDS[kind], old[kind][0], number, _day(day))


def _numbers_of(progress: common.Progress) -> dict[str, tuple[str | None, JpoDate]]:
    """Each kind of number as people write it, with its date. A law without the kind has None there."""
    found: dict[str, tuple[str | None, JpoDate]] = {
        "registration": (progress.registration_number, progress.registration_date)
    }
    if isinstance(progress, PatentProgress):
        national = progress.ad_national_publication_number or progress.national_publication_number
        found |= {
            "publication": (progress.ad_publication_number or progress.publication_number, progress.publication_date),
            "national_publication": (national, progress.publication_date),
            "international_application": (progress.international_application_number, None),
            "international_publication": (
                progress.international_publication_number,
                progress.international_publication_date,
            ),
        }
    return {kind: (_human(kind, progress.law, number), day) for kind, (number, day) in found.items()}


def _human(kind: str, law: Law, number: str | None) -> str | None:
    typed = numbers.from_api(kind, law, number) if number else None
    return typed.human if typed else number


def _right(before: common.Right, after: common.Right) -> Iterator[Change]:
    """Erasure either way, and a term that moved. A term that appears comes with the registration."""
    old, new = (_erasure(right) for right in (before, after))
    if old != new:
        what, gone = (_ERASED, after) if is_erased(after) else (_RESTORED, before)
        yield Change("erasure", what, old[0], new[0], _day(gone.disappearance_date))
    if before.expire_date:
        yield from _differs("expiry", _EXPIRY, before.expire_date, after.expire_date)


def _erasure(right: common.Right) -> tuple[str, JpoDate]:
    """In words, and its date, which alone can tell that the right is gone."""
    code, day = right.erasure_identifier or _NOT_ERASED, right.disappearance_date
    by_date = code == _NOT_ERASED and is_erased(right)
    return f"disappearanceDate {day}" if by_date else codes.decode("erasure", code).label, day


_NOT_ERASED = "00"
_ERASED = Words("the right is shown as erased", "権利の抹消")
_RESTORED = Words("the erasure was reversed, the right is shown as alive", "抹消の回復（権利存続の表示に戻りました）")
_EXPIRY = Words("end of the term", "存続期間満了日")
_DECIDED = Words("date of a trial decision", "審決日")
_HOLDERS = Words("right holders", "権利者")
_NEXT_PAYMENT = Words("next payment", "次回納付期限")


def _people(before: common.Progress, after: common.Progress) -> Iterator[Change]:
    yield from _named("applicant", Words("applicants", "出願人"), before.applicants, after.applicants, _party)
    yield from _named("agent", Words("agents", "代理人"), before.agents, after.agents, _party)


def _party(party: Party) -> str:
    return _person(party.name, party.code)


def _holder(holder: common.RightHolder) -> str:
    return _person(holder.name, holder.code)


def _person(name: str | None, code: str | None) -> str:
    return f"{name or '?'} ({code})" if code else name or "?"


def _named(
    kind: str, what: Words, before: Iterable[Any], after: Iterable[Any], name: Callable[[Any], str]
) -> Iterator[Change]:
    old, new = ([name(person) for person in people] for people in (before, after))
    if Counter(old) != Counter(new):
        yield Change(kind, what, ", ".join(old) or None, ", ".join(new) or None)


def _payment(before: common.Registration, after: common.Registration) -> Iterator[Change]:
    old, new = (_paid(register) for register in (before, after))
    if old != new:
        yield Change("next_payment", _NEXT_PAYMENT, old, new, _day(after.next_pension_payment_date))


def _paid(register: common.Registration) -> str | None:
    if not register.next_pension_payment_date and register.last_payment_yearly is None:
        return None
    return f"{register.next_pension_payment_date or '-'} (paid to year 納付年分 {register.last_payment_yearly or '-'})"


def _differs(kind: str, what: Words, before: JpoDate, after: JpoDate) -> Iterator[Change]:
    if before != after:
        yield Change(kind, what, _text(before), _text(after), _day(after))


def _day(value: JpoDate) -> datetime.date | None:
    return value if isinstance(value, datetime.date) else None


def _text(value: JpoDate) -> str | None:
    return None if value is None else str(value)


# ── what is left ──────────────────────────────────────────────────────────────────────────────

_RIGHT_FIELDS = frozenset(
    {"registration_number", "registration_date", "erasure_identifier", "disappearance_date", "expire_date"}
)
_COMPARED_PROGRESS = _RIGHT_FIELDS | {
    "parties",
    "bibliography",
    "publication_number",
    "ad_publication_number",
    "national_publication_number",
    "ad_national_publication_number",
    "publication_date",
    "international_application_number",
    "international_publication_number",
    "international_publication_date",
}
_COMPARED_REGISTER = _RIGHT_FIELDS | {
    "right_holders",
    "next_pension_payment_date",
    "last_payment_yearly",
    "appeal_trial_decision_date",
    "update_date",
}
_TITLES = frozenset({"invention_title", "design_article", "trademark_for_display"})


def _others(before: common.Record, after: common.Record, compared: frozenset[str]) -> Iterator[Change]:
    """Whatever else differs, by the name of its field; the title has a kind of its own."""
    told = before.model_fields_set & after.model_fields_set - compared
    for name in (name for name in type(after).model_fields if name in told):
        old, new = getattr(before, name), getattr(after, name)
        if name in _TITLES and old != new:
            yield Change("title", Words("title or subject", "名称・物品・商標"), old, new)
        elif _unordered(old) != _unordered(new):
            yield Change("other", Words(f"{name} differs", f"{name} が変わりました"), _short(old), _short(new))


def _unordered(value: object) -> object:
    return Counter(cast("tuple[Hashable, ...]", value)) if isinstance(value, tuple) else value


def _short(value: object) -> str | None:
    """A value that fits a line; lists are named by the field alone."""
    return None if value is None or isinstance(value, tuple | common.Record) else str(value)
