"""What is asked again, after how long, and what it costs: one test for each row of the decision table.

Reliability, section 3.2. Arrivals are counted by the JPO itself; waits pass on a clock that only they move.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import httpx
import pytest

from jpo_mcp.clock import jst_day
from jpo_mcp.endpoints import Endpoint
from jpo_mcp.errors import (
    AuthRefused,
    JpoBusy,
    JpoError,
    JpoRefused,
    JpoUnavailable,
    MalformedReply,
    QuotaSpent,
)
from jpo_mcp.sandbox import Fault
from jpo_mcp.upstream.client import JpoClient
from tests.contract.world import BUNDLE, CASE, CITED, HALF_A_DAY, PROGRESS, World, counted, row_of

DAY = 86_400.0
DESIGN = row_of("design", "app_progress")


async def failure(client: JpoClient, row: Endpoint[Any] = PROGRESS, number: str = CASE, **how: Any) -> JpoError:
    """What the question raises."""
    with pytest.raises(JpoError) as raised:
        await client.get(row, number, **how)
    return raised.value


def waits(world: World) -> list[float]:
    """Seconds between one arrival and the next, of questions."""
    times = [a.monotonic for a in world.sandbox.arrivals if a.path.startswith("/api/")]
    return [after - before for before, after in pairwise(times)]


# ── nothing was sent ──────────────────────────────────────────────────────────────────────────


async def test_no_connection_is_tried_three_times_and_costs_nothing(world: World) -> None:
    """DNS, refused, TLS handshake: 2 retries, 0.5-2 s apart."""
    world.line.failing = [httpx.ConnectError("refused")] * 3
    client, began = world.client(), world.clock.monotonic()
    failed = await failure(client)
    assert (type(failed), failed.spent, world.arrived()) == (JpoUnavailable, 0, 0)
    assert 1.0 <= world.clock.monotonic() - began <= 4.0
    assert (world.line.failing, await counted(client)) == ([], {})


async def test_a_connection_that_comes_back_costs_one_access(world: World) -> None:
    """What was never sent does not show in the count."""
    world.line.failing = [httpx.ConnectError("refused")] * 2
    client = world.client()
    answer = await client.get(PROGRESS, CASE)
    assert (answer.cost, world.truth(), await counted(client)) == (1, {PROGRESS.key: 1}, {PROGRESS.key: 1})


async def test_a_connection_that_takes_too_long_is_tried_twice(world: World) -> None:
    """Connect timeout: 1 retry after 1-2 s; nothing was sent."""
    world.line.failing = [httpx.ConnectTimeout("slow")] * 3
    client = world.client()
    failed = await failure(client)
    assert (type(failed), failed.spent, len(world.line.failing)) == (JpoUnavailable, 0, 1)
    assert (world.arrived(), await counted(client)) == (0, {})


# ── sent, and nobody knows ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "kind", ["drop", "http_500", "http_502", "http_503", "http_504", "timeout_302", "unexpected_999"]
)
async def test_a_lost_or_unable_answer_is_asked_for_once_more_after_a_slot(kind: Any, world: World) -> None:
    """1 retry, at least 6 s later; both attempts are spent, whether the JPO counted them or not."""
    world.sandbox.faults.add(Fault(kind, times=None))
    client = world.client(dice=lambda: 0.5)
    failed = await failure(client)
    assert (type(failed), failed.spent, world.arrived()) == (JpoUnavailable, 2, 2)
    assert waits(world) == [9.0]
    assert await counted(client) == {PROGRESS.key: 2}
    assert failed.retry_at is not None


async def test_an_answer_at_the_second_attempt_is_an_answer(world: World) -> None:
    """And says that it cost two."""
    world.sandbox.faults.add(Fault("http_503"))
    answer = await world.client().get(PROGRESS, CASE)
    assert (answer.source, answer.cost, world.arrived()) == ("jpo", 2, 2)


async def test_scarce_accesses_are_not_spent_on_a_second_attempt(world: World) -> None:
    """Only while more than a fifth of the day's limit is left."""
    world.sandbox.spend(PROGRESS.key, 641)
    client = world.client()
    await client.get(PROGRESS, "2019490002")  # 158 of 800 are left: the JPO says so
    world.sandbox.faults.add(Fault("http_500", times=None))
    assert (await failure(client)).spent == 1
    assert world.arrived() == 2


async def test_nothing_is_asked_again_that_could_not_be_answered_in_time(world: World) -> None:
    """A wait that would outlast the call's deadline is not begun."""
    world.sandbox.faults.add(Fault("http_500", times=None))
    failed = await failure(world.client(deadline=10.0))
    assert (failed.spent, world.arrived()) == (1, 1)


# ── too fast ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("retry_after", "dice", "expected"), [("", 0.0, 30.0), ("", 0.5, 45.0), ("7", 0.0, 30.0), ("90", 0.0, 90.0)]
)
async def test_too_many_at_once_is_asked_again_twice_after_a_floor(
    retry_after: str, dice: float, expected: float, world: World
) -> None:
    """303: at least 30 s, or what Retry-After says; never sooner, whatever the dice."""
    world.sandbox.faults.add(Fault("busy_303", times=None, retry_after=retry_after))
    failed = await failure(world.client(dice=lambda: dice))
    assert (type(failed), failed.spent, world.arrived()) == (JpoBusy, 3, 3)
    assert waits(world) == [expected, expected]


async def test_http_429_alone_means_too_many_at_once(world: World) -> None:
    """The gateway in front of the JPO may say it without an envelope."""
    world.line.canned = [(429, b"", {"retry-after": "40"})]
    began = world.clock.monotonic()
    answer = await world.client().get(PROGRESS, CASE)
    assert (answer.cost, world.clock.monotonic() - began) == (2, 40.0)


async def test_after_a_303_the_pace_is_halved_for_ten_minutes(world: World) -> None:
    """For every process of the ID: 5 a minute instead of 10."""
    client, other = world.client(), world.client()
    world.sandbox.faults.add(Fault("busy_303"))
    await client.get(PROGRESS, CASE)
    world.clock.advance(61.0)
    assert [await c.ledger.minute("domestic") for c in (client, other)] == [(5, 0.0)] * 2
    world.clock.advance(540.0)
    assert await other.ledger.minute("domestic") == (10, 0.0)


async def test_a_303_that_outlasts_the_call_says_when_to_come_back(world: World) -> None:
    """The text tells the model not to loop."""
    world.sandbox.faults.add(Fault("busy_303", times=None, retry_after="120"))
    failed = await failure(world.client(deadline=50.0))
    assert (failed.spent, world.arrived(), failed.retry_at) == (1, 1, "2026-11-23T12:02+09:00")
    assert "do not loop" in failed.text("en")


# ── the token ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [401, 200])
async def test_a_refused_token_is_renewed_once_and_the_question_asked_once_more(status: int, world: World) -> None:
    """210 comes with HTTP 401 in the specification, and must not need it."""
    world.sandbox.faults.add(Fault("token_210", status=status))
    answer = await world.client().get(PROGRESS, CASE)
    assert (answer.source, world.arrived(), world.tokens(), waits(world)) == ("jpo", 2, 2, [0.0])


async def test_a_second_refusal_ends_the_question(world: World) -> None:
    """It is the ID then, not the token."""
    world.sandbox.faults.add(Fault("token_210", times=None))
    failed = await failure(world.client())
    assert (type(failed), failed.spent, world.arrived(), world.tokens()) == (AuthRefused, 2, 2, 2)


async def test_a_storm_of_refused_tokens_spends_no_more_than_two(world: World) -> None:
    """Twice refused, no token is worth an access until a new one may be asked for: two requests a minute."""
    world.sandbox.faults.add(Fault("token_210", times=None))
    client = world.client()
    for _ in range(20):
        await failure(client)
    assert (world.arrived(), world.tokens()) == (2, 2)


async def test_a_token_ended_before_its_time_is_noticed_by_one_refusal(world: World) -> None:
    """Revoked tokens: the sandbox refuses both the access and the refresh token."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    world.clock.advance(61.0)
    world.sandbox.revoke_tokens()
    answer = await client.get(PROGRESS, "2019490002")
    assert (answer.source, answer.cost, world.truth()) == ("jpo", 2, {PROGRESS.key: 2})


# ── the ID and password ───────────────────────────────────────────────────────────────────────


async def test_a_wrong_password_is_tried_once_and_then_not_for_15_minutes(world: World) -> None:
    """Whether repeated wrong passwords lock the ID is unknown, so they are not repeated; no access is spent."""
    client = world.client(password="not-the-password")
    for _ in range(50):
        assert isinstance(await failure(client), AuthRefused)
        world.clock.advance(17.0)  # 50 x 17 s = 850 s
    assert (world.tokens(), world.arrived()) == (1, 0)
    world.clock.advance(51.0)
    await failure(client)
    assert world.tokens() == 2


async def test_the_latch_doubles_to_four_hours(world: World) -> None:
    """15, 30, 60, 120, 240, 240 minutes."""
    client = world.client(password="not-the-password")
    for minutes in (15, 30, 60, 120, 240, 240):
        failed = await failure(client)
        tokens = world.tokens()
        world.clock.advance(60.0 * minutes - 1.0)
        await failure(client)
        assert world.tokens() == tokens
        world.clock.advance(1.0)
        assert failed.spent == 0
    assert world.tokens() == 6


async def test_the_latch_holds_for_every_process_and_the_next(world: World) -> None:
    """It is in the ledger, so a crash loop cannot hammer the token endpoint."""
    for _ in range(5):
        await failure(world.client(password="not-the-password"))
    assert world.tokens() == 1


async def test_a_changed_secret_is_tried_at_once(world: World) -> None:
    """The latch is on that secret; a file with a new one is read again at each call."""
    secret = world.folder / "password"
    secret.write_text("not-the-password")
    secret.chmod(0o600)
    client = world.client(password=None, password_file=secret)
    await failure(client)
    await failure(client)
    secret.write_text("sandbox-password")
    assert (await client.get(PROGRESS, CASE)).source == "jpo"
    assert world.tokens() == 2


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_any_refusal_of_the_token_endpoint_latches(status: int, world: World) -> None:
    """With or without the JPO's own 212 in it."""
    world.sandbox.faults.add(Fault("credentials_212", times=None, status=status))
    client = world.client()
    for _ in range(3):
        assert isinstance(await failure(client), AuthRefused)
    assert (world.tokens(), world.arrived()) == (1, 0)


@pytest.mark.parametrize("kind", ["token_500", "token_html", "token_missing_fields"])
async def test_a_token_endpoint_in_trouble_is_no_refusal(kind: Any, world: World) -> None:
    """No latch: it is asked again after a minute, at most twice in one."""
    world.sandbox.faults.add(Fault(kind, times=4))
    client = world.client()
    for _ in range(10):
        assert isinstance(await failure(client), JpoUnavailable)
    assert (world.tokens(), world.arrived()) == (2, 0)
    world.clock.advance(61.0)
    await failure(client)
    await failure(client)
    world.clock.advance(61.0)
    assert (await client.get(PROGRESS, CASE)).cost == 1


async def test_credentials_refused_by_an_endpoint_are_not_asked_again_with_the_same_token(world: World) -> None:
    """212 is final for this question; the next one begins with the token endpoint, which knows."""
    world.line.canned = [(401, b'{"result":{"statusCode":"212","errorMessage":"","remainAccessCount":""}}', {})]
    client = world.client()
    assert isinstance(await failure(client), AuthRefused)
    assert world.line.served == 1
    world.sandbox.faults.add(Fault("credentials_212", times=None))
    world.sandbox.revoke_tokens()
    await failure(client)
    assert (world.line.served, world.arrived()) == (1, 0)


# ── the day is spent ──────────────────────────────────────────────────────────────────────────


async def test_a_203_is_met_once_and_then_nobody_asks_before_midnight(world: World) -> None:
    """A colleague spent the day elsewhere: one arrival teaches it, to every process; the next day works."""
    world.sandbox.spend(PROGRESS.key, 800)
    client, other = world.client(), world.client()
    failed = await failure(client)
    assert (type(failed), failed.retry_at, world.arrived()) == (QuotaSpent, "2026-11-24T00:00+09:00", 1)
    for asked in (client, other, world.client()):
        for number in (CASE, "2019490002"):
            assert isinstance(await failure(asked, PROGRESS, number), QuotaSpent)
    assert world.arrived() == 1
    assert (await other.get(DESIGN, "2022490101")).source == "jpo"  # counted per law and endpoint
    world.clock.advance(HALF_A_DAY + 61.0)
    assert (await other.get(PROGRESS, CASE)).source == "jpo"


async def test_with_the_day_spent_an_older_answer_is_served_and_marked(world: World) -> None:
    """Stale is never silent: when it was said, and why nothing newer came."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    told = world.clock.now()
    world.clock.advance(DAY)
    world.sandbox.spend(PROGRESS.key, 800)
    first = await client.get(PROGRESS, CASE)
    again = await client.get(PROGRESS, CASE)
    assert [(a.source, a.as_of, type(a.stale_because)) for a in (first, again)] == [("stale", told, QuotaSpent)] * 2
    assert [a.cost for a in (first, again)] == [1, 0]
    assert world.arrived() == 2
    kept = await client.kept(PROGRESS, CASE)
    assert kept is not None
    assert (kept.status_code, kept.as_of, kept.source) == ("100", told, "stale")  # the 203 took no place


async def test_a_progress_older_than_a_week_is_not_served_as_stale(world: World) -> None:
    """Reliability 3.7: a status a week old would be taken for the current one."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    world.clock.advance(7 * DAY + 1.0)
    world.sandbox.spend(PROGRESS.key, 800)
    assert isinstance(await failure(client), QuotaSpent)


async def test_our_own_count_stops_at_the_last_access(world: World) -> None:
    """The JPO is not asked for its 203 when the count already knows."""
    world.sandbox.spend(CITED.key, 98)
    client = world.client()
    await client.get(CITED, CASE)
    await client.get(CITED, "2019490002")
    assert isinstance(await failure(client, CITED, "2018490003"), QuotaSpent)
    assert (world.arrived(CITED.key), world.sandbox.remaining(CITED.key)) == (2, 0)


# ── never again ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", ["204", "208", "301", "400"])
@pytest.mark.parametrize("status", [200, 400, 404])
async def test_a_rejected_request_is_never_asked_again_nor_kept(code: str, status: int, world: World) -> None:
    """Our bug or bad input: asking again would only spend."""
    body = f'{{"result":{{"statusCode":"{code}","errorMessage":"","remainAccessCount":""}}}}'.encode()
    world.line.canned = [(status, body, {})]
    client = world.client()
    failed = await failure(client)
    assert (type(failed), failed.spent, world.line.served) == (JpoRefused, 1, 1)
    assert await client.kept(PROGRESS, CASE) is None


@pytest.mark.parametrize(
    "kind", ["html_200", "garbage", "empty", "null", "list", "nested_deep", "no_result", "truncated", "no_data"]
)
async def test_a_malformed_answer_is_never_asked_again_nor_kept(kind: Any, world: World) -> None:
    """Spent, since nobody knows; and the next question is asked as ever."""
    world.sandbox.faults.add(Fault(kind))
    client = world.client()
    failed = await failure(client)
    assert (type(failed), failed.spent, world.arrived()) == (MalformedReply, 1, 1)
    assert await client.kept(PROGRESS, CASE) is None
    assert await counted(client) == {PROGRESS.key: 1}
    assert (await client.get(PROGRESS, CASE)).source == "jpo"


@pytest.mark.parametrize("kind", ["bom", "ints_for_strings", "blank_counter", "garbage_counter", "extra_fields"])
async def test_an_odd_answer_is_an_answer(kind: Any, world: World) -> None:
    """Generous reading: what it says is there, and the count goes on."""
    world.sandbox.faults.add(Fault(kind))
    client = world.client()
    answer = await client.get(PROGRESS, CASE)
    assert (answer.found().application_number, await counted(client)) == (CASE, {PROGRESS.key: 1})


async def test_a_counter_that_a_shared_cache_repeats_raises_nothing(world: World) -> None:
    """Reliability A4: the most that is left never grows within a day."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    world.sandbox.faults.add(Fault("stale_counter"))
    answer = await client.get(PROGRESS, "2019490002")
    assert answer.remaining_today == 798


async def test_a_bundle_that_is_none_is_malformed(world: World) -> None:
    """The JSON of another question, or half a ZIP's worth of nothing."""
    world.line.canned = [(200, b'{"result":{"statusCode":"100","remainAccessCount":"9","data":{"a":"b"}}}', {})]
    assert isinstance(await failure(world.client(), BUNDLE), MalformedReply)


@pytest.mark.parametrize("name", ["app_doc_cont_opinion_amendment", "global_doc_cont", "jp_doc_cont"])
async def test_a_file_cut_short_is_malformed_and_the_whole_one_comes_next_time(name: str, world: World) -> None:
    """A paper of a dossier is kept 90 days, and half of one would be too."""
    row, client = row_of("patent", name), world.client()
    question = world.question(row)
    world.sandbox.faults.add(Fault("truncated", endpoint=row.key))
    with pytest.raises(MalformedReply, match="cut short") as raised:
        await client.get(row, *question)
    assert (raised.value.spent, await client.kept(row, *question)) == (1, None)
    assert len((await client.get(row, *question)).raw) > 0


# ── the retry budget ──────────────────────────────────────────────────────────────────────────


async def test_at_most_ten_retries_an_hour_over_all_endpoints(world: World) -> None:
    """A 303 is no trouble for the breaker, so only the budget stops these."""
    world.sandbox.faults.add(Fault("busy_303", times=None))
    client, spent = world.client(), 0
    rows = (PROGRESS, DESIGN, row_of("trademark", "app_progress"))
    began = world.clock.monotonic()
    while world.clock.monotonic() - began < 3_400.0:
        for row in rows:
            spent += (await failure(client, row, "2020490001")).spent
    questions = sum(a.path.startswith("/api/") for a in world.sandbox.arrivals)
    assert questions == spent
    assert await client.ledger.retries_last_hour() == 10


async def test_at_most_three_retries_a_day_where_the_day_is_small(world: World) -> None:
    """Cited documents: 100 a day."""
    client = world.client()
    said: list[tuple[str, int]] = []
    for _ in range(5):
        world.sandbox.faults.add(Fault("http_500", endpoint=CITED.key))
        answer = await client.get(CITED, CASE, max_age=0)
        said.append((answer.source, answer.cost))
        world.clock.advance(3_700.0)
    assert said == [("jpo", 2)] * 3 + [("stale", 1)] * 2
    assert (world.arrived(CITED.key), await client.ledger.retries_today(CITED)) == (8, 3)


async def test_at_most_one_retry_in_twenty_accesses_of_the_day(world: World) -> None:
    """Progress: 800 a day, so 40 retries; the day's hours allow more."""
    client = world.client()
    world.clock.advance(HALF_A_DAY + 120.0)  # a whole day lies ahead
    day, retried = jst_day(world.clock.now()), 0
    while True:
        world.sandbox.faults.add(Fault("unexpected_999"))
        answer = await client.get(PROGRESS, CASE, max_age=0)
        if answer.source == "stale":
            break
        retried += answer.cost - 1
        world.clock.advance(600.0)
    assert (retried, jst_day(world.clock.now())) == (40, day)
