"""Environment and secret files -> one frozen `Settings`. Nothing else reads the environment."""

from __future__ import annotations

import atexit
import json
import os
import stat
from collections.abc import Callable, MutableMapping
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any, Literal, NamedTuple, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from jpo_mcp.errors import BadSetting, Words

JPO_URL = "https://ip-data.jpo.go.jp"
DOWNLOAD_HOST = "ipapi-prd-upload-10mbdata-from-ecs.s3.amazonaws.com"
"""The only host the JPO has been seen to hand out links to, for bundles over 10 MB."""

KEYRING_SERVICE = "jpo-mcp"
_SECRETS = ("JPO_API_USERNAME", "JPO_API_PASSWORD", "JPO_MCP_REDIS_URL")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Credentials(NamedTuple):
    """The ID and password issued by the JPO. Never printed, kept or put in a message."""

    username: str
    password: str

    def __repr__(self) -> str:
        return "Credentials(***)"

    __str__ = __repr__


def _field(variable: str, meaning: str, default: Any, **more: Any) -> Any:
    """A setting read from `variable`."""
    return Field(default, description=meaning, json_schema_extra={"variable": variable}, **more)


class Settings(BaseModel):
    """Everything that can be set, read once at start. The README's table lists the variables."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    username: SecretStr | None = _field("JPO_API_USERNAME", "the ID issued by the JPO", None)
    password: SecretStr | None = _field("JPO_API_PASSWORD", "its password", None)
    username_file: Path | None = _field("JPO_API_USERNAME_FILE", "a file that holds only the ID", None)
    password_file: Path | None = _field(
        "JPO_API_PASSWORD_FILE",
        "a file that holds only the password, readable by you alone; read again when it changes",
        None,
    )
    sandbox: bool = _field("JPO_MCP_SANDBOX", "`1`: the embedded JPO with fictional cases, no ID needed", False)
    lang: Literal["ja", "en", "both"] = _field(
        "JPO_MCP_LANG", "`ja`, `en` or `both`, for notes, advice and errors; terms of the field stay in both", "both"
    )
    deadline: float = _field("JPO_MCP_DEADLINE", "seconds a tool call may take", 50.0, gt=0.0, le=600.0)
    limits: dict[str, int] = _field(
        "JPO_MCP_LIMITS",
        'limits the JPO raised for this ID, as JSON: `{"1-11": 200}`; learned from its counter otherwise',
        {},
    )
    opd: Literal["auto", "on", "off"] = _field(
        "JPO_MCP_OPD",
        "the five offices' dossiers: `auto` finds out whether the ID has them and remembers a no for a day; "
        "`on` always asks, `off` never",
        "auto",
    )
    reserve: float = _field(
        "JPO_MCP_RESERVE", "share of each day's accesses that a batch leaves for people", 0.2, ge=0.0, le=0.9
    )
    share: float = _field(
        "JPO_MCP_SHARE",
        "the most of an endpoint's day that one person may take, where people are known by their token",
        0.6,
        gt=0.0,
        le=1.0,
    )
    tokens_file: Path | None = _field(
        "JPO_MCP_TOKENS_FILE", "who may use the server over HTTP: the file that `jpo-mcp token` writes", None
    )
    jwt_issuer: str | None = _field(
        "JPO_MCP_JWT_ISSUER", "whose signed tokens let people in instead: the `iss` of RS256 or ES256 tokens", None
    )
    jwt_audience: str | None = _field(
        "JPO_MCP_JWT_AUDIENCE", "what such a token must be meant for (`aud`); the server's public URL otherwise", None
    )
    jwt_keys_url: str | None = _field("JPO_MCP_JWT_KEYS_URL", "where the issuer's public keys are (JWKS, https)", None)
    jwt_keys_file: Path | None = _field("JPO_MCP_JWT_KEYS_FILE", "the same keys in a file", None)
    audit_dir: Path | None = _field(
        "JPO_MCP_AUDIT_DIR",
        "where every access to the JPO is written down, one JSON line each; over HTTP a folder `audit` beside the "
        "count of accesses unless set, on standard input and output only where set",
        None,
    )
    audit_key_file: Path | None = _field(
        "JPO_MCP_AUDIT_KEY_FILE",
        "a file with a secret of 32 characters or more: case numbers are then written down as HMACs under it",
        None,
    )
    audit_strict: bool | None = _field(
        "JPO_MCP_AUDIT_STRICT",
        "`1`: nothing is spent while accesses cannot be written down, `0`: a notice; over HTTP `1` unless set",
        None,
    )
    cache_dir: Path | None = _field(
        "JPO_MCP_CACHE_DIR", "where answers are kept (disposable); the platform's cache folder otherwise", None
    )
    cache_bytes: int = _field(
        "JPO_MCP_CACHE_BYTES", "the most that kept answers may take", 512 * 1024 * 1024, ge=1024 * 1024
    )
    state_dir: Path | None = _field(
        "JPO_MCP_STATE_DIR",
        "where the count of accesses lives (precious); inside the cache folder where that is set, "
        "the platform's state folder otherwise",
        None,
    )
    base_url: str = _field("JPO_MCP_BASE_URL", "where the API is: a proxy, a sandbox, a recording", JPO_URL)
    token_path: str = _field(
        "JPO_MCP_TOKEN_PATH", "the path of its token endpoint", "/auth/token", pattern=r"^/[A-Za-z0-9/_-]+$"
    )
    download_host: str = _field(
        "JPO_MCP_DOWNLOAD_HOST",
        "the one host whose links to bundles over 10 MB are followed",
        DOWNLOAD_HOST,
        pattern=r"^[A-Za-z0-9.-]+$",
    )
    record_dir: Path | None = _field(
        "JPO_MCP_RECORD_DIR",
        "where every reply is saved as well, without secrets, to be replayed; `jpo-mcp record` sets it for one command",
        None,
    )

    redis_url: SecretStr | None = _field(
        "JPO_MCP_REDIS_URL",
        "one count of accesses, and one set of kept answers, for several machines: a Redis or Valkey at "
        "`rediss://host:port/0`, `redis://...` or `unix:///path`",
        None,
    )
    redis_password_file: Path | None = _field(
        "JPO_MCP_REDIS_PASSWORD_FILE",
        "a file that holds only its password, readable by you alone; read at every connection",
        None,
    )
    redis_ca_file: Path | None = _field(
        "JPO_MCP_REDIS_CA_FILE", "the certificates that vouch for a `rediss://`; the system's otherwise", None
    )
    redis_plain: bool = _field(
        "JPO_MCP_REDIS_PLAIN",
        "`1`: `redis://` without TLS may leave this machine, because the network between is private (a compose "
        "network, a VPN)",
        False,
    )

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings of this process; `BadSetting` names a variable that cannot be used."""
        # Read by hand: pydantic-settings takes 50 ms of a start that has 200 to spend on top of the SDK's.
        try:
            return cls.model_validate(told_by_environment(cls))
        except ValidationError as bad:
            raise _bad_setting(bad) from None

    @field_validator("limits", mode="before")
    @classmethod
    def _limits_from_json(cls, limits: object) -> object:
        try:
            return json.loads(limits) if isinstance(limits, str) else limits
        except ValueError:
            raise ValueError('must be JSON, as {"1-11": 200}') from None

    @field_validator("base_url")
    @classmethod
    def _safe_base(cls, url: str) -> str:
        parts = urlsplit(url)
        plain = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not parts.hostname or parts.username or parts.query or parts.fragment or parts.path not in {"", "/"}:
            raise ValueError("must be scheme://host[:port]")
        if parts.scheme != "https" and not plain:
            raise ValueError("must be https; plain http only on loopback")
        return url.rstrip("/")

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, url: SecretStr | None) -> SecretStr | None:
        if url and not _is_redis(url.get_secret_value()):
            raise ValueError("must be rediss://[user:password@]host[:port][/0], redis://... or unix:///path")
        return url

    @field_validator("jwt_keys_url")
    @classmethod
    def _safe_keys(cls, url: str | None) -> str | None:
        parts = urlsplit(url or JPO_URL)
        if not parts.hostname or parts.username or parts.fragment:
            raise ValueError("must be scheme://host[:port]/path")
        if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in LOOPBACK):
            raise ValueError("must be https; plain http only on loopback")
        return url

    @field_validator("limits")
    @classmethod
    def _sane_limits(cls, limits: dict[str, int]) -> dict[str, int]:
        if any(not 0 <= per_day <= 1_000_000 for per_day in limits.values()):
            raise ValueError("each limit must be between 0 and 1000000")
        if limits:
            from jpo_mcp.endpoints import ENDPOINTS  # noqa: PLC0415 - only where a limit is set

            known = {name for endpoint in ENDPOINTS for name in (endpoint.api_number, endpoint.key)}
            if not limits.keys() <= known:
                raise ValueError('each key must be an API number such as "1-11", or law/endpoint')
        return limits

    @property
    def host(self) -> str:
        """`host[:port]` of the API, which kept answers and counts belong to."""
        return "sandbox" if self.sandbox else urlsplit(self.base_url).netloc

    @property
    def on_loopback(self) -> bool:
        """Whether the API is served from this machine (a sandbox, a recording)."""
        return urlsplit(self.base_url).hostname in LOOPBACK

    def credentials(self) -> Credentials | None:
        """The ID and password as they are now: secret files, then the environment, then the keyring.

        Read again at every call, so that a rotated secret is picked up without a restart.
        """
        if self.sandbox:
            from jpo_mcp import sandbox  # noqa: PLC0415 - a real server never loads the sandbox

            return Credentials(sandbox.USERNAME, sandbox.PASSWORD)
        username = _secret(self.username_file, self.username) or _from_keyring("username")
        password = _secret(self.password_file, self.password) or _from_keyring("password")
        return Credentials(username, password) if username and password else None

    def redis_password(self) -> str:
        """The Redis's password as it is now, where a file holds it; empty otherwise."""
        return _secret(self.redis_password_file, None)

    @property
    def audit_folder(self) -> Path:
        """Where accesses are written down, where they are."""
        return self.audit_dir or self.state_folder / "audit"

    def for_people(self) -> Settings:
        """The same for a server of several people: what is spent is written down, and only what can be is spent."""
        strict = True if self.audit_strict is None else self.audit_strict
        return self.model_copy(update={"audit_dir": self.audit_folder, "audit_strict": strict})

    def sandbox_app(self) -> Callable[..., Any] | None:
        """The embedded JPO, when `JPO_MCP_SANDBOX` is on."""
        return self._sandbox.app if self.sandbox else None

    @cached_property
    def _sandbox(self) -> Any:
        from jpo_mcp.sandbox import Sandbox  # noqa: PLC0415 - a real server never loads the sandbox

        return Sandbox()

    @cached_property
    def kept_folder(self) -> Path:
        """Where kept answers live (disposable); one folder for each API host."""
        return self._cache_root / "kept" / self.host.replace(":", "_")

    @cached_property
    def state_folder(self) -> Path:
        """Where the ledger lives (precious)."""
        if self.state_dir is not None:
            return self.state_dir
        if self.cache_dir is not None or self.sandbox:
            return self._cache_root / "state"
        from platformdirs import user_state_path  # noqa: PLC0415 - not needed where a folder is set

        return user_state_path("jpo-mcp", appauthor=False)

    @cached_property
    def _cache_root(self) -> Path:
        if self.cache_dir is not None:
            return self.cache_dir
        if self.sandbox:
            return self._scratch
        from platformdirs import user_cache_path  # noqa: PLC0415 - not needed where a folder is set

        return user_cache_path("jpo-mcp", appauthor=False)

    @property
    def keeps_nothing(self) -> bool:
        """Whether everything kept ends with the process: the sandbox, where no folder is set."""
        return self.sandbox and self.cache_dir is None and self.state_dir is None

    @cached_property
    def _scratch(self) -> Path:
        # The sandbox's counters live in this process, so its ledger must not outlive it.
        folder = Path(mkdtemp(prefix="jpo-mcp-sandbox-"))
        atexit.register(rmtree, folder, ignore_errors=True)
        return folder


def _is_redis(url: str) -> bool:
    try:
        parts = urlsplit(url)
        options, database = bool(parts.query or parts.fragment), parts.path.strip("/")
        if parts.scheme == "unix":
            return bool(database) and not parts.netloc and not options
        reachable = parts.hostname and parts.port != 0 and (not database or database.isdecimal())
        return parts.scheme in {"redis", "rediss"} and bool(reachable) and not options
    except ValueError:  # its own message would show a part of the URL, and so perhaps of the password
        return False


def forget_secrets(environ: MutableMapping[str, str] | None = None) -> None:
    """Takes the credentials out of the environment, so that no child process inherits them."""
    for name in _SECRETS:
        (os.environ if environ is None else environ).pop(name, None)


def _secret(path: Path | None, value: SecretStr | None) -> str:
    if path is None:
        return value.get_secret_value().strip() if value else ""
    return read_secret(path)


def read_secret(path: Path) -> str:
    """What a secret file holds; `BadSetting` where it cannot be read, or others can."""
    try:
        mode = path.stat().st_mode
        content = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as failure:
        raise _unusable_file(path, type(failure).__name__) from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o007:
        raise _unusable_file(path, "others may read it")
    return content


def _unusable_file(path: Path, why: str) -> BadSetting:
    return BadSetting(
        Words(
            f"the secret file {path.name} cannot be used: {why}",
            f"秘密ファイル {path.name} を使えません（{why}）。",
        ),
        Words(f"chmod 600 it, and let it hold only the value: {path}", f"内容を値だけにして chmod 600：{path}"),
    )


def _from_keyring(name: str) -> str:
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        return ""
    try:
        return keyring.get_password(KEYRING_SERVICE, name) or ""
    except Exception:  # backends raise what they like; without one there is simply no secret there
        return ""


def told_by_environment(model: type[BaseModel]) -> dict[str, str]:
    """What the environment says for the fields of a model of settings; what it leaves empty is not said."""
    named = [name for name, field in model.model_fields.items() if field.json_schema_extra]
    told = {name: os.environ.get(variable_of(name, model), "").strip() for name in named}
    return {name: value for name, value in told.items() if value}


def variable_of(field: str, model: type[BaseModel] = Settings) -> str:
    """The environment variable of a setting."""
    known = model.model_fields.get(field)
    extra = known.json_schema_extra if known else None
    return str(cast("dict[str, object]", extra)["variable"]) if isinstance(extra, dict) else field


def _bad_setting(bad: ValidationError) -> BadSetting:
    first = bad.errors(include_input=False, include_url=False)[0]
    name = variable_of(str(first["loc"][0])) if first["loc"] else "?"
    return BadSetting(
        Words(f"the setting {name} cannot be used: {first['msg']}", f"設定 {name} を使えません：{first['msg']}"),
        Words("correct or remove it and start again (README, Settings)", "修正または削除して再起動してください。"),
        field=name,
    )
