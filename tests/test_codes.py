"""Codes: what the tables say, and how a value outside them is shown."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args

import pytest

from jpo_mcp import codes
from jpo_mcp.codes import Code, DocumentCode, Law, Table, decode, document

TABLES: tuple[Table, ...] = get_args(Table)
LAWS: tuple[Law, ...] = get_args(Law)


def test_a_known_code_is_named_in_both_languages() -> None:
    """Our own choice: the Japanese word first, as on the paper itself."""
    assert decode("number_type", "07").label == "審判番号 / Appeal/trial (incl. opposition) number"


def test_a_code_outside_its_table_is_shown_raw_and_marked() -> None:
    """The JPO's table 05310 has more values than anyone has seen; none may be guessed."""
    unknown = decode("erasure", "99")
    assert unknown == Code("99", None, None, known=False, confidence="unknown")
    assert unknown.label == "99 (コード表にない値 / not in the code table)"


def test_a_blank_erasure_is_no_registration_and_00_is_a_live_right() -> None:
    """Live replies, May 2026: blank for an unregistered case, 00 for a right in force."""
    assert decode("erasure", None) == decode("erasure", "") == Code("", "未登録", "Not registered", True, "inferred")
    assert decode("erasure", "00").ja == "抹消されていない"


def test_the_single_space_is_a_document_part_of_its_own() -> None:
    """Live replies: documentSeparator is one space where a paper has no body."""
    assert decode("document_part", " ").en == "No document body"
    assert not decode("document_part", "").known


@pytest.mark.parametrize(
    ("law", "title"),
    [("patent", "特許査定 / Decision to grant a patent"), ("trademark", "登録査定 / Decision to grant registration")],
)
def test_one_code_is_titled_as_each_law_titles_it(law: Law, title: str) -> None:
    """A01 in replies of the three laws."""
    assert document(law, "A01").label == title


def test_a_paper_has_a_stage_and_somebody_who_made_it() -> None:
    """Our table: a refusal notice is the office's, at the examination stage."""
    assert document("patent", "A131") == DocumentCode(
        "A131",
        "拒絶理由通知書",
        "Notice of reasons for refusal",
        known=True,
        confidence="recorded",
        stage="examination",
        actor="office",
    )


def test_the_title_that_the_jpo_sent_wins_over_the_table() -> None:
    """documentDescription always carries the Japanese name, and it can be narrower than the table's."""
    assert document("patent", "A523", "手続補正書").label == "手続補正書 / Written amendment"


def test_an_unknown_paper_keeps_its_code_and_its_japanese_title() -> None:
    """Our own choice: the title is the JPO's word and stays; everything else is unknown."""
    paper = document("patent", "Z77", "架空書類")
    assert paper == DocumentCode("Z77", "架空書類", None, False, "unknown", stage=None, actor=None)
    assert paper.label == "架空書類 Z77 (コード表にない値 / not in the code table)"


@pytest.mark.parametrize(
    ("law", "code", "english"),
    [
        ("patent", "A1523", "Written amendment"),
        ("patent", "A16333", "Claims"),
        ("patent", "C1561", "Opposition"),
        ("design", "A353", "Written opinion"),
        ("trademark", "R4150", "Certificate of registration"),
    ],
)
def test_the_law_digit_inside_a_paper_is_the_same_code_as_without_it(law: Law, code: str, english: str) -> None:
    """The XML of a paper says A1523 where the API says A523; the digit is the law's."""
    assert document(law, code).en == english
    assert document(law, code).code == code


def test_the_digit_of_another_law_is_not_dropped() -> None:
    """Our own choice: A3523 in a patent file is something we do not know."""
    assert not document("patent", "A3523").known


def test_a_code_that_two_laws_use_differently_is_not_borrowed() -> None:
    """A632 is 国内書面 for patents and 防護標章登録願 for trademarks."""
    assert document("trademark", "A632").ja == "防護標章登録願"
    assert not document("design", "A632").known


def test_a_code_of_another_law_counts_when_the_jpo_titles_it_alike() -> None:
    """C201 is tabled from a patent reply; a trademark opposition sends the same title."""
    paper = document("trademark", "C201", "異議番号通知")
    assert (paper.en, paper.actor, paper.confidence) == ("Notice of opposition number", "office", "by_analogy")
    assert not document("trademark", "C201", "別の題").known


def test_an_unconfirmed_title_is_marked_in_the_label() -> None:
    """Formality notices whose Japanese titles no source prints."""
    paper = document("patent", "A101")
    assert (paper.known, paper.ja, paper.confidence) == (True, None, "unverified")
    assert paper.label == "A101（標題未確認） / Invitation"


@pytest.mark.parametrize("code", ["A03", "A502"])
def test_codes_that_contradict_the_jpos_own_papers_are_not_known(code: str) -> None:
    """A decision to grant is A01 and a dismissal A191 or A192 in the JPO's papers; hearsay says otherwise."""
    assert not document("patent", code).known


@pytest.mark.parametrize("table", TABLES)
def test_every_table_says_where_it_is_from_and_how_sure_we_are(table: Table) -> None:
    """Style: a fact from the JPO sits in a table with its source."""
    entry = codes._tables()[table]
    assert len(entry["source"]) > 20
    assert entry["confidence"] in {"official", "transcribed", "inferred"}
    assert all(value["ja"] and value["en"] for value in entry["values"].values())


def test_the_tables_and_their_names_are_the_same_set() -> None:
    """A table without a name could not be asked for."""
    assert set(codes._tables()) == set(TABLES)


def test_every_paper_is_complete_and_stands_once_for_each_law() -> None:
    """A second row for the same law would hide the first."""
    rows = codes._load("documents.json")["documents"]
    places = [(law, row["code"]) for row in rows for law in row["laws"]]
    assert len(places) == len(set(places))
    assert {law for law, _ in places} == set(LAWS)
    assert {row["actor"] for row in rows} == {"applicant", "office", "third_party", "applicant_or_third_party", "ib"}
    assert all(row["en"] and row["stage"] and (row["ja"] or row["confidence"] == "unverified") for row in rows)


@pytest.mark.parametrize("code", ["", None, "A", "1", "\u200b", "A" * 5000])
def test_any_text_can_be_asked_for(code: str | None) -> None:
    """Codes come from outside: no value may raise."""
    assert not document("patent", code).known
    assert not decode("era", code).known


def test_importing_the_records_reads_no_table() -> None:
    """A server must start without reading 60 KB that it may never need."""
    script = (
        "import jpo_mcp.models.patent, jpo_mcp.codes as c;"
        "print(c._tables.cache_info().misses, c._documents.cache_info().misses)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.split() == ["0", "0"]
