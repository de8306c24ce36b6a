"""The files of a bundle to papers, whatever somebody put into it: what cannot be read is said, never dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from jpo_mcp.archive import Member, Skipped, members
from jpo_mcp.documents.application import read_application, read_request
from jpo_mcp.documents.filings import read_filing
from jpo_mcp.documents.htm import read_htm
from jpo_mcp.documents.notices import read_notice
from jpo_mcp.documents.paper import Bundle, Origin, Paper
from jpo_mcp.documents.xml import decode
from jpo_mcp.errors import Words
from jpo_mcp.markup import Unreadable, hidden_note, parse
from jpo_mcp.numbers import Law

_FILED = re.compile(r"(?:\A|/)(A[0-9]{2,6})_([0-9]{11})/[^/]*\Z")
_SENT = re.compile(r"(?:\A|/)([0-9]{11})(?:-jpntce\.xml|P\.HTM)\Z", re.IGNORECASE)
_IMAGE = re.compile(r"\.(?:tiff?|jpe?g|gif|png|bmp)\Z", re.IGNORECASE)
_READERS = {"pat-rspns": read_filing, "pat-amnd": read_filing, "pat-app-doc": read_request}
"""By the root around a paper of the applicant; any other root is read as one around a notice."""
_ROOTS = ("notice-pat-exam", *_READERS)


def read_bundle(data: bytes, law: Law) -> Bundle:
    """Every file of a bundle, read as a paper or skipped with the reason; raises UnreadableBundle."""
    found, skipped = members(data)
    papers: list[Paper] = []
    for member in found:
        try:
            papers.append(_read(member, law, found))
        except Unreadable as e:
            skipped += (Skipped(member.name, e.reason),)
    return Bundle(tuple(papers), skipped)


def _read(member: Member, law: Law, beside: Iterable[Member]) -> Paper:
    if _IMAGE.search(member.name):
        raise Unreadable(Words("an image; its name is listed in its paper", "画像のため、名前だけを書類に示しました"))
    if not re.search(r"\.(?:xml|html?)\Z", member.name, re.IGNORECASE):
        raise Unreadable(Words("not a kind of file that holds a paper", "書類を収めるファイルの種類ではありません"))
    text, replaced, notes = decode(member.data)
    filed, sent = _FILED.search(member.name), _SENT.search(member.name)
    number = filed[2] if filed else sent[1] if sent else None
    origin = Origin(law, number, filed[1] if filed else None, _images(member, number, beside), replaced, notes)
    if not member.name.lower().endswith(".xml"):
        return read_htm(text, origin)
    root, hidden = parse(text, ending="-rn")
    origin = replace(origin, notes=notes + hidden_note(hidden))
    if root.name == "application-body":
        return read_application(root, origin)
    inside = list(root.elements())
    paper = inside[0] if root.name in _ROOTS and len(inside) == 1 else root
    return _READERS.get(root.name, read_notice)(paper, origin)


def _images(member: Member, number: str | None, beside: Iterable[Member]) -> tuple[str, ...]:
    """Image files in the folder of the paper, or named by its document number; beside it where it has neither."""
    folder, _, _ = member.name.rpartition("/")
    own = f"{folder}/" if folder else number
    names = [other.name for other in beside if (other.name.startswith(own) if own else "/" not in other.name)]
    return tuple(name.rpartition("/")[2] for name in names if _IMAGE.search(name))
