"""Numbers of the other offices of the five, to their DOCDB form where the notation gives it."""

from __future__ import annotations

import re

from jpo_mcp.errors import Words
from jpo_mcp.numbers.forms import Form, Found, form
from jpo_mcp.numbers.types import OfficeKind, OfficeNumber

_CHECK_DIGIT = Words("the check digit was dropped", "検査数字を除去")
_US_YEAR = Words(
    "DOCDB needs the filing year, which the number does not give: take it from the family list",
    "DOCDB形式に必要な出願年が番号からは不明です。ファミリー一覧で確認してください",
)
_US_ZERO = Words("DOCDB drops one zero of the serial", "DOCDB形式は番号部分の0を1つ除きます")
_NO_KIND_CODE = Words(
    "DOCDB needs the kind code, which was not given: take it from the family list",
    "DOCDB形式に必要な種別コードがありません。ファミリー一覧で確認してください",
)
_KR_TYPE = Words("the Korean right-type prefix was dropped", "韓国の権利種別の接頭数字を除去")
_KR_EITHER = Words(
    "the Korean publication of an application has a number of the same form: check the title",
    "韓国の公開番号も同じ形式です。名称をご確認ください",
)
_NOT_FIVE = Words("not one of the five offices (JP, US, EP, CN, KR)", "五庁(日米欧中韓)の番号ではありません")
_UTILITY_KR = Words("a Korean utility model", "韓国の実用新案です")


def _office(match: re.Match[str], office: str, number: str, code: str | None, kind: OfficeKind, *notes: Words) -> Found:
    missing = () if code or _US_YEAR in notes or _NOT_FIVE in notes else (_NO_KIND_CODE,)
    return Found(OfficeNumber(office, number, code, match[0], kind), (*notes, *missing))


def _checked_application(match: re.Match[str], _last_year: int) -> Found:
    notes = (_CHECK_DIGIT,) if match["check"] else ()
    office = "EP" if match["office"] == "EP" else "CN"
    return _office(match, office, match["number"], "A", "application", *notes)


def _published(match: re.Match[str], _last_year: int) -> Found:
    code = match["code"]
    kind: OfficeKind = "registration" if code and code[0] in "BC" else "publication"
    return _office(match, match["office"], match["number"], code, kind)


def _us_application(match: re.Match[str], _last_year: int) -> Found:
    return _office(match, "US", match["series"] + match["serial"].replace(",", ""), None, "application", _US_YEAR)


def _us_publication(match: re.Match[str], _last_year: int) -> Found:
    return _office(match, "US", match["year"] + match["serial"], match["code"], "publication", _US_ZERO)


def _us_patent(match: re.Match[str], _last_year: int) -> Found:
    return _office(match, "US", match["number"].replace(",", ""), match["code"], "registration")


def _kr_application(match: re.Match[str], _last_year: int) -> Found:
    number, code = match["year"] + match["serial"], match["code"] or ("U" if match["type"] == "20" else "A")
    kind: OfficeKind = "publication" if match["code"] else "application"
    utility = (_UTILITY_KR,) if match["type"] == "20" else ()
    prefix = (_KR_TYPE,) if match["type"] else ()
    return _office(match, "KR", number, code, kind, *prefix, *utility, *(() if match["code"] else (_KR_EITHER,)))


def _kr_registration(match: re.Match[str], _last_year: int) -> Found:
    return _office(match, "KR", match["type"] + match["serial"], match["code"], "registration")


def _docdb(match: re.Match[str], _last_year: int) -> Found:
    office, number, code = match["office"], match["number"], match["code"]
    return _office(match, office, number, code, _docdb_kind(office, number, code))


def _docdb_kind(office: str, number: str, code: str) -> OfficeKind:
    """Kind code A is an application but for Chinese publications (nine digits) and old US patents."""
    if code[0] in "BC" or (office == "US" and code == "A" and len(number) <= 7):
        return "registration"
    if len(code) > 1 or (office == "CN" and code == "A" and len(number) in {7, 9}):
        return "publication"
    return "application"


def _elsewhere(match: re.Match[str], _last_year: int) -> Found:
    kind: OfficeKind = "registration" if match["code"][0] in "BC" else "publication"
    return _office(match, match["office"], match["number"], None, kind, _NOT_FIVE)


FOREIGN_FORMS: tuple[Form, ...] = (
    form(r"(?P<office>US|EP|CN|KR)\.(?P<number>[0-9]{6,13})\.(?P<code>[A-Z][0-9]?)", _docdb),
    form(r"(?P<office>EP)(?P<number>[0-9]{8})(?:\.(?P<check>[0-9]))?", _checked_application),
    form(r"(?P<office>CN|ZL|CNZL)(?P<number>[0-9]{12})(?:\.(?P<check>[0-9X]))?", _checked_application),
    form(r"(?P<office>EP)(?P<number>[0-9]{7})(?P<code>[AB][0-9])?", _published),
    form(r"(?P<office>CN)(?P<number>[0-9]{7}|[0-9]{9})(?P<code>[ABCU])?", _published),
    form(r"US(?P<series>[0-9]{2})/(?P<serial>[0-9]{3},?[0-9]{3})", _us_application),
    form(r"US(?P<year>20[0-9]{2})/?0?(?P<serial>[0-9]{6})(?P<code>A[0-9])?", _us_publication),
    form(
        r"US(?:PATENT)?(?:NO\.?)?(?P<number>[0-9]{1,2}(?:,[0-9]{3}){2}|[0-9]{6,7}|[0-9]{8}(?=[ABE]))"
        r"(?P<code>B[0-9]|A|E[0-9]?)?",
        _us_patent,
    ),
    form(r"KR(?P<type>[12]0)?-?(?P<year>(?:19|20)[0-9]{2})-?(?P<serial>[0-9]{7})(?P<code>A)?", _kr_application),
    form(r"(?P<type>[12]0)-(?P<year>(?:19|20)[0-9]{2})-(?P<serial>[0-9]{7})(?P<code>A)?", _kr_application),
    form(r"KR(?P<type>[12]0)-?(?P<serial>[0-9]{7})(?P<code>[BY][0-9]?)?", _kr_registration),
    form(
        r"(?P<office>AT|AU|BE|BR|CA|CH|DE|DK|ES|FI|FR|GB|IL|IN|IT|MX|NL|NO|NZ|RU|SE|SG|TW)"
        r"(?P<number>[0-9]{5,12})(?P<code>[A-Z][0-9]?)",
        _elsewhere,
    ),
)
