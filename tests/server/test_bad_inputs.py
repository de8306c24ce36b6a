"""Nothing that is wrong reaches the JPO, and everything that is wrong is explained."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp import Client

from jpo_mcp.clock import ManualClock
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from jpo_mcp.server.app import build
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from tests.bad_inputs import BAD_NUMBERS, ODD_ARGUMENTS
from tests.conftest import NOON_JST
from tests.server.conftest import ERAS, Host, Reply, Visit
from tests.server.test_contract import TOOLS

MOST_CHARACTERS = 600
TEACHING = ("規則：", "例：", "次に：", "Rule: ", "Example: ", "Next: ", "accesses_spent: 0")
HIDDEN_CRASH = re.compile(r"Error executing tool \w+$")
CLASSES = sorted({kind for kind, _ in BAD_NUMBERS} | {kind for kind, _, _ in ODD_ARGUMENTS})


def faults_of(text: str, sent: str) -> list[str]:
    """What is wrong with an error: parts missing, too long, our library's words, invisible or echoed text."""
    faults = [f"lacks {part}" for part in TEACHING if part not in text]
    if len(text) > MOST_CHARACTERS:
        faults.append(f"{len(text)} characters")
    if "pydantic" in text.lower() or "input_value" in text or HIDDEN_CRASH.search(text):
        faults.append("not our words")
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in text.replace("\n", "")):
        faults.append("invisible characters")
    if len(sent) > 40 and any(sent[start : start + 41] in text for start in range(min(len(sent) - 40, 200))):
        faults.append("echoes more than 40 characters")
    return faults


async def faults_of_call(visit: Visit, tool: str, arguments: dict[str, Any]) -> list[str]:
    reply = await visit.call(tool, **arguments)
    if not reply.is_error:
        return ["accepted"]
    return faults_of(reply.text, str(next(iter(arguments.values()), "")))


@pytest.mark.parametrize("kind", CLASSES)
async def test_bad_numbers_are_refused_by_the_case_tool_with_a_lesson(host: Host, kind: str) -> None:
    """Reliability section 5: what was wrong, the rule, an example, the next step, within 600 characters, free."""
    numbers = [text for of_kind, text in BAD_NUMBERS if of_kind == kind]
    async with host() as visit:
        found = {text: await faults_of_call(visit, "jpo_get_case", {"number": text}) for text in numbers}
    assert {text: faults for text, faults in found.items() if faults} == {}
    assert visit.sandbox.arrivals == []


@pytest.mark.parametrize("kind", CLASSES)
async def test_bad_numbers_are_refused_or_explained_by_the_number_tool(host: Host, kind: str) -> None:
    """That tool exists to explain doubt, so what is merely ambiguous or not served is an answer; it costs nothing."""
    numbers = [text for of_kind, text in BAD_NUMBERS if of_kind == kind]
    async with host() as visit:
        replies = {text: await visit.call("jpo_parse_number", number=text) for text in numbers}
    for text, reply in replies.items():
        if reply.is_error:
            assert faults_of(reply.text, text) == []
        else:
            unserved = re.search("no endpoint|jpo_get_family", reply.record["next"])
            assert unserved or reply.record["readings"]
            assert reply.record["cost"] == 0
    assert visit.sandbox.arrivals == []


@pytest.mark.parametrize("kind", CLASSES)
async def test_a_lookup_of_a_bad_number_is_refused_before_anything_is_sent(host: Host, kind: str) -> None:
    """`lookup` is the one argument with which the number tool could spend."""
    numbers = [text for of_kind, text in BAD_NUMBERS if of_kind == kind]
    async with host() as visit:
        found = {
            text: await faults_of_call(visit, "jpo_parse_number", {"number": text, "lookup": True}) for text in numbers
        }
    assert {text: faults for text, faults in found.items() if faults} == {}
    assert visit.sandbox.arrivals == []


def finite(value: object) -> bool:
    """1e400 reaches a server only as text on the wire (test_stdio): this client would send null in its place."""
    return not (isinstance(value, float) and not math.isfinite(value))


async def test_odd_arguments_are_refused_with_a_lesson(host: Host) -> None:
    """Wrong containers, types, names and values; the SDK alone would drop unknown ones without a word."""
    sent = [(t, a) for _, t, a in ODD_ARGUMENTS if all(map(finite, a.values()))]
    async with host() as visit:
        found = {f"{tool} {arguments}"[:200]: await faults_of_call(visit, tool, arguments) for tool, arguments in sent}
    assert {call: faults for call, faults in found.items() if faults} == {}
    assert visit.sandbox.arrivals == []


GOOD: dict[str, dict[str, Any]] = {
    "jpo_check_portfolio": {"numbers": ["特願2020-490001"]},
    "jpo_find_applicant": {"applicant": "000999001"},
    "jpo_quota": {},
}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("extra", ["verbose", "\u202eforce", "x" * 500, "", "__class__", "number "])
async def test_no_tool_ignores_an_unknown_argument(host: Host, tool: str, extra: str) -> None:
    """Fact 6 of the SDK's ten: unknown arguments are dropped in silence, so a typo changes the question."""
    good: dict[str, Any] = GOOD.get(tool, {"number": "特願2020-490001"})
    async with host() as visit:
        text = await visit.refusal(tool, **good, **{extra: 1})
    assert "unknown_argument" in text
    assert faults_of(text, extra) == []
    assert visit.sandbox.arrivals == []


@pytest.mark.parametrize(
    ("tool", "typed", "meant"),
    [
        ("jpo_get_case", "type", "law"),
        ("jpo_get_case", "application_number", "number"),
        ("jpo_get_case", "numbr", "number"),
        ("jpo_get_case", "section", "sections"),
        ("jpo_get_case", "maxage", "max_age"),
        ("jpo_read_documents", "document_number", "document"),
        ("jpo_read_documents", "page", "cursor"),
        ("jpo_get_refusal_reasons", "quotes", "passages"),
        ("jpo_find_applicant", "name", "applicant"),
        ("jpo_parse_number", "lokup", "lookup"),
        ("jpo_check_portfolio", "number", "numbers"),
        ("jpo_check_portfolio", "application_numbers", "numbers"),
        ("jpo_check_portfolio", "portfolio", "numbers"),
        ("jpo_check_portfolio", "run_id", "handle"),
        ("jpo_check_portfolio", "preview", "plan"),
        ("jpo_check_portfolio", "from", "since"),
        ("jpo_check_portfolio", "include_registration", "registration"),
        ("jpo_check_portfolio", "max_calls", "max_accesses"),
        ("jpo_check_portfolio", "view", "show"),
        ("jpo_check_portfolio", "statuses", "status"),
        ("jpo_check_portfolio", "offset", "cursor"),
        ("jpo_get_case", "cases", "number"),
    ],
)
async def test_an_unknown_argument_is_answered_with_the_one_that_was_meant(
    host: Host, tool: str, typed: str, meant: str
) -> None:
    """Row 17: "Did you mean `law`?", in both languages."""
    async with host() as visit:
        text = await visit.refusal(tool, **{typed: "特願2020-490001"})
    assert f'did you mean "{meant}"?' in text
    assert f"「{meant}」ではありませんか" in text


async def test_an_unknown_tool_is_an_error_that_names_it(host: Host) -> None:
    """The SDK's own words; what matters is that it is an error and costs nothing."""
    async with host() as visit:
        text = await visit.refusal("jpo_call", path="/auth/token")
    assert "jpo_call" in text
    assert visit.sandbox.arrivals == []


# ── whatever else can be sent ─────────────────────────────────────────────────────────────────


class Bench:
    """One server that stays open over many examples."""

    def __init__(self, portal: BlockingPortal, client: Client, sandbox: Sandbox) -> None:
        self.portal, self.client, self.sandbox = portal, client, sandbox

    def call(self, tool: str, arguments: dict[str, Any]) -> Reply:
        return Reply.of(self.portal.call(self.client.call_tool, tool, arguments))


@pytest.fixture(scope="module", params=ERAS)
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    clock = ManualClock(NOON_JST)
    sandbox = Sandbox(clock=clock)
    secrets: dict[str, Any] = {"username": USERNAME, "password": PASSWORD}
    client = JpoClient(Settings(cache_dir=tmp_path_factory.mktemp("fuzz"), **secrets), clock=clock, app=sandbox.app)
    host = Client(build(client), mode=request.param)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(host) as opened:
        yield Bench(portal, opened, sandbox)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
NUMBERISH = st.text("0123456789０１-ー－特願開許第号意商平令年PCT/JPWOEPA.B ,\u3000\u200b①", max_size=24)
EXCHANGED = NUMBERISH | st.from_regex(r"(JP|US|EP|CN|KR|WO|DE)[./ -]?[0-9]{1,13}[./ -]?[ABWU]?[12]?", fullmatch=True)
ARGUMENTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "jpo_parse_number": {
        "number": NUMBERISH,
        "law": st.sampled_from(["patent", "design", "x"]),
        "lookup": st.booleans(),
    },
    "jpo_get_case": {
        "number": NUMBERISH | st.integers(0, 10**11),
        "law": st.sampled_from(["patent", "design", "trademark", None]),
        "sections": st.lists(st.sampled_from(["registration", "citations", "priority", "link", "all"]), max_size=7),
        "cursor": st.text(max_size=60),
        "max_age": st.integers(-5, 10**8) | st.floats(-1, 1e9) | st.none(),
    },
    "jpo_read_documents": {
        "number": NUMBERISH,
        "kind": st.sampled_from(["opinion", "grant", "notice"]),
        "document": st.text("0123456789０発送番号: -", max_size=14) | st.integers(0, 10**12),
        "cursor": st.text(max_size=60),
    },
    "jpo_get_refusal_reasons": {
        "number": NUMBERISH,
        "document": st.text("0123456789", max_size=14),
        "passages": st.booleans(),
    },
    "jpo_check_portfolio": {
        "numbers": st.lists(NUMBERISH | st.integers(0, 10**11), max_size=3),
        "handle": st.text(max_size=24),
        "plan": st.booleans(),
        "since": st.sampled_from(["2026-11-20", "2026-11-22T12:00", "x"]),
        "max_accesses": st.integers(-1, 3),
        "show": st.sampled_from(["all", "deadlines", "x"]),
        "status": st.lists(st.sampled_from(["in_force", "x"]), max_size=2),
        "cursor": st.integers(-1, 5),
    },
    "jpo_get_family": {"number": EXCHANGED, "max_age": st.integers(-5, 10**8)},
    "jpo_get_dossier": {
        "number": EXCHANGED,
        "sections": st.lists(st.sampled_from(["citations", "compare", "all"]), max_size=3),
    },
    "jpo_read_dossier_document": {
        "number": EXCHANGED,
        "document": st.text("0123456789CLAIMSDJP_-./ ", max_size=24) | st.integers(0, 10**12),
        "cursor": st.text(max_size=60),
    },
    "jpo_find_applicant": {"applicant": st.text(max_size=120), "law": st.sampled_from(["patent", "utility"])},
    "jpo_quota": {},
}
CALLS = st.sampled_from(sorted(ARGUMENTS)).flatmap(
    lambda tool: st.tuples(
        st.just(tool),
        st.fixed_dictionaries({}, optional=ARGUMENTS[tool])
        | st.dictionaries(st.sampled_from([*ARGUMENTS[tool], "number", "x"]) | st.text(max_size=12), JSON, max_size=4),
    )
)
OURS = re.compile(r"\[(bad_input|bad_number|ambiguous_number|unsupported_number|bad_argument)\]")
AFTER_SENDING = re.compile(r"\[(not_on_file|quota_spent|too_soon)\]")


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(call=CALLS)
def test_whatever_is_sent_nothing_crashes_and_nothing_wrong_is_sent_on(
    bench: Bench, call: tuple[str, dict[str, Any]]
) -> None:
    """Reliability row I: crash 0, arrivals for invalid input 0. A crash shows as the SDK's bare words."""
    tool, arguments = call
    before = len(bench.sandbox.arrivals)
    reply = bench.call(tool, arguments)
    if not reply.is_error:
        assert reply.record
        return
    assert not HIDDEN_CRASH.search(reply.text)
    if OURS.match(reply.text):
        assert len(bench.sandbox.arrivals) == before
        assert faults_of(reply.text, "") == []
    else:
        assert AFTER_SENDING.match(reply.text), reply.text
