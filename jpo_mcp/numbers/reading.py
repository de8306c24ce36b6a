"""`read`: every reading of a notation. `case_number`: the one a case tool may look up."""

from __future__ import annotations

import re

from jpo_mcp.errors import BadNumber, InputError, Words
from jpo_mcp.numbers import refusals
from jpo_mcp.numbers.folding import checked, first_invisible, folded, folded_in_place, folding_notes
from jpo_mcp.numbers.foreign import FOREIGN_FORMS, by_office
from jpo_mcp.numbers.forms import BARE_FORMS, JAPANESE_FORMS, LAWS, Build, Found, compiled, in_japanese
from jpo_mcp.numbers.types import (
    FIVE,
    ApplicantCode,
    ApplicationNumber,
    Candidate,
    CaseNumber,
    CourtCase,
    HagueRegistration,
    Law,
    MadridRegistration,
    Number,
    OfficeNumber,
    Reading,
    RegistrationNumber,
    ServedNumber,
    TrialNumber,
    UnservedNumber,
    UtilityModelNumber,
)
from jpo_mcp.numbers.years import LAST_YEAR_UNTOLD, coverage

_FORMS = (*JAPANESE_FORMS, *FOREIGN_FORMS, *BARE_FORMS)

_ILLEGAL = re.compile(r"[^\w\s()-]|_")
_LETTER_AMONG_DIGITS = re.compile(r"(?<=[0-9])[A-Za-z]|(?<![A-Za-z])[OoIl](?=[0-9])")
_ELSEWHERE = re.compile(r"://|^\s*[/~\[{]|^\s*[A-Za-z]:\\|^\s*\\\\")
_PART = re.compile(r"(?:登録|商標|意匠)(?:番号)?:?第?[0-9]{5,7}号?(?:(?:の|-)(?:[0-9]|類似)|の?防護)")
_SLASHED = re.compile(r"\s*(?:PCT|WO|DM|US|国際|再)", re.IGNORECASE)


def read(text: str, *, law: Law | None = None, this_year: int | None = None) -> Reading:
    """Every reading of a notation; nothing is picked that the notation, or `law`, does not say.

    Raises BadNumber for what is no number, or one that cannot exist: years end at `this_year` + 1, or 2050 untold.
    """
    found = _find(text, this_year)
    number = found.number or _named_by_law(found, law)
    notes = (*folding_notes(text), *found.notes, *_settled_by_law(found, number), *_aside(number, law))
    if number is None:
        return Reading(text, "ambiguous", None, found.normalized, None, found.candidates, notes)
    return Reading(text, number.kind, number.law, number.api, number, found.candidates, notes)


def case_number(text: str, *, law: Law | None = None, this_year: int | None = None) -> CaseNumber:
    """The number a case tool looks up.

    Ten bare digits are an application number of `law`, patent when not given, and `interpreted_as` says so.
    Raises BadNumber, AmbiguousNumber where several readings remain, UnsupportedNumber for what no case tool takes.
    """
    found = _find(text, this_year)
    if found.shape in {"nine digits", "JP and digits", "office and digits"}:
        raise refusals.ambiguous(text, found.candidates, _how_to_settle(found))
    asked = law or ("patent" if found.shape == "ten digits" else None)
    number = found.number or _named_by_law(found, asked)
    if number is None:
        raise refusals.ambiguous(text, found.candidates, _how_to_settle(found))
    served = _served(number)
    if law and served.law != law:
        raise refusals.wrong_law(served.human, served.law, law)
    others = tuple(c for c in found.candidates if c.number != served)
    notes = (*folding_notes(text), *found.notes, *(() if found.number else coverage(served)))
    return CaseNumber(served, _interpreted(served, others), others, notes)


def _find(text: str, this_year: int | None) -> Found:
    plain = by_office(in_japanese(checked(text)))
    last_year = LAST_YEAR_UNTOLD if this_year is None else this_year + 1
    for pattern, build in _FORMS:
        match = compiled(pattern).fullmatch(plain)
        if match:
            return _built(build, match, last_year, text)
    raise _unreadable(text, plain)


def _built(build: Build, match: re.Match[str], last_year: int, text: str) -> Found:
    try:
        return build(match, last_year)
    except BadNumber as error:
        raise refusals.about(text, error) from None


def _unreadable(text: str, folded_text: str) -> BadNumber:
    """Names the character at fault where one stands out."""
    hidden = first_invisible(text)
    plain = folded_in_place(text)
    if office := _office_meant(folded(text)):
        return refusals.no_office(text, office)
    if _PART.search(folded_text):
        return refusals.part_of_registration(text)
    words = any(c.isalpha() for c in plain) and not any(c.isdigit() for c in plain)
    if hidden is not None or words or _ELSEWHERE.search(plain) or _SLASHED.match(plain):
        return refusals.not_a_number(text, hidden=hidden)
    return _first_fault(text, plain) or refusals.not_a_number(text)


_OFFICELESS: tuple[tuple[str, str], ...] = (
    ("US", r"[0-9]{2}/[0-9]{3},?[0-9]{3}(?:\([0-9]{4}\))?"),
    ("EP", r"[0-9]{8}\.[0-9]"),
    ("CN", r"[0-9]{12}\.[0-9Xx]"),
)


def _office_meant(plain: str) -> str | None:
    return next((office for office, pattern in _OFFICELESS if compiled(pattern).fullmatch(plain)), None)


def _first_fault(text: str, plain: str) -> BadNumber | None:
    faults = [match for match in (_ILLEGAL.search(plain), _LETTER_AMONG_DIGITS.search(plain)) if match]
    if not faults:
        return None
    first = min(faults, key=lambda match: match.start())
    rule = refusals.LETTER_RULE if first[0].isalpha() else refusals.ONE_RULE if first[0] in ",、;~" else None
    return refusals.illegal_character(text, first.start() + 1, rule=rule)


def _named_by_law(found: Found, law: Law | None) -> Number | None:
    """The candidate that `law` settles: year and serial its application, seven digits its registration."""
    if law is None or found.shape not in {"ten digits", "year and serial", "seven digits"}:
        return None
    wanted = RegistrationNumber if found.shape == "seven digits" else ApplicationNumber
    return next(c.number for c in found.candidates if isinstance(c.number, wanted) and c.number.law == law)


def _settled_by_law(found: Found, number: Number | None) -> tuple[Words, ...]:
    if found.number is not None or number is None:
        return ()
    note = Words(f"read as {number.human}, because law was given", f"lawの指定により{number.human}と読みました")
    return (note, *coverage(number))


def _interpreted(number: ServedNumber, others: tuple[Candidate, ...]) -> Words | None:
    if not others:
        return None
    rest = ", ".join(c.number.human for c in others)
    return Words(
        f"taken as {number.human}; the same notation can also be {rest}",
        f"{number.human}として扱いました。同じ表記は{rest}でもあり得ます",
    )


def _how_to_settle(found: Found) -> Words:
    match found.shape:
        case "nine digits":
            return Words(
                "Write 特開 and ten digits; codes go to jpo_find_applicant.",
                "特開＋10桁で。コードはjpo_find_applicantへ。",
            )
        case "JP and digits" | "office and digits":
            return Words("Write its kind as listed.", "上記のいずれかの表記で書いてください。")
        case _:
            return Words("Write its kind as listed, or give law.", "上記の表記で書くか、lawを指定してください。")


_UTILITY = Words("utility models are not in this API", "実用新案はこのAPIにありません")
_MADRID = Words("the API takes no Madrid registration", "マドリッド議定書の国際登録番号はAPIの対象外です")
_HAGUE = Words("no path takes a Hague number", "ハーグの国際登録番号では照会できません")
_TRIAL = Words("no endpoint takes an appeal number", "審判番号を受けるAPIはありません")
_COURT = Words("no endpoint takes a court case", "裁判の事件番号を受けるAPIはありません")
_CODE = Words("an applicant code is no case", "申請人コードは案件の番号ではありません")
_OFFICE = Words("case tools read Japanese cases only", "案件ツールの対象は日本の案件のみです")

_FAMILY = Words(
    "jpo_get_family names its Japanese case, jpo_get_dossier lists its own papers.",
    "jpo_get_family で日本の対応案件、jpo_get_dossier でその書類一覧が得られます。",
)
_JAPANESE_MEMBER = Words("Give the family's JP application number.", "対応する日本の出願番号を示してください。")
_JPP_UTILITY = Words("Look it up on J-PlatPat.", "J-PlatPatをご利用ください。")
_BY_APPLICATION = Words("Give the application number.", "出願番号を示してください。")


def _why_not_served(number: UnservedNumber) -> tuple[Words, Words, str]:
    """Why no case tool takes this number, the next step and an example."""
    match number:
        case UtilityModelNumber():
            return _UTILITY, _JPP_UTILITY, refusals.EXAMPLE
        case MadridRegistration():
            step = Words("Use J-PlatPat or WIPO Madrid Monitor.", "J-PlatPatかWIPOでご確認ください。")
            return _MADRID, step, "商願2024-123456"
        case HagueRegistration():
            step = Words("Give its application number 意願YYYY-5xxxxx.", "日本の出願番号(意願YYYY-5xxxxx)を。")
            return _HAGUE, step, "意願2016-500748"
        case TrialNumber():
            return _TRIAL, _BY_APPLICATION, refusals.EXAMPLE
        case CourtCase():
            return _COURT, _BY_APPLICATION, refusals.EXAMPLE
        case ApplicantCode():
            return _CODE, Words("Use jpo_find_applicant.", "jpo_find_applicantへ。"), refusals.EXAMPLE
        case OfficeNumber():
            return _OFFICE, _FAMILY if number.office in FIVE else _JAPANESE_MEMBER, refusals.EXAMPLE


def _served(number: Number) -> ServedNumber:
    if isinstance(number, ServedNumber):
        return number
    raise refusals.unsupported(number.human, *_why_not_served(number))


def _aside(number: Number | None, law: Law | None) -> tuple[Words, ...]:
    """That the API does not serve it, and that the notation overrode `law`."""
    if number is None:
        return ()
    notes: list[Words] = []
    if not isinstance(number, ServedNumber):
        why, _, _ = _why_not_served(number)
        notes.append(Words(f"not served: {why.en}", f"対象外：{why.ja}"))
    if law and number.law in LAWS and number.law != law:
        named = refusals.LAW_WORDS[number.law]
        notes.append(
            Words(f"the notation says {named.en}, not {law}", f"表記は{named.ja}の番号です(law={law}ではありません)")
        )
    return tuple(notes)


def applicant_code(text: str) -> ApplicantCode:
    """Nine digits, blanks around them dropped; raises BadNumber otherwise, suggesting zeros without adding them."""
    try:
        plain = checked(text.strip())
    except InputError as error:
        error.field = "applicant"
        raise
    if not re.fullmatch(r"[0-9]{9}", plain):
        raise refusals.bad_applicant_code(text.strip())
    return ApplicantCode(plain)
