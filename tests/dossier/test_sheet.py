"""A record laid out: what the JPO sent is in the view, under the law and in the words that are its own."""

from __future__ import annotations

from typing import Any

import pytest

from jpo_mcp.dossier import sheet
from jpo_mcp.dossier.view import Priority, Relative
from jpo_mcp.models.design import DesignProgress
from jpo_mcp.models.patent import PatentProgress, PatentRegistration

NO_TABLE = "コード表にない値 / not in the code table"


def claims(**row: str) -> list[Priority]:
    progress = PatentProgress.model_validate({"applicationNumber": "2031000007", "priorityRightInformation": [row]})
    return sheet.priorities(progress, "en")


def relatives(**reply: Any) -> list[Relative]:
    return sheet.divisionals(PatentProgress.model_validate({"applicationNumber": "2031000007", **reply}), "en")


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("1", "特願2030-000011 (2030000011)"),
        ("2", "実願2030-000011 (2030000011)"),
        ("3", "意願2030-000011 (2030000011)"),
        ("9", f"2030000011 (9 ({NO_TABLE}))"),
        ("", "2030000011"),
    ],
)
def test_a_basic_application_is_named_under_its_own_law(code: str, number: str) -> None:
    """Patent Act 41: a utility model can be the basic application; its digits alone would be taken for a patent's."""
    row = {"nationalPriorityLawCd": code, "nationalPriorityApplicationNumber": "2030000011"}
    assert [claim.number for claim in claims(**row)] == [number]


def test_a_row_with_both_halves_is_two_claims() -> None:
    """domestic API 4.4: one half is filled; where both were, neither may vanish."""
    both = claims(
        parisPriorityApplicationNumber="00003477499",
        parisPriorityDate="20300105",
        parisPriorityCountryCd="GB",
        nationalPriorityLawCd="1",
        nationalPriorityApplicationNumber="2030000011",
        nationalPriorityInternationalApplicationNumber="JP2030000012",
        nationalPriorityDate="20300106",
    )
    assert [(c.number, c.country, c.date) for c in both] == [
        ("00003477499", "GB", "2030-01-05"),
        ("特願2030-000011 (2030000011); PCT/JP2030/000012 (JP2030000012)", None, "2030-01-06"),
    ]


def test_a_claim_of_which_only_the_country_is_given_is_a_paris_claim() -> None:
    """It was shown as a domestic one, without its country."""
    assert [(c.basis, c.country, c.number) for c in claims(parisPriorityCountryCd="US")] == [
        ("Paris パリ条約", "US", "?")
    ]


def test_a_relative_tells_its_extinction_and_its_international_numbers() -> None:
    """domestic API 4.3: every field of a row of the divisional family."""
    row = {
        "applicationNumber": "2030500011",
        "ADNationalPublicationNumber": "2031500012",
        "internationalApplicationNumber": "JP2029011858",
        "internationalPublicationNumber": "WO2030181851",
        "erasureIdentifier": "01",
        "disappearanceDate": "20350107",
        "divisionalGeneration": "x",
    }
    (member,) = relatives(divisionalApplicationInformation=[row])
    assert member.publication == "特表2031-500012 (2031500012); WO2030/181851 (WO2030181851)"
    assert (member.international, member.extinction_date) == ("PCT/JP2029/011858 (JP2029011858)", "2035-01-07")
    assert member.generation == "x"


def test_an_original_application_is_named_under_its_own_law_with_its_category() -> None:
    """domestic API 4.9: a design can stem from a utility model (Design Act 13); the category has no published table."""
    parent = {
        "parentApplicationCategory": "01",
        "parentApplicationLawCode": "2",
        "parentApplicationNumber": "2030000011",
    }
    progress = DesignProgress.model_validate({"parentApplicationInformation": parent})
    (original,) = sheet.divisionals(progress, "en")
    assert original.number == "実願2030-000011 (2030000011)"
    assert original.notes == [f"parentApplicationCategory 01 ({NO_TABLE})"]


def test_a_count_that_is_no_number_is_shown_as_it_came() -> None:
    """Better the raw text than none."""
    register = sheet.register(PatentRegistration.model_validate({"numberOfClaims": "５", "lastPaymentYearly": " 03 "}))
    assert (register.claims, register.paid_years) == ("５", 3)
