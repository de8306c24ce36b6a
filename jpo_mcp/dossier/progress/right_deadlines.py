"""After registration: payments and renewal with their late windows, the term, opposition, restoration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from jpo_mcp.dossier.progress import deadline_rules as rules
from jpo_mcp.dossier.progress.deadline import (
    CLOSURES,
    RESTORABLE_MONTHS,
    UNBOOKED,
    UNREADABLE,
    Deadline,
    File,
    Rule,
    computed,
    flagged,
    row_of,
)
from jpo_mcp.dossier.progress.periods import Length, add_months, end_of, first_of_last_months, late_window, roll
from jpo_mcp.dossier.progress.prosecution import LATE_PAYMENT, UNPAID
from jpo_mcp.errors import Words
from jpo_mcp.models.patent import PatentProgress
from jpo_mcp.numbers import Law

_CERTIFICATE = "R150"
_RENEWAL_MONTHS = 6
_OPPOSABLE_MONTHS: dict[Law, int] = {"patent": 6 + 2, "trademark": 2 + 2}
"""From registration: the period from the gazette, and two months in which the gazette is sure to appear."""


class _Payment(NamedTuple):
    in_time: Rule
    late: Rule


_PAYMENTS: dict[Law, _Payment] = {
    "patent": _Payment(rules.ANNUITY, rules.LATE_ANNUITY),
    "design": _Payment(rules.ANNUITY, rules.LATE_ANNUITY),
    "trademark": _Payment(rules.INSTALMENT, rules.LATE_INSTALMENT),
}


def right_deadlines(file: File) -> Iterator[Deadline]:
    """The deadlines of a registered right; of one that is over, only whether it may be restored."""
    if file.is_erased:
        yield from _restoration_of_erased(file)
        return
    expiry = file.expiry
    if isinstance(expiry, date):
        yield from _term(file, expiry)
    elif expiry is not None:
        yield flagged(file, rules.EXPIRY, UNREADABLE, f"expireDate {expiry}")
    if not isinstance(expiry, date) or file.today <= expiry:
        yield from _next_payment(file)
        yield from _opposition(file)


# ── payments ──────────────────────────────────────────────────────────────────────────────────


def _next_payment(file: File) -> Iterator[Deadline]:
    rule = _PAYMENTS[file.law].in_time
    if file.register is None:
        yield flagged(file, rule, _ASK_THE_REGISTER, f"registrationNumber {file.progress.registration_number}")
        return
    due, expiry = file.register.next_pension_payment_date, file.expiry
    trigger = f"nextPensionPaymentDate {due}"
    if isinstance(due, str):
        yield flagged(file, rule, UNREADABLE, trigger)
    elif due is not None and not (isinstance(expiry, date) and due >= expiry):
        yield _payment(file, due, trigger)


_ASK_THE_REGISTER = Words(
    "whether and when it is due is in the register (section registration)",
    "要否と期限は登録情報にあります（registration の項目）",
)


def _payment(file: File, due: date, trigger: str) -> Deadline:
    in_time, late = _PAYMENTS[file.law]
    window = late_window(due, LATE_PAYMENT)
    last = roll(window.raw_end)
    if file.today <= roll(due):
        return computed(file, in_time, due, _as_registered(last), trigger, unverified=(UNBOOKED, CLOSURES))
    if file.today <= last:
        basis = Words(f"six months from {window.opens}, the day after the last", f"期限の翌日{window.opens}から6か月")
        return computed(file, late, window.raw_end, basis, trigger, unverified=(UNBOOKED, CLOSURES), opens=window.opens)
    return flagged(file, rules.RESTORATION, _presumed_lapsed(last), trigger)


def _as_registered(late: date) -> Words:
    return Words(f"the register's date; with a surcharge until {late}", f"登録情報の期限（追納は{late}まで）")


def _presumed_lapsed(last: date) -> Words:
    return Words(
        f"no payment is recorded and the late window ended {last}: probably lapsed",
        f"納付の記録がなく追納期間は{last}に経過（消滅の可能性）",
    )


# ── the term and renewal ──────────────────────────────────────────────────────────────────────


def _term(file: File, expiry: date) -> Iterator[Deadline]:
    trigger = f"expireDate {expiry}"
    if file.today <= expiry:
        basis = Words("the JPO's date, which does not move", "特許庁の記録の満了日（休日でも繰り延べられません）")
        yield computed(file, rules.EXPIRY, expiry, basis, trigger, unverified=_doubts_of_term(file), moves=False)
    if file.law == "trademark":
        yield from _renewal(file, expiry, trigger)


def _renewal(file: File, expiry: date, trigger: str) -> Iterator[Deadline]:
    """In the last six months of the term, and with a surcharge in the six months after it."""
    late = end_of(expiry, LATE_PAYMENT)
    if file.today <= roll(expiry):
        opens = first_of_last_months(expiry, _RENEWAL_MONTHS)
        basis = Words(
            f"the last six months of the term; with a surcharge until {roll(late)}",
            f"存続期間の満了前6か月（割増登録料なら{roll(late)}まで）",
        )
        yield computed(file, rules.RENEWAL, expiry, basis, trigger, unverified=(UNBOOKED, CLOSURES), opens=opens)
    elif file.today <= roll(late):
        opens = late_window(expiry, LATE_PAYMENT).opens
        basis = Words(f"six months after {expiry}", f"満了日{expiry}の経過後6か月")
        unverified = (*_from_the_moved_day(expiry, late), UNBOOKED, CLOSURES)
        yield computed(file, rules.LATE_RENEWAL, late, basis, trigger, unverified=unverified, opens=opens)
    elif file.today <= add_months(expiry, RESTORABLE_MONTHS):
        yield flagged(file, rules.RESTORATION, _presumed_lapsed(roll(late)), trigger)


def _from_the_moved_day(expiry: date, late: date) -> tuple[Words, ...]:
    """Annuities' late window starts after the moved day; that renewal's does too is not certain."""
    moved = roll(late_window(expiry, LATE_PAYMENT).raw_end)
    if moved == roll(late):
        return ()
    return (Words(f"the start of the window: from the moved last day it ends {moved}", f"起算日（繰延後なら{moved}）"),)


_NEW_DESIGN_LAW, _DESIGN_LAW_OF_2007 = date(2020, 4, 1), date(2007, 4, 1)
_FEES = Words("that the fees are paid until then", "満了までの年金納付")
_MAY_INCLUDE_EXTENSION = Words(
    "whether it includes an extension of the term", "延長登録を含むか否か（特許法第67条第2項、第4項）"
)


def _doubts_of_term(file: File) -> tuple[Words, ...]:
    assumed = () if file.law == "trademark" else (_FEES,)
    extension = (*assumed, _MAY_INCLUDE_EXTENSION) if file.law == "patent" else assumed
    start, years = _counted_from(file)
    if not isinstance(start, date):
        return extension
    counted = end_of(start, Length(years, "years"))
    if counted == file.expiry:
        return extension
    return (*extension, _differs(start, years, counted))


def _differs(start: date, years: int, counted: date) -> Words:
    return Words(
        f"{years} years from {start} would be {counted}; an extension, or a related or divided case may explain",
        f"{start}から{years}年なら{counted}（延長、関連意匠、原出願等による差の可能性）",
    )


def _counted_from(file: File) -> tuple[date | str | None, int]:
    """The day and the years that the law counts, as far as the case's own dates tell."""
    filed, registered = file.progress.filing_date, file.progress.registration_date
    if isinstance(file.progress, PatentProgress):
        parent = file.progress.parent
        return (parent.filing_date if parent else filed), 20
    if file.law == "trademark":
        return registered, _decades(registered, file.expiry)
    if not isinstance(filed, date):
        return None, 0
    if filed >= _NEW_DESIGN_LAW:
        return filed, 25
    return registered, 20 if filed >= _DESIGN_LAW_OF_2007 else 15


def _decades(registered: date | str | None, expiry: date | str | None) -> int:
    """Ten years for each registration and renewal."""
    if not isinstance(registered, date) or not isinstance(expiry, date):
        return 10
    return max(10, round((expiry.year - registered.year) / 10) * 10)


# ── others' deadlines, and what may come back ─────────────────────────────────────────────────


def _opposition(file: File) -> Iterator[Deadline]:
    registered, months = file.progress.registration_date, _OPPOSABLE_MONTHS.get(file.law)
    if months and isinstance(registered, date) and file.today <= add_months(registered, months):
        certificate = next((event for event in file.course.events if event.code == _CERTIFICATE), None)
        trigger = row_of(certificate) if certificate else f"registrationDate {registered}"
        yield flagged(file, rules.OPPOSITION, _FROM_THE_GAZETTE[file.law], trigger)


_FROM_THE_GAZETTE: dict[Law, Words] = {
    "patent": Words("six months from the gazette, whose date is not given", "公報発行日（記録なし）から6か月"),
    "trademark": Words("two months from the gazette, whose date is not given", "公報発行日（記録なし）から2か月"),
}


def _restoration_of_erased(file: File) -> Iterator[Deadline]:
    gone = file.right.disappearance_date
    recent = not isinstance(gone, date) or file.today <= add_months(gone, RESTORABLE_MONTHS)
    if file.right.erasure_identifier == UNPAID and recent:
        trigger = f"erasureIdentifier 01, disappearanceDate {gone or 'blank'}"
        yield flagged(file, rules.RESTORATION, _RESTORATION_PERIOD, trigger)


_RESTORATION_PERIOD = Words(
    "a short period from when payment became possible, within an outer limit",
    "納付できるようになった日からの短い期間（限度あり）",
)
