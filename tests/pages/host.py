"""A host that shows MCP Apps, as a page with a frame: it speaks the handshake of the specification of 2026-01-26."""

from __future__ import annotations

import json
from typing import Any

from tests.pages.conftest import Window

_HOST = """
<!doctype html><title>a host</title>
<iframe sandbox="allow-scripts" style="width: 100%; height: 600px; border: 0"></iframe>
<script>
  const frame = document.querySelector("iframe");
  window.heard = [];
  window.wakes = [];
  window.say = (message) => frame.contentWindow.postMessage({ jsonrpc: "2.0", ...message }, "*");
  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow) return;
    window.heard.push(event.data);
    if (event.data.method === "ui/initialize") {
      const hostInfo = { name: "a host", version: "1" };
      const result = { protocolVersion: "2026-01-26", hostInfo, hostCapabilities: {}, hostContext: CONTEXT };
      window.say({ id: event.data.id, result });
    }
    if (event.data.method === "ui/message") window.say({ id: event.data.id, result: {} });
    window.wakes.splice(0).forEach((wake) => wake());
  });
  const heard = async (test) => {
    while (!window.heard.some(test)) await new Promise((wake) => window.wakes.push(wake));
  };
  const tired = () => new Promise((_, fail) => setTimeout(fail, 20_000, new Error("the view did not say it")));
  window.until = (test) => Promise.race([heard(test), tired()]);
</script>
"""


class Hosted:
    """A view in the frame of a host."""

    def __init__(self, window: Window, html: str, **context: Any) -> None:
        self.window = window
        self.page = window.page
        self.page.set_content(_HOST.replace("CONTEXT", json.dumps(context)))
        self.page.evaluate("(html) => { document.querySelector('iframe').srcdoc = html; }", html)
        self.page.evaluate("() => window.until((one) => one.method === 'ui/notifications/initialized')")
        frame = self.page.frames[-1]
        assert frame is not self.page.main_frame
        self.frame = frame

    def say(self, **message: Any) -> None:
        self.page.evaluate("(message) => window.say(message)", message)

    def notify(self, method: str, **params: Any) -> None:
        self.say(method=f"ui/notifications/{method}", params=params)

    def deliver(self, result: dict[str, Any]) -> None:
        """A result, as the host got it from the server."""
        self.notify("tool-input", arguments={})
        self.notify("tool-result", **result)

    def heard(self, method: str | None = None) -> list[dict[str, Any]]:
        """What the view said, in order."""
        said: list[dict[str, Any]] = self.page.evaluate("() => window.heard")
        return [one for one in said if method is None or one.get("method") == method]

    def reply(self, number: int) -> dict[str, Any]:
        """The view's answer to a request of the host's."""
        self.page.evaluate("(id) => window.until((one) => one.id === id && !one.method)", number)
        (answer,) = [one for one in self.heard() if one.get("id") == number and "method" not in one]
        return answer

    def text(self, selector: str = "main") -> str:
        return " ".join(self.frame.locator(selector).inner_text().split())
