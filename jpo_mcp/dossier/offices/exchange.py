"""Which number of the five offices' exchange a notation means, and the family it stands in.

The exchange (OPD) takes numbers in DOCDB form only, and its dossiers only application numbers. What the notation gives
is used as it is; the kind code of a Japanese patent and the Japanese application of a PCT number are one domestic
cross-reference away, which is kept for long; the application of a publication stands in its family.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from jpo_mcp import numbers
from jpo_mcp.dossier.inquiry import Inquiry, interpretation, resolve
from jpo_mcp.dossier.kept import kept_header
from jpo_mcp.dossier.offices.views import docdb_view, unread_fields
from jpo_mcp.dossier.view import NumberView, provenance
from jpo_mcp.endpoints import Endpoint, endpoint
from jpo_mcp.errors import InputError, JpoError, NotOnFile, QuotaSpent, UnsupportedNumber, Words
from jpo_mcp.models import common, opd
from jpo_mcp.numbers import ApplicationNumber, CaseNumber, DocdbNumber, DocdbType, PublicationNumber
from jpo_mcp.numbers.types import FIVE
from jpo_mcp.upstream.answer import Answer

FAMILY_LIST: Endpoint[opd.FamilyList] = endpoint("patent", "family_list", opd.FamilyList)
FAMILY: Endpoint[opd.Family] = endpoint("patent", "family", opd.Family)
PAPERS: Endpoint[opd.DocumentList] = endpoint("patent", "global_doc_list", opd.DocumentList)
CITATIONS: Endpoint[opd.CitationsAndClasses] = endpoint("patent", "global_cite_class", opd.CitationsAndClasses)
PDF: Endpoint[bytes] = endpoint("patent", "global_doc_cont", bytes)
ZIP: Endpoint[bytes] = endpoint("patent", "jp_doc_cont", bytes)
"""The structured text of Japanese originals; everything else is served as PDF."""
PAPER_ID = PDF.parameters[-1].pattern


@dataclass(frozen=True, slots=True)
class Named:
    """The number that the exchange is asked by, and how it was read from the notation."""

    number: DocdbNumber
    interpreted_as: str | None = None
    other_readings: tuple[NumberView, ...] = ()
    resolved_from: NumberView | None = None

    def told(self) -> dict[str, Any]:
        """The fields of an answer that say so."""
        return {
            "number": docdb_view(self.number),
            "interpreted_as": self.interpreted_as,
            "other_readings": list(self.other_readings),
            "resolved_from": self.resolved_from,
        }


@dataclass(frozen=True, slots=True)
class Relatives:
    """The members of a family as the exchange lists them; `instead_of_list` says why not in the cheaper list."""

    answer: Answer[Any]
    members: tuple[opd.Member, ...]
    instead_of_list: Words | None = None


@dataclass(frozen=True, slots=True)
class Asked(Named):
    """A `Named` whose number is an application's: a member of the exchange. `family` where it had to be asked."""

    family: Relatives | None = None

    @property
    def application(self) -> DocdbNumber:
        """The application, as the dossiers take it."""
        return self.number


async def member_number(inquiry: Inquiry, text: str, *, this_year: int) -> Asked:
    """The application that a notation of any of its numbers means.

    Costs nothing for an application, one access (its family, kept for the day) for a publication or a foreign patent,
    one domestic one (kept 90 days) for a Japanese patent or a PCT number. Raises an `InputError` before anything is
    spent where the notation does not say enough, `NotOnFile` where no single application carries the number.
    """
    named = await exchange_name(inquiry, text, this_year=this_year)
    if named.number.type == "application":
        if named.number.office not in FIVE:
            raise _no_dossier(named.number)
        return Asked(named.number, named.interpreted_as, named.other_readings, named.resolved_from)
    family = await ask_family(inquiry, named)
    application = _the_one(named.number, family.members)
    origin = named.resolved_from or docdb_view(named.number)
    return Asked(application, named.interpreted_as, named.other_readings, origin, family)


# ── from a notation to a number of the exchange ───────────────────────────────────────────────


async def exchange_name(inquiry: Inquiry, text: str, *, this_year: int) -> Named:
    """The number that the family is asked by: one domestic access where it takes a cross-reference, else none."""
    read = _read(text, this_year)
    if isinstance(read, DocdbNumber):
        return _as_it_is(read, inquiry)
    application = await _domestic(inquiry, read)
    told = interpretation(read, application, inquiry.lang)
    other_readings = tuple(told.pop("other_readings"))
    return Named(numbers.docdb(application.human), other_readings=other_readings, **told)


def _read(text: str, this_year: int) -> DocdbNumber | CaseNumber:
    """The number of the exchange, or the domestic number that leads to it."""
    try:
        number = numbers.docdb(text, this_year=this_year)
    except InputError:
        if at_home := _at_home(text, this_year):
            return at_home
        raise
    is_international = number.office == "WO" or number.code == "W"
    as_exchanged = numbers.folded(text).upper() == str(number)
    return (_at_home(text, this_year) if is_international and not as_exchanged else None) or number


async def _domestic(inquiry: Inquiry, asked: CaseNumber) -> ApplicationNumber:
    try:
        return await resolve(inquiry, asked.number)
    except NotOnFile as nothing:
        nothing.next_step = _BY_ANOTHER
        raise


_BY_ANOTHER = Words(
    "ask by another member, or in DOCDB form (JP.7533889.B2, WO.2019181851.A1), which goes to the exchange itself",
    "同じファミリーの別の番号か、交換データにそのまま照会するDOCDB形式（JP.7533889.B2、WO.2019181851.A1）でお試しください。",
)


def _at_home(text: str, this_year: int) -> CaseNumber | None:
    """The domestic reading, where one cross-reference at most leads from it to a number of the exchange.

    Seven bare digits are a patent's here, as ten are an application's: the dossiers hold no other right.
    """
    try:
        asked = numbers.case_number(text, law="patent", this_year=this_year)
    except InputError:
        return None
    match asked.number:
        case ApplicationNumber(docdb=form):
            return asked if form else None
        case PublicationNumber():  # read by the exchange itself, or of the time before its form
            return None
        case _:
            return asked


def _as_it_is(number: DocdbNumber, inquiry: Inquiry) -> Named:
    """The number as the notation gives it; where a publication would be written alike, that is said."""
    if not number.either:
        return Named(number)
    publication = replace(number, kind="publication", either=False)
    taken = Words(
        f"taken as the application {number.human}; the same form can also be the publication {publication.human}",
        f"出願{number.human}として扱いました。同じ形式は公開{publication.human}でもあり得ます",
    )
    return Named(number, taken.say(inquiry.lang), (docdb_view(publication),))


def _no_dossier(number: DocdbNumber) -> UnsupportedNumber:
    return UnsupportedNumber(
        Words(
            f"{number.human}: only the five offices ({', '.join(FIVE)}) have dossiers",
            f"{number.human}：書類があるのは五庁（{'・'.join(FIVE)}）のみです。",
        ),
        Words(
            "jpo_get_family lists the members at the five offices",
            "jpo_get_family で五庁のファミリーを確認してください。",
        ),
        rule=Words("an application at one of the five offices", "五庁いずれかへの出願"),
        example="特願2020-123456, EP15123456.4",
        field="number",
    )


# ── the family ────────────────────────────────────────────────────────────────────────────────


async def ask_family(inquiry: Inquiry, named: Named) -> Relatives:
    """The family of a number: one access, none when kept.

    The list allows three times as many a day as the tree and has more dates, so it goes first; the tree is asked
    where the list's day is spent or the list is empty.
    """
    try:
        return await _relatives(inquiry, named.number)
    except NotOnFile as nothing:
        nothing.next_step = _what_else(named)
        raise


async def _relatives(inquiry: Inquiry, number: DocdbNumber) -> Relatives:
    try:
        listed = await inquiry.ask("family", FAMILY_LIST, number.type, str(number))
        if members := listed.found().members:
            return Relatives(listed, members)
        why = Words("it listed nothing", "一覧が空のため")
    except QuotaSpent as spent:
        inquiry.cost += spent.spent
        why = spent.what
    tree = await inquiry.ask("family", FAMILY, number.type, str(number))
    return Relatives(tree, tree.found().members, why)


async def ask_papers(inquiry: Inquiry, asked: Asked) -> Answer[opd.DocumentList]:
    """The list of an application's papers: one access, none when kept."""
    try:
        return await inquiry.ask("papers", PAPERS, str(asked.application))
    except NotOnFile as nothing:
        nothing.next_step = _what_else(asked)
        raise


def _what_else(named: Named) -> Words:
    """What a number that nobody knows may have been."""
    if named.number.either and named.other_readings:
        other = named.other_readings[0].human
        return Words(
            f"if it is a publication, write {other}; nothing here proves that it does not exist",
            f"公開番号の場合は {other} と書いてください。不存在の証明ではありません。",
        )
    return Words(
        "check the number; the family of another member (jpo_get_family) lists it as the exchange has it; this never "
        "proves that it does not exist",
        "番号を確認してください。同じファミリーの別の番号で jpo_get_family を呼ぶと一覧に載ります。"
        "不存在の証明ではありません。",
    )


def numbers_of(member: opd.Member) -> Iterator[tuple[DocdbType, str]]:
    """Every number of a member with its type."""
    if member.application and member.application.number:
        yield "application", member.application.number
    for one in (*member.publications, *member.registrations):
        if one.number:
            yield "publication", one.number


def is_asked(member: opd.Member, number: DocdbNumber) -> bool:
    """Whether a number is one of this member's."""
    return (number.type, str(number)) in numbers_of(member)


def _the_one(number: DocdbNumber, members: tuple[opd.Member, ...]) -> DocdbNumber:
    """The application that carries a publication or patent."""
    carriers = {m.application.number for m in members if m.application and is_asked(m, number)}
    found = [read for text in sorted(filter(None, carriers)) if (read := _application(text))]
    if len(found) != 1:
        raise _no_single(number, members)
    return found[0]


def _application(text: str) -> DocdbNumber | None:
    """An application number of the exchange at an office that has dossiers."""
    try:
        number = numbers.docdb(text, kind="application")
    except InputError:
        return None
    return number if number.type == "application" and number.office in FIVE else None


_MOST_NAMED = 6


def _no_single(number: DocdbNumber, members: tuple[opd.Member, ...]) -> NotOnFile:
    applications = (m.application.number or "" for m in members if m.application)
    known = [found.human for found in map(_application, applications) if found]
    named = ", ".join(known[:_MOST_NAMED]) + (" …" if len(known) > _MOST_NAMED else "") if known else "-"
    return NotOnFile(
        Words(
            f"the family of {number.human} does not tell which one application carries it",
            f"{number.human} がどの出願のものか、ファミリー情報からは一つに定まりません。",
        ),
        Words("ask by one of those applications", "上記の出願番号でお試しください。")
        if known
        else Words("ask by the application number", "出願番号でお試しください。"),
        rule=Words(f"its applications are {named}", f"出願：{named}"),
        field="number",
    )


# ── the case at home ──────────────────────────────────────────────────────────────────────────


async def kept_progress(inquiry: Inquiry, application: str) -> Answer[common.Progress] | None:
    """The domestic progress of a Japanese application (`JP.2015500001.A`), if it is kept; nothing is asked for it."""
    office, digits, _ = application.split(".")
    number = numbers.application_from_api("patent", digits) if office == "JP" else None
    return await kept_header(inquiry.client, number) if number else None


def is_fresh(kept: Answer[Any] | None) -> bool:
    """Whether there is an answer that asking again would serve for nothing."""
    return kept is not None and kept.data is not None and kept.source != "stale"


# ── what every answer says ────────────────────────────────────────────────────────────────────


def ending(inquiry: Inquiry, answer: Answer[Any], part: str, following: Words) -> dict[str, Any]:
    """How old the answer and its other parts are, what was not read in them, what all of it cost, what comes next."""
    told = provenance(answer, inquiry.lang)
    told.update(cost=inquiry.cost, remaining_today=inquiry.remaining or None)
    return {
        **told,
        "sections_as_of": {other: age for other, age in inquiry.as_of.items() if other != part},
        "unread_fields": unread_fields(inquiry.unread),
        "next": following.say(inquiry.lang),
    }


def failed(failure: JpoError, inquiry: Inquiry) -> str:
    """Why a part of an answer is missing, in a line; what it cost is counted."""
    inquiry.cost += failure.spent
    return failure.brief(inquiry.lang)
