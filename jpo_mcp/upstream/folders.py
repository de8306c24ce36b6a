"""Folders and files that are ours alone: what was asked about whose case is nobody else's business.

Windows has no owner or mode of this kind (a profile folder is private by its access list), so those
checks are for the other systems.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import stat
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from jpo_mcp.errors import UnsafeDirectory, Words

FOLDER_MODE = 0o700
FILE_MODE = 0o600
_LOCK_SECONDS = 10.0
_SHOWN = 80


def private_folder(path: Path) -> Path:
    """That folder, there and closed to everybody else; its parents are made as the umask says.

    Raises `UnsafeDirectory` for a link, a file or somebody else's folder, `OSError` where none can be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.mkdir(mode=FOLDER_MODE)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise _refused(path, Words("is no folder (a link or a file)", "はフォルダではありません"))
    _make_ours(path, found, FOLDER_MODE)
    return path


def private_file(path: Path) -> Path:
    """That file, there (empty if new) and closed to everybody else.

    Raises `UnsafeDirectory` for a link, a folder or somebody else's file, `OSError` where none can be made.
    """
    # A file that is there is never opened here: closing it would drop this process's SQLite locks on it.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), FILE_MODE))
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise _refused(path, Words("is no file (a link or a folder)", "はファイルではありません"))
    _make_ours(path, found, FILE_MODE)
    return path


def put_file(file: Path, content: bytes) -> None:
    """Writes a file whole or not at all, for our eyes only: nobody ever reads half of it, not after a power cut."""
    new = file.with_name(f".new-{secrets.token_hex(8)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)


@contextmanager
def alone(lock: Path) -> Generator[None]:
    """One process at a time; SQLite's lock is on every system and ends with the process that holds it."""
    with closing(sqlite3.connect(private_file(lock), timeout=_LOCK_SECONDS, isolation_level=None)) as held:
        held.execute("BEGIN EXCLUSIVE")
        yield


def shown(path: Path) -> str:
    """A path for a message: its end, where it is long."""
    text = str(path)
    return text if len(text) <= _SHOWN else "…" + text[-_SHOWN:]


def _make_ours(path: Path, found: os.stat_result, mode: int) -> None:
    if os.name == "nt":
        return
    if found.st_uid != os.geteuid():
        raise _refused(path, Words("belongs to another user", "は別のユーザーの所有です"))
    if stat.S_IMODE(found.st_mode) != mode:
        path.chmod(mode)


def _refused(path: Path, why: Words) -> UnsafeDirectory:
    return UnsafeDirectory(
        Words(f"{shown(path)} {why.en}", f"{shown(path)} {why.ja}。"),
        Words(
            "remove it, or name another place in JPO_MCP_STATE_DIR or JPO_MCP_CACHE_DIR",
            "取り除くか、JPO_MCP_STATE_DIR・JPO_MCP_CACHE_DIR に別の場所を指定してください。",
        ),
        rule=Words("this folder must be ours alone", "このフォルダは本人専用でなければなりません。"),
    )
