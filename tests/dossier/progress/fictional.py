"""Fictional records in the JPO's own form, from as little as a test has to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jpo_mcp import codes
from jpo_mcp.models.common import Progress, Registration
from jpo_mcp.models.design import DesignProgress
from jpo_mcp.models.patent import PatentProgress, PatentRegistration
from jpo_mcp.models.trademark import TrademarkProgress
from jpo_mcp.numbers import Law

_RECORDS: dict[Law, type[Progress]] = {
    "patent": PatentProgress,
    "design": DesignProgress,
    "trademark": TrademarkProgress,
}
_NUMBERS = {"01": "2031000007", "06": "9900001", "07": "2032009907", "08": "5 1450001"}


def case(
    *rows: str,
    law: Law = "patent",
    trial: Sequence[str] | None = None,
    booked: Sequence[str] = (),
    **fields: Any,
) -> Progress:
    """A progress. A row is `20310106 A63`, with the document number where it matters; `trial` and `booked` hold the
    rows of a trial and of the register. `fields` are the JPO's own keys, such as `filingDate`."""
    groups = {"01": rows, "07": trial, "06": booked}
    return _RECORDS[law].model_validate(
        {
            "applicationNumber": "2031000007",
            "parentApplicationInformation": {},
            "bibliographyInformation": [
                {"numberType": kind, "number": _NUMBERS[kind], "documentList": [_row(law, row) for row in listed]}
                for kind, listed in groups.items()
                if listed is not None
            ],
            **fields,
        }
    )


def _row(law: Law, text: str) -> dict[str, str]:
    day, code, *number = text.split()
    return {
        "legalDate": day,
        "irirFlg": "0",
        "availabilityFlag": "1",
        "documentCode": code,
        "documentDescription": codes.document(law, code).ja or "架空書類",
        "documentNumber": number[0] if number else f"5{day[2:4]}{day[4:]}0000",
        "documentSeparator": "S",
    }


RIGHT: dict[str, Any] = {"registrationNumber": "9900001", "registrationDate": "20200110", "erasureIdentifier": "00"}
"""What a progress has once its right is registered and lives."""


def register(**fields: str) -> Registration:
    """A register that lives, but for what the test says."""
    return PatentRegistration.model_validate({**RIGHT, **fields})
