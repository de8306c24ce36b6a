"""The course of the examination, as far as the rows tell: what was notified, answered, decided, appealed.

The rows do not say what a paper answers. The papers do, by the dispatch number (発送番号) they cite; without
them dates are all there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from jpo_mcp.dossier.progress.periods import Length, add_days, add_months, roll
from jpo_mcp.dossier.progress.timeline import REGISTRATION, TRIAL, Event, timeline
from jpo_mcp.models.common import Progress, Right
from jpo_mcp.numbers import Law

NOTICE, GRANT, REFUSAL = "A131", "A01", "A02"
APPEAL, APPEAL_DECISION, APPEAL_WITHDRAWAL = "C60", "C03", "C609"
OPPOSITION_DECISION = "C16"
EXTENSION_REQUEST, LATE_EXTENSION_REQUEST = "A601", "A603"
ANSWERS = frozenset({"A53", "A521", "A522", "A523", "A5231", "A524"})
"""Opinions (意見書), amendments (手続補正書) and corrections of translations (誤訳訂正書)."""
EXAMINATION_REQUESTS = frozenset({"A621", "A625"})
WITHDRAWALS = frozenset({"A761", "A762"})
DISMISSALS = frozenset({"A045", "A300"})
"""Dismissed (出願却下), deemed withdrawn (みなし取下): the titles of these codes are reported, not official."""
RESTORATION = "A917"
"""回復理由書."""

_FEES = frozenset({"A61", "R100"})
APPEAL_MONTHS, APPEAL_MONTHS_OVERSEAS = 3, 4
"""From service of the refusal (PA 121(1)); overseas a month more, granted ex officio (PA 4)."""
FEE, FEE_EXTENSION = Length(30, "days"), Length(30, "days")
"""From service of the grant, and as much more on request (PA 108, DA 43, TM 41)."""
_40_DAYS, _60_DAYS = Length(40, "days"), Length(60, "days")
USUAL_REPLY: dict[Law, Length] = {"patent": _60_DAYS, "design": _40_DAYS, "trademark": _40_DAYS}
"""What residents get to answer (方式審査便覧 04.10); the period of the case is the one printed in its notice."""
LATE_PAYMENT = Length(6, "months")
"""Late payment (PA 112(1), DA 44(1), TM 43) and late renewal (TM 20(3))."""
UNPAID = "01"
"""The erasure code for fees that were not paid."""
_LONGEST_REPLY_MONTHS = 6
"""Three months for applicants overseas, and three more at most on request."""
_NEWS_DAYS = 15
NO_ANSWERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Course:
    """Facts about one examination. Events are those of the timeline; one that did not happen is None."""

    law: Law
    events: tuple[Event, ...]
    notices: tuple[Event, ...]
    """Notices of reasons for refusal (A131), in order."""
    replies: tuple[tuple[Event, Event], ...]
    """Each paper that answers a notice, with that notice."""
    decisive: Event | None
    """The latest A01 or A02, unless a later notice reopened the examination, outside an appeal or after its end."""
    appeal: Event | None
    """The latest appeal (C60) against a refusal, even where a grant followed it."""
    appeal_ended: Event | None
    """The decision (C03) or the withdrawal (C609) under the number of that appeal."""
    withdrawn: Event | None
    """The last paper that ended the application, unless it was a dismissal and the examination went on after it."""
    examination_requested: Event | None
    fee_paid: Event | None
    is_registered: bool
    right_over: bool
    """Erased or extinguished, by the progress. A term that merely ended is not counted."""
    cited_numbers: Mapping[str, str]

    @property
    def granted_on_appeal(self) -> bool:
        """Whether a registration fee was paid after the appeal was decided: its decision, then, was to grant."""
        decided = self.appeal_ended is not None and self.appeal_ended.code == APPEAL_DECISION
        return decided and self.fee_paid is not None and _day(self.fee_paid) >= _day(self.appeal_ended)

    @property
    def on_appeal(self) -> bool:
        """Whether the last decision is a refusal, and it was appealed; the appeal may have ended since."""
        refused = self.decisive is not None and self.decisive.code == REFUSAL
        return refused and self.appeal is not None and _day(self.appeal) >= _day(self.decisive)

    def is_of_appeal(self, notice: Event) -> bool:
        """Whether a notice was sent while an appeal was under way; after a case was sent back, examination goes on."""
        begun = self.appeal is not None and _day(self.appeal) <= _day(notice)
        return begun and (self.appeal_ended is None or _day(self.appeal_ended) >= _day(notice))

    def answers_of(self, notice: Event) -> tuple[Event, ...]:
        """Every paper that answers this notice, in order."""
        return tuple(paper for paper, answered in self.replies if answered is notice)

    def answer_to(self, notice: Event) -> Event | None:
        """The first paper that answers this notice."""
        return next(iter(self.answers_of(notice)), None)

    def notice_answered(self, paper: Event) -> Event | None:
        """The notice that this paper answers."""
        return next((notice for answering, notice in self.replies if answering is paper), None)

    def days_used(self, notice: Event) -> int | None:
        """Days from the dispatch of a notice to the first answer."""
        return _days(notice, self.answer_to(notice))

    def days_taken(self, paper: Event) -> int | None:
        """Days from the dispatch of the notice that this paper answers to the paper."""
        return _days(self.notice_answered(paper), paper)

    def extensions_asked(self, notice: Event, *codes: str) -> tuple[Event, ...]:
        """The requests with one of these codes to extend the period of this notice: those made while no other was
        open."""
        return tuple(event for event, open_then in self._extensions(codes) if open_then == (notice,))

    def extensions_unsure(self, notice: Event) -> tuple[Event, ...]:
        """The requests that may extend the period of this notice, or of another that was open as well."""
        asked = self._extensions((EXTENSION_REQUEST, LATE_EXTENSION_REQUEST))
        return tuple(event for event, open_then in asked if len(open_then) > 1 and notice in open_then)

    def _extensions(self, codes: Iterable[str]) -> Iterator[tuple[Event, tuple[Event, ...]]]:
        """Each request with one of these codes, and the notices that were open on its day."""
        for event in self.events:
            before = [n for n in self.notices if n.date and event.date and n.date <= event.date]
            if event.code in codes and event.date and before:
                yield event, (*self.open_beside(before[-1], event.date), before[-1])

    def open_beside(self, notice: Event, day: date) -> tuple[Event, ...]:
        """Notices before this one that had no answer yet, and whose periods may still have run on that day."""
        earlier = self.notices[: self.notices.index(notice)]
        return tuple(other for other in earlier if other.date and self._is_open(other, other.date, day))

    def _is_open(self, notice: Event, sent: date, day: date) -> bool:
        answered = any(_day(paper) < day for paper in self.answers_of(notice))
        decided = any(event.code in {GRANT, REFUSAL} and sent <= _day(event) < day for event in self.events)
        return not answered and not decided and day <= longest_reply(sent)

    def may_be_unanswered(self, notice: Event, today: date) -> bool:
        """Whether what answers this notice is joined to it by dates, may as well answer an earlier one, and it matters
        still."""
        answers = self.answers_of(notice)
        if not answers or any(map(self.is_by_number, answers)) or today > longest_reply(_day(notice)):
            return False
        return len({paper.date for paper in answers}) <= len(self.open_beside(notice, _day(answers[0])))

    def is_by_number(self, paper: Event) -> bool:
        """Whether the dispatch number in the paper itself says what it answers, not only the dates."""
        return _cited(paper, self.cited_numbers) is not None


def course(progress: Progress, *, answers: Mapping[str, str] = NO_ANSWERS) -> Course:
    """The course of the examination. `answers` gives, for document numbers of papers that were read, the 発送番号
    each cites; the other papers are joined to notices by their dates."""
    events = timeline(progress)
    examined = [event for event in events if event.number_type.code != REGISTRATION]
    notices = tuple(event for event in examined if event.code == NOTICE)
    decisions = [event for event in examined if event.code in {GRANT, REFUSAL}]
    appeal = _appeal(examined, decisions, progress.registration_date)
    ended = _last(examined, lambda event: appeal is not None and _ends(event, appeal))
    return Course(
        law=progress.law,
        events=events,
        notices=notices,
        replies=tuple(_replies(examined, notices, decisions, answers)),
        decisive=_decisive(decisions, notices, appeal, ended),
        appeal=appeal,
        appeal_ended=ended,
        withdrawn=_last(examined, lambda event: _gives_up(event, examined)),
        examination_requested=next((event for event in examined if event.code in EXAMINATION_REQUESTS), None),
        fee_paid=_last(events, lambda event: event.code in _FEES),
        is_registered=bool(progress.registration_number),
        right_over=is_erased(progress),
        cited_numbers=answers,
    )


def appeal_shows_by(refused: date) -> date:
    """Until when an appeal of the last day overseas may take to show: about four and a half months."""
    return add_days(add_months(refused, APPEAL_MONTHS_OVERSEAS), _NEWS_DAYS)


def longest_reply(sent: date) -> date:
    """Until when the period of a notice may run, with every extension."""
    return roll(add_months(sent, _LONGEST_REPLY_MONTHS))


def is_erased(right: Right) -> bool:
    """Whether the record shows the right erased or extinguished; 00 says that it is not."""
    return right.erasure_identifier not in {None, "00"} or right.disappearance_date is not None


def _day(event: Event | None) -> date:
    """The day of an event; one with an unreadable date counts as the latest, as in the timeline."""
    return (event and event.date) or date.max


def _days(notice: Event | None, answer: Event | None) -> int | None:
    return (answer.date - notice.date).days if notice and answer and notice.date and answer.date else None


def _last(events: Iterable[Event], wanted: Callable[[Event], bool]) -> Event | None:
    return next((event for event in reversed(tuple(events)) if wanted(event)), None)


# ── what answers what ─────────────────────────────────────────────────────────────────────────


def _replies(
    examined: list[Event], notices: tuple[Event, ...], decisions: list[Event], answers: Mapping[str, str]
) -> Iterable[tuple[Event, Event]]:
    for paper in (event for event in examined if event.code in ANSWERS):
        cited = _cited(paper, answers)
        notice = _with_number(notices, cited) if cited else _open_at(paper, notices, decisions)
        if notice is not None:
            yield paper, notice


def _cited(paper: Event, answers: Mapping[str, str]) -> str | None:
    cited = (answers.get(sheet.number or "") for sheet in paper.documents)
    return next((number for number in cited if number), None)


def _with_number(notices: tuple[Event, ...], cited: str) -> Event | None:
    """The notice whose document number ends in the dispatch number cited."""
    return _last(notices, lambda notice: any((sheet.number or "").endswith(cited) for sheet in notice.documents))


def _open_at(paper: Event, notices: tuple[Event, ...], decisions: list[Event]) -> Event | None:
    """The latest notice sent before the day of the paper, if no decision closed it before that day."""
    if paper.date is None:
        return None
    notice = _last(notices, lambda notice: _day(notice) < _day(paper))
    closed = any(_day(notice) <= _day(decision) < paper.date for decision in decisions)
    return None if closed else notice


# ── how it ended ──────────────────────────────────────────────────────────────────────────────


def _decisive(
    decisions: list[Event], notices: tuple[Event, ...], appeal: Event | None, ended: Event | None
) -> Event | None:
    latest = decisions[-1] if decisions else None
    if latest is None or not notices or _day(notices[-1]) <= _day(latest):
        return latest
    appealed = appeal is not None and _day(appeal) >= _day(latest)
    sent_back = ended is not None and _day(ended) < _day(notices[-1])
    return latest if appealed and not sent_back else None


def _gives_up(event: Event, examined: list[Event]) -> bool:
    """A withdrawal stays; what the office ended it may have restored (PA 48-3(5)), and then it acts again."""
    acts = [act.date for act in examined if act.code in {NOTICE, GRANT, REFUSAL} and act.date]
    restored = event.date is not None and any(act > event.date for act in acts)
    return event.code in WITHDRAWALS or (event.code in DISMISSALS and not restored)


def _appeal(examined: list[Event], decisions: list[Event], registered: date | str | None) -> Event | None:
    """The appeal filed after a refusal; the same paper opens trials against a registration, which come after it."""
    refused = min((_day(event) for event in decisions if event.code == REFUSAL), default=None)
    until = registered if isinstance(registered, date) else date.max
    if refused is None:
        return None
    return _last(examined, lambda event: _is_request(event) and refused <= _day(event) <= until)


def _is_request(event: Event) -> bool:
    return event.code == APPEAL and event.number_type.code == TRIAL


def _ends(event: Event, appeal: Event) -> bool:
    return event.code in {APPEAL_DECISION, APPEAL_WITHDRAWAL} and event.number == appeal.number
