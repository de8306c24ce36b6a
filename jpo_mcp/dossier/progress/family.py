"""The family of a case as its progress tells it: parent, divisionals, basic applications, and what follows for dates.

The progress gives the filing dates of the case and of its parent, not those of the other members.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from jpo_mcp.dossier.progress import periods
from jpo_mcp.dossier.progress.prosecution import EXAMINATION_REQUESTS
from jpo_mcp.dossier.progress.timeline import timeline
from jpo_mcp.errors import Words
from jpo_mcp.models import common, patent
from jpo_mcp.models.common import JpoDate

Relation = Literal["parent", "this case", "family"]

_TERM_MONTHS = 20 * 12
_REQUEST_MONTHS = 3 * 12
DIVISIONAL_REQUEST_DAYS = 30
_BASIC_WITHDRAWN_AFTER = 16
_SIXTEEN_MONTHS_FROM = date(2015, 4, 1)
_API_NUMBER = re.compile("[12][0-9]{9}")

_OLDER_ANCESTOR = Words(
    "an older ancestor's filing date, which counts and is not given",
    "起算日となる最先の原出願日（経過情報に記載なし）",
)
_NO_PARENT_DATE = Words("the parent's filing date, which is not given", "原出願の出願日（記載なし）")
_MAYBE_DIVISIONAL = Words(
    "whether it was divided from another application, which the simple progress does not tell",
    "分割出願か否か（簡易経過情報では不明）",
)
_INTERNATIONAL = Words(
    "that the filing date given is the international filing date", "出願日が国際出願日であること（前提）"
)
_THIRTY_DAYS_IF_LATER = Words(
    "thirty days from its own filing where that is later; its filing date is not given",
    "出願日から30日の方が遅い場合はその日（出願日の記載なし）",
)
_THIRTY_DAYS = Words(
    "examination could be requested for thirty days from its own filing, whose date is not given",
    "審査請求は出願日から30日以内（出願日の記載なし）",
)


@dataclass(frozen=True, slots=True)
class RequestPeriod:
    """Until when examination can be requested (PA 48-3): the last day, not moved for holidays."""

    end: date
    rows: tuple[str, ...]
    doubts: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One application of the family.

    `record` is what the JPO lists of it, such as its term; a parent under another law is not listed. `computed_expiry`
    is for members to which the JPO gives no term: twenty years from the filing date of the oldest. `request_by`, with
    its `doubts`, is there until examination is known to have been requested, `requested` from then on.
    """

    application_number: str | None
    relation: Relation
    filing_date: JpoDate
    law_code: str | None = None
    category: str | None = None
    record: patent.Divisional | None = None
    computed_expiry: date | None = None
    request_by: date | None = None
    doubts: tuple[Words, ...] = ()
    requested: date | None = None

    @property
    def generation(self) -> int | None:
        """0 is the oldest; None where the JPO lists no family."""
        return self.record.generation if self.record else None


def request_period(progress: common.Progress) -> RequestPeriod | None:
    """Three years from filing; for a divisional from the parent's filing, or thirty days from its own where later.

    None for designs and marks, which are examined without request, and without a readable filing date.
    """
    filed = progress.filing_date
    if not isinstance(progress, patent.PatentProgress) or not isinstance(filed, date):
        return None
    doubts = (*_assumed(progress),)
    thirty_days = periods.add_days(filed, DIVISIONAL_REQUEST_DAYS)
    parent = progress.parent.filing_date if progress.parent else None
    year = _filed_by(progress)
    if _NO_DATES & set(doubts) and year is not None and date(year + 3, 12, 31) <= thirty_days:
        rest = tuple(doubt for doubt in doubts if doubt not in _NO_DATES)
        return RequestPeriod(thirty_days, (f"filingDate {filed}", f"an ancestor's number of {year}"), rest)
    if isinstance(parent, date):
        end = max(periods.add_months(parent, _REQUEST_MONTHS), thirty_days)
        return RequestPeriod(end, (f"filingDate {filed}", f"parent's filingDate {parent}"), doubts)
    return RequestPeriod(periods.add_months(filed, _REQUEST_MONTHS), (f"filingDate {filed}",), doubts)


_NO_DATES = frozenset({_OLDER_ANCESTOR, _NO_PARENT_DATE})


def _filed_by(progress: patent.PatentProgress) -> int | None:
    """The year by the end of which the oldest ancestor was filed: a number is never of an earlier year than that."""
    own = _generation(progress) or 0
    older = [member.application_number for member in progress.divisionals if (member.generation or 0) < own]
    named = [progress.parent.application_number, *older] if progress.parent else []
    return min((int(number[:4]) for number in named if number and _API_NUMBER.fullmatch(number)), default=None)


def _assumed(progress: patent.PatentProgress) -> Iterator[Words]:
    if progress.parent and not isinstance(progress.parent.filing_date, date):
        yield _NO_PARENT_DATE
    if (_generation(progress) or 0) > 1:
        yield _OLDER_ANCESTOR
    if "parent" not in progress.model_fields_set:
        yield _MAYBE_DIVISIONAL
    if progress.international_application_number:
        yield _INTERNATIONAL


def _generation(progress: patent.PatentProgress) -> int | None:
    own = (member for member in progress.divisionals if member.application_number == progress.application_number)
    return next((member.generation for member in own), None)


def members(progress: common.Progress) -> tuple[Member, ...]:
    """The parent (原出願) and the divisional family, the case itself included, as the JPO lists them."""
    parent = progress.parent.application_number if progress.parent else None
    listed = progress.divisionals if isinstance(progress, patent.PatentProgress) else ()
    known = {member.application_number for member in listed}
    first = [_unlisted_parent(progress.parent)] if progress.parent and parent not in known else []
    return (*first, *(_member(progress, member, _oldest_filing(progress)) for member in listed))


def _unlisted_parent(parent: common.Parent) -> Member:
    return Member(parent.application_number, "parent", parent.filing_date, parent.law_code, parent.category)


def _member(progress: common.Progress, record: patent.Divisional, oldest: date | None) -> Member:
    relation = _relation(progress, record)
    requested = _requested(progress) if relation == "this case" else None
    done = requested is not None or record.registration_number is not None
    request_by, doubts = (None, ()) if done else _request(progress, record, oldest)
    return Member(
        application_number=record.application_number,
        relation=relation,
        filing_date=_filing_date(progress, relation),
        record=record,
        computed_expiry=None if record.expire_date or oldest is None else periods.add_months(oldest, _TERM_MONTHS),
        request_by=request_by,
        doubts=doubts,
        requested=requested,
    )


def _relation(progress: common.Progress, record: patent.Divisional) -> Relation:
    if record.application_number == progress.application_number:
        return "this case"
    is_parent = progress.parent is not None and record.application_number == progress.parent.application_number
    return "parent" if is_parent else "family"


def _filing_date(progress: common.Progress, relation: Relation) -> JpoDate:
    if relation == "this case":
        return progress.filing_date
    return progress.parent.filing_date if relation == "parent" and progress.parent else None


def _requested(progress: common.Progress) -> date | None:
    requests = (event.date for event in timeline(progress) if event.code in EXAMINATION_REQUESTS)
    return next(requests, None)


def _request(
    progress: common.Progress, record: patent.Divisional, oldest: date | None
) -> tuple[date | None, tuple[Words, ...]]:
    """Until when examination of a member can be requested, and what that leaves open."""
    if record.application_number == progress.application_number:
        period = request_period(progress)
        return (period.end, period.doubts) if period else (None, ())
    if oldest is None:
        return None, ()
    end = periods.add_months(oldest, _REQUEST_MONTHS)
    if (record.application_number or "")[:4] > f"{end:%Y}":
        return None, (_THIRTY_DAYS,)
    return end, () if record.generation == 0 else (_THIRTY_DAYS_IF_LATER,)


def _oldest_filing(progress: common.Progress) -> date | None:
    """The filing date of generation 0, where the case or its parent is that."""
    if not isinstance(progress, patent.PatentProgress):
        return None
    own = {0: progress.filing_date, 1: progress.parent.filing_date if progress.parent else None}
    generation = _generation(progress)
    found = own.get(generation) if generation is not None else None
    return found if isinstance(found, date) else None


def basic_withdrawn(claim: common.PriorityClaim, claimed: JpoDate) -> date | None:
    """When the basic application of a domestic priority claim made on the day `claimed` is deemed withdrawn, sixteen
    months from its filing (PA 42(1)), unless it was decided before. None for a Paris claim, for an international basic
    application, which has its own time (PA 184-15(4)), and for a claim under the law before 1 April 2015, which had
    fifteen months.

    Basic and later application are then one invention, to be counted once.
    """
    day = claim.national_priority_date
    if not claim.national_priority_application_number or not isinstance(day, date):
        return None
    if isinstance(claimed, date) and claimed < _SIXTEEN_MONTHS_FROM:
        return None
    return periods.add_months(day, _BASIC_WITHDRAWN_AFTER)
