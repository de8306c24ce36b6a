"""Who asks, where several people share one ID. Ambient: it is set once around a tool call and threaded through nothing.

A task copies the context it is made in, so a question that several people wait for is charged to who asked first.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asker:
    """A person at a tool. `person` "" is whoever runs this process: no share, and no name is shown or written down.

    Without `may_spend` only kept answers are given. `sees_all` shows what every person spent. `request` tells the
    calls of a tool apart in the audit.
    """

    person: str
    tool: str = ""
    may_spend: bool = True
    sees_all: bool = False
    request: str = ""


asking: ContextVar[Asker] = ContextVar("asking", default=Asker(""))  # noqa: B039 - frozen
"""Who asks now."""
