"""The bundles have the form that the recorded ones have, and contents of our own."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.endpoints import ENDPOINTS, Endpoint, endpoint
from jpo_mcp.sandbox import CASES
from jpo_mcp.sandbox.life import Dismissal, Refusal
from jpo_mcp.sandbox.papers import bundle, columns, wrap
from jpo_mcp.sandbox.register import Register
from tests.conftest import NOON_JST
from tests.sandbox.conftest import Caller

JP = "{http://www.jpo.go.jp}"
ZIPS = [row for row in ENDPOINTS if row.reply == "zip" and row.pace == "domestic"]
IMAGES = (".tif", ".JPG")


def members(law: Any, name: str, number: str) -> dict[str, str]:
    case = Register(CASES).case(law, number)
    assert case
    content = bundle(case, endpoint(law, name).papers, NOON_JST)
    assert content
    archive = zipfile.ZipFile(io.BytesIO(content))
    papers = (member for member in archive.namelist() if not member.endswith(IMAGES))
    return {member: archive.read(member).decode("cp932") for member in papers}


def xml(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - our own paper


@pytest.mark.parametrize("row", ZIPS, ids=lambda row: row.key)
def test_every_paper_is_cp932_with_carriage_returns_and_well_formed(row: Endpoint[Any]) -> None:
    """Recorded: Shift_JIS by name, cp932 in truth, CRLF, an external DTD that nobody fetches."""
    seen = 0
    for case in CASES:
        content = bundle(case, row.papers, NOON_JST) if case.law == row.law else None
        archive = zipfile.ZipFile(io.BytesIO(content)) if content else None
        for member in archive.namelist() if archive else ():
            if member.endswith(IMAGES):
                continue
            raw = archive.read(member) if archive else b""
            text = raw.decode("cp932")
            assert text.count("\n") == text.count("\r\n")
            if member.endswith(".xml"):
                assert '<?xml version="1.0" encoding="Shift_JIS"?>' in text
                assert xml(text).tag.startswith(JP)
            seen += bool(raw)
    assert seen > 0


def test_the_members_are_named_by_the_document_numbers_of_the_list() -> None:
    """The join of list and bundle, as recorded."""
    answers = members("patent", "app_doc_cont_opinion_amendment", "2020490001")
    assert list(answers) == [
        "A53_52499000103/",
        "A53_52499000103/JPOXMLDOC01-jpbibl.xml",
        "A523_52499000104/",
        "A523_52499000104/JPOXMLDOC01-jpbibl.xml",
    ]
    assert list(members("patent", "app_doc_cont_refusal_reason_decision", "2019490002")) == [
        "06123990201-jpntce.xml",
        "06123990202-jpntce.xml",
        "06124990203-jpntce.xml",
        "06124990204-jpntce.xml",
    ]
    assert list(members("design", "app_doc_cont_opinion_amendment", "2022490101"))[3] == (
        "A523_52299010103/JPOSGMLDOC1P.HTM"
    )
    assert list(members("trademark", "app_doc_cont_refusal_reason", "2023490201")) == ["06423920101P.HTM"]


def test_a_reply_names_the_notice_by_its_last_six_digits() -> None:
    """発送番号: the only safe link between a notice and its answer."""
    opinion = members("patent", "app_doc_cont_opinion_amendment", "2020490001")[
        "A53_52499000103/JPOXMLDOC01-jpbibl.xml"
    ]
    assert xml(opinion).findtext(f".//{JP}dispatch-number") == "990101"
    assert "06124990101-jpntce.xml" in members("patent", "app_doc_cont_refusal_reason", "2020490001")
    letter = members("design", "app_doc_cont_opinion_amendment", "2022490101")["A53_52299010102/JPOSGMLDOC1P.HTM"]
    assert "【発送番号】　　　　　９１０１０１" in letter


def test_the_refusal_bundle_is_part_of_the_decision_bundle() -> None:
    """Recorded: the notice is byte-identical in both."""
    notices = members("patent", "app_doc_cont_refusal_reason", "2020490001")
    decisions = members("patent", "app_doc_cont_refusal_reason_decision", "2020490001")
    assert notices.items() <= decisions.items()
    assert set(decisions) - set(notices) == {"06124990102-jpntce.xml"}


def test_a_notice_has_the_elements_of_the_recorded_one(shared: Path) -> None:
    """Same element names, in the same nesting, for the first of each kind."""
    name = "patent__app_doc_cont_refusal_reason__2020123456.zip"
    archive = zipfile.ZipFile(shared / "recordings/domestic" / name)
    recorded = xml(archive.read(archive.namelist()[0]).decode("cp932"))
    ours = xml(members("patent", "app_doc_cont_refusal_reason", "2020490001")["06124990101-jpntce.xml"])
    assert paths(ours) == paths(recorded)


@pytest.mark.parametrize(
    ("folder", "ours"), [("A53_52400900476", "A53_52499000103"), ("A523_52400900473", "A523_52499000104")]
)
def test_an_answer_has_the_elements_of_the_recorded_one(folder: str, ours: str, shared: Path) -> None:
    """But for what only the recorded case amended, and the telephone number."""
    archive = zipfile.ZipFile(shared / "recordings/domestic/patent__app_doc_cont_opinion_amendment__2020123456.zip")
    recorded = xml(archive.read(f"{folder}/JPOXMLDOC01-jpbibl.xml").decode("cp932"))
    made = xml(members("patent", "app_doc_cont_opinion_amendment", "2020490001")[f"{ours}/JPOXMLDOC01-jpbibl.xml"])
    inline = {"phone", "invention-title", "u", "br"}
    assert {p for p in paths(made) if p[-1] not in inline} == {p for p in paths(recorded) if p[-1] not in inline}


def paths(element: ElementTree.Element, above: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    here = (*above, element.tag.removeprefix(JP))
    return {here}.union(*(paths(child, here) for child in element))


def test_a_notice_says_its_reasons_claims_and_citations_in_the_house_style() -> None:
    """What the reader of reasons has to find."""
    notice = xml(members("patent", "app_doc_cont_refusal_reason", "2020490001")["06124990101-jpntce.xml"])
    assert [a.text for a in notice.iter(f"{JP}article")] == [
        "第２９条第１項第３号（新規性）",
        "第２９条第２項（進歩性）",
        "第３６条第６項第２号（明確性）",
    ]
    body = "\n".join(notice.find(f".//{JP}drafting-body/p").itertext())  # type: ignore[union-attr]
    for line in (
        "●理由２（進歩性）について",
        "・請求項　３，４",
        "・引用文献等　１及び２",
        "２．特開２０１４－４９０１０２号公報",
    ):
        assert line in body
    conclusion = "".join(notice.find(f".//{JP}conclusion-part-article/p").itertext())  # type: ignore[union-attr]
    assert "発送の日から６０日以内" in conclusion.replace("\n", "")


def test_a_final_notice_has_its_banner_and_a_foreign_one_three_months() -> None:
    """The banner and the printed period are the only signs there are."""
    final = members("patent", "app_doc_cont_refusal_reason", "2019490002")["06123990202-jpntce.xml"]
    assert "＜＜＜＜　　最　　後　　＞＞＞＞" in final
    abroad = members("patent", "app_doc_cont_refusal_reason", "2021599004")["06123990401-jpntce.xml"]
    assert "３か月以内" in re.sub(r"<br/>\r\n", "", abroad)


def test_a_notice_drafted_before_may_2021_has_the_older_element_names() -> None:
    """As in the JPO's older style sheets and papers: no -rn anywhere, another DTD."""
    older = members("patent", "app_doc_cont_refusal_reason", "2017490014")["06120991401-jpntce.xml"]
    assert xml(older).tag == f"{JP}notice-pat-exam"
    assert xml(older).find(f"{JP}notice-of-rejection-a131/{JP}bibliog-in-ntc-pat-exam") is not None
    assert 'SUBSTANTIAL EXAMINATION 1.0//EN" "ntc-pt-e.dtd" []>' in older
    assert "-rn" not in older


def test_an_older_notice_is_printed_in_lines_of_the_paper_s_width() -> None:
    """Inferred of the older form: the body too is cut after 36 characters, inside words, each line with its break."""
    text = members("patent", "app_doc_cont_refusal_reason", "2012490070")["06114997001-jpntce.xml"]
    body = text.partition("<jp:drafting-body>")[2].partition("</jp:drafting-body>")[0]
    lines = [line.removesuffix("<br/>") for line in body.splitlines()[2:-1]]
    assert max(columns(line) for line in lines) == 72
    assert "・請求項　１，２－４、７及び９ないし１１" in lines
    assert [article.text for article in xml(text).iter(f"{JP}article")] == ["第２９条第１項", "第２９条第２項"]


def test_an_older_refusal_has_its_conclusion_in_the_body_and_the_appeal_in_its_footer() -> None:
    """Republished refusals of 2014 and 2015; the current form has a conclusion part and no flag."""
    served = members("patent", "app_doc_cont_refusal_reason_decision", "2012490070")["06115997003-jpntce.xml"]
    older = xml(served).find(f"{JP}decision-of-rejection-a02")
    current = xml(members("patent", "app_doc_cont_refusal_reason_decision", "2020490074")["06124997404-jpntce.xml"])
    assert older is not None
    assert older.find(f"{JP}conclusion-part-article") is None
    assert older.find(f"{JP}reconsideration-before-appeal") is not None
    assert older.find(f"{JP}footer-article/{JP}administrative-appeal-sentence") is not None
    body = older.find(f"{JP}drafting-body")
    assert body is not None
    assert "平成２７年　１月２０日付け拒絶理由通知書" in "".join(body.itertext()).replace("\n", "")
    assert current.find(f".//{JP}conclusion-part-article") is not None
    assert current.find(f".//{JP}reconsideration-before-appeal") is None
    assert current.find(f".//{JP}administrative-appeal-sentence") is None


def test_a_dismissal_is_named_by_its_code() -> None:
    """補正の却下の決定 has two codes, A191 and A192."""
    first = xml(members("patent", "app_doc_cont_refusal_reason_decision", "2020490074")["06124997403-jpntce.xml"])
    second = xml(members("patent", "app_doc_cont_refusal_reason_decision", "2011490076")["06114997603-jpntce.xml"])
    assert first.find(f"{JP}declining-the-amendment-a191-rn") is not None
    assert second.find(f"{JP}declining-the-amendment-a192") is not None


def test_an_amendment_adds_changes_and_deletes() -> None:
    """補正方法 1, 3 and 2; what is deleted has no contents."""
    text = members("patent", "app_doc_cont_opinion_amendment", "2019490078")["A523_52299007804/JPOXMLDOC01-jpbibl.xml"]
    groups = list(xml(text).iter(f"{JP}amendment-group"))
    assert [g.findtext(f"{JP}way-of-amendment") for g in groups] == ["3", "3", "1", "3", "2", "2"]
    assert [g.findtext(f"{JP}item-of-amendment") for g in groups][1] == "発明の名称"
    assert [g.find(f"{JP}contents-of-amendment") is None for g in groups] == [False] * 4 + [True] * 2


def test_raised_and_lowered_characters_are_elements() -> None:
    """As in the papers of the office; other angle brackets of a text are characters."""
    text = members("patent", "app_doc_cont_refusal_reason", "2023490077")["06125997701-jpntce.xml"]
    assert [(e.tag, e.text) for e in xml(text).iter() if e.tag in {"u", "sub", "sup"}] == [
        ("sub", "２"),
        ("sup", "３"),
        ("u", "二重の覆い"),
    ]


def test_an_amendment_keeps_underlines_and_marks_deletions() -> None:
    """補正方法 3 replaces, 2 deletes and has no contents; the underline is legally significant."""
    text = members("patent", "app_doc_cont_opinion_amendment", "2020490001")["A523_52499000104/JPOXMLDOC01-jpbibl.xml"]
    groups = list(xml(text).iter(f"{JP}amendment-group"))
    assert [(g.findtext(f"{JP}item-of-amendment"), g.findtext(f"{JP}way-of-amendment")) for g in groups] == [
        ("全文", "3"),
        ("０００７", "3"),
        ("０００８", "2"),
    ]
    assert [claim.get("num") for claim in groups[0].iter("claim")] == ["1", "2", "3"]
    assert [u.text for u in groups[0].iter("u")][:2] == ["複数の段階のいずれかに", "前記段階ごとに異なる音色を"]
    assert groups[2].find(f"{JP}contents-of-amendment") is None


def test_the_papers_hold_what_breaks_a_shift_jis_reader() -> None:
    """Measured: shift_jis turns －～ into other characters and cannot read ①㈱髙﨑 at all."""
    case = Register(CASES).case("patent", "2017490014")
    assert case
    content = bundle(case, endpoint("patent", "app_doc_cont_refusal_reason").papers, NOON_JST)
    assert content
    archive = zipfile.ZipFile(io.BytesIO(content))
    raw = archive.read(archive.namelist()[0])
    assert "①㈱髙﨑～－" in raw.decode("cp932")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("shift_jis")


def test_plain_papers_are_cut_at_36_characters_and_marked_by_page() -> None:
    """Recorded form of the HTM: one PRE, page marks at the right edge, a rule between pages, E on the last."""
    text = members("trademark", "app_doc_cont_refusal_reason", "2021490203")["06422920301P.HTM"]
    lines = text.split("\r\n")
    marks = [line.strip() for line in lines if re.fullmatch(r" {70,}\d+/[ E]", line)]
    assert marks == ["1/", "2/E"]
    assert text.count('<HR Align="left" Width="640">') == 1
    assert text.count("<PRE>") == 1
    printed = [line for line in lines if "<" not in line and not re.fullmatch(r" +\d+/[ E]", line)]
    assert max(columns(line) for line in printed) == 72


def test_a_long_letter_fills_pages_and_breaks_words_and_underlines() -> None:
    """Recorded: six pages; what is underlined inside a sentence is cut like the rest of it."""
    text = members("trademark", "app_doc_cont_refusal_reason", "2024490270")["06424927001P.HTM"]
    lines = text.split("\r\n")
    assert [line.strip() for line in lines if re.fullmatch(r" {70,}\d+/[ E]", line)] == ["1/", "2/", "3/E"]
    underlined = [line for line in lines if "わたぐも製" in line and "<U>" in line]
    assert underlined
    assert all(columns(re.sub("<[^>]*>", "", line)) <= 72 for line in underlined)


def test_wrapping_loses_nothing() -> None:
    """Lines are cut in the middle of words, so joining them gives the text back."""
    text = "あ" * 35 + "ab" + "い" * 80
    pieces = list(wrap(text))
    assert "".join(pieces) == text
    assert [columns(piece) for piece in pieces] == [72, 72, 72, 16]


def test_images_lie_beside_their_paper_under_its_number_or_in_its_folder() -> None:
    """The specification's examples of names, for a mark's notice and for what a design's applicant filed."""
    with_images = [
        names("trademark", "app_doc_cont_refusal_reason", "2024490271"),
        names("patent", "app_doc_cont_refusal_reason", "2023490077"),
        names("design", "app_doc_cont_opinion_amendment", "2023490172")[:3],
    ]
    assert with_images == [
        ["06424927101P.HTM", "064249271010001.tif", "064249271010002.tif"],
        ["06125997701-jpntce.xml", *(f"06125997701000{place}.tif" for place in (1, 2, 3))],
        [
            "A523_52499017202/",
            "A523_52499017202/JPOSGMLDOC1P.HTM",
            "A523_52499017202/JPOSGMLDOC10001.JPG",
        ],
    ]


def names(law: Any, name: str, number: str) -> list[str]:
    case = Register(CASES).case(law, number)
    content = case and bundle(case, endpoint(law, name).papers, NOON_JST)
    assert content
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


async def test_a_bundle_of_more_than_10_mb_comes_as_a_link(caller: Caller, clock: ManualClock) -> None:
    """Without any fault: this case has twelve drawings, and its answer is always the link of the specification."""
    result = await caller.result("/api/design/v1/app_doc_cont_opinion_amendment/2023490172")
    assert (result["statusCode"], list(result["data"])) == ("100", ["URL"])
    fetched = await caller.http.get(result["data"]["URL"])
    assert len(fetched.content) > 10 << 20
    archive = zipfile.ZipFile(io.BytesIO(fetched.content))
    assert sum(name.endswith(".JPG") for name in archive.namelist()) == 12
    assert archive.testzip() is None


def test_papers_stand_in_the_order_of_their_days_and_cite_what_went_before() -> None:
    """Answers name the notice by its 発送番号, decisions by its drafting date: both must be in the list, earlier."""
    compared = 0
    for case in CASES:
        assert [p.date for p in case.papers] == sorted(p.date for p in case.papers)
        assert all(p.drafted <= p.date for p in case.papers)
        notices = [p for p in case.papers if p.code == "A131"]
        for paper in case.papers:
            if answers := getattr(paper.body, "answers", ""):
                assert answers in {notice.number for notice in notices if notice.date <= paper.date}
            if isinstance(paper.body, Refusal):
                assert paper.body.notice in {notice.drafted for notice in notices if notice.date < paper.date}
            if isinstance(paper.body, Dismissal):
                assert paper.body.amendment in {p.date for p in case.papers if p.code == "A523"}
            compared += bool(paper.body)
    assert compared > 100


async def test_a_bundle_is_stamped_with_the_japanese_time_of_the_answer(caller: Caller, clock: ManualClock) -> None:
    """Recorded: members carry the moment of generation in Japan, so two fetches differ in nothing else."""
    path = "/api/patent/v1/app_doc_cont_opinion_amendment/2020490001"
    first, second = (await caller.get(path)).content, (await caller.get(path)).content
    assert first == second
    infos = zipfile.ZipFile(io.BytesIO(first)).infolist()
    assert {info.date_time for info in infos} == {(2026, 11, 23, 12, 0, 0)}
    assert {info.compress_type for info in infos if not info.is_dir()} == {zipfile.ZIP_DEFLATED}
    clock.advance(60)
    assert (await caller.get(path)).content != first
