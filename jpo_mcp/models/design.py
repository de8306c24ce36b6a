"""Design records."""

from __future__ import annotations

from typing import ClassVar

from jpo_mcp.models.common import Progress, Record, Registration
from jpo_mcp.numbers import Law


class DesignProgress(Progress):
    """The progress of a design application. Designs are not laid open: `publication_date` is blank."""

    law: ClassVar[Law] = "design"

    design_article: str | None = None
    design_class: str | None = None
    principal_design_application_number: str | None = None


class DesignNumbers(Record):
    """The numbers of one case; `design_number` counts the designs of one international registration."""

    application_number: str | None = None
    registration_number: str | None = None
    international_registration_number: str | None = None
    design_number: str | None = None


class DesignRegistration(Registration):
    """The design register."""

    design_article: str | None = None
