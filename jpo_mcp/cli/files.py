"""Files that a command reads or writes, and why one cannot be."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from jpo_mcp.errors import BadArgument, Words, quote, reason_of


def check_writable(name: str, path: Path | None) -> None:
    """Raises `BadArgument` where a file asked for by the option of that name could not be written."""
    if path is None:
        return
    try:
        for place in (path, _beside(path.absolute())):  # the one beside has a longer name
            with suppress(FileNotFoundError):
                place.stat()
    except OSError as failure:
        raise bad_file(name, path, reason_of(failure)) from None
    if path.exists() and not path.is_file():
        raise bad_file(name, path, Words("it is no file", "ファイルではありません。"))
    if not os.access(path.parent, os.W_OK):
        raise bad_file(name, path, Words("its folder cannot be written to", "フォルダに書き込めません。"))


def write_file(name: str, path: Path, text: str) -> None:
    """Writes the file beside, then puts it in place: no reader ever meets half of it."""
    place = path.resolve()
    beside = _beside(place)
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:  # nobody else's file, nor a link to one
            file.write(text)
        beside.replace(place)
    except OSError as failure:
        with suppress(OSError):
            beside.unlink()
        raise bad_file(name, path, reason_of(failure)) from None


def _beside(place: Path) -> Path:
    return place.parent / f".{place.name}.{os.getpid()}"


def bad_file(field: str, path: str | Path, why: Words) -> BadArgument:
    """A file that cannot be used; of its path only the name is told."""
    shown = quote(Path(path).name or str(path))
    return BadArgument(
        Words(f"{shown} cannot be used: {why.en}", f"{shown} を使えません：{why.ja}"),
        Words("name another file", "別のファイルを指定してください。"),
        field=field,
    )
