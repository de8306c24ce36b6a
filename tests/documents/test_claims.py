"""Ranges of claims, lists of documents, and the articles they are refused under: as printed -> as meant, or None."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpo_mcp.documents.claims import leading_claims, mentioned_claims, read_citations, read_claims
from jpo_mcp.documents.grounds import Provision, applied, labelled, named
from jpo_mcp.documents.printed import fold


@pytest.mark.parametrize(
    ("printed", "claims"),
    [
        ("１", (1,)),
        ("１－４", (1, 2, 3, 4)),
        ("1‐12", tuple(range(1, 13))),
        ("１―４", (1, 2, 3, 4)),
        ("１～３", (1, 2, 3)),
        ("１〜３", (1, 2, 3)),
        ("１ー３", (1, 2, 3)),
        ("１ないし３", (1, 2, 3)),
        ("１乃至３", (1, 2, 3)),
        ("１から３まで", (1, 2, 3)),
        ("１，２－４、７及び９ないし１１", (1, 2, 3, 4, 7, 9, 10, 11)),
        ("請求項３、請求項５", (3, 5)),
        ("（１、２、５－７）", (1, 2, 5, 6, 7)),
        ("：１、４", (1, 4)),
        ("２、１", (1, 2)),
        ("１，　２ ，３", (1, 2, 3)),
        ("５５及び５６", (55, 56)),
        ("１、２、又は、４", (1, 2, 4)),
        ("１並びに３", (1, 3)),
        ("全て", "all"),
        ("１－１０（全請求項）", tuple(range(1, 11))),
        ("１－３、５の各請求項", (1, 2, 3, 5)),
        ("１、及び請求項１を引用する請求項２－４", (1, 2, 3, 4)),
        ("１及びこれを引用する請求項２、３", (1, 2, 3)),
        ("１及びその従属請求項２－４", (1, 2, 3, 4)),
        ("４を引用する請求項５", (5,)),
        ("１又は２に従属する請求項３", (3,)),
        ("１に係る発明及び請求項３", (1, 3)),
        ("全請求項", "all"),
    ],
)
def test_a_printed_list_of_claims_is_read(printed: str, claims: object) -> None:
    """The spellings of the house style, and those of other examiners."""
    assert read_claims(printed) == claims


@pytest.mark.parametrize("printed", ["①", "１－３及び", "Ａ", "１－３のうち独立項", "１２３４", "１－２、ただし２"])
@pytest.mark.parametrize("lead", ["", "請求項"])
def test_a_list_with_other_words_is_none(printed: str, lead: str) -> None:
    """Nothing is left out of a list silently."""
    assert read_claims(lead + printed) is None


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "、",
        "１、",
        "、１",
        "１－",
        "４－１",
        "１－４－６",
        "１、、２",
        "１．２",
        "１以外",
        "１－３（２を除く）",
        "０",
        "１０００",
    ],
)
def test_a_list_that_is_not_wholly_understood_is_none(printed: str) -> None:
    """A wrong claim is a defect, an unread one is not."""
    assert read_claims(printed) is None


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("１", ((1,), "single")),
        ("引用文献１", ((1,), "single")),
        ("１－３", ((1, 2, 3), "list")),
        ("１、２", ((1, 2), "list")),
        ("１及び２", ((1, 2), "combination")),
        ("１と２", ((1, 2), "combination")),
        ("引用文献１及び引用文献３", ((1, 3), "combination")),
        ("１、又は、２", ((1, 2), "alternative")),
        ("１若しくは２", ((1, 2), "alternative")),
        ("１ないし３、７又は８", ((1, 2, 3, 7, 8), "alternative")),
        ("１、２、又は、１、４", ((1, 2, 4), "alternative")),
        ("２～４のいずれか１つ", ((2, 3, 4), "alternative")),
        ("１及び２、又は３", ((1, 2, 3), "mixed")),
        ("１及び２～４のいずれか", ((1, 2, 3, 4), "mixed")),
        ("１、２（周知技術を示す文献）", ((1, 2), "list")),
        ("１、２（周知技術）及び３（副引例）", ((1, 2, 3), "combination")),
        ("１又は２及び周知技術（引用文献３、４）", ((1, 2, 3, 4), "mixed")),
        ("１、周知技術（引用文献２－３）", ((1, 2, 3), "list")),
        ("１及び周知技術", ((1,), "combination")),
        ("１－３（２、３は周知技術を示す文献）", ((1, 2, 3), "list")),
        ("１、２（組合せ）", ((1, 2), "combination")),
        ("上記１、２", ((1, 2), "list")),
        ("（１、２）", ((1, 2), "list")),
        ("なし", ((), "none")),
        ("－", ((), "none")),
    ],
)
def test_the_mode_says_what_the_citation_line_prints(printed: str, read: object) -> None:
    """及び is a combination, 又は an alternative, and no word at all a list."""
    assert read_citations(printed) == read


@pytest.mark.parametrize(
    "printed",
    [
        "１、主として２",
        "引用文献一覧参照",
        "３－１",
        "１（２頁）",
        "上記のとおり",
        "",
        "１（３は周知技術）",
        "１（請求項２）",
    ],
)
def test_citations_that_are_not_wholly_understood_are_none(printed: str) -> None:
    """The block then keeps the raw line."""
    assert read_citations(printed) is None


@pytest.mark.parametrize(
    ("sentence", "claims", "rest"),
    [
        ("請求項１、３－５に係る発明は明確でない。", (1, 3, 4, 5), "に係る"),
        ("請求項（１、２）に係る発明は", (1, 2), "に係る"),
        ("請求項２及び請求項２を引用する請求項３―５に係る発明は", (2, 3, 4, 5), "に係る"),
        ("請求項１、６をそれぞれ引用する請求項２、７に係る発明は", (2, 7), "に係る"),
        ("請求項４（及びこれらを引用する請求項５、６）に係る発明は", (4, 5, 6), "に係る"),
        ("請求項１－３及びその従属項４、５に係る発明は", (1, 2, 3, 4, 5), "に係る"),
        ("請求項１、請求項８は", (1, 8), "は"),
    ],
)
def test_the_claims_that_open_a_sentence_are_read(sentence: str, claims: tuple[int, ...], rest: str) -> None:
    """A claim that is only referred to (請求項１を引用する…) is not itself meant."""
    folded = fold(sentence)
    found = leading_claims(folded)
    assert found is not None
    assert found[0] == claims
    assert folded[found[1] :].startswith(rest)


def test_an_ambiguous_reference_is_not_read() -> None:
    """Claim 1 itself, or claims that refer to both 1 and 2? The sentence does not tell."""
    assert leading_claims(fold("請求項１及び請求項２を引用する請求項３に係る発明は")) is None


def test_claims_of_a_cited_document_are_not_claims_of_the_application() -> None:
    """Our own reading: 引用文献２（請求項６） points into document 2."""
    assert mentioned_claims(fold("引用文献２（請求項６、図１）の部材を請求項３の蓋に用いる")) == (3,)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("特許法第２９条第１項第３号に該当し、", ["29-1-3"]),
        ("特許法第29条第2項の規定により", ["29-2"]),
        ("特許法第２９条の２の規定により", ["29-2bis"]),
        ("特許法第２９条第１項柱書に規定する要件", ["29-1-hashira"]),
        ("特許法第１７条の２第３項に規定する要件", ["17-2-3"]),
        ("特許法第３９条第１項の規定により", ["39-1"]),
        ("特許法第３６条第６項第１号及び第２号に規定する要件", ["36-6-1", "36-6-2"]),
        ("特許法第３６条第４項第１号、第６項第１号に規定する要件", ["36-4-1", "36-6-1"]),
        ("特許法第２９条第１項第３号に該当し、又は同条第２項の規定により", ["29-1-3", "29-2"]),
        ("特許法第２９条第１項第３号及び特許法第２９条第２項の規定により", ["29-1-3", "29-2"]),
        ("特許法第３７条に規定する要件を満たしていない", ["37"]),
        ("特許法第２９条第１項各号のいずれかに該当し", ["29-1"]),
        ("特許法第３９条第１項にも該当する", ["39-1"]),
        ("特許法第２９条第１項第３号の発明に該当し", ["29-1-3"]),
        ("特許法第３６条第６項第２号に定める要件", ["36-6-2"]),
        ("特許法第４１条第１項の規定による優先権", []),
        ("特許法第３０条第２項の規定の適用", []),
        ("特許法施行規則第２４条の２の規定により", []),
        ("行政事件訴訟法第４６条第２項の規定に基づく", []),
        ("特許法第２９条第２項を参照されたい", []),
    ],
)
def test_the_articles_applied_are_found(text: str, codes: list[str]) -> None:
    """Codes as 29-1-3; an article only mentioned, or of another act, is no ground."""
    assert [provision.code for provision in applied(fold(text), "patent")] == codes


def test_provisions_cite_the_act_in_both_languages() -> None:
    """The official translation writes items in small Roman numerals and branches with a hyphen."""
    novelty = Provision("patent", 29, paragraph=1, item=3)
    assert novelty.ja == "第29条第1項第3号"
    assert novelty.en == "Article 29(1)(iii) of the Patent Act (novelty)"
    assert Provision("patent", 29, branch=2).en == "Article 29-2 of the Patent Act (secret prior art)"
    assert Provision("trademark", 4, paragraph=1, item=19).en.startswith("Article 4(1)(xix) of the Trademark Act")
    assert Provision("design", 3, branch=2).code == "3-2bis"
    assert Provision("patent", 29, paragraph=1, main_clause=True).en.startswith("main clause of Article 29(1) of the")


def test_a_label_names_an_article_only_where_it_can_be_no_other() -> None:
    """新規性 does not tell the item of Article 29(1)."""
    assert labelled("進歩性") == Provision("patent", 29, paragraph=2)
    assert labelled("新規性") is None


def test_procedure_is_no_ground_against_a_mark() -> None:
    """第15条の2 is the article under which the notice is sent."""
    assert [p.code for p in named(fold("商標法第１５条の２、第４条第１項第１１号"), "trademark")] == ["4-1-11"]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=20, unique=True))
def test_any_list_of_claims_reads_back(claims: list[int]) -> None:
    """Printed one by one with 、 it is what it was."""
    assert read_claims("、".join(map(str, claims))) == tuple(sorted(claims))


@given(st.text())
def test_no_text_makes_the_readers_fail(text: str) -> None:
    """They answer None."""
    read_claims(text)
    read_citations(text)
    leading_claims(fold(text))
    mentioned_claims(fold(text))
    applied(fold(text), "patent")
