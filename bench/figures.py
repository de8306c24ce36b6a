"""A figure beside its floor and its target, and when a miss counts."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: ours, the floor measured in the same run, and the target on their ratio, if any.

    `noise` is how far the ratio may be off by chance. A target is never stretched by it: a ratio beyond its
    target is a MISS in the table; noise only decides whether the run fails.
    """

    name: str
    ours: float
    floor: float
    unit: str
    target: float | None
    noise: float = 0.0
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        return self.ours / self.floor

    @property
    def short_by(self) -> float:
        """How far the ratio is beyond its target; 0 or less is a hit."""
        target = self.ratio if self.target is None else self.target
        return target - self.ratio if self.more_is_better else self.ratio - target

    @property
    def fails(self) -> bool:
        return self.short_by > self.noise

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        if self.short_by <= 0:
            return "ok"
        return "MISS" if self.fails else "MISS, within noise"

    def cells(self) -> tuple[str, ...]:
        sign = ">=" if self.more_is_better else "<="
        noise = f" +-{self.noise:.2f}" if self.noise else ""
        return (
            self.name,
            f"{_plain(self.ours)} {self.unit}",
            f"{_plain(self.floor)} {self.unit}",
            f"{self.ratio:.2f}{noise}",
            "-" if self.target is None else f"{sign} {self.target:g}",
            self.verdict,
        )


HEADINGS = ("figure", "ours", "floor", "ratio", "target", "")


def paired(
    name: str, pairs: Sequence[tuple[float, float]], unit: str, target: float, *, more_is_better: bool = False
) -> Figure:
    """A figure from (ours, floor) pairs taken in turns: medians, and two standard errors of the median ratio."""
    ratios = [ours / floor for ours, floor in pairs]
    middle = statistics.median(ratios)
    spread = statistics.median(abs(ratio - middle) for ratio in ratios)
    return Figure(
        name,
        statistics.median(ours for ours, _ in pairs),
        statistics.median(floor for _, floor in pairs),
        unit,
        target,
        noise=2 * 1.2533 * 1.4826 * spread / math.sqrt(len(pairs)),
        more_is_better=more_is_better,
    )


def table(figures: Sequence[Figure], *, markdown: bool) -> str:
    """The figures as aligned text, or as a Markdown table."""
    rows = [HEADINGS, *(figure.cells() for figure in figures)]
    if markdown:
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([lines[0], "|" + "---|" * len(HEADINGS), *lines[1:]])
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
