"""The tools: each a question a professional asks, each a plain function over the dossier layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from jpo_mcp.clock import jst_date
from jpo_mcp.dossier.case import Section, read_case
from jpo_mcp.dossier.lookup import find_applicant, parse_number, quota
from jpo_mcp.dossier.view import ApplicantAnswer, CaseAnswer, NumberAnswer, QuotaAnswer
from jpo_mcp.numbers import Law
from jpo_mcp.server.rim import TeachingTool, tool
from jpo_mcp.upstream.client import JpoClient

NumberText = Annotated[
    str,
    Field(
        coerce_numbers_to_str=True,
        description="As written: 特願2020-123456, 特許第7533889号, 商標登録第…号, PCT/JP2019/011858, JP2021-090037A …",
    ),
]
LawName = Annotated[Law | None, Field(description="Only where the notation does not say it")]
MaxAge = Annotated[
    float | None,
    Field(ge=0, le=7_776_000, description="Seconds a kept answer may be old; 0 asks the JPO again"),
]


def build_tools(client: JpoClient) -> Sequence[TeachingTool]:
    """All tools, bound to one client, in a fixed order."""
    lang = client.settings.lang

    def this_year() -> int:
        return jst_date(client.clock.now()).year

    async def jpo_parse_number(number: NumberText, law: LawName = None, lookup: bool = False) -> NumberAnswer:
        """Tells what a patent, design or trademark number is, in any notation: its kind, law and normal forms, and
        every reading when it is ambiguous. Free; `lookup` adds the case's other numbers (1 access)."""
        return await parse_number(client, number, law=law, cross_reference=lookup, this_year=this_year())

    async def jpo_get_case(
        number: NumberText,
        law: LawName = None,
        sections: Annotated[
            list[Section],
            Field(
                max_length=5, description="registration, citations, link: 1 access each; priority, divisionals: free"
            ),
        ] = [],  # noqa: B006 - never changed; a schema shows it
        max_age: MaxAge = None,
    ) -> CaseAnswer:
        """Gives one Japanese patent, design or trademark case: title, applicants, dates, numbers, and every paper
        (office actions, answers, decisions) decoded, in date order. 1 access, 0 when kept; a publication, registration
        or PCT number costs 1 more. Not a keyword search; does not read the papers' text."""
        return await read_case(client, number, law=law, sections=sections, max_age=max_age, this_year=this_year())

    async def jpo_find_applicant(
        applicant: Annotated[
            str,
            Field(
                coerce_numbers_to_str=True,
                description="Exact registered name (widths and spaces count), or a 9-digit applicant code",
            ),
        ],
        law: Literal["patent", "design", "trademark"] = "patent",
    ) -> ApplicantAnswer:
        """Turns an exact applicant or agent name into its JPO codes, or a code into the name. 1 access. It is an
        exact match, not a search, and does not list filings."""
        return await find_applicant(client, applicant, law=law)

    async def jpo_quota() -> QuotaAnswer:
        """Shows today's JPO accesses left per endpoint, the minute's free places and the reset time. Free."""
        return await quota(client)

    return (
        tool(
            jpo_parse_number,
            title="Read a JPO number 番号の解読",
            lang=lang,
            answer=NumberAnswer,
            examples={"number": '"特許第7533889号"'},
        ),
        tool(
            jpo_get_case,
            title="Get a JPO case 経過情報",
            lang=lang,
            answer=CaseAnswer,
            examples={"number": '"特願2020-123456"', "sections": '["registration"]', "max_age": "0"},
        ),
        tool(
            jpo_find_applicant,
            title="Find a JPO applicant 申請人",
            lang=lang,
            answer=ApplicantAnswer,
            examples={"applicant": '"000003207"'},
        ),
        tool(jpo_quota, title="JPO quota 残りアクセス数", lang=lang, answer=QuotaAnswer, examples={}),
    )
