"""The kept answers as they lie in their file, for whoever reads all of them. Nothing is written, moved or set aside."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from jpo_mcp.upstream.store import DATABASE, OURS, Kept, key_of, unpack

_PATIENCE = 5.0


class Place(NamedTuple):
    """Where one kept answer lies, and when it was put there: an answer in place of another has another time."""

    row: int
    put_at: float


class Shelf:
    """One folder of kept answers. Use it from one thread; it raises `sqlite3.Error` where the file cannot be read."""

    def __init__(self, folder: Path) -> None:
        self._database = folder.absolute() / DATABASE
        self._con: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None

    def version(self) -> object:
        """Something else after every change."""
        con = self._current()
        return None if con is None else (self._identity, con.execute("PRAGMA data_version").fetchone()[0])

    def listed(self) -> frozenset[Place]:
        """Every kept answer."""
        con = self._current()
        rows = [] if con is None else con.execute("SELECT rowid, store_time FROM Cache").fetchall()  # from an index
        return frozenset(Place(int(row), float(at)) for row, at in rows if isinstance(at, float))

    def read(self, place: Place) -> Kept | None:
        """What lies there; None where it is gone, damaged, or not ours."""
        return self._unpacked("rowid = ? AND store_time = ?", place)

    def beside(self, endpoint_key: str, arguments: tuple[str, ...]) -> Kept | None:
        """What is kept under that question."""
        return self._unpacked("key = ?", (key_of(endpoint_key, arguments),))

    def _unpacked(self, where: str, values: tuple[object, ...]) -> Kept | None:
        con = self._current()
        sql = f"SELECT key, value FROM Cache WHERE {where} AND {OURS}"  # noqa: S608 our own words
        row = None if con is None else con.execute(sql, values).fetchone()
        return unpack(row[0], row[1]) if row and isinstance(row[0], str) else None

    def close(self) -> None:
        """Lets go of the file."""
        if self._con is not None:
            self._con.close()
        self._con = None

    def _current(self) -> sqlite3.Connection | None:
        """The open file, opened anew where another has taken its place; None where there is none."""
        found = None
        with suppress(OSError):
            stat = self._database.stat()
            found = (stat.st_dev, stat.st_ino) if stat.st_size else None
        if found != self._identity:
            self.close()
            self._identity = found
        if self._con is None and found is not None:
            # mode=rw, so that what a killed process left half written is rolled back; nothing else is written
            self._con = sqlite3.connect(
                f"{self._database.as_uri()}?mode=rw", uri=True, timeout=_PATIENCE, isolation_level=None,
                check_same_thread=False,
            )  # fmt: skip
            self._con.execute("PRAGMA query_only = ON")
        return self._con
