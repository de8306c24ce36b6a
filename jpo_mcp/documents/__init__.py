"""The papers of a case: a bundle's bytes in, readable papers out. Pure: no disk, no network, no clock."""

from __future__ import annotations

from jpo_mcp.documents.bundle import Member, UnreadableBundle, members, read_bundle
from jpo_mcp.documents.paper import Amendment, Bundle, Kind, Paper, Person, Skipped
from jpo_mcp.documents.reasons import read_reasons, reasons_of
from jpo_mcp.documents.refusal import Refusal

__all__ = [
    "Amendment",
    "Bundle",
    "Kind",
    "Member",
    "Paper",
    "Person",
    "Refusal",
    "Skipped",
    "UnreadableBundle",
    "members",
    "read_bundle",
    "read_reasons",
    "reasons_of",
]
