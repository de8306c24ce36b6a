"""A host reduced to its pipe: what it measures is the server, not a client library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
OURS = ("-P", "-m", "jpo_mcp", "serve")
BARE = ("-P", "-m", "bench.bare")


class Host:
    """One server process, initialized. `started_in` is seconds from before the process to the answer."""

    def __init__(self, server: Sequence[str], environ: Mapping[str, str]) -> None:
        began = time.perf_counter()
        self._process = subprocess.Popen(  # noqa: S603 - our own server
            [sys.executable, *server],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ},
        )
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
        self.request("initialize", hello)
        self.started_in = time.perf_counter() - began
        self._write({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def __enter__(self) -> Host:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.communicate(timeout=30)

    @property
    def resident_bytes(self) -> int:
        return psutil.Process(self._process.pid).memory_info().rss

    def _write(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def request(self, method: str, params: Mapping[str, Any]) -> bytes:
        """The raw line that answers."""
        assert self._process.stdout
        self._write({"jsonrpc": "2.0", "id": 1, "method": method, "params": dict(params)})
        return self._process.stdout.readline()

    def call(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return json.loads(self.request("tools/call", {"name": tool, "arguments": dict(arguments)}))["result"]

    def timed_call(self, tool: str, arguments: Mapping[str, Any]) -> float:
        """Milliseconds from the request to the last byte of its answer."""
        began = time.perf_counter()
        self.request("tools/call", {"name": tool, "arguments": dict(arguments)})
        return (time.perf_counter() - began) * 1_000
