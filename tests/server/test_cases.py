"""The case tool on the sandbox's fictional cases, under all three laws."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from jpo_mcp.clock import ManualClock
from jpo_mcp.endpoints import endpoint
from jpo_mcp.sandbox import Sandbox
from tests.server.conftest import Host

DAY = 86_400.0
EVERYTHING = ["registration", "citations", "priority", "divisionals", "link"]


@pytest.mark.parametrize(
    ("number", "law", "human", "title"),
    [
        ("特許第9900001号", "patent", "特願2020-490001", "乾電池の残量を音色で知らせる携帯灯"),
        ("特開2021-490001", "patent", "特願2020-490001", "乾電池の残量を音色で知らせる携帯灯"),
        ("JP9900001B2", "patent", "特願2020-490001", "乾電池の残量を音色で知らせる携帯灯"),
        ("特表2022-599004", "patent", "特願2021-599004", "曇りを自ら払う眼鏡用レンズ"),
        ("PCT/JP2022/990013", "patent", "特願2023-599013", "塩味を残す減塩膜"),
        ("WO2022/990013", "patent", "特願2023-599013", "塩味を残す減塩膜"),
        ("意匠登録第9900101号", "design", "意願2022-490101", "卓上照明器具"),
        ("商標登録第9900203号", "trademark", "商願2021-490203", "ｋａｋｕｕ　ｄｒｉｖｅ＼カクウドライブ"),
    ],
)
async def test_any_number_of_a_case_leads_to_it_for_two_accesses_and_then_for_none(
    host: Host, number: str, law: str, human: str, title: str
) -> None:
    """Design section 5: one cross-reference, kept 90 days, and the answer says that it was made."""
    async with host() as visit:
        first = await visit.answer("jpo_get_case", number=number)
        second = await visit.answer("jpo_get_case", number=number)
    assert (first["number"]["human"], first["number"]["law"], first["title"]) == (human, law, title)
    assert first["resolved_from"]["kind"] != "application"
    assert first["sections_as_of"]["number"].startswith("jpo 2026-11-23")
    assert (first["cost"], second["cost"], visit.sandbox.count()) == (2, 0, 2)
    assert second["source"] == "kept"


async def test_the_same_digits_under_three_laws_are_three_cases(host: Host) -> None:
    """特願, 意願 and 商願2021-490007 share their digits; so do their registrations."""
    async with host() as visit:
        by_law = {
            law: await visit.answer("jpo_get_case", number="2021490007", law=law)
            for law in ("patent", "design", "trademark")
        }
        registered = await visit.answer("jpo_get_case", number="特許第9900007号")
    assert {law: answer["title"] for law, answer in by_law.items()} == {
        "patent": "重さの変わらない文鎮",
        "design": "文鎮",
        "trademark": "ぶんちん",
    }
    assert registered["title"] == "裏返せる手袋"


async def test_a_granted_patent_tells_its_whole_story(host: Host) -> None:
    """The sandbox's first case: refused once, answered, granted, registered."""
    async with host() as visit:
        answer = await visit.answer(
            "jpo_get_case", number="特願2020-490001", sections=["registration", "citations", "priority", "link"]
        )
    story = [(event["date"], event["code"].split("/")[0]) for event in answer["events"]]
    for step in [
        ("2020-09-10", "A63"),
        ("2023-04-12", "A621"),
        ("2024-01-23", "A131"),
        ("2024-03-18", "A53"),
        ("2024-03-18", "A523"),
        ("2024-06-04", "A01"),
        ("2024-06-25", "A61"),
    ]:
        assert step in story
    assert story == sorted(story, key=lambda step: step[0])
    assert answer["registration"]["holders"][0]["name"] == "架空電機株式会社"
    assert answer["registration"]["next_payment_date"] == "2027-07-05"
    assert {cited["document"] for cited in answer["citations"]} >= {"特開2012-490101", "特開2014-490102"}
    assert answer["priority"][0]["number"] == "特願2019-490901 (2019490901)"
    assert answer["cost"] == 4


LONG = "2012490099"
"""A fictional case with one paper for each of 150 days."""


def long_case(papers: int) -> dict[str, bytes]:
    days = (date(2015, 1, 5) + timedelta(place) for place in range(papers))
    rows = [
        {"legalDate": f"{day:%Y%m%d}", "documentCode": "A781", "documentNumber": f"5{day:%y%m%d}0001"} for day in days
    ]
    data = {
        "applicationNumber": LONG,
        "filingDate": "20120501",
        "bibliographyInformation": [{"numberType": "01", "number": LONG, "documentList": rows}],
    }
    body = {"result": {"statusCode": "100", "errorMessage": "", "remainAccessCount": "700", "data": data}}
    return {endpoint("patent", "app_progress").path(LONG): json.dumps(body).encode()}


async def test_the_papers_of_a_very_long_case_are_all_read_by_its_cursor(host: Host, recorded_like: Any) -> None:
    """The first and the latest 59 at once, then those between, each once and for nothing."""
    async with host(recorded_like(long_case(150))) as visit:
        first = answer = await visit.answer("jpo_get_case", number=f"特願2012-{LONG[4:]}")
        between: list[str] = []
        while cursor := answer.get("cursor"):
            answer = await visit.answer("jpo_get_case", number=f"特願2012-{LONG[4:]}", cursor=cursor)
            between += [event["date"] for event in answer["events"]]
            assert (answer["cost"], "status" in answer) == (0, False)
    told = [event["date"] for event in first["events"]]
    assert (len(told), first["events_left_out"], len(between)) == (60, 90, 90)
    assert [told[0], *between, *told[1:]] == [str(date(2015, 1, 5) + timedelta(place)) for place in range(150)]
    assert "cursor reads the 90 papers left out" in first["next"]
    assert "events_left_out" not in answer


async def test_a_case_of_sixty_papers_is_told_at_once(host: Host, recorded_like: Any) -> None:
    """Nothing is left out of it, so there is nothing to read on."""
    async with host(recorded_like(long_case(60))) as visit:
        answer = await visit.answer("jpo_get_case", number=f"特願2012-{LONG[4:]}")
    assert len(answer["events"]) == 60
    assert {"cursor", "events_left_out"}.isdisjoint(answer)


async def test_a_cursor_of_a_case_that_has_changed_or_of_another_is_refused(host: Host, recorded_like: Any) -> None:
    """Two lists joined in the middle would hide papers."""
    async with host(recorded_like(long_case(150))) as visit:
        cursor = (await visit.answer("jpo_get_case", number=f"特願2012-{LONG[4:]}"))["cursor"]
        sections = await visit.refusal("jpo_get_case", number=LONG, cursor=cursor, sections=["link"])
        assert visit.sandbox.count() == 1
    async with host(recorded_like(long_case(151))) as visit:
        visit.clock.advance(DAY)
        text = await visit.refusal("jpo_get_case", number=f"特願2012-{LONG[4:]}", cursor=cursor)
    assert "the case has changed since" in text
    assert "accesses_spent: 1" in text
    assert "reads its papers only" in sections


async def test_a_divisional_shows_its_parent_and_the_chain(host: Host) -> None:
    """Three generations; the progress already holds them, so the section is free."""
    async with host() as visit:
        answer = await visit.answer("jpo_get_case", number="特願2019-490015", sections=["divisionals"])
    members = {member["number"]: member["relation"].split()[0] for member in answer["divisionals"]}
    assert members["特願2017-490005 (2017490005)"] in {"parent", "divisional"}
    assert "特願2022-490025 (2022490025)" in members
    assert answer["cost"] == 1


async def test_a_design_shows_class_and_principal_and_names_what_designs_lack(host: Host) -> None:
    """The JPO serves citations for patents only; asking costs nothing and is said."""
    async with host() as visit:
        answer = await visit.answer("jpo_get_case", number="意願2022-490101", sections=["registration", "citations"])
    assert answer["design_class"] == "D3300"
    assert answer["principal_design"] == "意願2021-490100 (2021490100)"
    assert answer["registration"]["holders"][0]["name"] == "架空電機株式会社"
    assert set(answer["unavailable"]) == {"citations"}
    assert "for patents only" in answer["unavailable"]["citations"]
    assert (answer["cost"], visit.sandbox.count()) == (2, 2)


async def test_a_divided_design_shows_the_application_it_was_divided_from(host: Host) -> None:
    """The progress of a design holds its original application (原出願); the section is free."""
    async with host() as visit:
        answer = await visit.answer("jpo_get_case", number="意願2022-490103", sections=["divisionals"])
    assert [member["number"] for member in answer["divisionals"]] == ["意願2022-490101 (2022490101)"]
    assert answer["divisionals"][0]["relation"].startswith("parent")
    assert "unavailable" not in answer
    assert answer["cost"] == 1


async def test_a_trademark_shows_readings_figures_and_goods_by_class(host: Host) -> None:
    """What a trademark professional reads first."""
    async with host() as visit:
        answer = await visit.answer("jpo_get_case", number="商願2021-490203", sections=["priority"])
    assert answer["readings"] == ["カクードライブ", "カクー", "ドライブ"]
    assert answer["vienna_classes"] == ["18.1.8", "26.1.1", "26.1.18"]
    assert answer["goods"][0] == {
        "nice_class": "09",
        "goods": "電子計算機用プログラム，電気通信機械器具",
        "similar_codes": ["11B01", "11C01"],
    }
    assert answer["priority"] == [
        {"basis": "Paris パリ条約", "number": "00003990203", "date": "2021-02-04", "country": "GB"}
    ]


async def test_the_register_of_a_pending_case_is_not_asked_for(host: Host) -> None:
    """The progress shows that nothing is registered, so the question would cost an access for a sure 107."""
    async with host() as visit:
        answer = await visit.answer("jpo_get_case", number="特願2023-490011", sections=["registration"])
    assert "registration" not in answer
    assert "未登録" in answer["unavailable"]["registration"]
    assert (answer["cost"], visit.sandbox.count()) == (1, 1)
    assert answer["title"] == "粉の出ない白墨"


async def test_a_section_that_cannot_be_had_is_named_with_its_cost(host: Host, clock: ManualClock) -> None:
    """The rest of the answer stands; what was refused is said, and the access it took is counted."""
    sandbox = Sandbox(clock=clock)
    sandbox.spend("patent/cite_doc_info", 100)
    async with host(sandbox) as visit:
        answer = await visit.answer("jpo_get_case", number="特願2020-490001", sections=["citations"])
    assert "citations" not in answer
    assert answer["unavailable"]["citations"].startswith("[quota_spent]")
    assert (answer["cost"], visit.sandbox.count()) == (2, 2)


async def test_a_look_up_of_ten_bare_digits_is_not_bought_on_a_guess(host: Host) -> None:
    """The digits are an application in three laws and a publication of another case."""
    async with host() as visit:
        answer = await visit.answer("jpo_parse_number", number="2020490001", lookup=True)
    assert answer["kind"] == "ambiguous"
    assert "cross_references" not in answer
    assert "not looked up" in answer["notes"][-1]
    assert (answer["cost"], visit.sandbox.count()) == (0, 0)


async def test_what_no_table_explains_is_shown_raw_and_marked(host: Host) -> None:
    """Erasure 07, citation type 77 and document A9999 are in no code table of the JPO's."""
    async with host() as visit:
        answer = await visit.answer("jpo_get_case", number="特願2017-490014", sections=["citations"])
    odd = next(event for event in answer["events"] if event["code"] == "A9999")
    assert odd["ja"] == "（名称のない書類）"
    assert "not in the code table" in odd["notes"][0]
    assert answer["right"]["code"] == "07"
    assert "not in the code table" in answer["right"]["note"]
    roles = [role for cited in answer["citations"] for role in cited["roles"]]
    assert any("77" in role for role in roles)
    assert answer["title"] == "㈱と髙﨑を正しく印字する装置"


async def test_an_appeal_is_shown_with_the_trial_it_belongs_to(host: Host) -> None:
    """The sandbox's refused case under appeal: its later papers are filed under a trial number."""
    async with host() as visit:
        answer = await visit.answer("jpo_get_case", number="特願2019-490002")
    appeal = next(event for event in answer["events"] if event["code"] == "C60")
    assert appeal["date"] == "2024-04-12"
    assert "2024009902" in appeal["under"]


async def test_a_case_says_where_it_stands_what_is_due_and_what_answers_what(host: Host) -> None:
    """Every derived statement carries its rule, its rows and its doubts."""
    async with host() as visit:
        waiting = await visit.answer("jpo_get_case", number="商願2025-490204")
        granted = await visit.answer("jpo_get_case", number="特願2020-490001", sections=["registration"])
    assert waiting["status"]["rule"] == "reply_outstanding"
    assert waiting["status"]["rows"] == ["A131 拒絶理由通知書 2026-11-04"]
    assert waiting["status"]["doubts"]
    # Forty days for residents end on Monday 2026-12-14, three months for applicants overseas on 2027-02-04.
    assert [(due["for_whom"], due["date"]) for due in waiting["deadlines"]] == [
        ("resident", "2026-12-14"),
        ("overseas", "2027-02-04"),
    ]
    assert waiting["unverified"]
    answers = {
        event["code"]: (event["answers"], event["days_used"]) for event in granted["events"] if "answers" in event
    }
    assert answers == {"A53": ("A131 2024-01-23", 55), "A523": ("A131 2024-01-23", 55)}
    assert (granted["status"]["rule"], granted["status"]["confidence"]) == ("in_force", "high")
    assert granted["deadlines"][0]["date"] == "2027-07-05"


async def test_a_kept_answer_is_served_stale_and_flagged_when_the_day_is_spent(host: Host, clock: ManualClock) -> None:
    """Row H2: stale only when fresh is impossible, marked, with its age and the reason."""
    sandbox = Sandbox(clock=clock, limits={"1-1": 5})
    async with host(sandbox) as visit:
        await visit.answer("jpo_get_case", number="特願2020-490001")
        clock.advance(DAY)
        sandbox.spend("patent/app_progress", 5)
        stale = await visit.answer("jpo_get_case", number="特願2020-490001")
        text = await visit.refusal("jpo_get_case", number="特願2019-490002")
    assert stale["source"] == "stale"
    assert stale["as_of"] == "2026-11-23T12:00+09:00"
    assert "used up" in stale["stale_because"]
    assert stale["remaining_today"] == {"patent/app_progress": 0}
    assert text.startswith("[quota_spent]")
    assert "retry_at: 2026-11-25T00:00+09:00" in text


async def test_a_stale_section_says_so_in_its_own_line(host: Host, clock: ManualClock) -> None:
    """Parts of one answer can differ in age; each part tells its own."""
    sandbox = Sandbox(clock=clock, limits={"1-12": 5})
    async with host(sandbox) as visit:
        await visit.answer("jpo_get_case", number="特願2020-490001", sections=["registration"])
        clock.advance(DAY)
        sandbox.spend("patent/registration_info", 5)
        answer = await visit.answer("jpo_get_case", number="特願2020-490001", sections=["registration"])
    assert answer["source"] == "jpo"
    assert answer["sections_as_of"]["registration"].startswith("stale 2026-11-23T12:00+09:00: ")
    assert "used up" in answer["sections_as_of"]["registration"]
    assert answer["registration"]["holders"][0]["code"] == "000999001"


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        (
            "jpo_get_case",
            {"number": number, "sections": EVERYTHING},
        )
        for number in (
            "特願2020-490001",
            "特願2019-490002",
            "特願2018-490003",
            "特願2021-599004",
            "特願2023-599013",
            "特願2017-490005",
            "特願2022-490025",
            "特願2020-490013",
            "特願2017-490014",
            "特願2024-490010",
            "意願2021-490100",
            "意願2022-490103",
            "意願2022-599102",
            "商願2023-490201",
            "商願2015-490202",
            "商願2021-490203",
            "商願2025-490204",
        )
    ]
    + [
        ("jpo_parse_number", {"number": number})
        for number in ("2020123456", "7533889", "特許第9900001号", "EP15123456.7", "実願2006-001234", "75\u00ad33889")
    ]
    + [
        (tool, {"number": number})
        for tool in ("jpo_read_documents", "jpo_get_refusal_reasons")
        for number in ("特願2020-490001", "特願2019-490002", "意願2022-490101", "商願2021-490203", "特許第9900001号")
    ]
    + [
        ("jpo_read_documents", {"number": "特願2019-490002", "kind": "amendment"}),
        ("jpo_read_documents", {"number": "特願2020-490001", "document": "06124990101"}),
        ("jpo_get_refusal_reasons", {"number": "特願2019-490002", "document": "990201", "passages": True}),
        ("jpo_parse_number", {"number": "特許第9900001号", "lookup": True}),
        ("jpo_find_applicant", {"applicant": "架空電機株式会社"}),
        ("jpo_find_applicant", {"applicant": "000999001", "law": "design"}),
        ("jpo_quota", {}),
    ],
)
async def test_every_answer_satisfies_the_schema_that_its_tool_publishes(
    host: Host, tool: str, arguments: dict[str, Any]
) -> None:
    """A host that checks would otherwise throw a paid answer away."""
    async with host() as visit:
        schemas = {t.name: t.output_schema for t in (await visit.mcp.list_tools()).tools}
        record = await visit.answer(tool, **arguments)
    schema = schemas[tool]
    assert schema is not None
    validator: Any = Draft202012Validator(schema)  # its types are partial
    validator.validate(record)
    assert set(schema["properties"]) == set(schema["required"])
    assert _no_nulls(record)


def _no_nulls(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_no_nulls, value.values()))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list):
        return all(map(_no_nulls, value))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value is not None
