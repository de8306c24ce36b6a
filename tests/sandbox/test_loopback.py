"""The sandbox over a real socket, asked with the standard library alone."""

from __future__ import annotations

import http.client
import json
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.sandbox import Fault, Sandbox
from jpo_mcp.sandbox.loopback import Loopback
from tests.sandbox.conftest import CREDENTIALS

PROGRESS = "/api/patent/v1/app_progress/2020490001"


@pytest.fixture
def served(clock: ManualClock) -> Iterator[Loopback]:
    with Loopback(Sandbox(clock=clock)) as loopback:
        yield loopback


def fetch(url: str, headers: dict[str, str] | None = None, form: dict[str, str] | None = None) -> Any:
    data = urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(url, data, headers or {})  # noqa: S310 - our own loopback
    with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310 - our own loopback
        return reply.headers, reply.read()


def log_in(served: Loopback) -> dict[str, str]:
    _, body = fetch(f"{served.base_url}/auth/token", form=CREDENTIALS)
    return {"Authorization": f"Bearer {json.loads(body)['access_token']}"}


def test_a_case_is_answered_over_a_real_socket(served: Loopback) -> None:
    """One Date header, from the sandbox's clock, and none of the server's own."""
    headers, body = fetch(served.base_url + PROGRESS, log_in(served))
    assert json.loads(body)["result"]["data"]["applicationNumber"] == "2020490001"
    assert headers.get_all("date") == ["Mon, 23 Nov 2026 03:00:00 GMT"]
    assert headers.get("server") is None
    assert served.base_url.startswith("http://127.0.0.1:")


def test_a_dropped_connection_is_cut_in_the_middle_of_the_body(served: Loopback) -> None:
    """What the client sees is a body shorter than its length says."""
    token = log_in(served)
    served.sandbox.faults.add(Fault("drop"))
    with pytest.raises(http.client.IncompleteRead):
        fetch(served.base_url + PROGRESS, token)


def test_a_hanging_request_ends_with_the_clients_patience(served: Loopback) -> None:
    """And the server still stops when told."""
    token = log_in(served)
    served.sandbox.faults.add(Fault("hang"))
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=1.0)
    connection.request("GET", PROGRESS, headers=token)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    assert served.sandbox.arrivals[-1].status_code is None


def test_the_oversize_link_leads_back_to_the_loopback(served: Loopback) -> None:
    """The bucket's own host cannot be served from here."""
    token = log_in(served)
    served.sandbox.faults.add(Fault("oversize"))
    _, body = fetch(f"{served.base_url}/api/patent/v1/app_doc_cont_opinion_amendment/2020490001", token)
    url = json.loads(body)["result"]["data"]["URL"]
    assert url.startswith(f"{served.base_url}/_download/docContOpinionAmendment_2020490001.zip?AWSAccessKeyId=")
    assert fetch(url)[1].startswith(b"PK\x03\x04")


def test_another_process_can_ask_what_arrived_and_start_afresh(served: Loopback) -> None:
    """The control routes exist only here, and are no arrivals themselves."""
    token = log_in(served)
    fetch(served.base_url + PROGRESS, token)
    arrivals = json.loads(fetch(f"{served.base_url}/_sandbox/arrivals")[1])
    assert [(a["endpoint"], a["status_code"], a["counted"]) for a in arrivals] == [
        ("auth/token", "", False),
        ("patent/app_progress", "100", True),
    ]
    assert token["Authorization"].removeprefix("Bearer ") not in json.dumps(arrivals)
    fetch(f"{served.base_url}/_sandbox/reset", form={})
    assert served.sandbox.arrivals == []


def test_two_sandboxes_are_served_side_by_side(clock: ManualClock) -> None:
    """Port 0 gives each its own."""
    with Loopback(Sandbox(clock=clock)) as one, Loopback(Sandbox(clock=clock)) as other:
        fetch(one.base_url + PROGRESS, log_in(one))
        assert (one.sandbox.count(), other.sandbox.count()) == (1, 0)
        assert one.port != other.port
