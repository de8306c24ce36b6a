"""The sandbox's refusals, read: every cell as the careful reader wrote it down."""

from __future__ import annotations

from functools import cache

import pytest

from jpo_mcp.documents import Bundle, Paper, read_bundle
from jpo_mcp.documents.reasons import reasons_of
from jpo_mcp.documents.refusal import Refusal
from jpo_mcp.endpoints import Law, endpoint
from jpo_mcp.sandbox.life import Case
from jpo_mcp.sandbox.papers import bundle
from jpo_mcp.sandbox.refusals import REFUSALS
from tests.documents.careful_reader import (
    CLAIMS_OF_THE_TELEPHONE,
    DESIGNS,
    FILINGS,
    IMAGES,
    MARKS,
    PATENTS,
    Expected,
    numbers,
)

EXPECTED = PATENTS | DESIGNS | MARKS
REFUSING = frozenset({"A131", "A02", "A191", "A192"})
AT = 1_795_402_800.0


def served(case: Case, name: str) -> Bundle | None:
    content = bundle(case, endpoint(case.law, name).papers, AT)
    return read_bundle(content, case.law) if content else None


@cache
def sent() -> dict[str, Paper]:
    """Every paper by which the office refuses or dismisses, by its document number."""
    bundles = [served(case, "app_doc_cont_refusal_reason_decision") for case in REFUSALS]
    papers = [paper for found in bundles if found for paper in found.papers if paper.code in REFUSING]
    return {paper.document_number or "": paper for paper in papers}


def law_of(number: str) -> Law:
    laws: dict[str, Law] = {"1": "patent", "3": "design", "4": "trademark"}
    return laws[number[2]]


def test_every_refusal_of_these_cases_has_its_expected_table() -> None:
    """At least 24 papers; none is there without having been read by hand, and none was lost."""
    assert set(sent()) == set(EXPECTED)
    assert len(EXPECTED) >= 24


def named(number: str) -> str:
    return f"{number}: {EXPECTED[number].style}"


@pytest.mark.parametrize("number", EXPECTED, ids=named)
def test_a_fictional_paper_is_read_as_a_careful_reader_would(number: str) -> None:
    """No value may differ and none may be missing: the tables were written before the reader was run."""
    paper, expected = sent()[number], EXPECTED[number]
    assert paper.law == law_of(number)
    read = reasons_of(paper)
    assert summary(read) == wanted(expected)
    assert_quoted(read, paper.text)


def summary(read: Refusal) -> dict[str, object]:
    period, record = read.period, read.prior_art_record
    return {
        "reasons": [(r.no, " ".join(r.codes), r.label, r.printed_no) for r in read.reasons],
        "blocks": [(b.reasons, b.claims, b.citations, b.mode, b.source) for b in read.blocks],
        "citations": [(c.no, c.number, c.note) for c in read.citations],
        "literature": [str(c.no) for c in read.citations if c.npl],
        "record": [d.number for d in record.documents] if record else None,
        "unexamined": [n.claims for n in read.unexamined_claims],
        "no_reason": [n.claims for n in read.no_reason_claims],
        "period": (period.value, period.unit) if period else None,
        "final": read.final,
        "refers_to": [(referral.drafted, referral.reasons) for referral in read.refers_to],
        "provisions": read.provisions,
        "grounds": [
            (g.reason, g.code, g.label, g.goods, tuple(m.display for m in g.earlier_marks)) for g in read.mark_grounds
        ],
        "design_grounds": [g.code for g in read.design_grounds],
        "hints": [h.quote for h in read.curing_hints],
        "unread": [p.quote for p in read.unread],
    }


def wanted(expected: Expected) -> dict[str, object]:
    by_law = [code for _, code, _, _ in expected.reasons] if expected in DESIGNS.values() else []
    return {
        "reasons": list(expected.reasons),
        "blocks": list(expected.blocks),
        "citations": list(expected.citations),
        "literature": expected.literature.split(),
        "record": None if expected.record is None else list(expected.record),
        "unexamined": [numbers(claims) for claims in expected.unexamined],
        "no_reason": [numbers(claims) for claims in expected.no_reason],
        "period": expected.period,
        "final": expected.final,
        "refers_to": [(drafted, numbers(reasons)) for drafted, reasons in expected.refers_to],
        "provisions": expected.provisions,
        "grounds": list(expected.grounds),
        "design_grounds": by_law,
        "hints": list(expected.hints),
        "unread": [],
    }


def assert_quoted(read: Refusal, text: str) -> None:
    cells = (*read.blocks, *read.reasons, *read.citations, *read.unexamined_claims, *read.no_reason_claims)
    for cell in (*cells, *read.mark_grounds, *read.design_grounds, *read.curing_hints):
        assert cell.quote
        assert text[cell.offset : cell.offset + len(cell.quote)] == cell.quote


@cache
def filed() -> dict[str, Paper]:
    """Every opinion and amendment, by its document number."""
    bundles = [served(case, "app_doc_cont_opinion_amendment") for case in REFUSALS]
    return {paper.document_number or "": paper for found in bundles if found for paper in found.papers}


@pytest.mark.parametrize("number", FILINGS)
def test_a_filed_paper_is_read_with_every_change_it_makes(number: str) -> None:
    """Each way (追加, 削除, 変更), each part, and the underlines, which have a meaning in law."""
    paper, expected = filed()[number], FILINGS[number]
    assert paper.answers_dispatch == expected.answers
    changes = [(a.serial, a.target.split(" / ")[0], a.item, a.way.ja, a.underlined) for a in paper.amendments]
    assert changes == list(expected.changes)
    assert paper.images == expected.images


def test_claims_are_given_as_amended() -> None:
    """The only place where the API gives claims."""
    claims, title, added, changed, *deleted = filed()["52299007804"].amendments
    assert claims.text == CLAIMS_OF_THE_TELEPHONE
    assert title.text == "<u>遠くまで聞こえる</u>糸電話"
    assert added.text == "【０００３】\n<u>　特開２０１４－４９７８０１号公報</u>"
    assert changed.text == "【０００５】\n　本発明は、<u>三十歩離れても聞き取れる</u>糸電話を提供する。"
    assert [paragraph.text for paragraph in deleted] == ["", ""]


def test_images_beside_what_the_office_sent_are_listed() -> None:
    """Named by the number of their paper."""
    assert {number: paper.images for number, paper in sent().items() if paper.images} == IMAGES
