"""The server over a real pipe: nothing but JSON-RPC comes out, and nothing that goes in brings it down."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.bad_inputs import BAD_NUMBERS, ODD_ARGUMENTS
from tests.server.conftest import Era
from tests.server.pipe import Pipe
from tests.server.test_bad_inputs import faults_of
from tests.server.test_contract import MOST_BYTES, TOOLS
from tests.server.test_small_tools import SPENDING

GOOD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("jpo_parse_number", {"number": "2020123456"}),
    ("jpo_get_case", {"number": "特願2020-490001", "sections": ["registration", "citations", "link"]}),
    ("jpo_get_case", {"number": 2020490001}),
    ("jpo_get_case", {"number": "意匠登録第9900101号"}),
    ("jpo_get_case", {"number": "商願2021-490203"}),
    ("jpo_check_portfolio", {"numbers": ["特願2024-491001", "not a number"], "registration": True}),
    ("jpo_find_applicant", {"applicant": "髙﨑　花子"}),
    ("jpo_quota", {}),
)
"""Eight accesses: within the ten of a minute, so that nobody waits."""

NOISY: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "quiet": ((), {}),
    "verbose": (("-v",), {"PYTHONWARNINGS": "always", "PYTHONDEVMODE": "1"}),
    "cp932": ((), {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp932", "LC_ALL": "C"}),
}


@pytest.mark.parametrize("noise", NOISY)
def test_standard_output_is_json_rpc_and_nothing_else(era: Era, noise: str, tmp_path: Path) -> None:
    """Row F1: one stray line and the host drops the connection. Good and bad calls, with warnings and logs on."""
    options, environ = NOISY[noise]
    with Pipe(era, tmp_path, *options, JPO_MCP_SANDBOX="1", **environ) as pipe:
        for tool, arguments in GOOD:
            reply = pipe.call(tool, arguments)
            assert not reply.is_error, reply.text
            assert json.loads(reply.text) == reply.record
        for tool, arguments in _bad_calls():
            reply = pipe.call(tool, arguments)
            assert reply.is_error
            assert faults_of(reply.text, str(next(iter(arguments.values()), ""))) == [], arguments
        quota = pipe.call("jpo_quota", {}).record
        assert pipe.close() == 0
    assert sum(endpoint["used"] for endpoint in quota["endpoints"]) == 8
    for line in pipe.lines:
        message = json.loads(line)
        assert message["jsonrpc"] == "2.0"
        assert {"result", "error"} & message.keys()
    assert "Traceback" not in pipe.log


def _bad_calls() -> list[tuple[str, dict[str, Any]]]:
    return [
        *(("jpo_get_case", {"number": text}) for _, text in BAD_NUMBERS if _is_text(text)),
        *((tool, arguments) for _, tool, arguments in ODD_ARGUMENTS),
    ]


def _is_text(text: str) -> bool:
    """Half a surrogate pair is no JSON text: the SDK drops that line, as HOSTILE shows."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def test_the_tool_list_on_the_wire_is_within_its_budget(era: Era, tmp_path: Path) -> None:
    """The same budget as in process, on the bytes that a host really reads."""
    with Pipe(era, tmp_path, JPO_MCP_SANDBOX="1") as pipe:
        result = pipe.request("tools/list")["result"]
    assert [tool["name"] for tool in result["tools"]] == TOOLS
    assert len(json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode()) <= MOST_BYTES


def test_without_an_id_the_process_starts_lists_and_explains(era: Era, tmp_path: Path) -> None:
    """Row F4, as a newcomer meets it: no variable set at all."""
    with Pipe(era, tmp_path) as pipe:
        tools = pipe.request("tools/list")["result"]["tools"]
        texts = {pipe.call(tool, arguments).text for tool, arguments in SPENDING}
        number = pipe.call("jpo_parse_number", {"number": "特願2020-490001"})
        assert pipe.close() == 0
    assert [tool["name"] for tool in tools] == TOOLS
    (text,) = texts
    assert text.startswith("[no_credentials]")
    assert number.record["human"] == "特願2020-490001"


HOSTILE = (
    b"\xff\xfe\xfa\n",
    b"\x00\x00\n",
    b"\n\r\n \n",
    b"{\n",
    b"[]\n",
    b'"text"\n',
    b"1e999\n",
    b'{"jsonrpc":"2.0"}\n',
    b'{"jsonrpc":"1.0","id":1,"method":"tools/list"}\n',
    b'{"jsonrpc":"2.0","id":{"a":1},"method":"tools/list"}\n',
    b'{"jsonrpc":"2.0","id":1,"method":"auth/token"}\n',
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}\n',
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"jpo_get_case","arguments":[]}}\n',
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"jpo_get_case","arguments":{"number":"\\ud800"}}}\n',
    b'{"jsonrpc":"2.0","id":1,"result":{}}\n',
    b'[{"jsonrpc":"2.0","id":1,"method":"tools/list"},{"jsonrpc":"2.0","id":2,"method":"tools/list"}]\n',
    b"[" * 100_000 + b"\n",
    b'{"a":' * 100_000 + b"\n",
    b"x" * 10_000_000 + b"\n",
    b'{"jsonrpc":"2.0","id":1,"method":"' + b"x" * 1_000_000 + b'"}\n',
)


def test_hostile_lines_leave_the_server_alive_and_the_next_call_works(era: Era, tmp_path: Path) -> None:
    """Row F3: an error or silence for each, and a valid call is answered straight afterwards."""
    with Pipe(era, tmp_path, JPO_MCP_SANDBOX="1") as pipe:
        assert pipe.request("tools/list")["result"]  # the first request settles which protocol is spoken
        for line in (*HOSTILE, *_mutants(100)):
            pipe.write(line)
        reply = pipe.call("jpo_get_case", {"number": "特願2020-490001"})
        assert reply.record["title"] == "乾電池の残量を音色で知らせる携帯灯"
        pipe.write(b'{"jsonrpc":"2.0","id":7,"method":"tools/li')  # half a line, then the end of the input
        assert pipe.close() == 0
    for line in pipe.lines:
        assert json.loads(line)["jsonrpc"] == "2.0"


def _mutants(count: int) -> list[bytes]:
    """A valid call with a few bytes changed; the seed is fixed, so a failure can be repeated."""
    dice = random.Random(20261123)  # noqa: S311 - not a secret
    arguments = {"name": "jpo_parse_number", "arguments": {"number": "特願2020-490001"}}
    valid = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": arguments}).encode()
    mutants: list[bytes] = []
    for _ in range(count):
        line = bytearray(valid)
        for _ in range(dice.randint(1, 6)):
            line[dice.randrange(len(line))] = dice.choice([c for c in range(256) if c != 0x0A])
        mutants.append(bytes(line) + b"\n")
    return mutants


def test_no_secret_is_written_anywhere(era: Era, tmp_path: Path) -> None:
    """Row E1: the ID and password appear in no message, log line or file, at the most talkative setting."""
    secrets = {"JPO_API_USERNAME": "sentinel-who-7f3a", "JPO_API_PASSWORD": "sentinel-pass-91bc"}
    nowhere = {"JPO_MCP_BASE_URL": "http://127.0.0.1:9", "JPO_MCP_CACHE_DIR": str(tmp_path / "cache")}
    with Pipe(era, tmp_path, "-v", PYTHONWARNINGS="always", JPO_MCP_DEADLINE="8", **secrets, **nowhere) as pipe:
        reply = pipe.call("jpo_get_case", {"number": "特願2020-490001"})
        pipe.call("jpo_quota", {})
        assert pipe.close() == 0
    assert reply.is_error
    assert "jpo_unavailable" in reply.text
    written = [b"".join(pipe.lines), *(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())]
    assert len(written) >= 3
    assert b"sentinel" not in b"".join(written)
