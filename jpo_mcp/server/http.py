"""The server over HTTP: the SDK's own application, behind walls that look before it does.

What comes first is cheapest to refuse: the Host and Origin lists, the form of the request, its size, a free place, the
depth of its JSON. Only then is a token looked at, and only then is anything done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from mcp.server import MCPServer
from mcp.server.auth.settings import AuthSettings
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import AnyHttpUrl
from pydantic_core import from_json
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from jpo_mcp.errors import JpoError
from jpo_mcp.server import metrics
from jpo_mcp.server.app import build
from jpo_mcp.server.http_settings import PATH, HttpSettings
from jpo_mcp.server.people import JwtVerifier, People
from jpo_mcp.server.rate import CallRate
from jpo_mcp.upstream.client import JpoClient
from jpo_mcp.upstream.recall import Recall
from jpo_mcp.upstream.tally import Tally

MOST_BYTES = 1_048_576
MOST_AT_ONCE = 64
"""Calls worked on at the same time."""

_SMALL = 65_536
_MOST_LARGE = 16
"""Bodies above `_SMALL` received at the same time: what a crowd of them may hold in memory."""

_LOOPBACK = {"127.0.0.1", "::1"}
_FRESH = 1.0

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def build_http(client: JpoClient, http: HttpSettings, people: People | None, *, port: int | None = None) -> Application:
    """The server on this client as one ASGI application. `port` is the one listened at, where that was left open."""
    at = http.port if port is None else port
    auth = _auth(client, http.resource(at), people) if people else None
    rate = CallRate(client.clock) if people else None  # alone on this machine there is nobody to be fair to
    server = build(client, verifier=people, auth=auth, rate=rate)
    _add_health(server, client)
    _add_metrics(server, client, http, at)
    return mount(server, http, port=at, tally=client.tally)


def mount(server: MCPServer, http: HttpSettings, *, port: int, tally: Tally) -> Application:
    """Any server of the SDK's behind our walls: stateless, with JSON replies."""
    app: Application = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=MOST_BYTES,
        # Its own lists match by prefix; ours stand before it.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    if http.allow_origins:
        app = CORSMiddleware(
            app, allow_origins=http.allow_origins, allow_methods=["POST"], allow_headers=["*"], max_age=600
        )
    return Walls(app, http.hosts(port), http.allow_origins, tally)


def _auth(client: JpoClient, resource: str, people: People) -> AuthSettings:
    signed = isinstance(people, JwtVerifier)
    return AuthSettings(
        issuer_url=AnyHttpUrl(client.settings.jwt_issuer or resource),
        required_scopes=["jpo:read"],
        # Tokens out of a file have no issuer to be sent to, so nothing points to one.
        resource_server_url=AnyHttpUrl(resource) if signed else None,
        # An audience that is set apart from the URL is checked by the verifier alone.
        validate_token_resource=signed and client.settings.jwt_audience is None,
    )


# ── the walls ─────────────────────────────────────────────────────────────────────────────────


class Refused(Exception):
    """A request that is turned away at the door, with what the caller may know."""

    def __init__(self, status: int, why: str, **headers: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Walls:
    """Lets a request through to the application once it is known to be meant for us, whole, small and flat."""

    def __init__(self, app: Application, hosts: Iterable[str], origins: Iterable[str], tally: Tally) -> None:
        self._app = app
        self._hosts = frozenset(host.encode() for host in hosts)
        self._origins = frozenset(origin.encode() for origin in origins)
        self._tally = tally
        self._at_work = 0
        self._large = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check_head(scope)
            if scope["method"] != "POST" or scope["path"] != PATH:
                await self._app(scope, receive, send)
            elif (body := await self._body(scope, receive)) is not None:
                _check_depth(body)
                await self._take_place(scope, body, receive, send)
        except Refused as refused:
            self._tally.refusals[str(refused.status)] += 1
            reply = PlainTextResponse(refused.why + "\n", refused.status, refused.headers)
            await reply(scope, receive, send)

    def _check_head(self, scope: Scope) -> None:
        hosts = _values(scope, b"host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise Refused(421, "This server is not called by that name (Host). Its operator lists names: --allow-host.")
        origins = _values(scope, b"origin")
        if origins and (len(origins) > 1 or origins[0] not in self._origins):
            raise Refused(403, "Web pages of that origin may not call. The operator lists them: --allow-origin.")
        if scope["path"] != PATH or (scope["method"] == "OPTIONS" and self._origins):
            return
        if scope["method"] != "POST":
            raise Refused(405, "Only POST: there are no sessions and no streams here.", allow="POST")
        kinds = _values(scope, b"content-type")
        if len(kinds) != 1 or kinds[0].split(b";")[0].strip().lower() != b"application/json":
            raise Refused(415, "Send one JSON-RPC message as application/json.")

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """The whole body; None where the caller left before its end, or was cut off for being slow."""
        declared = _values(scope, b"content-length")
        if declared and int(declared[0]) > MOST_BYTES:
            raise _too_large()
        body, more, is_large = bytearray(), True, False
        try:
            while more:
                if len(body) > _SMALL and not is_large:
                    is_large = self._take_large()
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > MOST_BYTES:
                    raise _too_large()
        finally:
            self._large -= is_large
        return bytes(body)

    def _take_large(self) -> bool:
        if self._large >= _MOST_LARGE:
            raise _busy("Too many large requests at once.")
        self._large += 1
        return True

    async def _take_place(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        if self._at_work >= MOST_AT_ONCE:
            raise _busy("Too many calls at once.")
        self._at_work += 1
        try:
            await self._serve(scope, body, receive, send)
        finally:
            self._at_work -= 1

    async def _serve(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        """Hands the request on, and drops it when its caller hangs up: what was not sent to the JPO then never is."""
        visit = _Visit(body, send)
        work, leaving = asyncio.current_task(), asyncio.ensure_future(receive())
        assert work is not None  # noqa: S101 - uvicorn runs each request in a task
        leaving.add_done_callback(lambda _: visit.left(work))
        try:
            await self._app(scope, visit.receive, visit.send)
        except asyncio.CancelledError:
            if not visit.is_left or work.uncancel():
                raise
        finally:
            visit.is_over = True
            leaving.cancel()


class _Visit:
    """One request handed on: its body is here whole, and its caller stays or leaves."""

    def __init__(self, body: bytes, send: Send) -> None:
        self._message: Message | None = {"type": "http.request", "body": body, "more_body": False}
        self._send = send
        self.is_over = False
        self.is_left = False

    async def receive(self) -> Message:
        if (message := self._message) is None:
            return await asyncio.Future()  # nothing more comes; who leaves ends the whole request
        self._message = None
        return message

    async def send(self, message: Message) -> None:
        self.is_over = message["type"] == "http.response.body" and not message.get("more_body")
        await self._send(message)

    def left(self, work: asyncio.Task[Any]) -> None:
        """The caller has hung up, or has been answered, which looks the same from here."""
        if not self.is_over:
            self.is_left = True
            work.cancel()


def _values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for header, value in scope["headers"] if header == name]


def _too_large() -> Refused:
    # The line stays open: closed on a caller who is still sending, it would take this answer with it.
    return Refused(413, f"At most {MOST_BYTES:,} bytes.")


def _busy(why: str) -> Refused:
    return Refused(503, f"{why} Try again in a second.", retry_after="1")


def _check_depth(body: bytes) -> None:
    """Refuses what is no JSON, or nested deeper than any message is (200)."""
    try:
        from_json(body, allow_inf_nan=False)
    except ValueError:
        raise Refused(400, "The body is not JSON, or is nested too deeply.") from None


# ── health and metrics ────────────────────────────────────────────────────────────────────────


def _add_health(server: MCPServer, client: JpoClient) -> None:
    found, looking = Recall[str](client.clock, _FRESH), asyncio.Lock()

    @server.custom_route("/health", methods=["GET"])
    async def health(_: Request) -> Response:
        async with looking:  # anybody may ask, in any number, and each look costs a little
            if (condition := found.get("health")) is None:
                found.put("health", condition := await _condition(client))
        return PlainTextResponse(condition)


async def _condition(client: JpoClient) -> str:
    """`degraded` where accesses cannot be counted: kept answers are still given, so it is no reason to restart."""
    try:
        await client.ledger.minute("domestic")
    except JpoError:
        return "degraded"
    return "ok"


def _add_metrics(server: MCPServer, client: JpoClient, http: HttpSettings, port: int) -> None:
    @server.custom_route("/metrics", methods=["GET"])
    async def show(request: Request) -> Response:
        credentials = request.scope.get("auth")
        if "jpo:admin" in (credentials.scopes if credentials else ()) or _is_local(request, http, port):
            return Response(await metrics.render(client), media_type=metrics.CONTENT_TYPE)
        return PlainTextResponse("From this machine only, or with a token of scope jpo:admin.\n", 403)


def _is_local(request: Request, http: HttpSettings, port: int) -> bool:
    """Whether this machine itself asks. A proxy on it asks for others: by their name, or says so, or is announced."""
    if request.headers["host"].lower() not in http.own_hosts(port):
        return False
    if http.behind_tls_proxy or http.trusted_proxies or _FORWARDED & set(request.headers.keys()):
        return False
    return http.socket is not None if request.client is None else request.client.host in _LOOPBACK


_FORWARDED = {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"}
