"""One request, one reply: the only file that touches the HTTP library.

Bodies are read up to a cap and within a total time, whatever the other side does; every
failure comes back as an outcome, never as an exception with an address in it.
"""

from __future__ import annotations

import asyncio
import logging
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from jpo_mcp.endpoints import Reply as Form
from jpo_mcp.settings import Settings
from jpo_mcp.upstream import download, envelope
from jpo_mcp.upstream.auth import TokenReply
from jpo_mcp.upstream.envelope import Reply, Said
from jpo_mcp.upstream.recorder import Received, recorder_of

if TYPE_CHECKING:
    import httpx

_CONNECT, _READ = 5.0, 15.0
_TOKEN_SECONDS = 20.0
_MAX_TOKEN = 64 * 1024
_CHUNK = 64 * 1024
_GZIP_OR_ZLIB = 47
_ACCEPTED = "application/json, application/xml, application/zip, application/pdf"
_BUNDLE_NAME = re.compile(r"_([0-9]{10})\.zip")
_LIBRARY_LOGS = ("httpx", "httpcore", "httpcore.connection", "httpcore.http11", "httpcore.proxy")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A reply with what the pipeline needs of its headers."""

    reply: Reply
    http_status: int = 0
    content_type: str = ""
    server_time: float | None = None
    replayed: bool = False
    retry_after: float = 0.0
    about: str = ""
    """The application number in the name of the file that came, if it came with one."""


@dataclass(frozen=True, slots=True)
class _Request:
    """What to send, and how much of an answer to read."""

    method: str
    url: str
    headers: Mapping[str, str]
    cap: int
    form: Mapping[str, str] | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Wire:
    """Speaks HTTP with the JPO, or with an ASGI application in its place."""

    def __init__(self, settings: Settings, app: Callable[..., Any] | None = None) -> None:
        self._settings = settings
        self._app = app
        self._opened: list[httpx.AsyncClient] = []
        self._recorder = recorder_of(settings.record_dir.absolute()) if settings.record_dir else None

    async def get(self, path: str, token: str, *, expects: Form, seconds: float) -> Exchange:
        """Asks for one path, within `seconds` in all. `path` must be one that an endpoint built."""
        headers = {"Authorization": f"Bearer {token}", "Accept": _ACCEPTED}
        cap = envelope.MAX_FILE if expects in {"zip", "pdf"} else envelope.MAX_TEXT
        try:
            async with asyncio.timeout(seconds):
                status, body, seen = await self._send(self._client, _Request("GET", path, headers, cap))
        except self._http.ConnectTimeout:
            return Exchange(Reply(Said.CONNECT_TIMEOUT))
        except (self._http.ConnectError, self._http.PoolTimeout, self._http.ProxyError):
            return Exchange(Reply(Said.NOT_CONNECTED))
        except _Unreadable:
            return Exchange(Reply(Said.MALFORMED))
        except (self._http.HTTPError, OSError, TimeoutError):
            return Exchange(Reply(Said.LOST))
        reply = envelope.read(body, status, expects=expects)
        await self._record(Received(path, status, seen, body, reply.said), token)
        return Exchange(
            reply,
            status,
            seen.get("content-type", ""),
            _http_date(seen.get("date", "")),
            seen.get("x-cache", "").lower().startswith("hit"),
            _seconds(seen.get("retry-after", "")),
            _number_in(seen.get("content-disposition", "")),
        )

    async def token(self, form: Mapping[str, str]) -> TokenReply:
        """Posts the form to the token endpoint; status 0 when there was no answer."""
        request = _Request("POST", self._settings.token_path, {"Accept": "application/json"}, _MAX_TOKEN, form)
        try:
            async with asyncio.timeout(_TOKEN_SECONDS):
                status, body, seen = await self._send(self._client, request)
        except (self._http.HTTPError, self._http.InvalidURL, OSError, TimeoutError, _Unreadable):
            return TokenReply(0, b"")
        return TokenReply(status, body, _http_date(seen.get("date", "")))

    async def fetch(self, link: str, *, path: str, expects: Form, seconds: float) -> Reply:
        """The file behind a download link that came for `path`, within `seconds`; raises `UnsafeLink`."""
        loopback = self._client.base_url.netloc.decode() if self._settings.on_loopback else None
        target = download.target(link, self._settings.download_host, loopback)
        try:
            async with asyncio.timeout(min(download.SECONDS, seconds)):
                status, body, seen = await self._fetch(target, expects)
        except (self._http.HTTPError, self._http.InvalidURL, OSError, TimeoutError, _Unreadable):
            return Reply(Said.LOST)
        if status != 200:
            return Reply(Said.UNAVAILABLE)
        reply = envelope.read(body, status, expects=expects)
        await self._record(Received(path, status, seen, body, reply.said))
        return reply

    async def aclose(self) -> None:
        """Closes every connection."""
        while self._opened:
            await self._opened.pop().aclose()

    async def _fetch(self, target: download.Target, expects: Form) -> tuple[int, bytes, Mapping[str, str]]:
        url, headers, extensions = target.url, {"Accept": f"application/{expects}"}, {}
        if target.secure and self._app is None:
            address = await asyncio.to_thread(download.public_address, target.host, target.port)
            url = target.pinned(address)
            headers["Host"] = target.host
            extensions = {"sni_hostname": target.host}
        request = _Request("GET", url, headers, download.MAX_DOWNLOAD, extensions=extensions)
        return await self._send(self._bare, request)

    async def _record(self, received: Received, *tokens: str) -> None:
        """Saves a reply, where replies are recorded."""
        # Not a transport around the library's own: given one, it would no longer go by the proxies of the environment.
        if self._recorder is not None:
            await asyncio.to_thread(
                self._recorder.save, received, lambda: (*tokens, *(self._settings.credentials() or ()))
            )

    async def _send(self, client: httpx.AsyncClient, request: _Request) -> tuple[int, bytes, Mapping[str, str]]:
        body = bytearray()
        async with client.stream(
            request.method,
            request.url,
            headers=dict(request.headers),
            data=request.form,
            extensions=dict(request.extensions),
        ) as response:
            # The library would unpack a whole piece at once: a thousand times its size, whatever the cap.
            unpack = _unpacker(response.headers.get("content-encoding", ""))
            async for piece in response.aiter_raw(_CHUNK):
                body += _unpacked(unpack, piece, request.cap + 1 - len(body))
                if len(body) > request.cap:
                    raise _Unreadable
        return response.status_code, bytes(body), response.headers

    @cached_property
    def _http(self) -> Any:
        import httpx  # noqa: PLC0415 - costs 0.3 s, so not before the first question

        for name in _LIBRARY_LOGS:
            # The library logs whole addresses at INFO and DEBUG, signatures included.
            logging.getLogger(name).addFilter(_only_warnings)
        return httpx

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        base = "http://sandbox" if self._app is not None else self._settings.base_url
        return self._open(base_url=base)

    @cached_property
    def _bare(self) -> httpx.AsyncClient:
        """For download links: shares nothing with the client that carries the token."""
        return self._open()

    def _open(self, **more: Any) -> httpx.AsyncClient:
        http = self._http
        if self._app is not None:
            more["transport"] = http.ASGITransport(app=self._app)
        client = http.AsyncClient(
            timeout=http.Timeout(_READ, connect=_CONNECT),
            follow_redirects=False,
            headers={"User-Agent": f"jpo-mcp/{version('jpo-mcp')}", "Accept-Encoding": "identity"},
            **more,
        )
        self._opened.append(client)
        return client


async def fetch_public(url: str) -> bytes:
    """What stands at an address that the operator set, without following it elsewhere; `OSError` where nothing does."""
    import httpx  # noqa: PLC0415 - as above

    body = bytearray()
    try:
        async with (
            asyncio.timeout(_TOKEN_SECONDS),
            httpx.AsyncClient(timeout=_CONNECT, headers={"Accept-Encoding": "identity"}) as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code != 200 or "content-encoding" in response.headers:
                raise OSError(f"HTTP {response.status_code}")
            async for piece in response.aiter_raw(_CHUNK):
                body += piece
                if len(body) > _MAX_TOKEN:
                    raise OSError("too long")
    except (httpx.HTTPError, httpx.InvalidURL) as failure:
        raise OSError(type(failure).__name__) from None
    return bytes(body)


class _Unreadable(Exception):
    """A body beyond its cap, or one that does not unpack."""


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """Gives at most so many bytes of a piece. We ask for no encoding; a proxy may know better."""
    if encoding.strip().lower() in {"gzip", "x-gzip", "deflate"}:
        return zlib.decompressobj(_GZIP_OR_ZLIB).decompress
    return lambda piece, most: piece[:most]


def _unpacked(unpack: Callable[[bytes, int], bytes], piece: bytes, most: int) -> bytes:
    try:
        return unpack(piece, most)
    except zlib.error:
        raise _Unreadable from None


def _only_warnings(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def _http_date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _number_in(disposition: str) -> str:
    """`2020123456` from `attachment;filename=docContRefusalReason_2020123456.zip`, as the JPO names its bundles."""
    found = _BUNDLE_NAME.search(disposition)
    return found[1] if found else ""


def _seconds(text: str) -> float:
    """`Retry-After` in its form of seconds; the form of a date has not been seen here and counts as 0."""
    return float(min(int(text), 86_400)) if text.isascii() and text.isdigit() and len(text) <= 6 else 0.0
