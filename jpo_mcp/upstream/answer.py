"""What the pipeline gives back: the decoded record, with how fresh it is and what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from jpo_mcp.endpoints import Endpoint
from jpo_mcp.errors import JpoError, NotOnFile, Words

M = TypeVar("M")

Source = Literal["jpo", "kept", "stale"]

_SHOWN = 48


@dataclass(frozen=True, slots=True)
class Answer(Generic[M]):
    """One answer of the JPO.

    `data` is None when the JPO has nothing under that number (107, 108, 111 in `status_code`).
    `as_of` is when the JPO said it (unix seconds). `cost` is the accesses this call spent.
    `remaining_today` is None where no count can be kept. `stale_because` is set on stale answers.
    """

    endpoint: Endpoint[M]
    arguments: tuple[str, ...]
    data: M | None
    status_code: str
    as_of: float
    source: Source
    cost: int
    remaining_today: int | None
    raw: bytes
    stale_because: JpoError | None = None

    def found(self) -> M:
        """The record, or `NotOnFile` when the JPO has nothing under that number."""
        if self.data is None:
            raise not_on_file(self.endpoint, self.arguments, self.status_code, self.cost)
        return self.data


def named(arguments: tuple[str, ...]) -> str:
    """What was asked for, for a message: a name or the id of a paper may be long."""
    asked = arguments[-1]
    return asked if len(asked) <= _SHOWN else asked[: _SHOWN - 1] + "…"


def not_on_file(endpoint: Endpoint[Any], arguments: tuple[str, ...], status_code: str, cost: int) -> NotOnFile:
    """The JPO has nothing there: said so that nobody takes it for "does not exist"."""
    number = named(arguments)
    return NotOnFile(
        Words(
            f"the JPO answered {status_code} for {number} ({endpoint.law}, {endpoint.name}): {endpoint.empty_means.en}",
            f"{number}（{endpoint.law}、{endpoint.name}）：{status_code}。{endpoint.empty_means.ja}",
        ),
        _CHECK_PERSON if endpoint.parameters[-1].name.startswith("applicant") else _CHECK_NUMBER,
        spent=cost,
    )


_CHECK_NUMBER = Words(
    "check the number and the law (jpo_parse_number costs nothing); this never proves that it does not exist",
    "番号と法域（特許・意匠・商標）を確認してください（jpo_parse_number は無料）。不存在の証明ではありません。",
)
_CHECK_PERSON = Words(
    "check the nine digits, or the exact spelling of the name",
    "9桁のコード、または名称の正確な表記を確認してください。",
)
