"""The access token: one for all, renewed early, never asked for too often, and a latch on refused credentials."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.errors import AuthRefused, JpoError, JpoUnavailable, NoCredentials, Words
from jpo_mcp.settings import Credentials
from jpo_mcp.upstream.auth import Token, TokenKeeper, TokenReply

SET_UP = Words("set JPO_API_USERNAME", "JPO_API_USERNAME を設定")
REFUSED = TokenReply(401, b'{"result":{"statusCode":"212","errorMessage":"","remainAccessCount":""}}')


class Notes:
    """What the ledger keeps for all processes."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def state(self, name: str) -> str | None:
        return self.kept.get(name)

    async def put_state(self, name: str, value: str | None) -> None:
        self.kept.pop(name, None)
        if value is not None:
            self.kept[name] = value


class Desk:
    """A token endpoint: gives what `answer` says, and remembers who asked for what and when."""

    def __init__(self, **fields: Any) -> None:
        self.clock = ManualClock()
        self.notes = Notes()
        self.credentials: Credentials | None = Credentials("id", "secret")
        self.fields: dict[str, Any] = {"expires_in": 3_600, "refresh_token": "r", "refresh_expires_in": 28_800} | fields
        self.grants: list[str] = []
        self.times: list[float] = []
        self.answer: Callable[[Mapping[str, str]], TokenReply] = self.grant

    def grant(self, _: Mapping[str, str]) -> TokenReply:
        return TokenReply(200, json.dumps({"access_token": f"t{len(self.grants)}", **self.fields}).encode())

    async def ask(self, form: Mapping[str, str]) -> TokenReply:
        self.grants.append(form["grant_type"])
        self.times.append(self.clock.monotonic())
        await asyncio.sleep(0)
        return self.answer(form)

    def keeper(self) -> TokenKeeper:
        return TokenKeeper(self.ask, lambda: self.credentials, self.notes, self.clock, SET_UP)


async def life(desk: Desk) -> float:
    """Seconds for which the token is used before the next is asked for."""
    keeper, began = desk.keeper(), desk.clock.monotonic()
    await keeper.token()
    while len(desk.grants) == 1:
        desk.clock.advance(1.0)
        await keeper.token()
    return desk.clock.monotonic() - began


LIVES: list[tuple[object, float]] = [
    (3_600, 3_480.0), ("3600", 3_480.0), (600, 480.0), (300, 180.0), (240, 120.0), (100, 50.0), (60, 30.0), (1, 30.0),
    (0, 30.0), (-5, 30.0), (10**12, 3_480.0), ("1e12", 3_480.0), ("inf", 3_480.0), ("", 3_480.0), ("soon", 3_480.0),
    ("nan", 3_480.0), (None, 3_480.0), ([], 3_480.0), (True, 3_480.0), (3_600.9, 3_480.0),
]  # fmt: skip


@pytest.mark.parametrize(("expires_in", "expected"), LIVES)
async def test_a_life_is_kept_within_a_minute_and_an_hour_and_ended_early(expires_in: object, expected: float) -> None:
    """Reliability B5: whatever `expires_in` says; 120 s before its end, or at half of a short life."""
    assert await life(Desk(expires_in=expires_in)) == expected


async def test_a_life_that_is_not_told_is_an_hour() -> None:
    """As the specification says."""
    desk = Desk()
    del desk.fields["expires_in"]
    assert await life(desk) == 3_480.0


async def test_a_hundred_callers_share_one_token() -> None:
    """One request, however many wait."""
    desk = Desk()
    keeper = desk.keeper()
    tokens = await asyncio.gather(*(keeper.token() for _ in range(100)))
    assert (desk.grants, set(tokens)) == (["password"], {Token("t1", 1)})


async def test_a_hundred_refusals_of_one_token_renew_it_once() -> None:
    """By generation: a refusal of the old token says nothing of the new one."""
    desk = Desk()
    keeper = desk.keeper()
    old = await keeper.token()

    async def refused() -> Token:
        keeper.reject(old)
        return await keeper.token()

    assert set(await asyncio.gather(*(refused() for _ in range(100)))) == {Token("t2", 2)}
    assert desk.grants == ["password", "password"]


async def test_the_refresh_token_serves_for_eight_hours_and_then_the_password() -> None:
    """The password travels as seldom as it can."""
    desk = Desk()
    keeper = desk.keeper()
    for seconds in (0.0, 3_500.0, 3_500.0, 28_600.0, 28_700.0):
        desk.clock.advance(seconds)
        await keeper.token()
    assert desk.grants == ["password", "refresh_token", "refresh_token", "refresh_token", "password"]


async def test_a_refused_refresh_falls_back_to_the_password_once() -> None:
    """The password was not refused, so nothing is latched."""
    desk = Desk()
    keeper = desk.keeper()
    await keeper.token()
    desk.clock.advance(3_500.0)
    desk.answer = lambda form: REFUSED if form["grant_type"] == "refresh_token" else desk.grant(form)
    assert await keeper.token() == Token("t3", 2)
    assert (desk.grants, desk.notes.kept) == (["password", "refresh_token", "password"], {})


async def test_no_more_than_two_token_requests_and_then_silence_for_wrong_credentials() -> None:
    """Reliability B4: refresh, password, and then nothing for 15 minutes."""
    desk = Desk()
    keeper = desk.keeper()
    await keeper.token()
    desk.clock.advance(3_500.0)
    desk.answer = lambda _: REFUSED
    for _ in range(20):
        with pytest.raises(AuthRefused):
            await keeper.token()
    assert desk.grants == ["password", "refresh_token", "password"]


async def test_a_changed_secret_is_tried_at_once_and_forgets_the_latch() -> None:
    """And a token of the old credentials is not used for the new ones."""
    desk = Desk()
    desk.answer = lambda _: REFUSED
    keeper = desk.keeper()
    with pytest.raises(AuthRefused):
        await keeper.token()
    desk.credentials, desk.answer = Credentials("id", "another"), desk.grant
    await keeper.token()
    assert (desk.grants, desk.notes.kept) == (["password"] * 2, {})
    desk.credentials = Credentials("other", "another")
    desk.clock.advance(61.0)
    assert (await keeper.token()).generation == 2


async def test_the_latch_gives_nothing_of_the_secret_away() -> None:
    """It tells a changed secret from the same one by a salted, slow and short fingerprint."""
    desk = Desk()
    desk.credentials, desk.answer = Credentials("sentinel-user", "sentinel-password"), lambda _: REFUSED
    with pytest.raises(AuthRefused):
        await desk.keeper().token()
    latch = json.loads(desk.notes.kept["auth-latch"])
    assert latch.keys() == {"failures", "until", "salt", "print"}
    assert (len(latch["print"]), "sentinel" in desk.notes.kept["auth-latch"]) == (16, False)


@pytest.mark.parametrize("kept", ["", "[]", "null", "{", '{"until": "soon"}', '{"until": null}', '{"failures": []}'])
async def test_an_unreadable_latch_is_no_latch(kept: str) -> None:
    """Whoever wrote it."""
    desk = Desk()
    desk.notes.kept["auth-latch"] = kept
    assert (await desk.keeper().token()).generation == 1


@pytest.mark.parametrize(
    "kept", ['{"failures": "many", "until": 1}', '{"failures": null}', '{"failures": 1e400}', '{"failures": 1e300}']
)
async def test_an_unreadable_latch_is_written_anew(kept: str) -> None:
    """The count of failures begins again."""
    desk = Desk()
    desk.notes.kept["auth-latch"] = kept
    desk.answer = lambda _: REFUSED
    with pytest.raises(AuthRefused):
        await desk.keeper().token()


BROKEN: list[TokenReply] = [
    TokenReply(0, b""),
    *(TokenReply(status, b"<html>sentinel-token</html>") for status in (200, 302, 500, 502, 503, 504)),
    *(
        TokenReply(200, body)
        for body in (
            b"", b"null", b"[]", b"{}", b"{", b'"sentinel-token"', b'{"access_token":null}', b'{"access_token":""}',
            b'{"access_token":5}', b'{"access_token":["sentinel-token"]}', b'{"access_token":"sentinel-token x"}',
            b'{"access_token":"sentinel-token\\r\\nX: y"}', '{"access_token":"sentinel-token特"}'.encode(),
            b'{"access_token":"sentinel-token\\u0000"}', b'{"token":"sentinel-token"}', b"[" * 5_000, b"\xff\xfe",
            b'{"refresh_token":"sentinel-token"}', b'{"expires_in":3600}', b"\x00", b'{"a":' * 5_000, b"sentinel-token",
            b'{"result":{"statusCode":"999","errorMessage":"sentinel-token"}}',
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
async def test_a_broken_token_reply_is_no_token_no_latch_and_never_repeated(
    broken: TokenReply, caplog: pytest.LogCaptureFixture
) -> None:
    """Reliability E2: 30 bodies; a rival shows the whole of it."""
    caplog.set_level("DEBUG")
    desk = Desk()
    desk.answer = lambda _: broken
    with pytest.raises(JpoUnavailable) as raised:
        await desk.keeper().token()
    assert raised.value.retry_at is not None
    assert "sentinel" not in raised.value.text() + repr(raised.value) + repr(broken) + caplog.text
    assert desk.notes.kept == {}


@pytest.mark.parametrize(
    ("reply", "ja", "en"),
    [
        (TokenReply(0, b""), "プロキシ", "no answer came"),
        (TokenReply(503, b"<html></html>"), "HTTP 503", "HTTP 503"),
    ],
)
async def test_without_a_token_the_reason_is_said_in_words(reply: TokenReply, ja: str, en: str) -> None:
    """Our choice: behind a company's proxy this is the first error of all, and "no token" helps nobody."""
    desk = Desk()
    desk.answer = lambda _: reply
    with pytest.raises(JpoUnavailable) as raised:
        await desk.keeper().token()
    assert ja in raised.value.text("ja")
    assert en in raised.value.text("en")
    assert "HTTP 0" not in raised.value.text()


def test_thirty_broken_replies_are_tried() -> None:
    """The number that the rule names."""
    assert len(BROKEN) == 30


@pytest.mark.parametrize("reply", [TokenReply(400, b""), TokenReply(401, b""), TokenReply(403, b"<html>"), REFUSED])
async def test_a_refusal_latches_whatever_its_body(reply: TokenReply) -> None:
    """Whether repeated wrong passwords lock the ID is unknown."""
    desk = Desk()
    desk.answer = lambda _: reply
    keeper = desk.keeper()
    for _ in range(3):
        with pytest.raises(AuthRefused):
            await keeper.token()
    assert desk.grants == ["password"]


async def test_without_credentials_nobody_is_asked() -> None:
    """And the set-up is explained."""
    desk = Desk()
    desk.credentials = None
    with pytest.raises(NoCredentials, match="JPO_API_USERNAME"):
        await desk.keeper().token()
    assert desk.grants == []


async def test_a_thousand_random_lives_never_ask_more_than_twice_a_minute() -> None:
    """Reliability B5: tokens that end when they like, told rightly or wrongly. Each is refused at most once."""
    dice = random.Random(1431)  # noqa: S311 - nothing secret hangs on it
    desk = Desk()
    ends: dict[str, float] = {}
    refused: dict[str, int] = {}
    told: list[object] = [0, "", None, "1e12", 10**12, "300", 60, 3_600]

    def grant(form: Mapping[str, str]) -> TokenReply:
        lives = dice.choice([5.0, 45.0, 200.0, 3_600.0]) * (0.5 + dice.random())
        desk.fields["expires_in"] = lives if dice.random() < 0.4 else dice.choice(told)
        if dice.random() < 0.1:
            return TokenReply(503, b"")
        if form["grant_type"] == "refresh_token" and dice.random() < 0.2:
            return REFUSED
        name = f"t{len(desk.grants)}"
        ends[name] = desk.clock.monotonic() + lives
        return desk.grant(form)

    desk.answer = grant
    keeper = desk.keeper()
    while len(ends) < 1_000:
        desk.clock.advance(dice.choice([0.1, 3.0, 20.0, 400.0]))
        try:
            token = await keeper.token()
        except JpoError:
            continue
        if ends[token.value] <= desk.clock.monotonic():
            refused[token.value] = refused.get(token.value, 0) + 1
            keeper.reject(token)
    assert max(sum(t <= other < t + 60.0 for other in desk.times[n : n + 5]) for n, t in enumerate(desk.times)) == 2
    assert set(refused.values()) == {1}


def test_no_secret_shows_in_a_representation() -> None:
    """Tracebacks and debuggers print these."""
    shown = repr((Token("sentinel", 1), TokenReply(200, b"sentinel"), Credentials("sentinel", "sentinel")))
    assert "sentinel" not in shown
