"""Prompts and completions as a host meets them: words for the model, and what may be typed next. All of it free."""

from __future__ import annotations

import re

import pytest
from mcp import MCPError
from mcp.types import PromptReference, ResourceTemplateReference, TextContent

from jpo_mcp.server.resources import PAPER
from tests.server.conftest import Host, Visit

BATTERY = "特願2020-490001"
PROMPTS = {
    "summarise_prosecution": ({"number": BATTERY}, ["jpo_get_case"]),
    "explain_refusal": ({"number": BATTERY}, ["jpo_get_refusal_reasons"]),
    "due_diligence": ({"numbers": BATTERY}, ["jpo_check_portfolio", "registration=true", "plan=true"]),
    "weekly_watch": ({"numbers": BATTERY, "since": "2026-11-16"}, ["jpo_check_portfolio", 'since="2026-11-16"']),
}


async def words(visit: Visit, name: str, **arguments: str) -> str:
    (message,) = (await visit.mcp.get_prompt(name, arguments)).messages
    assert isinstance(message.content, TextContent)
    return message.content.text


async def test_four_prompts_are_listed_each_with_words_for_a_menu(host: Host) -> None:
    """Issue: at most four, bilingual; a host shows title and description, and asks for the arguments by them."""
    async with host() as visit:
        prompts = (await visit.mcp.list_prompts()).prompts
    assert [prompt.name for prompt in prompts] == list(PROMPTS)
    for prompt in prompts:
        assert prompt.title
        assert prompt.description
        assert all(argument.description for argument in prompt.arguments or ())


@pytest.mark.parametrize("name", PROMPTS)
async def test_a_prompt_names_the_case_and_the_calls_in_both_languages_and_asks_nothing(host: Host, name: str) -> None:
    """A prompt is only words: the tools it names exist, and fetching it costs nothing."""
    arguments, calls = PROMPTS[name]
    async with host() as visit:
        text = await words(visit, name, **arguments)
        tools = {tool.name for tool in (await visit.mcp.list_tools()).tools}
    assert visit.sandbox.arrivals == []
    assert text.count(BATTERY) == 2  # once in each language
    assert all(text.count(call) >= 2 for call in calls)
    assert set(re.findall("jpo_[a-z_]+", text)) <= tools


async def test_a_prompt_speaks_the_language_of_the_settings(host: Host) -> None:
    """JPO_MCP_LANG=ja: no English half."""
    async with host(lang="ja") as visit:
        text = await words(visit, "explain_refusal", number=BATTERY)
    assert text.startswith(f"{BATTERY} がなぜ")
    assert "Explain" not in text


async def test_sections_and_the_date_are_optional(host: Host) -> None:
    """What is left out leaves no hole in the words."""
    async with host(lang="en") as visit:
        plain = await words(visit, "summarise_prosecution", number=BATTERY)
        more = await words(visit, "summarise_prosecution", number=BATTERY, sections="registration, citations")
        watch = await words(visit, "weekly_watch", numbers=BATTERY)
    assert "sections" not in plain
    assert 'sections=["registration", "citations"]' in more
    assert "since" not in watch.splitlines()[0]
    assert "{" not in plain + watch


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "explain_refusal needs number"),
        ({"number": " "}, "explain_refusal needs number"),
        ({"number": BATTERY, "nummer": "x"}, 'has no argument "nummer"'),
    ],
)
async def test_wrong_arguments_of_a_prompt_are_explained(host: Host, arguments: dict[str, str], said: str) -> None:
    """The SDK alone would say "Internal server error"."""
    async with host() as visit:
        with pytest.raises(MCPError) as refused:
            await words(visit, "explain_refusal", **arguments)
    assert refused.value.error.code == -32602
    assert said in refused.value.error.message
    assert "the arguments are: number" in refused.value.error.message


# ── completions ───────────────────────────────────────────────────────────────────────────────


async def completed(visit: Visit, prompt: str, argument: str, typed: str) -> list[str]:
    reply = await visit.mcp.complete(PromptReference(name=prompt), {"name": argument, "value": typed})
    return reply.completion.values


async def test_recently_seen_numbers_are_offered_the_newest_first(host: Host) -> None:
    """In any width, with or without hyphens; what was asked by another number is offered as its application."""
    async with host() as visit:
        assert await completed(visit, "explain_refusal", "number", "") == []
        await visit.answer("jpo_get_case", number=BATTERY)
        visit.clock.advance(60.0)
        await visit.answer("jpo_get_case", number="意願2021-490100")
        everything = await completed(visit, "explain_refusal", "number", "")
        typed = [
            await completed(visit, "explain_refusal", "number", text)
            for text in ("２０２０４９", "特願２０２０－", "商")
        ]
        spent = visit.sandbox.count()
        listed = await completed(visit, "weekly_watch", "numbers", f"{BATTERY}, 意願")
        twice = await completed(visit, "weekly_watch", "numbers", f"{BATTERY}, 特願")
    assert everything == ["意願2021-490100", BATTERY]
    assert typed == [[BATTERY], [BATTERY], []]
    assert listed == [f"{BATTERY}, 意願2021-490100"]
    assert twice == []
    assert visit.sandbox.count() == spent == 2


async def test_sections_and_laws_are_offered(host: Host) -> None:
    """Sections in a list, one after another; laws, applications and papers in the address of a kept paper."""
    template = ResourceTemplateReference(uri=PAPER)
    async with host() as visit:
        await visit.answer("jpo_get_case", number=BATTERY)
        first = await completed(visit, "summarise_prosecution", "sections", "reg")
        second = await completed(visit, "summarise_prosecution", "sections", "registration,c")
        laws = (await visit.mcp.complete(template, {"name": "law", "value": "de"})).completion.values
        of_patents = await visit.mcp.complete(
            template, {"name": "application", "value": "2020"}, context_arguments={"law": "patent"}
        )
        of_designs = await visit.mcp.complete(
            template, {"name": "application", "value": "2020"}, context_arguments={"law": "design"}
        )
        await visit.answer("jpo_read_documents", number=BATTERY, kind="grant")
        papers = await visit.mcp.complete(
            template,
            {"name": "number", "value": "06"},
            context_arguments={"law": "patent", "application": "2020490001"},
        )
        unknown = await completed(visit, "weekly_watch", "since", "2026")
    assert first == ["registration"]
    assert "registration, citations" in second
    assert laws == ["design"]
    assert of_patents.completion.values == ["2020490001"]
    assert of_designs.completion.values == []
    assert papers.completion.values == ["06124990102", "06124990101"]
    assert unknown == []
