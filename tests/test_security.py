"""SECURITY.md promises nothing that no test shows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
GUARANTEES = PAGE.partition("## What is guaranteed")[2].partition("\n## ")[0]
ROWS = [line for line in GUARANTEES.splitlines() if line.startswith("| ") and not line.startswith("| guarantee")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split(" | ")[0].strip("| "))
def test_a_guarantee_names_tests_that_exist(row: str) -> None:
    """A promise whose test was renamed or lost is only a wish."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
    assert named
    for path, test in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert test in found


def test_every_part_of_the_program_that_others_can_reach_has_guarantees() -> None:
    """The pipe, hosts and pages, HTTP, people, Redis and what is deployed, each with its table."""
    assert GUARANTEES.count("| guarantee | shown by |") == 6
    assert len(ROWS) >= 30


def test_links_of_the_page_lead_somewhere() -> None:
    """A reader in a hurry follows them."""
    links = re.findall(r"\]\(([^)#]+)\)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
