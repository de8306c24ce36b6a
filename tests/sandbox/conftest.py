"""A sandbox on a clock that stands still, and a client that speaks to it in process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from tests.conftest import NOON_JST

CREDENTIALS = {"grant_type": "password", "username": USERNAME, "password": PASSWORD}


class Caller:
    """A client with a token, as the product will be one."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.headers: dict[str, str] = {}

    async def log_in(self) -> dict[str, Any]:
        """Get a token with the password and use it from now on."""
        granted = (await self.http.post("/auth/token", data=CREDENTIALS)).json()
        self.headers = {"authorization": f"Bearer {granted['access_token']}"}
        return granted

    async def get(self, path: str) -> httpx.Response:
        """One access."""
        if not self.headers:
            await self.log_in()
        return await self.http.get(path, headers=self.headers)

    async def result(self, path: str) -> dict[str, Any]:
        """The `result` of one access."""
        return (await self.get(path)).json()["result"]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON_JST)


@pytest.fixture
def sandbox(clock: ManualClock) -> Sandbox:
    return Sandbox(clock=clock)


def caller_of(sandbox: Sandbox) -> Caller:
    """A caller of this sandbox, in process."""
    transport = httpx.ASGITransport(app=sandbox.app)
    return Caller(httpx.AsyncClient(transport=transport, base_url="https://jpo.example"))


@pytest.fixture
async def caller(sandbox: Sandbox) -> AsyncIterator[Caller]:
    made = caller_of(sandbox)
    async with made.http:
        yield made
