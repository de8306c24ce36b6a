"""The sentence around a word: cut where the paper's sentences end, marked, and on one line."""

from __future__ import annotations

import pytest

from jpo_mcp.dossier.search.snippets import snippet
from jpo_mcp.upstream.grams import key_of
from tests.documents.test_hostile import is_soon


def cut(text: str, *words: str) -> str | None:
    found = snippet(text, [(key_of(word),) for word in words])
    return found.text if found else None


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("前の文。電池の残量を測る。次の文。", ("残量",), "電池の«残量»を測る。"),
        ("一行目\n電池の残量\n三行目", ("残量",), "電池の«残量»"),
        ("見出し\n\n電池の残量を測る", ("残量",), "電池の«残量»を測る"),
        ("この通知書の発送の日から六十日以内に意見書を提出してくださるようお願いいた\nします。", ("お願いいたします",),
         "この通知書の発送の日から六十日以内に意見書を提出してくださるよう«お願いいたします»。"),
        ("電池。電池と灯。灯。", ("電池", "灯"), "«電池»と«灯»。"),
        ("特許法第２９条第２項の規定", ("29条2項",), "特許法«第２９条第２項»の規定"),
        ("The cited\n  reference teaches a lamp.", ("reference",), "«reference» teaches a lamp."),
        ("無関係", ("電池",), None),
        ("電池\u202e\u200bの残量", ("残量",), "電池の«残量»"),
    ],
)  # fmt: skip
def test_the_sentence_with_the_words(text: str, words: tuple[str, ...], shown: str | None) -> None:
    """A wrapped line goes on, a short one ends; of several sentences the one with the most words is shown."""
    assert cut(text, *words) == shown


def test_a_long_sentence_is_cut_around_the_word() -> None:
    """A snippet is a glance: 120 characters in Japanese, and dots where something was left out."""
    text = "前" * 400 + "電池" + "後" * 400 + "。"
    shown = cut(text, "電池") or ""
    assert shown.startswith("…前")
    assert shown.endswith("後…")
    assert "«電池»" in shown
    assert 110 <= len(shown) <= 130


def test_the_place_and_the_section_are_the_papers_own() -> None:
    """The offset counts characters of the paper's text, as in every other answer."""
    text = "# 拒絶理由通知書\n\n●理由１（進歩性）について\n\n・備考\n　電池の残量を測る。\n"
    found = snippet(text, [(key_of("残量"),)])
    assert found is not None
    assert (found.offset, found.section) == (text.index("残量"), "●理由１（進歩性）について")


def test_a_phrase_across_a_full_stop_is_shown_whole() -> None:
    """Texts are folded a piece at a time, each ending with a sentence; a phrase may hold one."""
    text = "あ" * 400 + "電池。灯火" + "い" * 400
    assert "«電池。灯火»" in (cut(text, "電池。灯火") or "")


def test_a_paper_of_blank_lines_is_searched_as_fast_as_any() -> None:
    """Papers are somebody else's: one with a hundred thousand blank lines must not hold up every other call."""
    text = "●理由１について\n" + "\n" * 100_000 + "電池の残量を測る。"
    found = snippet(text, [(key_of("残量"),)])
    assert found is not None
    assert found.section == "●理由１について"
    assert is_soon(lambda: snippet(text, [(key_of("残量"),)]), seconds=1.0, floors=20)
