"""What is written down about a fictional case: its parties, dates, numbers and papers, each fact once.

Every answer of the sandbox is derived from these records (`register.py`, `papers.py`). Dates are `YYYYMMDD`,
numbers are in the form that the API takes, and an absent fact is an empty string, as in the API itself. Some
lie in the future: a case is written down to its end, and `seen.py` shows it up to a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from jpo_mcp.endpoints import Law

LAW_DIGIT: dict[Law, str] = {"patent": "1", "design": "3", "trademark": "4"}
"""The law as the JPO writes it inside numbers and codes."""

REGISTER_SIDE = "99999999999"
UNNUMBERED = "BBBBBBBBBBB"
NO_BODY = " "


@dataclass(frozen=True, slots=True)
class Party:
    """An applicant, a right holder or an agent, by code and exact name."""

    code: str
    name: str


# What a paper says. Only papers with one of these bodies are served in a bundle.


@dataclass(frozen=True, slots=True)
class Literature:
    """A cited patent document: 特開 of a Gregorian year, or 特表 where the serial is 500001 or more."""

    year: int
    serial: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """A cited document that is no patent."""

    author: str
    title: str
    journal: str
    publisher: str
    issued: str
    issue: str
    pages: str
    country: str = "JP"


@dataclass(frozen=True, slots=True)
class Block:
    """Claims against citations, as the examiner groups them; both in the printed form."""

    claims: str
    citations: str
    remarks: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One numbered ground."""

    article: str
    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice of reasons for refusal (patent).

    `text` is its body word for word, where it is not printed from `reasons`; `articles` then is the 適用条文. Its
    marks are those of the XML: `<u>`, `<sub>`, `<sup>`.
    """

    reasons: tuple[Reason, ...] = ()
    text: str = ""
    articles: tuple[str, ...] = ()
    cited: tuple[Literature | Article, ...] = ()
    searched: tuple[str, ...] = ()
    recorded: tuple[Literature, ...] = ()
    period: str = "６０日"
    final: bool = False
    unusual_citation_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A decision to grant (patent)."""

    claims: int
    index: str
    references: tuple[Literature, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A decision of refusal (patent); `notice` is the drafting date of the notice it rests on.

    `text` is its body word for word, where it is not printed from `reasons`; `numbers` then are those of the reasons
    that remain, as printed (none where there was one reason only).
    """

    notice: str
    reasons: tuple[Reason, ...] = ()
    text: str = ""
    numbers: str = ""
    answered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissal:
    """A decision to dismiss an amendment (patent); `amendment` is the date it was filed."""

    amendment: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A written opinion; `answers` is the document number of the notice."""

    answers: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A written amendment (patent). `{` and `}` stand around what is underlined as amended.

    A paragraph of the description without text is deleted; one named in `added` is new, the others are changed.
    """

    answers: str = ""
    claims: tuple[str, ...] = ()
    title: str = ""
    description: tuple[tuple[str, str], ...] = ()
    added: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A paper of a design or a trademark, which is plain text: `provisions` is the 適用条文 line of a mark."""

    title: str
    paragraphs: tuple[str, ...]
    provisions: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """An image inside an application: a figure, a table or a formula; `mm` is its height and width as printed."""

    kind: Literal["figure", "table", "formula"] = "figure"
    mm: tuple[int, int] = (90, 120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application as filed (patent), or its translation into Japanese (`translated`).

    `description` has the paragraphs under the name of each section's element; they are numbered throughout. `{1}` in a
    paragraph stands for the first of `images`, whose files lie beside the paper in the same order.
    """

    description: tuple[tuple[str, tuple[str, ...]], ...]
    claims: tuple[str, ...]
    abstract: str
    images: tuple[Drawn, ...] = ()
    inventors: tuple[str, ...] = ()
    translated: bool = False


Body = Notice | Grant | Refusal | Dismissal | Opinion | Amendment | Application | Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One row of the list of papers, or several where a document has several parts.

    `date` is the day of dispatch or receipt, `drafted` the day printed inside a paper of the office. `images` has
    the size in bytes of each image file that lies beside it in a bundle.
    """

    date: str
    code: str
    title: str
    number: str
    parts: str = "S"
    drafted: str = ""
    body: Body | None = None
    images: tuple[int, ...] = ()
    ib: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An appeal (不服), an opposition (異議) or a trial, with its own number and papers."""

    number: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What the register says from its day on; a fact left out stays as it was. `renewed` is of marks only."""

    date: str
    paid_years: int | None = None
    erased: str | None = None
    holders: tuple[Party, ...] | None = None
    renewed: int | None = None

    def facts(self) -> dict[str, Any]:
        """The facts that change, by the names of the case's own fields."""
        names = ("paid_years", "erased", "holders", "renewed")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """One priority claim: `country` and `number` for Paris, `national` for a domestic application."""

    date: str
    country: str = ""
    number: str = ""
    national: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class International:
    """The PCT half of a national-phase case."""

    application: str
    publication: str
    published: str


# What the five offices exchange: numbers in DOCDB form, days as `2013-11-19`.


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePaper:
    """A paper at another office. `original` is its title in the office's language, "" where that is English.

    A page is its text, or None where it is a scan. `twin` and `translation` are the id and the pages of the machine
    translation.
    """

    date: str
    group: str
    id: str
    title: str
    pages: tuple[str | None, ...]
    original: str = ""
    twin: str = ""
    translation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A document cited in a paper drafted on `date`: a DOCDB number, or the text of one that is no patent document."""

    date: str
    where: str
    number: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What the exchange tells of one application. Title and applicants are in English.

    `own` are scheme and symbol of the office's own classes. Papers and citations of a Japanese application come from
    its case; `english` has the machine translations of its papers, by the number and the English title of each.
    """

    title: str = ""
    applicants: tuple[str, ...] = ()
    ipcs: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()
    papers: tuple[OfficePaper, ...] = ()
    cited: tuple[Cited, ...] = ()
    english: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A foreign member of the family."""

    office: str
    application: str
    filed: str
    publication: str = ""
    published: str = ""
    grant: str = ""
    granted: str = ""
    dossier: Dossier = Dossier()


@dataclass(frozen=True, slots=True)
class Goods:
    """One class of a trademark; similar group codes are separated by a space."""

    number: str
    names: str
    similar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case under one law. `life` says in a sentence why it is worth showing.

    `registered` with `paid_years` gives the next payment; `erased` is the erasure code, shown once the case
    is registered; `bookings`, in the order of their days, change these and the holders afterwards; `parent` is
    the application it was divided from.
    """

    law: Law
    number: str
    life: str
    title: str
    applicants: tuple[Party, ...]
    filed: str
    papers: tuple[Paper, ...]
    agents: tuple[Party, ...] = ()
    holders: tuple[Party, ...] = ()
    published: str = ""
    registration: str = ""
    registered: str = ""
    paid_years: int = 3
    erased: str = "00"
    priorities: tuple[Priority, ...] = ()
    parent: str = ""
    register_papers: tuple[Paper, ...] = ()
    bookings: tuple[Booking, ...] = ()
    trials: tuple[Trial, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatentCase(Case):
    """A patent application. `publication` and `national_publication` are 10 digits (特開, 特表)."""

    law: Law = "patent"
    publication: str = ""
    national_publication: str = ""
    international: International | None = None
    family: tuple[Member, ...] = ()
    dossier: Dossier = Dossier()


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignCase(Case):
    """A design application; `principal` is the 本意匠 of a related design."""

    law: Law = "design"
    design_class: str = ""
    principal: str = ""
    international_registration: str = ""
    design_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrademarkCase(Case):
    """A trademark application; `renewed` counts the renewals of ten years."""

    law: Law = "trademark"
    readings: tuple[str, ...] = ()
    vienna: tuple[str, ...] = ()
    goods: tuple[Goods, ...] = ()
    renewed: int = 0


# Papers as each kind of sender numbers them.


def mailed(
    law: Law,
    date: str,
    *,
    drafted: str,
    code: str,
    title: str,
    serial: int,
    body: Body | None = None,
    images: tuple[int, ...] = (),
) -> Paper:
    """A paper of the examiner: `06`, the law, the year and the dispatch number (the last six digits)."""
    number = f"06{LAW_DIGIT[law]}{date[2:4]}{serial:06d}"
    part = "K" if law == "patent" else "S"
    return Paper(
        date=date, drafted=drafted, code=code, title=title, number=number, parts=part, body=body, images=images
    )


def filed(
    date: str,
    code: str,
    title: str,
    serial: int,
    body: Body | None = None,
    *,
    parts: str = "S",
    images: tuple[int, ...] = (),
) -> Paper:
    """A paper filed online: `5`, the year and eight digits."""
    number = f"5{date[2:4]}{serial:08d}"
    return Paper(date=date, code=code, title=title, number=number, parts=parts, body=body, images=images)


def internal(date: str, code: str, title: str, serial: int) -> Paper:
    """A report inside the office."""
    return Paper(date=date, code=code, title=title, number=f"968{date[2:4]}{serial:06d}", parts="C")


def appeal_board(date: str, code: str, title: str, serial: int, *, law: Law = "patent", parts: str = NO_BODY) -> Paper:
    """A paper of the boards."""
    return Paper(date=date, code=code, title=title, number=f"07{LAW_DIGIT[law]}{date[2:4]}{serial:06d}", parts=parts)


def from_ib(date: str, code: str, title: str, serial: int) -> Paper:
    """A paper of the International Bureau."""
    return Paper(date=date, code=code, title=title, number=f"5{date[2:4]}{serial:08d}", parts="N", ib=True)


def noted(date: str, code: str, title: str, *, number: str = UNNUMBERED, drafted: str = "") -> Paper:
    """A row without a body, such as a payment."""
    return Paper(date=date, drafted=drafted, code=code, title=title, number=number, parts=NO_BODY)


def on_register(date: str, code: str, title: str) -> Paper:
    """A row of the register's side."""
    return noted(date, code, title, number=REGISTER_SIDE)
