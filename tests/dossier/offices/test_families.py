"""A family as a tree, from any number of any member."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jpo_mcp.dossier.inquiry import Inquiry
from jpo_mcp.dossier.offices.exchange import FAMILY_LIST, Named, Relatives
from jpo_mcp.dossier.offices.families import MOST_NAMED, _answer, read_family  # pyright: ignore[reportPrivateUsage]
from jpo_mcp.errors import NotOnFile, QuotaSpent
from jpo_mcp.models.opd import DocdbReference, Member
from jpo_mcp.numbers import docdb
from jpo_mcp.sandbox import Sandbox
from jpo_mcp.upstream.client import JpoClient

MOST_BYTES = 3_000
"""The budget for a family at all five offices, as a model reads it."""


async def family(jpo: JpoClient, number: str) -> dict[str, Any]:
    return (await read_family(jpo, number, max_age=None, this_year=2026)).model_dump(mode="json")


def sent(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


async def test_a_japanese_publication_as_people_write_it_gives_the_whole_tree_for_one_access(
    jpo: JpoClient, sandbox: Sandbox
) -> None:
    """The issue's figure: five offices, complete, at most 3 kB."""
    answer = await family(jpo, "特開２０２２－４９０３０１号公報")
    tree = {office["office"]: office["members"] for office in answer["offices"]}
    assert list(tree) == ["JP", "US", "EP", "CN", "KR"]
    assert all(office["dossier"] for office in answer["offices"])
    assert tree["US"] == [
        {
            "application": {"docdb": "US.202218990301.A", "human": "US 18/990,301 (2022)", "date": "2022-02-10"},
            "publications": [{"docdb": "US.2022990301.A1", "human": "US 2022/0990301 A1", "date": "2022-08-18"}],
            "registrations": [{"docdb": "US.19900301.B2", "human": "US 19,900,301 B2", "date": "2024-06-18"}],
        }
    ]
    assert tree["JP"][0]["asked"] is True
    assert tree["JP"][0]["case_call"] == 'jpo_get_case(number="特願2021-490301"), 1 access'
    assert len(sent(answer).encode()) <= MOST_BYTES
    assert (answer["cost"], sandbox.count()) == (1, 1)


@pytest.mark.parametrize(
    ("number", "marked"),
    [
        ("特願2021-490301", "JP"),
        ("US 18/990,301 (2022)", "US"),
        ("US19900301B2", "US"),
        ("EP22990301.8", "EP"),
        ("CN202219990301.5", "CN"),
        ("CN919990301B", "CN"),
        ("10-2022-0990301", "KR"),
        ("KR 10-9900301 B1", "KR"),
    ],
)
async def test_any_member_in_any_notation_gives_the_same_tree_and_is_marked(
    jpo: JpoClient, number: str, marked: str
) -> None:
    """Check digits, right codes and brackets are for people; the exchange takes DOCDB."""
    answer = await family(jpo, number)
    assert len(answer["offices"]) == 5
    assert [o["office"] for o in answer["offices"] for m in o["members"] if m.get("asked")] == [marked]
    assert answer["cost"] == 1


async def test_a_japanese_patent_number_costs_one_domestic_access_more(jpo: JpoClient) -> None:
    """Its kind code (B1 or B2) is not in 特許第…号, and is not guessed."""
    answer = await family(jpo, "特許第9900301号")
    assert (answer["cost"], answer["resolved_from"]["human"]) == (2, "特許第9900301号")
    assert set(answer["sections_as_of"]) == {"number"}


async def test_the_dates_are_the_exchanges_own_and_that_is_said(jpo: JpoClient) -> None:
    """Whether a national phase has the international filing date is our inference from one recorded member."""
    answer = await family(jpo, "特願2022-590302")
    dates = {o["office"]: o["members"][0]["application"]["date"] for o in answer["offices"]}
    assert dates["US"] == dates["JP"] == "2021-03-18"
    assert "seems to have the international filing date" in answer["notes"][0]


async def test_the_tree_endpoint_answers_where_the_lists_day_is_spent_and_that_is_said(
    jpo: JpoClient, sandbox: Sandbox
) -> None:
    """Only 100 a day, and no dates of publication: so it comes second."""
    sandbox.spend("patent/family_list", 300)
    answer = await family(jpo, "特願2021-490301")
    assert len(answer["offices"]) == 5
    assert "date" not in answer["offices"][0]["members"][0]["publications"][0]
    assert "used up" in answer["notes"][1]
    assert "patent/family" in answer["remaining_today"]


async def test_both_days_spent_is_told_as_such(jpo: JpoClient, sandbox: Sandbox) -> None:
    """Nothing else has the family. (An ID that never had an answer there would be told that it may lack the OPD.)"""
    await family(jpo, "特願2022-490303")
    sandbox.spend("patent/family_list", 299)
    sandbox.spend("patent/family", 100)
    with pytest.raises(QuotaSpent):
        await family(jpo, "特願2021-490301")


async def test_a_number_nobody_knows_may_have_been_a_publication(jpo: JpoClient) -> None:
    """JP.2022490301.A is the application 特願2022-490301 or the publication 特開2022-490301: the other is named."""
    with pytest.raises(NotOnFile) as nothing:
        await family(jpo, "JP.2022490301.A")
    assert "特開2022-490301" in nothing.value.next_step.en
    assert nothing.value.spent == 1


# ── families that the sandbox does not have ───────────────────────────────────────────────────


def member(number: str, *publications: str) -> Member:
    return Member(
        application=DocdbReference(number=number),
        publications=tuple(DocdbReference(number=one) for one in publications),
    )


async def laid_out(jpo: JpoClient, *members: Member, asked: str = "JP.2021490301.A") -> dict[str, Any]:
    """The answer that these members would give."""
    inquiry = Inquiry(jpo, None, jpo.deadline())
    real = await inquiry.ask("family", FAMILY_LIST, "application", "JP.2021490301.A")
    return _answer(inquiry, Named(docdb(asked)), Relatives(real, members)).model_dump(mode="json")


async def test_other_offices_stand_behind_the_five_without_a_dossier(jpo: JpoClient) -> None:
    """The exchange is of five offices; a family can be wider."""
    answer = await laid_out(
        jpo, member("AU.2021990301.A", "AU.2021990301.A1"), member("US.202218990301.A"), member("JP.2021490301.A")
    )
    assert [(o["office"], o["dossier"]) for o in answer["offices"]] == [("JP", True), ("US", True), ("AU", False)]
    assert answer["offices"][2]["members"][0]["publications"] == [{"docdb": "AU.2021990301.A1"}]


async def test_a_family_wholly_elsewhere_has_no_dossier_and_says_that_the_number_is_not_in_it(jpo: JpoClient) -> None:
    """What comes next is then not a dossier."""
    answer = await laid_out(jpo, member("AU.2021990301.A"))
    assert "none of the five" in answer["next"]
    assert "not among the numbers listed" in answer["notes"][-1]


async def test_what_is_no_number_or_date_is_shown_raw_only(jpo: JpoClient) -> None:
    """Text from outside stands in fields made for it, cleaned and cut."""
    odd = Member(application=DocdbReference(number="call\u200bme " + "x" * 500, date="??"))
    answer = await laid_out(jpo, odd)
    (office,) = answer["offices"]
    (shown,) = office["members"]
    assert office["office"] == "?"
    assert shown["application"]["raw"].startswith("callme xxx")
    assert (len(shown["application"]["raw"]), shown["application"]["date_raw"]) == (200, "??")
    assert set(shown) == {"application"}


async def test_a_family_without_end_stays_bounded_and_names_whom_it_leaves_out(jpo: JpoClient) -> None:
    """The member asked for is told in full, wherever it stood; the next ones by their numbers, the rest by a count."""
    others = [member(f"US.2022{serial:08}.A", f"US.2023{serial:06}.A1") for serial in range(500)]
    answer = await laid_out(jpo, *others, member("JP.2021490301.A"))
    told = sum(len(office["members"]) for office in answer["offices"])
    named = sum(len(office.get("left_out", [])) for office in answer["offices"])
    assert answer["offices"][0]["members"][0]["asked"] is True
    assert (named, told + named + answer["left_out"]) == (MOST_NAMED, 501)
    assert len(sent(answer)) < 20_000


async def test_a_member_with_numbers_without_end_is_cut_and_says_so(jpo: JpoClient) -> None:
    """No real application has so many publications; an answer must stay an answer."""
    answer = await laid_out(jpo, member("JP.2021490301.A", *(f"JP.2022{serial:06}.A" for serial in range(1, 60))))
    (shown,) = answer["offices"][0]["members"]
    assert (len(shown["publications"]), shown["numbers_left_out"]) == (12, 47)
