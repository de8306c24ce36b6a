"""Bundles of papers in the JPO's form: cp932 XML for patents, 36-column HTM for designs and trademarks, in a ZIP.

The form is the JPO's (names, folders, elements, line ends, page marks); every sentence is ours.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from jpo_mcp.clock import in_jst
from jpo_mcp.endpoints import Endpoint
from jpo_mcp.sandbox import applications
from jpo_mcp.sandbox.life import (
    Amendment,
    Application,
    Article,
    Case,
    Dismissal,
    Grant,
    Letter,
    Literature,
    Notice,
    Opinion,
    Paper,
    Party,
    Reason,
    Refusal,
)

ENCODING = "cp932"
EXAMINER = ("仮名　審子", "９９０１", "9901")
DIRECTOR = ("仮名　長一", "９９０２", "9902")

_FIRST_NATIONAL_PUBLICATION = 500_001
_LINE = 72
"""Columns of a line: 36 full-width characters."""
_PAGE = 44
_TITLE_INDENT = "　" * 11
_HEADING = "　" * 16
_RENEWED_FORM = "20210501"
_ZIP_BEGINS = (1980, 1, 1, 0, 0, 0)
_FULL_WIDTH = str.maketrans({ord("0") + n: chr(ord("０") + n) for n in range(10)})


def file_name(endpoint: Endpoint[Any], number: str) -> str:
    """`docContRefusalReason_2020490001.zip`, as in the reply's Content-Disposition."""
    words = endpoint.name.removeprefix("app_doc_cont_").split("_")
    return f"docCont{''.join(word.capitalize() for word in words)}_{number}.zip"


def bundle(case: Case, codes: Iterable[str], at: float) -> bytes | None:
    """The ZIP of the case's papers of these codes, stamped with a moment; None where there is none (108)."""
    wanted = frozenset(codes)
    papers = [p for p in _all_papers(case) if p.code in wanted and p.body is not None]
    return _zip([member for paper in papers for member in _members(case, paper)], at) if papers else None


def single(case: Case, paper: Paper, at: float, part: str = "") -> bytes | None:
    """The ZIP of one paper, None where nothing is written down of it; `part` is that of an application as filed."""
    if isinstance(paper.body, Application):
        return _zip(_as_filed(case, paper, paper.body, part), at)
    return _zip(_members(case, paper), at) if paper.body is not None else None


def _as_filed(case: Case, paper: Paper, application: Application, part: str) -> Iterator[tuple[str, bytes]]:
    """With the request comes the whole application; every other part comes alone, with its own images. Which of the two
    the JPO does is not known."""
    folder = f"{paper.code}_{paper.number}/"
    whole = part == applications.REQUEST
    yield folder, b""
    if whole:
        yield folder + "JPOXMLDOC01-jpbibl.xml", _encode(applications.request_xml(case, paper, application))
    parts = {*paper.parts} if whole else {part}
    yield folder + "JPOXMLDOC01-appb.xml", _encode(applications.body_xml(case, application, parts))
    for image, size in zip(applications.images(application), paper.images, strict=True):
        if whole or part == applications.holds(image):
            yield folder + image.file, _picture(f"{paper.number} {image.place}", size, ".tif")


def _all_papers(case: Case) -> Iterator[Paper]:
    yield from case.papers
    for trial in case.trials:
        yield from trial.papers


def _members(case: Case, paper: Paper) -> Iterator[tuple[str, bytes]]:
    """What the office sent is one file; what the applicant filed is a folder."""
    patent = case.law == "patent"
    content = (patent_xml if patent else letter_htm)(case, paper)
    if paper.drafted:
        yield (f"{paper.number}-jpntce.xml" if patent else f"{paper.number}P.HTM"), content
        yield from _images(paper, paper.number, ".tif")
        return
    folder = f"{paper.code}_{paper.number}/"
    yield folder, b""
    yield folder + ("JPOXMLDOC01-jpbibl.xml" if patent else "JPOSGMLDOC1P.HTM"), content
    yield from _images(paper, f"{folder}JPOSGMLDOC1", ".JPG")


_IMAGE_BEGINS = {".tif": b"II*\0", ".JPG": b"\xff\xd8\xff\xe0"}


def _images(paper: Paper, stem: str, ending: str) -> Iterator[tuple[str, bytes]]:
    """Files that begin as their kind does and go on with noise, which no packing makes smaller."""
    for place, size in enumerate(paper.images, start=1):
        yield f"{stem}{place:04d}{ending}", _picture(f"{paper.number} {place}", size, ending)


def _picture(of: str, size: int, ending: str) -> bytes:
    noise = hashlib.shake_128(of.encode()).digest(size)
    return (_IMAGE_BEGINS[ending] + noise)[:size]


def _zip(members: Iterable[tuple[str, bytes]], at: float) -> bytes:
    written = io.BytesIO()
    moment = in_jst(at)
    stamp = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    stamp = max(stamp, _ZIP_BEGINS)
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, stamp)
            info.create_system = 3
            info.external_attr = (0o40755 << 16 | 0x10) if name.endswith("/") else 0o100644 << 16
            packable = name.endswith((".xml", ".HTM"))
            info.compress_type = zipfile.ZIP_DEFLATED if packable else zipfile.ZIP_STORED
            archive.writestr(info, content)
    return written.getvalue()


def _encode(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode(ENCODING)


def _era(day: str, *, pad: str = "　") -> str:
    """`令和　６年　１月１６日`: the era, each number padded to two full-width places."""
    at = date.fromisoformat(day)
    era, before = ("令和", 2018) if at >= date(2019, 5, 1) else ("平成", 1988)
    year, month, day_of_month = (_wide(n).rjust(2, pad) for n in (at.year - before, at.month, at.day))
    return f"{era}{year}年{month}月{day_of_month}日"


def _wide(number: int | str) -> str:
    return str(number).translate(_FULL_WIDTH)


# ── patents ───────────────────────────────────────────────────────────────────────────────────


def patent_xml(case: Case, paper: Paper) -> bytes:
    """One patent paper as the XML document of its kind."""
    match paper.body:
        case Opinion() as opinion:
            return _encode(_response(case, opinion))
        case Amendment() as amendment:
            return _encode(_amendment(case, amendment))
        case Notice() as notice:
            lines = _office_paper(
                case, paper, _NOTICE, conclusion=_notice_conclusion(notice), body=_notice_body(notice), notice=notice
            )
        case Refusal() as refusal:
            lines = _refusal(case, paper, refusal)
        case Dismissal() as dismissal:
            element = f"declining-the-amendment-{paper.code.lower()}-rn"
            lines = _office_paper(case, paper, element, conclusion=_dismissal_conclusion(dismissal), body=dismissal.why)
        case Grant() as grant:
            lines = _grant(case, paper, grant)
        case _:
            raise TypeError(f"no patent paper can be made of {type(paper.body).__name__}")
    return _encode(map(_older, lines) if _is_older(paper) else lines)


def _is_older(paper: Paper) -> bool:
    return paper.drafted < _RENEWED_FORM


def _older(line: str) -> str:
    """Papers drafted before May 2021: the same elements, named without `-rn`."""
    return line.replace("-rn", "").replace(" RENEWAL", "")


_NOTICE = "notice-of-rejection-a131-rn"
_REFUSAL = "decision-of-rejection-a02-rn"
_GRANT = "decision-of-registration-a01-rn"

_KIND = 'jp:kind-of-law="patent"'


def _office_paper(
    case: Case,
    paper: Paper,
    element: str,
    *,
    conclusion: str,
    body: str,
    notice: Notice | None = None,
    appeal: str = "",
) -> Iterator[str]:
    older = _is_older(paper)
    yield from _office_head(element, paper)
    yield from _office_bibliography(case, paper, notice)
    if older or element != _REFUSAL:  # the current form of a refusal has no such flag
        yield '<jp:reconsideration-before-appeal jp:true-or-false="false"/>'
    if conclusion:
        yield from ("<jp:conclusion-part-article>", f'<p num="">{_wrapped(conclusion)}</p>')
        yield "</jp:conclusion-part-article>"
    printed = _wrapped(body) if older else _breaks(body)
    yield from ("<jp:drafting-body>", f'<p num="">{printed}</p>', "</jp:drafting-body>")
    yield from _office_foot(element, appeal)


def _office_head(element: str, paper: Paper) -> Iterator[str]:
    root = "notice-pat-exam-rn"
    public = "-//JPO//DTD NOTICE DOCUMENT BY PATENT SUBSTANTIAL EXAMINATION RENEWAL 1.0//EN"
    yield from _document_head(root, public, "ntc-pt-e-rn.dtd")
    yield f"<jp:{element} {_KIND}>"
    yield f"<jp:document-name>{paper.title}</jp:document-name>"


def _document_head(root: str, public: str, dtd: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="Shift_JIS"?>'
    yield f'<!DOCTYPE jp:{root} PUBLIC "{public}" "{dtd}" []>'
    yield f'<jp:{root} lang="ja" dtd-version="1.0" xmlns:jp="http://www.jpo.go.jp">'


def _office_bibliography(case: Case, paper: Paper, notice: Notice | None) -> Iterator[str]:
    yield "<jp:bibliog-in-ntc-pat-exam-rn>"
    yield from _application_reference(case)
    yield from ("<jp:drafting-date>", f"<jp:date>{paper.drafted}</jp:date>", "</jp:drafting-date>")
    yield from ("<jp:draft-person-group>", f"<jp:name>{EXAMINER[0]}</jp:name>")
    yield f"<jp:staff-code>{EXAMINER[2]}</jp:staff-code>"
    yield from ("<jp:office-code>9Z00</jp:office-code>", "</jp:draft-person-group>")
    if notice is None:
        yield f"<invention-title>{escape(case.title)}</invention-title>"
    if isinstance(paper.body, Grant):
        yield f"<jp:number-of-claim>&#160;&#160;{paper.body.claims}</jp:number-of-claim>"
    yield from _addressees(case)
    if notice is not None:
        articles = notice.articles or [f"{reason.article}（{reason.label}）" for reason in notice.reasons]
        listed = (f"<jp:article>{article}</jp:article>" for article in articles)
        yield from ("<jp:article-group>", *listed, "</jp:article-group>")
    yield "</jp:bibliog-in-ntc-pat-exam-rn>"


def _application_reference(case: Case) -> Iterator[str]:
    yield f'<jp:application-reference appl-type="application" {_KIND}>'
    yield from ("<jp:document-id>", f"<jp:doc-number>{case.number}</jp:doc-number>", "</jp:document-id>")
    yield "</jp:application-reference>"


def _addressees(case: Case) -> Iterator[str]:
    to = case.agents or case.applicants
    kind = ' jp:kind-of-agent="representative"' if case.agents else ""
    yield f'<jp:addressed-to-person-group jp:kind-of-person="applicant"{kind}>'
    yield from ("<jp:addressbook>", f"<jp:name>{escape(to[0].name)}</jp:name>", "</jp:addressbook>")
    if len(to) > 1:
        yield f"<jp:number-of-other-persons>&#160;{len(to) - 1}</jp:number-of-other-persons>"
    yield "</jp:addressed-to-person-group>"


def _office_foot(element: str, appeal: str = "") -> Iterator[str]:
    yield "<jp:footer-article>"
    if appeal:
        yield from ("<jp:administrative-appeal-sentence>", f'<p num="">{_wrapped(appeal)}</p>')
        yield "</jp:administrative-appeal-sentence>"
    yield "<jp:approval-column-article>"
    staff = ((2, "審査長／代理", DIRECTOR), (3, "審査官　　　", EXAMINER), (4, "審査官補　　", ("　" * 6, "", "")))
    for place, title, (name, _, code) in staff:
        yield from (f"<jp:staff{place}-group>", f"<jp:official-title>{title}</jp:official-title>")
        yield f"<jp:name>{name}</jp:name>"
        yield from (f"<jp:staff-code>{code}</jp:staff-code>", f"</jp:staff{place}-group>")
    yield from ("</jp:approval-column-article>", "</jp:footer-article>")
    yield from (f"</jp:{element}>", "</jp:notice-pat-exam-rn>")


def _breaks(text: str) -> str:
    """The reasons in the current form: one long line of XML."""
    return _marked(text).replace("\n", "<br/>")


def _wrapped(text: str) -> str:
    """Conclusions, and reasons in the older form: cut at 36 full-width characters, each line ending in a break."""
    return "".join(f"{_marked(piece)}<br/>\r\n" for line in text.split("\n") for piece in wrap(line))


_ESCAPED_MARK = re.compile(r"&lt;(/?(?:u|sub|sup))&gt;")


def _marked(text: str) -> str:
    """XML of a text whose underlined, lowered and raised characters are marked as in XML."""
    return _ESCAPED_MARK.sub(r"<\1>", escape(text))


def _notice_conclusion(notice: Notice) -> str:
    final = "　　　　　　　　　　＜＜＜＜　　最　　後　　＞＞＞＞\n\n" if notice.final else ""
    asked = f"この通知書の発送の日から{notice.period}以内に意見書を提出してください。"
    return f"{final}　この出願には、次の拒絶の理由があります。意見があれば、{asked}\n\n{_HEADING}理由"


_OPENINGS = {
    "第２９条第１項第３号": "この出願の下記の請求項に係る発明は、出願前に頒布された下記の刊行物に記載された"
    "発明であるから、特許法第２９条第１項第３号に該当し、特許を受けることができない。",
    "第２９条第２項": "この出願の下記の請求項に係る発明は、下記の刊行物に記載された発明に基づいて当業者が容易に"
    "発明をすることができたものであるから、特許法第２９条第２項の規定により特許を受けることができない。",
}


def _opening(reason: Reason) -> str:
    default = f"この出願は、下記の点で特許法{reason.article}に規定する要件を満たしていない。"
    return f"（{reason.label}）{_OPENINGS.get(reason.article, default)}"


def _notice_body(notice: Notice) -> str:
    if notice.text:
        return f"{notice.text}\n\n{_CONTACT}"
    openings = [f"{_wide(n)}．{_opening(reason)}" for n, reason in enumerate(notice.reasons, start=1)]
    see = "（引用文献等については引用文献等一覧参照）" if notice.cited else ""
    parts = [*openings, f"　　　　　記　　　{see}", *_reasons(notice.reasons), *_lists(notice)]
    return "\n\n".join([*parts, _CONTACT])


_CONTACT = f"　この通知の内容については、次の連絡先へお問い合わせください。\n\n審査第零部架空　{EXAMINER[0]}"


def _reasons(reasons: tuple[Reason, ...]) -> Iterator[str]:
    for place, reason in enumerate(reasons, start=1):
        yield f"●理由{_wide(place)}（{reason.label}）について"
        for block in reason.blocks:
            citations = f"・引用文献等　{block.citations}\n・備考\n" if block.citations else ""
            remarks = block.remarks.lstrip("　")
            yield f"・請求項　{block.claims}\n{citations}　{remarks}"


def _lists(notice: Notice) -> Iterator[str]:
    if notice.cited:
        listed = [f"{_wide(n)}．{cited(document)}" for n, document in enumerate(notice.cited, start=1)]
        yield "\n".join(["　　　　　　　　　　　　　＜引用文献等一覧＞", *listed])
    if notice.searched:
        yield "\n".join(
            [
                "－" * 36,
                "　　　　　　　　　　＜先行技術文献調査結果の記録＞",
                "",
                f"・調査した分野　　{'、'.join(notice.searched)}",
                f"・先行技術文献　　{'、'.join(cited(document) for document in notice.recorded)}",
                "",
                "　この先行技術文献調査結果の記録は、拒絶理由を構成するものではありません。",
            ]
        )


def cited(document: Literature | Article) -> str:
    """A cited document as the list in a notice prints it."""
    if isinstance(document, Article):
        facts = (document.author, document.title, document.journal, document.publisher, document.issue)
        return "，".join((*facts, f"第{document.pages}頁"))
    return f"{_name(document)}公報" + (f"（{document.note}）" if document.note else "")


def _name(document: Literature) -> str:
    kind = "特表" if document.serial >= _FIRST_NATIONAL_PUBLICATION else "特開"
    return f"{kind}{_wide(document.year)}－{_wide(f'{document.serial:06d}')}号"


def _refusal(case: Case, paper: Paper, refusal: Refusal) -> Iterator[str]:
    """The older form has its conclusion in the body, and the way to appeal in the footer."""
    said, body = _refusal_conclusion(refusal), _refusal_body(refusal)
    if _is_older(paper):
        return _office_paper(case, paper, _REFUSAL, conclusion="", body=f"{said}\n\n{body}", appeal=_APPEAL)
    return _office_paper(case, paper, _REFUSAL, conclusion=said, body=f"{body}\n\n{_APPEAL}")


def _refusal_conclusion(refusal: Refusal) -> str:
    numbers = refusal.numbers or "、".join(_wide(n) for n in range(1, len(refusal.reasons) + 1))
    why = f"　{_era(refusal.notice)}付け拒絶理由通知書に記載した理由{numbers}"
    heard = "\n　意見書及び手続補正書を検討しましたが、理由は解消していません。"
    return f"{why}によって、この出願は拒絶されるべきものです。{heard if refusal.answered else ''}"


_APPEAL = "　この査定に不服があるときは、謄本の送達の日から３月以内に審判を請求できます。"


def _refusal_body(refusal: Refusal) -> str:
    return refusal.text or "\n\n".join(["備考", *_reasons(refusal.reasons)])


def _dismissal_conclusion(dismissal: Dismissal) -> str:
    dismissed = f"　{_era(dismissal.amendment)}付け手続補正書でした補正を却下します。"
    return f"{_HEADING}結論\n\n{dismissed}\n\n{_HEADING}理由"


def _grant(case: Case, paper: Paper, grant: Grant) -> Iterator[str]:
    yield from _office_head(_GRANT, paper)
    yield from _office_bibliography(case, paper, None)
    yield '<jp:reconsideration-before-appeal jp:true-or-false="false"/>'
    yield from ("<jp:conclusion-part-article>", '<p num="">　この出願については、特許をすべきものと認めます。', "</p>")
    yield "</jp:conclusion-part-article>"
    yield from ("<jp:final-decision-group-rn>", f"<jp:fi>{grant.index}</jp:fi>", "</jp:final-decision-group-rn>")
    yield "<jp:final-decision-memo-rn>"
    for document in grant.references:
        yield "<jp:patent-reference-group>"
        yield f"<jp:document-number>{_name(document).removesuffix('号')}</jp:document-number>"
        yield from ("<jp:kind-of-document>（ＪＰ，Ａ）</jp:kind-of-document>", "</jp:patent-reference-group>")
    yield "</jp:final-decision-memo-rn>"
    yield from _office_foot(_GRANT)


def _response(case: Case, opinion: Opinion) -> Iterator[str]:
    public = "-//JPO//DTD PATENT RESPONCE DOCUMENT 1.0//EN"  # spelled so by the JPO
    yield from _document_head("pat-rspns", public, "pat-rspn.dtd")
    yield f"<jp:response-a53 {_KIND}>"
    yield from _filing_head(case, "A153", f"特許庁審査官　{EXAMINER[0]}　殿", opinion.answers)
    text = "<br />\r\n".join(escape(paragraph) for paragraph in opinion.paragraphs)
    yield from ('<jp:opinion-contents-article><p num="">', text, "</p>", "</jp:opinion-contents-article>")
    yield from ("</jp:response-a53>", "</jp:pat-rspns>")


def _amendment(case: Case, amendment: Amendment) -> Iterator[str]:
    yield from _document_head("pat-amnd", "-//JPO//DTD PATENT AMENDMENT DOCUMENT 1.0//EN", "pat-amnd.dtd")
    yield f"<jp:amendment-a523 {_KIND}>"
    yield from _filing_head(case, "A1523", "特許庁長官殿", amendment.answers)
    yield "<jp:amendment-article>"
    for serial, group in enumerate(_amendment_groups(amendment), start=1):
        yield f'<jp:amendment-group jp:serial-number="{serial}">'
        yield from (*group, "</jp:amendment-group>")
    yield from ("</jp:amendment-article>", "</jp:amendment-a523>", "</jp:pat-amnd>")


def _filing_head(case: Case, code: str, to: str, answers: str) -> Iterator[str]:
    yield f"<jp:document-code>{code}</jp:document-code>"
    yield f"<jp:addressed-to-person>{to}</jp:addressed-to-person>"
    yield from ("<jp:indication-of-case-article>", *_application_reference(case), "</jp:indication-of-case-article>")
    yield "<jp:applicants>"
    for party in case.applicants:
        yield from ("<jp:applicant>", *_addressbook(party), "</jp:applicant>")
    yield "</jp:applicants>"
    if case.agents:
        yield from ("<jp:agents>", '<jp:agent jp:kind-of-agent="representative">')
        yield from (*_addressbook(case.agents[0]), "<jp:attorney />", "</jp:agent>", "</jp:agents>")
    if answers:
        yield f"<jp:dispatch-number>{answers[-6:]}</jp:dispatch-number>"


def _addressbook(party: Party) -> tuple[str, ...]:
    name = f"<jp:name>{escape(party.name)}</jp:name>"
    code = f"<jp:registered-number>{party.code}</jp:registered-number>"
    return ("<jp:addressbook>", name, code, "</jp:addressbook>")


def _amendment_groups(amendment: Amendment) -> Iterator[tuple[str, ...]]:
    if amendment.claims:
        yield _amendment_group(_CLAIMS, "全文", _REPLACED, tuple(_claims(amendment.claims)))
    if amendment.title:
        title = f"<invention-title>{_underlined(amendment.title)}</invention-title>"
        yield _amendment_group(_DESCRIPTION, "発明の名称", _REPLACED, (title,))
    for number, text in amendment.description:
        paragraph = (f'<p num="{number}">', _underlined(text), "</p>") if text else ()
        way = _ADDED if number in amendment.added else _REPLACED if text else _DELETED
        yield _amendment_group(_DESCRIPTION, _wide(number), way, paragraph)


_ADDED, _DELETED, _REPLACED = 1, 2, 3
_DESCRIPTION, _CLAIMS = ("A16330", "description"), ("A16333", "claims")


def _amendment_group(part: tuple[str, str], item: str, way: int, contents: tuple[str, ...]) -> tuple[str, ...]:
    """What is deleted shows nothing; the rest shows its new text."""
    code, document = part
    head = (
        f"<jp:document-code>{code}</jp:document-code>",
        f"<jp:item-of-amendment>{item}</jp:item-of-amendment>",
        f"<jp:way-of-amendment>{way}</jp:way-of-amendment>",
    )
    opening = f'<jp:contents-of-amendment {_KIND} jp:kind-of-document="{document}">'
    return (*head, opening, *contents, "</jp:contents-of-amendment>") if contents else head


def _claims(claims: tuple[str, ...]) -> Iterator[str]:
    yield "<claims>"
    for number, claim in enumerate(claims, start=1):
        yield from (f'<claim num="{number}">', "<claim-text>", f"　{_underlined(claim)}", "</claim-text>", "</claim>")
    yield "</claims>"


def _underlined(text: str) -> str:
    return escape(text).replace("{", "<u>").replace("}", "</u>")


# ── patents on paper ──────────────────────────────────────────────────────────────────────────


def printed(case: Case, paper: Paper, part: str = "") -> str:
    """The text of a patent paper as it stands on paper, without underlines."""
    match paper.body:
        case Application() as application:
            return applications.printed(case, paper, application, part)
        case Notice() as notice:
            said = (_notice_conclusion(notice), _notice_body(notice))
        case Refusal() as refusal:
            said = (_refusal_conclusion(refusal), _refusal_body(refusal), _APPEAL)
        case Dismissal() as dismissal:
            said = (_dismissal_conclusion(dismissal), dismissal.why)
        case Grant():
            said = ("　この出願については、特許をすべきものと認めます。",)
        case Opinion() as opinion:
            said = ("【意見の内容】", *opinion.paragraphs)
        case Amendment() as amendment:
            said = tuple(_amended(amendment))
        case _:
            said = ()
    reference = f"特願{_wide(case.number[:4])}－{_wide(case.number[4:])}"
    return _UNPRINTED.sub("", "\n".join((f"【書類名】{paper.title}", f"【出願番号】{reference}", *said)))


_UNPRINTED = re.compile(r"[{}]|</?(?:u|sub|sup)>")


def _amended(amendment: Amendment) -> Iterator[str]:
    for number, claim in enumerate(amendment.claims, start=1):
        yield from (f"【請求項{_wide(number)}】", f"　{claim}")
    if amendment.title:
        yield f"【発明の名称】{amendment.title}"
    for number, text in amendment.description:
        yield from (f"　【{_wide(number)}】", f"　{text or '（削除）'}")


# ── designs and trademarks ────────────────────────────────────────────────────────────────────

_CASE_WORDS = {"design": ("意匠", "意願"), "trademark": ("商標", "商願")}


def letter_htm(case: Case, paper: Paper) -> bytes:
    """One paper of a design or trademark as plain text in pages, wrapped in the middle of words."""
    if not isinstance(paper.body, Letter):
        raise TypeError(f"no plain paper can be made of {type(paper.body).__name__}")
    head = _notice_head if paper.drafted else _filing_label
    tail = (*_CAUTIONS.get((case.law, paper.code), ()), *_STAMPS) if paper.drafted else ()
    text = (*head(case, paper, paper.body), *paper.body.paragraphs, *tail)
    return _encode(_html([wrapped for line in text for wrapped in wrap(line)]))


def _notice_head(case: Case, paper: Paper, letter: Letter) -> Iterator[str]:
    word, prefix = _CASE_WORDS[case.law]
    to, label = (case.agents, f"{word}登録出願人代理人") if case.agents else (case.applicants, f"{word}登録出願人")
    yield from (f'{_TITLE_INDENT}<FONT SIZE="6">{letter.title}</FONT>', "", "")
    yield f"{_label(f'{word}登録出願の番号')}{prefix}{_case_number(case.number, pad='０')}"
    yield f"{_label('起案日')}{_era(paper.drafted)}"
    yield f"{_label('特許庁審査官')}{EXAMINER[0]}　　　　　　　　{EXAMINER[1]}"
    yield f"{_label(label)}{to[0].name}　様"
    yield ""
    if letter.provisions:
        yield from (*_hanging("適用条文", letter.provisions), "")


def _hanging(label: str, text: str) -> Iterator[str]:
    """A labelled text whose later lines stand under its first."""
    width = 36 - 11
    for start in range(0, len(text), width):
        yield (label if start == 0 else "").ljust(11, "　") + text[start : start + width]


def _filing_label(case: Case, paper: Paper, letter: Letter) -> Iterator[str]:
    word, prefix = _CASE_WORDS[case.law]
    yield f"【書類名】　　　　　　{letter.title}"
    yield f"【提出日】　　　　　　{_era(paper.date)}"
    yield f"【あて先】　　　　　　特許庁{'審査官' if letter.title == '意見書' else '長官'}　殿"
    yield "【事件の表示】"
    yield f"　【出願番号】　　　　{prefix}{_case_number(case.number, pad='　')}"
    yield f"【{word}登録出願人】"
    for party in case.applicants:
        yield from (f"　【識別番号】　　　　{_wide(party.code)}", f"　【氏名又は名称】　　{party.name}")
    for party in case.agents[:1]:
        yield from ("【代理人】", f"　【識別番号】　　　　{_wide(party.code)}", f"　【氏名又は名称】　　{party.name}")
    if letter.answers:
        yield f"【発送番号】　　　　　{_wide(letter.answers[-6:])}"


def _label(label: str) -> str:
    return label.ljust(14, "　")


def _case_number(number: str, *, pad: str) -> str:
    """`２０２１－　１９５００`: filed papers pad a short serial with full-width spaces, notices with zeros."""
    serial = number[4:].lstrip("0")
    return f"{_wide(number[:4])}－{_wide(serial).rjust(6, pad)}"


_CAUTIONS: dict[tuple[str, str], tuple[str, ...]] = {
    ("trademark", "A131"): (
        "",
        "",
        "＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊　ご注意　＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊",
        "",
        "１．この欄は、すべての通知書に印字されるもので、拒絶の理由ではありません。",
        "２．指定商品又は指定役務を補正するときは、残すものをすべて記載してください。",
        "３．この書面に引用した著作物の取扱いにご注意ください。",
        "",
        "＊" * 36,
    ),
}
"""What the office prints under every paper of a kind."""

_STAMPS = (
    "",
    "",
    "　　　　　　　　　　　　　<U>審査長／代理</U>　　<U>審査官</U>　　　　　<U>審査官補</U>",
    f"　　　　　　　　　　　　　<U>{DIRECTOR[0]}</U>　　　<U>{EXAMINER[0]}</U>",
    f"　　　　　　　　　　　　　<U>{DIRECTOR[1]}</U>　　　　<U>{EXAMINER[1]}</U>",
)


def _html(lines: list[str]) -> Iterator[str]:
    pages = [lines[start : start + _PAGE] for start in range(0, len(lines), _PAGE)]
    yield from ("<HTML>", "<HEAD>")
    yield '<META http-equiv="Content-Type" content="text/html; charset=Shift_JIS">'
    yield from ("</HEAD>", '<BODY STYLE="font-size:12pt">', "<PRE>")
    for place, page in enumerate(pages, start=1):
        if place > 1:
            yield '<HR Align="left" Width="640">'
        yield f"{place}/{'E' if place == len(pages) else ' '}".rjust(80)  # beyond the text, at the right edge
        yield from page
    yield from ("</PRE>", "</BODY>", "</HTML>")


_PIECE = re.compile(r"</?[A-Za-z][^>]*>|.")


def wrap(line: str) -> Iterator[str]:
    """The line cut at 72 columns wherever that falls; markup takes no room."""
    printed, used = "", 0
    for piece in _PIECE.findall(line):
        width = 0 if len(piece) > 1 else columns(piece)
        if used + width > _LINE:
            yield printed
            printed, used = "", 0
        printed += piece
        used += width
    yield printed


def columns(text: str) -> int:
    """The width in columns: two for a full-width character, one for the others."""
    return sum(2 if unicodedata.east_asian_width(char) in "FWA" else 1 for char in text)
