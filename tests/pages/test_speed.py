"""How fast a long case is drawn, and how large a page may get."""

from __future__ import annotations

from typing import Any

from jpo_mcp.pages import page
from tests.pages.conftest import EVERYTHING, GRANTED, Open, Served

MOST_MS = 300.0
MOST_BYTES = 150_000


def test_two_hundred_events_are_drawn_within_three_tenths_of_a_second(open_page: Open, served: Served) -> None:
    """All that the page's thread has to do, from reading the file to painting it: the best of five.

    In its processor time, because the tests share the machine's cores.
    """
    record = served.record(GRANTED) | {"events": many_events(200)}
    window = open_page("timeline", record)
    session: Any = window.page.context.new_cdp_session(window.page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    took: list[float] = []
    for _ in range(5):
        before = busy_ms(session)
        open_page("timeline", record, again=window)
        window.page.evaluate(
            "() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))"
        )
        took.append(busy_ms(session) - before)
    assert window.page.locator("tbody tr").count() == 200
    assert window.page.locator("svg [role=link]").count() > 200
    assert min(took) <= MOST_MS, took


def busy_ms(session: Any) -> float:
    """The processor time that the page's thread has used."""
    metrics: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    return 1_000 * next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def many_events(count: int) -> list[dict[str, Any]]:
    """Notices and their answers, a month apart, with all that an event can carry."""
    made: list[dict[str, Any]] = []
    for place in range(count):
        date = f"{2005 + place // 12}-{place % 12 + 1:02d}-{place % 27 + 1:02d}"
        event = {"date": date, "papers": [f"{52_000_000_000 + place}"], "parts": "請求の範囲 / Claims"}
        event["notes"] = ["備考 / a note"]
        if place % 2 == 0:
            event |= {"code": "A131", "ja": "拒絶理由通知書", "en": "Notice of reasons for refusal", "actor": "office"}
        else:
            event |= {"code": "A53", "ja": "意見書", "en": "Written opinion", "actor": "applicant", "days_used": 30}
            event["answers"] = f"A131 {made[-1]['date']}"
        made.append(event)
    return made


def test_a_page_is_one_small_file_that_names_no_other(served: Served) -> None:
    """Self-contained, also with two hundred events inside; the only address is the name of SVG."""
    for text in served.pages.values():
        assert len(text.encode()) <= MOST_BYTES
        assert text.count("://") == 1
        assert '"http://www.w3.org/2000/svg"' in text
    record = served.record(EVERYTHING) | {"events": many_events(200)}
    assert len(page("timeline", "both", record).encode()) <= MOST_BYTES
