"""Refusals of designs and trademarks, read from the running text of their notices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, is_dataclass, replace
from typing import Any, TypeVar, cast

from jpo_mcp.documents.citations_list import Citation
from jpo_mcp.documents.grounds import Provision, applied, named
from jpo_mcp.documents.printed import Line, fold, sentences
from jpo_mcp.documents.refusal import DesignGround, EarlierMark, MarkGround, Passage, Reason, Refusal
from jpo_mcp.numbers import ApplicationNumber, Law, RegistrationNumber


def read(body: str, rows: list[Line], law: Law, articles: tuple[str, ...]) -> Refusal:
    """The refusal of a design or a mark."""
    return _design(body, rows, articles) if law == "design" else _trademark(body, rows, articles)


# ── trademarks ────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Part:
    """What stands under one heading 理由１, or in the whole body where there is none."""

    no: int
    printed: str | None
    rows: list[Line] = field(default_factory=list[Line])


_COUNT = r"(?:\([0-9]{1,2}\)|[0-9]{1,2} {0,3}[.、)]|[0-9]{1,2} )?"
_REASON_HEADING = re.compile(
    rf" {{0,80}}(?:第 {{0,3}}(?P<before>[0-9]{{1,2}}) |{_COUNT}) {{0,3}}[■●<【〔(]? {{0,9}}理 {{0,9}}由 {{0,9}}"
    r"(?P<no>[0-9]{1,2})? {0,9}[.:]? {0,3}"
    r"(?P<articles>\([^()]{2,60}(?:\([^()]{0,30}\)[^()]{0,30}){0,3}\))?[>】〕)]? {0,9}"
)
_HEADED = re.compile(r" {0,80}[■●◆]")
_ONLY_ARTICLES = re.compile(
    rf" {{0,80}}{_COUNT} {{0,3}}[<【〔]? {{0,3}}(?:商標法|同法)?第[0-9]{{1,2}}条[^。「」]{{0,80}}?"
    r"(?:号|項|柱書|条|\))(?:に(?:ついて|関して))? {0,3}[>】〕]? {0,9}"
)
_TRAILER = re.compile(r"\*{3,} {0,9}ご注意|\*{10,}|<{1,2}ご注意>{1,2}")
_LISTED_ARTICLES = re.compile(r" {0,80}適用条文 {0,9}:? {0,9}")


def _trademark(body: str, rows: list[Line], articles: tuple[str, ...]) -> Refusal:
    rows = _before_trailer(rows)
    provisions = _applicable(rows, articles)
    reasons: list[Reason] = []
    grounds: list[MarkGround] = []
    for part in _parts(body, rows):
        found = _mark_grounds(body, part)
        if not found:
            continue
        grounds += found
        reasons.append(_mark_reason(part, found))
    return Refusal(reasons=tuple(reasons), provisions=provisions, mark_grounds=tuple(grounds))


def _before_trailer(rows: list[Line]) -> list[Line]:
    end = next((at for at, row in enumerate(rows) if _TRAILER.match(row.text.strip())), len(rows))
    return rows[:end]


def _applicable(rows: list[Line], articles: tuple[str, ...]) -> tuple[str, ...]:
    """The provisions of the bibliography, or of the line 適用条文 and the lines that it wraps to."""
    printed = " ".join(fold(a) for a in articles)
    for at, row in enumerate(rows):
        head = _LISTED_ARTICLES.match(row.text)
        if head and not articles:
            more = list(_until_blank(rows[at + 1 :]))
            printed = row.text[head.end() :] + " ".join(r.text for r in more)
            break
    return tuple(p.ja for p in named(printed, "trademark"))


def _until_blank(rows: list[Line]) -> Iterator[Line]:
    for row in rows:
        if not row.text.strip() or not row.text.startswith("    "):
            return
        yield row


def _parts(body: str, rows: list[Line]) -> list[_Part]:
    opening = _Part(1, None)
    parts: list[_Part] = []
    at = opening
    for row in rows:
        head = _REASON_HEADING.fullmatch(row.text)
        if head is None:
            at.rows.append(row)
            continue
        number = head["no"] or head["before"]
        printed = body[row.start : row.end].strip() if number else None
        at = _Part(int(number) if number else max((part.no for part in parts), default=0) + 1, printed)
        parts.append(at)
        if head["articles"]:
            at.rows.append(row)
    # What stands before the first heading is the formula that every notice opens with.
    return parts or [opening]


def _mark_grounds(body: str, part: _Part) -> list[MarkGround]:
    headings = [at for at, row in enumerate(part.rows) if _names_grounds(row.text)]
    if not headings:
        return _said(body, part)
    found: list[MarkGround] = []
    for at, begin in enumerate(headings):
        end = headings[at + 1] if at + 1 < len(headings) else len(part.rows)
        found += _under(body, part, part.rows[begin], part.rows[begin:end])
    return found


def _names_grounds(text: str) -> bool:
    return bool((_HEADED.match(text) or _ONLY_ARTICLES.fullmatch(text)) and named(text, "trademark"))


def _under(body: str, part: _Part, heading: Line, rows: list[Line]) -> list[MarkGround]:
    labels = dict(_labels(body, heading))
    said = Passage(body[heading.start : heading.end], heading.start)
    earlier = _earlier(body, rows)
    return [
        replace(_ground(part.no, provision, _goods(body, rows, provision), earlier, said), label=labels.get(provision))
        for provision in named(heading.text, "trademark")
    ]


def _ground(
    no: int, provision: Provision, goods: tuple[str, ...], earlier: tuple[EarlierMark, ...], said: Passage
) -> MarkGround:
    """A provision without a label; earlier marks belong to it only if it compares with other marks."""
    return MarkGround(
        reason=no,
        code=provision.code,
        article=provision.ja,
        article_en=provision.en,
        label=None,
        goods=goods,
        earlier_marks=earlier if provision.code in _COMPARED else (),
        quote=said.quote,
        offset=said.offset,
    )


_COMPARED = frozenset({"4-1-10", "4-1-11", "4-1-12", "4-1-13", "4-1-15", "4-1-19", "8-1", "8-2", "8-5"})
"""Provisions that rest on another mark; a mark mentioned under any other is an example."""


def _labels(body: str, heading: Line) -> Iterator[tuple[Provision, str]]:
    """第３条第１項第３号（品質等表示）: each label with its article."""
    for piece in re.finditer(r"(第[^()]{2,60})\(([^()]{1,60})\)", heading.text):
        provisions = named(piece[1], "trademark")
        if len(provisions) == 1:
            yield provisions[0], heading.verbatim(body, *piece.span(2))


_DENIED = re.compile(
    r"該当(?:するか(?:どうか|否か)|しない|しません|する(?:もの)?と(?:は|まで)|するものでは(?:ない|なく|ありません))"
)
_UNMET = re.compile(
    r"(?:最先の|工業上利用).{0,20}に該当し(?:ない|ません)|登録を受けることができ(?:ない|ません)(?!とは|とまで)"
)


_DENIES_AND_GOES_ON = re.compile(r"(?<=ない)が、|(?<=ません)が、")
_ASKED_FOR: dict[Law, frozenset[str]] = {
    "design": frozenset({"3-1-hashira", "7", "8", "8-2bis", "10-1"}),
    "trademark": frozenset({"3-1-hashira", "6-1", "6-2", "7-2bis-1"}),
}
"""What an article asks for is refused for not being so: 第１０条第１項の規定に該当しません."""


def _asserted(said: str, law: Law) -> Iterator[Provision]:
    """The provisions that a sentence applies, clause by clause: one that is denied may stand before one that is not."""
    for clause in _DENIES_AND_GOES_ON.split(said):
        denied = _DENIED.search(clause) is not None and not _UNMET.search(clause)
        for provision in applied(clause, law):
            if not denied or (provision.code in _ASKED_FOR[law] and not _LEFT_OPEN.search(clause)):
                yield provision


_LEFT_OPEN = re.compile(r"該当する(?:か(?:どうか|否か)|(?:もの)?と(?:は|まで)|ものでは)")


def _said(body: str, part: _Part) -> list[MarkGround]:
    """Grounds without headings: each provision by the sentence that first applies it.

    Earlier marks may be listed at the end of the reason. So may goods, if it has one ground; else they stand in the
    ground's own paragraph.
    """
    found: dict[Provision, tuple[Line, Passage]] = {}
    for row in part.rows:
        for sentence in sentences(row) if "条" in row.text else ():
            for provision in _asserted(sentence.said, "trademark"):
                found.setdefault(provision, (row, Passage(body[sentence.start : sentence.end], sentence.start)))
    alone, earlier = len({said.offset for _, said in found.values()}) == 1, _earlier(body, part.rows)
    return [
        _ground(part.no, provision, _goods(body, part.rows if alone else [row], provision), earlier, said)
        for provision, (row, said) in found.items()
    ]


def _mark_reason(part: _Part, grounds: list[MarkGround]) -> Reason:
    labels = [ground.label for ground in grounds if ground.label]
    return Reason(
        no=part.no,
        printed_no=part.printed,
        codes=tuple(g.code for g in grounds),
        articles=tuple(g.article for g in grounds),
        article_en=tuple(g.article_en for g in grounds),
        label="、".join(labels) or None,
        blocks=(),
        quote=grounds[0].quote,
        offset=grounds[0].offset,
    )


_CLASS = r"第 {0,9}[0-9]{1,2} {0,9}類 {0,9}の?"
_GOODS = re.compile(
    rf"(?:{_CLASS}|指定(?:商品|役務)(?:(?:又は|及び)指定役務)?(?:中|のうち)?[、,]? {{0,9}}(?:{_CLASS})?"
    r"|(?:役務|商品)中 {0,9})"
    r"「([^「」]{1,400})」"
)


_MORE_GOODS = re.compile(r"(?:、|,|及び|並びに|又は){1,2}「([^「」]{1,400})」")


_QUALITY = "4-1-16"
_OTHER_GOODS = re.compile(
    r"((?:上記|前記|これら?|それら?|当該)[^。「」]{0,60}?以外の[^。「」]{1,60}?)に(?:ついて)?使用"
)
_ALL_GOODS = re.compile(r"(その指定(?:商品|役務)(?:(?:又は|及び)(?:その)?指定役務)?)に(?:ついて)?使用")


def _goods(body: str, rows: list[Line], provision: Provision) -> tuple[str, ...]:
    """The goods and services that a provision is applied to, in the text's own words; empty where it names none.

    A mark that describes some goods misleads as to the quality of the others (前記商品以外の商品), which are then what
    Article 4(1)(xvi) is about. Goods named one by one are not all where the text goes on to その指定商品.
    """
    others = _printed(body, rows, _OTHER_GOODS) if provision.code == _QUALITY else ()
    if others:
        return others
    named_ones = _named_goods(body, rows)
    return (*named_ones, *_printed(body, rows, _ALL_GOODS)) if named_ones else ()


def _printed(body: str, rows: list[Line], phrase: re.Pattern[str]) -> tuple[str, ...]:
    pieces = (row.verbatim(body, *match.span(1)) for row in rows for match in phrase.finditer(row.text))
    return tuple(dict.fromkeys(pieces))


def _named_goods(body: str, rows: list[Line]) -> tuple[str, ...]:
    found: list[str] = []
    for row in rows:
        for first in _GOODS.finditer(row.text):
            match: re.Match[str] | None = first
            while match:
                found.append(row.verbatim(body, *match.span(1)))
                match = _MORE_GOODS.match(row.text, match.end())
    return tuple(dict.fromkeys(found))


_EARLIER = re.compile(
    r"(?:商標)?登録(?:商標|番号)? {0,9}第 {0,9}([0-9]{5,7}) {0,9}"
    r"(?:((?:-[0-9]{1,2}){1,3}) {0,9}号|号((?:の[0-9]{1,2}){0,3}))"
    r"|(国際)登録 {0,9}第 {0,9}([0-9]{5,7}[A-Z]?) {0,9}号"
    r"|商(?:標登録出)?願 {0,9}([0-9]{4})-([0-9]{1,6})"
)


def _earlier(body: str, rows: list[Line]) -> tuple[EarlierMark, ...]:
    found: dict[str, EarlierMark] = {}
    for row in rows:
        for match in _EARLIER.finditer(row.text):
            number, display = _mark_number(match)
            raw = row.verbatim(body, match.start(), match.end())
            found.setdefault(display, EarlierMark(raw, number, display, row.place(match.start())))
    return tuple(found.values())


def _mark_number(match: re.Match[str]) -> tuple[str, str]:
    registered, dashed, branch, _, international, year, serial = match.groups()
    if registered:
        number = RegistrationNumber("trademark", registered.zfill(7))
        before = match.string[max(match.start() - 2, 0) : match.start()]
        if before.endswith("国際"):
            return registered, f"国際登録第{registered}号"
        if part := dashed or branch:
            return number.digits + part.replace("の", "-"), number.human + part.replace("-", "の")
        return number.digits, number.human
    if international:
        return international, f"国際登録第{international}号"
    application = ApplicationNumber("trademark", year + serial.zfill(6))
    return application.digits, application.human


# ── designs ───────────────────────────────────────────────────────────────────────────────────

_NOTE_MARK = re.compile(r" {0,80}記 {0,9}")
_CITED_DESIGN = re.compile(
    r"意匠登録 {0,9}第 {0,9}(?P<reg>[0-9]{5,7}) {0,9}号(?:の類似 {0,9}[0-9]{1,3})?"
    r"|(?P<other>公知資料番号 {0,9}第? {0,9}[A-Z]{2}[0-9]{6,10} {0,9}号?)"
    r"|意(?:匠登録出)?願 {0,9}(?P<year>[0-9]{4})-(?P<serial>[0-9]{1,6})(?: {0,9}号)?"
)
_HINT = re.compile(r"関連意匠|第 {0,9}10 {0,9}条")
_ADVICE = re.compile(r"できます|できる場合|可能性|補正|変更|解消|なお")
_DENIES = re.compile(r"該当しない|該当しません|認められない|登録を受けることができない|登録を受けることができません")


def _design(body: str, rows: list[Line], articles: tuple[str, ...]) -> Refusal:
    rows = _before_trailer(rows)
    hints = [row for row in rows if _HINT.search(row.text) and _ADVICE.search(row.text) and not _applies_10(row)]
    kept = [row for row in rows if row not in hints]
    cited = _cited_designs(body, kept)
    grounds = _design_grounds(body, kept, cited)
    passages = tuple(Passage(body[row.start : row.end], row.start) for row in hints)
    unread = tuple(Passage(body[row.start : row.end], row.start) for row in _uncited(body, kept, cited))
    return Refusal(
        reasons=tuple(_design_reason(at, ground) for at, ground in enumerate(grounds, 1)),
        citations=cited,
        provisions=tuple(p.ja for p in named(" ".join(fold(a) for a in articles), "design")),
        design_grounds=tuple(grounds),
        curing_hints=passages,
        unread=unread,
    )


def _applies_10(row: Line) -> bool:
    """A related design refused under Article 10 itself: then it is a ground, not advice."""
    return bool(_DENIES.search(row.text)) and not re.search(r"できます|できる場合", row.text)


def _design_grounds(body: str, rows: list[Line], cited: tuple[Citation, ...]) -> list[DesignGround]:
    found: dict[str, DesignGround] = {}
    for row in rows:
        if "条" not in row.text:
            continue
        for sentence in sentences(row):
            for provision in _asserted(sentence.said, "design"):
                quote = body[sentence.start : sentence.end]
                ground = DesignGround(provision.code, provision.ja, provision.en, cited, quote, sentence.start)
                found.setdefault(provision.code, ground)
    return list(found.values())


def _design_reason(no: int, ground: DesignGround) -> Reason:
    codes, articles, english = (ground.code,), (ground.article,), (ground.article_en,)
    return Reason(no, None, codes, articles, english, None, (), ground.quote, ground.offset)


def _cited_designs(body: str, rows: list[Line]) -> tuple[Citation, ...]:
    """The designs named after 記: a registration by its number, else an application, other material as printed."""
    found: dict[str, Citation] = {}
    for row in _after_note_mark(rows) or [row for row in rows if "引用意匠" in row.text]:
        designs = list(_CITED_DESIGN.finditer(row.text))
        for match in [m for m in designs if m["reg"] or m["other"]] or designs:
            one = _cited_design(body, row, match, len(found) + 1)
            found.setdefault(one.raw, one)
    return tuple(found.values())


def _uncited(body: str, rows: list[Line], cited: tuple[Citation, ...]) -> Iterator[Line]:
    """What stands after 記 and may be a design that we cannot number: all of it where none was found, else each
    paragraph without a sentence or a design that was.
    """
    places = {citation.offset for citation in cited}
    paragraphs: list[list[Line]] = []
    for row in _after_note_mark(rows):
        apart = not paragraphs or "\n\n" in body[paragraphs[-1][-1].end : row.start].replace("\r", "")
        paragraphs += [[row]] if apart else []
        if not apart:
            paragraphs[-1].append(row)
    for paragraph in paragraphs:
        read = any(row.start in places for row in paragraph)
        if not cited or not (read or (len(paragraph) == 1 and _A_LABEL.fullmatch(paragraph[0].text))):
            yield from (row for row in paragraph if not cited or "。" not in row.text)


_A_LABEL = re.compile(r" {0,80}(?:【|<)?引用(?:した)?意匠 {0,3}[0-9]{0,2}(?:】|>)? {0,9}")


def _after_note_mark(rows: list[Line]) -> list[Line]:
    begin = next((at for at, row in enumerate(rows) if _NOTE_MARK.fullmatch(row.text)), len(rows))
    return [row for row in rows[begin + 1 :] if row.text.strip()]


def _cited_design(body: str, row: Line, match: re.Match[str], no: int) -> Citation:
    number = _design_number(match)
    return Citation(
        no=no,
        raw=row.verbatim(body, match.start(), match.end()),
        number=number.digits if number else None,
        display=number.human if number else None,
        office="JP" if number else None,
        note=None,
        npl=False,
        quote=body[row.start : row.end],
        offset=row.start,
    )


def _design_number(match: re.Match[str]) -> RegistrationNumber | ApplicationNumber | None:
    if match["reg"]:
        return RegistrationNumber("design", match["reg"].zfill(7))
    return ApplicationNumber("design", match["year"] + match["serial"].zfill(6)) if match["year"] else None


# ── places ────────────────────────────────────────────────────────────────────────────────────

_T = TypeVar("_T")


def moved(refusal: _T, by: int) -> _T:
    """The same with every place counted from `by` characters earlier."""
    return _moved(refusal, by) if by else refusal


def _moved(value: Any, by: int) -> Any:
    if isinstance(value, tuple):
        return tuple(_moved(item, by) for item in cast("tuple[Any, ...]", value))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {name: _moved(getattr(value, name), by) for name in value.__dataclass_fields__}
    if isinstance(changed.get("offset"), int):
        changed["offset"] += by
    return replace(value, **changed)
