"""What our entry says, and which entries are ours. No entry ever holds an ID or a password."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from jpo_mcp.hosts.places import Host

NAME = "jpo"
"""The name of our entry."""

SANDBOX = "JPO_MCP_SANDBOX"
_FILES = {"JPO_API_USERNAME_FILE": "JPO_API_USERNAME", "JPO_API_PASSWORD_FILE": "JPO_API_PASSWORD"}
"""The variable that names a secret file, and the one that it makes superfluous."""

_USUAL = frozenset({"-P", "-m", "jpo_mcp", "serve", "--from"})
"""Words of an entry of ours that hold nothing of anybody's."""
_OURS = re.compile(r"(?:.*[/\\])?jpo-mcp(?:\.exe|\.cmd)?|jpo-mcp(?:\[[^]]*\])?\s*[=@<>~!].*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """How a host starts our server."""

    argv: Sequence[str]
    env: Mapping[str, str]

    def spelled(self, host: Host) -> dict[str, Any]:
        """As that host writes it."""
        kind = {"type": "stdio"} if host.typed else {}
        env = {"env": dict(self.env)} if self.env else {}
        return {**kind, "command": self.argv[0], "args": list(self.argv[1:]), **env}

    @property
    def superfluous(self) -> frozenset[str]:
        """Variables of an older entry of ours that this one makes wrong or needless."""
        named = {plain for file, plain in _FILES.items() if file in self.env}
        return frozenset(named if SANDBOX in self.env else {*named, SANDBOX})


def entry(argv: Sequence[str], *, sandbox: bool, username_file: str | None, password_file: str | None) -> Entry:
    """An entry that starts that command."""
    files = zip(_FILES, (username_file, password_file), strict=True)
    env = {variable: path for variable, path in files if path}
    return Entry(argv, {**env, SANDBOX: "1"} if sandbox else env)


def words_of(found: object) -> list[str]:
    """The command of an entry, word by word; nothing where it has none."""
    record = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    return list(_strings([record.get("command"), record.get("args")]))


def env_of(found: object) -> dict[str, str]:
    """The variables of an entry."""
    record = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    env = record.get("env")
    pairs = cast("dict[str, Any]", env).items() if isinstance(env, dict) else ()
    return {name: value for name, value in pairs if isinstance(value, str)}


def is_ours(found: object) -> bool:
    """Whether an entry starts our server, in whatever way."""
    words = words_of(found)
    as_module = ("-m", "jpo_mcp") in pairwise(words)
    return as_module or any(_OURS.fullmatch(word) for word in words)


def holds_password(found: object) -> bool:
    """Whether the password itself stands in an entry, and not where the host finds it."""
    password = env_of(found).get("JPO_API_PASSWORD", "")
    return bool(password) and not password.startswith("${")


def shown_of(found: object) -> list[str]:
    """The words of an entry of ours that a person may see: no ID, no password, nothing that somebody added."""
    if not is_ours(found):
        return []
    command, *words = words_of(found)
    env = env_of(found)
    usual = (word for word in words if word in _USUAL or _OURS.fullmatch(word))
    return ["stdio", command, *usual, *(env[name] for name in (SANDBOX, *_FILES) if name in env)]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _strings(item)
