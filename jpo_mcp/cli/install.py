"""`jpo-mcp install` and `uninstall`: our entry in a host's configuration, shown before it is written."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from jpo_mcp.cli.command import Command
from jpo_mcp.cli.outcome import OK, lang_set
from jpo_mcp.errors import BadArgument, HostUnchanged, Words

if TYPE_CHECKING:
    from jpo_mcp.hosts.entry import Entry
    from jpo_mcp.hosts.files import HostFile
    from jpo_mcp.hosts.places import Host
    from jpo_mcp.screen import Screen

_HOSTS = ("claude-desktop", "claude-code", "vscode", "cursor", "json")


def takes_install(parser: argparse.ArgumentParser) -> None:
    """What `install` takes."""
    _takes_host(parser)
    parser.add_argument("--sandbox", action="store_true", help="made-up cases, no ID needed 架空の案件で試す（ID不要）")
    for name, what in (("username", "ID IDのファイル"), ("password", "password パスワードのファイル")):
        parser.add_argument(
            f"--{name}-file", type=_path, metavar="FILE", help=f"a file of yours that holds only the {what}"
        )
    parser.add_argument(
        "--replace", action="store_true", help="also an entry of that name that is not ours 同名の他の設定も置き換える"
    )


def takes_uninstall(parser: argparse.ArgumentParser) -> None:
    """What `uninstall` takes."""
    _takes_host(parser)


def _takes_host(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("host", choices=_HOSTS, metavar="HOST", help=f"{', '.join(_HOSTS)} (any other その他)")
    parser.add_argument("--file", metavar="FILE", help="another file than the host's usual one 設定ファイルを指定")
    parser.add_argument("--yes", action="store_true", help="do not ask 確認しない")


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


# ── install ───────────────────────────────────────────────────────────────────────────────────


def install(command: Command) -> int:
    """Shows the entry, and writes it after a yes. `json` without a file only prints it, for anything to read."""
    from jpo_mcp.hosts.launch import launch
    from jpo_mcp.hosts.merge import found_in, installed
    from jpo_mcp.hosts.places import host_of

    host, screen = host_of(command.host), _screen()
    _check_credentials(command)
    started = launch(os.environ)
    new = _entry(command, started.argv)
    if host.key == "json" and command.file is None:
        return _print(host, new, started.doubt)
    file = _file(command, host, screen)
    with _understood(file):
        there = found_in(file.text, host)
        text = installed(file.text, host, new, replace=command.replace)
    for note in (_replaced(there), started.doubt, _strictness(host, file), _identity(command, there)):
        if note:
            screen.say(note)
    if text == file.text:
        screen.say(Words("it is there already; nothing to change", "設定済みです。変更はありません。"))
        return OK
    _change(command, file, text, screen, known=(new.spelled(host), there))
    screen.say(Words(f"next: {host.next_step.en}", f"次に：{host.next_step.ja}"))
    return OK


def _entry(command: Command, argv: Sequence[str]) -> Entry:
    from jpo_mcp.hosts.entry import entry

    username, password = (str(path) if path else None for path in (command.username_file, command.password_file))
    return entry(argv, sandbox=command.sandbox, username_file=username, password_file=password)


def _print(host: Host, new: Entry, doubt: Words | None) -> int:
    from jpo_mcp.hosts.entry import NAME

    if doubt:
        sys.stderr.write(doubt.say(lang_set()) + "\n")
    sys.stdout.write(json.dumps({host.section: {NAME: new.spelled(host)}}, ensure_ascii=False, indent=2) + "\n")
    return OK


def _replaced(there: object) -> Words | None:
    from jpo_mcp.hosts.entry import is_ours

    return None if there is None or is_ours(there) else _REPLACED


_REPLACED = Words(
    "an entry that is not ours is replaced; the backup keeps it, and uninstall brings it back",
    "別のサーバーの設定を置き換えます。バックアップに残り、uninstall で元に戻ります。",
)


def _screen() -> Screen:
    from jpo_mcp.screen import Screen

    return Screen(lang_set())


def _check_credentials(command: Command) -> None:
    """Files that the server could not use are refused now, not when the host starts it."""
    from jpo_mcp.settings import Settings

    named = command.username_file or command.password_file
    if command.sandbox and named:
        raise BadArgument(
            Words("the sandbox needs no ID", "--sandbox にIDは不要です。"),
            Words("leave one of them out", "どちらかを外してください。"),
            example="jpo-mcp install claude-desktop --sandbox",
            field="sandbox",
        )
    told = Settings(username_file=command.username_file, password_file=command.password_file)
    if named and told.credentials() is None:
        raise BadArgument(
            Words(
                "an ID or a password is missing, or its file is empty", "IDかパスワードがない、またはファイルが空です。"
            ),
            Words("name both files, each with only the value in it", "値だけを書いたファイルを両方指定してください。"),
            example="jpo-mcp install claude-desktop --username-file ~/.jpo/id --password-file ~/.jpo/password",
            field="password_file" if command.username_file else "username_file",
        )


def _identity(command: Command, there: object) -> Words | None:
    """Where the ID will come from, where no file names it."""
    from jpo_mcp.doctor import in_keyring
    from jpo_mcp.hosts.entry import env_of, holds_password

    before = env_of(there)
    if holds_password(there) and not command.password_file:
        return _PLAIN
    if command.sandbox or command.username_file or command.password_file or any("_FILE" in name for name in before):
        return None
    return None if in_keyring("username") and in_keyring("password") else _NO_ID


_PLAIN = Words(
    "the entry holds your password in the open: better --username-file and --password-file, or the keyring",
    "パスワードが平文で入っています。--username-file・--password-file かキーリングをお勧めします。",
)
_NO_ID = Words(
    "no ID is known yet, and the assistant will say so: `jpo-mcp doctor --login` keeps it in the keyring; "
    "--username-file and --password-file name files; --sandbox needs none",
    "IDが未設定です。`jpo-mcp doctor --login`（キーリング）か --username-file・--password-file で設定します。"
    "--sandbox なら不要です。",
)


# ── uninstall ─────────────────────────────────────────────────────────────────────────────────


def uninstall(command: Command) -> int:
    """Takes our entry out. Where nothing else changed since, the file is what it was before, to the byte."""
    from jpo_mcp.hosts.merge import found_in, removed
    from jpo_mcp.hosts.places import host_of

    host, screen = host_of(command.host), _screen()
    file = _file(command, host, screen)
    with _understood(file):
        there, text = found_in(file.text, host), removed(file.text, host)
    if text == file.text:
        screen.say(Words("no entry of ours is there; nothing to change", "設定はありません。変更はありません。"))
        return OK
    _change(command, file, _before(file, host, text), screen, known=(there,))
    screen.say(Words(f"next: restart {host.name}", f"次に：{host.name} を再起動してください。"))
    return OK


def _before(file: HostFile, host: Host, without: str) -> str | None:
    """What the file said before our entry came, None for no file, where that can be told; else the text without."""
    from jpo_mcp.hosts.files import backups
    from jpo_mcp.hosts.merge import undone

    for kept in backups(file):
        with suppress(ValueError):
            if kept.mark == file.mark and undone(file.text, host, kept.text):
                return kept.text
    return None if not file.mark and undone(file.text, host, "") else without


# ── the file ──────────────────────────────────────────────────────────────────────────────────


def _file(command: Command, host: Host, screen: Screen) -> HostFile:
    from jpo_mcp.hosts.files import read
    from jpo_mcp.hosts.places import Machine, seems_installed

    machine = Machine.here()
    path = host.place(machine) if command.file is None else _path(command.file)
    screen.say(Words(host.name, host.name))
    screen.code(str(path))
    if command.file is None and not seems_installed(path, machine):
        screen.say(Words(f"{host.name} does not seem to be installed here", f"{host.name} が見つかりません。"))
    return read(path)


@contextmanager
def _understood(file: HostFile) -> Generator[None]:
    """Turns what is wrong with the text of a file into words."""
    from jpo_mcp.hosts.files import unchanged
    from jpo_mcp.hosts.jsonc import NotAnObject, NotJson
    from jpo_mcp.hosts.merge import NotOurs

    try:
        yield
    except NotJson as bad:
        where = f"{bad.line}:{bad.column}"
        raise unchanged(file.path, Words(f"it is not JSON at {where}", f"{where} が JSON ではありません")) from None
    except NotAnObject as bad:
        what = Words(f'"{bad.name}"', f"「{bad.name}」") if bad.name else Words("the whole", "全体")
        why = Words(f"{what.en} must be an object {{…}}", f"{what.ja}がオブジェクト {{…}} ではありません")
        raise unchanged(file.path, why) from None
    except NotOurs:
        raise _not_ours(file.path) from None


def _not_ours(path: Path) -> HostUnchanged:
    return HostUnchanged(
        Words(f'{path}: "jpo" there is not ours', f"{path}：「jpo」は別のサーバーの設定です。"),
        Words(
            "rename that entry, or let install replace it with --replace (a backup is kept)",
            "名前を変えるか、install に --replace を付けて置き換えてください（バックアップが残ります）。",
        ),
    )


def _strictness(host: Host, file: HostFile) -> Words | None:
    """What the host may not be able to read in its file. It is kept nevertheless."""
    from jpo_mcp.hosts.jsonc import Document

    if file.mark:
        return Words(
            f"the file begins with a byte order mark: {host.name} may not read it; if so, save it as plain UTF-8",
            f"BOM 付きのファイルです。{host.name} が読めない場合は BOM なしの UTF-8 で保存してください。",
        )
    if Document(file.text).is_relaxed and not host.relaxed:
        return Words(
            f"the file has comments or trailing commas: {host.name} may not read them",
            f"コメントか末尾のカンマがあります。{host.name} が読めないことがあります。",
        )
    return None


def _change(command: Command, file: HostFile, text: str | None, screen: Screen, *, known: Sequence[object]) -> None:
    """Shows the change, with the words of these entries, and makes it after a yes."""
    from jpo_mcp.clock import SystemClock
    from jpo_mcp.hosts.entry import shown_of
    from jpo_mcp.hosts.files import write
    from jpo_mcp.hosts.shown import difference

    literals = {json.dumps(word, ensure_ascii=False) for entry in known for word in shown_of(entry)}
    screen.difference(difference(file.text, text or "", file.path.name, literals))
    _confirm(command, file.path)
    backup = write(file, None if text is None else file.encoded(text), SystemClock().now())
    if text is None:
        screen.say(Words("removed: it held nothing else", "削除しました（他の内容はありませんでした）。"))
    else:
        screen.say(Words("written", "書き込みました。"))
    if backup:
        screen.say(Words("as it was before:", "変更前の内容："))
        screen.code(str(backup))


def _confirm(command: Command, path: Path) -> None:
    if command.yes:
        return
    sys.stdout.flush()
    if sys.stdin is not None and sys.stdin.isatty():
        with suppress(EOFError):
            if input("write this? 書き込みますか [y/N] ").strip().lower() in {"y", "yes"}:
                return
        why = Words("the answer was no", "了承されませんでした")
    else:
        why = Words("nobody could be asked, for this is no terminal", "端末ではないため確認できません")
    raise HostUnchanged(
        Words(f"{path} was left as it is: {why.en}", f"{path} は変更していません：{why.ja}。"),
        Words("say yes with --yes", "--yes を付けて実行してください。"),
    )
