"""What is due in a case and when, as far as its rows tell: each day with its rule, its rows and its doubts.

Nothing here states a deadline as a fact. Days of service, residence and extensions are not in the data, so every
date says what it was computed from and what was not verified; what cannot be computed safely is only flagged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from jpo_mcp.dossier.progress import deadline_rules as rules
from jpo_mcp.dossier.progress.deadline import (
    CLOSURES,
    EXTENSION,
    RESIDENCE,
    RESTORABLE_MONTHS,
    SERVICE,
    UNBOOKED,
    UNREADABLE,
    Deadline,
    File,
    Rule,
    Whom,
    computed,
    flagged,
    is_over,
    row_of,
)
from jpo_mcp.dossier.progress.entry_deadlines import translation
from jpo_mcp.dossier.progress.evidence import NOTHING_PRINTED
from jpo_mcp.dossier.progress.family import DIVISIONAL_REQUEST_DAYS, RequestPeriod, members, request_period
from jpo_mcp.dossier.progress.periods import Length, add_days, add_months, end_of, roll
from jpo_mcp.dossier.progress.prosecution import (
    APPEAL_DECISION,
    APPEAL_MONTHS,
    APPEAL_MONTHS_OVERSEAS,
    APPEAL_WITHDRAWAL,
    FEE,
    FEE_EXTENSION,
    GRANT,
    NO_ANSWERS,
    OPPOSITION_DECISION,
    REFUSAL,
    appeal_shows_by,
    course,
)
from jpo_mcp.dossier.progress.reply_deadlines import reply_deadlines
from jpo_mcp.dossier.progress.right_deadlines import right_deadlines
from jpo_mcp.dossier.progress.timeline import TRIAL, Event
from jpo_mcp.errors import Words
from jpo_mcp.models import common
from jpo_mcp.models.patent import PatentProgress

if TYPE_CHECKING:
    from jpo_mcp.documents.refusal import Period  # at run time it would bring the readers along

__all__ = ["Deadline", "deadlines_of"]

_APPEAL: dict[Whom, Length] = {
    "resident": Length(APPEAL_MONTHS, "months"),
    "overseas": Length(APPEAL_MONTHS_OVERSEAS, "months"),
}
_LATE_FEE_MONTHS = 2
_PUBLICATION = Length(18, "months")
_SUIT_MONTHS = 6
"""Thirty days from service and ninety more overseas, with room for the service itself."""
_DEEMED_WITHDRAWN = "A300"


def deadlines_of(
    progress: common.Progress,
    *,
    today: date,
    register: common.Registration | None = None,
    printed: Mapping[str, Period] = NOTHING_PRINTED,
    answers: Mapping[str, str] = NO_ANSWERS,
) -> tuple[Deadline, ...]:
    """What is still due on `today`, a date of Japan: computed days in order, then flags.

    `printed` gives, by document number, the period printed in a notice that was read; `answers`, also by document
    number, the dispatch number (発送番号) cited by a paper that was read. What is over is left out, but for a reply
    that is overdue and payments that can still be made late. A dead case has at most a flag for its restoration.
    """
    file = File(progress, course(progress, answers=answers), register, today, printed)
    return tuple(sorted(_deadlines(file), key=lambda found: (found.flag, found.date or date.max)))


def _deadlines(file: File) -> Iterator[Deadline]:
    if file.course.is_registered or file.is_erased:
        yield from right_deadlines(file)
        if not file.is_erased:
            yield from _suit(file)
    elif file.course.withdrawn is None:
        yield from translation(file)
        yield from _examination_request(file)
        yield from _publication(file)
        yield from reply_deadlines(file)
        yield from _after_decision(file)
        yield from _suit(file)
    elif file.course.withdrawn.code == _DEEMED_WITHDRAWN:
        yield from _late_request(file)


# ── before the examination ────────────────────────────────────────────────────────────────────


def _examination_request(file: File) -> Iterator[Deadline]:
    """Until when examination can be requested; a case that was examined has been requested whatever its rows show."""
    period = request_period(file.progress)
    examined = file.course.notices or file.course.decisive
    if period is None or examined or file.course.examination_requested:
        return
    if file.today > roll(period.end):
        yield from _late_request(file)
    elif _ancestor_is_unknown(file, period):
        yield flagged(file, rules.EXAMINATION_REQUEST_DIVISIONAL, _oldest_counts(file), ", ".join(period.rows))
    else:
        yield _request(file, period)


def _late_request(file: File) -> Iterator[Deadline]:
    period = request_period(file.progress)
    if period is not None and file.today <= add_months(period.end, RESTORABLE_MONTHS):
        request = file.course.examination_requested
        why = _deemed_withdrawn(roll(period.end)) if request is None else _REQUESTED
        trigger = ", ".join((row_of(request) if request else "no A621/A625", *period.rows))
        yield flagged(file, rules.EXAMINATION_RESTORATION, why, trigger)


def _request(file: File, period: RequestPeriod) -> Deadline:
    basis = Words("3 years from the filing date", "出願日から3年")
    if "parent" not in file.progress.model_fields_set:
        basis = Words("3 years from the filing date, if it is no divisional", "出願日から3年（分割出願でない場合）")
    if file.progress.parent is not None:
        basis = Words(
            "3 years from the parent's filing date, or 30 days from the divisional's own if later",
            "原出願日から3年（分割出願の日から30日が遅い場合はその日）",
        )
    doubts = (*period.doubts, UNBOOKED, CLOSURES)
    return computed(file, _request_rule(file), period.end, basis, ", ".join(period.rows), unverified=doubts)


def _request_rule(file: File) -> Rule:
    if file.progress.parent is not None:
        return rules.EXAMINATION_REQUEST_DIVISIONAL
    is_pct = isinstance(file.progress, PatentProgress) and file.progress.international_application_number
    return rules.EXAMINATION_REQUEST_PCT if is_pct else rules.EXAMINATION_REQUEST


def _ancestor_is_unknown(file: File, period: RequestPeriod) -> bool:
    """Whether an ancestor that these rows do not date may end the period earlier than computed."""
    parent = file.progress.parent
    if parent is None or period.end <= _thirty_days(file):
        return False
    own = next((member.generation for member in members(file.progress) if member.relation == "this case"), None)
    return not isinstance(parent.filing_date, date) or (own or 0) > 1


def _thirty_days(file: File) -> date:
    """Until when the examination of a divisional can be requested in any case."""
    filed = file.progress.filing_date
    return add_days(filed, DIVISIONAL_REQUEST_DAYS) if isinstance(filed, date) else date.min


def _oldest_counts(file: File) -> Words:
    sure = roll(_thirty_days(file))
    return Words(
        f"three years from the oldest ancestor's filing date, which is not given; in any case until {sure}, 30 days "
        "from its own",
        f"最先の原出願日（記録なし）から3年、又は分割出願の日から30日（{sure}）の遅い方",
    )


def _deemed_withdrawn(end: date) -> Words:
    return Words(
        f"no request is recorded and the period ended {end}: presumed deemed withdrawn",
        f"審査請求の記録がなく、期間は{end}に経過（みなし取下げと推定）",
    )


_REQUESTED = Words(
    "deemed withdrawn, though a request is recorded: whether it was late, and the application restored, is not told",
    "審査請求の記録がありますがみなし取下げの記録もあり、期間徒過や回復の有無は不明です",
)


def _publication(file: File) -> Iterator[Deadline]:
    progress = file.progress
    if not isinstance(progress, PatentProgress) or progress.publication_date or progress.publication_number:
        return
    earliest = min(_priority_dates(progress), default=None)
    if earliest is None or progress.national_publication_number or progress.international_application_number:
        return
    end = end_of(earliest, _PUBLICATION)
    if file.today <= end:
        basis = Words(f"18 months from {earliest}, the earliest date", f"最先の日{earliest}から1年6か月")
        doubts = (_EARLY,) if "priorities" in progress.model_fields_set else (_EARLY, _PRIORITY)
        yield computed(file, rules.PUBLICATION, end, basis, "no publicationDate", unverified=doubts, moves=False)


_EARLY = Words("an earlier publication on request", "請求による早期公開")
_PRIORITY = Words("priority claims, which the simple progress does not tell", "優先権主張（簡易経過情報では不明）")


def _priority_dates(progress: PatentProgress) -> Iterator[date]:
    """The filing date, the parent's, and those of the priorities."""
    dates = [progress.filing_date, progress.parent.filing_date if progress.parent else None]
    for claim in progress.priorities:
        dates += [claim.paris_priority_date, claim.national_priority_date]
    return (day for day in dates if isinstance(day, date))


# ── after the decision ────────────────────────────────────────────────────────────────────────


def _after_decision(file: File) -> Iterator[Deadline]:
    decision = file.course.decisive
    if decision is None:
        return
    if decision.date is None:
        yield from _after_an_unreadable_day(file, decision)
    elif decision.code == GRANT:
        yield from _fee(file, decision, decision.date)
        yield from _divisional_after_grant(file, decision, decision.date)
    else:
        yield from _appeal(file, decision, decision.date)
        yield from _divisional_after_refusal(file, decision, decision.date)


def _after_an_unreadable_day(file: File, decision: Event) -> Iterator[Deadline]:
    if decision.code == REFUSAL:
        yield flagged(file, rules.APPEAL, UNREADABLE, row_of(decision))
    elif file.course.fee_paid is None:
        yield flagged(file, rules.REGISTRATION_FEE, UNREADABLE, row_of(decision))


def _dispatch(sent: date, length: Length) -> Words:
    return Words(f"dispatch {sent} + {length.words.en}", f"発送日{sent}＋{length.words.ja}")


def _fee(file: File, decision: Event, sent: date) -> Iterator[Deadline]:
    """Until the thirty days that can be added on request are over as well."""
    if file.course.fee_paid is not None:
        return
    outer = end_of(sent, FEE, FEE_EXTENSION)
    if file.today <= roll(outer):
        yield computed(
            file,
            rules.REGISTRATION_FEE,
            end_of(sent, FEE),
            _dispatch(sent, FEE),
            row_of(decision),
            unverified=(SERVICE, UNBOOKED, EXTENSION, CLOSURES),
            outer_limit=roll(outer),
        )
    overdue = file.today > roll(end_of(sent, FEE))
    if file.law == "trademark" and overdue and file.today <= roll(add_months(outer, _LATE_FEE_MONTHS)):
        yield flagged(file, rules.LATE_REGISTRATION_FEE, _LATE_FEE, row_of(decision))


_LATE_FEE = Words("two months more after the period", "期間経過後2か月")


def _divisional_after_grant(file: File, decision: Event, sent: date) -> Iterator[Deadline]:
    raw, outer = end_of(sent, FEE), roll(end_of(sent, FEE, FEE_EXTENSION))
    if file.law != "patent" or file.today > outer or file.course.fee_paid is not None:
        return
    if file.course.appeal is not None:
        yield flagged(file, rules.DIVISIONAL_AFTER_GRANT, _GRANTED_ON_APPEAL, row_of(decision))
        return
    yield computed(
        file,
        rules.DIVISIONAL_AFTER_GRANT,
        raw,
        _dispatch(sent, FEE),
        row_of(decision),
        unverified=(Words("registration, which ends it", "設定登録（その後は不可）"), SERVICE, CLOSURES),
        outer_limit=outer,
    )


_GRANTED_ON_APPEAL = Words(
    "a grant after the appeal was filed opens no such window in most cases",
    "審判請求後の特許査定では原則として認められません",
)


def _appeal(file: File, decision: Event, sent: date) -> Iterator[Deadline]:
    """Both periods; an appeal that was withdrawn leaves what is left of them."""
    withdrawn = file.course.appeal_ended is not None and file.course.appeal_ended.code == APPEAL_WITHDRAWAL
    if file.course.on_appeal and not withdrawn:
        return
    both = tuple(
        computed(
            file,
            rules.APPEAL,
            end_of(sent, length),
            _dispatch(sent, length),
            row_of(decision),
            unverified=(SERVICE, RESIDENCE, CLOSURES),
            for_whom=whom,
        )
        for whom, length in _APPEAL.items()
    )
    if is_over(both, file.today):
        if file.today <= appeal_shows_by(sent) and not file.course.on_appeal:
            yield flagged(file, rules.APPEAL, _BOTH_OVER, row_of(decision))
        return
    yield from both
    if file.law == "patent":
        yield flagged(file, rules.AMENDMENT_WITH_APPEAL, _ONLY_WITH_IT, row_of(decision))


_BOTH_OVER = Words(
    "over from dispatch, even overseas; a later service moves it, and an appeal filed may not show yet",
    "発送日からは在外者でも経過（送達日が遅い場合、請求済みで未反映の場合あり）",
)
_ONLY_WITH_IT = Words("on the day of the appeal itself", "審判請求と同時")


def _divisional_after_refusal(file: File, decision: Event, sent: date) -> Iterator[Deadline]:
    """From the first refusal, whether or not it is appealed; overseas a month more, as for the appeal."""
    outer = roll(end_of(sent, _APPEAL["overseas"]))
    if file.law != "patent" or file.today > outer:
        return
    if sum(event.code == REFUSAL for event in file.course.events) > 1:
        yield flagged(file, rules.DIVISIONAL_AFTER_REFUSAL, _FIRST_REFUSAL_ONLY, row_of(decision))
        return
    yield computed(
        file,
        rules.DIVISIONAL_AFTER_REFUSAL,
        end_of(sent, _APPEAL["resident"]),
        _dispatch(sent, _APPEAL["resident"]),
        row_of(decision),
        unverified=(SERVICE, RESIDENCE, CLOSURES),
        outer_limit=outer,
    )


_FIRST_REFUSAL_ONLY = Words("it runs from the first refusal only", "最初の拒絶査定に限られます")


def _suit(file: File) -> Iterator[Deadline]:
    """Against decisions of the boards that are not followed by a registration."""
    registered = file.progress.registration_date
    if file.course.granted_on_appeal and not file.course.is_registered:
        return
    for event in file.course.events:
        decided = event.code in {APPEAL_DECISION, OPPOSITION_DECISION} and event.number_type.code == TRIAL
        if not decided or event.date is None or file.today > add_months(event.date, _SUIT_MONTHS):
            continue
        if not isinstance(registered, date) or event.date > registered:
            of_opposition = event.code == OPPOSITION_DECISION
            why = _IF_REVOKED if of_opposition else _FROM_SERVICE if file.course.is_registered else _OR_THE_FEE
            yield flagged(file, rules.SUIT, why, row_of(event))


_FROM_SERVICE = Words(
    "30 days from service of the decision, 90 more overseas", "審決等の送達から30日（在外者は＋90日）"
)
_OR_THE_FEE = Words(
    f"{_FROM_SERVICE.en}; if it grants, the fee is due instead", f"{_FROM_SERVICE.ja}。特許・登録審決なら登録料の納付"
)
_IF_REVOKED = Words(
    "30 days from service where it revokes, 90 more overseas; against maintenance there is none",
    "取消決定なら送達から30日（在外者は＋90日）。維持決定には不服を申し立てられません",
)
