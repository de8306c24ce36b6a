"""The looks at cases: kept as they were, found by moment, bounded, and never in the way."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.endpoints import Endpoint, endpoint
from jpo_mcp.models import common
from jpo_mcp.upstream import snapshots
from jpo_mcp.upstream.snapshots import Look, Snapshots, is_look
from tests.contract.world import CASE, NOON, PROGRESS, World

SIMPLE = endpoint("patent", "app_progress_simple", common.Progress)
WHOLE = endpoint("patent", "app_progress", common.Progress)
ASKED = ("2020490001",)
EVER = float("inf")


def reply(title: str, *, remaining: int = 700, code: str = "100") -> bytes:
    data = {"applicationNumber": ASKED[0], "inventionTitle": title} if code == "100" else {}
    return json.dumps(
        {"result": {"statusCode": code, "errorMessage": "", "remainAccessCount": str(remaining), "data": data}}
    ).encode()


@pytest.fixture
async def looks(tmp_path: Path) -> AsyncIterator[Snapshots]:
    made = Snapshots(tmp_path / "state", host="example.test")
    yield made
    await made.close()


def rows_of(looks: Snapshots, table: str) -> int:
    with closing(sqlite3.connect(looks.path)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own names


async def at_or_none(looks: Snapshots, before: float, *rows: Endpoint[Any]) -> float | None:
    found = await looks.latest(rows or (SIMPLE,), ASKED, before=before)
    return found and found.at


def title_of(look: Look[common.Progress] | None) -> str | None:
    return getattr(look.data, "invention_title", None) if look else None


# ── finding ───────────────────────────────────────────────────────────────────────────────────


async def test_the_latest_look_before_a_moment_is_found(looks: Snapshots) -> None:
    """ "Since Monday" means since a look that was there on Monday; a look at the moment itself is not before it."""
    for at, title in ((100.0, "first"), (200.0, "second"), (300.0, "third")):
        await looks.keep(SIMPLE, ASKED, at, reply(title))
    assert title_of(await looks.latest((SIMPLE,), ASKED, before=EVER)) == "third"
    assert title_of(await looks.latest((SIMPLE,), ASKED, before=300.0)) == "second"
    assert title_of(await looks.latest((SIMPLE,), ASKED, before=150.0)) == "first"
    assert await looks.latest((SIMPLE,), ASKED, before=100.0) is None


async def test_a_look_through_either_progress_is_a_look_at_the_case(looks: Snapshots) -> None:
    """jpo_get_case asks the whole progress, a portfolio the simple one; the later of the two counts."""
    await looks.keep(SIMPLE, ASKED, 100.0, reply("simple"))
    await looks.keep(WHOLE, ASKED, 200.0, reply("whole"))
    found = await looks.latest((SIMPLE, WHOLE), ASKED, before=EVER)
    assert found is not None
    assert (found.endpoint, found.at, title_of(found)) == (WHOLE, 200.0, "whole")


async def test_looks_of_another_host_another_case_and_another_law_are_not_mixed(looks: Snapshots) -> None:
    """A sandbox and the JPO may share a state folder, and the same ten digits are cases of three laws."""
    await looks.keep(SIMPLE, ASKED, 100.0, reply("here"))
    other = Snapshots(looks.path.parent, host="sandbox")
    assert await other.latest((SIMPLE,), ASKED, before=EVER) is None
    assert await looks.latest((SIMPLE,), ("2020490002",), before=EVER) is None
    design = endpoint("design", "app_progress_simple", common.Progress)
    assert await looks.latest((design,), ASKED, before=EVER) is None
    await other.close()


async def test_no_data_is_a_look_too(looks: Snapshots) -> None:
    """107: that a case appears later is a change."""
    await looks.keep(SIMPLE, ASKED, 100.0, reply("", code="107"))
    found = await looks.latest((SIMPLE,), ASKED, before=EVER)
    assert found is not None
    assert found.data is None


# ── keeping ───────────────────────────────────────────────────────────────────────────────────


async def test_the_same_data_seen_again_are_stored_once_with_both_moments(looks: Snapshots) -> None:
    """The counter differs in every reply, and says nothing about the case."""
    await looks.keep(SIMPLE, ASKED, 100.0, reply("same", remaining=700))
    await looks.keep(SIMPLE, ASKED, 200.0, reply("same", remaining=699))
    assert (rows_of(looks, "body"), rows_of(looks, "look")) == (1, 2)
    assert (await at_or_none(looks, EVER), await at_or_none(looks, 200.0)) == (200.0, 100.0)


async def test_data_that_come_back_are_a_body_of_their_own(looks: Snapshots) -> None:
    """01 and back to 00: three looks, three bodies, because only neighbours are compared."""
    for at, title in ((100.0, "alive"), (200.0, "erased"), (300.0, "alive")):
        await looks.keep(SIMPLE, ASKED, at, reply(title))
    assert rows_of(looks, "body") == 3
    assert title_of(await looks.latest((SIMPLE,), ASKED, before=300.0)) == "erased"


async def test_a_look_is_never_overwritten(looks: Snapshots) -> None:
    """The first that was kept for a moment stays."""
    await looks.keep(SIMPLE, ASKED, 100.0, reply("first"))
    await looks.keep(SIMPLE, ASKED, 100.0, reply("second"))
    assert title_of(await looks.latest((SIMPLE,), ASKED, before=EVER)) == "first"


async def test_of_one_case_the_first_and_the_newest_bodies_are_kept(
    looks: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three here in place of fifty."""
    monkeypatch.setattr(snapshots, "KEPT_BODIES", 3)
    for number in range(10):
        await looks.keep(SIMPLE, ASKED, 100.0 + number, reply(f"title {number}"))
    assert (rows_of(looks, "body"), rows_of(looks, "look")) == (4, 4)
    assert [await at_or_none(looks, before) for before in (EVER, 108.0, 107.0)] == [109.0, 107.0, 100.0]


async def test_of_one_body_the_first_and_the_newest_moments_are_kept(
    looks: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case that never changes, looked at every day for years."""
    monkeypatch.setattr(snapshots, "KEPT_MOMENTS", 3)
    for number in range(10):
        await looks.keep(SIMPLE, ASKED, 100.0 + number, reply("same"))
    assert rows_of(looks, "look") == 4
    assert [await at_or_none(looks, before) for before in (EVER, 107.0)] == [109.0, 100.0]


async def test_when_there_are_too_many_the_oldest_looks_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file stops growing; what was looked at last is still there."""
    monkeypatch.setattr(snapshots, "_DROPPED_AT_ONCE", 20)
    looks = Snapshots(tmp_path, host="example.test", max_bytes=150_000)
    for number in range(60):
        noise = "".join(hashlib.sha256(f"{number} {part}".encode()).hexdigest() for part in range(60))
        await looks.keep(SIMPLE, (f"2020{number:06d}",), 100.0 + number, reply(noise))
    assert 10 < rows_of(looks, "body") < 50
    assert await looks.latest((SIMPLE,), ("2020000059",), before=EVER) is not None
    assert await looks.latest((SIMPLE,), ("2020000000",), before=EVER) is None
    await looks.close()


# ── the file ──────────────────────────────────────────────────────────────────────────────────


async def test_the_looks_are_ours_alone(looks: Snapshots) -> None:
    """Who looks at whose case is nobody else's business (reliability 0.13)."""
    await looks.keep(SIMPLE, ASKED, 100.0, reply("title"))
    assert looks.path.stat().st_mode & 0o777 == 0o600
    assert looks.path.parent.stat().st_mode & 0o777 == 0o700


async def test_looks_outlive_the_process(looks: Snapshots) -> None:
    """What the day before is compared with was kept by another process."""
    await looks.keep(SIMPLE, ASKED, 100.0, reply("title"))
    await looks.put_run("handle", 100.0, "what to do")
    await looks.close()
    again = Snapshots(looks.path.parent, host="example.test")
    assert title_of(await again.latest((SIMPLE,), ASKED, before=EVER)) == "title"
    assert await again.run("handle") == "what to do"
    await again.close()


@pytest.mark.parametrize(
    "broken", [b"this is no database, whatever its name says " * 40, b"SQLite format 3\0" + b"x" * 4000]
)
async def test_an_unreadable_file_is_set_aside_and_a_new_one_begun(broken: bytes, tmp_path: Path) -> None:
    """Never fatal, never deleted, and said."""
    (tmp_path / snapshots.FILE).write_bytes(broken)
    looks = Snapshots(tmp_path, host="example.test")
    await looks.keep(SIMPLE, ASKED, 100.0, reply("title"))
    assert title_of(await looks.latest((SIMPLE,), ASKED, before=EVER)) == "title"
    assert (tmp_path / f"{snapshots.FILE}.unreadable-1").read_bytes() == broken
    assert looks.trouble is not None
    assert "set aside" in looks.trouble.en
    await looks.close()


async def test_a_process_that_holds_the_old_file_moves_to_the_new_one(looks: Snapshots) -> None:
    """Another process set the file aside meanwhile: what is kept now must not go where nobody looks."""
    await looks.keep(SIMPLE, ASKED, 100.0, reply("old"))
    looks.path.rename(looks.path.with_name("elsewhere"))
    await looks.keep(SIMPLE, ASKED, 200.0, reply("new"))
    other = Snapshots(looks.path.parent, host="example.test")
    assert title_of(await other.latest((SIMPLE,), ASKED, before=EVER)) == "new"
    await other.close()


async def test_a_folder_that_cannot_be_used_stops_nothing(tmp_path: Path) -> None:
    """No history is no reason not to look at a case today."""
    (tmp_path / "state").write_text("a file where the folder should be")
    looks = Snapshots(tmp_path / "state", host="example.test")
    await looks.keep(SIMPLE, ASKED, 100.0, reply("title"))
    await looks.put_run("handle", 100.0, "what to do")
    assert await looks.latest((SIMPLE,), ASKED, before=EVER) is None
    assert await looks.run("handle") is None
    assert looks.trouble is not None
    await looks.close()


async def test_a_file_of_a_newer_version_is_left_alone(looks: Snapshots) -> None:
    """Two versions of the program on one machine: the older one must not write what the newer cannot read."""
    await looks.keep(SIMPLE, ASKED, 100.0, reply("title"))
    await looks.close()
    with closing(sqlite3.connect(looks.path)) as db:
        db.execute("PRAGMA user_version = 2")
    older = Snapshots(looks.path.parent, host="example.test")
    await older.keep(SIMPLE, ASKED, 200.0, reply("other"))
    assert older.trouble is not None
    assert rows_of(older, "look") == 1
    await older.close()


async def test_another_writer_is_waited_for_and_not_for_ever(looks: Snapshots, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that does not come free costs one look, and the next is kept again."""
    monkeypatch.setattr(snapshots, "_PATIENCE", 0.05)
    await looks.keep(SIMPLE, ASKED, 100.0, reply("title"))
    holder = sqlite3.connect(looks.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    await looks.keep(SIMPLE, ASKED, 200.0, reply("title"))
    holder.execute("ROLLBACK")
    holder.close()
    assert await at_or_none(looks, EVER) == 100.0
    await looks.keep(SIMPLE, ASKED, 300.0, reply("title"))
    assert await at_or_none(looks, EVER) == 300.0


async def test_a_run_that_nobody_continued_is_forgotten_in_the_end(looks: Snapshots) -> None:
    """After sixty days."""
    await looks.put_run("old", 0.0, "what to do")
    await looks.put_run("new", snapshots.KEPT_RUNS + 1.0, "what to do")
    assert (await looks.run("old"), await looks.run("new")) == (None, "what to do")


async def test_a_run_is_found_by_the_person_it_was_kept_for_alone(looks: Snapshots) -> None:
    """Reliability G5, however the names and handles of two people are put together."""
    for person in ("", "a", 'a"', "a|b"):
        await looks.put_run("handle", 100.0, f"for {person}", person=person)
    for person in ("", "a", 'a"', "a|b"):
        assert await looks.run("handle", person=person) == f"for {person}"
    for person, handle in [("b", "handle"), ("a", "b|handle"), ("", '["example.test", "a"]handle'), ("", "a|handle")]:
        assert await looks.run(handle, person=person) is None


async def test_the_newest_runs_of_each_person_are_kept(looks: Snapshots, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planning costs nothing: whoever plans for ever must not fill the disk, nor push out what others planned."""
    monkeypatch.setattr(snapshots, "MOST_RUNS", 3)
    for person in ("other", ""):
        await looks.put_run("first", 1.0, "what to do", person=person)
    for n in range(5):
        await looks.put_run(f"-{n}", 2.0 + n, "what to do", person="busy")
    assert [await looks.run(f"-{n}", person="busy") for n in range(5)] == [None, None, *["what to do"] * 3]
    assert await looks.run("first", person="other") == await looks.run("first") == "what to do"


# ── from the client ───────────────────────────────────────────────────────────────────────────


async def test_every_paid_look_at_a_case_is_kept_whoever_asks(tmp_path: Path) -> None:
    """A case read today by jpo_get_case is what a portfolio of next week is compared with."""
    world = World(tmp_path)
    client = world.client()
    await client.get(PROGRESS, CASE)
    await client.get(PROGRESS, CASE)
    found = await client.snapshots.latest((WHOLE,), (CASE,), before=EVER)
    assert found is not None
    assert found.data is not None
    assert (found.at, found.data.application_number) == (NOON, CASE)
    assert rows_of(client.snapshots, "look") == 1
    await world.aclose()


async def test_what_is_no_look_at_a_case_is_not_kept() -> None:
    """Papers have their own store, and names and codes say nothing about a case."""
    assert is_look(endpoint("patent", "registration_info"))
    assert is_look(endpoint("trademark", "case_number_reference"))
    assert not is_look(endpoint("patent", "app_doc_cont_refusal_reason"))
    assert not is_look(endpoint("patent", "applicant_attorney"))
