"""The list of citations (引用文献等一覧) and the record of the search, each document with its number if it has one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import numeric

from jpo_mcp.documents.printed import Line, columns, fold
from jpo_mcp.errors import InputError
from jpo_mcp.numbers import InternationalPublication, PublicationNumber, RegistrationNumber, UtilityModelNumber, read


@dataclass(frozen=True, slots=True)
class Citation:
    """One document. `raw` is what is printed, without its number in the list and without line breaks."""

    no: int | None
    """Its number in the list; None in the record of the search, which prints none."""
    raw: str
    number: str | None
    """Gregorian year and serial for Japan, WO and US applications, else the office's number; None if not known."""
    display: str | None
    office: str | None
    note: str | None
    """What the list adds in brackets: 周知技術を示す文献."""
    npl: bool
    """Literature that is no patent document."""
    quote: str
    offset: int


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """先行技術文献調査結果の記録: what was searched and found. It is no part of the reasons."""

    fields: tuple[str, ...]
    documents: tuple[Citation, ...]
    quote: str
    offset: int


_OFFICES = {
    "米国": "US",
    "欧州": "EP",
    "中国": "CN",
    "韓国": "KR",
    "大韓民国": "KR",
    "独国": "DE",
    "西独国": "DE",
    "ドイツ": "DE",
    "仏国": "FR",
    "フランス": "FR",
    "英国": "GB",
    "台湾": "TW",
    "カナダ": "CA",
    "豪州": "AU",
    "オーストラリア": "AU",
    "スイス": "CH",
    "ロシア": "RU",
    "インド": "IN",
    "イタリア": "IT",
    "スペイン": "ES",
}
_FOREIGN = re.compile(
    rf"({'|'.join(sorted(_OFFICES, key=len, reverse=True))})国?"
    r"(特許出願公開|特許公開|公開特許|登録特許|特許公報|特許公告|特許|実用新案)?第([0-9][0-9/,-]*)号(?:明細書|公報)?"
)
_JAPANESE = re.compile(r"(特開|特表|特公|実開|実公|実表)(平|昭|令)?([0-9]{1,4})-([0-9]{1,6})(?:号)?(?:公報)?")
_WORLD = re.compile(
    r"(国際公開|WO|再公表特許|再表)第?([0-9]{2}|[0-9]{4})[-/]([0-9]{5,6})(?:号)?(?:公報|パンフレット|A[0-9])?"
)
_REGISTERED = re.compile(r"特許(?:第([0-9]{4,7})号(?:公報|明細書)?|([0-9]{4,7})号公報)")
_UTILITY = re.compile(r"(?:登録実用新案|実用新案登録)第([0-9]{6,7})号(?:公報)?")
_PUBLISHED_AS = re.compile(
    r"(?:実願|特願|PCT/JP).{3,20}\(((?:実開|特開|特表).{4,12}?|(?:国際公開|WO|再公表特許|再表).{6,14}?)号?(?:公報)?\)(?:の(?:マイクロフィルム|ＣＤ-ＲＯＭ|CD-ROM).*)?"
)
_PATENT_WORD = re.compile(
    r"特許|公報|明細書|特願|特開|特表|特公|実開|実公|実願|実用新案|国際公開|再公表|公開第|意匠"
    r"|(?:JP|WO|US|EP|CN|KR|DE|GB|FR)[0-9-]{4}"
)
_NOTE = re.compile(r"[(]([^()]{0,60}(?:文献|周知|引用|参考|技術|主|特に)[^()]{0,60})[)]$")
_ASIDE = re.compile(
    r" {0,9}(?:\(([^()]{1,80})\)|\[([^\[\]]{1,80})\]|[、,] {0,9}((?:特に|段落|図|全文|\[|請求項)[^()]{0,80}?)) {0,9}$"
)
"""Behind a document, without brackets too: where to look in it, or its kind. It is no part of the number."""


def citation(raw: str, *, no: int | None, quote: str, offset: int) -> Citation:
    """One document as printed, with its number where the print is one we know."""
    folded = fold(raw)
    note = _NOTE.search(folded)
    bare = re.sub(r"\s+", "", folded[: note.start()] if note else folded)
    office, number, display = _number(bare)
    if number is None and (aside := _ASIDE.search(folded, 0, note.start() if note else len(folded))):
        office, number, display = _number(re.sub(r"\s+", "", folded[: aside.start()]))
        note = note or (aside if number is not None else None)
    return Citation(
        no=no,
        raw=raw,
        number=number,
        display=display,
        office=office,
        note=raw[slice(*note.span(note.lastindex or 0))] if note else None,
        npl=number is None and not _PATENT_WORD.search(bare),
        quote=quote,
        offset=offset,
    )


_Number = tuple[str | None, str | None, str | None]


def _number(bare: str) -> _Number:
    bare = _LONG_MARK.sub("-", bare)
    published = _PUBLISHED_AS.fullmatch(bare)
    if published:
        return _number(published[1])
    for form, build in _FORMS:
        match = form.fullmatch(bare)
        if match:
            return build(match)
    return None, None, None


_LONG_MARK = re.compile("(?<=[0-9])ー(?=[0-9])")
_UNREAD: _Number = (None, None, None)
_ERAS = {"昭": 1925, "平": 1988, "令": 2018}


def _japanese(match: re.Match[str]) -> _Number:
    series, era, year, serial = match.groups()
    try:
        found = read(f"{series}{era or ''}{year}-{serial}").number
    except InputError:
        return _UNREAD
    if not isinstance(found, PublicationNumber | UtilityModelNumber):
        return _UNREAD
    # A Gregorian year would stand in place of an era that two eras share (1989): keep what is printed.
    shown = f"{era}{int(year)}" if era else year
    gregorian = _ERAS[era] + int(year) if era else int(year)
    agrees = found.digits == f"{gregorian:04}{int(serial):06}"
    return ("JP", found.digits, f"{series}{shown}-{int(serial):06}") if agrees else _UNREAD


def _world(match: re.Match[str]) -> _Number:
    series, year, serial = match.groups()
    try:
        found = read(f"WO{year}/{serial}").number
    except InputError:
        return _UNREAD
    if not isinstance(found, InternationalPublication):
        return _UNREAD
    again = series.startswith("再")
    return ("JP" if again else "WO"), found.digits, f"{'再表' if again else 'WO'}{year}/{serial}"


def _registered(match: re.Match[str]) -> _Number:
    digits = (match[1] or match[2]).zfill(7)
    return "JP", digits, RegistrationNumber("patent", digits).human


def _utility(match: re.Match[str]) -> _Number:
    number = UtilityModelNumber("registration", match[1].zfill(7))
    return "JP", number.digits, number.human


def _foreign(match: re.Match[str]) -> _Number:
    country, kind, number = match.groups()
    office = _OFFICES[country]
    if kind is None or kind == "実用新案":
        return _UNREAD
    if office == "US" and (published := re.fullmatch(r"((?:19|20)[0-9]{2})/([0-9]{6,7})", number)):
        return office, published[1] + published[2].zfill(7), f"US {published[1]}/{published[2].zfill(7)}"
    digits = number.replace(",", "")
    if office == "KR" and re.fullmatch(r"10-[0-9]{4}-[0-9]{7}|10-[0-9]{7}", digits):
        return office, digits.replace("-", ""), f"KR {digits}"
    if not digits.isdigit():
        return _UNREAD
    return office, digits.lstrip("0"), f"{office} {digits.lstrip('0')}"


_FORMS = (
    (_JAPANESE, _japanese),
    (_WORLD, _world),
    (_REGISTERED, _registered),
    (_UTILITY, _utility),
    (_FOREIGN, _foreign),
)

_ITEM = re.compile(
    r" {0,80}[・･]? {0,9}(?:引用(?:文献|例|刊行物)?|引|文献|刊行物|D)? {0,9}[(\[]?"
    r"(?:([0-9]{1,2}) {0,9}(?:[.:、)\]]|(?= ))|([①-⑳])[.:、]?) {0,9}"
)
_REMARK = re.compile(r" {0,80}(?:\(注\)|注\)|※|\*)")


def listed(lines: Iterable[Line], body: str) -> tuple[list[Citation], list[Line]]:
    """The documents of all lists of a paper, and the lines of it that could not be read.

    A list may start at any number, and blank lines do not end it. A second list may use a number again.
    """
    items: list[tuple[int, int, list[Line]]] = []
    unread: list[Line] = []
    for line in lines:
        if not line.text.strip():
            continue
        item = _ITEM.match(line.text)
        no = int(item[1] or numeric(item[2])) if item else 0
        if item and item.end() < len(line.text) and _is_next(no, items, line, item.end(), body):
            items.append((no, item.end(), [line]))
        elif items and _goes_on(items[-1][2], items[-1][1], line, body):
            items[-1][2].append(line)
        else:
            unread.append(line)
    return [_item(no, at, parts, body) for no, at, parts in items], unread


def _is_next(no: int, items: list[tuple[int, int, list[Line]]], line: Line, at: int, body: str) -> bool:
    """A number that does not rise begins another list, if what follows is plainly a document."""
    return no > (items[-1][0] if items else 0) or _item(no, at, [line], body).number is not None


_MOST_LINES = 12


def _goes_on(parts: list[Line], at: int, line: Line, body: str) -> bool:
    """Whether a line without a number carries on the document above it: a sentence below the list does not."""
    above = parts[-1]
    if "\n\n" in body[above.end : line.start].replace("\r", "") or len(parts) >= _MOST_LINES:
        return False
    if above.full:
        return True
    return line.text.startswith(" ") and "。" not in line.text and _item(0, at, parts, body).number is None


def is_remark(text: str) -> bool:
    """A note below a list: （注）."""
    return _REMARK.match(text) is not None


def _item(no: int, at: int, parts: list[Line], body: str) -> Citation:
    first, last = parts[0], parts[-1]
    begin = first.place(at)
    raw = "".join(t.strip("　 ") if i else t for i, t in enumerate(_verbatim(parts, body, begin)))
    return citation(raw.rstrip("　 "), no=no, quote=body[first.start : last.end], offset=first.start)


def _verbatim(parts: list[Line], body: str, begin: int) -> list[str]:
    rows = [body[begin : parts[0].end], *(body[part.start : part.end] for part in parts[1:])]
    return [row.replace("\n", "").replace("\r", "") for row in rows]


_FIELDS = re.compile(r" {0,80}[・･]? {0,9}調査した?分野 {0,9}:? {0,9}")
_FOUND = re.compile(r" {0,80}[・･]? {0,9}先行技術文献 {0,9}:? {0,9}")
_ENDS = re.compile(r" {0,80}(?:この先行技術|[・･]|\(注\)|この拒絶)")
_FULL_LINE = 70
_TAIL = 60
_PAGES = re.compile(r"(?:(?:[pPｐ]|pp|頁|ページ) {0,9}\.? {0,9}[0-9][0-9a-zA-Z .,~-]*|[0-9]-[p.]*[0-9]+(?:頁)?)$")


def search_record(lines: list[Line], body: str) -> SearchRecord | None:
    """What the record prints; None where it is empty."""
    shown = [line for line in lines if line.text.strip()]
    if not shown:
        return None
    fields = tuple(_printed(body, line, at) for line, at in _rows(shown, _FIELDS))
    documents = _documents(_rows(shown, _FOUND), body)
    return SearchRecord(
        tuple(filter(None, fields)), tuple(documents), body[shown[0].start : shown[-1].end], shown[0].start
    )


def _printed(body: str, line: Line, at: int) -> str:
    """What a line prints from `at` on, without breaks and outer blanks."""
    return line.verbatim(body, at, len(line.text)).strip()


def _rows(lines: list[Line], heading: re.Pattern[str]) -> list[tuple[Line, int]]:
    rows: list[tuple[Line, int]] = []
    for line in lines:
        head = heading.match(line.text)
        if head:
            rows.append((line, head.end()))
        elif rows and _ENDS.match(line.text):
            break
        elif rows:
            rows.append((line, len(line.text) - len(line.text.lstrip())))
    return [(line, at) for line, at in rows if line.text[at:].strip()]


def _documents(rows: list[tuple[Line, int]], body: str) -> list[Citation]:
    """A patent document fills its line; literature runs on until a line ends with its pages."""
    documents: list[Citation] = []
    waiting: list[tuple[Line, int]] = []
    for line, at in rows:
        alone = citation(_printed(body, line, at), no=None, quote=body[line.start : line.end], offset=line.start)
        if alone.number is not None:
            documents += _literature(waiting, body)
            documents.append(alone)
            waiting = []
            continue
        waiting.append((line, at))
        tail = "".join(row.text[start:] for row, start in waiting[-2:]).rstrip()[-_TAIL:]
        if _PAGES.search(tail) and columns(body[line.start : line.end].rstrip()) < _FULL_LINE:
            documents += _literature(waiting, body)
            waiting = []
    return documents + _literature(waiting, body)


def _literature(rows: list[tuple[Line, int]], body: str) -> list[Citation]:
    if not rows:
        return []
    raw = "".join(body[line.place(at) : line.end].replace("\n", "") for line, at in rows).strip()
    start = rows[0][0].start
    return [citation(raw, no=None, quote=body[start : rows[-1][0].end], offset=start)]
