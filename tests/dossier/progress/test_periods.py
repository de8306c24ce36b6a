"""Counting under Patent Act Art. 3. Every date below was worked by hand from the law's text and a wall calendar."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import jpholiday
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpo_mcp.dossier.progress.periods import (
    Length,
    end_of,
    end_step_by_step,
    first_of_last_months,
    is_closed,
    late_window,
    roll,
)

D30, D40, D60 = Length(30, "days"), Length(40, "days"), Length(60, "days")
M1, M2, M3, M6 = (Length(n, "months") for n in (1, 2, 3, 6))
M18 = Length(18, "months")
Y1, Y3, Y4, Y10, Y20, Y25 = (Length(n, "years") for n in (1, 3, 4, 10, 20, 25))

Vector = tuple[str, tuple[Length, ...], str, str, str]

# (event, lengths of one period, last day by the count, last day for a procedure, why)
PUBLISHED: list[Vector] = [
    ("2024-02-27", (D60,), "2024-04-27", "2024-04-30", "Saturday, Sunday, Showa Day on Monday"),
    ("2024-02-27", (D60, M2), "2024-06-27", "2024-06-27", "extended from the unrolled 27 April, not from 30 April"),
    ("2025-06-10", (D40,), "2025-07-20", "2025-07-22", "Sunday, then Marine Day"),
    ("2025-06-10", (D40, M1), "2025-08-20", "2025-08-20", "extended from the unrolled 20 July, not from the 22nd"),
    ("2026-01-13", (M3,), "2026-04-13", "2026-04-13", "the day of the month corresponds"),
    ("2026-01-13", (M3, M1), "2026-05-13", "2026-05-13", "overseas, three months and one are four"),
    ("2024-07-09", (D30,), "2024-08-08", "2024-08-08", "the first day is not counted: 22 days in July, 8 in August"),
    ("2022-12-22", (D30,), "2023-01-21", "2023-01-23", "Saturday"),
    ("2020-01-22", (Y3,), "2023-01-22", "2023-01-23", "Sunday"),
    ("2023-09-30", (M3,), "2023-12-31", "2024-01-04", "counted from 1 October; closed until 3 January"),
]

MONTH_ENDS: list[Vector] = [
    ("2025-09-30", (M3,), "2025-12-31", "2026-01-05", "from 1 October; year end, then a Saturday and a Sunday"),
    ("2025-09-30", (M6,), "2026-03-31", "2026-03-31", "from 1 October to the day before 1 April"),
    ("2025-03-31", (M3,), "2025-06-30", "2025-06-30", "from 1 April to the day before 1 July"),
    ("2025-04-30", (M3,), "2025-07-31", "2025-07-31", "from 1 May: 31 July, not 30 July"),
    ("2024-12-31", (M1,), "2025-01-31", "2025-01-31", "from 1 January: the whole of January"),
    ("2025-01-31", (M1,), "2025-02-28", "2025-02-28", "from 1 February: the whole of February"),
    ("2025-01-30", (M1,), "2025-02-28", "2025-02-28", "from 31 January; February has no 31st, so its end"),
    ("2025-01-29", (M1,), "2025-02-28", "2025-02-28", "from 30 January; February has no 30th, so its end"),
    ("2025-01-28", (M1,), "2025-02-28", "2025-02-28", "from 29 January; 2025 has no 29 February, so its end"),
    ("2025-01-27", (M1,), "2025-02-27", "2025-02-27", "from 28 January; 28 February corresponds, the day before"),
    ("2025-08-31", (M6,), "2026-02-28", "2026-03-02", "from 1 September; a Saturday"),
    ("2025-12-31", (M18,), "2027-06-30", "2027-06-30", "from 1 January 2026 to the day before 1 July 2027"),
    ("2019-11-21", (M18,), "2021-05-21", "2021-05-21", "from 22 November to the day before 22 May"),
]

LEAP_YEARS: list[Vector] = [
    ("2025-02-28", (Y3,), "2028-02-29", "2028-02-29", "from 1 March 2025 to the day before 1 March 2028"),
    ("2024-02-29", (Y1,), "2025-02-28", "2025-02-28", "from 1 March to the day before 1 March"),
    ("2024-02-28", (Y1,), "2025-02-28", "2025-02-28", "from 29 February; 2025 has none, so the end of February"),
    ("2024-02-29", (Y3,), "2027-02-28", "2027-03-01", "from 1 March; 28 February 2027 is a Sunday"),
    ("2024-02-29", (Y4,), "2028-02-29", "2028-02-29", "from 1 March 2024 to the day before 1 March 2028"),
    ("2023-11-30", (M3,), "2024-02-29", "2024-02-29", "from 1 December: to the end of a long February"),
    ("2022-11-30", (M3,), "2023-02-28", "2023-02-28", "from 1 December: to the end of a short February"),
    ("2023-11-29", (M3,), "2024-02-29", "2024-02-29", "from 30 November; no 30 February, so its end"),
    ("2023-11-28", (M3,), "2024-02-28", "2024-02-28", "from 29 November; 29 February 2024 corresponds"),
    ("2022-11-28", (M3,), "2023-02-28", "2023-02-28", "from 29 November; 2023 has no 29 February, so its end"),
    ("2022-11-27", (M3,), "2023-02-27", "2023-02-27", "from 28 November; 28 February corresponds, the day before"),
    ("2023-12-31", (D60,), "2024-02-29", "2024-02-29", "31 days in January and 29 in February"),
    ("2022-12-31", (D60,), "2023-03-01", "2023-03-01", "31 days in January, 28 in February, one in March"),
]

YEAR_ENDS: list[Vector] = [
    ("2025-10-27", (D60,), "2025-12-26", "2025-12-26", "Friday 26 December: the office is still open"),
    ("2025-10-29", (D60,), "2025-12-28", "2026-01-05", "Sunday, the closure, a Saturday and a Sunday"),
    ("2025-10-31", (D60,), "2025-12-30", "2026-01-05", "no national holiday, but closed from 29 December"),
    ("2024-10-30", (D60,), "2024-12-29", "2025-01-06", "3 January 2025 is a Friday, so Monday the 6th"),
    ("2026-11-04", (D60,), "2027-01-03", "2027-01-04", "the last day of the closure"),
    ("2023-11-02", (D60,), "2024-01-01", "2024-01-04", "New Year's Day to Thursday the 4th"),
    ("2022-10-01", (M3,), "2023-01-01", "2023-01-04", "the substitute of 1 January falls into the closure"),
    ("2025-12-12", (D40,), "2026-01-21", "2026-01-21", "19 days in December, 21 in January"),
]

HOLIDAYS: list[Vector] = [
    ("2026-03-03", (D60,), "2026-05-02", "2026-05-07", "Saturday, 3 to 5 May, and 6 May for Sunday the 3rd"),
    ("2025-03-04", (D60,), "2025-05-03", "2025-05-07", "6 May stands for Sunday the 4th, as 5 May is taken"),
    ("2023-11-10", (M3,), "2024-02-10", "2024-02-13", "Monday 12 February stands for Sunday the 11th"),
    ("2026-06-19", (M3,), "2026-09-19", "2026-09-24", "a day between two holidays (22 September) is one"),
    ("2009-06-19", (M3,), "2009-09-19", "2009-09-24", "the first September in which that happened"),
    ("2019-01-27", (M3,), "2019-04-27", "2019-05-07", "ten days, for the accession on 1 May 2019"),
    ("2019-09-12", (D40,), "2019-10-22", "2019-10-23", "the enthronement ceremony, a holiday once"),
    ("2021-04-22", (M3,), "2021-07-22", "2021-07-26", "Marine Day and Sports Day moved to 22 and 23 July 2021"),
    ("2021-06-09", (D40,), "2021-07-19", "2021-07-19", "so the third Monday of July 2021 was an ordinary day"),
    ("2021-07-11", (M3,), "2021-10-11", "2021-10-11", "and so was the second Monday of October 2021"),
    ("2021-06-30", (D40,), "2021-08-09", "2021-08-10", "Mountain Day moved to Sunday the 8th; Monday stands for it"),
    ("2019-09-23", (M3,), "2019-12-23", "2019-12-23", "2019 had no Emperor's Birthday"),
    ("2018-09-24", (M3,), "2018-12-24", "2018-12-25", "Monday stands for Sunday 23 December 2018"),
    ("2019-11-24", (M3,), "2020-02-24", "2020-02-25", "Monday stands for Sunday 23 February, the new birthday"),
    ("2025-12-20", (M3,), "2026-03-20", "2026-03-23", "the vernal equinox, a Friday"),
    ("2024-06-21", (M3,), "2024-09-21", "2024-09-24", "Monday stands for the autumnal equinox on Sunday"),
    ("2016-05-11", (M3,), "2016-08-11", "2016-08-12", "the first Mountain Day"),
    ("2015-05-11", (M3,), "2015-08-11", "2015-08-11", "a year before the first Mountain Day"),
    ("2006-02-04", (M3,), "2006-05-04", "2006-05-08", "4 May as a day between holidays; a Friday and a weekend"),
    ("2008-02-04", (M3,), "2008-05-04", "2008-05-07", "the first substitute on a Tuesday (law of 2007)"),
    ("2023-11-23", (Y3,), "2026-11-23", "2026-11-24", "Labour Thanksgiving Day, a Monday"),
]

EXTENDED: list[Vector] = [
    (
        "2023-09-30",
        (M3, M2),
        "2024-02-29",
        "2024-02-29",
        "five months from 1 October, not two from 4 January",
    ),
    ("2023-09-30", (M3, M2, M1), "2024-03-31", "2024-04-01", "six months; rolled once, over a Sunday"),
    ("2024-07-09", (D30, D30), "2024-09-07", "2024-09-09", "60 days; a Saturday"),
    (
        "2022-12-22",
        (D30, D30),
        "2023-02-20",
        "2023-02-20",
        "60 days from dispatch, not 30 from 23 January",
    ),
    ("2023-11-29", (M3, M2), "2024-04-29", "2024-04-30", "five months from 30 November; Showa Day"),
    ("2022-11-28", (M3, M2), "2023-04-28", "2023-04-28", "five months from 29 November"),
]


@pytest.mark.parametrize(
    ("event", "lengths", "raw", "due", "why"),
    PUBLISHED + MONTH_ENDS + LEAP_YEARS + YEAR_ENDS + HOLIDAYS + EXTENDED,
    ids=lambda value: value if isinstance(value, str) and value[:2] == "20" else "",
)
def test_a_period_ends_on_the_day_worked_by_hand(
    event: str, lengths: tuple[Length, ...], raw: str, due: str, why: str
) -> None:
    """Patent Act Art. 3(1) for the count, 3(2) for the closing days."""
    end = end_of(date.fromisoformat(event), *lengths)
    assert (str(end), str(roll(end))) == (raw, due), why


@pytest.mark.parametrize(
    ("start", "length", "last", "why"),
    [
        ("2020-02-29", Y20, "2040-02-29", "patent: from 1 March 2020 to the day before 1 March 2040, a leap year"),
        ("2023-02-28", Y20, "2043-02-28", "patent: a Saturday, and a term stays on it"),
        ("2008-02-28", Y20, "2028-02-28", "patent: from 29 February 2008; 29 February 2028 corresponds"),
        ("2009-02-28", Y20, "2029-02-28", "patent: from 1 March to the day before 1 March"),
        ("2022-05-23", Y25, "2047-05-23", "design filed after March 2020"),
        ("2018-04-20", Y10, "2028-04-20", "trademark: the calendar day of registration"),
        ("2018-02-28", Y10, "2028-02-29", "trademark: from 1 March 2018, so the whole of February 2028"),
        ("2016-02-29", Y10, "2026-02-28", "trademark: a Saturday, and a term stays on it"),
    ],
)
def test_a_term_ends_on_its_day_whatever_the_day_is(start: str, length: Length, last: str, why: str) -> None:
    """Patent Act 67(1), Design Act 21, Trademark Act 19; Art. 3(2) is about procedures only."""
    assert str(end_of(date.fromisoformat(start), length)) == last, why


@pytest.mark.parametrize(
    ("event", "lengths", "whole", "by_steps"),
    [
        ("2022-11-28", (M3, M2), "2023-04-28", "2023-04-30"),
        ("2023-11-29", (M3, M2), "2024-04-29", "2024-04-30"),
        ("2023-09-30", (M3, M2), "2024-02-29", "2024-02-29"),
        ("2024-02-27", (D60, M2), "2024-06-27", "2024-06-27"),
    ],
)
def test_counted_by_steps_a_period_differs_only_after_a_clamped_month_end(
    event: str, lengths: tuple[Length, ...], whole: str, by_steps: str
) -> None:
    """方式審査便覧 04.12 counts the whole from the start; the other reading adds to the unrolled last day."""
    start = date.fromisoformat(event)
    assert (str(end_of(start, *lengths)), str(end_step_by_step(start, *lengths))) == (whole, by_steps)


@pytest.mark.parametrize(
    ("last", "opens", "raw", "due", "why"),
    [
        ("2026-01-12", "2026-01-14", "2026-07-13", "2026-07-13", "Coming-of-Age Day rolls to the 13th"),
        ("2025-12-29", "2026-01-06", "2026-07-05", "2026-07-06", "rolled to 5 January; the end is a Sunday"),
        ("2025-08-31", "2025-09-02", "2026-03-01", "2026-03-02", "rolled to 1 September; both ends are Sundays"),
        ("2027-02-28", "2027-03-02", "2027-09-01", "2027-09-01", "from the unrolled day it would be 31 August"),
        ("2025-07-24", "2025-07-25", "2026-01-24", "2026-01-26", "an open day; the end is a Saturday"),
        ("2026-04-10", "2026-04-11", "2026-10-10", "2026-10-13", "a Saturday, then Sports Day"),
        ("2026-02-28", "2026-03-03", "2026-09-02", "2026-09-02", "a Saturday rolls to 2 March"),
    ],
)  # fmt: skip
def test_the_late_window_starts_after_the_rolled_day(last: str, opens: str, raw: str, due: str, why: str) -> None:
    """Patent Act 112(1): six months after the period has passed, and it passes on the rolled day."""
    window = late_window(date.fromisoformat(last), M6)
    assert (str(window.opens), str(window.raw_end), str(roll(window.raw_end))) == (opens, raw, due), why


@pytest.mark.parametrize(
    ("expiry", "opens", "why"),
    [
        ("2026-04-10", "2025-10-11", "the office's own example: 11 October to 10 April"),
        ("2026-08-31", "2026-03-01", "six whole months"),
        ("2026-08-30", "2026-03-01", "no 31 February: the first day that is surely inside"),
        ("2026-02-28", "2025-09-01", "six whole months to the end of February"),
        ("2028-02-29", "2027-09-01", "six whole months to the end of a long February"),
        ("2028-02-28", "2027-08-29", "the day after is 29 February, and 29 August corresponds"),
        ("2026-10-29", "2026-04-30", "30 April corresponds to the day after"),
        ("2026-06-30", "2026-01-01", "six whole months from New Year"),
    ],
)
def test_the_renewal_window_opens_six_months_before_the_end(expiry: str, opens: str, why: str) -> None:
    """Trademark Act 20(2)."""
    assert str(first_of_last_months(date.fromisoformat(expiry), 6)) == opens, why


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        ("2026-11-23", True),  # Labour Thanksgiving Day
        ("2026-11-24", False),
        ("2026-12-28", False),  # a Monday
        ("2026-12-29", True),
        ("2026-12-31", True),
        ("2027-01-03", True),
        ("2027-01-04", False),
        ("2026-11-21", True),  # Saturday
        ("2026-11-22", True),  # Sunday
    ],
)
def test_the_office_is_closed_on_holidays_weekends_and_over_the_new_year(day: str, closed: bool) -> None:
    """行政機関の休日に関する法律 Art. 1."""
    assert is_closed(date.fromisoformat(day)) is closed


def test_two_tables_of_holidays_agree_on_every_day_of_thirty_one_years() -> None:
    """The table we use against one kept by other people, 2000 to 2030."""
    other = holidays.country_holidays("JP", years=range(2000, 2031))
    ours = {day for day, _ in jpholiday.between(date(2000, 1, 1), date(2030, 12, 31))}
    assert ours == set(other)
    assert len(ours) > 31 * 14


def test_the_ends_of_the_calendar_are_no_accident() -> None:
    """A year 9999 stands in data where no date was meant; it must not stop an answer."""
    assert roll(date.max) == date.max
    assert end_of(date(9999, 12, 1), Y3) == date.max
    assert end_of(date(9999, 12, 30), D60) == date.max
    assert late_window(date.max, M6).raw_end == date.max
    assert first_of_last_months(date.max, 6) == date(9999, 7, 1)


days = st.dates(date(2000, 1, 1), date(2040, 12, 31))
lengths = st.builds(Length, st.integers(1, 200), st.sampled_from(["days", "months", "years"]))
small = settings(max_examples=60, deadline=None)


@small
@given(days, days, lengths)
def test_a_later_event_never_ends_earlier(one: date, other: date, length: Length) -> None:
    """Counting keeps the order of events."""
    first, second = sorted((one, other))
    assert end_of(first, length) <= end_of(second, length)


@small
@given(days)
def test_a_rolled_day_is_open_not_earlier_and_the_first_of_its_kind(day: date) -> None:
    """Art. 3(2): the next day that is no closing day."""
    due = roll(day)
    assert not is_closed(due)
    assert due >= day
    assert all(is_closed(day + timedelta(n)) for n in range((due - day).days))


@small
@given(days, st.lists(st.integers(1, 12), min_size=1, max_size=4))
def test_an_extended_period_is_the_whole_counted_from_the_start(day: date, parts: list[int]) -> None:
    """One period (方式審査便覧 04.12); step by step it never ends earlier."""
    pieces = [Length(part, "months") for part in parts]
    assert end_of(day, *pieces) == end_of(day, Length(sum(parts), "months"))
    assert end_step_by_step(day, *pieces) >= end_of(day, *pieces)


@small
@given(days, st.integers(1, 24))
def test_months_counted_back_are_never_more_than_the_months(day: date, months: int) -> None:
    """The window that ends on a day is as long as the law says, or shorter by what a short month lacks."""
    opens = first_of_last_months(day, months)
    assert day <= end_of(opens - timedelta(1), Length(months, "months")) <= day + timedelta(3)
