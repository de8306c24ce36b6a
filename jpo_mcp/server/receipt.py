"""HTTP/1.1 connections that must get to the point: a whole request within ten seconds, or the line is cut.

uvicorn waits for a half-sent request for ever. Here a timer runs from the first moment a request is due until its last
byte, and when too many connections are open, the one that has been silent longest makes room for whoever comes.
"""

from __future__ import annotations

import asyncio
import socket
from asyncio import TimerHandle, Transport
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

RECEIPT_SECONDS = 10.0
MOST_CONNECTIONS = 800
"""Below the 1,024 files that a process may usually open, and above the 500 that a slow-loris test brings."""

_LATE = b"The request did not arrive within 10 seconds.\n"


class PromptLoop(asyncio.SelectorEventLoop):
    """An event loop whose TLS handshakes are bounded as well: asyncio's own patience is a minute."""

    async def create_server(self, *args: Any, **kwargs: Any) -> asyncio.Server:
        if kwargs.get("ssl"):
            kwargs["ssl_handshake_timeout"] = RECEIPT_SECONDS
        return await super().create_server(*args, **kwargs)


class PromptServer(uvicorn.Server):
    """uvicorn, which says when it begins to end: before it waits for the calls under way."""

    def __init__(self, config: uvicorn.Config, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ending = ending

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets)


class PromptProtocol(H11Protocol):
    """One connection. Between requests uvicorn's own keep-alive timer runs instead."""

    _timer: TimerHandle | None = None
    waiting_since: float = 0.0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        super().connection_made(transport)
        self._arm()
        if len(self.connections) > MOST_CONNECTIONS:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def shutdown(self) -> None:
        """At the server's end: only a request that is here whole is waited for."""
        if self.is_served:
            super().shutdown()
        else:
            self.transport.close()

    def _watch(self) -> None:
        """Starts or stops the timer, by whether a part of a request is here and the rest is not."""
        state = self.conn.their_state
        half_sent = state is h11.SEND_BODY or (state is h11.IDLE and bool(self.conn.trailing_data[0]))
        if not half_sent:
            self._disarm()
        elif self._timer is None:
            self._arm()

    def _arm(self) -> None:
        self.waiting_since = self.loop.time()
        self._timer = self.loop.call_later(RECEIPT_SECONDS, self._cut)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self.waiting_since = self.loop.time()

    def _cut(self) -> None:
        """Says why, where nothing else has been said, and closes."""
        self._timer = None
        with suppress(h11.LocalProtocolError):  # an answer is under way already
            for event in (
                h11.Response(status_code=408, headers=[("connection", "close"), ("content-type", "text/plain")]),
                h11.Data(data=_LATE),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _make_room(self) -> None:
        """Drops the connection that has been waiting longest for its next byte; nobody who is being served."""
        connections: set[Any] = self.connections
        idle = [one for one in connections if isinstance(one, PromptProtocol) and not one.is_served]
        longest = min(idle, key=_waiting_since, default=self)
        self.connections.discard(longest)
        longest.transport.abort()

    @property
    def is_served(self) -> bool:
        """Whether a whole request is here and its answer is not yet complete."""
        cycle = cast("RequestResponseCycle | None", self.cycle)  # uvicorn leaves out that it begins without one
        return cycle is not None and not cycle.response_complete and not cycle.more_body


def _waiting_since(connection: PromptProtocol) -> float:
    return connection.waiting_since
