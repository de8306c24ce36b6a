"""One question about a case: its number made an application, what was asked of the JPO for it, and what that cost."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from jpo_mcp import numbers
from jpo_mcp.dossier.view import number_view, provenance
from jpo_mcp.endpoints import Endpoint, endpoint
from jpo_mcp.errors import JpoError, Lang, NotOnFile, Words
from jpo_mcp.models import common
from jpo_mcp.numbers import (
    ApplicationNumber,
    CaseNumber,
    InternationalApplication,
    InternationalPublication,
    PublicationNumber,
    RegistrationNumber,
    ServedNumber,
)
from jpo_mcp.upstream.answer import Answer
from jpo_mcp.upstream.client import JpoClient

M = TypeVar("M")


@dataclass(slots=True)
class Inquiry:
    """Everything one tool call asks: until when, how old an answer may be, and what it has cost so far."""

    client: JpoClient
    max_age: float | None
    deadline: float
    cost: int = 0
    remaining: dict[str, int] = field(default_factory=dict[str, int])
    as_of: dict[str, str] = field(default_factory=dict[str, str])
    unread: list[str] = field(default_factory=list[str])

    @property
    def lang(self) -> Lang:
        return self.client.settings.lang

    async def ask(self, part: str, row: Endpoint[M], *arguments: str, is_final: bool = False) -> Answer[M]:
        """An answer that has found something; its cost is counted and its age noted under `part`.

        A final fact, such as which application a registration belongs to, is not asked again for `max_age`.
        """
        max_age = None if is_final else self.max_age
        answer = await self.client.get(row, *arguments, max_age=max_age, deadline=self.deadline)
        told = provenance(answer, self.lang)
        self.remaining |= told["remaining_today"] or {}
        answer.found()  # a failure carries its own cost
        self.cost += answer.cost
        self.unread += unread_fields(answer)
        because = f": {told['stale_because']}" if told["stale_because"] else ""
        self.as_of[part] = f"{told['source']} {told['as_of']}{because}"
        return answer


def unread_fields(answer: Answer[Any]) -> list[str]:
    """What the JPO sent and this version has no field for, by endpoint and field."""
    record = answer.data
    names = record.unknown_fields() if isinstance(record, common.Record) else ()
    return [f"{answer.endpoint.name}: {name}" for name in names]


@contextmanager
def counting(inquiry: Inquiry) -> Generator[None]:
    """Whatever fails inside tells what the whole inquiry has cost."""
    try:
        yield
    except JpoError as failure:
        failure.spent += inquiry.cost
        raise


def interpretation(asked: CaseNumber, application: ApplicationNumber, lang: Lang) -> dict[str, Any]:
    """How the number was read, what else it could be, and by which number the case was found."""
    return {
        "interpreted_as": asked.interpreted_as.say(lang) if asked.interpreted_as else None,
        "other_readings": [number_view(other.number, other.note.say(lang)) for other in asked.others],
        "resolved_from": None if asked.number == application else number_view(asked.number),
    }


async def resolve(inquiry: Inquiry, number: ServedNumber) -> ApplicationNumber:
    """The application behind a number: itself, or one cross-reference away (kept 90 days)."""
    if isinstance(number, ApplicationNumber):
        return number
    row, arguments = cross_reference(number)
    record = (await inquiry.ask("number", row, *arguments, is_final=True)).found()
    digits = getattr(record, "application_number", None)
    application = numbers.application_from_api(number.law, digits) if digits else None
    if application is None:
        raise NotOnFile(
            Words(
                f"the JPO names no application for {number.human}",
                f"{number.human} に対応する出願番号がありません。",
            ),
            Words("ask by the application number", "出願番号でお試しください。"),
        )
    return application


def cross_reference(number: ServedNumber) -> tuple[Endpoint[Any], tuple[str, str]]:
    """The row and arguments that turn this number into the other numbers of its case."""
    match number:
        case InternationalApplication():
            return endpoint("patent", "pct_national_phase_application_number"), (
                "international_application",
                number.api,
            )
        case InternationalPublication():
            return endpoint("patent", "pct_national_phase_application_number"), (
                "international_publication",
                number.api,
            )
        case PublicationNumber():
            return endpoint("patent", "case_number_reference"), ("publication", number.api)
        case RegistrationNumber():
            return endpoint(number.law, "case_number_reference"), ("registration", number.api)
        case ApplicationNumber():
            return endpoint(number.law, "case_number_reference"), ("application", number.api)
