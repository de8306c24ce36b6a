"""`python -m bench [--quick] [--markdown]`: the table; exit code 1 when a target is missed by more than noise."""

from __future__ import annotations

import argparse
import sys

from bench import ledger
from bench.figures import Figure, table
from bench.http import throughput
from bench.searching import PAPERS, searching
from bench.serving import answering, sizes, starting

_LEDGER_NOISE = 0.12
"""Half the range of its ratio over runs on a shared two-core machine (0.85 to 1.09): it gives only medians."""


def main() -> int:
    """Measures everything and prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, for CI")
    parser.add_argument("--markdown", action="store_true", help="a Markdown table")
    options = parser.parse_args()
    figures = [
        *starting(5 if options.quick else 15),
        *answering(8 if options.quick else 40),
        *throughput(5 if options.quick else 15),
        reserving(),
        *sizes(),
        *searching(1_000 if options.quick else PAPERS),
    ]
    print(table(figures, markdown=options.markdown))
    print("\nmedians of runs taken in turns; +- is two standard errors of the median ratio; MISS beyond it exits 1")
    return int(any(figure.fails for figure in figures))


def reserving() -> Figure:
    """Reservations of an access by 8 processes on one ledger."""
    ours, floor = ledger.measure()
    return Figure("reservations, 8 processes", ours, floor, "/s", 0.7, noise=_LEDGER_NOISE, more_is_better=True)


if __name__ == "__main__":
    sys.exit(main())
