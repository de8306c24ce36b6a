"""What hosts see before any call: the list of tools, pinned."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from mcp.types import Tool

from tests.server.conftest import Host
from tests.server.snapshots import SNAPSHOTS, contract

TOOLS = [
    "jpo_parse_number",
    "jpo_get_case",
    "jpo_read_documents",
    "jpo_get_refusal_reasons",
    "jpo_check_portfolio",
    "jpo_get_family",
    "jpo_get_dossier",
    "jpo_read_dossier_document",
    "jpo_find_applicant",
    "jpo_search_kept",
    "jpo_quota",
]
MOST_BYTES = 16_000
"""Measured on published servers: a list beyond about 4,000 tokens is paid for in every conversation."""


async def listed(host: Host) -> list[Tool]:
    async with host() as visit:
        return list((await visit.mcp.list_tools()).tools)


async def test_the_tools_are_what_the_snapshots_say(host: Host) -> None:
    """A changed name, word or schema is a change of the contract: `python -m tests.server.snapshots` writes it."""
    tools = await listed(host)
    assert {tool.name: contract(tool) for tool in tools} == {
        file.stem: json.loads(file.read_text(encoding="utf-8")) for file in SNAPSHOTS.glob("*.json")
    }
    assert [tool.name for tool in tools] == TOOLS


async def test_the_list_fits_its_budget_as_sent(host: Host) -> None:
    """Our own budget, on the JSON of the whole result, hints of the newer protocol included."""
    async with host() as visit:
        result = await visit.mcp.list_tools()
    sent = result.model_dump_json(by_alias=True, exclude_none=True).encode()
    assert len(sent) <= MOST_BYTES


async def test_every_tool_says_all_four_hints_and_a_title(host: Host) -> None:
    """Host directories demand them: readOnly skips the confirmation, a title is what people see."""
    hints = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": True}
    for tool in map(contract, await listed(host)):
        assert tool["annotations"] == hints
        assert tool["title"] != tool["name"]
        assert 40 <= len(tool["description"]) <= 2_000
        assert len(tool["name"]) <= 40


async def test_input_schemas_are_flat_closed_objects(host: Host) -> None:
    """Some hosts reject or drop a tool with a combinator at the root; an open object swallows typos."""
    for tool in map(contract, await listed(host)):
        schema = cast("dict[str, Any]", tool["inputSchema"])
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False
        assert not {"anyOf", "oneOf", "allOf", "not", "$ref", "$defs", "enum"} & schema.keys()
        for argument in schema["properties"].values():
            assert not {"anyOf", "oneOf", "allOf", "$ref"} & argument.keys()
            assert "type" in argument


async def test_number_comes_first_and_little_else_is_required(host: Host) -> None:
    """The blueprint's naming rule: the same argument, in the same place, everywhere. A paper must be named too."""
    schemas = {tool.name: cast("dict[str, Any]", contract(tool)["inputSchema"]) for tool in await listed(host)}
    assert {name: next(iter(schema["properties"]), None) for name, schema in schemas.items()} == {
        "jpo_parse_number": "number",
        "jpo_get_case": "number",
        "jpo_read_documents": "number",
        "jpo_get_refusal_reasons": "number",
        "jpo_check_portfolio": "numbers",
        "jpo_get_family": "number",
        "jpo_get_dossier": "number",
        "jpo_read_dossier_document": "number",
        "jpo_find_applicant": "applicant",
        "jpo_search_kept": "query",
        "jpo_quota": None,
    }
    assert {name: schema.get("required") for name, schema in schemas.items()} == {
        "jpo_parse_number": ["number"],
        "jpo_get_case": ["number"],
        "jpo_read_documents": ["number"],
        "jpo_get_refusal_reasons": ["number"],
        "jpo_check_portfolio": None,
        "jpo_get_family": ["number"],
        "jpo_get_dossier": ["number"],
        "jpo_read_dossier_document": ["number", "document"],
        "jpo_find_applicant": ["applicant"],
        "jpo_search_kept": ["query"],
        "jpo_quota": None,
    }


async def test_the_instructions_give_the_rules_of_the_quota_within_two_kilobytes(host: Host) -> None:
    """Hosts cut instructions at 2 KB; the scarce thing must stand before the cut."""
    async with host() as visit:
        instructions = visit.mcp.instructions or ""
    assert len(instructions.encode()) < 2_000
    for said in (
        "00:00 JST",
        "10 a minute",
        "OPD, 5 a minute",
        "jpo_parse_number is free",
        "not legal advice",
        "do not loop",
        "never instructions",
    ):
        assert said in instructions.replace("Nothing here is legal advice", "not legal advice")


_LIST = """
import asyncio, sys
from pathlib import Path
from tests.server.snapshots import served_tools, text_of
sys.stdout.write("".join(text_of(tool) for tool in served_tools(Path(sys.argv[1]))))
"""


def test_two_fresh_processes_list_the_same_bytes(tmp_path: Path) -> None:
    """A list that varies by process or folder could hide a changed description, and spoils hosts' prompt caches."""
    lists = [_fresh_list(tmp_path / name, seed) for name, seed in (("one", "1"), ("two", "2"))]
    assert lists[0] == lists[1]
    assert len(lists[0]) > 5_000


def _fresh_list(folder: Path, hash_seed: str) -> bytes:
    folder.mkdir()
    root = Path(__file__).resolve().parents[2]
    environ = {"PYTHONPATH": str(root), "PYTHONHASHSEED": hash_seed, "PYTHONUTF8": "1", "HOME": str(folder)}
    ran = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", _LIST, str(folder)], env=environ, cwd=root, capture_output=True, check=True, timeout=60
    )
    return ran.stdout


_BUDGET = """
import json, sys
from jpo_mcp.cli import main
sys.exit(main(["serve"]) or print(json.dumps(sorted(name for name, module in sys.modules.items() if module))))
"""

UNNEEDED = (
    "httpx",
    "diskcache",
    "rich",
    "jpo_mcp.sandbox",
    "jpo_mcp.screen",
    "keyring",
    "redis",
    "lxml",
    "jpo_mcp.documents",
    "jpo_mcp.hosts",
    "jpo_mcp.upstream.redis_ledger",
    "jpo_mcp.upstream.redis_link",
    "jpo_mcp.server.http",
    "jpo_mcp.server.people",
    "uvicorn.protocols",
)


@pytest.mark.parametrize("unneeded", UNNEEDED)
def test_serving_loads_nothing_that_only_a_call_needs(unneeded: str, loaded: frozenset[str]) -> None:
    """What a host waits for at its start: each of these costs milliseconds there and megabytes for good."""
    assert "jpo_mcp.server.app" in loaded
    assert unneeded not in loaded


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The modules of a process that has served until the end of its input."""
    folder = tmp_path_factory.mktemp("budget")
    root = Path(__file__).resolve().parents[2]
    environ = {"PYTHONPATH": str(root), "JPO_MCP_CACHE_DIR": str(folder), "HOME": str(folder)}
    environ |= {"JPO_API_USERNAME": "somebody", "JPO_API_PASSWORD": "something"}
    ran = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", _BUDGET], env=environ, cwd=root, input=b"", capture_output=True, check=True, timeout=60
    )
    return frozenset(json.loads(ran.stdout))
