"""A machine of its own for each test, and a terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def columns() -> int:
    """How wide the terminal is."""
    return 100


@pytest.fixture
def sandboxed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int) -> Iterator[Path]:
    """Folders of its own, which it gives, and the embedded sandbox."""
    folder = tmp_path / "kept"
    monkeypatch.setenv("JPO_MCP_SANDBOX", "1")
    monkeypatch.setenv("JPO_MCP_CACHE_DIR", str(folder))
    monkeypatch.setenv("COLUMNS", str(columns))
    before = os.umask(0o022)
    yield folder
    os.umask(before)
