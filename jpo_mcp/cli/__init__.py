"""The command `jpo-mcp`: serve for hosts, and for people the same answers drawn in a terminal.

Exit codes: 0 an answer, 1 an answer that says no (not on file, quota, the JPO is down, a check failed),
2 bad input or set-up. A portfolio with cases still to ask, or that could not be had, is 1 after a run.

All of this is imported before `serve` starts, so what a command alone needs is imported where it runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from jpo_mcp.cli.outcome import BAD, INTERRUPTED, OK, SAYS_NO, explained
from jpo_mcp.cli.parser import read
from jpo_mcp.errors import JpoError

__all__ = ["BAD", "INTERRUPTED", "OK", "SAYS_NO", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code."""
    os.umask(0o077)
    # Read by pydantic when it first words an error: no library's address in a message.
    os.environ.setdefault("PYDANTIC_ERRORS_INCLUDE_URL", "0")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old code page shows "?" for what it lacks
    try:
        return read(list(sys.argv[1:] if argv is None else argv)).finish()
    except BrokenPipeError:  # `jpo-mcp case ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except JpoError as failure:
        return explained(failure)
