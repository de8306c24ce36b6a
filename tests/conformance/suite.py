"""Installs the conformance suite, serves its fixtures on our stack and compares what fails with what may: see `run`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import uvicorn
from mcp import MCPDeprecationWarning

from jpo_mcp.server.http import Application, mount
from jpo_mcp.server.http_settings import PATH, HttpSettings
from jpo_mcp.server.receipt import PromptProtocol
from jpo_mcp.upstream.tally import Tally
from tests.conformance.fixtures import build_fixtures

HERE = Path(__file__).parent
ERAS = ("2025-11-25", "2026-07-28")
STACKS = ("ours", "sdk")
"""As `jpo-mcp serve --http` serves; and the SDK alone, with the sessions and streams that we leave out by choice."""

_SUITE = HERE / "node_modules" / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"


def main() -> int:
    """0 where nothing failed but what is expected to."""
    warnings.simplefilter("ignore", MCPDeprecationWarning)  # the suite asks for what the older revision had
    missing = _install()
    if missing:
        print(f"NOT RUN: {missing}", file=sys.stderr)  # noqa: T201 - a command's answer
        return 1 if os.environ.get("CI") else 0
    failed = [f"{stack} at {era}" for stack in STACKS for era in ERAS if not _passes(stack, era)]
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nno unexpected failure, no stale expectation")  # noqa: T201
    return 1 if failed else 0


def _install() -> str:
    """Puts exactly what package-lock.json names in place; what is missing, where it cannot."""
    lock = HERE / "package-lock.json"
    done = HERE / "node_modules" / ".package-lock.json"
    if done.is_file() and done.stat().st_mtime >= lock.stat().st_mtime:
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--fetch-retries=1"]
    installed = subprocess.run(command, cwd=HERE, check=False, timeout=300)  # noqa: S603 - our own lock file
    return "npm could not install the suite; is its registry within reach?" if installed.returncode else ""


def _node() -> str:
    """The Node that was installed with the suite; on other systems the one on the path, 22 or newer."""
    theirs = (HERE / "node_modules").glob("node-*/bin/node*")
    return str(next(theirs, None) or shutil.which("node") or "node")


def _passes(stack: str, era: str) -> bool:
    """Whether nothing fails there but what its list names, and all of that."""
    with _served(stack) as url:
        arguments = ["--url", url, "--requirements", era, "--expected-failures", str(HERE / f"{stack}-{era}.yml")]
        ran = subprocess.run(  # noqa: S603 - the suite that was installed
            [_node(), str(_SUITE), "server", *arguments], capture_output=True, text=True, check=False, timeout=300
        )
    told = ran.stdout[ran.stdout.find("Total:") :] if ran.returncode == 0 else ran.stdout + ran.stderr
    print(f"\n== {stack}, revision {era}\n{told}")  # noqa: T201
    return ran.returncode == 0


@contextmanager
def _served(stack: str) -> Generator[str]:
    """The fixtures on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        config = uvicorn.Config(_app(stack, port), http=PromptProtocol, ws="none", log_level="warning")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}{PATH}"
        finally:
            server.should_exit = True
            thread.join()


def _app(stack: str, port: int) -> Application:
    """The fixtures, mounted as ours or by the SDK alone: what fails as ours alone does so by choice."""
    fixtures = build_fixtures()
    if stack == "sdk":
        return fixtures.streamable_http_app(streamable_http_path=PATH)
    # The suite calls as a web page of this machine would, which an operator has to allow.
    http = HttpSettings(allow_origins=(f"http://127.0.0.1:{port}",))
    return mount(fixtures, http, port=port, tally=Tally())


if __name__ == "__main__":
    sys.exit(main())
