"""The shop window: what the package's first page promises is there, and nothing heavy is loaded to show it."""

from __future__ import annotations

import subprocess
import sys

import jpo_mcp


def test_every_public_name_is_there_and_they_are_sorted() -> None:
    """As the style has it: a short sorted list; each name is loaded from its home on first use."""
    assert jpo_mcp.__all__ == sorted(jpo_mcp.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(getattr(jpo_mcp, name) is not None for name in jpo_mcp.__all__)


def test_reading_a_number_of_the_five_offices_waits_for_no_http_client() -> None:
    """Names are loaded one by one, so a script about numbers starts at once."""
    program = "import sys, jpo_mcp; print(jpo_mcp.docdb('EP06834636.0'), 'httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.split() == ["EP.06834636.A", "False"]
