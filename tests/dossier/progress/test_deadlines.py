"""Deadlines: each line of the table computed or flagged. The dates were worked by hand from the law's text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpo_mcp.documents.refusal import Period
from jpo_mcp.dossier.progress import deadline_rules
from jpo_mcp.dossier.progress.deadline import Rule, cited
from jpo_mcp.dossier.progress.deadlines import Deadline, deadlines_of
from jpo_mcp.dossier.progress.periods import is_closed
from jpo_mcp.dossier.progress.status import status_of
from jpo_mcp.endpoints import Law, endpoint
from jpo_mcp.errors import Words
from jpo_mcp.models import common
from jpo_mcp.models.design import DesignProgress, DesignRegistration
from jpo_mcp.models.patent import PatentProgress, PatentRegistration
from jpo_mcp.models.trademark import TrademarkProgress, TrademarkRegistration
from jpo_mcp.sandbox.cases import CASES
from jpo_mcp.sandbox.register import Register
from tests.dossier.progress.fictional import RIGHT, case, register

NOTICE_NUMBER = "06124900001"
DAYS_40 = {NOTICE_NUMBER: Period(40, "days", "40日")}
DAYS_55 = {NOTICE_NUMBER: Period(55, "days", "55日")}
DAYS_60 = {NOTICE_NUMBER: Period(60, "days", "60日")}
MONTHS_3 = {NOTICE_NUMBER: Period(3, "months", "3か月")}
LAWS: tuple[Law, ...] = ("patent", "design", "trademark")
REPLY = "reply_to_refusal_notice"


def day(text: str) -> date:
    return date.fromisoformat(text)


def due(
    progress: common.Progress,
    today: str,
    kept: common.Registration | None = None,
    printed: dict[str, Period] | None = None,
) -> tuple[Deadline, ...]:
    return deadlines_of(progress, today=day(today), register=kept, printed=printed or {})


def short(found: tuple[Deadline, ...]) -> list[tuple[str, str]]:
    """Rule and day, `2024-04-30<2024-04-27` where it moved, or `flag`."""
    return [(one.rule, _day(one)) for one in found]


def _day(one: Deadline) -> str:
    if one.flag:
        return "flag"
    return f"{one.date}<{one.raw_end}" if one.raw_end else f"{one.date}"


def doubts(one: Deadline) -> str:
    return "; ".join(words.en for words in one.unverified)


def notified(sent: str, *more: str, law: Law = "patent", **fields: Any) -> common.Progress:
    return case("20220110 A63", "20220110 A621", f"{sent} A131 {NOTICE_NUMBER}", *more, law=law, **fields)


# ── replies ───────────────────────────────────────────────────────────────────────────────────


def test_a_reply_is_computed_from_the_printed_period_with_all_that_it_rests_on() -> None:
    """PA 50; the printed period alone says where the applicant resides."""
    (reply,) = due(notified("20240227"), "2024-03-01", printed=DAYS_60)
    assert reply == Deadline(
        what=Words("reply to the notice of reasons for refusal", "拒絶理由通知への応答"),
        rule=REPLY,
        date=date(2024, 4, 30),
        raw_end=date(2024, 4, 27),
        basis=Words("dispatch 2024-02-27 + 60 days, printed in the notice", "発送日2024-02-27＋60日（通知書に記載）"),
        articles="PA 50, 5(1), 3",
        trigger=f"A131 拒絶理由通知書 2024-02-27 {NOTICE_NUMBER}",
        for_whom=None,
        unverified=(
            Words("that no reply exists: read from dates, not from the papers", "応答なしとの判断（日付による）"),
            Words("the day of service (dispatch is the earliest)", "送達日（発送日が最も早い場合）"),
            Words("extensions not shown in these rows", "この記録にない期間延長"),
            Words("special closures and relief measures", "臨時の閉庁・救済措置"),
        ),
        flag=False,
        opens=None,
        outer_limit=date(2024, 6, 27),
    )


@pytest.mark.parametrize(
    ("law", "sent", "resident", "overseas"),
    [
        # 27 April is a Saturday before Showa Day; extended two months from it. Overseas two and one.
        ("patent", "20240227", ("2024-04-30<2024-04-27", "2024-06-27"), ("2024-05-27", "2024-08-27")),
        # 18 days in October, 22 in November; 22 January is a Sunday. 13 January, and two months more.
        ("design", "20221013", ("2022-11-22", "2023-01-23"), ("2023-01-13", "2023-03-13")),
        # 20 July is a Sunday before Marine Day; one month from it. 10 September, and one month more.
        ("trademark", "20250610", ("2025-07-22<2025-07-20", "2025-08-20"), ("2025-09-10", "2025-10-10")),
        # From 1 October: to 31 December, over the closure and a weekend; 60 days end on 29 November, a Saturday.
        ("patent", "20250930", ("2025-12-01<2025-11-29", "2026-01-29"), ("2026-01-05<2025-12-31", "2026-03-31")),
    ],
)
def test_without_the_print_both_periods_are_shown(
    law: Law, sent: str, resident: tuple[str, str], overseas: tuple[str, str]
) -> None:
    """Residence is not in the data (方式審査便覧 04.10), so neither period is left out."""
    found = due(notified(sent, law=law), str(day(f"{sent[:4]}-{sent[4:6]}-{sent[6:]}")))
    assert [(one.for_whom, _day(one), str(one.outer_limit)) for one in found] == [
        ("resident", *resident),
        ("overseas", *overseas),
    ]
    assert all("residence" in doubts(one) for one in found)


@pytest.mark.parametrize(
    ("law", "sent", "printed", "requests", "last", "outer"),
    [
        ("patent", "20240227", DAYS_60, ["20240426 A601"], "2024-06-27", None),
        ("patent", "20240227", DAYS_60, ["20240426 A601", "20240620 A601"], "2024-06-27", None),  # none repeated
        ("patent", "20240227", DAYS_60, ["20240520 A603"], "2024-06-27", None),
        ("patent", "20230930", MONTHS_3, ["20231220 A601"], "2024-02-29", "2024-04-01"),
        ("patent", "20230930", MONTHS_3, ["20231220 A601", "20240220 A601"], "2024-04-01<2024-03-31", None),
        ("design", "20221013", DAYS_40, ["20221110 A601"], "2023-01-23<2023-01-22", None),
        ("trademark", "20250610", DAYS_40, ["20250701 A601"], "2025-08-20", None),
        ("trademark", "20250610", DAYS_40, ["20250701 A601", "20250825 A603"], "2025-10-20", None),
        ("trademark", "20250610", DAYS_55, ["20250701 A601"], "2025-09-04", None),
    ],
)  # fmt: skip
def test_an_extension_asked_for_is_one_period_with_the_first(
    *, law: Law, sent: str, printed: dict[str, Period], requests: list[str], last: str, outer: str | None
) -> None:
    """方式審査便覧 04.12; PA 5(1) and (3): two months, overseas then one; one month for trademarks, two after."""
    (reply,) = due(notified(sent, *requests, law=law), f"{sent[:4]}-{sent[4:6]}-{sent[6:]}", printed=printed)
    assert (_day(reply), str(reply.outer_limit)) == (last, str(outer))
    assert all(f"{code} " in reply.basis.en for code in {request.split()[1] for request in requests})


def test_after_a_clamped_month_end_both_ways_to_count_an_extension_are_shown() -> None:
    """Five months from 29 November 2022 end on 28 April; two from the clamped 28 February on Sunday 30 April."""
    (reply,) = due(notified("20221128", "20230220 A601"), "2023-03-01", printed=MONTHS_3)
    assert _day(reply) == "2023-04-28"
    assert "from the unrolled last day it would be 2023-05-01" in doubts(reply)


@pytest.mark.parametrize("after", [["20240401 A53"], ["20240401 A523"], ["20240701 A02"], ["20240401 A761"]])
def test_no_reply_is_due_once_answered_decided_or_withdrawn(after: list[str]) -> None:
    """An answer by its date; a decision without one; a withdrawal."""
    assert REPLY not in [one.rule for one in due(notified("20240227", *after), "2024-07-02")]


def test_only_the_notice_after_the_answer_is_open() -> None:
    """A second notice after a first that was answered."""
    progress = notified("20240227", "20240401 A53", "20240909 A131 06124900002")
    (reply,) = due(progress, "2024-10-01", printed={**DAYS_60, "06124900002": Period(60, "days", "60日")})
    # 21 days in September, 31 in October, 8 in November: a Friday.
    assert (_day(reply), reply.trigger[-11:]) == ("2024-11-08", "06124900002")


TWO_OPEN = ("20260401 A131 06126000001", "20260515 A131 06126000002")


def test_a_reply_that_may_be_to_an_earlier_notice_leaves_the_later_one_open() -> None:
    """By dates the opinion of 28 May answers the second notice; it may as well be in time for the first."""
    progress = case("20220110 A63", "20220110 A621", *TWO_OPEN, "20260528 A53 52600000003")
    found = due(progress, "2026-07-10")
    assert short(found) == [(REPLY, "2026-07-14"), (REPLY, "2026-08-17<2026-08-15")]
    assert all("whether A53 2026-05-28 answers this notice or an earlier one" in doubts(one) for one in found)
    assert due(progress, "2026-08-18") == ()


def test_a_reply_whose_paper_says_what_it_answers_leaves_only_the_other_notice_open() -> None:
    """The dispatch number cited in the paper (発送番号)."""
    progress = case("20220110 A63", "20220110 A621", *TWO_OPEN, "20260528 A53 52600000003")
    for named, left in (("000001", "06126000002"), ("000002", "06126000001")):
        found = deadlines_of(progress, today=day("2026-05-30"), answers={"52600000003": named})
        assert {one.trigger.split()[-1] for one in found} == {left}
        assert "whether A53" not in "; ".join(map(doubts, found))


def test_two_replies_after_two_notices_are_taken_for_one_each() -> None:
    """As many replies as notices: none of them is left over."""
    replies = ("20260528 A53 52600000003", "20260710 A53 52600000004")
    progress = case("20220110 A63", "20220110 A621", *TWO_OPEN, *replies)
    assert {one.trigger.split()[-1] for one in due(progress, "2026-07-13")} <= {"06126000001"}


def test_an_extension_that_may_be_for_either_of_two_notices_is_added_to_none() -> None:
    """PA 5(1): the request of 25 May is in time for both. Extended in error, the second would end on 14 September."""
    progress = case("20220110 A63", "20220110 A621", *TWO_OPEN, "20260525 A601 52600000003")
    first, second = (
        [one for one in due(progress, "2026-07-06") if one.trigger.endswith(number) and one.for_whom == "resident"]
        for number in ("06126000001", "06126000002")
    )
    assert [(one.date, one.outer_limit) for one in (*first, *second)] == [
        (date(2026, 6, 1), date(2026, 7, 31)),
        (date(2026, 7, 14), date(2026, 9, 14)),
    ]
    assert all("which of two notices A601 2026-05-25 extends" in doubts(one) for one in (*first, *second))


def test_an_overdue_reply_stays_and_late_extension_is_flagged_while_it_can_be_asked_for() -> None:
    """PA 5(3): within two months after the period. Overdue for residents is not overdue for all."""
    progress = notified("20240227")
    both = [(REPLY, "2024-04-30<2024-04-27"), (REPLY, "2024-05-27")]
    flag = ("extension_after_the_period", "flag")
    assert short(due(progress, "2024-04-30")) == both
    assert short(due(progress, "2024-05-01")) == [*both, flag]
    assert short(due(progress, "2024-07-29")) == [*both, flag]  # 27 July is a Saturday
    assert short(due(progress, "2024-07-30")) == both


def test_after_an_extension_only_trademarks_are_extended_again() -> None:
    """Trademarks since 2022: also after one month; patents and designs are not."""
    late = {
        law: [one.rule for one in due(notified("20250610", "20250701 A601", law=law), "2025-10-14")] for law in LAWS
    }
    assert {law: "extension_after_the_period" in found for law, found in late.items()} == {
        "patent": False,
        "design": False,
        "trademark": True,
    }


def test_an_overdue_notice_that_another_followed_is_left_out() -> None:
    """The examiner went on; only the later notice can be answered."""
    progress = notified("20230227", "20240909 A131 06124900002")
    found = due(progress, "2024-10-01")
    assert {one.trigger[-11:] for one in found} == {"06124900002"}


def test_notices_after_the_appeal_are_flagged() -> None:
    """PA 159, 163: other periods, and reasons for each extension."""
    rows = ("20240227 A131", "20240401 A53", "20240801 A02", "20250401 A131 06125900009")
    progress = case("20220110 A63", "20220110 A621", *rows, trial=["20241101 C60"])
    assert short(due(progress, "2025-04-10")) == [("reply_to_notice_on_appeal", "flag")]


def test_a_notice_after_the_case_was_sent_back_has_the_periods_of_any_examination() -> None:
    """PA 160: the examiner examines again. Sixty days from 1 October 2026 end on Monday 30 November."""
    sent_back = case("20240113 A02", "20261001 A131", trial=["20240401 C60", "20260601 C03"])
    assert ("reply_to_refusal_notice", "2026-11-30") in short(due(sent_back, "2026-11-23"))
    asked_first = case("20240113 A02", "20260501 A131", trial=["20240401 C60"])
    assert ("reply_to_notice_on_appeal", "flag") in short(due(asked_first, "2026-05-23"))


def test_a_notice_of_the_appeal_board_is_flagged_until_it_is_answered() -> None:
    """C13 comes under the number of the appeal."""
    rows = ("20240227 A131", "20240401 A53", "20240801 A02")
    progress = case("20220110 A63", "20220110 A621", *rows, trial=["20241101 C60", "20250601 C13"])
    assert short(due(progress, "2025-06-10")) == [("reply_to_notice_on_appeal", "flag")]
    progress = case("20220110 A63", *rows, trial=["20241101 C60", "20250601 C13", "20250701 A53"])
    assert due(progress, "2025-07-10") == ()


def test_a_notice_about_prior_art_is_flagged_when_it_came_alone() -> None:
    """PA 48-7: 30 days, unless issued together with a notice of reasons for refusal."""
    alone = case("20220110 A63", "20220110 A621", "20240227 A2529")
    assert short(due(alone, "2024-03-01")) == [("reply_to_prior_art_notice", "flag")]
    together = due(notified("20240227", "20240227 A2529"), "2024-03-01", printed=DAYS_60)
    assert [one.rule for one in together] == [REPLY]


def test_what_has_no_readable_date_is_flagged() -> None:
    """Nothing is computed from a date that was not understood, and nothing is dropped for it."""
    assert short(due(notified("2024XX27"), "2024-03-01")) == [(REPLY, "flag")]
    assert short(due(case("20220110 A63", "2024XX27 A01", law="design"), "2024-03-01")) == [
        ("registration_fee", "flag")
    ]
    assert short(due(case("20220110 A63", "2024XX27 A02", law="design"), "2024-03-01")) == [
        ("appeal_against_refusal", "flag")
    ]
    assert due(case("2024XX27 A01", "20240301 A61", law="design"), "2024-03-01") == ()  # paid: nothing is due
    assert ("expiry", "flag") in short(due(right(expireDate="2040XX10"), "2024-03-01"))


# ── after a decision ──────────────────────────────────────────────────────────────────────────


def test_a_refused_patent_can_be_appealed_and_divided() -> None:
    """PA 121(1), 44(1)(iii): three months, overseas four; the amendment only with the appeal."""
    found = due(case("20220110 A63", "20220110 A621", "20260113 A02"), "2026-01-20")
    assert [(*line, one.for_whom, str(one.outer_limit)) for line, one in zip(short(found), found, strict=True)] == [
        ("appeal_against_refusal", "2026-04-13", "resident", "None"),
        ("divisional_window", "2026-04-13", None, "2026-05-13"),
        ("appeal_against_refusal", "2026-05-13", "overseas", "None"),
        ("amendment_with_appeal", "flag", None, "None"),
    ]
    assert "day of service" in doubts(found[0])


@pytest.mark.parametrize("law", ["design", "trademark"])
def test_a_refused_design_or_mark_can_be_appealed(law: Law) -> None:
    """DA 46(1), TM 44(1). From 1 October: to 31 December, closed until Sunday the 4th; to Saturday 31 January."""
    found = due(case("20220110 A63", "20250930 A02", law=law), "2025-10-10")
    assert short(found) == [
        ("appeal_against_refusal", "2026-01-05<2025-12-31"),
        ("appeal_against_refusal", "2026-02-02<2026-01-31"),
    ]


def test_an_appeal_withdrawn_early_leaves_the_rest_of_the_period() -> None:
    """PA 121(1): three months from service, whatever was withdrawn in them."""
    progress = case("20220110 A63", "20260113 A02", law="design", trial=["20260301 C60", "20260320 C609"])
    both = [("appeal_against_refusal", "2026-04-13"), ("appeal_against_refusal", "2026-05-13")]
    assert short(due(progress, "2026-04-01")) == both
    assert due(progress, "2026-05-14") == ()
    pending = case("20220110 A63", "20260113 A02", law="design", trial=["20260301 C60"])
    assert due(pending, "2026-04-01") == ()


def test_both_appeal_periods_stay_until_the_longer_is_over() -> None:
    """Residence is not known, so the shorter is not withheld while the longer runs."""
    progress = case("20220110 A63", "20260113 A02", law="trademark")
    assert len(due(progress, "2026-05-13")) == 2
    assert short(due(progress, "2026-05-14")) == [("appeal_against_refusal", "flag")]


@pytest.mark.parametrize("law", LAWS)
def test_an_appeal_stays_flagged_while_the_status_still_calls_it_possible(law: Law) -> None:
    """Four months from 13 January are 13 May; fifteen days more, to 28 May, for a later service and for the news."""
    progress = case("20260113 A02", law=law)
    for today, rule in (("2026-05-28", "refused_appealable"), ("2026-05-29", "refused_final")):
        assert status_of(progress, today=date.fromisoformat(today)).rule == rule
    assert [line for line in short(due(progress, "2026-05-28")) if line[0] == "appeal_against_refusal"] == [
        ("appeal_against_refusal", "flag")
    ]
    assert due(progress, "2026-05-29") == ()


def test_an_appeal_filed_leaves_the_divisional_window() -> None:
    """PA 44(1)(iii) runs from the refusal whether or not it is appealed."""
    progress = case("20220110 A63", "20220110 A621", "20260113 A02", trial=["20260210 C60"])
    assert short(due(progress, "2026-02-20")) == [("divisional_window", "2026-04-13")]


def test_after_a_second_refusal_the_divisional_window_is_only_flagged() -> None:
    """PA 44(1)(iii) speaks of the first decision of refusal."""
    progress = case("20220110 A63", "20220110 A621", "20230113 A02", "20260113 A02")
    assert ("divisional_window", "flag") in short(due(progress, "2026-01-20"))


def test_the_divisional_window_stays_until_it_is_over_overseas_too() -> None:
    """PA 44(6): with the appeal period, four months overseas."""
    progress = case("20220110 A63", "20220110 A621", "20260113 A02", trial=["20260210 C60"])
    assert short(due(progress, "2026-05-13")) == [("divisional_window", "2026-04-13")]
    assert due(progress, "2026-05-14") == ()


def test_an_allowed_patent_is_paid_for_or_divided_within_thirty_days() -> None:
    """PA 108(1), 44(1)(ii): 22 days in July and 8 in August; 30 more on request, to Saturday 7 September."""
    found = due(case("20220110 A63", "20220110 A621", "20240709 A01"), "2024-07-10")
    assert [(*line, str(one.outer_limit)) for line, one in zip(short(found), found, strict=True)] == [
        ("registration_fee", "2024-08-08", "2024-09-09"),
        ("divisional_window", "2024-08-08", "2024-09-09"),
    ]


def test_an_allowed_design_is_paid_for_within_thirty_days() -> None:
    """DA 43(1): 21 January 2023 is a Saturday; 60 days end on Monday 20 February."""
    (fee,) = due(case("20220110 A63", "20221222 A01", law="design"), "2023-01-10")
    assert (_day(fee), str(fee.outer_limit), fee.articles) == (
        "2023-01-23<2023-01-21",
        "2023-02-20",
        "DA 43(1), (3), 68(1)",
    )


def test_an_overdue_registration_fee_stays_while_it_may_be_extended_and_for_marks_paid_late() -> None:
    """TM 41: 30 May; 30 days more to Sunday 29 June; two months late to 29 August."""
    progress = case("20250110 A63", "20250430 A01", law="trademark")
    fee, late = ("registration_fee", "2025-05-30"), ("late_registration_fee", "flag")
    assert short(due(progress, "2025-05-30")) == [fee]
    assert short(due(progress, "2025-06-30")) == [fee, late]
    assert short(due(progress, "2025-08-29")) == [late]
    assert due(progress, "2025-09-01") == ()


@pytest.mark.parametrize(
    "progress",
    [
        case("20220110 A63", "20220110 A621", "20240709 A01", "20240724 A61"),
        case("20220110 A63", "20220110 A621", "20240709 A01", booked=["20240724 R100"]),
    ],
    ids=["A61", "R100"],
)
def test_nothing_is_due_between_payment_and_registration(progress: common.Progress) -> None:
    """A61 on the application's side, R100 on the register's."""
    assert due(progress, "2024-07-25") == ()


def test_a_grant_after_an_appeal_is_paid_for_but_its_divisional_window_only_flagged() -> None:
    """PA 44(1)(ii) leaves out grants in the examination before the appeal."""
    rows = ("20220110 A63", "20220110 A621", "20231201 A02", "20240709 A01")
    progress = case(*rows, trial=["20240115 C60"])
    assert short(due(progress, "2024-07-10")) == [("registration_fee", "2024-08-08"), ("divisional_window", "flag")]


@pytest.mark.parametrize("law", LAWS)
def test_a_decision_of_the_board_may_be_sued_against(law: Law) -> None:
    """PA 178(3) and its like: 30 days, 90 more overseas, from a service that is not in the rows."""
    progress = case("20220110 A63", "20230601 A02", law=law, trial=["20230801 C60", "20260601 C03"])
    assert short(due(progress, "2026-06-10")) == [("suit_against_trial_decision", "flag")]
    assert short(due(progress, "2026-12-01")) == [("suit_against_trial_decision", "flag")]
    assert due(progress, "2026-12-02") == ()


def test_no_suit_is_due_after_a_decision_that_granted() -> None:
    """The registration fee, paid after it, tells that it did."""
    progress = case("20220110 A63", "20230601 A02", "20260620 A61", trial=["20230801 C60", "20260601 C03"])
    assert due(progress, "2026-07-01") == ()


def test_a_decision_on_an_opposition_is_sued_against_only_where_it_revokes() -> None:
    """PA 114(5), 178(1): against maintenance there is no remedy."""
    progress = case(trial=["20260301 C561", "20260901 C16"], **RIGHT)
    (suit,) = (one for one in due(progress, "2026-09-10") if one.rule == "suit_against_trial_decision")
    assert "where it revokes" in suit.basis.en
    assert "fee" not in suit.basis.en


def test_a_request_after_a_deemed_withdrawal_is_named_where_restoration_is_flagged() -> None:
    """The flag may not say that no request is recorded."""
    progress = case("20220110 A63", "20250301 A300", "20250601 A621", filingDate="20220110")
    (flag,) = due(progress, "2025-07-01")
    assert flag.trigger.startswith("A621 出願審査請求書 2025-06-01")
    assert "a request is recorded" in flag.basis.en


# ── before the examination ────────────────────────────────────────────────────────────────────


def unexamined(filed: str, **fields: Any) -> common.Progress:
    published: dict[str, Any] = {"publicationDate": "20200801", "publicationNumber": "502490001", **fields}
    return case(f"{filed} A63", filingDate=filed, **published)


def test_without_word_of_a_parent_the_three_years_are_those_of_an_original_application() -> None:
    """PA 48-3(2): a divisional of 2024 may count from a parent of 2022, and the simple progress tells of neither."""
    simple = PatentProgress.model_validate({"applicationNumber": "2031000007", "filingDate": "20240517"})
    (request,) = (found for found in due(simple, "2026-11-23") if found.rule == "examination_request")
    assert request.date == date(2027, 5, 17)
    assert request.basis.en == "3 years from the filing date, if it is no divisional"
    assert any("divided" in doubt.en for doubt in request.unverified)


def test_examination_is_requested_within_three_years_of_the_filing_itself() -> None:
    """PA 48-3(1): not of the priority date. 22 January 2023 is a Sunday."""
    priority = [{"nationalPriorityDate": "20190730", "nationalPriorityApplicationNumber": "2019490901"}]
    (request,) = due(unexamined("20200122", priorityRightInformation=priority), "2022-12-01")
    assert request.basis.en == "3 years from the filing date"
    assert (request.rule, _day(request), request.articles, request.trigger) == (
        "examination_request",
        "2023-01-23<2023-01-22",
        "PA 48-3(1), 3",
        "filingDate 2020-01-22",
    )


@pytest.mark.parametrize(
    ("filed", "last"),
    [("20231123", "2026-11-24<2026-11-23"), ("20240229", "2027-03-01<2027-02-28"), ("20250228", "2028-02-29")],
)
def test_three_years_over_holidays_and_leap_days(filed: str, last: str) -> None:
    """Labour Thanksgiving Day; a Sunday after a leap day; from 1 March to the end of a long February."""
    (request,) = due(unexamined(filed), "2026-01-05")
    assert _day(request) == last


def test_a_national_phase_assumes_that_the_filing_date_is_the_international_one() -> None:
    """PA 184-3(1)."""
    (request,) = due(unexamined("20240517", internationalApplicationNumber="JP2024990001"), "2026-01-05")
    assert request.articles == "PA 48-3(1), 184-3(1), 3"
    assert "international filing date" in doubts(request)
    unpublished = case("20240517 A63", filingDate="20240517", internationalApplicationNumber="JP2024990001")
    assert [one.rule for one in due(unpublished, "2024-06-03")] == ["examination_request"]


@pytest.mark.parametrize(
    ("rows", "today", "flagged"),
    [
        (("20260801 A632",), "2026-10-01", True),  # 1 October is the last day of two months
        (("20260801 A632",), "2026-10-02", False),
        (("20260801 A632", "20260901 A634"), "2026-09-10", False),
    ],
)
def test_a_national_phase_without_a_translation_is_flagged_for_two_months(
    rows: tuple[str, ...], today: str, flagged: bool
) -> None:
    """PA 184-4(1), proviso: where it entered in the last two of the thirty months, in a foreign language."""
    found = due(case(*rows, filingDate="20240201", internationalApplicationNumber="JP2024990001"), today)
    assert ("translation_of_international_application" in {one.rule for one in found}) is flagged


def divisional(filed: str, parent: str, generation: str = "1") -> common.Progress:
    return unexamined(
        filed,
        parentApplicationInformation={"parentApplicationNumber": "2020490001", "filingDate": parent},
        divisionalApplicationInformation=[{"applicationNumber": "2031000007", "divisionalGeneration": generation}],
    )


@pytest.mark.parametrize(
    ("filed", "parent", "generation", "last"),
    [
        ("20231010", "20200601", "1", "2023-11-09"),  # 21 days in October and 9 in November
        ("20221201", "20200601", "1", "2023-06-01"),
        ("20231010", "20200601", "2", "2023-11-09"),  # an older ancestor only makes the thirty days surer
        ("20230501", "20220301", "2", "flag"),
        ("20230501", "", "1", "flag"),
        ("20240109", "20230601", "2", "2024-02-08"),  # the parent's number is of 2020: the three years ended by 2023
        ("20240109", "", "1", "2024-02-08"),
    ],
)
def test_a_divisional_has_three_years_from_the_oldest_or_thirty_days(
    filed: str, parent: str, generation: str, last: str
) -> None:
    """PA 48-3(2); the filing date of an older ancestor is not in the record."""
    found = due(divisional(filed, parent, generation), f"{filed[:4]}-{filed[4:6]}-{filed[6:]}")
    assert short(found) == [("examination_request", last)]
    assert found[0].articles == "PA 48-3(2), 3"
    assert "30 days from" in found[0].basis.en


def test_where_an_older_ancestor_counts_the_flag_names_the_day_that_is_safe() -> None:
    """PA 48-3(2): thirty days from the divisional's own filing are there in any case."""
    (flag,) = due(divisional("20230501", "20220301", "2"), "2023-05-10")
    assert "in any case until 2023-05-31" in flag.basis.en


def test_a_missed_request_is_flagged_for_restoration_for_a_while() -> None:
    """PA 48-3(4), (5): deemed withdrawn; restored if the delay was not intentional."""
    progress = unexamined("20200122")
    flag = [("restoration_of_examination_request", "flag")]
    assert short(due(progress, "2023-01-23")) == [("examination_request", "2023-01-23<2023-01-22")]
    assert short(due(progress, "2023-01-24")) == flag
    assert short(due(progress, "2025-01-22")) == flag
    assert due(progress, "2025-01-23") == ()
    booked = case("20200122 A63", "20230301 A300", filingDate="20200122")
    assert short(due(booked, "2023-03-10")) == flag


@pytest.mark.parametrize(
    "progress",
    [
        case("20240110 A63", "20240110 A621", filingDate="20240110", publicationDate="20250801"),
        case("20240110 A63", "20240110 A625", filingDate="20240110", publicationDate="20250801"),
        case("20240110 A63", "20250101 A761", filingDate="20240110"),
        case("20240110 A63", filingDate="20240110", law="design"),
        case("20240110 A63", filingDate="20240110", law="trademark"),
    ],
    ids=["requested", "by another", "withdrawn", "design", "trademark"],
)
def test_no_request_is_due_where_there_is_none_to_make(progress: common.Progress) -> None:
    """Patents only, once, and not for a dead case."""
    assert due(progress, "2025-12-01") == ()


def test_publication_is_expected_eighteen_months_from_the_earliest_date_while_unpublished() -> None:
    """PA 64(1), an estimate that no holiday moves: from 22 November 2019 to 21 May 2021."""
    priority = [{"nationalPriorityDate": "20191121"}, {"parisPriorityDate": "20200101"}]
    fields: dict[str, Any] = {"filingDate": "20200910", "priorityRightInformation": priority}
    (found,) = due(case("20200910 A63", "20200910 A621", **fields), "2021-01-05")
    assert (found.rule, _day(found)) == ("publication_expected", "2021-05-21")
    assert len(due(case("20200910 A63", "20200910 A621", **fields), "2021-05-21")) == 1
    assert due(case("20200910 A63", "20200910 A621", **fields), "2021-05-22") == ()
    assert due(case("20200910 A63", "20200910 A621", publicationDate="20210527", **fields), "2021-01-05") == ()


def test_without_priorities_in_the_record_the_estimate_says_so() -> None:
    """The simple progress has no priorities."""
    (found,) = due(case("20240531 A63", "20240531 A621", filingDate="20240531"), "2025-01-06")
    assert _day(found) == "2025-11-30"  # from 1 June 2024; a Sunday
    assert "priority claims" in doubts(found)


# ── after registration ────────────────────────────────────────────────────────────────────────


def right(law: Law = "patent", *booked: str, **fields: str) -> common.Progress:
    return case("20180110 A63", law=law, booked=booked, **{**RIGHT, **fields})


def payments(found: tuple[Deadline, ...]) -> list[tuple[str, str]]:
    return [line for line in short(found) if line[0] != "expiry"]


def test_an_annuity_moves_off_a_holiday_and_can_be_paid_late_from_the_day_after() -> None:
    """PA 108(2), 112(1): 12 January 2026 is Coming-of-Age Day; the late window runs from 14 January to 13 July."""
    progress, kept = right("design"), register(nextPensionPaymentDate="20260112", lastPaymentYearly="03")
    assert payments(due(progress, "2025-12-01", kept)) == [("annuity", "2026-01-13<2026-01-12")]
    assert "with a surcharge until 2026-07-13" in due(progress, "2025-12-01", kept)[0].basis.en
    assert payments(due(progress, "2026-01-13", kept)) == [("annuity", "2026-01-13<2026-01-12")]
    (late,) = due(progress, "2026-01-14", kept)
    assert (late.rule, _day(late), str(late.opens), late.articles) == (
        "late_annuity",
        "2026-07-13",
        "2026-01-14",
        "DA 44",
    )
    assert payments(due(progress, "2026-07-13", kept)) == [("late_annuity", "2026-07-13")]
    assert payments(due(progress, "2026-07-14", kept)) == [("restoration_of_right", "flag")]


def test_the_end_of_the_late_window_moves_too() -> None:
    """29 December moves to 5 January; six months from the 6th end on Sunday 5 July."""
    progress, kept = right(), register(nextPensionPaymentDate="20251229")
    assert "with a surcharge until 2026-07-06" in due(progress, "2025-12-01", kept)[0].basis.en
    assert payments(due(progress, "2026-07-06", kept)) == [("late_annuity", "2026-07-06<2026-07-05")]
    assert payments(due(progress, "2026-07-07", kept)) == [("restoration_of_right", "flag")]


def test_without_the_register_the_next_payment_is_flagged() -> None:
    """The progress does not tell what was paid."""
    (found,) = due(right(), "2026-01-05")
    assert (found.rule, found.flag) == ("annuity", True)
    assert "section registration" in found.basis.en


@pytest.mark.parametrize(
    ("law", "paid_until", "expected"),
    [
        ("trademark", "20250110", [("second_instalment", "2025-01-10")]),
        ("trademark", "20300110", []),
        ("patent", "20300110", []),
        ("patent", "soon", [("annuity", "flag")]),
        ("patent", "", []),
    ],
)
def test_the_last_payment_covers_the_term(law: Law, paid_until: str, expected: list[tuple[str, str]]) -> None:
    """A next payment on the day of expiry is a renewal or nothing; before it, a trademark's second instalment."""
    kept = register(nextPensionPaymentDate=paid_until, expireDate="20300110")
    found = due(right(law, expireDate="20300110"), "2024-12-02", kept)
    assert [line for line in payments(found) if line[0] != "trademark_renewal"] == expected


def mark(expiry: str) -> tuple[common.Progress, common.Registration]:
    fields = {"registrationDate": f"{int(expiry[:4]) - 10}{expiry[4:]}", "expireDate": expiry}
    return right("trademark", **fields), register(nextPensionPaymentDate=expiry, **fields)


def test_a_mark_is_renewed_in_the_last_six_months_or_late_with_a_surcharge() -> None:
    """TM 20(2), (3): 11 October to 10 April; then to Saturday 10 October, moved over Sports Day."""
    progress, kept = mark("20260410")
    expiry, renewal = due(progress, "2026-01-05", kept)
    assert (expiry.rule, _day(expiry), doubts(expiry)) == ("expiry", "2026-04-10", "")
    assert (renewal.rule, _day(renewal), str(renewal.opens)) == ("trademark_renewal", "2026-04-10", "2025-10-11")
    assert "with a surcharge until 2026-10-13" in renewal.basis.en
    (late,) = due(progress, "2026-04-11", kept)
    assert (late.rule, _day(late), str(late.opens)) == ("late_trademark_renewal", "2026-10-13<2026-10-10", "2026-04-11")
    assert short(due(progress, "2026-10-13", kept)) == [("late_trademark_renewal", "2026-10-13<2026-10-10")]
    assert short(due(progress, "2026-10-14", kept)) == [("restoration_of_right", "flag")]
    assert due(progress, "2028-04-11", kept) == ()


def test_a_mark_that_ends_on_a_sunday_is_renewed_on_monday_though_its_term_is_over() -> None:
    """The term stays on 30 August 2026, the procedure moves; no 31 February, so the window opens on 1 March."""
    progress, kept = mark("20260830")
    expiry, renewal = due(progress, "2026-08-30", kept)
    assert (_day(expiry), _day(renewal), str(renewal.opens)) == ("2026-08-30", "2026-08-31<2026-08-30", "2026-03-01")
    assert short(due(progress, "2026-08-31", kept)) == [("trademark_renewal", "2026-08-31<2026-08-30")]


def test_where_the_late_renewal_starts_is_shown_both_ways() -> None:
    """28 February 2026 is a Saturday: to 31 August from the term, to 2 September from the moved day."""
    (late,) = due(mark("20260228")[0], "2026-03-10", mark("20260228")[1])
    assert _day(late) == "2026-08-31"
    assert "it ends 2026-09-02" in doubts(late)


@pytest.mark.parametrize(
    ("law", "fields", "counted"),
    [
        ("patent", {"filingDate": "20200229", "expireDate": "20400229"}, None),
        ("patent", {"filingDate": "20200122", "expireDate": "20420122"}, "from 2020-01-22 would be 2040-01-22"),
        ("design", {"filingDate": "20220523", "expireDate": "20470512"}, "from 2022-05-23 would be 2047-05-23"),
        ("design", {"filingDate": "20200401", "expireDate": "20450401"}, None),
        ("design", {"filingDate": "20200331", "registrationDate": "20201002", "expireDate": "20401002"}, None),
        ("design", {"filingDate": "20070401", "registrationDate": "20080602", "expireDate": "20280602"}, None),
        ("design", {"filingDate": "20070331", "registrationDate": "20120601", "expireDate": "20270601"}, None),
        ("trademark", {"registrationDate": "20080420", "expireDate": "20280420"}, None),
        ("trademark", {"registrationDate": "20080421", "expireDate": "20280420"}, "20 years from 2008-04-21 would"),
    ],
)  # fmt: skip
def test_the_term_is_the_jpos_and_a_count_that_differs_is_a_doubt(
    law: Law, fields: dict[str, str], counted: str | None
) -> None:
    """PA 67(1), DA 21 with its transitional rules, TM 19; the API's date is never replaced."""
    expiry = next(one for one in due(right(law, **fields), "2026-01-05") if one.rule == "expiry")
    assert str(expiry.date).replace("-", "") == fields["expireDate"]
    assert "would be" not in doubts(expiry) if counted is None else counted in doubts(expiry)


def test_a_divided_patent_runs_from_its_parents_filing() -> None:
    """PA 44(2)."""
    parent = {"parentApplicationNumber": "2020490001", "filingDate": "20200601"}
    fields: dict[str, Any] = {**RIGHT, "filingDate": "20231010", "expireDate": "20400601"}
    progress = case("20231010 A63", parentApplicationInformation=parent, **fields)
    expiry = next(one for one in due(progress, "2026-01-05") if one.rule == "expiry")
    assert "would be" not in doubts(expiry)


@pytest.mark.parametrize(
    ("law", "registered", "open_on", "over_on"),
    [("patent", "20260601", "2027-02-01", "2027-02-02"), ("trademark", "20260601", "2026-10-01", "2026-10-02")],
)
def test_opposition_is_flagged_while_it_may_be_open(law: Law, registered: str, open_on: str, over_on: str) -> None:
    """PA 113, TM 43-2: from the gazette, whose date the API does not give; two months are allowed for it."""
    progress = right(law, "20260615 R150", registrationDate=registered)
    (flag,) = (one for one in due(progress, open_on) if one.rule == "opposition")
    assert flag.trigger.startswith("R150 ")
    assert flag.date is None
    assert "opposition" not in [one.rule for one in due(progress, over_on)]


def test_designs_are_not_opposed() -> None:
    """There is no opposition to a design."""
    assert "opposition" not in [one.rule for one in due(right("design", registrationDate="20260601"), "2026-06-02")]


@pytest.mark.parametrize("law", LAWS)
def test_an_erased_right_has_nothing_but_perhaps_its_restoration(law: Law) -> None:
    """PA 112-2, DA 44-2, TM 21: after non-payment (01), for as long as it could be asked for."""
    gone = {"erasureIdentifier": "01", "disappearanceDate": "20260112", "expireDate": "20380110"}
    assert short(due(right(law, **gone), "2026-08-03")) == [("restoration_of_right", "flag")]
    assert due(right(law, **gone), "2028-01-13") == ()
    assert due(right(law, **{**gone, "erasureIdentifier": "07"}), "2026-08-03") == ()
    assert due(right(law, **{**gone, "erasureIdentifier": "00"}), "2026-08-03") == ()


def test_the_flag_for_restoration_names_what_it_rests_on_and_hides_the_rest() -> None:
    """A decision of the board on a right that is gone needs no suit; a lapse without a date may be recent."""
    gone: dict[str, Any] = {**RIGHT, "erasureIdentifier": "01"}
    (flag,) = due(case("20180110 A63", trial=["20260601 C16"], **gone), "2026-08-03")
    assert flag.trigger == "erasureIdentifier 01, disappearanceDate blank"
    assert due(right(erasureIdentifier="01", disappearanceDate="20240803"), "2026-08-03")
    assert due(right(erasureIdentifier="01", disappearanceDate="20240802"), "2026-08-03") == ()


def test_the_register_wins_over_the_progress_and_either_may_give_the_term() -> None:
    """A restored right is 00 in the register first."""
    progress = right(erasureIdentifier="01", disappearanceDate="20260112", expireDate="20380111")
    assert short(due(progress, "2026-08-03", register())) == [("expiry", "2038-01-11")]
    assert short(due(right(), "2026-08-03", register(expireDate="20380110"))) == [("expiry", "2038-01-10")]


def test_a_patent_whose_term_is_over_has_nothing_due() -> None:
    """Even where the register still says 00 and names a next payment."""
    assert len(due(right(expireDate="20251231"), "2025-12-31")) == 2
    kept = register(nextPensionPaymentDate="20251201", expireDate="20251231")
    assert due(right(expireDate="20251231"), "2026-01-05", kept) == ()


# ── all of them ───────────────────────────────────────────────────────────────────────────────

_RECORDS: dict[Law, tuple[type[common.Progress], type[common.Registration]]] = {
    "patent": (PatentProgress, PatentRegistration),
    "design": (DesignProgress, DesignRegistration),
    "trademark": (TrademarkProgress, TrademarkRegistration),
}
_NEVER_MOVED = {"expiry", "publication_expected"}


def sandbox_cases() -> Iterator[tuple[common.Progress, common.Registration | None]]:
    register = Register(CASES)
    for fictional in CASES:
        progress, registration = _RECORDS[fictional.law]
        kept = register.answer(endpoint(fictional.law, "registration_info", registration), (fictional.number,))
        for name in ("app_progress", "app_progress_simple"):
            answer = register.answer(endpoint(fictional.law, name, progress), (fictional.number,))
            yield progress.model_validate(answer), registration.model_validate(kept) if kept else None


def hold(found: tuple[Deadline, ...]) -> None:
    """What is true of every deadline."""
    assert list(found) == sorted(found, key=lambda one: (one.flag, one.date or date.max))
    for one in found:
        assert one.flag is (one.date is None)
        assert one.basis.en
        assert one.basis.ja
        assert one.articles
        assert one.trigger
        assert one.flag or one.unverified or one.rule == "expiry"
        assert one.raw_end is None or (one.date is not None and one.raw_end < one.date)
        moved = [last for last in (one.date, one.outer_limit) if last and one.rule not in _NEVER_MOVED]
        assert not any(is_closed(last) for last in moved if last < date.max)
        said = " ".join(text for words in (one.what, one.basis, *one.unverified) for text in words)
        assert "deadline is" not in said.lower()
        assert "None" not in said + one.trigger


@pytest.mark.parametrize("today", ["2024-06-01", "2026-11-23", "2027-05-10", "2032-01-05"])
def test_every_case_of_the_sandbox_has_deadlines_that_hold(today: str) -> None:
    """On several days, with and without the register."""
    for progress, kept in sandbox_cases():
        hold(due(progress, today))
        hold(due(progress, today, kept))


def spec_examples(shared: Path, law: Law) -> Iterator[tuple[str, dict[str, Any]]]:
    """The successful examples of progress and registration, by endpoint."""
    paths = json.loads((shared / "spec" / "openapi.json").read_text("utf-8"))["paths"]
    for name in ("app_progress", "app_progress_simple", "registration_info"):
        operation = paths[f"/{law}/v1/{name}/{{application number}}"]["get"]
        for example in operation["responses"]["200"]["content"]["application/json"]["examples"].values():
            data = cast("dict[str, Any]", example["value"]["result"].get("data"))
            if data:
                yield name, data


@pytest.mark.parametrize("law", LAWS)
def test_the_examples_of_the_specification_have_deadlines_that_hold(law: Law, shared: Path) -> None:
    """Every progress and registration example of the official OpenAPI file; the design of 2047 keeps its date."""
    progress, registration = _RECORDS[law]
    examples = list(spec_examples(shared, law))
    kept = next(registration.model_validate(data) for name, data in examples if name == "registration_info")
    read = [progress.model_validate(data) for name, data in examples if name != "registration_info"]
    assert len(read) == 2
    for one in read:
        for today in ("2021-01-05", "2026-01-05", "2026-11-23"):
            hold(due(one, today))
            hold(due(one, today, kept))
        expiry = next(found for found in due(one, "2023-06-01", kept) if found.rule == "expiry")
        assert str(expiry.date) == {"patent": "2040-01-22", "design": "2047-05-12", "trademark": "2028-04-20"}[law]
        assert ("would be" in doubts(expiry)) is (law == "design")


def test_a_date_at_the_end_of_the_calendar_stops_nothing() -> None:
    """A year 9999 where no date was meant."""
    fields = {**RIGHT, "filingDate": "99991231", "registrationDate": "99991231", "expireDate": "99991231"}
    for law in LAWS:
        hold(due(right(law, **fields), "2026-01-05", register(nextPensionPaymentDate="99991231")))
        hold(due(notified("99991231", law=law), "2026-01-05"))


examined = ("A63", "A621", "A131", "A53", "A523", "A601", "A603", "A2529", "A01", "A02", "A61", "A761", "A300", "R150")
codes = st.sampled_from((*examined, "C60", "C03", "C13", "C609", "C16"))
days = st.dates(date(2015, 1, 1), date(2030, 12, 31)).map(lambda one: f"{one:%Y%m%d}")
rows = st.lists(st.builds("{} {}".format, days, codes), max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    law=st.sampled_from(LAWS),
    filed=rows,
    trial=rows,
    life=st.fixed_dictionaries(
        {},
        optional={
            "filingDate": days,
            "registrationNumber": st.just("9900001"),
            "registrationDate": days,
            "expireDate": days,
            "erasureIdentifier": st.sampled_from(["", "00", "01", "07"]),
            "disappearanceDate": days,
        },
    ),
    next_payment=days,
    today=st.dates(date(2015, 1, 1), date(2030, 12, 31)),
)
def test_whatever_the_rows_the_deadlines_hold(
    *, law: Law, filed: list[str], trial: list[str], life: dict[str, str], next_payment: str, today: date
) -> None:
    """Rows in any order and number, as an odd or an incomplete file may have them."""
    progress = case(*filed, law=law, trial=trial, **life)
    kept = register(**{"nextPensionPaymentDate": next_payment, **life})
    hold(deadlines_of(progress, today=today))
    hold(deadlines_of(progress, today=today, register=kept))


# ── the articles, in words ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("short_form", "ja", "en"),
    [
        ("PA 50, 5(1), 3", "特許法第50条、第5条第1項、第3条", "Patent Act 50, 5(1), 3"),
        ("PA 44(1)(iii), (6), 3", "特許法第44条第1項第3号、第6項、第3条", "Patent Act 44(1)(iii), (6), 3"),
        ("PA 48-3(2), 3", "特許法第48条の3第2項、第3条", "Patent Act 48-3(2), 3"),
        (
            "DA 19 (PA 50), 68(1) (PA 5(1), 3)",
            "意匠法第19条（特許法第50条）、第68条第1項（特許法第5条第1項、第3条）",
            "Design Act 19 (Patent Act 50), 68(1) (Patent Act 5(1), 3)",
        ),
        ("TM 41-2, 43", "商標法第41条の2、第43条", "Trademark Act 41-2, 43"),
    ],
)
def test_articles_are_cited_as_each_language_writes_them(short_form: str, ja: str, en: str) -> None:
    """A Japanese reader knows 第48条の3第2項, and nobody knows our PA; written out by hand from the Acts' own form."""
    assert cited(short_form) == Words(en, ja)


def test_no_article_of_the_table_stays_half_translated() -> None:
    """Every line of the table, whatever is added to it."""
    rules = [rule for rule in vars(deadline_rules).values() if isinstance(rule, Rule)]
    said = [cited(articles) for rule in rules for articles in rule.articles.values()]
    assert len(said) > 30
    assert [words for words in said if not re.fullmatch(r"(?:[特許法意匠商標第条の項号、（）]|[0-9])+", words.ja)] == []
    assert [words for words in said if re.search(r"\b(?:PA|DA|TM)\b", words.en)] == []
