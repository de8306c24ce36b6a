"""The container of a bundle: what is unpacked, what is skipped with a reason, what is refused whole."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from pathlib import Path

import pytest

from jpo_mcp.documents import Bundle, UnreadableBundle, members, read_bundle
from tests.documents.fictional import notice, zipped

PAPER = notice("<p>本文</p>")
NAME = "06123999001-jpntce.xml"
GOOD = zipped((NAME, PAPER), ("06123999002-jpntce.xml", notice("<p>続き</p>")))


def entries(data: bytes) -> int:
    return sum(not name.endswith("/") for name in zipfile.ZipFile(io.BytesIO(data)).namelist())


def accounted(bundle: Bundle) -> int:
    return len(bundle.papers) + len(bundle.skipped)


def patched(data: bytes, offset: int, value: bytes) -> bytes:
    """The archive with a field of its first entry in the list of files overwritten."""
    at = data.index(b"PK\1\2") + offset
    return data[:at] + value + data[at + len(value) :]


def test_recorded_bundles_are_unpacked_whole(shared: Path) -> None:
    """The same names and bytes as the standard library gives."""
    paths = [*(shared / "recordings/papers").glob("*/bundle.zip"), *(shared / "recordings/domestic").glob("*.zip")]
    assert len(paths) == 18
    for path in paths:
        found, skipped = members(path.read_bytes())
        archive = zipfile.ZipFile(path)
        files = [name for name in archive.namelist() if not name.endswith("/")]
        assert skipped == ()
        assert [(member.name, member.data) for member in found] == [(name, archive.read(name)) for name in files]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_stored_and_deflated_files_are_read(method: int) -> None:
    found, skipped = members(zipped((NAME, b"abc" * 100), method=method))
    assert [(member.name, member.data) for member in found] == [(NAME, b"abc" * 100)]
    assert skipped == ()


def test_folders_are_no_files_and_an_empty_bundle_has_no_papers() -> None:
    assert members(zipped(("A53_52399900001/", b""))) == ((), ())
    assert read_bundle(zipped(), "patent") == Bundle((), ())


@pytest.mark.parametrize(("before", "after"), [(b"\0" * 500, b""), (b"", b"\0" * 500)])
def test_bytes_before_or_after_the_archive_do_not_matter(before: bytes, after: bytes) -> None:
    """As every unpacker holds it: the list of files stands at the end and says where things are."""
    assert members(before + GOOD + after)[0] == members(GOOD)[0]


@pytest.mark.parametrize(
    ("offset", "value", "reason"),
    [
        (8, b"\1\0", "encrypted"),
        (10, b"\x0c\0", "method 12"),
        (10, b"\x0e\0", "method 14"),
        (16, b"\0\0\0\0", "checksum"),
        (24, struct.pack("<L", 5), "size"),
        (24, struct.pack("<L", 50_000), "size"),
    ],
)
def test_a_file_that_cannot_be_unpacked_is_skipped_and_the_others_read(offset: int, value: bytes, reason: str) -> None:
    """A clear partial result: which file, and why."""
    bundle = read_bundle(patched(GOOD, offset, value), "patent")
    assert [paper.body for paper in bundle.papers] == ["続き"]
    (skipped,) = bundle.skipped
    assert skipped.name == NAME
    assert reason in skipped.reason.en


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "no ZIP archive"),
        (b"%PDF-1.4", "no ZIP archive"),
        (b'{"result":{}}', "no ZIP archive"),
        (GOOD[:200], "no ZIP archive"),
        (GOOD[100:], "cut short"),
        (GOOD.replace(b"PK\5\6\0\0", b"PK\5\6\1\0"), "several parts"),
        (GOOD.replace(b"PK\1\2", b"PK\1\3", 1), "list of files"),
        (GOOD.replace(b"PK\3\4", b"PK\3\5", 1), "list of files"),
    ],
)
def test_what_is_no_archive_is_refused_with_one_error(data: bytes, what: str) -> None:
    """The error says what is wrong and what to do next, in both languages, without a word of the contents."""
    with pytest.raises(UnreadableBundle) as caught:
        members(data)
    assert what in caught.value.what.en
    assert caught.value.code == "unreadable_bundle"
    assert len(caught.value.text()) <= 600
    assert "J-PlatPat" in caught.value.next_step.ja


NAMES = [
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\Windows\\win.ini",
    "\\\\host\\share\\a.xml",
    "a/../../b.xml",
    "CON",
    "\u202egnp.xml",
    "\u200b.xml",
    "line\nend.xml",
    "x" * 5_000 + ".xml",
    "//",
    "..",
    ".",
    "paper.xml\x7f",
    "[click](https://a.example).txt",
]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_reaches_further_than_two_harmless_parts(name: str, tmp_path: Path) -> None:
    """A name says what kind of file it is; nothing is ever written under it."""
    before = sorted(tmp_path.iterdir())
    bundle = read_bundle(zipped((name, b"x")), "patent")
    for skipped in bundle.skipped:
        assert len(skipped.name) <= 120
        assert skipped.name.isprintable()
        assert ".." not in skipped.name.split("/")
        assert not skipped.name.startswith("/")
    assert accounted(bundle) == 1
    assert sorted(tmp_path.iterdir()) == before


def test_two_entries_for_the_same_bytes_are_refused() -> None:
    """Each is valid on its own; a thousand of them are a bomb that no ratio shows."""
    data = zipped((NAME, PAPER))
    start, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    listed = data[start:end] * 2
    doubled = data[:start] + listed + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(listed), start, 0)
    with pytest.raises(UnreadableBundle, match="overlap"):
        members(doubled)


def test_two_files_of_one_name_are_both_read() -> None:
    """Also where only the case of the letters differs."""
    first, second = notice("<p>甲</p>"), notice("<p>乙</p>")
    data = zipped((NAME, first), (NAME.upper(), second))
    for archive in (data, data.replace(NAME.upper().encode(), NAME.encode())):
        assert [paper.body for paper in read_bundle(archive, "patent").papers] == ["甲", "乙"]


def mutant(data: bytes, chance: random.Random) -> bytes:
    """One of the ways a file gets damaged: bytes changed, cut, doubled, moved."""
    at, to = sorted(chance.sample(range(len(data)), 2))
    match chance.randrange(5):
        case 0:
            return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
        case 1:
            changed = bytearray(data)
            for _ in range(chance.randrange(1, 20)):
                changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            return bytes(changed)
        case 2:
            return data[:to]
        case 3:
            return data[:at] + data[to:]
        case _:
            return data[:to] + data[at:]


def test_the_count_of_files_is_the_count_of_papers_and_skipped_ones() -> None:
    """Nothing of a bundle is lost silently."""
    data = zipped((NAME, PAPER), ("a.tif", b"II"), ("b.bin", b""), ("c.xml", "<a>"), ("d/", b""), ("e.htm", "text"))
    assert accounted(read_bundle(data, "patent")) == entries(data) == 5
