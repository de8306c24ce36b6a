"""Whether the ID may use the five offices' dossiers (OPD), which the JPO grants apart from the rest. Pure.

Nobody has published what an ID without them receives. So a refusal that cannot be about the number or the moment
counts at once, one that might be about either counts half, and an answer wipes the slate. What only says that the JPO
cannot answer now (302, 303, 999, no reply, a web page) never counts.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from jpo_mcp.clock import DAY
from jpo_mcp.upstream.envelope import Said

State = Literal["on", "off", "granted", "not granted", "unknown"]
"""`on` and `off` are the operator's; the other three what `JPO_MCP_OPD=auto` has found out."""

VERDICT = DAY
"""Seconds a verdict holds; then one question finds out again."""

_ENOUGH = 2

ANSWERED = frozenset({Said.FOUND, Said.NOTHING, Said.FILE, Said.LINK})
"""Outcomes that only an ID with the OPD can have."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What was found out. `asked` are the questions refused since the last answer, the first of them at `since`."""

    granted_at: float | None = None
    asked: tuple[str, ...] = ()
    weight: int = 0
    since: float = 0.0
    refused_until: float = 0.0
    because: str = ""

    @classmethod
    def load(cls, text: str | None) -> Entitlement:
        """The finding kept as `text`; nothing known where nothing readable is kept."""
        try:
            kept: dict[str, Any] = {**asdict(cls()), **json.loads(text or "{}")}
            granted = kept["granted_at"]
            return cls(
                None if granted is None else float(granted),
                tuple(str(question) for question in kept["asked"]),
                int(kept["weight"]),
                float(kept["since"]),
                float(kept["refused_until"]),
                str(kept["because"]),
            )
        except (ValueError, TypeError, OverflowError):
            return cls()

    def dump(self) -> str:
        return json.dumps(asdict(self))

    def state(self, now: float) -> State:
        """What is known now. A verdict that ends later than any can was given under a wrong clock, and is none."""
        if now < self.refused_until <= now + VERDICT:
            return "not granted"
        return "unknown" if self.granted_at is None else "granted"

    def answered(self, now: float) -> Entitlement:
        """After an answer; the same within a day, so that not every answer is written down."""
        fresh = self.granted_at is not None and now - self.granted_at < VERDICT
        return self if fresh and not self.asked and not self.refused_until else Entitlement(granted_at=now)

    def refused(self, weight: int, question: str, because: str, now: float) -> Entitlement:
        """After a refusal worth `weight`. The same question counts once, and none counts longer than a verdict."""
        current = self if now - self.since < VERDICT else Entitlement(self.granted_at)
        if not weight or question in current.asked:
            return current
        asked, heavier = (*current.asked, question), current.weight + weight
        if heavier < _ENOUGH:
            return replace(current, asked=asked, weight=heavier, since=current.since if current.asked else now)
        return Entitlement(refused_until=now + VERDICT, because=because)


def weight(said: Said, code: str, http_status: int, *, at_home: bool, granted: bool, first_today: bool) -> int:
    """How much one refused question says about the ID: 2 is enough, 0 says nothing.

    `at_home`: the domestic half has answered this ID. `granted`: the OPD has answered this ID before, after which
    refusals of a number say nothing. `first_today`: no access of ours came before it at that endpoint.
    """
    if said in {Said.TOKEN, Said.CREDENTIALS}:
        return 2 if at_home and not granted else 1
    if code == "301" or (not code and http_status == 404):
        return 1 if granted else 2
    if granted:
        return 0
    # An ID whose limit there is nought may be told so: the one live report of refused calls speaks of 203.
    if said is Said.SPENT:
        return 1 if first_today else 0
    return 1 if said is Said.REFUSED and code != "208" else 0
