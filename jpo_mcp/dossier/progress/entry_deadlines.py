"""Entry of an international application into the national phase (PA 184-4): only ever flagged.

Before entry the JPO's data hold nothing of the application, its priority date least of all; after it they do not tell
the language in which it was filed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jpo_mcp.dossier.progress import deadline_rules as rules
from jpo_mcp.dossier.progress.deadline import Deadline, File, flagged, row_of
from jpo_mcp.dossier.progress.periods import add_months, roll
from jpo_mcp.errors import Words
from jpo_mcp.numbers import InternationalApplication, InternationalPublication, ServedNumber

_ENTRY_MONTHS, _TRANSLATION_MONTHS = 30, 2
_ENTERED = "A632"
_TRANSLATED = frozenset({"A631", "A634", "A635"})


def not_entered(number: ServedNumber, today: date) -> tuple[Deadline, ...]:
    """The flag for a number under which the JPO knows no national phase; none once it must be over.

    Its priority is of no later year than the number, which bounds the thirty months and the two for a translation.
    """
    if not isinstance(number, InternationalApplication | InternationalPublication):
        return ()
    last = add_months(date(int(number.digits[:4]), 12, 31), _ENTRY_MONTHS + _TRANSLATION_MONTHS)
    rule = rules.NATIONAL_PHASE
    trigger = f"status 107 {number.human}"
    flag = Deadline(rule.what, rule.name, None, None, _NOT_SHOWN, rule.articles["patent"], trigger, None, (), True)
    return (flag,) if today <= roll(last) else ()


_NOT_SHOWN = Words(
    "30 months from the priority date, which these data do not hold; two more for the translation where entry falls "
    "into the last two; an entry may be made and not yet visible",
    "優先日（データなし）から30か月。満了前2か月の移行なら翻訳文はさらに2か月。移行済みで未反映の場合あり",
)


def translation(file: File) -> Iterator[Deadline]:
    """The flag for a case that entered within the last two months and shows no translation."""
    events = file.course.events
    entered = next((event for event in events if event.code == _ENTERED and event.date), None)
    if file.law != "patent" or entered is None or entered.date is None:
        return
    shown = any(event.code in _TRANSLATED for event in events)
    if not shown and file.today <= roll(add_months(entered.date, _TRANSLATION_MONTHS)):
        yield flagged(file, rules.TRANSLATION, _IF_FOREIGN, row_of(entered))


_IF_FOREIGN = Words(
    "no translation is recorded: two months from the entry, if that fell into the last two of the 30 months and the "
    "application is in a foreign language",
    "翻訳文の記録なし。外国語出願で、30か月の満了前2か月に移行した場合は移行日から2か月",
)
