"""What the conformance suite calls: tools, resources and prompts of fixed names, on a server of their own.

The suite names each of them in the description of its scenario. They stand in for our tools, so that every kind of
message of the protocol passes through the stack of `jpo-mcp serve --http`.
"""

from __future__ import annotations

import json
import struct
import wave
import zlib
from base64 import b64encode
from collections.abc import Mapping
from io import BytesIO
from typing import Annotated, Any

import anyio
from mcp.server import MCPServer
from mcp.server.mcpserver import Context, Resolve, Sample
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.prompts.base import Message, UserMessage
from mcp.server.mcpserver.tools import Tool
from mcp.types import (
    AudioContent,
    CallToolResult,
    Completion,
    CompletionArgument,
    CompletionContext,
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    EmbeddedResource,
    ImageContent,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    ListRootsResult,
    PromptReference,
    ResourceTemplateReference,
    SamplingMessage,
    TextContent,
    TextResourceContents,
)
from pydantic import Field

_STEP = 0.05
"""Seconds between two notifications, as the suite asks for."""


def build_fixtures() -> MCPServer:
    """The server that the suite expects."""
    server = MCPServer("conformance-fixtures", version="1.0.0", tools=[_tool_of_schema()], log_level="ERROR")
    for add in (_add_plain_tools, _add_talking_tools, _add_asking_tools, _add_changing_tools, _add_resources):
        add(server)
    _add_prompts(server)
    return server


# ── what they give ────────────────────────────────────────────────────────────────────────────


def _png() -> bytes:
    """One red pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def _wav() -> bytes:
    """A moment of silence."""
    whole = BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * 80)
    return whole.getvalue()


def _image() -> ImageContent:
    return ImageContent(type="image", data=b64encode(_png()).decode(), mime_type="image/png")


def _embedded(uri: str, mime_type: str, text: str) -> EmbeddedResource:
    return EmbeddedResource(type="resource", resource=TextResourceContents(uri=uri, mime_type=mime_type, text=text))


def _text(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)])


# ── tools that answer at once ─────────────────────────────────────────────────────────────────


def _add_plain_tools(server: MCPServer) -> None:
    @server.tool(description="Gives one text")
    async def test_simple_text() -> CallToolResult:
        return _text("This is a simple text response for testing.")

    @server.tool(description="Gives one picture")
    async def test_image_content() -> CallToolResult:
        return CallToolResult(content=[_image()])

    @server.tool(description="Gives one sound")
    async def test_audio_content() -> CallToolResult:
        sound = AudioContent(type="audio", data=b64encode(_wav()).decode(), mime_type="audio/wav")
        return CallToolResult(content=[sound])

    @server.tool(description="Gives one resource")
    async def test_embedded_resource() -> CallToolResult:
        text = "This is an embedded resource content."
        return CallToolResult(content=[_embedded("test://embedded-resource", "text/plain", text)])

    @server.tool(description="Gives a text, a picture and a resource")
    async def test_multiple_content_types() -> CallToolResult:
        data = json.dumps({"test": "data", "value": 123})
        text = TextContent(type="text", text="Multiple content types test:")
        resource = _embedded("test://mixed-content-resource", "application/json", data)
        return CallToolResult(content=[text, _image(), resource])

    @server.tool(description="Always fails")
    async def test_error_handling() -> CallToolResult:
        raise ToolError("This tool intentionally returns an error for testing")

    @server.tool(description="Takes an argument that is sent as a header as well")
    async def test_header_argument(
        region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})],
    ) -> CallToolResult:
        return _text(f"region {region}")


def _tool_of_schema() -> Tool:
    """A tool whose schema uses what JSON Schema 2020-12 has and older drafts have not."""

    async def json_schema_2020_12_tool(name: str = "") -> CallToolResult:
        return _text(name)

    tool = Tool.from_function(json_schema_2020_12_tool, description="Has a schema with many keywords")
    tool.parameters = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
            "address": {
                "$anchor": "addressDef",
                "type": "object",
                "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
            }
        },
        "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"},
            "email": {"type": "string"},
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": False,
    }
    return tool


# ── tools that say something, or ask, while they work ─────────────────────────────────────────


def _add_talking_tools(server: MCPServer) -> None:
    @server.tool(description="Says three things while it works")
    async def test_tool_with_logging(ctx: Context) -> CallToolResult:
        for said in ("Tool execution started", "Tool processing data", "Tool execution completed"):
            await ctx.log("info", said)  # pyright: ignore[reportDeprecated] - the older revision requires it
            await anyio.sleep(_STEP)
        return _text("logged")

    @server.tool(description="Says something only where it was asked for")
    async def test_logging_tool(ctx: Context) -> CallToolResult:
        await ctx.log("info", "working")  # pyright: ignore[reportDeprecated] - the newer one requires the silence
        return _text("logged")

    @server.tool(description="Reports how far it is")
    async def test_tool_with_progress(ctx: Context) -> CallToolResult:
        for done in (0, 50, 100):
            await ctx.report_progress(done, 100)
            await anyio.sleep(_STEP)
        return _text("done")

    @server.tool(description="Asks the client's model")
    async def test_sampling(prompt: str, ctx: Context) -> CallToolResult:
        said = await ctx.session.create_message(  # pyright: ignore[reportDeprecated] - the older revision requires it
            [_user_says(prompt)], max_tokens=100, related_request_id=ctx.request_id
        )
        return _text(f"LLM response: {said.content}")

    @server.tool(description="Asks the user")
    async def test_elicitation(message: str, ctx: Context) -> CallToolResult:
        schema = _object(username=_STRING, email=_STRING)
        return _user_said(await ctx.session.elicit_form(message, schema, ctx.request_id))

    @server.tool(description="Asks the user, with defaults of every kind")
    async def test_elicitation_sep1034_defaults(ctx: Context) -> CallToolResult:
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {
                "name": {"type": "string", "default": "John Doe"},
                "age": {"type": "integer", "default": 30},
                "score": {"type": "number", "default": 95.5},
                "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
                "verified": {"type": "boolean", "default": True},
            },
            "required": [],
        }
        return _user_said(await ctx.session.elicit_form("Please check", schema, ctx.request_id))

    @server.tool(description="Asks the user, with choices of every kind")
    async def test_elicitation_sep1330_enums(ctx: Context) -> CallToolResult:
        return _user_said(await ctx.session.elicit_form("Please choose", _CHOICES, ctx.request_id))


_STRING = {"type": "string"}
_OPTIONS = ["option1", "option2", "option3"]
_CHOICES: dict[str, Any] = {
    "type": "object",
    "properties": {
        "untitledSingle": {"type": "string", "enum": _OPTIONS},
        "titledSingle": {
            "type": "string",
            "oneOf": [
                {"const": "value1", "title": "First Option"},
                {"const": "value2", "title": "Second Option"},
                {"const": "value3", "title": "Third Option"},
            ],
        },
        "legacyEnum": {
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"],
        },
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": _OPTIONS}},
        "titledMulti": {
            "type": "array",
            "items": {
                "anyOf": [
                    {"const": "value1", "title": "First Choice"},
                    {"const": "value2", "title": "Second Choice"},
                    {"const": "value3", "title": "Third Choice"},
                ]
            },
        },
    },
    "required": [],
}


def _object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object whose properties are all required."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def _user_says(text: str) -> SamplingMessage:
    return SamplingMessage(role="user", content=TextContent(type="text", text=text))


def _user_said(answer: ElicitResult) -> CallToolResult:
    return _text(f"Elicitation completed: action={answer.action}, content={json.dumps(answer.content)}")


# ── tools that ask by an answer which requires input (2026-07-28) ─────────────────────────────


def _ask(message: str, **properties: Mapping[str, Any]) -> ElicitRequest:
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=_object(**properties)))


def _sample(prompt: str, tokens: int) -> CreateMessageRequest:
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=[_user_says(prompt)], max_tokens=tokens))


def _need(asked: dict[str, InputRequest], state: str | None = None) -> InputRequiredResult:
    return InputRequiredResult(input_requests=asked, request_state=state)


def _answered(ctx: Context, key: str, field: str) -> str | None:
    """What the user wrote in the field, once the user was asked and accepted."""
    answer = (ctx.input_responses or {}).get(key)
    if not isinstance(answer, ElicitResult) or answer.action != "accept" or answer.content is None:
        return None
    value = answer.content.get(field)
    return None if value is None else str(value)


def _capital(ctx: Context) -> Sample:
    del ctx
    return Sample([_user_says("What is the capital of France?")], max_tokens=100)


def _add_asking_tools(server: MCPServer) -> None:
    ask_name = _ask("What is your name?", name=_STRING)
    confirm = _ask("Please confirm", ok={"type": "boolean"})

    @server.tool(description="Asks for a name")
    async def test_input_required_result_elicitation(ctx: Context) -> CallToolResult | InputRequiredResult:
        name = _answered(ctx, "user_name", "name")
        return _need({"user_name": ask_name}) if name is None else _text(f"Hello, {name}!")

    @server.tool(description="Asks for a name while the answer streams")
    async def test_streaming_elicitation(ctx: Context) -> CallToolResult | InputRequiredResult:
        return await test_input_required_result_elicitation(ctx)

    @server.tool(description="Asks the client's model")
    async def test_input_required_result_sampling(ctx: Context) -> CallToolResult | InputRequiredResult:
        said = (ctx.input_responses or {}).get("capital_question")
        if not isinstance(said, CreateMessageResult):
            return _need({"capital_question": _sample("What is the capital of France?", 100)})
        return _text(f"The model said {said.content}")

    @server.tool(description="Asks for the client's roots")
    async def test_input_required_result_list_roots(ctx: Context) -> CallToolResult | InputRequiredResult:
        said = (ctx.input_responses or {}).get("client_roots")
        if not isinstance(said, ListRootsResult):
            return _need({"client_roots": ListRootsRequest()})
        return _text(f"roots: {', '.join(str(root.uri) for root in said.roots)}")

    @server.tool(description="Asks for a yes and remembers in the state that it asked")
    async def test_input_required_result_request_state(ctx: Context) -> CallToolResult | InputRequiredResult:
        if ctx.request_state == "asked" and _answered(ctx, "confirm", "ok") is not None:
            return _text("state-ok")
        return _need({"confirm": confirm}, "asked")

    @server.tool(description="Asks three things at once")
    async def test_input_required_result_multiple_inputs(ctx: Context) -> CallToolResult | InputRequiredResult:
        asked: dict[str, InputRequest] = {
            "user_name": ask_name,
            "greeting": _sample("Generate a greeting", 50),
            "client_roots": ListRootsRequest(),
        }
        if asked.keys() <= (ctx.input_responses or {}).keys() and ctx.request_state == "asked":
            return _text(f"Hello, {_answered(ctx, 'user_name', 'name')}!")
        return _need(asked, "asked")

    @server.tool(description="Asks twice, one after the other")
    async def test_input_required_result_multi_round(ctx: Context) -> CallToolResult | InputRequiredResult:
        name = _answered(ctx, "step1", "name")
        color = _answered(ctx, "step2", "color")
        if ctx.request_state is not None and color is not None:
            return _text(f"{ctx.request_state} likes {color}")
        if name is not None:
            return _need({"step2": _ask("Step 2: What is your favorite color?", color=_STRING)}, name)
        return _need({"step1": _ask("Step 1: What is your name?", name=_STRING)}, "nobody")

    @server.tool(description="Sends a state that must come back as it was")
    async def test_input_required_result_tampered_state(ctx: Context) -> CallToolResult | InputRequiredResult:
        if ctx.request_state is None:
            return _need({"confirm": confirm}, "sealed by the SDK")
        return _text("the state came back whole")

    @server.tool(description="Asks only what the client can answer")
    async def test_input_required_result_capabilities(ctx: Context) -> CallToolResult | InputRequiredResult:
        able = ctx.client_capabilities
        asked: dict[str, InputRequest] = {}
        if able is not None and able.elicitation is not None:
            asked["user_name"] = ask_name
        if able is not None and able.sampling is not None:
            asked["greeting"] = _sample("Generate a greeting", 50)
        return _need(asked) if asked and not ctx.input_responses else _text("nothing to ask")

    @server.tool(description="Cannot work without the client's model")
    async def test_missing_capability(
        said: Annotated[CreateMessageResult, Resolve(_capital)],
    ) -> CallToolResult:
        return _text(str(said.content))


# ── tools that change what there is ───────────────────────────────────────────────────────────


def _add_changing_tools(server: MCPServer) -> None:
    @server.tool(description="Says that the tools have changed")
    async def test_trigger_tool_change(ctx: Context) -> CallToolResult:
        await ctx.notify_tools_changed()
        return _text("changed")

    @server.tool(description="Says that the prompts have changed")
    async def test_trigger_prompt_change(ctx: Context) -> CallToolResult:
        await ctx.notify_prompts_changed()
        return _text("changed")


# ── resources, prompts, completions ───────────────────────────────────────────────────────────


def _add_resources(server: MCPServer) -> None:
    @server.resource("test://static-text", name="text", description="A text", mime_type="text/plain")
    async def text() -> str:
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", name="binary", description="A picture", mime_type="image/png")
    async def binary() -> bytes:
        return _png()

    @server.resource("test://watched-resource", name="watched", description="A text to watch", mime_type="text/plain")
    async def watched() -> str:
        return "This resource is watched."

    @server.resource(
        "test://template/{id}/data", name="template", description="Data of an id", mime_type="application/json"
    )
    async def template(id: str) -> str:  # noqa: A002 - the suite's name
        return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})

    del text, binary, watched, template


def _add_prompts(server: MCPServer) -> None:
    @server.prompt(description="A prompt without arguments")
    async def test_simple_prompt() -> str:
        return "This is a simple prompt for testing."

    @server.prompt(description="A prompt with two arguments")
    async def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
        return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"

    @server.prompt(description="A prompt with a resource")
    async def test_prompt_with_embedded_resource(resourceUri: str) -> list[Message]:  # noqa: N803 - the suite's name
        resource = _embedded(resourceUri, "text/plain", "Embedded resource content for testing.")
        return [UserMessage(resource), UserMessage("Please process the embedded resource above.")]

    @server.prompt(description="A prompt with a picture")
    async def test_prompt_with_image() -> list[Message]:
        return [UserMessage(_image()), UserMessage("Please analyze the image above.")]

    @server.prompt(description="A prompt that asks first")
    async def test_input_required_result_prompt(ctx: Context) -> str | InputRequiredResult:
        context = _answered(ctx, "user_context", "context")
        if context is None:
            return _need({"user_context": _ask("What context should the prompt use?", context=_STRING)})
        return f"Use the context {context}"

    @server.completion()
    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion:
        del ref, context
        return Completion(values=[argument.value, f"{argument.value}s"], total=2, has_more=False)

    del complete
