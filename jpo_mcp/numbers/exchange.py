"""Numbers as the five offices exchange them: DOCDB, `CC.NUMBER.KIND`, from any notation and back to each office's own.

The OPD converts nothing, so a number goes out in exactly this form. Where a notation lacks what the form needs (the
kind code of a patent, the filing year of a US application) nothing is guessed: the family of another member lists it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from jpo_mcp.errors import UnsupportedNumber, Words
from jpo_mcp.numbers import refusals
from jpo_mcp.numbers.folding import checked
from jpo_mcp.numbers.foreign import (
    BAD_CHECK_DIGIT,
    CN_OLD,
    NO_PATENT,
    PROVISIONAL,
    US_2010,
    US_SERIES,
    US_YEAR,
    by_office,
    docdb_kind,
)
from jpo_mcp.numbers.forms import compiled
from jpo_mcp.numbers.reading import read
from jpo_mcp.numbers.types import (
    FIVE,
    ApplicationNumber,
    InternationalApplication,
    InternationalPublication,
    Number,
    OfficeKind,
    OfficeNumber,
    PublicationNumber,
    Reading,
    RegistrationNumber,
    series_by_serial,
)

DocdbType = Literal["application", "publication"]
"""The two kinds of number that the OPD tells apart; a patent's is a `publication`."""


@dataclass(frozen=True, slots=True)
class DocdbNumber:
    """A number in DOCDB form. `either` says that the same form is also that of another application's publication."""

    office: str
    number: str
    code: str
    kind: OfficeKind
    either: bool = False

    def __str__(self) -> str:
        """`JP.2015500001.A`"""
        return f"{self.office}.{self.number}.{self.code}"

    @property
    def type(self) -> DocdbType:
        """The first argument of the family endpoints."""
        return "application" if self.kind == "application" else "publication"

    @property
    def human(self) -> str:
        """As its office writes it; the DOCDB form itself where that cannot be told from it."""
        write = _HUMAN.get(self.office)
        return (write(self) if write else None) or str(self)


# ── from a notation ───────────────────────────────────────────────────────────────────────────


def docdb(text: str, *, kind: DocdbType | None = None, this_year: int | None = None) -> DocdbNumber:
    """The DOCDB form of a notation. `kind` settles a form that applications and publications share.

    Raises BadNumber, AmbiguousNumber where the kind code is missing, UnsupportedNumber where the form cannot be told.
    """
    plain = by_office(checked(text))
    for pattern, build in _FORMS:
        match = compiled(pattern).fullmatch(plain)
        if match:
            return _settled(build(match, text), kind)
    reading = read(text, this_year=this_year)
    if reading.number is None:
        raise refusals.ambiguous(text, reading.candidates, _WRITE_KIND)
    return _settled(_derived(reading, reading.number), kind)


def _settled(number: DocdbNumber, kind: DocdbType | None) -> DocdbNumber:
    return replace(number, kind=kind, either=False) if number.either and kind else number


def _derived(reading: Reading, number: Number) -> DocdbNumber:
    text = reading.text
    match number:
        case ApplicationNumber(law="patent"):
            return _japanese(number.docdb, "application", text)
        case PublicationNumber():
            return _japanese(number.docdb, "publication", text)
        case RegistrationNumber(law="patent"):
            raise refusals.kind_missing(text, f"JP{int(number.digits)}B2", f"JP{int(number.digits)}B1")
        case InternationalApplication() if int(number.digits[:4]) >= _FIRST_LONG_PCT:
            return DocdbNumber(number.office, number.digits, "W", "application")
        case InternationalPublication(republished=False) if int(number.digits[:4]) >= _FIRST_LONG_PCT:
            raise refusals.kind_missing(text, f"WO{number.digits}A1", f"WO{number.digits}A2")
        case OfficeNumber() if number.office in FIVE:
            return _foreign(reading, number)
        case OfficeNumber():
            raise refusals.not_exchanged(text, _NOT_FIVE)
        case InternationalApplication() | InternationalPublication():
            raise refusals.not_exchanged(text, _NOT_TOLD)
        case _:
            raise refusals.not_in_dossiers(text)


_NOT_FIVE = Words("not a number of the five offices", "五庁の番号ではありません")
_NOT_TOLD = Words("its DOCDB form cannot be told from it", "この番号からDOCDB形式を導けません")


def _japanese(form: str | None, kind: OfficeKind, text: str) -> DocdbNumber:
    if form is None:
        raise refusals.not_exchanged(
            text, Words("before 2000 DOCDB wrote numbers another way", "2000年より前はDOCDBの表記が異なります")
        )
    office, number, code = form.split(".")
    return DocdbNumber(office, number, code, kind)


def _foreign(reading: Reading, number: OfficeNumber) -> DocdbNumber:
    if BAD_CHECK_DIGIT in reading.notes:
        raise refusals.bad_check_digit(reading.text, f"{number.office}{number.number}")
    if number.kind_code:
        either = number.office == "KR" and number.kind == "application"
        return DocdbNumber(number.office, number.number, number.kind_code, number.kind, either)
    if number.kind == "application" or NO_PATENT in reading.notes:
        raise _no_form(reading)
    ends = _LETTERED.get(number.number[:2]) or _CODES[number.office, number.kind]
    raise refusals.kind_missing(reading.text, *(f"{number.office}{number.number}{end}" for end in ends))


def _no_form(reading: Reading) -> UnsupportedNumber:
    """An application whose notation lacks what the form needs, or that is none of a patent."""
    if NO_PATENT in reading.notes:
        return refusals.not_in_dossiers(reading.text)
    if PROVISIONAL in reading.notes:
        return refusals.provisional(reading.text, PROVISIONAL)
    if US_YEAR in reading.notes:
        return refusals.not_exchanged(reading.text, US_YEAR, _ADD_YEAR, "US 13/585,729 (2012)")
    return refusals.not_exchanged(
        reading.text, next(why for why in (US_2010, US_SERIES, CN_OLD) if why in reading.notes)
    )


_ADD_YEAR = Words("add it in brackets", "出願年をかっこで添える")
_FIRST_LONG_PCT = 2004
_CODES = {
    ("US", "publication"): ("A1", "A2"),
    ("US", "registration"): ("B2", "B1"),
    ("EP", "publication"): ("A1", "B1"),
    ("CN", "publication"): ("A", "B"),
    ("KR", "registration"): ("B1", "B2"),
}
_LETTERED = {"RE": ("E", "E1"), "PP": ("P2", "P3")}
"""Reissues and plants of the US."""
_WRITE_KIND = Words("Write its kind as listed.", "上記のいずれかの表記で書いてください。")


# ── notations that say what a domestic number need not ────────────────────────────────────────


def _itself(match: re.Match[str], text: str) -> DocdbNumber:
    office, number, code = match["office"], match["number"], match["code"]
    if office not in {*FIVE, "WO"} and code != "W":
        raise refusals.not_exchanged(text, _NOT_FIVE)
    kind = docdb_kind(office, number, code)
    longest = _LONGEST.get(office)
    if kind == "application" and code != "W" and longest and len(number) > longest:
        why = Words(
            f"an application at {office} has at most {longest} digits", f"{office}の出願番号は{longest}桁までです"
        )
        raise refusals.not_exchanged(text, why, _NO_MORE)
    return DocdbNumber(office, number, code, kind, kind == "application" and _is_shared(office, number, code))


_LONGEST = {"JP": 10, "US": 12, "EP": 8, "CN": 12, "KR": 11}
_NO_MORE = Words("leave out check digits and right codes", "検査数字や権利種別を除く")


def _is_shared(office: str, number: str, code: str) -> bool:
    return code in {"A", "U"} and (office, len(number)) in {("JP", 10), ("KR", 11)}


def _japanese_patent(match: re.Match[str], _text: str) -> DocdbNumber:
    return DocdbNumber("JP", match["number"], match["code"], "registration")


def _wo(match: re.Match[str], _text: str) -> DocdbNumber:
    return DocdbNumber("WO", match["year"] + match["serial"], match["code"], "publication")


_Build = Callable[[re.Match[str], str], DocdbNumber]
_FORMS: tuple[tuple[str, _Build], ...] = (
    (r"(?P<office>[A-Z]{2})\.(?P<number>[A-Z]{0,2}[0-9]{1,13})\.(?P<code>[A-Z][0-9]?)", _itself),
    (r"JP[.-]?(?P<number>[0-9]{7})[.-]?(?P<code>B[1-9])", _japanese_patent),
    (r"JP-?(?P<code>B[12])-?(?P<number>[0-9]{7})", _japanese_patent),
    (r"WO[/-]?(?P<year>20(?:0[4-9]|[1-9][0-9]))[/-]?(?P<serial>[0-9]{6})-?(?P<code>A[1-9])", _wo),
)


# ── back to the office's own form ─────────────────────────────────────────────────────────────


def _human_jp(number: DocdbNumber) -> str | None:
    digits = number.number
    if number.code == "W":
        return _human_pct(number)
    if not digits.isdigit() or number.code[0] not in "AB":
        return None
    if number.kind == "registration" and len(digits) == 7:
        return RegistrationNumber("patent", digits).human
    if len(digits) != 10:
        return None
    if number.kind == "application":
        return ApplicationNumber("patent", digits).human
    return PublicationNumber(digits, series_by_serial(digits)).human


def _human_us(number: DocdbNumber) -> str | None:
    digits, code = number.number, number.code
    match number.kind, len(digits):
        case "application", 12:
            return f"US {digits[4:6]}/{digits[6:9]},{digits[9:]} ({digits[:4]})"
        case "application", 8:
            year = int(digits[6:]) + (1900 if digits[6:] >= "70" else 2000)
            return f"US serial no. {digits[:3]},{digits[3:6]} ({year})" if year <= _LAST_SHORT_US else None
        case "application", _:
            return _human_pct(number)
        case "publication", 10:
            return f"US {digits[:4]}/0{digits[4:]} {code}"
        case "registration", length if length >= 7 and digits.isdigit():
            return f"US {int(digits):,} {code}"
        case _:
            return None


_LAST_SHORT_US = 2010
"""Serial and two-digit year ended in 2010; what looks like it later is no such number."""


def _human_ep(number: DocdbNumber) -> str | None:
    if number.code == "W":
        return _human_pct(number)
    return f"EP{number.number}" + ("" if number.kind == "application" else number.code)


def _human_cn(number: DocdbNumber) -> str | None:
    if number.code == "W":
        return _human_pct(number)
    return f"CN{number.number}" + ("" if number.kind == "application" else number.code)


def _human_kr(number: DocdbNumber) -> str | None:
    digits, right = number.number, "20" if number.code[0] in "UY" else "10"
    if number.code == "W":
        return _human_pct(number)
    if number.kind == "registration" and len(digits) == 9:
        return f"KR {digits[:2]}-{digits[2:]} {number.code}"
    if len(digits) != 11:
        return None
    return f"KR {right}-{digits[:4]}-{digits[4:]}" + ("" if number.kind == "application" else f" {number.code}")


def _human_wo(number: DocdbNumber) -> str | None:
    return f"WO{number.number[:4]}/{number.number[4:]} {number.code}" if len(number.number) == 10 else None


def _human_pct(number: DocdbNumber) -> str | None:
    known = number.code == "W" and len(number.number) == 10
    return f"PCT/{number.office}{number.number[:4]}/{number.number[4:]}" if known else None


_HUMAN: dict[str, Callable[[DocdbNumber], str | None]] = {
    "JP": _human_jp,
    "US": _human_us,
    "EP": _human_ep,
    "CN": _human_cn,
    "KR": _human_kr,
    "WO": _human_wo,
}
