"""docs/answers.md, and docs/answers.ja.md beside it, tell of the rules and fields that are there."""

from __future__ import annotations

import re
from pathlib import Path

from jpo_mcp.dossier import view
from jpo_mcp.dossier.offices import page as dossier_page
from jpo_mcp.dossier.offices import views as dossier_views
from jpo_mcp.dossier.papers import views as paper_views
from jpo_mcp.dossier.portfolio import views as portfolio_views
from jpo_mcp.dossier.progress.status import RULES

_DOCS = Path(__file__).resolve().parents[1] / "docs"
TEXT, JAPANESE = ((_DOCS / name).read_text("utf-8") for name in ("answers.md", "answers.ja.md"))
_MODULES = (view, paper_views, portfolio_views, dossier_views, dossier_page)
_VALUES = {"jpo", "kept", "stale", "counter", "learned", "vanished", "expiry"}
_OTHERS = {"sections", "changes", "jpo_quota", "..._left_out", "..._raw"}
"""Arguments, tools and endings of names that stand in the same type."""


def _fields() -> set[str]:
    items = [item for module in _MODULES for item in vars(module).values()]
    views = [item for item in items if isinstance(item, type) and issubclass(item, view.View)]
    return {name for each in views for name in each.model_fields}


def test_every_rule_of_the_status_is_explained_in_its_order() -> None:
    """The first rule that holds decides, so that the order is part of the meaning."""
    section = TEXT.split("## `status`")[1].split("\n## ")[0]
    assert tuple(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)) == RULES


def test_every_field_that_is_explained_exists() -> None:
    """A renamed field must be renamed there."""
    named = set(re.findall(r"`([a-z_.]+)`", TEXT)) - set(RULES) - _VALUES - _OTHERS
    assert named <= _fields(), named - _fields()


def test_the_japanese_page_explains_the_same_in_the_same_order() -> None:
    """Section by section: the rows of the tables, the points of the lists, and every name."""
    theirs, ours = (text.split("\n## ")[1:] for text in (TEXT, JAPANESE))
    assert [_shape(section) for section in ours] == [_shape(section) for section in theirs]


def _shape(section: str) -> tuple[int, int, list[str]]:
    return section.count("\n| "), section.count("\n- "), sorted(re.findall(r"`([^`]+)`", section))
