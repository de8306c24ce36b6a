"""One JPO for a test, on a clock that only the test moves, and a client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from jpo_mcp.clock import ManualClock
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from tests.conftest import NOON_JST


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON_JST)


@pytest.fixture
def sandbox(clock: ManualClock) -> Sandbox:
    return Sandbox(clock=clock)


@pytest.fixture
async def jpo(clock: ManualClock, sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[JpoClient]:
    settings = Settings(cache_dir=tmp_path, username=SecretStr(USERNAME), password=SecretStr(PASSWORD))
    async with JpoClient(settings, clock=clock, app=sandbox.app) as client:
        yield client
