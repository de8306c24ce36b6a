"""Our entry put into a host's text, or taken out of it. Raises what `jsonc` raises, and `NotOurs`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from jpo_mcp.hosts.entry import NAME, Entry, env_of, is_ours
from jpo_mcp.hosts.jsonc import Document, put, take
from jpo_mcp.hosts.places import Host


class NotOurs(ValueError):
    """Something that does not start our server has our entry's name."""


def found_in(text: str, host: Host) -> Any:
    """The entry that has our name, the one that counts; None where there is none."""
    entries = _entries(text, host)
    return entries[-1] if entries else None


def installed(text: str, host: Host, entry: Entry, *, replace: bool = False) -> str:
    """The text with our entry. Of an older one of ours, what somebody added to it stays."""
    there = found_in(text, host)
    spelled = entry.spelled(host)
    if there is None or (replace and not is_ours(there)):
        return put(text, (host.section, NAME), spelled)
    if not is_ours(there):
        raise NotOurs
    return _updated(text, host, entry, there)


def _updated(text: str, host: Host, entry: Entry, there: Any) -> str:
    ours = (host.section, NAME)
    env = env_of(there)
    if env and not entry.env and env.keys() <= entry.superfluous:
        text, env = take(text, (*ours, "env")), {}
    for name in sorted(entry.superfluous & env.keys()):
        text = take(text, (*ours, "env", name))
    wanted = {**entry.spelled(host), "env": None}
    values: dict[tuple[str, ...], Any] = {(key,): value for key, value in wanted.items() if value is not None}
    values |= {("env", name): value for name, value in entry.env.items()}
    for path, value in values.items():
        if _at(there, path) != value:
            text = put(text, (*ours, *path), value)
    return text


def _at(value: Any, path: Iterable[str]) -> Any:
    for name in path:
        value = cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None
    return value


def removed(text: str, host: Host) -> str:
    """The text without any entry of ours; the same text where there is none."""
    while (there := found_in(text, host)) is not None and is_ours(there):
        text = take(text, (host.section, NAME))
    if any(map(is_ours, _entries(text, host))):
        raise NotOurs  # behind somebody else's of the same name, which is the one that counts
    return text


def undone(text: str, host: Host, before: str) -> bool:
    """Whether the text is what installing made of that earlier one, so that the earlier one may come back."""
    there = found_in(text, host)
    if there is None or is_ours(found_in(before, host)):
        return False
    return put(before, (host.section, NAME), there) == text


def _entries(text: str, host: Host) -> list[Any]:
    document = Document(text)
    if document.is_empty:
        return []
    blocks = document.blocks((host.section,))
    return [document.value(member) for member in blocks[1].named(NAME)] if len(blocks) > 1 else []
