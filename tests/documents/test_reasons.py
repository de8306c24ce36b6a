"""Refusals read from their text: invented cases of every house style, and the recorded papers beside the checkout."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpo_mcp.documents import read_bundle
from jpo_mcp.documents.paper import Paper
from jpo_mcp.documents.reasons import read_reasons, reasons_of
from jpo_mcp.documents.refusal import Block, Referral, Refusal
from jpo_mcp.numbers import Law

NOTICE = "拒絶理由通知書"
DECISION = "拒絶査定"
CONCLUSION = "　この出願には難点があります。反論は、この通知書の発送の日から６０日以内に意見書でどうぞ。"

NOVELTY = "この出願の下記の請求項に係る発明は、下記の刊行物に載っているから、特許法第２９条第１項第３号に該当する。"
STEP = "この出願の下記の請求項に係る発明は、容易になし得たから、特許法第２９条第２項の規定により特許を受けられない。"
CLARITY = "この出願は、請求項の記載が、特許法第３６条第６項第２号に規定する要件を満たしていない。"
SUPPORT = "この出願は、請求項の記載が、特許法第３６条第６項第１号に規定する要件を満たしていない。"
UNITY = "この出願の発明は、特許法第３７条に規定する要件を満たしていない。"

Row = tuple[tuple[int, ...], object, object, str | None]


@dataclass(frozen=True)
class Case:
    """A body and what a careful reader takes out of it, written before the reader was run."""

    body: str
    codes: dict[int, list[str]]
    blocks: list[Row]
    title: str = NOTICE
    articles: tuple[str, ...] = ()


def rows(refusal: Refusal) -> list[Row]:
    return [(b.reasons, b.claims, b.citations, b.mode) for b in refusal.blocks]


def patent(body: str, **more: Any) -> Refusal:
    return read_reasons(body, law="patent", articles=(), **({"conclusion": CONCLUSION, "title": NOTICE} | more))


CASES = {
    "headings with bullets, as printed since 2015": Case(
        f"１．（新規性）{NOVELTY}\n\n２．（進歩性）{STEP}\n\n　　記　（文献は一覧のとおり）\n\n"
        "●理由１（新規性）、理由２（進歩性）について\n\n・請求項　１－３\n・引用文献等　１\n・備考\n"
        "　急須の蓋が記載されている。\n\n"
        "●理由２（進歩性）について\n\n・請求項　４、６\n・引用文献等　１、又は、２\n・備考\n　取っ手は周知である。\n",
        {1: ["29-1-3"], 2: ["29-2"]},
        [((1, 2), (1, 2, 3), (1,), "single"), ((2,), (4, 6), (1, 2), "alternative")],
    ),
    "a single reason without a number": Case(
        f"　{STEP}\n\n　　　　記\n・請求項１\n・引用文献１－３\n・備考\n　茶筒は適宜選べる。\n",
        {1: ["29-2"]},
        [((1,), (1,), (1, 2, 3), "list")],
    ),
    "angle brackets with a range of reasons and colons": Case(
        f"１．{NOVELTY}\n２．{STEP}\n　記\n＜理由１－２＞\n・請求項１－３、５：引用文献１\n・請求項１：引用文献２\n"
        "　湯呑みが記載されている。\n＜理由２＞\n・請求項４：引用文献１及び２\n",
        {1: ["29-1-3"], 2: ["29-2"]},
        [
            ((1, 2), (1, 2, 3, 5), (1,), "single"),
            ((1, 2), (1,), (2,), "single"),
            ((2,), (4,), (1, 2), "combination"),
        ],
    ),
    "each reason with its own 記, the list between them": Case(
        f"【理由１】\n　{STEP}\n　記\n・請求項：１、２\n・引用文献等：１\n・備考\n　茶托である。\n"
        "　　引　用　文　献　等　一　覧\n１．特開２０１９－９０１２３４号公報\n\n"
        f"【理由２】\n　{SUPPORT}\n　記\n・請求項：２\n・備考\n　裏付けがない。\n",
        {1: ["29-2"], 2: ["36-6-1"]},
        [((1,), (1, 2), (1,), "single"), ((2,), (2,), (), "none")],
    ),
    "lettered sections with reasons, claims and documents on a line": Case(
        f"１．{NOVELTY}\n２．{STEP}\n　記\n（Ａ）理由１：請求項１：引用文献１\n"
        "　　　理由２：請求項１～３：引用文献１～２\n（備考）\n"
        "　文献１（請求項９）に注ぎ口がある。\n（Ｂ）理由１、２：請求項４：引用文献３\n",
        {1: ["29-1-3"], 2: ["29-2"]},
        [
            ((1,), (1,), (1,), "single"),
            ((2,), (1, 2, 3), (1, 2), "list"),
            ((1, 2), (4,), (3,), "single"),
        ],
    ),
    "a decision whose lines end with the article": Case(
        "備考\n（１）請求項１／引用文献１～３／第２９条第２項\n\n　出願人は茶葉の量を主張する。\n\n"
        "（２）請求項２～５／引用文献１～４／第２９条第２項\n",
        {1: ["29-2"]},
        [((1,), (1,), (1, 2, 3), "list"), ((1,), (2, 3, 4, 5), (1, 2, 3, 4), "list")],
        title=DECISION,
    ),
    "a decision with the article in the heading and half-width digits": Case(
        "備考\n\n●理由1（特許法第29条第2項）、理由2（特許法第36条第6項第2号）について\n\n・請求項　1‐3\n"
        "・引用文献等　1‐2\n",
        {1: ["29-2"], 2: ["36-6-2"]},
        [((1, 2), (1, 2, 3), (1, 2), "list")],
        title=DECISION,
    ),
    "a decision with one reason and no number": Case(
        "備考\n●理由（特許法第２９条第２項）について\n・請求項　１\n・引用文献等　１\n",
        {1: ["29-2"]},
        [((1,), (1,), (1,), "single")],
        title=DECISION,
    ),
    "a decision that names its reasons by their label": Case(
        "備考\n●理由２（進歩性）について\n・請求項　１\n・引用文献等　１\n●理由１（新規性）について\n"
        "・請求項　２\n・引用文献等　１\n",
        {1: [], 2: ["29-2"]},
        [((2,), (1,), (1,), "single"), ((1,), (2,), (1,), "single")],
        title=DECISION,
    ),
    "numbered headings that name reasons": Case(
        f"１．{NOVELTY}\n２．{STEP}\n　記\n１．理由１，２について\n・請求項１，３\n・引用文献１\n"
        "２．理由２について\n・請求項２\n・引用文献１，２\n",
        {1: ["29-1-3"], 2: ["29-2"]},
        [((1, 2), (1, 3), (1,), "single"), ((2,), (2,), (1, 2), "list")],
    ),
    "reasons as bullets, one section in prose": Case(
        f"１．{STEP}\n２．{CLARITY}\n　記\n・理由１：請求項１、２：引用文献１－２\n・備考\n　匙である。\n\n・理由２\n"
        "　請求項２の「大きめ」は程度が分からない。よって、請求項２に係る発明は明確でない。\n",
        {1: ["29-2"], 2: ["36-6-2"]},
        [((1,), (1, 2), (1, 2), "list"), ((2,), (2,), (), "none")],
    ),
    "reasons as a bullet above the claims": Case(
        f"１．{NOVELTY}\n２．{STEP}\n　記\n・理由　１、２\n・請求項　１\n・引用文献等　１\n・備考\n　茶碗。\n"
        "・理由　２\n・請求項　２\n・引用文献等　１\n",
        {1: ["29-1-3"], 2: ["29-2"]},
        [((1, 2), (1,), (1,), "single"), ((2,), (2,), (1,), "single")],
    ),
    "reasons in brackets behind the claims": Case(
        f"１．{NOVELTY}\n２．{STEP}\n　記\n・請求項　１（理由１、２）\n・引用文献等　１\n・請求項　２（理由２）\n"
        "・引用文献等　１\n",
        {1: ["29-1-3"], 2: ["29-2"]},
        [((1, 2), (1,), (1,), "single"), ((2,), (2,), (1,), "single")],
    ),
    "reasons stated as 理由１．": Case(
        f"理由１．{UNITY}\n\n理由２．{STEP}\n\n　記\n＜理由１について＞\n　請求項１、２に係る発明を審査対象とする。\n"
        "＜理由２について＞\n・請求項　１、２\n・引用文献　１\n",
        {1: ["37"], 2: ["29-2"]},
        [((2,), (1, 2), (1,), "single")],
    ),
    "claims in the closing sentence, an earlier step of it left out": Case(
        f"　{SUPPORT}\n　記\n　請求項３には「蓋」とある。\n　したがって、"
        "請求項３に係る発明は説明に記載したものといえない。\n"
        "　請求項４も同様である。\n　よって、請求項（３、４）に係る発明は、説明に記載したものでない。\n",
        {1: ["36-6-1"]},
        [((1,), (3, 4), (), "none")],
    ),
    "two closing sentences under one reason": Case(
        f"　{CLARITY}\n　記\n・請求項６には「湯」とある。\n　よって、"
        "請求項６及び請求項６を引用する請求項７―９に係る発明は明確でない。\n"
        "・請求項８には「茶」とある。\n　よって、請求項８に係る発明は明確でない。\n",
        {1: ["36-6-2"]},
        [((1,), (6, 7, 8, 9), (), "none"), ((1,), (8,), (), "none")],
    ),
    "claims that the closing sentence leaves open are not read": Case(
        f"　{CLARITY}\n　記\n　よって、請求項１に係る発明は明確でない。また、請求項２、５にも同じことがいえる。\n",
        {1: ["36-6-2"]},
        [((1,), None, (), "none")],
    ),
    "prose that rests on documents names none of them for certain": Case(
        f"　{STEP}\n　記\n　よって、請求項１に係る発明は、引用文献１及び２から当業者が容易に発明できたものである。\n",
        {1: ["29-2"]},
        [((1,), (1,), None, None)],
    ),
    "claims quoted from a document or a claim are not claims": Case(
        f"　{CLARITY}\n　記\n　請求項６の「請求項１乃至９のいずれかに記載の」は不明である。\n　よって、"
        "請求項６に係る発明は明確でない。\n",
        {1: ["36-6-2"]},
        [((1,), (6,), (), "none")],
    ),
    "a bullet may begin a sentence": Case(
        f"　{STEP}\n　記\n・請求項　１\n・引用文献等　１\n・備考\n・請求項１には、蓋があるが、"
        "引用文献１にも蓋がある。\n・請求項２に関しては後述する\n",
        {1: ["29-2"]},
        [((1,), (1,), (1,), "single")],
    ),
    "claims without a bullet in the remarks are prose": Case(
        f"　{STEP}\n　記\n・請求項　１、２\n・引用文献等　１\n・備考\n請求項１について\n　茶こし。\n"
        "・請求項２について\n　茶筅。\n",
        {1: ["29-2"]},
        [((1,), (1, 2), (1,), "single")],
    ),
    "all claims": Case(
        f"　{STEP}\n　記\n・請求項　全て\n・引用文献等　１\n・全請求項\n・引用文献等　２\n",
        {1: ["29-2"]},
        [((1,), "all", (1,), "single"), ((1,), "all", (2,), "single")],
    ),
    "no documents, in so many words": Case(
        f"　{SUPPORT}\n　記\n・請求項　１\n・引用文献等　なし\n",
        {1: ["36-6-1"]},
        [((1,), (1,), (), "none")],
    ),
    "a list broken after a comma": Case(
        f"　{STEP}\n　記\n・請求項　１、３、\n５－７及び\n９\n・引用文献等　１、\n２\n",
        {1: ["29-2"]},
        [((1,), (1, 3, 5, 6, 7, 9), (1, 2), "list")],
    ),
    "a list broken where two numbers could be one": Case(
        f"　{STEP}\n　記\n・請求項　１、１\n２\n・引用文献等　１\n",
        {1: ["29-2"]},
        [((1,), None, (1,), "single")],
    ),
    "claims with an exception are not read": Case(
        f"　{STEP}\n　記\n・請求項　１－３（２を除く）\n・引用文献等　１\n・請求項　７－５\n・引用文献等　１、主に２\n",
        {1: ["29-2"]},
        [((1,), None, (1,), "single"), ((1,), None, None, None)],
    ),
    "two reasons and claims under neither": Case(
        f"１．{NOVELTY}\n２．{STEP}\n　記\n・請求項　１\n・引用文献等　１\n",
        {1: ["29-1-3"], 2: ["29-2"]},
        [((), (1,), (1,), "single")],
    ),
    "one reason with two articles": Case(
        "１．この出願は、特許法第３６条第４項第１号及び第６項第１号に規定する要件を満たしていない。\n　記\n"
        "・請求項　１\n",
        {1: ["36-4-1", "36-6-1"]},
        [((1,), (1,), (), "none")],
    ),
    "rare grounds": Case(
        "１．この出願は、特許法第２９条の２の規定により特許を受けることができない。\n"
        "２．この出願は、特許法第３９条第２項の規定により特許を受けることができない。\n"
        "３．令和６年１月９日付けの補正は、特許法第１７条の２第３項に規定する要件を満たしていない。\n"
        "４．この出願は、特許法第２９条第１項柱書に規定する要件を満たしていない。\n　記\n●理由１、３について\n"
        "・請求項　１\n・引用文献等　１\n",
        {1: ["29-2bis"], 2: ["39-2"], 3: ["17-2-3"], 4: ["29-1-hashira"]},
        [((1, 3), (1,), (1,), "single")],
    ),
    "the body against a coarser bibliography in another order": Case(
        f"１．{CLARITY}\n２．{STEP}\n　記\n●理由１について\n・請求項　１\n",
        {1: ["36-6-2"], 2: ["29-2"]},
        [((1,), (1,), (), "none")],
        articles=("第２９条第２項", "第３６条"),
    ),
    "the bibliography where the body gives only a label": Case(
        "備考\n●理由１（新規性）について\n・請求項　１\n・引用文献等　１\n",
        {1: ["29-1-3"]},
        [((1,), (1,), (1,), "single")],
        title=DECISION,
        articles=("第２９条第１項第３号（新規性）", "第２９条第２項（進歩性）"),
    ),
    "labels with brackets inside": Case(
        "備考\n●理由１（特許法第３６条第６項第１号（サポート要件））、"
        "理由２（特許法第２９条第２項（進歩性））について\n"
        "・請求項　１\n",
        {1: ["36-6-1"], 2: ["29-2"]},
        [((1, 2), (1,), (), "none")],
        title=DECISION,
    ),
    "a heading that is not understood ends the section above it": Case(
        f"１．{NOVELTY}\n２．{STEP}\n　記\n●理由１について\n・請求項　１\n・引用文献等　１\n"
        "●第二の理由と先に述べた理由について\n・請求項　２\n・引用文献等　２\n",
        {1: ["29-1-3"], 2: ["29-2"]},
        [((1,), (1,), (1,), "single"), ((), (2,), (2,), "single")],
    ),
    "reasons with letters are counted": Case(
        f"Ａ．{NOVELTY}\nＢ．{STEP}\n　記\n・請求項　１\n・引用文献等　１\n",
        {1: ["29-1-3"], 2: ["29-2"]},
        [((), (1,), (1,), "single")],
    ),
    "the closing sentence of an enablement section": Case(
        "１．（実施可能要件）この出願は、特許法第３６条第４項第１号に規定する要件を満たしていない。\n　記\n"
        "●理由１について\n"
        "　請求項１及びこれを引用する請求項２、３に係る茶は作れない。\n　よって、この出願の発明の詳細な説明は、"
        "当業者が請求項１－３に係る発明を実施することができる程度に明確かつ十分に記載したものでない。\n",
        {1: ["36-4-1"]},
        [((1,), (1, 2, 3), (), "none")],
    ),
    "claims that refer to the one before": Case(
        f"　{CLARITY}\n　記\n　よって、請求項１及びこれを引用する請求項２、３に係る発明は明確でない。\n"
        "　よって、請求項５に係る発明及び請求項５を直接的又は間接的に引用する請求項６－７に係る発明は、明確でない。\n",
        {1: ["36-6-2"]},
        [((1,), (1, 2, 3), (), "none"), ((1,), (5, 6, 7), (), "none")],
    ),
    "claims, reasons and documents parted by slashes": Case(
        f"１．{NOVELTY}\n２．{STEP}\n　記\n・請求項１－３／理由１、２／引用文献１\n"
        "・請求項４／理由２／引用文献１、２\n",
        {1: ["29-1-3"], 2: ["29-2"]},
        [((1, 2), (1, 2, 3), (1,), "single"), ((2,), (4,), (1, 2), "list")],
    ),
    "subheadings by claim in a clarity section": Case(
        f"　{CLARITY}\n　記\n（１）請求項１について\n　「約」が不明である。\n（２）請求項３について\n"
        "　「等」が不明である。\n",
        {1: ["36-6-2"]},
        [((1,), None, (), "none")],
    ),
    "subheadings with two numbers": Case(
        f"１．（明確性）{CLARITY}\n　記\n●理由１について\n（１－１）請求項１\n　「約」が不明である。\n"
        "（１－２）請求項２及び３\n　「等」が不明である。\n",
        {1: ["36-6-2"]},
        [((1,), (1,), (), "none"), ((1,), (2, 3), (), "none")],
    ),
    "new matter in an amended claim": Case(
        "１．（新規事項）令和６年１月９日付けの補正は、特許法第１７条の２第３項に規定する要件を満たしていない。\n　記\n"
        "　よって、請求項１及びこれを引用する請求項２についての補正は、当初の事項の範囲内においてしたものでない。\n",
        {1: ["17-2-3"]},
        [((1,), (1, 2), (), "none")],
    ),
    "a conclusion in the applicant's favour": Case(
        f"　{SUPPORT}\n　記\n　よって、請求項１に係る発明は、説明に記載したものである。\n"
        "　よって、請求項２に係る発明は、説明に記載したものでない。\n",
        {1: ["36-6-1"]},
        [((1,), None, (), "none")],
    ),
    "claims without documents among claims with documents": Case(
        f"　{STEP}\n　記\n・請求項　１\n・請求項　２\n・引用文献等　１\n・備考\n　匙。\n・請求項２\n　箸。\n",
        {1: ["29-2"]},
        [((1,), (1,), None, None), ((1,), (2,), (1,), "single"), ((1,), (2,), None, None)],
    ),
    "documents under another word": Case(
        "１．（拡大先願）この出願は、特許法第２９条の２の規定により特許を受けることができない。\n　記\n"
        "・請求項　１に係る発明\n・先願　１\n・備考\n　皿。\n",
        {1: ["29-2bis"]},
        [((1,), (1,), None, None)],
    ),
    "a hint in round brackets": Case(
        f"　{STEP}\n　記\n・請求項　１\n・引用文献等　１\n（補正の示唆）\n　加えてはどうか。\n・請求項　２\n"
        "・引用文献等　１\n",
        {1: ["29-2"]},
        [((1,), (1,), (1,), "single")],
    ),
    "hints, families and warnings are no grounds": Case(
        f"１．（進歩性）{STEP}\n　記\n●理由１（進歩性）について\n・請求項　１\n・引用文献等　１\n\n"
        "＜補正の示唆＞\n　請求項１に請求項９の事項を加えれば解消する。\n"
        "・請求項　９\n\n＜ファミリー文献情報＞\n　引用文献１：特表２０２１－９９１２３４号公報\n\n"
        "＜補正をする際の注意＞\n"
        "（３）特許法第１７条の２第４項に規定する要件を満たしていない補正は却下されます。\n",
        {1: ["29-2"]},
        [((1,), (1,), (1,), "single")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_style_of_the_house_is_read(name: str) -> None:
    """Our own texts for the styles of section 6 of the domain notes; expected values by hand."""
    case = CASES[name]
    read = read_reasons(case.body, law="patent", articles=case.articles, conclusion=CONCLUSION, title=case.title)
    assert {reason.no: list(reason.codes) for reason in read.reasons} == case.codes
    assert rows(read) == case.blocks
    assert_quoted(read, case.body)


def assert_quoted(read: Refusal, text: str) -> None:
    cells = (
        *read.blocks,
        *read.reasons,
        *read.citations,
        *read.unexamined_claims,
        *read.no_reason_claims,
        *read.unread,
    )
    cells += (*read.curing_hints, *read.mark_grounds, *read.design_grounds)
    for cell in cells:
        assert cell.quote
        assert text[cell.offset : cell.offset + len(cell.quote)] == cell.quote
    for reason in read.reasons:
        assert all(reason.no in block.reasons for block in reason.blocks)


def narrow(text: str) -> str:
    """Hard-wrapped at 72 columns, as papers before 2021 are."""
    printed: list[str] = []
    for row in text.split("\n"):
        printed.append("")
        for char in row:
            if sum(1 if c.isascii() else 2 for c in printed[-1] + char) > 72:
                printed.append("")
            printed[-1] += char
    return "\n".join(printed)


@pytest.mark.parametrize("name", [n for n in CASES if "broken" not in n])
def test_the_width_of_the_paper_changes_nothing(name: str) -> None:
    """A list or a heading broken inside a word after 36 characters reads as if it were whole."""
    case = CASES[name]
    wrapped = narrow(case.body)
    read = read_reasons(wrapped, law="patent", articles=case.articles, conclusion=narrow(CONCLUSION), title=case.title)
    assert {reason.no: list(reason.codes) for reason in read.reasons} == case.codes
    assert rows(read) == case.blocks
    assert read.period == patent("", conclusion=CONCLUSION).period or case.title == DECISION
    assert_quoted(read, wrapped)


def test_a_long_list_of_claims_broken_inside_a_number_is_whole() -> None:
    """36 characters a line: the break falls between the digits of 22."""
    line = "・請求項　１、２、４、６、８、９、１０、１２、１４、１６－１８、２０、２２、３４"
    assert line[:36].endswith("、２０、２")
    wrapped = narrow(f"　{STEP}\n　記\n{line}\n・引用文献等　１\n")
    assert line[:36] + "\n２、３４\n" in wrapped
    assert patent(wrapped).blocks[0].claims == (1, 2, 4, 6, 8, 9, 10, 12, 14, 16, 17, 18, 20, 22, 34)


def test_printed_numbers_labels_and_official_names_are_kept() -> None:
    """printed_no and label as on the paper, the article also as the official translation cites it."""
    read = patent(
        f"１．（進歩性）{STEP}\n２．{CLARITY}\n　記\n●理由１（進歩性）について\n・請求項　１\n・引用文献等　１\n"
    )
    first, second = read.reasons
    assert (first.printed_no, first.label, first.articles) == ("１．", "進歩性", ("第29条第2項",))
    assert first.article_en == ("Article 29(2) of the Patent Act (inventive step)",)
    assert (second.printed_no, second.label) == ("２．", None)
    assert first.quote == f"１．（進歩性）{STEP}"
    decision = patent("備考\n●理由２（特許法第２９条第２項）について\n・請求項　１\n", title=DECISION)
    assert [(r.no, r.printed_no, r.label) for r in decision.reasons] == [(2, "●理由２", None)]


def test_raw_cells_and_pointers_into_documents_are_verbatim() -> None:
    """Paragraphs and figures of the remarks stay beside their block; raw lists keep their width."""
    read = patent(
        f"　{STEP}\n　記\n・請求項　１－３\n・引用文献等　１、２\n・備考\n"
        "　引用文献１（段落［００２１］－［００２４］、【００３０】、図１－４）には蓋がある"
        "（第２図、段落0041も参照）。\n・請求項　４\n・引用文献等　１\n・備考\n　周知。\n"
    )
    first, second = read.blocks
    assert (first.claims_raw, first.citations_raw) == ("１－３", "１、２")
    assert first.quote == "・請求項　１－３\n・引用文献等　１、２"
    assert first.paragraphs == ("[0021]-[0024]", "【0030】", "段落0041")
    assert first.figures == ("図1-4", "第2図")
    assert (second.paragraphs, second.figures) == ((), ())


def test_claims_left_unexamined_are_neither_refused_nor_allowed() -> None:
    """Under Article 37, and where another ground made the search pointless."""
    read = patent(
        f"１．{UNITY}\n２．{STEP}\n　記\n●理由１について\n　請求項１－３に係る発明を審査対象とする。\n"
        "　したがって、請求項４～６に係る発明は、単一性のほかは審査対象としない。\n"
        "●理由２について\n・請求項　１\n・引用文献等　１\n"
        "　なお、請求項２及び請求項２を引用する請求項３に係る発明は、湯の量が読めず、審査を行っていない。\n"
        "　請求項７と、請求項１を見るに、これらについては審査を行っていない。\n"
    )
    assert [note.claims for note in read.unexamined_claims] == [(4, 5, 6), (2, 3), None]
    assert rows(read) == [((2,), (1,), (1,), "single")]
    assert read.no_reason_claims == ()


def test_claims_without_a_reason_are_listed_apart() -> None:
    """With the section, as a claims line in it, or in a sentence of its own."""
    body = f"　{STEP}\n　記\n・請求項　１\n・引用文献等　１\n＜拒絶の理由を発見しない請求項＞\n"
    said = "　請求項（２－４、６）に係る発明については、いまのところ拒絶の理由を発見しない。\n"
    assert [n.claims for n in patent(body + said).no_reason_claims] == [(2, 3, 4, 6)]
    assert [n.claims for n in patent(body + "・請求項　５\n").no_reason_claims] == [(5,)]
    alone = f"　{STEP}\n　記\n・請求項　１\n・引用文献等　１\n" + said
    assert [n.claims for n in patent(alone).no_reason_claims] == [(2, 3, 4, 6)]
    assert len(patent(body + said).blocks) == 1
    formula = f"　{STEP}\n　拒絶の理由が後に発見されたら、改めて知らせる。\n"
    assert patent(formula).no_reason_claims == ()


@pytest.mark.parametrize(
    ("words", "final"),
    [
        ("＜＜＜＜　　最　　後　　＞＞＞＞\n", True),
        ("＜＜＜＜最後＞＞＞＞\n", True),
        ("　　　最後の拒絶理由通知とする理由\n　軽微な不備である。\n", True),
        ("＜最後の拒絶理由通知とする理由＞\n", True),
        ("＜最後の拒絶理由通知とする理由について＞\n", True),
        ("１．最後の拒絶理由通知とする理由\n", True),
        ("＜＜＜＜　最後の拒絶理由通知　＞＞＞＞\n", True),
        ("《最後》\n", True),
        ("　よって、最後の拒絶理由を通知する。\n", True),
        ("　引用文献１には、最後に蓋を閉じる点が記載されている。\n", False),
        ("　最後の工程で冷ます。\n", False),
        ("　前回の最後の拒絶理由通知では蓋を論じた。\n", None),
    ],
)
def test_a_notice_is_final_by_banner_or_full_term_only(words: str, final: bool | None) -> None:
    """Bare 最後に stands in technical sentences; an unclear mention is unknown."""
    assert patent(f"　{STEP}\n{words}").final is final
    assert patent(f"　{STEP}\n", conclusion=words + CONCLUSION).final is (final if final is not None else None)


def test_finality_is_no_question_for_a_decision() -> None:
    """最後 concerns notices."""
    assert patent("＜＜＜＜　最　後　＞＞＞＞\n", title=DECISION).final is None


@pytest.mark.parametrize(
    ("conclusion", "period"),
    [
        ("この通知書の発送の日から６０日以内に意見書を", (60, "days", "６０日以内")),
        ("この通知書の発送の日から３か月以内に意見書を", (3, "months", "３か月以内")),
        ("この通知書の発送の日から３月以内に意見書を", (3, "months", "３月以内")),
        ("この書面発送の日から４０日以内に意見書を", (40, "days", "４０日以内")),
        ("この書面を発送した日から40日以内に意見書を", (40, "days", "40日以内")),
        ("この通知書が発送された日から起算して６０日以内に意見書を", (60, "days", "６０日以内")),
        ("　" * 23 + "この通知書の発送の日から６\n０日以内に意見書を", (60, "days", "６０日以内")),
        ("この査定の謄本の送達があった日から３月以内に", None),
        ("速やかに意見書を", None),
    ],
)
def test_the_period_is_the_one_printed_for_the_reply(conclusion: str, period: object) -> None:
    """60 days, or 3 months before 2016 and for applicants abroad; the appeal period is another thing."""
    found = patent(f"　{STEP}\n", conclusion=conclusion).period
    assert (found and (found.value, found.unit, found.raw)) == period


def test_a_period_in_the_body_has_its_place() -> None:
    """Designs and marks print it in the running text."""
    body = "　意見書は、この書面発送の日から４０日以内にどうぞ。\n"
    found = read_reasons(body, law="trademark", articles=(), title=NOTICE).period
    assert found
    assert found.offset == body.index("４０日")


LIST = (
    f"１．{STEP}\n　記\n・請求項　１\n・引用文献等　４\n\n　　　　＜引用文献等一覧＞\n"
    "４．特開平７－００１２３４号公報\n５.米国特許出願公開第２０１９／０９９１２３４号明細書（周知技術を示す文献）\n\n"
    "６．急須　太郎他，“架空の茶器の研究”，茶器学会誌，２００５年，第５０巻，ｐ．５－９\n"
    "７．実願昭５８－０９９９９９号（実開昭６０－００８８８８号）のマイクロフィルム\n"
    "（注）架空の文献は送れません。\n\n"
    "－－－－－－－－－－－－－－－－\n　　先行技術文献調査結果の記録\n\n"
    "・調査した分野　　ＩＰＣ　Ａ４７Ｇ１９／００\n　　　　　　　　　　　　　Ａ４７Ｊ３１／００\n"
    "・先行技術文献　　国際公開第９８／０１２３４号\n　　　　　　　　　欧州特許出願公開第０１２３４５６号明細書\n"
    "　　　　　　　　　FICTION A，JOURNAL OF TEA，２００１年，p.1-9\n　この先行技術文献調査結果の記録は参考です。\n"
)


def test_a_list_may_start_anywhere_and_hold_a_blank_line() -> None:
    """Numbers stay as printed; notes and the record of the search stand apart."""
    read = patent(LIST)
    assert [(c.no, c.number, c.display, c.note, c.npl) for c in read.citations] == [
        (4, "1995001234", "特開平7-001234", None, False),
        (5, "20190991234", "US 2019/0991234", "周知技術を示す文献", False),
        (6, None, None, None, True),
        (7, "1985008888", "実開昭60-008888", None, False),
    ]
    assert read.citations[2].raw == "急須　太郎他，“架空の茶器の研究”，茶器学会誌，２００５年，第５０巻，ｐ．５－９"
    assert read.unread == ()


def test_the_record_of_the_search_is_no_part_of_the_reasons() -> None:
    """＜先行技術文献調査結果の記録＞ has fields and documents of its own."""
    record = patent(LIST).prior_art_record
    assert record
    assert record.fields == ("ＩＰＣ　Ａ４７Ｇ１９／００", "Ａ４７Ｊ３１／００")
    assert [(d.no, d.number, d.display, d.npl) for d in record.documents] == [
        (None, "1998001234", "WO98/01234", False),
        (None, "123456", "EP 123456", False),
        (None, None, None, True),
    ]


def test_documents_of_the_record_that_say_where_to_look_are_told_apart() -> None:
    """（段落００１０、図１） behind a number; and the blanks that line up the list."""
    record = patent(
        f"　{STEP}\n＜先行技術文献調査結果の記録＞\n"
        "・先行技術文献　　特開２０１９－９０１２３４号公報（段落００１０、図１）\n"
        "　　　　　　　　　国際公開第２０１９／９０５６７８号（全文、全図）\n"
    ).prior_art_record
    assert record
    assert [(d.number, d.note) for d in record.documents] == [
        ("2019901234", "段落００１０、図１"),
        ("2019905678", "全文、全図"),
    ]


@pytest.mark.parametrize(
    ("printed", "office", "number", "display"),
    [
        ("特開２０２０－０９８７６５号公報", "JP", "2020098765", "特開2020-098765"),
        ("特開２０００－９９３２号公報", "JP", "2000009932", "特開2000-009932"),
        ("特開平０１－２９９９３２号公報", "JP", "1989299932", "特開平1-299932"),
        ("特公昭５９－０９９０１７号公報", "JP", "1984099017", "特公昭59-099017"),
        ("特表2011-512345号公報", "JP", "2011512345", "特表2011-512345"),
        ("特許第４９９９９９号公報", "JP", "0499999", "特許第499999号"),
        ("再公表特許第２０１０／０１２３４５号", "JP", "2010012345", "再表2010/012345"),
        ("国際公開第２０１９／０１２３４５号", "WO", "2019012345", "WO2019/012345"),
        ("米国特許第９９９８６５０号明細書", "US", "9998650", "US 9998650"),
        ("中国特許出願公開第１０９９９９９９９号明細書", "CN", "109999999", "CN 109999999"),
        ("独国特許出願公開第１０２０１７１９９９９９号明細書", "DE", "102017199999", "DE 102017199999"),
        ("韓国公開特許第１０－２０１０－０９９９９９９号公報", "KR", "1020100999999", "KR 10-2010-0999999"),
        ("特開平９９－００００１号公報", None, None, None),
        ("某国特許第１２３号明細書", None, None, None),
    ],
)
def test_documents_are_numbered_in_one_form(
    printed: str, office: str | None, number: str | None, display: str | None
) -> None:
    """Gregorian year and serial for Japan; a form we do not know stays as printed, and is no literature."""
    citation = patent(f"　{STEP}\n＜引用文献等一覧＞\n１．{printed}\n").citations[0]
    assert (citation.office, citation.number, citation.display) == (office, number, display)
    assert citation.raw == printed
    assert not citation.npl


def test_a_hard_wrapped_title_in_the_list_is_one_document() -> None:
    """NPL runs over lines, and a line may begin with half-width digits."""
    title = (
        "Fiction B., Leaves and Kettles in the Imagined Kitchen: A Second Study，Journal of Tea，２００４年，V12，P12"
    )
    body = narrow(f"　{STEP}\n＜引用文献等一覧＞\n１．{title}\n２．特開２０１９－９０１２３４号公報\n")
    assert f"１．{title}" not in body
    read = patent(body)
    assert [c.raw for c in read.citations] == [title, "特開２０１９－９０１２３４号公報"]


def test_a_sentence_below_the_list_is_no_part_of_the_last_document() -> None:
    """Whether a blank line parts them or not."""
    for gap in ("\n", "\n\n"):
        read = patent(
            f"　{STEP}\n＜引用文献等一覧＞\n１．特開２０１９－９０１２３４号公報{gap}　架空の末文です。\n　架空の所属\n"
        )
        assert [c.raw for c in read.citations] == ["特開２０１９－９０１２３４号公報"]
    indented = f"　{STEP}\n＜引用文献等一覧＞\n１．茶器　花子，架空の茶器，\n　　茶器学会誌，ｐ．１\n"
    assert [c.raw for c in patent(indented).citations] == ["茶器　花子，架空の茶器，茶器学会誌，ｐ．１"]


def test_two_lists_with_the_same_numbers_are_both_given() -> None:
    """One list per reason: the number alone does not tell the document, its place does."""
    heading = "＜引用文献等一覧＞\n"
    read = patent(
        f"　{STEP}\n{heading}１．特開２０１９－９０１２３４号公報\n{heading}１．特開２０１９－９０５６７８号公報\n"
    )
    assert [(c.no, c.number) for c in read.citations] == [(1, "2019901234"), (1, "2019905678")]


def test_a_claims_line_among_the_boilerplate_is_shown() -> None:
    """Nothing is silently dropped."""
    read = patent(f"　{STEP}\n　記\n・請求項　１\n・引用文献等　１\n＜付記＞\n・請求項　２\n")
    assert [p.quote for p in read.unread] == ["・請求項　２"]
    assert rows(read) == [((1,), (1,), (1,), "single")]


def test_a_decision_names_the_notice_it_rests_on() -> None:
    """付け is the drafting date of the notice; the applicant's own papers are not it."""
    body = "　令和　６年　９月　１日付け意見書で争う。\n備考\n●理由１（特許法第２９条第２項）について\n・請求項　１\n"
    conclusion = "　令和　６年　５月１３日付け拒絶理由通知書に記載した理由１、２によります。"
    found = patent(body, conclusion=conclusion, title=DECISION)
    raw = "令和　６年　５月１３日付け拒絶理由通知書に記載した理由１、２"
    assert found.refers_to == (Referral(raw, date(2024, 5, 13), (1, 2)),)
    assert found.period is None


@pytest.mark.parametrize(
    ("conclusion", "notices"),
    [
        (
            "令和　４年　３月１０日付け及び令和　５年　１月２０日付け拒絶理由通知書に記載した理由によって、",
            [(date(2022, 3, 10), ()), (date(2023, 1, 20), ())],
        ),
        (
            "平成３０年３月１０日付け、同年９月１日付け及び令和元年６月３日付け拒絶理由通知書に記載した理由により、",
            [(date(2018, 3, 10), ()), (date(2018, 9, 1), ()), (date(2019, 6, 3), ())],
        ),
        (
            "令和４年３月１０日付け拒絶理由通知書に記載した理由１及び令和５年１月２０日付け拒絶理由通知書に記載した理由２－４により、",
            [(date(2022, 3, 10), (1,)), (date(2023, 1, 20), (2, 3, 4))],
        ),
        (
            "令和４年３月１０日及び同年９月１日付けの拒絶理由通知書に記載した理由１、２により、",
            [(date(2022, 3, 10), None), (date(2022, 9, 1), None)],
        ),
        ("令和５年４月１０日付けで通知した理由１、２により、", [(date(2023, 4, 10), (1, 2))]),
        ("令和５年４月１０日付けで通知した拒絶の理由２により、", [(date(2023, 4, 10), (2,))]),
        ("令和５年４月１０日付けの拒絶理由通知書（最後）に記載した理由２により、", [(date(2023, 4, 10), (2,))]),
        ("令和５年４月１０日付け最後の拒絶理由通知書に記載した理由１によって、", [(date(2023, 4, 10), (1,))]),
        ("２０２３年４月１０日付け拒絶理由通知書に記載した理由１によって、", [(date(2023, 4, 10), (1,))]),
        ("令和５年４月１０日付け拒絶理由通知書に記載した理由Ａ、Ｂによって、", [(date(2023, 4, 10), (1, 2))]),
        ("令和５年４月１０日付け拒絶理由通知書に記載した理由（第２９条第２項）によって、", [(date(2023, 4, 10), None)]),
        ("令和５年４月１０日付けで通知した理由甲により、", [(date(2023, 4, 10), None)]),
        ("令和５年２月３０日付け拒絶理由通知書に記載した理由によって、", [(None, ())]),
        ("令和５年５月９日付け意見書及び令和５年４月１０日付け拒絶理由通知書により、", [(date(2023, 4, 10), ())]),
    ],
)
def test_a_decision_names_every_notice_with_its_own_reasons(conclusion: str, notices: list[object]) -> None:
    """Each notice by its drafting date. Reasons that cannot be given to one of several notices are left open."""
    found = patent("備考\n", conclusion=f"　この出願は、{conclusion}拒絶されます。", title=DECISION)
    assert [(referral.drafted, referral.reasons) for referral in found.refers_to] == notices


def test_a_dismissal_of_an_amendment_is_no_refusal() -> None:
    """Article 29(2) there is the test of independent patentability."""
    assert patent(f"１．{STEP}\n", title="補正の却下の決定") == Refusal()
    assert reasons_of(paper(f"１．{STEP}\n", kind="dismissal")) == Refusal()


def test_hints_stand_apart_and_what_is_not_understood_is_kept() -> None:
    """Nothing is silently dropped."""
    read = patent(
        f"　{STEP}\n　記\n・引用文献等　１\n・請求項　１\n・引用文献等　１\n＜補正の示唆＞\n"
        "　請求項１に蓋を加えてはどうか。\n"
        "＜引用文献等一覧＞\n架空の前書き\n１．特開２０１９－９０１２３４号公報\n"
    )
    assert [hint.quote for hint in read.curing_hints] == ["　請求項１に蓋を加えてはどうか。"]
    assert [unread.quote for unread in read.unread] == ["・引用文献等　１", "架空の前書き"]
    assert rows(read) == [((1,), (1,), (1,), "single")]


def paper(body: str, *, kind: Any = "refusal_notice", law: Law = "patent", before: str = "") -> Paper:
    return Paper(kind=kind, law=law, code="A131", title=NOTICE, body=body, text=before + body, conclusion=CONCLUSION)


def test_places_are_counted_in_the_whole_paper() -> None:
    """`reasons_of` gives places in `paper.text`."""
    head = "拒絶理由通知書\n架空太郎　様\n"
    told = paper(LIST, before=head)
    read = reasons_of(told)
    assert read.reasons[0].offset == len(head)
    assert_quoted(read, told.text)
    assert read.prior_art_record
    assert told.text[read.prior_art_record.offset :].startswith("・調査した分野")
    assert reasons_of(replace(told, kind="opinion")) == Refusal()


# ── trademarks and designs ────────────────────────────────────────────────────────────────────

MARK = (
    "適用条文　　　　　　　第３条第１項第２号及び第４条第１項第１９号、第３条\n　　　　　　　　　　　第１項第５号\n\n"
    "　商標法第１５条の２によるお知らせです。\n"
    "　この書面発送の日から４０日以内にどうぞ。\n\n"
    "　　　　　　理　由　１\n\n■第３条第１項第２号（慣用商標）及び第４条第１項第１９号（不正の目的）\n\n"
    "　本願商標を指定商品中「架空茶」に使用しても、ありふれています。\n\n　　　　　　理　由　２\n\n"
    "■第３条第１項第５号（簡単な標章）\n\n　指定役務中「茶の小売」に使用するときも同じです。\n\n"
    "＊＊＊＊＊＊＊　ご注意　＊＊＊＊＊＊＊\n■第４条第１項第１１号は一般的な説明です。\n"
)


def test_a_mark_is_refused_under_the_provisions_of_its_headings() -> None:
    """■ headings; 第15条の2 is procedure, ご注意 boilerplate, and 適用条文 may wrap."""
    read = read_reasons(MARK, law="trademark", articles=(), title=NOTICE)
    assert read.provisions == ("第3条第1項第2号", "第4条第1項第19号", "第3条第1項第5号")
    assert [(r.no, r.printed_no, r.codes, r.label) for r in read.reasons] == [
        (1, "理　由　１", ("3-1-2", "4-1-19"), "慣用商標、不正の目的"),
        (2, "理　由　２", ("3-1-5",), "簡単な標章"),
    ]
    assert [(g.reason, g.code, g.label, g.goods) for g in read.mark_grounds] == [
        (1, "3-1-2", "慣用商標", ("架空茶",)),
        (1, "4-1-19", "不正の目的", ("架空茶",)),
        (2, "3-1-5", "簡単な標章", ("茶の小売",)),
    ]
    assert read.period
    assert (read.period.value, read.period.unit, read.final) == (40, "days", None)
    assert_quoted(read, MARK)


def test_a_mark_refused_over_earlier_marks_names_them_and_the_goods() -> None:
    """Article 4(1)(xi) in running text, without a heading."""
    body = (
        "　　　　　　理　由\n\n　この商標登録出願に係る商標は、下記の登録商標と類似し、"
        "第３０類「架空菓子，架空茶」について使用するものですから、"
        "商標法第４条第１項第１１号に該当します。\n　なお、"
        "商標法第４条第１項第１５号に該当するものではありません。\n\n　　　　記\n\n"
        "登録第０９９９９９９号商標（引用商標１）\n商願２０２３－０９９９９９（引用商標２）\n"
        "国際登録第９９９９９９９号商標\n"
    )
    read = read_reasons(body, law="trademark", articles=("第４条第１項第１１号",), title=NOTICE)
    assert [(r.no, r.codes) for r in read.reasons] == [(1, ("4-1-11",))]
    ground = read.mark_grounds[0]
    assert ground.goods == ("架空菓子，架空茶",)
    assert [(m.number, m.display) for m in ground.earlier_marks] == [
        ("0999999", "商標登録第999999号"),
        ("2023099999", "商願2023-099999"),
        ("9999999", "国際登録第9999999号"),
    ]
    assert read.provisions == ("第4条第1項第11号",)


def test_misleading_quality_concerns_the_goods_that_the_mark_does_not_describe() -> None:
    """The formula of 3(1)(iii) with 4(1)(xvi); and goods named one by one are not all that is refused."""
    body = (
        "　　　　理　由\n\n■第３条第１項第３号（品質等表示）及び第４条第１項第１６号（品質等誤認）\n\n"
        "（１）本願商標をその役務中「架空茶会の企画」に使用する場合は、役務の質を表示したものです。したがって、商標法"
        "第３条第１項第３号に該当し、前記役務以外の役務に使用する場合は、同法第４条第１項第１６号に該当します。\n"
        "（２）本願商標をその指定商品に使用する場合も、商標法第３条第１項第３号に該当します。\n"
    )
    read = read_reasons(body, law="trademark", articles=(), title=NOTICE)
    assert [(g.code, g.goods) for g in read.mark_grounds] == [
        ("3-1-3", ("架空茶会の企画", "その指定商品")),
        ("4-1-16", ("前記役務以外の役務",)),
    ]


def test_a_first_reason_without_a_number_counts_before_the_second() -> None:
    """理　由, then 理　由　２; and goods named as 第９類の「…」."""
    body = (
        "　　　　理　由\n\n■第４条第１項第１１号（先登録類似）\n\n　登録第９９９９９９９号商標と類似します。\n"
        "　商標法第３条第２項の規定により登録を受けることができる事情はありません。\n\n"
        "　　　　理　由　２\n\n■第６条第１項\n\n　指定商品中、第９類の「架空機械」は明確ではありません。\n"
    )
    read = read_reasons(body, law="trademark", articles=(), title=NOTICE)
    assert [(r.no, r.printed_no, r.codes) for r in read.reasons] == [
        (1, None, ("4-1-11",)),
        (2, "理　由　２", ("6-1",)),
    ]
    assert [g.goods for g in read.mark_grounds] == [(), ("架空機械",)]


def test_the_way_out_of_a_ground_is_no_ground() -> None:
    """商標法第3条第2項 lets a mark through that has become known."""
    body = "　商標法第３条第１項第３号に該当します。\n　商標法第３条第２項の規定により登録を受けることができます。\n"
    read = read_reasons(body, law="trademark", articles=(), title=NOTICE)
    assert [r.codes for r in read.reasons] == [("3-1-3",)]


def test_a_cited_design_of_an_unknown_form_is_kept_as_printed() -> None:
    """Nothing after 記 is dropped because it has no registration number."""
    body = "　意匠法第３条第２項の規定に該当します。\n　　　記\n　架空カタログ第１２頁に掲載の急須の意匠\n"
    read = read_reasons(body, law="design", articles=(), title=NOTICE)
    assert [r.codes for r in read.reasons] == [("3-2",)]
    assert read.citations == ()
    assert [p.quote for p in read.unread] == ["　架空カタログ第１２頁に掲載の急須の意匠"]


DESIGN = (
    "　この意匠登録出願の意匠は、下記に示すように、"
    "意匠法第３条第１項第３号に規定する意匠（公知の意匠に類似するもの）に該当しますので、"
    "意匠登録を受けることができません。\n\n　　　　　　　記\n\n　引用意匠\n　架空の意匠公報に記載\n"
    "　意匠登録第０９９９９９９号の意匠\n\n"
    "　なお、この意匠を本意匠とする関連意匠に変更する補正をすれば、"
    "意匠法第１０条第１項の規定により登録を受けることができる場合があります。\n"
)


def test_a_design_is_refused_by_its_ground_sentence_and_not_by_the_advice() -> None:
    """Article 10 there says how to overcome the refusal."""
    read = read_reasons(DESIGN, law="design", articles=(), title=NOTICE)
    assert [(g.code, g.article) for g in read.design_grounds] == [("3-1-3", "第3条第1項第3号")]
    assert [r.codes for r in read.reasons] == [("3-1-3",)]
    assert [(c.number, c.display) for c in read.citations] == [("0999999", "意匠登録第999999号")]
    assert read.design_grounds[0].cited == read.citations
    assert [hint.quote.strip()[:2] for hint in read.curing_hints] == ["なお"]
    assert_quoted(read, DESIGN)


# ── any text ──────────────────────────────────────────────────────────────────────────────────

PIECES = st.sampled_from(
    [
        "理由",
        "請求項",
        "引用文献",
        "・",
        "●",
        "１",
        "２－",
        "、",
        "及び",
        "（",
        "）",
        "＜",
        "＞",
        "\n",
        "　",
        "記",
        "特許法第",
        "条",
        "項",
        "号",
        "の規定",
        "備考",
        "よって、",
        "に係る発明は",
        "明確でない。",
        "引用文献等一覧",
        "先行技術文献調査結果の記録",
        "：",
        "／",
        "【",
        "】",
        "「",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=80).map("".join),
    st.sampled_from(["patent", "design", "trademark"]),
)
def test_no_text_makes_the_reader_fail_and_every_quote_stands_there(body: str, law: Law) -> None:
    """Arbitrary text, and arbitrary mixtures of the words that notices are made of."""
    assert_placed(read_reasons(body, law=law, articles=(body[:20],), conclusion=body[:60], title=NOTICE), body)


def assert_placed(read: Refusal, text: str) -> None:
    for cell in (*read.blocks, *read.reasons, *read.citations, *read.unread, *read.mark_grounds, *read.design_grounds):
        assert text[cell.offset : cell.offset + len(cell.quote)] == cell.quote


@pytest.mark.parametrize(
    "piece",
    [
        "請求項1、",
        "(",
        "1",
        "理由1、",
        "第1条",
        "[0001]-",
        " ",
        "理由 ",
        "「",
        "・請求項 1\n",
        "１．",
        "図1、",
        "よって、請求項1を引用する",
        "特許法",
        "\n",
        "・請求項1、\n",
        "<",
        "*",
        "p1",
        "先行技術文献調査結果の記録\n・先行技術文献\n",
        "よって、請求項1に係る発明は明確でない。",
        "の規定により、",
        "引用文献1(",
        "登録第",
        "及び",
        "適用条文 第3条\n",
        "理由A、",
        "令和5年4月10日付け及び",
        "請求項1に係る発明と",
        "・請求項 1\n・理由 1\n",
        "周知技術(1)",
        "記\n意願2022-090123\n\n",
        "特開2019-901234号公報(",
    ],
)
@pytest.mark.parametrize("law", ["patent", "design", "trademark"])
def test_reading_takes_time_in_proportion_to_the_text(piece: str, law: Law) -> None:
    """Nothing in a paper can stall the server: 40,000 characters took 3 to 15 s wherever a pattern was quadratic."""
    text = (piece * 40_000)[:40_000]
    began = time.process_time()
    for title in (NOTICE, DECISION):
        read_reasons(text, law=law, articles=(), title=title)
    assert time.process_time() - began < 3


# ── the recorded papers ───────────────────────────────────────────────────────────────────────

RECORDED = [f"{n:02}" for n in range(1, 17) if n != 15]


def unread_allowed(expected: dict[str, Any]) -> set[int]:
    """The blocks that even a careful reader calls unsure."""
    places = [re.search(r"blocks\[(\d+)(?::(\d+))?\]", entry["at"]) for entry in expected["unsure"]]
    return {at for m in places if m for at in range(int(m[1]), int(m[2] or int(m[1]) + 1))}


def plain(text: str | None) -> str:
    return re.sub(r"\s+", "", text or "")


@pytest.mark.parametrize("number", RECORDED)
def test_a_recorded_paper_is_read_as_a_careful_reader_would(shared: Path, number: str) -> None:
    """Recorded papers beside the checkout: no value may differ; unread claims only where the expectation is unsure."""
    folder = shared / "recordings" / "papers" / number
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    papers = {p.document_number: p for p in read_bundle((folder / "bundle.zip").read_bytes(), expected["law"]).papers}
    for told in expected["documents"]:
        found = papers[told["document_number"]]
        read = reasons_of(found)
        assert_quoted(read, found.text)
        assert_reasons(read, told)
        assert_blocks(read, told, unread_allowed(expected))
        assert_documents(read, told)
        assert_apart(read, told)


def assert_reasons(read: Refusal, told: dict[str, Any]) -> None:
    expected = [(r["no"], r["printed_no"], r["codes"], r["articles"], r["label"]) for r in told.get("reasons", [])]
    assert [(r.no, r.printed_no, [*r.codes], [*r.articles], r.label) for r in read.reasons] == expected


def assert_blocks(read: Refusal, told: dict[str, Any], unsure: set[int]) -> None:
    assert len(read.blocks) == len(told.get("blocks", []))
    for at, (block, wanted) in enumerate(zip(read.blocks, told.get("blocks", []), strict=True)):
        assert [*block.reasons] == wanted["reasons"]
        assert (block.citations, block.mode) == (tuple(wanted["citations"]), wanted["mode"])
        assert block.source == wanted["from"]
        if block.claims is None:
            assert at in unsure
        else:
            assert block.claims == tuple(sorted(wanted["claims"]))
        if block.source == "line":
            assert_raw(block, wanted)


def assert_raw(block: Block, wanted: dict[str, Any]) -> None:
    assert plain(block.claims_raw) == plain(wanted["claims_raw"])
    assert plain(block.citations_raw) == plain(wanted["citations_raw"]).removeprefix("引用文献")


def assert_documents(read: Refusal, told: dict[str, Any]) -> None:
    wanted = [
        (c["no"], plain(c["raw"]), *normalized(c), c["note"], c.get("npl", False)) for c in told.get("citations", [])
    ]
    assert [(c.no, plain(c.raw), c.number, c.display, c.note, c.npl) for c in read.citations] == wanted
    record = told.get("prior_art_record")
    assert (read.prior_art_record is not None) == bool(record)
    if record and read.prior_art_record:
        documents = read.prior_art_record.documents
        assert [(c.number, c.display) for c in documents] == [normalized(d) for d in record["documents"]]
        # The expectation gives the first line of literature only.
        assert all(
            plain(c.raw).startswith(plain(d["raw"])) for c, d in zip(documents, record["documents"], strict=True)
        )


def normalized(document: dict[str, Any]) -> tuple[str | None, str | None]:
    number: dict[str, str] = document["normalized"] or {}
    return number.get("number"), number.get("display")


def assert_apart(read: Refusal, told: dict[str, Any]) -> None:
    period, none = told.get("period"), told.get("no_reason_claims")
    assert (read.period and (read.period.value, read.period.unit, read.period.raw)) == (
        period and (period["value"], period["unit"], period["raw"])
    )
    assert read.final is told.get("final")
    assert [n.claims for n in read.no_reason_claims] == ([tuple(none["claims"])] if none else [])
    left: list[dict[str, Any]] = told.get("unexamined_claims") or []
    assert [n.claims for n in read.unexamined_claims] == [tuple(note["claims"]) for note in left]
    for referral in read.refers_to:
        assert plain(referral.raw) == plain(told["refers_to"]["raw"])
        assert str(referral.drafted) == told["refers_to"]["date"]


def timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def recorded(shared: Path, law: Law, name: str) -> Paper:
    data = next((shared / "recordings" / "domestic").glob(f"{name}*refusal*.zip")).read_bytes()
    return read_bundle(data, law).papers[0]


def test_the_recorded_patent_notice_is_read_whole_and_fast(shared: Path) -> None:
    """Recorded reply of 2024: four reasons, eleven blocks, five citations, the search record apart."""
    told = recorded(shared, "patent", "patent")
    read = reasons_of(told)
    assert min(timed(lambda: reasons_of(told)) for _ in range(5)) < 0.02
    assert [(r.no, r.codes) for r in read.reasons] == [
        (1, ("37",)),
        (2, ("29-1-3",)),
        (3, ("29-2",)),
        (4, ("36-6-2",)),
    ]
    assert rows(read) == [
        ((2, 3), (1, 2, 3, 4), (1,), "single"),
        ((2, 3), (1, 2, 11, 13, 14), (2,), "single"),
        ((3,), (3, 4, 7, 8), (2,), "single"),
        ((3,), (5,), (2, 3), "list"),
        ((3,), (6,), (2, 3, 4), "list"),
        ((3,), (7,), (1,), "single"),
        ((3,), (9,), (1, 2), "alternative"),
        ((3,), (10, 15), (2, 3, 4, 5), "list"),
        ((3,), (12,), (2, 4), "list"),
        ((4,), tuple(range(1, 10)), (), "none"),
        ((4,), (10,), (), "none"),
    ]
    numbers = ["2002233033", "2004064039", "1992087383", "1985046093", "1996167522"]
    assert [c.number for c in read.citations] == numbers
    assert read.prior_art_record
    assert [d.number for d in read.prior_art_record.documents] == ["1997074283"]
    assert [n.claims for n in read.unexamined_claims] == [(16,)]
    assert read.period
    assert (read.period.value, read.period.unit, read.final) == (60, "days", False)


def test_the_recorded_trademark_notice_has_both_reasons(shared: Path) -> None:
    """Recorded reply of 2025: three provisions under two headings, 40 days."""
    read = reasons_of(recorded(shared, "trademark", "trademark"))
    assert [(r.no, r.codes) for r in read.reasons] == [(1, ("3-1-3", "4-1-16")), (2, ("3-1-6",))]
    assert read.provisions == ("第3条第1項第3号", "第4条第1項第16号", "第3条第1項第6号")
    assert [ground.goods[-1] for ground in read.mark_grounds[:2]] == ["その指定商品", "前記役務以外の役務"]
    assert read.period
    assert (read.period.value, read.period.unit) == (40, "days")
