"""The embedded JPO: an ASGI application walked from the table of endpoints, with its own clock and cases."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlencode

from jpo_mcp.clock import Clock, SystemClock, jst_date
from jpo_mcp.endpoints import ENDPOINTS, Endpoint
from jpo_mcp.sandbox import papers
from jpo_mcp.sandbox.cases import CASES
from jpo_mcp.sandbox.counters import Counters
from jpo_mcp.sandbox.faults import (
    DOWNLOAD_ROUTE,
    INSTEAD,
    OF_TOKENS,
    TOKEN_ROUTE,
    Fault,
    Faults,
    changed,
    changed_token,
    instead,
)
from jpo_mcp.sandbox.life import Case
from jpo_mcp.sandbox.opd import xml
from jpo_mcp.sandbox.protocol import JSON_TYPE, PDF_TYPE, XML_TYPE, ZIP_TYPE, Reply, bundle_reply, envelope
from jpo_mcp.sandbox.register import Arguments, Register
from jpo_mcp.sandbox.replay import Replay
from jpo_mcp.sandbox.tokens import Tokens

USERNAME = "sandbox-user"
PASSWORD = "sandbox-password"  # noqa: S105 - it opens nothing but this sandbox
BUCKET = "https://ipapi-prd-upload-10mbdata-from-ecs.s3.amazonaws.com"
"""Where the JPO keeps answers of more than 10 MB."""

Message = MutableMapping[str, Any]
ErrorForm = Literal["json", "xml"]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_CDN_SECONDS = 1.0
_LARGEST_BUNDLE = 10 << 20
"""A bundle of more bytes is answered with a link."""
_LINK_SECONDS = 300
_MAX_FORM = 64 << 10
_FORBIDDEN = re.compile(r"[\t,:|]")
_FIRST_HEISEI = 1989
_BUNDLE_PATH = re.compile(r"(?:/_download)?/([A-Za-z0-9_.()'&-]+\.(?:zip|pdf))")
_JUDGES_ARGUMENTS = frozenset({"case_number_reference", "pct_national_phase_application_number"})
"""Endpoints that answer 204, not 107, to a malformed argument."""


@dataclass(slots=True)
class Arrival:
    """One request as it reached the JPO, written down before anything is decided.

    `endpoint` is an endpoint's key, `auth/token`, `download`, or None for an unknown path. `status_code` (the
    JPO's) and `http_status` stay None while nothing has been answered; `counted` says whether it cost an access.
    """

    at: float
    monotonic: float
    method: str
    path: str
    endpoint: str | None
    arguments: Arguments
    status_code: str | None = None
    http_status: int | None = None
    counted: bool = False


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    query: dict[str, list[str]]
    authorization: str
    form: bytes


@dataclass(frozen=True, slots=True)
class _Link:
    endpoint: Endpoint[Any]
    arguments: Arguments
    expires: int


class Dropped(ConnectionResetError):
    """The connection was cut in the middle of the body. Over a real socket the client sees the cut itself."""


class Sandbox:
    """A JPO of our own. `app` is the ASGI application; the rest lets a test ask and change what happens there.
    The lives of its cases move on with its clock.

    `limits` maps API numbers (`1-1`) to accesses a day. With `replay`, a folder of recorded replies is served
    in place of the fictional cases. `cdn` switches on the replay of the same URL within one second.

    An ID without the OPD gets the status code `opd_refusal` at each of its endpoints; which one the JPO sends is not
    known. `opd_errors` is the form of the OPD's errors, which may be either.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        limits: Mapping[str, int] | None = None,
        username: str = USERNAME,
        password: str = PASSWORD,
        cases: Iterable[Case] = CASES,
        replay: Path | None = None,
        cdn: bool = False,
        download_base: str = BUCKET,
        opd_refusal: str = "",
        opd_errors: ErrorForm = "json",
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.faults = Faults()
        self.arrivals: list[Arrival] = []
        self.cdn = cdn
        self.download_base = download_base
        self.opd_refusal = opd_refusal
        self.opd_errors: ErrorForm = opd_errors
        self._register = Register(cases, jst_date(self.clock.now()))
        self._tokens = Tokens(self.clock, username, password)
        self._counters = Counters(self.clock, limits or {})
        self._replay = Replay.load(replay) if replay else None
        self._edge: dict[str, tuple[float, Reply]] = {}
        self._links: dict[str, _Link] = {}

    # What a test asks.

    @property
    def register(self) -> Register:
        """The cases as they are seen today in Japan."""
        today = jst_date(self.clock.now())
        if self._register.day != today:
            self._register = self._register.on(today)
        return self._register

    def count(self, endpoint_key: str | None = None) -> int:
        """Requests that arrived at this endpoint; without a key, at any of the API's endpoints."""
        keys = {endpoint_key} if endpoint_key else _KEYS
        return sum(arrival.endpoint in keys for arrival in self.arrivals)

    def spent(self, endpoint_key: str) -> int:
        """Accesses that the JPO has counted today, by whomever."""
        return self._counters.used(endpoint_key)

    def remaining(self, endpoint_key: str) -> int:
        """Accesses that the JPO would still serve today."""
        return self._counters.remaining(endpoint_key)

    def spend(self, endpoint_key: str, accesses: int = 1) -> None:
        """A colleague with the same ID spends accesses elsewhere; `ValueError` if so many are not left."""
        if not self._counters.spend(endpoint_key, accesses):
            raise ValueError(f"only {self.remaining(endpoint_key)} accesses of {endpoint_key} are left today")

    def revoke_tokens(self) -> None:
        """End every token before its time."""
        self._tokens.revoke()

    def reset(self) -> None:
        """Forget arrivals, counters, faults and links; tokens stay valid."""
        self.arrivals.clear()
        self._counters.clear()
        self.faults.clear()
        self._edge.clear()
        self._links.clear()

    # What a client meets.

    async def app(self, scope: Message, receive: Receive, send: Send) -> None:
        """The ASGI 3 application."""
        if scope["type"] != "http":
            return
        request = await _read(scope, receive)
        arrival = self._note(request)
        fault = self._fault(arrival, request)
        if fault and fault.kind == "hang" and not await _held(fault, receive):
            return
        reply, hit = self._answer(arrival, request, fault)
        arrival.status_code, arrival.http_status = reply.code, reply.status
        await self._send(reply, send, hit=hit, fault=fault)

    def _note(self, request: _Request) -> Arrival:
        route, arguments = _route(request)
        arrival = Arrival(self.clock.now(), self.clock.monotonic(), request.method, request.path, route, arguments)
        self.arrivals.append(arrival)
        return arrival

    def _fault(self, arrival: Arrival, request: _Request) -> Fault | None:
        """A fault is met only by a request that gets as far as the program behind the gate."""
        endpoint = _BY_KEY.get(arrival.endpoint or "")
        if endpoint is None:
            return self.faults.take(arrival.endpoint) if arrival.endpoint else None
        if not self._admits(request) or self._at_edge(request):
            return None
        return self.faults.take(endpoint.key, reply=endpoint.reply)

    def _answer(self, arrival: Arrival, request: _Request, fault: Fault | None) -> tuple[Reply, bool]:
        """The reply, and whether the CDN gave it."""
        if arrival.endpoint == TOKEN_ROUTE:
            return self._token(request, fault), False
        if arrival.endpoint == DOWNLOAD_ROUTE:
            return self._download(request, fault), False
        endpoint = _BY_KEY.get(arrival.endpoint or "")
        if endpoint is None or request.method != "GET":
            return envelope("400" if endpoint else "301"), False
        if not self._admits(request):
            return self._in_form(endpoint, envelope("210")), False
        if self.opd_refusal and endpoint.pace == "opd":
            return self._in_form(endpoint, envelope(self.opd_refusal)), False
        if stored := self._at_edge(request):
            return stored, True
        return self._from_origin(endpoint, arrival, fault), False

    def _from_origin(self, endpoint: Endpoint[Any], arrival: Arrival, fault: Fault | None) -> Reply:
        reply = changed(self._in_form(endpoint, self._access(endpoint, arrival, fault)), fault)
        if self.cdn and reply.status == 200 and fault is None:
            self._edge[arrival.path] = (self.clock.monotonic(), reply)
        return reply

    def _admits(self, request: _Request) -> bool:
        return self._tokens.accepts(request.authorization)

    def _at_edge(self, request: _Request) -> Reply | None:
        if not self.cdn or request.path not in self._edge:
            return None
        at, reply = self._edge[request.path]
        return reply if self.clock.monotonic() - at < _CDN_SECONDS else None

    def _access(self, endpoint: Endpoint[Any], arrival: Arrival, fault: Fault | None) -> Reply:
        """One access. Whatever is answered counts, as the handbook's wording suggests; only a 203 does not."""
        counts = fault is None or fault.counted
        if counts and not self._counters.spend(endpoint.key):
            return envelope("203")
        arrival.counted = counts
        if fault and fault.kind in INSTEAD:
            return instead(fault) or envelope("999")
        arguments = arrival.arguments
        if fault and fault.kind == "wrong_case":
            arguments = self._elsewhere(endpoint, arguments)
        reply = self._look_up(endpoint, arguments)
        large = len(reply.body) > _LARGEST_BUNDLE or (fault is not None and fault.kind == "oversize")
        if large and reply.content_type in {ZIP_TYPE, PDF_TYPE}:
            return self._linked(endpoint, arguments)
        return reply

    def _in_form(self, endpoint: Endpoint[Any], reply: Reply) -> Reply:
        """An error of the OPD in the form that is switched on."""
        is_error = reply.content_type == JSON_TYPE and reply.code not in {"", "100"}
        if endpoint.pace != "opd" or self.opd_errors == "json" or not is_error:
            return reply
        told = reply.envelope()["result"]
        body = xml(told["statusCode"], told["errorMessage"], None, told["remainAccessCount"])
        return replace(reply, body=body, content_type=XML_TYPE)

    def _look_up(self, endpoint: Endpoint[Any], arguments: Arguments) -> Reply:
        remaining = self._counters.remaining(endpoint.key)
        if self._replay:
            path = endpoint.path_prefix + "/".join(arguments)
            return self._replay.find("GET", path) or envelope("107", remaining=remaining)
        if refused := _refusal(endpoint, arguments):
            return envelope(refused, remaining=remaining if refused == "107" else "")
        if endpoint.pace == "opd" and endpoint.reply != "xml":
            return self._file(endpoint, arguments, remaining)
        if endpoint.reply == "zip":
            return self._bundle(endpoint, arguments, remaining)
        data = self.register.answer(endpoint, arguments)
        if endpoint.reply == "xml" and data is not None:
            return Reply(200, xml("100", "", data, remaining), XML_TYPE, code="100")
        return envelope("107" if data is None else "100", data, remaining=remaining)

    def _file(self, endpoint: Endpoint[Any], arguments: Arguments, remaining: int) -> Reply:
        """A paper of a dossier."""
        content = self.register.dossiers.file(endpoint, arguments, self.clock.now())
        if isinstance(content, str):
            return envelope(content, remaining=remaining)
        reply = bundle_reply(_file_name(endpoint, arguments), content)
        return reply if endpoint.reply == "zip" else replace(reply, content_type=PDF_TYPE)

    def _bundle(self, endpoint: Endpoint[Any], arguments: Arguments, remaining: int) -> Reply:
        case = self.register.case(endpoint.law, *arguments)
        if case is None:
            return envelope("107", remaining=remaining)
        content = papers.bundle(case, endpoint.papers, self.clock.now())
        if content is None:
            applicants_side = "A53" in endpoint.papers  # whose 108 has no data, in the specification's example
            return envelope("108", remaining=remaining, with_data=not applicants_side)
        return bundle_reply(papers.file_name(endpoint, case.number), content)

    def _elsewhere(self, endpoint: Endpoint[Any], arguments: Arguments) -> Arguments:
        """Another question that the same endpoint answers, with another answer."""
        here = self._content(endpoint, arguments)
        others = (other for other in self.register.questions(endpoint) if self._content(endpoint, other) is not None)
        return next((other for other in others if self._content(endpoint, other) != here), arguments)

    def _content(self, endpoint: Endpoint[Any], arguments: Arguments) -> object:
        if endpoint.reply in {"json", "xml"}:
            return self.register.answer(endpoint, arguments)
        if endpoint.pace == "opd":
            return self.register.dossiers.file(endpoint, arguments, self.clock.now())
        case = self.register.case(endpoint.law, *arguments)
        return case and papers.bundle(case, endpoint.papers, self.clock.now())

    # The link to an answer of more than 10 MB.

    def _linked(self, endpoint: Endpoint[Any], arguments: Arguments) -> Reply:
        expires = int(self.clock.now()) + _LINK_SECONDS
        seal = hashlib.sha256(f"{endpoint.key} {arguments} {expires} {len(self._links)}".encode()).digest()
        signature = base64.b64encode(seal).decode()
        self._links[signature] = _Link(endpoint, arguments, expires)
        query = {
            "AWSAccessKeyId": "ASIASANDBOX000000000",
            "Signature": signature,
            "x-amz-security-token": base64.b64encode(seal * 4).decode(),
            "Expires": str(expires),
        }
        url = f"{self.download_base}/{_file_name(endpoint, arguments)}?{urlencode(query)}"
        return envelope("100", {"URL": url}, remaining=self._counters.remaining(endpoint.key))

    def _download(self, request: _Request, fault: Fault | None) -> Reply:
        if fault and (reply := instead(fault)):
            return reply
        if request.authorization:
            return _s3_error(400, "InvalidArgument", "Only one auth mechanism allowed")
        link = self._links.get(request.query.get("Signature", [""])[0])
        if link is None or request.path.rsplit("/", 1)[-1] != _file_name(link.endpoint, link.arguments):
            return _s3_error(403, "SignatureDoesNotMatch", "The signature does not match")
        if request.query.get("Expires") != [str(link.expires)] or self.clock.now() > link.expires:
            return _s3_error(403, "AccessDenied", "Request has expired")
        return changed(replace(self._look_up(link.endpoint, link.arguments), headers={}), fault)

    def _token(self, request: _Request, fault: Fault | None) -> Reply:
        if request.method != "POST":
            return envelope("400")
        if fault and fault.kind in INSTEAD | OF_TOKENS and (reply := instead(fault)):
            return reply
        granted = self._tokens.grant(request.form)
        return changed_token(granted, fault) if granted.status == 200 else granted

    # Delivery.

    async def _send(self, reply: Reply, send: Send, *, hit: bool, fault: Fault | None) -> None:
        headers = {
            "content-type": reply.content_type,
            "content-length": str(len(reply.body)),
            "date": formatdate(self.clock.now(), usegmt=True),
            "vary": "Cookie",
            "x-cache": "Hit from cloudfront" if hit else "Miss from cloudfront",
            **reply.headers,
        }
        raw = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": raw})
        async for piece, more in _pieces(reply.body, fault):
            await send({"type": "http.response.body", "body": piece, "more_body": more})


_KEYS = frozenset(endpoint.key for endpoint in ENDPOINTS)
_BY_KEY = {endpoint.key: endpoint for endpoint in ENDPOINTS}


async def _read(scope: Message, receive: Receive) -> _Request:
    sent = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    form = b""
    more = True
    while more and len(form) <= _MAX_FORM:
        message = await receive()
        form += message.get("body", b"")
        more = message.get("more_body", False)
    raw = scope.get("raw_path") or scope["path"].encode()
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    path = raw.decode("latin-1").partition("?")[0]
    return _Request(scope["method"], path, query, sent.get("authorization", ""), form)


def _route(request: _Request) -> tuple[str | None, Arguments]:
    """Which endpoint a path belongs to, and its arguments decoded one by one, so that %2F separates nothing."""
    if request.path == f"/{TOKEN_ROUTE}":
        return TOKEN_ROUTE, ()
    if found := _BUNDLE_PATH.fullmatch(request.path):
        return DOWNLOAD_ROUTE, (found[1],)
    for endpoint in ENDPOINTS:
        if request.path.startswith(endpoint.path_prefix):
            arguments = tuple(unquote(part) for part in request.path.removeprefix(endpoint.path_prefix).split("/"))
            return (endpoint.key, arguments) if len(arguments) == len(endpoint.parameters) else (None, ())
    return None, ()


def _file_name(endpoint: Endpoint[Any], arguments: Arguments) -> str:
    if endpoint.pace == "opd":
        return f"{arguments[-1]}.{endpoint.reply}"
    return papers.file_name(endpoint, arguments[0])


def _refusal(endpoint: Endpoint[Any], arguments: Arguments) -> str | None:
    """The statusCode for arguments that are not looked up at all."""
    if any(_FORBIDDEN.search(argument) for argument in arguments):
        return "208"
    in_form = all(p.pattern.fullmatch(value) for p, value in zip(endpoint.parameters, arguments, strict=True))
    if not in_form:
        return "204" if endpoint.name in _JUDGES_ARGUMENTS else "107"
    gazette = endpoint.name == "case_number_reference" and arguments[0] == "publication" and len(arguments[1]) == 10
    if gazette and int(arguments[1][:4]) < _FIRST_HEISEI:
        return "111"
    return None


def _s3_error(status: int, code: str, message: str) -> Reply:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Reply(status, text.encode(), "application/xml")


async def _held(fault: Fault, receive: Receive) -> bool:
    """Wait for the release (True), or until the client has gone (False)."""
    if fault.release:
        await fault.release.wait()
        return True
    while (await receive())["type"] != "http.disconnect":
        pass
    return False


async def _pieces(body: bytes, fault: Fault | None) -> AsyncIterator[tuple[bytes, bool]]:
    kind = fault.kind if fault else None
    if fault and kind == "drop":
        yield body[: len(body) // 2], True
        raise Dropped("the sandbox cut the connection")
    if fault and kind == "drip":
        for start in range(0, len(body), fault.chunk):
            yield body[start : start + fault.chunk], True
            await (fault.release.wait() if fault.release else asyncio.sleep(fault.interval))
        yield b"", False
        return
    yield body, False
