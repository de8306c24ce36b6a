"""Applications as filed: the request, its description, claims, abstract and drawings, as the JPO's ZIPs hold them."""

from __future__ import annotations

import random
import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from jpo_mcp.documents import Bundle, Figure, Paper, Person, UnreadableBundle, read_bundle
from jpo_mcp.errors import Words
from jpo_mcp.markup import MAX_NODES, Node, parse
from tests.documents.fictional import encoded, filing, zipped
from tests.documents.test_bundle import mutant
from tests.documents.test_hostile import floor, least

FOLDER = "A63_52099990001"
BODY = f"{FOLDER}/JPOXMLDOC01-appb.xml"


def application(contents: str) -> str:
    """What is filed with the request: un-namespaced, with a DOCTYPE."""
    return f"""<?xml version="1.0" encoding="Shift_JIS"?>
<!DOCTYPE application-body PUBLIC "-//JPO//DTD FICTION 1.0//EN" "application-body.dtd" []>
<application-body lang="ja">
{contents}
</application-body>
"""


DESCRIPTION = """<description>
<invention-title>架空の㈱髙温装置</invention-title>
<technical-field>
<p num="0001">
　本発明は、Ｈ<sub>２</sub>Ｏを用いる装置に関する。<br/>
</p>
</technical-field>
<citation-list>
<patent-literature>
<p num="0002">
<patcit num="1"><text>特開２０９９－９９９９９９号公報</text></patcit>
<patcit num="2"><text>特開２０９９－９９９９９８号公報</text></patcit>
</p>
</patent-literature>
</citation-list>
<summary-of-invention>
<tech-problem>
<p num="0003">　課題は<u>ない</u>。</p>
</tech-problem>
<tech-solution><p num="0004">　次の式による。<br/>
<maths num="1"><img file="JPOXMLDOC01-appb-M000001.tif" he="9" wi="9"/></maths></p></tech-solution>
</summary-of-invention>
<description-of-drawings>
<p num="0005"><figref num="1">全体の斜視図である。</figref></p>
</description-of-drawings>
<description-of-embodiments><p num="0006">　図１は装置１を示す。</p>
<embodiments-example num="2"><p num="0007">　例である。</p></embodiments-example>
</description-of-embodiments>
<unheard-of><p num="0008">　見出しのない部分。</p></unheard-of>
</description>"""
CLAIMS = """<claims>
<claim num="1"><claim-text>　部材Ａと、<br/>
　部材Ｂとを備える装置。</claim-text></claim>
<claim num="2"><claim-text>　部材Ａが赤い請求項１に記載の装置。</claim-text></claim>
</claims>"""
ABSTRACT = '<abstract><p num="">【課題】示す。<br/>\n【選択図】図１</p></abstract>'
DRAWINGS = """<drawings>
<figure num="1"><img file="JPOXMLDOC01-appb-D000002.tif" he="99" wi="99" img-format="tif"/></figure>
<figure num="2"><img file="JPOXMLDOC01-appb-D000003.tif" img-format="tif"/></figure>
</drawings>"""
WHOLE = application("\n".join([DESCRIPTION, CLAIMS, ABSTRACT, DRAWINGS]))

AS_TEXT = """# 明細書

【発明の名称】　架空の㈱髙温装置

## 【技術分野】

【０００１】
　本発明は、Ｈ<sub>２</sub>Ｏを用いる装置に関する。

## 【先行技術文献】

### 【特許文献】

【０００２】
【特許文献１】
特開２０９９－９９９９９９号公報
【特許文献２】
特開２０９９－９９９９９８号公報

## 【発明の概要】

### 【発明が解決しようとする課題】

【０００３】
　課題はない。

### 【課題を解決するための手段】

【０００４】
　次の式による。

【数１】
〔画像 JPOXMLDOC01-appb-M000001.tif〕

## 【図面の簡単な説明】

【０００５】
【図１】
全体の斜視図である。

## 【発明を実施するための形態】

【０００６】
　図１は装置１を示す。

### 【実施例２】

【０００７】
　例である。

【０００８】
　見出しのない部分。

# 特許請求の範囲

【請求項１】
　部材Ａと、
　部材Ｂとを備える装置。

【請求項２】
　部材Ａが赤い請求項１に記載の装置。

# 要約書

【課題】示す。
【選択図】図１

# 図面

【図１】
〔画像 JPOXMLDOC01-appb-D000002.tif〕

【図２】
〔画像 JPOXMLDOC01-appb-D000003.tif〕"""

IMAGES = ("JPOXMLDOC01-appb-M000001.tif", "JPOXMLDOC01-appb-D000002.tif", "JPOXMLDOC01-appb-D000003.tif")


def bundle(*members: tuple[str, bytes | str]) -> Bundle:
    return read_bundle(zipped(*members), "patent")


def one(content: str, *beside: tuple[str, bytes], name: str = BODY) -> Paper:
    (paper,) = bundle((name, content), *beside).papers
    return paper


# ── what comes back ───────────────────────────────────────────────────────────────────────────


def test_an_application_as_filed_is_read_whole() -> None:
    """Sections as headings, numbers of paragraphs, claims and figures as the form prints them, image by image."""
    image = (f"{FOLDER}/JPOXMLDOC01-appb-D000002.tif", b"II*\0")
    assert one(WHOLE, image) == Paper(
        kind="application",
        law="patent",
        code="A63",
        title="明細書、特許請求の範囲、要約書、図面",
        body=AS_TEXT,
        text=AS_TEXT,
        document_number="52099990001",
        invention_title="架空の㈱髙温装置",
        underlined=("ない",),
        images=IMAGES,
        figures=(Figure("1", IMAGES[1], is_held=True), Figure("2", IMAGES[2], is_held=False)),
    )


def test_a_file_may_hold_one_part_only() -> None:
    """The exchange lists claims and description each under an id of its own."""
    paper = one(application(CLAIMS))
    assert (paper.kind, paper.title, paper.figures) == ("application", "特許請求の範囲", ())
    assert paper.text.startswith("# 特許請求の範囲\n\n【請求項１】\n")


def test_files_without_a_folder_have_the_images_beside_them() -> None:
    """Where the ZIP of one paper has no folder, nothing else tells whose images they are."""
    paper = one(application(DRAWINGS), (IMAGES[1], b"II*\0"), name="JPOXMLDOC01-appb.xml")
    assert [figure.is_held for figure in paper.figures] == [True, False]
    assert (paper.document_number, paper.code) == (None, "")


REQUEST = (
    filing(
        """<jp:payment><jp:account jp:number="999999"/><jp:amount>14000</jp:amount></jp:payment>
<jp:submission-object-list-article><jp:list-group><jp:document-name>明細書</jp:document-name>
<jp:number-of-object>1</jp:number-of-object></jp:list-group></jp:submission-object-list-article>""",
        root="pat-app-doc",
        element="application-a63",
        code="A163",
    )
    .replace("<jp:dispatch-number>990101</jp:dispatch-number>\n", "")
    .replace("<jp:addressed-to-person>", "<jp:file-reference-id>Z-1</jp:file-reference-id><jp:addressed-to-person>")
    .replace(
        "<jp:applicants>",
        """<jp:submission-date><jp:date>20990401</jp:date></jp:submission-date>
<invention-title>架空の装置</invention-title>
<jp:inventors><jp:inventor><jp:addressbook><jp:name>見本　一郎</jp:name><jp:address><jp:text>架空県</jp:text>
</jp:address></jp:addressbook></jp:inventor></jp:inventors>
<jp:applicants>""",
    )
)


def test_a_request_is_read_with_its_people() -> None:
    """The form names inventors too, whom no other paper names."""
    paper = one(REQUEST, name=f"{FOLDER}/JPOXMLDOC01-jpbibl.xml")
    assert (paper.kind, paper.code, paper.title) == ("request", "A63", "特許願")
    assert (paper.submission_date, paper.invention_title) == (date(2099, 4, 1), "架空の装置")
    assert paper.people == (
        Person("見本　一郎", Words("inventor", "発明者")),
        Person("架空電機㈱", Words("applicant", "出願人"), "000999001"),
        Person("髙﨑　花子", Words("agent", "代理人"), "100999101"),
    )
    assert paper.text == (
        "# 特許願\n\n整理番号　Z-1\nあて先　特許庁長官殿\n特許出願の番号　2019499901\n提出日　20990401\n"
        "発明の名称　架空の装置\n発明者　見本　一郎　架空県\n"
        "出願人　架空電機㈱　000999001\n代理人　髙﨑　花子　100999101\n14000\n明細書\n1"
    )
    assert paper.body == paper.text


def test_a_request_and_what_goes_with_it_are_two_papers_of_one_number() -> None:
    """As the JPO's folder of an application has them."""
    read = bundle((f"{FOLDER}/JPOXMLDOC01-jpbibl.xml", REQUEST), (BODY, WHOLE))
    assert [(paper.kind, paper.document_number) for paper in read.papers] == [
        ("request", "52099990001"),
        ("application", "52099990001"),
    ]
    assert read.skipped == ()


# ── whatever is in the file ───────────────────────────────────────────────────────────────────


def bare(text: str) -> str:
    """Without what only formats: blanks of the file, and what our reading adds."""
    return re.sub(r"</?su[bp]>|〔画像 [^〕]*〕|^#+ .*$|【[^】]*】|\s", "", text, flags=re.MULTILINE)


NAMES = (
    "description claims abstract drawings claim claim-text p technical-field disclosure figure img br u sub figref text"
    " invention-title odd embodiments-example"
)
names = st.sampled_from(NAMES.split())
texts = st.text("あ漢ＡｂＣ。、１ \n", max_size=9)


@st.composite
def elements(draw: st.DrawFn, depth: int = 4) -> str:
    name, num = draw(names), draw(st.sampled_from(["", ' num="0012"', ' num="x"']))
    inside = draw(st.lists(texts if depth == 0 else texts | elements(depth - 1), max_size=4))
    return f"<{name}{num}>{''.join(inside)}</{name}>" if name not in {"img", "br"} else f"<{name}/>"


@settings(max_examples=150, deadline=None)
@given(st.lists(elements(), max_size=4).map("".join))
def test_no_character_of_any_application_is_lost_or_moved(contents: str) -> None:
    """Whatever stands inside whatever, known or not: the text is all of it, in order."""
    root: Node = parse(application(contents)).root
    paper = one(application(contents))
    assert bare(paper.text) == re.sub(r"\s", "", "".join(root.texts()))


def test_mutated_applications_never_raise_anything_but_the_one_error() -> None:
    """A file that cannot be read is skipped with its reason."""
    chance = random.Random(20_261_123)  # noqa: S311 - the same mutants every time
    read = skipped = 0
    for _ in range(300):
        found = bundle((BODY, mutant(encoded(WHOLE), chance)))
        read, skipped = read + len(found.papers), skipped + len(found.skipped)
        try:
            read_bundle(mutant(zipped((BODY, WHOLE)), chance), "patent")
        except UnreadableBundle:
            continue
    assert read + skipped == 300
    assert min(read, skipped) > 9


def test_the_longest_application_takes_time_in_proportion() -> None:
    """Thousands of paragraphs and claims, and elements as deep as they may be: twice as many, twice the time."""

    def seconds(count: int) -> float:
        paragraphs = "".join(f'<p num="{n:04}">　架空の部材{n}を備える。</p>' for n in range(count))
        deep = "<odd>" * 50 + paragraphs + "</odd>" * 50
        data = zipped((BODY, application(f"<description>{deep}</description>")))
        return least(lambda: read_bundle(data, "patent"))

    assert seconds(8_000) <= max(3 * seconds(4_000), 20 * floor())


def test_more_elements_than_any_paper_has_are_refused() -> None:
    """The caps of the other readers."""
    found = read_bundle(zipped((BODY, application("<p/>" * (MAX_NODES + 1))), method=0), "patent")
    assert (found.papers, len(found.skipped)) == ((), 1)
