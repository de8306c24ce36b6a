"""Papers of designs and trademarks: plain text in pages of 36 full-width characters a line, in a little HTM.

Read in one pass from left to right, so that no file can make it slow. What is taken away from the printed text is
taken by one of the rules named here, and by nothing else:

- `page_marks`: the page number at the right edge (`1/ `, `6/E`) and the rule between pages;
- `stamps`: the box of names and codes under the text of the office's papers; the names are in `people`;
- `margins`: blank lines at the beginning and the end;
- `hidden`: what a reader of the page would not see: comments, scripts, hidden elements, characters that show nothing;
- `width`: the line end of a line that is full, where the next line goes on with the sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import NamedTuple

from jpo_mcp import codes
from jpo_mcp.documents.paper import Amendment, Origin, Paper, Person, kind_of
from jpo_mcp.documents.prose import image_mark
from jpo_mcp.errors import Words
from jpo_mcp.markup import hidden_note, shown
from jpo_mcp.numbers.years import ERAS, FIRST_YEAR

LINE = 72
"""Columns of a line: 36 full-width characters."""

_TAG = r"<(?P<closing>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<attributes>[^<>]*)>|<[!?][^<>]*>"
_MARKUP = re.compile(_TAG)
_MARKUP_AND_COMMENTS = re.compile(rf"<!--(?:-?>|.*?-->)|{_TAG}", re.DOTALL)
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,8})|(amp|lt|gt|quot|apos|nbsp));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": "\xa0"}
_SRC = re.compile(r"""\bsrc\s*=\s*["']?([^"'\s>]{1,200})""", re.IGNORECASE)
_UNSEEN = re.compile(
    r"""\bhidden\b|display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.0-9])|opacity\s*:\s*0(?![.0-9])""",
    re.IGNORECASE,
)
_NEVER_SEEN = frozenset({"head", "script", "style", "title", "template", "noscript", "textarea", "object", "iframe"})
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "base", "wbr"})

_UNDERLINE, _UNDERLINED, _TITLE, _RULE = "\x01", "\x02", "\x03", "\x04"
"""Stand for markup while lines are read; `shown` has taken any of the file's own."""

_PAGE_MARK = re.compile(r"[ 　]{20,}[0-9]{1,4}/[ E]?[0-9]* *")
_INDENTED = re.compile(r"[ 　\t]")
_ITEM = re.compile(
    r"[（(]?[0-9０-９一二三四五六七八九十]{1,3}[）).．]|[①-⑳・■●◆○◎□※＊*]|[＜<〔]|https?://", re.IGNORECASE
)
_LABEL = re.compile(r"[ 　]*【([^】]{1,30})】[ 　]*(.*)")
_OPEN_ENDS = ("「", "『", "（", "(", "【", "［", "〔", "＜", "〈", "《", "、", "，")
_CLOSED_ENDS = ("。", "．", "」", "』", "）", ")", "】", "］", "〕", "＞", "〉", "》", "：", ":")

_FIELD = re.compile(
    r"((?:商標|意匠|国際)[^　 。、]{0,20}番号|(?:商標|意匠)登録出願人(?:代理人)?|特許庁[^　 。、]{0,8}|起案日|適用条文)"
    r"[ 　]+(.+)"
    r"|([^　 。、「」（）【】]{2,14})　{3,}([^　].*)"
)
_HANGING = re.compile(r"[ 　]{4,}(.+)")
_CONTENT_LABELS = ("手続補正", "意見の内容", "補正の内容", "弁明の内容")

_STAMP_HEAD = re.compile(r"[ 　\x01\x02]*(?:(?:審査長／代理|審査長|審査官補|審査官|審判長|審判官)[ 　\x01\x02]*)+")
_STAMP_LINES = 8
_STAMP_WIDTH = 200
_IN_STAMP = re.compile(r"\x01([^\x01\x02]*)\x02|([^ 　\x01\x02]+(?:　[^ 　\x01\x02]+)?)")

_DATE = re.compile(r"(明治|大正|昭和|平成|令和) *([0-9]{1,2}|元) *年 *([0-9]{1,2}) *月 *([0-9]{1,2}) *日")
_NUMBER = re.compile(r"[特実意商]願 *([明大昭平令][治正和成]?)? *([0-9]{1,4}|元) *- *([0-9]{1,6})(?![0-9])")
_ERA_OFFSET = {name: era.offset for era in ERAS for name in (era.words.ja, era.words.ja[0])}
_OTHERS = re.compile(r"[（(]?外[ 　]?([0-9０-９]{1,4})[ 　]?名")
_STAFF_CODE = re.compile(r"[0-9０-９]{4}")

_CODE_OF_TITLE = {
    "拒絶理由通知": "A131",
    "登録査定": "A01",
    "拒絶査定": "A02",
    "補正の却下": "A191",
    "意見書": "A53",
    "手続補正書": "A523",
}
_WAYS = {"追加": "1", "削除": "2", "変更": "3"}
_AGENT = Words("agent", "代理人")
_APPLICANT = Words("applicant", "出願人")
_EXAMINER = Words("examiner", "審査官")
_STAFF = {
    "審査長／代理": Words("director, or acting for the director", "審査長／代理"),
    "審査官": _EXAMINER,
    "審査官補": Words("assistant examiner", "審査官補"),
}


class _Tag(NamedTuple):
    """One spelling of a tag or other markup; `name` is empty for what is no element."""

    name: str
    closing: bool
    hides: bool
    sign: str
    source: str
    hidden: int


@dataclass(slots=True)
class _Page:
    """The visible text with markup as single characters, and what was found on the way."""

    pieces: list[str] = field(default_factory=list[str])
    images: list[str] = field(default_factory=list[str])
    hidden: int = 0


class _Field(NamedTuple):
    label: str
    value: str


def read_htm(text: str, origin: Origin) -> Paper:
    """A notice or decision of the office, or a paper that the applicant filed."""
    page = _page(text)
    printed, stamps = _without_stamps(_without_page_marks("".join(page.pieces)))
    title, paragraphs = _title(list(_paragraphs(printed)))
    head, rest = _head(paragraphs)
    fields = tuple(_fields(head))
    title = title or _value(fields, "書類名")
    code = origin.code or next((code for words, code in _CODE_OF_TITLE.items() if words in _closed_up(title)), "")
    body = "\n".join(_trimmed(rest))
    amends = kind_of(code) == "amendment"
    shown_body = _marked(body) if amends else _unmarked(body)
    filed = bool(origin.code) or kind_of(code) in {"opinion", "amendment"}
    number = origin.document_number
    header = "\n".join(_unmarked(line) for line in _trimmed(head))
    return Paper(
        kind=kind_of(code),
        law=origin.law,
        code=code,
        title=title,
        body=shown_body,
        text="\n\n".join(filter(None, [f"# {title}" if title else "", header, shown_body])),
        document_number=number,
        dispatch_number=number[-6:] if number and not filed else None,
        answers_dispatch=_digits(_value(fields, "発送番号")) or None if filed else None,
        application_number=_application_number(fields),
        drafting_date=_day(_value(fields, "起案日")),
        submission_date=_day(_value(fields, "提出日")),
        people=tuple(dict.fromkeys((*_people(fields), *_staff(stamps)))),
        articles=_articles(_value(fields, "適用条文")),
        conclusion=_conclusion(shown_body),
        amendments=tuple(_amendments(body)) if amends else (),
        underlined=_underlined(body),
        images=tuple(dict.fromkeys((*page.images, *origin.images))),
        replaced=origin.replaced,
        notes=origin.notes + hidden_note(page.hidden),
    )


# ── from markup to lines ──────────────────────────────────────────────────────────────────────


def _page(text: str) -> _Page:
    """One pass over the markup; whatever is not markup is text."""
    visible, hidden = shown(text)
    page = _Page(hidden=hidden)
    unseen: list[str] = []
    met: dict[str, _Tag] = {}  # a page writes the same few tags again and again
    place = 0
    for markup in _markup(visible):
        start, end = markup.span()
        if place < start:
            _put(page, visible[place:start], unseen)
        place = end
        tag = met.get(markup[0]) or met.setdefault(markup[0], _tag(markup))
        if tag.name:
            _apply(tag, unseen, page)
        else:
            page.hidden += tag.hidden
    _put(page, visible[place:], unseen)
    return page


def _markup(text: str) -> Iterator[re.Match[str]]:
    """A comment without an end is text, so comments are looked for only where an end still comes."""
    last = text.rfind("-->") + 3
    yield from _MARKUP_AND_COMMENTS.finditer(text, 0, last if last > 2 else 0)
    yield from _MARKUP.finditer(text, last if last > 2 else 0)


def _tag(markup: re.Match[str]) -> _Tag:
    if not markup["name"]:
        declared = markup[0][:9].lower() == "<!doctype"
        return _Tag("", closing=False, hides=False, sign="", source="", hidden=0 if declared else len(markup[0]))
    closing, name, attributes = bool(markup["closing"]), markup["name"].lower(), markup["attributes"]
    hides = not closing and name not in _VOID and bool(name in _NEVER_SEEN or _UNSEEN.search(attributes))
    source = _SRC.search(attributes) if name == "img" else None
    return _Tag(
        name, closing, hides, _SIGNS.get((name, closing), ""), source[1].rpartition("/")[2] if source else "", hidden=0
    )


def _apply(tag: _Tag, unseen: list[str], page: _Page) -> None:
    if tag.name == "body":
        unseen.clear()
    elif unseen:
        _inside_unseen(tag.name, unseen, closing=tag.closing)
    elif tag.hides:
        unseen.append(tag.name)
    elif tag.name == "img":
        known, mark = image_mark(tag.source)
        page.images.append(known)
        page.pieces.append(mark)
    elif tag.sign:
        page.pieces.append(tag.sign)


_SIGNS = {
    ("u", False): _UNDERLINE,
    ("u", True): _UNDERLINED,
    ("font", False): _TITLE,
    ("hr", False): _RULE,
    ("br", False): "\n",
    ("p", False): "\n",
    ("p", True): "\n",
    ("sub", False): "<sub>",
    ("sub", True): "</sub>",
    ("sup", False): "<sup>",
    ("sup", True): "</sup>",
}


def _inside_unseen(name: str, unseen: list[str], *, closing: bool) -> None:
    """Elements of the same name may nest; the hidden part ends with the outermost."""
    if name != unseen[-1]:
        return
    if closing:
        unseen.pop()
    elif name not in _NEVER_SEEN:
        unseen.append(name)


def _put(page: _Page, piece: str, unseen: list[str]) -> None:
    if unseen:
        page.hidden += len(piece.strip())
    elif "&" in piece:
        visible, hidden = shown(_REFERENCE.sub(_character, piece))
        page.hidden += hidden
        page.pieces.append(visible)
    else:
        page.pieces.append(piece)


def _character(reference: re.Match[str]) -> str:
    if reference[3]:
        return _NAMED[reference[3]]
    point = int(reference[1]) if reference[1] else int(reference[2], 16)
    return chr(point) if 0 < point < 0xD800 or 0xDFFF < point < 0x110000 else "\ufffd"


def _without_page_marks(text: str) -> list[str]:
    """Rule `page_marks`."""
    lines: list[str] = []
    top = True
    for line in text.split("\n"):
        ruled = _RULE in line
        rest = line.replace(_RULE, "")
        top = top or ruled
        if ruled and not rest.strip(" 　"):
            continue
        if top and _PAGE_MARK.fullmatch(rest):
            top = False
            continue
        top = top and not rest.strip(" 　")
        lines.append(rest)
    return lines


def _without_stamps(lines: list[str]) -> tuple[list[str], list[str]]:
    """Rule `stamps`: the lines, and the box that stood under them."""
    lines = _trimmed(lines)
    filled = (place for place in reversed(range(len(lines))) if _bare(lines[place]).strip(" 　"))
    last = reversed([*islice(filled, _STAMP_LINES)])
    head = next((place for place in last if _STAMP_HEAD.fullmatch(lines[place])), None)
    if head is None or any("。" in line or len(line) > _STAMP_WIDTH for line in lines[head:]):
        return lines, []
    above = head
    while above and not _bare(lines[above - 1]).strip(" 　"):
        above -= 1
    return lines[:above], lines[head:]


def _trimmed(lines: list[str]) -> list[str]:
    """Rule `margins`."""
    first, end = 0, len(lines)
    while first < end and not lines[first].strip(" 　"):
        first += 1
    while first < end and not lines[end - 1].strip(" 　"):
        end -= 1
    return lines[first:end]


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Rule `width`."""
    joined: list[str] = []
    for place, line in enumerate(lines):
        joined.append(line)
        if place + 1 == len(lines) or not _goes_on(line, lines[place + 1]):
            yield "".join(joined)
            joined = []


def _goes_on(line: str, following: str) -> bool:
    """Whether the paper only ran out of width here. In doubt it did not: a line too many changes no sentence."""
    if len(line) < LINE // 2:
        return False
    line, following = _bare(line), _bare(following)
    if not following.strip(" 　") or _INDENTED.match(following):
        return False
    width = columns(line) if len(line) <= LINE else 0
    if width != LINE and not (width == LINE - 1 and columns(following[0]) == 2):
        return False
    if _LABEL.match(following):
        return line.endswith(_OPEN_ENDS)
    return not (line.endswith(_CLOSED_ENDS) and _ITEM.match(following))


def columns(text: str) -> int:
    """The width as the file counts it: a byte of cp932 is a column."""
    return len(text.encode("cp932", "replace"))


_SIGN = re.compile(r"[\x01-\x04]")
_BARE = re.compile(r"[\x01-\x04]|</?su[bp]>")


def _bare(line: str) -> str:
    return _BARE.sub("", line)


def _unmarked(text: str) -> str:
    return _SIGN.sub("", text)


def _marked(text: str) -> str:
    return _unmarked(text.replace(_UNDERLINE, "<u>").replace(_UNDERLINED, "</u>"))


def _underlined(text: str) -> tuple[str, ...]:
    passages = (part.partition(_UNDERLINED)[0] for part in text.split(_UNDERLINE)[1:])
    return tuple(_unmarked(passage) for passage in passages)


# ── from lines to fields ──────────────────────────────────────────────────────────────────────


def _title(lines: list[str]) -> tuple[str, list[str]]:
    """The words in large type, and the lines without them."""
    for place, line in enumerate(lines[:10]):
        if _TITLE in line:
            return _bare(line).strip(" 　"), lines[:place] + lines[place + 1 :]
    return "", lines


def _head(lines: list[str]) -> tuple[list[str], list[str]]:
    """The labelled lines at the top, and the rest."""
    labelled = False
    for place, line in enumerate(map(_bare, lines)):
        label = _LABEL.fullmatch(line)
        if label and label[1].startswith(_CONTENT_LABELS):
            return lines[:place], lines[place:]
        if not line.strip(" 　"):
            labelled = False
        elif label or _FIELD.fullmatch(line):
            labelled = True
        elif not (labelled and _HANGING.fullmatch(line)):
            return lines[:place], lines[place:]
    return lines, []


def _fields(head: list[str]) -> Iterator[_Field]:
    label, value = "", ""
    for line in map(_bare, head):
        if found := _LABEL.fullmatch(line) or _FIELD.fullmatch(line):
            yield _Field(label, value)
            label, value = (part for part in found.groups() if part is not None)
        elif hanging := _HANGING.fullmatch(line):
            value += hanging[1]
    yield _Field(label, value)


def _value(fields: Iterable[_Field], label: str) -> str:
    return next((at.value.strip(" 　") for at in fields if at.label == label), "")


def _application_number(fields: Iterable[_Field]) -> str | None:
    """Ten digits of `商願２０２４－　１２３４５`: a short serial may be padded with spaces."""
    for at in fields:
        if at.label.endswith("番号") and (found := _NUMBER.search(_folded(at.value))):
            year = (1 if found[2] == "元" else int(found[2])) + _ERA_OFFSET.get(found[1] or "", 0)
            return f"{year}{found[3]:0>6}" if year >= FIRST_YEAR else None
    return None


def _day(words: str) -> date | None:
    found = _DATE.search(_folded(words))
    if not found:
        return None
    year = (1 if found[2] == "元" else int(found[2])) + _ERA_OFFSET[found[1]]
    try:
        return date(year, int(found[3]), int(found[4]))
    except ValueError:
        return None


def _articles(printed: str) -> tuple[str, ...]:
    return tuple(part.strip(" 　") for part in printed.split("、") if part.strip(" 　"))


def _people(fields: Iterable[_Field]) -> Iterator[Person]:
    role, code = None, ""
    for label, value in ((at.label, at.value.strip(" 　")) for at in fields):
        if label.startswith("特許庁審査官"):
            coded = _STAFF_CODE.fullmatch(value[-4:])
            yield Person(value[:-4].strip(" 　") if coded else value, _EXAMINER, _folded(coded[0]) if coded else None)
        elif label.endswith(("出願人", "代理人")):
            role = _AGENT if label.endswith("代理人") else _APPLICANT
            yield from _named(value, role, "")
        elif label == "識別番号":
            code = _digits(value)
        elif role and label in {"氏名又は名称", "氏名", "名称"}:
            yield from _named(value, role, code)
            code = ""


def _named(value: str, role: Words, code: str) -> Iterator[Person]:
    others = _OTHERS.search(value)
    name = (value[: others.start()] if others else value).strip(" 　")
    name = name.removesuffix("様").removesuffix("殿").strip(" 　")
    if name:
        yield Person(name, role, code or None, int(_folded(others[1])) if others else 0)


def _staff(stamps: list[str]) -> Iterator[Person]:
    """Names and codes stand under their titles, by column."""
    if not stamps:
        return
    titles = _in_columns(stamps[0])
    names = _in_columns(stamps[1]) if len(stamps) > 1 else {}
    codes_below = _in_columns(stamps[2]) if len(stamps) > 2 else {}
    for column, name in names.items():
        title = titles.get(column) or min(titles.items(), key=lambda at: abs(at[0] - column))[1]
        code = _digits(codes_below.get(column, ""))
        yield Person(name, _STAFF.get(title, Words(title, title)), code or None)


def _in_columns(line: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for word in _IN_STAMP.finditer(line):
        text = (word[1] if word[2] is None else word[2]).strip(" 　")
        if text:
            found[columns(_bare(line[: word.start()]))] = text
    return found


def _conclusion(body: str) -> str:
    """What stands between 結論 and 理由, in a decision that has both headings."""
    lines = body.split("\n")
    start, end = _heading(lines, "結論"), _heading(lines, "理由")
    return "\n".join(lines[start + 1 : end]).strip("\n") if start is not None and end and end > start else ""


def _heading(lines: list[str], words: str) -> int | None:
    return next((place for place, line in enumerate(lines) if words[0] in line and _closed_up(line) == words), None)


def _amendments(body: str) -> Iterator[Amendment]:
    for part in re.split(r"(?m)^(?=[ 　]*【手続補正[ 　]*[0-9０-９]*】)", body)[1:]:
        yield _amendment(part.split("\n"))


def _amendment(lines: list[str]) -> Amendment:
    said: dict[str, str] = {}
    contents: list[str] = []
    for place, line in enumerate(lines):
        label = _LABEL.fullmatch(line)
        if label and label[1].startswith("補正の内容"):
            contents = [*filter(None, [label[2]]), *lines[place + 1 :]]
            break
        if label:
            said.setdefault(_bare(label[1]), _bare(label[2]).strip(" 　"))
    way = said.get("補正方法", "")
    text = "\n".join(_trimmed(contents))
    serial = next((_digits(label) for label in said if label.startswith("手続補正")), "")
    return Amendment(
        serial=serial or None,
        target_code="",
        target=said.get("補正対象書類名", ""),
        item=said.get("補正対象項目名", ""),
        way=codes.decode("amendment_way", _WAYS.get(way, way)),
        text=_marked(text),
        underlined=_underlined(text),
    )


def _folded(text: str) -> str:
    """For numbers and dates only; shown text is never normalised."""
    return unicodedata.normalize("NFKC", text)


def _digits(text: str) -> str:
    return "".join(char for char in _folded(text) if char in "0123456789")


def _closed_up(text: str) -> str:
    return text.replace(" ", "").replace("　", "").strip()
