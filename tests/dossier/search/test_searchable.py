"""What of a kept answer can be found, and what an answer that cannot be read does to a search: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from jpo_mcp import JpoClient, Settings, endpoint, search_kept
from jpo_mcp.dossier.portfolio.check import check_portfolio
from jpo_mcp.models.common import Progress
from jpo_mcp.upstream.store import Kept, key_of
from tests.documents.fictional import notice, opinion, zipped

NOW, EVER = 1_790_000_000.0, 4_000_000_000.0
NUMBER = "2019499901"
PROGRESS = endpoint("patent", "app_progress", Progress)


async def keep(client: JpoClient, name: str, body: bytes) -> None:
    row = endpoint("patent", name, bytes)
    kept = Kept(body, 200, "", "", NOW, NOW, EVER, row.key, (NUMBER,))
    await client.store.put(key_of(row.key, (NUMBER,)), kept)


def client_in(folder: Path) -> JpoClient:
    return JpoClient(Settings(cache_dir=folder, sandbox=True))


async def test_an_answer_that_cannot_be_read_is_counted_and_stops_nothing(tmp_path: Path) -> None:
    """A damaged bundle, kept once, would otherwise fail every search."""
    paper = zipped(("06124990101-jpntce.xml", notice("<p num=''>電池の残量</p>")))
    async with client_in(tmp_path) as client:
        await keep(client, "app_doc_cont_refusal_reason_decision", paper)
        await keep(client, "app_doc_cont_opinion_amendment", b"PK\x03\x04 no bundle")
        await keep(client, "app_doc_cont_refusal_reason", b"PK\x05\x06")
        answer = await search_kept(client, "電池の残量", this_year=2026)
    assert answer.found == 1
    assert answer.not_searched == {"unreadable": 2}


async def test_a_case_kept_twice_is_found_once(tmp_path: Path) -> None:
    """A portfolio asks for the simple progress, a case for the whole one: the same header."""
    async with client_in(tmp_path) as client:
        await check_portfolio(client, ["特願2020-490001"], plan=False)
        simple = await search_kept(client, "乾電池の残量", this_year=2026)
        await client.get(PROGRESS, "2020490001")
        both = await search_kept(client, "乾電池の残量", this_year=2026)
    assert (simple.found, both.found) == (1, 1)


async def test_nothing_on_file_is_nothing_to_find(tmp_path: Path) -> None:
    """107 is kept too: it is no record, and no fault."""
    async with client_in(tmp_path) as client:
        await client.get(PROGRESS, "2020490999")
        answer = await search_kept(client, "2020490999", this_year=2026)
    assert (answer.found, answer.not_searched) == (0, {})


@pytest.mark.parametrize("number", ["06124990101", "52499000103"])
async def test_a_papers_own_day_orders_it_where_the_list_is_not_kept(tmp_path: Path, number: str) -> None:
    """The office prints the drafting date in its papers; what an applicant filed prints none."""
    office = zipped((f"{number}-jpntce.xml", notice("<p num=''>電池の残量</p>")))
    filed = zipped((f"A53_{number}/JPOXMLDOC01-jpbibl.xml", opinion("電池の残量")))
    body, name = (office, "refusal_reason_decision") if number.startswith("06") else (filed, "opinion_amendment")
    async with client_in(tmp_path) as client:
        await keep(client, f"app_doc_cont_{name}", body)
        (hit,) = (await search_kept(client, "電池の残量", this_year=2026)).hits
    assert (hit.document, hit.date) == (number, None)
    assert hit.drafted == ("2023-04-05" if number.startswith("06") else None)
    assert hit.uri == f"jpo://patent/{NUMBER}/documents/{number}"
