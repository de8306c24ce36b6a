"""DOCDB numbers: from every notation that gives them, refused where it does not, and back to each office's own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpo_mcp.endpoints import endpoint
from jpo_mcp.errors import AmbiguousNumber, BadNumber, InputError, UnsupportedNumber
from jpo_mcp.numbers import DocdbNumber, OfficeNumber, docdb, read

DERIVED: list[tuple[str, str, str]] = [
    ("特願2015-500001", "JP.2015500001.A", "application"),
    ("特願２０１５－５００００１", "JP.2015500001.A", "application"),
    ("令和2年特許願第8423号", "JP.2020008423.A", "application"),
    ("特開2021-090037", "JP.2021090037.A", "publication"),
    ("JP2021-090037A", "JP.2021090037.A", "publication"),
    ("特表2015-508823", "JP.2015508823.A", "publication"),
    ("JP6249966B2", "JP.6249966.B2", "publication"),
    ("JP 7533889 B1", "JP.7533889.B1", "publication"),
    ("JP-6322325-B2", "JP.6322325.B2", "publication"),
    ("JP.2015500001.A", "JP.2015500001.A", "application"),
    ("jp.2015500001.a", "JP.2015500001.A", "application"),
    ("JP.6249966.B2", "JP.6249966.B2", "publication"),
    ("JP.131699.A", "JP.131699.A", "application"),
    ("JP.H0487383.A", "JP.H0487383.A", "publication"),
    ("PCT/JP2019/011858", "JP.2019011858.W", "application"),
    ("PCT/US2013/032081", "US.2013032081.W", "application"),
    ("US.2013032081.W", "US.2013032081.W", "application"),
    ("WO2019/181851A1", "WO.2019181851.A1", "publication"),
    ("WO 2014/123456 A2", "WO.2014123456.A2", "publication"),
    ("WO.2014123456.A1", "WO.2014123456.A1", "publication"),
    ("US 13/585,729 (2012)", "US.201213585729.A", "application"),
    ("US13/585729（2012）", "US.201213585729.A", "application"),
    ("US 14/768,239 (2013)", "US.201314768239.A", "application"),
    ("US201213585729", "US.201213585729.A", "application"),
    ("US 11/553,130 (2006)", "US.55313006.A", "application"),
    ("US 09/206,856 (1998)", "US.20685698.A", "application"),
    ("US 12/345,678 (2009)", "US.34567809.A", "application"),
    ("US 2015/0378098 A1", "US.2015378098.A1", "publication"),
    ("US20150378098A1", "US.2015378098.A1", "publication"),
    ("US 9,459,406 B2", "US.9459406.B2", "publication"),
    ("US10902286B2", "US.10902286.B2", "publication"),
    ("US.201213585729.A", "US.201213585729.A", "application"),
    ("EP06834636.0", "EP.06834636.A", "application"),
    ("EP06834636", "EP.06834636.A", "application"),
    ("EP 04425480.3", "EP.04425480.A", "application"),
    ("EP068346360", "EP.06834636.A", "application"),
    ("EP20060834636", "EP.06834636.A", "application"),
    ("EP-A1-1 612 402", "EP.1612402.A1", "publication"),
    ("EP 3 456 789 C0", "EP.3456789.C0", "publication"),
    ("CN2025104696015", "CN.202510469601.A", "application"),
    ("CN-A-102298232", "CN.102298232.A", "publication"),
    ("US-B2-9,459,406", "US.9459406.B2", "publication"),
    ("US 5,123,456", "US.5123456.A", "publication"),
    ("US6167568", "US.6167568.A", "publication"),
    ("US RE45,678 E1", "US.RE45678.E1", "publication"),
    ("US PP12,345 P2", "US.PP12345.P2", "publication"),
    ("US 13585729 (2012)", "US.201213585729.A", "application"),
    ("U.S. Ser. No. 13/585,729 (2012)", "US.201213585729.A", "application"),
    ("WO2019JP11858", "JP.2019011858.W", "application"),
    ("EP 1 000 000 A1", "EP.1000000.A1", "publication"),
    ("EP1000000B1", "EP.1000000.B1", "publication"),
    ("CN201010126185.2", "CN.201010126185.A", "application"),
    ("CN201510012345.3", "CN.201510012345.A", "application"),
    ("ZL201010126185.2", "CN.201010126185.A", "application"),
    ("CN102298232A", "CN.102298232.A", "publication"),
    ("CN102298232B", "CN.102298232.B", "publication"),
    ("10-2008-7017015", "KR.20087017015.A", "application"),
    ("KR 10-2008-7017015", "KR.20087017015.A", "application"),
    ("KR 10-2010-0066036 A", "KR.20100066036.A", "publication"),
    ("KR 10-1503659 B1", "KR.101503659.B1", "publication"),
    ("KR.20087017015.A", "KR.20087017015.A", "application"),
    ("JP-B2-6249966", "JP.6249966.B2", "publication"),
    ("特開2021-090037号公報（P2021-090037A）", "JP.2021090037.A", "publication"),
    ("WO-2019-181851-A1", "WO.2019181851.A1", "publication"),
    ("US-9459406-B2", "US.9459406.B2", "publication"),
    ("US-2015-0378098-A1", "US.2015378098.A1", "publication"),
    ("U.S. Patent No. 9,459,406 B2", "US.9459406.B2", "publication"),
    ("US Appl. No. 13/585,729 (2012)", "US.201213585729.A", "application"),
    ("U.S. Patent Application Serial No. 13/585,729 (2012)", "US.201213585729.A", "application"),
    ("U.S. Patent Application Publication No. 2015/0378098 A1", "US.2015378098.A1", "publication"),
    ("米国特許第9,459,406号B2", "US.9459406.B2", "publication"),
    ("米国特許出願第13/585,729号(2012)", "US.201213585729.A", "application"),
    ("EP-1000000-A1", "EP.1000000.A1", "publication"),
    ("European Patent Application No. 06834636.0", "EP.06834636.A", "application"),
    ("欧州特許出願第06834636.0号", "EP.06834636.A", "application"),
    ("EP.06834636.0", "EP.06834636.A", "application"),
    ("中国特許出願第201010126185.2号", "CN.201010126185.A", "application"),
    ("CN201520012345.9", "CN.201520012345.U", "application"),
    ("CN202220990301", "CN.202220990301.U", "application"),
    ("韓国公開特許第10-2010-0066036号", "KR.20100066036.A", "publication"),
    ("Korean Patent Application No. 10-2008-7017015", "KR.20087017015.A", "application"),
    ("KR-10-2008-7017015", "KR.20087017015.A", "application"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "form", "kind"), DERIVED, ids=[text for text, _, _ in DERIVED])
def test_a_notation_gives_its_docdb_form(text: str, form: str, kind: str) -> None:
    """Forms as recorded (JP, US, EP, CN, KR applications, JP and US publications), the others by the same rules."""
    number = docdb(text)
    assert (str(number), number.type) == (form, kind)
    assert endpoint("patent", "family").path(number.type, str(number)).endswith(f"/{kind}/{form}")


REFUSED: list[tuple[str, type[InputError], str]] = [
    ("特許第6249966号", AmbiguousNumber, "JP6249966B2, JP6249966B1"),
    ("JP6249966B", AmbiguousNumber, "JP6249966B2"),
    ("WO2019/181851", AmbiguousNumber, "WO2019181851A1, WO2019181851A2"),
    ("US2015/0378098", AmbiguousNumber, "US2015378098A1"),
    ("US 9,459,406", AmbiguousNumber, "US9459406B2"),
    ("EP1000000", AmbiguousNumber, "EP1000000A1, EP1000000B1"),
    ("CN102298232", AmbiguousNumber, "CN102298232A, CN102298232B"),
    ("KR10-1503659", AmbiguousNumber, "KR101503659B1"),
    ("2020123456", AmbiguousNumber, "特願2020-123456"),
    ("7533889", AmbiguousNumber, "特許第7533889号"),
    ("JP2020123456", AmbiguousNumber, "PCT/JP2020/123456"),
    ("US 13/585,729", UnsupportedNumber, "US 13/585,729 (2012)"),
    ("US 12/553,130 (2010)", UnsupportedNumber, "2010"),
    ("特願平11-123456", UnsupportedNumber, "2000"),
    ("特開平4-87383", UnsupportedNumber, "2000"),
    ("特公平7-12345", UnsupportedNumber, "2000"),
    ("再表2018/123456", UnsupportedNumber, "jpo_get_family"),
    ("PCT/JP99/01234", UnsupportedNumber, "jpo_get_family"),
    ("AU2011221359A1", UnsupportedNumber, "not a number of the five offices"),
    ("AU.2011221359.A1", UnsupportedNumber, "not a number of the five offices"),
    ("意願2020-015234", UnsupportedNumber, "patents only"),
    ("商標登録第6036291号", UnsupportedNumber, "patents only"),
    ("実願2006-001234", UnsupportedNumber, "patents only"),
    ("不服2023-012345", UnsupportedNumber, "patents only"),
    ("US Patent Application No. 13/585,729", UnsupportedNumber, "US 13/585,729 (2012)"),
    ("米国特許第9,459,406号", AmbiguousNumber, "US9459406B2"),
    ("米国特許出願公開第2015/0378098号明細書", AmbiguousNumber, "US2015378098A1"),
    ("欧州特許出願公開第1000000号", AmbiguousNumber, "EP1000000A1"),
    ("韓国登録特許第10-1503659号", AmbiguousNumber, "KR101503659B1"),
    ("US 13/585,729 (1999)", UnsupportedNumber, "2010"),
    ("US 62/123,456 (2020)", UnsupportedNumber, "provisional"),
    ("US 90/012,345 (2012)", UnsupportedNumber, "series"),
    ("US D912,345", UnsupportedNumber, "patents only"),
    ("CN305678901S", UnsupportedNumber, "patents only"),
    ("KR 30-2019-0012345", UnsupportedNumber, "patents only"),
    ("US RE45,678", AmbiguousNumber, "USRE45678E"),
    ("US11123456", AmbiguousNumber, "US 11,123,456 B2, US 11/123,456 (YYYY)"),
    ("US 6,167,569", AmbiguousNumber, "US6167569B2"),
    ("EP2019012345", AmbiguousNumber, "PCT/EP2019/012345, EP19012345"),
    ("10-1503659", AmbiguousNumber, "KR101503659B1"),
    ("EP-B-1000000", AmbiguousNumber, "EP1000000B1"),
    ("EP06834636.8", BadNumber, "write EP06834636"),
    ("EP068346368", BadNumber, "write EP06834636"),
    ("CN201010126185.5", BadNumber, "write CN201010126185"),
    ("CN2010101261855", BadNumber, "write CN201010126185"),
    ("EP77123456", BadNumber, "2077"),
    ("EP51123456", BadNumber, "2051"),
    ("CN209910126185", BadNumber, "2099"),
    ("KR 10-2099-0012345", BadNumber, "2099"),
    ("US 2099/0123456 A1", BadNumber, "2099"),
    ("EP.068346360.A", UnsupportedNumber, "at most 8 digits"),
    ("CN.2010101261852.A", UnsupportedNumber, "at most 12 digits"),
    ("KR.1020087017015.A", UnsupportedNumber, "at most 11 digits"),
    ("US 29/123,456", UnsupportedNumber, "patents only"),
    ("CN201530012345.4", UnsupportedNumber, "patents only"),
    ("CN03123456.7", UnsupportedNumber, "October 2003"),
    ("13/585,729", BadNumber, "write US in front"),
    ("06834636.0", BadNumber, "EP 06834636.0"),
    ("201010126185.2", BadNumber, "CN 201010126185.2"),
    ("US 13/585,729 (1890)", BadNumber, "1890"),
    ("", BadNumber, "No number"),
    ("five offices", BadNumber, "not a number we can read"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "error", "says"), REFUSED, ids=[text or "nothing" for text, _, _ in REFUSED])
def test_what_a_notation_does_not_say_is_not_guessed(text: str, error: type[InputError], says: str) -> None:
    """The missing kind code, year or old form is asked for, or taken from another member's family.

    Check digits by the rules that two recorded numbers obey: EP 04425480.3 and the 2025104696015 inside a CNIPA id.
    """
    with pytest.raises(error) as refused:
        docdb(text)
    assert says in refused.value.text()
    assert len(refused.value.text()) <= 600
    if error is UnsupportedNumber and says not in {"patents only", "provisional"}:
        assert "jpo_get_family" in refused.value.text("ja")


@pytest.mark.parametrize("text", [text for text, form, _ in DERIVED if form != "JP.131699.A"])
def test_what_the_dossiers_take_every_reader_of_numbers_knows(text: str) -> None:
    """The number tool must not call strange what an error of the dossier tools tells to write."""
    reading = read(text)
    assert reading.number is not None
    if isinstance(reading.number, OfficeNumber):
        assert reading.number.api == str(docdb(text))


HUMAN: list[tuple[str, str]] = [
    ("JP.2015500001.A", "特願2015-500001"),
    ("JP.6249966.B2", "特許第6249966号"),
    ("JP.2019011858.W", "PCT/JP2019/011858"),
    ("US.201213585729.A", "US 13/585,729 (2012)"),
    ("US.55313006.A", "US serial no. 553,130 (2006)"),
    ("US.20685698.A", "US serial no. 206,856 (1998)"),
    ("US.2015378098.A1", "US 2015/0378098 A1"),
    ("US.9459406.B2", "US 9,459,406 B2"),
    ("US.2013032081.W", "PCT/US2013/032081"),
    ("EP.06834636.A", "EP06834636"),
    ("EP.1000000.B1", "EP1000000B1"),
    ("CN.201010126185.A", "CN201010126185"),
    ("CN.102298232.B", "CN102298232B"),
    ("KR.20087017015.A", "KR 10-2008-7017015"),
    ("KR.20060012345.U", "KR 20-2006-0012345"),
    ("KR.101503659.B1", "KR 10-1503659 B1"),
    ("WO.2014123456.A1", "WO2014/123456 A1"),
    ("JP.131699.A", "JP.131699.A"),
    ("JP.H0487383.A", "JP.H0487383.A"),
    ("US.16123456.A", "US.16123456.A"),
]


@pytest.mark.parametrize(("form", "human"), HUMAN, ids=[form for form, _ in HUMAN])
def test_a_docdb_number_is_shown_as_its_office_writes_it(form: str, human: str) -> None:
    """The form itself where the office's own cannot be told from it."""
    assert docdb(form).human == human


def test_a_form_that_a_publication_shares_is_an_application_unless_told() -> None:
    """DOCDB writes Japanese and Korean applications and publications alike."""
    number = docdb("JP.2015508823.A")
    assert (number.type, number.either, number.human) == ("application", True, "特願2015-508823")
    told = docdb("JP.2015508823.A", kind="publication")
    assert (told.type, told.either, told.human) == ("publication", False, "特表2015-508823")
    assert docdb("JP.6249966.B2", kind="application").type == "publication"
    assert not docdb("特願2015-508823").either


RECORDED = re.compile(r"\b(?:JP|US|EP|CN|KR)\.[0-9]+\.[A-Z][0-9]?\b")


def test_every_recorded_docdb_number_goes_both_ways(shared: Path) -> None:
    """A patent of Japan keeps its kind code in no human form, so it comes back from `JP6249966B2`."""
    texts = [path.read_text("utf-8") for path in sorted((shared / "recordings/opd").rglob("*")) if path.is_file()]
    found = {form for text in texts for form in RECORDED.findall(text)}
    assert {form[:2] for form in found} == {"JP", "US", "EP", "CN", "KR"}
    assert len(found) >= 15
    for form in found:
        number = docdb(form)
        assert str(number) == form
        plain = form.replace(".", "") if number.office == "JP" and number.kind == "registration" else number.human
        assert plain != form
        assert str(docdb(plain)) == form


def test_the_numbers_another_offices_dossier_service_shows_go_to_the_same_forms(shared: Path) -> None:
    """Its family list has US 2019/0095759 as eleven digits, which DOCDB writes with ten."""
    family = json.loads((shared / "recordings/opd/analog-global-dossier/uspto_gd_family_US16123456.json").read_bytes())
    us = next(member for member in family["list"] if member["countryCode"] == "US")
    publication = us["pubList"][0]
    assert str(docdb(f"US{publication['pubNum']}{publication['kindCode']}")) == "US.2019095759.A1"
    assert docdb(f"US.{us['docNum']['docNumber']}.A").human == "US 16/123,456 (2018)"


@settings(max_examples=300)
@given(st.text(max_size=70) | st.from_regex(r"(JP|US|EP|CN|KR|WO)[./]?[0-9A-Z/.,() -]{0,24}", fullmatch=True))
def test_any_text_is_read_or_refused_and_what_is_read_can_be_asked(text: str) -> None:
    """What comes out always fits the path; what does not is refused in at most 600 characters."""
    number = outcome(text)
    if isinstance(number, InputError):
        assert len(number.text()) <= 600
        return
    assert endpoint("patent", "family").path(number.type, str(number))
    assert number.human


def outcome(text: str) -> DocdbNumber | InputError:
    try:
        return docdb(text)
    except InputError as refused:
        return refused


@pytest.mark.parametrize("text", ["EP.06834636.A", "US.9459406.B2", "特願2015-500001"])
def test_a_docdb_number_is_a_value(text: str) -> None:
    """Two readings of one notation are equal, so numbers can be keys."""
    assert {docdb(text), docdb(text)} == {docdb(text)}
    assert isinstance(docdb(text), DocdbNumber)
