"""Which member of the five offices' exchange a notation means, and what finding out costs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from jpo_mcp.clock import ManualClock
from jpo_mcp.dossier.inquiry import Inquiry
from jpo_mcp.dossier.offices.exchange import Asked, member_number
from jpo_mcp.errors import AmbiguousNumber, BadNumber, InputError, NotOnFile, UnsupportedNumber
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from tests.conftest import NOON_JST


@pytest.fixture
def sandbox(clock: ManualClock) -> Sandbox:
    return Sandbox(clock=clock)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON_JST)


@pytest.fixture
async def jpo(clock: ManualClock, sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[JpoClient]:
    settings = Settings(cache_dir=tmp_path, username=SecretStr(USERNAME), password=SecretStr(PASSWORD))
    async with JpoClient(settings, clock=clock, app=sandbox.app) as client:
        yield client


async def member(jpo: JpoClient, text: str) -> tuple[Asked, int]:
    """The member, and what it cost."""
    inquiry = Inquiry(jpo, None, jpo.deadline())
    return await member_number(inquiry, text, this_year=2026), inquiry.cost


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("特願2021-599004", "JP.2021599004.A"),
        ("2021599004", "JP.2021599004.A"),
        ("JP.2021599004.A", "JP.2021599004.A"),
        ("EP20990004.2", "EP.20990004.A"),
        ("US 17/990,004 (2020)", "US.202017990004.A"),
        ("CN202089990004", "CN.202089990004.A"),
        ("10-2021-7990004", "KR.20217990004.A"),
        ("JP.2019011858.W", "JP.2019011858.W"),
    ],
)
async def test_an_application_is_what_it_says_for_nothing(
    jpo: JpoClient, sandbox: Sandbox, text: str, form: str
) -> None:
    """The dossiers take application numbers, and these are such; whether they are on file is another question."""
    asked, cost = await member(jpo, text)
    assert (str(asked.application), asked.resolved_from, cost) == (form, None, 0)
    assert sandbox.arrivals == []


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("特表2022-599004", "JP.2021599004.A"),
        ("US.2022990004.A1", "US.202017990004.A"),
        ("CN919990004B", "CN.202089990004.A"),
        ("EP9900004A1", "EP.20990004.A"),
        ("KR 10-2021-9990004 A", "KR.20217990004.A"),
    ],
)
async def test_a_publication_or_patent_is_found_in_its_family_for_one_access(
    jpo: JpoClient, sandbox: Sandbox, text: str, form: str
) -> None:
    """The exchange names the application beside each of its publications; the family is kept for the day."""
    first, cost = await member(jpo, text)
    _, again = await member(jpo, text)
    assert (str(first.application), cost, again) == (form, 1, 0)
    assert first.resolved_from is not None
    assert first.family is not None
    assert [arrival.endpoint for arrival in sandbox.arrivals if arrival.endpoint != "auth/token"] == [
        "patent/family_list"
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("特許第9900004号", "registration"),
        ("9900004", "registration"),
        ("PCT/US2020/990004", "international_application"),
        ("WO2020/990004", "international_publication"),
        ("WO2020/990004A1", "international_publication"),
    ],
)
async def test_a_japanese_patent_or_pct_number_takes_one_domestic_cross_reference(
    jpo: JpoClient, sandbox: Sandbox, text: str, kind: str
) -> None:
    """特許第…号 lacks the kind code that the exchange needs, and a PCT number means its Japanese phase here."""
    asked, cost = await member(jpo, text)
    assert (str(asked.application), cost) == ("JP.2021599004.A", 1)
    assert asked.resolved_from is not None
    assert asked.resolved_from.kind == kind
    endpoints = [arrival.endpoint for arrival in sandbox.arrivals if arrival.endpoint != "auth/token"]
    assert endpoints in (["patent/case_number_reference"], ["patent/pct_national_phase_application_number"])


@pytest.mark.parametrize(
    ("text", "said", "other"),
    [
        ("2021599004", "特表2021-599004", "意願2021-599004"),
        ("9900004", "商標登録第9900004号", "意匠登録第9900004号"),
        ("JP.2022599004.A", "特表2022-599004", "特表2022-599004"),
        ("10-2021-7990004", "KR 10-2021-7990004 A", "KR 10-2021-7990004 A"),
    ],
)
async def test_a_notation_with_several_readings_says_which_was_taken(
    jpo: JpoClient, text: str, said: str, other: str
) -> None:
    """As the case tools do; DOCDB writes Japanese and Korean publications like applications."""
    asked, _ = await member(jpo, text)
    assert said in (asked.interpreted_as or "")
    assert other in [reading.human for reading in asked.other_readings]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("US 9,459,406", AmbiguousNumber),
        ("JP2020123456", AmbiguousNumber),
        ("EP1000000", AmbiguousNumber),
        ("US 13/585,729", UnsupportedNumber),
        ("特願平11-123456", UnsupportedNumber),
        ("特開平4-87383", UnsupportedNumber),
        ("意願2020-015234", UnsupportedNumber),
        ("AU2011221359A1", UnsupportedNumber),
        ("IB.2019011858.W", UnsupportedNumber),
        ("five offices", BadNumber),
        ("", BadNumber),
    ],
)
async def test_what_cannot_be_told_is_refused_before_anything_is_asked(
    jpo: JpoClient, sandbox: Sandbox, text: str, error: type[InputError]
) -> None:
    """A guess would spend an access, or worse, answer about another case."""
    with pytest.raises(error) as refused:
        await member(jpo, text)
    assert len(refused.value.text()) <= 600
    assert sandbox.arrivals == []


async def test_a_pct_number_without_a_japanese_phase_names_the_other_ways(jpo: JpoClient) -> None:
    """107 may also mean not entered yet; the exchange itself may know the number by its DOCDB form."""
    with pytest.raises(NotOnFile) as nothing:
        await member(jpo, "WO2024/990099")
    assert "WO.2019181851.A1" in nothing.value.text("en")
    assert nothing.value.spent == 1


async def test_an_international_publication_in_docdb_form_goes_to_the_exchange_itself(
    jpo: JpoClient, sandbox: Sandbox
) -> None:
    """Whether it takes such numbers is not settled, so only who writes them that way asks it."""
    with pytest.raises(NotOnFile):
        await member(jpo, "WO.2020990004.A1")
    asked = [arrival.endpoint for arrival in sandbox.arrivals if arrival.endpoint != "auth/token"]
    assert asked == ["patent/family_list"]
