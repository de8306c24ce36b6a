"""Records: tolerant reading, nothing lost, and the JPO's own form given back."""

from __future__ import annotations

import copy
import json
import timeit
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from jpo_mcp.endpoints import ENDPOINTS
from jpo_mcp.models.common import (
    ApplicantCodes,
    ApplicantName,
    DocumentRow,
    FixedAddress,
    NumberedDocuments,
    Parent,
    Party,
    PriorityClaims,
    Record,
    Right,
)
from jpo_mcp.models.design import DesignNumbers, DesignProgress, DesignRegistration
from jpo_mcp.models.patent import (
    Citations,
    NationalPhase,
    PatentDivisionals,
    PatentNumbers,
    PatentProgress,
    PatentRegistration,
)
from jpo_mcp.models.trademark import TrademarkNumbers, TrademarkProgress, TrademarkRegistration


def row(code: str, day: str, number: str = "52300000001", **changes: str) -> dict[str, Any]:
    """One row of a document list, as the JPO writes it."""
    return {
        "legalDate": day,
        "irirFlg": "0",
        "availabilityFlag": "1",
        "documentCode": code,
        "documentDescription": "架空書類",
        "documentNumber": number,
        "versionNumber": "0001",
        "documentSeparator": "S",
        "numberOfPages": "0",
        "sizeOfDocument": "3497183",
        **changes,
    }


NO_BODY = {"availabilityFlag": "0", "versionNumber": "0000", "documentSeparator": " ", "sizeOfDocument": "0"}

PATENT: dict[str, Any] = {
    "applicationNumber": "2031500007",
    "inventionTitle": "架空の茶こし",
    "applicantAttorney": [
        {
            "applicantAttorneyCd": "000000017",
            "repeatNumber": "1",
            "name": "架空茶器製作所",
            "applicantAttorneyClass": "1",
        },
        {
            "applicantAttorneyCd": "199999901",
            "repeatNumber": "2",
            "name": "架空　花子",
            "applicantAttorneyClass": "2",
        },
    ],
    "filingDate": "20310106",
    "publicationNumber": "513000042",
    "ADPublicationNumber": "2031000042",
    "nationalPublicationNumber": "",
    "ADNationalPublicationNumber": "",
    "publicationDate": "20310709",
    "registrationNumber": "9900001",
    "registrationDate": "20330401",
    "internationalApplicationNumber": "",
    "internationalPublicationNumber": "",
    "internationalPublicationDate": "",
    "erasureIdentifier": "00",
    "expireDate": "20510106",
    "disappearanceDate": "",
    "priorityRightInformation": [
        {
            "parisPriorityApplicationNumber": "99/123.4",
            "parisPriorityDate": "20300110",
            "parisPriorityCountryCd": "XX",
            "nationalPriorityLawCd": "",
            "nationalPriorityApplicationNumber": "",
            "nationalPriorityInternationalApplicationNumber": "",
            "nationalPriorityDate": "",
        }
    ],
    "parentApplicationInformation": {"parentApplicationNumber": "2029000011", "filingDate": "20290201"},
    "divisionalApplicationInformation": [
        {
            "applicationNumber": "2029000011",
            "publicationNumber": "511000001",
            "ADPublicationNumber": "2029000001",
            "nationalPublicationNumber": "",
            "ADNationalPublicationNumber": "",
            "registrationNumber": "",
            "internationalApplicationNumber": "",
            "internationalPublicationNumber": "",
            "erasureIdentifier": "",
            "expireDate": "",
            "disappearanceDate": "",
            "divisionalGeneration": "0",
        }
    ],
    "bibliographyInformation": [
        {
            "numberType": "01",
            "number": "2031500007",
            "documentList": [row("A63", "20310106"), row("A61", "20330320", "BBBBBBBBBBB", **NO_BODY)],
        },
        {"numberType": "02", "number": "513000042", "documentList": []},
    ],
}

DESIGN: dict[str, Any] = {
    "applicationNumber": "2031000008",
    "designArticle": "架空の急須",
    "designClass": "Z9999",
    "applicantAttorney": [],
    "filingDate": "20310106",
    "publicationDate": "",
    "registrationNumber": "",
    "registrationDate": "",
    "principalDesignApplicationNumber": "2031000002",
    "erasureIdentifier": "",
    "expireDate": "",
    "disappearanceDate": "",
    "priorityRightInformation": [],
    "parentApplicationInformation": {
        "parentApplicationCategory": "10",
        "parentApplicationLawCode": "3",
        "parentApplicationNumber": "2030300001",
    },
    "bibliographyInformation": [],
}

TRADEMARK: dict[str, Any] = {
    "applicationNumber": "2031000009",
    "applicantAttorney": [
        {"applicantAttorneyCd": "000000017", "name": "架空茶器製作所", "applicantAttorneyClass": "1"}
    ],
    "filingDate": "20310106",
    "publicationDate": "20310120",
    "registrationNumber": "",
    "registrationDate": "",
    "erasureIdentifier": "",
    "expireDate": "",
    "disappearanceDate": "",
    "trademarkForDisplay": "チャコシーヌ",
    "transliteration": {"0": "チャコシーヌ", "1": "チャコシー"},
    "viennaClass": {},
    "goodsServiceInformation": [
        {"goodsServiceClass": "21", "goodsServiceName": "茶こし，急須", "similarCode": "19A03 19A05"}
    ],
    "priorityRightInformation": [],
    "parentApplicationInformation": {},
    "bibliographyInformation": [],
}

REGISTRATION: dict[str, Any] = {
    "applicationNumber": "2031500007",
    "filingDate": "20310106",
    "registrationNumber": "9900001",
    "registrationDate": "20330401",
    "decisionDate": "20330301",
    "appealTrialDecisiondDate": "",
    "rightPersonInformation": [{"rightPersonCd": "000000017", "rightPersonName": "架空茶器製作所"}],
    "inventionTitle": "架空の茶こし",
    "numberOfClaims": "005",
    "expireDate": "20510106",
    "nextPensionPaymentDate": "20360401",
    "lastPaymentYearly": "03",
    "erasureIdentifier": "00",
    "disappearanceDate": "",
    "updateDate": "20330410",
}

CITATIONS: dict[str, Any] = {
    "applicationNumber": "2031500007",
    "patentDoc": [
        {"draftDate": "20320220", "citationType": "19", "citationOrder": "1", "documentNumber": "JPA 413000001"}
    ],
    "nonPatentDoc": [
        {
            "draftDate": "20320220",
            "citationType": "19",
            "citationOrder": "2",
            "documentType": "001",
            "authorName": "架空　太郎",
            "paperTitle": "茶こしの理論",
            "publicationName": "架空茶学会誌",
            "issueCountryCd": "XX",
            "publisher": "架空書房",
            "issueDate": "20250400",
            "issueDateType": "1",
            "issueNumber": "第3号",
            "citationPages": "1-4",
        }
    ],
}

PAYLOADS: tuple[tuple[type[Record], dict[str, Any]], ...] = (
    (PatentProgress, PATENT),
    (DesignProgress, DESIGN),
    (TrademarkProgress, TRADEMARK),
    (PatentRegistration, REGISTRATION),
    (DesignRegistration, {**REGISTRATION, "designArticle": "架空の急須"}),
    (TrademarkRegistration, {**REGISTRATION, "transliteration": {"0": "チャコシーヌ"}, "viennaClass": {"0": "11.3.9"}}),
    (Citations, CITATIONS),
    (PriorityClaims, {"applicationNumber": "2031500007", "priorityRightInformation": []}),
    (ApplicantName, {"applicantAttorneyName": "架空茶器製作所"}),
    (ApplicantCodes, {"applicantAttorney": [{"applicantAttorneyCd": "000000017", "name": "架空茶器製作所"}]}),
    (FixedAddress, {"URL": "https://example.invalid/fixed"}),
    (PatentDivisionals, {"applicationNumber": "2031500007", "parentApplicationInformation": {}}),
    (PatentNumbers, {"applicationNumber": "2031500007", "internationalPublicationNumber": ""}),
    (DesignNumbers, {"internationalRegistrationNumber": "DM/999999", "designNumber": "001"}),
    (TrademarkNumbers, {"registrationNumber": "9900002"}),
    (NationalPhase, {"applicationNumber": "2031500007"}),
)

# ── well-formed replies ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("model", "payload"), PAYLOADS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_reply_comes_back_exactly_as_it_was_sent(model: type[Record], payload: dict[str, Any]) -> None:
    """No field may be lost or reshaped: the JPO's keys, strings, blanks and containers return."""
    record = model.model_validate(payload)
    unknown = (
        {"inventionTitle", "numberOfClaims"} if model in (DesignRegistration, TrademarkRegistration) else set[str]()
    )
    assert record.to_jpo() == payload
    assert set(record.unknown_fields()) == unknown


def test_every_recorded_reply_decodes_with_no_field_lost(shared: Path) -> None:
    """Live replies of May 2026, matched with their endpoints by the recording's index."""
    folder = shared / "recordings" / "domestic"
    decoded = 0
    for entry in json.loads((folder / "index.json").read_text("utf-8")):
        row = next((e for e in ENDPOINTS if entry["path"].startswith(e.path_prefix) and e.reply == "json"), None)
        if row is None or not entry["body"].endswith(".json"):
            continue
        data = json.loads((folder / entry["body"]).read_text("utf-8"))["result"]["data"]
        record = cast("Record", row.model.model_validate(data))
        assert record.to_jpo() == data, entry["path"]
        assert record.unknown_fields() == (), entry["path"]
        decoded += 1
    assert decoded == 14


def test_every_recorded_progress_beside_a_bundle_decodes_with_no_field_lost(shared: Path) -> None:
    """The progress replies that come with the papers."""
    files = sorted((shared / "recordings" / "papers").glob("*/progress.json"))
    assert len(files) >= 10
    models = {"inventionTitle": PatentProgress, "designArticle": DesignProgress}
    for file in files:
        data = json.loads(file.read_text("utf-8"))["result"]["data"]
        record = next((m for key, m in models.items() if key in data), TrademarkProgress).model_validate(data)
        assert record.to_jpo() == data, file.parent.name
        assert record.unknown_fields() == ()


def test_blanks_are_nothing_and_a_single_space_is_a_value() -> None:
    """Quirk 5: documentSeparator is a single space where there is no body."""
    progress = PatentProgress.model_validate(PATENT)
    assert progress.disappearance_date is None
    assert progress.national_publication_number is None
    assert progress.bibliography[0].documents[1].document_separator == " "
    assert progress.bibliography[1].documents == ()


def test_dates_are_dates_and_numbers_keep_their_zeros() -> None:
    """Dates come as YYYYMMDD; "005" and "03" are texts, with the number beside them."""
    register = PatentRegistration.model_validate(REGISTRATION)
    assert register.next_pension_payment_date == date(2036, 4, 1)
    assert (register.number_of_claims, register.claim_count) == ("005", 5)
    assert (register.last_payment_yearly, register.paid_years) == ("03", 3)
    assert register.right_holders[0].code == "000000017"


def test_the_jpos_own_misspelling_is_read() -> None:
    """Quirk 7: the key is appealTrialDecisiondDate, in the specification and live."""
    register = PatentRegistration.model_validate({"appealTrialDecisiondDate": "20330301"})
    assert register.appeal_trial_decision_date == date(2033, 3, 1)


def test_parties_are_told_apart_by_role() -> None:
    """Code 1 is the applicant, 2 the agent; trademark parties carry no sequence (quirk 6)."""
    progress = PatentProgress.model_validate(PATENT)
    assert [party.name for party in progress.applicants] == ["架空茶器製作所"]
    assert [party.name for party in progress.agents] == ["架空　花子"]
    assert TrademarkProgress.model_validate(TRADEMARK).applicants[0].sequence is None


def test_a_parent_is_an_object_or_nothing() -> None:
    """{} means no parent; the laws fill different halves of it."""
    patent, design = PatentProgress.model_validate(PATENT), DesignProgress.model_validate(DESIGN)
    assert patent.parent is not None
    assert patent.parent.filing_date == date(2029, 2, 1)
    assert design.parent == Parent(category="10", law_code="3", application_number="2030300001")
    assert TrademarkProgress.model_validate(TRADEMARK).parent is None


def test_index_keyed_objects_are_lists_in_the_order_of_their_numbers() -> None:
    """Quirk 2: transliteration and viennaClass are objects keyed "0", "1", ... and "10" follows "9"."""
    keyed = {str(number): f"読み{number}" for number in (10, 9, 2, 1, 0)}
    mark = TrademarkProgress.model_validate({"transliteration": keyed, "viennaClass": ["1.1", "2.2"]})
    assert mark.transliteration == ("読み0", "読み1", "読み2", "読み9", "読み10")
    assert mark.vienna_class == ("1.1", "2.2")


def test_similar_group_codes_are_split_and_the_text_is_kept() -> None:
    """Several codes come in one text, separated by blanks."""
    goods = TrademarkProgress.model_validate(TRADEMARK).goods_services[0]
    assert goods.similar_codes == ("19A03", "19A05")
    assert goods.similar_code == "19A03 19A05"


def test_the_size_of_a_paper_is_a_number_beside_its_text() -> None:
    """A live size has seven digits, one more than the specification allows (quirk 4)."""
    assert DocumentRow.model_validate(row("A63", "20310106")).size == 3497183
    assert DocumentRow.model_validate({"sizeOfDocument": "large"}).size is None


def test_the_simple_progress_gives_back_only_the_fields_it_had() -> None:
    """The simple version has no priority, parent or divisionals: absent is not the same as empty."""
    left_out = ("priorityRightInformation", "parentApplicationInformation", "divisionalApplicationInformation")
    simple = {key: value for key, value in PATENT.items() if key not in left_out}
    assert PatentProgress.model_validate(simple).to_jpo() == simple


def test_records_can_be_made_by_their_python_names() -> None:
    """The sandbox and the tests write them so."""
    party = Party(code="000000017", role="1")
    documents = NumberedDocuments(number_type="01", documents=(DocumentRow(legal_date=date(2031, 1, 6)),))
    assert party.to_jpo() == {"applicantAttorneyCd": "000000017", "applicantAttorneyClass": "1"}
    assert documents.to_jpo() == {"numberType": "01", "documentList": [{"legalDate": "20310106"}]}


def test_a_record_cannot_be_changed() -> None:
    """A kept answer is shared by its readers."""
    with pytest.raises(ValidationError):
        Party(code="1").code = "2"  # pyright: ignore[reportAttributeAccessIssue]


# ── is the right over? ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("erasure", "expiry", "over"),
    [
        ("", "", False),
        ("00", "20510106", False),
        ("00", "20310301", False),
        ("00", "20310228", False),
        ("00", "20300901", False),
        ("00", "20300801", True),
        ("01", "20510106", True),
        ("77", "", True),
        ("", "いつか", False),
    ],
)
def test_a_right_is_over_when_erased_or_past_its_term(erasure: str, expiry: str, over: bool) -> None:
    """Blank and 00 are no erasure; for six months after the term a mark can still be renewed (TM 20(3)); today is
    1 March 2031."""
    right = Right.model_validate({"erasureIdentifier": erasure, "expireDate": expiry})
    assert right.right_is_over(date(2031, 3, 1)) is over


# ── strange replies ───────────────────────────────────────────────────────────────────────────


def test_keys_misprinted_with_an_apostrophe_are_read() -> None:
    """The specification's own examples print repeatNumber' and nextPensionPaymentDate'."""
    party = Party.model_validate({"applicantAttorneyCd": "000000017", "repeatNumber'": "6", "name'": "架空　花子"})
    assert party == Party(code="000000017", sequence="6", name="架空　花子")
    assert party.unknown_fields() == ()


def test_numbers_and_null_are_taken_where_texts_are_due() -> None:
    """All leaves are texts today; a change of the JPO's serializer must not stop us."""
    progress = PatentProgress.model_validate(
        {"applicationNumber": 2031500007, "filingDate": 20310106, "inventionTitle": None, "applicantAttorney": None}
    )
    assert (progress.application_number, progress.filing_date) == ("2031500007", date(2031, 1, 6))
    assert (progress.invention_title, progress.parties) == (None, ())


def test_an_object_stands_for_a_list_of_one_and_a_list_of_one_for_an_object() -> None:
    """Quirk 1: the schema says object where the reply has a list, and the other way round."""
    citation = CITATIONS["patentDoc"][0]
    assert Citations.model_validate({"patentDoc": citation}).to_jpo() == {"patentDoc": [citation]}
    assert Citations.model_validate({"patentDoc": {"0": citation, "1": citation}}).patent_doc[1].citation_type == "19"
    assert Citations.model_validate({"patentDoc": {}, "nonPatentDoc": ""}).patent_doc == ()
    parent = {"parentApplicationNumber": "2029000011"}
    progress = PatentProgress.model_validate({"parentApplicationInformation": [parent]})
    assert progress.parent == Parent(application_number="2029000011")
    assert PatentProgress.model_validate({"parentApplicationInformation": []}).parent is None


@pytest.mark.parametrize(
    "text", ["20310230", "2031-13-01", "令和13年1月6日", "203101", "２０３１０１０６", "2031-W01-1"]
)
def test_an_unreadable_date_stays_as_the_text_it_was(text: str) -> None:
    """Better a raw text than a wrong day or none."""
    right = Right.model_validate({"filingDate": text})
    assert right.filing_date == text
    assert right.to_jpo() == {"filingDate": text}


@pytest.mark.parametrize("blank", ["", " ", "        ", "\u3000"])
def test_a_column_of_blanks_is_as_empty_as_an_empty_one(blank: str) -> None:
    """The JPO pads a document's separator so; a blank extinction date must not end a right that is alive."""
    right = Right.model_validate({"disappearanceDate": blank, "erasureIdentifier": blank, "registrationNumber": blank})
    assert (right.disappearance_date, right.erasure_identifier, right.registration_number) == (None, None, None)
    assert right.unknown_fields() == ()


@pytest.mark.parametrize("text", [" 20310106", "20310106  ", "20310106\u3000"])
def test_blanks_around_a_date_are_none_of_it(text: str) -> None:
    """As a raw text no period could be counted from it."""
    assert Right.model_validate({"filingDate": text}).filing_date == date(2031, 1, 6)


def test_blanks_around_a_text_stay() -> None:
    """A text is given as the JPO sent it."""
    assert ApplicantName.model_validate({"applicantAttorneyName": "　架空　花子 "}).name == "　架空　花子 "


@pytest.mark.parametrize("filler", ["00000000", "99999999", "0", 0])
def test_a_placeholder_is_no_date_but_is_named(filler: object) -> None:
    """Our own choice: as a day, or as the raw text of one, it would say that the right is gone."""
    right = Right.model_validate({"disappearanceDate": filler, "erasureIdentifier": "00"})
    assert right.disappearance_date is None
    assert not right.right_is_over(date(2031, 1, 6))
    assert right.unknown_fields() == ("disappearanceDate (unreadable)",)
    assert right.to_jpo() == {"disappearanceDate": filler, "erasureIdentifier": "00"}


def test_a_date_with_hyphens_is_read() -> None:
    """Not seen from the domestic API; other interfaces of the JPO write so."""
    assert Right.model_validate({"filingDate": "2031-01-06"}).filing_date == date(2031, 1, 6)


def test_unknown_fields_are_kept_and_named_at_every_depth() -> None:
    """The JPO may add fields: they stay reachable, and a drift report can name them."""
    payload = copy.deepcopy(PATENT)
    payload["newFlag"] = {"deep": ["1"]}
    payload["bibliographyInformation"][0]["documentList"][1]["pageCount"] = "3"
    payload["parentApplicationInformation"]["kind"] = "x"
    progress = PatentProgress.model_validate(payload)
    assert sorted(progress.unknown_fields()) == [
        "bibliographyInformation.0.documentList.1.pageCount",
        "newFlag",
        "parentApplicationInformation.kind",
    ]
    assert progress.to_jpo() == payload


def test_a_value_in_an_impossible_shape_is_kept_beside_its_field() -> None:
    """Our own choice: the rest of the reply stays useful, and the strange part is named."""
    progress = PatentProgress.model_validate({"filingDate": {"y": 1}, "applicantAttorney": [{"name": "架空　花子"}, 7]})
    assert progress.filing_date is None
    assert [party.name for party in progress.parties] == ["架空　花子"]
    assert progress.unknown_fields() == ("filingDate (unreadable)", "applicantAttorney (unreadable)")
    assert progress.to_jpo() == {
        "filingDate": {"y": 1},
        "applicantAttorney": [{"name": "架空　花子"}],
        "applicantAttorney (unreadable)": 7,
    }


def test_one_field_under_two_spellings_keeps_both() -> None:
    """Neither of the two may vanish."""
    party = Party.model_validate({"name'": "架空　花子", "name": "架空　太郎"})
    assert party.name == "架空　花子"
    assert party.unknown_fields() == ("name (unreadable)",)


def test_half_a_surrogate_is_replaced() -> None:
    """JSON may carry it, UTF-8 may not, and an answer has to leave as UTF-8."""
    record = ApplicantName.model_validate(json.loads('{"applicantAttorneyName": "\\ud842茶", "\\ud842": "1"}'))
    assert record.name == "\ufffd\ufffd\ufffd茶"
    assert record.model_dump_json()


@pytest.mark.parametrize("data", [None, [], "text", 7, [PATENT]])
def test_what_is_no_object_is_refused(data: object) -> None:
    """The pipeline turns this into MalformedReply."""
    with pytest.raises(ValidationError):
        PatentProgress.model_validate(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9) | st.just("20310106"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.just("0"), inner, max_size=3),
    max_leaves=6,
)


def _places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            yield (*path, key)
            yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(cast("list[object]", value)):
            yield (*path, index)
            yield from _places(inner, (*path, index))


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in cast("dict[str, object]", value).values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from _leaves(inner)
    elif value is not None and str(value).strip():
        yield str(value)


@st.composite
def _mutated(draw: st.DrawFn) -> tuple[type[Record], dict[str, Any]]:
    """A well-formed reply with a few values replaced by anything at all, or filed under another key."""
    model, payload = draw(st.sampled_from(PAYLOADS))
    payload = copy.deepcopy(payload)
    for _ in range(draw(st.integers(1, 4))):
        *way, last = draw(st.sampled_from([*_places(payload)] or [("new",)]))
        holder: Any = payload
        for step in way:
            holder = holder[step]
        holder[last] = draw(JSON)
        if isinstance(holder, dict) and draw(st.booleans()):
            holder[draw(st.sampled_from([f"{last}'", "model_config", "to_jpo", "_readers", "__class__"]))] = draw(JSON)
    return model, payload


@settings(max_examples=300, deadline=None)
@given(_mutated())
def test_any_object_decodes_and_nothing_it_said_is_lost(case: tuple[type[Record], dict[str, Any]]) -> None:
    """Our own promise: wrong types anywhere neither raise nor make a value disappear."""
    model, payload = case
    record = model.model_validate(payload)
    assert isinstance(record.unknown_fields(), tuple)
    assert set(_leaves(payload)) <= set(_leaves(record.to_jpo()))


@given(st.dictionaries(st.text(), JSON, max_size=5), st.sampled_from(PAYLOADS))
def test_any_unrelated_object_decodes(data: dict[str, Any], target: tuple[type[Record], dict[str, Any]]) -> None:
    """An answer of another endpoint, or of another age."""
    record = target[0].model_validate(data)
    assert set(_leaves(data)) <= set(_leaves(record.to_jpo()))


def test_twenty_kilobytes_decode_in_well_under_a_blink() -> None:
    """Answers are kept as raw bytes because decoding again is cheap; measured at 0.4 ms, the bound is generous."""
    payload = copy.deepcopy(PATENT)
    payload["bibliographyInformation"][0]["documentList"] *= 40
    assert len(json.dumps(payload, ensure_ascii=False).encode()) > 18_000
    assert min(timeit.repeat(lambda: PatentProgress.model_validate(payload), number=5, repeat=5)) / 5 < 0.005
