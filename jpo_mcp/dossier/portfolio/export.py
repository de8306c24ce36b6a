"""A portfolio as files for other programs: a table (CSV) and the computed deadlines (iCalendar, RFC 5545). Pure.

Texts come back whole, with their own line ends; write them as UTF-8 without translating newlines.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from jpo_mcp.clock import jst_text
from jpo_mcp.dossier.portfolio.check import CaseReport, Portfolio
from jpo_mcp.dossier.progress.deadline import cited
from jpo_mcp.dossier.progress.deadlines import Deadline
from jpo_mcp.dossier.progress.timeline import PROCEEDINGS
from jpo_mcp.dossier.view import iso
from jpo_mcp.errors import Lang, Words

# ── CSV ───────────────────────────────────────────────────────────────────────────────────────

BOM = "\ufeff"
"""Without it, Excel takes UTF-8 for the machine's own code page."""

COLUMNS: tuple[str, ...] = (
    "number", "application", "law", "asked_as", "title", "applicants", "holders", "status", "status_rule",
    "confidence", "registration", "expiry", "next_payment", "proceedings", "next_deadline", "deadline_for",
    "deadline_basis", "flags", "changes", "compared_with", "as_of", "remark",
)  # fmt: skip

_FORMULA = frozenset("=+-@\t\r＝＋－＠")


def table(portfolio: Portfolio, lang: Lang = "both") -> str:
    """Every number of the list in a row, with what is known of it; also those that failed, wait or cannot be read."""
    text = io.StringIO()
    text.write(BOM)
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(portfolio, lang):
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return text.getvalue()


def _cell(value: str | None) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe in front says that it is text."""
    text = value or ""
    return f"'{text}" if text[:1] in _FORMULA or text.lstrip()[:1] in _FORMULA else text


def _rows(portfolio: Portfolio, lang: Lang) -> Iterator[dict[str, str | None]]:
    for case in portfolio.cases:
        yield _row(case, lang)
    for item, failure in portfolio.failed:
        yield {"number": item.number.human, "asked_as": item.text, "remark": failure.brief(lang)}
    for item in portfolio.waiting:
        yield {"number": item.number.human, "asked_as": item.text, "remark": _WAITING.say(lang)}
    for text, failure in portfolio.refused:
        yield {"asked_as": text, "remark": failure.brief(lang)}
    for text, number in portfolio.repeated:
        yield {"number": number, "asked_as": text, "remark": _REPEATED.say(lang)}


_WAITING = Words("not asked yet", "未取得")
_REPEATED = Words("the same case as above", "上記と同じ案件")


def _row(case: CaseReport, lang: Lang) -> dict[str, str | None]:
    return {
        "number": case.number,
        "application": case.application.api if case.application else None,
        "law": case.item.number.law,
        "asked_as": case.item.text,
        "title": case.title,
        "status": case.status.state.say(lang),
        "status_rule": case.status.rule,
        "confidence": case.status.confidence,
        "flags": _joined(deadline.what.say(lang) for deadline in case.deadlines if deadline.flag),
        "changes": _joined(_change(case, lang)),
        "compared_with": jst_text(case.compared_with) if case.compared_with else None,
        "as_of": jst_text(case.as_of),
        **_recorded(case),
        **_due(case.next_deadline, lang),
    }


def _recorded(case: CaseReport) -> dict[str, str | None]:
    """What the JPO's records say: people, the right, proceedings."""
    if case.progress is None:
        return {}
    register = case.register
    proceedings = (group.number or "?" for group in case.progress.bibliography if group.number_type in PROCEEDINGS)
    return {
        "applicants": _joined(party.name or "?" for party in case.progress.applicants),
        "holders": _joined(holder.name or "?" for holder in register.right_holders) if register else None,
        "registration": case.progress.registration_number,
        "expiry": iso((register.expire_date if register else None) or case.progress.expire_date),
        "next_payment": iso(register.next_pension_payment_date) if register else None,
        "proceedings": _joined(proceedings),
    }


def _due(deadline: Deadline | None, lang: Lang) -> dict[str, str | None]:
    if deadline is None:
        return {}
    return {
        "next_deadline": iso(deadline.date),
        "deadline_for": deadline.what.say(lang),
        "deadline_basis": _basis(deadline, lang),
    }


def _basis(deadline: Deadline, lang: Lang) -> str:
    """What a computed day rests on, and what was not verified."""
    unverified = _joined(words.say(lang) for words in deadline.unverified)
    doubts = f" ({_UNVERIFIED.say(lang)}: {unverified})" if unverified else ""
    return f"{deadline.basis.say(lang)}; {cited(deadline.articles).say(lang)}{doubts}"


_UNVERIFIED = Words("not verified", "未確認")


def _change(case: CaseReport, lang: Lang) -> Iterator[str]:
    for change in case.changes:
        values = " → ".join(value for value in (change.before, change.after) if value)
        yield f"{change.what.say(lang)} {values}".strip()


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts))


# ── iCalendar ─────────────────────────────────────────────────────────────────────────────────

_LINE = 75
_SPECIAL = re.compile(r"([\\;,])")
_CHECK = Words(
    "computed from the JPO's data, not a statement of the deadline: check before you rely on it",
    "特許庁データからの計算値であり、期限を断定するものではありません。必ず確認してください",
)


def calendar(cases: Iterable[CaseReport], *, now: float, lang: Lang = "both") -> str:
    """The computed deadlines as all-day events, each with its basis, its trigger and its doubts; no alarms.

    An event keeps its UID while its trigger is the same, so that a calendar moves it when its day moves. Deadlines
    without a day are no events: `undated` lists them.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//jpo_mcp//deadlines//EN", "CALSCALE:GREGORIAN"]
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    for case in cases:
        for deadline in case.deadlines:
            lines += _event(case, deadline, stamp, lang)
    return "".join(_folded(line) for line in (*lines, "END:VCALENDAR"))


def undated(cases: Iterable[CaseReport]) -> tuple[tuple[str, Words], ...]:
    """The deadlines that a calendar cannot show: which case, and what a professional must look at."""
    return tuple((case.number, deadline.what) for case in cases for deadline in case.deadlines if deadline.date is None)


def _event(case: CaseReport, deadline: Deadline, stamp: str, lang: Lang) -> list[str]:
    if deadline.date is None:
        return []
    whom = f" [{deadline.for_whom}]" if deadline.for_whom else ""
    return [
        "BEGIN:VEVENT",
        f"UID:{_uid(case, deadline)}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{deadline.date:%Y%m%d}",
        f"DTEND;VALUE=DATE:{deadline.date + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(f'{case.number} {deadline.what.say(lang)}{whom} ({_UNVERIFIED.say(lang)})')}",
        f"DESCRIPTION:{_escaped(_description(case, deadline, lang))}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _uid(case: CaseReport, deadline: Deadline) -> str:
    named = "|".join((case.item.number.law, case.number, deadline.rule, deadline.trigger, deadline.for_whom or ""))
    return f"{hashlib.sha256(named.encode()).hexdigest()[:32]}@jpo-mcp"


def _description(case: CaseReport, deadline: Deadline, lang: Lang) -> str:
    lines = [
        case.title or "",
        _basis(deadline, lang),
        f"{deadline.rule}: {deadline.trigger}",
        f"{_CHECK.say(lang)} ({jst_text(case.as_of)})",
    ]
    return "\n".join(line for line in lines if line)


def _escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line breaks escaped, other control characters dropped."""
    lines = _SPECIAL.sub(r"\\\1", text).splitlines()
    return "\\n".join("".join(char for char in line if char.isprintable() or char == "\u3000") for line in lines)


def _folded(line: str) -> str:
    """The line in pieces of at most 75 bytes, none of them cut inside a character."""
    pieces: list[str] = []
    piece, size = "", 0
    for char in line:
        width = len(char.encode())
        if size + width > _LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece += char
        size += width
    return "\r\n".join((*pieces, piece)) + "\r\n"
