"""The five offices' dossiers: every way of writing XML is read, and nothing that was sent is lost."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from jpo_mcp.codes.dossier import KIND_WORDS, PaperKind, groups, paper_kind
from jpo_mcp.markup import Unreadable, as_object, parse
from jpo_mcp.models import opd
from jpo_mcp.models.common import UNREADABLE
from jpo_mcp.upstream.envelope import Said, read

HEADER = {"statusCode", "errorMessage", "remainAccessCount"}
MODELS: dict[str, type[opd.Answered]] = {
    model.holds: model for model in (opd.Family, opd.FamilyList, opd.DocumentList, opd.CitationsAndClasses)
}


def answer(inside: str) -> opd.Answered:
    """The record in an answer that holds this."""
    return record_of(parse(f'<api-data xmlns="https://www.jpo.go.jp">{inside}</api-data>').root)


def record_of(root: Any) -> opd.Answered:
    data = {name: value for name, value in cast("dict[str, Any]", as_object(root)).items() if name not in HEADER}
    return next(model for holds, model in MODELS.items() if holds in data).model_validate(data)


def words(value: object) -> Counter[str]:
    """Every text in an object, dates in one spelling."""
    if isinstance(value, dict):
        return sum((words(part) for part in cast("dict[str, object]", value).values()), Counter[str]())
    if isinstance(value, list):
        return sum((words(part) for part in cast("list[object]", value)), Counter[str]())
    text = re.sub(r"\A([0-9]{4})-([0-9]{2})-([0-9]{2})\Z", r"\1\2\3", str(value))
    return Counter([text] if text else [])


FAMILY = """<family-data><families><family><country>JP</country><family-items><family-item>
<application-number><document-number>JP.2021599004.A</document-number><date>2020-03-06</date></application-number>
<publication-numbers><publication-number><document-number>JP.2022599004.A</document-number></publication-number>
</publication-numbers><registration-numbers/></family-item></family-items></family></families></family-data>"""
MEMBER = opd.Member(
    application=opd.DocdbReference(number="JP.2021599004.A", date=date(2020, 3, 6)),
    publications=(opd.DocdbReference(number="JP.2022599004.A"),),
)


def test_a_family_is_read_by_country() -> None:
    """One child where several may be: the recorded answers have both."""
    family = answer(FAMILY)
    assert isinstance(family, opd.Family)
    assert [office.country for office in family.offices] == ["JP"]
    member = family.members[0]
    assert (member.application, member.publications, member.registrations) == (
        MEMBER.application, MEMBER.publications, (),
    )  # fmt: skip
    assert (member.office, family.unknown_fields()) == ("JP", ())


@pytest.mark.parametrize(
    ("before", "after", "publications"),
    [
        ("</publication-number>", "</publication-number><publication-number/>", 1),
        ("</publication-number>", "</publication-number><publication-number><document-number>JP.2.A1</document-number>"
         "</publication-number>", 2),
        ("<registration-numbers/>", "", 1),
        ("<registration-numbers/>", "<registration-numbers>\n</registration-numbers>", 1),
        ("<registration-numbers/>", "<registration-numbers><registration-number/></registration-numbers>", 1),
        ("<registration-numbers/>", "<publication-numbers><publication-number><document-number>JP.2.A1"
         "</document-number></publication-number></publication-numbers>", 2),
        ("2020-03-06", "20200306", 1),
        ("<country>JP", '<country lang="en">JP', 1),
        ("<family>", '<family group="1">', 1),
        ("<family-data>", '<x:family-data xmlns:x="https://www.jpo.go.jp">', 1),
    ],
)  # fmt: skip
def test_once_many_times_empty_and_absent_are_all_read(before: str, after: str, publications: int) -> None:
    """No schema was published, so every one of them may come."""
    text = FAMILY.replace(before, after)
    if after.startswith("<x:"):
        text = text.replace("</family-data>", "</x:family-data>")
    family = answer(text)
    assert isinstance(family, opd.Family)
    member = family.members[0]
    assert member.application == MEMBER.application
    assert len(member.publications) == publications
    assert family.offices[0].country == "JP"


def test_what_has_no_field_is_kept_and_named() -> None:
    """As in every record here."""
    text = FAMILY.replace("<country>JP", "<status>pending</status><country>JP").replace("<families>", "<families>new")
    family = answer(text)
    assert family.unknown_fields() == (f"families{UNREADABLE}", "families.0.status")
    twice = answer(FAMILY.replace("<country>JP</country>", "<country>JP</country><country>US</country>"))
    assert twice.unknown_fields() == (f"families.0.country{UNREADABLE}",)
    assert words(twice.to_jpo())["US"] == 1


@pytest.mark.parametrize("inside", ["<family-list-data/>", "<strange/>", "", "text"])
def test_the_answer_to_another_question_is_no_record(inside: str) -> None:
    """A list of papers must not decode as a family without members."""
    data = as_object(parse(f"<api-data><x/>{inside}</api-data>").root)
    with pytest.raises(ValidationError):
        opd.Family.model_validate(data)


def test_an_empty_answer_is_a_record_without_members() -> None:
    """A client that read live answers checks for it."""
    family = answer("<family-data/>")
    assert isinstance(family, opd.Family)
    assert (family.members, family.unknown_fields()) == ((), ())


def test_an_element_marked_as_nil_says_nothing() -> None:
    """Every element of the known client's classes is nillable."""
    nil = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"'
    family = answer(FAMILY.replace("<country>JP</country>", f"<country {nil}/>"))
    assert isinstance(family, opd.Family)
    assert (family.offices[0].country, family.unknown_fields()) == (None, ())


# ── papers ────────────────────────────────────────────────────────────────────────────────────

PAPER = """<document-list-data><bibliographic><original><invention-title>曇らないレンズ</invention-title><applicant>
<last-name>Sample, Inc.</last-name></applicant></original></bibliographic><document-lists>
<document-list group="2,101,102,21"><legal-date>2023-10-10</legal-date>
<original id="Notice_of_Reasons_for_Refusal_06123990401_JP"><document-description>拒絶理由通知書</document-description>
</original><translated id="Notice_of_Reasons_for_Refusal_06123990401"><document-description>Notice of Reasons for
Refusal</document-description></translated></document-list></document-lists></document-list-data>"""


def test_a_paper_is_decoded_with_the_raw_beside_it() -> None:
    """Groups are whole tokens: 21 is not 2 and 1."""
    listed = answer(PAPER)
    assert isinstance(listed, opd.DocumentList)
    paper = listed.papers[0]
    assert paper.group == "2,101,102,21"
    assert [group.code for group in paper.groups] == ["2", "101", "102", "21"]
    assert [group.en for group in paper.groups] == [
        "Office communications", "With citations", "With classifications", "First office action",
    ]  # fmt: skip
    assert (paper.kind, paper.legal_date, paper.jpo_document_number) == (
        "office_action", date(2023, 10, 10), "06123990401",
    )  # fmt: skip
    assert paper.original is not None
    assert paper.original.id == "Notice_of_Reasons_for_Refusal_06123990401_JP"
    assert listed.bibliographic is not None
    assert listed.bibliographic.original is not None
    assert listed.bibliographic.original.applicants[0].last_name == "Sample, Inc."


def test_a_group_outside_the_vocabulary_is_shown_raw() -> None:
    """That the JPO uses the exchange's vocabulary is likely, not recorded."""
    listed = answer(PAPER.replace("2,101,102,21", "unknown, 77"))
    assert isinstance(listed, opd.DocumentList)
    assert [(group.code, group.known) for group in listed.papers[0].groups] == [("unknown", True), ("77", False)]


KINDS: list[tuple[PaperKind, str, str, str]] = [
    ("application", "1,4", "Abstract (TRANSLATED)", "Abstract_51702045047"),
    ("application", "unknown", "", "Request_for_a_Patent_51702045047_JP"),
    ("application", "unknown", "明細書", ""),
    ("application", "1", "", "K5CRL1QNRXEAPX2"),
    ("amendment", "4", "Claims", "K5CRL1QNRXEAPX2"),
    ("amendment", "4", "Written Amendment", ""),
    ("amendment", "unknown", "", "Written_Amendment_51201606245_JP"),
    ("amendment", "4", "Amendment/Req. Reconsideration-After Non-Final Reject", ""),
    ("argument", "unknown", "", "Written_Opinion_50800695453_JP"),
    ("argument", "4", "Reply to communication from the Examining Division", ""),
    ("argument", "4", "Applicant Arguments/Remarks Made in an Amendment", ""),
    ("office_action", "2,21", "Non-Final Rejection", ""),
    ("office_action", "2,23", "Final Rejection", ""),
    ("office_action", "2", "Communication from the Examining Division", "EA2JRLI1DHXBS08"),
    ("office_action", "unknown", "", "2025104696015210401202605231011068066468312_CN"),
    ("office_action", "2", "Written Opinion of the International Searching Authority", ""),
    ("office_action", "2,22", "", ""),
    ("decision", "2,23", "Decision to Grant a Patent", ""),
    ("decision", "23", "Notice of Allowance and Fees Due (PTOL-85)", ""),
    ("decision", "2,23", "Communication about intention to grant a European patent", ""),
    ("decision", "2,23", "Communication: application deemed to be withdrawn (Rule 112(1) EPC)", ""),
    ("decision", "2", "Application deemed withdrawn (non-reply to Written Opinion)", ""),
    ("decision", "2", "Notice of Abandonment", ""),
    ("decision", "2", "视为撤回通知书", ""),
    ("decision", "unknown", "拒絶査定", ""),
    ("decision", "2,23", "", ""),
    ("citations", "3", "Information Disclosure Statement (IDS) Form (SB08)", ""),
    ("citations", "2,101", "List of references cited by examiner", ""),
    ("citations", "unknown", "", "Search_Report_by_Registered_Search_Organization_96824990401_JP"),
    ("citations", "3", "", ""),
    ("in_house", "5", "Examiner's search strategy and results", ""),
    ("in_house", "unknown", "", "Record_of_Communication_96824990402_JP"),
    ("in_house", "5", "", ""),
    ("application", "1", "Request for grant of a European patent", ""),
    ("application", "", "发明专利请求书", ""),
    ("amendment", "4", "Amendments received before examination", ""),
    ("amendment", "", "[Amendment to Description, etc.] Amendment", ""),
    ("amendment", "", "誤訳訂正書", ""),
    ("argument", "", "[Opinion according to the Notification of Reasons for Refusal] Written Opinion", ""),
    ("argument", "", "[거절이유 등 통지에 따른 의견]의견서", ""),
    ("office_action", "", "European search opinion", ""),
    ("office_action", "", "Requirement for Restriction/Election", ""),
    ("office_action", "2", "Response to Amendment under Rule 312", ""),
    ("office_action", "2", "Petition Decision", ""),
    ("decision", "", "Notification on deemed withdrawal of the application", ""),
    ("decision", "", "复审决定书", ""),
    ("in_house", "", "前置報告書", ""),
    ("applicant", "", "Request for Appeal against Examiner's Decision of Refusal", ""),
    ("applicant", "", "拒絶査定不服審判請求書", ""),
    ("applicant", "", "意見書提出期間延長請求書", ""),
    ("applicant", "4", "Letter concerning the decision of the Examining Division", ""),
    ("applicant", "", "复审请求书", ""),
    ("applicant", "", "授权委托书", ""),
    ("other", "", "Communication to designated inventor", ""),
    ("applicant", "4", "", ""),
    ("applicant", "unknown", "", "Request_for_Examination_51702045048_JP"),
    ("other", "unknown", "Miscellaneous", ""),
    ("other", "", "", ""),
    ("other", "231", "", ""),
]


@pytest.mark.parametrize(("kind", "group", "title", "document_id"), KINDS)
def test_a_paper_is_classified_by_title_group_and_id(kind: PaperKind, group: str, title: str, document_id: str) -> None:
    """No code of a paper's kind is known in the JPO's answers."""
    assert paper_kind(groups(group), [title], document_id) == kind
    assert KIND_WORDS[kind].ja


OF_A_CODE: dict[str, PaperKind] = {
    "A63": "application", "A621": "applicant", "A53": "argument", "A523": "amendment", "A131": "office_action",
    "A01": "decision", "A971015": "in_house", "A971007": "citations",
}  # fmt: skip


def test_the_papers_of_a_recorded_list_are_what_their_codes_say(shared: Path) -> None:
    """Another office's service shows the same exchange with the codes, which ours are told without."""
    recorded = shared / "recordings/opd/analog-global-dossier/uspto_gd_doclist_JP.2017187096.A.json"
    papers = json.loads(recorded.read_bytes())["docs"]
    told = [paper_kind(groups(p["docGroupCode"]), [p["docDesc"]], p["docId"]) for p in papers]
    assert told == [OF_A_CODE[p["docCode"].removesuffix("-JP")] for p in papers]
    assert len(told) == 24


# ── classes and citations ─────────────────────────────────────────────────────────────────────


def test_classes_and_citations_are_read_with_their_attributes() -> None:
    """A class of the office's own may come with or without its scheme."""
    found = answer(
        "<citation-and-classification-data><reference><application-number><document-number>JP.2021599004.A"
        "</document-number></application-number></reference><classification><ipcs><ipc>G02C 11/08</ipc></ipcs>"
        '<originals><original scheme="FI">G02C 11/08</original><original>2H006 CA00</original></originals>'
        "</classification>"
        "<citation><patent-literatures><patent-literature><draft-date>20231010</draft-date><cited-in>A131</cited-in>"
        '<publication-number format="docdb"><document-number>JP.2013490401.A</document-number></publication-number>'
        "</patent-literature></patent-literatures><non-patent-literatures><non-patent-literature><text>Journal of "
        "Sample Optics, 2019</text></non-patent-literature></non-patent-literatures></citation>"
        "</citation-and-classification-data>"
    )
    assert isinstance(found, opd.CitationsAndClasses)
    assert found.application_number == "JP.2021599004.A"
    assert found.classification is not None
    assert found.classification.ipcs == ("G02C 11/08",)
    assert [(c.scheme, c.symbol) for c in found.classification.originals] == [
        ("FI", "G02C 11/08"), (None, "2H006 CA00"),
    ]  # fmt: skip
    assert found.citation is not None
    cited = found.citation.patents[0]
    assert (cited.draft_date, cited.cited_in) == (date(2023, 10, 10), "A131")
    assert cited.publication == opd.DocdbReference(number="JP.2013490401.A", format="docdb")
    assert found.citation.others[0].text == "Journal of Sample Optics, 2019"
    assert found.unknown_fields() == ()


# ── what was recorded and reconstructed ───────────────────────────────────────────────────────


def test_every_reconstructed_answer_is_read_with_nothing_lost(shared: Path) -> None:
    """Names proved by two clients, order and blanks guessed."""
    folder = shared / "recordings/opd/reconstructed"
    for path in sorted(folder.glob("[fg]*.xml")):
        root = parse(path.read_text("utf-8")).root
        record = record_of(root)
        data = {name: part for name, part in cast("dict[str, Any]", as_object(root)).items() if name not in HEADER}
        assert (record.unknown_fields(), words(record.to_jpo())) == ((), words(data))
    assert read((folder / "error_xml_form.xml").read_bytes(), 200, expects="xml").said is Said.NOTHING


def test_the_recorded_fragments_are_read_with_nothing_lost(shared: Path) -> None:
    """The only true recordings there are: one country each, once with one application and once with three."""
    fragments = json.loads((shared / "recordings/opd/recorded/family_fragments.json").read_bytes())
    read_ones = [opd.OfficeFamily.model_validate(part) for part in fragments.values() if isinstance(part, dict)]
    assert [(office.country, len(office.members)) for office in read_ones] == [("US", 1), ("JP", 3)]
    for office, fragment in zip(read_ones, list(fragments.values())[1:], strict=True):
        assert (office.unknown_fields(), words(office.to_jpo())) == ((), words(fragment))


# ── mutations ─────────────────────────────────────────────────────────────────────────────────

SOURCES = tuple(
    f"<api-data><statusCode>100</statusCode><errorMessage/><remainAccessCount>99</remainAccessCount>{inside}</api-data>"
    for inside in (
        FAMILY,
        PAPER,
        "<family-list-data><family-lists><family-list id='1'><application-number><document-number>JP.2021599004.A"
        "</document-number><date>20200306</date></application-number></family-list></family-lists></family-list-data>",
        "<citation-and-classification-data><classification><originals><original scheme='FI'>G02C</original></originals>"
        "</classification><citation><non-patent-literatures><non-patent-literature><text>Sample</text>"
        "</non-patent-literature></non-patent-literatures></citation></citation-and-classification-data>",
    )
)


def _twice(dice: random.Random, tree: ET.Element) -> None:
    parent = dice.choice([element for element in tree.iter() if len(element)])
    parent.append(deepcopy(dice.choice(list(parent))))


def _without(dice: random.Random, tree: ET.Element) -> None:
    parent = dice.choice([element for element in tree.iter() if len(element)])
    parent.remove(dice.choice(list(parent)))


def _emptied(dice: random.Random, tree: ET.Element) -> None:
    dice.choice(list(tree.iter())[1:] or [tree]).clear()


def _unheard(dice: random.Random, tree: ET.Element) -> None:
    ET.SubElement(
        dice.choice(list(tree.iter())), dice.choice(["new", "date", "country", "family-item", "text"])
    ).text = "x"


def _attribute(dice: random.Random, tree: ET.Element) -> None:
    dice.choice(list(tree.iter())).set(dice.choice(["id", "group", "lang"]), "x")


def _spoken(dice: random.Random, tree: ET.Element) -> None:
    dice.choice(list(tree.iter())).text = dice.choice(["", " ", "2020-02-30", "00000000", "語", "0", "100"])


def _renamed(dice: random.Random, tree: ET.Element) -> None:
    element = dice.choice(list(tree.iter())[1:] or [tree])
    element.tag = dice.choice([other.tag for other in tree.iter()])


MUTATIONS: tuple[Callable[[random.Random, ET.Element], None], ...] = (
    _twice, _without, _emptied, _unheard, _attribute, _spoken, _renamed,
)  # fmt: skip


def mutated(dice: random.Random) -> bytes:
    """One of the answers after one to four changes of its tree; every fourth is also cut or scrambled."""
    tree = ET.fromstring(dice.choice(SOURCES))  # noqa: S314 - our own text
    for _ in range(dice.randint(1, 4)):
        dice.choice([change for change in MUTATIONS if len(tree)] or [_unheard])(dice, tree)
    body = ET.tostring(tree, encoding="utf-8")
    if dice.random() < 0.75:
        return body
    place = dice.randrange(len(body))
    return dice.choice([body[:place], body[:place] + bytes([dice.randrange(256)]) + body[place + 1 :]])


def test_ten_thousand_mutated_answers_are_read_or_refused_and_nothing_is_lost() -> None:
    """Issue: 0 uncaught. What is read holds every text that was sent."""
    dice, found = random.Random(3), 0  # noqa: S311 - a storm that can be repeated
    for _ in range(10_000):
        body = mutated(dice)
        reply = read(body, 200, expects="xml")
        if reply.said is not Said.FOUND:
            continue
        data = cast("dict[str, Any]", reply.data)
        model = next((model for holds, model in MODELS.items() if holds in data), None)
        if model is None:
            continue
        record = model.model_validate(data)
        record.unknown_fields()
        _every_property(record)
        found += 1
        assert words(record.to_jpo()) == words(data), body
    assert found > 5_000


def _every_property(record: opd.Answered) -> None:
    if isinstance(record, opd.DocumentList):
        assert all(paper.kind in KIND_WORDS and paper.groups is not None for paper in record.papers)
    if isinstance(record, opd.Family | opd.FamilyList):
        assert all(len(member.office or "") >= 0 for member in record.members)


values = st.recursive(
    st.sampled_from(["", "x", "2020-03-06", "JP.2021599004.A"]),
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["family", "country", "family-items", "family-item", "application-number", "date", "#text", "@id"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(values)
def test_no_shape_is_fatal_or_loses_a_word(value: Any) -> None:
    """Whatever stands where the countries are due."""
    family = opd.Family.model_validate({"family-data": {"families": value}})
    assert words(family.to_jpo()) == words(value)


def test_entities_and_depth_are_refused() -> None:
    """The same parser as for papers: nothing is fetched, nothing swells."""
    for text in ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "<a>" * 100 + "</a>" * 100, "<a><b></a>", "<a>"):
        with pytest.raises(Unreadable):
            parse(text)
