"""A change to a file, drawn before it is made."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from jpo_mcp.screen.drawing import Drawing, clean

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


class Changes(Drawing):
    """Draws differences."""

    def difference(self, lines: Iterable[str]) -> None:
        """A unified diff; no line of it is broken."""
        for line in lines:
            self._out.print(Text(f"  {clean(line.expandtabs(4))}", _STYLES.get(line[:1], "dim")), soft_wrap=True)
