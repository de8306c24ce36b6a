"""The tool that reads papers, on the sandbox's fictional cases: which there are, their text, and what it costs."""

from __future__ import annotations

import threading
import time
from typing import Any, NamedTuple

import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.documents import Bundle, read_bundle
from jpo_mcp.dossier.pages import PAGE
from jpo_mcp.dossier.papers import bundles as papers
from jpo_mcp.endpoints import ENDPOINTS, endpoint
from jpo_mcp.numbers import Law
from jpo_mcp.sandbox import Fault, Sandbox
from jpo_mcp.sandbox.papers import bundle
from tests.conftest import NOON_JST
from tests.documents.fictional import opinion, zipped
from tests.server.conftest import Host, Visit

DAY = 86_400.0
BATTERY = "特願2020-490001"
GRIPPER = "特願2019-490002"
LIST, OFFICE, APPLICANT = (
    "patent/app_progress",
    "patent/app_doc_cont_refusal_reason_decision",
    "patent/app_doc_cont_opinion_amendment",
)
TOOL = "jpo_read_documents"


async def test_the_list_tells_every_paper_and_where_it_can_be_read(host: Host) -> None:
    """One access of the 800 a day; the search report exists, but only J-PlatPat shows it."""
    async with host() as visit:
        answer = await visit.answer(TOOL, number=BATTERY)
    assert [(p["date"], p["code"], p.get("kind"), p.get("body")) for p in answer["papers"]] == [
        ("2020-09-10", "A63", None, "elsewhere"),
        ("2023-04-12", "A621", None, "elsewhere"),
        ("2023-12-06", "A971007", None, "elsewhere"),
        ("2024-01-23", "A131", "refusal_notice", "1 access"),
        ("2024-03-18", "A53", "opinion", "1 access"),
        ("2024-03-18", "A523", "amendment", "1 access"),
        ("2024-06-04", "A01", "grant", "1 access"),
        ("2024-06-25", "A61", None, None),
        ("2024-07-19", "R150", None, None),
    ]
    assert answer["papers"][3] == {
        "date": "2024-01-23",
        "code": "A131",
        "ja": "拒絶理由通知書",
        "en": "Notice of reasons for refusal",
        "document": "06124990101",
        "kind": "refusal_notice",
        "body": "1 access",
    }
    assert "J-PlatPat" in answer["notes"][0]
    assert "1 access" in answer["next"]
    assert (answer["cost"], visit.sandbox.count(LIST), visit.sandbox.count()) == (1, 1, 1)


async def test_a_kept_list_with_kept_papers_costs_nothing_and_tells_their_size(host: Host) -> None:
    """One access for each side of the file, and then none for anything in it."""
    async with host() as visit:
        first = await visit.answer(TOOL, number=BATTERY)
        notice = await visit.answer(TOOL, number=BATTERY, kind="refusal_notice")
        opinion = await visit.answer(TOOL, number=BATTERY, kind="opinion")
        again = [
            await visit.answer(TOOL, number=BATTERY, **asked)
            for asked in ({}, {"kind": "grant"}, {"kind": "amendment"}, {"document": "06124990101"})
        ]
    assert [answer["cost"] for answer in (first, notice, opinion, *again)] == [1, 1, 1, 0, 0, 0, 0]
    assert {line["body"] for line in again[0]["papers"] if "kind" in line} == {"kept"}
    assert {line["document"]: line.get("characters") for line in again[0]["papers"] if "kind" in line} == {
        "06124990101": notice["characters"],
        "52499000103": opinion["characters"],
        "52499000104": again[2]["characters"],
        "06124990102": again[1]["characters"],
    }
    assert {name: visit.sandbox.count(name) for name in (LIST, OFFICE, APPLICANT)} == {
        LIST: 1,
        OFFICE: 1,
        APPLICANT: 1,
    }
    assert visit.sandbox.count() == 3


async def test_a_notice_is_told_with_its_days_its_people_and_its_whole_text(host: Host) -> None:
    """起案日 is in the paper and 発送日 in the list: both are told, each by its name."""
    async with host() as visit:
        await visit.answer("jpo_get_case", number=BATTERY)
        answer = await visit.answer(TOOL, number=BATTERY, kind="refusal_notice")
    assert answer["paper"] == {
        "document": "06124990101",
        "kind": "refusal_notice",
        "code": "A131",
        "ja": "拒絶理由通知書",
        "en": "Notice of reasons for refusal",
        "title": "拒絶理由通知書",
        "dispatched": "2024-01-23",
        "drafted": "2024-01-16",
        "dispatch_number": "990101",
        "people": [
            "審査官 / examiner: 仮名　審子 (9901)",
            "代理人 / agent: 見本　太郎 +1",
            "審査長／代理 / director, or acting for the director: 仮名　長一 (9902)",
        ],
        "uri": "jpo://patent/2020490001/documents/06124990101",
    }
    assert answer["text"].startswith("# 拒絶理由通知書")
    assert "・請求項　３，４\n・引用文献等　１及び２" in answer["text"]
    assert (answer["offset"], answer["characters"]) == (0, len(answer["text"]))
    assert "cursor" not in answer


async def test_without_the_list_the_day_of_dispatch_is_not_bought_but_its_price_is_told(host: Host) -> None:
    """The text costs one access; the list that holds the day is another, and was not asked for."""
    async with host() as visit:
        answer = await visit.answer(TOOL, number=BATTERY, kind="refusal_notice")
    assert "dispatched" not in answer["paper"]
    assert answer["paper"]["drafted"] == "2024-01-16"
    assert any("jpo_get_case (1 access)" in note for note in answer["notes"])
    assert visit.sandbox.count() == 1


async def test_a_kind_is_read_paper_by_paper_the_latest_first(host: Host) -> None:
    """Two opinions on two notices; the first page lists both, the cursor leads from one to the other."""
    async with host() as visit:
        first = await visit.answer(TOOL, number=GRIPPER, kind="opinion")
        second = await visit.answer(TOOL, number=GRIPPER, cursor=first["cursor"])
    assert [line["document"] for line in first["papers"]] == ["52399000205", "52399000203"]
    assert (first["paper"]["answers_dispatch"], second["paper"]["answers_dispatch"]) == ("990202", "990201")
    assert "図２から自明" in first["text"]
    assert "動機付けがありません" in second["text"]
    assert "papers" not in second
    assert "cursor" not in second
    assert (first["cost"], second["cost"]) == (1, 0)


@pytest.mark.parametrize("document", ["06123990202", "990202", "０６１２３９９０２０２", 6123990202, "発送番号990202"])
async def test_a_paper_is_named_by_its_document_number_or_its_dispatch_number(host: Host, document: str | int) -> None:
    """The list tells in which bundle it is, for one access of 800 instead of one of 100."""
    async with host() as visit:
        answer = await visit.answer(TOOL, number=GRIPPER, document=document)
    assert answer["paper"]["document"] == "06123990202"
    assert answer["paper"]["dispatched"] == "2023-08-22"
    assert (answer["cost"], visit.sandbox.count(LIST), visit.sandbox.count(OFFICE)) == (2, 1, 1)


async def test_a_number_that_the_case_does_not_have_is_answered_with_those_it_has(host: Host) -> None:
    """The list was needed to know, so its access is told; a second guess is free."""
    async with host() as visit:
        text = await visit.refusal(TOOL, number=BATTERY, document="06124990199")
        again = await visit.refusal(TOOL, number=BATTERY, document="52499000199")
    for number in ("06124990101 A131", "52499000103 A53", "52499000104 A523", "06124990102 A01"):
        assert number in text
    assert text.startswith("[not_on_file] document:")
    assert "accesses_spent: 1" in text
    assert "accesses_spent: 0" in again
    assert len(text) <= 600


async def test_a_paper_that_exists_but_is_not_served_says_where_it_can_be_read(host: Host) -> None:
    """The search report: on the list, in electronic form, and in no bundle."""
    async with host() as visit:
        text = await visit.refusal(TOOL, number=BATTERY, document="96823990101")
    assert "A971007" in text
    assert "J-PlatPat" in text
    assert visit.sandbox.count(OFFICE) == visit.sandbox.count(APPLICANT) == 0


async def test_a_case_without_such_papers_costs_nothing_where_todays_list_is_kept(host: Host) -> None:
    """The list shows that there is none, so the bundle would be an access for a sure 108."""
    async with host() as visit:
        listed = await visit.answer(TOOL, number="特願2023-490011")
        text = await visit.refusal(TOOL, number="特願2023-490011", kind="opinion")
        reasons = await visit.refusal("jpo_get_refusal_reasons", number="特願2023-490011")
    assert not any("kind" in line for line in listed["papers"])
    assert "next" not in listed
    for said in (text, reasons):
        assert said.startswith("[not_on_file]")
        assert "accesses_spent: 0" in said
    assert visit.sandbox.count() == 1


async def test_a_case_without_such_papers_costs_one_access_where_nothing_is_kept(host: Host) -> None:
    """Asking the list first would cost as much; the 108 is kept for the day."""
    async with host() as visit:
        first = await visit.refusal(TOOL, number="特願2023-490011", kind="opinion")
        second = await visit.refusal(TOOL, number="特願2023-490011", kind="amendment")
    assert "accesses_spent: 1" in first
    assert "accesses_spent: 0" in second
    assert visit.sandbox.count() == 1


async def test_the_next_day_the_list_saves_the_bundle(host: Host) -> None:
    """A kept bundle stays fresh while the list shows nothing newer, and the list is the cheaper of the two."""
    async with host() as visit:
        await visit.answer(TOOL, number=BATTERY, kind="refusal_notice")
        visit.clock.advance(DAY)
        answer = await visit.answer(TOOL, number=BATTERY, kind="refusal_notice")
        grant = await visit.answer(TOOL, number=BATTERY, kind="grant")
    assert (answer["cost"], answer["source"], answer["paper"]["dispatched"]) == (1, "kept", "2024-01-23")
    assert (grant["cost"], visit.sandbox.count(LIST), visit.sandbox.count(OFFICE)) == (0, 1, 1)


async def test_the_next_day_the_list_shows_that_there_is_still_nothing(host: Host) -> None:
    """A kept 108 is of its day; the list answers for the bundle, which would be a second sure 108."""
    async with host() as visit:
        await visit.refusal(TOOL, number="特願2023-490011", kind="opinion")
        visit.clock.advance(DAY)
        text = await visit.refusal(TOOL, number="特願2023-490011", kind="opinion")
    assert "accesses_spent: 1" in text
    assert (visit.sandbox.count(LIST), visit.sandbox.count(APPLICANT)) == (1, 1)


async def test_when_the_list_cannot_be_had_the_kept_bundle_is_asked_for_again(host: Host, clock: ManualClock) -> None:
    """The day's lists are spent, its bundles are not; what the failed question cost is counted."""
    sandbox = Sandbox(clock=clock)
    async with host(sandbox) as visit:
        await visit.answer(TOOL, number=BATTERY, kind="refusal_notice")
        clock.advance(DAY)
        sandbox.spend(LIST, 800)
        answer = await visit.answer(TOOL, number=BATTERY, kind="refusal_notice")
    assert (answer["source"], answer["cost"]) == ("jpo", 2)
    assert sandbox.count(OFFICE) == 2


async def test_max_age_zero_asks_for_the_bundle_again(host: Host) -> None:
    """The caller's way to insist, as everywhere."""
    async with host() as visit:
        await visit.answer(TOOL, number=BATTERY, kind="refusal_notice")
        visit.clock.advance(1)
        again = await visit.answer(TOOL, number=BATTERY, kind="refusal_notice", max_age=0)
    assert (again["source"], again["cost"], visit.sandbox.count(OFFICE)) == ("jpo", 1, 2)


async def test_a_bundle_over_ten_megabytes_is_read_like_any_other(host: Host, clock: ManualClock) -> None:
    """The JPO answers with a link; nothing of it shows in the answer."""
    sandbox = Sandbox(clock=clock)
    sandbox.faults.add(Fault("oversize"))
    async with host(sandbox) as visit:
        reply = await visit.call(TOOL, number=BATTERY, kind="refusal_notice")
    assert reply.record["paper"]["document"] == "06124990101"
    assert reply.record["cost"] == 1
    assert "Signature" not in reply.text


async def test_a_bundle_is_read_beside_the_event_loop(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five megabytes take up to a second, in which other calls must be answered."""
    threads: list[threading.Thread] = []

    def noted(data: bytes, law: Law) -> Bundle:
        threads.append(threading.current_thread())
        return read_bundle(data, law)

    monkeypatch.setattr(papers, "read_bundle", noted)
    papers._parsed.cache_clear()  # pyright: ignore[reportPrivateUsage]
    async with host() as visit:
        await visit.answer(TOOL, number=BATTERY, kind="refusal_notice")
        await visit.answer(TOOL, number=BATTERY, kind="grant")
    assert len(threads) == 1
    assert threads[0] is not threading.current_thread()


async def test_five_megabytes_become_the_first_page_of_a_text_in_a_second(host: Host, recorded_like: Any) -> None:
    """Through the whole tool, kept bundle or not: the bytes are read anew, and only then is the page cut."""
    line = "本願発明は架空の装置であって、見本の部材と仮の部材とを備え、これらを交互に並べる。"
    path = endpoint("patent", "app_doc_cont_opinion_amendment").path("2019490002")
    filed = zipped(("A53_52399000203/x.xml", opinion(f"{line}<br/>\n" * 55_000)), method=0)
    assert 4_700_000 < len(filed) < 5_300_000
    async with host(recorded_like({path: filed})) as visit:
        await visit.answer(TOOL, number=GRIPPER, kind="opinion")  # kept from now on
        assert await _is_soon(visit, number=GRIPPER, kind="opinion")


async def _is_soon(visit: Visit, **question: str) -> bool:
    """Whether a kept bundle becomes a page in a second, in one of three attempts: the machine may be busy."""
    for _ in range(3):
        papers._parsed.cache_clear()  # pyright: ignore[reportPrivateUsage]
        begun = time.process_time()
        page = await visit.answer(TOOL, **question)
        assert page["cursor"]
        if time.process_time() - begun <= 1.0:
            return True
    return False


async def test_a_damaged_bundle_says_so_and_what_it_cost(host: Host, recorded_like: Any) -> None:
    """It is no ZIP that can be read; the access is spent all the same."""
    sandbox = recorded_like({f"/api/{OFFICE.replace('/', '/v1/')}/2020490001": b"PK\3\4 not a bundle PK\5\6"})
    async with host(sandbox) as visit:
        text = await visit.refusal(TOOL, number=BATTERY, kind="refusal_notice")
    assert text.startswith("[unreadable_bundle]")
    assert "accesses_spent: 1" in text


async def test_designs_and_trademarks_are_read_as_well(host: Host) -> None:
    """Their papers are plain pages, and an amendment prints its own day."""
    async with host() as visit:
        design = await visit.answer(TOOL, number="意願2022-490101", kind="amendment")
        mark = await visit.answer(TOOL, number="商標登録第9900203号", kind="refusal_notice")
    assert (design["paper"]["answers_dispatch"], design["paper"]["submitted"]) == ("910101", "2022-11-09")
    assert "第４条第１項第１１号" in mark["text"]
    assert mark["resolved_from"]["human"] == "商標登録第9900203号"
    assert (design["cost"], mark["cost"]) == (1, 2)


async def test_a_cursor_of_another_reading_or_another_case_is_refused(host: Host) -> None:
    """Silently reading on in another paper would quote the wrong one."""
    async with host() as visit:
        first = await visit.answer(TOOL, number=GRIPPER, kind="opinion")
        other_kind = await visit.refusal(TOOL, number=GRIPPER, kind="amendment", cursor=first["cursor"])
        other_case = await visit.refusal(TOOL, number=BATTERY, cursor=first["cursor"])
    assert "another reading" in other_kind
    assert "of another case" in other_case
    assert "accesses_spent: 0" in other_kind
    assert visit.sandbox.count(APPLICANT) == 2


async def test_a_cursor_notices_that_the_paper_has_changed(host: Host, recorded_like: Any) -> None:
    """A page of the old wording and one of the new would make a text that nobody wrote."""
    path = endpoint("patent", "app_doc_cont_opinion_amendment").path("2019490002")
    old, new = (zipped(("A53_52399000203/x.xml", opinion(char * 3_000))) for char in "あい")
    async with host(recorded_like({path: old})) as visit:
        first = await visit.answer(TOOL, number=GRIPPER, kind="opinion")
        second = await visit.answer(TOOL, number=GRIPPER, cursor=first["cursor"], max_age=0)
    async with host(recorded_like({path: new})) as visit:
        visit.clock.advance(1)
        await visit.answer(TOOL, number=GRIPPER, kind="opinion", max_age=0)
        text = await visit.refusal(TOOL, number=GRIPPER, cursor=second["cursor"])
    assert second["cost"] == 0  # the pages of one reading are of one bundle
    assert "changed since" in text
    assert "accesses_spent: 0" in text


class Served(NamedTuple):
    """One paper that the sandbox serves."""

    law: str
    case: str
    kind: str
    document: str
    text: str


def served() -> list[Served]:
    """Every paper of every case, as of the tests' day."""
    found: list[Served] = []
    for case in Sandbox(clock=ManualClock(NOON_JST)).register.cases:
        rows = [row for row in ENDPOINTS if row.law == case.law and row.reply == "zip" and len(row.papers) > 1]
        for row in rows:
            content = bundle(case, row.papers, NOON_JST)
            found += [
                Served(case.law, case.number, paper.kind, paper.document_number or "", paper.text)
                for paper in (read_bundle(content, case.law).papers if content else ())
            ]
    return found


async def walk(visit: Visit, **asked: Any) -> list[dict[str, Any]]:
    pages = [await visit.answer(TOOL, **asked)]
    while "cursor" in pages[-1]:
        pages.append(await visit.answer(TOOL, number=asked["number"], law=asked["law"], cursor=pages[-1]["cursor"]))
    return pages


@pytest.mark.parametrize("era", ["auto"], indirect=True)
async def test_the_walk_of_all_papers_of_the_sandbox_gives_every_character_once(host: Host, clock: ManualClock) -> None:
    """100 % of the characters of every paper, kind by kind; a page is at most a page, and its places are right."""
    expected: dict[tuple[str, str, str], dict[str, str]] = {}
    for paper in served():
        expected.setdefault((paper.law, paper.case, paper.kind), {})[paper.document] = paper.text
    assert sum(map(len, expected.values())) > 40
    async with host(Sandbox(clock=clock)) as visit:
        for (law, case, kind), papers in expected.items():
            clock.advance(7)  # a place in the minute
            read: dict[str, str] = {}
            for page in await walk(visit, number=case, law=law, kind=kind):
                document = page["paper"]["document"]
                assert page["offset"] == len(read.get(document, ""))
                assert len(page["text"]) <= PAGE
                read[document] = read.get(document, "") + page["text"]
            assert read == papers


async def test_a_page_stays_under_two_thousand_tokens(host: Host) -> None:
    """The first page of a long paper, with all that stands around it; about a token a wide character, three a token
    for the others."""
    longest = max(served(), key=lambda paper: len(paper.text))
    async with host() as visit:
        sent = (await visit.call(TOOL, number=longest.case, law=longest.law, document=longest.document)).text
    wide = sum(ord(char) > 0x2000 for char in sent)
    assert wide + (len(sent) - wide) / 3 < 2_000
