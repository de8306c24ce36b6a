"""What can go wrong at the JPO's side, as switches: `sandbox.faults.add(Fault("busy_303", times=3))`.

Five families: a reply instead of the answer, the token route's own troubles, a change to the answer's bytes,
another answer than the right one, and trouble in the delivery.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, Literal, TypeVar, cast, get_args

from jpo_mcp.endpoints import Reply as Form
from jpo_mcp.sandbox.protocol import HTML_TYPE, Reply, dumps, envelope

TOKEN_ROUTE = "auth/token"  # noqa: S105 - the name of a route
DOWNLOAD_ROUTE = "download"

Instead = Literal[
    "spent_203", "busy_303", "token_210", "timeout_302", "unexpected_999", "http_500", "http_502", "http_503",
    "http_504", "html_200", "garbage", "empty", "null", "list", "nested_deep", "no_result", "gzip_bomb",
]  # fmt: skip
OfTokens = Literal["credentials_212", "token_500", "token_html", "token_missing_fields", "token_expires_in"]
Changed = Literal[
    "truncated", "bom", "no_data", "ints_for_strings", "blank_counter", "garbage_counter", "stale_counter",
    "extra_fields",
]  # fmt: skip
Other = Literal["wrong_case", "oversize"]
Delivery = Literal["drop", "hang", "drip"]
FaultKind = Literal[Instead, OfTokens, Changed, Other, Delivery]

INSTEAD: frozenset[str] = frozenset(get_args(Instead))
OF_TOKENS: frozenset[str] = frozenset(get_args(OfTokens))
CHANGED: frozenset[str] = frozenset(get_args(Changed))
KINDS: tuple[FaultKind, ...] = get_args(FaultKind)

_JSON_ONLY = CHANGED - {"truncated"}
_DEPTH = 4_000


@dataclass(slots=True)
class Fault:
    """One switch. Which of the settings matter depends on `kind`.

    It is used up after `times` arrivals (None: never). `endpoint` is a key such as `patent/app_progress`,
    `auth/token` or `download`; None means any endpoint, and the token route for the token kinds. `counted`
    says whether the JPO counts the access that met the fault. `status` replaces the HTTP status, `body` is the
    form of an http fault, `value` the counter or `expires_in` to show. A drip sends `chunk` bytes every
    `interval` seconds. `release` frees a hang or a drip; an event belongs to one loop, so only in process.
    """

    kind: FaultKind
    times: int | None = 1
    endpoint: str | None = None
    counted: bool = True
    _: KW_ONLY
    status: int | None = None
    body: Literal["html", "message"] = "html"
    retry_after: str = ""
    value: str | float | None = None
    interval: float = 0.05
    chunk: int = 64
    size: int = 64 << 20
    release: asyncio.Event | None = None

    def applies(self, route: str, reply: Form) -> bool:
        """Whether it strikes this route (an endpoint's key, or one of the two other routes)."""
        if self.endpoint is None and (self.kind in OF_TOKENS) != (route == TOKEN_ROUTE):
            return False
        if self.endpoint is None and route == DOWNLOAD_ROUTE:
            return False
        if self.endpoint not in (None, route):
            return False
        if self.kind == "oversize":
            return reply in {"zip", "pdf"}
        return reply == "json" or self.kind not in _JSON_ONLY


class Faults:
    """The switches that are on, oldest first."""

    def __init__(self) -> None:
        self._on: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Switch it on."""
        self._on.append(fault)
        return fault

    def clear(self) -> None:
        """Switch everything off."""
        self._on.clear()

    def take(self, route: str, *, reply: Form = "json") -> Fault | None:
        """The first fault that strikes this arrival; one of its times is used up."""
        fault = next((f for f in self._on if f.applies(route, reply)), None)
        if fault and fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._on.remove(fault)
        return fault


# ── replies instead of the answer ─────────────────────────────────────────────────────────────

_PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}</p></body></html>\n"


def _page(status: int, title: str, text: str) -> Reply:
    return Reply(status, _PAGE.format(title, text).encode(), HTML_TYPE)


def _http(fault: Fault) -> Reply:
    """What stands in front of the JPO's program answers in its own forms."""
    status = int(fault.kind.removeprefix("http_"))
    if fault.body == "message":
        return Reply(status, dumps({"message": "Endpoint request timed out" if status == 504 else "Internal error"}))
    return _page(status, f"{status} ERROR", "The request could not be satisfied.")


def _busy(fault: Fault) -> Reply:
    busy = envelope("303")
    return replace(busy, headers={"retry-after": fault.retry_after}) if fault.retry_after else busy


def _gzip_bomb(fault: Fault) -> Reply:
    """Spaces that swell to `size` bytes when decoded."""
    return Reply(200, gzip.compress(b" " * fault.size, 9, mtime=0), headers={"content-encoding": "gzip"})


_REPLIES: dict[str, Callable[[Fault], Reply]] = {
    "spent_203": lambda _: envelope("203"),
    "busy_303": _busy,
    "token_210": lambda _: envelope("210"),
    "timeout_302": lambda _: envelope("302"),
    "unexpected_999": lambda _: envelope("999"),
    "http_500": _http,
    "http_502": _http,
    "http_503": _http,
    "http_504": _http,
    "html_200": lambda _: _page(200, "メンテナンスのお知らせ", "ただいまサービスを停止しています。"),
    "garbage": lambda _: Reply(200, bytes(range(256)) * 4),
    "empty": lambda _: Reply(200, b""),
    "null": lambda _: Reply(200, b"null"),
    "list": lambda _: Reply(200, b"[]"),
    "nested_deep": lambda _: Reply(200, b'{"result":' + b"[" * _DEPTH + b"]" * _DEPTH + b"}"),
    "no_result": lambda _: Reply(200, b'{"data":{}}'),
    "gzip_bomb": _gzip_bomb,
    "credentials_212": lambda _: envelope("212"),
    "token_500": lambda _: _page(500, "500 ERROR", "Internal Server Error"),
    "token_html": lambda _: _page(200, "メンテナンスのお知らせ", "ただいまサービスを停止しています。"),
    "token_missing_fields": lambda _: Reply(200, dumps({"token_type": "Bearer"})),
}


def instead(fault: Fault) -> Reply | None:
    """The reply that this fault puts in place of the answer, if it is of that kind."""
    make = _REPLIES.get(fault.kind)
    return _restatus(make(fault), fault) if make else None


def _restatus(reply: Reply, fault: Fault) -> Reply:
    return replace(reply, status=fault.status) if fault.status else reply


# ── changes to the answer ─────────────────────────────────────────────────────────────────────


def _truncated(body: bytes, _: Fault) -> bytes:
    return body[: len(body) // 2]


def _bom(body: bytes, _: Fault) -> bytes:
    return b"\xef\xbb\xbf" + body


def _in_result(change: Callable[[dict[str, Any], Fault], None]) -> Callable[[dict[str, Any], Fault], object]:
    def changed(answer: dict[str, Any], fault: Fault) -> object:
        change(answer["result"], fault)
        return answer

    return changed


def _no_data(result: dict[str, Any], _: Fault) -> None:
    result.pop("data", None)


def _counter(result: dict[str, Any], fault: Fault) -> None:
    shown: dict[str, str | float] = {
        "blank_counter": "",
        "garbage_counter": "たくさん",
        "stale_counter": str(int(result["remainAccessCount"] or 0) + 3),
    }
    result["remainAccessCount"] = shown[fault.kind] if fault.value is None else fault.value


def _ints(answer: dict[str, Any], _: Fault) -> object:
    return _each_leaf(answer, lambda text: int(text) if text.isascii() and text.isdigit() else text)


def _extra(answer: dict[str, Any], _: Fault) -> object:
    return _each_object(answer)


T = TypeVar("T")


def _each_leaf(value: object, change: Callable[[str], T]) -> object:
    if isinstance(value, dict):
        return {key: _each_leaf(item, change) for key, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_each_leaf(item, change) for item in cast("list[object]", value)]
    return change(value) if isinstance(value, str) else value


def _each_object(value: object) -> object:
    """Every object gets a field that nobody has heard of, and every known code an unknown value."""
    if isinstance(value, list):
        return [_each_object(item) for item in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    known = cast("dict[str, object]", value)
    grown = {key: _each_object(item) for key, item in known.items()}
    index_keyed = bool(known) and all(key.isdigit() for key in known)
    if not known or index_keyed:
        return grown
    return grown | {key: code for key, code in _UNKNOWN_CODES.items() if known.get(key)} | {"newField": "新しい項目"}


_UNKNOWN_CODES = {"erasureIdentifier": "9Z", "documentCode": "Z9999", "citationType": "9Z", "numberType": "9Z"}

_CHANGES: dict[str, Callable[[dict[str, Any], Fault], object]] = {
    "no_data": _in_result(_no_data),
    "blank_counter": _in_result(_counter),
    "garbage_counter": _in_result(_counter),
    "stale_counter": _in_result(_counter),
    "ints_for_strings": _ints,
    "extra_fields": _extra,
}
_BYTES: dict[str, Callable[[bytes, Fault], bytes]] = {"truncated": _truncated, "bom": _bom}


def changed(reply: Reply, fault: Fault | None) -> Reply:
    """The answer as this fault leaves it."""
    if fault is None:
        return reply
    if fault.kind in _BYTES:
        return reply.with_body(_BYTES[fault.kind](reply.body, fault))
    if fault.kind in _CHANGES:
        return reply.with_body(dumps(_CHANGES[fault.kind](reply.envelope(), fault)))
    return reply


def changed_token(reply: Reply, fault: Fault | None) -> Reply:
    """A token whose life is told oddly; every other change is as for an answer."""
    if fault is None or fault.kind != "token_expires_in":
        return reply
    return reply.with_body(dumps(reply.envelope() | {"expires_in": fault.value}))
