"""Bundles over 10 MB, through the pipeline: the link is followed once, at once, bare, and leaves no trace."""

from __future__ import annotations

import base64
import json
import logging
from pathlib import Path
from urllib.parse import quote

import pytest

from jpo_mcp.errors import JpoError, JpoUnavailable, UnsafeLink
from jpo_mcp.sandbox import Fault
from tests.contract.world import BUNDLE, CASE, World, counted
from tests.upstream.test_download import BAD

SIGNATURE = "sentinel+signature/with=signs"


def link_to(url: str) -> bytes:
    return json.dumps({"result": {"statusCode": "100", "remainAccessCount": "99", "data": {"URL": url}}}).encode()


def traces(folder: Path, *texts: str) -> list[str]:
    """Where the signature can be seen, in any of its spellings."""
    spellings = [SIGNATURE, quote(SIGNATURE, safe=""), base64.b64encode(SIGNATURE.encode()).decode()]
    found = [text for text in texts if any(s in text for s in spellings)]
    files = [file for file in folder.rglob("*") if file.is_file()]
    return found + [str(file) for file in files if any(s.encode() in file.read_bytes() for s in spellings)]


async def test_a_good_link_is_followed_once_without_the_token(world: World) -> None:
    """The bundle is kept as if it had come at once; it cost one access."""
    world.sandbox.faults.add(Fault("oversize"))
    client = world.client()
    answer = await client.get(BUNDLE, CASE)
    plain = await world.client(cache_dir=world.folder / "elsewhere").get(BUNDLE, CASE)
    assert (answer.data, answer.source, answer.cost) == (plain.data, "jpo", 1)
    downloads = [headers for path, headers in world.line.headers if path.endswith(".zip")]
    assert len(downloads) == 1
    assert not {"authorization", "cookie"} & downloads[0].keys()
    assert (await client.get(BUNDLE, CASE)).source == "kept"
    assert b"Signature" not in answer.raw


async def test_no_bad_link_is_ever_connected_to(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Reliability C9: 60 links, 0 connections, and the signature is found nowhere."""
    caplog.set_level(logging.DEBUG)
    client, texts = world.client(limits={BUNDLE.api_number: 1_000}), list[str]()
    for url in BAD:
        signed = f"{url}?Signature={quote(SIGNATURE, safe='')}" if url else ""
        world.line.canned = [(200, link_to(signed), {})]
        with pytest.raises(JpoError) as raised:
            await client.get(BUNDLE, CASE)
        assert raised.value.spent == 1
        assert isinstance(raised.value, UnsafeLink) == bool(url)
        texts += [raised.value.text(), repr(raised.value)]
    assert {path for path, _ in world.line.headers} == {"/auth/token", BUNDLE.path(CASE)}
    assert traces(world.folder, caplog.text, *texts) == []


async def test_an_expired_link_is_one_clear_error_and_no_second_access(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Reliability C10: the link is gone after five minutes; asking for a new one is the caller's choice."""
    caplog.set_level(logging.DEBUG)
    bucket = "https://ipapi-prd-upload-10mbdata-from-ecs.s3.amazonaws.com"
    url = f"{bucket}/docContOpinionAmendment_{CASE}.zip?Signature={quote(SIGNATURE, safe='')}&Expires=1"
    world.line.canned = [(200, link_to(url), {})]
    client = world.client()
    with pytest.raises(JpoUnavailable, match="over 10 MB and its download failed") as raised:
        await client.get(BUNDLE, CASE)
    assert (raised.value.spent, raised.value.retry_at) == (1, None)
    assert [a.http_status for a in world.sandbox.arrivals if a.endpoint == "download"] == [403]
    assert (world.line.served, await counted(client)) == (1, {BUNDLE.key: 1})
    assert await client.kept(BUNDLE, CASE) is None
    assert traces(world.folder, caplog.text, raised.value.text()) == []


@pytest.mark.parametrize("kind", ["http_503", "html_200", "empty", "truncated"])
async def test_a_download_that_fails_is_not_kept(kind: str, world: World) -> None:
    """Half a ZIP begins like one, and lacks the end."""
    world.sandbox.faults.add(Fault("oversize"))
    world.sandbox.faults.add(Fault(kind, endpoint="download"))  # type: ignore[arg-type] - one of the kinds
    client = world.client()
    with pytest.raises(JpoUnavailable):
        await client.get(BUNDLE, CASE)
    assert await client.kept(BUNDLE, CASE) is None
    assert world.arrived() == 1
