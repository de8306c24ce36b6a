"""A host's file: read as it is encoded, and written so that nothing of it is ever lost."""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jpo_mcp.clock import JST
from jpo_mcp.errors import HostUnchanged, Words, reason_of
from jpo_mcp.upstream.folders import FILE_MODE

_MARKS = {BOM_UTF8: "utf-8", BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}
_BACKUP = ".jpo-mcp-"


@dataclass(frozen=True, slots=True)
class HostFile:
    """A file as it was found: its bytes, None where it is not there, and what they say."""

    path: Path
    raw: bytes | None
    mark: bytes = b""
    text: str = ""

    def encoded(self, text: str) -> bytes:
        """That text as this file is encoded."""
        try:
            return self.mark + text.encode(_MARKS.get(self.mark, "utf-8"))
        except UnicodeEncodeError:
            raise unchanged(
                self.path, Words("a path cannot be written in it", "書けない文字がパスにあります")
            ) from None


def read(path: Path) -> HostFile:
    """The file, or where it would be; a link is followed. Raises `HostUnchanged` where it cannot be had."""
    try:
        target = path.resolve()
        if not os.path.lexists(target):
            return HostFile(target, None)
        if not stat.S_ISREG(target.stat().st_mode):
            raise unchanged(path, Words("it is no file", "ファイルではありません"))
        raw = target.read_bytes()
    except (OSError, RuntimeError) as failure:
        raise unchanged(path, reason_of(failure)) from None
    return HostFile(target, raw, *_decoded(raw, path))


def _decoded(raw: bytes, path: Path) -> tuple[bytes, str]:
    mark = next((mark for mark in _MARKS if raw.startswith(mark)), b"")
    with suppress(UnicodeDecodeError):
        return mark, raw[len(mark) :].decode(_MARKS.get(mark, "utf-8"))
    raise unchanged(
        path,
        Words("it is neither UTF-8 nor UTF-16", "UTF-8 でも UTF-16 でもありません"),
        Words("save it as UTF-8, and run this again", "UTF-8 で保存し直してから、もう一度実行してください。"),
    )


def write(file: HostFile, raw: bytes | None, now: float) -> Path | None:
    """Puts these bytes in the file's place, or nothing for None, and gives the backup that was made of it.

    Raises `HostUnchanged`, with the file as it was, where that cannot be done or where somebody changed it meanwhile.
    """
    beside, backup = file.path.with_name(f".{file.path.name}.{os.getpid()}"), None
    try:
        _check_writable(file)
        file.path.parent.mkdir(parents=True, exist_ok=True)
        backup = _backed_up(file, now)
        if raw is not None:
            _make(beside, raw, like=file.path)
        _put_in_place(file, beside if raw is not None else None)
    except (OSError, HostUnchanged) as failure:
        for made in filter(None, (beside, backup)):
            with suppress(OSError):
                made.unlink(missing_ok=True)
        raise failure if isinstance(failure, HostUnchanged) else unchanged(file.path, reason_of(failure)) from None
    return backup


def _put_in_place(file: HostFile, beside: Path | None) -> None:
    if _now_there(file.path) != file.raw:
        raise _changed(file.path)
    if beside is None:
        file.path.unlink()
    else:
        beside.replace(file.path)


def backups(file: HostFile) -> list[HostFile]:
    """What was kept of the file, the newest first, as far as it can be read."""
    kept: list[HostFile] = []
    for path in sorted(file.path.parent.glob("*.bak"), key=lambda path: path.name, reverse=True):
        if path.name.startswith(file.path.name + _BACKUP):
            with suppress(HostUnchanged):
                kept.append(read(path))
    return kept


def _check_writable(file: HostFile) -> None:
    """The mode is asked as well: to an administrator everything looks writable, and no rename asks the file."""
    moded = (file.path,) if os.name == "nt" else (file.path, file.path.parent)  # a folder's means nothing there
    for place in (file.path, file.path.parent):
        is_closed = place in moded and place.exists() and not place.stat().st_mode & 0o222
        if is_closed or (place.exists() and not os.access(place, os.W_OK)):
            raise unchanged(
                file.path,
                Words("it, or its folder, is read-only", "ファイルかフォルダが読み取り専用です"),
                Words("make it writable, and run this again", "書き込み可能にしてから、もう一度実行してください。"),
            )


def _backed_up(file: HostFile, now: float) -> Path | None:
    if file.raw is None:
        return None
    day = datetime.fromtimestamp(now, JST).strftime("%Y%m%d-%H%M%S")
    for number in range(100):
        backup = file.path.with_name(f"{file.path.name}{_BACKUP}{day}-{number:02}.bak")
        with suppress(FileExistsError):
            _make(backup, file.raw)
            return backup
    raise FileExistsError


def _make(path: Path, raw: bytes, like: Path | None = None) -> None:
    """A new file, closed to others, or with the mode and owner of another one."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    made = os.fdopen(os.open(path, flags, FILE_MODE), "wb")
    try:
        with made:
            made.write(raw)
            made.flush()
            os.fsync(made.fileno())
    except OSError:
        path.unlink()
        raise
    if like is not None and like.exists():
        found = like.stat()
        if os.name == "posix":
            with suppress(PermissionError):
                os.chown(path, found.st_uid, found.st_gid)
        path.chmod(stat.S_IMODE(found.st_mode))


def _now_there(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _changed(path: Path) -> HostUnchanged:
    return unchanged(
        path,
        Words("another program changed it just now", "他のプログラムが同時に変更しました"),
        Words("quit the host, and run this again", "ホストを終了してから、もう一度実行してください。"),
    )


def unchanged(path: Path, why: Words, do: Words | None = None) -> HostUnchanged:
    """The refusal that names the file, why, and what to do."""
    return HostUnchanged(
        Words(f"{path} was left as it is: {why.en}", f"{path} は変更していません：{why.ja}。"),
        do
        or Words(
            "mend that, or add by hand what `jpo-mcp install json` prints",
            "原因を取り除くか、`jpo-mcp install json` の表示内容を手動で追加してください。",
        ),
        example="jpo-mcp install json",
    )
