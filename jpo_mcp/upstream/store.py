"""Kept answers: what the JPO said, byte for byte, so that the same question is not paid for twice.

Everything here is disposable. A kept answer that cannot be trusted (damaged, planted, of another version, filed under
another question) is a miss; a store that cannot be used is a miss too. Nothing is ever pickled or unpickled: diskcache
gets a `Disk` that knows text keys and bytes values only, and each value proves itself by its own SHA-256.

The journal is SQLite's rollback journal without mmap: it opens where nothing can be written, and it does not meet
the WAL-reset fault of SQLite before 3.51.3. All values live in the database, so that no file name is ever read from it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sqlite3
import zlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar, cast

from jpo_mcp.clock import Clock, SystemClock
from jpo_mcp.errors import UnsafeDirectory
from jpo_mcp.upstream.folders import private_file, private_folder
from jpo_mcp.upstream.offload import OneThread

log = logging.getLogger(__name__)

SCHEMA: Final = 1
MAX_BYTES: Final = 512 * 1024 * 1024

_MAGIC: Final = b"JPOK" + bytes([SCHEMA])
_DIGEST: Final = 32
DATABASE: Final = "cache.db"
BESIDE: Final = "search.db"
"""The search index (`index.py`), the one other file that may lie in the folder."""

_LOCK_WAIT: Final = 5
_OPENINGS: Final = 20
_TRY_AGAIN: Final = 60.0

# diskcache's modes: 1 raw, 2 binary file, 3 text file, 4 pickle. Only rows of the first kind are ours.
_RAW: Final = 1
OURS: Final = f"raw = 1 AND mode = {_RAW} AND filename IS NULL"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer as the JPO gave it. Times are unix seconds; past `keep_until` it is not served, not even as stale.

    `status_code` is the code in the body ("100", "107"), empty for a bundle. `endpoint` is the row's key.
    """

    body: bytes
    http_status: int
    content_type: str
    status_code: str
    stored_at: float
    fresh_until: float
    keep_until: float
    endpoint: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What is kept, for people. `oldest` is when the oldest was put (unix); `trouble` is empty when all is well."""

    entries: int
    bytes_on_disk: int
    oldest: float | None
    by_endpoint: dict[str, int]
    trouble: str = ""


def key_of(endpoint_key: str, arguments: Sequence[str]) -> str:
    """The name of a question: another endpoint, argument, order or schema gives another name.

    A JSON array, because that cannot be read in two ways. ValueError for text that is not valid Unicode.
    """
    key = json.dumps([SCHEMA, endpoint_key, *arguments], ensure_ascii=False, separators=(",", ":"))
    key.encode()  # a lone surrogate has no bytes, hence no name
    return key


def pack(key: str, kept: Kept) -> bytes:
    """One blob that names its question and carries its own checksum."""
    packed = not kept.body.startswith((b"PK", b"%PDF"))  # those are compressed already
    meta = {name: getattr(kept, name) for name in Kept.__slots__ if name != "body"}
    head = json.dumps(meta | {"key": key, "size": len(kept.body), "packed": packed}).encode()
    payload = zlib.compress(kept.body, 1) if packed else kept.body
    rest = b"".join([len(head).to_bytes(4, "big"), head, payload])
    return b"".join([_MAGIC, hashlib.sha256(rest).digest(), rest])


def unpack(key: str, blob: object) -> Kept | None:
    """The answer kept under `key`, or None where the blob is damaged, foreign, or about another question."""
    if type(blob) is not bytes or not blob.startswith(_MAGIC):
        return None
    rest = blob[len(_MAGIC) + _DIGEST :]
    if hashlib.sha256(rest).digest() != blob[len(_MAGIC) : len(_MAGIC) + _DIGEST]:
        return None
    try:
        return _read(key, rest)
    except (ValueError, TypeError, KeyError, OverflowError, zlib.error):
        return None


def _read(key: str, rest: bytes) -> Kept | None:
    end = 4 + int.from_bytes(rest[:4], "big")
    meta: dict[str, Any] = json.loads(rest[4:end])
    size = int(meta["size"])
    body = _inflate(rest[end:], size) if meta["packed"] else rest[end:]
    if meta["key"] != key or len(body) != size:
        return None
    return Kept(
        body=body,
        http_status=int(meta["http_status"]),
        content_type=str(meta["content_type"]),
        status_code=str(meta["status_code"]),
        stored_at=float(meta["stored_at"]),
        fresh_until=float(meta["fresh_until"]),
        keep_until=float(meta["keep_until"]),
        endpoint=str(meta["endpoint"]),
        arguments=tuple(str(argument) for argument in meta["arguments"]),
    )


def _inflate(data: bytes, size: int) -> bytes:
    """At most one byte more than promised, so that a forged blob cannot swell."""
    return zlib.decompressobj().decompress(data, max(size, 0) + 1)


class NotOurs(OSError):
    """A row or file that is not text key and bytes value. An OSError, because diskcache answers a miss to it."""


class _BytesOnly:
    """Every method of `diskcache.Disk` that could pickle, unpickle or touch a file, without doing so."""

    min_file_size = 0
    pickle_protocol = 0

    def __init__(self, directory: str, min_file_size: int = 0, pickle_protocol: int = 0) -> None:
        del directory, min_file_size, pickle_protocol

    def hash(self, key: object) -> int:
        raise NotOurs("not used here")

    def put(self, key: object) -> tuple[str, bool]:
        if type(key) is not str:
            raise NotOurs("a key is text")
        return key, True

    def get(self, key: object, raw: object) -> str:
        if not raw or type(key) is not str:
            raise NotOurs("a key is text")
        return key

    def store(self, value: object, read: bool, key: object = None) -> tuple[int, int, None, memoryview]:
        del key
        if read or type(value) is not bytes:
            raise NotOurs("a value is bytes")
        return 0, _RAW, None, memoryview(value)

    def fetch(self, mode: object, filename: object, value: object, read: bool) -> bytes:
        if mode != _RAW or filename is not None or read or type(value) is not bytes:
            raise NotOurs("a value is bytes in the database")
        return value

    def filename(self, key: object = None, value: object = None) -> tuple[str, str]:
        raise NotOurs("nothing is kept in files")

    def remove(self, file_path: object) -> None:
        """Nothing: a file name in a row was not written by us."""

    def _write(self, full_path: object, iterator: object, mode: object, encoding: object = None) -> int:
        raise NotOurs("nothing is kept in files")


class _Cache(Protocol):
    """The part of `diskcache.Cache` we use; the package ships no types. An empty one is falsy: compare with None."""

    @property
    def _con(self) -> sqlite3.Connection: ...
    def get(self, key: str) -> object: ...
    def set(self, key: str, value: bytes, *, tag: str) -> bool: ...
    def delete(self, key: str) -> bool: ...
    def transact(self) -> AbstractContextManager[None]: ...
    def close(self) -> None: ...


class _ReadOnly:
    """What is already kept, where nothing can be written: diskcache writes its settings whenever it opens."""

    def __init__(self, database: Path) -> None:
        self._con = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=_LOCK_WAIT, isolation_level=None)
        self._con.execute("SELECT 1 FROM Cache LIMIT 0")  # an empty file is not a broken one

    def get(self, key: str) -> object:
        row = self._con.execute(f"SELECT value FROM Cache WHERE key = ? AND {OURS}", (key,)).fetchone()  # noqa: S608 our own constant
        return row[0] if row else None

    def close(self) -> None:
        self._con.close()


_SETTINGS: Final[dict[str, int | str]] = {
    "statistics": 0,
    "tag_index": 0,
    "eviction_policy": "least-recently-stored",  # the only one besides "none" that reads without writing
    "size_limit": 2**62,  # soft in diskcache, so we keep the size ourselves
    "cull_limit": 0,
    "sqlite_auto_vacuum": 2,  # INCREMENTAL: FULL moves pages at each delete, which doubled the journal and took 1.4 x
    "sqlite_cache_size": 2**10,
    "sqlite_journal_mode": "delete",
    "sqlite_mmap_size": 0,
    "sqlite_synchronous": 2,  # FULL
    "disk_min_file_size": 2**62,
    "disk_pickle_protocol": 0,
}
_COUNTERS: Final = frozenset({"count", "size", "hits", "misses"})

# What says "not now" (permissions, locks, room, a deleted file) rather than "this file is broken".
_NOT_NOW: Final = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOLFS,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_TOOBIG,
    }
)


# ValueError: SQLite's own complaint may not be UTF-8, and diskcache unpacks rows that must be one, or are not there.
_BROKEN: Final = (sqlite3.DatabaseError, ValueError)


class _Foreign(sqlite3.DatabaseError):
    """A database whose settings are not diskcache's: it would set them as attributes of its own object."""


def _open_diskcache(folder: Path) -> tuple[_Cache, type[Exception]]:
    """The diskcache in `folder`, and its word for a lock that did not come free."""
    import diskcache  # noqa: PLC0415 15 ms that a server start does not owe

    # The class is made here because its base is imported here; `_BytesOnly` comes first and hides all of `Disk`.
    disk = type("BytesOnlyDisk", (_BytesOnly, diskcache.Disk), {})
    cache = diskcache.Cache(str(folder), timeout=_LOCK_WAIT, disk=disk, **_SETTINGS)
    return cast("_Cache", cache), diskcache.Timeout


def _check(database: Path) -> None:
    """Raise what would stop diskcache: a lock held on and on (it would wait a minute), or settings not its own."""
    con = sqlite3.connect(database, timeout=_LOCK_WAIT, isolation_level=None)
    try:
        con.execute("BEGIN IMMEDIATE")
        if con.execute("PRAGMA table_info(Settings)").fetchall():
            # as diskcache asks: without the value it would be answered from the index
            names = {row[0] for row in con.execute("SELECT key, value FROM Settings")}
            if not names <= _SETTINGS.keys() | _COUNTERS:
                raise _Foreign("unknown settings")
        con.execute("ROLLBACK")
    finally:
        con.close()


def _open_patiently(folder: Path, database: Path) -> tuple[_Cache, type[Exception]]:
    """diskcache opens without waiting for one of its statements; the wait is in `_check`."""
    for _ in range(_OPENINGS - 1):
        _check(database)
        try:
            return _open_diskcache(folder)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
    _check(database)
    return _open_diskcache(folder)


def _is_broken(error: BaseException | None) -> bool:
    """Whether the file is to blame. After a full disk, diskcache's own ROLLBACK fails too and hides the cause."""
    broken = False
    while error is not None:
        code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        if code & 0xFF in _NOT_NOW:
            return False
        broken = broken or isinstance(error, _BROKEN)
        error = error.__context__
    return broken


class DiskStore:
    """Kept answers in a folder of their own, shared by every process of this machine. Use it from one thread.

    No method raises for what the disk does: reading gives a miss, writing is skipped, and one warning is logged for
    each kind of trouble. A broken database is set aside whole, as `<folder>.unreadable-<n>`, and a new one begun.
    """

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES, clock: Clock | None = None) -> None:
        self._folder = folder.absolute()
        self._database = self._folder / DATABASE
        self._max_bytes = max_bytes
        # Beside the pages the journal holds at most one batch, or one value being replaced: together under 110 %.
        self._pages_budget = max_bytes * 84 // 100
        self._largest = max_bytes // 4
        self._batch = max_bytes // 16
        self._clock = clock or SystemClock()
        self._cache: _Cache | _ReadOnly | None = None
        self._identity: tuple[int, int] | None = None
        self._try_again_at = float("-inf")
        self._closed = False
        self._trouble = ""
        self._warned: set[str] = set()
        self._failures: tuple[type[Exception], ...] = _BROKEN

    def get(self, key: str) -> Kept | None:
        """The answer kept under `key`, fresh or stale; None when there is none that may be served."""
        cache = self._current()
        blob = None if cache is None else self._attempt("read", lambda: cache.get(key))
        kept = unpack(key, blob)
        return kept if kept and self._clock.now() < kept.keep_until else None

    def put(self, key: str, kept: Kept) -> None:
        """Keep an answer in place of the one before, making room among the oldest first."""
        cache = self._writable()
        blob = pack(key, kept)
        if cache is not None and len(blob) <= self._largest:
            self._attempt("write", lambda: self._put(cache, key, blob, kept.endpoint), kept.endpoint)

    def drop(self, key: str) -> None:
        """Forget one answer."""
        cache = self._writable()
        if cache is not None:
            self._attempt("drop", lambda: cache.delete(key))

    def clear(self) -> int:
        """Forget everything, and give the room back; how many answers that were."""
        cache = self._writable()
        cleared = None if cache is None else self._attempt("clear", lambda: self._clear(cache))
        return cleared or 0

    def summary(self) -> Summary:
        """How much is kept, of which endpoints, and since when."""
        cache = self._current()
        found = None if cache is None else self._attempt("count", lambda: self._summary(cache))
        return found or Summary(0, 0, None, {}, self._trouble or "closed")

    def close(self) -> None:
        """Let go of the database. Afterwards everything is a miss."""
        self._closed = True
        self._let_go()

    def _attempt(self, doing: str, step: Callable[[], T], endpoint: str = "") -> T | None:
        try:
            return step()
        except self._failures as error:
            self._roll_back()
            self._lost(error, doing, endpoint)
            return None

    def _roll_back(self) -> None:
        """diskcache leaves its transaction, and the lock, open where COMMIT itself fails."""
        with suppress(sqlite3.Error):
            if self._cache is not None and self._cache._con.in_transaction:
                self._cache._con.rollback()

    def _current(self) -> _Cache | _ReadOnly | None:
        """The open cache, opened again where its file was set aside or deleted by somebody else."""
        if self._closed:
            return None
        if self._cache is not None and self._identity != _identity(self._database):
            self._let_go()
        wanting = self._cache is None or isinstance(self._cache, _ReadOnly)
        if wanting and self._clock.monotonic() >= self._try_again_at:
            self._let_go()
            self._reopen()
        return self._cache

    def _writable(self) -> _Cache | None:
        cache = self._current()
        return None if isinstance(cache, _ReadOnly) else cache

    def _reopen(self) -> None:
        """Open, if need be after setting a broken one aside; else read only, and try again in a minute."""
        for _ in range(2):
            try:
                self._open()
            except (*self._failures, OSError, UnsafeDirectory) as error:
                if self._lost(error, "open"):
                    continue
                self._try_again_at = self._clock.monotonic() + _TRY_AGAIN
                if not isinstance(error, UnsafeDirectory):
                    self._open_read_only()
            return

    def _open(self) -> None:
        if os.path.expandvars(self._folder) != str(self._folder):
            raise NotOurs("diskcache would read a variable in the folder's name")
        private_folder(self._folder)
        private_file(self._database)
        self._identity = _identity(self._database)
        cache, locked = _open_patiently(self._folder, self._database)
        self._cache, self._failures, self._trouble = cache, (*_BROKEN, locked), ""

    def _open_read_only(self) -> None:
        with suppress(sqlite3.Error, ValueError):
            self._identity = _identity(self._database)
            self._cache = _ReadOnly(self._database)

    def _let_go(self) -> None:
        if self._cache is not None:
            with suppress(sqlite3.Error):
                self._cache.close()
        self._cache = None

    def _lost(self, error: BaseException, doing: str, endpoint: str = "") -> bool:
        """Log it, the first time; where the file is broken, set it aside. True when a new one can be begun."""
        self._trouble = f"{doing}: {getattr(error, 'sqlite_errorname', type(error).__name__)}"
        if self._trouble not in self._warned:
            self._warned.add(self._trouble)
            log.warning("kept answers: could not %s%s", self._trouble, f" ({endpoint})" if endpoint else "")
        return _is_broken(error) and self._set_aside()

    def _set_aside(self) -> bool:
        mine = self._identity == _identity(self._database)
        self._let_go()
        return not mine or _rename_aside(self._folder)

    def _put(self, cache: _Cache, key: str, blob: bytes, endpoint: str) -> None:
        """Make room in transactions of their own, so that the journal never holds both the old and the new."""
        con = cache._con
        while True:
            with cache.transact():
                excess = self._excess(con, len(blob))
                if excess <= 0:
                    cache.set(key, blob, tag=endpoint)
                    break
                if not _evict(con, key, min(excess, self._batch)):
                    return
        self._trouble = ""
        self._give_back(con, self._pages_budget)

    def _excess(self, con: sqlite3.Connection, size: int) -> int:
        """Bytes to free before `size` more fit."""
        pages = _pragma(con, "page_count") - _pragma(con, "freelist_count")
        need = size + size // 100 + 16_384  # pages are 4,096 bytes; a few more for the indexes
        return pages * _pragma(con, "page_size") + need - self._pages_budget

    def _clear(self, cache: _Cache) -> int:
        con, cleared, gone = cache._con, 0, 1
        while gone:
            with cache.transact():
                gone = _evict(con, "", self._batch)
            cleared += gone
        self._give_back(con, 0)
        return cleared

    def _give_back(self, con: sqlite3.Connection, down_to: int) -> None:
        """Return free pages to the file system, a batch at a time, until the file is that small or has none left."""
        page_size = _pragma(con, "page_size")
        free = _pragma(con, "freelist_count")
        while free and _pragma(con, "page_count") * page_size > down_to:
            # execute() frees one page only: this statement must be stepped to its end
            con.executescript(f"PRAGMA incremental_vacuum({max(1, self._batch // page_size)})")
            before, free = free, _pragma(con, "freelist_count")
            if free >= before:
                return

    def _summary(self, cache: _Cache | _ReadOnly) -> Summary:
        con = cache._con
        per_tag = "SELECT tag, COUNT(*), CAST(MIN(store_time) AS REAL) FROM Cache"
        rows = con.execute(f"{per_tag} WHERE {OURS} AND TYPEOF(tag) = 'text' GROUP BY tag").fetchall()
        return Summary(
            entries=sum(count for _, count, _ in rows),
            bytes_on_disk=_pragma(con, "page_count") * _pragma(con, "page_size"),
            oldest=min((oldest for _, _, oldest in rows), default=None),
            by_endpoint={tag: count for tag, count, _ in rows},
            trouble=self._trouble,
        )


def _identity(database: Path) -> tuple[int, int] | None:
    try:
        found = database.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _rename_aside(folder: Path) -> bool:
    """Whether the folder is out of the way. Not one that holds anything more, such as the ledger, and not a tenth."""
    try:
        if any(not entry.name.startswith((DATABASE, BESIDE)) for entry in folder.iterdir()):
            return False
        aside = (folder.with_name(f"{folder.name}.unreadable-{n}") for n in range(1, 10))
        folder.rename(next(path for path in aside if not path.exists()))
    except (OSError, StopIteration):
        return False
    return True


def _evict(con: sqlite3.Connection, spared: str, goal: int) -> int:
    """Delete the oldest rows, all but one key's, at least one and about `goal` bytes at most; how many."""
    rows: list[tuple[int]] = []
    oldest = con.execute(
        "SELECT rowid, COALESCE(LENGTH(value), 0) FROM Cache WHERE key IS NOT ? ORDER BY store_time, rowid", (spared,)
    )
    for rowid, size in oldest:
        goal -= size + 128  # the row's other columns and its index entries
        if rows and goal < 0:
            break
        rows.append((rowid,))
    oldest.close()
    con.executemany("DELETE FROM Cache WHERE rowid = ?", rows)
    return len(rows)


def _pragma(con: sqlite3.Connection, name: str) -> int:
    value: int = con.execute(f"PRAGMA {name}").fetchone()[0]
    return value


class Store(Protocol):
    """Kept answers, as the pipeline asks for them. No method raises for what a disk or a server does."""

    async def get(self, key: str) -> Kept | None: ...
    async def put(self, key: str, kept: Kept) -> None: ...
    async def drop(self, key: str) -> None: ...
    async def clear(self) -> int: ...
    async def summary(self) -> Summary: ...
    async def close(self) -> None: ...


class LocalStore:
    """This machine's kept answers, on a thread of their own; nothing is opened or imported before the first use."""

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES, clock: Clock | None = None) -> None:
        self._disk = DiskStore(folder, max_bytes=max_bytes, clock=clock)
        self._thread = OneThread("kept-answers")

    async def get(self, key: str) -> Kept | None:
        """The answer kept under `key`, fresh or stale; None when there is none that may be served."""
        return await self._thread.run(self._disk.get, key)

    async def put(self, key: str, kept: Kept) -> None:
        """Keep an answer in place of the one before."""
        await self._thread.run(self._disk.put, key, kept)

    async def drop(self, key: str) -> None:
        """Forget one answer."""
        await self._thread.run(self._disk.drop, key)

    async def clear(self) -> int:
        """Forget everything; how many answers that were."""
        return await self._thread.run(self._disk.clear)

    async def summary(self) -> Summary:
        """How much is kept, of which endpoints, and since when."""
        return await self._thread.run(self._disk.summary)

    async def close(self) -> None:
        """Let go of the database and the thread."""
        await self._thread.run(self._disk.close)
        self._thread.close()
