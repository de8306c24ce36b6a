"""The refusals: what was wrong, the rule, an example, the next step; both languages within 600 characters."""

from __future__ import annotations

from typing import Literal

from jpo_mcp.errors import AmbiguousNumber, BadNumber, UnsupportedNumber, Words, quote
from jpo_mcp.numbers.types import Candidate, Law, NumberLaw

Reason = Literal["missing_number", "illegal_character", "not_a_number", "implausible_number", "wrong_law", "too_long"]
"""The stable words of `BadNumber.reason`."""

MAX_LENGTH = 64

EXAMPLE = "特願2020-123456"
LAW_WORDS: dict[NumberLaw, Words] = {
    "patent": Words("patent", "特許"),
    "design": Words("design", "意匠"),
    "trademark": Words("trademark", "商標"),
    "utility": Words("utility model", "実用新案"),
    "opd": Words("foreign", "外国"),
}
LAW_EXAMPLES: dict[Law, str] = {"patent": EXAMPLE, "design": "意願2020-015234", "trademark": "商願2024-123456"}


_RESEND = Words("Correct the number and call again.", "番号を直して再度お試しください。")
_PLAIN_NUMBER = Words("Send the number alone, with its kind.", "番号だけを種別付きで送ってください。")


def _bad(reason: Reason, what: Words, rule: Words, next_step: Words = _RESEND, example: str = EXAMPLE) -> BadNumber:
    return BadNumber(reason, what, next_step, rule=rule, example=example)


def missing() -> BadNumber:
    """Nothing was given."""
    return _bad(
        "missing_number",
        Words("No number was given.", "番号がありません。"),
        Words("One application, publication or registration number.", "出願・公開・登録番号のいずれか1件。"),
        _PLAIN_NUMBER,
        f"{EXAMPLE} / 2020123456",
    )


def too_long(length: int) -> BadNumber:
    """More text than any number has; the text is not repeated."""
    return _bad(
        "too_long",
        Words(f"The text has {length:,} characters.", f"{length:,}文字あります。"),
        Words(f"A number has at most {MAX_LENGTH} characters.", f"番号は{MAX_LENGTH}文字までです。"),
        Words("Send one number alone.", "番号を1件だけ送ってください。"),
    )


def illegal_character(text: str, position: int, *, rule: Words | None = None) -> BadNumber:
    """A character that no number has, at `position` counted from 1."""
    char = text[position - 1]
    shown = f"U+{ord(char):04X}" if not char.isprintable() or char.isspace() else f'"{char}" (U+{ord(char):04X})'
    return _bad(
        "illegal_character",
        Words(
            f"{quote(text)}: {shown} at {position} cannot stand in a number.",
            f"{quote(text)}：{position}文字目の{shown}は番号に使えません。",
        ),
        rule or Words("Digits 0-9, a dash and the kind of number.", "数字0～9、ハイフン、番号の種別のみ。"),
        Words("Remove or correct that character.", "その文字を除くか直してください。"),
    )


DIGITS_RULE = Words("Use 0-9 (half or full width) for digits.", "数字は0～9(半角・全角)のみ。")
LETTER_RULE = Words(
    "A letter among digits is never corrected for you: it could hit another case.",
    "数字中の文字は、別の案件になり得るため自動修正しません。",
)
ONE_RULE = Words("One number a call; several go to jpo_check_portfolio.", "1回に1件。複数はjpo_check_portfolioへ。")


def not_a_number(text: str, *, hidden: int | None = None) -> BadNumber:
    """No notation of a number that we know. `hidden` is the code point of something invisible inside."""
    seen = f" (contains U+{hidden:04X})" if hidden is not None else ""
    return _bad(
        "not_a_number",
        Words(f"{quote(text)}{seen} is not a number we can read.", f"{quote(text)}{seen}は番号として読めません。"),
        Words("Kind, year and serial; or kind and registration number.", "種別＋年＋番号、または種別＋登録番号。"),
        _PLAIN_NUMBER,
        f"{EXAMPLE}, 特許第7533889号",
    )


def no_office(text: str, office: str) -> BadNumber:
    """A number of a form that only another office has, without that office's letters."""
    return _bad(
        "not_a_number",
        Words(f"{quote(text)} has the form of {office} numbers.", f"{quote(text)}は{office}の番号の形式です。"),
        Words("A number of another office begins with its country.", "外国の番号は国名から書きます。"),
        Words(f"If it is one, write {office} in front.", f"その場合は{office}を前に付けてください。"),
        f"{office} {text.strip()}",
    )


def wrong_length(digits: str) -> BadNumber:
    """Bare digits, but of no length that means something."""
    return _bad(
        "implausible_number",
        Words(f"{quote(digits)}: {len(digits)} digits.", f"{quote(digits)}：{len(digits)}桁です。"),
        Words(
            "Bare digits: 10 (year + 6-digit serial), 7 (registration) or 9 (applicant code).",
            "数字のみの場合は10桁(年＋6桁)、7桁(登録)、9桁(申請人コード)。",
        ),
        _PLAIN_NUMBER,
    )


def bad_year(year: int, first: int, last: int) -> BadNumber:
    """A year in which no such number was given."""
    return _bad(
        "implausible_number",
        Words(f"Year {year} is not possible here.", f"{year}年の番号はあり得ません。"),
        Words(f"Years {first} to {last}.", f"{first}年から{last}年まで。"),
        Words("Check the year of the number.", "番号の年を確認してください。"),
    )


def short_year(year: str) -> BadNumber:
    """A year of too few digits and no era."""
    return _bad(
        "implausible_number",
        Words(f"Year {quote(year)} names no era.", f"年{quote(year)}の元号がありません。"),
        Words("Four digits, or an era and its year.", "西暦4桁、または元号＋年。"),
        Words("Write the year in full.", "年を正確に書いてください。"),
        f"{EXAMPLE}, 特願平11-123456",
    )


def short_pct_year(year: str) -> BadNumber:
    """A two-digit year after the PCT had gone over to four."""
    return _bad(
        "implausible_number",
        Words(f"Year {quote(year)} is not a PCT year.", f"年{quote(year)}はPCTの年として読めません。"),
        Words("PCT years have four digits; two only from 1978 to 2003.", "PCTの年は4桁。2桁は1978～2003年のみ。"),
        Words("Write the year in full.", "年を4桁で書いてください。"),
        "PCT/JP2019/011858",
    )


def bad_era_year(era: Words, year: str, last: int | None) -> BadNumber:
    """An era year that never was."""
    ended = Words(f"{era.en} (era) ended at {last}. ", f"{era.ja}は{last}年まで。") if last else Words("", "")
    return _bad(
        "implausible_number",
        Words(f"{era.en} {year} does not exist.", f"{era.ja}{year}年はありません。"),
        Words(f"{ended.en}Era years run from 1, in two digits at most.", f"{ended.ja}年は1(元)から2桁まで。"),
        Words("Check the era, or write the Gregorian year.", "元号を確認するか西暦で書いてください。"),
        "特願平11-123456",
    )


def no_joint(numeral: str, era: str, digits: str) -> BadNumber:
    """An era year and a serial run together, so that the year can have one digit or two."""
    either = f"{era}{digits[:1]}-{digits[1:]}", f"{era}{digits[:2]}-{digits[2:]}"
    return _bad(
        "implausible_number",
        Words(f"{quote(numeral)}: where the year ends is not told.", f"{quote(numeral)}：年の区切りが不明です。"),
        Words("An era year is parted from its serial.", "元号の年と番号の間を区切ります。"),
        Words(
            f"Write {either[0]} or {either[1]}, as it is meant.", f"{either[0]}か{either[1]}のように書いてください。"
        ),
        "特願平11-123456",
    )


def bad_serial(serial: str) -> BadNumber:
    """A serial that is zero or has more digits than the form."""
    return _bad(
        "implausible_number",
        Words(f"Serial {quote(serial)} is not possible.", f"番号部分{quote(serial)}はあり得ません。"),
        Words("A serial is 000001 to 999999; it is never cut.", "番号部分は000001～999999。桁の切り捨てはしません。"),
        Words("Check the digits after the year.", "年の後の数字を確認してください。"),
    )


def bad_registration(digits: str) -> BadNumber:
    """A registration number that is zero or longer than the register's."""
    return _bad(
        "implausible_number",
        Words(f"Registration {quote(digits)} is not possible.", f"登録番号{quote(digits)}はあり得ません。"),
        Words("A registration number has 1 to 7 digits, not all zero.", "登録番号は7桁以内で、0ではありません。"),
        Words("Ten digits are an application number: write 特願.", "10桁なら出願番号です。特願と書いてください。"),
        "特許第7533889号",
    )


def wrong_law(human: str, named: NumberLaw, asked: Law) -> BadNumber:
    """The notation names one law, the argument another."""
    is_, was = LAW_WORDS[named], LAW_WORDS[asked]
    return _bad(
        "wrong_law",
        Words(f"{human} is a {is_.en} number, but law={asked}.", f"{human}は{is_.ja}の番号ですがlaw={asked}です。"),
        Words("A notation that names its law decides.", "法域を示す番号ではその法域が優先します。"),
        Words(f"Leave out law, or give the {was.en} number.", f"lawを省くか、{was.ja}の番号を示してください。"),
        LAW_EXAMPLES[asked],
    )


def part_of_registration(text: str) -> BadNumber:
    """A divided mark, a similar design or a defensive mark: a right beside the one that has the seven digits."""
    shown = quote(text)
    return _bad(
        "not_a_number",
        Words(f"{shown} names a part of a registration.", f"{shown}は登録の枝番・類似・防護の番号です。"),
        Words(
            "The API takes seven digits alone, which are another right.",
            "APIの登録番号は7桁のみで、それは別の権利です。",
        ),
        Words("Give its own application number.", "その権利の出願番号を示してください。"),
        "商願2024-123456",
    )


def bad_applicant_code(text: str) -> BadNumber:
    """Not nine digits; padding is suggested, never done."""
    short = text.isascii() and text.isdigit() and len(text) < 9
    padded = text.zfill(9) if short else "000003207"
    suggestion = Words(f"Did you mean {padded}?", f"{padded}のことですか。") if short else _RESEND
    return BadNumber(
        "not_a_number",
        Words(f"{quote(text)} is not an applicant code.", f"{quote(text)}は申請人コードではありません。"),
        suggestion,
        rule=Words("Nine digits, leading zeros included.", "先頭の0を含む9桁の数字。"),
        example=padded,
        field="applicant",
    )


_SERVED = Words(
    "Case tools take JP application, publication, registration and PCT numbers.",
    "対象は日本の出願・公開・登録番号とPCT番号。",
)


def unsupported(human: str, why: Words, next_step: Words, example: str = EXAMPLE) -> UnsupportedNumber:
    """Understood, but no case tool takes it; `why` comes from the reading."""
    shown = quote(human)
    return UnsupportedNumber(
        Words(f"{shown}: {why.en}", f"{shown}：{why.ja}"),
        next_step,
        rule=_SERVED,
        example=example,
        field="number",
    )


_FROM_FAMILY = Words(
    "give another member to jpo_get_family: the family lists this one in DOCDB form",
    "同じファミリーの別の番号で jpo_get_family を呼ぶと、一覧にDOCDB形式で載ります",
)
_DOCDB = Words(
    "The dossiers take DOCDB numbers, CC.NUMBER.KIND; nothing is guessed.",
    "五庁の書類はDOCDB形式（国.番号.種別）のみ。推測はしません。",
)


def not_exchanged(
    text: str, why: Words, step: Words | None = None, example: str = "特願2020-123456, JP7533889B2"
) -> UnsupportedNumber:
    """A number whose DOCDB form cannot be told from it; another member's family tells it."""
    shown = quote(text)
    first = Words(f"{step.en}, or ", f"{step.ja}か、") if step else Words("", "")
    return UnsupportedNumber(
        Words(f"{shown}: {why.en}", f"{shown}：{why.ja}"),
        Words(f"{first.en}{_FROM_FAMILY.en}.", f"{first.ja}{_FROM_FAMILY.ja}。"),
        rule=_DOCDB,
        example=example,
        field="number",
    )


def not_in_dossiers(text: str) -> UnsupportedNumber:
    """A number of another right, or of something that is no case."""
    shown = quote(text)
    return UnsupportedNumber(
        Words(f"{shown}: the five-office dossiers hold patents only.", f"{shown}：五庁の書類は特許のみです。"),
        Words("Give a patent application, publication or patent.", "特許の出願・公開・特許番号を示してください。"),
        rule=_DOCDB,
        example=f"{EXAMPLE}, EP1000000A1",
        field="number",
    )


def provisional(text: str, why: Words) -> UnsupportedNumber:
    """A provisional application of the US."""
    shown = quote(text)
    return UnsupportedNumber(
        Words(f"{shown}: {why.en}.", f"{shown}：{why.ja}。"),
        Words("Give that application, its publication or its patent.", "その出願・公開・特許番号を示してください。"),
        rule=_DOCDB,
        example="US 13/585,729 (2012)",
        field="number",
    )


def bad_check_digit(text: str, without: str) -> BadNumber:
    """A number of another office whose check digit contradicts its digits: one of them was copied wrongly."""
    shown = quote(text)
    return _bad(
        "implausible_number",
        Words(f"{shown}: its check digit does not fit.", f"{shown}：検査数字が合いません。"),
        Words("One digit at least is wrong; which, is not guessed.", "いずれかの数字が誤りです。推測はしません。"),
        Words(
            f"Check the number; if its other digits are right, write {without}.",
            f"番号を確認し、他の数字が正しければ {without} と書いてください。",
        ),
        without,
    )


def kind_missing(text: str, *readings: str) -> AmbiguousNumber:
    """A publication or patent without the kind code that DOCDB needs; `readings` are the usual ones, none is taken."""
    shown, either = quote(text), ", ".join(readings)
    return AmbiguousNumber(
        Words(
            f"{shown} lacks its kind code: it can be {either}.", f"{shown}は種別コードがなく、{either}等があり得ます。"
        ),
        Words(f"Write the code as printed, or {_FROM_FAMILY.en}.", f"公報の種別コードを添えるか、{_FROM_FAMILY.ja}。"),
        candidates=readings,
        rule=_DOCDB,
        example=readings[0],
    )


def about(text: str, error: BadNumber) -> BadNumber:
    """The same refusal, saying first which number it is about."""
    shown = quote(text)
    if shown not in error.what.en:
        error.what = Words(f"{shown}: {error.what.en}", f"{shown}：{error.what.ja}")
    return error


def ambiguous(text: str, candidates: tuple[Candidate, ...], next_step: Words) -> AmbiguousNumber:
    """Several readings; all are listed, none is taken."""
    shown, either = quote(text), ", ".join(_named(c) for c in candidates)
    return AmbiguousNumber(
        Words(f"{shown} can be {either}.", f"{shown}の読み方：{either}。"),
        next_step,
        candidates=tuple(f"{c.number.human} ({c.note.ja} / {c.note.en})" for c in candidates),
        rule=Words(
            "Write the kind: the same digits are different cases.", "同じ数字でも別の案件なので、種別が必要です。"
        ),
        example=candidates[0].number.human,
    )


def _named(candidate: Candidate) -> str:
    number = candidate.number
    return f"{candidate.note.ja}{number.human}" if number.kind == "applicant_code" else number.human
