"""The papers of a case that are kept already, for what they print: reading them costs nothing."""

from __future__ import annotations

import asyncio
from typing import Any

from jpo_mcp.dossier.evidence import NONE, Evidence, read_evidence
from jpo_mcp.dossier.prosecution import Course
from jpo_mcp.endpoints import Endpoint, endpoint
from jpo_mcp.numbers import ApplicationNumber
from jpo_mcp.upstream.client import JpoClient


async def kept_evidence(client: JpoClient, application: ApplicationNumber, known: Course) -> Evidence:
    """What papers that are kept already print; nobody is asked for others.

    Only an examination under way has periods that hang on it.
    """
    if not known.notices or known.decisive is not None or known.is_registered:
        return NONE
    dispatched = await _kept(client, application, "app_doc_cont_refusal_reason_decision")
    dispatched = dispatched or await _kept(client, application, "app_doc_cont_refusal_reason")
    filed = await _kept(client, application, "app_doc_cont_opinion_amendment") if known.replies else None
    if dispatched is None and filed is None:
        return NONE
    return await asyncio.to_thread(read_evidence, application.law, dispatched, filed)


async def _kept(client: JpoClient, application: ApplicationNumber, name: str) -> bytes | None:
    row: Endpoint[Any] = endpoint(application.law, name)
    answer = await client.kept(row, application.api)
    return answer.raw if answer and answer.data is not None else None
