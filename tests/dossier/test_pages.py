"""Pages and cursors: every character once, and a cursor that can only mean one place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpo_mcp.dossier.pages import PAGE, Cursor, page_end, read_cursor, seal
from jpo_mcp.errors import BadArgument


def walked(text: str) -> list[str]:
    pages, start = list[str](), 0
    while start < len(text) or not pages:
        end = page_end(text, start)
        pages.append(text[start:end])
        start = end
    return pages


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(max_size=400), max_size=30).map("\n".join)
    | st.integers(0, 4 * PAGE).map("あ".__mul__)
    | st.integers(0, 900).map("漢字。\n\n".__mul__)
)
def test_the_pages_of_a_text_are_the_text(text: str) -> None:
    """The walk returns every character exactly once, and no page is longer than a page."""
    pages = walked(text)
    assert "".join(pages) == text
    assert all(0 < len(page) <= PAGE for page in pages) or text == ""


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["か\u3099", "葛\U000e0100", "𠮷", "e\u0301\u0323", "\u3099", "。", "\n", "\n\n", "字"]),
        max_size=60,
    ),
    st.integers(1, 9),
)
def test_the_smallest_pages_are_the_text_as_well(pieces: list[str], size: int) -> None:
    """Whatever the size, nothing twice and nothing lost."""
    text, start, pages = "".join(pieces), 0, list[str]()
    while start < len(text):
        end = page_end(text, start, size)
        assert start < end <= start + size
        pages.append(text[start:end])
        start = end
    assert "".join(pages) == text


def test_a_character_is_not_parted_from_the_marks_on_it() -> None:
    """が as か and its voicing mark; a name's ideograph and its variant."""
    for character in ("か\u3099", "葛\U000e0100"):
        text = "あ" * (PAGE - 1) + character * 2
        assert page_end(text, 0) == PAGE - 1
    assert page_end("\u3099" * 3_000, 0) == PAGE


def test_a_page_ends_with_a_paragraph_where_one_ends_near_enough() -> None:
    """A sentence torn in two is read wrongly; 1,200 characters of 1,400 is near enough, 900 is not."""
    near = "あ" * 1_198 + "\n\n" + "い" * 1_000
    far = "あ" * 898 + "\n\n" + "い" * 2_000
    assert page_end(near, 0) == 1_200
    assert page_end(far, 0) == PAGE


def test_a_paragraph_goes_before_a_line_and_a_line_before_a_sentence() -> None:
    """In the order in which they part what is said."""
    text = "あ" * 1_100 + "\n\n" + "い" * 100 + "\n" + "う" * 100 + "。" + "え" * 1_000
    assert page_end(text, 0) == 1_102
    assert page_end(text.replace("\n\n", "ああ"), 0) == 1_203
    assert page_end(text.replace("\n", "あ"), 0) == 1_304


def test_a_cursor_reads_back_as_what_it_was() -> None:
    """A kind, a document number or a dispatch number; nothing is kept on our side."""
    for selection in ("refusal_notice", "06124990101", "990101"):
        cursor = Cursor(selection, 1_400, seal("patent", "2020490001", "x"))
        assert read_cursor(str(cursor)) == cursor


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80) | st.binary(max_size=60).map(lambda data: data.hex()))
def test_whatever_is_no_cursor_is_refused_with_a_lesson(text: str) -> None:
    """Nothing else gets through, whatever it decodes to."""
    with pytest.raises(BadArgument) as refused:
        read_cursor(text)
    assert refused.value.field == "cursor"
    assert len(refused.value.text()) <= 600


def test_one_place_has_one_spelling() -> None:
    """Padding, another offset in front of zeros and the other alphabet are not ours."""
    good = str(Cursor("opinion", 10, "0" * 16))
    for changed in (good + "=", good[:-1], good + "A", " " + good, good.swapcase()):
        with pytest.raises(BadArgument):
            read_cursor(changed)


def test_the_seal_tells_cases_papers_and_wordings_apart() -> None:
    """A cursor of yesterday's wording, or of another case, must not read on silently."""
    parts = ("patent", "2020490001", "06124990101", "本文")
    others = [
        ("design", *parts[1:]),
        ("patent", "2020490002", *parts[2:]),
        ("patent", "2020490001", "06124990102", "本文"),
        (*parts[:3], "本文。"),
        ("patent2020490001", *parts[2:], ""),
    ]
    assert len({seal(*parts), *(seal(*other) for other in others)}) == 6
