"""What is decided about papers without asking anybody: kinds, numbers, bundles, and how cells are written."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from jpo_mcp.documents import read_bundle, read_reasons
from jpo_mcp.documents.paper import Kind
from jpo_mcp.dossier.papers.bundles import Filed, bundles, codes_of, document_number, kind_served
from jpo_mcp.dossier.papers.reading import _remarks
from jpo_mcp.dossier.papers.refusals import ranges, without_claims
from jpo_mcp.dossier.papers.views import PaperKind
from jpo_mcp.endpoints import ENDPOINTS, LAWS
from jpo_mcp.errors import BadArgument
from jpo_mcp.numbers import Law
from tests.documents.fictional import notice, zipped


@pytest.mark.parametrize("law", LAWS)
def test_the_kinds_are_those_that_the_table_serves(law: Law) -> None:
    """One list of what is served, the table's; the tool's kinds are a part of the reader's and cover all of it."""
    assert set(get_args(PaperKind)) < set(get_args(Kind))
    served = {code for row in ENDPOINTS if row.law == law for code in row.papers}
    assert served == codes_of(law, get_args(PaperKind))
    assert {code: kind_served(law, code) for code in sorted(served)} == {
        "A01": "grant",
        "A02": "refusal_decision",
        "A131": "refusal_notice",
        "A191": "dismissal",
        "A192": "dismissal",
        "A523": "amendment",
        "A524": "amendment",
        "A53": "opinion",
    }
    assert kind_served(law, "A63") is None


def test_the_bundle_with_more_in_it_comes_first() -> None:
    """`_refusal_reason` is inside `_refusal_reason_decision`: never both."""
    assert [row.name for row in bundles("trademark")] == [
        "app_doc_cont_refusal_reason_decision",
        "app_doc_cont_opinion_amendment",
        "app_doc_cont_refusal_reason",
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("06124084096", "06124084096"),
        ("6124084096", "06124084096"),
        ("０６１２４０８４０９６", "06124084096"),
        (" 06124-084096 ", "06124084096"),
        ("084096", "084096"),
        ("84096", "084096"),
        ("発送番号 084096", "084096"),
        ("発送番号：０８４０９６", "084096"),
    ],
)
def test_a_document_number_is_read_as_people_and_programs_write_it(text: str, number: str) -> None:
    """A program that sends it as a number has lost its leading zeros; a notice prints it full-width."""
    assert document_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "123", "1234567", "123456789", "012345678901", "A131", "06124O84096", "..", "①②③④"]
)
def test_what_is_no_document_number_is_refused(text: str) -> None:
    """Eleven digits or six, less zeros in front."""
    with pytest.raises(BadArgument) as refused:
        document_number(text)
    assert refused.value.field == "document"


REASONS = (
    "１．この出願は、特許法第３７条に規定する要件を満たしていない。\n"
    "２．この出願は、特許法第２９条第２項の規定に該当する。\n記\n"
)


@pytest.mark.parametrize(
    ("body", "begins"),
    [
        ("●理由２について\n・請求項　１\n・引用文献等　１\n", ["no line of claims for reason 1:"]),
        ("●その他の理由２について\n・請求項　１\n・引用文献等　１\n", ["blocks without reasons:"]),
        ("　理由は上のとおり。\n", ["no line of claims for reason 1, 2:"]),
        ("●理由１、２について\n・請求項　１\n・引用文献等　１\n", []),
    ],
)
def test_reasons_without_claims_are_said_to_have_none_only_where_it_is_known(body: str, begins: list[str]) -> None:
    """Claims of which it was not understood what they are refused for may be those of a reason that shows none."""
    found = without_claims(read_reasons(REASONS + body, law="patent", articles=(), title="拒絶理由通知書"))
    assert [words.en[: len(begin)] for words, begin in zip(found, begins, strict=True)] == begins


@pytest.mark.parametrize(
    ("claims", "shown"),
    [
        ((1,), "1"),
        ((1, 2, 3, 4, 7), "1-4, 7"),
        ((1, 3, 5), "1, 3, 5"),
        ((9, 10, 11, 16), "9-11, 16"),
        ("all", "all"),
        ((), None),
        (None, None),
    ],
)
def test_claims_are_shown_as_people_write_them(claims: tuple[int, ...] | None, shown: str | None) -> None:
    """Ranges short enough to read, and nothing where nothing was understood."""
    assert ranges(claims) == shown


def test_bytes_that_are_no_text_are_told_once() -> None:
    """The reader of the paper says it; the page that shows the paper does not say it again."""
    body = notice("<p>本文@@</p>").encode("cp932").replace(b"@@", b"\x85\x20\x86\x20")
    (paper,) = read_bundle(zipped(("06123999001-jpntce.xml", body)), "patent").papers
    told = [words.en for words in _remarks(Filed(paper, date(2026, 11, 24)))]
    assert told == ["2 places could not be decoded and are shown as \ufffd"]
