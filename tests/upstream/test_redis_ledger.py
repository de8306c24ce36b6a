"""The ledger that several machines share does what the local one does, on a real Redis whose time the tests move."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.errors import LedgerUnavailable
from jpo_mcp.upstream.ledger import Share
from jpo_mcp.upstream.redis_ledger import PAUSE, RedisLedger
from tests.redis_server import RedisServer
from tests.upstream import test_ledger, test_shares
from tests.upstream.redis_office import DAY, LIMIT, NOON, PLENTY, PROGRESS, Shared, local_ledger, office, patient_link

SAME = """
a_reservation_takes_one_access_before_anything_is_sent
a_reservation_never_sent_is_given_back_after_its_lease
a_call_that_was_sent_stays_spent_when_its_process_dies
a_call_that_never_connected_is_free_and_gives_its_place_back
settling_or_releasing_twice_changes_nothing
a_reservation_is_not_sent_twice
each_endpoint_law_and_identity_has_its_own_day
a_spent_day_names_the_endpoint_and_the_reset_in_both_languages
a_batch_leaves_the_share_kept_for_people
a_203_closes_the_endpoint_until_the_next_midnight_in_japan
within_a_minute_of_midnight_a_call_is_charged_to_both_days
a_spent_day_still_binds_in_the_first_minute_of_the_next
a_reservation_held_over_into_the_guard_is_charged_to_the_second_day_when_sent
an_earlier_clock_never_opens_a_spent_day_again
the_jpo_s_own_date_corrects_a_clock_that_ran_ahead
a_slow_reply_does_not_turn_the_clock_back
rows_older_than_forty_days_are_purged
any_limit_is_learned_from_the_first_counter
only_a_raised_limit_is_learned_for_the_next_day
a_raised_limit_that_the_jpo_lowered_is_learned_the_next_day
others_spending_during_the_day_lowers_today_but_not_the_learned_limit
the_operator_s_limit_stands_until_the_jpo_says_otherwise
a_garbage_counter_teaches_nothing
a_replayed_reply_teaches_neither_counter_nor_time
a_stale_counter_never_raises_what_is_left
a_lost_call_the_jpo_never_counted_is_given_back_by_a_later_counter
a_counter_is_read_with_the_calls_it_may_not_include
the_minute_holds_ten_domestic_and_five_opd_calls
a_place_is_stamped_when_the_call_settles
a_call_whose_process_died_keeps_its_place_for_three_minutes
wall_clock_jumps_do_not_move_the_minute
a_single_process_sustains_nine_calls_a_minute
a_busy_jpo_halves_the_pace_for_every_process
a_fact_is_shared_changed_in_one_step_and_forgotten
a_change_that_fails_leaves_the_fact_alone
retries_are_counted_for_the_day_and_the_hour
one_leads_the_others_wait_and_an_expired_lease_is_taken_once
the_day_s_spending_is_told_by_endpoint_and_outcome
the_quota_of_all_endpoints_comes_in_one_reading
"""
SAME_SHARES = """
whoever_took_their_share_is_refused_and_the_next_person_is_not
the_last_of_a_day_is_refused_as_a_spent_day_not_as_a_share
a_share_counts_what_is_reserved_and_forgets_what_never_was_sent
a_day_begins_with_whole_shares
near_midnight_a_share_is_of_both_days
a_batch_leaves_the_reserve_and_a_person_their_share
"""
globals().update({f"test_{name}": getattr(test_ledger, f"test_{name}") for name in SAME.split()})
globals().update({f"test_{name}": getattr(test_shares, f"test_{name}") for name in SAME_SHARES.split()})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


class InTurn:
    """A ledger of the event loop, called as the local one is."""

    def __init__(self, ledger: RedisLedger, clock: ManualClock, run: Callable[[Any], Any]) -> None:
        self._ledger, self._clock, self._run = ledger, clock, run

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *given, **named: self._run(getattr(self._ledger, name)(*given, **named))


@pytest.fixture(params=["one machine", "a machine each"])
def build(request: pytest.FixtureRequest, server: RedisServer, tmp_path: Path, clock: ManualClock) -> Iterator[Any]:
    """As for the local ledger; each call is another process of one machine, or another machine."""
    server.flush()
    shares = request.function.__module__ == test_shares.__name__
    usual: dict[str, Any] = {"share": 0.6, "per_minute": PLENTY} if shares else {}
    opened: list[RedisLedger] = []
    with asyncio.Runner() as runner:
        link = patient_link(server)

        def run(work: Coroutine[Any, Any, Any]) -> Any:
            return runner.run(work)

        def ledger(at: ManualClock, folder: str, identity: str, **given: Any) -> RedisLedger:
            local = local_ledger(tmp_path / folder, identity, at)
            opened.append(RedisLedger(Shared(link, at), local, identity=identity, clock=at, **given))
            return opened[-1]

        def begin(identity: str) -> None:
            early = ManualClock(NOON - 2 * PAUSE)
            first = ledger(early, "first", identity)
            for _ in range(2):
                try:
                    run(first.state(""))
                except LedgerUnavailable:
                    early.advance(PAUSE)

        def build(identity: str = "id", boot_id: str = "", **changed: Any) -> InTurn:
            begin(identity)
            name = "machine" if request.param == "one machine" else f"machine {len(opened)}"
            return InTurn(ledger(clock, name, identity, **(usual | changed)), clock, run)

        yield build
        for each in opened:
            run(each.close())
        run(link.close())


# ── what a shared ledger must do besides ──────────────────────────────────────────────────────


async def test_a_fact_that_two_change_at_once_keeps_both_changes(server: RedisServer, tmp_path: Path) -> None:
    """The change is worked out here and written only onto what it was worked out from."""
    async with office(server, tmp_path, 3) as team:

        async def count(ledger: RedisLedger) -> None:
            for _ in range(20):
                await ledger.update_state("count", lambda text: str(int(text or 0) + 1))

        await asyncio.gather(*(count(machine.ledger) for machine in team))
        assert await team.machines[0].ledger.state("count") == "60"


async def test_of_machines_that_ask_the_same_one_leads(server: RedisServer, tmp_path: Path) -> None:
    """A10, across machines."""
    async with office(server, tmp_path, 3) as team:
        asked = [machine.ledger.lead("q", owner=str(n)) for n, machine in enumerate(team)]
        assert sorted(await asyncio.gather(*asked)) == [False, False, True]


async def test_machines_that_race_for_the_last_accesses_take_each_once(server: RedisServer, tmp_path: Path) -> None:
    """A1 on one event loop; whole processes race in tests/team."""
    async with office(server, tmp_path, 3, per_minute=PLENTY) as team:

        async def call(n: int) -> int:
            try:
                await team.machines[n % 3].spend(remaining=None)
            except Exception as refused:
                return type(refused).__name__ != "QuotaSpent"
            return 10

        outcomes = await asyncio.gather(*(call(n) for n in range(3 * LIMIT)))
        assert sum(outcome == 10 for outcome in outcomes) == LIMIT
        assert 1 not in outcomes
        assert [await machine.left() for machine in team] == [0, 0, 0]


async def test_counters_that_come_back_at_once_teach_what_they_would_in_turn(
    server: RedisServer, tmp_path: Path
) -> None:
    """The lesson is worked out here; one that was overtaken is worked out again."""
    async with office(server, tmp_path, 3, per_minute=PLENTY) as team:
        flying = [(machine, await machine.ledger.reserve(PROGRESS)) for machine in (*team, *team)]
        for machine, reservation in flying:
            await machine.ledger.sent(reservation)
        random.Random(5).shuffle(flying)  # noqa: S311 - not a secret
        await asyncio.gather(
            *(
                machine.ledger.settle(reservation, remaining=LIMIT - 1 - n, outcome="FOUND")
                for n, (machine, reservation) in enumerate(flying)
            )
        )
        assert [await machine.left() for machine in team] == [LIMIT - 6] * 3


async def test_who_spent_what_is_one_sum_over_all_machines(server: RedisServer, tmp_path: Path) -> None:
    """For jpo_quota; a loss forgets no person's calls that a machine remembers."""
    async with office(server, tmp_path, 2) as team:
        for machine, person in zip((*team, *team), ("sato", "suzuki", "a:b", "sato"), strict=True):
            held = await machine.ledger.reserve(PROGRESS, person=person)
            await machine.ledger.sent(held)
        key = PROGRESS.key
        whole = (Share("sato", key, 2), Share("a:b", key, 1), Share("suzuki", key, 1))
        assert set(await team.machines[0].ledger.shares(DAY)) == set(whole)
        await team.shared.lose()
        await team.made_whole()
        assert set(await team.machines[1].ledger.shares(DAY)) == set(whole)


async def test_the_identity_and_the_persons_words_stay_out_of_the_keys(server: RedisServer, tmp_path: Path) -> None:
    """One hash tag for one ID, so that one script sees all its keys; nothing secret in any of them."""
    async with office(server, tmp_path, 1) as team:
        await team.machines[0].spend()
        keys = {key.decode() for key in await team.shared.link.command("KEYS", "*")}
        assert len({key[: key.index("}") + 1] for key in keys}) == 1
        assert all(key.startswith("jpo:{") for key in keys)
        assert not any("{id}" in key for key in keys)


async def test_the_memory_on_disk_can_be_read_back(server: RedisServer, tmp_path: Path) -> None:
    """JSON in the local ledger's own state: a machine, its own calls, the whole count as last seen."""
    async with office(server, tmp_path, 1) as team:
        [machine] = team
        await machine.spend()
        kept = json.loads(await machine.local.state("shared count") or "")
        assert kept["own"] == {str(DAY): {PROGRESS.key: {"": 1}}}
        assert kept["view"]["days"][str(DAY)][f"used:{PROGRESS.key}"] == "1"
