"""What a careful reader takes out of the sandbox's papers, written down by hand before any of them was read by machine.

Claims and citations are given as `1-4 7`; a citation as its number in the list, the publication's digits (None for what
has none) and the note in brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from jpo_mcp.documents.claims import Claims

Row = tuple[tuple[int, ...], Claims, tuple[int, ...], str, str]
"""Reasons, claims, citations, mode, and whether a line or a sentence says so."""


def numbers(listed: str) -> tuple[int, ...]:
    """`1-4 7` -> (1, 2, 3, 4, 7)."""
    spans = (re.fullmatch(r"(\d+)(?:-(\d+))?", item) for item in listed.split())
    return tuple(n for span in spans if span for n in range(int(span[1]), int(span[2] or span[1]) + 1))


def line(reasons: str, claims: str, citations: str = "", mode: str = "none") -> Row:
    """・請求項 with its ・引用文献等."""
    return numbers(reasons), "all" if claims == "all" else numbers(claims), numbers(citations), mode, "line"


def prose(reasons: str, claims: str) -> Row:
    """よって、請求項…: the claims stand in a sentence only, and no document beside them."""
    return numbers(reasons), numbers(claims), (), "none", "prose"


Ground = tuple[int, str, str | None, tuple[str, ...], tuple[str, ...]]
"""Reason, code, label, goods and earlier marks of a provision against a mark."""


@dataclass(frozen=True)
class Expected:
    """`reasons`: number, codes, label as printed, number as printed."""

    style: str
    reasons: tuple[tuple[int, str, str | None, str | None], ...]
    blocks: tuple[Row, ...] = ()
    citations: tuple[tuple[int, str | None, str | None], ...] = ()
    record: tuple[str | None, ...] | None = None
    unexamined: tuple[str, ...] = ()
    no_reason: tuple[str, ...] = ()
    period: tuple[int, str] | None = (60, "days")
    final: bool | None = False
    refers_to: tuple[tuple[date, str], ...] = ()
    provisions: tuple[str, ...] = ()
    grounds: tuple[Ground, ...] = ()
    hints: tuple[str, ...] = ()
    literature: str = ""
    """The citations that are no patent documents."""


_FORTY_DAYS = (40, "days")

PATENTS = {
    "06114997001": Expected(
        "before 2021, wrapped; 理由１．; a list of every notation; alternatives and a combination; three months",
        reasons=((1, "29-1-3", None, "理由１．"), (2, "29-2", None, "理由２．")),
        blocks=(
            line("1 2", "1-4 7 9-11", "1", "single"),
            line("2", "5", "1 2", "alternative"),
            line("2", "6 8", "1 3", "combination"),
        ),
        citations=((1, "1999497001", None), (2, "9907002", None), (3, "1983497003", None)),
        record=("2003497004", "1996497005"),
        period=(3, "months"),
    ),
    "06115997002": Expected(
        "before 2021, final by its banner; claims in the closing sentence only",
        reasons=((1, "36-6-1", None, None),),
        blocks=(prose("1", "2 3 5"),),
        no_reason=("1 4",),
        period=(3, "months"),
        final=True,
    ),
    "06115997003": Expected(
        "before 2021, a refusal after an argument; claims and article parted by slashes",
        reasons=((1, "36-6-1", None, None),),
        blocks=(line("1", "2 3"), line("1", "5")),
        period=None,
        final=None,
        refers_to=((date(2015, 1, 20), ""),),
    ),
    "06113997601": Expected(
        "before 2021, each reason with its own 記, the list before the last; an article over two lines",
        reasons=((1, "29-2", None, "【理由１】"), (2, "36-6-2", None, "【理由２】")),
        blocks=(line("1", "1-3 5", "1 2", "list"), prose("2", "4")),
        citations=((1, "1997497601", None), (2, None, None)),
        literature="2",
    ),
    "06113997602": Expected(
        "before 2021, lettered sections with reasons, claims and documents on one line; final",
        reasons=((1, "29-1-3", None, "１．"), (2, "29-2", None, "２．")),
        blocks=(
            line("1", "1 2", "1", "single"),
            line("2", "1-4", "1 2", "combination"),
            line("2", "5", "3", "single"),
        ),
        citations=((1, "2001497611", None), (2, "1984097612", None), (3, "1991097613", None)),
        final=True,
    ),
    "06114997603": Expected("an amendment dismissed (A192): refuses nothing", reasons=(), period=None, final=None),
    "06114997604": Expected(
        "a refusal under one of two reasons, with half-width digits and a hyphen of its own",
        reasons=((2, "29-2", None, "●理由２"),),
        blocks=(line("2", "1-4", "1 2", "list"), line("2", "5", "3", "single")),
        citations=((1, "2001497611", None), (2, "1984097612", None), (3, "1991097613", None)),
        period=None,
        final=None,
        refers_to=((date(2013, 10, 8), "2"),),
    ),
    "06123997101": Expected(
        "unity with claims left unexamined",
        reasons=(
            (1, "37", "発明の単一性", "１．"),
            (2, "29-1-3", "新規性", "２．"),
            (3, "29-2", "進歩性", "３．"),
        ),
        blocks=(
            line("2 3", "1", "1", "single"),
            line("3", "2 3", "1 2", "list"),
            line("3", "4 5", "1-3", "list"),
        ),
        citations=((1, "2010497101", None), (2, "2015497102", None), (3, "2012497103", "周知技術を示す文献")),
        record=("2017497109",),
        unexamined=("6-9",),
    ),
    "06123997102": Expected(
        "a second notice, not final; combinations as alternatives; a list that skips numbers",
        reasons=((1, "29-2", "進歩性", "１．"), (2, "36-6-2", "明確性", "２．")),
        blocks=(
            line("1", "1-3", "1 4", "alternative"),
            line("1", "5", "1 2 4", "mixed"),
            line("2", "4"),
        ),
        citations=((1, "2010497101", None), (2, "2015497102", None), (4, "2018497104", "新たに引用した文献")),
    ),
    "06124997201": Expected(
        "Articles 29の2 and 39: earlier applications, one of them published later",
        reasons=((1, "29-2bis", "拡大先願", "１．"), (2, "39-1", "先願", "２．")),
        blocks=(line("1", "1-3", "1", "single"), line("2", "4", "2", "single")),
        citations=((1, "2023497201", None), (2, "9907202", None)),
    ),
    "06124997202": Expected(
        "applications of the same date; one reason without a number; no documents in so many words",
        reasons=((1, "39-2", None, None),),
        blocks=(line("1", "1 2"),),
    ),
    "06125997203": Expected(
        "a refusal of a case that was not answered; the only reason has no number",
        reasons=((1, "39-2", None, "●理由"),),
        blocks=(line("1", "1 2"),),
        period=None,
        final=None,
        refers_to=((date(2024, 9, 3), ""),),
    ),
    "06124997301": Expected(
        "description and claims, no documents; 最後に in the prose of a notice that is not final",
        reasons=(
            (1, "36-4-1", "実施可能要件", "１．"),
            (2, "36-6-1", "サポート要件", "２．"),
            (3, "36-6-2", "明確性", "３．"),
        ),
        blocks=(line("1 2", "1-6"), prose("3", "2 4-6")),
        record=(),
    ),
    "06124997302": Expected(
        "no invention at all: claims refused and therefore not examined further, the others without a reason",
        reasons=((1, "29-1-hashira", "発明該当性", "１．"),),
        blocks=(line("1", "7"),),
        unexamined=("7",),
        no_reason=("1-6",),
    ),
    "06123997401": Expected(
        "one reason; combination by と, alternatives behind a list, claims with 又は",
        reasons=((1, "29-2", "進歩性", "１．"),),
        blocks=(line("1", "1 2 5-8", "1 2", "combination"), line("1", "3 4", "1-3", "alternative")),
        citations=((1, "2009497401", None), (2, "2013497402", None), (3, "2016597403", None)),
    ),
    "06123997402": Expected(
        "new matter, final; a hint, a family and warnings that are no grounds",
        reasons=((1, "17-2-3", "新規事項", "１．"), (2, "29-2", "進歩性", "２．")),
        blocks=(line("1", "1-8"), line("2", "1 2 5-8", "1 2", "list")),
        citations=((1, "2009497401", None), (2, "2013497402", None)),
        record=("2018997409",),
        no_reason=("9",),
        final=True,
        hints=("　請求項１から「無風でも揚がる」を除き、請求項９の尾を加えれば、上記の理由は解消する。",),
    ),
    "06124997403": Expected("an amendment dismissed (A191): refuses nothing", reasons=(), period=None, final=None),
    "06124997404": Expected(
        "a refusal after an argument, by articles in its headings",
        reasons=((1, "17-2-3", None, "●理由１"), (2, "29-2", None, "●理由２")),
        blocks=(line("1", "1-8"), line("2", "1 2 5-8", "1 2", "list")),
        citations=((1, "2009497401", None), (2, "2013497402", None)),
        period=None,
        final=None,
        refers_to=((date(2023, 9, 12), "1 2"),),
    ),
    "06124997501": Expected(
        "literature and foreign documents, half-width digits",
        reasons=((1, "29-1-3", "新規性", "１．"), (2, "29-2", "進歩性", "２．")),
        blocks=(
            line("1 2", "1-3", "1", "single"),
            line("2", "4 6", "1 3 4", "list"),
            line("2", "5", "1 2", "alternative"),
            line("2", "7", "1-6", "list"),
        ),
        citations=(
            (1, None, None),
            (2, None, None),
            (3, "2016997503", None),
            (4, "20180997504", None),
            (5, "999750", "周知技術を示す文献"),
            (6, "1020160997506", "周知技術を示す文献"),
        ),
        literature="1 2",
        record=("102016997507", None),
    ),
    "06125997701": Expected(
        "all claims; raised and lowered characters; images beside it; a hint",
        reasons=((1, "29-2", "進歩性", "１．"), (2, "36-6-1", "サポート要件", "２．")),
        blocks=(line("1", "all", "1 2", "list"), line("2", "3 4 6-8")),
        citations=((1, "2020497701", None), (2, "2022997702", None)),
        hints=("　請求項１に、請求項５の覆いの二重の構造を加えれば、理由１は解消する。",),
    ),
    "06122997801": Expected(
        "prior art not named in the description: a reason without claims",
        reasons=((1, "36-4-2", "先行技術文献情報開示要件", "１．"), (2, "36-6-2", "明確性", "２．")),
        blocks=(line("2", "1"), line("2", "2")),
    ),
}

DESIGNS = {
    "06323917001": Expected(
        "similar to a registered design; Article 10 as the way out",
        reasons=((1, "3-1-3", None, None),),
        citations=((1, "9917001", None),),
        period=_FORTY_DAYS,
        final=None,
        hints=(
            "　なお、引用意匠の意匠権者は出願人です。引用意匠を本意匠とする関連意匠に改める補正をすれば、"
            "意匠法第１０条第１項の規定により登録を受けることができる場合があります。",
        ),
    ),
    "06323917101": Expected(
        "easily created from a registered design and a catalogue",
        reasons=((1, "3-2", None, None),),
        citations=((1, "9917101", None), (2, None, None)),
        period=_FORTY_DAYS,
        final=None,
    ),
    "06324917102": Expected(
        "a refusal after an argument, which names its article again",
        reasons=((1, "3-2", None, None),),
        period=None,
        final=None,
        refers_to=((date(2023, 6, 5), ""),),
    ),
    "06324917201": Expected(
        "two designs in one application; division as the way out",
        reasons=((1, "7", None, None),),
        period=_FORTY_DAYS,
        final=None,
        hints=(
            "　なお、一方の物品を意匠法第１０条の２第１項の規定による新たな出願とし、図面からその物品を除く補正をすれ"
            "ば、この理由は解消します。",
        ),
    ),
    "06323917301": Expected(
        "part of an earlier design",
        reasons=((1, "3-2bis", None, None),),
        citations=((1, "9917301", None),),
        period=_FORTY_DAYS,
        final=None,
    ),
    "06323917302": Expected(
        "a refusal that leaves its article to the notice",
        reasons=(),
        period=None,
        final=None,
        refers_to=((date(2023, 2, 28), ""),),
    ),
    "06325917401": Expected(
        "not the first to be filed: the ground says 該当しません",
        reasons=((1, "9-1", None, None),),
        citations=((1, "9917401", None),),
        period=_FORTY_DAYS,
        final=None,
    ),
}

MARKS = {
    "06424927001": Expected(
        "three pages, two numbered reasons, words broken by the width, underlines in what is quoted",
        reasons=(
            (1, "3-1-3 4-1-16", "品質等表示、品質等誤認", "理　由　１"),
            (2, "3-1-6", "前各号のほか識別力のないもの", "理　由　２"),
        ),
        period=_FORTY_DAYS,
        final=None,
        provisions=("第3条第1項第3号", "第4条第1項第16号", "第3条第1項第6号"),
        grounds=(
            (1, "3-1-3", "品質等表示", ("食パン",), ()),
            (1, "4-1-16", "品質等誤認", ("上記の食パン以外の商品",), ()),
            (2, "3-1-6", "前各号のほか識別力のないもの", ("パンの小売の業務",), ()),
        ),
    ),
    "06425927002": Expected(
        "a refusal that leaves its provisions to the notice, and quotes one in an argument",
        reasons=(),
        period=None,
        final=None,
        refers_to=((date(2024, 9, 12), ""),),
    ),
    "06424927101": Expected(
        "earlier marks of three kinds; images beside it; another provision denied",
        reasons=((1, "4-1-11", "先登録類似", None),),
        period=_FORTY_DAYS,
        final=None,
        provisions=("第4条第1項第11号",),
        grounds=(
            (
                1,
                "4-1-11",
                "先登録類似",
                ("空の箱，空の棚",),
                ("商標登録第9927101号", "国際登録第9927102号", "商願2023-490297"),
            ),
        ),
    ),
    "06425927201": Expected(
        "unclear goods, and a service in the wrong class",
        reasons=((1, "6-1 6-2", "商品又は役務の不明確、区分の相違", None),),
        period=_FORTY_DAYS,
        final=None,
        provisions=("第6条第1項", "第6条第2項"),
        grounds=(
            (1, "6-1", "商品又は役務の不明確", ("便利な道具，その他の道具",), ()),
            (1, "6-2", "区分の相違", ("道具の修理",), ()),
        ),
    ),
    "06426927301": Expected(
        "plain sentences without a heading; the way out of Article 3(2) is no ground",
        reasons=((1, "3-1-6", None, None),),
        period=_FORTY_DAYS,
        final=None,
        provisions=("第3条第1項第6号",),
        grounds=((1, "3-1-6", None, (), ()),),
    ),
    "06424927401": Expected(
        "not the first to be filed: the ground says 該当しません",
        reasons=((1, "8-1", None, None),),
        period=_FORTY_DAYS,
        final=None,
        provisions=("第8条第1項",),
        grounds=((1, "8-1", None, ("架空の自転車",), ("商願2023-490298",)),),
    ),
}


Change = tuple[str, str, str, str, tuple[str, ...]]
"""Serial, part, item and way of an amendment, and what it underlines."""


@dataclass(frozen=True)
class Filed:
    """What the applicant filed: the dispatch number it answers, the amendments, the names of the images beside it."""

    answers: str
    changes: tuple[Change, ...] = ()
    images: tuple[str, ...] = ()


_ALL_GOODS = "指定商品又は指定役務並びに商品及び役務の区分"

FILINGS = {
    "52299007803": Filed("997801"),
    "52299007804": Filed(
        "997801",
        (
            ("1", "特許請求の範囲", "全文", "変更", ("三十歩離れても聞き取れる", "話し手の側の")),
            ("2", "明細書", "発明の名称", "変更", ("遠くまで聞こえる",)),
            ("3", "明細書", "０００３", "追加", ("　特開２０１４－４９７８０１号公報",)),
            ("4", "明細書", "０００５", "変更", ("三十歩離れても聞き取れる",)),
            ("5", "明細書", "０００９", "削除", ()),
            ("6", "明細書", "００１０", "削除", ()),
        ),
    ),
    "51499007004": Filed(
        "997001",
        (
            (
                "1",
                "特許請求の範囲",
                "全文",
                "変更",
                ("前記舌は、風の向きを問わず鳴る", "前記舌は紙からなる請求項２に記載の風鈴。"),
            ),
        ),
    ),
    "52399017002": Filed("917001", (("1", "意匠登録願", "本意匠の表示", "追加", ()),)),
    "52499017202": Filed(
        "917201",
        (("1", "意匠登録願", "意匠に係る物品", "変更", ()), ("2", "図面", "全図", "変更", ())),
        tuple(f"JPOSGMLDOC1{place:04}.JPG" for place in range(1, 13)),
    ),
    "52399017102": Filed("917101"),
    "52499027002": Filed("927001"),
    "52499027102": Filed("927101", (("1", "商標登録願", _ALL_GOODS, "変更", ()),)),
    "52599027202": Filed("927201", (("1", "商標登録願", _ALL_GOODS, "変更", ()),)),
}

CLAIMS_OF_THE_TELEPHONE = """\
【請求項１】
　糸の両端に紙コップを備え、<u>三十歩離れても聞き取れる</u>糸電話。
【請求項２】
　<u>話し手の側の</u>紙コップが大きい請求項１に記載の糸電話。"""
"""Of the amendment 52299007804, underlines marked."""

IMAGES = {
    "06125997701": ("061259977010001.tif", "061259977010002.tif", "061259977010003.tif"),
    "06424927101": ("064249271010001.tif", "064249271010002.tif"),
}
"""The images beside what the office sent."""
