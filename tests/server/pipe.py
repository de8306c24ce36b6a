"""`jpo-mcp serve` as a host runs it: a process of its own, line by line over a real pipe."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from mcp.types import CallToolResult

from tests.server.conftest import Era, Reply

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0
_META: dict[str, Any] = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
_HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "a host", "version": "1"},
}


class Pipe:
    """One server process. `lines` is all it has written to standard output; `log`, once closed, to standard error."""

    def __init__(self, era: Era, home: Path, *options: str, **environ: str) -> None:
        self._meta: dict[str, Any] = {"_meta": _META} if era == "auto" else {}
        self._id = 0
        self.lines: list[bytes] = []
        self.log = ""
        self._arrived: queue.Queue[bytes] = queue.Queue()
        self._errors = (home / f"stderr-{os.urandom(4).hex()}").open("w+b")
        self._process = subprocess.Popen(  # noqa: S603 - our own server
            [sys.executable, "-P", "-m", "jpo_mcp", "serve", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(home), **environ},
            cwd=home,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._stdin: IO[bytes] = self._process.stdin
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()
        if era == "legacy":
            self.request("initialize", _HELLO)
            self.write(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}).encode() + b"\n")

    def __enter__(self) -> Pipe:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _read(self, stdout: IO[bytes]) -> None:
        for line in stdout:
            self.lines.append(line)
            self._arrived.put(line)
        stdout.close()

    def write(self, data: bytes) -> None:
        """Raw bytes, as they are."""
        self._stdin.write(data)
        self._stdin.flush()

    def request(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The answer to one request; answers to anything else that was written are passed over."""
        self._id += 1
        asked = f"q{self._id}"
        message = {"jsonrpc": "2.0", "id": asked, "method": method, "params": {**(params or {}), **self._meta}}
        self.write(json.dumps(message).replace("Infinity", "1e400").encode() + b"\n")
        while True:
            answer: dict[str, Any] = json.loads(self._arrived.get(timeout=PATIENCE))
            if answer.get("id") == asked:
                return answer

    def call(self, tool: str, arguments: Mapping[str, Any]) -> Reply:
        answer = self.request("tools/call", {"name": tool, "arguments": dict(arguments)})
        assert "result" in answer, answer
        return Reply.of(CallToolResult.model_validate(answer["result"]))

    def close(self) -> int:
        """Ends the input, as a host does when it quits; gives the exit code."""
        if self._errors.closed:
            return self._process.wait()
        self._stdin.close()
        code = self._process.wait(timeout=PATIENCE)
        self._reader.join(timeout=PATIENCE)
        self._errors.seek(0)
        self.log = self._errors.read().decode(errors="replace")
        self._errors.close()
        return code
