"""Folders and files that are ours alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from jpo_mcp.errors import UnsafeDirectory
from jpo_mcp.upstream.folders import private_file, private_folder, shown

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no owner and mode of this kind")


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=["umask 000", "umask 022", "umask 777"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@posix_only
def test_a_new_folder_and_file_are_closed_whatever_the_umask(umask: None, tmp_path: Path) -> None:
    """E6: 0700 and 0600, with umask 000 too."""
    folder = private_folder(tmp_path / "state")
    file = private_file(folder / "ledger.db")
    assert (mode(folder), mode(file)) == (0o700, 0o600)


@posix_only
@pytest.mark.parametrize("was", [0o755, 0o777, 0o500])
def test_what_is_ours_is_tightened(was: int, tmp_path: Path) -> None:
    """An older version, or a person, may have left it open."""
    folder, file = tmp_path / "state", tmp_path / "file"
    folder.mkdir()
    file.write_text("kept")
    folder.chmod(was)
    file.chmod(was)
    private_folder(folder)
    private_file(file)
    assert (mode(folder), mode(file), file.read_text()) == (0o700, 0o600, "kept")


def test_parents_are_made(tmp_path: Path) -> None:
    """The first start on a machine finds nothing."""
    assert private_folder(tmp_path / "a" / "b" / "c").is_dir()


def test_asking_twice_changes_nothing(tmp_path: Path) -> None:
    """Every start asks."""
    folder = private_folder(private_folder(tmp_path / "state"))
    assert private_file(private_file(folder / "f")).read_bytes() == b""


@posix_only
def test_a_link_is_never_followed(tmp_path: Path) -> None:
    """E6: somebody may have planted it."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (tmp_path / "folder").symlink_to(elsewhere)
    (tmp_path / "file").symlink_to(elsewhere / "target")
    with pytest.raises(UnsafeDirectory):
        private_folder(tmp_path / "folder")
    with pytest.raises(UnsafeDirectory):
        private_file(tmp_path / "file")
    assert (mode(elsewhere), list(elsewhere.iterdir())) == (0o755, [])


def test_a_thing_of_the_other_kind_is_refused(tmp_path: Path) -> None:
    """A file where a folder should be, and the reverse."""
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UnsafeDirectory, match="is no folder"):
        private_folder(tmp_path / "file")
    with pytest.raises(UnsafeDirectory, match="is no file"):
        private_file(tmp_path / "folder")


@posix_only
def test_what_belongs_to_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """E6: the owner could read it, or put another in its place."""
    (tmp_path / "folder").mkdir(mode=0o777)
    (tmp_path / "file").write_text("")
    somebody = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: somebody)
    with pytest.raises(UnsafeDirectory, match="another user"):
        private_folder(tmp_path / "folder")
    with pytest.raises(UnsafeDirectory) as refused:
        private_file(tmp_path / "file")
    assert "別のユーザー" in refused.value.text("ja")
    assert len(refused.value.text()) <= 600


@posix_only
def test_checking_a_file_does_not_open_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing any handle of a database drops this process's locks on it (POSIX); so an existing one is not opened."""
    file = private_file(tmp_path / "ledger.db")
    opened: list[object] = []
    whole = os.open

    def watched(path: Path, flags: int, mode: int = 0o777) -> int:
        handle = whole(path, flags, mode)
        opened.append(path)
        return handle

    monkeypatch.setattr(os, "open", watched)
    private_file(file)
    assert opened == []
    private_file(tmp_path / "new")
    assert opened == [tmp_path / "new"]


def test_a_long_path_is_shown_by_its_end() -> None:
    """Messages stay within 600 characters."""
    assert shown(Path("short")) == "short"
    assert shown(Path("x" * 200 + "end")) == "…" + "x" * 77 + "end"
