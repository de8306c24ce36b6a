"""What is written down of every access: one line for each that reached the JPO, whatever became of it or its caller."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import random
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.endpoints import ENDPOINTS
from jpo_mcp.errors import AuditUnavailable, BadSetting, JpoError
from jpo_mcp.sandbox import Fault
from jpo_mcp.upstream.asker import Asker, asking
from jpo_mcp.upstream.audit import Access, Audit, Spent, summed_up
from jpo_mcp.upstream.client import JpoClient
from tests.contract.world import BUNDLE, CASE, NOON, PROGRESS, RunningClock, World

TODAY = date(2026, 11, 23)
ROWS = [row for row in ENDPOINTS if row.name in {"app_progress", "registration_info", "jpp_fixed_address"}]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path, limits={row.api_number: 100_000 for row in ENDPOINTS})
    yield made
    await made.aclose()


@contextmanager
def asked_by(person: str, tool: str = "jpo_get_case", request: str = "0f1e") -> Generator[None]:
    token = asking.set(Asker(person, tool, request=request))
    try:
        yield
    finally:
        asking.reset(token)


def audited(world: World, **changed: Any) -> JpoClient:
    return world.client(audit_dir=world.folder / "audit", **changed)


def rows(folder: Path) -> list[dict[str, Any]]:
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("ascii").splitlines() if line]
    return [json.loads(line) for line in lines]


async def landed(client: JpoClient) -> None:
    """Whatever is still under way comes to its end."""
    async with asyncio.timeout(10.0):
        while client._flights._under_way:  # noqa: ASYNC110 - it has no event for that
            await asyncio.sleep(0.001)


# ── a line for every arrival ──────────────────────────────────────────────────────────────────


async def test_a_line_says_who_asked_what_and_how_it_ended(world: World) -> None:
    """Reliability J1, in this order of fields; it is on disk when the answer is given."""
    client = audited(world)
    with asked_by("hanako"):
        await client.get(PROGRESS, CASE)
    assert rows(world.folder / "audit") == [
        {
            "time": "2026-11-23T12:00:00.000+09:00",
            "person": "hanako",
            "tool": "jpo_get_case",
            "request": "0f1e",
            "endpoint": "patent/app_progress",
            "case": CASE,
            "outcome": "FOUND",
            "counter": 99_999,
            "attempt": 1,
            "seconds": 0.0,
        }
    ]
    with asked_by("taro"):
        assert (await client.get(PROGRESS, CASE)).source == "kept"
    assert len(rows(world.folder / "audit")) == 1


async def test_every_attempt_is_a_line_and_whatever_never_arrived_is_none(world: World) -> None:
    """Retries are accesses; a connection that was refused, a token and a download are not."""
    client = audited(world)
    await client.check_login()
    world.sandbox.faults.add(Fault("busy_303", times=1))
    with asked_by("hanako"):
        await client.get(PROGRESS, CASE)
        world.sandbox.faults.add(Fault("oversize"))
        await client.get(BUNDLE, CASE)
        world.line.failing = [_refused()]
        with pytest.raises(JpoError):
            await client.get(PROGRESS, "2019490002", attempts=1)
    assert [(row["endpoint"], row["attempt"], row["outcome"]) for row in rows(world.folder / "audit")] == [
        ("patent/app_progress", 1, "BUSY"),
        ("patent/app_progress", 2, "FOUND"),
        ("patent/app_doc_cont_opinion_amendment", 1, "LINK"),
    ]
    assert any(arrival.endpoint == "download" for arrival in world.sandbox.arrivals)
    assert world.arrived() == 3


def _refused() -> Exception:
    import httpx

    return httpx.ConnectError("refused")


async def test_without_a_folder_nothing_is_written(world: World) -> None:
    """On standard input and output that is the rule."""
    await world.client().get(PROGRESS, CASE)
    assert list(world.folder.rglob("*.jsonl")) == []


@pytest.mark.slow
@pytest.mark.parametrize("calls", [200])
async def test_mixed_calls_leave_as_many_lines_as_arrived(calls: int, world: World) -> None:
    """J1: retries, garbage, hang-ups and cancelled callers; no line in anybody else's name, none missing or double."""
    dice, client = random.Random(11), audited(world, limits={row.api_number: 100_000 for row in ENDPOINTS})  # noqa: S311
    kinds: list[Any] = ["busy_303", "drop", "garbage", "http_502", "token_210", "wrong_case", "no_data"]
    numbers, asked = [str(2020490001 + n) for n in range(60)], set[tuple[str, str, str]]()
    for turn in range(calls):
        row, number, person = dice.choice(ROWS), dice.choice(numbers), f"person-{dice.randrange(50)}"
        if turn % 10 == 0:
            world.sandbox.faults.add(Fault(dice.choice(kinds)))
        asked.add((person, row.key, number))
        with asked_by(person):
            caller = asyncio.create_task(client.get(row, number, max_age=0 if dice.random() < 0.6 else None))
        if turn % 4 == 0:
            await asyncio.sleep(dice.random() * 0.01)
            caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        await landed(client)
        world.clock.advance(7.0)  # a place in the minute each
    written = rows(world.folder / "audit")
    arrived = Counter((a.endpoint, *a.arguments) for a in world.sandbox.arrivals if a.path.startswith("/api/"))
    assert Counter((row["endpoint"], row["case"]) for row in written) == arrived
    assert {(row["person"], row["endpoint"], row["case"]) for row in written} <= asked
    assert len(written) > calls / 3


async def test_a_caller_who_hangs_up_is_named_all_the_same(world: World) -> None:
    """The access was paid for, and so it is written down, once its answer has come."""
    client, release = audited(world), asyncio.Event()
    world.sandbox.faults.add(Fault("hang", release=release))
    with asked_by("hanako"):
        caller = asyncio.create_task(client.get(PROGRESS, CASE))
    async with asyncio.timeout(5.0):
        while not world.arrived():  # noqa: ASYNC110 - the JPO has no event for that
            await asyncio.sleep(0.001)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    assert rows(world.folder / "audit") == []
    release.set()
    await landed(client)
    assert [(row["person"], row["outcome"]) for row in rows(world.folder / "audit")] == [("hanako", "FOUND")]


async def test_what_the_end_of_the_process_cuts_off_is_written_down_as_lost(world: World) -> None:
    """The JPO may well have counted it."""
    client = audited(world)
    world.sandbox.faults.add(Fault("hang", release=asyncio.Event()))
    with asked_by("hanako"):
        caller = asyncio.create_task(client.get(PROGRESS, CASE))
    async with asyncio.timeout(5.0):
        while not world.arrived():  # noqa: ASYNC110 - the JPO has no event for that
            await asyncio.sleep(0.001)
    await client.aclose()
    await asyncio.gather(caller, return_exceptions=True)
    assert [(row["person"], row["outcome"], row["counter"]) for row in rows(world.folder / "audit")] == [
        ("hanako", "LOST", None)
    ]


async def test_a_line_that_was_begun_is_written_whoever_no_longer_waits_for_it(tmp_path: Path) -> None:
    """A hundred at once, all given up in the same moment."""
    audit = audit_of(tmp_path / "audit")
    for writing in [audit.write(access(case=str(n))) for n in range(100)]:
        writing.cancel()
    await audit.close()
    assert [row["case"] for row in rows(tmp_path / "audit")] == [str(n) for n in range(100)]


async def test_one_who_waits_for_anothers_question_is_not_written_down(world: World) -> None:
    """One access, one line: whoever asked first is charged."""
    client = audited(world)

    async def ask(person: str) -> int:
        with asked_by(person):
            return (await client.get(PROGRESS, CASE)).cost

    assert await asyncio.gather(ask("first"), ask("second"), ask("third")) == [1, 0, 0]
    assert [row["person"] for row in rows(world.folder / "audit")] == ["first"]


# ── nothing but lines ─────────────────────────────────────────────────────────────────────────


def access(**changed: Any) -> Access:
    one = Access(NOON, Asker("hanako"), "patent/app_progress", CASE, "FOUND", counter=9, attempt=1, seconds=0.25)
    return replace(one, **changed)


def audit_of(folder: Path, **changed: Any) -> Audit:
    given: dict[str, Any] = {"key_file": None, "strict": True}
    return Audit(folder, **(given | changed))


EVIL = [
    "a\nb",
    "a\r\nb",
    "\x1b[31mred",
    "\x00",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202e",
    '","person":"boss',
    "\ud800",
]


async def test_no_name_or_argument_writes_a_line_of_its_own(tmp_path: Path) -> None:
    """J1: 0 raw control characters, and every line is one record with what was given to it."""
    audit = audit_of(tmp_path / "audit")
    for evil in EVIL:
        await audit.write(access(asker=Asker(evil, evil, request=evil), case=evil, outcome=evil))
    await audit.close()
    (file,) = (tmp_path / "audit").iterdir()
    raw = file.read_bytes()
    assert set(raw) <= {10, *range(0x20, 0x7F)}
    assert [(row["person"], row["tool"], row["case"]) for row in rows(tmp_path / "audit")] == [(e, e, e) for e in EVIL]


async def test_case_numbers_can_be_written_down_as_hmacs(world: World) -> None:
    """RFC 2104 over the case as asked, so that who holds the key can look for one."""
    key = world.folder / "key"
    key.write_text("k" * 32 + "\n")
    key.chmod(0o600)
    with asked_by("hanako"):
        await audited(world, audit_key_file=key).get(PROGRESS, CASE)
    (row,) = rows(world.folder / "audit")
    assert "case" not in row
    assert row["case_hmac"] == hmac.new(b"k" * 32, CASE.encode(), hashlib.sha256).hexdigest()


async def test_a_key_that_is_short_or_open_to_others_is_refused_at_the_start(tmp_path: Path) -> None:
    """Case numbers can be tried out one by one, so the key must be a good one."""
    key = tmp_path / "key"
    key.write_text("k" * 31)
    key.chmod(0o600)
    with pytest.raises(BadSetting, match="too short"):
        audit_of(tmp_path, key_file=key)
    key.write_text("k" * 32)
    key.chmod(0o644)
    with pytest.raises(BadSetting, match="others may read it"):
        audit_of(tmp_path, key_file=key)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes of this kind")
async def test_folder_and_files_are_ours_alone(tmp_path: Path) -> None:
    """Who looks at which case is nobody else's business."""
    audit = audit_of(tmp_path / "audit")
    await audit.write(access())
    await audit.close()
    (file,) = (tmp_path / "audit").iterdir()
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)


# ── files ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_japanese_day_has_its_files_and_a_large_one_is_followed_by_another(tmp_path: Path) -> None:
    """By the day of the access, not of the writing; nothing is renamed, so no reader loses its place."""
    audit = audit_of(tmp_path / "audit", most_bytes=500)
    for hour in (0, 0, 0, 0, 12, 13):  # noon, noon, ... midnight, one o'clock
        await audit.write(access(at=NOON + hour * 3_600.0))
    await audit.close()
    sizes = {path.name: len(path.read_bytes().splitlines()) for path in (tmp_path / "audit").iterdir()}
    assert sizes == {"audit-2026-11-23.jsonl": 3, "audit-2026-11-23.1.jsonl": 1, "audit-2026-11-24.jsonl": 2}
    assert summed_up(tmp_path / "audit", TODAY).calls == 4


async def test_a_line_that_a_crash_cut_short_spoils_only_itself(tmp_path: Path) -> None:
    """The next begins on a line of its own, and the sum says that one could not be read."""
    folder = tmp_path / "audit"
    folder.mkdir()
    (folder / "audit-2026-11-23.jsonl").write_bytes(b'{"time":"2026-11-23T11:5')
    audit = audit_of(folder)
    await audit.write(access())
    await audit.close()
    day = summed_up(folder, TODAY)
    assert (day.calls, day.unreadable) == (1, 1)


WRITER = """
import asyncio, sys
from pathlib import Path
from tests.upstream.test_audit import access, audit_of
from jpo_mcp.upstream.asker import Asker

async def write() -> None:
    audit = audit_of(Path(sys.argv[1]), most_bytes=20_000)
    for n in range(100):
        await audit.write(access(asker=Asker(sys.argv[2]), case=str(n) * 50))
    await audit.close()

asyncio.run(write())
"""


def test_the_lines_of_several_processes_never_mix(tmp_path: Path) -> None:
    """Four processes, a hundred lines each, over several files."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "audit"), name], env=environ)  # noqa: S603
        for name in "abcd"
    ]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    written = Counter((row["person"], row["case"]) for row in rows(tmp_path / "audit"))
    assert written == Counter((name, str(n) * 50) for name in "abcd" for n in range(100))
    assert len(list((tmp_path / "audit").iterdir())) > 3


# ── where nothing can be written ──────────────────────────────────────────────────────────────


async def test_over_http_nothing_is_spent_that_cannot_be_written_down(world: World) -> None:
    """J2: kept answers go on, the refusal says why, and spending resumes by itself."""
    client, folder = audited(world, audit_strict=True), world.folder / "audit"
    await client.get(PROGRESS, CASE)
    folder.rename(world.folder / "aside")
    folder.touch()  # a file in its place
    with pytest.raises(AuditUnavailable, match="kept answers still work") as refused:
        await client.get(PROGRESS, "2019490002")
    assert (refused.value.spent, world.arrived()) == (0, 1)
    assert (await client.get(PROGRESS, CASE)).source == "kept"
    world.clock.advance(1.0)
    stale = await client.get(PROGRESS, CASE, max_age=0)
    assert (stale.source, stale.cost) == ("stale", 0)
    folder.unlink()
    assert (await client.get(PROGRESS, "2019490002")).source == "jpo"
    assert len(rows(folder)) == 1


async def test_what_waited_while_the_disk_failed_is_not_spent_either(tmp_path: Path) -> None:
    """J2: it could be written down when it was asked, and cannot when its place in the minute comes."""
    world = World(tmp_path, clock=RunningClock(NOON))
    client, folder = audited(world, audit_strict=True), world.folder / "audit"
    for n in range(10):
        await client.get(PROGRESS, str(2020490001 + n))
    waits = asyncio.create_task(client.get(PROGRESS, "2019490002"))
    async with asyncio.timeout(10.0):
        while not client.tally.waits:  # noqa: ASYNC110 - there is no event for that
            await asyncio.sleep(0.001)
    folder.rename(world.folder / "aside")
    folder.touch()
    with pytest.raises(AuditUnavailable):
        await waits
    assert world.arrived() == 10
    assert (await client.ledger.minute("domestic"))[0] > 0
    await world.aclose()


async def test_on_a_pipe_spending_goes_on_with_one_notice_and_nothing_is_lost(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """J2: the lines wait for the disk."""
    client, folder = audited(world), world.folder / "audit"
    folder.touch()
    for number in ("2019490002", "2020490001"):
        assert (await client.get(PROGRESS, number)).source == "jpo"
    assert [record.getMessage().split(" (")[0] for record in caplog.records] == ["accesses cannot be written down"]
    folder.unlink()
    await client.get(PROGRESS, "2018490003")
    assert [row["case"] for row in rows(folder)] == ["2019490002", "2020490001", "2018490003"]
    assert "written down again; 0 were lost" in caplog.text


FULL_DISK = """
import asyncio, resource, signal, sys
from pathlib import Path
from tests.upstream.test_audit import access, audit_of
from tests.contract.world import NOON
from jpo_mcp.errors import AuditUnavailable

async def write() -> None:
    audit = audit_of(Path(sys.argv[1]))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (450, resource.RLIM_INFINITY))
    said = [await audit.write(access(case=str(n) * 10)) for n in range(4)]
    try:
        await audit.ready(NOON)
        said.append("ready")
    except AuditUnavailable:
        said.append("not ready")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await audit.ready(NOON)
    await audit.close()
    print(said)

asyncio.run(write())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_a_disk_that_is_full_in_the_middle_of_a_line_costs_no_line(tmp_path: Path) -> None:
    """What was spent before it was noticed waits in memory, and nothing more is spent."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "audit")], env=environ, capture_output=True, check=True
    )
    assert run.stdout.decode().strip() == "[True, True, False, False, 'not ready']"
    readable = summed_up(tmp_path / "audit", TODAY)
    assert (readable.calls, readable.unreadable) == (4, 1)


# ── a day, summed up ──────────────────────────────────────────────────────────────────────────


async def test_a_day_is_summed_up_by_person_and_endpoint(tmp_path: Path) -> None:
    """Who spent most comes first; a day without a file is an empty one."""
    audit = audit_of(tmp_path / "audit")
    for person, endpoint, outcome in [
        ("a", "patent/app_progress", "FOUND"),
        ("b", "patent/app_progress", "FOUND"),
        ("b", "patent/app_progress", "BUSY"),
        ("b", "patent/app_progress", "FOUND"),
        ("b", "design/app_progress", "NOTHING"),
        ("", "patent/app_progress", "uncertain"),
    ]:
        await audit.write(access(asker=Asker(person), endpoint=endpoint, outcome=outcome))
    await audit.close()
    day = summed_up(tmp_path / "audit", TODAY)
    assert (day.day, day.calls, day.unreadable) == ("2026-11-23", 6, 0)
    assert day.spent == [
        Spent(person="b", endpoint="patent/app_progress", calls=3, outcomes={"FOUND": 2, "BUSY": 1}),
        Spent(person="b", endpoint="design/app_progress", calls=1, outcomes={"NOTHING": 1}),
        Spent(person="", endpoint="patent/app_progress", calls=1, outcomes={"uncertain": 1}),
        Spent(person="a", endpoint="patent/app_progress", calls=1, outcomes={"FOUND": 1}),
    ]
    assert summed_up(tmp_path / "audit", date(2026, 11, 22)).calls == 0


def test_a_folder_that_may_not_be_read_is_no_day_without_accesses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The audit is the server's user's alone: whoever else looks is told so, and no 0."""

    def closed(_: Path) -> Iterator[Path]:  # root, who may run this, is never refused
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", closed)
    with pytest.raises(BadSetting, match="cannot be read: Permission denied"):
        summed_up(tmp_path, TODAY)
