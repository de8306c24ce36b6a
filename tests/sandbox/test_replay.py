"""Serving recorded replies in place of the fictional cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.errors import BadSetting
from jpo_mcp.sandbox import Sandbox
from tests.sandbox.conftest import caller_of

ENTRY: dict[str, Any] = {
    "method": "GET",
    "path": "/api/patent/v1/applicant_attorney/見本",
    "status": 200,
    "headers": {"content-type": "application/json", "date": "Thu, 07 May 2026 14:20:23 GMT", "content-length": "9999"},
    "body": "one.json",
}


def recorded(folder: Path, entry: dict[str, Any], body: bytes = b'{"result":{"statusCode":"100"}}') -> Path:
    (folder / "one.json").write_bytes(body)
    (folder / "index.json").write_text(json.dumps([entry]), encoding="utf-8")
    return folder


async def test_the_recorded_replies_are_served_byte_for_byte(shared: Path, clock: ManualClock) -> None:
    """Every GET of the recordings, with their own status and type; the date is the sandbox's."""
    folder = shared / "recordings/domestic"
    entries = [e for e in json.loads((folder / "index.json").read_bytes()) if e["method"] == "GET"]
    caller = caller_of(Sandbox(clock=clock, replay=folder))
    async with caller.http:
        replies = [await caller.get(entry["path"]) for entry in entries]
    assert [reply.content for reply in replies] == [(folder / entry["body"]).read_bytes() for entry in entries]
    assert [reply.headers["content-type"] for reply in replies] == [e["headers"]["content-type"] for e in entries]
    assert {reply.headers["date"] for reply in replies} == {"Mon, 23 Nov 2026 03:00:00 GMT"}
    assert len(entries) == 17


async def test_anything_not_recorded_is_107_and_our_own_cases_are_gone(tmp_path: Path) -> None:
    """One truth at a time; the access is counted all the same."""
    sandbox = Sandbox(replay=recorded(tmp_path, ENTRY))
    caller = caller_of(sandbox)
    async with caller.http:
        result = await caller.result("/api/patent/v1/app_progress/2020490001")
    assert (result["statusCode"], result["remainAccessCount"]) == ("107", "799")


async def test_paths_are_compared_decoded_and_the_length_is_computed_anew(tmp_path: Path) -> None:
    """The index may spell a path either way."""
    caller = caller_of(Sandbox(replay=recorded(tmp_path, ENTRY)))
    async with caller.http:
        reply = await caller.get("/api/patent/v1/applicant_attorney/%E8%A6%8B%E6%9C%AC")
    assert reply.json()["result"]["statusCode"] == "100"
    assert reply.headers["content-length"] == "31"


async def test_the_token_route_stays_ours(tmp_path: Path) -> None:
    """A recorded token would open nothing."""
    caller = caller_of(Sandbox(replay=recorded(tmp_path, ENTRY | {"method": "POST", "path": "/auth/token"})))
    async with caller.http:
        assert (await caller.log_in())["expires_in"] == 3600


@pytest.mark.parametrize("body", ["../secret.json", "/etc/hostname", "missing.json"])
def test_a_body_outside_the_folder_is_refused(body: str, tmp_path: Path) -> None:
    """An index is somebody's file: it must not read anything else on this machine."""
    folder = tmp_path / "recorded"
    folder.mkdir()
    (tmp_path / "secret.json").write_text("{}")
    with pytest.raises(BadSetting):
        Sandbox(replay=recorded(folder, ENTRY | {"body": body}))


@pytest.mark.parametrize("index", ["not json", "{}", "[1]", '[{"method":"GET"}]'])
def test_an_index_in_another_form_is_refused(index: str, tmp_path: Path) -> None:
    """The message says what an index holds."""
    (tmp_path / "index.json").write_text(index)
    with pytest.raises(BadSetting, match="method, path, status"):
        Sandbox(replay=tmp_path)
