"""No secret is ever logged, kept, or put in a message: not the ID, its password, a token or a link's signature."""

from __future__ import annotations

import base64
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from jpo_mcp.errors import JpoError
from jpo_mcp.sandbox import Fault, FaultKind, Sandbox
from jpo_mcp.sandbox.loopback import Loopback
from jpo_mcp.sandbox.protocol import Reply
from tests.contract.world import BUNDLE, CASE, PROGRESS, World, row_of

ROOT = Path(__file__).resolve().parents[2]
USER, WORD = "sentinel user+ＩＤ/1", "sentinel&password=?ワ2"
TOKENS = ("sentinel.access-token_3", "sentinel.refresh-token_4", "sentinel.id-token_5")
SIGNATURE = "sentinel+signature/6=="
SECRETS = (USER, WORD, *TOKENS, SIGNATURE)

TROUBLES: tuple[FaultKind, ...] = (
    "token_500", "http_500", "busy_303", "token_210", "html_200", "garbage", "drop",
    "timeout_302", "wrong_case", "spent_203", "no_data",
)  # fmt: skip


def spellings(secret: str) -> list[bytes]:
    """A secret as it is, as a URL or a form carries it, in base64, and as JSON escapes it."""
    raw = secret.encode()
    forms = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}
    forms |= {base64.b64encode(raw).decode().rstrip("="), base64.urlsafe_b64encode(raw).decode().rstrip("=")}
    return [form.encode() for form in forms]


def leaks(folder: Path, *texts: str) -> list[str]:
    """Every place in which any secret can be seen, in any spelling."""
    places = {f"text {n}": text.encode() for n, text in enumerate(texts)}
    places |= {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    return [f"{s!r} in {place}" for place, held in places.items() for s in SECRETS for f in spellings(s) if f in held]


class Generous(Sandbox):
    """A JPO whose tokens and links are the sentinels."""

    def __init__(self, **given: Any) -> None:
        super().__init__(username=USER, password=WORD, **given)

    def _token(self, request: Any, fault: Fault | None) -> Reply:
        reply = super()._token(request, fault)
        if b'"access_token"' not in reply.body:
            return reply
        fields = reply.envelope()
        access, refresh, identity = TOKENS
        self._tokens._access[access] = self._tokens._access[fields["access_token"]]
        self._tokens._refresh[refresh] = self._tokens._refresh[fields["refresh_token"]]
        told = fields | {"access_token": access, "refresh_token": refresh, "id_token": identity}
        return reply.with_body(json.dumps(told).encode())


def test_the_search_finds_a_planted_leak(tmp_path: Path) -> None:
    """A search that finds nothing must be able to find something."""
    assert leaks(tmp_path) == []
    for secret in SECRETS:
        for form in spellings(secret):
            (tmp_path / "file").write_bytes(b"x" + form + b"y")
            assert leaks(tmp_path)
    (tmp_path / "file").unlink()
    assert leaks(tmp_path, f"log: {quote(USER)}")


async def test_no_secret_is_logged_kept_or_told_whatever_happens(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Reliability E1: answers, refusals, trouble, links and wrong passwords, at DEBUG level."""
    caplog.set_level(logging.DEBUG)
    world = World(tmp_path)
    world.sandbox = world.line.sandbox = Generous(clock=world.clock)
    client, texts = world.client(username=USER, password=WORD), list[str]()
    link = f"https://ipapi-prd-upload-10mbdata-from-ecs.s3.amazonaws.com/x.zip?Signature={quote(SIGNATURE, safe='')}"
    linked = json.dumps({"result": {"statusCode": "100", "remainAccessCount": "9", "data": {"URL": link}}}).encode()
    evil = linked.replace(b"ipapi-prd", b"evil")
    for n, trouble in enumerate((None, *TROUBLES, None)):
        if trouble:
            world.sandbox.faults.add(Fault(trouble, times=2 if trouble == "token_500" else 1))
        texts += await everything_said(client.get(PROGRESS, str(2020490001 + n)))
        world.clock.advance(3_700.0)
    for body in (linked, evil):
        world.line.canned = [(200, body, {})]
        texts += await everything_said(client.get(BUNDLE, CASE, max_age=0))
    refused = world.client(username=USER, password=WORD + "x")
    texts += await everything_said(refused.get(row_of("design", "app_progress"), "2022490101"))
    texts += [repr(thing) for thing in (client.settings, client._tokens, client.settings.credentials())]
    assert world.tokens() > 3
    assert len(caplog.records) > 0
    await world.aclose()
    assert leaks(tmp_path, caplog.text, *texts) == []


async def everything_said(asked: Any) -> list[str]:
    """What a caller, a log or a traceback could show of it."""
    try:
        answer = await asked
    except JpoError as failure:
        chain = [failure, failure.__cause__, failure.__context__]
        return [failure.text(), repr(failure), *(repr(link) for link in chain)]
    return [repr(answer)]


PROGRAM = """
import asyncio, logging
from jpo_mcp.endpoints import endpoint
from jpo_mcp.errors import JpoError
from jpo_mcp.upstream.client import JpoClient
logging.basicConfig(level=logging.DEBUG)

async def main():
    async with JpoClient() as client:
        for name in ("app_progress", "registration_info", "app_doc_cont_opinion_amendment", "cite_doc_info"):
            try:
                print((await client.get(endpoint("patent", name), "2020490001")).source)
            except JpoError as failure:
                logging.exception("told: %s", failure)

asyncio.run(main(), debug=True)
"""


def test_no_secret_reaches_a_real_standard_error(tmp_path: Path) -> None:
    """A process at DEBUG level with everything that libraries log, tracebacks included."""
    sandbox = Generous()
    sandbox.faults.add(Fault("oversize"))
    sandbox.faults.add(Fault("html_200", endpoint="patent/cite_doc_info"))
    with Loopback(sandbox) as served:
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "JPO_API_USERNAME": USER, "JPO_API_PASSWORD": WORD,
            "JPO_MCP_BASE_URL": served.base_url, "JPO_MCP_CACHE_DIR": str(tmp_path), "PYTHONUTF8": "1",
        }  # fmt: skip
        ran = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", PROGRAM],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=True,
        )
        arrived = [a.endpoint for a in sandbox.arrivals]
        signatures = [quote(signature, safe="") for signature in sandbox._links]
    assert ran.stdout.split() == ["jpo", "jpo", "jpo"]
    assert arrived.count("download") == 1
    assert "told:" in ran.stderr
    assert leaks(tmp_path, ran.stdout, ran.stderr) == []
    held = ran.stderr.encode() + b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert not any(signature.encode() in held for signature in signatures)
