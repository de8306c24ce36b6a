"""What is kept, made searchable: an index (SQLite's FTS5) in a file beside the kept answers, on a thread of its own.

The kept answers are the truth and this is their shadow: it is brought up to them when somebody searches, what was
dropped from them is dropped here, and a file that is lost, broken or of another version is made again. Several
processes may do so at once. It knows strings only; what of an answer is searchable is its callers' business.

The index holds pairs of characters and their places (`grams.py`); the texts lie packed beside it, for what is shown.
Over 10,000 papers of 4,400 characters (`python -m bench`, SQLite 3.40) the pairs take 1.35 of the text and the packed
texts 0.35. SQLite's own trigrams would take more than the pairs, and find no word of two characters; pairs without
their places would take a fifth, but every paper they suggest would have to be read to know.
"""

from __future__ import annotations

import logging
import sqlite3
import time
import zlib
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from jpo_mcp.clock import Clock
from jpo_mcp.errors import NotSearchable, Words
from jpo_mcp.upstream.folders import private_file, private_folder, shown
from jpo_mcp.upstream.grams import grams, matching
from jpo_mcp.upstream.offload import OneThread
from jpo_mcp.upstream.shelf import Place, Shelf
from jpo_mcp.upstream.store import BESIDE, MAX_BYTES, Kept

log = logging.getLogger(__name__)

T = TypeVar("T")

VERSION: Final = 1
"""Another one for every change of the tables, of `grams`, or of what callers make of an answer."""

NO_ROOM: Final = "no room"
"""Why the oldest is left out of an index that has grown too large."""

_PATIENCE = 5.0
_BATCH = 0.25
"""Seconds that one transaction may take: as long do other processes wait."""
_DROPPED_AT_ONCE = 50
_TIMES_PACKED = 5
"""The file beside its packed texts. It does not shrink at once when texts go, so they are what is counted."""
_UNREADABLE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})

_TABLES = ("source", "paper", "gram")
_SCHEMA = """
CREATE TABLE source (
  place INTEGER, put_at REAL, keep_until REAL, left_out TEXT NOT NULL, shadowed INTEGER NOT NULL,
  PRIMARY KEY (place, put_at)) WITHOUT ROWID;
CREATE TABLE paper (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, "case" TEXT NOT NULL,
  place INTEGER NOT NULL, put_at REAL NOT NULL, about TEXT NOT NULL, packed BLOB NOT NULL);
CREATE INDEX paper_of ON paper (place, put_at);
CREATE INDEX paper_kind ON paper (kind, "case");
CREATE VIRTUAL TABLE gram USING fts5(pairs, content='', columnsize=0, tokenize='ascii');
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One text to be found. Of two with the same name, the one that was kept last is held.

    `day` (a date's ordinal) orders what is found, the latest first. `about` is given back with what is found.
    """

    name: str
    kind: str
    case: str
    day: int
    about: str
    text: str


Beside = Callable[[str, tuple[str, ...]], Kept | None]
"""Another kept answer, by its endpoint's key and its arguments."""

Reader = Callable[[Kept, Beside], tuple[Sequence[Entry], str]]
"""What is searchable in a kept answer, or why nothing is. It runs on the index's thread."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One text that was found. `place` orders it among all, and asks for those after it."""

    place: int
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """How many texts there are with those words, and some of them. `held` and `cases` say what was searched:
    the texts of each kind, and all their cases; `left_out` how many kept answers were not, and why."""

    total: int
    hits: tuple[Hit, ...]
    held: dict[str, int]
    cases: int
    left_out: dict[str, int]


class SearchIndex:
    """The index of one folder of kept answers. The file is opened by the first search, not before."""

    def __init__(self, folder: Path, *, clock: Clock, max_bytes: int = MAX_BYTES) -> None:
        self.path = folder.absolute() / BESIDE
        self._clock = clock
        self._max_bytes = max_bytes
        self._shelf = Shelf(folder)
        self._thread = OneThread("jpo-search")
        self._db: sqlite3.Connection | None = None
        self._inode = 0
        self._closed = False
        self._whole: object = None
        self._expires = float("inf")

    async def catch_up(self, read: Reader, *, seconds: float) -> int:
        """Brings the index up to what is kept, the newest first, for so long; how many answers are still missing."""
        return await self._thread.run(self._attempt, lambda db: self._catch_up(db, read, seconds))

    async def find(
        self, words: Sequence[Iterable[str]], labels: Sequence[str] = (), *, before: int | None = None, most: int
    ) -> Found:
        """The texts that hold every one of these keys (each in one of its spellings), before a place, the latest
        first. A label is a case or a kind."""
        expression = matching(words, labels)
        return await self._thread.run(self._attempt, lambda db: _find(db, expression, before, most))

    async def clear(self) -> None:
        """Forgets everything, and gives the room back."""
        if self.path.exists():
            await self._thread.run(self._attempt, self._clear)

    async def close(self) -> None:
        """Lets go of the files and the thread; what is being read is broken off."""
        self._closed = True
        await self._thread.run(self._let_go)
        self._thread.close()

    # ── the file ──────────────────────────────────────────────────────────────────────────────

    def _attempt(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` gives, the second time with a new file where the old one was unreadable."""
        try:
            return work(self._current())
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _UNREADABLE:
                raise _not_searchable(self.path, error) from error
            log.warning("the search index %s is unreadable; it is made again", shown(self.path))
        except OSError as error:
            raise _not_searchable(self.path, error) from error
        try:
            self._let_go()
            self.path.unlink(missing_ok=True)
            return work(self._current())
        except (sqlite3.Error, OSError) as error:
            raise _not_searchable(self.path, error) from error

    def _current(self) -> sqlite3.Connection:
        """The open file; opened anew where another has taken its place, made anew where it is of another version."""
        if self._db is not None and (not self.path.exists() or self.path.stat().st_ino != self._inode):
            self._let_go()
        if self._db is None:
            self._db = self._open()
        if _version(self._db) != VERSION:
            self._begin(self._db)
        return self._db

    def _begin(self, db: sqlite3.Connection) -> None:
        self._whole = None
        with _transaction(db):
            _set_up(db)

    def _open(self) -> sqlite3.Connection:
        private_folder(self.path.parent)
        private_file(self.path)
        self._inode = self.path.stat().st_ino
        db = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            # A rollback journal, as the kept answers have, and for the same reasons.
            db.execute("PRAGMA journal_mode = TRUNCATE")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA cache_size = -16384")
        except BaseException:
            db.close()
            raise
        return db

    def _let_go(self) -> None:
        self._whole = None
        self._shelf.close()
        if self._db is not None:
            self._db.close()
            self._db = None

    def _clear(self, db: sqlite3.Connection) -> None:
        self._begin(db)
        db.execute("VACUUM")

    # ── bringing it up to what is kept ────────────────────────────────────────────────────────

    def _catch_up(self, db: sqlite3.Connection, read: Reader, seconds: float) -> int:
        version, now = self._shelf.version(), self._clock.now()
        if version is not None and version == self._whole and now < self._expires:
            return 0
        listed = self._shelf.listed()
        ends = time.monotonic() + seconds
        while (missing := self._step(db, read, listed, now)) and time.monotonic() < ends and not self._closed:
            pass
        self._whole = None if missing else version
        expires = db.execute("SELECT min(keep_until) FROM source").fetchone()[0]
        self._expires = float("inf") if expires is None else expires
        return missing

    def _step(self, db: sqlite3.Connection, read: Reader, listed: frozenset[Place], now: float) -> int:
        """One transaction's worth; how many are missing after it."""
        if not (_gone(db, listed, now) or listed - _known(db)):
            return 0
        try:
            with _transaction(db):
                _forget_gone(db, listed, now)
                missing = sorted(listed - _known(db), key=lambda place: place.put_at, reverse=True)
                done = self._index(db, read, missing, now)
                _make_room(db, self._max_bytes)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return len(listed - _known(db))  # another process is at it
        return len(missing) - done

    def _index(self, db: sqlite3.Connection, read: Reader, missing: Sequence[Place], now: float) -> int:
        """As many of these as fit into a transaction; how many those were."""
        ends = time.monotonic() + _BATCH
        for done, place in enumerate(missing, start=1):
            kept = self._shelf.read(place)
            served = kept is not None and now < kept.keep_until
            entries, left_out = read(kept, self._shelf.beside) if kept is not None and served else ((), "")
            held = [_hold(db, entry, place) for entry in entries]
            row = (*place, kept.keep_until if kept and served else None, left_out, not all(held))
            db.execute("INSERT INTO source VALUES (?, ?, ?, ?, ?)", row)
            if time.monotonic() > ends:
                return done
        return len(missing)


@contextmanager
def _transaction(db: sqlite3.Connection) -> Generator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _set_up(db: sqlite3.Connection) -> None:
    for table in _TABLES:
        db.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _SCHEMA.split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")


def _known(db: sqlite3.Connection) -> frozenset[Place]:
    return frozenset(Place(*row) for row in db.execute("SELECT place, put_at FROM source"))


def _gone(db: sqlite3.Connection, listed: frozenset[Place], now: float) -> frozenset[Place]:
    """What is no longer kept, or no longer served."""
    expired = db.execute("SELECT place, put_at FROM source WHERE keep_until <= ?", (now,))
    return (_known(db) - listed) | {Place(*row) for row in expired}


def _forget_gone(db: sqlite3.Connection, listed: frozenset[Place], now: float) -> None:
    gone = _gone(db, listed, now)
    if 2 * len(gone) > len(_known(db)):
        _set_up(db)  # sooner read again than taken out one by one
        return
    _forget(db, gone)
    db.executemany("DELETE FROM source WHERE place = ? AND put_at = ?", gone - listed)


def _forget(db: sqlite3.Connection, places: Iterable[Place], why: str = "") -> None:
    """Their texts go; where another answer held the same text, it is read again."""
    for place in places:
        for (paper,) in db.execute("SELECT id FROM paper WHERE place = ? AND put_at = ?", place).fetchall():
            _drop(db, paper)
            db.execute("DELETE FROM source WHERE shadowed")
        db.execute("UPDATE source SET keep_until = NULL, left_out = ? WHERE place = ? AND put_at = ?", (why, *place))


def _drop(db: sqlite3.Connection, paper: int) -> None:
    """An index without content must be told what it held."""
    kind, case, packed = db.execute('SELECT kind, "case", packed FROM paper WHERE id = ?', (paper,)).fetchone()
    pairs = grams(_unpacked(packed), (kind, case))
    db.execute("INSERT INTO gram (gram, rowid, pairs) VALUES ('delete', ?, ?)", (paper, pairs))
    db.execute("DELETE FROM paper WHERE id = ?", (paper,))


def _hold(db: sqlite3.Connection, entry: Entry, place: Place) -> bool:
    """Adds one text, unless a later answer holds it already, or in place of an earlier one's."""
    there = db.execute("SELECT id, place, put_at FROM paper WHERE name = ?", (entry.name,)).fetchone()
    if there is not None and there[2] >= place.put_at:
        return False
    if there is not None:
        _drop(db, there[0])
        db.execute("UPDATE source SET shadowed = 1 WHERE place = ? AND put_at = ?", there[1:])
    paper = entry.day << 32 | zlib.crc32(entry.name.encode())
    while db.execute("SELECT 1 FROM paper WHERE id = ?", (paper,)).fetchone():
        paper += 1
    packed = zlib.compress(entry.text.encode("utf-8", "replace"), 6)
    row = (paper, entry.name, entry.kind, entry.case, *place, entry.about, packed)
    db.execute("INSERT INTO paper VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    pairs = grams(_unpacked(packed), (entry.kind, entry.case))
    db.execute("INSERT INTO gram (rowid, pairs) VALUES (?, ?)", (paper, pairs))
    return True


def _make_room(db: sqlite3.Connection, max_bytes: int) -> None:
    """The oldest go from an index that has grown too large, and stay out."""
    packed = int(db.execute("SELECT coalesce(sum(length(packed)), 0) FROM paper").fetchone()[0])
    if packed * _TIMES_PACKED > max_bytes:
        held = "SELECT place, put_at FROM source WHERE keep_until IS NOT NULL ORDER BY put_at LIMIT ?"
        _forget(db, [Place(*row) for row in db.execute(held, (_DROPPED_AT_ONCE,))], NO_ROOM)


def _find(db: sqlite3.Connection, expression: str, before: int | None, most: int) -> Found:
    counted = "SELECT count(*) FROM gram WHERE gram MATCH ?"
    listed = "SELECT rowid FROM gram WHERE gram MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"
    places = db.execute(listed, (expression, (1 << 62) if before is None else before, most)).fetchall()
    papers = (db.execute("SELECT id, about, packed FROM paper WHERE id = ?", place).fetchone() for place in places)
    return Found(
        total=int(db.execute(counted, (expression,)).fetchone()[0]),
        hits=tuple(Hit(place, about, _unpacked(packed)) for place, about, packed in papers),
        held=dict(db.execute("SELECT kind, count(*) FROM paper GROUP BY kind")),
        cases=int(db.execute('SELECT count(DISTINCT "case") FROM paper').fetchone()[0]),
        left_out=dict(db.execute("SELECT left_out, count(*) FROM source WHERE left_out <> '' GROUP BY left_out")),
    )


def _unpacked(packed: bytes) -> str:
    return zlib.decompress(packed).decode()


# ── the words ─────────────────────────────────────────────────────────────────────────────────


def _not_searchable(path: Path, error: Exception) -> NotSearchable:
    if "no such module" in str(error):
        return NotSearchable(
            Words(
                f"the SQLite {sqlite3.sqlite_version} of this Python has no full-text search (FTS5)",
                f"この Python の SQLite {sqlite3.sqlite_version} には全文検索（FTS5）がありません。",
            ),
            Words(
                "run jpo-mcp with a Python whose SQLite has it, as those of python.org and uv have; "
                "everything else works without",
                "FTS5 を含む Python（python.org や uv のもの）で実行してください。他の機能はそのまま使えます。",
            ),
        )
    why = getattr(error, "sqlite_errorname", type(error).__name__)
    return NotSearchable(
        Words(
            f"kept answers cannot be searched now: {shown(path)} ({why})",
            f"保存済みの回答を検索できません：{shown(path)}（{why}）。",
        ),
        Words(
            "try again in a minute; if it stays so, look at the folder's permissions and free space (jpo-mcp doctor)",
            "1分後に再度お試しください。続く場合はフォルダの権限と空き容量を確認してください（jpo-mcp doctor）。",
        ),
    )
