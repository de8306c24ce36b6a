"""Replies saved as they came, to be served again: nothing lost, nothing secret, whoever else records there."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from jpo_mcp.endpoints import Endpoint
from jpo_mcp.errors import BadSetting, JpoError
from jpo_mcp.sandbox import PASSWORD, USERNAME, Fault, FaultKind, Sandbox
from jpo_mcp.sandbox.loopback import Loopback
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from jpo_mcp.upstream.envelope import Said
from jpo_mcp.upstream.recorder import Received, Recorder, recorder_of
from tests.contract.world import BUNDLE, CASE, PROGRESS, World, row_of
from tests.faults.test_secrets import SIGNATURE, USER, WORD, Generous, leaks

ROOT = Path(__file__).resolve().parents[2]
posix_only = pytest.mark.skipif(os.name == "nt", reason="modes of this kind are POSIX")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path / "machine")
    yield made
    await made.aclose()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return tmp_path / "recording"


def index(folder: Path) -> list[dict[str, Any]]:
    return json.loads((folder / "index.json").read_bytes())


def received(path: str = "/api/patent/v1/app_progress/1", body: bytes = b"{}", **changed: Any) -> Received:
    given: dict[str, Any] = {"path": path, "status": 200, "headers": {}, "body": body, "said": Said.FOUND}
    return Received(**(given | changed))


def nothing_secret() -> tuple[str, ...]:
    return ()


# ── recorded, and served again ────────────────────────────────────────────────────────────────

_QUESTIONS = (
    ("patent/app_progress", ("2020490001",)),
    ("trademark/registration_info", ("2021490203",)),
    ("patent/app_doc_cont_refusal_reason", ("2020490001",)),
    ("patent/family_list", ("application", "JP.2020490001.A")),
    ("patent/global_doc_list", ("JP.2020490001.A",)),
    ("patent/app_progress", ("2020499999",)),
)
"""JSON, a ZIP, XML, and a 107."""


async def heard(client: JpoClient, questions: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, bytes]]:
    """What the JPO said to each, byte by byte; of a refusal its code."""
    said: list[tuple[str, bytes]] = []
    for key, arguments in questions:
        row: Endpoint[Any] = row_of(*key.split("/"))  # type: ignore[arg-type] - a law and a name
        try:
            answer = await client.get(row, *arguments, attempts=1)
        except JpoError as failure:
            said.append((failure.code, b""))
        else:
            said.append((answer.status_code, answer.raw))
    return said


def settings_at(served: Loopback, folder: Path, **more: Any) -> Settings:
    return Settings(username=USERNAME, password=PASSWORD, base_url=served.base_url, cache_dir=folder, **more)  # type: ignore[arg-type]


async def test_a_recorded_session_is_served_again_with_the_same_bytes(tmp_path: Path, recording: Path) -> None:
    """The format of `sandbox --replay`, written and read by a client over a real socket."""
    sandbox = Sandbox()
    pdf = next(iter(sandbox.register.questions(row_of("patent", "global_doc_cont"))))
    asked = (*_QUESTIONS, ("patent/global_doc_cont", pdf))
    with Loopback(sandbox) as served:
        async with JpoClient(settings_at(served, tmp_path / "first", record_dir=recording)) as client:
            before = await heard(client, asked)
    with Loopback(Sandbox(replay=recording)) as served:
        async with JpoClient(settings_at(served, tmp_path / "second")) as client:
            after = await heard(client, asked)
    assert after == before
    assert [body[:4] for _, body in before][2::4] == [b"PK\x03\x04", b"%PDF"]
    assert len(index(recording)) == len(asked)
    assert "/auth/token" not in (recording / "index.json").read_text()


@pytest.mark.parametrize(
    ("trouble", "code", "said"),
    [
        ("spent_203", "203", "daily limit reached"),
        ("busy_303", "303", "too many accesses at once"),
        ("token_210", "210", "token not accepted"),
        ("html_200", None, "not in the API's form"),
    ],
)
async def test_a_refusal_is_recorded_as_it_came(
    world: World, recording: Path, trouble: FaultKind, code: str | None, said: str
) -> None:
    """What an ID without the OPD hears, or a spent day, is what open questions are about."""
    world.sandbox.faults.add(Fault(trouble, times=3))
    with pytest.raises(JpoError):
        await world.client(record_dir=recording).get(PROGRESS, CASE, attempts=1)
    (entry,) = [entry for entry in index(recording) if entry["said"] == said][:1]
    body = (recording / entry["body"]).read_bytes()
    assert (json.loads(body)["result"]["statusCode"] if code else None) == code
    assert entry["path"] == PROGRESS.path(CASE)


async def test_a_link_is_recorded_without_its_query_and_the_file_in_its_place(
    world: World, recording: Path, tmp_path: Path
) -> None:
    """Bundles over 10 MB: replay serves the file, and a link of its own where it is that large."""
    world.sandbox.faults.add(Fault("oversize"))
    answer = await world.client(record_dir=recording).get(BUNDLE, CASE)
    link, file = index(recording)
    assert [entry["said"] for entry in (link, file)] == ["link", "a file"]
    url = json.loads((recording / link["body"]).read_bytes())["result"]["data"]["URL"]
    assert url.endswith(f"docContOpinionAmendment_{CASE}.zip?masked")
    assert (recording / file["body"]).read_bytes() == answer.raw
    replayed = World(tmp_path / "again", replay=recording)
    assert (await replayed.client().get(BUNDLE, CASE)).raw == answer.raw
    await replayed.aclose()


async def test_a_later_answer_is_served_and_a_later_refusal_hides_none(recording: Path, tmp_path: Path) -> None:
    """Nothing is replaced: of several replies to one path, the replay takes the last of the index."""
    path = "/api/patent/v1/app_progress/2020490001"
    recorder = Recorder(recording)
    old = b'{"result":{"statusCode":"107","remainAccessCount":"9"}}'
    new = b'{"result":{"statusCode":"108","remainAccessCount":"8"}}'
    spent = b'{"result":{"statusCode":"203","remainAccessCount":""}}'
    for body, said in ((old, Said.NOTHING), (new, Said.NOTHING), (spent, Said.SPENT)):
        recorder.save(received(path, body, said=said), nothing_secret)
    bodies = [(recording / entry["body"]).read_bytes() for entry in index(recording)]
    assert bodies == [spent, old, new]
    world = World(tmp_path / "again", replay=recording)
    assert (await world.client().get(PROGRESS, CASE)).status_code == "108"
    await world.aclose()


async def test_kept_answers_are_not_recorded(world: World, recording: Path) -> None:
    """Only what the JPO said in this session is evidence of it."""
    await world.client().get(PROGRESS, CASE)
    await world.client(record_dir=recording).get(PROGRESS, CASE)
    assert index(recording) == []


# ── nothing secret ────────────────────────────────────────────────────────────────────────────


async def test_no_secret_is_in_anything_that_is_written(tmp_path: Path, recording: Path) -> None:
    """The ID, the password, tokens and a link's signature, in every spelling that the sweep of the faults knows."""
    world = World(tmp_path / "machine")
    world.sandbox = world.line.sandbox = Generous(clock=world.clock)
    client = world.client(username=USER, password=WORD, record_dir=recording)
    signed = f"https://ipapi.example/x.zip?Expires=1\\u0026Signature={quote(SIGNATURE, safe='')}"
    linked = f'{{"result":{{"statusCode":"100","remainAccessCount":"9","data":{{"URL":"{signed}"}}}}}}'.encode()
    cookies = {"set-cookie": SIGNATURE, "x-amz-security-token": SIGNATURE, "x-cache": "Miss from cloudfront"}
    world.line.canned = [(200, linked, cookies)]
    with pytest.raises(JpoError):
        await client.get(BUNDLE, CASE)
    world.sandbox.faults.add(Fault("token_210"))
    await client.get(PROGRESS, CASE)
    await world.aclose()
    assert leaks(recording) == []
    link, *rest = index(recording)
    assert link["headers"] == {"x-cache": "Miss from cloudfront"}
    assert json.loads((recording / link["body"]).read_bytes())["result"]["data"]["URL"].endswith("x.zip?masked")
    assert len(rest) == 2


@pytest.mark.parametrize("place", ["body", "header", "path"])
def test_a_reply_in_which_a_secret_occurs_is_not_saved(place: str, recording: Path) -> None:
    """A proxy's debug page that echoes what it was sent, say."""
    recorder = Recorder(recording)
    holding: dict[str, Any] = {
        "body": {"body": b"<html>Authorization: Bearer sentinel%2Ftoken</html>"},
        "header": {"headers": {"content-disposition": "attachment;filename=sentinel/token.zip"}},
        "path": {"path": "/api/patent/v1/applicant_attorney/sentinel%2Ftoken"},
    }[place]
    recorder.save(received(**holding), lambda: ["", "sentinel/token"])
    assert index(recording) == []
    assert [words.en for words in recorder.summary()] == [
        "Replies not saved: 1. Your ID, password or token occurs in them."
    ]
    assert not any(b"sentinel" in file.read_bytes() for file in recording.iterdir())


def archive(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            written.writestr(f"{name}.xml", content)
    return packed.getvalue()


def pdf(*streams: bytes) -> bytes:
    objects = b"".join(b"<</Filter/FlateDecode>>\nstream\n" + zlib.compress(one) + b"\nendstream\n" for one in streams)
    return b"%PDF-1.7\n" + objects + b"stream\nno deflated one\nendstream\n%%EOF"


HELD = b"Authorization: Bearer sentinel%2Ftoken" + b" " * 4_000


@pytest.mark.parametrize(
    "body",
    [archive(one=b"<x/>", two=HELD), pdf(b"BT (text) Tj ET", HELD), archive(one=pdf(HELD))],
    ids=["zip", "pdf", "pdf in zip"],
)
def test_a_secret_inside_a_packed_file_is_found(body: bytes, recording: Path) -> None:
    """A recording is made to be given away, and whoever gets it unpacks it."""
    assert b"sentinel" not in body
    recorder = Recorder(recording)
    recorder.save(received(body=body, said=Said.FILE), lambda: ["sentinel/token"])
    assert (index(recording), recorder.withheld) == ([], 1)
    recorder.save(received(body=body, said=Said.FILE), lambda: ["another"])
    assert (recording / index(recording)[0]["body"]).read_bytes() == body


@pytest.mark.parametrize(
    "body", [archive(one=b"<x/>" * 90)[:-40], archive(one=bytes(20_000_000))], ids=["cut short", "a bomb"]
)
def test_an_archive_that_cannot_be_looked_into_is_not_saved(body: bytes, recording: Path) -> None:
    """Whether a secret is in it cannot be told."""
    recorder = Recorder(recording)
    recorder.save(received(body=body, said=Said.FILE), lambda: ["sentinel"])
    assert index(recording) == []
    assert [words.en for words in recorder.summary()] == [
        "Replies not saved: 1. They are archives that cannot be looked into for your ID, password or token."
    ]


def test_a_link_that_is_not_signed_stays_whole(recording: Path) -> None:
    """J-PlatPat's permanent address is data."""
    body = b'{"URL":"https://www.j-platpat.example/?uri=/c1800/PU/JP-2020-1/10/ja","x":"? a signature"}'
    Recorder(recording).save(received(body=body), nothing_secret)
    assert (recording / index(recording)[0]["body"]).read_bytes() == body


# ── the folder ────────────────────────────────────────────────────────────────────────────────


@posix_only
def test_the_recording_is_for_our_eyes_only(recording: Path) -> None:
    """Whose cases were read is nobody's business: 0700 and 0600, whatever the umask."""
    before = os.umask(0)
    try:
        Recorder(recording).save(received(), nothing_secret)
    finally:
        os.umask(before)
    assert recording.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in recording.iterdir()} == {0o600}


def test_the_same_reply_twice_is_one_entry(recording: Path) -> None:
    """File names come from the path and the bytes."""
    for _ in range(2):
        Recorder(recording).save(received("/api/patent/v1/applicant_attorney/%E8%A6%8B%E6%9C%AC"), nothing_secret)
    (entry,) = index(recording)
    assert sorted(file.name for file in recording.iterdir()) == [".lock", entry["body"], "index.json"]


@pytest.mark.parametrize("there", ["notes.txt", "index.json", "a file"])
def test_a_folder_that_holds_something_else_is_refused_and_left_alone(there: str, recording: Path) -> None:
    """Nothing of anybody's is mixed with a recording or closed to them."""
    if there == "a file":
        recording.write_text("mine")
    else:
        recording.mkdir(mode=0o755)
        (recording / there).write_text('{"mine": 1}')
    mode = recording.stat().st_mode
    with pytest.raises(BadSetting) as refused:
        recorder_of(recording)
    assert refused.value.field == "JPO_MCP_RECORD_DIR"
    assert recording.stat().st_mode == mode
    assert recording.is_file() or [file.name for file in recording.iterdir()] == [there]


async def test_an_answer_that_cannot_be_recorded_is_given_all_the_same(world: World, recording: Path) -> None:
    """It was paid for; what was not written is counted and said."""
    client = world.client(record_dir=recording)
    (recording / "index.json").write_text("broken")
    assert (await client.get(PROGRESS, CASE)).source == "jpo"
    (said,) = recorder_of(recording).summary()
    assert said.en == "Replies that could not be written: 1. The answers themselves were not affected."


_PROCESS = """
import sys
from pathlib import Path
from jpo_mcp.upstream.envelope import Said
from jpo_mcp.upstream.recorder import Received, Recorder
recorder = Recorder(Path(sys.argv[1]))
for n in range(20):
    path = f"/api/patent/v1/app_progress/{sys.argv[2]}{n:02}"
    recorder.save(Received(path, 200, {}, path.encode(), Said.FOUND), lambda: ())
print(recorder.saved)
"""


def test_many_processes_record_into_one_folder_and_lose_nothing(recording: Path) -> None:
    """Hosts start a server each, and all may be told to record."""
    running = [
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", _PROCESS, str(recording), str(n)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for n in range(4)
    ]
    counts = [process.communicate(timeout=60)[0].strip() for process in running]
    assert counts == ["20"] * 4
    entries = index(recording)
    assert len({entry["path"] for entry in entries}) == len(entries) == 80
    assert all((recording / entry["body"]).read_bytes().decode() == entry["path"] for entry in entries)
