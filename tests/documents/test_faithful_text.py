"""Text out is body in, minus what a listed rule takes: over every paper of the sandbox, and over papers of any text.

The rules are those that `htm.py` names (page marks, stamps, margins, hidden, width); for XML only the line ends that
format the file. What goes in is known from the sandbox's records, so no reader of files is needed to compare.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpo_mcp.documents import Paper, read_bundle
from jpo_mcp.endpoints import Law, endpoint
from jpo_mcp.sandbox import CASES
from jpo_mcp.sandbox import life as written
from jpo_mcp.sandbox.life import Case, PatentCase, TrademarkCase
from jpo_mcp.sandbox.papers import bundle

AT = 1_795_402_800.0
ENDPOINTS = ("app_doc_cont_opinion_amendment", "app_doc_cont_refusal_reason_decision")


def read_again(case: Case) -> Iterator[tuple[written.Paper, Paper]]:
    """Each paper as it was written down, and as it is read out of its bundle."""
    records = {paper.number: paper for trial in case.trials for paper in trial.papers}
    records |= {paper.number: paper for paper in case.papers}
    for name in ENDPOINTS:
        content = bundle(case, endpoint(case.law, name).papers, AT)
        for paper in read_bundle(content, case.law).papers if content else ():
            yield records[paper.document_number or ""], paper


def unmarked(text: str) -> str:
    return re.sub(r"</?(?:[uU]|sub|sup)>", "", text)


def squeezed(text: str) -> str:
    return re.sub(r"[\s　]", "", unmarked(text))


def words(body: object) -> list[str]:
    """Every text that was written down for a paper, piece by piece."""
    match body:
        case written.Notice():
            blocks = [block for reason in body.reasons for block in reason.blocks]
            return [body.text, *body.articles, *(b.claims for b in blocks), *(b.remarks for b in blocks)]
        case written.Refusal():
            return [body.text, *(b.remarks for reason in body.reasons for b in reason.blocks)]
        case written.Dismissal():
            return [body.why]
        case written.Opinion():
            return list(body.paragraphs)
        case written.Amendment():
            claims = [re.sub("[{}]", "", claim) for claim in (*body.claims, body.title)]
            return [*claims, *(re.sub("[{}]", "", text) for _, text in body.description)]
        case written.Letter():
            return [body.title, body.provisions, *body.paragraphs]
        case _:
            return []


@pytest.mark.parametrize("law", ["patent", "design", "trademark"])
def test_every_word_of_every_sandbox_paper_is_read(law: Law) -> None:
    """Whatever stands in the records stands in the text; the tests below compare character for character."""
    read = 0
    for case in CASES:
        for record, paper in read_again(case) if case.law == law else ():
            text = squeezed(paper.text)
            pieces = [squeezed(piece) for piece in words(record.body)]
            assert [piece for piece in pieces if piece not in text] == []
            read += sum(map(len, pieces))
    assert read > 1_000


def test_a_letter_is_given_back_line_by_line() -> None:
    """Wrapped at 72 columns into pages and joined again: the paragraphs are those that were written."""
    compared = 0
    for case in CASES:
        for record, paper in read_again(case):
            if isinstance(record.body, written.Letter):
                paragraphs = "\n".join(unmarked(line) for line in record.body.paragraphs)
                assert unmarked(paper.body).startswith(paragraphs)
                rest = unmarked(paper.body).removeprefix(paragraphs)
                assert not rest or rest.strip().startswith("＊")  # ご注意, which the office prints below
                compared += 1
    assert compared >= 20


# ── any text ──────────────────────────────────────────────────────────────────────────────────


def _is_shown(char: str) -> bool:
    """A visible character of the papers' encoding, or a blank; markup and references have tests of their own."""
    return unicodedata.category(char) not in {"Cc", "Cf", "Co", "Zl", "Zp"} and char not in "<>&\ufeff"


def _of_cp932() -> str:
    every = bytes(range(0x20, 0x7F)).decode("ascii")
    for lead in (*range(0x81, 0xA0), *range(0xE0, 0xFD)):
        for trail in range(0x40, 0xFD):
            every += bytes([lead, trail]).decode("cp932", "ignore")
    return "".join(sorted({char for char in every if _is_shown(char)}))


ALPHABET = _of_cp932()
WORDS = st.sampled_from(
    ["請求項１－４", "　", "①㈱髙﨑～－∥", "引用文献等", "意見。", "（２）", "【後掲】", "abc 12", "「", "」"]
)
LINES = st.lists(st.one_of(WORDS, st.text(ALPHABET, max_size=60)), max_size=6).map("".join)
TEXTS = st.lists(LINES, min_size=1, max_size=25)
MARKED = st.sampled_from(["<sub>２</sub>", "<sup>３</sup>", "<u>下線</u>"])
MARKED_LINES = st.lists(st.one_of(LINES, MARKED), max_size=5).map("".join)


def only(case: Case) -> Paper:
    content = bundle(case, ("A131",), AT)
    assert content
    (paper,) = read_bundle(content, case.law).papers
    return paper


def notice(text: str, drafted: str) -> written.Paper:
    body = written.Notice(text=text, articles=("第２９条第２項",))
    return written.mailed(
        "patent", drafted, drafted=drafted, code="A131", title="拒絶理由通知書", serial=999_001, body=body
    )


PATENT = PatentCase(number="2020490999", life="any text", title="任意", applicants=(), filed="20200101", papers=())
MARK = TrademarkCase(number="2020490999", life="any text", title="任意", applicants=(), filed="20200101", papers=())
PARTY = written.Party("000999999", "架空任意株式会社")


@settings(max_examples=60, deadline=None)
@given(st.lists(MARKED_LINES, min_size=1, max_size=25).map("\n".join), st.booleans())
def test_any_notice_of_a_patent_is_given_back_character_for_character(text: str, older: bool) -> None:
    """Both forms: one long line with breaks, and printed lines of 72 columns, whose width alone may part a line."""
    text = text.strip("\n") or "本文"
    case = replace(PATENT, applicants=(PARTY,), papers=(notice(text, "20150203" if older else "20240206"),))
    body = only(case).body
    expected = text.replace("<u>", "").replace("</u>", "")  # listed, not shown, in what the office sent
    if older:
        assert body.replace("\n", "").startswith(expected.replace("\n", ""))
    else:
        assert body.startswith(expected + "\n\n")


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_any_letter_is_given_back_but_for_what_the_listed_rules_take(paragraphs: list[str]) -> None:
    """Page marks, stamps and margins are the office's own; line ends may differ; every other character stands there."""
    first = "　この通知の本文です。"
    body = written.Letter(title="拒絶理由通知書", paragraphs=("", first, *paragraphs, "　以上です。"))
    paper = written.mailed(
        "trademark", "20240213", drafted="20240206", code="A131", title=body.title, serial=999_001, body=body
    )
    text = only(replace(MARK, applicants=(PARTY,), papers=(paper,))).text.replace("\n", "")
    assert "".join([first, *paragraphs, "　以上です。"]) in text
