"""The course of the examination: what answers what, what decided, what is on appeal."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.dossier.progress.prosecution import Course, course
from jpo_mcp.dossier.progress.timeline import Event
from jpo_mcp.models.patent import PatentProgress
from tests.dossier.progress.fictional import RIGHT, case


def shown(event: Event | None) -> str | None:
    return f"{event.date} {event.code}" if event else None


def answered(found: Course) -> list[tuple[str | None, str | None]]:
    """Each answer with its notice."""
    return [(shown(paper), shown(notice)) for paper, notice in found.replies]


def test_an_answer_belongs_to_the_latest_notice_before_it() -> None:
    """From the rows alone there are only dates to go by."""
    found = course(
        case("20250110 A131", "20250301 A53", "20250301 A523", "20250901 A131", "20251101 A523", "20260201 A01")
    )
    first, second = found.notices
    assert answered(found) == [
        ("2025-03-01 A53", "2025-01-10 A131"),
        ("2025-03-01 A523", "2025-01-10 A131"),
        ("2025-11-01 A523", "2025-09-01 A131"),
    ]
    assert shown(found.answer_to(first)) == "2025-03-01 A53"
    assert [shown(paper) for paper in found.answers_of(first)] == ["2025-03-01 A53", "2025-03-01 A523"]
    assert (found.days_used(first), found.days_used(second)) == (50, 61)  # 21 + 28 + 1; 29 + 31 + 1


@pytest.mark.parametrize(
    "rows",
    [
        ("20240601 A523", "20250110 A131"),  # before any notice: voluntary
        ("20250110 A131", "20250110 A523"),  # on the very day of dispatch nobody has read it
        ("20250110 A131", "20250601 A02", "20250830 A523"),  # with the appeal
        ("20250110 A131", "20250601 A01", "20250602 A523"),
        ("20250110 A131", "20250301 A51"),  # answers the formality division
        ("20250110 A131", "令和7年 A53"),
    ],
)
def test_a_paper_at_another_time_or_of_another_kind_answers_no_notice(rows: tuple[str, ...]) -> None:
    """Opinions and amendments after the notice and not after the decision that closed it."""
    found = course(case(*rows))
    assert found.replies == ()
    assert found.days_used(found.notices[0]) is None


def test_a_paper_of_the_day_of_the_decision_still_answers_the_notice() -> None:
    """Inside one day nothing is known of the order."""
    found = course(case("20250110 A131", "20250601 A523", "20250601 A02"))
    assert answered(found) == [("2025-06-01 A523", "2025-01-10 A131")]


def test_the_dispatch_number_in_the_paper_beats_the_dates() -> None:
    """発送番号 is the last six digits of the notice's document number; an unknown one answers something else."""
    progress = case(
        "20250110 A131 06125000001",
        "20250201 A131 06125000002",
        "20250310 A53 52500000003",
        "20250311 A523 52500000004",
        "20250312 A523 52500000005",
    )
    found = course(progress, answers={"52500000003": "000001", "52500000004": "999999"})
    assert answered(found) == [
        ("2025-03-10 A53", "2025-01-10 A131"),
        ("2025-03-12 A523", "2025-02-01 A131"),
    ]
    opinion, by_date = (paper for paper, _ in found.replies)
    assert (found.is_by_number(opinion), found.is_by_number(by_date)) == (True, False)
    assert (found.days_taken(opinion), found.days_taken(by_date)) == (59, 39)
    assert found.notice_answered(found.events[3]) is None


@pytest.mark.parametrize(
    ("rows", "trial", "decisive"),
    [
        (("20250110 A131", "20250601 A01"), (), "2025-06-01 A01"),
        (("20250601 A01", "20250601 A252"), (), "2025-06-01 A01"),
        (("20250601 A02", "20260601 A01"), ("20250830 C60",), "2026-06-01 A01"),
        (("20250601 A02", "20260601 A02"), ("20250830 C60",), "2026-06-01 A02"),
        (("20250601 A02", "20260101 A131"), ("20250830 C60",), "2025-06-01 A02"),
        (("20250601 A02", "20260101 A131"), (), None),
        (("20250110 A131",), (), None),
    ],
)
def test_the_latest_decision_counts_unless_a_notice_reopened_the_case(
    rows: tuple[str, ...], trial: tuple[str, ...], decisive: str | None
) -> None:
    """Notices before it and notes beside it do not matter; during an appeal a notice leaves the refusal standing."""
    assert shown(course(case(*rows, trial=trial)).decisive) == decisive


def test_the_registers_copies_are_no_decisions() -> None:
    """A01 under number type 06 without a number of its own."""
    found = course(case("20250601 A02", booked=("20260101 A01 99999999999",)))
    assert shown(found.decisive) == "2025-06-01 A02"


@pytest.mark.parametrize(
    ("rows", "trial", "appeal", "ended", "on_appeal"),
    [
        (("20250601 A02",), ("20250830 C60",), "2025-08-30 C60", None, True),
        (("20250601 A02",), ("20250830 C60", "20260301 C03"), "2025-08-30 C60", "2026-03-01 C03", True),
        (("20250601 A02",), ("20250830 C60", "20251001 C609"), "2025-08-30 C60", "2025-10-01 C609", True),
        (("20250601 A02", "20260101 A01"), ("20250830 C60",), "2025-08-30 C60", None, False),
        (("20250601 A02", "20260601 A02"), ("20250830 C60",), "2025-08-30 C60", None, False),
        (("20250601 A01",), ("20260830 C60",), None, None, False),  # a trial against the registration
        (("20250601 A02", "20250830 C60"), (), None, None, False),  # under the application's own number: no appeal
    ],
)
def test_an_appeal_is_a_request_for_trial_after_a_refusal(
    rows: tuple[str, ...], trial: tuple[str, ...], appeal: str | None, ended: str | None, on_appeal: bool
) -> None:
    """C60 under number type 07; it ends with a decision or a withdrawal under the same number."""
    found = course(case(*rows, trial=trial))
    assert (shown(found.appeal), shown(found.appeal_ended), found.on_appeal) == (appeal, ended, on_appeal)


def test_a_trial_after_registration_is_no_appeal() -> None:
    """Invalidation and correction are asked for with the same paper."""
    found = course(case("20190110 A02", trial=("20250830 C60",), **RIGHT))
    assert found.appeal is None


def test_requests_fees_and_ends_are_found() -> None:
    """One fact each, for status and deadlines to share."""
    found = course(case("20230110 A63", "20230501 A625", "20250701 A01", "20250720 A61", "20250801 A762"))
    assert shown(found.examination_requested) == "2023-05-01 A625"
    assert shown(found.fee_paid) == "2025-07-20 A61"
    assert shown(found.withdrawn) == "2025-08-01 A762"
    assert (found.is_registered, found.right_over) == (False, False)


@pytest.mark.parametrize(
    ("fields", "over"),
    [({}, False), ({"erasureIdentifier": "01"}, True), ({"disappearanceDate": "20240110"}, True)],
)
def test_a_right_is_over_when_erased_or_extinguished(fields: dict[str, Any], over: bool) -> None:
    """An end of the term alone is for the reader of the day to say."""
    found = course(case(**RIGHT | fields))
    assert (found.is_registered, found.right_over) == (True, over)


def test_a_notice_to_two_addressees_is_answered_by_either_number() -> None:
    """The same notice goes out under two numbers on one day."""
    progress = case("20250110 A131 06125000001", "20250110 A131 06125000002", "20250310 A53 52500000003")
    found = course(progress, answers={"52500000003": "000002"})
    assert answered(found) == [("2025-03-10 A53", "2025-01-10 A131")]
    assert found.notices[0].date == date(2025, 1, 10)


def test_the_recorded_answer_took_57_days(shared: Path) -> None:
    """Opinion and amendment of 2024-04-24 on the notice dispatched 2024-02-27, inside its sixty days."""
    file = shared / "recordings" / "domestic" / "patent__app_progress__2020123456.json"
    found = course(PatentProgress.model_validate(json.loads(file.read_text("utf-8"))["result"]["data"]))
    assert answered(found) == [
        ("2024-04-24 A53", "2024-02-27 A131"),
        ("2024-04-24 A523", "2024-02-27 A131"),
    ]
    assert found.days_used(found.notices[0]) == 57
    assert (shown(found.decisive), shown(found.fee_paid)) == ("2024-07-09 A01", "2024-07-24 A61")
