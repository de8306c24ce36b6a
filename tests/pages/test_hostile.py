"""Hostile text in titles, names, papers and every other field: shown as text, never obeyed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from jpo_mcp.pages import PageName
from tests.pages.conftest import EVERYTHING, FIVE_OFFICES, Open, Served, Window
from tests.pages.host import Hosted
from tests.pages.hostile import PAYLOADS, poisoned

OWN = ["SCRIPT", "SCRIPT", "STYLE"]
"""The elements of a page that could do or fetch something: its record, its script, its style."""

SUSPECTS = "script,style,iframe,object,embed,img,image,video,audio,source,link,base,form,input,foreignObject,use"


def shown(payload: str) -> str:
    """As the page shows it: what a screen would obey is replaced by a sign, as at the terminal."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202e\u2066\u2069\ud800-\udfff]", "\ufffd", payload)


def check(page: Any, own: list[str]) -> None:
    """Nothing ran, nothing but our own elements is there, and no attribute is anybody else's."""
    assert page.evaluate("window.hit") is None
    assert sorted(page.evaluate(f"[...document.querySelectorAll('{SUSPECTS}')].map((one) => one.tagName)")) == own
    assert (
        page.evaluate(
            """[...document.querySelectorAll("*")].flatMap((one) => [...one.attributes]).filter(({ name, value }) =>
            /^(on.*|style|src)$/.test(name) || (name === "href" && !/^#[a-z][0-9]+$/.test(value))).length"""
        )
        == 0
    )


BOTH: tuple[tuple[PageName, str], ...] = (("timeline", EVERYTHING), ("family", FIVE_OFFICES))


@pytest.mark.parametrize(("name", "number"), BOTH)
def test_hostile_text_in_a_file_is_shown_as_it_is(open_page: Open, served: Served, name: PageName, number: str) -> None:
    """Five payloads in every field at once; the fixture fails the test for any request or complaint."""
    record, window = served.record(number), None
    for payload in (" ".join(PAYLOADS[place::9]) for place in range(9)):
        window = open_page(name, poisoned(record, payload), again=window)
        check(window.page, OWN)
        assert window.page.locator("h1").text_content() == shown(payload)


@pytest.mark.parametrize(("name", "number"), BOTH)
def test_hostile_text_in_a_host_is_shown_as_it_is(
    open_window: Callable[..., Window], served: Served, name: PageName, number: str
) -> None:
    """Each by itself, by message. JSON cannot hold half a character on every way: that one is for files alone."""
    host = Hosted(open_window(), served.pages[name])
    record = served.record(number)
    for payload in PAYLOADS:
        if "\ud800" in payload:
            continue
        host.deliver({"content": [], "structuredContent": poisoned(record, payload)})
        host.frame.wait_for_function("(text) => document.querySelector('h1')?.textContent === text", arg=shown(payload))
        check(host.frame, ["SCRIPT", "STYLE"])
        assert host.page.evaluate("window.hit") is None
        host.deliver({"content": [{"type": "text", "text": payload}], "isError": True})
        host.frame.wait_for_selector(".message")
        assert host.frame.locator(".message").text_content() == shown(payload)
    assert host.heard("ui/message") == []
    assert host.frame.locator("button").count() == 0  # no call but one of our own form has a button


def test_names_of_fields_are_text_as_well(open_page: Open, served: Served) -> None:
    """The register of an answer may name sections that a page does not know."""
    record = served.record(EVERYTHING)
    record["unavailable"] = {payload: payload for payload in PAYLOADS}
    record["dates"] |= {"constructor": "2024-01-01", "<b>x</b>": "2024-01-02"}
    window = open_page("timeline", record)
    check(window.page, OWN)
    assert "2024-01-02 <b>x</b>" in window.text("header")
    assert "2024-01-01 constructor" in window.text("header")


def test_a_script_that_got_in_would_not_run(open_window: Callable[..., Window], served: Served) -> None:
    """The second wall: the page's own policy lets its own style and script run, by their hashes, and nothing else."""
    window = open_window()
    stopped: list[tuple[str, str | None]] = []
    window.page.on("requestfailed", lambda request: stopped.append((request.url, request.failure)))
    window.page.set_content(served.pages["timeline"])
    blocked = window.page.evaluate(
        """async () => {
            const seen = new Set();
            document.addEventListener("securitypolicyviolation", (event) => seen.add(event.effectiveDirective));
            const script = document.createElement("script");
            script.textContent = "window.hit = 1";
            const style = document.createElement("style");
            style.textContent = "body { display: none }";
            document.body.append(script, style);
            const image = "<img src='https://evil.example/a.png' onerror='window.hit=2'>";
            document.body.insertAdjacentHTML("beforeend", image);
            document.body.insertAdjacentHTML("beforeend", "<iframe src='https://evil.example/'></iframe>");
            await fetch("https://evil.example/").catch(() => {});
            for (let frames = 0; seen.size < 6 && frames < 300; frames += 1) await new Promise(requestAnimationFrame);
            return [...seen];
        }"""
    )
    fetching, running = (
        ["connect-src", "frame-src", "img-src"],
        ["script-src-attr", "script-src-elem", "style-src-elem"],
    )
    assert sorted(blocked) == fetching + running
    assert window.page.evaluate("window.hit") is None
    assert window.page.evaluate("getComputedStyle(document.body).display") == "block"
    assert {why for url, why in stopped if "evil" in url} == {"csp"}
    assert len(stopped) == len([url for url in window.requests if "evil" in url])
    window.requests.clear()  # none of which left
    window.complaints.clear()  # the browser's words for each of them
