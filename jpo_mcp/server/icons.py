"""Small pictures for what people pick from a host's menu: prompts and resources.

Tools have none: a model picks those, and eleven pictures (at least 1.3 kB) would not fit into the 16 kB that the list
may take. Nor has the server object, whose description goes out with every answer.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Literal

from mcp.types import Icon

Picture = Literal["case", "paper", "quota", "summary", "question", "table", "clock"]

_PATHS: dict[Picture, str] = {
    "case": "M1.5 3.5h5l1.5 2h6.5v8h-13z",
    "paper": "M3.5 1.5h6l3 3v10h-9zM6 7h4M6 9.5h4M6 12h4",
    "quota": "M2 12a6 6 0 1 1 12 0zM8 12l3-4",
    "summary": "M2 4h12M2 8h12M2 12h7",
    "question": "M5.5 6a2.5 2.5 0 1 1 2.5 2.5v2M8 13v1",
    "table": "M2 3h12v10h-12zM2 6.5h12M6 3v10",
    "clock": "M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12M8 5v3.5l2.5 1.5",
}
_SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='#57b' stroke-width='1.5'>"
    "<path d='{}'/></svg>"
)


def icons(picture: Picture) -> list[Icon]:
    """One picture, readable on light and on dark, at any size."""
    written = b64encode(_SVG.format(_PATHS[picture]).encode()).decode()
    return [Icon(src=f"data:image/svg+xml;base64,{written}", mime_type="image/svg+xml", sizes=["any"])]
