"""Many cases at once, from the planning of a list to the second day, against a JPO whose cases move on."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.clock import DAY
from jpo_mcp.dossier.portfolio import gathering
from jpo_mcp.dossier.portfolio.check import Portfolio, check_portfolio
from jpo_mcp.dossier.portfolio.plan import Need, Room, plan_of, read_list
from jpo_mcp.dossier.portfolio.views import PortfolioAnswer, Show, portfolio_answer
from jpo_mcp.dossier.progress.changes import Change
from jpo_mcp.dossier.progress.deadlines import Deadline
from jpo_mcp.errors import BadArgument, JpoUnavailable, QuotaSpent, TooSoon, Words
from jpo_mcp.sandbox import PASSWORD, USERNAME, WATCHLIST, Sandbox
from jpo_mcp.sandbox.loopback import Loopback
from jpo_mcp.upstream.asker import Asker, asking
from jpo_mcp.upstream.client import JpoClient
from tests.contract.world import RunningClock, World, row_of

TUESDAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC).timestamp()
"""Noon in Japan on the first of the two days between which two cases of the watch list change."""

SIMPLE = "patent/app_progress_simple"
CHANGED = {"特願2024-491001", "特願2018-491006"}
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path, now=TUESDAY)
    yield made
    await made.aclose()


def simple_only(truth: dict[str, int]) -> bool:
    return all(key.endswith("/app_progress_simple") for key in truth)


def answer(portfolio: Portfolio, world: World, show: Show = "changed", cursor: int = 0) -> PortfolioAnswer:
    return portfolio_answer(portfolio, now=world.clock.now(), lang="both", show=show, cursor=cursor)


def size(view: PortfolioAnswer) -> int:
    return len(json.dumps(view.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")).encode())


def unknown(count: int, start: int = 480001) -> list[str]:
    """Well-formed numbers of which the JPO has no data: each costs an access like any other."""
    return [f"特願2020-{start + index}" for index in range(count)]


# ── two days of a watch ───────────────────────────────────────────────────────────────────────


async def test_the_second_day_of_a_watch_costs_one_simple_progress_a_case_and_shows_exactly_what_changed(
    world: World,
) -> None:
    """Issue figure: 30 cases, second day, 2 changed: at most 30 accesses of the simple endpoint, 0 others."""
    client = world.client()
    first = await check_portfolio(client, WATCHLIST, plan=False)
    assert first.state == "finished"
    assert not any(case.changes for case in first.cases)
    world.clock.advance(DAY)
    second = await check_portfolio(client, WATCHLIST, plan=False)
    assert sum(world.truth().values()) == second.cost == 30
    assert simple_only(world.truth())
    assert {case.number for case in second.cases if case.changes} == CHANGED
    shown = answer(second, world)
    assert shown.counts == {"changed": 2, "unchanged": 28}
    assert any("whoever took it" in note for note in shown.notes)
    assert {line.number: [change.kind for change in line.changes] for line in shown.cases} == {
        "特願2024-491001": ["new_paper"],
        "特願2018-491006": ["erasure"],
    }


async def test_asking_again_on_the_same_day_costs_nothing_and_hides_nothing(world: World) -> None:
    """A colleague asked in the morning: the two changes are as new to whoever asks in the afternoon."""
    client = world.client()
    await check_portfolio(client, WATCHLIST, plan=False)
    world.clock.advance(DAY)
    await check_portfolio(client, WATCHLIST, plan=False)
    spent = world.truth()
    world.clock.advance(3_600.0)
    again = await check_portfolio(world.client(), WATCHLIST, plan=False)
    assert (again.cost, world.truth()) == (0, spent)
    assert {case.number for case in again.cases if case.changes} == CHANGED


async def test_the_third_day_compares_with_the_second(world: World) -> None:
    """What was told yesterday is not told again; an erased right is still asked for, because it may come back."""
    client = world.client()
    for _ in range(2):
        await check_portfolio(client, WATCHLIST, plan=False)
        world.clock.advance(DAY)
    third = await check_portfolio(client, WATCHLIST, plan=False)
    assert not any(case.changes for case in third.cases)
    assert third.cost == 30
    since = await check_portfolio(client, WATCHLIST, plan=False, since="2026-11-24")
    assert not any("whoever took it" in note for note in answer(since, world).notes)
    assert {case.number for case in since.cases if case.changes} == CHANGED


async def test_since_a_day_without_a_look_has_nothing_to_compare_with_and_says_so(world: World) -> None:
    """Never "unchanged" where nobody looked."""
    client = world.client()
    await check_portfolio(client, WATCHLIST, plan=False)
    world.clock.advance(DAY)
    portfolio = await check_portfolio(client, WATCHLIST, plan=False, since="2026-11-23")
    assert {case.compared_with for case in portfolio.cases} == {None}
    shown = answer(portfolio, world)
    assert shown.counts == {"first_look": 30}
    assert any("nothing to compare with" in note for note in shown.notes)


async def test_thirty_unchanged_cases_are_told_in_two_kilobytes(world: World) -> None:
    """Issue figure. Each is named under its status, in both languages where there are words."""
    client = world.client()
    await check_portfolio(client, WATCHLIST, plan=False)
    again = await check_portfolio(client, WATCHLIST, plan=False)
    assert size(answer(again, world)) <= 2_000
    world.clock.advance(2 * DAY)
    await check_portfolio(client, WATCHLIST, plan=False)
    world.clock.advance(DAY)
    unchanged = answer(await check_portfolio(client, WATCHLIST, plan=False), world)
    assert unchanged.counts == {"unchanged": 30}
    assert sum(map(len, unchanged.unchanged.values())) == 30
    assert size(unchanged) <= 2_000


async def test_a_whole_progress_of_today_is_as_good_as_a_simple_one(world: World) -> None:
    """A case that somebody read this morning is not asked again."""
    client = world.client()
    await client.get(row_of("patent", "app_progress"), "2024491001")
    portfolio = await check_portfolio(client, ["特願2024-491001"], plan=False)
    assert (portfolio.state, portfolio.cost) == ("finished", 0)
    assert world.truth() == {"patent/app_progress": 1}


# ── the list and its plan ─────────────────────────────────────────────────────────────────────


async def test_a_list_alone_is_planned_and_costs_nothing(world: World) -> None:
    """Plan first: 26 application numbers and 4 registrations, which need a cross-reference each."""
    portfolio = await check_portfolio(world.client(), WATCHLIST)
    assert (portfolio.state, portfolio.cost, world.arrived()) == ("planned", 0, 0)
    costs = {line.endpoint.key: (line.accesses, line.today) for line in portfolio.plan.lines}
    assert costs == {
        SIMPLE: (18, 18),
        "design/app_progress_simple": (6, 6),
        "trademark/app_progress_simple": (6, 6),
        "patent/case_number_reference": (2, 2),
        "design/case_number_reference": (1, 1),
        "trademark/case_number_reference": (1, 1),
    }
    assert (portfolio.plan.minutes, portfolio.plan.not_today) == (4, ())
    ran = await check_portfolio(world.client(), handle=portfolio.handle)
    assert (ran.state, ran.cost, ran.handle) == ("finished", 34, portfolio.handle)


async def test_a_plan_of_last_week_begins_when_it_is_run(world: World) -> None:
    """A look of the days between is no look of today."""
    client = world.client()
    planned = await check_portfolio(client, ["特願2024-491001"])
    world.clock.advance(DAY)
    await client.get(row_of("patent", "app_progress_simple"), "2024491001")
    world.clock.advance(3 * DAY)
    ran = await check_portfolio(client, handle=planned.handle)
    assert (ran.cost, ran.cases[0].as_of) == (1, world.clock.now())


async def test_what_cannot_be_read_is_listed_apart_and_costs_nothing(world: World) -> None:
    """With the error that teaches; an ambiguous notation is asked back, never picked."""
    texts = ["特願2020-490001", "9900001", "実願2006-001234", "not a number"]
    portfolio = await check_portfolio(world.client(), texts, plan=False)
    assert [case.number for case in portfolio.cases] == ["特願2020-490001"]
    assert [(text, failure.code) for text, failure in portfolio.refused] == [
        ("9900001", "ambiguous_number"),
        ("実願2006-001234", "unsupported_number"),
        ("not a number", "bad_number"),
    ]
    assert world.truth() == {SIMPLE: 1}
    shown = answer(portfolio, world)
    assert shown.counts["unreadable"] == 3
    assert "Next:" in shown.unreadable['"9900001"']


async def test_a_case_that_is_listed_twice_counts_once_under_any_of_its_numbers(world: World) -> None:
    """Typed twice, and once more by its registration: one application, one progress, and it is said."""
    texts = ["特許第9910005号", "特願2019-491005", "特願2019491005"]
    portfolio = await check_portfolio(world.client(), texts, plan=False)
    assert [case.number for case in portfolio.cases] == ["特願2019-491005"]
    assert dict(portfolio.repeated) == {"特願2019491005": "特願2019-491005", "特許第9910005号": "特願2019-491005"}
    assert world.truth() == {SIMPLE: 1, "patent/case_number_reference": 1}


async def test_a_107_is_listed_apart_and_is_not_asked_again(world: World) -> None:
    """It costs an access each time (787, 107, 786), and never proves that there is no such case."""
    texts = ["特願2020-490001", *unknown(2), "特許第9999999号"]
    portfolio = await check_portfolio(world.client(), texts, plan=False)
    shown = answer(portfolio, world)
    assert shown.not_in_the_data == ["特願2020-480001", "特願2020-480002", "特許第9999999号"]
    assert any("never proves" in note for note in shown.notes)
    assert (portfolio.state, portfolio.cost) == ("finished", 4)
    assert (await check_portfolio(world.client(), handle=portfolio.handle)).cost == 0


@pytest.mark.parametrize("count", [0, 201])
async def test_a_list_has_1_to_200_numbers(count: int, world: World) -> None:
    """More are two lists; nothing is left out in silence."""
    with pytest.raises(BadArgument):
        await check_portfolio(world.client(), unknown(count))


@pytest.mark.parametrize("since", ["monday", "2026-11-25", "2026-13-01", "2027-01-01T00:00"])
async def test_since_is_a_day_or_time_that_is_over_or_today(since: str, world: World) -> None:
    """Refused before anything is asked."""
    with pytest.raises(BadArgument) as wrong:
        await check_portfolio(world.client(), ["特願2020-490001"], plan=False, since=since)
    assert wrong.value.field == "since"
    assert world.arrived() == 0


async def test_an_unknown_handle_and_a_list_with_a_handle_are_refused(world: World) -> None:
    """Each with what to do instead."""
    client = world.client()
    wrongly: list[dict[str, Any]] = [{"handle": "nobody-knows"}, {"texts": ["特願2020-490001"], "handle": "x"}, {}]
    for arguments in wrongly:
        with pytest.raises(BadArgument) as wrong:
            await check_portfolio(client, **arguments)
        assert len(wrong.value.text()) <= 600


async def test_a_handle_is_good_for_the_person_who_made_it_alone(world: World) -> None:
    """Reliability G5: to anybody else it is unknown, in the words for one that never was."""
    client, said = world.client(), list[str]()
    asked = asking.set(Asker("alice"))
    planned = await check_portfolio(client, ["特願2020-490001"])
    for person in ("bob", ""):
        asking.set(Asker(person))
        for handle in (planned.handle, "A" * len(planned.handle)):
            with pytest.raises(BadArgument) as unknown:
                await check_portfolio(client, handle=handle)
            said.append(unknown.value.text("en").replace(handle, "..."))
    assert len(set(said)) == 1
    assert world.arrived() == 0
    asking.set(Asker("alice"))
    assert (await check_portfolio(client, handle=planned.handle)).state == "finished"
    asking.reset(asked)


def test_a_list_is_read_without_a_client() -> None:
    """Pure: which is why a plan of bad numbers costs nothing."""
    listed = read_list(["特願2020-123456", "2020123456", "?"], law="patent", this_year=2026)
    assert [item.text for item in listed.items] == ["特願2020-123456"]
    assert [(text, item.text) for text, item in listed.repeated] == [("2020123456", "特願2020-123456")]
    assert [text for text, _ in listed.refused] == ["?"]


def test_a_plan_fits_what_the_day_has_left_less_the_share_for_people() -> None:
    """60 left of a day of 100, of which a fifth is kept: 40 fit, and the rest is named in its order."""
    row = row_of("patent", "app_progress_simple")
    needs = [Need(f"case {number}", (row,)) for number in range(200)]
    plan = plan_of(needs, {row.key: Room(60, 20)})
    assert (plan.accesses, plan.today, plan.minutes) == (200, 40, 4)
    assert plan.not_today == tuple(f"case {number}" for number in range(40, 200))


def test_a_case_fits_today_only_with_all_that_it_needs() -> None:
    """A cross-reference that leads no further today is not bought."""
    simple, reference = row_of("patent", "app_progress_simple"), row_of("patent", "case_number_reference")
    rooms = {simple.key: Room(1, 0), reference.key: Room(10, 0)}
    plan = plan_of([Need("one", (simple,)), Need("two", (reference, simple))], rooms)
    assert {line.endpoint.key: (line.accesses, line.today) for line in plan.lines} == {
        simple.key: (2, 1),
        reference.key: (1, 0),
    }
    assert plan.not_today == ("two",)


# ── spending ──────────────────────────────────────────────────────────────────────────────────


async def test_200_numbers_with_60_left_spend_60_less_the_reserve_and_go_on_the_next_day(tmp_path: Path) -> None:
    """Issue figure: the plan says so, exactly that is spent, and the next day only the rest."""
    limits = {"1-2": 200}
    world = World(tmp_path, now=TUESDAY, limits=limits)
    client = world.client(limits=limits)
    world.sandbox.spend(SIMPLE, 139)
    await client.get(row_of("patent", "app_progress_simple"), "2020490001")
    assert world.sandbox.remaining(SIMPLE) == 60
    planned = await check_portfolio(client, unknown(200))
    (line,) = planned.plan.lines
    assert (line.room.left, line.room.kept_for_people, line.accesses, line.today) == (60, 40, 200, 20)
    assert len(planned.plan.not_today) == 180
    ran = await check_portfolio(client, handle=planned.handle, deadline=float("inf"))
    assert (ran.state, ran.cost, world.sandbox.remaining(SIMPLE)) == ("partial", 20, 40)
    assert [item.number.human for item in ran.waiting] == list(planned.plan.not_today)
    assert [stop.retry_at for stop in ran.stops] == ["2026-11-25T00:00+09:00"]
    assert isinstance(ran.stops[0], QuotaSpent)
    world.clock.advance(DAY)
    rest = await check_portfolio(client, handle=planned.handle, plan=True)
    assert (rest.cost, rest.plan.accesses) == (0, 180)
    done = await check_portfolio(client, handle=planned.handle, deadline=float("inf"))
    assert (done.cost, world.truth()) == (160, {SIMPLE: 160})
    assert len(done.waiting) == 20
    await world.aclose()


async def test_one_spent_endpoint_does_not_stop_the_others(tmp_path: Path) -> None:
    """The day is counted by law: patents may be spent while designs are not, and no cross-reference is wasted."""
    world = World(tmp_path, now=TUESDAY, limits={"1-2": 0})
    client = world.client(limits={"1-2": 0})
    portfolio = await check_portfolio(client, ["特願2020-490001", "特許第9910005号", "意願2021-490100"], plan=False)
    assert [case.number for case in portfolio.cases] == ["意願2021-490100"]
    assert [item.number.human for item in portfolio.waiting] == ["特願2020-490001", "特許第9910005号"]
    assert world.truth() == {"design/app_progress_simple": 1}
    assert answer(portfolio, world).stopped[0].endswith("→ 2026-11-25T00:00+09:00")
    await world.aclose()


@pytest.mark.parametrize("fault", [None, "unavailable"])
async def test_a_call_never_spends_more_than_it_is_allowed(fault: str | None, world: World) -> None:
    """`max_accesses` counts retries too (reliability A11)."""
    client = world.client()
    if fault:
        world.line.canned = [(503, b"<html>", {}), (503, b"<html>", {})]
    portfolio = await check_portfolio(client, WATCHLIST, plan=False, max_accesses=1)
    assert portfolio.cost == world.line.served + world.arrived() == 1
    more = await check_portfolio(client, handle=portfolio.handle, max_accesses=0)
    assert (more.cost, len(more.waiting)) == (0, 30 if fault else 29)
    assert isinstance(more.stops[0], TooSoon)


async def test_the_pace_of_the_jpo_is_waited_for_inside_the_deadline_and_not_beyond(world: World) -> None:
    """Ten at once, then the minute is full: what there is is answered, with the moment from which it goes on."""
    client = world.client(deadline=50.0)
    began = world.clock.monotonic()
    portfolio = await check_portfolio(client, WATCHLIST, plan=False)
    assert world.clock.monotonic() - began <= 50.0
    assert (portfolio.state, portfolio.cost, len(portfolio.cases)) == ("partial", 10, 10)
    assert isinstance(portfolio.stops[0], TooSoon)
    calls = 1
    while portfolio.state == "partial":
        world.clock.advance(30.0)
        began = world.clock.monotonic()
        portfolio = await check_portfolio(client, handle=portfolio.handle)
        assert world.clock.monotonic() - began <= 50.0
        calls += 1
    assert sum(world.truth().values()) == 34
    assert world.most_in_a_minute() <= 10
    assert calls <= 8


async def test_one_case_that_cannot_be_had_fails_alone_and_is_tried_again_last(world: World) -> None:
    """A 503 for one of three, twice: the other two are there, and the next call asks only for that one."""
    client = world.client()
    world.line.canned = [(503, b"<html>", {}), (503, b"<html>", {})]
    texts = ["特願2020-490001", "特願2019-490002", "特願2017-490005"]
    portfolio = await check_portfolio(client, texts, plan=False)
    assert [(item.text, type(failure)) for item, failure in portfolio.failed] == [("特願2020-490001", JpoUnavailable)]
    assert (portfolio.state, len(portfolio.cases), portfolio.cost) == ("partial", 2, 4)
    done = await check_portfolio(client, handle=portfolio.handle)
    assert (done.state, done.cost, len(done.cases)) == ("finished", 1, 3)


async def test_a_jpo_that_is_down_stops_the_run_after_two_cases(world: World) -> None:
    """Not two hundred failures, each paid for twice."""
    client = world.client()
    world.line.canned = [(503, b"<html>", {})] * 20
    portfolio = await check_portfolio(client, WATCHLIST, plan=False)
    assert (len(portfolio.failed), len(portfolio.waiting), world.line.served) == (2, 28, 4)
    assert isinstance(portfolio.stops[0], JpoUnavailable)


async def test_the_case_that_failed_goes_last_the_next_time(world: World) -> None:
    """So that two bad cases at the head of a list cannot keep it from ever going on."""
    client = world.client()
    world.line.canned = [(503, b"<html>", {})] * 4
    texts = ["特願2020-490001", "特願2019-490002", "特願2017-490005"]
    portfolio = await check_portfolio(client, texts, plan=False)
    assert [item.text for item, _ in portfolio.failed] == texts[:2]
    planned = await check_portfolio(client, handle=portfolio.handle, plan=True)
    assert [item.text for item in planned.waiting] == [texts[2], *texts[:2]]


async def test_an_old_kept_answer_does_not_pass_for_a_look_of_today(tmp_path: Path) -> None:
    """With the day spent, the pipeline would serve yesterday's; a watch that took it would say "unchanged"."""
    world = World(tmp_path, now=TUESDAY)
    await check_portfolio(world.client(), ["特願2024-491001"], plan=False)
    world.clock.advance(DAY)
    portfolio = await check_portfolio(world.client(limits={"1-2": 0}), ["特願2024-491001"], plan=False)
    assert (portfolio.cases, len(portfolio.waiting), portfolio.cost) == ((), 1, 0)
    await world.aclose()


# ── the register ──────────────────────────────────────────────────────────────────────────────


async def test_the_register_is_asked_only_where_wanted_and_only_for_registered_cases(world: World) -> None:
    """Due diligence: holders and payments, one more access for each right; a pending case has no register."""
    texts = ["特許第9910005号", "特願2024-491001"]
    portfolio = await check_portfolio(world.client(), texts, plan=False, registration=True)
    assert world.truth() == {SIMPLE: 2, "patent/case_number_reference": 1, "patent/registration_info": 1}
    registered, pending = portfolio.cases
    assert registered.register is not None
    assert pending.register is None
    right = answer(portfolio, world, "all").cases[0]
    assert right.registration is not None
    assert right.registration.holders
    assert right.asked_as == "特許第9910005号"


async def test_a_register_seen_for_the_first_time_is_said_not_to_be_compared(world: World) -> None:
    """Only the progress was looked at before: a holder that changed meanwhile cannot show, and that is said."""
    number = ["特願2019-491005"]
    await check_portfolio(world.client(), number, plan=False)
    noted: list[bool] = []
    for _ in range(2):
        world.clock.advance(DAY)
        portfolio = await check_portfolio(world.client(), number, plan=False, registration=True)
        noted.append(any("register" in note for note in answer(portfolio, world).notes))
    assert noted == [True, False]


async def test_a_plan_with_the_register_counts_at_most_one_more_for_each_case(world: World) -> None:
    """Until it is known which of them are registered."""
    client = world.client()
    planned = await check_portfolio(client, ["特願2019-491005", "特願2024-491001"], registration=True)
    assert planned.plan.accesses == 4
    done = await check_portfolio(client, handle=planned.handle)
    assert (done.state, done.cost, done.plan.accesses) == ("finished", 3, 0)


# ── showing ───────────────────────────────────────────────────────────────────────────────────


async def test_all_cases_are_shown_a_page_at_a_time_at_no_cost(world: World) -> None:
    """Every case once, each page under 20,000 characters."""
    client = world.client()
    portfolio = await check_portfolio(client, WATCHLIST, plan=False)
    seen: list[str] = []
    cursor: int | None = 0
    while cursor is not None:
        page = answer(await check_portfolio(client, handle=portfolio.handle), world, "all", cursor)
        assert len(page.model_dump_json()) < 20_000
        seen += [line.number for line in page.cases]
        cursor = cursor + len(page.cases) if page.cases_left else None
    assert seen == [case.number for case in portfolio.cases]
    assert sum(world.truth().values()) == 34


async def test_deadlines_are_shown_the_earliest_first(world: World) -> None:
    """Each with what it was computed from."""
    portfolio = await check_portfolio(world.client(), WATCHLIST, plan=False)
    lines = answer(portfolio, world, "deadlines").cases
    dates = [line.deadlines[0].date for line in lines]
    assert dates == sorted(dates, key=str)
    assert all(deadline.basis and deadline.trigger for line in lines for deadline in line.deadlines)


async def test_what_is_only_flagged_is_among_the_deadlines_after_those_with_a_day(world: World) -> None:
    """A decision of the board opens a suit that cannot be computed: no day, and a professional must look."""
    portfolio = await check_portfolio(world.client(), ["特願2018-491006", "特願2022-490025"], plan=False)
    flag = Deadline(Words("suit", "訴え"), "suit", None, None, Words("why", "理由"), "PA 178(3)", "C03", None, (), True)
    dated, flagged = portfolio.cases[-1], replace(portfolio.cases[0], deadlines=(flag,))
    lines = answer(replace(portfolio, cases=(flagged, dated)), world, "deadlines").cases
    assert [line.number for line in lines] == [dated.number, flagged.number]


async def test_a_pct_application_without_a_national_phase_is_flagged_until_it_must_be_over(world: World) -> None:
    """PA 184-4: thirty months from a priority date of 2023 at the latest, and two for the translation: 2026-08-31."""
    numbers = ["PCT/JP2024/012345", "WO2024/012345", "PCT/JP2023/012345"]
    portfolio = await check_portfolio(world.client(), numbers, plan=False)
    assert [[one.rule for one in case.deadlines] for case in portfolio.cases] == [
        ["national_phase_entry"],
        ["national_phase_entry"],
        [],
    ]
    entry = portfolio.cases[0].deadlines[0]
    assert (entry.date, entry.flag, entry.articles) == (None, True, "PA 184-4(1), 184-5(1)")
    assert "30 months from the priority date" in entry.basis.en
    assert [line.number for line in answer(portfolio, world, "deadlines").cases] == numbers[:2]


async def test_a_period_is_that_of_the_notice_where_somebody_has_read_it(world: World) -> None:
    """Sixty days from 2026-10-06 end on a Saturday; the second date is for applicants overseas. Costs nothing more."""
    client = world.client()
    by_rows = await check_portfolio(client, ["特願2022-490025"], plan=False)
    await client.get(row_of("patent", "app_doc_cont_refusal_reason"), "2022490025")
    by_paper = await check_portfolio(client, handle=by_rows.handle)
    assert [str(deadline.date) for deadline in by_rows.cases[0].deadlines] == ["2026-12-07", "2027-01-06"]
    (reply,) = by_paper.cases[0].deadlines
    assert (str(reply.date), str(reply.raw_end), reply.for_whom) == ("2026-12-07", "2026-12-05", None)
    assert "printed in the notice" in reply.basis.en
    assert by_paper.cost == 0
    in_haste = await check_portfolio(client, handle=by_rows.handle, deadline=client.clock.monotonic())
    assert in_haste.cases[0].deadlines == by_rows.cases[0].deadlines  # no time left for reading papers


async def test_a_case_with_very_many_changes_tells_the_last_of_them_and_counts_the_rest(world: World) -> None:
    """One case must not push the others out of an answer."""
    portfolio = await check_portfolio(world.client(), ["特願2020-490001"], plan=False)
    (case,) = portfolio.cases
    changes = tuple(Change("new_paper", Words(f"paper {place}", f"書類{place}")) for place in range(50))
    (line,) = answer(replace(portfolio, cases=(replace(case, changes=changes),)), world).cases
    assert ([change.what for change in line.changes][-1], len(line.changes)) == ("書類49 / paper 49", 20)
    assert line.changes_left_out == 30


async def test_the_goods_of_a_mark_are_left_to_the_case_itself(world: World) -> None:
    """A list shows holders and payments; goods of many classes would fill a page."""
    portfolio = await check_portfolio(world.client(), ["商願2021-490203"], plan=False, registration=True)
    (line,) = answer(portfolio, world, "all").cases
    assert line.registration is not None
    assert line.registration.holders
    assert line.registration.goods == []


# ── progress, crashes ─────────────────────────────────────────────────────────────────────────


class _Running(RunningClock):
    """Slow enough that ten of its seconds outlast whatever else this machine does meanwhile."""

    _SPEED = 25.0


async def test_progress_is_told_after_every_case_and_while_one_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue figure: at least every ten seconds, also over the minute in which no place is free."""
    clock = _Running(TUESDAY)
    monkeypatch.setattr(gathering, "_BEAT", gathering._BEAT / clock._SPEED)
    world = World(tmp_path, now=TUESDAY, clock=clock)
    client = world.client()
    await client.get(row_of("patent", "app_progress"), "2020490001")  # modules loaded, files opened, a token there
    told: list[tuple[float, int, int]] = []

    async def tell(done: int, total: int, message: str) -> None:
        assert message
        told.append((clock.monotonic(), done, total))

    began = clock.monotonic()
    await check_portfolio(client, unknown(11), plan=False, tell=tell)
    moments = [began, *(at for at, _, _ in told), clock.monotonic()]
    assert moments[-1] - began > 50.0
    assert max(after - before for before, after in pairwise(moments)) <= 10.0
    counts = [done for _, done, _ in told]
    assert counts == sorted(counts)
    assert (counts[0], told[-1][1:]) == (0, (11, 11))
    await world.aclose()


async def test_a_call_that_is_cancelled_is_continued_without_paying_twice(world: World) -> None:
    """The host hung up in the middle; what had been asked is kept."""
    client = world.client()
    planned = await check_portfolio(client, unknown(8))
    third = asyncio.Event()

    async def tell(done: int, total: int, message: str) -> None:
        if done == 3:
            third.set()
            await asyncio.Event().wait()

    running = asyncio.create_task(check_portfolio(client, handle=planned.handle, tell=tell))
    await third.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    done = await check_portfolio(world.client(), handle=planned.handle)
    assert (done.state, done.cost, world.truth()) == ("finished", 5, {SIMPLE: 8})


async def test_a_run_goes_on_without_its_kept_answers(tmp_path: Path) -> None:
    """The cache is disposable; the looks are not. What was done yesterday is not asked again."""
    world = World(tmp_path, now=TUESDAY)
    client = world.client(state_dir=tmp_path / "state")
    texts = ["特願2024-491001", "特許第9910005号", *unknown(4)]
    first = await check_portfolio(client, texts, plan=False, max_accesses=6)
    assert (first.cost, len(first.waiting)) == (6, 1)
    world.clock.advance(DAY)
    other = world.client(state_dir=tmp_path / "state", cache_dir=tmp_path / "another")
    done = await check_portfolio(other, handle=first.handle)
    assert (done.state, done.cost, len(done.cases)) == ("finished", 1, 6)
    await world.aclose()


WORKER = """
import asyncio, sys
from jpo_mcp.dossier.portfolio.check import check_portfolio
from jpo_mcp.upstream.client import JpoClient

async def tell(done, total, message):
    print(done, flush=True)

async def main(handle):
    async with JpoClient() as client:
        await check_portfolio(client, handle=handle, deadline=float("inf"), tell=tell)

asyncio.run(main(sys.argv[1]))
"""


async def test_a_killed_run_is_continued_with_no_access_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue figure: kill -9 while the minute is full, then the same handle in another process."""
    monkeypatch.setenv("JPO_API_USERNAME", USERNAME)
    monkeypatch.setenv("JPO_API_PASSWORD", PASSWORD)
    monkeypatch.setenv("JPO_MCP_CACHE_DIR", str(tmp_path))
    with Loopback(Sandbox()) as served:
        monkeypatch.setenv("JPO_MCP_BASE_URL", served.base_url)
        planned = await _in_this_process(unknown(12))
        worker = subprocess.Popen(  # noqa: S603, ASYNC220 - our own program
            [sys.executable, "-c", WORKER, planned.handle],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert worker.stdout is not None
        assert "10\n" in iter(worker.stdout.readline, "")
        worker.kill()
        worker.communicate()
        continued = await _in_this_process(handle=planned.handle, max_accesses=0)
        assert served.sandbox.count() == served.sandbox.spent(SIMPLE) == 10
    assert (len(continued.cases), len(continued.waiting), continued.plan.accesses) == (10, 2, 2)


async def _in_this_process(texts: Sequence[str] = (), **arguments: Any) -> Portfolio:
    async with JpoClient() as client:
        return await check_portfolio(client, texts, **arguments)
