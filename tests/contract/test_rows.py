"""Every row of the table, through the one pipeline, against a JPO that counts for itself."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest

from jpo_mcp.clock import jst_midnight
from jpo_mcp.endpoints import ENDPOINTS, Endpoint, Keep
from jpo_mcp.errors import BadArgument
from jpo_mcp.models.common import Record
from tests.contract.world import CASE, HALF_A_DAY, NOON, World, counted, row_of

DAYS = 86_400.0
MONTH, QUARTER = 30 * DAYS, 90 * DAYS
KEPT_FOR: dict[str, float] = {
    "app_progress": HALF_A_DAY,
    "app_progress_simple": HALF_A_DAY,
    "divisional_app_info": HALF_A_DAY,
    "priority_right_app_info": HALF_A_DAY,
    "applicant_attorney_cd": MONTH,
    "applicant_attorney": MONTH,
    "case_number_reference": HALF_A_DAY,
    "app_doc_cont_opinion_amendment": HALF_A_DAY,
    "app_doc_cont_refusal_reason_decision": HALF_A_DAY,
    "app_doc_cont_refusal_reason": HALF_A_DAY,
    "cite_doc_info": HALF_A_DAY,
    "registration_info": HALF_A_DAY,
    "jpp_fixed_address": QUARTER,
    "pct_national_phase_application_number": QUARTER,
    "family": HALF_A_DAY,
    "family_list": HALF_A_DAY,
    "global_doc_list": HALF_A_DAY,
    "global_cite_class": HALF_A_DAY,
    "global_doc_cont": QUARTER,
    "jp_doc_cont": QUARTER,
}
"""Seconds an answer given at noon in Japan stays fresh, for a live case."""

NO_PAPER: dict[str, str] = {"patent": "2023599013", "design": "2022490103", "trademark": "2015490202"}
"""A case of each law without any paper that a bundle could hold."""

NOBODY: dict[str, str] = {
    "application_number": "2020999999",
    "applicant_code": "999999999",
    "applicant_name": "どこにもない名前",
    "number": "2020999999",
    "docdb_number": "JP.2020999999.A",
    "document_id": "Abstract_59999999999_JP",
}
"""A value in good form, by parameter, under which the JPO has nothing."""

FILES = {"zip": b"PK\x03\x04", "pdf": b"%PDF-"}

every_row = pytest.mark.parametrize("row", ENDPOINTS, ids=[row.key for row in ENDPOINTS])
BUNDLES = [row for row in ENDPOINTS if row.keep is Keep.BUNDLE]
every_bundle = pytest.mark.parametrize("row", BUNDLES, ids=[row.key for row in BUNDLES])


def nothing_there(row: Endpoint[Any]) -> tuple[str, ...]:
    """Arguments in good form that lead to 107."""
    if row.name == "pct_national_phase_application_number":
        return ("international_application", "JP2019999999")
    return tuple(NOBODY.get(p.name, p.example) for p in row.parameters)


async def is_fresh_until(world: World, row: Endpoint[Any], question: tuple[str, ...], seconds: float) -> None:
    """An answer of now is kept until just before then, and asked for again just after."""
    client = world.client()
    first = await client.get(row, *question)
    world.clock.advance(seconds - 1.0)
    before = await client.get(row, *question)
    world.clock.advance(2.0)
    after = await client.get(row, *question)
    said = [(answer.source, answer.cost) for answer in (first, before, after)]
    assert said == [("jpo", 1), ("kept", 0), ("jpo", 1)]
    assert before.as_of == first.as_of == NOON
    assert after.as_of == NOON + seconds + 1.0
    assert world.arrived(row.key) == 2


def test_the_table_has_all_42_endpoints() -> None:
    """The JPO's API list: 14 of patents, 11 of designs, 11 of trademarks, 6 OPD; each has a stated keep time here."""
    listed = ((1, 14), (2, 11), (3, 11), ("OPD", 6))
    numbers = [f"{law}-{place}" for law, most in listed for place in range(1, most + 1)]
    assert [row.api_number for row in ENDPOINTS] == numbers
    assert {row.name for row in ENDPOINTS} == KEPT_FOR.keys()


@every_row
async def test_a_row_is_answered_decoded_whole_and_counted_once_under_its_own_name(
    row: Endpoint[Any], world: World
) -> None:
    """Design, section 3: the same row drives the URL, the ledger, the decoding and the sandbox's route."""
    client = world.client()
    question = world.question(row)
    answer = await client.get(row, *question)
    assert (answer.source, answer.cost, answer.remaining_today) == ("jpo", 1, row.limit.per_day - 1)
    assert (answer.as_of, answer.arguments, answer.endpoint) == (NOON, question, row)
    assert [(a.endpoint, a.arguments) for a in world.sandbox.arrivals if a.endpoint != "auth/token"] == [
        (row.key, question)
    ]
    assert world.truth() == await counted(client) == {row.key: 1}
    if row.reply in FILES:
        assert answer.data == answer.raw
        assert answer.raw.startswith(FILES[row.reply])
        return
    record, said = cast("Record", answer.data), world.sandbox.register.answer(row, question)
    assert type(record) is row.model
    assert record.unknown_fields() == ()
    if row.reply == "json":
        assert record.to_jpo() == said
    else:
        assert sorted(words(record.to_jpo())) == sorted(words(said))


def words(value: object) -> list[str]:
    """Every text in an object; dates as in the records that are written back."""
    if isinstance(value, dict):
        return [text for part in cast("dict[str, object]", value).values() for text in words(part)]
    if isinstance(value, list):
        return [text for part in cast("list[object]", value) for text in words(part)]
    return [re.sub(r"^(....)-(..)-(..)$", r"\1\2\3", str(value))]


@every_row
async def test_a_good_answer_is_kept_for_exactly_the_rows_time(row: Endpoint[Any], world: World) -> None:
    """Design, section 4, keep rules."""
    start = "application" if row.name == "case_number_reference" else ""
    await is_fresh_until(world, row, world.question(row, start), KEPT_FOR[row.name])


@pytest.mark.parametrize("law", ["patent", "design", "trademark"])
@pytest.mark.parametrize("kind", ["publication", "registration"])
async def test_a_reference_from_a_final_number_is_kept_90_days(law: Any, kind: str, world: World) -> None:
    """A publication or registration number never moves to another case."""
    row = row_of(law, "case_number_reference")
    if (law, kind) in {("design", "publication"), ("trademark", "publication")}:
        with pytest.raises(BadArgument):
            row.path(kind, "2020123456")
        return
    await is_fresh_until(world, row, world.question(row, kind), QUARTER)


@pytest.mark.parametrize("name", ["app_progress", "app_progress_simple", "registration_info"])
async def test_an_erased_right_is_kept_30_days(name: str, world: World) -> None:
    """Patent 2015490006 of the sandbox lapsed for unpaid fees (erasure identifier 01)."""
    await is_fresh_until(world, row_of("patent", name), ("2015490006",), MONTH)


@every_row
async def test_nothing_on_file_costs_one_access_and_is_kept_until_midnight(row: Endpoint[Any], world: World) -> None:
    """107 costs an access (recorded: 787, 786 after a 107, 785), so it is not asked for twice a day."""
    question = nothing_there(row)
    await is_fresh_until(world, row, question, HALF_A_DAY)
    answer = await world.client().get(row, *question)
    assert (answer.status_code, answer.data, answer.source) == ("107", None, "kept")
    assert world.truth() == {row.key: 1}


@every_bundle
async def test_no_paper_of_that_kind_is_kept_until_midnight(row: Endpoint[Any], world: World) -> None:
    """108, and the list of papers cannot prolong it: a paper becomes available without a new row."""
    question = (NO_PAPER[row.law],)
    await is_fresh_until(world, row, question, HALF_A_DAY)
    client = world.client()
    await client.get(row_of(row.law, "app_progress"), *question)
    assert (await client.get(row, *question)).status_code == "108"
    world.clock.advance(DAYS)
    await client.get(row_of(row.law, "app_progress"), *question)
    assert (await client.get(row, *question)).source == "jpo"


async def test_a_number_outside_the_coverage_is_kept_30_days(world: World) -> None:
    """111: the JPO will not begin to serve it."""
    row = row_of("patent", "case_number_reference")
    question = ("publication", "1985123456")
    await is_fresh_until(world, row, question, MONTH)
    assert (await world.client().get(row, *question)).status_code == "111"


@every_bundle
async def test_a_bundle_stays_fresh_while_todays_list_of_papers_shows_nothing_newer(
    row: Endpoint[Any], world: World
) -> None:
    """Design, section 4: re-reading it costs nothing. The list itself is what was paid for."""
    client = world.client()
    question = world.question(row)
    await client.get(row, *question)
    world.clock.advance(10 * DAYS)
    await client.get(row_of(row.law, "app_progress"), *question)
    again = await client.get(row, *question)
    assert (again.source, again.cost, again.as_of) == ("kept", 0, NOON)
    assert world.arrived(row.key) == 1
    world.clock.advance(DAYS)
    assert (await client.get(row, *question)).source == "jpo"


@pytest.mark.parametrize("days_before", [0, 3])
async def test_a_bundle_is_asked_for_again_once_the_list_shows_a_newer_paper(days_before: int, world: World) -> None:
    """The decision of case 2020490001 is dated 2024-06-04; papers show a day or two late, so three days count."""
    row = row_of("patent", "app_doc_cont_refusal_reason_decision")
    world.clock.step(jst_midnight(19_878 + days_before) + 3_600.0 - NOON)  # 2024-06-04 01:00 JST, or three days on
    client = world.client()
    await client.get(row, CASE)
    world.clock.advance(DAYS)
    await client.get(row_of("patent", "app_progress_simple"), CASE)
    assert (await client.get(row, CASE)).source == "jpo"


BAD_NUMBERS = (
    "", " ", "20204900", "20204900011", "２０２０４９０００１", "2020490001\n", " 2020490001", "..", ".", "%2e%2e",
    "2020490001/..", "2020490001/../../auth/token", "2020490001?x=1", "2020490001#", "2020-490001", "٢٠٢٠٤٩٠٠٠١",
    "2020490001\x00", "http://127.0.0.1", "-1", "1e9", "2020490001\r\nHost: elsewhere",
)  # fmt: skip
BAD_NAMES = (
    "", ".", "..", "架空/製作所",
    "架空\\製作所", "架空,製作所", "架空:製作所", "架空;製作所", "架空|製作所", "架空\t製作所",
    "架空\n製作所", "架空\x00製作所", "架空\x7f", "名" * 101,
)  # fmt: skip


BAD_IDS = (
    "", " ", "..", ".", "short", "_61539913647_JP", "Abstract_61539913647_JP/..", "Abstract/61539913647", "a b c d e f",
    "Abstract_61539913647?x=1", "Abstract_61539913647#", "Abstract%2e%2e_JP", "要約書_61539913647_JP", "x" * 161,
    "Abstract_61539913647_JP\n", "Abstract:61539913647", "Abstract,61539913647", "Abstract|61539913647",
)  # fmt: skip
BAD_DOCDB = (
    "JP2015500001A", "JP.2015500001", "JP.2015500001.", "jp.2015500001.A", "JP.2015500001.a", "JPN.2015500001.A",
    "JP.2015500001.A.B", "JP..A", "JP.２０１５500001.A", "JP.2015500001.A ", "JP.2015/500001.A",
    "JP.1234567890123456.A",
)  # fmt: skip


@every_row
async def test_an_argument_out_of_form_never_leaves_this_machine(row: Endpoint[Any], world: World) -> None:
    """Reliability 0.8 and section 5: quoting alone leaves `..` standing, so the form is the wall."""
    client = world.client()
    values = {"applicant_name": BAD_NAMES, "document_id": BAD_IDS}.get(row.parameters[-1].name, BAD_NUMBERS)
    for value in values:
        with pytest.raises(BadArgument) as refused:
            await client.get(row, *row.example[:-1], value)
        assert refused.value.spent == 0
        assert len(refused.value.text()) <= 600
    with pytest.raises(TypeError):
        row.path(*row.example, "2020490001")
    assert world.sandbox.arrivals == []
    assert await counted(client) == {}


@pytest.mark.parametrize("number", BAD_DOCDB)
@pytest.mark.parametrize("row", [row for row in ENDPOINTS if row.pace == "opd"], ids=lambda row: row.key)
def test_a_number_that_is_not_docdb_is_refused(row: Endpoint[Any], number: str) -> None:
    """The OPD converts nothing: what is sent is what is asked."""
    arguments = [number if p.name == "docdb_number" else p.example for p in row.parameters]
    with pytest.raises(BadArgument):
        row.path(*arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "path"),
    [
        ("family", ("publication", "JP.6249966.B2"), "/opdapi/patent/v1/family/publication/JP.6249966.B2"),
        ("global_doc_list", ("US.201213585729.A",), "/opdapi/patent/v1/global_doc_list/US.201213585729.A"),
        ("global_doc_cont", ("EP.06834636.A", "EA2JRLI1DHXBS08"),
         "/opdapi/patent/v1/global_doc_cont/EP.06834636.A/EA2JRLI1DHXBS08"),
        ("jp_doc_cont", ("JP.2015500001.A", "Report_(others)_61539913647_JP"),
         "/opdapi/patent/v1/jp_doc_cont/JP.2015500001.A/Report_%28others%29_61539913647_JP"),
    ],
)  # fmt: skip
def test_the_opd_has_a_base_path_of_its_own(name: str, arguments: tuple[str, ...], path: str) -> None:
    """`/opdapi`, not `/api`: the mistake of most clients."""
    assert row_of("patent", name).path(*arguments) == path


def test_japanese_papers_are_asked_of_japanese_numbers_only() -> None:
    """And a dossier of the five offices only, while a family may be asked from any of its members."""
    with pytest.raises(BadArgument):
        row_of("patent", "jp_doc_cont").path("US.201213585729.A", "Abstract_61539913647_JP")
    with pytest.raises(BadArgument):
        row_of("patent", "global_doc_list").path("CA.2660123.A")
    assert row_of("patent", "family").path("publication", "CA.2660123.A1").endswith("/CA.2660123.A1")


@pytest.mark.parametrize("kind", ["", "utility", "Application", "application|publication", "../application"])
async def test_a_kind_that_is_not_offered_is_refused(kind: str, world: World) -> None:
    """The first argument of the references is one of a closed list."""
    with pytest.raises(BadArgument):
        await world.client().get(row_of("patent", "case_number_reference"), kind, CASE)
    assert world.sandbox.arrivals == []


@pytest.mark.parametrize("name", ["架空電機株式会社", "Ａ．Ｂ　Ｃ", "a%2Fb", "?x=1#y", "...", "名" * 100])
async def test_a_name_arrives_as_it_was_given(name: str, world: World) -> None:
    """Names match exactly, so nothing may be folded; and nothing in one may change the path."""
    row = row_of("patent", "applicant_attorney")
    await world.client().get(row, name)
    assert [(a.endpoint, a.arguments) for a in world.sandbox.arrivals[1:]] == [(row.key, (name,))]
