"""The access token: got once however many callers want it, renewed early, never kept on disk.

It is fetched before an access is reserved, so a refused password never costs one. That is why
this is not an `httpx.Auth`: a request sent again inside the HTTP library would slip past the
ledger and the minute's pace.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from jpo_mcp.clock import Clock, jst_text
from jpo_mcp.errors import AuthRefused, JpoUnavailable, NoCredentials, Words
from jpo_mcp.settings import Credentials
from jpo_mcp.upstream import envelope, policy

log = logging.getLogger(__name__)

_LIFE_LEAST, _LIFE_MOST = 60.0, 3_600.0
_EARLY = 120.0
_MOST_A_MINUTE = 2
_LATCH = "auth-latch"


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and which one it is: a refused generation is renewed once, not once a caller."""

    value: str
    generation: int

    def __repr__(self) -> str:
        return f"Token(***, {self.generation})"


@dataclass(frozen=True, slots=True)
class TokenReply:
    """What the token endpoint answered: an HTTP status (0: no answer) and a body."""

    http_status: int
    body: bytes
    server_time: float | None = None

    def __repr__(self) -> str:
        return f"TokenReply({self.http_status}, ***)"


class Memory(Protocol):
    """Where the latch on refused credentials is kept, shared by all processes of the ID: the ledger."""

    async def state(self, name: str) -> str | None: ...
    async def put_state(self, name: str, value: str | None) -> None: ...


Ask = Callable[[Mapping[str, str]], Awaitable[TokenReply]]
"""Posts a form to the token endpoint. Never raises for network trouble: that is status 0."""


class TokenKeeper:
    """Gives the current token, getting or renewing it when needed."""

    def __init__(
        self, ask: Ask, credentials: Callable[[], Credentials | None], memory: Memory, clock: Clock, set_up: Words
    ) -> None:
        self._ask = ask
        self._credentials = credentials
        self._memory = memory
        self._clock = clock
        self._set_up = set_up
        self._lock = asyncio.Lock()
        self._token: Token | None = None
        self._used: Credentials | None = None
        self._renew_at = 0.0
        self._refresh = ""
        self._refresh_until = 0.0
        self._asked: list[float] = []
        self._generation = 0
        self.server_time: float | None = None
        """What the JPO's clock said with the latest token."""

    async def token(self) -> Token:
        """A token that should be accepted. Raises `NoCredentials`, `AuthRefused` or `JpoUnavailable`."""
        credentials = self._credentials()
        if credentials is None:
            raise no_credentials(self._set_up)
        if self._is_good(credentials):
            return cast("Token", self._token)
        async with self._lock:
            if not self._is_good(credentials):
                await self._obtain(credentials)
            return cast("Token", self._token)

    def reject(self, token: Token) -> None:
        """The JPO refused this token (210 or HTTP 401): the next `token()` gets a new one."""
        if self._token is not None and self._token.generation == token.generation:
            self._token = None
            self._refresh = ""

    def _is_good(self, credentials: Credentials) -> bool:
        return self._token is not None and credentials == self._used and self._clock.monotonic() < self._renew_at

    async def _obtain(self, credentials: Credentials) -> None:
        await self._check_latch(credentials)
        if self._refresh and credentials == self._used and self._clock.monotonic() < self._refresh_until:
            form = {"grant_type": "refresh_token", "refresh_token": self._refresh}
            if self._accept(await self._post(form), credentials):
                return
            self._refresh = ""
        form = {"grant_type": "password", "username": credentials.username, "password": credentials.password}
        reply = await self._post(form)
        if self._accept(reply, credentials):
            await self._memory.put_state(_LATCH, None)
            return
        await self._refused(reply, credentials)

    async def _post(self, form: Mapping[str, str]) -> TokenReply:
        now = self._clock.monotonic()
        self._asked = [at for at in self._asked if now - at < 60.0]
        if len(self._asked) >= _MOST_A_MINUTE:
            raise _unavailable(jst_text(self._clock.now() + 60.0 - (now - self._asked[0])), _ASKED_OFTEN)
        self._asked.append(now)
        return await self._ask(form)

    def _accept(self, reply: TokenReply, credentials: Credentials) -> bool:
        fields = _token_fields(reply)
        if fields is None:
            return False
        now = self._clock.monotonic()
        self.server_time = reply.server_time
        life = _seconds(fields.get("expires_in"), _LIFE_MOST, _LIFE_LEAST, _LIFE_MOST)
        self._generation += 1
        self._token = Token(cast("str", fields["access_token"]), self._generation)
        self._used = credentials
        self._renew_at = now + max(life - _EARLY, life / 2)
        refresh = fields.get("refresh_token")
        self._refresh = refresh if isinstance(refresh, str) else ""
        self._refresh_until = now + _seconds(fields.get("refresh_expires_in"), 0.0, 0.0, 8 * 3_600.0) - _EARLY
        return True

    async def _refused(self, reply: TokenReply, credentials: Credentials) -> None:
        said = envelope.read(reply.body, reply.http_status or 503).said
        if said not in {envelope.Said.TOKEN, envelope.Said.CREDENTIALS} and reply.http_status != 400:
            why = _answered(reply.http_status)
            log.warning("the JPO's token endpoint gave no token: %s", why.en)
            raise _unavailable(jst_text(self._clock.now() + 60.0), why)
        latch = _load_latch(await self._memory.state(_LATCH))
        failures = latch.failures + 1
        until = self._clock.now() + policy.latch_seconds(failures)
        salt = secrets.token_hex(16)
        await self._memory.put_state(_LATCH, _Latch(failures, until, salt, _fingerprint(credentials, salt)).dump())
        raise _auth_refused(jst_text(until))

    async def _check_latch(self, credentials: Credentials) -> None:
        latch = _load_latch(await self._memory.state(_LATCH))
        if self._clock.now() >= latch.until:
            return
        if hmac.compare_digest(latch.fingerprint.encode(), _fingerprint(credentials, latch.salt).encode()):
            raise _auth_refused(jst_text(latch.until))
        await self._memory.put_state(_LATCH, None)


def no_credentials(set_up: Words) -> NoCredentials:
    """The one explanation every tool gives while no ID is configured."""
    return NoCredentials(
        Words(
            "no ID of the JPO's API is configured, so nothing was sent",
            "特許庁APIのID・パスワードが未設定のため、送信していません。",
        ),
        set_up,
    )


def _auth_refused(until: str) -> AuthRefused:
    return AuthRefused(
        Words("the JPO did not accept this ID and password", "特許庁がこのID・パスワードを受け付けませんでした。"),
        Words(
            "correct them (a changed secret is tried at once), then run `jpo-mcp doctor`",
            "修正してください（変更後は直ちに再試行）。`jpo-mcp doctor` で確認できます。",
        ),
        retry_at=until,
    )


_ASKED_OFTEN = Words(f"asked {_MOST_A_MINUTE} times in this minute", f"この1分に{_MOST_A_MINUTE}回照会済み")
_NO_ANSWER = Words(
    "no answer came; the JPO may be down, or this machine's network, proxy or certificates stand between",
    "応答なし。特許庁側の停止か、この端末のネットワーク・プロキシ・証明書の設定が考えられます",
)


def _answered(http_status: int) -> Words:
    return Words(f"HTTP {http_status}", f"HTTP {http_status}") if http_status else _NO_ANSWER


def _unavailable(until: str, why: Words) -> JpoUnavailable:
    return JpoUnavailable(
        Words(
            f"the JPO's token endpoint gave no token: {why.en}",
            f"特許庁からトークンを取得できませんでした（{why.ja}）。",
        ),
        Words("wait until retry_at, then call again", "retry_at 以降に再度お試しください。"),
        retry_at=until,
    )


def _token_fields(reply: TokenReply) -> dict[str, Any] | None:
    if reply.http_status != 200:
        return None
    try:
        fields: object = json.loads(reply.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    known = cast("dict[str, Any]", fields)
    token = known.get("access_token")
    usable = isinstance(token, str) and token.isascii() and token.isprintable() and " " not in token and token != ""
    return known if usable else None


def _seconds(value: object, default: float, least: float, most: float) -> float:
    """A lifetime as a number or as text, kept within reason; `default` for anything else."""
    try:
        seconds = float(str(value))
    except ValueError:
        return default
    return min(max(seconds, least), most) if seconds == seconds else default  # noqa: PLR0124 - only NaN differs from itself


def _fingerprint(credentials: Credentials, salt: str) -> str:
    """Tells whether the secret has changed since it was refused, without giving it away."""
    text = f"{credentials.username}\0{credentials.password}".encode()
    return hashlib.scrypt(text, salt=salt.encode(), n=2**14, r=8, p=1, dklen=8).hex()


@dataclass(frozen=True, slots=True)
class _Latch:
    """Which credentials were refused, how often, and until when they are not tried again."""

    failures: int = 0
    until: float = 0.0
    salt: str = ""
    fingerprint: str = ""

    def dump(self) -> str:
        return json.dumps(
            {"failures": self.failures, "until": self.until, "salt": self.salt, "print": self.fingerprint}
        )


def _load_latch(text: str | None) -> _Latch:
    """The latch kept as `text`; an open one where nothing readable is kept."""
    try:
        kept: dict[str, Any] = json.loads(text or "{}")
        if not kept:
            return _Latch()
        return _Latch(int(kept["failures"]), float(kept["until"]), str(kept["salt"]), str(kept["print"]))
    except (ValueError, TypeError, KeyError, OverflowError):
        return _Latch()
