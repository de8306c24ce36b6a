"""What was looked up a moment ago: a server of many people need not go to the disk for each of them."""

from __future__ import annotations

from typing import Generic, TypeVar

from jpo_mcp.clock import Clock

V = TypeVar("V")

_MOST = 256


class Recall(Generic[V]):
    """Values by key, each good for `seconds`; with 0 nothing is remembered. What this process changes is forgotten."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._seen: dict[str, tuple[float, V]] = {}

    def get(self, key: str) -> V | None:
        """The value, if it was put there so lately."""
        at, value = self._seen.get(key, (float("-inf"), None))
        return value if self._clock.monotonic() - at < self._seconds else None

    def put(self, key: str, value: V) -> None:
        """Remembers it from now on."""
        if self._seconds:
            if len(self._seen) >= _MOST:
                del self._seen[next(iter(self._seen))]
            self._seen[key] = self._clock.monotonic(), value

    def forget(self) -> None:
        """Everything: something was changed."""
        self._seen.clear()
