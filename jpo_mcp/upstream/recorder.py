"""Replies saved as they came, in the form that `jpo-mcp sandbox --replay` serves: `index.json` and a file a body.

What must not leave this machine is not in them: nothing of the token endpoint, no request header, no cookie, no
signature of a link; and a reply in which the ID, the password or the token occurs is not saved at all. The files of an
archive are looked into too: one that cannot be unpacked is not saved either. A PDF's compressed parts are looked into
as far as they are deflated; its text may be in an encoding of its own.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import logging
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, quote_plus

from jpo_mcp.archive import UnreadableBundle, members
from jpo_mcp.errors import BadSetting, JpoError, UnsafeDirectory, Words
from jpo_mcp.upstream.envelope import Said
from jpo_mcp.upstream.folders import alone, private_folder, put_file, shown

log = logging.getLogger(__name__)

_INDEX, _LOCK = "index.json", ".lock"
_PASSING = re.compile(r"\.lock|\.new-[0-9a-f]{16}")
"""Files of ours that may be there before the first index is."""

_HEADERS = ("cache-control", "content-disposition", "content-type", "date", "retry-after", "vary", "x-cache")
_SIGNED = re.compile(
    rb"\?(?:[^\s\"'<>\\?]|\\[u/]){0,8192}?(?:x-amz-[a-z-]+|signature|awsaccesskeyid)=(?:[^\s\"'<>\\]|\\[u/])*",
    re.IGNORECASE,
)
"""The query of a signed link, also where JSON escapes its ampersands."""

_FORMS = ((b"%PDF", "pdf"), (b"PK", "zip"), (b"<", "xml"), (b"{", "json"))
_STREAM = re.compile(rb"stream\r?\n")
_MOST_STREAM, _MOST_INFLATED = 8 * 1024 * 1024, 64 * 1024 * 1024
_ANSWERS = frozenset({Said.FOUND.value, Said.NOTHING.value, Said.FILE.value})
_MOST_NAME = 120


@dataclass(frozen=True, slots=True)
class Received:
    """One reply to a GET of `path`, its body unpacked. A file behind a link is received for the path that gave it."""

    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    said: Said


@cache
def recorder_of(folder: Path) -> Recorder:
    """The one recorder of this process for that folder; `BadSetting` for a folder that holds something else."""
    return Recorder(folder)


class Recorder:
    """Saves replies into one folder, which other processes may be doing as well."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.saved = self.withheld = self.opaque = self.failed = 0
        _open(folder)

    def save(self, received: Received, secret: Callable[[], Iterable[str]]) -> None:
        """Writes one reply down, unless one of the secrets occurs in it. Blocks.

        Never raises: an answer that was paid for is not lost for want of recording it.
        """
        try:
            entry, body = _scrubbed(received)
            if _occurs(secret(), [*_inside(body), _dump(entry)]):
                self.withheld += 1
                log.warning("a reply holds the ID, the password or the token and was not recorded")
                return
            with alone(self.folder / _LOCK):
                self._write(entry, body)
                self.saved += 1
        except UnreadableBundle:
            self.opaque += 1
            log.warning("a reply is an archive that cannot be looked into and was not recorded")
        except (OSError, ValueError, sqlite3.Error, JpoError) as failure:
            self.failed += 1
            log.warning("a reply could not be recorded (%s)", type(failure).__name__)

    def summary(self) -> list[Words]:
        """What this process has recorded and what not, and what to mind before it is sent to anybody."""
        said: list[Words] = []
        if self.saved:
            said += [_saved(self.saved, self.folder), _LOOK_THROUGH]
        if self.withheld:
            said.append(_withheld(self.withheld))
        if self.opaque:
            said.append(_opaque(self.opaque))
        if self.failed:
            said.append(_failed(self.failed))
        return said or [_NOTHING]

    def _write(self, entry: dict[str, Any], body: bytes) -> None:
        file, index = self.folder / entry["body"], _read_index(self.folder)
        if not file.exists():
            put_file(file, body)
        if entry not in index:
            put_file(self.folder / _INDEX, _dump(_placed(index, entry)))


def _placed(index: list[dict[str, Any]], entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The index with one more reply. Nothing is replaced; of several to one path, replay serves the last.

    So a refusal, such as the 203 of a later day, goes before the answers that there are to its path.
    """
    place = len(index)
    if entry["said"] not in _ANSWERS:
        answers = (n for n, e in enumerate(index) if e["path"] == entry["path"] and e.get("said") in _ANSWERS)
        place = next(answers, place)
    return [*index[:place], entry, *index[place:]]


# ── what may be written ───────────────────────────────────────────────────────────────────────


def _scrubbed(received: Received) -> tuple[dict[str, Any], bytes]:
    """The reply's line in the index, and its body without signatures."""
    form = _form(received.body)
    body = received.body if form in {"pdf", "zip"} else _SIGNED.sub(b"?masked", received.body)
    headers = {name: received.headers[name] for name in _HEADERS if name in received.headers}
    entry = {
        "method": "GET",
        "path": received.path,
        "status": received.status,
        "headers": {name: value.encode("ascii", "backslashreplace").decode() for name, value in headers.items()},
        "body": _file_name(received.path, body, form),
        "said": received.said.value,
    }
    return entry, body


def _form(body: bytes) -> str:
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:4]
    return next((form for magic, form in _FORMS if start.startswith(magic)), "bin")


def _file_name(path: str, body: bytes, form: str) -> str:
    """The same for the same reply: from the path, for people, and from the bytes."""
    asked = re.sub(r"[^A-Za-z0-9.-]+", "_", path).strip("_.")[:_MOST_NAME]
    return f"{asked}.{hashlib.sha256(path.encode() + b' ' + body).hexdigest()[:12]}.{form}"


def _inside(body: bytes) -> Iterator[bytes]:
    """The body, and what is packed in it; raises UnreadableBundle for an archive that hides any of its files."""
    yield body
    form = _form(body)
    if form == "zip":
        found, skipped = members(body)
        if skipped:
            raise UnreadableBundle(skipped[0].reason, _NAME_ANOTHER)
        for member in found:
            yield from _inside(member.data) if _form(member.data) == "pdf" else (member.data,)
    elif form == "pdf":
        yield from _inflated(body)


def _inflated(pdf: bytes) -> Iterator[bytes]:
    """The deflated streams of a PDF, each to a bound and all of them to another."""
    left = _MOST_INFLATED
    place = 0
    while left > 0 and (end := pdf.find(b"endstream", place)) >= 0:
        start = _STREAM.search(pdf, place, end)
        place = end + len(b"endstream")
        with contextlib.suppress(zlib.error):
            part = zlib.decompressobj().decompress(pdf[start.end() : end] if start else b"", min(left, _MOST_STREAM))
            left -= len(part)
            yield part


def _occurs(secret: Iterable[str], written: Iterable[bytes]) -> bool:
    spelled = [form for text in secret if text for form in _spellings(text)]
    return any(form in text for text in written for form in spelled)


def _spellings(text: str) -> set[bytes]:
    """A secret as it is, as an address or a form carries it, as JSON escapes it, and in base64."""
    plain = {text, quote(text), quote(text, safe=""), quote_plus(text), json.dumps(text)[1:-1]}
    raw = text.encode()
    encoded = {base64.b64encode(raw), base64.urlsafe_b64encode(raw)}
    return {form.encode() for form in plain} | {form.rstrip(b"=") for form in encoded}


# ── the folder ────────────────────────────────────────────────────────────────────────────────


def _open(folder: Path) -> None:
    """A recording, there and ours alone: a new one, or one to go on with."""
    try:
        _refuse_another(folder)
        private_folder(folder)
        with alone(folder / _LOCK):
            if not (folder / _INDEX).exists():
                put_file(folder / _INDEX, _dump([]))
            _read_index(folder)
    except UnsafeDirectory as unsafe:
        raise BadSetting(unsafe.what, _NAME_ANOTHER, field=_VARIABLE) from None
    except (OSError, ValueError, sqlite3.Error) as failure:
        raise _unusable(folder, failure) from None


def _refuse_another(folder: Path) -> None:
    """Before anything is changed: a folder with something else in it stays as it is."""
    if not folder.is_dir():
        return
    there = [path.name for path in folder.iterdir()]
    if (folder / _INDEX).exists():  # asked after the list was made: another process writes it before any reply
        _read_index(folder)
    elif not all(map(_PASSING.fullmatch, there)):
        raise ValueError("no recording")


def _read_index(folder: Path) -> list[dict[str, Any]]:
    index: object = json.loads((folder / _INDEX).read_bytes())
    if not isinstance(index, list) or not all(map(_is_entry, cast("list[object]", index))):
        raise ValueError("no recording")
    return cast("list[dict[str, Any]]", index)


def _is_entry(value: object) -> bool:
    return isinstance(value, dict) and {"method", "path", "status", "headers", "body"} <= cast("Any", value).keys()


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


# ── in words ──────────────────────────────────────────────────────────────────────────────────

_VARIABLE = "JPO_MCP_RECORD_DIR"
_NAME_ANOTHER = Words("name a new folder, or one recorded before", "新しいフォルダか、以前の記録を指定してください。")
_LOOK_THROUGH = Words(
    "Look through them before you send them to anybody: case data are public, what you read is not.",
    "他人に渡す前に内容を確認してください。案件データは公開情報ですが、何を調べたかは公開情報ではありません。",
)
_NOTHING = Words(
    "Nothing was recorded: the JPO was not asked. Kept answers are not; --max-age 0 asks it again (accesses).",
    "記録なし：特許庁への照会がありませんでした。保存済みの回答は対象外です（--max-age 0 で再照会、アクセス消費）。",
)


def _saved(count: int, folder: Path) -> Words:
    return Words(
        f"Replies recorded: {count}, in {shown(folder)}; `jpo-mcp sandbox --replay` serves them.",
        f"記録した回答：{count} 件（{shown(folder)}）。`jpo-mcp sandbox --replay` で再生できます。",
    )


def _withheld(count: int) -> Words:
    return Words(
        f"Replies not saved: {count}. Your ID, password or token occurs in them.",
        f"保存しなかった回答：{count} 件（ID・パスワード・トークンを含むため）。",
    )


def _opaque(count: int) -> Words:
    return Words(
        f"Replies not saved: {count}. They are archives that cannot be looked into for your ID, password or token.",
        f"保存しなかった応答：{count} 件（展開できず、ID・パスワード・トークンの有無を確認できない書庫）。",
    )


def _failed(count: int) -> Words:
    return Words(
        f"Replies that could not be written: {count}. The answers themselves were not affected.",
        f"書き込めなかった回答：{count} 件（表示した回答には影響ありません）。",
    )


def _unusable(folder: Path, failure: Exception) -> BadSetting:
    why = failure.strerror or type(failure).__name__ if isinstance(failure, OSError) else "it holds something else"
    ja = why if isinstance(failure, OSError) else "別の内容のフォルダです"
    return BadSetting(
        Words(f"replies cannot be recorded in {shown(folder)}: {why}", f"{shown(folder)} には記録できません（{ja}）。"),
        _NAME_ANOTHER,
        field=_VARIABLE,
    )
