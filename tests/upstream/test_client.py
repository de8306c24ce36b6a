"""The one pipeline from its public door: what is kept, what is asked, what it cost, what is said when it fails."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.clock import next_jst_midnight
from jpo_mcp.endpoints import ENDPOINTS
from jpo_mcp.errors import (
    AuthRefused,
    JpoError,
    JpoUnavailable,
    LedgerUnavailable,
    NoCredentials,
    NotOnFile,
    QuotaSpent,
    TooSoon,
    Words,
    WrongCase,
)
from jpo_mcp.sandbox import Fault, FaultKind
from jpo_mcp.upstream.sqlite_ledger import LocalLedger
from tests.contract.world import BUNDLE, CASE, CITED, NOON, PROGRESS, RunningClock, World, counted, row_of

DAY = 86_400.0
OTHER = "2019490002"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path)
    yield made
    await made.aclose()


# ── fresh and old ─────────────────────────────────────────────────────────────────────────────


async def test_max_age_0_asks_the_jpo_again(world: World) -> None:
    """And what it says takes the place of what was kept."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    world.clock.advance(10.0)
    again = await client.get(PROGRESS, CASE, max_age=0)
    assert (again.source, again.cost, again.as_of) == ("jpo", 1, NOON + 10.0)
    kept = await client.get(PROGRESS, CASE)
    assert (kept.source, kept.as_of) == ("kept", NOON + 10.0)


@pytest.mark.parametrize(("age", "source"), [(3 * DAY - 1.0, "kept"), (3 * DAY + 1.0, "jpo")])
async def test_max_age_accepts_an_older_answer_up_to_that_age(age: float, source: str, world: World) -> None:
    """Three days old is good enough where the caller says so, though it is not fresh."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    world.clock.advance(age)
    assert (await client.get(PROGRESS, CASE, max_age=3 * DAY)).source == source


async def test_max_age_can_ask_for_something_newer_than_fresh(world: World) -> None:
    """A minute old at most."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    world.clock.advance(61.0)
    assert (await client.get(PROGRESS, CASE, max_age=60)).source == "jpo"


async def test_kept_looks_only_at_what_is_kept(world: World) -> None:
    """No access, no token, and it says whether it is fresh."""
    client = world.client()
    assert await client.kept(PROGRESS, CASE) is None
    await client.get(PROGRESS, CASE)
    arrivals = len(world.sandbox.arrivals)
    fresh = await client.kept(PROGRESS, CASE)
    world.clock.advance(DAY)
    old = await client.kept(PROGRESS, CASE)
    world.clock.advance(7 * DAY)
    gone = await client.kept(PROGRESS, CASE)
    assert fresh is not None
    assert old is not None
    assert (fresh.source, old.source, gone) == ("kept", "stale", None)
    assert len(world.sandbox.arrivals) == arrivals


async def test_an_answer_outlives_the_process(world: World) -> None:
    """A restart, or another process of the machine, pays nothing."""
    await world.client().get(PROGRESS, CASE)
    again = await world.client().get(PROGRESS, CASE)
    assert (again.source, again.cost, world.arrived(), world.tokens()) == ("kept", 0, 1, 1)


async def test_whether_an_answer_may_still_be_served_goes_by_the_clients_clock(tmp_path: Path) -> None:
    """A clock years before the machine's own must not make every kept answer look expired."""
    world = World(tmp_path, now=NOON - 1_000 * DAY)
    client = world.client()
    await client.get(PROGRESS, CASE)
    assert (await client.get(PROGRESS, CASE)).source == "kept"
    await world.aclose()


async def test_no_paper_does_not_stay_fresh_by_an_old_list(world: World) -> None:
    """107 while a case is unpublished; once it is, its papers are older than the 107. They must be asked for."""
    world.sandbox.faults.clear()
    nothing = b'{"result":{"statusCode":"107","errorMessage":"","remainAccessCount":"99","data":{}}}'
    world.line.canned = [(200, nothing, {})]
    client = world.client()
    assert (await client.get(BUNDLE, CASE)).data is None
    world.clock.advance(30 * DAY)
    await client.get(PROGRESS, CASE)
    answer = await client.get(BUNDLE, CASE)
    assert (answer.source, answer.data is None) == ("jpo", False)


# ── what nothing means ────────────────────────────────────────────────────────────────────────


async def test_nothing_found_is_an_answer_until_somebody_needs_the_record(world: World) -> None:
    """107 is never proof that the case does not exist, and the words say so."""
    answer = await world.client().get(PROGRESS, "2020999999")
    assert (answer.data, answer.status_code, answer.cost) == (None, "107", 1)
    with pytest.raises(NotOnFile) as nothing:
        answer.found()
    assert nothing.value.spent == 1
    assert "never proves that it does not exist" in nothing.value.text("en")


# ── what a failure cost ───────────────────────────────────────────────────────────────────────


async def failure(world: World, **how: Any) -> JpoError:
    with pytest.raises(JpoError) as raised:
        await world.client(**how).get(PROGRESS, CASE)
    return raised.value


async def test_a_failure_at_the_second_attempt_still_tells_what_the_first_cost(world: World) -> None:
    """The breaker opens in between: other processes met the same trouble."""
    client = world.client()
    world.sandbox.faults.add(Fault("http_500", times=None))
    for number in (OTHER, "2018490003"):
        with pytest.raises(JpoUnavailable):
            await client.get(PROGRESS, number)
    failed = await failure(world)  # the fifth failure in a row
    assert "not been answering since" in failed.text("en")
    assert (failed.spent, world.arrived()) == (1, 5)


async def test_a_spent_day_at_the_second_attempt_tells_what_the_first_cost(world: World) -> None:
    """The last access of the day went to an attempt that was not answered."""
    client = world.client(limits={"1-1": 1})
    world.sandbox.faults.add(Fault("busy_303"))
    with pytest.raises(JpoError) as raised:
        await client.get(PROGRESS, CASE)
    assert (raised.value.spent, world.arrived()) == (1, 1)


async def test_a_token_that_cannot_be_renewed_tells_what_the_attempt_cost(world: World) -> None:
    """210, and then the token endpoint is down."""
    client = world.client()
    await client.check_login()
    world.sandbox.faults.add(Fault("token_210"))
    world.sandbox.faults.add(Fault("token_500", times=None))
    with pytest.raises(JpoUnavailable) as raised:
        await client.get(PROGRESS, CASE)
    assert (raised.value.spent, world.arrived()) == (1, 1)


# ── the minute and the deadline ───────────────────────────────────────────────────────────────


async def test_25_questions_never_arrive_more_than_ten_in_any_minute(world: World) -> None:
    """Handbook: 10 a minute for one ID. In turn, as soon as each may go, with retries on the way."""
    client = world.client()
    faults: dict[int, FaultKind] = {3: "http_500", 9: "busy_303", 14: "token_210", 20: "drop"}
    for n in range(1, 26):
        if n in faults:
            world.sandbox.faults.add(Fault(faults[n]))
        await client.get(PROGRESS, str(2020490000 + n))
    assert world.arrived() == 29
    assert world.most_in_a_minute() == 10


async def test_25_questions_at_once_never_arrive_more_than_ten_in_any_minute(tmp_path: Path) -> None:
    """The same when they all ask together, on a clock that runs."""
    world = World(tmp_path, clock=RunningClock(NOON))
    client = world.client()
    answers = await asyncio.gather(*(client.get(PROGRESS, str(n)) for n in range(2020490001, 2020490026)))
    assert [answer.cost for answer in answers] == [1] * 25
    assert world.most_in_a_minute() <= 10
    assert world.truth() == await counted(client) == {PROGRESS.key: 25}
    await world.aclose()


async def test_a_question_that_would_outlast_the_call_is_not_begun(world: World) -> None:
    """Fifty seconds to a call, a full minute before it: it says when, and costs nothing."""
    client = world.client(deadline=50.0)
    for number in range(2020490001, 2020490011):
        await client.get(PROGRESS, str(number))
    with pytest.raises(TooSoon) as raised:
        await client.get(PROGRESS, "2020490011")
    assert (raised.value.spent, raised.value.retry_at) == (0, "2026-11-23T12:01+09:00")
    assert (world.arrived(), await counted(client)) == (10, {PROGRESS.key: 10})


async def test_a_full_minute_serves_the_older_answer_marked(world: World) -> None:
    """Better than nothing, and it says why."""
    client = world.client(deadline=50.0)
    await client.get(PROGRESS, CASE)
    world.clock.advance(DAY)
    for number in range(2020490101, 2020490111):
        await client.get(PROGRESS, str(number))
    answer = await client.get(PROGRESS, CASE)
    assert (answer.source, answer.cost, type(answer.stale_because)) == ("stale", 0, TooSoon)


async def test_a_batch_leaves_the_share_of_people(world: World) -> None:
    """A fifth of 100 accesses to cited documents stays for questions asked by hand."""
    client = world.client()
    world.sandbox.spend(CITED.key, 79)
    await client.get(CITED, CASE, batch=True)  # the JPO's counter: 20 left, a fifth of 100
    before = world.arrived()
    with pytest.raises(QuotaSpent, match="kept for people"):
        await client.get(CITED, OTHER, batch=True)
    assert world.arrived() == before
    assert (await client.get(CITED, OTHER)).cost == 1
    assert world.arrived() == before + 1


async def test_nothing_is_sent_when_the_call_has_no_time_left_for_the_answer(world: World) -> None:
    """Design, section 4: an access begun at the last second would be paid for and lost."""
    client = world.client()
    with pytest.raises(TooSoon, match="no time left") as raised:
        await client.get(PROGRESS, CASE, deadline=world.clock.monotonic() + 1.0)
    assert (raised.value.spent, world.arrived()) == (0, 0)


async def test_what_colleagues_spent_today_does_not_close_tomorrow(world: World) -> None:
    """Row A5: the day after, the JPO's counters are full again, and side by side questions all go."""
    client = world.client()
    world.sandbox.spend(PROGRESS.key, 799)
    await client.get(PROGRESS, CASE)
    world.clock.advance(DAY)
    answers = await asyncio.gather(*(client.get(PROGRESS, number) for number in (CASE, OTHER, "2018490003")))
    assert [answer.cost for answer in answers] == [1, 1, 1]


async def test_a_203_just_after_midnight_is_about_the_day_before(world: World) -> None:
    """Reliability A6: the wait is a minute, not a day."""
    client = world.client()
    world.clock.advance(next_jst_midnight(world.clock.now()) + 20.0 - world.clock.now())
    world.sandbox.faults.add(Fault("spent_203"))
    with pytest.raises(QuotaSpent) as raised:
        await client.get(PROGRESS, CASE)
    assert raised.value.retry_at == "2026-11-24T00:01+09:00"


# ── another case ──────────────────────────────────────────────────────────────────────────────

ECHOED = [
    ("patent/app_progress", (CASE,)),
    ("patent/app_progress_simple", (CASE,)),
    ("patent/divisional_app_info", (CASE,)),
    ("patent/priority_right_app_info", (CASE,)),
    ("patent/cite_doc_info", (CASE,)),
    ("patent/registration_info", (CASE,)),
    ("design/app_progress", ("2022490101",)),
    ("design/registration_info", ("2021490100",)),
    ("trademark/app_progress", ("2021490203",)),
    ("trademark/registration_info", ("2021490203",)),
    ("patent/case_number_reference", ("application", CASE)),
    ("patent/app_doc_cont_opinion_amendment", (CASE,)),
    ("patent/app_doc_cont_refusal_reason", (CASE,)),
    ("design/app_doc_cont_refusal_reason_decision", ("2022490101",)),
]


@pytest.mark.parametrize(("key", "question"), ECHOED, ids=[" ".join((key, *q)) for key, q in ECHOED])
async def test_another_case_is_never_taken_for_the_one_asked_for(
    key: str, question: tuple[str, ...], world: World
) -> None:
    """Reliability B7: a shared cache or a bug returns somebody else's data. Thrown away, not kept, paid for."""
    row = next(row for row in ENDPOINTS if row.key == key)
    world.sandbox.faults.add(Fault("wrong_case"))
    client = world.client()
    with pytest.raises(WrongCase) as raised:
        await client.get(row, *question)
    assert (raised.value.spent, world.arrived()) == (1, 1)
    assert await client.kept(row, *question) is None
    assert (await client.get(row, *question)).source == "jpo"


@pytest.mark.parametrize("kind", ["publication", "registration"])
async def test_a_reference_must_name_the_number_it_was_asked_by(kind: str, world: World) -> None:
    """Every kind of number that the answer repeats."""
    row = row_of("patent", "case_number_reference")
    question = world.question(row, kind)
    world.sandbox.faults.add(Fault("wrong_case"))
    client = world.client()
    with pytest.raises(WrongCase):
        await client.get(row, *question)
    assert (await client.get(row, *question)).source == "jpo"


# ── without the means ─────────────────────────────────────────────────────────────────────────


async def test_without_credentials_nothing_is_sent_and_kept_answers_still_work(world: World) -> None:
    """The explanation is the same for every question."""
    await world.client().get(PROGRESS, CASE)
    arrivals = len(world.sandbox.arrivals)
    client = world.client(username=None, password=None)
    assert (await client.get(PROGRESS, CASE)).source == "kept"
    with pytest.raises(NoCredentials, match="JPO_API_USERNAME"):
        await client.get(PROGRESS, OTHER)
    assert len(world.sandbox.arrivals) == arrivals


async def test_with_refused_credentials_the_older_answer_is_served_marked(world: World) -> None:
    """A password changed at the JPO must not hide what is known."""
    await world.client().get(PROGRESS, CASE)
    world.clock.advance(DAY)
    answer = await world.client(password="not-the-password").get(PROGRESS, CASE)
    assert (answer.source, type(answer.stale_because), answer.cost) == ("stale", AuthRefused, 0)


def spoiled_by_garbage(state: Path) -> None:
    (state / "ledger.db").write_bytes(b"this is no database" * 100)


def spoiled_by_a_file_in_the_way(state: Path) -> None:
    shutil.rmtree(state)
    state.write_text("a file where the folder should be")


@pytest.mark.parametrize("spoil", [spoiled_by_garbage, spoiled_by_a_file_in_the_way])
async def test_without_a_ledger_nothing_is_sent_and_kept_answers_still_work(spoil: Any, world: World) -> None:
    """Reliability A17: closed for the JPO, open for what is kept; the error names the path."""
    first = world.client()
    await first.get(PROGRESS, CASE)
    await first.aclose()
    state = first.settings.state_folder
    spoil(state)
    arrivals = len(world.sandbox.arrivals)
    client = world.client()
    answer = await client.get(PROGRESS, CASE)
    assert (answer.source, answer.remaining_today) == ("kept", None)
    with pytest.raises(LedgerUnavailable) as raised:
        await client.get(PROGRESS, OTHER)
    assert str(state)[-40:] in raised.value.text("en")
    world.clock.advance(DAY)
    assert len(world.sandbox.arrivals) == arrivals
    stale = await client.get(PROGRESS, CASE) if spoil is spoiled_by_a_file_in_the_way else None
    assert stale is None or (stale.source, type(stale.stale_because)) == ("stale", LedgerUnavailable)
    assert len(world.sandbox.arrivals) == arrivals


async def test_an_answer_that_was_paid_for_is_given_though_the_ledger_breaks_meanwhile(world: World) -> None:
    """Settling only lowers the count; the row says sent, which is spent."""
    client = world.client()
    ledger = client.ledger
    assert isinstance(ledger, LocalLedger)

    async def breaks(*_: object, **__: object) -> None:
        raise LedgerUnavailable(Words("the disk is full", "容量不足"), Words("make room", "空けてください。"))

    ledger.settle = breaks
    ledger.land = breaks
    answer = await client.get(PROGRESS, CASE)
    assert (answer.source, answer.cost) == ("jpo", 1)
    assert (await client.get(PROGRESS, CASE)).source == "kept"
    assert await counted(client) == {PROGRESS.key: 1}


# ── one question at a time ────────────────────────────────────────────────────────────────────


async def test_a_hundred_who_ask_the_same_cost_one_access(world: World) -> None:
    """Reported by one of them."""
    client = world.client()
    answers = await asyncio.gather(*(client.get(PROGRESS, CASE) for _ in range(100)))
    assert sorted(answer.cost for answer in answers) == [0] * 99 + [1]
    assert {answer.source for answer in answers} == {"jpo"}
    assert (world.arrived(), world.tokens()) == (1, 1)


async def test_a_hundred_on_an_expired_token_ask_for_one_new_one(world: World) -> None:
    """Reliability B4. The sandbox's tokens live an hour."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    world.clock.advance(3_600.0)
    rows = (PROGRESS, CITED, BUNDLE, row_of("patent", "registration_info"))
    await asyncio.gather(*(client.get(rows[n % 4], str(2020490002 + n // 50)) for n in range(100)))
    assert world.tokens() == 2
    assert world.truth() == await counted(client)


async def test_two_processes_ask_the_same_once(world: World) -> None:
    """The second waits for what the first keeps."""
    clients = [world.client() for _ in range(4)]
    answers = await asyncio.gather(*(client.get(PROGRESS, CASE) for client in clients for _ in range(5)))
    assert sum(answer.cost for answer in answers) == world.arrived() == 1


async def test_one_who_waits_for_another_process_longer_than_a_call_may_take_is_told_when(world: World) -> None:
    """And told why: not the minute, but somebody who is asking the same."""
    client = world.client(deadline=20.0)
    key = '[1,"patent/app_progress","2020490001"]'
    assert await client.ledger.lead(key, owner="another process", lease=600.0)
    with pytest.raises(TooSoon) as raised:
        await client.get(PROGRESS, CASE)
    assert "another process is asking" in raised.value.text("en")
    assert (raised.value.spent, world.sandbox.arrivals) == (0, [])


async def test_a_caller_who_leaves_before_sending_blocks_nobody(world: World) -> None:
    """Wherever they left, the next may ask at once."""
    client, other = world.client(), world.client(deadline=20.0)
    for turn in range(60):
        number = str(2020490002 + turn)
        task = asyncio.create_task(client.get(PROGRESS, number))
        for _ in range(turn % 20):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        world.clock.advance(31.0)
        assert (await other.get(PROGRESS, number)).source in {"jpo", "kept"}


async def test_nothing_is_asked_again_for_somebody_who_has_left(world: World) -> None:
    """The first access was paid for; a second one would be for nobody."""
    client, release = world.client(), asyncio.Event()
    world.sandbox.faults.add(Fault("hang", release=release))
    task = asyncio.create_task(client.get(PROGRESS, "2020490002"))
    async with asyncio.timeout(5.0):
        while not world.arrived():  # noqa: ASYNC110 - the JPO has no event for that
            await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    world.sandbox.revoke_tokens()
    release.set()
    await client.aclose()
    assert world.arrived() == 1


async def test_who_asks_while_it_is_being_closed_is_told_so_and_nothing_is_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent is waited for; an access begun meanwhile would be paid for and its answer lost."""
    client, release, reading = world.client(), asyncio.Event(), asyncio.Event()
    world.sandbox.faults.add(Fault("hang", release=release))
    sent = asyncio.create_task(client.get(PROGRESS, CASE))
    async with asyncio.timeout(5.0):
        while not world.arrived():  # noqa: ASYNC110 - the JPO has no event for that
            await asyncio.sleep(0.001)
    kept = client.store.get

    async def slow(key: str, **given: Any) -> Any:
        await reading.wait()
        return await kept(key, **given)

    monkeypatch.setattr(client.store, "get", slow)
    asking = asyncio.create_task(client.get(PROGRESS, OTHER))
    await asyncio.sleep(0)
    closing = asyncio.create_task(client.aclose())
    await asyncio.sleep(0)
    reading.set()
    with pytest.raises(TooSoon, match="being stopped"):
        await asking
    release.set()
    await closing
    assert ((await sent).cost, world.arrived()) == (1, 1)


async def test_who_waits_for_the_minute_while_it_is_closed_is_told_so(world: World) -> None:
    """They did not hang up; to be cancelled would say that they had."""
    client = world.client()
    waits = asyncio.Event()

    async def for_ever(seconds: float) -> None:
        waits.set()
        await asyncio.Event().wait()

    for n in range(10):
        await client.get(PROGRESS, str(2020490001 + n))
    world.clock.sleep = for_ever
    waiting = asyncio.create_task(client.get(PROGRESS, OTHER))
    await asyncio.wait_for(waits.wait(), 5.0)
    await client.aclose()
    with pytest.raises(TooSoon, match="being stopped"):
        await waiting


async def test_closing_twice_is_harmless(world: World) -> None:
    """`async with` and a signal may both do it."""
    async with world.client() as client:
        await client.get(PROGRESS, CASE)


async def test_the_quota_shows_every_endpoint_and_costs_nothing(world: World) -> None:
    """42 lines, planned from the table before the first reply."""
    lines = await world.client().quota()
    assert len(lines) == 42
    assert {line.endpoint.key: line.remaining.left for line in lines}[CITED.key] == 100
    assert world.sandbox.arrivals == []
