"""`jpo-mcp serve --http`: the MCP server for several people, until a signal ends it."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jpo_mcp.cli.command import Command
from jpo_mcp.errors import BadArgument, BadSetting, LedgerUnavailable, UnsafeRedis, Words

if TYPE_CHECKING:
    import uvicorn

    from jpo_mcp.server.http import Application
    from jpo_mcp.server.http_settings import HttpSettings
    from jpo_mcp.settings import Settings
    from jpo_mcp.upstream.client import JpoClient

_GRACE = 7
"""Seconds that calls under way have to finish after a signal; what was sent to the JPO has one more to come home."""

_KEEP_ALIVE = 15
_KERNEL_BYTES = 65_536
"""What the system holds of a connection before we read it, and so the most that one read brings."""

_RECALL_SECONDS = 1.0
"""How long what was read from the disk is good for, where many ask: another process may have changed it since."""

_FILES = 4_096
_BACKLOG = 1_024


def takes(parser: argparse.ArgumentParser) -> None:
    """What `serve --http` takes."""
    web = parser.add_argument_group("over HTTP", "each can be a variable JPO_MCP_HTTP_... as well 環境変数でも指定可")
    add = web.add_argument
    add("--http", action="store_true", help="serve several people over HTTP, at /mcp HTTPで提供")
    add("--host", dest="http_host", metavar="ADDRESS", help="listen there; 127.0.0.1 otherwise 待受アドレス")
    add("--port", dest="http_port", metavar="N", help="8765 otherwise; 0: a free one ポート")
    add("--socket", dest="http_socket", metavar="PATH", help="a UNIX socket instead UNIXソケット")
    add(
        "--allow-host",
        dest="http_allow_hosts",
        action="append",
        metavar="NAME",
        help="a name it is called by, exact, with the port if not 443; repeat 呼ばれる名前（複数可）",
    )
    add(
        "--allow-origin",
        dest="http_allow_origins",
        action="append",
        metavar="URL",
        help="a web page's origin that may call; repeat 許可するオリジン（複数可）",
    )
    add("--tls-cert", dest="http_tls_cert", metavar="FILE", help="certificate, PEM 証明書")
    add("--tls-key", dest="http_tls_key", metavar="FILE", help="its key, PEM 秘密鍵")
    add(
        "--behind-tls-proxy",
        dest="http_behind_tls_proxy",
        action="store_const",
        const=True,
        help="a proxy in front ends TLS 前段でTLSを終端",
    )
    add(
        "--trusted-proxy",
        dest="http_trusted_proxies",
        action="append",
        metavar="ADDRESS",
        help="a proxy whose X-Forwarded-For is believed; repeat 信頼するプロキシ（複数可）",
    )
    add(
        "--no-auth",
        dest="http_no_auth",
        action="store_const",
        const=True,
        help="no tokens: only for yourself, on this machine トークンなし（この端末だけ）",
    )


def check_meant(command: Command) -> None:
    """Raises `BadArgument` for arguments of `--http` without it: on a pipe they would mean nothing."""
    if not command.http and any(name.startswith("http_") and value for name, value in vars(command).items()):
        raise BadArgument(
            Words("arguments for HTTP are given without --http", "--http なしでHTTP用の引数が指定されています。"),
            Words("add --http, or leave them away", "--http を加えるか、それらを外してください。"),
        )


def serve(command: Command, settings: Settings) -> None:
    """Serves until SIGINT or SIGTERM; `SetupError` where it would not be safe to start."""
    from jpo_mcp.server.http_settings import check

    http = settings_of(command)
    check(http, settings)
    from jpo_mcp.server.receipt import PromptLoop

    with asyncio.Runner(loop_factory=PromptLoop) as runner:
        runner.run(_serve(http, settings))


def settings_of(command: Command) -> HttpSettings:
    """What was typed, and what the environment says where nothing was; `BadSetting` where it cannot be used."""
    from jpo_mcp.server.http_settings import HttpSettings

    given = {name: getattr(command, f"http_{name}", None) for name in HttpSettings.model_fields}
    return HttpSettings.read({name: value for name, value in given.items() if value is not None})


async def _serve(http: HttpSettings, settings: Settings) -> None:
    from jpo_mcp.clock import SystemClock
    from jpo_mcp.server.http import build_http
    from jpo_mcp.server.people import people_of
    from jpo_mcp.server.receipt import PromptServer
    from jpo_mcp.upstream.client import JpoClient

    clock = SystemClock()
    _allow_files()
    with _listening(http) as listening:
        port = 0 if http.socket else listening.getsockname()[1]
        people = await people_of(settings, resource=http.resource(port), clock=clock)
        client = JpoClient(settings.for_people(), clock=clock, recall=_RECALL_SECONDS)
        await _check_redis(client)
        app = build_http(client, http, people, port=port)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _noted)
        sys.stderr.write(f"jpo-mcp: serving {http.socket or http.url(port)}; Ctrl-C stops 停止は Ctrl-C\n")
        try:
            await PromptServer(config_of(app, http), client.finish_up).serve([listening])
        finally:
            if http.socket:
                http.socket.unlink(missing_ok=True)


async def _check_redis(client: JpoClient) -> None:
    """Raises `UnsafeRedis`. One that is only away may come back: until then kept answers are served."""
    if client.redis is None:
        return
    try:
        await client.redis.check()
    except UnsafeRedis:
        await client.aclose()
        raise
    except LedgerUnavailable:
        return


def config_of(app: Application, http: HttpSettings) -> uvicorn.Config:
    """How uvicorn runs the application."""
    import uvicorn

    from jpo_mcp.server.receipt import PromptProtocol

    return uvicorn.Config(
        app,
        http=PromptProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",  # a line for every request that is no HTTP would let anybody fill the disk
        access_log=False,
        server_header=False,
        headers=[("cache-control", "no-store"), ("x-content-type-options", "nosniff")],
        proxy_headers=bool(http.trusted_proxies),
        forwarded_allow_ips=list(http.trusted_proxies),
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
        ssl_certfile=http.tls_cert,
        ssl_keyfile=http.tls_key,
    )


def _noted(*_: Any) -> None:
    """Does nothing: uvicorn handles signals while it serves, and raises them anew when it has ended cleanly."""


def _allow_files() -> None:
    """As many open files as connections need, where the system lets us."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _listening(http: HttpSettings) -> socket.socket:
    """The socket, open; a UNIX socket for this user alone, in the place of one that nobody listens at any more."""
    family = socket.AF_UNIX if http.socket else socket.AF_INET6 if http.address.version == 6 else socket.AF_INET
    # Named as TCP, or asyncio would not know it for such, and leave on what holds an answer back for 40 ms (Nagle).
    listening = socket.socket(family, socket.SOCK_STREAM, 0 if http.socket else socket.IPPROTO_TCP)
    try:
        if http.socket:
            _bind(listening, http.socket)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL_BYTES)
            listening.bind((str(http.address), http.port))
        listening.listen(_BACKLOG)  # from here on a caller waits instead of being turned away
    except OSError as failure:
        listening.close()
        raise _cannot_listen(failure) from None
    return listening


def _bind(listening: socket.socket, path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        try:
            other.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        except FileNotFoundError:
            pass
        else:
            raise OSError("somebody listens there")
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    finally:
        os.umask(before)


def _cannot_listen(failure: OSError) -> BadSetting:
    why = failure.strerror or str(failure)
    return BadSetting(
        Words(f"it cannot listen there: {why}", f"待ち受けできません：{why}"),
        Words("give another --port, --host or --socket", "別の --port・--host・--socket を指定してください。"),
    )
