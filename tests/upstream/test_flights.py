"""One question at a time in a process: shared by whoever asks, finished once it has been paid for."""

from __future__ import annotations

import asyncio

import pytest

from jpo_mcp.errors import JpoUnavailable, LedgerUnavailable, Words
from jpo_mcp.upstream.flights import Dropped, Flight, Flights
from jpo_mcp.upstream.ledger import LeaseLost

WORDS = Words("it did not work", "失敗しました。")


class Question:
    """A question that is answered when told, and says how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.begun = asyncio.Event()
        self.answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.ended: list[str] = []

    async def ask(self, flight: Flight[str]) -> str:
        self.asked += 1
        self.begun.set()
        try:
            return await asyncio.shield(self.answer)
        except asyncio.CancelledError:
            await asyncio.sleep(0)  # giving up takes a moment too
            self.ended.append("dropped")
            raise

    async def ask_sent(self, flight: Flight[str]) -> str:
        flight.sent = True
        return await self.ask(flight)


async def gone(task: asyncio.Task[tuple[str, bool]]) -> None:
    """Its caller has hung up, and knows it."""
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_hundred_callers_ask_once_and_one_of_them_paid() -> None:
    """Reliability 3.6, single flight in a process."""
    flights, question = Flights[str](), Question()
    callers = [asyncio.create_task(flights.join("k", question.ask)) for _ in range(100)]
    await question.begun.wait()
    question.answer.set_result("said")
    answers = await asyncio.gather(*callers)
    assert [answer for answer, _ in answers] == ["said"] * 100
    assert [asked for _, asked in answers].count(True) == 1
    assert question.asked == 1


async def test_two_questions_do_not_wait_for_each_other() -> None:
    """Another key is another question."""
    flights, one, other = Flights[str](), Question(), Question()
    waiting = asyncio.create_task(flights.join("one", one.ask))
    await one.begun.wait()
    other.answer.set_result("other")
    assert await flights.join("other", other.ask) == ("other", True)
    one.answer.set_result("one")
    assert await waiting == ("one", True)


async def test_a_question_is_asked_anew_once_it_has_been_answered() -> None:
    """Keeping answers is somebody else's work."""
    flights, question = Flights[str](), Question()
    question.answer.set_result("said")
    assert [await flights.join("k", question.ask) for _ in range(2)] == [("said", True)] * 2
    assert question.asked == 2


async def test_a_failure_is_shared_and_only_the_one_who_asked_is_told_the_cost() -> None:
    """Otherwise ten callers would report ten accesses where one was spent."""
    flights, question = Flights[str](), Question()
    callers = [asyncio.create_task(flights.join("k", question.ask)) for _ in range(10)]
    await question.begun.wait()
    question.answer.set_exception(JpoUnavailable(WORDS, WORDS, spent=2, retry_at="2026-11-23T12:01+09:00"))
    failures = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(failure) for failure in failures] == [JpoUnavailable] * 10
    told = [(f.spent, f.retry_at, f.what) for f in failures if isinstance(f, JpoUnavailable)]
    when = "2026-11-23T12:01+09:00"
    assert told == [(2, when, WORDS)] + [(0, when, WORDS)] * 9


async def test_a_failure_with_a_constructor_of_its_own_is_shared_too() -> None:
    """`LeaseLost` takes no arguments, so it cannot be made again from its arguments."""
    flights, question = Flights[str](), Question()
    callers = [asyncio.create_task(flights.join("k", question.ask)) for _ in range(2)]
    await question.begun.wait()
    question.answer.set_exception(LeaseLost())
    failures = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(failure) for failure in failures] == [LeaseLost] * 2
    assert all(isinstance(f, LedgerUnavailable) and "not used in time" in f.text("en") for f in failures)


async def test_what_nobody_waits_for_is_dropped_before_it_is_sent() -> None:
    """Reliability A12: queued costs nothing."""
    flights, question = Flights[str](), Question()
    caller = asyncio.create_task(flights.join("k", question.ask))
    await question.begun.wait()
    await gone(caller)
    await asyncio.sleep(0.01)
    assert question.ended == ["dropped"]


async def test_the_end_waits_until_what_was_dropped_has_given_back_its_place() -> None:
    """Its caller has gone already; cutting it short now would leave the place taken until its lease runs out."""
    flights, begun, given_back = Flights[str](), asyncio.Event(), asyncio.Event()
    ended: list[str] = []

    async def ask(_: Flight[str]) -> str:
        begun.set()
        try:
            return await asyncio.get_running_loop().create_future()
        finally:
            await given_back.wait()
            ended.append("given back")

    caller = asyncio.create_task(flights.join("k", ask))
    await begun.wait()
    await gone(caller)
    ending = asyncio.create_task(flights.finish(5.0))
    for _ in range(5):
        await asyncio.sleep(0)
    still_waiting = not ending.done()
    given_back.set()
    await ending
    assert (still_waiting, ended) == (True, ["given back"])


async def test_one_who_asks_while_a_dropped_question_ends_gets_an_answer_of_their_own() -> None:
    """They did not hang up, so they must not be told that they did."""
    flights, dropped, question = Flights[str](), Question(), Question()
    caller = asyncio.create_task(flights.join("k", dropped.ask))
    await dropped.begun.wait()
    await gone(caller)
    newcomer = asyncio.create_task(flights.join("k", question.ask))
    await asyncio.wait_for(question.begun.wait(), 5.0)
    question.answer.set_result("said")
    assert await newcomer == ("said", True)
    assert dropped.ended == ["dropped"]


async def test_what_has_been_sent_is_finished_though_nobody_waits() -> None:
    """It has been paid for; the next who asks finds it kept."""
    flights, question = Flights[str](), Question()
    caller = asyncio.create_task(flights.join("k", question.ask_sent))
    await question.begun.wait()
    await gone(caller)
    joined = asyncio.create_task(flights.join("k", question.ask))
    await asyncio.sleep(0)
    question.answer.set_result("said")
    assert await joined == ("said", False)
    assert (question.asked, question.ended) == (1, [])


async def test_what_its_asker_leaves_before_it_is_sent_is_dropped_and_who_waits_knows() -> None:
    """It would be sent in the name of somebody who hung up; who waits asks for themselves."""
    flights, question = Flights[str](), Question()
    first, second = (asyncio.create_task(flights.join("k", question.ask)) for _ in range(2))
    await question.begun.wait()
    await gone(first)
    with pytest.raises(Dropped):
        await second
    assert question.ended == ["dropped"]


async def test_a_question_goes_on_though_somebody_else_who_waits_leaves() -> None:
    """It is not theirs."""
    flights, question = Flights[str](), Question()
    first, second = (asyncio.create_task(flights.join("k", question.ask)) for _ in range(2))
    await question.begun.wait()
    await gone(second)
    question.answer.set_result("said")
    assert await first == ("said", True)


async def test_closing_waits_for_what_was_sent_and_drops_the_rest() -> None:
    """A server told to stop has a moment to bring home what it paid for."""
    flights, sent, queued = Flights[str](), Question(), Question()
    home = asyncio.create_task(flights.join("sent", sent.ask_sent))
    waiting = asyncio.create_task(flights.join("queued", queued.ask))
    await asyncio.gather(sent.begun.wait(), queued.begun.wait())
    asyncio.get_running_loop().call_later(0.02, sent.answer.set_result, "said")
    await flights.finish(5.0)
    assert await home == ("said", True)
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert queued.ended == ["dropped"]


async def test_closing_does_not_wait_for_ever() -> None:
    """What has not come home by then is given up."""
    flights, question = Flights[str](), Question()
    caller = asyncio.create_task(flights.join("k", question.ask_sent))
    await question.begun.wait()
    await asyncio.wait_for(flights.finish(0.02), 5.0)
    with pytest.raises(asyncio.CancelledError):
        await caller
