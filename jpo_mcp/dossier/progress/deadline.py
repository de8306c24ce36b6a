"""One deadline, with all that stands behind its day, and the two ways to make one: computed, or only flagged."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from jpo_mcp.dossier.progress.periods import Length, end_of, end_step_by_step, roll
from jpo_mcp.dossier.progress.prosecution import Course, is_erased
from jpo_mcp.dossier.progress.timeline import Event
from jpo_mcp.errors import Words
from jpo_mcp.models.common import JpoDate, Progress, Registration, Right
from jpo_mcp.numbers import Law

if TYPE_CHECKING:
    from jpo_mcp.documents.refusal import Period  # at run time it would bring the readers along

Whom = Literal["resident", "overseas"]

RESTORABLE_MONTHS = 24
"""How long a flag for restoration stays, from the day that was missed: six months in which fees can be paid late, a
year at most to ask for restoration, and time to book it."""

SERVICE = Words("the day of service (dispatch is the earliest)", "送達日（発送日が最も早い場合）")
EXTENSION = Words("extensions not shown in these rows", "この記録にない期間延長")
RESIDENCE = Words("residence of the applicant", "在外者・遠隔地か否か")
CLOSURES = Words("special closures and relief measures", "臨時の閉庁・救済措置")
UNBOOKED = Words("a payment or request not yet booked", "未反映の納付・手続")
UNREADABLE = Words("its date is unreadable", "日付を読み取れません")
BY_DATES = Words("that no reply exists: read from dates, not from the papers", "応答なしとの判断（日付による）")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day computed from the rows, or the mere fact that there is a deadline which a professional must look at.

    `date` is the last day, moved to an open day where the law moves it, and `raw_end` the day before that where it
    differs. `articles` are of the Patent (PA), Design (DA) or Trademark Act (TM). `for_whom` is set where the rows
    leave open which of two periods applies, and both are shown. A `flag` has no date. `opens` is the first day where
    there is one; `outer_limit` is as far as extensions, asked for in time, could move the date.
    """

    what: Words
    rule: str
    date: datetime.date | None
    raw_end: datetime.date | None
    basis: Words
    articles: str
    trigger: str
    for_whom: Whom | None
    unverified: tuple[Words, ...]
    flag: bool
    opens: datetime.date | None = None
    outer_limit: datetime.date | None = None


class Rule(NamedTuple):
    """One line of the table of deadlines: its short name, what it is for, and its articles by law."""

    name: str
    what: Words
    articles: Mapping[Law, str]


@dataclass(frozen=True, slots=True)
class File:
    """What status and deadlines are read from: a case's records and the periods its notices print, on one day."""

    progress: Progress
    course: Course
    register: Registration | None
    today: datetime.date
    printed: Mapping[str, Period]

    @property
    def law(self) -> Law:
        return self.progress.law

    @property
    def right(self) -> Right:
        """The record that says most about the right."""
        return self.register or self.progress

    @property
    def expiry(self) -> JpoDate:
        """The end of the term, by the JPO; a register that leaves it blank does not hide what the progress says."""
        return self.right.expire_date or self.progress.expire_date

    @property
    def is_erased(self) -> bool:
        """Whether that record shows the right gone before its term."""
        return is_erased(self.right)


_ACTS = {
    "PA": Words("Patent Act", "特許法"),
    "DA": Words("Design Act", "意匠法"),
    "TM": Words("Trademark Act", "商標法"),
}
_ITEMS = ("i", "ii", "iii", "iv", "v")
_ACT = re.compile(r"\b(?:PA|DA|TM)\b")
_PLACE = re.compile(r"(?P<article>[0-9]+)(?:-(?P<branch>[0-9]+))?|[(](?P<paragraph>[0-9]+)[)]|[(](?P<item>[ivx]+)[)]")


def cited(articles: str) -> Words:
    """`PA 44(1)(ii), (5), 3` as each language writes it: 特許法第44条第1項第2号、第5項、第3条."""
    en = _ACT.sub(lambda act: _ACTS[act[0]].en, articles)
    ja = _PLACE.sub(_place, _ACT.sub(lambda act: _ACTS[act[0]].ja, articles))
    return Words(en, ja.replace("法 ", "法").replace(" (", "（").replace(")", "）").replace(", ", "、"))


def _place(found: re.Match[str]) -> str:
    if found["article"]:
        return f"第{found['article']}条" + (f"の{found['branch']}" if found["branch"] else "")
    return f"第{found['paragraph']}項" if found["paragraph"] else f"第{_ITEMS.index(found['item']) + 1}号"


def row_of(event: Event) -> str:
    """`A131 拒絶理由通知書 2024-02-27 06124084096`."""
    numbers = (paper.number for paper in event.documents)
    day = event.date.isoformat() if event.date else event.raw_date
    return " ".join(filter(None, (event.code, event.ja, day, *numbers)))


def computed(
    file: File,
    rule: Rule,
    raw: datetime.date,
    basis: Words,
    trigger: str,
    *,
    unverified: Iterable[Words] = (),
    for_whom: Whom | None = None,
    moves: bool = True,
    opens: datetime.date | None = None,
    outer_limit: datetime.date | None = None,
) -> Deadline:
    """The deadline of a period that ends on `raw`. A procedure's last day `moves` off closing days; a term's stays."""
    day = roll(raw) if moves else raw
    return Deadline(
        what=rule.what,
        rule=rule.name,
        date=day,
        raw_end=None if day == raw else raw,
        basis=basis,
        articles=rule.articles[file.law],
        trigger=trigger,
        for_whom=for_whom,
        unverified=tuple(unverified),
        flag=False,
        opens=opens,
        outer_limit=outer_limit,
    )


def flagged(file: File, rule: Rule, why: Words, trigger: str) -> Deadline:
    """A deadline that exists and is not computed, with the reason."""
    return Deadline(rule.what, rule.name, None, None, why, rule.articles[file.law], trigger, None, (), True)


def is_over(deadlines: Iterable[Deadline], today: datetime.date) -> bool:
    """Whether the last of these dates has passed."""
    return all(deadline.date is not None and deadline.date < today for deadline in deadlines)


def other_reading(event: datetime.date, *lengths: Length) -> tuple[Words, ...]:
    """The day by the other way to count an extension, as something not settled, where it is another day."""
    whole, by_steps = roll(end_of(event, *lengths)), roll(end_step_by_step(event, *lengths))
    if whole == by_steps:
        return ()
    return (
        Words(
            f"the way to count the extension: from the unrolled last day it would be {by_steps}",
            f"延長の数え方（当初期間の末日から数えると{by_steps}）",
        ),
    )
