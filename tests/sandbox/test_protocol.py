"""Tokens, counters, status codes and headers, as recorded and as the specification says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import jpo_mcp.sandbox
from jpo_mcp.clock import ManualClock
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from tests.sandbox.conftest import Caller, caller_of

PROGRESS = "/api/patent/v1/app_progress/2020490001"
KEY = "patent/app_progress"


async def test_a_token_has_the_fields_of_the_recorded_one(caller: Caller, shared: Path) -> None:
    """Recorded: expires_in is a number, the type is spelled Bearer."""
    recorded = json.loads((shared / "recordings/domestic/auth__token.json").read_bytes())
    granted = await caller.log_in()
    assert list(granted) == list(recorded)
    assert (granted["expires_in"], granted["refresh_expires_in"], granted["token_type"]) == (3600, 28800, "Bearer")


async def test_a_wrong_password_is_refused_with_212(caller: Caller, sandbox: Sandbox) -> None:
    """The status page's code for invalid authentication information."""
    form = {"grant_type": "password", "username": USERNAME, "password": "wrong"}
    reply = await caller.http.post("/auth/token", data=form)
    assert reply.status_code == 401
    assert reply.json()["result"]["statusCode"] == "212"
    assert sandbox.count("auth/token") == 1
    assert sandbox.count() == 0


async def test_an_access_token_lives_an_hour_of_the_sandboxs_clock(caller: Caller, clock: ManualClock) -> None:
    """Handbook: 3600 seconds; then 210 with HTTP 401."""
    await caller.log_in()
    clock.advance(3599)
    assert (await caller.get(PROGRESS)).status_code == 200
    clock.advance(1)
    expired = await caller.get(PROGRESS)
    assert (expired.status_code, expired.json()["result"]["statusCode"]) == (401, "210")


async def test_a_refresh_token_gives_a_new_pair_for_eight_hours(caller: Caller, clock: ManualClock) -> None:
    """Handbook: no password is needed until 28800 seconds have passed."""
    granted = await caller.log_in()
    form = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    clock.advance(28799)
    renewed = (await caller.http.post("/auth/token", data=form)).json()
    assert renewed["access_token"] != granted["access_token"]
    clock.advance(1)
    assert (await caller.http.post("/auth/token", data=form)).json()["result"]["statusCode"] == "212"


async def test_a_new_token_does_not_revoke_the_older_one(caller: Caller) -> None:
    """The JPO's own questions and answers."""
    await caller.log_in()
    older = dict(caller.headers)
    await caller.log_in()
    assert (await caller.http.get(PROGRESS, headers=older)).status_code == 200


async def test_without_a_token_nothing_is_answered_or_counted(caller: Caller, sandbox: Sandbox) -> None:
    """210 with HTTP 401 in the specification."""
    reply = await caller.http.get(PROGRESS)
    assert (reply.status_code, reply.json()["result"]["remainAccessCount"]) == (401, "")
    assert sandbox.spent(KEY) == 0
    assert [(a.status_code, a.counted) for a in sandbox.arrivals] == [("210", False)]


async def test_revoked_tokens_end_early(caller: Caller, sandbox: Sandbox) -> None:
    """A token can end before its time."""
    await caller.log_in()
    sandbox.revoke_tokens()
    assert (await caller.get(PROGRESS)).status_code == 401


async def test_each_endpoint_and_law_has_its_own_counter(caller: Caller) -> None:
    """Recorded: patent, design and trademark progress count apart; the first call of a day shows limit-1."""
    assert (await caller.result(PROGRESS))["remainAccessCount"] == "799"
    assert (await caller.result(PROGRESS))["remainAccessCount"] == "798"
    other_law = await caller.result("/api/design/v1/app_progress/2021490100")
    other_endpoint = await caller.result("/api/patent/v1/cite_doc_info/2020490001")
    assert (other_law["remainAccessCount"], other_endpoint["remainAccessCount"]) == ("799", "99")


async def test_107_and_108_cost_an_access(caller: Caller, sandbox: Sandbox) -> None:
    """Recorded for 107: 787, then 786 with the 107."""
    nothing = await caller.result("/api/patent/v1/app_progress/2020111111")
    assert (nothing["statusCode"], nothing["remainAccessCount"], nothing["data"]) == ("107", "799", {})
    no_paper = await caller.result("/api/patent/v1/app_doc_cont_refusal_reason/2024490010")
    assert (no_paper["statusCode"], no_paper["remainAccessCount"]) == ("108", "99")
    assert sandbox.spent("patent/app_doc_cont_refusal_reason") == 1


async def test_the_108_of_the_applicants_bundle_has_no_data() -> None:
    """The specification's own example, in all three laws."""
    caller = caller_of(Sandbox())
    async with caller.http:
        result = await caller.result("/api/patent/v1/app_doc_cont_opinion_amendment/2024490010")
    assert "data" not in result


async def test_when_the_day_is_spent_the_answer_is_203_until_japanese_midnight(clock: ManualClock) -> None:
    """Handbook 2.0: blocked until the next 00:00, which the recordings show to be Japan's."""
    sandbox = Sandbox(clock=clock, limits={"1-1": 2})
    caller = caller_of(sandbox)
    async with caller.http:
        counters = [(await caller.result(PROGRESS))["remainAccessCount"] for _ in range(2)]
        spent = await caller.result(PROGRESS)
        clock.advance(12 * 3600)  # from noon to midnight in Japan
        await caller.log_in()
        renewed = await caller.result(PROGRESS)
    assert counters == ["1", "0"]
    assert (spent["statusCode"], spent["remainAccessCount"], spent["data"]) == ("203", "", {})
    assert spent["errorMessage"] == "1日のアクセス上限を超過したため閲覧を制限します。"
    assert renewed["remainAccessCount"] == "1"


async def test_one_second_before_midnight_the_day_is_still_the_old_one(clock: ManualClock) -> None:
    """The quota day is the Japanese calendar day."""
    sandbox = Sandbox(clock=clock, limits={"1-1": 1})
    caller = caller_of(sandbox)
    async with caller.http:
        await caller.result(PROGRESS)
        clock.advance(12 * 3600 - 1)
        await caller.log_in()
        assert (await caller.result(PROGRESS))["statusCode"] == "203"
        assert sandbox.arrivals[-1].counted is False


async def test_a_colleague_can_spend_the_same_id(caller: Caller, sandbox: Sandbox) -> None:
    """Several people use one ID at once."""
    sandbox.spend(KEY, 700)
    assert (await caller.result(PROGRESS))["remainAccessCount"] == "99"
    with pytest.raises(ValueError, match="99"):
        sandbox.spend(KEY, 100)


async def test_a_bundle_shows_no_counter_but_costs_an_access(caller: Caller, sandbox: Sandbox) -> None:
    """Recorded: no counter in body or headers of a ZIP."""
    reply = await caller.get("/api/patent/v1/app_doc_cont_refusal_reason/2020490001")
    assert reply.headers["content-type"] == "application/zip"
    assert reply.headers["content-disposition"] == "attachment;filename=docContRefusalReason_2020490001.zip"
    assert not any("remain" in name for name in reply.headers)
    assert sandbox.remaining("patent/app_doc_cont_refusal_reason") == 99


MALFORMED: list[tuple[str, str, str]] = [
    ("/api/patent/v1/case_number_reference/application/20201", "204", ""),
    ("/api/patent/v1/case_number_reference/filing/2020490001", "204", ""),
    ("/api/patent/v1/pct_national_phase_application_number/international_application/2020", "204", ""),
    ("/api/patent/v1/app_progress/20201", "107", "799"),
    ("/api/patent/v1/applicant_attorney/A%2FB", "107", "399"),
    ("/api/patent/v1/applicant_attorney/A%7CB", "208", ""),
    ("/api/patent/v1/applicant_attorney/A%09B", "208", ""),
    ("/api/patent/v1/case_number_reference/publication/1985046093", "111", ""),
]


@pytest.mark.parametrize(("path", "code", "remaining"), MALFORMED)
async def test_what_is_out_of_form_is_answered_by_the_book(
    path: str, code: str, remaining: str, caller: Caller, sandbox: Sandbox
) -> None:
    """204, 208 and 111 with a blank counter as in the specification; each costs one, the worst case for a client."""
    result = await caller.result(path)
    assert (result["statusCode"], result["remainAccessCount"]) == (code, remaining)
    assert sandbox.arrivals[-1].counted


async def test_the_error_envelopes_are_those_of_the_specification(caller: Caller, shared: Path) -> None:
    """The official examples, word for word."""
    official = json.loads((shared / "recordings/opd/domestic_error_envelopes.json").read_bytes())["200"]
    forbidden = await caller.result("/api/patent/v1/applicant_attorney/A%2CB")
    malformed = await caller.result("/api/patent/v1/case_number_reference/application/1")
    showa = await caller.result("/api/patent/v1/case_number_reference/publication/1985046093")
    assert forbidden == official["208"]["example"]["result"]
    assert malformed == official["204"]["example"]["result"]
    assert showa == official["111"]["example"]["result"]


async def test_an_unknown_path_is_301_and_reaches_no_endpoint(caller: Caller, sandbox: Sandbox) -> None:
    """The status page's code for a URL that is no API."""
    for path in ("/api/patent/v1/app_claims/2020490001", PROGRESS + "/more", "/"):
        reply = await caller.get(path)
        assert (reply.status_code, reply.json()["result"]["statusCode"]) == (404, "301")
    assert sandbox.count() == 0


async def test_the_headers_are_the_recorded_ones_on_the_sandboxs_clock(caller: Caller) -> None:
    """No charset, the date of the sandbox's own clock, the CDN's mark."""
    headers = (await caller.get(PROGRESS)).headers
    assert headers["content-type"] == "application/json"
    assert headers["date"] == "Mon, 23 Nov 2026 03:00:00 GMT"
    assert headers["x-cache"] == "Miss from cloudfront"


async def test_the_same_url_within_a_second_comes_from_the_cdn_and_costs_nothing(clock: ManualClock) -> None:
    """Recorded: 792, 792, 792 in one second, then 791."""
    sandbox = Sandbox(clock=clock, cdn=True)
    caller = caller_of(sandbox)
    async with caller.http:
        first = await caller.get(PROGRESS)
        clock.advance(0.9)
        second = await caller.get(PROGRESS)
        clock.advance(0.2)
        third = await caller.result(PROGRESS)
    assert second.content == first.content
    assert second.headers["x-cache"] == "Hit from cloudfront"
    assert third["remainAccessCount"] == "798"
    assert [a.counted for a in sandbox.arrivals if a.endpoint == KEY] == [True, False, True]


async def test_an_arrival_is_noted_with_all_but_the_token(caller: Caller, sandbox: Sandbox) -> None:
    """A test asks the sandbox what really reached the JPO; secrets are not kept there."""
    await caller.get("/api/patent/v1/applicant_attorney/%E8%A6%8B%E6%9C%AC%E3%80%80%E5%A4%AA%E9%83%8E")
    arrival = sandbox.arrivals[-1]
    assert (arrival.method, arrival.endpoint, arrival.arguments) == (
        "GET",
        "patent/applicant_attorney",
        ("見本　太郎",),
    )
    assert (arrival.status_code, arrival.http_status, arrival.counted) == ("100", 200, True)
    assert caller.headers["authorization"].removeprefix("Bearer ") not in repr(sandbox.arrivals)


async def test_reset_forgets_what_happened_but_not_who_may_call(caller: Caller, sandbox: Sandbox) -> None:
    """Between two parts of a test a client keeps its token."""
    await caller.get(PROGRESS)
    sandbox.reset()
    assert (sandbox.arrivals, sandbox.spent(KEY)) == ([], 0)
    assert (await caller.result(PROGRESS))["remainAccessCount"] == "799"


def test_a_limit_for_an_unknown_api_number_is_refused() -> None:
    """A misspelled number would otherwise pass unnoticed."""
    with pytest.raises(ValueError, match="9-9"):
        Sandbox(limits={"9-9": 1})


def test_the_public_names_are_few_and_sorted() -> None:
    """The shop window; everything else may change."""
    names: Any = jpo_mcp.sandbox.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(jpo_mcp.sandbox, name) for name in names)
    assert PASSWORD
