"""Papers come out as they were written: every character, in order, with their printed fields."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from jpo_mcp.documents import Kind, Paper, read_bundle
from jpo_mcp.numbers import Law
from tests.documents import fictional
from tests.documents.fictional import NUMBER, amendment, htm, notice, opinion, zipped

PAPERS = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "16"]
RECORDED = [
    ("patent", "patent__app_doc_cont_opinion_amendment__2020123456"),
    ("patent", "patent__app_doc_cont_refusal_reason__2020123456"),
    ("trademark", "trademark__app_doc_cont_refusal_reason__2024123456"),
]
KINDS: dict[str, Kind] = {
    "notice_of_reasons_for_refusal": "refusal_notice",
    "decision_of_refusal": "refusal_decision",
    "decision_to_dismiss_amendment": "dismissal",
}


def one(name: str, content: str, law: Law = "patent") -> Paper:
    """The paper of a bundle that holds only this."""
    bundle = read_bundle(zipped((name, content)), law)
    assert bundle.skipped == ()
    (paper,) = bundle.papers
    return paper


def sent(content: str) -> Paper:
    return one("06123999001-jpntce.xml", content)


def letter(*pages: str, law: Law = "trademark") -> Paper:
    return one("06419999001P.HTM", htm(*pages), law)


def joined(text: str) -> str:
    return text.replace("\n", "")


# ── the recorded papers ───────────────────────────────────────────────────────────────────────


def expected(shared: Path, number: str) -> tuple[list[Paper], list[dict[str, Any]]]:
    folder = shared / "recordings/papers" / number
    told = json.loads((folder / "expected.json").read_text("utf-8"))
    bundle = read_bundle((folder / "bundle.zip").read_bytes(), told["law"])
    assert bundle.skipped == ()
    return list(bundle.papers), told["documents"]


@pytest.mark.parametrize("number", PAPERS)
def test_every_quotation_of_a_careful_reader_stands_in_the_text(number: str, shared: Path) -> None:
    """Compared as the collection says: line breaks taken out of both sides, nothing else."""
    papers, documents = expected(shared, number)
    for paper, document in zip(papers, documents, strict=True):
        for piece in document["text_must_contain"]:
            assert piece in joined(paper.text)
        for piece in document.get("text_must_not_contain", []):
            assert piece not in paper.text


@pytest.mark.parametrize("number", PAPERS)
def test_the_printed_fields_are_those_of_a_careful_reader(number: str, shared: Path) -> None:
    papers, documents = expected(shared, number)
    for paper, document in zip(papers, documents, strict=True):
        assert paper.kind == KINDS[document["kind"]]
        assert (paper.code, paper.title) == (document["document_code"], document["title"])
        assert paper.document_number == document["document_number"]
        assert paper.dispatch_number == document["document_number"][-6:]
        assert paper.drafting_date == date.fromisoformat(document["drafting_date"])
        assert list(paper.articles) == document.get("article_group", [])
        assert paper.before_appeal == document.get("reconsideration_before_appeal", paper.before_appeal)
        assert paper.invention_title == document.get("invention_title")
        assert list(paper.underlined) == document.get("underlined", [])
        examiner = document["examiner"]
        assert (examiner["name"], examiner["staff_code"]) in {(p.name, p.code) for p in paper.people}
        if "addressee" in document:
            named = {p.name: p for p in paper.people}[document["addressee"]["name"]]
            assert (named.others, named.role.en) == (document["addressee"]["others"], "agent")


def xml_texts(data: bytes) -> list[str]:
    """Every text of an XML paper, found without our reader."""
    text = re.sub(r"^<\?xml[^>]*\?>\s*<!DOCTYPE[^>]*>", "", data.decode("cp932"))
    codes = {"document-code", "way-of-amendment"}
    found: list[str] = []

    def walk(element: ElementTree.Element) -> None:
        if element.tag.rpartition("}")[2] not in codes:
            found.append(element.text or "")
            for child in element:
                walk(child)
                found.append(child.tail or "")

    walk(ElementTree.fromstring(text))  # noqa: S314 - a recorded paper
    return found


def drafting_body(data: bytes) -> str:
    """The characters of the body, found without our reader."""
    text = re.sub(r"^<\?xml[^>]*\?>\s*<!DOCTYPE[^>]*>", "", data.decode("cp932"))
    root = ElementTree.fromstring(text)  # noqa: S314 - a recorded paper
    inside = [
        element
        for element in root.iter()
        if element.tag.rpartition("}")[2] in {"drafting-body", "opinion-contents-article"}
    ]
    return "".join("".join(element.itertext()) for element in inside).replace("\n", "")


def unmarked(text: str) -> str:
    return re.sub(r"</?(?:u|sub|sup)>", "", text)


def archives(shared: Path) -> list[Path]:
    return [
        *(shared / "recordings/papers").glob("*/bundle.zip"),
        *(shared / "recordings/domestic").glob("patent__app_doc_cont_*.zip"),
    ]


def test_no_character_of_a_recorded_body_is_lost_or_changed(shared: Path) -> None:
    """Found again by a walk that shares nothing with the reader; only line ends may differ."""
    compared = 0
    for path in archives(shared):
        archive = zipfile.ZipFile(path)
        names = [name for name in archive.namelist() if not name.endswith("/")]
        for name, paper in zip(names, read_bundle(path.read_bytes(), "patent").papers, strict=True):
            body = drafting_body(archive.read(name))
            if body:
                assert joined(unmarked(paper.body)) == body
                compared += len(body)
    assert compared > 40_000


def test_every_text_of_a_recorded_paper_stands_in_its_text(shared: Path) -> None:
    """Names, dates, the appeal notice in the footer: nothing of the file is left out silently."""
    for path in archives(shared):
        archive = zipfile.ZipFile(path)
        names = [name for name in archive.namelist() if not name.endswith("/")]
        for name, paper in zip(names, read_bundle(path.read_bytes(), "patent").papers, strict=True):
            text = unmarked(paper.text)
            for piece in xml_texts(archive.read(name)):
                for line in piece.strip().splitlines():
                    assert line.strip() in text


def test_what_leaves_a_recorded_letter_is_what_the_listed_rules_take(shared: Path) -> None:
    """Page marks, rules between pages, stamps: put them aside in the file, and the same characters remain."""
    path = shared / "recordings/domestic" / f"{RECORDED[2][1]}.zip"
    archive = zipfile.ZipFile(path)
    raw = archive.read(archive.namelist()[0]).decode("cp932")
    lines = raw.partition("<PRE>\r\n")[2].partition("</PRE>")[0].split("\r\n")
    kept = [line for line in lines if not re.fullmatch(r" {70,}\d/[ E]", line) and not line.startswith("<HR")]
    stamps = next(place for place, line in enumerate(kept) if re.fullmatch(r"　+<U>　+</U>", line))
    squeezed = re.sub(r"</?[A-Z][^>]*>|[ 　]", "", "".join(kept[:stamps]))
    (paper,) = read_bundle(path.read_bytes(), "trademark").papers
    assert re.sub(r"[ 　\n]", "", paper.text.removeprefix("# ")) == squeezed
    assert paper.articles == ("第３条第１項第３号及び第４条第１項第１６号", "第３条第１項第６号")
    assert {person.role.ja for person in paper.people} == {"審査官", "代理人", "審査長／代理"}
    assert max(len(line) for line in paper.body.split("\n")) > 300


@pytest.mark.parametrize(("law", "name"), RECORDED)
def test_the_body_stands_in_the_text_word_for_word(law: Law, name: str, shared: Path) -> None:
    """So that a place in the text can be given for whatever is found in the body."""
    for paper in read_bundle((shared / "recordings/domestic" / f"{name}.zip").read_bytes(), law).papers:
        assert paper.body
        assert paper.text.count(paper.body) == 1


def test_the_recorded_amendment_is_read_with_its_claims_and_underlines(shared: Path) -> None:
    path = shared / "recordings/domestic" / f"{RECORDED[0][1]}.zip"
    opinion_paper, amended = read_bundle(path.read_bytes(), "patent").papers
    assert (opinion_paper.kind, opinion_paper.answers_dispatch) == ("opinion", "084096")
    assert (amended.kind, amended.code, len(amended.amendments)) == ("amendment", "A523", 20)
    claims, title, *rest = amended.amendments
    assert [number for number, _ in claims.claims] == ["1", "2", "3", "4", "5"]
    assert claims.target == "特許請求の範囲 / Claims"
    assert title.item == "発明の名称"
    assert [f"<u>{passage}</u>" in title.text for passage in title.underlined] == [True]
    assert {a.way.ja for a in rest if not a.text} == {"削除"}
    assert {a.way.ja for a in rest if a.text} == {"変更"}


# ── patents: what the office sent ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("element", "title", "kind", "code"),
    [
        ("notice-of-rejection-a131", "拒絶理由通知書", "refusal_notice", "A131"),
        ("decision-of-registration-a01", "特許査定", "grant", "A01"),
        ("decision-of-rejection-a02", "拒絶査定", "refusal_decision", "A02"),
        ("declining-the-amendment-a191", "補正の却下の決定", "dismissal", "A191"),
        ("declining-the-amendment-a192", "補正の却下の決定", "dismissal", "A192"),
        ("examiner-notification-a2516", "同日出願通知書", "examiner_notice", "A2516"),
        ("something-else-a999", "見本通知", "other", "A999"),
    ],
)
@pytest.mark.parametrize("renewed", [True, False])
def test_each_kind_is_known_by_its_element_in_both_forms(
    element: str, title: str, kind: Kind, code: str, renewed: bool
) -> None:
    """Names end in -rn since May 2021; before that they did not."""
    paper = sent(notice("<p>本文</p>", element=element, title=title, renewed=renewed))
    assert (paper.kind, paper.code, paper.title) == (kind, code, title)
    assert (paper.application_number, paper.drafting_date) == (NUMBER, date(2023, 4, 5))
    assert (paper.document_number, paper.dispatch_number) == ("06123999001", "999001")
    assert paper.before_appeal is True
    assert paper.answers_dispatch is None


def test_people_are_named_once_with_their_roles() -> None:
    """The examiner stands in the head and in the footer; an empty column is nobody."""
    paper = sent(notice("<p>本文</p>"))
    assert [(p.name, p.role.ja, p.code, p.others) for p in paper.people] == [
        ("仮名　審子", "審査官", "9901", 0),
        ("見本　太郎", "代理人", None, 2),
        ("仮名　長一", "審査長／代理", "9902", 0),
    ]


def test_a_break_is_a_line_end_and_a_line_end_beside_it_is_not() -> None:
    """Older papers end each printed line with a break and a line end of the file."""
    body = '<p num="">　一行目の<br/>\n二行目<br/>\n<br/>\n　　　　　記<br/>\n</p>'
    assert sent(notice(body)).body == "　一行目の\n二行目\n\n　　　　　記"


def test_headings_between_paragraphs_are_kept_in_their_places() -> None:
    """Allowed by the JPO's style sheet, and easily lost: the reasons' own headings."""
    body = "<jp:heading>【理由１】</jp:heading>\n<p>前段<br/>\n</p>\n<jp:heading>【理由２】</jp:heading>\n<p>後段</p>"
    assert sent(notice(body)).body.split("\n") == ["【理由１】", "前段", "", "【理由２】", "後段"]


def test_raised_and_lowered_characters_are_marked_and_underlined_ones_listed() -> None:
    """10³ is not 103; an underline in a notice is only emphasis."""
    paper = sent(notice("<p>ＣＯ<sub>２</sub>を１０<sup>３</sup>回<u>だけ</u>流す</p>"))
    assert paper.body == "ＣＯ<sub>２</sub>を１０<sup>３</sup>回だけ流す"
    assert paper.underlined == ("だけ",)


def test_the_number_of_a_paragraph_is_no_text_of_a_notice() -> None:
    """The file numbers its paragraphs; only an amendment prints the numbers."""
    assert sent(notice('<p num="0001">本文</p>')).body == "本文"


def test_an_image_is_listed_and_marked_by_a_harmless_name() -> None:
    """A file name comes from the file; it may not bring markup along."""
    paper = sent(notice('<p>式<img file="00001.tif"/>と<img file="](https://a.example)"/></p>'))
    assert paper.body == "式〔画像 00001.tif〕と〔画像 ?〕"
    assert paper.images == ("00001.tif", "?")


def test_no_shown_character_is_normalised() -> None:
    """Legal text is quoted: ㈱, ①, full-width digits and ～ stay; hard blanks too."""
    text = "㈱髙﨑①～－∥￢１２３ｱｲｳ\xa0ＡＢＣ㎜"
    assert sent(notice(f"<p>{text}</p>")).body == text


def test_the_appeal_notice_of_an_older_decision_stands_in_the_text() -> None:
    """There it is part of the footer, not of the body."""
    sentence = "<p>　不服があるときは<br/>\n三月以内に</p>"
    footer = f"<jp:administrative-appeal-sentence>{sentence}</jp:administrative-appeal-sentence>\n"
    paper = sent(notice("<p>備考</p>", element="decision-of-rejection-a02", renewed=False, footer=footer))
    assert "　不服があるときは\n三月以内に" in paper.text
    assert "不服" not in paper.body


def test_a_grant_without_a_body_still_shows_all_it_says() -> None:
    """A decision to grant has classes and references, and no drafting body."""
    extra = "<invention-title>見本測定器</invention-title>\n<jp:number-of-claim>&#160;&#160;7</jp:number-of-claim>\n"
    references = """<jp:final-decision-memo-rn><jp:patent-reference-group>
<jp:document-number>特開２０９９－０００００１</jp:document-number><jp:kind-of-document>（ＪＰ，Ａ）</jp:kind-of-document>
</jp:patent-reference-group></jp:final-decision-memo-rn>\n"""
    text = notice("", element="decision-of-registration-a01", title="特許査定", extra=extra, footer=references)
    paper = sent(text.replace("<jp:drafting-body>\n\n</jp:drafting-body>\n", ""))
    assert (paper.kind, paper.invention_title, paper.body) == ("grant", "見本測定器", "")
    assert "請求項の数　7" in paper.text.replace("\xa0", "")
    assert "参考特許文献　特開２０９９－０００００１　（ＪＰ，Ａ）" in paper.text


def test_a_paper_of_an_unknown_form_is_shown_whole() -> None:
    """A new kind of paper must not vanish."""
    paper = sent('<jp:new-form xmlns:jp="http://www.jpo.go.jp"><jp:a>甲</jp:a><jp:b>乙<c>丙</c></jp:b>丁</jp:new-form>')
    assert (paper.kind, paper.code) == ("other", "")
    assert paper.text.split("\n") == ["甲", "乙", "丙", "丁"]


# ── patents: what the applicant filed ─────────────────────────────────────────────────────────


def test_an_opinion_is_one_text_with_the_notice_it_answers() -> None:
    """The dispatch number is the only safe link; the day stands in the case's list only."""
    paper = one("A53_52399900001/JPOXMLDOC01-jpbibl.xml", opinion("１．主張<br />\n　理由は<u>ない</u>。<br />\n以上"))
    assert (paper.kind, paper.code, paper.title) == ("opinion", "A53", "意見書")
    assert paper.body == "１．主張\n　理由はない。\n以上"
    assert paper.underlined == ("ない",)
    assert (paper.document_number, paper.dispatch_number) == ("52399900001", None)
    assert (paper.answers_dispatch, paper.application_number) == ("990101", NUMBER)
    assert [(p.name, p.role.ja, p.code) for p in paper.people] == [
        ("架空電機㈱", "出願人", "000999001"),
        ("髙﨑　花子", "代理人", "100999101"),
    ]


GROUPS = """<jp:amendment-group jp:serial-number="1">
<jp:document-code>A16333</jp:document-code>
<jp:item-of-amendment>全文</jp:item-of-amendment>
<jp:way-of-amendment>3</jp:way-of-amendment>
<jp:contents-of-amendment jp:kind-of-document="claims">
<claims>
<claim num="1">
<claim-text>
　<u>脚部</u>と、<br />
　天板とを備える机。
</claim-text>
</claim>
<claim num="2">
<claim-text>
　請求項１に記載の<u>机</u>。
</claim-text>
</claim>
</claims>
</jp:contents-of-amendment>
</jp:amendment-group>
<jp:amendment-group jp:serial-number="2">
<jp:document-code>A16330</jp:document-code>
<jp:item-of-amendment>０００６</jp:item-of-amendment>
<jp:way-of-amendment>2</jp:way-of-amendment>
</jp:amendment-group>
<jp:amendment-group jp:serial-number="3">
<jp:document-code>A19999</jp:document-code>
<jp:item-of-amendment>０００８</jp:item-of-amendment>
<jp:way-of-amendment>9</jp:way-of-amendment>
<jp:contents-of-amendment><p num="0008">
　机の説明。
</p></jp:contents-of-amendment>
</jp:amendment-group>"""


def test_an_amendment_keeps_what_it_underlines_and_says_what_it_deletes() -> None:
    """The underline has a meaning in law, and this is the only place where the API gives claims."""
    paper = one("A523_52399900002/JPOXMLDOC01-jpbibl.xml", amendment(GROUPS))
    first, second, third = paper.amendments
    assert first.claims == (
        ("1", "　<u>脚部</u>と、\n　天板とを備える机。"),
        ("2", "　請求項１に記載の<u>机</u>。"),
    )
    assert first.text.split("\n") == [
        "【請求項１】",
        "　<u>脚部</u>と、",
        "　天板とを備える机。",
        "【請求項２】",
        "　請求項１に記載の<u>机</u>。",
    ]
    assert (first.target, first.way.ja, first.underlined) == ("特許請求の範囲 / Claims", "変更", ("脚部", "机"))
    assert (second.item, second.way.ja, second.text) == ("０００６", "削除", "")
    assert (third.target, third.way.known, third.way.code) == ("A19999", False, "9")
    assert third.text == "【０００８】\n　机の説明。"


def test_an_amendment_is_shown_as_its_form_prints_it() -> None:
    paper = one("A523_52399900002/JPOXMLDOC01-jpbibl.xml", amendment(GROUPS))
    assert (
        "【手続補正２】\n　【補正対象書類名】　明細書\n　【補正対象項目名】　０００６\n　【補正方法】　削除"
        in paper.body
    )
    assert paper.body in paper.text


# ── designs and trademarks ────────────────────────────────────────────────────────────────────

FULL = "あ" * 35 + "い"


def test_a_letter_gives_its_printed_fields() -> None:
    """Era dates with full-width digits and 元年, padded names, a list of articles over two lines."""
    paper = letter(fictional.LETTER_HEAD + "\n　本文です。\n" + fictional.STAMPS)
    assert (paper.kind, paper.code, paper.title) == ("refusal_notice", "A131", "拒絶理由通知書")
    assert (paper.application_number, paper.drafting_date) == ("2023499901", date(2019, 11, 4))
    assert paper.articles == ("第３条第１項第３号及び第４条第１項第１６号", "第３条第１項第６号")
    assert paper.body == "　本文です。"
    assert [(p.name, p.role.ja, p.code, p.others) for p in paper.people] == [
        ("仮名　審子", "審査官", "9901", 0),
        ("見本　太郎", "代理人", None, 1),
        ("仮名　長一", "審査長／代理", "9902", 0),
    ]


def test_a_line_that_only_ran_out_of_width_is_joined_even_across_pages() -> None:
    """36 characters a line, cut in the middle of words."""
    paper = letter(f"　{FULL[1:]}", "う。\n　次の段落。")
    assert paper.body.split("\n") == [f"　{FULL[1:]}う。", "　次の段落。"]


@pytest.mark.parametrize("following", ["　字下げの段落", "", "【後掲１】", "　　　　　記"])
def test_a_full_line_before_a_new_paragraph_is_not_joined(following: str) -> None:
    """The trap of joining by width alone."""
    paper = letter(f"　最初。\n{FULL}\n{following}\nおわり")
    assert f"{FULL}\n{following}" in paper.body


@pytest.mark.parametrize("item", ["（２）項目", "２．項目", "・項目", "■項目", "https://example.com/"])
def test_a_list_goes_on_in_a_new_line_after_a_full_one(item: str) -> None:
    """A sentence that ends exactly at the edge, and an item after it."""
    line = FULL[:-1] + "。"
    assert letter(f"　最初。\n{line}\n{item}").body.split("\n") == ["　最初。", line, item]


@pytest.mark.parametrize("rest", ["（後掲１）。", "「引用」です", "【接尾語】です", "１．５倍"])
def test_a_sentence_broken_before_a_bracket_is_joined(rest: str) -> None:
    """Brackets and numbers also stand at the beginning of a broken line."""
    line = FULL[:-1] + "「"
    assert letter(f"　最初。\n{line}\n{rest}").body.split("\n") == ["　最初。", line + rest]


def test_a_line_one_column_short_is_full_when_a_wide_character_follows() -> None:
    """Half-width characters leave one column that a full-width one cannot use."""
    line = "あ" * 35 + "a"
    assert letter(f"　最初。\n{line}\nい").body.split("\n") == ["　最初。", line + "い"]
    assert letter(f"　最初。\n{line}\nb").body.split("\n") == ["　最初。", line, "b"]


def test_a_short_line_ends_its_paragraph() -> None:
    assert letter("　最初。\n" + "あ" * 35 + "\nい").body.split("\n") == ["　最初。", "あ" * 35, "い"]


def test_underlines_of_a_letter_are_listed_and_its_stamps_are_not_text() -> None:
    paper = letter("　語尾の<U>レス</U>は<U>な\nい</U>の意。" + fictional.STAMPS)
    assert paper.underlined == ("レス", "な\nい")
    assert paper.text == "　語尾のレスはな\nいの意。"


def test_only_the_first_line_of_a_page_is_a_page_mark() -> None:
    """A fraction at the right edge of a table is text."""
    table = "　表\n" + " " * 77 + "1/ \n　おわり。"
    assert letter(table).body == table


def test_a_stamp_in_the_middle_of_a_text_stays() -> None:
    """The rule takes the box under the text, not a sentence that names the office's people."""
    paper = letter("　最初。\n　　審査長／代理　　審査官\n　この点を審査官は認めます。")
    assert "審査長／代理" in paper.body


def test_what_nobody_would_see_is_dropped_and_counted() -> None:
    """Hidden text is a way to speak to a machine behind its reader's back."""
    hidden = '<!--一--><SPAN STYLE="display:none">二<SPAN>三</SPAN></SPAN><script>四</script>&#x200B;<P hidden>五</P>'
    paper = letter(f"　見える{hidden}文。")
    assert joined(paper.text) == "　見える文。"
    (note,) = paper.notes
    assert "hidden characters left out" in note.en


def test_an_unfinished_comment_hides_nothing() -> None:
    """Text must not vanish because somebody opened a comment."""
    assert "本文" in letter("　<!-- 本文。").text


def test_references_are_characters_and_unknown_ones_stay() -> None:
    assert letter("　&lt;b&gt;&amp;&#x3042;&#12356;&foo;&#1;").body == "　<b>&あい&foo;"


FILED = """【書類名】　　　　　　手続補正書
【提出日】　　　　　　令和　６年　３月１５日
【あて先】　　　　　　特許庁長官　殿
【事件の表示】
　【出願番号】　　　　意願２０２１－　１９９９１
【意匠登録出願人】
　【識別番号】　　　　０００９９９００１
　【氏名又は名称】　　架空電機㈱
【代理人】
　【識別番号】　　　　１００９９９１０１
　【氏名又は名称】　　見本　太郎
【発送番号】　　　　　９９０１０１
【手続補正1】
　【補正対象書類名】　意匠登録願
　【補正対象項目名】　意匠に係る物品
　【補正方法】　　　　変更
　【補正の内容】
　　【意匠に係る物品】　<U>見本</U>机
【手続補正２】
　【補正対象書類名】　意匠登録願
　【補正対象項目名】　意匠の説明
　【補正方法】　　　　削除"""


def test_a_filed_letter_gives_its_labels_and_amendments() -> None:
    """A short serial is padded with full-width spaces there, not with zeros."""
    paper = one("A523_52499900003/JPOSGMLDOC1P.HTM", htm(FILED), "design")
    assert (paper.kind, paper.code, paper.title) == ("amendment", "A523", "手続補正書")
    assert (paper.application_number, paper.submission_date) == ("2021019991", date(2024, 3, 15))
    assert (paper.answers_dispatch, paper.dispatch_number, paper.drafting_date) == ("990101", None, None)
    assert [(p.name, p.role.ja, p.code) for p in paper.people] == [
        ("架空電機㈱", "出願人", "000999001"),
        ("見本　太郎", "代理人", "100999101"),
    ]
    first, second = paper.amendments
    assert (first.serial, first.target, first.item) == ("1", "意匠登録願", "意匠に係る物品")
    assert (first.way.ja, first.text, first.underlined) == ("変更", "　　【意匠に係る物品】　<u>見本</u>机", ("見本",))
    assert (second.serial, second.way.ja, second.text) == ("2", "削除", "")
    assert paper.body.startswith("【手続補正1】")
    assert paper.body in paper.text


def test_a_decision_with_two_headings_has_a_conclusion() -> None:
    decision = """　　　　　　　　　　　<FONT SIZE="6">拒　絶　査　定</FONT>

意匠登録出願の番号　意願平１１－　　１２３
起案日　平成１２年　４月　１日

　　　　　　　　結　論

　拒絶をすべきものと認めます。

　　　　　　　　理　由

　理由は解消していません。"""
    paper = letter(decision, law="design")
    assert (paper.kind, paper.code, paper.title) == ("refusal_decision", "A02", "拒　絶　査　定")
    assert (paper.application_number, paper.drafting_date) == ("1999000123", date(2000, 4, 1))
    assert paper.conclusion == "　拒絶をすべきものと認めます。"


def test_images_of_a_letter_are_found_by_its_number_or_its_folder() -> None:
    """064212387840001.tif beside 06421238784P.HTM; JPOSGMLDOC10001.JPG in the folder."""
    bundle = read_bundle(
        zipped(
            ("06419999001P.HTM", htm("　本文。")),
            ("064199990010001.tif", b"II"),
            ("A53_52499900003/JPOSGMLDOC1P.HTM", htm("【書類名】　意見書\n【意見の内容】\n　図のとおり。")),
            ("A53_52499900003/JPOSGMLDOC10001.JPG", b"\xff\xd8"),
        ),
        "trademark",
    )
    assert [paper.images for paper in bundle.papers] == [("064199990010001.tif",), ("JPOSGMLDOC10001.JPG",)]
    assert len(bundle.skipped) == 2
    assert all("image" in skipped.reason.en for skipped in bundle.skipped)


# ── bytes ─────────────────────────────────────────────────────────────────────────────────────


def test_undecodable_bytes_are_counted_shown_and_flagged() -> None:
    """Nothing is guessed: each stands as U+FFFD, and more than one in a hundred is said loudly."""
    whole = fictional.encoded(notice("<p>" + "あ" * 500 + "本文</p>"))
    few = one_of(whole.replace("本文".encode("cp932"), b"\x87\xff"))
    assert few.replaced > 0
    assert "\ufffd" in few.body
    assert "do not rely" not in few.notes[0].en
    many = one_of(whole.replace("あ".encode("cp932") * 20, b"\x87\xff" * 20))
    assert "do not rely" in many.notes[0].en


def one_of(data: bytes) -> Paper:
    (paper,) = read_bundle(zipped(("06123999001-jpntce.xml", data)), "patent").papers
    return paper


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16", b"")])
def test_a_paper_that_is_unicode_is_read_as_such_and_says_so(encoding: str, mark: bytes) -> None:
    """cp932 first, unless the bytes are plainly something else."""
    text = notice("<p>髙﨑の本文</p>").replace("Shift_JIS", encoding)
    paper = one_of(mark + text.encode(encoding))
    assert paper.body == "髙﨑の本文"
    assert "not cp932" in paper.notes[0].en


def test_every_file_of_a_bundle_is_read_or_named() -> None:
    """Entries in = parsed + skipped."""
    data = zipped(
        ("06123999001-jpntce.xml", notice("<p>本文</p>")),
        ("06123999002-jpntce.xml", "<broken"),
        ("readme.txt", "text"),
        ("inner.zip", zipped(("06123999003-jpntce.xml", notice("<p>中</p>")))),
        ("A53_52399900001/", b""),
    )
    bundle = read_bundle(data, "patent")
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert len(bundle.papers) + len(bundle.skipped) == len([name for name in names if not name.endswith("/")])
    assert [skipped.name for skipped in bundle.skipped] == ["06123999002-jpntce.xml", "readme.txt", "inner.zip"]
