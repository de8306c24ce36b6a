"""The typed numbers: the kind of a number is a type, its digits are already in the API's form.

Digits are checked on construction, so a typed number can always be put into a path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from jpo_mcp.errors import Words

Law = Literal["patent", "design", "trademark"]
"""The three rights the API serves."""

NumberLaw = Literal["patent", "design", "trademark", "utility", "opd"]
"""What a notation can belong to; only a `Law` can be asked about."""

Series = Literal["publication", "national_publication", "examined_publication"]
UtilitySeries = Literal["application", "publication", "national_publication", "examined_publication", "registration"]
OfficeKind = Literal["application", "publication", "registration"]

_APPLICATION = {"patent": "特願", "design": "意願", "trademark": "商願"}
_REGISTRATION = {"patent": "特許", "design": "意匠登録", "trademark": "商標登録"}
_PUBLICATION = {"publication": "特開", "national_publication": "特表", "examined_publication": "特公"}
_UTILITY = {
    "application": "実願",
    "publication": "実開",
    "national_publication": "実表",
    "examined_publication": "実公",
    "registration": "実用新案登録",
}
_ERAS = (("昭", 1927, 1988, 1925), ("平", 1990, 1999, 1988))
_KOHYO_FIRST_YEAR = 1979
_KOHYO_FIRST_SERIAL = 500_001


def year_serial(digits: str) -> str:
    """`2020-123456`, or the era form printed before 2000, `平4-087383`.

    1989 and the years before 1927 stay Gregorian: two eras share 1926 and 1989, and the digits do not tell which.
    """
    year = int(digits[:4])
    for era, first, last, offset in _ERAS:
        if first <= year <= last:
            return f"{era}{year - offset}-{digits[4:]}"
    return f"{digits[:4]}-{digits[4:]}"


def series_by_serial(digits: str) -> Series:
    """特表 numbers have run from 500001 in each year since 1979; 特開 numbers never came that far."""
    kohyo = int(digits[:4]) >= _KOHYO_FIRST_YEAR and int(digits[4:]) >= _KOHYO_FIRST_SERIAL
    return "national_publication" if kohyo else "publication"


def _check(digits: str, length: int) -> None:
    if len(digits) != length or not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"expected {length} ASCII digits")


@dataclass(frozen=True, slots=True)
class ApplicationNumber:
    """特願・意願・商願: ten digits, year and serial. The digits alone never tell the law."""

    law: Law
    digits: str
    kind: ClassVar[str] = "application"

    def __post_init__(self) -> None:
        _check(self.digits, 10)

    @property
    def year(self) -> int:
        """The Gregorian year of the number."""
        return int(self.digits[:4])

    @property
    def serial(self) -> int:
        """The running number inside the year."""
        return int(self.digits[4:])

    @property
    def is_national_phase(self) -> bool:
        """A patent application that entered from a PCT application (serial 5xxxxx)."""
        return self.law == "patent" and self.digits[4] == "5"

    @property
    def is_hague(self) -> bool:
        """A design application that came through the Hague system (serial 5xxxxx)."""
        return self.law == "design" and self.digits[4] == "5"

    @property
    def api(self) -> str:
        """`2020123456`"""
        return self.digits

    @property
    def human(self) -> str:
        """`特願2020-123456`"""
        return _APPLICATION[self.law] + year_serial(self.digits)

    @property
    def docdb(self) -> str | None:
        """`JP.2015500001.A`; None for designs, marks, and before 2000, when DOCDB wrote serial and two-digit year."""
        return f"JP.{self.digits}.A" if self.law == "patent" and self.year >= 2000 else None


@dataclass(frozen=True, slots=True)
class PublicationNumber:
    """特開・特表・特公: ten digits that look like an application number and are another case's."""

    digits: str
    series: Series
    law: ClassVar[Law] = "patent"

    def __post_init__(self) -> None:
        _check(self.digits, 10)

    @property
    def kind(self) -> str:
        """The series: publication, national_publication or examined_publication."""
        return self.series

    @property
    def year(self) -> int:
        """The Gregorian year of the number."""
        return int(self.digits[:4])

    @property
    def serial(self) -> int:
        """The running number inside the year."""
        return int(self.digits[4:])

    @property
    def api(self) -> str:
        """`2021090037`"""
        return self.digits

    @property
    def human(self) -> str:
        """`特開2021-090037`"""
        return _PUBLICATION[self.series] + year_serial(self.digits)

    @property
    def docdb(self) -> str | None:
        """`JP.2021090037.A`; None before 2000 (era form, padding not certain) and for 特公."""
        known = self.series != "examined_publication" and self.year >= 2000
        return f"JP.{self.digits}.A" if known else None


@dataclass(frozen=True, slots=True)
class RegistrationNumber:
    """特許第…号・意匠登録第…号・商標登録第…号: seven digits, no year, one register per law."""

    law: Law
    digits: str
    kind: ClassVar[str] = "registration"

    def __post_init__(self) -> None:
        _check(self.digits, 7)

    @property
    def api(self) -> str:
        """`7533889`"""
        return self.digits

    @property
    def human(self) -> str:
        """`特許第7533889号`"""
        return f"{_REGISTRATION[self.law]}第{int(self.digits)}号"

    @property
    def docdb(self) -> str | None:
        """Always None: B1 or B2 depends on whether a 特開 came first, which the number does not say."""
        return None


@dataclass(frozen=True, slots=True)
class InternationalApplication:
    """PCT/JP2019/011858: receiving office, year and six-digit serial."""

    office: str
    digits: str
    kind: ClassVar[str] = "international_application"
    law: ClassVar[Law] = "patent"

    def __post_init__(self) -> None:
        _check(self.digits, 10)
        if len(self.office) != 2 or not (self.office.isascii() and self.office.isalpha() and self.office.isupper()):
            raise ValueError("expected a two-letter office")

    @property
    def api(self) -> str:
        """`JP2019011858`"""
        return self.office + self.digits

    @property
    def human(self) -> str:
        """`PCT/JP2019/011858`"""
        return f"PCT/{self.office}{self.digits[:4]}/{self.digits[4:]}"


@dataclass(frozen=True, slots=True)
class InternationalPublication:
    """WO2020/123456, or its Japanese republication 再表, which reuses the same number."""

    digits: str
    republished: bool = False
    law: ClassVar[Law] = "patent"

    def __post_init__(self) -> None:
        _check(self.digits, 10)

    @property
    def kind(self) -> str:
        """`republication` for 再表, else `international_publication`."""
        return "republication" if self.republished else "international_publication"

    @property
    def api(self) -> str:
        """`WO2020123456`"""
        return "WO" + self.digits

    @property
    def human(self) -> str:
        """`WO2020/123456` or `再表2018/123456`"""
        return f"{'再表' if self.republished else 'WO'}{self.digits[:4]}/{self.digits[4:]}"


@dataclass(frozen=True, slots=True)
class HagueRegistration:
    """DM/091050: an international design registration; one can hold many designs."""

    digits: str
    kind: ClassVar[str] = "international_registration"
    law: ClassVar[Law] = "design"

    def __post_init__(self) -> None:
        _check(self.digits, 6)

    @property
    def api(self) -> str:
        """`DM/091050`, as the JPO prints it; no path takes it."""
        return f"DM/{self.digits}"

    @property
    def human(self) -> str:
        """`DM/091050`"""
        return f"DM/{self.digits}"


@dataclass(frozen=True, slots=True)
class MadridRegistration:
    """国際登録第…号: an international trademark registration, which no endpoint takes."""

    digits: str
    kind: ClassVar[str] = "madrid_registration"
    law: ClassVar[Law] = "trademark"

    @property
    def api(self) -> None:
        """None: there is no such kind in the API."""
        return

    @property
    def human(self) -> str:
        """`国際登録第1234567号`"""
        return f"国際登録第{self.digits}号"


@dataclass(frozen=True, slots=True)
class TrialNumber:
    """不服・異議・無効・訂正・取消・判定: known to the API only as a cross-reference inside an application."""

    series: str
    digits: str
    law: Law | None = None
    kind: ClassVar[str] = "appeal"

    def __post_init__(self) -> None:
        _check(self.digits, 10)

    @property
    def api(self) -> str:
        """`2023012345`, as the JPO prints it; no path takes it."""
        return self.digits

    @property
    def human(self) -> str:
        """`不服2023-012345`"""
        return f"{self.series}{year_serial(self.digits)}"


@dataclass(frozen=True, slots=True)
class CourtCase:
    """令和3年(行ケ)第10035号. `printed` is how the API's numberType 08 shows it, where that is known."""

    text: str
    printed: str | None = None
    kind: ClassVar[str] = "court_case"
    law: ClassVar[None] = None

    @property
    def api(self) -> str | None:
        """`5 0310035`: era digit, two-digit year, serial; None but for revocation actions, 行ケ."""
        return self.printed

    @property
    def human(self) -> str:
        """`令和3年(行ケ)第10035号`"""
        return self.text


@dataclass(frozen=True, slots=True)
class ApplicantCode:
    """申請人コード: nine digits with their leading zeros."""

    digits: str
    kind: ClassVar[str] = "applicant_code"
    law: ClassVar[None] = None

    def __post_init__(self) -> None:
        _check(self.digits, 9)

    @property
    def api(self) -> str:
        """`000003207`"""
        return self.digits

    @property
    def human(self) -> str:
        """`000003207`"""
        return self.digits


@dataclass(frozen=True, slots=True)
class UtilityModelNumber:
    """実願・実開・実用新案登録…: utility models, which the API does not hold."""

    series: UtilitySeries
    digits: str
    law: ClassVar[Literal["utility"]] = "utility"

    def __post_init__(self) -> None:
        _check(self.digits, 7 if self.series == "registration" else 10)

    @property
    def kind(self) -> str:
        """The series."""
        return self.series

    @property
    def api(self) -> None:
        """None: a utility model must never be sent as the patent with the same digits."""
        return

    @property
    def human(self) -> str:
        """`実願2006-001234` or `実用新案登録第3123456号`"""
        if self.series == "registration":
            return f"{_UTILITY[self.series]}第{int(self.digits)}号"
        return _UTILITY[self.series] + year_serial(self.digits)


FIVE = ("JP", "US", "EP", "CN", "KR")
"""The offices that exchange their dossiers."""


@dataclass(frozen=True, slots=True)
class OfficeNumber:
    """A number of another office. `kind_code` is None where DOCDB needs what the notation does not give."""

    office: str
    number: str
    kind_code: str | None
    human: str
    kind: OfficeKind = "application"
    law: ClassVar[Literal["opd"]] = "opd"

    @property
    def api(self) -> str | None:
        """`EP.15123456.A` (DOCDB), or None where it cannot be derived, such as a US serial without its year."""
        return f"{self.office}.{self.number}.{self.kind_code}" if self.kind_code else None


ServedNumber = (
    ApplicationNumber | PublicationNumber | RegistrationNumber | InternationalApplication | InternationalPublication
)
"""A number that leads to a case through the API."""

UnservedNumber = (
    HagueRegistration | MadridRegistration | TrialNumber | CourtCase | ApplicantCode | UtilityModelNumber | OfficeNumber
)
"""A number that is understood, but that no case tool takes."""

Number = ServedNumber | UnservedNumber
"""Any number that can be read."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of a notation, with what it would be."""

    number: Number
    note: Words


@dataclass(frozen=True, slots=True)
class Reading:
    """What a notation is. `kind` is "ambiguous" and `number` None where it does not say.

    `candidates` lists every reading whenever there is more than one.
    """

    text: str
    kind: str
    law: NumberLaw | None
    normalized: str | None
    number: Number | None
    candidates: tuple[Candidate, ...]
    notes: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """The number a case tool will look up; `interpreted_as` says so where the notation left it open."""

    number: ServedNumber
    interpreted_as: Words | None
    others: tuple[Candidate, ...]
    notes: tuple[Words, ...]
