"""Numbers of the other offices of the five, to their DOCDB form where the notation gives it."""

from __future__ import annotations

import re

from jpo_mcp.errors import Words
from jpo_mcp.numbers import refusals
from jpo_mcp.numbers.forms import Form, Found, compiled, form
from jpo_mcp.numbers.types import Candidate, InternationalApplication, OfficeKind, OfficeNumber
from jpo_mcp.numbers.years import PCT_FIRST_YEAR, check_year

_CHECK_DIGIT = Words("the check digit was dropped", "検査数字を除去")
BAD_CHECK_DIGIT = Words("its check digit does not fit: check the number", "検査数字が合いません。番号をご確認ください")
US_YEAR = Words(
    "its DOCDB form needs the filing year (PCT: international): US 13/585,729 (2012)",
    "DOCDB形式には出願年（PCTは国際出願年）が必要です",
)
US_2010 = Words("DOCDB changed its form during 2010", "DOCDBの表記が2010年中に変わりました")
US_SERIES = Words("the DOCDB form of this series is not known", "このシリーズのDOCDB形式は不明です")
NO_PATENT = Words("no patent: a design or a mark", "特許ではありません（意匠・商標）")
PROVISIONAL = Words(
    "a provisional application: only the one that claims its priority has a dossier",
    "仮出願です。優先権を主張した出願にのみ書類があります",
)
_US_A = Words("US patents before 2001 have the kind code A", "2001年より前の米国特許の種別コードはAです")
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
_UTILITY_CN = Words("a Chinese utility model", "中国の実用新案です")
CN_OLD = Words("its form in DOCDB (before October 2003) is not known", "2003年10月より前の番号のDOCDB形式は不明です")
_NO_FORM = frozenset({US_YEAR, US_2010, US_SERIES, NO_PATENT, PROVISIONAL, CN_OLD})
"""Why a number has no DOCDB form here."""


def _office(match: re.Match[str], office: str, number: str, code: str | None, kind: OfficeKind, *notes: Words) -> Found:
    missing = () if code or {*_NO_FORM, _NOT_FIVE} & {*notes} else (_NO_KIND_CODE,)
    return Found(OfficeNumber(office, number, code, match[0], kind), (*notes, *missing))


def _ep_application(match: re.Match[str], last_year: int) -> Found:
    number = match["number"]
    _check_ep_year(number, last_year)
    total = sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(number))
    return _office(match, "EP", number, "A", "application", *_checked(match, str(-total % 10)))


def _ep_epodoc(match: re.Match[str], last_year: int) -> Found:
    """`EP20060834636` is EP06834636: the whole year, and a serial of seven digits."""
    number = match["year"] + match["serial"]
    _check_ep_year(number, last_year)
    return _office(match, "EP", number, "A", "application")


def _ep_open(match: re.Match[str], last_year: int) -> Found:
    """A PCT application filed with the EPO, or an application of the EPO with its whole year."""
    international = InternationalApplication("EP", match["century"] + match["number"])
    check_year(int(international.digits[:4]), PCT_FIRST_YEAR, last_year)
    own = OfficeNumber("EP", match["number"], "A", f"EP{match['number']}")
    return Found(None, (), (Candidate(international, _PCT_NOTE), Candidate(own, _EP_NOTE)), "office and digits")


_PCT_NOTE = Words("PCT application filed with that office", "国際出願番号")
_EP_NOTE = Words("European application", "欧州出願番号")


def _check_ep_year(number: str, last_year: int) -> None:
    year = int(number[:2])
    check_year(year + (1900 if year >= _EP_FIRST_YEAR - 1900 else 2000), _EP_FIRST_YEAR, last_year)


_EP_FIRST_YEAR, _CN_FIRST_YEAR, _KR_FIRST_YEAR, _US_FIRST_PUBLISHED = 1978, 1985, 1948, 2001


def _cn_application(match: re.Match[str], last_year: int) -> Found:
    """The digit after the year says which right it is."""
    number = match["number"]
    check_year(int(number[:4]), _CN_FIRST_YEAR, last_year)
    code, *notes = _CN_RIGHTS.get(match["right"], ("A",))
    total = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(number))
    return _office(match, "CN", number, code, "application", *_checked(match, "0123456789X"[total % 11]), *notes)


_CN_RIGHTS: dict[str, tuple[str | None, Words]] = {
    "2": ("U", _UTILITY_CN),
    "9": ("U", _UTILITY_CN),
    "3": (None, NO_PATENT),
}


def _old_cn_application(match: re.Match[str], _last_year: int) -> Found:
    return _office(match, "CN", match["number"], None, "application", *_unchecked(match), CN_OLD)


def _unchecked(match: re.Match[str]) -> tuple[Words, ...]:
    return (_CHECK_DIGIT,) if match["check"] else ()


def _checked(match: re.Match[str], due: str) -> tuple[Words, ...]:
    """A check digit is there to find a number that was copied wrongly."""
    return (*_unchecked(match), *([BAD_CHECK_DIGIT] if match["check"] not in {None, due} else []))


def _published(match: re.Match[str], _last_year: int) -> Found:
    code = match["code"]
    if code == "S":
        return _office(match, match["office"], match["number"], None, "registration", NO_PATENT)
    kind: OfficeKind = "registration" if code and code[0] in "BCY" else "publication"
    return _office(match, match["office"], match["number"], code, kind)


def _us_application(match: re.Match[str], last_year: int) -> Found:
    """Series and serial with the filing year; late in 2010 DOCDB went over from serial and year to year and series."""
    series, serial, year = match["series"] or "", match["serial"].replace(",", ""), match["year"]
    if why := _US_NO_FORM.get(series) or (None if series < _US_DESIGNS else US_SERIES):
        return _office(match, "US", series + serial, None, "application", why)
    if year is None:
        return _office(match, "US", series + serial, None, "application", US_YEAR)
    if not _US_FIRST_YEAR <= int(year) <= last_year:
        raise refusals.bad_year(int(year), _US_FIRST_YEAR, last_year)
    is_new, is_later = series >= _US_NEW_SERIES, int(year) >= _US_CHANGE
    if is_new != is_later:
        return _office(match, "US", series + serial, None, "application", US_2010)
    return _office(match, "US", year + series + serial if is_new else serial + year[2:], "A", "application")


_US_FIRST_YEAR, _US_CHANGE = 1970, 2010
_US_NEW_SERIES = "13"
_US_DESIGNS = "29"
_US_NO_FORM: dict[str, Words] = {
    "29": NO_PATENT,
    "35": NO_PATENT,
    "60": PROVISIONAL,
    "61": PROVISIONAL,
    "62": PROVISIONAL,
    "63": PROVISIONAL,
}
"""By series; the ones beyond, such as those of re-examinations, are not known."""


def _us_publication(match: re.Match[str], last_year: int) -> Found:
    check_year(int(match["year"]), _US_FIRST_PUBLISHED, last_year)
    return _office(match, "US", match["year"] + match["serial"], match["code"], "publication", _US_ZERO)


def _us_patent(match: re.Match[str], _last_year: int) -> Found:
    number, code = match["number"].replace(",", ""), match["code"]
    if code is None and len(number) == _US_SEVEN and int(number) < _US_FIRST_B:
        return _office(match, "US", number, "A", "registration", _US_A)
    return _office(match, "US", number, code, "registration")


_US_SEVEN, _US_FIRST_B = 7, 6_167_569
"""The first patent of 2001, when the kind codes B1 and B2 began."""


def _us_lettered(match: re.Match[str], _last_year: int) -> Found:
    """RE reissues, PP plants, D designs, with the letters inside the number."""
    number = match["letters"] + match["digits"].replace(",", "")
    if match["letters"] == "D":
        return _office(match, "US", number, None, "registration", NO_PATENT)
    return _office(match, "US", number, match["code"], "registration")


def _us_open(match: re.Match[str], _last_year: int) -> Found:
    """Eight digits: a patent of since 2018, or series and serial of an application."""
    digits = match["number"]
    patent = OfficeNumber("US", digits, None, f"US {int(digits):,} B2", "registration")
    filed = OfficeNumber("US", digits, None, f"US {digits[:2]}/{digits[2:5]},{digits[5:]} (YYYY)")
    notes = (
        Words("patent, with its kind code", "特許番号（種別コードを添える）"),
        Words("application, with its filing year", "出願番号（出願年を添える）"),
    )
    return Found(None, (), tuple(map(Candidate, (patent, filed), notes)), "office and digits")


def _kr_application(match: re.Match[str], last_year: int) -> Found:
    check_year(int(match["year"]), _KR_FIRST_YEAR, last_year)
    if match["type"] in {"30", "40"}:
        return _office(match, "KR", match["year"] + match["serial"], None, "application", NO_PATENT)
    number, code = match["year"] + match["serial"], match["code"] or ("U" if match["type"] == "20" else "A")
    kind: OfficeKind = "publication" if match["code"] else "application"
    utility = (_UTILITY_KR,) if match["type"] == "20" else ()
    prefix = (_KR_TYPE,) if match["type"] else ()
    return _office(match, "KR", number, code, kind, *prefix, *utility, *(() if match["code"] else (_KR_EITHER,)))


def _kr_registration(match: re.Match[str], _last_year: int) -> Found:
    return _office(match, "KR", match["type"] + match["serial"], match["code"], "registration")


def _docdb(match: re.Match[str], _last_year: int) -> Found:
    office, number, code = match["office"], match["number"], match["code"]
    return _office(match, office, number, code, docdb_kind(office, number, code))


def docdb_kind(office: str, number: str, code: str) -> OfficeKind:
    """A is an application's code, but also that of Chinese publications, old Japanese ones and old US patents."""
    if code[0] in "BCEY" or (office == "US" and code == "A" and len(number) <= 7):
        return "registration"
    letters = not number.isdigit()
    if len(code) > 1 or letters or (office == "CN" and code in {"A", "U"} and len(number) in {7, 9}):
        return "publication"
    return "application"


def _elsewhere(match: re.Match[str], _last_year: int) -> Found:
    kind: OfficeKind = "registration" if match["code"][0] in "BC" else "publication"
    return _office(match, match["office"], match["number"], None, kind, _NOT_FIVE)


FOREIGN_FORMS: tuple[Form, ...] = (
    form(r"(?P<office>US|EP|CN|KR)\.(?P<number>[0-9]{6,13})\.(?P<code>[A-Z][0-9]?)", _docdb),
    form(r"EP\.?(?P<number>[0-9]{8})(?:\.?(?P<check>[0-9]))?", _ep_application),
    form(r"EP(?:19|20)(?P<year>[0-9]{2})0(?P<serial>[0-9]{6})", _ep_epodoc),
    form(r"EP(?P<century>19|20)(?P<number>[0-9]{8})", _ep_open),
    form(r"(?:CN|CNZL|ZL)(?P<number>[0-9]{4}(?P<right>[0-9])[0-9]{7})(?:\.?(?P<check>[0-9X]))?", _cn_application),
    form(r"(?:CN|CNZL|ZL)(?P<number>[0-9]{8})(?:\.(?P<check>[0-9X]))?", _old_cn_application),
    form(r"(?P<office>EP)(?P<number>[0-9]{7})(?P<code>[ABC][0-9])?", _published),
    form(r"(?P<office>CN)(?P<number>[0-9]{7}|[0-9]{9})(?P<code>[ABCUYS])?", _published),
    form(
        r"US(?:(?P<series>[0-9]{2})/|SERIALNO\.)(?P<serial>[0-9]{3},?[0-9]{3})(?:\((?P<year>[0-9]{4})\))?",
        _us_application,
    ),
    form(r"US(?P<series>[0-9]{2})(?P<serial>[0-9]{6})\((?P<year>[0-9]{4})\)", _us_application),
    form(r"US(?P<year>(?:19|20)[0-9]{2})(?P<series>[0-9]{2})(?P<serial>[0-9]{6})", _us_application),
    form(r"US(?P<year>20[0-9]{2})[/-]?0?(?P<serial>[0-9]{6})(?P<code>A[0-9])?", _us_publication),
    form(
        r"US(?P<number>[0-9]{1,2}(?:,[0-9]{3}){2}|[0-9]{6,7}|[0-9]{8}(?=[ABE]))(?P<code>B[0-9]|A|E[0-9]?)?",
        _us_patent,
    ),
    form(r"US(?P<letters>RE|PP|D)(?P<digits>[0-9]{1,3}(?:,?[0-9]{3})*)(?P<code>[EPS][0-9]?)?", _us_lettered),
    form(r"US(?P<number>[0-9]{8})", _us_open),
    form(r"KR(?P<type>[1-4]0)?-?(?P<year>(?:19|20)[0-9]{2})-?(?P<serial>[0-9]{7})(?P<code>A)?", _kr_application),
    form(r"(?P<type>[12]0)-(?P<year>(?:19|20)[0-9]{2})-(?P<serial>[0-9]{7})(?P<code>A)?", _kr_application),
    form(r"KR(?P<type>[12]0)-?(?P<serial>[0-9]{7})(?P<code>[BY][0-9]?)?", _kr_registration),
    form(r"(?P<type>[12]0)-(?P<serial>[0-9]{7})(?P<code>[BY][0-9]?)?", _kr_registration),
    form(
        r"(?P<office>AT|AU|BE|BR|CA|CH|DE|DK|ES|FI|FR|GB|IL|IN|IT|MX|NL|NO|NZ|RU|SE|SG|TW)"
        r"(?P<number>[0-9]{5,12})(?P<code>[A-Z][0-9]?)",
        _elsewhere,
    ),
)

_NO = r"(?:NUMBER|NOS?\.?)?:?"
_PATENT = (
    r"(?:PATENT|PAT\.?)?(?:APPLICATION|APPLN?\.?|APP\.?)?(?:PUBLICATION|PUBL?\.?)?(?:SER(?:IAL|\.)(?=NO\.?[0-9]{2}/))?"
)
_TOKKYO = r"(?:登録)?特許(?:出願)?(?:公開)?(?:公報)?第?"
_HEADS: tuple[tuple[str, str, str], ...] = (
    (r"(?:(?:U\.S\.|USA?|UNITEDSTATES)" + _PATENT + _NO + r"|USP(?:NO\.)?|米国" + _TOKKYO + ")(?=[0-9])", "US", ""),
    (r"(?:EUROPEAN" + _PATENT + _NO + "|欧州" + _TOKKYO + ")(?=[0-9])", "EP", ""),
    (r"(?:CHINESE" + _PATENT + _NO + "|中国" + _TOKKYO + ")(?=(?:ZL)?[0-9])", "CN", ""),
    (r"(?:KOREAN(?:PATENT)?(?:APPLICATION)?PUBLICATION" + _NO + "|韓国公開特許(?:公報)?第?)(?=[12]0-)", "KR", "A"),
    (r"(?:KOREAN" + _PATENT + _NO + "|韓国" + _TOKKYO + ")(?=[12]0-)", "KR", ""),
)
"""How people name an office, what is written for it, and the kind code that the words say."""
_END = re.compile(r"号(?:公報|明細書)?(?=\Z|[A-Z(])")
_PARTED = re.compile(r"(?P<office>US|EP|CN|KR)-(?P<number>[0-9][0-9-]*)(?:-(?P<code>[A-Z][0-9]?))?", re.ASCII)
_CODE_FIRST = re.compile(r"(?P<office>US|EP|CN|KR|WO)-(?P<code>[A-CUY][0-9]?)-?(?P<number>[0-9][0-9/,-]*)", re.ASCII)


def by_office(plain: str) -> str:
    """`U.S.PATENTNO.9,459,406`, `米国特許第9,459,406号` -> `US9,459,406`; `US-9459406-B2`, `US-B2-9459406` ->
    `US9459406B2`."""
    for pattern, office, code in _HEADS:
        if head := compiled(pattern).match(plain):
            number = plain[head.end() :]
            return office + _END.sub("", number) + code
    if cited := _CODE_FIRST.fullmatch(plain):  # as search reports write it
        is_whole = len(cited["code"]) > 1 or cited["office"] in {"CN", "KR"}
        return cited["office"] + cited["number"] + (cited["code"] if is_whole else "")
    if parted := _PARTED.fullmatch(plain):
        return parted["office"] + parted["number"] + (parted["code"] or "")
    return plain
