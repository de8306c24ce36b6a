"""`jpo-mcp serve --http` as a team runs it: a process of its own, met over loopback by callers of every kind."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from jpo_mcp.clock import SystemClock
from jpo_mcp.server import tokens
from tests.server.conftest import Era
from tests.server.pipe import PATIENCE, ROOT

_META: dict[str, Any] = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


class Web:
    """One server process, listening. `log`, once it has ended, is all it wrote to standard error."""

    def __init__(self, home: Path, *options: str, **environ: str) -> None:
        self.log = ""
        self.port = 0
        self.process = subprocess.Popen(  # noqa: S603 - our own server
            [sys.executable, "-P", "-m", "jpo_mcp", "serve", "--http", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(home), **environ},
            cwd=home,
            text=True,
        )
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._listening.wait(PATIENCE), self.log

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.wait()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.log += line
            if found := re.search(r"serving (?:https?://[^/]+?:(\d+)/mcp)?", line):
                self.port = int(found[1] or 0)
                self._listening.set()
        self._listening.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Sends a signal, and gives the exit code."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait(timeout=PATIENCE)
        self._reader.join(timeout=PATIENCE)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return code

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return exchange(self.port, "GET", path, b"", headers)

    def post(self, body: bytes, **headers: str) -> tuple[int, str]:
        return exchange(self.port, "POST", "/mcp", body, JSON | headers)

    def call(self, tool: str, /, token: str = "", **arguments: Any) -> tuple[int, str]:
        """One call of the 2026 era, as bare as it can be."""
        return exchange(self.port, "POST", "/mcp", *message(tool, arguments, token))

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)


JSON = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


def message(tool: str, arguments: Mapping[str, Any], token: str = "") -> tuple[bytes, dict[str, str]]:
    """The body and headers of a call of the 2026 era."""
    headers = JSON | {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": tool}
    if token:
        headers["authorization"] = f"Bearer {token}"
    params = {"name": tool, "arguments": dict(arguments), "_meta": _META}
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode(), headers


def exchange(port: int, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """Status and text of one request on a connection of its own."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request(method, path, body, dict(headers))
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


def raw(port: int, request: bytes) -> bytes:
    """All that comes back for these bytes, until the other end is done or, once it began, silent for a second."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(request)
        return rest(line)


def rest(line: socket.socket) -> bytes:
    """What still comes on a connection."""
    received = b""
    with suppress(TimeoutError, ConnectionResetError):
        while data := line.recv(65_536):
            received += data
            line.settimeout(1.0)
    return received


def add_person(folder: Path, name: str, *scopes: tokens.Scope) -> str:
    """A token for somebody in the file that `people` names."""
    return tokens.add(folder / "tokens.json", name, scopes or tokens.USUAL, now=SystemClock().now())


def people(folder: Path) -> dict[str, str]:
    """The variable that names them."""
    return {"JPO_MCP_TOKENS_FILE": str(folder / "tokens.json")}


@asynccontextmanager
async def visitor(url: str, era: Era, token: str = "") -> AsyncGenerator[Client]:
    """A real MCP client at that address."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as web,
        Client(streamable_http_client(url, http_client=web), mode=era) as client,
    ):
        yield client
