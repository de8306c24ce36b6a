"""What is kept of a case already, its progress and what its papers print: reading it costs nothing."""

from __future__ import annotations

import asyncio
from typing import Any

from jpo_mcp.dossier.progress.evidence import NONE, Evidence, read_evidence
from jpo_mcp.dossier.progress.prosecution import Course
from jpo_mcp.endpoints import Endpoint, endpoint
from jpo_mcp.models import common
from jpo_mcp.numbers import ApplicationNumber, Law
from jpo_mcp.upstream.answer import Answer
from jpo_mcp.upstream.client import JpoClient


def progress_rows(law: Law) -> tuple[Endpoint[common.Progress], Endpoint[common.Progress]]:
    """The simple progress, which is what a run asks for, and the whole one, which will do where it is kept."""
    return endpoint(law, "app_progress_simple", common.Progress), endpoint(law, "app_progress", common.Progress)


async def kept_header(client: JpoClient, application: ApplicationNumber) -> Answer[common.Progress] | None:
    """The progress of a case, whole before simple, if it is kept, fresh or not. Costs nothing."""
    for row in reversed(progress_rows(application.law)):
        kept = await client.kept(row, application.api)
        if kept is not None and kept.data is not None:
            return kept
    return None


async def kept_evidence(client: JpoClient, application: ApplicationNumber, known: Course) -> Evidence:
    """What papers that are kept already print; nobody is asked for others.

    Only an examination under way has periods that hang on it.
    """
    if not known.notices or known.decisive is not None or known.is_registered:
        return NONE
    dispatched = await _kept(client, application, *_DISPATCHED)
    filed = await _kept(client, application, "app_doc_cont_opinion_amendment") if known.replies else ()
    if not dispatched and not filed:
        return NONE
    return await asyncio.to_thread(read_evidence, application.law, dispatched, filed)


_DISPATCHED = ("app_doc_cont_refusal_reason_decision", "app_doc_cont_refusal_reason")
"""Both may be kept, and either may be older than the notice that counts."""


async def _kept(client: JpoClient, application: ApplicationNumber, *names: str) -> tuple[bytes, ...]:
    """The bundles of these names that are kept, each once."""
    rows: list[Endpoint[Any]] = [endpoint(application.law, name) for name in names]
    answers = [await client.kept(row, application.api) for row in rows]
    return tuple(dict.fromkeys(answer.raw for answer in answers if answer and answer.data is not None))
