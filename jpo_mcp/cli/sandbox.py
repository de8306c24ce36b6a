"""`jpo-mcp sandbox`: the embedded JPO over HTTP, to develop against."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from jpo_mcp.cli.command import Command
from jpo_mcp.cli.outcome import OK
from jpo_mcp.errors import BadSetting, Words


def takes(parser: argparse.ArgumentParser) -> None:
    """What `sandbox` takes."""
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="a free one by default 省略時は空きポート")
    parser.add_argument("--replay", type=Path, metavar="DIR", help="serve recorded replies 記録済みの回答を返す")


def run(command: Command) -> int:
    """Serves until it is told to stop, after saying what to set."""
    from jpo_mcp import sandbox
    from jpo_mcp.sandbox.loopback import Loopback

    embedded = sandbox.Sandbox(replay=command.replay)
    try:
        served = Loopback(embedded, command.port)
    except OSError as failure:
        raise _port_taken(command.port, failure) from None
    stop = threading.Event()

    def on_signal(_: int, __: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    with served:
        sys.stdout.write(
            f"JPO_MCP_BASE_URL={served.base_url}\n"
            f"JPO_API_USERNAME={sandbox.USERNAME}\n"
            f"JPO_API_PASSWORD={sandbox.PASSWORD}\n"
        )
        sys.stdout.flush()
        sys.stderr.write("set these where the server is started; Ctrl-C stops サーバー側に設定。Ctrl-C で終了\n")
        while not stop.wait(1.0):  # Windows delivers Ctrl-C only between waits
            pass
    return OK


def _port_taken(port: int, failure: OSError) -> BadSetting:
    why = failure.strerror or type(failure).__name__
    return BadSetting(
        Words(f"port {port} cannot be used: {why}", f"ポート {port} を使えません：{why}"),
        Words("leave out --port for a free one", "--port を省くと空きポートを使います。"),
        field="port",
    )


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError("0 to 65535")
    return port
