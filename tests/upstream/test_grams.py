"""The spelling that texts are searched in: what counts as the same, what does not, and where it came from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpo_mcp.upstream.grams import folded, grams, key_of, matching


def places(text: str, word: str) -> list[str]:
    return [text[start:end] for start, end in folded(text).places(key_of(word))]


@pytest.mark.parametrize(
    ("text", "word", "shown"),
    [
        ("ﾊﾞｯﾃﾘの残量", "バッテリ", "ﾊﾞｯﾃﾘ"),
        ("電池の端子電\n圧を測る", "端子電圧", "端子電\n圧"),
        ("<u>携帯</u>灯", "携帯灯", "携帯</u>灯"),
        ("ＬＥＤランプ", "led", "ＬＥＤ"),
        ("特開２０１９－１２３\n４５６号", "特開2019-123456", "特開２０１９－１２３\n４５６"),
        ("特開２０１９−１２３４５６", "特開2019ー123456", "特開２０１９−１２３４５６"),
        ("第２９条第２項", "29条2項", "２９条第２項"),
        ("特許法第２９条　第２項", "第29条第2項", "２９条　第２項"),
        ("装置、方法。", "装置，方法．", "装置、方法。"),
        ("が\u3099", "が", "が\u3099"),
        ("machine\nlearning", "machine learning", "machine\nlearning"),
        ("G06F 3/01", "g06f3/01", "G06F 3/01"),
        ("髙﨑　花子", "髙﨑花子", "髙﨑　花子"),
        ("JP7533889B2 の", "JP7533889B2", "JP7533889B2"),
    ],
)
def test_one_word_in_another_spelling_is_the_same_word(text: str, word: str, shown: str) -> None:
    """Widths, cases, dashes, commas, line breaks, underlines and 第 differ between papers; what is shown is theirs."""
    assert places(text, word) == [shown]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("第１２９条", "29条"),
        ("特開2019-1234567", "特開2019-123456"),
        ("参照 claims", "aims"),
        ("装置。方法", "装置方法"),
        ("装置\n\n方法", "装置方法"),
        ("ビール", "ビル"),
        ("請求項１－２", "請求項12"),
        ("請求項１\n\n２", "請求項12"),
    ],
)
def test_what_only_looks_alike_is_another_word(text: str, word: str) -> None:
    """A number is whole, a Latin word is found from its beginning, a sentence ends a word."""
    assert places(text, word) == []


_ALPHABET = st.text(alphabet="電池特許のガｶﾞﾞ第12３４aＢ-－ー、。 \n　<u>/", max_size=60)


@given(_ALPHABET)
@settings(max_examples=300, deadline=None)
def test_both_ways_of_folding_agree_and_every_character_has_a_place(text: str) -> None:
    """The index is filled by the one, and what is shown is cut by the other."""
    both = folded(text)
    assert both.key == key_of(text)
    assert len(both.spans) == len(both.key)
    assert all(0 <= start <= end <= len(text) for start, end in both.spans)


def test_words_of_the_query_language_are_words() -> None:
    """Nothing that is typed is a part of an expression: every pair stands in quotes, and has no quote of its own."""
    said = matching([(key_of('x" OR gram:* AND'),)], ['p") OR (x'])
    assert said.count('"') == 4
    assert "OR gram" not in said
    assert "(x" not in said.rpartition("AND")[2]


def test_a_text_is_cut_into_pairs_and_its_labels_are_no_pairs() -> None:
    """A label can never be met by a word."""
    assert grams("電池灯", ["patent/2020490001"]).split() == ["電池", "池灯", "灯", "\ue100patent2020490001"]
