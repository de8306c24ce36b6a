"""The tool that tells why: the table of a refusal, its joins, and what it costs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.endpoints import endpoint
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from tests.server.conftest import Host

TOOL = "jpo_get_refusal_reasons"
BATTERY = "特願2020-490001"
GRIPPER = "特願2019-490002"
OFFICE = "patent/app_doc_cont_refusal_reason_decision"
NOTICES = "patent/app_doc_cont_refusal_reason"


async def test_a_notice_is_told_as_reasons_claims_and_citations(host: Host) -> None:
    """The sandbox's first notice, cell by cell; one access, and none for asking again."""
    async with host() as visit:
        answer = await visit.answer(TOOL, number=BATTERY)
        again = await visit.answer(TOOL, number=BATTERY)
    assert answer["paper"]["document"] == "06124990101"
    assert answer["final"] is False
    assert answer["period"] == {"value": 60, "unit": "days"}
    assert [(r["no"], r["articles"], r["label"]) for r in answer["reasons"]] == [
        (1, ["第29条第1項第3号"], "新規性"),
        (2, ["第29条第2項"], "進歩性"),
        (3, ["第36条第6項第2号"], "明確性"),
    ]
    assert answer["reasons"][1]["articles_en"] == ["Article 29(2) of the Patent Act (inventive step)"]
    assert [(b["reasons"], b["claims"], b["citations"], b["mode"]) for b in answer["blocks"]] == [
        ([1], "1-2", [1], "single"),
        ([2], "1-2", [1], "single"),
        ([2], "3-4", [1, 2], "combination"),
        ([2], "5", [1, 2, 3], "list"),
        ([3], "4", [], "none"),
    ]
    assert [b.get("citations_raw") for b in answer["blocks"]] == [None, None, "１及び２", None, None]
    assert answer["citations"][2] == {
        "no": 3,
        "document": "特開2009-490103",
        "remark_raw": "周知技術を示す文献",
        "case_call": 'jpo_get_case(number="特開2009-490103"), 2 accesses',
    }
    assert answer["prior_art_record"]["documents"][0]["document"] == "特開2016-490104"
    assert "quote" not in str(answer)
    assert "passages=true" in answer["next"]
    assert (answer["cost"], again["cost"], visit.sandbox.count(), visit.sandbox.count(OFFICE)) == (1, 0, 1, 1)
    assert visit.sandbox.count(NOTICES) == 0


async def test_passages_are_the_words_of_the_paper_at_the_places_told(host: Host) -> None:
    """Every quote stands in the text of the paper, where its offset says."""
    async with host() as visit:
        text = (await visit.answer("jpo_read_documents", number=BATTERY, kind="refusal_notice"))["text"]
        answer = await visit.answer(TOOL, number=BATTERY, passages=True)
    cells = [*answer["reasons"], *answer["blocks"]]
    assert len(cells) == 8
    for cell in cells:
        assert text[cell["offset"] :].startswith(cell["quote"])
    for cited in answer["citations"]:
        assert cited["raw"].rstrip("）").partition("（")[0] in text[cited["offset"] :][:40]
    assert answer["cost"] == 0


async def test_the_latest_refusal_is_told_and_the_others_are_named(host: Host) -> None:
    """A decision after two notices: one line for each other paper, so that it can be asked for."""
    async with host() as visit:
        await visit.answer("jpo_get_case", number=GRIPPER)
        answer = await visit.answer(TOOL, number=GRIPPER)
    assert (answer["paper"]["document"], answer["paper"]["dispatched"]) == ("06124990204", "2024-01-16")
    assert "final" not in answer
    assert "period" not in answer
    assert [(p["date"], p["document"], p.get("articles")) for p in answer["other_papers"]] == [
        ("2024-01-16", "06124990203", None),
        ("2023-08-22", "06123990202", ["第17条の2第3項", "第29条第2項"]),
        ("2023-03-07", "06123990201", ["第29条第2項"]),
    ]


@pytest.mark.parametrize("document", ["06123990201", "990201"])
async def test_a_named_notice_is_told(host: Host, document: str) -> None:
    """By document number or 発送番号; a search report whose number ends in the same digits is not meant."""
    async with host() as visit:
        answer = await visit.answer(TOOL, number=GRIPPER, document=document)
    assert answer["paper"]["document"] == "06123990201"
    assert answer["reasons"][0]["articles"] == ["第29条第2項"]


async def test_a_decision_names_the_notice_it_rests_on(host: Host) -> None:
    """It is found by its drafting date (起案日), which is what 「付け」 names, in the same bundle: no access more."""
    async with host() as visit:
        answer = await visit.answer(TOOL, number="商願2023-490201")
    assert answer["paper"]["kind"] == "refusal_decision"
    (notice,) = answer["rests_on"]
    assert (notice["drafted"], notice["document"]) == ("2023-11-24", "06423920101")
    assert notice["reasons"][0]["articles"] == ["第3条第1項第3号", "第4条第1項第16号"]
    assert answer["cost"] == 1


async def test_the_answers_to_a_notice_are_told_where_they_are_kept_and_priced_where_not(host: Host) -> None:
    """Joined by 発送番号: the first notice of two has two answers of four papers."""
    async with host() as visit:
        before = await visit.answer(TOOL, number=GRIPPER, document="990201")
        await visit.answer("jpo_read_documents", number=GRIPPER, kind="opinion")
        after = await visit.answer(TOOL, number=GRIPPER, document="990201")
    assert "answers" not in before
    assert any("1 access for both" in note for note in before["notes"])
    assert [(paper["document"], paper["code"], paper["date"]) for paper in after["answers"]] == [
        ("52399000203", "A53", "2023-05-01"),
        ("52399000204", "A523", "2023-05-01"),
    ]
    assert (after["cost"], visit.sandbox.count("patent/app_doc_cont_opinion_amendment")) == (0, 1)


async def test_a_notice_without_an_answer_says_so_from_todays_list(host: Host) -> None:
    """A notice of last month: the list shows that nothing was filed."""
    async with host() as visit:
        await visit.answer("jpo_read_documents", number="特願2022-490025")
        answer = await visit.answer(TOOL, number="特願2022-490025")
    assert any("no answer is on file" in note for note in answer["notes"])
    assert "answers" not in answer


async def test_the_jpos_own_roles_of_citations_are_told_where_they_are_kept(host: Host) -> None:
    """`cite_doc_info` has 100 accesses a day: it is used where somebody has already paid for it."""
    async with host() as visit:
        before = await visit.answer(TOOL, number=BATTERY)
        await visit.answer("jpo_get_case", number=BATTERY, sections=["citations"])
        after = await visit.answer(TOOL, number=BATTERY)
    assert all("roles" not in cited for cited in before["citations"])
    assert all(cited["roles"] for cited in after["citations"])
    assert after["cost"] == 0


async def test_the_notices_alone_will_do_where_they_are_kept_and_the_list_shows_no_decision(
    host: Host, clock: ManualClock, tmp_path: Path
) -> None:
    """`_refusal_reason` is inside `_refusal_reason_decision`, so what was paid for is not paid for again."""
    sandbox = Sandbox(clock=clock)
    secrets: dict[str, Any] = {"username": USERNAME, "password": PASSWORD}
    async with JpoClient(Settings(cache_dir=tmp_path, **secrets), clock=clock, app=sandbox.app) as before:
        await before.get(endpoint("patent", "app_doc_cont_refusal_reason", bytes), "2020490001")
    async with host(sandbox) as visit:
        await visit.answer("jpo_get_case", number=BATTERY)
        answer = await visit.answer(TOOL, number=BATTERY)
    assert (answer["paper"]["document"], answer["cost"], answer["source"]) == ("06124990101", 0, "kept")
    assert (sandbox.count(NOTICES), sandbox.count(OFFICE)) == (1, 0)


async def test_a_design_notice_keeps_its_advice_apart_from_its_ground(host: Host) -> None:
    """第10条 is how to overcome the refusal, never a ground of it."""
    async with host() as visit:
        answer = await visit.answer(TOOL, number="意願2022-490101")
    assert [reason["articles"] for reason in answer["reasons"]] == [["第3条第1項第3号"]]
    assert answer["citations"][0]["document"] == "意匠登録第9900100号"
    assert "意匠登録第9900100号" in answer["citations"][0]["case_call"]
    assert "第１０条第１項" in answer["curing_hints"][0]["quote"]


async def test_a_trademark_notice_tells_goods_and_earlier_marks_by_ground(host: Host) -> None:
    """適用条文 and what stands under each ■."""
    async with host() as visit:
        answer = await visit.answer(TOOL, number="商願2021-490203")
    assert answer["provisions"] == ["第4条第1項第11号", "第6条第1項"]
    assert [(g["article"], g.get("goods_raw")) for g in answer["mark_grounds"]] == [
        ("第4条第1項第11号", None),
        ("第6条第1項", ["機械"]),
    ]
    assert answer["mark_grounds"][0]["earlier_marks"] == [
        {"document": "商標登録第9900202号", "case_call": 'jpo_get_case(number="商標登録第9900202号"), 2 accesses'}
    ]
    assert answer["period"] == {"value": 40, "unit": "days"}


async def test_a_case_that_was_never_refused_says_so(host: Host) -> None:
    """A grant alone: the bundle exists, and holds no refusal. The second question is free."""
    async with host() as visit:
        texts = [await visit.refusal(TOOL, number="特願2019-490015") for _ in range(2)]
    assert all(text.startswith("[not_on_file]") for text in texts)
    assert ["accesses_spent: 1" in texts[0], "accesses_spent: 0" in texts[1]] == [True, True]


async def test_a_paper_that_refuses_nothing_is_not_read_as_a_refusal(host: Host) -> None:
    """A grant named by its number: the error says what to call instead."""
    async with host() as visit:
        text = await visit.refusal(TOOL, number=BATTERY, document="06124990102")
    assert text.startswith("[bad_argument] document:")
    assert "jpo_read_documents" in text
    assert len(text) <= 600


# ── the recorded notices ──────────────────────────────────────────────────────────────────────


async def test_the_recorded_patent_notice_is_told_whole_in_six_kilobytes(
    host: Host, recorded: Sandbox, clock: ManualClock, tmp_path: Path
) -> None:
    """4 reasons, 11 blocks, 5 citations and 1 document of the search record, 60 days, not final; compact by default."""
    secrets: dict[str, Any] = {"username": USERNAME, "password": PASSWORD}
    async with JpoClient(Settings(cache_dir=tmp_path, **secrets), clock=clock, app=recorded.app) as before:
        await before.get(endpoint("patent", "app_doc_cont_refusal_reason", bytes), "2020123456")
    async with host(recorded) as visit:
        await visit.answer("jpo_get_case", number="特願2020-123456", sections=["citations"])
        await visit.answer("jpo_read_documents", number="特願2020-123456", kind="opinion")
        answer = await visit.answer(TOOL, number="特願2020-123456")
        sent = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    assert len(sent) <= 6_000
    assert [reason["articles"] for reason in answer["reasons"]] == [
        ["第37条"],
        ["第29条第1項第3号"],
        ["第29条第2項"],
        ["第36条第6項第2号"],
    ]
    assert len(answer["blocks"]) == 11
    assert [(cited["no"], cited["document"]) for cited in answer["citations"]] == [
        (1, "特開2002-233033"),
        (2, "特開2004-064039"),
        (3, "特開平4-087383"),
        (4, "特開昭60-046093"),
        (5, "特開平8-167522"),
    ]
    assert [cited["no"] for cited in answer["citations"] if "case_call" in cited] == [2]  # the API begins in 2003
    assert len(answer["prior_art_record"]["documents"]) == 1
    assert (answer["final"], answer["period"]) == (False, {"value": 60, "unit": "days"})
    assert answer["unexamined_claims"][0]["claims"] == "16"
    assert sorted(paper["code"] for paper in answer["answers"]) == ["A523", "A53"]
    assert (answer["paper"]["dispatched"], answer["paper"]["drafted"]) == ("2024-02-27", "2024-02-20")
    assert answer["cost"] == 0
