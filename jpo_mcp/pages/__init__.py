"""A case's timeline and a family's tree as pages to look at, for the server and the command line. Pure.

A page is one HTML file that asks nothing of anybody: its style and script are in it, and its policy lets no other
run. In a host it gets its record by message (MCP Apps); in a file the record is inside.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import Any, Literal

from jpo_mcp.errors import Lang

PageName = Literal["timeline", "family"]


def page(name: PageName, lang: Lang, record: Mapping[str, Any] | None = None) -> str:
    """The page of that name as HTML; with a record (an answer as JSON) it shows that, without one it asks its host."""
    return _template(name, lang).substitute(record="" if record is None else _element(record))


@cache
def _template(name: PageName, lang: Lang) -> Template:
    """The page with everything but the record."""
    style = _text("common.css") + _text(f"{name}.css")
    script = _text("common.js") + _text(f"{name}.js")
    whole = Template(_text("page.html")).substitute(
        first="en" if lang == "en" else "ja",
        lang=lang,
        title=f"jpo-mcp {name}",
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'",
        style=style.replace("$", "$$"),
        script=script.replace("$", "$$"),
        record="$record",
    )
    return Template(whole)


def _text(file: str) -> str:
    return files(__name__).joinpath(file).read_text("utf-8")


def _hash(text: str) -> str:
    """The source expression that lets exactly this text run."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _element(record: Mapping[str, Any]) -> str:
    """The record as data beside the script. ASCII, and without any character that HTML would read as its own."""
    data = json.dumps(record, separators=(",", ":"))
    for char in "<>&":
        data = data.replace(char, f"\\u{ord(char):04x}")
    return f'<script type="application/json" id="record">{data}</script>'
