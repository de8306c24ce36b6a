"""The base of all records, and the parts that the three laws share.

The live replies follow few rules: every leaf is a string, an absent scalar is `""`, an absent list `[]`,
an absent object `{}`; lists come as objects keyed "0", "1", ... in places, and the specification's own
examples misprint keys with a trailing apostrophe. `Record` takes all of that, and worse, once for every
record, so that the classes below only name fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any, ClassVar, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, SkipValidation, model_validator
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from jpo_mcp.numbers import Law

JpoDate = Annotated[date | str | None, SkipValidation]
"""A date; None where the JPO left it blank or sent a placeholder; the raw text where it is no date."""

VERBATIM = "verbatim"
"""Marks the field in which a blank is a value."""

UNREADABLE = " (unreadable)"
"""What a value in an impossible shape is kept under: the JPO's key followed by this."""

Reader = Callable[[object, list[object]], object]
"""From the JPO's value to ours; what could not be read goes to the list."""
Writer = Callable[[Any], object]
_DATE = re.compile("[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Registers fill an empty date so. Taken for one, it would end a right that is alive.
_NO_DATE = re.compile("0+|9{8}")


def _whole(text: str) -> str:
    """The text, with half surrogates (which no UTF-8 can carry) replaced."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _read_text(value: object, odd: list[object]) -> str | None:
    if isinstance(value, str):
        return None if value.isspace() else _whole(value) or None  # a column of blanks says no more than an empty one
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    set_aside(value, odd)
    return None


def _read_verbatim(value: object, odd: list[object]) -> str | None:
    return _whole(value) or None if isinstance(value, str) else _read_text(value, odd)


def set_aside(value: object, odd: list[object]) -> None:
    """Keep what could not be read, unless it is only another way of saying nothing."""
    if value not in (None, "", [], {}):
        odd.append(value)


def _read_date(value: object, odd: list[object]) -> JpoDate:
    if isinstance(value, date):
        return value
    text = _read_text(value, odd)
    day = text.strip() if text else ""
    if _NO_DATE.fullmatch(day):
        set_aside(value, odd)
        return None
    try:
        return date.fromisoformat(day) if _DATE.fullmatch(day) else text
    except ValueError:
        return text


def _items(value: object) -> list[object]:
    """The elements of a list, of an index-keyed object, or the one thing that stands where a list is due."""
    if isinstance(value, list | tuple):
        return list(cast("list[object]", value))
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        if entries and all(key.isascii() and key.isdigit() for key in entries):
            return [entries[key] for key in sorted(entries, key=_index)]
    return [] if value in (None, "", {}) else [value]


def _index(key: str) -> tuple[int, str]:
    """Orders "2" before "10" without reading what may be a million digits as a number."""
    digits = key.lstrip("0")
    return len(digits), digits


def _read_texts(value: object, odd: list[object]) -> tuple[str, ...]:
    read = (_read_text(item, odd) for item in _items(value))
    return tuple(text for text in read if text is not None)


def _is_record(value: object) -> bool:
    return isinstance(value, dict | Record)


def _read_records(value: object, odd: list[object]) -> tuple[object, ...]:
    items = _items(value)
    for item in items:
        if not _is_record(item):
            set_aside(item, odd)
    return tuple(item for item in items if _is_record(item))


def _read_record(value: object, odd: list[object]) -> object:
    if isinstance(value, Record):
        return value
    if isinstance(value, dict):
        return cast("dict[str, object]", value) or None
    first, *rest = _read_records(value, odd) or (None,)
    odd.extend(rest)
    return first or None


def _write_text(value: str | None) -> str:
    return value or ""


def _write_date(value: JpoDate) -> str:
    return value.isoformat().replace("-", "") if isinstance(value, date) else value or ""


def _write_texts(value: tuple[str, ...]) -> dict[str, str]:
    return {str(index): text for index, text in enumerate(value)}


def _write_record(value: Record | None) -> dict[str, Any]:
    return value.to_jpo() if value else {}


def _write_records(value: tuple[Record, ...]) -> list[dict[str, Any]]:
    return [record.to_jpo() for record in value]


def _shape(annotation: Any) -> tuple[Reader, Writer]:
    """How a field of this type is read from the JPO's form and written back."""
    types = get_args(annotation)
    if get_origin(annotation) is tuple:
        return (_read_texts, _write_texts) if types[0] is str else (_read_records, _write_records)
    if date in types:
        return _read_date, _write_date
    return (_read_text, _write_text) if str in types else (_read_record, _write_record)


class Record(BaseModel):
    """One JSON object of the JPO's. Any object decodes: what is missing is None, what is strange is kept."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="allow",
        frozen=True,
        defer_build=True,  # on first use, so that a server starts without building every validator
    )

    _readers: ClassVar[dict[str, tuple[str, Reader]]] = {}
    _writers: ClassVar[dict[str, tuple[str, Writer]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Works out once how each field is read and written."""
        super().__pydantic_init_subclass__(**kwargs)
        cls._readers, cls._writers = {}, {}
        for name, field in cls.model_fields.items():
            alias = field.alias or name
            reader, writer = cls._shape_of(field)
            cls._readers[alias] = cls._readers[name] = (alias, reader)
            cls._writers[name] = (alias, writer)

    @classmethod
    def _shape_of(cls, field: FieldInfo) -> tuple[Reader, Writer]:
        """How a field is read from the JPO's form and written back."""
        return (_read_verbatim, _write_text) if VERBATIM in field.metadata else _shape(field.annotation)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: object) -> object:
        """One pass over the object in place of a validator on each of some hundred fields."""
        if not isinstance(data, dict):
            return data
        read: dict[str, object] = {}
        readers = cls._readers
        for key, value in cast("dict[str, object]", data).items():
            place = readers.get(key) or readers.get(key.rstrip("'"))
            if place is None:
                read[_whole(key)] = value
                continue
            alias, reader = place
            if alias in read:
                read[key + UNREADABLE] = value  # the same field twice, in two spellings
            elif reader is _read_text and value.__class__ is str and cast("str", value).isascii():
                text = cast("str", value)
                read[alias] = None if text.isspace() else text or None  # nearly every leaf: worth the short cut
            else:
                odd: list[object] = []
                read[alias] = reader(value, odd)
                if odd:
                    read[alias + UNREADABLE] = odd if len(odd) > 1 else odd[0]
        return read

    def unknown_fields(self) -> tuple[str, ...]:
        """Dotted paths of all that this version has no field for, at every depth; unreadable values are marked."""
        return self._unknown_fields

    @cached_property
    def _unknown_fields(self) -> tuple[str, ...]:
        return tuple(self._unknown())

    def _unknown(self) -> Iterator[str]:
        yield from self.model_extra or ()
        for name, (alias, _) in self._writers.items():
            for path, record in _records_in(alias, getattr(self, name)):
                yield from (f"{path}.{unknown}" for unknown in record.unknown_fields())

    def to_jpo(self) -> dict[str, Any]:
        """The object in the JPO's own keys and strings, with only the fields that it had."""
        written: dict[str, Any] = {
            alias: write(getattr(self, name))
            for name, (alias, write) in self._writers.items()
            if name in self.model_fields_set
        }
        for key, value in (self.model_extra or {}).items():
            _put_back(written, key, value)
        return written


def _records_in(path: str, value: object) -> Iterator[tuple[str, Record]]:
    if isinstance(value, Record):
        yield path, value
    elif isinstance(value, tuple):
        for index, item in enumerate(cast("tuple[object, ...]", value)):
            if isinstance(item, Record):
                yield f"{path}.{index}", item


def _put_back(written: dict[str, Any], key: str, value: object) -> None:
    """An unreadable value returns to its own key when nothing readable stands there."""
    own = key.removesuffix(UNREADABLE)
    written[key if written.get(own) else own] = value


# ── parts ─────────────────────────────────────────────────────────────────────────────────────


class Party(Record):
    """An applicant or agent (申請人). Trademark replies carry no `sequence`."""

    code: Annotated[str | None, Field(alias="applicantAttorneyCd")] = None
    sequence: Annotated[str | None, Field(alias="repeatNumber")] = None
    name: str | None = None
    role: Annotated[str | None, Field(alias="applicantAttorneyClass")] = None


class PriorityClaim(Record):
    """One priority claim (優先権主張): the Paris half or the domestic half is filled. Designs and trademarks
    have the Paris half only."""

    paris_priority_application_number: str | None = None
    paris_priority_date: JpoDate = None
    paris_priority_country_cd: str | None = None
    national_priority_law_cd: str | None = None
    national_priority_application_number: str | None = None
    national_priority_international_application_number: str | None = None
    national_priority_date: JpoDate = None


class Parent(Record):
    """The original application (原出願). Patents give its filing date, the other laws its kind and law."""

    application_number: Annotated[str | None, Field(alias="parentApplicationNumber")] = None
    filing_date: JpoDate = None
    category: Annotated[str | None, Field(alias="parentApplicationCategory")] = None
    law_code: Annotated[str | None, Field(alias="parentApplicationLawCode")] = None


class DocumentRow(Record):
    """One row of the list of papers (書類一覧): a paper, or one part of it.

    `legal_date` is the day of receipt, dispatch or creation, by who made the paper: never the drafting date.
    `document_separator` is a single space where there is no body.
    """

    legal_date: JpoDate = None
    irir_flg: str | None = None
    availability_flag: str | None = None
    document_code: str | None = None
    document_description: str | None = None
    document_number: str | None = None
    version_number: str | None = None
    document_separator: Annotated[str | None, VERBATIM] = None
    number_of_pages: str | None = None
    size_of_document: str | None = None

    @property
    def size(self) -> int | None:
        """Bytes of the body, where the JPO says so."""
        return count(self.size_of_document)


class NumberedDocuments(Record):
    """The papers filed under one number of the case: its application, registration, a trial, a court action."""

    number_type: str | None = None
    number: str | None = None
    documents: Annotated[tuple[DocumentRow, ...], Field(alias="documentList")] = ()


class RightHolder(Record):
    """A holder of the right on the register (権利者)."""

    code: Annotated[str | None, Field(alias="rightPersonCd")] = None
    name: Annotated[str | None, Field(alias="rightPersonName")] = None


def count(text: str | None) -> int | None:
    """A short run of ASCII digits as a number."""
    digits = text.strip() if text else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


# ── records of all laws ───────────────────────────────────────────────────────────────────────


# A mark may still be renewed, with a surcharge, for six months after its term (Trademark Act 20(3)).
_LATE_RENEWAL = timedelta(days=184)


class Right(Record):
    """What progress and registration both say about the life of the right."""

    application_number: str | None = None
    filing_date: JpoDate = None
    registration_number: str | None = None
    registration_date: JpoDate = None
    erasure_identifier: str | None = None
    expire_date: JpoDate = None
    disappearance_date: JpoDate = None

    def right_is_over(self, today: date) -> bool:
        """Whether the record shows the right erased, or its term ended so long before `today` that it stays ended."""
        if self.erasure_identifier not in (None, "00"):
            return True
        return isinstance(self.expire_date, date) and self.expire_date + _LATE_RENEWAL < today


class Progress(Right):
    """The progress of a case (経過情報); the simple version leaves priority, parent and divisionals out."""

    law: ClassVar[Law]

    parties: Annotated[tuple[Party, ...], Field(alias="applicantAttorney")] = ()
    publication_date: JpoDate = None
    priorities: Annotated[tuple[PriorityClaim, ...], Field(alias="priorityRightInformation")] = ()
    parent: Annotated[Parent | None, Field(alias="parentApplicationInformation")] = None
    bibliography: Annotated[tuple[NumberedDocuments, ...], Field(alias="bibliographyInformation")] = ()

    @property
    def applicants(self) -> tuple[Party, ...]:
        """The parties of role 1 (出願人)."""
        return tuple(party for party in self.parties if party.role == "1")

    @property
    def agents(self) -> tuple[Party, ...]:
        """The parties of role 2 (代理人)."""
        return tuple(party for party in self.parties if party.role == "2")


class Registration(Right):
    """The register (登録情報). `decision_date` is the drafting date of the decision, not its dispatch."""

    decision_date: JpoDate = None
    # The second d is the JPO's own, in the specification and in live replies alike.
    appeal_trial_decision_date: Annotated[JpoDate, Field(alias="appealTrialDecisiondDate")] = None
    right_holders: Annotated[tuple[RightHolder, ...], Field(alias="rightPersonInformation")] = ()
    next_pension_payment_date: JpoDate = None
    last_payment_yearly: str | None = None
    update_date: JpoDate = None

    @property
    def paid_years(self) -> int | None:
        """The last year paid for (最終納付年分) as a number."""
        return count(self.last_payment_yearly)


class PriorityClaims(Record):
    """The priority claims alone (優先基礎出願情報)."""

    application_number: str | None = None
    priorities: Annotated[tuple[PriorityClaim, ...], Field(alias="priorityRightInformation")] = ()


class ApplicantName(Record):
    """The name behind an applicant code."""

    name: Annotated[str | None, Field(alias="applicantAttorneyName")] = None


class ApplicantCodes(Record):
    """All codes registered under exactly one name; there can be several."""

    parties: Annotated[tuple[Party, ...], Field(alias="applicantAttorney")] = ()


class FixedAddress(Record):
    """The case's permanent address on J-PlatPat."""

    url: Annotated[str | None, Field(alias="URL")] = None
