"""The rim between MCP and us: arguments in, compact answers out, and every error in words.

The SDK ignores unknown arguments, shows validation errors as raw dumps and hides the text of
most exceptions; here arguments are checked first, and errors told in our own words.
"""

from __future__ import annotations

import difflib
import functools
import json
import random
from collections.abc import Awaitable, Callable, Collection
from contextlib import nullcontext
from typing import Any, Literal, cast, get_origin

from mcp import MCPError
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken
from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp.types import INTERNAL_ERROR, CallToolResult, TextContent, ToolAnnotations
from pydantic import Field, PrivateAttr, ValidationError
from pydantic_core import ErrorDetails

from jpo_mcp.dossier.view import View
from jpo_mcp.errors import BadArgument, JpoError, Lang, MissingScope, TooManyCalls, Words, quote
from jpo_mcp.server.icons import Picture, icons
from jpo_mcp.server.rate import CallRate
from jpo_mcp.upstream.asker import Asker, asking
from jpo_mcp.upstream.recall import Recall
from jpo_mcp.upstream.tally import Tally

READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=True)

_MOST_CHARACTERS = 512


class TeachingTool(Tool):
    """A tool whose wrong arguments get an error that teaches, and whose schema says no more than it must."""

    lang: Lang = "both"
    _tally: Tally = PrivateAttr(default_factory=Tally)
    _rate: CallRate | None = PrivateAttr(None)
    _named: bool = PrivateAttr(False)
    _said: Recall[Any] | None = PrivateAttr(None)

    def watch(
        self, tally: Tally, rate: CallRate | None, *, named: bool = False, said: Recall[Any] | None = None
    ) -> None:
        """Counts its calls there, and lets each person make so many; only people with a token where all are `named`.

        With `said`, who asks again what they asked a moment ago is told the same.
        """
        self._tally, self._rate, self._named, self._said = tally, rate, named, said

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:
        """Runs the tool for whoever asks, once its arguments have passed."""
        self._tally.calls[self.name] += 1
        token = get_access_token()
        asked = asking.set(_asker(token, self.name))
        try:
            _check_may_read(token, named=self._named)
            with self._rate.call(asking.get().person) if self._rate else nullcontext():
                result = await self._answer(arguments, context, convert_result)
        except JpoError as wrong:
            result = _told(wrong, self.lang)
        except Exception:
            self._tally.errors["unexpected"] += 1
            raise
        finally:
            asking.reset(asked)
        if isinstance(result, _Told):
            self._tally.errors[result.code] += 1
        return result

    async def _answer(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool) -> Any:
        if self._said is None or arguments.get("max_age") is not None:
            self._check(arguments)
            return await super().run(arguments, context, convert_result)
        # The accesses sent are part of the question: whatever one of them may have changed is looked up anew.
        asked = [asking.get().person, self.name, self._tally.accesses.total(), arguments]
        key = json.dumps(asked, sort_keys=True)
        if (result := self._said.get(key)) is not None:
            self._tally.answers["kept"] += 1
            return result
        self._check(arguments)
        result = await super().run(arguments, context, convert_result)
        if _is_kept(result):
            self._said.put(key, result)
        return result

    def _check(self, arguments: dict[str, Any]) -> None:
        known = cast("dict[str, dict[str, Any]]", self.parameters["properties"])
        for name in arguments:
            if name not in known:
                raise _unknown_argument(self.name, name, known)
        for name, value in arguments.items():
            for text in cast("list[Any]", value) if isinstance(value, list) else [value]:
                if isinstance(text, str) and len(text) > _MOST_CHARACTERS:
                    raise _too_long(name, len(text))
            if isinstance(value, float) and known[name].get("type") == "string":
                raise _wrong_value(name, value, known[name])  # 3207.0 would be coerced into the text "3207.0"
        try:
            self.fn_metadata.validate_arguments(arguments)
        except ValidationError as bad:
            raise _wrong_argument(bad.errors(include_url=False)[0], known) from None


def _is_kept(result: object) -> bool:
    """Whether it is an answer out of what is kept, which cost nothing."""
    record = cast("dict[str, Any]", result.structured_content or {}) if isinstance(result, CallToolResult) else {}
    return record.get("source") == "kept" and record.get("cost") == 0


def _asker(token: AccessToken | None, tool_name: str) -> Asker:
    """Who asks, as the token says; without one whoever runs this process, who may do anything."""
    request = f"{random.getrandbits(64):016x}"  # it tells calls apart, and keeps nothing secret
    if token is None:
        return Asker("", tool_name, request=request)
    return Asker(
        _person(token),
        tool_name,
        may_spend="jpo:spend" in token.scopes,
        sees_all="jpo:admin" in token.scopes,
        request=request,
    )


def _person(token: AccessToken | None) -> str:
    return (token.subject or token.client_id) if token else ""


def _check_may_read(token: AccessToken | None, *, named: bool) -> None:
    if "jpo:read" not in token.scopes if token else named:
        raise _may_not_read()


_RATED = {"resources/read", "prompts/get", "completion/complete"}
"""What counts as a call beside the tools, which count themselves: they tell a call too many in an answer."""


def rated(rate: CallRate, lang: Lang) -> ServerMiddleware[Any]:
    """Lets each person open papers, take prompts and type as often as `rate` says, all calls together."""

    async def bounded(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        if ctx.method not in _RATED:
            return await call_next(ctx)
        try:
            with rate.call(_person(get_access_token())):
                return await call_next(ctx)
        except TooManyCalls as wrong:
            raise MCPError(INTERNAL_ERROR, wrong.text(lang)) from None

    return bounded


def tool(
    fn: Callable[..., Awaitable[View]],
    *,
    title: str,
    picture: Picture,
    lang: Lang,
    answer: type[View],
    examples: dict[str, str],
) -> TeachingTool:
    """A tool from a plain async function; its docstring is what the model reads.

    `examples` gives one good value for each argument, shown in the schema and in errors. Of the answer the schema has
    the fields that are always there: all of them would cost every conversation more than they say.
    """
    made = cast(
        "TeachingTool",
        TeachingTool.from_function(
            _answering(fn, lang),
            title=title,
            icons=icons(picture),
            annotations=READ_ONLY,
            structured_output=False,  # ours says less, sooner
        ),
    )
    made.lang = lang
    made.description = " ".join((fn.__doc__ or "").split())
    made.parameters = {"type": "object", "additionalProperties": False} | _slim(made.parameters)
    for name, example in examples.items():
        made.parameters["properties"][name]["examples"] = [json.loads(example)]
    made.fn_metadata.output_schema = _outline(answer)
    return made


def _answering(fn: Callable[..., Awaitable[View]], lang: Lang) -> Callable[..., Awaitable[CallToolResult]]:
    """The function with its answer as compact JSON in both channels, and its errors in words."""

    @functools.wraps(fn)
    async def answering(*args: Any, **kwargs: Any) -> CallToolResult:
        try:
            answer = await fn(*args, **kwargs)
        except JpoError as failure:
            return _told(failure, lang)
        structured = answer.model_dump(mode="json")
        text = json.dumps(structured, ensure_ascii=False, separators=(",", ":"))
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=structured)

    answering.__annotations__ = {**fn.__annotations__, "return": CallToolResult}
    return answering


class _Told(CallToolResult):
    """An error in words. `code` is its kind, for whoever counts."""

    code: str = Field(exclude=True)


def _told(failure: JpoError, lang: Lang) -> _Told:
    """The error as the model reads it. A `ToolError` would reach it only behind the SDK's own words."""
    text = TextContent(type="text", text=failure.text(lang))
    return _Told(content=[text], is_error=True, code=failure.code)


def _slim(schema: Any) -> Any:
    """The schema without what only repeats names: titles, null defaults and null alternatives (we send no nulls)."""
    if isinstance(schema, list):
        return [_slim(item) for item in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    slim: dict[str, Any] = {}
    for key, value in cast("dict[str, Any]", schema).items():
        if key == "title" and isinstance(value, str):
            continue
        if key == "default" and value in (None, [], {}):
            continue
        slim[key] = _slim(value)
    return _without_null(slim)


def _outline(answer: type[View]) -> dict[str, Any]:
    """What is always there in an answer. The rest comes as it is asked for, and its names say what it holds."""
    always = {name: field.annotation for name, field in answer.model_fields.items() if field.is_required()}
    types = {name: {"type": _json_type(annotation)} for name, annotation in always.items()}
    return {"properties": types, "required": list(always), "type": "object"}


def _json_type(annotation: Any) -> str:
    whole = get_origin(annotation) or annotation
    return "string" if whole is Literal else _JSON_TYPES.get(whole, "object")


_JSON_TYPES: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", list: "array"}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    options = schema.get("anyOf")
    if not options:
        return schema
    kept = [option for option in options if option != {"type": "null"}]
    if len(kept) != 1:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**kept[0], **rest}


def _may_not_read() -> MissingScope:
    return MissingScope(
        Words("your access token does not let you read here", "お使いのトークンでは閲覧できません。"),
        Words(
            "ask who runs the server for a token with the scope jpo:read, and jpo:spend to ask the JPO",
            "jpo:read（照会には jpo:spend も）のあるトークンを管理者に依頼してください。",
        ),
        rule=Words("every tool needs the scope jpo:read", "すべてのツールに jpo:read が必要です。"),
    )


# ── the words for wrong arguments ─────────────────────────────────────────────────────────────


def _unknown_argument(tool_name: str, name: str, known: dict[str, dict[str, Any]]) -> BadArgument:
    guess = _guess(name, known)
    listed = ", ".join(known) or "-"
    return BadArgument(
        Words(
            f"unknown_argument: {tool_name} has no argument {quote(name)}", f"{quote(name)} という引数はありません。"
        ),
        Words(f'did you mean "{guess}"?', f"「{guess}」ではありませんか。")
        if guess
        else Words("remove it and call again", "削除して再度お試しください。"),
        rule=Words(f"the arguments are: {listed}", f"使える引数：{listed}"),
        example=next((_example(first, schema) for first, schema in known.items()), "{}"),
        field=name if name.isidentifier() and len(name) < 40 else None,
    )


def _guess(name: str, known: Collection[str]) -> str | None:
    """The argument that was meant, which another tool may call otherwise."""
    near = difflib.get_close_matches(name, [*known, *_MEANT], n=1, cutoff=0.6)
    word = near[0] if near else name
    tried: list[str] = []
    while word not in known and word in _MEANT and word not in tried:
        tried.append(word)
        word = _MEANT[word]
    return word if word in known else None


_MEANT = {
    "type": "law",
    "right": "law",
    "ip_type": "law",
    "application_number": "number",
    "app_no": "number",
    "no": "number",
    "id": "number",
    "name": "applicant",
    "code": "applicant",
    "company": "applicant",
    "section": "sections",
    "include": "sections",
    "fields": "sections",
    "fresh": "max_age",
    "refresh": "max_age",
    "document_number": "document",
    "dispatch_number": "document",
    "doc": "document",
    "document_id": "document",
    "doc_id": "document",
    "paper": "document",
    "original": "document",
    "translated": "document",
    "page": "cursor",
    "offset": "cursor",
    "quotes": "passages",
    "number": "numbers",
    "numbers": "number",
    "cases": "numbers",
    "list": "numbers",
    "applications": "numbers",
    "patents": "numbers",
    "portfolio": "numbers",
    "after": "since",
    "from": "since",
    "from_date": "since",
    "continue": "handle",
    "resume": "handle",
    "run_id": "handle",
    "dry_run": "plan",
    "estimate": "plan",
    "preview": "plan",
    "register": "registration",
    "budget": "max_accesses",
    "limit": "max_accesses",
    "max_calls": "max_accesses",
    "filter": "status",
    "mode": "show",
    "view": "show",
    "start": "cursor",
    "q": "query",
    "words": "query",
    "keyword": "query",
    "keywords": "query",
    "search": "query",
    "text": "query",
    "case": "number",
}
"""What people and models type for our arguments."""


def _too_long(name: str, length: int) -> BadArgument:
    return BadArgument(
        Words(f"too_long: {length:,} characters", f"{length:,}文字は長すぎます。"),
        Words("send only the number or name itself", "番号または名称だけを送ってください。"),
        rule=Words(f"at most {_MOST_CHARACTERS} characters", f"{_MOST_CHARACTERS}文字まで"),
        example="特願2020-123456",
        field=name,
    )


def _wrong_argument(bad: ErrorDetails, known: dict[str, dict[str, Any]]) -> BadArgument:
    name = str(bad["loc"][0]) if bad["loc"] else "?"
    value = None if bad["type"] == "missing" else bad["input"]
    return _wrong_value(name, value, known.get(name, {}))


def _wrong_value(name: str, value: object, schema: dict[str, Any]) -> BadArgument:
    what = (
        Words(f"missing_{name}: a value is required", "値が必要です。")
        if value is None
        else Words(f"cannot be {_shown(value)}", f"値が正しくありません（{_shown(value)}）。")
    )
    return BadArgument(
        what,
        Words("send the argument in that form", "この形式で送ってください。"),
        rule=_rule(name, schema),
        example=_example(name, schema),
        field=name,
    )


def _example(name: str, schema: dict[str, Any]) -> str:
    good = schema.get("examples") or schema.get("enum") or [_ANY_OF_TYPE.get(str(schema.get("type")), True)]
    return json.dumps({name: good[0]}, ensure_ascii=False)


_ANY_OF_TYPE: dict[str, object] = {"integer": 100, "string": "…", "array": []}


def _shown(value: object) -> str:
    """What was sent, by its type; its text only where that is short and plain."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return quote(str(value))


def _rule(name: str, schema: dict[str, Any]) -> Words:
    allowed = schema.get("enum") or schema.get("items", {}).get("enum")
    if name == "law":
        return Words(
            "patent, design or trademark; utility models are not in the JPO's API (J-PlatPat has them)",
            "patent・design・trademark のいずれか。実用新案は本APIの対象外（J-PlatPat をご利用ください）",
        )
    if allowed:
        listed = ", ".join(map(str, allowed))
        return Words(f"{'a list of' if 'items' in schema else 'one of'} {listed}", f"次から選択：{listed}")
    kinds = {
        "string": ("text in quotes", "文字列"),
        "number": ("a number of seconds, 0 or more", "0以上の秒数"),
        "boolean": ("true or false", "true または false"),
        "integer": ("a whole number, 0 or more", "0以上の整数"),
        "array": ("a list of texts in quotes", "文字列の一覧"),
    }
    en, ja = kinds.get(str(schema.get("type")), ("see the tool's schema", "ツール定義を参照"))
    return Words(en, ja)
