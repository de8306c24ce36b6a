"""What is this number? Every notation is read; what is ambiguous is listed, what cannot be is explained.

You learn: how to read any notation without spending an access, and that nothing is ever guessed.

    python examples/number_clinic.py
"""

from __future__ import annotations

from datetime import UTC, datetime

from jpo_mcp import JpoError, read

NOTATIONS = (
    "特願2020-123456",
    "特願２０２０ー１２３４５６",  # full-width, and a vowel sign for a dash
    "令和2年特許願第8423号",
    "特開平4-87383",
    "JPH04-087383A",
    "特許第7533889号",
    "PCT/JP2019/011858",
    "EP15123456.4",
    "2020123456",  # an application? of which law? or a publication?
    "7533889",
    "実用新案登録第3123456号",
    "特願2020-1234567",
    "平成32年特許願第123456号",
    "特願2020-12345O",  # a letter for a zero
)


def main() -> None:
    """One line for each notation."""
    this_year = datetime.now(UTC).year
    for notation in NOTATIONS:
        print(f"{notation:<22} {diagnosis(notation, this_year)}")


def diagnosis(notation: str, this_year: int) -> str:
    """What the notation is, what it could be, or why it is neither."""
    try:
        reading = read(notation, this_year=this_year)
    except JpoError as wrong:
        return f"refused: {wrong.what.en}"
    if reading.number is None:
        return "could be " + " or ".join(candidate.number.human for candidate in reading.candidates)
    notes = "; ".join(note.en for note in reading.notes)
    return f"{reading.number.human} = {reading.number.kind} ({reading.number.law})" + (f": {notes}" if notes else "")


if __name__ == "__main__":
    main()
