"""`jpo-mcp cache` where answers are shared: this machine's, or everybody's if that is said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from jpo_mcp.upstream.redis_link import RedisLink
from jpo_mcp.upstream.redis_store import SharedStore
from jpo_mcp.upstream.store import Kept, LocalStore, key_of
from tests.redis_server import PASSWORD, RedisServer

ROOT = Path(__file__).resolve().parents[2]


def run(folder: Path, redis_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("JPO_")}
    ours = {"PYTHONPATH": str(ROOT), "JPO_MCP_CACHE_DIR": str(folder), "JPO_MCP_LANG": "en", "COLUMNS": "80"}
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "jpo_mcp", "cache", *arguments],
        env={**environ, **ours, "JPO_MCP_BASE_URL": "http://127.0.0.1:1", "JPO_MCP_REDIS_URL": redis_url},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


async def keep_three(redis: RedisServer, folder: Path) -> None:
    link = RedisLink(redis.url)
    store = SharedStore(link, LocalStore(folder / "kept" / "127.0.0.1_1"), host="127.0.0.1:1")
    for number in ("2020490001", "2020490002", "2020490003"):
        key = key_of("patent/app_progress", [number])
        await store.put(key, Kept(b"{}", 200, "", "100", 1e9, 1e9, 9e9, "patent/app_progress", (number,)))
    await store.close()
    await link.close()


async def test_clearing_leaves_the_others_answers_unless_shared_is_said(tmp_path: Path) -> None:
    """Our own choice: one person's tidying must not cost a team its accesses. The URL is not shown."""
    with RedisServer(tmp_path / "redis") as redis:
        await keep_three(redis, tmp_path / "cache")
        shown = run(tmp_path / "cache", redis.url, "show").stdout
        assert [line.split() for line in shown.splitlines() if "shared" in line] == [["shared,", "in", "Redis", "3"]]
        assert "3 kept answers forgotten" in run(tmp_path / "cache", redis.url, "clear", "--yes").stdout
        cleared = run(tmp_path / "cache", redis.url, "clear", "--shared", "--yes")
        assert "3 answers in Redis forgotten" in cleared.stdout
        assert redis.command("KEYS", "jpo:*:kept:*") == []
        redis.kill9()
        failed = run(tmp_path / "cache", redis.url, "clear", "--shared", "--yes")
        assert failed.returncode == 2
        assert "does not answer" in failed.stderr
        assert PASSWORD not in shown + cleared.stdout + cleared.stderr + failed.stderr


def test_without_a_redis_nothing_can_be_shared(tmp_path: Path) -> None:
    """It says so, and clears nothing."""
    alone = run(tmp_path, "", "clear", "--shared", "--yes")
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "JPO_MCP_REDIS_URL" in alone.stderr
