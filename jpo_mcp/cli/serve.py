"""`jpo-mcp serve`: the MCP server. It loads nothing that draws, and ends cleanly with its input or a signal.

With `--http` it serves several people instead of the host that started it; see `serve_http`.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import sys
import threading
from contextlib import suppress
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, cast

from jpo_mcp.cli import serve_http
from jpo_mcp.cli.command import Command
from jpo_mcp.cli.outcome import BAD, INTERRUPTED, OK
from jpo_mcp.errors import JpoError

if TYPE_CHECKING:
    from jpo_mcp.settings import Settings


def takes(parser: argparse.ArgumentParser) -> None:
    """What `serve` takes."""
    parser.add_argument("-v", "--verbose", action="store_true", help="say more on standard error 詳しいログ")
    serve_http.takes(parser)


def run(command: Command) -> int:
    """Serves until the end of its input, or over HTTP until a signal."""
    from jpo_mcp.settings import Settings, forget_secrets

    # The SDK would load rich for its log lines, and nothing is drawn here.
    sys.modules.setdefault("rich", cast("ModuleType", None))
    logging.basicConfig(
        level=logging.INFO if command.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    try:
        serve_http.check_meant(command)
        settings = Settings.from_environment()
        if settings.username_file or settings.password_file:
            settings.credentials()
    except JpoError as bad:
        return _refuse(bad)
    forget_secrets()
    if command.http:
        return _over_http(command, settings)
    if sys.stdin.isatty():
        sys.stderr.write("speaking MCP with whoever types here; Ctrl-C stops. `jpo-mcp demo` shows it at work\n")
    arrived = _end_of_input()
    try:
        _run_server(settings)
    except JpoError as bad:
        return _refuse(bad)
    return INTERRUPTED if signal.SIGINT in arrived else OK


def _over_http(command: Command, settings: Settings) -> int:
    try:
        serve_http.serve(command, settings)
    except JpoError as bad:
        return _refuse(bad)
    return OK


def _run_server(settings: Settings) -> None:
    # Nothing that loads is ever garbage, and looking for some takes a tenth of the start.
    gc.disable()
    from jpo_mcp.server.app import build
    from jpo_mcp.upstream.client import JpoClient

    server = build(JpoClient(settings))
    gc.freeze()
    gc.enable()
    server.run()


def _refuse(bad: JpoError) -> int:
    """One line on standard error: hosts show it in their log, where nothing may be lost among many."""
    said = [f"jpo-mcp: [{bad.code}]", bad.what.en, f"-> {bad.next_step.en}", "/", bad.what.ja, bad.next_step.ja]
    sys.stderr.write(" ".join(" ".join(said).split()) + "\n")
    return BAD


def _end_of_input() -> list[int]:
    """Lets SIGINT and SIGTERM end the server as the end of its input would, which is its clean way out.

    The SDK's reader blocks on standard input and cannot be interrupted there, so it reads a pipe of
    ours instead. Gives the signals that have arrived; a second one ends the process at once.
    """
    outside = os.dup(0)
    inside, feed = os.pipe()
    os.dup2(inside, 0)
    os.close(inside)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    arrived: list[int] = []

    def pump() -> None:
        with suppress(OSError):
            while data := os.read(outside, 65_536):
                os.write(feed, data)
        os.dup2(nowhere, feed)

    def on_signal(number: int, _: FrameType | None) -> None:
        arrived.append(number)
        if len(arrived) > 1:
            os._exit(128 + number)
        # Not os.close: the pump may be about to write, and the number could be somebody else's by then.
        os.dup2(nowhere, feed)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    threading.Thread(target=pump, name="jpo-stdin", daemon=True).start()
    return arrived
