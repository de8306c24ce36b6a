"""The main job, on replies as the JPO sent them: one case, however its number is written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.sandbox import Sandbox
from tests.conftest import NOON_JST
from tests.server.conftest import Host

NOTATIONS = (
    "特願2020-123456",
    "特願２０２０－１２３４５６",
    "特願2020ー123456",
    "特願2020−123456",
    "特願2020‐123456",
    "特願 2020 - 123456",
    "特願2020123456",
    "特願2020-123456号",
    "特許願2020-123456",
    "令和2年特許願第123456号",
    "特願令2-123456",
)
API_FORMS = ("2020123456", "２０２０１２３４５６", 2020123456)
PROGRESS = "patent/app_progress"

EVENTS = [
    ("2020-07-20", "A63", "特許願", "applicant"),
    ("2023-04-19", "A621", "出願審査請求書", "applicant"),
    ("2024-01-17", "A971007", "検索報告書", "office"),
    ("2024-02-27", "A131", "拒絶理由通知書", "office"),
    ("2024-04-24", "A523", "手続補正書（自発・内容）", "applicant"),
    ("2024-04-24", "A53", "意見書", "applicant"),
    ("2024-07-09", "A01", "特許査定", "office"),
    ("2024-07-24", "A61/R100", "登録料納付", "applicant"),
    ("2024-08-20", "R150", "特許証", "office"),
]
"""The notice was drafted on 2024-02-20 and dispatched a week later; the fee stands on both sides of the file."""


def told(events: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The events; inside one day the JPO's order says nothing, so ours is by code."""
    return sorted((e["date"], e["code"], e.get("ja"), e.get("actor")) for e in events)


@pytest.mark.parametrize("number", NOTATIONS)
async def test_every_notation_gives_the_same_decoded_case_for_one_access(
    host: Host, recorded: Sandbox, number: str
) -> None:
    """Section 1 of the blueprint: the number as the human wrote it, decoded and dated facts, one access."""
    async with host(recorded) as visit:
        answer = await visit.answer("jpo_get_case", number=number)
    assert answer["number"] == {
        "kind": "application",
        "law": "patent",
        "human": "特願2020-123456",
        "api": "2020123456",
        "docdb": "JP.2020123456.A",
    }
    assert told(answer["events"]) == EVENTS
    assert [(n["kind"], n["human"]) for n in answer["numbers"]] == [
        ("publication", "特開2021-090037"),
        ("registration", "特許第7533889号"),
    ]
    assert answer["dates"] == {
        "filing": "2020-07-20",
        "publication": "2021-06-10",
        "registration": "2024-08-05",
        "expiry": "2040-07-20",
    }
    assert answer["right"] == {"code": "00", "ja": "抹消されていない", "en": "Not erased"}
    assert (answer["cost"], answer["source"]) == (1, "jpo")
    assert "interpreted_as" not in answer
    assert (recorded.count(), recorded.count(PROGRESS)) == (1, 1)


@pytest.mark.parametrize("number", API_FORMS)
async def test_the_apis_own_form_is_read_as_an_application_and_says_so(
    host: Host, recorded: Sandbox, number: str | int
) -> None:
    """Ten bare digits are 特願, 意願, 商願 or 特開 alike; nothing is guessed silently."""
    async with host(recorded) as visit:
        answer = await visit.answer("jpo_get_case", number=number)
    assert told(answer["events"]) == EVENTS
    assert "特願2020-123456" in answer["interpreted_as"]
    others = {other["human"] for other in answer["other_readings"]}
    assert {"意願2020-123456", "商願2020-123456", "特開2020-123456"} <= others
    assert recorded.count() == 1


async def test_the_docdb_form_of_an_answer_can_be_asked_again(host: Host, recorded: Sandbox) -> None:
    """`docdb` is what the five offices exchange, so what we write there must be readable here."""
    async with host(recorded) as visit:
        answer = await visit.answer("jpo_get_case", number="JP.2020123456.A")
    assert answer["number"]["human"] == "特願2020-123456"
    assert told(answer["events"]) == EVENTS
    assert recorded.count() == 1


async def test_the_case_is_short_and_every_code_is_in_words(host: Host, recorded: Sandbox, shared: Path) -> None:
    """Design section 5: compact JSON under 4 kB beside the JPO's 5.3 kB, every code in Japanese and English."""
    async with host(recorded) as visit:
        reply = await visit.call("jpo_get_case", number="特願2020-123456")
    upstream = (shared / "recordings/domestic/patent__app_progress__2020123456.json").stat().st_size
    size = len(reply.text.encode())
    assert size <= 4_000
    assert size < upstream
    assert len(reply.record["events"]) <= 9
    for event in reply.record["events"]:
        assert event["ja"]
        assert event["en"].isascii()
    assert all(party["role"].split()[0] in {"applicant", "agent"} for party in reply.record["people"])
    assert len(reply.record["people"]) == 4


async def test_text_is_compact_unescaped_and_without_nulls(host: Host, recorded: Sandbox) -> None:
    """Hosts give the model either channel; escapes and nulls are tokens that say nothing."""
    async with host(recorded) as visit:
        reply = await visit.call("jpo_get_case", number="特願2020-123456")
    assert "特願2020-123456" in reply.text
    assert "\\u" not in reply.text
    assert "null" not in reply.text
    assert '": ' not in reply.text
    assert list(reply.record)[-4:] == ["as_of", "cost", "remaining_today", "next"]


async def test_asking_again_costs_nothing_and_says_kept(host: Host, recorded: Sandbox) -> None:
    """Data changes once a day, at 00:00 JST, so a second access the same day would buy nothing."""
    async with host(recorded) as visit:
        first = await visit.answer("jpo_get_case", number="特願2020-123456")
        visit.clock.advance(3_600)
        second = await visit.answer("jpo_get_case", number="令和2年特許願第123456号")
    assert (second["source"], second["cost"]) == ("kept", 0)
    assert second["as_of"] == first["as_of"] == "2026-11-23T12:00+09:00"
    assert second["events"] == first["events"]
    assert recorded.count() == 1


async def test_max_age_zero_asks_the_jpo_again(host: Host, recorded: Sandbox) -> None:
    """The caller's way to insist; the price is shown."""
    async with host(recorded) as visit:
        await visit.answer("jpo_get_case", number="特願2020-123456")
        visit.clock.advance(1)
        again = await visit.answer("jpo_get_case", number="特願2020-123456", max_age=0)
    assert (again["source"], again["cost"]) == ("jpo", 1)
    assert recorded.count(PROGRESS) == 2


async def test_citations_are_decoded_once_each_with_their_roles(host: Host, recorded: Sandbox) -> None:
    """`JPA 414233033` counts imperial years: 414 is Heisei 14, so 2002."""
    async with host(recorded) as visit:
        answer = await visit.answer("jpo_get_case", number="特願2020-123456", sections=["citations"])
    found = {cited["raw"]: cited["document"] for cited in answer["citations"]}
    assert found == {
        "JPA 414233033": "特開2002-233033",
        "JPA 416064039": "特開2004-064039",
        "JPA 404087383": "特開平4-087383",
        "JPA 360046093": "特開昭60-046093",
        "JPA 408167522": "特開平8-167522",
        "JPA 409074283": "特開平9-074283",
        "JPA 415248131": "特開2003-248131",
    }
    recorded_only = next(cited for cited in answer["citations"] if cited["raw"] == "JPA 409074283")
    assert "not a ground of refusal (起案 drafted 2024-02-20)" in recorded_only["roles"][0]
    assert answer["cost"] == 2
    assert recorded.count("patent/cite_doc_info") == 1


async def test_the_register_gives_holders_claims_and_the_next_payment(host: Host, recorded: Sandbox) -> None:
    """The due date is the JPO's own, not moved for a holiday, as the schema says."""
    async with host(recorded) as visit:
        answer = await visit.answer("jpo_get_case", number="特願2020-123456", sections=["registration"])
    register = answer["registration"]
    assert [(holder["role"], holder["code"]) for holder in register.pop("holders")] == [
        ("right holder 権利者", "000114400")
    ]
    assert register == {
        "decision_drafted": "2024-07-04",
        "claims": 5,
        "paid_years": 3,
        "expiry_date": "2040-07-20",
        "right": {"code": "00", "ja": "抹消されていない", "en": "Not erased"},
        "next_payment_date": "2027-08-05",
        "update_date": "2024-08-21",
    }
    assert answer["sections_as_of"]["registration"].startswith("jpo 2026-11-23T12:00")
    assert answer["cost"] == 2


async def test_priority_and_divisionals_come_free_with_the_progress(host: Host, recorded: Sandbox) -> None:
    """The progress holds both, so the endpoints with 60 a day stay untouched; none is said as an empty list."""
    async with host(recorded) as visit:
        answer = await visit.answer("jpo_get_case", number="特願2020-123456", sections=["priority", "divisionals"])
    (basis,) = answer["priority"]
    note = basis.pop("note")
    assert basis == {"basis": "domestic 国内優先権", "number": "特願2019-210418 (2019210418)", "date": "2019-11-21"}
    assert "2021-03-21" in note  # taken back 1 year 4 months after its filing (Patent Act art. 42(1))
    assert "count once" in note
    assert answer["divisionals"] == []
    assert (answer["cost"], recorded.count()) == (1, 1)


async def test_the_whole_case_with_all_sections_costs_four_and_then_nothing(host: Host, recorded: Sandbox) -> None:
    """One access for the progress and one for each of three sections; a kept case is whole again."""
    everything = ["registration", "citations", "priority", "divisionals", "link"]
    async with host(recorded) as visit:
        first = await visit.answer("jpo_get_case", number="特願2020-123456", sections=everything)
        second = await visit.answer("jpo_get_case", number="特願2020-123456", sections=everything)
    assert first["link"].startswith("https://www.j-platpat.inpit.go.jp/")
    assert (first["cost"], second["cost"], recorded.count()) == (4, 0, 4)
    assert "next" not in first
    assert [second[name] for name in everything] == [first[name] for name in everything]
    assert {told.split()[0] for told in second["sections_as_of"].values()} == {"kept"}


async def test_a_recorded_trademark_shows_its_readings_classes_and_goods(host: Host, recorded: Sandbox) -> None:
    """Trademarks have no citations or divisionals in this API."""
    async with host(recorded) as visit:
        answer = await visit.answer("jpo_get_case", number="商願2024-123456")
    assert [goods["nice_class"] for goods in answer["goods"]] == ["29", "35"]
    assert answer["goods"][1]["similar_codes"] == ["32A01", "35A01", "35K03"]
    assert len(answer["readings"]) == 2
    assert told(answer["events"]) == [
        ("2024-11-18", "A63", "商標登録願", "applicant"),
        ("2025-06-10", "A131", "拒絶理由通知書", "office"),
        ("2026-01-13", "A02", "拒絶査定", "office"),
    ]


async def test_a_recorded_107_is_never_told_as_nonexistence(host: Host, recorded: Sandbox) -> None:
    """107 also means unpublished, outside the coverage, another law, or a typo; the recorded reply says just 107."""
    async with host(recorded) as visit:
        text = await visit.refusal("jpo_get_case", number="特願2020-654321")
    assert text.startswith("[not_on_file]")
    assert "never proves" in text
    assert "accesses_spent: 1" in text
    assert len(text) <= 600


async def test_the_recorded_mark_says_where_it_stands_and_what_is_due(host: Host, recorded: Sandbox) -> None:
    """Refused on 2026-01-13: on 2026-11-23 every period for an appeal is over, so nothing is due any more."""
    async with host(recorded) as visit:
        answer = await visit.answer("jpo_get_case", number="商願2024-123456")
    assert (answer["status"]["rule"], answer["status"]["confidence"]) == ("refused_final", "medium")
    assert answer["status"]["rows"] == ["A02 拒絶査定 2026-01-13"]
    assert "deadlines" not in answer
    assert "unavailable" not in answer
    assert recorded.count() == answer["cost"] == 1


async def test_the_recorded_mark_was_still_open_to_appeal_in_spring(
    host: Host, recorded: Sandbox, clock: ManualClock
) -> None:
    """Three months from dispatch, four overseas: 2026-04-13 and 2026-05-13, two open days (TM 44(1))."""
    clock.step(-(NOON_JST - datetime(2026, 4, 13, 3, 0, tzinfo=UTC).timestamp()))
    async with host(recorded) as visit:
        answer = await visit.answer("jpo_get_case", number="商願2024-123456")
    assert answer["status"]["rule"] == "refused_appealable"
    articles = "商標法第44条第1項、第77条第1項 / Trademark Act 44(1), 77(1)"
    assert [(d["articles"], d["for_whom"], d["date"]) for d in answer["deadlines"]] == [
        (articles, "resident", "2026-04-13"),
        (articles, "overseas", "2026-05-13"),
    ]
