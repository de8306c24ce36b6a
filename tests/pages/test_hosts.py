"""The pages inside a host: the handshake, the result, the theme, and nobody else's messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.pages.conftest import FIVE_OFFICES, GRANTED, Served, Window
from tests.pages.host import Hosted

NewWindow = Callable[..., Window]


def test_a_view_shakes_hands_waits_and_shows_the_result(open_window: NewWindow, served: Served) -> None:
    """ui/initialize, then initialized, then what the tool answered; the view tells its size whenever that changes."""
    host = Hosted(open_window(), served.pages["timeline"], theme="light")
    first, second = [one for one in host.heard() if one["method"] != "ui/notifications/size-changed"]
    assert first == {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "ui/initialize",
        "params": {
            "protocolVersion": "2026-01-26",
            "appInfo": {"name": "jpo-mcp timeline", "version": "1"},
            "appCapabilities": {"availableDisplayModes": ["inline", "fullscreen"]},
        },
    }
    assert second["method"] == "ui/notifications/initialized"
    assert host.text() == "回答を待っています Waiting for the answer …"
    host.deliver(served.wire(GRANTED))
    host.frame.wait_for_selector("figure svg")
    assert host.text("h1") == GRANTED
    assert host.frame.locator("tbody tr").count() == 9
    host.page.evaluate("() => window.until((one) => one.method.endsWith('size-changed') && one.params.height > 900)")
    size = host.heard("ui/notifications/size-changed")[-1]["params"]
    assert size["height"] == host.frame.evaluate("Math.ceil(document.body.getBoundingClientRect().height)")


def test_a_host_that_hands_on_only_the_text_is_understood(open_window: NewWindow, served: Served) -> None:
    """Both channels say the same, and some hosts keep one of them."""
    result = served.wire(FIVE_OFFICES)
    del result["structuredContent"]
    host = Hosted(open_window(), served.pages["family"])
    host.deliver(result)
    host.frame.wait_for_selector(".tree")
    assert host.text("h1") == FIVE_OFFICES


def test_the_theme_of_the_host_counts_not_that_of_the_machine(open_window: NewWindow, served: Served) -> None:
    """A host may be light on a dark desktop, and change."""
    host = Hosted(open_window(scheme="dark"), served.pages["timeline"], theme="light")
    host.deliver(served.wire(GRANTED))
    host.frame.wait_for_selector("footer")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert host.frame.evaluate(paper) == "rgb(255, 255, 255)"
    host.notify("host-context-changed", theme="dark")
    host.frame.wait_for_selector("html[data-theme=dark]")
    assert host.frame.evaluate(paper) == "rgb(22, 24, 28)"


def test_an_error_a_cancelled_call_and_an_unknown_answer_are_said_in_words(
    open_window: NewWindow, served: Served
) -> None:
    """An error's text teaches; it is what the model reads as well."""
    host = Hosted(open_window(), served.pages["timeline"])
    host.notify("tool-cancelled", reason="user")
    host.frame.get_by_text("The call was cancelled").wait_for()
    host.deliver({"content": [{"type": "text", "text": "[quota_spent] 本日の残りはありません"}], "isError": True})
    host.frame.get_by_text("[quota_spent] 本日の残りはありません").wait_for()
    odds: list[dict[str, Any]] = [
        {"structuredContent": {"x": 1}},
        {"content": [{"type": "text", "text": "no JSON"}]},
        {},
    ]
    for odd in odds:
        host.deliver(odd)
        host.frame.get_by_text("This answer cannot be drawn; the text of the answer has it all").wait_for()
        host.deliver(served.wire(GRANTED))
        host.frame.wait_for_selector("table")


def test_requests_of_the_host_are_answered(open_window: NewWindow, served: Served) -> None:
    """The host waits for the answer before it takes the view down."""
    host = Hosted(open_window(), served.pages["family"])
    host.say(id=71, method="ping")
    host.say(id=72, method="ui/resource-teardown", params={"reason": "closed"})
    host.say(id=73, method="constructor", params={})
    assert host.reply(71) == {"jsonrpc": "2.0", "id": 71, "result": {}}
    assert host.reply(72) == {"jsonrpc": "2.0", "id": 72, "result": {}}
    assert host.reply(73)["error"]["code"] == -32601


def test_messages_of_other_windows_are_not_heard(open_window: NewWindow, served: Served) -> None:
    """Only the host that framed the view may fill it."""
    host = Hosted(open_window(), served.pages["timeline"])
    host.page.evaluate(
        """(result) => {
            const other = document.createElement("iframe");
            const forged = JSON.stringify({ jsonrpc: "2.0", method: "ui/notifications/tool-result", params: result });
            other.srcdoc = `<script>parent.frames[0].postMessage(${forged}, "*")</` + "script>";
            document.body.append(other);
            return new Promise((loaded) => other.addEventListener("load", loaded));
        }""",
        served.wire(GRANTED),
    )
    host.say(id=74, method="ping")  # what came before it has been seen by then
    host.reply(74)
    assert host.text().startswith("回答を待っています")


def test_a_japanese_member_can_be_asked_for_in_the_chat(open_window: NewWindow, served: Served) -> None:
    """The view spends nothing by itself: its button puts the call into the conversation, where a person sends it on."""
    host = Hosted(open_window(), served.pages["family"])
    host.deliver(served.wire(FIVE_OFFICES))
    button = host.frame.get_by_role("button", name="Ask for its case in the chat (1 access)")
    button.wait_for()
    assert host.heard("ui/message") == []
    button.press("Enter")
    host.page.evaluate("() => window.until((one) => one.method === 'ui/message')")
    (message,) = host.heard("ui/message")
    text = 'jpo_get_case(number="特願2021-490301")'
    assert message["params"] == {"role": "user", "content": [{"type": "text", "text": text}]}
