"""The small questions: what a number is, who an applicant is, what is left of the day."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from jpo_mcp import numbers
from jpo_mcp.clock import jst_text, next_jst_midnight
from jpo_mcp.dossier.inquiry import cross_reference, unread_fields
from jpo_mcp.dossier.view import (
    ApplicantAnswer,
    Left,
    NumberAnswer,
    NumberView,
    Person,
    QuotaAnswer,
    number_view,
    provenance,
    reply_number,
    said,
)
from jpo_mcp.endpoints import endpoint
from jpo_mcp.errors import BadArgument, Lang, NotOnFile, Words
from jpo_mcp.models import common
from jpo_mcp.numbers import Law
from jpo_mcp.numbers.foreign import BAD_CHECK_DIGIT
from jpo_mcp.numbers.types import FIVE
from jpo_mcp.upstream.asker import asking
from jpo_mcp.upstream.client import JpoClient
from jpo_mcp.upstream.ledger import QuotaLine, Share, most_of_one

_READ_CASE = Words("jpo_get_case reads it (1 access)", "jpo_get_case で取得できます（1アクセス）")
_ASK_WHICH = Words(
    "ask which one is meant, and write it as it is listed",
    "どれを指すか確認し、候補の表記で書いてください。",
)
_WHICH_FIRST = Words(
    "not looked up: the notation is ambiguous, and a look-up would spend an access on a guess",
    "種別が曖昧なため、照会（1アクセス）は行っていません。",
)
_NOT_A_CASE = Words("no endpoint of the JPO's API takes it", "この番号を受け付けるAPIはありません。")
_IN_A_FAMILY = Words(
    "jpo_get_family reads its family, jpo_get_dossier its papers (1 access each)",
    "jpo_get_family でファミリー、jpo_get_dossier で書類一覧（各1アクセス）",
)
_OF_ANOTHER_MEMBER = Words(
    "complete it as the note says, or give another member to jpo_get_family, which lists this one in DOCDB form",
    "注記のとおり補うか、同じファミリーの別の番号で jpo_get_family を呼ぶとDOCDB形式で載ります。",
)
_CHECK_FIRST = Words(
    "check the number: one digit at least is wrong; jpo_get_family takes it without the check digit",
    "番号をご確認ください。いずれかの数字が誤りです。他の数字が正しければ、検査数字を除いて jpo_get_family へ。",
)
_EXACT = Words(
    "exact match only; this is not a search and does not list filings",
    "完全一致のみです。出願の一覧は得られません。",
)


async def parse_number(
    client: JpoClient, text: str, *, law: Law | None = None, cross_reference: bool = False, this_year: int
) -> NumberAnswer:
    """What a notation is, with every reading when there are several. Costs nothing without a cross-reference."""
    reading = numbers.read(text, law=law, this_year=this_year)
    lang = client.settings.lang
    base = number_view(reading.number) if reading.number else NumberView(kind=reading.kind, law=reading.law)
    looked_up: dict[str, Any] = {"cost": 0}
    notes = reading.notes
    if cross_reference:
        asked = numbers.case_number(text, law=law, this_year=this_year)
        if reading.number is None:  # ten bare digits, which the case tools take but a look-up must not guess
            notes = (*notes, _WHICH_FIRST)
        else:
            looked_up = await _cross_references(client, asked)
    return NumberAnswer(
        **base.model_dump(),
        text="".join(c for c in reading.text if c.isprintable() or c.isspace()),
        readings=[number_view(c.number, c.note.say(lang)) for c in reading.candidates],
        notes=said(notes, lang),
        next=_next(reading, lang),
        **looked_up,
    )


def _next(reading: numbers.Reading, lang: Lang) -> str:
    if reading.number is None:
        return _ASK_WHICH.say(lang)
    if isinstance(reading.number, numbers.ServedNumber):
        return _READ_CASE.say(lang)
    if not isinstance(reading.number, numbers.OfficeNumber) or reading.number.office not in FIVE:
        return _NOT_A_CASE.say(lang)
    if BAD_CHECK_DIGIT in reading.notes:
        return _CHECK_FIRST.say(lang)
    return (_IN_A_FAMILY if reading.number.api else _OF_ANOTHER_MEMBER).say(lang)


async def _cross_references(client: JpoClient, asked: numbers.CaseNumber) -> dict[str, Any]:
    row, arguments = cross_reference(asked.number)
    answer = await client.get(row, *arguments)
    return {
        "cross_references": _numbers(answer.found(), asked.number.law or "patent"),
        "unread_fields": unread_fields(answer),
        **provenance(answer, client.settings.lang),
    }


def _numbers(record: common.Record, law: Law) -> list[NumberView]:
    """Every number a cross-reference names, by its own field."""
    fields: dict[str, str] = {
        "application_number": "application",
        "publication_number": "publication",
        "national_publication_number": "national_publication",
        "registration_number": "registration",
        "international_publication_number": "international_publication",
        "international_registration_number": "international_registration",
        "design_number": "design_number",
    }
    found = {kind: getattr(record, name, None) for name, kind in fields.items()}
    return [reply_number(kind, law, digits) for kind, digits in found.items() if digits]


async def find_applicant(client: JpoClient, asked: str, *, law: Law = "patent") -> ApplicantAnswer:
    """The codes of an exactly spelled name, or the name of a nine-digit code. Costs one access."""
    lang = client.settings.lang
    if asked.strip().isdigit():
        code = numbers.applicant_code(asked).digits
        answer = await client.get(endpoint(law, "applicant_attorney_cd", common.ApplicantName), code)
        found = [(answer.found().name or "?", code)]
    else:
        name = _exact_name(asked)
        answer = await client.get(endpoint(law, "applicant_attorney", common.ApplicantCodes), name)
        try:
            found = [(party.name or name, party.code) for party in answer.found().parties]
        except NotOnFile as nothing:
            raise _no_exact_match(nothing, name) from None
    return ApplicantAnswer(
        asked=asked,
        law=law,
        applicants=[Person(role="registered person 申請人", name=name, code=code) for name, code in found],
        unread_fields=unread_fields(answer),
        **provenance(answer, lang),
        next=_EXACT.say(lang),
    )


async def quota(client: JpoClient) -> QuotaAnswer:
    """What is left today, endpoint by endpoint. Costs nothing."""
    lines = await client.quota()
    at_home, _ = await client.ledger.minute("domestic")
    dossiers, _ = await client.ledger.minute("opd")
    lang, asker = client.settings.lang, asking.get()
    shares = await client.shares() if asker.person else ()
    mine = {share.endpoint: share.calls for share in shares if share.person == asker.person}
    return QuotaAnswer(
        endpoints=[_left(line, mine.get(line.endpoint.key), client.settings.share) for line in lines],
        free_this_minute=at_home,
        opd_free_this_minute=dossiers,
        resets_at=jst_text(next_jst_midnight(client.clock.now())),
        note=" ".join(words.say(lang) for words in (_HOW_COUNTED, *((_MINE,) if mine else ()))),
        spent_by=_by_person(shares) if asker.sees_all else None,
    )


def _by_person(shares: Iterable[Share]) -> dict[str, dict[str, int]]:
    spent: dict[str, dict[str, int]] = {}
    for share in shares:
        spent.setdefault(share.person, {})[share.endpoint] = share.calls
    return spent


_MINE = Words(
    "mine is what you used, my_limit the most of a day for one person",
    "mine は本人の使用数、my_limit は1人が1日に使える上限です。",
)


_HOW_COUNTED = Words(
    "counted on this machine and corrected by the JPO's own counter; use elsewhere on the same ID shows after the next "
    "answer, and lowers left and limit alike",
    "この端末の記録を特許庁の残数で補正した値です。他の端末での利用は次の回答で反映され、残りと上限の両方が減ります。",
)


def _left(line: QuotaLine, mine: int | None, share: float) -> Left:
    today = line.remaining
    return Left(
        endpoint=line.endpoint.key,
        api=line.endpoint.api_number,
        left=today.left,
        limit=today.limit,
        used=today.used,
        basis=today.basis,
        closed=today.latched or None,
        mine=mine,
        my_limit=None if mine is None else most_of_one(share, today.limit),
    )


def _exact_name(text: str) -> str:
    """The name as typed, less blanks at its ends; refused before sending where the JPO would refuse it (208)."""
    name = text.strip()
    if not name:
        raise _bad_name(Words("missing_applicant: the name is empty", "名称が空です。"))
    for place, char in enumerate(name, start=1):
        if char in _FORBIDDEN or not (char.isprintable() or char == _WIDE_BLANK):
            what = f"U+{ord(char):04X} at character {place}"
            raise _bad_name(Words(f"illegal_character: {what}", f"使えない文字があります（{what}）。"))
    if len(name) > _LONGEST_NAME or name in {".", ".."}:
        raise _bad_name(Words("not_a_name: this cannot be a registered name", "登録名称として扱えません。"))
    return name


_WIDE_BLANK = "\u3000"  # stands in most registered names, and is not printable to Python
_FORBIDDEN = frozenset(",:;|/\\")
_LONGEST_NAME = 100


def _bad_name(what: Words) -> BadArgument:
    return BadArgument(
        what,
        Words("correct it, or give the 9-digit code", "修正するか、9桁の申請人コードを指定してください。"),
        rule=Words(
            "the exact registered name, at most 100 characters, without tab , : ; | / \\",
            "登録どおりの名称、100文字まで（タブ , : ; | / \\ は不可）",
        ),
        example="架空電機株式会社",
        field="applicant",
    )


def _no_exact_match(nothing: NotOnFile, name: str) -> NotOnFile:
    """The same answer, with the spelling that is likeliest to be on the register instead."""
    wide = _full_width(name)
    if wide == name:
        return nothing
    nothing.next_step = Words(
        f"the register usually writes full-width letters and blanks: try {wide} (1 access)",
        f"登録名は全角が普通です。「{wide}」でお試しください（1アクセス）。",
    )
    return nothing


_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def _full_width(name: str) -> str:
    """Letters, digits and blanks as the register writes them; half-width kana become full-width by NFKC first."""
    return unicodedata.normalize("NFKC", name).translate(_WIDE)
