"""Each switch shows the fault that it promises. The kinds come from the faults measured or feared upstream."""

from __future__ import annotations

import asyncio
import gzip
import json
import zipfile
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.sandbox import KINDS, Dropped, Fault, Sandbox
from tests.sandbox.conftest import CREDENTIALS, Caller, caller_of

PROGRESS = "/api/patent/v1/app_progress/2020490001"
KEY = "patent/app_progress"
BUNDLE = "/api/patent/v1/app_doc_cont_opinion_amendment/2020490001"

ENVELOPES: list[tuple[Any, int, str]] = [
    ("spent_203", 200, "203"),
    ("busy_303", 429, "303"),
    ("token_210", 401, "210"),
    ("timeout_302", 504, "302"),
    ("unexpected_999", 200, "999"),
]


@pytest.mark.parametrize(("kind", "status", "code"), ENVELOPES)
async def test_a_refusal_can_be_switched_on(
    kind: Any, status: int, code: str, caller: Caller, sandbox: Sandbox
) -> None:
    """HTTP statuses as the specification pairs them."""
    sandbox.faults.add(Fault(kind))
    reply = await caller.get(PROGRESS)
    assert (reply.status_code, reply.json()["result"]["statusCode"]) == (status, code)
    assert sandbox.arrivals[-1].status_code == code
    assert (await caller.result(PROGRESS))["statusCode"] == "100"


async def test_a_fault_can_change_the_http_status_and_tell_when_to_come_back(caller: Caller, sandbox: Sandbox) -> None:
    """999 is seen with 200 and 500, 210 with 401 and perhaps 200; 303 may carry Retry-After."""
    sandbox.faults.add(Fault("unexpected_999", status=500))
    sandbox.faults.add(Fault("token_210", status=200))
    sandbox.faults.add(Fault("busy_303", retry_after="7"))
    replies = [await caller.get(PROGRESS) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [500, 200, 429]
    assert replies[2].headers["retry-after"] == "7"


async def test_a_fault_lasts_for_its_times_at_its_endpoint(caller: Caller, sandbox: Sandbox) -> None:
    """Other endpoints go on as ever; None lasts for ever."""
    sandbox.faults.add(Fault("busy_303", times=2, endpoint=KEY))
    elsewhere = await caller.result("/api/design/v1/app_progress/2021490100")
    here = [(await caller.result(PROGRESS))["statusCode"] for _ in range(3)]
    assert (elsewhere["statusCode"], here) == ("100", ["303", "303", "100"])
    sandbox.faults.add(Fault("busy_303", times=None))
    assert [(await caller.result(PROGRESS))["statusCode"] for _ in range(4)] == ["303"] * 4
    sandbox.faults.clear()
    assert (await caller.result(PROGRESS))["statusCode"] == "100"


@pytest.mark.parametrize(("counted", "spent"), [(True, 1), (False, 0)])
async def test_whether_a_failed_access_counts_is_a_switch(
    counted: bool, spent: int, caller: Caller, sandbox: Sandbox
) -> None:
    """Nobody knows whether 303 and the like count, so clients must live with both."""
    sandbox.faults.add(Fault("busy_303", counted=counted))
    await caller.get(PROGRESS)
    assert (sandbox.spent(KEY), sandbox.arrivals[-1].counted) == (spent, counted)


@pytest.mark.parametrize("kind", ["http_500", "http_502", "http_503", "http_504"])
@pytest.mark.parametrize("body", ["html", "message"])
async def test_what_stands_in_front_of_the_jpo_answers_in_its_own_form(
    kind: Any, body: Any, caller: Caller, sandbox: Sandbox
) -> None:
    """CloudFront and API Gateway were seen in the headers."""
    sandbox.faults.add(Fault(kind, body=body))
    reply = await caller.get(PROGRESS)
    assert reply.status_code == int(kind[-3:])
    assert reply.headers["content-type"] == ("text/html" if body == "html" else "application/json")
    assert reply.content.startswith(b"<!DOCTYPE html>" if body == "html" else b'{"message":')


BODIES: list[tuple[Any, bytes]] = [
    ("html_200", b"<!DOCTYPE html>"),
    ("garbage", b"\x00\x01\x02"),
    ("empty", b""),
    ("null", b"null"),
    ("list", b"[]"),
    ("no_result", b'{"data":{}}'),
    ("bom", b'\xef\xbb\xbf{"result"'),
    ("nested_deep", b'{"result":[[[['),
]


@pytest.mark.parametrize(("kind", "start"), BODIES)
async def test_a_body_can_be_something_else_than_an_envelope(
    kind: Any, start: bytes, caller: Caller, sandbox: Sandbox
) -> None:
    """All with HTTP 200."""
    sandbox.faults.add(Fault(kind))
    reply = await caller.get(PROGRESS)
    assert reply.status_code == 200
    assert reply.content.startswith(start)
    assert bool(reply.content) is bool(start)


async def test_a_truncated_answer_is_no_json(caller: Caller, sandbox: Sandbox) -> None:
    """The first half of the true bytes, with a length to match."""
    whole = (await caller.get(PROGRESS)).content
    sandbox.faults.add(Fault("truncated"))
    half = (await caller.get(PROGRESS)).content
    assert len(half) == len(whole) // 2
    with pytest.raises(ValueError, match="line 1"):
        json.loads(half.decode("utf-8", "replace"))


async def test_nesting_goes_beyond_what_a_parser_bears(caller: Caller, sandbox: Sandbox) -> None:
    """Measured: 3,000 levels raise RecursionError in the standard library."""
    sandbox.faults.add(Fault("nested_deep"))
    assert (await caller.get(PROGRESS)).content.count(b"[") >= 3000


async def test_an_envelope_can_lack_its_data_or_hold_numbers(caller: Caller, sandbox: Sandbox) -> None:
    """Drift of the schema."""
    sandbox.faults.add(Fault("no_data"))
    sandbox.faults.add(Fault("ints_for_strings"))
    assert "data" not in await caller.result(PROGRESS)
    numbers = await caller.result(PROGRESS)
    assert (numbers["statusCode"], numbers["remainAccessCount"]) == (100, 798)
    assert numbers["data"]["applicationNumber"] == 2020490001


async def test_a_counter_can_be_blank_garbage_or_stale(caller: Caller, sandbox: Sandbox) -> None:
    """A counter is never to be believed upwards within a day."""
    for fault in (
        Fault("blank_counter"),
        Fault("garbage_counter"),
        Fault("stale_counter"),
        Fault("stale_counter", value="799"),
        Fault("garbage_counter", value=-1),
    ):
        sandbox.faults.add(fault)
    shown = [(await caller.result(PROGRESS))["remainAccessCount"] for _ in range(6)]
    assert shown == ["", "たくさん", "800", "799", -1, "794"]


async def test_unknown_fields_and_codes_appear_at_every_depth(caller: Caller, sandbox: Sandbox) -> None:
    """The JPO may add either any day."""
    sandbox.faults.add(Fault("extra_fields"))
    data = (await caller.result(PROGRESS))["data"]
    row = data["bibliographyInformation"][0]["documentList"][0]
    assert (data["newField"], row["newField"]) == ("新しい項目", "新しい項目")
    assert (data["erasureIdentifier"], row["documentCode"]) == ("9Z", "Z9999")


@pytest.mark.parametrize("path", [PROGRESS, "/api/patent/v1/case_number_reference/application/2020490001"])
async def test_the_answer_can_be_about_another_case(path: str, caller: Caller, sandbox: Sandbox) -> None:
    """As a confused CDN would give it."""
    sandbox.faults.add(Fault("wrong_case"))
    result = await caller.result(path)
    assert result["statusCode"] == "100"
    assert result["data"]["applicationNumber"] != "2020490001"


async def test_a_bundle_can_be_about_another_case(caller: Caller, sandbox: Sandbox) -> None:
    """The file name and the papers are the other case's."""
    sandbox.faults.add(Fault("wrong_case"))
    reply = await caller.get(BUNDLE)
    assert "2020490001" not in reply.headers["content-disposition"]
    assert zipfile.ZipFile(BytesIO(reply.content)).namelist()


async def test_a_dropped_connection_cuts_the_body(caller: Caller, sandbox: Sandbox) -> None:
    """In process the application itself raises; over a socket the client sees the cut (test_loopback)."""
    sandbox.faults.add(Fault("drop"))
    with pytest.raises(Dropped):
        await caller.get(PROGRESS)
    assert sandbox.arrivals[-1].counted
    assert sandbox.spent(KEY) == 1


async def arrived(sandbox: Sandbox) -> None:
    """Let the other tasks run until the request is at the JPO, a thousand turns at most."""
    for _ in range(1000):
        if sandbox.count(KEY):
            return
        await asyncio.sleep(0)
    pytest.fail("the request did not arrive")


async def test_a_hanging_request_has_arrived_and_gets_no_answer(caller: Caller, sandbox: Sandbox) -> None:
    """The client gives up; what the JPO did with it stays open."""
    await caller.log_in()
    sandbox.faults.add(Fault("hang"))
    waiting = asyncio.create_task(caller.get(PROGRESS))
    await arrived(sandbox)
    assert not waiting.done()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert sandbox.arrivals[-1].status_code is None


async def test_a_hang_can_be_released(caller: Caller, sandbox: Sandbox) -> None:
    """So that a test decides when the answer comes."""
    await caller.log_in()
    fault = sandbox.faults.add(Fault("hang", release=asyncio.Event()))
    waiting = asyncio.create_task(caller.get(PROGRESS))
    await arrived(sandbox)
    assert fault.release
    fault.release.set()
    assert (await waiting).json()["result"]["statusCode"] == "100"


async def test_a_drip_is_whole_in_the_end(caller: Caller, sandbox: Sandbox) -> None:
    """Chunk by chunk; with no interval here, so nobody waits."""
    sandbox.faults.add(Fault("drip", interval=0, chunk=100))
    assert (await caller.result(PROGRESS))["statusCode"] == "100"


async def test_a_compressed_bomb_is_small_until_it_is_opened(caller: Caller, sandbox: Sandbox) -> None:
    """Measured: 199 KB of gzip became 200 MB in a client that decodes by default."""
    await caller.log_in()
    sandbox.faults.add(Fault("gzip_bomb", size=1 << 20))
    async with caller.http.stream("GET", PROGRESS, headers=caller.headers) as reply:
        raw = b"".join([piece async for piece in reply.aiter_raw()])
    assert reply.headers["content-encoding"] == "gzip"
    assert len(raw) < 2_000
    assert len(gzip.decompress(raw)) == 1 << 20


# The token route.


async def test_the_token_route_has_troubles_of_its_own(caller: Caller, sandbox: Sandbox) -> None:
    """Each is met at the token route and nowhere else."""
    for fault in (
        Fault("credentials_212"),
        Fault("token_500"),
        Fault("token_html"),
        Fault("token_missing_fields"),
        Fault("token_expires_in", value=0),
        Fault("token_expires_in", value="soon"),
    ):
        sandbox.faults.add(fault)
    replies = [await caller.http.post("/auth/token", data=CREDENTIALS) for _ in range(7)]
    assert [reply.status_code for reply in replies] == [401, 500, 200, 200, 200, 200, 200]
    assert replies[2].headers["content-type"] == "text/html"
    assert replies[3].json() == {"token_type": "Bearer"}
    assert [reply.json()["expires_in"] for reply in replies[4:]] == [0, "soon", 3600]


async def test_a_general_fault_strikes_the_token_route_only_when_told(caller: Caller, sandbox: Sandbox) -> None:
    """Otherwise one could not tell a busy endpoint from a busy token route."""
    sandbox.faults.add(Fault("http_503", endpoint="auth/token"))
    assert (await caller.http.post("/auth/token", data=CREDENTIALS)).status_code == 503
    sandbox.faults.add(Fault("http_503"))
    assert (await caller.http.post("/auth/token", data=CREDENTIALS)).status_code == 200


# More than 10 MB.


async def link(caller: Caller, sandbox: Sandbox) -> str:
    sandbox.faults.add(Fault("oversize"))
    result = await caller.result(BUNDLE)
    assert (result["statusCode"], result["remainAccessCount"]) == ("100", "99")
    return result["data"]["URL"]


async def test_an_oversize_bundle_is_a_signed_link_for_five_minutes(
    caller: Caller, sandbox: Sandbox, clock: ManualClock
) -> None:
    """The specification's example: bucket host, file name and four query fields."""
    url = urlsplit(await link(caller, sandbox))
    assert url.scheme == "https"
    assert url.netloc == "ipapi-prd-upload-10mbdata-from-ecs.s3.amazonaws.com"
    assert url.path == "/docContOpinionAmendment_2020490001.zip"
    query = parse_qs(url.query)
    assert list(query) == ["AWSAccessKeyId", "Signature", "x-amz-security-token", "Expires"]
    assert query["Expires"] == [str(int(clock.now()) + 300)]


async def test_the_link_gives_the_same_bundle_and_costs_nothing_more(caller: Caller, sandbox: Sandbox) -> None:
    """Any host reaches the application in process."""
    direct = (await caller.get(BUNDLE)).content
    url = await link_after(caller, sandbox)
    fetched = await caller.http.get(url)
    assert (fetched.status_code, fetched.content) == (200, direct)
    assert sandbox.spent("patent/app_doc_cont_opinion_amendment") == 2
    assert sandbox.count("download") == 1


async def link_after(caller: Caller, sandbox: Sandbox) -> str:
    sandbox.faults.add(Fault("oversize"))
    return (await caller.result(BUNDLE))["data"]["URL"]


async def test_the_link_refuses_a_bearer_token_a_wrong_signature_and_a_late_comer(
    caller: Caller, sandbox: Sandbox, clock: ManualClock
) -> None:
    """S3 answers in XML: 400 for two ways of signing, 403 for the rest."""
    url = await link(caller, sandbox)
    with_token = await caller.http.get(url, headers=caller.headers)
    forged = await caller.http.get(url.replace("Signature=", "Signature=A"))
    clock.advance(301)
    late = await caller.http.get(url)
    assert [with_token.status_code, forged.status_code, late.status_code] == [400, 403, 403]
    assert late.content.startswith(b"<?xml")


async def test_json_rows_have_no_oversize_answers(caller: Caller, sandbox: Sandbox) -> None:
    """The switch waits for a bundle."""
    sandbox.faults.add(Fault("oversize"))
    assert "URL" not in (await caller.result(PROGRESS))["data"]
    assert "URL" in (await caller.result(BUNDLE))["data"]


async def test_every_kind_of_fault_can_be_met_without_breaking_the_sandbox(clock: ManualClock) -> None:
    """A kind that is named but does nothing would let a test pass for the wrong reason."""
    for kind in set(KINDS) - {"hang", "drop"}:
        sandbox = Sandbox(clock=clock)
        caller = caller_of(sandbox)
        async with caller.http:
            await caller.log_in()
            fault = sandbox.faults.add(Fault(kind, size=100, interval=0, value="7"))
            for path in (PROGRESS, BUNDLE):
                await caller.get(path)
            with_token = await caller.http.post("/auth/token", data=CREDENTIALS)
        assert isinstance(with_token, httpx.Response)
        assert fault.times == 0
