"""What a list of numbers holds, and what looking at all of it would cost. Pure.

Nothing here asks or spends: `read_list` sorts the texts, `plan_of` adds up accesses against what the day has left.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jpo_mcp import numbers
from jpo_mcp.endpoints import PER_MINUTE, Endpoint
from jpo_mcp.errors import BadArgument, InputError, Words
from jpo_mcp.numbers import Law, ServedNumber

MOST_NUMBERS = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One number of the list, as it was written and as it was read. Bare digits without a law are `is_assumed`."""

    text: str
    number: ServedNumber
    is_assumed: bool = False


@dataclass(frozen=True, slots=True)
class NumberList:
    """A list sorted out: what can be looked up, what was written twice, and what no one can look up, each with why."""

    items: tuple[Item, ...]
    repeated: tuple[tuple[str, Item], ...]
    refused: tuple[tuple[str, InputError], ...]


def read_list(texts: Sequence[str], *, law: Law | None, this_year: int) -> NumberList:
    """The list with each number once. An ambiguous notation is refused with its readings; none is picked."""
    if not 1 <= len(texts) <= MOST_NUMBERS:
        raise _wrong_length(len(texts))
    items: dict[ServedNumber, Item] = {}
    repeated: list[tuple[str, Item]] = []
    refused: list[tuple[str, InputError]] = []
    for text in texts:
        try:
            asked = numbers.case_number(text, law=law, this_year=this_year)
        except InputError as failure:
            refused.append((text, failure))
            continue
        if asked.number in items:
            repeated.append((text, items[asked.number]))
        else:
            items[asked.number] = Item(text, asked.number, law is None and asked.interpreted_as is not None)
    return NumberList(tuple(items.values()), tuple(repeated), tuple(refused))


def _wrong_length(length: int) -> BadArgument:
    return BadArgument(
        Words(f"the list has {length} numbers", f"番号が{length}件あります。"),
        Words("send one list of that length, or several", "この範囲の件数に分けてお送りください。"),
        rule=Words(f"1 to {MOST_NUMBERS} numbers in one list", f"1件から{MOST_NUMBERS}件まで"),
        example='["特願2020-123456", "特許第7533889号"]',
        field="numbers",
    )


# ── what it would cost ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Room:
    """What one endpoint still has today, and how much of that a batch must leave for people."""

    left: int
    kept_for_people: int

    @property
    def for_batch(self) -> int:
        """Accesses a batch may spend."""
        return max(0, self.left - self.kept_for_people)


@dataclass(frozen=True, slots=True)
class Need:
    """What one case still needs: the endpoints to ask, one access each at most."""

    number: str
    endpoints: tuple[Endpoint[Any], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One endpoint of a plan. `accesses` are at most; `today` of them fit today."""

    endpoint: Endpoint[Any]
    room: Room
    accesses: int
    today: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is left to ask. `not_today` are the numbers that do not fit, in the order in which they would go."""

    lines: tuple[Line, ...]
    not_today: tuple[str, ...]

    @property
    def accesses(self) -> int:
        """Accesses at most, over all days."""
        return sum(line.accesses for line in self.lines)

    @property
    def today(self) -> int:
        """Accesses that fit today."""
        return sum(line.today for line in self.lines)

    @property
    def minutes(self) -> int:
        """How long today's part takes at the JPO's pace."""
        return math.ceil(self.today / PER_MINUTE["domestic"])


def plan_of(needs: Iterable[Need], rooms: Mapping[str, Room]) -> Plan:
    """The plan for needs in the order in which they would go; `rooms` by endpoint key."""
    wanted: dict[str, Line] = {}
    not_today: dict[str, None] = {}
    for need in needs:
        lines = [wanted.get(row.key) or Line(row, rooms[row.key], 0, 0) for row in need.endpoints]
        fits = all(line.today < line.room.for_batch for line in lines)
        if not fits:
            not_today[need.number] = None
        for line in lines:
            wanted[line.endpoint.key] = Line(line.endpoint, line.room, line.accesses + 1, line.today + fits)
    return Plan(tuple(wanted.values()), tuple(not_today))
