"""Papers of our own, of no real case, in the forms that the recorded ones have."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

NUMBER = "2019499901"


def zipped(*members: tuple[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A bundle; text is written as cp932 with CRLF."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content if isinstance(content, bytes) else encoded(content))
    return written.getvalue()


def encoded(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("cp932", "xmlcharrefreplace")


def notice(
    body: str,
    *,
    element: str = "notice-of-rejection-a131",
    title: str = "拒絶理由通知書",
    renewed: bool = True,
    conclusion: str = "　次の理由があります。<br/>\n",
    extra: str = "",
    footer: str = "",
    articles: Iterable[str] = ("第２９条第２項（進歩性）",),
) -> str:
    """A paper of the office; `body` is what stands inside the drafting body."""
    rn = "-rn" if renewed else ""
    listed = "".join(f"<jp:article>{article}</jp:article>\n" for article in articles)
    group = f"<jp:article-group>\n{listed}</jp:article-group>\n" if listed else ""
    return f"""<?xml version="1.0" encoding="Shift_JIS"?>
<!DOCTYPE jp:notice-pat-exam{rn} PUBLIC "-//JPO//DTD FICTION 1.0//EN" "ntc.dtd" []>
<jp:notice-pat-exam{rn} lang="ja" xmlns:jp="http://www.jpo.go.jp">
<jp:{element}{rn} jp:kind-of-law="patent">
<jp:document-name>{title}</jp:document-name>
<jp:bibliog-in-ntc-pat-exam{rn}>
<jp:application-reference><jp:document-id>
<jp:doc-number>{NUMBER}</jp:doc-number>
</jp:document-id></jp:application-reference>
<jp:drafting-date><jp:date>20230405</jp:date></jp:drafting-date>
<jp:draft-person-group>
<jp:name>仮名　審子</jp:name><jp:staff-code>9901</jp:staff-code><jp:office-code>9Z00</jp:office-code>
</jp:draft-person-group>
{extra}<jp:addressed-to-person-group jp:kind-of-person="attorney" jp:kind-of-agent="representative">
<jp:addressbook><jp:name>見本　太郎</jp:name></jp:addressbook>
<jp:number-of-other-persons>&#160;2</jp:number-of-other-persons>
</jp:addressed-to-person-group>
{group}</jp:bibliog-in-ntc-pat-exam{rn}>
<jp:reconsideration-before-appeal jp:true-or-false="true"/>
<jp:conclusion-part-article>
<p num="">{conclusion}</p>
</jp:conclusion-part-article>
<jp:drafting-body>
{body}
</jp:drafting-body>
<jp:footer-article>
{footer}<jp:approval-column-article>
<jp:staff2-group><jp:official-title>審査長／代理</jp:official-title><jp:name>仮名　長一　</jp:name>
<jp:staff-code>9902</jp:staff-code></jp:staff2-group>
<jp:staff3-group><jp:official-title>審査官　　　</jp:official-title><jp:name>仮名　審子</jp:name>
<jp:staff-code>9901</jp:staff-code></jp:staff3-group>
<jp:staff4-group><jp:official-title>審査官補　　</jp:official-title><jp:name>　　　　　　</jp:name>
<jp:staff-code></jp:staff-code></jp:staff4-group>
</jp:approval-column-article>
</jp:footer-article>
</jp:{element}{rn}>
</jp:notice-pat-exam{rn}>
"""


def filing(contents: str, *, root: str, element: str, code: str) -> str:
    """A paper of the applicant; `contents` is its last element."""
    return f"""<?xml version="1.0" encoding="Shift_JIS"?>
<!DOCTYPE jp:{root} PUBLIC "-//JPO//DTD FICTION 1.0//EN" "{root}.dtd" []>
<jp:{root} lang="ja" xmlns:jp="http://www.jpo.go.jp">
<jp:{element} jp:kind-of-law="patent">
<jp:document-code>{code}</jp:document-code>
<jp:addressed-to-person>特許庁長官殿</jp:addressed-to-person>
<jp:indication-of-case-article><jp:application-reference><jp:document-id>
<jp:doc-number>{NUMBER}</jp:doc-number>
</jp:document-id></jp:application-reference></jp:indication-of-case-article>
<jp:applicants><jp:applicant><jp:addressbook>
<jp:name>架空電機㈱</jp:name><jp:registered-number>000999001</jp:registered-number>
</jp:addressbook></jp:applicant></jp:applicants>
<jp:agents><jp:agent jp:kind-of-agent="representative"><jp:addressbook>
<jp:name>髙﨑　花子</jp:name><jp:registered-number>100999101</jp:registered-number>
</jp:addressbook><jp:attorney /></jp:agent></jp:agents>
<jp:dispatch-number>990101</jp:dispatch-number>
{contents}
</jp:{element}>
</jp:{root}>
"""


def opinion(paragraphs: str) -> str:
    contents = f'<jp:opinion-contents-article><p num="">\n{paragraphs}\n</p>\n</jp:opinion-contents-article>'
    return filing(contents, root="pat-rspns", element="response-a53", code="A153")


def amendment(groups: str) -> str:
    contents = f"<jp:amendment-article>\n{groups}\n</jp:amendment-article>"
    return filing(contents, root="pat-amnd", element="amendment-a523", code="A1523")


def page_mark(page: str) -> str:
    return page.rjust(80)


def htm(*pages: str, head: str = "") -> str:
    """Pages of printed lines in the HTM of designs and trademarks."""
    ends = [" "] * (len(pages) - 1) + ["E"]
    marks = [page_mark(f"{place}/{end}") for place, end in enumerate(ends, 1)]
    marked = [f"{mark}\n{page}" for mark, page in zip(marks, pages, strict=True)]
    inside = '\n<HR Align="left" Width="640">\n'.join(marked)
    return f"""<HTML>
<HEAD>
<META http-equiv="Content-Type" content="text/html; charset=Shift_JIS">{head}
</HEAD>
<BODY STYLE="font-size:12pt">
<PRE>
{inside}
</PRE>
</BODY>
</HTML>
"""


LETTER_HEAD = """　　　　　　　　　　　<FONT SIZE="6">拒絶理由通知書</FONT>


商標登録出願の番号　　　　　商願２０２３－４９９９０１
起案日　　　　　　　　　　　令和　元年１１月　４日
特許庁審査官　　　　　　　　仮名　審子　　　　　　　　９９０１
商標登録出願人代理人　　　　見本　太郎　様　外１名

適用条文　　　　　　　第３条第１項第３号及び第４条第１項第１６号、第３条
　　　　　　　　　　　第１項第６号
"""

STAMPS = """

　　　　　　　　　　　　　<U>　　　　　　　　　　　　　　　　　　　　　　　</U>
　　　　　　　　　　　　　<U>審査長／代理</U>　　<U>審査官</U>　　　　　<U>審査官補</U>
　　　　　　　　　　　　　<U>仮名　長一</U>　　　<U>仮名　審子</U>
　　　　　　　　　　　　　<U>９９０２</U>　　　　<U>９９０１</U>"""
