"""The free and the small tools: numbers, applicants, the quota; and a server without an ID."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.endpoints import endpoint
from jpo_mcp.sandbox import Sandbox
from tests.server.conftest import Host


async def test_an_ambiguous_number_lists_every_reading_for_nothing(host: Host) -> None:
    """The blueprint's example: ten bare digits are four different cases and a trial."""
    async with host() as visit:
        answer = await visit.answer("jpo_parse_number", number="2020123456")
    assert answer["kind"] == "ambiguous"
    assert [reading["human"] for reading in answer["readings"]] == [
        "特願2020-123456",
        "意願2020-123456",
        "商願2020-123456",
        "特開2020-123456",
        "審判2020-123456",
    ]
    assert "ask which one" in answer["next"]
    assert (answer["cost"], visit.sandbox.arrivals) == (0, [])


async def test_a_clear_number_is_said_in_both_forms_with_the_tool_that_reads_it(host: Host) -> None:
    """Human and API form side by side, so that a person can check what a program will send."""
    async with host() as visit:
        answer = await visit.answer("jpo_parse_number", number="特許第９９０００１２号")
    assert (answer["kind"], answer["law"], answer["human"], answer["api"]) == (
        "registration",
        "patent",
        "特許第9900012号",
        "9900012",
    )
    assert "jpo_get_case" in answer["next"]
    assert visit.sandbox.arrivals == []


async def test_invisible_characters_do_not_come_back_in_the_answer(host: Host) -> None:
    """A soft hyphen pasted from a PDF is dropped with a note; repeated, it would travel on unseen."""
    async with host() as visit:
        answer = await visit.answer("jpo_parse_number", number="75\u00ad33889")
    assert answer["text"] == "7533889"
    assert answer["notes"]


async def test_a_lookup_adds_the_other_numbers_of_the_case_for_one_access(host: Host) -> None:
    """One cross-reference, kept like any other answer."""
    async with host() as visit:
        first = await visit.answer("jpo_parse_number", number="特許第9900001号", lookup=True)
        second = await visit.answer("jpo_parse_number", number="特許第9900001号", lookup=True)
    assert [(n["kind"], n["human"]) for n in first["cross_references"]] == [
        ("application", "特願2020-490001"),
        ("publication", "特開2021-490001"),
        ("registration", "特許第9900001号"),
    ]
    assert (first["cost"], first["source"], first["remaining_today"]) == (
        1,
        "jpo",
        {"patent/case_number_reference": 99},
    )
    assert (second["cost"], second["source"], visit.sandbox.count()) == (0, "kept", 1)


async def test_a_lookup_of_what_no_endpoint_takes_is_refused_for_nothing(host: Host) -> None:
    """A European number is understood; there is nothing to look it up with."""
    async with host() as visit:
        text = await visit.refusal("jpo_parse_number", number="EP15123456.7", lookup=True)
    assert "accesses_spent: 0" in text
    assert visit.sandbox.arrivals == []


@pytest.mark.parametrize(("number", "said"), [("EP15123456.4", "jpo_get_family"), ("EP15123456.7", "check the number")])
async def test_the_next_step_of_a_wrong_check_digit_is_to_check_it(host: Host, number: str, said: str) -> None:
    """The family tools would refuse it: it must not be sent there. The check digit of 15123456 is 4."""
    async with host() as visit:
        assert said in (await visit.answer("jpo_parse_number", number=number))["next"]


async def test_a_name_can_have_several_codes(host: Host) -> None:
    """As after a move or a merger; a model that takes the first would miss the others."""
    async with host() as visit:
        answer = await visit.answer("jpo_find_applicant", applicant="架空電機株式会社")
    assert [person["code"] for person in answer["applicants"]] == ["000999001", "519999001"]
    assert "not a search" in answer["next"]
    assert answer["cost"] == 1


async def test_a_code_gives_the_name_under_the_law_asked_for(host: Host) -> None:
    """Nine digits go to the other endpoint; the law chooses whose quota is spent."""
    async with host() as visit:
        answer = await visit.answer("jpo_find_applicant", applicant="505999005", law="trademark")
    assert [(person["name"], person["code"]) for person in answer["applicants"]] == [("例示食品株式会社", "505999005")]
    assert answer["remaining_today"] == {"trademark/applicant_attorney_cd": 399}


async def test_a_name_without_an_exact_match_gets_the_likelier_spelling(host: Host) -> None:
    """The register writes letters and blanks full-width; the hint names its own cost."""
    async with host() as visit:
        text = await visit.refusal("jpo_find_applicant", applicant="KAKUU ロボティクス 株式会社")
        found = await visit.answer("jpo_find_applicant", applicant="ＫＡＫＵＵ　ロボティクス　株式会社")
    assert text.startswith("[not_on_file]")
    assert "try ＫＡＫＵＵ　ロボティクス　株式会社 (1 access)" in text
    assert "accesses_spent: 1" in text
    assert found["applicants"][0]["code"] == "520999004"


@pytest.mark.parametrize(
    "name", ["架空,電機", "架空:電機", "架空;電機", "架空|電機", "架空/電機", "架空\\電機", "架\t空"]
)
async def test_a_name_the_jpo_would_refuse_is_refused_before_sending(host: Host, name: str) -> None:
    """208 costs an access; the handbook lists these characters, and a slash would change the path."""
    async with host() as visit:
        text = await visit.refusal("jpo_find_applicant", applicant=name)
    assert "illegal_character: U+" in text
    assert "accesses_spent: 0" in text
    assert visit.sandbox.arrivals == []


async def test_a_field_that_is_new_is_named_by_the_small_tools_too(host: Host, recorded_like: Any) -> None:
    """The cross-reference had such a field live before any handbook did (domestic API 4.6)."""

    def reply(**data: Any) -> bytes:
        result = {"statusCode": "100", "errorMessage": "", "remainAccessCount": "9", "data": data}
        return json.dumps({"result": result}).encode()

    numbers = endpoint("patent", "case_number_reference").path("registration", "9900001")
    person = endpoint("patent", "applicant_attorney_cd").path("505999005")
    replies = {
        numbers: reply(applicationNumber="2020490001", registrationNumber="9900001", newNumber="7"),
        person: reply(applicantAttorneyName="例示食品株式会社", address="x"),
    }
    async with host(recorded_like(replies)) as visit:
        number = await visit.answer("jpo_parse_number", number="特許第9900001号", lookup=True)
        applicant = await visit.answer("jpo_find_applicant", applicant="505999005")
    assert number["unread_fields"] == ["case_number_reference: newNumber"]
    assert applicant["unread_fields"] == ["applicant_attorney_cd: address"]


async def test_the_quota_tells_every_endpoint_and_what_was_spent(host: Host, clock: ManualClock) -> None:
    """All 42 endpoints; the figures are the JPO's own after an answer, the table's before one."""
    sandbox = Sandbox(clock=clock)
    sandbox.spend("patent/app_progress", 13)
    async with host(sandbox) as visit:
        fresh = await visit.answer("jpo_quota")
        await visit.answer("jpo_get_case", number="特願2020-490001")
        await visit.answer("jpo_get_family", number="特開2022-490301")
        after = await visit.answer("jpo_quota")
    assert (len(fresh["endpoints"]), len(after["endpoints"])) == (42, 42)
    assert fresh["endpoints"][0] == {
        "endpoint": "patent/app_progress",
        "api": "1-1",
        "left": 800,
        "limit": 800,
        "used": 0,
        "basis": "table",
    }
    assert (after["endpoints"][0]["left"], after["endpoints"][0]["used"]) == (786, 1)
    assert (fresh["free_this_minute"], after["free_this_minute"]) == (10, 9)
    assert (fresh["opd_free_this_minute"], after["opd_free_this_minute"]) == (5, 4)
    assert after["resets_at"] == "2026-11-24T00:00+09:00"
    assert sandbox.count() == 2


async def test_the_end_of_the_day_is_told_with_its_reset_and_closes_the_endpoint(
    host: Host, clock: ManualClock
) -> None:
    """Nothing more is sent there until 00:00 JST, when the JPO renews its counters."""
    sandbox = Sandbox(clock=clock, limits={"1-1": 1})
    async with host(sandbox) as visit:
        await visit.answer("jpo_get_case", number="特願2020-490001")
        texts = [await visit.refusal("jpo_get_case", number="特願2019-490002") for _ in range(3)]
        quota = await visit.answer("jpo_quota")
        arrived = sandbox.count()
        clock.advance(12 * 3_600.0 + 60.0)
        answer = await visit.answer("jpo_get_case", number="特願2019-490002")
    assert all(text.startswith("[quota_spent]") for text in texts)
    assert {text.rsplit("retry_at: ")[-1] for text in texts} == {"2026-11-24T00:00+09:00"}
    assert quota["endpoints"][0]["left"] == 0
    assert arrived == 1
    assert answer["source"] == "jpo"


SPENDING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("jpo_get_case", {"number": "特願2020-490001"}),
    ("jpo_get_case", {"number": "特許第9900001号", "sections": ["registration"]}),
    ("jpo_read_documents", {"number": "特願2020-490001"}),
    ("jpo_read_documents", {"number": "特願2020-490001", "kind": "opinion"}),
    ("jpo_get_refusal_reasons", {"number": "特願2020-490001"}),
    ("jpo_get_family", {"number": "特開2022-490301"}),
    ("jpo_get_dossier", {"number": "EP22990301.8", "sections": ["citations"]}),
    ("jpo_find_applicant", {"applicant": "架空電機株式会社"}),
    ("jpo_find_applicant", {"applicant": "000999001"}),
    ("jpo_parse_number", {"number": "特願2020-490001", "lookup": True}),
)


async def test_without_an_id_every_spending_tool_explains_the_set_up_in_the_same_words(host: Host) -> None:
    """Row F4: the server starts, lists its tools and explains in one call; nothing is sent, not even a log-in."""
    async with host(credentials=False) as visit:
        tools = (await visit.mcp.list_tools()).tools
        texts = {await visit.refusal(tool, **arguments) for tool, arguments in SPENDING}
    assert len(tools) == 11
    (text,) = texts
    assert text.startswith("[no_credentials]")
    for said in ("JPO_API_USERNAME", "JPO_API_PASSWORD", "jpo-mcp doctor", "JPO_MCP_SANDBOX=1", "accesses_spent: 0"):
        assert said in text
    assert len(text) <= 600
    assert visit.sandbox.arrivals == []


async def test_without_an_id_numbers_the_quota_and_what_is_kept_still_work(host: Host) -> None:
    """What costs nothing needs no ID."""
    async with host(credentials=False) as visit:
        number = await visit.answer("jpo_parse_number", number="特願2020-490001")
        quota = await visit.answer("jpo_quota")
        kept = await visit.answer("jpo_search_kept", query="携帯灯")
        refused = await visit.refusal("jpo_get_case", number="nonsense")
    assert number["human"] == "特願2020-490001"
    assert len(quota["endpoints"]) == 42
    assert kept["found"] == 0
    assert "[bad_number]" in refused
    assert visit.sandbox.arrivals == []


@pytest.mark.parametrize(("lang", "has", "lacks"), [("ja", "次に：", "Next: "), ("en", "Next: ", "次に：")])
async def test_errors_speak_the_language_that_is_set(host: Host, lang: str, has: str, lacks: str) -> None:
    """`JPO_MCP_LANG`; both by default, since the reader may be a person or a model of either language."""
    async with host(lang=lang) as visit:
        texts = [
            await visit.refusal("jpo_get_case", number="特願2020-0"),
            await visit.refusal("jpo_get_case", numbr="特願2020-490001"),
        ]
    assert all(has in text for text in texts)
    assert all(lacks not in text for text in texts)
