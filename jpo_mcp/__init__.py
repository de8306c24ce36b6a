"""jpo_mcp: read the Japan Patent Office's data within its quota.

    async with JpoClient() as jpo:
        answer = await jpo.get(endpoint("patent", "app_progress"), "2020123456")

These are the public names; anything else may change without notice. They are loaded on first
use, so that reading a number does not wait for the HTTP client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jpo_mcp.documents.pdf import UnreadablePdf
    from jpo_mcp.dossier.case import read_case
    from jpo_mcp.dossier.offices.dossiers import read_dossier
    from jpo_mcp.dossier.offices.families import read_family
    from jpo_mcp.dossier.offices.reading import read_dossier_document
    from jpo_mcp.dossier.papers.reading import read_documents
    from jpo_mcp.dossier.papers.refusals import read_refusal
    from jpo_mcp.dossier.portfolio.check import check_portfolio
    from jpo_mcp.dossier.search.search import search_kept
    from jpo_mcp.endpoints import ENDPOINTS, Endpoint, endpoint
    from jpo_mcp.errors import JpoError
    from jpo_mcp.numbers import case_number, docdb, read
    from jpo_mcp.settings import Settings
    from jpo_mcp.upstream.answer import Answer
    from jpo_mcp.upstream.client import JpoClient

__all__ = [
    "ENDPOINTS",
    "Answer",
    "Endpoint",
    "JpoClient",
    "JpoError",
    "Settings",
    "UnreadablePdf",
    "case_number",
    "check_portfolio",
    "docdb",
    "endpoint",
    "read",
    "read_case",
    "read_documents",
    "read_dossier",
    "read_dossier_document",
    "read_family",
    "read_refusal",
    "search_kept",
]

_HOMES = {
    "ENDPOINTS": "jpo_mcp.endpoints",
    "Answer": "jpo_mcp.upstream.answer",
    "Endpoint": "jpo_mcp.endpoints",
    "JpoClient": "jpo_mcp.upstream.client",
    "JpoError": "jpo_mcp.errors",
    "Settings": "jpo_mcp.settings",
    "UnreadablePdf": "jpo_mcp.documents.pdf",
    "case_number": "jpo_mcp.numbers",
    "check_portfolio": "jpo_mcp.dossier.portfolio.check",
    "docdb": "jpo_mcp.numbers",
    "endpoint": "jpo_mcp.endpoints",
    "read": "jpo_mcp.numbers",
    "read_case": "jpo_mcp.dossier.case",
    "read_documents": "jpo_mcp.dossier.papers.reading",
    "read_dossier": "jpo_mcp.dossier.offices.dossiers",
    "read_dossier_document": "jpo_mcp.dossier.offices.reading",
    "read_family": "jpo_mcp.dossier.offices.families",
    "read_refusal": "jpo_mcp.dossier.papers.refusals",
    "search_kept": "jpo_mcp.dossier.search.search",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
