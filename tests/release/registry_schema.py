"""The rules of the registry for an entry, as far as ours has such parts (schema of 2025-12-11), and no other keys."""

from __future__ import annotations

from typing import Any


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_TEXT = {"type": "string", "minLength": 1}
_EXACT = {"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]*$"}
_VARIABLE = _object(
    ["name"],
    name={"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"},
    description=_TEXT,
    default={"type": "string"},
    format={"enum": ["string", "number", "boolean", "filepath"]},
    isRequired={"type": "boolean"},
    isSecret={"type": "boolean"},
)
_PACKAGE = _object(
    ["registryType", "identifier", "version", "transport"],
    registryType={"enum": ["pypi"]},
    identifier=_TEXT,
    version=_EXACT,
    runtimeHint={"enum": ["uvx"]},
    transport=_object(["type"], type={"const": "stdio"}),
    packageArguments={
        "type": "array",
        "items": _object(["type", "value"], type={"const": "positional"}, value=_TEXT),
    },
    environmentVariables={"type": "array", "items": _VARIABLE},
)
ENTRY = _object(
    ["$schema", "name", "description", "version", "packages"],
    **{"$schema": {"const": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"}},
    name={"type": "string", "pattern": "^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$", "maxLength": 200},
    title={"type": "string", "minLength": 1, "maxLength": 100},
    description={"type": "string", "minLength": 1, "maxLength": 100},
    version=_EXACT,
    repository=_object(["url", "source"], url=_TEXT, source=_TEXT),
    packages={"type": "array", "minItems": 1, "items": _PACKAGE},
)
