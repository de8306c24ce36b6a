"""The documents an examiner cited, each once, with every place it was mentioned."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from jpo_mcp import codes
from jpo_mcp.codes import Code
from jpo_mcp.models.common import JpoDate
from jpo_mcp.models.patent import Citations, NonPatentCitation, PatentCitation
from jpo_mcp.numbers import cited_document

IN_REFUSAL, IN_DECISION, IN_SEARCH_RECORD = "19", "31", "89"


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention. `draft_date` is the drafting date (起案日) of the notice or decision that makes it."""

    type: Code
    draft_date: JpoDate
    order: str | None


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """One document. `number` is as the JPO sent it, `human` and `api` the same as people and the API write it;
    `text` is the whole of what the JPO says about a document that is no patent. `dropped_at_grant` says that it was
    cited in a refusal and is not among the documents listed with the decision to grant, where there are any; why it
    is not, the data do not tell."""

    number: str | None
    human: str | None
    api: str | None
    text: str | None
    mentions: tuple[Mention, ...]
    dropped_at_grant: bool = False

    @property
    def in_refusal(self) -> bool:
        """Cited in a notice of reasons for refusal (引用文献)."""
        return self._mentioned(IN_REFUSAL)

    @property
    def in_search_record(self) -> bool:
        """In the record of the prior-art search (先行技術文献調査結果の記録): not a ground of refusal."""
        return self._mentioned(IN_SEARCH_RECORD)

    @property
    def in_decision(self) -> bool:
        """Listed with the decision to grant (参考文献)."""
        return self._mentioned(IN_DECISION)

    def _mentioned(self, kind: str) -> bool:
        return any(mention.type.code == kind for mention in self.mentions)


_Citation = PatentCitation | NonPatentCitation


def cited(citations: Citations) -> tuple[CitedDocument, ...]:
    """Every cited document in order of first mention, patents before others, as the JPO lists them."""
    patents = _by_document((_patent_key(row, place), row) for place, row in enumerate(citations.patent_doc))
    others = _by_document((_text(row), row) for row in citations.non_patent_doc)
    documents = (*map(_patent, patents), *map(_other, others))
    if not any(document.in_decision for document in documents):
        return documents
    return tuple(replace(d, dropped_at_grant=d.in_refusal and not d.in_decision) for d in documents)


def _by_document(keyed: Iterable[tuple[Hashable, _Citation]]) -> list[list[Any]]:
    groups: dict[Hashable, list[_Citation]] = {}
    for key, row in keyed:
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _patent_key(row: PatentCitation, place: int) -> Hashable:
    """Its number however it is spaced; a row without one stands for itself."""
    return tuple(row.document_number.split()) if row.document_number else place


def _patent(rows: list[PatentCitation]) -> CitedDocument:
    number = rows[0].document_number
    read = cited_document(number) if number else None
    extra = _pairs(row.model_extra for row in rows)
    return CitedDocument(number, read and read.human, read and read.api, extra or None, _mentions(rows))


def _other(rows: list[NonPatentCitation]) -> CitedDocument:
    return CitedDocument(None, None, None, _text(rows[0]) or None, _mentions(rows))


def _mentions(rows: Iterable[_Citation]) -> tuple[Mention, ...]:
    return tuple(
        Mention(codes.decode("citation_type", row.citation_type), row.draft_date, row.citation_order) for row in rows
    )


def _text(row: NonPatentCitation) -> str:
    """Author, title, where and when, in the JPO's order; codes we have no table for keep their field's name."""
    issued = row.issue_date.isoformat() if isinstance(row.issue_date, date) else row.issue_date
    plain = (row.author_name, row.paper_title, row.publication_name, row.issue_country_cd, row.publisher, issued)
    rest = (row.issue_number, row.citation_pages)
    coded = (("documentType", row.document_type), ("issueDateType", row.issue_date_type))
    named = "; ".join(f"{name}: {value}" for name, value in coded if value)
    return "; ".join(text for text in (*plain, *rest, named, _pairs([row.model_extra])) if text)


def _pairs(extras: Iterable[dict[str, Any] | None]) -> str:
    """Fields this version does not know, by the JPO's own names."""
    found = {key: value for extra in extras for key, value in (extra or {}).items()}
    return "; ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in found.items())
