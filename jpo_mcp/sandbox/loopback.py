"""The sandbox over a real socket on 127.0.0.1, for clients in other processes.

Two control routes exist here and nowhere else: `GET /_sandbox/arrivals` lists what really arrived,
`POST /_sandbox/reset` forgets it. They ask for no token: only this machine can reach them.
"""

from __future__ import annotations

import dataclasses
import socket
import threading
import time
from types import TracebackType

import uvicorn

from jpo_mcp.sandbox.protocol import JSON_TYPE, dumps
from jpo_mcp.sandbox.sandbox import Message, Receive, Sandbox, Send

HOST = "127.0.0.1"
_START_SECONDS = 10.0
_STOP_SECONDS = 10.0


class Loopback:
    """`with Loopback(sandbox) as served:` serves it in a thread at `served.base_url`."""

    def __init__(self, sandbox: Sandbox, port: int = 0) -> None:
        self.sandbox = sandbox
        self._socket = _listen(port)
        self.port: int = self._socket.getsockname()[1]
        self.base_url = f"http://{HOST}:{self.port}"
        sandbox.download_base = f"{self.base_url}/_download"
        self._server = uvicorn.Server(_config(sandbox))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> Loopback:
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started and self._thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        if not self._server.started:
            raise RuntimeError("the sandbox did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(_STOP_SECONDS)
        self._socket.close()


def serve(sandbox: Sandbox, port: int) -> None:
    """Serve until interrupted."""
    listening = _listen(port)
    sandbox.download_base = f"http://{HOST}:{listening.getsockname()[1]}/_download"
    with listening:
        uvicorn.Server(_config(sandbox)).run([listening])


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((HOST, port))
    return listening


def _config(sandbox: Sandbox) -> uvicorn.Config:
    """Quiet, without headers of its own: the date comes from the sandbox's clock."""
    return uvicorn.Config(
        _Controlled(sandbox),
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )


class _Controlled:
    """The sandbox's application with the two control routes in front."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        match scope.get("method"), scope["path"]:
            case "GET", "/_sandbox/arrivals":
                await _say([dataclasses.asdict(arrival) for arrival in self._sandbox.arrivals], send)
            case "POST", "/_sandbox/reset":
                self._sandbox.reset()
                await _say({"reset": True}, send)
            case _:
                await self._sandbox.app(scope, receive, send)


async def _say(value: object, send: Send) -> None:
    headers = [(b"content-type", JSON_TYPE.encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": dumps(value)})
