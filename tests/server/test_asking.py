"""What each person's token allows, and what each is shown and charged: the tools over HTTP, on fictional cases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.server.auth.settings import AuthSettings
from pydantic import AnyHttpUrl

from jpo_mcp.clock import SystemClock, jst_date
from jpo_mcp.sandbox import Sandbox
from jpo_mcp.server.app import build
from jpo_mcp.server.people import TokenFile
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.asker import asking
from jpo_mcp.upstream.audit import summed_up
from jpo_mcp.upstream.client import JpoClient
from tests.server.conftest import Era, Reply
from tests.server.web import Web, add_person, people, visitor

CASE, OTHER = {"number": "特願2020-490001"}, {"number": "特願2019-490002"}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Web, dict[str, str], Path]]:
    """A server for four people, each of whom may take one access of every endpoint's day."""
    home = tmp_path_factory.mktemp("team")
    given = {
        "hanako": add_person(home, "hanako"),
        "taro": add_person(home, "taro"),
        "reader": add_person(home, "reader", "jpo:read"),
        "boss": add_person(home, "boss", "jpo:read", "jpo:admin"),
    }
    small = {"JPO_MCP_SHARE": "0.001", "JPO_MCP_AUDIT_DIR": str(home / "audit")}
    with Web(home, "--port", "0", JPO_MCP_SANDBOX="1", **people(home), **small) as web:
        yield web, given, home / "audit"


async def call(team: tuple[Web, dict[str, str], Path], person: str, era: Era, tool: str, **arguments: Any) -> Reply:
    web, given, _ = team
    async with visitor(web.url, era, given[person]) as client:
        return Reply.of(await client.call_tool(tool, arguments))


async def test_each_person_spends_reads_and_sees_what_is_theirs(
    team: tuple[Web, dict[str, str], Path], era: Era
) -> None:
    """One day of a team: a question, a kept answer, a share that is used up, and who may see who."""
    law = "patent" if era == "auto" else "design"
    number, other = ("2020490001", "2019490002") if era == "auto" else ("2022490101", "2021490100")
    asked = await call(team, "hanako", era, "jpo_get_case", number=number, law=law)
    assert asked.record["cost"] == 1, asked.text
    assert (await call(team, "reader", era, "jpo_get_case", number=number, law=law)).record["cost"] == 0
    refused = await call(team, "reader", era, "jpo_get_case", number=other, law=law)
    assert refused.is_error
    assert refused.text.startswith("[missing_scope]")
    assert "jpo:spend" in refused.text

    endpoint = f"{law}/app_progress"
    mine = await call(team, "hanako", era, "jpo_quota")
    used = [line for line in mine.record["endpoints"] if "mine" in line]
    assert endpoint in {line["endpoint"] for line in used}
    assert {line["mine"] for line in used} == {1}
    assert "my_limit" in mine.record["note"]
    assert "spent_by" not in mine.record
    nothing = await call(team, "reader", era, "jpo_quota")
    assert not [line for line in nothing.record["endpoints"] if "mine" in line]
    assert "spent_by" not in nothing.record
    everybody = await call(team, "boss", era, "jpo_quota")
    assert everybody.record["spent_by"]["hanako"][endpoint] == 1
    assert "reader" not in everybody.record["spent_by"]


async def test_a_share_is_refused_by_name_and_another_still_asks(team: tuple[Web, dict[str, str], Path]) -> None:
    """A share is at least one access, and here at most."""
    first = await call(team, "hanako", "auto", "jpo_get_case", number="2021490203", law="trademark")
    assert first.record["cost"] == 1, first.text
    refused = await call(team, "hanako", "auto", "jpo_get_case", number="2023490201", law="trademark")
    assert refused.text.startswith("[share_spent]")
    other = await call(team, "taro", "auto", "jpo_get_case", number="2023490201", law="trademark")
    assert not other.is_error, other.text


async def test_what_was_spent_is_written_down_by_person(team: tuple[Web, dict[str, str], Path]) -> None:
    """Over HTTP nobody has to ask for it; a refusal of ours is no access."""
    _, _, folder = team
    await call(team, "taro", "auto", "jpo_find_applicant", applicant="000003207")
    written = [json.loads(line) for line in _lines(folder)]
    (mine,) = [row for row in written if row["endpoint"] == "patent/applicant_attorney_cd"]
    assert (mine["person"], mine["tool"], mine["case"]) == ("taro", "jpo_find_applicant", "000003207")
    assert len(mine["request"]) == 16
    today = jst_date(SystemClock().now())
    days = [summed_up(folder, day) for day in (today - timedelta(days=1), today)]
    assert sum(day.calls for day in days) == len(written)
    assert {line.person for day in days for line in day.spent} <= {"hanako", "taro"}


def _lines(folder: Path) -> list[str]:
    return [line for file in folder.iterdir() for line in file.read_text("ascii").splitlines()]


async def test_a_call_without_a_person_is_refused_where_people_are_known(tmp_path: Path) -> None:
    """Should anything ever reach a tool past the door, it finds the tool closed."""
    url = AnyHttpUrl("https://jpo.example.com/mcp")
    door = TokenFile(tmp_path / "none", resource=str(url), clock=SystemClock())
    auth = AuthSettings(issuer_url=url, resource_server_url=url, validate_token_resource=True)
    sandbox = Sandbox()
    server = build(JpoClient(Settings(cache_dir=tmp_path), app=sandbox.app), verifier=door, auth=auth)
    async with Client(server) as client:
        for tool, arguments in (("jpo_quota", {}), ("jpo_get_case", CASE)):
            refused = Reply.of(await client.call_tool(tool, arguments))
            assert refused.text.startswith("[missing_scope]")
    assert sandbox.arrivals == []


async def test_on_a_pipe_nobody_is_named(tmp_path: Path) -> None:
    """The one who runs the process may do anything, and has no share and no line in jpo_quota."""
    async with Client(build(JpoClient(Settings(cache_dir=tmp_path, sandbox=True, share=0.0001)))) as client:
        for number in (CASE, OTHER):
            assert Reply.of(await client.call_tool("jpo_get_case", number)).record["cost"] == 1
        quota = Reply.of(await client.call_tool("jpo_quota", {})).record
    assert not [line for line in quota["endpoints"] if "mine" in line]
    assert "spent_by" not in quota
    assert asking.get().person == ""
