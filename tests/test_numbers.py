"""Numbers: every notation to its type, and back; nothing guessed, nothing impossible accepted."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from typing import NamedTuple, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jpo_mcp import numbers
from jpo_mcp.errors import AmbiguousNumber, BadNumber, InputError, UnsupportedNumber
from jpo_mcp.numbers import (
    ApplicantCode,
    ApplicationNumber,
    CourtCase,
    HagueRegistration,
    InternationalApplication,
    InternationalPublication,
    Law,
    MadridRegistration,
    Number,
    OfficeNumber,
    PublicationNumber,
    RegistrationNumber,
    TrialNumber,
    UtilityModelNumber,
    applicant_code,
    application_from_api,
    case_number,
    cited_document,
    era_publication,
    folded,
    from_api,
    read,
)
from tests.bad_inputs import BAD_NUMBERS, ODD_ARGUMENTS

LAWS: tuple[Law, ...] = get_args(Law)
DASHES = "\u002d\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u30fc\uff70\u2500"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
REASONS = {"missing_number", "illegal_character", "not_a_number", "implausible_number", "wrong_law", "too_long"}


class Row(NamedTuple):
    """A notation and what it must be."""

    text: str
    number: Number


def patent(digits: str) -> ApplicationNumber:
    return ApplicationNumber("patent", digits)


def kokai(digits: str) -> PublicationNumber:
    return PublicationNumber(digits, "publication")


def kohyo(digits: str) -> PublicationNumber:
    return PublicationNumber(digits, "national_publication")


def kokoku(digits: str) -> PublicationNumber:
    return PublicationNumber(digits, "examined_publication")


NOTATIONS = (
    Row("特願2021-5", patent("2021000005")),
    Row("特願2021000005", patent("2021000005")),
    Row(" 特願 2021 - 000005 ", patent("2021000005")),
    Row("特願２０２１―００００５", patent("2021000005")),
    Row("特願2021ｰ12345", patent("2021012345")),
    Row("特願2021─12345", patent("2021012345")),
    Row("特願第2021-12345号", patent("2021012345")),
    Row("特許願2021-12345", patent("2021012345")),
    Row("特許出願2021-12345号", patent("2021012345")),
    Row("特願No.2021-12345", patent("2021012345")),
    Row("特願№2021-12345", patent("2021012345")),
    Row("2021年特許願第12345号", patent("2021012345")),
    Row("令和３年特許願第１２３４５号", patent("2021012345")),
    Row("令和元年特許願第7号", patent("2019000007")),
    Row("平成31年特許願第7号", patent("2019000007")),
    Row("特願平成11年第7号", patent("1999000007")),
    Row("特願平１１－７", patent("1999000007")),
    Row("特願H11-7", patent("1999000007")),
    Row("特願㍻11-7", patent("1999000007")),
    Row("特願S55-7", patent("1980000007")),
    Row("特願昭和64-7", patent("1989000007")),
    Row("特願平1-7", patent("1989000007")),
    Row("特願大15-7", patent("1926000007")),
    Row("特願明45-7", patent("1912000007")),
    Row("特願1885-1", patent("1885000001")),
    Row("特願2018-550001", patent("2018550001")),
    Row("jp.2018550001.a", patent("2018550001")),
    Row("JP20180550001A", patent("2018550001")),
    Row("Japanese Patent Application No. 2021-12345", patent("2021012345")),
    Row("JP Patent Application 2021-12345", patent("2021012345")),
    Row("意願2022-12584", ApplicationNumber("design", "2022012584")),
    Row("意匠登録願2022-012584", ApplicationNumber("design", "2022012584")),
    Row("令和4年意匠登録願第12584号", ApplicationNumber("design", "2022012584")),
    Row("Japanese Design Application No. 2022-12584", ApplicationNumber("design", "2022012584")),
    Row("商願2018-9480", ApplicationNumber("trademark", "2018009480")),
    Row("商標登録願２０１８－９４８０", ApplicationNumber("trademark", "2018009480")),
    Row("商願平9-100001", ApplicationNumber("trademark", "1997100001")),
    Row("特開2021-90037", kokai("2021090037")),
    Row("特許公開2021-090037", kokai("2021090037")),
    Row("特開2021-090037A", kokai("2021090037")),
    Row("特開2021-90037(P2021-90037A)", kokai("2021090037")),
    Row("特開平8-167522号公報", kokai("1996167522")),
    Row("特開昭５８－１号", kokai("1983000001")),
    Row("JP-A-2021-90037", kokai("2021090037")),
    Row("JP-A-H04-087383", kokai("1992087383")),
    Row("JPH0487383A", kokai("1992087383")),
    Row("JPS58-000001A", kokai("1983000001")),
    Row("jp2021090037a", kokai("2021090037")),
    Row("Japanese Patent Application Publication No. 2021-90037", kokai("2021090037")),
    Row("Japanese Unexamined Patent Application Publication No. H4-87383", kokai("1992087383")),
    Row(
        "Japanese Patent Application Laid-Open No. 2021-90037",
        kokai("2021090037"),
    ),
    Row("JPA 424508420", kohyo("2012508420")),
    Row("JPA 420016341", kokai("2008016341")),
    Row("特表2012-508420", kohyo("2012508420")),
    Row("特許公表2012-508420", kohyo("2012508420")),
    Row("JP2012508420A", kohyo("2012508420")),
    Row("特表平10-500001", kohyo("1998500001")),
    Row("特公昭50-1", kokoku("1975000001")),
    Row("JPH0712345B2", kokoku("1995012345")),
    Row("JP-B-H07-12345", kokoku("1995012345")),
    Row("特許公告平7-12345", kokoku("1995012345")),
    Row("特許出願公開第2021-90037号", kokai("2021090037")),
    Row("日本国特許出願公開平４－８７３８３号公報", kokai("1992087383")),
    Row("特開昭62123456", kokai("1987123456")),
    Row("JP H1 123456 A", kokai("1989123456")),
    Row("特開平0487383", kokai("1992087383")),
    Row("JPH1123456A", kokai("1999023456")),
    Row("特開平 4 87383 号", kokai("1992087383")),
    Row("特願H11 7", patent("1999000007")),
    Row("特願平成1　123456", patent("1989123456")),
    Row("特開平04087383号", kokai("1992087383")),
    Row("【公開番号】特開2021-090037(P2021-90037A)", kokai("2021090037")),
    Row("公開特許公報　特開２０２１－９００３７", kokai("2021090037")),
    Row("特開２００２－２３３０３３（ＪＰ，Ａ）", kokai("2002233033")),
    Row("JP,2021-090037,A", kokai("2021090037")),
    Row("Japanese Patent Laid-Open No. 2021-90037", kokai("2021090037")),
    Row("特開昭46-1", kokai("1971000001")),
    Row("特表昭54-500001", kohyo("1979500001")),
    Row("特公大11-1", kokoku("1922000001")),
    Row("JP-T-2002-512345", kohyo("2002512345")),
    Row("JP2002-512345T", kohyo("2002512345")),
    Row("特許出願公告平7-12345", kokoku("1995012345")),
    Row("特願二〇二一－一二三四五", patent("2021012345")),
    Row("平成一一年特許願第七号", patent("1999000007")),
    Row("(21)【出願番号】特願2021-12345(P2021-012345)", patent("2021012345")),
    Row("出願番号：特願2021-12345", patent("2021012345")),
    Row("日本国特許出願2021-12345号", patent("2021012345")),
    Row("(11)【特許番号】特許第7533889号(P7533889)", RegistrationNumber("patent", "7533889")),
    Row("【特許番号】第7533889号", RegistrationNumber("patent", "7533889")),
    Row("特許第七五三三八八九号", RegistrationNumber("patent", "7533889")),
    Row("特許第7533889号(JP,B2)", RegistrationNumber("patent", "7533889")),
    Row("特許7533889 B1", RegistrationNumber("patent", "7533889")),
    Row("日本国特許第7533889号", RegistrationNumber("patent", "7533889")),
    Row("意匠登録第1680736号(D1680736)", RegistrationNumber("design", "1680736")),
    Row("【登録番号】商標登録第6036291号(T6036291)", RegistrationNumber("trademark", "6036291")),
    Row("登録実用新案第3123456号(U3123456)", UtilityModelNumber("registration", "3123456")),
    Row("登実3123456", UtilityModelNumber("registration", "3123456")),
    Row("JPU 3123456", UtilityModelNumber("registration", "3123456")),
    Row("JP-U-3123456", UtilityModelNumber("registration", "3123456")),
    Row("JP2567890Y2", UtilityModelNumber("registration", "2567890")),
    Row("JP-U-H05-12345", UtilityModelNumber("publication", "1993012345")),
    Row("実開平5-12345(JP,U)", UtilityModelNumber("publication", "1993012345")),
    Row("JPWO2018123456", InternationalPublication("2018123456", republished=True)),
    Row("【国際公開番号】WO2019/181851", InternationalPublication("2019181851")),
    Row("【国際出願番号】PCT/JP2019/011858", InternationalApplication("JP", "2019011858")),
    Row("【識別番号】000003207", ApplicantCode("000003207")),
    Row("審判番号　不服2021-1234", TrialNumber("不服", "2021001234")),
    Row("JP1950-123456", patent("1950123456")),
    Row("特許第1号", RegistrationNumber("patent", "0000001")),
    Row("特許第７５３３８８９号公報", RegistrationNumber("patent", "7533889")),
    Row("特許7,533,889", RegistrationNumber("patent", "7533889")),
    Row("特許番号第7533889号", RegistrationNumber("patent", "7533889")),
    Row("特許第7533889号(P7533889)", RegistrationNumber("patent", "7533889")),
    Row("JP.7533889.B2", RegistrationNumber("patent", "7533889")),
    Row("JP 7533889 B1", RegistrationNumber("patent", "7533889")),
    Row("Japanese Patent No. 7,533,889", RegistrationNumber("patent", "7533889")),
    Row("意匠登録1680736", RegistrationNumber("design", "1680736")),
    Row("登録意匠第1680736号", RegistrationNumber("design", "1680736")),
    Row("JP1680736S", RegistrationNumber("design", "1680736")),
    Row("Japanese Design Registration No. 1680736", RegistrationNumber("design", "1680736")),
    Row("登録商標第6036291号", RegistrationNumber("trademark", "6036291")),
    Row("商標登録第12345号", RegistrationNumber("trademark", "0012345")),
    Row("Japanese Trademark Registration No. 6036291", RegistrationNumber("trademark", "6036291")),
    Row("PCT/JP03/01234", InternationalApplication("JP", "2003001234")),
    Row("pct/jp2019/11858", InternationalApplication("JP", "2019011858")),
    Row("PCT-IB2019-050001", InternationalApplication("IB", "2019050001")),
    Row("PCTJP2019011858", InternationalApplication("JP", "2019011858")),
    Row("国際出願番号ＰＣＴ／ＪＰ２０１９／０１１８５８", InternationalApplication("JP", "2019011858")),
    Row("JP.2019011858.W", InternationalApplication("JP", "2019011858")),
    Row("WO 2019/181851 A1", InternationalPublication("2019181851")),
    Row("WO2019181851A1", InternationalPublication("2019181851")),
    Row("WO/2019/181851", InternationalPublication("2019181851")),
    Row("WO03/012345", InternationalPublication("2003012345")),
    Row("WO9912345", InternationalPublication("1999012345")),
    Row("国際公開WO2019/181851号", InternationalPublication("2019181851")),
    Row("再表99/12345", InternationalPublication("1999012345", republished=True)),
    Row("再公表WO2018/123456", InternationalPublication("2018123456", republished=True)),
    Row("JPWO2018123456A1", InternationalPublication("2018123456", republished=True)),
    Row("DM/91050", HagueRegistration("091050")),
    Row("国際登録第DM/219123号", HagueRegistration("219123")),
    Row("国際商標登録第876543号", MadridRegistration("876543")),
    Row("IR1234567A", MadridRegistration("1234567A")),
    Row("異議2020-900123", TrialNumber("異議", "2020900123", "trademark")),
    Row("無効2019-880001", TrialNumber("無効", "2019880001", "design")),
    Row("取消2021-300001", TrialNumber("取消", "2021300001", "trademark")),
    Row("訂正2021-390001", TrialNumber("訂正", "2021390001", "patent")),
    Row("判定2021-600001", TrialNumber("判定", "2021600001", None)),
    Row("平成10年審判第12345号", TrialNumber("審判", "1998012345", None)),
    Row("平成17年（行ケ）第10042号", CourtCase("平成17年(行ケ)第10042号", "4 1710042")),
    Row("令和4年(ﾜ)第123号", CourtCase("令和4年(ワ)第123号", None)),
    Row("000003207", ApplicantCode("000003207")),
    Row("申請人コード 503090037", ApplicantCode("503090037")),
    Row("実開昭60-012345", UtilityModelNumber("publication", "1985012345")),
    Row("実公平7-12345", UtilityModelNumber("examined_publication", "1995012345")),
    Row("JP3123456U", UtilityModelNumber("registration", "3123456")),
    Row("実登3123456", UtilityModelNumber("registration", "3123456")),
    Row("EP.06834636.A", OfficeNumber("EP", "06834636", "A", "EP.06834636.A")),
    Row("EP 1000000 B1", OfficeNumber("EP", "1000000", "B1", "EP1000000B1", "registration")),
    Row("US 2015/0378098 A1", OfficeNumber("US", "2015378098", "A1", "US2015/0378098A1", "publication")),
    Row("US 9,459,406 B2", OfficeNumber("US", "9459406", "B2", "US9,459,406B2", "registration")),
    Row("US 9,459,406", OfficeNumber("US", "9459406", None, "US9,459,406", "registration")),
    Row("CN.102298232.A", OfficeNumber("CN", "102298232", "A", "CN.102298232.A", "publication")),
    Row("ZL201010126185.X", OfficeNumber("CN", "201010126185", "A", "ZL201010126185.X")),
    Row("KR10-2008-7017015", OfficeNumber("KR", "20087017015", "A", "KR10-2008-7017015")),
    Row("KR10-1503659B1", OfficeNumber("KR", "101503659", "B1", "KR10-1503659B1", "registration")),
    Row("DE102015000001A1", OfficeNumber("DE", "102015000001", None, "DE102015000001A1", "publication")),
)
"""Ours, written by hand from the forms in the field; fictional numbers where no public example was needed."""


def test_the_sixty_worked_examples_come_out_as_stated(shared: Path) -> None:
    """number-examples.json beside the recorded replies."""
    rows = json.loads((shared / "spec" / "number-examples.json").read_text(encoding="utf-8"))
    got = [_as_stated(row["input"]) for row in rows]
    assert got == [(row["kind"], None if row["kind"] == "invalid" else row["law"], row["normalized"]) for row in rows]
    assert len(rows) == 60


def _as_stated(text: str) -> tuple[str, str | None, str | None]:
    try:
        reading = read(text)
    except BadNumber:
        return "invalid", None, None
    return reading.kind, reading.law, reading.normalized


def test_naming_the_law_of_a_worked_example_changes_nothing(shared: Path) -> None:
    """A law that the notation already says adds nothing."""
    rows = json.loads((shared / "spec" / "number-examples.json").read_text(encoding="utf-8"))
    for row in rows:
        if row["law"] in LAWS and row["kind"] != "invalid":
            reading = read(row["input"], law=row["law"])
            assert (reading.kind, reading.law, reading.normalized) == (row["kind"], row["law"], row["normalized"])


@pytest.mark.parametrize("row", NOTATIONS, ids=lambda row: row.text)
def test_a_notation_reads_as_its_number(row: Row) -> None:
    """domain section 4, domestic API section 6, OPD section 1."""
    reading = read(row.text)
    assert (reading.number, reading.kind, reading.law) == (row.number, row.number.kind, row.number.law)
    assert reading.normalized == row.number.api
    assert reading.text == row.text


def test_our_own_table_is_large_enough() -> None:
    """Our own rule: at least eighty notations beside the worked examples."""
    assert len({row.text for row in NOTATIONS}) >= 80


@pytest.mark.parametrize(
    ("number", "human", "api"),
    [
        (patent("2020123456"), "特願2020-123456", "2020123456"),
        (patent("1999123456"), "特願平11-123456", "1999123456"),
        (patent("1988012345"), "特願昭63-012345", "1988012345"),
        (patent("1989000007"), "特願1989-000007", "1989000007"),
        (ApplicationNumber("design", "2020015234"), "意願2020-015234", "2020015234"),
        (ApplicationNumber("trademark", "2024123456"), "商願2024-123456", "2024123456"),
        (kokai("2021090037"), "特開2021-090037", "2021090037"),
        (kokai("1992087383"), "特開平4-087383", "1992087383"),
        (kohyo("2012508420"), "特表2012-508420", "2012508420"),
        (kokoku("1995012345"), "特公平7-012345", "1995012345"),
        (RegistrationNumber("patent", "7533889"), "特許第7533889号", "7533889"),
        (RegistrationNumber("patent", "0000404"), "特許第404号", "0000404"),
        (RegistrationNumber("design", "1680736"), "意匠登録第1680736号", "1680736"),
        (RegistrationNumber("trademark", "6036291"), "商標登録第6036291号", "6036291"),
        (InternationalApplication("JP", "2019011858"), "PCT/JP2019/011858", "JP2019011858"),
        (InternationalPublication("2020123456"), "WO2020/123456", "WO2020123456"),
        (InternationalPublication("2018123456", republished=True), "再表2018/123456", "WO2018123456"),
        (HagueRegistration("091050"), "DM/091050", "DM/091050"),
        (MadridRegistration("1234567"), "国際登録第1234567号", None),
        (TrialNumber("不服", "2023012345"), "不服2023-012345", "2023012345"),
        (CourtCase("令和3年(行ケ)第10035号", "5 0310035"), "令和3年(行ケ)第10035号", "5 0310035"),
        (ApplicantCode("000003207"), "000003207", "000003207"),
        (UtilityModelNumber("application", "2006001234"), "実願2006-001234", None),
        (UtilityModelNumber("registration", "3123456"), "実用新案登録第3123456号", None),
        (OfficeNumber("EP", "15123456", "A", "EP15123456.7"), "EP15123456.7", "EP.15123456.A"),
        (OfficeNumber("US", "14123456", None, "US14/123,456"), "US14/123,456", None),
    ],
)
def test_a_number_prints_in_the_office_form_and_in_the_api_form(number: Number, human: str, api: str | None) -> None:
    """The forms the JPO prints; era years before 2000."""
    assert (number.human, number.api) == (human, api)


@pytest.mark.parametrize(
    ("number", "docdb"),
    [
        (patent("2015500001"), "JP.2015500001.A"),
        (patent("1999123456"), None),
        (ApplicationNumber("design", "2020015234"), None),
        (kohyo("2015508823"), "JP.2015508823.A"),
        (kokai("1992087383"), None),
        (kokoku("1995012345"), None),
        (RegistrationNumber("patent", "6249966"), None),
    ],
)
def test_a_docdb_form_is_given_only_where_nothing_is_guessed(
    number: ApplicationNumber | PublicationNumber | RegistrationNumber, docdb: str | None
) -> None:
    """OPD section 1: B1 or B2 is not in the number, and before 2000 the form differs."""
    assert number.docdb == docdb


def test_the_serial_tells_a_national_phase_and_a_hague_design() -> None:
    """domain section 4: 5xxxxx."""
    assert patent("2019563629").is_national_phase
    assert not patent("2019063629").is_national_phase
    assert ApplicationNumber("design", "2016500748").is_hague
    assert not ApplicationNumber("trademark", "2016500748").is_hague
    assert (patent("2019563629").year, patent("2019563629").serial) == (2019, 563629)


@pytest.mark.parametrize("digits", ["2020-23456", "２０２０１２３４５６", "202012345", "20201234567", "../..20201", ""])
def test_a_typed_number_holds_only_ascii_digits(digits: str) -> None:
    """A typed number goes into a path, so its digits are checked on construction."""
    with pytest.raises(ValueError, match="10 ASCII digits"):
        patent(digits)


def test_an_international_application_needs_a_two_letter_office() -> None:
    """It goes into a path too."""
    with pytest.raises(ValueError, match="two-letter"):
        InternationalApplication("j/", "2019011858")


# What is left open


def _humans(text: str, law: Law | None = None) -> list[str]:
    return [candidate.number.human for candidate in read(text, law=law).candidates]


def test_ten_bare_digits_have_five_readings() -> None:
    """domain section 4: two inventions share 2020123456 as application and publication."""
    expected = ["特願2020-123456", "意願2020-123456", "商願2020-123456", "特開2020-123456", "審判2020-123456"]
    assert _humans("2020123456") == expected
    assert _humans("2020-123456") == expected
    assert read("2020123456").number is None


def test_an_old_year_adds_the_examined_publication() -> None:
    """特公 ended in 1996."""
    assert "特公平7-012345" in _humans("1995012345")
    assert "特表2010-510230" in _humans("2010510230")


def test_seven_bare_digits_have_three_readings() -> None:
    """Each of the three registers uses seven digits."""
    expected = ["特許第7533889号", "意匠登録第7533889号", "商標登録第7533889号"]
    assert _humans("7533889") == expected
    assert _humans("JP7533889") == expected


@pytest.mark.parametrize("text", ["登録第1234567号", "登録番号：第1234567号", "登録1,234,567"])
def test_a_registration_that_names_no_law_has_three_readings(text: str) -> None:
    """Marks are written 登録第…号, and so are designs and patents; `law` settles it."""
    assert _humans(text) == ["特許第1234567号", "意匠登録第1234567号", "商標登録第1234567号"]
    assert case_number(text, law="trademark").number == RegistrationNumber("trademark", "1234567")
    with pytest.raises(AmbiguousNumber):
        case_number(text)


def test_no_reading_is_of_a_kind_that_did_not_exist_in_that_year() -> None:
    """特開 since 1971, 特表 since 1979, 特公 from 1922 to 1996, PCT since 1978."""
    assert _humans("1950000001") == [
        "特願昭25-000001",
        "意願昭25-000001",
        "商願昭25-000001",
        "特公昭25-000001",
        "審判昭25-000001",
    ]
    assert "特公" not in "".join(_humans("1921000001"))
    assert _humans("JP1975000001") == ["特開昭50-000001", "特願昭50-000001"]


def test_nine_digits_are_a_publication_or_an_applicant() -> None:
    """domain section 4: applicant codes such as 519372777 have nine digits too."""
    assert [c.number for c in read("503090037").candidates] == [kokai("2021090037"), ApplicantCode("503090037")]
    assert [c.number for c in read("413202365").candidates] == [kokai("2001202365"), ApplicantCode("413202365")]
    assert read("503090037", law="patent").kind == "ambiguous"
    assert read("390009876").number == ApplicantCode("390009876")


def test_jp_and_ten_digits_are_pct_publication_or_application() -> None:
    """Without a kind code; a dash excludes the PCT form."""
    assert _humans("JP2020123456") == ["PCT/JP2020/123456", "特開2020-123456", "特願2020-123456"]
    assert _humans("JP 2020-123456") == ["特開2020-123456", "特願2020-123456"]
    assert read("JP2020123456", law="patent").kind == "ambiguous"


def test_a_dotted_form_with_a_is_an_application_that_could_be_a_publication() -> None:
    """OPD section 1 uses kind A for both."""
    reading = read("JP.2015508823.A")
    assert reading.number == patent("2015508823")
    assert [c.number for c in reading.candidates] == [patent("2015508823"), kohyo("2015508823")]


@pytest.mark.parametrize(
    ("text", "law", "human"),
    [
        ("2020-8423", "patent", "特願2020-008423"),
        ("2020-8423", "design", "意願2020-008423"),
        ("2020123456", "trademark", "商願2020-123456"),
        ("7533889", "patent", "特許第7533889号"),
        ("1680736", "design", "意匠登録第1680736号"),
    ],
)
def test_a_named_law_settles_bare_digits_and_says_so(text: str, law: Law, human: str) -> None:
    """Year and serial are that law's application, seven digits that law's registration."""
    reading = read(text, law=law)
    assert reading.number is not None
    assert (reading.number.human, reading.law) == (human, law)
    assert any(human in note.en and "law was given" in note.en for note in reading.notes)
    case = case_number(text, law=law)
    assert case.number == reading.number
    assert case.interpreted_as is not None
    assert human in case.interpreted_as.en
    assert human in case.interpreted_as.ja
    assert len(case.others) == len(reading.candidates) - 1


# Notes


def _notes(text: str, law: Law | None = None) -> str:
    return "\n".join(note.en for note in read(text, law=law).notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("特願2020-8423", "zero-padded: 8423 -> 008423"),
        ("特許第404号", "zero-padded: 404 -> 0000404"),
        ("特願平11-123456", "Heisei 11 is 1999"),
        ("令和2年特許願第8423号", "numbers since 2000 carry the Gregorian year"),
        ("特願2003-000001", "before July 2003"),
        ("特開2002-233033", "before July 2003"),
        ("意願1999-000001", "before 2000"),
        ("商願1999-000001", "before 2000"),
        ("特開昭60-046093", "expect status 111"),
        ("特開昭64-1", "expect status 111"),
        ("特公平7-12345", "share these digits"),
        ("特願2020\u200b-123456", "U+200B"),
        ("\u2066特願2020-123456\u2069", "U+2066, U+2069"),
        ("特願二〇二一－一二三四五", "kanji digits were read one by one"),
        ("特許第75 33889号", "a space between digits was removed"),
        ("EP15123456.4", "check digit was dropped"),
        ("EP15123456.7", "check digit does not fit"),
        ("10-2015-0012345", "right-type prefix was dropped"),
        ("US 14/123,456", "needs the filing year"),
        ("CN102298232", "needs the kind code"),
        ("JP20150500001", "extra zero"),
        ("413202365", "413202365 is 2001202365"),
        ("PCT/US99/12345", "two-digit year 99 is 1999"),
        ("実願2006-001234", "not served: utility models"),
        ("国際登録第1234567号", "not served"),
        ("不服2023-012345", "not served"),
        ("令和3年(行ケ)第10035号", "not served"),
        ("DE102015000001A1", "not one of the five offices"),
    ],
)
def test_whatever_is_done_beyond_folding_is_said(text: str, said: str) -> None:
    """reliability section 5, classes 6 and 14; domestic API section 7."""
    assert said in _notes(text)


@pytest.mark.parametrize(
    "text",
    [
        "特願2020-123456",
        "特願２０２０－１２３４５６",
        "特願2004-000001",
        "意願2000-000001",
        "特許第7533889号",
        "特開2021-090037",
    ],
)
def test_a_plain_number_needs_no_note(text: str) -> None:
    """Folding widths and dashes is not worth a word."""
    assert read(text).notes == ()
    assert case_number(text).notes == ()


def test_a_law_that_the_notation_contradicts_is_pointed_out() -> None:
    """The notation decides; a case tool refuses instead."""
    assert "the notation says trademark, not design" in _notes("商願2024-123456", "design")


# The case tools' policy


def test_ten_bare_digits_are_taken_as_a_patent_application_and_say_so() -> None:
    """The API's own form; the other readings travel along."""
    case = case_number("2020123456")
    assert case.number == patent("2020123456")
    assert case.interpreted_as is not None
    assert "特開2020-123456" in case.interpreted_as.en
    assert [c.number.human for c in case.others] == [
        "意願2020-123456",
        "商願2020-123456",
        "特開2020-123456",
        "審判2020-123456",
    ]


@pytest.mark.parametrize(
    "text", ["特願2020-123456", "特開2020-123456", "特許7533889", "PCT/JP2019/011858", "WO2020/123456"]
)
def test_a_notation_with_its_kind_needs_no_interpretation(text: str) -> None:
    """Nothing was left open."""
    case = case_number(text)
    assert (case.interpreted_as, case.others) == (None, ())


@pytest.mark.parametrize(
    "text", ["2020-123456", "2020-8423", "7533889", "JP2020123456", "JP7533889", "503090037", "413202365"]
)
def test_an_open_notation_is_asked_back_with_its_readings(text: str) -> None:
    """Nothing is picked silently."""
    with pytest.raises(AmbiguousNumber) as caught:
        case_number(text)
    candidates = read(text).candidates
    assert len(caught.value.candidates) == len(candidates) >= 2
    for candidate, said in zip(candidates, caught.value.candidates, strict=True):
        assert candidate.number.human in said
        assert candidate.number.human in caught.value.text("en")


@pytest.mark.parametrize(("text", "law"), list(product(["JP2020123456", "503090037"], LAWS)))
def test_a_law_does_not_settle_jp_digits_or_nine_digits(text: str, law: Law) -> None:
    """PCT or publication, publication or applicant: the law does not tell."""
    with pytest.raises(AmbiguousNumber):
        case_number(text, law=law)


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("商願2024-123456", "patent"),
        ("特願2020-123456", "design"),
        ("特開2020-123456", "trademark"),
        ("意匠登録第1680736号", "patent"),
        ("PCT/JP2019/011858", "design"),
    ],
)
def test_a_notation_of_another_law_is_refused(text: str, law: Law) -> None:
    """Class 8: never sent as the other law's case."""
    with pytest.raises(BadNumber) as caught:
        case_number(text, law=law)
    assert caught.value.reason == "wrong_law"
    _assert_teaches(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("実願2006-001234", "J-PlatPat"),
        ("国際登録第1234567号", "Madrid"),
        ("DM/091050", "意願YYYY-5xxxxx"),
        ("不服2023-012345", "application number"),
        ("令和3年(行ケ)第10035号", "application number"),
        ("000003207", "jpo_find_applicant"),
        ("EP15123456.7", "jpo_get_family"),
        ("DE102015000001A1", "JP application number"),
    ],
)
def test_what_no_case_tool_takes_is_refused_with_the_way_out(text: str, said: str) -> None:
    """Understood, and never sent as something else."""
    with pytest.raises(UnsupportedNumber) as caught:
        case_number(text)
    assert said in caught.value.text("en")
    _assert_teaches(caught.value)


# Refusals


def _assert_teaches(error: InputError) -> None:
    """What, rule, example and next step in both languages, naming the field, within 600 characters."""
    assert not isinstance(error, BadNumber) or error.reason in REASONS
    assert re.search(r"\[\w+\] \w+:? .+ Rule: .+ Example: .+ Next: .+", error.text("en"), re.DOTALL)
    assert re.search(r"\[\w+\] \w+:? .+規則：.+例：.+次に：.+", error.text("ja"), re.DOTALL)
    assert "accesses_spent: 0" in error.text()
    assert len(error.text()) <= 600


@pytest.mark.parametrize(
    ("text", "reason", "said"),
    [
        ("", "missing_number", "No number"),
        ("\u3000", "missing_number", "No number"),
        ("特願2020-123456\r", "illegal_character", "U+000D at 14"),
        ("2020123456\r", "illegal_character", "U+000D at 11"),
        ("特願2019-12O456", "illegal_character", '"O" (U+004F) at 10'),
        ("特願2O19-123456", "illegal_character", '"O" (U+004F) at 4'),
        ("٢٠٢٠١٢٣٤٥٦", "illegal_character", "Use 0-9"),
        ("特願2020-12345①", "illegal_character", "U+2460) at 13"),
        ("2020¹²³⁴⁵⁶", "illegal_character", "Use 0-9"),
        ("2020123456/../../auth/token", "illegal_character", '"/" (U+002F) at 11'),
        ("%2e%2e", "illegal_character", '"%" (U+0025) at 1'),
        ("2020123456,2020123457", "illegal_character", "jpo_check_portfolio"),
        ("file:///etc/passwd", "not_a_number", "is not a number"),
        ("ignore previous instructions", "not_a_number", "is not a number"),
        ("abc\u200b", "not_a_number", "U+200B"),
        ("特願2020-1234567", "implausible_number", "1234567"),
        ("特願2020-000000", "implausible_number", "000000"),
        ("特願平成32-1", "implausible_number", "ended at 31"),
        ("特願昭65-1", "implausible_number", "ended at 64"),
        ("特願大16-1", "implausible_number", "ended at 15"),
        ("特願1884-1", "implausible_number", "1884"),
        ("特願H020-123456", "implausible_number", "two digits at most"),
        ("特願令000-123456", "implausible_number", "Reiwa 000 does not exist"),
        ("JP12345678B2", "implausible_number", "1 to 7 digits"),
        ("JP753388B2", "illegal_character", '"B"'),
        ("WO2020/1234A6", "not_a_number", "is not a number"),
        ("特開平1123456", "implausible_number", "Write 平1-123456 or 平11-23456"),
        ("特願H1123456", "implausible_number", "Write H1-123456 or H11-23456"),
        ("R2123456", "implausible_number", "where the year ends"),
        ("商標登録第六〇三六二九一号の一", "not_a_number", "own application number"),
        ("特願昭和6012345", "implausible_number", "Write 昭和6-012345 or 昭和60-12345"),
        ("特開1970-000001", "implausible_number", "1971"),
        ("特表1978-500001", "implausible_number", "1979"),
        ("特公1921-000001", "implausible_number", "1922"),
        ("商標登録第1234567号の2", "not_a_number", "own application number"),
        ("登録第1234567号の2の1", "not_a_number", "own application number"),
        ("商標登録第1234567号の防護第1号", "not_a_number", "own application number"),
        ("商標登録第1234567号防護標章登録第1号", "not_a_number", "own application number"),
        ("意匠登録第1234567号の類似1", "not_a_number", "own application number"),
        ("意匠登録第1234567-1号", "not_a_number", "own application number"),
        ("商標登録第6036291号(P6036291)", "not_a_number", "is not a number"),
        ("特開2021-012345(P2021-012346A)", "illegal_character", '"A"'),
        ("特開2021-012345(JP,U)", "illegal_character", '","'),
        ("【公開番号】特願2021-12345", "illegal_character", "【"),
        ("公開番号2021-12345", "not_a_number", "is not a number"),
        ("出願番号特開2021-12345", "not_a_number", "is not a number"),
        ("9999999999", "implausible_number", "9999"),
        ("特願20-123456", "implausible_number", "era"),
        ("特許第12345678号", "implausible_number", "1 to 7 digits"),
        ("PCT/JP04/12345", "implausible_number", "four digits"),
        ("x" * 65, "too_long", "65"),
    ],
)
def test_a_refusal_names_its_reason_and_the_place(text: str, reason: str, said: str) -> None:
    """reliability section 5."""
    with pytest.raises(BadNumber) as caught:
        read(text)
    assert caught.value.reason == reason
    assert said in caught.value.text("en")
    _assert_teaches(caught.value)


def test_a_megabyte_is_not_echoed() -> None:
    """Class 20."""
    with pytest.raises(BadNumber) as caught:
        read("7" * 1_048_576)
    assert "1,048,576" in caught.value.text("en")
    assert "777" not in caught.value.text()


def test_a_number_of_64_characters_is_not_too_long() -> None:
    """The limit itself is allowed."""
    assert read("特願2020-" + " " * 51 + "123456").number == patent("2020123456")


def test_a_year_after_next_is_impossible() -> None:
    """The server passes the year; without it the bound is 2050."""
    assert read("特願2027-000001", this_year=2026).number == patent("2027000001")
    with pytest.raises(BadNumber, match="1885 to 2027"):
        read("特願2028-000001", this_year=2026)
    with pytest.raises(BadNumber, match="1885 to 2027"):
        case_number("特願令和10-1", this_year=2026)
    assert read("特願2050-000001").number == patent("2050000001")
    with pytest.raises(BadNumber):
        read("特願2051-000001")


@pytest.mark.parametrize("text", [text for _, text in BAD_NUMBERS], ids=lambda text: ascii(text[:24]))
def test_a_bad_number_is_refused_before_anything_is_sent(text: str) -> None:
    """reliability section 5: at least 200 strings over the classes."""
    with pytest.raises(InputError) as caught:
        case_number(text)
    _assert_teaches(caught.value)


def test_the_bad_inputs_cover_the_classes() -> None:
    """Every one of the 25 that can be a text, and the others as arguments."""
    assert len(BAD_NUMBERS) == len(set(BAD_NUMBERS)) >= 200
    assert {label for label, _ in BAD_NUMBERS} == {f"{n:02}" for n in range(1, 26)}
    assert {"02", "03", "16", "17", "18", "21", "22"} <= {label for label, _, _ in ODD_ARGUMENTS}


# Replies, codes, folding


@pytest.mark.parametrize(
    ("nine", "expected"),
    [
        ("503090037", kokai("2021090037")),
        ("413202365", kokai("2001202365")),
        ("419157175", kokai("2007157175")),
        ("420516341", kohyo("2008516341")),
        ("360046093", kokai("1985046093")),
        ("503500000", kokai("2021500000")),
        ("503500001", kohyo("2021500001")),
        ("432000001", None),
        ("365000001", None),
        ("400000001", None),
        ("503000000", None),
        ("603090037", None),
        ("50309003", None),
        ("５０３０９００３７", None),
        ("", None),
    ],
)
def test_the_nine_digit_era_form_of_a_reply_is_a_publication(nine: str, expected: PublicationNumber | None) -> None:
    """codes eraDigit: 3 Showa, 4 Heisei, 5 Reiwa."""
    assert era_publication(nine) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("JPA 414233033", kokai("2002233033")),
        ("JPA 420516341", kohyo("2008516341")),
        ("JPA414233033", kokai("2002233033")),
        ("JPB 414233033", None),
        ("USA 20150378098", None),
        ("", None),
    ],
)
def test_a_cited_document_is_a_publication_where_its_form_is_known(
    text: str, expected: PublicationNumber | None
) -> None:
    """codes citedDocumentNumber: only JPA was ever seen."""
    assert cited_document(text) == expected


def test_an_application_of_a_reply_takes_the_law_of_its_endpoint() -> None:
    """The digits do not tell the law."""
    assert application_from_api("design", "2020015234") == ApplicationNumber("design", "2020015234")
    assert application_from_api("patent", "") is None
    assert application_from_api("patent", "２０２００１５２３４") is None


@pytest.mark.parametrize(
    ("kind", "law", "text", "expected"),
    [
        ("application", "design", "2020015234", ApplicationNumber("design", "2020015234")),
        ("registration", "trademark", "6036291", RegistrationNumber("trademark", "6036291")),
        ("registration", "patent", "75338", None),
        ("publication", "patent", "503090037", kokai("2021090037")),
        ("publication", "patent", "2021090037", kokai("2021090037")),
        ("national_publication", "patent", "2012508420", kohyo("2012508420")),
        ("international_application", "patent", "JP2019011858", InternationalApplication("JP", "2019011858")),
        ("international_publication", "patent", "WO2019181851", InternationalPublication("2019181851")),
        ("international_publication", "patent", "JP2019011858", None),
        ("appeal", "patent", "2023012345", None),
        ("application", "patent", "", None),
    ],
)
def test_a_number_of_a_reply_is_typed_by_its_field(kind: str, law: Law, text: str, expected: Number | None) -> None:
    """domestic API section 6: the field tells the kind, the endpoint the law."""
    assert from_api(kind, law, text) == expected


def test_an_applicant_code_is_trimmed_and_has_nine_digits() -> None:
    """Class 22."""
    assert applicant_code(" 000003207 ") == ApplicantCode("000003207")
    assert applicant_code("０００００３２０７") == ApplicantCode("000003207")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3207", "Did you mean 000003207?"),
        ("0000032070", "Nine digits"),
        ("", "No number"),
        ("00000320x", "Nine digits"),
    ],
)
def test_a_wrong_applicant_code_is_refused_and_only_a_suggestion_is_made(text: str, said: str) -> None:
    """Class 22: zeros are suggested, not added."""
    with pytest.raises(BadNumber) as caught:
        applicant_code(text)
    assert said in caught.value.text("en")
    assert caught.value.field == "applicant"
    _assert_teaches(caught.value)


@pytest.mark.parametrize("dash", DASHES, ids=lambda dash: f"U+{ord(dash):04X}")
def test_every_dash_folds_to_one(dash: str) -> None:
    """A Shift_JIS decode yields U+2212, an input method the long-vowel mark."""
    assert folded(f"特開２００２{dash}２３３０３３号公報") == "特開2002-233033号公報"


def test_folding_keeps_letters_and_a_long_vowel_inside_a_word() -> None:
    """Only between digits does the mark stand for a dash."""
    assert folded("データ ー Ab-１ー２") == "データーAb-1-2"


def test_the_public_names_are_sorted_and_exist() -> None:
    """The shop window."""
    upper = [name for name in numbers.__all__ if name[0].isupper()]
    lower = [name for name in numbers.__all__ if name[0].islower()]
    assert numbers.__all__ == sorted(upper) + sorted(lower)
    assert all(hasattr(numbers, name) for name in numbers.__all__)


# Properties


def _ten(year: int, serial: int) -> str:
    return f"{year}{serial:06}"


YEARS = st.integers(1885, 2050)
SERIALS = st.integers(1, 999_999)
TEN = st.builds(_ten, YEARS, SERIALS)
PCT_TEN = st.builds(_ten, st.integers(1978, 2050), SERIALS)
KOKOKU_TEN = st.builds(_ten, st.integers(1922, 1996), SERIALS)
SEVEN = st.integers(1, 9_999_999).map(lambda n: f"{n:07}")
APPLICATIONS = st.builds(ApplicationNumber, st.sampled_from(LAWS), TEN)
KOKAI_TEN = st.builds(_ten, st.integers(1971, 2050), SERIALS)
KOHYO_TEN = st.builds(_ten, st.integers(1979, 2050), SERIALS)
PUBLICATIONS = st.builds(kokai, KOKAI_TEN) | st.builds(kohyo, KOHYO_TEN) | st.builds(kokoku, KOKOKU_TEN)
REGISTRATIONS = st.builds(RegistrationNumber, st.sampled_from(LAWS), SEVEN)
OFFICES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
TYPED: st.SearchStrategy[Number] = st.one_of(
    APPLICATIONS,
    PUBLICATIONS,
    REGISTRATIONS,
    st.builds(InternationalApplication, OFFICES, PCT_TEN),
    st.builds(InternationalPublication, PCT_TEN, st.booleans()),
    st.builds(HagueRegistration, SERIALS.map(lambda n: f"{n:06}")),
    st.builds(MadridRegistration, SEVEN),
    st.builds(TrialNumber, st.sampled_from(["不服", "審判", "判定"]), TEN),
    st.builds(UtilityModelNumber, st.just("registration"), SEVEN),
    st.builds(UtilityModelNumber, st.sampled_from(["application", "publication", "examined_publication"]), TEN),
    st.builds(ApplicantCode, st.integers(0, 299_999_999).map(lambda n: f"{n:09}")),
)
DATED = APPLICATIONS | PUBLICATIONS


@given(TYPED)
def test_every_number_reads_back_from_its_office_form(number: Number) -> None:
    """human and read are inverse."""
    assert read(number.human).number == number


def _spellings(number: ApplicationNumber | PublicationNumber, dash: str) -> list[str]:
    head, serial, year = number.human[:2], number.serial, number.year
    plain = [
        f"{head}{year}{dash}{serial:06}",
        f"{head}{year}{dash}{serial}",
        f"{head}{year}{serial:06}",
        f"{head} {year} {dash}\u3000{serial} 号",
        f"{head} {year} {serial:06}",
        f"{head}{year}年第{serial}号",
        *(
            f"{head}{era}{year - offset}{joint}{serial}"
            for era, offset, first, last in ERA_SPANS
            for joint in (dash, " ")
            if first <= year <= last
        ),
    ]
    return [*plain, *(text.translate(FULL_WIDTH) for text in plain)]


ERA_SPANS = (
    ("昭", 1925, 1926, 1989),
    ("昭和", 1925, 1926, 1989),
    ("S", 1925, 1926, 1989),
    ("平", 1988, 1989, 2019),
    ("平成", 1988, 1989, 2019),
    ("H", 1988, 1989, 2019),
    ("令和", 2018, 2019, 2050),
    ("R", 2018, 2019, 2050),
)


@given(DATED, st.sampled_from(DASHES))
def test_every_spelling_of_a_number_is_the_same_number(
    number: ApplicationNumber | PublicationNumber, dash: str
) -> None:
    """Dashes, widths, padding, spaces and eras."""
    for text in _spellings(number, dash):
        assert read(text).number == number, text


@given(REGISTRATIONS)
def test_every_spelling_of_a_registration_is_the_same_registration(number: RegistrationNumber) -> None:
    """第, 号, widths and thousands are a matter of taste."""
    head, bare = number.human.split("第")[0], int(number.digits)
    for text in (f"{head}{bare}", f"{head}第{number.digits}号", f"{head}{bare:,}", f"{head} 第 {bare} 号公報"):
        assert read(text).number == number, text
        assert read(text.translate(FULL_WIDTH)).number == number, text


@given(DATED, st.integers(0, 12), st.sampled_from("\u200b\u200d\u2060\ufeff\u202e\u2066\u00ad"))
def test_an_invisible_character_is_removed_and_reported(
    number: ApplicationNumber | PublicationNumber, position: int, hidden: str
) -> None:
    """Class 14."""
    human = number.human
    reading = read(human[:position] + hidden + human[position:])
    assert reading.number == number
    assert any(f"U+{ord(hidden):04X}" in note.en for note in reading.notes)


NUMBERISH = st.text(
    "特願開表公許意匠商標登録第号平昭令和元年0123456789０９-－ー/.,JPAWOCTEUSKRBDM()①٢O \u200b", max_size=24
)


@given(st.text(max_size=80) | NUMBERISH, st.sampled_from((*LAWS, None)))
@example("", None)
@example("\U000e0041" * 64, None)
@example("\U0010ffff" * 64, "design")
@example("特" + "9" * 63, None)
@example("1995-000001", None)
def test_any_text_is_a_reading_or_a_refusal_that_teaches(text: str, law: Law | None) -> None:
    """Nothing else ever leaves read or case_number."""
    try:
        reading = read(text, law=law)
        assert (reading.number is None) == (reading.kind == "ambiguous")
        assert reading.number is not None or len(reading.candidates) >= 2
    except BadNumber as error:
        _assert_teaches(error)
    try:
        api = case_number(text, law=law).number.api
        assert re.fullmatch(r"([A-Z]{2})?[0-9]{7,10}", api, re.ASCII)
    except InputError as error:
        _assert_teaches(error)


@given(st.text(max_size=80))
def test_the_pure_readers_of_replies_never_fail(text: str) -> None:
    """An unknown form in a reply is shown raw, never an error."""
    assert era_publication(text) is None or len(text.strip()) == 9
    assert cited_document(text) is None or text.strip().startswith("JPA")
    folded(text)
