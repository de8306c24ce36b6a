"""The file of the people who may use the server: names, scopes and the hashes of their tokens. No token is in it.

It is rewritten whole, by one process at a time, and read by servers that run meanwhile.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import sqlite3
import stat
import unicodedata
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from jpo_mcp.errors import BadArgument, BadSetting, Words, quote
from jpo_mcp.settings import variable_of
from jpo_mcp.upstream.folders import alone, put_file, shown

Scope = Literal["jpo:read", "jpo:spend", "jpo:admin"]
"""Kept answers; accesses; what others spent."""

SCOPES: tuple[Scope, ...] = get_args(Scope)
USUAL: tuple[Scope, ...] = ("jpo:read", "jpo:spend")

_PREFIX = "jpo_"
_RANDOM_BYTES = 32
_TOKEN = re.compile(r"jpo_[A-Za-z0-9_-]{43}")
"""Ours and nothing shorter, so that a hash written by hand cannot let in a password."""

_NAME = re.compile(r"[\w.@-]{1,64}")


class Known(BaseModel):
    """A person the file knows. `made` and `expires` are unix seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(pattern=rf"^{_NAME.pattern}$")
    scopes: tuple[Scope, ...] = Field(min_length=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    made: int
    expires: int | None = None


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    version: Literal[1] = 1
    people: tuple[Known, ...] = ()


def read(path: Path) -> tuple[Known, ...]:
    """Everybody in the file. `BadSetting` where it is not there, not in order, or open to others."""
    try:
        with path.open("rb") as file:
            _check_private(path, os.fstat(file.fileno()))
            return _File.model_validate_json(file.read()).people
    except OSError as failure:
        said = failure.strerror or type(failure).__name__
        raise _unusable(path, Words(said, said)) from None
    except ValidationError:
        raise _unusable(path, Words("it is no file of tokens", "トークンのファイルではありません")) from None


def find(people: Sequence[Known], token: str, now: float) -> Known | None:
    """Whose token that is, if it is anybody's. Every hash is compared with every token of ours: time tells nothing."""
    if not _TOKEN.fullmatch(token):
        return None
    digest = hashlib.sha256(token.encode()).hexdigest()
    found = [person for person in people if hmac.compare_digest(person.sha256, digest)]
    return next((person for person in found if person.expires is None or now < person.expires), None)


def add(path: Path, name: str, scopes: Sequence[Scope], *, now: float, expires: float | None = None) -> str:
    """Makes a token for a new name and gives it, which nothing can do again. The file is made where there is none."""
    if not _NAME.fullmatch(name) or unicodedata.normalize("NFKC", name) != name:
        raise _bad_name(name)
    token = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    person = Known(
        name=name,
        scopes=tuple(scope for scope in SCOPES if scope in scopes),
        sha256=hashlib.sha256(token.encode()).hexdigest(),
        made=int(now),
        expires=None if expires is None else int(expires),
    )
    with _rewriting(path):
        people = read(path) if path.exists() else ()
        if any(other.name.casefold() == name.casefold() for other in people):
            raise _there_already(name)
        _write(path, (*people, person))
    return token


def revoke(path: Path, name: str) -> None:
    """Takes a name and its token out of the file: servers refuse it from the next request on."""
    with _rewriting(path):
        people = read(path)
        kept = tuple(person for person in people if person.name != name)
        if kept == people:
            raise _nobody(name, people)
        _write(path, kept)


def _write(path: Path, people: tuple[Known, ...]) -> None:
    put_file(path, _File(people=people).model_dump_json(indent=1).encode() + b"\n")


@contextmanager
def _rewriting(path: Path) -> Generator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with alone(path.with_name(f".{path.name}.lock")):
            yield
    except (OSError, sqlite3.Error) as failure:
        said = getattr(failure, "strerror", None) or type(failure).__name__
        raise _unusable(path, Words(said, said)) from None


def _check_private(path: Path, found: os.stat_result) -> None:
    """A secret service may hand it to our group to read; nobody else has any business with it."""
    if os.name != "posix":
        return
    if found.st_uid not in {os.geteuid(), 0}:
        raise _unusable(path, Words("it belongs to another user", "別のユーザーの所有です"))
    if stat.S_IMODE(found.st_mode) & 0o027:
        raise _unusable(path, Words("others may read or change it", "他の利用者が読み書きできます"))


# ── in words ──────────────────────────────────────────────────────────────────────────────────


def _unusable(path: Path, why: Words) -> BadSetting:
    return BadSetting(
        Words(f"the file of tokens {shown(path)} cannot be used: {why.en}", f"{shown(path)} を使えません：{why.ja}。"),
        Words(
            "make one with `jpo-mcp token add NAME`, or chmod 600 it and make it yours",
            "`jpo-mcp token add 名前` で作成するか、本人の所有にして chmod 600 してください。",
        ),
        field=variable_of("tokens_file"),
    )


def _bad_name(name: str) -> BadArgument:
    return BadArgument(
        Words(f"{quote(name)} cannot be a name", f"{quote(name)} は名前に使えません。"),
        Words("choose another", "別の名前にしてください。"),
        rule=Words(
            "letters, digits, . _ @ - without blanks, at most 64, no half-width kana or full-width letters",
            "文字・数字・. _ @ - （空白なし、64文字まで、半角カナ・全角英数字は不可）",
        ),
        example="jpo-mcp token add hanako.y",
        field="name",
    )


def _there_already(name: str) -> BadArgument:
    return BadArgument(
        Words(f"{quote(name)} has a token already", f"{quote(name)} のトークンは既にあります。"),
        Words("revoke it first, or choose another name", "先に失効させるか、別の名前にしてください。"),
        rule=Words("one token for each name, so that every access has one person", "名前ごとにトークンは1つです。"),
        example=f"jpo-mcp token revoke {name}",
        field="name",
    )


def _nobody(name: str, people: Sequence[Known]) -> BadArgument:
    listed = ", ".join(person.name for person in people) or "-"
    return BadArgument(
        Words(f"nobody is called {quote(name)}", f"{quote(name)} という名前はありません。"),
        Words("see `jpo-mcp token list`", "`jpo-mcp token list` で確認してください。"),
        rule=Words(f"the names are: {listed}", f"登録済み：{listed}"),
        field="name",
    )
