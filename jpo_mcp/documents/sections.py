"""What each line of a patent refusal is: heading, claims, citations, remarks, or plain prose."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from jpo_mcp.documents.claims import Claims, Mode, read_citations, read_claims
from jpo_mcp.documents.grounds import Provision, applied, called, named
from jpo_mcp.documents.printed import RULE

Zone = Literal["opening", "grounds", "citations", "record", "no_reason", "unexamined", "final", "hint", "other"]

_STRONG = "●■◆○◎◇□◯〇★☆※"
_BULLET = f"[{_STRONG}・･*]"
_ENUM = (
    r"(?:\((?:[0-9A-Za-zァ-ヶ一二三四五六七八九十]{1,2}|[0-9]{1,2}[-.][0-9]{1,2})\)|[0-9]{1,2}-[0-9]{1,2}[.、) ]"
    r"|(?:[0-9A-Z]{1,2}|[Ⅰ-Ⅻ]) {0,3}[.、)](?![0-9])|[①-⑳]"
    r"|(?:第?[0-9A-Z]{1,2}|第?[Ⅰ-Ⅻ]|[ア-ン]) )"
)
_LABEL = r"\((?! {0,3}(?:全|本願の?)?請求項)(?:[^()]|\([^()]{0,40}\)){1,60}\)"

_SECTIONS: tuple[tuple[re.Pattern[str], Zone], ...] = (
    (re.compile(r"引用(?:文献|例|刊行物)等?の?一覧表?|引用文献一覧等"), "citations"),
    (re.compile(r"先行技術(?:文献)?等?調査結果の記録.{0,10}"), "record"),
    (re.compile(r"(?:現時点で)?拒絶の?理由[をが]発見(?:し|され|して|されて)い?ない請求項.{0,10}"), "no_reason"),
    (
        re.compile(
            r".{0,24}審査(?:の?対象(?:外の|と(?:し|なら)ない|とし(?:なかった|ていない)|から除外(?:した|する|される))"
            r"|[をは]?(?:行わ|し)(?:ない|なかった)|[をは]?(?:行っ|し)ていない)請求項(?:について|に係る発明)?"
        ),
        "unexamined",
    ),
    (re.compile(r"(?:[0-9]{1,2}[.、])?最後の拒絶理由(?:通知)?[とに]する理由(?:について)?|最後の拒絶理由通知"), "final"),
    (re.compile(r"補正(?:案)?の示唆|補正の提案"), "hint"),
    (re.compile(r"付記|付言|補正をする際の注意|ファミリー文献情報"), "other"),
)
_OTHER_SECTION = re.compile(r"注意|ファミリー|教示|お願い|連絡|要請|お知らせ|面接|留意|付記|付言|参考情報|問い?合わ?せ")
_HINT_SECTION = re.compile(r"補正.{0,4}示唆|補正案|補正の提案")
_BOILERPLATE = re.compile(
    r"この(?:拒絶理由)?通知書?(?:の内容)?に(?:関|つい)|拒絶理由通知の内容に関して|この査定に(?:不服|対して)"
    r"|この先行技術(?:文献)?調査結果の記録は|審査第[一二三四五六七八九零0-9]{1,2}部|(?:TEL|FAX|電話)[.:]"
)
_DOCUMENTS = re.compile(r"引用(?:文献|例|刊行物)等?")
_BRACKETS = re.compile(r"^[<〈《【\[(■●・]+|[>〉》】\])]+$")


def section(text: str) -> Zone | None:
    """The part of the paper that a heading opens, where it is no reason."""
    bare = re.sub(r"\s+", "", text[:80])
    title = _BRACKETS.sub("", bare)
    for form, zone in _SECTIONS:
        if form.fullmatch(title):
            return zone
    if _DOCUMENTS.fullmatch(title) and text[:1] in set(" <〈《【(") and not bare.startswith("・"):
        return "citations"
    if bare[:1] in set("<〈《【(") and bare[-1:] in set(">〉》】)") and len(bare) < 60:
        if _HINT_SECTION.search(title):
            return "hint"
        return "other" if _OTHER_SECTION.search(title) else None
    return "other" if _BOILERPLATE.match(bare) else None


def is_rule(text: str) -> bool:
    """A line drawn across the paper."""
    return RULE.fullmatch(text.strip()) is not None


def is_note_mark(text: str) -> bool:
    """記, which parts the articles from the facts."""
    return re.fullmatch(r"記(?:\(.*\))?", re.sub(r"\s+", "", text[:80])) is not None


_REMARKS = re.compile(r" {0,80}[・･]? {0,9}[(<]?備考[)>]? {0,9}:?(?= {0,9}$| )")


def remarks(text: str) -> int | None:
    """Where the remarks begin behind 備考, or None."""
    match = _REMARKS.match(text)
    return match.end() if match else None


@dataclass(frozen=True, slots=True)
class Heading:
    """●理由１（新規性）、理由２（進歩性）について: the reasons it names, None for 理由 without a number."""

    numbers: tuple[int | None, ...]
    labels: tuple[str | None, ...]
    spans: tuple[tuple[int, int], ...]
    """Where each is printed."""
    about: bool
    """It says について: the reasons are known already, or nothing more will be said of their article."""
    marked: bool
    bracketed: bool
    rest: int | None
    """Where the claims begin, when they follow on the same line."""


_OPENS, _CLOSES = r"[-<〈《【\[〔(]{0,2}", r"[->〉》】\]〕)]{0,2}"
_ONE = rf"理由 {{0,3}}(?::? {{0,3}}[0-9]{{1,2}})? {{0,3}}(?:{_LABEL})?"
# Never empty: between two numbers of a long row of digits an empty separator could stand anywhere.
_SEP = (
    r"(?: {0,3}(?:[、,]? {0,3}(?:及び|および|並びに|と|又は)|[-、,・/~]|ないし|乃至) {0,3}(?:理由)?| {0,3}理由) {0,3}"
)
_HEADING = re.compile(
    rf" {{0,80}}(?P<mark>{_BULLET}? {{0,3}}{_ENUM}? {{0,3}}{_OPENS}) {{0,3}}"
    rf"(?:(?:上記|前記)の?)?(?:拒絶の?)?(?P<list>{_ONE}(?:{_SEP}[0-9]{{1,2}} {{0,3}}(?:{_LABEL})?)*)"
    rf"(?P<about> {{0,3}}に(?:ついて|関して))? {{0,3}}(?P<close>{_CLOSES}) {{0,3}}[:/.、]? {{0,3}}"
    r"(?P<rest>\(?(?:全|本願の?)?請求項.*)? {0,9}"
)
_LETTER = "(?:[A-H]|I{1,3}|IV|V|[Ⅰ-Ⅷ①-⑧])"
_LETTERED = re.compile(
    rf"(?<=理由) {{0,3}}{_LETTER}"
    rf"(?:(?:[、,・/]|及び|並びに|と) {{0,3}}(?:理由 {{0,3}})?{_LETTER}){{0,8}}(?![A-Za-z0-9])"
    r"|^ {0,80}[A-H](?=[.、] {0,3}(?:\(|この出願))"
)
_LETTERS = re.compile(_LETTER)
_ROMAN = {"I": "1", "II": "02", "III": " 03", "IV": "04", "V": "5"}


def numbered(text: str) -> str:
    """The same with 理由Ａ and 理由ＩＩ as numbers, character for character: places stay what they were."""
    return _LETTERED.sub(lambda match: _LETTERS.sub(_number_of, match[0]), text) if _LETTERS.search(text) else text


def _number_of(letters: re.Match[str]) -> str:
    letter = letters[0]
    if not letter.isascii():
        return str(_ordinal(letter))
    return _ROMAN.get(letter) or str(ord(letter) - ord("A") + 1)


_REASON = re.compile(rf"(?P<sep>{_SEP}):? {{0,3}}(?P<no>[0-9]{{1,2}})? {{0,3}}(?P<label>{_LABEL})?")
_SPAN = re.compile(r"-|~|ないし|乃至")


def heading(text: str) -> Heading | None:
    """The heading of a section on reasons, or None."""
    if "理由" not in text[:100]:
        return None
    match = _HEADING.fullmatch(text)
    if match is None:
        return _with_ground_behind(text)
    marked = match["mark"].strip() != ""
    numbers, labels, spans = _reasons(text, match.start("list"), match.end("list"))
    if numbers == [None] and not (marked and (match["about"] or labels[0] or match["rest"])):
        return None
    return Heading(
        tuple(numbers), tuple(labels), tuple(spans), bool(match["about"]), match["mark"].strip() in set(_STRONG),
        match["mark"].strip() == "【" and match["close"] == "】", match.start("rest") if match["rest"] else None,
    )  # fmt: skip


def is_reasons_bullet(text: str) -> bool:
    """・理由　１、２ and nothing else."""
    bare = text.strip()
    return bare[:1] in {"・", "･"} and _REASONS_PART.fullmatch(bare[1:].strip()) is not None


def _reason_numbers(part: str) -> tuple[int, ...]:
    """The reasons of 理由１、３－５; none where it says something else."""
    head = heading(part) if _REASONS_PART.fullmatch(part) else None
    return tuple(no for no in head.numbers if no is not None) if head else ()


_GROUND_BEHIND = re.compile(
    r"(?P<head>[^。]{0,20}理由 {0,3}[0-9]{1,2}) {0,3}[.:、]? {0,3}\(?(?P<name>[^ ()<>【】。、「」]{2,20}?)\)?"
    rf"(?P<about> {{0,3}}に(?:ついて|関して))? {{0,3}}{_CLOSES} {{0,9}}"
)


def _with_ground_behind(text: str) -> Heading | None:
    """●理由２：進歩性について, where what stands behind the number is the name of a ground and nothing else."""
    match = _GROUND_BEHIND.fullmatch(text)
    if match is None or not _codes_of(match["name"]):
        return None
    head = _HEADING.fullmatch(match["head"] + (match["about"] or ""))
    found = heading(head[0]) if head else None
    return replace(found, labels=(*found.labels[:-1], match["name"])) if found else None


def _reasons(text: str, at: int, end: int) -> tuple[list[int | None], list[str | None], list[tuple[int, int]]]:
    numbers: list[int | None] = []
    labels: list[str | None] = []
    spans: list[tuple[int, int]] = []
    while at < end and (match := _REASON.match(text, at, end)) and match.end() > at:
        no = int(match["no"]) if match["no"] else None
        if numbers and no is not None and numbers[-1] is not None and _SPAN.search(match["sep"]):
            for between in range(numbers[-1] + 1, no):
                numbers.append(between)
                labels.append(None)
                spans.append(match.span("no"))
        numbers.append(no)
        labels.append(match["label"][1:-1] if match["label"] else None)
        word = text.find("理由", match.start("sep"), match.end("sep"))
        spans.append((word if word >= 0 else match.start("no"), match.end("no") if no is not None else word + 2))
        at = match.end()
    return numbers, labels, spans


_ABOUT_A_REASON = re.compile(
    r".{0,40}理由 {0,3}[0-9].{0,40}に(?:ついて|関して|対して)[^ぁ-ん一-龥]{0,3}"
    r"|[^ぁ-んァ-ヶ一-龥]{0,9}(?:拒絶の?)?理由 {0,3}[0-9](?:.{0,80}[^、,])?"
)
_ABOUT_AN_ARTICLE = re.compile(rf"[{_STRONG}<〈【〔].{{0,40}}第 {{0,3}}[0-9]{{1,3}} {{0,3}}条.{{0,40}}")


def is_unread_heading(text: str) -> bool:
    """A line that looks like a heading on reasons, and is not understood: what follows belongs to none we know."""
    bare = text.strip()
    if len(bare) >= 100 or "。" in bare:
        return False
    if "理由" in bare:
        return bare[:1] in _UNREAD_STANDS_OUT or _ABOUT_A_REASON.fullmatch(bare) is not None
    return _ABOUT_AN_ARTICLE.fullmatch(bare) is not None and bool(named(bare, "patent"))


_UNREAD_STANDS_OUT = set(_STRONG + "<〈【〔")


@dataclass(frozen=True, slots=True)
class GroundHeading:
    """●進歩性について, ＜第２９条第２項＞: a heading that names its reasons by label or article."""

    grounds: tuple[tuple[str, frozenset[str]], ...]
    """Each name as printed, and the codes that it can stand for."""
    marked: bool
    """It stands out as a heading; （２）進歩性 may be one, or part of the remarks."""


_NAMES_GROUNDS = re.compile(
    rf" {{0,80}}(?P<mark>{_BULLET}? {{0,3}}{_ENUM}? {{0,3}}{_OPENS}) {{0,3}}"
    r"(?P<names>[^ 。「」<>【】]{2,60}?)(?: {0,3}に(?:ついて|関して))? {0,3}"
    rf"{_CLOSES} {{0,9}}"
)
_BETWEEN_NAMES = re.compile(r"及び|および|並びに|[、,・/]")
_ARTICLE = re.compile(r"(?:特許法)?第[0-9]{1,3}条(?:の[0-9])?(?:第[0-9]{1,2}項)?(?:第[0-9]号)?(?:柱書)?")


def ground_heading(text: str) -> GroundHeading | None:
    """The heading by grounds that a line is, or None."""
    match = _NAMES_GROUNDS.fullmatch(text) if len(text) < 100 else None
    if match is None:
        return None
    grounds = tuple((name, _codes_of(name)) for name in _BETWEEN_NAMES.split(_ASIDES.sub("", match["names"])))
    return GroundHeading(grounds, bool(set(match["mark"]) & _STANDS_OUT)) if all(c for _, c in grounds) else None


_STANDS_OUT = set(_STRONG + "<〈《【")


def _codes_of(name: str) -> frozenset[str]:
    if _ARTICLE.fullmatch(name):
        return frozenset(provision.code for provision in named(name, "patent"))
    return called(name)


@dataclass(frozen=True, slots=True)
class Opening:
    """１．（進歩性）この出願の…: a reason stated with its article."""

    no: int | None
    printed: tuple[int, int] | None
    label: str | None
    provisions: tuple[Provision, ...]


_OPENING = re.compile(
    rf" {{0,80}}(?P<mark>{_BULLET}?) {{0,3}}(?P<no>(?P<open>[【<\[〔(]?) {{0,3}}(?P<word>第|理 {{0,3}}由)? {{0,3}}"
    r"(?P<digits>[0-9]{1,2}|[Ⅰ-Ⅻ①-⑳]) {0,3}[】>\]〕)]?(?:[.:、)](?![0-9]))?) {0,3}(?:\((?P<label>[^()]{1,30})\))? {0,3}"
    r"(?P<rest>.*)"
)
_OF_THIS_APPLICATION = re.compile(r"(?:この|本|本件)(?:特許)?(?:出願|願)")


def opening(text: str, *, expected: int, among_facts: bool) -> Opening | None:
    """The statement of the next reason, or None. Its number must be the next one: 第３６条 and lists number too.

    `among_facts`: behind 記, where （２） or a bare number is more likely a point of the remarks.
    """
    match = _OPENING.match(text)
    if match is None or _ordinal(match["digits"]) != expected:
        return None
    printed = match["no"]
    is_bare = printed.strip().isdigit() and not match["label"]
    if among_facts and (is_bare or match["mark"] or match["open"] not in "【<" or not match["digits"].isascii()):
        return None
    if is_bare and not _OF_THIS_APPLICATION.match(match["rest"]):
        return None
    provisions = applied(match["rest"], "patent")
    if not provisions and (match["rest"].strip() or not match["label"]):
        return None
    if not provisions and among_facts and not called(match["label"]):
        return None
    return Opening(expected, match.span("no"), match["label"], provisions)


def states(text: str) -> bool:
    """Whether a line states a reason with its article: この出願の下記の請求項に係る発明は、…"""
    begins = _OF_THIS_APPLICATION.match(text.lstrip()) or "補正は" in text
    return bool(begins and "条" in text and applied(text, "patent"))


def _ordinal(digits: str) -> int:
    return int(digits) if digits.isascii() else int(unicodedata.numeric(digits))


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """・請求項　１－４, alone or with its documents: ・請求項１／引用文献１～６／第２９条第２項."""

    claims: Claims
    claims_at: tuple[int, int]
    citations: tuple[tuple[int, ...], Mode] | None
    citations_at: tuple[int, int] | None
    provisions: tuple[Provision, ...]
    reasons: tuple[int, ...]
    bulleted: bool


_CITED = "(?:引用(?:文献|例|刊行物|発明)|(?<!引用)(?:刊行物|文献(?= {0,9}[0-9:])))"
_CLAIMS = re.compile(
    rf" {{0,80}}(?P<mark>{_BULLET}? {{0,3}}{_ENUM}?) {{0,3}}(?:本願の?|補正後の?|対象)?"
    r"(?P<all>全(?:て|ての)?請求項|すべての請求項)?(?:請求項)? {0,9}:? {0,9}(?P<rest>.*)"
)
_PARTS = re.compile(
    r" {0,80}(?:[:/…]{1,3}|・{2,6}) {0,9}"
    rf"| {{0,9}}(?:[、,・]|\((?=[^()]{{1,40}}\) {{0,9}}$))? {{0,9}}(?={_CITED} {{0,9}}等? {{0,9}}:? {{0,9}}[0-9])"
)
_ENDS = r"(?: {0,9}\(\))? {0,9}(?:$|[:/…、,]? {0,9}引用(?:文献|例|刊行物|発明))"
_SAYS = re.compile(
    rf"[0-9)] {{0,3}}(?:に(?!係る(?:各)?発明(?:に(?:ついて|対して|関して))?{_ENDS})|は|が|の|を|も|で|へ)"
    rf"(?!(?:ついて|対して|関して){_ENDS})"
    r"[ぁ-ん一-龥ァ-ヶ、「]|。"
)
_REFERRING = re.compile(
    r"(?<=[0-9]) {0,3}(?:[をに](?:直接的?に?(?:又は|または|・|若しくは|及び|、)間接的?に)?(?:引用|従属)(?:する|した)"
    r"|の各(?=請求項)|の(?:いずれか|何れか)(?:[1一](?:つ|項)?)?(?=[、,及又と]| {0,9}$)"
    r"|に係る(?:各)?発明(?=(?:、|,)?(?:及び|並びに|と|、)請求項))"
)
"""Words among the numbers that make no sentence of them: 請求項１を引用する請求項２."""
_ASIDES = re.compile(r"\([^()]{0,80}\)")
_INVENTIONS = re.compile(r"に係る(?:各)?発明$")
_ABOUT = re.compile(r"(?:に係る(?:各)?発明)?に(?:ついて|対して|関して)$")
_NUMBERS = r"[0-9、,~\-及びないし乃至理由 ]{0,40}"
_REASONS_PART = re.compile(rf"理由 {{0,3}}:? {{0,3}}[0-9]{_NUMBERS}")
_OF_REASONS = re.compile(rf"\(理由 {{0,3}}[0-9]{_NUMBERS}\)$")


def claim_line(text: str, at: int = 0, *, cited_below: bool = False) -> ClaimLine | None:
    """The claims line that a text is from `at` on; None where it is a sentence or something else.

    `cited_below`: its documents stand on the next line, so that it is no subheading.
    """
    if "請求項" not in text[at : at + 100]:
        return None
    wrapped = _WRAPPED.fullmatch(text, at)
    if wrapped:
        inside = claim_line(text[: wrapped.end("inside")], wrapped.start("inside"), cited_below=cited_below)
        return inside if inside and (cited_below or inside.citations_at) else None
    match = _CLAIMS.match(text, at)
    if match is None or not _begins(text, match):
        return None
    if _SAYS.search(_REFERRING.sub("", _ASIDES.sub("()", text[at:]))):
        return None
    parts = _split(text, match.start("rest"))
    reasons: tuple[int, ...] = ()
    begin, end = parts[0]
    if of := _OF_REASONS.search(text, begin, end):
        reasons = _reason_numbers(of[0][1:-1])
        end = begin + len(text[begin : of.start()].rstrip())
    if about := _ABOUT.search(text, begin, end):
        end = about.start()
    elif inventions := _INVENTIONS.search(text, begin, end):
        end = inventions.start()
    claims: Claims = "all" if match["all"] and not text[begin:end].strip() else read_claims(text[begin:end])
    bulleted = match["mark"].strip() != "" or at > 0
    if claims is None and not (bulleted and re.search("[0-9]", text[begin:end])):
        return None
    citations_at = next(((a, b) for a, b in parts[1:] if _CITED_WORD.match(text, a, b)), None)
    if about and not citations_at and not cited_below:
        return None  # ・請求項１について may as well be a subheading of the remarks
    reasons += tuple(no for a, b in parts[1:] for no in _reason_numbers(text[a:b]))
    provisions = tuple(p for a, b in parts[1:] for p in named(text[a:b], "patent"))
    if citations_at and (word := _CITED_WORD.match(text, *citations_at)):
        citations_at = (word.end(), citations_at[1])
    elif citations_at is None:
        citations_at = _unknown_part(text, parts[1:])
    cited = read_citations(text[slice(*citations_at)]) if citations_at else None
    return ClaimLine(claims, (begin, end), cited, citations_at, provisions, reasons, bulleted)


_UNREAD_CLAIMS = re.compile(
    rf" {{0,80}}{_BULLET} {{0,3}}(?:本願の?)?請求項 {{0,3}}[0-9][^。]{{0,80}}"
    rf"{_CITED} {{0,9}}等? {{0,9}}[:0-9][^。]{{0,80}}"
)
_SUBJECT = re.compile("[はがも]、?[^0-9 ]")


def is_unread_claims(text: str) -> bool:
    """A bullet with claims and documents that was not understood, and is no sentence of the remarks."""
    return _UNREAD_CLAIMS.fullmatch(text) is not None and _SUBJECT.search(text) is None


_CITED_WORD = re.compile(rf"{_CITED} {{0,9}}等? {{0,9}}:? {{0,9}}")
_WRAPPED = re.compile(
    rf" {{0,80}}{_BULLET}? {{0,3}}{_ENUM}? {{0,3}}[<〈《【\[〔(] {{0,3}}"
    r"(?P<inside>(?:全|本願の?)?請求項[^<>【】\[\]〔〕]*)[>〉》】\]〕)](?: {0,3}に(?:ついて|関して|対して))? {0,9}"
)


def _unknown_part(text: str, parts: list[tuple[int, int]]) -> tuple[int, int] | None:
    """請求項１：先願１: what stands behind the claims and is neither reasons nor an article may be documents."""
    for begin, end in parts:
        part = text[begin:end]
        if part.strip() and not _REASONS_PART.fullmatch(part) and not named(part, "patent"):
            return begin, end
    return None


def _begins(text: str, match: re.Match[str]) -> bool:
    return "請求項" in text[match.start() : match.start("rest")]


def _split(text: str, at: int) -> list[tuple[int, int]]:
    end = len(text.rstrip())
    cuts = [m.span() for m in _PARTS.finditer(text, at, end)]
    if cuts and any("(" in text[a:b] for a, b in cuts) and text[end - 1] == ")":
        end -= 1
    starts = [at, *(b for _, b in cuts)]
    parts = list(zip(starts, [*(a for a, _ in cuts), end], strict=True))
    for place in range(len(parts) - 1, 0, -1):  # 引用文献：１ is one part, whatever its colon
        begin, until = parts[place - 1]
        if place > 1 and _CITED_WORD.fullmatch(text, begin, until):
            parts[place - 1 : place + 1] = [(begin, parts[place][1])]
    return parts


_CITATIONS = re.compile(
    rf" {{0,80}}(?P<mark>{_BULLET}?) {{0,3}}{_CITED} {{0,9}}等? {{0,9}}:? {{0,9}}"
    r"(?P<list>.*)"
)


def citation_line(text: str) -> tuple[tuple[int, int], tuple[tuple[int, ...], Mode] | None] | None:
    """Where the citations of a ・引用文献等 line stand, and what they are; None where it is none."""
    match = _CITATIONS.match(text)
    if match is None or "。" in text:
        return None
    span = (match.start("list"), len(text.rstrip()))
    read = read_citations(match["list"])
    if read is None and not match["mark"]:
        return None
    return span, read


_OTHER_DOCUMENTS = re.compile(rf" {{0,80}}{_BULLET} {{0,3}}(?P<rest>[^。:]{{1,20}}[0-9][^。]{{0,40}})")


def other_documents(text: str) -> tuple[int, int] | None:
    """・先願　１: what is cited is printed under a word that may count on a list of its own."""
    match = _OTHER_DOCUMENTS.fullmatch(text)
    return match.span("rest") if match and "請求項" not in text else None


_NOT_BEGUN = re.compile(r"(?:請求項|文献|例|刊行物|発明) {0,9}等? {0,9}:? {0,9}$")
_GOES_ON = re.compile(r"(?:[、,~-]|及び|並びに|又は|ないし|乃至) {0,9}$")
_BEGINS_WITH_MORE = re.compile(
    r" {0,80}(?:[、,~-]|及び|並びに|又は|ないし|乃至)? {0,9}[0-9]{1,3}[0-9、,~\- 及びないし乃至並又は]*$"
)


def continues(text: str, following: str) -> Literal["yes", "no", "unclear"]:
    """Whether a list of numbers is broken over two lines: １ above ２ could be 12 or 1 and 2, which is unclear."""
    if not _BEGINS_WITH_MORE.fullmatch(following):
        return "no"
    if _NOT_BEGUN.search(text):
        return "yes"
    if _GOES_ON.search(text) or not following.strip()[:1].isdigit():
        return "yes"
    return "unclear" if text.rstrip()[-1:].isdigit() else "no"
