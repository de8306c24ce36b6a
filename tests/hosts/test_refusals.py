"""Where it cannot be done: exit 1, the reason and the way out in both languages, and nothing touched."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jpo_mcp.hosts import files
from tests.hosts.conftest import Run, everything_under

CONFIG = ".config/Claude/claude_desktop_config.json"
posix_only = pytest.mark.skipif(os.name == "nt", reason="modes and special files of this kind are POSIX")

TEXTS = {
    "not JSON at all": (b"[mcp]\nservers = jpo\n", "not JSON at 1:2"),
    "half of a file": (b'{\n  "mcpServers": {\n    "a": {', "not JSON at 3:1"),
    "a comma before nothing": (b"{,}", "not JSON"),
    "two commas": (b'{"a": 1,, "b": 2}', "not JSON"),
    "a comment without an end": (b'{"a": 1} /* ', "not JSON"),
    "a text without an end": (b'{"a": "b}\n', "not JSON"),
    "single quotes": (b"{'a': 1}", "not JSON"),
    "two documents": (b"{}\n{}\n", "not JSON"),
    "no number": (b'{"a": NaN}', "not JSON"),
    "deeper than anything sane": (b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "not JSON"),
    "UTF-16 without its mark": ('{"a": 1}'.encode("utf-16-le"), "not JSON"),
    "Shift_JIS": ('{"名": 1}'.encode("cp932"), "neither UTF-8 nor UTF-16"),
    "half a character of UTF-16": (b"\xff\xfe{\x00}\x00\x00", "neither UTF-8 nor UTF-16"),
    "a list at the top": (b'[{"mcpServers": {}}]', "the whole must be an object"),
    "a text at the top": (b'"mcpServers"', "the whole must be an object"),
    "servers in a list": (b'{"mcpServers": []}', '"mcpServers" must be an object'),
    "servers are null": (b'{"mcpServers": null}', '"mcpServers" must be an object'),
    "our entry with variables in a list": (
        b'{"mcpServers": {"jpo": {"command": "jpo-mcp", "env": ["A=1"]}}}',
        '"env" must be an object',
    ),
    "our name, a remote server": (b'{"mcpServers": {"jpo": {"url": "http://127.0.0.1:1/mcp"}}}', "is not ours"),
    "our name, a text": (b'{"mcpServers": {"jpo": "jpo-mcp"}}', "is not ours"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_cannot_be_merged_is_left_alone(name: str, home: Path, run: Run) -> None:
    """Half of a merge would be worse than none."""
    raw, why = TEXTS[name]
    place = home / CONFIG
    place.parent.mkdir(parents=True)
    place.write_bytes(raw)
    refused = run("install", "claude-desktop", "--sandbox", "--yes")
    assert refused.code == 1
    assert why in " ".join(refused.err.split())
    assert "次に：" in refused.err
    assert [path.name for path in place.parent.iterdir()] == [place.name]
    assert place.read_bytes() == raw


def _folder(place: Path) -> None:
    place.mkdir()


def _read_only_file(place: Path) -> None:
    place.write_text("{}")
    place.chmod(0o444)


def _read_only_folder(place: Path) -> None:
    place.write_text("{}")
    place.parent.chmod(0o555)


def _empty_read_only_folder(place: Path) -> None:
    place.parent.chmod(0o555)


def _pipe(place: Path) -> None:
    os.mkfifo(place)


def _circle(place: Path) -> None:
    place.symlink_to(place)


def _file_for_a_folder(place: Path) -> None:
    place.parent.rmdir()
    place.parent.write_text("")


@posix_only
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (_folder, "it is no file"),
        (_pipe, "it is no file"),
        (_read_only_file, "read-only"),
        (_read_only_folder, "read-only"),
        (_empty_read_only_folder, "read-only"),
        (_circle, os.strerror(errno.ELOOP)),
        (_file_for_a_folder, ""),
    ],
)
def test_a_place_that_cannot_be_written_is_left_alone(
    make: Callable[[Path], None], why: str, home: Path, run: Run
) -> None:
    """A read-only file is somebody's wish, and a rename would not even notice it."""
    place = home / CONFIG
    place.parent.mkdir(parents=True)
    make(place)
    found = sorted(str(path) for path in home.rglob("*"))
    refused = run("install", "claude-desktop", "--sandbox", "--yes")
    if place.parent.is_dir():
        place.parent.chmod(0o755)
    assert refused.code == 1
    assert why in " ".join(refused.err.split())
    assert "[host_unchanged]" in refused.err
    assert sorted(str(path) for path in home.rglob("*")) == found


@pytest.mark.parametrize("name", ["n" * 300, "n" * 250 + ".json", ""], ids=["too long", "too long with ours", "none"])
def test_a_name_that_no_file_can_have_is_refused(name: str, home: Path, run: Run) -> None:
    """An empty one is a variable that was not set: never the host's own file instead."""
    refused = run("install", "cursor", "--sandbox", "--yes", "--file", name)
    assert (refused.code, "[host_unchanged]" in refused.err) == (1, True)
    assert everything_under(home) == {}


def test_a_file_that_somebody_changes_meanwhile_is_left_to_them(
    home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A running host rewrites its file: what it wrote since we read is compared just before the rename."""
    place = home / CONFIG
    place.parent.mkdir(parents=True)
    place.write_text("{}")
    make = files._make

    def made_while_the_host_writes(path: Path, raw: bytes, like: Path | None = None) -> None:
        place.write_text('{"theirs": 1}')
        make(path, raw, like)

    monkeypatch.setattr(files, "_make", made_while_the_host_writes)
    refused = run("install", "claude-desktop", "--sandbox", "--yes")
    assert (refused.code, "changed it just now" in " ".join(refused.err.split())) == (1, True)
    assert everything_under(home) == {CONFIG: b'{"theirs": 1}'}
    assert len(list(place.parent.iterdir())) == 1


def test_a_full_disk_leaves_everything_as_it_was(home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is never opened for writing: only a finished one takes its place."""
    place = home / CONFIG
    place.parent.mkdir(parents=True)
    place.write_text("{}")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    refused = run("install", "claude-desktop", "--sandbox", "--yes")
    assert (refused.code, "No space left" in refused.err) == (1, True)
    assert [path.name for path in place.parent.iterdir()] == [place.name]
    assert place.read_text() == "{}"


@posix_only
def test_the_mode_stays_and_the_backup_is_closed_to_others(home: Path, run: Run) -> None:
    """A host's file may hold keys of other services: what we add beside it is 0600."""
    place = home / CONFIG
    place.parent.mkdir(parents=True)
    place.write_text('{"a": 1}')
    place.chmod(0o640)
    assert run("install", "claude-desktop", "--sandbox", "--yes").code == 0
    (backup,) = place.parent.glob("*.bak")
    assert backup.read_text() == '{"a": 1}'
    assert backup.name.startswith("claude_desktop_config.json.jpo-mcp-2")
    assert stat.S_IMODE(place.stat().st_mode) == 0o640
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


@posix_only
def test_a_link_is_followed_and_stays_a_link(home: Path, run: Run) -> None:
    """People keep their settings in a repository and link to them, also before the file is there."""
    place, kept = home / CONFIG, home / "dotfiles" / "claude.json"
    place.parent.mkdir(parents=True)
    kept.parent.mkdir()
    place.symlink_to(kept)
    assert run("install", "claude-desktop", "--sandbox", "--yes").code == 0
    assert place.is_symlink()
    assert "jpo_mcp" in kept.read_text()
    assert run("uninstall", "claude-desktop", "--yes").code == 0
    assert (place.is_symlink(), kept.exists()) == (True, False)


def test_two_changes_in_a_second_keep_two_backups(home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup is never written over."""
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)
    place = home / CONFIG
    place.parent.mkdir(parents=True)
    place.write_text("{}")
    assert run("install", "claude-desktop", "--sandbox", "--yes").code == 0
    assert run("install", "claude-desktop", "--yes").code == 0
    assert [path.name[-23:] for path in sorted(place.parent.glob("*.bak"))] == [
        "-20270115-170000-00.bak",
        "-20270115-170000-01.bak",
    ]


# ── asking ────────────────────────────────────────────────────────────────────────────────────


def test_where_nobody_can_be_asked_the_change_is_only_shown(home: Path, run: Run) -> None:
    """Not a terminal and no --yes: the diff, exit 1, nothing written."""
    shown = run("install", "cursor", "--sandbox")
    assert shown.code == 1
    assert "+++ mcp.json" in shown.out
    assert '+    "jpo": {' in shown.out
    assert "--yes" in shown.err
    assert everything_under(home) == {}


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("YES", 0), ("", 1), ("n", 1), ("why", 1)])
def test_at_a_terminal_only_a_yes_writes(
    answer: str, code: int, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change is on the screen before the question."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", {"write this? 書き込みますか [y/N] ": answer}.__getitem__)
    assert run("install", "cursor", "--sandbox").code == code
    assert (home / ".cursor/mcp.json").exists() == (code == 0)


KEYS = b"""{
  // ghp_a-key-in-a-remark
  "mcpServers": {
    "a": {"command": "npx", "args": ["--token", "sk-a-key-in-a-list"], "env": {"A_KEY": "sk-a-key"}}
  }, "oauth": {"refresh": "rt-a-token"}
}
"""


@pytest.mark.parametrize("raw", [KEYS, b"{" + b"".join(KEYS.splitlines()[2:])], ids=["lines", "one line"])
def test_the_change_is_shown_without_anybodys_keys(raw: bytes, home: Path, run: Run) -> None:
    """Lines around a change, and all of a file that is one line, may hold the keys of other services."""
    place = home / CONFIG
    place.parent.mkdir(parents=True)
    place.write_bytes(raw)
    for command in ("install", "uninstall"):
        shown = run(command, "claude-desktop", "--yes")
        assert shown.code == 0
        assert "sk-a" not in shown.out
        assert "ghp_" not in shown.out
        assert "rt-a" not in shown.out
        assert '"jpo"' in shown.out
        assert max(map(len, shown.out.splitlines())) < 220


def test_the_end_of_input_is_no_yes(home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-D at the question."""

    def ended(_: str) -> str:
        raise EOFError

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", ended)
    assert run("install", "cursor", "--sandbox").code == 1
    assert everything_under(home) == {}


def test_a_password_among_the_words_of_an_older_entry_is_not_shown(home: Path, run: Run) -> None:
    """As where somebody starts us through docker or env: only words that we write ourselves are seen."""
    place = home / CONFIG
    place.parent.mkdir(parents=True)
    words = '["run", "-e", "JPO_API_PASSWORD=hunter2-sentinel", "jpo-mcp"]'
    place.write_text('{\n  "mcpServers": {\n    "jpo": {"command": "docker", "args": ' + words + "}\n  }\n}\n")
    shown = run("install", "claude-desktop", "--yes")
    assert (shown.code, '"jpo-mcp"' in shown.out, "hunter2" in shown.out) == (0, True, False)


# ── credentials ───────────────────────────────────────────────────────────────────────────────

SENTINEL = "hunter2-sentinel"


@pytest.fixture
def secrets(home: Path) -> tuple[str, ...]:
    for name in ("id", "password"):
        (home / name).write_text(SENTINEL)
        (home / name).chmod(0o600)
    return ("--username-file", str(home / "id"), "--password-file", str(home / "password"))


def test_the_entry_names_the_secret_files_and_holds_no_secret(
    home: Path, run: Run, secrets: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reliability E1, E3: nor does anything on the screen, whatever is set where it runs."""
    monkeypatch.setenv("JPO_API_USERNAME", SENTINEL)
    monkeypatch.setenv("JPO_API_PASSWORD", SENTINEL)
    done = run("install", "claude-code", "--yes", *secrets)
    text = (home / ".claude.json").read_text()
    assert done.code == 0
    assert f'"JPO_API_PASSWORD_FILE": "{home / "password"}"' in text
    assert SENTINEL not in done.out + done.err + text


def test_a_password_in_an_older_entry_goes_when_a_file_takes_its_place(
    home: Path, run: Run, secrets: tuple[str, ...]
) -> None:
    """It is not shown on the way, and said to be there where it stays."""
    place = home / CONFIG
    place.parent.mkdir(parents=True)
    place.write_text(
        '{"mcpServers": {"jpo": {"command": "jpo-mcp", "env": {"JPO_API_USERNAME": "x", "JPO_API_PASSWORD": "'
        + SENTINEL
        + '"}}}}'
    )
    kept = run("install", "claude-desktop", "--yes")
    assert "password in the open" in " ".join(kept.out.split())
    assert SENTINEL in place.read_text()
    done = run("install", "claude-desktop", "--yes", *secrets)
    assert SENTINEL not in place.read_text() + kept.out + done.out
    assert "JPO_API_PASSWORD_FILE" in place.read_text()


@posix_only
def test_secret_files_that_the_server_would_refuse_are_refused_now(
    home: Path, run: Run, secrets: tuple[str, ...]
) -> None:
    """A host would only say that the server ended."""
    (home / "password").chmod(0o644)
    assert run("install", "cursor", "--yes", *secrets).code == 2
    (home / "password").chmod(0o600)
    (home / "password").write_text("")
    assert run("install", "cursor", "--yes", *secrets).code == 2
    assert run("install", "cursor", "--yes", "--password-file", str(home / "none")).code == 2
    assert run("install", "cursor", "--yes", "--sandbox", *secrets).code == 2
    assert not (home / ".cursor").exists()


def test_without_any_id_the_way_to_one_is_said(run: Run) -> None:
    """The entry works at once: the assistant says the same."""
    assert "jpo-mcp doctor --login" in " ".join(run("install", "cursor", "--yes").out.split())


def test_what_the_host_may_not_read_is_said_and_kept(home: Path, run: Run) -> None:
    """Claude Desktop is reported to drop every server of a file with a byte order mark: docs/hosts.md."""
    place = home / CONFIG
    place.parent.mkdir(parents=True)
    for raw, word in ((b"\xef\xbb\xbf{}", "byte order mark"), (b"{} // mine", "comments or trailing commas")):
        place.write_bytes(raw)
        assert word in " ".join(run("install", "claude-desktop", "--sandbox", "--yes").out.split())
    place.write_bytes(b"{}")
    assert "may not read" not in run("install", "claude-desktop", "--sandbox", "--yes").out
