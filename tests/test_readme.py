"""The README says what the code does, and the Japanese one says what the English one does."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.readme import JAPANESE, README, SERVER, generated, generated_in_japanese, served

_ENGLISH_TEXT = README.read_text("utf-8")
_JAPANESE_TEXT = JAPANESE.read_text("utf-8")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_generated_tables_are_those_of_the_code() -> None:
    """Mend with `python -m tests.readme`."""
    assert generated(_ENGLISH_TEXT) == _ENGLISH_TEXT
    assert generated_in_japanese(_JAPANESE_TEXT) == _JAPANESE_TEXT
    page = SERVER.read_text("utf-8")
    assert served(page) == page


def _levels(text: str) -> list[str]:
    return re.findall(r"^(#+) ", _BLOCK.sub("", text), re.MULTILINE)


def _commands(text: str) -> list[tuple[str, str]]:
    """Every block as it would be run: comments may be in either language."""
    return [(kind, re.sub(r" *# .*$", "", block, flags=re.MULTILINE)) for kind, block in _BLOCK.findall(text)]


def _rows(text: str) -> list[set[str]]:
    """The code in each row of each table: names, variables, defaults, numbers and commands."""
    rows = re.findall(r"^\|.*\|$", _BLOCK.sub("", text), re.MULTILINE)
    return [set(re.findall(r"`([^`]+)`", row)) for row in rows]


def _links(text: str) -> set[str]:
    return {target for target in re.findall(r"\]\(([^)#]+)\)", text) if "README" not in target}


def _pages(text: str) -> set[str]:
    """What the links lead to, a page in Japanese standing for the same page in English."""
    return {target.replace(".ja.md", ".md") for target in _links(text)}


@pytest.mark.parametrize("part", [_levels, _commands, _rows, _pages])
def test_both_readmes_have_the_same_sections_commands_tables_and_links(part: Callable[[str], object]) -> None:
    """A reader of either must get the same product."""
    assert part(_JAPANESE_TEXT) == part(_ENGLISH_TEXT)


@pytest.mark.parametrize("text", [_ENGLISH_TEXT, _JAPANESE_TEXT], ids=["English", "Japanese"])
def test_every_file_that_a_readme_leads_to_is_there(text: str) -> None:
    """A page that moved must take its links along."""
    assert [target for target in _links(text) if not (README.parent / target).exists()] == []
