"""Installs each thing that is shipped into an environment of its own and uses it there as its users would."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters

from release.artifacts import ReleaseProblem, run
from release.manifests import ROOT

_FICTIONAL = "特願2020-490001"


def uv(*words: str | Path, cwd: Path = ROOT) -> str:
    """Runs uv, which makes environments in no time and can take the lowest versions that we allow."""
    return run(sys.executable, "-m", "uv", "--quiet", *words, cwd=cwd)


def try_distribution(archive: Path, home: Path, *, lowest: bool = False) -> Path:
    """Installs a wheel or an sdist alone, runs the demo and asks for a case; gives the environment's Python."""
    uv("venv", "--python", sys.executable, home)
    python = home / "bin" / "python"
    how = ("--resolution", "lowest-direct") if lowest else ()
    uv("pip", "install", "--python", python, *how, archive)
    run(home / "bin" / "jpo-mcp", "demo", cwd=home)
    answer_as_a_host([home / "bin" / "jpo-mcp", "serve"], home, {"JPO_MCP_SANDBOX": "1"})
    return python


def try_bundle(bundle: Path, home: Path) -> None:
    """Unpacks a desktop extension and starts it exactly as its manifest tells the host to."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(home)
    start = json.loads((home / "manifest.json").read_text(encoding="utf-8"))["server"]["mcp_config"]
    filled = {"${user_config.sandbox}": "true", "${user_config.lang}": "en"}
    # uv fetches what the extension stands on, and finds its way there by this machine's own settings.
    environ = {**os.environ, **{name: filled.get(value, "") for name, value in start["env"].items()}}
    words = [word.replace("${__dirname}", str(home)) for word in start["args"]]
    answer_as_a_host([sys.executable, "-m", "uv", "--quiet", *words], home, environ)
    uv(*words[:-1], "demo", cwd=home)


def answer_as_a_host(command: Sequence[str | Path], home: Path, environ: dict[str, str]) -> None:
    """Connects a real MCP client over a pipe and asks for one fictional case."""
    answer = asyncio.run(_ask([str(word) for word in command], home, environ))
    if answer.get("number", {}).get("human") != _FICTIONAL:
        raise ReleaseProblem(f"{Path(str(command[0])).name} did not answer for {_FICTIONAL}: {answer}")


async def _ask(command: list[str], home: Path, environ: dict[str, str]) -> dict[str, Any]:
    server = StdioServerParameters(command=command[0], args=command[1:], cwd=home, env=environ)
    async with Client(server, read_timeout_seconds=120) as client:
        result = await client.call_tool("jpo_get_case", {"number": _FICTIONAL})
        return dict(result.structured_content or {})
