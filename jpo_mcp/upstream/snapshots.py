"""The looks at cases: what the JPO said about each of them and when, kept so that two days can be compared.

A look is never changed. A reply whose data are those of the look before is kept as one more moment of the same
body. Of one question the first body and the newest are kept; over all questions the oldest go when there are too
many. The file lies beside the ledger and is less precious: what cannot be read or written is a look that was never
made, with one warning, and never stops a call.

The runs of a portfolio live here too, because a run is over when every case has a look.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import zlib
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from pydantic import BaseModel

from jpo_mcp.clock import DAY
from jpo_mcp.endpoints import Endpoint, Keep
from jpo_mcp.errors import UnsafeDirectory, Words
from jpo_mcp.upstream import envelope
from jpo_mcp.upstream.folders import private_file, private_folder, shown
from jpo_mcp.upstream.offload import OneThread

log = logging.getLogger(__name__)

M = TypeVar("M")
T = TypeVar("T")

FILE = "snapshots.db"
KEPT_BODIES = 50
"""Newest different bodies kept of one question, beside the first."""
KEPT_MOMENTS = 400
"""Newest moments at which one question was looked at, beside the first."""
MAX_BYTES = 256 * 1024 * 1024
KEPT_RUNS = 60 * DAY
MOST_RUNS = 500
"""Newest runs kept of each person: planning one costs nothing, and must not fill the disk."""

_PATIENCE = 5.0
_DROPPED_AT_ONCE = 200
_SCHEMA = """
CREATE TABLE body (id INTEGER PRIMARY KEY, question TEXT NOT NULL, digest BLOB NOT NULL, packed BLOB NOT NULL);
CREATE INDEX body_of ON body (question);
CREATE TABLE look (
  question TEXT NOT NULL, at REAL NOT NULL, body INTEGER NOT NULL REFERENCES body ON DELETE CASCADE,
  PRIMARY KEY (question, at)) WITHOUT ROWID;
CREATE INDEX look_at ON look (body);
CREATE TABLE run (handle TEXT PRIMARY KEY, at REAL NOT NULL, told TEXT NOT NULL) WITHOUT ROWID;
PRAGMA user_version = 1;
"""
_UNREADABLE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_LOOKS = frozenset({Keep.RIGHT, Keep.REFERENCE, Keep.FINAL})


def is_look(endpoint: Endpoint[Any]) -> bool:
    """Whether an answer of this endpoint is a look: the state of a case, or the case that a number leads to."""
    return endpoint.reply == "json" and endpoint.keep in _LOOKS


@dataclass(frozen=True)
class Look(Generic[M]):
    """What the JPO said at that moment (unix seconds), byte for byte."""

    endpoint: Endpoint[M]
    at: float
    body: bytes

    @cached_property
    def data(self) -> M | None:
        """The record; None where the JPO had nothing under that number."""
        said = envelope.read(self.body, 200).data
        return None if said is None else cast("M", cast("type[BaseModel]", self.endpoint.model).model_validate(said))


class Snapshots:
    """The looks of one API host, on a thread of their own. The file is opened by the first question, not before.

    `trouble` says what went wrong with the file since the start, for people; None when all is well. `durable` False is
    for tests, which meet no power cut.
    """

    def __init__(self, folder: Path, *, host: str, max_bytes: int = MAX_BYTES, durable: bool = True) -> None:
        self.path = folder / FILE
        self._durable = durable
        self.trouble: Words | None = None
        self._host = host
        self._max_bytes = max_bytes
        self._thread = OneThread("jpo-snapshots")
        self._db: sqlite3.Connection | None = None
        self._inode = 0

    async def keep(self, endpoint: Endpoint[Any], arguments: Sequence[str], at: float, body: bytes) -> None:
        """Keeps a look. The same one again changes nothing."""
        question = self._question(endpoint, arguments)
        await self._thread.run(self._try, lambda db: _keep(db, question, at, body, self._max_bytes), None)

    async def latest(
        self, endpoints: Sequence[Endpoint[M]], arguments: Sequence[str], *, before: float
    ) -> Look[M] | None:
        """The latest look before that moment through any of these endpoints, which answer the same question."""
        named = {self._question(endpoint, arguments): endpoint for endpoint in endpoints}
        found = await self._thread.run(self._try, lambda db: _latest(db, tuple(named), before), None)
        return None if found is None else Look(named[found[0]], found[1], found[2])

    async def recent(self, endpoints: Sequence[Endpoint[Any]], count: int) -> list[tuple[Endpoint[Any], list[str]]]:
        """The questions looked at last through any of these endpoints, the newest first, with their arguments."""
        named = {endpoint.key: endpoint for endpoint in endpoints}

        def find(db: sqlite3.Connection) -> list[tuple[Endpoint[Any], list[str]]]:
            looked_at = db.execute("SELECT question FROM look GROUP BY question ORDER BY max(at) DESC")
            told = (cast("list[str]", json.loads(row[0])) for row in looked_at)
            ours = ((named[key], arguments) for host, key, *arguments in told if host == self._host and key in named)
            return list(islice(ours, count))

        return await self._thread.run(self._try, find, [])

    async def put_run(self, handle: str, at: float, told: str, *, person: str = "") -> None:
        """Keeps what a run of that person's must do, for sixty days after its last call; of each the newest runs."""
        owner = self._owner(person)

        def put(db: sqlite3.Connection) -> None:
            db.execute("INSERT OR REPLACE INTO run VALUES (?, ?, ?)", (owner + handle, at, told))
            db.execute("DELETE FROM run WHERE at < ?", (at - KEPT_RUNS,))
            db.execute(
                "DELETE FROM run WHERE handle IN (SELECT handle FROM run WHERE handle > :owner"
                " AND handle < :owner || '~' ORDER BY at DESC LIMIT -1 OFFSET :most)",
                {"owner": owner, "most": MOST_RUNS},
            )

        await self._thread.run(self._try, put, None)

    async def run(self, handle: str, *, person: str = "") -> str | None:
        """What was kept under that handle for that person; nobody else's is found."""
        name = self._owner(person) + handle

        def find(db: sqlite3.Connection) -> str | None:
            row = db.execute("SELECT told FROM run WHERE handle = ?", (name,)).fetchone()
            return None if row is None else str(row[0])

        return await self._thread.run(self._try, find, None)

    async def close(self) -> None:
        """Lets go of the file and the thread."""
        if self._db is not None:
            await self._thread.run(self._db.close)
            self._db = None
        self._thread.close()

    def _question(self, endpoint: Endpoint[Any], arguments: Sequence[str]) -> str:
        return json.dumps([self._host, endpoint.key, *arguments], ensure_ascii=False)

    def _owner(self, person: str) -> str:
        """What the names of that person's runs begin with, and no other's: JSON says where a person ends."""
        return json.dumps([self._host, person]) if person else f"{self._host}|"

    # ── the file ──────────────────────────────────────────────────────────────────────────────

    def _try(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """What `work` gives, in one transaction; `otherwise` where the file cannot be used."""
        for _ in range(2):  # the second time with a new file, where the old one was unreadable
            try:
                with _transaction(self._current()) as db:
                    return work(db)
            except (sqlite3.Error, zlib.error, OSError, UnsafeDirectory) as error:
                if not self._sets_aside(error):
                    return otherwise
        return otherwise

    def _current(self) -> sqlite3.Connection:
        """The open file; opened anew where another process has put a new one in its place."""
        if self._db is not None and (not self.path.exists() or self.path.stat().st_ino != self._inode):
            self._let_go()
        if self._db is None:
            self._db = self._open()
        return self._db

    def _open(self) -> sqlite3.Connection:
        private_folder(self.path.parent)
        private_file(self.path)
        self._inode = self.path.stat().st_ino
        # A rollback journal, as the ledger's: it does not meet the WAL-reset fault of SQLite before 3.51.3.
        db = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            db.execute("PRAGMA journal_mode = TRUNCATE")
            db.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'OFF'}")
            db.execute("PRAGMA foreign_keys = ON")
            with _transaction(db):
                _set_up(db)
        except BaseException:
            db.close()
            raise
        return db

    def _let_go(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def _sets_aside(self, error: Exception) -> bool:
        """Notes the trouble; an unreadable file is set aside, never deleted, and True says that a new one may begin."""
        unreadable = getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNREADABLE
        if unreadable:
            self._let_go()
            self._rename()
        why = "unreadable, set aside" if unreadable else str(error)[:100]
        if self.trouble is None:
            log.warning("earlier looks in %s cannot be used: %s", shown(self.path), why)
        self.trouble = Words(
            f"earlier looks in {shown(self.path)} cannot be used ({why}); comparisons may be missing",
            f"過去の取得記録 {shown(self.path)} が使えないため（{why}）、比較できない案件があり得ます。",
        )
        return unreadable

    def _rename(self) -> None:
        taken = len(list(self.path.parent.glob(f"{FILE}.unreadable-*")))
        with suppress(OSError):
            if self.path.stat().st_ino == self._inode:  # otherwise another process was quicker
                self.path.rename(self.path.with_name(f"{FILE}.unreadable-{taken + 1}"))


@contextmanager
def _transaction(db: sqlite3.Connection) -> Generator[sqlite3.Connection]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _set_up(db: sqlite3.Connection) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > 1:
        raise sqlite3.DatabaseError("the file is of a newer version")
    for statement in _SCHEMA.split(";") if version == 0 else ():
        db.execute(statement)


def _keep(db: sqlite3.Connection, question: str, at: float, body: bytes, max_bytes: int) -> None:
    digest = _digest(body)
    last = db.execute(
        "SELECT body.id, digest FROM look JOIN body ON body.id = look.body WHERE look.question = ? AND at <= ?"
        " ORDER BY at DESC LIMIT 1",
        (question, at),
    ).fetchone()
    if last is not None and last[1] == digest:
        number = last[0]
    else:
        new = db.execute(
            "INSERT INTO body (question, digest, packed) VALUES (?, ?, ?)", (question, digest, zlib.compress(body))
        )
        number = new.lastrowid
    db.execute("INSERT OR IGNORE INTO look VALUES (?, ?, ?)", (question, at, number))
    _forget_surplus(db, question, max_bytes)


def _digest(body: bytes) -> bytes:
    """What a reply says, without the counter that differs each time and without the order of keys."""
    said = envelope.read(body, 200)
    text = json.dumps([said.status_code, said.data], sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def _forget_surplus(db: sqlite3.Connection, question: str, max_bytes: int) -> None:
    db.execute(
        "DELETE FROM body WHERE question = :q AND id > (SELECT min(id) FROM body WHERE question = :q)"
        " AND id < (SELECT id FROM body WHERE question = :q ORDER BY id DESC LIMIT 1 OFFSET :kept)",
        {"q": question, "kept": KEPT_BODIES - 1},
    )
    db.execute(
        "DELETE FROM look WHERE question = :q AND at > (SELECT min(at) FROM look WHERE question = :q)"
        " AND at < (SELECT at FROM look WHERE question = :q ORDER BY at DESC LIMIT 1 OFFSET :kept)",
        {"q": question, "kept": KEPT_MOMENTS - 1},
    )
    pages, free, size = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in _SIZES)
    if (pages - free) * size > max_bytes:
        db.execute("DELETE FROM body WHERE id IN (SELECT id FROM body ORDER BY id LIMIT ?)", (_DROPPED_AT_ONCE,))


_SIZES = ("page_count", "freelist_count", "page_size")


def _latest(db: sqlite3.Connection, questions: tuple[str, ...], before: float) -> tuple[str, float, bytes] | None:
    rows = [
        db.execute(
            "SELECT look.question, at, packed FROM look JOIN body ON body.id = look.body"
            " WHERE look.question = ? AND at < ? ORDER BY at DESC LIMIT 1",
            (question, before),
        ).fetchone()
        for question in questions
    ]
    found = max((row for row in rows if row is not None), key=lambda row: row[1], default=None)
    return None if found is None else (found[0], found[1], zlib.decompress(found[2]))
