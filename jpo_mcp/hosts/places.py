"""Where each host keeps the list of its servers. `docs/hosts.md` says what of it is unproved."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jpo_mcp.errors import BadArgument, HostUnchanged, Words


@dataclass(frozen=True, slots=True)
class Machine:
    """Whose files they are: the system by its `platform.system()` name, and the variables that move its folders."""

    system: str
    home: Path
    environ: Mapping[str, str]

    @classmethod
    def here(cls, environ: Mapping[str, str] | None = None) -> Machine:
        """This machine, as these variables describe it."""
        known, system = os.environ if environ is None else environ, platform.system()
        home = known.get("USERPROFILE" if system == "Windows" else "HOME")
        return cls(system, Path(home) if home else Path.home(), known)

    @property
    def settings(self) -> Path:
        """Where programs keep a user's settings."""
        if self.system == "Windows":
            return self._named("APPDATA", "AppData", "Roaming")
        if self.system == "Darwin":
            return self.home / "Library" / "Application Support"
        return self._named("XDG_CONFIG_HOME", ".config")

    @property
    def packages(self) -> Path:
        """Where Windows keeps the private folders of packaged (MSIX) programs."""
        return self._named("LOCALAPPDATA", "AppData", "Local") / "Packages"

    def _named(self, variable: str, *usual: str) -> Path:
        told = Path(self.environ.get(variable, ""))
        return told if told.is_absolute() else self.home.joinpath(*usual)


@dataclass(frozen=True, slots=True)
class Host:
    """One host. `relaxed`: it reads comments and trailing commas; `typed`: an entry names its transport."""

    key: str
    name: str
    section: str
    place: Callable[[Machine], Path]
    next_step: Words
    relaxed: bool = False
    typed: bool = True


def _claude_desktop(machine: Machine) -> Path:
    """The packaged program of Windows is shown its own copy of %APPDATA%, and reads nothing else."""
    name = "claude_desktop_config.json"
    usual = machine.settings / "Claude" / name
    if machine.system != "Windows":
        return usual
    packaged = [
        package / "LocalCache" / "Roaming" / "Claude" / name for package in sorted(machine.packages.glob("Claude_*"))
    ]
    used = packaged if len(packaged) < 2 else [place for place in packaged if place.exists()]
    if packaged and len(used) != 1:
        raise _which(packaged)
    return used[0] if used else usual


def _which(places: list[Path]) -> HostUnchanged:
    listed = ", ".join(map(str, places))
    return HostUnchanged(
        Words("several Claude Desktops are installed here", "Claude Desktop が複数インストールされています。"),
        Words(f"name one with --file: {listed}", f"--file で1つ指定してください：{listed}"),
        example=f'jpo-mcp install claude-desktop --file "{places[0]}"',
    )


def _claude_code(machine: Machine) -> Path:
    told = Path(machine.environ.get("CLAUDE_CONFIG_DIR", ""))
    return (told if told.is_absolute() else machine.home) / ".claude.json"


def _vscode(machine: Machine) -> Path:
    """The first of its kinds that is there; the usual one where none is."""
    kinds = [machine.settings / kind for kind in ("Code", "Code - Insiders", "VSCodium")]
    return next((kind for kind in kinds if kind.is_dir()), kinds[0]) / "User" / "mcp.json"


def _cursor(machine: Machine) -> Path:
    return machine.home / ".cursor" / "mcp.json"


def _unknown(_: Machine) -> Path:
    raise BadArgument(
        Words("which file?", "どのファイルですか。"),
        Words("name it with --file", "--file で指定してください。"),
        example="jpo-mcp uninstall json --file mcp.json",
        field="file",
    )


HOSTS = (
    Host(
        "claude-desktop",
        "Claude Desktop",
        "mcpServers",
        _claude_desktop,
        Words(
            "quit Claude Desktop completely (Quit in the tray or menu bar, not only its window) and open it again",
            "Claude Desktop をトレイ・メニューバーから終了し（ウィンドウを閉じるだけでは不十分）、再び開いてください。",
        ),
        typed=False,
    ),
    Host(
        "claude-code",
        "Claude Code",
        "mcpServers",
        _claude_code,
        Words("start a new session with `claude`", "`claude` で新しいセッションを始めてください。"),
    ),
    Host(
        "vscode",
        "VS Code",
        "servers",
        _vscode,
        Words(
            "reload the window (`Developer: Reload Window` in the command palette), and allow jpo when VS Code asks",
            "コマンドパレットの `Developer: Reload Window` で再読み込みし、確認されたら jpo を許可してください。",
        ),
        relaxed=True,
    ),
    Host(
        "cursor",
        "Cursor",
        "mcpServers",
        _cursor,
        Words("quit Cursor and open it again", "Cursor を終了し、再び開いてください。"),
        relaxed=True,
    ),
)
"""The hosts whose files are known."""

GENERIC = Host(
    "json",
    "MCP host",
    "mcpServers",
    _unknown,
    Words("restart the host that reads this file", "このファイルを読むホストを再起動してください。"),
    typed=False,
)
"""Any other host that reads `mcpServers`."""


def host_of(key: str) -> Host:
    """The host of that name."""
    return next(host for host in (*HOSTS, GENERIC) if host.key == key)


def seems_installed(place: Path, machine: Machine) -> bool:
    """Whether the host has left a trace: its file, or a folder of its own."""
    return place.exists() or (place.parent != machine.home and place.parent.is_dir())
