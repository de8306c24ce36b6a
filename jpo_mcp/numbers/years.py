"""Era years and serials, and what the API holds of which years."""

from __future__ import annotations

import re
from typing import NamedTuple

from jpo_mcp.errors import Words
from jpo_mcp.numbers import refusals
from jpo_mcp.numbers.types import ApplicationNumber, Number, PublicationNumber, Series

FIRST_YEAR = 1885
"""The first Japanese patent."""

KOKAI_FIRST_YEAR = 1971
"""The first 特開."""

FIRST_YEARS: dict[Series, int] = {
    "publication": KOKAI_FIRST_YEAR,
    "national_publication": 1979,
    "examined_publication": 1922,
}
"""The first 特開, 特表 and 特公."""

PCT_FIRST_YEAR = 1978
LAST_YEAR_UNTOLD = 2050
"""The upper bound where the caller does not say which year it is."""
_NOT_ENDED = 9_999


class Era(NamedTuple):
    """An era: its Gregorian offset, its last year, and its digit in the API's nine-digit form."""

    words: Words
    offset: int
    last: int
    digit: int


ERAS = (
    Era(Words("Meiji", "明治"), 1867, 45, 1),
    Era(Words("Taisho", "大正"), 1911, 15, 2),
    Era(Words("Showa", "昭和"), 1925, 64, 3),
    Era(Words("Heisei", "平成"), 1988, 31, 4),
    Era(Words("Reiwa", "令和"), 2018, _NOT_ENDED, 5),
)
_ERA_BY_NAME = {name: era for era in ERAS for name in (era.words.ja, era.words.ja[0], era.words.en[0])}
_ERA_BY_DIGIT = {era.digit: era for era in ERAS if era.digit >= 3}

ERA = "(?:明治|大正|昭和|平成|令和|[明大昭平令MTSHR])"
YEAR_SERIAL = rf"(?P<numeral>{ERA}?(?:[0-9]{{1,4}}|元)(?:年-?|-)第?[0-9]+|{ERA}[0-9]{{3,}}|[0-9]{{10,}})"
"""A year and a serial as one group, `numeral`: with a joint between them, or ten digits, or an era and its digits."""

_JOINED = re.compile(rf"(?P<era>{ERA})?(?P<year>[0-9]{{1,4}}|元)(?:年-?|-)第?(?P<serial>[0-9]+)")


_WHOLE_ERA_NUMBER = 8
"""Two digits of the year and six of the serial."""


class Dated(NamedTuple):
    """Ten digits, and what was done to get them."""

    digits: str
    notes: tuple[Words, ...]


def year_and_serial(numeral: str, last_year: int, first_year: int = FIRST_YEAR) -> Dated:
    """`平4-87383` -> 1992087383, with notes; raises BadNumber for what cannot be."""
    match = _JOINED.fullmatch(numeral)
    era, year, serial = match.group("era", "year", "serial") if match else _split(numeral)
    told, notes = _era_year(era, year) if era else (_gregorian(year), ())
    check_year(told, first_year, last_year)
    padded = pad_serial(serial)
    return Dated(f"{told:04}{padded.digits}", (*notes, *padded.notes))


def joined(numeral: str) -> str:
    """`H0487383` -> `H04-87383`: databases, after JP, give an era year two digits always and may not pad the serial."""
    return _RUN_TOGETHER.sub(r"\1-\2", numeral)


_RUN_TOGETHER = re.compile(r"\A([MTSHR][0-9]{2})([0-9]+)\Z")


def _split(numeral: str) -> tuple[str | None, str, str]:
    """Without a joint: an era has two digits for its year and a full serial, as has a Gregorian year of four."""
    era = numeral[0] if not numeral[0].isdigit() else None
    name = numeral[:2] if era and not numeral[1].isdigit() else era
    digits = numeral[len(name or "") :]
    if name and len(digits) < _WHOLE_ERA_NUMBER and not digits.startswith("0"):
        raise refusals.no_joint(numeral, name, digits)
    width = 2 if name else 4
    return name, digits[:width], digits[width:]


def _gregorian(year: str) -> int:
    if len(year) < 4:
        raise refusals.short_year(year)
    return int(year)


def _era_year(name: str, year: str) -> tuple[int, tuple[Words, ...]]:
    era, count = _ERA_BY_NAME[name], 1 if year == "元" else int(year)
    if len(year) > 2 or not 1 <= count <= era.last:
        raise refusals.bad_era_year(era.words, year, None if era.last == _NOT_ENDED else era.last)
    told = era.offset + count
    notes = [Words(f"{era.words.en} {count} is {told}", f"{era.words.ja}{count}年＝{told}年")]
    if told >= 2000:
        notes.append(Words("numbers since 2000 carry the Gregorian year", "2000年以降の番号は西暦です"))
    return told, tuple(notes)


def check_year(year: int, first: int, last: int) -> None:
    """Raises BadNumber outside `first`..`last`."""
    if not first <= year <= last:
        raise refusals.bad_year(year, first, last)


def pad_serial(serial: str) -> Dated:
    """The serial in six digits; raises BadNumber for zero or more than six."""
    if len(serial) > 6 or int(serial) == 0:
        raise refusals.bad_serial(serial)
    padded = serial.zfill(6)
    return Dated(padded, padding_note(serial, padded))


def padding_note(given: str, padded: str) -> tuple[Words, ...]:
    """Says that zeros were put in front, if they were."""
    if given == padded:
        return ()
    return (Words(f"zero-padded: {given} -> {padded}", f"ゼロ詰め：{given}→{padded}"),)


def era_digits(nine: str) -> str | None:
    """`503090037` -> `2021090037`; None where the nine digits are no era, year and serial."""
    if len(nine) != 9 or not (nine.isascii() and nine.isdigit()):
        return None
    era, count, serial = _ERA_BY_DIGIT.get(int(nine[0])), int(nine[1:3]), nine[3:]
    if era is None or not 1 <= count <= era.last or int(serial) == 0:
        return None
    return f"{era.offset + count}{serial}"


def court_numeral(name: str, year: str, serial: str) -> str | None:
    """`5 0310035`: how the API prints a court case with a five-digit serial; None for other lengths."""
    era, count = _ERA_BY_NAME[name], 1 if year == "元" else int(year)
    _era_year(name, year)
    return f"{era.digit} {count:02}{serial}" if len(serial) == 5 else None


_PATENT_DOUBT = Words(
    "patents filed before July 2003 may be missing (107, 111) or incomplete in the API",
    "2003年7月より前の特許出願はAPIで欠落(107・111)・不完全の場合があります",
)
_OTHER_DOUBT = Words(
    "designs and trademarks filed before 2000 may be missing or incomplete in the API",
    "2000年より前の意匠・商標出願はAPIで欠落・不完全の場合があります",
)
_SHOWA = Words(
    "Showa publications (to January 1989) are not served by case_number_reference: expect status 111",
    "昭和(1989年1月まで)の公報番号は番号参照の対象外です(ステータス111の見込み)",
)
_COLLISION = Words(
    "特公 and 特開 can share these digits, and the API has one publication route: check the title",
    "特公と特開は同じ数字があり得ますが、APIの公報番号の経路は1つです。名称をご確認ください",
)


def coverage(number: Number) -> tuple[Words, ...]:
    """What the API may not hold under this number, and what else shares its digits."""
    match number:
        case ApplicationNumber(law="patent"):
            return (_PATENT_DOUBT,) if number.year <= 2003 else ()
        case ApplicationNumber():
            return (_OTHER_DOUBT,) if number.year < 2000 else ()
        case PublicationNumber():
            return _publication_coverage(number)
        case _:
            return ()


def _publication_coverage(number: PublicationNumber) -> tuple[Words, ...]:
    notes = (_COLLISION,) if number.series == "examined_publication" else ()
    if number.year <= 1989:
        return (*notes, _SHOWA)
    # A 特開 appears 18 months after filing: those of 2004 still include applications of before July 2003.
    return (*notes, _PATENT_DOUBT) if number.year <= 2004 else notes
