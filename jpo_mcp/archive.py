"""A ZIP archive's bytes to the files in it, whatever somebody put into it. Nothing is written anywhere.

The container is read here and not by a library: JPO bundles use little of the format, everything else in it is a way
to hurt a reader, and what cannot be read is said, never dropped.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from jpo_mcp.errors import JpoError, Words
from jpo_mcp.markup import Unreadable

MAX_ENTRIES = 2_000
MAX_ENTRY = 32 * 1024 * 1024
MAX_TOTAL = 128 * 1024 * 1024
MAX_RATIO = 200
_RATIO_FROM = 64 * 1024
"""Small files may be packed tighter: a page of blanks is no bomb."""

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_COMMENT = 65_535
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x2041  # encrypted, strongly encrypted, or with a masked directory
_UTF8_NAME = 0x800
_LONG_NAME = 120
_STEP = 64 * 1024


class UnreadableBundle(JpoError):
    """The bundle is no ZIP archive that can be read safely; none of its files was."""

    code = "unreadable_bundle"


class Member(NamedTuple):
    """One file of a bundle. `name` tells what kind of file it is; it is never a path."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of the bundle that was not read, and why."""

    name: str
    reason: Words


class _Entry(NamedTuple):
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


def members(data: bytes) -> tuple[tuple[Member, ...], tuple[Skipped, ...]]:
    """The files of an archive, and those that could not be unpacked; folders are neither."""
    entries = [entry for entry in _directory(data) if not (entry.name.endswith("/") and not entry.size)]
    found: list[Member] = []
    skipped: list[Skipped] = []
    for entry in entries:
        try:
            content = _unpacked(data, entry)
        except Unreadable as e:
            skipped.append(Skipped(_harmless(entry.name), e.reason))
            continue
        found.append(Member(_harmless(entry.name), content))
    return tuple(found), tuple(skipped)


class _End(NamedTuple):
    """Where the list of files begins and ends, how many it holds, and by how much everything was moved."""

    place: int
    at: int
    files: int
    moved: int


def _directory(data: bytes) -> list[_Entry]:
    """What the list of files holds, once its sizes and places are believable."""
    end = _end(data)
    try:
        entries = _entries(data, end)
        spans = sorted([*(_span(data, entry) for entry in entries), (end.place, end.at)])
    except struct.error as e:
        raise _unreadable(_CUT) from e
    if any(after < before for (_, before), (after, _) in pairwise(spans)):
        raise _unreadable(Words("files in it overlap", "ファイルが重なり合っています"))
    _check_sizes(entries)
    return entries


def _check_sizes(entries: list[_Entry]) -> None:
    if sum(entry.size for entry in entries) > MAX_TOTAL:
        raise _unreadable(Words("it would unpack to more than 128 MB", "展開すると128MBを超えます"))
    for entry in entries:
        if entry.size > MAX_ENTRY:
            raise _unreadable(Words("a file in it is larger than 32 MB", "32MBを超えるファイルがあります"))
        if entry.size > _RATIO_FROM and entry.size > MAX_RATIO * entry.packed:
            raise _unreadable(Words("a file in it is packed over 200 to 1", "200倍超に圧縮されたファイルがあります"))


def _end(data: bytes) -> _End:
    at = data.rfind(b"PK\5\6", max(0, len(data) - _COMMENT - _END.size))
    if at < 0 or at + _END.size > len(data):
        raise _unreadable(Words("it is no ZIP archive", "ZIP形式ではありません"))
    _, disk, first_disk, here, count, length, offset, _ = _END.unpack_from(data, at)
    if 0xFFFF in (disk, here, count) or 0xFFFFFFFF in (length, offset):
        raise _unreadable(Words("it is a ZIP64 archive, which bundles never are", "ZIP64形式は読みません"))
    if disk or first_disk or here != count:
        raise _unreadable(Words("it is one of several parts", "分割された書庫の一部です"))
    if count > MAX_ENTRIES:
        raise _unreadable(Words(f"it holds more than {MAX_ENTRIES:,} files", f"ファイルが{MAX_ENTRIES:,}件を超えます"))
    place = at - length
    if place < offset:
        raise _unreadable(_CUT)
    return _End(place, at, count, place - offset)


def _entries(data: bytes, end: _End) -> list[_Entry]:
    entries: list[_Entry] = []
    place = end.place
    for _ in range(end.files):
        entry, place = _entry(data, place, end.moved)
        entries.append(entry)
    if place != end.at:
        raise _unreadable(_LIST)
    return entries


_CUT = Words("it is cut short or damaged", "途中で切れているか壊れています")
_LIST = Words("its list of files is damaged", "ファイルの一覧が壊れています")


def _entry(data: bytes, place: int, moved: int) -> tuple[_Entry, int]:
    fields = _ENTRY.unpack_from(data, place)
    magic, _, _, flags, method, _, _, crc, packed, size, name_length, extra, comment, disk, _, _, offset = fields
    start = place + _ENTRY.size
    if magic != b"PK\1\2" or disk or start + name_length > len(data):
        raise _unreadable(_LIST)
    raw = data[start : start + name_length]
    name = raw.decode("utf-8" if flags & _UTF8_NAME else "cp932", "replace").replace("\\", "/")
    entry = _Entry(name, flags, method, crc, packed, size, offset + moved)
    return entry, start + name_length + extra + comment


def _span(data: bytes, entry: _Entry) -> tuple[int, int]:
    """Where the entry's header begins and its contents end."""
    start = _start(data, entry)
    if start + entry.packed > len(data):
        raise _unreadable(_CUT)
    return entry.offset, start + entry.packed


def _start(data: bytes, entry: _Entry) -> int:
    magic, *_, name_length, extra = _LOCAL.unpack_from(data, entry.offset)
    if magic != b"PK\3\4":
        raise _unreadable(_LIST)
    return entry.offset + _LOCAL.size + name_length + extra


def _unpacked(data: bytes, entry: _Entry) -> bytes:
    if entry.flags & _ENCRYPTED:
        raise Unreadable(Words("encrypted", "暗号化されています"))
    start = _start(data, entry)
    packed = data[start : start + entry.packed]
    if entry.method not in {_STORED, _DEFLATED}:
        raise Unreadable(Words(f"packed by method {entry.method}, not 0 or 8", f"圧縮方式{entry.method}は読みません"))
    content = packed if entry.method == _STORED else _inflated(packed, entry.size)
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise Unreadable(_DAMAGED)
    return bytes(content)


_DAMAGED = Words("damaged: its size or checksum is not as stated", "壊れています（大きさか検査値が一致しません）")


def _inflated(packed: bytes, size: int) -> bytearray:
    """A step at a time, until one byte more than stated shows the lie."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    content = bytearray()
    try:
        for start in range(0, len(packed), _STEP):
            waiting = packed[start : start + _STEP]
            while waiting:
                content += inflater.decompress(waiting, _STEP)
                waiting = inflater.unconsumed_tail
                if len(content) > size:
                    return content
        content += inflater.flush()  # a few bytes at most: nothing is left to read
    except zlib.error as e:
        raise Unreadable(_DAMAGED) from e
    return content


def _harmless(name: str) -> str:
    """A name that may be shown: nothing invisible, nothing that climbs, the last two parts at most."""
    parts = [part for part in name.split("/") if part not in {"", ".", ".."}][-2:]
    visible = (char if char.isprintable() else "?" for char in "/".join(parts)[-_LONG_NAME:])
    return "".join(visible) or "?"


def _unreadable(why: Words) -> UnreadableBundle:
    return UnreadableBundle(
        Words(f"The bundle of papers cannot be read: {why.en}.", f"書類一式（ZIP）を読めません：{why.ja}。"),
        Words(
            "Ask again later; if it stays so, read the papers on J-PlatPat.",
            "後でもう一度試し、変わらなければJ-PlatPatで書類を見てください。",
        ),
    )
