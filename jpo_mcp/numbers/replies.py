"""Numbers as the JPO's own replies spell them."""

from __future__ import annotations

import re

from jpo_mcp.numbers.types import (
    ApplicationNumber,
    InternationalApplication,
    InternationalPublication,
    Law,
    Number,
    PublicationNumber,
    RegistrationNumber,
    series_by_serial,
)
from jpo_mcp.numbers.years import era_digits

_CITED = re.compile(r"JPA\s*([0-9]{9})", re.ASCII)
_PCT = re.compile(r"[A-Z]{2}[0-9]{10}", re.ASCII)


def era_publication(digits9: str) -> PublicationNumber | None:
    """`503090037` -> 特開2021-090037: the nine-digit era form of a progress reply; None for anything else."""
    digits = era_digits(digits9.strip())
    return PublicationNumber(digits, series_by_serial(digits)) if digits else None


def cited_document(text: str) -> PublicationNumber | None:
    """`JPA 414233033` -> 特開2002-233033; None for other documents, whose forms were never seen."""
    match = _CITED.fullmatch(text.strip())
    return era_publication(match[1]) if match else None


def application_from_api(law: Law, digits: str) -> ApplicationNumber | None:
    """The application number of a reply field; None where the field holds no ten digits."""
    plain = digits.strip()
    return ApplicationNumber(law, plain) if _is_digits(plain, 10) else None


def from_api(kind: str, law: Law, text: str) -> Number | None:
    """A number of that kind as a reply spells it; None where the text is not of that form."""
    plain = text.strip()
    match kind:
        case "application":
            return application_from_api(law, plain)
        case "registration":
            return RegistrationNumber(law, plain) if _is_digits(plain, 7) else None
        case "publication" | "national_publication":
            return PublicationNumber(plain, kind) if _is_digits(plain, 10) else era_publication(plain)
        case "international_application":
            return InternationalApplication(plain[:2], plain[2:]) if _PCT.fullmatch(plain) else None
        case "international_publication":
            found = _PCT.fullmatch(plain) is not None and plain.startswith("WO")
            return InternationalPublication(plain[2:]) if found else None
        case _:
            return None


def _is_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()
