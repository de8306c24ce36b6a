"""The fictional cases that are there for their papers: every style in which examiners write what they refuse."""

from __future__ import annotations

from jpo_mcp.sandbox.life import Case
from jpo_mcp.sandbox.refusal_designs import REFUSED_DESIGNS
from jpo_mcp.sandbox.refusal_marks import REFUSED_MARKS
from jpo_mcp.sandbox.refusal_patents import REFUSED_PATENTS

REFUSALS: tuple[Case, ...] = (*REFUSED_PATENTS, *REFUSED_DESIGNS, *REFUSED_MARKS)
