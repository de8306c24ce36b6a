"""`JpoClient.get(row, ...) -> Answer`: the one pipeline between a question and the JPO.

kept answer -> the same question already under way? -> token -> reserve an access -> a place in
the minute -> send -> read the envelope -> settle the count -> ask again or not -> decode -> keep
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from jpo_mcp.clock import Clock, SystemClock, jst_day, jst_midnight, jst_text
from jpo_mcp.endpoints import ENDPOINTS, PER_MINUTE, Endpoint, Keep
from jpo_mcp.endpoints import endpoint as row
from jpo_mcp.errors import (
    AuditUnavailable,
    AuthRefused,
    JpoBusy,
    JpoError,
    JpoRefused,
    JpoUnavailable,
    LedgerUnavailable,
    MalformedReply,
    MissingScope,
    NotEntitled,
    QuotaSpent,
    ShareSpent,
    TooSoon,
    UnsafeLink,
    Words,
    WrongCase,
)
from jpo_mcp.models import common, opd
from jpo_mcp.settings import Settings
from jpo_mcp.upstream import entitlement, envelope, policy
from jpo_mcp.upstream.account import GUARD, day_of_refusal
from jpo_mcp.upstream.answer import Answer, Source, named
from jpo_mcp.upstream.asker import asking
from jpo_mcp.upstream.audit import Access, Audit
from jpo_mcp.upstream.auth import Token, TokenKeeper
from jpo_mcp.upstream.entitlement import Entitlement
from jpo_mcp.upstream.envelope import Reply, Said
from jpo_mcp.upstream.flights import Dropped, Flight, Flights
from jpo_mcp.upstream.ledger import LeaseLost, Ledger, MinuteFull, QuotaLine, Reservation, Share
from jpo_mcp.upstream.policy import Breaker
from jpo_mcp.upstream.recall import Recall
from jpo_mcp.upstream.snapshots import Snapshots, is_look
from jpo_mcp.upstream.sqlite_ledger import LocalLedger
from jpo_mcp.upstream.store import Kept, LocalStore, Store, key_of
from jpo_mcp.upstream.tally import Tally
from jpo_mcp.upstream.turns import Turns
from jpo_mcp.upstream.wire import Exchange, Wire

if TYPE_CHECKING:
    from jpo_mcp.upstream.index import SearchIndex
    from jpo_mcp.upstream.redis_link import RedisLink

M = TypeVar("M")

SET_UP = Words(
    "set JPO_API_USERNAME and JPO_API_PASSWORD (or ..._FILE) where the server is configured and run `jpo-mcp doctor`; "
    "without an ID, JPO_MCP_SANDBOX=1 shows everything with made-up cases",
    "JPO_API_USERNAME と JPO_API_PASSWORD（または …_FILE）を設定し `jpo-mcp doctor` で確認。"
    "IDがなければ JPO_MCP_SANDBOX=1 で架空の案件を試せます。",
)

_EXPECTED = 5.0
"""Seconds a call may well take (2-3 are usual): less than that before the deadline, and it is not begun."""

_MOST_SECONDS = {"json": 35.0, "xml": 35.0, "zip": 45.0, "pdf": 45.0}
_POLL = 0.03
_LEASE = 60.0
"""Seconds beyond the deadline after which a process that leads a question, and is silent, is taken for dead."""

_GOODBYE = 1.0
_STAND_BY = 30.0
"""Seconds between two signs of life: twice within the minute that a lost count waits for those who know of it."""

_MOST_DECODED = 64
"""Kept answers remembered decoded: a case is asked for again and again, and its records cannot change."""

_MOST_RECALLED = 65_536
"""Bytes of a kept answer that is remembered for a moment: a bundle of papers may be a thousand times that."""

_ENTITLEMENT = "opd-entitlement"
_SERVE_STALE_ON = (
    QuotaSpent, TooSoon, JpoBusy, JpoUnavailable, AuthRefused, MalformedReply, LedgerUnavailable, NotEntitled,
    MissingScope, AuditUnavailable,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, until when it may take, and from when on an answer counts as an answer to it."""

    endpoint: Endpoint[Any]
    arguments: tuple[str, ...]
    path: str
    key: str
    asked_at: float
    max_age: float | None
    deadline: float
    batch: bool
    attempts: int

    def __str__(self) -> str:
        return f"{named(self.arguments)} ({self.endpoint.law}, {self.endpoint.name})"


@dataclass(frozen=True, slots=True)
class _Landed:
    """An answer that has been kept, and the accesses it cost."""

    kept: Kept
    cost: int


class JpoClient:
    """Reads the JPO's API within its quota. One per process; close it with `aclose()` or `async with`.

    `recall` is for how many seconds what was read from the disk may be told again without a look there.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        clock: Clock | None = None,
        app: Callable[..., Any] | None = None,
        ledger: Ledger | None = None,
        store: Store | None = None,
        dice: Callable[[], float] = random.random,
        recall: float = 0.0,
    ) -> None:
        self.settings = settings or Settings.from_environment()
        self.clock = clock or SystemClock()
        self._given_ledger = ledger
        self._store = store or self._kept_answers()
        self._wire = Wire(self.settings, app or self.settings.sandbox_app())
        self._audit = _audit(self.settings)
        self.tally = Tally()
        self.recall = recall
        self._kept_lately: Recall[Kept] = Recall(self.clock, recall)
        self._left_lately: Recall[int] = Recall(self.clock, recall)
        self._dice = dice
        self._flights: Flights[_Landed] = Flights()
        self._turns = {pace: Turns(self.clock) for pace in PER_MINUTE}
        self._decoded: dict[tuple[str, int, bytes], Any] = {}
        self._at_home = False
        self._token_renewed: int | None = None
        self._ending = False
        self._closed = False

    async def __aenter__(self) -> JpoClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def stand_by(self) -> None:
        """For a server, until cancelled: keeps this machine among those that count together, though nobody asks it.

        The minute that a new or lost count waits begins at once, and a machine that is there is not taken for absent.
        """
        if self.redis is None:
            return
        from jpo_mcp.upstream.redis_ledger import RedisLedger  # noqa: PLC0415 - only where machines share a Redis

        while True:
            with suppress(JpoError):
                if isinstance(self.ledger, RedisLedger):
                    await self.ledger.standing()
            await self.clock.sleep(_STAND_BY)

    def finish_up(self) -> None:
        """From now on nothing more is sent: what waits for its turn is told so, and what was sent is waited for."""
        self._ending = True
        self._flights.drop_unsent()

    async def aclose(self) -> None:
        """Lets what has been sent come home, drops what has not, and closes everything."""
        if self._closed:
            return
        self._closed = True
        self.finish_up()
        await self._flights.finish(_GOODBYE)
        await self._wire.aclose()
        if self._audit is not None:
            await self._audit.close()
        await self._store.close()
        if "snapshots" in self.__dict__:
            await self.snapshots.close()
        if "index" in self.__dict__:
            await self.index.close()
        if "ledger" in self.__dict__:
            await self.ledger.close()
        if self.redis is not None:
            await self.redis.close()

    @cached_property
    def ledger(self) -> Ledger:
        """The count of the day's accesses of this ID, shared by every process on the machine, or by every machine."""
        if self._given_ledger is not None:
            return self._given_ledger
        settings, credentials = self.settings, self.settings.credentials()
        username = credentials.username if credentials else ""
        same: dict[str, Any] = {
            "identity": f"{settings.host}|{username}",
            "clock": self.clock,
            "limits": settings.limits,
            "reserve_share": settings.reserve,
            "share": settings.share,
        }
        local = LocalLedger(settings.state_folder, **same)
        if self.redis is None:
            return local
        from jpo_mcp.upstream.redis_ledger import RedisLedger  # noqa: PLC0415 - only where machines share a Redis

        return RedisLedger(self.redis, local, **same)

    @cached_property
    def redis(self) -> RedisLink | None:
        """The Redis that machines share; None where each is on its own, as the sandbox always is."""
        settings = self.settings
        if settings.redis_url is None or settings.sandbox:
            return None
        from jpo_mcp.upstream.redis_link import RedisLink  # noqa: PLC0415 - only where machines share a Redis

        return RedisLink(
            settings.redis_url.get_secret_value(),
            password=settings.redis_password,
            ca_file=settings.redis_ca_file,
            plain=settings.redis_plain,
        )

    def _kept_answers(self) -> Store:
        settings = self.settings
        local = LocalStore(settings.kept_folder, max_bytes=settings.cache_bytes, clock=self.clock)
        if self.redis is None:
            return local
        from jpo_mcp.upstream.redis_store import SharedStore  # noqa: PLC0415 - only where machines share a Redis

        return SharedStore(self.redis, local, host=settings.host, max_bytes=settings.cache_bytes, clock=self.clock)

    @property
    def store(self) -> Store:
        """The kept answers."""
        return self._store

    @cached_property
    def snapshots(self) -> Snapshots:
        """Every look at a case that was paid for, for comparison with later ones."""
        return Snapshots(self.settings.state_folder, host=self.settings.host)

    @cached_property
    def index(self) -> SearchIndex:
        """The words of what is kept on this machine."""
        from jpo_mcp.upstream.index import SearchIndex  # noqa: PLC0415 - loaded by the first search

        return SearchIndex(self.settings.kept_folder, clock=self.clock, max_bytes=self.settings.cache_bytes)

    async def forget_kept(self) -> int:
        """Forgets every kept answer, and the words of them; how many answers those were."""
        forgotten = await self._store.clear()
        await self.index.clear()
        return forgotten

    @cached_property
    def _tokens(self) -> TokenKeeper:
        return TokenKeeper(self._wire.token, self.settings.credentials, self.ledger, self.clock, SET_UP)

    async def check_login(self) -> float | None:
        """Gets a token, or raises what stands in the way; gives the JPO's own time. Costs no access."""
        await self._tokens.token()
        return self._tokens.server_time

    async def quota(self) -> tuple[QuotaLine, ...]:
        """What is left today, endpoint by endpoint, as far as this machine knows. Costs nothing."""
        return await self.ledger.quota(ENDPOINTS)

    async def shares(self) -> tuple[Share, ...]:
        """Who used what of today's accesses, as far as this machine knows. Costs nothing."""
        return await self.ledger.shares(jst_day(self.clock.now()))

    async def dossiers(self) -> tuple[entitlement.State, Entitlement]:
        """Whether the ID has the five offices' dossiers, as far as this machine has found out. Costs nothing."""
        found = await self._entitlement()
        state = found.state(self.clock.now()) if self.settings.opd == "auto" else self.settings.opd
        return state, found

    def deadline(self) -> float:
        """When a tool call that begins now must have answered, for the `deadline` of each `get` it makes."""
        return self.clock.monotonic() + self.settings.deadline

    async def get(
        self,
        endpoint: Endpoint[M],
        *arguments: str,
        max_age: float | None = None,
        deadline: float | None = None,
        batch: bool = False,
        attempts: int = 3,
    ) -> Answer[M]:
        """The JPO's answer to one question, spending at most what `policy` allows.

        `max_age` (seconds) takes a kept answer up to that age; 0 asks the JPO again; None trusts
        the row's keep rule. `deadline` is that of the whole tool call (`self.deadline()`), where it
        asks more than one question. `batch` leaves the share of the day reserved for people untouched.
        `attempts` bounds how often it is sent, and so what it costs; three is the most that `policy` allows.
        Raises `BadArgument` before anything is sent, `QuotaSpent`, `TooSoon` or an `UpstreamError`
        when there is no answer and no kept one to fall back on.
        """
        question = _Question(
            endpoint,
            arguments,
            endpoint.path(*arguments),
            key_of(endpoint.key, arguments),
            self.clock.now(),
            max_age,
            self.deadline() if deadline is None else deadline,
            batch,
            attempts,
        )
        kept = await self._look_up(question.key)
        if kept is not None and await self._is_fresh(question, kept):
            return await self._answer(question, kept, "kept", cost=0)
        try:
            landed, asked = await self._join(question)
        except _SERVE_STALE_ON as failure:
            if kept is None or self.clock.now() >= kept.keep_until:
                raise
            return await self._answer(question, kept, "stale", cost=failure.spent, because=failure)
        cost = landed.cost if asked else 0
        return await self._answer(question, landed.kept, "jpo" if landed.cost else "kept", cost=cost)

    async def _join(self, question: _Question) -> tuple[_Landed, bool]:
        """The answer, and whether we asked; what another may no longer have, we ask for ourselves."""
        asker = asking.get()
        if not asker.may_spend:
            raise _may_not_spend(question)
        # A batch is refused what people are not, so nobody waits for it who is not of one.
        name = f"{question.key}, batch" if question.batch else question.key
        while not self._ending:
            try:
                return await self._flights.join(name, partial(self._fly, question))
            except ShareSpent as spent:
                if spent.person == asker.person:
                    raise
            except Dropped:
                continue
        raise _not_asked(question, _SERVER_ENDS, self.clock.now())

    async def kept(self, endpoint: Endpoint[M], *arguments: str) -> Answer[M] | None:
        """The kept answer, fresh or not, or None. Costs nothing and asks nobody."""
        question = self._silent(endpoint, arguments)
        kept = await self._store.get(question.key)
        if kept is None or self.clock.now() >= kept.keep_until:
            return None
        fresh = await self._is_fresh(question, kept)
        return await self._answer(question, kept, "kept" if fresh else "stale", cost=0)

    def _silent(self, endpoint: Endpoint[Any], arguments: tuple[str, ...]) -> _Question:
        path, key = endpoint.path(*arguments), key_of(endpoint.key, arguments)
        return _Question(endpoint, arguments, path, key, self.clock.now(), None, 0.0, batch=False, attempts=0)

    # ── kept answers ──────────────────────────────────────────────────────────────────────────

    async def _look_up(self, key: str) -> Kept | None:
        kept = self._kept_lately.get(key)
        if kept is None:
            kept = await self._store.get(key)
            if kept is not None and len(kept.body) <= _MOST_RECALLED:
                self._kept_lately.put(key, kept)
        return kept

    async def _is_fresh(self, question: _Question, kept: Kept) -> bool:
        now = self.clock.now()
        if question.max_age is not None:
            return 0 <= now - kept.stored_at <= question.max_age > 0 and now < kept.keep_until
        if now < kept.fresh_until:
            return True
        # A list of papers says nothing about "no paper": one is served later without a new row.
        if question.endpoint.keep is not Keep.BUNDLE or kept.status_code or now >= kept.keep_until:
            return False
        return await self._is_current(question, kept)

    async def _is_current(self, question: _Question, kept: Kept) -> bool:
        """Whether today's list of papers, if it is already kept, shows nothing newer than this bundle."""
        for name in ("app_progress", "app_progress_simple"):
            progress_row: Endpoint[common.Progress] = row(question.endpoint.law, name, common.Progress)
            progress = await self.kept(progress_row, *question.arguments)
            if progress is not None and progress.source == "kept" and progress.data is not None:
                rows = tuple(r for numbered in progress.data.bibliography for r in numbered.documents)
                return policy.bundle_is_current(question.endpoint.papers, rows, kept.stored_at)
        return False

    async def _answer(
        self, question: _Question, kept: Kept, source: Source, *, cost: int, because: JpoError | None = None
    ) -> Answer[Any]:
        self.tally.answers[source] += 1
        return Answer(
            question.endpoint,
            question.arguments,
            self._decode(question, kept),
            kept.status_code,
            kept.stored_at,
            source,
            cost,
            await self._left(question.endpoint),
            kept.body,
            because,
        )

    def _decode(self, question: _Question, kept: Kept) -> Any:
        """The record in a kept body; None when the JPO said that there is none."""
        if not kept.status_code:
            return kept.body
        seen = (question.key, kept.http_status, kept.body)
        if seen not in self._decoded:
            if len(self._decoded) >= _MOST_DECODED:
                del self._decoded[next(iter(self._decoded))]
            reply = envelope.read(kept.body, kept.http_status, expects=question.endpoint.reply)
            self._decoded[seen] = self._record(question, reply, cost=0)
        return self._decoded[seen]

    def _record(self, question: _Question, reply: Reply, cost: int) -> Any:
        if reply.data is None:
            return None
        try:
            record = cast("type[BaseModel]", question.endpoint.model).model_validate(reply.data)
        except ValidationError:
            raise _malformed(question, reply.body, cost) from None
        if not _same_case(question, record):
            raise _wrong_case(question, cost)
        return record

    async def _left(self, endpoint: Endpoint[Any]) -> int | None:
        left = self._left_lately.get(endpoint.key)
        if left is None:
            try:
                left = (await self.ledger.remaining(endpoint)).left
            except LedgerUnavailable:
                return None
            self._left_lately.put(endpoint.key, left)
        return left

    # ── one question at a time ────────────────────────────────────────────────────────────────

    async def _fly(self, question: _Question, flight: Flight[_Landed]) -> _Landed:
        """Asks, unless another process is asking: then waits for what that one keeps."""
        owner, lease = secrets.token_hex(8), self.settings.deadline + _LEASE
        try:
            while not await self.ledger.lead(question.key, owner=owner, lease=lease):
                await self.clock.sleep(_POLL)
                if (landed := await self._landed_elsewhere(question)) is not None:
                    return landed
                if self.clock.monotonic() >= question.deadline:
                    raise _not_asked(question, _ASKED_ELSEWHERE, self.clock.now() + _LEASE)
            return await self._landed_elsewhere(question) or await self._spend(question, flight)
        finally:
            self._kept_lately.forget()
            self._left_lately.forget()
            # Also where asking to lead was cut short: the ledger may have said yes to nobody.
            with suppress(LedgerUnavailable):
                await self.ledger.land(question.key, owner)

    async def _landed_elsewhere(self, question: _Question) -> _Landed | None:
        """What another process kept since this question was put, or something fresh enough anyway."""
        kept = await self._store.get(question.key, since=question.asked_at)
        if kept is None:
            return None
        answers = kept.stored_at >= question.asked_at or await self._is_fresh(question, kept)
        return _Landed(kept, 0) if answers else None

    # ── spending an access ────────────────────────────────────────────────────────────────────

    async def _spend(self, question: _Question, flight: Flight[_Landed]) -> _Landed:
        attempt, cost = 1, 0
        while True:
            try:
                exchange, token = await self._attempt(question, flight, attempt)
            except JpoError as failure:
                failure.spent += cost  # by the attempts before this one
                raise
            reply = exchange.reply
            cost += 0 if reply.said in policy.NEVER_SENT else 1
            if reply.said in {Said.FOUND, Said.NOTHING, Said.FILE}:
                return await self._keep(question, exchange, cost)
            if reply.said is Said.LINK:
                return await self._keep(question, await self._download(question, exchange, cost), cost)
            refused = reply.said in {Said.TOKEN, Said.CREDENTIALS}
            hopeless = refused and not self._renew(question, reply.said, token)
            retry = None if hopeless else await self._again(question, exchange, attempt)
            # What has been sent is finished for whoever asks next, but nothing is sent again for nobody.
            no_more = attempt >= question.attempts or not flight.waiting or self._ending
            if retry is None or no_more or self._outlasts(question, retry.wait):
                lacking = None if refused and not hopeless else await self._not_entitled(question, exchange, cost)
                raise lacking or self._failure(question, exchange, cost)
            flight.sent = False  # nothing is on its way meanwhile: who hangs up now pays no more
            await self.clock.sleep(retry.wait)
            attempt += 1

    async def _attempt(self, question: _Question, flight: Flight[_Landed], attempt: int) -> tuple[Exchange, Token]:
        """One access: reserved, sent, settled. Gives what came back, and the token it was asked with."""
        await self._pass_entitlement(question)
        await self._pass_breaker(question)
        await self._pass_audit()
        token = await self._tokens.token()
        reservation = await self._set_apart(question, flight, attempt)
        exchange = await self._exchange(question, token, attempt)
        # The row says sent, which is spent: an answer that was paid for is not thrown away for want of settling it.
        with suppress(LedgerUnavailable):
            if exchange.reply.said in policy.NEVER_SENT:
                await self.ledger.release(reservation)
                flight.sent = False
            else:
                await self._settle(reservation, exchange)
            await self._mark(question, exchange)
            await self._accepted(question, exchange)
        return exchange, token

    async def _exchange(self, question: _Question, token: Token, attempt: int) -> Exchange:
        """What came back, once it is written down that it was asked."""
        at, began = self.clock.now(), self.clock.monotonic()
        exchange = Exchange(Reply(Said.LOST))  # which it is, if the process ends meanwhile
        try:
            exchange = await self._wire.get(
                question.path,
                token.value,
                expects=question.endpoint.reply,
                seconds=min(_MOST_SECONDS[question.endpoint.reply], self._seconds_left(question)),
            )
        finally:
            written = self._write_down(question, exchange.reply, attempt, at, self.clock.monotonic() - began)
        if written is not None:
            await written
        return exchange

    def _write_down(
        self, question: _Question, reply: Reply, attempt: int, at: float, seconds: float
    ) -> asyncio.Future[bool] | None:
        if self._audit is None or reply.said in policy.NEVER_SENT:
            return None
        case, outcome = " ".join(question.arguments), reply.said.name
        return self._audit.write(
            Access(at, asking.get(), question.endpoint.key, case, outcome, reply.remaining, attempt, seconds)
        )

    async def _pass_audit(self) -> None:
        """Returns when an access may be spent that must be written down; `AuditUnavailable` where it could not be."""
        if self._audit is not None:
            await self._audit.ready(self.clock.now())

    async def _set_apart(self, question: _Question, flight: Flight[_Landed], attempt: int) -> Reservation:
        """An access that may be sent now, on disk; one whose lease ran out before that is reserved anew."""
        while True:
            reservation = await self._reserve(question, attempt)
            flight.sent = True
            try:
                await self.ledger.sent(reservation)
            except LeaseLost:
                flight.sent = False
                if self._outlasts(question, 0.0):
                    raise
            else:
                return reservation

    def _seconds_left(self, question: _Question) -> float:
        return max(1.0, question.deadline - self.clock.monotonic())

    async def _reserve(self, question: _Question, attempt: int) -> Reservation:
        """A place in the day and in the minute; waits for the minute in turn, never beyond the deadline."""
        turns, person = self._turns[question.endpoint.pace], asking.get().person
        try:
            with suppress(MinuteFull):
                return await self._reserve_now(question, attempt, person)
            async with turns.turn(person, partial(self._outlasts, question)):
                while True:
                    try:
                        return await self._reserve_now(question, attempt, person)
                    except MinuteFull as full:
                        turns.full(full.wait)
                        if self._outlasts(question, full.wait):
                            raise
                        self.tally.waited(question.endpoint.pace, full.wait)
                        await self.clock.sleep(full.wait)
        except MinuteFull as full:
            raise _not_asked(question, _MINUTE_TAKEN, self.clock.now() + full.wait) from None

    async def _reserve_now(self, question: _Question, attempt: int, person: str) -> Reservation:
        if self._is_too_late(question):
            raise _not_asked(question, _NO_TIME_LEFT, self.clock.now(), _CALL_AGAIN)
        reserving = asyncio.ensure_future(
            self.ledger.reserve(question.endpoint, attempt=attempt, batch=question.batch, person=person)
        )
        try:
            reservation = await asyncio.shield(reserving)
            await self._pass_audit()  # once more: the disk may have failed while it waited for its place
            await self._take_probe(question)
        except BaseException:
            with suppress(JpoError, MinuteFull):  # it would keep its place from others until its lease runs out
                await self.ledger.release(await reserving)
            raise
        return reservation

    def _outlasts(self, question: _Question, wait: float) -> bool:
        return self.clock.monotonic() + wait + _EXPECTED > question.deadline

    def _is_too_late(self, question: _Question) -> bool:
        """Whether so little is left of the call that an access begun now would likely be paid for and lost."""
        return self.clock.monotonic() + min(_EXPECTED, self.settings.deadline / 10) > question.deadline

    async def _settle(self, reservation: Reservation, exchange: Exchange) -> None:
        reply = exchange.reply
        self.tally.accesses[reservation.endpoint.key, _outcome(reply)] += 1
        await self.ledger.settle(
            reservation,
            remaining=reply.remaining,
            server_time=exchange.server_time,
            replayed=exchange.replayed,
            outcome=_outcome(reply),
        )

    async def _mark(self, question: _Question, exchange: Exchange) -> None:
        """What every process must know of this outcome: the day spent, the minute too fast, the JPO down."""
        endpoint, said = question.endpoint, exchange.reply.said
        if said is Said.SPENT:
            await self.ledger.spent(endpoint, server_time=exchange.server_time)
        if said is Said.BUSY:
            await self.ledger.slow_down(endpoint.pace, self.clock.now() + _SLOW_FOR)
        name = _breaker_name(endpoint)
        kept = await self.ledger.state(name)
        if kept is None and said not in policy.TROUBLE:
            return
        now = self.clock.now()
        await self.ledger.update_state(name, lambda text: Breaker.load(text).after(said, now).dump())

    async def _pass_breaker(self, question: _Question) -> None:
        """Returns when a call may go out; `JpoUnavailable` while the JPO is known to be down."""
        breaker = Breaker.load(await self.ledger.state(_breaker_name(question.endpoint)))
        if not breaker.allows(self.clock.now()):
            raise _down(question, breaker)

    async def _take_probe(self, question: _Question) -> None:
        """Where the JPO was down, the one call that may try it now; `JpoUnavailable` where another was quicker.

        Only for who has an access set apart: who may not spend any must not keep the others from trying.
        """
        name, now = _breaker_name(question.endpoint), self.clock.now()
        if Breaker.load(await self.ledger.state(name)).opened_at is None:
            return
        went_through = False

        def take_probe(text: str | None) -> str:
            nonlocal went_through
            current = Breaker.load(text)
            went_through = current.allows(now)
            return (current.probing(now) if went_through else current).dump()

        breaker = Breaker.load(await self.ledger.update_state(name, take_probe))
        if not went_through:
            raise _down(question, breaker)

    # ── the five offices' dossiers, which an ID may lack ──────────────────────────────────────

    async def _pass_entitlement(self, question: _Question) -> None:
        """Returns when the question may be asked as far as we know; `NotEntitled` for an OPD that is not there."""
        if question.endpoint.pace != "opd" or self.settings.opd == "on":
            return
        if self.settings.opd == "off":
            raise _switched_off(question)
        found = await self._entitlement()
        if found.state(self.clock.now()) == "not granted":
            raise _no_dossiers(question, found, cost=0)

    async def _entitlement(self) -> Entitlement:
        return Entitlement.load(await self.ledger.state(_ENTITLEMENT))

    async def _accepted(self, question: _Question, exchange: Exchange) -> None:
        """Remembers which half of the API has answered this ID."""
        if exchange.reply.said not in entitlement.ANSWERED:
            return
        if question.endpoint.pace == "domestic":
            self._at_home = True
            return
        self._token_renewed = None
        found, now = await self._entitlement(), self.clock.now()
        if found.answered(now) != found:
            await self.ledger.update_state(_ENTITLEMENT, lambda text: Entitlement.load(text).answered(now).dump())

    def _renew(self, question: _Question, said: Said, token: Token) -> bool:
        """Gives up a refused token, and says whether a new one may help.

        An OPD that refuses every token must not use up the few a minute that the domestic half lives on: one that
        was got for its sake is not given up for its sake.
        """
        if question.endpoint.pace == "opd":
            if said is Said.CREDENTIALS or token.generation == self._token_renewed:
                return False
            self._token_renewed = token.generation + 1
        self._tokens.reject(token)
        return True

    async def _not_entitled(self, question: _Question, exchange: Exchange, cost: int) -> NotEntitled | None:
        """The verdict, where this refusal completes it."""
        if question.endpoint.pace != "opd" or self.settings.opd != "auto":
            return None
        reply, now = exchange.reply, self.clock.now()
        because = reply.status_code or f"HTTP {exchange.http_status}"
        with suppress(LedgerUnavailable):
            used = (await self.ledger.remaining(question.endpoint)).used

            def judged(text: str | None) -> str | None:
                found = Entitlement.load(text)
                counts = entitlement.weight(
                    reply.said,
                    reply.status_code,
                    exchange.http_status,
                    at_home=self._at_home,
                    granted=found.granted_at is not None,
                    first_today=used <= 1,
                )
                after = found.refused(counts, question.key, because, now)
                return text if after == found else after.dump()

            found = Entitlement.load(await self.ledger.update_state(_ENTITLEMENT, judged))
            if found.state(now) == "not granted":
                return _no_dossiers(question, found, cost)
        return None

    async def _again(self, question: _Question, exchange: Exchange, attempt: int) -> policy.Retry | None:
        """Whether to ask again; what cannot be counted is not sent again."""
        try:
            budget = await self._budget(question)
        except LedgerUnavailable:
            return None
        return policy.decide(exchange.reply.said, attempt, budget, self._dice, exchange.retry_after)

    async def _budget(self, question: _Question) -> policy.Budget:
        today = await self.ledger.remaining(question.endpoint)
        return policy.Budget(
            today.left,
            max(today.limit, question.endpoint.limit.per_day),  # what others spent today lowers the one, not the other
            await self.ledger.retries_today(question.endpoint),
            await self.ledger.retries_last_hour(),
        )

    # ── what came back ────────────────────────────────────────────────────────────────────────

    async def _keep(self, question: _Question, exchange: Exchange, cost: int) -> _Landed:
        """Decodes the answer and keeps it; an answer that cannot be decoded is not kept."""
        reply, now = exchange.reply, self.clock.now()
        if not any(exchange.about in argument for argument in question.arguments):
            raise _wrong_case(question, cost)
        record = reply.body if reply.said is Said.FILE else self._record(question, reply, cost)
        fresh = policy.fresh_until(question.endpoint, question.arguments, reply.status_code, record, now)
        kept = Kept(
            body=reply.body,
            http_status=exchange.http_status,
            content_type=exchange.content_type,
            status_code="" if reply.said is Said.FILE else reply.status_code,
            stored_at=now,
            fresh_until=fresh,
            keep_until=policy.keep_until(question.endpoint, fresh, now),
            endpoint=question.endpoint.key,
            arguments=question.arguments,
        )
        if is_look(question.endpoint):
            await self.snapshots.keep(question.endpoint, question.arguments, now, reply.body)
        await self._store.put(question.key, kept)
        return _Landed(kept, cost)

    async def _download(self, question: _Question, exchange: Exchange, cost: int) -> Exchange:
        """The exchange with the bundle in place of the link to it."""
        try:
            file = await self._wire.fetch(
                exchange.reply.url,
                path=question.path,
                expects=question.endpoint.reply,
                seconds=self._seconds_left(question),
            )
        except UnsafeLink as refused:
            refused.spent = cost
            raise
        if file.said is Said.FILE:
            return replace(exchange, reply=file)
        raise JpoUnavailable(
            Words(
                f"the bundle of {question} is over 10 MB and its download failed; the link is gone",
                f"{question} の書類は10MB超で、ダウンロードに失敗しました（リンクは失効）。",
            ),
            Words(
                "call again for a new link (1 access), or read the papers on J-PlatPat",
                "再度呼び出す（1アクセス）か、J-PlatPat で確認してください。",
            ),
            spent=cost,
        )

    def _failure(self, question: _Question, exchange: Exchange, cost: int) -> JpoError:
        reply, now = exchange.reply, self.clock.now()
        match reply.said:
            case Said.SPENT:
                return _spent(question, _renewed_at(exchange.server_time or now), cost)
            case Said.TOKEN | Said.CREDENTIALS:
                return _not_accepted(question, reply.status_code, cost)
            case Said.BUSY:
                return _busy(question, now + max(exchange.retry_after, 60.0), cost)
            case Said.REFUSED:
                return _refused(question, reply.status_code or str(exchange.http_status), cost)
            case Said.MALFORMED:
                return _malformed(question, reply.body, cost)
            case _:
                return _unavailable(question, reply, exchange.http_status, now + 60.0, cost)


_SLOW_FOR = 600.0


def _audit(settings: Settings) -> Audit | None:
    if settings.audit_dir is None:
        return None
    return Audit(settings.audit_dir, key_file=settings.audit_key_file, strict=bool(settings.audit_strict))


def _outcome(reply: Reply) -> str:
    """How the ledger calls it."""
    return "uncertain" if reply.said in policy.UNCERTAIN and reply.remaining is None else reply.said.name


def _renewed_at(at: float) -> float:
    """When the accesses that a 203 speaks of are renewed; just after 00:00 JST it is still about the day before."""
    renewed = jst_midnight(day_of_refusal(at) + 1)
    return renewed if renewed > at else renewed + GUARD


def _breaker_name(endpoint: Endpoint[Any]) -> str:
    return f"breaker/{endpoint.pace}"


_ECHOED = {
    "application": ("application_number",),
    "publication": ("publication_number", "national_publication_number"),
    "registration": ("registration_number",),
}


def _same_case(question: _Question, record: Any) -> bool:
    """Whether the answer names the case that was asked for, where it names one at all."""
    asked = question.arguments[-1]
    if isinstance(record, opd.CitationsAndClasses):
        return record.application_number in {None, asked}
    kind = question.arguments[0] if len(question.arguments) > 1 else "application"
    if question.endpoint.parameters[-1].name not in {"application_number", "number"} or kind not in _ECHOED:
        return True
    echoed = [number for name in _ECHOED[kind] if (number := getattr(record, name, None))]
    # A registration may be told with its branch; and what was asked for by such a number must have one.
    return any(number.startswith(asked) for number in echoed) or (not echoed and kind == "application")


# ── the words for each failure ────────────────────────────────────────────────────────────────

_LATER = Words("wait until retry_at, then call once more; do not loop", "retry_at 以降に一度だけ再試行してください。")


def _spent(question: _Question, until: float, cost: int) -> QuotaSpent:
    return QuotaSpent(
        Words(
            f"the JPO says that today's accesses to {question.endpoint.key} are used up; nothing more is sent there",
            f"{question.endpoint.key} の本日のアクセス上限に達したため、以後送信しません。",
        ),
        Words(
            "wait for 00:00 JST; kept answers and other endpoints still work (jpo_quota)",
            "日本時間0時までお待ちください。保存済みの回答と他のAPIは使えます（jpo_quota）。",
        ),
        retry_at=jst_text(until),
        spent=cost,
    )


def _not_asked(question: _Question, why: Words, until: float, next_step: Words = _LATER) -> TooSoon:
    return TooSoon(
        Words(f"{question} was not asked: {why.en}", f"{question}：{why.ja}"), next_step, retry_at=jst_text(until)
    )


_MINUTE_TAKEN = Words(
    "the minute's places are taken and waiting would outlast this call",
    "毎分の枠が埋まり、待つと制限時間を超えるため送信していません。",
)
_ASKED_ELSEWHERE = Words(
    "another process is asking it and has no answer yet",
    "別のプロセスが問い合わせ中でまだ回答がないため、送信していません。",
)
_SERVER_ENDS = Words("the server is being stopped", "サーバーを停止中のため、送信していません。")
_NO_TIME_LEFT = Words(
    "this call has no time left for the JPO to answer",
    "この呼び出しの残り時間では回答を受け取れないため、送信していません。",
)
_CALL_AGAIN = Words("call again; what was answered is kept and free", "再度お試しください。取得済みの回答は無料です。")


def _not_accepted(question: _Question, code: str, cost: int) -> AuthRefused:
    return AuthRefused(
        Words(
            f"the JPO refused a fresh token ({code or 'HTTP 401'}) for {question}",
            f"{question}：新しいトークンも拒否されました（{code or 'HTTP 401'}）。",
        ),
        Words("run `jpo-mcp doctor` to see why", "`jpo-mcp doctor` で原因を確認してください。"),
        spent=cost,
    )


def _busy(question: _Question, until: float, cost: int) -> JpoBusy:
    return JpoBusy(
        Words(
            f"the JPO has too many accesses at once (303) and did not answer {question}",
            f"アクセス集中（303）のため {question} の回答が得られませんでした。",
        ),
        _LATER,
        retry_at=jst_text(until),
        spent=cost,
    )


def _refused(question: _Question, code: str, cost: int) -> JpoRefused:
    return JpoRefused(
        Words(
            f"the JPO rejected the request for {question} ({code})",
            f"{question} の要求は拒否されました（{code}）。",
        ),
        Words(
            "check the number; if it is right, please report this as a bug of jpo-mcp",
            "番号を確認し、正しければ jpo-mcp の不具合として報告してください。",
        ),
        spent=cost,
    )


def _may_not_spend(question: _Question) -> MissingScope:
    return MissingScope(
        Words(
            f"your access token is for kept answers only, and there is no fresh one to {question}; nothing was sent",
            f"お使いのトークンは保存済みの回答専用です。{question} の新しい回答は保存がなく、送信していません。",
        ),
        Words(
            "ask who runs the server for a token with the scope jpo:spend; an older kept answer may do (max_age)",
            "jpo:spend のあるトークンを管理者に依頼してください。古い回答でよければ max_age で取得できます。",
        ),
        rule=Words("spending accesses needs the scope jpo:spend", "アクセスの消費には jpo:spend が必要です。"),
    )


def _switched_off(question: _Question) -> NotEntitled:
    return NotEntitled(
        Words(
            f"the five-office dossiers (OPD) are switched off here, so {question} was not asked",
            f"OPDは設定で無効のため、{question} は送信していません。",
        ),
        Words(
            "the domestic tools still work; set JPO_MCP_OPD=auto where the server is configured to use the dossiers",
            "国内の機能は使えます。OPDを使うには JPO_MCP_OPD=auto を設定してください。",
        ),
    )


def _no_dossiers(question: _Question, found: Entitlement, cost: int) -> NotEntitled:
    return NotEntitled(
        Words(
            f"this ID does not seem to have the five-office dossiers (OPD): the JPO answered {found.because}; "
            f"{question} has no answer",
            f"このIDにはOPD-APIの利用権がないようです（応答 {found.because}）。{question} の回答はありません。",
        ),
        Words(
            "the domestic tools still work; the JPO grants the OPD on its own application. It is asked again after "
            "retry_at, or at once with JPO_MCP_OPD=on",
            "国内の機能は使えます。OPDは別途申請制です。retry_at 以降に再確認します（JPO_MCP_OPD=on なら直ちに）。",
        ),
        retry_at=jst_text(found.refused_until),
        spent=cost,
    )


def _malformed(question: _Question, body: bytes, cost: int) -> MalformedReply:
    due, came = question.endpoint.reply.upper(), envelope.form(body)
    return MalformedReply(
        Words(
            f"the answer for {question} is not in the API's form ({due} was due, {came.en} came), "
            "so nothing was read from it or kept",
            f"{question} の回答がAPIの形式（{due}）でない（{came.ja}）ため、読み取りも保存もしていません。",
        ),
        Words(
            "try once more later; the JPO may be under maintenance",
            "メンテナンス中の可能性があります。後で一度だけ再試行してください。",
        ),
        spent=cost,
    )


def _wrong_case(question: _Question, cost: int) -> WrongCase:
    return WrongCase(
        Words(
            f"the JPO answered {question} with another case; the answer was thrown away",
            f"{question} に対して別の案件が返されたため、破棄しました。",
        ),
        Words("call once more in a minute", "1分後に一度だけ再試行してください。"),
        spent=cost,
    )


def _unavailable(question: _Question, reply: Reply, http_status: int, until: float, cost: int) -> JpoUnavailable:
    why = reply.status_code or (f"HTTP {http_status}" if http_status else reply.said.value)
    return JpoUnavailable(
        Words(f"the JPO did not answer {question} ({why})", f"{question} の回答が得られませんでした（{why}）。"),
        _LATER,
        retry_at=jst_text(until),
        spent=cost,
    )


def _down(question: _Question, breaker: Breaker) -> JpoUnavailable:
    since = jst_text(breaker.opened_at or 0.0)
    return JpoUnavailable(
        Words(
            f"the JPO has not been answering since {since}, so {question} was not sent",
            f"{since} から応答がないため、{question} は送信していません。",
        ),
        _LATER,
        retry_at=jst_text(breaker.next_probe),
    )
