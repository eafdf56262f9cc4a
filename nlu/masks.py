"""A copy of the plain text where dates and people are letters of their own, for patterns to name."""

from __future__ import annotations

from collections.abc import Iterable

DATE, OURS, THEIRS = "\ue002", "\ue000", "\ue001"
"""Each stands for one character of a date, of one of our people, of one of the customer's people."""


def mask_text(text: str, marks: Iterable[tuple[int, int, str]]) -> str:
    """The text with every character of `(start, end, letter)` replaced: positions stay what they are."""
    letters = list(text)
    for start, end, letter in marks:
        letters[start:end] = letter * (end - start)
    return "".join(letters)


def named(pattern: str) -> str:
    """A pattern with <date>, <ours> and <theirs> written for the letters of `mask_text`."""
    return (
        pattern.replace("<date>", f"{DATE}+").replace("<ours>", f"{OURS}+").replace("<theirs>", f"{THEIRS}+")
    )
