"""Kept cases, kept papers and the quota as resources: free, and nothing else."""

from __future__ import annotations

import json
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from mcp import MCPError
from mcp.types import Icon, TextResourceContents

from jpo_mcp.server.resources import MOST_LISTED
from tests.server.conftest import Era, Host, Visit

BATTERY = "特願2020-490001"
NOTICE = "jpo://patent/2020490001/documents/06124990101"


async def text_of(visit: Visit, uri: str) -> str:
    (content,) = (await visit.mcp.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    assert content.mime_type == "text/markdown"
    return content.text


async def test_a_kept_paper_can_be_opened_for_nothing(host: Host) -> None:
    """The address stands in the answer; the text is the whole of it, and another paper of the bundle is there too."""
    async with host() as visit:
        answer = await visit.answer("jpo_read_documents", number=BATTERY, kind="refusal_notice")
        notice = await text_of(visit, answer["paper"]["uri"])
        grant = await text_of(visit, "jpo://patent/2020490001/documents/06124990102")
    assert answer["paper"]["uri"] == NOTICE
    assert notice == answer["text"]
    assert grant.startswith("# 特許査定")
    assert visit.sandbox.count() == 1


async def test_a_kept_paper_can_still_be_opened_weeks_later(host: Host) -> None:
    """A paper does not change: what is kept is served, however old the bundle."""
    async with host() as visit:
        await visit.answer("jpo_read_documents", number=BATTERY, kind="refusal_notice")
        visit.clock.advance(40 * 86_400.0)
        assert (await text_of(visit, NOTICE)).startswith("# 拒絶理由通知書")
    assert visit.sandbox.count() == 1


async def test_a_paper_that_is_not_kept_is_refused_with_the_call_that_fetches_it(host: Host) -> None:
    """A resource may be opened by a host on its own, so it never spends an access."""
    async with host() as visit:
        with pytest.raises(MCPError) as refused:
            await visit.mcp.read_resource(NOTICE)
    assert refused.value.error.code == -32602
    said = refused.value.error.message
    assert 'jpo_read_documents(number="2020490001", law="patent", document="06124990101")' in said
    assert "1-2 accesses" in said
    assert len(said) <= 600
    assert visit.sandbox.arrivals == []


@pytest.mark.parametrize(
    "uri",
    [
        "jpo://utility/2020490001/documents/06124990101",
        "jpo://patent/2020490001/documents/0612499010",
        "jpo://patent/202049000１/documents/06124990101",
        "jpo://patent/2020490001/documents/..",
        "jpo://patent/2020490001/documents/%2e%2e%2f%2e%2e%2fetc",
        "jpo://patent/2020490001/documents/06124990101%00",
        "jpo://patent/..%2F..%2Fauth/documents/06124990101",
        "jpo://patent/2020490001/documents/06124990101/x",
        "jpo://patent",
        "jpo://quota/2020490001",
        "file:///etc/passwd",
    ],
)
async def test_what_is_not_the_address_of_a_paper_is_refused(host: Host, uri: str) -> None:
    """Three closed forms: a law, ten digits, eleven digits. Nothing of an address becomes a path."""
    async with host() as visit:
        await visit.answer("jpo_read_documents", number=BATTERY, kind="refusal_notice")
        with pytest.raises(MCPError) as refused:
            await visit.mcp.read_resource(uri)
    assert "root:" not in refused.value.error.message
    assert visit.sandbox.count() == 1


async def test_an_address_in_the_wrong_form_is_answered_with_the_right_one(host: Host) -> None:
    """The error teaches: the form, an example, and where addresses come from."""
    async with host() as visit:
        with pytest.raises(MCPError) as refused:
            await visit.mcp.read_resource("jpo://utility/2020490001/documents/06124990101")
    for said in ("[bad_argument]", "jpo://{law}/{application}/documents/{number}", NOTICE, "accesses_spent: 0"):
        assert said in refused.value.error.message


CASE = "jpo://patent/2020490001"


async def json_of(visit: Visit, uri: str) -> dict[str, object]:
    (content,) = (await visit.mcp.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    assert content.mime_type == "application/json"
    assert "\n" not in content.text
    return json.loads(content.text)


async def test_a_kept_case_is_told_as_its_tool_tells_it_with_all_that_is_kept(host: Host) -> None:
    """Every section that was paid for is there without asking; what was not is absent; nothing is spent."""
    async with host() as visit:
        answer = await visit.answer("jpo_get_case", number=BATTERY, sections=["citations"])
        spent = visit.sandbox.count()
        kept = await json_of(visit, CASE)
        assert visit.sandbox.count() == spent
    for field in ("number", "title", "people", "numbers", "status", "deadlines", "events", "citations"):
        assert kept[field] == answer[field]
    assert "registration" not in kept
    assert (kept["source"], kept["cost"]) == ("kept", 0)


async def test_a_case_kept_days_ago_is_served_and_says_how_old_it_is(host: Host) -> None:
    """A resource never asks the JPO, so an old answer is all there is: it is marked."""
    async with host() as visit:
        await visit.answer("jpo_get_case", number=BATTERY)
        visit.clock.advance(2 * 86_400.0)
        kept = await json_of(visit, CASE)
    assert (kept["source"], kept["as_of"]) == ("stale", "2026-11-23T12:00+09:00")
    assert visit.sandbox.count() == 1


async def test_a_case_that_a_portfolio_looked_at_is_kept_too(host: Host) -> None:
    """A portfolio asks for the simple progress, which has no divisional family: that section is absent, not empty."""
    async with host() as visit:
        await visit.answer("jpo_check_portfolio", numbers=[BATTERY], plan=False)
        kept = await json_of(visit, CASE)
    assert kept["title"] == "乾電池の残量を音色で知らせる携帯灯"
    assert "divisionals" not in kept


async def test_a_case_that_is_not_kept_is_refused_with_the_call_that_fetches_it(host: Host) -> None:
    """As for a paper."""
    async with host() as visit:
        with pytest.raises(MCPError) as refused:
            await visit.mcp.read_resource(CASE)
        with pytest.raises(MCPError) as misspelt:
            await visit.mcp.read_resource("jpo://patent/202049000１")
    assert 'jpo_get_case(number="2020490001", law="patent")' in refused.value.error.message
    assert CASE in misspelt.value.error.message
    assert visit.sandbox.arrivals == []


async def test_the_quota_is_a_resource(host: Host) -> None:
    """What is left can be looked at from a host's menu, without a call."""
    async with host() as visit:
        await visit.answer("jpo_get_case", number=BATTERY)
        told = await visit.answer("jpo_quota")
        assert await json_of(visit, "jpo://quota") == told


@pytest.mark.parametrize("era", ["legacy"], indirect=True)
async def test_the_list_names_the_kept_cases_looked_at_last_as_people_know_them(host: Host, era: Era) -> None:
    """Number and title, the newest first, beside what is always there; what is no longer kept is not listed. A client
    of the newer protocol would keep the first list for its ten seconds."""
    async with host() as visit:
        empty = (await visit.mcp.list_resources()).resources
        await visit.answer("jpo_get_case", number=BATTERY)
        visit.clock.advance(60)
        await visit.answer("jpo_get_case", number="意願2021-490100")
        listed = (await visit.mcp.list_resources()).resources
        (first,) = [one for one in listed if one.name == BATTERY]
        title = (await json_of(visit, first.uri))["title"]
        visit.clock.advance(400 * 86_400.0)
        later = (await visit.mcp.list_resources()).resources
    assert [one.uri for one in empty] == [one.uri for one in later] == ["jpo://quota"]
    assert [one.uri for one in listed] == ["jpo://quota", "jpo://design/2021490100", CASE]
    assert first.title == f"{BATTERY} {title}"
    assert "2026-11-23T12:00+09:00" in (first.description or "")
    assert first.annotations is not None
    assert first.annotations.last_modified == "2026-11-23T12:00:00+09:00"
    assert visit.sandbox.count() == 2


async def test_the_list_is_bounded(host: Host) -> None:
    """A company looks at thousands of cases; a menu shows twenty."""
    async with host() as visit:
        numbers = [f"特願2024-{serial:06}" for serial in range(491_001, 491_005)]
        numbers += [f"特願20{year}-49{serial:04}" for year in range(15, 25) for serial in range(1, 16)]
        await visit.answer("jpo_check_portfolio", numbers=numbers[:150], plan=False)
        visit.clock.advance(3_600)
        listed = (await visit.mcp.list_resources()).resources
    assert 1 < len(listed) <= 1 + MOST_LISTED


async def test_everything_that_is_listed_has_a_title_a_description_and_a_picture(host: Host) -> None:
    """The official inspector's `--strict` asks for the words; people pick by the pictures."""
    async with host() as visit:
        await visit.answer("jpo_get_case", number=BATTERY)
        resources = (await visit.mcp.list_resources()).resources
        templates = (await visit.mcp.list_resource_templates()).resource_templates
        prompts = (await visit.mcp.list_prompts()).prompts
        tools = (await visit.mcp.list_tools()).tools
    assert [template.uri_template for template in templates] == [
        "jpo://{law}/{application}",
        "jpo://{law}/{application}/documents/{number}",
    ]
    for one in (*resources, *templates, *prompts, *tools):
        assert one.title
        assert one.description
        (icon,) = one.icons or []
        check(icon)


def check(icon: Icon) -> None:
    """A small drawing that fetches and runs nothing."""
    kind, _, written = icon.src.partition(",")
    assert kind == "data:image/svg+xml"
    assert len(icon.src) <= 200
    drawing = ElementTree.fromstring(unquote(written))  # noqa: S314 - our own
    names = {element.tag.rpartition("}")[2] for element in drawing.iter()}
    attributes = {name for element in drawing.iter() for name in element.attrib}
    assert names == {"svg", "path"}
    assert not {name for name in attributes if name.startswith("on") or "href" in name}


async def test_the_server_itself_has_no_picture(host: Host) -> None:
    """Its description goes out with every result of the newer protocol."""
    async with host() as visit:
        assert visit.mcp.server_info is None or visit.mcp.server_info.icons is None


@pytest.mark.parametrize("era", ["auto"], indirect=True)
async def test_hosts_may_keep_templates_an_hour_and_what_is_kept_ten_seconds_for_themselves(
    host: Host, era: Era
) -> None:
    """The newer protocol's hints: a list of one person's cases is nobody else's, and soon out of date."""
    async with host() as visit:
        templates = await visit.mcp.list_resource_templates()
        resources = await visit.mcp.list_resources()
        quota = await visit.mcp.read_resource("jpo://quota")
    assert (templates.ttl_ms, templates.cache_scope) == (3_600_000, "public")
    for one in (resources, quota):
        assert (one.ttl_ms, one.cache_scope) == (10_000, "private")
