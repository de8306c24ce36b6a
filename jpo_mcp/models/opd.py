"""The five offices' dossiers (OPD): families, lists of papers, classes and citations.

The answers are XML, read into the same `Record`s as the rest (`markup.as_object` makes the objects). No schema was
published: the names below are those that two working clients read. Everything else in an answer is kept, and named by
`unknown_fields`. An element may be absent, empty, there once or many times, and a text may carry attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, cast, get_args, get_origin

from pydantic import ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

from jpo_mcp import codes
from jpo_mcp.codes.dossier import PaperKind, groups, paper_kind
from jpo_mcp.models.common import JpoDate, Reader, Record, Writer, set_aside

_TEXT = "#text"
_DOCUMENT_NUMBER = re.compile(r".*_([0-9]{11})(?:_JP)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Inside:
    """Marks a list: the field is the element around it, `child` the name of each thing in it."""

    child: str


class Element(Record):
    """One element: its children are fields by their own names, its attributes by `@name`."""

    model_config = ConfigDict(alias_generator=lambda name: name.replace("_", "-"))

    @classmethod
    def _shape_of(cls, field: FieldInfo) -> tuple[Reader, Writer]:
        reader, writer = super()._shape_of(field)
        inside = next((mark.child for mark in field.metadata if isinstance(mark, Inside)), None)
        return _from_xml(reader, field.annotation, inside), _into_xml(writer, inside) if inside else writer


def _from_xml(reader: Reader, annotation: Any, inside: str | None) -> Reader:
    """A reader of JSON values that is given what XML makes of them: once or many times, text with attributes."""
    is_text = bool({str, date} & set(get_args(annotation)))
    is_list = get_origin(annotation) is tuple

    def read(value: object, odd: list[object]) -> object:
        if isinstance(value, tuple):  # records already, put together in Python
            return reader(cast("object", value), odd)
        items = list(_unwrapped(value, inside, odd)) if inside else _listed(value)
        said = [item for item in (_text_of(item, odd) if is_text else _promoted(item) for item in items) if item]
        if is_list:
            return reader(said, odd)
        for further in said[1:]:
            set_aside(further, odd)
        return reader(said[0] if said else None, odd)

    return read


def _into_xml(writer: Writer, inside: str) -> Writer:
    def write(value: Any) -> object:
        written = writer(value)
        return {inside: list(cast("dict[str, object]", written).values()) if isinstance(written, dict) else written}

    return write


def _listed(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def _unwrapped(value: object, child: str, odd: list[object]) -> Iterator[object]:
    """The children of that name; whatever else stands around them is set aside."""
    for wrapper in _listed(value):
        if not isinstance(wrapper, dict):
            set_aside(wrapper, odd)
            continue
        parts = cast("dict[str, object]", wrapper)
        yield from _listed(parts.get(child, ""))
        set_aside({name: part for name, part in parts.items() if name != child}, odd)


def _text_of(item: object, odd: list[object]) -> object:
    """The text of an element that has attributes too; those are set aside."""
    parts = _parts(item)
    if _TEXT not in parts:
        return item
    set_aside({name: part for name, part in parts.items() if name != _TEXT}, odd)
    return parts[_TEXT]


def _parts(item: object) -> dict[str, object]:
    return cast("dict[str, object]", item) if isinstance(item, dict) else {}


def _promoted(item: object) -> object:
    """A mere text where an element is due is that element's text."""
    return {_TEXT: item} if isinstance(item, str) and item else item


class Answered(Element):
    """What an answer holds inside its envelope: one element, named `holds`, whose children are the fields."""

    holds: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _opened(cls, data: object) -> object:
        """An answer without that element is the answer to another question."""
        if not isinstance(data, dict):
            return data
        parts = cast("dict[str, object]", data)
        if cls.holds not in parts:
            raise ValueError(f"no {cls.holds}")
        inside = [_parts(_promoted(part)) for part in _listed(parts[cls.holds])]
        beside = {name: part for name, part in parts.items() if name != cls.holds}
        return _together([*inside, beside])


def _together(objects: list[dict[str, object]]) -> dict[str, object]:
    """The objects as one, with a list where a name occurs in several."""
    found: dict[str, list[object]] = {}
    for name, value in (entry for each in objects for entry in each.items()):
        found.setdefault(name, []).extend(_listed(value))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


# ── numbers ───────────────────────────────────────────────────────────────────────────────────


class DocdbReference(Element):
    """A number in DOCDB form (`JP.2015500001.A`) with its date, where the answer gives one."""

    number: Annotated[str | None, Field(alias="document-number")] = None
    date: JpoDate = None
    format: Annotated[str | None, Field(alias="@format")] = None


_Numbers = tuple[DocdbReference, ...]


class Member(Element):
    """One application of a family with its publications and patents. Dates of these two only in a family list."""

    id: Annotated[str | None, Field(alias="@id")] = None
    application: Annotated[DocdbReference | None, Field(alias="application-number")] = None
    publications: Annotated[_Numbers, Field(alias="publication-numbers"), Inside("publication-number")] = ()
    registrations: Annotated[_Numbers, Field(alias="registration-numbers"), Inside("registration-number")] = ()

    @property
    def office(self) -> str | None:
        """The two letters in front of the application number."""
        number = self.application.number if self.application else None
        return number.partition(".")[0] if number else None


class OfficeFamily(Element):
    """The members of one country."""

    group: Annotated[str | None, Field(alias="@group")] = None
    country: str | None = None
    members: Annotated[tuple[Member, ...], Field(alias="family-items"), Inside("family-item")] = ()


class Family(Answered):
    """A family, country by country; the application asked for is among the members."""

    holds: ClassVar[str] = "family-data"

    offices: Annotated[tuple[OfficeFamily, ...], Field(alias="families"), Inside("family")] = ()

    @property
    def members(self) -> tuple[Member, ...]:
        """The members of all countries."""
        return tuple(member for office in self.offices for member in office.members)


class FamilyList(Answered):
    """A family in one list."""

    holds: ClassVar[str] = "family-list-data"

    members: Annotated[tuple[Member, ...], Field(alias="family-lists"), Inside("family-list")] = ()


# ── papers ────────────────────────────────────────────────────────────────────────────────────


class DossierApplicant(Element):
    """An applicant, whose whole name stands in `last_name`."""

    last_name: str | None = None


class Bibliography(Element):
    """Title and applicants in one language. The "original" titles of CN and KR were recorded in English."""

    invention_title: str | None = None
    applicants: Annotated[tuple[DossierApplicant, ...], Field(alias="applicant")] = ()


class Bibliographies(Element):
    """The title and applicants as filed, and translated."""

    original: Bibliography | None = None
    translated: Bibliography | None = None


class Side(Element):
    """A paper as filed, or its machine translation: its id, which fetches it, and its title."""

    id: Annotated[str | None, Field(alias="@id")] = None
    description: Annotated[str | None, Field(alias="document-description")] = None


class DossierPaper(Element):
    """One paper of a dossier, with its machine translation where there is one.

    `legal_date`: of filing; of an office's paper it is not proved whether of drafting or of dispatch.
    """

    group: Annotated[str | None, Field(alias="@group")] = None
    legal_date: JpoDate = None
    original: Side | None = None
    translated: Side | None = None

    @property
    def groups(self) -> tuple[codes.Code, ...]:
        """The groups, decoded; raw where the exchange's vocabulary lacks one."""
        return tuple(codes.decode("dossier_group", token) for token in groups(self.group))

    @property
    def kind(self) -> PaperKind:
        """What it is, told from titles, groups and id (`codes.dossier.KIND_WORDS` has the words)."""
        return paper_kind(groups(self.group), self.titles, self._any_id)

    @property
    def kind_by_title(self) -> PaperKind:
        """What it is by its titles and id alone: a group of an office's papers holds formal notices too."""
        return paper_kind((), self.titles, self._any_id)

    @property
    def titles(self) -> list[str | None]:
        """In English first, where there is a translation."""
        return [side.description for side in (self.translated, self.original) if side]

    @property
    def jpo_document_number(self) -> str | None:
        """The eleven digits in the id of a Japanese paper: `document_number` of its row in the domestic progress."""
        found = _DOCUMENT_NUMBER.fullmatch(self._any_id or "")
        return found[1] if found else None

    @property
    def _any_id(self) -> str | None:
        return next((side.id for side in (self.original, self.translated) if side and side.id), None)


class DocumentList(Answered):
    """The papers of one application at its office."""

    holds: ClassVar[str] = "document-list-data"

    bibliographic: Bibliographies | None = None
    papers: Annotated[tuple[DossierPaper, ...], Field(alias="document-lists"), Inside("document-list")] = ()


# ── classes and citations ─────────────────────────────────────────────────────────────────────


class DossierReference(Element):
    """The numbers of the application asked about, which the answer repeats."""

    application: Annotated[DocdbReference | None, Field(alias="application-number")] = None
    publication: Annotated[DocdbReference | None, Field(alias="publication-number")] = None
    registration: Annotated[DocdbReference | None, Field(alias="registration-number")] = None


class OfficeClass(Element):
    """A class of the office's own scheme (FI, CPC)."""

    scheme: Annotated[str | None, Field(alias="@scheme")] = None
    symbol: Annotated[str | None, Field(alias=_TEXT)] = None


class Classification(Element):
    """The classes of an application."""

    ipcs: Annotated[tuple[str, ...], Inside("ipc")] = ()
    originals: Annotated[tuple[OfficeClass, ...], Inside("original")] = ()


class CitedPatent(Element):
    """A cited patent document: when and where it was cited."""

    draft_date: JpoDate = None
    cited_in: str | None = None
    publication: Annotated[DocdbReference | None, Field(alias="publication-number")] = None


class CitedLiterature(Element):
    """Another cited document, as free text."""

    draft_date: JpoDate = None
    cited_in: str | None = None
    text: str | None = None


class Citation(Element):
    """The documents cited against an application. No category and no claim is given."""

    patents: Annotated[tuple[CitedPatent, ...], Field(alias="patent-literatures"), Inside("patent-literature")] = ()
    others: Annotated[
        tuple[CitedLiterature, ...], Field(alias="non-patent-literatures"), Inside("non-patent-literature")
    ] = ()


class CitationsAndClasses(Answered):
    """The classes of one application and the documents cited against it."""

    holds: ClassVar[str] = "citation-and-classification-data"

    reference: DossierReference | None = None
    classification: Classification | None = None
    citation: Citation | None = None

    @property
    def application_number(self) -> str | None:
        """The application asked about, in DOCDB form."""
        application = self.reference.application if self.reference else None
        return application.number if application else None
