"""Who is at the door: bearer tokens told apart, by a file of hashes or by an issuer's signatures.

Whatever is wrong with a token, the answer is the same: nobody. Where the keys or the file cannot be used, nobody is
let in.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import jwt
from mcp.server.auth.provider import AccessToken, TokenVerifier

from jpo_mcp.clock import Clock
from jpo_mcp.errors import BadSetting, Words
from jpo_mcp.server import tokens
from jpo_mcp.settings import Settings, variable_of
from jpo_mcp.upstream.wire import fetch_public

log = logging.getLogger(__name__)

_KINDS = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}
"""Kinds of keys that are taken, and the one algorithm each is good for: a public key is no secret to sign with."""

_LEAST_RSA_BITS = 2048
_MOST_TOKEN = 8_192
_MOST_PERSON = 128
_LEEWAY = 30.0
_OFTEN = 60.0
_MOST_STRANGERS = 8
"""Tokens under a key nobody knows that wait for an issuer at once: forged ones must not fill every place here."""

_OLD, _TOO_OLD = 3_600.0, 24 * 3_600.0
"""Seconds after which a kept key set is fetched anew, and after which it is no longer gone by."""


class TokenFile(TokenVerifier):
    """People by the file that `jpo-mcp token` writes, read again whenever it changes."""

    def __init__(self, path: Path, *, resource: str, clock: Clock) -> None:
        self._path = path
        self._resource = resource
        self._clock = clock
        self._seen: object = None
        self._people: Sequence[tokens.Known] = ()

    def check(self) -> None:
        """Raises `BadSetting` where the file cannot be used."""
        tokens.read(self._path)

    async def verify_token(self, token: str) -> AccessToken | None:
        """Whose token it is, with the scopes the file gives them."""
        person = tokens.find(self._current(), token, self._clock.now())
        if person is None:
            return None
        return _access(person.name, person.scopes, self._resource, expires=person.expires)

    def _current(self) -> Sequence[tokens.Known]:
        seen = self._stamp()
        if seen != self._seen:
            self._seen, self._people = seen, ()
            try:
                self._people = tokens.read(self._path)
            except BadSetting as bad:
                log.error("nobody is let in: %s", bad.what.en)  # noqa: TRY400 - the words say it all
        return self._people

    def _stamp(self) -> object:
        try:
            found = self._path.stat()
        except OSError as failure:
            return failure.errno
        return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size, found.st_mode


class JwtVerifier(TokenVerifier):
    """People by what their issuer signed: RS256 or ES256, meant for us (`audience`), and with an end."""

    def __init__(self, *, issuer: str, audience: str, keys: KeySet, clock: Clock) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._clock = clock

    async def verify_token(self, token: str) -> AccessToken | None:
        """Whose token it is, with those of its scopes that mean something here."""
        try:
            claims = await self._claims(token)
            person = claims["sub"]
            if not _is_name(person):
                return None
            expires = int(claims["exp"])
            return _access(person, _scopes(claims), self._audience, expires=expires, issuer=self._issuer)
        except Exception:  # whatever a forged token makes the libraries do, the answer is no
            return None

    async def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > _MOST_TOKEN:
            raise jwt.InvalidTokenError
        header = jwt.get_unverified_header(token)
        key = await self._keys.key(header["kid"])
        if header["alg"] != key.algorithm_name or "crit" in header:
            raise jwt.InvalidTokenError
        return jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            issuer=self._issuer,
            audience=self._audience,
            leeway=_LEEWAY,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )


class KeySet:
    """An issuer's public keys, from a file or one address, kept; a key nobody knows is asked for once a minute."""

    def __init__(self, source: Path | str, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._read_at = self._tried_at = float("-inf")
        self._lock = asyncio.Lock()
        self._strangers = asyncio.Semaphore(_MOST_STRANGERS)

    async def key(self, kid: str) -> jwt.PyJWK:
        """The key of that name; `KeyError` where there is none."""
        if kid not in self._keys and self._strangers.locked():
            raise KeyError
        if kid not in self._keys or (self._age() > _OLD and self._may_try()):
            async with self._strangers, self._lock:  # for a key nobody knows, what is being fetched is waited for
                if self._may_try():
                    await self.refresh()
        if self._age() > _TOO_OLD:
            raise KeyError
        return self._keys[kid]

    async def refresh(self) -> bool:
        """Fetches the keys; where that fails those that are kept go on. Whether there are any."""
        self._tried_at = self._clock.monotonic()
        try:
            self._keys = _read_keys(await self._fetched())
            self._read_at = self._tried_at
        except (OSError, ValueError, TypeError, LookupError, RecursionError) as failure:
            log.error("the keys that sign access tokens could not be had (%s)", type(failure).__name__)  # noqa: TRY400 - as above
        return bool(self._keys)

    def _may_try(self) -> bool:
        return self._clock.monotonic() - self._tried_at >= _OFTEN

    def _age(self) -> float:
        return self._clock.monotonic() - self._read_at

    async def _fetched(self) -> bytes:
        if isinstance(self._source, Path):
            return self._source.read_bytes()
        return await fetch_public(self._source)


People = TokenFile | JwtVerifier


async def people_of(settings: Settings, *, resource: str, clock: Clock) -> People | None:
    """The people that the settings name, if they name any; `BadSetting` where those cannot be used.

    `resource` is the public URL of the server, which a signed token must be meant for unless another audience is set.
    """
    if settings.tokens_file and settings.jwt_issuer:
        raise _one_of_two()
    if settings.tokens_file:
        file = TokenFile(settings.tokens_file, resource=resource, clock=clock)
        file.check()
        return file
    source = settings.jwt_keys_file or settings.jwt_keys_url
    if not settings.jwt_issuer:
        if source or settings.jwt_audience:
            raise _incomplete()
        return None
    if source is None or (settings.jwt_keys_file and settings.jwt_keys_url):
        raise _incomplete()
    keys = KeySet(source, clock)
    if not await keys.refresh():
        raise _no_keys()
    audience = settings.jwt_audience or resource
    return JwtVerifier(issuer=settings.jwt_issuer, audience=audience, keys=keys, clock=clock)


def _access(
    person: str, scopes: Iterable[str], resource: str, *, expires: int | None, issuer: str | None = None
) -> AccessToken:
    """What the SDK goes by. The token itself stays out: nothing behind the door has any use for it."""
    return AccessToken(
        token="",
        client_id=person,
        subject=person,
        scopes=list(scopes),
        expires_at=expires,
        resource=resource,
        claims={"iss": issuer} if issuer else None,
    )


def _is_name(person: object) -> bool:
    return isinstance(person, str) and 0 < len(person) <= _MOST_PERSON and person.isprintable() and not person.isspace()


def _scopes(claims: Mapping[str, Any]) -> list[str]:
    """The scopes known here, from `scope` or, as some issuers have it, `scp`."""
    said: object = claims.get("scope") or claims.get("scp") or ""
    named = said.split() if isinstance(said, str) else cast("list[object]", said)
    return [scope for scope in tokens.SCOPES if scope in named]


def _read_keys(body: bytes) -> dict[str, jwt.PyJWK]:
    """The keys of a set that can verify a signature here, by name. `ValueError` where there is none."""
    keys = {key["kid"]: made for key in json.loads(body)["keys"] if (made := _usable(key))}
    if not keys:
        raise ValueError("no usable key")
    return keys


def _usable(key: Any) -> jwt.PyJWK | None:
    """The key, where it is one for signatures of a kind that is taken, and strong enough."""
    try:
        algorithm = _KINDS[key["kty"], key.get("crv")]
        meant = key.get("use") in (None, "sig") and key.get("alg") in (None, algorithm)
        if not meant or not isinstance(key["kid"], str):
            return None
        made = jwt.PyJWK(key, algorithm)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):  # of another kind, or none at all
        return None
    return made if algorithm == "ES256" or made.key.key_size >= _LEAST_RSA_BITS else None


# ── in words ──────────────────────────────────────────────────────────────────────────────────


def _one_of_two() -> BadSetting:
    return BadSetting(
        Words(
            "people are named both by a file of tokens and by an issuer of signed ones",
            "トークンのファイルと署名トークンの発行者が両方設定されています。",
        ),
        Words("keep one of the two settings", "どちらか一方にしてください。"),
        rule=Words(
            f"{variable_of('tokens_file')} or {variable_of('jwt_issuer')}",
            f"{variable_of('tokens_file')} または {variable_of('jwt_issuer')}",
        ),
        field=variable_of("tokens_file"),
    )


def _incomplete() -> BadSetting:
    names = variable_of("jwt_issuer"), variable_of("jwt_keys_url"), variable_of("jwt_keys_file")
    return BadSetting(
        Words(
            f"signed tokens need {names[0]} and one of {names[1]} and {names[2]}",
            f"署名トークンには {names[0]} と、{names[1]} か {names[2]} の一方が必要です。",
        ),
        Words("set both, or none", "両方を設定するか、どちらも外してください。"),
        field=names[0],
    )


def _no_keys() -> BadSetting:
    return BadSetting(
        Words(
            "the keys that sign access tokens could not be had, or none is RS256 or ES256",
            "署名を検証する鍵（RS256・ES256）を取得できませんでした。",
        ),
        Words("open the address yourself: it must give a JSON key set", "JWKS を返すアドレスか確認してください。"),
        field=variable_of("jwt_keys_url"),
    )
