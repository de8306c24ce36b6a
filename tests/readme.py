"""Writes the README's generated tables from the code: `python -m tests.readme`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jpo_mcp.endpoints import ENDPOINTS
from jpo_mcp.settings import Settings, variable_of

README = Path(__file__).resolve().parents[1] / "README.md"
JAPANESE = README.with_name("README.ja.md")

_COSTS = {
    "jpo_parse_number": "0; 1 with `lookup`",
    "jpo_get_case": "1; 1 more for a publication, registration or PCT number; "
    "1 for each of registration, citations, link",
    "jpo_read_documents": "1 for the list; 1 for all office papers, 1 for all of the applicant's",
    "jpo_get_refusal_reasons": "1",
    "jpo_check_portfolio": "0 for the plan; then 1 a case, as planned; 1 more for each register",
    "jpo_get_family": "1; 1 more, domestic, for a Japanese patent or PCT number",
    "jpo_get_dossier": "1; 1 more for a publication, patent or PCT number; 1 for citations; at most 1 for compare",
    "jpo_read_dossier_document": "1 for all pages",
    "jpo_find_applicant": "1",
    "jpo_search_kept": "0",
    "jpo_quota": "0",
}


def tools_table(tools: list[Any]) -> str:
    rows = ["| tool | answers | accesses |", "|---|---|---|"]
    for tool in tools:
        first = tool.description.split(". ")[0].rstrip(".")
        rows.append(f"| `{tool.name}` | {first} | {_COSTS[tool.name]} |")
    return "\n".join(rows)


def endpoints_table() -> str:
    rows = (
        f"| {e.api_number} | `{e.path_template}` | {e.limit.per_day} | {e.summary.en} | {e.summary.ja} |"
        for e in ENDPOINTS
    )
    return "\n".join(["| no. | path | a day | what | 内容 |", "|---|---|---:|---|---|", *rows])


def endpoints_in_japanese() -> str:
    rows = (f"| {e.api_number} | `{e.path_template}` | {e.limit.per_day} | {e.summary.ja} |" for e in ENDPOINTS)
    return "\n".join(["| 番号 | パス | 1日 | 内容 |", "|---|---|---:|---|", *rows])


def settings_table() -> str:
    rows = (
        f"| `{variable_of(name)}` | {field.description} | {_default(field.default)} |"
        for name, field in Settings.model_fields.items()
    )
    return "\n".join(["| variable | meaning | default |", "|---|---|---|", *rows])


def _default(value: object) -> str:
    if value is None or value == {}:
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def with_table(text: str, name: str, table: str) -> str:
    """The README with one generated table replaced."""
    pattern = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    assert pattern.search(text), name
    return pattern.sub(lambda m: f"{m[1]}\n{table}\n\n{m[2]}", text)


def generated(text: str) -> str:
    """The README as the code would have it."""
    from jpo_mcp.server.tools import build_tools
    from jpo_mcp.upstream.client import JpoClient

    tools = list(build_tools(JpoClient(Settings(sandbox=True))))
    text = with_table(text, "tools", tools_table(tools))
    text = with_table(text, "endpoints", endpoints_table())
    return with_table(text, "settings", settings_table())


def generated_in_japanese(text: str) -> str:
    """The Japanese README as the code would have it. Its other tables are words, compared with the English ones."""
    return with_table(text, "endpoints", endpoints_in_japanese())


if __name__ == "__main__":
    README.write_text(generated(README.read_text("utf-8")), "utf-8")
    JAPANESE.write_text(generated_in_japanese(JAPANESE.read_text("utf-8")), "utf-8")
