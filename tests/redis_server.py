"""A real Redis or Valkey on a free port of this machine, configured as the README says, to be killed and cut off.

Tests skip where no server is installed, and fail where `CI` is set: there it must be.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import pytest

PASSWORD = "made-up-redis-password"
HOST = "127.0.0.1"
BOUND = 20.0

SAFE = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "save": '""'}
"""What the README asks for."""


def installed(name: str = "redis-server") -> str:
    """The server's program and the client's library, or a skip that says what is missing."""
    where = shutil.which(name)
    if where is None or find_spec("redis") is None:
        why = f"{name} and the redis extra are needed: apt-get install {name}; pip install 'jpo-mcp[redis]'"
        if os.environ.get("CI") and name == "redis-server":
            pytest.fail(why)
        pytest.skip(why)
    return where


def free_port() -> int:
    """A port below those that outgoing connections take, so that it is still free when a killed server comes back."""
    while True:
        port = random.randrange(20_000, 30_000)  # noqa: S311 - not a secret
        with socket.socket() as tried, suppress(OSError):
            tried.bind((HOST, port))
            return port


class RedisServer:
    """One server with its data in `folder`; `options` are changes to `SAFE`. Close it, or use it in a `with`."""

    def __init__(
        self,
        folder: Path,
        *,
        program: str = "redis-server",
        password: str = PASSWORD,
        options: dict[str, str] | None = None,
        master: RedisServer | None = None,
    ) -> None:
        self._program = installed(program)
        self._name = program
        self.folder = folder
        self.password = password
        self.port = free_port()
        self.socket = folder / "redis.sock"
        self._options = SAFE | (options or {})
        if master is not None:
            self._options |= {"replicaof": f"{HOST} {master.port}", "masterauth": master.password}
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def __enter__(self) -> RedisServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """With the password, as JPO_MCP_REDIS_URL may hold it."""
        return self.url_at(self.port)

    def url_at(self, port: int) -> str:
        """The same server reached through another port (a `Line`)."""
        return f"redis://:{self.password}@{HOST}:{port}/0"

    # ── its life ──────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Start with the data that is there; returns once it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = {"port": str(self.port), "bind": HOST, "dir": str(self.folder), "unixsocket": str(self.socket)}
        lines |= {"repl-diskless-sync-delay": "0"}  # a replica is not kept waiting for a second one
        lines |= {"requirepass": self.password} if self.password else {"protected-mode": "no"}
        configuration = self.folder / "redis.conf"
        configuration.touch(mode=0o600)
        configuration.write_text("".join(f"{name} {value}\n" for name, value in (lines | self._options).items()))
        self._process = subprocess.Popen(  # noqa: S603 - the server of this test
            [self._program, str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._await_answer()

    def stop(self) -> None:
        """As an operator stops it: what it holds is written first."""
        self._end(signal.SIGTERM)

    def kill9(self) -> None:
        """As a crash stops it."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Killed and started again with what it had written."""
        self.kill9()
        self.start()

    def restart_empty(self) -> None:
        """Killed, its disk lost, and started again."""
        self.kill9()
        self._lose_data()
        self.start()

    def flush(self) -> None:
        """FLUSHALL by a hand that should not have."""
        self.command("FLUSHALL")

    def copy(self, to: Path) -> Path:
        """A copy of its data as it is now, to roll back to; what is added meanwhile may be cut off."""
        to.mkdir(parents=True)
        for kept in self._data():
            (shutil.copytree if kept.is_dir() else shutil.copy2)(kept, to / kept.name)
        return to

    def roll_back(self, to: Path) -> None:
        """Killed and started again from an earlier copy."""
        self.kill9()
        self._lose_data()
        shutil.copytree(to, self.folder, dirs_exist_ok=True)
        self.start()

    def replica(self, folder: Path) -> RedisServer:
        """Another server that follows this one, and has caught up with it."""
        follower = RedisServer(
            folder, program=self._name, password=self.password, options=dict(self._options), master=self
        )
        self._wait(lambda: "master_link_status:up" in follower.info("replication"))
        return follower

    def promote(self) -> None:
        """This replica is the primary from now on, with what it has."""
        self.command("REPLICAOF", "NO", "ONE")
        for line in ("replicaof", "masterauth"):
            self._options.pop(line, None)

    def close(self) -> None:
        self.kill9()

    # ── looking inside ────────────────────────────────────────────────────────────────────────

    def command(self, *words: str | bytes | int) -> Any:
        """A command of the operator's own."""
        from redis import Redis

        client: Any = Redis(host=HOST, port=self.port, password=self.password or None, socket_timeout=BOUND)
        with client:
            return client.execute_command(*words)

    def info(self, section: str) -> str:
        found = self.command("INFO", section)
        return "\n".join(f"{name}:{value}" for name, value in found.items())

    def _data(self) -> list[Path]:
        return [path for path in self.folder.iterdir() if path.name.startswith(("appendonly", "dump"))]

    def _lose_data(self) -> None:
        for path in self._data():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _end(self, by: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(by)
            self._process.wait(BOUND)
            self._process = None

    def _await_answer(self) -> None:
        def answers() -> bool:
            assert self._process is not None
            assert self._process.poll() is None, f"{self._program} ended at once"
            return bool(self.command("PING"))

        self._wait(answers)

    def _wait(self, until: Any) -> None:
        from redis import RedisError

        ends = time.monotonic() + BOUND
        while time.monotonic() < ends:
            with suppress(RedisError, OSError):
                if until():
                    return
            time.sleep(0.01)
        raise AssertionError("the server did not get there")


# ── the network between ───────────────────────────────────────────────────────────────────────


class Line:
    """A line to a port of this machine that can be cut: `with Line(server.port) as line`, then use `line.port`.

    While it is *held*, what either side sends is delayed until it heals, as TCP does when packets are lost: a command
    may so arrive long after its caller gave up. While it is *cut*, every connection breaks.
    `target` may be changed, as a failover moves an address.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = free_port()
        self._loop = asyncio.new_event_loop()
        self._passes = asyncio.Event()
        self._passes.set()
        self._deaf = self._is_cut = False
        self._server: asyncio.Server | None = None
        self._writers: set[StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Line:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(BOUND)
        self._loop.close()

    def hold(self) -> None:
        """Nothing passes, either way; nobody is told."""
        self._run(self._hold())

    def cut(self, *, replies_only: bool = False) -> None:
        """Every connection breaks. With `replies_only` what was sent arrives, and its reply is lost."""
        self._run(self._cut(replies_only))

    def heal(self) -> None:
        """Everything passes again, what was held back first."""
        self._run(self._heal())

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(BOUND)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, self.port)

    async def _hold(self) -> None:
        self._passes.clear()

    async def _cut(self, replies_only: bool) -> None:
        self._deaf, self._is_cut = replies_only, not replies_only
        if self._is_cut:
            self._break()

    async def _heal(self) -> None:
        if self._deaf:
            self._break()
        self._deaf = self._is_cut = False
        self._passes.set()

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        self._is_cut = True
        await asyncio.sleep(0.02)  # for what was accepted a moment ago
        self._break()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0.02)  # until the transports have said goodbye

    def _break(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        ends = {writer}
        self._writers.add(writer)
        try:
            await self._passes.wait()
            if self._is_cut:
                return
            back, forth = await asyncio.open_connection(HOST, self.target)
            ends.add(forth)
            self._writers.add(forth)
            await asyncio.gather(self._carry(reader, forth, "asked"), self._carry(back, writer, "replied"))
        except (OSError, asyncio.CancelledError):
            pass  # nobody is there, or the test is over: the caller's connection breaks
        finally:
            self._writers -= ends
            for end in ends:
                end.transport.abort()

    async def _carry(self, reader: StreamReader, writer: StreamWriter, way: Literal["asked", "replied"]) -> None:
        with suppress(OSError):
            while data := await reader.read(1 << 16):
                await self._passes.wait()
                if self._deaf and way == "replied":
                    continue
                writer.write(data)
                await writer.drain()
        await self._passes.wait()
        with suppress(OSError):
            writer.close()
            await writer.wait_closed()
