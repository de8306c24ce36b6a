"""Replies to notices of reasons for refusal: by the printed period where the notice was read, otherwise by both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from jpo_mcp.dossier.progress import deadline_rules as rules
from jpo_mcp.dossier.progress.deadline import (
    BY_DATES,
    CLOSURES,
    EXTENSION,
    RESIDENCE,
    SERVICE,
    UNREADABLE,
    Deadline,
    File,
    Whom,
    computed,
    flagged,
    is_over,
    other_reading,
    row_of,
)
from jpo_mcp.dossier.progress.periods import Length, add_months, end_of, roll
from jpo_mcp.dossier.progress.prosecution import (
    ANSWERS,
    APPEAL_DECISION,
    EXTENSION_REQUEST,
    GRANT,
    LATE_EXTENSION_REQUEST,
    NOTICE,
    REFUSAL,
    USUAL_REPLY,
    longest_reply,
)
from jpo_mcp.dossier.progress.timeline import Event
from jpo_mcp.errors import Words
from jpo_mcp.numbers import Law

_PRIOR_ART_NOTICE = "A2529"
_CLOSES = frozenset({GRANT, REFUSAL, APPEAL_DECISION})
_APPEAL_NOTICE = "C13"
_LATE_EXTENSION = Length(2, "months")


class _Usual(NamedTuple):
    """A period as usually set, and what one request after another adds while it runs."""

    length: Length
    extensions: tuple[Length, ...]


_1_MONTH, _2_MONTHS, _3_MONTHS = (Length(count, "months") for count in (1, 2, 3))
_USUAL: dict[Law, dict[Whom, _Usual]] = {
    "patent": {
        "resident": _Usual(USUAL_REPLY["patent"], (_2_MONTHS,)),
        "overseas": _Usual(_3_MONTHS, (_2_MONTHS, _1_MONTH)),
    },
    "design": {"resident": _Usual(USUAL_REPLY["design"], (_2_MONTHS,)), "overseas": _Usual(_3_MONTHS, (_2_MONTHS,))},
    "trademark": {
        "resident": _Usual(USUAL_REPLY["trademark"], (_1_MONTH,)),
        "overseas": _Usual(_3_MONTHS, (_1_MONTH,)),
    },
}
"""方式審査便覧 04.09 and 04.10, and the JPO's pages on extensions (2016 to 2025). Remote places get 15 days more."""
_WHOM: dict[Whom, Words] = {
    "resident": Words("usual for residents", "国内居住者の通常の期間"),
    "overseas": Words("usual for applicants overseas", "在外者の通常の期間"),
}
_PRINTED = Words("printed in the notice", "通知書に記載")


def reply_deadlines(file: File) -> Iterator[Deadline]:
    """For each notice without an answer: until when it can be answered, or that it is for a professional to say.

    A reply that is overdue stays until the examiner acts.
    """
    for notice in file.course.notices:
        if _is_open(file, notice):
            yield from _to_notice(file, notice)
    for notice in file.course.events:
        yield from _to_other_notice(file, notice)


def _is_open(file: File, notice: Event) -> bool:
    answered = file.course.answer_to(notice) is not None and not file.course.may_be_unanswered(notice, file.today)
    return not answered and not _followed(file, notice, _CLOSES)


def _followed(file: File, event: Event, codes: frozenset[str]) -> bool:
    """Whether a paper with one of these codes came on the day of the event or later."""
    day = event.date or date.max
    return any(other.code in codes and (other.date or date.max) >= day for other in file.course.events)


def _to_notice(file: File, notice: Event) -> Iterator[Deadline]:
    if notice.date is None:
        yield flagged(file, rules.REPLY, UNREADABLE, row_of(notice))
    elif file.course.is_of_appeal(notice):
        yield flagged(file, rules.REPLY_ON_APPEAL, _OTHER_PERIODS, row_of(notice))
    else:
        yield from _in_time_or_late(file, notice, notice.date)


_OTHER_PERIODS = Words(
    "on appeal the periods and their extensions are others", "審判段階では期間と延長の扱いが異なります"
)


def _in_time_or_late(file: File, notice: Event, sent: date) -> Iterator[Deadline]:
    found = tuple(_replies(file, notice, sent))
    superseded = notice is not file.course.notices[-1] or file.course.answer_to(notice) is not None
    may_run = file.course.extensions_unsure(notice) and file.today <= longest_reply(sent)
    if superseded and not may_run and is_over(found, file.today):
        return
    yield from found
    days = [deadline.date for deadline in found if deadline.date]
    askable = min(days) < file.today <= roll(add_months(max(days), _LATE_EXTENSION.value))
    if askable and not file.course.extensions_asked(notice, *_NO_LATE_EXTENSION_AFTER[file.law]):
        yield flagged(file, rules.LATE_EXTENSION, _LATE, row_of(notice))


_NO_LATE_EXTENSION_AFTER: dict[Law, tuple[str, ...]] = {
    "patent": (EXTENSION_REQUEST, LATE_EXTENSION_REQUEST),
    "design": (EXTENSION_REQUEST, LATE_EXTENSION_REQUEST),
    "trademark": (LATE_EXTENSION_REQUEST,),
}
_LATE = Words(
    "two months more if asked for within two months after the period, and no opinion was filed",
    "期間経過後2か月以内の請求で2か月（意見書提出後は不可）",
)


def _replies(file: File, notice: Event, sent: date) -> Iterator[Deadline]:
    numbers = (paper.number or "" for paper in notice.documents)
    period = next((file.printed[number] for number in numbers if number in file.printed), None)
    if period is None:
        for whom, usual in _USUAL[file.law].items():
            yield _reply(file, notice, sent, usual, source=_WHOM[whom], whom=whom)
    else:
        whom = "overseas" if period.unit == "months" else "resident"
        usual = _Usual(Length(period.value, period.unit), _USUAL[file.law][whom].extensions)
        yield _reply(file, notice, sent, usual, source=_PRINTED)


def _reply(
    file: File, notice: Event, sent: date, usual: _Usual, *, source: Words, whom: Whom | None = None
) -> Deadline:
    inside = file.course.extensions_asked(notice, EXTENSION_REQUEST)
    late = file.course.extensions_asked(notice, LATE_EXTENSION_REQUEST)
    granted = (*usual.extensions[: len(inside)], *((_LATE_EXTENSION,) if late else ()))
    possible = () if late else usual.extensions[len(inside) :]
    lengths, farthest = (usual.length, *granted), (usual.length, *granted, *possible)
    readings = dict.fromkeys((*other_reading(sent, *lengths), *other_reading(sent, *farthest)))
    residence = () if whom is None else (RESIDENCE,)
    return computed(
        file,
        rules.REPLY,
        end_of(sent, *lengths),
        _basis(sent, lengths, source, (*inside, *late)),
        row_of(notice),
        unverified=(*readings, *_unsure(file, notice), BY_DATES, SERVICE, *residence, EXTENSION, CLOSURES),
        for_whom=whom,
        outer_limit=roll(end_of(sent, *farthest)) if possible else None,
    )


def _unsure(file: File, notice: Event) -> Iterator[Words]:
    """What two notices open at once leave open: the rows do not say which of them a paper is for."""
    if file.course.may_be_unanswered(notice, file.today):
        answers = ", ".join(f"{paper.code} {paper.date}" for paper in file.course.answers_of(notice))
        yield Words(
            f"whether {answers} answers this notice or an earlier one that was open as well",
            f"{answers} がこの通知への応答か、同時に応答期間中だった先の通知への応答か",
        )
    for request in file.course.extensions_unsure(notice):
        asked = f"{request.code} {request.date}"
        yield Words(
            f"which of two notices {asked} extends: it is not added here",
            f"{asked} がどの通知の期間を延長するか（ここでは加算していません）",
        )


def _basis(sent: date, lengths: tuple[Length, ...], source: Words, requests: tuple[Event, ...]) -> Words:
    first, *added = (length.words for length in lengths)
    basis = Words(f"dispatch {sent} + {first.en}, {source.en}", f"発送日{sent}＋{first.ja}（{source.ja}）")
    if not added:
        return basis
    more = Words(" + ".join(words.en for words in added), "＋".join(words.ja for words in added))
    asked = ", ".join(f"{event.code} {event.date}" for event in requests)
    return Words(f"{basis.en} + {more.en} asked for by {asked}", f"{basis.ja}＋延長{more.ja}（{asked}の請求）")


def _to_other_notice(file: File, notice: Event) -> Iterator[Deadline]:
    """A notice of the appeal board, or one under Art. 48-7; the latter only where it came alone, since with a notice
    of reasons for refusal there is one period for both."""
    if _followed(file, notice, ANSWERS | _CLOSES | {NOTICE}):
        return
    if notice.code == _APPEAL_NOTICE:
        yield flagged(file, rules.REPLY_ON_APPEAL, _OTHER_PERIODS, row_of(notice))
    if notice.code == _PRIOR_ART_NOTICE and file.law == "patent":
        yield flagged(file, rules.REPLY_48_7, _PRIOR_ART_PERIOD, row_of(notice))


_PRIOR_ART_PERIOD = Words("usually 30 days, 60 overseas", "通常30日（在外者60日）")
