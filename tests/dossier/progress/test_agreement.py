"""Status and deadlines are two readings of one record: what one says, the other may not contradict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpo_mcp.dossier.progress.deadlines import Deadline, deadlines_of
from jpo_mcp.dossier.progress.periods import is_closed
from jpo_mcp.dossier.progress.status import RULES, Status, status_of
from jpo_mcp.endpoints import Law, endpoint
from jpo_mcp.models import common
from jpo_mcp.models.design import DesignProgress, DesignRegistration
from jpo_mcp.models.patent import PatentProgress, PatentRegistration
from jpo_mcp.models.trademark import TrademarkProgress, TrademarkRegistration
from jpo_mcp.sandbox.cases import CASES
from jpo_mcp.sandbox.life import Case
from jpo_mcp.sandbox.register import Register
from tests.dossier.progress.fictional import case

_RECORDS: dict[Law, tuple[type[common.Progress], type[common.Registration]]] = {
    "patent": (PatentProgress, PatentRegistration),
    "design": (DesignProgress, DesignRegistration),
    "trademark": (TrademarkProgress, TrademarkRegistration),
}
_DUE_WHILE: dict[str, set[str]] = {
    "reply_to_refusal_notice": {"reply_outstanding", "on_appeal"},
    "appeal_against_refusal": {"refused_appealable", "on_appeal"},  # an appeal that was withdrawn in time
    "registration_fee": {"allowed"},
    "examination_request": {"examination_not_requested"},
    "annuity": {"in_force"},
    "second_instalment": {"in_force"},
    "late_annuity": {"in_surcharge_period"},
    "late_second_instalment": {"in_surcharge_period"},
    "trademark_renewal": {"in_force", "in_surcharge_period", "probably_lapsed", "term_over"},
    "late_trademark_renewal": {"term_over"},
    "restoration_of_right": {"right_gone", "probably_lapsed", "term_over"},
    "restoration_of_examination_request": {"presumed_withdrawn", "withdrawn"},
}
"""Each deadline, and the readings beside which it can stand; in the surcharge period a mark can be renewed as well."""
_NEEDS: dict[str, set[str]] = {
    "reply_outstanding": {"reply_to_refusal_notice"},
    "refused_appealable": {"appeal_against_refusal"},
    "in_surcharge_period": {"late_annuity", "late_second_instalment"},
    "probably_lapsed": {"restoration_of_right"},
    "examination_not_requested": {"examination_request"},
}
"""The readings that speak of something still to be done, and what must stand beside them."""
_FLAGGED_IN = {"annuity", "second_instalment"}
"""Without the register they are only flagged, whatever the reading of the rest."""


def agree(progress: common.Progress, today: date, register: common.Registration | None = None) -> None:
    status = status_of(progress, today=today, register=register)
    due = deadlines_of(progress, today=today, register=register)
    for one in due:
        assert _fits(one, status), (one, status)
        assert _matters_still(one, due, today), (one, status)
        assert one.rule in {"expiry", "publication_expected"} or one.date is None or not is_closed(one.date)
    needed = _needed(status)
    assert not needed or needed & {one.rule for one in due}, (status, due)
    right = register or progress
    erased = right.erasure_identifier not in {None, "00"} or right.disappearance_date is not None
    assert status.rule == "right_gone" if erased and progress.registration_number else status.rule != "right_gone"


def _fits(one: Deadline, status: Status) -> bool:
    if one.flag and one.rule in _FLAGGED_IN:
        return True
    if one.rule == "reply_to_refusal_notice" and status.rule == "reply_filed":
        return status.confidence == "medium"  # the answer may be to one of two notices
    return status.rule in _DUE_WHILE.get(one.rule, {status.rule})


def _needed(status: Status) -> set[str]:
    unpaid = "fee due" in status.state.en or "30 days are over unless" in status.state.en
    return {"registration_fee"} if unpaid else _NEEDS.get(status.rule, set())


def _matters_still(one: Deadline, due: tuple[Deadline, ...], today: date) -> bool:
    """A day that has passed is shown of a reply, or while an extension or the same period overseas may still run."""
    alike = [other for other in due if other.rule == one.rule]
    days = [day for other in alike for day in (other.date, other.outer_limit) if day]
    return one.date is None or one.rule == "reply_to_refusal_notice" or max(days) >= today


# ── the sandbox ───────────────────────────────────────────────────────────────────────────────


def records(jpo: Register, fictional: Case) -> Iterator[tuple[common.Progress, common.Registration | None]]:
    """Each progress of a case, with and without its register."""
    progress, registration = _RECORDS[fictional.law]
    asked = (fictional.number,)
    booked = jpo.answer(endpoint(fictional.law, "registration_info", registration), asked)
    for name in ("app_progress", "app_progress_simple"):
        answer = jpo.answer(endpoint(fictional.law, name, progress), asked)
        yield progress.model_validate(answer), None
        if booked:
            yield progress.model_validate(answer), registration.model_validate(booked)


@pytest.mark.parametrize("year", range(2015, 2037))
def test_through_the_lives_of_the_fictional_cases_status_and_deadlines_agree(year: int) -> None:
    """All cases as the data show them, on four days of each year, another day of the week and month each time."""
    for day in (date(year, 1, 1) + timedelta(89 * n + year % 31) for n in range(4)):
        jpo = Register(CASES, day)
        for fictional in jpo.cases:
            for progress, register in records(jpo, fictional):
                agree(progress, day, register)


def test_every_reading_is_reached_by_two_cases_or_more() -> None:
    """In their lives from 2016 to 2035; of the requests that nobody made, the second is a divisional of our own."""
    reached: dict[str, set[str]] = {rule: set() for rule in RULES[1:]}
    for day in (date(year, 1 + year % 12, 9) for year in range(2016, 2036)):
        jpo = Register(CASES, day)
        for fictional in jpo.cases:
            for progress, register in records(jpo, fictional):
                reached[status_of(progress, today=day, register=register).rule].add(fictional.number)
    parent = {"parentApplicationNumber": "2019490015", "filingDate": "20200110"}
    divided = case("20220110 A63", filingDate="20220110", parentApplicationInformation=parent)
    reached[status_of(divided, today=date(2023, 1, 12)).rule].add("divided")
    assert {rule: cases for rule, cases in reached.items() if len(cases) < 2} == {}


# ── lives nobody wrote ────────────────────────────────────────────────────────────────────────

_LAGS = st.integers(0, 200)
_NOTICE = st.sampled_from([["A131"], ["A131", "A523"], ["A131", "A601", "A53"], ["A131", "A601"], ["A131", "A603"]])
_DECIDED = st.sampled_from([[], ["A01"], ["A01", "A61"], ["A02"], ["A02", "A131"], ["A02", "A131", "A53"], ["A761"]])
_TRIAL = st.sampled_from([[], ["C60"], ["C60", "C13"], ["C60", "C03"], ["C60", "C609"]])


@settings(max_examples=80, deadline=None)
@given(
    law=st.sampled_from(["patent", "design", "trademark"]),
    requested=st.booleans(),
    notices=st.lists(_NOTICE, max_size=3),
    decided=_DECIDED,
    trial=_TRIAL,
    lags=st.lists(_LAGS, min_size=20, max_size=20),
    later=st.integers(0, 1200),
)
def test_in_any_course_of_an_examination_status_and_deadlines_agree(
    *,
    law: Law,
    requested: bool,
    notices: list[list[str]],
    decided: list[str],
    trial: list[str],
    lags: list[int],
    later: int,
) -> None:
    """Papers in an order that occurs, at any distance, on any day from the last of them on."""
    examined = requested or law != "patent"
    codes = ["A63", *["A621"] * (requested and law == "patent")]
    codes += [code for papers in (*notices, decided) for code in papers] if examined else []
    appeal = trial if codes[-1] == "A02" else []
    day, rows = date(2020, 1, 10), list[str]()
    for place, code in enumerate([*codes, *appeal]):
        day += timedelta(lags[place])
        rows.append(f"{day:%Y%m%d} {code} 5{place:010}")
    filed, on_trial = rows[: len(codes)], rows[len(codes) :]
    agree(case(*filed, law=law, trial=on_trial or None, filingDate="20200110"), day + timedelta(later))
