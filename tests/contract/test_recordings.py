"""The replies recorded at the JPO in May 2026, through the pipeline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

from jpo_mcp.endpoints import ENDPOINTS, Endpoint
from jpo_mcp.models.common import Record
from tests.contract.world import World, counted


def asked(entry: dict[str, Any]) -> tuple[Endpoint[Any], tuple[str, ...]]:
    """The row and the arguments of a recorded request."""
    row = next(row for row in ENDPOINTS if entry["path"].startswith(row.path_prefix))
    return row, tuple(unquote(part) for part in entry["path"].removeprefix(row.path_prefix).split("/"))


async def test_every_recorded_reply_decodes_with_nothing_lost(shared: Path, tmp_path: Path) -> None:
    """17 questions: the record gives back what the JPO sent, key for key; 107 is None; a bundle is its bytes."""
    folder = shared / "recordings/domestic"
    entries = [e for e in json.loads((folder / "index.json").read_bytes()) if e["method"] == "GET"]
    world = World(tmp_path, replay=folder)
    client = world.client()
    for entry in entries:
        row, arguments = asked(entry)
        body = (folder / entry["body"]).read_bytes()
        answer = await client.get(row, *arguments)
        assert (answer.raw, answer.cost) == (body, 1)
        if row.reply == "zip":
            assert answer.data == body
            continue
        result = json.loads(body)["result"]
        assert answer.status_code == result["statusCode"]
        assert (answer.data is None) == (answer.status_code == "107")
        if answer.data is not None:
            record = cast("Record", answer.data)
            assert (record.unknown_fields(), record.to_jpo()) == ((), result["data"])
    assert len(entries) == world.arrived() == 17
    await world.aclose()


async def test_the_recorded_counters_teach_what_is_left(shared: Path, tmp_path: Path) -> None:
    """The reply to the case numbers of 2020123456 said 97: less than the table plans, so the table gives way."""
    world = World(tmp_path, replay=shared / "recordings/domestic")
    client = world.client()
    row = next(row for row in ENDPOINTS if row.key == "patent/case_number_reference")
    answer = await client.get(row, "application", "2020123456")
    assert (answer.remaining_today, await counted(client)) == (97, {row.key: 1})
    await world.aclose()
