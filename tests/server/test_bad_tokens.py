"""Tokens that must not let anybody in (reliability.md G3): one answer for all of them, and no tool is reached."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding

from jpo_mcp.clock import SystemClock
from jpo_mcp.server import tokens
from tests.server.issuer import (
    AUDIENCE,
    DAY,
    ISSUER,
    assembled,
    claims,
    ec_key,
    key_set,
    public,
    rsa_key,
    serving,
    signed,
)
from tests.server.pipe import PATIENCE
from tests.server.web import Web, add_person, message, people

NOW = int(time.time())
PEM = rsa_key().public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)  # fmt: skip


def hs256(secret: bytes, kid: str = "rsa") -> str:
    """Signed with what everybody knows. By hand: the library refuses to take a public key for a secret."""
    unsigned = assembled({"alg": "HS256", "kid": kid, "typ": "JWT"}, claims())
    signature = hmac.new(secret, unsigned.rstrip(".").encode(), hashlib.sha256)
    return unsigned + base64.urlsafe_b64encode(signature.digest()).rstrip(b"=").decode()


def with_part(token: str, place: int, change: Callable[[bytes], bytes]) -> str:
    """The token with one of its three parts changed, and not signed again."""
    parts = token.split(".")
    part = change(base64.urlsafe_b64decode(parts[place] + "=" * (-len(parts[place]) % 4)))
    parts[place] = base64.urlsafe_b64encode(part).rstrip(b"=").decode()
    return ".".join(parts)


def by_a_stranger(header: dict[str, Any], **changed: Any) -> str:
    return signed(key=rsa_key("stranger"), header=header, **changed)


def der_signed() -> str:
    """ES256 with the signature in the form that TLS uses."""
    unsigned = assembled({"alg": "ES256", "kid": "ec"}, claims()).rstrip(".")
    signature = ec_key().sign(unsigned.encode(), ec.ECDSA(hashes.SHA256()))
    return f"{unsigned}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def as_rs256(payload: Any, header: dict[str, Any] | None = None) -> str:
    """Signed by the issuer's own key whatever the claims are, which a library might refuse to write."""
    unsigned = assembled({"alg": "RS256", "kid": "rsa"} | (header or {}), payload).rstrip(".")
    signature = rsa_key().sign(unsigned.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{unsigned}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


SIGNED: dict[str, str] = {
    "alg none": assembled({"alg": "none", "kid": "rsa"}, claims()),
    "alg None, with a signature": with_part(signed(), 0, lambda h: h.replace(b"RS256", b"None")),
    "alg missing": assembled({"kid": "rsa"}, claims()),
    "HS256 with the public key as PEM": hs256(PEM),
    "HS256 with the modulus": hs256(base64.urlsafe_b64decode(public(rsa_key(), "rsa")["n"] + "==")),
    "HS256 with the key set": hs256(key_set()),
    "HS256 with the kid": hs256(b"rsa"),
    "HS256 with nothing": hs256(b""),
    "RS384": signed(alg="RS384"),
    "PS256": signed(alg="PS256"),
    "ES256 of another curve": signed(key=ec.generate_private_key(ec.SECP384R1()), kid="ec", alg="ES384"),
    "EdDSA": signed(key=ed25519.Ed25519PrivateKey.generate(), kid="ec", alg="EdDSA"),
    "ES256 under the name of the RSA key": signed(key=ec_key(), kid="rsa", alg="ES256"),
    "RS256 under the name of the EC key": signed(kid="ec"),
    "ES256 in DER": der_signed(),
    "ES256 of nothing but zeros": with_part(signed(key=ec_key(), kid="ec", alg="ES256"), 2, lambda _: b"\0" * 64),
    "another key under our name": by_a_stranger({}),
    "its own key in the header": by_a_stranger({"jwk": public(rsa_key("stranger"), "rsa")}),
    "the address of its own key": by_a_stranger(
        {"jku": "https://evil.example.com/keys", "x5u": "https://evil.example"}
    ),
    "its own certificate": by_a_stranger({"x5c": ["MIIB"]}),
    "no kid": signed(kid=None),
    "another kid": signed(kid="rsa2"),
    "a kid that is a path": signed(kid="../../../../dev/null"),
    "a kid that is a query": signed(kid="' OR 1=1 --"),
    "a kid that is no text": assembled({"alg": "RS256", "kid": ["rsa"]}, claims(), b"x"),
    "an extension it insists on": as_rs256(claims(), {"crit": ["exp"]}),
    "a payload that is not encoded": as_rs256(claims(), {"b64": False, "crit": ["b64"]}),
    "another issuer": signed(iss="https://evil.example.com"),
    "an issuer with a slash": signed(iss=f"{ISSUER}/"),
    "issuers in a list": as_rs256(claims(iss=[ISSUER])),
    "no issuer": signed(iss=None),
    "another audience": signed(aud="https://other.example.com/mcp"),
    "an audience that begins alike": signed(aud=f"{AUDIENCE}.evil.example.com"),
    "other audiences": signed(aud=["a", "b"]),
    "no audience": signed(aud=None),
    "expired": signed(exp=NOW - 60),
    "expired long ago": signed(exp=1),
    "no exp": signed(exp=None),
    "an exp in words": as_rs256(claims(exp="never")),
    "an exp without an end": as_rs256(claims(exp=float("inf"))),
    "an exp that is a list": as_rs256(claims(exp=[NOW + DAY])),
    "nbf in the future": signed(nbf=NOW + DAY),
    "made in the future": signed(iat=NOW + DAY),
    "no subject": signed(sub=None),
    "an empty subject": signed(sub=""),
    "a subject of blanks": signed(sub="   "),
    "a subject with a line end": signed(sub="hanako\nboss"),
    "a subject that reads backwards": signed(sub="\u202ehanako"),
    "a subject that is a number": as_rs256(claims(sub=5)),
    "a subject without an end": signed(sub="x" * 129),
    "claims that are no object": as_rs256([claims()]),
    "another subject, not signed again": with_part(signed(), 1, lambda p: p.replace(b"hanako", b"sensei")),
    "cut off": signed()[:-10],
    "without its signature": signed().rpartition(".")[0] + ".",
    "two parts": signed().rpartition(".")[0],
    "four parts": signed() + ".x",
    "in another spelling": json.dumps({"payload": "e30", "signatures": [{"signature": "x"}]}).replace(" ", ""),
    "deep": base64.urlsafe_b64encode(b'{"a":' * 2_000).decode() + ".e30.x",
    "too long": signed(padding="x" * 9_000),
    "not a token": "hanako",
    "dots": "..",
}
"""What somebody might present to a server that goes by the issuer's signatures."""


def of_the_file(good: str, revoked: str, expired: str, elsewhere: str) -> dict[str, str]:
    """What somebody might present to a server that goes by a file."""
    return {
        "revoked": revoked,
        "expired": expired,
        "another file's": elsewhere,
        "cut off": good[:-1],
        "one more": good + "A",
        "one other": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "in capitals": good.upper(),
        "without its prefix": good.removeprefix("jpo_"),
        "the prefix": "jpo_",
        "nothing but As": "jpo_" + "A" * 43,
        "its hash": hashlib.sha256(good.encode()).hexdigest(),
        "the name": "hanako",
        "a blank within": good[:20] + " " + good[20:],
        "a tab before": "\t" + good,
        "in quotes": f'"{good}"',
        "twice": f"{good},{good}",
        "bearer twice": f"Bearer {good}",
        "a byte that is no letter": good[:-1] + "\xff",
        "a signed one": signed(),
        "16 kB": "jpo_" + "A" * 16_000,
    }


WITHOUT = {
    "no header": {},
    "an empty header": {"authorization": ""},
    "only the word": {"authorization": "Bearer"},
    "the word and a blank": {"authorization": "Bearer "},
}
"""No token at all, at either server."""

Said = tuple[int, str, str | None]


def knock(web: Web, path: str = "/mcp", **headers: str) -> Said:
    """Calls a tool and gives what was answered: status, body, and where to get a token."""
    body, told = message("jpo_quota", {})
    line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE)
    try:
        line.request("POST", path, body, told | headers)
        answer = line.getresponse()
        return answer.status, answer.read().decode(), answer.headers["www-authenticate"]
    finally:
        line.close()


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def tools_reached(web: Web) -> bool:
    return "jpo_mcp_tool_calls_total{" in web.get("/metrics")[1]


@pytest.fixture(scope="module")
def by_issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    home = tmp_path_factory.mktemp("issuer")
    (home / "keys.json").write_bytes(key_set())
    named = {"JPO_MCP_JWT_ISSUER": ISSUER, "JPO_MCP_JWT_AUDIENCE": AUDIENCE, "JPO_MCP_SANDBOX": "1"}
    with Web(home, "--port", "0", **named, JPO_MCP_JWT_KEYS_FILE=str(home / "keys.json")) as web:
        yield web


@pytest.fixture(scope="module")
def by_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Web, str, dict[str, str]]]:
    """The server, a good token, and the bad ones."""
    home, elsewhere = tmp_path_factory.mktemp("file"), tmp_path_factory.mktemp("elsewhere")
    now = SystemClock().now()
    good, revoked = add_person(home, "hanako"), add_person(home, "taro")
    tokens.revoke(home / "tokens.json", "taro")
    expired = tokens.add(home / "tokens.json", "jiro", tokens.USUAL, now=now - 100, expires=now - 1)
    with Web(home, "--port", "0", **people(home), JPO_MCP_SANDBOX="1") as web:
        yield web, good, of_the_file(good, revoked, expired, add_person(elsewhere, "hanako"))


def test_no_signed_token_but_a_good_one_lets_anybody_in(by_issuer: Web) -> None:
    """61 tokens and 4 ways to send none: the same answer to all, with the pointer of RFC 9728, and no tool reached."""
    said = {name: knock(by_issuer, **bearer(token)) for name, token in SIGNED.items()}
    said |= {name: knock(by_issuer, **headers) for name, headers in WITHOUT.items()}
    assert {name: what for name, what in said.items() if what != said["no header"]} == {}
    status, body, pointer = said["no header"]
    assert (status, json.loads(body)["error"]) == (401, "invalid_token")
    assert pointer is not None
    assert "resource_metadata=" in pointer
    assert not tools_reached(by_issuer)
    assert knock(by_issuer, **bearer(signed()))[0] == 200
    assert tools_reached(by_issuer)


def test_no_token_but_one_of_the_file_lets_anybody_in(by_file: tuple[Web, str, dict[str, str]]) -> None:
    """20 tokens and 4 ways to send none: the same answer to all, and no tool reached."""
    web, good, bad = by_file
    said = {name: knock(web, **bearer(token)) for name, token in bad.items()}
    said |= {name: knock(web, **headers) for name, headers in WITHOUT.items()}
    assert {name: what for name, what in said.items() if what != said["no header"]} == {}
    assert said["no header"][0] == 401
    assert not tools_reached(web)
    assert knock(web, **bearer(good))[0] == 200


@pytest.mark.parametrize("named", ["authorization", "access_token", "token", "bearer"])
def test_a_token_counts_in_its_header_alone(named: str, by_file: tuple[Web, str, dict[str, str]]) -> None:
    """An address ends up in logs; a cookie is sent by whatever page a browser shows."""
    web, good, _ = by_file
    refused = knock(web)
    assert knock(web, f"/mcp?{named}={good}") == refused
    assert knock(web, cookie=f"{named}={good}") == refused
    assert knock(web, **{"x-authorization": f"Bearer {good}", "proxy-authorization": f"Bearer {good}"}) == refused


def test_a_header_of_a_megabyte_is_no_token(by_file: tuple[Web, str, dict[str, str]]) -> None:
    """It is refused while it comes in."""
    web, good, _ = by_file
    try:
        status, *_ = knock(web, **bearer(good + "A" * 1_000_000))
    except (ConnectionError, http.client.HTTPException):
        status = 400
    assert status in {400, 401, 431}
    assert knock(web, **bearer(good))[0] == 200


@pytest.mark.parametrize("scope", ["jpo:spend", "jpo:admin", "openid", None])
def test_who_may_not_read_is_told_so_and_nothing_is_reached(scope: str | None, by_issuer: Web) -> None:
    """A good token without jpo:read is somebody's, and not for this."""
    status, body, _ = knock(by_issuer, **bearer(signed(scope=scope)))
    assert (status, json.loads(body)["error"]) == (403, "insufficient_scope")


def test_a_forged_token_does_not_make_us_call_anybody(tmp_path: Path) -> None:
    """Neither an address in its header, nor the issuer more than once: the key set was fetched at the start."""
    with serving() as issuer:
        named = {"JPO_MCP_JWT_ISSUER": ISSUER, "JPO_MCP_JWT_AUDIENCE": AUDIENCE, "JPO_MCP_SANDBOX": "1"}
        with Web(tmp_path, "--port", "0", **named, JPO_MCP_JWT_KEYS_URL=issuer.url) as web:
            evil = issuer.url.replace("/keys", "/evil")
            for token in [by_a_stranger({"jku": evil, "x5u": evil}), *list(SIGNED.values())[:20]]:
                assert knock(web, **bearer(token))[0] == 401
            assert knock(web, **bearer(signed()))[0] == 200
        assert issuer.paths == ["/keys"]
