"""The day's accesses of the one ID, per endpoint, on the Japanese day of the sandbox's own clock."""

from __future__ import annotations

from collections.abc import Mapping

from jpo_mcp.clock import Clock, jst_day
from jpo_mcp.endpoints import ENDPOINTS


class Counters:
    """What is left of each endpoint today. A new JST day begins with full counters."""

    def __init__(self, clock: Clock, limits: Mapping[str, int]) -> None:
        unknown = set(limits) - {endpoint.api_number for endpoint in ENDPOINTS}
        if unknown:
            raise ValueError(f"no endpoint has the API number {', '.join(sorted(unknown))}")
        self._clock = clock
        self._limits = {e.key: limits.get(e.api_number, e.limit.per_day) for e in ENDPOINTS}
        self._used: dict[tuple[int, str], int] = {}

    def used(self, key: str) -> int:
        """Accesses spent today."""
        return self._used.get(self._today(key), 0)

    def remaining(self, key: str) -> int:
        """Accesses left today, never below zero."""
        return max(0, self._limits[key] - self.used(key))

    def spend(self, key: str, accesses: int = 1) -> bool:
        """Take accesses; False, and nothing is taken, when fewer are left."""
        if self.remaining(key) < accesses:
            return False
        self._used[self._today(key)] = self.used(key) + accesses
        return True

    def clear(self) -> None:
        """Full counters again."""
        self._used.clear()

    def _today(self, key: str) -> tuple[int, str]:
        return jst_day(self._clock.now()), key
