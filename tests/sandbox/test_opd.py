"""The five offices' dossiers as the sandbox answers them: families, lists, classes and citations, files, errors."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Literal
from xml.etree import ElementTree

import pytest

from jpo_mcp import codes
from jpo_mcp.clock import ManualClock
from jpo_mcp.documents.pdf import read_pdf
from jpo_mcp.endpoints import Endpoint, endpoint
from jpo_mcp.models.opd import (
    CitationsAndClasses,
    DocdbReference,
    DocumentList,
    DossierPaper,
    Family,
    FamilyList,
    Member,
)
from jpo_mcp.numbers import docdb
from jpo_mcp.sandbox import CASES, Fault, Sandbox
from jpo_mcp.sandbox.opd_families import OPD_FAMILIES
from jpo_mcp.sandbox.register import Register
from tests.conftest import NOON_JST
from tests.sandbox.conftest import Caller, caller_of

TODAY = date(2026, 11, 23)
REGISTER = Register(CASES, TODAY)
OURS = Register(OPD_FAMILIES, TODAY)
WHOLE = Register(OPD_FAMILIES)


def row_named(name: str) -> Endpoint[Any]:
    return endpoint("patent", name)


FAMILY, LIST = row_named("family"), row_named("family_list")
PAPERS, CLASSES = row_named("global_doc_list"), row_named("global_cite_class")
PDF, ZIP = row_named("global_doc_cont"), row_named("jp_doc_cont")

VANE = ("JP.2021490301.A", "US.202218990301.A", "EP.22990301.A", "CN.202219990301.A", "KR.20220990301.A")
MAP = ("JP.2022590302.A", "US.202218990302.A", "EP.21990302.A")
COLANDER = ("JP.2022490303.A",)
MEMBERS = (*VANE, *MAP, *COLANDER)


def answer(row: Endpoint[Any], *arguments: str, register: Register = OURS) -> Any:
    return row.model.model_validate(register.answer(row, arguments))


def papers(application: str, register: Register = OURS) -> tuple[DossierPaper, ...]:
    listed: DocumentList = answer(PAPERS, application, register=register)
    return listed.papers


def ids(paper: DossierPaper) -> Iterator[str]:
    for side in (paper.original, paper.translated):
        if side and side.id:
            yield side.id


def file(row: Endpoint[Any], application: str, document_id: str, register: Register = OURS) -> bytes:
    content = register.dossiers.file(row, (application, document_id), NOON_JST)
    assert isinstance(content, bytes), (application, document_id, content)
    return content


def texts(application: str, document_id: str, **window: int) -> list[tuple[str, str]]:
    """State and text of each page, line ends as spaces."""
    found = read_pdf(file(PDF, application, document_id), **window)
    return [(page.state, " ".join(page.text.split())) for page in found.pages]


# ── families ──────────────────────────────────────────────────────────────────────────────────

FAMILIES = [
    (VANE, [
        ("JP.2021490301.A", "2021-02-12", "JP.2022490301.A", "2022-08-25", "JP.9900301.B2", "2024-05-10"),
        ("US.202218990301.A", "2022-02-10", "US.2022990301.A1", "2022-08-18", "US.19900301.B2", "2024-06-18"),
        ("EP.22990301.A", "2022-02-11", "EP.9900301.A1", "2022-08-17", None, None),
        ("CN.202219990301.A", "2022-02-11", "CN.919990301.A", "2022-08-19", "CN.919990301.B", "2024-08-02"),
        ("KR.20220990301.A", "2022-02-11", "KR.20229990301.A", "2022-08-22", "KR.109900301.B1", "2024-09-06"),
    ]),
    (MAP, [
        ("JP.2022590302.A", "2021-03-18", "JP.2023590302.A", "2023-05-16", None, None),
        ("US.202218990302.A", "2021-03-18", "US.2023990302.A1", "2023-04-13", "US.19900302.B2", "2025-04-15"),
        ("EP.21990302.A", "2021-03-18", "EP.9900302.A1", "2023-01-25", None, None),
    ]),
    (COLANDER, [("JP.2022490303.A", "2022-06-14", "JP.2023490303.A", "2023-12-21", None, None)]),
]  # fmt: skip


def row_of(member: Member) -> tuple[str | None, ...]:
    assert member.application
    publication, grant = (each[0] if each else DocdbReference() for each in (member.publications, member.registrations))
    return tuple(
        part
        for number in (member.application, publication, grant)
        for part in (number.number, str(number.date) if number.date else None)
    )


@pytest.mark.parametrize(("applications", "expected"), FAMILIES, ids=["five offices", "PCT", "Japan only"])
def test_a_family_is_the_same_from_any_number_of_any_member(
    applications: tuple[str, ...], expected: list[tuple[str | None, ...]]
) -> None:
    """Application, publication and patent; the application asked for is among the members (recorded)."""
    listed: FamilyList = answer(LIST, "application", applications[0])
    assert [row_of(member) for member in listed.members] == expected
    by_office: Family = answer(FAMILY, "application", applications[0])
    assert tuple(m.application and m.application.number for m in by_office.members) == applications
    for application, _, publication, _, grant, _ in expected:
        for kind, number in (("application", application), ("publication", publication), ("publication", grant)):
            if number:
                assert answer(LIST, kind, number) == listed
                assert answer(FAMILY, kind, number) == by_office


def test_every_fictional_number_is_a_docdb_number_of_its_office() -> None:
    """And the human form of each leads back to it; a Japanese patent keeps its kind code in no human form."""
    for register in (REGISTER, WHOLE):
        questions = list(register.questions(FAMILY))
        assert questions
        for kind, number in questions:
            read = docdb(number, kind="application" if kind == "application" else "publication")
            assert (str(read), read.type) == (number, kind)
            if not (read.office == "JP" and read.kind == "registration"):
                assert str(docdb(read.human, this_year=2026)) == number


def test_the_numbers_abroad_are_in_ranges_that_no_office_has_reached() -> None:
    """Fictional members must not be mistaken for somebody's: serials from 99 upwards, or 9 where they are shorter."""
    for _, number in WHOLE.questions(FAMILY):
        assert re.search(r"99[0-9]*30[123]|^JP\.20(?:2[1-4]49030[13]|2[23]590302)\.", number), number


def test_the_applicants_abroad_are_plainly_fictional() -> None:
    """No real company is meant, or can be taken to be."""
    dossiers = [dossier for case in OPD_FAMILIES for dossier in (case.dossier, *(m.dossier for m in case.family))]
    assert all("FICTITIOUS" in name for dossier in dossiers for name in dossier.applicants)
    assert all(dossier.applicants for dossier in dossiers)


@pytest.mark.parametrize(
    ("kind", "number"), [("international_application", "US2021990302"), ("international_publication", "WO2021990302")]
)
def test_the_pct_number_leads_to_the_japanese_member(kind: str, number: str) -> None:
    """Through the domestic API: the family at the OPD is asked with a number of one of the five offices."""
    found = OURS.answer(row_named("pct_national_phase_application_number"), (kind, number))
    assert found
    assert found["applicationNumber"] == "2022590302"


# ── lists of papers ───────────────────────────────────────────────────────────────────────────


def test_papers_stand_in_the_order_of_their_days_with_groups_of_the_exchange() -> None:
    """The vocabulary is that of the exchange; whether the JPO's answers use it is not proved."""
    for application in MEMBERS:
        listed = papers(application)
        days = [paper.legal_date for paper in listed]
        assert days == sorted(day for day in days if day)
        assert all(group.known for paper in listed for group in paper.groups)
        assert all(paper.kind != "other" for paper in listed)
        assert len({document_id for paper in listed for document_id in ids(paper)}) == sum(
            len(list(ids(paper))) for paper in listed
        )


SHAPES = {
    "JP": r"[A-Z][A-Za-z_]+_[0-9]{11}_JP",
    "US": r"[A-Z0-9]{15}",
    "EP": r"[A-Z0-9]{15}",
    "CN": r"[0-9]{44}_CN",
    "KR": r"[0-9]{15}_KR",
}


def test_ids_have_the_shape_known_of_each_office_and_translations_are_twins() -> None:
    """A machine translation has the id of its original without the office; the US and the EPO have none."""
    for application in MEMBERS:
        office = application[:2]
        for paper in papers(application):
            original, *twin = ids(paper)
            assert re.fullmatch(SHAPES[office], original)
            assert twin == ([original.removesuffix(f"_{office}")] if office in {"JP", "CN", "KR"} else [])


def test_titles_and_applicants_are_in_the_languages_recorded() -> None:
    """Recorded: Japan's in Japanese, those of CN and KR in English although called original."""
    titles: dict[str, tuple[str | None, list[str | None]]] = {}
    for application in VANE:
        listed: DocumentList = answer(PAPERS, application)
        original = listed.bibliographic and listed.bibliographic.original
        assert original
        titles[application[:2]] = original.invention_title, [party.last_name for party in original.applicants]
    english = ["FICTITIOUS ELECTRIC CO., LTD."]
    assert titles == {
        "JP": ("風向きを音で知らせる風見鶏", ["架空電機株式会社"]),
        "US": ("WEATHERCOCK THAT TELLS THE WIND BY SOUND", english),
        "EP": ("WEATHERCOCK THAT TELLS THE WIND BY SOUND", english),
        "CN": ("WEATHERCOCK THAT TELLS THE WIND BY SOUND", english),
        "KR": ("Weathercock that tells the wind by sound", english),
    }


def test_the_papers_at_the_japanese_office_are_those_of_the_domestic_list() -> None:
    """Eleven digits join the two (recorded); the parts of one application share theirs."""
    for application, number in ((VANE[0], "2021490301"), (MAP[0], "2022590302"), (COLANDER[0], "2022490303")):
        progress = OURS.answer(endpoint("patent", "app_progress"), (number,))
        assert progress
        listed = [row for part in progress["bibliographyInformation"] for row in part["documentList"]]
        at_home = {row["documentNumber"] for row in listed}
        assert {paper.jpo_document_number for paper in papers(application)} <= at_home
    assert [str(paper.original and paper.original.id) for paper in papers(VANE[0])[:5]] == [
        "Request_for_a_Patent_52199030101_JP",
        "Description_52199030101_JP",
        "Claims_52199030101_JP",
        "Drawings_52199030101_JP",
        "Abstract_52199030101_JP",
    ]


FIRST_ACTIONS = {
    "JP.2021490301.A": ("2023-11-28", "Notice_of_Reasons_for_Refusal_06123930301_JP"),
    "US.202218990301.A": ("2023-05-16", "LF301CTNF0000A1"),
    "EP.22990301.A": ("2022-07-08", "EF301OPIN0000A1"),
    "CN.202219990301.A": ("2023-06-15", "20221999030152104012023061599030100000000001_CN"),
    "KR.20220990301.A": ("2023-08-07", "952023099030101_KR"),
}


@pytest.mark.parametrize("application", VANE)
def test_each_of_the_five_offices_tells_one_story(application: str) -> None:
    """Application papers, one first action, arguments and amendments after it, and a decision where there is one."""
    listed = papers(application)
    first = [paper for paper in listed if "21" in (paper.group or "").split(",")]
    assert [(str(p.legal_date), next(ids(p))) for p in first] == [FIRST_ACTIONS[application]]
    place = listed.index(first[0])
    assert {"application"} <= {paper.kind for paper in listed[:place]} <= {"application", "applicant", "citations"}
    assert {"argument", "amendment"} <= {paper.kind for paper in listed[place:]}
    assert any(paper.kind == "decision" for paper in listed) is (application[:2] != "EP")


# ── classes and citations ─────────────────────────────────────────────────────────────────────


def test_each_member_has_its_classes_and_what_was_cited_against_it() -> None:
    """One document is cited by all five offices; each has its own date and place."""
    found: dict[str, CitationsAndClasses] = {application: answer(CLASSES, application) for application in VANE}
    shared = {
        application[:2]: [
            (str(cited.draft_date), cited.cited_in)
            for cited in (record.citation.patents if record.citation else ())
            if cited.publication and cited.publication.number == "JP.2015490301.A"
        ]
        for application, record in found.items()
    }
    assert shared == {
        "JP": [("2023-11-21", "Notice of Reasons for Refusal")],
        "US": [("2023-05-16", "Non-Final Rejection")],
        "EP": [("2022-07-08", "European search report")],
        "CN": [("2023-06-15", "First Office Action")],
        "KR": [("2023-08-07", "Notification of Reason for Refusal")],
    }
    assert all(record.application_number == application for application, record in found.items())
    japan, america = (found[VANE[n]].classification for n in (0, 1))
    assert japan
    assert america
    assert japan.ipcs == america.ipcs == ("G01P 13/02", "G10K 5/00")
    assert [(c.scheme, c.symbol) for c in japan.originals] == [
        ("FI", "G01P13/02@Z"),
        ("FI", "G10K5/00@A"),
        ("F-term", "2F034AA02"),
    ]
    assert [c.scheme for c in america.originals] == ["CPC", "CPC", "USPC"]


def test_what_is_no_patent_document_is_cited_as_text() -> None:
    """At home from the notice, abroad as the office printed it."""
    japan, america = (answer(CLASSES, application).citation.others for application in (VANE[0], MAP[1]))
    assert [(str(c.draft_date), c.text) for c in japan] == [
        ("2023-11-21", "架空　風子，鳴る風向計，空想気象学会誌，空想気象学会，第３巻第１号，第１２－１５頁")
    ]
    assert [c.text for c in america] == [
        'MUSTER, "Folding without Tears", Journal of Imaginary Cartography, vol. 7, pp. 1-9 (2008)'
    ]


# ── PDFs ──────────────────────────────────────────────────────────────────────────────────────


async def test_every_id_of_every_list_fetches_a_pdf(caller: Caller) -> None:
    """Originals and translations, at every office."""
    for application in MEMBERS:
        for document_id in (each for paper in papers(application) for each in ids(paper)):
            content = file(PDF, application, document_id)
            assert content.startswith(b"%PDF-"), document_id
            assert content.endswith(b"%%EOF\n")
    reply = await caller.get(PDF.path(VANE[3], "20221999030152104012023061599030100000000001"))
    assert reply.headers["content-type"] == "application/pdf"


READABLE: list[tuple[str, str, list[tuple[str, str]]]] = [
    (VANE[0], "Written_Opinion_52499030103_JP", [
        ("text", "【書類名】意見書 【出願番号】特願２０２１－４９０３０１ 【意見の内容】"
         " 請求項１にカムを加えたので、拒絶理由は解消しました。"),
    ]),
    (VANE[0], "Written_Opinion_52499030103", [
        ("text", "[Machine translation] Written Opinion Since the cam has been added to claim 1, the reasons for"
         " refusal have been overcome."),
    ]),
    (VANE[0], "Drawings_52199030101_JP", [("image", ""), ("image", "")]),
    (VANE[1], "LF301CTNF0000A1", [
        ("text", "DETAILED ACTION Claim Rejections - 35 USC 102 Claims 1 and 2 are rejected under 35 U.S.C. 102(a)(1)"
         " as being anticipated by US 2016/0990301 A1."),
        ("text", "Claim Rejections - 35 USC 103 Claim 3 is rejected under 35 U.S.C. 103 as being unpatentable over"
         " US 2016/0990301 A1 in view of JP 2015-490301 A."),
    ]),
    (VANE[2], "EF301DESC0000A1", [
        ("text", "Description [0001] The invention relates to a weathercock that tells the wind by sound."),
        ("image", ""),
        ("text", "[0003] The cam 5 is fixed to the post 2 and moves the plug of the whistle 4."),
    ]),
    (VANE[3], "20221999030152104022024011899030100000000001_CN", [
        ("text", "第二次审查意见通知书 权利要求2不清楚，不符合专利法第26条第4款的规定。"),
    ]),
    (VANE[3], "20221999030152104022024011899030100000000001", [
        ("text", "Second Office Action Claim 2 is not clear and does not conform to Article 26(4) of the Patent Law."),
    ]),
    (VANE[4], "112022099030102_KR", [("image", ""), ("image", ""), ("image", "")]),
    (VANE[4], "112023099030101_KR", [("text", "의견서 인용발명 1에는 캠이 기재되어 있지 않습니다.")]),
]  # fmt: skip


@pytest.mark.parametrize(("application", "document_id", "expected"), READABLE, ids=[row[1] for row in READABLE])
def test_a_pdf_reads_as_what_is_written_down(
    application: str, document_id: str, expected: list[tuple[str, str]]
) -> None:
    """Text in four scripts, scans without text, and both in one file."""
    assert [(state, unspaced(text)) for state, text in texts(application, document_id)] == [
        (state, unspaced(text)) for state, text in expected
    ]


def unspaced(text: str) -> str:
    """Where a line is broken is the typesetter's affair."""
    return "".join(text.split())


def test_the_long_specification_has_two_hundred_pages_of_text() -> None:
    """Readable a few pages at a time; the last page is the last fold."""
    content = file(PDF, MAP[1], "LF302SPEC0000A1")
    assert 100_000 < len(content) < 10 << 20
    first = read_pdf(content, last=1)
    assert (first.count, first.pages[0].number, first.pages[0].state) == (200, 1, "text")
    ((state, text),) = texts(MAP[1], "LF302SPEC0000A1", first=200)
    assert state == "text"
    assert text.startswith("[0200] Fold 200 of the map is made of paper and of a wire with a memory.")


# ── ZIPs ──────────────────────────────────────────────────────────────────────────────────────

JP = "{http://www.jpo.go.jp}"


def unpacked(application: str, document_id: str) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(file(ZIP, application, document_id)))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def tree(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(re.sub(r"<\?xml[^>]*>", "", content.decode("cp932")))  # noqa: S314 - our own paper


def test_every_paper_at_home_that_is_written_down_is_a_zip_with_shift_jis_inside() -> None:
    """Roots and document types as the recorded client knows them; image files lie in the folder of the paper."""
    roots: set[str] = set()
    for application, document_id in OURS.questions(ZIP):
        for name, content in unpacked(application, document_id).items():
            if name.endswith(".xml"):
                assert b"<!DOCTYPE " in content
                assert b"\n" not in content.replace(b"\r\n", b"")
                roots.add(tree(content).tag.removeprefix(JP))
    assert roots == {
        "pat-app-doc", "application-body", "pat-rspns", "pat-amnd", "notice-pat-exam-rn",
    }  # fmt: skip


def test_the_request_comes_with_the_whole_application_and_its_images() -> None:
    """Request, body and images in one folder, named by code and number."""
    inside = unpacked(VANE[0], "Request_for_a_Patent_52199030101_JP")
    assert {name: len(content) for name, content in inside.items() if name.endswith(".tif")} == {
        "A63_52199030101/JPOXMLDOC01-appb-D000001.tif": 4_000,
        "A63_52199030101/JPOXMLDOC01-appb-D000002.tif": 3_000,
        "A63_52199030101/JPOXMLDOC01-appb-M000001.tif": 900,
    }
    body = tree(inside["A63_52199030101/JPOXMLDOC01-appb.xml"])
    assert [child.tag for child in body] == ["description", "claims", "abstract", "drawings"]
    assert [p.get("num") for p in body.findall("description//p")] == [f"{n:04d}" for n in range(1, 13)]
    assert [section.tag for section in body[0]] == [
        "invention-title", "technical-field", "background-art", "citation-list", "summary-of-invention",
        "description-of-drawings", "description-of-embodiments", "industrial-applicability", "reference-signs-list",
    ]  # fmt: skip
    assert [(c.get("num"), c.findtext("claim-text")) for c in body.findall("claims/claim")] == [
        ("1", "風を受けて向きを変える胴体と、前記胴体に設けられ風を受けて鳴る笛と、を備える風見鶏。"),
        ("2", "前記笛の音の高さが前記胴体の向きによって変わる、請求項１に記載の風見鶏。"),
        ("3", "前記笛の長さを前記胴体の向きに応じて変えるカムを備える、請求項２に記載の風見鶏。"),
    ]
    figures = body.findall("drawings/figure")
    assert [(f.get("num"), f[0].attrib) for f in figures][1] == (
        "2",
        {"id": "000002", "file": "JPOXMLDOC01-appb-D000002.tif", "he": "70", "wi": "110", "img-format": "tif",
         "img-content": "drawing"},
    )  # fmt: skip
    assert [img.get("file") for img in body.findall("description//maths/img")] == ["JPOXMLDOC01-appb-M000001.tif"]
    request = tree(inside["A63_52199030101/JPOXMLDOC01-jpbibl.xml"])[0]
    assert request.tag == f"{JP}application-a63"
    assert [e.text for e in request.iter(f"{JP}document-name")] == ["明細書", "特許請求の範囲", "図面", "要約書"]
    assert request.findtext(f"{JP}applicants//{JP}name") == "架空電機株式会社"


@pytest.mark.parametrize(
    ("application", "document_id", "parts", "files"),
    [
        (VANE[0], "Description_52199030101_JP", ["description"], ["JPOXMLDOC01-appb-M000001.tif"]),
        (VANE[0], "Claims_52199030101_JP", ["claims"], []),
        (VANE[0], "Abstract_52199030101_JP", ["abstract"], []),
        (VANE[0], "Drawings_52199030101_JP", ["drawings"],
         ["JPOXMLDOC01-appb-D000001.tif", "JPOXMLDOC01-appb-D000002.tif"]),
        (MAP[0], "Description_52299030202_JP", ["description"], ["JPOXMLDOC01-appb-T000001.tif"]),
    ],
)  # fmt: skip
def test_another_part_comes_alone_with_its_own_images(
    application: str, document_id: str, parts: list[str], files: list[str]
) -> None:
    """Which of the two forms the JPO sends is not known, so the sandbox has both."""
    inside = unpacked(application, document_id)
    (body,) = (tree(content) for name, content in inside.items() if name.endswith(".xml"))
    assert [child.tag for child in body] == parts
    assert [PurePosixPath(name).name for name in inside if name.endswith(".tif")] == files


@pytest.mark.parametrize("number", ["2021490301", "2022590302", "2022490303"])
async def test_the_domestic_api_hands_out_no_application_papers(number: str, caller: Caller) -> None:
    """That is what the OPD is for."""
    reply = await caller.get(f"/api/patent/v1/app_doc_cont_opinion_amendment/{number}")
    names = zipfile.ZipFile(io.BytesIO(reply.content)).namelist()
    assert [name.partition("_")[0] for name in names if name.endswith("/")] == ["A53", "A523"]


# ── the clock ─────────────────────────────────────────────────────────────────────────────────


async def test_dossiers_grow_with_the_clock() -> None:
    """A paper of 2026-11-24 is listed, and fetched, from the 25th on."""
    clock = ManualClock(NOON_JST)
    caller = caller_of(Sandbox(clock=clock))
    async with caller.http:
        before = [(await caller.get(path)).content for path in MOVED]
        clock.advance(2 * 86_400)
        await caller.log_in()
        after = [(await caller.get(path)).content for path in MOVED]
    assert b"EF301INTG0000A1" not in before[0]
    assert b'"statusCode":"108"' in before[1]
    assert b"EF301INTG0000A1" in after[0]
    assert after[1].startswith(b"%PDF-")


MOVED = (PAPERS.path(VANE[2]), PDF.path(VANE[2], "EF301INTG0000A1"))


@pytest.mark.parametrize(("day", "granted"), [("2027-05-12", []), ("2027-05-13", ["EP.9900301.B1"])])
def test_a_patent_abroad_appears_the_day_after(day: str, granted: list[str]) -> None:
    """As an act at home."""
    register = Register(OPD_FAMILIES, date.fromisoformat(day))
    listed: FamilyList = answer(LIST, "application", VANE[2], register=register)
    assert [n.number for n in listed.members[2].registrations] == granted
    assert (register.answer(LIST, ("publication", "EP.9900301.B1")) is not None) is bool(granted)


def test_dossiers_never_lose_a_paper() -> None:
    """Month by month, at every office."""
    seen: dict[str, set[str]] = {application: set() for application in MEMBERS}
    for year, month in ((year, month) for year in range(2022, 2028) for month in range(1, 13)):
        register = Register(OPD_FAMILIES, date(year, month, 1))
        for application in MEMBERS:
            if register.answer(PAPERS, (application,)) is not None:
                now = {document_id for paper in papers(application, register) for document_id in ids(paper)}
                assert now >= seen[application]
                assert all(str(paper.legal_date) < f"{year}-{month:02}-01" for paper in papers(application, register))
                seen[application] = now
    assert len(seen[VANE[2]]) == 13


def test_nothing_happens_at_home_on_a_weekend_and_publication_is_after_eighteen_months() -> None:
    """As in the other lives."""
    for case in OPD_FAMILIES:
        days = [case.published, case.registered, *(paper.date for paper in case.papers)]
        assert all(date.fromisoformat(day).weekday() < 5 for day in days if day)
        assert [p.date for p in case.papers] == sorted(p.date for p in case.papers)


# ── errors ────────────────────────────────────────────────────────────────────────────────────

NOTHING: list[tuple[str, str]] = [
    ("107", FAMILY.path("application", "JP.2021490399.A")),
    ("107", PDF.path("JP.2021490399.A", "Claims_52199030101_JP")),
    ("108", PDF.path(VANE[0], "Claims_52199030199_JP")),
    ("108", ZIP.path(VANE[0], "Request_for_Examination_52399030102_JP")),
    ("108", ZIP.path(VANE[0], "Claims_52199030101")),
]


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(("code", "path"), NOTHING)
async def test_what_is_not_there_is_said_in_either_form(
    form: Literal["json", "xml"], code: str, path: str, caller: Caller, sandbox: Sandbox
) -> None:
    """Which of the two the JPO uses is not known; both count."""
    sandbox.opd_errors = form
    reply = await caller.get(path)
    assert (reply.status_code, told(reply.content)) == (200, (code, "99"))
    assert reply.headers["content-type"] == f"application/{form}"


def told(content: bytes) -> tuple[str, str]:
    """Status code and counter, in JSON or XML."""
    text = content.decode()
    found = [
        re.search(rf'"{name}":"([^"]*)"|<{name}(?:/>|>([^<]*)<)', text) for name in ("statusCode", "remainAccessCount")
    ]
    assert all(found)
    code, left = (match[1] or match[2] or "" for match in found if match)
    return code, left


TROUBLE: list[tuple[Any, int, str]] = [
    ("spent_203", 200, "203"),
    ("busy_303", 429, "303"),
    ("unexpected_999", 200, "999"),
]


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("path", [PAPERS.path(VANE[1]), PDF.path(VANE[1], "LF301CTNF0000A1")], ids=["list", "pdf"])
async def test_trouble_is_said_in_either_form_with_an_empty_counter(
    trouble: tuple[Any, int, str], form: Literal["json", "xml"], path: str, caller: Caller, sandbox: Sandbox
) -> None:
    """A 203 shows no counter (recorded at home)."""
    kind, status, code = trouble
    sandbox.opd_errors = form
    sandbox.faults.add(Fault(kind))
    reply = await caller.get(path)
    assert (reply.status_code, told(reply.content)) == (status, (code, ""))
    assert reply.content[:1] == (b"{" if form == "json" else b"<")
    assert (await caller.get(path)).status_code == 200


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(("code", "status"), [("203", 200), ("210", 401), ("212", 401), ("301", 404)])
async def test_an_id_without_the_opd_is_refused_there_and_only_there(
    form: Literal["json", "xml"], code: str, status: int, clock: ManualClock
) -> None:
    """What such an ID receives is not known, so it is a setting; nothing is counted."""
    sandbox = Sandbox(clock=clock, opd_refusal=code, opd_errors=form)
    caller = caller_of(sandbox)
    async with caller.http:
        for row, question in ((LIST, ("application", VANE[0])), (ZIP, (VANE[0], "Claims_52199030101_JP"))):
            reply = await caller.get(row.path(*question))
            assert (reply.status_code, told(reply.content)) == (status, (code, ""))
            assert reply.headers["content-type"] == f"application/{form}"
            assert sandbox.spent(row.key) == 0
        at_home = await caller.result("/api/patent/v1/app_progress/2021490301")
    assert at_home["statusCode"] == "100"


CUT = [
    PAPERS.path(VANE[3]),
    PDF.path(VANE[1], "LF301CTNF0000A1"),
    ZIP.path(VANE[0], "Claims_52199030101_JP"),
]


@pytest.mark.parametrize("path", CUT, ids=["xml", "pdf", "zip"])
async def test_xml_pdf_and_zip_can_be_cut_short(path: str, caller: Caller, sandbox: Sandbox) -> None:
    """The first half of the bytes, with a length to match."""
    whole = (await caller.get(path)).content
    sandbox.reset()
    sandbox.faults.add(Fault("truncated"))
    assert (await caller.get(path)).content == whole[: len(whole) // 2]


async def test_a_pdf_of_more_than_ten_megabytes_is_a_link(caller: Caller, sandbox: Sandbox) -> None:
    """Documented at home only; the link is fetched without the token and leads to the same file."""
    path = PDF.path(VANE[1], "LF301CTNF0000A1")
    whole = (await caller.get(path)).content
    sandbox.faults.add(Fault("oversize"))
    sandbox.download_base = "https://jpo.example"
    url = (await caller.result(path))["data"]["URL"]
    assert (await caller.http.get(url)).content == whole


def test_the_vocabulary_of_the_groups_is_the_one_in_the_tables() -> None:
    """So that a group written down wrongly is found here."""
    used = {token for a in MEMBERS for paper in papers(a, WHOLE) for token in (paper.group or "").split(",")}
    assert used == {"1", "2", "3", "4", "5", "21", "22", "23", "101", "102"}
    assert all(codes.decode("dossier_group", token).known for token in used)
