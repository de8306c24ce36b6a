"""Kept answers on disk: whole or not at all, never executed, never over their size, never in the way."""

from __future__ import annotations

import hashlib
import logging
import os
import pickle  # the attack itself: what a reader of planted files would fall for
import random
import sqlite3
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Protocol, cast

import diskcache
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpo_mcp.clock import ManualClock
from jpo_mcp.upstream import store as store_module
from jpo_mcp.upstream.store import DiskStore, Kept, LocalStore, NotOurs, Store, Summary, key_of, pack, unpack

ENDPOINT = "patent/app_progress"
NUMBER = "2099123456"
KEY = key_of(ENDPOINT, [NUMBER])
OTHER_KEY = key_of(ENDPOINT, ["2099000001"])
BODY = '{"result":{"statusCode":"100","data":{"inventionTitle":"架空の発明"}}}'.encode()
KEPT = Kept(
    body=BODY,
    http_status=200,
    content_type="application/json",
    status_code="100",
    stored_at=1_800_000_000.5,
    fresh_until=1_800_050_000.0,
    keep_until=1_900_000_000.0,
    endpoint=ENDPOINT,
    arguments=(NUMBER,),
)
MB = 1_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "answers"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(KEPT.stored_at)


@pytest.fixture
def store(folder: Path, clock: ManualClock) -> Iterator[DiskStore]:
    opened = DiskStore(folder, clock=clock)
    yield opened
    opened.close()


def sql(folder: Path, statement: str, *values: object) -> list[tuple[object, ...]]:
    """What somebody else with access to the file can do."""
    with closing(sqlite3.connect(folder / "cache.db", isolation_level=None)) as con:
        return con.execute(statement, values).fetchall()


def set_aside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.iterdir() if path.name != folder.name)


@pytest.mark.parametrize(
    "kept",
    [
        KEPT,
        replace(KEPT, body=b""),
        replace(KEPT, body=b"PK\x03\x04" + bytes(range(256)) * 40, content_type="application/zip", status_code=""),
        replace(KEPT, body=os.urandom(300_000), arguments=("架空株式会社", "")),
        replace(KEPT, keep_until=float("inf")),
    ],
    ids=["json", "empty", "zip", "large", "for ever"],
)
def test_an_answer_comes_back_whole_also_after_reopening(store: DiskStore, folder: Path, kept: Kept) -> None:
    """Our own choice: raw bytes and all that was said about them."""
    store.put(KEY, kept)
    assert store.get(KEY) == kept
    store.close()
    again = DiskStore(folder, clock=ManualClock(KEPT.stored_at))
    assert again.get(KEY) == kept
    again.close()


def test_a_question_never_asked_is_a_miss(store: DiskStore) -> None:
    assert store.get(KEY) is None


def test_a_newer_answer_replaces_the_older_and_a_dropped_one_is_gone(store: DiskStore) -> None:
    newer = replace(KEPT, body=b'{"newer":1}', stored_at=KEPT.stored_at + 60)
    store.put(KEY, KEPT)
    store.put(KEY, newer)
    assert store.get(KEY) == newer
    store.drop(KEY)
    assert store.get(KEY) is None


def test_past_keep_until_an_answer_is_never_served(store: DiskStore, clock: ManualClock) -> None:
    """Design, keep rules: stale has an end, and the store itself holds it."""
    store.put(KEY, replace(KEPT, keep_until=KEPT.stored_at + 100))
    clock.advance(99)
    assert store.get(KEY) is not None
    clock.advance(1)
    assert store.get(KEY) is None


def test_after_close_everything_is_a_miss(store: DiskStore, folder: Path) -> None:
    store.close()
    store.put(KEY, KEPT)
    assert store.get(KEY) is None
    assert store.clear() == 0
    assert store.summary().trouble == "closed"
    assert not folder.exists()


def test_the_summary_counts_by_endpoint(store: DiskStore) -> None:
    store.put(KEY, KEPT)
    store.put(OTHER_KEY, KEPT)
    store.put(key_of("design/app_progress", ["2099000001"]), replace(KEPT, endpoint="design/app_progress"))
    found = store.summary()
    assert (found.entries, found.trouble) == (3, "")
    assert found.by_endpoint == {"design/app_progress": 1, ENDPOINT: 2}
    assert found.oldest is not None
    assert store.clear() == 3
    assert store.summary().entries == 0


WORDS = st.text(st.sampled_from('a1,"[]\\ /\n\0架0０'), max_size=4) | st.text(max_size=12)
QUESTIONS = st.tuples(WORDS, st.lists(WORDS, max_size=3))


@given(QUESTIONS, QUESTIONS)
def test_different_questions_have_different_keys(one: tuple[str, list[str]], other: tuple[str, list[str]]) -> None:
    """Key confusion would show one case's facts as another's."""
    assert (key_of(*one) == key_of(*other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("patent/app_progress", "1"), ("design/app_progress", "1")),
        (("a", "b", "c"), ("a", "b,c")),
        (("a", "b", "c"), ("a", 'b","c')),
        (("a",), ("a", "")),
        (("a", "JP", "1"), ("a", "1", "JP")),
    ],
)
def test_endpoint_arguments_and_their_order_are_all_in_the_key(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert key_of(one[0], one[1:]) != key_of(other[0], other[1:])


def test_a_key_is_readable_and_holds_nothing_but_the_question() -> None:
    assert key_of("patent/applicant_code", ["架空株式会社"]) == '[1,"patent/applicant_code","架空株式会社"]'


def test_text_that_is_not_unicode_has_no_key() -> None:
    """A lone surrogate would be stored as something else."""
    with pytest.raises(ValueError, match="surrogates"):
        key_of(ENDPOINT, ["\ud800"])


def test_a_thousand_flipped_bytes_never_give_a_wrong_answer(store: DiskStore, folder: Path) -> None:
    """Tampered rows: each is a miss."""
    store.put(KEY, KEPT)
    blob = pack(KEY, KEPT)
    chance = random.Random(20_991_231)  # noqa: S311 reproducible damage
    with closing(sqlite3.connect(folder / "cache.db", isolation_level=None)) as con:
        con.execute("PRAGMA synchronous = OFF")
        for _ in range(1_000):
            at = chance.randrange(len(blob))
            damaged = blob[:at] + bytes([blob[at] ^ chance.randrange(1, 256)]) + blob[at + 1 :]
            con.execute("UPDATE Cache SET value = ?", (damaged,))
            assert store.get(KEY) is None
        con.execute("UPDATE Cache SET value = ?", (blob,))
    assert store.get(KEY) == KEPT


def test_a_cut_blob_and_one_of_another_type_are_misses() -> None:
    blob = pack(KEY, KEPT)
    assert all(unpack(KEY, blob[:end]) is None for end in range(len(blob)))
    for other in (None, "text", 7, bytearray(blob), blob + b"\0"):
        assert unpack(KEY, other) is None


def test_a_blob_of_another_schema_is_a_miss() -> None:
    blob = pack(KEY, KEPT)
    assert unpack(KEY, blob[:4] + bytes([blob[4] + 1]) + blob[5:]) is None


def test_a_blob_filed_under_another_question_is_a_miss(store: DiskStore, folder: Path) -> None:
    """The blob names its own question, so swapped rows answer nothing."""
    store.put(KEY, KEPT)
    store.put(OTHER_KEY, replace(KEPT, arguments=("2099000001",)))
    sql(folder, "UPDATE Cache SET value = (SELECT value FROM Cache AS o WHERE o.key = ?) WHERE key = ?", KEY, OTHER_KEY)
    assert store.get(OTHER_KEY) is None
    assert store.get(KEY) == KEPT


def test_a_forged_blob_cannot_swell(store: DiskStore, folder: Path) -> None:
    """The body is inflated to the promised size and one byte more at most."""
    assert len(store_module._inflate(zlib.compress(bytes(MB), 1), 9)) == 10
    swollen = pack(KEY, replace(KEPT, body=b"{" + b" " * 999_999)).replace(b'"size": 1000000', b'"size": 0000009')
    assert unpack(KEY, _resealed(swollen)) is None
    small = pack(KEY, KEPT).replace(b'"http_status": 200', b'"http_status": [0]')
    assert unpack(KEY, _resealed(small)) is None


def _resealed(blob: bytes) -> bytes:
    return blob[:5] + hashlib.sha256(blob[37:]).digest() + blob[37:]


def damage_header(whole: bytes) -> bytes:
    return b"this is not a database at all" + whole[29:]


def cut_in_half(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def damage_middle(whole: bytes) -> bytes:
    return whole[:4_096] + b"\xa5" * (len(whole) - 8_192) + whole[-4_096:]


def empty(whole: bytes) -> bytes:
    return whole[:0]


@pytest.mark.parametrize("damage", [damage_header, cut_in_half, damage_middle])
def test_a_broken_database_is_set_aside_and_a_new_one_begun(
    store: DiskStore, folder: Path, damage: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """Never deleted: somebody may want to look at it."""
    for n in range(40):
        store.put(key_of(ENDPOINT, [str(n)]), replace(KEPT, body=os.urandom(5_000)))
    store.close()
    broken = damage((folder / "cache.db").read_bytes())
    (folder / "cache.db").write_bytes(broken)
    again = DiskStore(folder, clock=ManualClock(KEPT.stored_at))
    assert again.get(key_of(ENDPOINT, ["1"])) is None
    again.put(KEY, KEPT)
    again.put(KEY, KEPT)
    assert again.get(KEY) == KEPT
    again.close()
    assert set_aside(folder) == ["answers.unreadable-1"]
    assert (folder.parent / "answers.unreadable-1" / "cache.db").read_bytes() == broken
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_an_emptied_database_is_simply_empty(store: DiskStore, folder: Path) -> None:
    store.put(KEY, KEPT)
    store.close()
    (folder / "cache.db").write_bytes(b"")
    again = DiskStore(folder, clock=ManualClock(KEPT.stored_at))
    assert again.get(KEY) is None
    again.put(KEY, KEPT)
    assert again.get(KEY) == KEPT
    again.close()
    assert set_aside(folder) == []


@pytest.mark.parametrize("damage", [damage_header, cut_in_half, damage_middle, empty])
def test_damage_during_use_is_a_miss_and_then_a_new_store(
    store: DiskStore, folder: Path, damage: Callable[[bytes], bytes]
) -> None:
    store.put(KEY, KEPT)
    (folder / "cache.db").write_bytes(damage((folder / "cache.db").read_bytes()))
    sql_moves_the_change_counter_so_that_pages_are_read_again(store)
    assert store.get(KEY) is None
    store.put(KEY, KEPT)
    store.put(KEY, KEPT)
    assert store.get(KEY) == KEPT
    assert set_aside(folder) == ["answers.unreadable-1"]


def sql_moves_the_change_counter_so_that_pages_are_read_again(store: DiskStore) -> None:
    assert store._cache is not None
    store._cache._con.execute("PRAGMA shrink_memory")


def test_any_byte_of_the_file_may_flip_without_a_wrong_answer(folder: Path, tmp_path: Path) -> None:
    """Where SQLite does not notice, the checksum does."""
    store = DiskStore(folder, clock=ManualClock(KEPT.stored_at))
    kept = {key_of(ENDPOINT, [str(n)]): replace(KEPT, arguments=(str(n),)) for n in range(20)}
    for key, answer in kept.items():
        store.put(key, answer)
    store.close()
    whole = (folder / "cache.db").read_bytes()
    chance = random.Random(20_990_101)  # noqa: S311 reproducible damage
    served = 0
    for n in range(60):
        at = chance.randrange(len(whole))
        place = tmp_path / str(n) / "answers"
        place.mkdir(parents=True)
        (place / "cache.db").write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :])
        again = DiskStore(place, clock=ManualClock(KEPT.stored_at))
        answers = {key: again.get(key) for key in kept}
        assert all(answer in (None, kept[key]) for key, answer in answers.items())
        again.put(KEY, KEPT)
        again.clear()
        again.close()
        served += sum(answer is not None for answer in answers.values())
    assert served > 600  # most of 1,200: a flip costs little


def test_a_folder_that_holds_anything_else_is_never_moved(store: DiskStore, folder: Path) -> None:
    """The ledger may have been put there by a setting; to move it away would forget the day's accesses."""
    store.put(KEY, KEPT)
    store.close()
    (folder / "ledger.db").write_bytes(b"precious")
    (folder / "cache.db").write_bytes(b"garbage" * 1_000)
    again = DiskStore(folder, clock=ManualClock(KEPT.stored_at))
    again.put(KEY, KEPT)
    assert again.get(KEY) is None
    assert again.summary().trouble == "open: SQLITE_NOTADB"
    assert (folder / "ledger.db").read_bytes() == b"precious"
    assert set_aside(folder) == []


def test_not_more_than_nine_broken_ones_are_set_aside(folder: Path) -> None:
    """A failing disk must not fill itself with copies."""
    clock = ManualClock(KEPT.stored_at)
    for _ in range(12):
        folder.mkdir(exist_ok=True)
        (folder / "cache.db").write_bytes(b"garbage" * 1_000)
        store = DiskStore(folder, clock=clock)
        store.put(KEY, KEPT)
        store.close()
    assert set_aside(folder) == [f"answers.unreadable-{n}" for n in range(1, 10)]


class PlainCache(Protocol):
    """`diskcache.Cache` as it is by itself: it takes anything."""

    def set(self, key: object, value: object) -> bool: ...
    def get(self, key: object) -> object: ...
    def close(self) -> None: ...


class Payload:
    """Writes a file when unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.mark),)


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "executed"


def use_every_door(store: DiskStore) -> None:
    assert store.get(KEY) is None
    store.summary()
    store.put(OTHER_KEY, KEPT)
    assert store.get(OTHER_KEY) == KEPT
    store.drop(KEY)
    store.clear()
    store.put(KEY, KEPT)
    assert store.get(KEY) == KEPT


def test_the_payload_of_these_tests_would_go_off_in_a_plain_diskcache(tmp_path: Path, mark: Path) -> None:
    """CVE-2025-69872, so that the tests below can fail."""
    with closing(cast("PlainCache", diskcache.Cache(str(tmp_path / "plain")))) as cache:
        cache.set("planted", Payload(mark))
        cache.get("planted")
    assert mark.exists()


def test_a_planted_pickle_in_the_database_is_a_miss_and_never_runs(store: DiskStore, folder: Path, mark: Path) -> None:
    store.put(KEY, KEPT)
    sql(folder, "UPDATE Cache SET mode = 4, value = ? WHERE key = ?", pickle.dumps(Payload(mark)), KEY)
    use_every_door(store)
    assert not mark.exists()


def test_a_planted_pickle_in_a_file_is_a_miss_and_never_runs(store: DiskStore, folder: Path, mark: Path) -> None:
    store.put(KEY, KEPT)
    (folder / "ab").mkdir()
    planted = folder / "ab" / "cd.val"
    planted.write_bytes(pickle.dumps(Payload(mark)))
    sql(folder, "UPDATE Cache SET mode = 4, filename = 'ab/cd.val', value = NULL WHERE key = ?", KEY)
    use_every_door(store)
    assert not mark.exists()
    assert planted.exists()


def test_a_planted_pickled_key_never_runs(store: DiskStore, folder: Path, mark: Path) -> None:
    store.put(OTHER_KEY, KEPT)
    sql(folder, "UPDATE Cache SET raw = 0, key = ?", pickle.dumps(Payload(mark)))
    use_every_door(store)
    assert not mark.exists()


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_a_planted_file_name_is_neither_read_nor_removed(store: DiskStore, folder: Path, mode: int) -> None:
    """A plain diskcache reads it at get, and removes it, and its empty folders, at delete."""
    private = folder.parent / "private" / "diary.txt"
    private.parent.mkdir()
    private.write_bytes(pack(KEY, KEPT))
    store.put(KEY, KEPT)
    sql(folder, "UPDATE Cache SET mode = ?, filename = ?, value = NULL", mode, "../private/diary.txt")
    use_every_door(store)
    assert private.exists()


def test_planted_settings_cannot_become_attributes(store: DiskStore, folder: Path) -> None:
    """diskcache sets each row of its settings on its own object: `get` would be a text."""
    store.put(KEY, KEPT)
    store.close()
    sql(folder, "INSERT INTO Settings VALUES ('get', 'planted')")
    again = DiskStore(folder, clock=ManualClock(KEPT.stored_at))
    assert again.get(KEY) is None
    again.put(KEY, KEPT)
    assert again.get(KEY) == KEPT
    again.close()
    assert set_aside(folder) == ["answers.unreadable-1"]


@pytest.mark.parametrize("key", [b"bytes", 7, 1.5, ("a", "b"), None])
def test_only_text_is_a_key(store: DiskStore, key: object) -> None:
    store.put(KEY, KEPT)
    cache = cast("PlainCache", store._cache)
    with pytest.raises(NotOurs):
        cache.set(key, b"value")
    with pytest.raises(NotOurs):
        cache.get(key)


@pytest.mark.parametrize("value", ["text", 7, 1.5, None, {"a": 1}, bytearray(b"x")])
def test_only_bytes_are_a_value(store: DiskStore, value: object) -> None:
    store.put(KEY, KEPT)
    with pytest.raises(NotOurs):
        cast("PlainCache", store._cache).set("key", value)


def test_every_method_of_diskcaches_disk_is_replaced() -> None:
    """A new one in a later diskcache must be looked at: it might unpickle."""
    theirs = {name for name, thing in vars(diskcache.Disk).items() if callable(thing)}
    assert theirs <= set(vars(store_module._BytesOnly))


@pytest.mark.skipif(os.name == "nt", reason="modes of this kind exist on POSIX only")
def test_nothing_is_readable_by_others_under_an_open_umask(folder: Path) -> None:
    before = os.umask(0)
    try:
        store = DiskStore(folder, clock=ManualClock(KEPT.stored_at))
        seen: list[int] = []
        with sampling(folder, lambda path: seen.append(path.stat().st_mode & 0o777)):
            for n in range(30):
                store.put(key_of(ENDPOINT, [str(n)]), replace(KEPT, body=os.urandom(50_000)))
        store.close()
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert set(seen) == {0o600}


@pytest.mark.skipif(os.name == "nt", reason="links of this kind exist on POSIX only")
def test_a_link_in_place_of_the_folder_is_refused_and_the_server_goes_on(tmp_path: Path, folder: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.symlink_to(elsewhere)
    store = DiskStore(folder, clock=ManualClock(KEPT.stored_at))
    store.put(KEY, KEPT)
    assert store.get(KEY) is None
    assert store.summary() == Summary(0, 0, None, {}, "open: UnsafeDirectory")
    assert list(elsewhere.iterdir()) == []


def test_a_variable_in_the_folders_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """diskcache would expand it, and keep the answers somewhere we never made private."""
    monkeypatch.setenv("ELSEWHERE", "surprise")
    store = DiskStore(tmp_path / "${ELSEWHERE}", clock=ManualClock(KEPT.stored_at))
    store.put(KEY, KEPT)
    assert store.get(KEY) is None
    assert list(tmp_path.iterdir()) == []


def test_on_a_full_disk_kept_answers_are_served_and_one_warning_is_logged(
    store: DiskStore, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The warning names the endpoint, never whose case it was."""
    store.put(KEY, KEPT)
    assert store._cache is not None
    store._cache._con.execute("PRAGMA max_page_count = 12")  # SQLITE_FULL, as a full disk gives
    for n in range(5):
        store.put(key_of(ENDPOINT, [str(n)]), replace(KEPT, body=os.urandom(100_000)))
    assert store.get(KEY) == KEPT
    assert [record.getMessage() for record in caplog.records] == [
        f"kept answers: could not write: SQLITE_FULL ({ENDPOINT})"
    ]
    assert set_aside(folder) == []
    store._cache._con.execute("PRAGMA max_page_count = 1000000")
    store.put(OTHER_KEY, KEPT)
    assert store.get(OTHER_KEY) == KEPT


def test_a_full_disk_is_not_taken_for_a_broken_file_when_the_rollback_fails_too() -> None:
    """SQLite has rolled back by itself; diskcache's own ROLLBACK then fails with a general error."""
    full, rollback = sqlite3.OperationalError("full"), sqlite3.OperationalError("no transaction is active")
    full.sqlite_errorcode, rollback.sqlite_errorcode = sqlite3.SQLITE_FULL, sqlite3.SQLITE_ERROR
    assert store_module._is_broken(rollback)
    rollback.__context__ = full
    assert not store_module._is_broken(rollback)


def test_where_nothing_can_be_written_reading_goes_on(store: DiskStore, caplog: pytest.LogCaptureFixture) -> None:
    store.put(KEY, KEPT)
    assert store._cache is not None
    store._cache._con.execute("PRAGMA query_only = 1")
    store.put(OTHER_KEY, KEPT)
    store.drop(KEY)
    assert store.clear() == 0
    assert store.get(KEY) == KEPT
    assert store.get(OTHER_KEY) is None
    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    assert NUMBER not in caplog.text


def test_a_commit_that_a_reader_blocks_leaves_no_lock_behind(
    folder: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """diskcache leaves its transaction open where COMMIT fails; every later write of everybody would fail."""
    monkeypatch.setattr(store_module, "_LOCK_WAIT", 0)
    store = DiskStore(folder, clock=clock)
    store.put(KEY, KEPT)
    with closing(sqlite3.connect(folder / "cache.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM Cache").fetchall()
        store.put(OTHER_KEY, KEPT)
        assert store.summary().trouble == "write: SQLITE_BUSY"
    store.put(OTHER_KEY, KEPT)
    assert store.get(OTHER_KEY) == KEPT
    assert store.summary().trouble == ""
    store.close()
    assert set_aside(folder) == []


def test_a_database_locked_on_and_on_is_a_miss_until_a_minute_later(
    folder: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_LOCK_WAIT", 0)
    first = DiskStore(folder, clock=clock)
    first.put(KEY, KEPT)
    first.close()
    store = DiskStore(folder, clock=clock)
    with closing(sqlite3.connect(folder / "cache.db", isolation_level=None)) as hog:
        hog.execute("BEGIN EXCLUSIVE")
        assert store.get(KEY) is None
    assert store.get(KEY) is None
    clock.advance(60)
    assert store.get(KEY) == KEPT
    store.close()
    assert set_aside(folder) == []


def test_a_folder_that_cannot_be_made_means_no_store_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = DiskStore(tmp_path / "file" / "answers", clock=ManualClock(KEPT.stored_at))
    store.put(KEY, KEPT)
    store.drop(KEY)
    assert store.get(KEY) is None
    assert store.clear() == 0
    assert store.summary().entries == 0


def test_files_deleted_under_an_open_store_do_not_leave_a_ghost(store: DiskStore, folder: Path) -> None:
    """A plain diskcache goes on writing to the deleted file, and nobody else ever sees it."""
    store.put(KEY, KEPT)
    (folder / "cache.db").unlink()
    assert store.get(KEY) is None
    store.put(KEY, KEPT)
    other = DiskStore(folder, clock=ManualClock(KEPT.stored_at))
    assert other.get(KEY) == KEPT
    other.close()


class sampling:  # noqa: N801 reads as a statement
    """Look at the folder's files again and again while something else runs."""

    def __init__(self, folder: Path, look: Callable[[Path], object] | None = None) -> None:
        self.folder = folder
        self.look = look
        self.peak = 0
        self.samples = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> sampling:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self.samples += 1
            self.peak = max(self.peak, sum(map(self._size, ("cache.db", "cache.db-journal"))))

    def _size(self, name: str) -> int:
        try:
            if self.look:
                self.look(self.folder / name)
            return (self.folder / name).stat().st_size
        except OSError:
            return 0


def test_forty_bundles_of_5_mb_never_take_more_than_their_50(folder: Path, clock: ManualClock) -> None:
    """A plain diskcache with that limit grew to 202 MB. The journal counts too."""
    store = DiskStore(folder, max_bytes=50 * MB, clock=clock)
    bundle = b"PK" + os.urandom(5 * MB - 2)
    with sampling(folder) as disk:
        for n in range(40):
            store.put(key_of("patent/refusal_reason", [str(n)]), replace(KEPT, body=bundle))
    assert disk.samples > 100
    assert disk.peak <= 55 * MB
    assert [n for n in range(40) if store.get(key_of("patent/refusal_reason", [str(n)]))] == list(range(32, 40))
    store.close()


def test_a_mix_with_replacements_stays_within_its_size(folder: Path, clock: ManualClock) -> None:
    """Many small answers and a few as large as may be, each asked for again: the journal's worst case."""
    store = DiskStore(folder, max_bytes=8 * MB, clock=clock)
    chance = random.Random(7)  # noqa: S311 reproducible sizes
    with sampling(folder) as disk:
        for n in range(300):
            size = 1_900_000 if n % 10 == 0 else chance.randrange(1_000, 60_000)
            store.put(key_of(ENDPOINT, [str(n % 40)]), replace(KEPT, body=b"PK" + chance.randbytes(size)))
    assert disk.samples > 100
    assert disk.peak <= 8.8 * MB
    assert store.summary().entries > 20
    store.close()


def test_the_oldest_make_room_and_the_newest_stay(folder: Path, clock: ManualClock) -> None:
    store = DiskStore(folder, max_bytes=2 * MB, clock=clock)
    for n in range(30):
        store.put(key_of(ENDPOINT, [str(n)]), replace(KEPT, body=b"PK" + os.urandom(100_000)))
    left = [n for n in range(30) if store.get(key_of(ENDPOINT, [str(n)]))]
    assert left == list(range(30 - len(left), 30))
    assert len(left) >= 14
    store.close()


def test_a_value_over_a_quarter_of_the_room_is_not_kept(folder: Path, clock: ManualClock) -> None:
    """It would push out too much; what was kept before stays."""
    store = DiskStore(folder, max_bytes=4 * MB, clock=clock)
    store.put(KEY, KEPT)
    store.put(OTHER_KEY, replace(KEPT, body=b"PK" + bytes(MB)))
    assert store.get(OTHER_KEY) is None
    assert store.get(KEY) == KEPT
    store.close()


def test_a_lowered_limit_shrinks_the_file_and_clear_gives_the_room_back(folder: Path, clock: ManualClock) -> None:
    roomy = DiskStore(folder, max_bytes=20 * MB, clock=clock)
    for n in range(20):
        roomy.put(key_of(ENDPOINT, [str(n)]), replace(KEPT, body=b"PK" + os.urandom(700_000)))
    roomy.close()
    assert (folder / "cache.db").stat().st_size > 12 * MB
    tight = DiskStore(folder, max_bytes=4 * MB, clock=clock)
    tight.put(KEY, KEPT)
    assert tight.get(KEY) == KEPT
    assert (folder / "cache.db").stat().st_size <= 4 * MB
    assert tight.clear() >= 4
    assert (folder / "cache.db").stat().st_size < 100_000
    tight.close()


def test_a_local_store_opens_nothing_before_its_first_use(folder: Path) -> None:
    LocalStore(folder)
    assert not folder.exists()


async def test_the_local_store_says_the_same_from_its_own_thread(folder: Path, clock: ManualClock) -> None:
    store: Store = LocalStore(folder, clock=clock)
    assert await store.get(KEY) is None
    await store.put(KEY, KEPT)
    await store.put(OTHER_KEY, KEPT)
    assert await store.get(KEY) == KEPT
    await store.drop(OTHER_KEY)
    assert await store.get(OTHER_KEY) is None
    assert (await store.summary()).by_endpoint == {ENDPOINT: 1}
    assert await store.clear() == 1
    await store.close()


def test_a_server_that_starts_does_not_load_diskcache() -> None:
    """It costs a start; the first kept answer pays it."""
    code = (
        "import sys, pathlib; from jpo_mcp.upstream.store import LocalStore;"
        "LocalStore(pathlib.Path('never-made')); print('diskcache' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 our own code
    assert done.stdout.strip() == "False"
