"""An issuer of signed access tokens, and somebody who would like to be one. Nothing here is a real key of anybody's."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER = "https://issuer.example.com"
AUDIENCE = "https://jpo.example.com/mcp"
DAY = 86_400


@cache
def rsa_key(name: str = "ours", bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key of that name, the same throughout a run."""
    assert name
    return rsa.generate_private_key(public_exponent=65_537, key_size=bits)


@cache
def ec_key(name: str = "ours") -> ec.EllipticCurvePrivateKey:
    assert name
    return ec.generate_private_key(ec.SECP256R1())


def public(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, kid: str, **more: Any) -> dict[str, Any]:
    """The public half as a JSON key."""
    half: Any = key.public_key()
    made = RSAAlgorithm.to_jwk(half) if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm.to_jwk(half)
    return {**json.loads(made), "kid": kid, "use": "sig", **more}


def key_set(*keys: dict[str, Any]) -> bytes:
    return json.dumps({"keys": keys or (public(rsa_key(), "rsa"), public(ec_key(), "ec"))}).encode()


def claims(**changed: Any) -> dict[str, Any]:
    """Those of a good token, good for longer than any suite takes; None leaves one away."""
    now = int(time.time())
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "hanako", "iat": now, "nbf": now, "exp": now + DAY}
    told = good | {"scope": "openid jpo:read jpo:spend"} | changed
    return {name: value for name, value in told.items() if value is not None}


def signed(
    key: Any = None, kid: str | None = "rsa", alg: str = "RS256", header: dict[str, Any] | None = None, **changed: Any
) -> str:
    """A token as the issuer makes them, with these claims and headers changed."""
    named = {"kid": kid} if kid is not None else {}
    return jwt.encode(claims(**changed), key or rsa_key(), algorithm=alg, headers={**named, **(header or {})})


def assembled(header: dict[str, Any], payload: Any, signature: bytes = b"") -> str:
    """A token put together by hand, as no library would."""
    parts = [json.dumps(header).encode(), json.dumps(payload).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


class Issuer:
    """Serves a key set over loopback, and counts who asks for it."""

    def __init__(self) -> None:
        self.body = key_set()
        self.status = 200
        self.asked = 0
        self.paths: list[str] = []
        self.url = ""


@contextmanager
def serving() -> Generator[Issuer]:
    """An issuer that answers until the end of the block."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked += 1
            issuer.paths.append(self.path)
            self.send_response(issuer.status)
            if issuer.status in {301, 302, 307}:
                self.send_header("location", "/elsewhere")
            self.send_header("content-length", str(len(issuer.body)))
            self.end_headers()
            self.wfile.write(issuer.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}/keys"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
