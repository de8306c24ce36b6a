"""The README says what the code does."""

from __future__ import annotations

from tests.readme import README, SERVER, generated, served


def test_the_generated_tables_are_those_of_the_code() -> None:
    """Mend with `python -m tests.readme`."""
    text = README.read_text("utf-8")
    assert text == generated(text)
    page = SERVER.read_text("utf-8")
    assert page == served(page)
