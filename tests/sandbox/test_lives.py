"""The lives of the cases move on with the sandbox's clock, a Japanese day at a time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from jpo_mcp import numbers
from jpo_mcp.clock import JST, ManualClock
from jpo_mcp.endpoints import ENDPOINTS, Endpoint, Law, endpoint
from jpo_mcp.sandbox import CASES, WATCHLIST, Case, Sandbox
from jpo_mcp.sandbox.designs import DESIGNS
from jpo_mcp.sandbox.life import PatentCase
from jpo_mcp.sandbox.moving import MOVING
from jpo_mcp.sandbox.papers import bundle
from jpo_mcp.sandbox.patents import PATENTS
from jpo_mcp.sandbox.register import Json, Register
from jpo_mcp.sandbox.trademarks import TRADEMARKS
from tests.conftest import NOON_JST
from tests.sandbox.conftest import Caller, caller_of
from tests.sandbox.test_answers import codes, leaves

PAST = (*PATENTS, *DESIGNS, *TRADEMARKS)
TODAY = date(2026, 11, 23)
USUAL_WAY, APPEALED, RESTORED = "2024491001", "2023491002", "2018491006"


def answer(day: str, law: Law, name: str, *arguments: str) -> Any:
    """What the sandbox says on an ISO day."""
    return Register(CASES, date.fromisoformat(day)).answer(endpoint(law, name), arguments)


def contents(content: bytes | None) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(content)) if content else None
    return {name: archive.read(name) for name in archive.namelist()} if archive else {}


# ── one rule for every endpoint ───────────────────────────────────────────────────────────────

JUST_BEFORE_MIDNIGHT = datetime(2026, 11, 24, 23, 59, 59, tzinfo=JST).timestamp()


async def test_a_paper_of_today_is_in_no_answer_before_the_japanese_midnight() -> None:
    """The handbook: an act of today is visible tomorrow. The notice of 特願2024-491001 is of 2026-11-24."""
    clock = ManualClock(JUST_BEFORE_MIDNIGHT)
    caller = caller_of(Sandbox(clock=clock))
    async with caller.http:
        before = [await shown(caller, USUAL_WAY)]
        clock.advance(1)
        after = [await shown(caller, USUAL_WAY)]
    assert before == [(["A63"] * 5 + ["A621", "A971007"], [], "108")]
    assert after == [
        (
            ["A63"] * 5 + ["A621", "A971007", "A131"],
            ["JPA 423491001"],
            ["06126100104-jpntce.xml"],
        )
    ]


async def shown(caller: Caller, number: str) -> tuple[list[str], list[str], str | list[str]]:
    """The papers listed, the documents cited and the papers handed out."""
    progress = await caller.result(f"/api/patent/v1/app_progress_simple/{number}")
    cited = await caller.result(f"/api/patent/v1/cite_doc_info/{number}")
    reply = await caller.get(f"/api/patent/v1/app_doc_cont_refusal_reason/{number}")
    is_json = reply.headers["content-type"].startswith("application/json")
    papers = reply.json()["result"]["statusCode"] if is_json else list(contents(reply.content))
    return codes(progress["data"], "01"), [row["documentNumber"] for row in cited["data"]["patentDoc"]], papers


UNPUBLISHED = [
    *((f"/api/patent/v1/{name}/2025491003", "20261224") for name in (
        "app_progress", "app_progress_simple", "divisional_app_info", "priority_right_app_info", "cite_doc_info",
        "jpp_fixed_address", "case_number_reference/application",
    )),
    ("/api/patent/v1/case_number_reference/publication/2026491003", "20261224"),
    ("/api/trademark/v1/app_progress/2026491205", "20261208"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "published"), UNPUBLISHED)
async def test_an_unpublished_application_is_not_in_the_data(path: str, published: str) -> None:
    """Patents are published after eighteen months, marks some days after filing; before that the answer is 107."""
    clock = ManualClock(datetime.combine(date.fromisoformat(published), datetime.min.time(), JST).timestamp())
    caller = caller_of(Sandbox(clock=clock))
    async with caller.http:
        before = await caller.result(path)
        clock.advance(86_400)
        await caller.log_in()
        after = await caller.result(path)
    assert (before["statusCode"], after["statusCode"]) == ("107", "100")


async def test_an_unpublished_application_has_no_papers_to_hand_out(caller: Caller) -> None:
    """107, not 108: the case itself is not there."""
    reply = await caller.result("/api/patent/v1/app_doc_cont_refusal_reason/2025491003")
    assert reply["statusCode"] == "107"


def test_a_right_is_on_the_register_from_the_day_after_its_registration() -> None:
    """特許9910001 is registered on 2027-05-07; its certificate follows after two weeks."""
    assert answer("2027-05-07", "patent", "registration_info", USUAL_WAY) is None
    assert answer("2027-05-07", "patent", "case_number_reference", "registration", "9910001") is None
    progress = answer("2027-05-07", "patent", "app_progress", USUAL_WAY)
    assert [progress[key] for key in ("registrationNumber", "erasureIdentifier", "expireDate")] == ["", "", ""]
    register = answer("2027-05-08", "patent", "registration_info", USUAL_WAY)
    assert (register["registrationDate"], register["nextPensionPaymentDate"]) == ("20270507", "20300507")
    assert (register["decisionDate"], register["updateDate"]) == ("20270330", "20270507")
    assert codes(answer("2027-05-08", "patent", "app_progress", USUAL_WAY), "06") == ["A01", "R100"]
    assert codes(answer("2027-05-22", "patent", "app_progress", USUAL_WAY), "06") == ["A01", "R100", "R150"]
    assert answer("2027-05-22", "patent", "registration_info", USUAL_WAY)["updateDate"] == "20270521"


def test_a_case_granted_before_its_publication_is_in_the_data_from_its_registration() -> None:
    """特願2024-490012 was registered five months after filing; the patent gazette is its first publication."""
    assert answer("2024-09-27", "patent", "app_progress", "2024490012") is None
    assert answer("2024-09-28", "patent", "app_progress", "2024490012")["registrationNumber"] == "9900012"


def test_a_divisional_family_shows_only_the_members_that_are_published() -> None:
    """The grandchild 特願2022-490025 was published on 2022-04-14."""
    for day, members in (("2022-04-14", ["2017490005", "2019490015"]),
                         ("2022-04-15", ["2017490005", "2019490015", "2022490025"])):  # fmt: skip
        rows = answer(day, "patent", "divisional_app_info", "2017490005")["divisionalApplicationInformation"]
        assert [row["applicationNumber"] for row in rows] == members


# ── what each life does ───────────────────────────────────────────────────────────────────────


def test_an_erasure_is_retroactive_and_can_be_undone() -> None:
    """Patent Act 112(4); the code returns to 00 when the late payment is booked."""
    seen = [
        (day, right["erasureIdentifier"], right["disappearanceDate"], right["nextPensionPaymentDate"])
        for day in ("2026-11-24", "2026-11-25", "2026-12-22", "2026-12-23")
        for right in [answer(day, "patent", "registration_info", RESTORED)]
    ]
    assert seen == [
        ("2026-11-24", "00", "", "20260422"),
        ("2026-11-25", "01", "20260422", "20260422"),
        ("2026-12-22", "01", "20260422", "20260422"),
        ("2026-12-23", "00", "", "20270422"),
    ]
    assert answer("2026-11-25", "patent", "registration_info", RESTORED)["updateDate"] == "20261124"


def test_an_unpaid_patent_looks_alive_through_its_surcharge_half_year() -> None:
    """Due 2026-12-08, with surcharge until 2027-06-08; the register says so two weeks later."""
    alive = answer("2027-06-22", "patent", "app_progress_simple", "2019491005")
    gone = answer("2027-06-23", "patent", "app_progress_simple", "2019491005")
    assert (alive["erasureIdentifier"], alive["disappearanceDate"]) == ("00", "")
    assert (gone["erasureIdentifier"], gone["disappearanceDate"]) == ("01", "20261208")


REGISTER_CHANGES: list[tuple[Law, str, str, str, tuple[object, object]]] = [
    ("patent", "2020491007", "20270112", "rightPersonInformation", (
        [{"rightPersonCd": "500999003", "rightPersonName": "想像精密㈱"}],
        [{"rightPersonCd": "000999006", "rightPersonName": "仮想自動車株式会社"}],
    )),
    ("patent", "2020491007", "20270202", "nextPensionPaymentDate", ("20270209", "20280209")),
    ("design", "2023491104", "20270105", "lastPaymentYearly", ("03", "04")),
    ("trademark", "2016491201", "20270119", "expireDate", ("20270127", "20370127")),
    ("trademark", "2021491204", "20270202", "nextPensionPaymentDate", ("20270204", "20320204")),
]  # fmt: skip


@pytest.mark.parametrize(("law", "number", "booked", "fact", "values"), REGISTER_CHANGES)
def test_a_booking_shows_on_the_register_the_day_after(
    law: Law, number: str, booked: str, fact: str, values: tuple[object, object]
) -> None:
    """A transfer, annuities, a renewal for ten years (Trademark Act 19), a second instalment (41-2)."""
    day = date.fromisoformat(booked)
    before, after = (answer(f"{d}", law, "registration_info", number)[fact] for d in (day, day + timedelta(1)))
    assert (before, after) == values


def test_an_appeal_grows_paper_by_paper_and_is_not_there_before_it_is_filed() -> None:
    """特願2023-491002: refused, then 不服2027-9902 with a report of reconsideration and a decision (C03)."""
    for day, office, appeal in (
        ("2026-12-01", "A53", []),
        ("2026-12-02", "A02", []),
        ("2027-02-25", "A523", ["C60"]),
        ("2027-06-09", "A523", ["C60", "C20", "A913"]),
        ("2027-12-08", "A523", ["C60", "C20", "A913", "C23", "C03"]),
    ):
        progress = answer(day, "patent", "app_progress", APPEALED)
        assert (codes(progress, "01")[-1], codes(progress, "07")) == (office, appeal)
        assert ("07" in {group["numberType"] for group in progress["bibliographyInformation"]}) == bool(appeal)


LAST_PAPERS: list[tuple[Law, str, list[tuple[str, str]]]] = [
    ("patent", USUAL_WAY, [("2027-01-21", "A523"), ("2027-04-07", "A01"), ("2027-04-23", "A61")]),
    ("patent", "2024491004", [("2027-01-12", "A63"), ("2027-01-13", "A621"), ("2027-09-15", "A131"),
                              ("2028-02-09", "A02")]),
    ("patent", "2023491008", [("2026-11-23", "A131"), ("2027-02-17", "A02"), ("2028-12-31", "A02")]),
    ("patent", "2022491009", [("2026-12-11", "A601"), ("2027-02-11", "A523"), ("2027-05-19", "A131"),
                              ("2027-07-16", "A761")]),
    ("design", "2026491101", [("2026-12-22", "A63"), ("2026-12-23", "A131"), ("2027-03-17", "A01")]),
    ("design", "2026491102", [("2026-11-23", "A61"), ("2027-06-11", "A907")]),
    ("design", "2026491103", [("2027-03-09", "A63"), ("2027-03-10", "A01")]),
    ("trademark", "2026491202", [("2026-12-08", "A63"), ("2026-12-09", "A01"), ("2026-12-25", "A61")]),
    ("trademark", "2026491203", [("2026-12-16", "A131"), ("2027-01-26", "A53"), ("2027-04-21", "A02")]),
]  # fmt: skip


@pytest.mark.parametrize(("law", "number", "days"), LAST_PAPERS, ids=lambda value: str(value)[:12])
def test_a_life_reaches_its_papers_one_after_another(law: Law, number: str, days: list[tuple[str, str]]) -> None:
    """The last paper of the application, as a watcher meets it."""
    assert [(day, codes(answer(day, law, "app_progress_simple", number), "01")[-1]) for day, _ in days] == days


def test_an_opposition_and_a_trademark_appeal_have_numbers_of_their_law() -> None:
    """The third digit of a dispatch of the boards is the law's."""
    trials: list[tuple[Law, str, str, str]] = [
        ("patent", "2021491010", "2027709910", "071"),
        ("trademark", "2026491203", "2027009903", "074"),
    ]
    for law, number, trial, prefix in trials:
        groups = answer("2028-04-01", law, "app_progress", number)["bibliographyInformation"]
        found = next(group for group in groups if group["numberType"] == "07")
        assert found["number"] == trial
        assert found["documentList"][1]["documentNumber"].startswith(prefix)


# ── the portfolio of thirty ───────────────────────────────────────────────────────────────────


def watched() -> list[Case]:
    read = [numbers.case_number(text).number for text in WATCHLIST]
    return [case for number in read for case in CASES if is_of(number, case)]


def is_of(number: numbers.ServedNumber, case: Case) -> bool:
    if isinstance(number, numbers.RegistrationNumber):
        return (number.law, number.digits) == (case.law, case.registration)
    return isinstance(number, numbers.ApplicationNumber) and (number.law, number.digits) == (case.law, case.number)


def looks(day: date) -> dict[str, list[Json | None]]:
    """What a watcher sees of each case: progress and register."""
    register = Register(CASES, day)
    names = ("app_progress_simple", "registration_info")
    return {
        case.number: [register.answer(endpoint(case.law, name), (case.number,)) for name in names] for case in watched()
    }


def changed(before: date, after: date) -> list[str]:
    old, new = looks(before), looks(after)
    return [number for number in old if old[number] != new[number]]


def test_the_portfolio_is_thirty_different_cases_of_all_laws_in_the_data() -> None:
    """Nearly all are named by application number, which costs one access each; the others need a reference first."""
    cases = watched()
    assert len({(case.law, case.number) for case in cases}) == len(cases) == len(WATCHLIST) == 30
    assert sum("願" in text for text in WATCHLIST) == 26
    assert {law: sum(case.law == law for case in cases) for law in ("patent", "design", "trademark")} == {
        "patent": 18, "design": 6, "trademark": 6,
    }  # fmt: skip
    assert all(progress is not None for progress, _ in looks(TODAY).values())


def test_between_two_working_days_exactly_two_of_the_thirty_change() -> None:
    """A notice dispatched and an erasure booked on 2026-11-24, both visible on 2026-11-25."""
    tuesday, wednesday = date(2026, 11, 24), date(2026, 11, 25)
    assert changed(tuesday, wednesday) == [USUAL_WAY, RESTORED]
    before, after = looks(tuesday), looks(wednesday)
    progress = after[USUAL_WAY][0]
    assert progress
    added = progress["bibliographyInformation"][0]["documentList"].pop()
    assert [added[key] for key in ("documentCode", "legalDate", "documentNumber")] == [
        "A131",
        "20261124",
        "06126100104",
    ]
    assert after[USUAL_WAY] == before[USUAL_WAY]
    right = before[RESTORED][0]
    assert right
    assert after[RESTORED][0] == right | {"erasureIdentifier": "01", "disappearanceDate": "20260422"}


@pytest.mark.parametrize(
    ("before", "after", "numbers_changed"),
    [
        (date(2026, 11, 23), date(2026, 11, 24), []),
        (date(2026, 11, 25), date(2026, 12, 2), [APPEALED]),
        (date(2026, 12, 2), date(2026, 12, 9), ["2026491102", "2026491202"]),
        (date(2026, 12, 9), date(2026, 12, 16), ["2020491007", "2022491009", "2026491203"]),
    ],
    ids=["the day after a holiday", "first week", "second week", "third week"],
)
def test_a_week_of_watching(before: date, after: date, numbers_changed: list[str]) -> None:
    """A refusal; a design registered and a mark granted; a transfer asked for, an extension, a notice."""
    assert sorted(changed(before, after)) == numbers_changed


# ── all lives ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("row", ENDPOINTS, ids=lambda row: row.key)
def test_cases_whose_lives_are_over_are_shown_whole_today(row: Endpoint[Any]) -> None:
    """What happened up to 2026-11-04 is all visible on 2026-11-23."""
    today, whole = Register(PAST, TODAY), Register(PAST)
    questions = list(whole.questions(row))
    assert questions
    assert list(today.questions(row)) == questions
    for question in questions:
        if row.reply in {"json", "xml"}:
            assert today.answer(row, question) == whole.answer(row, question)
        elif row.pace == "opd":
            assert today.dossiers.file(row, question, NOON_JST) == whole.dossiers.file(row, question, NOON_JST)
        else:
            seen, written = today.case(row.law, *question), whole.case(row.law, *question)
            assert seen
            assert written
            assert bundle(seen, row.papers, NOON_JST) == bundle(written, row.papers, NOON_JST)


def test_each_moving_life_goes_on_after_today() -> None:
    """Otherwise it belongs among the others."""
    today, whole = Register(MOVING, TODAY), Register(MOVING)
    assert len(whole.cases) == len(MOVING) == 19
    for case in whole.cases:
        assert today.case(case.law, case.number) != case


def test_papers_appear_and_never_go_away() -> None:
    """Week by week over two years; only erasure, holders and payments may change what stood there."""
    listed: dict[str, set[tuple[str, str]]] = {case.number: set() for case in MOVING}
    for day in (date(2026, 6, 1) + timedelta(weeks=n) for n in range(104)):
        for case in Register(MOVING, day).cases:
            now = {(paper.date, paper.code) for paper in all_papers(case)}
            assert now >= listed[case.number]
            assert all(when < f"{day:%Y%m%d}" for when, _ in now)
            listed[case.number] = now


def all_papers(case: Case) -> Iterator[Any]:
    yield from (*case.papers, *case.register_papers)
    for trial in case.trials:
        yield from trial.papers


@pytest.mark.parametrize("day", ["2026-11-23", "2027-02-25", "2027-05-08"])
def test_answers_in_the_middle_of_lives_have_the_form_of_all_answers(day: str) -> None:
    """Strings only, and no field that a model does not know, on days of pending appeals and fresh registrations."""
    register = Register(CASES, date.fromisoformat(day))
    for row in ENDPOINTS:
        for question in register.questions(row) if row.reply == "json" else ():
            data = register.answer(row, question)
            assert all(isinstance(leaf, str) for leaf in leaves(data))
            assert row.model.model_validate(data).unknown_fields() == ()


def test_the_written_lives_keep_to_office_hours_and_to_the_law() -> None:
    """Nothing happens on a weekend; publication is after eighteen months; registers grow in order."""
    for case in MOVING:
        days = [case.filed, case.published, case.registered, *(paper.date for paper in all_papers(case))]
        days += [booking.date for booking in case.bookings]
        assert all(date.fromisoformat(day).weekday() < 5 for day in days if day)
        assert [b.date for b in case.bookings] == sorted(b.date for b in case.bookings)
        assert [p.date for p in case.papers] == sorted(p.date for p in case.papers)
        if isinstance(case, PatentCase):
            year, month = divmod(int(case.filed[4:6]) + 17, 12)
            assert case.published[:6] >= f"{int(case.filed[:4]) + year}{month + 1:02d}"


def test_no_number_belongs_to_two_cases_of_a_law() -> None:
    """Applications, publications, registrations, trials and papers; the trap of 2021490007 is across laws."""
    seen = [
        (case.law, kind, number)
        for case in MOVING
        for kind, number in (
            ("application", case.number),
            ("registration", case.registration),
            ("publication", case.publication if isinstance(case, PatentCase) else ""),
            *(("trial", trial.number) for trial in case.trials),
            *(("paper", paper.number) for paper in all_papers(case)),
        )
        if number not in {"", "BBBBBBBBBBB", "99999999999"}
    ]
    assert len(seen) == len(set(seen))


def test_the_view_of_a_day_is_made_once(sandbox: Sandbox, clock: ManualClock) -> None:
    """Walking all lives for every access would make a busy sandbox slow."""
    morning = sandbox.register
    clock.advance(3_600)
    assert sandbox.register is morning
    clock.advance(86_400)
    assert sandbox.register is not morning
    assert sandbox.register.day == date(2026, 11, 24)
