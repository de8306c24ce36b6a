"""Patent records."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from jpo_mcp.models.common import JpoDate, Parent, Progress, Record, Registration, count
from jpo_mcp.numbers import Law


class Divisional(Record):
    """One member of a divisional family (分割出願). Generation "0" is the oldest; the case itself is listed too.

    The JPO gives no filing date here.
    """

    application_number: str | None = None
    publication_number: str | None = None
    ad_publication_number: Annotated[str | None, Field(alias="ADPublicationNumber")] = None
    national_publication_number: str | None = None
    ad_national_publication_number: Annotated[str | None, Field(alias="ADNationalPublicationNumber")] = None
    registration_number: str | None = None
    international_application_number: str | None = None
    international_publication_number: str | None = None
    erasure_identifier: str | None = None
    expire_date: JpoDate = None
    disappearance_date: JpoDate = None
    divisional_generation: str | None = None

    @property
    def generation(self) -> int | None:
        """The generation as a number."""
        return count(self.divisional_generation)


class PatentProgress(Progress):
    """The progress of a patent application. `publication_number` is in the nine-digit era form,
    `ad_publication_number` the same in the Gregorian one."""

    law: ClassVar[Law] = "patent"

    invention_title: str | None = None
    publication_number: str | None = None
    ad_publication_number: Annotated[str | None, Field(alias="ADPublicationNumber")] = None
    national_publication_number: str | None = None
    ad_national_publication_number: Annotated[str | None, Field(alias="ADNationalPublicationNumber")] = None
    international_application_number: str | None = None
    international_publication_number: str | None = None
    international_publication_date: JpoDate = None
    divisionals: Annotated[tuple[Divisional, ...], Field(alias="divisionalApplicationInformation")] = ()


class PatentDivisionals(Record):
    """The parent and the whole divisional family; both empty where there is none."""

    application_number: str | None = None
    parent: Annotated[Parent | None, Field(alias="parentApplicationInformation")] = None
    divisionals: Annotated[tuple[Divisional, ...], Field(alias="divisionalApplicationInformation")] = ()


class PatentNumbers(Record):
    """The numbers of one case. The publication numbers are Gregorian here, unlike in the progress."""

    application_number: str | None = None
    publication_number: str | None = None
    national_publication_number: str | None = None
    registration_number: str | None = None
    international_publication_number: str | None = None


class PatentCitation(Record):
    """A patent document cited by the examiner. `draft_date` is that of the notice or decision."""

    draft_date: JpoDate = None
    citation_type: str | None = None
    citation_order: str | None = None
    document_number: str | None = None


class NonPatentCitation(Record):
    """Another document cited by the examiner (非特許文献)."""

    draft_date: JpoDate = None
    citation_type: str | None = None
    citation_order: str | None = None
    document_type: str | None = None
    author_name: str | None = None
    paper_title: str | None = None
    publication_name: str | None = None
    issue_country_cd: str | None = None
    publisher: str | None = None
    issue_date: JpoDate = None
    issue_date_type: str | None = None
    issue_number: str | None = None
    citation_pages: str | None = None


class Citations(Record):
    """The documents cited by the examiner. Lists in live replies, though the schema says objects."""

    application_number: str | None = None
    patent_doc: tuple[PatentCitation, ...] = ()
    non_patent_doc: tuple[NonPatentCitation, ...] = ()


class PatentRegistration(Registration):
    """The patent register. `number_of_claims` keeps its leading zeros ("005")."""

    invention_title: str | None = None
    number_of_claims: str | None = None

    @property
    def claim_count(self) -> int | None:
        """The number of claims as a number."""
        return count(self.number_of_claims)


class NationalPhase(Record):
    """The Japanese application of a PCT application or publication."""

    application_number: str | None = None
