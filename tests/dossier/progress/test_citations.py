"""Citations: each document once, with all its mentions."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from jpo_mcp.codes import decode
from jpo_mcp.dossier.progress.citations import CitedDocument, Mention, cited
from jpo_mcp.models.patent import Citations

NOTICE, DECISION = "20320220", "20330301"


def patent(number: str, kind: str, order: str, day: str = NOTICE) -> dict[str, Any]:
    return {"draftDate": day, "citationType": kind, "citationOrder": order, "documentNumber": number}


def article(kind: str = "19", order: str = "2", day: str = NOTICE, **fields: str) -> dict[str, Any]:
    return {"draftDate": day, "citationType": kind, "citationOrder": order, **fields}


def documents(patents: list[dict[str, Any]], others: list[dict[str, Any]] | None = None) -> tuple[CitedDocument, ...]:
    return cited(Citations.model_validate({"patentDoc": patents, "nonPatentDoc": others or []}))


def test_a_document_cited_twice_is_one_document_with_two_mentions() -> None:
    """The references of a decision repeat those of the notice before it."""
    (document,) = documents([patent("JPA 414233033", "19", "1"), patent("JPA 414233033", "31", "4", DECISION)])
    assert document == CitedDocument(
        number="JPA 414233033",
        human="特開2002-233033",
        api="2002233033",
        text=None,
        mentions=(
            Mention(decode("citation_type", "19"), date(2032, 2, 20), "1"),
            Mention(decode("citation_type", "31"), date(2033, 3, 1), "4"),
        ),
    )
    assert (document.in_refusal, document.in_decision, document.in_search_record) == (True, True, False)


def test_a_document_of_the_search_record_is_no_ground_of_refusal() -> None:
    """Type 89 is 先行技術文献調査結果の記録."""
    (document,) = documents([patent("JPA 409074283", "89", "1")])
    assert (document.in_refusal, document.in_decision, document.in_search_record) == (False, False, True)


def test_what_a_refusal_cites_and_the_decision_does_not_list_was_dropped() -> None:
    """Only that it is not listed: why, the data do not tell. Its place in the search record does not matter."""
    found = documents(
        [
            patent("JPA 414233033", "19", "1"),
            patent("JPA 416064039", "19", "2"),
            patent("JPA 404087383", "89", "1"),
            patent("JPA 416064039", "31", "1", DECISION),
        ],
        [article()],
    )
    assert [document.dropped_at_grant for document in found] == [True, False, False, True]


def test_nothing_is_dropped_before_a_decision_lists_anything() -> None:
    """Without rows of type 31 there is no list that a document could be missing from."""
    found = documents([patent("JPA 414233033", "19", "1"), patent("JPA 404087383", "89", "1")])
    assert [document.dropped_at_grant for document in found] == [False, False]


def test_documents_stand_in_the_order_of_their_first_mention() -> None:
    """That is the numbering (引用文献1, 2, ...) of the notice."""
    found = documents(
        [
            patent("JPA 416064039", "19", "1"),
            patent("JPA 360046093", "19", "2"),
            patent("JPA 416064039", "31", "1", DECISION),
            patent("JPA 415248131", "31", "2", DECISION),
        ]
    )
    assert [document.number for document in found] == ["JPA 416064039", "JPA 360046093", "JPA 415248131"]


def test_a_high_serial_is_a_national_publication() -> None:
    """Serials from 500001 are 特表: the translation of a PCT application."""
    (document,) = documents([patent("JPA 420516341", "31", "4")])
    assert document.human == "特表2008-516341"


def test_a_number_we_cannot_read_stays_raw() -> None:
    """The JPO's table 07020 has more offices than anyone has seen."""
    (document,) = documents([patent("XXQ 1234/5", "19", "1")])
    assert (document.number, document.human, document.api) == ("XXQ 1234/5", None, None)


def test_an_unknown_kind_of_citation_is_shown_raw_and_sets_no_flag() -> None:
    """The JPO's table 07010 is not published with the API."""
    (document,) = documents([patent("JPA 414233033", "55", "1")])
    assert document.mentions[0].type.label == "55 (コード表にない値 / not in the code table)"
    assert (document.in_refusal, document.in_decision, document.in_search_record) == (False, False, False)


def test_rows_without_a_number_are_kept_apart() -> None:
    """Two blanks are not one document; a field we do not know may tell what they are."""
    first, second = documents([{**patent("", "19", "1"), "note": "架空"}, patent("", "19", "2")])
    assert (first.number, first.text) == (None, 'note: "架空"')
    assert (second.number, second.text) == (None, None)


def test_an_article_is_told_with_every_field_the_jpo_has() -> None:
    """No reply with one was ever recorded: nothing may be left out for being unexpected."""
    (document,) = documents(
        [],
        [
            article(
                documentType="001",
                authorName="架空　太郎",
                paperTitle="茶こしの理論",
                publicationName="架空茶学会誌",
                issueCountryCd="XX",
                publisher="架空書房",
                issueDate="20250401",
                issueDateType="1",
                issueNumber="第3号",
                citationPages="1-4",
                shelf="B7",
            )
        ],
    )
    assert document.number is None
    assert document.text == (
        "架空　太郎; 茶こしの理論; 架空茶学会誌; XX; 架空書房; 2025-04-01; 第3号; 1-4; "
        'documentType: 001; issueDateType: 1; shelf: "B7"'
    )
    assert document.in_refusal


def test_the_same_article_in_two_papers_is_one_document_after_the_patents() -> None:
    """Grouped by all that is said of it."""
    found = documents(
        [patent("JPA 414233033", "19", "1")],
        [article(paperTitle="茶"), article(paperTitle="湯"), article("31", "1", DECISION, paperTitle="茶")],
    )
    assert [(document.number, document.text, len(document.mentions)) for document in found] == [
        ("JPA 414233033", None, 1),
        (None, "茶", 2),
        (None, "湯", 1),
    ]


def test_an_unreadable_date_stays_in_the_text_and_in_the_mention() -> None:
    """An issue date can be a year and a month only."""
    (document,) = documents([], [article(day="unknown", issueDate="20250400")])
    assert document.text == "20250400"
    assert document.mentions[0].draft_date == "unknown"


def test_no_citations_are_no_documents() -> None:
    """A case before its first notice."""
    assert documents([]) == ()


def test_the_recorded_case_cites_seven_documents(shared: Path) -> None:
    """Thirteen rows of the live reply: five in the notice, one in its search record, seven with the decision."""
    file = shared / "recordings" / "domestic" / "patent__cite_doc_info__2020123456.json"
    found = cited(Citations.model_validate(json.loads(file.read_text("utf-8"))["result"]["data"]))
    flags = [(d.human, d.in_refusal, d.in_search_record, d.in_decision) for d in found]
    assert flags == [
        ("特開2002-233033", True, False, True),
        ("特開2004-064039", True, False, True),
        ("特開平4-087383", True, False, True),
        ("特開昭60-046093", True, False, True),
        ("特開平8-167522", True, False, True),
        ("特開平9-074283", False, True, True),
        ("特開2003-248131", False, False, True),
    ]
    assert not any(document.dropped_at_grant for document in found)
