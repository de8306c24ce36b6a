"""The tool that searches what is kept, as a host meets it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.server.conftest import Host, Visit

TOOL = "jpo_search_kept"
BATTERY, GRIPPER = "特願2020-490001", "特願2019-490002"
NOTICE = "06124990101"


async def fetch(visit: Visit) -> int:
    """Two cases with their registers, citations and papers; how many accesses that took."""
    for number in (BATTERY, GRIPPER):
        await visit.answer("jpo_get_case", number=number, sections=["registration", "citations"])
        await visit.answer("jpo_read_documents", number=number, kind="refusal_notice")
        await visit.answer("jpo_read_documents", number=number, kind="opinion")
        visit.clock.advance(61)
    return visit.sandbox.count()


async def test_a_word_is_found_in_its_sentence_with_where_it_came_from(host: Host) -> None:
    """Case, law, paper, date of dispatch, section, as of when, and the address that opens the paper for nothing."""
    async with host() as visit:
        spent = await fetch(visit)
        answer = await visit.answer(TOOL, query="端子電圧 携帯灯", number=BATTERY)
        hit = next(hit for hit in answer["hits"] if hit.get("document") == NOTICE)
        uri = await visit.mcp.read_resource(hit["uri"])
        text = getattr(uri.contents[0], "text", "")
        assert visit.sandbox.count() == spent
    assert hit == {
        "number": BATTERY,
        "law": "patent",
        "found_in": "paper",
        "ja": "拒絶理由通知書",
        "en": "Notice of reasons for refusal",
        "document": NOTICE,
        "date": "2024-01-23",
        "section": "●理由１（新規性）について",
        "snippet": "引用文献１（段落［００１２］－［００１５］、図１～３）には、電池の«端子電圧»を測り、"
        "電圧に応じた音を鳴らす«携帯灯»が記載されている。",
        "offset": text.index("端子電圧"),
        "uri": f"jpo://patent/2020490001/documents/{NOTICE}",
        "as_of": "2026-11-23T12:00+09:00",
    }
    assert answer["cost"] == 0
    assert answer["searched"] == {"cases": 2, "papers": 12}


@pytest.mark.parametrize(
    ("query", "found_in", "snippet"),
    [
        ("乾電池の残量", "case", "«乾電池の残量»を音色で知らせる携帯灯"),
        ("架空電機", "case", "applicant 出願人 «架空電機»株式会社 000999001"),
        ("特許9900001", "register", "«特許第9900001号» 9900001"),
        ("JP2012-490101A", "citations", "«特開2012-490101»"),
        ("第29条第2項", "paper", "«第２９条第２項»"),
        ("２９条２項", "paper", "«第２９条第２項»"),
    ],
)
async def test_titles_names_numbers_and_articles_are_found_however_they_are_typed(
    host: Host, query: str, found_in: str, snippet: str
) -> None:
    """Records write numbers one way, papers another, and people a third."""
    async with host() as visit:
        await fetch(visit)
        answer = await visit.answer(TOOL, query=query)
        hits = list(answer["hits"])
        while "cursor" in answer:
            answer = await visit.answer(TOOL, query=query, cursor=answer["cursor"])
            hits += answer["hits"]
    assert any(hit["found_in"] == found_in and snippet in hit["snippet"] for hit in hits), hits


async def test_the_five_offices_lists_families_citations_and_japanese_papers_are_searched_and_pdfs_counted(
    host: Host,
) -> None:
    """A PDF costs a process to read, and is often a picture: it is said not to be searched."""
    async with host() as visit:
        listed = await visit.answer("jpo_get_dossier", number="特開2022-490301", sections=["citations"])
        await visit.answer("jpo_get_family", number="特開2022-490301")
        visit.clock.advance(61)
        us = await visit.answer("jpo_get_dossier", number="US.202218990301.A")
        visit.clock.advance(61)
        await visit.answer("jpo_read_dossier_document", number="特開2022-490301", document="Claims_52199030101_JP")
        pdf = us["papers"][0]["original"]
        await visit.answer("jpo_read_dossier_document", number="US.202218990301.A", document=pdf)
        claims = await visit.answer(TOOL, query="請求項1", number="特願2021-490301")
        family = await visit.answer(TOOL, query="US19900301B2")
        action = await visit.answer(TOOL, query='"Non-Final Rejection"')
        title = await visit.answer(TOOL, query=listed["title"][:6])
    papers = [hit["document"] for hit in claims["hits"] if hit["found_in"] == "dossier_paper"]
    assert papers == ["Claims_52199030101_JP"]
    assert "jpo_read_dossier_document" in claims["next"]
    assert {hit["found_in"] for hit in family["hits"]} == {"family"}
    assert [(hit["number"], hit["found_in"]) for hit in action["hits"]] == [("US.202218990301.A", "dossier")]
    assert title["found"] >= 1
    assert claims["not_searched"] == {"pdf": 1}


async def test_what_is_not_kept_is_not_found_and_the_answer_says_what_that_means(host: Host) -> None:
    """It is no search of the JPO: nothing here proves that something does not exist."""
    async with host() as visit:
        empty = await visit.answer(TOOL, query="携帯灯")
        await visit.answer("jpo_get_case", number=BATTERY)
        absent = await visit.answer(TOOL, query="量子計算機")
    assert (empty["found"], empty["searched"]) == (0, {"cases": 0, "papers": 0})
    assert (absent["found"], absent["searched"]) == (0, {"cases": 1, "papers": 0})
    assert "no search of the JPO" in absent["notes"][0]


async def test_pages_give_every_hit_once_and_stay_below_three_kilobytes(host: Host) -> None:
    """A common word is in everything; an answer is small, and its cursor reads on."""
    async with host() as visit:
        await fetch(visit)
        answer = await visit.answer(TOOL, query="見本")
        pages, total = [answer], answer["found"]
        while "cursor" in answer:
            answer = await visit.answer(TOOL, query="見本", cursor=answer["cursor"])
            pages.append(answer)
    hits = [(hit["number"], hit["found_in"], hit.get("document")) for page in pages for hit in page["hits"]]
    assert len(pages) > 1
    assert len(hits) == len(set(hits)) == total
    sizes = [len(json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()) for page in pages]
    assert max(sizes) <= 3_000
    dates = [hit["date"] for page in pages for hit in page["hits"] if hit["found_in"] == "paper"]
    assert dates == sorted(dates, reverse=True)


async def test_a_new_paper_is_found_at_once_and_a_forgotten_one_no_more(host: Host) -> None:
    """The index follows the store: what was kept a moment ago, and what is no longer."""
    async with host() as visit:
        await visit.answer("jpo_get_case", number=BATTERY)
        before = await visit.answer(TOOL, query="端子電圧")
        await visit.answer("jpo_read_documents", number=BATTERY, kind="refusal_notice")
        after = await visit.answer(TOOL, query="端子電圧")
    assert (before["found"], after["found"]) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"query": " 　、「」"}, "no word to search for"),
        ({"query": "　".join(f"語{n}" for n in range(11))}, "11 words are too many"),
        ({"query": "電池", "number": "特許第1234567号"}, "jpo_get_case fetches the case"),
        ({"query": "電池", "number": "2020-123456"}, "[ambiguous_number]"),
        ({"query": "電池", "cursor": "x"}, "not a cursor of ours"),
        ({"query": "電池", "cursor": "Li4vLi4vZXRjL3Bhc3N3ZA"}, "not a cursor of ours"),
        ({"q": "電池"}, '"query"'),
    ],
)
async def test_what_cannot_be_searched_is_refused_with_a_lesson(
    host: Host, arguments: dict[str, Any], said: str
) -> None:
    """Every error names the rule, an example and the next step, and costs nothing."""
    async with host() as visit:
        text = await visit.refusal(TOOL, **arguments)
    assert said in text
    assert "accesses_spent: 0" in text
    assert len(text) <= 600
    assert visit.sandbox.arrivals == []


async def test_a_cursor_belongs_to_its_query(host: Host) -> None:
    """Under another query it would skip what was never shown."""
    async with host() as visit:
        await fetch(visit)
        answer = await visit.answer(TOOL, query="見本")
        other = await visit.refusal(TOOL, query="架空", cursor=answer["cursor"])
        narrowed = await visit.refusal(TOOL, query="見本", number=BATTERY, cursor=answer["cursor"])
    assert "not a cursor of ours" in other
    assert "not a cursor of ours" in narrowed


async def test_a_case_is_named_by_any_of_its_numbers_that_is_kept(host: Host) -> None:
    """The registration number stands in the case's header; a bare number says how it was read."""
    async with host() as visit:
        await fetch(visit)
        of_case = await visit.answer(TOOL, query="見本", number="特許第9900001号")
        bare = await visit.answer(TOOL, query="見本", number="2020490001")
    assert {hit["number"] for hit in (*of_case["hits"], *bare["hits"])} == {BATTERY}
    assert "interpreted_as" in bare


async def test_query_operators_are_words(host: Host) -> None:
    """Nothing that is typed is read as the index's own language."""
    async with host() as visit:
        await fetch(visit)
        for query in ("電池 OR 特許", "gram:電池", "電池*", "NEAR(電池)", "-電池", "電池 AND", "')--", "^電池"):
            reply = await visit.call(TOOL, query=query)
            assert reply.is_error is False or "no word" in reply.text
