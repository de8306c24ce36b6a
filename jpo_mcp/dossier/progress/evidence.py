"""What kept papers say that the rows do not: the period printed in a notice, and which notice an answer cites."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from jpo_mcp.dossier.progress.prosecution import NOTICE
from jpo_mcp.numbers import Law

if TYPE_CHECKING:
    from jpo_mcp.documents import Paper
    from jpo_mcp.documents.refusal import Period  # at run time it would bring the readers along


@dataclass(frozen=True, slots=True)
class Evidence:
    """Pairs of a paper's document number and what it prints: its period for a reply, the 発送番号 it answers."""

    periods: tuple[tuple[str, Period], ...] = ()
    answers: tuple[tuple[str, str], ...] = ()


NONE = Evidence()
NOTHING_PRINTED: Mapping[str, Period] = MappingProxyType({})
"""For readings without any paper."""


@lru_cache(maxsize=64)
def read_evidence(law: Law, dispatched: tuple[bytes, ...], filed: tuple[bytes, ...]) -> Evidence:
    """What bundles tell: those of the office's papers and those of the applicant's. Slow: for a thread."""
    from jpo_mcp.documents import reasons_of  # noqa: PLC0415 - loaded with the first paper

    notices = [(paper, reasons_of(paper).period) for paper in _papers(law, dispatched) if paper.code == NOTICE]
    return Evidence(
        periods=tuple((paper.document_number, period) for paper, period in notices if paper.document_number and period),
        answers=tuple(
            (paper.document_number, paper.answers_dispatch)
            for paper in _papers(law, filed)
            if paper.document_number and paper.answers_dispatch
        ),
    )


def _papers(law: Law, bundles: tuple[bytes, ...]) -> list[Paper]:
    """The papers of bundles; none of one that cannot be read, which only leaves the rows to go by."""
    from jpo_mcp.documents import UnreadableBundle, read_bundle  # noqa: PLC0415 - loaded with the first paper

    papers: list[Paper] = []
    for bundle in bundles:
        with suppress(UnreadableBundle):
            papers += read_bundle(bundle, law).papers
    return papers
