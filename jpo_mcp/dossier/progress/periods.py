"""Counting periods by Patent Act Art. 3, which designs and trademarks share (Design Act 68(1), Trademark Act 77(1)).

The first day is not counted. Months and years run from the day after the event to the day before the one that
corresponds, or to the end of the month where none does: 30 September and three months are 31 December. The last
day of a procedure that falls on a closing day moves to the next open one; the term of a right never moves.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache, reduce
from typing import Literal, NamedTuple

import jpholiday

from jpo_mcp.errors import Words

_DAY = timedelta(days=1)
_SATURDAY = 5
_LAST_TABLED_YEAR = 2099
"""The formulas of the equinoxes end here, and those of later years are estimates anyway."""

_UNITS = {"days": Words("day", "日"), "months": Words("month", "か月"), "years": Words("year", "年")}


class Length(NamedTuple):
    """The length of a period, as the law or the notice gives it."""

    value: int
    unit: Literal["days", "months", "years"]

    @property
    def words(self) -> Words:
        """`60 days`, `60日`."""
        unit = _UNITS[self.unit]
        return Words(f"{self.value} {unit.en}{'' if self.value == 1 else 's'}", f"{self.value}{unit.ja}")


class Window(NamedTuple):
    """A period with a first day; its last day is not moved for closing days."""

    opens: date
    raw_end: date


@lru_cache(maxsize=4096)
def is_closed(day: date) -> bool:
    """Whether the office is closed: weekends, national holidays with their substitutes, 29 December to 3 January."""
    if day.weekday() >= _SATURDAY or (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return True
    return day.year <= _LAST_TABLED_YEAR and jpholiday.is_holiday(day)


def roll(day: date) -> date:
    """The day itself, or the next open one: where a period for a procedure ends (Art. 3(2))."""
    while is_closed(day) and day < date.max:
        day += _DAY
    return day


def add_days(event: date, count: int) -> date:
    """The last day of so many days after the event."""
    return event + timedelta(days=count) if count <= (date.max - event).days else date.max


def add_months(event: date, count: int) -> date:
    """The last day of so many months after the event; twelve are a year."""
    start = add_days(event, 1)
    year, month = _moved(start, count)
    if year > date.max.year:
        return date.max
    if start.day > calendar.monthrange(year, month)[1]:
        return date(year, month, calendar.monthrange(year, month)[1])
    return date(year, month, start.day) - _DAY


def _moved(day: date, months: int) -> tuple[int, int]:
    """The year and the month so many months away."""
    years, month = divmod(day.month - 1 + months, 12)
    return day.year + years, month + 1


def end_of(event: date, *lengths: Length) -> date:
    """The last day of one period of all these lengths together, not moved for closing days.

    An extension and the period that it extends are one (方式審査便覧 04.12), so months add up before they are counted.
    """
    days, months = _total(lengths)
    return add_months(add_days(event, days), months) if months else add_days(event, days)


def _total(lengths: Iterable[Length]) -> tuple[int, int]:
    months_in = {"months": 1, "years": 12}
    pieces = [(n, 0) if unit == "days" else (0, n * months_in[unit]) for n, unit in lengths]
    return sum(days for days, _ in pieces), sum(months for _, months in pieces)


def end_step_by_step(event: date, *lengths: Length) -> date:
    """The other reading of an extension: each length added to the last day before it, not moved.

    It differs from `end_of` after a clamped month end only, and is never earlier.
    """
    return reduce(end_of, lengths, event)


def late_window(last: date, length: Length) -> Window:
    """The window after a period for a procedure whose last day, not moved, was `last` (Patent Act 112(1)).

    It is a period of its own, so it starts when the other has passed: on the day after the moved last day.
    """
    passed = roll(last)
    return Window(add_days(passed, 1), end_of(passed, length))


def first_of_last_months(last: date, count: int) -> date:
    """The first day of the last so many months up to `last`; where no day corresponds, the first surely inside."""
    after = add_days(last, 1)
    year, month = _moved(after, -count)
    if after.day > calendar.monthrange(year, month)[1]:
        return add_days(date(year, month, calendar.monthrange(year, month)[1]), 1)
    return date(year, month, after.day)
