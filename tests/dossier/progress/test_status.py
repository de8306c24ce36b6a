"""Status: sixteen tests in order, each reading with its rule, its rows, its confidence and its doubts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpo_mcp.documents.refusal import Period
from jpo_mcp.dossier.progress.status import RULES, Status, not_in_the_data, status_of
from jpo_mcp.endpoints import Law, endpoint
from jpo_mcp.models import common
from jpo_mcp.models.design import DesignProgress, DesignRegistration
from jpo_mcp.models.patent import PatentProgress, PatentRegistration
from jpo_mcp.models.trademark import TrademarkProgress, TrademarkRegistration
from jpo_mcp.sandbox.cases import CASES
from jpo_mcp.sandbox.register import Register
from tests.dossier.progress.fictional import RIGHT, case, register

TODAY = date(2026, 11, 23)


def day(text: str) -> date:
    return date.fromisoformat(text)


def ruling(progress: common.Progress, today: str, kept: common.Registration | None = None) -> tuple[str, str]:
    status = status_of(progress, today=day(today), register=kept)
    return status.rule, status.confidence


REFUSED = case("20230110 A63", "20230510 A621", "20250701 A131", "20250829 A53", "20260113 A02", filingDate="20230110")


# ── test 1: a 107 ─────────────────────────────────────────────────────────────────────────────


def test_a_107_is_not_in_the_data_and_never_nonexistence() -> None:
    """The JPO answers 107 for the unpublished, the too old, another law and a typing error alike."""
    status = not_in_the_data()
    assert (status.rule, status.confidence, status.rows) == (RULES[0], "low", ("status 107",))
    assert "not yet published" in status.state.en
    assert "未公開" in status.state.ja
    assert "exist" not in status.state.en
    assert "never proves" in status.doubts[0].en


def test_there_are_sixteen_tests() -> None:
    """The order is the contract: the first that hits decides."""
    assert RULES == (
        "not_in_the_data",
        "right_gone",
        "term_over",
        "in_surcharge_period",
        "probably_lapsed",
        "in_force",
        "withdrawn",
        "allowed",
        "on_appeal",
        "refused_appealable",
        "refused_final",
        "reply_outstanding",
        "reply_filed",
        "examination_not_requested",
        "presumed_withdrawn",
        "pending",
    )


# ── tests 2 to 6: registered ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "confidence"),
    [
        ({"erasureIdentifier": "01", "disappearanceDate": "20250110"}, "high"),
        ({"erasureIdentifier": "01"}, "high"),
        ({"erasureIdentifier": "07"}, "medium"),
        ({"disappearanceDate": "20250110"}, "medium"),
    ],
)
@pytest.mark.parametrize("law", ["patent", "design", "trademark"])
def test_an_erased_right_is_gone_and_only_the_known_code_is_explained(
    law: Law, fields: dict[str, Any], confidence: str
) -> None:
    """Only 00 and 01 of the JPO's table 05310 are known; the others are shown raw."""
    status = status_of(case(law=law, **RIGHT | fields), today=TODAY)
    assert (status.rule, status.confidence) == ("right_gone", confidence)
    assert status.rows[0] == "registrationNumber 9900001"
    assert status.state.en.endswith(
        "not paid" if fields.get("erasureIdentifier") == "01" else f"code {fields.get('erasureIdentifier', '00')}"
    )


def test_an_erasure_can_be_taken_back() -> None:
    """Late payment booked, or restoration: 01 becomes 00 again, and the right is in force."""
    erased: dict[str, Any] = RIGHT | {"erasureIdentifier": "01", "disappearanceDate": "20260110"}
    gone = status_of(case(**erased), today=TODAY)
    back = status_of(case(**RIGHT), today=TODAY, register=register(nextPensionPaymentDate="20270110"))
    assert (gone.rule, back.rule, back.confidence) == ("right_gone", "in_force", "high")
    assert [doubt.en for doubt in gone.doubts] == ["late payment or restoration can bring the right back"]


def test_a_progress_and_a_register_that_differ_make_the_reading_doubtful() -> None:
    """They are kept for different times, so one of the two can be older."""
    status = status_of(case(**RIGHT), today=TODAY, register=register(erasureIdentifier="01"))
    assert (status.rule, status.confidence) == ("right_gone", "medium")
    assert "one of them is older" in status.doubts[-1].en
    erased: dict[str, Any] = RIGHT | {"erasureIdentifier": "01"}
    assert ruling(case(**erased), "2026-11-23", register()) == ("in_force", "medium")


@pytest.mark.parametrize(("law", "doubted"), [("patent", True), ("design", False), ("trademark", False)])
def test_a_patent_whose_term_is_over_may_have_been_extended(law: Law, doubted: bool) -> None:
    """PA 67(2), (4): up to five years for a medicine; whether expireDate tells is not known."""
    fields: dict[str, Any] = RIGHT | {"expireDate": "20250110"}
    status = status_of(case(law=law, **fields), today=TODAY)
    assert status.rule == "term_over"
    assert any("extension of the term" in doubt.en for doubt in status.doubts) is doubted


def test_two_ends_of_one_term_are_not_certain() -> None:
    """A renewal booked between the two looks moves the end by ten years in one of them."""
    renewed = case(law="trademark", **RIGHT, expireDate="20360110")
    assert ruling(renewed, "2026-11-23", register(expireDate="20260110")) == ("term_over", "medium")
    assert ruling(renewed, "2026-11-23", register(expireDate="20360110")) == ("in_force", "high")


@pytest.mark.parametrize(
    ("law", "expiry", "today", "expected"),
    [
        ("patent", "20261122", "2026-11-22", "in_force"),  # the last day, a Sunday
        ("patent", "20261122", "2026-11-23", "term_over"),  # a term does not move to the next open day
        ("design", "20261120", "2026-11-23", "term_over"),
        ("trademark", "20261122", "2026-11-23", "term_over"),
    ],
)
def test_a_term_ends_on_its_day_even_while_the_register_still_says_00(
    law: Law, expiry: str, today: str, expected: str
) -> None:
    """Patents 67, designs 21, marks 19; the register closes late."""
    assert ruling(case(law=law, **RIGHT, expireDate=expiry), today)[0] == expected


@pytest.mark.parametrize(
    ("today", "renewable"),
    [("2026-05-24", True), ("2026-11-24", True), ("2026-11-25", False)],
)
def test_a_mark_can_be_renewed_late_for_six_months_that_end_on_an_open_day(today: str, renewable: bool) -> None:
    """TM 20(3): from Saturday 2026-05-23 to 2026-11-23, Labour Thanksgiving Day, so to the 24th."""
    status = status_of(case(law="trademark", **RIGHT, expireDate="20260523"), today=day(today))
    assert (status.rule, status.confidence) == ("term_over", "high")
    assert ("late renewal" in status.state.en) is renewable
    assert ("2026-11-24" in status.state.en) is renewable


@pytest.mark.parametrize(("today", "in_time"), [("2026-05-24", True), ("2026-05-25", True), ("2026-05-26", False)])
def test_a_term_that_ends_on_a_closing_day_leaves_renewal_in_time_until_the_next_open_day(
    today: str, in_time: bool
) -> None:
    """TM 20(2), 77(1) with PA 3(2): the term ends on Saturday 2026-05-23, the period to ask for renewal on Monday."""
    status = status_of(case(law="trademark", **RIGHT, expireDate="20260523"), today=day(today))
    assert status.rule == "term_over"
    assert ("in time until 2026-05-25" in status.state.en) is in_time


@pytest.mark.parametrize(
    ("due", "today", "expected"),
    [
        ("20260823", "2026-08-24", ("in_force", "high")),  # due on a Sunday: the Monday is still in time
        ("20260823", "2026-08-25", ("in_surcharge_period", "medium")),
        ("20260823", "2027-02-24", ("in_surcharge_period", "medium")),
        ("20260823", "2027-02-25", ("probably_lapsed", "low")),
        ("20260112", "2026-01-13", ("in_force", "high")),  # Coming-of-Age Day
        ("20260112", "2026-01-14", ("in_surcharge_period", "medium")),
        ("20260112", "2026-07-13", ("in_surcharge_period", "medium")),
        ("20260112", "2026-07-14", ("probably_lapsed", "low")),
        ("20270110", "2026-11-23", ("in_force", "high")),
    ],
)
@pytest.mark.parametrize("law", ["patent", "design", "trademark"])
def test_the_surcharge_half_year_starts_the_day_after_the_moved_payment_day(
    law: Law, due: str, today: str, expected: tuple[str, str]
) -> None:
    """PA 112(1), DA 44(1), TM 43(3): the JPO's date is not moved for closing days, the period is."""
    kept = register(nextPensionPaymentDate=due, expireDate="20360110")
    assert ruling(case(law=law, **RIGHT, expireDate="20360110"), today, kept) == expected


def test_in_the_surcharge_period_the_right_is_alive_and_its_end_would_be_retroactive() -> None:
    """PA 112(4): nothing can be booked as lapsed before the half-year is over."""
    status = status_of(case(**RIGHT), today=TODAY, register=register(nextPensionPaymentDate="20260823"))
    assert status.state.en == "in force; payment overdue, surcharge period until 2027-02-24"
    assert status.rows == ("registrationNumber 9900001", "erasureIdentifier 00", "nextPensionPaymentDate 2026-08-23")
    assert "retroactively" in status.doubts[0].en


def test_without_the_register_nothing_is_known_of_fees() -> None:
    """The progress holds no payment; only registration_info does."""
    status = status_of(case(**RIGHT, expireDate="20400110"), today=TODAY)
    assert (status.rule, status.confidence) == ("in_force", "medium")
    assert "registration" in status.doubts[0].en


@pytest.mark.parametrize(
    ("trial", "threat"),
    [
        ((), True),
        (("20260301 C561",), True),
        (("20260301 C561", "20260401 C201", "20260601 C22"), True),
        (("20260301 C561", "20260901 C16", "20261001 C96"), False),
        (("20260301 C561", "20260501 C661"), False),
        (("20260301 C60", "20260901 C03"), False),
        (("20190301 C60", "20190401 A913"), False),  # the appeal that led to the grant
    ],
)
def test_trials_without_an_end_are_named_beside_a_right_in_force(trial: tuple[str, ...], threat: bool) -> None:
    """Oppositions and trials stand under number type 07, at first without any paper."""
    status = status_of(case(trial=trial, **RIGHT), today=TODAY, register=register())
    assert status.rule == "in_force"
    assert ("2032009907" in status.state.en) is threat


@pytest.mark.parametrize(
    ("trial", "told"),
    [
        (("20260301 C561", "20260901 C16"), True),
        (("20260301 C60", "20260901 C03"), True),
        (("20260301 C561", "20260901 C16", "20261001 C96"), False),  # final, and the right is not erased
        (("20260301 C561", "20260501 C661"), False),
        (("20190301 C60", "20190401 C03"), False),  # the appeal that led to the grant
    ],
)
def test_a_trial_that_was_decided_and_not_shown_as_final_makes_a_right_in_force_less_sure(
    trial: tuple[str, ...], told: bool
) -> None:
    """C16 may revoke and C03 invalidate, whole or in part: until it is final the register shows nothing of it."""
    status = status_of(case(trial=trial, **RIGHT), today=TODAY, register=register())
    assert (status.rule, status.confidence) == ("in_force", "medium" if told else "high")
    assert [doubt.en[:30] for doubt in status.doubts] == ["the outcome of 2032009907, whi"] * told


def test_a_register_without_a_term_does_not_hide_that_it_is_over() -> None:
    """Its expireDate may be blank; the deadlines read the progress then, and so does the status."""
    progress = case(filingDate="20040110", **RIGHT, expireDate="20240110")
    assert status_of(progress, today=TODAY, register=register()).rule == "term_over"


def test_a_court_action_beside_a_right_in_force_is_named() -> None:
    """It stands under number type 08, without papers."""
    progress = case(**RIGHT)
    court = common.NumberedDocuments.model_validate({"numberType": "08", "number": "5 1450001"})
    sued = progress.model_copy(update={"bibliography": (*progress.bibliography, court)})
    status = status_of(sued, today=TODAY, register=register())
    assert (status.rule, status.confidence) == ("in_force", "medium")
    assert "5 1450001" in status.doubts[0].en


@pytest.mark.parametrize(
    ("progress", "booked", "rule", "words"),
    [
        ({"erasureIdentifier": "01", "disappearanceDate": "20250110"}, {}, "in_force", "the progress shows it erased"),
        ({}, {"erasureIdentifier": "01"}, "right_gone", "the progress shows it alive"),
    ],
)
def test_two_records_that_differ_about_an_erasure_say_so_in_the_state_itself(
    progress: dict[str, Any], booked: dict[str, str], rule: str, words: str
) -> None:
    """One of them is older; which, the rows do not tell, and nobody may read the first words only."""
    status = status_of(case(**{**RIGHT, **progress}), today=TODAY, register=register(**booked))
    assert (status.rule, status.confidence) == (rule, "medium")
    assert words in status.state.en


# ── tests 7 to 11: decided ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "confidence", "words"),
    [
        ("A761", "high", "withdrawn"),
        ("A762", "high", "abandoned"),
        ("A045", "medium", "dismissed"),
        ("A300", "medium", "deemed withdrawn"),
    ],
)
def test_an_application_given_up_or_dismissed_is_over(code: str, confidence: str, words: str) -> None:
    """The titles of A045 and A300 are only reported, so they weigh less."""
    status = status_of(case("20230110 A63", "20260113 A02", f"20260201 {code}"), today=TODAY)
    assert (status.rule, status.confidence) == ("withdrawn", confidence)
    assert words in status.state.en


@pytest.mark.parametrize("code", ["A300", "A045"])
def test_an_application_that_is_examined_after_it_was_ended_has_been_restored(code: str) -> None:
    """PA 48-3(5): the request is taken as made in time, and the examination goes on."""
    rows = ("20220110 A63", f"20250301 {code}", "20250601 A917", "20250601 A621", "20260901 A131")
    assert ruling(case(*rows), "2026-10-01") == ("reply_outstanding", "high")


def test_a_withdrawal_stays_though_a_notice_crossed_it() -> None:
    """Nothing brings back what the applicant withdrew; a notice sent that week may come a day later."""
    rows = ("20230110 A63", "20230301 A621", "20260803 A761", "20260804 A131")
    assert ruling(case(*rows), "2026-10-01") == ("withdrawn", "high")


def test_a_request_to_restore_makes_an_application_that_was_ended_less_sure() -> None:
    """Whether it was granted is in no row."""
    status = status_of(case("20220110 A63", "20250301 A300", "20250601 A917", "20250601 A621"), today=day("2025-07-01"))
    assert (status.rule, status.confidence) == ("withdrawn", "low")
    assert status.rows[1:] == ("A917 回復理由書 2025-06-01", "A621 出願審査請求書 2025-06-01")
    assert "restored" in status.doubts[-1].en


@pytest.mark.parametrize("code", ["A764", "A765"])
def test_giving_up_a_priority_is_not_giving_up_the_application(code: str) -> None:
    """優先権主張取下書 and 放棄書."""
    assert ruling(case("20250110 A63", "20250301 A621", f"20250601 {code}"), "2026-11-23")[0] == "pending"


@pytest.mark.parametrize(
    ("rows", "today", "expected", "words"),
    [
        (("20260701 A01",), "2026-07-31", ("allowed", "high"), "fee due"),
        (("20260701 A01",), "2026-08-01", ("allowed", "medium"), "30 days are over unless"),
        (("20260701 A01",), "2026-08-31", ("allowed", "medium"), "30 days are over unless"),  # sixty end on a Sunday
        (("20260701 A01",), "2026-09-01", ("allowed", "medium"), "possibly lapsed for non-payment"),
        (("20260701 A01", "20260720 A61"), "2026-11-23", ("allowed", "high"), "fee paid"),
        (("20260301 A131", "20260701 A01"), "2026-07-02", ("allowed", "high"), "fee due"),
        (("20260701 A01", "20260701 A252"), "2026-07-02", ("allowed", "high"), "fee due"),
        (("20260113 A02", "20260701 A01"), "2026-07-02", ("allowed", "high"), "fee due"),
    ],
)
def test_an_allowed_application_waits_for_its_fee_or_its_registration(
    rows: tuple[str, ...], today: str, expected: tuple[str, str], words: str
) -> None:
    """A01 is decisive: a notice before it, an examiner's note beside it and an earlier refusal are not."""
    status = status_of(case("20230110 A63", *rows), today=day(today))
    assert (status.rule, status.confidence) == expected
    assert words in status.state.en


@pytest.mark.parametrize(
    ("law", "granted"), [("patent", "特許査定"), ("design", "登録査定"), ("trademark", "登録査定")]
)
@pytest.mark.parametrize(
    ("rows", "today"),
    [
        (("20260701 A01",), "2026-08-01"),
        (("20260701 A01",), "2026-11-23"),
        (("20260701 A01", "20260720 A61"), "2026-11-23"),
    ],
)
def test_a_patent_is_granted_and_a_design_or_mark_is_allowed_to_be_registered(
    law: Law, granted: str, rows: tuple[str, ...], today: str
) -> None:
    """PA 51 speaks of 特許をすべき旨の査定, DA 18 and TM 16 of 登録をすべき旨の査定; the JPO titles them so."""
    status = status_of(case("20230110 A63", *rows, law=law), today=day(today))
    assert status.state.ja.startswith(granted)


def test_the_registers_copy_of_a_decision_decides_nothing() -> None:
    """A01 under the registration number with a placeholder for its own number repeats the application's."""
    progress = case("20260113 A02", booked=("20260301 A01 99999999999",))
    assert ruling(progress, "2026-03-02") == ("refused_appealable", "high")


@pytest.mark.parametrize(
    ("trial", "confidence", "words"),
    [
        (("20260410 C60",), "high", "on appeal 2032009907"),
        (("20260410 C60", "20260601 A913"), "high", "on appeal 2032009907"),
        (("20260410 C60", "20260801 C609"), "medium", "the appeal was withdrawn"),
        (("20260410 C60", "20261001 C03"), "medium", "the appeal was decided"),
    ],
)
def test_a_refusal_under_appeal_says_what_ended_the_appeal(trial: tuple[str, ...], confidence: str, words: str) -> None:
    """A decision (C03) or withdrawal (C609) under the same number; how it was decided, the rows do not tell."""
    progress = case("20260113 A02", trial=trial)
    status = status_of(progress, today=TODAY)
    assert (status.rule, status.confidence) == ("on_appeal", confidence)
    assert words in status.state.en
    assert status.rows[:2] == ("A02 拒絶査定 2026-01-13", "C60 審判請求書 2026-04-10 2032009907")


def test_a_fee_paid_after_the_board_decided_tells_that_it_granted() -> None:
    """PA 108(1): thirty days from the service of the decision to grant."""
    status = status_of(case("20260113 A02", "20261020 A61", trial=("20260410 C60", "20261001 C03")), today=TODAY)
    assert (status.rule, status.confidence) == ("on_appeal", "medium")
    assert status.state.en == "granted on appeal; fee paid, not yet registered"
    assert status.rows[-1] == "A61 登録料納付 2026-10-20"


def test_an_appeal_against_an_earlier_refusal_does_not_cover_the_next() -> None:
    """A refusal can be set aside and followed by another, against which the period runs anew."""
    progress = case("20240113 A02", "20261020 A02", trial=("20240410 C60", "20250601 C03"))
    assert ruling(progress, "2026-11-23") == ("refused_appealable", "high")


def test_a_notice_during_an_appeal_leaves_the_case_on_appeal_and_is_shown() -> None:
    """PA 163 and 159: examiner or board can notify again."""
    progress = case("20260113 A02", "20260801 A131", trial=("20260410 C60",))
    status = status_of(progress, today=TODAY)
    assert status.rule == "on_appeal"
    assert status.rows[-1] == "A131 拒絶理由通知書 2026-08-01"


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-04-13", ("refused_appealable", "high")),
        ("2026-04-14", ("refused_appealable", "medium")),  # four months from overseas, or not yet visible
        ("2026-05-28", ("refused_appealable", "medium")),
        ("2026-05-29", ("refused_final", "medium")),
        ("2028-01-01", ("refused_final", "medium")),
    ],
)
@pytest.mark.parametrize("law", ["patent", "design", "trademark"])
def test_a_refusal_is_presumed_final_about_four_and_a_half_months_on(
    law: Law, today: str, expected: tuple[str, str]
) -> None:
    """Three months for residents, four for applicants overseas, and time for an appeal to show."""
    assert ruling(case("20260113 A02", law=law), today) == expected


# ── what careless readers get wrong ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rows", "trial", "fields", "rule"),
    [
        pytest.param(["20250110 A131", "20260113 A01"], [], {}, "allowed", id="a notice before the decision"),
        pytest.param(["20250110 A131", "20261113 A252", "20261113 A01"], [], {}, "allowed", id="an examiner's note"),
        pytest.param(["20240113 A02", "20240601 A131", "20240701 A53", "20261101 A01"], [], {}, "allowed", id="two"),
        pytest.param(
            ["20240113 A02", "20261001 A131"],
            ["20240401 C60", "20260601 C03"],
            {},
            "reply_outstanding",
            id="a refusal set aside, the case sent back",
        ),
        pytest.param(
            ["20240113 A02", "20261001 A131", "20261101 A53"],
            ["20240401 C60", "20260601 C03"],
            {},
            "reply_filed",
            id="sent back and answered",
        ),
        pytest.param(
            ["20240113 A02", "20260501 A131"],
            ["20240401 C60", "20260601 C03"],
            {},
            "on_appeal",
            id="a notice before the board decided",
        ),
        pytest.param(
            ["20180113 A02"], ["20180401 C60", "20191001 C03"], RIGHT, "in_force", id="a grant that the board gave"
        ),
        pytest.param(["20191001 A01"], [], RIGHT | {"erasureIdentifier": "00"}, "in_force", id="00 is alive"),
        pytest.param(
            ["20250110 A63"],
            [],
            {"erasureIdentifier": "", "filingDate": "20250110"},
            "examination_not_requested",
            id="a blank is no erasure",
        ),
    ],
)
def test_a_known_pitfall_is_not_stepped_into(
    rows: list[str], trial: list[str], fields: dict[str, Any], rule: str
) -> None:
    """Notes, older notices and revoked decisions decide nothing; a case that was sent back is examined again."""
    assert ruling(case(*rows, trial=trial or None, **fields), "2026-11-23")[0] == rule


# ── tests 12 and 13: notified ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("law", "sent", "today", "words"),
    [
        ("patent", "20240227", "2024-04-30", "outstanding"),  # day 60 is a Saturday before a holiday
        ("patent", "20240227", "2024-05-01", "the usual 60 days are over"),
        ("patent", "20240227", "2024-08-27", "the usual 60 days are over"),
        ("patent", "20240227", "2024-08-28", "overdue by any period"),
        ("trademark", "20250610", "2025-07-22", "outstanding"),
        ("trademark", "20250610", "2025-07-23", "the usual 40 days are over"),
        ("design", "20250610", "2025-07-23", "the usual 40 days are over"),
    ],
)
def test_a_notice_without_an_answer_is_outstanding_or_silently_overdue(
    law: Law, sent: str, today: str, words: str
) -> None:
    """Nothing in the rows says that a period has passed; the printed period, extensions and residence decide."""
    status = status_of(case("20220110 A63", "20230301 A621", f"{sent} A131", law=law), today=day(today))
    assert (status.rule, status.confidence) == ("reply_outstanding", "high")
    assert words in status.state.en
    assert "residence" in status.doubts[0].en


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2024-05-27", "outstanding"),
        ("2024-05-28", "the printed 3 months are over"),
        ("2024-08-28", "overdue by any period"),
    ],
)
def test_the_printed_period_counts_where_the_notice_was_read(today: str, words: str) -> None:
    """Sixty days are over on 2024-05-01; this applicant resides overseas and was given three months."""
    progress = case("20230301 A621", "20240227 A131 06124000001")
    printed = {"06124000001": Period(3, "months", "３か月")}
    status = status_of(progress, today=day(today), printed=printed)
    assert words in status.state.en
    assert "residence" not in status.doubts[0].en


def test_a_second_notice_needs_its_own_answer() -> None:
    """The answer to the first does not count for the second."""
    rows = ("20250110 A131", "20250301 A53", "20260901 A131")
    assert ruling(case(*rows), "2026-10-01")[0] == "reply_outstanding"
    assert ruling(case(*rows, "20261001 A523"), "2026-11-23")[0] == "reply_filed"


def test_a_refusal_of_an_unreadable_day_is_not_presumed_final() -> None:
    """Nothing tells whether its three months have passed; to say "final" could cost the appeal."""
    status = status_of(case("20250110 A131", "令和8年 A02"), today=TODAY)
    assert (status.rule, status.confidence) == ("refused_appealable", "low")
    assert "unreadable" in status.state.en


def test_a_grant_of_an_unreadable_day_is_no_sure_fee_due() -> None:
    """Its thirty days may long be over; only a payment on file makes the reading sure again."""
    unpaid = status_of(case("20250110 A131", "令和8年 A01"), today=TODAY)
    assert (unpaid.rule, unpaid.confidence) == ("allowed", "low")
    assert "unreadable" in unpaid.state.en
    assert ruling(case("令和8年 A01", "20260110 A61"), "2026-11-23") == ("allowed", "high")


def test_a_notice_of_an_unreadable_day_is_no_sure_time_to_reply() -> None:
    """Rows of unreadable days come last, so even an answer on file may be to this notice."""
    status = status_of(case("20250110 A53", "令和8年 A131"), today=TODAY)
    assert (status.rule, status.confidence) == ("reply_outstanding", "low")
    assert "unreadable" in status.state.en


def test_four_months_on_an_appeal_is_over_even_overseas_but_may_not_show_yet() -> None:
    """13 January and four months are 13 May 2026, a Wednesday."""
    refused = case("20260113 A02")
    assert "possible from overseas" in status_of(refused, today=day("2026-05-13")).state.en
    assert "over even overseas" in status_of(refused, today=day("2026-05-14")).state.en


@pytest.mark.parametrize(
    ("request_row", "today", "words"),
    [
        ("20240420 A601", "2024-04-30", "outstanding"),  # sixty days end on 30 April, after a holiday
        ("20240420 A601", "2024-05-01", "an extension was asked for"),
        ("20240610 A603", "2024-06-20", "an extension was asked for"),
        ("20240420 A601", "2024-08-28", "overdue by any period"),  # six months from 27 February are over
    ],
)
def test_a_period_that_was_extended_is_not_called_over(request_row: str, today: str, words: str) -> None:
    """PA 5(1), (3): the deadline beside the status counts the extension, so the status may not say overdue."""
    status = status_of(case("20240227 A131", request_row), today=day(today))
    assert (status.rule, words in status.state.en) == ("reply_outstanding", True)
    (row,) = status.rows[1:]
    assert (row[:4], row[-10:]) == (request_row[9:], str(day(request_row[:8])))


def test_an_earlier_notice_whose_period_may_run_makes_an_answer_to_the_later_less_sure() -> None:
    """Two notices sent six weeks apart: by dates the answer is to the second, and the first has none."""
    progress = case("20240823 A131", "20241003 A131", "20241023 A523")
    status = status_of(progress, today=day("2024-11-02"))
    assert (status.rule, status.confidence) == ("reply_filed", "medium")
    assert status.rows[0] == "A131 拒絶理由通知書 2024-08-23"
    assert ["earlier notice" in doubt.en for doubt in status.doubts] == [False, True, True]
    later = status_of(progress, today=day("2025-02-26"))  # six months end 23 February, a holiday on a Sunday
    assert (later.confidence, later.doubts[1:]) == ("medium", status.doubts[2:])  # of the second, on 3 April
    assert ruling(progress, "2025-04-04") == ("reply_filed", "high")


def test_a_notice_after_a_refusal_reopens_the_examination() -> None:
    """Without an appeal in between, the refusal cannot stand any more."""
    assert ruling(case("20260113 A02", "20260901 A131"), "2026-10-01")[0] == "reply_outstanding"


def test_an_answer_found_by_dates_says_so_and_one_by_its_number_does_not() -> None:
    """Only the dispatch number (発送番号) in the answer joins it safely."""
    progress = case("20250110 A131 06125000001", "20250201 A131 06125000002", "20250310 A53 52500000003")
    by_dates = status_of(progress, today=TODAY)
    by_number = status_of(progress, today=TODAY, answers={"52500000003": "000002"})
    to_the_first = status_of(progress, today=TODAY, answers={"52500000003": "000001"})
    assert (by_dates.rule, by_number.rule, to_the_first.rule) == ("reply_filed", "reply_filed", "reply_outstanding")
    assert by_dates.rows == ("A131 拒絶理由通知書 2025-02-01", "A53 意見書 2025-03-10")
    assert ["発送番号" in doubt.ja for doubt in by_dates.doubts] == [True]
    assert by_number.doubts == ()


# ── tests 14 to 16: waiting ───────────────────────────────────────────────────────────────────

ORIGINAL = {"parentApplicationNumber": "2017000001", "filingDate": "20170425"}


@pytest.mark.parametrize(
    ("fields", "today", "expected"),
    [
        # Three years end on Sunday 2023-01-22, so on Monday; what was filed then shows on Tuesday.
        ({"filingDate": "20200122"}, "2023-01-24", ("examination_not_requested", "high")),
        ({"filingDate": "20200122"}, "2023-01-25", ("presumed_withdrawn", "medium")),
        # A divisional long after its parent has thirty days, here until Sunday 2022-02-20.
        (
            {"filingDate": "20220121", "parentApplicationInformation": ORIGINAL},
            "2022-02-22",
            ("examination_not_requested", "high"),
        ),
        (
            {"filingDate": "20220121", "parentApplicationInformation": ORIGINAL},
            "2022-02-24",
            ("presumed_withdrawn", "medium"),
        ),
        # A divisional soon after its parent has the parent's three years, until Saturday 2020-04-25.
        (
            {"filingDate": "20180425", "parentApplicationInformation": ORIGINAL},
            "2020-04-28",
            ("examination_not_requested", "high"),
        ),
        (
            {"filingDate": "20180425", "parentApplicationInformation": ORIGINAL},
            "2020-04-29",
            ("presumed_withdrawn", "medium"),
        ),
    ],
)
def test_a_patent_application_lives_three_years_without_a_request(
    fields: dict[str, Any], today: str, expected: tuple[str, str]
) -> None:
    """PA 48-3(1), (2), (4)."""
    assert ruling(case("20200122 A63", **fields), today) == expected


def test_an_ancestor_without_a_date_makes_the_three_years_doubtful() -> None:
    """PA 48-3(2) counts from the oldest; a third generation shows its parent's date only."""
    family = [{"applicationNumber": "2031000007", "divisionalGeneration": "2"}]
    progress = case(
        filingDate="20250601",
        parentApplicationInformation={"parentApplicationNumber": "2024000001", "filingDate": "20240601"},
        divisionalApplicationInformation=family,
    )
    status = status_of(progress, today=TODAY)
    assert (status.rule, status.confidence) == ("examination_not_requested", "medium")
    assert "ancestor" in status.doubts[0].en


@pytest.mark.parametrize("law", ["design", "trademark"])
def test_designs_and_marks_need_no_request(law: Law) -> None:
    """They are examined without one: however old, they are pending."""
    assert ruling(case("20200122 A63", law=law, filingDate="20200122"), "2026-11-23") == ("pending", "medium")


@pytest.mark.parametrize("code", ["A621", "A625"])
def test_a_request_by_anybody_is_a_request(code: str) -> None:
    """Others may request examination too (A625)."""
    progress = case("20200122 A63", f"20230110 {code}", filingDate="20200122")
    assert ruling(progress, "2026-11-23") == ("pending", "medium")


def test_a_simple_progress_cannot_tell_a_divisional() -> None:
    """app_progress_simple leaves the parent out, and with it the date from which the three years run."""
    progress = PatentProgress.model_validate({"applicationNumber": "2031000007", "filingDate": "20240517"})
    status = status_of(progress, today=TODAY)
    assert (status.rule, status.confidence) == ("examination_not_requested", "medium")
    assert ["divided" in doubt.en for doubt in status.doubts] == [True]


def test_a_record_with_nothing_in_it_is_pending() -> None:
    """Every reading has rows, even that of an empty reply."""
    status = status_of(PatentProgress.model_validate({}), today=TODAY)
    assert (status.rule, status.rows) == ("pending", ("filingDate blank",))


# ── whole records ─────────────────────────────────────────────────────────────────────────────

SANDBOX: dict[tuple[Law, str], tuple[str, str]] = {
    ("patent", "2020490001"): ("in_force", "high"),
    ("patent", "2019490002"): ("on_appeal", "high"),
    ("patent", "2018490003"): ("refused_final", "medium"),
    ("patent", "2021599004"): ("in_force", "high"),
    ("patent", "2023599013"): ("pending", "medium"),
    ("patent", "2017490005"): ("in_force", "high"),
    ("patent", "2019490015"): ("in_force", "high"),
    ("patent", "2022490025"): ("reply_outstanding", "high"),
    ("patent", "2015490006"): ("right_gone", "high"),
    ("patent", "2016490008"): ("in_surcharge_period", "medium"),
    ("patent", "2018490009"): ("in_force", "high"),
    ("patent", "2024490010"): ("examination_not_requested", "high"),
    ("patent", "2023490011"): ("pending", "medium"),
    ("patent", "2024490012"): ("in_force", "high"),
    ("patent", "2020490013"): ("reply_filed", "high"),
    ("patent", "2017490014"): ("right_gone", "medium"),
    ("patent", "2021490007"): ("pending", "medium"),
    ("patent", "2019490017"): ("in_force", "high"),  # paid for five years, to 2028-03-03
    ("design", "2021490100"): ("in_force", "high"),
    ("design", "2022490101"): ("in_force", "high"),  # paid for five years, to 2028-01-20
    ("design", "2022490103"): ("pending", "medium"),
    ("design", "2022599102"): ("in_force", "high"),
    ("design", "2021490007"): ("in_force", "high"),
    ("trademark", "2023490201"): ("refused_final", "medium"),
    ("trademark", "2015490202"): ("in_force", "high"),
    ("trademark", "2021490203"): ("in_force", "high"),
    ("trademark", "2021490007"): ("in_force", "high"),
    ("trademark", "2025490204"): ("reply_outstanding", "high"),
}


@pytest.fixture(scope="module")
def jpo() -> Register:
    """The sandbox's records as they stand on the day of the tests."""
    return Register(CASES, TODAY)


@pytest.mark.parametrize(("law", "number"), SANDBOX)
def test_every_sandbox_case_has_the_status_its_life_tells(jpo: Register, law: Law, number: str) -> None:
    """Read by hand from the cases' papers and dates."""
    progress_row = endpoint(law, "app_progress", common.Progress)
    progress = progress_row.model.model_validate(jpo.answer(progress_row, (number,)))
    register_row = endpoint(law, "registration_info", common.Registration)
    booked = jpo.answer(register_row, (number,))
    kept = register_row.model.model_validate(booked) if booked else None
    status = status_of(progress, today=TODAY, register=kept)
    assert (status.rule, status.confidence) == SANDBOX[law, number]


def recorded(shared: Path, name: str) -> Any:
    return json.loads((shared / "recordings/domestic" / f"{name}.json").read_text("utf-8"))["result"]["data"]


def test_the_recorded_cases_have_the_status_a_reader_gives_them(shared: Path) -> None:
    """A patent in force, paid for three years; a mark refused on 2026-01-13."""
    patent = PatentProgress.model_validate(recorded(shared, "patent__app_progress__2020123456"))
    kept = PatentRegistration.model_validate(recorded(shared, "patent__registration_info__2020123456"))
    mark = TrademarkProgress.model_validate(recorded(shared, "trademark__app_progress__2024123456"))
    assert ruling(patent, "2026-11-23", kept) == ("in_force", "high")
    assert ruling(patent, "2027-08-06", kept) == ("in_surcharge_period", "medium")  # due Thursday 2027-08-05
    assert ruling(mark, "2026-04-13") == ("refused_appealable", "high")
    assert ruling(mark, "2026-11-23") == ("refused_final", "medium")


OFFICIAL: dict[str, type[common.Progress]] = {
    "/patent/": PatentProgress,
    "/design/": DesignProgress,
    "/trademark/": TrademarkProgress,
}
OFFICIAL_REGISTERS: dict[str, type[common.Registration]] = {
    "/patent/": PatentRegistration,
    "/design/": DesignRegistration,
    "/trademark/": TrademarkRegistration,
}


def official(shared: Path, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The `data` of every example in the specification, by law."""
    paths = json.loads((shared / "spec/openapi.json").read_text("utf-8"))["paths"]
    for path, operation in paths.items():
        if f"/{name}/" in path or f"/{name}_simple/" in path:
            yield from ((path[: path.index("/", 1) + 1], data) for data in _data(operation))


def _data(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        if isinstance(entries.get("applicationNumber"), str):
            yield entries
        for inner in entries.values():
            yield from _data(inner)


def test_every_example_of_the_specification_has_a_status(shared: Path) -> None:
    """Its patent, design and mark are registered and live; the related design's term is the JPO's 2047-05-12."""
    found = [
        status_of(OFFICIAL[law].model_validate(data), today=TODAY) for law, data in official(shared, "app_progress")
    ]
    assert len(found) == 6
    assert {(status.rule, status.confidence) for status in found} == {("in_force", "medium")}
    assert "expireDate 2047-05-12" in {row for status in found for row in status.rows}


def test_every_register_of_the_specification_reads_with_a_progress(shared: Path) -> None:
    """The design's next payment stands at 2026-01-12, a holiday; the mark is paid to the end of its term."""
    read = {
        law: (OFFICIAL[law].model_validate(data), OFFICIAL_REGISTERS[law].model_validate(data))
        for law, data in official(shared, "registration_info")
    }
    design, mark = read["/design/"], read["/trademark/"]
    assert ruling(design[0], "2026-01-13", design[1]) == ("in_force", "high")
    assert ruling(design[0], "2026-01-14", design[1]) == ("in_surcharge_period", "medium")
    assert ruling(design[0], "2026-11-23", design[1]) == ("probably_lapsed", "low")
    assert ruling(mark[0], "2026-11-23", mark[1]) == ("in_force", "high")


# ── anything at all ───────────────────────────────────────────────────────────────────────────

_DAYS = st.sampled_from(["20200110", "20250110", "20260901", "99991231", "令和7年", "x"])
_CODES = st.sampled_from(["A63", "A621", "A131", "A53", "A523", "A01", "A02", "A61", "C60", "C03", "A761", "Z77"])
_ROWS = st.lists(st.builds("{} {}".format, _DAYS, _CODES), max_size=6)


@given(_ROWS, _ROWS, st.dictionaries(st.sampled_from([*RIGHT, "filingDate", "expireDate"]), _DAYS))
@settings(max_examples=60, deadline=None)
def test_any_rows_have_a_status_with_its_rows_and_no_promise(
    filed: list[str], trial: list[str], fields: dict[str, Any]
) -> None:
    """Nothing the JPO could send stops the reading, and no wording makes a date a certainty."""
    status = status_of(case(*filed, trial=trial, **fields), today=TODAY)
    assert status.rule in RULES[1:]
    assert status.rows
    assert "deadline is" not in _all_words(status)


def _all_words(status: Status) -> str:
    return " ".join(text for words in (status.state, *status.doubts) for text in words)
