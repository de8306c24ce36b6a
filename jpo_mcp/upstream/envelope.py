"""What came back, as bytes -> what the JPO said. Pure: no network, no clock.

By the first bytes, then the status code in the body, and only then the HTTP status: an
error arrives with HTTP 200, a bundle as JSON, and a maintenance page as anything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from jpo_mcp.upstream.account import readable_counter

MAX_JSON = 8 * 1024 * 1024
MAX_BUNDLE = 32 * 1024 * 1024

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_BOM = b"\xef\xbb\xbf"


class Said(Enum):
    """Every kind of outcome the policy tells apart."""

    FOUND = "found"
    NOTHING = "nothing"
    BUNDLE = "bundle"
    LINK = "link"
    SPENT = "daily limit reached"
    TOKEN = "token not accepted"  # noqa: S105 - the name of an outcome
    CREDENTIALS = "credentials not accepted"
    BUSY = "too many accesses at once"
    UNAVAILABLE = "cannot answer now"
    REFUSED = "request rejected"
    MALFORMED = "not in the API's form"
    NOT_CONNECTED = "no connection"
    CONNECT_TIMEOUT = "connecting took too long"
    LOST = "no answer after sending"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, read as far as its envelope. `data` is None unless something was found."""

    said: Said
    status_code: str = ""
    remaining: int | None = None
    data: dict[str, Any] | None = None
    body: bytes = b""
    url: str = ""


_BY_CODE = {
    "100": Said.FOUND,
    "107": Said.NOTHING,
    "108": Said.NOTHING,
    "111": Said.NOTHING,
    "203": Said.SPENT,
    "204": Said.REFUSED,
    "208": Said.REFUSED,
    "210": Said.TOKEN,
    "212": Said.CREDENTIALS,
    "301": Said.REFUSED,
    "302": Said.UNAVAILABLE,
    "303": Said.BUSY,
    "400": Said.REFUSED,
    "999": Said.UNAVAILABLE,
}


def read(body: bytes, http_status: int, *, wants_bundle: bool = False) -> Reply:
    """The reply in `body`. Never raises: what cannot be read is `MALFORMED` or goes by its HTTP status."""
    if body.startswith(_ZIP):
        return Reply(Said.BUNDLE if wants_bundle else Said.MALFORMED, body=body)
    result = _result(body)
    if result is None:
        return Reply(_by_http(http_status), body=body)
    code = _code(result.get("statusCode"))
    remaining = readable_counter(_text(result.get("remainAccessCount")))
    said = _BY_CODE.get(code, Said.MALFORMED if http_status == 200 else _by_http(http_status))
    if said is not Said.FOUND:
        return Reply(said, code, remaining, body=body)
    return _found(result.get("data"), code, remaining, body, wants_bundle=wants_bundle)


def _found(data: object, code: str, remaining: int | None, body: bytes, *, wants_bundle: bool) -> Reply:
    if not isinstance(data, dict) or not data:
        return Reply(Said.MALFORMED, code, remaining, body=body)
    fields = cast("dict[str, Any]", data)
    if not wants_bundle:
        return Reply(Said.FOUND, code, remaining, fields, body)
    url = fields.get("URL")
    if isinstance(url, str) and url:
        return Reply(Said.LINK, code, remaining, url=url)
    return Reply(Said.MALFORMED, code, remaining, body=body)


def _result(body: bytes) -> dict[str, Any] | None:
    """The part that carries `statusCode`: under `result`, or at the top as some gateways send it."""
    text = body.removeprefix(_BOM).strip()
    if not text.startswith(b"{") or len(text) > MAX_JSON:
        return None
    try:
        whole: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(whole, dict):
        return None
    top = cast("dict[str, Any]", whole)
    result: object = top.get("result", top)
    if not isinstance(result, dict) or "statusCode" not in result:
        return None
    return cast("dict[str, Any]", result)


def _by_http(status: int) -> Said:
    if status in {401, 403}:
        return Said.TOKEN
    if status == 429:
        return Said.BUSY
    if status >= 500:
        return Said.UNAVAILABLE
    return Said.REFUSED if 400 <= status < 500 else Said.MALFORMED


def _code(value: object) -> str:
    """A status code, known or not; "" for any other text, which would be shown as if it were one."""
    text = _text(value)
    return text if text.isascii() and text.isdigit() and len(text) <= 4 else ""


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
