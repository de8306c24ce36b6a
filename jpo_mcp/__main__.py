"""`python -m jpo_mcp`: the same as the command `jpo-mcp`."""

from __future__ import annotations

import sys

from jpo_mcp.cli import main

if __name__ == "__main__":
    sys.exit(main())
