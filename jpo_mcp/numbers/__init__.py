"""Any notation of an IP number <-> typed numbers. Pure: no clock, no network, nothing guessed.

`read` gives every reading of a notation, `case_number` the one that a case tool may look up, `docdb` the form that
the five offices exchange.
"""

from __future__ import annotations

from jpo_mcp.numbers.exchange import DocdbNumber, DocdbType, docdb
from jpo_mcp.numbers.folding import folded
from jpo_mcp.numbers.reading import applicant_code, case_number, read
from jpo_mcp.numbers.replies import application_from_api, cited_document, era_publication, from_api
from jpo_mcp.numbers.types import (
    ApplicantCode,
    ApplicationNumber,
    Candidate,
    CaseNumber,
    CourtCase,
    HagueRegistration,
    InternationalApplication,
    InternationalPublication,
    Law,
    MadridRegistration,
    Number,
    NumberLaw,
    OfficeNumber,
    PublicationNumber,
    Reading,
    RegistrationNumber,
    ServedNumber,
    TrialNumber,
    UnservedNumber,
    UtilityModelNumber,
)

__all__ = [
    "ApplicantCode",
    "ApplicationNumber",
    "Candidate",
    "CaseNumber",
    "CourtCase",
    "DocdbNumber",
    "DocdbType",
    "HagueRegistration",
    "InternationalApplication",
    "InternationalPublication",
    "Law",
    "MadridRegistration",
    "Number",
    "NumberLaw",
    "OfficeNumber",
    "PublicationNumber",
    "Reading",
    "RegistrationNumber",
    "ServedNumber",
    "TrialNumber",
    "UnservedNumber",
    "UtilityModelNumber",
    "applicant_code",
    "application_from_api",
    "case_number",
    "cited_document",
    "docdb",
    "era_publication",
    "folded",
    "from_api",
    "read",
]
