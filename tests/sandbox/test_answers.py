"""What the sandbox says about its cases."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any, cast

import pytest

from jpo_mcp.endpoints import ENDPOINTS, Endpoint, endpoint
from jpo_mcp.models.common import Record
from jpo_mcp.sandbox import CASES, Sandbox
from jpo_mcp.sandbox.register import Register
from tests.sandbox.conftest import Caller

RICH = {"patent": "2020490001", "design": "2022490101", "trademark": "2021490203"}
"""A case of each law that has papers from both sides and a registration."""
ARGUMENTS = {
    "applicant_attorney_cd": ("000999006",),
    "applicant_attorney": ("仮想自動車株式会社",),
    "pct_national_phase_application_number": ("international_application", "US2020990004"),
}


def arguments_for(row: Endpoint[Any]) -> tuple[str, ...]:
    if row.pace == "opd":
        return next(Register(CASES).questions(row))
    number = RICH[row.law]
    default = ("application", number) if row.name == "case_number_reference" else (number,)
    return ARGUMENTS.get(row.name, default)


@pytest.mark.parametrize("row", ENDPOINTS, ids=lambda row: row.key)
async def test_every_endpoint_answers_a_case_of_its_own(row: Endpoint[Any], caller: Caller, sandbox: Sandbox) -> None:
    """The table drives the sandbox: a row without an answer here is a row nobody can try."""
    reply = await caller.get(row.path(*arguments_for(row)))
    assert reply.status_code == 200
    assert sandbox.count(row.key) == 1
    if row.reply == "xml":
        assert b"<statusCode>100</statusCode><errorMessage/>" in reply.content
    elif row.reply == "pdf":
        assert reply.content.startswith(b"%PDF-")
    elif row.reply == "zip":
        assert zipfile.ZipFile(io.BytesIO(reply.content)).namelist()
    else:
        result = reply.json()["result"]
        assert result["statusCode"] == "100"
        assert result["remainAccessCount"] == str(row.limit.per_day - 1)


@pytest.mark.parametrize("row", [e for e in ENDPOINTS if e.reply in {"json", "xml"}], ids=lambda row: row.key)
def test_every_answer_decodes_with_the_model_of_its_row(row: Endpoint[Any]) -> None:
    """A field that the model does not know is one of the two that is wrong."""
    register = Register(CASES)
    questions = list(register.questions(row))
    assert questions
    for question in questions:
        record = row.model.model_validate(register.answer(row, question))
        assert isinstance(record, Record)
        assert record.unknown_fields() == ()


def test_every_leaf_of_every_answer_is_a_string() -> None:
    """2055 of 2055 leaves in the recordings are strings."""
    register = Register(CASES)
    for row in ENDPOINTS:
        if row.reply in {"json", "xml"}:
            for question in register.questions(row):
                assert all(isinstance(leaf, str) for leaf in leaves(register.answer(row, question)))


def leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for item in cast("dict[str, object]", value).values() for leaf in leaves(item)]
    if isinstance(value, list):
        return [leaf for item in cast("list[object]", value) for leaf in leaves(item)]
    return [value]


Recording = tuple[Any, str, tuple[str, ...], str]
RECORDED: list[Recording] = [
    ("patent", "app_progress", ("2020490001",), "patent__app_progress__2020123456"),
    ("patent", "app_progress_simple", ("2020490001",), "patent__app_progress_simple__2020123456"),
    ("patent", "divisional_app_info", ("2020490001",), "patent__divisional_app_info__2020123456"),
    ("patent", "priority_right_app_info", ("2020490001",), "patent__priority_right_app_info__2020123456"),
    ("patent", "applicant_attorney_cd", ("000999002",), "patent__applicant_attorney_cd__000003207"),
    ("patent", "applicant_attorney", ("見本　太郎",), "patent__applicant_attorney__トヨタ自動車株式会社"),
    (
        "patent",
        "case_number_reference",
        ("application", "2020490001"),
        "patent__case_number_reference__application__2020123456",
    ),
    ("patent", "cite_doc_info", ("2020490001",), "patent__cite_doc_info__2020123456"),
    ("patent", "registration_info", ("2020490001",), "patent__registration_info__2020123456"),
    ("patent", "jpp_fixed_address", ("2020490001",), "patent__jpp_fixed_address__2020123456"),
    ("design", "jpp_fixed_address", ("2022490101",), "design__jpp_fixed_address__2020015234"),
    ("trademark", "app_progress", ("2023490201",), "trademark__app_progress__2024123456"),
]


@pytest.mark.parametrize("sample", RECORDED, ids=lambda sample: f"{sample[0]}/{sample[1]}")
async def test_an_answer_has_the_keys_of_the_recorded_one(sample: Recording, shared: Path, caller: Caller) -> None:
    """The replies recorded in May 2026 are the form; the order of keys is kept too."""
    law, name, arguments, recording = sample
    recorded = json.loads((shared / "recordings/domestic" / f"{recording}.json").read_bytes())
    answered = await caller.result(endpoint(law, name).path(*arguments))
    assert shape({"result": answered}) == shape(recorded)


def shape(value: object) -> object:
    """Keys in their order at every depth; a list by its first element."""
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        indexed = bool(entries) and all(key.isdigit() for key in entries)
        return "indexed" if indexed else [(key, shape(item)) for key, item in entries.items()]
    if isinstance(value, list):
        return [shape(item) for item in cast("list[object]", value)[:1]]
    return "leaf"


def answer(law: Any, name: str, *arguments: str) -> Any:
    return Register(CASES).answer(endpoint(law, name), arguments)


def codes(data: dict[str, Any], number_type: str) -> list[str]:
    groups = [group for group in data["bibliographyInformation"] if group["numberType"] == number_type]
    return [row["documentCode"] for group in groups for row in group["documentList"]]


def test_a_granted_patent_repeats_its_decision_on_the_register_side() -> None:
    """Recorded: 特許査定 stands under 01 with its own number and under 06 with nines."""
    progress = answer("patent", "app_progress", "2020490001")
    assert codes(progress, "01") == [
        *["A63"] * 5, "A621", "A971007", "A131", "A53", "A523", "A01", "A61",
    ]  # fmt: skip
    assert codes(progress, "06") == ["A01", "R100", "R150"]
    assert {row["documentNumber"] for row in progress["bibliographyInformation"][2]["documentList"]} == {"99999999999"}
    assert [group["number"] for group in progress["bibliographyInformation"]] == ["2020490001", "503490001", "9900001"]
    assert progress["expireDate"] == "20400910"


def test_the_simple_progress_is_the_progress_without_its_relations() -> None:
    """Recorded: the two differ by exactly these keys."""
    full = answer("patent", "app_progress", "2020490001")
    simple = answer("patent", "app_progress_simple", "2020490001")
    assert set(full) - set(simple) == {
        "priorityRightInformation",
        "parentApplicationInformation",
        "divisionalApplicationInformation",
    }
    assert all(full[key] == value for key, value in simple.items())


def test_citations_carry_the_type_of_the_paper_that_lists_them() -> None:
    """Recorded: 19 cited in the notice, 89 search record, 31 reference list of the decision."""
    cited = answer("patent", "cite_doc_info", "2020490001")["patentDoc"]
    assert [(row["citationType"], row["draftDate"], row["documentNumber"]) for row in cited] == [
        ("19", "20240116", "JPA 424490101"),
        ("19", "20240116", "JPA 426490102"),
        ("19", "20240116", "JPA 421490103"),
        ("89", "20240116", "JPA 428490104"),
        ("31", "20240529", "JPA 424490101"),
        ("31", "20240529", "JPA 426490102"),
        ("31", "20240529", "JPA 421490103"),
        ("31", "20240529", "JPA 428490104"),
    ]


def test_a_divisional_chain_shows_all_generations_and_expires_with_the_first() -> None:
    """Patent Act 67: the term of a divisional runs from the filing of the oldest ancestor."""
    data = answer("patent", "divisional_app_info", "2022490025")
    rows = data["divisionalApplicationInformation"]
    assert [(row["applicationNumber"], row["divisionalGeneration"]) for row in rows] == [
        ("2017490005", "0"),
        ("2019490015", "1"),
        ("2022490025", "2"),
    ]
    assert data["parentApplicationInformation"] == {"parentApplicationNumber": "2019490015", "filingDate": "20191018"}
    assert rows[1]["expireDate"] == "20370425"
    assert rows[2]["expireDate"] == ""


def test_an_appeal_has_a_number_and_papers_of_its_own() -> None:
    """numberType 07, after the papers of the application."""
    progress = answer("patent", "app_progress", "2019490002")
    appeal = progress["bibliographyInformation"][-1]
    assert (appeal["numberType"], appeal["number"]) == ("07", "2024009902")
    assert codes(progress, "07") == ["C60", "C20", "A913"]
    assert progress["erasureIdentifier"] == ""


def test_a_lapsed_patent_is_gone_from_the_day_it_was_paid_to() -> None:
    """The lapse is retroactive (Patent Act 112(4))."""
    register = answer("patent", "registration_info", "2015490006")
    assert (register["erasureIdentifier"], register["disappearanceDate"]) == ("01", "20220420")


def test_a_patent_in_the_surcharge_half_year_still_looks_alive() -> None:
    """Nothing in the record says that the payment is late but the date itself."""
    register = answer("patent", "registration_info", "2016490008")
    assert (register["erasureIdentifier"], register["nextPensionPaymentDate"]) == ("00", "20260823")
    assert register["rightPersonInformation"] == [
        {"rightPersonCd": "000999006", "rightPersonName": "仮想自動車株式会社"}
    ]


def test_the_same_ten_digits_are_four_different_things() -> None:
    """The recorded 2020123456 is two inventions; here it is a patent, a design, a mark and a publication."""
    digits = "2021490007"
    assert answer("patent", "app_progress", digits)["inventionTitle"] == "重さの変わらない文鎮"
    assert answer("design", "app_progress", digits)["designArticle"] == "文鎮"
    assert answer("trademark", "app_progress", digits)["trademarkForDisplay"] == "ぶんちん"
    assert answer("patent", "case_number_reference", "publication", digits)["applicationNumber"] == "2019490017"


def test_a_name_can_have_several_codes_and_must_match_exactly() -> None:
    """Exact match, spaces and widths included."""
    found = answer("patent", "applicant_attorney", "架空電機株式会社")["applicantAttorney"]
    assert [row["applicantAttorneyCd"] for row in found] == ["000999001", "519999001"]
    assert answer("patent", "applicant_attorney", "ＫＡＫＵＵ　ロボティクス　株式会社")
    assert answer("patent", "applicant_attorney", "ＫＡＫＵＵ ロボティクス 株式会社") is None


def test_a_national_phase_case_is_found_by_both_international_numbers() -> None:
    """A US-filed PCT application whose Japanese serial starts with 5."""
    found = {"applicationNumber": "2021599004"}
    name = "pct_national_phase_application_number"
    assert answer("patent", name, "international_application", "US2020990004") == found
    assert answer("patent", name, "international_publication", "WO2020990004") == found
    progress = answer("patent", "app_progress", "2021599004")
    assert progress["nationalPublicationNumber"] == "504599004"
    assert progress["filingDate"] == "20200306"
    assert {row["irirFlg"] for row in progress["bibliographyInformation"][0]["documentList"]} == {"0", "1"}


def test_an_application_that_is_not_registered_has_no_registration() -> None:
    """107 by the specification."""
    assert answer("patent", "registration_info", "2024490010") is None


def test_unknown_codes_are_passed_on_as_they_are() -> None:
    """Nobody outside the JPO has the full tables, so readers must meet some that nobody has explained."""
    progress = answer("patent", "app_progress", "2017490014")
    assert progress["erasureIdentifier"] == "07"
    assert "A9999" in codes(progress, "01")
    assert answer("patent", "cite_doc_info", "2017490014")["patentDoc"][0]["citationType"] == "77"


def test_designs_and_trademarks_end_by_their_own_rules() -> None:
    """Design Act 21: 25 years from filing, of the principal if related. Trademark Act 19: 10 years, renewed."""
    assert answer("design", "app_progress", "2021490100")["expireDate"] == "20460608"
    assert answer("design", "app_progress", "2022490101")["expireDate"] == "20460608"
    assert answer("trademark", "registration_info", "2015490202")["expireDate"] == "20351009"
    assert answer("trademark", "registration_info", "2021490203")["nextPensionPaymentDate"] == "20270617"


def test_a_mark_shows_its_readings_and_figures_as_index_keyed_objects() -> None:
    """Recorded for readings; the specification's example for figures."""
    mark = answer("trademark", "app_progress", "2021490203")
    assert mark["transliteration"] == {"0": "カクードライブ", "1": "カクー", "2": "ドライブ"}
    assert mark["viennaClass"] == {"0": "18.1.8", "1": "26.1.1", "2": "26.1.18"}
    assert [goods["goodsServiceClass"] for goods in mark["goodsServiceInformation"]] == ["09", "12", "42"]
    assert answer("trademark", "app_progress", "2021490007")["viennaClass"] == {}


def test_the_cases_keep_to_numbers_that_nobody_has() -> None:
    """Fictional cases must not be mistaken for somebody's."""
    for case in CASES:
        assert case.number[4:7] in {"490", "491", "590", "599"}
        assert case.registration[:2] in {"", "99"}
    assert len({case.life for case in CASES}) == len(CASES)


def test_no_two_papers_of_a_case_share_a_number() -> None:
    """The number is the key of a paper; only the placeholders repeat."""
    for case in CASES:
        numbers = [p.number for p in case.papers if p.number not in {"99999999999", "BBBBBBBBBBB"}]
        assert len(numbers) == len(set(numbers))
        assert all(len(number) == 11 for number in numbers)
