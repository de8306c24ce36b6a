"""One way to one Redis (or Valkey): each command gets its own reply or fails, and only from a server that is safe.

- A connection is given back only once its one reply has been read whole. Whatever ends a command before that
  (a caller who leaves, a timeout, a broken line) closes the connection, so no reply can reach another caller.
- Every connection is examined before its first command: a Redis that might forget what was counted, that lets
  anybody in, or whose line anybody can read is refused, with the one line that mends it.
- Nothing is sent twice: after a failure it is not known whether the command was carried out.
- A Redis that does not answer is left alone for a moment, so that kept answers do not wait for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha1
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol, cast
from urllib.parse import unquote, urlsplit

from jpo_mcp.errors import BadSetting, LedgerUnavailable, UnsafeRedis, Words, quote
from jpo_mcp.settings import LOOPBACK
from jpo_mcp.upstream.ledger import NO_COUNT

log = logging.getLogger(__name__)

Word = bytes | str | int | float

CONNECT_SECONDS: Final = 1.0
COMMAND_SECONDS: Final = 2.0
PLACES: Final = 16
"""Connections, and so commands at the same time; the others wait their turn."""

_LONGEST_REST: Final = 5.0
_PORT: Final = 6379


@dataclass(frozen=True, slots=True)
class Examined:
    """A Redis that was found safe: its software, the bytes it may use (0: no bound), and what it would not tell."""

    software: str
    max_memory: int
    untold: tuple[str, ...]


class RedisSaid(LedgerUnavailable):
    """Redis answered a command with an error: `said`, without the code that its client knows."""

    def __init__(self, said: str) -> None:
        shown = quote(said)
        super().__init__(
            Words(f"the Redis refused a command ({shown})", f"Redis がコマンドを拒否しました（{shown}）。"),
            Words(
                "run `jpo-mcp doctor`, and see the Redis's own log",
                "`jpo-mcp doctor` と Redis のログをご確認ください。",
            ),
        )
        self.said = said


class _NewToIt(RedisSaid):
    """It does not know the script."""


class _Connection(Protocol):
    """The part of `redis.asyncio.Connection` we use; its own types are partly unknown."""

    async def on_connect(self) -> None: ...
    async def send_command(self, *words: Word) -> None: ...
    async def read_response(self) -> Any: ...
    async def disconnect(self, nowait: bool = False) -> None: ...


class _Pool(Protocol):
    """The part of `redis.asyncio.ConnectionPool` we use. A connection it gives is open, greeted and silent."""

    async def get_connection(self) -> _Connection: ...
    async def release(self, connection: _Connection) -> None: ...
    async def disconnect(self, inuse_connections: bool = True) -> None: ...


@dataclass(frozen=True, slots=True, repr=False)
class _Login:
    """What `redis` calls a credential provider: user and password as they are at this moment."""

    user: str
    written: str
    read: Callable[[], str]

    def get_credentials(self) -> tuple[str, ...]:
        try:
            password = self.read() or self.written
        except BadSetting as bad:
            raise LedgerUnavailable(bad.what, bad.next_step) from None
        return (self.user, password) if self.user and password else (password,) if password else ()

    async def get_credentials_async(self) -> tuple[str, ...]:
        return self.get_credentials()


class RedisLink:
    """The Redis at `url` (`redis://`, `rediss://`, `unix://`), opened by the first command.

    `password` is asked at every connection and comes before the URL's. `ca_file` vouches for a `rediss://` server;
    `plain` lets a line without TLS leave this machine. Every failure is a `LedgerUnavailable`. `rest` is how long
    Redis is left alone after a first failure, in seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        password: Callable[[], str] = str,
        ca_file: Path | None = None,
        plain: bool = False,
        connect_seconds: float = CONNECT_SECONDS,
        command_seconds: float = COMMAND_SECONDS,
        rest: float = 1.0,
    ) -> None:
        self._url = urlsplit(url)
        self._login = _Login(unquote(self._url.username or ""), unquote(self._url.password or ""), password)
        self._ca_file = ca_file
        self._plain = plain
        self._connect_seconds = connect_seconds
        self._command_seconds = command_seconds
        self._first_rest = rest
        self._rest = 0.0
        self._rests_until = 0.0
        self._tries_again = False
        self._failure: LedgerUnavailable | None = None
        self._warned: set[str] = set()
        self._places = asyncio.Semaphore(PLACES)
        self._opening = asyncio.Lock()
        self._pool: _Pool | None = None
        self._library: Any = None
        self.examined: Examined | None = None

    @property
    def where(self) -> str:
        """The address, without user or password."""
        if self._url.scheme == "unix":
            return self._url.path
        return f"{self._url.hostname}:{self._url.port or _PORT}"

    async def command(self, *words: Word) -> Any:
        """Redis's reply to one command: bytes, a number, None or a list of these."""
        async with self._places:
            self._pass_rest()
            return await self._ask(words)

    async def script(self, lua: str, keys: Sequence[str] = (), args: Sequence[Word] = ()) -> Any:
        """What a Lua script returns, with nothing else carried out meanwhile. Its text travels once to each server."""
        digest = sha1(lua.encode(), usedforsecurity=False).hexdigest()
        try:
            return await self.command("EVALSHA", digest, len(keys), *keys, *args)
        except _NewToIt:
            return await self.command("EVAL", lua, len(keys), *keys, *args)

    async def check(self) -> Examined:
        """Connects anew and examines Redis now; `UnsafeRedis` says in one line how to mend it."""
        async with self._places:
            if self._pool is not None:
                await self._pool.disconnect(inuse_connections=False)
            await self._ask(("PING",))
        assert self.examined is not None  # noqa: S101 - every connection sets it
        return self.examined

    async def close(self) -> None:
        """Let go of every connection."""
        if self._pool is not None:
            await self._pool.disconnect()

    # ── one command ───────────────────────────────────────────────────────────────────────────

    async def _ask(self, words: tuple[Word, ...]) -> Any:
        pool = self._pool or await self._open()
        try:
            connection = await self._connection(pool)
            reply = await self._exchange(pool, connection, words)
        except self._library.ResponseError as error:
            raise self._said(error) from None
        except (self._library.RedisError, OSError, TimeoutError, ValueError) as error:
            raise self._failed(_silent(self.where, error)) from None
        self._answers()
        return reply

    async def _connection(self, pool: _Pool) -> _Connection:
        try:
            async with asyncio.timeout(self._connect_seconds):
                return await pool.get_connection()
        except self._library.AuthenticationError:
            raise self._failed(_locked(self.where)) from None
        except self._library.ResponseError as error:  # of the greeting, and so no answer to the command
            raise self._failed(_silent(self.where, error)) from None
        except LedgerUnavailable as refused:
            raise self._failed(refused) from None

    async def _exchange(self, pool: _Pool, connection: _Connection, words: tuple[Word, ...]) -> Any:
        answered = False
        try:
            async with asyncio.timeout(self._command_seconds):
                await connection.send_command(*words)
                reply = await connection.read_response()
            answered = True
        finally:
            if not answered:
                await connection.disconnect(nowait=True)
            await pool.release(connection)
        return reply

    # ── leaving it alone ──────────────────────────────────────────────────────────────────────

    def _pass_rest(self) -> None:
        """Returns when Redis may be asked. After a failure one caller tries; the others fail at once until it knows."""
        if self._failure is None:
            return
        now = time.monotonic()  # the network's own time, whatever clock the pipeline has been given
        if now < self._rests_until:
            known = self._failure  # said anew, because an error gathers its traceback and what was spent
            raise type(known)(known.what, known.next_step, rule=known.rule, example=known.example)
        self._rests_until = now + self._connect_seconds + self._command_seconds
        self._tries_again = True

    def _failed(self, failure: LedgerUnavailable) -> LedgerUnavailable:
        if self._failure is None:
            self._rest = self._first_rest
        elif self._tries_again:  # and not one of many that were under way
            self._rest = min(2 * self._rest, _LONGEST_REST)
        self._rests_until = time.monotonic() + self._rest
        self._failure, self._tries_again = failure, False
        self._warn(failure.what.en)
        return failure

    def _answers(self) -> None:
        self._rest, self._failure = 0.0, None

    def _said(self, error: Exception) -> RedisSaid:
        self._answers()
        if isinstance(error, self._library.exceptions.NoScriptError):
            return _NewToIt(str(error))
        said = RedisSaid(str(error))
        self._warn(f"{self.where}: {said.what.en}")
        return said

    def _warn(self, what: str) -> None:
        if what not in self._warned:
            self._warned.add(what)
            log.warning("%s", what)

    # ── opening ───────────────────────────────────────────────────────────────────────────────

    async def _open(self) -> _Pool:
        async with self._opening:
            if self._pool is None:
                if (unsafe := self._unsafe_address()) is not None:
                    raise self._failed(unsafe)
                try:  # in a thread: it takes a third of a second to load
                    self._library = await asyncio.to_thread(import_module, "redis")
                    await asyncio.to_thread(import_module, "redis.asyncio")
                except ImportError:
                    raise self._failed(_not_installed()) from None
                self._pool = self._build(self._library)
            return self._pool

    def _unsafe_address(self) -> UnsafeRedis | None:
        """What the address alone says, before anything is sent to it."""
        if self._url.scheme == "unix" or self._url.hostname in LOOPBACK:
            return None
        if self._url.scheme == "redis" and not self._plain:
            return _unsafe(self.where, *_READABLE)
        return None if self._login.get_credentials() else _unsafe(self.where, *_OPEN)

    def _build(self, library: Any) -> _Pool:
        options: dict[str, Any] = {
            "max_connections": PLACES,
            "protocol": 2,
            "socket_timeout": None,  # both times are kept here, over the whole of connecting and of a command
            "retry": library.asyncio.retry.Retry(library.backoff.NoBackoff(), 0),
            "credential_provider": self._login,
            "redis_connect_func": self._greet,
        }
        if self._url.scheme == "unix":
            options |= {"connection_class": library.asyncio.UnixDomainSocketConnection, "path": self._url.path}
        else:
            options |= {"host": self._url.hostname, "port": self._url.port or _PORT}
            options["db"] = int(self._url.path.strip("/") or 0)
        if self._url.scheme == "rediss":
            options |= {"connection_class": library.asyncio.SSLConnection, "ssl_check_hostname": True}
            options["ssl_ca_certs"] = str(self._ca_file) if self._ca_file else None
        return cast("_Pool", library.asyncio.ConnectionPool(**options))

    # ── is it safe? ───────────────────────────────────────────────────────────────────────────

    async def _greet(self, connection: _Connection) -> None:
        """Log in, then find out to whom: on each connection, before any command."""
        try:
            await connection.on_connect()
            self.examined = self._examined(await self._told(connection))
        except BaseException:
            await connection.disconnect(nowait=True)
            raise

    async def _told(self, connection: _Connection) -> Mapping[str, str]:
        """What Redis says of itself. A managed one may keep its settings to itself."""
        try:
            await connection.send_command("INFO")
            lines = bytes(await connection.read_response()).decode("utf-8", "replace").splitlines()
        except self._library.exceptions.NoPermissionError:
            raise _unsafe(self.where, *_SILENT) from None
        told = dict(line.split(":", 1) for line in lines if ":" in line)
        with suppress(self._library.ResponseError):
            await connection.send_command("CONFIG", "GET", "appendfsync")
            told |= {"appendfsync": b"".join((await connection.read_response())[1:]).decode()}
        return told

    def _examined(self, told: Mapping[str, str]) -> Examined:
        for is_so, what, mend in _UNSAFE:
            if is_so(told):
                raise _unsafe(self.where, what, mend)
        name = told.get("server_name", "redis")
        untold = tuple(setting for setting, field in _TELLING.items() if not told.get(field))
        if untold:
            self._warn(f"the Redis at {self.where} does not show {', '.join(untold)}: see to it that they are safe")
        return Examined(f"{name} {told.get(f'{name}_version', '?')}", int(told.get("maxmemory", "0")), untold)


_TELLING: Final = {
    "appendonly": "aof_enabled",
    "maxmemory-policy": "maxmemory_policy",
    "appendfsync": "appendfsync",
}

_Rule = tuple[Callable[[Mapping[str, str]], bool], Words, Words]
_UNSAFE: Final[tuple[_Rule, ...]] = (
    (
        lambda told: told.get("role", "master") != "master",
        Words("is a replica, and only a primary can count", "は複製であり、数えられるのはプライマリだけです。"),
        Words("name the primary in JPO_MCP_REDIS_URL", "JPO_MCP_REDIS_URL にプライマリを指定してください。"),
    ),
    (
        lambda told: told.get("cluster_enabled", "0") != "0",
        Words("is a cluster, whose nodes send one another's keys away", "はクラスタ構成です。"),
        Words("use one primary with `cluster-enabled no`", "`cluster-enabled no` の単一プライマリを使ってください。"),
    ),
    (
        lambda told: told.get("aof_enabled", "1") != "1",
        Words(
            "writes nothing to disk (appendonly no): a restart would forget the count",
            "はディスクに書いておらず（appendonly no）、再起動で記録が失われます。",
        ),
        Words(
            "redis-cli CONFIG SET appendonly yes, and `appendonly yes` in its configuration",
            "redis-cli CONFIG SET appendonly yes を実行し、設定ファイルにも `appendonly yes` を書いてください。",
        ),
    ),
    (
        lambda told: told.get("appendfsync") == "no",
        Words(
            "leaves writing to the system (appendfsync no): a power cut would forget half a minute of the count",
            "は書込みをOS任せにしており（appendfsync no）、停電で記録が失われます。",
        ),
        Words(
            "redis-cli CONFIG SET appendfsync everysec, and `appendfsync everysec` in its configuration",
            "redis-cli CONFIG SET appendfsync everysec を実行し、設定ファイルにも書いてください。",
        ),
    ),
    (
        lambda told: told.get("maxmemory_policy", "noeviction") != "noeviction",
        Words(
            "may throw the count away when it is full (maxmemory-policy)",
            "は満杯時に記録を捨てることがあります（maxmemory-policy）。",
        ),
        Words(
            "redis-cli CONFIG SET maxmemory-policy noeviction, and the same in its configuration",
            "redis-cli CONFIG SET maxmemory-policy noeviction を実行し、設定ファイルにも書いてください。",
        ),
    ),
)
_READABLE: Final = (
    Words(
        "is on another machine without TLS: its password and the answers could be read on the way",
        "は別のマシンにありTLSがないため、パスワードと回答を盗み見られるおそれがあります。",
    ),
    Words(
        "use rediss:// in JPO_MCP_REDIS_URL, or JPO_MCP_REDIS_PLAIN=1 where the network between is private",
        "JPO_MCP_REDIS_URL を rediss:// にするか、経路が専用網なら JPO_MCP_REDIS_PLAIN=1 を設定してください。",
    ),
)
_SILENT: Final = (
    Words("does not say what it is (INFO is forbidden)", "の構成を確認できません（INFO が禁止されています）。"),
    Words(
        "redis-cli ACL SETUSER <the user> +info +config|get",
        "redis-cli ACL SETUSER <ユーザー> +info +config|get を実行してください。",
    ),
)
_OPEN: Final = (
    Words("is on another machine without a password", "は別のマシンにあり、パスワードがありません。"),
    Words(
        "set `requirepass` in its configuration, and JPO_MCP_REDIS_PASSWORD_FILE here",
        "設定ファイルに `requirepass` を、こちらに JPO_MCP_REDIS_PASSWORD_FILE を設定してください。",
    ),
)


def _unsafe(where: str, what: Words, mend: Words) -> UnsafeRedis:
    return UnsafeRedis(Words(f"the Redis at {where} {what.en}", f"Redis（{where}）{what.ja}"), mend, rule=NO_COUNT)


def _silent(where: str, error: Exception) -> LedgerUnavailable:
    """The first cause says it best: redis wraps what the socket or TLS said."""
    while isinstance(error.__context__, OSError | ValueError):
        error = error.__context__
    why = type(error).__name__
    return LedgerUnavailable(
        Words(f"the Redis at {where} does not answer ({why})", f"Redis（{where}）が応答しません（{why}）。"),
        Words(
            "start it, or correct JPO_MCP_REDIS_URL (JPO_MCP_REDIS_CA_FILE for a certificate of your own); "
            "kept answers still work",
            "起動するか JPO_MCP_REDIS_URL を直してください（独自の証明書は JPO_MCP_REDIS_CA_FILE）。"
            "保存済みの回答は使えます。",
        ),
        rule=NO_COUNT,
    )


def _locked(where: str) -> LedgerUnavailable:
    return LedgerUnavailable(
        Words(
            f"the Redis at {where} did not accept the user or password",
            f"Redis（{where}）がユーザー名またはパスワードを受け付けません。",
        ),
        Words(
            "correct JPO_MCP_REDIS_PASSWORD_FILE, or the user in JPO_MCP_REDIS_URL",
            "JPO_MCP_REDIS_PASSWORD_FILE または JPO_MCP_REDIS_URL のユーザー名を直してください。",
        ),
        rule=NO_COUNT,
    )


def _not_installed() -> LedgerUnavailable:
    return LedgerUnavailable(
        Words("the redis extra is not installed", "redis 拡張がインストールされていません。"),
        Words(
            "install it, or unset JPO_MCP_REDIS_URL to count on this machine alone",
            "インストールするか、このマシンだけで数えるなら JPO_MCP_REDIS_URL を外してください。",
        ),
        rule=NO_COUNT,
        example='pip install "jpo-mcp[redis]"',
    )
