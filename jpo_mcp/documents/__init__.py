"""The papers of a case: a file's bytes in, readable papers out. No disk, no network, no clock; a PDF has a process."""

from __future__ import annotations

from jpo_mcp.archive import Member, Skipped, UnreadableBundle, members
from jpo_mcp.documents.bundle import read_bundle
from jpo_mcp.documents.paper import Amendment, Bundle, Figure, Kind, Paper, Person
from jpo_mcp.documents.pdf import PdfPage, PdfText, UnreadablePdf, read_pdf
from jpo_mcp.documents.reasons import read_reasons, reasons_of
from jpo_mcp.documents.refusal import Refusal

__all__ = [
    "Amendment",
    "Bundle",
    "Figure",
    "Kind",
    "Member",
    "Paper",
    "PdfPage",
    "PdfText",
    "Person",
    "Refusal",
    "Skipped",
    "UnreadableBundle",
    "UnreadablePdf",
    "members",
    "read_bundle",
    "read_pdf",
    "read_reasons",
    "reasons_of",
]
