"""An ID may lack the five offices' dossiers: found out once, told apart from trouble, and never at home's expense."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.errors import (
    AuthRefused,
    JpoBusy,
    JpoError,
    JpoRefused,
    JpoUnavailable,
    MalformedReply,
    NotEntitled,
    QuotaSpent,
    WrongCase,
)
from jpo_mcp.sandbox.faults import Fault
from jpo_mcp.upstream.entitlement import VERDICT, Entitlement, weight
from jpo_mcp.upstream.envelope import Said
from tests.contract.world import CASE, NOON, PROGRESS, World, counted, row_of

FAMILY = row_of("patent", "family")
LIST = row_of("patent", "family_list")
PAPERS = row_of("patent", "global_doc_list")
CLASSES = row_of("patent", "global_cite_class")
PDF = row_of("patent", "global_doc_cont")
LENS = ("application", "JP.2021599004.A")
OTHER = ("application", "JP.2020490001.A")
APART = 61.0


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path)
    yield made
    await made.aclose()


def canned(status: int, code: str) -> tuple[int, bytes, dict[str, str]]:
    """An error as the domestic API writes it."""
    result: dict[str, Any] = {"statusCode": code, "errorMessage": "", "remainAccessCount": "", "data": {}}
    return status, json.dumps({"result": result}).encode(), {"content-type": "application/json"}


def in_xml(code: str, inside: str = "") -> tuple[int, bytes, dict[str, str]]:
    """An error or an answer as the OPD may write it."""
    body = f"<api-data><statusCode>{code}</statusCode><remainAccessCount>99</remainAccessCount>{inside}</api-data>"
    return 200, body.encode(), {"content-type": "application/xml"}


def nothing(status: int) -> tuple[int, bytes, dict[str, str]]:
    """A gateway's own page."""
    return status, b"<html>Forbidden</html>", {"content-type": "text/html"}


async def refusal(world: World, client: Any, row: Any, *question: str) -> JpoError:
    with pytest.raises(JpoError) as refused:
        await client.get(row, *question)
    assert len(refused.value.text()) <= 600
    return refused.value


@pytest.mark.parametrize("reply", [canned(401, "212"), in_xml("212"), canned(200, "301"), nothing(404)])
async def test_what_can_only_be_about_the_id_is_the_verdict_at_once(reply: Any, world: World) -> None:
    """It holds a day, for every process and every OPD endpoint, and costs nothing more."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    world.line.canned = [reply]
    first = await refusal(world, client, FAMILY, *LENS)
    second = await refusal(world, client, PAPERS, LENS[1])
    third = await refusal(world, world.client(), LIST, *OTHER)
    assert [(type(e), e.spent) for e in (first, second, third)] == [
        (NotEntitled, 1), (NotEntitled, 0), (NotEntitled, 0),
    ]  # fmt: skip
    assert first.retry_at == second.retry_at == "2026-11-24T12:00+09:00"
    assert world.line.served == 1
    assert await counted(client) == {PROGRESS.key: 1, FAMILY.key: 1}
    world.clock.advance(1.0)
    assert (await client.get(PROGRESS, CASE, max_age=0)).source == "jpo"
    assert (await client.dossiers())[0] == "not granted"


async def test_after_a_day_one_question_finds_out_again(world: World) -> None:
    """The JPO may have granted the OPD in the meantime."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    world.line.canned = [canned(401, "212")]
    await refusal(world, client, FAMILY, *LENS)
    world.clock.advance(VERDICT + 1.0)
    assert (await client.get(FAMILY, *LENS)).source == "jpo"
    assert (await client.dossiers())[0] == "granted"


@pytest.mark.parametrize("reply", [canned(401, "210"), canned(200, "210"), nothing(401), nothing(403)])
async def test_a_token_refused_afresh_is_the_verdict_and_costs_home_one_token(reply: Any, world: World) -> None:
    """210 may be the token's fault, so one new token is got; home goes on with that one."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    world.line.canned = [reply, reply]
    refused = await refusal(world, client, FAMILY, *LENS)
    assert (type(refused), refused.spent, world.tokens()) == (NotEntitled, 2, 2)
    world.clock.advance(1.0)
    assert (await client.get(PROGRESS, CASE, max_age=0)).source == "jpo"
    assert world.tokens() == 2


async def test_a_token_that_had_merely_run_out_is_no_verdict(world: World) -> None:
    """The JPO may end tokens before their time."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    world.sandbox.revoke_tokens()
    answer = await client.get(FAMILY, *LENS)
    assert (answer.source, answer.cost, (await client.dossiers())[0]) == ("jpo", 2, "granted")


async def test_tokens_that_run_out_again_and_again_are_no_verdict_either(world: World) -> None:
    """Each is renewed once, as long as the OPD answers in between; a 210 after a 303 is not a fresh token's."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    for question in (LENS, OTHER):
        world.sandbox.revoke_tokens()
        world.clock.advance(APART)
        assert (await client.get(FAMILY, *question)).cost == 2
    world.line.canned = [canned(429, "303"), canned(401, "210")]
    assert type(await refusal(world, client, LIST, *LENS)) is AuthRefused
    assert (await client.dossiers())[0] == "granted"
    fresh = Entitlement.load(await client.ledger.state("opd-entitlement"))
    assert fresh.asked == ()


async def test_before_home_has_answered_it_takes_two_questions(world: World) -> None:
    """The ID itself might be what is refused."""
    client = world.client()
    world.line.canned = [canned(401, "212")] * 3
    assert type(await refusal(world, client, FAMILY, *LENS)) is AuthRefused
    assert type(await refusal(world, client, FAMILY, *LENS)) is AuthRefused
    assert type(await refusal(world, client, FAMILY, *OTHER)) is NotEntitled
    assert world.tokens() == 1


@pytest.mark.parametrize("reply", [canned(200, "204"), in_xml("204"), canned(200, "400"), nothing(400)])
async def test_what_may_be_about_the_number_takes_two_questions(reply: Any, world: World) -> None:
    """The same number asked again says nothing new."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    world.line.canned = [reply] * 3
    assert type(await refusal(world, client, FAMILY, *LENS)) is JpoRefused
    assert type(await refusal(world, client, FAMILY, *LENS)) is JpoRefused
    assert type(await refusal(world, client, PAPERS, LENS[1])) is NotEntitled


async def test_two_refusals_with_an_answer_between_are_about_the_numbers(world: World) -> None:
    """And after an answer none of a number's refusals counts."""
    client = world.client()
    for question in (OTHER, ("application", "JP.2021490002.A"), ("application", "JP.2019490003.A")):
        world.line.canned = [canned(200, "204")]
        assert type(await refusal(world, client, FAMILY, *question)) is JpoRefused
        assert (await client.get(FAMILY, *LENS, max_age=0)).source == "jpo"
        world.clock.advance(APART)
    assert (await client.dossiers())[0] == "granted"


async def test_a_limit_of_nought_at_two_endpoints_is_the_verdict(world: World) -> None:
    """The one live report of an ID whose OPD calls failed speaks of 203 and nothing else."""
    client = world.client()
    world.line.canned = [canned(200, "203"), in_xml("203")]
    assert type(await refusal(world, client, FAMILY, *LENS)) is QuotaSpent
    assert type(await refusal(world, client, FAMILY, *OTHER)) is QuotaSpent
    assert type(await refusal(world, client, LIST, *LENS)) is NotEntitled
    assert world.line.served == 2


async def test_a_day_that_was_spent_is_no_verdict(world: World) -> None:
    """203 after accesses of our own is what it says."""
    client = world.client()
    for row, question in ((FAMILY, LENS), (LIST, LENS)):
        await client.get(row, *question)
        world.line.canned = [canned(200, "203")]
        assert type(await refusal(world, client, row, *OTHER)) is QuotaSpent
    assert (await client.dossiers())[0] == "granted"
    assert await client.kept(FAMILY, *OTHER) is None


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (canned(429, "303"), JpoBusy), (in_xml("303"), JpoBusy), (canned(504, "302"), JpoUnavailable),
        (canned(200, "999"), JpoUnavailable), (nothing(503), JpoUnavailable), (nothing(200), MalformedReply),
        (in_xml("208"), JpoRefused),
    ],
)  # fmt: skip
async def test_trouble_of_the_moment_is_no_verdict(reply: Any, error: type[JpoError], world: World) -> None:
    """Nor does it reach the domestic half: neither its pace nor its breaker."""
    client = world.client()
    await client.get(PROGRESS, CASE)
    world.line.canned = [reply] * 12
    for question in (LENS, OTHER, ("application", "JP.2021490002.A")):
        assert type(await refusal(world, client, FAMILY, *question)) in {error, JpoUnavailable}
    world.line.canned = []
    assert (await client.dossiers())[0] == "unknown"
    world.clock.advance(1.0)
    assert (await client.get(PROGRESS, CASE, max_age=0)).source == "jpo"
    assert await client.ledger.minute("domestic") > await client.ledger.minute("opd")
    assert await client.ledger.state("breaker/domestic") is None
    assert await client.kept(FAMILY, *LENS) is None


async def test_switched_off_nothing_is_asked_and_what_is_kept_still_serves(world: World) -> None:
    """JPO_MCP_OPD=off."""
    await world.client().get(FAMILY, *LENS)
    before = world.arrived()
    client = world.client(opd="off")
    assert (await client.get(FAMILY, *LENS)).source == "kept"
    refused = await refusal(world, client, FAMILY, *OTHER)
    assert (type(refused), refused.spent, refused.retry_at) == (NotEntitled, 0, None)
    assert world.arrived() == before
    assert (await client.dossiers())[0] == "off"


async def test_switched_on_every_question_is_asked(world: World) -> None:
    """JPO_MCP_OPD=on: no verdict is read or written."""
    client = world.client(opd="on")
    await client.get(PROGRESS, CASE)
    world.line.canned = [canned(401, "212")] * 2
    for question in (LENS, OTHER):
        assert type(await refusal(world, client, FAMILY, *question)) is AuthRefused
    assert world.line.served == 2
    assert await client.ledger.state("opd-entitlement") is None


async def test_an_older_answer_is_served_with_the_verdict_as_its_reason(world: World) -> None:
    """As for every other failure."""
    client = world.client()
    await client.get(FAMILY, *LENS)
    await client.get(PROGRESS, CASE)
    await client.ledger.put_state("opd-entitlement", Entitlement(refused_until=NOON + VERDICT, because="212").dump())
    world.clock.advance(1.0)
    stale = await client.get(FAMILY, *LENS, max_age=0)
    assert (stale.source, stale.cost, type(stale.stale_because)) == ("stale", 0, NotEntitled)


# ── the rules alone ───────────────────────────────────────────────────────────────────────────


def test_two_halves_of_a_verdict_a_day_apart_are_none() -> None:
    """An odd refusal now and then is not a verdict."""
    first = Entitlement().refused(1, "a", "204", NOON)
    assert first.refused(1, "b", "204", NOON + VERDICT - 1.0).state(NOON + VERDICT) == "not granted"
    late = first.refused(1, "b", "204", NOON + VERDICT)
    assert (late.state(NOON + VERDICT), late.asked) == ("unknown", ("b",))


def test_a_verdict_given_under_a_clock_that_ran_ahead_does_not_outlive_its_day() -> None:
    """A machine that woke up in another year must not go without the dossiers until then."""
    ahead = Entitlement().refused(2, "a", "301", NOON + 400 * VERDICT)
    assert ahead.state(NOON + 400 * VERDICT) == "not granted"
    assert ahead.state(NOON) == "unknown"


@pytest.mark.parametrize("text", [None, "", "[]", "{", "null", '{"asked": 5}', '{"refused_until": "soon"}', "{}"])
def test_a_finding_that_cannot_be_read_is_none(text: str | None) -> None:
    """The row may be from another version."""
    assert Entitlement.load(text) == Entitlement()


def test_a_finding_survives_being_written_down() -> None:
    """It is shared by every process on the machine."""
    found = Entitlement(granted_at=1.5, asked=("a", "b"), weight=1, since=2.0, refused_until=3.5, because="212")
    assert Entitlement.load(found.dump()) == found


def test_an_id_that_has_had_the_opd_is_not_written_off_for_one_refusal() -> None:
    """Even one that can only be about the ID."""
    for said, code, status in ((Said.TOKEN, "210", 401), (Said.CREDENTIALS, "212", 401), (Said.REFUSED, "301", 404)):
        assert weight(said, code, status, at_home=True, granted=True, first_today=True) == 1
    for said, code in ((Said.REFUSED, "204"), (Said.SPENT, "203")):
        assert weight(said, code, 200, at_home=True, granted=True, first_today=True) == 0


@pytest.mark.parametrize("code", ["210", "212", "203", "303", "301", "204", "999", "107"])
async def test_no_message_about_a_paper_with_a_long_id_is_too_long(code: str, world: World) -> None:
    """Ids have up to 160 characters, and stand in both languages."""
    client = world.client()
    world.line.canned = [canned(200, code)] * 3
    with pytest.raises(JpoError) as refused:
        (await client.get(PDF, LENS[1], "Report_" * 22)).found()
    assert len(refused.value.text()) <= 600
    world.line.canned = [(200, b"<html>", {})] * 2
    assert len(str(await refusal(world, client, PDF, LENS[1], "Opinion_" * 20))) <= 600


# ── other forms than the one that was due ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "came"),
    [
        (b"%PDF-1.4\n%%EOF", "XML was due, a PDF file came"),
        (b"PK\x05\x06", "XML was due, a ZIP file came"),
        (b"<api-data><statusCode>100</statusCode><family-data><fam", "XML was due, XML cut short or damaged came"),
        (b"<!DOCTYPE html><p>maintenance", "XML was due, a web page came"),
        (b'{"result":{"statusCode":"100","data":{"a":"b"}}}', "XML was due, JSON came"),
        (b"", "XML was due, nothing came"),
        (in_xml("100", "<family-list-data/>")[1], "XML was due, XML came"),
    ],
)
async def test_an_answer_in_another_form_is_explained_and_not_kept(body: bytes, came: str, world: World) -> None:
    """Truncated XML, a file, a page, and the answer to another question."""
    client = world.client()
    world.line.canned = [(200, body, {})]
    refused = await refusal(world, client, FAMILY, *LENS)
    assert (type(refused), refused.spent, came in refused.text("en")) == (MalformedReply, 1, True)
    assert await client.kept(FAMILY, *LENS) is None
    assert (await client.get(FAMILY, *LENS)).source == "jpo"


async def test_classes_of_another_application_are_thrown_away(world: World) -> None:
    """Recorded for all five offices: the answer repeats the number that was asked for."""
    client = world.client()
    world.sandbox.faults.add(Fault("wrong_case", endpoint=CLASSES.key))
    assert type(await refusal(world, client, CLASSES, LENS[1])) is WrongCase
    assert (await client.get(CLASSES, LENS[1])).found().application_number == LENS[1]


async def test_a_paper_over_ten_megabytes_is_fetched_from_its_link(world: World) -> None:
    """Known of the domestic bundles; nobody has reported it of the OPD."""
    client = world.client()
    question = world.question(PDF)
    plain = (await client.get(PDF, *question)).raw
    world.sandbox.faults.add(Fault("oversize", endpoint=PDF.key))
    world.clock.advance(1.0)
    again = await client.get(PDF, *question, max_age=0)
    assert (again.raw, again.source) == (plain, "jpo")


async def test_home_and_the_dossiers_have_a_minute_each(world: World) -> None:
    """Ten and five: fifteen go out at once, the next of each waits."""
    client = world.client(deadline=50.0)
    numbers = [q[1] for q in world.sandbox.register.questions(FAMILY) if q[0] == "application"]
    for number in numbers[:5]:
        await client.get(FAMILY, "application", number)
    cases = list(world.sandbox.register.questions(PROGRESS))
    for question in cases[:10]:
        await client.get(PROGRESS, *question)
    assert [await client.ledger.minute("opd"), await client.ledger.minute("domestic")] == [(0, 61.0), (0, 61.0)]
    assert (world.most_in_a_minute("/opdapi/"), world.most_in_a_minute()) == (5, 10)
