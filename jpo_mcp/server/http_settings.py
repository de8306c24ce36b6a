"""How the server listens over HTTP, and the configurations with which it refuses to start.

Each is an argument of `jpo-mcp serve --http` or a variable of the environment; the argument wins. An answer to "who may
ask" that is only implied is refused: whoever wants an open door must say so, and can have it on this machine alone.
"""

from __future__ import annotations

import os
import re
import ssl
import stat
from collections.abc import Callable, Mapping
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from jpo_mcp.errors import BadSetting, UnsafeStart, Words, quote
from jpo_mcp.settings import Settings, told_by_environment, variable_of
from jpo_mcp.upstream.folders import private_folder, shown

PATH = "/mcp"


def _option(variable: str, meaning: str, default: Any, **more: Any) -> Any:
    """A setting given as an argument, or in `variable`."""
    return Field(default, description=meaning, json_schema_extra={"variable": variable}, **more)


class HttpSettings(BaseModel):
    """Where the server listens and whom it answers. `no_auth` is an argument only: no process inherits it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    host: str = _option("JPO_MCP_HTTP_HOST", "the address to listen at", "127.0.0.1")
    port: int = _option("JPO_MCP_HTTP_PORT", "the port; 0 takes a free one and says which", 8765, ge=0, le=65_535)
    socket: Path | None = _option(
        "JPO_MCP_HTTP_SOCKET", "a UNIX socket to listen at instead, which only this user can open", None
    )
    allow_hosts: tuple[str, ...] = _option(
        "JPO_MCP_HTTP_ALLOW_HOSTS",
        "the names the server is called by, exactly as in the Host header and separated by commas: `jpo.example.com`, "
        "`10.0.0.5:8765`; those of this machine are always there",
        (),
    )
    allow_origins: tuple[str, ...] = _option(
        "JPO_MCP_HTTP_ALLOW_ORIGINS",
        "web pages that may call, as in the Origin header: `https://chat.example.com`; none otherwise",
        (),
    )
    tls_cert: Path | None = _option("JPO_MCP_HTTP_TLS_CERT", "the certificate (PEM, with its chain) for https", None)
    tls_key: Path | None = _option("JPO_MCP_HTTP_TLS_KEY", "its private key (PEM), closed to other users", None)
    behind_tls_proxy: bool = _option(
        "JPO_MCP_HTTP_BEHIND_TLS_PROXY", "`1`: a proxy in front ends TLS, so plain HTTP may leave this machine", False
    )
    trusted_proxies: tuple[str, ...] = _option(
        "JPO_MCP_HTTP_TRUSTED_PROXIES",
        "addresses or networks of proxies whose X-Forwarded-For and -Proto are believed; nobody's otherwise",
        (),
    )
    no_auth: bool = False

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> HttpSettings:
        """The settings out of arguments and the environment; `BadSetting` names the one that cannot be used."""
        try:
            return cls.model_validate(told_by_environment(cls) | dict(given))
        except ValidationError as bad:
            first = bad.errors(include_input=False, include_url=False)[0]
            raise _malformed(str(first["loc"][0]), first["msg"]) from None

    @field_validator("allow_hosts", "allow_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: str | list[str] | tuple[str, ...]) -> list[str]:
        entries = value.split(",") if isinstance(value, str) else value
        return [entry.strip() for entry in entries]

    @property
    def on_this_machine(self) -> bool:
        """Whether only this machine can connect."""
        return self.socket is not None or self.address.is_loopback

    @property
    def address(self) -> Any:
        """The address to listen at; `ValueError` for a name."""
        return ip_address("127.0.0.1" if self.host == "localhost" else self.host)

    def hosts(self, port: int) -> frozenset[str]:
        """Every Host header that is answered. `port` is the one really listened at."""
        return self.own_hosts(port) | {host.lower() for host in self.allow_hosts}

    def own_hosts(self, port: int) -> frozenset[str]:
        """Those by which this machine calls itself."""
        names = ("127.0.0.1", "localhost", "[::1]")
        return frozenset({"localhost"} if self.socket else {f"{name}:{port}" for name in names})

    def resource(self, port: int) -> str:
        """The public URL: by the first of the allowed names, or the address listened at."""
        if not self.allow_hosts:
            return self.url(port)
        return f"{'https' if self.tls_cert or self.behind_tls_proxy else 'http'}://{self.allow_hosts[0].lower()}{PATH}"

    def url(self, port: int) -> str:
        """The address listened at, as a URL."""
        name = "localhost" if self.socket else f"[{self.host}]:{port}" if ":" in self.host else f"{self.host}:{port}"
        return f"{'https' if self.tls_cert else 'http'}://{name}{PATH}"


def _malformed(field: str, why: str) -> BadSetting:
    name = f"{_flag(field)} ({variable_of(field, HttpSettings)})"
    return BadSetting(
        Words(f"{name} cannot be used: {why}", f"{name} を使えません：{why}"),
        Words("correct it and start again (jpo-mcp serve --help)", "修正して再起動してください。"),
    )


def _flag(field: str) -> str:
    return "--" + {
        "allow_hosts": "allow-host",
        "allow_origins": "allow-origin",
        "trusted_proxies": "trusted-proxy",
    }.get(field, field.replace("_", "-"))


# ── what must not be started ──────────────────────────────────────────────────────────────────


def check(http: HttpSettings, settings: Settings) -> None:
    """Returns when the server may start; `SetupError` says what is unsafe and how to mend it."""
    has_people = bool(settings.tokens_file or settings.jwt_issuer)
    for rule in (_address, _socket, _hosts, _origins, _proxies, partial(_people, has_people=has_people), _tls):
        if (bad := rule(http)) is not None:
            raise bad
    for variable, folder in (("JPO_MCP_STATE_DIR", settings.state_folder), ("JPO_MCP_CACHE_DIR", settings.kept_folder)):
        if (bad := _folder(variable, folder)) is not None:
            raise bad
        private_folder(folder)


Rule = Callable[[HttpSettings], UnsafeStart | None]


def _unsafe(en: str, ja: str, do_en: str, do_ja: str) -> UnsafeStart:
    return UnsafeStart(Words(en, ja), Words(do_en, do_ja))


def _address(http: HttpSettings) -> UnsafeStart | None:
    try:
        _ = http.address
    except ValueError:
        return _unsafe(
            f"--host {quote(http.host)} is a name, and what it stands for can change",
            f"--host {quote(http.host)} は名前で、指すアドレスが変わり得ます。",
            "give an address: 127.0.0.1, ::1, 0.0.0.0 or the machine's own",
            "アドレス（127.0.0.1、::1、0.0.0.0 など）を指定してください。",
        )
    return None


def _socket(http: HttpSettings) -> UnsafeStart | None:
    if http.socket is None:
        return None
    if {"host", "port"} & http.model_fields_set:
        return _unsafe(
            "both a socket and an address to listen at are given",
            "ソケットとアドレスの両方が指定されています。",
            "give --socket, or --host and --port",
            "--socket か、--host と --port のどちらかにしてください。",
        )
    folder = http.socket.parent
    if not folder.is_dir() or _others_may_write(folder):
        return _unsafe(
            f"the folder of the socket is not there, or others may write in it: {shown(folder)}",
            f"ソケットのフォルダがないか、他の利用者が書き込めます：{shown(folder)}",
            "make a folder of its own for it (mkdir -m 700) and name a path in that",
            "専用のフォルダ（mkdir -m 700）の中に置いてください。",
        )
    if os.path.lexists(http.socket) and not stat.S_ISSOCK(http.socket.lstat().st_mode):
        return _unsafe(
            f"there is something that is no socket at {shown(http.socket)}",
            f"ソケットでないものがあります：{shown(http.socket)}",
            "name another path; nothing is overwritten",
            "別のパスを指定してください（上書きはしません）。",
        )
    return None


_HOST = re.compile(r"([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*(:[1-9][0-9]{0,4})?")
_HOST_V6 = re.compile(r"\[[0-9a-f:.]+\](:[1-9][0-9]{0,4})?")
_OWN_NAMES = {"localhost", "127.0.0.1", "[::1]"}


def _hosts(http: HttpSettings) -> UnsafeStart | None:
    for host in http.allow_hosts:
        if not _HOST.fullmatch(host.lower()) and not _HOST_V6.fullmatch(host.lower()):
            return _unsafe(
                f"--allow-host {quote(host)} is not one exact name; a pattern would let a web page in under its own",
                f"--allow-host {quote(host)} は正確な名前ではありません（パターンは使えません）。",
                "list every name as in the Host header, without scheme or path: jpo.example.com, 10.0.0.5:8765",
                "Hostヘッダーのとおりに列挙してください（例：jpo.example.com、10.0.0.5:8765）。",
            )
    if http.allow_hosts or (http.on_this_machine and not http.behind_tls_proxy):
        return None
    return _unsafe(
        "others can reach the server, and it is not said by which names it is called",
        "他の機器から届くのに、呼ばれる名前（Host）が指定されていません。",
        "add --allow-host jpo.example.com (what callers type; repeat for each)",
        "--allow-host jpo.example.com を加えてください（複数可）。",
    )


def _origins(http: HttpSettings) -> UnsafeStart | None:
    for origin in http.allow_origins:
        scheme, _, host = origin.partition("://")
        exact = _HOST.fullmatch(host) or _HOST_V6.fullmatch(host)
        if not exact or (scheme != "https" and not (scheme == "http" and _is_own(host))):
            return _unsafe(
                f"--allow-origin {quote(origin)} is not one exact https origin",
                f"--allow-origin {quote(origin)} は正確な https のオリジンではありません。",
                "list each as a browser sends it: https://chat.example.com (http only for localhost), no path, no *",
                "ブラウザーが送る形で列挙してください（例：https://chat.example.com、* は不可）。",
            )
    return None


def _is_own(host: str) -> bool:
    return urlsplit(f"//{host}").hostname in {"localhost", "127.0.0.1", "::1"}


_WIDEST = {4: 8, 6: 32}
"""The widest network of proxies that is believed: a private one. Anything wider is the internet."""


def _proxies(http: HttpSettings) -> UnsafeStart | None:
    for proxy in http.trusted_proxies:
        network = _network(proxy)
        if network is None or network.prefixlen < _WIDEST[network.version] or network.network_address.is_unspecified:
            return _unsafe(
                f"--trusted-proxy {quote(proxy)} would believe anybody's X-Forwarded headers",
                f"--trusted-proxy {quote(proxy)} では誰の X-Forwarded ヘッダーでも信じてしまいます。",
                "give the proxy's own address, or its small network: 10.0.0.5, 172.18.0.0/16",
                "プロキシのアドレスか小さなネットワークを指定してください（例：10.0.0.5、172.18.0.0/16）。",
            )
    return None


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None


def _people(http: HttpSettings, *, has_people: bool) -> UnsafeStart | None:
    if has_people and http.no_auth:
        return _unsafe(
            "--no-auth is given although people are configured",
            "利用者の設定があるのに --no-auth が指定されています。",
            "leave --no-auth away, or unset JPO_MCP_TOKENS_FILE and JPO_MCP_JWT_...",
            "--no-auth を外すか、JPO_MCP_TOKENS_FILE・JPO_MCP_JWT_… を外してください。",
        )
    if has_people:
        return None
    if not http.no_auth:
        return _unsafe(
            "nobody is named who may ask: over HTTP every caller needs a token",
            "利用者が設定されていません。HTTPでは全員にトークンが必要です。",
            "make one with `jpo-mcp token add NAME` and set JPO_MCP_TOKENS_FILE (or JPO_MCP_JWT_ISSUER); "
            "alone on this machine, --no-auth",
            "`jpo-mcp token add 名前` で作り JPO_MCP_TOKENS_FILE を設定（または JPO_MCP_JWT_ISSUER）。"
            "この端末だけで使うなら --no-auth。",
        )
    names = {urlsplit(f"//{host}").hostname for host in http.allow_hosts}
    if http.on_this_machine and not http.behind_tls_proxy and not http.trusted_proxies and names <= _LOCAL:
        return None
    return _unsafe(
        "--no-auth, and yet others than this machine could reach the server",
        "--no-auth なのに、他の機器から届く設定です。",
        "name people (`jpo-mcp token add NAME`), or listen at 127.0.0.1 with no proxy and no other name",
        "利用者を設定する（`jpo-mcp token add 名前`）か、プロキシや他の名前なしで 127.0.0.1 だけにしてください。",
    )


_LOCAL = {"localhost", "127.0.0.1", "::1"}


def _tls(http: HttpSettings) -> UnsafeStart | None:
    if http.tls_cert is None and http.tls_key is None:
        if http.on_this_machine or http.behind_tls_proxy:
            return None
        return _unsafe(
            "tokens and answers would leave this machine in plain HTTP",
            "トークンと回答が平文のHTTPで外部に流れます。",
            "give --tls-cert and --tls-key, or --behind-tls-proxy where a proxy in front ends TLS",
            "--tls-cert と --tls-key、または前段でTLSを終端するなら --behind-tls-proxy を指定してください。",
        )
    if http.tls_cert is None or http.tls_key is None:
        return _unsafe(
            "of --tls-cert and --tls-key only one is given",
            "--tls-cert と --tls-key の一方しかありません。",
            "give both",
            "両方を指定してください。",
        )
    return _key(http.tls_cert, http.tls_key)


def _key(certificate: Path, key: Path) -> UnsafeStart | None:
    if os.name == "posix" and key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o007:
        return _unsafe(
            f"other users may read the private key {key.name}",
            f"秘密鍵 {key.name} を他の利用者が読めます。",
            f"chmod 600 it: {shown(key)}",
            f"chmod 600 を実行：{shown(key)}",
        )
    try:
        # A key behind a pass phrase would be asked for at the terminal, where nobody sits.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as failure:
        return _unsafe(
            f"the certificate and key cannot be used ({type(failure).__name__})",
            f"証明書と鍵を使えません（{type(failure).__name__}）。",
            "give PEM files that belong together, the key without a pass phrase",
            "対になったPEMファイル（鍵はパスフレーズなし）を指定してください。",
        )
    return None


_REMOTE = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs")


def _folder(variable: str, folder: Path) -> UnsafeStart | None:
    if folder.is_dir() and _others_may_write(folder):
        return _unsafe(
            f"others may write in {shown(folder)}",
            f"{shown(folder)} に他の利用者が書き込めます。",
            f"look at what is in it, then chmod 700 it, or name another in {variable}",
            f"中身を確認して chmod 700 するか、{variable} に別の場所を指定してください。",
        )
    if variable == "JPO_MCP_STATE_DIR" and file_system(folder, _mounts()).startswith(_REMOTE):
        return _unsafe(
            f"the ledger's folder is on a network file system, where its locks cannot be relied on: {shown(folder)}",
            f"記録フォルダがネットワーク上にあり、ロックを保証できません：{shown(folder)}",
            "name a local folder in JPO_MCP_STATE_DIR; several machines share a count through JPO_MCP_REDIS_URL",
            "JPO_MCP_STATE_DIR にローカルの場所を指定し、複数機では JPO_MCP_REDIS_URL を使ってください。",
        )
    return None


def _others_may_write(folder: Path) -> bool:
    return os.name == "posix" and bool(stat.S_IMODE(folder.stat().st_mode) & 0o022)


def _mounts() -> str:
    try:
        return Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:  # no such list on this system
        return ""


def file_system(path: Path, mounts: str) -> str:
    """The kind of file system a path lies on, by a list such as /proc/self/mounts; empty where it does not say."""
    real = path.resolve()
    rows = [row.split() for row in mounts.splitlines() if len(row.split()) > 2]
    above = [(len(row[1]), row[2]) for row in rows if real.is_relative_to(row[1].replace("\\040", " "))]
    return max(above, default=(0, ""), key=lambda row: row[0])[1]
