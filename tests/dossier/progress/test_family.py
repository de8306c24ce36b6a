"""The family: divisionals with their terms and request periods, and basic applications of domestic priority."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jpo_mcp.dossier.progress.family import basic_withdrawn, members, request_period
from jpo_mcp.endpoints import endpoint
from jpo_mcp.models.common import Progress
from jpo_mcp.models.patent import PatentProgress
from jpo_mcp.sandbox.cases import CASES
from jpo_mcp.sandbox.register import Register
from tests.dossier.progress.fictional import case

TODAY = date(2026, 11, 23)


def member(number: str, generation: str, **fields: str) -> dict[str, str]:
    return {"applicationNumber": number, "divisionalGeneration": generation, **fields}


def parent(number: str = "2030000001", filed: str = "20300415") -> dict[str, str]:
    return {"parentApplicationNumber": number, "filingDate": filed}


def seen(progress: Progress) -> list[tuple[Any, ...]]:
    """Number, relation, filing date, computed end of the term and of the request period of each member."""
    return [
        (m.application_number, m.relation, m.filing_date, m.computed_expiry, m.request_by) for m in members(progress)
    ]


FAMILY = [
    member("2030000001", "0", registrationNumber="9900001", expireDate="20500415"),
    member("2031000007", "1"),
    member("2033000009", "2"),
]


def test_every_member_ends_with_the_oldest_and_is_requested_within_its_three_years() -> None:
    """PA 44(2): a divisional counts as filed with its parent; the JPO gives a term only to what is registered."""
    progress = case(
        filingDate="20310601",
        parentApplicationInformation=parent(),
        divisionalApplicationInformation=FAMILY,
    )
    assert seen(progress) == [
        ("2030000001", "parent", date(2030, 4, 15), None, None),
        ("2031000007", "this case", date(2031, 6, 1), date(2050, 4, 15), date(2033, 4, 15)),
        ("2033000009", "family", None, date(2050, 4, 15), date(2033, 4, 15)),
    ]
    (doubt,) = members(progress)[2].doubts
    assert doubt.en == "thirty days from its own filing where that is later; its filing date is not given"


def test_a_pending_original_has_three_years_and_a_late_divisional_its_own_thirty_days() -> None:
    """The year in its number shows that a divisional was filed when the three years were over."""
    progress = case(
        filingDate="20310601",
        parentApplicationInformation=parent(),
        divisionalApplicationInformation=[
            member("2030000001", "0"),
            member("2031000007", "1"),
            member("2034000009", "2"),
        ],
    )
    original, _, late = members(progress)
    assert (original.request_by, original.doubts) == (date(2033, 4, 15), ())
    assert late.request_by is None
    assert ["thirty days from its own filing" in doubt.en for doubt in late.doubts] == [True]


def test_the_oldest_sees_its_divisionals_from_its_own_filing_date() -> None:
    """Generation 0 has no parent, and its date counts for all."""
    progress = case(
        "20300415 A63",
        "20301001 A621",
        filingDate="20300415",
        divisionalApplicationInformation=[member("2031000007", "0"), member("2033000009", "1")],
    )
    own, child = members(progress)
    assert (own.relation, own.requested, own.request_by) == ("this case", date(2030, 10, 1), None)
    assert (own.computed_expiry, child.computed_expiry) == (date(2050, 4, 15), date(2050, 4, 15))


def test_a_third_generation_cannot_date_the_oldest() -> None:
    """Only the parent's filing date is given, and it is not the one that counts."""
    progress = case(
        filingDate="20330601",
        parentApplicationInformation=parent("2031000001", "20310601"),
        divisionalApplicationInformation=[member("2031000007", "2"), member("2031000001", "1")],
    )
    assert seen(progress) == [
        ("2031000007", "this case", date(2033, 6, 1), None, date(2034, 6, 1)),
        ("2031000001", "parent", date(2031, 6, 1), None, None),
    ]
    period = request_period(progress)
    assert period is not None
    assert ["ancestor" in doubt.en for doubt in period.doubts] == [True]


@pytest.mark.parametrize("law", ["design", "trademark"])
def test_a_parent_under_another_law_is_a_member_with_its_law(law: Any) -> None:
    """Converted applications: designs and marks list no family, only the original application."""
    progress = case(law=law, parentApplicationInformation={**parent(), "parentApplicationLawCode": "1"})
    assert [(m.application_number, m.relation, m.law_code) for m in members(progress)] == [
        ("2030000001", "parent", "1")
    ]
    assert request_period(progress) is None


def test_a_case_alone_has_no_family() -> None:
    """An empty list says that there is none."""
    assert members(case(filingDate="20310601")) == ()


@pytest.mark.parametrize(
    ("fields", "end"),
    [
        ({"filingDate": "20200122"}, date(2023, 1, 22)),
        ({"filingDate": "20240229"}, date(2027, 2, 28)),
        ({"filingDate": "20220121", "parentApplicationInformation": parent(filed="20170425")}, date(2022, 2, 20)),
        ({"filingDate": "20180425", "parentApplicationInformation": parent(filed="20170425")}, date(2020, 4, 25)),
    ],
)
def test_examination_can_be_requested_for_three_years_or_thirty_days_after_division(
    fields: dict[str, Any], end: date
) -> None:
    """PA 48-3(1), (2); priority does not shorten it."""
    period = request_period(case(**fields))
    assert period is not None
    assert (period.end, period.doubts) == (end, ())


def test_a_national_phase_states_what_it_assumes() -> None:
    """PA 184-3(1): the filing date is the international one; whether the data say so always is not known."""
    period = request_period(case(filingDate="20220218", internationalApplicationNumber="JP2022990013"))
    assert period is not None
    assert (period.end, len(period.doubts)) == (date(2025, 2, 18), 1)
    assert "international filing date" in period.doubts[0].en


def test_an_unreadable_filing_date_gives_no_period() -> None:
    """Nothing is computed from what is no date."""
    assert request_period(PatentProgress.model_validate({"filingDate": "令和7年"})) is None


@pytest.mark.parametrize(
    ("claim", "withdrawn"),
    [
        (
            {"nationalPriorityApplicationNumber": "2019490901", "nationalPriorityDate": "20191115"},
            date(2021, 3, 15),
        ),
        (
            {"nationalPriorityApplicationNumber": "2019490901", "nationalPriorityDate": "20190930"},
            date(2021, 1, 31),  # counted from 1 October
        ),
        ({"nationalPriorityInternationalApplicationNumber": "JP2019990901", "nationalPriorityDate": "20190930"}, None),
        ({"parisPriorityApplicationNumber": "62990004", "parisPriorityDate": "20190308"}, None),
    ],
)
def test_a_basic_application_is_deemed_withdrawn_after_sixteen_months(
    claim: dict[str, str], withdrawn: date | None
) -> None:
    """PA 42(1) with its ordinance; an international one has its own time (PA 184-15), a Paris one is elsewhere."""
    (read,) = case(priorityRightInformation=[claim]).priorities
    assert basic_withdrawn(read, date(2020, 9, 10)) == withdrawn


def test_a_basic_application_under_the_older_law_gets_no_day() -> None:
    """Before 1 April 2015 PA 42(1) had fifteen months, so sixteen would be a month too late."""
    claim = {"nationalPriorityApplicationNumber": "2013490901", "nationalPriorityDate": "20130930"}
    (read,) = case(priorityRightInformation=[claim]).priorities
    assert basic_withdrawn(read, date(2014, 9, 10)) is None
    assert basic_withdrawn(read, date(2015, 3, 31)) is None
    assert basic_withdrawn(read, date(2015, 4, 1)) == date(2015, 1, 31)


def test_the_sandboxs_chain_of_three_generations_is_a_tree() -> None:
    """特願2017-490005, its divisional 2019-490015 and that one's divisional, seen from the middle."""
    row = endpoint("patent", "app_progress", Progress)
    progress = row.model.model_validate(Register(CASES, TODAY).answer(row, ("2019490015",)))
    assert seen(progress) == [
        ("2017490005", "parent", date(2017, 4, 25), None, None),
        ("2019490015", "this case", date(2019, 10, 18), None, None),
        ("2022490025", "family", None, date(2037, 4, 25), None),
    ]
    assert [(m.generation, m.record and m.record.expire_date) for m in members(progress)] == [
        (0, date(2037, 4, 25)),
        (1, date(2037, 4, 25)),
        (2, None),
    ]
    assert members(progress)[1].requested == date(2019, 10, 18)


@pytest.mark.parametrize("number", ["9999490001", "0000490001", "２０２０４９０００１", "", "x"])
def test_an_ancestor_with_an_impossible_number_tells_no_year(number: str) -> None:
    """What the JPO sends is never trusted to be a number; the parent's date then remains in doubt."""
    progress = case(
        filingDate="20240109", parentApplicationInformation={"parentApplicationNumber": number, "filingDate": ""}
    )
    period = request_period(progress)
    assert period is not None
    assert "parent's filing date" in period.doubts[0].en
