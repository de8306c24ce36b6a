"""The tool that reads one paper of a five-office dossier, on the sandbox's families, as a host meets it."""

from __future__ import annotations

from typing import Any

from jpo_mcp.clock import ManualClock
from jpo_mcp.sandbox import Sandbox
from tests.server.conftest import Host

TOOL = "jpo_read_dossier_document"
JP, US, PCT = "特開2022-490301", "US 18/990,301 (2022)", "US.202218990302.A"
LIST, FAMILY, PDF, ZIP = (
    f"patent/{name}" for name in ("global_doc_list", "family_list", "global_doc_cont", "jp_doc_cont")
)


async def test_the_claims_as_filed_are_read_from_a_publication_number(host: Host) -> None:
    """As a human writes it: its family names the application, and both answers are kept."""
    async with host() as visit:
        answer = await visit.answer(TOOL, number=JP, document="Claims_52199030101_JP")
        again = await visit.answer(TOOL, number=JP, document="Claims_52199030101_JP")
    assert answer["text"].startswith("# 特許請求の範囲\n\n【請求項１】\n")
    assert (answer["number"]["docdb"], answer["resolved_from"]["human"]) == ("JP.2021490301.A", JP)
    assert (answer["paper"]["version"], answer["form"], answer["cost"], again["cost"]) == ("original", "xml", 2, 0)
    assert {name: visit.sandbox.count(name) for name in (FAMILY, LIST, ZIP, PDF)} == {
        FAMILY: 1,
        LIST: 0,
        ZIP: 1,
        PDF: 0,
    }


async def test_the_ids_of_the_dossier_read_originals_and_translations(host: Host) -> None:
    """What jpo_get_dossier lists is what this tool takes; the two versions are told apart."""
    async with host() as visit:
        listed = await visit.answer("jpo_get_dossier", number=JP)
        line = next(paper for paper in listed["papers"] if paper["kind"] == "office_action")
        original = await visit.answer(TOOL, number=JP, document=line["original"])
        translated = await visit.answer(TOOL, number=JP, document=line["translated"])
    assert (original["paper"]["version"], translated["paper"]["version"]) == ("original", "machine translation")
    assert (original["paper"]["other"], translated["paper"]["other"]) == (line["translated"], line["original"])
    assert "拒絶の理由" in original["text"]
    assert "拒絶の理由" not in translated["text"]
    assert (original["cost"], translated["cost"]) == (1, 1)


async def test_a_paper_of_the_domestic_list_is_named_by_its_number(host: Host) -> None:
    """11 digits; a host may send them as a number, without the leading zero."""
    async with host() as visit:
        answer = await visit.answer(TOOL, number=JP, document=6123930301)
    assert (answer["paper"]["document"], answer["paper"]["id"][-3:]) == ("06123930301", "_JP")
    assert answer["paper"]["case_call"] == 'jpo_read_documents(number="特願2021-490301", document="06123930301")'


async def test_two_hundred_pages_are_one_access_and_a_cursor(host: Host) -> None:
    """An answer stays below 8,000 tokens, whatever the file holds."""
    asked: dict[str, Any] = {}
    sizes: list[int] = []
    async with host() as visit:
        for _ in range(3):
            reply = await visit.call(TOOL, number=PCT, document="LF302SPEC0000A1", **asked)
            assert not reply.is_error, reply.text
            sizes.append(len(reply.text))
            asked = {"cursor": reply.record["cursor"]}
    assert max(sizes) < 8_000
    assert visit.sandbox.count(PDF) == 1


async def test_a_scan_says_that_it_is_one(host: Host) -> None:
    """No text at all is no empty text."""
    async with host(lang="en") as visit:
        answer = await visit.answer(TOOL, number=US, document="LF301DRWG0000A1")
    assert "text" not in answer
    assert any(note.startswith("no text on pages 1-2") for note in answer["notes"])


async def test_an_id_without_the_dossiers_is_told_so_and_the_domestic_tools_go_on(
    host: Host, clock: ManualClock
) -> None:
    """The JPO grants them apart; asking again within the day costs nothing."""
    async with host(Sandbox(clock=clock, opd_refusal="301")) as visit:
        first = await visit.refusal(TOOL, number="特願2021-490301", document="Claims_52199030101_JP")
        before = visit.sandbox.count()
        second = await visit.refusal(TOOL, number="特願2021-490301", document="Claims_52199030101_JP")
        assert visit.sandbox.count() == before
        assert (await visit.answer("jpo_get_case", number="特願2021-490301"))["number"]["human"] == "特願2021-490301"
    assert first.startswith("[not_entitled]")
    assert second.startswith("[not_entitled]")


async def test_wrong_arguments_are_explained_before_anything_is_spent(host: Host) -> None:
    """No id, no form of an id, somebody else's cursor."""
    async with host() as visit:
        for asked in ({}, {"document": "../x"}, {"document": "Claims_52199030101_JP", "cursor": "x"}):
            said = await visit.refusal(TOOL, number="特願2021-490301", **asked)
            assert said.startswith("[bad_argument]")
        assert visit.sandbox.count() == 0
