"""What a monitor reads, as Prometheus text: endpoints, tools and codes only, never a person, a case or a path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from jpo_mcp.errors import JpoError
from jpo_mcp.upstream.client import JpoClient

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Mapping[str, str], float]


async def render(client: JpoClient) -> str:
    """Everything that is counted here. The day's accesses are the whole ID's, the other counts this process's."""
    tally = client.tally
    try:
        day = [(line.endpoint.key, line.remaining) for line in await client.quota()]
    except JpoError:
        day = []  # /health says degraded, and a gauge that is not there is no zero
    families = (
        _family(
            "accesses_spent_today",
            "gauge",
            "Accesses of the ID since 00:00 JST, as far as known here.",
            [({"endpoint": key}, remaining.used) for key, remaining in day],
        ),
        _family(
            "accesses_left_today",
            "gauge",
            "Accesses left until 00:00 JST.",
            [({"endpoint": key}, remaining.left) for key, remaining in day],
        ),
        _family(
            "accesses_total",
            "counter",
            "Accesses sent to the JPO by this process, by outcome.",
            [({"endpoint": key, "outcome": how}, count) for (key, how), count in sorted(tally.accesses.items())],
        ),
        _family("answers_total", "counter", "Answers by source: jpo, kept, stale.", _by("source", tally.answers)),
        _family("minute_waits_total", "counter", "Waits for a place in the minute.", _by("pace", tally.waits)),
        _family("minute_wait_seconds_total", "counter", "Seconds waited so.", _by("pace", tally.seconds_waited)),
        _family("tool_calls_total", "counter", "Calls by tool.", _by("tool", tally.calls)),
        _family("tool_errors_total", "counter", "Calls that ended in an error, by code.", _by("code", tally.errors)),
        _family("http_refusals_total", "counter", "Requests turned away at the door.", _by("status", tally.refusals)),
    )
    return "".join(families)


def _by(label: str, counts: Mapping[str, float]) -> list[Sample]:
    return [({label: name}, count) for name, count in sorted(counts.items())]


def _family(name: str, kind: Literal["gauge", "counter"], meaning: str, samples: Iterable[Sample]) -> str:
    """One family. Every label is a word of our own, without quotes, backslashes or line ends."""
    lines = [f"# HELP jpo_mcp_{name} {meaning}", f"# TYPE jpo_mcp_{name} {kind}"]
    for labels, value in samples:
        inside = ",".join(f'{label}="{said}"' for label, said in labels.items())
        lines.append(f"jpo_mcp_{name}{{{inside}}} {value:.15g}")
    return "\n".join(lines) + "\n"
