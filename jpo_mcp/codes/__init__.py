"""What the JPO's codes mean, in Japanese and English, each with how sure we are.

The tables are incomplete, because the JPO does not publish all of them with the API. So a code outside its
table is never an error and never guessed: it comes back raw and marked. `tables.json` and `documents.json`
say where every table came from; they are read on the first lookup, not at import.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from jpo_mcp.numbers import Law

Table = Literal[
    "status",
    "number_type",
    "party_role",
    "document_part",
    "availability",
    "ib_document",
    "document_number",
    "law",
    "erasure",
    "era",
    "citation_type",
    "cited_office",
    "dossier_group",
    "dispatch_prefix",
    "amendment_way",
    "amended_part",
]
Actor = Literal["applicant", "office", "third_party", "applicant_or_third_party", "ib"]

_LAW_DIGIT: dict[str, str] = {"patent": "1", "design": "3", "trademark": "4"}
NOT_IN_TABLE = "コード表にない値 / not in the code table"


@dataclass(frozen=True, slots=True)
class Code:
    """One code with its meaning. `confidence` is that of the table: official, recorded, transcribed, inferred,
    by_analogy, reported, unverified (the title is not confirmed); or unknown where the table lacks the code."""

    code: str
    ja: str | None
    en: str | None
    known: bool
    confidence: str

    @property
    def label(self) -> str:
        """`拒絶理由通知書 / Notice of reasons for refusal`, or the raw code marked as unknown."""
        if self.known:
            return f"{self.ja or self.code + '（標題未確認）'} / {self.en}"
        shown = f"{self.ja} {self.code}" if self.ja else self.code
        return f"{shown} ({NOT_IN_TABLE})".strip()


@dataclass(frozen=True, slots=True)
class DocumentCode(Code):
    """A kind of paper: at what stage it occurs and who makes it (None where we do not know)."""

    stage: str | None
    actor: Actor | None


def decode(table: Table, code: str | None) -> Code:
    """The meaning of a code; one outside the table is returned raw, with `known` false."""
    raw = code or ""
    whole = _tables()[table]
    entry = whole["values"].get(raw)
    if entry is None:
        return Code(raw, None, None, known=False, confidence="unknown")
    return Code(raw, entry["ja"], entry["en"], known=True, confidence=whole["confidence"])


def document(law: Law, code: str | None, description: str | None = None) -> DocumentCode:
    """The kind of paper behind a document code. `description`, the JPO's own title, wins over the table's.

    A code of another law counts only where the JPO's title is the same there, since A632 is one thing for
    patents and another for trademarks.
    """
    raw = code or ""
    entry = _own(law, raw)
    if entry is not None:
        return _document(raw, entry, description, entry["confidence"])
    for other in _LAW_DIGIT:
        entry = _own(other, raw)
        if entry is not None and description and entry["ja"] == description:
            return _document(raw, entry, description, "by_analogy")
    return DocumentCode(raw, description, None, known=False, confidence="unknown", stage=None, actor=None)


def _own(law: str, code: str) -> dict[str, Any] | None:
    """The entry of the code, or of the code without the law's digit (A1523 is A523 in the API)."""
    documents = _documents()
    found = documents.get((law, code))
    if found is None and code[1:2] == _LAW_DIGIT[law]:
        return documents.get((law, code[0] + code[2:]))
    return found


def _document(code: str, entry: dict[str, Any], description: str | None, confidence: str) -> DocumentCode:
    ja = description or entry["ja"]
    return DocumentCode(code, ja, entry["en"], True, confidence, stage=entry["stage"], actor=entry["actor"])


def _load(name: str) -> Any:
    return json.loads(files(__name__).joinpath(name).read_text("utf-8"))


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return _load("tables.json")


@cache
def _documents() -> dict[tuple[str, str], dict[str, Any]]:
    return {(law, entry["code"]): entry for entry in _load("documents.json")["documents"] for law in entry["laws"]}
