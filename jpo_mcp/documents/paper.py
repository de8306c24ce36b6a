"""One paper of a case as we read it: its fields as printed, and its text as the office or the applicant wrote it.

`body` and `text` are somebody else's words: characters as in the file, never normalised. An underline is a mark
(`<u>…</u>`) in an amendment, where the law gives it a meaning; elsewhere it is listed in `underlined`. `<sub>`,
`<sup>` and `〔画像 name〕` are the only other marks we put in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from jpo_mcp.archive import Skipped
from jpo_mcp.codes import Code
from jpo_mcp.errors import Words
from jpo_mcp.numbers import Law

Kind = Literal[
    "refusal_notice",
    "grant",
    "refusal_decision",
    "dismissal",
    "examiner_notice",
    "opinion",
    "amendment",
    "request",
    "application",
    "other",
]
"""`request` is the form that asks for a patent (願書), `application` its description, claims, abstract and drawings."""


_KINDS: tuple[tuple[str, Kind], ...] = (
    ("A13", "refusal_notice"),
    ("A01", "grant"),
    ("A02", "refusal_decision"),
    ("A19", "dismissal"),
    ("A25", "examiner_notice"),
    ("A53", "opinion"),
    ("A51", "amendment"),
    ("A52", "amendment"),
)


def kind_of(code: str) -> Kind:
    """The family a document code belongs to: A131 and A192 by their beginnings."""
    for beginning, kind in _KINDS:
        if code.startswith(beginning):
            return kind
    return "other"


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of a file before it is read: from its name, its neighbours and its bytes."""

    law: Law
    document_number: str | None
    code: str | None
    """From the folder of a paper that the applicant filed (A523_…)."""
    images: tuple[str, ...]
    replaced: int
    notes: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in a paper. `others` counts those meant but not named (外１名)."""

    name: str
    role: Words
    code: str | None = None
    others: int = 0


@dataclass(frozen=True, slots=True)
class Amendment:
    """One amendment of a written amendment (手続補正): which part, how, and the text as amended."""

    serial: str | None
    target_code: str
    target: str
    """The part amended: decoded (`特許請求の範囲 / Claims`), or as printed."""
    item: str
    """The item amended, as printed: 全文, ０００６."""
    way: Code
    text: str
    claims: tuple[tuple[str, str], ...] = ()
    """Number and text of each claim, underlines marked."""
    underlined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing of an application (図面): its number, the image it names, and whether that is in the bundle."""

    number: str
    image: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the case file. `body` stands in `text` word for word, so places in `text` can be given."""

    kind: Kind
    law: Law
    code: str
    """The document code without the digit of the law: A131."""
    title: str
    body: str
    """The reasons, the opinion or the amendments; lines joined where the paper only ran out of width."""
    text: str
    """The whole paper."""
    document_number: str | None = None
    dispatch_number: str | None = None
    """発送番号 of this paper, for what the office sent: the last six digits of its document number."""
    answers_dispatch: str | None = None
    """発送番号 of the notice that this paper answers, for what the applicant filed."""
    application_number: str | None = None
    drafting_date: date | None = None
    """起案日, for what the office sent. It is not the day of dispatch."""
    submission_date: date | None = None
    """提出日, printed only in requests and in papers of designs and trademarks."""
    invention_title: str | None = None
    people: tuple[Person, ...] = ()
    articles: tuple[str, ...] = ()
    """適用条文 as printed, in order; may be coarser than the body."""
    before_appeal: bool | None = None
    """前置審査: reconsidered by the examiner after an appeal was filed."""
    conclusion: str = ""
    amendments: tuple[Amendment, ...] = ()
    underlined: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    replaced: int = 0
    """Places that could not be decoded, each shown as U+FFFD."""
    notes: tuple[Words, ...] = ()
    """What the reader left out of the text or found odd. Our words, never the paper's."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """All files of a bundle: those read as papers and those not."""

    papers: tuple[Paper, ...]
    skipped: tuple[Skipped, ...]
