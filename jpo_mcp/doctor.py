"""What stands between this machine and an answer of the JPO: each check as data, with what to do about it.

Nothing here costs an access, and no value of a secret is ever looked at: only where it comes from.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Literal, cast

from pydantic import SecretStr

from jpo_mcp.clock import jst_text
from jpo_mcp.endpoints import ENDPOINTS
from jpo_mcp.errors import BadSetting, HostUnchanged, JpoError, SetupError, Words
from jpo_mcp.hosts.entry import env_of, holds_password, is_ours, words_of
from jpo_mcp.hosts.files import read
from jpo_mcp.hosts.launch import is_passing
from jpo_mcp.hosts.merge import found_in
from jpo_mcp.hosts.places import HOSTS, Host, Machine
from jpo_mcp.settings import JPO_URL, KEYRING_SERVICE, Settings
from jpo_mcp.upstream import entitlement
from jpo_mcp.upstream.client import SET_UP, JpoClient
from jpo_mcp.upstream.folders import FOLDER_MODE, private_folder, shown
from jpo_mcp.upstream.redis_ledger import RedisLedger
from jpo_mcp.upstream.redis_link import RedisLink

State = Literal["ok", "warning", "failed"]

CLOCK_WARNS, CLOCK_FAILS = 60.0, 600.0
"""Seconds between this machine's clock and the JPO's: the day is counted by the JPO's."""

_SHOWN_PACKAGES = ("mcp", "httpx", "pydantic", "diskcache")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's report. `do` is there when something should be done."""

    name: Words
    state: State
    found: Words
    do: Words | None = None


async def examine(settings: Settings, environ: Mapping[str, str]) -> AsyncIterator[Check]:
    """Every check in turn, each as soon as it is known. `environ` is what the tried server is started with."""
    yield versions()
    yield mode(settings)
    async with JpoClient(settings) as client:
        yield (found := credentials(settings))
        token, server_time = await login(client) if found.state == "ok" else (_NOT_TRIED, None)
        yield token
        yield clock(server_time, client.clock.now())
        for check in (
            folder(Words("kept answers", "保存フォルダ"), settings.kept_folder),
            folder(Words("ledger folder", "記録フォルダ"), settings.state_folder),
        ):
            yield check
        if client.redis is not None:
            yield await redis(client, client.redis)
        yield await ledger(client)
        yield await dossiers(client)
        yield limits_known(settings.limits)
    yield await server(environ)
    async for check in hosts(Machine.here(environ)):
        yield check


def versions() -> Check:
    """What is installed."""
    packages = ", ".join(f"{name} {_version(name)}" for name in _SHOWN_PACKAGES)
    text = f"jpo-mcp {_version('jpo-mcp')} (Python {platform.python_version()}, {platform.system()}; {packages})"
    return Check(Words("versions", "バージョン"), "ok", Words(text, text))


def mode(settings: Settings) -> Check:
    """Which JPO is asked."""
    name = Words("mode", "接続先")
    if settings.sandbox:
        return Check(
            name,
            "ok",
            Words("embedded sandbox: fictional cases, no ID needed", "内蔵サンドボックス（架空の案件、ID不要）"),
        )
    if settings.base_url == JPO_URL:
        return Check(name, "ok", Words(f"the JPO itself ({settings.host})", f"特許庁（{settings.host}）"))
    return Check(
        name,
        "warning",
        Words(f"not the JPO but {settings.base_url}", f"特許庁ではなく {settings.base_url}"),
        Words("unset JPO_MCP_BASE_URL to ask the JPO", "特許庁に接続するには JPO_MCP_BASE_URL を外してください"),
    )


# ── credentials, token, clock ─────────────────────────────────────────────────────────────────


def credentials(settings: Settings) -> Check:
    """Whether an ID and a password are there, and where each comes from; never what they are."""
    name = Words("credentials", "ID・パスワード")
    if settings.sandbox:
        return Check(name, "ok", Words("the sandbox's own; yours are not used", "サンドボックス用を使用"))
    try:
        found = settings.credentials() is not None
    except BadSetting as bad:
        return _failed(name, bad)
    sources = (
        _source(settings.username_file, settings.username, "username"),
        _source(settings.password_file, settings.password, "password"),
    )
    text = Words(f"ID: {sources[0].en}; password: {sources[1].en}", f"ID：{sources[0].ja}、パスワード：{sources[1].ja}")
    return Check(name, "ok" if found else "failed", text, None if found else SET_UP)


def _source(path: Path | None, value: SecretStr | None, name: str) -> Words:
    if path is not None and path.stat().st_size:
        return Words(f"secret file {path.name}", f"秘密ファイル {path.name}")
    if path is None and value is not None and value.get_secret_value().strip():
        return Words("environment", "環境変数")
    if in_keyring(name):
        return Words("the system's keyring", "キーリング")
    return Words("not found", "見つかりません")


_TOKEN = Words("token", "トークン")
_NOT_TRIED = Check(_TOKEN, "warning", Words("not tried without an ID and password", "ID・パスワードがないため未確認"))


async def login(client: JpoClient) -> tuple[Check, float | None]:
    """Whether the JPO gives a token, which costs no access, and the time it said."""
    started = time.perf_counter()
    try:
        server_time: float | None = await client.check_login()
    except JpoError as failure:
        return _failed(_TOKEN, failure), None
    took = f"{time.perf_counter() - started:.1f}"
    return Check(
        _TOKEN, "ok", Words(f"obtained in {took} s (0 accesses)", f"取得できました（{took}秒、0アクセス）")
    ), server_time


def clock(server_time: float | None, now: float) -> Check:
    """This machine's clock against the JPO's, which decides when the day's accesses are renewed."""
    name = Words("clock", "時計")
    if server_time is None:
        return Check(
            name, "ok", Words("not known until the JPO's first answer", "特許庁の最初の回答まで確認できません")
        )
    apart = abs(now - server_time)
    text = Words(f"{apart:.0f} s from the JPO's", f"特許庁の時計との差 {apart:.0f} 秒")
    if apart <= CLOCK_WARNS:
        return Check(name, "ok", text)
    do = Words(
        "set this machine's clock by the network (NTP): the day is counted by the JPO's",
        "時刻を自動同期（NTP）してください。1日の区切りは特許庁の時計です。",
    )
    return Check(name, "failed" if apart > CLOCK_FAILS else "warning", text, do)


# ── this machine ──────────────────────────────────────────────────────────────────────────────


def folder(name: Words, path: Path) -> Check:
    """Whether a folder of ours is there, closed to everybody else, and can be written to."""
    try:
        was_open = _is_open(path)
        private_folder(path)
        with tempfile.TemporaryFile(dir=path):
            pass
    except JpoError as unsafe:
        return _failed(name, unsafe)
    except OSError as failure:
        why = failure.strerror or type(failure).__name__
        return Check(
            name,
            "failed",
            Words(f"{shown(path)}: {why}", f"{shown(path)}：{why}"),
            Words(
                "make it writable, or name another in JPO_MCP_CACHE_DIR or JPO_MCP_STATE_DIR",
                "書き込み可能にするか、JPO_MCP_CACHE_DIR・JPO_MCP_STATE_DIR で別の場所を指定してください。",
            ),
        )
    if was_open:
        return Check(
            name,
            "warning",
            Words(f"{shown(path)} was open to other users", f"{shown(path)} は他のユーザーが読めました"),
            Words("it has been closed (mode 700); nothing else to do", "閉じました（700）。対応は不要です。"),
        )
    return Check(name, "ok", Words(f"{shown(path)} (private, writable)", f"{shown(path)}（本人専用・書込可）"))


def _is_open(path: Path) -> bool:
    if os.name == "nt" or not path.is_dir():
        return False
    return bool(stat.S_IMODE(path.stat().st_mode) & ~FOLDER_MODE)


async def ledger(client: JpoClient) -> Check:
    """Whether the day's accesses can be counted, and how well the limits are known."""
    name = Words("ledger", "アクセス記録")
    try:
        lines = await client.quota()
    except JpoError as failure:
        return _failed(name, failure)
    told = sum(line.remaining.basis in {"counter", "learned"} for line in lines)
    fixed = sum(line.remaining.basis == "settings" for line in lines)
    planned = len(lines) - told - fixed
    used = sum(line.remaining.used for line in lines)
    return Check(
        name,
        "ok",
        Words(
            f"opens; {used} accesses today; limits: {told} told by the JPO, {fixed} set, {planned} as published",
            f"正常。本日 {used} アクセス。上限：特許庁の回答 {told}、設定 {fixed}、公表値 {planned}",
        ),
    )


async def redis(client: JpoClient, link: RedisLink) -> Check:
    """Whether the Redis that machines share is there and safe, and what it counts for whom."""
    name = Words("shared count (Redis)", "共有（Redis）")
    try:
        found = await link.check()
    except JpoError as failure:
        return _failed(name, failure)
    text = f"{found.software}, {link.where}"
    try:
        standing = await cast("RedisLedger", client.ledger).standing()
    except JpoError as failure:
        what = Words(f"{text}: {failure.what.en}", f"{text}：{failure.what.ja}")
        return Check(name, "warning", what, failure.next_step)
    machines = len(standing.machines())
    said = Words(
        f"{text}; generation {standing.epoch}, {machines} spending",
        f"{text}。世代 {standing.epoch}、利用中 {machines} 台",
    )
    if not found.untold:
        return Check(name, "ok", said)
    hidden = ", ".join(found.untold)
    what = Words(f"{said.en}; it does not show {hidden}", f"{said.ja}。{hidden} は確認できません")
    return Check(name, "warning", what, _AS_IT_SHOULD_BE)


_AS_IT_SHOULD_BE = Words(
    "see to it that it has `appendonly yes`, `appendfsync everysec` (or `always`), `maxmemory-policy noeviction`",
    "`appendonly yes`、`appendfsync everysec`（または `always`）、`maxmemory-policy noeviction` を確認してください",
)


_DOSSIERS: dict[entitlement.State, Words] = {
    "on": Words("always asked (JPO_MCP_OPD=on)", "常に利用（JPO_MCP_OPD=on）"),
    "off": Words("switched off (JPO_MCP_OPD=off)", "無効（JPO_MCP_OPD=off）"),
    "granted": Words("the OPD has answered this ID", "このIDで回答がありました"),
    "unknown": Words("not known until the first question", "最初の利用時に判明します"),
}


async def dossiers(client: JpoClient) -> Check:
    """Whether the ID has the five offices' dossiers, as far as has been found out; nothing is asked for it."""
    name = Words("dossiers (OPD)", "五庁書類（OPD）")
    try:
        state, found = await client.dossiers()
    except JpoError as failure:
        return _failed(name, failure)
    if state != "not granted":
        return Check(name, "ok", _DOSSIERS[state])
    until = jst_text(found.refused_until)
    return Check(
        name,
        "warning",
        Words(
            f"this ID does not seem to have them (the JPO answered {found.because}); asked again after {until}",
            f"このIDでは利用できないようです（応答 {found.because}）。{until} 以降に再確認します",
        ),
        Words(
            "apply for the OPD at the JPO, or set JPO_MCP_OPD=on to ask anyway; the rest works without",
            "OPDは別途申請が必要です（JPO_MCP_OPD=on で常に試行）。他の機能は使えます",
        ),
    )


def limits_known(limits: Mapping[str, int]) -> Check:
    """Whether every limit set by hand names an endpoint."""
    name = Words("limits set", "上限の設定")
    strangers = sorted(set(limits) - {row.api_number for row in ENDPOINTS})
    if strangers:
        listed = ", ".join(strangers)[:80]
        return Check(
            name,
            "failed",
            Words(f"JPO_MCP_LIMITS names no endpoint: {listed}", f"JPO_MCP_LIMITS に存在しないAPI番号：{listed}"),
            Words('use the JPO\'s API numbers, e.g. {"1-1": 800}', 'API番号で指定してください（例：{"1-1": 800}）'),
        )
    return Check(name, "ok", Words(f"{len(limits)} in JPO_MCP_LIMITS", f"JPO_MCP_LIMITS に {len(limits)} 件"))


async def server(environ: Mapping[str, str]) -> Check:
    """Whether our own server starts as a host starts it, and lists its tools."""
    from jpo_mcp.server.visit import visit  # noqa: PLC0415 - the MCP SDK takes a while to load

    name = Words("server", "サーバー")
    started = time.perf_counter()
    try:
        async with visit(environ) as visitor:
            tools = await visitor.tools()
            took = time.perf_counter() - started
    except SetupError as failure:
        return _failed(name, failure)
    return Check(
        name,
        "ok",
        Words(f"starts and lists {len(tools)} tools in {took:.1f} s", f"{took:.1f} 秒で起動、ツール {len(tools)} 件"),
    )


# ── hosts ─────────────────────────────────────────────────────────────────────────────────────


async def hosts(machine: Machine) -> AsyncIterator[Check]:
    """Whether each host that has a configuration here starts our server, found out by starting what its file says."""
    for host in HOSTS:
        name = Words(host.name, host.name)
        try:
            file = read(host.place(machine))
            there = found_in(file.text, host)
        except HostUnchanged as failure:
            yield Check(name, "warning", failure.what, failure.next_step)
        except ValueError:
            yield Check(name, "warning", *_NO_JSON)
        else:
            if is_ours(there):
                yield await connection(host, there, machine.environ)
            elif file.raw is not None:
                command = f"jpo-mcp install {host.key}"
                yield Check(name, "ok", Words(f"not connected: `{command}` does it", f"未接続（接続は `{command}`）"))


_NO_JSON = (
    Words("its configuration is not JSON, or not of the usual form", "設定ファイルが JSON ではないか、形が違います"),
    Words("mend it: the host cannot read it either", "修正してください。ホストも読めません。"),
)


async def connection(host: Host, there: object, environ: Mapping[str, str]) -> Check:
    """What our entry in a host's configuration is worth."""
    name, words, env = Words(host.name, host.name), words_of(there), env_of(there)
    again = Words(f"run `jpo-mcp install {host.key}` again", f"`jpo-mcp install {host.key}` を再度実行してください")
    command = Path(words[0])
    if holds_password(there):
        return Check(name, "failed", *_PASSWORD_THERE)
    if any("${" in text for text in (*words, *env.values())):
        return Check(name, "ok", _NOT_STARTED)
    if shutil.which(command) is None:
        gone = shown(command)
        return Check(name, "failed", Words(f"its command is gone: {gone}", f"コマンドがありません：{gone}"), again)
    count = await _tools_of(words, env)
    if count is None:
        return Check(name, "failed", _STARTS_NOT, _NOT_LASTING if command.stem == "uvx" else again)
    found = Words(f"connected; starts and lists {count} tools", f"接続済み（起動を確認、ツール {count} 件）")
    if not command.is_absolute() or is_passing(words[0], environ):
        return Check(name, "warning", found, _NOT_LASTING)
    return Check(name, "ok", found)


async def _tools_of(words: Sequence[str], env: Mapping[str, str]) -> int | None:
    """How many tools that command lists; None where it does not start."""
    from jpo_mcp.server.visit import visit  # noqa: PLC0415 - the MCP SDK takes a while to load

    try:
        async with visit(env, words) as visitor:
            return len(await visitor.tools())
    except SetupError:
        return None


_NOT_STARTED = Words("connected; not tried: it uses the host's variables", "接続済み（ホストの変数を使うため未試行）")
_STARTS_NOT = Words("what its file says does not start", "設定どおりに起動しません")
_PASSWORD_THERE = (
    Words("its file holds the password in the open", "設定ファイルにパスワードが平文で入っています"),
    Words(
        "put ID and password in files, and run `jpo-mcp install` with --username-file and --password-file",
        "ファイルに移し、`jpo-mcp install` を --username-file・--password-file 付きで実行してください",
    ),
)
_NOT_LASTING = Words(
    "its command may be gone or need the network at the next start: `uv tool install jpo-mcp`, then "
    "`jpo-mcp install` again",
    "次の起動時にコマンドがない、または通信が必要な可能性があります。`uv tool install jpo-mcp` の後、再度 "
    "`jpo-mcp install` を実行してください。",
)


# ── the keyring ───────────────────────────────────────────────────────────────────────────────


def in_keyring(name: str) -> bool:
    """Whether the system's keyring holds our `username` or `password`."""
    try:
        return bool(_keyring().get_password(KEYRING_SERVICE, name))
    except Exception:  # backends raise what they like; without one there is simply no secret there
        return False


def store_login(ask: Callable[[str], str]) -> None:
    """Asks for the ID and the password and puts them in the system's keyring."""
    try:
        keyring = _keyring()
    except ImportError:
        raise _no_keyring(
            Words("the keyring extra is not installed", "keyring 拡張がインストールされていません。"),
            'pip install "jpo-mcp[keyring]"',
        ) from None
    answers = {"username": ask("JPO ID: ").strip(), "password": ask("JPO password パスワード: ").strip()}
    if not all(answers.values()):
        raise _no_keyring(Words("nothing was stored: an answer was empty", "空の入力のため保存していません。"), "")
    try:
        for name, value in answers.items():
            keyring.set_password(KEYRING_SERVICE, name, value)
    except Exception as failure:  # backends raise what they like
        kind = type(failure).__name__
        raise _no_keyring(
            Words(f"this system has no usable keyring ({kind})", f"使えるキーリングがありません（{kind}）。"), ""
        ) from None


def _keyring() -> ModuleType:
    import keyring  # noqa: PLC0415 - an extra, and slow to load

    return keyring


def _no_keyring(what: Words, example: str) -> BadSetting:
    return BadSetting(
        what,
        Words(
            "try again, or keep them in files that only you can read: JPO_API_USERNAME_FILE, JPO_API_PASSWORD_FILE",
            "再度試すか、本人だけが読めるファイルを JPO_API_USERNAME_FILE・JPO_API_PASSWORD_FILE で指定してください。",
        ),
        example=example or None,
    )


def _failed(name: Words, failure: JpoError) -> Check:
    return Check(name, "failed", failure.what, failure.next_step)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"
