"""One case read whole: status and deadlines from the rows, and from papers where they are kept already."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from jpo_mcp.clock import DAY, ManualClock
from jpo_mcp.dossier import sheet
from jpo_mcp.dossier.case import Section, read_case
from jpo_mcp.dossier.progress.citations import CitedDocument
from jpo_mcp.dossier.progress.evidence import NONE, read_evidence
from jpo_mcp.endpoints import Endpoint, Law, endpoint
from jpo_mcp.sandbox import Sandbox
from jpo_mcp.upstream.client import JpoClient

OFFICE, REASONS, FILED = (
    "app_doc_cont_refusal_reason_decision",
    "app_doc_cont_refusal_reason",
    "app_doc_cont_opinion_amendment",
)


async def answer(jpo: JpoClient, number: str, *sections: Section) -> dict[str, Any]:
    case = await read_case(jpo, number, sections=sections, this_year=2026)
    return case.model_dump(mode="json")


async def keep(jpo: JpoClient, law: Law, name: str, number: str) -> None:
    row: Endpoint[Any] = endpoint(law, name)
    (await jpo.get(row, number)).found()


async def test_a_case_says_where_it_stands_and_what_is_due(jpo: JpoClient) -> None:
    """Sixty days from 2026-10-06 end on Saturday 2026-12-05; three months overseas on 2027-01-06."""
    case = await answer(jpo, "特願2022-490025")
    assert case["status"]["rule"] == "reply_outstanding"
    assert case["status"]["rows"] == ["A131 拒絶理由通知書 2026-10-06"]
    assert [(d["for_whom"], d["date"], d.get("raw_end")) for d in case["deadlines"]] == [
        ("resident", "2026-12-07", "2026-12-05"),
        ("overseas", "2027-01-06", None),
    ]
    assert any("residence" in doubt for doubt in case["unverified"])
    assert case["cost"] == 1


@pytest.mark.parametrize("bundle", [OFFICE, REASONS])
async def test_the_printed_period_is_read_from_papers_that_are_kept(
    jpo: JpoClient, sandbox: Sandbox, bundle: str
) -> None:
    """One date instead of two, for no access: the notice prints sixty days."""
    await keep(jpo, "patent", bundle, "2022490025")
    spent = sandbox.count()
    case = await answer(jpo, "特願2022-490025")
    (reply,) = case["deadlines"]
    assert (reply["date"], "for_whom" in reply) == ("2026-12-07", False)
    assert "printed in the notice" in reply["basis"]
    assert sandbox.count() == spent + 1  # the progress


@pytest.mark.parametrize(("older", "newer"), [(OFFICE, REASONS), (REASONS, OFFICE)])
async def test_the_printed_period_of_a_newer_notice_is_read_where_only_one_of_two_kept_bundles_holds_it(
    jpo: JpoClient, clock: ManualClock, older: str, newer: str
) -> None:
    """The first notice of 特願2022-491009 is of 2026-10-13, the second of 2027-05-18: sixty days end on 2027-07-17, a
    Saturday before Marine Day."""
    clock.advance((datetime(2027, 5, 10, tzinfo=UTC) - datetime(2026, 11, 23, tzinfo=UTC)).total_seconds())
    await keep(jpo, "patent", older, "2022491009")
    clock.advance(30 * DAY)
    await keep(jpo, "patent", newer, "2022491009")
    case = await answer(jpo, "特願2022-491009")
    (reply,) = case["deadlines"]
    assert (reply["date"], reply["raw_end"]) == ("2027-07-20", "2027-07-17")
    assert "printed in the notice" in reply["basis"]


async def test_a_kept_case_learns_from_papers_read_later(jpo: JpoClient) -> None:
    """What is remembered of a case is remembered with what its papers said."""
    before = await answer(jpo, "特願2022-490025")
    await keep(jpo, "patent", OFFICE, "2022490025")
    after = await answer(jpo, "特願2022-490025")
    assert (len(before["deadlines"]), len(after["deadlines"]), after["cost"]) == (2, 1, 0)


async def test_an_answer_is_joined_by_its_dispatch_number_where_its_paper_is_kept(jpo: JpoClient) -> None:
    """特願2020-490013 was answered on 2025-09-10, 57 days after its notice of 2025-07-15."""
    by_dates = await answer(jpo, "特願2020-490013")
    await keep(jpo, "patent", FILED, "2020490013")
    by_number = await answer(jpo, "特願2020-490013")
    for case in (by_dates, by_number):
        (opinion,) = (event for event in case["events"] if event["code"] == "A53")
        assert (opinion["answers"], opinion["days_used"]) == ("A131 2025-07-15", 57)
        assert case["status"]["rule"] == "reply_filed"
    assert "発送番号" in by_dates["status"]["doubts"][0]
    assert "doubts" not in by_number["status"]


async def test_papers_of_a_case_that_is_decided_are_not_looked_for(
    jpo: JpoClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its reply periods are over, and every look takes time from the answer."""
    looked: list[str] = []
    kept = jpo.kept

    async def watched(row: Endpoint[Any], *arguments: str) -> Any:
        looked.append(row.name)
        return await kept(row, *arguments)

    monkeypatch.setattr(jpo, "kept", watched)
    await answer(jpo, "特願2020-490001")
    assert [name for name in looked if name.startswith("app_doc")] == []


async def test_the_status_moves_with_the_day_while_the_answer_is_kept(jpo: JpoClient, clock: ManualClock) -> None:
    """2026-11-23 is inside the surcharge half-year of 特願2016-490008, which ends on 2027-02-24."""
    first = await answer(jpo, "特願2016-490008", "registration")
    clock.advance((datetime(2027, 2, 25, tzinfo=UTC) - datetime(2026, 11, 23, tzinfo=UTC)).total_seconds())
    later = await answer(jpo, "特願2016-490008", "registration")
    assert (first["status"]["rule"], first["status"]["confidence"]) == ("in_surcharge_period", "medium")
    assert (later["status"]["rule"], later["status"]["confidence"]) == ("probably_lapsed", "low")


async def test_without_the_register_the_status_says_what_it_does_not_know(jpo: JpoClient) -> None:
    """Payments stand in the register only, one access away."""
    case = await answer(jpo, "特願2016-490008")
    assert (case["status"]["rule"], case["status"]["confidence"]) == ("in_force", "medium")
    assert "section registration" in case["status"]["doubts"][0]
    assert 'sections=["registration"]' in case["next"]


@pytest.mark.parametrize(
    ("number", "hinted"),
    [
        ("特願2022-490025", True),  # a notice waits for its reply
        ("特願2020-490013", True),  # answered, and still the office's last word
        ("特願2018-490003", True),  # refused
        ("特願2023-490011", False),  # examination requested, nothing said yet
    ],
)
async def test_a_case_whose_last_word_of_the_office_is_a_refusal_names_the_call_that_reads_it(
    jpo: JpoClient, number: str, hinted: bool
) -> None:
    """One access, and only where the JPO holds the paper."""
    case = await answer(jpo, number)
    assert ("jpo_get_refusal_reasons" in case.get("next", "")) is hinted


async def test_the_divisional_family_tells_terms_and_requests(jpo: JpoClient) -> None:
    """The youngest is unregistered: its term is that of the oldest, filed 2017-04-25."""
    case = await answer(jpo, "特願2019-490015", "divisionals")
    assert [
        (m["number"].split()[0], m["relation"].split()[0], m.get("expiry_date"), m.get("expiry_computed"))
        for m in case["divisionals"]
    ] == [
        ("特願2017-490005", "parent", "2037-04-25", None),
        ("特願2019-490015", "this", "2037-04-25", None),
        ("特願2022-490025", "divisional", None, "2037-04-25"),
    ]
    assert case["divisionals"][1]["requested"] == "2019-10-18"


async def test_a_basic_application_is_named_as_the_same_invention(jpo: JpoClient) -> None:
    """PA 42(1): sixteen months from 2019-11-15."""
    case = await answer(jpo, "特願2020-490001", "priority")
    (claim,) = case["priority"]
    assert "count once" in claim["note"]
    assert "2021-03-15" in claim["note"]


async def test_citations_listed_with_the_decision_carry_no_note(jpo: JpoClient) -> None:
    """特願2020-490001 was granted with a list that holds all three documents of its refusal."""
    case = await answer(jpo, "特願2020-490001", "citations")
    assert len(case["citations"]) == 4
    assert all("note" not in cited for cited in case["citations"])


async def test_every_paper_is_told_at_once_where_that_is_asked_for(
    jpo: JpoClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For files and screens, which have room for all of them."""
    monkeypatch.setattr(sheet, "MOST_EVENTS", 3)
    some = await read_case(jpo, "特願2020-490001", this_year=2026)
    every = await read_case(jpo, "特願2020-490001", every_event=True, this_year=2026)
    assert (len(some.events), every.events_left_out, every.cursor) == (3, None, None)
    assert len(every.events) == 3 + (some.events_left_out or 0) > 6


def test_a_citation_not_listed_at_grant_says_only_that() -> None:
    """Whether the examiner was persuaded or found it less relevant, the data do not tell."""
    dropped = CitedDocument("JPA 414233033", "特開2002-233033", "2002233033", None, (), dropped_at_grant=True)
    assert sheet.citation(dropped, "en").note == (
        "cited in a refusal; not among the documents listed with the decision to grant"
    )


@pytest.mark.parametrize("bundle", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_a_kept_bundle_that_cannot_be_read_leaves_the_rows_to_go_by(bundle: bytes) -> None:
    """A broken bundle is for the tools that read papers to report; the case stands without it."""
    assert read_evidence("patent", (bundle,), (bundle,)) == NONE
