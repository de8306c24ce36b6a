"""Small pictures for what people see in a host's menus: tools, prompts and resources.

The server object has none: its description goes out with every answer. Those of the tools share the 16 kB that their
list may take, so that each is one filled shape on a grid of 9 by 9, and its type stands in its address alone.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from mcp.types import Icon

Picture = Literal[
    "number", "case", "paper", "question", "list", "family", "dossier", "person", "search", "quota", "text", "clock"
]

_SHAPES: dict[Picture, str] = {
    "number": "M0 0h2v9H0zM4 0h1v9H4zM7 0h2v9H7z",
    "case": "M0 1h4l1 1h4v6H0z",
    "paper": "M1 0h5l2 2v7H1z",
    "question": "M2 0h5v5H5v1H4V4h2V1H3v1H2zM4 7h1v2H4z",
    "list": "M0 1h9v1H0zM0 4h9v1H0zM0 7h9v1H0z",
    "family": "M3 0h3v3H3zM0 6h3v3H0zM6 6h3v3H6zM4 3h1v3H4z",
    "dossier": "M0 0h7v7H0zM8 2h1v7H2V8h6z",
    "person": "M3 0h3v4H3zM0 5h9v4H0z",
    "search": "M0 0h6v6H0zM1 1v4h4V1zM6 5l3 3-1 1-3-3z",
    "quota": "M0 5h2v4H0zM3 3h2v6H3zM6 0h2v9H6z",
    "text": "M0 1h9v1H0zM0 4h9v1H0zM0 7h6v1H0z",
    "clock": "M0 0h9v9H0zM1 1v7h7V1zM4 2h1v3h2v1H4z",
}
_LEGIBLE = " /:='"
"""What may stand unescaped in an address of this kind, and would take three times the room escaped."""

_SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path fill='teal' d='{}'/></svg>"


def icons(picture: Picture) -> list[Icon]:
    """One picture, readable on light and on dark, at any size."""
    return [Icon(src=f"data:image/svg+xml,{quote(_SVG.format(_SHAPES[picture]), safe=_LEGIBLE)}")]
