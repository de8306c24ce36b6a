"""What a search of the kept answers shows. `section` and `snippet` quote papers and records: somebody else's words."""

# ruff: noqa: RUF012 - pydantic copies a default, and none is ever changed

from __future__ import annotations

from typing import Literal

from jpo_mcp.dossier.view import View

Kind = Literal["paper", "case", "register", "citations", "dossier", "dossier_paper", "family"]
"""Where words were found: a paper of the case, its header, its register, its cited documents; of the five offices a
list of papers, a Japanese paper, a family."""


class KeptHit(View):
    """One paper or record with the words. «…» in `snippet` stands around them; `offset` is their place in a paper's
    text. `date` is the dispatch or receipt of a paper where the case's list is kept."""

    number: str
    law: str
    found_in: Kind
    ja: str | None = None
    en: str | None = None
    document: str | None = None
    date: str | None = None
    drafted: str | None = None
    submitted: str | None = None
    section: str | None = None
    snippet: str
    offset: int | None = None
    uri: str | None = None
    as_of: str


class SearchAnswer(View):
    """What is kept here with those words, the latest papers first. `found` counts all, `searched` what was looked
    through, `not_searched` the kept answers that were not, by the reason."""

    found: int
    hits: list[KeptHit] = []
    cursor: str | None = None
    searched: dict[str, int]
    not_searched: dict[str, int] = {}
    interpreted_as: str | None = None
    notes: list[str] = []
    cost: int
    next: str | None = None
