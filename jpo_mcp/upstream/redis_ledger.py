"""The day's accesses and the minute's pace, counted for several machines on one Redis or Valkey.

Each step is one script (`redis_ledger.lua`), so it happens whole or not at all, by Redis's own clock. The script
only counts and compares; what a counter teaches is worked out by `account.py` and written if nothing it was
worked out from has changed meanwhile, so that the rules exist once.

Redis is never the only truth. Before an access is sent, this machine writes it on its own disk with all that it
knows of the shared count, and from these memories a lost count is made whole: `recollection.py` has the proof.
While Redis cannot be reached, or is being made whole, nothing is spent (`LedgerUnavailable`). An access is taken
only when it is used, so none lies stranded on a machine that is away.
"""

from __future__ import annotations

import hashlib
import json
import math
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple, Protocol, cast

from jpo_mcp.clock import Clock, in_jst, jst_day, jst_midnight
from jpo_mcp.endpoints import PER_MINUTE, Endpoint, Pace
from jpo_mcp.errors import LedgerUnavailable, Words
from jpo_mcp.upstream.account import (
    GUARD,
    Account,
    corrected,
    observed,
    readable_counter,
    readable_date,
    taught_limit,
)
from jpo_mcp.upstream.ledger import (
    NO_COUNT,
    LeaseLost,
    MinuteFull,
    QuotaLine,
    Remaining,
    Reservation,
    Share,
    Spending,
    operators_limit,
    quota_spent,
    renewed,
    share_spent,
)
from jpo_mcp.upstream.recollection import SILENT, Memory, Told, View, rebuilt
from jpo_mcp.upstream.sqlite_ledger import IN_FLIGHT, KEPT_DAYS, LEASE, MINUTE, SWEPT_AFTER, LocalLedger

PAUSE = 67.0
"""Seconds a new generation waits: the minute, and the time in which a call already written down may still arrive."""

_MEMORY = "shared count"
_ROUNDS = 8
_TOLERANCE = 0.05  # seconds by which two commands may differ in how long they travelled
_DRIFT = 1e-3  # by how much two clocks may run apart; real ones do by a tenth of that

Reply = dict[str, Any]


class Link(Protocol):
    """The part of `RedisLink` we use."""

    async def script(
        self, lua: str, keys: Sequence[str] = (), args: Sequence[bytes | str | int | float] = ()
    ) -> Any: ...


@cache
def _script() -> str:
    return files("jpo_mcp.upstream").joinpath("redis_ledger.lua").read_text(encoding="utf-8")


class _Heard(NamedTuple):
    """The time that generation of the count had, between two moments of this machine."""

    name: str
    now: float
    asked: float
    replied: float

    def at(self, moment: float, tolerance: float) -> dict[str, float]:
        """Which time it may have at a moment of this machine."""
        latest = _latest(self.now, moment - self.asked, tolerance)
        return {"earliest": self.now + moment - self.replied, "latest": latest}


class _Wall(NamedTuple):
    """The clock of the Redis itself, not before that moment of this machine."""

    time: float
    asked: float


def _latest(time: float, elapsed: float, tolerance: float) -> float:
    return time + elapsed * (1.0 + _DRIFT) + tolerance


class RedisLedger:
    """The ledger of one ID in Redis, for one process; `local` is this machine's, where the memory is kept.

    `limits`, `per_minute`, `reserve_share` and `share` should be the same on every machine. The link stays open
    when the ledger is closed.
    """

    def __init__(
        self,
        link: Link,
        local: LocalLedger,
        *,
        identity: str,
        clock: Clock,
        limits: Mapping[str, int] | None = None,
        per_minute: Mapping[Pace, int] = PER_MINUTE,
        reserve_share: float = 0.2,
        share: float = 1.0,
    ) -> None:
        self._link = link
        self._local = local
        self._clock = clock
        self._limits = limits or {}
        self._per_minute = per_minute
        self._reserve_share = reserve_share
        self._share = share
        who = hashlib.sha256(b"jpo_mcp ledger identity\0" + identity.encode()).hexdigest()[:16]
        self._key = f"jpo:{{{who}}}:ledger"
        self._session = secrets.token_hex(4)
        self._tolerance = _TOLERANCE
        self._heard: _Heard | None = None
        self._wall: _Wall | None = None

    # ── reserve, sent, settle ─────────────────────────────────────────────────────────────────

    async def reserve(
        self, endpoint: Endpoint[Any], *, attempt: int = 1, batch: bool = False, person: str = ""
    ) -> Reservation:
        """One access set apart for 30 seconds; raises as `SqliteLedger.reserve`."""
        call, until = secrets.randbits(52), self._clock.monotonic() + LEASE
        reply = await self._ask(
            "reserve",
            row=self._row(endpoint),
            call=str(call),
            attempt=attempt,
            person=person,
            places=self._per_minute[endpoint.pace],
            reserve_share=self._reserve_share if batch else 0.0,
        )
        if reply["is"] == "spent":
            account, over = _account(reply["account"]), renewed(reply["account"]["day"], reply["at"])
            kept_back, away = account.left > reply["account"]["held"], int(reply["account"]["off"])
            raise quota_spent(endpoint, account, over, kept_back=kept_back, away=away)
        if reply["is"] == "share":
            mine, most, whole = (int(reply[name]) for name in ("mine", "most", "whole"))
            over = renewed(reply["day"], reply["at"])
            raise share_spent(endpoint, person=person, mine=mine, most=most, whole=whole, over=over)
        if reply["is"] == "full":
            raise MinuteFull(float(reply["wait"]))
        return Reservation(call, endpoint, tuple(reply["days"]), until)

    async def sent(self, reservation: Reservation) -> None:
        """On this machine's disk, then counted in Redis, before the first byte leaves. `LeaseLost` if too late."""
        key, written, promised = reservation.endpoint.key, list[int](), 0
        while (reply := await self._sent(reservation, written))["is"] == "also":
            memory = await self._intend(reply, key, written)
            written, promised = list(reply["days"]), memory.promised
        if reply["is"] == "late":
            if written:
                await self._take_back(written, key, reply["person"], promised)
            raise LeaseLost
        view = self._view(reply)

        def obeying(memory: Memory) -> Memory:
            if memory.promised > view.epoch:  # another process of this machine has since told a newer generation
                raise LeaseLost
            return memory.seeing(view)

        await self._remember(obeying)

    async def _intend(self, reply: Reply, key: str, written: Sequence[int]) -> Memory:
        """Writes down a call that is about to be counted.

        Where Redis has more of this machine's calls than its disk, that one is a copy and takes another name;
        what was reserved under the old one is let go.
        """
        also = {day: by for day, by in zip(reply["days"], reply["by"], strict=True) if day not in written}

        def intending(kept: Memory) -> Memory:
            if any(by > kept.calls(day, key) for day, by in also.items()):
                return Memory(secrets.token_hex(6), kept.promised, kept.view)
            return kept.spending(also, key, reply["person"])

        memory = await self._remember(intending)
        if not memory.calls(reply["days"][0], key):
            raise LeaseLost
        return memory

    async def _sent(self, reservation: Reservation, written: list[int]) -> Reply:
        return await self._ask("sent", row=self._row(reservation.endpoint), call=str(reservation.id), written=written)

    async def settle(
        self,
        reservation: Reservation,
        *,
        remaining: int | None,
        server_time: float | None = None,
        replayed: bool = False,
        outcome: str,
    ) -> None:
        """What came back, as `SqliteLedger.settle`."""
        heard = None if replayed else readable_date(server_time)
        put: Reply | None = None
        charged = False
        while True:
            reply = await self._ask(
                "settle",
                row=self._row(reservation.endpoint),
                call=str(reservation.id),
                day=None if heard is None else jst_day(heard),
                put=put,
            )
            if reply["is"] != "again":
                break
            put = _settlement(reply, None if replayed else remaining, heard, outcome)
            if put["also"] and not charged:
                charged = True
                await self._charge([put["day"]], reservation.endpoint.key, reply["person"])
        if reply["is"] == "ok":
            await self._see(reply)

    async def release(self, reservation: Reservation) -> None:
        """It never connected: the access, and its place in the minute, are free again."""
        reply = await self._ask("release", row=self._row(reservation.endpoint), call=str(reservation.id))
        if reply["is"] == "late":
            return
        await self._charge(list(reply["days"]), reservation.endpoint.key, reply["person"], -1)
        await self._see(reply)

    async def spent(self, endpoint: Endpoint[Any], *, server_time: float | None = None) -> None:
        """The JPO said 203: no call to this endpoint before the next 00:00 JST, from any machine."""
        heard = readable_date(server_time)
        day = None if heard is None else jst_day(heard - GUARD)
        await self._see(await self._ask("spent", row=self._row(endpoint), day=day))

    # ── what is left ──────────────────────────────────────────────────────────────────────────

    async def remaining(self, endpoint: Endpoint[Any]) -> Remaining:
        return (await self.quota((endpoint,)))[0].remaining

    async def quota(self, endpoints: Sequence[Endpoint[Any]]) -> tuple[QuotaLine, ...]:
        reply = await self._ask("quota", rows=[self._row(endpoint) for endpoint in endpoints])
        resets_at = jst_midnight(reply["day"] + 1)
        return tuple(
            QuotaLine(endpoint, _remaining(told, resets_at))
            for endpoint, told in zip(endpoints, reply["accounts"], strict=True)
        )

    async def minute(self, pace: Pace) -> tuple[int, float]:
        reply = await self._ask("minute", pace=pace, places=self._per_minute[pace])
        return int(reply["free"]), float(reply["wait"])

    async def slow_down(self, pace: Pace, until: float) -> None:
        await self._ask("slow_down", pace=pace, seconds=until - self._clock.now())

    async def retries_today(self, endpoint: Endpoint[Any]) -> int:
        return int((await self._ask("retries", key=endpoint.key))["today"])

    async def retries_last_hour(self) -> int:
        return int((await self._ask("retries"))["hour"])

    async def recent(self, day: int) -> tuple[Spending, ...]:
        told = await self._tally(day, "out")
        return tuple(Spending(key, outcome, calls) for key, outcome, calls in sorted(told))

    async def shares(self, day: int) -> tuple[Share, ...]:
        told = await self._tally(day, "who")
        ordered = sorted(told, key=lambda line: (line[0], -line[2], line[1]))
        return tuple(Share(person, key, calls) for key, person, calls in ordered)

    async def _tally(self, day: int, kind: str) -> list[tuple[str, str, int]]:
        """Endpoint key, outcome or person, and calls."""
        reply = await self._ask("tally", day=day)
        prefix, found = f"{kind}:", list[tuple[str, str, int]]()
        for name, calls in reply["tally"].items():
            if name.startswith(prefix) and int(calls) > 0:
                key, _, what = name.removeprefix(prefix).partition(":")
                found.append((key, what, int(calls)))
        return found

    async def standing(self) -> View:
        """Says that this machine is there. The count as Redis has it: its generation, and who may spend."""
        return self._view(await self._ask("standing"))

    # ── small facts every machine must see ────────────────────────────────────────────────────

    async def state(self, name: str) -> str | None:
        return (await self._ask("state", fact=name)).get("value")

    async def put_state(self, name: str, value: str | None) -> None:
        await self.update_state(name, lambda _: value)

    async def update_state(self, name: str, fn: Callable[[str | None], str | None]) -> str | None:
        """Keep `fn` of what is kept; it is asked again where another was quicker."""
        before = await self.state(name)
        while True:
            after = fn(before)
            if after == before:
                return after
            reply = await self._ask("put_state", fact=name, was=before, value=after)
            if reply["is"] == "ok":
                return after
            before = reply.get("value")

    async def lead(self, key: str, *, owner: str, lease: float = 60.0) -> bool:
        return bool((await self._ask("lead", key=key, owner=owner, seconds=lease))["leads"])

    async def land(self, key: str, owner: str) -> None:
        await self._ask("land", key=key, owner=owner)

    async def close(self) -> None:
        """Says goodbye, so that nobody waits for this machine should the count be lost, and closes the local ledger."""
        if self._heard is not None:
            with suppress(LedgerUnavailable):
                await self._ask("goodbye")
            self._heard = None
        await self._local.close()

    # ── asking Redis ──────────────────────────────────────────────────────────────────────────

    async def _ask(self, step: str, **said: Any) -> Reply:
        """What Redis answers to this step, once it holds the count that this machine knows."""
        for _ in range(_ROUNDS):
            memory = await self._memory()
            reply = await self._say(step, memory, **said)
            match reply["is"]:
                case "lost":
                    await self._say("found", memory, lost=reply["lost"], run=reply["run"])
                case "rebuilding":
                    await self._rebuild(memory, reply)
                case "join":
                    await self._join(memory, int(reply["epoch"]))
                case _:
                    return reply
        raise _made_whole(self._clock.now() + 1.0)

    async def _say(self, step: str, memory: Memory, **said: Any) -> Reply:
        """Put again where it was too long on its way; what came late was not carried out."""
        for _ in range(_ROUNDS):
            reply = await self._put(step, memory, said)
            if reply["is"] != "delayed":
                return reply
        raise _held_up()

    async def _put(self, step: str, memory: Memory, said: Mapping[str, Any]) -> Reply:
        before, question = self._clock.monotonic(), secrets.token_hex(8)
        view = memory.view
        ask = {
            "id": question,
            "step": step,
            "machine": memory.machine,
            "session": f"{memory.machine}:{self._session}",
            "promised": memory.promised,
            "epoch": view.epoch,
            "name": view.name,
            "seq": view.seq,
            "share": self._share,
            **_CONSTANTS,
            **said,
        }
        if (heard := self._heard) is not None and (wall := self._wall) is not None:
            wall_latest = _latest(wall.time, before - wall.asked, self._tolerance)
            ask |= {"heard": heard.name, "wall_latest": wall_latest, **heard.at(before, self._tolerance)}
        told = json.dumps({name: value for name, value in ask.items() if value is not None})
        reply: Reply = json.loads(await self._link.script(_script(), [self._key], [told]))
        if reply["id"] != question:
            raise _not_ours()
        self._wall = _Wall(reply["wall"], before)
        if reply["is"] != "delayed":
            self._heard = _Heard(reply["name"], reply["now"], before, self._clock.monotonic())
        return reply

    # ── this machine's memory ─────────────────────────────────────────────────────────────────

    async def _memory(self) -> Memory:
        text = await self._local.state(_MEMORY)
        return Memory.load(text) if text else await self._remember(lambda kept: kept)

    async def _remember(self, fn: Callable[[Memory], Memory]) -> Memory:
        """The memory after `fn`, on disk when this returns, with no other process in between."""

        def change(text: str | None) -> str:
            return fn(Memory.load(text) if text else Memory(secrets.token_hex(6))).dump()

        return Memory.load(cast("str", await self._local.update_state(_MEMORY, change)))

    async def _charge(self, days: Sequence[int], key: str, person: str, calls: int = 1) -> Memory:
        return await self._remember(lambda kept: kept.spending(days, key, person, calls))

    async def _take_back(self, days: Sequence[int], key: str, person: str, promised: int) -> None:
        """What was written and then not counted, unless a newer generation may have been told of it."""

        def back(kept: Memory) -> Memory:
            return kept if kept.promised != promised else kept.spending(days, key, person, -1)

        await self._remember(back)

    async def _see(self, reply: Reply) -> None:
        view = self._view(reply)
        await self._remember(lambda kept: kept.seeing(view))

    def _view(self, reply: Reply) -> View:
        return View.read(reply["view"] | {"wall": self._clock.now()})

    # ── a lost count ──────────────────────────────────────────────────────────────────────────

    async def _rebuild(self, memory: Memory, reply: Reply) -> None:
        """Tells what this machine knows; opens the new generation once its pause is over, and raises until then."""
        if not reply["told"]:
            memory = await self._remember(lambda kept: kept.promising(int(reply["epoch"])))
            knows = json.dumps({"wall": self._clock.now(), "memory": memory.dump()})
            await self._say("tell", memory, knows=knows)
        if reply["now"] < reply["opens"]:
            raise _made_whole(self._clock.now() + reply["opens"] - reply["now"])
        found = await self._say("material", memory)
        told = {machine: _told(text) for machine, text in found["told"].items()}
        whole = rebuilt(View.read(found["found"]), found["tallies"], told, found["founded"], self._per_minute)
        await self._say(
            "open",
            memory,
            expects=found["name"],
            told=len(told),
            days=whole.days,
            tallies=whole.tallies,
            sessions=whole.sessions,
            absent=whole.absent,
        )

    async def _join(self, memory: Memory, epoch: int) -> None:
        """Tells a generation that began without this machine what it had spent, and obeys it from now on."""
        memory = await self._remember(lambda kept: kept.promising(epoch))
        if memory.view.epoch == epoch:  # another process of this machine has joined, and may have spent since
            return
        reply = await self._say("join", memory, own=memory.own, latched=memory.view.latched())
        if reply["is"] == "ok":
            await self._see(reply)

    def _row(self, endpoint: Endpoint[Any]) -> Reply:
        limit = operators_limit(endpoint, self._limits)
        published = endpoint.limit.per_day if limit is None else limit
        basis = "table" if limit is None else "settings"
        return {"key": endpoint.key, "pace": endpoint.pace, "limit": published, "basis": basis}


_CONSTANTS = {
    "guard": GUARD,
    "lease": LEASE,
    "in_flight": IN_FLIGHT,
    "minute": MINUTE,
    "swept_after": SWEPT_AFTER,
    "kept_days": KEPT_DAYS,
    "pause": PAUSE,
    "silent": SILENT,
}


def _account(told: Reply) -> Account:
    return Account(
        used=int(told["used"]),
        believed=int(told["believed"]),
        basis=told["basis"],
        top=None if told.get("top") is None else int(told["top"]),
        doubts=int(told["doubts"]),
        doubted=told["doubted"],
        latched=told["latched"],
    )


def _remaining(told: Reply, resets_at: float) -> Remaining:
    account = _account(told)
    left = max(0, account.left - int(told["held"]))
    return Remaining(left, account.believed, account.used, account.basis, account.latched, resets_at)


def _settlement(reply: Reply, remaining: int | None, heard: float | None, outcome: str) -> Reply:
    """What to write for a call that ended so, worked out from what Redis showed of it."""
    day = jst_day(heard if heard is not None else reply["at"])
    also = day not in reply["days"]
    uncertain = outcome == "uncertain" and remaining is None
    put: Reply = {"day": day, "also": also, "outcome": outcome, "state": "uncertain" if uncertain else "settled"}
    if heard is not None and (proved := corrected(reply["at"], heard, reply["now"] - reply["sent"])) is not None:
        put |= {"skew": proved - reply["wall"], "high": proved}
    counter = None if also or len(reply["days"]) > 1 else readable_counter(remaining)
    return put if counter is None else put | _lesson(reply, day, counter)


def _lesson(reply: Reply, day: int, counter: int) -> Reply:
    """What a counter teaches: the account after it, and what that was worked out from."""
    told = reply["account"]
    account = _account(told)
    concurrent = int(reply["concurrent"])
    if concurrent < 0:
        concurrent = max(0, account.used - 1)
    after = observed(account, counter, concurrent)
    lesson: Reply = {
        "rest": json.dumps([after.believed, after.basis, after.top]),
        "expects": told["rest"],
        "off": told["off"],
        "doubts": told["raw_doubts"],
        "exact": concurrent == 0,
    }
    if (limit := taught_limit(account, counter, concurrent)) is not None:
        since, _, before = reply["learned"].partition(":")
        # The most of one day: what others spend during the day lowers later sums, not the limit.
        lesson["learned"] = f"{day}:{max(limit, int(before)) if since == str(day) else limit}"
    return lesson


def _told(text: str) -> Told:
    after, _, knows = text.partition(" ")
    said = json.loads(knows)
    return Told(Memory.load(said["memory"]), said["wall"], float(after))


def _made_whole(over: float) -> LedgerUnavailable:
    clock = in_jst(math.ceil(over)).isoformat()
    return LedgerUnavailable(
        Words(
            "the Redis lost its count of the day's accesses, or is new; the machines are putting it together again",
            "Redis が本日のアクセス数の記録を失ったか新しいため、各マシンの記録から復元しています。",
        ),
        Words(
            f"ask again after {clock}; kept answers still work",
            f"{clock} 以降にお試しください。保存済みの回答は使えます。",
        ),
        rule=NO_COUNT,
        retry_at=clock,
    )


def _held_up() -> LedgerUnavailable:
    return LedgerUnavailable(
        Words(
            "questions to the Redis are held up too long on the way for its time to be known",
            "Redis への問い合わせの遅延が大きく、Redis 側の時刻を確かめられません。",
        ),
        Words(
            "check the line to the Redis, and whether this machine or that one is overloaded",
            "Redis との回線と、両マシンの負荷をご確認ください。",
        ),
        rule=NO_COUNT,
    )


def _not_ours() -> LedgerUnavailable:
    return LedgerUnavailable(
        Words("the Redis answered another question than ours", "Redis が別の質問への応答を返しました。"),
        Words("ask again; if it persists, report it", "もう一度お試しください。続く場合はご報告ください。"),
        rule=NO_COUNT,
    )
