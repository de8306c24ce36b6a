"""What every test may use."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

NOON_JST = datetime(2026, 11, 23, 3, 0, tzinfo=UTC).timestamp()
"""Noon in Japan of the day that the tests are on."""

_SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The recorded replies and specifications kept beside the checkout; skipped where they are absent."""
    if not _SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail("the recorded replies must be beside the checkout in CI")
        pytest.skip("the recorded replies are not beside this checkout")
    return _SHARED


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own JPO settings must not reach the tests."""
    for name in [name for name in os.environ if name.startswith(("JPO_API_", "JPO_MCP_"))]:
        monkeypatch.delenv(name)
