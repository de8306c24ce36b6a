"""Kept papers as resources: free, and nothing else."""

from __future__ import annotations

import pytest
from mcp import MCPError
from mcp.types import TextResourceContents

from tests.server.conftest import Host, Visit

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
        "jpo://patent/2020490001",
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
