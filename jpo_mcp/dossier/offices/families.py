"""A family as a tree of offices, from any number of any member, for one access."""

from __future__ import annotations

from collections.abc import Sequence

from jpo_mcp.dossier.inquiry import Inquiry, counting
from jpo_mcp.dossier.offices.exchange import Named, Relatives, ask_family, ending, exchange_name, is_asked
from jpo_mcp.dossier.offices.views import (
    ExchangeNumber,
    FamilyAnswer,
    MemberView,
    OfficeView,
    exchange_number,
    within,
)
from jpo_mcp.dossier.view import said
from jpo_mcp.errors import Words
from jpo_mcp.models import opd
from jpo_mcp.numbers import DocdbNumber
from jpo_mcp.numbers.types import FIVE
from jpo_mcp.upstream.client import JpoClient

MOST_CHARACTERS = 12_000
"""Room for members told in full; the next ones are named by their application number only."""
MOST_NAMED = 150
MOST_NUMBERS = 12

UNPROVED = Words(
    "dates as the exchange gives them (a national phase seems to have the international filing date); "
    "an office that is absent proves nothing",
    "日付は交換データのまま（国内移行は国際出願日と思われる）。記載のない庁に出願がない証明ではありません。",
)
_NOT_MARKED = Words("the number asked for is not among the numbers listed", "指定の番号は一覧の番号の中にありません。")


async def read_family(client: JpoClient, text: str, *, max_age: float | None, this_year: int) -> FamilyAnswer:
    """The family of any number of any of its members.

    Costs one access, none when kept; one domestic one more for a Japanese patent or a PCT number. Raises an
    `InputError` before anything is spent, or what the pipeline raises for the family itself.
    """
    inquiry = Inquiry(client, max_age, client.deadline())
    with counting(inquiry):
        named = await exchange_name(inquiry, text, this_year=this_year)
        return _answer(inquiry, named, await ask_family(inquiry, named))


def _answer(inquiry: Inquiry, named: Named, family: Relatives) -> FamilyAnswer:
    offices, left_out = _offices(family.members, named.number)
    return FamilyAnswer(
        **named.told(),
        offices=offices,
        left_out=left_out or None,
        notes=said(_notes(named, family), inquiry.lang),
        **ending(inquiry, family.answer, "family", _next(family.members)),
    )


def _offices(members: Sequence[opd.Member], asked: DocdbNumber) -> tuple[list[OfficeView], int]:
    """The five offices in their usual order, then the others as they come; and how many members are not named.

    The member asked for comes first where not all can be told in full.
    """
    ranked = sorted(range(len(members)), key=lambda place: not is_asked(members[place], asked))
    told = dict(
        zip(ranked, within((_member(members[place], asked) for place in ranked), MOST_CHARACTERS), strict=False)
    )
    named = sorted(ranked[len(told) : len(told) + MOST_NAMED])
    at = [_office(member) for member in members]
    offices = [
        OfficeView(
            office=office,
            dossier=office in FIVE,
            members=[told[place] for place in sorted(told) if at[place] == office],
            left_out=[_application(members[place]) for place in named if at[place] == office],
        )
        for office in sorted(dict.fromkeys(at), key=_rank)
    ]
    return offices, len(members) - len(told) - len(named)


def _rank(office: str) -> int:
    return FIVE.index(office) if office in FIVE else len(FIVE)


def _office(member: opd.Member) -> str:
    """Two letters, or `?`."""
    references = (member.application, *member.publications, *member.registrations)
    offices = (one.number[:2] for one in references if one and one.number)
    return next((office for office in offices if office.isascii() and office.isalpha() and office.isupper()), "?")


def _application(member: opd.Member) -> str:
    return (exchange_number(member.application, "application").docdb if member.application else None) or "?"


def _member(member: opd.Member, asked: DocdbNumber) -> MemberView:
    application = exchange_number(member.application, "application") if member.application else None
    return MemberView(
        application=application,
        publications=[exchange_number(one, "publication") for one in member.publications[:MOST_NUMBERS]],
        registrations=[exchange_number(one, "publication") for one in member.registrations[:MOST_NUMBERS]],
        numbers_left_out=max(0, len(member.publications) - MOST_NUMBERS)
        + max(0, len(member.registrations) - MOST_NUMBERS)
        or None,
        asked=is_asked(member, asked) or None,
        case_call=_case_call(application),
    )


def _case_call(application: ExchangeNumber | None) -> str | None:
    """The call that reads a Japanese member's case."""
    if application is None or not (application.docdb or "").startswith("JP.") or application.human is None:
        return None
    number = application.human
    return f'jpo_get_case(number="{number}"), 1 access' if number.startswith("特願") else None


def _notes(named: Named, family: Relatives) -> list[Words]:
    notes = [UNPROVED]
    if why := family.instead_of_list:
        notes.append(
            Words(f"from the endpoint family, since family_list: {why.en}", f"family_list（{why.ja}）の代わりに family")
        )
    if not any(is_asked(member, named.number) for member in family.members):
        notes.append(_NOT_MARKED)
    return notes


def _next(members: Sequence[opd.Member]) -> Words:
    if any(_office(member) in FIVE for member in members):
        return Words(
            "jpo_get_dossier lists the papers of a member by its docdb number (1 access)",
            "jpo_get_dossier に docdb を渡すとその出願の書類一覧（1アクセス）",
        )
    return Words("none of the five offices has a dossier of it", "五庁に書類はありません。")
