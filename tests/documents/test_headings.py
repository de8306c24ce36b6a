"""Which reasons a block belongs to: headings of every form, and what a heading that is not understood must not do."""

from __future__ import annotations

import pytest

from jpo_mcp.documents.reasons import read_reasons
from jpo_mcp.documents.refusal import Refusal

NOVELTY = "この出願の下記の請求項に係る発明は、古い絵巻に載っているから、特許法第２９条第１項第３号に該当する。"
STEP = "この出願の下記の請求項に係る発明は、すぐ思い付くから、特許法第２９条第２項の規定により特許を受けられない。"
BOTH = f"１．（新規性）{NOVELTY}\n２．（進歩性）{STEP}\n　記\n"
FIRST = "・請求項　１\n・引用文献等　１\n・備考\n　絵巻に匙がある。\n"
SECOND = "・請求項　２\n・引用文献等　２\n・備考\n　箸も同じである。\n"


def read(body: str, *, title: str = "拒絶理由通知書") -> Refusal:
    return read_reasons(body, law="patent", articles=(), title=title)


def blocks(refusal: Refusal) -> list[tuple[object, ...]]:
    return [(block.reasons, block.claims, block.citations, block.mode) for block in refusal.blocks]


@pytest.mark.parametrize(
    "heading",
    [
        "●理由２について",
        "●上記理由２について",
        "●拒絶理由２（進歩性）について",
        "２　理由２について",
        "第２　理由２について",
        "Ｂ　理由２について",
        "２）理由２",
        "（理由２）",
        "（理由２について）",
        "〔理由２〕",
        "［理由２］",
        "＜＜理由２について＞＞",
        "―理由２について―",
        "●進歩性について",
        "＜進歩性＞",
        "【進歩性】",
        "（２）進歩性",
        "２．進歩性について",
        "●第２９条第２項について",
        "＜特許法第２９条第２項について＞",
        "●第２９条第２項（進歩性）について",
        "２．特許法第２９条第２項について",
        "理由２．進歩性について",
        "●理由２　進歩性",
        "●理由２．（進歩性）について",
        "●理由２：進歩性について",
        "理由２．",
        "◇理由２",
        "□理由２について",
        "〇理由２について",
        "※理由２について",
        "②理由２",
        "Ⅱ．理由２について",
        "Ⅱ　理由２",
    ],
)
def test_a_heading_of_the_second_reason_ends_the_first(heading: str) -> None:
    """By its number, its label or its article, whatever stands around it."""
    found = read(f"{BOTH}●理由１について\n{FIRST}\n{heading}\n{SECOND}")
    assert blocks(found) == [((1,), (1,), (1,), "single"), ((2,), (2,), (2,), "single")]
    assert [reason.codes for reason in found.reasons] == [("29-1-3",), ("29-2",)]


@pytest.mark.parametrize("heading", ["●新規性及び進歩性について", "＜新規性・進歩性＞", "●理由１／理由２について"])
def test_a_heading_may_name_both(heading: str) -> None:
    found = read(f"{BOTH}{heading}\n{FIRST}●理由２について\n{SECOND}")
    assert blocks(found) == [((1, 2), (1,), (1,), "single"), ((2,), (2,), (2,), "single")]


@pytest.mark.parametrize(
    "heading",
    [
        "●（理由２）進歩性について",
        "●明確性について",
        "●その他の理由２について",
        "●第２の理由について",
        "▲理由２",
        "●理由２（進歩性）に対して",
        "理由２（進歩性）の備考",
        "●第２９条第２項違反について",
    ],
)
def test_under_a_heading_that_is_not_understood_nothing_is_assumed(heading: str) -> None:
    """The block belongs to no reason that we know, and the heading is shown."""
    found = read(f"{BOTH}●理由１について\n{FIRST}\n{heading}\n{SECOND}")
    assert blocks(found) == [((1,), (1,), (1,), "single"), ((), (2,), (2,), "single")]
    assert [passage.quote for passage in found.unread] == [heading]


def test_not_even_the_only_reason_is_assumed_there() -> None:
    """A decision under two reasons of which one is headed in a way that we do not know."""
    body = f"備考\n●理由１（特許法第２９条第２項）について\n{FIRST}\n●明確性について\n・請求項　２\n　箸とは何か。\n"
    assert blocks(read(body, title="拒絶査定")) == [((1,), (1,), (1,), "single"), ((), (2,), (), "none")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("・請求項　１\n・理由　１、２\n・引用文献等　１", "・請求項　２\n・理由　２\n・引用文献等　２"),
        ("・請求項１\n・引用文献等１\n・理由１、２", "・請求項２\n・引用文献等２\n・理由２"),
        ("・理由：１、２\n・請求項：１\n・引用文献：１", "・理由：２\n・請求項：２\n・引用文献：２"),
        ("＜請求項１について＞\n・理由１、２\n・引用文献等　１", "＜請求項２について＞\n・理由２\n・引用文献等　２"),
        ("（１）請求項１について（理由１、２）\n・引用文献１", "（２）請求項２について（理由２）\n・引用文献２"),
        (
            "●理由１、２（請求項１）について\n・引用文献等　１",
            "●理由２（進歩性）について（請求項２）\n・引用文献等　２",
        ),
        (
            "・請求項１\n・特許法第２９条第１項第３号、第２９条第２項\n・引用文献１",
            "・請求項２\n・第２９条第２項\n・引用文献２",
        ),
    ],
)
def test_claims_reasons_and_documents_are_paired_in_any_order(first: str, second: str) -> None:
    """The reasons can stand above the claims, below them, behind the documents, or in the claims' own heading."""
    found = read(f"{BOTH}{first}\n・備考\n　絵巻に匙がある。\n{second}\n・備考\n　箸も同じである。\n")
    assert blocks(found) == [((1, 2), (1,), (1,), "single"), ((2,), (2,), (2,), "single")]
    assert found.unread == ()


def test_a_reason_below_claims_without_documents_heads_what_follows() -> None:
    """The claims above it have their reason already."""
    said = "　請求項２の「約」が不明である。よって、請求項２に係る発明は明確でない。\n"
    assert blocks(read(f"{BOTH}・理由１\n・請求項１\n・理由２\n{said}")) == [
        ((1,), (1,), (), "none"),
        ((2,), (2,), (), "none"),
    ]


def test_documents_that_belong_to_no_line_of_claims_leave_none_of_them_without() -> None:
    """Something stands between the claims and their documents: then it is not known that there are none."""
    found = read(f"　{STEP}\n　記\n・請求項　１\n　前置きである。\n・引用文献等　１\n　匙。\n")
    assert blocks(found) == [((1,), (1,), None, None)]
    assert [passage.quote for passage in found.unread] == ["・引用文献等　１"]


@pytest.mark.parametrize(
    "subheading", ["（１）新規性について", "（２）進歩性について", "（ア）進歩性", "●第３０条第２項の適用について"]
)
def test_a_subheading_of_the_remarks_changes_nothing(subheading: str) -> None:
    """Under a heading for both reasons, the remarks take them one by one."""
    found = read(f"{BOTH}●理由１、２について\n{FIRST}{subheading}\n　匙は匙である。\n{SECOND}")
    assert blocks(found) == [((1, 2), (1,), (1,), "single"), ((1, 2), (2,), (2,), "single")]


@pytest.mark.parametrize(
    "line",
    [
        "・請求項１について\n・引用文献等　１",
        "・請求項１に対して\n・引用文献等　１",
        "・請求項１に係る発明について\n・引用文献等　１",
        "・請求項　１　・引用文献等　１",
        "・請求項：１　・引用文献：１",
        "請求項１　：　刊行物１",
        "・請求項１（引用文献１）",
        "・請求項１について　引用文献１",
        "請求項１・・・引用文献１",
        "請求項１…引用文献１",
        "（請求項１、引用文献１）",
        "＜請求項１＞\n引用文献１",
        "【請求項１】\n・引用例１",
        "ア　請求項１\n・刊行物１",
        "・補正後の請求項１\n・引用文献（１）",
        "・請求項\n　１\n・引用文献等\n　１",
    ],
)
def test_claims_are_read_whatever_stands_around_them(line: str) -> None:
    """A line that could be a subheading is a claims line where the documents stand below it."""
    assert blocks(read(f"　{STEP}\n　記\n{line}\n・備考\n　匙。\n")) == [((1,), (1,), (1,), "single")]


def test_a_line_of_claims_and_documents_that_is_not_understood_is_shown() -> None:
    """Among lines that are, it would be missed; a sentence of the remarks is none."""
    odd = "・請求項　３の一部　引用文献等　１、２"
    body = (
        f"　{STEP}\n　記\n・請求項　１　引用文献等　１\n・請求項　２　引用文献等　１、２のいずれか１つ及び３\n{odd}\n"
    )
    found = read(f"{body}・備考\n・請求項１の匙は、引用文献１にある\n")
    assert blocks(found) == [((1,), (1,), (1,), "single"), ((1,), (2,), None, None)]
    assert [passage.quote for passage in found.unread] == [odd]


@pytest.mark.parametrize("subheading", ["＜請求項１について＞", "（請求項１）", "【請求項１】", "１　請求項１について"])
def test_a_heading_of_claims_without_documents_is_part_of_the_remarks(subheading: str) -> None:
    assert blocks(read(f"　{STEP}\n　記\n{FIRST}{subheading}\n　匙。\n")) == [((1,), (1,), (1,), "single")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("●理由１", "●理由２"),
        ("■理由１（新規性）", "■理由２（進歩性）"),
        ("［理由１］", "［理由２］"),
        ("理　由　１", "理　由　２"),
        ("１　", "２　"),
        ("第１　", "第２　"),
        ("Ⅰ．", "Ⅱ．"),
        ("（１）", "（２）"),
        ("・理由１", "・理由２"),
    ],
)
@pytest.mark.parametrize("end", ["", "\n　"])
def test_each_reason_keeps_its_own_article(first: str, second: str, end: str) -> None:
    """However the reasons are numbered where they are stated, with the article on that line or below it."""
    if not first.strip("１　"):
        end = ""  # a bare number with nothing behind it is no heading
    found = read(
        f"{first}{end}{NOVELTY}\n\n{second}{end}{STEP}\n\n　記\n●理由１について\n{FIRST}●理由２について\n{SECOND}"
    )
    assert [(reason.no, reason.codes) for reason in found.reasons] == [(1, ("29-1-3",)), (2, ("29-2",))]
    assert blocks(found) == [((1,), (1,), (1,), "single"), ((2,), (2,), (2,), "single")]


@pytest.mark.parametrize(
    ("first", "second"),
    [("Ａ．", "Ｂ．"), ("理由Ａ（新規性）", "理由Ｂ（進歩性）"), ("理由Ｉ．", "理由ＩＩ．"), ("理由Ⅰ　", "理由Ⅱ　")],
)
def test_reasons_with_letters_or_roman_numbers_are_counted(first: str, second: str) -> None:
    """Their headings name them the same way; what is printed stays."""
    letters = {"Ａ": "ＡＢ", "Ⅰ": "ⅠⅡ", "Ｉ": ("Ｉ", "ＩＩ")}
    one, two = next(pair for letter, pair in letters.items() if letter in first)
    body = f"{first}{NOVELTY}\n{second}{STEP}\n　記\n●理由{one}、{two}について\n{FIRST}＜理由{two}について＞\n{SECOND}"
    found = read(body)
    assert blocks(found) == [((1, 2), (1,), (1,), "single"), ((2,), (2,), (2,), "single")]
    assert [(reason.no, reason.codes) for reason in found.reasons] == [(1, ("29-1-3",)), (2, ("29-2",))]
    assert [reason.printed_no for reason in found.reasons] == [
        line.strip("　").split("（")[0] for line in (first, second)
    ]


@pytest.mark.parametrize("remark", ["２．（引用文献２について）", "Ｂ．（相違点について）"])
def test_a_numbered_heading_of_the_remarks_is_no_reason(remark: str) -> None:
    """A label alone states a reason behind 記 only where it is the name of a ground."""
    found = read(f"１．（進歩性）{STEP}\n　記\n●理由１について\n{FIRST}{remark}\n　箸。\n{SECOND}")
    assert [reason.no for reason in found.reasons] == [1]
    assert [block[0] for block in blocks(found)] == [(1,), (1,)]
    support = "　この出願は、特許法第３６条第６項第１号に規定する要件を満たしていない。\n"
    own = f"１．（進歩性）{STEP}\n　記\n{FIRST}２．（サポート要件）\n{support}"
    assert [reason.codes for reason in read(own).reasons] == [("29-2",), ("36-6-1",)]


def test_a_numbered_remark_states_no_reason() -> None:
    """（２） behind 記 is a point of the remarks, even where it names an article."""
    said = "（１）匙は古い。\n（２）この出願の匙は、特許法第３６条第６項第２号に規定する要件とは別に論じる。\n"
    found = read(f"１．（進歩性）{STEP}\n　記\n●理由１について\n・請求項　１\n・引用文献等　１\n{said}")
    assert [reason.codes for reason in found.reasons] == [("29-2",)]


def test_documents_below_no_claims_are_not_overlooked() -> None:
    """Claims in a sentence, and a line of documents that belongs to none we know: then the documents are not none."""
    found = read(f"　{STEP}\n　記\n・引用文献等　１\n　よって、請求項１に係る発明は容易に思い付く。\n")
    assert blocks(found) == [((1,), (1,), None, None)]
    assert [passage.quote for passage in found.unread] == ["・引用文献等　１"]


@pytest.mark.parametrize(
    "sentence",
    [
        "　よって、請求項５ないし８に係る発明については、単一性以外の要件についての審査をしない。",
        "　請求項５－８に係る発明に対しては、新規性等の審査を行いません。",
        "　請求項５－８に係る発明は、審査の対象から除外した。",
        "　請求項５－８に係る発明については、審査がなされていない。",
        "　請求項５－８に係る発明は、審査対象外である。",
        "　請求項５－８については、単一性以外の要件についての審査は行わなかった。",
        "　請求項１－４に係る発明を審査対象とし、請求項５－８に係る発明は、審査を行わない。",
        "　請求項１－４に係る発明と請求項５－８に係る発明は別だから、請求項５－８に係る発明については審査を行わない。",
        "　請求項１に係る発明には特徴がないから、請求項５－８に係る発明は、審査対象としない。",
        "　補正がなされた請求項５－８は範囲外であるから、当該請求項に係る発明については審査を行っていない。",
        "＜審査対象外の請求項＞\n　請求項５－８\n",
        "＜発明の単一性の要件以外の要件についての審査対象としない請求項＞\n・請求項　５－８\n",
    ],
)
def test_claims_left_unexamined_are_known_by_any_of_the_verbs(sentence: str) -> None:
    assert [note.claims for note in read(f"{BOTH}●理由１について\n{FIRST}{sentence}\n").unexamined_claims] == [
        (5, 6, 7, 8)
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "　請求項１－３に係る発明と請求項４－６に係る発明は異なるから、審査対象としない。",
        "　請求項４－６に係る発明については、請求項１に係る発明が特徴を有しないので、審査を行っていない。",
        "　その余の請求項に係る発明は審査対象としない。",
    ],
)
def test_claims_left_unexamined_are_open_where_the_sentence_does_not_tell_which(sentence: str) -> None:
    """Claims that give the reason are not those that were left out; the sentence is given."""
    (note,) = read(f"{BOTH}●理由１について\n{FIRST}{sentence}\n").unexamined_claims
    assert (note.claims, note.quote) == (None, sentence.strip("　"))


def test_claims_free_of_one_reason_are_not_free_of_all() -> None:
    """理由２については、…拒絶の理由を発見しない: the other reasons may stand."""
    found = read(
        f"{BOTH}●理由１について\n{FIRST}　理由２については、請求項５に係る発明に対して拒絶の理由を発見しない。\n"
    )
    assert [note.claims for note in found.no_reason_claims] == [None]


def test_claims_in_a_section_of_their_own_are_never_dropped() -> None:
    """Said in words that we do not know: the sentence is given, the claims are not guessed."""
    found = read(f"{BOTH}●理由１について\n{FIRST}＜拒絶の理由を発見しない請求項＞\n　請求項５は、問題ない。\n")
    assert [(note.claims, note.quote) for note in found.no_reason_claims] == [(None, "請求項５は、問題ない。")]


@pytest.mark.parametrize(
    "sentence",
    [
        "　請求項（５、６）に係る発明に対しては、現在のところ拒絶の理由を発見していない。",
        "・請求項５、６については、現時点では拒絶の理由は発見されていない。",
        "　請求項５及び６に係る発明については現時点では、拒絶の理由が発見されない。",
        "　請求項５、６については、拒絶の理由は見当たらない。",
        "　請求項５、６に係る発明については、拒絶の理由を見いだせない。",
        "　請求項５、６",
    ],
)
def test_claims_without_a_reason_are_known_by_any_of_the_verbs(sentence: str) -> None:
    found = read(f"{BOTH}●理由１について\n{FIRST}\n＜拒絶の理由を発見しない請求項＞\n{sentence}\n")
    assert [note.claims for note in found.no_reason_claims] == [(5, 6)]


@pytest.mark.parametrize(
    "heading", ["＜引用文献＞", "　　引　用　文　献", "＜引用文献等＞", "【引用刊行物】", "　　　引用文献等一覧"]
)
@pytest.mark.parametrize(
    "number", ["１．", "（１）", "［１］", "Ｄ１：", "・引用文献１：", "引用文献１　", "①　", "引１："]
)
def test_a_list_of_documents_is_known_by_its_heading_and_any_numbering(heading: str, number: str) -> None:
    found = read(f"　{STEP}\n　記\n{FIRST}\n{heading}\n{number}特開２０１９－９０１２３４号公報\n")
    assert [(c.no, c.number) for c in found.citations] == [(1, "2019901234")]
    assert found.unread == ()


@pytest.mark.parametrize(
    ("printed", "office", "number", "display", "note"),
    [
        ("特開２０１９－９０１２３４号公報（特に、図１）", "JP", "2019901234", "特開2019-901234", "特に、図１"),
        ("特願２０１９－９９９９９９号（特開２０２０－９０１２３４号）", "JP", "2020901234", "特開2020-901234", None),
        ("特願２０１９－９９９９９９号", None, None, None, None),
        ("特願２０１９－９９９９９９号（特許第９９０１２３４号）", None, None, None, None),
        (
            "ＰＣＴ／ＪＰ２０１９／９９９９９９号（国際公開第２０２０／９０１２３４号）",
            "WO",
            "2020901234",
            "WO2020/901234",
            None,
        ),
        (
            "特開２０１９－９０１２３４号公報（段落００１０－００２０、図１）",
            "JP",
            "2019901234",
            "特開2019-901234",
            "段落００１０－００２０、図１",
        ),
        ("特開２０１９－９０１２３４号公報，段落[0010]", "JP", "2019901234", "特開2019-901234", "段落[0010]"),
        ("特開２０１９ー９０１２３４号公報、特に図１", "JP", "2019901234", "特開2019-901234", "特に図１"),
        (
            "米国特許出願公開第２０１９／０９０１２３４号明細書（ＵＳ，Ａ１）",
            "US",
            "20190901234",
            "US 2019/0901234",
            "ＵＳ，Ａ１",
        ),
        ("カナダ国特許出願公開第２９０１２３４号明細書", "CA", "2901234", "CA 2901234", None),
        ("特許第９９０１２３４号明細書", "JP", "9901234", "特許第9901234号", None),
        ("登録実用新案第３９０１２３４号公報", "JP", "3901234", "実用新案登録第3901234号", None),
        ("WO 2019/901234 A1", "WO", "2019901234", "WO2019/901234", None),
        ("韓国登録特許第１０－９９０１２３４号公報", "KR", "109901234", "KR 10-9901234", None),
        ("US 2019/0901234 A1", None, None, None, None),
        ("JP 2019-901234 A", None, None, None, None),
    ],
)
def test_a_patent_document_is_never_taken_for_literature(
    printed: str, office: str | None, number: str | None, display: str | None, note: str | None
) -> None:
    """A form that we cannot number stays as printed."""
    (one,) = read(f"　{STEP}\n＜引用文献等一覧＞\n１．{printed}\n").citations
    assert (one.office, one.number, one.display, one.note) == (office, number, display, note)
    assert not one.npl


# ── marks and designs ─────────────────────────────────────────────────────────────────────────

DESCRIPTIVE = "　この商標は、指定商品中「架空の茶」の品質を表すにすぎませんから、商標法第３条第１項第３号に該当します。"
SIMILAR = "　この商標は、登録第９９９９９０１号商標と類似し、商標法第４条第１項第１１号に該当します。"
MARK = ("商標登録第9999901号",)


def grounds(body: str) -> list[tuple[object, ...]]:
    found = read_reasons(body, law="trademark", articles=(), title="拒絶理由通知書")
    return [(g.reason, g.code, g.goods, tuple(m.display for m in g.earlier_marks)) for g in found.mark_grounds]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("　　　理　由　１", "　　　理　由　２"),
        ("【理由１】", "【理由２】"),
        ("＜理由１＞", "＜理由２＞"),
        ("（理由１）", "（理由２）"),
        ("理由１．", "理由２．"),
        ("１．理由１", "２．理由２"),
        ("第１　理由", "第２　理由"),
        ("■理由１（第３条第１項第３号）", "■理由２（第４条第１項第１１号）"),
    ],
)
def test_the_reasons_against_a_mark_are_told_apart_by_any_heading(first: str, second: str) -> None:
    assert grounds(f"{first}\n\n{DESCRIPTIVE}\n\n{second}\n\n{SIMILAR}\n") == [
        (1, "3-1-3", ("架空の茶",), ()),
        (2, "4-1-11", (), MARK),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("●第３条第１項第３号", "●第４条第１項第１１号"),
        ("（１）第３条第１項第３号について", "（２）第４条第１項第１１号について"),
        ("【第３条第１項第３号】", "【第４条第１項第１１号】"),
        ("＜商標法第３条第１項第３号について＞", "＜商標法第４条第１項第１１号について＞"),
        ("１　商標法第３条第１項第３号（品質表示）", "２　商標法第４条第１項第１１号（先登録）"),
        ("", ""),
    ],
)
def test_the_provisions_of_one_reason_keep_what_belongs_to_each(first: str, second: str) -> None:
    """Goods and marks stand under the heading, or in the paragraph, of the provision they concern."""
    body = f"　　　理　由\n\n{first}\n\n{DESCRIPTIVE}\n\n{second}\n\n{SIMILAR}\n"
    assert grounds(body) == [(1, "3-1-3", ("架空の茶",), ()), (1, "4-1-11", (), MARK)]


def test_earlier_marks_listed_at_the_end_belong_to_the_provision_that_compares() -> None:
    """Article 3 compares with nothing."""
    similar = "　この商標は、下記の商標と類似し、商標法第４条第１項第１１号に該当します。"
    body = f"　　　理　由\n\n{DESCRIPTIVE}\n{similar}\n\n　　　記\n\n登録第９９９９９０１号商標\n"
    assert grounds(body) == [(1, "3-1-3", ("架空の茶",), ()), (1, "4-1-11", (), MARK)]


def test_several_items_and_several_goods_are_all_read() -> None:
    """同第１０号 is an item of the article before it; 及び goes on with the goods."""
    body = (
        "　　　理　由\n■第４条第１項第１１号、同第１０号及び同第１５号\n"
        "　この商標は、指定商品中「架空の茶」、「架空の菓子」及び「架空の餅」について、"
        "登録第９９９９９０１号商標と類似します。\n"
    )
    goods = ("架空の茶", "架空の菓子", "架空の餅")
    assert grounds(body) == [(1, code, goods, MARK) for code in ("4-1-11", "4-1-10", "4-1-15")]


@pytest.mark.parametrize(
    ("printed", "number", "display"),
    [
        ("登録第９９９９９０１号商標", "9999901", "商標登録第9999901号"),
        ("登録第９９９９９０１号の２商標", "9999901-2", "商標登録第9999901号の2"),
        ("登録第９９９９９０１号の１の２商標", "9999901-1-2", "商標登録第9999901号の1の2"),
        ("登録第9999901-2号商標", "9999901-2", "商標登録第9999901号の2"),
        ("登録番号　第９９９９９０１号", "9999901", "商標登録第9999901号"),
        ("国際登録第９９９９９０１Ａ号商標", "9999901A", "国際登録第9999901A号"),
    ],
)
def test_an_earlier_mark_that_was_divided_keeps_its_branch(printed: str, number: str, display: str) -> None:
    """登録第…号の２ is another right than 登録第…号, perhaps of another owner."""
    body = f"　この商標は、{printed}と類似し、商標法第４条第１項第１１号に該当します。\n"
    found = read_reasons(body, law="trademark", articles=(), title="拒絶理由通知書").mark_grounds[0].earlier_marks
    assert [(mark.number, mark.display) for mark in found] == [(number, display)]


def test_a_provision_that_applies_as_well_is_a_ground() -> None:
    """にも該当します, and what is said of another article of the same act."""
    body = "　本願商標は、商標法第３条第１項第３号に該当します。また、同法第３条第１項第６号にも該当します。\n"
    assert [code for _, code, _, _ in grounds(body)] == ["3-1-3", "3-1-6"]


def test_a_provision_denied_in_a_clause_does_not_take_the_next_with_it() -> None:
    body = "　本願商標は、商標法第４条第１項第１１号に該当しませんが、商標法第３条第１項第３号に該当します。\n"
    assert [code for _, code, _, _ in grounds(body)] == ["3-1-3"]


def test_goods_named_below_provisions_of_one_sentence_belong_to_them() -> None:
    body = "　商標法第６条第１項及び第２項の要件を具備しません。\n　指定商品中、第９類「架空の機械」は不明確です。\n"
    assert grounds(body) == [(1, code, ("架空の機械",), ()) for code in ("6-1", "6-2")]


@pytest.mark.parametrize(
    "sentence",
    [
        "　商標法第４条第１項第１６号に該当するかどうかは、ここでは問いません。",
        "　商標法第４条第１項第１６号に該当するか否かを論ずるまでもありません。",
    ],
)
def test_a_provision_left_open_is_no_ground(sentence: str) -> None:
    assert [code for _, code, _, _ in grounds(f"　　　理　由\n\n{DESCRIPTIVE}\n{sentence}\n")] == ["3-1-3"]


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("意匠法第３条第１項柱書に規定する工業上利用することができる意匠に該当しません。", "3-1-hashira"),
        ("意匠法第３条第１項柱書に規定する意匠に該当しないので、意匠登録を受けることができません。", "3-1-hashira"),
        ("意匠法第９条第１項に規定する最先の意匠登録出願人に該当しません。", "9-1"),
        ("意匠法第３条第１項第３号に該当しません。", None),
        ("本意匠に類似しませんので、意匠法第１０条第１項の規定に該当しません。", "10-1"),
        ("意匠法第９条第２項前段に規定する協議が成立しなかったものと認められます。", "9-2"),
    ],
)
def test_not_to_be_what_an_article_asks_for_is_a_ground(sentence: str, code: str | None) -> None:
    """該当しません denies a bar, but not to be industrially applicable, or the first, is what is refused."""
    found = read_reasons(f"　この出願の意匠は、{sentence}\n", law="design", articles=(), title="拒絶理由通知書")
    assert [ground.code for ground in found.design_grounds] == ([code] if code else [])


def test_every_design_behind_the_note_mark_is_numbered_or_shown() -> None:
    """An application stands for a design not yet registered; what has no number we know is given as it stands."""
    body = (
        "　この意匠は、意匠法第３条第１項第３号に規定する意匠に該当します。\n　　　記\n"
        "引用意匠１\n意匠登録第９９９９９０１号の意匠\n\n引用意匠２\n意願２０２２－９０１２３号\n\n"
        "意願２０２２－０９０１２４号（意匠登録第９９９９９０２号）の意匠\n\n"
        "引用意匠４\n架空の目録第５頁の急須\n\n　以上を比べると、よく似ています。\n"
    )
    found = read_reasons(body, law="design", articles=(), title="拒絶理由通知書")
    assert [(cited.number, cited.display) for cited in found.citations] == [
        ("9999901", "意匠登録第9999901号"),
        ("2022090123", "意願2022-090123"),
        ("9999902", "意匠登録第9999902号"),
    ]
    assert [passage.quote for passage in found.unread] == ["引用意匠４", "架空の目録第５頁の急須"]
