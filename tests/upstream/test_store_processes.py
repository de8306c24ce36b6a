"""One folder of kept answers and several processes: opening together, killed while writing, with nowhere to write."""

from __future__ import annotations

import hashlib
import multiprocessing
import random
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import pytest

from jpo_mcp.upstream.store import DiskStore, Kept, key_of

ENDPOINT: Final = "patent/app_progress"
SIZE: Final = 60_000
WAIT: Final = 60.0

if sys.platform == "win32":
    PROCESSES: Final = multiprocessing.get_context("spawn")
else:  # children start from a process that has the modules already
    PROCESSES: Final = multiprocessing.get_context("forkserver")
    PROCESSES.set_forkserver_preload([__name__, "diskcache"])


def answer(name: str, n: int) -> Kept:
    """The n-th answer of a writer; its body says so from its first byte to its last."""
    seed = hashlib.sha256(f"{name}:{n}".encode()).digest()
    body = b"PK" + n.to_bytes(8, "big") + seed * (SIZE // 32)
    return Kept(body, 200, "application/zip", "", 1.0, 2.0, float("inf"), ENDPOINT, (name,))


def number_of(kept: Kept) -> int:
    return int.from_bytes(kept.body[2:10], "big")


def write_for_ever(folder: Path, name: str, n: int, told: Connection) -> None:
    """Keep answer after answer, under a key of its own and a common one, saying each number once it is kept."""
    store = DiskStore(folder)
    while True:
        store.put(key_of(ENDPOINT, ["common"]), answer(name, n))
        store.put(key_of(ENDPOINT, [name]), answer(name, n))
        if store.get(key_of(ENDPOINT, [name])) == answer(name, n):  # a writer that never gets its turn skips
            told.send(n)
            n += 1


def last_said(told: Connection, before: int) -> int:
    """The last number before the pipe broke off."""
    last = before
    try:
        while told.poll(WAIT):
            last = told.recv()
    except EOFError:
        return last
    raise AssertionError("the writer neither speaks nor ends")


def run_and_kill(folder: Path, starts: dict[str, int], numbers: int) -> dict[str, int]:
    """Two writers, killed once the first has said so many numbers; the last that each said."""
    pipes = {name: PROCESSES.Pipe(duplex=False) for name in starts}
    writers = [
        PROCESSES.Process(target=write_for_ever, args=(folder, name, n, pipes[name][1])) for name, n in starts.items()
    ]
    for writer in writers:
        writer.start()
    for _, theirs in pipes.values():
        theirs.close()
    said = {name: n - 1 for name, n in starts.items()}
    for _ in range(numbers):
        assert pipes["one"][0].poll(WAIT)
        said["one"] = pipes["one"][0].recv()
    for writer in writers:
        writer.kill()
    for writer in writers:
        writer.join(WAIT)
    return {name: last_said(mine, said[name]) for name, (mine, _) in pipes.items()}


@pytest.mark.slow
def test_killed_writers_leave_the_old_answer_or_the_new_one_and_never_a_torn_one(tmp_path: Path) -> None:
    """kill -9 at any moment, 60 rounds: what a writer said was kept is kept, and each opening succeeds."""
    folder = tmp_path / "answers"
    chance = random.Random(2_099)  # noqa: S311 reproducible counts
    starts = {"one": 0, "two": 0}
    for _ in range(60):
        said = run_and_kill(folder, starts, numbers=chance.randrange(1, 5))
        store = DiskStore(folder)
        for name in starts:
            kept = store.get(key_of(ENDPOINT, [name]))
            n = -1 if kept is None else number_of(kept)
            assert kept is None or kept == answer(name, n)
            assert n in (said[name], said[name] + 1)
            starts[name] = n + 1
        common = store.get(key_of(ENDPOINT, ["common"]))
        assert common is None or common == answer(common.arguments[0], number_of(common))
        assert store.summary().trouble == ""
        store.close()
    assert starts["one"] >= 60
    assert [path.name for path in tmp_path.iterdir()] == ["answers"]


def open_with_others(folder: Path, name: str, told: Connection) -> None:
    assert told.recv() == "go"
    store = DiskStore(folder)
    store.put(key_of(ENDPOINT, [name]), answer(name, 1))
    kept = store.get(key_of(ENDPOINT, [name]))
    told.send((kept == answer(name, 1), store.summary().trouble))
    store.close()


def test_eight_processes_open_a_fresh_folder_at_once(tmp_path: Path) -> None:
    """Each desktop host starts its own server, and they start together."""
    for trial in range(4):
        folder = tmp_path / str(trial) / "answers"
        pipes = [PROCESSES.Pipe() for _ in range(8)]
        openers = [
            PROCESSES.Process(target=open_with_others, args=(folder, str(n), theirs))
            for n, (_, theirs) in enumerate(pipes)
        ]
        for opener in openers:
            opener.start()
        for mine, _ in pipes:
            mine.send("go")
        found = [mine.recv() if mine.poll(WAIT) else None for mine, _ in pipes]
        for opener in openers:
            opener.join(WAIT)
        assert found == [(True, "")] * 8
        store = DiskStore(folder)
        assert store.summary().entries == 8
        store.close()
        assert [path.name for path in folder.parent.iterdir()] == ["answers"]


def read_without_room(folder: Path, told: Connection) -> None:
    """As on a full or read-only disk: not one byte can be written to any file."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    store = DiskStore(folder)
    before = store.get(key_of(ENDPOINT, ["kept"]))
    store.put(key_of(ENDPOINT, ["new"]), answer("new", 1))
    missing = store.get(key_of(ENDPOINT, ["new"]))
    found = store.summary()
    fresh = DiskStore(folder.with_name("fresh"))
    fresh.put(key_of(ENDPOINT, ["new"]), answer("new", 1))
    told.send((before == answer("kept", 1), missing, found.entries, bool(found.trouble), fresh.summary().entries))


def test_where_not_a_byte_can_be_written_kept_answers_are_still_served(tmp_path: Path) -> None:
    """diskcache by itself cannot even be opened there."""
    pytest.importorskip("resource", reason="limits of this kind exist on POSIX only")
    folder = tmp_path / "answers"
    store = DiskStore(folder)
    store.put(key_of(ENDPOINT, ["kept"]), answer("kept", 1))
    store.close()
    mine, theirs = PROCESSES.Pipe(duplex=False)
    reader = PROCESSES.Process(target=read_without_room, args=(folder, theirs))
    reader.start()
    assert mine.poll(WAIT)
    assert mine.recv() == (True, None, 1, True, 0)
    reader.join(WAIT)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers", "fresh"]
