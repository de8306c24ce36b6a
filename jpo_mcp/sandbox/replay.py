"""Recorded replies: a folder with `index.json`, a list of {method, path, status, headers, body file}."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

from jpo_mcp.errors import BadSetting, Words, quote
from jpo_mcp.sandbox.protocol import JSON_TYPE, Reply

_OURS = frozenset({"content-length", "content-type", "date", "x-cache", "vary"})
"""Headers that the sandbox writes itself."""


class Replay:
    """Recorded replies by method and percent-decoded path. The bytes of the bodies are served as they are."""

    def __init__(self, recorded: dict[tuple[str, str], Reply]) -> None:
        self._recorded = recorded

    @classmethod
    def load(cls, folder: Path) -> Replay:
        """Everything in the folder's index; `BadSetting` if the index is not one or names a file outside."""
        return cls({_key(entry): _reply(folder, entry) for entry in _index(folder)})

    def find(self, method: str, path: str) -> Reply | None:
        """The recorded reply to that request, if there is one."""
        return self._recorded.get((method, unquote(path)))


def _index(folder: Path) -> list[dict[str, Any]]:
    try:
        index: object = json.loads((folder / "index.json").read_bytes())
    except (OSError, ValueError) as error:
        raise _unusable(folder, "index.json cannot be read as JSON", "index.json をJSONとして読めません。") from error
    if not isinstance(index, list) or not all(map(_is_entry, cast("list[object]", index))):
        raise _unusable(folder, "index.json is not a list of replies", "index.json が応答の一覧ではありません。")
    return cast("list[dict[str, Any]]", index)


def _is_entry(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    entry = cast("dict[str, object]", value)
    texts = all(isinstance(entry.get(key), str) for key in ("method", "path", "body"))
    return texts and isinstance(entry.get("status"), int) and isinstance(entry.get("headers"), dict)


def _key(entry: dict[str, Any]) -> tuple[str, str]:
    return entry["method"].upper(), unquote(entry["path"])


def _reply(folder: Path, entry: dict[str, Any]) -> Reply:
    body = _body(folder, entry["body"])
    headers = {name.lower(): str(value) for name, value in entry["headers"].items()}
    kept = {name: value for name, value in headers.items() if name not in _OURS}
    return Reply(entry["status"], body, headers.get("content-type", JSON_TYPE), kept, _status_code(body))


def _body(folder: Path, name: str) -> bytes:
    file = (folder / name).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise _unusable(folder, f"the body {quote(name)} lies outside the folder", f"{quote(name)} は範囲外です。")
    try:
        return file.read_bytes()
    except OSError as error:
        raise _unusable(folder, f"the body {quote(name)} cannot be read", f"{quote(name)} を読めません。") from error


def _status_code(body: bytes) -> str:
    try:
        return str(json.loads(body)["result"]["statusCode"])
    except (ValueError, KeyError, TypeError):
        return ""


def _unusable(folder: Path, en: str, ja: str) -> BadSetting:
    return BadSetting(
        Words(f"the replies in {quote(folder.name)} cannot be served: {en}", f"記録済み応答を使えません：{ja}"),
        Words(
            "give a folder whose index.json lists method, path, status, headers and body file",
            "method、path、status、headers、body を並べた index.json のあるフォルダを指定してください。",
        ),
    )
