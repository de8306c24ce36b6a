"""Over real sockets: connections refused, cut, hung and dripping."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from jpo_mcp.errors import JpoError, JpoUnavailable
from jpo_mcp.sandbox import PASSWORD, USERNAME, Fault, Sandbox
from jpo_mcp.sandbox.loopback import Loopback
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from tests.contract.world import BUNDLE, CASE, PROGRESS, counted


@pytest.fixture(scope="module")
def served() -> Iterator[Loopback]:
    with Loopback(Sandbox()) as loopback:
        yield loopback


@pytest.fixture
def sandbox(served: Loopback) -> Sandbox:
    served.sandbox.reset()
    return served.sandbox


def client_of(base_url: str, folder: Path, deadline: float = 1.0) -> JpoClient:
    settings = Settings(
        username=SecretStr(USERNAME),
        password=SecretStr(PASSWORD),
        cache_dir=folder,
        base_url=base_url,
        deadline=deadline,
    )
    return JpoClient(settings)


async def timed(client: JpoClient, row: Any = PROGRESS) -> tuple[JpoError, float]:
    began = time.monotonic()
    with pytest.raises(JpoError) as raised:
        await client.get(row, CASE)
    return raised.value, time.monotonic() - began


async def test_an_answer_comes_over_a_real_socket(served: Loopback, sandbox: Sandbox, tmp_path: Path) -> None:
    """Also a bundle over 10 MB, by its link."""
    sandbox.faults.add(Fault("oversize"))
    async with client_of(served.base_url, tmp_path, deadline=30.0) as client:
        assert (await client.get(PROGRESS, CASE)).found().application_number == CASE
        assert (await client.get(BUNDLE, CASE)).raw.startswith(b"PK\x03\x04")
    assert [a.endpoint for a in sandbox.arrivals][1:] == [PROGRESS.key, BUNDLE.key, "download"]


@pytest.mark.parametrize("kind", ["hang", "drip"])
async def test_a_reply_that_does_not_end_is_given_up_at_the_deadline(
    kind: Any, served: Loopback, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Reliability 0.9: a per-read timeout never fires while a byte comes now and then."""
    async with client_of(served.base_url, tmp_path) as client:
        await client.check_login()
        sandbox.faults.add(Fault(kind, times=None, interval=0.05, chunk=1))
        failed, seconds = await timed(client)
        assert (type(failed), failed.spent) == (JpoUnavailable, 1)
        assert seconds < 2.5
        assert await counted(client) == {PROGRESS.key: 1}
    assert sandbox.count() == 1


async def test_a_download_that_does_not_end_is_given_up_at_the_deadline(
    served: Loopback, sandbox: Sandbox, tmp_path: Path
) -> None:
    """The tool call ends in time; the access is spent."""
    async with client_of(served.base_url, tmp_path) as client:
        await client.check_login()
        sandbox.faults.add(Fault("oversize"))
        sandbox.faults.add(Fault("drip", endpoint="download", interval=0.05, chunk=1))
        failed, seconds = await timed(client, BUNDLE)
        assert (type(failed), failed.spent) == (JpoUnavailable, 1)
        assert seconds < 3.0


async def test_a_connection_cut_in_the_middle_is_spent(served: Loopback, sandbox: Sandbox, tmp_path: Path) -> None:
    """No time for a second attempt within a second."""
    async with client_of(served.base_url, tmp_path) as client:
        sandbox.faults.add(Fault("drop"))
        failed, _ = await timed(client)
        assert (type(failed), failed.spent, await counted(client)) == (JpoUnavailable, 1, {PROGRESS.key: 1})
        answer = await client.get(PROGRESS, CASE)
        assert (answer.source, answer.cost) == ("jpo", 1)


async def test_a_refused_connection_costs_nothing(tmp_path: Path) -> None:
    """Nobody listens there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        async with client_of(f"http://127.0.0.1:{port}", tmp_path) as client:
            failed, seconds = await timed(client)
            assert (type(failed), failed.spent, await counted(client)) == (JpoUnavailable, 0, {})
    assert seconds < 2.5


async def test_nothing_is_left_open(served: Loopback, sandbox: Sandbox, tmp_path: Path) -> None:
    """Reliability B3: sockets and tasks, after trouble of every kind."""
    before = asyncio.all_tasks()
    async with client_of(served.base_url, tmp_path) as client:
        for kind in ("drop", "hang", "drip", "truncated", "html_200"):
            sandbox.faults.add(Fault(kind))  # type: ignore[arg-type] - one of the kinds
            await client.store.clear()
            await timed(client)
            if await client.ledger.state("breaker/domestic"):
                await client.ledger.put_state("breaker/domestic", None)
    assert asyncio.all_tasks() == before
    assert all(opened.is_closed for opened in client._wire._opened)
