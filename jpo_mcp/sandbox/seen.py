"""A case as the JPO shows it on one day. An act of a day is in the data from the next day in Japan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

from jpo_mcp.endpoints import Law
from jpo_mcp.sandbox.life import Case, DesignCase, Dossier, Member, Paper, PatentCase, Trial, on_register

C = TypeVar("C", bound=Case)

_CERTIFICATE_AFTER = timedelta(days=14)
_REGISTER_TITLES: dict[Law, tuple[str, str]] = {
    "patent": ("特許料納付書", "特許証"),
    "design": ("設定納付書", "登録証"),
    "trademark": ("商標登録料納付書", "登録証"),
}
"""What the register calls the first payment and the certificate."""


def seen_on(case: C, day: date) -> C | None:
    """What the JPO shows of the case on that day, the register's side of its papers made whole; None before it
    is in the data."""
    today = f"{day:%Y%m%d}"
    if not "" < _entered(case) < today:
        return None
    shown = replace(
        case,
        papers=_before(today, case.papers),
        trials=tuple(_trials(today, case.trials)),
        **_registered(case, today),
    )
    if isinstance(shown, PatentCase):
        shown = replace(shown, family=tuple(_abroad(day, shown.family)))
    return replace(shown, register_papers=_before(today, _register_side(shown)))


def _entered(case: Case) -> str:
    """The act that brings a case into the data, "" where there is none: its first publication, be it of the application
    or of the right (a right published first leaves no application to publish, Patent Act 64(1)). An application from
    the PCT in Japanese was published before it entered Japan. When a pending design enters is not known; here it is
    with its filing."""
    if isinstance(case, DesignCase):
        return case.filed
    if isinstance(case, PatentCase) and case.international and not case.national_publication:
        return case.papers[0].date
    return min(filter(None, (case.published, case.registered)), default="")


def _before(today: str, papers: Iterable[Paper]) -> tuple[Paper, ...]:
    return tuple(paper for paper in papers if paper.date < today)


def _trials(today: str, trials: Iterable[Trial]) -> Iterable[Trial]:
    for trial in trials:
        if papers := _before(today, trial.papers):
            yield replace(trial, papers=papers)


def _abroad(day: date, family: Iterable[Member]) -> Iterable[Member]:
    """The members at the other offices, whose days are ISO dates. Their data are taken to be as fresh as the JPO's."""
    today = day.isoformat()
    for member in family:
        if member.published < today:
            grant = {} if member.granted < today else {"grant": "", "granted": ""}
            yield replace(member, dossier=_told(today, member.dossier), **grant)


def _told(today: str, dossier: Dossier) -> Dossier:
    papers = tuple(paper for paper in dossier.papers if paper.date < today)
    return replace(dossier, papers=papers, cited=tuple(cited for cited in dossier.cited if cited.date < today))


def _registered(case: Case, today: str) -> dict[str, Any]:
    """The right with what has been booked by now, later bookings over earlier ones."""
    if case.registered >= today:
        return {"registered": "", "registration": "", "bookings": ()}
    bookings = tuple(booking for booking in case.bookings if booking.date < today)
    facts = {name: value for booking in bookings for name, value in booking.facts().items()}
    return {"bookings": bookings, **facts}


def _register_side(case: Case) -> tuple[Paper, ...]:
    """The decision and the payment again, the certificate, and what was booked later."""
    if not case.registered:
        return ()
    payment, certificate = _REGISTER_TITLES[case.law]
    copies = [on_register(p.date, "A01", p.title) for p in case.papers if p.code == "A01"]
    payments = [on_register(p.date, "R100", payment) for p in case.papers if p.code == "A61"]
    issued = date.fromisoformat(case.registered) + _CERTIFICATE_AFTER
    return (*copies, *payments, on_register(f"{issued:%Y%m%d}", "R150", certificate), *case.register_papers)
