"""What this process has done since it started, in counts only: no person, no number of a case, no path."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts that only grow, each fed where the fact is known."""

    answers: Counter[str] = field(default_factory=Counter[str])
    """Answers given, by where they came from: jpo, kept or stale."""
    accesses: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    """Accesses sent, by endpoint and outcome."""
    waits: Counter[str] = field(default_factory=Counter[str])
    """Waits for a place in the minute, by the half of the API that it belongs to."""
    seconds_waited: dict[str, float] = field(default_factory=dict[str, float])
    calls: Counter[str] = field(default_factory=Counter[str])
    """Calls by tool."""
    errors: Counter[str] = field(default_factory=Counter[str])
    """Calls that ended in an error, by its code."""
    refusals: Counter[str] = field(default_factory=Counter[str])
    """Requests turned away at the door, by HTTP status."""

    def waited(self, pace: str, seconds: float) -> None:
        """One wait for a place in the minute."""
        self.waits[pace] += 1
        self.seconds_waited[pace] = self.seconds_waited.get(pace, 0.0) + seconds
