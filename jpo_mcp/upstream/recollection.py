"""What one machine remembers of a count it shares, and how many machines' memories make a lost count whole. Pure.

Redis is never the only truth. It may come back empty, or older than it was, and must not grant an access twice:

- Each access is a lease of one: it is written on this machine's own disk, counted in Redis, and only then sent. So
  every call that ever left is in its machine's `own` sums, which are never below what Redis has of them (`by`),
  and in the `used` of Redis as it was then.
- Nothing is spent without Redis, so nothing is spent beyond the pace: in any s seconds at most
  places x (s // 60 + 1) calls leave all machines together.
- With each access a machine also remembers its `View`: the whole count as Redis last showed it, with a sequence
  number that only grows and the names of the machines that could spend.

A Redis without the generation, from another start of its process, behind the sequence number that a machine was
shown, or older than its promise has lost something. Then a new generation begins, newer than any promise of who
noticed, and spends nothing for more than a minute. Let V be the newest view among what was found (whole up to the
last time it answered) and what the machines tell. What they spent after V is the sum of their own growth. A machine
that could spend at V and does not tell is `absent`: since V it spent at most what the pace lets through, and that
much is set aside (`off`) until it returns or the JPO's counter shows less. So used >= true again, in every case in
which one Redis at a time is written to and no machine that V does not name came, spent and left unseen.

A machine whose disk was copied or rolled back has fewer calls than Redis has of it, and takes another name.
A machine promises on its own disk to send nothing of an older generation before it tells or joins a newer one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from jpo_mcp.clock import DAY, jst_day, jst_midnight
from jpo_mcp.endpoints import Pace
from jpo_mcp.upstream.account import GUARD

Fields = dict[str, str]
Own = dict[str, dict[str, dict[str, int]]]
"""A machine's own calls: day, endpoint key, person."""

SILENT = DAY
"""Seconds after which a machine that has neither spent nor said that it is there is gone."""

_OWN_DAYS = 3
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class View:
    """The whole count as Redis showed it at `at` (its clock) and `wall` (this machine's); epoch 0 knows nothing."""

    epoch: int = 0
    name: str = ""
    seq: int = 0
    at: float = 0.0
    wall: float = 0.0
    days: dict[str, Fields] = field(default_factory=dict[str, Fields])
    sessions: Fields = field(default_factory=Fields)
    absent: str = ""

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """What Redis or a memory told; a newer version of us may tell more."""
        return cls(**{name: told[name] for name in cls.__slots__ if name in told})

    @property
    def age(self) -> tuple[int, int]:
        return self.epoch, self.seq

    def machines(self) -> set[str]:
        """Who could spend then, and had not said goodbye; one that was silent for a day is gone."""
        heard = {name.partition(":")[0] for name, at in self.sessions.items() if self.at - float(at) < SILENT}
        return heard | set(self.absent.split())

    def latched(self) -> list[tuple[int, str]]:
        """The days and endpoints (keys) for which the JPO had said that nothing is left."""
        latches = ((day, name.partition(":")) for day, fields in self.days.items() for name in fields)
        return [(int(day), key) for day, (kind, _, key) in latches if kind == "latched"]


@dataclass(frozen=True, slots=True)
class Memory:
    """What this machine has on its own disk about the shared count. `promised` is the newest generation it obeys."""

    machine: str
    promised: int = 0
    view: View = field(default_factory=View)
    own: Own = field(default_factory=Own)

    @classmethod
    def load(cls, text: str) -> Self:
        kept: dict[str, Any] = json.loads(text)
        return cls(kept["machine"], kept["promised"], View.read(kept["view"]), kept["own"])

    def dump(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    def calls(self, day: int, endpoint: str) -> int:
        """Our own calls of that day, as this disk has them."""
        return sum(self.own.get(str(day), {}).get(endpoint, {}).values())

    def promising(self, epoch: int) -> Memory:
        return replace(self, promised=max(self.promised, epoch))

    def seeing(self, view: View) -> Memory:
        """With that view, unless a newer one is known: processes of one machine write in any order."""
        return self if view.age <= self.view.age else replace(self, view=view)

    def spending(self, days: Iterable[int], endpoint: str, person: str, calls: int = 1) -> Memory:
        """With so many calls more (or fewer) of our own on those days."""
        own = {day: {key: dict(people) for key, people in of.items()} for day, of in self.own.items()}
        for day in days:
            people = own.setdefault(str(day), {}).setdefault(endpoint, {})
            people[person] = max(0, people.get(person, 0) + calls)
        newest = sorted(own, key=int)[-_OWN_DAYS:]
        return replace(self, own={day: own[day] for day in newest})


@dataclass(frozen=True, slots=True)
class Told:
    """What a machine told in a rebuild: its memory and its clock, `after` seconds into it."""

    memory: Memory
    wall: float
    after: float

    @property
    def founded(self) -> float:
        """When the rebuild began, had Redis's clock gone on since its view as its own did; 0 without a view."""
        view = self.memory.view
        return view.at + self.wall - view.wall - self.after if view.epoch else 0.0


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The count of a new generation."""

    days: dict[str, Fields]
    tallies: dict[str, Fields]
    sessions: Fields
    absent: str


def rebuilt(
    found: View, tallies: Mapping[str, Fields], told: Mapping[str, Told], founded: float, places: Mapping[Pace, int]
) -> Rebuilt:
    """The count made whole from what was found in Redis and what the machines told, `founded` by Redis's clock."""
    views = (found, *(machine.memory.view for machine in told.values()))
    newest = max(views, key=lambda view: view.age)
    seen = max((machine.memory.view.age for machine in told.values()), default=None)
    clocks = (machine.founded for machine in told.values() if machine.memory.view.age == seen)
    unseen = min(newest.at, founded), max((founded, *clocks))
    known: dict[str, str] = {}
    for view in views:
        if view is newest or view.name != newest.name:  # an older look at the same generation knows nothing more
            known |= dict.fromkeys(view.machines(), exact_time(view.at))
    away = {machine: at for machine, at in known.items() if machine not in told}
    today = jst_day(founded)
    days = {str(day): dict(newest.days.get(str(day), {})) for day in (today - 1, today, today + 1)}
    for day, fields in days.items():
        fields |= {f"latched:{key}": "1" for view in views for latch, key in view.latched() if str(latch) == day}
        _add_own(fields, day, told)
        _set_aside(fields, int(day), unseen, places, anybody=bool(away))
    return Rebuilt(
        days,
        {day: _tallied(dict(tallies.get(day, {})), day, told) for day in days},
        {f"{machine}:": at for machine, at in (dict.fromkeys(told, exact_time(founded)) | away).items()},
        " ".join(sorted(away)),
    )


def exact_time(moment: float) -> str:
    """A time as the scripts write it."""
    return f"{moment:.6f}"


def _add_own(fields: Fields, day: str, told: Mapping[str, Told]) -> None:
    """What the machines that told spent after the view: used, and not vouched for by any counter in it."""
    for name, machine in told.items():
        for endpoint, people in machine.memory.own.get(day, {}).items():
            by = f"by:{name}:{endpoint}"
            more = sum(people.values()) - int(fields.get(by, 0))
            if more > 0:
                for part in (by, f"used:{endpoint}", f"doubts:{endpoint}"):
                    fields[part] = str(int(fields.get(part, 0)) + more)
                fields[f"doubted:{endpoint}"] = "1"


def _set_aside(
    fields: Fields, day: int, unseen: tuple[float, float], places: Mapping[Pace, int], *, anybody: bool
) -> None:
    """The most that machines which do not tell can have spent of that day since the view: `unseen`, from and to."""
    for name in [name for name in fields if name.startswith("clear:")]:
        del fields[name]
    begin = max(unseen[0], jst_midnight(day) - GUARD)
    end = min(unseen[1], jst_midnight(day + 1) + GUARD)
    for pace, most in places.items():
        before = int(fields.pop(f"off:{pace}", 0))
        if anybody and end >= begin:
            fields[f"off:{pace}"] = str(before + most * (int((end - begin) // _MINUTE) + 1))
        elif anybody and before:
            fields[f"off:{pace}"] = str(before)


def _tallied(fields: Fields, day: str, told: Mapping[str, Told]) -> Fields:
    """Who spent it, as far as the machines that told know better than what was found."""
    sums: dict[str, int] = {}
    for machine in told.values():
        for endpoint, people in machine.memory.own.get(day, {}).items():
            for person, calls in people.items():
                name = f"who:{endpoint}:{person}"
                sums[name] = sums.get(name, 0) + calls
    for name, calls in sums.items():
        fields[name] = str(max(calls, int(fields.get(name, 0))))
    return fields
