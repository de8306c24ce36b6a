"""Kept answers a second over HTTP, beside the SDK's own server that returns the very same bytes.

Asked the same again within a second, ours gives the answer it made, as the floor does; the last figure is of calls of
which no two are alike, each answer made anew out of what is kept.

The load is made by threads that write a ready request and read the answer to its last byte, on lines that stay open;
on two cores one is the server's and one theirs.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.figures import Figure, paired
from bench.host import BARE, OURS, ROOT
from bench.serving import NUMBER

CALLERS = 4
EACH = 60
_ERAS = ("2025-11-25", "2026-07-28")
_META: dict[str, Any] = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
_START_SECONDS = 30.0
_AGE = b"7700000"
_ages = count(1_000_000)
"""Ages that a kept answer may have, each another: as long as `_AGE`, whose place they take."""


def throughput(rounds: int) -> list[Figure]:
    """Answers a second in both eras, in turns, with the slowest hundredth of all calls beside them."""
    with TemporaryDirectory() as scratch, ExitStack() as running:
        ours = running.enter_context(
            _served([*OURS, "--http", "--no-auth", "--port"], {"JPO_MCP_SANDBOX": "1"}, scratch)
        )
        Caller(ours, "jpo_get_case", _ERAS[0]).call()
        answer = json.loads(Caller(ours, "jpo_get_case", _ERAS[0]).call())["result"]
        ready = Path(scratch) / "answer.json"
        ready.write_text(json.dumps(answer), encoding="utf-8")
        bare = running.enter_context(_served(BARE, {"BENCH_ANSWER": str(ready)}, scratch))
        same = [figure for era in _ERAS for figure in _in_turns(ours, bare, era, rounds)]
        unlike, _ = _in_turns(ours, bare, _ERAS[1], rounds, alike=False)
        return [*same, replace(unlike, name="  no two calls alike", target=None)]


def _in_turns(ours: int, bare: int, era: str, rounds: int, *, alike: bool = True) -> list[Figure]:
    taken: tuple[list[float], list[float]] = ([], [])
    turns = [
        (_rate(ours, "jpo_get_case", era, taken[0], alike=alike), _rate(bare, "case", era, taken[1], alike=alike))
        for _ in range(rounds + 1)
    ]
    slowest = [statistics.quantiles(times, n=100)[-1] * 1_000 for times in taken]
    return [
        paired(f"kept jpo_get_case over HTTP, {era}", turns[1:], "/s", 0.8, more_is_better=True),
        Figure(f"  its p99 with {CALLERS} callers", slowest[0], slowest[1], "ms", None),
    ]


def _rate(port: int, tool: str, era: str, taken: list[float], *, alike: bool) -> float:
    """Answers a second to several callers at once; what each call took is added to `taken`."""
    callers = [Caller(port, tool, era, alike=alike) for _ in range(CALLERS)]
    with ThreadPoolExecutor(CALLERS) as threads:
        began = time.perf_counter()
        for times in threads.map(Caller.work, callers):
            taken += times
        return CALLERS * EACH / (time.perf_counter() - began)


class Caller:
    """One open line and one ready request."""

    def __init__(self, port: int, tool: str, era: str, *, alike: bool = True) -> None:
        arguments = NUMBER if alike else NUMBER | {"max_age": int(_AGE)}
        params: dict[str, Any] = {"name": tool, "arguments": arguments}
        params |= {"_meta": _META} if era in _META.values() else {}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
        head = (
            f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: {era}\r\n"
            f"Mcp-Method: tools/call\r\nMcp-Name: {tool}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._request = head.encode() + body
        self._line = socket.create_connection(("127.0.0.1", port))

    def work(self) -> list[float]:
        """The seconds that each of its calls took."""
        times: list[float] = []
        for _ in range(EACH):
            began = time.perf_counter()
            self.call()
            times.append(time.perf_counter() - began)
        self._line.close()
        return times

    def call(self) -> bytes:
        """The body of the answer."""
        self._line.sendall(self._request.replace(_AGE, b"%d" % next(_ages)))
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._line.recv(65_536)
        head, _, body = received.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self._line.recv(65_536)
        return body


@contextmanager
def _served(server: list[str] | tuple[str, ...], environ: Mapping[str, str], home: str) -> Generator[int]:
    """A server process, listening; gives its port."""
    port = _free_port()
    process = subprocess.Popen(  # noqa: S603 - our own servers
        [sys.executable, *server, str(port)],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": home, **environ},
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(_START_SECONDS)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def _wait_for(port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
