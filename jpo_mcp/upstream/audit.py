"""Who asked the JPO what: one JSON line for every access that reached it, on disk before its answer is given.

A file a Japanese day, and another where one grows large: `audit-2026-11-23.jsonl`, `audit-2026-11-23.1.jsonl`. Every
process of the machine appends to the same; nothing is ever rewritten or deleted. All but plain ASCII is escaped, so
that no name or argument can write a line of its own.

A process that is killed while an answer is due leaves no line for it; that access is in the ledger, with its person,
and the sums of a day say how many such there are.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import os
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel

from jpo_mcp.clock import in_jst, jst_date
from jpo_mcp.errors import AuditUnavailable, BadSetting, UnsafeDirectory, Words
from jpo_mcp.settings import read_secret, variable_of
from jpo_mcp.upstream.asker import Asker
from jpo_mcp.upstream.folders import private_file, private_folder, shown
from jpo_mcp.upstream.offload import OneThread

log = logging.getLogger(__name__)

MOST_BYTES = 16 * 1024 * 1024
"""How large a file may grow before the day goes on in another."""

_MOST_WAITING = 1_000
"""Lines remembered while the disk takes none."""
_MOST_CASE = 200
_LEAST_KEY = 32


@dataclass(frozen=True, slots=True)
class Access:
    """One access that reached the JPO, or may have where its `outcome` is LOST. `at` is when it was sent (unix)."""

    at: float
    asker: Asker
    endpoint: str
    case: str
    outcome: str
    counter: int | None
    attempt: int
    seconds: float


class Audit:
    """Writes accesses down, on a thread of its own.

    With `strict` nothing may be spent while nothing can be written; without, a warning is logged and lines wait.
    """

    def __init__(self, folder: Path, *, key_file: Path | None, strict: bool, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._key = _read_key(key_file) if key_file else None
        self._strict = strict
        self._most_bytes = most_bytes
        self._thread = OneThread("jpo-audit")
        self._waiting: deque[tuple[date, bytes]] = deque()
        self._writing: set[asyncio.Task[bool]] = set()
        self._trouble = ""
        self._lost = 0

    async def ready(self, now: float) -> None:
        """Before an access is spent: raises `AuditUnavailable` where it could not be written down and must be."""
        if not await self._thread.run(self._flush, jst_date(now)) and self._strict:
            raise _unavailable()

    def write(self, access: Access) -> asyncio.Future[bool]:
        """Begins to write it down, which no hanging up stops. Never fails; what it gives says whether it is on disk."""
        task = asyncio.create_task(self._thread.run(self._append, jst_date(access.at), self._line(access)))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        return asyncio.shield(task)

    async def close(self) -> None:
        """Finishes what was begun."""
        await asyncio.gather(*self._writing, return_exceptions=True)
        self._thread.close()
        if self._waiting:
            log.error("%d accesses could not be written down (%s)", len(self._waiting), self._trouble)

    # ── a line ────────────────────────────────────────────────────────────────────────────────

    def _line(self, access: Access) -> bytes:
        row = {
            "time": in_jst(access.at).isoformat(timespec="milliseconds"),
            "person": access.asker.person,
            "tool": access.asker.tool,
            "request": access.asker.request,
            "endpoint": access.endpoint,
            **self._case(access.case),
            "outcome": access.outcome,
            "counter": access.counter,
            "attempt": access.attempt,
            "seconds": round(access.seconds, 3),
        }
        return json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"

    def _case(self, case: str) -> dict[str, str]:
        if self._key is None:
            return {"case": case[:_MOST_CASE]}
        return {"case_hmac": hmac.new(self._key, case.encode(errors="backslashreplace"), hashlib.sha256).hexdigest()}

    # ── on the thread ─────────────────────────────────────────────────────────────────────────

    def _append(self, day: date, line: bytes) -> bool:
        self._waiting.append((day, line))
        if len(self._waiting) > _MOST_WAITING:
            self._waiting.popleft()
            self._lost += 1
        return self._flush(day)

    def _flush(self, day: date) -> bool:
        """Writes what waits, or at least makes sure that something could be. Whether that went well."""
        try:
            self._file(day)
            while self._waiting:
                self._put(self._file(self._waiting[0][0]), self._waiting[0][1])
                self._waiting.popleft()
        except UnsafeDirectory as unsafe:
            return self._failed(unsafe.what.en)
        except OSError as failure:
            return self._failed(f"{shown(self._folder)}: {failure.strerror or failure}")
        if self._trouble:
            log.warning("accesses are written down again; %d were lost", self._lost)
        self._trouble = ""
        return True

    def _failed(self, why: str) -> bool:
        if not self._trouble:
            log.warning("accesses cannot be written down (%s)", why)
        self._trouble = why
        return False

    def _file(self, day: date) -> Path:
        """The file of that day that still has room."""
        private_folder(self._folder)
        *_, last = _files(self._folder, day) or [self._folder / f"audit-{day}.jsonl"]
        if last.exists() and last.stat().st_size >= self._most_bytes:
            last = self._folder / f"audit-{day}.{_part(last) + 1}.jsonl"
        return private_file(last)

    def _put(self, path: Path, line: bytes) -> None:
        """One write to the end of the file, so that the lines of several processes never mix."""
        plain = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | plain)
        try:
            if _is_torn(descriptor):
                line = b"\n" + line
            if os.write(descriptor, line) != len(line):
                raise OSError("no room for a line")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _is_torn(descriptor: int) -> bool:
    """Whether the file ends within a line, as a full disk or a crash leaves it."""
    size = os.fstat(descriptor).st_size
    if size == 0:
        return False
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) != b"\n"


_NAME = re.compile(r"audit-(\d{4}-\d{2}-\d{2})(?:\.(\d{1,6}))?\.jsonl", re.ASCII)


def _part(path: Path) -> int:
    found = _NAME.fullmatch(path.name)
    return int(found[2] or 0) if found else 0


def _files(folder: Path, day: date) -> list[Path]:
    """The files of a day, in order; `OSError` where the folder may not be looked into (`glob` would find none)."""
    try:
        named = [(_NAME.fullmatch(path.name), path) for path in folder.iterdir()]
    except FileNotFoundError:
        return []
    return sorted((path for found, path in named if found and found[1] == str(day)), key=_part)


def _read_key(path: Path) -> bytes:
    key = read_secret(path)
    if len(key) < _LEAST_KEY:
        raise BadSetting(
            Words(f"the secret in {path.name} is too short", f"{path.name} の秘密が短すぎます。"),
            Words("`openssl rand -hex 32` makes a good one", "`openssl rand -hex 32` で作成できます。"),
            rule=Words(f"at least {_LEAST_KEY} characters", f"{_LEAST_KEY}文字以上"),
            field=variable_of("audit_key_file"),
        )
    return key.encode()


def _closed(folder: Path, failure: OSError) -> BadSetting:
    why = failure.strerror or type(failure).__name__
    return BadSetting(
        Words(
            f"what was written down in {shown(folder)} cannot be read: {why}",
            f"{shown(folder)} の記録を読めません（{why}）。",
        ),
        Words(
            "run it as the user that the server runs as, or correct JPO_MCP_AUDIT_DIR",
            "サーバーと同じユーザーで実行するか、JPO_MCP_AUDIT_DIR を修正してください。",
        ),
        field=variable_of("audit_dir"),
    )


def _unavailable() -> AuditUnavailable:
    return AuditUnavailable(
        Words(
            "accesses cannot be written down, so nothing was sent",
            "アクセスを記録できないため、送信していません。",
        ),
        Words(
            f"tell who runs the server: its log says why ({variable_of('audit_dir')}); kept answers still work",
            f"管理者に連絡してください（理由はログ、{variable_of('audit_dir')}）。保存済みの回答は使えます。",
        ),
        rule=Words("no record, no access", "記録できないときはアクセスしません。"),
    )


# ── a day, summed up ──────────────────────────────────────────────────────────────────────────


class Spent(BaseModel):
    """One person's accesses to one endpoint: how many, and how they ended."""

    person: str
    endpoint: str
    calls: int
    outcomes: dict[str, int]


class DayOfAccesses(BaseModel):
    """What the files of one Japanese day say; `unreadable` lines are not in the sums.

    `without_line` are accesses of the day that this machine counts and no line tells of, None where that is not known.
    """

    day: str
    calls: int
    spent: list[Spent]
    unreadable: int
    without_line: int | None = None


def summed_up(folder: Path, day: date, counted: Counter[tuple[str, str]] | None = None) -> DayOfAccesses:
    """That day's accesses by person and endpoint, who spent most first; `BadSetting` where they cannot be read.

    `counted` are the same as the count has them.
    """
    try:
        return _summed_up(_lines(folder, day), day, counted)
    except OSError as failure:
        raise _closed(folder, failure) from None


def _summed_up(lines: Iterable[bytes], day: date, counted: Counter[tuple[str, str]] | None) -> DayOfAccesses:
    ended: dict[tuple[str, str], Counter[str]] = {}
    unreadable = 0
    for line in lines:
        row = _row(line)
        if row is None:
            unreadable += 1
        else:
            ended.setdefault((row["person"], row["endpoint"]), Counter())[row["outcome"]] += 1
    spent = [
        Spent(person=person, endpoint=endpoint, calls=outcomes.total(), outcomes=dict(outcomes.most_common()))
        for (person, endpoint), outcomes in ended.items()
    ]
    calls: Counter[str] = Counter()
    for line in spent:
        calls[line.person] += line.calls
    spent.sort(key=lambda line: (-calls[line.person], line.person, -line.calls, line.endpoint))
    told = Counter({asked: outcomes.total() for asked, outcomes in ended.items()})
    return DayOfAccesses(
        day=str(day),
        calls=calls.total(),
        spent=spent,
        unreadable=unreadable,
        without_line=None if counted is None else (counted - told).total(),
    )


def _lines(folder: Path, day: date) -> Iterator[bytes]:
    for path in _files(folder, day):
        with path.open("rb") as file:
            yield from (line for line in file if line.strip())


def _row(line: bytes) -> dict[str, str] | None:
    try:
        row: Any = json.loads(line)
        return {name: cast("str", row[name]) + "" for name in ("person", "endpoint", "outcome")}
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
