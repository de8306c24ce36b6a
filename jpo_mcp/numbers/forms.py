"""The notations: one row per form, tried in order on the folded text, each building typed numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple, get_args

from jpo_mcp.errors import Words
from jpo_mcp.numbers import refusals
from jpo_mcp.numbers.types import (
    ApplicantCode,
    ApplicationNumber,
    Candidate,
    CourtCase,
    HagueRegistration,
    InternationalApplication,
    InternationalPublication,
    Law,
    MadridRegistration,
    Number,
    PublicationNumber,
    RegistrationNumber,
    Series,
    TrialNumber,
    UtilityModelNumber,
    UtilitySeries,
    series_by_serial,
)
from jpo_mcp.numbers.years import (
    ERA,
    FIRST_YEARS,
    KOKAI_FIRST_YEAR,
    PCT_FIRST_YEAR,
    YEAR_SERIAL,
    check_year,
    court_numeral,
    coverage,
    era_digits,
    joined,
    pad_serial,
    padding_note,
    year_and_serial,
)

Shape = Literal["ten digits", "year and serial", "seven digits", "nine digits", "JP and digits", "office and digits"]
"""A notation that does not name its kind."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a form found: one number, or candidates and the shape that leaves them open."""

    number: Number | None
    notes: tuple[Words, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    shape: Shape | None = None
    normalized: str | None = None


Build = Callable[[re.Match[str], int], Found]


class Form(NamedTuple):
    """A pattern of the whole text and how to build from its groups and the last possible year."""

    pattern: str
    build: Build


LAWS: tuple[Law, ...] = get_args(Law)
_LAW_OF_HEAD: dict[str, Law] = {"特": "patent", "意": "design", "商": "trademark"}
_SERIES_OF_WORD: dict[str, Series] = {
    "開": "publication",
    "公開": "publication",
    "表": "national_publication",
    "公表": "national_publication",
    "公": "examined_publication",
    "公告": "examined_publication",
}
_UTILITY_OF_WORD: dict[str, UtilitySeries] = {
    "開": "publication",
    "全": "publication",
    "表": "national_publication",
    "公": "examined_publication",
}
_EXAMINED_LAST_YEAR = 1996

_NO = r"(?:番号)?(?:NO\.?|NUMBER)?:?第?"
_END = r"号?(?:公報|明細書)?"
_DIGITS = r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
_YEAR_FIRST = rf"(?P<year>{ERA}?(?:[0-9]{{1,4}}|元))年"
_PCT_NUMERAL = r"(?:(?P<year>[0-9]{4}|[0-9]{2})[/-](?P<serial>[0-9]+)|(?P<compact>[0-9]{10}))"


def _settled(number: Number, notes: tuple[Words, ...] = ()) -> Found:
    return Found(number, (*notes, *coverage(number)))


def _application(match: re.Match[str], last_year: int) -> Found:
    dated = year_and_serial(match["numeral"], last_year)
    return _application_of(match["head"], dated.digits, dated.notes)


def _application_year_first(match: re.Match[str], last_year: int) -> Found:
    dated = year_and_serial(f"{match['year']}-{match['serial']}", last_year)
    return _application_of(match["head"], dated.digits, dated.notes)


def _application_of(head: str, digits: str, notes: tuple[Words, ...]) -> Found:
    law = _LAW_OF_HEAD.get(head[0])
    return _settled(ApplicationNumber(law, digits) if law else UtilityModelNumber("application", digits), notes)


def _publication(match: re.Match[str], last_year: int) -> Found:
    return _publication_of(match["numeral"], _SERIES_OF_WORD[match["series"]], last_year)


def _publication_of(numeral: str, series: Series | None, last_year: int) -> Found:
    """`series` None: the kind code A covers 特開 and 特表, and only the serial tells them apart."""
    last = min(last_year, _EXAMINED_LAST_YEAR) if series == "examined_publication" else last_year
    dated = year_and_serial(numeral, last, FIRST_YEARS[series or "publication"])
    return _settled(PublicationNumber(dated.digits, series or series_by_serial(dated.digits)), dated.notes)


def _publication_a(match: re.Match[str], last_year: int) -> Found:
    return _publication_of(joined(match["numeral"]), None, last_year)


def _publication_t(match: re.Match[str], last_year: int) -> Found:
    return _publication_of(joined(match["numeral"]), "national_publication", last_year)


def _publication_b(match: re.Match[str], last_year: int) -> Found:
    return _publication_of(joined(match["numeral"]), "examined_publication", last_year)


def _utility_publication(match: re.Match[str], last_year: int) -> Found:
    dated = year_and_serial(match["numeral"], last_year)
    return Found(UtilityModelNumber(_UTILITY_OF_WORD[match["series"]], dated.digits), dated.notes)


def _utility_document(match: re.Match[str], last_year: int) -> Found:
    dated = year_and_serial(joined(match["numeral"]), last_year)
    series: UtilitySeries = "publication" if match["code"] == "U" else "examined_publication"
    return Found(UtilityModelNumber(series, dated.digits), dated.notes)


def _registration(match: re.Match[str], _last_year: int) -> Found:
    digits, notes = _seven(match["digits"])
    law = _LAW_OF_HEAD.get(match["head"].removeprefix("登録")[0])
    return Found(RegistrationNumber(law, digits) if law else UtilityModelNumber("registration", digits), notes)


def _registration_by_code(match: re.Match[str], _last_year: int) -> Found:
    digits, notes = _seven(match["digits"])
    laws: dict[str, Law] = {"B": "patent", "C": "patent", "S": "design"}
    law = laws.get(match["code"])
    return Found(RegistrationNumber(law, digits) if law else UtilityModelNumber("registration", digits), notes)


def _seven(given: str) -> tuple[str, tuple[Words, ...]]:
    plain = given.replace(",", "")
    if len(plain) > 7 or int(plain) == 0:
        raise refusals.bad_registration(plain)
    return plain.zfill(7), padding_note(plain, plain.zfill(7))


def _docdb(match: re.Match[str], last_year: int) -> Found:
    """DOCDB writes applications and publications alike; as the OPD's application form it is read first."""
    dated = year_and_serial(joined(match["numeral"]), last_year)
    number = ApplicationNumber("patent", dated.digits)
    others = _publications(dated.digits)
    candidates = tuple(_candidate(each) for each in (number, *others)) if others else ()
    return Found(number, coverage(number), candidates)


def _publications(digits: str) -> tuple[PublicationNumber, ...]:
    """The 特開 or 特表 of these digits; none before there were any."""
    return (PublicationNumber(digits, series_by_serial(digits)),) if int(digits[:4]) >= KOKAI_FIRST_YEAR else ()


def _epodoc(match: re.Match[str], last_year: int) -> Found:
    year, serial = match["year"], match["serial"]
    if not serial.startswith("0"):
        raise refusals.bad_serial(serial)
    dated = year_and_serial(f"{year}-{serial[1:]}", last_year)
    note = Words("EPODOC form: the extra zero of the serial was dropped", "EPODOC形式：余分な0を除去")
    return _settled(ApplicationNumber("patent", dated.digits), (note,))


def _cited(match: re.Match[str], last_year: int) -> Found:
    digits = era_digits(match["digits"])
    if digits is None:
        raise refusals.not_a_number(match[0])
    check_year(int(digits[:4]), KOKAI_FIRST_YEAR, last_year)
    number = PublicationNumber(digits, series_by_serial(digits))
    return _settled(number, (_nine_note(match["digits"], digits),))


def _nine_note(nine: str, digits: str) -> Words:
    return Words(f"nine-digit era form: {nine} is {digits}", f"元号9桁形式：{nine}＝{digits}")


def _pct_digits(match: re.Match[str], last_year: int) -> tuple[str, tuple[Words, ...]]:
    compact = match["compact"]
    year, serial = (compact[:4], compact[4:]) if compact else (match["year"], match["serial"])
    told, notes = _pct_year(year)
    check_year(told, PCT_FIRST_YEAR, last_year)
    padded = pad_serial(serial)
    return f"{told}{padded.digits}", (*notes, *padded.notes)


def _pct_year(year: str) -> tuple[int, tuple[Words, ...]]:
    """Two-digit years ran from 1978 to 2003."""
    if len(year) == 4:
        return int(year), ()
    told = int(year) + (1900 if int(year) >= 78 else 2000)
    if told > 2003:
        raise refusals.short_pct_year(year)
    return told, (Words(f"two-digit year {year} is {told}", f"2桁の年{year}＝{told}年"),)


def _international_application(match: re.Match[str], last_year: int) -> Found:
    digits, notes = _pct_digits(match, last_year)
    return Found(InternationalApplication(match["office"], digits), notes)


def _international_publication(match: re.Match[str], last_year: int) -> Found:
    digits, notes = _pct_digits(match, last_year)
    return Found(InternationalPublication(digits), notes)


def _republication(match: re.Match[str], last_year: int) -> Found:
    digits, notes = _pct_digits(match, last_year)
    return Found(InternationalPublication(digits, republished=True), notes)


def _old_wo(match: re.Match[str], last_year: int) -> Found:
    told, notes = _pct_year(match["year"])
    check_year(told, PCT_FIRST_YEAR, last_year)
    padded = pad_serial(match["serial"])
    return Found(InternationalPublication(f"{told}{padded.digits}"), (*notes, *padded.notes))


def _hague(match: re.Match[str], _last_year: int) -> Found:
    padded = pad_serial(match["digits"])
    return Found(HagueRegistration(padded.digits), padded.notes)


def _madrid(match: re.Match[str], _last_year: int) -> Found:
    return Found(MadridRegistration(match["digits"]))


_TRIAL_BLOCKS: dict[tuple[str, str], Law] = {
    ("異議", "70"): "patent",
    ("異議", "90"): "trademark",
    ("無効", "80"): "patent",
    ("無効", "88"): "design",
    ("無効", "89"): "trademark",
    ("訂正", "39"): "patent",
    ("取消", "30"): "trademark",
}


def _trial(match: re.Match[str], last_year: int) -> Found:
    dated = year_and_serial(match["numeral"], last_year)
    return Found(_trial_of(match["series"], dated.digits), dated.notes)


def _trial_year_first(match: re.Match[str], last_year: int) -> Found:
    dated = year_and_serial(f"{match['year']}-{match['serial']}", last_year)
    return Found(_trial_of(match["series"], dated.digits), dated.notes)


def _trial_of(series: str, digits: str) -> TrialNumber:
    return TrialNumber(series, digits, _TRIAL_BLOCKS.get((series, digits[4:6])))


def _court(match: re.Match[str], _last_year: int) -> Found:
    printed = court_numeral(match["era"], match["year"], match["serial"])
    return Found(CourtCase(match[0], printed if match["sign"] == "行ケ" else None))


def _applicant(match: re.Match[str], _last_year: int) -> Found:
    return Found(ApplicantCode(match["digits"]))


_CANDIDATE_NOTES: dict[str, Words] = {
    "patent application": Words("patent application number", "特許出願番号"),
    "design application": Words("design application number", "意匠出願番号"),
    "trademark application": Words("trademark application number", "商標出願番号"),
    "patent registration": Words("patent number", "特許番号"),
    "design registration": Words("design registration number", "意匠登録番号"),
    "trademark registration": Words("trademark registration number", "商標登録番号"),
    "publication": Words("unexamined publication, of another case", "公開番号(同じ数字の出願とは別の案件)"),
    "national_publication": Words(
        "PCT translation publication, of another case", "公表番号(同じ数字の出願とは別の案件)"
    ),
    "examined_publication": Words("examined publication, of another case", "公告番号(同じ数字の出願とは別の案件)"),
    "appeal": Words("appeal or trial number, which no endpoint takes", "審判番号(APIの対象外)"),
    "international_application": Words("PCT application filed with that office", "国際出願番号"),
    "applicant_code": Words("applicant code", "申請人コード"),
}


def _candidate(number: Number, note: Words | None = None) -> Candidate:
    named = f"{number.law} {number.kind}"
    return Candidate(number, note or _CANDIDATE_NOTES.get(named) or _CANDIDATE_NOTES[number.kind])


def _year_serial_candidates(digits: str) -> tuple[Candidate, ...]:
    numbers: list[Number] = [ApplicationNumber(law, digits) for law in LAWS]
    numbers += _publications(digits)
    if FIRST_YEARS["examined_publication"] <= int(digits[:4]) <= _EXAMINED_LAST_YEAR:
        numbers.append(PublicationNumber(digits, "examined_publication"))
    numbers.append(TrialNumber("審判", digits))
    return tuple(_candidate(number) for number in numbers)


def _open_year_serial(shape: Shape) -> Build:
    def build(match: re.Match[str], last_year: int) -> Found:
        dated = year_and_serial(match["numeral"], last_year)
        return Found(None, dated.notes, _year_serial_candidates(dated.digits), shape, dated.digits)

    return build


def _open_seven(shape: Shape) -> Build:
    def build(match: re.Match[str], _last_year: int) -> Found:
        digits, notes = _seven(match["digits"])
        candidates = tuple(_candidate(RegistrationNumber(law, digits)) for law in LAWS)
        return Found(None, notes, candidates, shape, digits)

    return build


def _open_jp(match: re.Match[str], last_year: int) -> Found:
    """PCT/JP, publication or application: DOCDB, EPODOC and loose usage all write JP and ten digits."""
    dated = year_and_serial(joined(match["numeral"]), last_year)
    digits, is_compact = dated.digits, match["numeral"].isdigit()
    is_pct = is_compact and int(digits[:4]) >= PCT_FIRST_YEAR
    numbers: list[Number] = [InternationalApplication("JP", digits)] if is_pct else []
    numbers += [*_publications(digits), ApplicationNumber("patent", digits)]
    if len(numbers) == 1:
        return _settled(numbers[0], dated.notes)
    candidates = tuple(_candidate(number) for number in numbers)
    return Found(None, dated.notes, candidates, "JP and digits", f"JP{digits}" if is_compact else digits)


def _nine(match: re.Match[str], last_year: int) -> Found:
    """A publication in the API's era form or an applicant code.

    No applicant code beginning with 4 was ever seen: a Heisei number is read as a publication, the code a candidate.
    """
    nine = match["digits"]
    digits, code = era_digits(nine), ApplicantCode(nine)
    if digits is None or not KOKAI_FIRST_YEAR <= int(digits[:4]) <= last_year:
        return Found(code)
    number = PublicationNumber(digits, series_by_serial(digits))
    candidates = (_candidate(number), _candidate(code))
    if nine.startswith("4"):
        return Found(number, (_nine_note(nine, digits), *coverage(number)), candidates, "nine digits")
    return Found(None, (), candidates, "nine digits")


def _odd_length(match: re.Match[str], _last_year: int) -> Found:
    raise refusals.wrong_length(match[0])


def form(pattern: str, build: Build) -> Form:
    """A row; the pattern is matched against the whole folded text."""
    return Form(pattern, build)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A row's pattern, compiled when a number is first read: a server starts without."""
    return re.compile(pattern, re.ASCII)


_APPLICATION_HEAD = r"(?P<head>特許?|意(?:匠(?:登録)?)?|商(?:標(?:登録)?)?|実(?:用新案(?:登録)?)?)出?願"
_REGISTRATION_HEAD = (
    r"(?P<head>特許(?:登録)?|特登|意匠(?:登録)?|意登|登録意匠|商標(?:登録)?|商登|登録商標"
    r"|実用新案(?:登録)?|実登|登実|登録実用新案)"
)
_COURT_SIGN = r"行[ケコヒツウ]|[ネワヨラ受オ]"

JAPANESE_FORMS: tuple[Form, ...] = (
    form(_APPLICATION_HEAD + _NO + YEAR_SERIAL + _END, _application),
    form(_YEAR_FIRST + _APPLICATION_HEAD + rf"第?(?P<serial>[0-9]+){_END}", _application_year_first),
    form(r"特(?:許(?:出願)?)?(?P<series>公?開|公?表|公告?)" + _NO + YEAR_SERIAL + _END + "A?", _publication),
    form(r"実(?P<series>[開全表公])" + _NO + YEAR_SERIAL + _END, _utility_publication),
    form(r"再公?表(?:特許)?第?(?:WO)?/?" + _PCT_NUMERAL + _END, _republication),
    form(r"JP\.?WO/?" + _PCT_NUMERAL + r"(?:\.?[AS][0-9])?", _republication),
    form(_REGISTRATION_HEAD + _NO + _DIGITS + _END, _registration),
    form(r"JPA(?P<digits>[345][0-9]{8})", _cited),
    form(r"JP-?A-?" + YEAR_SERIAL, _publication_a),
    form(r"JP-?T-?" + YEAR_SERIAL, _publication_t),
    form(r"JP-?(?P<code>[UY])[12]?-" + YEAR_SERIAL, _utility_document),
    form(r"JP-?(?P<code>B(?=[12])|[UY])[12]?-?(?P<digits>[0-9]{7})", _registration_by_code),
    form(r"JP-?B[0-9]?-?" + YEAR_SERIAL, _publication_b),
    form(r"JP\." + YEAR_SERIAL + r"\.A", _docdb),
    form(r"JP\.?(?P<year>[0-9]{4})(?P<serial>[0-9]{7})\.?A?", _epodoc),
    form(r"JP-?" + YEAR_SERIAL + r"-?A", _publication_a),
    form(r"JP-?" + YEAR_SERIAL + r"-?T", _publication_t),
    form(r"JP[.-]?(?P<digits>[0-9]{7,9})[.-]?(?P<code>[BUY])[0-9]?", _registration_by_code),
    form(r"JP[.-]?(?P<digits>[0-9]{1,9})[.-]?(?P<code>[CS])[0-9]?", _registration_by_code),
    form(r"JP-?" + YEAR_SERIAL + r"-?B[0-9]?", _publication_b),
    form(r"JP[.-]?" + YEAR_SERIAL + r"[.-]?(?P<code>[UY])[0-9]?", _utility_document),
    form(r"(?P<office>[A-Z]{2})\.(?P<compact>[0-9]{10})\.W(?P<year>)(?P<serial>)", _international_application),
    form(
        r"(?:国際(?:特許)?出願(?:番号)?第?)?PCT[/-]?(?P<office>[A-Z]{2})[/-]?" + _PCT_NUMERAL + "号?",
        _international_application,
    ),
    form(r"WO(?P<compact>)(?P<year>[0-9]{4})(?P<office>[A-Z]{2})(?P<serial>[0-9]{5,6})", _international_application),
    form(
        r"(?:国際公開(?:番号)?第?(?:WO)?|WO)[/.-]?"
        + _PCT_NUMERAL
        + r"号?(?:公報|パンフレット)?(?:(?<=[0-9]{5})[.-]?A[1-489])?",
        _international_publication,
    ),
    form(r"WO(?P<year>[0-9]{2})(?P<serial>[0-9]{5,6})(?:A[1-489])?", _old_wo),
    form(r"(?:国際(?:意匠)?登録(?:番号)?第?)?DM[/-]?(?P<digits>[0-9]+)号?", _hague),
    form(r"(?:国際(?:商標)?登録(?:番号)?(?:NO\.?)?第?|IR(?:NO\.?)?)(?P<digits>[0-9]{3,7}[A-Z]?)号?", _madrid),
    form(r"(?P<series>不服|異議|無効|訂正|取消|判定|補正|再審|審判)" + _NO + YEAR_SERIAL + _END, _trial),
    form(_YEAR_FIRST + r"(?P<series>審判|異議)第?(?P<serial>[0-9]+)号?", _trial_year_first),
    form(rf"(?P<era>{ERA})(?P<year>[0-9]{{1,2}}|元)年?\((?P<sign>{_COURT_SIGN})\)第?(?P<serial>[0-9]+)号?", _court),
    form(r"(?:申請人|出願人)?(?:識別番号|識別コード|コード):?(?P<digits>[0-9]{9})", _applicant),
)

BARE_FORMS: tuple[Form, ...] = (
    form(r"(?P<numeral>[0-9]{10})", _open_year_serial("ten digits")),
    form(r"(?P<digits>[0-9]{7})", _open_seven("seven digits")),
    form(r"登録(?:番号:?)?第?" + _DIGITS + "号?", _open_seven("seven digits")),
    form(r"(?P<digits>[0-9]{9})", _nine),
    form(r"[0-9]+", _odd_length),
    form(YEAR_SERIAL + "号?", _open_year_serial("year and serial")),
    form(r"JP-?" + YEAR_SERIAL, _open_jp),
    form(r"JP-?(?P<digits>[0-9]{7})", _open_seven("JP and digits")),
)

_ENGLISH_NO = r"(?:NUMBER|NOS?\.?)?:?"
_ENGLISH = tuple(
    (r"(?:JAPANESE|JAPAN|JP)(?:" + words + ")" + _ENGLISH_NO + r"(?=[0-9HSR])", prefix)
    for words, prefix in (
        (r"PATENTAPPLICATION(?:LAID-?OPEN(?:PUBLICATION)?|(?:KOKAI)?PUBLICATION)", "特開"),
        (r"PATENT(?:LAID-?OPEN|KOKAI)(?:PUBLICATION)?", "特開"),
        (r"(?:UNEXAMINED|LAID-?OPEN)PATENT(?:APPLICATION)?PUBLICATION", "特開"),
        (r"EXAMINEDPATENT(?:APPLICATION)?PUBLICATION", "特公"),
        (r"PATENTAPPLICATION", "特願"),
        (r"PATENT(?:REGISTRATION)?", "特許第"),
        (r"DESIGN(?:REGISTRATION)?APPLICATION", "意願"),
        (r"DESIGNREGISTRATION|REGISTEREDDESIGN", "意匠登録第"),
        (r"TRADE-?MARK(?:REGISTRATION)?APPLICATION", "商願"),
        (r"TRADE-?MARKREGISTRATION|REGISTEREDTRADE-?MARK", "商標登録第"),
        (r"UTILITYMODEL(?:REGISTRATION)?APPLICATION", "実願"),
        (r"UTILITYMODELREGISTRATION", "実用新案登録第"),
    )
)


_HEADING = r"(?:\([0-9]{2}\))?【(?P<label>[^【】]{2,8}番号)】:?"
"""`(21)【出願番号】`, as a gazette prints it."""
_LABELS: tuple[tuple[str, str], ...] = (
    (r"(?:特許|意匠|商標)?(?:登録)?出願番号:?", r"[特意商実][^0-9番]{0,5}願"),
    (r"(?:特許)?(?:出願)?公開番号:?|公開特許公報:?", "特(?:許出願公)?開|実開"),
    (r"公表番号:?|公表特許公報:?", "特表"),
    (r"公告番号:?", "[特実]公"),
    (
        r"(?:特許|(?:意匠|商標|実用新案)?登録)番号:?|(?:特許|意匠|商標)公報:?",
        "特許第|(?:意匠|商標|実用新案)登録第|登録[意商実]",
    ),
    (r"審判番号:?", "不服|異議|無効|訂正|取消|判定|再審"),
    ("日本国?", "[特実][許願開表公]|[意商][願標匠]|実用新案|登録[意商実]"),
)
"""A label, and how the number behind it must begin, naming its own kind, for the label to be no more than that."""
_GAZETTE = r"(?P<number>.*?(?P<digits>[0-9-]+)号?(?:公報)?)\((?P<sign>[PDTU])(?P<again>[0-9-]+)[AB]?\)"
_SIGNS = {"P": "特", "D": "意", "T": "商", "U": "実"}
_CODED = r"(?P<number>.+?[0-9号報])(?:\((?:JP,)?(?P<code>[A-Z][0-9]?)\)|(?P<patent>B[12]))"
_CODES: dict[str, str] = {
    "A": "特[開表]|特許出願公開",
    "B": "特許?第?[0-9]|特公",
    "U": "実開|登録実|実用",
    "Y": "実公|実用",
}
"""What a kind code after a number may stand behind."""
_LISTED = r"JP,(?P<number>[0-9HS][0-9-]*),(?P<code>[ABUY][0-9]?)"


def in_japanese(plain: str) -> str:
    """`JAPANESEPATENTNO.7533889`, a gazette's `特許第7533889号(P7533889)` and what stands behind a label that says no
    more than itself -> `特許第7533889`; others as they are."""
    heading = compiled(_HEADING).match(plain)
    unlabelled = _without_label(heading["label"] + plain[heading.end() :] if heading else plain)
    for pattern, prefix in _ENGLISH:
        match = compiled(pattern).match(unlabelled)
        if match:
            return prefix + unlabelled[match.end() :]
    if listed := compiled(_LISTED).fullmatch(unlabelled):
        return "JP" + listed["number"] + listed["code"]
    return _without_code(_without_repetition(unlabelled))


def _without_label(plain: str) -> str:
    for label, kind in _LABELS:
        if match := compiled(f"(?:{label})(?={kind})").match(plain):
            return _without_label(plain[match.end() :])
    return plain


def _without_repetition(plain: str) -> str:
    """A gazette's number without its second form in brackets, where that is the same number of the same right."""
    gazette = compiled(_GAZETTE).fullmatch(plain)
    if gazette is None or _SIGNS[gazette["sign"]] != plain.removeprefix("登録")[0]:
        return plain
    same = _unpadded(gazette["digits"]) == _unpadded(gazette["again"])
    return gazette["number"] if same else plain


def _unpadded(digits: str) -> list[str]:
    return [part.lstrip("0") for part in digits.split("-")]


def _without_code(plain: str) -> str:
    """`特開2002-233033(JP,A)`, as a list of references prints it, without a code that says what the number says."""
    coded = compiled(_CODED).fullmatch(plain)
    kind = _CODES.get((coded["code"] or coded["patent"])[0]) if coded else None
    return coded["number"] if coded and kind and compiled(kind).match(plain) else plain
