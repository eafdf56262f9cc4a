"""Traditional characters become simplified ones, character by character."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import zhconv

QUOTATION_MARKS = frozenset("「」『』“”‘’")


def simplify(text: str) -> str:
    """The text in simplified characters, as long as before; quotation marks stay as they were written."""
    if text.isascii():
        return text
    _load_characters()
    whole = str(zhconv.convert(text, "zh-hans"))
    if len(whole) != len(text):
        # A few words are converted to a longer or shorter one; spans need each character at its place.
        whole = "".join(_simplify_character(character) for character in text)
    return "".join(old if old in QUOTATION_MARKS else new for old, new in zip(text, whole, strict=True))


def _simplify_character(character: str) -> str:
    new = str(zhconv.convert(character, "zh-hans"))
    return new if len(new) == 1 else character


@cache
def _load_characters() -> None:
    # Left to itself zhconv forgets to close its dictionary; given a path it does not.
    zhconv.loaddict(str(Path(zhconv.__file__).with_name("zhcdict.json")))
