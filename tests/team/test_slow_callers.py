"""Callers who send half a request and stay: five hundred of them, over real sockets, against the real command."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from jpo_mcp.server import receipt
from tests.server.pipe import PATIENCE
from tests.server.web import Web, raw, rest

CROWD = 500
MOST_MEMORY = 256 * 1024 * 1024
SERVED_WITHIN = 1.0
CASE = {"number": "特願2020-490001"}

HEAD = "POST /mcp HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\n"
HALVES = {
    "nothing": b"",
    "half a header": HEAD.encode(),
    "half a body": (HEAD + 'Content-Length: 1000\r\n\r\n{{"jsonrpc":').encode(),
    "half a chunk": (HEAD + 'Transfer-Encoding: chunked\r\n\r\n100\r\n{{"jsonrpc":').encode(),
    "almost a megabyte": (HEAD + "Content-Length: 1048576\r\n\r\n").encode() + b" " * 1_040_000,
}
"""What each of the crowd sends at once; then a byte a second."""


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path, "--port", "0", "--no-auth", JPO_MCP_SANDBOX="1") as web:
        web.call("jpo_get_case", **CASE)
        yield web


class Crowd:
    """Connections that send what they are told to, a byte a second after that, and never end."""

    def __init__(self, port: int, half: bytes, size: int) -> None:
        self._half = half.replace(b"{port}", str(port).encode()).replace(b"{{", b"{")
        self._port = port
        self._size = size
        self._lines: list[socket.socket] = []
        self._over = threading.Event()
        self._dripping = threading.Thread(target=self._drip, daemon=True)

    def __enter__(self) -> Crowd:
        for _ in range(self._size):
            line = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)
            line.setblocking(False)
            self._lines.append(line)
        self._push()
        self._dripping.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._dripping.join(PATIENCE)
        for line in self._lines:
            line.close()

    def _push(self) -> None:
        """Sends as much of the half as the server takes of each within two seconds."""
        waiting, left = selectors.DefaultSelector(), {line: memoryview(self._half) for line in self._lines}
        for line in self._lines:
            waiting.register(line, selectors.EVENT_WRITE)
        end = time.monotonic() + 2
        while waiting.get_map() and time.monotonic() < end:
            for key, _ in waiting.select(0.1):
                line = key.fileobj
                assert isinstance(line, socket.socket)
                try:
                    left[line] = left[line][line.send(left[line]) :]
                except OSError:
                    left[line] = memoryview(b"")
                if not left[line]:
                    waiting.unregister(line)
        waiting.close()

    def _drip(self) -> None:
        while not self._over.wait(1.0):
            for line in self._lines:
                try:
                    line.send(b" ")
                except OSError:
                    continue

    def cut(self, within: float) -> int:
        """How many were cut off by the server in that time."""
        end, over = time.monotonic() + within, set[socket.socket]()
        while len(over) < len(self._lines) and time.monotonic() < end:
            time.sleep(0.1)
            over |= {line for line in self._lines if line not in over and _is_over(line)}
        return len(over)


def _is_over(line: socket.socket) -> bool:
    try:
        while data := line.recv(65_536):
            del data
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


@pytest.mark.parametrize("half", HALVES)
def test_five_hundred_half_requests_hold_up_nobody(web: Web, half: str) -> None:
    """Row G7: a new caller is served within a second, in bounded memory. The middle of five, for a busy machine."""
    with Crowd(web.port, HALVES[half], CROWD):
        times = sorted(_timed_call(web) for _ in range(5))
        memory = psutil.Process(web.process.pid).memory_info().rss
    print(f"{half}: new callers {times[2]:.2f} s, the slowest {times[-1]:.2f} s; memory {memory / 1048576:.0f} MiB")  # noqa: T201
    assert times[2] <= SERVED_WITHIN
    assert memory <= MOST_MEMORY


def _timed_call(web: Web) -> float:
    began = time.monotonic()
    status, text = web.call("jpo_get_case", **CASE)
    assert (status, '"source":"kept"' in text) == (200, True)
    return time.monotonic() - began


def test_the_crowd_is_cut_off_after_ten_seconds_and_told_why(web: Web) -> None:
    """Row G7: whoever drips a byte a second is not waited for, at whatever stage; RFC 9110 calls it 408."""
    half = HALVES["half a body"].replace(b"{port}", str(web.port).encode()).replace(b"{{", b"{")
    with ExitStack() as crowds:
        entered = [crowds.enter_context(Crowd(web.port, half, 20)) for half in HALVES.values()]
        began = time.monotonic()
        one = crowds.enter_context(socket.create_connection(("127.0.0.1", web.port), timeout=PATIENCE))
        one.sendall(half)
        assert rest(one).startswith(b"HTTP/1.1 408 ")
        assert receipt.RECEIPT_SECONDS - 0.5 <= time.monotonic() - began <= receipt.RECEIPT_SECONDS + 5
        assert [crowd.cut(within=5) for crowd in entered] == [20] * len(HALVES)
    assert web.call("jpo_get_case", **CASE)[0] == 200


def test_more_connections_than_there_are_places_leave_room_for_the_next(web: Web) -> None:
    """Row G7: beyond 800 the one that has been silent longest goes, so a crowd of any size cannot fill the house."""
    with Crowd(web.port, HALVES["half a header"], receipt.MOST_CONNECTIONS + 50) as crowd:
        assert web.call("jpo_get_case", **CASE)[0] == 200
        assert web.get("/health") == (200, "ok")
        assert crowd.cut(within=2) >= 50


def test_megabytes_from_many_at_once_are_refused_cleanly(web: Web) -> None:
    """Row G7: each of a hundred reads an answer, but a few who still send when the line is closed (RFC 9112, 9.6)."""
    request = (HEAD.format(port=web.port) + "Connection: close\r\nContent-Length: 2000000\r\n\r\n").encode()
    answers: list[bytes] = []
    cut: list[ConnectionError] = []

    def send() -> None:
        try:
            answers.append(raw(web.port, request + b" " * 2_000_000))
        except ConnectionError as reset:
            cut.append(reset)

    senders = [threading.Thread(target=send) for _ in range(100)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(PATIENCE)
    assert {answer.split()[1] for answer in answers} == {b"413"}
    assert len(answers) + len(cut) == 100
    assert len(cut) <= 10
    assert psutil.Process(web.process.pid).memory_info().rss <= MOST_MEMORY
    assert web.call("jpo_get_case", **CASE)[0] == 200
