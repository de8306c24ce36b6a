"""How long genuine papers take, as processor time."""

from __future__ import annotations

from pathlib import Path

import pytest

from jpo_mcp.documents import read_bundle, reasons_of
from jpo_mcp.numbers import Law
from tests.documents.fictional import htm, notice, zipped
from tests.documents.test_hostile import is_soon

FIVE_MEGABYTES = 5_000_000
LINE = "本願発明は架空の装置であって、見本の部材と仮の部材とを備え、これらを交互に並べる。"


@pytest.mark.parametrize(
    ("law", "name", "paper"),
    [
        ("patent", "06123999001-jpntce.xml", notice("<p>" + f"{LINE}<br/>\n" * 52_000 + "</p>")),
        ("trademark", "06419999001P.HTM", htm(*[f"{LINE}\n" * 40] * 1_400)),
    ],
    ids=["patent", "trademark"],
)
def test_five_megabytes_become_text_in_a_second(law: Law, name: str, paper: str) -> None:
    """The largest answers that come without a link are twice as large, and mostly images."""
    content = paper.encode("cp932")
    assert FIVE_MEGABYTES * 0.9 < len(content) < FIVE_MEGABYTES * 1.1
    data = zipped((name, content), method=0)
    assert read_bundle(data, law).papers[0].text.count(LINE) > 50_000
    assert is_soon(lambda: read_bundle(data, law), seconds=1.0, floors=20)


def test_a_notice_becomes_reasons_in_twenty_milliseconds(shared: Path) -> None:
    """The recorded patent notice, from the bytes of its bundle."""
    data = (shared / "recordings/domestic/patent__app_doc_cont_refusal_reason__2020123456.zip").read_bytes()
    assert len(reasons_of(read_bundle(data, "patent").papers[0]).reasons) == 4
    assert is_soon(lambda: reasons_of(read_bundle(data, "patent").papers[0]), seconds=0.020, floors=0.5)
