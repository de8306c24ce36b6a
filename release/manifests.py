"""What the registry and the desktop hosts are told of a release: made from pyproject.toml, the settings, the tools."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from mcp.types import Tool

from jpo_mcp.settings import Settings, variable_of

ROOT = Path(__file__).resolve().parents[1]
SERVER_JSON = ROOT / "server.json"

_REGISTRY_SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
_TITLE = "JPO 特許情報 (Japan Patent Office)"
_SECRET = {"username": False, "password": True}
_LONG = """\
Reads the Japan Patent Office's data by number: status, deadlines, papers, reasons for refusal, families and dossiers \
of patents, designs and trademarks, within the day's accesses of your ID. Without an ID, switch on the sandbox.

特許庁の「特許情報取得API」を番号で読みます。経過・期限・書類・拒絶理由・ファミリーを、1日のアクセス数の範囲で。\
IDがなくてもサンドボックス（架空の案件）で試せます。"""


def project() -> dict[str, Any]:
    """The `[project]` table of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def server_json() -> str:
    """The entry for the MCP registry, which `server.json` at the top level must equal."""
    about = project()
    entry = {
        "$schema": _REGISTRY_SCHEMA,
        "name": registered_name(),
        "title": _TITLE,
        "description": _summary(about, most=100),
        "version": about["version"],
        "packages": [
            {
                "registryType": "pypi",
                "identifier": about["name"],
                "version": about["version"],
                "runtimeHint": "uvx",
                "transport": {"type": "stdio"},
                "packageArguments": [{"type": "positional", "value": "serve"}],
                "environmentVariables": [_variable(name) for name in ("username", "password", "sandbox", "lang")],
            }
        ],
    }
    return json.dumps(entry, ensure_ascii=False, indent=2) + "\n"


def registered_name() -> str:
    """The name that the README claims in the registry, where the package index shows it."""
    found = re.search(r"<!-- mcp-name: (\S+) -->", (ROOT / "README.md").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError("the README names no mcp-name")
    return found[1]


def bundle_manifest(tools: Sequence[Tool]) -> str:
    """The manifest of the desktop extension: what the host shows, asks for and starts."""
    about = project()
    manifest = {
        "manifest_version": "0.4",
        "name": about["name"],
        "display_name": _TITLE,
        "version": about["version"],
        "description": _summary(about, most=200),
        "long_description": _LONG,
        "author": about["authors"][0],
        "license": about["license"],
        "keywords": about["keywords"],
        "server": {
            "type": "uv",
            "entry_point": "jpo_mcp/__main__.py",
            "mcp_config": {
                "command": "uv",
                "args": ["run", "--no-dev", "--directory", "${__dirname}", "jpo-mcp", "serve"],
                "env": {variable_of(name): f"${{user_config.{name}}}" for name in _ASKED},
            },
        },
        "tools": [{"name": tool.name, "description": first_sentence(tool.description or "")} for tool in tools],
        "prompts_generated": True,
        "user_config": _ASKED,
        "compatibility": {
            "platforms": ["darwin", "win32", "linux"],
            "runtimes": {"python": about["requires-python"]},
        },
    }
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


_ASKED: dict[str, dict[str, Any]] = {
    "username": {
        "type": "string",
        "title": "JPO ID (特許情報取得APIのID)",
        "description": "Issued by the JPO with its password. Leave empty to try the sandbox.",
        "required": False,
        "default": "",
    },
    "password": {
        "type": "string",
        "title": "JPO password (パスワード)",
        "description": "Kept by your host in the system's keychain.",
        "sensitive": True,
        "required": False,
        "default": "",
    },
    "sandbox": {
        "type": "boolean",
        "title": "Sandbox (サンドボックス)",
        "description": "Fictional cases, no ID needed, nothing is asked of the JPO.",
        "required": False,
        "default": False,
    },
    "lang": {
        "type": "string",
        "title": "Language (言語)",
        "description": "ja, en or both",
        "required": False,
        "default": "both",
    },
}


def pinned_project(pins: str) -> str:
    """pyproject.toml for the bundle: the same, and the host's uv takes the versions that were tested.

    uv reads hashes only from a lock file of its own, which would name hosts; so these are versions alone.
    """
    lines = ",\n".join(f'    "{pin}"' for pin in re.findall(r"^[A-Za-z0-9._-]+==[A-Za-z0-9.]+", pins, re.MULTILINE))
    table = f"\n[tool.uv]\nconstraint-dependencies = [\n{lines},\n]\n"
    return (ROOT / "pyproject.toml").read_text(encoding="utf-8") + table


def first_sentence(text: str) -> str:
    """The first sentence of a tool's description, without its full stop."""
    return text.split(". ", maxsplit=1)[0].rstrip(".")


def _summary(about: dict[str, Any], most: int) -> str:
    summary: str = about["description"]
    whole = summary if len(summary) <= most else summary.split(":", maxsplit=1)[0]
    if len(whole) > most:
        raise ValueError(f"the description is over {most} characters")
    return whole


def _variable(name: str) -> dict[str, Any]:
    field = Settings.model_fields[name]
    told: dict[str, Any] = {"name": variable_of(name), "description": (field.description or "").replace("`", "")}
    if name in _SECRET:
        # Neither is required: the server starts without an ID, and every tool then explains the set-up.
        return told | {"isRequired": False, "isSecret": _SECRET[name]}
    return told | ({"format": "boolean"} if field.annotation is bool else {"default": cast("str", field.default)})
