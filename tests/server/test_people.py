"""Who is let in: by a file of hashes that changes while servers run, or by what an issuer signed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import jwt
import pytest

from jpo_mcp.clock import ManualClock, SystemClock
from jpo_mcp.errors import BadArgument, BadSetting
from jpo_mcp.server import tokens
from jpo_mcp.server.people import JwtVerifier, KeySet, TokenFile, people_of
from jpo_mcp.settings import Settings
from tests.server.issuer import AUDIENCE, ISSUER, ec_key, key_set, public, rsa_key, serving, signed

NOW = 1_800_000_000.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people" / "tokens.json"


def put(file: Path, content: bytes | None, mode: int = 0o600) -> bytes:
    """Writes a file as an editor would, or removes it; gives what stood there."""
    before = file.read_bytes() if file.exists() else b""
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
        file.chmod(mode)
    return before


def verifier_of(file: Path, clock: ManualClock | None = None) -> TokenFile:
    return TokenFile(file, resource=AUDIENCE, clock=clock or ManualClock(NOW))


# ── the file ──────────────────────────────────────────────────────────────────────────────────


async def test_a_token_lets_in_who_it_was_made_for_with_their_scopes(file: Path) -> None:
    """And is meant for this server alone; the token itself goes no further than the door."""
    token = tokens.add(file, "hanako", ["jpo:spend", "jpo:read"], now=NOW, expires=NOW + 60.0)
    let_in = await verifier_of(file).verify_token(token)
    assert let_in is not None
    assert (let_in.subject, let_in.client_id, let_in.scopes) == ("hanako", "hanako", ["jpo:read", "jpo:spend"])
    assert (let_in.resource, let_in.expires_at, let_in.token) == (AUDIENCE, NOW + 60, "")


def test_a_token_is_32_random_bytes_and_the_file_holds_only_its_hash(file: Path) -> None:
    """Who reads the file can let nobody in."""
    token = tokens.add(file, "hanako", tokens.USUAL, now=NOW)
    assert len(token) == len("jpo_") + 43
    assert token not in file.read_text()
    assert hashlib.sha256(token.encode()).hexdigest() in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len({tokens.add(file, f"p{n}", tokens.USUAL, now=NOW) for n in range(20)}) == 20


async def test_a_change_of_the_file_counts_from_the_next_request_on(file: Path) -> None:
    """Added, revoked, removed, spoilt, mended: no restart."""
    first, verifier = tokens.add(file, "first", tokens.USUAL, now=NOW), verifier_of(file)
    assert await verifier.verify_token(first)
    second = tokens.add(file, "second", tokens.USUAL, now=NOW)
    assert await verifier.verify_token(second)
    tokens.revoke(file, "first")
    assert await verifier.verify_token(first) is None
    assert await verifier.verify_token(second)
    kept = put(file, None)
    assert await verifier.verify_token(second) is None
    put(file, b"{")
    assert await verifier.verify_token(second) is None
    put(file, kept)
    assert await verifier.verify_token(second)


async def test_a_token_ends_when_it_was_said_to(file: Path) -> None:
    """To the second, by the server's clock."""
    clock = ManualClock(NOW)
    token, verifier = tokens.add(file, "hanako", tokens.USUAL, now=NOW, expires=NOW + 60.0), verifier_of(file, clock)
    clock.advance(59.0)
    assert await verifier.verify_token(token)
    clock.advance(1.0)
    assert await verifier.verify_token(token) is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes of this kind")
@pytest.mark.parametrize("mode", [0o604, 0o602, 0o620, 0o644, 0o666])
async def test_a_file_that_others_can_read_or_change_lets_nobody_in(mode: int, file: Path) -> None:
    """Who can write it could add themselves. A server says so and does not start."""
    token, verifier = tokens.add(file, "hanako", tokens.USUAL, now=NOW), verifier_of(file)
    assert await verifier.verify_token(token)
    put(file, put(file, None), mode)
    assert await verifier.verify_token(token) is None
    with pytest.raises(BadSetting, match="others may read or change it"):
        await people_of(Settings(tokens_file=file), resource=AUDIENCE, clock=SystemClock())


@pytest.mark.parametrize(
    "entry",
    [
        {"name": "", "scopes": ["jpo:read"]},
        {"name": "a b", "scopes": ["jpo:read"]},
        {"name": "a\n", "scopes": ["jpo:read"]},
        {"name": "a", "scopes": []},
        {"name": "a", "scopes": ["jpo:root"]},
        {"name": "a", "scopes": ["jpo:read"], "password": "x"},
        {"name": "a", "scopes": ["jpo:read"], "sha256": "0"},
    ],
)
def test_a_file_with_anything_else_in_it_is_refused_as_a_whole(entry: dict[str, Any], file: Path) -> None:
    """Half of a list of who may come in is not a list of who may come in."""
    tokens.add(file, "hanako", tokens.USUAL, now=NOW)
    said = json.loads(file.read_text())
    said["people"].append({"sha256": "0" * 64, "made": 0, **entry})
    file.write_text(json.dumps(said))
    with pytest.raises(BadSetting, match="no file of tokens"):
        tokens.read(file)


async def test_a_password_hashed_by_hand_is_no_token(file: Path) -> None:
    """reliability.md 4.2: fewer than 32 random bytes are refused, whoever wrote the file."""
    tokens.add(file, "hanako", tokens.USUAL, now=NOW)
    made, weak = tokens.read(file)[0].sha256, hashlib.sha256(b"secret").hexdigest()
    put(file, put(file, None).replace(made.encode(), weak.encode()))
    assert await verifier_of(file).verify_token("secret") is None


async def test_the_hash_of_nothing_lets_nobody_in(file: Path) -> None:
    """A variable that was empty when it was hashed by hand: what is no token must not be that person's."""
    tokens.add(file, "hanako", tokens.USUAL, now=NOW)
    made, nothing = tokens.read(file)[0].sha256, hashlib.sha256(b"").hexdigest()
    put(file, put(file, None).replace(made.encode(), nothing.encode()))
    for token in ("", "x", "jpo_", "jpo_" + "x" * 42):
        assert await verifier_of(file).verify_token(token) is None


@pytest.mark.parametrize("name", ["", "a b", "a\nb", "x" * 65, "ﾊﾅｺ", "ｈａｎａｋｏ", "a/b", "\u202ea", "a;b"])
def test_a_name_is_one_word_that_can_be_read_back(name: str, file: Path) -> None:
    """It stands in the audit and in refusals; two spellings of one name would be two people."""
    with pytest.raises(BadArgument):
        tokens.add(file, name, tokens.USUAL, now=NOW)
    assert not file.exists()


def test_a_name_has_one_token(file: Path) -> None:
    """Else nobody could say whose was revoked; capitals make no other name."""
    tokens.add(file, "山田.hanako", tokens.USUAL, now=NOW)
    with pytest.raises(BadArgument, match="has a token already"):
        tokens.add(file, "山田.Hanako", tokens.USUAL, now=NOW)
    with pytest.raises(BadArgument, match="nobody is called"):
        tokens.revoke(file, "taro")
    tokens.revoke(file, "山田.hanako")
    tokens.add(file, "山田.Hanako", tokens.USUAL, now=NOW)


ADDING = """
import sys
from pathlib import Path
from jpo_mcp.server import tokens
for n in range(11):
    tokens.add(Path(sys.argv[1]), f"{sys.argv[2]}{n}", tokens.USUAL, now=0.0)
    if n % 2:
        tokens.revoke(Path(sys.argv[1]), f"{sys.argv[2]}{n}")
"""


async def test_several_at_once_lose_nobody_and_a_reader_never_meets_half_a_file(file: Path) -> None:
    """Four processes add and revoke while a server lets its people in."""
    token, verifier = tokens.add(file, "hanako", tokens.USUAL, now=NOW), verifier_of(file)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    writers = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", ADDING, str(file), name, env=environ)
        for name in "abcd"
    ]
    done, looked = asyncio.gather(*(writer.wait() for writer in writers)), 0
    while not done.done():
        assert await verifier.verify_token(token) is not None
        looked += 1
        await asyncio.sleep(0)
    assert await done == [0] * 4
    assert looked > 100
    assert {person.name for person in tokens.read(file)} == {
        "hanako", *(f"{name}{n}" for name in "abcd" for n in range(0, 11, 2))
    }  # fmt: skip
    assert {path.name for path in file.parent.iterdir()} == {"tokens.json", ".tokens.json.lock"}


# ── what an issuer signed ─────────────────────────────────────────────────────────────────────


def jwt_verifier(source: Path | str, clock: ManualClock | None = None) -> JwtVerifier:
    clock = clock or ManualClock(NOW)
    return JwtVerifier(issuer=ISSUER, audience=AUDIENCE, keys=KeySet(source, clock), clock=clock)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_bytes(key_set())
    return path


@pytest.mark.parametrize(
    ("token", "scopes"),
    [
        (signed(), ["jpo:read", "jpo:spend"]),
        (signed(key=ec_key(), kid="ec", alg="ES256"), ["jpo:read", "jpo:spend"]),
        (signed(aud=[AUDIENCE, "https://other.example.com"]), ["jpo:read", "jpo:spend"]),
        (signed(scope="jpo:admin"), ["jpo:admin"]),
        (signed(scope=None, scp=["jpo:spend", "mail", 5]), ["jpo:spend"]),
        (signed(scope=None, scp="jpo:read"), ["jpo:read"]),
        (signed(scope=None), []),
        (signed(scope="jpo:readonly JPO:READ"), []),
    ],
)
async def test_a_signed_token_lets_its_subject_in_with_the_scopes_known_here(
    token: str, scopes: list[str], keys: Path
) -> None:
    """RFC 9068: `scope`; some issuers write `scp`."""
    let_in = await jwt_verifier(keys).verify_token(token)
    assert let_in is not None
    assert (let_in.subject, let_in.scopes, let_in.resource) == ("hanako", scopes, AUDIENCE)
    assert (let_in.claims, let_in.token) == ({"iss": ISSUER}, "")
    assert let_in.expires_at == jwt.decode(token, options={"verify_signature": False})["exp"]


async def test_the_keys_are_fetched_once_and_kept() -> None:
    """A hundred tokens, one request."""
    with serving() as issuer:
        verifier = jwt_verifier(issuer.url)
        for _ in range(50):
            assert await verifier.verify_token(signed())
            assert await verifier.verify_token(signed(key=rsa_key("other"))) is None
        assert issuer.asked == 1


async def test_a_key_nobody_knows_is_asked_for_once_a_minute() -> None:
    """Else a stranger could make us call the issuer as often as they like."""
    clock = ManualClock(NOW)
    with serving() as issuer:
        verifier = jwt_verifier(issuer.url, clock)
        for second in range(180):
            unknown = signed(key=rsa_key("new"), kid=f"new-{second}")
            assert await verifier.verify_token(unknown) is None
            clock.advance(1.0)
        assert issuer.asked == 3


async def test_forged_tokens_do_not_all_wait_for_an_issuer_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would hold a place of the server; who has a known key is let in meanwhile."""
    with serving() as issuer:
        clock = ManualClock(NOW)
        keys, hangs = KeySet(issuer.url, clock), asyncio.Event()
        assert await keys.refresh()
        clock.advance(61.0)

        async def fetched() -> bytes:
            await hangs.wait()
            return issuer.body

        monkeypatch.setattr(keys, "_fetched", fetched)
        strangers = [asyncio.create_task(keys.key("nobody")) for _ in range(64)]
        for _ in range(3):
            await asyncio.sleep(0)
        assert sum(not stranger.done() for stranger in strangers) == 8
        assert await keys.key("rsa")
        hangs.set()
        assert {type(said) for said in await asyncio.gather(*strangers, return_exceptions=True)} == {KeyError}


async def test_a_new_key_is_found_and_an_old_one_forgotten() -> None:
    """An issuer changes its keys; one that it took back is good for an hour at most."""
    clock, old, new = ManualClock(NOW), signed(), signed(key=rsa_key("new"), kid="new")
    with serving() as issuer:
        verifier = jwt_verifier(issuer.url, clock)
        assert await verifier.verify_token(old)
        issuer.body = key_set(public(rsa_key("new"), "new"))
        assert await verifier.verify_token(new) is None  # asked for less than a minute ago
        assert await verifier.verify_token(old)
        clock.advance(60.0)
        assert await verifier.verify_token(new)
        assert await verifier.verify_token(old) is None
        assert issuer.asked == 2


async def test_an_issuer_that_is_down_leaves_the_kept_keys_for_a_day() -> None:
    """Nobody is locked out by an outage of an hour, and nobody let in by keys of last week."""
    clock = ManualClock(NOW)
    with serving() as issuer:
        verifier = jwt_verifier(issuer.url, clock)
        assert await verifier.verify_token(signed())
        issuer.status = 503
        for _ in range(24):
            assert await verifier.verify_token(signed())
            clock.advance(3_600.0)
        clock.advance(1.0)
        assert await verifier.verify_token(signed()) is None
        issuer.status = 200
        clock.advance(60.0)
        assert await verifier.verify_token(signed())


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (302, key_set()), (404, key_set()), (200, b""), (200, b"[]"), (200, b'{"keys":{}}'), (200, b'{"keys":[5]}'),
        (200, key_set() + b" " * 70_000), (200, b'{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"rsa"}]}'),
        (200, key_set(public(rsa_key("short", 1024), "rsa"))), (200, key_set(public(rsa_key(), "rsa", use="enc"))),
        (200, key_set(public(rsa_key(), "rsa", alg="HS256"))), (200, key_set(public(rsa_key(), "rsa", alg="RS512"))),
        (200, key_set({**public(ec_key(), "ec"), "crv": "P-384"})),
        (200, key_set({**public(rsa_key(), "x"), "kid": 5})),
    ],
)  # fmt: skip
async def test_a_key_set_that_cannot_be_gone_by_lets_nobody_in_nor_the_server_start(status: int, body: bytes) -> None:
    """Moved elsewhere, too long, no set, keys of another kind, too short, or not for signatures."""
    with serving() as issuer:
        issuer.status, issuer.body = status, body
        assert await jwt_verifier(issuer.url).verify_token(signed()) is None
        settings = Settings(jwt_issuer=ISSUER, jwt_keys_url=issuer.url)
        with pytest.raises(BadSetting, match="could not be had"):
            await people_of(settings, resource=AUDIENCE, clock=SystemClock())
        assert set(issuer.paths) == {"/keys"}


# ── what the settings name ────────────────────────────────────────────────────────────────────


async def test_people_are_named_by_one_setting_or_the_other(file: Path, keys: Path) -> None:
    """And by none there are none: who starts the server decides what that means."""
    tokens.add(file, "hanako", tokens.USUAL, now=NOW)
    clock = SystemClock()
    assert await people_of(Settings(), resource=AUDIENCE, clock=clock) is None
    by_file = await people_of(Settings(tokens_file=file), resource=AUDIENCE, clock=clock)
    assert isinstance(by_file, TokenFile)
    signed_for_us = await people_of(Settings(jwt_issuer=ISSUER, jwt_keys_file=keys), resource=AUDIENCE, clock=clock)
    assert isinstance(signed_for_us, JwtVerifier)
    assert await signed_for_us.verify_token(signed())
    other = Settings(jwt_issuer=ISSUER, jwt_keys_file=keys, jwt_audience="api://jpo")
    for_another = await people_of(other, resource=AUDIENCE, clock=clock)
    assert for_another is not None
    assert await for_another.verify_token(signed()) is None
    assert await for_another.verify_token(signed(aud="api://jpo"))


@pytest.mark.parametrize(
    "named",
    [
        {"tokens_file": "t", "jwt_issuer": ISSUER},
        {"jwt_issuer": ISSUER},
        {"jwt_keys_url": "https://issuer.example.com/keys"},
        {"jwt_audience": AUDIENCE},
        {"jwt_issuer": ISSUER, "jwt_keys_url": "https://issuer.example.com/keys", "jwt_keys_file": "k"},
        {"tokens_file": "not there"},
    ],
)
async def test_half_a_setting_lets_nobody_in(named: dict[str, str]) -> None:
    """A server that was meant to know its people must not start without."""
    with pytest.raises(BadSetting):
        await people_of(Settings.model_validate(named), resource=AUDIENCE, clock=SystemClock())


@pytest.mark.parametrize("url", ["http://issuer.example.com/keys", "ftp://x/k", "https://u:p@x/k", "file:///k", "keys"])
def test_keys_come_over_https_or_from_this_machine(url: str) -> None:
    """Who can change them on the way can let anybody in."""
    with pytest.raises(ValueError, match="must be"):
        Settings(jwt_keys_url=url)
