"""What came back, as bytes -> what the JPO said. Pure: no network, no clock.

By the first bytes, then the status code in the body, and only then the HTTP status: an
error arrives with HTTP 200 and in JSON or XML whatever was asked for, a large file as a
link in JSON, and a maintenance page as anything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from jpo_mcp.endpoints import Reply as Form
from jpo_mcp.errors import Words
from jpo_mcp.markup import Unreadable, as_object, parse
from jpo_mcp.upstream.account import readable_counter

MAX_TEXT = 8 * 1024 * 1024
MAX_FILE = 32 * 1024 * 1024

_FILES: dict[bytes, Form] = {b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"PK\x07\x08": "zip", b"%PDF": "pdf"}
_TAIL = 65_557
_ENDS: dict[Form, tuple[bytes, int]] = {"zip": (b"PK\x05\x06", _TAIL), "pdf": (b"%%EOF", 1_024)}
"""What a whole file ends with, and within how many of its last bytes: behind it a ZIP may have a comment of 64 KB."""
_PADDING = b"\0 \t\r\n"
_BOM = b"\xef\xbb\xbf"
_HEADER = frozenset({"statusCode", "errorMessage", "remainAccessCount"})


class Said(Enum):
    """Every kind of outcome the policy tells apart."""

    FOUND = "found"
    NOTHING = "nothing"
    FILE = "a file"
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


def read(body: bytes, http_status: int, *, expects: Form = "json") -> Reply:
    """The reply in `body`. Never raises: what cannot be read is `MALFORMED` or goes by its HTTP status.

    An error is taken in either form of text; an answer only in the form that was asked for.
    """
    file = _FILES.get(body[:4])
    if file:
        return Reply(Said.FILE if file == expects and _is_whole(body, file) else Said.MALFORMED, body=body)
    told = _told(body)
    if told is None:
        return Reply(_by_http(http_status), body=body)
    form, result, data = told
    code = _code(result.get("statusCode"))
    remaining = readable_counter(_text(result.get("remainAccessCount")))
    said = _BY_CODE.get(code, Said.MALFORMED if http_status == 200 else _by_http(http_status))
    if said is not Said.FOUND:
        return Reply(said, code, remaining, body=body)
    if form == expects and data:
        return Reply(Said.FOUND, code, remaining, data, body)
    url = data.get("URL") if expects in _FILES.values() else None
    link = url if isinstance(url, str) else ""
    return Reply(Said.LINK, code, remaining, url=link) if link else Reply(Said.MALFORMED, code, remaining, body=body)


def form(body: bytes) -> Words:
    """What the bytes are, in words for a message."""
    text = body.removeprefix(_BOM).strip()[:512].lower()
    if not text:
        return Words("nothing", "空の回答")
    if file := _FILES.get(body[:4]):
        kind = Words(f"a {file.upper()} file", f"{file.upper()}ファイル")
        return kind if _is_whole(body, file) else Words(f"{kind.en} cut short", f"途中で切れた{kind.ja}")
    if text.startswith(b"<"):
        page = b"<html" in text or b"<!doctype html" in text
        return Words("a web page", "ウェブページ") if page else _text_form("XML", _is_whole_xml(body))
    if text.startswith((b"{", b"[")):
        return _text_form("JSON", _is_whole_json(body))
    return Words("unknown bytes", "不明なデータ")


def _text_form(name: str, is_whole: bool) -> Words:
    return Words(name, name) if is_whole else Words(f"{name} cut short or damaged", f"途中で切れたか壊れた{name}")


def _is_whole_xml(body: bytes) -> bool:
    try:
        parse(body.removeprefix(_BOM).decode("utf-8", "replace"))
    except Unreadable:
        return False
    return True


def _is_whole_json(body: bytes) -> bool:
    try:
        json.loads(body.removeprefix(_BOM))
    except (ValueError, RecursionError):
        return False
    return True


def _is_whole(body: bytes, file: Form) -> bool:
    """Whether the file has its end. Half of one begins like a whole one, and would be kept for months."""
    end, within = _ENDS[file]
    return end in body[-_TAIL:].rstrip(_PADDING)[-within:]


def _told(body: bytes) -> tuple[Form, dict[str, Any], dict[str, Any]] | None:
    """The form of the text, the part that carries `statusCode`, and the data that came with it."""
    text = body.removeprefix(_BOM).strip()
    if len(text) > MAX_TEXT:
        return None
    if text.startswith(b"<"):
        found = _xml(text)
        return None if found is None else ("xml", found, {k: v for k, v in found.items() if k not in _HEADER})
    result = _result(text)
    if result is None:
        return None
    data = result.get("data")
    return "json", result, cast("dict[str, Any]", data) if isinstance(data, dict) else {}


def _xml(text: bytes) -> dict[str, Any] | None:
    """The object of an `api-data`. The OPD answers in UTF-8; what is none shows as U+FFFD rather than losing all."""
    try:
        found = as_object(parse(text.decode("utf-8", "replace")).root)
    except Unreadable:
        return None
    carries = isinstance(found, dict) and "statusCode" in found
    return cast("dict[str, Any]", found) if carries else None


def _result(text: bytes) -> dict[str, Any] | None:
    """The part that carries `statusCode`: under `result`, or at the top as some gateways send it."""
    if not text.startswith(b"{"):
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
