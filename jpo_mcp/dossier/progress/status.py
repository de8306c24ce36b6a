"""Where a case stands. The JPO has no status field, so this is read out of the rows, by tests in a fixed order.

Every reading names the rule that hit, the rows it was read from, how sure it is, and what was not verified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from jpo_mcp.dossier.progress import periods
from jpo_mcp.dossier.progress.deadline import File
from jpo_mcp.dossier.progress.evidence import NOTHING_PRINTED
from jpo_mcp.dossier.progress.family import RequestPeriod, request_period
from jpo_mcp.dossier.progress.prosecution import (
    APPEAL_DECISION,
    APPEAL_MONTHS,
    APPEAL_MONTHS_OVERSEAS,
    APPEAL_WITHDRAWAL,
    EXAMINATION_REQUESTS,
    EXTENSION_REQUEST,
    FEE,
    FEE_EXTENSION,
    GRANT,
    LATE_EXTENSION_REQUEST,
    LATE_PAYMENT,
    NO_ANSWERS,
    OPPOSITION_DECISION,
    REFUSAL,
    RESTORATION,
    UNPAID,
    USUAL_REPLY,
    WITHDRAWALS,
    appeal_shows_by,
    course,
    is_erased,
    longest_reply,
)
from jpo_mcp.dossier.progress.timeline import PROCEEDINGS, TRIAL, Event
from jpo_mcp.errors import Words
from jpo_mcp.models import common

if TYPE_CHECKING:
    from jpo_mcp.documents.refusal import Period  # at run time it would bring the readers along

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Status:
    """One reading. `rule` is the test that hit, `rows` what it was read from, `doubts` what was not verified."""

    rule: str
    state: Words
    confidence: Confidence
    rows: tuple[str, ...]
    doubts: tuple[Words, ...]


def status_of(
    progress: common.Progress,
    *,
    today: date,
    register: common.Registration | None = None,
    printed: Mapping[str, Period] = NOTHING_PRINTED,
    answers: Mapping[str, str] = NO_ANSWERS,
) -> Status:
    """The status on `today`, a date of Japan. Without the register nothing is known of fees paid after registration.

    Of papers that were read, by document number: `printed` is the period for a reply that a notice prints, `answers`
    the dispatch number (発送番号) of the notice that a paper answers.
    """
    case = File(progress, course(progress, answers=answers), register, today, printed)
    found = ((rule, test(case)) for rule, test in _TESTS.items())
    return next(Status(rule, *reading) for rule, reading in found if reading is not None)


def not_in_the_data() -> Status:
    """The status behind the JPO's 107, which proves nothing about the case itself."""
    return Status(
        "not_in_the_data",
        Words(
            "not in these data: not yet published, filed before the data begin, another law, another kind of number, "
            "or a typing error",
            "データにありません（未公開、収録開始前、別の法域、番号種別違い、誤記のいずれか）",
        ),
        "low",
        ("status 107",),
        (
            Words(
                "which of these it is; 107 never proves that there is no case", "どれに当たるか（不存在の証明ではない）"
            ),
        ),
    )


class _Reading(NamedTuple):
    state: Words
    confidence: Confidence
    rows: tuple[str, ...]
    doubts: tuple[Words, ...] = ()


def _number(case: File) -> str:
    return f"registrationNumber {case.progress.registration_number}"


def _row(event: Event) -> str:
    return " ".join(filter(None, (event.code, event.ja, event.date.isoformat() if event.date else event.raw_date)))


# ── registered ────────────────────────────────────────────────────────────────────────────────

_MAY_RETURN = Words(
    "late payment or restoration can bring the right back", "追納の登録や権利回復で復活することがあります"
)
_UNKNOWN_ERASURE = Words("what this erasure code means is not published", "この抹消識別の意味は公表されていません")
_TWO_RECORDS = Words(
    "the progress and the register differ: one of them is older", "経過情報と登録情報が一致しません（一方が古い）"
)
_LAPSE_IS_BOOKED_LATE = Words(
    "if unpaid, the right ends retroactively and is booked only after the surcharge half-year",
    "未納なら遡って消滅し、登録は追納期間の後になります",
)
_FEES_UNKNOWN = Words(
    "fees after registration: the register tells (section registration)",
    "登録後の納付（登録情報、registration の項目で確認）",
)
_REGISTER_CLOSES_LATE = Words("the register itself may still show the right", "登録原簿の閉鎖は遅れることがあります")


def _right_gone(case: File) -> _Reading | None:
    right = case.right
    if not case.course.is_registered or not is_erased(right):
        return None
    code = right.erasure_identifier
    rows = [f"erasureIdentifier {code}"] if code else []
    if right.disappearance_date:
        rows.append(f"disappearanceDate {right.disappearance_date}")
    unpaid = code == UNPAID
    state = (
        Words("right gone: annuity or instalment not paid", "権利消滅（年金・分納の未納）")
        if unpaid
        else Words(f"right gone, erasure code {code or 'blank'}", f"権利消滅（抹消識別{code or 'なし'}）")
    )
    if case.register is not None and not case.course.right_over:
        state = Words(f"{state.en}, by the register; the progress shows it alive", f"{state.ja}。経過情報では存続中")
    doubts = (_MAY_RETURN if unpaid else _UNKNOWN_ERASURE, *_disagreement(case))
    return _Reading(state, "high" if unpaid and len(doubts) == 1 else "medium", (_number(case), *rows), doubts)


def _disagreement(case: File) -> tuple[Words, ...]:
    """They can be of different days, since each is kept for its own time."""
    register, progress = case.register, case.progress
    if register is None:
        return ()
    terms = {right.expire_date for right in (register, progress) if right.expire_date}
    return () if is_erased(register) == case.course.right_over and len(terms) < 2 else (_TWO_RECORDS,)


def _term_over(case: File) -> _Reading | None:
    end = case.expiry
    if not case.course.is_registered or not isinstance(end, date) or end >= case.today:
        return None
    rows = (_number(case), f"expireDate {end}")
    late = periods.roll(periods.end_of(end, LATE_PAYMENT))
    if case.course.law == "trademark" and case.today <= late:
        state = Words(
            f"term over; late renewal with surcharge still possible until {late}",
            f"存続期間満了（{late}まで割増登録料で更新申請可能）",
        )
        if case.today <= (last := periods.roll(end)):
            state = Words(
                f"term over on a closing day; renewal still in time until {last}, late renewal until {late}",
                f"閉庁日に存続期間満了（{last}まで更新申請可能、割増登録料で{late}まで）",
            )
        return _term(state, rows, _RENEWAL_UNSEEN, case)
    return _term(Words("term over", "存続期間満了"), rows, _REGISTER_CLOSES_LATE, case)


def _term(state: Words, rows: tuple[str, ...], doubt: Words, case: File) -> _Reading:
    differ = _disagreement(case)
    extended = (_TERM_EXTENSION,) if case.course.law == "patent" else ()
    return _Reading(state, "medium" if differ else "high", rows, (doubt, *extended, *differ))


_TERM_EXTENSION = Words(
    "an extension of the term, which expireDate may not include", "延長登録（満了日に反映されていない可能性）"
)
_RENEWAL_UNSEEN = Words("a renewal filed but not yet booked", "申請済みで未反映の更新")


def _surcharge_window(case: File) -> tuple[date, date] | None:
    """The next payment's date as the register has it and the last day of the half-year after it, once it is overdue."""
    due = case.register.next_pension_payment_date if case.register else None
    if not case.course.is_registered or not isinstance(due, date):
        return None
    window = periods.late_window(due, LATE_PAYMENT)
    return (due, periods.roll(window.raw_end)) if window.opens <= case.today else None


def _in_surcharge_period(case: File) -> _Reading | None:
    window = _surcharge_window(case)
    if window is None or case.today > window[1]:
        return None
    state = Words(
        f"in force; payment overdue, surcharge period until {window[1]}",
        f"権利存続中（納付期限経過、{window[1]}まで割増納付可能）",
    )
    return _Reading(state, "medium", _payment_rows(case, window[0]), (_LAPSE_IS_BOOKED_LATE, *_disagreement(case)))


def _probably_lapsed(case: File) -> _Reading | None:
    window = _surcharge_window(case)
    if window is None:
        return None
    state = Words(
        f"probably lapsed for non-payment, not yet booked: the surcharge period ended {window[1]}",
        f"未納により消滅した可能性（割増納付期間は{window[1]}に経過、記録は未更新）",
    )
    doubts = (Words("a payment not yet booked; ask the register itself", "未反映の納付（登録原簿で要確認）"),)
    return _Reading(state, "low", _payment_rows(case, window[0]), doubts)


def _payment_rows(case: File, due: date) -> tuple[str, ...]:
    return _number(case), f"erasureIdentifier {case.right.erasure_identifier}", f"nextPensionPaymentDate {due}"


def _in_force(case: File) -> _Reading | None:
    if not case.course.is_registered:
        return None
    fees = () if case.register else (_FEES_UNKNOWN,)
    doubts = (*_disagreement(case), *fees, *_unknown_outcomes(case.progress))
    end = (f"expireDate {case.expiry}",) if case.expiry else ()
    rows = (_number(case), f"erasureIdentifier {case.right.erasure_identifier or 'blank'}", *end)
    state = Words("in force", "権利存続中")
    if threats := ", ".join(_open_proceedings(case.progress)):
        state = Words(
            f"in force; no end is recorded of trial or opposition {threats}",
            f"権利存続中（終了の記録のない審判・異議：{threats}）",
        )
    if case.course.right_over:
        state = Words(f"{state.en}, by the register; the progress shows it erased", f"{state.ja}。経過情報では抹消")
    return _Reading(state, "medium" if doubts else "high", rows, doubts)


_FINAL = "C96"
_DECIDES_A_TRIAL = frozenset({APPEAL_DECISION, OPPOSITION_DECISION})
_ENDS_A_TRIAL = _DECIDES_A_TRIAL | {APPEAL_WITHDRAWAL, "C661", _FINAL}


def _open_proceedings(progress: common.Progress) -> Iterator[str]:
    """Trials and oppositions without a decision or withdrawal."""
    for kind, number, codes in _proceedings(progress):
        if kind == TRIAL and codes.isdisjoint(_ENDS_A_TRIAL):
            yield number


def _unknown_outcomes(progress: common.Progress) -> Iterator[Words]:
    """Trials decided but not shown as final, and court actions: no row tells how they went, or for which claims."""
    decided = [
        number
        for kind, number, codes in _proceedings(progress)
        if kind != TRIAL or not (codes.isdisjoint(_DECIDES_A_TRIAL) or _FINAL in codes)
    ]
    if listed := ", ".join(decided):
        yield Words(
            f"the outcome of {listed}, which these rows do not tell; it may be of a part only",
            f"{listed} の結果（この記録からは不明。一部の場合もあります）",
        )


def _proceedings(progress: common.Progress) -> Iterator[tuple[str, str, set[str | None]]]:
    """Kind, number and codes of trials and court actions; what was begun before the registration led to it."""
    registered = progress.registration_date
    for group in progress.bibliography:
        days = [row.legal_date for row in group.documents if isinstance(row.legal_date, date)]
        older = isinstance(registered, date) and any(day <= registered for day in days)
        if group.number_type in PROCEEDINGS and group.number and not older:
            yield group.number_type, group.number, {row.document_code for row in group.documents}


# ── decided ───────────────────────────────────────────────────────────────────────────────────

_SERVICE = Words("the day of service, from which periods run", "期間の起算日となる送達日")
_OUTCOME = Words("its outcome, which these rows do not tell", "結果（この記録からは不明）")
_BY_THE_FEE = Words("that the board granted: read from the payment", "登録審決であること（納付からの推定）")
_TITLE_UNSURE = Words("the title of this code is not published", "このコードの標題は公表されていません")


def _withdrawn(case: File) -> _Reading | None:
    paper = case.course.withdrawn
    if paper is None:
        return None
    if paper.code in WITHDRAWALS:
        return _Reading(_ENDED_BY[paper.code], "high", (_row(paper),))
    asked = tuple(_row(event) for event in case.course.events if _asks_back(event, paper))
    doubts = (_TITLE_UNSURE, _RESTORED) if asked else (_TITLE_UNSURE,)
    return _Reading(_ENDED_BY[paper.code], "low" if asked else "medium", (_row(paper), *asked), doubts)


def _asks_back(event: Event, ended: Event) -> bool:
    """Whether this came after the application was ended, to bring it back."""
    later = event.date is not None and ended.date is not None and event.date >= ended.date
    return later and event.code in EXAMINATION_REQUESTS | {RESTORATION}


_RESTORED = Words("whether the application was restored", "出願が回復したか否か")


_ENDED_BY = {
    "A761": Words("application withdrawn", "出願取下げ"),
    "A762": Words("application abandoned", "出願放棄"),
    "A045": Words("application dismissed", "出願却下"),
    "A300": Words("deemed withdrawn: examination not requested", "未審査請求によるみなし取下げ"),
}


def _allowed(case: File) -> _Reading | None:
    decision, paid = case.course.decisive, case.course.fee_paid
    if decision is None or decision.code != GRANT:
        return None
    granted = "特許査定" if case.course.law == "patent" else "登録査定"
    if paid is not None:
        state = Words("allowed; fee paid, not yet registered", f"{granted}（納付済み、登録待ち）")
        return _Reading(state, "high", (_row(decision), _row(paid)))
    if decision.date is None:
        state = Words(
            "allowed; whether the registration fee is still due cannot be told, the decision's date is unreadable",
            f"{granted}（日付を読み取れず、登録料の納付期限は不明）",
        )
        return _Reading(state, "low", (_row(decision),), (_FEE_UNSEEN, _SERVICE))
    if case.today > periods.roll(periods.end_of(decision.date, FEE, FEE_EXTENSION)):
        state = Words(
            "allowed, but not registered for over 60 days: possibly lapsed for non-payment",
            f"{granted}後60日を過ぎて未登録（登録料未納による却下の可能性）",
        )
        return _Reading(state, "medium", (_row(decision),), (_FEE_UNSEEN, _SERVICE))
    if case.today > periods.roll(periods.end_of(decision.date, FEE)):
        state = Words(
            "allowed; no registration fee is recorded, and its 30 days are over unless 30 more were asked for",
            f"{granted}（登録料の納付の記録なし。30日は経過、期間延長の請求があれば期間内）",
        )
        return _Reading(state, "medium", (_row(decision),), (_FEE_UNSEEN, _SERVICE))
    return _Reading(Words("allowed; registration fee due", f"{granted}（登録料納付待ち）"), "high", (_row(decision),))


_FEE_UNSEEN = Words("a payment not yet booked, an extension, a dismissal", "未反映の納付、期間延長、却下処分")


def _on_appeal(case: File) -> _Reading | None:
    decision, appeal, ended = case.course.decisive, case.course.appeal, case.course.appeal_ended
    if decision is None or appeal is None or not case.course.on_appeal:
        return None
    under = f"{_row(appeal)} {appeal.number or ''}".rstrip()
    if ended is None:
        state = Words(f"refused; on appeal {appeal.number}", f"拒絶査定不服審判係属中（{appeal.number}）")
        since = appeal.date or date.max
        notices = (_row(notice) for notice in case.course.notices if notice.date and notice.date > since)
        return _Reading(state, "high", (_row(decision), under, *notices))
    if ended.code == APPEAL_WITHDRAWAL:
        state = Words("refused; the appeal was withdrawn", "拒絶査定（審判請求取下げ）")
        return _Reading(state, "medium", (_row(decision), under, _row(ended)))
    paid = case.course.fee_paid
    if paid is not None and case.course.granted_on_appeal:
        state = Words("granted on appeal; fee paid, not yet registered", "登録審決（納付済み、登録待ち）")
        return _Reading(state, "medium", (_row(decision), under, _row(ended), _row(paid)), (_BY_THE_FEE,))
    state = Words("refused; the appeal was decided", "拒絶査定不服審判は審決済み")
    return _Reading(state, "medium", (_row(decision), under, _row(ended)), (_OUTCOME,))


def _refused_appealable(case: File) -> _Reading | None:
    decision = _refusal(case)
    if decision is None:
        return None
    if decision.date is None:
        state = Words(
            "refused; whether an appeal is still possible cannot be told, its date is unreadable",
            "拒絶査定（日付を読み取れず、審判請求の可否は不明）",
        )
        return _Reading(state, "low", (_row(decision),), (_SERVICE,))
    if case.today > appeal_shows_by(decision.date):
        return None
    if case.today <= periods.roll(periods.add_months(decision.date, APPEAL_MONTHS)):
        state = Words("refused; an appeal is still possible", "拒絶査定（審判請求可能期間内）")
        return _Reading(state, "high", (_row(decision),), (_SERVICE,))
    if case.today <= periods.roll(periods.add_months(decision.date, APPEAL_MONTHS_OVERSEAS)):
        state = Words(
            "refused; an appeal may still be possible from overseas, or be filed and not yet visible",
            "拒絶査定（在外者は審判請求可能な場合あり。請求済みで未反映の場合あり）",
        )
        return _Reading(state, "medium", (_row(decision),), (_RESIDENCE, _SERVICE))
    state = Words(
        "refused; the period for an appeal is over even overseas, but one may be filed and not yet visible",
        "拒絶査定（審判請求期間は在外者でも経過。請求済みで未反映の場合あり）",
    )
    return _Reading(state, "medium", (_row(decision),), (_SERVICE,))


_RESIDENCE = Words("whether the applicant resides overseas (4 months, not 3)", "在外者か否か（3か月でなく4か月）")


def _refused_final(case: File) -> _Reading | None:
    decision = _refusal(case)
    if decision is None:
        return None
    state = Words("refused; presumed final, no appeal is recorded", "拒絶査定（確定と推定、審判請求の記録なし）")
    doubts = (Words("an appeal accepted late", "期間徒過後の審判請求"), _SERVICE)
    return _Reading(state, "medium", (_row(decision),), doubts)


def _refusal(case: File) -> Event | None:
    decision = case.course.decisive
    return decision if decision is not None and decision.code == REFUSAL else None


# ── pending ───────────────────────────────────────────────────────────────────────────────────

_BY_DATE = Words(
    "joined by dates; the paper itself cites the notice it answers (発送番号)",
    "日付による対応付け（正確には書面の発送番号）",
)
_NOT_PRINTED = Words(
    "the period printed in the notice, extensions, residence", "通知書記載の応答期間、期間延長、在外者か否か"
)
_EXTENSIONS = Words("extensions of the period", "期間延長")
_TODAY_SHOWS_TOMORROW = Words("a paper filed today shows tomorrow", "当日の提出書類は翌日に反映")


def _reply_outstanding(case: File) -> _Reading | None:
    notice = _last_notice(case)
    if notice is None or case.course.answer_to(notice) is not None:
        return None
    read = (case.printed.get(paper.number or "") for paper in notice.documents)
    printed = next((period for period in read if period), None)
    length = periods.Length(printed.value, printed.unit) if printed else USUAL_REPLY[case.course.law]
    source = Words("printed", "記載の") if printed else Words("usual", "通常の")
    doubts = (_EXTENSIONS if printed else _NOT_PRINTED, _TODAY_SHOWS_TOMORROW)
    if notice.date is None:
        return _Reading(_UNDATED_NOTICE, "low", (_row(notice),), doubts)
    asked = case.course.extensions_asked(notice, EXTENSION_REQUEST, LATE_EXTENSION_REQUEST)
    state = _no_reply(notice.date, length, source, case.today, is_extended=bool(asked))
    return _Reading(state, "high", (_row(notice), *map(_row, asked)), doubts)


_UNDATED_NOTICE = Words(
    "reply to a notice of reasons for refusal outstanding; whether its period is over cannot be told, its date is "
    "unreadable",
    "拒絶理由通知への応答待ち（日付を読み取れず、期間経過の有無は不明）",
)


def _no_reply(sent: date, length: periods.Length, source: Words, today: date, *, is_extended: bool) -> Words:
    if today <= periods.roll(periods.end_of(sent, length)):
        return Words("reply to a notice of reasons for refusal outstanding", "拒絶理由通知への応答待ち")
    if today <= longest_reply(sent):
        if is_extended:
            return Words(
                f"reply to a notice of reasons for refusal outstanding; the {source.en} {length.words.en} are over, "
                "an extension was asked for",
                f"拒絶理由通知への応答待ち（{source.ja}{length.words.ja}は経過、期間延長の請求あり）",
            )
        return Words(
            f"no reply to the notice of reasons for refusal is recorded; the {source.en} {length.words.en} are over",
            f"拒絶理由通知への応答の記録なし（{source.ja}{length.words.ja}は経過）",
        )
    return Words(
        "no reply to the notice of reasons for refusal is recorded; overdue by any period, and not decided",
        "拒絶理由通知への応答の記録なし（延長を含むどの期間も経過、査定の記録もなし）",
    )


def _reply_filed(case: File) -> _Reading | None:
    notice = _last_notice(case)
    answer = case.course.answer_to(notice) if notice else None
    if notice is None or answer is None:
        return None
    state = Words("notice of reasons for refusal answered; next action awaited", "拒絶理由通知に応答済み（審査待ち）")
    by_date = () if case.course.is_by_number(answer) else (_BY_DATE,)
    earlier = tuple(map(_row, case.course.open_beside(notice, case.today)))
    other = (_OTHER_NOTICE,) if case.course.may_be_unanswered(notice, case.today) else ()
    unsure = (*((_EARLIER_NOTICE,) if earlier else ()), *other)
    rows = (*earlier, _row(notice), _row(answer))
    return _Reading(state, "medium" if unsure else "high", rows, (*by_date, *unsure))


_EARLIER_NOTICE = Words(
    "an earlier notice has no answer of its own, and its period may still run",
    "応答の記録のない先の拒絶理由通知（期間が残っている可能性）",
)
_OTHER_NOTICE = Words(
    "the answer may be to an earlier notice that was open as well",
    "応答が、同時に応答期間中だった先の通知に対するものである可能性",
)


def _last_notice(case: File) -> Event | None:
    return case.course.notices[-1] if case.course.notices else None


def _examination_not_requested(case: File) -> _Reading | None:
    period = _unrequested(case)
    if period is None or case.today > periods.add_days(periods.roll(period.end), 1):
        return None
    state = Words("pending; examination not requested", "出願係属中（審査請求前）")
    return _Reading(state, "medium" if period.doubts else "high", (*period.rows, "no A621/A625"), period.doubts)


def _presumed_withdrawn(case: File) -> _Reading | None:
    period = _unrequested(case)
    if period is None:
        return None
    end = periods.roll(period.end)
    state = Words(
        f"presumed deemed withdrawn: no request for examination is recorded, and its period ended {end}",
        f"未審査請求によるみなし取下げと推定（請求期間は{end}に経過）",
    )
    doubts = (*period.doubts, Words("restoration; a request not yet booked", "権利回復、未反映の請求"))
    return _Reading(state, "medium", (*period.rows, "no A621/A625"), doubts)


def _unrequested(case: File) -> RequestPeriod | None:
    return None if case.course.examination_requested else request_period(case.progress)


def _pending(case: File) -> _Reading:
    request = case.course.examination_requested
    if request is not None:
        state = Words("pending; examination requested, no action yet", "出願係属中（審査請求済み、最初の通知前）")
        return _Reading(state, "medium", (_row(request),))
    return _Reading(Words("pending", "出願係属中"), "medium", (f"filingDate {case.progress.filing_date or 'blank'}",))


_TESTS: dict[str, Callable[[File], _Reading | None]] = {
    "right_gone": _right_gone,
    "term_over": _term_over,
    "in_surcharge_period": _in_surcharge_period,
    "probably_lapsed": _probably_lapsed,
    "in_force": _in_force,
    "withdrawn": _withdrawn,
    "allowed": _allowed,
    "on_appeal": _on_appeal,
    "refused_appealable": _refused_appealable,
    "refused_final": _refused_final,
    "reply_outstanding": _reply_outstanding,
    "reply_filed": _reply_filed,
    "examination_not_requested": _examination_not_requested,
    "presumed_withdrawn": _presumed_withdrawn,
    "pending": _pending,
}
"""The tests in their order; the first that hits decides. Before them stands `not_in_the_data`, for a 107."""

RULES: tuple[str, ...] = ("not_in_the_data", *_TESTS)
