"""Many processes of one machine, each a real one, ask a JPO over a real socket: one question, one access."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jpo_mcp.sandbox import PASSWORD, USERNAME, Fault, Sandbox
from jpo_mcp.sandbox.loopback import Loopback
from tests.contract.world import CASE, PROGRESS

ROOT = Path(__file__).resolve().parents[2]
WORKER = """
import asyncio, json, sys
from jpo_mcp.endpoints import endpoint
from jpo_mcp.errors import JpoError
from jpo_mcp.upstream import client as pipeline

async def ask(client, row, number):
    try:
        answer = await client.get(row, number)
        return [answer.source, answer.cost]
    except JpoError as failure:
        return [failure.code, failure.spent]

async def main(times, number, lease):
    pipeline._LEASE = float(lease)
    async with pipeline.JpoClient() as client:
        await client.quota()
        print("ready", flush=True)
        sys.stdin.readline()
        row = endpoint("patent", "app_progress")
        said = await asyncio.gather(*(ask(client, row, number) for _ in range(int(times))))
    print(json.dumps(said), flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
def served() -> Iterator[Loopback]:
    with Loopback(Sandbox()) as loopback:
        yield loopback


class Workers:
    """Processes that ask the same at the same moment, and share one machine's folders."""

    def __init__(self, served: Loopback, folder: Path) -> None:
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "JPO_API_USERNAME": USERNAME,
            "JPO_API_PASSWORD": PASSWORD,
            "JPO_MCP_BASE_URL": served.base_url,
            "JPO_MCP_CACHE_DIR": str(folder),
        }
        self.running: list[subprocess.Popen[str]] = []

    def start(self, times: int, *, lease: float = 60.0, deadline: float = 50.0) -> subprocess.Popen[str]:
        started = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", WORKER, str(times), CASE, str(lease)],
            env=self.environment | {"JPO_MCP_DEADLINE": str(deadline)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.running.append(started)
        return started

    def close(self) -> None:
        for process in self.running:
            process.kill()
            process.communicate()


@pytest.fixture
def workers(served: Loopback, tmp_path: Path) -> Iterator[Workers]:
    made = Workers(served, tmp_path)
    yield made
    made.close()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


def said(process: subprocess.Popen[str]) -> list[tuple[str, int]]:
    out, _ = process.communicate(timeout=60)
    return [(source, cost) for source, cost in json.loads(out)]


def test_800_identical_questions_of_8_processes_cost_one_access(served: Loopback, workers: Workers) -> None:
    """Reliability A10: 8 processes x 100 at the same moment. One of the 800 is told the cost."""
    processes = [workers.start(100) for _ in range(8)]
    for process in processes:
        ready(process)
    for process in processes:
        go(process)
    answers = [answer for process in processes for answer in said(process)]
    assert len(answers) == 800
    assert served.sandbox.count() == served.sandbox.spent(PROGRESS.key) == 1
    assert sum(cost for _, cost in answers) == 1
    assert {source for source, _ in answers} <= {"jpo", "kept"}


def test_a_leader_that_is_killed_costs_at_most_one_more(served: Loopback, workers: Workers) -> None:
    """Reliability A10: the others wait for its lease to run out, and then one of them asks."""
    served.sandbox.faults.add(Fault("hang"))
    leader = workers.start(1, lease=-47.0)  # fifty seconds of the deadline less: a lease of three seconds
    ready(leader)
    go(leader)
    wait_for_arrival(served)
    followers = [workers.start(25) for _ in range(3)]
    for process in followers:
        ready(process)
        go(process)
    leader.kill()
    answers = [answer for process in followers for answer in said(process)]
    assert served.sandbox.count() == 2
    assert (len(answers), sum(cost for _, cost in answers)) == (75, 1)


def wait_for_arrival(served: Loopback) -> None:
    ends = time.monotonic() + 20.0
    while not served.sandbox.count():
        assert time.monotonic() < ends
        time.sleep(0.01)
