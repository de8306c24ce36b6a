"""A portfolio as a table and as a calendar: what other programs read is what was known, and nothing runs in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpo_mcp.dossier.portfolio.check import CaseReport, Portfolio
from jpo_mcp.dossier.portfolio.export import BOM, COLUMNS, calendar, table, undated
from jpo_mcp.dossier.portfolio.plan import Item, Plan
from jpo_mcp.dossier.progress.changes import Change
from jpo_mcp.dossier.progress.deadlines import Deadline
from jpo_mcp.dossier.progress.status import Status
from jpo_mcp.errors import BadNumber, JpoUnavailable, Words
from jpo_mcp.models.patent import PatentProgress, PatentRegistration
from jpo_mcp.numbers import ApplicationNumber, case_number

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC).timestamp()

REPLY = Deadline(
    what=Words("reply to the notice of reasons for refusal", "拒絶理由通知への応答"),
    rule="reply_to_refusal_notice",
    date=date(2027, 1, 25),
    raw_end=date(2027, 1, 23),
    basis=Words("dispatch 2026-11-24 + 60 days, usual for residents", "発送日2026-11-24＋60日"),
    articles="PA 50, 3",
    trigger="A131 拒絶理由通知書 2026-11-24 06126100104",
    for_whom="resident",
    unverified=(Words("residence of the applicant", "在外者か否か"), Words("extensions", "期間延長")),
    flag=False,
)
OPPOSITION = Deadline(
    what=Words("opposition by others", "異議申立期間"),
    rule="opposition",
    date=None,
    raw_end=None,
    basis=Words("the gazette's date is not in the data", "公報発行日はデータにありません"),
    articles="PA 113",
    trigger="R150 特許証 2026-11-01",
    for_whom=None,
    unverified=(),
    flag=True,
)


def report(
    title: str = "鳴らない鈴",
    *,
    deadlines: Iterable[Deadline] = (REPLY, OPPOSITION),
    register: PatentRegistration | None = None,
) -> CaseReport:
    number = case_number("特願2024-490999").number
    assert isinstance(number, ApplicationNumber)
    progress = PatentProgress.model_validate(
        {
            "applicationNumber": "2024490999",
            "inventionTitle": title,
            "expireDate": "20440115",
            "applicantAttorney": [{"name": "架空電機株式会社", "applicantAttorneyClass": "1"}],
            "bibliographyInformation": [{"numberType": "07", "number": "2026990001", "documentList": []}],
        }
    )
    return CaseReport(
        item=Item("特願2024-490999", number),
        application=number,
        progress=progress,
        register=register,
        status=Status("reply_outstanding", Words("reply outstanding", "応答待ち"), "high", (), ()),
        deadlines=tuple(deadlines),
        changes=(Change("new_paper", Words("new paper", "新しい書類"), None, "06126100104", date(2026, 11, 24)),),
        as_of=NOON,
        compared_with=NOON - 86_400.0,
    )


def portfolio(*cases: CaseReport) -> Portfolio:
    other = Item("意願2024-490998", case_number("意願2024-490998").number)
    waits = Item("商願2024-490997", case_number("商願2024-490997").number)
    return Portfolio(
        handle="handle",
        state="partial",
        cases=cases,
        waiting=(waits,),
        failed=((other, JpoUnavailable(Words("no answer", "応答なし"), Words("later", "後で"))),),
        refused=(("=1+1", BadNumber("not_a_number", Words("not a number", "番号ではない"), Words("x", "x"))),),
        repeated=(("2024490999", "特願2024-490999"),),
        plan=Plan((), ()),
        stops=(),
        cost=3,
        remaining={},
        registration=False,
        since=None,
        notes=(),
    )


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


# ── the table ─────────────────────────────────────────────────────────────────────────────────


def test_every_number_of_the_list_has_a_row() -> None:
    """Failures, what waits and what cannot be read as well: a table that drops them looks complete and is not."""
    rows = rows_of(table(portfolio(report()), "en"))
    assert [(row["number"], row["asked_as"], row["remark"]) for row in rows] == [
        ("特願2024-490999", "特願2024-490999", ""),
        ("意願2024-490998", "意願2024-490998", "[jpo_unavailable] no answer"),
        ("商願2024-490997", "商願2024-490997", "not asked yet"),
        ("", "'=1+1", "[bad_number] not a number"),
        ("特願2024-490999", "2024490999", "the same case as above"),
    ]


def test_the_term_is_the_registers_where_it_was_asked_for() -> None:
    """The same record that the status and the deadlines of the row are read from."""
    register = PatentRegistration.model_validate({"expireDate": "20460115"})
    (row, *_) = rows_of(table(portfolio(report(register=register)), "en"))
    assert row["expiry"] == "2046-01-15"


def test_a_row_says_what_is_known_of_a_case() -> None:
    """The columns of a due-diligence table; the applicant is never shown as the holder."""
    register = PatentRegistration.model_validate(
        {"rightPersonInformation": [{"rightPersonName": "見本化学株式会社"}], "nextPensionPaymentDate": "20280620"}
    )
    (row, *_) = rows_of(table(portfolio(report(register=register)), "en"))
    assert row == dict.fromkeys(COLUMNS, "") | {
        "number": "特願2024-490999",
        "application": "2024490999",
        "law": "patent",
        "asked_as": "特願2024-490999",
        "title": "鳴らない鈴",
        "applicants": "架空電機株式会社",
        "holders": "見本化学株式会社",
        "status": "reply outstanding",
        "status_rule": "reply_outstanding",
        "confidence": "high",
        "expiry": "2044-01-15",
        "next_payment": "2028-06-20",
        "proceedings": "2026990001",
        "next_deadline": "2027-01-25",
        "deadline_for": "reply to the notice of reasons for refusal",
        "deadline_basis": "dispatch 2026-11-24 + 60 days, usual for residents; Patent Act 50, 3"
        " (not verified: residence of the applicant; extensions)",
        "flags": "opposition by others",
        "changes": "new paper 06126100104",
        "compared_with": "2026-11-23T12:00+09:00",
        "as_of": "2026-11-24T12:00+09:00",
    }


def test_excel_is_told_that_the_table_is_utf_8() -> None:
    """By a byte order mark, and the line ends that RFC 4180 wants."""
    text = table(portfolio(report()))
    assert text.startswith(BOM)
    assert "\r\n" in text
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize(
    "title", ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1＋1", " =1", "　@x"]
)
def test_no_cell_is_a_formula(title: str) -> None:
    """A title is somebody else's text; a spreadsheet would run what begins so."""
    (row, *_) = rows_of(table(portfolio(report(title))))
    assert row["title"] == f"'{title}"


@settings(max_examples=60, deadline=None)
@given(title=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40))
def test_any_title_comes_back_from_the_table(title: str) -> None:
    """Quotes, commas, line breaks: whole, but for the apostrophe in front. Blanks alone are no title."""
    (row, *_) = rows_of(table(portfolio(report(title))))
    assert row["title"].removeprefix("'") == ("" if title.isspace() else title.removeprefix("'"))


# ── the calendar ──────────────────────────────────────────────────────────────────────────────


def events(text: str) -> list[icalendar.Event]:
    """What an independent reader of RFC 5545 makes of it."""
    return [part for part in icalendar.Calendar.from_ical(text).subcomponents if isinstance(part, icalendar.Event)]


def test_a_computed_deadline_is_an_event_of_one_whole_day() -> None:
    """With its basis, trigger and doubts in it, and no word that claims certainty."""
    (event,) = events(calendar([report()], now=NOON, lang="en"))
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2027, 1, 25), date(2027, 1, 26))
    assert str(event["summary"]) == (
        "特願2024-490999 reply to the notice of reasons for refusal [resident] (not verified)"
    )
    for part in (
        "60 days",
        "Patent Act 50, 3",
        "residence of the applicant",
        REPLY.trigger,
        REPLY.rule,
        "check before",
    ):
        assert part in str(event["description"])
    assert str(event["transp"]) == "TRANSPARENT"
    assert event.decoded("dtstamp") == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def test_texts_are_escaped_and_every_event_is_closed() -> None:
    """RFC 5545, 3.3.11 and 3.6.1. Readers differ in what they forgive, so the bytes themselves are looked at."""
    lines = calendar([report("a;b,c\\d\ne")], now=NOON, lang="en").replace("\r\n ", "").split("\r\n")
    (description,) = (line for line in lines if line.startswith("DESCRIPTION:"))
    assert description.startswith(r"DESCRIPTION:a\;b\,c\\d\ne\n")
    assert [line for line in lines if line.endswith("VEVENT")] == ["BEGIN:VEVENT", "END:VEVENT"]
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_there_is_no_alarm() -> None:
    """An alarm says "now"; whoever reads the event decides."""
    assert "VALARM" not in calendar([report()], now=NOON)


def test_an_event_keeps_its_uid_when_its_day_moves() -> None:
    """An extension moves the event; another addressee, rule or case is another event."""
    moved = replace(REPLY, date=date(2027, 3, 25))
    overseas = replace(REPLY, for_whom="overseas")
    uids = [str(events(calendar([report(deadlines=[d])], now=NOON))[0]["uid"]) for d in (REPLY, moved, overseas)]
    assert uids[0] == uids[1]
    assert uids[0] != uids[2]
    assert len({str(e["uid"]) for e in events(calendar([report(deadlines=[REPLY, overseas])], now=NOON))}) == 2


def test_what_has_no_day_is_listed_apart() -> None:
    """A calendar cannot show a deadline that must only be flagged, so it must not vanish."""
    assert undated([report()]) == (("特願2024-490999", OPPOSITION.what),)


def test_a_calendar_of_nothing_is_still_a_calendar() -> None:
    """No deadline, no case."""
    assert events(calendar([], now=NOON)) == []
    assert events(calendar([report(deadlines=[OPPOSITION])], now=NOON)) == []


@settings(max_examples=60, deadline=None)
@given(title=st.text(st.characters(exclude_categories=["Cs"]), max_size=120))
def test_any_title_folds_into_lines_of_75_bytes_and_reads_back(title: str) -> None:
    """RFC 5545, 3.1 and 3.3.11: no character is cut in two, no text can begin a property of its own."""
    text = calendar([report(title)], now=NOON)
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any(char in line for line in lines for char in "\r\n")
    (event,) = events(text)
    first = str(event["description"]).replace("\n", "")
    told = "" if title.isspace() else title  # a title of blanks is none
    assert first.startswith("".join(c for line in told.splitlines() for c in line if c.isprintable() or c == "　"))
