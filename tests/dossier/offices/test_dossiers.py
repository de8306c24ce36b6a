"""One application's papers at its office, with what is kept beside them; pure parts and the reading itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from jpo_mcp.clock import ManualClock
from jpo_mcp.dossier.case import read_case
from jpo_mcp.dossier.offices.compare import (
    _applications,  # pyright: ignore[reportPrivateUsage]
    _cited,  # pyright: ignore[reportPrivateUsage]
    _decision,  # pyright: ignore[reportPrivateUsage]
    _first_action,  # pyright: ignore[reportPrivateUsage]
    in_order,
)
from jpo_mcp.dossier.offices.dossiers import DossierSection, read_dossier
from jpo_mcp.dossier.offices.dossiers import _cited as _citations  # pyright: ignore[reportPrivateUsage]
from jpo_mcp.dossier.offices.families import read_family
from jpo_mcp.endpoints import endpoint
from jpo_mcp.errors import NotOnFile, UnsupportedNumber
from jpo_mcp.models.opd import CitationsAndClasses, DossierPaper, FamilyList
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from jpo_mcp.sandbox.opd import xml
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient

VANE = "特願2021-490301"
ABROAD = ("US.202218990301.A", "EP.22990301.A", "CN.202219990301.A", "KR.20220990301.A")


async def dossier(jpo: JpoClient, number: str, *sections: DossierSection) -> dict[str, Any]:
    answer = await read_dossier(jpo, number, sections=sections, max_age=None, this_year=2026)
    return answer.model_dump(mode="json")


async def test_the_papers_stand_in_order_with_kind_titles_and_both_ids(jpo: JpoClient) -> None:
    """The notice of 2023-11-28 has the exchange's group of first actions; its translation is an id of its own."""
    answer = await dossier(jpo, VANE)
    dates = [paper["date"] for paper in answer["papers"]]
    (notice,) = (paper for paper in answer["papers"] if paper["kind"] == "office_action")
    assert dates == sorted(dates)
    assert notice == {
        "date": "2023-11-28",
        "kind": "office_action",
        "title": "拒絶理由通知書",
        "title_translated": "Notice of Reasons for Refusal",
        "groups": ["101", "21"],
        "original": "Notice_of_Reasons_for_Refusal_06123930301_JP",
        "translated": "Notice_of_Reasons_for_Refusal_06123930301",
        "document": "06123930301",
    }
    assert answer["legend"]["office_action"] == "庁の通知（拒絶理由等） / office action"
    assert answer["legend"]["21"] == "最初の庁通知 / First office action"
    assert "count no period from it" in answer["notes"][0]
    assert answer["cost"] == 1


async def test_japanese_papers_join_the_domestic_rows_where_those_are_kept_and_nothing_is_asked_for_them(
    jpo: JpoClient, sandbox: Sandbox
) -> None:
    """The eleven digits of the id are the domestic document number (domain.md 1.4)."""
    before = await dossier(jpo, VANE)
    await read_case(jpo, VANE, this_year=2026)
    spent = sandbox.count()
    after = await dossier(jpo, VANE)
    assert all("case_row" not in paper for paper in before["papers"])
    assert "jpo_get_case" in before["notes"][-1]
    rows = {paper["document"]: paper["case_row"] for paper in after["papers"]}
    assert rows["06123930301"] == "A131 拒絶理由通知書 2023-11-28"
    assert len(after["notes"]) == len(before["notes"]) - 1
    assert (after["cost"], sandbox.count()) == (0, spent)


async def test_a_paper_that_is_kept_says_so(jpo: JpoClient) -> None:
    """Reading it again costs nothing."""
    number, paper = "JP.2021490301.A", "Notice_of_Reasons_for_Refusal_06123930301"
    await jpo.get(endpoint("patent", "global_doc_cont", bytes), number, paper)
    answer = await dossier(jpo, VANE)
    assert [line["translated"] for line in answer["papers"] if line.get("kept")] == [paper]


async def test_citations_come_with_the_classes_for_one_access(jpo: JpoClient) -> None:
    """Numbers in both forms; what is no patent as the office's own text; classes by the scheme's own name."""
    answer = await dossier(jpo, VANE, "citations")
    (patent,) = answer["citations"]["patents"]
    assert (patent["docdb"], patent["human"]) == ("JP.2015490301.A", "特開2015-490301")
    assert patent["mentions"] == [{"date": "2023-11-21", "cited_in": "Notice of Reasons for Refusal"}]
    assert "空想気象学会誌" in answer["citations"]["others"][0]["text"]
    assert [part["scheme"] for part in answer["classes"]] == ["IPC", "FI", "F-term"]
    assert (answer["cost"], set(answer["sections_as_of"])) == (2, {"citations"})


async def test_citations_that_cannot_be_had_are_named_with_their_cost(jpo: JpoClient, sandbox: Sandbox) -> None:
    """The papers stand all the same."""
    sandbox.spend("patent/global_cite_class", 100)
    answer = await dossier(jpo, VANE, "citations")
    assert answer["unavailable"]["citations"].startswith("[quota_spent]")
    assert answer["papers"]
    assert answer["cost"] == sandbox.count()


async def test_compare_lines_up_what_is_kept_and_says_what_the_rest_would_cost(
    jpo: JpoClient, clock: ManualClock, sandbox: Sandbox
) -> None:
    """Job 3 of the domain: at most one access for the family, none for the comparison."""
    for number in ABROAD[:2]:
        clock.advance(61)
        await dossier(jpo, number, "citations")
    clock.advance(61)
    spent = sandbox.count()
    compare = (answer := await dossier(jpo, VANE, "compare"))["compare"]
    by_office = {member["application"][:2]: member for member in compare["members"]}
    assert list(by_office) == ["JP", "US", "EP"]
    assert by_office["JP"]["first_action"]["date"] == "2023-11-28"
    assert by_office["JP"]["decision"]["title"] == "Decision to Grant a Patent"
    assert by_office["US"]["first_action"]["title"] == "Non-Final Rejection"
    assert by_office["US"]["patents_cited"] >= 1
    assert {member["application"]: member["lacks"] for member in compare["not_read"]} == {
        "JP.2021490301.A": ["citations"],
        "CN.202219990301.A": ["papers", "citations"],
        "KR.20220990301.A": ["papers", "citations"],
    }
    assert "5 accesses in all (2 of global_doc_list, 3 of global_cite_class" in compare["to_read"]
    assert (answer["cost"], sandbox.count() - spent) == (2, 2)


async def test_a_japanese_member_is_compared_by_its_domestic_case_where_that_is_what_is_kept(
    jpo: JpoClient, sandbox: Sandbox
) -> None:
    """The case tools may have read it; the dates there are of dispatch."""
    await read_case(jpo, VANE, this_year=2026)
    answer = await dossier(jpo, ABROAD[0], "compare")
    at_home, _ = answer["compare"]["members"]
    assert (at_home["application"], answer["cost"]) == ("JP.2021490301.A", 2)
    assert at_home["first_action"] == {
        "date": "2023-11-28",
        "title": "拒絶理由通知書 / Notice of reasons for refusal",
        "id": "06123930301",
        "told_by": "A131, domestic case, dispatched",
    }
    assert at_home["decision"]["date"] == "2024-04-09"
    assert answer["compare"]["not_read"][0] == {
        "application": "JP.2021490301.A", "human": "特願2021-490301", "lacks": ["citations"],
    }  # fmt: skip


async def test_what_reading_the_rest_would_cost_is_what_it_costs(
    jpo: JpoClient, sandbox: Sandbox, clock: ManualClock
) -> None:
    """A member told by its domestic case takes two accesses, and a list that is kept but too old is asked for again."""
    await read_case(jpo, VANE, this_year=2026)
    await dossier(jpo, ABROAD[1])
    clock.advance(3 * 86_400)
    compare = (await dossier(jpo, ABROAD[0], "citations", "compare"))["compare"]
    asked = [member["application"] for member in compare["not_read"]]
    assert [member["lacks"] for member in compare["not_read"]] == [["citations"]] * 2 + [["papers", "citations"]] * 2
    before = sandbox.count()
    for number in asked:
        clock.advance(61)
        await dossier(jpo, number, "citations")
    assert sandbox.count() - before == 8
    assert "8 accesses in all (4 of global_doc_list, 4 of global_cite_class" in compare["to_read"]


def listed(*papers: tuple[str, str, str]) -> list[DossierPaper]:
    return in_order(
        DossierPaper.model_validate(
            {"@group": group, "legal-date": day, "original": {"@id": "X", "document-description": title}}
        )
        for day, group, title in papers
    )


def test_a_formal_notice_is_not_the_first_action_where_a_title_tells_a_later_one() -> None:
    """The groups of first actions may be missing: that the JPO sends them is likely, not recorded."""
    papers = listed(
        ("2022-03-01", "2", "Communication to designated inventor"),
        ("2022-02-01", "1", "Request for grant of a European patent"),
        ("2023-06-01", "2", "Communication from the Examining Division"),
    )
    first = _first_action(papers)
    assert first
    assert (first.date, first.title) == ("2023-06-01", "Communication from the Examining Division")
    assert _decision(papers) is None


def test_a_dismissed_amendment_is_not_the_decision_on_the_application() -> None:
    """Patent Act 53: it comes with the decision of refusal, and decides nothing about the application."""
    decision = _decision(
        listed(
            ("2024-01-10", "2,23", "Decision of Refusal"),
            ("2024-01-10", "2,23", "Decision of Dismissal of Amendment"),
            ("2024-04-10", "", "Request for Appeal against Examiner's Decision of Refusal"),
        )
    )
    assert decision
    assert (decision.date, decision.title) == ("2024-01-10", "Decision of Refusal")


def test_a_long_literature_citation_is_told_whole() -> None:
    """No call would give the rest: volume, page and DOI stand at its end."""
    text = "A. FICTION et al., " + "On the sound of weathercocks in changing winds, " * 9 + "vol. 3, pp. 12-15"
    data = {"citation": {"non-patent-literatures": {"non-patent-literature": {"text": text}}}}
    record = CitationsAndClasses.model_validate({"citation-and-classification-data": data})
    assert _citations(record)["citations"].others[0].text == text


def test_a_cited_document_counts_whatever_the_form_of_its_number() -> None:
    """The exchange may write `@format="original"`; a count of none would be untrue."""
    row = {"publication-number": {"@format": "original", "document-number": "US 2016/0990301 A1"}}
    data = {"citation": {"patent-literatures": {"patent-literature": row}}}
    record = CitationsAndClasses.model_validate({"citation-and-classification-data": data})
    assert _cited(record) == {"US 2016/0990301 A1"}


async def test_a_document_cited_at_several_offices_is_shown_once_with_all_of_them(
    jpo: JpoClient, clock: ManualClock
) -> None:
    """By its number in the exchange, not by what it says."""
    clock.advance(61)
    await dossier(jpo, ABROAD[0], "citations")
    compare = (await dossier(jpo, VANE, "citations", "compare"))["compare"]
    (shared,) = compare["shared"]
    assert shared == {
        "docdb": "JP.2015490301.A",
        "human": "特開2015-490301",
        "against": ["JP.2021490301.A", "US.202218990301.A"],
    }


async def test_compare_takes_the_family_that_is_kept(jpo: JpoClient, sandbox: Sandbox) -> None:
    """Asked by the application before, or for the publication's sake in the same call."""
    await read_family(jpo, VANE, max_age=None, this_year=2026)
    await dossier(jpo, VANE)
    spent = sandbox.count()
    assert (await dossier(jpo, VANE, "compare"))["cost"] == 0
    assert sandbox.count() == spent
    by_publication = await dossier(jpo, "特開2022-490301", "compare")
    assert by_publication["cost"] == 1
    assert by_publication["resolved_from"]["human"] == "特開2022-490301"


async def test_a_comparison_without_the_family_is_unavailable_and_the_papers_stand(
    jpo: JpoClient, sandbox: Sandbox
) -> None:
    """The tree endpoint is not asked for it: a comparison takes one access at most."""
    await read_family(jpo, "特願2022-490303", max_age=None, this_year=2026)
    sandbox.spend("patent/family_list", 299)
    answer = await dossier(jpo, VANE, "compare")
    assert answer["unavailable"]["compare"].startswith("[quota_spent]")
    assert [a.endpoint for a in sandbox.arrivals].count("patent/family") == 0


async def test_a_comparison_takes_the_tree_where_that_is_what_is_kept(jpo: JpoClient, sandbox: Sandbox) -> None:
    """As after a family that was read when the list's day was spent."""
    await dossier(jpo, VANE)
    sandbox.spend("patent/family_list", 300)
    await read_family(jpo, VANE, max_age=None, this_year=2026)
    compare = (await dossier(jpo, VANE, "compare"))["compare"]
    assert len(compare["members"]) + len(compare["not_read"]) == 6  # the Japanese one is in both: its citations lack


async def test_what_is_at_no_office_of_the_five_is_refused_or_not_on_file(jpo: JpoClient) -> None:
    """An application that the exchange does not know may still exist."""
    with pytest.raises(UnsupportedNumber):
        await dossier(jpo, "AU2011221359A1")
    with pytest.raises(NotOnFile, match="KR 10-2022-9990301 A"):
        await dossier(jpo, "10-2022-9990301")
    with pytest.raises(NotOnFile) as nothing:
        await dossier(jpo, "EP25990399")
    assert nothing.value.spent == 1


def papers(*dates: str) -> list[DossierPaper]:
    return [DossierPaper.model_validate({"legal-date": day, "original": {"@id": f"PAPER{day}"}}) for day in dates]


def test_undated_papers_stand_last_and_one_day_keeps_its_order() -> None:
    """Both date forms of the JPO's two halves are dates; `??` stands in a fixture where none was seen."""
    listed = papers("2024-03-01", "??", "20230105", "2024-03-01", "")
    assert [paper.original.id for paper in in_order(listed) if paper.original] == [
        "PAPER20230105", "PAPER2024-03-01", "PAPER2024-03-01", "PAPER??", "PAPER",
    ]  # fmt: skip


# ── dossiers that the sandbox does not have ───────────────────────────────────────────────────


def replayed(folder: Path, clock: ManualClock, *entries: dict[str, Any]) -> Sandbox:
    """A JPO that has one dossier of these papers, as recorded replies are served."""
    data = {"document-list-data": {"document-lists": {"document-list": list(entries)}}}
    (folder / "papers.xml").write_bytes(xml("100", "", data, 299))
    path = endpoint("patent", "global_doc_list").path("US.202218990399.A")
    headers = {"content-type": "application/xml"}
    index = [{"method": "GET", "path": path, "status": 200, "headers": headers, "body": "papers.xml"}]
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
    return Sandbox(clock=clock, replay=folder)


async def told(tmp_path: Path, clock: ManualClock, *entries: dict[str, Any]) -> dict[str, Any]:
    sandbox = replayed(tmp_path, clock, *entries)
    settings = Settings(cache_dir=tmp_path / "kept", username=SecretStr(USERNAME), password=SecretStr(PASSWORD))
    async with JpoClient(settings, clock=clock, app=sandbox.app) as client:
        return await dossier(client, "US 18/990,399 (2022)")


def entry(day: str, title: str, place: int, group: str = "") -> dict[str, Any]:
    one_id = {"@id": f"LZ990{place:05}RXEAPX", "document-description": title}
    return {"@group": group, "legal-date": day, "original": one_id}


def ids(lines: Sequence[dict[str, Any]]) -> list[str]:
    return [line["original"] for line in lines]


async def test_a_dossier_without_end_stays_bounded_and_tells_actions_and_answers_first(
    tmp_path: Path, clock: ManualClock
) -> None:
    """Every paper is told in full, in a word with its id, or in a count of its kind."""
    listed = [entry(f"20{10 + n // 100}-01-{n % 28 + 1:02}", "Fee Worksheet (SB06)", n) for n in range(600)]
    listed[300] = entry("2013-01-05", "Non-Final Rejection", 300, "2,21")
    answer = await told(tmp_path, clock, *listed)
    assert "LZ99000300RXEAPX" in ids(answer["papers"])
    counted = sum(answer["papers_left_out"].values())
    assert len(answer["papers"]) + len(answer["brief"]) + counted == 600
    assert answer["brief"][0] == "2010-01-01 applicant LZ99000000RXEAPX"
    assert len(json.dumps(answer, ensure_ascii=False)) < 20_000


async def test_undated_papers_are_counted_in_a_note(tmp_path: Path, clock: ManualClock) -> None:
    """The exchange's date form was never seen, so what is no date is shown as it came."""
    answer = await told(tmp_path, clock, entry("??", "Non-Final Rejection", 1), entry("", "Claims", 2))
    assert [line.get("date_raw") for line in answer["papers"]] == ["??", None]
    assert "2 papers without a readable date" in answer["notes"][1]


async def test_groups_outside_the_vocabulary_and_odd_ids_are_raw_only(tmp_path: Path, clock: ManualClock) -> None:
    """An id that the path does not take cannot be read, and is not offered as one that can."""
    odd = {"@group": "1,call me", "legal-date": "2024-01-05", "original": {"@id": "../../etc/passwd"}}
    answer = await told(tmp_path, clock, odd)
    (line,) = answer["papers"]
    assert line == {
        "date": "2024-01-05", "kind": "application", "groups_raw": "1,call me", "id_raw": "../../etc/passwd",
    }  # fmt: skip
    assert "no paper here has an id" in answer["next"]


async def test_an_empty_dossier_is_an_answer(tmp_path: Path, clock: ManualClock) -> None:
    """Where an office has sent nothing yet, the list is there and empty."""
    answer = await told(tmp_path, clock)
    assert "papers" not in answer
    assert answer["cost"] == 1


def test_the_family_of_a_comparison_needs_no_order() -> None:
    """A member without an application number is no member to compare."""
    family = FamilyList.model_validate(
        {
            "family-list-data": {
                "family-lists": {
                    "family-list": [
                        {"application-number": {"document-number": number}}
                        for number in ("KR.20220990301.A", "AU.2022990301.A", "JP.2021490301.A", "no number", "")
                    ]
                }
            }
        }
    )
    assert _applications(family.members) == ["JP.2021490301.A", "KR.20220990301.A"]
